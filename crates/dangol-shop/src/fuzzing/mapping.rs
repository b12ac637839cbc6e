//! A whole import of any file, any `shop.toml`, any expression in it.

use std::path::Path;

use crate::Config;
use crate::error::ShopError;
use crate::import::{Allowed, dry_run};
use crate::sources::{ReadHints, open};
use crate::store::Manifest;

const COLUMNS: &str = "[sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\n\
    ordered_at = \"time\"\nproduct_id = \"product\"\nquantity = \"quantity\"\nunit_price = \"price\"\n\
    shipping = \"shipping\"\nstatus = \"status\"\n";

/// Cleaning of several kinds; a file is tried with one of them.
const CLEANING: [&str; 4] = [
    "",
    "[cleaning]\ncancellations = \"net\"\nduplicates = \"drop\"\n",
    "[cleaning]\ncancellations = \"drop\"\nzero_price = \"drop\"\nkeep = [\"quantity < 100\"]\n",
    "[cleaning]\ncancelled_order_prefix = \"C\"\nduplicates = \"flag\"\n",
];

/// A file of order lines: each row read has one fate; threads and memory change nothing.
pub(super) fn import(bytes: &[u8]) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lines.csv");
    std::fs::write(&path, bytes).expect("written");
    let cleaning = CLEANING[bytes.len() % CLEANING.len()];
    let of = |threads: usize, memory: usize| {
        let text = format!(
            "[shop]\nname = \"F\"\n[engine]\nthreads = {threads}\nmemory_mb = {memory}\n{cleaning}\
             [sources.order_lines]\npath = \"lines.csv\"\n{COLUMNS}"
        );
        imported(folder.path(), text)
    };
    let (Ok(one), three) = (of(1, 64), of(3, 0)) else { return 0 };
    let three = three.expect("as with one thread");
    assert_eq!(told(&one), told(&three), "threads and temporary files change nothing");
    assert_eq!(one.report.sources[0].rows_read, rows_in(&path), "what the reader gives is what is counted");
    one.totals.order_lines
}

/// What an import found, without the time it took.
fn told(manifest: &Manifest) -> String {
    serde_json::json!([manifest.totals, manifest.report.sources]).to_string()
}

fn rows_in(path: &Path) -> u64 {
    let opened = open(path, &ReadHints::default()).expect("it was read");
    let batches = opened.tables.iter().flat_map(|table| table.read().expect("it was read"));
    batches
        .map(|batch| batch.expect("it was read"))
        .map(|batch| (batch.rows.num_rows() + batch.malformed.len()) as u64)
        .sum()
}

fn imported(folder: &Path, text: String) -> Result<Manifest, ShopError> {
    let config = Config::parse(folder, text, &[]);
    let manifest = config.and_then(|config| dry_run(&config, Allowed::default(), &|_| {}));
    match &manifest {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(manifest) => {
            for source in &manifest.report.sources {
                let fates: u64 = source.fates.iter().map(|fate| fate.rows).sum();
                assert_eq!(fates, source.rows_read, "each row has one fate");
                let of_files: u64 = source.files.iter().map(|file| file.rows_read).sum();
                assert_eq!(of_files, source.rows_read, "each row is of one file");
            }
        }
    }
    manifest
}

/// A `shop.toml`, parsed: what is wrong with it is told with a place in it.
pub(super) fn shop_toml(bytes: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(bytes) else { return 0 };
    let lines = text.lines().count().max(1);
    let Err(error) = Config::parse(Path::new("shop"), text.to_owned(), &["rfm"]) else { return 1 };
    let told = error.to_string();
    let line = told.split("shop.toml:").nth(1).and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
    if let Some(line) = line {
        assert!((1..=lines + 1).contains(&line), "line {line} of {lines}: {told}");
    }
    0
}

/// An expression and a condition over the columns of a file.
pub(super) fn expression(bytes: &[u8]) -> u64 {
    const LINES: &str = "order,customer,time,product,quantity,price,shipping,status\n\
        1,a,2024-01-05 10:00,x,1,10,3,completed\n1,a,2024-01-05 10:00,y,2,10,,completed\n\
        2,b,2024-02-29 23:59,x,-1,10,3,returned\n3,,2024-03-01 00:00,,1,0.5,0,\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return 0 };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("lines.csv"), LINES).expect("written");
    let quoted = toml::Value::String(text.to_owned());
    let sources = format!("[sources.order_lines]\npath = \"lines.csv\"\n{COLUMNS}");
    let places = [
        format!("[sources.order_lines.expressions]\namount = {quoted}\n"),
        format!("[sources.order_lines.expressions]\ncategory = {quoted}\n"),
        format!("[cleaning]\nkeep = [{quoted}]\n"),
    ];
    let imported =
        places.iter().map(|more| imported(folder.path(), format!("[shop]\nname = \"F\"\n{sources}{more}")));
    imported.flatten().count() as u64
}
