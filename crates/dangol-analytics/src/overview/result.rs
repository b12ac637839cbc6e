//! What the overview takes and gives.

use dangol_shop::time::Period;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Parameters of the overview.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OverviewParams {
    /// Length of the periods.
    pub granularity: Granularity,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Days.
    Day,
    /// Weeks from Monday.
    Week,
    /// Months.
    #[default]
    Month,
    /// Quarters.
    Quarter,
}

impl Granularity {
    pub(super) fn period(self) -> Period {
        match self {
            Self::Day => Period::Day,
            Self::Week => Period::Week,
            Self::Month => Period::Month,
            Self::Quarter => Period::Quarter,
        }
    }

    /// The flag of a customer's first purchase line in such a period.
    pub(super) fn first_flag(self) -> &'static str {
        match self {
            Self::Day => "first_of_day",
            Self::Week => "first_of_week",
            Self::Month => "first_of_month",
            Self::Quarter => "first_of_quarter",
        }
    }
}

/// The overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverviewResult {
    /// Over the whole scope.
    pub totals: Totals,
    /// By period, in the order of time.
    pub periods: Vec<PeriodRow>,
    /// Monday to Sunday.
    pub weekdays: Vec<WeekdayRow>,
    /// How much the best customers bring; none without positive revenue.
    pub pareto: Option<Pareto>,
}

/// Sums over the whole scope. Money in the shop's currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Totals {
    /// Net revenue, with and without customer.
    pub revenue: f64,
    /// Orders of known customers.
    pub orders: u64,
    /// Purchased lines of known customers.
    pub order_lines: u64,
    /// Units of known customers.
    pub units: f64,
    /// Known customers with a purchase.
    pub customers: u64,
    /// Known customers' revenue by order.
    pub average_order_value: Option<f64>,
    /// Customers whose first purchase lies in the scope's period.
    pub new_customers: u64,
    /// The other customers.
    pub returning_customers: u64,
    /// Revenue of new customers.
    pub new_revenue: f64,
    /// Revenue of returning customers.
    pub returning_revenue: f64,
    /// Revenue of lines without a customer.
    pub revenue_without_customer: f64,
    /// Lines without a customer.
    pub order_lines_without_customer: u64,
    /// Share of customers with more than one order in the scope.
    pub repeat_rate: Option<f64>,
}

/// One period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PeriodRow {
    /// Its first day.
    pub period: String,
    /// Net revenue, with and without customer.
    pub revenue: f64,
    /// Orders that begin in it.
    pub orders: u64,
    /// Purchased lines.
    pub order_lines: u64,
    /// Units.
    pub units: f64,
    /// Customers with a purchase in it.
    pub customers: u64,
    /// Known customers' revenue by order.
    pub average_order_value: Option<f64>,
    /// Customers with their first purchase in it.
    pub new_customers: u64,
    /// Its other customers.
    pub returning_customers: u64,
    /// Revenue of the new.
    pub new_revenue: f64,
    /// Revenue of the returning.
    pub returning_revenue: f64,
    /// Revenue of lines without a customer.
    pub revenue_without_customer: f64,
    /// Whether part of it lies outside the scope.
    pub incomplete: bool,
}

/// One day of the week.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeekdayRow {
    /// 1 Monday to 7 Sunday.
    pub weekday: u8,
    /// Net revenue, with and without customer.
    pub revenue: f64,
    /// Orders.
    pub orders: u64,
    /// Known customers' revenue by order.
    pub average_order_value: Option<f64>,
    /// How often this weekday occurs from the first to the last day.
    pub days: u64,
}

/// How revenue is spread over customers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Pareto {
    /// Customers counted.
    pub customers: u64,
    /// From no customers to all, the best first.
    pub points: Vec<ParetoPoint>,
    /// Share of revenue of the best 20 %.
    pub top20_revenue_share: f64,
    /// 0: all bring the same; 1: one brings all.
    pub gini: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ParetoPoint {
    /// Share of customers, the best first.
    pub customer_share: f64,
    /// Their share of revenue.
    pub revenue_share: f64,
}
