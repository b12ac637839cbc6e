//! How a text file is cut into fields, and whether it has a header.

use super::rows::Rows;
use crate::sources::Separator;
use crate::sources::header::{self, HeaderRow};

/// How many rows are looked at.
const ROWS: usize = 1_000;

const CANDIDATES: [Separator; 5] = [
    Separator::Character(b','),
    Separator::Character(b';'),
    Separator::Character(b'\t'),
    Separator::Character(b'|'),
    Separator::Blanks,
];

/// The first rows of a file, as one separator cuts them.
#[derive(Debug)]
pub(super) struct Cutting {
    pub(super) separator: Separator,
    /// Line and fields of each row that could be read.
    pub(super) rows: Vec<(u64, Vec<String>)>,
    /// How many rows could not.
    malformed: usize,
    /// The most frequent number of fields.
    pub(super) width: usize,
    /// The share of rows with that number.
    share: f64,
    /// Bytes per row, about.
    pub(super) bytes_per_row: f64,
}

impl Cutting {
    /// Cuts the first rows.
    pub(super) fn of(mut rows: Rows, separator: Separator) -> std::io::Result<Self> {
        let mut cut =
            Self { separator, rows: Vec::new(), malformed: 0, width: 0, share: 0.0, bytes_per_row: 0.0 };
        let mut bytes = 0;
        while cut.rows.len() + cut.malformed < ROWS {
            let Some(row) = rows.next()? else { break };
            bytes += row.raw.len() + 1;
            match row.content {
                Ok(fields) => cut.rows.push((row.line, fields.iter().map(str::to_owned).collect())),
                Err(_) => cut.malformed += 1,
            }
        }
        let all = cut.rows.len() + cut.malformed;
        cut.bytes_per_row = bytes as f64 / all.max(1) as f64;
        let mut widths: Vec<usize> = cut.rows.iter().map(|(_, row)| row.len()).collect();
        widths.sort_unstable();
        for group in widths.chunk_by(|a, b| a == b) {
            let share = group.len() as f64 / all as f64;
            if share >= cut.share {
                (cut.width, cut.share) = (group[0], share);
            }
        }
        Ok(cut)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.malformed == 0
    }

    /// Whether the rows are in columns: more than one, and as many in most rows.
    pub(super) fn is_regular(&self) -> bool {
        let enough = match self.separator {
            Separator::Character(_) => 0.5,
            // Every sentence has blanks: more is asked of them.
            Separator::Blanks => 0.9,
        };
        self.width > 1 && self.share >= enough && (self.separator != Separator::Blanks || self.has_numbers())
    }

    /// Consistent rows count first, then their width; a header of another width counts against.
    fn score(&self) -> f64 {
        if !self.is_regular() {
            return 0.0;
        }
        let header = self.rows.first().is_some_and(|(_, row)| row.len() == self.width);
        let blanks = self.separator == Separator::Blanks;
        self.share
            * (1.0 + (self.width as f64).ln())
            * if header { 1.0 } else { 0.6 }
            * if blanks { 0.1 } else { 1.0 }
    }

    /// Whether a column below the first row holds nothing but numbers and dates.
    fn has_numbers(&self) -> bool {
        let rows = self.rows.get(1..).unwrap_or_default();
        (0..self.width).any(|column| {
            let is_value = |row: &[String]| row.get(column).is_some_and(|c| header::is_value(c));
            let numbers = rows.iter().filter(|(_, row)| is_value(row)).count();
            numbers > 0 && numbers * 10 >= rows.len() * 9
        })
    }

    /// Whether the lines read like sentences: of several words, cut unevenly, without any column
    /// of numbers.
    pub(super) fn is_prose(&self) -> bool {
        let cells: usize = self.rows.iter().map(|(_, row)| row.len()).sum();
        let fields = self.rows.iter().flat_map(|(_, row)| row);
        let words: usize = fields.map(|field| field.split_whitespace().count()).sum();
        let uneven = !self.is_regular() || self.share < 0.9;
        // A wide row has many words, a sentence has many between two commas.
        let wordy = words >= 4 * self.rows.len() && words >= 2 * cells;
        uneven && self.rows.len() > 1 && wordy && !self.has_numbers()
    }

    /// Where the header is.
    pub(super) fn header(&self) -> HeaderRow {
        header::find(&self.rows, self.width)
    }
}

/// The best of all separators; or of none, if none cuts the lines into columns.
pub(super) fn best(mut cut: impl FnMut(Separator) -> std::io::Result<Cutting>) -> std::io::Result<Cutting> {
    let mut best = cut(CANDIDATES[0])?;
    for separator in &CANDIDATES[1..] {
        let other = cut(*separator)?;
        if other.score() > best.score() {
            best = other;
        }
    }
    Ok(best)
}
