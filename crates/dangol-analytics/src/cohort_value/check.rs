//! The projection tried out: made half a year earlier, with what was known then, and compared with what came.

use std::collections::BTreeMap;

use dangol_shop::time::date_of;
use dangol_shop::{AsOf, Scope, Shop};

use super::CohortValueParams;
use super::project::project;
use super::result::{CheckedValue, ProjectionCheck, ValueState};
use crate::cohorts::{Retention, observed};
use crate::error::AnalysisError;
use crate::value::base::everybody;

/// Projects from the end of a period half a year before the last whole one. Everybody counts: who belongs to a segment
/// now could not be known then.
pub(super) async fn check(
    shop: &Shop,
    scope: &Scope,
    params: CohortValueParams,
) -> Result<Option<ProjectionCheck>, AnalysisError> {
    let period = params.period.period();
    let today = period.index_of(scope.as_of.day(shop.clock()));
    let is_whole = scope.as_of.has_whole_day(period.start(today + 1) - 1, shop.clock());
    let last = if is_whole { today } else { today - 1 };
    let cutoff = period.start(last - params.period.in_six_months() as i32 + 1) - 1;
    let scope = everybody(scope);
    let first = shop.manifest.totals.first_at.map(|at| shop.clock().day_of(at));
    if scope.from.or(first).is_none_or(|from| from > cutoff) {
        return Ok(None);
    }
    let then = Scope { as_of: AsOf::Day(cutoff), ..scope.clone() };
    let projection = match Box::pin(project(shop, &then, params)).await {
        Ok(projection) => projection,
        // Under a filter the first purchase may have come later.
        Err(AnalysisError::NobodyInScope { .. }) => return Ok(None),
        Err(other) => return Err(other),
    };
    let Some(model) = projection.model() else { return Ok(None) };
    let now = observed(shop, &scope, period, Retention::Active).await?;
    let actual: BTreeMap<&str, _> =
        now.cohorts.iter().map(|cohort| (cohort.cohort.as_str(), cohort)).collect();
    let mut values = Vec::new();
    for outlook in projection.cohorts.iter().filter(|outlook| outlook.state == ValueState::Projected) {
        let periods = params.period.in_six_months() * if outlook.months == 6 { 1 } else { 2 };
        let came = actual.get(outlook.cohort.as_str()).and_then(|cohort| {
            Some(cohort.periods.get(periods - 1)?.whole()?.cumulative_revenue / cohort.size as f64)
        });
        let (Some(actual), Some(value), Some(low), Some(high)) =
            (came, outlook.value, outlook.low, outlook.high)
        else {
            continue;
        };
        values.push(CheckedValue {
            cohort: outlook.cohort.clone(),
            size: outlook.size,
            months: outlook.months,
            so_far: outlook.so_far,
            value,
            low,
            high,
            as_older_cohorts: outlook.as_older_cohorts,
            actual,
            held: low <= actual && actual <= high,
        });
    }
    Ok((!values.is_empty()).then(|| ProjectionCheck {
        cutoff: date_of(cutoff).to_string(),
        model,
        held: values.iter().filter(|value| value.held).count() as u64,
        revenue_error: revenue_error(&values),
        mean_absolute_error: error(&values, |value| Some(value.value)).unwrap_or(0.0),
        baseline_error: error(&values, |value| value.as_older_cohorts),
        error_beside_baseline: error(&values, |value| value.as_older_cohorts.map(|_| value.value)),
        values,
    }))
}

/// What was projected for the time after the cut-off over what came in it, less one.
fn revenue_error(values: &[CheckedValue]) -> Option<f64> {
    let (mut projected, mut came) = (0.0, 0.0);
    for value in values {
        let is_longest =
            !values.iter().any(|other| other.cohort == value.cohort && other.months > value.months);
        if is_longest {
            projected += value.size as f64 * (value.value - value.so_far);
            came += value.size as f64 * (value.actual - value.so_far);
        }
    }
    (came > 0.0).then(|| projected / came - 1.0)
}

/// Mean distance from what came, weighted by customers.
fn error(values: &[CheckedValue], projected: impl Fn(&CheckedValue) -> Option<f64>) -> Option<f64> {
    let (mut sum, mut customers) = (0.0, 0.0);
    for value in values {
        if let Some(projected) = projected(value) {
            sum += value.size as f64 * (projected - value.actual).abs();
            customers += value.size as f64;
        }
    }
    (customers > 0.0).then(|| sum / customers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(
        cohort: &str,
        months: u32,
        [so_far, value, actual]: [f64; 3],
        baseline: Option<f64>,
    ) -> CheckedValue {
        CheckedValue {
            cohort: cohort.into(),
            size: 10,
            months,
            so_far,
            value,
            low: value - 1.0,
            high: value + 1.0,
            as_older_cohorts: baseline,
            actual,
            held: (value - actual).abs() <= 1.0,
        }
    }

    #[test]
    fn errors_count_each_cohort_once_and_only_what_came_later() {
        let values = [
            value("a", 6, [20.0, 25.0, 24.0], Some(28.0)),
            value("a", 12, [20.0, 33.0, 30.0], None),
            value("b", 12, [40.0, 44.0, 45.0], Some(44.0)),
        ];
        // 13 and 4 projected, 10 and 5 came.
        assert!((revenue_error(&values).unwrap() - (17.0 / 15.0 - 1.0)).abs() < 1e-12);
        assert!((error(&values, |value| Some(value.value)).unwrap() - 5.0 / 3.0).abs() < 1e-12);
        assert!((error(&values, |value| value.as_older_cohorts).unwrap() - 2.5).abs() < 1e-12);
        assert_eq!(error(&values, |_| None), None);
        assert_eq!(revenue_error(&[value("a", 6, [20.0, 25.0, 20.0], None)]), None);
    }
}
