//! Expected products of a probability that differs between customers.
//!
//! If a probability p is beta-distributed over customers, the models of discrete time are built from
//! E[pˢ (1 − p)ᶠ] = B(a + s, b + f) / B(a, b) for whole s and f. With the mean μ = a / (a + b) and the
//! spread ρ = 1 / (1 + a + b), which is between 0 (all customers alike) and 1 (each either never or always),
//!
//! E[pˢ (1 − p)ᶠ] = Π (μ (1 − ρ) + j ρ) · Π ((1 − μ) (1 − ρ) + j ρ) / Π (1 − ρ + j ρ)
//!
//! over j = 0 … s − 1, j = 0 … f − 1 and j = 0 … s + f − 1. Unlike ratios of beta functions the products
//! lose no digits, however large a and b are.

use super::fit::{Boundary, Limit, Natural};
use super::mixing::BetaMixing;

/// Where to search for the logit of the mean, and for the logarithm of the size.
pub(super) const BOUNDS: [(f64, f64); 2] = [(-25.0, 25.0), (-12.0, 18.0)];

/// What becomes of a chance to do something, whose logit mean and ln size are the first two coordinates.
pub(super) const LIMITS: [Limit; 4] = [
    Limit { coordinate: 0, value: f64::NEG_INFINITY, then_void: &[1], boundary: Boundary::Never },
    Limit { coordinate: 0, value: f64::INFINITY, then_void: &[1], boundary: Boundary::Always },
    Limit { coordinate: 1, value: f64::INFINITY, then_void: &[], boundary: Boundary::EqualChances },
    Limit { coordinate: 1, value: f64::NEG_INFINITY, then_void: &[], boundary: Boundary::AllOrNothing },
];

/// Where to begin a search: the logit of a share of the trials, and a size of 2.
pub(super) fn start(successes: f64, trials: f64) -> [f64; 2] {
    // Half a success and half a failure more, so that it is finite.
    [((successes + 0.5) / (trials - successes + 0.5)).ln(), std::f64::consts::LN_2]
}

/// Logit of the mean and logarithm of the size of a distribution.
pub(super) fn coordinates(mixing: &BetaMixing) -> [f64; 2] {
    [(mixing.mean / mixing.complement).ln(), mixing.size().ln()]
}

/// a and b of a distribution whose logit mean and ln size are the coordinates from `place` on, of so many.
pub(super) fn naturals(
    mixing: &BetaMixing,
    names: [&'static str; 2],
    place: usize,
    count: usize,
) -> [Natural; 2] {
    let slopes = |mean: f64| {
        let mut slopes = vec![0.0; count];
        (slopes[place], slopes[place + 1]) = (mean, 1.0);
        slopes
    };
    [
        Natural { name: names[0], value: mixing.a(), log_slope: slopes(mixing.complement) },
        Natural { name: names[1], value: mixing.b(), log_slope: slopes(-mixing.mean) },
    ]
}

/// What is known of a customer's probability after so many successes and failures of theirs.
pub(super) fn after(mixing: &BetaMixing, successes: f64, failures: f64) -> BetaMixing {
    let BetaMixing { mean, complement, correlation } = *mixing;
    let (rest, trials) = (1.0 - correlation, successes + failures);
    if trials == 0.0 {
        return *mixing;
    }
    let total = rest + trials * correlation;
    BetaMixing {
        mean: (mean * rest + successes * correlation) / total,
        complement: (complement * rest + failures * correlation) / total,
        correlation: correlation / (1.0 + trials * correlation),
    }
}

/// The logarithm of a moment and its derivatives by logit μ and ln(a + b).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LogMoment {
    pub(super) value: f64,
    pub(super) gradient: [f64; 2],
}

impl LogMoment {
    fn plus(self, value: f64, by_mean: f64, by_size: f64) -> Self {
        Self { value: self.value + value, gradient: [self.gradient[0] + by_mean, self.gradient[1] + by_size] }
    }
}

/// Tables of the three products in the module's formula.
pub(super) struct BetaMoments {
    successes: Vec<LogMoment>,
    failures: Vec<LogMoment>,
    both: Vec<LogMoment>,
}

impl BetaMoments {
    /// Tables for up to so many successes and failures.
    pub(super) fn new(mixing: &BetaMixing, successes: usize, failures: usize) -> Self {
        let (mean, other, spread) = (mixing.mean, mixing.complement, mixing.correlation);
        // At ρ = 1 itself single factors are 0 / 0; this near to it nothing differs.
        let rest = (1.0 - spread).max(1e-15);
        // Slopes of μ by its logit and of ρ by ln(a + b).
        let (slope_mean, slope_size) = (mean * other, -spread * rest);
        let table = |count: usize, share: f64, sign: f64| {
            running(count, |j| {
                let term = share * rest + j * spread;
                (term.ln(), sign * rest * slope_mean / term, (j - share) * slope_size / term)
            })
        };
        Self {
            successes: table(successes, mean, 1.0),
            failures: table(failures, other, -1.0),
            both: table(successes + failures, 1.0, 0.0),
        }
    }

    /// ln E[pˢ (1 − p)ᶠ] with its gradient.
    pub(super) fn log(&self, successes: usize, failures: usize) -> LogMoment {
        let (s, f) = (self.successes[successes], self.failures[failures]);
        let both = self.both[successes + failures];
        LogMoment {
            value: s.value + f.value - both.value,
            gradient: [
                s.gradient[0] + f.gradient[0] - both.gradient[0],
                s.gradient[1] + f.gradient[1] - both.gradient[1],
            ],
        }
    }
}

/// Running sums of `term(0)`, `term(1)`, …, beginning with nothing.
fn running(count: usize, term: impl Fn(f64) -> (f64, f64, f64)) -> Vec<LogMoment> {
    let mut sums = Vec::with_capacity(count + 1);
    let mut sum = LogMoment::default();
    sums.push(sum);
    for j in 0..count {
        let (value, by_mean, by_size) = term(j as f64);
        sum = sum.plus(value, by_mean, by_size);
        sums.push(sum);
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::math::{ln_beta, logistic};

    #[test]
    fn without_a_spread_it_is_a_fixed_probability() {
        let moments = BetaMoments::new(&BetaMixing::of_logs(0.4, f64::INFINITY), 30, 20);
        let p = logistic(0.4);
        assert!((moments.log(30, 20).value - 30.0 * p.ln() - 20.0 * (1.0 - p).ln()).abs() < 1e-12);
    }

    #[test]
    fn with_a_full_spread_it_is_all_or_nothing() {
        let moments = BetaMoments::new(&BetaMixing::of_logs(0.4, -40.0), 30, 20);
        assert!((moments.log(30, 0).value - logistic(0.4).ln()).abs() < 1e-12);
        assert!((moments.log(0, 20).value - logistic(-0.4).ln()).abs() < 1e-12);
        assert!(moments.log(1, 1).value < -35.0);
    }

    proptest! {
        #[test]
        fn moments_are_ratios_of_beta_functions(a in 0.01_f64..50.0, b in 0.01_f64..50.0, s in 0_usize..40, f in 0_usize..40) {
            let expected = ln_beta(a + s as f64, b + f as f64) - ln_beta(a, b);
            let found = BetaMoments::new(&BetaMixing::new(a, b).unwrap(), s, f).log(s, f).value;
            prop_assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }

        #[test]
        fn gradients_match_differences(mean in -4.0_f64..4.0, size in -6.0_f64..6.0, s in 0_usize..20, f in 0_usize..20) {
            let at = |mean: f64, size: f64| BetaMoments::new(&BetaMixing::of_logs(mean, size), s, f).log(s, f);
            let step = 1e-5;
            let found = at(mean, size).gradient;
            let by_mean = (at(mean + step, size).value - at(mean - step, size).value) / (2.0 * step);
            let by_size = (at(mean, size + step).value - at(mean, size - step).value) / (2.0 * step);
            prop_assert!((found[0] - by_mean).abs() < 1e-7, "{} {by_mean}", found[0]);
            prop_assert!((found[1] - by_size).abs() < 1e-7, "{} {by_size}", found[1]);
        }
    }
}
