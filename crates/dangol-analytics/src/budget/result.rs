//! Parameters, and what comes out. Money is in the shop's currency; intervals are at 90 %.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Budget;
use crate::catalogue::Analysis;
use crate::channels::ChannelsParams;
use crate::error::AnalysisError;

/// Parameters of the analysis `budget`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct BudgetParams {
    /// Money to be split over the channels, by month; 0 for what they took on average over the last twelve months.
    pub budget: f64,
    /// How far beyond the months seen a channel may go: between the least it took / this and the most × this.
    pub stretch: f64,
    /// As for `channels`.
    #[serde(flatten)]
    pub channels: ChannelsParams,
}

impl Default for BudgetParams {
    fn default() -> Self {
        Self { budget: 0.0, stretch: 1.5, channels: ChannelsParams::default() }
    }
}

impl BudgetParams {
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let bad =
            |detail: &str| AnalysisError::BadParameter { analysis: Budget::NAME, detail: detail.into() };
        if !(self.budget.is_finite() && self.budget >= 0.0) {
            return Err(bad("budget takes an amount of money by month, or 0 for the present one"));
        }
        if !(self.stretch >= 1.0 && self.stretch <= 10.0) {
            return Err(bad("stretch takes a number from 1 (only what was seen) to 10"));
        }
        Ok(())
    }
}

/// A split of the budget, and what speaks for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetResult {
    /// The budget by month.
    pub budget: f64,
    /// What the channels took by month, on average over the last twelve months.
    pub now: f64,
    /// What of the budget no channel takes within its bounds.
    pub left: f64,
    /// New customers by month of the split proposed.
    pub customers: f64,
    /// Those of the same budget split as now.
    pub customers_as_now: f64,
    /// Profit by month of the split proposed over the same budget split as now.
    pub gain: f64,
    /// Lower end of its interval.
    pub gain_low: Option<f64>,
    /// Upper end.
    pub gain_high: Option<f64>,
    /// Channels with a curve, the one that is to get most first.
    pub channels: Vec<ChannelBudget>,
    /// Channels that took money and have no curve.
    pub without_curve: Vec<WithoutCurve>,
    /// The curves, for a picture.
    pub curves: Vec<CurvePoint>,
    /// The months that they were fitted on.
    pub months: Vec<BudgetMonth>,
}

/// What the months say of the form of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CurveState {
    /// More spend brings more customers, and each further one costs more.
    Diminishing,
    /// More spend brings more customers; whether they become dearer is not seen.
    NoSaturationSeen,
    /// Whether spend brings customers at all is not seen.
    NoEffectSeen,
}

/// A channel in the split.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelBudget {
    /// The channel.
    pub channel: String,
    /// What it took by month, on average over the last twelve months.
    pub now: f64,
    /// What the budget would give it, split as now.
    pub as_now: f64,
    /// What it should get.
    pub proposed: f64,
    /// In 90 % of the curves that the months leave open, the best split gives it at least this.
    pub proposed_low: f64,
    /// At most this.
    pub proposed_high: f64,
    /// The least it may get.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// New customers by month of what it should get.
    pub customers: f64,
    /// Lower end of their interval.
    pub customers_low: Option<f64>,
    /// Upper end.
    pub customers_high: Option<f64>,
    /// New customers by month of what it took.
    pub customers_now: f64,
    /// What one more customer would cost, at what it should get.
    pub next_customer_cost: Option<f64>,
    /// Value of a customer, after margin.
    pub ltv: f64,
    /// β of the curve customers = s · spend^β: 0 is no effect, 1 a straight line.
    pub power: f64,
    /// Lower end of its interval.
    pub power_low: f64,
    /// Upper end.
    pub power_high: f64,
    /// What the months say of the curve's form.
    pub state: CurveState,
    /// How many times the variance of counts that come by chance alone.
    pub dispersion: f64,
    /// Months of spend.
    pub months: usize,
    /// The least that it took in a month.
    pub seen_least: f64,
    /// The most.
    pub seen_most: f64,
    /// How its spend goes with the new customers of all other channels (Spearman's ρ): a season that moves both looks
    /// like an effect.
    pub with_others: Option<f64>,
}

/// Why a channel has no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoCurve {
    /// Too few months of spend, or nobody came.
    TooLittle,
    /// It took the same each month.
    NeverVaried,
    /// Its customers are worth nothing known.
    NoValue,
}

/// A channel that took money and has no curve; it keeps what it has, outside the budget.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WithoutCurve {
    /// The channel.
    pub channel: String,
    /// What it took by month.
    pub now: f64,
    /// Why.
    pub reason: NoCurve,
}

/// A place on a channel's curve.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CurvePoint {
    /// The channel.
    pub channel: String,
    /// Spend by month.
    pub spend: f64,
    /// New customers by month to expect.
    pub customers: f64,
    /// Lower end of their interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A month of a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetMonth {
    /// The channel.
    pub channel: String,
    /// The first day of the month.
    pub month: String,
    /// Spent.
    pub spend: f64,
    /// New customers.
    pub customers: f64,
}
