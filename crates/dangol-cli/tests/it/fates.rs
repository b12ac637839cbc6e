//! Whatever is in a file: the rows read are the rows kept, dropped, replaced and quarantined.

use std::fmt::Write as _;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::packed::{gzip, zip};
use crate::support::{COLUMNS, HEADER, Shop, rows_of, rows_read, source};

/// A line of an export, good or not.
#[derive(Debug, Clone)]
enum Line {
    /// Order, customer, day, product, quantity, price in cents.
    Good(u8, u8, u8, u8, i8, u16),
    NoCustomer(u8),
    BadDate(String),
    ImpossibleDate,
    NoDate,
    BadPrice(String),
    NegativePrice(u16),
    ZeroPrice(u8),
    /// The line before once more.
    Copy,
    Blank,
    TooFew(u8),
    TooMany(u8),
    /// Quotes, separators and line ends within a cell, well formed.
    Quoted,
    OpenQuote,
    Nul,
    BadBytes,
    Anything(String),
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        8 => (any::<u8>(), 0..9_u8, 0..28_u8, 0..5_u8, -2..6_i8, 0..5_000_u16)
            .prop_map(|(order, customer, day, product, quantity, price)| {
                Line::Good(order % 20, customer, day, product, quantity, price)
            }),
        1 => (0..28_u8).prop_map(Line::NoCustomer),
        1 => "[a-z가-힣0-9./-]{1,12}".prop_map(Line::BadDate),
        1 => Just(Line::ImpossibleDate),
        1 => Just(Line::NoDate),
        1 => "[a-z가-힣$%0-9.]{1,8}".prop_map(Line::BadPrice),
        1 => (1..900_u16).prop_map(Line::NegativePrice),
        1 => (0..28_u8).prop_map(Line::ZeroPrice),
        2 => Just(Line::Copy),
        1 => Just(Line::Blank),
        1 => (1..6_u8).prop_map(Line::TooFew),
        1 => (7..12_u8).prop_map(Line::TooMany),
        1 => Just(Line::Quoted),
        1 => Just(Line::OpenQuote),
        1 => Just(Line::Nul),
        1 => Just(Line::BadBytes),
        1 => "[ -~가-힣\t]{0,60}".prop_map(Line::Anything),
    ]
}

/// An export: its files, and the rules by which it is cleaned.
#[derive(Debug, Clone)]
struct Export {
    files: Vec<Vec<Line>>,
    told: bool,
    clock: bool,
    rules: String,
    threads: usize,
    packing: Packing,
}

/// How the files are packed.
#[derive(Debug, Clone, Copy)]
enum Packing {
    Plain,
    Gzip,
    /// All in one archive.
    Zip,
}

fn export() -> impl Strategy<Value = Export> {
    let duplicates = prop_oneof![Just(""), Just("duplicates = \"drop\"\n"), Just("duplicates = \"flag\"\n")];
    let cancellations =
        prop_oneof![Just(""), Just("cancellations = \"drop\"\n"), Just("cancellations = \"net\"\n")];
    let zero_price = prop_oneof![Just(""), Just("zero_price = \"drop\"\n")];
    let keep = prop_oneof![Just(""), Just("keep = [\"quantity < 4\", \"unit_price < 40\"]\n")];
    let tests = prop_oneof![
        Just(""),
        Just("[cleaning.test_accounts]\ncustomer_ids = [\"C99\"]\nproduct_like = [\"p4\"]\n"),
    ];
    let outliers = prop_oneof![
        Just(String::new()),
        outliers("column = \"quantity\"\nmethod = \"sigma\"\nk = 2.5\naction = \"flag\""),
        outliers("column = \"unit_price\"\nmethod = \"quantile\"\nupper = 0.9\naction = \"drop\""),
    ];
    let rules = (duplicates, cancellations, zero_price, keep, tests, outliers)
        .prop_map(|(a, b, c, d, e, f)| format!("{a}{b}{c}{d}{e}{f}"));
    let files = (vec(vec(line(), 0..50), 1..4), any::<bool>())
        .prop_map(|(files, quotes)| if quotes { files } else { without_quotes(files) });
    let packing = prop_oneof![2 => Just(Packing::Plain), 1 => Just(Packing::Gzip), 1 => Just(Packing::Zip)];
    (files, any::<bool>(), any::<bool>(), rules, 1..4_usize, packing).prop_map(
        |(files, told, clock, rules, threads, packing)| Export {
            files,
            told,
            clock,
            rules,
            threads,
            packing,
        },
    )
}

fn outliers(rule: &str) -> Just<String> {
    Just(format!("[[cleaning.outliers]]\n{rule}\n"))
}

/// Files whose rows can be counted by their line ends: half of the exports.
fn without_quotes(files: Vec<Vec<Line>>) -> Vec<Vec<Line>> {
    let plain = |line| match line {
        Line::Quoted | Line::OpenQuote => Line::Blank,
        Line::Anything(text) if text.trim().is_empty() => Line::Blank,
        Line::Anything(text) => Line::Anything(text.replace('"', "'")),
        other => other,
    };
    files.into_iter().map(|lines| lines.into_iter().map(plain).collect()).collect()
}

/// The bytes of a file; and its rows, where what is a row does not hang on quotes.
fn written(number: usize, lines: &[Line], clock: bool) -> (Vec<u8>, Option<u64>) {
    let mut text = Vec::from(format!("{HEADER}\n"));
    let mut rows = Some(0_u64);
    let mut last: Vec<u8> = Vec::new();
    let moment = |day: u8| format!("2024-03-{:02}{}", 1 + day, if clock { " 11:30" } else { "" });
    // Some good rows first, so that there is always something to import; of products that nobody returns.
    for row in 0..15_u8 {
        let good = format!("F{number}-{row},C{row},{},F{},1,3.50", moment(row), row % 3);
        text.extend(good.as_bytes());
        text.push(b'\n');
        rows = rows.map(|rows| rows + 1);
    }
    for line in lines {
        let mut cells = String::new();
        let mut plain = true;
        let bytes: Vec<u8> = match line {
            Line::Good(order, customer, day, product, quantity, price) => {
                let price = f64::from(*price) / 100.0;
                write!(cells, "O{order},C{customer},{},P{product},{quantity},{price:.2}", moment(*day))
                    .expect("text");
                cells.into()
            }
            Line::NoCustomer(day) => format!("O77,,{},P1,1,2", moment(*day)).into(),
            Line::BadDate(date) => format!("O78,C1,{date},P1,1,2").into(),
            Line::ImpossibleDate => format!("O79,C1,{},P1,1,2", moment(0).replace("2024", "1066")).into(),
            Line::NoDate => "O80,C1,,P1,1,2".into(),
            Line::BadPrice(price) => format!("O81,C1,{},P1,1,{price}", moment(1)).into(),
            Line::NegativePrice(price) => format!("O82,C1,{},P1,1,-{price}", moment(2)).into(),
            Line::ZeroPrice(day) => format!("O83,C1,{},P1,1,0", moment(*day)).into(),
            Line::Copy => last.clone(),
            Line::Blank => Vec::new(),
            Line::TooFew(fields) | Line::TooMany(fields) => vec!["x"; usize::from(*fields)].join(",").into(),
            Line::Quoted => {
                plain = false;
                format!("O84,\"C1\",{},\"P,1 \"\"x\"\"\n2\",1,\"1,000.5\"", moment(3)).into()
            }
            Line::OpenQuote => {
                plain = false;
                format!("O85,\"C1,{},P1,1,2", moment(4)).into()
            }
            Line::Nul => b"O86,C1,2024-03-05\0,P1,1,2".to_vec(),
            Line::BadBytes => b"O87,C1,2024-03-05,P\xff\xfe\xc3\x28,1,2".to_vec(),
            Line::Anything(text) => {
                // Blank or quoted, it may be no row or part of one.
                plain = !text.contains('"') && !text.trim().is_empty();
                text.clone().into()
            }
        };
        if last.contains(&b'"') && matches!(line, Line::Copy) {
            plain = false;
        }
        let blank = bytes.is_empty();
        rows = rows.filter(|_| plain).map(|rows| rows + u64::from(!blank));
        text.extend(&bytes);
        text.push(b'\n');
        last = bytes;
    }
    (text, rows)
}

fn holds(export: &Export) -> Result<Option<u64>, TestCaseError> {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    let mut wanted = Some(0);
    let mut members = Vec::new();
    for (number, lines) in export.files.iter().enumerate() {
        let (bytes, rows) = written(number, lines, export.clock);
        match export.packing {
            Packing::Plain => drop(shop.write(&format!("exports/{number}.csv"), bytes)),
            Packing::Gzip => drop(shop.write(&format!("exports/{number}.csv.gz"), gzip(&bytes))),
            Packing::Zip => members.push((format!("{number}.csv"), bytes)),
        }
        wanted = wanted.zip(rows).map(|(sum, rows)| sum + rows);
    }
    if !members.is_empty() {
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        shop.write("exports/all.zip", zip(&members));
    }
    let told = if export.told { "delimiter = \",\"\nencoding = \"UTF-8\"\n" } else { "" };
    let form = if export.clock { "YYYY-MM-DD HH:mm" } else { "YYYY-MM-DD" };
    shop.configure(
        &format!("path = \"../exports\"\ndate_forms = [\"{form}\"]\n{told}"),
        &format!("{COLUMNS}\n[cleaning]\n{}\n[engine]\nthreads = {}\n", export.rules, export.threads),
    );
    let report = shop.import().json();
    let read = rows_read(&report);
    if let Some(wanted) = wanted {
        prop_assert_eq!(read, wanted, "rows in the files");
    }
    let counts = shop.sql(
        "select (select count(*) from order_lines) as kept, (select count(*) from quarantine) as bad, \
         (select count(*) from order_lines where customer_id is null) as unknown",
    );
    prop_assert_eq!(counts[0]["kept"].as_u64(), Some(rows_of(&report, "kept")));
    prop_assert_eq!(counts[0]["bad"].as_u64(), Some(rows_of(&report, "quarantined")));
    // Each good row that stands first in its file is unlike all others: none may be lost.
    let first = shop.count("select count(*) from order_lines where order_id like 'F%' and quantity = 1");
    prop_assert_eq!(first, 15 * export.files.len() as u64);
    let missing = source(&report)["flags"].as_array().expect("flags").iter();
    let missing: u64 = missing
        .filter(|flag| flag["flag"] == "missing_customer")
        .map(|flag| flag["rows"].as_u64().expect("rows"))
        .sum();
    prop_assert_eq!(counts[0]["unknown"].as_u64(), Some(missing));
    Ok(wanted)
}

#[test]
fn every_row_has_one_fate() {
    let config = Config { cases: 40, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let counted = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&export(), |export| {
        counted.set(counted.get() + u32::from(holds(&export)?.is_some()));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(counted.get() >= 8, "only {} of 40 exports could be counted beforehand", counted.get());
}
