//! Results as Parquet.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use ::parquet::errors::Result;
use ::parquet::file::properties::WriterProperties;
use ::parquet::schema::types::ColumnPath;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};

use super::{created, not_written};
use crate::failure::Failure;

/// Writes batches as they are; that needs a file.
pub(crate) fn write_parquet(batches: &[RecordBatch], out: Option<&Path>) -> std::result::Result<(), Failure> {
    let path = file(out)?;
    let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    let file = created(path)?;
    let write = || {
        let mut writer = writer(file, schema)?;
        batches.iter().try_for_each(|batch| writer.write(batch))?;
        writer.close().map(|_| ())
    };
    write().map_err(|error| not_written(path, &error.to_string()))
}

/// Writes a table of scalars as one group of rows, its columns side by side.
pub(super) fn write_table(table: RecordBatch, out: Option<&Path>) -> std::result::Result<(), Failure> {
    let path = file(out)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let written = write_columns(created(path)?, table, threads);
    written.map_err(|error| not_written(path, &error.to_string()))
}

fn file(out: Option<&Path>) -> std::result::Result<&Path, Failure> {
    out.ok_or_else(|| Failure::usage("Parquet is not for the terminal", "name a file with --out FILE"))
}

pub(super) fn writer<W: Write + Send>(file: W, schema: SchemaRef) -> Result<ArrowWriter<W>> {
    let properties = properties(&schema);
    ArrowWriter::try_new(file, schema, Some(properties))
}

/// How Parquet is written. Numbers with decimals are nearly all different: a dictionary of them is given up, after the
/// work of making it.
fn properties(schema: &Schema) -> WriterProperties {
    let mut properties = WriterProperties::builder();
    for field in schema.fields().iter().filter(|field| field.data_type().is_floating()) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
    }
    properties.build()
}

/// A column that waits for a thread, with its place.
type Waiting = (usize, (ArrowColumnWriter, (Arc<Field>, ArrayRef)));

fn write_columns<W: Write + Send>(file: W, table: RecordBatch, threads: usize) -> Result<()> {
    let schema = table.schema();
    let (mut file, groups) = writer(file, schema.clone())?.into_serialized_writer()?;
    if table.num_rows() > 0 {
        let (_, columns, _) = table.into_parts();
        let columns = schema.fields().iter().cloned().zip(columns);
        // Scalars: a column of the table is a column of the file.
        let waiting: Vec<Waiting> =
            groups.create_column_writers(0)?.into_iter().zip(columns).enumerate().collect();
        let mut group = file.next_row_group()?;
        for chunk in encoded(waiting, threads)? {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    file.close().map(|_| ())
}

/// Encodes columns, each on one thread, and lets go of its values; gives them in their order.
fn encoded(waiting: Vec<Waiting>, threads: usize) -> Result<Vec<ArrowColumnChunk>> {
    let threads = threads.min(waiting.len());
    let next = Mutex::new(waiting.into_iter());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let column = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, (mut writer, (field, values)))) = column else { break };
                    let chunk = compute_leaves(&field, &values)
                        .and_then(|leaves| leaves.iter().try_for_each(|leaf| writer.write(leaf)))
                        .and_then(|()| writer.close());
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((place, chunk));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, chunk)| chunk).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow::array::{BooleanArray, Float64Array, Int64Array, StringArray};

    use super::*;

    fn table(rows: i64) -> RecordBatch {
        let half = |row: i64| (row % 2 == 0).then_some(row);
        let columns: [(&str, ArrayRef); 4] = [
            ("id", Arc::new((0..rows).map(|row| Some(format!("C{row}"))).collect::<StringArray>())),
            ("repeats", Arc::new((0..rows).map(half).collect::<Int64Array>())),
            (
                "value",
                Arc::new(
                    (0..rows).map(|row| half(row).map(|row| row as f64 / 3.0)).collect::<Float64Array>(),
                ),
            ),
            ("left", Arc::new((0..rows).map(|row| Some(row % 3 == 0)).collect::<BooleanArray>())),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, values)| (name, values, true))).unwrap()
    }

    fn read(file: &File) -> Vec<RecordBatch> {
        let file = file.try_clone().unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(100_000);
        reader.build().unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_table_is_the_same_file_on_any_number_of_threads() {
        let mut files = Vec::new();
        for threads in [1, 2, 7] {
            let file = tempfile::NamedTempFile::new().unwrap();
            write_columns(file.reopen().unwrap(), table(20_000), threads).unwrap();
            assert_eq!(read(file.as_file()), [table(20_000)]);
            files.push(std::fs::read(file.path()).unwrap());
        }
        assert!(files[0] == files[1] && files[1] == files[2]);
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() {
        let file = tempfile::NamedTempFile::new().unwrap();
        write_columns(file.reopen().unwrap(), table(0), 2).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen().unwrap()).unwrap();
        assert_eq!(reader.schema().fields(), table(0).schema().fields());
        assert!(read(file.as_file()).is_empty());
    }
}
