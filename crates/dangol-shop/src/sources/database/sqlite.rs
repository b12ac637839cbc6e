//! SQLite files.

use std::borrow::Cow;
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions, Executor, Row as _, SqlSafeStr, Statement as _,
    TypeInfo as _, ValueRef as _,
};

use super::cells::{Cell, Kind, hexadecimal};
use super::session::{About, ResultColumn, Row, Session, Take, each_row, texts};

pub(super) struct Sqlite(SqliteConnection);

pub(super) async fn connect(path: &Path) -> Result<Sqlite, sqlx::Error> {
    let options =
        SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(10));
    let mut session = Sqlite(options.disable_statement_logging().connect().await?);
    // SQLite looks into the file when it is first asked for something.
    texts(&mut session, "SELECT count(*) FROM sqlite_master").await?;
    Ok(session)
}

#[async_trait(?Send)]
impl Session for Sqlite {
    async fn columns(&mut self, sql: &str) -> Result<Vec<ResultColumn>, sqlx::Error> {
        let statement = (&mut self.0).prepare(AssertSqlSafe(sql).into_sql_str()).await?;
        let columns = statement.columns().iter().map(|column| ResultColumn {
            name: column.name().to_owned(),
            type_name: column.type_info().name().to_owned(),
            kind: Kind::Text,
        });
        Ok(columns.collect())
    }

    async fn set(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.0).await.map(|_| ())
    }

    async fn rows(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), sqlx::Error> {
        each_row::<sqlx::Sqlite>(&mut self.0, sql, take).await
    }

    async fn begin(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        if let Some(limit) = limit {
            let end = Instant::now() + limit;
            let mut handle = self.0.lock_handle().await?;
            handle.set_progress_handler(10_000, move || Instant::now() < end);
        }
        Ok(())
    }

    async fn catalogue(&mut self) -> Result<Vec<Vec<String>>, sqlx::Error> {
        let names = texts(
            self,
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        );
        let mut rows = Vec::new();
        for name in names.await?.into_iter().flatten() {
            let columns = format!(
                "SELECT 'main', '{0}', name, 1, pk > 0 FROM pragma_table_xinfo('{0}') WHERE hidden <> 1 ORDER BY cid",
                name.replace('\'', "''")
            );
            // A view over a table that is gone can't be read and hides nothing else.
            rows.extend(texts(self, &columns).await.unwrap_or_default());
        }
        Ok(rows)
    }

    async fn estimate(&mut self, sql: &str) -> Option<u64> {
        let rows = texts(self, &format!("SELECT count(*) FROM ({sql}\n)")).await.ok()?;
        rows.first()?.first()?.parse().ok()
    }

    fn about(&self, error: &sqlx::Error) -> About {
        about(error)
    }
}

impl Row for SqliteRow {
    fn len(&self) -> usize {
        sqlx::Row::len(self)
    }

    /// Numbers as the shortest text that reads back equal, as worksheets have them.
    fn cell(&self, at: usize) -> Result<Cell<'_>, sqlx::Error> {
        let value = self.try_get_raw(at)?;
        if value.is_null() {
            return Ok(Cell::of(None));
        }
        let (text, is_number) = match value.type_info().name() {
            "INTEGER" => (self.try_get_unchecked::<i64, _>(at)?.to_string(), false),
            "REAL" => (self.try_get_unchecked::<f64, _>(at)?.to_string(), true),
            "BLOB" => (hexadecimal(self.try_get_unchecked::<&[u8], _>(at)?), false),
            _ => return self.try_get_unchecked::<&[u8], _>(at).map(|bytes| Cell::of(Some(bytes))),
        };
        Ok(Cell { bytes: Some(Cow::Owned(text.into_bytes())), is_number })
    }
}

/// <https://www.sqlite.org/rescode.html>
pub(super) fn about(error: &sqlx::Error) -> About {
    let sqlx::Error::Database(error) = error else {
        return if matches!(error, sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed) {
            About::Lost
        } else {
            About::Other
        };
    };
    let code: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or(0);
    // The lower byte is the kind of error, what lies above its shade.
    match code & 0xff {
        26 => About::NotSqlite,
        9 => About::TooLong,
        10 | 11 => About::Lost,
        _ if error.message().starts_with("no such table") => About::NoTable,
        _ if error.message().starts_with("no such column") => About::NoColumn,
        _ => About::Other,
    }
}
