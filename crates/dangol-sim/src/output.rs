//! Tables as files: Parquet or CSV, whole or not at all.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use arrow::{array::RecordBatch, csv, datatypes::SchemaRef};
use parquet::{
    arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties, schema::types::ColumnPath,
};

use crate::{Format, SimError};

/// Rows of a row group, which is held in memory while it is written.
const ROW_GROUP_ROWS: usize = 500_000;
const CSV_BUFFER_BYTES: usize = 1024 * 1024;

/// A table that is being written under a temporary name, and gets its own when it is complete.
pub(crate) struct TableFile {
    path: PathBuf,
    unfinished: PathBuf,
    writer: Writer,
}

enum Writer {
    Parquet(Box<ArrowWriter<File>>),
    Csv(Box<csv::Writer<BufWriter<File>>>),
}

impl TableFile {
    /// # Errors
    /// [`SimError::Io`] if the file cannot be created.
    pub(crate) fn create(
        folder: &Path,
        table: &str,
        format: Format,
        schema: &SchemaRef,
    ) -> Result<Self, SimError> {
        let path = folder.join(format!("{table}.{}", format.extension()));
        let unfinished = folder.join(format!("{table}.{}.tmp", format.extension()));
        let failed = |source| SimError::Io { path: path.clone(), source };
        let file = File::create(&unfinished).map_err(failed)?;
        let writer = match format {
            Format::Parquet => {
                let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties()))
                    .map_err(|source| SimError::Parquet { path: path.clone(), source })?;
                Writer::Parquet(Box::new(writer))
            }
            Format::Csv => {
                let buffer = BufWriter::with_capacity(CSV_BUFFER_BYTES, file);
                let writer = csv::WriterBuilder::new()
                    .with_timestamp_format("%Y-%m-%d %H:%M:%S".to_owned())
                    .build(buffer);
                Writer::Csv(Box::new(writer))
            }
        };
        Ok(Self { path, unfinished, writer })
    }

    /// # Errors
    /// [`SimError::Encode`] or [`SimError::Parquet`] if the disk refuses.
    pub(crate) fn append(&mut self, batch: &RecordBatch) -> Result<(), SimError> {
        match &mut self.writer {
            Writer::Parquet(writer) => {
                writer.write(batch).map_err(|source| SimError::Parquet { path: self.path.clone(), source })
            }
            Writer::Csv(writer) => {
                writer.write(batch).map_err(|source| SimError::Encode { path: self.path.clone(), source })
            }
        }
    }

    /// Closes the file and gives it its name.
    ///
    /// # Errors
    /// [`SimError::Io`] or [`SimError::Parquet`] if the disk refuses.
    pub(crate) fn finish(self) -> Result<PathBuf, SimError> {
        let path = self.path;
        let failed = |source| SimError::Io { path: path.clone(), source };
        match self.writer {
            Writer::Parquet(writer) => {
                writer.close().map_err(|source| SimError::Parquet { path: path.clone(), source })?;
            }
            Writer::Csv(writer) => writer.into_inner().flush().map_err(failed)?,
        }
        fs::rename(&self.unfinished, &path).map_err(failed)?;
        Ok(path)
    }
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        // Nearly each value differs from the one before; a dictionary would be built in vain.
        .set_column_dictionary_enabled(ColumnPath::from("order_id"), false)
        .build()
}
