//! MySQL and MariaDB.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::mysql::{MySql, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlTypeInfo};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions, Executor, Row as _, SqlSafeStr, Statement as _, Type,
    TypeInfo as _,
};

use super::cells::{Cell, Kind};
use super::session::{About, ResultColumn, Row, Session, Take, each_row, texts};

pub(super) struct MySqlSession(MySqlConnection);

pub(super) async fn connect(options: &MySqlConnectOptions) -> Result<MySqlSession, sqlx::Error> {
    // The query is a person's own: `||` and the like mean what they mean on that server.
    let options = options.clone().pipes_as_concat(false).no_engine_substitution(false);
    let options = options.statement_cache_capacity(0).disable_statement_logging();
    let mut session = MySqlSession(options.connect().await?);
    session.set("SET SESSION TRANSACTION READ ONLY").await?;
    Ok(session)
}

const CATALOGUE: &str = "SELECT table_schema, table_name, column_name, coalesce(table_schema = database(), 0), \
           column_key = 'PRI' \
         FROM information_schema.columns \
         WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') \
         ORDER BY table_schema, table_name, ordinal_position";

#[async_trait(?Send)]
impl Session for MySqlSession {
    async fn columns(&mut self, sql: &str) -> Result<Vec<ResultColumn>, sqlx::Error> {
        let statement = (&mut self.0).prepare(AssertSqlSafe(sql).into_sql_str()).await?;
        let columns = statement.columns().iter().map(|column| ResultColumn {
            name: column.name().to_owned(),
            kind: kind(column.type_info()),
            type_name: column.type_info().name().to_owned(),
        });
        Ok(columns.collect())
    }

    async fn set(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.0).await.map(|_| ())
    }

    async fn rows(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), sqlx::Error> {
        each_row::<MySql>(&mut self.0, sql, take).await
    }

    async fn begin(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        if let Some(limit) = limit {
            // The two have gone different ways here.
            let version = texts(self, "SELECT version()").await?;
            let is_mariadb =
                version.first().and_then(|row| row.first()).is_some_and(|it| it.contains("MariaDB"));
            self.set(&if is_mariadb {
                format!("SET SESSION max_statement_time = {}", limit.as_secs_f64())
            } else {
                format!("SET SESSION max_execution_time = {}", limit.as_millis())
            })
            .await?;
        }
        self.set("START TRANSACTION READ ONLY").await
    }

    async fn catalogue(&mut self) -> Result<Vec<Vec<String>>, sqlx::Error> {
        texts(self, CATALOGUE).await
    }

    async fn estimate(&mut self, sql: &str) -> Option<u64> {
        // One line for each table read; the longest of them leads.
        let explain = format!("EXPLAIN {sql}");
        let rows = self.columns(&explain).await.ok()?.iter().position(|column| column.name == "rows")?;
        let plan = texts(self, &explain).await.ok()?;
        plan.iter().filter_map(|line| line.get(rows)?.parse().ok()).max()
    }

    fn about(&self, error: &sqlx::Error) -> About {
        about(error)
    }
}

impl Row for MySqlRow {
    fn len(&self) -> usize {
        sqlx::Row::len(self)
    }

    fn cell(&self, at: usize) -> Result<Cell<'_>, sqlx::Error> {
        self.try_get_unchecked::<Option<&[u8]>, _>(at).map(Cell::of)
    }
}

fn kind(of: &MySqlTypeInfo) -> Kind {
    match of.name() {
        // TINYINT(1), which is also where ratings are kept.
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" | "YEAR" => Kind::Whole,
        name if name.ends_with(" UNSIGNED") => Kind::Unsigned,
        "FLOAT" | "DOUBLE" => Kind::Float,
        "DECIMAL" => Kind::Decimal,
        "TIMESTAMP" => Kind::Time { zoned: true },
        "DATETIME" => Kind::Time { zoned: false },
        "DATE" => Kind::Day,
        "BIT" => Kind::Bits,
        "GEOMETRY" => Kind::Bytes,
        // By its name, text with a binary collation would be bytes.
        name if name.contains("BINARY") || name.contains("BLOB") => {
            if <str as Type<MySql>>::compatible(of) {
                Kind::Text
            } else {
                Kind::Bytes
            }
        }
        _ => Kind::Text,
    }
}

/// <https://mariadb.com/kb/en/mariadb-error-code-reference/>
pub(super) fn about(error: &sqlx::Error) -> About {
    let sqlx::Error::Database(error) = error else {
        return match error {
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => About::Lost,
            _ => About::Other,
        };
    };
    match error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number) {
        Some(1040 | 1203) => About::Reaching,
        Some(1045 | 1698) => About::Credentials,
        Some(1044 | 1046 | 1049) => About::NoDatabase,
        Some(1146) => About::NoTable,
        Some(1054) => About::NoColumn,
        Some(1969 | 3024) => About::TooLong,
        Some(1053 | 1152 | 1927 | 4031) => About::Lost,
        _ => About::Other,
    }
}
