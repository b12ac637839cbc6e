//! The dates at which sizes of segments are shown.

use dangol_shop::time::{Period, date_of};
use dangol_shop::{AsOf, Shop};

use super::result::SegmentSize;
use super::sorter::Sorter;

/// Days from the first order on before segments are told: until then nobody can have been away for three months, and
/// recency tells customers apart by days.
pub(super) const LEAST_HISTORY: i32 = 90;
/// Fewer customers make quantile groups of a handful.
pub(super) const LEAST_CUSTOMERS: usize = 30;

/// The last days of the latest `months` months that were over by the as-of moment, ascending.
pub(super) fn month_ends(shop: &Shop, as_of: AsOf, months: usize) -> Vec<i32> {
    let clock = shop.clock();
    let current = Period::Month.index_of(as_of.day(clock));
    let end_of = |month: i32| Period::Month.start(month + 1) - 1;
    let last = if as_of.has_whole_day(end_of(current), clock) { current } else { current - 1 };
    (0..months as i32).rev().map(|back| end_of(last - back)).collect()
}

/// The sizes of all segments at a date, of the customers at some places.
pub(super) fn sizes(
    sorter: &Sorter,
    place: &[u16],
    kept: &[usize],
    on: i32,
    is_month_end: bool,
) -> Vec<SegmentSize> {
    let mut counts = vec![0_u64; sorter.segments.len()];
    for at in kept {
        counts[usize::from(place[*at])] += 1;
    }
    let named = sorter.segments.iter().zip(counts);
    named
        .map(|(segment, customers)| SegmentSize {
            on: date_of(on).to_string(),
            is_month_end,
            segment: segment.key.clone(),
            customers,
            share: (!kept.is_empty()).then(|| customers as f64 / kept.len() as f64),
        })
        .collect()
}
