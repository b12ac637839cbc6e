//! The rows of a new snapshot beside those of the one before: what is new, what has changed, what is gone.
//!
//! Each row becomes two numbers: a hash of its key (order, and line id or product) and one of its content.
//! Both sides go into shares by the key, and are compared share by share, so that memory stays bounded.
//! Of the rows with one key, those with equal content are unchanged, the others changed as far as both sides have some.
//! With 64 bits, among a billion rows one in ten billion comparisons goes wrong, and nothing but these counts hangs on it.

use std::fs::File;
use std::path::Path;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::compute::is_not_null;
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::SchemaRef;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::report::Since;
use super::shares::Shares;
use crate::error::ShopError;
use crate::order_lines::CARRIED;
use crate::store::parquet_error;
use crate::tables::TableSpec;

/// Which snapshot a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Now,
}

/// Rows of both snapshots on their way to being compared.
pub(super) struct Comparison {
    before: Shares<16>,
    now: Shares<16>,
}

impl Comparison {
    /// For about so many rows on a side.
    pub(super) fn new(folder: &Path, rows: u64) -> Self {
        Self {
            before: Shares::new(folder, "compare-before", rows),
            now: Shares::new(folder, "compare-now", rows),
        }
    }

    /// Adds order lines in the store's form.
    pub(super) fn add_lines(&self, side: Side, rows: &RecordBatch) -> Result<(), ShopError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let column = |name: &str| {
            rows.column_by_name(name)
                .cloned()
                .unwrap_or_else(|| new_null_array(&arrow::datatypes::DataType::Utf8, rows.num_rows()))
        };
        let line_id = column("line_id");
        let item = zip(&is_not_null(&line_id)?, &line_id, &column("product_id"))?;
        // An order without a number has its customer in its id. One with a number that went to another customer has
        // changed.
        let keys = [column("order_id"), item];
        let mut content = vec![column("customer_id"), column("order_id"), column("ordered_at")];
        content.push(column("net_revenue"));
        content.extend(CARRIED.iter().map(|carried| column(carried.name())));
        self.add(side, &keys, &content)
    }

    /// Adds rows by the columns of their key and all that they hold.
    fn add(&self, side: Side, keys: &[ArrayRef], content: &[ArrayRef]) -> Result<(), ShopError> {
        let rows = content[0].len();
        let (mut key, mut value) = (vec![0; rows], vec![0; rows]);
        create_hashes(keys, &RandomState::with_seed(2), &mut key)?;
        create_hashes(content, &RandomState::with_seed(3), &mut value)?;
        let side = match side {
            Side::Before => &self.before,
            Side::Now => &self.now,
        };
        side.add(key.into_iter().zip(value).map(|(key, value)| {
            let mut record = [0; 16];
            record[..8].copy_from_slice(&key.to_be_bytes());
            record[8..].copy_from_slice(&value.to_be_bytes());
            (key, record)
        }))
    }

    /// Removes the files of a comparison that comes to nothing.
    pub(super) fn discard(self) -> Result<(), ShopError> {
        self.before.discard()?;
        self.now.discard()
    }

    /// Counts; the files are then gone.
    pub(super) fn finish(self, snapshot: &str) -> Result<Since, ShopError> {
        let mut since = Since { snapshot: snapshot.to_owned(), new: 0, unchanged: 0, changed: 0, gone: 0 };
        for share in 0..self.now.len() {
            count(&pairs(self.before.take(share)?), &pairs(self.now.take(share)?), &mut since);
        }
        Ok(since)
    }
}

/// Key and content of records.
fn pairs(records: Vec<[u8; 16]>) -> Vec<(u64, u64)> {
    let pair = |record: [u8; 16]| {
        let both = u128::from_be_bytes(record);
        ((both >> 64) as u64, both as u64)
    };
    records.into_iter().map(pair).collect()
}

/// Two sorted lists of (key, content).
fn count(before: &[(u64, u64)], now: &[(u64, u64)], since: &mut Since) {
    let of_key = |pairs: &[(u64, u64)], key: u64| pairs.iter().take_while(|pair| pair.0 == key).count();
    let (mut before, mut now) = (before, now);
    loop {
        let key = match (before.first(), now.first()) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(one), None) | (None, Some(one)) => one.0,
            (None, None) => return,
        };
        let (old, rest) = before.split_at(of_key(before, key));
        before = rest;
        let (new, rest) = now.split_at(of_key(now, key));
        now = rest;
        let mut same = 0;
        let (mut a, mut b) = (0, 0);
        while a < old.len() && b < new.len() {
            match old[a].1.cmp(&new[b].1) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => (a, b, same) = (a + 1, b + 1, same + 1),
            }
        }
        let changed = (old.len() - same).min(new.len() - same);
        since.unchanged += same as u64;
        since.changed += changed as u64;
        since.gone += (old.len() - same - changed) as u64;
        since.new += (new.len() - same - changed) as u64;
    }
}

/// A further table beside its file in the snapshot before.
pub(super) struct TableComparison {
    spec: &'static TableSpec,
    schema: SchemaRef,
    comparison: Comparison,
}

impl TableComparison {
    /// For a table of at most so many rows; nothing if the file of the snapshot before can't be read.
    pub(super) fn begin(
        spec: &'static TableSpec,
        schema: &SchemaRef,
        before: &Path,
        (folder, rows): (&Path, u64),
    ) -> Result<Option<Self>, ShopError> {
        let begun = Self { spec, schema: schema.clone(), comparison: Comparison::new(folder, rows) };
        if each_batch(before, |batch| begun.add_to(Side::Before, batch)).is_err() {
            begun.comparison.discard()?;
            return Ok(None);
        }
        Ok(Some(begun))
    }

    /// Adds some of the new rows.
    pub(super) fn add(&self, rows: &RecordBatch) -> Result<(), ShopError> {
        self.add_to(Side::Now, rows)
    }

    /// Counts; the name is that of the snapshot before.
    pub(super) fn finish(self, snapshot: &str) -> Result<Since, ShopError> {
        self.comparison.finish(snapshot)
    }

    fn add_to(&self, side: Side, rows: &RecordBatch) -> Result<(), ShopError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let content = in_form(rows, &self.schema);
        let keys: Vec<ArrayRef> = self
            .spec
            .key
            .iter()
            .filter_map(|name| self.schema.index_of(name).ok())
            .map(|at| content[at].clone())
            .collect();
        self.comparison.add(side, if keys.is_empty() { &content } else { &keys }, &content)
    }
}

/// The columns of a schema; null throughout where the rows do not have one, or have it in another kind.
fn in_form(rows: &RecordBatch, schema: &SchemaRef) -> Vec<ArrayRef> {
    schema
        .fields()
        .iter()
        .map(|field| {
            let found =
                rows.column_by_name(field.name()).filter(|found| found.data_type() == field.data_type());
            found.cloned().unwrap_or_else(|| new_null_array(field.data_type(), rows.num_rows()))
        })
        .collect()
}

/// Reads a Parquet file of the store batch by batch.
pub(super) fn each_batch(
    path: &Path,
    mut take: impl FnMut(&RecordBatch) -> Result<(), ShopError>,
) -> Result<(), ShopError> {
    let file = File::open(path).map_err(ShopError::io("reading", path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(65_536).build())
        .map_err(parquet_error(path))?;
    for batch in reader {
        take(&batch?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
