//! Bins for pictures, with edges that a reader can say aloud.
//!
//! Widths are 1, 2 or 5 times a power of ten. A variable with a long upper tail gets edges that
//! grow by about that ratio (1, 2, 5, 10, 20, …), as on a logarithmic axis; a variable of whole
//! numbers gets whole edges. Source of the steps: P. S. Heckbert, "Nice numbers for graph labels", Graphics Gems (1990), 61–63.

use serde::{Deserialize, Serialize};

use crate::error::{Result, check_count};
use crate::quantile::quantiles;

/// A bin holds the values with `from <= value < to`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Bin {
    /// Lower edge, in the bin.
    pub from: f64,
    /// Upper edge, not in the bin (except for a value so large that no larger edge exists).
    pub to: f64,
    /// Values in the bin.
    pub count: u64,
}

/// Counts values in at most `most_bins` adjoining bins, which together hold every value. Without
/// values there are no bins.
///
/// # Errors
/// [`crate::Error::NotFinite`]; [`crate::Error::CountOutOfRange`] unless
/// `4 <= most_bins <= 1000`.
///
/// ```
/// use dangol_models::histogram::histogram;
/// let orders = [1.0, 1.0, 1.0, 2.0, 2.0, 4.0];
/// let bins = histogram(&orders, 20)?;
/// let counts: Vec<_> = bins.iter().map(|bin| (bin.from, bin.count)).collect();
/// assert_eq!(counts, [(1.0, 3), (2.0, 2), (3.0, 0), (4.0, 1)]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn histogram(values: &[f64], most_bins: usize) -> Result<Vec<Bin>> {
    check_count("bins", most_bins, 4, 1000)?;
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let found = quantiles(values, &[0.0, 0.01, 0.5, 1.0])?;
    let shape = Shape {
        low: found[0],
        first_percentile: found[1],
        median: found[2],
        high: found[3],
        // Above 2⁵³ every float is a whole number, which says nothing.
        whole: values.iter().all(|value| value.fract() == 0.0 && value.abs() < 9e15),
    };
    let edges = edges(&shape, most_bins);
    let mut counts = vec![0_u64; edges.len() - 1];
    for &value in values {
        let above = edges.partition_point(|&edge| edge <= value);
        counts[above.clamp(1, edges.len() - 1) - 1] += 1;
    }
    Ok(edges.windows(2).zip(counts).map(|(edge, count)| Bin { from: edge[0], to: edge[1], count }).collect())
}

struct Shape {
    low: f64,
    first_percentile: f64,
    median: f64,
    high: f64,
    whole: bool,
}

impl Shape {
    /// A tail more than ten times as long above the median as below it.
    fn long_tailed(&self) -> bool {
        self.high > 0.0 && self.high / 10.0 - self.median / 10.0 > self.median - self.low
    }
}

/// At least two edges in strictly ascending order, the first at or below every value.
fn edges(shape: &Shape, most_bins: usize) -> Vec<f64> {
    let unit_bins = shape.whole && shape.high - shape.low < most_bins as f64;
    let mut edges = if shape.low == shape.high && !shape.whole {
        vec![shape.low]
    } else if shape.long_tailed() && !unit_bins {
        ratio_edges(shape, most_bins)
    } else {
        even_edges(shape, most_bins)
    };
    edges.retain(|edge| edge.is_finite());
    edges.dedup_by(|later, earlier| *later <= *earlier);
    // Where rounding has left no edge below or above a value, the value itself or its neighbour is one.
    if edges.first().is_none_or(|&first| first > shape.low) {
        edges.insert(0, shape.low);
    }
    if edges.len() < 2 || edges[edges.len() - 1] <= shape.high {
        let last = shape.high.next_up();
        edges.push(if last.is_finite() { last } else { f64::MAX });
        edges.dedup_by(|later, earlier| *later <= *earlier);
    }
    if edges.len() < 2 {
        edges.insert(0, edges[0].next_down());
    }
    edges
}

fn even_edges(shape: &Shape, most_bins: usize) -> Vec<f64> {
    // One bin fewer, as rounding the ends outwards may add one.
    let spread = shape.high / (most_bins - 1) as f64 - shape.low / (most_bins - 1) as f64;
    let exact_fit = shape.whole && shape.high - shape.low < most_bins as f64;
    let width = if exact_fit { 1.0 } else { nice_at_least(spread) };
    let width = if shape.whole { width.max(1.0) } else { width };
    let first = (shape.low / width).floor();
    let last = (shape.high / width).floor() + 1.0;
    let bins = (last - first).min(most_bins as f64) as usize;
    (0..=bins).map(|step| (first + step as f64) * width).collect()
}

/// The least of 1, 2, 5, 10, … times a power of ten that is at least `least`.
fn nice_at_least(least: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|&step| step >= least)
        .unwrap_or(10.0 * power)
}

/// Growing edges from about the first percentile on; what lies below it shares a bin from zero, and
/// negative values another.
fn ratio_edges(shape: &Shape, most_bins: usize) -> Vec<f64> {
    // A start far below the median would fill the picture with empty bins.
    let start = shape.first_percentile.max(shape.median / 1e4).max(shape.high / 1e9);
    let start = if shape.whole { start.max(1.0) } else { start };
    let steps: [&[f64]; 4] = [&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
    for steps in steps {
        let edges = ratio_edges_with(shape, start, steps);
        // A picture of about 20 bins reads better than one of 40.
        if edges.len() <= most_bins + 1 && (edges.len() <= 26 || steps.len() == 1) {
            return edges;
        }
    }
    even_edges(shape, most_bins)
}

fn ratio_edges_with(shape: &Shape, start: f64, steps: &[f64]) -> Vec<f64> {
    let mut edges = Vec::new();
    let mut exponent = start.log10().floor() as i32;
    'decades: loop {
        for step in steps {
            let edge = step * 10_f64.powi(exponent);
            if !edge.is_finite() {
                break 'decades;
            }
            if shape.whole && edge.fract() != 0.0 {
                continue;
            }
            edges.push(edge);
            if edge > shape.high {
                break 'decades;
            }
        }
        exponent += 1;
    }
    // The last edge at or below the start opens the first of the growing bins.
    let keep = edges.partition_point(|&edge| edge <= start).saturating_sub(1);
    edges.drain(..keep);
    if edges.first().is_none_or(|&first| shape.low < first) {
        edges.insert(0, 0.0);
    }
    if shape.low < 0.0 {
        edges.insert(0, -nice_at_least(-shape.low));
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn froms(bins: &[Bin]) -> Vec<f64> {
        bins.iter().map(|bin| bin.from).collect()
    }

    #[test]
    fn days_get_whole_even_bins() {
        let days: Vec<f64> = (0..374).map(f64::from).collect();
        let bins = histogram(&days, 20).unwrap();
        assert_eq!(froms(&bins)[..3], [0.0, 20.0, 40.0]);
        assert_eq!(bins.last().unwrap().to, 380.0);
        assert!(bins[..18].iter().all(|bin| bin.count == 20));
    }

    #[test]
    fn a_long_tail_gets_growing_bins() {
        let orders: Vec<f64> = (0..1000)
            .map(|i| f64::from(1 + (i % 7) * (i % 7)) + if i == 999 { 200.0 } else { 0.0 })
            .collect();
        let bins = histogram(&orders, 30).unwrap();
        assert_eq!(froms(&bins)[..6], [1.0, 2.0, 3.0, 5.0, 7.0, 10.0]);
        assert!(bins.iter().all(|bin| bin.from.fract() == 0.0));
    }

    #[test]
    fn money_from_pence_to_a_fortune() {
        let money: Vec<f64> = (0..10_000)
            .map(|i| (f64::from(i) / 1500.0).exp2() * 37.3 + 3.0)
            .chain([0.0, -20.0, 280_206.02])
            .collect();
        let bins = histogram(&money, 30).unwrap();
        assert!(bins.len() <= 30);
        assert_eq!(froms(&bins)[..2], [-20.0, 0.0]);
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), 10_003);
    }

    #[test]
    fn one_value_many_times() {
        for value in [0.0, 5.0, -3.0, 0.3, 1e300, -1e300, f64::MAX, f64::MIN, f64::MIN_POSITIVE] {
            let bins = histogram(&[value; 7], 20).unwrap();
            assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), 7, "{value}");
        }
    }

    #[test]
    fn empty_and_bad_input() {
        assert!(histogram(&[], 20).unwrap().is_empty());
        assert!(histogram(&[f64::INFINITY], 20).is_err());
        assert!(histogram(&[1.0], 1).is_err());
    }

    fn check(values: &[f64], most_bins: usize) -> std::result::Result<(), TestCaseError> {
        let bins = histogram(values, most_bins).unwrap();
        prop_assert!(bins.len() <= most_bins, "{} bins", bins.len());
        prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), values.len() as u64);
        prop_assert!(bins.iter().all(|bin| bin.from < bin.to));
        prop_assert!(bins.windows(2).all(|pair| pair[0].to == pair[1].from));
        for bin in &bins {
            let inside = values.iter().filter(|&&value| bin.from <= value && value < bin.to).count() as u64;
            prop_assert_eq!(inside, bin.count);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn bins_hold_every_value(values in prop::collection::vec(-1e6_f64..1e6, 1..80), most in 4_usize..60) {
            check(&values, most)?;
        }

        #[test]
        fn bins_hold_every_whole_value(values in prop::collection::vec(-50_i32..100_000, 1..80), most in 4_usize..60) {
            check(&values.into_iter().map(f64::from).collect::<Vec<_>>(), most)?;
        }

        #[test]
        fn bins_hold_values_of_any_magnitude(powers in prop::collection::vec(-200_f64..200.0, 1..80), most in 4_usize..60) {
            check(&powers.into_iter().map(|power| 10_f64.powf(power)).collect::<Vec<_>>(), most)?;
        }
    }
}
