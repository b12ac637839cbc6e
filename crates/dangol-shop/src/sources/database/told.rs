//! What `shop.toml` says about a source in a database.

use std::path::Path;

use super::session::Table;
use crate::config::Connections;
use crate::guess::names_a_currency;

/// What `shop.toml` says about a source in a database.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// The canonical table that it feeds.
    pub feeds: &'a str,
    /// `connection`, as written.
    pub connection: &'a str,
    /// `password_file`
    pub password_file: Option<&'a str>,
    /// The folder of `shop.toml`.
    pub folder: &'a Path,
    /// What is read.
    pub what: What<'a>,
    /// Exact numbers are written with a comma.
    pub decimal_comma: bool,
    /// How long to wait for it.
    pub patience: Connections,
}

/// The part of a database that is read.
#[derive(Debug, Clone)]
pub enum What<'a> {
    /// Tables by their names, each a source of its own.
    Tables {
        /// `table`
        names: &'a [String],
        /// `where`
        filter: Option<&'a str>,
        /// Which of their columns are wanted.
        projection: Projection,
    },
    /// `query`
    Query(&'a str),
}

/// Which columns of a table are read; of a query always all.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    /// Columns that are mapped.
    pub headers: Vec<String>,
    /// SQL that may name further columns.
    pub expressions: Vec<String>,
    /// Rows that are equal in every cell are repetitions: then the primary key is read, too, and all columns
    /// where there is none, since two lines that differ in a column nobody maps are two lines.
    pub tells_rows_apart: bool,
}

impl Projection {
    pub(super) fn of(&self, table: &Table) -> Vec<String> {
        let is_there = |header: &String| table.columns.contains(header);
        let no_key = self.tells_rows_apart && table.key.is_empty();
        // With a header that is missing, the error wants to name all that are there.
        if no_key || !self.headers.iter().all(is_there) {
            return table.columns.clone();
        }
        let named = |column: &String| {
            let lower = column.to_lowercase();
            self.expressions.iter().any(|sql| sql.to_lowercase().contains(&lower))
        };
        let wanted = table.columns.iter().filter(|column| {
            self.headers.contains(column)
                || names_a_currency(column)
                || named(column)
                || (self.tells_rows_apart && table.key.contains(column))
        });
        let wanted: Vec<String> = wanted.cloned().collect();
        if wanted.is_empty() { table.columns.clone() } else { wanted }
    }
}
