//! JSON records into Arrow batches.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{Schema, SchemaRef};

use super::JsonFault;
use super::flatten::flatten;
use super::records::Records;
use crate::sources::text::shown;
use crate::sources::{MalformedReason, MalformedRow, SourceBatch, SourceError, SourceFormat, SourceTable};

/// A batch ends early with so many bytes of records.
const BATCH_BYTES: usize = 64 << 20;

/// A batch ends early with so many malformed records.
const BATCH_MALFORMED: usize = 8_192;

/// The rows of a file of JSON.
pub(in crate::sources) struct Batches {
    table: SourceTable,
    records: Records,
    schema: SchemaRef,
    /// The columns asked for.
    columns: Vec<usize>,
    /// All columns by key.
    known: HashMap<String, usize>,
    batch_rows: usize,
    ended: bool,
    reported: bool,
    row: Row,
    /// Where lines of UTF-8 in a file of another encoding are counted.
    in_utf8: Option<Arc<AtomicU64>>,
}

/// The values of the record at hand.
#[derive(Default)]
struct Row {
    text: String,
    /// For each column.
    values: Vec<Value>,
}

/// What a record says of a column.
#[derive(Debug, Clone, Default, PartialEq)]
enum Value {
    /// Nothing: it lacks the key.
    #[default]
    Absent,
    Null,
    /// This part of the row's text.
    Text(Range<usize>),
}

pub(in crate::sources) fn read(
    table: &SourceTable,
    columns: &[usize],
    batch_rows: usize,
) -> Result<Batches, SourceError> {
    let SourceFormat::Json { encoding, list } = table.format else {
        unreachable!("only JSON is read as JSON");
    };
    let known =
        table.columns.fields().iter().enumerate().map(|(at, field)| (field.name().clone(), at)).collect();
    let fields: Vec<_> = columns.iter().map(|at| table.columns.field(*at).clone()).collect();
    Ok(Batches {
        records: Records::new(&table.content, encoding, list)?,
        schema: Arc::new(Schema::new(fields)),
        columns: columns.to_vec(),
        known,
        batch_rows,
        ended: false,
        reported: false,
        row: Row::default(),
        in_utf8: None,
        table: table.clone(),
    })
}

impl Batches {
    /// Counts lines of UTF-8 in a file of another encoding.
    pub(in crate::sources) fn counting(self, in_utf8: Option<Arc<AtomicU64>>) -> Self {
        Self { in_utf8, ..self }
    }

    fn batch(&mut self) -> Result<SourceBatch, SourceError> {
        let mut builders: Vec<StringBuilder> = self.columns.iter().map(|_| StringBuilder::new()).collect();
        let mut lines = Vec::new();
        let mut malformed = Vec::new();
        let mut taken = 0;
        while lines.len() < self.batch_rows && malformed.len() < BATCH_MALFORMED && taken < BATCH_BYTES {
            let Some(record) = self.records.next()? else {
                self.ended = true;
                break;
            };
            let line = record.line;
            taken += record.raw.len();
            match record.content.and_then(|text| self.row.take(text, &self.known)) {
                Ok(complete) if complete || self.table.content.is_glanced_at() => {
                    self.row.append(&self.columns, &mut builders);
                    lines.push(line);
                }
                Ok(_) => {
                    let fault = JsonFault::Changed { line };
                    return Err(SourceError::Json { path: self.table.path.clone(), fault });
                }
                Err(reason) => malformed.push(MalformedRow { line, reason, raw: shown(record.raw) }),
            }
        }
        if let Some(found) = &self.in_utf8 {
            found.store(self.records.in_utf8(), Ordering::Relaxed);
        }
        let columns = builders.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            // One builder per field of the schema, and one value in each per line.
            .expect("columns of equal length that fit the schema");
        let bytes = self.table.bytes;
        let bytes_read = if self.ended { bytes } else { self.records.bytes_read().min(bytes) };
        Ok(SourceBatch { rows, lines, malformed, bytes_read })
    }
}

impl Row {
    /// Takes a record; false if one of its keys is no column.
    fn take(&mut self, text: &str, known: &HashMap<String, usize>) -> Result<bool, MalformedReason> {
        self.text.clear();
        self.values.clear();
        self.values.resize(known.len(), Value::Absent);
        let (mut complete, mut repeated) = (true, false);
        flatten(text, &mut |key, value| {
            let Some(at) = known.get(key) else {
                complete = false;
                return;
            };
            // {"a.b": 1, "a": {"b": 2}} are two values for one column.
            repeated |= self.values[*at] != Value::Absent;
            let start = self.text.len();
            self.values[*at] = value.map_or(Value::Null, |value| {
                self.text.push_str(&value);
                Value::Text(start..self.text.len())
            });
        })?;
        if repeated { Err(MalformedReason::RepeatedKey) } else { Ok(complete) }
    }

    fn append(&self, columns: &[usize], builders: &mut [StringBuilder]) {
        for (builder, column) in builders.iter_mut().zip(columns) {
            match &self.values[*column] {
                Value::Text(place) => builder.append_value(&self.text[place.clone()]),
                Value::Absent | Value::Null => builder.append_null(),
            }
        }
    }
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
