//! Proposing a mapping for files never seen before.
//!
//! [`guess`] looks at samples of each file, decides which of them hold the order lines and which the other
//! tables, and says which header feeds which column and why; [`render_shop_toml`] writes that down as a commented
//! `shop.toml` for a person to correct. Headers say most (English and Korean names, known
//! exports); values confirm or refute them, and step in where a header says nothing.

mod assign;
mod cleaning;
mod column;
mod files;
mod joins;
mod keys;
mod order_level;
mod patterns;
mod place;
mod presets;
mod render;
mod synonyms;
mod tables;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::order_lines::Canonical;
use crate::sources::SourceFormat;
use crate::values::{DateForm, NumberStyle};

pub use files::guess;
pub use joins::GuessedJoin;
pub(crate) use place::names_a_currency;
pub use presets::Preset;
pub use render::render_shop_toml;
pub use tables::{FurtherColumn, GuessedTable};

/// What `dangol init` proposes: the order lines, and what lies beside them.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The files that hold the order lines; more than one if they have the same headers.
    pub files: Vec<PathBuf>,
    /// The pattern that means just these files; none where they are named one by one.
    pub pattern: Option<PathBuf>,
    /// How many files, worksheets or tables of a database the lines lie in.
    pub parts: usize,
    /// The worksheets of them that are used; `*` where those of several workbooks differ, or several are all that count.
    pub sheets: Vec<String>,
    /// How the first of them is laid out.
    pub format: SourceFormat,
    /// Files whose columns belong beside the order lines.
    pub joins: Vec<GuessedJoin>,
    /// The other tables, in the order of [`crate::tables::TABLES`].
    pub further: Vec<GuessedTable>,
    /// The files that are not used, each with the reason.
    pub ignored: Vec<(PathBuf, String)>,
    /// The well-known export that this is.
    pub preset: Option<Preset>,
    /// Which header feeds which column, in the order of [`Canonical::ALL`].
    pub columns: Vec<GuessedColumn>,
    /// Headers that feed nothing, each with the reason.
    pub unmapped: Vec<(String, String)>,
    /// Columns computed from headers: canonical column, SQL expression, reason.
    pub expressions: Vec<(Canonical, String, String)>,
    /// Words of the status column and what they mean.
    pub statuses: Vec<(String, &'static str)>,
    /// Words of the column that says what became of a coupon.
    pub coupon_statuses: Vec<(String, &'static str)>,
    /// How dates are written, the most frequent form first; empty where the file has a type for
    /// them.
    pub date_forms: Vec<DateForm>,
    /// The decimal mark of the numbers.
    pub decimal: NumberStyle,
    /// Whether orders have a time of day.
    pub time_has_clock: bool,
    /// Columns whose amounts are the order's, not the line's, each with the reason.
    pub order_level: Vec<(Canonical, String)>,
    /// The currency's ISO code, if anything tells it.
    pub currency: Option<String>,
    /// The shop's time zone; `UTC` where nothing tells it.
    pub time_zone: String,
    /// Cleaning rules that the data ask for.
    pub cleaning: SuggestedCleaning,
    /// What a person should look at.
    pub notes: Vec<String>,
}

impl Guess {
    /// The header that feeds a column.
    #[must_use]
    pub fn header(&self, canonical: Canonical) -> Option<&str> {
        self.columns.iter().find(|c| c.canonical == canonical).map(|c| c.header.as_str())
    }
}

/// The tables of a database, as `shop.toml` names them; none where they are files.
fn tables_of_database<'a>(files: &'a [PathBuf], format: &SourceFormat) -> Vec<&'a str> {
    let SourceFormat::Database { table: Some(table), .. } = format else { return Vec::new() };
    let paths: Vec<&str> = files.iter().filter_map(|file| file.to_str()).collect();
    // The name of the table stands behind the address of the database, which is the same for all.
    let address = paths.iter().find_map(|path| path.strip_suffix(table.as_str()));
    address
        .map_or_else(Vec::new, |address| paths.iter().filter_map(|path| path.strip_prefix(address)).collect())
}

/// A header and what it feeds.
#[derive(Debug, Clone, PartialEq)]
pub struct GuessedColumn {
    /// The column of `order_lines`.
    pub canonical: Canonical,
    /// The header in the file.
    pub header: String,
    /// From 0 to 1; below 0.7 a person should look.
    pub confidence: f64,
    /// The reason in words.
    pub why: String,
}

/// A rule and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested<T> {
    /// What to do.
    pub rule: T,
    /// Why.
    pub why: String,
}

/// Cleaning rules for `[cleaning]`; `None` leaves the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuggestedCleaning {
    /// Whether exact duplicate rows are dropped (else flagged).
    pub drop_duplicates: Option<Suggested<bool>>,
    /// Whether cancelled lines are dropped (else kept).
    pub drop_cancellations: Option<Suggested<bool>>,
    /// What the ids of cancelled orders begin with.
    pub cancelled_order_prefix: Option<Suggested<String>>,
    /// Whether lines at price zero are dropped (else kept).
    pub drop_zero_price: Option<Suggested<bool>>,
}
