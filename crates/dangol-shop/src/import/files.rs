//! The files of a source as tables, and what one of them lacks that another has.

use arrow::datatypes::{Field, Schema};

use super::inputs::{open_connection, source_files};
use super::report::{AbsentColumn, FileReport, LeftOutPart};
use super::run::read_hints;
use crate::config::{Config, TableSource};
use crate::error::{MappingError, ShopError};
use crate::sources::{LeftOut, SourceFormat, SourceTable, WhyLeftOut, open_anywhere};
use crate::store::InputFile;

/// What a source's files hold.
pub(super) struct Files {
    /// The tables in the order of the files; an archive or a workbook may hold several.
    pub(super) tables: Vec<SourceTable>,
    /// What else they hold.
    pub(super) left_out: Vec<LeftOut>,
}

/// Opens the files of a source, or the tables of its database.
pub(super) fn open_files<C: Ord>(
    config: &Config,
    name: &str,
    source: &TableSource<C>,
) -> Result<Files, ShopError> {
    if let Some(connection) = &source.connection {
        let tables = open_connection(config, name, source, connection)?;
        return Ok(Files { tables, left_out: Vec::new() });
    }
    let hints = read_hints(source);
    let mut files = Files { tables: Vec::new(), left_out: Vec::new() };
    for path in source_files(config, source)? {
        let opened = open_anywhere(&path, &hints, &config.remote)?;
        files.tables.extend(opened.tables);
        files.left_out.extend(opened.left_out);
    }
    let found = files.tables.len();
    if found > usize::from(u16::MAX) {
        return Err(MappingError::TooManyFiles { config: config.path(), found }.into());
    }
    Ok(files)
}

/// The columns of all tables, each once: what a file may lack because another has it.
pub(super) fn columns_of_all(tables: &[SourceTable]) -> Schema {
    let mut fields: Vec<Field> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for field in tables.iter().flat_map(|table| table.columns.fields()) {
        if known.insert(field.name().clone()) {
            fields.push(field.as_ref().clone());
        }
    }
    Schema::new(fields)
}

/// Which tables lack which columns; `absent` gives, for each table, canonical columns and what should
/// feed them.
pub(super) fn absences<'a>(
    tables: &[SourceTable],
    absent: impl Iterator<Item = &'a [(String, String)]>,
) -> Vec<AbsentColumn> {
    let mut columns: Vec<AbsentColumn> = Vec::new();
    for (table, absent) in tables.iter().zip(absent) {
        for (column, from) in absent {
            let known = columns.iter().position(|one| one.column == *column);
            let at = known.unwrap_or_else(|| {
                columns.push(AbsentColumn { column: column.clone(), from: from.clone(), files: Vec::new() });
                columns.len() - 1
            });
            columns[at].files.push(table.name());
        }
    }
    columns
}

/// What was left out, for the report.
pub(super) fn left_out_parts(left_out: &[LeftOut]) -> Vec<LeftOutPart> {
    let code = |why: &WhyLeftOut| match why {
        WhyLeftOut::NotATable(_) => "not_a_table",
        WhyLeftOut::Empty => "empty",
        WhyLeftOut::OtherHeaders => "other_headers",
        WhyLeftOut::NoHeader => "no_header",
        WhyLeftOut::Link => "link",
    };
    left_out
        .iter()
        .map(|out| LeftOutPart { path: out.path.display().to_string(), why: code(&out.why).to_owned() })
        .collect()
}

/// The files as they were read, for the report.
pub(super) fn file_reports(
    tables: &[SourceTable],
    inputs: &[InputFile],
    rows_read: &[u64],
    rows_kept: &[u64],
) -> Vec<FileReport> {
    tables
        .iter()
        .zip(rows_read.iter().zip(rows_kept))
        .map(|(table, (rows_read, rows_kept))| {
            let file = table.file().display().to_string();
            let file = inputs.iter().find(|input| input.path == file);
            let name_of = |encoding: &'static encoding_rs::Encoding| match encoding.name() {
                "EUC-KR" => "CP949".to_owned(),
                name => name.to_owned(),
            };
            let (encoding, delimiter, sheet, query) = match &table.format {
                SourceFormat::Csv { encoding, separator, .. } => {
                    (Some(name_of(encoding)), Some(separator.to_string()), None, None)
                }
                SourceFormat::Json { encoding, .. } => (Some(name_of(encoding)), None, None, None),
                SourceFormat::Excel { sheet, .. } => (None, None, Some(sheet.clone()), None),
                SourceFormat::Parquet { .. } => (None, None, None, None),
                SourceFormat::Database { statement, .. } => (None, None, None, Some(statement.clone())),
            };
            let (bytes, blake3) = match table.read_from_database() {
                Some(read) => (read.bytes, read.blake3),
                None => (table.bytes, file.map(|file| file.blake3.clone()).unwrap_or_default()),
            };
            FileReport {
                path: table.path.display().to_string(),
                name: table.name(),
                bytes,
                blake3,
                format: table.format.name().to_owned(),
                packing: table.packing().map(|packing| packing.name().to_owned()),
                encoding,
                lines_in_utf8: table.lines_in_utf8(),
                delimiter,
                sheet,
                query,
                rows_read: *rows_read,
                rows_kept: *rows_kept,
            }
        })
        .collect()
}
