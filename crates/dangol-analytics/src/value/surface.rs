//! The model's view over frequency and time since the last purchase, with the real customers on it.

use dangol_models::lifetime::{History, PurchaseModel, TimeOfLastPurchase};

use super::base::Base;
use super::purchase::PurchaseFit;
use super::result::{PeopleCell, Surface, SurfaceCell};

/// Steps of each axis.
const STEPS: u32 = 20;

/// Draws the surface for the age that three quarters of the customers have not passed.
pub(super) fn surface(base: &Base, fit: &PurchaseFit, horizon: f64) -> Surface {
    let mut ages: Vec<u32> = (0..base.len()).map(|at| base.days(at).1).collect();
    ages.sort_unstable();
    let age_days = ages.get(ages.len() * 3 / 4).copied().unwrap_or(0);
    let repeats = counts(most(&base.shop.repeats));
    let days_since_last = axis(age_days);

    let mut cells = Vec::with_capacity(repeats.len() * days_since_last.len());
    for &x in &repeats {
        for &since in &days_since_last {
            // Who bought x times again did so on as many days after the first.
            let last = age_days - since;
            if last < x {
                continue;
            }
            // Who bought once bought at the beginning; their row shows them at every age.
            let (last, age) = if x == 0 { (0, since) } else { (last, age_days) };
            let time = |days: u32| f64::from(days) / base.unit.days();
            let Ok(history) = History::new(x, TimeOfLastPurchase(time(last)), time(age)) else { continue };
            cells.push(SurfaceCell {
                repeats: x,
                days_since_last: since,
                probability_alive: fit.model.probability_alive(&history),
                expected_purchases: fit.model.conditional_expected_purchases(&history, horizon),
            });
        }
    }
    Surface { age_days, people: people(base, &repeats, &days_since_last), repeats, days_since_last, cells }
}

/// The value that all but one in a thousand customers stay below: the axis need not follow the very last.
fn most(repeats: &[u32]) -> u32 {
    let mut sorted = repeats.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1 + sorted.len() / 1000)).copied().unwrap_or(0).max(5)
}

/// Numbers of purchases from 0 to `most`: each of the small ones, where most customers are, then steps of a quarter.
fn counts(most: u32) -> Vec<u32> {
    let mut values: Vec<u32> =
        std::iter::successors(Some(0_u32), |value| Some((value + 1).max(value + value / 4)))
            .take_while(|value| *value < most)
            .collect();
    values.push(most);
    values
}

/// Whole numbers from 0 to `most` in equal steps, at most [`STEPS`] of them.
fn axis(most: u32) -> Vec<u32> {
    let step = most.div_ceil(STEPS).max(1);
    (0..=most.div_ceil(step)).map(|place| (place * step).min(most)).collect()
}

fn people(base: &Base, repeats: &[u32], days_since_last: &[u32]) -> Vec<PeopleCell> {
    let mut counts = vec![0_u64; repeats.len() * days_since_last.len()];
    for at in 0..base.len() {
        let (last, age) = base.days(at);
        let place = nearest(repeats, base.shop.repeats[at]) * days_since_last.len()
            + nearest(days_since_last, age - last);
        counts[place] += 1;
    }
    counts
        .into_iter()
        .enumerate()
        .filter(|(_, customers)| *customers > 0)
        .map(|(place, customers)| PeopleCell {
            repeats: repeats[place / days_since_last.len()],
            days_since_last: days_since_last[place % days_since_last.len()],
            customers,
        })
        .collect()
}

/// The place of the value nearest to another; the axis ascends and is not empty.
fn nearest(axis: &[u32], value: u32) -> usize {
    let after = axis.partition_point(|edge| *edge < value).min(axis.len() - 1);
    let before = after.saturating_sub(1);
    if value.abs_diff(axis[before]) < value.abs_diff(axis[after]) { before } else { after }
}
