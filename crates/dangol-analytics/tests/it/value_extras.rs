//! Attributes in the model of purchases, and the score of revenue × survival.

use std::fmt::Write as _;

use dangol_analytics::{AnalysisError, run};
use dangol_shop::{Filters, Shop};
use serde_json::{Map, Value};

use crate::shops::{analyse, example, result, shop_of_csv};

fn until(day: &str) -> Filters {
    Filters { as_of: Some(day.into()), ..Filters::default() }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn refused(shop: &Shop, name: &str, params: &[(&str, &str)]) -> String {
    let params: Map<String, Value> =
        params.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match runtime.block_on(run(shop, name, &Filters::default(), params)) {
        Err(AnalysisError::BadParameter { detail, .. }) => detail,
        other => panic!("{other:?}"),
    }
}

/// Numbers of the second implementation, `dangol-models/tests/fixtures/covariates.py`.
#[test]
fn attributes_of_the_apparel_shop_are_those_of_a_second_implementation() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("apparel", folder.path()) else { return };
    let of = |covariates: &str| {
        let params = [("model", "pareto_nbd"), ("covariates", covariates)];
        analyse(&shop, "value", &until("2008-12-31"), &params)
    };
    let report = of("gender_code, customer_channel");
    let with = result(&report);
    let covariates = &with["covariates"];
    assert!((number(&covariates["log_likelihood"]) + 9342.28785).abs() < 1e-3, "{covariates}");
    let wanted = [
        ("purchases", "gender_code", 0.30288),
        ("purchases", "customer_channel", 0.58799),
        ("dropout", "gender_code", -0.71919),
        ("dropout", "customer_channel", 0.63306),
    ];
    for (row, (part, attribute, theirs)) in covariates["coefficients"].as_array().unwrap().iter().zip(wanted)
    {
        assert_eq!((&row["part"], &row["attribute"]), (&Value::from(part), &Value::from(attribute)));
        // Theirs is of 1 against 0; ours against whichever is more frequent.
        let sign = if row["level"]["en"] == "1" { 1.0 } else { -1.0 };
        assert!((sign * number(&row["value"]) / theirs - 1.0).abs() < 2e-3, "{row}");
        assert!(number(&row["low"]) < number(&row["value"]) && number(&row["value"]) < number(&row["high"]));
    }
    assert!(number(&covariates["p_value"]) < 0.05 && covariates["degrees"] == 4);
    assert!(report.findings.iter().any(|finding| finding.about.as_deref() == Some("covariates")));
    // Customers are valued by them, the total keeps its interval, and what is kept without is not mixed up.
    let without = result(&of(""));
    assert_eq!(without["covariates"], Value::Null);
    let total = |of: &Value, name: &str| number(&of["totals"][name]);
    assert!((total(&with, "expected_purchases") / total(&without, "expected_purchases") - 1.0).abs() > 1e-6);
    assert!(
        total(&with, "value_low") < total(&with, "value")
            && total(&with, "value") < total(&with, "value_high")
    );
    assert!(refused(&shop, "value", &[("covariates", "revenue")]).contains("gender_code"));
    let both = [("covariates", "gender_code"), ("intervals", "posterior")];
    assert!(refused(&shop, "value", &both).contains("covariates"));
}

/// Purchases by a small generator of its own: 400 customers over two years, half of whom ("blue") spend four times as
/// much and buy more often. `until` is the last day that the file knows.
fn two_kinds(until: i64) -> (String, String) {
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut orders, mut members) = ("who,day,paid\n".to_owned(), "who,kind,shoe\n".to_owned());
    let start: jiff::civil::Date = "2022-01-01".parse().unwrap();
    for customer in 0..400_u64 {
        let blue = customer % 2 == 0;
        let shoe = 36 + next(10);
        writeln!(members, "c{customer},{},{shoe}", if blue { "blue" } else { "red" }).unwrap();
        let mut day = next(200) as i64;
        let leaves = day + 40 + next(900) as i64;
        let gap = if blue { 40 } else { 90 };
        while day < 730 && day < leaves {
            let paid = if blue { 80 + next(40) } else { 20 + next(10) };
            if day <= until {
                let date = start.checked_add(jiff::Span::new().days(day)).unwrap();
                writeln!(orders, "c{customer},{date},{paid}").unwrap();
            }
            day += 1 + next(2 * gap) as i64;
        }
    }
    (orders, members)
}

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    customer_id = \"who\"\nordered_at = \"day\"\namount = \"paid\"\n[sources.customers]\npath = \"members.csv\"\n\
    attributes = { kind = \"kind\", shoe = \"shoe\" }\n[sources.customers.columns]\ncustomer_id = \"who\"\n";

fn shop_until(folder: &std::path::Path, until: i64) -> Shop {
    let (orders, members) = two_kinds(until);
    std::fs::write(folder.join("members.csv"), members).unwrap();
    shop_of_csv(folder, &orders, TOML)
}

#[test]
fn an_attribute_that_matters_and_one_that_does_not_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_until(folder.path(), 730);
    let of = |covariates: &str| {
        let params = [("model", "mbg_nbd"), ("covariates", covariates)];
        analyse(&shop, "value", &until("2023-12-31"), &params)
    };
    let code = |report: &dangol_analytics::Report| {
        let found = report.findings.iter().find(|finding| finding.about.as_deref() == Some("covariates"));
        found.unwrap().code.to_string()
    };
    let kind = of("kind");
    assert_eq!(code(&kind), "covariates_help");
    let kind = result(&kind);
    let row = &kind["covariates"]["coefficients"][0];
    let sign = if row["level"]["en"] == "blue" { 1.0 } else { -1.0 };
    assert!(sign * number(&row["value"]) > 0.3, "{row}");
    let held = &kind["covariates"]["held_out"];
    assert!(number(&held["with_covariates"]) > number(&held["without"]), "{held}");
    assert_eq!(code(&of("shoe")), "covariates_add_nothing");
}

#[test]
fn a_score_finds_what_matters_and_beats_the_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_until(folder.path(), 730);
    let params = [("period_days", "120"), ("customers", "true"), ("top", "5")];
    let report = analyse(&shop, "value-score", &until("2023-12-31"), &params);
    assert!(report.findings.iter().any(|finding| finding.code == "beats_baselines"), "{:?}", report.findings);
    let found = result(&report);
    assert_eq!(found["split"]["judged_from"], "2023-09-03");
    let own = &found["checks"][0];
    assert!(number(&own["best_tenth_found"]) > 0.2, "{own}");
    assert!(number(&found["churn"]["area_under_curve"]) > 0.7, "{}", found["churn"]);
    let kind = found["coefficients"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["part"] == "spend" && row["feature"] == "kind")
        .unwrap();
    assert_eq!(kind["fact"], "level");
    // Sums are those of the rows, and the best come first.
    let customers = found["customers"].as_array().unwrap();
    let sum: f64 = customers.iter().map(|row| number(&row["value"])).sum();
    assert!((sum / number(&found["totals"]["value"]) - 1.0).abs() < 1e-9);
    let best = customers.iter().map(|row| number(&row["value"])).fold(0.0, f64::max);
    assert_eq!(number(&found["top"][0]["value"]), best);
    assert_eq!(found["top"].as_array().unwrap().len(), 5);
    assert!(customers.iter().all(|row| (0.0..=1.0).contains(&number(&row["chance_of_buying"]))));
    assert!(refused(&shop, "value-score", &[("features", "shoesize")]).contains("shoe"));
    assert!(refused(&shop, "value-score", &[("period_days", "3")]).contains("731"));
}

#[test]
fn what_comes_after_the_as_of_day_is_not_used() {
    let (whole, cut) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shops = [shop_until(whole.path(), 730), shop_until(cut.path(), 600)];
    // The 600th day after 2022-01-01.
    let filters = until("2023-08-24");
    for (name, params) in [
        ("value-score", vec![("period_days", "120"), ("customers", "true")]),
        ("value", vec![("covariates", "kind"), ("customers", "true"), ("model", "mbg_nbd")]),
    ] {
        let [left, right] = shops.each_ref().map(|shop| result(&analyse(shop, name, &filters, &params)));
        assert_eq!(left, right, "{name}");
    }
}
