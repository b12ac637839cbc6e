//! The rows of a table or query, batch by batch, from a thread that asks the database.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};

use super::cells::Column;
use super::session::{About, Row, connect, words};
use super::{Content, DatabaseFault, Opened, Select};
use crate::sources::{
    BATCH_ROWS, MalformedReason, MalformedRow, RAW_CHARS, SourceBatch, SourceError, SourceTable,
};

/// A batch ends early when its values take so many bytes, so that long texts do not fill the memory.
const BATCH_BYTES: usize = 32 << 20;

/// What the thread sends. Without an end, the rows are not all there, whatever became of the thread.
enum Message {
    Batch(Result<SourceBatch, SourceError>),
    End,
}

/// The batches of a reading.
pub(in crate::sources) struct Batches {
    opened: Arc<Opened>,
    receive: Option<Receiver<Message>>,
    rows: u64,
}

impl Iterator for Batches {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.receive.as_ref()?.recv() {
            Ok(Message::Batch(batch)) => {
                if let Ok(batch) = &batch {
                    self.rows += batch.lines.len() as u64;
                }
                Some(batch)
            }
            Ok(Message::End) => {
                self.receive = None;
                None
            }
            Err(_) => {
                self.receive = None;
                let message = "the reading stopped".to_owned();
                Some(Err(self.opened.fault(DatabaseFault::Lost { rows: self.rows, message })))
            }
        }
    }
}

/// Reads all rows with some of the columns.
///
/// # Errors
/// If no thread can be started.
pub(in crate::sources) fn read(table: &SourceTable, columns: &[usize]) -> Result<Batches, SourceError> {
    start(table, columns, None)
}

/// Reads some rows, for a while.
pub(super) fn read_some(
    table: &SourceTable,
    columns: &[usize],
    rows: usize,
    patience: Duration,
) -> Result<Batches, SourceError> {
    start(table, columns, Some((rows, patience)))
}

fn start(
    table: &SourceTable,
    columns: &[usize],
    bounds: Option<(usize, Duration)>,
) -> Result<Batches, SourceError> {
    let Some(opened) = table.database.clone() else {
        let fault = DatabaseFault::Address { message: "it is a file".into() };
        return Err(SourceError::Database { path: table.path.clone(), fault: Box::new(fault) });
    };
    // One batch on its way, and one being made: the database waits while the import is busy.
    let (send, receive) = sync_channel(1);
    let reading = Reading::new(opened.clone(), columns, bounds, send);
    std::thread::Builder::new()
        .name("database".into())
        .spawn(move || reading.run())
        .map_err(|error| SourceError::io(&opened.label, error))?;
    Ok(Batches { opened, receive: Some(receive), rows: 0 })
}

/// The thread's work.
struct Reading {
    opened: Arc<Opened>,
    /// For each column of the batches, its place in the result of the statement.
    places: Vec<usize>,
    /// For each column of the batches, which of the opened ones it is.
    of: Vec<usize>,
    sql: String,
    bounds: Option<(usize, Duration)>,
    /// Whether every column of every row is read, so that the reading says what the source holds.
    is_whole: bool,
    columns: Vec<Column>,
    schema: SchemaRef,
    lines: Vec<u64>,
    malformed: Vec<MalformedRow>,
    read: u64,
    bytes: u64,
    bytes_sent: u64,
    /// Sum of the rows' hashes, which is the same in whatever order they come.
    sum: [u64; 4],
    row: Vec<u8>,
    send: SyncSender<Message>,
}

impl Reading {
    fn new(
        opened: Arc<Opened>,
        columns: &[usize],
        bounds: Option<(usize, Duration)>,
        send: SyncSender<Message>,
    ) -> Self {
        let of = |at: &usize| &opened.columns[*at];
        let fields: Vec<_> = columns
            .iter()
            .map(|at| arrow::datatypes::Field::new(&of(at).name, of(at).kind.arrow(), true))
            .collect();
        // Of a table only these columns come, in this order; a query gives all of its own.
        let places = match opened.select {
            Select::Table { .. } => (0..columns.len()).collect(),
            Select::Query(_) => columns.to_vec(),
        };
        Self {
            places,
            of: columns.to_vec(),
            sql: opened.sql(columns, bounds.map(|(rows, _)| rows)),
            is_whole: bounds.is_none() && columns.iter().copied().eq(0..opened.columns.len()),
            columns: columns.iter().map(|at| Column::new(of(at).kind, opened.decimal_comma)).collect(),
            schema: Arc::new(Schema::new(fields)),
            bounds,
            lines: Vec::new(),
            malformed: Vec::new(),
            read: 0,
            bytes: 0,
            bytes_sent: 0,
            sum: [0; 4],
            row: Vec::new(),
            opened,
            send,
        }
    }

    /// Whoever listens may have stopped; then nobody needs to hear of it.
    fn run(mut self) {
        let done = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| SourceError::io(&self.opened.label, error))
            .and_then(|runtime| runtime.block_on(self.ask()).map_err(|fault| self.opened.fault(fault)));
        let last = match done {
            Ok(true) => {
                if self.is_whole {
                    let content = Some(self.content());
                    *self.opened.content.lock().unwrap_or_else(PoisonError::into_inner) = content;
                }
                Message::End
            }
            Ok(false) => return,
            Err(error) => Message::Batch(Err(error)),
        };
        let _ = self.send.send(last);
    }

    /// Whether all rows were sent.
    async fn ask(&mut self) -> Result<bool, DatabaseFault> {
        let opened = self.opened.clone();
        let (limit, patience) = self.bounds.unzip();
        let silence = opened.connection.patience.silence();
        // Who only looks at some rows does not wait for long.
        let silence = patience.map_or(silence, |patience| silence.min(5 * patience));
        let mut session = connect(&opened.connection, silence).await?;
        let mut unreadable = None;
        let mut gone = false;
        let sql = std::mem::take(&mut self.sql);
        let mut asked = session.begin(patience).await;
        if asked.is_ok() {
            let mut take = |row: &dyn Row| {
                if limit.is_some_and(|rows| self.read >= rows as u64) {
                    return Ok(ControlFlow::Break(()));
                }
                Ok(match self.take(row)? {
                    Taken::Kept => ControlFlow::Continue(()),
                    Taken::Nobody => {
                        gone = true;
                        ControlFlow::Break(())
                    }
                    Taken::Unreadable(fault) => {
                        unreadable = Some(fault);
                        ControlFlow::Break(())
                    }
                })
            };
            asked = session.rows(&sql, &mut take).await;
        }
        if let Some(fault) = unreadable {
            return Err(fault);
        }
        asked.map_err(|error| {
            let message = opened.connection.secrets.hide(&words(&error));
            match session.about(&error) {
                About::Lost => DatabaseFault::Lost { rows: self.read, message },
                About::TooLong => DatabaseFault::TimedOut { message },
                About::Silent(limit) => DatabaseFault::Silent { rows: self.read, seconds: limit.as_secs() },
                _ => DatabaseFault::Query { message, columns: Vec::new() },
            }
        })?;
        Ok(!gone && self.flush())
    }

    fn take(&mut self, row: &dyn Row) -> Result<Taken, sqlx::Error> {
        self.read += 1;
        self.row.clear();
        let mut cells = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let cell = row.cell(*place)?;
            match &cell.bytes {
                None => self.row.push(0),
                Some(bytes) => {
                    self.row.push(1);
                    self.row.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
                    self.row.extend_from_slice(bytes);
                    self.bytes += bytes.len() as u64;
                }
            }
            cells.push(cell);
        }
        if self.is_whole {
            let hash = blake3::hash(&self.row);
            for (sum, part) in self.sum.iter_mut().zip(hash.as_bytes().as_chunks::<8>().0) {
                *sum = sum.wrapping_add(u64::from_le_bytes(*part));
            }
        }
        let is_text = |at: usize| !self.opened.columns[self.of[at]].kind.is_bytes();
        let broken = cells.iter().enumerate().any(|(at, cell)| {
            is_text(at) && cell.bytes.as_ref().is_some_and(|bytes| std::str::from_utf8(bytes).is_err())
        });
        if broken {
            let texts: Vec<_> = cells
                .iter()
                .map(|cell| String::from_utf8_lossy(cell.bytes.as_deref().unwrap_or_default()).into_owned())
                .collect();
            self.malformed.push(MalformedRow {
                line: self.read,
                reason: MalformedReason::BadEncoding,
                raw: texts.join(",").chars().take(RAW_CHARS).collect(),
            });
        } else {
            for (at, cell) in cells.iter().enumerate() {
                if !self.columns[at].push(cell) {
                    return Ok(Taken::Unreadable(self.unreadable(at, cell.bytes.as_deref())));
                }
            }
            self.lines.push(self.read);
        }
        let full = self.lines.len() + self.malformed.len() >= BATCH_ROWS
            || self.bytes - self.bytes_sent >= BATCH_BYTES as u64;
        Ok(if full && !self.flush() { Taken::Nobody } else { Taken::Kept })
    }

    fn unreadable(&self, at: usize, bytes: Option<&[u8]>) -> DatabaseFault {
        let column = &self.opened.columns[self.of[at]];
        let value = String::from_utf8_lossy(bytes.unwrap_or_default());
        DatabaseFault::Value {
            column: column.name.clone(),
            kind: column.type_name.clone(),
            value: value.chars().take(100).collect(),
            row: self.read,
        }
    }

    /// Sends what was gathered; false if nobody listens any more.
    fn flush(&mut self) -> bool {
        let lines = std::mem::take(&mut self.lines);
        let malformed = std::mem::take(&mut self.malformed);
        if lines.is_empty() && malformed.is_empty() {
            return true;
        }
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options);
        let batch = match rows {
            Ok(rows) => Ok(SourceBatch { rows, lines, malformed, bytes_read: self.bytes }),
            Err(error) => {
                Err(self.opened.fault(DatabaseFault::Lost { rows: self.read, message: error.to_string() }))
            }
        };
        self.bytes_sent = self.bytes;
        self.send.send(Message::Batch(batch)).is_ok()
    }

    fn content(&self) -> Content {
        let mut hasher = blake3::Hasher::new();
        for field in self.schema.fields() {
            hasher.update(&(field.name().len() as u64).to_le_bytes());
            hasher.update(field.name().as_bytes());
        }
        hasher.update(&self.read.to_le_bytes());
        for part in self.sum {
            hasher.update(&part.to_le_bytes());
        }
        Content { rows: self.read, bytes: self.bytes, blake3: hasher.finalize().to_hex().to_string() }
    }
}

/// What became of a row.
enum Taken {
    Kept,
    /// Nobody wants more.
    Nobody,
    Unreadable(DatabaseFault),
}
