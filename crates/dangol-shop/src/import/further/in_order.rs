//! Rows of a further table in the order of their keys, however many there are: `DataFusion` sorts them, and puts on the
//! disk what memory has no room for.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use arrow::array::{Array, ArrayRef, BinaryBuilder, RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::{DataFusionError, Result as Sorted};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{SessionConfig, SessionContext, col};
use futures::StreamExt;

use super::super::mapping::FURTHER_STAGED;
use crate::error::ShopError;
use crate::tables::TableSpec;

/// What rows are sorted by: their key, in bytes that sort as its values do, and the order in which they were read. Both
/// stand behind the staged columns.
pub(super) const SORTED_BY: [&str; 2] = ["__key", "__at"];

/// A sort in less memory spends its time on merging.
const LEAST_MEMORY: usize = 16 << 20;

/// Batches on their way to the sort, and from it.
const ON_THE_WAY: usize = 2;

/// Takes rows in any order.
pub(super) struct InOrder {
    keys: Keys,
    send: SyncSender<Message>,
    sorted: InKeyOrder,
    read: u64,
}

/// Without an end, the rows are not all there.
enum Message {
    Rows(RecordBatch),
    End,
}

/// Gives the rows in the order of their keys.
pub(super) struct InKeyOrder {
    /// Without a last `None`, the rows are not all there.
    receive: Option<Receiver<Sorted<Option<RecordBatch>>>>,
    thread: Option<JoinHandle<()>>,
    folder: PathBuf,
}

impl InOrder {
    /// For staged rows of a table. What `memory` bytes have no room for lies in a folder within `folder`.
    pub(super) fn new(
        spec: &TableSpec,
        staged: &SchemaRef,
        folder: &Path,
        memory: usize,
    ) -> Result<Self, ShopError> {
        let keys = Keys::new(spec, staged)?;
        let (send, rows) = sync_channel(ON_THE_WAY);
        let (give, receive) = sync_channel(ON_THE_WAY);
        let unsorted = Unsorted { schema: keys.schema.clone(), rows: Mutex::new(Some(rows)) };
        let place = folder.to_owned();
        let thread = std::thread::Builder::new()
            .name("sort".into())
            .spawn(move || {
                let sorted = sort(unsorted, &give, &place, memory.max(LEAST_MEMORY));
                let _ = give.send(sorted.map(|()| None));
            })
            .map_err(ShopError::io("sorting in", folder))?;
        let sorted = InKeyOrder { receive: Some(receive), thread: Some(thread), folder: folder.to_owned() };
        Ok(Self { keys, send, sorted, read: 0 })
    }

    /// Takes some rows.
    pub(super) fn push(&mut self, staged: &RecordBatch) -> Result<(), ShopError> {
        if staged.num_rows() == 0 {
            return Ok(());
        }
        let rows = self.keys.of(staged, self.read)?;
        self.read += staged.num_rows() as u64;
        if self.send.send(Message::Rows(rows)).is_err() {
            // It has failed, and says why.
            return self.sorted.next().transpose().and(Err(stopped()));
        }
        Ok(())
    }

    /// No more rows come.
    pub(super) fn sorted(self) -> InKeyOrder {
        // Where nobody listens any more, the next batch says why.
        let _ = self.send.send(Message::End);
        self.sorted
    }
}

impl Iterator for InKeyOrder {
    type Item = Result<RecordBatch, ShopError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match self.receive.as_ref()?.recv() {
            Ok(Ok(Some(batch))) => return Some(Ok(batch)),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some(Err(failed(error, &self.folder))),
            Err(_) => Some(Err(stopped())),
        };
        self.receive = None;
        next
    }
}

fn stopped() -> ShopError {
    DataFusionError::Execution("the sort stopped".into()).into()
}

impl Drop for InKeyOrder {
    /// The folder is somebody else's: nothing is written to it afterwards.
    fn drop(&mut self) {
        self.receive = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A full disk is what a person needs to hear of, not what surrounds it.
fn failed(error: DataFusionError, folder: &Path) -> ShopError {
    match error {
        DataFusionError::IoError(source) => ShopError::io("sorting in", folder)(source),
        DataFusionError::ArrowError(error, _) => match *error {
            arrow::error::ArrowError::IoError(_, source) => ShopError::io("sorting in", folder)(source),
            other => other.into(),
        },
        DataFusionError::Context(_, inner) => failed(*inner, folder),
        other => other.into(),
    }
}

/// What makes the bytes of a key.
struct Keys {
    of_key: RowConverter,
    /// Rows without a key are sorted by all that they hold: what is equal throughout comes together.
    of_all: RowConverter,
    key: Vec<usize>,
    data: Vec<usize>,
    /// The staged columns and those that they are sorted by.
    schema: SchemaRef,
}

impl Keys {
    fn new(spec: &TableSpec, staged: &SchemaRef) -> Result<Self, ShopError> {
        let data: Vec<usize> = (0..staged.fields().len() - FURTHER_STAGED.len()).collect();
        let key: Vec<usize> = spec.key.iter().filter_map(|name| staged.index_of(name).ok()).collect();
        let converter = |columns: &[usize]| {
            let sorts = columns.iter().map(|at| SortField::new(staged.field(*at).data_type().clone()));
            RowConverter::new(sorts.collect())
        };
        let mut fields: Vec<Field> = staged.fields().iter().map(|field| field.as_ref().clone()).collect();
        fields.push(Field::new(SORTED_BY[0], DataType::Binary, false));
        fields.push(Field::new(SORTED_BY[1], DataType::UInt64, false));
        Ok(Self {
            of_key: converter(&key)?,
            of_all: converter(&data)?,
            key,
            data,
            schema: Arc::new(Schema::new(fields)),
        })
    }

    /// The rows with what they are sorted by; `first` of the table were read before.
    fn of(&self, staged: &RecordBatch, first: u64) -> Result<RecordBatch, ShopError> {
        let rows = staged.num_rows();
        let columns =
            |at: &[usize]| -> Vec<ArrayRef> { at.iter().map(|at| staged.column(*at).clone()).collect() };
        let keyed = |row: usize| self.key.iter().any(|at| staged.column(*at).is_valid(row));
        let of_key =
            if self.key.is_empty() { None } else { Some(self.of_key.convert_columns(&columns(&self.key))?) };
        let of_all = if (0..rows).all(keyed) {
            None
        } else {
            Some(self.of_all.convert_columns(&columns(&self.data))?)
        };
        let mut bytes = BinaryBuilder::new();
        let mut one = Vec::new();
        for row in 0..rows {
            one.clear();
            if let Some(of_key) = &of_key {
                one.extend_from_slice(of_key.row(row).as_ref());
            }
            if let Some(of_all) = of_all.as_ref().filter(|_| !keyed(row)) {
                one.extend_from_slice(of_all.row(row).as_ref());
            }
            bytes.append_value(&one);
        }
        let mut all = staged.columns().to_vec();
        all.push(Arc::new(bytes.finish()));
        all.push(Arc::new((first..first + rows as u64).collect::<UInt64Array>()));
        Ok(RecordBatch::try_new(self.schema.clone(), all)?)
    }
}

/// Rows as they come in, once.
struct Unsorted {
    schema: SchemaRef,
    rows: Mutex<Option<Receiver<Message>>>,
}

impl fmt::Debug for Unsorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsorted").finish_non_exhaustive()
    }
}

impl PartitionStream for Unsorted {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever sorts has a thread for nothing else, and may wait in it.
        let next = move || match rows.as_ref()?.recv() {
            Ok(Message::Rows(rows)) => Some(Ok(rows)),
            Ok(Message::End) => {
                rows = None;
                None
            }
            Err(_) => {
                rows = None;
                Some(Err(DataFusionError::Execution("the rows are not all there".into())))
            }
        };
        let rows = futures::stream::iter(std::iter::from_fn(next));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows))
    }
}

/// Sorts all rows and gives them, for as long as somebody listens.
fn sort(
    unsorted: Unsorted,
    give: &SyncSender<Sorted<Option<RecordBatch>>>,
    folder: &Path,
    memory: usize,
) -> Sorted<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
            .with_temp_file_path(folder)
            .build_arc()?;
        // Kept back for merging what lies on the disk; all of it would be too much of a small memory.
        let config =
            SessionConfig::new().with_target_partitions(1).with_sort_spill_reservation_bytes(memory / 8);
        let session = SessionContext::new_with_config_rt(config, environment);
        let table = StreamingTable::try_new(unsorted.schema.clone(), vec![Arc::new(unsorted)])?;
        let by = SORTED_BY.map(|name| col(name).sort(true, true)).to_vec();
        let mut sorted = session.read_table(Arc::new(table))?.sort(by)?.execute_stream().await?;
        while let Some(batch) = sorted.next().await {
            if give.send(batch.map(Some)).is_err() {
                break;
            }
        }
        Ok(())
    })
}
