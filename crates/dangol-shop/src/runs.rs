//! The record of runs: each import and each analysis, so that any number can be traced.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use utoipa::ToSchema;

use crate::error::ShopError;

/// One import or analysis.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// Number of the run; 0 before it is recorded.
    pub id: i64,
    /// `import` or `analysis`
    pub kind: String,
    /// The source or the analysis.
    pub name: String,
    /// RFC 3339.
    pub started_at: String,
    /// How long it took.
    pub seconds: f64,
    /// `done`, `unchanged` or `failed`
    pub outcome: String,
    /// The snapshot written or read.
    pub snapshot: Option<String>,
    /// The program's version.
    pub version: String,
    /// Parameters as used.
    pub params: serde_json::Value,
    /// Files read, with size and hash.
    pub inputs: serde_json::Value,
    /// Counts by name.
    pub counts: serde_json::Value,
}

impl Run {
    /// A run that began just now.
    #[must_use]
    pub fn begin(kind: &str, name: &str) -> Self {
        Self {
            id: 0,
            kind: kind.to_owned(),
            name: name.to_owned(),
            started_at: jiff::Timestamp::now().to_string(),
            seconds: 0.0,
            outcome: "done".into(),
            snapshot: None,
            version: env!("CARGO_PKG_VERSION").into(),
            params: serde_json::Value::Null,
            inputs: serde_json::Value::Null,
            counts: serde_json::Value::Null,
        }
    }
}

/// The database in a store's folder, made where it is not there.
pub(crate) async fn database(store: &Path) -> Result<(PathBuf, SqlitePool), ShopError> {
    let path = store.join("dangol.sqlite");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(std::time::Duration::from_secs(10));
    match SqlitePoolOptions::new().max_connections(2).connect_with(options).await {
        Ok(pool) => Ok((path, pool)),
        Err(source) => Err(ShopError::Runs { path, source }),
    }
}

/// The database of runs in a store.
#[derive(Debug, Clone)]
pub struct Runs {
    path: PathBuf,
    pool: SqlitePool,
}

impl Runs {
    /// Opens the record in a store's folder, making it where it is not there.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn open(store: &Path) -> Result<Self, ShopError> {
        let (path, pool) = database(store).await?;
        let fault = |source| ShopError::Runs { path: path.clone(), source };
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS runs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL, name TEXT NOT NULL, started_at TEXT NOT NULL,
                seconds REAL NOT NULL, outcome TEXT NOT NULL, snapshot TEXT,
                version TEXT NOT NULL, params TEXT NOT NULL, inputs TEXT NOT NULL, counts TEXT NOT NULL)",
        )
        .execute(&pool)
        .await
        .map_err(fault)?;
        Ok(Self { path: path.clone(), pool })
    }

    /// Adds a run.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn record(&self, run: &Run) -> Result<(), ShopError> {
        sqlx::query(
            "INSERT INTO runs (kind, name, started_at, seconds, outcome, snapshot, version, params, inputs, counts)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&run.kind)
        .bind(&run.name)
        .bind(&run.started_at)
        .bind(run.seconds)
        .bind(&run.outcome)
        .bind(&run.snapshot)
        .bind(&run.version)
        .bind(run.params.to_string())
        .bind(run.inputs.to_string())
        .bind(run.counts.to_string())
        .execute(&self.pool)
        .await
        .map_err(|source| self.fault(source))?;
        Ok(())
    }

    /// The latest runs, newest first.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn latest(&self, limit: u32) -> Result<Vec<Run>, ShopError> {
        let rows = sqlx::query("SELECT * FROM runs ORDER BY id DESC LIMIT ?")
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(|source| self.fault(source))?;
        let json = |text: String| serde_json::from_str(&text).unwrap_or(serde_json::Value::Null);
        Ok(rows
            .into_iter()
            .map(|row| Run {
                id: row.get("id"),
                kind: row.get("kind"),
                name: row.get("name"),
                started_at: row.get("started_at"),
                seconds: row.get("seconds"),
                outcome: row.get("outcome"),
                snapshot: row.get("snapshot"),
                version: row.get("version"),
                params: json(row.get("params")),
                inputs: json(row.get("inputs")),
                counts: json(row.get("counts")),
            })
            .collect())
    }

    fn fault(&self, source: sqlx::Error) -> ShopError {
        ShopError::Runs { path: self.path.clone(), source }
    }
}
