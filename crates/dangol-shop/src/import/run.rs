//! The import from beginning to end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;

use super::before::{Before, from_shop};
use super::bucket::{Bucket, Cleaning, Counts, customers_of, profiled_columns, sorted};
use super::cleaning::Rules;
use super::compare::{Comparison, Side};
use super::examples::Took;
use super::files::{Files, absences, columns_of_all, file_reports, left_out_parts};
use super::further::{Around, import_table};
use super::inputs::{
    SourceFiles, configuration_hash, database_inputs, hash_in_background, missing_files, unchanged,
};
use super::joins::{Joined, open_source};
use super::mapping::{Mapper, carried_columns, staged, staged_schema};
use super::outliers::Limits;
use super::owner::{check_owner, owner};
use super::profile::Profiler;
use super::quarantine::{QuarantineWriter, Reason, Rejected};
use super::reassigned::{Disputed, Noted, Reassigned};
use super::report::{Flag, JoinReport, MixedCurrencies, QualityReport, SourceReport};
use super::spill::{Buckets, buckets_for, is_shared};
use super::sums::{add_up, fates};
use super::test_accounts::TestAccounts;
use crate::config::{Config, TableSource};
use crate::error::{MappingError, ShopError};
use crate::order_lines::Canonical;
use crate::sources::{MalformedRow, ReadHints, SheetChoice, SourceBatch, SourceTable};
use crate::store::{
    CUSTOMERS_FOLDER, InputFile, LINES_FOLDER, Manifest, PartFile, Store, Syncing, Totals, write_parquet,
};
use crate::time::LocalClock;

/// What an import is doing, for showing progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Fetching objects of stores; in bytes.
    Fetching {
        /// Bytes fetched.
        done: u64,
        /// Bytes in all, as far as the stores say.
        total: u64,
    },
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

/// What became of a bucket.
struct Written {
    counts: Counts,
    /// Lines of known customers, the customers, and lines without one: a file of each that there are.
    known: Vec<PartFile>,
    customers: Vec<PartFile>,
    unknown: Vec<PartFile>,
}

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

/// What an import may do without asking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Take the rows of files that are not there any more out of the store.
    pub missing_files: bool,
    /// Put this shop in the place of another, to which the store belongs.
    pub other_shop: bool,
}

/// Imports what `shop.toml` names into a new snapshot.
///
/// # Errors
/// [`ShopError`] where a file, the mapping, the disk or the store stand in the way, where
/// no row could be used, where the store belongs to another shop, or where a file of the last import is gone. The store is
/// then as it was before.
pub fn import(config: &Config, progress: &(dyn Fn(Progress) + Sync)) -> Result<Outcome, ShopError> {
    import_with(config, Allowed::default(), progress)
}

/// Imports what `shop.toml` names into a new snapshot.
///
/// # Errors
/// As [`import`], as far as it is not allowed.
pub fn import_with(
    config: &Config,
    allowed: Allowed,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, ShopError> {
    let started = Instant::now();
    config.sources.order_lines.as_ref().ok_or_else(|| MappingError::NoSource { path: config.path() })?;
    let store = Store::of_shop(&config.folder);
    let incoming = store.begin()?;
    let config = &config.for_run(incoming.folder().parent().map(Path::to_owned));
    let config = &without_missing(config, &store)?;
    let sources = SourceFiles::find(config)?;
    // What a database holds is known only after it was read.
    if !config.sources.name_databases()
        && let Some(manifest) =
            unchanged(&store, (&config.shop.name, &configuration_hash(config)), &sources.all, &config.remote)?
    {
        return Ok(Outcome::Unchanged(Box::new(manifest)));
    }
    let before = before(config, &store, &sources, allowed)?;
    if let Some(before) = before.as_ref().filter(|before| !before.gone.is_empty() && !allowed.missing_files) {
        let files = before.gone.iter().map(|(_, file)| (file.path.clone(), file.rows_kept)).collect();
        return Err(ShopError::FilesGone { files });
    }
    let place = Place { folder: incoming.folder().to_path_buf(), snapshot: incoming.name()? };
    let manifest = build(config, &sources, place, before, started, progress)?;
    incoming.commit(&manifest)?;
    Ok(Outcome::Imported(Box::new(manifest)))
}

/// The configuration of a run that finds the files of the last import gone, also those that are named one by one: they
/// are then told of as all others are.
fn without_missing(config: &Config, store: &Store) -> Result<Config, ShopError> {
    Ok(Config { may_lack: missing_files(config, store)?, ..config.clone() })
}

/// The snapshot that the next takes the place of. Another shop's has nothing to do with it.
fn before(
    config: &Config,
    store: &Store,
    sources: &SourceFiles<'_>,
    allowed: Allowed,
) -> Result<Option<Before>, ShopError> {
    let Some(before) = Before::of_store(config, store, sources)? else { return Ok(None) };
    match check_owner(config, store, &before.manifest, &sources.all) {
        Ok(()) => Ok(Some(before)),
        Err(ShopError::OtherShop { .. }) if allowed.other_shop => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does all that an import does, in a temporary folder that is gone afterwards: the manifest of the snapshot that an
/// import would write. Nothing is written to the store. Files that are gone are in the report.
///
/// # Errors
/// As [`import`], except for files that are gone.
pub fn dry_run(
    config: &Config,
    allowed: Allowed,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Manifest, ShopError> {
    let started = Instant::now();
    let store = Store::of_shop(&config.folder);
    let config = &without_missing(&config.for_run(None), &store)?;
    let sources = SourceFiles::find(config)?;
    let before = before(config, &store, &sources, allowed)?;
    let folder = std::env::temp_dir();
    let folder = tempfile::tempdir_in(&folder).map_err(ShopError::io("creating a folder in", &folder))?;
    let place = Place { folder: folder.path().to_path_buf(), snapshot: String::new() };
    build(config, &sources, place, before, started, progress)
}

/// Reads, cleans and writes everything into a place; nobody sees it yet.
fn build(
    config: &Config,
    sources: &SourceFiles<'_>,
    place: Place,
    before: Option<Before>,
    started: Instant,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Manifest, ShopError> {
    config.remote.fetch_all(&sources.all, &|done, total| progress(Progress::Fetching { done, total }))?;
    let (Files { tables, left_out }, joined) = open_source(config, "order_lines", sources.order_lines)?;
    let named = sources.all.iter().map(|path| (path.clone(), from_shop(config, path))).collect();
    let hasher = hash_in_background(named, config.remote.clone());

    let test_accounts = Arc::new(TestAccounts::find(config)?);
    let mut run = Run::new(config, sources.order_lines, &tables, place, before, test_accounts)?;
    run.read(&tables, progress)?;
    let inputs = hasher.join().unwrap_or_else(|_| Err(io_error(&tables[0].path, "reading")))?;
    let sorted = run.sort(progress)?;
    let files = Files { tables, left_out };
    let joins = joined.iter().map(Joined::report).collect();
    run.finish(&files, joins, inputs, configuration_hash(config), sorted, started)
}

/// Where a snapshot is built, and what it will be called.
struct Place {
    folder: PathBuf,
    snapshot: String,
}

fn io_error(path: &Path, action: &'static str) -> ShopError {
    ShopError::io(action, path)(std::io::Error::other("interrupted"))
}

pub(super) fn read_hints<C: Ord>(source: &TableSource<C>) -> ReadHints {
    ReadHints {
        format: source.format,
        encoding: source.encoding.clone(),
        delimiter: source.delimiter,
        quote: None,
        sheets: match source.sheet.as_ref().map_or(&[][..], |sheets| sheets.as_slice()) {
            [] => SheetChoice::First,
            sheets if sheets.iter().any(|sheet| sheet == "*") => SheetChoice::Alike,
            sheets => SheetChoice::Named(sheets.to_vec()),
        },
        header_row: source.header_row,
    }
}

/// The state of one import.
struct Run<'a> {
    config: &'a Config,
    source: &'a TableSource<Canonical>,
    place: Place,
    before: Option<Before>,
    /// Where the rows meet those of the snapshot before.
    comparison: Option<Comparison>,
    test_accounts: Arc<TestAccounts>,
    rules: Arc<Rules>,
    carried: Vec<Canonical>,
    mappers: Vec<Mapper>,
    buckets: Buckets,
    /// Whether customers stand by their places among the buckets, however many there are.
    by_place: bool,
    quarantine: Mutex<QuarantineWriter>,
    rows_read: Vec<AtomicU64>,
    has_clock: bool,
    /// The limits of the rules on outliers, once they are known.
    limits: Vec<Limits>,
    /// Which file gives which order to whom, where several files could differ.
    noted: Option<Noted>,
    /// What they differ in, once it is known.
    reassigned: Reassigned,
}

impl<'a> Run<'a> {
    fn new(
        config: &'a Config,
        source: &'a TableSource<Canonical>,
        tables: &[SourceTable],
        place: Place,
        before: Option<Before>,
        test_accounts: Arc<TestAccounts>,
    ) -> Result<Self, ShopError> {
        let carried = carried_columns(source);
        let schema = staged_schema(&carried);
        let has_clock = super::mapping::has_clock(source, &tables[0])?;
        let line_id = source.columns.get(&Canonical::LineId);
        let has_line_id = line_id
            .is_some_and(|header| tables.iter().all(|table| table.headers().contains(&header.as_str())));
        let rules = Arc::new(Rules::new(config, &schema, has_clock || has_line_id, test_accounts.clone())?);
        let all = columns_of_all(tables);
        let mappers = tables
            .iter()
            .enumerate()
            .map(|(file, table)| Mapper::new(config, source, table, &all, file as u16, rules.clone()))
            .collect::<Result<_, _>>()?;
        let rows: u64 = tables.iter().map(|table| table.rows_hint.unwrap_or(table.bytes / 100)).sum();
        // Where nothing names the order, its customer is part of its id, and only a line may have a name of its own.
        let line_id = carried.iter().position(|column| *column == Canonical::LineId);
        let named_by = if source.feeds(&Canonical::OrderId) {
            Some(staged::ORDER_ID)
        } else {
            line_id.map(|at| staged::CARRIED_FROM + at)
        };
        let noted = named_by
            .filter(|_| tables.len() > 1 && source.feeds(&Canonical::CustomerId))
            .map(|named_by| Noted::new(&place.folder, rows, named_by));
        let count = buckets_for(rows, config.engine.threads());
        let mut quarantine = QuarantineWriter::create(&place.folder)?;
        quarantine.begin("order_lines", tables.iter().map(SourceTable::name).collect());
        Ok(Self {
            // Sorting takes the other half, and more.
            buckets: Buckets::new(&place.folder, count, schema, (config.engine.memory_mb << 20) / 2),
            by_place: is_shared(rows),
            comparison: before.as_ref().map(|_| Comparison::new(&place.folder, rows)),
            quarantine: Mutex::new(quarantine),
            rows_read: tables.iter().map(|_| AtomicU64::new(0)).collect(),
            config,
            source,
            place,
            before,
            test_accounts,
            rules,
            carried,
            mappers,
            has_clock,
            limits: Vec::new(),
            noted,
            reassigned: Reassigned::default(),
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
        if let Some(noted) = &self.noted {
            noted.add(&mapped.rows)?;
        }
        self.buckets.push(&mapped.rows)
    }

    /// Sorts and writes the buckets. Where limits of outliers are to be found first, goes over them twice.
    fn sort(&mut self, progress: &(dyn Fn(Progress) + Sync)) -> Result<Vec<Written>, ShopError> {
        for name in [LINES_FOLDER, CUSTOMERS_FOLDER] {
            let folder = self.place.folder.join(name);
            fs::create_dir(&folder).map_err(ShopError::io("creating", &folder))?;
        }
        let now = jiff::Timestamp::now().as_microsecond();
        let buckets = self.buckets.len() as u64;
        let (mut before, mut total) = (0, buckets);
        if let Some(noted) = self.noted.take() {
            let lines = |bucket, disputed: &Disputed| {
                disputed.add(&self.buckets.decoded(&self.buckets.look(bucket)?)?, &self.carried)
            };
            let each =
                |disputed: &Disputed| self.each_bucket(|bucket| lines(bucket, disputed), &|_| {}).map(|_| ());
            self.reassigned =
                Reassigned::find(noted, (&self.place.folder, self.config.engine.threads()), each)?;
        }
        let values = &self.place.folder;
        if self.rules.outliers.must_measure() {
            (before, total) = (buckets, 2 * buckets);
            let measure = |bucket| {
                let rows = self.sorted(self.buckets.look(bucket)?)?;
                self.cleaning().measure(bucket, &rows, values)
            };
            self.each_bucket(measure, &|done| progress(Progress::Sorting { done, total }))?;
        }
        self.limits = self.rules.outliers.limits(values, self.buckets.len())?;
        let done = |done| progress(Progress::Sorting { done: before + done, total });
        let syncing = Syncing::start();
        let written = self.each_bucket(|bucket| self.sort_one(bucket, now, &syncing), &done)?;
        syncing.finish()?;
        Ok(written)
    }

    /// The rows of a bucket in order, freed of their codes last: numbers are quicker to move.
    fn sorted(&self, coded: RecordBatch) -> Result<RecordBatch, ShopError> {
        let in_order = sorted(&coded, self.by_place)?;
        drop(coded);
        self.buckets.decoded(&in_order)
    }

    fn cleaning(&self) -> Cleaning<'_> {
        Cleaning {
            carried: &self.carried,
            rules: &self.rules,
            files: self.mappers.len(),
            reassigned: &self.reassigned,
        }
    }

    /// Works on the buckets, each on one thread; what comes of them is in their order.
    fn each_bucket<T: Send>(
        &self,
        work: impl Fn(usize) -> Result<T, ShopError> + Sync,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<T>, ShopError> {
        let next = AtomicUsize::new(0);
        let done = AtomicU64::new(0);
        let results: Mutex<Vec<(usize, Result<T, ShopError>)>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.config.engine.threads().min(self.buckets.len()) {
                scope.spawn(|| {
                    loop {
                        let bucket = next.fetch_add(1, Ordering::Relaxed);
                        if bucket >= self.buckets.len() {
                            break;
                        }
                        let written = work(bucket);
                        let failed = written.is_err();
                        results.lock().unwrap_or_else(PoisonError::into_inner).push((bucket, written));
                        if failed {
                            next.store(self.buckets.len(), Ordering::Relaxed);
                        }
                        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        // In the order of the buckets, so that sums do not depend on the threads.
        results.sort_by_key(|(bucket, _)| *bucket);
        results.into_iter().map(|(_, written)| written).collect()
    }

    fn sort_one(&self, bucket: usize, now: i64, syncing: &Syncing) -> Result<Written, ShopError> {
        let rows = self.sorted(self.buckets.take(bucket)?)?;
        let Bucket { known, unknown, counts } = self.cleaning().finish(bucket, &rows, &self.limits, now)?;
        if let Some(comparison) = &self.comparison {
            comparison.add_lines(Side::Now, &known)?;
            comparison.add_lines(Side::Now, &unknown)?;
        }
        let write = |folder: &str, prefix: &str, rows: &RecordBatch| -> Result<Vec<PartFile>, ShopError> {
            if rows.num_rows() == 0 {
                return Ok(Vec::new());
            }
            let folder = self.place.folder.join(folder);
            Ok(vec![write_part(&folder, &format!("{prefix}-{bucket:04}.parquet"), rows, syncing)?])
        };
        Ok(Written {
            counts,
            customers: write(CUSTOMERS_FOLDER, "part", &customers_of(&known)?)?,
            known: write(LINES_FOLDER, "part", &known)?,
            unknown: write(LINES_FOLDER, "unknown", &unknown)?,
        })
    }

    /// Adds everything up and puts the snapshot in place.
    fn finish(
        mut self,
        files: &Files,
        joins: Vec<JoinReport>,
        mut inputs: Vec<InputFile>,
        configuration: String,
        sorted: Vec<Written>,
        started: Instant,
    ) -> Result<Manifest, ShopError> {
        let Files { tables, left_out } = files;
        let mut writer = self.quarantine.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (quarantined, quarantine) = writer.end();
        let (mut parts, mut customers, mut unknown_parts) = (Vec::new(), Vec::new(), Vec::new());
        let mut sum = Counts {
            dropped: vec![0; self.rules.names().len()],
            outliers: vec![0; self.limits.len()],
            kept_by_file: vec![0; tables.len()],
            ..Counts::default()
        };
        sum.profiles = vec![Profiler::new(); profiled_columns(&self.carried).len()];
        for bucket in sorted {
            add_up(&mut sum, bucket.counts);
            parts.extend(bucket.known);
            customers.extend(bucket.customers);
            unknown_parts.extend(bucket.unknown);
        }
        let rows_read: Vec<u64> = self.rows_read.iter().map(|rows| rows.load(Ordering::Relaxed)).collect();
        let names: Vec<String> = tables.iter().map(SourceTable::name).collect();
        let fates = fates(&sum, self.rules.names(), quarantined, &names);
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
        let what = names.join(", ");
        if sum.kept == 0 {
            let reason = top_reason.unwrap_or_else(|| match read {
                0 => "there are no rows below the header".into(),
                _ => "the rules of [cleaning] drop every row".into(),
            });
            return Err(ShopError::NothingUsable { rows_read: read, what, reason });
        }
        let feeds = |column| {
            self.source.columns.contains_key(&column) || self.source.expressions.contains_key(&column)
        };
        let has_dates = feeds(Canonical::OrderedAt);
        if sum.customers == 0 && feeds(Canonical::CustomerId) {
            let reason =
                "no row has a customer who bought something; check the column mapped to customer_id".into();
            return Err(ShopError::NothingUsable { rows_read: read, what, reason });
        }
        let clock = LocalClock::new(&self.config.time_zone());
        let columns: Vec<_> = profiled_columns(&self.carried)
            .into_iter()
            .zip(std::mem::take(&mut sum.profiles))
            .filter(|((name, _), _)| has_dates || *name != "ordered_at")
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
            orders_without_customer: sum.orders_without_customer,
            customers: sum.customers,
            revenue: sum.customer_revenue,
            first_at: sum.first_at,
            last_at: sum.last_at,
            has_clock: self.has_clock,
            has_dates,
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
        let threads = self.config.engine.threads();
        let since = match (self.comparison.take(), &self.before) {
            (Some(comparison), Some(before)) if before.add_lines(&comparison, threads) => {
                Some(comparison.finish(&before.manifest.report.snapshot)?)
            }
            (comparison, _) => {
                comparison.map_or(Ok(()), Comparison::discard)?;
                None
            }
        };
        let mut sources = vec![SourceReport {
            source: "order_lines".into(),
            since,
            gone_files: self.before.as_ref().map_or_else(Vec::new, |before| before.gone_of("order_lines")),
            files: file_reports(tables, &inputs, &rows_read, &sum.kept_by_file),
            rows_read: read,
            fates,
            flags,
            outliers: self.rules.outliers.report(&self.limits, &sum.outliers),
            quarantine,
            columns,
            coverage: has_dates.then(|| sum.days.coverage()).flatten(),
            joins,
            absent: absences(tables, self.mappers.iter().map(Mapper::absent)),
            left_out: left_out_parts(left_out),
            mixed_currencies: [
                MixedCurrencies::of(self.mappers.iter().map(Mapper::signs)),
                MixedCurrencies::told(self.mappers.iter().map(|mapper| &mapper.told_currencies)),
            ]
            .concat(),
            other_customers: self.reassigned.report(sum.examples.samples(Took::OtherCustomer, &names)),
        }];
        let mut further = Vec::new();
        for (spec, source) in self.config.sources.further() {
            let around = Around {
                config: self.config,
                folder: &self.place.folder,
                inputs: &inputs,
                test_accounts: &self.test_accounts,
                before: self.before.as_ref(),
            };
            let (report, file) = import_table(&around, spec, source, &mut writer)?;
            sources.push(report);
            further.push(file);
        }
        writer.finish()?;
        inputs.extend(database_inputs(&sources));
        let report = QualityReport {
            snapshot: self.place.snapshot,
            imported_at: jiff::Timestamp::now().to_string(),
            seconds: started.elapsed().as_secs_f64(),
            sources,
        };
        let manifest = Manifest {
            store_version: crate::store::STORE_VERSION,
            written_by: env!("CARGO_PKG_VERSION").into(),
            owner: Some(owner(self.config)),
            configuration,
            inputs,
            parts,
            unknown_parts,
            customers,
            tables: further,
            totals,
            report,
        };
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

fn write_part(
    folder: &Path,
    name: &str,
    rows: &RecordBatch,
    syncing: &Syncing,
) -> Result<PartFile, ShopError> {
    let path = folder.join(name);
    let bytes = write_parquet(&path, rows, syncing)?;
    let keys = rows.column(0).as_primitive::<Int32Type>();
    let ends = keys.iter().flatten().next().zip(keys.iter().flatten().next_back());
    let (first_key, last_key) = ends.unwrap_or((0, 0));
    Ok(PartFile { name: name.to_owned(), rows: rows.num_rows() as u64, bytes, first_key, last_key })
}
