//! What comes out.

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Words;

/// Columns, values, the calendar, correlations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExploreResult {
    /// One row for each column of each table.
    pub columns: Vec<ColumnRow>,
    /// The commonest values of columns that repeat them.
    pub values: Vec<TopRow>,
    /// What each weekday brings.
    pub weekdays: Vec<WeekdayDays>,
    /// What each month of the year brings.
    pub months: Vec<MonthRow>,
    /// What each weekday brings in each month of the year.
    pub calendar: Vec<CalendarCell>,
    /// Pairs of numbers, and how closely they go together.
    pub correlations: Vec<CorrelationRow>,
}

/// A column in numbers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ColumnRow {
    /// The canonical table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What people call it, where it is an attribute of the shop's own.
    pub label: Option<Words>,
    /// `number`, `text`, `time`, `day`, `boolean`
    pub kind: String,
    /// Rows with a value.
    pub values: u64,
    /// Rows without.
    pub missing: u64,
    /// Different values.
    pub distinct: u64,
    /// Arithmetic mean, of numbers; the share of yes, of yes and no.
    pub mean: Option<f64>,
    /// Sample standard deviation (divisor n − 1).
    pub sd: Option<f64>,
    /// Smallest value; the earliest day.
    pub min: Option<String>,
    /// First quartile.
    pub q1: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// Third quartile.
    pub q3: Option<f64>,
    /// Largest value; the latest day.
    pub max: Option<String>,
    /// Whether quartiles and distinct values are estimates.
    pub approximate: bool,
}

/// A value, and how often it occurs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopRow {
    /// The canonical table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// Rows with it.
    pub rows: u64,
    /// Their share of the rows with a value.
    pub share: f64,
}

/// What a weekday brings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WeekdayDays {
    /// Monday is 1, Sunday 7.
    pub weekday: u8,
    /// How many there are between the first and the last order.
    pub days: u64,
    /// Orders; order lines where nobody knows who bought.
    pub orders: u64,
    /// Orders on such a day, on average.
    pub orders_per_day: f64,
    /// Net revenue on such a day, on average.
    pub revenue_per_day: Option<f64>,
}

/// What a month of the year brings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthRow {
    /// January is 1.
    pub month: u8,
    /// Its days between the first and the last order.
    pub days: u64,
    /// Orders; order lines where nobody knows who bought.
    pub orders: u64,
    /// Orders on such a day, on average.
    pub orders_per_day: f64,
    /// Net revenue on such a day, on average.
    pub revenue_per_day: Option<f64>,
}

/// What a weekday brings in a month of the year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarCell {
    /// January is 1.
    pub month: u8,
    /// Monday is 1, Sunday 7.
    pub weekday: u8,
    /// How many such days there are between the first and the last order.
    pub days: u64,
    /// Orders; order lines where nobody knows who bought.
    pub orders: u64,
    /// Orders on such a day, on average.
    pub orders_per_day: f64,
    /// Net revenue on such a day, on average.
    pub revenue_per_day: Option<f64>,
}

/// What a correlation is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Order lines that are sales.
    OrderLines,
    /// Customers: what they did in scope, and what is known of them.
    Customers,
}

/// Two numbers, and how closely they go together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrelationRow {
    /// What the pairs are of.
    pub level: Level,
    /// One of the numbers.
    pub a: String,
    /// The other.
    pub b: String,
    /// Pairs with both values.
    pub n: u64,
    /// Pearson's r; none where a number does not vary.
    pub pearson: Option<f64>,
    /// Spearman's ρ.
    pub spearman: Option<f64>,
    /// Whether the pairs are a part of all.
    pub sampled: bool,
}
