//! What sets the best cohorts apart from the worst, and whether they differ by more than chance.
//!
//! Cohorts ranked by what a customer brought up to a common age ([`rank`]) → how far they differ in truth ([`spread`]) →
//! the first purchases and the customers of the best third against those of the worst ([`differences`]).

mod differences;
mod newcomers;
mod spread;

use std::collections::BTreeMap;

use dangol_shop::time::Period;
use dangol_shop::{Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

pub use spread::{CohortSpread, RankedCohort};

use super::result::CohortRow;
use crate::error::AnalysisError;
use crate::words::Words;
use newcomers::Newcomers;

/// The best third of the cohorts against the worst third.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contrast {
    /// By what they are ranked: `cumulative_arpu`, or `rate` where there are no amounts.
    pub metric: String,
    /// At which age: the highest that two thirds of the cohorts have reached.
    pub age: u32,
    /// The best cohorts.
    pub best: Vec<String>,
    /// The worst.
    pub worst: Vec<String>,
    /// Whether cohorts differ by more than chance, and by how much the best differ from the worst in truth.
    pub spread: Option<CohortSpread>,
    /// How their first purchase days and customers differ: what differs by more than chance first, the largest
    /// difference first.
    pub differences: Vec<Difference>,
}

/// One way in which customers of the best cohorts differ from those of the worst.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Difference {
    /// `first_order_value`, `items_per_first_order`, `discount_share` (of the value of first orders), `coupon_share` (of
    /// customers), or an attribute and its value: `country:Germany` (share of customers).
    pub what: String,
    /// What people call the value of the attribute; null where it is no attribute.
    pub value: Option<Words>,
    /// In the best cohorts.
    pub best: f64,
    /// In the worst.
    pub worst: f64,
    /// Best relative to worst, 100 where equal; null where the worst is 0.
    pub index: Option<f64>,
    /// Lower end of its 95 % interval.
    pub index_low: Option<f64>,
    /// Upper end.
    pub index_high: Option<f64>,
    /// How probable so large a difference is by chance, adjusted for all that are compared (Benjamini and Hochberg).
    pub p_value: Option<f64>,
    /// Whether that is at most 0.05.
    pub differs: bool,
}

/// Cohorts of fewer customers are not ranked: their averages are mostly chance.
const LEAST_CUSTOMERS: u64 = 20;

pub(super) async fn contrast(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    cohorts: &[CohortRow],
) -> Result<Option<Contrast>, AnalysisError> {
    let has_amounts = shop.manifest.totals.has_amounts;
    let Some((age, ranked)) = rank(cohorts, has_amounts) else { return Ok(None) };
    let third = ranked.len() / 3;
    let names = |of: &[(String, f64)]| of.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let (best, worst) = (names(&ranked[..third]), names(&ranked[ranked.len() - third..]));

    let newcomers = Newcomers::of(shop, scope, period, age).await?;
    let means = if has_amounts { newcomers.values() } else { rates(cohorts, age) };
    let spread = spread::spread(&ranked, &means, third)?;
    let differences = differences::differences(shop, scope, period, &newcomers, (&best, &worst)).await?;
    let metric = if has_amounts { "cumulative_arpu" } else { "rate" };
    Ok(Some(Contrast { metric: metric.into(), age, best, worst, spread, differences }))
}

/// The cohorts that have reached a common age, the best first.
fn rank(cohorts: &[CohortRow], by_revenue: bool) -> Option<(u32, Vec<(String, f64)>)> {
    let large: Vec<&CohortRow> = cohorts.iter().filter(|cohort| cohort.size >= LEAST_CUSTOMERS).collect();
    let reached = |age: usize| {
        large
            .iter()
            .filter(|cohort| cohort.periods.get(age).is_some_and(|period| period.settled().is_some()))
            .count()
    };
    let ages = cohorts.first()?.periods.len();
    let age = (1..ages).rev().find(|age| 3 * reached(*age) >= 2 * large.len() && reached(*age) >= 3)?;
    let mut ranked: Vec<(String, f64)> = large
        .iter()
        .filter_map(|cohort| {
            let cell = cohort.periods.get(age)?.settled()?;
            let value = if by_revenue { cell.cumulative_revenue / cohort.size as f64 } else { cell.rate };
            Some((cohort.cohort.clone(), value))
        })
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some((age as u32, ranked))
}

/// Mean and squared standard error of each cohort's rate at an age. Half a customer is added to either side, so that a
/// cohort of which nobody came back is not taken for sure of it.
fn rates(cohorts: &[CohortRow], age: u32) -> BTreeMap<String, (f64, f64)> {
    cohorts
        .iter()
        .filter_map(|cohort| {
            let cell = cohort.periods.get(age as usize)?.settled()?;
            let size = cohort.size as f64;
            let smooth = (cell.active as f64 + 0.5) / (size + 1.0);
            Some((cohort.cohort.clone(), (cell.rate, smooth * (1.0 - smooth) / size)))
        })
        .collect()
}
