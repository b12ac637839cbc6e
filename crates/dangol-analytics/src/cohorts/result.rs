//! What the cohort analysis takes and gives.

use dangol_shop::time::Period;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contrast::Contrast;

/// Parameters of the cohort analysis.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CohortsParams {
    /// Length of a period.
    pub period: CohortPeriodLength,
    /// What makes a customer count in a period.
    pub retention: Retention,
    /// Adds what sets the best cohorts apart from the worst.
    pub contrast: bool,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CohortPeriodLength {
    /// Calendar months.
    #[default]
    Month,
    /// Weeks from Monday.
    Week,
    /// Quarters.
    Quarter,
}

impl CohortPeriodLength {
    pub(crate) fn period(self) -> Period {
        match self {
            Self::Month => Period::Month,
            Self::Week => Period::Week,
            Self::Quarter => Period::Quarter,
        }
    }

    /// Periods in half a year.
    pub(crate) fn in_six_months(self) -> usize {
        match self {
            Self::Month => 6,
            Self::Week => 26,
            Self::Quarter => 2,
        }
    }
}

/// What makes a customer count in a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Retention {
    /// A purchase in it.
    #[default]
    Active,
    /// A purchase in it or later.
    Rolling,
}

/// All cohorts and what they have in common.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortsResult {
    /// The oldest first.
    pub cohorts: Vec<CohortRow>,
    /// With rolling retention: the days within which nine in ten customers who came back did so, by their own mean gap.
    /// Periods that ended later than so many days before the as-of moment are censored. None with too few such customers.
    pub settled_after_days: Option<u32>,
    /// The mean over cohorts by age, whole periods only, and none whose rate may still rise.
    pub mean_curve: Vec<MeanPoint>,
    /// The steepest fall of the mean curve.
    pub steepest_drop: Option<Drop>,
    /// The steepest fall after the first period, in which all count by definition.
    pub steepest_later_drop: Option<Drop>,
    /// What a customer of each cohort was worth, as far as observed.
    pub values: Vec<CohortValue>,
    /// What sets the best cohorts apart; only if asked for.
    pub contrast: Option<Contrast>,
}

/// One cohort.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortRow {
    /// First day of the period of first purchase.
    pub cohort: String,
    /// Customers in it.
    pub size: u64,
    /// By age; all cohorts have the same ages.
    pub periods: Vec<CohortPeriod>,
}

/// A cohort at an age. All fields but the age are null where the period lies after the as-of
/// moment.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CohortPeriod {
    /// Periods since the first purchase.
    pub age: u32,
    /// Customers who count.
    pub active: Option<u64>,
    /// Their share of the cohort.
    pub rate: Option<f64>,
    /// Orders in the period.
    pub orders: Option<u64>,
    /// Net revenue in the period.
    pub revenue: Option<f64>,
    /// Net revenue up to the end of the period.
    pub cumulative_revenue: Option<f64>,
    /// Net revenue in the period per customer of the cohort.
    pub arpu: Option<f64>,
    /// Whether the period is not over at the as-of moment.
    pub incomplete: Option<bool>,
    /// Whether a rolling rate may still rise: too little time has passed since the period for those who will buy again
    /// to have done so.
    pub censored: Option<bool>,
}

/// A cell that has been observed.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Customers who count.
    pub active: u64,
    /// Their share of the cohort.
    pub rate: f64,
    /// Orders.
    pub orders: u64,
    /// Net revenue.
    pub revenue: f64,
    /// Net revenue up to here.
    pub cumulative_revenue: f64,
    /// Net revenue per customer.
    pub arpu: f64,
    /// Whether the period is not over.
    pub incomplete: bool,
    /// Whether its rate may still rise.
    pub censored: bool,
}

impl CohortPeriod {
    /// A cell, or an empty one.
    #[must_use]
    pub fn new(age: u32, cell: Option<Cell>) -> Self {
        Self {
            age,
            active: cell.map(|cell| cell.active),
            rate: cell.map(|cell| cell.rate),
            orders: cell.map(|cell| cell.orders),
            revenue: cell.map(|cell| cell.revenue),
            cumulative_revenue: cell.map(|cell| cell.cumulative_revenue),
            arpu: cell.map(|cell| cell.arpu),
            incomplete: cell.map(|cell| cell.incomplete),
            censored: cell.map(|cell| cell.censored),
        }
    }

    /// The cell, if its period is over.
    #[must_use]
    pub fn whole(&self) -> Option<Cell> {
        if self.incomplete? {
            return None;
        }
        Some(Cell {
            active: self.active?,
            rate: self.rate?,
            orders: self.orders?,
            revenue: self.revenue?,
            cumulative_revenue: self.cumulative_revenue?,
            arpu: self.arpu?,
            incomplete: false,
            censored: self.censored?,
        })
    }

    /// The cell, if its period is over and its rate will stay as it is.
    #[must_use]
    pub fn settled(&self) -> Option<Cell> {
        self.whole().filter(|cell| !cell.censored)
    }
}

/// The mean over cohorts at an age.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct MeanPoint {
    /// Periods since the first purchase.
    pub age: u32,
    /// Cohorts whose period of this age is over.
    pub cohorts: u64,
    /// Their customers.
    pub customers: u64,
    /// All who count, over all customers of these cohorts.
    pub weighted_rate: f64,
    /// Lower end of the 95 % interval of the weighted rate.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Mean of the cohorts' rates, each counting once.
    pub unweighted_rate: f64,
    /// Lower end of its 95 % interval (Student's t over the cohorts); null for a single cohort.
    pub unweighted_low: Option<f64>,
    /// Upper end.
    pub unweighted_high: Option<f64>,
    /// Revenue in the period per customer.
    pub weighted_arpu: f64,
    /// Revenue up to the end of the period per customer.
    pub weighted_cumulative_arpu: f64,
}

/// The steepest fall of a curve from one age to the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Drop {
    /// From this age,
    pub from_age: u32,
    /// to this,
    pub to_age: u32,
    /// the rate falls by so much (0.1: ten percentage points).
    pub drop: f64,
}

/// What a customer of a cohort was worth, as far as observed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortValue {
    /// First day of the cohort's period.
    pub cohort: String,
    /// Its customers.
    pub size: u64,
    /// Revenue per customer over the first six months; null until they are over.
    pub six_month_value: Option<f64>,
    /// Revenue per customer over the first twelve months; null until they are over.
    pub twelve_month_value: Option<f64>,
    /// The steepest fall of its own curve.
    pub steepest_drop: Option<Drop>,
}
