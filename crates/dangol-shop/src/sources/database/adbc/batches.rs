//! The rows of a table or query as the driver gives them, in batches.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::{Arc, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, make_array};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use arrow::util::display::FormatOptions;

use super::super::{Content, DatabaseFault, Opened, Select};
use super::session::Session;
use super::session_of;
use crate::sources::{BATCH_ROWS, SourceBatch, SourceError, SourceTable};

/// Reads rows with some of the columns; with a limit only so many. None where the connection is no driver's.
pub(in super::super) fn read(
    opened: &Arc<Opened>,
    table: &SourceTable,
    columns: &[usize],
    limit: Option<usize>,
) -> Option<Result<Batches, SourceError>> {
    let session = session_of(&opened.connection)?;
    let begun = session.and_then(|session| Batches::begin(session, opened.clone(), table, columns, limit));
    Some(begun.map_err(|fault| opened.fault(fault)))
}

/// The batches of a reading.
pub(in super::super) struct Batches {
    opened: Arc<Opened>,
    session: Session,
    /// What came and is not handed over yet.
    rest: Option<RecordBatch>,
    /// For each column of the batches, its place in the result of the statement.
    places: Vec<usize>,
    schema: SchemaRef,
    limit: u64,
    hash: Option<Hash>,
    read: u64,
    bytes: u64,
}

/// Sum of the rows' hashes, which is the same in whatever order they come.
struct Hash {
    converter: RowConverter,
    sum: [u64; 4],
}

impl Batches {
    fn begin(
        session: Session,
        opened: Arc<Opened>,
        table: &SourceTable,
        columns: &[usize],
        limit: Option<usize>,
    ) -> Result<Self, DatabaseFault> {
        // Of a table only these columns come, in this order; a query gives all of its own.
        let places = match opened.select {
            Select::Table { .. } => (0..columns.len()).collect(),
            Select::Query(_) => columns.to_vec(),
        };
        let fields: Vec<Field> = columns.iter().map(|at| table.columns.field(*at).clone()).collect();
        let is_whole = limit.is_none() && columns.iter().copied().eq(0..opened.columns.len());
        let hash = if is_whole {
            let sorts = fields.iter().map(|field| SortField::new(field.data_type().clone())).collect();
            let converter = RowConverter::new(sorts);
            let converter = converter.map_err(|error| session.lost(0, &error.to_string()))?;
            Some(Hash { converter, sum: [0; 4] })
        } else {
            None
        };
        session.begin(&opened.sql(columns, limit))?;
        Ok(Self {
            opened,
            session,
            rest: None,
            places,
            schema: Arc::new(Schema::new(fields)),
            limit: limit.map_or(u64::MAX, |rows| rows as u64),
            hash,
            read: 0,
            bytes: 0,
        })
    }

    fn next_batch(&mut self) -> Result<Option<SourceBatch>, DatabaseFault> {
        let rows = loop {
            if self.read >= self.limit {
                return Ok(None);
            }
            let came = match self.rest.take() {
                Some(rest) => rest,
                None => match self.session.next(self.read)? {
                    None => {
                        self.finish();
                        return Ok(None);
                    }
                    Some(batch) => self.checked(&batch)?,
                },
            };
            if came.num_rows() == 0 {
                continue;
            }
            let most = (BATCH_ROWS as u64).min(self.limit - self.read) as usize;
            if came.num_rows() > most {
                self.rest = Some(came.slice(most, came.num_rows() - most));
                break came.slice(0, most);
            }
            break came;
        };
        if let Some(Hash { converter, sum }) = &mut self.hash {
            let hashed = converter.convert_columns(rows.columns());
            for row in &hashed.map_err(|error| self.session.lost(self.read, &error.to_string()))? {
                let hash = blake3::hash(row.as_ref());
                for (sum, part) in sum.iter_mut().zip(hash.as_bytes().as_chunks::<8>().0) {
                    *sum = sum.wrapping_add(u64::from_le_bytes(*part));
                }
            }
        }
        let first = self.read + 1;
        self.read += rows.num_rows() as u64;
        let columns = rows.columns().iter();
        let size = columns.map(|column| column.to_data().get_slice_memory_size().unwrap_or(0) as u64);
        self.bytes += size.sum::<u64>();
        let lines = (first..=self.read).collect();
        Ok(Some(SourceBatch { rows, lines, malformed: Vec::new(), bytes_read: self.bytes }))
    }

    /// The columns asked for, in the types that were described, once nothing about their memory is wrong.
    fn checked(&self, batch: &RecordBatch) -> Result<RecordBatch, DatabaseFault> {
        let mut columns = Vec::with_capacity(self.places.len());
        for (place, field) in self.places.iter().zip(self.schema.fields()) {
            let Some(column) = batch.columns().get(*place) else {
                let message = format!("the result has lost its column ‘{}’", field.name());
                return Err(self.session.lost(self.read, &message));
            };
            let data = column.to_data();
            let wrong = |error: ArrowError| {
                self.session.lost(self.read, &format!("the column ‘{}’: {error}", field.name()))
            };
            data.validate_full().map_err(wrong)?;
            let options = CastOptions { safe: false, format_options: FormatOptions::default() };
            let column = make_array(data);
            let column = match column.data_type() {
                of if of == field.data_type() => column,
                of if is_bytes(of) && *field.data_type() == DataType::Utf8 => {
                    text_of(&column).map_err(wrong)?
                }
                _ => cast_with_options(&column, field.data_type(), &options).map_err(wrong)?,
            };
            columns.push(column);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            .map_err(|error| self.session.lost(self.read, &error.to_string()))
    }

    /// Says what the source held, if all of it was read.
    fn finish(&self) {
        let Some(Hash { sum, .. }) = &self.hash else { return };
        let mut hasher = blake3::Hasher::new();
        for field in self.schema.fields() {
            hasher.update(&(field.name().len() as u64).to_le_bytes());
            hasher.update(field.name().as_bytes());
        }
        hasher.update(&self.read.to_le_bytes());
        for part in sum {
            hasher.update(&part.to_le_bytes());
        }
        let blake3 = hasher.finalize().to_hex().to_string();
        let content = Some(Content { rows: self.read, bytes: self.bytes, blake3 });
        *self.opened.content.lock().unwrap_or_else(PoisonError::into_inner) = content;
    }
}

/// Whether values are bytes that may or may not be text.
pub(super) fn is_bytes(of: &DataType) -> bool {
    matches!(
        of,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
    )
}

/// Bytes as text; what is none stands in hexadecimal: an id of sixteen bytes is as good as one of letters.
fn text_of(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let bytes = cast(column, &DataType::LargeBinary)?;
    let texts = bytes.as_binary::<i64>().iter().map(|value| {
        value.map(|value| match std::str::from_utf8(value) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(value.iter().fold(String::new(), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })),
        })
    });
    Ok(Arc::new(texts.collect::<StringArray>()))
}

impl Iterator for Batches {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().map_err(|fault| self.opened.fault(fault)).transpose()
    }
}
