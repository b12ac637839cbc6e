//! Results on the terminal and in files.

pub(crate) mod guess;
mod parquet;
pub(crate) mod quality;
pub(crate) mod table;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use dangol_analytics::table::{Json, Rows, Table};

use crate::arguments::Format;
use crate::failure::Failure;

pub(crate) use self::parquet::write_parquet;

/// Writes text to a file or to the terminal. A reader that goes away (`| head`) is no failure.
pub(crate) fn write_text(text: &str, out: Option<&Path>) -> Result<(), Failure> {
    write_bytes(text.as_bytes(), out)
}

/// The same for what is no text.
pub(crate) fn write_bytes(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(path) => std::fs::write(path, bytes).map_err(|error| not_written(path, &error.to_string())),
        None => match std::io::stdout().lock().write_all(bytes) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("writing to the terminal: {error}"), ""))
            }
            _ => Ok(()),
        },
    }
}

/// The table of a name.
pub(crate) fn pick(mut tables: Vec<Table>, wanted: &str) -> Result<Table, Failure> {
    if let Some(place) = tables.iter().position(|table| table.name == wanted) {
        return Ok(tables.swap_remove(place));
    }
    let known: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    Err(Failure::usage(
        format!("the result has no table `{wanted}`"),
        format!("its tables are: {}", known.join(", ")),
    ))
}

/// Writes one table as CSV or Parquet.
pub(crate) fn write_table(table: Table, format: Format, out: Option<&Path>) -> Result<(), Failure> {
    let batch = table.into_batch().map_err(|error| Failure::new(error.to_string(), ""))?;
    if format == Format::Parquet { parquet::write_table(batch, out) } else { write_csv(&[batch], out) }
}

/// Writes batches as CSV with a header.
pub(crate) fn write_csv(batches: &[RecordBatch], out: Option<&Path>) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let mut writer = arrow::csv::Writer::new(&mut bytes);
    for batch in batches {
        writer.write(batch).map_err(|error| Failure::new(error.to_string(), ""))?;
    }
    drop(writer);
    write_bytes(&bytes, out)
}

/// A file that takes rows as they come.
pub(crate) struct TableFile {
    path: PathBuf,
    writer: RowWriter,
}

enum RowWriter {
    Csv(Box<arrow::csv::Writer<File>>),
    Parquet(Box<ArrowWriter<File>>),
}

impl TableFile {
    /// CSV with a header.
    pub(crate) fn csv(path: &Path) -> Result<Self, Failure> {
        let mut file = created(path)?;
        // A byte-order mark tells spreadsheets that this is UTF-8.
        file.write_all("\u{feff}".as_bytes()).map_err(|error| not_written(path, &error.to_string()))?;
        let writer = RowWriter::Csv(Box::new(arrow::csv::Writer::new(file)));
        Ok(Self { path: path.to_path_buf(), writer })
    }

    /// Parquet.
    pub(crate) fn parquet(path: &Path, schema: SchemaRef) -> Result<Self, Failure> {
        let writer = parquet::writer(created(path)?, schema);
        let writer = writer.map_err(|error| not_written(path, &error.to_string()))?;
        Ok(Self { path: path.to_path_buf(), writer: RowWriter::Parquet(Box::new(writer)) })
    }

    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        let written = match &mut self.writer {
            RowWriter::Csv(writer) => writer.write(rows).map_err(|error| error.to_string()),
            RowWriter::Parquet(writer) => writer.write(rows).map_err(|error| error.to_string()),
        };
        written.map_err(|error| not_written(&self.path, &error))
    }

    /// Everything is on its way to the disk.
    pub(crate) fn close(self) -> Result<(), Failure> {
        let closed = match self.writer {
            RowWriter::Csv(writer) => writer.into_inner().sync_all().map_err(|error| error.to_string()),
            RowWriter::Parquet(writer) => writer.close().map(|_| ()).map_err(|error| error.to_string()),
        };
        closed.map_err(|error| not_written(&self.path, &error))
    }
}

fn created(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| not_written(path, &error.to_string()))
}

fn not_written(path: &Path, error: &str) -> Failure {
    Failure::new(format!("writing {}: {error}", path.display()), "check the path and the disk")
}

/// Query results as a table of scalars.
pub(crate) fn table_of(batches: &[RecordBatch]) -> Result<Table, Failure> {
    let fault = |error: arrow::error::ArrowError| Failure::new(error.to_string(), "");
    let options = FormatOptions::default().with_display_error(true);
    let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    let mut rows = Rows::named(schema.fields().iter().map(|field| field.name().clone()));
    for batch in batches {
        let formats = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()
            .map_err(fault)?;
        for row in 0..batch.num_rows() {
            rows.push(batch.columns().iter().zip(&formats).map(|(column, format)| {
                let text = format.value(row).to_string();
                match column.data_type() {
                    _ if column.is_null(row) => Json::Null,
                    DataType::Boolean => Json::Bool(text == "true"),
                    kind if kind.is_integer() => text.parse().map_or(Json::Text(text), Json::Int),
                    kind if kind.is_floating() => text.parse().map_or(Json::Text(text), Json::Float),
                    _ => Json::Text(text),
                }
            }));
        }
    }
    Ok(Table { name: "result".into(), rows: Arc::new(rows) })
}

/// A table as a JSON list of objects.
pub(crate) fn rows_as_json(table: &Table) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&Json::Rows(table.rows.clone()));
    text.map(|text| text + "\n").map_err(|error| Failure::new(error.to_string(), ""))
}
