//! What Stirling's formula leaves out of the logarithm of the gamma function.
//!
//! ln Γ(z) = (z − ½) ln z − z + ½ ln 2π + μ(z), with Binet's μ(z) = 1/(12 z) − 1/(360 z³) + …
//! Sums of ln Γ of large arguments cancel: with μ they can be written so that the large terms cancel
//! on paper, and only μ is computed. Source: NIST Digital Library of Mathematical Functions, §5.11.

/// From here on eight terms of the series are exact to rounding.
const SERIES_FROM: f64 = 10.0;

/// B(2k) / (2k (2k − 1)) for k = 1 … 8: the coefficients of z^(1 − 2k).
const COEFFICIENTS: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
];

/// Binet's μ(z) with its derivative, for z > 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Binet {
    /// μ(z).
    pub(crate) value: f64,
    /// μ′(z) = ψ(z) − ln z + 1/(2 z).
    pub(crate) slope: f64,
}

/// Binet's μ(z) for z > 0.
pub(crate) fn binet(z: f64) -> Binet {
    let mut sum = Binet::default();
    // μ(z) = μ(z + 1) + (z + ½) ln(1 + 1/z) − 1 carries small arguments to where the series holds.
    let mut z = z;
    while z < SERIES_FROM {
        let log = (1.0 / z).ln_1p();
        let next = z + 1.0;
        sum.value += (z + 0.5) * log - 1.0;
        sum.slope += log - 0.5 * (1.0 / z + 1.0 / next);
        z = next;
    }
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let (mut value, mut slope) = (0.0, 0.0);
    for (k, coefficient) in COEFFICIENTS.iter().enumerate().rev() {
        let power = (2 * k + 1) as f64;
        value = value * square + coefficient;
        slope = slope * square - coefficient * power;
    }
    sum.value += value * inverse;
    sum.slope += slope * square;
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LN_ROOT_TAU: f64 = 0.918_938_533_204_672_8;

    #[test]
    fn ln_gamma_comes_back() {
        // Γ(1/2) = √π, Γ(5) = 24, Γ(1/4) = 3.6256099082…
        for (z, gamma) in [(0.5_f64, std::f64::consts::PI.sqrt()), (5.0, 24.0), (0.25, 3.625_609_908_221_908)]
        {
            let found = (z - 0.5) * z.ln() - z + LN_ROOT_TAU + binet(z).value;
            assert!((found - gamma.ln()).abs() < 1e-14, "{z}: {found}");
        }
    }

    #[test]
    fn digamma_comes_back() {
        // ψ(1) = −γ; ψ(1/2) = −γ − 2 ln 2.
        let euler = 0.577_215_664_901_532_9;
        for (z, digamma) in [(1.0, -euler), (0.5, -euler - 2.0 * std::f64::consts::LN_2)] {
            assert!((f64::ln(z) - 0.5 / z + binet(z).slope - digamma).abs() < 1e-14);
        }
    }

    proptest! {
        #[test]
        fn the_slope_matches_differences(log in -3.0_f64..6.0) {
            let z = log.exp();
            let step = 1e-5 * z;
            let found = (binet(z + step).value - binet(z - step).value) / (2.0 * step);
            prop_assert!((found - binet(z).slope).abs() < 1e-7 * found.abs() + 1e-11 / step);
        }

        #[test]
        fn the_series_joins_the_recursion(z in 10.0_f64..30.0) {
            let (here, next) = (binet(z), binet(z + 1.0));
            let step = (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
            prop_assert!((here.value - next.value - step).abs() < 1e-14);
        }
    }
}
