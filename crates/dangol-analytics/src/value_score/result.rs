//! What the analysis `value-score` takes and gives. Money is in the shop's currency.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::AnalysisError;
use crate::value::Names;
use crate::words::Words;

/// Parameters of the analysis `value-score`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ValueScoreParams {
    /// Days of a period.
    pub period_days: u32,
    /// Features to use; empty for all that the shop has.
    pub features: Names,
    /// Rows in the list of the best.
    pub top: usize,
    /// Adds one row per customer.
    pub customers: bool,
}

impl Default for ValueScoreParams {
    fn default() -> Self {
        Self { period_days: 90, features: Names::default(), top: 20, customers: false }
    }
}

impl ValueScoreParams {
    /// Refuses what no computation can use.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub fn check(&self) -> Result<(), AnalysisError> {
        if (7..=731).contains(&self.period_days) {
            return Ok(());
        }
        let detail = "period_days takes 7 to 731 (two years)".to_owned();
        Err(AnalysisError::BadParameter { analysis: "value-score", detail })
    }
}

/// What customers will spend in the next period, and how well the last one was foretold.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueScoreResult {
    /// The periods.
    pub split: ScoreSplit,
    /// The score and the baselines against the last period.
    pub checks: Vec<ScoreCheck>,
    /// The chance of not buying, against the last period.
    pub churn: ChurnCheck,
    /// The regression of revenue that the list is made with.
    pub spend: RegressionSummary,
    /// The regression of not buying.
    pub leaving: RegressionSummary,
    /// The coefficients of both.
    pub coefficients: Vec<ScoreCoefficient>,
    /// Over all customers, for the next period.
    pub totals: ScoreTotals,
    /// The customers who will spend most in the next period.
    pub top: Vec<ScoredCustomer>,
    /// Everybody; only if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<Vec<ScoredCustomer>>,
}

/// The two periods.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreSplit {
    /// First day of the period that the judged score was fitted on.
    pub fitted_from: String,
    /// First day of the last period.
    pub judged_from: String,
    /// Last day of it.
    pub until: String,
    /// Customers known when it began.
    pub customers: u64,
    /// Of them, who bought in it.
    pub bought: u64,
}

/// A forecast of each customer's revenue, against what they spent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreCheck {
    /// `score`; baselines are `same_as_before` and `mean`.
    pub method: String,
    /// What people call it.
    pub name: Words,
    /// Whether it is a baseline.
    pub baseline: bool,
    /// Mean absolute error of a customer's revenue.
    pub mean_absolute_error: f64,
    /// Root of the mean squared error of a customer's revenue.
    pub root_mean_squared_error: f64,
    /// Foretold in total.
    pub expected_revenue: f64,
    /// Real.
    pub actual_revenue: f64,
    /// Foretold over real, minus 1.
    pub total_error: Option<f64>,
    /// Of the customers put into the best tenth, the share who really were in it; none where all are foretold alike.
    pub best_tenth_found: Option<f64>,
}

/// The chance of not buying, against who did not buy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChurnCheck {
    /// Share of the customers who did not buy in the last period.
    pub silent_share: f64,
    /// Chance that one who did not buy had the higher number than one who did (0.5: no better than chance).
    pub area_under_curve: Option<f64>,
    /// Mean squared error of the chance; lower is better.
    pub brier: f64,
    /// That of the same chance for all.
    pub same_for_all_brier: f64,
}

/// A regression in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegressionSummary {
    /// Customers it was fitted on.
    pub customers: u64,
    /// Share of the variance explained: R² of revenue, that of log-likelihoods of not buying.
    pub r_squared: Option<f64>,
    /// The penalty that it took, since features told some customers apart without exception; none without.
    pub ridge: Option<f64>,
}

/// What a regression makes of a feature.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreCoefficient {
    /// `spend` (in money, of those who buy) or `leaving` (log odds of not buying).
    pub part: String,
    /// The feature.
    pub feature: String,
    /// What people call it.
    pub title: Words,
    /// Which fact of the feature: its amount, a level, or that it is not known.
    pub fact: Fact,
    /// The level in words; empty for an amount.
    pub level: Words,
    /// For one unit more; none where other features say the same.
    pub value: Option<f64>,
    /// Standard error; none where the data do not tell.
    pub standard_error: Option<f64>,
    /// Lower end of the 90 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The probability of a coefficient so far from 0 if the feature did not matter.
    pub p_value: Option<f64>,
    /// Coefficient × standard deviation of the feature: comparable between features.
    pub standardised: Option<f64>,
}

/// What a column says of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Its number.
    Amount,
    /// That it has a level.
    Level,
    /// That it is not known.
    NotKnown,
}

/// Sums for the next period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreTotals {
    /// Customers.
    pub customers: u64,
    /// Expected revenue.
    pub value: f64,
    /// Expected customers who buy.
    pub buyers: f64,
}

/// One customer in the next period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoredCustomer {
    /// The id.
    pub customer_id: String,
    /// Expected revenue: `revenue_if_buying` × `chance_of_buying`.
    pub value: f64,
    /// Expected revenue if they buy at all.
    pub revenue_if_buying: f64,
    /// Chance that they do.
    pub chance_of_buying: f64,
    /// Net revenue so far.
    pub revenue: f64,
}
