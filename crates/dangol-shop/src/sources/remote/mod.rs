//! Objects of S3, Google Cloud Storage and Azure, and documents of web servers, as files.
//!
//! Tables are read here and there, and more than once: sampled, counted, read. So each object is fetched once into a
//! spool folder ([`fetch`]), and read from there like any file; everything that people get to see names its address
//! ([`address`]), not the spool. How to read on: `stores` and `web` (whom to ask), `list` (which objects), `fault`.

mod address;
mod fault;
mod fetch;
mod list;
mod profile;
mod ranges;
mod stores;
mod web;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::address::{Address, Cloud, Place, Web};
use self::fetch::{Limits, Origin, fetch};
use self::stores::Bucket;
use super::SourceError;
use crate::config::Storage;

pub(crate) use address::holds_secret;
pub use address::{address_shown, is_remote};
pub use fault::RemoteFault;
pub(crate) use fault::SECRET_ADVICE;
pub(crate) use fetch::Identity;
pub(super) use ranges::fault_of;
pub(crate) use ranges::{Ranges, Reader as RangeReader};

/// Of larger objects only parts are fetched, where that is enough.
const FETCHED_WHOLE: u64 = 4 << 20;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 4;

/// The objects that a run has found and fetched, each once. Clones share them.
#[derive(Clone)]
pub struct Remote(Arc<Inner>);

struct Inner {
    storage: Storage,
    /// Where the spool is made; the system's folder for temporary files where absent.
    place: Option<PathBuf>,
    spool: Mutex<Option<Arc<TempDir>>>,
    known: Mutex<HashMap<PathBuf, Known>>,
    buckets: Mutex<HashMap<(Cloud, String), Bucket>>,
    /// Bytes that have come.
    fetched: AtomicU64,
    runtime: OnceLock<Runtime>,
}

#[derive(Clone)]
struct Known {
    origin: Origin,
    identity: Option<Identity>,
    fetched: Option<Fetched>,
}

/// An object on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    pub(crate) file: PathBuf,
    pub(crate) identity: Identity,
    /// Keeps the file.
    #[expect(dead_code, reason = "held, not looked at")]
    pub(crate) spool: Arc<TempDir>,
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // A runtime that is dropped within another one would panic if it waited.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Default for Remote {
    fn default() -> Self {
        Self::new(&Storage::default(), None)
    }
}

impl Remote {
    /// Nothing found or fetched yet. The spool will be in a folder, or among the system's temporary files.
    #[must_use]
    pub fn new(storage: &Storage, spool: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            storage: storage.clone(),
            place: spool,
            spool: Mutex::default(),
            known: Mutex::default(),
            buckets: Mutex::default(),
            fetched: AtomicU64::new(0),
            runtime: OnceLock::new(),
        }))
    }

    /// The objects that an address means, by the names that people see. What goes on within an archive, as in
    /// `s3://exports/2024.zip/orders-*.csv`, is kept as it is written.
    pub(crate) fn expand(&self, written: &str) -> Result<Vec<PathBuf>, SourceError> {
        // Of what can't be understood only the scheme is shown: the rest could be anything.
        let unread = || PathBuf::from(written.split_once("://").map_or("address", |(scheme, _)| scheme));
        let address = Address::read(written).map_err(|fault| error(&unread(), fault))?;
        let Address { place, label } = address;
        match place {
            Place::Web(web) => {
                let (web, object) = archive_of(web, &label);
                let client = web::client(self.patience()).map_err(|fault| error(&label, fault))?;
                self.remember(&object, Origin::Web(client, web), None);
                Ok(vec![label])
            }
            Place::Bucket { cloud, bucket, key } => {
                let (key, within) = match within_archive(&key) {
                    Some(end) => (key[..end].to_owned(), key[end..].to_owned()),
                    None => (key, String::new()),
                };
                let found = self.blocking(&label, async || {
                    let clients = self.bucket(cloud, &bucket)?;
                    Ok((list::objects(&clients, &key).await?, clients))
                });
                let (found, clients) = found?;
                let name = |key: &str| format!("{}://{bucket}/{key}", cloud.scheme());
                let mut labels = Vec::new();
                for object in found {
                    let label = PathBuf::from(name(&object.key));
                    let origin = Origin::Bucket(clients.clone(), object.key.clone());
                    self.remember(&label, origin, Some(object.identity));
                    labels.push(PathBuf::from(name(&object.key) + &within));
                }
                Ok(labels)
            }
        }
    }

    /// The object that a path leads to, and what stands behind it, if the path goes on within that object. None for a
    /// path that no address has led to.
    pub(crate) fn object_of(&self, path: &Path) -> Option<(PathBuf, Option<String>)> {
        let known = self.known();
        let object = path.ancestors().find(|ancestor| known.contains_key(*ancestor))?;
        let within = path.strip_prefix(object).ok().filter(|rest| !rest.as_os_str().is_empty());
        Some((object.to_owned(), within.map(|rest| rest.to_string_lossy().into_owned())))
    }

    /// What tells this version of an object from another: as it was fetched, else as the store says now.
    pub(crate) fn identity(&self, object: &Path) -> Result<Identity, SourceError> {
        let Some(known) = self.known().get(object).cloned() else { return Ok(Identity::default()) };
        if let Some(identity) = known.fetched.map(|fetched| fetched.identity).or(known.identity) {
            return Ok(identity);
        }
        let identity = self.blocking(object, async || known.origin.identity(self.patience()).await)?;
        if let Some(known) = self.known().get_mut(object) {
            known.identity = Some(identity.clone());
        }
        Ok(identity)
    }

    /// Whether an object of an earlier import is there still. Where its address can't be told any more, nothing says
    /// that it is gone.
    pub(crate) fn is_there(&self, label: &str) -> Result<bool, SourceError> {
        let label = Path::new(label);
        let Ok(Address { place, .. }) = Address::read(&label.to_string_lossy()) else { return Ok(true) };
        let asked = self.blocking(label, async || match place {
            Place::Bucket { cloud, bucket, key } => {
                let bucket = self.bucket(cloud, &bucket)?;
                Origin::Bucket(bucket, key).identity(self.patience()).await
            }
            Place::Web(web) => {
                Origin::Web(web::client(self.patience())?, web).identity(self.patience()).await
            }
        });
        match asked {
            Ok(_) => Ok(true),
            Err(SourceError::Remote { fault, .. }) if matches!(*fault, RemoteFault::Missing { .. }) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Fetches an object, if it is not here yet.
    pub(crate) fn fetch(&self, object: &Path) -> Result<Fetched, SourceError> {
        self.fetch_all(std::slice::from_ref(&object.to_owned()), &|_, _| {})?;
        let fetched = self.known().get(object).and_then(|known| known.fetched.clone());
        fetched.ok_or_else(|| error(object, RemoteFault::Missing { nearest: Vec::new() }))
    }

    /// An object of which only what is looked at will be fetched; none where that does not pay, or where its store does
    /// not say how large it is.
    pub(crate) fn ranges(&self, object: &Path) -> Result<Option<Arc<Ranges>>, SourceError> {
        let identity = self.identity(object)?;
        let known = self.known().get(object).cloned();
        let (Some(Known { origin, fetched: None, .. }), Some(size)) = (known, identity.size) else {
            return Ok(None);
        };
        if size <= FETCHED_WHOLE {
            return Ok(None);
        }
        let spool = self.spool().map_err(|fault| error(object, fault))?;
        let file = spool.path().join(format!("parts-{}", spooled(object)));
        let made = std::fs::File::create(&file).and_then(|file| file.set_len(size));
        made.map_err(|source| {
            error(object, RemoteFault::NoRoom { folder: spool.path().to_owned(), source })
        })?;
        Ok(Some(Arc::new(Ranges {
            remote: self.clone(),
            object: object.to_owned(),
            origin,
            identity,
            size,
            file,
            blocks: std::sync::Mutex::default(),
            spool,
        })))
    }

    /// Counts bytes that have come; says when they are too many.
    fn take(&self, bytes: u64) -> Result<(), RemoteFault> {
        self.within_limit(self.0.fetched.fetch_add(bytes, Ordering::Relaxed) + bytes)
    }

    /// Fetches those of the paths that are objects and not here yet, some at a time. `progress` takes the bytes that have
    /// come, and those there are as far as is known.
    pub(crate) fn fetch_all(
        &self,
        paths: &[PathBuf],
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(), SourceError> {
        let mut wanted: Vec<(PathBuf, Known)> = Vec::new();
        for path in paths {
            let known = self.known().get(path).filter(|known| known.fetched.is_none()).cloned();
            wanted.extend(known.map(|known| (path.clone(), known)));
        }
        let Some((first, _)) = wanted.first() else { return Ok(()) };
        let sizes = wanted.iter().filter_map(|(_, known)| known.identity.as_ref()?.size);
        let before = self.0.fetched.load(Ordering::Relaxed);
        let total = before + sizes.sum::<u64>();
        self.within_limit(total).map_err(|fault| error(first, fault))?;
        let spool = self.spool().map_err(|fault| error(first, fault))?;
        let take = |bytes: u64| {
            let done = self.0.fetched.fetch_add(bytes, Ordering::Relaxed) + bytes;
            progress(done - before, (total - before).max(done - before));
            self.within_limit(done)
        };
        let patience = self.patience();
        let one = async |(label, known): (PathBuf, Known)| {
            let file = spool.path().join(spooled(&label));
            let limits = Limits { patience, take: &take, label: &label };
            let identity = fetch(&known.origin, known.identity, &file, &limits).await;
            let identity = identity.map_err(|fault| error(&label, fault))?;
            if let Some(known) = self.known().get_mut(&label) {
                known.fetched = Some(Fetched { file, identity, spool: spool.clone() });
            }
            Ok(())
        };
        self.blocking_all(async || {
            futures::stream::iter(wanted).map(one).buffer_unordered(AT_ONCE).try_collect().await
        })
    }

    fn within_limit(&self, bytes: u64) -> Result<(), RemoteFault> {
        let limit = (self.0.storage.max_gb * 1e9) as u64;
        if bytes > limit { Err(RemoteFault::TooLarge { bytes, limit }) } else { Ok(()) }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.0.storage.timeout_seconds)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<PathBuf, Known>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, label: &Path, origin: Origin, identity: Option<Identity>) {
        // What was fetched stays what it was when it was found first.
        let known = Known { origin, identity, fetched: None };
        self.known().entry(label.to_owned()).or_insert(known);
    }

    fn bucket(&self, cloud: Cloud, name: &str) -> Result<Bucket, RemoteFault> {
        let mut buckets = self.0.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get(&(cloud, name.to_owned())) {
            return Ok(bucket.clone());
        }
        let bucket = Bucket::open(cloud, name, &self.0.storage)?;
        buckets.insert((cloud, name.to_owned()), bucket.clone());
        Ok(bucket)
    }

    /// The folder for what the run keeps on the disk while it lasts; `path` is what it is for.
    pub(crate) fn folder(&self, path: &Path) -> Result<Arc<TempDir>, SourceError> {
        self.spool().map_err(|fault| error(path, fault))
    }

    fn spool(&self) -> Result<Arc<TempDir>, RemoteFault> {
        let mut spool = self.0.spool.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spool) = &*spool {
            return Ok(spool.clone());
        }
        let folder = self.0.place.clone().unwrap_or_else(std::env::temp_dir);
        // The prefix is that of what an import which was killed leaves behind; the next one removes it.
        let prefix = if self.0.place.is_some() { SPOOL } else { "dangol-" };
        let made = tempfile::Builder::new().prefix(prefix).tempdir_in(&folder);
        let made = Arc::new(made.map_err(|source| RemoteFault::NoRoom { folder, source })?);
        *spool = Some(made.clone());
        Ok(made)
    }

    /// Runs something asynchronous that is about an object or an address.
    fn blocking<T: Send>(
        &self,
        label: &Path,
        work: impl AsyncFnOnce() -> Result<T, RemoteFault> + Send,
    ) -> Result<T, SourceError> {
        self.blocking_all(async || work().await.map_err(|fault| error(label, fault)))
    }

    /// Runs something asynchronous that is about a part of an object.
    fn blocking_part<T: Send>(
        &self,
        work: impl AsyncFnOnce() -> Result<T, RemoteFault> + Send,
    ) -> Result<T, RemoteFault> {
        let mut fault = None;
        let done = self.blocking_all(async || match work().await {
            Ok(done) => Ok(Some(done)),
            Err(found) => {
                fault = Some(found);
                Ok(None)
            }
        });
        match (done, fault) {
            (Ok(Some(done)), _) => Ok(done),
            (_, Some(fault)) => Err(fault),
            (Err(error), None) => Err(RemoteFault::Other { message: error.to_string() }),
            (Ok(None), None) => Err(RemoteFault::Other { message: "nothing came".into() }),
        }
    }

    /// Runs something asynchronous to its end. On a thread of its own: the caller may be within a runtime.
    fn blocking_all<T: Send>(
        &self,
        work: impl AsyncFnOnce() -> Result<T, SourceError> + Send,
    ) -> Result<T, SourceError> {
        let runtime = if let Some(runtime) = self.0.runtime.get() {
            runtime
        } else {
            let made = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("objects")
                .enable_all()
                .build()
                .map_err(|source| SourceError::io(Path::new("runtime"), source))?;
            self.0.runtime.get_or_init(|| made)
        };
        std::thread::scope(|scope| match scope.spawn(move || runtime.block_on(work())).join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }
}

/// What spool folders are called.
pub(crate) const SPOOL: &str = "incoming-spool-";

fn error(label: &Path, fault: RemoteFault) -> SourceError {
    SourceError::Remote { path: label.to_owned(), fault: Box::new(fault) }
}

/// Where the name of an archive ends and what is in it begins: at the slash.
fn within_archive(key: &str) -> Option<usize> {
    let at = key.to_ascii_lowercase().find(".zip/")? + ".zip".len();
    (key.len() > at + 1).then_some(at)
}

/// The archive that an address of something within an archive begins with, and how it is shown.
fn archive_of(mut web: Web, label: &Path) -> (Web, PathBuf) {
    let path = web.url.path().to_owned();
    let Some(end) = within_archive(&path).filter(|_| web.url.query().is_none()) else {
        return (web, label.to_owned());
    };
    web.url.set_path(&path[..end]);
    let object = label.ancestors().nth(path[end..].matches('/').count()).unwrap_or(label);
    (web, object.to_owned())
}

/// A file's name in the spool: no other object's, and with the ending that says what it is.
fn spooled(label: &Path) -> String {
    let name = label.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('?').next().unwrap_or_default();
    let ending: String = name.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
    let ending: String =
        ending.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '_' }).collect();
    let hash = blake3::hash(label.to_string_lossy().as_bytes()).to_hex();
    format!("{}-{ending}", &hash[..16])
}
