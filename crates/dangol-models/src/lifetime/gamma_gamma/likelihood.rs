//! The gamma-gamma likelihood with its gradient.
//!
//! With s = p γ / q (the scale of a purchase), y = m / s, P = p x, η = P + q and w = P / η,
//! Stirling's formula turns the density of m into
//!
//! ln f(m) = P ln y − η ln(1 + w (y − 1)) + ½ ln(P q / (2π η)) + μ(η) − μ(P) − μ(q) − ln m
//!
//! with Binet's μ. No large terms are left that would cancel, so that the limits p → ∞ (every customer
//! always spends the same) and q → ∞ (all customers are alike) are approached without noise.
//! All that the derivatives need of a row besides is e = (y − 1) / (η + P (y − 1)).

use std::f64::consts::TAU;

use super::spends::Spends;
use crate::math::binet;

/// The log-likelihood of all customers at ln s (in units of the data's scale), ln p and ln q, with its
/// gradient. One of ln p and ln q may be infinite.
pub(super) fn evaluate(spends: &Spends, at: &[f64], gradient: &mut [f64]) -> f64 {
    let (log_s, p, q) = (at[0], at[1].exp(), at[2].exp());
    gradient.fill(0.0);
    // −ln m: the scaled logs sum to zero, by the choice of the scale.
    let rest = -(spends.customers() as f64) * spends.scale.ln();
    rest + if p == f64::INFINITY {
        constant_spend(spends, log_s, q, gradient)
    } else if q == f64::INFINITY {
        equal_spend(spends, log_s, p, gradient)
    } else {
        between(spends, log_s, p, q, gradient)
    }
}

fn between(spends: &Spends, log_s: f64, p: f64, q: f64, gradient: &mut [f64]) -> f64 {
    let inverse_scale = (-log_s).exp();
    let of_q = binet(q);
    let mut total = 0.0;
    for (group, scaled) in spends.by_purchases() {
        let big_p = p * group.purchases;
        let eta = big_p + q;
        let n = scaled.len() as f64;
        let sums = row_sums(scaled, inverse_scale, big_p, eta);
        let logs_y = group.logs - n * log_s;
        let (of_p, of_eta) = (binet(big_p), binet(eta));

        let constant = 0.5 * (big_p * (q / eta) / TAU).ln();
        total += big_p * logs_y - eta * sums.logs + n * (constant + of_eta.value - of_p.value - of_q.value);
        let by_p =
            logs_y - sums.logs - q * sums.ratios + n * (0.5 / big_p - 0.5 / eta + of_eta.slope - of_p.slope);
        let by_q = big_p * sums.ratios - sums.logs + n * (0.5 / q - 0.5 / eta + of_eta.slope - of_q.slope);
        gradient[0] += big_p * q * sums.ratios;
        gradient[1] += big_p * by_p;
        gradient[2] += q * by_q;
    }
    total
}

/// p = ∞: each mean is an inverse-gamma number, q (1 − 1/y − ln y) + ½ ln(q / 2π) − μ(q) − ln m.
fn constant_spend(spends: &Spends, log_s: f64, q: f64, gradient: &mut [f64]) -> f64 {
    let n = spends.customers() as f64;
    let scale = log_s.exp();
    let inverses: f64 = spends.scaled.iter().map(|value| scale / value).sum();
    // Σ ln y, of which the scaled logs are zero.
    let exponent = n - inverses + n * log_s;
    let of_q = binet(q);
    gradient[0] = q * (n - inverses);
    gradient[2] = q * (exponent + n * (0.5 / q - of_q.slope));
    q * exponent + n * (0.5 * (q / TAU).ln() - of_q.value)
}

/// q = ∞: each mean is a gamma number, P (1 + ln y − y) + ½ ln(P / 2π) − μ(P) − ln m.
fn equal_spend(spends: &Spends, log_s: f64, p: f64, gradient: &mut [f64]) -> f64 {
    let inverse_scale = (-log_s).exp();
    let mut total = 0.0;
    for (group, scaled) in spends.by_purchases() {
        let big_p = p * group.purchases;
        let n = scaled.len() as f64;
        let sum: f64 = scaled.iter().map(|value| value * inverse_scale).sum();
        let exponent = n + group.logs - n * log_s - sum;
        let of_p = binet(big_p);
        total += big_p * exponent + n * (0.5 * (big_p / TAU).ln() - of_p.value);
        gradient[0] += big_p * (sum - n);
        gradient[1] += big_p * (exponent + n * (0.5 / big_p - of_p.slope));
    }
    total
}

/// Sums over the customers of a group.
#[derive(Default)]
struct RowSums {
    /// Σ ln(1 + w (y − 1)).
    logs: f64,
    /// Σ e.
    ratios: f64,
}

fn row_sums(scaled: &[f64], inverse_scale: f64, big_p: f64, eta: f64) -> RowSums {
    let weight = big_p / eta;
    let mut sums = RowSums::default();
    // One logarithm for the product of many terms, taken before it can overflow.
    let mut product = 1.0_f64;
    for &value in scaled {
        let excess = value * inverse_scale - 1.0;
        let term = 1.0 + weight * excess;
        sums.ratios += excess / (eta * term);
        if term > 1e-100 && term < 1e100 {
            product *= term;
            if !(product > 1e-200 && product < 1e200) {
                sums.logs += product.ln();
                product = 1.0;
            }
        } else {
            sums.logs += term.ln();
        }
    }
    sums.logs += product.ln();
    sums
}
