//! What was spent on channels, and the time that it covers.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::time::Period;
use dangol_shop::{Scope, Shop};

use crate::error::AnalysisError;

/// The table `marketing_spend` up to the as-of moment.
#[derive(Debug)]
pub(crate) struct Spending {
    /// Whether a row is for a month; else for a day.
    pub(crate) monthly: bool,
    pub(crate) rows: Vec<SpendRow>,
}

/// What a channel took in a month or on a day.
#[derive(Debug, Clone)]
pub(crate) struct SpendRow {
    /// The day, or the first of the month.
    pub(crate) day: i32,
    /// As it is written in the table.
    pub(crate) channel: String,
    pub(crate) spend: f64,
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i32,
    pub(crate) until: i32,
}

impl Window {
    /// The days that are in both; none where there are none.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from <= both.until).then_some(both)
    }

    pub(crate) fn has(self, day: i32) -> bool {
        (self.from..=self.until).contains(&day)
    }

    fn days(self) -> f64 {
        f64::from(self.until - self.from + 1)
    }
}

/// Channels are the same whatever the case, and whether words are joined by a blank, a hyphen or an underscore.
pub(crate) fn same_name(name: &str) -> String {
    name.to_lowercase().split([' ', '-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Spending {
    /// Reads it; none without the table, or where it is empty.
    pub(crate) async fn read(shop: &Shop, scope: &Scope) -> Result<Option<Self>, AnalysisError> {
        let tables = shop.tables_in_scope(scope)?;
        if tables.columns("marketing_spend").await?.is_none() {
            return Ok(None);
        }
        let found =
            tables.ask("SELECT period, channel, spend FROM marketing_spend ORDER BY period, channel").await?;
        let days = column::<Date32Type>(&found, "period", 0)?;
        let spend = column::<Float64Type>(&found, "spend", 0.0)?;
        let today = scope.as_of.day(shop.clock());
        let monthly = is_monthly(&days);
        let rows: Vec<SpendRow> = days
            .into_iter()
            .zip(texts(&found, "channel")?)
            .zip(spend)
            .filter(|((day, _), _)| *day <= today)
            .map(|((day, channel), spend)| SpendRow { day, channel: channel.unwrap_or_default(), spend })
            .collect();
        Ok((!rows.is_empty()).then_some(Self { monthly, rows }))
    }

    /// The days that a row speaks of.
    pub(crate) fn of_row(&self, row: &SpendRow) -> Window {
        if self.monthly { month(row.day) } else { Window { from: row.day, until: row.day } }
    }

    /// From the first row's beginning to the last one's end.
    pub(crate) fn covered(&self) -> Window {
        let days = || self.rows.iter().map(|row| self.of_row(row));
        Window {
            from: days().map(|window| window.from).min().unwrap_or(0),
            until: days().map(|window| window.until).max().unwrap_or(-1),
        }
    }

    /// By channel (see [`same_name`]), its name in the table and what it took within a time. Of a month that lies
    /// partly within it counts as much as of its days.
    pub(crate) fn within(&self, window: Window) -> BTreeMap<String, (String, f64)> {
        let mut sums: BTreeMap<String, (String, f64)> = BTreeMap::new();
        for row in &self.rows {
            let of_row = self.of_row(row);
            let share = of_row.and(window).map_or(0.0, |both| both.days() / of_row.days());
            let entry = sums.entry(same_name(&row.channel)).or_insert_with(|| (row.channel.clone(), 0.0));
            entry.1 += row.spend * share;
        }
        sums
    }
}

/// The month in which a day lies.
pub(crate) fn month(day: i32) -> Window {
    let index = Period::Month.index_of(day);
    Window { from: Period::Month.start(index), until: Period::Month.start(index + 1) - 1 }
}

/// Whether every row stands on the first day of a month.
fn is_monthly(days: &[i32]) -> bool {
    days.iter().all(|day| month(*day).from == *day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dangol_shop::time::days_since_epoch;
    use jiff::civil::date;

    fn row(day: i32, channel: &str, spend: f64) -> SpendRow {
        SpendRow { day, channel: channel.into(), spend }
    }

    #[test]
    fn a_part_of_a_month_counts_by_its_days() {
        let (june, july) = (days_since_epoch(date(2024, 6, 1)), days_since_epoch(date(2024, 7, 1)));
        let spending = Spending {
            monthly: true,
            rows: vec![
                row(june, "Paid_Search", 300.0),
                row(july, "paid search", 310.0),
                row(july, "email", 0.0),
            ],
        };
        let covered = spending.covered();
        assert_eq!(covered, Window { from: june, until: july + 30 });
        let sums = spending.within(Window { from: june + 10, until: july + 9 });
        // Twenty of thirty days, then ten of thirty-one.
        assert!((sums["paid search"].1 - (200.0 + 100.0)).abs() < 1e-9);
        assert_eq!(sums["paid search"].0, "Paid_Search");
        assert_eq!(sums["email"].1, 0.0);
        assert!((spending.within(covered)["paid search"].1 - 610.0).abs() < 1e-9);
    }

    #[test]
    fn days_are_told_from_months() {
        let june = days_since_epoch(date(2024, 6, 1));
        assert!(is_monthly(&[june, june + 30]));
        assert!(!is_monthly(&[june, june + 1]));
    }
}
