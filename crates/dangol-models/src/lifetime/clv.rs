//! Customer lifetime value: what a customer will still bring, as of today.
//!
//! Value = Σ discounted expected purchases × expected spend per purchase × margin, over a horizon.
//! The horizon and the discount rate carry their own units of time ([`Horizon`], [`Discounting`]), and are
//! converted to the unit of the model's histories: twelve months are twelve months, whether the model
//! counts days or weeks. [`historical_value`] is the simple formula without any model.

mod outlook;
mod schedule;

use serde::{Deserialize, Serialize};

pub use outlook::{Outlook, outlooks};
pub use schedule::{Discounting, Horizon, Schedule, Timing};

use super::gamma_gamma::{GammaGamma, Spend};
use super::history::{History, TimeUnit};
use super::model::PurchaseModel;
use crate::error::{Error, Result};

/// What a value is computed over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueParams {
    /// How far ahead purchases count.
    pub horizon: Horizon,
    /// How much less a later purchase counts.
    pub discounting: Discounting,
    /// The share of revenue that is left after the costs of the goods; 1 gives revenue.
    pub margin: f64,
}

impl ValueParams {
    /// Checks the margin and fits the horizon to the unit of a model's histories.
    ///
    /// # Errors
    /// [`Error::BadParameter`] for a margin that is not finite or below 0.
    pub fn check(self, unit: TimeUnit) -> Result<Valuation> {
        if !(self.margin.is_finite() && self.margin >= 0.0) {
            return Err(Error::BadParameter {
                name: "the margin",
                value: self.margin,
                range: "a share of revenue, such as 0.4",
            });
        }
        Ok(Valuation { schedule: Schedule::new(self.horizon, self.discounting, unit), margin: self.margin })
    }
}

/// Checked parameters in a model's unit of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    schedule: Schedule,
    margin: f64,
}

/// One customer's future.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerValue {
    /// Probability of being still a customer, and purchases expected.
    #[serde(flatten)]
    pub outlook: Outlook,
    /// Spend expected per purchase; `None` where the gamma-gamma model has no mean.
    pub spend: Option<f64>,
    /// Discounted purchases × spend × margin; `None` without an expected spend.
    pub value: Option<f64>,
}

impl Valuation {
    /// When purchases are counted and how much.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The values of customers, in their order. `spends` holds what the gamma-gamma model was fitted on.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless there is one spend for each history.
    pub fn values<M: PurchaseModel + Sync>(
        &self,
        purchases: &M,
        spending: &GammaGamma,
        histories: &[History],
        spends: &[Spend],
    ) -> Result<Vec<CustomerValue>> {
        let (left, right) = (histories.len(), spends.len());
        if left != right {
            return Err(Error::UnequalLengths { what: "spends", left, right });
        }
        let value = |(outlook, &spend): (Outlook, &Spend)| {
            let spend = spending.expected_spend(spend);
            let value = spend.map(|spend| outlook.discounted * spend * self.margin);
            CustomerValue { outlook, spend, value }
        };
        Ok(outlooks(purchases, histories, &self.schedule).into_iter().zip(spends).map(value).collect())
    }
}

/// How a historical value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistoricalParams {
    /// Fewer active days count as this many (default 30): revenue of one day is no yearly rate.
    pub least_days: f64,
    /// For how many years a customer is assumed to go on (default 2).
    pub life_years: f64,
}

impl Default for HistoricalParams {
    fn default() -> Self {
        Self { least_days: 30.0, life_years: 2.0 }
    }
}

/// A customer's value by what they spent so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoricalValue {
    /// Revenue × 365 / active days × assumed life.
    pub value: f64,
    /// Whether there were fewer active days than the least; how often is worth saying, since it can change
    /// the order of channels.
    pub least_days_used: bool,
}

/// The value of a customer who goes on spending as so far: `revenue` × 365 / `active_days` × life.
///
/// Active days run from the first purchase to the as-of date, or to the last purchase, as the caller
/// decides.
///
/// # Errors
/// [`Error::BadParameter`] for a revenue that is not finite, active days that are negative or not finite,
/// least days that are not above 0, or a life that is negative or not finite.
///
/// ```
/// use dangol_models::lifetime::clv::{HistoricalParams, historical_value};
/// let found = historical_value(100.0, 10.0, HistoricalParams::default())?;
/// assert!((found.value - 100.0 * 365.0 / 30.0 * 2.0).abs() < 1e-9 && found.least_days_used);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn historical_value(revenue: f64, active_days: f64, params: HistoricalParams) -> Result<HistoricalValue> {
    let HistoricalParams { least_days, life_years } = params;
    let check = |name, value: f64, least: bool, range| {
        if value.is_finite() && least { Ok(()) } else { Err(Error::BadParameter { name, value, range }) }
    };
    check("the revenue", revenue, true, "a finite number")?;
    check("active days", active_days, active_days >= 0.0, "a number of at least 0")?;
    check("the least number of active days", least_days, least_days > 0.0, "a number above 0")?;
    check("the assumed life", life_years, life_years >= 0.0, "a number of years of at least 0")?;
    Ok(HistoricalValue {
        value: revenue * 365.0 / active_days.max(least_days) * life_years,
        least_days_used: active_days < least_days,
    })
}

/// Fails unless a discount rate is finite and above −1.
pub(super) fn check_rate(rate: f64) -> Result<()> {
    if rate.is_finite() && rate > -1.0 {
        Ok(())
    } else {
        Err(Error::BadParameter {
            name: "a discount rate",
            value: rate,
            range: "a number above −1, such as 0.1 for 10 %",
        })
    }
}

#[cfg(test)]
mod tests;
