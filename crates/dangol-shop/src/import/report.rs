//! The quality report: what was read, what became of each row, how far the data can be trusted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::profile::ColumnProfile;
use super::quarantine::Reason;

/// What an import found, per source.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QualityReport {
    /// The snapshot that the import wrote.
    pub snapshot: String,
    /// When it was finished, RFC 3339.
    pub imported_at: String,
    /// How long it took.
    pub seconds: f64,
    /// One entry per source.
    pub sources: Vec<SourceReport>,
}

/// What became of one source's rows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SourceReport {
    /// The canonical table it feeds.
    pub source: String,
    /// The files read.
    pub files: Vec<FileReport>,
    /// Data rows in all files.
    pub rows_read: u64,
    /// What became of them; the rows add up to `rows_read`.
    pub fates: Vec<Fate>,
    /// Kept rows that deserve a look.
    pub flags: Vec<Flag>,
    /// Quarantined rows by reason and column, most frequent first.
    pub quarantine: Vec<QuarantineCount>,
    /// Each mapped column, over all rows that parsed.
    pub columns: Vec<ColumnProfile>,
    /// Days and months that the kept rows cover.
    pub coverage: Option<Coverage>,
}

impl SourceReport {
    /// Rows of one fate, over all rules.
    #[must_use]
    pub fn rows_of(&self, fate: FateKind) -> u64 {
        self.fates.iter().filter(|one| one.fate == fate).map(|one| one.rows).sum()
    }
}

/// A source file as it was read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileReport {
    /// As found from `shop.toml`; of a database its address, without password, and the table.
    pub path: String,
    /// Its size; of a database that of the values read.
    pub bytes: u64,
    /// BLAKE3 hash of its content, in hexadecimal; of a database over the rows read, in whatever order.
    pub blake3: String,
    /// `csv`, `parquet`, `xlsx`, `postgresql`, `mysql`, `sqlite`
    pub format: String,
    /// Text encoding of a CSV file.
    pub encoding: Option<String>,
    /// Column separator of a CSV file.
    pub delimiter: Option<String>,
    /// Worksheet of a workbook.
    pub sheet: Option<String>,
    /// The statement that read a database.
    #[serde(default)]
    pub query: Option<String>,
    /// Data rows in it, malformed ones included; with `unpivot`, each once per column.
    pub rows_read: u64,
}

/// What can become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FateKind {
    /// It is in the table.
    Kept,
    /// A cleaning rule took it.
    Dropped,
    /// It could not be used and lies in quarantine.
    Quarantined,
    /// The same line came in an earlier file.
    AlreadyPresent,
    /// A later file holds a newer state of the line.
    Replaced,
    /// It tells of something that another row tells of, too, and both became one row.
    Merged,
}

/// How many rows met a fate.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Fate {
    /// The fate.
    pub fate: FateKind,
    /// The cleaning rule, for dropped rows.
    pub rule: Option<String>,
    /// How many.
    pub rows: u64,
}

/// How many kept rows deserve a look, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// `missing_customer`, `zero_price`, `duplicates`, `missing_amount`, `cancelled`, `future`
    pub flag: String,
    /// How many.
    pub rows: u64,
}

/// How many rows one reason sent to quarantine.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QuarantineCount {
    /// Why.
    #[schema(value_type = String)]
    pub reason: Reason,
    /// In which canonical column; empty where the whole row is malformed.
    pub column: String,
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub sample: Sample,
}

/// Where a quarantined value stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The value.
    pub value: String,
}

/// Which days the kept rows cover.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// First day with an order.
    pub first_on: String,
    /// Last day with an order.
    pub last_on: String,
    /// Days from the first to the last, both included.
    pub days: u32,
    /// Days with an order.
    pub days_with_orders: u32,
    /// Runs of days without any order, longest first: those at least as long as the
    /// longest tenth of all runs, and three days or more; at most 20.
    pub gaps: Vec<Gap>,
    /// Kept lines by month.
    pub by_month: Vec<MonthCount>,
}

/// A run of days without any order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// First day without.
    pub from: String,
    /// Last day without.
    pub to: String,
    /// How many.
    pub days: u32,
}

/// What a month brought.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MonthCount {
    /// First day of the month.
    pub month: String,
    /// Kept lines.
    pub order_lines: u64,
    /// Orders that begin in it.
    pub orders: u64,
    /// Net revenue.
    pub revenue: f64,
}

/// Kept lines, orders and revenue by day, gathered bucket by bucket.
#[derive(Debug, Default)]
pub(super) struct Days {
    days: std::collections::BTreeMap<i32, (u64, u64, f64)>,
}

impl Days {
    pub(super) fn add(&mut self, day: i32, lines: u64, orders: u64, revenue: f64) {
        let entry = self.days.entry(day).or_default();
        entry.0 += lines;
        entry.1 += orders;
        entry.2 += revenue;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (day, (lines, orders, revenue)) in &other.days {
            self.add(*day, *lines, *orders, *revenue);
        }
    }

    pub(super) fn coverage(&self) -> Option<Coverage> {
        use crate::time::{Period, date_of};
        let (first, last) = (*self.days.keys().next()?, *self.days.keys().next_back()?);
        let mut gaps: Vec<(i32, i32)> = self
            .days
            .keys()
            .zip(self.days.keys().skip(1))
            .filter(|(before, after)| *after - *before > 1)
            .map(|(before, after)| (before + 1, after - 1))
            .collect();
        let length = |gap: &(i32, i32)| gap.1 - gap.0 + 1;
        gaps.sort_by_key(|gap| (-length(gap), gap.0));
        // A shop that closes on Saturdays has a gap a week; only what stands out is named.
        let usual = gaps.get(gaps.len() / 10).map_or(0, length);
        let gaps = gaps.iter().filter(|gap| length(gap) >= usual.max(3)).take(20);
        let mut months: std::collections::BTreeMap<i32, MonthCount> = std::collections::BTreeMap::new();
        for (day, (lines, orders, revenue)) in &self.days {
            let month = Period::Month.index_of(*day);
            let entry = months.entry(month).or_insert_with(|| MonthCount {
                month: date_of(Period::Month.start(month)).to_string(),
                order_lines: 0,
                orders: 0,
                revenue: 0.0,
            });
            entry.order_lines += lines;
            entry.orders += orders;
            entry.revenue += revenue;
        }
        Some(Coverage {
            first_on: date_of(first).to_string(),
            last_on: date_of(last).to_string(),
            days: (last - first + 1) as u32,
            days_with_orders: self.days.len() as u32,
            gaps: gaps
                .map(|gap| Gap {
                    from: date_of(gap.0).to_string(),
                    to: date_of(gap.1).to_string(),
                    days: length(gap) as u32,
                })
                .collect(),
            by_month: months.into_values().collect(),
        })
    }
}
