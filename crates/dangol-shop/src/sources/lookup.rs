//! Columns that another file adds to each row, found by a key: the tax rate of a category, the status of an order.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::{SourceBatch, SourceError, SourceTable};
use crate::values::identifier_column;

/// Stands between the parts of a key of several columns.
const BETWEEN: char = '\u{1f}';

/// The rows of a file by their key, held in memory.
#[derive(Debug)]
pub struct Lookup {
    /// Headers of the rows that look something up, parallel to the parts of the key.
    on: Vec<String>,
    /// The columns that are added.
    rows: RecordBatch,
    places: HashMap<String, u32>,
    repeated: u64,
    keyless: u64,
    malformed: u64,
    unmatched: AtomicU64,
}

impl Lookup {
    /// Reads a file whole. `on` are the parts of the key: the header of the rows to come, and the place of the
    /// file's own column; `brings` are the columns to add, by their places, and what they are then called.
    ///
    /// Of several rows with one key the last stands; rows without one, and rows that cannot be read, are of no use and
    /// counted.
    ///
    /// # Errors
    /// If the file cannot be read to its end, or a part of the key has no text form.
    ///
    /// # Panics
    /// If a place is not in the file.
    pub fn read(
        table: &SourceTable,
        on: &[(String, usize)],
        brings: &[(usize, String)],
    ) -> Result<Self, SourceError> {
        let fields: Vec<Field> = brings
            .iter()
            .map(|(at, name)| table.columns.field(*at).clone().with_name(name).with_nullable(true))
            .collect();
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let failed = |error: ArrowError| SourceError::lookup(&table.path, &error);

        let mut places = HashMap::new();
        let (mut rows, mut repeated, mut keyless, mut malformed) = (0_u32, 0, 0, 0);
        let mut batches = Vec::new();
        for batch in table.read()? {
            let batch = batch?;
            malformed += batch.malformed.len() as u64;
            let batch = batch.rows;
            let parts: Vec<ArrayRef> = on.iter().map(|(_, at)| batch.column(*at).clone()).collect();
            for (row, key) in keys_of(&parts, batch.num_rows()).map_err(failed)?.into_iter().enumerate() {
                match key {
                    None => keyless += 1,
                    Some(key) => repeated += u64::from(places.insert(key, rows + row as u32).is_some()),
                }
            }
            rows += batch.num_rows() as u32;
            let columns = brings.iter().map(|(at, _)| batch.column(*at).clone()).collect();
            batches.push(RecordBatch::try_new(schema.clone(), columns).map_err(failed)?);
        }
        let rows = concat_batches(&schema, &batches).map_err(failed)?;
        let on = on.iter().map(|(ours, _)| ours.clone()).collect();
        Ok(Self { on, rows, places, repeated, keyless, malformed, unmatched: AtomicU64::new(0) })
    }

    /// The headers of the rows that look something up.
    #[must_use]
    pub fn on(&self) -> &[String] {
        &self.on
    }

    /// Different keys.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.places.len() as u64
    }

    /// Rows whose key another row had before.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Rows without a key.
    #[must_use]
    pub fn keyless(&self) -> u64 {
        self.keyless
    }

    /// Rows of the file that could not be read.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// Rows that found nothing so far, over all files that were read with [`SourceTable::read`].
    #[must_use]
    pub fn unmatched(&self) -> u64 {
        self.unmatched.load(Ordering::Relaxed)
    }

    /// The columns added to some rows; the keys are theirs, in the order of [`Lookup::on`].
    fn find(&self, keys: &[ArrayRef], rows: usize, count: bool) -> Result<Vec<ArrayRef>, ArrowError> {
        let places: UInt32Array = keys_of(keys, rows)?
            .into_iter()
            .map(|key| key.and_then(|key| self.places.get(&key).copied()))
            .collect();
        if count {
            self.unmatched.fetch_add(places.null_count() as u64, Ordering::Relaxed);
        }
        self.rows.columns().iter().map(|values| take(values, &places, None)).collect()
    }
}

/// Keys as text; `None` where a part is missing.
fn keys_of(parts: &[ArrayRef], rows: usize) -> Result<Vec<Option<String>>, ArrowError> {
    let parts: Vec<StringArray> = parts.iter().map(identifier_column).collect::<Result<_, _>>()?;
    Ok((0..rows)
        .map(|row| {
            let mut key = String::new();
            for part in &parts {
                if part.is_null(row) {
                    return None;
                }
                if !key.is_empty() {
                    key.push(BETWEEN);
                }
                key.push_str(part.value(row));
            }
            Some(key)
        })
        .collect())
}

/// A table with columns of others beside its own.
#[derive(Debug, Clone)]
pub(super) struct Widened {
    base: Arc<SourceTable>,
    lookups: Vec<Arc<Lookup>>,
    columns: SchemaRef,
}

impl Widened {
    pub(super) fn new(base: SourceTable, lookups: Vec<Arc<Lookup>>) -> Self {
        let mut fields: Vec<_> = base.columns.fields().iter().cloned().collect();
        fields.extend(lookups.iter().flat_map(|lookup| lookup.rows.schema().fields().to_vec()));
        Self { base: Arc::new(base), lookups, columns: Arc::new(Schema::new(fields)) }
    }

    pub(super) fn columns(&self) -> &SchemaRef {
        &self.columns
    }

    /// The table without what was added.
    pub(super) fn base(&self) -> &SourceTable {
        &self.base
    }

    /// Rows of the base with what they find.
    pub(super) fn widen(&self, rows: &RecordBatch, count: bool) -> Result<RecordBatch, SourceError> {
        let failed = |error: ArrowError| SourceError::lookup(&self.base.path, &error);
        let mut columns = rows.columns().to_vec();
        for lookup in &self.lookups {
            // A later lookup may go by what an earlier one has brought.
            let keys = lookup
                .on
                .iter()
                .map(|header| self.columns.index_of(header).map(|at| columns[at].clone()))
                .collect::<Result<Vec<_>, _>>()
                .map_err(failed)?;
            columns.extend(lookup.find(&keys, rows.num_rows(), count).map_err(failed)?);
        }
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(self.columns.clone(), columns, &options).map_err(failed)
    }

    /// A batch of the base with what its rows find, and only some of the columns.
    pub(super) fn batch(
        &self,
        batch: SourceBatch,
        columns: &[usize],
        count: bool,
    ) -> Result<SourceBatch, SourceError> {
        let wide = self.widen(&batch.rows, count)?;
        let rows = wide.project(columns).map_err(|error| SourceError::lookup(&self.base.path, &error))?;
        Ok(SourceBatch { rows, ..batch })
    }
}
