//! From factors and clusters to weights, from weights to scores, from scores to grades.

use dangol_models::sum::Sum;
use dangol_shop::{Scope, Shop};

use super::classifier::{Learnt, learn};
use super::factors::{BEST, Factor, Factors};
use super::params::{GradesParams, Importance};
use crate::clusters;
use crate::error::AnalysisError;
use crate::words::Words;

/// Keys of the grades, the best first.
pub(super) const GRADES: [&str; 5] = ["vip", "gold", "silver", "bronze", "at_risk"];

/// What people call a grade.
pub(super) fn grade_name(key: &str) -> Words {
    match key {
        "vip" => Words::new("VIP", "VIP"),
        "gold" => Words::new("Gold", "골드"),
        "silver" => Words::new("Silver", "실버"),
        "bronze" => Words::new("Bronze", "브론즈"),
        _ => Words::new("At risk", "이탈 위험"),
    }
}

/// Everybody in scope, graded.
#[derive(Debug)]
pub(super) struct Graded {
    pub(super) factors: Factors,
    pub(super) learnt: Option<Learnt>,
    /// Clusters that there were to learn.
    pub(super) clusters: usize,
    pub(super) weights_from: &'static str,
    /// One a factor, summing to 1; 0 for one that is the same for all.
    pub(super) weights: Vec<f64>,
    /// Weighted score of each customer.
    pub(super) scores: Vec<f64>,
    /// Place in [`GRADES`] of each customer's grade.
    pub(super) grades: Vec<usize>,
}

impl Graded {
    pub(super) async fn of(shop: &Shop, scope: &Scope, params: &GradesParams) -> Result<Self, AnalysisError> {
        let by_hand = params.check()?;
        let factors = Factors::of(shop, scope, params).await?;
        let mut learnt = None;
        let mut clusters = 0;
        if by_hand.is_none() {
            let everybody = Scope { members: None, ..scope.clone() };
            let found = clusters::labels(shop, &everybody).await?;
            clusters = found.groups;
            let of = factors.customer_key().iter().map(|key| found.of(*key)).collect::<Vec<_>>();
            learnt = learn(&factors, &of, params.importance)?;
        }
        let given: Vec<f64> = match (&by_hand, &learnt) {
            (Some(by_hand), _) => {
                let of = |factor: Factor| {
                    by_hand.iter().find(|(given, _)| *given == factor).map_or(0.0, |(_, w)| *w)
                };
                factors.columns.iter().map(|column| of(column.factor)).collect()
            }
            (None, Some(learnt)) => learnt.importance.clone(),
            (None, None) => vec![1.0; factors.columns.len()],
        };
        let weights = normalised(&factors, &given);
        let scores = weighted(&factors, &weights);
        let edges = edges(params);
        let grades = scores.iter().map(|score| grade_of(*score, edges)).collect();
        let weights_from = match (&by_hand, &learnt, params.importance) {
            (Some(_), ..) => "by_hand",
            (None, None, _) => "equal",
            (None, Some(_), Importance::Gain) => "gain",
            (None, Some(_), Importance::Shap) => "shap",
        };
        Ok(Self { factors, learnt, clusters, weights_from, weights, scores, grades })
    }

    /// Places of the customers that a scope lets through.
    pub(super) fn members(&self, scope: &Scope) -> Vec<usize> {
        self.factors.fitted.members(scope)
    }
}

/// From which score on each grade begins, the best first.
pub(super) fn edges(params: &GradesParams) -> [f64; 5] {
    [params.vip, params.gold, params.silver, params.bronze, 1.0]
}

fn grade_of(score: f64, edges: [f64; 5]) -> usize {
    // Weights are shares of floating numbers: what lies on an edge but for rounding has reached it.
    edges.iter().position(|edge| score >= edge - 1e-9).unwrap_or(edges.len() - 1)
}

/// Weights that sum to 1 over the factors in which customers differ.
fn normalised(factors: &Factors, given: &[f64]) -> Vec<f64> {
    let differ = factors.columns.iter().map(|column| column.scores.is_some());
    let kept: Vec<f64> =
        given.iter().zip(differ).map(|(weight, differ)| if differ { *weight } else { 0.0 }).collect();
    let total: f64 = kept.iter().sum();
    if total > 0.0 {
        return kept.iter().map(|weight| weight / total).collect();
    }
    // All weight was on factors that do not differ.
    let some = factors.columns.iter().filter(|column| column.scores.is_some()).count();
    let equal =
        |column: &super::factors::Column| if column.scores.is_some() { 1.0 / some as f64 } else { 0.0 };
    factors.columns.iter().map(equal).collect()
}

/// Each customer's weighted score; the middle where no factor differs.
fn weighted(factors: &Factors, weights: &[f64]) -> Vec<f64> {
    let customers = factors.customer_key().len();
    let scored: Vec<(&Vec<f64>, f64)> = factors
        .columns
        .iter()
        .zip(weights)
        .filter_map(|(column, weight)| column.scores.as_ref().map(|scores| (scores, *weight)))
        .collect();
    if scored.is_empty() {
        return vec![f64::midpoint(1.0, BEST); customers];
    }
    (0..customers)
        .map(|at| scored.iter().map(|(scores, weight)| scores[at] * weight).collect::<Sum>().value())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::grade_of;

    #[test]
    fn edges_belong_to_the_better_grade() {
        let edges = [3.2, 2.8, 2.4, 2.0, 1.0];
        let grades = [4.0, 3.2, 3.2 - 1e-12, 3.19, 2.8, 2.0, 1.99, 1.0].map(|score| grade_of(score, edges));
        assert_eq!(grades, [0, 0, 0, 1, 1, 3, 4, 4]);
    }
}
