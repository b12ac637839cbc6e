//! The trial shops' exports, each in one file: `init` and `import` without a word in between.

use std::fs;

use serde_json::Value;

use crate::support::{Shop, dropped_by, quarantined, rows_of, rows_read};

/// Guesses, imports, analyses; `rows` is what the file holds.
fn tried(file: &str, rows: u64) -> Option<(Shop, Value)> {
    let path = dangol_trial_data::file(file)?;
    let shop = Shop::new();
    let told = shop.init(path.to_str().expect("a path in UTF-8")).succeeds().out;
    assert!(told.contains("customer_id") && told.contains("ordered_at"), "it says what it guessed: {told}");
    let text = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(text.contains("[sources.order_lines"), "{text}");
    let report = shop.import().json();
    assert_eq!(rows_read(&report), rows, "{file}");
    let counts = &shop
        .sql("select (select count(*) from order_lines) as kept, (select count(*) from quarantine) as bad")
        [0];
    assert_eq!(counts["kept"].as_u64(), Some(rows_of(&report, "kept")), "{file}");
    assert_eq!(counts["bad"].as_u64(), Some(rows_of(&report, "quarantined")), "{file}");
    assert!(rows_of(&report, "kept") * 10 > rows * 7, "most rows are of use: {report:#}");
    assert_eq!(shop.answers().lines, rows_of(&report, "kept"));
    shop.is_tidy();
    Some((shop, report))
}

fn customers(shop: &Shop) -> u64 {
    shop.count("select count(distinct customer_id) from order_lines where is_purchase")
}

#[test]
fn online_retail() {
    let Some((shop, report)) = tried("online-retail/online_retail.parquet", 541_909) else { return };
    assert_eq!(dropped_by(&report, "duplicates"), 5_268);
    // Identifiers that the export holds as floats.
    assert_eq!(shop.count("select count(*) from order_lines where customer_id like '%.%'"), 0);
    assert!(shop.count("select count(*) from order_lines where customer_id = '17850'") > 0);
}

#[test]
fn cdnow() {
    let Some((shop, report)) = tried("cdnow/CDNOW_master.txt", 69_659) else { return };
    assert_eq!(rows_of(&report, "kept"), 69_659);
    assert_eq!(customers(&shop), 23_570);
    let ends = &shop.sql("select min(ordered_on) as first, max(ordered_on) as last from order_lines")[0];
    assert_eq!((ends["first"].as_str(), ends["last"].as_str()), (Some("1997-01-01"), Some("1998-06-30")));
}

#[test]
fn grocery() {
    let Some((shop, report)) = tried("grocery/grocery_elog.csv", 10_483) else { return };
    assert_eq!(rows_of(&report, "kept"), 10_483);
    assert_eq!(customers(&shop), 1_525);
}

#[test]
fn apparel() {
    let Some((shop, report)) = tried("apparel/apparelTrans.csv", 3_187) else { return };
    assert_eq!(rows_of(&report, "kept"), 3_187);
    assert_eq!(customers(&shop), 600);
}

#[test]
fn kpi_lab() {
    let Some((shop, report)) = tried("kpi-lab/customer_transactions.csv", 3_469) else { return };
    assert_eq!(rows_of(&report, "kept"), 3_469);
    // The day of the order, not of the sign-up that stands on the same line.
    let orders = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(orders.contains("ordered_at = \"transaction_date\""), "{orders}");
}

#[test]
fn baby_shop() {
    let Some((shop, report)) = tried("baby-shop/주문.csv", 36_423) else { return };
    // CP949 is read as Korean, amounts with their thousands.
    assert!(shop.count("select count(*) from order_lines where product_name like '%물티슈%'") > 0);
    assert!(shop.count("select count(*) from order_lines where unit_price >= 1000") > 1_000);
    assert_eq!(quarantined(&report, "bad_encoding"), 0);
    assert!(dropped_by(&report, "duplicates") > 0);
}

#[test]
fn ga_merch() {
    let Some((_, report)) = tried("ga-merch/Online_Sales.xlsx", 52_924) else { return };
    assert!(rows_of(&report, "kept") > 50_000);
}

#[test]
fn thelook_like() {
    let Some(path) = dangol_trial_data::file("thelook-like/order_items.parquet") else { return };
    let file = fs::File::open(path).expect("the file");
    let metadata =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let rows = metadata.metadata().file_metadata().num_rows() as u64;
    assert!(rows > 20_000);
    tried("thelook-like/order_items.parquet", rows).expect("the file is there");
}
