//! What others compute of the models of lifetime value: `fixtures/second_implementation.json`, written by the script
//! of that name, which says where each number comes from.

#![allow(clippy::doc_markdown, reason = "symbols with a subscript, such as t_x, are not code")]

use dangol_models::lifetime::bg_bb::{self, BgBb, OccasionTable, Occasions};
use dangol_models::lifetime::gamma_gamma::{self, GammaGamma, Spend, Spends};
use dangol_models::lifetime::{
    BgFamily, BgModel, Family, Fitted, Histories, History, ParetoNbd, ParetoNbdFamily, PurchaseModel,
    TimeOfLastPurchase, TimeUnit, fit,
};
use serde_json::Value;

#[path = "../src/lifetime/test_data.rs"]
#[allow(dead_code, reason = "shared with the tests of the library, which use more of it")]
mod test_data;

/// Ours and theirs are the same formulas; theirs have 60 digits, of which 17 are kept.
const FORMULA: f64 = 1e-10;

fn fixtures() -> Value {
    serde_json::from_str(include_str!("fixtures/second_implementation.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn parameters<const N: usize>(entry: &Value, names: [&str; N]) -> [f64; N] {
    names.map(|name| number(&entry["parameters"][name]))
}

#[track_caller]
fn same(ours: f64, theirs: &Value, tolerance: f64, what: &str) {
    let theirs = number(theirs);
    let difference = (ours - theirs).abs() / theirs.abs();
    assert!(difference <= tolerance, "{what}: {ours} and {theirs}, relative difference {difference:.1e}");
}

/// One customer's numbers, and those of a new customer.
fn purchases(all: &Value, entry: &Value, model: &impl PurchaseModel, name: &str) {
    let ahead: Vec<f64> = list(&all["ahead"]).iter().map(number).collect();
    for (row, theirs) in list(&all["histories"]).iter().zip(list(&entry["histories"])) {
        let (x, last, age) = (number(&row[0]) as u32, number(&row[1]), number(&row[2]));
        let history = History::new(x, TimeOfLastPurchase(last), age).unwrap();
        let what = |quantity: &str| format!("{name} {}, {row}: {quantity}", entry["parameters"]);
        same(model.log_likelihood(&history), &theirs["log_likelihood"], FORMULA, &what("log-likelihood"));
        same(model.probability_alive(&history), &theirs["alive"], FORMULA, &what("P(alive)"));
        for (index, &time) in ahead.iter().enumerate() {
            let expected = model.conditional_expected_purchases(&history, time);
            same(expected, &theirs["ahead"][index], FORMULA, &what(&format!("expected in {time}")));
            if let Some(silence) = theirs.get("silence") {
                let ours = model.probability_of_silence(&history, time);
                same(ours, &silence[index], FORMULA, &what(&format!("none in {time}")));
            }
        }
    }
    for (theirs, &time) in list(&entry["new"]).iter().zip(&ahead) {
        let what = format!("{name} {}: expected of a new customer in {time}", entry["parameters"]);
        same(model.expected_purchases(time), theirs, FORMULA, &what);
    }
    let counts = entry.get("counts").map_or(&[][..], list);
    for (theirs, count) in counts.iter().zip(list(&all["counts"])) {
        let ours = model.purchase_probability(number(count) as u32, ahead[1]);
        same(ours, theirs, FORMULA, &format!("{name} {}: P(X = {count})", entry["parameters"]));
    }
}

#[test]
fn bg_nbd_and_mbg_nbd_of_single_customers() {
    let all = fixtures();
    for (name, family) in [("bg_nbd", BgFamily::BG_NBD), ("mbg_nbd", BgFamily::MBG_NBD)] {
        for entry in list(&all[name]) {
            let [r, alpha, a, b] = parameters(entry, ["r", "alpha", "a", "b"]);
            purchases(&all, entry, &BgModel::new(family, r, alpha, a, b).unwrap(), name);
        }
    }
}

#[test]
fn pareto_nbd_of_single_customers() {
    let all = fixtures();
    for entry in list(&all["pareto_nbd"]) {
        let [r, alpha, s, beta] = parameters(entry, ["r", "alpha", "s", "beta"]);
        purchases(&all, entry, &ParetoNbd::new(r, alpha, s, beta).unwrap(), "pareto_nbd");
    }
}

#[test]
fn gamma_gamma_of_single_customers() {
    let all = fixtures();
    for entry in list(&all["gamma_gamma"]) {
        let [p, q, gamma] = parameters(entry, ["p", "q", "gamma"]);
        let model = GammaGamma::new(p, q, gamma).unwrap();
        for (row, theirs) in list(&all["spends"]).iter().zip(list(&entry["spends"])) {
            let customer = Spend { purchases: number(&row[0]) as u32, mean: number(&row[1]) };
            let what = |quantity: &str| format!("{}, {row}: {quantity}", entry["parameters"]);
            let log_likelihood = model.log_likelihood(customer).unwrap();
            same(log_likelihood, &theirs["log_likelihood"], FORMULA, &what("log-likelihood"));
            match model.expected_spend(customer) {
                Some(spend) => same(spend, &theirs["spend"], FORMULA, &what("spend")),
                None => assert!(theirs["spend"].is_null(), "{}", what("there is a mean")),
            }
        }
    }
}

#[test]
fn bg_bb_of_single_customers() {
    let all = fixtures();
    for entry in list(&all["bg_bb"]) {
        let [alpha, beta, gamma, delta] = parameters(entry, ["alpha", "beta", "gamma", "delta"]);
        let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
        for (row, theirs) in list(&all["occasions"]).iter().zip(list(&entry["customers"])) {
            let [purchases, last, periods] = [0, 1, 2].map(|at| number(&row[at]) as u32);
            let customer = Occasions::new(purchases, last, periods).unwrap();
            let what = |quantity: &str| format!("{}, {row}: {quantity}", entry["parameters"]);
            let log_likelihood = model.log_likelihood(customer);
            same(log_likelihood, &theirs["log_likelihood"], FORMULA, &what("log-likelihood"));
            same(model.probability_alive(customer), &theirs["alive"], FORMULA, &what("P(alive)"));
            let ahead = model.expected_purchases(customer, 5).unwrap();
            same(ahead, &theirs["ahead_5"], FORMULA, &what("expected on 5 occasions"));
        }
    }
}

/// The customers that were made up, in days.
fn customers(all: &Value) -> Histories {
    let history = |row: &Value| {
        History::new(number(&row[0]) as u32, TimeOfLastPurchase(number(&row[1])), number(&row[2])).unwrap()
    };
    Histories::new(TimeUnit::Day, list(&all["customers"]).iter().map(history)).unwrap()
}

/// A fit that `lifetimes` made of the same histories: as likely, and of the same parameters.
///
/// Its BFGS ends where the slope of the mean log-likelihood is below 1e-7 (Nelder and Mead's method, which it takes
/// for Pareto/NBD, where the simplex is that small): nothing is missing in the total, and parameters are right to 4
/// digits even where the likelihood is as flat as in β.
fn as_likely<M, U>(ours: &Fitted<M, U>, theirs: &Value, name: &str) {
    let total = number(&theirs["log_likelihood"]);
    let more = ours.log_likelihood - total;
    assert!(more.abs() < 1e-5, "{name}: {} and {total}", ours.log_likelihood);
    for (symbol, value) in theirs["parameters"].as_object().unwrap() {
        let found = ours.parameter(symbol).unwrap_or_else(|| panic!("{name}: no {symbol}"));
        same(found, value, 1e-4, &format!("{name}: {symbol}"));
    }
}

fn fitted<F: Family>(family: &F, data: &Histories, theirs: &Value, name: &str) {
    as_likely(&fit(family, data), &theirs[name], name);
}

#[test]
fn models_of_purchases_fitted() {
    let all = fixtures();
    let data = customers(&all);
    fitted(&BgFamily::BG_NBD, &data, &all["fits"], "bg_nbd");
    fitted(&BgFamily::MBG_NBD, &data, &all["fits"], "mbg_nbd");
    fitted(&ParetoNbdFamily::default(), &data, &all["fits"], "pareto_nbd");
}

#[test]
fn fitted_to_cdnow() {
    let Some(data) = test_data::cdnow() else { return };
    let theirs = &fixtures()["cdnow"];
    fitted(&BgFamily::BG_NBD, &data, theirs, "bg_nbd");
    fitted(&BgFamily::MBG_NBD, &data, theirs, "mbg_nbd");
    fitted(&ParetoNbdFamily::default(), &data, theirs, "pareto_nbd");
}

#[test]
fn bg_bb_fitted_to_donors() {
    let Some(path) = dangol_trial_data::file("cdnow/donations.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let counts = text.lines().skip(1).map(|line| {
        let numbers: Vec<u32> = line.split(',').map(|number| number.parse().unwrap()).collect();
        (Occasions::new(numbers[0], numbers[1], numbers[2]).unwrap(), u64::from(numbers[3]))
    });
    let table = OccasionTable::new(counts).unwrap();
    as_likely(&bg_bb::fit(&table), &fixtures()["donors"], "bg_bb");
}

#[test]
fn gamma_gamma_fitted() {
    let all = fixtures();
    let spend = |row: &Value| Spend { purchases: number(&row[0]) as u32, mean: number(&row[3]) };
    let spends = Spends::new(list(&all["customers"]).iter().map(spend)).unwrap();
    as_likely(&gamma_gamma::fit(&spends), &all["fits"]["gamma_gamma"], "gamma_gamma");
}
