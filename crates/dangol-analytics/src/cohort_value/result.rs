//! What comes out. Money is in the shop's currency, per customer of the cohort; intervals are at 90 %.

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Words;

/// Values of all cohorts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortValueResult {
    /// What people call the model of purchases; none where nothing could be projected.
    pub model: Option<Words>,
    /// Each cohort after 6 and after 12 months, the oldest first.
    pub cohorts: Vec<CohortOutlook>,
    /// The same projection from an earlier day; none where it was not asked for or the shop is too young for it.
    pub check: Option<ProjectionCheck>,
}

/// Whether a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueState {
    /// The months are over: this is what was.
    Observed,
    /// What was so far and what is expected.
    Projected,
    /// The months are not over and nothing can be projected.
    Open,
}

/// A cohort after some months.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CohortOutlook {
    /// First day of the cohort's period.
    pub cohort: String,
    /// Its customers.
    pub size: u64,
    /// 6 or 12.
    pub months: u32,
    /// The last day that counts.
    pub until: String,
    /// Whether the value is known.
    pub state: ValueState,
    /// Revenue per customer so far, within these months.
    pub so_far: f64,
    /// Revenue per customer over these months, observed or projected.
    pub value: Option<f64>,
    /// Lower end of the interval; none where the value was observed.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The value if the cohort goes on as older ones did at the same ages; none where no older one has been there.
    pub as_older_cohorts: Option<f64>,
    /// Whether the cohort's first period is not over: more customers will join it.
    pub growing: bool,
}

/// Values projected from an earlier day against what came.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProjectionCheck {
    /// The last day that was known.
    pub cutoff: String,
    /// The model taken then.
    pub model: Words,
    /// How many of the values their intervals hold; nine of ten are to be expected.
    pub held: u64,
    /// How far all of the revenue after the cut-off that was projected lies above what came (0.1: 10 % too much). A
    /// cohort counts with the longest of its values.
    pub revenue_error: Option<f64>,
    /// Mean distance of a value from what came, weighted by customers.
    pub mean_absolute_error: f64,
    /// The same where each cohort goes on as older ones did; only over values for which there are any.
    pub baseline_error: Option<f64>,
    /// The model over the same values as the baseline.
    pub error_beside_baseline: Option<f64>,
    /// The values.
    pub values: Vec<CheckedValue>,
}

impl ProjectionCheck {
    /// Whether the projection is of no use for this shop: of several values, intervals hold fewer than half.
    pub(super) fn failed(&self) -> bool {
        /// Fewer values say too little of how often intervals hold.
        const ENOUGH_VALUES: usize = 5;
        self.values.len() >= ENOUGH_VALUES && 2 * self.held < self.values.len() as u64
    }
}

/// A value projected from an earlier day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckedValue {
    /// First day of the cohort's period.
    pub cohort: String,
    /// Its customers.
    pub size: u64,
    /// 6 or 12.
    pub months: u32,
    /// Revenue per customer up to the cut-off.
    pub so_far: f64,
    /// As projected.
    pub value: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// If the cohort had gone on as older ones had.
    pub as_older_cohorts: Option<f64>,
    /// What came.
    pub actual: f64,
    /// Whether the interval holds it.
    pub held: bool,
}
