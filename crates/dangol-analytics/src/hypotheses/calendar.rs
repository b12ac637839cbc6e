//! Statements about the calendar: orders against the days on which they could have been placed.

use dangol_models::hypothesis::{Share, Test, share_against};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::measures::Figure;
use crate::error::AnalysisError;
use crate::segment_profile::dimensions::{Data, Dimension};
use crate::segment_profile::population::Population;

/// Seasons cannot be told from less than a year.
const YEAR: i32 = 365;

/// The days between the first and the last order in scope, by weekday (Monday first) and by month.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Days {
    pub(super) weekdays: [u32; 7],
    pub(super) months: [u32; 12],
}

impl Days {
    /// Those of a scope.
    pub(super) async fn of(shop: &Shop, scope: &Scope) -> Result<Self, AnalysisError> {
        let profiles = shop.profiles(scope).await?;
        let first = profiles.first_on.iter().min().copied();
        let last = profiles.last_at.iter().max().map(|at| shop.clock().day_of(*at));
        let (Some(first), Some(last)) = (first, last) else { return Ok(Self::default()) };
        Ok(Self::between(first.max(scope.from.unwrap_or(first)), last))
    }

    fn between(first: i32, last: i32) -> Self {
        let mut days = Self::default();
        for day in first..=last {
            let date = date_of(day);
            days.weekdays[date.weekday().to_monday_zero_offset() as usize] += 1;
            days.months[date.month() as usize - 1] += 1;
        }
        days
    }

    fn total(&self) -> u32 {
        self.weekdays.iter().sum()
    }

    /// Whether every season is in them.
    pub(super) fn is_a_year(&self) -> bool {
        self.total() as i32 >= YEAR
    }
}

/// Seasons with their months.
pub(super) const SEASONS: [(&str, &str, [usize; 3]); 4] = [
    ("spring", "봄", [3, 4, 5]),
    ("summer", "여름", [6, 7, 8]),
    ("autumn", "가을", [9, 10, 11]),
    ("winter", "겨울", [12, 1, 2]),
];

/// Orders of some kinds (numbers from 1) by group, the last being everybody.
fn shares(population: &Population, dimension: &Dimension, kinds: &[usize]) -> Vec<Share> {
    let Data::Events { of_kind, all, .. } = &dimension.data else { return Vec::new() };
    let summed: Vec<f64> =
        (0..all.len()).map(|at| kinds.iter().map(|kind| of_kind[kind - 1][at]).sum()).collect();
    let mut groups = Figure::shares(population, &summed, all);
    let everybody = groups.iter().fold(Share::default(), |sum, one| sum.merge(*one));
    groups.pop();
    groups.push(everybody);
    groups
}

/// Orders on weekends: by group and of everybody, the share of the days, and the test of everybody.
pub(super) fn weekend(
    population: &Population,
    weekday: &Dimension,
    days: &Days,
) -> Result<Option<(Vec<Share>, f64, Test)>, AnalysisError> {
    if days.total() < 7 {
        return Ok(None);
    }
    let found = shares(population, weekday, &[6, 7]);
    let expected = f64::from(days.weekdays[5] + days.weekdays[6]) / f64::from(days.total());
    let Some(everybody) = found.last() else { return Ok(None) };
    Ok(share_against(everybody, expected)?.map(|test| (found, expected, test)))
}

/// The season in which a group orders most, against the days.
#[derive(Debug, Clone)]
pub(super) struct BestSeason {
    /// Place in [`SEASONS`].
    pub(super) season: usize,
    /// The share of the group's orders.
    pub(super) share: f64,
    /// Customers.
    pub(super) customers: u64,
    /// Against the share of the days.
    pub(super) test: Test,
}

/// The best season of each group; none of groups without enough orders.
pub(super) fn seasons(
    population: &Population,
    month: &Dimension,
    days: &Days,
) -> Result<Vec<Option<BestSeason>>, AnalysisError> {
    let total = f64::from(days.total());
    let by_season: Vec<(Vec<Share>, f64)> = SEASONS
        .iter()
        .map(|(_, _, months)| {
            let expected: u32 = months.iter().map(|month| days.months[month - 1]).sum();
            (shares(population, month, months), f64::from(expected) / total)
        })
        .collect();
    (0..population.groups.len())
        .map(|group| {
            let ratio = |season: &(Vec<Share>, f64)| season.0[group].rate().unwrap_or(0.0) / season.1;
            let best =
                (0..SEASONS.len()).max_by(|a, b| ratio(&by_season[*a]).total_cmp(&ratio(&by_season[*b])));
            let Some(season) = best else { return Ok(None) };
            let (groups, expected) = &by_season[season];
            let test = share_against(&groups[group], *expected)?;
            Ok(test.map(|test| BestSeason {
                season,
                share: groups[group].rate().unwrap_or(0.0),
                customers: groups[group].customers,
                test,
            }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dangol_shop::time::days_since_epoch;
    use jiff::civil::date;

    #[test]
    fn days_are_counted_by_weekday_and_month() {
        let days = Days::between(days_since_epoch(date(2024, 1, 1)), days_since_epoch(date(2024, 12, 31)));
        assert!(days.is_a_year());
        assert_eq!(days.months[1], 29);
        assert_eq!((days.weekdays[0], days.weekdays[1], days.weekdays[6]), (53, 53, 52));
        assert!(!Days::between(0, 100).is_a_year());
    }
}
