//! Groups of alike rows, and how much there is to them.
//!
//! [`scaling`] puts columns of different units beside each other, [`rows::Rows`] joins equal rows and puts them into an
//! order of their own, so that no answer depends on the order in which rows are given. [`kmeans`] finds groups,
//! [`search`] tries several numbers of them and holds against each other what [`elbow`], [`silhouette`] and [`gap`] say
//! of each (the last one may answer: one, that is, no structure). [`hierarchical`] joins rows step by step into a tree.
//! [`pca`] finds the directions along which rows differ most, [`stability`] asks whether other customers of the same
//! shop would have given the same groups, by [`agreement`] of two groupings.
//!
//! Whatever is drawn at random comes from a seed, and each part of the work has a stream of its own: answers are the
//! same, to the last bit, on any number of threads.

pub mod agreement;
pub mod elbow;
pub mod gap;
pub mod hierarchical;
pub mod kmeans;
pub mod pca;
pub mod rows;
pub mod scaling;
pub mod search;
pub mod silhouette;
pub mod stability;

pub use kmeans::{KMeans, KMeansParams, kmeans};
pub use rows::Rows;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers for one part of the work.
fn stream(seed: u64, part: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(part);
    rng
}

/// The squared distance of two rows.
#[inline]
fn squared(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| (left - right) * (left - right)).sum()
}

#[cfg(test)]
mod tests;
