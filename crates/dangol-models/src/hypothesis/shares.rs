//! Shares of events that several come from one customer: orders in January, coupon orders, units of a category.
//!
//! The share is Σ y / Σ x over customers, y of each customer's x events. Its variance is that of a ratio of sums over
//! customers (linearised, W. G. Cochran, "Sampling Techniques" (1977), § 6.3 and (11.24)):
//! V = n / (n − 1) · Σ (y − p x)² / (Σ x)². A table of several kinds of events is tested by Pearson's χ² divided by the mean
//! design effect: J. N. K. Rao and A. J. Scott, "The analysis of categorical data from complex sample surveys", Journal of
//! the American Statistical Association 76 (1981), 221–230, and A. J. Scott and J. N. K. Rao, "Chi-squared tests for
//! contingency tables with proportions estimated from survey data" (1981), for independent groups.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Estimate, Test, chi_square_p, normal_p};
use crate::error::{Error, Result};
use crate::proportion::upper_tail_point;

/// A share of events, with what its variance needs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Share {
    /// Customers.
    pub customers: u64,
    /// Σ y, events of the kind.
    pub of_kind: f64,
    /// Σ x, all events.
    pub all: f64,
    yy: f64,
    xy: f64,
    xx: f64,
}

impl Share {
    /// Adds a customer with `of_kind` of `all` events.
    pub fn add(&mut self, of_kind: f64, all: f64) {
        self.customers += 1;
        self.of_kind += of_kind;
        self.all += all;
        self.yy += of_kind * of_kind;
        self.xy += of_kind * all;
        self.xx += all * all;
    }

    /// Those of both together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            customers: self.customers + other.customers,
            of_kind: self.of_kind + other.of_kind,
            all: self.all + other.all,
            yy: self.yy + other.yy,
            xy: self.xy + other.xy,
            xx: self.xx + other.xx,
        }
    }

    /// The share; none without events.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.all > 0.0).then(|| self.of_kind / self.all)
    }

    /// Its variance if the true share is `rate`; none of fewer than two customers.
    fn variance(&self, rate: f64) -> Option<f64> {
        let customers = self.customers as f64;
        let squares = (self.yy - 2.0 * rate * self.xy + rate * rate * self.xx).max(0.0);
        (self.customers > 1 && self.all > 0.0)
            .then(|| customers / (customers - 1.0) * squares / (self.all * self.all))
    }
}

/// Whether two shares differ: z of their difference, with variances as they are if both have the share of all. The
/// effect is the difference itself. `None` where either has fewer than two customers or no events, or nothing varies.
///
/// ```
/// use dangol_models::hypothesis::{Share, two_shares};
/// let (mut a, mut b) = (Share::default(), Share::default());
/// for (of_kind, all) in [(1.0, 2.0), (2.0, 3.0), (1.0, 1.0)] { a.add(of_kind, all) }
/// for (of_kind, all) in [(0.0, 2.0), (1.0, 4.0), (0.0, 1.0)] { b.add(of_kind, all) }
/// let found = two_shares(&a, &b).unwrap();
/// assert!((found.effect - (4.0 / 6.0 - 1.0 / 7.0)).abs() < 1e-15 && found.statistic > 0.0);
/// ```
#[must_use]
pub fn two_shares(a: &Share, b: &Share) -> Option<Test> {
    let common = a.merge(*b).rate()?;
    let effect = a.rate()? - b.rate()?;
    let variance = a.variance(common)? + b.variance(common)?;
    (variance > 0.0).then(|| {
        let statistic = effect / variance.sqrt();
        Test { statistic, degrees_of_freedom: None, p_value: normal_p(statistic), effect }
    })
}

/// Whether a share differs from one that is known, such as that of the days: z, with the variance as it is if the share is
/// the known one. The effect is the difference. `None` with fewer than two customers or no events, or where nothing
/// varies.
///
/// # Errors
/// [`Error::NotAProbability`].
pub fn share_against(share: &Share, known: f64) -> Result<Option<Test>> {
    if !(0.0..=1.0).contains(&known) {
        return Err(Error::NotAProbability { value: known });
    }
    Ok((|| {
        let effect = share.rate()? - known;
        let variance = share.variance(known)?;
        (variance > 0.0).then(|| {
            let statistic = effect / variance.sqrt();
            Test { statistic, degrees_of_freedom: None, p_value: normal_p(statistic), effect }
        })
    })())
}

/// A share with its interval by its variance over customers, cut to 0 … 1. `None` as for [`share_against`].
///
/// # Errors
/// [`Error::NotALevel`].
pub fn interval_of_share(share: &Share, level: f64) -> Result<Option<Estimate>> {
    let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
    Ok((|| {
        let value = share.rate()?;
        let half = z * share.variance(value)?.sqrt();
        Some(Estimate { value, low: (value - half).max(0.0), high: (value + half).min(1.0) })
    })())
}

/// The ratio a / b of two shares with the interval of its logarithm by the delta method. `None` where a share is 0 or
/// either has fewer than two customers.
///
/// # Errors
/// [`Error::NotALevel`].
pub fn ratio_of_shares(a: &Share, b: &Share, level: f64) -> Result<Option<Estimate>> {
    let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
    Ok((|| {
        let (of_a, of_b) = (a.rate()?, b.rate()?);
        if !(of_a > 0.0 && of_b > 0.0) {
            return None;
        }
        let (a, b) = (a.variance(of_a)? / of_a.powi(2), b.variance(of_b)? / of_b.powi(2));
        let (value, half) = (of_a / of_b, z * (a + b).sqrt());
        Some(Estimate { value, low: value * (-half).exp(), high: value * half.exp() })
    })())
}

/// Whether the kinds of events are distributed alike in all groups: χ² over events, divided by the mean design effect, so
/// that customers count and not their events. `table[group][kind]` are shares whose kinds add up to all events of the
/// group. The effect is Cramér's V over events.
///
/// Groups with fewer than two customers or no events are left out, as are kinds that nobody has. `None` where fewer than
/// two of either are left.
///
/// # Errors
/// [`Error::UnequalLengths`] for groups with different numbers of kinds.
pub fn rao_scott(table: &[Vec<Share>]) -> Result<Option<Test>> {
    let width = table.first().map_or(0, Vec::len);
    if let Some(row) = table.iter().find(|row| row.len() != width) {
        return Err(Error::UnequalLengths { what: "kinds in another group", left: width, right: row.len() });
    }
    let rows: Vec<&Vec<Share>> = table
        .iter()
        .filter(|row| row.first().is_some_and(|share| share.customers > 1 && share.all > 0.0))
        .collect();
    let kinds: Vec<usize> =
        (0..width).filter(|kind| rows.iter().any(|row| row[*kind].of_kind > 0.0)).collect();
    if rows.len() < 2 || kinds.len() < 2 {
        return Ok(None);
    }
    let total: f64 = rows.iter().map(|row| row[0].all).sum();
    let (mut pearson, mut design) = (0.0, 0.0);
    for kind in &kinds {
        let common = rows.iter().map(|row| row[*kind].of_kind).sum::<f64>() / total;
        for row in &rows {
            let share = &row[*kind];
            let (Some(rate), Some(variance)) = (share.rate(), share.variance(common)) else { continue };
            pearson += share.all * (rate - common).powi(2) / common;
            design += (1.0 - share.all / total) * share.all * variance / common;
        }
    }
    let degrees = ((rows.len() - 1) * (kinds.len() - 1)) as f64;
    let mean_effect = design / degrees;
    let varies = mean_effect > 0.0;
    if !varies {
        return Ok(None);
    }
    let statistic = pearson / mean_effect;
    let smaller = (rows.len().min(kinds.len()) - 1) as f64;
    Ok(Some(Test {
        statistic,
        degrees_of_freedom: Some(degrees),
        p_value: chi_square_p(statistic, degrees),
        effect: (pearson / (total * smaller)).sqrt().min(1.0),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hypothesis::{Proportion, chi_square, two_proportions};

    /// Customers with one event each.
    fn single(yes: u64, all: u64) -> Share {
        let mut share = Share::default();
        (0..all).for_each(|at| share.add(f64::from(u8::from(at < yes)), 1.0));
        share
    }

    #[test]
    fn one_event_each_is_a_proportion() {
        let found = two_shares(&single(300, 1000), &single(350, 1000)).unwrap();
        let [a, b] = [300, 350].map(|yes| Proportion::new(yes, 1000).unwrap());
        let exact = two_proportions(a, b).unwrap().unwrap();
        assert!((found.p_value / exact.p_value - 1.0).abs() < 0.01, "{found:?} {exact:?}");
        let table = [vec![single(300, 1000), single(700, 1000)], vec![single(350, 1000), single(650, 1000)]];
        let found = rao_scott(&table).unwrap().unwrap();
        let pearson = chi_square(&[vec![300, 700], vec![350, 650]]).unwrap().unwrap().test;
        assert!((found.statistic / pearson.statistic - 1.0).abs() < 0.01, "{found:?} {pearson:?}");
        assert!((found.effect - pearson.effect).abs() < 1e-12);
    }

    #[test]
    fn ten_equal_events_count_as_one() {
        // Each customer does all ten events alike: the design effect is ten.
        let tenfold = |yes: u64, all: u64| {
            let mut share = Share::default();
            (0..all).for_each(|at| share.add(if at < yes { 10.0 } else { 0.0 }, 10.0));
            share
        };
        let once = two_shares(&single(30, 100), &single(50, 100)).unwrap();
        let ten = two_shares(&tenfold(30, 100), &tenfold(50, 100)).unwrap();
        assert!((once.statistic - ten.statistic).abs() < 1e-12);
        let table = |of: &dyn Fn(u64, u64) -> Share| {
            rao_scott(&[vec![of(30, 100), of(70, 100)], vec![of(50, 100), of(50, 100)]]).unwrap().unwrap()
        };
        assert!((table(&single).statistic - table(&tenfold).statistic).abs() < 1e-9);
    }

    #[test]
    fn a_known_share() {
        let found = share_against(&single(350, 1000), 2.0 / 7.0).unwrap().unwrap();
        // (0.35 − 2/7) / √(Σ(y − 2/7)² / (999 · 1000)).
        let squares = 350.0 * (5.0_f64 / 7.0).powi(2) + 650.0 * (2.0_f64 / 7.0).powi(2);
        assert!((found.statistic - (0.35 - 2.0 / 7.0) / (squares / 999_000.0).sqrt()).abs() < 1e-9);
        assert!(share_against(&single(3, 9), 1.5).is_err());
        assert_eq!(share_against(&Share::default(), 0.5).unwrap(), None);
        let interval = interval_of_share(&single(350, 1000), 0.95).unwrap().unwrap();
        assert!(
            (interval.high - interval.low - 2.0 * 1.959_964 * (0.35_f64 * 0.65 / 999.0).sqrt()).abs() < 1e-6
        );
    }

    #[test]
    fn nothing_to_compare() {
        let (none, some) = (Share::default(), single(3, 9));
        assert_eq!(two_shares(&none, &some), None);
        assert_eq!(ratio_of_shares(&single(0, 9), &some, 0.95).unwrap(), None);
        assert_eq!(rao_scott(&[vec![some, some], vec![none, none]]).unwrap(), None);
        assert!(rao_scott(&[vec![some, some], vec![some]]).is_err());
        assert_eq!(rao_scott(&[]).unwrap(), None);
    }
}
