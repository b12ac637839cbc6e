//! Hierarchical clustering: rows joined step by step into a tree.
//!
//! Ward, J. H. (1963), J. Am. Stat. Assoc. 58; Sokal and Michener (1958) (average); Sørensen (1948) (complete). The
//! joining is kodama's (Müllner, D. (2011), "Modern hierarchical, agglomerative clustering algorithms"), whose heights
//! follow scipy: two single rows are joined at their Euclidean distance, under Ward's method two groups at
//! √(2 · |A| |B| / (|A| + |B|)) times the distance of their means.
//!
//! It needs every pair of rows: for many rows, join a sample.

use serde::{Deserialize, Serialize};

use super::squared;
use crate::error::{Error, Result, check_count, check_finite};

/// The most rows: 200 MB of distances.
pub const MOST_ROWS: usize = 7_000;

/// What makes two groups near.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Linkage {
    /// How much the sum of squares grows by joining them.
    #[default]
    Ward,
    /// The mean distance between their rows.
    Average,
    /// The largest distance between their rows.
    Complete,
}

/// One step: two groups become one.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Merge {
    /// The one group: a row, or from the number of rows on, the group of an earlier step.
    pub left: usize,
    /// The other.
    pub right: usize,
    /// How far apart they were.
    pub height: f64,
    /// Rows in the new group.
    pub size: usize,
}

/// The tree: one step fewer than rows, in ascending order of height.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Dendrogram {
    /// Rows.
    pub rows: usize,
    /// The steps.
    pub merges: Vec<Merge>,
}

/// Joins rows of `width` columns.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::UnequalLengths`], [`Error::CountOutOfRange`] unless there are 1 to [`MOST_ROWS`].
///
/// ```
/// use dangol_models::cluster::hierarchical::{Linkage, link};
/// let tree = link(1, &[0.0, 1.0, 10.0, 12.0], Linkage::Average)?;
/// assert_eq!(tree.merges[2].height, 10.5);
/// assert_eq!(tree.cut(2), [0, 0, 1, 1]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn link(width: usize, values: &[f64], linkage: Linkage) -> Result<Dendrogram> {
    check_finite(values)?;
    if width == 0 || !values.len().is_multiple_of(width) {
        return Err(Error::UnequalLengths { what: "columns", left: values.len(), right: width });
    }
    let rows = values.len() / width;
    check_count("rows", rows, 1, MOST_ROWS)?;
    let row = |at: usize| &values[at * width..(at + 1) * width];
    let pairs = (0..rows).flat_map(|i| (i + 1..rows).map(move |j| (i, j)));
    let mut distances: Vec<f64> = pairs.map(|(i, j)| squared(row(i), row(j)).sqrt()).collect();
    let method = match linkage {
        Linkage::Ward => kodama::Method::Ward,
        Linkage::Average => kodama::Method::Average,
        Linkage::Complete => kodama::Method::Complete,
    };
    let found = kodama::linkage(&mut distances, rows, method);
    let merges = found.steps().iter().map(|step| Merge {
        left: step.cluster1,
        right: step.cluster2,
        height: step.dissimilarity,
        size: step.size,
    });
    Ok(Dendrogram { rows, merges: merges.collect() })
}

impl Dendrogram {
    /// The group of each row when the tree is cut into so many, numbered by their first row; as many as there are rows
    /// at most.
    #[must_use]
    pub fn cut(&self, groups: usize) -> Vec<u32> {
        let groups = groups.clamp(1, self.rows);
        let mut parent: Vec<usize> = (0..self.rows + self.merges.len()).collect();
        for (step, merge) in self.merges.iter().take(self.rows - groups).enumerate() {
            parent[merge.left] = self.rows + step;
            parent[merge.right] = self.rows + step;
        }
        // From the last step down, each points at its topmost group at once.
        for at in (0..parent.len()).rev() {
            parent[at] = parent[parent[at]];
        }
        let mut number = vec![u32::MAX; parent.len()];
        let mut next = 0;
        (0..self.rows)
            .map(|row| {
                let top = parent[row];
                if number[top] == u32::MAX {
                    number[top] = next;
                    next += 1;
                }
                number[top]
            })
            .collect()
    }

    /// The uppermost steps of the tree: what is left of it when groups are no longer opened once there are `leaves`.
    #[must_use]
    pub fn top(&self, leaves: usize) -> Top {
        let leaves = leaves.clamp(1, self.rows);
        let below = self.rows - leaves;
        let mut top = Top { leaves: Vec::new(), merges: Vec::new() };
        let mut number = vec![usize::MAX; self.rows + self.merges.len()];
        let is_leaf = |at: usize| at < self.rows + below;
        for merge in &self.merges[below..] {
            for at in [merge.left, merge.right] {
                if is_leaf(at) && number[at] == usize::MAX {
                    number[at] = top.leaves.len();
                    top.leaves.push(at);
                }
            }
        }
        if self.merges.len() == below {
            // Not opened at all.
            top.leaves.push(self.rows + self.merges.len() - 1);
        }
        for (step, merge) in self.merges[below..].iter().enumerate() {
            number[self.rows + below + step] = top.leaves.len() + step;
            let (left, right) = (number[merge.left], number[merge.right]);
            top.merges.push(Merge { left, right, ..*merge });
        }
        top
    }

    /// The rows of a group: a row's own number, or that of a step from the number of rows on.
    #[must_use]
    pub fn members(&self, group: usize) -> Vec<usize> {
        let mut open = vec![group];
        let mut rows = Vec::new();
        while let Some(at) = open.pop() {
            match at.checked_sub(self.rows) {
                None => rows.push(at),
                Some(step) => open.extend([self.merges[step].right, self.merges[step].left]),
            }
        }
        rows.sort_unstable();
        rows
    }
}

/// The uppermost part of a tree.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Top {
    /// The groups at its ends, as [`Dendrogram::members`] knows them.
    pub leaves: Vec<usize>,
    /// The steps that join them; `left` and `right` count leaves first, then steps.
    pub merges: Vec<Merge>,
}
