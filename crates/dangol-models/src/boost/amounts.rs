//! Boosted trees of an amount: least squares by the same trees as the classifier.
//!
//! Friedman (2001), algorithm 2 (`LS_Boost`). Rows are means of so many cases each, so that equal cases need be given once.

use serde::{Deserialize, Serialize};

use super::tree::{Binned, Tree};
use super::{BoostParams, check_params, shared};
use crate::error::{Error, Result, check_finite};

/// Fitted trees of an amount.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Amounts {
    /// The mean of all cases: what is known before any split.
    start: f64,
    /// The unit of the trees: the standard deviation of the rows.
    unit: f64,
    trees: Vec<Tree>,
    /// Gain of the splits on each column.
    gains: Vec<f64>,
}

impl Amounts {
    /// Fits the mean amount of rows of `width` columns, each of which stands for so many cases. The least sum of second
    /// derivatives in a leaf ([`BoostParams::least`]) is a number of cases.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::NotFinite`], [`Error::UnequalLengths`], [`Error::BadWeight`] for a row of no cases, and as
    /// [`boost`](super::boost) for settings that are none.
    ///
    /// ```
    /// use dangol_models::boost::{Amounts, BoostParams};
    /// let rows: Vec<f64> = (0..40).map(f64::from).collect();
    /// let amounts: Vec<f64> = rows.iter().map(|x| if *x < 25.0 { 10.0 } else { 90.0 }).collect();
    /// let found = Amounts::fit(1, &rows, &amounts, &[5.0; 40], &BoostParams::default())?;
    /// assert!((found.value(&[3.0]) - 10.0).abs() < 0.1 && (found.value(&[33.0]) - 90.0).abs() < 0.1);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn fit(
        width: usize,
        values: &[f64],
        means: &[f64],
        cases: &[f64],
        params: &BoostParams,
    ) -> Result<Self> {
        check_finite(values)?;
        check_finite(means)?;
        if width == 0 || means.is_empty() {
            return Err(Error::Empty { what: "trees of an amount" });
        }
        if values.len() != means.len() * width || cases.len() != means.len() {
            let right = if cases.len() == means.len() { values.len() / width } else { cases.len() };
            return Err(Error::UnequalLengths { what: "amounts", left: means.len(), right });
        }
        if let Some(index) = cases.iter().position(|cases| !(cases.is_finite() && *cases > 0.0)) {
            return Err(Error::BadWeight { index, value: cases[index] });
        }
        check_params(params)?;
        let all: f64 = cases.iter().sum();
        let start = cases.iter().zip(means).map(|(cases, mean)| cases * mean).sum::<f64>() / all;
        let squares = cases.iter().zip(means).map(|(cases, mean)| cases * (mean - start) * (mean - start));
        let spread = (squares.sum::<f64>() / all).sqrt();
        // Without a spread there is nothing to learn, in any unit.
        let unit = if spread.is_normal() { spread } else { 1.0 };
        let wanted: Vec<f64> = means.iter().map(|mean| (mean - start) / unit).collect();
        let binned = Binned::of(width, values, params.bins);
        let mut said = vec![0.0; means.len()];
        let mut made =
            Self { start, unit, trees: Vec::with_capacity(params.rounds), gains: vec![0.0; width] };
        for _ in 0..params.rounds {
            // First and second derivative of half the squared error.
            let slopes: Vec<(f64, f64)> = said
                .iter()
                .zip(&wanted)
                .zip(cases)
                .map(|((said, wanted), cases)| (cases * (said - wanted), *cases))
                .collect();
            let tree = Tree::grown(&binned, &slopes, params, &mut made.gains);
            for (row, said) in values.chunks_exact(width).zip(&mut said) {
                *said += tree.value(row);
            }
            made.trees.push(tree);
        }
        Ok(made)
    }

    /// The amount expected of a row.
    #[must_use]
    pub fn value(&self, row: &[f64]) -> f64 {
        self.start + self.unit * self.trees.iter().map(|tree| tree.value(row)).sum::<f64>()
    }

    /// Share of each column in the gain of all splits; equal shares where there is no split.
    #[must_use]
    pub fn gain(&self) -> Vec<f64> {
        shared(&self.gains)
    }
}
