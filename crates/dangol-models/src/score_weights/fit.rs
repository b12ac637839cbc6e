//! From scores and what followed to weights.

use serde::{Deserialize, Serialize};

use super::solve::{Line, buying, spend, without_negatives};
use super::{Cell, FACTORS, Measured, Outcomes};
use crate::boost::{Amounts, BoostParams};
use crate::bootstrap::interval;
use crate::error::{Result, check_count};
use crate::parallel;

/// How weights are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Form {
    /// Least squares of spend.
    Linear,
    /// Logistic regression of whether a customer buys.
    Logistic,
    /// Boosted trees of spend: no straight lines. A weight is the share of the trees' gain that a factor brings.
    Boosting,
}

/// What one can choose of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitSettings {
    /// Customers drawn anew so many times, for intervals.
    pub draws: usize,
    /// Level of the intervals.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Threads; 0 for all.
    pub threads: usize,
}

/// What a fit makes of a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedFactor {
    /// What one point more of the score adds, all else being equal: to spend, or (logistic) to the log odds of buying. Of
    /// trees, the slope of what they say when this score alone is moved. None where all customers have the same score, or
    /// the other scores say the same already.
    pub coefficient: Measured,
    /// Its weight, 0 to 1: from the best fit in which no coefficient is below 0.
    pub weight: Measured,
}

/// Fitted weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// By factor.
    pub factors: [FittedFactor; FACTORS],
    /// What is expected of cells of any customers, as far as a form says it in money: not the logistic one.
    trees: Option<Amounts>,
}

impl Fitted {
    /// The weights, which sum to 1.
    #[must_use]
    pub fn weights(&self) -> [f64; FACTORS] {
        self.factors.map(|factor| factor.weight.value.unwrap_or(0.0))
    }

    /// What trees expect to be spent with some scores; none of the other forms, whose weighted sum says it all.
    #[must_use]
    pub fn expected(&self, scores: &[f64; FACTORS]) -> Option<f64> {
        self.trees.as_ref().map(|trees| trees.value(scores))
    }
}

/// Fits weights; none where no factor makes for more spend (or buyers), or where the scores tell buyers from others without
/// exception, so that a logistic regression has no answer.
///
/// # Errors
/// [`Error::CountOutOfRange`](crate::Error::CountOutOfRange) for more than 100,000 draws;
/// [`Error::NotALevel`](crate::Error::NotALevel).
///
/// ```
/// use dangol_models::score_weights::{FitSettings, Form, Outcomes, fit};
/// // Everybody spends 2 for each point of the third score and 1 for each of the first.
/// let scores: Vec<[u8; 3]> = (0..125).map(|at| [at / 25 + 1, at / 5 % 5 + 1, at % 5 + 1]).collect();
/// let spend: Vec<f64> = scores.iter().map(|[r, _, m]| f64::from(*r) + 2.0 * f64::from(*m)).collect();
/// let outcomes = Outcomes::new(&scores, &spend, &vec![true; 125])?;
/// let settings = FitSettings { draws: 50, level: 0.9, seed: 1, threads: 1 };
/// let weights = fit(&outcomes, Form::Linear, &settings)?.unwrap().weights();
/// assert!((weights[0] - 1.0 / 3.0).abs() < 0.01 && weights[1] < 0.01 && (weights[2] - 2.0 / 3.0).abs() < 0.01);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn fit(outcomes: &Outcomes, form: Form, settings: &FitSettings) -> Result<Option<Fitted>> {
    check_count("draws", settings.draws, 0, 100_000)?;
    let Some(found) = Found::of(outcomes, &outcomes.cells(|_| 1.0, outcomes.cap), form)? else {
        return Ok(None);
    };
    let drawn = parallel::map(settings.threads, settings.draws, |draw| {
        let times = outcomes.drawn(settings.seed, draw);
        Found::of(outcomes, &outcomes.cells(|at| f64::from(times[at]), outcomes.cap), form)
    });
    let drawn = drawn.into_iter().collect::<Result<Vec<_>>>()?;
    let measured = |value: Option<f64>, of: &dyn Fn(&Found) -> Option<f64>| -> Result<Measured> {
        // A draw without an answer can only widen the interval.
        let values = drawn.iter().map(|found| found.as_ref().and_then(of).unwrap_or(f64::NAN));
        Ok(Measured::of(value, interval(values, settings.level)?))
    };
    let mut factors = Vec::with_capacity(FACTORS);
    for j in 0..FACTORS {
        factors.push(FittedFactor {
            coefficient: measured(found.coefficients[j], &|found| found.coefficients[j])?,
            weight: measured(Some(found.weights[j]), &|found| Some(found.weights[j]))?,
        });
    }
    Ok(Some(Fitted { factors: [factors[0], factors[1], factors[2]], trees: found.trees }))
}

/// One fit, of the customers or of some drawn from them.
struct Found {
    coefficients: [Option<f64>; FACTORS],
    weights: [f64; FACTORS],
    trees: Option<Amounts>,
}

impl Found {
    fn of(outcomes: &Outcomes, cells: &[Cell], form: Form) -> Result<Option<Self>> {
        let scores = &outcomes.scores;
        let of_line = |line: &dyn Fn([bool; FACTORS]) -> Option<Line>| {
            let (all, kept) = (line([true; FACTORS])?, without_negatives(line)?);
            let weights = shares(kept.slopes.map(|slope| slope.unwrap_or(0.0)))?;
            Some(Self { coefficients: all.slopes, weights, trees: None })
        };
        Ok(match form {
            Form::Linear => of_line(&|used| Some(spend(scores, cells, used))),
            Form::Logistic => of_line(&|used| buying(scores, cells, used)),
            Form::Boosting => Self::of_trees(scores, cells)?,
        })
    }

    fn of_trees(scores: &[[f64; FACTORS]], cells: &[Cell]) -> Result<Option<Self>> {
        let kept: Vec<usize> = (0..cells.len()).filter(|&at| cells[at].customers > 0.0).collect();
        let rows: Vec<f64> = kept.iter().flat_map(|&at| scores[at]).collect();
        let means: Vec<f64> = kept.iter().map(|&at| cells[at].capped / cells[at].customers).collect();
        let counts: Vec<f64> = kept.iter().map(|&at| cells[at].customers).collect();
        let trees = Amounts::fit(FACTORS, &rows, &means, &counts, &tree_params(counts.iter().sum()))?;
        let gains = trees.gain();
        let coefficients = [0, 1, 2].map(|j| slope_alone(&trees, scores, cells, j));
        // Gain has no sign: a factor that makes for less spend brings it, too.
        let rising =
            [0, 1, 2].map(|j| if coefficients[j].is_some_and(|slope| slope > 0.0) { gains[j] } else { 0.0 });
        Ok(shares(rising).map(|weights| Self { coefficients, weights, trees: Some(trees) }))
    }
}

/// Shallow trees, none of whose leaves holds fewer than one in a hundred customers (and 20): scores are few and what is
/// spent is noisy.
fn tree_params(customers: f64) -> BoostParams {
    BoostParams {
        rounds: 60,
        depth: 3,
        rate: 0.1,
        least: (customers / 100.0).max(20.0),
        ..BoostParams::default()
    }
}

/// The slope of what trees say on one score, when it alone is moved and all else stays as the customers are.
fn slope_alone(trees: &Amounts, scores: &[[f64; FACTORS]], cells: &[Cell], factor: usize) -> Option<f64> {
    let mut values: Vec<f64> = scores.iter().map(|x| x[factor]).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let all: f64 = cells.iter().map(|cell| cell.customers).sum();
    let moved = |value: f64| -> f64 {
        let of = |(x, cell): (&[f64; FACTORS], &Cell)| {
            let mut x = *x;
            x[factor] = value;
            cell.customers * trees.value(&x)
        };
        scores.iter().zip(cells).map(of).sum::<f64>() / all
    };
    let said: Vec<f64> = values.iter().map(|value| moved(*value)).collect();
    let weights: Vec<f64> = values
        .iter()
        .map(|value| {
            scores.iter().zip(cells).filter(|(x, _)| x[factor] == *value).map(|(_, c)| c.customers).sum()
        })
        .collect();
    let xs: Vec<[f64; FACTORS]> = values.iter().map(|value| [*value, 0.0, 0.0]).collect();
    super::solve::least_squares(&xs, &weights, &said, [true, false, false]).slopes[0]
}

/// As shares of the sum; none where all are 0.
fn shares(parts: [f64; FACTORS]) -> Option<[f64; FACTORS]> {
    let total: f64 = parts.iter().sum();
    (total.is_finite() && total > 0.0).then(|| parts.map(|part| part / total))
}
