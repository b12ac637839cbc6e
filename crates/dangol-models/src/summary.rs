//! One variable in ten numbers.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::quantile::quantiles;
use crate::sum::{Sum, sum};

/// Count, moments and percentiles of one variable, in its unit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Summary {
    /// Number of values.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n − 1, as in pandas); `None` for a single value.
    pub std: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// 5th percentile (interpolated, see [`crate::quantile`]; likewise below).
    pub p5: f64,
    /// First quartile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// Third quartile.
    pub p75: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Largest value.
    pub max: f64,
}

/// Summarises values; `None` if there are none.
///
/// The mean and the sum of squares about it are taken in two passes with compensated sums, so
/// that a large mean does not eat the standard deviation's digits.
///
/// # Errors
/// [`crate::Error::NotFinite`].
///
/// ```
/// use dangol_models::summary::summarize;
/// let summary = summarize(&[1.0, 2.0, 3.0, 4.0])?.unwrap();
/// assert_eq!((summary.count, summary.mean, summary.p50), (4, 2.5, 2.5));
/// assert!((summary.std.unwrap() - 1.2909944487358056).abs() < 1e-15);
/// assert_eq!(summarize(&[])?, None);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn summarize(values: &[f64]) -> Result<Option<Summary>> {
    if values.is_empty() {
        return Ok(None);
    }
    let found = quantiles(values, &[0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0])?;
    let count = values.len() as f64;
    let total = sum(values);
    // Values near the largest representable number may overflow their sum, never their mean.
    let mean = if total.is_finite() {
        total / count
    } else {
        values.iter().map(|x| x / count).collect::<Sum>().value()
    };
    let mean = mean.clamp(found[0], found[6]);
    let std = (values.len() > 1).then(|| {
        let squares: Sum = values.iter().map(|value| (value - mean) * (value - mean)).collect();
        (squares.value() / (count - 1.0)).sqrt()
    });
    Ok(Some(Summary {
        count: values.len() as u64,
        mean,
        std: std.filter(|std| std.is_finite()),
        min: found[0],
        p5: found[1],
        p25: found[2],
        p50: found[3],
        p75: found[4],
        p95: found[5],
        max: found[6],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    /// `NumAcc3` of the NIST reference datasets: mean 1000000.2 and standard deviation 0.1 exactly.
    #[test]
    fn a_large_mean_leaves_the_deviation_intact() {
        let mut values = vec![1_000_000.2];
        for _ in 0..500 {
            values.extend([1_000_000.1, 1_000_000.3]);
        }
        let summary = summarize(&values).unwrap().unwrap();
        assert!((summary.mean - 1_000_000.2).abs() < 1e-9);
        assert!((summary.std.unwrap() - 0.1).abs() < 1e-9);
    }

    #[test]
    fn one_value_has_no_deviation() {
        let summary = summarize(&[3.5]).unwrap().unwrap();
        assert_eq!((summary.mean, summary.std, summary.min, summary.max), (3.5, None, 3.5, 3.5));
    }

    #[test]
    fn equal_values_have_none_either_way() {
        let summary = summarize(&[0.1; 1000]).unwrap().unwrap();
        assert_eq!(summary.mean, 0.1);
        assert_eq!(summary.std, Some(0.0));
    }

    #[test]
    fn nan_is_refused() {
        assert!(matches!(summarize(&[1.0, f64::NAN]), Err(Error::NotFinite { index: 1, .. })));
    }

    #[test]
    fn huge_values_do_not_become_infinite() {
        let summary = summarize(&[f64::MAX, f64::MAX]).unwrap().unwrap();
        assert_eq!(summary.mean, f64::MAX);
    }
}
