//! Special functions and quadrature in the forms the models need: in logarithms, and without
//! cancellation at the places where a formula of a paper has a removable singularity.

mod gauss;
pub(crate) mod lanes;
mod stirling;
mod symmetric;

pub use gauss::{Rule, integrate};
pub use statrs::function::gamma::{digamma, ln_gamma};
pub(crate) use stirling::binet;
pub(crate) use symmetric::{Symmetric, solve_symmetric};

/// ln B(a, b).
#[must_use]
pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln of the number of ways to choose `k` of `n`.
#[must_use]
pub fn ln_choose(n: usize, k: usize) -> f64 {
    ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
}

/// ψ′(x) for x > 0, the second derivative of ln Γ.
///
/// Recurrence up to x ≥ 12, then the asymptotic series (Abramowitz and Stegun, 6.4.11 and 6.4.12).
#[must_use]
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 12.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let z = 1.0 / (x * x);
    let tail = 1.0 / 6.0 + z * (-1.0 / 30.0 + z * (1.0 / 42.0 + z * (-1.0 / 30.0 + z * 5.0 / 66.0)));
    sum + 1.0 / x + z * (0.5 + tail / x)
}

/// ln(eᵃ + eᵇ).
#[must_use]
pub fn ln_add_exp(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    // Both may be −∞, the logarithm of zero.
    if high == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// ln(eᵃ − eᵇ) for a ≥ b.
#[must_use]
pub fn ln_sub_exp(a: f64, b: f64) -> f64 {
    // Of the two exact forms the one that does not cancel: Mächler, "Accurately computing
    // log(1 − exp(−|a|))" (2012).
    let difference = b - a;
    if difference > -std::f64::consts::LN_2 {
        a + (-difference.exp_m1()).ln()
    } else {
        a + (-difference.exp()).ln_1p()
    }
}

/// 1 / (1 + e⁻ᶿ).
#[must_use]
pub fn logistic(theta: f64) -> f64 {
    if theta >= 0.0 {
        1.0 / (1.0 + (-theta).exp())
    } else {
        let e = theta.exp();
        e / (1.0 + e)
    }
}

/// (1 − (1 + z)⁻ᵏ) / k for z > −1, which is ln(1 + z) at k = 0.
///
/// The integral of (1 + y)⁻ᵏ⁻¹ from 0 to z.
#[must_use]
pub fn power_integral(k: f64, z: f64) -> f64 {
    let log = z.ln_1p();
    let exponent = -k * log;
    if exponent.abs() < 1e-5 {
        log * (1.0 + exponent / 2.0 * (1.0 + exponent / 3.0))
    } else {
        log * exponent.exp_m1() / exponent
    }
}

/// The number to 15 significant digits, and to 22 places: what a JSON parser without special care
/// reads back to the last bit (below 10¹⁵), since both its digits and its power of ten are exact floats.
#[must_use]
pub fn short(value: f64) -> f64 {
    const PLACES: f64 = 1e22;
    if value.abs() < 1e-7 {
        (value * PLACES).round() / PLACES
    } else {
        // Writing and reading decimals is exact; arithmetic with powers of ten is not.
        format!("{value:.14e}").parse().unwrap_or(value)
    }
}

#[cfg(test)]
mod tests;
