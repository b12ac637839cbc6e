//! What each column adds to a score: Shapley values.
//!
//! Lundberg, S. M. and others (2020), "From local explanations to global understanding with explainable AI for trees",
//! Nature Machine Intelligence 2: the value of a set of columns is what the trees say when only these are known; where
//! another column decides, both sides count by their rows (their algorithm 1, "path-dependent"). Computed over all sets:
//! with a handful of columns that is exact and cheap.

use super::Boosted;
use super::tree::{Node, Tree};
use crate::error::{Result, check_count};

/// The most columns: 4,096 sets.
const MOST_COLUMNS: usize = 12;

impl Boosted {
    /// For each class, what each column adds to its score. Their sum is the score of the row less the mean score over
    /// all rows that the trees were grown on.
    ///
    /// # Errors
    /// [`CountOutOfRange`](crate::Error::CountOutOfRange) above 12 columns.
    pub fn contributions(&self, row: &[f64]) -> Result<Vec<Vec<f64>>> {
        check_count("columns", self.width, 1, MOST_COLUMNS)?;
        let sets = 1_usize << self.width;
        let weights = weights(self.width);
        Ok((0..self.classes())
            .map(|class| {
                let known = |set: usize| -> f64 {
                    self.rounds.iter().map(|trees| expected(&trees[class], 0, row, set)).sum()
                };
                let values: Vec<f64> = (0..sets).map(known).collect();
                let of_column = |column: usize| {
                    let without = (0..sets).filter(|set| set & (1 << column) == 0);
                    let terms = without.map(|set| {
                        weights[set.count_ones() as usize] * (values[set | (1 << column)] - values[set])
                    });
                    terms.sum()
                };
                (0..self.width).map(of_column).collect()
            })
            .collect())
    }
}

/// |S|! (M − |S| − 1)! / M! for sets of 0, 1, … columns.
fn weights(columns: usize) -> Vec<f64> {
    let mut weights = vec![1.0 / columns as f64];
    for size in 1..columns {
        weights.push(weights[size - 1] * size as f64 / (columns - size) as f64);
    }
    weights
}

/// What a tree says when only the columns of a set are known.
fn expected(tree: &Tree, at: usize, row: &[f64], set: usize) -> f64 {
    match tree.nodes[at] {
        Node::Leaf { value, .. } => value,
        Node::Split { column, edge, left, right, .. } if set & (1 << column) != 0 => {
            expected(tree, if row[column] <= edge { left } else { right }, row, set)
        }
        Node::Split { left, right, rows, .. } => {
            let of = |at: usize| match tree.nodes[at] {
                Node::Leaf { rows, .. } | Node::Split { rows, .. } => rows,
            };
            (of(left) * expected(tree, left, row, set) + of(right) * expected(tree, right, row, set)) / rows
        }
    }
}
