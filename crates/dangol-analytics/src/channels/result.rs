//! What comes out. Money is in the shop's currency; all intervals are at 90 %.

use serde::Serialize;
use utoipa::ToSchema;

use super::params::Ltv;
use crate::words::Words;

/// Channels, all together, their months, and what the guard of the historical value does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelsResult {
    /// First day that costs and new customers are counted from; none where nothing is known of costs.
    pub from: Option<String>,
    /// Last day.
    pub until: Option<String>,
    /// Whether the shop knows by which channel its customers came.
    pub channels_known: bool,
    /// Whether it knows what was spent.
    pub spend_known: bool,
    /// The lifetime value that is set against the cost.
    pub ltv: Ltv,
    /// What people call the model of purchases.
    pub model: Words,
    /// Whom the maturity counts.
    pub vip: Words,
    /// All customers and all spend together.
    pub total: ChannelRow,
    /// By channel, the one with the highest value first. Where nobody's channel is known, what was spent on each.
    pub channels: Vec<ChannelRow>,
    /// What each channel took and brought by month.
    pub months: Vec<ChannelMonth>,
    /// The historical value under other minimums of active days.
    pub guard: Vec<GuardRow>,
}

/// What is known of a channel's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelCost {
    /// It took money and brought customers.
    Paid,
    /// It took none: a new customer costs 0, and a value against cost does not exist.
    NoSpend,
    /// It took money and brought nobody.
    NoCustomers,
    /// It took money, and nobody knows whom it brought.
    NotAttributable,
    /// Nothing is known of spend.
    Unknown,
}

/// A channel: cost, value, and how many of its customers are among the best.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelRow {
    /// As the shop writes it; empty for customers without one, `total` for all together.
    pub channel: String,
    /// What people call it.
    pub name: Words,
    /// What is known of its cost.
    pub cost: ChannelCost,
    /// Spent within the time.
    pub spend: Option<f64>,
    /// Customers whose first order lies within the time; none where nobody's channel is known.
    pub new_customers: Option<u64>,
    /// Cost of acquiring one: spend / new customers.
    pub cac: Option<f64>,
    /// Lower end of its interval, from the chance in the number of customers.
    pub cac_low: Option<f64>,
    /// Upper end.
    pub cac_high: Option<f64>,
    /// Customers in scope, whose value is meant below.
    pub customers: u64,
    /// Their net revenue so far.
    pub revenue: f64,
    /// Value by customer, by the historical formula, after margin.
    pub ltv_historical: Option<f64>,
    /// Lower end of its interval.
    pub ltv_historical_low: Option<f64>,
    /// Upper end.
    pub ltv_historical_high: Option<f64>,
    /// Value by customer: revenue so far and what the model expects within the horizon, after margin.
    pub ltv_model: Option<f64>,
    /// Lower end of its interval.
    pub ltv_model_low: Option<f64>,
    /// Upper end.
    pub ltv_model_high: Option<f64>,
    /// Of that, what the model expects within the horizon.
    pub expected_value: Option<f64>,
    /// Lifetime value / cost of acquisition.
    pub ltv_to_cac: Option<f64>,
    /// Lower end of its interval.
    pub ltv_to_cac_low: Option<f64>,
    /// Upper end.
    pub ltv_to_cac_high: Option<f64>,
    /// Return on the cost of acquisition: (lifetime value − cost) / cost.
    pub roi: Option<f64>,
    /// Margin that a customer brings in a month of being one (365 / 12 days).
    pub monthly_margin: Option<f64>,
    /// Months until a customer has paid for their acquisition: cost / monthly margin.
    pub payback_months: Option<f64>,
    /// Lower end of its interval.
    pub payback_months_low: Option<f64>,
    /// Upper end.
    pub payback_months_high: Option<f64>,
    /// Customers with a purchase within the days that count as active.
    pub active: u64,
    /// Of them, those in the best segment.
    pub vips: u64,
    /// Their share.
    pub vip_share: Option<f64>,
    /// Lower end of its interval (Wilson).
    pub vip_share_low: Option<f64>,
    /// Upper end.
    pub vip_share_high: Option<f64>,
    /// Customers whose active days were raised to the least.
    pub raised: u64,
}

/// A channel in a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelMonth {
    /// The first day of the month.
    pub month: String,
    /// The channel.
    pub channel: String,
    /// Spent.
    pub spend: Option<f64>,
    /// Customers whose first order lies in it.
    pub new_customers: Option<u64>,
}

/// The historical value of a channel with another minimum of active days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GuardRow {
    /// The minimum.
    pub least_active_days: u32,
    /// The channel.
    pub channel: String,
    /// Value by customer, after margin.
    pub ltv_historical: f64,
    /// 1 is the channel with the highest.
    pub rank: u32,
    /// Customers whose active days the minimum raises.
    pub raised: u64,
}
