//! What is worth saying of the cohorts.

use super::result::{CohortsParams, CohortsResult, Retention};
use crate::finding::{Finding, Severity};
use crate::words::Words;

pub(super) fn find(result: &CohortsResult, params: CohortsParams) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(drop) = result.steepest_drop {
        let points = format!("{:.0}", drop.drop * 100.0);
        findings.push(
            Finding::new(
                "steepest_drop",
                Severity::Info,
                Words::new(
                    format!(
                        "Retention falls most from age {} to {}: by {points} percentage points.",
                        drop.from_age, drop.to_age
                    ),
                    format!(
                        "유지율이 가장 많이 떨어지는 구간은 {}→{}번째 기간이에요({points}%p).",
                        drop.from_age, drop.to_age
                    ),
                ),
            )
            .value("from_age", drop.from_age)
            .value("drop", drop.drop)
            .about("mean_curve"),
        );
    }
    if params.retention == Retention::Rolling {
        findings.push(
            Finding::new(
                "rolling_is_censored",
                Severity::Warning,
                Words::new(
                    "Rolling retention is too low in the last periods before the as-of date: purchases that will still come are not counted.",
                    "롤링 유지율은 기준일 직전 기간에서 낮게 나와요. 앞으로 있을 구매가 아직 세어지지 않았어요.",
                ),
            )
            .about("cohorts"),
        );
    }
    let small: Vec<&str> = result
        .cohorts
        .iter()
        .filter(|cohort| cohort.size < 30)
        .map(|cohort| cohort.cohort.as_str())
        .collect();
    if !small.is_empty() {
        let named = small.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        findings.push(
            Finding::new(
                "small_cohorts",
                Severity::Warning,
                Words::new(
                    format!("{} cohorts have fewer than 30 customers ({named} …): their rates are mostly chance.", small.len()),
                    format!("고객이 30명보다 적은 코호트가 {}개 있어요({named} …). 유지율이 우연에 크게 좌우돼요.", small.len()),
                ),
            )
            .value("cohorts", small.len())
            .about("cohorts"),
        );
    }
    findings
}
