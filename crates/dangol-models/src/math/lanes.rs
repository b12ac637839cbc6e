//! Exponentials and logarithms without branches, so that a loop over many numbers works on several at once: on
//! processors with wide registers four, elsewhere two. The same operations in the same order either way, and none of
//! them fused, so that the numbers are the same everywhere.
//!
//! Reduction and series as in J.-M. Muller, "Elementary Functions" (2016), chapters 3 and 10.

// What is not inlined is not compiled for wide registers: no closures and no iterators here, either.
#![allow(clippy::inline_always)]

use std::sync::OnceLock;

use pulp::{Arch, WithSimd};

/// Does some work in the widest registers that the processor has.
#[inline]
pub(crate) fn widely<W: WithSimd>(work: W) -> W::Output {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    ARCH.get_or_init(Arch::new).dispatch(work)
}

/// Adding and subtracting it rounds to a whole number, which is then in the lowest bits of the sum.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// 2⁵², whose lowest bits count.
const COUNTING: f64 = 4_503_599_627_370_496.0;

/// ln 2, of which the upper part has zeros enough that a few thousand times it is exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// 1 / 12!, …, 1 / 2!
const EXPONENTIAL: [f64; 11] = [
    2.087_675_698_786_81e-9,
    2.505_210_838_544_172e-8,
    2.755_731_922_398_589_3e-7,
    2.755_731_922_398_589e-6,
    2.480_158_730_158_73e-5,
    1.984_126_984_126_984e-4,
    1.388_888_888_888_889e-3,
    8.333_333_333_333_333e-3,
    4.166_666_666_666_666_4e-2,
    0.166_666_666_666_666_66,
    0.5,
];

/// Of artanh: 1 / 21, …, 1 / 3.
const LOGARITHM: [f64; 10] = [
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
];

/// The bits of a number below its exponent.
const MANTISSA: u64 = (1 << 52) - 1;

/// eˣ to a relative 1e-15 for |x| ≤ 700; beyond, as at the end.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUNDING;
    let whole = shifted - ROUNDING;
    let r = (x - whole * LN_2[0]) - whole * LN_2[1];
    let mut sum = EXPONENTIAL[0];
    let mut term = 1;
    while term < EXPONENTIAL.len() {
        sum = sum * r + EXPONENTIAL[term];
        term += 1;
    }
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    (1.0 + (r + r * r * sum)) * power
}

/// ln(1 + z) for finite z ≥ 0 to a relative 1e-12.
#[inline(always)]
pub(crate) fn ln_1p(z: f64) -> f64 {
    let bits = (1.0 + z).to_bits();
    let mantissa = f64::from_bits((bits & MANTISSA) | 1.0_f64.to_bits());
    let exponent = f64::from_bits((bits >> 52) | COUNTING.to_bits()) - (COUNTING + 1023.0);
    // From [1, 2) to [√½, √2), where the series is short.
    let large = mantissa > std::f64::consts::SQRT_2;
    let mantissa = if large { 0.5 * mantissa } else { mantissa };
    let exponent = if large { exponent + 1.0 } else { exponent };
    let f = (mantissa - 1.0) / (mantissa + 1.0);
    let s = f * f;
    let mut sum = LOGARITHM[0];
    let mut term = 1;
    while term < LOGARITHM.len() {
        sum = sum * s + LOGARITHM[term];
        term += 1;
    }
    let log = exponent * LN_2[0] + (2.0 * f + (2.0 * f * s * sum + exponent * LN_2[1]));
    // What 1 + z has lost of a small z.
    let small = z * (1.0 - z * (0.5 - z * (1.0 / 3.0 - z * (0.25 - 0.2 * z))));
    if z < 1e-3 { small } else { log }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_those_of_the_standard_library() {
        for step in -70_000..=70_000 {
            let x = f64::from(step) * 0.01 + 0.001_37;
            let x = x.clamp(-700.0, 700.0);
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-15, "{x}: {} {}", exp(x), x.exp());
        }
        assert_eq!((exp(0.0), exp(-1e6)), (1.0, exp(-700.0)));
        let mut z = 1e-300;
        while z < 1e300 {
            assert!((ln_1p(z) / f64::ln_1p(z) - 1.0).abs() < 1e-12, "{z}: {} {}", ln_1p(z), f64::ln_1p(z));
            z *= 1.003;
        }
        assert_eq!(ln_1p(0.0), 0.0);
    }
}
