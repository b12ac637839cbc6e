//! The bootstrap over customers: how far a mean or a ratio of means would move with other customers.
//!
//! Rows are drawn with replacement, as many as there are, and the statistic is computed again (Efron, B. and
//! Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapters 6 and 13). Of many rows, sums of blocks of
//! rows are drawn instead of single ones: the variance of a mean is the same, and the work no longer grows with the
//! number of rows.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

use crate::error::{Error, Result};
use crate::proportion::upper_tail_point;
use crate::quantile::quantiles;

/// Rows are put together into so many blocks at most.
const MOST_BLOCKS: usize = 2_000;

/// Means of each column over rows drawn with replacement, one set of means for each draw.
///
/// Equal rows and seeds give equal draws. There are none where there are no rows.
///
/// # Errors
/// [`Error::NotFinite`] for a value that is no number; its index is that of the row.
///
/// ```
/// use dangol_models::bootstrap::{interval, resampled_means};
/// let rows: Vec<[f64; 1]> = (0..100).map(|i| [f64::from(i)]).collect();
/// let means = resampled_means(&rows, 1_000, 7)?;
/// let (low, high) = interval(means.iter().map(|[mean]| *mean), 0.9)?.unwrap();
/// // Around 49.5, with a standard error of 2.9.
/// assert!(low > 43.0 && low < 46.5 && high > 52.5 && high < 56.0);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn resampled_means<const K: usize>(rows: &[[f64; K]], draws: usize, seed: u64) -> Result<Vec<[f64; K]>> {
    for (index, row) in rows.iter().enumerate() {
        if let Some(&value) = row.iter().find(|value| !value.is_finite()) {
            return Err(Error::NotFinite { index, value });
        }
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let blocks = blocks(rows, &mut random);
    Ok((0..draws)
        .map(|_| {
            let (mut sums, mut count) = ([0.0; K], 0.0);
            for _ in 0..blocks.len() {
                let (block, size) = &blocks[random.random_range(0..blocks.len())];
                for (sum, value) in sums.iter_mut().zip(block) {
                    *sum += value;
                }
                count += size;
            }
            sums.map(|sum| sum / count)
        })
        .collect())
}

/// Sums of equally many rows each, put together by chance, with how many rows each holds. Rows that follow each other
/// in some pattern are often alike, and must not come into one block.
fn blocks<const K: usize>(rows: &[[f64; K]], random: &mut ChaCha8Rng) -> Vec<([f64; K], f64)> {
    let mut blocks = vec![([0.0; K], 0.0); rows.len().min(MOST_BLOCKS)];
    let count = blocks.len();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if rows.len() > count {
        order.shuffle(random);
    }
    for (at, place) in order.into_iter().enumerate() {
        let row = &rows[place];
        let (block, size) = &mut blocks[at % count];
        for (sum, value) in block.iter_mut().zip(row) {
            *sum += value;
        }
        *size += 1.0;
    }
    blocks
}

/// Counts as they might have come: of events that happen independently of each other, the number is Poisson.
#[must_use]
pub fn resampled_counts(count: u64, draws: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    match Poisson::new(count as f64) {
        Ok(poisson) => (0..draws).map(|_| poisson.sample(&mut random)).collect(),
        // A mean of 0 is always 0.
        Err(_) => vec![0.0; draws],
    }
}

/// The percentile interval of drawn values; `None` without values, or where an end is not finite: a ratio may have
/// been drawn with nothing below the line.
///
/// # Errors
/// [`Error::NotALevel`].
pub fn interval(values: impl IntoIterator<Item = f64>, level: f64) -> Result<Option<(f64, f64)>> {
    let upper = upper_tail_point(level)?;
    let values: Vec<f64> = values.into_iter().collect();
    // Draws without a value stand at both ends, so that they can only widen the interval.
    let missing = values.iter().filter(|value| !value.is_finite()).count();
    if values.is_empty() || missing as f64 >= (1.0 - upper) * values.len() as f64 {
        return Ok(None);
    }
    let finite: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    let ends = quantiles(&finite, &[1.0 - upper, upper])?;
    Ok(Some((ends[0], ends[1])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::summarize;

    /// The standard error of a mean is s / √n, whether rows are drawn or blocks of them.
    #[test]
    fn means_vary_as_they_should() {
        for count in [400, 20_000] {
            let rows: Vec<[f64; 2]> =
                (0..count).map(|i| [f64::from(i * 7_919 % 1_000), f64::from(i % 3)]).collect();
            let spread = summarize(&rows.iter().map(|row| row[0]).collect::<Vec<_>>()).unwrap().unwrap();
            let means = resampled_means(&rows, 2_000, 1).unwrap();
            let drawn = summarize(&means.iter().map(|mean| mean[0]).collect::<Vec<_>>()).unwrap().unwrap();
            let expected = spread.std.unwrap() / f64::from(count).sqrt();
            assert!((drawn.std.unwrap() / expected - 1.0).abs() < 0.06, "{count}: {drawn:?}, {expected}");
            assert!((drawn.mean - spread.mean).abs() < 4.0 * expected / 2_000_f64.sqrt());
        }
    }

    #[test]
    fn equal_seeds_give_equal_draws() {
        let rows = [[1.0], [2.0], [5.0]];
        assert_eq!(resampled_means(&rows, 50, 3).unwrap(), resampled_means(&rows, 50, 3).unwrap());
        assert_ne!(resampled_means(&rows, 50, 3).unwrap(), resampled_means(&rows, 50, 4).unwrap());
        assert_eq!(resampled_counts(100, 50, 3), resampled_counts(100, 50, 3));
    }

    #[test]
    fn counts_vary_like_their_root() {
        let counts = resampled_counts(10_000, 4_000, 2);
        let drawn = summarize(&counts).unwrap().unwrap();
        assert!((drawn.mean - 10_000.0).abs() < 7.0 && (drawn.std.unwrap() - 100.0).abs() < 5.0, "{drawn:?}");
        assert_eq!(resampled_counts(0, 2, 1), [0.0, 0.0]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(resampled_means::<1>(&[], 10, 1).unwrap().is_empty());
        assert_eq!(interval([], 0.9).unwrap(), None);
        assert_eq!(interval([1.0, f64::INFINITY, 2.0], 0.9).unwrap(), None);
        assert!(resampled_means(&[[f64::NAN]], 10, 1).is_err());
        assert!(interval([1.0], 1.0).is_err());
    }
}
