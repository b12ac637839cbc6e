//! Lifetime value where the data do not support the models: it says so, and takes the next simpler one.

use std::fmt::Write as _;
use std::path::Path;

use dangol_analytics::{AnalysisError, Report, run};
use dangol_shop::{Filters, Shop};
use serde_json::{Map, Value};

use crate::shops::{analyse, example, result, shop_of_csv};

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    customer_id = \"who\"\nordered_at = \"day\"\namount = \"paid\"\n";

/// Customers of whom every second one buys again so many times, a fortnight apart, for what `paid` says.
fn shop(folder: &Path, customers: u32, repeats: u32, paid: impl Fn(u32, u32) -> f64) -> Shop {
    let mut orders = "who,day,paid\n".to_owned();
    let start: jiff::civil::Date = "2023-01-01".parse().unwrap();
    for customer in 0..customers {
        let times = if customer % 2 == 0 { 1 } else { 1 + repeats };
        for time in 0..times {
            let day = customer % 200 + time * (14 + customer % 5);
            let date = start.checked_add(jiff::Span::new().days(i64::from(day))).unwrap();
            writeln!(orders, "c{customer},{date},{}", paid(customer, time)).unwrap();
        }
    }
    writeln!(orders, "last,2023-12-31,10").unwrap();
    shop_of_csv(folder, &orders, TOML)
}

fn refusal(shop: &Shop, name: &str, params: &[(&str, &str)]) -> AnalysisError {
    let params: Map<String, Value> =
        params.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(shop, name, &Filters::default(), params)).unwrap_err()
}

fn has(report: &Report, code: &str) -> bool {
    report.findings.iter().any(|finding| finding.code == code)
}

#[test]
fn where_nobody_came_back_nothing_is_said_of_who_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), 300, 0, |_, _| 20.0);
    for params in [&[][..], &[("intervals", "posterior")]] {
        let error = refusal(&shop, "value", params);
        assert!(matches!(error, AnalysisError::NobodyRepeated { customers: 301, .. }), "{error:?}");
        assert!(!error.hint().is_empty());
    }
    assert_eq!(refusal(&shop, "customer-value", &[("id", "c1")]).code(), "nobody_repeated");
    // What does without the models goes on.
    let customers = result(&analyse(&shop, "customers", &Filters::default(), &[("value", "true")]));
    assert!(customers["customers"].as_array().unwrap().iter().all(|row| row["probability_alive"].is_null()));
}

#[test]
fn amounts_that_are_all_the_same_give_a_value_and_no_silly_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), 600, 4, |_, _| 25.0);
    let report = analyse(&shop, "value", &Filters::default(), &[]);
    assert!(has(&report, "limit_of_spend_model"), "{:?}", report.findings);
    let found = result(&report);
    for parameter in found["spend"]["parameters"].as_array().unwrap() {
        for number in ["value", "low", "high", "standard_error"] {
            assert!(parameter[number].as_f64().is_none_or(|value| value < 1e6), "{parameter}");
        }
    }
    let totals = &found["totals"];
    let number = |name: &str| totals[name].as_f64().unwrap();
    let spend = number("value") / number("expected_purchases");
    // Discounted by 10 % a year at most.
    assert!((22.0..=25.0).contains(&spend), "{totals}");
    assert!(number("value_low") < number("value") && number("value") < number("value_high"));
    // The posterior is that of purchases alone, and as quick as ever.
    let posterior = result(&analyse(&shop, "value", &Filters::default(), &[("intervals", "posterior")]));
    let parts = posterior["posterior"]["parameters"].as_array().unwrap();
    assert!(parts.iter().all(|parameter| parameter["part"] == "purchases"), "{parts:?}");
}

#[test]
fn a_spend_without_a_mean_is_taken_for_the_plain_mean_by_name() {
    let folder = tempfile::tempdir().unwrap();
    // A tail of 1 / u to the power of 1 / 0.6, around which a customer's own amounts hardly vary.
    let base = |customer: u32| 10.0 * (200.0 / f64::from(customer / 2 + 1)).powf(1.0 / 0.6);
    let own = [1.0, 0.6, 1.4, 0.8, 1.2];
    let shop = shop(folder.path(), 400, 4, |customer, time| base(customer) * own[time as usize]);
    let report = analyse(&shop, "value", &Filters::default(), &[]);
    assert!(has(&report, "no_mean_spend"), "{:?}", report.findings);
    let found = result(&report);
    assert_eq!(found["spend"]["model"], "mean");
    let mean = (0..200).map(|at| base(2 * at)).sum::<f64>() / 200.0;
    assert!((found["spend"]["mean_spend"].as_f64().unwrap() / mean - 1.0).abs() < 1e-4, "{}", found["spend"]);
    assert!(found["totals"]["value"].as_f64().unwrap() > 0.0);
}

#[test]
fn fewer_than_ten_spenders_have_a_plain_mean() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), 12, 3, |customer, _| f64::from(10 + customer));
    let report = analyse(&shop, "value", &Filters::default(), &[]);
    assert!(has(&report, "few_spenders") && has(&report, "little_history"), "{:?}", report.findings);
    // Customers 1, 3, … 11.
    assert!((result(&report)["spend"]["mean_spend"].as_f64().unwrap() - 16.0).abs() < 1e-5);
}

#[test]
fn attributes_that_do_not_foretell_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let with = analyse(&shop, "value", &Filters::default(), &[("covariates", "channel, membership")]);
    let without = result(&analyse(&shop, "value", &Filters::default(), &[]));
    assert!(has(&with, "covariates_do_not_foretell"), "{:?}", with.findings);
    let with = result(&with);
    assert_eq!(with["covariates"]["used"], false);
    assert_eq!((&with["totals"], &with["model"]), (&without["totals"], &without["model"]));
    // What the limits leave known is told.
    let parameter = |name: &str| {
        let rows = with["model"]["parameters"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["value"].as_f64()
    };
    assert!(parameter("r").is_none() && parameter("r / alpha").is_some_and(|rate| rate > 0.0));
}

#[test]
fn a_group_counts_only_its_own_customers_with_raised_days() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let segment = Filters { segment: Some("nine:at_risk".into()), ..Filters::default() };
    let totals = result(&analyse(&shop, "value", &segment, &[]))["totals"].clone();
    assert!(totals["raised_to_least_active_days"].as_u64() <= totals["customers"].as_u64(), "{totals}");
}

#[test]
fn grocery_takes_the_regular_model() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("grocery", folder.path()) else { return };
    // After the cut-off it is likelier, though not by two standard errors; before it by 850.
    let found = result(&analyse(&shop, "value", &Filters::default(), &[]));
    assert_eq!(found["model"]["model"], "mbg_cnbd", "{}", found["model"]);
}

#[test]
fn a_value_that_cannot_be_is_told_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), 20, 2, |_, _| 20.0);
    for (name, value, said) in [
        ("horizon_days", "-5", "whole number"),
        ("horizon_days", "1.5", "whole number"),
        ("top", "-1", "whole number"),
        ("discount_rate", "nan", "a number"),
        ("model", "best", "mbg_nbd"),
    ] {
        let error = refusal(&shop, "value", &[(name, value)]).to_string();
        assert!(error.contains(name) && error.contains(said), "{error}");
    }
}

#[test]
fn an_as_of_date_long_after_the_last_order_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), 200, 3, |_, _| 20.0);
    let told = |day: &str| {
        let filters = Filters { as_of: Some(day.into()), ..Filters::default() };
        has(&analyse(&shop, "value", &filters, &[]), "long_silence")
    };
    assert!(told("2024-02-15") && !told("2024-01-15"));
}
