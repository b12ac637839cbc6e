//! Quantiles, and groups of about equal count.
//!
//! The quantile of probability p of the sorted values x₀ ≤ … ≤ xₙ₋₁ is the linear interpolation
//! at position h = (n − 1) p: x⌊h⌋ + (h − ⌊h⌋)(x⌊h⌋₊₁ − x⌊h⌋). This is type 7 of R. J. Hyndman
//! and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996),
//! 361–365, and the default of R, numpy and pandas.
//!
//! Order statistics are found by selection, not by sorting: with k of them among n values the
//! work is O(n log k). Whole numbers of a short range, such as days or orders, are counted
//! instead, in O(n).

use crate::error::{Error, Result, check_count, check_finite};

/// The largest number of groups that [`equal_count_edges`] makes.
pub const MOST_GROUPS: usize = 1000;

/// Quantiles of unsorted values at several probabilities, in the order of the probabilities.
///
/// # Errors
/// [`Error::Empty`] without values, [`Error::NotFinite`], [`Error::NotAProbability`].
///
/// ```
/// use dangol_models::quantile::quantiles;
/// assert_eq!(quantiles(&[4.0, 1.0, 3.0, 2.0], &[0.0, 0.5, 0.9])?, [1.0, 2.5, 3.7]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn quantiles(values: &[f64], probabilities: &[f64]) -> Result<Vec<f64>> {
    if let Some(&value) = probabilities.iter().find(|p| !(p.is_finite() && (0.0..=1.0).contains(*p))) {
        return Err(Error::NotAProbability { value });
    }
    let last = values.len().checked_sub(1).ok_or(Error::Empty { what: "quantiles" })?;
    let positions: Vec<Position> = probabilities.iter().map(|&p| Position::at(last, p)).collect();
    at_positions(values, &positions)
}

/// The inner edges of `groups` groups of about equal count: quantiles at 1/groups, 2/groups, …
///
/// Intervals are closed on the right and the lowest value belongs to the first group, so equal
/// values always share a group. Edges that coincide with each other or with the extremes are
/// dropped, which merges their groups; k edges are left for k + 1 groups. This is
/// `pandas.qcut(values, groups, duplicates="drop")` without its outer edges. If all values are
/// equal, there is one group and no edge.
///
/// The places of the quantiles are computed as whole numbers and remainders. pandas rounds i/groups
/// to a float first and so may miss an order statistic by a hair where (n − 1) i is divisible by
/// `groups`, which moves single values over an edge or leaves an empty group there.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotFinite`], [`Error::CountOutOfRange`] unless
/// `1 <= groups <= 1000`.
///
/// ```
/// use dangol_models::quantile::{assign, equal_count_edges};
/// let orders = [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 8.0, 20.0];
/// // The 20 % and 40 % quantiles are 1 and 1.6, and 1 is also the minimum.
/// let edges = equal_count_edges(&orders, 5)?;
/// assert_eq!(edges.len(), 3);
/// assert_eq!(assign(1.0, &edges), 1);
/// assert_eq!(assign(20.0, &edges), 4);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn equal_count_edges(values: &[f64], groups: usize) -> Result<Vec<f64>> {
    check_count("groups", groups, 1, MOST_GROUPS)?;
    let last = values.len().checked_sub(1).ok_or(Error::Empty { what: "groups" })?;
    let positions: Vec<Position> = (0..=groups).map(|i| Position::at_share(last, i, groups)).collect();
    let mut edges = at_positions(values, &positions)?;
    edges.dedup();
    // The outer edges only say where the data ends.
    edges.pop();
    Ok(edges.get(1..).map(<[f64]>::to_vec).unwrap_or_default())
}

/// The group of a value, from 1: one more than the number of edges below it.
///
/// `edges` must be in ascending order. A value on an edge belongs to the group that the edge
/// closes.
///
/// ```
/// use dangol_models::quantile::assign;
/// assert_eq!([5.0, 10.0, 10.1, 99.0].map(|x| assign(x, &[10.0, 20.0])), [1, 1, 2, 3]);
/// ```
#[must_use]
pub fn assign(value: f64, edges: &[f64]) -> usize {
    // Few edges: counting all of them is faster than a search, as it does not branch.
    1 + edges.iter().map(|&edge| usize::from(edge < value)).sum::<usize>()
}

/// Where a value stands among others, from 0 to 100: the percentage of values below it plus
/// half the percentage equal to it ("mean" percentile rank). `None` without values or for NaN.
///
/// ```
/// use dangol_models::quantile::percentile_rank;
/// assert_eq!(percentile_rank(&[1.0, 2.0, 2.0, 9.0], 2.0), Some(50.0));
/// ```
#[must_use]
pub fn percentile_rank(values: &[f64], value: f64) -> Option<f64> {
    if values.is_empty() || value.is_nan() {
        return None;
    }
    let below = values.iter().filter(|&&other| other < value).count() as f64;
    let equal = values.iter().filter(|&&other| other == value).count() as f64;
    Some(100.0 * (below + equal / 2.0) / values.len() as f64)
}

/// The largest whole number whose occurrences are counted: 180 years of days.
const MOST_COUNTED: usize = u16::MAX as usize;

/// Fewer values than this are quicker selected than counted.
const FEWEST_COUNTED: usize = 1 << 14;

/// A place between two order statistics.
#[derive(Clone, Copy, Debug)]
struct Position {
    index: usize,
    fraction: f64,
}

impl Position {
    fn at(last: usize, probability: f64) -> Self {
        let place = last as f64 * probability;
        let index = (place.floor() as usize).min(last);
        Self { index, fraction: place - index as f64 }
    }

    /// Exact for the ratio `part / parts`, whose floating-point form may fall just short of an
    /// order statistic.
    fn at_share(last: usize, part: usize, parts: usize) -> Self {
        let place = last as u128 * part as u128;
        let parts = parts as u128;
        Self { index: (place / parts) as usize, fraction: (place % parts) as f64 / parts as f64 }
    }
}

fn at_positions(values: &[f64], positions: &[Position]) -> Result<Vec<f64>> {
    check_finite(values)?;
    let mut wanted: Vec<usize> = positions
        .iter()
        .flat_map(|position| [position.index, position.index + usize::from(position.fraction > 0.0)])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();

    let found = count(values, &wanted).unwrap_or_else(|| {
        let mut keys: Vec<u64> = values.iter().map(|&value| to_key(value)).collect();
        let mut found = Vec::with_capacity(wanted.len());
        select(&mut keys, 0, &wanted, &mut found);
        found
    });
    let order_statistic = |index: usize| {
        // Every index asked for is in `wanted`, and `found` runs parallel to it.
        let place = wanted.partition_point(|&other| other < index);
        found[place]
    };
    Ok(positions
        .iter()
        .map(|position| {
            let low = order_statistic(position.index);
            if position.fraction > 0.0 {
                interpolate(low, order_statistic(position.index + 1), position.fraction)
            } else {
                low
            }
        })
        .collect())
}

/// numpy's two-sided form: monotone in the fraction, and exact at both ends.
fn interpolate(low: f64, high: f64, fraction: f64) -> f64 {
    let distance = high - low;
    if !distance.is_finite() {
        return low * (1.0 - fraction) + high * fraction;
    }
    if fraction >= 0.5 { high - distance * (1.0 - fraction) } else { low + distance * fraction }
}

/// The order statistics `wanted` (ascending) of whole numbers from 0 to [`MOST_COUNTED`], by
/// counting how often each occurs; `None` for other values.
fn count(values: &[f64], wanted: &[usize]) -> Option<Vec<f64>> {
    if values.len() < FEWEST_COUNTED {
        return None;
    }
    let mut counts = vec![0_u64; MOST_COUNTED + 1];
    for &value in values {
        // The cast takes negative and large numbers to the ends of its range, so that they
        // differ from the value and are refused.
        let whole = value as u16;
        if f64::from(whole) != value {
            return None;
        }
        counts[usize::from(whole)] += 1;
    }
    let mut found = Vec::with_capacity(wanted.len());
    let mut passed = 0;
    let mut wanted = wanted.iter().copied().peekable();
    for (value, count) in counts.into_iter().enumerate() {
        passed += count;
        while wanted.next_if(|&index| (index as u64) < passed).is_some() {
            found.push(value as f64);
        }
    }
    Some(found)
}

/// Appends the order statistics `wanted` (ascending, counted from `offset`) of `keys`: picks the
/// middle one, which parts the keys, and goes on in both parts.
fn select(keys: &mut [u64], offset: usize, wanted: &[usize], found: &mut Vec<f64>) {
    if wanted.is_empty() {
        return;
    }
    let middle = wanted.len() / 2;
    let place = wanted[middle] - offset;
    let (below, key, above) = keys.select_nth_unstable(place);
    let key = *key;
    select(below, offset, &wanted[..middle], found);
    found.push(from_key(key));
    select(above, offset + place + 1, &wanted[middle + 1..], found);
}

const SIGN: u64 = 1 << 63;

/// Maps finite numbers to integers of the same order, which compare without branches.
/// Negative zero becomes zero.
pub(crate) fn to_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The number whose key this is.
pub(crate) fn from_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

#[cfg(test)]
mod tests;
