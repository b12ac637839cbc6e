//! A simulated shop, all the way: its truth comes out of the store.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{Answer, DANGOL, Shop, dropped_by, flagged, quarantined, rows_of, rows_read};

fn simulated(shop: &Shop, lines: u32, dirt: &str, format: &str) -> Value {
    let out = shop.root().join("simulated");
    let mut command = Command::new(DANGOL);
    command
        .args(["simulate", "--lines", &lines.to_string(), "--dirt", dirt, "--format", format, "--out"])
        .arg(&out);
    Answer::of(command).succeeds();
    let truth = fs::read(out.join("truth.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    truth["counts"].clone()
}

#[test]
fn the_counts_are_those_of_the_truth() {
    let shop = Shop::new();
    let truth = simulated(&shop, 20_000, "0.05", "csv");
    let number = |name: &str| truth[name].as_u64().unwrap_or_else(|| panic!("no {name}: {truth:#}"));
    let dirt = |name: &str| {
        let rows = truth["dirt"][name].as_u64().unwrap_or_else(|| panic!("no {name}: {truth:#}"));
        assert!(rows > 0, "there is {name} to find");
        rows
    };
    shop.init("simulated/order_lines.csv").succeeds();
    let report = shop.import().json();
    assert_eq!(rows_read(&report), number("lines"));
    assert_eq!(quarantined(&report, "not_a_number"), dirt("unparsable_amount"), "{report:#}");
    assert_eq!(
        quarantined(&report, "not_a_date")
            + quarantined(&report, "impossible_date")
            + quarantined(&report, "missing"),
        dirt("unparsable_date")
    );
    assert_eq!(quarantined(&report, "negative_price"), dirt("negative_price"));
    assert_eq!(dropped_by(&report, "duplicates"), dirt("exact_duplicate"));
    assert_eq!(flagged(&report, "missing_customer"), dirt("missing_customer"));
    assert_eq!(flagged(&report, "zero_price"), dirt("zero_price"));
    assert_eq!(flagged(&report, "cancelled"), number("cancelled_lines") + number("returned_lines"));
    let faulty = dirt("unparsable_amount") + dirt("unparsable_date") + dirt("negative_price");
    assert_eq!(rows_of(&report, "quarantined"), faulty);
    assert_eq!(rows_of(&report, "kept"), number("lines") - faulty - dirt("exact_duplicate"));

    let clean = "is_purchase and unit_price > 0 and customer_id not like 'TEST%'";
    let row = &shop.sql(&format!(
        "select count(*) as lines, count(distinct customer_id) as customers, count(distinct order_id) as orders, \
         sum(net_revenue) as revenue from order_lines where {clean}"
    ))[0];
    assert_eq!(row["lines"].as_u64(), Some(number("clean_lines")));
    assert_eq!(row["customers"].as_u64(), Some(number("customers")));
    assert_eq!(row["orders"].as_u64(), Some(number("clean_orders")));
    assert_eq!(row["revenue"].as_f64(), Some(number("clean_revenue") as f64));
    assert_eq!(
        shop.count("select count(*) from order_lines where customer_id like 'TEST%'"),
        dirt("test_account")
    );
}

#[test]
fn parquet_and_csv_give_the_same_store() {
    let answers = ["csv", "parquet"].map(|format| {
        let shop = Shop::new();
        let truth = simulated(&shop, 5_000, "0", format);
        shop.init(&format!("simulated/order_lines.{format}")).succeeds();
        let report = shop.import().json();
        assert_eq!(rows_read(&report), truth["lines"].as_u64().expect("lines"));
        assert_eq!(rows_of(&report, "kept"), truth["lines"].as_u64().expect("lines"));
        shop.answers()
    });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn files_of_lifetime_values_are_of_everybody() {
    let shop = Shop::new();
    simulated(&shop, 5_000, "0", "csv");
    shop.init("simulated/order_lines.csv").succeeds();
    shop.import();
    let customers = shop.count("select count(distinct customer_id) from order_lines where is_purchase");
    let csv = shop.dangol(&["analyze", "value", "--format", "csv"]).succeeds().out;
    assert!(csv.starts_with("customer_id,repeats,first_to_last_days,age_days,"), "{csv:.100}");
    assert_eq!(csv.lines().count() as u64, 1 + customers);
    let top = shop.dangol(&["analyze", "value", "--format", "csv", "--table", "top"]).succeeds().out;
    assert_eq!(top.lines().count(), 21);
}

#[test]
fn the_same_seed_gives_the_same_shop() {
    let bytes = [(); 2].map(|()| {
        let shop = Shop::new();
        simulated(&shop, 2_000, "0.02", "csv");
        fs::read(shop.root().join("simulated/order_lines.csv")).expect("the lines")
    });
    assert!(bytes[0] == bytes[1]);
}

#[test]
fn options_that_make_no_sense() {
    let shop = Shop::new();
    for options in [["--dirt", "1.5"], ["--dirt", "NaN"], ["--lines", "0"]] {
        let mut command = Command::new(DANGOL);
        command.arg("simulate").args(options).arg("--out").arg(shop.root().join("out"));
        let answer = Answer::of(command);
        assert!(answer.code == 2 && answer.err.starts_with("error: "), "{answer}");
        assert!(!shop.root().join("out").exists(), "nothing is written: {answer}");
    }
}
