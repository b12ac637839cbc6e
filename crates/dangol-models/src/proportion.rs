//! Rates with their uncertainty.
//!
//! Two questions look alike and have different intervals:
//! - [`wilson`] and [`pooled`]: *how large is the rate of these customers?* The customers are the
//!   sample; the interval narrows with their number. [`pooled`] weights cohorts by size by adding
//!   up their counts, and its interval takes all customers to have one rate: it says nothing of how
//!   cohorts differ.
//! - [`mean_of_rates`]: *what rate does a cohort have on average?* The cohorts are the sample, each
//!   counting once; the interval narrows with the number of cohorts and widens as they differ.
//!
//! Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
//! Journal of the American Statistical Association 22 (1927), 209–212; Student, "The probable error
//! of a mean", Biometrika 6 (1908), 1–25.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::error::{Error, Result, check_finite};
use crate::summary::summarize;

/// The usual confidence level.
pub const LEVEL: f64 = 0.95;

/// A rate from 0 to 1 with its interval.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Rate {
    /// The rate itself.
    pub rate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A mean with its interval, which a single value does not have.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct MeanRate {
    /// The mean.
    pub mean: f64,
    /// Lower and upper end of the interval.
    pub interval: Option<(f64, f64)>,
}

/// Wilson's score interval for `successes` in `trials`; `None` without trials.
///
/// With p = successes / trials, n = trials and z the normal quantile of (1 + level) / 2:
/// (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z·se it stays within 0 to 1 and
/// is not empty at p = 0 or 1.
///
/// # Errors
/// [`Error::MoreSuccessesThanTrials`], [`Error::NotALevel`].
///
/// ```
/// use dangol_models::proportion::{LEVEL, wilson};
/// let rate = wilson(81, 263, LEVEL)?.unwrap();
/// assert!((rate.low - 0.2553).abs() < 1e-4 && (rate.high - 0.3662).abs() < 1e-4);
/// assert_eq!(wilson(0, 0, LEVEL)?, None);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn wilson(successes: u64, trials: u64, level: f64) -> Result<Option<Rate>> {
    if successes > trials {
        return Err(Error::MoreSuccessesThanTrials { successes, trials });
    }
    let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
    if trials == 0 {
        return Ok(None);
    }
    let n = trials as f64;
    let rate = successes as f64 / n;
    let center = rate + z * z / (2.0 * n);
    let half = z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // At the ends the interval ends exactly there, which rounding would miss.
    let low = if successes == 0 { 0.0 } else { ((center - half) / scale).clamp(0.0, rate) };
    let high = if successes == trials { 1.0 } else { ((center + half) / scale).clamp(rate, 1.0) };
    Ok(Some(Rate { rate, low, high }))
}

/// The rate of all groups together: the mean of their rates weighted by size, with Wilson's
/// interval on the pooled counts. `groups` holds successes and trials; `None` without trials.
///
/// # Errors
/// As [`wilson`], for any of the groups.
///
/// ```
/// use dangol_models::proportion::{LEVEL, pooled, wilson};
/// assert_eq!(pooled([(1, 10), (30, 90)], LEVEL)?, wilson(31, 100, LEVEL)?);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn pooled(groups: impl IntoIterator<Item = (u64, u64)>, level: f64) -> Result<Option<Rate>> {
    let (mut successes, mut trials) = (0, 0);
    for (group_successes, group_trials) in groups {
        if group_successes > group_trials {
            return Err(Error::MoreSuccessesThanTrials { successes: group_successes, trials: group_trials });
        }
        successes += group_successes;
        trials += group_trials;
    }
    wilson(successes, trials, level)
}

/// The unweighted mean of the groups' rates, with Student's t interval over the groups, cut to
/// 0 … 1; `None` without groups. One group has a mean and no interval.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::NotAProbability`], [`Error::NotALevel`].
///
/// ```
/// use dangol_models::proportion::{LEVEL, mean_of_rates};
/// let mean = mean_of_rates(&[0.2, 0.3, 0.4], LEVEL)?.unwrap();
/// let (low, high) = mean.interval.unwrap();
/// // t(0.975; 2) = 4.3027, times 0.1 / √3.
/// assert!((mean.mean - 0.3).abs() < 1e-12 && (low - 0.05159).abs() < 1e-5 && (high - 0.54841).abs() < 1e-5);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn mean_of_rates(rates: &[f64], level: f64) -> Result<Option<MeanRate>> {
    let point = upper_tail_point(level)?;
    check_finite(rates)?;
    if let Some(&value) = rates.iter().find(|rate| !(0.0..=1.0).contains(*rate)) {
        return Err(Error::NotAProbability { value });
    }
    let Some(summary) = summarize(rates)? else {
        return Ok(None);
    };
    let degrees = rates.len() as f64 - 1.0;
    let interval = summary.std.and_then(|std| {
        let t = StudentsT::new(0.0, 1.0, degrees).ok()?.inverse_cdf(point);
        let half = t * std / (rates.len() as f64).sqrt();
        Some(((summary.mean - half).max(0.0), (summary.mean + half).min(1.0)))
    });
    Ok(Some(MeanRate { mean: summary.mean, interval }))
}

/// The probability below the upper end of a two-sided interval.
pub(crate) fn upper_tail_point(level: f64) -> Result<f64> {
    if level.is_finite() && level > 0.0 && level < 1.0 {
        Ok(f64::midpoint(1.0, level))
    } else {
        Err(Error::NotALevel { level })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    /// Medicine 17 (1998), 857–872, table I, method 3.
    #[test]
    fn wilson_matches_newcombe() {
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let rate = wilson(successes, trials, 0.95).unwrap().unwrap();
            assert!((rate.low - low).abs() < 5e-5, "{rate:?}");
            assert!((rate.high - high).abs() < 5e-5, "{rate:?}");
        }
    }

    #[test]
    fn t_quantiles_match_the_tables() {
        // Two-sided 95 %: 12.706, 2.776, 2.228, 1.984 for 1, 4, 10, 100 degrees of freedom.
        for (degrees, t) in
            [(1.0, 12.706_204_736), (4.0, 2.776_445_105), (10.0, 2.228_138_852), (100.0, 1.983_971_519)]
        {
            let found = StudentsT::new(0.0, 1.0, degrees).unwrap().inverse_cdf(0.975);
            assert!((found - t).abs() < 1e-6 * t, "{degrees}: {found}");
        }
    }

    #[test]
    fn one_cohort_has_no_interval() {
        assert_eq!(mean_of_rates(&[0.4], LEVEL).unwrap(), Some(MeanRate { mean: 0.4, interval: None }));
        assert_eq!(mean_of_rates(&[], LEVEL).unwrap(), None);
    }

    #[test]
    fn bad_input_is_refused() {
        assert_eq!(wilson(3, 2, LEVEL), Err(Error::MoreSuccessesThanTrials { successes: 3, trials: 2 }));
        assert_eq!(wilson(1, 2, 1.0), Err(Error::NotALevel { level: 1.0 }));
        assert!(mean_of_rates(&[f64::NAN], LEVEL).is_err());
        assert!(mean_of_rates(&[1.5], LEVEL).is_err());
        // Two wrongs do not make a right sum.
        assert!(pooled([(3, 2), (0, 5)], LEVEL).is_err());
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_rate(trials in 1_u64..1_000_000, share in 0.0_f64..=1.0, level in 0.01_f64..0.999) {
            let successes = (share * trials as f64) as u64;
            let rate = wilson(successes, trials, level).unwrap().unwrap();
            prop_assert!(0.0 <= rate.low && rate.low <= rate.rate && rate.rate <= rate.high && rate.high <= 1.0);
        }
    }
}
