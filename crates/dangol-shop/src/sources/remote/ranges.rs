//! An object of which only those parts are fetched that are looked at, into a file with holes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use tempfile::TempDir;

use super::fetch::{Answer, Identity, Limits, Origin, fetch, silent, tried};
use super::{Fetched, Remote, RemoteFault, SourceError};

/// What is fetched at once, at least; text is looked at in slices of as much.
const BLOCK: u64 = 1 << 18;

/// An object that is looked at here and there.
pub(crate) struct Ranges {
    pub(super) remote: Remote,
    pub(super) object: PathBuf,
    pub(super) origin: Origin,
    /// The version that is looked at.
    pub(super) identity: Identity,
    pub(crate) size: u64,
    /// As long as the object; what was not fetched is a hole in it.
    pub(crate) file: PathBuf,
    /// The blocks that are there, by their numbers.
    pub(super) blocks: Mutex<BTreeSet<u64>>,
    /// Keeps the file.
    pub(super) spool: Arc<TempDir>,
}

impl std::fmt::Debug for Ranges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ranges").field("object", &self.object).finish_non_exhaustive()
    }
}

impl Ranges {
    /// All of it.
    pub(crate) fn whole(&self) -> Result<Fetched, SourceError> {
        self.remote.fetch(&self.object)
    }

    /// Makes sure that the bytes `from..to` are there.
    fn fill(&self, from: u64, to: u64) -> Result<(), RemoteFault> {
        let mut there = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut runs: Vec<Range<u64>> = Vec::new();
        for block in (from / BLOCK..to.min(self.size).div_ceil(BLOCK)).filter(|block| !there.contains(block))
        {
            match runs.last_mut().filter(|run| run.end == block) {
                Some(run) => run.end += 1,
                None => runs.push(block..block + 1),
            }
        }
        for run in runs {
            let range = run.start * BLOCK..(run.end * BLOCK).min(self.size);
            if self.remote.blocking_part(async || tried(async || self.part(&range).await).await)? {
                there.extend(run);
            } else {
                // The server gives the whole or nothing.
                self.remote.blocking_part(async || self.all().await)?;
                there.extend(0..self.size.div_ceil(BLOCK));
                break;
            }
        }
        Ok(())
    }

    /// Fetches a part; false if the server gives no parts.
    async fn part(&self, range: &Range<u64>) -> Result<bool, RemoteFault> {
        let patience = self.remote.patience();
        let asked = self.origin.get_part(range.clone(), &self.identity);
        let asked = tokio::time::timeout(patience, asked).await;
        let Answer { identity, from, mut stream } = asked.map_err(|_| silent(patience))??;
        if self.identity.is(&identity) == Some(false) {
            return Err(RemoteFault::Changed);
        }
        if from != range.start {
            return Ok(false);
        }
        let mut file = File::options().write(true).open(&self.file).map_err(|source| self.no_room(source))?;
        file.seek(SeekFrom::Start(from)).map_err(|source| self.no_room(source))?;
        let mut left = range.end - range.start;
        while left > 0 {
            let piece = match tokio::time::timeout(patience, stream.next()).await {
                Err(_) => return Err(silent(patience)),
                Ok(None) => {
                    let message = "the connection ended without an error".to_owned();
                    let bytes = range.end - left;
                    return Err(RemoteFault::Cut { tries: 1, bytes, of: Some(self.size), message });
                }
                Ok(Some(piece)) => piece?,
            };
            // A server that gives more than was asked for is not listened to.
            let piece = &piece[..piece.len().min(left as usize)];
            self.remote.take(piece.len() as u64)?;
            file.write_all(piece).map_err(|source| self.no_room(source))?;
            left -= piece.len() as u64;
        }
        Ok(true)
    }

    async fn all(&self) -> Result<(), RemoteFault> {
        let take = |bytes| self.remote.take(bytes);
        let limits = Limits { patience: self.remote.patience(), take: &take, label: &self.object };
        fetch(&self.origin, Some(self.identity.clone()), &self.file, &limits).await.map(|_| ())
    }

    fn no_room(&self, source: io::Error) -> RemoteFault {
        RemoteFault::NoRoom { folder: self.spool.path().to_owned(), source }
    }
}

/// Reads an object, and fetches what is not there yet.
#[derive(Debug)]
pub(crate) struct Reader {
    ranges: Arc<Ranges>,
    file: File,
    position: u64,
}

impl Reader {
    pub(crate) fn new(ranges: &Arc<Ranges>) -> io::Result<Self> {
        Ok(Self { ranges: ranges.clone(), file: File::open(&ranges.file)?, position: 0 })
    }

    pub(crate) fn again(&self) -> io::Result<Self> {
        Self::new(&self.ranges)
    }

    pub(crate) fn size(&self) -> u64 {
        self.ranges.size
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let end = self.position + into.len() as u64;
        self.ranges.fill(self.position, end).map_err(|fault| io::Error::other(Wrapped(fault)))?;
        let read = self.file.read(into)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

/// A fault on its way through [`Read`].
#[derive(Debug)]
struct Wrapped(RemoteFault);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Wrapped {}

/// The fault that an error of reading stands for, if it is one; else the error.
pub(in crate::sources) fn fault_of(error: io::Error) -> Result<RemoteFault, io::Error> {
    if !error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Wrapped>) {
        return Err(error);
    }
    let inner = error.into_inner().and_then(|inner| inner.downcast::<Wrapped>().ok());
    // It was found to be one above.
    inner.map(|wrapped| wrapped.0).ok_or_else(|| io::ErrorKind::Other.into())
}
