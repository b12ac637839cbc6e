//! What scikit-learn and `SciPy` make of scores and what followed: `fixtures/score_weights.json`, written by the script of that
//! name.

use dangol_models::score_weights::{FitSettings, Fitted, Form, Outcomes, fit};
use serde_json::Value;

const SETTINGS: FitSettings = FitSettings { draws: 0, level: 0.9, seed: 1, threads: 1 };

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn scores(value: &Value) -> Vec<[u8; 3]> {
    let of = |text: &Value| {
        let digits: Vec<u8> = text.as_str().unwrap().bytes().map(|digit| digit - b'0').collect();
        [digits[0], digits[1], digits[2]]
    };
    value.as_array().unwrap().iter().map(of).collect()
}

fn shops() -> Vec<(String, Value, Outcomes)> {
    let all: Value = serde_json::from_str(include_str!("fixtures/score_weights.json")).unwrap();
    let shops = all["shops"].as_object().unwrap();
    assert_eq!(shops.len(), 2);
    let of = |(name, shop): (&String, &Value)| {
        let bought: Vec<bool> = shop["bought"].as_str().unwrap().bytes().map(|one| one == b'1').collect();
        let outcomes = Outcomes::new(&scores(&shop["scores"]), &numbers(&shop["spend"]), &bought).unwrap();
        (name.clone(), shop.clone(), outcomes)
    };
    shops.iter().map(of).collect()
}

#[track_caller]
fn same(name: &str, ours: &[f64], theirs: &Value, tolerance: f64) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!((ours - theirs).abs() <= tolerance, "{name}: {ours} and {theirs}");
    }
}

fn slopes(fitted: &Fitted) -> Vec<f64> {
    fitted.factors.iter().map(|factor| factor.coefficient.value.unwrap()).collect()
}

#[test]
fn coefficients_and_weights_are_those_of_the_packages() {
    for (name, theirs, outcomes) in shops() {
        assert!((outcomes.cap() - theirs["cap"].as_f64().unwrap()).abs() < 1e-9);
        // L-BFGS-B ends a little before the top; all else is exact on both sides.
        for (form, key, weights) in [(Form::Linear, "linear", 1e-9), (Form::Logistic, "logistic", 1e-6)] {
            let fitted = fit(&outcomes, form, &SETTINGS).unwrap().unwrap();
            same(&name, &slopes(&fitted), &theirs[key]["coefficients"], 1e-9);
            same(&name, &fitted.weights(), &theirs[key]["weights"], weights);
        }
    }
}

/// Trees of two libraries are never the same: ours shrink their leaves. What they say of a cell goes together, and so do
/// the shares of the gain.
#[test]
fn trees_say_what_those_of_scikit_learn_say() {
    for (name, theirs, outcomes) in shops() {
        let theirs = &theirs["boosting"];
        let fitted = fit(&outcomes, Form::Boosting, &SETTINGS).unwrap().unwrap();
        let (cells, expected) = (scores(&theirs["cells"]), numbers(&theirs["expected"]));
        let ours: Vec<f64> =
            cells.iter().map(|cell| fitted.expected(&cell.map(f64::from)).unwrap()).collect();
        let mean = expected.iter().sum::<f64>() / expected.len() as f64;
        let off: f64 = ours.iter().zip(&expected).map(|(ours, theirs)| (ours - theirs).powi(2)).sum();
        let all: f64 = expected.iter().map(|theirs| (theirs - mean).powi(2)).sum();
        assert!(1.0 - off / all > 0.97, "{name}: {}", 1.0 - off / all);
        // A factor that makes for less spend has no weight with us.
        let rising: Vec<f64> = numbers(&theirs["weights"])
            .iter()
            .zip(slopes(&fitted))
            .map(|(weight, slope)| if slope > 0.0 { *weight } else { 0.0 })
            .collect();
        let total: f64 = rising.iter().sum();
        for (ours, theirs) in fitted.weights().iter().zip(&rising) {
            assert!((ours - theirs / total).abs() < 0.04, "{name}: {ours} and {}", theirs / total);
        }
    }
}
