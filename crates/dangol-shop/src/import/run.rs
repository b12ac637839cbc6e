//! The import from beginning to end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;

use super::bucket::{Counts, Sorted, profiled_columns, sort_bucket};
use super::cleaning::Rules;
use super::further::import_table;
use super::inputs::{database_inputs, open_source};
use super::mapping::{Mapper, carried_columns, file_name, staged_schema};
use super::profile::Profiler;
use super::quarantine::{QuarantineWriter, Reason, Rejected};
use super::report::{Fate, FateKind, FileReport, Flag, QualityReport, SourceReport};
use super::spill::{Buckets, buckets_for};
use crate::config::{Config, TableSource};
use crate::error::{MappingError, ShopError};
use crate::order_lines::Canonical;
use crate::sources::{MalformedRow, ReadHints, SourceBatch, SourceFormat, SourceTable, expand};
use crate::store::{Incoming, InputFile, Manifest, PartFile, Store, Totals, write_parquet};
use crate::time::LocalClock;

/// What an import is doing, for showing progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Reading and mapping; in bytes of the source files.
    Reading {
        /// Bytes read.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Sorting and writing; in buckets.
    Sorting {
        /// Buckets written.
        done: u64,
        /// Buckets in all.
        total: u64,
    },
}

/// What became of a bucket: counts, parts with and without customers.
type Written = (Counts, Vec<PartFile>, Vec<PartFile>);

/// How an import ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A new snapshot is current.
    Imported(Box<Manifest>),
    /// The files and the configuration are those of the current snapshot; nothing was done.
    Unchanged(Box<Manifest>),
}

impl Outcome {
    /// The current snapshot's manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        match self {
            Self::Imported(manifest) | Self::Unchanged(manifest) => manifest,
        }
    }
}

/// Imports what `shop.toml` names into a new snapshot.
///
/// # Errors
/// [`ShopError`] where a file, the mapping, the disk or the store stand in the way, or where
/// no row could be used. The store is then as it was before.
pub fn import(config: &Config, progress: &(dyn Fn(Progress) + Sync)) -> Result<Outcome, ShopError> {
    let started = Instant::now();
    let source = config.sources.order_lines.as_ref().filter(|source| source.is_told());
    let source = source.ok_or_else(|| MappingError::NoSource { path: config.path() })?;
    let store = Store::of_shop(&config.folder);
    let incoming = store.begin()?;
    let paths = source_files(config, source)?;
    let mut all_paths = paths.clone();
    for (_, further) in config.sources.further() {
        for path in source_files(config, further)? {
            if !all_paths.contains(&path) {
                all_paths.push(path);
            }
        }
    }
    let configuration = configuration_hash(config);
    // What a database holds is known only after it was read.
    if !config.sources.name_databases()
        && let Some(manifest) = unchanged(&store, &configuration, &all_paths)?
    {
        return Ok(Outcome::Unchanged(Box::new(manifest)));
    }
    let tables = open_source(config, "order_lines", source, &paths)?;
    let hasher = hash_in_background(all_paths);

    let mut run = Run::new(config, source, &tables, incoming)?;
    run.read(&tables, progress)?;
    let inputs = hasher.join().unwrap_or_else(|_| Err(io_error(&config.folder, "reading")))?;
    let sorted = run.sort(progress)?;
    let manifest = run.finish(&tables, inputs, configuration, sorted, started)?;
    Ok(Outcome::Imported(Box::new(manifest)))
}

fn io_error(path: &Path, action: &'static str) -> ShopError {
    ShopError::io(action, path)(std::io::Error::other("interrupted"))
}

/// The files that `path` names, in order, each once.
pub(crate) fn source_files<C: Ord>(
    config: &Config,
    source: &TableSource<C>,
) -> Result<Vec<PathBuf>, ShopError> {
    let mut files = Vec::new();
    for path in source.path.as_slice() {
        let path = crate::config::expand_variables(path)?;
        for file in expand(&path, &config.folder)? {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    if files.len() > usize::from(u16::MAX) {
        return Err(MappingError::TooManyFiles { config: config.path(), found: files.len() }.into());
    }
    Ok(files)
}

pub(super) fn read_hints<C: Ord>(source: &TableSource<C>) -> ReadHints {
    ReadHints {
        format: source.format,
        encoding: source.encoding.clone(),
        delimiter: source.delimiter,
        quote: None,
        sheet: source.sheet.clone(),
        header_row: source.header_row,
    }
}

/// What decides the store's content besides the files: sources, cleaning, clock, version.
fn configuration_hash(config: &Config) -> String {
    let parts = serde_json::json!([
        config.sources,
        config.cleaning,
        config.shop.time_zone,
        env!("CARGO_PKG_VERSION"),
    ]);
    blake3::hash(parts.to_string().as_bytes()).to_hex().to_string()
}

/// The current manifest, if importing again would give the same.
fn unchanged(store: &Store, configuration: &str, paths: &[PathBuf]) -> Result<Option<Manifest>, ShopError> {
    let Some(name) = store.current()? else { return Ok(None) };
    // A damaged store is no reason to stop: the import replaces it.
    let Ok(manifest) = store.manifest(&name) else { return Ok(None) };
    if manifest.configuration != configuration || manifest.inputs.len() != paths.len() {
        return Ok(None);
    }
    for (path, input) in paths.iter().zip(&manifest.inputs) {
        let (bytes, modified) = size_and_time(path)?;
        if path.display().to_string() != input.path || bytes != input.bytes {
            return Ok(None);
        }
        if modified != input.modified && hash_file(path)? != input.blake3 {
            return Ok(None);
        }
    }
    Ok(Some(manifest))
}

fn size_and_time(path: &Path) -> Result<(u64, i128), ShopError> {
    let metadata = fs::metadata(path).map_err(ShopError::io("reading", path))?;
    let modified = metadata.modified().ok().and_then(|time| {
        time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_nanos() as i128)
    });
    Ok((metadata.len(), modified.unwrap_or(0)))
}

fn hash_file(path: &Path) -> Result<String, ShopError> {
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(ShopError::io("reading", path))?;
    hasher.update_reader(file).map_err(ShopError::io("reading", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Hashing needs no attention; it runs beside the import.
fn hash_in_background(paths: Vec<PathBuf>) -> std::thread::JoinHandle<Result<Vec<InputFile>, ShopError>> {
    std::thread::spawn(move || {
        paths
            .iter()
            .map(|path| {
                let (bytes, modified) = size_and_time(path)?;
                Ok(InputFile { path: path.display().to_string(), bytes, modified, blake3: hash_file(path)? })
            })
            .collect()
    })
}

/// The state of one import.
struct Run<'a> {
    config: &'a Config,
    source: &'a TableSource<Canonical>,
    incoming: Incoming,
    rules: Arc<Rules>,
    carried: Vec<Canonical>,
    mappers: Vec<Mapper>,
    buckets: Buckets,
    quarantine: Mutex<QuarantineWriter>,
    rows_read: Vec<AtomicU64>,
    has_clock: bool,
}

impl<'a> Run<'a> {
    fn new(
        config: &'a Config,
        source: &'a TableSource<Canonical>,
        tables: &[SourceTable],
        incoming: Incoming,
    ) -> Result<Self, ShopError> {
        let carried = carried_columns(source);
        let schema = staged_schema(&carried);
        let has_clock = super::mapping::has_clock(source, &tables[0])?;
        let has_line_id = source.columns.contains_key(&Canonical::LineId);
        let rules = Arc::new(Rules::new(config, &schema, has_clock || has_line_id)?);
        let mappers = tables
            .iter()
            .enumerate()
            .map(|(file, table)| Mapper::new(config, source, table, file as u16, rules.clone()))
            .collect::<Result<_, _>>()?;
        let rows: u64 = tables.iter().map(|table| table.rows_hint.unwrap_or(table.bytes / 100)).sum();
        let count = buckets_for(rows, config.engine.threads());
        let mut quarantine = QuarantineWriter::create(incoming.folder())?;
        quarantine.begin("order_lines", tables.iter().map(|table| file_name(&table.path)).collect());
        Ok(Self {
            buckets: Buckets::new(incoming.folder(), count, schema),
            quarantine: Mutex::new(quarantine),
            rows_read: tables.iter().map(|_| AtomicU64::new(0)).collect(),
            config,
            source,
            incoming,
            rules,
            carried,
            mappers,
            has_clock,
        })
    }

    /// Reads on this thread, maps on the others; a failure anywhere stops all.
    fn read(
        &mut self,
        tables: &[SourceTable],
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), ShopError> {
        let total: u64 = tables.iter().map(|table| table.bytes).sum();
        let workers = self.config.engine.threads();
        let (send, receive) = mpsc::sync_channel::<(usize, SourceBatch)>(2 * workers);
        let receive = Mutex::new(receive);
        let run = &*self;
        let failure: Mutex<Option<ShopError>> = Mutex::new(None);
        let fail = |error: ShopError| {
            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        };
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((file, batch)) = next else { break };
                        if let Err(error) = run.take_batch(file, &batch) {
                            fail(error);
                        }
                    }
                });
            }
            let mut before = 0;
            'files: for (file, table) in tables.iter().enumerate() {
                let reader = match table.read() {
                    Ok(reader) => reader,
                    Err(error) => {
                        fail(error.into());
                        break;
                    }
                };
                for batch in reader {
                    let stop = failure.lock().unwrap_or_else(PoisonError::into_inner).is_some();
                    match batch {
                        Ok(batch) if !stop => {
                            progress(Progress::Reading { done: before + batch.bytes_read, total });
                            if send.send((file, batch)).is_err() {
                                break 'files;
                            }
                        }
                        Ok(_) => break 'files,
                        Err(error) => {
                            fail(error.into());
                            break 'files;
                        }
                    }
                }
                before += table.bytes;
            }
            drop(send);
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn take_batch(&self, file: usize, batch: &SourceBatch) -> Result<(), ShopError> {
        let rows = (batch.rows.num_rows() + batch.malformed.len()) as u64;
        self.rows_read[file].fetch_add(rows, Ordering::Relaxed);
        let mapped = self.mappers[file].map(batch)?;
        let mut rejected = mapped.rejected;
        rejected.extend(batch.malformed.iter().map(|row| malformed_row(file as u16, row)));
        if !rejected.is_empty() {
            self.quarantine.lock().unwrap_or_else(PoisonError::into_inner).write(&rejected)?;
        }
        self.buckets.push(&mapped.rows)
    }

    /// Sorts and writes the buckets, each on one thread.
    fn sort(&self, progress: &(dyn Fn(Progress) + Sync)) -> Result<Vec<Written>, ShopError> {
        let folder = self.incoming.folder().join("order_lines");
        fs::create_dir(&folder).map_err(ShopError::io("creating", &folder))?;
        let now = jiff::Timestamp::now().as_microsecond();
        let next = AtomicUsize::new(0);
        let done = AtomicU64::new(0);
        let total = self.buckets.len() as u64;
        let results: Mutex<Vec<(usize, Result<Written, ShopError>)>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.config.engine.threads().min(self.buckets.len()) {
                scope.spawn(|| {
                    loop {
                        let bucket = next.fetch_add(1, Ordering::Relaxed);
                        if bucket >= self.buckets.len() {
                            break;
                        }
                        let written = self.sort_one(bucket, &folder, now);
                        let failed = written.is_err();
                        results.lock().unwrap_or_else(PoisonError::into_inner).push((bucket, written));
                        if failed {
                            next.store(self.buckets.len(), Ordering::Relaxed);
                        }
                        progress(Progress::Sorting { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        // In the order of the buckets, so that sums do not depend on the threads.
        results.sort_by_key(|(bucket, _)| *bucket);
        results.into_iter().map(|(_, written)| written).collect()
    }

    fn sort_one(&self, bucket: usize, folder: &Path, now: i64) -> Result<Written, ShopError> {
        let rows = self.buckets.take(bucket)?;
        let Sorted { known, unknown, counts } =
            sort_bucket(bucket, &rows, &self.carried, &self.rules, self.mappers.len(), now)?;
        drop(rows);
        let write = |prefix: &str, rows: &RecordBatch| -> Result<Vec<PartFile>, ShopError> {
            if rows.num_rows() == 0 {
                return Ok(Vec::new());
            }
            Ok(vec![write_part(folder, &format!("{prefix}-{bucket:04}.parquet"), rows)?])
        };
        let parts = write("part", &known)?;
        let unknown_parts = write("unknown", &unknown)?;
        Ok((counts, parts, unknown_parts))
    }

    /// Adds everything up and puts the snapshot in place.
    fn finish(
        self,
        tables: &[SourceTable],
        mut inputs: Vec<InputFile>,
        configuration: String,
        sorted: Vec<(Counts, Vec<PartFile>, Vec<PartFile>)>,
        started: Instant,
    ) -> Result<Manifest, ShopError> {
        let mut writer = self.quarantine.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (quarantined, quarantine) = writer.end();
        let mut parts = Vec::new();
        let mut unknown_parts = Vec::new();
        let mut sum = Counts { dropped: vec![0; self.rules.names().len()], ..Counts::default() };
        sum.profiles = vec![Profiler::new(); profiled_columns(&self.carried).len()];
        for (counts, known, unknown) in sorted {
            add_up(&mut sum, counts);
            parts.extend(known);
            unknown_parts.extend(unknown);
        }
        let rows_read: Vec<u64> = self.rows_read.iter().map(|rows| rows.load(Ordering::Relaxed)).collect();
        let fates = fates(&sum, self.rules.names(), quarantined);
        let read: u64 = rows_read.iter().sum();
        let top_reason = quarantine.first().map(|count| {
            let column = if count.column.is_empty() { String::new() } else { format!("{} ", count.column) };
            format!(
                "{column}`{}` {} ({}:{})",
                count.sample.value,
                count.reason.words().0,
                count.sample.file,
                count.sample.line
            )
        });
        let what = tables.iter().map(|table| file_name(&table.path)).collect::<Vec<_>>().join(", ");
        if sum.kept == 0 {
            let reason = top_reason.unwrap_or_else(|| match read {
                0 => "there are no rows below the header".into(),
                _ => "the rules of [cleaning] drop every row".into(),
            });
            return Err(ShopError::NothingUsable { rows_read: read, what, reason });
        }
        if sum.customers == 0 {
            let reason =
                "no row has a customer who bought something; check the column mapped to customer_id".into();
            return Err(ShopError::NothingUsable { rows_read: read, what, reason });
        }
        let clock = LocalClock::new(&self.config.time_zone());
        let columns: Vec<_> = profiled_columns(&self.carried)
            .into_iter()
            .zip(std::mem::take(&mut sum.profiles))
            .map(|((name, _), profiler)| {
                let header = self.source.columns.iter().find(|(column, _)| column.name() == name);
                profiler.finish(name, header.map(|(_, header)| header.clone()), &clock)
            })
            .collect();
        let has = |name: &str| columns.iter().any(|column| column.column == name && column.distinct > 0);
        let totals = Totals {
            order_lines: sum.kept,
            order_lines_without_customer: sum.flags.get("missing_customer").copied().unwrap_or(0),
            not_purchases: sum.not_purchases,
            orders: sum.orders,
            customers: sum.customers,
            revenue: sum.customer_revenue,
            first_at: sum.first_at,
            last_at: sum.last_at,
            has_clock: self.has_clock,
            has_amounts: has("net_revenue"),
            dimensions: ["country", "sales_platform", "category"]
                .into_iter()
                .filter(|name| has(name))
                .map(str::to_owned)
                .collect(),
        };
        let mut flags: Vec<Flag> =
            sum.flags.iter().map(|(flag, rows)| Flag { flag: (*flag).to_owned(), rows: *rows }).collect();
        flags.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.flag.cmp(&b.flag)));
        let mut sources = vec![SourceReport {
            source: "order_lines".into(),
            files: file_reports(tables, &inputs, &rows_read),
            rows_read: read,
            fates,
            flags,
            quarantine,
            columns,
            coverage: sum.days.coverage(),
        }];
        let mut further = Vec::new();
        for (spec, source) in self.config.sources.further() {
            let (report, file) =
                import_table(self.config, spec, source, self.incoming.folder(), &mut writer, &inputs)?;
            sources.push(report);
            further.push(file);
        }
        writer.finish()?;
        inputs.extend(database_inputs(&sources));
        let report = QualityReport {
            snapshot: self.incoming.name()?,
            imported_at: jiff::Timestamp::now().to_string(),
            seconds: started.elapsed().as_secs_f64(),
            sources,
        };
        let manifest = Manifest {
            store_version: crate::store::STORE_VERSION,
            written_by: env!("CARGO_PKG_VERSION").into(),
            configuration,
            inputs,
            parts,
            unknown_parts,
            tables: further,
            totals,
            report,
        };
        self.incoming.commit(&manifest)?;
        Ok(manifest)
    }
}

pub(super) fn malformed_row(file: u16, row: &MalformedRow) -> Rejected {
    Rejected {
        file,
        line: row.line,
        column: "",
        value: row.reason.to_string(),
        reason: Reason::from_code(row.reason.code()).unwrap_or(Reason::BadEncoding),
        row: serde_json::json!({ "": row.raw }).to_string(),
    }
}

fn write_part(folder: &Path, name: &str, rows: &RecordBatch) -> Result<PartFile, ShopError> {
    let path = folder.join(name);
    let bytes = write_parquet(&path, rows)?;
    let keys = rows.column(0).as_primitive::<Int32Type>();
    let ends = keys.iter().flatten().next().zip(keys.iter().flatten().next_back());
    let (first_key, last_key) = ends.unwrap_or((0, 0));
    Ok(PartFile { name: name.to_owned(), rows: rows.num_rows() as u64, bytes, first_key, last_key })
}

fn add_up(sum: &mut Counts, part: Counts) {
    sum.kept += part.kept;
    sum.duplicates_dropped += part.duplicates_dropped;
    sum.already_present += part.already_present;
    sum.replaced += part.replaced;
    for (to, from) in sum.dropped.iter_mut().zip(&part.dropped) {
        *to += from;
    }
    for (flag, rows) in part.flags {
        *sum.flags.entry(flag).or_insert(0) += rows;
    }
    sum.customers += part.customers;
    sum.orders += part.orders;
    sum.customer_revenue += part.customer_revenue;
    sum.not_purchases += part.not_purchases;
    sum.first_at = [sum.first_at, part.first_at].into_iter().flatten().min();
    sum.last_at = [sum.last_at, part.last_at].into_iter().flatten().max();
    for (to, from) in sum.profiles.iter_mut().zip(part.profiles) {
        to.merge(from);
    }
    sum.days.merge(&part.days);
}

fn fates(sum: &Counts, rules: &[String], quarantined: u64) -> Vec<Fate> {
    let mut fates = vec![Fate { fate: FateKind::Kept, rule: None, rows: sum.kept }];
    let mut add = |fate, rule: Option<&str>, rows| {
        if rows > 0 {
            fates.push(Fate { fate, rule: rule.map(str::to_owned), rows });
        }
    };
    add(FateKind::Dropped, Some("duplicates"), sum.duplicates_dropped);
    for (rule, rows) in rules.iter().zip(&sum.dropped) {
        add(FateKind::Dropped, Some(rule), *rows);
    }
    add(FateKind::AlreadyPresent, None, sum.already_present);
    add(FateKind::Replaced, None, sum.replaced);
    add(FateKind::Quarantined, None, quarantined);
    fates
}

pub(super) fn file_reports(
    tables: &[SourceTable],
    inputs: &[InputFile],
    rows_read: &[u64],
) -> Vec<FileReport> {
    tables
        .iter()
        .zip(rows_read)
        .map(|(table, rows_read)| {
            let path = table.path.display().to_string();
            let file = inputs.iter().find(|input| input.path == path);
            let (encoding, delimiter, sheet, query) = match &table.format {
                SourceFormat::Csv { encoding, separator, .. } => {
                    let name = if encoding.name() == "EUC-KR" { "CP949" } else { encoding.name() };
                    (Some(name.to_owned()), Some(separator.to_string()), None, None)
                }
                SourceFormat::Excel { sheet, .. } => (None, None, Some(sheet.clone()), None),
                SourceFormat::Parquet { .. } => (None, None, None, None),
                SourceFormat::Database { statement, .. } => (None, None, None, Some(statement.clone())),
            };
            let (bytes, blake3) = match (table.content(), file) {
                (Some(content), _) => (content.bytes, content.blake3),
                (None, Some(file)) => (file.bytes, file.blake3.clone()),
                (None, None) => (table.bytes, String::new()),
            };
            FileReport {
                path,
                bytes,
                blake3,
                format: table.format.name().to_owned(),
                encoding,
                delimiter,
                sheet,
                query,
                rows_read: *rows_read,
            }
        })
        .collect()
}
