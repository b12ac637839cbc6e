//! A driver in use: what it is asked, and what its errors mean.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::time::Duration;

use adbc_core::error::{Error, Status};
use adbc_core::options::{AdbcVersion, ObjectDepth, OptionConnection, OptionDatabase, OptionValue};
use adbc_core::{
    Connection as _, Database as _, Driver as _, LOAD_FLAG_DEFAULT, Optionable as _, Statement as _,
};
use adbc_driver_manager::{ManagedConnection, ManagedDriver, ManagedStatement};
use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;

use super::super::DatabaseFault;
use super::super::connection::Connection;
use super::super::redact::Secrets;
use super::objects::{Listed, listed};
use super::options::Driver;

/// A driver in use, on a thread of its own: its calls block and can't be given up, but who waits for them can.
pub(super) struct Session {
    work: Sender<Work>,
    secrets: Secrets,
    patience: Duration,
}

type Work = Box<dyn FnOnce(&mut InUse) + Send>;

impl Session {
    pub(super) fn connect(connection: &Connection, driver: &Driver) -> Result<Self, DatabaseFault> {
        let patience = connection.patience.silence();
        let secrets = connection.secrets.clone();
        let (work, todo) = channel::<Work>();
        let (send, connected) = sync_channel(1);
        let (driver, of_driver) = (driver.clone(), secrets.clone());
        let run = move || match InUse::connect(&driver, of_driver) {
            Ok(mut in_use) => {
                let _ = send.send(Ok(()));
                while let Ok(work) = todo.recv() {
                    work(&mut in_use);
                }
            }
            Err(fault) => {
                let _ = send.send(Err(fault));
            }
        };
        let unreachable = |message: String| DatabaseFault::Unreachable { tries: 1, message };
        let started = std::thread::Builder::new().name("adbc".into()).spawn(run);
        started.map_err(|error| unreachable(error.to_string()))?;
        match connected.recv_timeout(patience) {
            Ok(connected) => connected?,
            Err(RecvTimeoutError::Timeout) => {
                return Err(unreachable(format!("no answer within {} seconds", patience.as_secs())));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(unreachable("the driver stopped".into())),
        }
        Ok(Self { work, secrets, patience })
    }

    /// The columns of a statement.
    pub(super) fn columns(&self, sql: &str) -> Result<SchemaRef, DatabaseFault> {
        let sql = sql.to_owned();
        self.ask(0, move |in_use| in_use.columns(&sql))
    }

    /// Begins to read the rows of a statement.
    pub(super) fn begin(&self, sql: &str) -> Result<(), DatabaseFault> {
        let sql = sql.to_owned();
        self.ask(0, move |in_use| in_use.begin(&sql))
    }

    /// The next of the statement's rows; `read` are those that came before.
    pub(super) fn next(&self, read: u64) -> Result<Option<RecordBatch>, DatabaseFault> {
        self.ask(read, move |in_use| in_use.next(read))
    }

    /// The tables and views that there are, with their columns as far as the driver tells them.
    pub(super) fn tables(&self) -> Result<Vec<Listed>, DatabaseFault> {
        self.ask(0, |in_use| in_use.tables())
    }

    pub(super) fn lost(&self, rows: u64, message: &str) -> DatabaseFault {
        DatabaseFault::Lost { rows, message: self.secrets.hide(message) }
    }

    fn ask<T: Send + 'static>(
        &self,
        read: u64,
        work: impl FnOnce(&mut InUse) -> Result<T, DatabaseFault> + Send + 'static,
    ) -> Result<T, DatabaseFault> {
        let (send, answer) = sync_channel(1);
        let work: Work = Box::new(move |in_use| {
            let _ = send.send(work(in_use));
        });
        // Where nobody takes the work, the answer says so.
        let _ = self.work.send(work);
        match answer.recv_timeout(self.patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                Err(DatabaseFault::Silent { rows: read, seconds: self.patience.as_secs() })
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.lost(read, "the driver stopped")),
        }
    }
}

/// What the thread holds.
struct InUse {
    /// Before the connection, for some drivers end what is read with it.
    rows: Option<Rows>,
    connection: ManagedConnection,
    secrets: Secrets,
}

/// The rows of a statement.
struct Rows {
    reader: Box<dyn RecordBatchReader + Send>,
    /// Some drivers end a reading with its statement; it goes after the reader.
    _statement: ManagedStatement,
}

impl InUse {
    fn connect(driver: &Driver, secrets: Secrets) -> Result<Self, DatabaseFault> {
        let mut loaded = load(driver, &secrets)?;
        let said = |error: Error| {
            let message = secrets.hide(&error.message);
            match error.status {
                Status::Unauthenticated | Status::Unauthorized => DatabaseFault::Refused { message },
                _ => DatabaseFault::Unreachable { tries: 1, message },
            }
        };
        let options = driver
            .options
            .iter()
            .map(|(key, value)| (OptionDatabase::from(key.as_str()), OptionValue::String(value.clone())));
        let database = loaded.new_database_with_opts(options).map_err(said)?;
        let mut connection = database.new_connection().map_err(said)?;
        // Drivers need not know this; only selects are sent in any case.
        let _ = connection.set_option(OptionConnection::ReadOnly, OptionValue::String("true".into()));
        Ok(Self { rows: None, connection, secrets })
    }

    /// Of drivers that can't say the columns without running the statement, it is run.
    fn columns(&mut self, sql: &str) -> Result<SchemaRef, DatabaseFault> {
        let mut statement = self.connection.new_statement().map_err(|error| self.refused(&error))?;
        statement.set_sql_query(sql).map_err(|error| self.refused(&error))?;
        match statement.execute_schema() {
            Ok(schema) => Ok(schema.into()),
            Err(error) if error.status == Status::NotImplemented => Ok(self.rows(sql)?.reader.schema()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    fn begin(&mut self, sql: &str) -> Result<(), DatabaseFault> {
        self.rows = Some(self.rows(sql)?);
        Ok(())
    }

    fn next(&mut self, read: u64) -> Result<Option<RecordBatch>, DatabaseFault> {
        let next = self.rows.as_mut().and_then(|rows| rows.reader.next()).transpose();
        next.map_err(|error| DatabaseFault::Lost {
            rows: read,
            message: self.secrets.hide(&error.to_string()),
        })
    }

    fn rows(&mut self, sql: &str) -> Result<Rows, DatabaseFault> {
        let mut statement = self.connection.new_statement().map_err(|error| self.refused(&error))?;
        statement.set_sql_query(sql).map_err(|error| self.refused(&error))?;
        let reader = statement.execute().map_err(|error| self.refused(&error))?;
        Ok(Rows { reader: Box::new(reader), _statement: statement })
    }

    fn tables(&self) -> Result<Vec<Listed>, DatabaseFault> {
        let here = |option| self.connection.get_option_string(option).ok().filter(|name| !name.is_empty());
        let current = [here(OptionConnection::CurrentCatalog), here(OptionConnection::CurrentSchema)];
        let objects =
            self.connection.get_objects(ObjectDepth::All, current[0].as_deref(), None, None, None, None);
        let objects = objects.map_err(|error| self.refused(&error))?;
        let mut tables = Vec::new();
        for batch in objects {
            let batch = batch.map_err(|error| DatabaseFault::Lost {
                rows: 0,
                message: self.secrets.hide(&error.to_string()),
            })?;
            tables.extend(listed(&batch));
        }
        for table in &mut tables {
            let schema = &table.table.schema;
            table.table.is_default = current[1].as_ref().is_none_or(|current| current == schema);
            if table.table.columns.is_empty() {
                let (catalog, schema) = (table.catalog.as_deref(), table.schema.as_deref());
                let found = self.connection.get_table_schema(catalog, schema, &table.table.name);
                let found = found.map_err(|error| self.refused(&error))?;
                table.table.columns = found.fields().iter().map(|field| field.name().clone()).collect();
            }
        }
        Ok(tables)
    }

    fn refused(&self, error: &Error) -> DatabaseFault {
        let message = self.secrets.hide(&error.message);
        match error.status {
            Status::Unauthenticated | Status::Unauthorized => DatabaseFault::Refused { message },
            Status::Timeout => DatabaseFault::TimedOut { message },
            _ => DatabaseFault::Query { message, columns: Vec::new() },
        }
    }
}

/// Finds a driver by its name, as it is or as its library is called: `snowflake` is `adbc_driver_snowflake`, too.
fn load(driver: &Driver, secrets: &Secrets) -> Result<ManagedDriver, DatabaseFault> {
    let by_name =
        |name: &str| ManagedDriver::load_from_name(name, None, AdbcVersion::V110, LOAD_FLAG_DEFAULT, None);
    let name = driver.name.as_str();
    let fault = |error: Error| {
        let message = secrets.hide(&error.message);
        DatabaseFault::Driver { driver: name.to_owned(), message }
    };
    match by_name(name) {
        Err(error) if !name.contains('/') && !name.starts_with("adbc_driver_") => {
            by_name(&format!("adbc_driver_{name}")).map_err(|_| fault(error))
        }
        loaded => loaded.map_err(fault),
    }
}
