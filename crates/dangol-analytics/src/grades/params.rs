//! What one can choose of the analysis `grades`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Grades;
use super::factors::Factor;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// Parameters of the analysis `grades`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GradesParams {
    /// Weights by hand: `r=0.2, f=0.3, m=0.3, clv=0.2`; empty for those of the classifier.
    pub weights: String,
    /// How the classifier says what matters.
    pub importance: Importance,
    /// Counts days since the first purchase, too (longer is better).
    pub tenure: bool,
    /// Days ahead over which lifetime value is summed.
    pub horizon_days: u32,
    /// From this weighted score on: VIP.
    pub vip: f64,
    /// From this weighted score on: Gold.
    pub gold: f64,
    /// From this weighted score on: Silver.
    pub silver: f64,
    /// From this weighted score on: Bronze; below, At risk.
    pub bronze: f64,
    /// Adds one row per customer.
    pub customers: bool,
}

impl Default for GradesParams {
    fn default() -> Self {
        Self {
            weights: String::new(),
            importance: Importance::Gain,
            tenure: true,
            horizon_days: 90,
            vip: 3.2,
            gold: 2.8,
            silver: 2.4,
            bronze: 2.0,
            customers: false,
        }
    }
}

/// How the classifier says what matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Importance {
    /// By how much splits on a factor lower the loss.
    #[default]
    Gain,
    /// By mean absolute Shapley values.
    Shap,
}

impl GradesParams {
    /// Refuses what no computation can use; gives the weights by hand, summing to 1.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub(super) fn check(&self) -> Result<Option<Vec<(Factor, f64)>>, AnalysisError> {
        let bad = |detail: String| AnalysisError::BadParameter { analysis: Grades::NAME, detail };
        let edges = [4.0, self.vip, self.gold, self.silver, self.bronze, 1.0];
        if !edges.windows(2).all(|pair| pair[0] > pair[1]) {
            return Err(bad(
                "vip, gold, silver and bronze must fall one after the other, between 4 and 1 (default 3.2, 2.8, 2.4, 2.0)".into(),
            ));
        }
        if !(1..=3653).contains(&self.horizon_days) {
            return Err(bad("horizon_days takes 1 to 3653 (ten years)".into()));
        }
        if self.weights.trim().is_empty() {
            return Ok(None);
        }
        let mut weights: Vec<(Factor, f64)> = Vec::new();
        for part in self.weights.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let found = part.split_once('=').and_then(|(name, number)| {
                Some((Factor::of(name.trim())?, number.trim().parse::<f64>().ok()?))
            });
            match found {
                Some((factor, weight))
                    if weight.is_finite()
                        && weight >= 0.0
                        && !weights.iter().any(|(given, _)| *given == factor) =>
                {
                    weights.push((factor, weight));
                }
                _ => {
                    return Err(bad(format!(
                        "weights: `{part}` is not understood; write each of r, f, m, t, clv at most once with a number of at least 0, such as r=0.2, f=0.3, m=0.3, clv=0.2"
                    )));
                }
            }
        }
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if !(total.is_finite() && total > 0.0) {
            return Err(bad("weights: at least one must be above 0".into()));
        }
        Ok(Some(weights.into_iter().map(|(factor, weight)| (factor, weight / total)).collect()))
    }
}
