use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use proptest::prelude::*;

use super::*;
use crate::{Config, Shop};

mod invariance;

const HEADER: &str = "order,customer,time,product,quantity,price,status\n";
const MAPPING: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"*.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\nproduct_id = \"product\"\n\
    quantity = \"quantity\"\nunit_price = \"price\"\nstatus = \"status\"\n";

fn import_files(
    files: &[(&str, &str)],
    more: &str,
) -> (tempfile::TempDir, Result<Outcome, crate::ShopError>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, rows) in files {
        fs::write(folder.path().join(name), format!("{HEADER}{rows}")).unwrap();
    }
    let config = Config::parse(folder.path(), format!("{MAPPING}{more}"), &[]).unwrap();
    let outcome = import(&config, &|_| {});
    (folder, outcome)
}

fn fates(outcome: &Outcome) -> BTreeMap<String, u64> {
    let source = &outcome.manifest().report.sources[0];
    let sum: u64 = source.fates.iter().map(|fate| fate.rows).sum();
    assert_eq!(sum, source.rows_read, "{:?}", source.fates);
    source
        .fates
        .iter()
        .map(|fate| (fate.rule.clone().unwrap_or_else(|| format!("{:?}", fate.fate)), fate.rows))
        .collect()
}

const ROWS: &str = "o1,a,2024-01-05 10:00,p1,2,5,completed\n\
    o1,a,2024-01-05 10:00,p2,1,1.50,completed\n\
    o1,a,2024-01-05 10:00,p2,1,1.50,completed\n\
    o2,b,2024-01-06 09:30,p1,1,5,completed\n\
    o3,a,2024-02-01 12:00,p1,1,5,cancelled\n\
    o4,b,2024-02-02 12:00,p1,-1,5,completed\n\
    o5,,2024-02-03 12:00,p3,4,2,completed\n\
    o6,c,2024-02-04 12:00,p3,x,2,completed\n\
    o7,c,someday,p3,1,2,completed\n\
    o8,c,2024-02-05 12:00,p3,1,-2,completed\n\
    o9,c,2024-02-05 12:00,p3,1,0,completed\n\
    o10,c,2024-02-05 12:00,p3,1,2,lost\n";

#[test]
fn every_row_has_one_fate() {
    let (_folder, outcome) = import_files(&[("a.csv", ROWS)], "[cleaning]\ncancellations = \"drop\"\n");
    let outcome = outcome.unwrap();
    let fates = fates(&outcome);
    assert_eq!(
        (fates["Kept"], fates["duplicates"], fates["cancellations"], fates["Quarantined"]),
        (5, 1, 2, 4)
    );
    let source = &outcome.manifest().report.sources[0];
    let reasons: Vec<(&str, &str, u64)> = source
        .quarantine
        .iter()
        .map(|count| (count.reason.code(), count.column.as_str(), count.sample.line))
        .collect();
    assert_eq!(
        reasons,
        [
            ("not_a_number", "quantity", 9),
            ("not_a_date", "ordered_at", 10),
            ("negative_price", "unit_price", 11),
            ("unknown_status", "status", 13),
        ]
    );
    let totals = &outcome.manifest().totals;
    assert_eq!((totals.orders, totals.customers, totals.order_lines_without_customer), (3, 3, 1));
    assert!((totals.revenue - 16.5).abs() < 1e-9);
}

#[test]
fn kept_cancellations_are_no_purchases_but_count_against_revenue() {
    let (_folder, outcome) = import_files(&[("a.csv", ROWS)], "");
    let totals = outcome.unwrap().manifest().totals.clone();
    assert_eq!((totals.orders, totals.not_purchases), (3, 2));
}

#[test]
fn returns_are_netted_against_their_purchases() {
    let rows = "o1,a,2024-01-05 10:00,p1,3,5,completed\n\
        o2,a,2024-01-08 10:00,p1,-1,5,completed\n\
        o3,a,2024-02-01 12:00,p2,2,5,completed\n\
        o4,a,2024-02-02 12:00,p2,-2,5,completed\n\
        o5,b,2024-02-02 12:00,p1,-1,5,completed\n\
        o6,b,2024-02-03 12:00,p1,1,5,returned\n\
        o7,b,2024-02-03 12:00,p1,1,5,completed\n\
        o8,b,2024-02-05 12:00,p1,-1,4,returned\n\
        ,,2024-02-05 12:00,p1,-1,4,completed\n";
    let (_folder, outcome) = import_files(&[("a.csv", rows)], "[cleaning]\ncancellations = \"net\"\n");
    let outcome = outcome.unwrap();
    // Netted: o2 in o1; o3 and o4; o6, void by its status; o8 in o7, of which money is left.
    let found = fates(&outcome);
    assert_eq!((found["Kept"], found["Netted"]), (4, 5), "{found:?}");
    let flags: BTreeMap<&str, u64> = outcome.manifest().report.sources[0]
        .flags
        .iter()
        .map(|flag| (flag.flag.as_str(), flag.rows))
        .collect();
    let expected = [
        ("cancelled", 2),
        ("missing_customer", 1),
        ("partly_returned", 1),
        ("returned_at_other_price", 1),
        ("unmatched_return", 2),
    ];
    assert_eq!(flags, expected.into());
    let totals = &outcome.manifest().totals;
    assert_eq!((totals.orders, totals.customers, totals.not_purchases), (1, 1, 2));
    assert!((totals.revenue - 10.0).abs() < 1e-9, "two pieces of o1 are left: {}", totals.revenue);
}

#[test]
fn netting_needs_to_know_the_product() {
    let mapping = MAPPING.replace("product_id = \"product\"\n", "") + "[cleaning]\ncancellations = \"net\"\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{ROWS}")).unwrap();
    let error = import(&Config::parse(folder.path(), mapping, &[]).unwrap(), &|_| {}).unwrap_err();
    let told = "shop.toml:13: cancellations = \"net\" needs the column product_id of order_lines, which no header feeds";
    assert!(error.to_string().ends_with(told), "{error}");
    assert!(error.hint().contains("product_id = "), "{}", error.hint());
}

#[test]
fn importing_twice_changes_nothing() {
    let (folder, outcome) = import_files(&[("a.csv", ROWS)], "");
    let first = outcome.unwrap().manifest().report.snapshot.clone();
    let config = Config::read(folder.path(), &[]);
    assert!(config.is_err(), "the configuration of this test is not on disk");
    let config = Config::parse(folder.path(), MAPPING.into(), &[]).unwrap();
    let again = import(&config, &|_| {}).unwrap();
    assert!(matches!(again, Outcome::Unchanged(_)));
    assert_eq!(again.manifest().report.snapshot, first);
}

#[test]
fn overlapping_files_bring_each_line_once_and_the_later_state_stands() {
    let january = "o1,a,2024-01-05 10:00,p1,2,5,pending\no2,b,2024-01-06 09:30,p1,1,5,completed\n";
    let both = "o1,a,2024-01-05 10:00,p1,2,5,completed\no2,b,2024-01-06 09:30,p1,1,5,completed\n\
        o3,b,2024-02-06 09:30,p1,1,5,completed\n";
    let (_folder, outcome) = import_files(&[("1.csv", january), ("2.csv", both)], "");
    let outcome = outcome.unwrap();
    let fates = fates(&outcome);
    assert_eq!((fates["Kept"], fates["AlreadyPresent"], fates["Replaced"]), (3, 1, 1));
}

#[test]
fn conditions_keep_lines_whose_value_is_unknown() {
    let rows =
        "o1,a,2024-01-05 10:00,p1,2,5,\no2,b,2024-01-06 09:30,p1,90000,5,\no3,b,2024-01-06 10:30,p1,,5,\n";
    let (_folder, outcome) = import_files(&[("a.csv", rows)], "[cleaning]\nkeep = [\"quantity < 80000\"]\n");
    let fates = fates(&outcome.unwrap());
    assert_eq!((fates["Kept"], fates["keep: quantity < 80000"]), (2, 1));
}

#[test]
fn a_condition_that_does_not_parse_names_its_line() {
    let (_folder, outcome) = import_files(&[("a.csv", ROWS)], "[cleaning]\nkeep = [\"quantty < 80000\"]\n");
    let error = outcome.unwrap_err();
    assert!(
        error.to_string().contains("shop.toml:14: the expression `quantty < 80000` cannot be used"),
        "{error}"
    );
}

#[tokio::test]
async fn the_flags_mark_the_first_line_of_order_day_and_month() {
    let rows = "o2,a,2024-01-05 18:00,p1,1,5,\no1,a,2024-01-05 10:00,p1,2,5,\no1,a,2024-01-05 10:00,p2,2,5,\n\
        o3,a,2024-01-29 10:00,p1,1,5,\no4,a,2024-02-01 10:00,p1,1,5,\no5,a,2024-04-01 10:00,p1,1,5,\n";
    let (folder, outcome) = import_files(&[("a.csv", rows)], "");
    outcome.unwrap();
    let shop = Shop::with_config(Config::parse(folder.path(), MAPPING.into(), &[]).unwrap()).unwrap();
    let sum = |flag: &str| format!("sum(CAST({flag} AS BIGINT)) AS {flag}");
    let sums = crate::order_lines::FIRST_FLAGS.map(sum).join(", ");
    let batches = shop.sql(&format!("SELECT {sums} FROM order_lines")).await.unwrap();
    let value = |name| crate::frame::column::<arrow::datatypes::Int64Type>(&batches, name, -1).unwrap()[0];
    let found = crate::order_lines::FIRST_FLAGS.map(value);
    // Five orders; days 5 and 29 January, 1 February, 1 April; weeks of 1 and 29 January
    // (with 1 February) and 1 April; three months; two quarters.
    assert_eq!(found, [5, 4, 3, 3, 2]);
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-c]",
        2 => "[0-9]{1,3}",
        1 => "-?[0-9]{1,2}\\.[0-9]",
        1 => Just(String::new()),
        1 => Just("2024-02-30".to_owned()),
        1 => Just("\"".to_owned()),
        1 => Just("\"a,b\"".to_owned()),
        1 => Just("\u{0}".to_owned()),
    ]
}

fn row() -> impl Strategy<Value = String> {
    let good = (0..6_u8, 0..4_u8, 1..28_u8, 0..24_u8, 0..4_u8, -2..5_i8, -1..9_i8).prop_map(
        |(order, customer, day, hour, product, quantity, price)| {
            format!(
                "o{order},c{customer},2024-03-{day:02} {hour:02}:00,p{product},{quantity},{price},completed"
            )
        },
    );
    let bad = prop::collection::vec(cell(), 1..10).prop_map(|cells| cells.join(","));
    prop_oneof![4 => good, 1 => bad]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn rows_read_are_the_sum_of_their_fates(
        one in prop::collection::vec(row(), 1..60),
        two in prop::collection::vec(row(), 0..40),
        rules in 0..3_usize,
    ) {
        let text = |rows: &[String]| rows.iter().fold(String::new(), |mut text, row| {
            let _ = writeln!(text, "{row}");
            text
        });
        let good = "o9,c9,2024-03-01 09:00,p1,1,1,completed\n";
        let first = format!("{good}{}", text(&one));
        let more = [
            "[cleaning]\nduplicates = \"flag\"\n",
            "[cleaning]\nduplicates = \"drop\"\ncancellations = \"drop\"\nzero_price = \"drop\"\n",
            "[cleaning]\ncancellations = \"net\"\nkeep = [\"unit_price < 8\"]\n[cleaning.test_accounts]\n\
                customer_ids = [\"c1\"]\n[[cleaning.outliers]]\ncolumn = \"quantity\"\nmethod = \"quantile\"\n\
                upper = 0.8\naction = \"drop\"\n",
        ][rules];
        let second = text(&two);
        let mut files = vec![("1.csv", first.as_str())];
        if !second.trim().is_empty() {
            files.push(("2.csv", second.as_str()));
        }
        let (_folder, outcome) = import_files(&files, more);
        // A second file of rubbish may not be readable as a table; that is said, and nothing is lost.
        if let Ok(outcome) = outcome {
            let manifest = outcome.manifest();
            fates(&outcome);
            prop_assert_eq!(manifest.parts.iter().chain(&manifest.unknown_parts).map(|part| part.rows).sum::<u64>(), manifest.totals.order_lines);
            let counted: u64 = manifest.report.sources[0].quarantine.iter().map(|count| count.rows).sum();
            prop_assert_eq!(counted, manifest.report.sources[0].rows_of(FateKind::Quarantined));
        }
    }
}
