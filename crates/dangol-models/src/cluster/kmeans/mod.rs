//! k-means: groups whose rows lie near their mean.
//!
//! `MacQueen`, J. (1967); Lloyd, S. (1982), IEEE Trans. Inf. Theory 28. Seeds by greedy k-means++ (Arthur and Vassilvitskii
//! 2007, [`seeding`]), steps with one upper and one lower bound per row, which spare most distances (Hamerly 2010,
//! [`bounds`]); the answer is that of plain steps.
//!
//! Several restarts are made and the one of least inertia is taken. Where there are many rows, every restart runs to its
//! end on the same sample first, and the best few are carried to their end on all rows: starts that end badly on twenty
//! thousand rows do so on a million.

mod bounds;
mod seeding;

use serde::{Deserialize, Serialize};

use self::bounds::Steps;
use super::rows::Rows;
use super::stream;
use crate::error::{Error, Result, check_count};
use crate::parallel;

/// The largest number of clusters.
pub const MOST_CLUSTERS: usize = 255;
/// Distinct rows on which restarts run first.
const SCREENED: usize = 20_000;
/// Restarts that are carried on to all rows.
const FINALISTS: usize = 3;

/// What one can choose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct KMeansParams {
    /// Clusters: 1 to [`MOST_CLUSTERS`], and no more than distinct rows.
    pub clusters: usize,
    /// How often to start anew; the best is kept.
    pub restarts: usize,
    /// Steps after which a run ends in any case.
    pub most_steps: usize,
    /// A run ends when Σ (movement of a centre)² is at most this times the mean variance of the columns, or when no
    /// row changes its cluster.
    pub tolerance: f64,
    /// Where random draws come from.
    pub seed: u64,
    /// Threads; 0 for as many as there are processors. Changes no number.
    pub threads: usize,
}

impl Default for KMeansParams {
    fn default() -> Self {
        Self { clusters: 4, restarts: 10, most_steps: 300, tolerance: 1e-4, seed: 0, threads: 0 }
    }
}

/// Clusters that were found, the largest first.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct KMeans {
    width: usize,
    centers: Vec<f64>,
    /// Rows in each cluster.
    pub sizes: Vec<f64>,
    /// Sum of squared distances to the centre, of each cluster.
    pub within: Vec<f64>,
    /// Sum of squared distances to the centres: what k-means makes small.
    pub inertia: f64,
    /// Steps of the run that was kept.
    pub steps: usize,
    /// Whether it ended by itself.
    pub converged: bool,
    /// Restarts, of those carried to the end, whose inertia is within 0.1 % of the best.
    pub agreeing: usize,
    /// Restarts that were carried to the end on all rows.
    pub finished: usize,
}

/// Finds clusters.
///
/// # Errors
/// [`Error::CountOutOfRange`] where there are fewer distinct rows than clusters, or nothing to try.
///
/// ```
/// use dangol_models::cluster::{KMeansParams, Rows, kmeans};
/// let rows = Rows::new(1, &[1.0, 2.0, 1.5, 20.0, 21.0])?;
/// let found = kmeans(&rows, &KMeansParams { clusters: 2, ..KMeansParams::default() })?;
/// assert_eq!(found.center(0), [1.5]);
/// assert_eq!(rows.spread(&found.labels(&rows)), [0, 0, 0, 1, 1]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn kmeans(rows: &Rows, params: &KMeansParams) -> Result<KMeans> {
    let mut found = kmeans_each(rows, params.clusters..=params.clusters, params)?;
    found.pop().ok_or(Error::Empty { what: "clusters" })
}

/// Clusters for each number of them, with all restarts of all numbers beside each other on the threads.
pub(crate) fn kmeans_each(
    rows: &Rows,
    numbers: std::ops::RangeInclusive<usize>,
    params: &KMeansParams,
) -> Result<Vec<KMeans>> {
    for clusters in [*numbers.start(), *numbers.end()] {
        check_count("clusters", clusters, 1, MOST_CLUSTERS.min(rows.distinct()))?;
    }
    check_count("restarts", params.restarts, 1, 10_000)?;
    check_count("steps", params.most_steps, 1, 1_000_000)?;
    if !(params.tolerance.is_finite() && params.tolerance >= 0.0) {
        return Err(Error::BadParameter {
            name: "tolerance",
            value: params.tolerance,
            range: "0 or a small number such as 0.0001",
        });
    }
    let numbers: Vec<usize> = numbers.collect();
    let sample = (rows.distinct() > 3 * SCREENED)
        .then(|| rows.sample(SCREENED, params.seed))
        .filter(|sample| sample.distinct() >= numbers.last().copied().unwrap_or(1));
    let screen = sample.as_ref().unwrap_or(rows);
    let still = |rows: &Rows| params.tolerance * rows.total_squares() / (rows.given() * rows.width()) as f64;
    let enough = still(screen);
    let tasks: Vec<(usize, usize)> =
        numbers.iter().flat_map(|&k| (0..params.restarts).map(move |restart| (k, restart))).collect();
    let ends = parallel::map(params.threads, tasks.len(), |task| {
        let (clusters, restart) = tasks[task];
        let mut rng = stream(params.seed, ((clusters as u64) << 32) | (restart as u64 + 1));
        let seeds = seeding::seeds(screen, clusters, &mut rng);
        Steps::from(screen, seeds).run(params.most_steps, enough)
    });
    let mut runs: Vec<Vec<bounds::End>> = numbers.iter().map(|_| Vec::new()).collect();
    for ((clusters, _), end) in tasks.iter().zip(ends) {
        runs[clusters - numbers[0]].push(end);
    }
    if sample.is_some() {
        runs = carried_on(rows, &runs, params, still(rows));
    }
    Ok(runs.iter().filter_map(|ends| chosen(rows, ends)).collect())
}

/// The best few runs on the sample, carried to their end on all rows.
fn carried_on(
    rows: &Rows,
    runs: &[Vec<bounds::End>],
    params: &KMeansParams,
    enough: f64,
) -> Vec<Vec<bounds::End>> {
    let mut tasks: Vec<(usize, &bounds::End)> = Vec::new();
    for (at, ends) in runs.iter().enumerate() {
        let mut best: Vec<&bounds::End> = ends.iter().collect();
        best.sort_by(|left, right| left.inertia.total_cmp(&right.inertia));
        tasks.extend(best.into_iter().take(FINALISTS).map(|end| (at, end)));
    }
    let ends = parallel::map(params.threads, tasks.len(), |task| {
        Steps::from(rows, tasks[task].1.centers.clone()).run(params.most_steps, enough)
    });
    let mut carried: Vec<Vec<bounds::End>> = runs.iter().map(|_| Vec::new()).collect();
    for ((at, _), end) in tasks.into_iter().zip(ends) {
        carried[at].push(end);
    }
    carried
}

/// The run of least inertia, the first of several, with its clusters in their order.
fn chosen(rows: &Rows, ends: &[bounds::End]) -> Option<KMeans> {
    let best = ends.iter().min_by(|left, right| left.inertia.total_cmp(&right.inertia))?;
    Some(KMeans {
        agreeing: ends.iter().filter(|end| end.inertia <= best.inertia * 1.001).count(),
        finished: ends.len(),
        ..KMeans::in_order(rows.width(), best)
    })
}

impl KMeans {
    /// Clusters that were made elsewhere (by cutting a tree), numbered from 0 without a gap: their means, in the order
    /// given. Rows belong to the nearest mean from then on.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless there is one label for each distinct row; [`Error::Empty`] without any.
    pub fn of_labels(rows: &Rows, labels: &[u32]) -> Result<Self> {
        if labels.len() != rows.distinct() {
            return Err(Error::UnequalLengths { what: "labels", left: rows.distinct(), right: labels.len() });
        }
        let clusters = labels.iter().max().ok_or(Error::Empty { what: "clusters" })?;
        let clusters = *clusters as usize + 1;
        let labels: Vec<u8> = labels.iter().map(|label| *label as u8).collect();
        let (centers, sizes) = bounds::means(rows, &labels, clusters);
        let end = bounds::End { centers, sizes, within: Vec::new(), inertia: 0.0, steps: 0, converged: true };
        Ok(Self::in_order(rows.width(), &end).measured(rows))
    }

    /// The same centres with sizes and inertia of other rows, put to the nearest; the largest first again.
    #[must_use]
    pub fn measured(self, rows: &Rows) -> Self {
        let (within, sizes) = bounds::nearest_sums(rows, &self.centers);
        let inertia = crate::sum::sum(&within);
        Self::in_order(self.width, &bounds::End { sizes, within, inertia, ..self.into_end() })
    }

    fn into_end(self) -> bounds::End {
        let Self { centers, sizes, within, inertia, steps, converged, .. } = self;
        bounds::End { centers, sizes, within, inertia, steps, converged }
    }

    /// The largest first; of several the one with the lowest centre.
    fn in_order(width: usize, end: &bounds::End) -> Self {
        let center = |at: usize| &end.centers[at * width..(at + 1) * width];
        let mut order: Vec<usize> = (0..end.centers.len() / width).collect();
        order.sort_by(|&left, &right| {
            let by_size = end.sizes[right].total_cmp(&end.sizes[left]);
            let mut columns =
                center(left).iter().zip(center(right)).map(|(left, right)| left.total_cmp(right));
            by_size.then_with(|| columns.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal))
        });
        Self {
            width,
            centers: order.iter().flat_map(|&at| center(at).iter().copied()).collect(),
            sizes: order.iter().map(|&at| end.sizes[at]).collect(),
            within: order.iter().filter_map(|&at| end.within.get(at).copied()).collect(),
            inertia: end.inertia,
            steps: end.steps,
            converged: end.converged,
            agreeing: 1,
            finished: 1,
        }
    }

    /// How many.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.centers.len() / self.width
    }

    /// A cluster's centre.
    #[must_use]
    pub fn center(&self, cluster: usize) -> &[f64] {
        &self.centers[cluster * self.width..(cluster + 1) * self.width]
    }

    /// The cluster whose centre is nearest, the first of several; and the squared distance.
    #[must_use]
    pub fn nearest(&self, row: &[f64]) -> (usize, f64) {
        bounds::nearest(row, &self.centers)
    }

    /// The cluster of each distinct row; [`Rows::spread`] gives those of the rows given.
    #[must_use]
    pub fn labels(&self, rows: &Rows) -> Vec<u32> {
        rows.values().chunks_exact(self.width).map(|row| self.nearest(row).0 as u32).collect()
    }
}
