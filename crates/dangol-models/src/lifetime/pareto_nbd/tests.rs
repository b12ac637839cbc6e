use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::test_data::cdnow;
use crate::lifetime::tests::{any_history, log_rates};
use crate::lifetime::{History, PurchaseModel, TimeOfLastPurchase, fit};
use crate::math::ln_gamma;

fn near(found: f64, published: f64, digit: f64) {
    assert!((found - published).abs() <= digit / 2.0 + 1e-12, "{found}, published {published}");
}

#[test]
fn the_cdnow_sample_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fitted = fit(&ParetoNbdFamily {}, &data);
    near(fitted.log_likelihood, -9594.976, 1e-3);
    for (name, published, digit) in
        [("r", 0.5532, 1e-3), ("alpha", 10.576, 1e-2), ("s", 0.6063, 1e-3), ("beta", 11.67, 1e-1)]
    {
        near(fitted.parameter(name).unwrap(), published, digit);
    }
}

/// The likelihood by direct integration over λ and μ, by the trapezoidal rule in their logarithms,
/// which is exact to rounding for functions that vanish at both ends.
fn by_integration(r: f64, alpha: f64, s: f64, beta: f64, history: &History) -> f64 {
    let (x, last, age) = (f64::from(history.repeats()), history.last(), history.age());
    // Rates with their weights: the density, times rate^x, in logarithms, with e^(−rate t_x) and e^(−rate (T − t_x)).
    let grid = |shape: f64, rate: f64, x: f64| -> Vec<(f64, f64, f64)> {
        let (logs, step) = log_rates([shape + x, shape + x + 1.0], [rate + last, rate + age]);
        let constant = shape * rate.ln() - ln_gamma(shape) + step.ln();
        let node = |u: f64| {
            let value = u.exp();
            let weight = (constant + (shape + x) * u - (rate + last) * value).exp();
            (value, weight, (-value * (age - last)).exp())
        };
        logs.into_iter().map(node).collect()
    };
    let leaving = grid(s, beta, 0.0);
    let mut total = 0.0;
    for (buys, weight, bought) in grid(r, alpha, x) {
        for (leaves, other, left) in &leaving {
            // Left between t_x and T, or not by then.
            let there = bought * left;
            let gone = leaves / (buys + leaves) * (1.0 - there);
            total += weight * other * (gone + there);
        }
    }
    total.ln()
}

#[test]
fn the_likelihood_is_the_integral_over_customers() {
    for (r, alpha, s, beta) in [(0.55, 10.6, 0.6, 11.7), (2.0, 3.0, 0.4, 0.5), (0.8, 1.0, 3.0, 40.0)] {
        let model = ParetoNbd::new(r, alpha, s, beta).unwrap();
        for history in [(0, 0.0, 38.9), (2, 30.4, 38.9), (7, 9.0, 38.9), (1, 38.9, 38.9), (40, 20.0, 100.0)] {
            let history = History::new(history.0, TimeOfLastPurchase(history.1), history.2).unwrap();
            let (found, direct) =
                (model.log_likelihood(&history), by_integration(r, alpha, s, beta, &history));
            assert!((found - direct).abs() < 1e-9, "{found} {direct} {history:?} {r} {alpha} {s} {beta}");
        }
    }
}

proptest! {
    #[test]
    fn the_likelihood_of_any_parameters_is_the_integral_over_customers(
        // Logarithms of r, α, s and β.
        logs in prop::array::uniform4(-1.2_f64..2.5),
        history in any_history(),
    ) {
        let [r, alpha, s, beta] = logs.map(f64::exp);
        let found = ParetoNbd::new(r, alpha, s, beta).unwrap().log_likelihood(&history);
        let direct = by_integration(r, alpha, s, beta, &history);
        prop_assert!((found - direct).abs() < 1e-9 * (1.0 + direct.abs()), "{found} {direct} {history:?}");
    }
}

#[test]
fn moments_are_those_of_simulated_customers() {
    let model = ParetoNbd::new(1.5, 8.0, 0.8, 12.0).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (count, time) = (200_000, 30.0);
    let drawn: Vec<u32> = (0..count).map(|_| model.simulate(time, &mut rng).repeats()).collect();
    let mean = drawn.iter().map(|&x| f64::from(x)).sum::<f64>() / f64::from(count);
    let square = drawn.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / f64::from(count);
    let error = ((square - mean * mean) / f64::from(count)).sqrt();
    let expected = model.expected_purchases(time);
    assert!((mean - expected).abs() < 4.0 * error, "{mean} ± {error}, {expected}");
    for n in [0, 1, 2, 5] {
        let share = drawn.iter().filter(|&&x| x == n).count() as f64 / f64::from(count);
        let chance = model.purchase_probability(n, time);
        assert!((share - chance).abs() < 4.0 * (chance / f64::from(count)).sqrt(), "{n}: {share} {chance}");
    }
}
