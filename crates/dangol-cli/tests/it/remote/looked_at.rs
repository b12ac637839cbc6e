//! `dangol init` on large objects: it fetches what it looks at, and finds what it would in the whole.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::site::{Site, Wrong};
use super::{command, run};
use crate::support::{Answer, HEADER, Shop};

const ROWS: usize = 400_000;

fn cells(row: usize) -> [String; 6] {
    let (day, month, hour) = (1 + row % 28, 1 + row * 12 / ROWS, row % 24);
    [
        format!("O{:07}", row / 2),
        format!("C{:05}", row * 7919 % 20_011),
        format!("2024-{month:02}-{day:02} {hour:02}:15:00"),
        format!("P{}", row % 97),
        (1 + row % 4).to_string(),
        format!("{}.25", 1 + row % 50),
    ]
}

fn csv() -> Vec<u8> {
    let lines = (0..ROWS).map(|row| cells(row).join(",") + "\n");
    (HEADER.to_owned() + "\n" + &lines.collect::<String>()).into_bytes()
}

fn json() -> Vec<u8> {
    let keys: Vec<&str> = HEADER.split(',').collect();
    let record = |row| {
        let pairs = keys.iter().zip(cells(row)).map(|(key, value)| format!("\"{key}\":\"{value}\""));
        format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(","))
    };
    let mut text: String = (0..ROWS).map(record).collect();
    // What comes late is found by the import.
    text += "{\"order\":\"X\",\"late\":1}\n";
    text.into_bytes()
}

/// Twenty row groups, each of a megabyte.
fn parquet() -> Vec<u8> {
    let text = |at: usize| -> ArrayRef {
        Arc::new((0..ROWS).map(|row| Some(cells(row)[at].clone())).collect::<StringArray>())
    };
    let quantity: Int64Array = (0..ROWS).map(|row| Some(1 + row as i64 % 4)).collect();
    let price: Float64Array = (0..ROWS).map(|row| Some(0.25 + (1 + row % 50) as f64)).collect();
    // Nothing that could be packed small, and that nobody looks at for long.
    let note: StringArray = (0..ROWS).map(|row| Some(random_text(row as u64))).collect();
    let columns: Vec<ArrayRef> =
        vec![text(0), text(1), text(2), text(3), Arc::new(quantity), Arc::new(price), Arc::new(note)];
    let rows = RecordBatch::try_from_iter(HEADER.split(',').chain(["note"]).zip(columns)).expect("columns");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(ROWS / 20)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), Some(properties)).expect("a writer");
    writer.write(&rows).expect("written");
    writer.into_inner().expect("a file")
}

/// A text of 48 digits that looks random.
fn random_text(row: u64) -> String {
    let mut state = row + 1;
    let mut part = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:016x}")
    };
    part() + &part() + &part()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

/// What init writes about a file here and an object there is the same but for its path.
#[track_caller]
fn same_as_here(shop: &Shop, name: &str, bytes: &[u8], init: impl FnOnce() -> Answer) -> Answer {
    let text = || std::fs::read_to_string(shop.toml()).expect("shop.toml");
    let file = shop.write(name, bytes);
    shop.init(name).succeeds();
    let here = text();
    std::fs::remove_file(file).expect("removed");
    let answer = init().succeeds();
    // Why so is said in comments, with the number of rows that were looked at.
    let told = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("path = "));
        let lines = lines.map(|line| line.split('#').next().unwrap_or_default().trim_end().to_owned());
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(told(&text()), told(&here), "{name}");
    assert!(here.contains("customer_id = \"customer\""), "{here}");
    answer
}

#[test]
fn of_large_objects_only_what_is_looked_at_is_fetched() {
    let site = Site::new();
    let shop = Shop::new();
    let text = csv();
    for (name, bytes, most) in [
        ("orders.csv", text.clone(), 3 << 20),
        ("orders.csv.gz", gzip(&text), 2 << 20),
        ("orders.jsonl", json(), 6 << 20),
        ("orders.parquet", parquet(), 8 << 20),
    ] {
        let size = bytes.len() as u64;
        assert!(size > 4 << 20, "{name}: {size} bytes are few");
        let path = format!("/{name}");
        site.put(&path, bytes.clone());
        let before = site.served();
        same_as_here(&shop, name, &bytes, || run(&shop, &["init", &site.address(&path), "--force"]));
        let served = site.served() - before;
        println!("{name}: {served} of {size} bytes");
        assert!(served < most && served < size / 2, "{name}: {served} of {size} bytes were fetched");
    }
    // A server that gives the whole or nothing gives the whole.
    site.is_wrong("/orders.csv", Wrong::Whole, 100);
    same_as_here(&shop, "orders.csv", &text, || {
        run(&shop, &["init", &site.address("/orders.csv"), "--force"])
    });
    // Another version in the midst of it is told.
    site.put("/orders.csv", text.clone());
    site.is_wrong("/orders.csv", Wrong::Changes(usize::MAX), 2);
    let answer = run(&shop, &["init", &site.address("/orders.csv"), "--force"]);
    assert!(answer.code == 1 && answer.err.contains("changes while it is read"), "{answer}");
    // What is read from its end has to come whole: an archive.
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("orders.csv", zip::write::SimpleFileOptions::default()).expect("begun");
    archive.write_all(&text).expect("written");
    let archive = archive.finish().expect("an archive").into_inner();
    site.put("/orders.zip", archive.clone());
    same_as_here(&shop, "orders.zip", &archive, || {
        run(&shop, &["init", &site.address("/orders.zip"), "--force"])
    });
}

#[test]
fn of_large_objects_in_a_store_too() {
    let site = Site::new();
    let shop = Shop::new();
    let text = csv();
    site.put("/exports/2024/orders.csv", text.clone());
    same_as_here(&shop, "orders.csv", &text, || {
        let mut init = command(&shop, &["init", "s3://exports/2024/orders.csv", "--force"]);
        init.env("AWS_ENDPOINT_URL", site.address(""));
        Answer::of(init)
    });
    assert!(site.served() < 3 << 20, "{} bytes", site.served());
}
