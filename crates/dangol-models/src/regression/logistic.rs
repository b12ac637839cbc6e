//! Logistic regression: the log odds of an event as a sum of what each variable adds.
//!
//! Newton's method on the log-likelihood, each step a weighted least squares ("iteratively reweighted"), halved until
//! the likelihood rises. Where the variables tell all events from all others, the likelihood rises for ever: such a
//! separation is found by its certificate, a direction in which no row gets less likely (Albert and Anderson 1984,
//! "On the existence of maximum likelihood estimates in logistic regression models", Biometrika 71).

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::least_squares::{Scaled, Solved};
use super::{Coefficient, Design, check_level, check_rows};
use crate::error::{Error, Result};
use crate::math::logistic;
use crate::sum::Sum;

/// A step that moves no row's log odds by more than this is the last.
const STILL: f64 = 1e-9;

/// Steps at most.
const MOST_STEPS: usize = 100;

/// A search that still moves after so many steps may be running away.
const LONG: usize = 12;

/// A row may get less likely by this part of what the most moved row gains: the rounding of a direction.
const ROUNDING: f64 = 1e-6;

/// How a logistic regression is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Level of the intervals.
    pub level: f64,
    /// λ of a penalty ½ λ Σ γ², where γ are the coefficients of columns divided by their standard deviations; the
    /// intercept has none. 0 is maximum likelihood.
    pub ridge: f64,
}

impl Default for Settings {
    /// Maximum likelihood with intervals of 90 %.
    fn default() -> Self {
        Self { level: 0.9, ridge: 0.0 }
    }
}

/// A fitted logistic regression, ln(p / (1 − p)) = intercept + Σ coefficient × column.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Logistic {
    /// Rows.
    pub rows: usize,
    /// Of them, with the event.
    pub events: usize,
    /// Log odds where every column is 0.
    pub intercept: Coefficient,
    /// By column: with one unit more the odds are exp(coefficient) times as large.
    pub coefficients: Vec<Coefficient>,
    /// The log-likelihood, without the penalty.
    pub log_likelihood: f64,
    /// That of the same chance for all.
    pub null_log_likelihood: f64,
    /// The penalty it was fitted with.
    pub ridge: f64,
    /// Names of the columns that separate events from others, if they do: their coefficients run to infinity and
    /// have no standard errors here.
    pub separated_by: Vec<String>,
    /// Whether the search came to rest, on a maximum or on a separation.
    pub converged: bool,
    /// Steps of the search.
    pub iterations: usize,
}

impl Logistic {
    /// Fits the chance of an event.
    ///
    /// # Errors
    /// [`Error::OneOutcome`] where all rows have the event or none has; [`Error::UnequalLengths`] unless there is an
    /// outcome for each row; [`Error::Empty`], [`Error::NotALevel`]; [`Error::BadParameter`] for a negative ridge.
    pub fn fit(design: &Design, events: &[bool], settings: Settings) -> Result<Self> {
        check_rows(design, events.len())?;
        check_level(settings.level)?;
        if !(settings.ridge.is_finite() && settings.ridge >= 0.0) {
            let range = "a number of at least 0";
            return Err(Error::BadParameter { name: "ridge", value: settings.ridge, range });
        }
        let happened = events.iter().filter(|event| **event).count();
        if happened == 0 || happened == events.len() {
            return Err(Error::OneOutcome { rows: events.len(), events: happened });
        }
        let search = Search { scaled: Scaled::of(design), events, ridge: settings.ridge };
        let found = search.climb(happened as f64 / events.len() as f64);

        let normal = Normal::standard();
        let half_width = normal.inverse_cdf(f64::midpoint(1.0, settings.level));
        let solution: Vec<Option<f64>> = found
            .theta
            .iter()
            .zip(&found.last.coefficients)
            .map(|(value, step)| step.map(|_| *value))
            .collect();
        let mut values = search.scaled.unscaled(&solution, &found.last, Some(1.0));
        for &place in &found.separating {
            values[place].1 = None;
        }
        let (intercept, coefficients) =
            Scaled::named(design, &values, half_width, |statistic| 2.0 * normal.sf(statistic));
        let share = happened as f64 / events.len() as f64;
        Ok(Self {
            rows: events.len(),
            events: happened,
            intercept,
            coefficients,
            log_likelihood: search.log_likelihood(&found.predictor),
            null_log_likelihood: events.len() as f64
                * (share * share.ln() + (1.0 - share) * (1.0 - share).ln()),
            ridge: settings.ridge,
            separated_by: found
                .separating
                .iter()
                .filter_map(|&place| Some(design.names()[place.checked_sub(1)?].clone()))
                .collect(),
            converged: found.converged,
            iterations: found.iterations,
        })
    }

    /// The R² of log-likelihoods: 1 − log-likelihood / that of the same chance for all.
    #[must_use]
    pub fn pseudo_r_squared(&self) -> f64 {
        1.0 - self.log_likelihood / self.null_log_likelihood
    }

    /// The chance of the event for other rows, with the same columns in the same order.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] where there are more or fewer columns.
    pub fn probabilities(&self, design: &Design) -> Result<Vec<f64>> {
        let odds = design.predictor(self.intercept.estimate.unwrap_or(0.0), &self.coefficients)?;
        Ok(odds.into_iter().map(logistic).collect())
    }
}

struct Search<'a> {
    scaled: Scaled,
    events: &'a [bool],
    ridge: f64,
}

/// Where a search ended.
struct Found {
    /// Intercept and coefficients of the scaled columns.
    theta: Vec<f64>,
    /// Log odds by row.
    predictor: Vec<f64>,
    /// The last step, whose inverse is that of the information.
    last: Solved,
    /// Places in `theta` of what runs to infinity.
    separating: Vec<usize>,
    converged: bool,
    iterations: usize,
}

impl Search<'_> {
    fn climb(&self, share: f64) -> Found {
        let count = self.scaled.columns.len() + 1;
        let mut theta = vec![0.0; count];
        theta[0] = (share / (1.0 - share)).ln();
        let mut predictor = self.along(&theta);
        let mut height = self.objective(&theta, &predictor);
        let mut iterations = 0;
        loop {
            let last = self.step(&theta, &predictor);
            let step: Vec<f64> = last.coefficients.iter().map(|value| value.unwrap_or(0.0)).collect();
            let moves = self.along(&step);
            let largest = moves.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
            let separating = if self.ridge == 0.0 && iterations >= LONG {
                self.separating(&step, &moves, largest)
            } else {
                Vec::new()
            };
            if largest <= STILL || !separating.is_empty() || iterations == MOST_STEPS {
                let converged = largest <= STILL || !separating.is_empty();
                return Found { theta, predictor, last, separating, converged, iterations };
            }
            iterations += 1;
            let mut part = 1.0;
            loop {
                let next: Vec<f64> =
                    theta.iter().zip(&step).map(|(value, step)| value + part * step).collect();
                let there: Vec<f64> =
                    predictor.iter().zip(&moves).map(|(value, step)| value + part * step).collect();
                let reached = self.objective(&next, &there);
                // Near the top a full step may lose a rounding.
                if reached >= height - 1e-12 * height.abs() || part < 1e-6 {
                    (theta, predictor, height) = (next, there, reached);
                    break;
                }
                part /= 2.0;
            }
        }
    }

    /// Newton's step: least squares of (y − p) / w with weights w = p (1 − p).
    fn step(&self, theta: &[f64], predictor: &[f64]) -> Solved {
        /// A row that is all but certain still says where it lies.
        const LEAST_WEIGHT: f64 = 1e-12;
        let (weights, target): (Vec<f64>, Vec<f64>) = predictor
            .iter()
            .zip(self.events)
            .map(|(odds, event)| {
                let p = logistic(*odds);
                let root = (p * logistic(-odds)).max(LEAST_WEIGHT).sqrt();
                // 1 − p without cancellation.
                let residual = if *event { logistic(-odds) } else { -p };
                (root, residual / root)
            })
            .unzip();
        if self.ridge == 0.0 {
            return self.scaled.solve(Some(&weights), &target, &[], &[]);
        }
        let root = self.ridge.sqrt();
        let pull: Vec<f64> = theta[1..].iter().map(|value| -root * value).collect();
        self.scaled.solve(Some(&weights), &target, &vec![root; pull.len()], &pull)
    }

    /// What a direction adds to the log odds of each row.
    fn along(&self, direction: &[f64]) -> Vec<f64> {
        let mut values = vec![direction[0]; self.events.len()];
        for (column, slope) in self.scaled.columns.iter().zip(&direction[1..]) {
            for (value, x) in values.iter_mut().zip(column) {
                *value += slope * x;
            }
        }
        values
    }

    fn log_likelihood(&self, predictor: &[f64]) -> f64 {
        // ln p = −ln(1 + exp(−odds)), stable at both ends.
        let term = |odds: f64| if odds > 0.0 { -(-odds).exp().ln_1p() } else { odds - odds.exp().ln_1p() };
        predictor
            .iter()
            .zip(self.events)
            .map(|(odds, event)| if *event { term(*odds) } else { term(-odds) })
            .collect::<Sum>()
            .value()
    }

    fn objective(&self, theta: &[f64], predictor: &[f64]) -> f64 {
        let penalty: f64 = theta[1..].iter().map(|value| value * value).sum();
        self.log_likelihood(predictor) - 0.5 * self.ridge * penalty
    }

    /// The places of a direction in which no row gets less likely and some get more: the likelihood has no maximum.
    fn separating(&self, step: &[f64], moves: &[f64], largest: f64) -> Vec<usize> {
        /// A regular search would have come to rest.
        const STILL_MOVING: f64 = 0.1;
        let gains = |(moved, event): (&f64, &bool)| if *event { *moved } else { -*moved };
        let worst = moves.iter().zip(self.events).map(gains).fold(f64::INFINITY, f64::min);
        if largest < STILL_MOVING || worst < -ROUNDING * largest {
            return Vec::new();
        }
        let most = step.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        (0..step.len()).filter(|&place| step[place].abs() > 1e-3 * most).collect()
    }
}
