//! Principal components: the directions along which rows differ most.
//!
//! Hotelling, H. (1933), "Analysis of a complex of statistical variables into principal components", J. Educ. Psychol.
//! 24. Eigenvectors of the covariance matrix (divisor n − 1), which is small: one entry for each pair of columns.

use serde::{Deserialize, Serialize};

use super::Rows;
use crate::error::{Error, Result};
use crate::math::Symmetric;
use crate::sum::Sum;

/// Components, the strongest first.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pca {
    /// The mean of each column.
    pub means: Vec<f64>,
    /// The standard deviation of each column, with divisor n − 1.
    pub deviations: Vec<f64>,
    /// One direction for each component, of length 1. An eigenvector may point either way: its largest entry (the first
    /// of several) is positive here, as in scikit-learn from 1.5 on.
    pub directions: Vec<Vec<f64>>,
    /// Variance along each direction.
    pub variances: Vec<f64>,
    /// Share of the whole variance along each direction; all 0 where nothing varies.
    pub explained: Vec<f64>,
}

/// The components of rows.
///
/// # Errors
/// [`Error::CountOutOfRange`] with fewer than two rows: nothing varies then.
///
/// ```
/// use dangol_models::cluster::{Rows, pca::pca};
/// // The second column is twice the first: one direction explains everything.
/// let found = pca(&Rows::new(2, &[0.0, 0.0, 1.0, 2.0, 2.0, 4.0])?)?;
/// assert!((found.explained[0] - 1.0).abs() < 1e-12);
/// assert!((found.directions[0][1] - 2.0 / 5_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn pca(rows: &Rows) -> Result<Pca> {
    crate::error::check_count("rows", rows.given(), 2, usize::MAX)?;
    let (width, freedom) = (rows.width(), rows.given() as f64 - 1.0);
    let means = rows.means();
    let mut sums = vec![vec![Sum::default(); width]; width];
    for (row, weight) in rows.values().chunks_exact(width).zip(rows.weights()) {
        for i in 0..width {
            let along = weight * (row[i] - means[i]);
            for j in i..width {
                sums[i][j].add(along * (row[j] - means[j]));
            }
        }
    }
    let entry = |i: usize, j: usize| sums[i.min(j)][i.max(j)].value() / freedom;
    let covariance: Vec<Vec<f64>> = (0..width).map(|i| (0..width).map(|j| entry(i, j)).collect()).collect();
    if !covariance.iter().flatten().all(|value| value.is_finite()) {
        return Err(Error::NotFinite { index: 0, value: f64::INFINITY });
    }
    let found = Symmetric::of(&covariance);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|left, right| found.values[*right].total_cmp(&found.values[*left]));
    // Rounding may carry a zero below it.
    let variances: Vec<f64> = order.iter().map(|&at| found.values[at].max(0.0)).collect();
    let total: f64 = variances.iter().sum();
    Ok(Pca {
        deviations: (0..width).map(|i| covariance[i][i].max(0.0).sqrt()).collect(),
        directions: order.iter().map(|&at| turned(&found.vectors[at])).collect(),
        explained: variances.iter().map(|value| if total > 0.0 { value / total } else { 0.0 }).collect(),
        means,
        variances,
    })
}

/// The way round in which the largest entry is positive.
fn turned(direction: &[f64]) -> Vec<f64> {
    let largest = direction.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    // Equal but for rounding counts as equal, so that the first of several decides.
    let decides = direction.iter().find(|value| value.abs() >= largest * (1.0 - 1e-12));
    let sign = if decides.is_some_and(|value| *value < 0.0) { -1.0 } else { 1.0 };
    direction.iter().map(|value| sign * value).collect()
}

impl Pca {
    /// A row's coordinates along the first `components`.
    #[must_use]
    pub fn project(&self, row: &[f64], components: usize) -> Vec<f64> {
        let along = |direction: &Vec<f64>| {
            let parts = row.iter().zip(&self.means).zip(direction);
            parts.map(|((value, mean), along)| (value - mean) * along).sum()
        };
        self.directions.iter().take(components).map(along).collect()
    }

    /// Loadings: the correlation of each column with a component, −1 to 1; 0 for a column that does not vary.
    #[must_use]
    pub fn loadings(&self, component: usize) -> Vec<f64> {
        let root = self.variances[component].sqrt();
        let pairs = self.directions[component].iter().zip(&self.deviations);
        pairs
            .map(|(along, deviation)| if *deviation > 0.0 { along * root / deviation } else { 0.0 })
            .collect()
    }
}
