//! What the analysis `rfm-weights` gives.

use dangol_models::score_weights::Measured;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rfm::CustomerRow;
use crate::rfm::result::ClassRow;
use crate::words::Words;

/// Weights of recency, frequency and monetary value, how good they are, and the classes they make.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RfmWeightsResult {
    /// The two periods.
    pub split: WeightSplit,
    /// The weights that make the score: those of the method, fitted on the last period, in thousandths.
    pub used: UsedWeights,
    /// By method and factor.
    pub weights: Vec<WeightRow>,
    /// By way of scoring, against the last period: fitted on the period before it, and baselines.
    pub quality: Vec<WeightQuality>,
    /// How far these would move with other customers, and by how much each differs from equal weights.
    pub intervals: Vec<WeightInterval>,
    /// Customers by class of the weighted score, best first.
    pub classes: Vec<ClassRow>,
    /// Everybody with their weighted score; only if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<Vec<CustomerRow>>,
}

/// The two periods.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeightSplit {
    /// Days of each.
    pub period_days: u32,
    /// First day of the period that the judged weights were fitted on; scores are those of the day before.
    pub fitted_from: String,
    /// First day of the last period.
    pub judged_from: String,
    /// Last day of it.
    pub until: String,
    /// Customers known when the first period began.
    pub fitted_customers: u64,
    /// Of them, who bought in it.
    pub fitted_buyers: u64,
    /// Customers known when the last period began.
    pub judged_customers: u64,
    /// Of them, who bought in it.
    pub judged_buyers: u64,
    /// What they spent in it.
    pub judged_revenue: f64,
}

/// The weights that make the score.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UsedWeights {
    /// `linear`, `logistic`, `boosting`, or `equal` where the method has no answer.
    pub method: String,
    /// What people call it.
    pub name: Words,
    /// Of the recency score.
    pub recency: f64,
    /// Of the frequency score.
    pub frequency: f64,
    /// Of the monetary score.
    pub monetary: f64,
}

/// The weight of a factor by a method.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeightRow {
    /// `linear`, `logistic`, `boosting`.
    pub method: String,
    /// `recency`, `frequency`, `monetary`.
    pub factor: String,
    /// Its weight, fitted on the last period; a method's three sum to 1.
    pub weight: Option<f64>,
    /// Lower end of its 90 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The weight fitted on the period before, which is the one that was judged.
    pub weight_before: Option<f64>,
    /// What one point more adds, all else being equal: to a customer's spend in a period, or (logistic) to the log odds of
    /// buying. Below 0, the weight is 0. None where all have the same score, or the others say the same.
    pub coefficient: Option<f64>,
    /// Lower end of its 90 % interval.
    pub coefficient_low: Option<f64>,
    /// Upper end.
    pub coefficient_high: Option<f64>,
}

/// How good a way of scoring was in the last period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeightQuality {
    /// `linear`, `logistic`, `boosting`: weights fitted on the period before. `trees`: what the trees themselves expect.
    /// Baselines: `equal`, `monetary` alone, and `own` where `[rfm]` has weights.
    pub score: String,
    /// What people call it.
    pub name: Words,
    /// Whether it is a baseline.
    pub baseline: bool,
    /// Weight of the recency score; none of what is no weighted sum.
    pub recency: Option<f64>,
    /// Weight of the frequency score.
    pub frequency: Option<f64>,
    /// Weight of the monetary score.
    pub monetary: Option<f64>,
    /// Share of the last period's revenue that the customers with the highest scores brought.
    pub caught: Option<f64>,
    /// By how much more than with equal weights.
    pub caught_more: Option<f64>,
    /// Spearman's correlation of score and spend.
    pub rank_correlation: Option<f64>,
    /// The chance that one who bought had the higher score than one who did not (0.5: no better than chance).
    pub area_under_curve: Option<f64>,
    /// Share of the variance of spend (up to the 99th percentile of the buyers of the period before) that a straight line on
    /// the score, fitted on the period before, explains; below 0 where the mean would have been nearer.
    pub r_squared: Option<f64>,
}

/// The 90 % intervals of a measure, over customers drawn anew.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeightInterval {
    /// The way of scoring, as in the table of qualities.
    pub score: String,
    /// `caught`, `rank_correlation`, `area_under_curve`, `r_squared`.
    pub measure: String,
    /// Lower end of the measure.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The measure less that of equal weights.
    pub more: Option<f64>,
    /// Lower end of the difference.
    pub more_low: Option<f64>,
    /// Upper end.
    pub more_high: Option<f64>,
}

/// The three factors, in the order of the scores.
pub(super) const FACTORS: [&str; 3] = ["recency", "frequency", "monetary"];

/// What people call a factor.
pub(super) fn factor_name(at: usize) -> Words {
    match at {
        0 => Words::new("recency", "최근성(R)"),
        1 => Words::new("frequency", "빈도(F)"),
        _ => Words::new("monetary value", "금액(M)"),
    }
}

/// A number and its interval, as three fields.
pub(super) fn ends(measured: Measured) -> (Option<f64>, Option<f64>, Option<f64>) {
    (measured.value, measured.low, measured.high)
}
