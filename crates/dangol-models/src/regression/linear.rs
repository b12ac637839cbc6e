//! Least squares: a quantity as a sum of what each variable adds.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::least_squares::Scaled;
use super::{Coefficient, Design, check_level, check_rows};
use crate::error::{Result, check_finite};
use crate::sum::sum;

/// A fitted linear regression, y = intercept + Σ coefficient × column + noise.
///
/// Standard errors are the classical ones: they take the noise of all rows for equally large. p-values and intervals
/// are of Student's distribution.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Rows.
    pub rows: usize,
    /// What is expected where every column is 0.
    pub intercept: Coefficient,
    /// By column.
    pub coefficients: Vec<Coefficient>,
    /// Rows minus coefficients.
    pub degrees_of_freedom: usize,
    /// The standard deviation of the noise; none without degrees of freedom.
    pub residual_deviation: Option<f64>,
    /// The share of the outcome's variance that the columns explain; none where the outcome is constant.
    pub r_squared: Option<f64>,
    /// The same without what any columns explain by chance: 1 − (1 − R²)(n − 1) / degrees of freedom.
    pub adjusted_r_squared: Option<f64>,
}

impl Linear {
    /// Fits; intervals of coefficients have the given level, such as 0.9.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`](crate::Error::UnequalLengths) unless there is an outcome for each row;
    /// [`Error::Empty`](crate::Error::Empty), [`Error::NotFinite`](crate::Error::NotFinite),
    /// [`Error::NotALevel`](crate::Error::NotALevel).
    ///
    /// ```
    /// use dangol_models::regression::{Design, Linear};
    /// let design = Design::new(4, [("visits".to_owned(), vec![0.0, 1.0, 2.0, 3.0])])?;
    /// let fitted = Linear::fit(&design, &[1.0, 3.1, 4.9, 7.0], 0.9)?;
    /// assert!((fitted.coefficients[0].estimate.unwrap() - 1.98).abs() < 1e-12);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn fit(design: &Design, outcomes: &[f64], level: f64) -> Result<Self> {
        check_rows(design, outcomes.len())?;
        check_finite(outcomes)?;
        check_level(level)?;
        let rows = outcomes.len();
        let scaled = Scaled::of(design);
        let mean = sum(outcomes) / rows as f64;
        let centred: Vec<f64> = outcomes.iter().map(|y| y - mean).collect();
        let solved = scaled.solve(None, &centred, &[], &[]);
        let degrees_of_freedom = rows - solved.kept.len();
        let variance = (degrees_of_freedom > 0).then(|| solved.residual_squares / degrees_of_freedom as f64);
        let mut solution = solved.coefficients.clone();
        solution[0] = solution[0].map(|start| start + mean);
        let student = StudentsT::new(0.0, 1.0, degrees_of_freedom.max(1) as f64).ok();
        let half_width = student.as_ref().map_or(f64::NAN, |t| t.inverse_cdf(f64::midpoint(1.0, level)));
        let tail = |statistic: f64| student.as_ref().map_or(f64::NAN, |t| 2.0 * t.sf(statistic));
        let values = scaled.unscaled(&solution, &solved, variance);
        let (intercept, coefficients) = Scaled::named(design, &values, half_width, tail);
        let total = sum(&centred.iter().map(|y| y * y).collect::<Vec<_>>());
        let constant = outcomes.windows(2).all(|pair| pair[0] == pair[1]);
        let unexplained = (!constant && total > 0.0).then(|| solved.residual_squares / total);
        Ok(Self {
            rows,
            intercept,
            coefficients,
            degrees_of_freedom,
            residual_deviation: variance.map(f64::sqrt),
            r_squared: unexplained.map(|part| 1.0 - part),
            adjusted_r_squared: unexplained
                .filter(|_| degrees_of_freedom > 0)
                .map(|part| 1.0 - part * (rows as f64 - 1.0) / degrees_of_freedom as f64),
        })
    }

    /// What is expected of other rows, with the same columns in the same order.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`](crate::Error::UnequalLengths) where there are more or fewer columns.
    pub fn expected(&self, design: &Design) -> Result<Vec<f64>> {
        design.predictor(self.intercept.estimate.unwrap_or(0.0), &self.coefficients)
    }
}
