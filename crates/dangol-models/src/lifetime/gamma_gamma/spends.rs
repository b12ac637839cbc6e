//! What customers spent, ready for the likelihood.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sum::Sum;

/// What one customer spent: the number of purchases seen and their mean.
///
/// The purchases are the repeat purchase days by default (then there are x of them, and one-time
/// buyers have none), or all purchase days (x + 1 of them).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spend {
    /// Number of purchases that the mean is taken over.
    pub purchases: u32,
    /// Mean revenue per purchase, in the shop's currency.
    pub mean: f64,
}

/// The spending of many customers, grouped by number of purchases.
///
/// The same customers in any order give the same groups, and so the same fit to the last bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Spends {
    /// One entry per distinct number of purchases, ascending.
    pub(super) groups: Vec<Group>,
    /// Means divided by `scale`, group after group, ascending within each.
    pub(super) scaled: Vec<f64>,
    /// The geometric mean of the means: the unit in which the model is fitted.
    pub(super) scale: f64,
    left_out: SpendsLeftOut,
    correlation: Option<SpendCorrelation>,
}

/// Customers with the same number of purchases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) purchases: f64,
    /// Where the group ends in `scaled`; it begins where the one before ends.
    pub(super) end: usize,
    /// Σ ln of the scaled means.
    pub(super) logs: f64,
}

/// Customers that say nothing about spend per purchase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendsLeftOut {
    /// Customers without a purchase that counts.
    pub without_purchases: u64,
    /// Customers whose mean is zero or negative (refunds): the model has positive amounts only.
    pub not_positive: u64,
}

/// How the number of purchases goes together with the spend per purchase. The gamma-gamma model takes
/// the two for independent; where they are not, it misjudges the customers at the ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpendCorrelation {
    /// Pearson's correlation of the number of purchases and the mean spend; a few very large
    /// customers can decide it.
    pub plain: f64,
    /// The same of their logarithms: what holds for the bulk of the customers.
    pub of_logarithms: f64,
    /// Customers it was computed from.
    pub customers: u64,
}

impl Spends {
    /// Takes the customers in; those without a purchase or without a positive mean are left out and
    /// counted.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a mean that is NaN or infinite, with the customer's position;
    /// [`Error::Empty`] if nobody is left.
    ///
    /// ```
    /// use dangol_models::lifetime::gamma_gamma::{Spend, Spends};
    /// let spends = Spends::new([
    ///     Spend { purchases: 2, mean: 22.35 },
    ///     Spend { purchases: 0, mean: 0.0 },
    ///     Spend { purchases: 1, mean: -3.0 },
    /// ])?;
    /// assert_eq!(spends.customers(), 1);
    /// assert_eq!((spends.left_out().without_purchases, spends.left_out().not_positive), (1, 1));
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn new(customers: impl IntoIterator<Item = Spend>) -> Result<Self> {
        let mut left_out = SpendsLeftOut::default();
        let mut rows = Vec::new();
        for (index, Spend { purchases, mean }) in customers.into_iter().enumerate() {
            if !mean.is_finite() {
                return Err(Error::NotFinite { index, value: mean });
            }
            if purchases == 0 {
                left_out.without_purchases += 1;
            } else if mean <= 0.0 {
                left_out.not_positive += 1;
            } else {
                rows.push((purchases, mean));
            }
        }
        if rows.is_empty() {
            return Err(Error::Empty { what: "the spend per purchase" });
        }
        // The bits of positive numbers sort as the numbers do.
        rows.sort_unstable_by_key(|&(purchases, mean)| (purchases, mean.to_bits()));

        let logs: Vec<f64> = rows.iter().map(|&(_, mean)| mean.ln()).collect();
        let log_scale = crate::sum::sum(&logs) / rows.len() as f64;
        let scale = log_scale.exp();
        let mut groups = Vec::new();
        let mut end = 0;
        for group in rows.chunk_by(|left, right| left.0 == right.0) {
            let start = end;
            end += group.len();
            let logs: Sum = logs[start..end].iter().map(|log| log - log_scale).collect();
            groups.push(Group { purchases: f64::from(group[0].0), end, logs: logs.value() });
        }
        Ok(Self {
            correlation: correlation(&rows, &logs),
            scaled: rows.iter().map(|&(_, mean)| mean / scale).collect(),
            groups,
            scale,
            left_out,
        })
    }

    /// Customers that the model is fitted on.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.scaled.len() as u64
    }

    /// Customers that were left out.
    #[must_use]
    pub fn left_out(&self) -> SpendsLeftOut {
        self.left_out
    }

    /// How number of purchases and spend go together; `None` where one of them does not vary.
    #[must_use]
    pub fn correlation(&self) -> Option<SpendCorrelation> {
        self.correlation
    }

    /// The geometric mean of the customers' means.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The groups with their scaled means.
    pub(super) fn by_purchases(&self) -> impl Iterator<Item = (&Group, &[f64])> {
        let starts = std::iter::once(0).chain(self.groups.iter().map(|group| group.end));
        self.groups.iter().zip(starts).map(|(group, start)| (group, &self.scaled[start..group.end]))
    }
}

fn correlation(rows: &[(u32, f64)], logs: &[f64]) -> Option<SpendCorrelation> {
    let plain = pearson(rows.iter().map(|&(purchases, mean)| (f64::from(purchases), mean)))?;
    let of_logarithms =
        pearson(rows.iter().zip(logs).map(|(&(purchases, _), &log)| (f64::from(purchases).ln(), log)))?;
    Some(SpendCorrelation { plain, of_logarithms, customers: rows.len() as u64 })
}

/// Pearson's correlation in two passes; `None` where one side does not vary.
fn pearson(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> Option<f64> {
    let mut sums = (Sum::default(), Sum::default());
    let mut n = 0.0;
    for (x, y) in pairs.clone() {
        sums.0.add(x);
        sums.1.add(y);
        n += 1.0;
    }
    let (mean_x, mean_y) = (sums.0.value() / n, sums.1.value() / n);
    let (mut xx, mut yy, mut xy) = (Sum::default(), Sum::default(), Sum::default());
    for (x, y) in pairs {
        let (x, y) = (x - mean_x, y - mean_y);
        xx.add(x * x);
        yy.add(y * y);
        xy.add(x * y);
    }
    let product = xx.value().sqrt() * yy.value().sqrt();
    // What is left of equal values after rounding is no variation.
    let tiny = f64::EPSILON * n;
    let varies = xx.value() > tiny * mean_x * mean_x && yy.value() > tiny * mean_y * mean_y;
    (varies && product.is_finite()).then(|| (xy.value() / product).clamp(-1.0, 1.0))
}
