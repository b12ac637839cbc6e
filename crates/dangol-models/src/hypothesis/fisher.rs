//! Fisher's exact test of a two-by-two table.
//!
//! R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935), 39–82. Two-sided:
//! all tables with the same margins that are at most as probable as the one seen.

use serde::{Deserialize, Serialize};

/// What the exact test says.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct FisherExact {
    /// Odds of the first row over those of the second; none where a product on the lower diagonal is zero.
    pub odds_ratio: Option<f64>,
    /// The two-sided p-value.
    pub p_value: f64,
}

/// Fisher's exact test of `[[a, b], [c, d]]`; `None` where a row or a column is empty, since nothing can differ then.
///
/// ```
/// use dangol_models::hypothesis::fisher_exact;
/// // The lady tasting tea: three of four cups right.
/// let found = fisher_exact([[3, 1], [1, 3]]).unwrap();
/// assert!((found.p_value - 34.0 / 70.0).abs() < 1e-14);
/// assert_eq!(found.odds_ratio, Some(9.0));
/// ```
#[must_use]
pub fn fisher_exact([[a, b], [c, d]]: [[u64; 2]; 2]) -> Option<FisherExact> {
    /// Tables that are equally probable differ by rounding; as R does.
    const AS_PROBABLE: f64 = 1.0 + 1e-7;
    let (row, other_row, column) = (a + b, c + d, a + c);
    if row == 0 || other_row == 0 || column == 0 || b + d == 0 {
        return None;
    }
    let least = column.saturating_sub(other_row);
    let most = column.min(row);
    // Weights by the ratio of neighbours from the most probable table on: no logarithms of huge factorials, whose
    // differences would have few digits left.
    let mode = ((column + 1) as f64 * (row + 1) as f64 / (row + other_row + 2) as f64) as u64;
    let mode = mode.clamp(least, most);
    // The weight of k + 1 over that of k.
    let next = |k: u64| {
        (row - k) as f64 * (column - k) as f64 / ((k + 1) as f64 * (other_row + k + 1 - column) as f64)
    };
    let mut weights = vec![0.0; (most - least + 1) as usize];
    let at = |k: u64| (k - least) as usize;
    weights[at(mode)] = 1.0;
    for k in mode..most {
        weights[at(k + 1)] = weights[at(k)] * next(k);
    }
    for k in (least..mode).rev() {
        weights[at(k)] = weights[at(k + 1)] / next(k);
    }
    let seen = weights[at(a)] * AS_PROBABLE;
    // Small ones first, so that they are not lost.
    weights.sort_unstable_by(f64::total_cmp);
    let total: f64 = weights.iter().sum();
    let extreme: f64 = weights.iter().filter(|weight| **weight <= seen).sum();
    let across = b as f64 * c as f64;
    Some(FisherExact {
        odds_ratio: (across > 0.0).then(|| a as f64 * d as f64 / across),
        p_value: (extreme / total).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_that_are_empty_say_nothing() {
        assert_eq!(fisher_exact([[0, 0], [3, 4]]), None);
        assert_eq!(fisher_exact([[0, 5], [0, 4]]), None);
    }

    #[test]
    fn the_most_extreme_table_is_counted_alone() {
        // 1 of C(10, 5) on either side.
        let found = fisher_exact([[5, 0], [0, 5]]).unwrap();
        assert!((found.p_value - 2.0 / 252.0).abs() < 1e-15, "{found:?}");
        assert_eq!(found.odds_ratio, None);
    }

    #[test]
    fn swapping_rows_or_columns_changes_nothing() {
        let p = fisher_exact([[12, 5], [29, 2]]).unwrap().p_value;
        for other in [[[29, 2], [12, 5]], [[5, 12], [2, 29]], [[12, 29], [5, 2]]] {
            assert!((fisher_exact(other).unwrap().p_value - p).abs() < 1e-14);
        }
    }
}
