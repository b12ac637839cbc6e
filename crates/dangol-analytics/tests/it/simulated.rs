//! A simulated shop: the same numbers on any number of threads and in any order of rows;
//! segments and pages add up.

use dangol_shop::{Filters, Shop};
use dangol_sim::{Format, Options, simulate};
use serde_json::Value;

use crate::shops::{analyse, assert_within, result, shop_of};

const TOML: &str = "[shop]\nname = \"Sim\"\ncurrency = \"KRW\"\ntime_zone = \"Asia/Seoul\"\n\
    [engine]\nthreads = THREADS\n\
    [sources.order_lines]\npath = \"order_lines.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order_id\"\ncustomer_id = \"customer_id\"\nordered_at = \"ordered_at\"\nproduct_id = \"product_id\"\n\
    product_name = \"product_name\"\ncategory = \"category\"\nquantity = \"quantity\"\nunit_price = \"unit_price\"\n\
    discount = \"discount\"\ncoupon_code = \"coupon_code\"\nstatus = \"status\"\nsales_platform = \"sales_platform\"\n\
    country = \"country\"\n[cleaning]\ncancellations = \"drop\"\n";

fn simulated(threads: usize, reversed: bool) -> (tempfile::TempDir, Shop) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { lines: 60_000, seed: 3, ..Options::default() }.check().unwrap();
    simulate(&options, folder.path(), Format::Csv, &mut |_, _| {}).unwrap();
    if reversed {
        let path = folder.path().join("order_lines.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().rev().collect();
        std::fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    }
    let shop = shop_of(folder.path(), &TOML.replace("THREADS", &threads.to_string()));
    (folder, shop)
}

/// Equal but for the last digits of sums.
fn assert_close(a: &Value, b: &Value, at: &str) {
    assert_within(a, b, 1e-9, at);
}

#[test]
fn threads_and_row_order_do_not_matter() {
    let (_a, one) = simulated(1, false);
    let (_b, eight) = simulated(8, false);
    let (_c, reversed) = simulated(3, true);
    assert!(eight.manifest.parts.len() >= 8, "the import must really be split");
    let filters = [
        Filters::default(),
        Filters { from: Some("2024-03-15".into()), as_of: Some("2025-02-10".into()), ..Filters::default() },
    ];
    for filters in &filters {
        for (name, params) in [
            ("overview", vec![("granularity", "week")]),
            ("rfm", vec![("scheme", "eleven")]),
            ("rfm", vec![("model", "cluster"), ("frequency", "days")]),
            ("rfm-weights", vec![("period_days", "60"), ("draws", "30")]),
            ("cohorts", vec![("retention", "rolling"), ("period", "quarter")]),
            ("cohorts", vec![("contrast", "true")]),
            ("movement", vec![("scheme", "eleven"), ("months", "4")]),
            ("movement", vec![("scheme", "class"), ("edges", "since"), ("flow", "platinum:gold")]),
            ("time-to-best", vec![]),
            ("cohort-value", vec![("check", "false")]),
        ] {
            let expected = result(&analyse(&one, name, filters, &params));
            for shop in [&eight, &reversed] {
                assert_close(&expected, &result(&analyse(shop, name, filters, &params)), name);
            }
        }
    }
}

#[test]
fn segments_pages_and_people_add_up() {
    let (_folder, shop) = simulated(2, false);
    let all = Filters::default();
    let rfm = result(&analyse(&shop, "rfm", &all, &[]));
    let total = rfm["factors"]["frequency"]["count"].as_u64().unwrap();
    let mut sum = 0;
    for segment in rfm["segments"].as_array().unwrap() {
        let key = segment["segment"].as_str().unwrap();
        let customers = segment["customers"].as_u64().unwrap();
        sum += customers;
        let only = Filters { segment: Some(format!("nine:{key}")), ..Filters::default() };
        let page = result(&analyse(&shop, "customers", &only, &[("limit", "3")]));
        assert_eq!(page["total"].as_u64().unwrap(), customers, "{key}");
        for row in page["customers"].as_array().unwrap() {
            assert_eq!(row["segment"], segment["segment"], "scores are those among everybody");
        }
        let overview = result(&analyse(&shop, "overview", &only, &[]));
        assert_eq!(overview["totals"]["customers"].as_u64().unwrap(), customers, "{key}");
        let restricted = result(&analyse(&shop, "rfm", &only, &[]));
        assert_eq!(restricted["factors"]["frequency"]["count"].as_u64().unwrap(), customers, "{key}");
    }
    assert_eq!(sum, total);

    let best = result(&analyse(&shop, "customers", &all, &[("limit", "2")]));
    for row in best["customers"].as_array().unwrap() {
        let id = row["customer_id"].as_str().unwrap();
        let person = result(&analyse(&shop, "customer", &all, &[("id", id)]));
        assert_eq!(person["scores"]["score"], row["score"]);
        let history: f64 =
            person["history"].as_array().unwrap().iter().map(|o| o["revenue"].as_f64().unwrap()).sum();
        assert!((history - row["monetary"].as_f64().unwrap()).abs() < 1e-6);
        assert_eq!(person["history"].as_array().unwrap().len() as u64, row["orders"].as_u64().unwrap());
        let found = result(&analyse(&shop, "customers", &all, &[("search", id)]));
        assert!(
            found["customers"]
                .as_array()
                .unwrap()
                .iter()
                .any(|found| found["customer_id"] == row["customer_id"])
        );
    }
}

#[test]
fn parameters_of_the_catalogue_exist_and_have_words() {
    for listed in dangol_analytics::catalogue::list() {
        assert!(!listed.about.title.ko.is_empty() && !listed.about.definition.ko.is_empty());
        for parameter in &listed.about.parameters {
            assert!(!parameter.default.is_null(), "{} {}", listed.name, parameter.name);
            assert!(!parameter.description.en.is_empty() && !parameter.description.ko.is_empty());
            if let Some(default) = parameter.default.as_str().filter(|_| !parameter.choices.is_empty()) {
                assert!(parameter.choices.iter().any(|choice| choice == default));
            }
        }
    }
}
