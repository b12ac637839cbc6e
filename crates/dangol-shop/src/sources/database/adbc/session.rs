//! A driver in use: what it is asked, and what its errors mean.

use adbc_core::error::{Error, Status};
use adbc_core::options::{AdbcVersion, ObjectDepth, OptionConnection, OptionDatabase, OptionValue};
use adbc_core::{
    Connection as _, Database as _, Driver as _, LOAD_FLAG_DEFAULT, Optionable as _, Statement as _,
};
use adbc_driver_manager::{ManagedConnection, ManagedDriver, ManagedStatement};
use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use super::super::DatabaseFault;
use super::super::redact::Secrets;
use super::objects::{Listed, listed};
use super::options::Driver;

/// The rows of a statement.
pub(super) struct Rows {
    reader: Box<dyn RecordBatchReader + Send>,
    /// Some drivers end a reading with its statement; it goes after the reader.
    _statement: ManagedStatement,
}

impl Rows {
    pub(super) fn schema(&self) -> SchemaRef {
        self.reader.schema()
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.reader.next()
    }
}

pub(super) struct Session {
    connection: ManagedConnection,
    secrets: Secrets,
}

impl Session {
    pub(super) fn connect(driver: &Driver, secrets: &Secrets) -> Result<Self, DatabaseFault> {
        let mut loaded = load(driver, secrets)?;
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
        Ok(Self { connection, secrets: secrets.clone() })
    }

    /// The columns of a statement. Of drivers that can't say without running it, it is run.
    pub(super) fn columns(&mut self, sql: &str) -> Result<SchemaRef, DatabaseFault> {
        let mut statement = self.connection.new_statement().map_err(|error| self.refused(&error))?;
        statement.set_sql_query(sql).map_err(|error| self.refused(&error))?;
        match statement.execute_schema() {
            Ok(schema) => Ok(schema.into()),
            Err(error) if error.status == Status::NotImplemented => Ok(self.rows(sql)?.schema()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    pub(super) fn rows(&mut self, sql: &str) -> Result<Rows, DatabaseFault> {
        let mut statement = self.connection.new_statement().map_err(|error| self.refused(&error))?;
        statement.set_sql_query(sql).map_err(|error| self.refused(&error))?;
        let reader = statement.execute().map_err(|error| self.refused(&error))?;
        Ok(Rows { reader: Box::new(reader), _statement: statement })
    }

    /// The tables and views that there are, with their columns as far as the driver tells them.
    pub(super) fn tables(&self) -> Result<Vec<Listed>, DatabaseFault> {
        let here = |option| self.connection.get_option_string(option).ok().filter(|name| !name.is_empty());
        let current = [here(OptionConnection::CurrentCatalog), here(OptionConnection::CurrentSchema)];
        let objects =
            self.connection.get_objects(ObjectDepth::All, current[0].as_deref(), None, None, None, None);
        let objects = objects.map_err(|error| self.refused(&error))?;
        let mut tables = Vec::new();
        for batch in objects {
            let batch = batch.map_err(|error| self.lost(0, &error.to_string()))?;
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

    pub(super) fn lost(&self, rows: u64, message: &str) -> DatabaseFault {
        DatabaseFault::Lost { rows, message: self.secrets.hide(message) }
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
