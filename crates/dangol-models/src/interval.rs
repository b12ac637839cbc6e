//! Groups by width instead of by count.
//!
//! As with [`crate::quantile`], intervals are closed on the right, the lowest value belongs to the
//! first group, and [`crate::quantile::assign`] finds a value's group. A group may be empty.

use crate::error::{Error, Result, check_count, check_finite};
use crate::quantile::{MOST_GROUPS, quantiles};

/// Inner edges of `groups` intervals of equal width over the range of the values.
///
/// With min and max of the values, edge i is min + i (max − min) / groups. If all values are
/// equal, there is one group and no edge.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotFinite`], [`Error::CountOutOfRange`] unless
/// `1 <= groups <= 1000`.
///
/// ```
/// use dangol_models::interval::interval_edges;
/// assert_eq!(interval_edges(&[10.0, 0.0, 3.0], 4)?, [2.5, 5.0, 7.5]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn interval_edges(values: &[f64], groups: usize) -> Result<Vec<f64>> {
    check_count("groups", groups, 1, MOST_GROUPS)?;
    check_finite(values)?;
    let (low, high) = range(values).ok_or(Error::Empty { what: "intervals" })?;
    Ok(strictly_between(inner_edges(low, high, groups), high))
}

/// Inner edges of `groups` groups, of which the first holds the values up to the quantile at
/// `share` and the last those above the quantile at 1 − `share`; those between are cut into
/// `groups` − 2 intervals of equal width.
///
/// Where the two quantiles coincide, or the upper one is the maximum, groups merge and fewer
/// edges come out. The first group is never empty: it holds at least the minimum.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotFinite`]; [`Error::NotAProbability`] unless
/// `0 <= share <= 0.5`; [`Error::CountOutOfRange`] unless `3 <= groups <= 1000`.
///
/// ```
/// use dangol_models::interval::trimmed_edges;
/// let mut values: Vec<f64> = (0..=10).map(f64::from).collect();
/// values[10] = 1000.0;
/// assert_eq!(trimmed_edges(&values, 5, 0.2)?, [2.0, 4.0, 6.0, 8.0]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn trimmed_edges(values: &[f64], groups: usize, share: f64) -> Result<Vec<f64>> {
    check_count("groups", groups, 3, MOST_GROUPS)?;
    if !(share.is_finite() && (0.0..=0.5).contains(&share)) {
        return Err(Error::NotAProbability { value: share });
    }
    let found = quantiles(values, &[share, 1.0 - share, 1.0])?;
    let (low, high, highest) = (found[0], found[1], found[2]);
    let mut edges = vec![low];
    edges.extend(inner_edges(low, high, groups - 2));
    edges.push(high);
    Ok(strictly_between(edges, highest))
}

/// Smallest and largest value.
pub(crate) fn range(values: &[f64]) -> Option<(f64, f64)> {
    let mut values = values.iter().copied();
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), value| (low.min(value), high.max(value))))
}

fn inner_edges(low: f64, high: f64, groups: usize) -> Vec<f64> {
    (1..groups)
        .map(|i| {
            let share = i as f64 / groups as f64;
            let distance = high - low;
            if distance.is_finite() { low + distance * share } else { low * (1.0 - share) + high * share }
        })
        .collect()
}

/// Drops edges that do not part anything: repeated ones, and those at or above the maximum.
fn strictly_between(mut edges: Vec<f64>, highest: f64) -> Vec<f64> {
    edges.dedup();
    edges.retain(|&edge| edge < highest);
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::assign;

    #[test]
    fn equal_widths_over_the_range() {
        let edges = interval_edges(&[0.0, 100.0, 50.0], 5).unwrap();
        assert_eq!(edges, [20.0, 40.0, 60.0, 80.0]);
        assert_eq!([0.0, 20.0, 20.1, 100.0].map(|x| assign(x, &edges)), [1, 1, 2, 5]);
    }

    #[test]
    fn equal_values_are_one_group() {
        assert!(interval_edges(&[7.0; 5], 5).unwrap().is_empty());
        assert!(trimmed_edges(&[7.0; 5], 5, 0.2).unwrap().is_empty());
    }

    #[test]
    fn a_huge_range_does_not_overflow() {
        let edges = interval_edges(&[f64::MIN, f64::MAX], 2).unwrap();
        assert_eq!(edges, [0.0]);
        assert!(interval_edges(&[f64::MIN, f64::MAX], 5).unwrap().iter().all(|edge| edge.is_finite()));
    }

    #[test]
    fn trimmed_groups_take_a_fifth_at_each_end() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        let edges = trimmed_edges(&values, 5, 0.2).unwrap();
        assert_eq!(edges, [20.0, 40.0, 60.0, 80.0]);
        // A long tail moves the outer groups' content, not the middle's widths.
        let mut skewed = values.clone();
        skewed[100] = 1e6;
        assert_eq!(trimmed_edges(&skewed, 5, 0.2).unwrap(), edges);
    }

    #[test]
    fn trimmed_keeps_the_many_lowest_apart() {
        // 60 % have the lowest value, so the lower quantile is the minimum itself.
        let mut values = vec![1.0; 60];
        values.extend((2..42).map(f64::from));
        let edges = trimmed_edges(&values, 5, 0.2).unwrap();
        assert_eq!(edges[0], 1.0);
        assert_eq!(edges.len(), 4);
        assert_eq!(assign(1.0, &edges), 1);
        assert_eq!(assign(2.0, &edges), 2);
    }

    #[test]
    fn quantiles_that_coincide_merge() {
        let mut values = vec![1.0; 90];
        values.extend([5.0; 10]);
        assert_eq!(trimmed_edges(&values, 5, 0.2).unwrap(), [1.0]);
    }

    #[test]
    fn bad_input_is_refused() {
        assert_eq!(interval_edges(&[], 5), Err(Error::Empty { what: "intervals" }));
        assert!(matches!(interval_edges(&[1.0, f64::NAN], 5), Err(Error::NotFinite { index: 1, .. })));
        assert!(matches!(interval_edges(&[1.0], 0), Err(Error::CountOutOfRange { .. })));
        assert!(matches!(trimmed_edges(&[1.0], 2, 0.2), Err(Error::CountOutOfRange { .. })));
        assert!(matches!(trimmed_edges(&[1.0], 5, f64::NAN), Err(Error::NotAProbability { .. })));
    }
}
