//! Files on their way to the disk.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::error::ShopError;

/// Files that wait for the disk at a time; whoever adds another waits with them.
const MOST_WAITING: usize = 32;

/// Waits for the disk beside the work: a thread that has written a file goes on to the next, and a snapshot is made
/// current only after [`Syncing::finish`].
#[derive(Debug)]
pub(crate) struct Syncing {
    files: SyncSender<(PathBuf, File)>,
    thread: JoinHandle<Result<(), ShopError>>,
}

impl Syncing {
    pub(crate) fn start() -> Self {
        let (files, written) = sync_channel::<(PathBuf, File)>(MOST_WAITING);
        let thread = std::thread::spawn(move || {
            written
                .iter()
                .try_for_each(|(path, file)| file.sync_data().map_err(ShopError::io("writing", &path)))
        });
        Self { files, thread }
    }

    /// Takes a file that is written to its end.
    pub(crate) fn add(&self, path: PathBuf, file: File) {
        // After a failure nobody takes files any more; `finish` tells which it was.
        let _ = self.files.send((path, file));
    }

    /// Waits until all files are on the disk.
    ///
    /// # Errors
    /// The first failure.
    pub(crate) fn finish(self) -> Result<(), ShopError> {
        drop(self.files);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_reach_the_disk_is_named() {
        let good = tempfile::NamedTempFile::new().unwrap();
        let syncing = Syncing::start();
        syncing.add(good.path().into(), good.reopen().unwrap());
        syncing.finish().unwrap();
        // A pipe has no disk behind it.
        let pipe = File::from(std::os::fd::OwnedFd::from(std::io::pipe().unwrap().1));
        let syncing = Syncing::start();
        syncing.add("lines.parquet".into(), pipe);
        for _ in 0..2 * MOST_WAITING {
            syncing.add(good.path().into(), good.reopen().unwrap());
        }
        let error = syncing.finish().unwrap_err().to_string();
        assert!(error.contains("lines.parquet"), "{error}");
    }
}
