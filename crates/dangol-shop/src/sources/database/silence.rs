//! Databases that go silent: a network that is gone without a word leaves a connection waiting for ever.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout, timeout_at};

use super::session::{About, ResultColumn, Row, Session, Take};

/// Nothing came for so long.
#[derive(Debug, Clone, Copy)]
struct Silence(Duration);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came for {} seconds", self.0.as_secs())
    }
}

impl std::error::Error for Silence {}

fn silent(limit: Duration) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, Silence(limit)))
}

/// For how long nothing came, if that is what an error says.
pub(super) fn silence_of(error: &sqlx::Error) -> Option<Duration> {
    let sqlx::Error::Io(error) = error else { return None };
    error.get_ref()?.downcast_ref::<Silence>().map(|silence| silence.0)
}

/// A session that is given up when its database is silent for longer than a limit. It can't be used afterwards.
pub(super) struct Watched {
    pub(super) session: Box<dyn Session>,
    pub(super) limit: Duration,
}

async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(limit, answer).await.unwrap_or_else(|_| Err(silent(limit)))
}

#[async_trait(?Send)]
impl Session for Watched {
    async fn columns(&mut self, sql: &str) -> Result<Vec<ResultColumn>, sqlx::Error> {
        within(self.limit, self.session.columns(sql)).await
    }

    async fn set(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        within(self.limit, self.session.set(sql)).await
    }

    /// However long all rows take, and whatever is done with them: what counts is the time between two.
    async fn rows(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), sqlx::Error> {
        let limit = self.limit;
        let last = Cell::new(Instant::now());
        let mut noted = |row: &dyn Row| {
            let taken = take(row);
            last.set(Instant::now());
            taken
        };
        let mut reading = pin!(self.session.rows(sql, &mut noted));
        loop {
            let since = last.get();
            match timeout_at(since + limit, &mut reading).await {
                Ok(read) => return read,
                Err(_) if last.get() > since => {}
                Err(_) => return Err(silent(limit)),
            }
        }
    }

    async fn begin(&mut self, limit: Option<Duration>) -> Result<(), sqlx::Error> {
        within(self.limit, self.session.begin(limit)).await
    }

    async fn catalogue(&mut self) -> Result<Vec<Vec<String>>, sqlx::Error> {
        within(self.limit, self.session.catalogue()).await
    }

    async fn estimate(&mut self, sql: &str) -> Option<u64> {
        timeout(self.limit, self.session.estimate(sql)).await.unwrap_or_default()
    }

    fn about(&self, error: &sqlx::Error) -> About {
        match silence_of(error) {
            Some(limit) => About::Silent(limit),
            None => self.session.about(error),
        }
    }
}
