//! Shops to test on.

use std::path::Path;

use dangol_analytics::{Report, names, run};
use dangol_shop::import::import;
use dangol_shop::{Config, Filters, Shop};
use serde_json::{Map, Value};

/// A shop of one CSV file.
pub(crate) fn shop_of_csv(folder: &Path, csv: &str, toml: &str) -> Shop {
    std::fs::write(folder.join("orders.csv"), csv).unwrap();
    shop_of(folder, toml)
}

/// A shop as its `shop.toml` says.
pub(crate) fn shop_of(folder: &Path, toml: &str) -> Shop {
    let config = Config::parse(folder, toml.to_owned(), &names()).unwrap();
    import(&config, &|_| {}).unwrap();
    Shop::with_config(config).unwrap()
}

/// Runs an analysis with parameters as a person writes them.
pub(crate) fn analyse(shop: &Shop, name: &str, filters: &Filters, params: &[(&str, &str)]) -> Report {
    let params: Map<String, Value> =
        params.iter().map(|(name, value)| ((*name).to_owned(), Value::String((*value).to_owned()))).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(shop, name, filters, params)).unwrap()
}

/// A result as plain JSON.
pub(crate) fn result(report: &Report) -> Value {
    serde_json::from_str(&serde_json::to_string(&report.result).unwrap()).unwrap()
}

/// Equal but for a relative difference of numbers.
pub(crate) fn assert_within(a: &Value, b: &Value, tolerance: f64, at: &str) {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= tolerance * a.abs().max(b.abs()).max(tolerance), "{at}: {a} and {b}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                assert_within(a, b, tolerance, &format!("{at}[{index}]"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            for (name, value) in a {
                assert_within(value, &b[name], tolerance, &format!("{at}.{name}"));
            }
        }
        _ => assert_eq!(a, b, "{at}"),
    }
}

/// Online Retail by the example's own `shop.toml`.
pub(crate) fn online_retail(folder: &Path) -> Option<Shop> {
    example("online-retail", folder)
}

/// A shop of the test data by its example's own `shop.toml`.
pub(crate) fn example(name: &str, folder: &Path) -> Option<Shop> {
    let data = dangol_trial_data::folder()?;
    let example = dangol_trial_data::repository().join("examples").join(name).join("shop.toml");
    let text = std::fs::read_to_string(example).unwrap();
    let text = text.replace("${DANGOL_TEST_DATA:-../../../shared/data}", &data.to_string_lossy());
    Some(shop_of(folder, &text))
}
