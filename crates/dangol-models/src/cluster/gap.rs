//! Whether there are groups at all, and how many: the gap statistic.
//!
//! Tibshirani, R., Walther, G. and Hastie, T. (2001), "Estimating the number of clusters in a data set via the gap
//! statistic", J. R. Stat. Soc. B 63, 411–423. Gap(k) = mean of ln W* − ln W, W the inertia of k groups of the rows and W*
//! that of k groups of as many rows drawn evenly from a box along the principal components (their reference b). The
//! number is the least k with Gap(k) ≥ Gap(k + 1) − s(k + 1), s = sd of ln W* · √(1 + 1/B). It may be 1: no structure.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::kmeans::{KMeansParams, kmeans_each};
use super::pca::pca;
use super::{Rows, stream};
use crate::error::{Error, Result, check_count};
use crate::parallel;

/// What one can choose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct GapParams {
    /// The most groups that are tried; one more is computed, since the rule looks ahead.
    pub most: usize,
    /// Reference sets (B in the paper).
    pub references: usize,
    /// Rows used: a sample of so many where there are more.
    pub rows: usize,
    /// Restarts of k-means on the rows and on each reference set.
    pub restarts: usize,
    /// Where random draws come from.
    pub seed: u64,
    /// Threads; 0 for as many as there are processors. Changes no number.
    pub threads: usize,
}

impl Default for GapParams {
    fn default() -> Self {
        Self { most: 10, references: 20, rows: 1_000, restarts: 3, seed: 0, threads: 0 }
    }
}

/// The statistic for one number of groups.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct GapPoint {
    /// Groups.
    pub groups: usize,
    /// Gap(k).
    pub gap: f64,
    /// s(k).
    pub error: f64,
}

/// The statistic.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Gap {
    /// For 1, 2, … groups.
    pub points: Vec<GapPoint>,
    /// The number that the rule gives; `None` where the gap still grows at the last.
    pub groups: Option<usize>,
    /// Rows used.
    pub rows: usize,
}

/// The gap statistic of rows.
///
/// # Errors
/// [`Error::CountOutOfRange`] where there are too few distinct rows for so many groups, or nothing is to be tried.
pub fn gap(rows: &Rows, params: &GapParams) -> Result<Gap> {
    check_count("reference sets", params.references, 2, 10_000)?;
    let sample = rows.sample(params.rows.max(2), params.seed);
    check_count("groups", params.most, 1, sample.distinct().saturating_sub(1).max(1))?;
    let most = (params.most + 1).min(sample.distinct());
    let fits = |rows: &Rows, seed: u64| -> Result<Vec<f64>> {
        let params = KMeansParams { restarts: params.restarts, seed, threads: 1, ..KMeansParams::default() };
        Ok(kmeans_each(rows, 1..=most, &params)?.iter().map(|found| found.inertia.ln()).collect())
    };
    let components = pca(&sample)?;
    let projected: Vec<Vec<f64>> = sample
        .values()
        .chunks_exact(sample.width())
        .map(|row| components.project(row, sample.width()))
        .collect();
    let range = |column: usize| {
        let along = projected.iter().map(|row| row[column]);
        along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
    };
    let ranges: Vec<(f64, f64)> = (0..sample.width()).map(range).collect();
    // The rows themselves, then each reference set.
    let mut curves = parallel::map(params.threads, params.references + 1, |at| {
        if at == 0 {
            return fits(&sample, params.seed);
        }
        let mut rng = stream(params.seed, at as u64);
        let values: Vec<f64> = (0..sample.given())
            .flat_map(|_| {
                ranges.iter().map(|(low, high)| low + (high - low) * rng.random::<f64>()).collect::<Vec<_>>()
            })
            .collect();
        fits(&Rows::new(sample.width(), &values)?, params.seed.wrapping_add(at as u64))
    })
    .into_iter()
    .collect::<Result<Vec<_>>>()?;
    let own = curves.remove(0);
    let count = curves.len() as f64;
    let points: Vec<GapPoint> = (0..most)
        .map(|at| {
            let mean = curves.iter().map(|curve| curve[at]).sum::<f64>() / count;
            let variance = curves.iter().map(|curve| (curve[at] - mean).powi(2)).sum::<f64>() / count;
            GapPoint {
                groups: at + 1,
                gap: mean - own[at],
                error: variance.sqrt() * (1.0 + 1.0 / count).sqrt(),
            }
        })
        .collect();
    // As many groups as distinct rows explain everything: ln 0.
    if points.iter().take(params.most).any(|point| !point.gap.is_finite()) {
        return Err(Error::CountOutOfRange {
            what: "groups",
            given: params.most,
            least: 1,
            most: sample.distinct().saturating_sub(1),
        });
    }
    let groups =
        points.windows(2).find(|pair| pair[0].gap >= pair[1].gap - pair[1].error).map(|pair| pair[0].groups);
    let points = points.into_iter().take(params.most).collect();
    Ok(Gap { points, groups, rows: sample.given() })
}
