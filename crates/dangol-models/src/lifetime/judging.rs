//! How well predictions of purchases came true: fitted before a cut-off, judged after it.
//!
//! A model is worth having if it beats what needs no model: that everybody goes on as before, or that
//! nobody buys again ([`Baseline`]). Errors per customer and in total are told apart, since a model
//! may be right about the shop and wrong about each person, or the reverse; [`Holdout::by_repeats`]
//! shows for which customers it is wrong, [`Tracking`] when, and [`choose`] says which model foresees
//! the holdout best by its likelihood.
//!
//! Source for the plots: P. Fader, B. Hardie and K. L. Lee, "'Counting your customers' the easy way",
//! Marketing Science 24/2 (2005), 275–284, figures 2–4.

mod choice;
mod tracking;

use serde::{Deserialize, Serialize};

pub use choice::{Candidate, Choice, Exclusion, HeldOut, Ranked, Reason, choose, held_out};
pub use tracking::{Period, Tracking, TrackingErrors};

use super::history::History;
use crate::error::{Error, Result, check_finite};
use crate::sum::Sum;

/// Customers known before a cut-off and what they bought in the time after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Holdout {
    length: f64,
    histories: Vec<History>,
    bought: Vec<u32>,
}

/// A prediction that needs no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// Everybody goes on at their rate so far, x / T.
    SameAsBefore,
    /// Nobody buys again.
    Zero,
}

/// The errors of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// Customers it was judged on.
    pub customers: u64,
    /// Mean absolute error per customer, in purchases.
    pub mean_absolute: f64,
    /// Root of the mean squared error per customer, in purchases.
    pub root_mean_square: f64,
    /// Purchases predicted in total.
    pub predicted: f64,
    /// Purchases made in total.
    pub actual: f64,
}

impl Errors {
    /// (predicted − actual) / actual of the totals; `None` where nobody bought.
    #[must_use]
    pub fn of_total(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| (self.predicted - self.actual) / self.actual)
    }
}

/// Customers with the same number of repeat purchases before the cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Repeat purchases before the cut-off.
    pub repeats: u32,
    /// Whether customers with more repeat purchases are in this group, too.
    pub or_more: bool,
    /// Customers.
    pub customers: u64,
    /// Mean number of purchases predicted.
    pub predicted: f64,
    /// Mean number of purchases made.
    pub actual: f64,
    /// Standard error of the mean made; `None` for one customer.
    pub standard_error: Option<f64>,
}

impl Holdout {
    /// Each customer's history at the cut-off with the purchases in the `length` of time after it.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`], [`Error::Empty`] without customers, [`Error::BadParameter`] unless the
    /// length is finite and above 0.
    pub fn new(histories: Vec<History>, bought: Vec<u32>, length: f64) -> Result<Self> {
        if !(length.is_finite() && length > 0.0) {
            return Err(Error::BadParameter {
                name: "the holdout's length",
                value: length,
                range: "a number above 0",
            });
        }
        check_lengths("numbers of purchases", histories.len(), bought.len())?;
        if histories.is_empty() {
            return Err(Error::Empty { what: "the errors of a prediction" });
        }
        Ok(Self { length, histories, bought })
    }

    /// The histories at the cut-off.
    #[must_use]
    pub fn histories(&self) -> &[History] {
        &self.histories
    }

    /// The time after the cut-off, in the histories' unit.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.length
    }

    /// The purchases that a baseline predicts, customer by customer.
    ///
    /// Of a customer who came on the day of the cut-off no rate is known: nothing is predicted.
    #[must_use]
    pub fn baseline(&self, baseline: Baseline) -> Vec<f64> {
        let rate = |history: &History| match baseline {
            Baseline::SameAsBefore if history.age() > 0.0 => f64::from(history.repeats()) / history.age(),
            Baseline::SameAsBefore | Baseline::Zero => 0.0,
        };
        self.histories.iter().map(|history| rate(history) * self.length).collect()
    }

    /// The errors of predictions, one per customer.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`], [`Error::NotFinite`].
    ///
    /// ```
    /// use dangol_models::lifetime::judging::{Baseline, Holdout};
    /// use dangol_models::lifetime::{History, TimeOfLastPurchase};
    /// let regular = History::new(4, TimeOfLastPurchase(10.0), 10.0)?;
    /// let once = History::new(0, TimeOfLastPurchase(0.0), 10.0)?;
    /// let holdout = Holdout::new(vec![regular, once], vec![3, 1], 5.0)?;
    /// let errors = holdout.errors(&holdout.baseline(Baseline::SameAsBefore))?;
    /// assert_eq!((errors.mean_absolute, errors.of_total()), (1.0, Some(-0.5)));
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn errors(&self, predicted: &[f64]) -> Result<Errors> {
        self.check(predicted)?;
        let (mut absolute, mut squared, mut total) = (Sum::default(), Sum::default(), Sum::default());
        for (predicted, &bought) in predicted.iter().zip(&self.bought) {
            let error = predicted - f64::from(bought);
            absolute.add(error.abs());
            squared.add(error * error);
            total.add(*predicted);
        }
        let n = predicted.len() as f64;
        Ok(Errors {
            customers: predicted.len() as u64,
            mean_absolute: absolute.value() / n,
            root_mean_square: (squared.value() / n).sqrt(),
            predicted: total.value(),
            actual: self.bought.iter().map(|&bought| f64::from(bought)).sum(),
        })
    }

    /// Predicted and actual purchases by the number of repeat purchases before the cut-off; customers
    /// with `most` or more are one group. Groups without customers are left out.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`], [`Error::NotFinite`].
    pub fn by_repeats(&self, predicted: &[f64], most: u32) -> Result<Vec<Calibration>> {
        #[derive(Clone, Default)]
        struct Group {
            customers: u64,
            predicted: Sum,
            actual: f64,
            squares: f64,
            beyond: bool,
        }
        self.check(predicted)?;
        let highest = self.histories.iter().map(History::repeats).max().unwrap_or(0).min(most);
        let mut groups = vec![Group::default(); highest as usize + 1];
        for ((history, predicted), &bought) in self.histories.iter().zip(predicted).zip(&self.bought) {
            let group = &mut groups[history.repeats().min(most) as usize];
            group.customers += 1;
            group.predicted.add(*predicted);
            group.actual += f64::from(bought);
            group.squares += f64::from(bought).powi(2);
            group.beyond |= history.repeats() > most;
        }
        let described = groups.into_iter().enumerate().filter(|(_, group)| group.customers > 0).map(
            |(repeats, group)| {
                let n = group.customers as f64;
                let actual = group.actual / n;
                // Sums of whole numbers are exact.
                let variance = (group.squares - group.actual * actual).max(0.0) / (n - 1.0);
                Calibration {
                    repeats: repeats as u32,
                    or_more: group.beyond,
                    customers: group.customers,
                    predicted: group.predicted.value() / n,
                    actual,
                    standard_error: (group.customers > 1).then(|| (variance / n).sqrt()),
                }
            },
        );
        Ok(described.collect())
    }

    fn check(&self, predicted: &[f64]) -> Result<()> {
        check_lengths("predictions", self.histories.len(), predicted.len())?;
        check_finite(predicted)
    }
}

fn check_lengths(what: &'static str, left: usize, right: usize) -> Result<()> {
    if left == right { Ok(()) } else { Err(Error::UnequalLengths { what, left, right }) }
}

#[cfg(test)]
mod tests;
