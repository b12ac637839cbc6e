//! Mapped rows on their way to being sorted: one temporary file per bucket of customers.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::buffer::Buffer;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::writer::StreamWriter;
use datafusion::common::hash_utils::{RandomState, create_hashes};

use super::codes::Codes;
use super::mapping::staged;
use crate::error::ShopError;
use crate::texts::take_groups;

/// A bucket is written out once it has gathered so many rows, where memory has no room for all: its share of the
/// room, if that is less.
const ROWS_PER_WRITE: usize = 16_384;

/// Smaller pieces are joined before they are written: each one written costs some hundred bytes and its own buffers.
const ROWS_PER_PIECE: usize = 1_024;

/// Rows that a bucket should hold, so that sorting it needs little memory.
const ROWS_PER_BUCKET: u64 = 300_000;

/// At most so many buckets: the customer key leaves ten bits for them.
pub(crate) const MAX_BUCKETS: usize = 1_024;

/// How many buckets a number of rows wants, at least one per thread once there is enough to share.
pub(super) fn buckets_for(rows: u64, threads: usize) -> usize {
    let by_size = rows.div_ceil(ROWS_PER_BUCKET) as usize;
    let by_threads = if is_shared(rows) { threads } else { 1 };
    by_size.max(by_threads).clamp(1, MAX_BUCKETS)
}

/// Whether so many rows may be shared among threads: their customers then stand by [`places`], with one thread too.
pub(super) fn is_shared(rows: u64) -> bool {
    rows > 50_000
}

/// The place of each text in an order by hashes, as many places as there can be buckets. A bucket holds the customers of
/// neighbouring places and sorts them by place and id, so that the order of all customers does not hang on the number
/// of buckets, and with it on the threads of the machine that imports.
pub(super) fn places(texts: &ArrayRef) -> Result<Vec<u16>, ShopError> {
    let mut hashes = vec![0_u64; texts.len()];
    create_hashes([texts], &RandomState::with_seed(1), &mut hashes)?;
    // The high bits: as many as number the buckets.
    Ok(hashes.into_iter().map(|hash| (hash >> (u64::BITS - MAX_BUCKETS.ilog2())) as u16).collect())
}

/// The buckets of one import.
pub(super) struct Buckets {
    all: Vec<Mutex<Bucket>>,
    codes: Codes,
    /// Bytes that all buckets together may hold in memory, and those that they hold.
    room: usize,
    held: AtomicUsize,
}

struct Bucket {
    path: PathBuf,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    pending_bytes: usize,
    writer: Option<StreamWriter<BufWriter<File>>>,
    /// Whether the file is closed, and to be read.
    closed: bool,
}

impl Buckets {
    /// What does not fit into `room` bytes of memory lies in files in `folder`.
    pub(super) fn new(folder: &Path, count: usize, schema: SchemaRef, room: usize) -> Self {
        let all = (0..count)
            .map(|index| {
                Mutex::new(Bucket {
                    path: folder.join(format!("bucket-{index:04}.arrow")),
                    pending: Vec::new(),
                    pending_rows: 0,
                    pending_bytes: 0,
                    writer: None,
                    closed: false,
                })
            })
            .collect();
        Self { all, codes: Codes::new(schema), room, held: AtomicUsize::new(0) }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Sends each row to the bucket of its customer; rows without customer go by their order.
    pub(super) fn push(&self, rows: &RecordBatch) -> Result<(), ShopError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let rows = &self.codes.encode(rows)?;
        if self.all.len() == 1 {
            return self.append(0, rows.clone());
        }
        let customers = rows.column(staged::CUSTOMER_ID);
        let mut places_of = places(customers)?;
        if customers.null_count() > 0 {
            let by_order = places(rows.column(staged::ORDER_ID))?;
            for row in 0..rows.num_rows() {
                if customers.is_null(row) {
                    places_of[row] = by_order[row];
                }
            }
        }
        let mut members: Vec<(usize, Vec<u32>)> = (0..self.all.len()).map(|at| (at, Vec::new())).collect();
        for (row, place) in places_of.into_iter().enumerate() {
            // By multiplication: nearly even for any number of buckets, and in the order of the places.
            let bucket = usize::from(place) * self.all.len() / MAX_BUCKETS;
            members[bucket].1.push(row as u32);
        }
        members.retain(|(_, rows)| !rows.is_empty());
        let parts = take_groups(rows, members.iter().map(|(_, rows)| rows.as_slice()))?;
        members.iter().zip(parts).try_for_each(|((bucket, _), part)| self.append(*bucket, part))
    }

    fn append(&self, index: usize, rows: RecordBatch) -> Result<(), ShopError> {
        let mut bucket = lock(&self.all[index]);
        let bytes = rows.get_array_memory_size();
        bucket.pending_rows += rows.num_rows();
        bucket.pending_bytes += bytes;
        bucket.pending.push(rows);
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let share = self.room / self.all.len();
        if held > self.room && (bucket.pending_rows >= ROWS_PER_WRITE || bucket.pending_bytes >= share) {
            self.held.fetch_sub(bucket.pending_bytes, Ordering::Relaxed);
            bucket.flush(self.codes.schema())?;
        }
        Ok(())
    }

    /// Rows as they were before they came here, of such as [`Buckets::take`] and [`Buckets::look`] give.
    pub(super) fn decoded(&self, rows: &RecordBatch) -> Result<RecordBatch, ShopError> {
        Ok(self.codes.decode(rows)?)
    }

    /// All rows of a bucket, coded, whose file is then gone.
    pub(super) fn take(&self, index: usize) -> Result<RecordBatch, ShopError> {
        let rows = self.look(index)?;
        let mut bucket = lock(&self.all[index]);
        bucket.pending.clear();
        self.held.fetch_sub(std::mem::take(&mut bucket.pending_bytes), Ordering::Relaxed);
        if std::mem::take(&mut bucket.closed) {
            std::fs::remove_file(&bucket.path).map_err(ShopError::io("removing", &bucket.path))?;
        }
        Ok(rows)
    }

    /// All rows of a bucket, coded, which keeps them; none come in afterwards.
    pub(super) fn look(&self, index: usize) -> Result<RecordBatch, ShopError> {
        let mut bucket = lock(&self.all[index]);
        if let Some(mut writer) = bucket.writer.take() {
            writer.finish().map_err(spill_error(&bucket.path))?;
            bucket.closed = true;
        }
        let mut batches = Vec::new();
        if bucket.closed {
            let bytes = std::fs::read(&bucket.path).map_err(ShopError::io("reading", &bucket.path))?;
            // The batches are views of these bytes; they are copied only once, when they are joined.
            let mut bytes = Buffer::from_vec(bytes);
            let mut decoder = StreamDecoder::new();
            while let Some(batch) = decoder.decode(&mut bytes)? {
                batches.push(batch);
            }
            decoder.finish()?;
        }
        batches.extend(bucket.pending.iter().cloned());
        Ok(concat_batches(self.codes.schema(), &batches)?)
    }
}

impl Bucket {
    fn flush(&mut self, schema: &SchemaRef) -> Result<(), ShopError> {
        let mut pieces = std::mem::take(&mut self.pending);
        if self.pending_rows < ROWS_PER_PIECE * pieces.len() {
            pieces = vec![concat_batches(schema, &pieces)?];
        }
        (self.pending_rows, self.pending_bytes) = (0, 0);
        let writer = if let Some(writer) = &mut self.writer {
            writer
        } else {
            let file = File::create(&self.path).map_err(ShopError::io("writing", &self.path))?;
            let writer =
                StreamWriter::try_new(BufWriter::new(file), schema).map_err(spill_error(&self.path))?;
            self.writer.insert(writer)
        };
        pieces.iter().try_for_each(|rows| writer.write(rows)).map_err(spill_error(&self.path))
    }
}

/// A full disk comes as an Arrow error around the system's; the latter is what a person needs.
fn spill_error(path: &Path) -> impl FnOnce(arrow::error::ArrowError) -> ShopError {
    let path = path.to_path_buf();
    move |error| match error {
        arrow::error::ArrowError::IoError(_, source) => ShopError::Io { action: "writing", path, source },
        other => other.into(),
    }
}

/// A bucket whose holder panicked is as good as its last whole write.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
