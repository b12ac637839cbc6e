//! Gateway products: planted effects are found with their size, and none where there is none.

use dangol_shop::{Filters, Shop};
use dangol_sim::{Format, Options, simulate};
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of, shop_of_csv};

const TOML: &str = "[shop]\nname = \"Sim\"\ncurrency = \"KRW\"\ntime_zone = \"Asia/Seoul\"\n\
    [sources.order_lines]\npath = \"order_lines.parquet\"\n[sources.order_lines.columns]\n\
    order_id = \"order_id\"\ncustomer_id = \"customer_id\"\nordered_at = \"ordered_at\"\nproduct_id = \"product_id\"\n\
    product_name = \"product_name\"\ncategory = \"category\"\nquantity = \"quantity\"\nunit_price = \"unit_price\"\n\
    discount = \"discount\"\nstatus = \"status\"\n[cleaning]\ncancellations = \"drop\"\n\
    [sources.customers]\npath = \"customers.parquet\"\n[sources.customers.columns]\ncustomer_id = \"customer_id\"\n\
    acquisition_channel = \"acquisition_channel\"\n";

/// The category that the simulator plants its effect on, by `truth.json`.
const PLANTED: &str = "Coffee & Tea";

fn simulated(lines: u64, seed: u64, gateway_effect: f64) -> (tempfile::TempDir, Shop) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { lines, seed, gateway_effect, ..Options::default() }.check().unwrap();
    simulate(&options, folder.path(), Format::Parquet, &mut |_, _| {}).unwrap();
    let truth: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("truth.json")).unwrap()).unwrap();
    assert_eq!(truth["gateway"]["category"], PLANTED);
    assert_eq!(truth["gateway"]["factor"], gateway_effect);
    let shop = shop_of(folder.path(), TOML);
    (folder, shop)
}

fn rows(shop: &Shop, days: &str) -> Vec<Value> {
    let found = result(&analyse(shop, "gateway", &Filters::default(), &[("days", days)]));
    found["categories"].as_array().unwrap().clone()
}

fn planted(rows: &[Value]) -> &Value {
    rows.iter().find(|row| row["key"] == PLANTED).unwrap()
}

fn holds(row: &Value, truth: f64) -> bool {
    row["ratio_low"].as_f64().unwrap() <= truth && truth <= row["ratio_high"].as_f64().unwrap()
}

#[test]
fn a_planted_gateway_is_found_with_its_size() {
    let (_folder, shop) = simulated(60_000, 11, 2.0);
    for days in ["180", "0"] {
        let rows = rows(&shop, days);
        assert_eq!(rows.len(), 8, "all categories are compared");
        let row = planted(&rows);
        assert_eq!((&row["verdict"], &rows[0]["key"]), (&"more".into(), &PLANTED.into()), "{days}: {row}");
        assert!(holds(row, 2.0), "{days}: {row}");
    }
    let report = analyse(&shop, "gateway", &Filters::default(), &[]);
    let finding = report.findings.iter().find(|finding| finding.code == "gateway").unwrap();
    assert_eq!(finding.values["key"], PLANTED);
    // Only who was followed for as long as was asked is counted.
    let found = result(&report);
    let everybody = result(&analyse(&shop, "gateway", &Filters::default(), &[("days", "0")]));
    let all = found["customers"].as_u64().unwrap() + found["too_recent"].as_u64().unwrap();
    assert_eq!(everybody["customers"].as_u64().unwrap(), all);
    assert!(found["too_recent"].as_u64().unwrap() > 0);
}

#[test]
fn where_none_was_planted_none_is_found() {
    let (_folder, shop) = simulated(60_000, 12, 1.0);
    for row in rows(&shop, "180") {
        assert_eq!(row["verdict"], "not_seen", "{row}");
    }
    let report = analyse(&shop, "gateway", &Filters::default(), &[]);
    assert!(report.findings.iter().any(|finding| finding.code == "no_gateway"));
}

/// Forty shops with an effect of 1.6 and forty without: what was measured stands in the decision on gateways.
#[test]
#[ignore = "slow: eighty simulated shops"]
fn intervals_hold_the_truth_over_many_shops() {
    const SHOPS: u64 = 40;
    let (mut held, mut seen, mut false_shops, mut false_rows, mut null_held) = (0, 0, 0, 0, 0);
    for seed in 0..SHOPS {
        let (_folder, shop) = simulated(60_000, 500 + seed, 1.6);
        let rows = rows(&shop, "180");
        let row = planted(&rows);
        held += u64::from(holds(row, 1.6));
        seen += u64::from(row["verdict"] == "more");
        let (_folder, shop) = simulated(60_000, 900 + seed, 1.0);
        let rows = self::rows(&shop, "180");
        let wrong = rows.iter().filter(|row| row["verdict"] != "not_seen").count() as u64;
        false_shops += u64::from(wrong > 0);
        false_rows += wrong;
        null_held += u64::from(holds(planted(&rows), 1.0));
    }
    println!(
        "of {SHOPS}: planted held {held}, seen {seen}; without: held {null_held}, shops with a false one {false_shops}, false ones {false_rows}"
    );
    assert!(held * 100 >= 85 * SHOPS, "{held} of {SHOPS} intervals hold the planted effect");
    assert!(null_held * 100 >= 85 * SHOPS, "{null_held} of {SHOPS} intervals hold that there is none");
    assert!(seen * 100 >= 90 * SHOPS, "{seen} of {SHOPS} planted effects are seen");
    assert!(false_shops * 100 <= 10 * SHOPS, "{false_shops} of {SHOPS} shops show what is not there");
}

#[test]
fn categories_may_come_from_the_products() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("thelook-like", folder.path()) else { return };
    let found = result(&analyse(&shop, "gateway", &Filters::default(), &[]));
    assert!(found["categories"].as_array().unwrap().len() > 3, "{found}");
    assert_eq!(found["adjusted_for"], serde_json::json!(["channel", "period", "first_order_value"]));
}

#[tokio::test]
async fn what_is_about_money_refuses_a_shop_without_amounts() {
    let folder = tempfile::tempdir().unwrap();
    let orders = "order,customer,time,item\no1,a,2024-01-01,tea\no2,b,2024-01-02,tea\n";
    let toml = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
        order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\nproduct_id = \"item\"\n";
    let shop = shop_of_csv(folder.path(), orders, toml);
    for name in ["gateway", "value-score"] {
        let found = dangol_analytics::run(&shop, name, &Filters::default(), serde_json::Map::new()).await;
        let error = found.unwrap_err();
        assert_eq!(error.code(), "no_amounts", "{name}: {error}");
        assert!(error.hint().contains("unit_price"), "{}", error.hint());
    }
    assert!(dangol_analytics::run(&shop, "rfm", &Filters::default(), serde_json::Map::new()).await.is_ok());
}
