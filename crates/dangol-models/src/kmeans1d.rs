//! Exact k-means in one dimension.
//!
//! With values sorted, the clusters of an optimal solution are runs of neighbours, so that
//! dynamic programming finds it exactly: D(q, i) = min over j of D(q − 1, j) + ss(j, i), where
//! ss(j, i) is the sum of squares of the values j … i − 1 about their mean and D(q, i) the least
//! total for the first i values in q clusters. Source: H. Wang and M. Song, "Ckmeans.1d.dp:
//! Optimal k-means clustering in one dimension by dynamic programming", The R Journal 3/2 (2011),
//! 29–33. The best j never falls as i grows, so each layer is filled by divide and conquer in
//! O(n log n) steps: Å. Grønlund et al., "Fast exact k-means, k-medians and Bregman divergence
//! clustering in 1D" (2017, arXiv:1701.07204).
//!
//! Equal values are joined into one weighted value first: n is the number of distinct values.

use crate::error::{Error, Result, check_count, check_finite};
use crate::quantile::{from_key, to_key};
use crate::sum::Sum;

/// The largest number of clusters.
pub const MOST_CLUSTERS: usize = 255;

/// An optimal clustering of one variable; clusters are in ascending order.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeans1d {
    /// Mean of each cluster.
    pub centers: Vec<f64>,
    /// Number of values in each cluster.
    pub sizes: Vec<u64>,
    /// Edges between clusters, halfway between the last value of one and the first of the next;
    /// one fewer than clusters. [`crate::quantile::assign`] finds the cluster of a value, from 1.
    pub edges: Vec<f64>,
    /// Sum of squares of each cluster about its mean.
    pub within: Vec<f64>,
}

impl KMeans1d {
    /// The sum of squares that k-means makes as small as possible.
    #[must_use]
    pub fn total_within(&self) -> f64 {
        crate::sum::sum(&self.within)
    }
}

/// Parts unsorted values into the `clusters` clusters of least within-cluster sum of squares.
///
/// With fewer distinct values than clusters, each distinct value is a cluster. Of several optimal
/// solutions the one with the lowest edges is taken.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotFinite`], [`Error::CountOutOfRange`] unless
/// `1 <= clusters <= 255`.
///
/// ```
/// use dangol_models::kmeans1d::kmeans_1d;
/// let found = kmeans_1d(&[1.0, 2.0, 10.0, 11.0, 12.0, 50.0], 3)?;
/// assert_eq!(found.centers, [1.5, 11.0, 50.0]);
/// assert_eq!(found.sizes, [2, 3, 1]);
/// assert_eq!(found.edges, [6.0, 31.0]);
/// assert_eq!(found.total_within(), 2.5);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn kmeans_1d(values: &[f64], clusters: usize) -> Result<KMeans1d> {
    check_count("clusters", clusters, 1, MOST_CLUSTERS)?;
    check_finite(values)?;
    if values.is_empty() {
        return Err(Error::Empty { what: "clusters" });
    }
    let points = Points::new(values);
    let clusters = clusters.min(points.values.len());
    Ok(points.describe(&points.cuts(clusters)))
}

/// Distinct values in ascending order with prefix sums over them.
///
/// Prefix sums of squares cancel badly far from zero, so the values are taken relative to their
/// median and scaled by their largest distance from it.
struct Points {
    values: Vec<f64>,
    prefix: Vec<Prefix>,
}

/// Sums over the values before a place: kept together, as they are always read together.
#[derive(Clone, Copy, Default)]
struct Prefix {
    weight: f64,
    first: f64,
    second: f64,
}

impl Points {
    fn new(values: &[f64]) -> Self {
        let mut keys: Vec<u64> = values.iter().map(|&value| to_key(value)).collect();
        keys.sort_unstable();
        let middle = from_key(keys[keys.len() / 2]);
        // Halves, so that the distance of two huge values of different sign is finite.
        let distance = |key: u64| from_key(key) / 2.0 - middle / 2.0;
        let largest = distance(keys[0]).abs().max(distance(keys[keys.len() - 1]).abs());
        let scale = if largest > 0.0 { largest } else { 1.0 };

        let mut distinct = Vec::new();
        let mut prefix = vec![Prefix::default()];
        let (mut weight, mut first, mut second) = (0.0, Sum::default(), Sum::default());
        for run in keys.chunk_by(|left, right| left == right) {
            let count = run.len() as f64;
            let value = distance(run[0]) / scale;
            weight += count;
            first.add(count * value);
            second.add(count * value * value);
            distinct.push(from_key(run[0]));
            prefix.push(Prefix { weight, first: first.value(), second: second.value() });
        }
        Self { values: distinct, prefix }
    }

    /// Scaled sum of squares of the values `from..to` about their mean.
    #[inline]
    fn cost(&self, from: usize, to: usize) -> f64 {
        let (low, high) = (self.prefix[from], self.prefix[to]);
        let first = high.first - low.first;
        // Rounding may carry an exact zero below it.
        (high.second - low.second - first * first / (high.weight - low.weight)).max(0.0)
    }

    /// Start of each cluster in an optimal solution.
    fn cuts(&self, clusters: usize) -> Vec<usize> {
        let n = self.values.len();
        // best[i]: least cost of the first i values in the clusters so far.
        let mut best: Vec<f64> = (0..=n).map(|i| if i == 0 { 0.0 } else { self.cost(0, i) }).collect();
        let mut starts: Vec<Vec<u32>> = Vec::with_capacity(clusters);
        for layer in 2..clusters {
            let mut next = vec![f64::INFINITY; n + 1];
            let mut start = vec![0_u32; n + 1];
            self.fill(&best, &mut next, &mut start, layer);
            best = next;
            starts.push(start);
        }

        let mut cuts = vec![0; clusters];
        let mut end = n;
        if clusters > 1 {
            // Of the last layer only the last entry is needed.
            end = self.best_start(&best, n, clusters - 1, n - 1).0;
            cuts[clusters - 1] = end;
        }
        for layer in (2..clusters).rev() {
            end = starts[layer - 2][end] as usize;
            cuts[layer - 1] = end;
        }
        cuts
    }

    /// The best start, within `low..=high`, of the last cluster of the first `end` values.
    #[inline]
    fn best_start(&self, best: &[f64], end: usize, low: usize, high: usize) -> (usize, f64) {
        let mut found = (low, f64::INFINITY);
        for (start, before) in best.iter().enumerate().take(high + 1).skip(low) {
            let cost = before + self.cost(start, end);
            if cost < found.1 {
                found = (start, cost);
            }
        }
        found
    }

    /// One layer by divide and conquer, with its own stack of ranges.
    fn fill(&self, best: &[f64], next: &mut [f64], starts: &mut [u32], layer: usize) {
        let n = self.values.len();
        let mut ranges = vec![(layer, n, layer - 1, n - 1)];
        while let Some((from, to, low, high)) = ranges.pop() {
            let middle = usize::midpoint(from, to);
            let (start, cost) = self.best_start(best, middle, low, high.min(middle - 1));
            next[middle] = cost;
            starts[middle] = start as u32;
            if middle > from {
                ranges.push((from, middle - 1, low, start));
            }
            if middle < to {
                ranges.push((middle + 1, to, start, high));
            }
        }
    }

    fn describe(&self, cuts: &[usize]) -> KMeans1d {
        let mut found =
            KMeans1d { centers: Vec::new(), sizes: Vec::new(), edges: Vec::new(), within: Vec::new() };
        for (place, &from) in cuts.iter().enumerate() {
            let to = cuts.get(place + 1).copied().unwrap_or(self.values.len());
            let counts = (from..to).map(|i| self.prefix[i + 1].weight - self.prefix[i].weight);
            let size = self.prefix[to].weight - self.prefix[from].weight;
            // Afresh from the values: more exact than from the prefix sums, and in their unit.
            let anchor = self.values[from];
            let shift: Sum =
                counts.clone().zip(&self.values[from..to]).map(|(c, v)| c * ((v - anchor) / size)).collect();
            let center = anchor + shift.value();
            let within: Sum =
                counts.zip(&self.values[from..to]).map(|(c, v)| c * (v - center) * (v - center)).collect();
            found.centers.push(center);
            found.sizes.push(size as u64);
            found.within.push(within.value());
            if from > 0 {
                found.edges.push(between(self.values[from - 1], self.values[from]));
            }
        }
        found
    }
}

/// A number in `low..high`, halfway if rounding leaves one there.
fn between(low: f64, high: f64) -> f64 {
    let middle = f64::midpoint(low, high);
    if middle < high { middle } else { low }
}

#[cfg(test)]
mod tests;
