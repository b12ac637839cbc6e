//! Shops of an unusual shape: every analysis answers, none with numbers made up.

use serde_json::Value;

use crate::support::{COLUMNS, HEADER, Shop, dropped_by, flagged, good_orders, rows_of, rows_read};

const ANALYSES: [&str; 4] = ["overview", "rfm", "cohorts", "customers"];

fn imported(lines: &str) -> (Shop, Value) {
    let shop = Shop::new();
    shop.write("orders.csv", format!("{HEADER}\n{lines}"));
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    let report = shop.import().json();
    rows_read(&report);
    (shop, report)
}

/// The analyses of a shop by name; none fails, and no number in them is infinite or NaN
/// (which JSON could not write).
fn analysed(shop: &Shop) -> Vec<Value> {
    ANALYSES
        .iter()
        .map(|name| {
            let report = shop.dangol(&["analyze", name, "--format", "json"]).json();
            assert_eq!(report["analysis"], *name);
            for format in ["table", "csv"] {
                let printed = shop.dangol(&["analyze", name, "--format", format]).succeeds().out;
                assert!(!printed.contains("NaN") && !printed.contains("inf "), "{printed}");
            }
            report["result"].clone()
        })
        .collect()
}

/// Customers, orders and revenue, as overview and RFM tell them alike.
fn totals(results: &[Value]) -> (u64, u64, f64) {
    let totals = &results[0]["totals"];
    let number = |name: &str| totals[name].as_u64().unwrap_or_else(|| panic!("no {name}: {totals:#}"));
    let (customers, orders) = (number("customers"), number("orders"));
    let sum = |key: &str| -> u64 {
        results[1]["segments"]
            .as_array()
            .expect("segments")
            .iter()
            .map(|one| one[key].as_u64().expect("a count"))
            .sum()
    };
    assert_eq!(sum("customers"), customers, "every customer is in one segment: {:#}", results[1]["segments"]);
    let sizes: u64 = results[2]["cohorts"]
        .as_array()
        .expect("cohorts")
        .iter()
        .map(|cohort| cohort["size"].as_u64().expect("a size"))
        .sum();
    assert_eq!(sizes, customers, "every customer is in one cohort");
    (customers, orders, totals["revenue"].as_f64().unwrap_or_else(|| panic!("no revenue: {totals:#}")))
}

#[test]
fn every_row_a_duplicate() {
    // One purchase, exported fifty times, with a clock time: written fifty times.
    let (shop, report) = imported(&"O1,C1,2024-01-05 10:00:00,P1,1,20\n".repeat(50));
    assert_eq!(
        (rows_read(&report), rows_of(&report, "kept"), dropped_by(&report, "duplicates")),
        (50, 1, 49)
    );
    assert_eq!(totals(&analysed(&shop)), (1, 1, 20.0));
    // The whole export twice over.
    let orders = good_orders().replace(&format!("{HEADER}\n"), "");
    let (shop, report) = imported(&orders.repeat(2));
    assert_eq!(
        (rows_read(&report), rows_of(&report, "kept"), dropped_by(&report, "duplicates")),
        (144, 72, 72)
    );
    assert_eq!(shop.answers(), Shop::with_orders().answers());
    // Without a clock time two equal purchases on one day are real: flagged, kept.
    let (shop, report) = imported(&"O1,C1,2024-01-05,P1,1,20\n".repeat(50));
    assert_eq!((rows_of(&report, "kept"), flagged(&report, "duplicates")), (50, 49));
    assert_eq!(totals(&analysed(&shop)), (1, 1, 1000.0));
}

#[test]
fn one_customer() {
    let lines: String =
        (1..=20).map(|day| format!("O{day},C1,2024-01-{day:02} 09:30,P{},1,{day}\n", day % 3)).collect();
    let (shop, report) = imported(&lines);
    assert_eq!(rows_of(&report, "kept"), 20);
    assert_eq!(totals(&analysed(&shop)), (1, 20, 210.0));
}

#[test]
fn one_order() {
    let (shop, report) = imported("O1,C1,2024-02-29 23:59:59,P1,2,12.5\n");
    assert_eq!(rows_of(&report, "kept"), 1);
    let results = analysed(&shop);
    assert_eq!(totals(&results), (1, 1, 25.0));
    assert_eq!(results[1]["factors"]["monetary"]["mean"].as_f64(), Some(25.0), "{:#}", results[1]["factors"]);
}

#[test]
fn all_on_one_day() {
    let lines: String = (0..40)
        .map(|row| format!("O{row},C{},2024-01-05 {:02}:00,P{},1,10\n", row % 15, row % 24, row % 4))
        .collect();
    let (shop, report) = imported(&lines);
    assert_eq!(rows_of(&report, "kept"), 40);
    let results = analysed(&shop);
    assert_eq!(totals(&results), (15, 40, 400.0));
    assert_eq!(results[2]["cohorts"].as_array().map(Vec::len), Some(1), "one cohort");
}

#[test]
fn everybody_alike() {
    let lines: String = (0..30).map(|row| format!("O{row},C{row},2024-01-05 10:00,P1,1,10\n")).collect();
    let (shop, _) = imported(&lines);
    assert_eq!(totals(&analysed(&shop)), (30, 30, 300.0));
}

#[test]
fn only_cancellations() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let lines: String = (1..=9).map(|day| format!("O{day},C{day},2024-01-0{day} 10:00,P1,-1,10\n")).collect();
    shop.write("orders.csv", format!("{HEADER}\n{lines}"));
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    shop.import().refuses(
        &["none of the 9 rows", "orders.csv", "bought something"],
        &["the store is as it was before"],
    );
    shop.configure("path = \"../orders.csv\"", &format!("{COLUMNS}\n[cleaning]\ncancellations = \"drop\"\n"));
    shop.import().refuses(&["none of the 9 rows", "[cleaning]"], &["the store is as it was before"]);
    shop.is_whole(&before);
}
