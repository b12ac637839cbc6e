//! Whether cohorts differ by more than chance.

use std::collections::BTreeMap;

use dangol_models::heterogeneity::{GroupMean, compare};
use dangol_models::proportion::LEVEL;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AnalysisError;

/// How cohorts differ once chance is taken off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortSpread {
    /// How probable it is that cohorts which are all the same look as different as these (Cochran's Q).
    pub p_value: f64,
    /// Standard deviation of what customers of a cohort are worth in truth, over cohorts.
    pub between: f64,
    /// How much more the best third brings than the worst, as it was seen.
    pub seen_gap: f64,
    /// The same in truth: cohorts were picked because they looked good or bad, which chance makes too large.
    pub gap: f64,
    /// Lower end of its 95 % interval.
    pub gap_low: f64,
    /// Upper end.
    pub gap_high: f64,
    /// Whether best and worst differ by more than chance: p at most 0.05, and an interval above 0.
    pub differs: bool,
    /// The cohorts, the best first.
    pub cohorts: Vec<RankedCohort>,
}

/// A cohort as it was seen, and what it is in truth.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RankedCohort {
    /// First day of its period.
    pub cohort: String,
    /// `best`, `worst` or `middle`.
    pub third: String,
    /// What a customer brought, as it was seen.
    pub seen: f64,
    /// What is expected of it in truth, drawn towards the mean of all the more, the smaller the cohort is.
    pub expected: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Compares ranked cohorts by mean and squared standard error; `None` where these are not known or there are too few.
pub(super) fn spread(
    ranked: &[(String, f64)],
    means: &BTreeMap<String, (f64, f64)>,
    third: usize,
) -> Result<Option<CohortSpread>, AnalysisError> {
    let groups: Option<Vec<GroupMean>> = ranked
        .iter()
        .map(|(name, _)| {
            let &(mean, variance) = means.get(name)?;
            (variance > 0.0).then_some(GroupMean { mean, variance })
        })
        .collect();
    let Some(groups) = groups.filter(|_| third > 0) else { return Ok(None) };
    let Some(found) = compare(&groups)? else { return Ok(None) };
    let last = groups.len() - third;
    let part = 1.0 / third as f64;
    let sign = |at: usize| {
        if at < third {
            part
        } else if at >= last {
            -part
        } else {
            0.0
        }
    };
    let weights: Vec<f64> = (0..groups.len()).map(sign).collect();
    let gap = found.combined(&weights, LEVEL)?;
    let cohorts = ranked
        .iter()
        .enumerate()
        .filter_map(|(at, (cohort, _))| Some((at, cohort, found.truth(at, LEVEL).transpose()?)))
        .map(|(at, cohort, truth)| {
            let truth = truth?;
            Ok(RankedCohort {
                cohort: cohort.clone(),
                third: if at < third {
                    "best"
                } else if at >= last {
                    "worst"
                } else {
                    "middle"
                }
                .to_owned(),
                seen: groups[at].mean,
                expected: truth.value,
                low: truth.low,
                high: truth.high,
            })
        })
        .collect::<Result<_, AnalysisError>>()?;
    Ok(Some(CohortSpread {
        p_value: found.p_value,
        between: found.between,
        seen_gap: weights.iter().zip(&groups).map(|(weight, group)| weight * group.mean).sum(),
        gap: gap.value,
        gap_low: gap.low,
        gap_high: gap.high,
        differs: found.p_value <= 1.0 - LEVEL && gap.low > 0.0,
        cohorts,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_cohorts_that_differ_are_told_from_small_ones_that_look_so() {
        let ranked: Vec<(String, f64)> = [90.0, 60.0, 50.0, 45.0, 40.0, 10.0]
            .iter()
            .zip('a'..)
            .map(|(v, n)| (n.to_string(), *v))
            .collect();
        let with = |error: f64| -> BTreeMap<String, (f64, f64)> {
            ranked.iter().map(|(name, value)| (name.clone(), (*value, error * error))).collect()
        };
        let sure = spread(&ranked, &with(2.0), 2).unwrap().unwrap();
        assert!(
            sure.differs && (sure.seen_gap - 50.0).abs() < 1e-9 && sure.gap > 48.0 && sure.gap < 50.0,
            "{sure:?}"
        );
        let thirds: Vec<&str> = sure.cohorts.iter().map(|cohort| cohort.third.as_str()).collect();
        assert_eq!(thirds, ["best", "best", "middle", "middle", "worst", "worst"]);
        let chance = spread(&ranked, &with(60.0), 2).unwrap().unwrap();
        assert!(!chance.differs && chance.p_value > 0.5 && chance.gap < 25.0, "{chance:?}");
        assert!(chance.cohorts[0].expected < 70.0);
        assert!(spread(&ranked, &BTreeMap::new(), 2).unwrap().is_none());
    }
}
