//! What the analysis `value-check` takes and gives.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::value::{ParameterEstimate, Spend, Unit};
use crate::words::Words;

/// Parameters of the analysis `value-check`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ValueCheckParams {
    /// Last day of the time that models are fitted on, such as 2011-06-30; empty for two thirds of the time.
    pub cutoff: String,
    /// The unit in which models count time.
    pub unit: Unit,
    /// Which purchase days tell what a customer spends.
    pub spend: Spend,
}

impl Default for ValueCheckParams {
    fn default() -> Self {
        Self { cutoff: String::new(), unit: Unit::Week, spend: Spend::RepeatDays }
    }
}

/// How well models foretell what customers did later.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueCheckResult {
    /// What was fitted on what, and judged on what.
    pub split: Split,
    /// The model that foretells best, and why.
    pub chosen: Chosen,
    /// Every model and baseline.
    pub models: Vec<ModelCheck>,
    /// The parameters of every model, as fitted on the time before the cut-off.
    pub parameters: Vec<ModelParameter>,
    /// Purchases by week: what happened and what the chosen model expected.
    pub tracking: Vec<TrackingPoint>,
    /// Mean purchases after the cut-off by purchases before it.
    pub by_repeats: Vec<RepeatsRow>,
    /// Revenue after the cut-off: foretold and real.
    pub revenue: Option<RevenueCheck>,
}

/// The two times.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Split {
    /// First day on which anybody bought.
    pub first_on: String,
    /// Last day of the time that models are fitted on.
    pub cutoff: String,
    /// Last day of the time on which they are judged.
    pub until: String,
    /// Days of the first.
    pub calibration_days: u32,
    /// Days of the second.
    pub holdout_days: u32,
    /// Customers with a purchase by the cut-off.
    pub customers: u64,
    /// Of them, with purchases on more than one day.
    pub repeaters: u64,
    /// Purchase days of these customers after the cut-off.
    pub holdout_purchases: u64,
}

/// The best model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Chosen {
    /// As in [`ModelCheck::model`].
    pub model: String,
    /// What people call it.
    pub name: Words,
    /// Why.
    pub reason: Words,
}

/// A model or baseline, judged after the cut-off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelCheck {
    /// `bg_nbd`, `mbg_nbd`, `pareto_nbd`, `bg_cnbd`, `mbg_cnbd`; baselines are `same_as_before` and `zero`.
    pub model: String,
    /// What people call it.
    pub name: Words,
    /// Whether it is a baseline.
    pub baseline: bool,
    /// Whether it foretells best.
    pub chosen: bool,
    /// Log-likelihood of the time it was fitted on.
    pub log_likelihood: Option<f64>,
    /// Log-likelihood of the purchases after the cut-off given those before, by customer.
    pub held_out_log_likelihood: Option<f64>,
    /// Mean absolute error of a customer's purchases.
    pub mean_absolute_error: f64,
    /// Root of the mean squared error of a customer's purchases.
    pub root_mean_squared_error: f64,
    /// Purchases that it foretold in total.
    pub expected_purchases: f64,
    /// Foretold over real, minus 1.
    pub total_error: Option<f64>,
    /// The limit that the fit lies on, in words; none inside.
    pub boundary: Option<Words>,
}

/// A parameter of a model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelParameter {
    /// As in [`ModelCheck::model`].
    pub model: String,
    /// The estimate.
    #[serde(flatten)]
    pub estimate: ParameterEstimate,
}

/// A week of repeat purchases by customers acquired up to the cut-off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrackingPoint {
    /// Last day of the week.
    pub until: String,
    /// Repeat purchases in it.
    pub actual: u64,
    /// Expected by the chosen model.
    pub expected: f64,
    /// Repeat purchases up to its end.
    pub cumulative_actual: u64,
    /// Expected by the chosen model.
    pub cumulative_expected: f64,
    /// Whether it lies after the cut-off.
    pub held_out: bool,
}

/// Customers with so many purchases before the cut-off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RepeatsRow {
    /// Purchase days after the first, before the cut-off (the last row: so many or more).
    pub repeats: u32,
    /// Whether the row stands for more, too.
    pub or_more: bool,
    /// Customers.
    pub customers: u64,
    /// Mean purchases after the cut-off.
    pub actual: f64,
    /// Expected by the chosen model.
    pub expected: f64,
    /// By the baseline "same as before".
    pub same_as_before: f64,
}

/// Revenue after the cut-off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevenueCheck {
    /// Foretold: expected purchases × expected spend.
    pub expected: f64,
    /// Real.
    pub actual: f64,
    /// Foretold over real, minus 1.
    pub error: Option<f64>,
    /// Mean absolute error by customer.
    pub mean_absolute_error: f64,
    /// That of "same revenue per day as before".
    pub same_as_before_mean_absolute_error: f64,
    /// Of the customers that the model puts into the best tenth by value, the share who really are in it.
    pub best_tenth_found: f64,
}
