//! What comes out of the analysis of movement.

use serde::Serialize;
use utoipa::ToSchema;

use super::params::Edges;
use crate::words::Words;

/// Where customers start from who had not bought yet by the earlier date. Segments' keys have no capitals.
pub const NEW: &str = "NEW";
/// Where customers start from who had bought before the period began, but not in it by the earlier date.
pub const BACK: &str = "BACK";

/// What a flow means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowDirection {
    /// The same segment at both dates.
    Stayed,
    /// To a segment of a higher level.
    Up,
    /// To a segment of a lower level.
    Down,
    /// To another segment of the same level.
    Across,
    /// To another segment of a scheme without levels.
    Moved,
    /// First purchase after the earlier date.
    New,
    /// Bought before the period, and again after the earlier date.
    Back,
}

/// The customers who were in one segment at the earlier date and are in another (or the same) at the later one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Flow {
    /// Segment at the earlier date; `NEW` for those who had not bought yet, `BACK` for those who had bought only before
    /// the period.
    pub from: String,
    /// Segment at the later date.
    pub to: String,
    /// Customers.
    pub customers: u64,
    /// Their share of all who start from there, 0 to 1.
    pub row_share: f64,
    /// What it means.
    pub direction: FlowDirection,
    /// Their net revenue up to the earlier date.
    pub revenue_before: f64,
    /// Their net revenue between the two dates.
    pub revenue_between: f64,
}

/// One segment before and after.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SegmentMovement {
    /// Its key.
    pub segment: String,
    /// Its name.
    pub name: Words,
    /// Its level, the highest best; null where the scheme has no order.
    pub level: Option<u8>,
    /// Customers at the earlier date.
    pub before: u64,
    /// Customers at the later date: `stayed + gained + new`.
    pub after: u64,
    /// Customers who were in it at both dates.
    pub stayed: u64,
    /// Customers who came from other segments.
    pub gained: u64,
    /// Customers who left for other segments: `before − stayed`.
    pub lost: u64,
    /// Customers in it now who were in no segment at the earlier date.
    pub new: u64,
    /// `after − before`.
    pub net: i64,
    /// Share of all customers at the earlier date; null without any.
    pub share_before: Option<f64>,
    /// Share of all customers at the later date.
    pub share_after: Option<f64>,
    /// Net revenue up to the earlier date of those who left.
    pub revenue_lost: f64,
    /// Net revenue up to the earlier date of those who came from other segments.
    pub revenue_gained: f64,
}

/// The size of a segment at one date, with what was known then.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SegmentSize {
    /// The last day of a month, or the as-of date.
    pub on: String,
    /// Whether it is the end of a month; the last date is the as-of moment, which may lie within one.
    pub is_month_end: bool,
    /// Key of the segment.
    pub segment: String,
    /// Customers.
    pub customers: u64,
    /// Share of all customers of that date; null without any.
    pub share: Option<f64>,
}

/// How many moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moves {
    /// Customers in the same segment at both dates.
    pub stayed: u64,
    /// Customers who went to another segment.
    pub moved: u64,
    /// Of these, to a higher level; null where the scheme has no order. Likewise below.
    pub up: Option<u64>,
    /// To a lower level.
    pub down: Option<u64>,
    /// To another segment of the same level.
    pub across: Option<u64>,
}

/// A customer of the flow that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Mover {
    /// Who.
    pub customer_id: String,
    /// Orders by the later date.
    pub orders: u64,
    /// Net revenue up to the earlier date.
    pub revenue_before: f64,
    /// Net revenue between the dates.
    pub revenue_between: f64,
    /// Day of the last order by the later date.
    pub last_order_on: String,
    /// Days since it at the later date.
    pub recency_days: i64,
}

/// The `result` of the analysis of movement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MovementResult {
    /// The scheme.
    pub scheme: String,
    /// The earlier date or moment, as the filter `as_of` takes it.
    pub since: String,
    /// The calendar day in which it lies.
    pub since_on: String,
    /// The day of the later moment.
    pub until_on: String,
    /// Where the edges of the later date come from.
    pub edges: Edges,
    /// Customers at the later date: `known + new + back`.
    pub customers: u64,
    /// Customers in a segment at the earlier date.
    pub known: u64,
    /// Customers whose first purchase lies after the earlier date.
    pub new: u64,
    /// Customers who had bought before the period began, but not in it by the earlier date; 0 without a period.
    pub back: u64,
    /// Key of the best segment.
    pub best: String,
    /// How many moved.
    pub moves: Moves,
    /// How many would have moved with the other choice of `edges`.
    pub moves_with_other_edges: Moves,
    /// Each segment before and after, in the order of the scheme.
    pub segments: Vec<SegmentMovement>,
    /// Who went from where to where; flows without customers are left out.
    pub flows: Vec<Flow>,
    /// Sizes over time, by date, then in the order of the scheme.
    pub sizes: Vec<SegmentSize>,
    /// Ends of months that are left out of `sizes`, since too little was known then.
    pub months_left_out: Vec<String>,
    /// The customers of the flow that was asked for, those of the highest revenue first.
    pub movers: Vec<Mover>,
}
