use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma as GammaDistribution};

use super::*;
use crate::lifetime::fit::Problem as _;
use crate::lifetime::intervals::Scale;
use crate::lifetime::test_data::cdnow_spends as cdnow;
use crate::lifetime::tests::{bits, through_json};
use crate::lifetime::{Boundary, Warning};
use crate::math::{integrate, ln_gamma};
use crate::optimise::{Options, maximise};

/// Amounts of customers of a known model.
fn simulated(model: &GammaGamma, customers: usize, seed: u64) -> Vec<Spend> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..customers).map(|_| model.simulate(rng.random_range(1..=8), &mut rng)).collect()
}

fn spends(customers: &[(u32, f64)]) -> Spends {
    Spends::new(customers.iter().map(|&(purchases, mean)| Spend { purchases, mean })).unwrap()
}

fn close(left: f64, right: f64, relative: f64) -> bool {
    (left - right).abs() <= relative * right.abs()
}

#[test]
fn cdnow_is_as_published() {
    let Some(customers) = cdnow(1.0) else { return };
    let spends = Spends::new(customers).unwrap();
    let fitted = fit(&spends);
    assert_eq!((fitted.customers, spends.left_out().without_purchases), (946, 1411));
    let model = fitted.model;
    assert!((fitted.log_likelihood + 4055.918).abs() < 5e-4, "{fitted:?}");
    assert!((model.p() - 6.25).abs() < 5e-3, "{fitted:?}");
    assert!((model.q() - 3.74).abs() < 5e-3 && (model.gamma() - 15.44).abs() < 1e-2, "{fitted:?}");
    assert!(fitted.boundaries.is_empty() && fitted.warnings.is_empty());
    assert!(
        fitted.parameters.iter().all(|parameter| parameter.standard_error.is_some_and(|error| error > 0.0))
    );
    // From the published note: the correlation of purchases and spend is 0.11.
    let correlation = spends.correlation().unwrap();
    assert!((correlation.plain - 0.1138).abs() < 5e-4, "{correlation:?}");
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    let inside = Spends::new(simulated(&GammaGamma::new(5.0, 4.0, 20.0).unwrap(), 300, 3)).unwrap();
    // Of all purchases the same mean, of one purchase each, of one customer: limits of both kinds, and no mean.
    let tables = [
        inside,
        spends(&[(2, 25.0); 50]),
        spends(&[(1, 12.0), (1, 40.5), (1, 22.0), (1, 9.9)]),
        spends(&[(7, 25.0)]),
        spends(&[(1, 1e-300), (1, 1e300)]),
    ];
    let mut said = Vec::new();
    for table in tables {
        let fitted = fit(&table);
        let back = through_json(&fitted);
        for customer in [(0, 0.0), (1, 7.0), (30, 31.7)] {
            let customer = Spend { purchases: customer.0, mean: customer.1 };
            let says = |model: &GammaGamma| {
                let (low, high) = model.spend_interval(customer, 0.9).unwrap();
                let expected = model.expected_spend(customer).unwrap_or(f64::NAN);
                bits(&[model.log_likelihood(customer).unwrap(), expected, low, high])
            };
            assert_eq!(says(&back.model), says(&fitted.model), "{customer:?}");
        }
        said.extend(fitted.boundaries);
    }
    assert!(said.contains(&Boundary::ConstantSpend) && said.contains(&Boundary::EqualSpend), "{said:?}");
}

#[test]
fn cents_give_the_same_answers_as_dollars() {
    let (Some(dollars), Some(cents)) = (cdnow(1.0), cdnow(100.0)) else { return };
    let [in_dollars, in_cents] =
        [dollars, cents].map(|customers| fit(&Spends::new(customers).unwrap()).model);
    assert!(close(in_cents.p(), in_dollars.p(), 1e-5) && close(in_cents.q(), in_dollars.q(), 1e-5));
    assert!(close(in_cents.gamma(), 100.0 * in_dollars.gamma(), 1e-5));
    assert!(close(in_cents.mean_spend().unwrap(), 100.0 * in_dollars.mean_spend().unwrap(), 1e-6));
}

#[test]
fn the_order_of_customers_does_not_matter() {
    let Some(mut customers) = cdnow(1.0) else { return };
    let before = fit(&Spends::new(customers.iter().copied()).unwrap());
    customers.reverse();
    customers.rotate_left(321);
    assert_eq!(fit(&Spends::new(customers).unwrap()), before);
}

#[test]
fn any_start_ends_at_the_same_optimum() {
    let Some(customers) = cdnow(1.0) else { return };
    let spends = Spends::new(customers).unwrap();
    let best = fit(&spends).log_likelihood;
    let objective = |at: &[f64], gradient: &mut [f64]| spends.evaluate(at, gradient);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for _ in 0..200 {
        let start = [rng.random_range(-3.0..3.0), rng.random_range(-4.0..7.0), rng.random_range(-4.0..7.0)];
        let found = maximise(&objective, &start, &spends.bounds(), Options::default());
        assert!((found.value - best).abs() < 1e-4, "{start:?}: {found:?}");
        let anywhere: Vec<f64> =
            spends.bounds().iter().map(|(low, high)| rng.random_range(*low..*high)).collect();
        assert!((fit_from(&spends, &anywhere).log_likelihood - best).abs() < 1e-4, "{anywhere:?}");
    }
}

#[test]
fn small_samples_always_give_an_answer() {
    let Some(customers) = cdnow(1.0) else { return };
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut flat = 0;
    for size in [100, 300, 1000] {
        for _ in 0..200 {
            let sample = (0..size).map(|_| customers[rng.random_range(0..customers.len())]);
            let fitted = fit(&Spends::new(sample).unwrap());
            assert!(fitted.log_likelihood.is_finite() && fitted.model.q() > 0.0, "{fitted:?}");
            let said = !fitted.boundaries.is_empty() || !fitted.warnings.is_empty();
            let unsure = fitted.parameters[..2]
                .iter()
                .any(|p| p.standard_error.is_none_or(|e| p.value.is_none_or(|v| e > v)));
            assert!(said || !unsure, "{fitted:?}");
            assert!(!fitted.warnings.iter().any(|w| matches!(w, Warning::NotConverged { .. })), "{fitted:?}");
            flat += usize::from(said);
        }
    }
    assert!(flat > 0, "among samples of 100 some are flat");
}

#[test]
fn customers_who_always_spend_the_same() {
    // However many purchases it is the mean of, a mean is then an inverse-gamma number of its own. Chance
    // makes some of the samples look as though there were a little variation besides.
    let one = GammaGamma::new(1e6, 3.0, 3e-5).unwrap();
    let fits: Vec<_> = (0..8).map(|seed| fit(&Spends::new(simulated(&one, 500, seed)).unwrap())).collect();
    assert!(
        fits.iter().all(|fitted| fitted.model.p() > 5.0 && (fitted.model.q() - 3.0).abs() < 0.8),
        "{fits:?}"
    );
    let at_limit: Vec<_> =
        fits.iter().filter(|fitted| fitted.boundaries == [Boundary::ConstantSpend]).collect();
    assert!((2..=6).contains(&at_limit.len()), "{fits:?}");
    for fitted in at_limit {
        assert_eq!((fitted.parameters[0].value, fitted.parameters[0].standard_error), (None, None));
        let spend = Spend { purchases: 1, mean: 7.0 };
        assert!(close(fitted.model.expected_spend(spend).unwrap(), 7.0, 1e-4));
    }
}

#[test]
fn customers_who_are_all_alike() {
    let one = GammaGamma::new(2.0, 1e7, 5e7).unwrap();
    let fitted = fit(&Spends::new(simulated(&one, 1500, 9)).unwrap());
    let close_to_all = (fitted.model.mean_spend().unwrap() - 10.0).abs() < 0.5;
    assert!(fitted.boundaries == [Boundary::EqualSpend] && close_to_all, "{fitted:?}");
    let dear = fitted.model.expected_spend(Spend { purchases: 1, mean: 30.0 }).unwrap();
    assert!((dear - 10.0).abs() < 0.5, "one dear purchase says nothing: {dear}");
}

#[test]
fn one_customer_and_equal_customers() {
    for customers in [vec![(1, 25.0)], vec![(7, 25.0)], vec![(2, 25.0); 50], vec![(1, 1e-300), (1, 1e300)]] {
        let fitted = fit(&spends(&customers));
        assert!(fitted.log_likelihood.is_finite(), "{customers:?}: {fitted:?}");
        assert!(!fitted.boundaries.is_empty() || !fitted.warnings.is_empty(), "{customers:?}: {fitted:?}");
        if customers[0].1 == 25.0 {
            assert!(close(fitted.model.mean_spend().unwrap(), 25.0, 1e-5), "{fitted:?}");
        }
    }
}

#[test]
fn amounts_that_are_all_the_same_end_at_a_limit_by_name() {
    let fitted = fit(&spends(&[(1, 25.0), (2, 25.0), (5, 25.0)].repeat(40)));
    assert!(fitted.boundaries.contains(&Boundary::ConstantSpend), "{fitted:?}");
    assert_eq!(fitted.parameter("p"), None);
    assert!(
        fitted.parameters.iter().all(|estimate| estimate.value.is_none_or(|value| value < 1e5)),
        "{fitted:?}"
    );
    assert!(fitted.covariance.matrix.iter().flatten().all(|entry| entry.abs() < 1.0), "{fitted:?}");
    let spend = |model: &GammaGamma| model.expected_spend(Spend { purchases: 2, mean: 25.0 }).unwrap();
    let interval = delta(&fitted, 0.9, Scale::Positive, spend).unwrap().unwrap();
    assert!((interval.low - 25.0).abs() < 0.1 && (interval.high - 25.0).abs() < 0.1, "{interval:?}");
}

#[test]
fn the_plain_mean_has_the_standard_error_of_a_ratio() {
    // Σ x m = 10 + 60 + 90 = 160 of Σ x = 6; residuals x (m − 26.67): −16.67, 6.67, 10.
    let fitted = fit_mean(&spends(&[(1, 10.0), (2, 30.0), (3, 30.0)]));
    let (mean, squares) = (160.0 / 6.0, 16.666_666_667_f64.powi(2) + 6.666_666_667_f64.powi(2) + 100.0);
    let error = (squares * 1.5).sqrt() / 160.0;
    let interval =
        delta(&fitted, 0.9, Scale::Positive, |model| model.mean_spend().unwrap()).unwrap().unwrap();
    assert!(close(interval.value, mean, 1e-6), "{interval:?}");
    assert!(close((interval.high / interval.value).ln() / 1.644_853_627, error, 1e-6), "{interval:?}");
    // Of one customer nobody knows how sure it is; and amounts without a mean have a plain one.
    let one = fit_mean(&spends(&[(7, 25.0)]));
    assert!(delta(&one, 0.9, Scale::Positive, |model| model.mean_spend().unwrap()).unwrap().is_none());
    assert!(close(one.model.mean_spend().unwrap(), 25.0, 1e-6));
}

#[test]
fn without_a_mean_none_is_given() {
    let model = GammaGamma::new(2.0, 0.9, 10.0).unwrap();
    assert_eq!(model.mean_spend(), None);
    assert_eq!(model.expected_spend(Spend { purchases: 0, mean: 0.0 }), None);
    // Two purchases are enough for a mean of one's own.
    assert!(close(
        model.expected_spend(Spend { purchases: 2, mean: 20.0 }).unwrap(),
        2.0 * 50.0 / 3.9,
        1e-12
    ));
}

#[test]
fn intervals_of_the_mean_spend() {
    let Some(customers) = cdnow(1.0) else { return };
    let spends = Spends::new(customers).unwrap();
    let fitted = fit(&spends);
    let mean = |model: &GammaGamma| model.mean_spend().unwrap_or(f64::NAN);
    let by_delta = delta(&fitted, 0.9, Scale::Positive, mean).unwrap().unwrap();
    let replicates = bootstrap(&fitted, &spends, 200, 1).unwrap();
    assert_eq!(replicates, bootstrap(&fitted, &spends, 200, 1).unwrap());
    let by_bootstrap = replicates.interval(&fitted.model, 0.9, mean).unwrap();
    // Both say about 35.2 ± 2.3.
    for found in [by_delta, by_bootstrap] {
        assert!((found.value - 35.18).abs() < 0.05 && (33.0..34.2).contains(&found.low), "{found:?}");
        assert!((36.3..37.8).contains(&found.high), "{found:?}");
    }
    // p is the fit's own standard error, by its logarithm.
    let p = delta(&fitted, 0.9, Scale::Positive, GammaGamma::p).unwrap().unwrap();
    let own = fitted.interval("p", 0.9).unwrap().unwrap();
    assert!(close(p.low, own.low, 1e-5) && close(p.high, own.high, 1e-5), "{p:?} {own:?}");
}

#[test]
fn a_shop_without_a_mean_is_told() {
    let heavy = GammaGamma::new(3.0, 0.7, 10.0).unwrap();
    let fitted = fit(&Spends::new(simulated(&heavy, 2000, 3)).unwrap());
    assert!(
        matches!(fitted.warnings[..], [Warning::NoMeanSpend { q }] if (q - 0.7).abs() < 0.1),
        "{fitted:?}"
    );
}

#[test]
fn intervals_of_the_limits_are_points() {
    let constant = GammaGamma::new(1e8, 3.0, 3e-7).unwrap();
    let (low, high) = constant.spend_interval(Spend { purchases: 2, mean: 7.0 }, 0.9).unwrap();
    assert!((low - 7.0).abs() < 0.01 && (high - 7.0).abs() < 0.01, "{low} {high}");
    let equal = GammaGamma::new(2.0, 1e8, 5e8).unwrap();
    let (low, high) = equal.spend_interval(Spend { purchases: 0, mean: 0.0 }, 0.9).unwrap();
    assert!((low - 10.0).abs() < 0.01 && (high - 10.0).abs() < 0.01, "{low} {high}");
}

#[test]
fn intervals_hold_their_share() {
    let model = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut held = 0;
    for _ in 0..2000 {
        let rate: f64 = GammaDistribution::new(model.q(), 1.0 / model.gamma()).unwrap().sample(&mut rng);
        let total: f64 = GammaDistribution::new(model.p() * 3.0, 1.0 / rate).unwrap().sample(&mut rng);
        let (low, high) = model.spend_interval(Spend { purchases: 3, mean: total / 3.0 }, 0.9).unwrap();
        let own = model.p() / rate;
        held += u32::from(low <= own && own <= high);
    }
    assert!((1760..=1840).contains(&held), "{held} of 2000");
}

#[test]
fn bad_numbers_are_refused() {
    assert!(GammaGamma::new(0.0, 1.0, 1.0).is_err() && GammaGamma::new(1.0, f64::NAN, 1.0).is_err());
    assert!(serde_json::from_str::<GammaGamma>(r#"{"p": 1.0, "q": -1.0, "gamma": 1.0}"#).is_err());
    let nan = Spend { purchases: 1, mean: f64::NAN };
    let error = Spends::new([Spend { purchases: 1, mean: 1.0 }, nan]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { index: 1, .. }));
    assert_eq!(
        Spends::new([Spend { purchases: 0, mean: 1.0 }]),
        Err(Error::Empty { what: "the spend per purchase" })
    );
}

/// Whether 90 % intervals of ln p, ln q and the mean spend hold the truth, over so many fits.
fn coverage(fits: u64, customers: usize) -> [f64; 3] {
    let truth = GammaGamma::new(5.0, 4.0, 20.0).unwrap();
    let mut held = [0_u32; 3];
    for seed in 0..fits {
        let fitted = fit(&Spends::new(simulated(&truth, customers, 1000 + seed)).unwrap());
        for (place, value) in [truth.p(), truth.q(), truth.gamma()].into_iter().enumerate() {
            let estimate = &fitted.parameters[place];
            let (Some(found), Some(error)) = (estimate.value, estimate.standard_error) else { continue };
            held[place] += u32::from((found / value).ln().abs() < 1.645 * error / found);
        }
    }
    held.map(|held| f64::from(held) / fits as f64)
}

#[test]
fn intervals_cover_the_truth() {
    let held = coverage(60, 400);
    assert!(held.iter().all(|share| (0.78..=0.99).contains(share)), "{held:?}");
}

#[test]
#[ignore = "slow"]
fn intervals_cover_the_truth_of_many_shops() {
    let held = coverage(1000, 1500);
    assert!(held.iter().all(|share| (0.86..=0.94).contains(share)), "{held:?}");
}

#[test]
fn limits_are_where_the_likelihood_tends_to() {
    let data = spends(&[(1, 12.0), (3, 40.5), (2, 22.0), (5, 9.9), (1, 35.0), (2, 18.0)]);
    for (near, limit) in
        [([0.1, 16.0, 1.2], [0.1, f64::INFINITY, 1.2]), ([0.1, 1.2, 16.0], [0.1, 1.2, f64::INFINITY])]
    {
        let (mut slopes_near, mut slopes) = ([0.0; 3], [0.0; 3]);
        let (near, limit) = (
            likelihood::evaluate(&data, &near, &mut slopes_near),
            likelihood::evaluate(&data, &limit, &mut slopes),
        );
        assert!((near - limit).abs() < 1e-4, "{near} {limit}");
        assert!(
            slopes.iter().zip(slopes_near).all(|(left, right)| (left - right).abs() < 1e-3),
            "{slopes:?} {slopes_near:?}"
        );
    }
}

proptest! {
    #[test]
    fn the_gradient_matches_differences(
        customers in prop::collection::vec((1_u32..30, 0.01_f64..500.0), 1..20),
        at in prop::array::uniform3(-2.0_f64..5.0),
    ) {
        let data = spends(&customers);
        let mut gradient = [0.0; 3];
        likelihood::evaluate(&data, &at, &mut gradient);
        for place in 0..3 {
            let step = 1e-5;
            let value = |sign: f64| {
                let mut moved = at;
                moved[place] += sign * step;
                likelihood::evaluate(&data, &moved, &mut [0.0; 3])
            };
            let slope = (value(1.0) - value(-1.0)) / (2.0 * step);
            let size = 1.0 + gradient.iter().map(|g| g.abs()).fold(0.0, f64::max);
            prop_assert!((gradient[place] - slope).abs() < 1e-5 * size, "{gradient:?} {slope}");
        }
    }

    /// f(m) = ∫ gamma(m | p x, ν x) gamma(ν | q, γ) dν.
    #[test]
    fn the_likelihood_is_an_integral_over_rates(
        p in 0.2_f64..20.0, q in 0.2_f64..20.0, gamma in 0.1_f64..100.0, purchases in 1_u32..40, mean in 0.1_f64..200.0,
    ) {
        let x = f64::from(purchases);
        let density = |rate: f64| {
            let of_mean = p * x * (rate * x).ln() + (p * x - 1.0) * mean.ln() - rate * x * mean - ln_gamma(p * x);
            let of_rate = q * gamma.ln() + (q - 1.0) * rate.ln() - gamma * rate - ln_gamma(q);
            of_mean + of_rate
        };
        // Around the mode in ln ν, where the integrand is a bell.
        let (shape, total) = (p * x + q, gamma + x * mean);
        let mode = (shape / total).ln();
        let width = 12.0 / shape.sqrt() + 40.0 / shape;
        let peak = density(mode.exp()) + mode;
        let integral = integrate(mode - width, mode + width.min(3.0 + 12.0 / shape.sqrt()), 24, |log| (density(log.exp()) + log - peak).exp());
        let found = GammaGamma::new(p, q, gamma).unwrap().log_likelihood(Spend { purchases, mean }).unwrap();
        prop_assert!((found - peak - integral.ln()).abs() < 1e-6 * (1.0 + found.abs()), "{found} {}", peak + integral.ln());
    }

    #[test]
    fn a_fit_always_returns(customers in prop::collection::vec((1_u32..50, -3.0_f64..8.0), 1..12)) {
        let customers: Vec<(u32, f64)> = customers.into_iter().map(|(x, log)| (x, log.exp())).collect();
        let fitted = fit(&spends(&customers));
        prop_assert!(fitted.log_likelihood.is_finite(), "{fitted:?}");
        let model = fitted.model;
        prop_assert!(model.p() > 0.0 && model.q() > 0.0 && model.gamma() > 0.0);
    }
}
