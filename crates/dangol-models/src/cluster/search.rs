//! How many groups: several numbers tried, with what three criteria say of them.

use serde::{Deserialize, Serialize};

use super::Rows;
use super::elbow::elbow;
use super::gap::{Gap, GapParams, gap};
use super::kmeans::{KMeans, KMeansParams, kmeans_each};
use super::silhouette::{Silhouette, silhouette};
use crate::error::{Result, check_count};

/// Below this mean silhouette there is "no substantial structure" (Kaufman and Rousseeuw 1990, Finding Groups in Data,
/// table 4).
pub const NO_STRUCTURE: f64 = 0.25;
/// Such a part of the largest silhouette is enough for more groups, when the elbow speaks for them.
pub const AS_GOOD: f64 = 0.7;

/// What one can choose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct SearchParams {
    /// The fewest groups, at least 2.
    pub least: usize,
    /// The most groups; fewer where there are not so many distinct rows.
    pub most: usize,
    /// Restarts of k-means for each number.
    pub restarts: usize,
    /// Rows of which silhouettes are computed: exact up to so many, else a sample.
    pub silhouette_rows: usize,
    /// The gap statistic; `None` to leave it out.
    pub gap: Option<GapParams>,
    /// Where random draws come from.
    pub seed: u64,
    /// Threads; 0 for as many as there are processors. Changes no number.
    pub threads: usize,
}

impl Default for SearchParams {
    fn default() -> Self {
        Self {
            least: 2,
            most: 10,
            restarts: 10,
            silhouette_rows: 5_000,
            gap: Some(GapParams::default()),
            seed: 0,
            threads: 0,
        }
    }
}

/// One number of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The groups.
    pub fit: KMeans,
    /// How well rows sit in them.
    pub silhouette: Silhouette,
}

/// Why a number of groups was taken.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The gap statistic says one group, and no silhouette reaches [`NO_STRUCTURE`].
    NoStructure,
    /// The silhouette is largest here.
    Silhouette,
    /// The elbow is here, at more groups than the silhouette is largest at; the silhouette is at least [`AS_GOOD`] of the
    /// largest and [`NO_STRUCTURE`], and the gap statistic does not speak for fewer.
    Elbow,
}

/// What was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Inertia of one group: the sum of squares about the mean.
    pub whole: f64,
    /// Each number of groups, ascending.
    pub candidates: Vec<Candidate>,
    /// Where more groups stop explaining much.
    pub elbow: Option<usize>,
    /// The number with the largest silhouette.
    pub by_silhouette: usize,
    /// Gap statistic.
    pub gap: Option<Gap>,
    /// The number proposed; 1 where there is no structure.
    pub groups: usize,
    /// Why.
    pub reason: Reason,
}

/// Tries several numbers of groups.
///
/// # Errors
/// [`Error::CountOutOfRange`](crate::Error::CountOutOfRange) with fewer than three distinct rows, or limits that are none.
pub fn search(rows: &Rows, params: &SearchParams) -> Result<Search> {
    let most = params.most.min(rows.distinct().saturating_sub(1));
    check_count("groups", most, params.least.max(2), usize::MAX)?;
    let settings = KMeansParams {
        restarts: params.restarts,
        seed: params.seed,
        threads: params.threads,
        ..KMeansParams::default()
    };
    let fits = kmeans_each(rows, params.least.max(2)..=most, &settings)?;
    let candidates = fits
        .into_iter()
        .map(|fit| {
            let group = |row: &[f64]| fit.nearest(row).0 as u32;
            let clusters = fit.clusters();
            let silhouette =
                silhouette(rows, group, clusters, params.silhouette_rows, params.seed, params.threads)?;
            Ok(Candidate { fit, silhouette })
        })
        .collect::<Result<Vec<_>>>()?;
    let whole = rows.total_squares();
    let inertias = candidates.iter().map(|candidate| (candidate.fit.clusters(), candidate.fit.inertia));
    let curve: Vec<(usize, f64)> = std::iter::once((1, whole)).chain(inertias).collect();
    let gap = match params.gap {
        Some(settings) => {
            let most = settings.most.min(most);
            Some(gap(rows, &GapParams { most, threads: params.threads, ..settings })?)
        }
        None => None,
    };
    let mut search = Search {
        whole,
        by_silhouette: 1,
        elbow: elbow(&curve),
        gap,
        candidates,
        groups: 1,
        reason: Reason::NoStructure,
    };
    search.choose();
    Ok(search)
}

impl Search {
    /// The groups of a number that was tried.
    #[must_use]
    pub fn candidate(&self, groups: usize) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.fit.clusters() == groups)
    }

    fn choose(&mut self) {
        // The first of several, so that fewer groups are preferred.
        let mut best = (1, f64::NEG_INFINITY);
        for candidate in &self.candidates {
            if candidate.silhouette.mean > best.1 {
                best = (candidate.fit.clusters(), candidate.silhouette.mean);
            }
        }
        self.by_silhouette = best.0;
        let by_gap = self.gap.as_ref().and_then(|gap| gap.groups);
        // The silhouette favours few groups: more of them are taken where the elbow says so and they still are groups.
        let enough = NO_STRUCTURE.max(AS_GOOD * best.1);
        let elbow = self.elbow.and_then(|groups| self.candidate(groups)).filter(|elbow| {
            elbow.fit.clusters() > best.0 && elbow.silhouette.mean >= enough && by_gap != Some(best.0)
        });
        (self.groups, self.reason) = match elbow {
            _ if by_gap == Some(1) && best.1 < NO_STRUCTURE => (1, Reason::NoStructure),
            Some(elbow) => (elbow.fit.clusters(), Reason::Elbow),
            None => (best.0, Reason::Silhouette),
        };
    }
}
