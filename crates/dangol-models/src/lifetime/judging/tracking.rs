//! Actual and expected repeat purchases of a shop over calendar time.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_count};

/// Repeat purchases of all customers, period by period, with what a model expects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tracking {
    /// The periods, in order.
    pub periods: Vec<Period>,
}

/// One period of the shop's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// When it ends, from the start of the first.
    pub end: f64,
    /// Repeat purchases made in it.
    pub actual: f64,
    /// Repeat purchases expected in it.
    pub expected: f64,
    /// Repeat purchases made up to its end.
    pub actual_cumulative: f64,
    /// Repeat purchases expected up to its end.
    pub expected_cumulative: f64,
}

/// How far expected purchases are from actual ones over some periods.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackingErrors {
    /// Mean over the periods of |expected − actual| / actual; `None` if a period had no purchase.
    pub per_period: Option<f64>,
    /// The same of the cumulative numbers.
    pub cumulative: Option<f64>,
    /// (expected − actual) / actual of the purchases in all these periods together; `None` without any.
    pub total: Option<f64>,
}

impl Tracking {
    /// Counts and expects repeat purchases in `periods` periods of length `period`.
    ///
    /// `firsts` are the times of first purchases with the number of customers who began then (grouped:
    /// each distinct time costs one evaluation of `expected` per period); `repeats` are times of repeat
    /// purchases with their number. All times are in the model's unit from the start of the first
    /// period; what lies beyond the last period is not counted. `expected(t)` is what the model expects of
    /// one new customer within t of their first purchase, E\[X(t)\].
    ///
    /// # Errors
    /// [`Error::BadParameter`] for a time that is negative or not finite, or a length that is not above 0;
    /// [`Error::CountOutOfRange`] unless there are 1 to 100,000 periods.
    ///
    /// ```
    /// use dangol_models::lifetime::judging::Tracking;
    /// // 10 customers at the start and 10 in the second week, who buy once every ten weeks.
    /// let tracking = Tracking::new(&[(0.0, 10), (1.0, 10)], &[(0.5, 2), (1.5, 1)], 1.0, 2, |t| t / 10.0)?;
    /// let second = &tracking.periods[1];
    /// assert_eq!((second.actual, second.actual_cumulative), (1.0, 3.0));
    /// assert!((second.expected - 2.0).abs() < 1e-12 && (second.expected_cumulative - 3.0).abs() < 1e-12);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn new(
        firsts: &[(f64, u64)],
        repeats: &[(f64, u64)],
        period: f64,
        periods: usize,
        expected: impl Fn(f64) -> f64,
    ) -> Result<Self> {
        check_count("periods", periods, 1, 100_000)?;
        if !(period.is_finite() && period > 0.0) {
            return Err(Error::BadParameter {
                name: "the period's length",
                value: period,
                range: "a number above 0",
            });
        }
        if let Some(&(time, _)) =
            firsts.iter().chain(repeats).find(|(time, _)| !(time.is_finite() && *time >= 0.0))
        {
            return Err(Error::BadParameter { name: "a time", value: time, range: "a number of at least 0" });
        }
        let mut actual = vec![0.0; periods];
        for &(time, purchases) in repeats {
            if let Some(count) = actual.get_mut((time / period) as usize) {
                *count += purchases as f64;
            }
        }
        let (mut before, mut made) = (0.0, 0.0);
        let described = actual.into_iter().enumerate().map(|(place, actual)| {
            let end = (place + 1) as f64 * period;
            let by_then = |&(time, customers): &(f64, u64)| {
                if time < end { customers as f64 * expected(end - time) } else { 0.0 }
            };
            let cumulative: f64 = firsts.iter().map(by_then).sum();
            made += actual;
            let described = Period {
                end,
                actual,
                expected: cumulative - before,
                actual_cumulative: made,
                expected_cumulative: cumulative,
            };
            before = cumulative;
            described
        });
        Ok(Self { periods: described.collect() })
    }

    /// The errors over the periods that end after `from` and not after `to`, such as a holdout.
    #[must_use]
    pub fn errors(&self, from: f64, to: f64) -> TrackingErrors {
        let periods = || self.periods.iter().filter(|period| period.end > from && period.end <= to);
        let total: f64 = periods().map(|period| period.actual).sum();
        let expected: f64 = periods().map(|period| period.expected).sum();
        TrackingErrors {
            per_period: mean_error(periods().map(|period| (period.expected, period.actual))),
            cumulative: mean_error(periods().map(|p| (p.expected_cumulative, p.actual_cumulative))),
            total: (total > 0.0).then(|| (expected - total) / total),
        }
    }
}

/// Mean of |expected − actual| / actual.
fn mean_error(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (expected, actual) in pairs {
        if actual <= 0.0 {
            return None;
        }
        sum += (expected - actual).abs() / actual;
        n += 1.0;
    }
    (n > 0.0).then_some(sum / n)
}
