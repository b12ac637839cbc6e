//! Tables and queries of databases as sources: PostgreSQL, MySQL (MariaDB) and SQLite, by sqlx; others by ADBC drivers
//! (`adbc`, which does all of the following in its own way, since Arrow is what comes).
//!
//! A table or the result of a query is opened ([`open_database`], for `dangol init` `open_tables`) and read
//! like a file: as a [`SourceTable`] whose rows come in batches. All reading is done in transactions that can't
//! write. sqlx is asynchronous and the import is not: each reading has a thread with a runtime of its own
//! (`reader`), so that it does not matter whether the caller is within one. How to read on: `connection` (where
//! to), `statement` (what is asked), `session` with `postgres`, `mysql`, `sqlite` (the asking), `cells` (types).

mod adbc;
mod cells;
mod connection;
mod error;
mod explain;
mod mysql;
mod postgres;
mod reader;
mod redact;
mod session;
mod silence;
mod sqlite;
mod statement;
mod told;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema};

use self::connection::Connection;
use self::explain::{explained, find, refused};
use self::session::{ResultColumn, Session, connect};
use self::statement::Select;
use super::format::BatchIterator;
use super::{SourceError, SourceFormat, SourceTable, header};
use crate::config::paths;

pub use self::error::DatabaseFault;
pub(crate) use self::error::{PASSWORD_ADVICE, also_for};
pub(super) use self::redact::{Secrets, without_variables};
pub use self::told::{Projection, Told, What};

/// What connections begin with.
pub(crate) const SCHEMES: [&str; 6] = ["postgres", "postgresql", "mysql", "mariadb", "sqlite", "adbc"];

/// The databases that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
    /// Whatever an ADBC driver leads to.
    Adbc {
        /// Whether names are quoted as `` `name` `` rather than `"name"`.
        backticks: bool,
    },
}

impl Dialect {
    /// The database that a connection names by its scheme; none for a path.
    #[must_use]
    pub fn of(connection: &str) -> Option<Self> {
        match connection.split_once(':')?.0.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::MySql),
            "sqlite" => Some(Self::Sqlite),
            "adbc" => Some(Self::of_driver(connection.split('?').next().unwrap_or_default())),
            _ => None,
        }
    }

    fn of_driver(name: &str) -> Self {
        let backticks = ["bigquery", "databricks", "mysql"].iter().any(|it| name.to_lowercase().contains(it));
        Self::Adbc { backticks }
    }

    /// A short name: `postgresql`, `mysql`, `sqlite`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Adbc { .. } => "adbc",
        }
    }

    /// A name as the database writes it where it must be taken as it is.
    pub(crate) fn quote(self, name: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite | Self::Adbc { backticks: false } => {
                format!("\"{}\"", name.replace('"', "\"\""))
            }
            Self::MySql | Self::Adbc { backticks: true } => format!("`{}`", name.replace('`', "``")),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
            Self::Adbc { .. } => "ADBC",
        })
    }
}

/// The file of a connection to SQLite; none for another database.
#[must_use]
pub fn sqlite_file(connection: &str) -> Option<&str> {
    (Dialect::of(connection) == Some(Dialect::Sqlite)).then(|| connection::sqlite_path(connection))
}

/// Whether what a person wrote in place of files is a connection.
#[must_use]
pub fn is_connection(written: &str) -> bool {
    let whole = paths::expand_variables(written).ok().filter(|_| written.starts_with("${"));
    let written = whole.as_deref().unwrap_or(written);
    // A scheme that is nearly one of these is a slip, and no folder.
    let nearly = |(scheme, _)| crate::config::nearest(scheme, SCHEMES.into_iter()).is_some();
    Dialect::of(written).is_some() || written.split_once("://").is_some_and(nearly)
}

/// What a whole reading gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Rows read.
    pub rows: u64,
    /// Bytes of their values.
    pub bytes: u64,
    /// BLAKE3 hash over the rows, whatever their order, in hexadecimal.
    pub blake3: String,
}

/// A table or query that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    connection: Connection,
    label: PathBuf,
    select: Select,
    columns: Vec<ResultColumn>,
    decimal_comma: bool,
    content: Mutex<Option<Content>>,
}

impl Opened {
    fn fault(&self, fault: DatabaseFault) -> SourceError {
        SourceError::Database { path: self.label.clone(), fault: Box::new(fault) }
    }

    /// The statement that reads some of the columns.
    fn sql(&self, columns: &[usize], limit: Option<usize>) -> String {
        let names: Vec<&str> = columns.iter().map(|at| self.columns[*at].name.as_str()).collect();
        self.select.sql(self.connection.dialect(), &names, limit)
    }

    /// The database, without the table.
    pub(super) fn connection_label(&self) -> &str {
        &self.connection.label
    }

    /// What the last whole reading gave.
    pub(super) fn content(&self) -> Option<Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Refuses a query that is something else than one `select`.
///
/// # Errors
/// What it is instead.
pub(crate) fn check_query(dialect: Dialect, query: &str) -> Result<(), String> {
    statement::check_one_select(dialect, query)
}

/// Whether a connection is written with a password in it.
pub(crate) fn has_plain_password(connection: &str) -> bool {
    redact::has_plain_password(connection)
}

/// Opens what a source names: connects, finds tables, and asks for the columns' types. Reads no rows.
///
/// # Errors
/// If the database can't be reached or does not know what is asked.
pub fn open_database(told: &Told<'_>) -> Result<Vec<SourceTable>, SourceError> {
    let mut connection = read_connection(told.connection, told.password_file, told.folder)?;
    connection.patience = told.patience;
    if let Some(opened) = adbc::open(&connection, told) {
        return opened;
    }
    blocking(async || {
        let label = PathBuf::from(&connection.label);
        let fault = |fault| SourceError::Database { path: label.clone(), fault: Box::new(fault) };
        let mut session = connect(&connection, connection.patience.silence()).await.map_err(fault)?;
        let selects = match &told.what {
            What::Query(query) => {
                statement::check_one_select(connection.dialect(), query)
                    .map_err(|found| fault(DatabaseFault::NotOneSelect { found }))?;
                vec![(format!("query:{}", told.feeds), Select::Query((*query).to_owned()), Vec::new())]
            }
            What::Tables { names, filter, projection } => {
                let asked = session::tables(&mut *session).await;
                let known = asked.map_err(|error| fault(refused(&connection, &error)))?;
                let mut selects = Vec::new();
                for name in *names {
                    let table = find(name, &known).map_err(fault)?;
                    let select = Select::Table {
                        name: table.quoted(connection.dialect()),
                        filter: filter.map(str::to_owned),
                    };
                    selects.push((table.written(), select, projection.of(table)));
                }
                selects
            }
        };
        let mut tables = Vec::new();
        for (name, select, columns) in selects {
            tables.push(
                describe(&mut *session, &connection, told.decimal_comma, &name, select, &columns, true)
                    .await?,
            );
        }
        Ok(tables)
    })
}

/// At most so many tables are looked at by `dangol init`.
const TABLES: usize = 50;

/// A table, or why it could not be opened, by its name.
pub(crate) type Opening = (PathBuf, Result<SourceTable, SourceError>);

/// Opens all tables of a database that may be read and are found without naming a schema, up to a limit.
///
/// # Errors
/// If the database can't be reached or has no tables.
pub(crate) fn open_tables(written: &str, folder: &Path) -> Result<Vec<Opening>, SourceError> {
    let connection = read_connection(written, None, folder)?;
    if let Some(opened) = adbc::open_tables(&connection) {
        return opened;
    }
    let label = PathBuf::from(&connection.label);
    let fault = |fault| SourceError::Database { path: label.clone(), fault: Box::new(fault) };
    blocking(async || {
        let mut session = connect(&connection, connection.patience.silence()).await.map_err(fault)?;
        let asked = session::tables(&mut *session).await;
        let mut known = asked.map_err(|error| fault(refused(&connection, &error)))?;
        if known.iter().any(|table| table.is_default) {
            known.retain(|table| table.is_default);
        }
        if known.is_empty() {
            return Err(fault(DatabaseFault::NoTables));
        }
        let mut opened = Vec::new();
        for table in known.iter().take(TABLES) {
            let select = Select::Table { name: table.quoted(connection.dialect()), filter: None };
            let name = table.written();
            let table =
                describe(&mut *session, &connection, false, &name, select, &table.columns, false).await;
            opened.push((labelled(&connection, &name), table));
        }
        for table in known.iter().skip(TABLES) {
            let path = labelled(&connection, &table.written());
            let fault = Box::new(DatabaseFault::TooManyTables { looked_at: TABLES });
            opened.push((path.clone(), Err(SourceError::Database { path, fault })));
        }
        Ok(opened)
    })
}

/// Rows from the head of a table, for looking at; given up after two seconds where the database can.
///
/// # Errors
/// If the database does not give them.
pub(super) fn sample(table: &SourceTable, rows: usize) -> Result<RecordBatch, SourceError> {
    const LIMIT: Duration = Duration::from_secs(2);
    let all: Vec<usize> = (0..table.columns.fields().len()).collect();
    let by_driver = table.database.as_ref().and_then(|opened| adbc::read(opened, table, &all, Some(rows)));
    let batches: Box<BatchIterator> = match by_driver {
        Some(batches) => Box::new(batches?),
        None => Box::new(reader::read_some(table, &all, rows, LIMIT)?),
    };
    let batches = batches.map(|batch| batch.map(|batch| batch.rows)).collect::<Result<Vec<_>, _>>()?;
    Ok(arrow::compute::concat_batches(&table.columns, &batches)
        .unwrap_or_else(|_| RecordBatch::new_empty(table.columns.clone())))
}

/// Reads all rows with some of the columns.
///
/// # Errors
/// If the database can't be asked, or no thread can be started.
pub(super) fn read(table: &SourceTable, columns: &[usize]) -> Result<Box<BatchIterator>, SourceError> {
    if let Some(batches) = table.database.as_ref().and_then(|opened| adbc::read(opened, table, columns, None))
    {
        return Ok(Box::new(batches?));
    }
    Ok(Box::new(reader::read(table, columns)?))
}

/// Rows assumed of a query about which its database has no idea.
const UNKNOWN_ROWS: u64 = 1_000_000;

async fn describe(
    session: &mut dyn Session,
    connection: &Connection,
    decimal_comma: bool,
    name: &str,
    select: Select,
    columns: &[String],
    with_estimate: bool,
) -> Result<SourceTable, SourceError> {
    let path = labelled(connection, name);
    let dialect = connection.dialect();
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let sql = select.sql(dialect, &names, None);
    let mut columns = match session.columns(&sql).await {
        Ok(columns) => columns,
        Err(error) => {
            let fault = Box::new(explained(session, connection, &sql, &error).await);
            return Err(SourceError::Database { path, fault });
        }
    };
    if matches!(select, Select::Query(_)) {
        // A result may have the same name twice, or none; a table may not.
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        for (column, field) in columns.iter_mut().zip(header::text_schema(&names).fields()) {
            column.name.clone_from(field.name());
        }
    }
    let rows_hint =
        if with_estimate { Some(session.estimate(&sql).await.unwrap_or(UNKNOWN_ROWS)) } else { None };
    let fields: Vec<Field> =
        columns.iter().map(|column| Field::new(&column.name, column.kind.arrow(), true)).collect();
    Ok(SourceTable {
        path: path.clone(),
        bytes: 0,
        format: SourceFormat::Database {
            dialect,
            connection: connection.written.clone(),
            table: matches!(select, Select::Table { .. }).then(|| name.to_owned()),
            statement: connection.secrets.hide(&sql),
        },
        columns: Arc::new(Schema::new(fields)),
        rows_hint,
        content: crate::sources::packing::Content::elsewhere(path.clone()),
        in_utf8: Arc::default(),
        sheet: None,
        widened: None,
        database: Some(Arc::new(Opened {
            connection: connection.clone(),
            label: path,
            select,
            columns,
            decimal_comma,
            content: Mutex::default(),
        })),
    })
}

fn labelled(connection: &Connection, name: &str) -> PathBuf {
    PathBuf::from(format!("{}#{name}", connection.label))
}

fn read_connection(
    written: &str,
    password_file: Option<&str>,
    folder: &Path,
) -> Result<Connection, SourceError> {
    let connection = Connection::read(written, password_file, folder).map_err(|fault| {
        // Only the scheme: the rest could be anything.
        let scheme = Dialect::of(written).map_or("connection", Dialect::name);
        SourceError::Database { path: PathBuf::from(scheme), fault: Box::new(fault) }
    })?;
    if let connection::Options::Sqlite(path) = &connection.options {
        std::fs::metadata(path).map_err(|error| SourceError::io(path, error))?;
    }
    Ok(connection)
}

/// Runs something asynchronous to its end, on a thread of its own: the caller may be within a runtime.
fn blocking<T: Send>(work: impl AsyncFnOnce() -> Result<T, SourceError> + Send) -> Result<T, SourceError> {
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| SourceError::io(Path::new("runtime"), error))?;
        runtime.block_on(work())
    };
    std::thread::scope(|scope| match scope.spawn(run).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
