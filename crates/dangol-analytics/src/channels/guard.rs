//! What the minimum of active days does to the order of the channels by historical value.

use super::people::People;
use super::result::GuardRow;
use crate::error::AnalysisError;

/// Minimums that are set beside the one in force.
const OTHERS: [u32; 4] = [1, 30, 90, 365];

/// The historical value of each channel under several minimums, the smallest minimum first, the best channel first.
pub(super) fn guard(people: &People, in_force: u32) -> Result<Vec<GuardRow>, AnalysisError> {
    let mut minimums = OTHERS.to_vec();
    minimums.push(in_force);
    minimums.sort_unstable();
    minimums.dedup();
    let mut rows = Vec::new();
    for least_active_days in minimums {
        let mut of_minimum = Vec::new();
        for (at, channel) in people.channels.iter().enumerate() {
            let (ltv_historical, raised) = people.mean_historical(at, least_active_days)?;
            of_minimum.push(GuardRow {
                least_active_days,
                channel: channel.clone(),
                ltv_historical,
                rank: 0,
                raised,
            });
        }
        of_minimum.sort_by(|left, right| {
            right.ltv_historical.total_cmp(&left.ltv_historical).then(left.channel.cmp(&right.channel))
        });
        for (place, row) in of_minimum.iter_mut().enumerate() {
            row.rank = place as u32 + 1;
        }
        rows.append(&mut of_minimum);
    }
    Ok(rows)
}

/// Pairs of channels that stand the other way round under another minimum: (the minimum, one, the other), the one
/// being the better under the minimum in force.
pub(super) fn swaps(rows: &[GuardRow], in_force: u32) -> Vec<(u32, String, String)> {
    let rank = |least: u32, channel: &str| {
        rows.iter().find(|row| row.least_active_days == least && row.channel == channel).map(|row| row.rank)
    };
    let now: Vec<&GuardRow> = rows.iter().filter(|row| row.least_active_days == in_force).collect();
    let mut minimums: Vec<u32> = rows.iter().map(|row| row.least_active_days).collect();
    minimums.dedup();
    let mut found = Vec::new();
    for least in minimums {
        for (at, better) in now.iter().enumerate() {
            for worse in &now[at + 1..] {
                if rank(least, &better.channel) > rank(least, &worse.channel) {
                    found.push((least, better.channel.clone(), worse.channel.clone()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(least_active_days: u32, channel: &str, rank: u32) -> GuardRow {
        GuardRow { least_active_days, channel: channel.into(), ltv_historical: 0.0, rank, raised: 0 }
    }

    #[test]
    fn channels_that_change_places_are_named() {
        let rows = [
            row(30, "a", 1),
            row(30, "b", 2),
            row(30, "c", 3),
            row(90, "b", 1),
            row(90, "a", 2),
            row(90, "c", 3),
        ];
        assert_eq!(swaps(&rows, 30), [(90, "a".into(), "b".into())]);
        assert_eq!(swaps(&rows, 90), [(30, "b".into(), "a".into())]);
        assert!(swaps(&rows[..3], 30).is_empty());
    }
}
