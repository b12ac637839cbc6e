//! Rows of text into Arrow batches.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::SchemaRef;

use super::rows::{Fields, Rows};
use super::{Layout, terminator};
use crate::sources::{
    BATCH_ROWS, MalformedReason, MalformedRow, RAW_CHARS, SourceBatch, SourceError, SourceFormat, SourceTable,
};

/// A batch ends early with so many bytes of text, so that its offsets and the memory stay small.
const BATCH_BYTES: usize = 64 << 20;

/// A batch ends early with so many malformed rows.
const BATCH_MALFORMED: usize = 8_192;

/// The rows of a text file.
pub(in crate::sources) struct Batches {
    path: PathBuf,
    rows: Rows,
    schema: SchemaRef,
    /// For each column of the schema, its index among the fields.
    columns: Vec<usize>,
    expected: usize,
    batch_rows: usize,
    ended: bool,
    reported: bool,
    bytes: u64,
    /// Where lines of UTF-8 in a file of another encoding are counted.
    in_utf8: Option<Arc<AtomicU64>>,
}

pub(in crate::sources) fn read(table: &SourceTable, columns: &[usize]) -> Result<Batches, SourceError> {
    read_part(table, columns, 0, BATCH_ROWS)
}

/// Like [`read`], but beginning with the first line after so many bytes, and with fewer rows in a
/// batch.
pub(in crate::sources) fn read_part(
    table: &SourceTable,
    columns: &[usize],
    after: u64,
    batch_rows: usize,
) -> Result<Batches, SourceError> {
    let io = |source| SourceError::io(&table.path, source);
    let SourceFormat::Csv { encoding, separator, quote, header_line } = table.format else {
        unreachable!("only text is read as text");
    };
    let head = table.content.head(super::encoding::HEAD)?;
    let layout = Layout { encoding, quote, terminator: terminator(&head) };
    let mut rows = layout.rows_after(&table.content, separator, after).map_err(io)?;
    if let (Some(line), 0) = (header_line, after) {
        rows.skip_to_line(line).map_err(io)?;
        rows.next().map_err(io)?;
    }
    let expected = table.columns.fields().len();
    rows.expected = Some(expected);
    let fields: Vec<_> = columns.iter().map(|c| table.columns.field(*c).clone()).collect();
    Ok(Batches {
        path: table.path.clone(),
        rows,
        schema: Arc::new(arrow::datatypes::Schema::new(fields)),
        columns: columns.to_vec(),
        expected,
        batch_rows,
        ended: false,
        reported: false,
        bytes: table.bytes,
        in_utf8: None,
    })
}

impl Batches {
    /// Counts lines of UTF-8 in a file of another encoding.
    pub(in crate::sources) fn counting(self, in_utf8: Option<Arc<AtomicU64>>) -> Self {
        Self { in_utf8, ..self }
    }

    fn batch(&mut self) -> Result<SourceBatch, SourceError> {
        let mut builders: Vec<Texts> =
            self.columns.iter().map(|_| Texts::with_capacity(self.batch_rows)).collect();
        let mut lines = Vec::with_capacity(self.batch_rows);
        let mut malformed = Vec::new();
        let mut taken = 0;
        while lines.len() < self.batch_rows && malformed.len() < BATCH_MALFORMED && taken < BATCH_BYTES {
            let row = match self.rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(source) => return Err(self.failed(source)),
            };
            taken += row.raw.len();
            let kept =
                row.content.and_then(|fields| append(&fields, self.expected, &self.columns, &mut builders));
            match kept {
                Ok(()) => lines.push(row.line),
                Err(reason) => {
                    malformed.push(MalformedRow { line: row.line, reason, raw: shown(row.raw) });
                }
            }
        }
        if let Some(found) = &self.in_utf8 {
            found.store(self.rows.in_utf8(), Ordering::Relaxed);
        }
        let columns = builders.into_iter().map(|texts| Arc::new(texts.finish()) as ArrayRef).collect();
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            // One builder per field of the schema, and one value in each per line.
            .expect("columns of equal length that fit the schema");
        let bytes_read = if self.ended { self.bytes } else { self.rows.bytes_read().min(self.bytes) };
        Ok(SourceBatch { rows, lines, malformed, bytes_read })
    }

    fn failed(&self, source: io::Error) -> SourceError {
        SourceError::io(&self.path, source)
    }
}

/// A column in the making. It takes bytes that are known to be text, so that each field need not be looked at.
struct Texts {
    values: Vec<u8>,
    /// Where each text begins; and where the last one ends.
    offsets: Vec<i32>,
}

impl Texts {
    fn with_capacity(rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self { values: Vec::with_capacity(8 * rows), offsets }
    }

    fn finish(self) -> StringArray {
        StringArray::new(OffsetBuffer::new(self.offsets.into()), self.values.into(), None)
    }
}

/// Appends the fields asked for, or nothing at all.
#[inline]
fn append(
    fields: &Fields<'_>,
    expected: usize,
    columns: &[usize],
    builders: &mut [Texts],
) -> Result<(), MalformedReason> {
    let found = fields.len();
    if found < expected {
        return Err(MalformedReason::TooFewFields { expected, found });
    }
    if found > expected && fields.iter().skip(expected).any(|field| !field.trim().is_empty()) {
        return Err(MalformedReason::TooManyFields { expected, found });
    }
    // Fields end where the separator does, an ASCII character; only quotes within a character of
    // several bytes could part it, and such a row is not valid text.
    if columns.iter().any(|column| fields.get(*column).is_none()) {
        return Err(MalformedReason::BadEncoding);
    }
    for (builder, column) in builders.iter_mut().zip(columns) {
        fields.append(*column, &mut builder.values);
        // A batch has less than 2^31 bytes of text: see `BATCH_BYTES`.
        builder.offsets.push(builder.values.len() as i32);
    }
    Ok(())
}

/// A malformed row as it is shown.
pub(in crate::sources) fn shown(raw: &[u8]) -> String {
    // A character has at most four bytes.
    let raw = &raw[..raw.len().min(4 * RAW_CHARS)];
    String::from_utf8_lossy(raw).chars().take(RAW_CHARS).collect()
}

impl Iterator for Batches {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let batch = self.batch();
        let empty = batch.as_ref().is_ok_and(|b| b.lines.is_empty() && b.malformed.is_empty());
        // A file without rows gives one empty batch, so that its schema is seen.
        if empty && self.reported {
            return None;
        }
        self.reported = true;
        Some(batch)
    }
}
