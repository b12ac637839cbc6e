//! What tells the clusters apart: a classifier of R, F, M, T and lifetime value, and what drives it.

use dangol_models::boost::{BoostParams, boost};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::factors::Factors;
use super::params::Importance;
use crate::error::AnalysisError;

/// Customers that the classifier sees: more change neither weights nor accuracy by a percent.
const MOST: usize = 20_000;
/// Of these, one in five is held out.
const HELD_OUT: usize = 5;
/// Customers of whom Shapley values are computed.
const EXPLAINED: usize = 300;
const SEED: u64 = 1;

/// What it found.
#[derive(Debug)]
pub(super) struct Learnt {
    /// Share of each factor, in their order; they sum to 1.
    pub(super) importance: Vec<f64>,
    /// Share of held-out customers whose cluster it gets right.
    pub(super) accuracy: f64,
    /// Mean over clusters of the harmonic mean of precision and recall.
    pub(super) f1: f64,
    /// Accuracy of always saying the largest cluster.
    pub(super) baseline: f64,
    /// Customers held out.
    pub(super) held_out: usize,
}

/// Learns the clusters, given for each customer of `factors` (none for who is in none).
pub(super) fn learn(
    factors: &Factors,
    clusters: &[Option<usize>],
    how: Importance,
) -> Result<Option<Learnt>, AnalysisError> {
    let known: Vec<usize> = (0..clusters.len()).filter(|at| clusters[*at].is_some()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let drawn = rand::seq::index::sample(&mut rng, known.len(), MOST.min(known.len())).into_vec();
    let places: Vec<usize> = drawn.into_iter().map(|at| known[at]).collect();
    let label = |at: &usize| clusters[*at].unwrap_or(0) as u32;
    // The draw has mixed them.
    let (test, train) = places.split_at(places.len() / HELD_OUT);
    let classes = places.iter().map(label).max().map_or(0, |most| most as usize + 1);
    let seen = |class: u32| train.iter().any(|at| label(at) == class);
    if classes < 2 || test.is_empty() || !(0..classes as u32).all(seen) {
        return Ok(None);
    }
    let rows = |places: &[usize]| -> Vec<f64> {
        let of = |at: usize| factors.columns.iter().map(move |column| column.values[at]);
        places.iter().flat_map(|at| of(*at)).collect()
    };
    let labels: Vec<u32> = train.iter().map(label).collect();
    let width = factors.columns.len();
    let fitted = boost(width, &rows(train), &labels, &BoostParams::default())?;
    let held_out = rows(test);
    let mut table = vec![vec![0_u64; classes]; classes];
    for (at, row) in test.iter().zip(held_out.chunks_exact(width)) {
        table[label(at) as usize][fitted.predict(row) as usize] += 1;
    }
    let importance = match how {
        Importance::Gain => fitted.gain(),
        Importance::Shap => fitted.shapley(&held_out[..held_out.len().min(EXPLAINED * width)])?,
    };
    let count = test.len() as f64;
    let largest = table.iter().map(|row| row.iter().sum::<u64>()).max().unwrap_or(0);
    Ok(Some(Learnt {
        importance,
        accuracy: (0..classes).map(|class| table[class][class]).sum::<u64>() as f64 / count,
        f1: f1(&table),
        baseline: largest as f64 / count,
        held_out: test.len(),
    }))
}

/// Mean of the classes' F1, from a table of true by predicted class. A class that neither is nor is predicted is left
/// out; one that is never found has 0.
fn f1(table: &[Vec<u64>]) -> f64 {
    let of = |class: usize| {
        let right = table[class][class] as f64;
        let is: u64 = table[class].iter().sum();
        let said: u64 = table.iter().map(|row| row[class]).sum();
        (is + said > 0).then(|| 2.0 * right / (is + said) as f64)
    };
    let each: Vec<f64> = (0..table.len()).filter_map(of).collect();
    each.iter().sum::<f64>() / each.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    #[test]
    fn f1_of_a_table() {
        // Precision 8/10 and 9/10, recall 8/9 and 9/11.
        let found = super::f1(&[vec![8, 1, 0], vec![2, 9, 0], vec![0, 0, 0]]);
        assert!((found - f64::midpoint(16.0 / 19.0, 18.0 / 21.0)).abs() < 1e-15);
    }
}
