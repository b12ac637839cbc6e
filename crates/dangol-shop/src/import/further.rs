//! The tables beside `order_lines`: read, mapped, rows of one key made one, written.
//!
//! These tables are small beside the order lines, and each is held in memory while it is made.

use std::fs;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Float64Type, Schema, SchemaRef, TimestampMicrosecondType};
use arrow::row::{RowConverter, SortField};

use super::inputs::open_source;
use super::mapping::{FURTHER_STAGED, FurtherMapper, file_name};
use super::profile::{ColumnProfile, Profiler};
use super::quarantine::QuarantineWriter;
use super::report::{Fate, FateKind, SourceReport};
use super::run::{file_reports, malformed_row, source_files};
use crate::config::{Config, TableSource};
use crate::error::ShopError;
use crate::store::{InputFile, TABLES_FOLDER, TableFile, write_parquet};
use crate::tables::{Merge, STAGES, TableSpec};
use crate::time::LocalClock;

/// Columns whose values say who somebody is: the report shows how many there are, not which.
const PERSONAL: [&str; 3] = ["name", "email", "phone"];

/// Imports one table into the snapshot's folder.
pub(super) fn import_table(
    config: &Config,
    spec: &'static TableSpec,
    source: &TableSource<String>,
    folder: &Path,
    quarantine: &mut QuarantineWriter,
    inputs: &[InputFile],
) -> Result<(SourceReport, TableFile), ShopError> {
    let paths = source_files(config, source)?;
    let tables = open_source(config, spec.name, source, &paths)?;
    let mut mappers = tables
        .iter()
        .enumerate()
        .map(|(file, table)| FurtherMapper::new(config, spec, source, table, file as u16))
        .collect::<Result<Vec<_>, _>>()?;
    FurtherMapper::agree(&mut mappers);

    quarantine.begin(spec.name, tables.iter().map(|table| file_name(&table.path)).collect());
    let mut batches = Vec::new();
    let mut rows_read = vec![0; tables.len()];
    for (file, (table, mapper)) in tables.iter().zip(&mappers).enumerate() {
        for batch in table.read()? {
            let batch = batch?;
            rows_read[file] +=
                batch.rows.num_rows() as u64 * mapper.rows_per_row() + batch.malformed.len() as u64;
            let mapped = mapper.map(&batch)?;
            let mut rejected = mapped.rejected;
            rejected.extend(batch.malformed.iter().map(|row| malformed_row(file as u16, row)));
            quarantine.write(&rejected)?;
            batches.push(mapped.rows);
        }
    }
    let (quarantined, counts) = quarantine.end();
    let schema = mappers[0].schema().clone();
    let staged = concat_batches(&schema, &batches)?;
    drop(batches);
    let used = staged.num_rows() as u64;
    let read: u64 = rows_read.iter().sum();
    if read > 0 && used == 0 {
        let what = tables.iter().map(|table| file_name(&table.path)).collect::<Vec<_>>().join(", ");
        let reason = counts.first().map_or_else(String::new, |count| {
            let sample = &count.sample;
            let (column, value, why) = (&count.column, &sample.value, count.reason.words().0);
            format!("{column} `{value}` {why} ({}:{})", sample.file, sample.line)
        });
        return Err(ShopError::NothingUsable { rows_read: read, what, reason });
    }

    let data: Vec<usize> = (0..schema.fields().len() - FURTHER_STAGED.len()).collect();
    let one = one_per_key(spec, &staged, &data)?;
    let file = write_table(folder, spec, &one.rows)?;
    let mut fates = vec![Fate { fate: FateKind::Kept, rule: None, rows: one.rows.num_rows() as u64 }];
    let mut add = |fate, rule: Option<&str>, rows| {
        if rows > 0 {
            fates.push(Fate { fate, rule: rule.map(str::to_owned), rows });
        }
    };
    add(FateKind::Merged, None, one.merged);
    add(FateKind::Dropped, Some("duplicates"), one.duplicates);
    add(FateKind::Quarantined, None, quarantined);
    let report = SourceReport {
        source: spec.name.to_owned(),
        files: file_reports(&tables, inputs, &rows_read),
        rows_read: read,
        fates,
        flags: Vec::new(),
        quarantine: counts,
        columns: profiles(spec.name, &one.rows, source, &LocalClock::new(&config.time_zone()))?,
        coverage: None,
    };
    Ok((report, file))
}

/// The rows of a table, sorted by key.
struct OnePerKey {
    rows: RecordBatch,
    /// Rows that went into another of their key.
    merged: u64,
    /// Rows without a key that repeat another in every column.
    duplicates: u64,
}

fn one_per_key(spec: &TableSpec, staged: &RecordBatch, data: &[usize]) -> Result<OnePerKey, ShopError> {
    let schema = staged.schema();
    let keys: Vec<usize> = spec.key.iter().filter_map(|name| schema.index_of(name).ok()).collect();
    let of_key = converted(staged, if keys.is_empty() { data } else { &keys })?;
    let of_all = converted(staged, data)?;
    let keyed = |row: usize| keys.iter().any(|at| staged.column(*at).is_valid(row));
    let mut order: Vec<usize> = (0..staged.num_rows()).collect();
    order.sort_by(|a, b| {
        of_key.row(*a).cmp(&of_key.row(*b)).then_with(|| {
            // Without a key, only what is equal throughout comes together.
            if keyed(*a) { std::cmp::Ordering::Equal } else { of_all.row(*a).cmp(&of_all.row(*b)) }
        })
    });
    let mut groups: Vec<&[usize]> = Vec::new();
    let (mut merged, mut duplicates) = (0, 0);
    let same = |a: &usize, b: &usize| {
        of_key.row(*a) == of_key.row(*b) && (keyed(*a) || of_all.row(*a) == of_all.row(*b))
    };
    for group in order.chunk_by(same) {
        let more = group.len() as u64 - 1;
        if keyed(group[0]) {
            merged += more;
        } else {
            duplicates += more;
        }
        groups.push(group);
    }
    let columns = data
        .iter()
        .map(|at| merged_column(spec.merge, schema.field(*at).name(), staged.column(*at), &groups))
        .collect::<Result<Vec<_>, _>>()?;
    let fields: Vec<_> = data.iter().map(|at| schema.field(*at).clone()).collect();
    let rows = RecordBatch::try_new(SchemaRef::new(Schema::new(fields)), columns)?;
    Ok(OnePerKey { rows, merged, duplicates })
}

fn converted(staged: &RecordBatch, columns: &[usize]) -> Result<arrow::row::Rows, ShopError> {
    let columns: Vec<ArrayRef> = columns.iter().map(|at| staged.column(*at).clone()).collect();
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    Ok(RowConverter::new(fields)?.convert_columns(&columns)?)
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
            return Ok(std::sync::Arc::new(pages.collect::<Float64Array>()));
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

fn write_table(folder: &Path, spec: &TableSpec, rows: &RecordBatch) -> Result<TableFile, ShopError> {
    let folder = folder.join(TABLES_FOLDER);
    fs::create_dir_all(&folder).map_err(ShopError::io("creating", &folder))?;
    let path = folder.join(format!("{}.parquet", spec.name));
    write_parquet(&path, rows)?;
    Ok(TableFile { name: spec.name.to_owned(), rows: rows.num_rows() as u64 })
}

fn profiles(
    table: &str,
    rows: &RecordBatch,
    source: &TableSource<String>,
    clock: &LocalClock,
) -> Result<Vec<ColumnProfile>, ShopError> {
    let schema = rows.schema();
    let mapped = |name: &str| {
        source.columns.contains_key(name)
            || source.expressions.contains_key(name)
            || source.attributes.contains_key(name)
    };
    schema
        .fields()
        .iter()
        .zip(rows.columns())
        .filter(|(field, values)| mapped(field.name()) || values.null_count() < values.len())
        .map(|(field, values)| {
            let mut profiler = Profiler::new();
            profiler.observe(values)?;
            let name = field.name();
            let header = source.columns.get(name).or_else(|| source.attributes.get(name)).cloned();
            let mut profile = profiler.finish(name, header, clock);
            if table == "customers" && PERSONAL.contains(&name.as_str()) {
                profile.hide_values();
            }
            Ok(profile)
        })
        .collect()
}
