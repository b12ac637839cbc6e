//! The tables beside `order_lines`: read, mapped, rows of one key made one, written.
//!
//! However many rows there are, few are in memory: they are sorted by their key (`in_order`), and what has one key then
//! stands together (`one_per_key`).

mod in_order;
mod one_per_key;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, PrimitiveArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Int64Type, Schema, SchemaRef, UInt16Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;

use self::in_order::InOrder;
use self::one_per_key::OnePerKey;
use super::before::Before;
use super::compare::TableComparison;
use super::examples::EXAMPLES;
use super::files::{Files, absences, columns_of_all, file_reports, left_out_parts};
use super::joins::{Joined, open_source};
use super::mapping::{FURTHER_STAGED, FurtherMapper};
use super::profile::{ColumnProfile, Profiler};
use super::quarantine::QuarantineWriter;
use super::report::{Fate, FateKind, MixedCurrencies, Sample, SourceReport};
use super::run::malformed_row;
use super::test_accounts::TestAccounts;
use crate::config::{Config, TableSource};
use crate::error::ShopError;
use crate::sources::{LeftOut, SourceTable};
use crate::store::{InputFile, TABLES_FOLDER, TableFile, parquet_error, writer_properties};
use crate::tables::{PERSONAL, TableSpec};
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
    let names: Vec<String> = tables.iter().map(SourceTable::name).collect();
    quarantine.begin(spec.name, names.clone());
    let mut staged = InOrder::new(spec, mappers[0].schema(), folder, memory(config))?;
    let mut theirs = Taken::default();
    let mut rows_read = vec![0; tables.len()];
    let mut used = 0;
    for (file, (table, mapper)) in tables.iter().zip(&mappers).enumerate() {
        for batch in table.read()? {
            let batch = batch?;
            rows_read[file] +=
                batch.rows.num_rows() as u64 * mapper.rows_per_row() + batch.malformed.len() as u64;
            let mapped = mapper.map(&batch)?;
            let mut rejected = mapped.rejected;
            rejected.extend(batch.malformed.iter().map(|row| malformed_row(file as u16, row)));
            quarantine.write(&rejected)?;
            used += mapped.rows.num_rows() as u64;
            let (ours, of_test_accounts) = test_accounts.split(&mapped.rows)?;
            theirs.add(spec, &of_test_accounts, 0..of_test_accounts.num_rows());
            staged.push(&ours)?;
        }
    }
    let (quarantined, counts) = quarantine.end();
    let read: u64 = rows_read.iter().sum();
    if read > 0 && used == 0 {
        let what = names.join(", ");
        let reason = counts.first().map_or_else(String::new, |count| {
            let sample = &count.sample;
            let (column, value, why) = (&count.column, &sample.value, count.reason.words().0);
            format!("{column} `{value}` {why} ({}:{})", sample.file, sample.line)
        });
        return Err(ShopError::NothingUsable { rows_read: read, what, reason });
    }

    let schema = stored_schema(mappers[0].schema());
    let before_of = before
        .and_then(|before| Some((before.manifest.report.snapshot.as_str(), before.table(spec.name)?)))
        .and_then(|(snapshot, file)| {
            let comparison = TableComparison::begin(spec, &schema, &file, (folder, used)).transpose()?;
            Some(comparison.map(|comparison| (snapshot, comparison)))
        })
        .transpose()?;
    let mut written = TableWriter::create(folder, spec, &schema)?;
    let mut profilers = vec![Profiler::new(); schema.fields().len()];
    let (mut merged, mut duplicates) = (Taken::default(), Taken::default());
    let mut rows_kept = vec![0; tables.len()];
    for chunk in OnePerKey::new(spec, staged.sorted()) {
        let chunk = chunk?;
        merged.add(spec, &chunk.staged, chunk.merged);
        duplicates.add(spec, &chunk.staged, chunk.duplicates);
        for file in places(&chunk.rows).0.values() {
            rows_kept[usize::from(*file)] += 1;
        }
        let stored: Vec<usize> = (0..schema.fields().len()).collect();
        let rows = chunk.rows.project(&stored)?;
        for (profiler, values) in profilers.iter_mut().zip(rows.columns()) {
            profiler.observe(values)?;
        }
        if let Some((_, comparison)) = &before_of {
            comparison.add(&rows)?;
        }
        written.write(&rows)?;
    }
    let table = written.finish()?;
    if table.rows == 0 {
        // What the columns are is known all the same.
        for (profiler, values) in profilers.iter_mut().zip(RecordBatch::new_empty(schema.clone()).columns()) {
            profiler.observe(values)?;
        }
    }
    let since = before_of.map(|(snapshot, comparison)| comparison.finish(snapshot)).transpose()?;
    let mut fates = vec![Fate::kept(table.rows)];
    let mut add = |fate, rule: Option<&str>, taken: Taken| {
        if taken.rows > 0 {
            let rows = taken.rows;
            fates.push(Fate { fate, rule: rule.map(str::to_owned), rows, examples: taken.samples(&names) });
        }
    };
    add(FateKind::Merged, None, merged);
    add(FateKind::Dropped, Some("duplicates"), duplicates);
    add(FateKind::Dropped, Some("test_accounts"), theirs);
    add(FateKind::Quarantined, None, Taken { rows: quarantined, first: Vec::new() });
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
        columns: profiles(spec, &schema, profilers, source, &mappers, &LocalClock::new(&config.time_zone())),
        coverage: None,
        joins: joined.iter().map(Joined::report).collect(),
        absent: absences(&tables, mappers.iter().map(FurtherMapper::absent)),
        left_out: left_out_parts(&left_out),
        mixed_currencies: [
            MixedCurrencies::of(mappers.iter().map(FurtherMapper::signs)),
            MixedCurrencies::told(mappers.iter().map(|mapper| &mapper.told_currencies)),
        ]
        .concat(),
        other_customers: None,
    };
    Ok((report, table))
}

/// Bytes that the rows of a table may take while they are sorted.
fn memory(config: &Config) -> usize {
    (config.engine.memory_mb << 20) / 2
}

/// The staged columns that are stored.
fn stored_schema(staged: &SchemaRef) -> SchemaRef {
    let data = staged.fields().len() - FURTHER_STAGED.len();
    SchemaRef::new(Schema::new(staged.fields().iter().take(data).cloned().collect::<Vec<_>>()))
}

/// File and line of staged rows, whatever stands behind them.
fn places(staged: &RecordBatch) -> (&PrimitiveArray<UInt16Type>, &PrimitiveArray<Int64Type>) {
    let [file, line] = FURTHER_STAGED.map(|name| {
        // Each staged batch has them.
        staged.schema().index_of(name).expect("a staged column")
    });
    (staged.column(file).as_primitive(), staged.column(line).as_primitive())
}

/// Rows that something took: how many, and where the first stand.
#[derive(Debug, Default)]
struct Taken {
    rows: u64,
    /// File, line, and what tells the row apart.
    first: Vec<(u16, i64, String)>,
}

impl Taken {
    fn add(&mut self, spec: &TableSpec, staged: &RecordBatch, rows: impl IntoIterator<Item = usize>) {
        let (file, line) = places(staged);
        let rows: Vec<usize> = rows.into_iter().collect();
        self.rows += rows.len() as u64;
        let mut found: Vec<(u16, i64, usize)> =
            rows.into_iter().map(|row| (file.value(row), line.value(row), row)).collect();
        found.sort_unstable();
        found.truncate(EXAMPLES);
        if self.first.len() == EXAMPLES
            && let Some(last) = self.first.last()
        {
            found.retain(|(file, line, _)| (*file, *line) < (last.0, last.1));
        }
        self.first
            .extend(found.into_iter().map(|(file, line, row)| (file, line, described(spec, staged, row))));
        self.first.sort();
        self.first.truncate(EXAMPLES);
    }

    fn samples(self, files: &[String]) -> Vec<Sample> {
        let samples = self.first.into_iter();
        samples
            .map(|(file, line, value)| Sample {
                file: files[usize::from(file)].clone(),
                line: line as u64,
                value,
            })
            .collect()
    }
}

/// What tells a row apart.
fn described(spec: &TableSpec, staged: &RecordBatch, row: usize) -> String {
    let told = if spec.key.is_empty() { &[spec.columns[0].name][..] } else { spec.key };
    let options = FormatOptions::default();
    let cells = told.iter().filter_map(|name| {
        let format = ArrayFormatter::try_new(staged.column_by_name(name)?, &options).ok()?;
        Some(format.value(row).to_string())
    });
    cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
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

/// A table's rows, one for each key, before any rule; in memory.
pub(super) fn rows_of_table(
    config: &Config,
    spec: &'static TableSpec,
    source: &TableSource<String>,
) -> Result<RecordBatch, ShopError> {
    let Opened { tables, mappers, .. } = Opened::of(config, spec, source)?;
    let schema = stored_schema(mappers[0].schema());
    let stored: Vec<usize> = (0..schema.fields().len()).collect();
    let mut staged = InOrder::new(spec, mappers[0].schema(), &std::env::temp_dir(), memory(config))?;
    for (table, mapper) in tables.iter().zip(&mappers) {
        for batch in table.read()? {
            // What does not parse is told when the table itself is imported.
            staged.push(&mapper.map(&batch?)?.rows)?;
        }
    }
    let chunks = OnePerKey::new(spec, staged.sorted()).map(|chunk| Ok(chunk?.rows.project(&stored)?));
    Ok(concat_batches(&schema, &chunks.collect::<Result<Vec<_>, ShopError>>()?)?)
}

/// The file of a table, on its way.
struct TableWriter {
    spec: &'static TableSpec,
    path: PathBuf,
    file: ArrowWriter<File>,
    rows: u64,
}

impl TableWriter {
    fn create(folder: &Path, spec: &'static TableSpec, schema: &SchemaRef) -> Result<Self, ShopError> {
        let folder = folder.join(TABLES_FOLDER);
        fs::create_dir_all(&folder).map_err(ShopError::io("creating", &folder))?;
        let path = folder.join(format!("{}.parquet", spec.name));
        let file = File::create(&path).map_err(ShopError::io("writing", &path))?;
        let file = ArrowWriter::try_new(file, schema.clone(), Some(writer_properties()))
            .map_err(parquet_error(&path))?;
        Ok(Self { spec, path, file, rows: 0 })
    }

    fn write(&mut self, rows: &RecordBatch) -> Result<(), ShopError> {
        self.rows += rows.num_rows() as u64;
        self.file.write(rows).map_err(parquet_error(&self.path))
    }

    fn finish(self) -> Result<TableFile, ShopError> {
        let file = self.file.into_inner().map_err(parquet_error(&self.path))?;
        file.sync_data().map_err(ShopError::io("writing", &self.path))?;
        Ok(TableFile { name: self.spec.name.to_owned(), rows: self.rows })
    }
}

fn profiles(
    spec: &TableSpec,
    schema: &SchemaRef,
    profilers: Vec<Profiler>,
    source: &TableSource<String>,
    mappers: &[FurtherMapper],
    clock: &LocalClock,
) -> Vec<ColumnProfile> {
    let mapped = |name: &str| {
        source.columns.contains_key(name)
            || source.expressions.contains_key(name)
            || source.attributes.contains_key(name)
    };
    schema
        .fields()
        .iter()
        .zip(profilers)
        .filter(|(field, profiler)| mapped(field.name()) || profiler.has_values())
        .map(|(field, profiler)| {
            let name = field.name();
            let header = source.columns.get(name).or_else(|| source.attributes.get(name)).cloned();
            let mut profile = profiler.finish(name, header, clock);
            profile.unreadable = mappers.iter().map(|mapper| mapper.unreadable(name)).sum();
            if spec.name == "customers" && PERSONAL.contains(&name.as_str()) {
                profile.hide_values();
            }
            profile
        })
        .collect()
}
