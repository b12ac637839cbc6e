//! Parameters, and what comes out. Money is in the shop's currency; intervals are at 90 %.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Gateway;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// Parameters of the analysis `gateway`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayParams {
    /// Days after the first purchase over which later value is summed; only customers known for as long count. 0: up
    /// to the as-of date, everybody.
    pub days: u32,
    /// A category or product is looked at only if at least so many customers began with it, and so many did not.
    pub least_customers: u32,
    /// How many products are looked at, those most began with.
    pub products: usize,
    /// The share of false discoveries that is put up with.
    pub level: f64,
}

impl Default for GatewayParams {
    fn default() -> Self {
        Self { days: 180, least_customers: 30, products: 100, level: 0.05 }
    }
}

impl GatewayParams {
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let bad =
            |detail: &str| AnalysisError::BadParameter { analysis: Gateway::NAME, detail: detail.into() };
        if self.days > 3653 {
            return Err(bad("days takes 0 to 3653 (ten years)"));
        }
        if self.least_customers < 10 {
            return Err(bad("least_customers starts at 10: means of fewer are chance"));
        }
        if self.products > 1000 {
            return Err(bad("products takes at most 1000"));
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(bad("level takes a share above 0 and below 1, such as 0.05"));
        }
        Ok(())
    }
}

/// First orders, and what followed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GatewayResult {
    /// Customers who were followed.
    pub customers: u64,
    /// Customers who were not, since they have not been here for long enough.
    pub too_recent: u64,
    /// Days followed after the first purchase; 0: up to the as-of date.
    pub days: u32,
    /// What is held equal: `channel`, `period`, `first_order_value`.
    pub adjusted_for: Vec<String>,
    /// Later revenue of a customer, on average.
    pub mean_later_value: f64,
    /// Share of customers who bought again.
    pub bought_again: f64,
    /// Categories of the first order, the highest ratio first.
    pub categories: Vec<GatewayRow>,
    /// Products of the first order, likewise.
    pub products: Vec<GatewayRow>,
}

/// Whether a difference is more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GatewayVerdict {
    /// Customers who begin with it bring more later.
    More,
    /// They bring less.
    Less,
    /// No difference is seen.
    NotSeen,
}

/// What customers who began with something bring later, against those who began otherwise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GatewayRow {
    /// The category, or the product's id.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Customers whose first order holds it.
    pub customers: u64,
    /// Their share of all.
    pub share: f64,
    /// Share of them who bought again.
    pub bought_again: f64,
    /// Their later revenue, on average.
    pub later_value: f64,
    /// What it would be if they were like customers of the same channel, period and size of first order who began
    /// otherwise.
    pub expected_value: f64,
    /// How many times as much they bring as those.
    pub ratio: f64,
    /// Lower end of its interval.
    pub ratio_low: Option<f64>,
    /// Upper end.
    pub ratio_high: Option<f64>,
    /// p-value, adjusted for how many categories (or products) were looked at (Benjamini and Hochberg).
    pub p_value: f64,
    /// What that says.
    pub verdict: GatewayVerdict,
}
