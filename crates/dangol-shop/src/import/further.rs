//! The tables beside `order_lines`: read, mapped, rows of one key made one, written.
//!
//! These tables are small beside the order lines, and each is held in memory while it is made.

use std::fs;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Float64Type, Int64Type, Schema, SchemaRef, TimestampMicrosecondType, UInt16Type};
use arrow::row::{RowConverter, SortField};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::before::Before;
use super::compare::compare_table;
use super::examples::EXAMPLES;
use super::files::{Files, absences, columns_of_all, file_reports, left_out_parts};
use super::joins::{Joined, open_source};
use super::mapping::{FURTHER_STAGED, FurtherMapper};
use super::profile::{ColumnProfile, Profiler};
use super::quarantine::QuarantineWriter;
use super::report::{Fate, FateKind, Sample, SourceReport};
use super::run::malformed_row;
use super::test_accounts::TestAccounts;
use crate::config::{Config, TableSource};
use crate::error::ShopError;
use crate::sources::{LeftOut, SourceTable};
use crate::store::{InputFile, TABLES_FOLDER, TableFile, write_parquet};
use crate::tables::{Merge, PERSONAL, STAGES, TableSpec};
use crate::time::LocalClock;

/// The import that a table is part of.
pub(super) struct Around<'a> {
    pub(super) config: &'a Config,
    /// The snapshot's.
    pub(super) folder: &'a Path,
    pub(super) inputs: &'a [InputFile],
    pub(super) test_accounts: &'a TestAccounts,
    pub(super) before: Option<&'a Before>,
}

/// Imports one table into the snapshot's folder.
pub(super) fn import_table(
    around: &Around<'_>,
    spec: &'static TableSpec,
    source: &TableSource<String>,
    quarantine: &mut QuarantineWriter,
) -> Result<(SourceReport, TableFile), ShopError> {
    let Around { config, folder, inputs, test_accounts, before } = *around;
    let Opened { tables, left_out, joined, mappers } = Opened::of(config, spec, source)?;
    quarantine.begin(spec.name, tables.iter().map(SourceTable::name).collect());
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
        let what = tables.iter().map(SourceTable::name).collect::<Vec<_>>().join(", ");
        let reason = counts.first().map_or_else(String::new, |count| {
            let sample = &count.sample;
            let (column, value, why) = (&count.column, &sample.value, count.reason.words().0);
            format!("{column} `{value}` {why} ({}:{})", sample.file, sample.line)
        });
        return Err(ShopError::NothingUsable { rows_read: read, what, reason });
    }

    let names: Vec<String> = tables.iter().map(SourceTable::name).collect();
    let (staged, theirs) = test_accounts.split(&staged)?;
    let of_test_accounts = used - staged.num_rows() as u64;
    let one = one_per_key(spec, &staged)?;
    let since = match before
        .and_then(|before| Some((before.manifest.report.snapshot.as_str(), before.table(spec.name)?)))
    {
        Some((snapshot, file)) => compare_table(spec, &one.rows, (snapshot, &file), folder)?,
        None => None,
    };
    let table = write_table(folder, spec, &one.rows)?;
    let mut fates = vec![Fate::kept(one.rows.num_rows() as u64)];
    let mut add = |fate, rule: Option<&str>, rows, examples| {
        if rows > 0 {
            fates.push(Fate { fate, rule: rule.map(str::to_owned), rows, examples });
        }
    };
    let examples = |staged: &RecordBatch, rows: &[usize]| examples(spec, staged, rows, &names);
    add(FateKind::Merged, None, one.merged.len() as u64, examples(&staged, &one.merged));
    add(
        FateKind::Dropped,
        Some("duplicates"),
        one.duplicates.len() as u64,
        examples(&staged, &one.duplicates),
    );
    let all: Vec<usize> = (0..theirs.num_rows()).collect();
    add(FateKind::Dropped, Some("test_accounts"), of_test_accounts, examples(&theirs, &all));
    add(FateKind::Quarantined, None, quarantined, Vec::new());
    let file = |row: &usize| {
        let files = staged.column(staged.num_columns() - FURTHER_STAGED.len()).as_primitive::<UInt16Type>();
        usize::from(files.value(*row))
    };
    let mut rows_kept = vec![0; tables.len()];
    for row in &one.standing {
        rows_kept[file(row)] += 1;
    }
    let report = SourceReport {
        source: spec.name.to_owned(),
        since,
        gone_files: before.map_or_else(Vec::new, |before| before.gone_of(spec.name)),
        files: file_reports(&tables, inputs, &rows_read, &rows_kept),
        rows_read: read,
        fates,
        flags: Vec::new(),
        outliers: Vec::new(),
        quarantine: counts,
        columns: profiles(spec.name, &one.rows, source, &mappers, &LocalClock::new(&config.time_zone()))?,
        coverage: None,
        joins: joined.iter().map(Joined::report).collect(),
        absent: absences(&tables, mappers.iter().map(FurtherMapper::absent)),
        left_out: left_out_parts(&left_out),
    };
    Ok((report, table))
}

/// The files of a table, and what maps their rows.
struct Opened {
    tables: Vec<SourceTable>,
    left_out: Vec<LeftOut>,
    joined: Vec<Joined>,
    mappers: Vec<FurtherMapper>,
}

impl Opened {
    fn of(
        config: &Config,
        spec: &'static TableSpec,
        source: &TableSource<String>,
    ) -> Result<Self, ShopError> {
        let (Files { tables, left_out }, joined) = open_source(config, spec.name, source)?;
        let all = columns_of_all(&tables);
        let mut mappers = tables
            .iter()
            .enumerate()
            .map(|(file, table)| FurtherMapper::new(config, spec, source, table, &all, file as u16))
            .collect::<Result<Vec<_>, _>>()?;
        FurtherMapper::agree(&mut mappers);
        Ok(Self { tables, left_out, joined, mappers })
    }
}

/// A table's rows, one for each key, before any rule.
pub(super) fn rows_of_table(
    config: &Config,
    spec: &'static TableSpec,
    source: &TableSource<String>,
) -> Result<RecordBatch, ShopError> {
    let Opened { tables, mappers, .. } = Opened::of(config, spec, source)?;
    let mut batches = Vec::new();
    for (table, mapper) in tables.iter().zip(&mappers) {
        for batch in table.read()? {
            // What does not parse is told when the table itself is imported.
            batches.push(mapper.map(&batch?)?.rows);
        }
    }
    Ok(one_per_key(spec, &concat_batches(mappers[0].schema(), &batches)?)?.rows)
}

/// The rows of a table, sorted by key.
struct OnePerKey {
    rows: RecordBatch,
    /// For each of them the last row that went into it.
    standing: Vec<usize>,
    /// Rows that went into another of their key.
    merged: Vec<usize>,
    /// Rows without a key that repeat another in every column.
    duplicates: Vec<usize>,
}

/// Where the first of some rows stand, with what tells them apart.
fn examples(spec: &TableSpec, staged: &RecordBatch, rows: &[usize], files: &[String]) -> Vec<Sample> {
    let columns = staged.num_columns();
    let file = staged.column(columns - 2).as_primitive::<UInt16Type>();
    let line = staged.column(columns - 1).as_primitive::<Int64Type>();
    let mut rows: Vec<(u16, i64, usize)> =
        rows.iter().map(|row| (file.value(*row), line.value(*row), *row)).collect();
    rows.sort_unstable();
    let told = if spec.key.is_empty() { &[spec.columns[0].name][..] } else { spec.key };
    let options = FormatOptions::default();
    let describe = |row: usize| {
        let cells = told.iter().filter_map(|name| {
            let format = ArrayFormatter::try_new(staged.column_by_name(name)?, &options).ok()?;
            Some(format.value(row).to_string())
        });
        cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    rows.into_iter()
        .take(EXAMPLES)
        .map(|(file, line, row)| Sample {
            file: files[usize::from(file)].clone(),
            line: line as u64,
            value: describe(row),
        })
        .collect()
}

fn one_per_key(spec: &TableSpec, staged: &RecordBatch) -> Result<OnePerKey, ShopError> {
    let schema = staged.schema();
    let data: Vec<usize> = (0..schema.fields().len() - FURTHER_STAGED.len()).collect();
    let data = data.as_slice();
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
    let (mut standing, mut merged, mut duplicates) = (Vec::new(), Vec::new(), Vec::new());
    let same = |a: &usize, b: &usize| {
        of_key.row(*a) == of_key.row(*b) && (keyed(*a) || of_all.row(*a) == of_all.row(*b))
    };
    for group in order.chunk_by(same) {
        let Some((last, more)) = group.split_last() else { continue };
        if keyed(*last) {
            standing.push(*last);
            merged.extend_from_slice(more);
        } else {
            standing.push(group[0]);
            duplicates.extend_from_slice(&group[1..]);
        }
        groups.push(group);
    }
    let columns = data
        .iter()
        .map(|at| merged_column(spec.merge, schema.field(*at).name(), staged.column(*at), &groups))
        .collect::<Result<Vec<_>, _>>()?;
    let fields: Vec<_> = data.iter().map(|at| schema.field(*at).clone()).collect();
    let rows = RecordBatch::try_new(SchemaRef::new(Schema::new(fields)), columns)?;
    Ok(OnePerKey { rows, standing, merged, duplicates })
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
    mappers: &[FurtherMapper],
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
            profile.unreadable = mappers.iter().map(|mapper| mapper.unreadable(name)).sum();
            if table == "customers" && PERSONAL.contains(&name.as_str()) {
                profile.hide_values();
            }
            Ok(profile)
        })
        .collect()
}
