//! S3.

use std::sync::Arc;

use super::moto::Moto;
use super::{files, import, run, stands_nowhere};
use crate::support::{COLUMNS, Shop, good_orders, rows_of, rows_read};

fn shop_of(moto: &Moto, path: &str) -> Shop {
    let shop = Shop::new();
    configure(&shop, moto, path);
    shop
}

fn configure(shop: &Shop, moto: &Moto, path: &str) {
    let storage = format!("[storage.s3]\nendpoint = \"{}\"\n", moto.endpoint());
    shop.configure(&format!("path = \"{path}\""), &format!("{COLUMNS}{storage}"));
}

/// The good orders as Parquet.
fn parquet() -> Vec<u8> {
    use arrow::array::{ArrayRef, RecordBatch, StringArray};
    let good = good_orders();
    let mut lines = good.lines();
    let headers: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let columns = headers.iter().enumerate().map(|(at, header)| {
        let values = StringArray::from_iter_values(rows.iter().map(|row| row[at]));
        (*header, Arc::new(values) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).expect("a table");
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.into_inner().expect("written")
}

#[test]
fn a_bucket_from_init_to_a_changed_object() {
    let Some(moto) = Moto::start(None) else { return };
    moto.put("/exports", b"");
    let good = good_orders();
    let (header, lines) = good.split_once('\n').expect("a header");
    let of_month = |month: u32| {
        let ours = lines.lines().filter(|line| line.contains(&format!("2024-{month:02}-")));
        format!("{header}\n{}\n", ours.collect::<Vec<_>>().join("\n"))
    };
    for month in 1..=7 {
        moto.put(&format!("/exports/shop/2024-{month:02}.csv"), of_month(month).as_bytes());
    }
    let shop = Shop::new();
    let mut init = super::command(&shop, &["init", "s3://exports/shop/"]);
    init.env("AWS_ENDPOINT_URL", moto.endpoint());
    crate::support::Answer::of(init).succeeds();
    let text = std::fs::read_to_string(shop.toml()).expect("it is written");
    assert!(text.contains("path = \"s3://exports/shop/*.csv\"") && !text.contains(super::SECRET), "{text}");

    configure(&shop, &moto, "s3://exports/shop/2024-*.csv");
    let report = import(&shop).json();
    assert_eq!(rows_read(&report), 63);
    assert_eq!(files(&report)[6], ("2024-07.csv".into(), "s3://exports/shop/2024-07.csv".into()));
    assert!(run(&shop, &["import"]).succeeds().out.contains("Nothing has changed"));
    moto.put("/exports/shop/2024-08.csv", of_month(8).as_bytes());
    let report = import(&shop).json();
    let since = &report["sources"][0]["since"];
    assert_eq!((&since["new"], &since["unchanged"]), (&9.into(), &63.into()), "{report:#}");
    // Replaced by an object of the same size.
    moto.put("/exports/shop/2024-08.csv", of_month(8).replace(".50", ".75").as_bytes());
    assert!(run(&shop, &["import"]).succeeds().out.contains("Imported in"));
    moto.delete("/exports/shop/2024-08.csv");
    import(&shop).refuses(
        &["not there any more", "s3://exports/shop/2024-08.csv (its rows in the store: 9)"],
        &["--allow-missing"],
    );
    shop.is_tidy();
    stands_nowhere(super::SECRET, &shop.folder());
    // All that the seven months do not name is in the bucket still, and nothing is gone.
    configure(&shop, &moto, "s3://exports/shop/2024-01.csv");
    run(&shop, &["import", "--allow-missing"]).succeeds();
    assert_eq!(shop.count("select count(*) from order_lines"), 9);
}

#[test]
fn parquet_names_with_signs_and_what_is_not_there() {
    let Some(moto) = Moto::start(None) else { return };
    moto.put("/exports", b"");
    moto.put("/exports/a%20b/%EC%A3%BC%EB%AC%B8%20%2850%25%29%20%231.parquet", &parquet());
    let shop = shop_of(&moto, "s3://exports/a b/주문 (50%) #1.parquet");
    let report = import(&shop).json();
    assert_eq!((rows_of(&report, "kept"), files(&report)[0].0.as_str()), (72, "주문 (50%) #1.parquet"));
    configure(&shop, &moto, "s3://exports/a b/");
    assert_eq!(rows_of(&import(&shop).json(), "kept"), 72);
    configure(&shop, &moto, "s3://exprts/a.csv");
    import(&shop).refuses(&["s3://exprts/a.csv"], &[]);
    configure(&shop, &moto, "s3://exports/a b/주문.parquet");
    import(&shop).refuses(&["no such object"], &[]);
}

#[test]
fn keys_that_the_store_does_not_know() {
    let Some(moto) = Moto::start(Some(2)) else { return };
    moto.put("/exports", b"");
    moto.put("/exports/orders.csv", good_orders().as_bytes());
    let shop = shop_of(&moto, "s3://exports/orders.csv");
    let answer = import(&shop);
    answer.refuses(&["s3://exports/orders.csv", "the store refuses: 403"], &["check the credentials"]);
    assert!(!answer.err.contains(super::SECRET), "{answer}");
    configure(&shop, &moto, "s3://exports/");
    import(&shop).refuses(&["the store refuses: 403", "InvalidAccessKeyId"], &["check the credentials"]);
}
