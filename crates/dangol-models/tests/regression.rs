//! What others compute of regressions: `fixtures/regression.json`, written by the script of that name; and Longley's
//! data, whose regression NIST certifies (Statistical Reference Datasets, "Longley").

use dangol_models::regression::{Coefficient, Design, Linear, Logistic, Settings, area_under_curve, brier};
use serde_json::Value;

fn fixtures() -> Value {
    serde_json::from_str(include_str!("fixtures/regression.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Columns in the order of their names here; JSON objects keep none.
fn design(columns: &Value, names: &[&str]) -> Design {
    let columns: Vec<(String, Vec<f64>)> =
        names.iter().map(|name| ((*name).to_owned(), numbers(&columns[*name]))).collect();
    Design::new(columns[0].1.len(), columns).unwrap()
}

const NAMES: [&str; 4] = ["amount", "share", "flag", "rare"];

#[track_caller]
fn same(ours: Option<f64>, theirs: f64, tolerance: f64) {
    let ours = ours.unwrap();
    assert!((ours - theirs).abs() <= tolerance * theirs.abs(), "{ours} and {theirs}");
}

fn coefficients(intercept: &Coefficient, rest: &[Coefficient], theirs: &Value) {
    for (place, ours) in std::iter::once(intercept).chain(rest).enumerate() {
        let of = |name: &str| numbers(&theirs[name])[place];
        same(ours.estimate, of("coefficients"), 1e-9);
        same(ours.standard_error, of("standard_errors"), 1e-9);
        same(ours.p_value, of("p_values"), 1e-7);
        same(ours.low, of("low"), 1e-8);
        same(ours.high, of("high"), 1e-8);
    }
}

#[test]
fn linear_is_that_of_statsmodels() {
    let all = fixtures();
    let fitted = Linear::fit(&design(&all["columns"], &NAMES), &numbers(&all["revenue"]), 0.9).unwrap();
    let theirs = &all["linear"];
    coefficients(&fitted.intercept, &fitted.coefficients, theirs);
    same(fitted.r_squared, theirs["r_squared"].as_f64().unwrap(), 1e-12);
    same(fitted.adjusted_r_squared, theirs["adjusted_r_squared"].as_f64().unwrap(), 1e-12);
    same(fitted.residual_deviation, theirs["residual_deviation"].as_f64().unwrap(), 1e-12);
}

#[test]
fn logistic_is_that_of_statsmodels() {
    let all = fixtures();
    let design = design(&all["columns"], &NAMES);
    let events: Vec<bool> =
        all["event"].as_array().unwrap().iter().map(|event| event.as_bool().unwrap()).collect();
    let fitted = Logistic::fit(&design, &events, Settings::default()).unwrap();
    let theirs = &all["logistic"];
    assert!(fitted.converged && fitted.separated_by.is_empty());
    coefficients(&fitted.intercept, &fitted.coefficients, theirs);
    let number = |name: &str| theirs[name].as_f64().unwrap();
    same(Some(fitted.log_likelihood), number("log_likelihood"), 1e-12);
    same(Some(fitted.null_log_likelihood), number("null_log_likelihood"), 1e-12);
    same(Some(fitted.pseudo_r_squared()), number("pseudo_r_squared"), 1e-10);
    let chances = fitted.probabilities(&design).unwrap();
    same(area_under_curve(&chances, &events).unwrap(), number("area_under_curve"), 1e-12);
    same(Some(brier(&chances, &events).unwrap()), number("brier"), 1e-10);
}

#[test]
fn a_ridge_is_that_of_scikit_learn() {
    let all = fixtures();
    let design = design(&all["columns"], &NAMES);
    let events: Vec<bool> =
        all["event"].as_array().unwrap().iter().map(|event| event.as_bool().unwrap()).collect();
    for theirs in all["ridge"].as_array().unwrap() {
        let ridge = theirs["penalty"].as_f64().unwrap();
        let fitted = Logistic::fit(&design, &events, Settings { ridge, ..Settings::default() }).unwrap();
        let ours = std::iter::once(&fitted.intercept).chain(&fitted.coefficients);
        for (ours, theirs) in ours.zip(numbers(&theirs["coefficients"])) {
            same(ours.estimate, theirs, 1e-8);
        }
    }
}

#[test]
fn longley_is_what_nist_certifies() {
    let longley = &fixtures()["longley"];
    let names = ["GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"];
    let fitted =
        Linear::fit(&design(&longley["columns"], &names), &numbers(&longley["outcome"]), 0.9).unwrap();
    let certified = [
        (-3_482_258.634_595_82, 890_420.383_607_373),
        (15.061_872_271_373_3, 84.914_925_774_766_9),
        (-0.358_191_792_925_910e-1, 0.334_910_077_722_432e-1),
        (-2.020_229_803_816_83, 0.488_399_681_651_699),
        (-1.033_226_867_173_59, 0.214_274_163_161_675),
        (-0.511_041_056_535_807e-1, 0.226_073_200_069_370),
        (1_829.151_464_613_55, 455.478_499_142_212),
    ];
    let ours = std::iter::once(&fitted.intercept).chain(&fitted.coefficients);
    for (ours, (estimate, error)) in ours.zip(certified) {
        same(ours.estimate, estimate, 1e-9);
        same(ours.standard_error, error, 1e-9);
    }
    same(fitted.residual_deviation, 304.854_073_561_965, 1e-11);
    same(fitted.r_squared, 0.995_479_004_577_296, 1e-13);
}
