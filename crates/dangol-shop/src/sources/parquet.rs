//! Parquet files.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::packing::{Content, Disk};
use super::{BATCH_ROWS, SourceBatch, SourceError, SourceFormat, SourceTable};

/// What a Parquet file begins and ends with.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";

pub(super) fn open(content: Content) -> Result<SourceTable, SourceError> {
    let path = content.shown.clone();
    let io = |source| SourceError::io(&path, source);
    let mut file = content.open().map_err(io)?;
    let bytes = file.size().map_err(io)?;
    let mut end = [0; 4];
    if bytes >= 12 {
        file.seek(SeekFrom::End(-4)).map_err(io)?;
        file.read_exact(&mut end).map_err(io)?;
    }
    if &end != MAGIC {
        return Err(SourceError::ParquetTruncated { path, bytes });
    }
    let builder = builder(&content)?;
    let metadata = builder.metadata();
    Ok(SourceTable {
        path,
        bytes: content.bytes,
        format: SourceFormat::Parquet { row_groups: metadata.num_row_groups() },
        columns: builder.schema().clone(),
        rows_hint: u64::try_from(metadata.file_metadata().num_rows()).ok(),
        content,
        in_utf8: Arc::default(),
        sheet: None,
        widened: None,
        database: None,
    })
}

fn builder(content: &Content) -> Result<ParquetRecordBatchReaderBuilder<Disk>, SourceError> {
    let path = content.shown.clone();
    let file = content.open().map_err(|source| SourceError::io(&path, source))?;
    let bytes = file.size().unwrap_or(0);
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| match error {
        ParquetError::EOF(_) => SourceError::ParquetTruncated { path, bytes },
        other => SourceError::ParquetCorrupt { path, row: 0, message: other.to_string() },
    })
}

impl Length for Disk {
    fn len(&self) -> u64 {
        self.size().unwrap_or(0)
    }
}

impl ChunkReader for Disk {
    type T = BufReader<Self>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let mut again = self.again()?;
        again.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(again))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut again = self.again()?;
        again.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity(length);
        again.take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() != length {
            let found = bytes.len();
            return Err(ParquetError::EOF(format!("{length} bytes expected, {found} found")));
        }
        Ok(bytes.into())
    }
}

/// Some rows, from the row `first` (counted from 0) on, with all columns.
pub(super) fn read_part(table: &SourceTable, first: u64, rows: usize) -> Result<RecordBatch, SourceError> {
    let corrupt =
        |message: String| SourceError::ParquetCorrupt { path: table.path.clone(), row: first, message };
    let builder = builder(&table.content)?;
    let mut before = 0;
    let mut chosen = 0;
    for (number, group) in builder.metadata().row_groups().iter().enumerate() {
        chosen = number;
        let size = group.num_rows() as u64;
        if first < before + size || number + 1 == builder.metadata().num_row_groups() {
            break;
        }
        before += size;
    }
    let reader = builder
        .with_row_groups(vec![chosen])
        // Of an object far away, what stands before the row would have to come, too.
        .with_offset(if table.content.is_far() { 0 } else { (first - before) as usize })
        .with_limit(rows)
        .with_batch_size(rows)
        .build()
        .map_err(|error| corrupt(error.to_string()))?;
    let batches: Vec<RecordBatch> =
        reader.collect::<Result<_, _>>().map_err(|error| corrupt(error.to_string()))?;
    arrow::compute::concat_batches(&table.columns, &batches).map_err(|error| corrupt(error.to_string()))
}

pub(super) fn read(table: &SourceTable, columns: &[usize]) -> Result<Batches, SourceError> {
    let builder = builder(&table.content)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
    let rows = builder.metadata().file_metadata().num_rows().max(1) as u64;
    let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|error| {
        SourceError::ParquetCorrupt { path: table.path.clone(), row: 0, message: error.to_string() }
    })?;
    // The reader yields columns in the file's order, each once.
    let mut in_file: Vec<usize> = columns.to_vec();
    in_file.sort_unstable();
    in_file.dedup();
    let order = columns.iter().filter_map(|c| in_file.binary_search(c).ok()).collect();
    Ok(Batches { path: table.path.clone(), reader, order, rows, bytes: table.bytes, read: 0 })
}

/// The rows of a Parquet file.
pub(super) struct Batches {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    order: Vec<usize>,
    rows: u64,
    bytes: u64,
    read: u64,
}

impl Iterator for Batches {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?.and_then(|batch| batch.project(&self.order));
        Some(match batch {
            Ok(rows) => {
                let first = self.read + 1;
                self.read += rows.num_rows() as u64;
                let part = self.read as f64 / self.rows as f64;
                Ok(SourceBatch {
                    lines: (first..=self.read).collect(),
                    rows,
                    malformed: Vec::new(),
                    bytes_read: (self.bytes as f64 * part.min(1.0)) as u64,
                })
            }
            Err(error) => Err(SourceError::ParquetCorrupt {
                path: self.path.clone(),
                row: self.read,
                message: error.to_string(),
            }),
        })
    }
}
