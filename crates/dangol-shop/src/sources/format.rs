//! What a file is: its format, its columns and its rows.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use super::database::{self, Dialect};
use super::lookup::Widened;
use super::packing::{Content, Packing};
use super::{Lookup, SourceError, SourceReader, excel, json, parquet, text};

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
    /// Which worksheets of a workbook.
    pub sheets: SheetChoice,
    /// The line (text) or row (worksheet) of the header, counted from 1; 0 says that there is none.
    pub header_row: Option<u64>,
}

/// Which worksheets of a workbook are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SheetChoice {
    /// The first that holds a table.
    #[default]
    First,
    /// These, each of which must hold a table.
    Named(Vec<String>),
    /// Those with the same headers: of all groups of such sheets the one with the most rows. Headers
    /// count as the same in any order, and where one sheet has all of the other's and some more.
    Alike,
    /// All that hold a table, whatever their headers.
    Each,
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
    /// JSON: one record per line, or a list of records.
    #[serde(alias = "jsonl", alias = "ndjson")]
    Json,
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
    /// JSON records.
    Json {
        /// The encoding.
        encoding: &'static Encoding,
        /// Whether they stand in one list, rather than each on a line.
        list: bool,
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
    /// Whether both are files, or both are of one database.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        let connection = |format: &Self| match format {
            Self::Database { connection, .. } => Some(connection.clone()),
            _ => None,
        };
        connection(self) == connection(other)
    }

    /// A short name: `csv`, `parquet`, `xlsx`, `json`, `postgresql`, `mysql`, `sqlite`, `adbc`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Parquet { .. } => "parquet",
            Self::Excel { .. } => "xlsx",
            Self::Json { .. } => "json",
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
            Self::Json { encoding, list: false } => write!(f, "JSON lines, {}", encoding.name()),
            Self::Json { encoding, list: true } => write!(f, "a list of JSON records, {}", encoding.name()),
            Self::Database { dialect, table: Some(table), .. } => write!(f, "{dialect} table ‘{table}’"),
            Self::Database { dialect, table: None, .. } => write!(f, "{dialect} query"),
        }
    }
}

/// A file that was opened: what it is and which columns it has.
#[derive(Debug, Clone)]
pub struct SourceTable {
    /// The file; of an archive, archive and file; of several sheets, workbook and sheet; of a database the connection
    /// (without password) and the table.
    pub path: PathBuf,
    /// How much of the disk it takes; what stands in [`SourceBatch::bytes_read`] counts towards it. 0 of a database.
    pub bytes: u64,
    /// How it is laid out.
    pub format: SourceFormat,
    /// Its columns. Text, worksheets and JSON: all `Utf8`; Parquet: the file's own types; databases: see
    /// [`database`].
    ///
    /// Worksheet cells are rendered without loss: dates as `YYYY-MM-DD[ HH:mm:ss[.SSS]]`, numbers
    /// as the shortest text that reads back equal (`17850`, not `17850.0`). Empty text fields
    /// are empty strings; empty cells of a worksheet and nulls of Parquet are nulls.
    ///
    /// Of JSON every key of every record is a column; objects within records are flattened
    /// (`customer.id`), lists are JSON text, numbers keep their digits, absent keys are nulls.
    pub columns: SchemaRef,
    /// How many rows it has: exact for Parquet, worksheets and JSON, an estimate for text and databases.
    pub rows_hint: Option<u64>,
    /// Lines of UTF-8 that the last whole reading found in a file of another encoding.
    pub(super) in_utf8: Arc<AtomicU64>,
    pub(super) content: Content,
    pub(super) sheet: Option<Arc<excel::Sheet>>,
    /// What other files add to its rows.
    pub(super) widened: Option<Widened>,
    pub(super) database: Option<Arc<database::Opened>>,
}

impl SourceTable {
    /// The file on the disk.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.content.file
    }

    /// The path without a sheet.
    #[must_use]
    pub fn without_sheet(&self) -> &Path {
        &self.content.shown
    }

    /// How the file is packed.
    #[must_use]
    pub fn packing(&self) -> Option<Packing> {
        self.content.packing()
    }

    /// A short name: the path without the folders above the file on the disk.
    #[must_use]
    pub fn name(&self) -> String {
        let folder = self.content.file.parent().unwrap_or(Path::new(""));
        self.path.strip_prefix(folder).unwrap_or(&self.path).display().to_string()
    }

    /// Streams the rows with all columns.
    ///
    /// # Errors
    /// If the file can't be opened again.
    pub fn read(&self) -> Result<SourceReader, SourceError> {
        let all: Vec<usize> = (0..self.columns.fields().len()).collect();
        self.read_counting(&all, true)
    }

    /// The same table with the columns of lookups behind its own.
    #[must_use]
    pub fn widened(self, lookups: Vec<Arc<Lookup>>) -> Self {
        let widened = Widened::new(self.clone(), lookups);
        Self { columns: widened.columns().clone(), widened: Some(widened), ..self }
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
        self.read_counting(columns, false)
    }

    /// `count`: whether rows that find nothing in a lookup are counted.
    fn read_counting(&self, columns: &[usize], count: bool) -> Result<SourceReader, SourceError> {
        if let Some(widened) = &self.widened {
            let (widened, columns) = (widened.clone(), columns.to_vec());
            let base = widened.base();
            let all: Vec<usize> = (0..base.columns.fields().len()).collect();
            let batches = base.read_counting(&all, count)?;
            let batches = batches.map(move |batch| widened.batch(batch?, &columns, count));
            return Ok(SourceReader::new(Box::new(batches)));
        }
        let batches: Box<BatchIterator> = match &self.format {
            SourceFormat::Csv { .. } => {
                let (batches, found) = (text::read(self, columns)?, count.then(|| self.in_utf8.clone()));
                Box::new(batches.counting(found))
            }
            SourceFormat::Parquet { .. } => Box::new(parquet::read(self, columns)?),
            SourceFormat::Excel { .. } => Box::new(excel::read(self, columns)),
            SourceFormat::Json { .. } => {
                let batches = json::read(self, columns, super::BATCH_ROWS)?;
                Box::new(batches.counting(count.then(|| self.in_utf8.clone())))
            }
            SourceFormat::Database { .. } => database::read(self, columns)?,
        };
        Ok(SourceReader::new(batches))
    }

    /// Rows from the beginning, the middle and the end of the file, up to `rows` of each, for
    /// looking at; quick for a file of any size. Of packed text, of JSON and of databases, all of them are from
    /// the beginning; of large worksheets, too, where they were opened for a look. Rows that can't be read are left out.
    ///
    /// # Errors
    /// If the file can't be opened again or its rows can't be decoded.
    pub fn sample(&self, rows: usize) -> Result<RecordBatch, SourceError> {
        if let Some(widened) = &self.widened {
            return widened.widen(&widened.base().sample(rows)?, false);
        }
        // Of a worksheet that was only looked at, there is no more than was taken.
        let total = self.sheet.as_ref().map_or(self.rows_hint.unwrap_or(0), |sheet| sheet.rows());
        // Little more than the parts together: then all of it, so that no row is looked at twice.
        let few = total <= 4 * rows as u64;
        let all: Vec<usize> = (0..self.columns.fields().len()).collect();
        let mut parts = Vec::new();
        match &self.format {
            SourceFormat::Csv { .. } if self.content.plain().is_none() => {
                if let Some(part) = text::read_part(self, &all, 0, 3 * rows)?.next() {
                    parts.push(part?.rows);
                }
            }
            SourceFormat::Json { .. } => {
                if let Some(part) = json::read(self, &all, 3 * rows)?.next() {
                    parts.push(part?.rows);
                }
            }
            SourceFormat::Database { .. } => return database::sample(self, rows),
            SourceFormat::Csv { .. } => {
                let per_row = self.bytes / total.max(1) + 1;
                let end = self.bytes.saturating_sub(rows as u64 * per_row);
                let (starts, limit) = if few { (vec![0], 5 * rows) } else { (vec![0, end / 2, end], rows) };
                for after in starts {
                    if let Some(part) = text::read_part(self, &all, after, limit)?.next() {
                        parts.push(part?.rows);
                    }
                }
            }
            SourceFormat::Parquet { .. } | SourceFormat::Excel { .. } => {
                let end = total.saturating_sub(rows as u64);
                let (starts, limit) = if few { (vec![0], 4 * rows) } else { (vec![0, end / 2, end], rows) };
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

    /// Whether both are files, or tables of one database.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        let of = |table: &Self| table.database.as_ref().map(|it| it.connection_label().to_owned());
        of(self) == of(other)
    }

    /// Whether it is a table of a database, or the result of a query.
    #[must_use]
    pub fn is_of_database(&self) -> bool {
        self.database.is_some()
    }

    /// How many lines of a file of another encoding the last whole reading found to be UTF-8, and read as such.
    #[must_use]
    pub fn lines_in_utf8(&self) -> u64 {
        self.in_utf8.load(Ordering::Relaxed)
    }

    /// What the last whole reading of a database gave; none for a file, which can be looked at again.
    #[must_use]
    pub fn read_from_database(&self) -> Option<database::Content> {
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
    /// JSON that is no object, or does not parse.
    #[error("not a JSON object")]
    BadJson,
    /// A key that stands twice in a JSON object.
    #[error("a key that stands twice in one record")]
    RepeatedKey,
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
            Self::BadJson => "bad_json",
            Self::RepeatedKey => "repeated_key",
        }
    }
}
