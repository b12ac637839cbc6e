//! The result of an RFM analysis.

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use super::classes::Classes;
use super::rules::Segments;
use super::scoring::{CustomerTotals, Scores};
use crate::finding::Finding;

pub use rows::{compute, restrict};

mod rows;

/// Something known of each of the three factors.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct PerFactor<T> {
    /// Of the days since the last order.
    pub recency_days: T,
    /// Of the frequency.
    pub frequency: T,
    /// Of the monetary value.
    pub monetary: T,
}

/// Count, moments and percentiles of one factor; null where there are too few customers.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct FactorSummary {
    /// Customers.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Sample standard deviation (divisor n − 1).
    pub std: Option<f64>,
    /// Smallest value.
    pub min: Option<f64>,
    /// 5th percentile.
    pub p5: Option<f64>,
    /// First quartile.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// Third quartile.
    pub p75: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
}

/// How one factor was cut into groups.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct FactorGroups {
    /// Groups that exist.
    pub groups: u8,
    /// Edges between the groups in the factor's unit, ascending. A value on an edge belongs to the
    /// group below it.
    pub edges: Vec<f64>,
}

/// Customers of one group in numbers; means are null in an empty group.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct GroupStats {
    /// Customers.
    pub customers: u64,
    /// Their orders.
    pub orders: u64,
    /// Mean days since the last order.
    pub recency_mean: Option<f64>,
    /// Mean frequency.
    pub frequency_mean: Option<f64>,
    /// Mean monetary value.
    pub monetary_mean: Option<f64>,
    /// Sum of the monetary values.
    pub monetary_sum: f64,
    /// Share of all customers, 0 to 1; null without customers.
    pub customer_share: Option<f64>,
    /// Share of the sum of all monetary values; null where that sum is not positive.
    pub revenue_share: Option<f64>,
}

/// Customers with one score.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ScoreRow {
    /// The score.
    #[serde(serialize_with = "whole_if_whole")]
    pub score: f64,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
}

/// Customers of one class.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ClassRow {
    /// Key of the class.
    pub class: String,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
    /// Lowest score in the class; null without customers.
    #[serde(serialize_with = "whole_if_whole_option")]
    pub score_min: Option<f64>,
    /// Highest score in the class.
    #[serde(serialize_with = "whole_if_whole_option")]
    pub score_max: Option<f64>,
}

/// Customers of one segment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct SegmentRow {
    /// Key of the segment.
    pub segment: String,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
}

/// Customers with one pair of recency and frequency scores.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct Cell {
    /// Recency score.
    pub r: u8,
    /// Frequency score.
    pub f: u8,
    /// Customers.
    pub customers: u64,
    /// Sum of their monetary values.
    pub monetary_sum: f64,
    /// Mean monetary value; null in an empty cell.
    pub monetary_mean: Option<f64>,
    /// Mean days since the last order; null in an empty cell.
    pub recency_mean: Option<f64>,
}

/// Customers whose value lies in `from <= value < to`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DistributionBin {
    /// Lower edge, in the bin.
    pub from: f64,
    /// Upper edge, not in the bin.
    pub to: f64,
    /// Customers.
    pub customers: u64,
}

/// One customer with totals, scores, class and segment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct CustomerRow {
    /// Who.
    pub customer_id: String,
    /// Days since the last order.
    pub recency_days: i64,
    /// Orders, order lines or purchase days.
    #[serde(serialize_with = "whole_if_whole")]
    pub frequency: f64,
    /// Sum or mean of net revenue.
    pub monetary: f64,
    /// Orders.
    pub orders: u64,
    /// Date of the last order (`YYYY-MM-DD`), where known.
    pub last_order_on: Option<String>,
    /// Recency score.
    pub r: u8,
    /// Frequency score.
    pub f: u8,
    /// Monetary score.
    pub m: u8,
    /// Score of the three together.
    #[serde(serialize_with = "whole_if_whole")]
    pub score: f64,
    /// Key of the class.
    pub class: String,
    /// Key of the segment.
    pub segment: String,
}

/// The `result` of an RFM analysis.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct RfmResult {
    /// The three factors in numbers.
    pub factors: PerFactor<FactorSummary>,
    /// How each factor was cut.
    pub scoring: PerFactor<FactorGroups>,
    /// Customers by score, lowest first; scores that nobody has are left out.
    pub scores: Vec<ScoreRow>,
    /// Customers by class, best first.
    pub classes: Vec<ClassRow>,
    /// Customers by segment in the order of the rules, empty segments included.
    pub segments: Vec<SegmentRow>,
    /// Customers by recency and frequency score, empty cells included; highest scores first.
    pub cells: Vec<Cell>,
    /// Pictures of the factors.
    pub distributions: PerFactor<Vec<DistributionBin>>,
    /// One row per customer, if asked for.
    pub customers: Option<Vec<CustomerRow>>,
}

/// Everything that came out: per customer (parallel to the totals) and in rows.
#[derive(Clone, Debug)]
pub struct Rfm {
    /// Scores of each customer.
    pub scores: Scores,
    /// Class of each customer.
    pub classes: Classes,
    /// Segment of each customer in the chosen scheme.
    pub segments: Segments,
    /// The rows.
    pub result: RfmResult,
    /// What is worth saying about them.
    pub findings: Vec<Finding>,
}

impl Rfm {
    /// The row of one customer, by position in the totals; `None` beyond their end.
    #[must_use]
    pub fn customer_row(
        &self,
        totals: &CustomerTotals,
        customer: usize,
        customer_id: String,
        last_order_on: Option<String>,
    ) -> Option<CustomerRow> {
        Some(CustomerRow {
            customer_id,
            recency_days: *totals.recency_days.get(customer)?,
            frequency: *totals.frequency.get(customer)?,
            monetary: *totals.monetary.get(customer)?,
            orders: *totals.orders.get(customer)?,
            last_order_on,
            r: *self.scores.r.get(customer)?,
            f: *self.scores.f.get(customer)?,
            m: *self.scores.m.get(customer)?,
            score: *self.scores.score.get(customer)?,
            class: self.classes.name_of(customer).to_owned(),
            segment: self.segments.key_of(customer).to_owned(),
        })
    }
}

/// Whole numbers without a decimal point: a score of 3 is 3 and not 3.0.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn whole_if_whole<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn whole_if_whole_option<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => whole_if_whole(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests;
