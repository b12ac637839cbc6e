//! What cohorts have in common: mean curve, steepest fall, value per customer.

use dangol_models::proportion::{LEVEL, mean_of_rates, pooled};

use super::result::{CohortPeriodLength, CohortRow, CohortValue, Drop, MeanPoint};
use crate::error::AnalysisError;

/// The mean by age over the cohorts whose period of that age is over, and whose rate will stay as it is.
pub(crate) fn mean_curve(cohorts: &[CohortRow]) -> Result<Vec<MeanPoint>, AnalysisError> {
    let ages = cohorts.first().map_or(0, |cohort| cohort.periods.len());
    let mut curve = Vec::new();
    for age in 0..ages {
        let cells: Vec<_> = cohorts
            .iter()
            .filter_map(|cohort| Some((cohort.size, cohort.periods.get(age)?.settled()?)))
            .collect();
        let Some(rate) = pooled(cells.iter().map(|(size, cell)| (cell.active, *size)), LEVEL)? else {
            break;
        };
        let rates: Vec<f64> = cells.iter().map(|(_, cell)| cell.rate).collect();
        let Some(unweighted) = mean_of_rates(&rates, LEVEL)? else { break };
        let customers: u64 = cells.iter().map(|(size, _)| size).sum();
        let per_customer = |sum: f64| sum / customers as f64;
        curve.push(MeanPoint {
            age: age as u32,
            cohorts: cells.len() as u64,
            customers,
            weighted_rate: rate.rate,
            low: rate.low,
            high: rate.high,
            unweighted_rate: unweighted.mean,
            unweighted_low: unweighted.interval.map(|(low, _)| low),
            unweighted_high: unweighted.interval.map(|(_, high)| high),
            weighted_arpu: per_customer(cells.iter().map(|(_, cell)| cell.revenue).sum()),
            weighted_cumulative_arpu: per_customer(
                cells.iter().map(|(_, cell)| cell.cumulative_revenue).sum(),
            ),
        });
    }
    Ok(curve)
}

/// The steepest fall between neighbouring points; none if the curve never falls.
fn steepest(points: impl Iterator<Item = (u32, f64)>) -> Option<Drop> {
    let points: Vec<(u32, f64)> = points.collect();
    points
        .windows(2)
        .map(|pair| Drop { from_age: pair[0].0, to_age: pair[1].0, drop: pair[0].1 - pair[1].1 })
        .filter(|drop| drop.drop > 0.0)
        .max_by(|a, b| a.drop.total_cmp(&b.drop).then(b.from_age.cmp(&a.from_age)))
}

pub(super) fn steepest_drop_of_curve(curve: &[MeanPoint]) -> Option<Drop> {
    steepest(curve.iter().map(|point| (point.age, point.weighted_rate)))
}

/// That after the first period.
pub(super) fn steepest_later_drop(curve: &[MeanPoint]) -> Option<Drop> {
    steepest_drop_of_curve(curve.get(1..)?)
}

pub(super) fn values(cohorts: &[CohortRow], length: CohortPeriodLength) -> Vec<CohortValue> {
    let half = length.in_six_months();
    cohorts
        .iter()
        .map(|cohort| {
            let value = |periods: usize| {
                let cell = cohort.periods.get(periods - 1)?.whole()?;
                Some(cell.cumulative_revenue / cohort.size as f64)
            };
            CohortValue {
                cohort: cohort.cohort.clone(),
                size: cohort.size,
                six_month_value: value(half),
                twelve_month_value: value(2 * half),
                steepest_drop: steepest(
                    cohort.periods.iter().filter_map(|period| Some((period.age, period.settled()?.rate))),
                ),
            }
        })
        .collect()
}
