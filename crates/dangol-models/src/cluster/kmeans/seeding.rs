//! Where k-means starts: greedy k-means++.
//!
//! Arthur, D. and Vassilvitskii, S. (2007), "k-means++: the advantages of careful seeding", SODA: each further centre is
//! a row drawn with probability in proportion to its squared distance to the centres so far. Greedy: of 2 + ln k rows so
//! drawn, the one that leaves the least (the same as scikit-learn does).

use rand::{Rng, RngExt};

use crate::cluster::rows::Rows;
use crate::cluster::squared;

/// The first centres, one after the other.
pub(super) fn seeds(rows: &Rows, clusters: usize, rng: &mut impl Rng) -> Vec<f64> {
    let width = rows.width();
    let trials = 2 + (clusters as f64).ln() as usize;
    let first = rows.at_position(rng.random_range(0..rows.given() as u64));
    let mut centers = rows.row(first).to_vec();
    // Squared distance of each row to its nearest centre.
    let mut left: Vec<f64> = rows.values().chunks_exact(width).map(|row| squared(row, &centers)).collect();
    for _ in 1..clusters {
        let potential: f64 = left.iter().zip(rows.weights()).map(|(square, weight)| square * weight).sum();
        let mut wanted: Vec<f64> = (0..trials).map(|_| rng.random::<f64>() * potential).collect();
        wanted.sort_unstable_by(f64::total_cmp);
        let mut best: Option<(f64, Vec<f64>, usize)> = None;
        for candidate in drawn(&left, rows.weights(), &wanted) {
            let center = rows.row(candidate);
            let after: Vec<f64> = rows
                .values()
                .chunks_exact(width)
                .zip(&left)
                .map(|(row, before)| squared(row, center).min(*before))
                .collect();
            let potential = after.iter().zip(rows.weights()).map(|(square, weight)| square * weight).sum();
            if best.as_ref().is_none_or(|(least, ..)| potential < *least) {
                best = Some((potential, after, candidate));
            }
        }
        if let Some((_, after, candidate)) = best {
            left = after;
            centers.extend_from_slice(rows.row(candidate));
        }
    }
    centers
}

/// The rows at which the running sum of weight times distance passes each of the ascending `wanted`; rows at distance 0
/// are never drawn while there are others.
fn drawn(left: &[f64], weights: &[f64], wanted: &[f64]) -> Vec<usize> {
    let mut found = Vec::with_capacity(wanted.len());
    let (mut sum, mut last) = (0.0, 0);
    for (at, (square, weight)) in left.iter().zip(weights).enumerate() {
        if *square <= 0.0 {
            continue;
        }
        last = at;
        sum += square * weight;
        while found.len() < wanted.len() && wanted[found.len()] < sum {
            found.push(at);
        }
    }
    // Rounding may leave the last draws just above the whole sum.
    found.resize(wanted.len(), last);
    found.dedup();
    found
}
