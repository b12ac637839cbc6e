//! Gradient-boosted trees for few columns: a classifier, and an amount ([`Amounts`]).
//!
//! Friedman, J. H. (2001), "Greedy function approximation: a gradient boosting machine", Ann. Statist. 29, algorithm 6
//! (several classes), with second-order steps and gains as in Chen and Guestrin (2016), "`XGBoost`", equations 6 and 7.
//! Nothing is drawn at random: the same rows give the same trees.
//!
//! What drives the classes is told by the gain of all splits on a column, or by Shapley values ([`shapley`]).

mod amounts;
mod shapley;
mod tree;

pub use amounts::Amounts;

use serde::{Deserialize, Serialize};

use self::tree::{Binned, Tree};
use crate::error::{Error, Result, check_count, check_finite};

/// What one can choose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct BoostParams {
    /// Rounds; each adds one tree for each class.
    pub rounds: usize,
    /// Splits from the root to a leaf.
    pub depth: usize,
    /// How much of each step is taken.
    pub rate: f64,
    /// Most places at which a column may be split.
    pub bins: usize,
    /// Penalty on the squares of leaves (λ in `XGBoost`).
    pub penalty: f64,
    /// The least sum of second derivatives in a leaf.
    pub least: f64,
}

impl Default for BoostParams {
    fn default() -> Self {
        Self { rounds: 60, depth: 3, rate: 0.2, bins: 64, penalty: 1.0, least: 1.0 }
    }
}

/// A fitted classifier.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Boosted {
    width: usize,
    /// Logarithm of each class' share: what is known before any split.
    start: Vec<f64>,
    /// One tree for each class, round by round.
    rounds: Vec<Vec<Tree>>,
    /// Gain of the splits on each column.
    gains: Vec<f64>,
}

/// Fits a classifier of `labels` (0, 1, …) to rows of `width` columns.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotFinite`], [`Error::UnequalLengths`], [`Error::CountOutOfRange`] with fewer than two
/// classes, a class without rows, or settings that are none.
///
/// ```
/// use dangol_models::boost::{BoostParams, boost};
/// let rows: Vec<f64> = (0..40).map(f64::from).collect();
/// let labels: Vec<u32> = (0..40).map(|at| u32::from(at >= 25)).collect();
/// let found = boost(1, &rows, &labels, &BoostParams::default())?;
/// assert_eq!((found.predict(&[3.0]), found.predict(&[33.0])), (0, 1));
/// assert_eq!(found.gain(), [1.0]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn boost(width: usize, values: &[f64], labels: &[u32], params: &BoostParams) -> Result<Boosted> {
    check_finite(values)?;
    if width == 0 || labels.is_empty() {
        return Err(Error::Empty { what: "a classifier" });
    }
    if values.len() != labels.len() * width {
        return Err(Error::UnequalLengths {
            what: "labels",
            left: values.len() / width,
            right: labels.len(),
        });
    }
    check_params(params)?;
    let classes = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let mut counts = vec![0_u64; classes];
    for label in labels {
        counts[*label as usize] += 1;
    }
    check_count(
        "classes with rows",
        counts.iter().filter(|count| **count > 0).count(),
        classes.max(2),
        classes.max(2),
    )?;

    let binned = Binned::of(width, values, params.bins);
    let start: Vec<f64> = counts.iter().map(|count| (*count as f64 / labels.len() as f64).ln()).collect();
    let mut scores: Vec<Vec<f64>> = start.iter().map(|start| vec![*start; labels.len()]).collect();
    let mut made =
        Boosted { width, start, rounds: Vec::with_capacity(params.rounds), gains: vec![0.0; width] };
    for _ in 0..params.rounds {
        let shares = shares(&scores);
        let trees: Vec<Tree> = (0..classes)
            .map(|class| {
                // First and second derivative of the log-loss in the class' score.
                let slopes: Vec<(f64, f64)> = shares[class]
                    .iter()
                    .zip(labels)
                    .map(|(share, label)| {
                        let wanted = f64::from(u8::from(*label as usize == class));
                        (share - wanted, share * (1.0 - share))
                    })
                    .collect();
                Tree::grown(&binned, &slopes, params, &mut made.gains)
            })
            .collect();
        for (tree, scores) in trees.iter().zip(&mut scores) {
            for (row, score) in values.chunks_exact(width).zip(scores) {
                *score += tree.value(row);
            }
        }
        made.rounds.push(trees);
    }
    Ok(made)
}

/// Refuses settings that are none.
fn check_params(params: &BoostParams) -> Result<()> {
    check_count("rounds", params.rounds, 1, 10_000)?;
    check_count("splits", params.depth, 1, 12)?;
    check_count("bins", params.bins, 2, 256)?;
    for (name, value) in [("rate", params.rate), ("penalty", params.penalty), ("least", params.least)] {
        if !(value.is_finite() && value > 0.0) {
            return Err(Error::BadParameter { name, value, range: "a number above 0" });
        }
    }
    Ok(())
}

/// Softmax: each class' share, by class.
fn shares(scores: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let rows = scores[0].len();
    let mut shares = vec![vec![0.0; rows]; scores.len()];
    for at in 0..rows {
        let largest = scores.iter().map(|class| class[at]).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scores.iter().map(|class| (class[at] - largest).exp()).sum();
        for (share, class) in shares.iter_mut().zip(scores) {
            share[at] = (class[at] - largest).exp() / total;
        }
    }
    shares
}

impl Boosted {
    /// Classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.start.len()
    }

    /// Score of each class: the logarithm of its share, but for a constant.
    #[must_use]
    pub fn scores(&self, row: &[f64]) -> Vec<f64> {
        let mut scores = self.start.clone();
        for trees in &self.rounds {
            for (score, tree) in scores.iter_mut().zip(trees) {
                *score += tree.value(row);
            }
        }
        scores
    }

    /// The likeliest class, the first of several.
    #[must_use]
    pub fn predict(&self, row: &[f64]) -> u32 {
        let scores = self.scores(row);
        let better = |best: usize, at: usize| if scores[at] > scores[best] { at } else { best };
        (1..scores.len()).fold(0, better) as u32
    }

    /// Share of each column in the gain of all splits; equal shares where there is no split.
    #[must_use]
    pub fn gain(&self) -> Vec<f64> {
        shared(&self.gains)
    }

    /// Share of each column in the mean absolute Shapley value over rows and classes. Takes 2 to the power of the
    /// columns for each row: for a sample of rows and a handful of columns.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] above 12 columns.
    pub fn shapley(&self, rows: &[f64]) -> Result<Vec<f64>> {
        let mut totals = vec![0.0; self.width];
        for row in rows.chunks_exact(self.width) {
            for class in self.contributions(row)? {
                totals.iter_mut().zip(class).for_each(|(total, value)| *total += value.abs());
            }
        }
        Ok(shared(&totals))
    }
}

/// As shares of the sum.
fn shared(parts: &[f64]) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    parts.iter().map(|part| if total > 0.0 { part / total } else { 1.0 / parts.len() as f64 }).collect()
}

#[cfg(test)]
mod tests;
