use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::tests::{bits, through_json};
use crate::math::integrate;

/// Of 1,000 customers, those left after each renewal: figure 1 of the paper, seven renewals.
const REGULAR: [u64; 8] = [1000, 631, 468, 382, 326, 289, 262, 241];
const HIGH_END: [u64; 8] = [1000, 869, 743, 653, 593, 551, 517, 491];

#[test]
fn both_segments_are_as_published() {
    for (survivors, alpha, beta, likelihood) in
        [(REGULAR, 0.704, 1.182, -1680.27), (HIGH_END, 0.668, 3.806, -1611.16)]
    {
        let fitted = fit(&RenewalTable::of_cohort(&survivors).unwrap());
        assert!((fitted.parameter("alpha").unwrap() - alpha).abs() < 6e-4, "{fitted:?}");
        assert!((fitted.parameter("beta").unwrap() - beta).abs() < 2e-3, "{fitted:?}");
        assert!((fitted.log_likelihood - likelihood).abs() < 0.01, "{fitted:?}");
        assert!(fitted.boundaries.is_empty() && fitted.warnings.is_empty(), "{fitted:?}");
        let last = fitted.model.survival(7).unwrap();
        assert!((last - survivors[7] as f64 / 1000.0).abs() < 0.01);
    }
}

#[test]
fn retention_rises_and_survival_is_its_product() {
    let model = Sbg::new(0.704, 1.182).unwrap();
    let mut product = 1.0;
    for t in 0..50 {
        assert!((model.survival(t).unwrap() - product).abs() < 1e-12);
        assert!(model.retention(t + 1) > model.retention(t));
        product *= model.retention(t);
    }
    assert!((model.retention(0) - 1.182 / 1.886).abs() < 1e-12);
}

#[test]
fn expected_renewals_are_sums_of_survival() {
    let model = Sbg::new(0.668, 3.806).unwrap();
    let survival = |t| model.survival(t).unwrap();
    let by_hand: f64 = (1..=5).map(|k| survival(3 + k) / survival(3) / 1.1_f64.powi(k as i32)).sum();
    assert!((model.expected_renewals(3, 5, 0.1).unwrap() - by_hand).abs() < 1e-12);
    assert_eq!(model.expected_renewals(3, 0, 0.1), Ok(0.0));
    assert!(model.expected_renewals(3, 5, f64::NAN).is_err() && model.survival(1_000_000).is_err());
}

#[test]
fn intervals_of_survival() {
    let table = RenewalTable::of_cohort(&REGULAR).unwrap();
    let fitted = fit(&table);
    let year = |model: &Sbg| model.survival(12).unwrap();
    let by_delta = delta(&fitted, 0.9, Scale::Probability, year).unwrap().unwrap();
    let by_bootstrap =
        bootstrap(&fitted, &table, 7, 200, 3).unwrap().interval(&fitted.model, 0.9, year).unwrap();
    for found in [by_delta, by_bootstrap] {
        // Of the paper's "regular" 17.3 of 100 are there after twelve years: within what seven years foresee.
        assert!(found.low < 0.18 && found.high > 0.165 && found.high - found.low < 0.06, "{found:?}");
    }
    let width = |found: Interval| found.high - found.low;
    assert!((width(by_bootstrap) / width(by_delta)).ln().abs() < 0.3, "{by_delta:?} {by_bootstrap:?}");
}

#[test]
fn limits_are_named() {
    let of = |survivors: &[u64]| fit(&RenewalTable::of_cohort(survivors).unwrap());
    let nobody_leaves = of(&[50, 50, 50]);
    assert_eq!((nobody_leaves.boundaries, nobody_leaves.log_likelihood), (vec![Boundary::NoDropout], 0.0));
    assert_eq!(of(&[50, 0]).boundaries, [Boundary::DropoutAtOnce]);
    // Always a fifth: no sign that customers differ.
    let equal = of(&[3125, 2500, 2000, 1600, 1280, 1024]);
    assert!(
        equal.boundaries == [Boundary::EqualDropout] && (equal.model.churn.mean - 0.2).abs() < 1e-5,
        "{equal:?}"
    );
    // 40 of 100 leave at once and the others never.
    let split = of(&[100, 60, 60, 60, 60]);
    assert!(
        split.boundaries == [Boundary::AllOrNothingDropout] && (split.model.churn.mean - 0.4).abs() < 1e-5,
        "{split:?}"
    );
    // One period says how many leave, and nothing of how they differ.
    let flat = of(&[100, 60]);
    assert!(!flat.boundaries.is_empty() || !flat.warnings.is_empty(), "{flat:?}");
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    // Within, and where nobody leaves, all leave at once, all are alike, and each leaves at once or never.
    for survivors in
        [&REGULAR[..], &[50, 50, 50], &[50, 0], &[3125, 2500, 2000, 1600, 1280, 1024], &[100, 60, 60]]
    {
        let fitted = fit(&RenewalTable::of_cohort(survivors).unwrap());
        let back = through_json(&fitted);
        let says = |model: &Sbg| {
            let ahead = model.expected_renewals(2, 12, 0.1).unwrap();
            bits(&[model.survival(9).unwrap(), model.retention(4), ahead])
        };
        assert_eq!(says(&back.model), says(&fitted.model), "{survivors:?}");
    }
    through_json(&[Contract::Cancelled(3), Contract::Renewed(0)]);
}

#[test]
fn cohorts_of_different_ages_are_one_table() {
    let old = [(Contract::Cancelled(1), 30), (Contract::Cancelled(2), 10), (Contract::Renewed(2), 60)];
    let young = [(Contract::Cancelled(1), 28), (Contract::Renewed(1), 72)];
    let table = RenewalTable::new(old.into_iter().chain(young)).unwrap();
    assert_eq!(table, RenewalTable::new(young.into_iter().chain(old)).unwrap());
    assert_eq!((table.customers(), table.rows().len()), (200, 4));
    let model = Sbg::new(0.7, 1.5).unwrap();
    let by_hand = 58.0 * (0.7_f64 / 2.2).ln()
        + 10.0 * (1.5 / 2.2 * 0.7 / 3.2_f64).ln()
        + 72.0 * (1.5_f64 / 2.2).ln()
        + 60.0 * (1.5 / 2.2 * 2.5 / 3.2_f64).ln();
    assert!((model.log_likelihood(&table) - by_hand).abs() < 1e-9);
}

#[test]
fn what_cannot_be_is_refused() {
    assert_eq!(RenewalTable::of_cohort(&[]), Err(Error::Empty { what: "a model of renewals" }));
    let rises = RenewalTable::of_cohort(&[10, 8, 9]);
    assert_eq!(rises, Err(Error::MoreSurvivors { period: 2, before: 8, after: 9 }));
    assert!(RenewalTable::new([(Contract::Cancelled(0), 3)]).is_err());
    assert!(Sbg::new(f64::INFINITY, 1.0).is_err());
}

/// How often intervals of 90 % hold the mean chance to cancel.
fn coverage(fits: u64, customers: usize) -> f64 {
    let truth = Sbg::new(0.7, 1.6).unwrap();
    let held = (0..fits).filter(|&seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let rows = (0..customers).map(|_| (truth.simulate(7, &mut rng).unwrap(), 1));
        let fitted = fit(&RenewalTable::new(rows).unwrap());
        let place = fitted.covariance.coordinates.iter().position(|&i| i == 0);
        place.is_some_and(|row| {
            let error = fitted.covariance.matrix[row][row].sqrt();
            (fitted.coordinates[0].unwrap() - (0.7_f64 / 1.6).ln()).abs() < 1.645 * error
        })
    });
    held.count() as f64 / fits as f64
}

#[test]
fn intervals_cover_the_truth() {
    let held = coverage(60, 500);
    assert!((0.8..=0.99).contains(&held), "{held}");
}

#[test]
#[ignore = "slow"]
fn intervals_cover_the_truth_of_many_shops() {
    let held = coverage(1000, 1000);
    assert!((0.86..=0.94).contains(&held), "{held}");
}

proptest! {
    #[test]
    fn the_likelihood_is_an_integral_over_chances(alpha in 2.0_f64..9.0, beta in 2.0_f64..9.0, t in 1_u32..15) {
        let model = Sbg::new(alpha, beta).unwrap();
        let density = |p: f64| p.powf(alpha - 1.0) * (1.0 - p).powf(beta - 1.0) / crate::math::ln_beta(alpha, beta).exp();
        let cancelled = integrate(0.0, 1.0, 8, |p| density(p) * p * (1.0 - p).powi(t as i32 - 1));
        let renewed = integrate(0.0, 1.0, 8, |p| density(p) * (1.0 - p).powi(t as i32));
        let of = |contract| model.log_likelihood(&RenewalTable::new([(contract, 1)]).unwrap());
        prop_assert!((of(Contract::Cancelled(t)) - cancelled.ln()).abs() < 1e-5);
        prop_assert!((of(Contract::Renewed(t)) - renewed.ln()).abs() < 1e-5);
    }

    #[test]
    fn the_gradient_matches_differences(
        contracts in prop::collection::vec((1_u32..30, any::<bool>(), 1_u64..500), 1..12),
        at in prop::array::uniform2(-4.0_f64..6.0),
    ) {
        let contract = |(periods, left, customers): (u32, bool, u64)| {
            (if left { Contract::Cancelled(periods) } else { Contract::Renewed(periods) }, customers)
        };
        let table = RenewalTable::new(contracts.into_iter().map(contract)).unwrap();
        let mut gradient = [0.0; 2];
        let height = table.evaluate(&at, &mut gradient);
        for place in 0..2 {
            let value = |sign: f64| {
                let mut moved = at;
                moved[place] += sign * 1e-5;
                table.evaluate(&moved, &mut [0.0; 2])
            };
            let slope = (value(1.0) - value(-1.0)) / 2e-5;
            // Differences are as exact as the rounding of a sum so large lets them be.
            let exact = 1e-6 * slope.abs() + 1e-9 * height.abs() + 1e-8;
            prop_assert!((gradient[place] - slope).abs() < exact, "{gradient:?} {slope} at {at:?}");
        }
    }
}
