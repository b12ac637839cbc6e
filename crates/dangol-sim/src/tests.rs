//! Whole shops, read back from their files and compared with their truth.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    num::NonZeroUsize,
    path::Path,
    sync::Arc,
};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    compute::concat_batches,
    csv,
    datatypes::{DataType, Field, Float64Type, Schema, TimestampMicrosecondType, UInt32Type},
};
use jiff::civil::DateTime;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

use crate::{Format, Mailings, Options, Process, Response, SimError, Summary, simulate};

fn shop(options: Options, format: Format) -> (TempDir, Summary) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let checked = options.check().expect("valid options");
    let summary = simulate(&checked, folder.path(), format, &mut |_, _| {}).expect("a shop");
    (folder, summary)
}

fn read_parquet(path: &Path) -> RecordBatch {
    let file = File::open(path).expect("the table");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().expect("a reader").map(|batch| batch.expect("a batch")).collect();
    concat_batches(&schema, &batches).expect("one schema")
}

fn column(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).expect("the column");
    column
        .as_string::<i32>()
        .iter()
        .map(|value| value.filter(|text| !text.is_empty()).map(str::to_owned))
        .collect()
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<f64> {
    let column = batch.column_by_name(name).expect("the column");
    column.as_primitive::<Float64Type>().values().to_vec()
}

/// A row of the CSV export, as text.
#[derive(Clone, PartialEq)]
struct Row(HashMap<&'static str, Option<String>>);

const COLUMNS: [&str; 14] = [
    "order_id",
    "customer_id",
    "ordered_at",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "discount",
    "coupon_code",
    "shipping",
    "status",
    "sales_platform",
    "country",
];

impl Row {
    fn get(&self, name: &str) -> &str {
        self.0[name].as_deref().unwrap_or("")
    }

    fn amount(&self, name: &str) -> Option<f64> {
        self.get(name).parse().ok()
    }

    fn moment(&self) -> Option<DateTime> {
        self.get("ordered_at").parse().ok()
    }

    fn revenue(&self) -> f64 {
        let amount = |name| self.amount(name).expect("a number");
        amount("quantity") * amount("unit_price") - amount("discount")
    }
}

fn read_csv(path: &Path) -> Vec<Row> {
    let fields = COLUMNS.map(|name| Field::new(name, DataType::Utf8, true));
    let schema = Arc::new(Schema::new(fields.to_vec()));
    let reader = csv::ReaderBuilder::new(schema)
        .with_header(true)
        .build(File::open(path).expect("the table"))
        .expect("CSV");
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let columns = COLUMNS.map(|name| column(&batch, name));
        for index in 0..batch.num_rows() {
            let cells = COLUMNS.iter().zip(&columns).map(|(&name, column)| (name, column[index].clone()));
            rows.push(Row(cells.collect()));
        }
    }
    rows
}

#[test]
fn equal_seeds_give_equal_bytes_on_any_number_of_threads() {
    for format in [Format::Csv, Format::Parquet] {
        let options = |threads, seed| Options {
            lines: 300_000,
            seed,
            dirt: 0.02,
            mailings: Some(Mailings::default()),
            threads: NonZeroUsize::new(threads),
            ..Options::default()
        };
        let (one, summary) = shop(options(1, 5), format);
        let (five, _) = shop(options(5, 5), format);
        let (other, _) = shop(options(2, 6), format);
        assert_eq!(summary.files.len(), 7);
        for file in &summary.files {
            let name = file.file_name().expect("a name");
            let bytes = |folder: &TempDir| fs::read(folder.path().join(name)).expect("the file");
            assert!(bytes(&one) == bytes(&five), "{} differs", name.display());
            let same_for_all = ["promotions.csv", "promotions.parquet"].iter().any(|other| name == *other);
            assert_eq!(bytes(&one) == bytes(&other), same_for_all);
        }
    }
}

#[test]
fn counts_are_those_of_the_file() {
    let (folder, summary) = shop(Options { lines: 60_000, dirt: 0.05, ..Options::default() }, Format::Csv);
    let rows = read_csv(&folder.path().join("order_lines.csv"));
    let counts = summary.counts;
    assert_eq!((rows.len() as u64, counts.lines), (60_000, 60_000));

    let count = |test: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| test(row)).count() as u64;
    let dirt = counts.dirt;
    let duplicates = rows.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    assert_eq!(dirt.exact_duplicate, duplicates);
    assert_eq!(dirt.missing_customer, count(&|row| row.get("customer_id").is_empty()));
    let test_account = |row: &Row| row.get("customer_id").starts_with("TEST");
    assert_eq!(dirt.test_account, count(&test_account));
    assert_eq!(dirt.unparsable_amount, count(&|row| row.amount("unit_price").is_none()));
    assert_eq!(dirt.unparsable_date, count(&|row| row.moment().is_none()));
    let price_is = |test: fn(f64) -> bool| count(&|row| row.amount("unit_price").is_some_and(test));
    assert_eq!(dirt.negative_price, price_is(|price| price < 0.0));
    assert_eq!(dirt.zero_price, price_is(|price| price == 0.0));
    let kinds = [
        dirt.exact_duplicate,
        dirt.missing_customer,
        dirt.test_account,
        dirt.unparsable_amount,
        dirt.unparsable_date,
        dirt.negative_price,
        dirt.zero_price,
    ];
    assert!(kinds.iter().all(|&count| count > 50), "{dirt:?}");
    let dirty: u64 = kinds.iter().sum();
    let share = dirty as f64 / counts.clean_lines as f64;
    assert!((share - 0.05).abs() < 0.005, "{share}");
    assert_eq!(counts.cancelled_lines, count(&|row| row.get("status") == "cancelled"));
    assert_eq!(counts.returned_lines, count(&|row| row.get("status") == "returned"));
    assert_eq!(counts.lines, counts.clean_lines + counts.cancelled_lines + counts.returned_lines + dirty);
    let orders: HashSet<&str> = rows.iter().map(|row| row.get("order_id")).collect();
    assert_eq!(counts.orders, orders.len() as u64);

    let moments: Vec<DateTime> = rows.iter().filter_map(Row::moment).collect();
    assert!(moments.is_sorted(), "the export is ordered by time");
    assert!(!rows.is_sorted_by_key(|row| row.get("customer_id")));
}

#[test]
fn cleaning_gives_back_the_truth() {
    let (folder, summary) = shop(Options { lines: 40_000, dirt: 0.05, ..Options::default() }, Format::Csv);
    let mut rows = read_csv(&folder.path().join("order_lines.csv"));
    rows.dedup();
    let mut cleaned: HashMap<String, (HashSet<String>, f64)> = HashMap::new();
    for row in &rows {
        let customer = row.get("customer_id");
        let kept = !customer.is_empty()
            && !customer.starts_with("TEST")
            && row.get("status") == "completed"
            && row.moment().is_some()
            && row.amount("unit_price").is_some_and(|price| price > 0.0);
        if kept {
            let (orders, revenue) = cleaned.entry(customer.to_owned()).or_default();
            orders.insert(row.get("order_id").to_owned());
            *revenue += row.revenue();
        }
    }
    let truth = read_parquet(&folder.path().join("truth.parquet"));
    let customers = column(&truth, "customer_id");
    let purchases = truth.column_by_name("purchases").expect("the column");
    let purchases = purchases.as_primitive::<UInt32Type>().values();
    let revenues = numbers(&truth, "revenue");
    assert_eq!(truth.num_rows(), cleaned.len());
    assert_eq!(summary.counts.customers, cleaned.len() as u64);
    for (index, customer) in customers.iter().flatten().enumerate() {
        let (orders, revenue) = &cleaned[customer];
        assert_eq!(orders.len(), purchases[index] as usize, "{customer}");
        assert_eq!(*revenue, revenues[index], "{customer}");
    }
    assert_eq!(summary.counts.clean_revenue as f64, revenues.iter().sum::<f64>());
    let orders = u64::from(purchases.iter().sum::<u32>());
    assert_eq!(summary.counts.clean_orders, orders);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 6);
}

#[test]
fn shops_of_one_and_of_ten_lines() {
    for lines in [1, 10] {
        for format in [Format::Csv, Format::Parquet] {
            let (folder, summary) = shop(Options { lines, ..Options::default() }, format);
            assert_eq!(summary.counts.lines, lines);
            assert!(summary.counts.clean_lines >= 1);
            let truth = read_parquet(&folder.path().join("truth.parquet"));
            assert_eq!(truth.num_rows() as u64, summary.counts.customers);
        }
    }
}

#[test]
fn a_shop_of_one_day_and_one_without_dirt() {
    let (folder, summary) = shop(
        Options { lines: 5_000, days: 1, dirt: 0.0, cancelled: 0.0, returned: 0.0, ..Options::default() },
        Format::Parquet,
    );
    assert_eq!(summary.counts.clean_lines, 5_000);
    let lines = read_parquet(&folder.path().join("order_lines.parquet"));
    let times = lines.column_by_name("ordered_at").expect("the column");
    let times = times.as_primitive::<TimestampMicrosecondType>().values();
    let day = 86_400_000_000;
    assert!(times.iter().all(|time| time / day == times[0] / day));
    assert_eq!(lines.column_by_name("customer_id").map(Array::null_count), Some(0));
}

#[test]
fn spend_follows_the_customers_means() {
    let (folder, _) = shop(Options { lines: 200_000, ..Options::default() }, Format::Parquet);
    let truth = read_parquet(&folder.path().join("truth.parquet"));
    let purchases = truth.column_by_name("purchases").expect("the column");
    let purchases = purchases.as_primitive::<UInt32Type>().values();
    let (means, revenues) = (numbers(&truth, "mean_spend"), numbers(&truth, "revenue"));
    let (mut expected, mut observed) = (0.0, 0.0);
    let mut logs = Vec::new();
    for index in 0..truth.num_rows() {
        let orders = f64::from(purchases[index]);
        expected += means[index] * orders;
        observed += revenues[index];
        if purchases[index] >= 10 {
            logs.push((means[index].ln(), (revenues[index] / orders).ln()));
        }
    }
    let bias = observed / expected - 1.0;
    assert!(bias.abs() < 0.05, "{bias}");
    let correlation = correlation(&logs);
    assert!(correlation > 0.9, "{correlation}");
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let (x, y) = (x / count, y / count);
    let moment =
        |value: fn(f64, f64) -> f64| -> f64 { pairs.iter().map(|pair| value(pair.0 - x, pair.1 - y)).sum() };
    moment(|x, y| x * y) / (moment(|x, _| x * x) * moment(|_, y| y * y)).sqrt()
}

#[test]
fn seasons_and_coupons_show() {
    let (folder, _) = shop(Options { lines: 150_000, ..Options::default() }, Format::Csv);
    let rows = read_csv(&folder.path().join("order_lines.csv"));
    let summer_share = |month: i8| {
        let in_month = |row: &&Row| row.moment().is_some_and(|time| time.month() == month);
        let lines = rows.iter().filter(in_month).count();
        let summer = rows.iter().filter(in_month).filter(|row| row.get("category") == "Sun & Summer").count();
        summer as f64 / lines as f64
    };
    assert!(summer_share(7) > 3.0 * summer_share(1));
    let discounted = rows.iter().filter(|row| row.amount("discount") > Some(0.0)).count();
    let with_code = rows.iter().filter(|row| !row.get("coupon_code").is_empty()).count();
    assert_eq!(discounted, with_code);
    assert!(discounted > rows.len() / 50 && discounted < rows.len() / 4);
}

#[test]
fn a_larger_shop_begins_with_the_customers_of_a_smaller_one() {
    let options = |lines| Options { lines, ..Options::default() };
    let (small, _) = shop(options(2_000), Format::Parquet);
    let (large, _) = shop(options(9_000), Format::Parquet);
    let truth = |folder: &TempDir| read_parquet(&folder.path().join("truth.parquet"));
    let (small, large) = (truth(&small), truth(&large));
    let whole = small.num_rows() - 1;
    assert_eq!(small.slice(0, whole), large.slice(0, whole));
}

/// Campaigns add a table and a column of the truth, and change nothing else; customers respond as their truth says.
#[test]
fn contacts_come_beside_the_rest() {
    let options = |mailings| Options { lines: 60_000, mailings, ..Options::default() };
    let (without, _) = shop(options(None), Format::Parquet);
    let (with, summary) = shop(options(Some(Mailings::default())), Format::Parquet);
    for table in ["order_lines", "customers", "products", "promotions"] {
        let bytes = |folder: &TempDir| fs::read(folder.path().join(format!("{table}.parquet"))).unwrap();
        assert!(bytes(&without) == bytes(&with), "{table} differs");
    }
    let counts = summary.contacts.expect("contacts");
    let contacts = read_parquet(&with.path().join("contacts.parquet"));
    assert_eq!(contacts.num_rows() as u64, counts.contacts);
    let truth = read_parquet(&with.path().join("truth.parquet"));
    let chances: HashMap<String, f64> = column(&truth, "customer_id")
        .into_iter()
        .flatten()
        .zip(numbers(&truth, "response_probability"))
        .collect();
    let first: HashMap<String, i64> = column(&truth, "customer_id")
        .into_iter()
        .flatten()
        .zip(moments(&truth, "first_purchase_at"))
        .collect();
    let (sent, held_out) = (moments(&contacts, "sent_at"), contacts.column_by_name("holdout").unwrap());
    let responded = contacts.column_by_name("responded_at").unwrap();
    let end = moments(&contacts, "sent_at").into_iter().max().unwrap() - 15 * 86_400_000_000;
    let (mut expected, mut seen, mut variance) = (0.0, 0.0, 0.0);
    for (row, customer) in column(&contacts, "customer_id").into_iter().flatten().enumerate() {
        assert!(sent[row] > first[&customer], "nothing is sent to somebody who is no customer yet");
        let (held_out, responded) = (held_out.as_boolean().value(row), responded.is_valid(row));
        assert!(!(held_out && responded), "what was not sent is not answered");
        if !held_out && sent[row] < end {
            let chance = chances[&customer];
            expected += chance;
            variance += chance * (1.0 - chance);
            seen += f64::from(u8::from(responded));
        }
    }
    assert!((seen - expected).abs() < 3.0 * f64::sqrt(variance), "{seen} {expected}");
    let held = counts.held_out as f64 / counts.contacts as f64;
    assert!((held - 0.1).abs() < 0.01 && counts.unsubscribed > 0, "{counts:?}");
}

fn moments(batch: &RecordBatch, name: &str) -> Vec<i64> {
    let column = batch.column_by_name(name).expect("the column");
    column.as_primitive::<TimestampMicrosecondType>().values().to_vec()
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let refused = |options: Options, name: &str| match options.check() {
        Err(SimError::Option { option, .. }) => assert_eq!(option, name),
        other => panic!("{name}: {other:?}"),
    };
    let base = Options::default;
    refused(Options { lines: 0, ..base() }, "lines");
    refused(Options { days: 0, ..base() }, "days");
    refused(Options { dirt: f64::NAN, ..base() }, "dirt");
    refused(Options { dirt: 0.9, ..base() }, "dirt");
    refused(Options { returned: -0.1, ..base() }, "returned");
    refused(Options { channel_effect: -1.0, ..base() }, "channel_effect");
    refused(Options { gateway_effect: 0.0, ..base() }, "gateway_effect");
    let mailings = |change: fn(&mut Mailings)| {
        let mut mailings = Mailings::default();
        change(&mut mailings);
        Options { mailings: Some(mailings), ..base() }
    };
    refused(mailings(|mailings| mailings.per_year = 0), "mailings.per_year");
    refused(mailings(|mailings| mailings.holdout = 0.9), "mailings.holdout");
    let response = Response::Beta { alpha: 0.0, beta: 1.0 };
    let mailings = Mailings { response, ..Mailings::default() };
    refused(Options { mailings: Some(mailings), ..base() }, "mailings.response.alpha");
    let process = Process::BgNbd { r: 1.0, alpha_days: 10.0, a: 0.0, b: 1.0 };
    refused(Options { process, ..base() }, "process.a");
    let process = Process::BgNbd { r: 100.0, alpha_days: 1.0, a: 1.0, b: 1.0 };
    refused(Options { process, ..base() }, "process.r");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let options = Options::default().check().expect("valid options");
    let error = simulate(&options, &file.join("shop"), Format::Csv, &mut |_, _| {});
    assert!(matches!(error, Err(SimError::Io { path, .. }) if path == file.join("shop")));
}
