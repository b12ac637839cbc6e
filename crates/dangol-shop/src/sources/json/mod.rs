//! JSON: one record per line, or a list of records.
//!
//! A file is read once to its end before its rows are, so that every key is a column, wherever it is
//! first seen. Memory is bounded all the same: a record is held at a time. For a look at it the beginning is enough.

mod batches;
mod flatten;
mod records;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};

pub(super) use self::batches::read;
use self::flatten::flatten;
use self::records::Records;
use super::packing::Content;
use super::text::look;
use super::{LooksLike, ReadHints, SourceError, SourceFormat, SourceTable};

/// Records with more keys than this hold data in their keys.
const MOST_COLUMNS: usize = 4_096;

/// So much is looked at of an object far away, and of a file here.
const FAR: u64 = 4 << 20;
const HERE: u64 = 32 << 20;

/// What is wrong with a file of JSON; [`fmt::Display`] goes on where the file's name ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonFault {
    /// A list that is not one to its end.
    BrokenList {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong there.
        message: &'static str,
    },
    /// More keys than a table has columns.
    TooManyKeys {
        /// The line, counted from 1.
        line: u64,
    },
    /// A key that was not there when the file was opened.
    Changed {
        /// The line, counted from 1.
        line: u64,
    },
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenList { line, message } => {
                write!(f, "is no list of JSON records: line {line}: {message}")
            }
            Self::TooManyKeys { line } => {
                write!(f, "has more than {MOST_COLUMNS} different keys up to line {line}")
            }
            Self::Changed { line } => write!(f, "has changed while it was being read (line {line})"),
        }
    }
}

impl JsonFault {
    pub(super) fn hint(&self) -> String {
        match self {
            Self::BrokenList { .. } => {
                "export it again; of JSON lines (one record per line) a broken one costs that line only"
                    .into()
            }
            Self::TooManyKeys { .. } => {
                "its keys seem to hold data (days, ids); export it with the same keys in each record".into()
            }
            Self::Changed { .. } => "import again when it is complete".into(),
        }
    }
}

pub(super) fn open(content: Content, hints: &ReadHints) -> Result<SourceTable, SourceError> {
    let path = content.shown.clone();
    let (encoding, sample) = look(&content, hints)?;
    let text = encoding.decode_with_bom_removal(&sample.bytes).0;
    let list = match text.trim_start().chars().next() {
        None => return Err(SourceError::Empty { path }),
        Some(first) => first == '[',
    };
    drop(text);
    drop(sample);
    let mut records = Records::new(&content, encoding, list)?;
    let mut columns: Vec<String> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut found: Vec<String> = Vec::new();
    let (mut rows, mut objects, mut first_is_one) = (0_u64, 0_u64, false);
    let enough = if content.is_far() {
        FAR
    } else if content.is_glanced_at() {
        HERE
    } else {
        u64::MAX
    };
    while records.bytes_read() < enough
        && let Some(record) = records.next()?
    {
        rows += 1;
        let line = record.line;
        let Ok(text) = record.content else { continue };
        found.clear();
        let read = flatten(text, &mut |key, _| {
            if !known.contains(key) {
                found.push(key.to_owned());
            }
        });
        if read.is_err() {
            continue;
        }
        objects += 1;
        first_is_one |= rows == 1;
        for key in found.drain(..) {
            if known.insert(key.clone()) {
                columns.push(key);
            }
        }
        if columns.len() > MOST_COLUMNS {
            return Err(SourceError::Json { path, fault: JsonFault::TooManyKeys { line } });
        }
    }
    if records.bytes_read() >= enough {
        rows = (rows as f64 * content.bytes as f64 / records.bytes_read() as f64) as u64;
    }
    // A document spread over lines has a line here and there that is a record by itself.
    let hardly_any = objects * 2 < rows && !first_is_one;
    if hardly_any || columns.is_empty() {
        return Err(SourceError::not_a_table(&path, LooksLike::Json));
    }
    let fields: Vec<Field> = columns.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
    Ok(SourceTable {
        path,
        bytes: content.bytes,
        format: SourceFormat::Json { encoding, list },
        columns: Arc::new(Schema::new(fields)),
        rows_hint: Some(rows),
        content,
        in_utf8: Arc::default(),
        sheet: None,
        widened: None,
        database: None,
    })
}
