//! Where the names of the columns are.

use arrow::datatypes::{DataType, Field, Schema};

use crate::values::{NumberStyle, detect_date_forms, is_missing, parse_number};

/// Titles above a header are looked for in so many rows.
const TITLES: usize = 30;

/// A header's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderRow {
    /// In this row (counted from 1), with these cells.
    At { row: u64, names: Vec<String> },
    /// Nowhere: the first row holds data.
    None { width: usize },
}

/// Finds the header among the first rows of a table, given as row number and cells.
///
/// The header is the first row that is about as full as the rows are on the whole; emptier rows
/// above it are titles. If one of its cells is a number or a date, it is data and there is no
/// header.
pub(super) fn find(rows: &[(u64, Vec<String>)], width: usize) -> HeaderRow {
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let mut counts: Vec<usize> = rows.iter().map(|(_, row)| filled(row)).filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let usual = counts.get(counts.len() / 2).copied().unwrap_or(0);
    let candidate = rows
        .iter()
        .take(TITLES)
        .find(|(_, row)| filled(row) * 5 >= usual * 3 && (row.len() >= width || width <= 2));
    match candidate.or(rows.first()) {
        None => HeaderRow::None { width },
        Some((_, row)) if row.iter().any(|cell| is_value(cell)) => HeaderRow::None { width },
        Some((number, row)) => HeaderRow::At { row: *number, names: row.clone() },
    }
}

/// Whether a cell holds a number or a date, which no column name does.
pub(super) fn is_value(cell: &str) -> bool {
    let cell = cell.trim();
    if is_missing(cell) || !cell.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    parse_number(cell, NumberStyle::Point).is_some()
        || parse_number(cell, NumberStyle::Comma).is_some()
        || detect_date_forms(&[cell]).unmatched == 0
}

/// Text columns with these names: without blanks around them, each once. A column without a name
/// is `column_1`, `column_2`, … by its place; a name that occurs again gets `_2`, `_3`, ….
pub(super) fn text_schema(names: &[String]) -> Schema {
    let mut unique: Vec<String> = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let name = name.trim().trim_start_matches('\u{feff}').replace(['\r', '\n'], " ");
        let name = if name.is_empty() { format!("column_{}", at + 1) } else { name };
        let mut free = name.clone();
        let mut count = 1;
        while unique.contains(&free) {
            count += 1;
            free = format!("{name}_{count}");
        }
        unique.push(free);
    }
    Schema::new(unique.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect::<Vec<_>>())
}
