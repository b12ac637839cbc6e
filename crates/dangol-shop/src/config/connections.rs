//! `[connections]`: how long a database may be silent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[connections]`: how long to wait for databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connections {
    /// Seconds that one try to connect may take; a server that does not answer is tried three times. Default 10.
    pub connect_seconds: u64,
    /// Seconds without an answer or a row, after which a reading is given up. A query that sorts or sums may need as
    /// long until its first row. Default 300.
    pub silence_seconds: u64,
}

impl Default for Connections {
    fn default() -> Self {
        Self { connect_seconds: 10, silence_seconds: 300 }
    }
}

impl Connections {
    /// How long one try to connect may take.
    #[must_use]
    pub fn connect(&self) -> Duration {
        Duration::from_secs(self.connect_seconds)
    }

    /// How long a connection may be silent.
    #[must_use]
    pub fn silence(&self) -> Duration {
        Duration::from_secs(self.silence_seconds)
    }

    /// The key that can't be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let told = [("connect_seconds", self.connect_seconds), ("silence_seconds", self.silence_seconds)];
        match told.into_iter().find(|(_, seconds)| *seconds == 0) {
            Some((key, _)) => Err((key, format!("`{key}` is at least 1"))),
            None => Ok(()),
        }
    }
}
