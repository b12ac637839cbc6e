//! Pearson's χ² test of independence.
//!
//! K. Pearson, Philosophical Magazine 50 (1900), 157–175; V: H. Cramér, "Mathematical Methods of Statistics" (1946),
//! § 21.9; how large expected counts must be: W. G. Cochran, "Some methods for strengthening the common χ² tests",
//! Biometrics 10 (1954), 417–451.

use serde::{Deserialize, Serialize};

use super::{Test, chi_square_p};
use crate::error::{Error, Result};

/// The χ² test of a table, and whether its approximation may be trusted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct ChiSquare {
    /// χ², its degrees of freedom, p, and Cramér's V (0: independent, 1: one follows from the other).
    pub test: Test,
    /// The smallest expected count.
    pub least_expected: f64,
    /// Share of the cells that are expected to hold fewer than five.
    pub below_five: f64,
}

impl ChiSquare {
    /// Cochran's rule: no expected count below one, and at most a fifth of them below five.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.least_expected >= 1.0 && self.below_five <= 0.2
    }
}

/// Whether rows and columns of a table of counts are independent: χ² = Σ (O − E)² / E with
/// E = row sum × column sum / total, and V = √(χ² / (n · (min(rows, columns) − 1))).
///
/// Rows and columns without any count are left out. `None` where fewer than two of either are left.
///
/// # Errors
/// [`Error::UnequalLengths`] for rows of different lengths.
///
/// ```
/// use dangol_models::hypothesis::chi_square;
/// // Men and women among buyers and others.
/// let found = chi_square(&[vec![30, 70], vec![50, 50]])?.unwrap();
/// assert!((found.test.statistic - 8.333_333_333_333_334).abs() < 1e-12);
/// assert_eq!((found.test.degrees_of_freedom, found.least_expected), (Some(1.0), 40.0));
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn chi_square(table: &[Vec<u64>]) -> Result<Option<ChiSquare>> {
    let width = table.first().map_or(0, Vec::len);
    if let Some(row) = table.iter().find(|row| row.len() != width) {
        return Err(Error::UnequalLengths { what: "counts in another row", left: width, right: row.len() });
    }
    let sums = |of: &mut dyn Iterator<Item = u64>| of.map(|count| count as f64).sum::<f64>();
    let columns: Vec<f64> = (0..width).map(|at| sums(&mut table.iter().map(|row| row[at]))).collect();
    let rows: Vec<f64> = table.iter().map(|row| sums(&mut row.iter().copied())).collect();
    let filled = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let (height, width) = (filled(&rows), filled(&columns));
    if height < 2 || width < 2 {
        return Ok(None);
    }
    let total: f64 = rows.iter().sum();
    let (mut statistic, mut least_expected, mut below) = (0.0, f64::INFINITY, 0_usize);
    for (row, row_sum) in table.iter().zip(&rows).filter(|(_, sum)| **sum > 0.0) {
        for (&count, column_sum) in row.iter().zip(&columns).filter(|(_, sum)| **sum > 0.0) {
            let expected = row_sum * column_sum / total;
            statistic += (count as f64 - expected).powi(2) / expected;
            least_expected = expected.min(least_expected);
            below += usize::from(expected < 5.0);
        }
    }
    let degrees = ((height - 1) * (width - 1)) as f64;
    let effect = (statistic / (total * (height.min(width) - 1) as f64)).sqrt().min(1.0);
    let test = Test {
        statistic,
        degrees_of_freedom: Some(degrees),
        p_value: chi_square_p(statistic, degrees),
        effect,
    };
    Ok(Some(ChiSquare { test, least_expected, below_five: below as f64 / (height * width) as f64 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_is_left_out() {
        let with = chi_square(&[vec![30, 0, 70], vec![0, 0, 0], vec![50, 0, 50]]).unwrap();
        assert_eq!(with, chi_square(&[vec![30, 70], vec![50, 50]]).unwrap());
        assert_eq!(chi_square(&[vec![3, 0], vec![4, 0]]).unwrap(), None);
        assert_eq!(chi_square(&[]).unwrap(), None);
    }

    #[test]
    fn a_perfect_relation_has_an_effect_of_one() {
        let found = chi_square(&[vec![10, 0], vec![0, 20]]).unwrap().unwrap();
        assert!((found.test.effect - 1.0).abs() < 1e-15);
    }

    #[test]
    fn small_expected_counts_are_seen() {
        assert!(chi_square(&[vec![30, 70], vec![50, 50]]).unwrap().unwrap().is_sound());
        let small = chi_square(&[vec![1, 2], vec![3, 4]]).unwrap().unwrap();
        assert!(!small.is_sound());
        assert_eq!((small.least_expected, small.below_five), (1.2, 1.0));
        assert!(chi_square(&[vec![1, 2], vec![3]]).is_err());
    }
}
