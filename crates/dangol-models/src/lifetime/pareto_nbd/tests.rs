use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::test_data::cdnow;
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
    let grid = |shape: f64, rate: f64| -> Vec<(f64, f64)> {
        let step = 0.1;
        let low = -42.0 / shape;
        (0..((6.0 - low) / step) as u32)
            .map(|i| low + step * f64::from(i))
            .map(|u| {
                let value = u.exp() / rate;
                let log = shape * u - u.exp() - ln_gamma(shape);
                (value, step * log.exp())
            })
            .collect()
    };
    let leaving = grid(s, beta);
    let mut total = 0.0;
    for (buys, weight) in grid(r, alpha) {
        for (leaves, other) in &leaving {
            let sum = buys + leaves;
            let gone = leaves / sum * ((-sum * last).exp() - (-sum * age).exp());
            let there = (-sum * age).exp();
            total += weight * other * buys.powf(x) * (gone + there);
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
