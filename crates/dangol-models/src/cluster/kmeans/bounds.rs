//! Steps of k-means with bounds.
//!
//! Hamerly, G. (2010), "Making k-means even faster", SDM: for each row an upper bound of the distance to its own centre
//! and a lower bound of the distance to any other. Centres move by known distances, and bounds with them; while the upper
//! bound stays below the lower one, or below half the way to the next centre, the row stays where it is and no distance
//! is computed.

use crate::cluster::rows::Rows;
use crate::cluster::squared;
use crate::sum::Sum;

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) centers: Vec<f64>,
    pub(super) sizes: Vec<f64>,
    pub(super) within: Vec<f64>,
    pub(super) inertia: f64,
    pub(super) steps: usize,
    pub(super) converged: bool,
}

/// What is known of a row.
#[derive(Clone, Copy)]
struct Bound {
    /// At least the distance to its own centre.
    upper: f64,
    /// At most the distance to any other centre.
    lower: f64,
}

/// A run.
pub(super) struct Steps<'a> {
    rows: &'a Rows,
    width: usize,
    clusters: usize,
    centers: Vec<f64>,
    labels: Vec<u8>,
    bounds: Vec<Bound>,
    /// Sums of the rows of each cluster, and their weight.
    sums: Vec<f64>,
    sizes: Vec<f64>,
}

impl<'a> Steps<'a> {
    /// Starts from centres, with every row at its nearest.
    pub(super) fn from(rows: &'a Rows, centers: Vec<f64>) -> Self {
        let width = rows.width();
        let mut steps = Self {
            width,
            clusters: centers.len() / width,
            centers,
            labels: vec![0; rows.distinct()],
            bounds: vec![Bound { upper: 0.0, lower: 0.0 }; rows.distinct()],
            sums: Vec::new(),
            sizes: Vec::new(),
            rows,
        };
        steps.assign_all();
        steps
    }

    /// Runs until rows stay, centres hardly move (Σ movement² ≤ `enough`), or `most` steps are made.
    pub(super) fn run(mut self, most: usize, enough: f64) -> End {
        let mut steps = 0;
        let mut converged = false;
        while steps < most && !converged {
            steps += 1;
            let moved = self.move_centers();
            let changed = if moved.refilled {
                self.assign_all();
                true
            } else {
                self.assign(&moved.by)
            };
            converged = !changed || (!moved.refilled && moved.squares <= enough);
        }
        self.end(steps, converged)
    }

    /// Every row to its nearest centre, with exact bounds.
    fn assign_all(&mut self) {
        self.sums = vec![0.0; self.clusters * self.width];
        self.sizes = vec![0.0; self.clusters];
        let rows = self.rows.values().chunks_exact(self.width).zip(self.rows.weights());
        for ((row, weight), (label, bound)) in rows.zip(self.labels.iter_mut().zip(&mut self.bounds)) {
            let (nearest, found) = two_nearest(row, &self.centers);
            *label = nearest as u8;
            *bound = found;
            let sums = &mut self.sums[nearest * self.width..(nearest + 1) * self.width];
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
            self.sizes[nearest] += weight;
        }
    }

    /// Every row to its nearest centre after centres moved; whether any changed its cluster.
    fn assign(&mut self, moved: &[f64]) -> bool {
        let width = self.width;
        // A row's other centres came nearer by no more than the largest movement among them.
        let (mut most, mut second, mut first) = (0.0, 0.0, usize::MAX);
        for (cluster, &by) in moved.iter().enumerate() {
            if by > most {
                (second, most, first) = (most, by, cluster);
            } else if by > second {
                second = by;
            }
        }
        let half: Vec<f64> = (0..self.clusters)
            .map(|cluster| {
                let others = (0..self.clusters).filter(|other| *other != cluster);
                let nearest = others
                    .map(|other| squared(self.center(cluster), self.center(other)))
                    .fold(f64::INFINITY, f64::min);
                nearest.sqrt() / 2.0
            })
            .collect();
        let mut changed = false;
        let states = self.labels.iter_mut().zip(&mut self.bounds).enumerate();
        for (at, (label, bound)) in states {
            let cluster = *label as usize;
            bound.upper += moved[cluster];
            bound.lower -= if cluster == first { second } else { most };
            let safe = bound.lower.max(half[cluster]);
            if bound.upper <= safe {
                continue;
            }
            let row = self.rows.row(at);
            bound.upper = squared(row, &self.centers[cluster * width..(cluster + 1) * width]).sqrt();
            if bound.upper <= safe {
                continue;
            }
            let (nearest, found) = two_nearest(row, &self.centers);
            *bound = found;
            if nearest != cluster {
                changed = true;
                *label = nearest as u8;
                let weight = self.rows.weights()[at];
                for (column, value) in row.iter().enumerate() {
                    self.sums[cluster * width + column] -= weight * value;
                    self.sums[nearest * width + column] += weight * value;
                }
                self.sizes[cluster] -= weight;
                self.sizes[nearest] += weight;
            }
        }
        changed
    }

    /// Centres to the means of their rows.
    fn move_centers(&mut self) -> Moved {
        let mut moved = Moved { by: vec![0.0; self.clusters], squares: 0.0, refilled: false };
        if self.sizes.iter().any(|size| *size <= 0.0) {
            self.refill();
            moved.refilled = true;
        }
        for cluster in 0..self.clusters {
            let size = self.sizes[cluster];
            let place = cluster * self.width..(cluster + 1) * self.width;
            let mut square = 0.0;
            for (center, sum) in self.centers[place.clone()].iter_mut().zip(&self.sums[place]) {
                let mean = sum / size;
                square += (mean - *center) * (mean - *center);
                *center = mean;
            }
            moved.by[cluster] = square.sqrt();
            moved.squares += square;
        }
        moved
    }

    /// Gives each empty cluster the row that lies farthest from its own centre (and is not alone there).
    fn refill(&mut self) {
        for empty in 0..self.clusters {
            if self.sizes[empty] > 0.0 {
                continue;
            }
            let mut farthest: Option<(usize, f64)> = None;
            for (at, &label) in self.labels.iter().enumerate() {
                let cluster = label as usize;
                let square = squared(self.rows.row(at), self.center(cluster));
                let alone = self.sizes[cluster] <= self.rows.weights()[at];
                if !alone && farthest.is_none_or(|(_, most)| square > most) {
                    farthest = Some((at, square));
                }
            }
            // There are as many distinct rows as clusters, so that one shares its cluster.
            let Some((at, _)) = farthest else { continue };
            let (from, weight) = (self.labels[at] as usize, self.rows.weights()[at]);
            for (column, value) in self.rows.row(at).iter().enumerate() {
                self.sums[from * self.width + column] -= weight * value;
                self.sums[empty * self.width + column] = weight * value;
            }
            self.sizes[from] -= weight;
            self.sizes[empty] = weight;
            self.labels[at] = empty as u8;
        }
    }

    fn center(&self, cluster: usize) -> &[f64] {
        &self.centers[cluster * self.width..(cluster + 1) * self.width]
    }

    /// Exact means of the clusters as they are, and what lies nearest to them.
    fn end(mut self, steps: usize, converged: bool) -> End {
        if self.sizes.iter().any(|size| *size <= 0.0) {
            self.refill();
        }
        let (centers, _) = means(self.rows, &self.labels, self.clusters);
        let (within, sizes) = nearest_sums(self.rows, &centers);
        End { inertia: crate::sum::sum(&within), centers, sizes, within, steps, converged }
    }
}

/// How far each centre moved.
struct Moved {
    by: Vec<f64>,
    squares: f64,
    /// Whether an empty cluster was given a row, so that no bound holds.
    refilled: bool,
}

/// The nearest centre, the first of several, with the distances to it and to the next.
#[inline]
fn two_nearest(row: &[f64], centers: &[f64]) -> (usize, Bound) {
    let (mut nearest, mut least, mut next) = (0, f64::INFINITY, f64::INFINITY);
    for (cluster, center) in centers.chunks_exact(row.len()).enumerate() {
        let square = squared(row, center);
        if square < least {
            (next, least, nearest) = (least, square, cluster);
        } else if square < next {
            next = square;
        }
    }
    (nearest, Bound { upper: least.sqrt(), lower: next.sqrt() })
}

/// The nearest centre, the first of several, and the squared distance to it.
#[inline]
pub(super) fn nearest(row: &[f64], centers: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (cluster, center) in centers.chunks_exact(row.len()).enumerate() {
        let square = squared(row, center);
        if square < best.1 {
            best = (cluster, square);
        }
    }
    best
}

/// Of the rows nearest to each centre: the sum of squared distances, and the weight.
pub(super) fn nearest_sums(rows: &Rows, centers: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let clusters = centers.len() / rows.width();
    let (mut within, mut sizes) = (vec![Sum::default(); clusters], vec![0.0; clusters]);
    for (row, weight) in rows.values().chunks_exact(rows.width()).zip(rows.weights()) {
        let (nearest, square) = nearest(row, centers);
        within[nearest].add(weight * square);
        sizes[nearest] += weight;
    }
    (within.iter().map(|sum| sum.value()).collect(), sizes)
}

/// The exact mean and the weight of each cluster.
pub(super) fn means(rows: &Rows, labels: &[u8], clusters: usize) -> (Vec<f64>, Vec<f64>) {
    let width = rows.width();
    let mut sums = vec![Sum::default(); clusters * width];
    let mut sizes = vec![0.0; clusters];
    for ((row, weight), label) in rows.values().chunks_exact(width).zip(rows.weights()).zip(labels) {
        let cluster = *label as usize;
        sizes[cluster] += weight;
        for (sum, value) in sums[cluster * width..].iter_mut().zip(row) {
            sum.add(weight * value);
        }
    }
    let mean = |(at, sum): (usize, &Sum)| sum.value() / sizes[at / width];
    (sums.iter().enumerate().map(mean).collect(), sizes)
}
