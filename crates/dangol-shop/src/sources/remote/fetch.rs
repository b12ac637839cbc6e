//! Fetching an object into a file: piece by piece, going on where a connection broke, and only ever one version of it.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::{GetOptions, GetRange, ObjectMeta};

use super::list::{parsed, said};
use super::stores::Bucket;
use super::{RemoteFault, web};
use crate::sources::remote::address::Web;

/// How often a server that fails or keeps silent is tried, unless something came meanwhile.
const TRIES: u32 = 4;

/// So much counts as something.
const PROGRESS: u64 = 1 << 20;

/// How often an object that changed while it was read is begun again.
const RESTARTS: u32 = 2;

/// A server that gives fewer bytes in as long as a silent one is waited for counts as silent.
const HARDLY_ANY: u64 = 1024;

/// What tells one version of an object from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) size: Option<u64>,
    pub(crate) etag: Option<String>,
    /// Time of the last change, nanoseconds since 1970.
    pub(crate) modified: Option<i128>,
}

impl Identity {
    pub(super) fn of(meta: &ObjectMeta) -> Self {
        let modified = meta.last_modified.timestamp_nanos_opt().filter(|at| *at != 0).map(i128::from);
        Self { size: Some(meta.size), etag: meta.e_tag.clone(), modified }
    }

    /// Whether both are the same version; unknown where the store does not say enough.
    pub(crate) fn is(&self, other: &Self) -> Option<bool> {
        if let (Some(size), Some(others)) = (self.size, other.size)
            && size != others
        {
            return Some(false);
        }
        match (&self.etag, &other.etag) {
            (Some(etag), Some(others)) => return Some(etag == others),
            (None, None) => {}
            _ => return None,
        }
        let sized = self.size.is_some() && other.size.is_some();
        self.modified.zip(other.modified).filter(|_| sized).map(|(one, two)| one == two)
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.size, self.etag, self.modified)
    }
}

/// Where one object is fetched from.
#[derive(Clone)]
pub(super) enum Origin {
    Bucket(Bucket, String),
    Web(reqwest::Client, Web),
}

/// An object, or the rest of it.
pub(super) struct Answer {
    pub(super) identity: Identity,
    /// The first byte of the stream.
    pub(super) from: u64,
    pub(super) stream: BoxStream<'static, Result<Bytes, RemoteFault>>,
}

impl Origin {
    pub(super) async fn identity(&self, patience: Duration) -> Result<Identity, RemoteFault> {
        match self {
            Self::Bucket(bucket, key) => super::list::head(bucket, key).await,
            Self::Web(client, web) => {
                tried(async || {
                    let asked = tokio::time::timeout(patience, web::head(client, web)).await;
                    asked.unwrap_or_else(|_| Err(silent(patience)))
                })
                .await
            }
        }
    }

    /// From some place on.
    async fn get_from(&self, from: u64, known: Option<&Identity>) -> Result<Answer, RemoteFault> {
        match self {
            Self::Web(client, web) => web::get(client, web, from, known).await,
            Self::Bucket(bucket, key) => {
                of_bucket(bucket, key, (from > 0).then_some(GetRange::Offset(from)), known).await
            }
        }
    }

    /// A part of it; of a server that gives no parts, from its beginning.
    pub(super) async fn get_part(&self, part: Range<u64>, known: &Identity) -> Result<Answer, RemoteFault> {
        match self {
            Self::Web(client, web) => web::get_part(client, web, part, known).await,
            Self::Bucket(bucket, key) => {
                of_bucket(bucket, key, Some(GetRange::Bounded(part)), Some(known)).await
            }
        }
    }
}

async fn of_bucket(
    bucket: &Bucket,
    key: &str,
    range: Option<GetRange>,
    known: Option<&Identity>,
) -> Result<Answer, RemoteFault> {
    let if_match = known.and_then(|known| known.etag.clone());
    let options = GetOptions { if_match, range, ..GetOptions::default() };
    let got = bucket.reading.get_opts(&parsed(key)?, options).await;
    let got = got.map_err(|error| said(bucket, &error))?;
    let (identity, from) = (Identity::of(&got.meta), got.range.start);
    let of = bucket.clone();
    let stream = got.into_stream().map(move |piece| piece.map_err(|error| said(&of, &error)));
    Ok(Answer { identity, from, stream: stream.boxed() })
}

/// What may be fetched, and what is done while it is.
pub(super) struct Limits<'a> {
    pub(super) patience: Duration,
    /// Takes the number of bytes that have come; what it says ends the fetching.
    pub(super) take: &'a (dyn Fn(u64) -> Result<(), RemoteFault> + Sync),
    /// The name of the object, for the log.
    pub(super) label: &'a Path,
}

/// Fetches an object into a file of its own; gives the version that was fetched, with its size.
pub(super) async fn fetch(
    origin: &Origin,
    known: Option<Identity>,
    path: &Path,
    limits: &Limits<'_>,
) -> Result<Identity, RemoteFault> {
    let no_room = |source| no_room(path, source);
    let mut fetching = Fetching { file: File::create(path).map_err(no_room)?, path, done: 0, known };
    let (mut tries, mut restarts, mut before) = (1, 0, 0);
    loop {
        let fault = match fetching.go_on(origin, limits).await {
            Ok(()) => break,
            Err(fault) => fault,
        };
        if matches!(fault, RemoteFault::Changed) && restarts < RESTARTS {
            restarts += 1;
            fetching.known = None;
            tracing::warn!("{}: it changed while it was read; it is begun again", limits.label.display());
            continue;
        }
        if fetching.done >= before + PROGRESS {
            (tries, before) = (1, fetching.done);
        }
        if !fault.may_pass() || tries == TRIES {
            return Err(fault.after(tries));
        }
        tracing::warn!("{}: {}; trying again", limits.label.display(), fault.after(tries));
        tokio::time::sleep(pause(tries)).await;
        tries += 1;
    }
    fetching.file.flush().map_err(no_room)?;
    Ok(Identity { size: Some(fetching.done), ..fetching.known.unwrap_or_default() })
}

fn no_room(path: &Path, source: std::io::Error) -> RemoteFault {
    RemoteFault::NoRoom { folder: path.parent().unwrap_or(path).to_owned(), source }
}

/// An object on its way.
struct Fetching<'a> {
    file: File,
    path: &'a Path,
    done: u64,
    /// The version that is fetched.
    known: Option<Identity>,
}

impl Fetching<'_> {
    /// Fetches what is missing, as far as the connection holds.
    async fn go_on(&mut self, origin: &Origin, limits: &Limits<'_>) -> Result<(), RemoteFault> {
        let Limits { patience, take, .. } = *limits;
        let from = if self.known.is_some() { self.done } else { 0 };
        let asked = tokio::time::timeout(patience, origin.get_from(from, self.known.as_ref())).await;
        let Answer { identity, from, mut stream } = asked.map_err(|_| silent(patience))??;
        if self.known.as_ref().is_some_and(|known| known.is(&identity) == Some(false)) {
            return Err(RemoteFault::Changed);
        }
        if from != self.done {
            // The beginning comes again; what there is of it may be of another version.
            self.file.set_len(from).map_err(|source| no_room(self.path, source))?;
            self.file.seek(SeekFrom::Start(from)).map_err(|source| no_room(self.path, source))?;
            self.done = from;
        }
        let size = identity.size;
        self.known = Some(identity);
        let (mut began, mut at_beginning) = (Instant::now(), self.done);
        loop {
            let piece = match tokio::time::timeout(patience, stream.next()).await {
                Err(_) => return Err(silent(patience)),
                Ok(None) => break,
                Ok(Some(piece)) => piece.map_err(|fault| self.cut(fault, size))?,
            };
            take(piece.len() as u64)?;
            self.file.write_all(&piece).map_err(|source| no_room(self.path, source))?;
            self.done += piece.len() as u64;
            if began.elapsed() > patience {
                if self.done - at_beginning < HARDLY_ANY {
                    return Err(silent(patience));
                }
                (began, at_beginning) = (Instant::now(), self.done);
            }
        }
        match size {
            Some(size) if self.done != size => {
                let message = "the connection ended without an error".to_owned();
                Err(RemoteFault::Cut { tries: 1, bytes: self.done, of: Some(size), message })
            }
            _ => Ok(()),
        }
    }

    fn cut(&self, fault: RemoteFault, of: Option<u64>) -> RemoteFault {
        match fault {
            RemoteFault::Cut { tries, message, .. } => {
                RemoteFault::Cut { tries, bytes: self.done, of, message }
            }
            // While a body is read, whatever the store's client says means that the body ended.
            RemoteFault::Other { message } => RemoteFault::Cut { tries: 1, bytes: self.done, of, message },
            other => other,
        }
    }
}

pub(super) fn silent(patience: Duration) -> RemoteFault {
    RemoteFault::Silent { tries: 1, seconds: patience.as_secs() }
}

fn pause(tried: u32) -> Duration {
    Duration::from_millis(200) * 4_u32.pow(tried - 1)
}

/// Asks until there is an answer, or trying again does not help.
pub(super) async fn tried<T>(ask: impl AsyncFn() -> Result<T, RemoteFault>) -> Result<T, RemoteFault> {
    let mut tries = 1;
    loop {
        match ask().await {
            Err(fault) if fault.may_pass() && tries < TRIES => {
                tracing::debug!("{fault}; trying again");
                tokio::time::sleep(pause(tries)).await;
                tries += 1;
            }
            other => return other.map_err(|fault| fault.after(tries)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_apart_as_far_as_the_store_says() {
        let of =
            |size, etag: Option<&str>, modified| Identity { size, etag: etag.map(str::to_owned), modified };
        let one = of(Some(5), Some("\"a\""), Some(1));
        assert_eq!(one.is(&of(Some(5), Some("\"a\""), Some(2))), Some(true));
        assert_eq!(one.is(&of(Some(5), Some("\"b\""), Some(1))), Some(false));
        assert_eq!(one.is(&of(Some(6), Some("\"a\""), Some(1))), Some(false));
        assert_eq!(one.is(&of(Some(5), None, Some(1))), None, "a tag that is gone");
        assert_eq!(of(Some(5), None, Some(1)).is(&of(Some(5), None, Some(1))), Some(true));
        assert_eq!(of(None, None, Some(1)).is(&of(None, None, Some(1))), None, "a time is to the second");
        assert_eq!(Identity::default().is(&Identity::default()), None);
    }
}
