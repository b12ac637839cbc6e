//! Two proportions: their difference, their ratio, and whether they differ.
//!
//! R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
//! (1998), 873–890, method 10; P. A. R. Koopman, "Confidence intervals for the ratio of two binomial proportions",
//! Biometrics 40 (1984), 513–517.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Estimate, chi_square, fisher_exact};
use crate::error::{Error, Result};
use crate::proportion::{upper_tail_point, wilson};

/// How many of how many.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Proportion {
    /// Those who do.
    pub successes: u64,
    /// All of them.
    pub trials: u64,
}

impl Proportion {
    /// `successes` of `trials`.
    ///
    /// # Errors
    /// [`Error::MoreSuccessesThanTrials`].
    pub fn new(successes: u64, trials: u64) -> Result<Self> {
        if successes > trials {
            return Err(Error::MoreSuccessesThanTrials { successes, trials });
        }
        Ok(Self { successes, trials })
    }

    /// The share, without trials none.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }
}

/// Whether two proportions differ.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct TwoProportions {
    /// The two-sided p-value.
    pub p_value: f64,
    /// Whether it is Fisher's exact one, since a count was expected below five.
    pub exact: bool,
    /// φ, from −1 to 1: positive where the first is larger.
    pub effect: f64,
}

/// The χ² test of two proportions, or Fisher's exact test where a count is expected below five. `None` where either has no
/// trials, or all of both say the same.
///
/// # Errors
/// None that a [`Proportion`] can cause.
pub fn two_proportions(a: Proportion, b: Proportion) -> Result<Option<TwoProportions>> {
    let [left, right] = [a, b].map(|one| [one.successes, one.trials - one.successes]);
    let Some(found) = chi_square(&[left.to_vec(), right.to_vec()])? else { return Ok(None) };
    let exact = found.least_expected < 5.0;
    let fisher = fisher_exact([left, right]).map(|fisher| fisher.p_value);
    let p_value = if exact { fisher.unwrap_or(1.0) } else { found.test.p_value };
    let larger = a.successes as f64 * b.trials as f64 >= b.successes as f64 * a.trials as f64;
    let effect = if larger { found.test.effect } else { -found.test.effect };
    Ok(Some(TwoProportions { p_value, exact, effect }))
}

/// The difference a − b with Newcombe's interval, made of the two Wilson intervals: unlike a ± z·se it stays within −1
/// to 1 and holds at shares of 0 and 1. `None` where either has no trials.
///
/// # Errors
/// [`Error::NotALevel`].
///
/// ```
/// use dangol_models::hypothesis::{Proportion, difference_of_proportions};
/// let found = difference_of_proportions(Proportion::new(56, 70)?, Proportion::new(48, 80)?, 0.95)?.unwrap();
/// // Newcombe's table II, row (a).
/// assert!((found.low - 0.0524).abs() < 5e-5 && (found.high - 0.3339).abs() < 5e-5);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn difference_of_proportions(a: Proportion, b: Proportion, level: f64) -> Result<Option<Estimate>> {
    let both = (wilson(a.successes, a.trials, level)?, wilson(b.successes, b.trials, level)?);
    let (Some(a), Some(b)) = both else { return Ok(None) };
    let value = a.rate - b.rate;
    Ok(Some(Estimate {
        value,
        low: value - (a.rate - a.low).hypot(b.high - b.rate),
        high: value + (a.high - a.rate).hypot(b.rate - b.low),
    }))
}

/// The ratio a / b with Koopman's score interval: all ratios that a χ² test would not reject. `None` where there is
/// nothing to be compared with, that is where b is 0 or either has no trials.
///
/// # Errors
/// [`Error::NotALevel`].
///
/// ```
/// use dangol_models::hypothesis::{Proportion, ratio_of_proportions};
/// let found = ratio_of_proportions(Proportion::new(36, 40)?, Proportion::new(16, 80)?, 0.95)?.unwrap();
/// // Koopman's own example.
/// assert!((found.low - 2.94).abs() < 5e-3 && (found.high - 7.15).abs() < 5e-3);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn ratio_of_proportions(a: Proportion, b: Proportion, level: f64) -> Result<Option<Estimate>> {
    let limit = Normal::standard().inverse_cdf(upper_tail_point(level)?).powi(2);
    let (Some(of_a), Some(of_b)) = (a.rate(), b.rate()) else { return Ok(None) };
    if b.successes == 0 {
        return Ok(None);
    }
    let value = of_a / of_b;
    let excess = |ratio: f64| score(a, b, ratio) - limit;
    let low = if a.successes == 0 {
        0.0
    } else {
        root(|step| excess(value * (-step).exp())).map_or(0.0, |step| value * (-step).exp())
    };
    // Without successes in a, there is no ratio to begin at; half a success stands for it.
    let start = if a.successes == 0 { 0.5 / a.trials as f64 / of_b } else { value };
    let high = if excess(start) > 0.0 {
        // The interval ends below the start: walk down from it.
        root(|step| -excess(start * (-step).exp())).map_or(start, |step| start * (-step).exp())
    } else {
        root(|step| excess(start * step.exp())).map_or(f64::INFINITY, |step| start * step.exp())
    };
    Ok(Some(Estimate { value, low, high }))
}

/// The squared score statistic of a ratio: `(p_a − θ p_b)²` over its variance at the most likely rates with that ratio.
fn score(a: Proportion, b: Proportion, ratio: f64) -> f64 {
    let [x, n, y, m] = [a.successes, a.trials, b.successes, b.trials].map(|count| count as f64);
    // The rate of b at which the likelihood is largest, the smaller root of (n + m) θ p² − … + (x + y); in the form that
    // does not cancel.
    let (square, linear, constant) = ((n + m) * ratio, n * ratio + x + m + y * ratio, x + y);
    let discriminant = (linear * linear - 4.0 * square * constant).max(0.0);
    let of_b = (2.0 * constant / (linear + discriminant.sqrt())).min(1.0);
    let of_a = (ratio * of_b).min(1.0);
    let variance = of_a * (1.0 - of_a) / n + ratio * ratio * of_b * (1.0 - of_b) / m;
    let distance = x / n - ratio * y / m;
    if variance > 0.0 {
        distance * distance / variance
    } else if distance == 0.0 {
        0.0
    } else {
        f64::INFINITY
    }
}

/// Where a rising function of a step ≥ 0 becomes positive, by bisection to the last digit.
fn root(rising: impl Fn(f64) -> f64) -> Option<f64> {
    let mut high = 1.0;
    while rising(high) <= 0.0 {
        high *= 2.0;
        // e⁶⁴ times as much is as good as any.
        if high > 64.0 {
            return None;
        }
    }
    let mut low = 0.0;
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return Some(middle);
        }
        if rising(middle) > 0.0 { high = middle } else { low = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(successes: u64, trials: u64) -> Proportion {
        Proportion::new(successes, trials).unwrap()
    }

    /// Newcombe's table II, method 10.
    #[test]
    fn differences_match_newcombe() {
        for (a, b, low, high) in [
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((10, 10), (0, 10), 0.6075, 1.0),
            ((5, 56), (0, 29), -0.0381, 0.1926),
        ] {
            let found = difference_of_proportions(of(a.0, a.1), of(b.0, b.1), 0.95).unwrap().unwrap();
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{found:?}");
        }
    }

    #[test]
    fn a_ratio_and_its_inverse_have_inverse_intervals() {
        let one = ratio_of_proportions(of(12, 50), of(30, 80), 0.95).unwrap().unwrap();
        let other = ratio_of_proportions(of(30, 80), of(12, 50), 0.95).unwrap().unwrap();
        assert!((one.low * other.high - 1.0).abs() < 1e-9 && (one.high * other.low - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_interval_ends_where_the_test_does() {
        let (a, b) = (of(12, 50), of(30, 80));
        let limit = Normal::standard().inverse_cdf(0.975).powi(2);
        let found = ratio_of_proportions(a, b, 0.95).unwrap().unwrap();
        for end in [found.low, found.high] {
            assert!((score(a, b, end) - limit).abs() < 1e-9);
        }
    }

    #[test]
    fn shares_of_nothing_and_of_all() {
        let none = ratio_of_proportions(of(0, 40), of(10, 80), 0.95).unwrap().unwrap();
        assert_eq!((none.value, none.low), (0.0, 0.0));
        assert!(none.high > 0.1 && none.high < 3.0, "{none:?}");
        assert!(none.high.is_finite());
        let all = ratio_of_proportions(of(40, 40), of(80, 80), 0.95).unwrap().unwrap();
        assert!(all.low < 1.0 && all.high > 1.0 && all.high.is_finite(), "{all:?}");
        assert_eq!(ratio_of_proportions(of(3, 40), of(0, 80), 0.95).unwrap(), None);
        assert_eq!(difference_of_proportions(of(0, 0), of(1, 8), 0.95).unwrap(), None);
        assert!(ratio_of_proportions(of(3, 40), of(1, 80), 1.5).is_err());
    }

    #[test]
    fn few_customers_are_tested_exactly() {
        let few = two_proportions(of(3, 4), of(1, 4)).unwrap().unwrap();
        assert!(few.exact && (few.p_value - 34.0 / 70.0).abs() < 1e-14);
        let many = two_proportions(of(30, 100), of(50, 100)).unwrap().unwrap();
        assert!(!many.exact && many.effect < 0.0);
        assert_eq!(two_proportions(of(0, 4), of(0, 9)).unwrap(), None);
    }
}
