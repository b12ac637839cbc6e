use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::Error;
use crate::lifetime::Boundary;
use crate::lifetime::fit::Problem as _;
use crate::lifetime::intervals::{Interval, Scale};
use crate::lifetime::tests::{bits, through_json};
use crate::math::integrate;
use crate::optimise::{Options, maximise};

/// The donations of the paper: 11,104 people, six years.
fn donations() -> Option<OccasionTable> {
    let text = std::fs::read_to_string(dangol_trial_data::file("cdnow/donations.csv")?).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let numbers: Vec<u32> = line.split(',').map(|number| number.parse().unwrap()).collect();
        (Occasions::new(numbers[0], numbers[1], numbers[2]).unwrap(), u64::from(numbers[3]))
    });
    Some(OccasionTable::new(rows).unwrap())
}

fn published() -> BgBb {
    BgBb::new(1.204, 0.750, 0.657, 2.783).unwrap()
}

fn occasions(purchases: u32, last: u32, periods: u32) -> Occasions {
    Occasions::new(purchases, last, periods).unwrap()
}

#[test]
fn donations_are_as_published() {
    let Some(table) = donations() else { return };
    assert_eq!((table.customers(), table.rows().len()), (11_104, 22));
    let fitted = fit(&table);
    for (name, value) in [("alpha", 1.204), ("beta", 0.750), ("gamma", 0.657), ("delta", 2.783)] {
        assert!((fitted.parameter(name).unwrap() - value).abs() < 1e-3, "{name}: {fitted:?}");
    }
    assert!((fitted.log_likelihood + 33_225.6).abs() < 0.05, "{fitted:?}");
    assert!(fitted.boundaries.is_empty() && fitted.warnings.is_empty());
    assert!(
        fitted.parameters.iter().all(|parameter| parameter.standard_error.is_some_and(|error| error < 0.5))
    );
    let by_row: f64 =
        table.rows().iter().map(|(history, n)| *n as f64 * fitted.model.log_likelihood(*history)).sum();
    assert!((by_row - fitted.log_likelihood).abs() < 1e-6);
}

#[test]
fn any_start_ends_at_the_same_optimum() {
    let Some(table) = donations() else { return };
    let best = fit(&table).log_likelihood;
    let objective = |at: &[f64], gradient: &mut [f64]| table.evaluate(at, gradient);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..200 {
        let start: Vec<f64> = (0..4).map(|_| rng.random_range(-5.0..5.0)).collect();
        let found = maximise(&objective, &start, &table.bounds(), Options::default());
        assert!((found.value - best).abs() < 1e-4, "{start:?} {found:?}");
        assert!((fit_from(&table, &start).log_likelihood - best).abs() < 1e-4);
    }
}

#[test]
fn expectations_are_as_published() {
    // Of the paper: donations expected in the next five years; of the walkthrough of the R package BTYD: in
    // the next ten.
    for (history, ahead, expected) in [
        (occasions(0, 0, 6), 5, 0.07),
        (occasions(6, 6, 6), 5, 3.75),
        (occasions(0, 0, 6), 10, 0.130),
        (occasions(4, 5, 6), 10, 3.628),
    ] {
        let found = published().expected_purchases(history, ahead).unwrap();
        assert!((found - expected).abs() < 6e-3, "{history:?}: {found}");
    }
}

#[test]
fn probabilities_sum_to_one_and_have_their_mean() {
    let model = published();
    for history in [Occasions::NONE, occasions(0, 0, 6), occasions(3, 5, 6), occasions(6, 6, 6)] {
        for ahead in [0, 1, 5, 40] {
            let probabilities = model.purchase_probabilities(history, ahead).unwrap();
            let (mut total, mut mean) = (0.0, 0.0);
            for (count, probability) in probabilities.iter().enumerate() {
                assert!(*probability >= 0.0);
                total += probability;
                mean += count as f64 * probability;
            }
            assert!((total - 1.0).abs() < 1e-9, "{history:?} {ahead}: {total}");
            let expected = model.expected_purchases(history, ahead).unwrap();
            assert!((mean - expected).abs() < 1e-9, "{history:?} {ahead}: {mean} {expected}");
        }
    }
    assert!((model.probability_alive(occasions(6, 6, 6)) - model.dropout_after(6)).abs() < 1e-12);
    assert!(model.probability_alive(occasions(1, 1, 6)) < 0.2);
}

impl BgBb {
    /// Of those who were there on so many occasions, who is there on the next.
    fn dropout_after(&self, periods: usize) -> f64 {
        crate::lifetime::beta_moments::after(&self.dropout, 0.0, periods as f64).complement
    }
}

#[test]
fn discounted_purchases_count_less() {
    let history = occasions(4, 6, 6);
    let by_hand: f64 = (1..=3)
        .map(|k| {
            let upto = |k| published().expected_purchases(history, k).unwrap();
            (upto(k) - upto(k - 1)) / 1.1_f64.powi(k as i32)
        })
        .sum();
    assert!((published().discounted_purchases(history, 3, 0.1).unwrap() - by_hand).abs() < 1e-12);
    assert!(published().discounted_purchases(history, 3, -1.0).is_err());
    assert!(published().expected_purchases(history, 200_000).is_err());
}

#[test]
fn intervals_of_expected_donations() {
    let Some(table) = donations() else { return };
    let fitted = fit(&table);
    let next = |model: &BgBb| model.expected_purchases(occasions(6, 6, 6), 5).unwrap();
    let by_delta = delta(&fitted, 0.9, Scale::Positive, next).unwrap().unwrap();
    let replicates = bootstrap(&fitted, &table, 60, 3).unwrap();
    let by_bootstrap = replicates.interval(&fitted.model, 0.9, next).unwrap();
    let width = |found: Interval| found.high - found.low;
    assert!((by_delta.value - 3.75).abs() < 0.01 && width(by_delta) < 0.3, "{by_delta:?}");
    assert!((width(by_bootstrap) / width(by_delta)).ln().abs() < 0.4, "{by_delta:?} {by_bootstrap:?}");
}

#[test]
fn limits_are_named() {
    let table = |rows: &[(u32, u32, u64)]| {
        OccasionTable::new(rows.iter().map(|&(x, last, n)| (occasions(x, last, 5), n))).unwrap()
    };
    let never = fit(&table(&[(0, 0, 30)]));
    assert!(never.boundaries == [Boundary::Never] && never.log_likelihood.abs() < 1e-12, "{never:?}");
    let always = fit(&table(&[(5, 5, 30)]));
    assert!(
        always.boundaries.contains(&Boundary::Always) && always.log_likelihood.abs() < 1e-5,
        "{always:?}"
    );
    // Everybody buys until they are lost: all misses come after all purchases.
    let regular = fit(&table(&[(0, 0, 20), (1, 1, 15), (2, 2, 12), (3, 3, 8), (4, 4, 6), (5, 5, 20)]));
    assert!(regular.boundaries.contains(&Boundary::Always), "{regular:?}");
    assert!(regular.model.expected_purchases(occasions(0, 0, 5), 5).unwrap() < 1e-9);
    // Half buy always, half never, and nobody is lost.
    let split = fit(&table(&[(0, 0, 20), (5, 5, 20)]));
    assert!((split.log_likelihood - 40.0 * 0.5_f64.ln()).abs() < 1e-4, "{split:?}");
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let simulated =
        OccasionTable::new((0..400).map(|_| (published().simulate(6, &mut rng).unwrap(), 1))).unwrap();
    let table = |rows: &[(u32, u32, u64)]| {
        OccasionTable::new(rows.iter().map(|&(x, last, n)| (occasions(x, last, 5), n))).unwrap()
    };
    // Within, and where nobody buys, all always do, misses come after all purchases, and each buys always or never.
    for table in [
        simulated,
        table(&[(0, 0, 30)]),
        table(&[(5, 5, 30)]),
        table(&[(0, 0, 20), (1, 1, 15), (2, 2, 12), (3, 3, 8), (4, 4, 6), (5, 5, 20)]),
        table(&[(0, 0, 20), (5, 5, 20)]),
    ] {
        let fitted = fit(&table);
        let back = through_json(&fitted);
        for (customer, _) in table.rows() {
            let says = |model: &BgBb| {
                let ahead = model.expected_purchases(*customer, 5).unwrap();
                bits(&[model.log_likelihood(*customer), model.probability_alive(*customer), ahead])
            };
            assert_eq!(says(&back.model), says(&fitted.model), "{customer:?}");
        }
    }
    through_json(&occasions(2, 4, 6));
}

#[test]
fn one_customer_is_enough() {
    for (x, last) in [(0, 0), (1, 1), (2, 4), (4, 4)] {
        let fitted = fit(&OccasionTable::new([(occasions(x, last, 4), 1)]).unwrap());
        assert!(fitted.log_likelihood.is_finite() && fitted.log_likelihood <= 1e-12, "{fitted:?}");
        assert!(!fitted.boundaries.is_empty() || !fitted.warnings.is_empty(), "{fitted:?}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for (x, last, periods) in [(3, 2, 5), (1, 0, 5), (0, 2, 5), (1, 6, 5)] {
        assert!(matches!(Occasions::new(x, last, periods), Err(Error::BadOccasions { .. })));
    }
    assert!(OccasionTable::new([]).is_err() && OccasionTable::new([(Occasions::NONE, 0)]).is_err());
    assert!(serde_json::from_str::<Occasions>(r#"{"purchases": 3, "last": 2, "periods": 5}"#).is_err());
    assert!(BgBb::new(0.0, 1.0, 1.0, 1.0).is_err());
}

#[test]
fn rows_in_any_order_are_the_same_table() {
    let rows = [(occasions(1, 2, 4), 3), (occasions(0, 0, 4), 5), (occasions(1, 2, 4), 4)];
    let table = OccasionTable::new(rows).unwrap();
    assert_eq!(table, OccasionTable::new(rows.into_iter().rev()).unwrap());
    assert_eq!((table.rows().len(), table.customers()), (2, 12));
}

/// How often intervals of 90 % hold the means of both chances.
fn coverage(fits: u64, customers: usize) -> [f64; 2] {
    let truth = BgBb::new(1.2, 0.8, 0.9, 3.0).unwrap();
    let mut held = [0_u32; 2];
    for seed in 0..fits {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let rows = (0..customers).map(|_| (truth.simulate(8, &mut rng).unwrap(), 1));
        let fitted = fit(&OccasionTable::new(rows).unwrap());
        for (place, value) in [(0, 1.5_f64.ln()), (2, 0.3_f64.ln())] {
            let Some(row) = fitted.covariance.coordinates.iter().position(|&i| i == place) else { continue };
            let error = fitted.covariance.matrix[row][row].sqrt();
            held[place / 2] += u32::from((fitted.coordinates[place].unwrap() - value).abs() < 1.645 * error);
        }
    }
    held.map(|held| f64::from(held) / fits as f64)
}

#[test]
fn intervals_cover_the_truth() {
    let held = coverage(40, 400);
    assert!(held.iter().all(|share| (0.75..=1.0).contains(share)), "{held:?}");
}

#[test]
#[ignore = "slow"]
fn intervals_cover_the_truth_of_many_shops() {
    let held = coverage(600, 1500);
    assert!(held.iter().all(|share| (0.86..=0.94).contains(share)), "{held:?}");
}

proptest! {
    /// ∫∫ Pr(history | p, θ) beta(p) beta(θ) dp dθ.
    #[test]
    fn the_likelihood_is_an_integral_over_chances(
        alpha in 2.0_f64..6.0, beta in 2.0_f64..6.0, gamma in 2.0_f64..6.0, delta in 2.0_f64..6.0,
        x in 0_u32..5, more in 0_u32..4, rest in 0_u32..5,
    ) {
        let last = if x == 0 { 0 } else { x + more };
        let history = occasions(x, last, last + rest);
        let density = |p: f64, a: f64, b: f64| p.powf(a - 1.0) * (1.0 - p).powf(b - 1.0) / crate::math::ln_beta(a, b).exp();
        let integral = integrate(0.0, 1.0, 1, |p| {
            density(p, alpha, beta) * integrate(0.0, 1.0, 1, |theta| {
                let stays = 1.0 - theta;
                let bought = p.powi(x as i32) * (1.0 - p).powi((last - x) as i32);
                let lost: f64 = (0..rest).map(|i| (1.0 - p).powi(i as i32) * stays.powi((last + i) as i32) * theta).sum();
                let stayed = (1.0 - p).powi(rest as i32) * stays.powi((last + rest) as i32);
                density(theta, gamma, delta) * bought * (lost + stayed)
            })
        });
        let found = BgBb::new(alpha, beta, gamma, delta).unwrap().log_likelihood(history);
        prop_assert!((found - integral.ln()).abs() < 1e-4, "{history:?}: {found} {}", integral.ln());
    }

    #[test]
    fn the_gradient_matches_differences(at in prop::array::uniform4(-3.0_f64..4.0), seed in 0_u64..1000) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let model = published();
        let table = OccasionTable::new((0..30).map(|i| (model.simulate(i % 7 + 1, &mut rng).unwrap(), 1))).unwrap();
        let mut gradient = [0.0; 4];
        table.evaluate(&at, &mut gradient);
        for place in 0..4 {
            let value = |sign: f64| {
                let mut moved = at;
                moved[place] += sign * 1e-5;
                table.evaluate(&moved, &mut [0.0; 4])
            };
            let slope = (value(1.0) - value(-1.0)) / 2e-5;
            prop_assert!((gradient[place] - slope).abs() < 1e-5 * (1.0 + slope.abs()), "{gradient:?} {slope}");
        }
    }
}
