//! A connection in use: what the three databases have in common.

use std::ops::ControlFlow;
use std::time::Duration;

use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use super::cells::{Cell, Kind};
use super::connection::{Connection, Options};
use super::silence::Watched;
use super::{DatabaseFault, mysql, postgres, sqlite};

/// A column of a result.
#[derive(Debug, Clone)]
pub(super) struct ResultColumn {
    pub(super) name: String,
    /// Its type as the database calls it.
    pub(super) type_name: String,
    pub(super) kind: Kind,
}

/// A table or view that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) schema: String,
    pub(super) name: String,
    /// Found without naming its schema.
    pub(super) is_default: bool,
    pub(super) columns: Vec<String>,
    /// The columns of its primary key.
    pub(super) key: Vec<String>,
}

impl Table {
    /// The table as one writes it into `shop.toml`.
    pub(super) fn written(&self) -> String {
        if self.is_default { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }

    /// Its name in a statement.
    pub(super) fn quoted(&self, dialect: super::Dialect) -> String {
        format!("{}.{}", dialect.quote(&self.schema), dialect.quote(&self.name))
    }
}

/// One row of a result.
pub(super) trait Row {
    /// How many values it has.
    fn len(&self) -> usize;
    /// A value, by its place.
    fn cell(&self, at: usize) -> Result<Cell<'_>, sqlx::Error>;
}

/// What is done with each row.
pub(super) type Take<'a> = dyn FnMut(&dyn Row) -> Result<ControlFlow<()>, sqlx::Error> + 'a;

/// What an error of a database is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Nobody answers, or not now.
    Reaching,
    Credentials,
    NoDatabase,
    NotSqlite,
    NoTable,
    NoColumn,
    TooLong,
    Lost,
    /// Nothing came for so long.
    Silent(Duration),
    Other,
}

/// A connection that only reads.
#[async_trait(?Send)]
pub(super) trait Session {
    /// The columns of a statement, without running it. The server refuses more than one statement here.
    async fn columns(&mut self, sql: &str) -> Result<Vec<ResultColumn>, sqlx::Error>;

    /// Runs statements that set something.
    async fn set(&mut self, sql: &str) -> Result<(), sqlx::Error>;

    /// Runs a statement and hands over its rows one after the other, as they come.
    async fn rows(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), sqlx::Error>;

    /// Begins a transaction that only reads and that ends its statements after a while, if told so.
    async fn begin(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error>;

    /// Schema, table, column, “found without its schema” and “in the primary key” (1 or 0) of what may be read,
    /// columns of a table in their order.
    async fn catalogue(&mut self) -> Result<Vec<Vec<String>>, sqlx::Error>;

    /// About how many rows a statement gives.
    async fn estimate(&mut self, sql: &str) -> Option<u64>;

    /// What an error is about.
    fn about(&self, error: &sqlx::Error) -> About;
}

/// What [`Session::rows`] does in each database.
pub(super) async fn each_row<DB>(
    connection: &mut DB::Connection,
    sql: &str,
    take: &mut Take<'_>,
) -> Result<(), sqlx::Error>
where
    DB: sqlx::Database,
    DB::Row: Row,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let mut rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        if take(&row)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// All values of a short result as text.
pub(super) async fn texts(session: &mut dyn Session, sql: &str) -> Result<Vec<Vec<String>>, sqlx::Error> {
    let mut rows = Vec::new();
    let mut take = |row: &dyn Row| {
        let mut texts = Vec::with_capacity(row.len());
        for at in 0..row.len() {
            let cell = row.cell(at)?;
            texts.push(cell.bytes.map_or_else(String::new, |it| String::from_utf8_lossy(&it).into_owned()));
        }
        rows.push(texts);
        Ok(ControlFlow::Continue(()))
    };
    session.rows(sql, &mut take).await?;
    Ok(rows)
}

/// The tables that may be read.
pub(super) async fn tables(session: &mut dyn Session) -> Result<Vec<Table>, sqlx::Error> {
    let mut tables: Vec<Table> = Vec::new();
    for row in session.catalogue().await? {
        let [schema, name, column, is_default, in_key] = row.as_slice() else { continue };
        let same = tables.last().is_some_and(|last| last.schema == *schema && last.name == *name);
        if !same {
            tables.push(Table {
                schema: schema.clone(),
                name: name.clone(),
                is_default: is_default == "1",
                columns: Vec::new(),
                key: Vec::new(),
            });
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push(column.clone());
            if in_key == "1" {
                table.key.push(column.clone());
            }
        }
    }
    Ok(tables)
}

/// How often a server that does not answer is tried.
const TRIES: u32 = 3;

/// Connects. Where nobody answers, it is tried again after a while; where somebody says no, it is not. A connection that
/// is silent for too long is given up later.
pub(super) async fn connect(
    connection: &Connection,
    silence: Duration,
) -> Result<Box<dyn Session>, DatabaseFault> {
    let patience = connection.patience.connect();
    let mut tried = 1;
    loop {
        let connecting = async {
            Ok::<Box<dyn Session>, sqlx::Error>(match &connection.options {
                Options::Postgres(options) => Box::new(postgres::connect(options).await?),
                Options::MySql(options) => Box::new(mysql::connect(options).await?),
                Options::Sqlite(path) => Box::new(sqlite::connect(path).await?),
                Options::Adbc(_) => return Err(sqlx::Error::Configuration("a driver of ADBC".into())),
            })
        };
        let error = match tokio::time::timeout(patience, connecting).await {
            // A file is not silent.
            Ok(Ok(session)) if matches!(connection.options, Options::Sqlite(_)) => return Ok(session),
            Ok(Ok(session)) => return Ok(Box::new(Watched { session, limit: silence })),
            Ok(Err(error)) => error,
            Err(_) => sqlx::Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                format!("no answer within {} seconds", patience.as_secs()),
            )),
        };
        let about = match &connection.options {
            Options::Postgres(_) => postgres::about(&error),
            Options::MySql(_) => mysql::about(&error),
            Options::Sqlite(_) => sqlite::about(&error),
            Options::Adbc(_) => About::Other,
        };
        let message = connection.secrets.hide(&words(&error));
        return Err(match about {
            _ if is_about_tls(&error) => DatabaseFault::Tls { message },
            About::Reaching | About::Lost if tried < TRIES => {
                tokio::time::sleep(Duration::from_millis(200) * 4_u32.pow(tried - 1)).await;
                tried += 1;
                continue;
            }
            About::Credentials => DatabaseFault::Refused { message },
            About::NoDatabase => DatabaseFault::UnknownDatabase { message },
            About::NotSqlite => DatabaseFault::NotSqlite { message },
            _ => DatabaseFault::Unreachable { tries: tried, message },
        });
    }
}

/// A certificate that is not trusted comes as an error of input and output, too.
fn is_about_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// The database's own words, without those of the driver around them.
pub(super) fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
