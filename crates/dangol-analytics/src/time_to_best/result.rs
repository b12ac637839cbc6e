//! Parameters, and what comes out.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TimeToBest;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::words::Words;

/// Which segment, and who counts as slow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimeToBestParams {
    /// The scheme: `class`, `nine`, `eleven`, `bands` or a rule set of `shop.toml`; empty as `[rfm]` has it.
    pub scheme: String,
    /// The best segment of the scheme; empty as the scheme has it, of one's own rules the first.
    pub best: String,
    /// Slow is who takes longer than this percentage of those who got there after their first day, 50 to 99.
    pub percentile: u8,
    /// Still buying is who bought within so many days before the as-of moment, 1 to 730.
    pub active_days: u32,
    /// Slow customers listed at most, 1 to 10,000.
    pub limit: usize,
}

impl Default for TimeToBestParams {
    fn default() -> Self {
        Self { scheme: String::new(), best: String::new(), percentile: 75, active_days: 90, limit: 50 }
    }
}

impl TimeToBestParams {
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let possible = [
            ("percentile", u64::from(self.percentile), 50, 99),
            ("active_days", u64::from(self.active_days), 1, 730),
            ("limit", self.limit as u64, 1, 10_000),
        ];
        for (name, given, least, most) in possible {
            if !(least..=most).contains(&given) {
                return Err(AnalysisError::BadParameter {
                    analysis: TimeToBest::NAME,
                    detail: format!("{name} = {given} is not possible; use {least} to {most}"),
                });
            }
        }
        Ok(())
    }
}

/// The middle half of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Spread {
    /// First quartile.
    pub p25: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub p75: f64,
}

/// The share of customers who get there within a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Milestone {
    /// Days since the first order.
    pub days: u32,
    /// Share, 0 to 1: one minus the Kaplan–Meier curve.
    pub share: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct ReachPoint {
    /// Days since the first order.
    pub days: u32,
    /// Customers who are not there by then and have been customers for so long.
    pub at_risk: u64,
    /// Share of customers who get there within these days, 0 to 1.
    pub share: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A customer on the slow track.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SlowCustomer {
    /// Who.
    pub customer_id: String,
    /// Day of the first order.
    pub first_order_on: String,
    /// Day of the last order.
    pub last_order_on: String,
    /// Days from the first order to the as-of date.
    pub days_since_first: u32,
    /// Days since the last order.
    pub recency_days: i64,
    /// Orders.
    pub orders: u64,
    /// Net revenue.
    pub revenue: f64,
    /// Recency score at the as-of date.
    pub r: u8,
    /// Frequency score.
    pub f: u8,
    /// Monetary score.
    pub m: u8,
    /// Segment at the as-of date.
    pub segment: String,
}

/// The `result` of the analysis.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TimeToBestResult {
    /// The scheme.
    pub scheme: String,
    /// Key of the best segment.
    pub best: String,
    /// Its name.
    pub best_name: Words,
    /// Customers; with a period those whose first order lies in it.
    pub customers: u64,
    /// Customers who have been in the best segment by the yardstick of the as-of date, whether they still are or not.
    pub reached: u64,
    /// Of these, on the day of their first order.
    pub at_once: u64,
    /// Customers who are in it at the as-of date.
    pub there_now: u64,
    /// Days within which half of all customers get there; null where the curve does not come so far.
    pub median_days: Option<u32>,
    /// Days that those took who got there after their first day; null without any.
    pub days: Option<Spread>,
    /// Orders that they took.
    pub orders: Option<Spread>,
    /// Shares that get there within some times, as far as at least ten customers have been seen for so long.
    pub milestones: Vec<Milestone>,
    /// The curve every 30 days, as far as at least ten customers have been seen for so long.
    pub curve: Vec<ReachPoint>,
    /// Days after which a customer who is not there is slow; null where nobody got there after the first day.
    pub slow_after_days: Option<u32>,
    /// Customers on the slow track.
    pub slow: u64,
    /// Those of the highest revenue.
    pub slow_track: Vec<SlowCustomer>,
}
