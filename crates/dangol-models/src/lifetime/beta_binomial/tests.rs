use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::Boundary;
use crate::lifetime::tests::{bits, through_json};

fn contacts(responses: u32, contacts: u32) -> Contacts {
    Contacts::new(responses, contacts).unwrap()
}

/// Boys among the first twelve children of 6,115 families in Saxony (A. Geissler, 1889), the classic example;
/// the maximum is that of SciPy's `betaln` and `minimize`.
#[test]
fn families_of_saxony() {
    let families = [3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7];
    let rows = families.iter().enumerate().map(|(boys, &n)| (contacts(boys as u32, 12), n));
    let fitted = fit(&ContactTable::new(rows).unwrap());
    assert_eq!(fitted.customers, 6115);
    assert!((fitted.model.response.mean - 0.519_2).abs() < 5e-4, "{fitted:?}");
    assert!((fitted.parameter("alpha").unwrap() - 34.1029).abs() < 1e-2, "{fitted:?}");
    assert!((fitted.parameter("beta").unwrap() - 31.5783).abs() < 1e-2, "{fitted:?}");
}

#[test]
fn probabilities_sum_to_one_and_have_their_mean() {
    let model = BetaBinomial::new(0.8, 5.5).unwrap();
    for customer in [contacts(0, 0), contacts(0, 30), contacts(7, 9)] {
        let probabilities = model.response_probabilities(customer, 25).unwrap();
        let total: f64 = probabilities.iter().sum();
        let mean: f64 = probabilities.iter().enumerate().map(|(x, p)| x as f64 * p).sum();
        assert!(
            (total - 1.0).abs() < 1e-10 && (mean - 25.0 * model.response_probability(customer)).abs() < 1e-9
        );
    }
    let (low, high) = model.response_interval(contacts(7, 9), 0.9).unwrap();
    // Beta(7.8, 7.5), by SciPy's beta.ppf.
    assert!((low - 0.304_821_9).abs() < 1e-6 && (high - 0.713_280_6).abs() < 1e-6, "{low} {high}");
    assert!(model.response_interval(contacts(7, 9), 0.0).is_err());
}

#[test]
fn intervals_of_a_response() {
    let rows = [(0, 6, 600), (1, 6, 200), (2, 6, 100), (3, 6, 60), (6, 6, 10)];
    let table = ContactTable::new(rows.map(|(x, n, customers)| (contacts(x, n), customers))).unwrap();
    let fitted = fit(&table);
    let next = |model: &BetaBinomial| model.response_probability(contacts(2, 6));
    let by_delta = delta(&fitted, 0.9, Scale::Probability, next).unwrap().unwrap();
    let by_bootstrap =
        bootstrap(&fitted, &table, 200, 3).unwrap().interval(&fitted.model, 0.9, next).unwrap();
    let width = |found: Interval| found.high - found.low;
    assert!((width(by_bootstrap) / width(by_delta)).ln().abs() < 0.3, "{by_delta:?} {by_bootstrap:?}");
    assert!(bootstrap(&fitted, &table, 1, 3).is_err());
}

#[test]
fn limits_are_named() {
    let of = |rows: &[(u32, u32, u64)]| {
        fit(&ContactTable::new(rows.iter().map(|&(x, n, count)| (contacts(x, n), count))).unwrap())
    };
    assert_eq!(of(&[(0, 3, 40)]).boundaries, [Boundary::Never]);
    assert_eq!(of(&[(3, 3, 40)]).boundaries, [Boundary::Always]);
    // Less spread than even equal chances have.
    let equal = of(&[(1, 3, 40), (2, 3, 40)]);
    assert!(
        equal.boundaries == [Boundary::EqualChances] && (equal.model.response.mean - 0.5).abs() < 1e-6,
        "{equal:?}"
    );
    let split = of(&[(0, 3, 30), (3, 3, 10)]);
    assert!(
        split.boundaries == [Boundary::AllOrNothing] && (split.model.response.mean - 0.25).abs() < 1e-6,
        "{split:?}"
    );
    // Whoever responded once will again, whoever did not will not.
    assert!(split.model.response_probability(contacts(1, 1)) > 1.0 - 1e-6);
    assert_eq!(split.model.response_interval(contacts(0, 0), 0.9), Ok((0.0, 1.0)));
    let (low, high) = equal.model.response_interval(contacts(0, 9), 0.9).unwrap();
    assert!(low == high && (low - 0.5).abs() < 1e-6);
    let one = of(&[(1, 1, 1), (0, 1, 1)]);
    assert!(!one.boundaries.is_empty() || !one.warnings.is_empty(), "{one:?}");
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(matches!(Contacts::new(3, 2), Err(Error::MoreSuccessesThanTrials { successes: 3, trials: 2 })));
    assert!(ContactTable::new([(contacts(0, 0), 9)]).is_err());
    assert!(serde_json::from_str::<Contacts>(r#"{"responses": 3, "contacts": 2}"#).is_err());
    let table = ContactTable::new([(contacts(0, 0), 9), (contacts(1, 4), 1)]).unwrap();
    assert_eq!((table.customers(), table.rows().len()), (10, 2));
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    // Within, and where nobody responds, all do, all are alike, and each always or never does.
    let tables: [&[(u32, u32, u64)]; 5] = [
        &[(0, 6, 600), (1, 6, 200), (2, 6, 100), (6, 6, 10)],
        &[(0, 3, 40)],
        &[(3, 3, 40)],
        &[(1, 3, 40), (2, 3, 40)],
        &[(0, 3, 30), (3, 3, 10)],
    ];
    for rows in tables {
        let rows = rows.iter().map(|&(x, n, count)| (contacts(x, n), count));
        let fitted = fit(&ContactTable::new(rows).unwrap());
        let back = through_json(&fitted);
        let says = |model: &BetaBinomial| {
            let next = model.response_probability(contacts(2, 7));
            bits(&[vec![next], model.response_probabilities(contacts(1, 4), 5).unwrap()].concat())
        };
        assert_eq!(says(&back.model), says(&fitted.model), "{fitted:?}");
    }
    through_json(&contacts(2, 7));
}

/// How often intervals of 90 % hold the mean response.
fn coverage(fits: u64, customers: usize) -> f64 {
    let truth = BetaBinomial::new(0.9, 6.0).unwrap();
    let held = (0..fits).filter(|&seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let rows = (0..customers).map(|i| (truth.simulate(4 + i as u32 % 9, &mut rng).unwrap(), 1));
        let fitted = fit(&ContactTable::new(rows).unwrap());
        let place = fitted.covariance.coordinates.iter().position(|&i| i == 0);
        place.is_some_and(|row| {
            let error = fitted.covariance.matrix[row][row].sqrt();
            (fitted.coordinates[0].unwrap() - 0.15_f64.ln()).abs() < 1.645 * error
        })
    });
    held.count() as f64 / fits as f64
}

#[test]
fn intervals_cover_the_truth() {
    let held = coverage(60, 300);
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
    fn the_likelihood_is_that_of_the_beta_functions(alpha in 0.1_f64..30.0, beta in 0.1_f64..30.0, x in 0_u32..20, misses in 0_u32..20) {
        let model = BetaBinomial::new(alpha, beta).unwrap();
        prop_assume!(x + misses > 0);
        let found = model.log_likelihood(&ContactTable::new([(contacts(x, x + misses), 1)]).unwrap());
        let ln_beta = crate::math::ln_beta;
        let expected = ln_beta(alpha + f64::from(x), beta + f64::from(misses)) - ln_beta(alpha, beta)
            + ln_choose((x + misses) as usize, x as usize);
        prop_assert!((found - expected).abs() < 1e-8, "{found} {expected}");
    }

    #[test]
    fn the_gradient_matches_differences(
        customers in prop::collection::vec((0_u32..25, 0_u32..25, 1_u64..500), 1..12),
        at in prop::array::uniform2(-4.0_f64..6.0),
    ) {
        let row = |(x, misses, customers): (u32, u32, u64)| (contacts(x, x + misses + 1), customers);
        let table = ContactTable::new(customers.into_iter().map(row)).unwrap();
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
