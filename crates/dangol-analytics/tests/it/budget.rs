//! A budget over channels: what it says of shops whose curves are known, and what it will not say.

use std::fmt::Write as _;

use dangol_shop::{Filters, Shop};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of};

const TOML: &str = "[shop]\nname = \"Curves\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\
    [sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\norder_id = \"order\"\n\
    customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n\
    [sources.customers]\npath = \"customers.csv\"\n[sources.customers.columns]\ncustomer_id = \"customer\"\n\
    acquisition_channel = \"channel\"\n\
    [sources.marketing_spend]\npath = \"spend.csv\"\n[sources.marketing_spend.columns]\nperiod = \"month\"\n\
    channel = \"channel\"\nspend = \"spend\"\n";

/// Three years of two channels: `wide` brings 60 customers for 1,000 a month and hardly saturates, `narrow` brings 40
/// and does so soon. Every customer buys once for 30.
fn two_channels(folder: &std::path::Path, seed: u64) -> Shop {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut orders, mut customers, mut spend) = (
        "order,customer,at,amount\n".to_owned(),
        "customer,channel\n".to_owned(),
        "month,channel,spend\n".to_owned(),
    );
    let mut number = 0;
    for month in 0..36 {
        let (year, month) = (2021 + month / 12, month % 12 + 1);
        for (channel, at_mean, power) in [("wide", 60.0, 0.9), ("narrow", 40.0, 0.2)] {
            let share: f64 = (2.0 * random.random::<f64>() - 1.0).exp();
            writeln!(spend, "{year}-{month:02},{channel},{:.2}", 1_000.0 * share).unwrap();
            // Counts of many small chances are nearly Poisson.
            let mean = at_mean * share.powf(power);
            let count = (0..1_000).filter(|_| random.random_bool(mean / 1_000.0)).count();
            for _ in 0..count {
                number += 1;
                let day = random.random_range(1..29);
                writeln!(orders, "{number},c{number},{year}-{month:02}-{day:02},30").unwrap();
                writeln!(customers, "c{number},{channel}").unwrap();
            }
        }
    }
    for (name, text) in [("orders", orders), ("customers", customers), ("spend", spend)] {
        std::fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
    shop_of(folder, TOML)
}

fn channel<'a>(result: &'a Value, name: &str) -> &'a Value {
    result["channels"].as_array().unwrap().iter().find(|row| row["channel"] == name).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn money_goes_where_it_still_brings_something() {
    let folder = tempfile::tempdir().unwrap();
    let shop = two_channels(folder.path(), 1);
    let report = analyse(&shop, "budget", &Filters::default(), &[("budget", "2000")]);
    let found = result(&report);
    let (wide, narrow) = (channel(&found, "wide"), channel(&found, "narrow"));
    for (row, power) in [(wide, 0.9), (narrow, 0.2)] {
        assert!(number(&row["power_low"]) <= power && power <= number(&row["power_high"]), "{row}");
        assert!(number(&row["proposed_low"]) <= number(&row["proposed"]) + 1e-6);
        assert!(number(&row["proposed"]) <= number(&row["proposed_high"]) + 1e-6);
    }
    assert_eq!(narrow["state"], "diminishing");
    // The truth: the last euro brings as much in both at 1,650 and 350 or so, values being the same.
    assert!(number(&wide["proposed"]) > 1_400.0, "{wide}");
    let total = number(&wide["proposed"]) + number(&narrow["proposed"]) + number(&found["left"]);
    assert!((total - 2_000.0).abs() < 1e-6);
    assert!(number(&found["gain_low"]) > 0.0, "the present split is far from it");
    assert!(number(&found["customers"]) > number(&found["customers_as_now"]));
    assert!(report.findings.iter().any(|finding| finding.code == "no_experiment"));
    // Equal seeds give equal answers.
    let again = result(&analyse(&shop, "budget", &Filters::default(), &[("budget", "2000")]));
    assert_eq!(found, again);
}

#[test]
fn a_budget_beyond_all_that_was_seen_is_not_spent() {
    let folder = tempfile::tempdir().unwrap();
    let shop = two_channels(folder.path(), 2);
    let report = analyse(&shop, "budget", &Filters::default(), &[("budget", "100000")]);
    let found = result(&report);
    let most: f64 = ["wide", "narrow"].iter().map(|name| number(&channel(&found, name)["most"])).sum();
    assert!((number(&found["left"]) - (100_000.0 - most)).abs() < 1.0);
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert!(codes.contains(&"budget_left_over") && codes.contains(&"beyond_what_was_seen"), "{codes:?}");
}

#[test]
fn kpi_lab_has_three_curves_and_says_what_they_cannot_know() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let report = analyse(&shop, "budget", &Filters::default(), &[]);
    let found = result(&report);
    assert_eq!(found["channels"].as_array().unwrap().len(), 3, "two channels took no money");
    // The mean of 2024, by the file.
    assert!((number(&found["budget"]) - number(&found["now"])).abs() < 1e-9);
    let given: f64 = found["channels"].as_array().unwrap().iter().map(|row| number(&row["proposed"])).sum();
    assert!((given + number(&found["left"]) - number(&found["budget"])).abs() < 1e-6);
    assert!(report.findings.iter().any(|finding| finding.code == "no_experiment"));

    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("ga-merch", folder.path()) else { return };
    let report = analyse(&shop, "budget", &Filters::default(), &[]);
    assert_eq!(result(&report)["channels"].as_array().unwrap().len(), 0);
    assert!(report.findings.iter().any(|finding| finding.code == "no_split"));
}
