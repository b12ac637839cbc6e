//! What holds for every model: gradients, limits, invariance, and fits of anything at all.

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::test_data::{cdnow, cdnow_customers, grocery};
use super::*;

/// Runs a generic check for each kind of model.
macro_rules! every_family {
    ($check:ident($($argument:expr),*)) => {{
        $check(&BgFamily::BG_NBD, $($argument),*);
        $check(&BgFamily::MBG_NBD, $($argument),*);
        $check(&BgFamily::bg_cnbd(2).unwrap(), $($argument),*);
        $check(&BgFamily::mbg_cnbd(3).unwrap(), $($argument),*);
        $check(&ParetoNbdFamily {}, $($argument),*);
    }};
}

pub(super) fn history(x: u32, last: f64, age: f64) -> History {
    History::new(x, TimeOfLastPurchase(last), age).unwrap()
}

/// Any history: x up to 60, none silent since, long silent, on the last day.
pub(super) fn any_history() -> impl Strategy<Value = History> {
    (0_u32..60, 0.01_f64..1.0, 0.5_f64..120.0, 0_u8..4).prop_map(|(x, share, age, kind)| {
        let last = match (x, kind) {
            (0, _) => 0.0,
            (_, 0) => age,
            _ => share * age,
        };
        history(x, last, age)
    })
}

/// Steps of a trapezoidal rule in the logarithm u of a rate, over which e^(`shape` u − `rate` eᵘ) vanishes at both
/// ends, whatever the rate between the two: the sum is then exact to rounding. Integrands are of some shape at least
/// and of another at most.
pub(super) fn log_rates(shapes: [f64; 2], rates: [f64; 2]) -> (Vec<f64>, f64) {
    let ([least, most], [slow, fast]) = (shapes, rates);
    // As narrow as the bell of the largest shape asks, and never so wide that the poles in the complex plane show.
    let step = (0.8 / most.sqrt()).min(0.25);
    let low = (least / fast).ln() - 42.0 / least - 10.0 / least.sqrt();
    let high = ((2.0 * most + 60.0) / slow).ln();
    ((0..=((high - low) / step) as u32).map(|i| low + step * f64::from(i)).collect(), step)
}

fn weeks(histories: &[History]) -> Histories {
    Histories::new(TimeUnit::Week, histories.iter().copied()).unwrap()
}

fn gradient_is_the_slope<F: Family>(family: &F, data: &Histories, theta: &[f64]) {
    let mut gradient = vec![0.0; theta.len()];
    let value = family.evaluate(data, theta, &mut gradient);
    let at = |i: usize, step: f64| {
        let mut moved = theta.to_vec();
        moved[i] += step;
        family.evaluate(data, &moved, &mut vec![0.0; theta.len()])
    };
    for (i, found) in gradient.iter().enumerate() {
        // Fourth order, so that a wide step is exact enough and rounding does not show.
        let h = 1e-3;
        let slope = (8.0 * (at(i, h) - at(i, -h)) - (at(i, 2.0 * h) - at(i, -2.0 * h))) / (12.0 * h);
        let tolerance = 1e-7 * slope.abs() + 1e-10 * value.abs() + 1e-8;
        assert!(
            (slope - found).abs() < tolerance,
            "coordinate {i}: {found}, by differences {slope}, {theta:?}"
        );
    }
}

fn table_and_formula_agree<F: Family>(family: &F, data: &Histories, theta: &[f64]) {
    let model = family.model(theta);
    let one_by_one: f64 = data.iter().map(|(history, weight)| weight * model.log_likelihood(&history)).sum();
    let total = family.evaluate(data, theta, &mut vec![0.0; theta.len()]);
    assert!((total - one_by_one).abs() < 1e-9 * (1.0 + total.abs()), "{total} {one_by_one} {theta:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn gradients_are_slopes(
        histories in prop::collection::vec(any_history(), 1..12),
        theta in prop::array::uniform4(-3.0_f64..3.0),
    ) {
        let data = weeks(&histories);
        every_family!(gradient_is_the_slope(&data, &theta));
        every_family!(table_and_formula_agree(&data, &theta));
    }

    #[test]
    fn far_out_everything_is_finite(
        theta in prop::array::uniform4(-18.0_f64..18.0),
        histories in prop::collection::vec(any_history(), 1..6),
    ) {
        let data = weeks(&histories);
        every_family!(is_finite(&data, &theta));
        every_family!(table_and_formula_agree(&data, &theta));
    }

    #[test]
    fn answers_are_probabilities_and_grow_with_time(
        theta in prop::array::uniform4(-2.5_f64..2.5),
        history in any_history(),
        time in 0.1_f64..60.0,
    ) {
        every_family!(makes_sense(&theta, &history, time));
    }
}

fn is_finite<F: Family>(family: &F, data: &Histories, theta: &[f64]) {
    let mut gradient = vec![0.0; theta.len()];
    let value = family.evaluate(data, theta, &mut gradient);
    assert!(value.is_finite() && gradient.iter().all(|g| g.is_finite()), "{value} {gradient:?}");
}

fn makes_sense<F: Family>(family: &F, theta: &[f64], history: &History, time: f64) {
    let model = family.model(theta);
    let alive = model.probability_alive(history);
    assert!((0.0..=1.0).contains(&alive), "{alive}");
    let (soon, later) = (
        model.conditional_expected_purchases(history, time),
        model.conditional_expected_purchases(history, 2.0 * time),
    );
    assert!(soon >= 0.0 && later >= soon, "{soon} {later}");
    let silent = model.probability_of_silence(history, time);
    // Markov: somebody who is expected to buy less than once buys with at most that probability.
    assert!((0.0..=1.0 + 1e-12).contains(&silent) && 1.0 - silent <= soon + 1e-10, "{silent} {soon}");
    let discounted = model.discounted_residual_purchases(history, time, 0.01);
    assert!(
        discounted <= soon * (1.0 + 1e-9) && discounted >= soon * (-0.010_000_1 * time).exp(),
        "{discounted} {soon}"
    );
    // P(X(t) = n) sums to one and to the expectation, as far as it was summed.
    let (mut sum, mut mean) = (0.0, 0.0);
    for n in 0..80 {
        let chance = model.purchase_probability(n, time);
        assert!(chance >= -1e-12, "P(X = {n}) = {chance}");
        sum += chance;
        mean += f64::from(n) * chance;
    }
    let expected = model.expected_purchases(time);
    assert!(sum < 1.0 + 1e-9 && mean < expected * (1.0 + 1e-7), "{sum} {mean} {expected}");
    if expected < 3.0 && model.purchase_probability(79, time) < 1e-11 {
        assert!((sum - 1.0).abs() < 1e-8 && (mean / expected - 1.0).abs() < 1e-6, "{sum} {mean} {expected}");
    }
    // A new customer is one with x = t_x = T = 0.
    let new = self::history(0, 0.0, 0.0);
    let (as_known, as_new) = (model.conditional_expected_purchases(&new, time), expected);
    assert!((as_known - as_new).abs() <= 1e-9 * as_new, "{as_known} {as_new}");
    assert!((model.probability_of_silence(&new, time) - model.purchase_probability(0, time)).abs() < 1e-9);
}

fn edges<F: Family>(family: &F, _: ()) {
    let cases: [&[History]; 10] = [
        &[history(0, 0.0, 0.0)],
        &[history(0, 0.0, 30.0)],
        &[history(1, 3.0, 30.0)],
        &[history(1, 30.0, 30.0)],
        &[history(2000, 290.0, 300.0)],
        &[history(2000, 10.0, 300.0), history(0, 0.0, 300.0)],
        &[history(0, 0.0, 30.0), history(0, 0.0, 40.0), history(0, 0.0, 50.0)],
        &[history(3, 9.0, 30.0); 5],
        &[history(1, 1e-3, 30.0), history(1, 30.0, 30.0)],
        &[history(5, 1e-9, 1e-9), history(7, 1e6, 1e6), history(0, 0.0, 1e6)],
    ];
    for case in cases {
        let data = weeks(case);
        let fitted = fit(family, &data);
        assert!(fitted.log_likelihood.is_finite(), "{case:?}: {:?}", fitted.boundaries);
        assert!(fitted.parameters.iter().all(|p| p.standard_error.is_none_or(f64::is_finite)), "{case:?}");
        for history in case {
            let alive = fitted.model.probability_alive(history);
            let expected = fitted.model.conditional_expected_purchases(history, 10.0);
            assert!(
                (0.0..=1.0).contains(&alive) && expected.is_finite() && expected >= 0.0,
                "{case:?} {alive} {expected}"
            );
        }
        let few = case.iter().all(|history| history.repeats() == 0);
        assert_eq!(fitted.boundaries == [Boundary::NoRepeats], few, "{case:?}");
        assert!(few || !fitted.boundaries.is_empty() || !fitted.warnings.is_empty(), "{case:?} says nothing");
    }
}

#[test]
fn anything_at_all_is_fitted() {
    every_family!(edges(()));
}

/// Writes as JSON and reads back what must come back equal.
#[track_caller]
pub(super) fn through_json<T>(value: &T) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let back: T = serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap();
    assert_eq!(&back, value);
    back
}

/// Numbers in every bit: 0.0 and −0.0 differ.
pub(super) fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn json_round_trip<F: Family>(family: &F, data: &Histories)
where
    F::Model: serde::Serialize + serde::de::DeserializeOwned,
{
    let fitted = fit(family, data);
    let back = through_json(&fitted);
    for (history, _) in data.iter() {
        let says = |model: &F::Model| {
            bits(&[
                model.log_likelihood(&history),
                model.probability_alive(&history),
                model.conditional_expected_purchases(&history, 9.0),
            ])
        };
        assert_eq!(says(&back.model), says(&fitted.model), "{history:?}");
    }
}

/// Customers of a made-up shop.
pub(super) fn simulated<M: PurchaseModel>(model: &M, customers: usize, seed: u64) -> Vec<History> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..customers).map(|i| model.simulate(20.0 + (i % 20) as f64, &mut rng)).collect()
}

fn cdnow_like() -> BgModel {
    BgModel::new(BgFamily::MBG_NBD, 0.5, 6.0, 0.9, 1.6).unwrap()
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    let data = weeks(&simulated(&cdnow_like(), 300, 1));
    every_family!(json_round_trip(&data));
    every_family!(json_round_trip(&weeks(&[history(0, 0.0, 3.0)])));
    every_family!(json_round_trip(&weeks(&[history(3, 2.0, 3.0)])));
}

fn invariant<F: Family>(family: &F, histories: &[History]) {
    let data = Histories::new(TimeUnit::Day, histories.iter().copied()).unwrap();
    let fitted = fit(family, &data);
    // Order and threads: the same in every bit.
    let reversed = Histories::new(TimeUnit::Day, histories.iter().rev().copied()).unwrap();
    for other in [reversed, data.clone().with_threads(1), data.clone().with_threads(8)] {
        let other = fit(family, &other);
        assert_eq!((&other.model, other.log_likelihood), (&fitted.model, fitted.log_likelihood));
    }
    // Unit: the density of x and t_x is per unit of time.
    let in_weeks: Vec<History> = histories
        .iter()
        .map(|day| {
            let week = history(day.repeats(), day.last() / 7.0, day.age() / 7.0);
            week.with_log_gaps(day.log_gaps().unwrap() - f64::from(day.repeats()) * 7.0_f64.ln()).unwrap()
        })
        .collect();
    let in_weeks = weeks(&in_weeks);
    let other = fit(family, &in_weeks);
    let shifted = other.log_likelihood - 7.0_f64.ln() * data.total_repeats();
    assert!((shifted - fitted.log_likelihood).abs() < 1e-4, "{shifted} {}", fitted.log_likelihood);
    let expected = |model: &F::Model, unit: f64| model.expected_purchases(350.0 / unit);
    assert!((expected(&other.model, 7.0) / expected(&fitted.model, 1.0) - 1.0).abs() < 1e-3);
}

#[test]
fn order_threads_and_unit_of_time_change_nothing() {
    // More rows than one block holds, so that threads have something to share.
    let histories = simulated(&cdnow_like(), 5000, 2);
    every_family!(invariant(&histories));
}

fn same_from_any_start<F: Family>(family: &F, data: &Histories, starts: usize) {
    let fitted = fit(family, data);
    let bounds = family.bounds(data);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..starts {
        let start: Vec<f64> =
            bounds.iter().map(|(low, high)| low + (high - low) * rng.random::<f64>()).collect();
        let other = fit_from(family, data, &start);
        assert!((other.log_likelihood - fitted.log_likelihood).abs() < 1e-4, "{start:?}: {other:?}");
        assert_eq!(other.boundaries, fitted.boundaries, "{start:?}");
    }
}

#[test]
fn any_start_leads_to_the_same_optimum() {
    let (Some(cdnow), Some(grocery)) = (cdnow(), grocery("2006-12-31")) else { return };
    every_family!(same_from_any_start(&cdnow, 4));
    every_family!(same_from_any_start(&grocery, 4));
}

#[test]
#[ignore = "slow: two minutes"]
fn two_hundred_starts_lead_to_the_same_optimum() {
    let (Some(cdnow), Some(grocery)) = (cdnow(), grocery("2006-12-31")) else { return };
    every_family!(same_from_any_start(&cdnow, 200));
    every_family!(same_from_any_start(&grocery, 200));
}

fn subsamples<F: Family>(family: &F, times: usize) {
    let Some(all) = cdnow_customers(TimeUnit::Week) else { return };
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for size in [100, 300, 1000] {
        for _ in 0..times {
            let some: Vec<History> = (0..size).map(|_| all[rng.random_range(0..all.len())]).collect();
            let fitted = fit(family, &weeks(&some));
            assert!(fitted.log_likelihood.is_finite());
            // Flat, or a limit, or with standard errors that say that it is neither.
            let flat =
                fitted.warnings.iter().any(|warning| matches!(warning, Warning::FlatLikelihood { .. }));
            let known = fitted.parameters.iter().all(|p| p.standard_error.is_some());
            assert!(flat || !fitted.boundaries.is_empty() || known, "{fitted:?}");
            assert!(!fitted.warnings.iter().any(|w| matches!(w, Warning::NotConverged { .. })), "{fitted:?}");
        }
    }
}

#[test]
fn subsamples_of_cdnow_are_always_fitted() {
    subsamples(&BgFamily::BG_NBD, 10);
}

#[test]
#[ignore = "slow: half a minute"]
fn two_hundred_subsamples_of_cdnow_are_always_fitted() {
    subsamples(&BgFamily::BG_NBD, 200);
}
