//! The two regressions of a score.

use dangol_models::regression::{Coefficient, Design, Linear, Logistic, Settings};

use super::matrix::{Column, Matrix};
use super::result::{RegressionSummary, ScoreCoefficient};
use super::{Foretold, Period};
use crate::error::AnalysisError;

/// The level of intervals.
const LEVEL: f64 = 0.9;

/// A penalty that keeps coefficients finite and hardly moves those that the data determine: it weighs as much as one
/// customer in each direction.
const RIDGE: f64 = 1.0;

/// A fitted score.
pub(super) struct Score {
    spend: Linear,
    leaving: Logistic,
    /// Columns that told some customers apart without exception.
    pub(super) separated_by: Vec<String>,
    /// Standard deviations of the columns, over the rows of either regression.
    deviations: [Vec<f64>; 2],
}

impl Score {
    /// Fits what customers did in a period on what was known of them when it began.
    pub(super) fn fit(design: &Design, period: &Period) -> Result<Self, AnalysisError> {
        let bought = period.bought();
        let buyers: Vec<usize> = (0..bought.len()).filter(|&at| bought[at]).collect();
        let spent: Vec<f64> = buyers.iter().map(|&at| period.revenue()[at]).collect();
        let of_buyers = design.picked(&buyers);
        let spend = Linear::fit(&of_buyers, &spent, LEVEL)?;
        let silent: Vec<bool> = bought.iter().map(|bought| !bought).collect();
        let settings = Settings { level: LEVEL, ridge: 0.0 };
        let mut leaving = Logistic::fit(design, &silent, settings)?;
        let separated_by = leaving.separated_by.clone();
        if !separated_by.is_empty() || !leaving.converged {
            leaving = Logistic::fit(design, &silent, Settings { ridge: RIDGE, ..settings })?;
        }
        Ok(Self { spend, leaving, separated_by, deviations: [deviations(&of_buyers), deviations(design)] })
    }

    /// What customers with these features will do.
    pub(super) fn foretell(&self, design: &Design) -> Result<Foretold, AnalysisError> {
        let silence = self.leaving.probabilities(design)?;
        let revenue: Vec<f64> =
            self.spend.expected(design)?.into_iter().map(|revenue| revenue.max(0.0)).collect();
        let value =
            revenue.iter().zip(&silence).map(|(revenue, silence)| revenue * (1.0 - silence)).collect();
        Ok(Foretold { silence, revenue, value })
    }

    pub(super) fn spend_summary(&self) -> RegressionSummary {
        RegressionSummary { customers: self.spend.rows as u64, r_squared: self.spend.r_squared, ridge: None }
    }

    pub(super) fn leaving_summary(&self) -> RegressionSummary {
        RegressionSummary {
            customers: self.leaving.rows as u64,
            r_squared: Some(self.leaving.pseudo_r_squared()),
            ridge: Some(self.leaving.ridge).filter(|ridge| *ridge > 0.0),
        }
    }

    /// Of both regressions, those that matter most first.
    pub(super) fn coefficients(&self, matrix: &Matrix) -> Vec<ScoreCoefficient> {
        let parts = [
            ("spend", &self.spend.coefficients, &self.deviations[0]),
            ("leaving", &self.leaving.coefficients, &self.deviations[1]),
        ];
        let mut all = Vec::new();
        for (part, coefficients, deviations) in parts {
            let mut rows: Vec<ScoreCoefficient> = matrix
                .columns
                .iter()
                .zip(coefficients)
                .zip(deviations)
                .map(|((column, coefficient), deviation)| described(part, column, coefficient, *deviation))
                .collect();
            let size = |row: &ScoreCoefficient| row.standardised.map_or(-1.0, f64::abs);
            rows.sort_by(|left, right| size(right).total_cmp(&size(left)));
            all.extend(rows);
        }
        all
    }
}

fn described(part: &str, column: &Column, coefficient: &Coefficient, deviation: f64) -> ScoreCoefficient {
    ScoreCoefficient {
        part: part.to_owned(),
        feature: column.feature.clone(),
        title: column.title.clone(),
        fact: column.fact,
        level: column.level.clone(),
        value: coefficient.estimate,
        standard_error: coefficient.standard_error,
        low: coefficient.low,
        high: coefficient.high,
        p_value: coefficient.p_value,
        standardised: coefficient.estimate.map(|value| value * deviation),
    }
}

fn deviations(design: &Design) -> Vec<f64> {
    let count = design.rows().max(1) as f64;
    let of = |column: &Vec<f64>| {
        let mean = dangol_models::sum::sum(column) / count;
        let squares: Vec<f64> = column.iter().map(|x| (x - mean) * (x - mean)).collect();
        (dangol_models::sum::sum(&squares) / count).sqrt()
    };
    design.columns().iter().map(of).collect()
}
