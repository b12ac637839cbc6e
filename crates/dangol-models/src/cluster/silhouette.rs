//! How well each row sits in its group: the silhouette.
//!
//! Rousseeuw, P. J. (1987), "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
//! J. Comput. Appl. Math. 20: s = (b − a) / max(a, b), a the mean distance to the other rows of the own group, b the
//! least mean distance to the rows of another one. 1: well inside; 0: on the border; below: nearer to another group. A
//! row alone in its group has 0.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::Rows;
use crate::error::{Error, Result, check_count};
use crate::parallel;
use crate::sum::Sum;

/// The mean silhouette.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Silhouette {
    /// Mean over rows.
    pub mean: f64,
    /// 95 % interval of the mean over all rows, where only a sample was looked at.
    pub interval: Option<(f64, f64)>,
    /// Mean over the rows of each group; `None` where the sample has none of it.
    pub by_group: Vec<Option<f64>>,
    /// Rows looked at.
    pub rows: usize,
}

/// The silhouette of each distinct row. `labels` holds the group of each distinct row, numbered from 0.
///
/// # Errors
/// [`Error::UnequalLengths`] unless there is one label for each distinct row; [`Error::CountOutOfRange`] with fewer than
/// two groups.
pub fn silhouettes(rows: &Rows, labels: &[u32], threads: usize) -> Result<Vec<f64>> {
    let all: Vec<usize> = (0..rows.distinct()).collect();
    silhouettes_at(rows, labels, &all, threads)
}

/// The silhouettes of some distinct rows, among all.
fn silhouettes_at(rows: &Rows, labels: &[u32], places: &[usize], threads: usize) -> Result<Vec<f64>> {
    if labels.len() != rows.distinct() {
        return Err(Error::UnequalLengths { what: "labels", left: rows.distinct(), right: labels.len() });
    }
    let groups = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let blocks = Blocks::of(rows, labels, groups);
    check_count("groups", blocks.sizes.iter().filter(|size| **size > 0.0).count(), 2, usize::MAX)?;
    let chunks = parallel::map(threads, places.len().div_ceil(CHUNK), |chunk| {
        let some = &places[chunk * CHUNK..places.len().min((chunk + 1) * CHUNK)];
        some.iter().map(|&at| blocks.silhouette(rows.row(at), labels[at] as usize)).collect::<Vec<f64>>()
    });
    Ok(chunks.concat())
}

/// The mean silhouette of groups: exact up to `most` rows, else of a sample of so many with its interval.
///
/// Distances of sampled rows are those to a larger sample, [`AMONG`] times as many, so that nearly all uncertainty is
/// that of who was drawn; the interval counts both.
///
/// # Errors
/// As [`silhouettes`]. A sample with rows of one group only has silhouettes of 0.
pub fn silhouette(
    rows: &Rows,
    group: impl Fn(&[f64]) -> u32,
    groups: usize,
    most: usize,
    seed: u64,
    threads: usize,
) -> Result<Silhouette> {
    let most = most.max(2);
    let exact = rows.given() <= most;
    let among = if exact { rows.clone() } else { rows.sample(most.saturating_mul(AMONG), seed) };
    let labels: Vec<u32> = among.values().chunks_exact(among.width()).map(group).collect();
    if !exact && labels.iter().all(|label| *label == labels[0]) {
        // Groups so small that the sample has none of them: nothing is seen to set rows apart.
        let by_group = (0..groups as u32).map(|group| (group == labels[0]).then_some(0.0)).collect();
        return Ok(Silhouette { mean: 0.0, interval: None, by_group, rows: most });
    }
    let times = among.draw(most, seed.wrapping_add(1));
    let places: Vec<usize> = (0..times.len()).filter(|at| times[*at] > 0.0).collect();
    let each = silhouettes_at(&among, &labels, &places, threads)?;
    let terms = || places.iter().map(|at| (times[*at], labels[*at])).zip(&each);
    let mean = |of: Option<u32>| {
        let (mut sum, mut count) = (Sum::default(), 0.0);
        for ((times, label), value) in terms() {
            if of.is_none_or(|group| group == label) {
                sum.add(value * times);
                count += times;
            }
        }
        (count > 0.0).then(|| sum.value() / count)
    };
    let whole = mean(None).unwrap_or(0.0);
    let interval = (!exact).then(|| {
        let squares: Sum =
            terms().map(|((times, _), value)| times * (value - whole) * (value - whole)).collect();
        let (count, others) = (most as f64, among.given() as f64);
        let error = (squares.value() / (count - 1.0) * (1.0 / count + 1.0 / others)).sqrt();
        let wide = Normal::standard().inverse_cdf(0.975) * error;
        (whole - wide, whole + wide)
    });
    let by_group = (0..groups as u32).map(|group| mean(Some(group))).collect();
    Ok(Silhouette { mean: whole, interval, by_group, rows: most.min(rows.given()) })
}

/// Rows sorted by group, one column after the other, so that distances to a whole group are sums over runs.
struct Blocks {
    columns: Vec<Vec<f64>>,
    weights: Vec<f64>,
    /// Where each group begins; one more than groups.
    starts: Vec<usize>,
    sizes: Vec<f64>,
}

/// So many rows that a sampled row's distances are taken to, for each sampled row.
const AMONG: usize = 8;
/// Rows that a thread takes at a time.
const CHUNK: usize = 256;
/// Distances computed side by side.
const TILE: usize = 64;

impl Blocks {
    fn of(rows: &Rows, labels: &[u32], groups: usize) -> Self {
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.sort_by_key(|at| labels[*at]);
        let starts =
            (0..=groups).map(|group| order.partition_point(|at| (labels[*at] as usize) < group)).collect();
        let mut sizes = vec![0.0; groups];
        for (label, weight) in labels.iter().zip(rows.weights()) {
            sizes[*label as usize] += weight;
        }
        Self {
            columns: (0..rows.width())
                .map(|column| order.iter().map(|at| rows.row(*at)[column]).collect())
                .collect(),
            weights: order.iter().map(|at| rows.weights()[*at]).collect(),
            starts,
            sizes,
        }
    }

    /// Sum of the distances from a row to the rows of a group.
    fn distances(&self, row: &[f64], group: usize) -> f64 {
        let mut total = 0.0;
        let mut from = self.starts[group];
        while from < self.starts[group + 1] {
            let to = self.starts[group + 1].min(from + TILE);
            let mut squares = [0.0_f64; TILE];
            let squares = &mut squares[..to - from];
            for (column, at) in self.columns.iter().zip(row) {
                for (square, value) in squares.iter_mut().zip(&column[from..to]) {
                    *square += (value - at) * (value - at);
                }
            }
            for (square, weight) in squares.iter_mut().zip(&self.weights[from..to]) {
                *square = square.sqrt() * weight;
            }
            total += squares.iter().sum::<f64>();
            from = to;
        }
        total
    }

    fn silhouette(&self, row: &[f64], own: usize) -> f64 {
        if self.sizes[own] <= 1.0 {
            return 0.0;
        }
        let inside = self.distances(row, own) / (self.sizes[own] - 1.0);
        let others = (0..self.sizes.len()).filter(|group| *group != own && self.sizes[*group] > 0.0);
        let outside =
            others.map(|group| self.distances(row, group) / self.sizes[group]).fold(f64::INFINITY, f64::min);
        let scale = inside.max(outside);
        // All rows in one place: neither inside nor outside.
        if scale > 0.0 { (outside - inside) / scale } else { 0.0 }
    }
}
