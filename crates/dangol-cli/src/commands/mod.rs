//! One module a command.

pub(crate) mod analyze;
pub(crate) mod audience;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod quality;
pub(crate) mod reference;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod sql;
pub(crate) mod watch;

use std::path::Path;

use dangol_shop::runs::{Run, Runs};
use dangol_shop::store::Store;

/// Adds a run to the shop's record. A record that cannot be written is no reason to fail
/// what was recorded.
pub(crate) async fn record(folder: &Path, run: &Run) {
    let store = Store::of_shop(folder);
    let recorded = async { Runs::open(store.folder()).await?.record(run).await };
    if let Err(error) = recorded.await {
        tracing::warn!("{error}");
    }
}
