//! Audiences that people saved: a name and a condition on customers, in the database beside the store's snapshots.
//! Imports do not touch them.

use std::path::{Path, PathBuf};

use sqlx::Row;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use crate::error::ShopError;
use crate::runs::database;

/// A saved audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAudience {
    /// Its name, which filters and commands use.
    pub name: String,
    /// What people call it; empty where its name says it.
    pub title: String,
    /// The condition, in SQL over `customer_profile`.
    pub rule: String,
    /// RFC 3339.
    pub saved_at: String,
}

/// The saved audiences of a store.
#[derive(Debug, Clone)]
pub struct Audiences {
    path: PathBuf,
    pool: SqlitePool,
}

impl Audiences {
    /// Opens those of a store's folder.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn open(store: &Path) -> Result<Self, ShopError> {
        let (path, pool) = database(store).await?;
        let made = sqlx::query(
            "CREATE TABLE IF NOT EXISTS audiences (
                name TEXT PRIMARY KEY, title TEXT NOT NULL, rule TEXT NOT NULL, saved_at TEXT NOT NULL)",
        )
        .execute(&pool)
        .await;
        made.map_err(|source| ShopError::Runs { path: path.clone(), source })?;
        Ok(Self { path, pool })
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn all(&self) -> Result<Vec<SavedAudience>, ShopError> {
        let rows = sqlx::query("SELECT * FROM audiences ORDER BY name").fetch_all(&self.pool).await;
        Ok(rows.map_err(|source| self.fault(source))?.iter().map(read).collect())
    }

    /// Saves one; one of the same name is replaced.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn save(&self, name: &str, title: &str, rule: &str) -> Result<SavedAudience, ShopError> {
        let saved = SavedAudience {
            name: name.to_owned(),
            title: title.to_owned(),
            rule: rule.to_owned(),
            saved_at: jiff::Timestamp::now().to_string(),
        };
        sqlx::query("INSERT OR REPLACE INTO audiences (name, title, rule, saved_at) VALUES (?, ?, ?, ?)")
            .bind(&saved.name)
            .bind(&saved.title)
            .bind(&saved.rule)
            .bind(&saved.saved_at)
            .execute(&self.pool)
            .await
            .map_err(|source| self.fault(source))?;
        Ok(saved)
    }

    /// Removes one; false where there is none of the name.
    ///
    /// # Errors
    /// [`ShopError::Runs`].
    pub async fn remove(&self, name: &str) -> Result<bool, ShopError> {
        let removed =
            sqlx::query("DELETE FROM audiences WHERE name = ?").bind(name).execute(&self.pool).await;
        Ok(removed.map_err(|source| self.fault(source))?.rows_affected() > 0)
    }

    fn fault(&self, source: sqlx::Error) -> ShopError {
        ShopError::Runs { path: self.path.clone(), source }
    }
}

fn read(row: &SqliteRow) -> SavedAudience {
    SavedAudience {
        name: row.get("name"),
        title: row.get("title"),
        rule: row.get("rule"),
        saved_at: row.get("saved_at"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_saved_is_there_when_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let audiences = Audiences::open(folder.path()).await.unwrap();
        audiences.save("단골", "", "orders > 3").await.unwrap();
        audiences.save("단골", "단골 고객", "orders > 5").await.unwrap();
        drop(audiences);
        let audiences = Audiences::open(folder.path()).await.unwrap();
        let all = audiences.all().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].title.as_str(), all[0].rule.as_str()), ("단골 고객", "orders > 5"));
        assert!(audiences.remove("단골").await.unwrap());
        assert!(!audiences.remove("단골").await.unwrap());
    }
}
