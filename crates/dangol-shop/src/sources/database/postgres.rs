//! PostgreSQL, and what speaks its protocol.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions, Executor, Row as _, SqlSafeStr, Statement as _,
    TypeInfo as _, ValueRef as _,
};

use super::cells::{Cell, Kind};
use super::session::{About, ResultColumn, Row, Session, Take, each_row, texts};

pub(super) struct Postgres(PgConnection);

pub(super) async fn connect(options: &PgConnectOptions) -> Result<Postgres, sqlx::Error> {
    // Statements are run once each; kept ones would confuse a pooler between here and the server.
    let options = options.clone().statement_cache_capacity(0).disable_statement_logging();
    let mut session = Postgres(options.connect().await?);
    session.set("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY").await?;
    Ok(session)
}

const CATALOGUE: &str = "SELECT n.nspname, c.relname, a.attname, \
           (pg_catalog.pg_table_is_visible(c.oid) AND NOT c.relispartition)::int, \
           EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary \
             AND a.attnum = ANY (i.indkey))::int \
         FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' \
           AND n.nspname <> 'information_schema' \
           AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
           AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') \
         ORDER BY n.nspname, c.relname, a.attnum";

#[async_trait(?Send)]
impl Session for Postgres {
    async fn columns(&mut self, sql: &str) -> Result<Vec<ResultColumn>, sqlx::Error> {
        let statement = (&mut self.0).prepare(AssertSqlSafe(sql).into_sql_str()).await?;
        let columns = statement.columns().iter().map(|column| {
            let type_name = column.type_info().name().to_owned();
            ResultColumn { name: column.name().to_owned(), kind: kind(&type_name), type_name }
        });
        Ok(columns.collect())
    }

    async fn set(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.0).await.map(|_| ())
    }

    async fn rows(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), sqlx::Error> {
        each_row::<sqlx::Postgres>(&mut self.0, sql, take).await
    }

    async fn begin(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        self.set("BEGIN READ ONLY").await?;
        match limit {
            None => Ok(()),
            Some(limit) => self.set(&format!("SET LOCAL statement_timeout = {}", limit.as_millis())).await,
        }
    }

    async fn catalogue(&mut self) -> Result<Vec<Vec<String>>, sqlx::Error> {
        texts(self, CATALOGUE).await
    }

    async fn estimate(&mut self, sql: &str) -> Option<u64> {
        let plan = texts(self, &format!("EXPLAIN {sql}")).await.ok()?;
        let (_, rows) = plan.first()?.first()?.split_once("rows=")?;
        rows.split(' ').next()?.parse().ok()
    }

    fn about(&self, error: &sqlx::Error) -> About {
        about(error)
    }
}

impl Row for PgRow {
    fn len(&self) -> usize {
        sqlx::Row::len(self)
    }

    fn cell(&self, at: usize) -> Result<Cell<'_>, sqlx::Error> {
        let value = self.try_get_raw(at)?;
        if value.is_null() {
            return Ok(Cell::of(None));
        }
        value.as_bytes().map(|bytes| Cell::of(Some(bytes))).map_err(sqlx::Error::Decode)
    }
}

fn kind(type_name: &str) -> Kind {
    match type_name {
        "INT2" | "INT4" | "INT8" | "OID" => Kind::Whole,
        "FLOAT4" | "FLOAT8" => Kind::Float,
        "NUMERIC" => Kind::Decimal,
        "BOOL" => Kind::YesNo,
        "TIMESTAMP" => Kind::Time { zoned: false },
        "TIMESTAMPTZ" => Kind::Time { zoned: true },
        "DATE" => Kind::Day,
        _ => Kind::Text,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub(super) fn about(error: &sqlx::Error) -> About {
    let sqlx::Error::Database(error) = error else {
        return match error {
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => About::Lost,
            _ => About::Other,
        };
    };
    let code = error.code().unwrap_or_default();
    match &*code {
        "57P03" | "53300" => About::Reaching,
        "3D000" => About::NoDatabase,
        "42P01" | "3F000" => About::NoTable,
        "42703" => About::NoColumn,
        "57014" => About::TooLong,
        "57P01" | "57P02" | "57P05" => About::Lost,
        code if code.starts_with("28") => About::Credentials,
        code if code.starts_with("08") => About::Lost,
        _ => About::Other,
    }
}
