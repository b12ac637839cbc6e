use std::fmt::Write as _;
use std::fs;

use dangol_models::quantile::quantiles;
use dangol_models::summary::summarize;
use proptest::prelude::*;

use super::*;
use crate::import::{FateKind, SourceReport, import};

fn in_files(folder: &Path, values: &[f64]) -> Values {
    let files = values
        .chunks(7)
        .enumerate()
        .map(|(at, part)| {
            let path = values_file(folder, 0, at);
            let bytes: Vec<u8> = part.iter().flat_map(|value| value.to_le_bytes()).collect();
            fs::write(&path, bytes).unwrap();
            path
        })
        .collect();
    Values { files }
}

proptest! {
    #[test]
    fn limits_from_files_are_those_from_memory(
        values in prop::collection::vec(
            prop_oneof![-5.0..5.0_f64, any::<i16>().prop_map(f64::from), Just(0.0), Just(-0.0), Just(3.0)],
            1..120,
        ),
        p in 0.001..0.999_f64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let files = in_files(folder.path(), &values);
        let found = files.quantiles(Some(p / 2.0), Some(p)).unwrap();
        let expected = quantiles(&values, &[p / 2.0, p]).unwrap();
        for (ours, theirs) in [found.low, found.high].into_iter().flatten().zip(expected) {
            prop_assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{ours} {theirs}");
        }
        prop_assert_eq!(found.values, values.len() as u64);

        let summary = summarize(&values).unwrap().unwrap();
        let sigma = files.sigma(2.5).unwrap();
        let expected = summary.std.map(|std| (summary.mean - 2.5 * std, summary.mean + 2.5 * std));
        match (sigma.low.zip(sigma.high), expected) {
            (Some(ours), Some(theirs)) => {
                let scale = 1e-12 * theirs.0.abs().max(theirs.1.abs()).max(1.0);
                prop_assert!((ours.0 - theirs.0).abs() < scale && (ours.1 - theirs.1).abs() < scale);
            }
            (ours, theirs) => prop_assert_eq!(ours, theirs),
        }
    }

    #[test]
    fn whole_numbers_keep_the_order_of_the_floats(a in any::<f64>(), b in any::<f64>()) {
        prop_assume!(!a.is_nan() && !b.is_nan());
        prop_assert_eq!(ordered(a).cmp(&ordered(b)), a.partial_cmp(&b).unwrap());
        prop_assert_eq!(from_ordered(ordered(a)), a);
    }
}

#[test]
fn no_values_and_one_value_have_no_deviation() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(in_files(folder.path(), &[]).sigma(3.0).unwrap(), Limits::default());
    assert_eq!(in_files(folder.path(), &[]).quantiles(None, Some(0.5)).unwrap(), Limits::default());
    assert_eq!(in_files(folder.path(), &[5.0]).sigma(3.0).unwrap().high, None);
    assert_eq!(in_files(folder.path(), &[5.0]).quantiles(None, Some(0.5)).unwrap().high, Some(5.0));
}

const MAPPING: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"lines.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n\
    quantity = \"quantity\"\nunit_price = \"price\"\n";

fn imported(rows: &str, rules: &str) -> Result<SourceReport, ShopError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines.csv"), format!("order,customer,time,quantity,price\n{rows}"))
        .unwrap();
    let config = Config::parse(folder.path(), format!("{MAPPING}{rules}"), &[])?;
    let outcome = import(&config, &|_| {})?;
    let source = outcome.manifest().report.sources[0].clone();
    assert_eq!(
        source.fates.iter().map(|fate| fate.rows).sum::<u64>(),
        source.rows_read,
        "{:?}",
        source.fates
    );
    Ok(source)
}

/// Quantities 1 to 100 at a price of 2, then one of 1,000 and its return.
fn rows() -> String {
    let mut rows = String::new();
    for n in 1..=100 {
        writeln!(rows, "o{n},c{},2024-01-05 10:{:02},{n},2", n % 7, n % 60).unwrap();
    }
    rows + "big,c1,2024-01-06 10:00,1000,2\nback,c1,2024-01-07 10:00,-1000,2\nfree,c1,2024-01-08 10:00,50,\n"
}

#[test]
fn each_method_takes_what_lies_outside() {
    let quantities: Vec<f64> = (1..=100).map(f64::from).chain([1000.0, 50.0]).collect();
    let summary = summarize(&quantities).unwrap().unwrap();
    let upper = quantiles(&quantities, &[0.9]).unwrap()[0];
    for (rule, low, high, outside) in [
        (
            "method = \"sigma\"",
            Some(summary.mean - 3.0 * summary.std.unwrap()),
            Some(summary.mean + 3.0 * summary.std.unwrap()),
            1,
        ),
        ("method = \"quantile\"\nupper = 0.9", None, Some(upper), 11),
        ("method = \"bounds\"\nmin = 3\nmax = 100", Some(3.0), Some(100.0), 3),
    ] {
        for action in ["drop", "flag"] {
            let text =
                format!("[[cleaning.outliers]]\ncolumn = \"quantity\"\n{rule}\naction = \"{action}\"\n");
            let source = imported(&rows(), &text).unwrap();
            let limits = &source.outliers[0];
            let close = |ours: Option<f64>, theirs: Option<f64>| match (ours, theirs) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() < 1e-9,
                (ours, theirs) => ours == theirs,
            };
            assert!(close(limits.low, low) && close(limits.high, high), "{text}: {limits:?}");
            assert_eq!((limits.rows, limits.dropped), (outside, action == "drop"), "{text}");
            let dropped = source.fates.iter().find(|fate| fate.rule.as_deref() == Some(limits.rule.as_str()));
            let flagged = source.flags.iter().find(|flag| flag.flag == "outlier");
            assert_eq!(dropped.map_or(0, |fate| fate.rows), if action == "drop" { outside } else { 0 });
            assert_eq!(flagged.map_or(0, |flag| flag.rows), if action == "flag" { outside } else { 0 });
            assert_eq!(source.rows_of(FateKind::Kept), 103 - if action == "drop" { outside } else { 0 });
        }
    }
}

#[test]
fn they_come_after_the_other_rules_and_count_once() {
    let big =
        "[[cleaning.outliers]]\ncolumn = \"quantity\"\nmethod = \"bounds\"\nmax = 90\naction = \"drop\"\n";
    // Netting takes the large purchase away before it could stand out.
    let netted = imported(&rows(), &format!("[cleaning]\ncancellations = \"net\"\n{big}"));
    assert!(netted.is_err(), "netting needs the product");
    let kept = imported(&rows(), &format!("[cleaning]\nkeep = [\"quantity < 1000\"]\n{big}")).unwrap();
    assert_eq!(kept.outliers[0].rows, 10, "91 to 100");
    let revenue = big.replace("quantity", "amount").replace("max = 90", "max = 150");
    let both = imported(&rows(), &format!("{big}{revenue}")).unwrap();
    let by_rule: Vec<(&str, u64)> = both.outliers.iter().map(|one| (one.rule.as_str(), one.rows)).collect();
    assert_eq!(
        by_rule,
        [("outliers: quantity bounds ..90", 11), ("outliers: net_revenue bounds ..150", 15)],
        "76 to 90 by revenue alone; a line without an amount is none"
    );
}

#[test]
fn limits_do_not_depend_on_threads_and_buckets() {
    let mut rows = String::new();
    for n in 0..60_000_u32 {
        let (quantity, price) = (1 + n * 7919 % 97, n * 31 % 89);
        writeln!(rows, "o{},c{},2024-01-{:02} 10:00,{quantity},{price}.25", n / 2, n % 1_009, 1 + n % 28)
            .unwrap();
    }
    let rules = |threads: usize| {
        let one = |column: &str, how: &str| {
            format!("[[cleaning.outliers]]\ncolumn = \"{column}\"\n{how}\naction = \"drop\"\n")
        };
        let (a, b) = (
            one("amount", "method = \"sigma\"\nk = 2"),
            one("quantity", "method = \"quantile\"\nlower = 0.013\nupper = 0.987"),
        );
        format!("[cleaning]\nduplicates = \"flag\"\n{a}{b}[engine]\nthreads = {threads}\n")
    };
    let (one, three) = (imported(&rows, &rules(1)).unwrap(), imported(&rows, &rules(3)).unwrap());
    for (a, b) in one.outliers.iter().zip(&three.outliers) {
        assert_eq!((a.rows, a.values), (b.rows, b.values));
        assert!(
            (a.high.unwrap() - b.high.unwrap()).abs() < 1e-9
                && (a.low.unwrap() - b.low.unwrap()).abs() < 1e-9
        );
        assert!(a.rows > 0);
    }
    let revenues: Vec<f64> =
        (0..60_000_u32).map(|n| f64::from(1 + n * 7919 % 97) * (f64::from(n * 31 % 89) + 0.25)).collect();
    let summary = summarize(&revenues).unwrap().unwrap();
    let high = summary.mean + 2.0 * summary.std.unwrap();
    assert!((one.outliers[0].high.unwrap() - high).abs() < 1e-9 * high);
    assert_eq!(one.outliers[0].rows, revenues.iter().filter(|revenue| **revenue > high).count() as u64);
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    for (rule, what) in [
        (
            "column = \"quantity\"\nmethod = \"sigma\"\nupper = 0.9\naction = \"drop\"",
            "takes no `upper`, but `k`",
        ),
        ("column = \"quantity\"\nmethod = \"sigma\"\nk = -1\naction = \"drop\"", "`k` must be above 0"),
        ("column = \"quantity\"\nmethod = \"quantile\"\naction = \"drop\"", "`upper = 0.995`"),
        ("column = \"quantity\"\nmethod = \"quantile\"\nupper = 99.5\naction = \"drop\"", "between 0 and 1"),
        ("column = \"quantity\"\nmethod = \"bounds\"\nmin = 5\nmax = 2\naction = \"drop\"", "a larger `max`"),
        ("column = \"quantity\"\nmethod = \"sigma\"", "missing field `action`"),
        ("column = \"colour\"\nmethod = \"sigma\"\naction = \"drop\"", "unknown variant `colour`"),
        (
            "column = \"shipping\"\nmethod = \"sigma\"\naction = \"drop\"",
            "shop.toml:11: outliers: shipping sigma 3 needs the column shipping",
        ),
    ] {
        let error = imported(&rows(), &format!("[[cleaning.outliers]]\n{rule}\n")).unwrap_err();
        assert!(error.to_string().contains(what), "{rule}: {error}");
    }
}
