//! Whether other customers of the same shop would have given the same groups.
//!
//! Hennig, C. (2007), "Cluster-wise assessment of cluster stability", Comput. Stat. Data Anal. 52: rows are drawn with
//! replacement, grouped anew, and all rows are put to the nearest of the new centres; the two groupings are compared by
//! the adjusted Rand index, and each group by the largest Jaccard similarity with a new one. His reading: groups below
//! 0.6 should not be trusted, from 0.85 on they are highly stable.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::agreement::{adjusted_rand_weighted, crossed};
use super::kmeans::{KMeans, KMeansParams, kmeans};
use super::{Rows, stream};
use crate::error::{Result, check_count};
use crate::parallel;
use crate::quantile::quantiles;

/// What one can choose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct StabilityParams {
    /// How often rows are drawn anew.
    pub replicates: usize,
    /// Rows used: a sample of so many where there are more.
    pub rows: usize,
    /// Restarts of k-means on each replicate.
    pub restarts: usize,
    /// Where random draws come from.
    pub seed: u64,
    /// Threads; 0 for as many as there are processors. Changes no number.
    pub threads: usize,
}

impl Default for StabilityParams {
    fn default() -> Self {
        Self { replicates: 30, rows: 5_000, restarts: 5, seed: 0, threads: 0 }
    }
}

/// How stable groups are.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Stability {
    /// The mean adjusted Rand index of a replicate's grouping and the given one.
    pub mean: f64,
    /// Its 5 % and 95 % quantile over replicates.
    pub range: (f64, f64),
    /// Mean Jaccard similarity of each group with its nearest in a replicate.
    pub by_group: Vec<f64>,
    /// Replicates.
    pub replicates: usize,
}

/// How stable the clusters of k-means are.
///
/// # Errors
/// [`Error::CountOutOfRange`](crate::Error::CountOutOfRange) without replicates.
pub fn stability(rows: &Rows, found: &KMeans, params: &StabilityParams) -> Result<Stability> {
    check_count("replicates", params.replicates, 1, 10_000)?;
    let sample = rows.sample(params.rows.max(2), params.seed);
    let given = found.labels(&sample);
    let each = parallel::map(params.threads, params.replicates, |replicate| {
        let mut rng = stream(params.seed, replicate as u64 + 1);
        let mut times = vec![0.0; sample.distinct()];
        for _ in 0..sample.given() {
            times[sample.at_position(rng.random_range(0..sample.given() as u64))] += 1.0;
        }
        let drawn = sample.weighted(&times);
        let again = kmeans(
            &drawn,
            &KMeansParams {
                clusters: found.clusters().min(drawn.distinct()),
                restarts: params.restarts,
                seed: params.seed.wrapping_add(replicate as u64 + 1),
                threads: 1,
                ..KMeansParams::default()
            },
        )?;
        let labels = again.labels(&sample);
        let index = adjusted_rand_weighted(&given, &labels, sample.weights())?;
        Ok((index, similarities(&given, &labels, sample.weights(), found.clusters())?))
    })
    .into_iter()
    .collect::<Result<Vec<_>>>()?;
    let indices: Vec<f64> = each.iter().map(|(index, _)| *index).collect();
    let count = each.len() as f64;
    let range = quantiles(&indices, &[0.05, 0.95])?;
    Ok(Stability {
        mean: indices.iter().sum::<f64>() / count,
        range: (range[0], range[1]),
        by_group: (0..found.clusters())
            .map(|group| each.iter().map(|(_, similar)| similar[group]).sum::<f64>() / count)
            .collect(),
        replicates: each.len(),
    })
}

/// For each group, the largest |both| / |either| with a group of the other grouping; 1 for a group without rows, of
/// which nothing is known.
fn similarities(left: &[u32], right: &[u32], weights: &[f64], groups: usize) -> Result<Vec<f64>> {
    let table = crossed(left, right, weights)?;
    let columns = table.first().map_or(0, Vec::len);
    let down: Vec<f64> = (0..columns).map(|j| table.iter().map(|row| row[j]).sum()).collect();
    Ok((0..groups)
        .map(|group| {
            let Some(row) = table.get(group) else { return 1.0 };
            let across: f64 = row.iter().sum();
            if across <= 0.0 {
                return 1.0;
            }
            let share = |(both, of_other): (&f64, &f64)| both / (across + of_other - both);
            row.iter().zip(&down).map(share).fold(0.0, f64::max)
        })
        .collect())
}
