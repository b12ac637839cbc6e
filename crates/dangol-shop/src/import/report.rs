//! The quality report: what was read, what became of each row, how far the data can be trusted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::mapping::{Signs, ToldCurrencies};
use super::profile::{ColumnProfile, TopValue};
use super::quarantine::Reason;

/// What an import found, per source.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QualityReport {
    /// The snapshot that the import wrote; empty in a dry run.
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
    /// How the kept rows compare with those of the snapshot before; nothing at the first import.
    #[serde(default)]
    pub since: Option<Since>,
    /// Files of the last import that are not there any more; their rows have left the table.
    #[serde(default)]
    pub gone_files: Vec<GoneFile>,
    /// What became of them; the rows add up to `rows_read`.
    pub fates: Vec<Fate>,
    /// Kept rows that deserve a look.
    pub flags: Vec<Flag>,
    /// The limits of the rules on outliers, as this import found them.
    #[serde(default)]
    pub outliers: Vec<OutlierLimits>,
    /// Quarantined rows by reason and column, most frequent first.
    pub quarantine: Vec<QuarantineCount>,
    /// Each mapped column, over all rows that parsed.
    pub columns: Vec<ColumnProfile>,
    /// Days and months that the kept rows cover.
    pub coverage: Option<Coverage>,
    /// The files whose columns were looked up for each row.
    #[serde(default)]
    pub joins: Vec<JoinReport>,
    /// Mapped columns that only some of the files have.
    #[serde(default)]
    pub absent: Vec<AbsentColumn>,
    /// Parts of archives and workbooks that were not read.
    #[serde(default)]
    pub left_out: Vec<LeftOutPart>,
    /// Columns whose numbers are written with several currencies, or that name several.
    #[serde(default)]
    pub mixed_currencies: Vec<MixedCurrencies>,
    /// Orders that files give to different customers; nothing where there are none.
    #[serde(default)]
    pub other_customers: Option<OtherCustomers>,
}

/// Orders that one file gives to one customer and another file to another.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OtherCustomers {
    /// Lines of an earlier file that a later one has with equal order, product, time and quantity under another customer.
    pub lines: u64,
    /// The orders of these lines.
    pub orders: u64,
    /// Whether the later file's stand alone; else both do, as numbers of orders are not one customer's in this shop.
    pub replaced: bool,
    /// Further orders of different customers, whose lines differ or could not be told apart: they are as they stand in
    /// the files.
    pub elsewhere: u64,
    /// The first of the lines, at most three.
    pub examples: Vec<Sample>,
}

/// What rows found in another file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JoinReport {
    /// The files, as found from `shop.toml`.
    pub files: Vec<String>,
    /// The source's headers that make the key.
    pub on: Vec<String>,
    /// Different keys in the files. Keys, and rows that are repeated, without a key or malformed, are together the rows
    /// of the files.
    pub keys: u64,
    /// Rows of the files whose key came again; of each key the last row stands.
    pub repeated: u64,
    /// Rows of the files without a key.
    #[serde(default)]
    pub keyless: u64,
    /// Rows of the files that could not be read.
    #[serde(default)]
    pub malformed: u64,
    /// Rows of the source that found nothing: the columns are empty there.
    pub unmatched: u64,
}

/// A mapped column that some of the files lack: their rows have no value in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AbsentColumn {
    /// The canonical column.
    pub column: String,
    /// The header that should feed it, or the expression.
    pub from: String,
    /// The files that lack it, by their short names.
    pub files: Vec<String>,
}

/// A file of an archive or a sheet of a workbook that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOutPart {
    /// Archive and file, or workbook and sheet.
    pub path: String,
    /// Why: `not_a_table`, `empty`, `other_headers`, `no_header`, `link`
    pub why: String,
}

impl SourceReport {
    /// Rows of one fate, over all rules.
    #[must_use]
    pub fn rows_of(&self, fate: FateKind) -> u64 {
        self.fates.iter().filter(|one| one.fate == fate).map(|one| one.rows).sum()
    }
}

/// A column whose numbers are written with several currencies.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MixedCurrencies {
    /// The canonical column; or the header of the one that names the currency of each row.
    pub column: String,
    /// Whether it is such a column, and not one of amounts.
    #[serde(default)]
    pub names_them: bool,
    /// Each currency, by its ISO code or its sign, and how many numbers are written with it, or rows named to be in it; the
    /// commonest first.
    pub currencies: Vec<TopValue>,
}

impl MixedCurrencies {
    /// Of all files of a source together.
    pub(super) fn of(files: impl Iterator<Item = BTreeMap<String, Signs>>) -> Vec<Self> {
        let mut all: BTreeMap<String, Signs> = BTreeMap::new();
        for (column, signs) in files.flatten() {
            all.entry(column).or_default().merge(&signs);
        }
        let value = |(currency, rows): (&str, u64)| TopValue { value: currency.to_owned(), rows };
        let mixed = all.into_iter().filter_map(|(column, signs)| Some((column, signs.mixed()?)));
        mixed
            .map(|(column, found)| {
                let currencies = found.into_iter().map(value).collect();
                Self { column, names_them: false, currencies }
            })
            .collect()
    }

    /// By the columns of all files of a source that name the currency of each row.
    pub(super) fn told<'a>(files: impl Iterator<Item = &'a ToldCurrencies>) -> Vec<Self> {
        let mut all: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for (header, rows) in files.filter_map(ToldCurrencies::found) {
            let sums = all.entry(header).or_default();
            for (currency, count) in rows {
                *sums.entry(currency).or_default() += count;
            }
        }
        let several = all.into_iter().filter(|(_, rows)| rows.len() > 1);
        several
            .map(|(column, rows)| {
                let value = |(value, rows)| TopValue { value, rows };
                let mut currencies: Vec<TopValue> = rows.into_iter().map(value).collect();
                currencies.sort_by_key(|one| std::cmp::Reverse(one.rows));
                Self { column, names_them: true, currencies }
            })
            .collect()
    }
}

/// A source file as it was read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileReport {
    /// As found from `shop.toml`; of an archive, archive and file; of several sheets, workbook and sheet; of a database
    /// its address, without password, and the table.
    pub path: String,
    /// The same without the folders above the file.
    #[serde(default)]
    pub name: String,
    /// Its size; within an archive, its packed size; of a database that of the values read.
    pub bytes: u64,
    /// BLAKE3 hash of its content, in hexadecimal; of the whole archive or workbook; of a database over the rows read,
    /// in whatever order.
    pub blake3: String,
    /// `csv`, `parquet`, `xlsx`, `json`, `postgresql`, `mysql`, `sqlite`
    pub format: String,
    /// How it is packed: `gzip`, `zstd`, `zip`
    #[serde(default)]
    pub packing: Option<String>,
    /// Text encoding of a CSV or JSON file.
    pub encoding: Option<String>,
    /// Lines of it that are UTF-8 though the others are in this encoding; each was read as what it is.
    #[serde(default)]
    pub lines_in_utf8: u64,
    /// Column separator of a CSV file.
    pub delimiter: Option<String>,
    /// Worksheet of a workbook.
    pub sheet: Option<String>,
    /// The statement that read a database.
    #[serde(default)]
    pub query: Option<String>,
    /// Data rows in it, malformed ones included; with `unpivot`, each once per column.
    pub rows_read: u64,
    /// Rows of it that are in the table; where rows were merged, it is that of the last.
    #[serde(default)]
    pub rows_kept: u64,
}

/// How the rows of a table compare with those of the snapshot before, by their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Since {
    /// The snapshot before.
    pub snapshot: String,
    /// Rows that it did not have.
    pub new: u64,
    /// Rows that are as they were.
    pub unchanged: u64,
    /// Rows that it had with other values.
    pub changed: u64,
    /// Rows that only it had.
    pub gone: u64,
}

/// A file of the last import that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GoneFile {
    /// As it stands in `shop.toml`, or as found from there.
    pub path: String,
    /// Its rows in the table before.
    pub rows_kept: u64,
}

/// What can become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FateKind {
    /// It is in the table.
    Kept,
    /// A cleaning rule took it.
    Dropped,
    /// It is a return, or a purchase that was returned in full, and both left; or a line that its status makes void.
    Netted,
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
    /// The first of them, at most three: where they stand, and what they are in short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Sample>,
}

impl Fate {
    pub(super) fn kept(rows: u64) -> Self {
        Self { fate: FateKind::Kept, rule: None, rows, examples: Vec::new() }
    }
}

/// How many kept rows deserve a look, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// `missing_customer`, `zero_price`, `duplicates`, `missing_amount`, `cancelled`, `future`; where returns are
    /// netted also `unmatched_return`, `partly_returned`, `returned_at_other_price`; `outlier`; `order_level_differs`
    pub flag: String,
    /// How many.
    pub rows: u64,
}

/// Beyond which values a rule on outliers took or flagged order lines.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OutlierLimits {
    /// The rule, as in the fates.
    pub rule: String,
    /// The column.
    pub column: String,
    /// Lines below lie outside.
    pub low: Option<f64>,
    /// Lines above lie outside.
    pub high: Option<f64>,
    /// How many values set the limits; 0 where they are told.
    pub values: u64,
    /// Whether the lines outside were dropped; else they are flagged.
    pub dropped: bool,
    /// Lines outside that no earlier rule on outliers took.
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

/// Where a row stands, and what it is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The value in question, or the row in short.
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
    /// Orders that begin in it, also those without a customer.
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
    /// Adds lines, orders and revenue of a day.
    pub(super) fn add(&mut self, day: i32, (lines, orders, revenue): (u64, u64, f64)) {
        if lines == 0 {
            return;
        }
        let entry = self.days.entry(day).or_default();
        entry.0 += lines;
        entry.1 += orders;
        entry.2 += revenue;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (day, sums) in &other.days {
            self.add(*day, *sums);
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
