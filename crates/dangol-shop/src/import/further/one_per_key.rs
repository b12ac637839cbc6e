//! Rows that stand in the order of their keys, those of one key made one.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Float64Type, SchemaRef, TimestampMicrosecondType};

use super::super::mapping::FURTHER_STAGED;
use super::in_order::SORTED_BY;
use crate::error::ShopError;
use crate::tables::{Merge, STAGES, TableSpec};

/// Rows of one key are made one as soon as they fill so many batches: events without a session of their own may all
/// carry the same id.
const BATCHES_OF_A_KEY: usize = 8;

/// Goes over sorted rows.
pub(super) struct OnePerKey<I> {
    spec: &'static TableSpec,
    sorted: I,
    /// Rows whose key the next batch may go on with.
    pending: Vec<RecordBatch>,
}

/// Some of the sorted rows, and what came of them. A key's rows are in one of these, unless there are very many.
pub(super) struct Chunk {
    /// The rows as they came.
    pub(super) staged: RecordBatch,
    /// One for each key, with file and line of the row that stands for it.
    pub(super) rows: RecordBatch,
    /// Rows that went into another of their key, by their places in `staged`.
    pub(super) merged: Vec<usize>,
    /// Rows without a key that repeat another in every column.
    pub(super) duplicates: Vec<usize>,
}

impl<I: Iterator<Item = Result<RecordBatch, ShopError>>> OnePerKey<I> {
    pub(super) fn new(spec: &'static TableSpec, sorted: I) -> Self {
        Self { spec, sorted, pending: Vec::new() }
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, ShopError> {
        while let Some(batch) = self.sorted.next() {
            let batch = batch?;
            let rows = batch.num_rows();
            if rows == 0 {
                continue;
            }
            let keys = key(&batch);
            let goes_on = self.pending.last().is_some_and(|before| {
                let before = key(before);
                before.value(before.len() - 1) == keys.value(0)
            });
            // Where the last key of the batch begins: the next batch may have more of it.
            let last = keys.value(rows - 1);
            let cut = (0..rows).rev().take_while(|row| keys.value(*row) == last).count();
            let cut = rows - cut;
            if cut == 0 && (goes_on || self.pending.is_empty()) {
                self.pending.push(batch);
                if self.pending.len() >= BATCHES_OF_A_KEY {
                    return self.gather().map(Some);
                }
                continue;
            }
            let mut done = std::mem::take(&mut self.pending);
            done.push(batch.slice(0, cut));
            self.pending.push(batch.slice(cut, rows - cut));
            return chunk(self.spec, &done).map(Some);
        }
        if self.pending.is_empty() {
            return Ok(None);
        }
        chunk(self.spec, &std::mem::take(&mut self.pending)).map(Some)
    }

    /// Makes the rows of one key one, which waits for more of it.
    fn gather(&mut self) -> Result<Chunk, ShopError> {
        let mut chunk = chunk(self.spec, &std::mem::take(&mut self.pending))?;
        self.pending.push(chunk.rows.clone());
        chunk.rows = chunk.rows.slice(0, 0);
        Ok(chunk)
    }
}

impl<I: Iterator<Item = Result<RecordBatch, ShopError>>> Iterator for OnePerKey<I> {
    type Item = Result<Chunk, ShopError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_chunk().transpose()
    }
}

fn key(rows: &RecordBatch) -> &arrow::array::BinaryArray {
    rows.column(rows.num_columns() - SORTED_BY.len()).as_binary::<i32>()
}

/// Whole keys.
fn chunk(spec: &TableSpec, batches: &[RecordBatch]) -> Result<Chunk, ShopError> {
    let schema: SchemaRef = batches[0].schema();
    let staged = concat_batches(&schema, batches)?;
    let keys = key(&staged);
    let key_columns: Vec<&ArrayRef> =
        spec.key.iter().filter_map(|name| staged.column_by_name(name)).collect();
    let keyed = |row: usize| key_columns.iter().any(|values| values.is_valid(row));
    let order: Vec<usize> = (0..staged.num_rows()).collect();
    let mut groups: Vec<&[usize]> = Vec::new();
    let (mut standing, mut merged, mut duplicates) = (Vec::new(), Vec::new(), Vec::new());
    for group in order.chunk_by(|a, b| keys.value(*a) == keys.value(*b)) {
        let Some((last, more)) = group.split_last() else { continue };
        if keyed(*last) {
            standing.push(*last as u32);
            merged.extend_from_slice(more);
        } else {
            standing.push(group[0] as u32);
            duplicates.extend_from_slice(&group[1..]);
        }
        groups.push(group);
    }
    let standing = UInt32Array::from(standing);
    let data = schema.fields().len() - FURTHER_STAGED.len() - SORTED_BY.len();
    let columns = schema.fields().iter().zip(staged.columns()).enumerate().map(|(at, (field, values))| {
        if at < data {
            merged_column(spec.merge, field.name(), values, &groups)
        } else {
            Ok(take(values, &standing, None)?)
        }
    });
    let rows = RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, ShopError>>()?)?;
    Ok(Chunk { staged, rows, merged, duplicates })
}

/// One value per group of rows, which stand in the order in which they were read.
fn merged_column(
    merge: Merge,
    name: &str,
    values: &ArrayRef,
    groups: &[&[usize]],
) -> Result<ArrayRef, ShopError> {
    let filled = |row: &&usize| values.is_valid(**row);
    let last = |group: &&[usize]| group.iter().rev().find(filled).copied();
    let picked: Vec<Option<usize>> = match (merge, name) {
        (Merge::Session, "page_views") => {
            // A row is a page, unless the source has counted them.
            let numbers = values.as_primitive::<Float64Type>();
            let pages = groups.iter().map(|group| {
                group
                    .iter()
                    .map(|row| if numbers.is_valid(*row) { numbers.value(*row) } else { 1.0 })
                    .sum::<f64>()
            });
            return Ok(Arc::new(pages.collect::<Float64Array>()));
        }
        (Merge::Session, "started_at") => {
            let at = values.as_primitive::<TimestampMicrosecondType>();
            groups
                .iter()
                .map(|group| group.iter().filter(filled).min_by_key(|row| at.value(**row)).copied())
                .collect()
        }
        (Merge::Session, "reached") => {
            let stages = values.as_string::<i32>();
            let stage = |row: &usize| STAGES.iter().position(|stage| *stage == stages.value(*row));
            groups
                .iter()
                .map(|group| group.iter().filter(filled).max_by_key(|row| stage(row)).copied())
                .collect()
        }
        _ => groups.iter().map(last).collect(),
    };
    let picked: UInt32Array = picked.into_iter().map(|row| row.map(|row| row as u32)).collect();
    Ok(take(values, &picked, None)?)
}
