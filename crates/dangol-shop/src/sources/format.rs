//! What a file is: its format, its columns and its rows.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use super::database::{self, Content, Dialect};
use super::{SourceError, SourceReader, excel, parquet, text};

/// What a person knows about a file; everything left open is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadHints {
    /// The kind of file, if its content should not decide.
    pub format: Option<SourceKind>,
    /// The text encoding by any common label: `UTF-8`, `CP949`, `EUC-KR`, `Shift-JIS`, `Latin-1`.
    pub encoding: Option<String>,
    /// The character between fields; `' '` stands for runs of blanks.
    pub delimiter: Option<char>,
    /// The character around fields that hold the delimiter; `"` by default.
    pub quote: Option<char>,
    /// The worksheet's name; by default the first sheet that holds a table.
    pub sheet: Option<String>,
    /// The line (text) or row (worksheet) of the header, counted from 1; 0 says that there is none.
    pub header_row: Option<u64>,
}

/// The kinds of files that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Delimited text: commas, semicolons, tabs, bars or blanks.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// A worksheet of an Excel or `OpenDocument` file (xlsx, xlsb, xls, ods).
    #[serde(alias = "xls", alias = "excel")]
    Xlsx,
}

/// What stands between two fields of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Separator {
    /// One character.
    Character(u8),
    /// One or more blanks; blanks at either end of a line do not count, and nothing is quoted.
    Blanks,
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(b',') => f.write_str("comma"),
            Self::Character(b';') => f.write_str("semicolon"),
            Self::Character(b'\t') => f.write_str("tab"),
            Self::Character(b'|') => f.write_str("bar"),
            Self::Character(other) => write!(f, "‘{}’", char::from(*other)),
            Self::Blanks => f.write_str("blanks"),
        }
    }
}

/// How a file is laid out, as detected or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFormat {
    /// Delimited text.
    Csv {
        /// The encoding; CP949 goes by its standard name EUC-KR, Latin-1 by windows-1252.
        encoding: &'static Encoding,
        /// What separates fields.
        separator: Separator,
        /// The quote character.
        quote: u8,
        /// The header's line, counted from 1; without a header, columns are `column_1`, ….
        header_line: Option<u64>,
    },
    /// Apache Parquet.
    Parquet {
        /// How many row groups the file has.
        row_groups: usize,
    },
    /// A worksheet.
    Excel {
        /// The sheet's name.
        sheet: String,
        /// The header's row, counted from 1; without a header, columns are `column_1`, ….
        header_row: Option<u64>,
    },
    /// A table of a database, or the result of a query.
    Database {
        /// Which database.
        dialect: Dialect,
        /// The connection as it was written, with its variables.
        connection: String,
        /// The table's name as it is written in `shop.toml`; none for a query.
        table: Option<String>,
        /// The statement that reads it.
        statement: String,
    },
}

impl SourceFormat {
    /// A short name: `csv`, `parquet`, `xlsx`, `postgresql`, `mysql`, `sqlite`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Parquet { .. } => "parquet",
            Self::Excel { .. } => "xlsx",
            Self::Database { dialect, .. } => dialect.name(),
        }
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv { encoding, separator, header_line, .. } => {
                let name = match encoding.name() {
                    "EUC-KR" => "CP949",
                    name => name,
                };
                let header = if header_line.is_some() { "" } else { ", no header" };
                write!(f, "text, {name}, separated by {separator}{header}")
            }
            Self::Parquet { row_groups } => write!(f, "Parquet, row groups: {row_groups}"),
            Self::Excel { sheet, header_row: Some(row) } => {
                write!(f, "worksheet ‘{sheet}’, header in row {row}")
            }
            Self::Excel { sheet, header_row: None } => {
                write!(f, "worksheet ‘{sheet}’, no header")
            }
            Self::Database { dialect, table: Some(table), .. } => write!(f, "{dialect} table ‘{table}’"),
            Self::Database { dialect, table: None, .. } => write!(f, "{dialect} query"),
        }
    }
}

/// A file that was opened: what it is and which columns it has.
#[derive(Debug, Clone)]
pub struct SourceTable {
    /// Where the file lies; of a database the connection (without password) and the table.
    pub path: PathBuf,
    /// The file's size; 0 of a database.
    pub bytes: u64,
    /// How it is laid out.
    pub format: SourceFormat,
    /// Its columns. Text and worksheets: all `Utf8`; Parquet: the file's own types; databases: see
    /// [`database`].
    ///
    /// Worksheet cells are rendered without loss: dates as `YYYY-MM-DD[ HH:mm:ss[.SSS]]`, numbers
    /// as the shortest text that reads back equal (`17850`, not `17850.0`). Empty text fields
    /// are empty strings; empty cells of a worksheet and nulls of Parquet are nulls.
    pub columns: SchemaRef,
    /// How many rows it has: exact for Parquet and worksheets, an estimate for text and databases.
    pub rows_hint: Option<u64>,
    pub(super) sheet: Option<Arc<excel::Sheet>>,
    pub(super) database: Option<Arc<database::Opened>>,
}

impl SourceTable {
    /// Streams the rows with all columns.
    ///
    /// # Errors
    /// If the file can't be opened again.
    pub fn read(&self) -> Result<SourceReader, SourceError> {
        let all: Vec<usize> = (0..self.columns.fields().len()).collect();
        self.read_columns(&all)
    }

    /// Streams the rows with some of the columns, by their indices in [`SourceTable::columns`]
    /// and in the order given. Whether a row is malformed depends on the whole row all the same.
    ///
    /// # Errors
    /// If the file can't be opened again.
    ///
    /// # Panics
    /// If an index is out of range.
    pub fn read_columns(&self, columns: &[usize]) -> Result<SourceReader, SourceError> {
        let batches: Box<BatchIterator> = match &self.format {
            SourceFormat::Csv { .. } => Box::new(text::read(self, columns)?),
            SourceFormat::Parquet { .. } => Box::new(parquet::read(self, columns)?),
            SourceFormat::Excel { .. } => Box::new(excel::read(self, columns)),
            SourceFormat::Database { .. } => Box::new(database::read(self, columns)?),
        };
        Ok(SourceReader::new(batches))
    }

    /// Rows from the beginning, the middle and the end of the file, up to `rows` of each, for
    /// looking at; quick for a file of any size. Of a database only rows from the head. Rows that can't be
    /// read are left out.
    ///
    /// # Errors
    /// If the file can't be opened again or its rows can't be decoded.
    pub fn sample(&self, rows: usize) -> Result<RecordBatch, SourceError> {
        let total = self.rows_hint.unwrap_or(0);
        let few = total <= 3 * rows as u64;
        let mut parts = Vec::new();
        match &self.format {
            SourceFormat::Database { .. } => return database::sample(self, rows),
            SourceFormat::Csv { .. } => {
                let all: Vec<usize> = (0..self.columns.fields().len()).collect();
                let per_row = self.bytes / total.max(1) + 1;
                let end = self.bytes.saturating_sub(rows as u64 * per_row);
                let (starts, limit) =
                    if few { (vec![0], 4 * rows) } else { (vec![0, self.bytes / 2, end], rows) };
                for after in starts {
                    if let Some(part) = text::read_part(self, &all, after, limit)?.next() {
                        parts.push(part?.rows);
                    }
                }
            }
            SourceFormat::Parquet { .. } | SourceFormat::Excel { .. } => {
                let end = total.saturating_sub(rows as u64);
                let (starts, limit) = if few { (vec![0], 3 * rows) } else { (vec![0, total / 2, end], rows) };
                for first in starts {
                    if self.sheet.is_none() {
                        parts.push(parquet::read_part(self, first, limit)?);
                    } else if let Some(part) = excel::read_part(self, first, limit) {
                        parts.push(part?.rows);
                    }
                }
            }
        }
        // The parts have the table's own columns.
        Ok(arrow::compute::concat_batches(&self.columns, &parts)
            .unwrap_or_else(|_| RecordBatch::new_empty(self.columns.clone())))
    }

    /// Whether both may feed the same table as one source: they have the same columns, and are both files or
    /// tables of the same database.
    #[must_use]
    pub fn goes_with(&self, other: &Self) -> bool {
        let of = |table: &Self| table.database.as_ref().map(|it| it.connection_label().to_owned());
        self.headers() == other.headers() && of(self) == of(other)
    }

    /// What the last whole reading of a database gave; none for a file, which can be looked at again.
    #[must_use]
    pub fn content(&self) -> Option<Content> {
        self.database.as_ref()?.content()
    }

    /// The column names in the file's order.
    #[must_use]
    pub fn headers(&self) -> Vec<&str> {
        self.columns.fields().iter().map(|field| field.name().as_str()).collect()
    }
}

pub(super) type BatchIterator = dyn Iterator<Item = Result<SourceBatch, SourceError>> + Send;

/// Some rows of a file, in the file's order.
#[derive(Debug, Clone)]
pub struct SourceBatch {
    /// The rows that could be read; at most [`BATCH_ROWS`](super::BATCH_ROWS), perhaps none.
    pub rows: RecordBatch,
    /// For each of `rows`, where it is in the file, counted from 1: the line on which it begins
    /// (text), or the row (Parquet: of the table; worksheets: of the sheet).
    pub lines: Vec<u64>,
    /// The rows that could not be read.
    pub malformed: Vec<MalformedRow>,
    /// Bytes of the file taken so far, for showing progress.
    pub bytes_read: u64,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedRow {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: MalformedReason,
    /// Its text, cut to [`RAW_CHARS`](super::RAW_CHARS); invalid bytes are shown as `�`.
    pub raw: String,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MalformedReason {
    /// Fewer fields than columns.
    #[error("{found} fields where {expected} are expected")]
    TooFewFields {
        /// The number of columns.
        expected: usize,
        /// The number of fields.
        found: usize,
    },
    /// More fields than columns; empty fields past the last column are let pass.
    #[error("{found} fields where {expected} are expected")]
    TooManyFields {
        /// The number of columns.
        expected: usize,
        /// The number of fields.
        found: usize,
    },
    /// Bytes that mean nothing in the file's encoding.
    #[error("bytes that are not valid in the file's encoding")]
    BadEncoding,
    /// A quote that opens a field and is not closed, or not closed where the field ends.
    #[error("a quote that is opened but not closed")]
    UnbalancedQuote,
    /// A NUL byte within a field.
    #[error("a NUL byte within a field")]
    NulByte,
    /// A row of more than a million bytes.
    #[error("a row of more than a million bytes")]
    TooLong,
}

impl MalformedReason {
    /// A short name for counting: `too_few_fields`, `bad_encoding`, ….
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewFields { .. } => "too_few_fields",
            Self::TooManyFields { .. } => "too_many_fields",
            Self::BadEncoding => "bad_encoding",
            Self::UnbalancedQuote => "unbalanced_quote",
            Self::NulByte => "nul_byte",
            Self::TooLong => "too_long",
        }
    }
}
