//! Regression: what a quantity, or the chance of an event, goes with.
//!
//! [`Linear`] is least squares for a quantity, [`Logistic`] maximum likelihood for an event. Both take a [`Design`],
//! which holds one column for each variable; [`Levels`] makes columns of words. The intercept is always there and is not a column.
//!
//! Columns are centred and divided by their standard deviations before anything is solved, and the answer is brought
//! back to their own units: amounts in won and shares from 0 to 1 then stand beside each other. A column that the ones
//! before it explain (to 10⁻⁷ of its own length, as in R's `lm`) has no coefficient.

mod judging;
mod least_squares;
mod levels;
mod linear;
mod logistic;

pub use judging::{area_under_curve, brier};
pub use levels::{Level, Levels};
pub use linear::Linear;
pub use logistic::{Logistic, Settings};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_finite};

/// Variables of a regression: one column for each, with a value for each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    rows: usize,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Design {
    /// A design of so many rows, with named columns.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] where a column has more or fewer values than there are rows; [`Error::NotFinite`].
    pub fn new(rows: usize, columns: impl IntoIterator<Item = (String, Vec<f64>)>) -> Result<Self> {
        let mut design = Self { rows, ..Self::default() };
        for (name, values) in columns {
            if values.len() != rows {
                return Err(Error::UnequalLengths {
                    what: "values of a column",
                    left: rows,
                    right: values.len(),
                });
            }
            check_finite(&values)?;
            design.names.push(name);
            design.columns.push(values);
        }
        Ok(design)
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// The same columns with some of the rows, by their places.
    #[must_use]
    pub fn picked(&self, places: &[usize]) -> Self {
        let columns =
            self.columns.iter().map(|column| places.iter().map(|&at| column[at]).collect()).collect();
        Self { rows: places.len(), names: self.names.clone(), columns }
    }

    /// intercept + Σ coefficient × column, of each row; a variable without a coefficient counts for nothing.
    fn predictor(&self, intercept: f64, coefficients: &[Coefficient]) -> Result<Vec<f64>> {
        if self.columns.len() != coefficients.len() {
            return Err(Error::UnequalLengths {
                what: "columns",
                left: coefficients.len(),
                right: self.columns.len(),
            });
        }
        let mut values = vec![intercept; self.rows];
        for (column, coefficient) in self.columns.iter().zip(coefficients) {
            let Some(slope) = coefficient.estimate else { continue };
            for (value, x) in values.iter_mut().zip(column) {
                *value += slope * x;
            }
        }
        Ok(values)
    }
}

/// A coefficient with its uncertainty.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// The column's name.
    pub name: String,
    /// The estimate, in units of the outcome (or of log odds) for one unit of the column; none where other columns
    /// say the same already.
    pub estimate: Option<f64>,
    /// Its standard error; none where there are no rows left to tell it by.
    pub standard_error: Option<f64>,
    /// The probability of an estimate so far from 0 if the variable did not matter.
    pub p_value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Coefficient {
    /// With an interval of so many standard errors to each side, and the two-sided tail of a statistic.
    fn new(
        name: &str,
        estimate: Option<f64>,
        variance: Option<f64>,
        half_width: f64,
        tail: impl Fn(f64) -> f64,
    ) -> Self {
        let standard_error = estimate.and(variance).map(|variance| variance.max(0.0).sqrt());
        let end = |sign: f64| Some(estimate? + sign * half_width * standard_error?);
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let p_value = estimate.zip(standard_error).filter(|(_, error)| *error > 0.0);
        Self {
            name: name.to_owned(),
            estimate,
            standard_error,
            p_value: p_value.map(|(value, error)| tail((value / error).abs())),
            low: finite(end(-1.0)),
            high: finite(end(1.0)),
        }
    }
}

/// Fails unless there is an outcome for each row, and more rows than one.
fn check_rows(design: &Design, outcomes: usize) -> Result<()> {
    if design.rows != outcomes {
        return Err(Error::UnequalLengths { what: "outcomes", left: design.rows, right: outcomes });
    }
    if outcomes == 0 { Err(Error::Empty { what: "a regression" }) } else { Ok(()) }
}

/// Fails unless a level lies strictly between 0 and 1.
fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 { Ok(()) } else { Err(Error::NotALevel { level }) }
}

#[cfg(test)]
mod tests;
