//! Opening the current snapshot; putting a new one in its place.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::manifest::{Manifest, STORE_VERSION};
use super::{CUSTOMERS_FOLDER, LINES_FOLDER};
use crate::error::ShopError;

const CURRENT: &str = "CURRENT";
const SNAPSHOTS: &str = "snapshots";
const INCOMING: &str = "incoming-";
/// The next content of [`CURRENT`], before it takes its place.
const STAGED: &str = "CURRENT.tmp";

/// A shop's store folder.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store of the shop in `shop_folder`, whether it exists yet or not.
    #[must_use]
    pub fn of_shop(shop_folder: &Path) -> Self {
        Self { folder: shop_folder.join("store") }
    }

    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a snapshot.
    #[must_use]
    pub fn snapshot_folder(&self, name: &str) -> PathBuf {
        self.folder.join(SNAPSHOTS).join(name)
    }

    /// The current snapshot's name, if anything has been imported.
    ///
    /// # Errors
    /// [`ShopError::Io`] if `CURRENT` is there and cannot be read.
    pub fn current(&self) -> Result<Option<String>, ShopError> {
        let path = self.folder.join(CURRENT);
        match fs::read_to_string(&path) {
            Ok(name) => Ok(Some(name.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ShopError::io("reading", &path)(error)),
        }
    }

    /// Reads the manifest of a snapshot.
    ///
    /// # Errors
    /// [`ShopError::DamagedStore`] if it is not there, no manifest, of another version, or names
    /// files that are gone or of another size.
    pub fn manifest(&self, snapshot: &str) -> Result<Manifest, ShopError> {
        let path = self.snapshot_folder(snapshot).join("manifest.json");
        let damaged = |detail: String| ShopError::DamagedStore { path: path.clone(), detail };
        let text = fs::read_to_string(&path).map_err(|error| damaged(error.to_string()))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if manifest.store_version != STORE_VERSION {
            return Err(damaged(format!(
                "it is of store version {}, this program reads {STORE_VERSION}",
                manifest.store_version
            )));
        }
        let lines = manifest.parts.iter().chain(&manifest.unknown_parts).map(|part| (LINES_FOLDER, part));
        let customers = manifest.customers.iter().map(|part| (CUSTOMERS_FOLDER, part));
        for (folder, part) in lines.chain(customers) {
            let path = path.with_file_name(folder).join(&part.name);
            let detail = match fs::metadata(&path) {
                Ok(found) if found.len() == part.bytes => continue,
                Ok(found) => format!("it has {} bytes instead of {}", found.len(), part.bytes),
                Err(error) => error.to_string(),
            };
            return Err(ShopError::DamagedStore { path, detail });
        }
        Ok(manifest)
    }

    /// Takes the lock and makes a folder for the next snapshot. Left-overs of imports that
    /// were killed are removed.
    ///
    /// # Errors
    /// [`ShopError::Busy`] while another import runs; [`ShopError::Io`].
    pub fn begin(&self) -> Result<Incoming, ShopError> {
        let snapshots = self.folder.join(SNAPSHOTS);
        fs::create_dir_all(&snapshots).map_err(ShopError::io("creating", &snapshots))?;
        let lock_path = self.folder.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(ShopError::io("opening", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(ShopError::Busy { store: self.folder.clone() });
            }
            Err(fs::TryLockError::Error(error)) => return Err(ShopError::io("locking", &lock_path)(error)),
        }
        self.remove_left_overs()?;
        let folder = snapshots.join(format!("{INCOMING}{}", std::process::id()));
        fs::create_dir(&folder).map_err(ShopError::io("creating", &folder))?;
        Ok(Incoming { store: self.clone(), folder, committed: false, _lock: lock })
    }

    /// Removes what an import that was killed has left: a snapshot half built, one that never
    /// became current, and ones older than the one before the current.
    fn remove_left_overs(&self) -> Result<(), ShopError> {
        let staged = self.folder.join(STAGED);
        match fs::remove_file(&staged) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ShopError::io("removing", &staged)(error));
            }
            _ => {}
        }
        let snapshots = self.folder.join(SNAPSHOTS);
        let current = self.current()?.and_then(|name| name.parse::<u64>().ok());
        let mut found: Vec<(Option<u64>, PathBuf)> = fs::read_dir(&snapshots)
            .map_err(ShopError::io("reading", &snapshots))?
            .flatten()
            .map(|entry| (entry.file_name().to_string_lossy().parse().ok(), entry.path()))
            .collect();
        found.retain(|(number, path)| number.is_some() || is_incoming(path));
        let before =
            found.iter().filter_map(|(number, _)| *number).filter(|number| Some(*number) < current).max();
        for (number, path) in found {
            if number.is_none() || (number != current && number != before) {
                fs::remove_dir_all(&path).map_err(ShopError::io("removing", &path))?;
            }
        }
        Ok(())
    }

    fn next_name(&self) -> Result<String, ShopError> {
        let snapshots = self.folder.join(SNAPSHOTS);
        let last = fs::read_dir(&snapshots)
            .map_err(ShopError::io("reading", &snapshots))?
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u64>().ok())
            .max()
            .unwrap_or(0);
        Ok(format!("{:06}", last + 1))
    }
}

/// A snapshot in the making. Dropped without [`Incoming::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Incoming {
    store: Store,
    folder: PathBuf,
    committed: bool,
    _lock: File,
}

impl Incoming {
    /// The folder to write into.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name that the snapshot will have.
    ///
    /// # Errors
    /// [`ShopError::Io`].
    pub fn name(&self) -> Result<String, ShopError> {
        self.store.next_name()
    }

    /// Writes the manifest and makes this the current snapshot. The one before stays for
    /// readers that have it open; older ones are removed.
    ///
    /// # Errors
    /// [`ShopError::Io`]; the store is then as it was before.
    pub fn commit(mut self, manifest: &Manifest) -> Result<String, ShopError> {
        let path = self.folder.join("manifest.json");
        let text = serde_json::to_string_pretty(manifest)
            .map_err(|error| ShopError::DamagedStore { path: path.clone(), detail: error.to_string() })?;
        write_synced(&path, text.as_bytes())?;
        sync_folder(&self.folder)?;
        let before = self.store.current()?;
        let name = self.name()?;
        let target = self.store.snapshot_folder(&name);
        fs::rename(&self.folder, &target).map_err(ShopError::io("renaming to", &target))?;
        self.committed = true;
        let snapshots = self.store.folder.join(SNAPSHOTS);
        sync_folder(&snapshots)?;
        let staged = self.store.folder.join(STAGED);
        write_synced(&staged, name.as_bytes())?;
        let current = self.store.folder.join(CURRENT);
        fs::rename(&staged, &current).map_err(ShopError::io("renaming to", &current))?;
        sync_folder(&self.store.folder)?;
        for entry in fs::read_dir(&snapshots).map_err(ShopError::io("reading", &snapshots))?.flatten() {
            let found = entry.file_name().to_string_lossy().into_owned();
            if found != name && before.as_ref() != Some(&found) {
                // What cannot be removed now is tried again by the next import.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(name)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.committed {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn is_incoming(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(INCOMING))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), ShopError> {
    let mut file = File::create(path).map_err(ShopError::io("writing", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(ShopError::io("writing", path))
}

/// Makes renames in a folder last through a power cut.
fn sync_folder(path: &Path) -> Result<(), ShopError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(ShopError::io("writing", path))
}
