//! `shop.toml`: what a shop is, where its data lie, how they are cleaned.
//!
//! Every section refuses unknown keys. An error names the file, the line and, where a word
//! was merely misspelt, the nearest valid one. Sections named after an analysis (`[rfm]`)
//! hold that analysis' parameters and are handed through untouched.

mod cleaning;
mod connections;
mod database;
mod labels;
mod nearest;
pub(crate) mod paths;
mod storage;
#[cfg(test)]
mod tests;

pub use cleaning::{OutlierAction, OutlierColumn, OutlierLimit, Outliers, TestAccounts};
pub use connections::Connections;
pub use labels::{Label, LabelWords};
pub use nearest::nearest;
pub use paths::expand_variables;
pub use storage::{AzureStorage, CloudStorage, S3Storage, Storage};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{ConfigError, ShopError};
use crate::order_lines::Canonical;
use crate::sources::{Remote, SourceKind};
use crate::tables::{TABLES, TableSpec};

/// The file name of a shop's configuration inside its folder.
pub const FILE_NAME: &str = "shop.toml";

/// A shop's folder, its configuration and the parameters of its analyses.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that holds `shop.toml` and, after an import, `store/`.
    pub folder: PathBuf,
    /// The text of `shop.toml` as it stands on disk.
    pub text: String,
    /// `[shop]`
    pub shop: ShopSection,
    /// `[sources.*]`
    pub sources: Sources,
    /// `[cleaning]`
    pub cleaning: Cleaning,
    /// `[engine]`
    pub engine: Engine,
    /// `[storage]`
    pub storage: Storage,
    /// `[audiences.NAME]`
    pub audiences: BTreeMap<String, AudienceSection>,
    /// `[connections]`
    pub connections: Connections,
    /// `[labels]`: what attributes of the shop's own are called.
    pub labels: BTreeMap<String, Label>,
    /// The objects of stores that a run finds and fetches.
    pub(crate) remote: Remote,
    /// Parameters by analysis name, as JSON: `[rfm]`, `[cohorts]`, …
    pub analyses: BTreeMap<String, serde_json::Value>,
    /// Conditions by analysis name; customers who meet one are left out of it: `exclude` of `[rfm]`, `[cohorts]`, …
    pub exclusions: BTreeMap<String, Vec<String>>,
    /// Files that are named and may be missing: this run tells of them in its own way.
    pub(crate) may_lack: Vec<PathBuf>,
}

/// `[shop]`: name, currency, clock.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ShopSection {
    /// The name shown on every page.
    pub name: String,
    /// ISO 4217 code of the shop's currency, for example `KRW`. Default `EUR`.
    #[serde(default = "default_currency")]
    pub currency: String,
    /// IANA time zone in which the shop's days begin and end. Default `UTC`.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
}

fn default_currency() -> String {
    "EUR".into()
}

fn default_time_zone() -> String {
    "UTC".into()
}

/// `[sources]`: one entry per canonical table.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// `[sources.order_lines]`
    pub order_lines: Option<TableSource<Canonical>>,
    /// `[sources.customers]`
    pub customers: Option<TableSource<String>>,
    /// `[sources.products]`
    pub products: Option<TableSource<String>>,
    /// `[sources.reviews]`
    pub reviews: Option<TableSource<String>>,
    /// `[sources.promotions]`
    pub promotions: Option<TableSource<String>>,
    /// `[sources.marketing_spend]`
    pub marketing_spend: Option<TableSource<String>>,
    /// `[sources.support_contacts]`
    pub support_contacts: Option<TableSource<String>>,
    /// `[sources.contacts]`
    pub contacts: Option<TableSource<String>>,
    /// `[sources.sessions]`
    pub sessions: Option<TableSource<String>>,
}

impl Sources {
    /// The further tables that have a source, in the order of [`TABLES`].
    pub fn further(&self) -> impl Iterator<Item = (&'static TableSpec, &TableSource<String>)> {
        let sources = [
            &self.customers,
            &self.products,
            &self.reviews,
            &self.promotions,
            &self.marketing_spend,
            &self.support_contacts,
            &self.contacts,
            &self.sessions,
        ];
        TABLES.iter().zip(sources).filter_map(|(table, source)| Some((table, source.as_ref()?)))
    }
}

fn delimiter<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<char>, D::Error> {
    let text = String::deserialize(from)?;
    let mut characters = text.chars();
    match (text.as_str(), characters.next(), characters.next()) {
        ("tab" | "\\t", ..) => Ok(Some('\t')),
        (_, Some(one), None) => Ok(Some(one)),
        _ => Err(serde::de::Error::custom(format!("a delimiter is one character, or `tab`; not `{text}`"))),
    }
}

/// Where a canonical table comes from and which header feeds which column, by canonical column `C`.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "C: Ord + Deserialize<'de>", serialize = "C: Serialize"))]
pub struct TableSource<C: Ord> {
    /// File, folder or glob, or a list of them; relative to `shop.toml`. Or the address of an object, a folder or a
    /// pattern in a store (`s3://`, `gs://`, `az://`), or of a document on a web server (`https://`).
    /// `${NAME}` and `${NAME:-default}` are replaced from the environment.
    #[serde(default)]
    pub path: OneOrMany,
    /// A database in place of files: `postgres://user@host/database`, `mysql://…`, `sqlite:file`. Variables
    /// are replaced as in `path`; a password stands in one.
    #[serde(default)]
    pub connection: Option<String>,
    /// A file whose first line is the password of the connection.
    #[serde(default)]
    pub password_file: Option<String>,
    /// The table or view of the database, or a list of them.
    #[serde(default)]
    pub table: OneOrMany,
    /// The condition, in the database's SQL, that rows of the table meet.
    #[serde(default, rename = "where")]
    pub filter: Option<String>,
    /// One `select` in the database's SQL, in place of a table.
    #[serde(default)]
    pub query: Option<String>,
    /// `csv`, `parquet`, `xlsx` or `json`; told from the content where absent.
    #[serde(default)]
    pub format: Option<SourceKind>,
    /// Text encoding of a CSV file, for example `CP949`; detected where absent.
    #[serde(default)]
    pub encoding: Option<String>,
    /// Column separator of a CSV file, one character or `tab`; detected where absent.
    #[serde(default, deserialize_with = "delimiter")]
    pub delimiter: Option<char>,
    /// Sheet of a workbook, a list of them, or `*` for all with the same headers; the first with data
    /// where absent.
    #[serde(default)]
    pub sheet: Option<OneOrMany>,
    /// 1-based row that holds the headers; detected where absent.
    #[serde(default)]
    pub header_row: Option<u64>,
    /// Decimal mark, `.` or `,`. Default `.`.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// Forms in which dates are written, in order of trial; detected where empty.
    #[serde(default)]
    pub date_forms: Vec<String>,
    /// Canonical column = header in the file.
    #[serde(default = "BTreeMap::new")]
    pub columns: BTreeMap<C, String>,
    /// Canonical column = SQL expression over the file's headers.
    #[serde(default = "BTreeMap::new")]
    pub expressions: BTreeMap<C, String>,
    /// Words in the file → canonical words, by column: `[sources.order_lines.values.status]`.
    #[serde(default = "BTreeMap::new")]
    pub values: BTreeMap<C, BTreeMap<String, String>>,
    /// Columns beyond the canonical ones: name = header. Only `customers` has them.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Columns of the file that hold the same thing for several names, and become rows.
    #[serde(default)]
    pub unpivot: Option<Unpivot>,
    /// Columns that other files add to each row: `[[sources.order_lines.joins]]`.
    #[serde(default)]
    pub joins: Vec<Join>,
    /// Columns whose amounts belong to the order: counted once, however many lines repeat them. Only `order_lines` has
    /// them.
    #[serde(default = "Vec::new")]
    pub order_level: Vec<C>,
}

impl<C: Ord> TableSource<C> {
    /// Whether a header or an expression feeds a column.
    #[must_use]
    pub fn feeds(&self, column: &C) -> bool {
        self.columns.contains_key(column) || self.expressions.contains_key(column)
    }
}

/// Another file whose columns stand beside a source's own: the tax rate of each category, the status of each order.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// File, folder or glob, or a list of them, as for a source.
    pub path: OneOrMany,
    /// Sheet of a workbook; the first with data where absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// 1-based row that holds the headers; detected where absent.
    #[serde(default)]
    pub header_row: Option<u64>,
    /// The key: header of the source = header of this file.
    pub on: BTreeMap<String, String>,
    /// The columns to add, by their headers in this file; all but the key where absent.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Stands before the added columns' headers, where they would be those of the source.
    #[serde(default)]
    pub prefix: String,
}

/// Columns that become rows: `Offline` and `Online` become rows with a channel and a spend each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// The headers of the columns.
    pub columns: Vec<String>,
    /// What each of them is called in the new column of names; the headers themselves where absent.
    #[serde(default)]
    pub names: Vec<String>,
    /// Header of the new column of names.
    pub name: String,
    /// Header of the new column of values.
    pub value: String,
}

/// What separates the whole part of a number from its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum DecimalMark {
    /// 1,234.56
    #[serde(rename = ".")]
    Point,
    /// 1.234,56
    #[serde(rename = ",")]
    Comma,
}

/// One string or a list of them.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// `path = "a.csv"`
    One(String),
    /// `path = ["a.csv", "b.csv"]`
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All the strings.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// `[cleaning]`: which rows leave the tables, each counted in the quality report.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cleaning {
    /// Exact duplicate rows. Default: dropped where rows carry a line id or a clock time,
    /// otherwise flagged, since two equal purchases on one day are real.
    pub duplicates: Option<Duplicates>,
    /// Cancelled and returned lines. Default `keep`: they count against revenue
    /// (negative quantities) or not at all (status), never as purchases.
    pub cancellations: Cancellations,
    /// An order whose id begins so is a cancellation (`C` in Online Retail).
    pub cancelled_order_prefix: Option<String>,
    /// Lines whose price is zero. Default `keep`, flagged.
    pub zero_price: ZeroPrice,
    /// Conditions over canonical columns that every kept line meets, for example
    /// `quantity < 80000`. A line for which a condition is unknown (null) stays.
    pub keep: Vec<String>,
    /// Accounts that nobody buys with.
    pub test_accounts: Option<TestAccounts>,
    /// Lines that lie outside in some column; looked at when all other rules are done.
    pub outliers: Vec<Outliers>,
}

/// What happens to exact duplicate rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// All but the first leave the table.
    Drop,
    /// They stay and are counted.
    Flag,
}

/// What happens to cancelled and returned lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cancellations {
    /// They stay, but are no purchases.
    #[default]
    Keep,
    /// They leave the table.
    Drop,
    /// Each return is taken off the purchase that it takes back, as far as there is one.
    Net,
}

/// What happens to lines with a price of zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ZeroPrice {
    /// They stay and are counted.
    #[default]
    Keep,
    /// They leave the table.
    Drop,
}

/// `[engine]`: how much of the machine a run may use.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Engine {
    /// Memory for sorts and aggregations of queries, in megabytes, before they spill to disk; an import holds rows in
    /// half of it. Default 1024.
    pub memory_mb: usize,
    /// Threads; default: all of the machine's.
    pub threads: Option<usize>,
}

impl Default for Engine {
    fn default() -> Self {
        Self { memory_mb: 1024, threads: None }
    }
}

impl Engine {
    /// The number of threads to use, at least one.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1).max(1)
    }
}

/// `[audiences.NAME]`: customers of whom a condition is true.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceSection {
    /// What people call it; its name where absent.
    #[serde(default)]
    pub title: Option<String>,
    /// The condition, in SQL over `customer_profile` (see `docs/reference/features.md`).
    #[serde(rename = "where")]
    pub rule: String,
}

/// The part of the file whose sections are known here; the rest belongs to analyses.
#[derive(Deserialize)]
struct File {
    shop: ShopSection,
    #[serde(default)]
    sources: Sources,
    #[serde(default)]
    cleaning: Cleaning,
    #[serde(default)]
    engine: Engine,
    #[serde(default)]
    storage: Storage,
    #[serde(default)]
    connections: Connections,
    #[serde(default)]
    audiences: BTreeMap<String, AudienceSection>,
    #[serde(default)]
    labels: BTreeMap<String, Label>,
}

const SECTIONS: [&str; 8] =
    ["shop", "sources", "cleaning", "engine", "storage", "connections", "audiences", "labels"];

impl Config {
    /// Reads `FOLDER/shop.toml`. `analyses` are the names that may head a section of
    /// parameters.
    ///
    /// # Errors
    /// [`ShopError::Config`] where the file is missing, unreadable, no TOML, has an unknown
    /// key or a value of the wrong type.
    pub fn read(folder: &Path, analyses: &[&str]) -> Result<Self, ShopError> {
        let path = folder.join(FILE_NAME);
        let text = std::fs::read_to_string(&path)
            .map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
        Self::parse(folder, text, analyses)
    }

    /// Reads the text of a `shop.toml` that lies, or would lie, in `folder`.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(folder: &Path, text: String, analyses: &[&str]) -> Result<Self, ShopError> {
        let path = folder.join(FILE_NAME);
        let fault = |error: &toml::de::Error| ConfigError::from_toml(&path, &text, error);
        let top: toml::Table = toml::from_str(&text).map_err(|error| fault(&error))?;
        let mut parameters = BTreeMap::new();
        let mut exclusions = BTreeMap::new();
        for (name, value) in &top {
            if SECTIONS.contains(&name.as_str()) {
                continue;
            }
            if !analyses.contains(&name.as_str()) {
                let known = SECTIONS.iter().chain(analyses);
                return Err(ConfigError::UnknownSection {
                    line: line_of_section(&text, name),
                    path,
                    section: name.clone(),
                    nearest: nearest(name, known.copied()),
                }
                .into());
            }
            // A TOML value of numbers, strings, tables is a JSON value; dates are not,
            // and no parameter is one.
            let mut value = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
            if let Some(told) = value.as_object_mut().and_then(|section| section.remove("exclude")) {
                let conditions: Vec<String> =
                    serde_json::from_value(told).map_err(|_| ConfigError::Invalid {
                        path: path.clone(),
                        line: line_in_section(&text, name, "exclude"),
                        column: 1,
                        message: "`exclude` takes a list of conditions: [\"membership = 'VIP'\"]".into(),
                        nearest: None,
                    })?;
                exclusions.insert(name.clone(), conditions);
            }
            parameters.insert(name.clone(), value);
        }
        let file: File = toml::from_str(&text).map_err(|error| fault(&error))?;
        if jiff::tz::TimeZone::get(&file.shop.time_zone).is_err() {
            return Err(ConfigError::UnknownTimeZone {
                line: line_of_key(&text, "time_zone"),
                path,
                zone: file.shop.time_zone,
            }
            .into());
        }
        let config = Self {
            folder: folder.to_path_buf(),
            text,
            shop: file.shop,
            sources: file.sources,
            cleaning: file.cleaning,
            engine: file.engine,
            remote: Remote::new(&file.storage, None),
            storage: file.storage,
            audiences: file.audiences,
            labels: file.labels,
            connections: file.connections,
            analyses: parameters,
            exclusions,
            may_lack: Vec::new(),
        };
        config.check_sources()?;
        if let Some((stray, known)) = config.stray_label() {
            let line = line_in_section(&config.text, "labels", stray);
            let message = format!(
                "`{stray}` is none of the `attributes` of [sources.customers], which alone have labels"
            );
            let nearest = nearest(stray, known.into_iter());
            return Err(ConfigError::Invalid { path, line, column: 1, message, nearest }.into());
        }
        if let Err((key, message)) = config.storage.check().and_then(|()| config.connections.check()) {
            let line = config.line_of(key);
            return Err(ConfigError::Invalid { path, line, column: 1, message, nearest: None }.into());
        }
        Ok(config)
    }

    /// The same configuration for a run of its own, which asks the stores anew and keeps what it fetches in a folder.
    pub(crate) fn for_run(&self, spool: Option<PathBuf>) -> Self {
        Self { remote: Remote::new(&self.storage, spool), ..self.clone() }
    }

    /// Columns of the further tables are names of theirs; what only some tables have stands only there.
    fn check_sources(&self) -> Result<(), ConfigError> {
        let invalid = |table: &str, key: &str, message: String, nearest| ConfigError::Invalid {
            path: self.path(),
            line: self.line_in_source(table, key),
            column: 1,
            message,
            nearest,
        };
        let checked = self.sources.order_lines.iter().map(|source| ("order_lines", database::check(source)));
        let further = self.sources.further().map(|(table, source)| (table.name, database::check(source)));
        for (table, checked) in checked.chain(further) {
            if let Err((key, message, nearest)) = checked {
                return Err(invalid(table, key, message, nearest));
            }
        }
        if let Some(lines) = &self.sources.order_lines {
            let told = [("attributes", !lines.attributes.is_empty()), ("unpivot", lines.unpivot.is_some())];
            if let Some((key, _)) = told.into_iter().find(|(_, told)| *told) {
                return Err(invalid("order_lines", key, format!("order_lines has no `{key}`"), None));
            }
            let possible = [Canonical::Shipping, Canonical::Tax, Canonical::Discount];
            for column in &lines.order_level {
                let message = if !possible.contains(column) {
                    format!("`{}` is no amount of an order; shipping, tax and discount can be", column.name())
                } else if !lines.feeds(column) {
                    format!("`{}` is said to be the order's, and nothing feeds it", column.name())
                } else {
                    continue;
                };
                return Err(invalid("order_lines", "order_level", message, None));
            }
        }
        for (table, source) in self.sources.further() {
            if !source.order_level.is_empty() {
                let message = format!("`order_level` is for order_lines; {} has no orders", table.name);
                return Err(invalid(table.name, "order_level", message, None));
            }
            let names = || table.columns.iter().map(|column| column.name);
            let keys = source.columns.keys().chain(source.expressions.keys()).chain(source.values.keys());
            for key in keys {
                if table.column(key).is_none() {
                    let message = format!(
                        "{} has no column `{key}`; its columns are {}",
                        table.name,
                        names().collect::<Vec<_>>().join(", ")
                    );
                    return Err(invalid(table.name, key, message, nearest(key, names())));
                }
            }
            if let Some(name) = source.attributes.keys().find(|name| table.column(name).is_some()) {
                let message = format!("`{name}` is a column of {}: write it under `columns`", table.name);
                return Err(invalid(table.name, name, message, None));
            }
            if let Some(told) = &source.unpivot
                && (told.columns.is_empty()
                    || !(told.names.is_empty() || told.names.len() == told.columns.len()))
            {
                let message = "`unpivot` needs `columns`, and as many `names` as columns or none".to_owned();
                return Err(invalid(table.name, "unpivot", message, None));
            }
        }
        Ok(())
    }

    /// The shop's time zone.
    #[must_use]
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        // Parsing has looked the name up; UTC stands for a database that vanished since.
        jiff::tz::TimeZone::get(&self.shop.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// Where `shop.toml` lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// The line, counted from 1, on which `key` is first set; 1 where it is not.
    #[must_use]
    pub fn line_of(&self, key: &str) -> usize {
        line_of_key(&self.text, key)
    }
}

impl Config {
    /// The line, counted from 1, on which `exclude` is set for an analysis; 1 where it is not.
    #[must_use]
    pub fn line_of_exclude(&self, analysis: &str) -> usize {
        line_in_section(&self.text, analysis, "exclude")
    }

    /// The line, counted from 1, on which a rule of `[[cleaning.outliers]]` begins, by its number from 0.
    #[must_use]
    pub fn line_of_outliers(&self, number: usize) -> usize {
        let begins = |(_, line): &(usize, &str)| line.trim_start().starts_with("[[cleaning.outliers]]");
        self.text.lines().enumerate().filter(begins).nth(number).map_or(1, |(at, _)| at + 1)
    }

    /// The line, counted from 1, that names the segment of a rule in `[[rfm.rules.SCHEME]]`, or without a segment the first of
    /// these lines; none where the rules are written otherwise.
    #[must_use]
    pub fn line_of_rule(&self, scheme: &str, segment: Option<&str>) -> Option<usize> {
        let header = format!("[[rfm.rules.{scheme}]]");
        let mut inside = false;
        let found = self.text.lines().position(|line| {
            let line = line.trim();
            if line.starts_with('[') {
                inside = line.starts_with(&header);
                return inside && segment.is_none();
            }
            let named = line.strip_prefix("segment").map(|rest| rest.trim_start().trim_start_matches('='));
            let named = named.and_then(|rest| rest.trim_start().strip_prefix(['"', '\'']));
            inside
                && segment.is_some_and(|segment| {
                    named
                        .and_then(|rest| rest.strip_prefix(segment))
                        .is_some_and(|rest| rest.starts_with(['"', '\'']))
                })
        });
        found.map(|at| at + 1)
    }

    /// The line, counted from 1, on which `key` is set for a source; else that of its section.
    #[must_use]
    pub fn line_in_source(&self, table: &str, key: &str) -> usize {
        let mut inside = false;
        let mut section = 1;
        for (at, line) in self.text.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with('[') {
                let name = line.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
                let ours = name.strip_prefix("sources.").and_then(|name| name.strip_prefix(table));
                inside = ours.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
                if inside && section == 1 {
                    section = at + 1;
                }
                if inside && name.ends_with(&format!(".{key}")) {
                    return at + 1;
                }
            } else if inside && line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
            {
                return at + 1;
            }
        }
        section
    }
}

fn line_of_section(text: &str, name: &str) -> usize {
    find_line(text, |line| {
        let named = line.trim_start_matches('[').trim_start().strip_prefix(name);
        // The whole word, not the beginning of a longer one.
        named.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-'))
    })
}

fn line_in_section(text: &str, section: &str, key: &str) -> usize {
    let mut inside = false;
    find_line(text, |line| {
        if let Some(name) = line.strip_prefix('[') {
            inside = name.split(']').next().is_some_and(|name| name.trim() == section);
        }
        inside && line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}

fn line_of_key(text: &str, key: &str) -> usize {
    find_line(text, |line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')))
}

fn find_line(text: &str, mut matches: impl FnMut(&str) -> bool) -> usize {
    text.lines().position(|line| matches(line.trim_start())).map_or(1, |index| index + 1)
}
