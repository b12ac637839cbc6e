//! One tree: splits at quantiles of the columns, by the gain of second-order steps.

use serde::{Deserialize, Serialize};

use super::BoostParams;

/// Columns cut at no more than so many places: a split lies between two values that occur.
pub(super) struct Binned {
    rows: usize,
    /// Ascending, of each column; a row's bin is the number of edges below its value.
    edges: Vec<Vec<f64>>,
    /// The bin of each row, column by column.
    bins: Vec<Vec<u8>>,
}

impl Binned {
    pub(super) fn of(width: usize, values: &[f64], most: usize) -> Self {
        let rows = values.len() / width;
        let mut made = Self { rows, edges: Vec::new(), bins: Vec::new() };
        for column in 0..width {
            let own = || values.iter().skip(column).step_by(width).copied();
            let mut sorted: Vec<f64> = own().collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let places = (1..most).map(|at| at * rows / most);
            let mut edges: Vec<f64> = places.filter(|at| *at > 0).map(|at| sorted[at - 1]).collect();
            edges.dedup();
            // Nothing lies above the largest value.
            edges.retain(|edge| *edge < sorted[rows - 1]);
            made.bins.push(own().map(|value| edges.partition_point(|edge| *edge < value) as u8).collect());
            made.edges.push(edges);
        }
        made
    }
}

/// A part of the tree.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum Node {
    /// The end.
    Leaf {
        /// What is added to the score.
        value: f64,
        /// Rows.
        rows: f64,
    },
    /// Rows of at most `edge` go to `left`, others to `right`.
    Split {
        /// The column.
        column: usize,
        /// The largest value that goes left.
        edge: f64,
        /// Where in the tree.
        left: usize,
        /// Where in the tree.
        right: usize,
        /// Rows.
        rows: f64,
    },
}

/// A tree; the root comes first.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

/// Sums of first and second derivatives, and rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    first: f64,
    second: f64,
    rows: f64,
}

impl Sums {
    fn add(&mut self, (first, second): (f64, f64)) {
        self.first += first;
        self.second += second;
        self.rows += 1.0;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            first: self.first + other.first,
            second: self.second + other.second,
            rows: self.rows + other.rows,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            first: self.first - other.first,
            second: self.second - other.second,
            rows: self.rows - other.rows,
        }
    }

    /// G² / (H + λ).
    fn worth(self, params: &BoostParams) -> f64 {
        self.first * self.first / (self.second + params.penalty)
    }
}

/// The best split of some rows.
struct Best {
    gain: f64,
    column: usize,
    bin: usize,
}

impl Tree {
    /// Grows a tree that lowers the loss whose derivatives are given; adds to each column the gain of its splits.
    pub(super) fn grown(
        binned: &Binned,
        slopes: &[(f64, f64)],
        params: &BoostParams,
        gains: &mut [f64],
    ) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.grow(binned, slopes, (0..binned.rows as u32).collect(), params.depth, params, gains);
        tree
    }

    fn grow(
        &mut self,
        binned: &Binned,
        slopes: &[(f64, f64)],
        rows: Vec<u32>,
        depth: usize,
        params: &BoostParams,
        gains: &mut [f64],
    ) -> usize {
        let mut all = Sums::default();
        for row in &rows {
            all.add(slopes[*row as usize]);
        }
        let place = self.nodes.len();
        let value = -params.rate * all.first / (all.second + params.penalty);
        self.nodes.push(Node::Leaf { value, rows: all.rows });
        let best = if depth > 0 { best_split(binned, slopes, &rows, all, params) } else { None };
        let Some(Best { gain, column, bin }) = best else { return place };
        gains[column] += gain;
        let (left, right): (Vec<u32>, Vec<u32>) =
            rows.into_iter().partition(|row| binned.bins[column][*row as usize] as usize <= bin);
        let left = self.grow(binned, slopes, left, depth - 1, params, gains);
        let right = self.grow(binned, slopes, right, depth - 1, params, gains);
        let edge = binned.edges[column][bin];
        self.nodes[place] = Node::Split { column, edge, left, right, rows: all.rows };
        place
    }

    pub(super) fn value(&self, row: &[f64]) -> f64 {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf { value, .. } => return value,
                Node::Split { column, edge, left, right, .. } => {
                    at = if row[column] <= edge { left } else { right };
                }
            }
        }
    }
}

fn best_split(
    binned: &Binned,
    slopes: &[(f64, f64)],
    rows: &[u32],
    all: Sums,
    params: &BoostParams,
) -> Option<Best> {
    let mut best: Option<Best> = None;
    for (column, edges) in binned.edges.iter().enumerate() {
        let mut sums = vec![Sums::default(); edges.len() + 1];
        for row in rows {
            sums[binned.bins[column][*row as usize] as usize].add(slopes[*row as usize]);
        }
        let mut left = Sums::default();
        for (bin, own) in sums.iter().take(edges.len()).enumerate() {
            left = left.plus(*own);
            let right = all.minus(left);
            if left.second < params.least || right.second < params.least {
                continue;
            }
            let gain = left.worth(params) + right.worth(params) - all.worth(params);
            // Gains of nothing but rounding are none.
            if gain > best.as_ref().map_or(1e-9, |best| best.gain) {
                best = Some(Best { gain, column, bin });
            }
        }
    }
    best
}
