//! Classes: customers sorted by quantiles of their score.
//!
//! The edges are quantiles of the customers' scores, closed on the right, so that equal scores
//! share a class. Where edges coincide, classes merge.

use dangol_models::quantile::{assign, equal_count_edges};

use super::scoring::Scores;

/// Each customer's class, from the lowest to the best.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// Class of each customer: 1 is the lowest.
    pub of: Vec<u8>,
    /// Names of the classes, the lowest first.
    pub names: Vec<String>,
    /// Edges between the classes on the score.
    pub edges: Vec<f64>,
    /// Classes that were asked for.
    pub asked: u8,
}

impl Classes {
    /// Sorts customers into `asked` classes by quantiles of their score.
    #[must_use]
    pub fn of_scores(scores: &Scores, asked: u8) -> Self {
        // The only errors are no customers (then there is one class, without customers) and
        // scores that are not finite, which sums of whole scores with finite weights never are
        // once parameters are checked.
        let edges = equal_count_edges(&scores.score, usize::from(asked)).unwrap_or_default();
        let of = scores.score.iter().map(|&score| assign(score, &edges) as u8).collect();
        Self { of, names: class_names(edges.len() as u8 + 1, asked), edges, asked }
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> u8 {
        self.names.len() as u8
    }

    /// Whether there is no class; there always is one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The class of a score, from 1.
    #[must_use]
    pub fn class_of(&self, score: f64) -> usize {
        assign(score, &self.edges)
    }

    /// Name of a customer's class.
    #[must_use]
    pub fn name_of(&self, customer: usize) -> &str {
        &self.names[usize::from(self.of[customer]) - 1]
    }
}

/// Names of classes, the lowest first: silver, gold and platinum for three; `class_1` and so on
/// for other numbers. Of three classes, two that are left keep the names of the ends.
#[must_use]
pub fn class_names(classes: u8, asked: u8) -> Vec<String> {
    let names: &[&str] = match (asked, classes) {
        (3, 1) => &["gold"],
        (3, 2) => &["silver", "platinum"],
        (3, 3) => &["silver", "gold", "platinum"],
        _ => {
            return (1..=classes).map(|class| format!("class_{class}")).collect();
        }
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::params::RfmParams;
    use super::super::scoring::{CustomerTotals, score};
    use super::*;

    #[test]
    fn thirds_of_distinct_scores() {
        let params = RfmParams { weights: [0.0, 0.0, 1.0], groups: 9, ..RfmParams::default() };
        let totals = CustomerTotals {
            recency_days: vec![1; 9],
            frequency: vec![1.0; 9],
            monetary: (1..=9).map(f64::from).collect(),
            orders: vec![1; 9],
        };
        let scores = score(&totals, &params).unwrap();
        assert_eq!(scores.score, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        let classes = Classes::of_scores(&scores, 3);
        assert_eq!(classes.of, [1, 1, 1, 2, 2, 2, 3, 3, 3]);
        assert_eq!(classes.name_of(8), "platinum");
    }

    #[test]
    fn equal_scores_are_one_class() {
        let totals = CustomerTotals {
            recency_days: vec![1; 4],
            frequency: vec![1.0; 4],
            monetary: vec![1.0; 4],
            orders: vec![1; 4],
        };
        let classes = Classes::of_scores(&score(&totals, &RfmParams::default()).unwrap(), 3);
        assert_eq!(classes.of, [1; 4]);
        assert_eq!(classes.names, ["gold"]);
        let none = Classes::of_scores(&score(&CustomerTotals::default(), &RfmParams::default()).unwrap(), 3);
        assert!(none.of.is_empty());
    }
}
