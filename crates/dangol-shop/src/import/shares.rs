//! Records on their way to others with the same hash: in files by a share of the hash, so that memory stays bounded.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::ShopError;

/// Records of a share that are worked on at once.
const RECORDS_PER_SHARE: u64 = 1_000_000;
/// Bytes that gather before they are written.
const BYTES_PER_WRITE: usize = 1 << 20;

/// Records of `N` bytes.
pub(super) struct Shares<const N: usize> {
    all: Vec<Mutex<Share>>,
}

/// The records of a share: in a file, and what is not written yet.
struct Share {
    path: PathBuf,
    file: Option<File>,
    pending: Vec<u8>,
}

impl<const N: usize> Shares<N> {
    /// For about so many records; what memory has no room for lies in `folder`, in files called after `name`.
    pub(super) fn new(folder: &Path, name: &str, records: u64) -> Self {
        let share = |number: u64| {
            let path = folder.join(format!("{name}-{number:04}.records"));
            Mutex::new(Share { path, file: None, pending: Vec::new() })
        };
        Self { all: (0..records.div_ceil(RECORDS_PER_SHARE).max(1)).map(share).collect() }
    }

    /// How many shares there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds records, each with the hash that it goes by.
    pub(super) fn add(&self, records: impl Iterator<Item = (u64, [u8; N])>) -> Result<(), ShopError> {
        let mut shares: Vec<Vec<u8>> = vec![Vec::new(); self.all.len()];
        for (hash, record) in records {
            // The high bits, by multiplication: even for any number of shares.
            let share = (u128::from(hash) * self.all.len() as u128) >> 64;
            shares[share as usize].extend_from_slice(&record);
        }
        for (share, bytes) in self.all.iter().zip(shares) {
            let mut share = share.lock().unwrap_or_else(PoisonError::into_inner);
            share.pending.extend_from_slice(&bytes);
            if share.pending.len() >= BYTES_PER_WRITE {
                share.write()?;
            }
        }
        Ok(())
    }

    /// All records of a share, in the order of their bytes; its file is then gone.
    pub(super) fn take(&self, share: usize) -> Result<Vec<[u8; N]>, ShopError> {
        let bytes = self.all[share].lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let mut records: Vec<[u8; N]> = bytes.as_chunks::<N>().0.to_vec();
        records.sort_unstable();
        Ok(records)
    }

    /// Removes the files of records that nobody wants.
    pub(super) fn discard(self) -> Result<(), ShopError> {
        self.all.iter().try_for_each(|share| {
            let mut share = share.lock().unwrap_or_else(PoisonError::into_inner);
            share.pending.clear();
            share.remove()
        })
    }
}

impl Share {
    fn write(&mut self) -> Result<(), ShopError> {
        if self.file.is_none() {
            self.file = Some(File::create_new(&self.path).map_err(ShopError::io("writing", &self.path))?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.pending).map_err(ShopError::io("writing", &self.path))?;
        }
        self.pending.clear();
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, ShopError> {
        let mut bytes = Vec::new();
        if self.file.is_some() {
            File::open(&self.path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(ShopError::io("reading", &self.path))?;
        }
        self.remove()?;
        bytes.append(&mut self.pending);
        Ok(bytes)
    }

    fn remove(&mut self) -> Result<(), ShopError> {
        if self.file.take().is_some() {
            std::fs::remove_file(&self.path).map_err(ShopError::io("removing", &self.path))?;
        }
        Ok(())
    }
}
