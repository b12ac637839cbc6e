//! One shop, imported with one thread, with several, and from shuffled rows: every analysis of the catalogue says the same.

use std::fmt::Write as _;
use std::path::Path;

use dangol_analytics::CATALOGUE;
use dangol_shop::{Filters, Shop};
use dangol_sim::{Format, Mailings, Options, simulate};
use serde_json::{Value, json};

use crate::shops::{analyse, assert_within, result, shop_of};

/// Beyond 50,000 rows an import shares them among its threads.
const LINES: u64 = 51_000;

const TOML: &str = "[shop]\nname = \"Sim\"\ncurrency = \"KRW\"\ntime_zone = \"Asia/Seoul\"\n\
    [engine]\nthreads = THREADS\n\
    [sources.order_lines]\npath = \"order_lines.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order_id\"\ncustomer_id = \"customer_id\"\nordered_at = \"ordered_at\"\nproduct_id = \"product_id\"\n\
    product_name = \"product_name\"\ncategory = \"category\"\nquantity = \"quantity\"\nunit_price = \"unit_price\"\n\
    discount = \"discount\"\ncoupon_code = \"coupon_code\"\nstatus = \"status\"\nsales_platform = \"sales_platform\"\n\
    country = \"country\"\n[cleaning]\ncancellations = \"drop\"\n\
    [sources.customers]\npath = \"customers.csv\"\nattributes = { birth_year = \"birth_year\" }\n\
    [sources.customers.columns]\ncustomer_id = \"customer_id\"\njoined_at = \"joined_at\"\ngender = \"gender\"\n\
    region = \"region\"\nacquisition_channel = \"acquisition_channel\"\n\
    [sources.products]\npath = \"products.csv\"\n[sources.products.columns]\nproduct_id = \"product_id\"\n\
    name = \"name\"\ncategory = \"category\"\nlist_price = \"list_price\"\ncost = \"cost\"\nstock = \"stock\"\n\
    [sources.promotions]\npath = \"promotions.csv\"\n[sources.promotions.columns]\npromotion_id = \"promotion_id\"\n\
    coupon_code = \"coupon_code\"\nname = \"name\"\nstarts_at = \"starts_at\"\nends_at = \"ends_at\"\nkind = \"kind\"\n\
    value = \"value\"\ncategory = \"category\"\n\
    [sources.contacts]\npath = \"contacts.csv\"\n[sources.contacts.columns]\ncustomer_id = \"customer_id\"\n\
    sent_at = \"sent_at\"\ncampaign = \"campaign\"\nholdout = \"holdout\"\nresponded_at = \"responded_at\"\n\
    [sources.reviews]\npath = \"reviews.csv\"\n[sources.reviews.columns]\nreview_id = \"review\"\n\
    customer_id = \"customer\"\nrating = \"rating\"\nwritten_at = \"at\"\ntext = \"text\"\n\
    [sources.marketing_spend]\npath = \"spend.csv\"\n[sources.marketing_spend.columns]\nperiod = \"month\"\n\
    channel = \"channel\"\nspend = \"spend\"\n\
    [clusters]\nmost = 4\nrestarts = 2\n\
    [[hypotheses]]\nmeasure = \"coupon_share\"\ndirection = \"differs\"\ngroups = \"nine\"\n";

/// The rows of a file below its header.
fn rows(folder: &Path, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

/// The same rows in another order.
fn shuffle(folder: &Path, file: &str) {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_key(|row| mixed(row));
    std::fs::write(folder.join(file), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
}

/// Any order that is not that of the file.
fn mixed(row: &str) -> u64 {
    row.bytes().fold(7, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Reviews and spend, which the simulator does not write.
fn write_more(folder: &Path) {
    let mut reviews = "review,customer,rating,at,text\n".to_owned();
    for (at, row) in rows(folder, "order_lines.csv").iter().enumerate().filter(|(at, _)| at % 9 == 0) {
        let cells: Vec<&str> = row.split(',').collect();
        let words = ["soft towel", "quick delivery", "broken box", "nice smell", "too dear"][at % 5];
        if cells[1].starts_with('M') {
            writeln!(reviews, "r{at},{},{},{},{words}", cells[1], 1 + at % 5, cells[2]).unwrap();
        }
    }
    std::fs::write(folder.join("reviews.csv"), reviews).unwrap();
    let mut spend = "month,channel,spend\n".to_owned();
    for month in 0..36 {
        for (at, channel) in ["paid_search", "social", "email", "influencer"].iter().enumerate() {
            let paid = 100_000 * (1 + (month * 7 + at * 3) % 11);
            writeln!(spend, "{}-{:02},{channel},{paid}", 2023 + month / 12, 1 + month % 12).unwrap();
        }
    }
    std::fs::write(folder.join("spend.csv"), spend).unwrap();
}

fn imported(threads: usize, shuffled: bool) -> (tempfile::TempDir, Shop) {
    let folder = tempfile::tempdir().unwrap();
    let mailings = Some(Mailings { per_year: 8, ..Mailings::default() });
    let options = Options { lines: LINES, seed: 5, mailings, ..Options::default() }.check().unwrap();
    simulate(&options, folder.path(), Format::Csv, &mut |_, _| {}).unwrap();
    write_more(folder.path());
    if shuffled {
        for file in ["order_lines", "customers", "products", "contacts", "reviews", "spend"] {
            shuffle(folder.path(), &format!("{file}.csv"));
        }
    }
    let shop = shop_of(folder.path(), &TOML.replace("THREADS", &threads.to_string()));
    (folder, shop)
}

/// What is asked of each analysis beyond its defaults, so that its random and its costly parts are seen.
fn questions(name: &str, customer: &str) -> Vec<Vec<(&'static str, String)>> {
    let asked = |params: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        params.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    match name {
        "customer" | "customer-value" => vec![asked(&[("id", customer)])],
        "value" => vec![asked(&[]), asked(&[("covariates", "channel"), ("model", "bg_nbd")])],
        "cohort-value" => vec![asked(&[("check", "false")])],
        "clusters" => vec![asked(&[("customers", "true")]), asked(&[("method", "ward"), ("seed", "4")])],
        "rfm-weights" => vec![asked(&[("draws", "40")])],
        "customers" => vec![asked(&[]), asked(&[("sort", "recency_days"), ("limit", "300")])],
        "cohorts" => vec![asked(&[("contrast", "true")])],
        "budget" => vec![asked(&[("budget", "3000000")])],
        _ => vec![asked(&[])],
    }
}

fn said(shop: &Shop, name: &str, params: &[(&'static str, String)]) -> Value {
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let report = analyse(shop, name, &Filters::default(), &params);
    json!({ "result": result(&report), "findings": report.findings, "as_of": report.as_of })
}

#[test]
fn every_analysis_says_the_same_however_the_shop_was_imported() {
    let (_a, one) = imported(1, false);
    let (_b, other) = imported(4, true);
    assert_eq!(
        (one.manifest.parts.len(), other.manifest.parts.len()),
        (1, 4),
        "the import must really be split"
    );
    let best = result(&analyse(&one, "customers", &Filters::default(), &[("limit", "1")]));
    let customer = best["customers"][0]["customer_id"].as_str().unwrap();
    let mut unlike = Vec::new();
    for entry in CATALOGUE {
        for params in questions(entry.name, customer) {
            let at = format!("{} {params:?}", entry.name);
            let (expected, found) = (said(&one, entry.name, &params), said(&other, entry.name, &params));
            // Amounts are whole, so that sums are exact in whatever steps threads make them. The means and deviations of the
            // exploration are divided before they meet: the last digits hang on where the parts of the store end.
            let tolerance = if entry.name == "explore" { 1e-9 } else { 0.0 };
            if std::panic::catch_unwind(|| assert_within(&expected, &found, tolerance, &at)).is_err() {
                unlike.push(at);
            }
        }
    }
    assert!(unlike.is_empty(), "{unlike:#?}");
}
