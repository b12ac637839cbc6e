use proptest::prelude::*;

use super::*;
use crate::lifetime::test_data::{cdnow, grocery};
use crate::lifetime::tests::{any_history, log_rates};
use crate::lifetime::{Family, History, PurchaseModel, TimeOfLastPurchase, fit};

fn near(found: f64, published: f64, digit: f64) {
    assert!((found - published).abs() <= digit / 2.0 + 1e-12, "{found}, published {published}");
}

#[test]
fn bg_nbd_of_the_cdnow_sample_is_as_published() {
    let Some(data) = cdnow() else { return };
    assert_eq!(data.customers(), 2357);
    let fitted = fit(&BgFamily::BG_NBD, &data);
    near(fitted.log_likelihood, -9582.429, 1e-3);
    for (name, published) in [("r", 0.2426), ("alpha", 4.4136), ("a", 0.7929), ("b", 2.4259)] {
        near(fitted.parameter(name).unwrap(), published, 1e-4);
    }
    for (time, published, digit) in
        [(1.0, 0.0532, 1e-4), (3.0, 0.1506, 1e-4), (32.0, 1.0437, 1e-4), (78.0, 1.858, 1e-3)]
    {
        near(fitted.model.expected_purchases(time), published, digit);
    }
    let history = History::new(2, TimeOfLastPurchase(30.43), 38.86).unwrap();
    near(fitted.model.conditional_expected_purchases(&history, 39.0), 1.226, 1e-3);
    assert!(fitted.boundaries.is_empty() && fitted.warnings.is_empty(), "{fitted:?}");
}

#[test]
fn mbg_nbd_of_the_cdnow_sample_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fitted = fit(&BgFamily::MBG_NBD, &data);
    for (name, published) in [("r", 0.525), ("alpha", 6.183), ("a", 0.891), ("b", 1.614)] {
        near(fitted.parameter(name).unwrap(), published, 1e-3);
    }
}

#[test]
fn grocery_customers_buy_regularly() {
    let Some(data) = grocery("2006-12-31") else { return };
    let likelihoods: Vec<f64> =
        BgFamily::MBG_NBD.up_to(4).unwrap().iter().map(|family| fit(family, &data).log_likelihood).collect();
    let best = (0..4).max_by(|&i, &j| likelihoods[i].total_cmp(&likelihoods[j])).unwrap();
    assert_eq!(best, 1, "k = 2 is best: {likelihoods:?}");
    assert!(likelihoods[1] > likelihoods[0] + 500.0, "{likelihoods:?}");
}

/// A customer's likelihood given λ and p, without the constant of the gaps, over all customers by direct integration.
///
/// It is λ^(kx) e^(−λ t_x) times what came after the last purchase: (1 − p)ⁿ S(λ) + p (1 − p)ⁿ⁻¹, with S(λ) the chance of
/// fewer than k stages in the time since; λ and p are independent over customers, so that each factor is integrated by
/// itself. By the trapezoidal rule in ln λ and logit p, which is exact to rounding for functions that vanish at both ends.
fn by_integration(family: BgFamily, [r, alpha, a, b]: [f64; 4], history: &History) -> f64 {
    let (last, gap) = (history.last(), history.age() - history.last());
    let shape = r + family.k() * f64::from(history.repeats());
    let (logs, step) = log_rates([shape, shape + family.k()], [alpha + last, alpha + history.age()]);
    // In logarithms: hundreds of purchases of somebody who is often there overflow.
    let over_rates = |silent: bool| -> f64 {
        let given = |&u: &f64| {
            let rate = u.exp();
            let waiting = |j: u32| (1..=j).map(|i| rate * gap / f64::from(i)).product::<f64>();
            let fewer = (0..family.stages).map(waiting).sum::<f64>().ln() - rate * gap;
            shape * u - rate * (alpha + last) + if silent { fewer } else { 0.0 }
        };
        let given: Vec<f64> = logs.iter().map(given).collect();
        let most = given.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = given.iter().map(|log| (log - most).exp()).sum();
        most + (step * sum).ln() + r * alpha.ln() - crate::math::ln_gamma(r)
    };
    // ln E[pˢ (1 − p)ᶠ].
    let over_chances = |leaves: f64, stays: f64| -> f64 {
        let (ones, zeros) = (a + leaves, b + stays);
        let density = |v: f64| {
            let (chance, other) = (crate::math::logistic(v), crate::math::logistic(-v));
            (ones * chance.ln() + zeros * other.ln() - crate::math::ln_beta(a, b)).exp()
        };
        let (middle, side) = ((ones / zeros).ln(), |power: f64| 42.0 / power + 10.0 / power.sqrt());
        // Powers of p and of 1 − p fall off as steeply as this only beyond a half.
        let (low, high) = (middle.min(0.0) - side(ones), middle.max(0.0) + side(zeros));
        let sum: f64 = (0..((high - low) / 0.1) as u32).map(|i| density(low + 0.1 * f64::from(i))).sum();
        (0.1 * sum).ln()
    };
    let chances = f64::from(family.chances(history.repeats()));
    let there = over_rates(true) + over_chances(0.0, chances);
    if chances == 0.0 {
        return there;
    }
    crate::math::ln_add_exp(there, over_rates(false) + over_chances(1.0, chances - 1.0))
}

#[test]
fn likelihoods_are_integrals_over_customers() {
    let histories = [(0, 0.0, 38.9), (2, 30.4, 38.9), (7, 9.0, 38.9), (1, 38.9, 38.9), (20, 20.0, 60.0)];
    for parameters in [[0.25, 4.4, 0.8, 2.4], [2.0, 3.0, 0.4, 0.7]] {
        for family in [(1, false), (1, true), (2, false), (3, true)] {
            let family = BgFamily { stages: family.0, modified: family.1 };
            let [r, alpha, a, b] = parameters;
            let model = BgModel::new(family, r, alpha, a, b).unwrap();
            for (x, last, age) in histories {
                let history = History::new(x, TimeOfLastPurchase(last), age).unwrap();
                let (found, direct) =
                    (model.log_likelihood(&history), by_integration(family, parameters, &history));
                assert!((found - direct).abs() < 1e-9, "{found} {direct} {history:?} {}", family.name());
            }
        }
    }
}

proptest! {
    #[test]
    fn likelihoods_of_any_parameters_are_integrals_over_customers(
        // Logarithms of r, α, a and b.
        logs in prop::array::uniform4(-1.5_f64..2.5),
        history in any_history(),
    ) {
        let parameters = logs.map(f64::exp);
        let [r, alpha, a, b] = parameters;
        for family in [(1, false), (1, true), (2, false), (2, true), (4, false), (3, true)] {
            let family = BgFamily { stages: family.0, modified: family.1 };
            let found = BgModel::new(family, r, alpha, a, b).unwrap().log_likelihood(&history);
            let direct = by_integration(family, parameters, &history);
            prop_assert!(
                (found - direct).abs() < 1e-9 * (1.0 + direct.abs()), "{found} {direct} {history:?} {}", family.name()
            );
        }
    }
}

/// Expected purchases in the papers' form, by the series of the hypergeometric function.
fn published_form(r: f64, alpha: f64, a: f64, b: f64, time: f64) -> f64 {
    let z = time / (alpha + time);
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 0..4000 {
        let n = f64::from(n);
        term *= (r + n) * (b + n) / ((a + b - 1.0 + n) * (n + 1.0)) * z;
        sum += term;
    }
    (a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + time)).powf(r) * sum)
}

#[test]
fn expected_purchases_are_those_of_the_papers_and_smooth_at_a_of_one() {
    let expected = |a: f64, time: f64| {
        BgModel::new(BgFamily::BG_NBD, 0.7, 3.0, a, 2.5).unwrap().expected_purchases(time)
    };
    for a in [0.3, 0.8, 1.5, 4.0] {
        for time in [0.5, 5.0, 50.0] {
            let (found, published) = (expected(a, time), published_form(0.7, 3.0, a, 2.5, time));
            assert!((found / published - 1.0).abs() < 1e-10, "{a} {time}: {found} {published}");
        }
    }
    let (below, at, above) = (expected(1.0 - 1e-7, 20.0), expected(1.0, 20.0), expected(1.0 + 1e-7, 20.0));
    assert!((below + above - 2.0 * at).abs() < 1e-12 && below > at && at > above, "{below} {at} {above}");
}

#[test]
fn purchases_too_many_to_count_are_integrated() {
    for a in [0.01, 0.3, 1.0, 2.5, 40.0] {
        for family in [BgFamily::BG_NBD, BgFamily::MBG_NBD] {
            let model = BgModel::new(family, 1.2, 0.5, a, 2.5).unwrap();
            let counting = counting::Counting::new(&model.rates, 30.0, 10.0, 4000.0);
            let before = f64::from(family.chances(30));
            let direct = model.expected_of_many(before, &counting);
            let counted = model.expected_of_the_living(before, 30.0, 10.0, 1, 4000.0);
            assert!((direct / counted - 1.0).abs() < 1e-9, "{a}: {direct} {counted}");
            // And more than could be counted at all.
            let history = History::new(30, TimeOfLastPurchase(10.0), 10.0).unwrap();
            let far = model.conditional_expected_purchases(&history, 1e9);
            let alive = model.probability_alive(&history);
            assert!(far >= alive * counted * (1.0 - 1e-9) && far <= alive * 31.2e9 / 10.5, "{a}: {far}");
        }
    }
}

#[test]
fn limits_are_reached_smoothly() {
    let at = |size: f64, shape: f64| BgFamily::MBG_NBD.model(&[-2.0, shape, -1.0, size]);
    let history = History::new(4, TimeOfLastPurchase(11.0), 20.0).unwrap();
    for (near, limit) in [
        (at(20.0, 0.5), at(f64::INFINITY, 0.5)),
        (at(-20.0, 0.5), at(f64::NEG_INFINITY, 0.5)),
        (at(1.0, 20.0), at(1.0, f64::INFINITY)),
    ] {
        for (name, close, exact) in [
            ("likelihood", near.log_likelihood(&history), limit.log_likelihood(&history)),
            ("alive", near.probability_alive(&history), limit.probability_alive(&history)),
            ("new", near.expected_purchases(30.0), limit.expected_purchases(30.0)),
            (
                "known",
                near.conditional_expected_purchases(&history, 30.0),
                limit.conditional_expected_purchases(&history, 30.0),
            ),
        ] {
            // A customer who stayed with all-or-nothing dropout has none left: both likelihoods are tiny.
            assert!((close - exact).abs() < 1e-6 * exact.abs() || close == exact, "{name}: {close} {exact}");
        }
    }
}

#[test]
fn heavy_buyers_neither_overflow_nor_lose_digits() {
    let model = BgModel::new(BgFamily::BG_NBD, 0.2426, 4.4136, 0.7929, 2.4259).unwrap();
    let history = History::new(2000, TimeOfLastPurchase(290.0), 300.0).unwrap();
    // Alone with the rate of 2,000 purchases in 300 weeks, ten silent weeks say that they are gone.
    assert!(model.probability_alive(&history) < 1e-20);
    let active = History::new(2000, TimeOfLastPurchase(300.0), 300.0).unwrap();
    let (alive, expected) =
        (model.probability_alive(&active), model.conditional_expected_purchases(&active, 300.0));
    // (1 − p)ᵏ with p of 0.8 / 2003 and 2,000 purchases to come: less than 2,000, more than half of them.
    assert!(alive > 0.999 && expected > 1000.0 && expected < 2000.0, "{alive} {expected}");
    assert!(model.probability_of_silence(&active, 300.0) < 1e-3);
}

#[test]
fn moments_are_those_of_simulated_customers() {
    use rand::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(6);
    for family in [(1, false), (1, true), (2, false), (3, true)] {
        let family = BgFamily { stages: family.0, modified: family.1 };
        let model = BgModel::new(family, 1.5, 4.0, 0.8, 2.0).unwrap();
        let (count, until, time) = (100_000, 12.0, 30.0);
        // Known up to 12, then 18 more: what those with one repeat purchase, the last before 6, do.
        let (mut mean, mut square, mut chosen, mut later, mut foreseen) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut shares = [0.0; 4];
        for _ in 0..count {
            let days = model.purchase_times(time, &mut rng);
            let x = days.len() as f64;
            mean += x;
            square += x * x;
            if let Some(share) = shares.get_mut(days.len()) {
                *share += 1.0 / f64::from(count);
            }
            let known: Vec<f64> = days.iter().copied().filter(|&day| day <= until).collect();
            if let [last] = known[..]
                && last < 6.0
            {
                let history = History::new(1, TimeOfLastPurchase(last), until).unwrap();
                chosen += 1.0;
                later += x - 1.0;
                foreseen += model.conditional_expected_purchases(&history, time - until);
            }
        }
        let count = f64::from(count);
        let (mean, square) = (mean / count, square / count);
        let error = ((square - mean * mean) / count).sqrt();
        let expected = model.expected_purchases(time);
        assert!((mean - expected).abs() < 4.0 * error, "{}: {mean} ± {error}, {expected}", family.name());
        let (later, foreseen) = (later / chosen, foreseen / chosen);
        assert!(
            chosen > 1000.0 && (later - foreseen).abs() < 4.0 * (4.0 * foreseen.max(0.3) / chosen).sqrt(),
            "{}: {later} {foreseen} of {chosen}",
            family.name()
        );
        for (n, share) in (0..).zip(shares) {
            let chance = model.purchase_probability(n, time);
            assert!(
                (share - chance).abs() < 4.0 * (chance / count).sqrt(),
                "{}: {n} {share} {chance}",
                family.name()
            );
        }
    }
}
