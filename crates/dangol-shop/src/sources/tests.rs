//! Reading files: what they may look like, and what bad ones get.

mod bad;
mod json;
mod large;
mod packed;
mod sheets;
mod tables;

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use tempfile::TempDir;

use super::*;

/// A folder that goes away with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn table(&self, bytes: impl AsRef<[u8]>) -> SourceTable {
        opened(&self.write("table.csv", bytes))
    }

    fn error(&self, name: &str, bytes: impl AsRef<[u8]>) -> SourceError {
        open(&self.write(name, bytes), &ReadHints::default()).expect_err("an error")
    }
}

/// The only table of a file.
fn open(path: &Path, hints: &ReadHints) -> Result<SourceTable, SourceError> {
    let mut opened = super::open(path, hints)?;
    assert_eq!((opened.tables.len(), opened.left_out.len()), (1, 0), "one table and nothing else");
    Ok(opened.tables.remove(0))
}

fn opened(path: &Path) -> SourceTable {
    open(path, &ReadHints::default()).expect("a table")
}

/// All cells as text, nulls as `∅`, with the line of each row.
fn rows(table: &SourceTable) -> Vec<(u64, Vec<String>)> {
    let mut rows = Vec::new();
    for batch in table.read().expect("rows") {
        let batch = batch.expect("a batch");
        assert_eq!(batch.rows.num_rows(), batch.lines.len());
        assert!(batch.lines.len() <= BATCH_ROWS && batch.bytes_read <= table.bytes);
        let columns: Vec<_> = batch
            .rows
            .columns()
            .iter()
            .map(|column| cast(column, &DataType::Utf8).expect("text").as_string::<i32>().clone())
            .collect();
        for (row, line) in batch.lines.iter().enumerate() {
            let cell = |texts: &StringArray| {
                if texts.is_null(row) { "∅".to_owned() } else { texts.value(row).to_owned() }
            };
            rows.push((*line, columns.iter().map(cell).collect()));
        }
    }
    rows
}

fn malformed(table: &SourceTable) -> Vec<MalformedRow> {
    table.read().expect("rows").flat_map(|batch| batch.expect("a batch").malformed).collect()
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}
