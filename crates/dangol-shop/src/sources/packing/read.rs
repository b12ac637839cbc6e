//! Unpacking as a stream, with a bound on what comes out.

use std::fmt;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::Disk;
use super::fault::{PackedFault, Packing};
use super::zip::Member;

/// Whatever a file's size, so much may come out of it.
pub(super) const FREE: u64 = 256 << 20;

/// Beyond that, at most so many bytes for each byte packed. Exports reach 5 to 50; deflate can do
/// 1,032, which nothing but a bomb or a file of a single repeated line does.
pub(super) const RATIO: u64 = 200;

/// The most that may come out of a number of packed bytes.
pub(in crate::sources) fn bound(packed: u64) -> u64 {
    FREE.max(packed.saturating_mul(RATIO))
}

/// A file's bytes as they are when unpacked.
pub(in crate::sources) struct Bytes {
    inner: Box<dyn Read + Send>,
    taken: Option<Arc<AtomicU64>>,
}

impl Bytes {
    /// A file as it lies on the disk.
    pub(super) fn plain(file: Disk) -> Self {
        Self { inner: Box::new(file), taken: None }
    }

    /// A packed file.
    pub(super) fn packed(file: Disk, packing: Packing) -> io::Result<Self> {
        let size = file.size()?;
        let (disk, taken, failed) = Counted::new(file.take(u64::MAX));
        let decoder: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(MultiGzDecoder::new(disk)),
            _ => Box::new(zstd::stream::read::Decoder::with_buffer(disk)?),
        };
        let guarded =
            Guarded { decoder, packing, packed: size, out: 0, most: bound(size), failed, check: None };
        Ok(Self { inner: Box::new(guarded), taken: Some(taken) })
    }

    /// A file of an archive.
    pub(in crate::sources) fn member(path: &Path, member: &Member) -> io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        file.seek(SeekFrom::Start(member.start))?;
        let (disk, taken, failed) = Counted::new(Disk::Here(file).take(member.packed));
        let decoder: Box<dyn Read + Send> =
            if member.deflated { Box::new(DeflateDecoder::new(disk)) } else { Box::new(disk) };
        let check = Check { crc: Crc::new(), wanted: member.crc, size: member.size };
        let guarded = Guarded {
            decoder,
            packing: Packing::Zip,
            packed: member.packed,
            out: 0,
            most: bound(member.packed),
            failed,
            check: Some(check),
        };
        Ok(Self { inner: Box::new(guarded), taken: Some(taken) })
    }

    /// How much of the packed file was taken so far; nothing for a file that is not packed.
    pub(in crate::sources) fn progress(&self) -> Option<Arc<AtomicU64>> {
        self.taken.clone()
    }
}

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

/// The packed bytes: counted, and with a note whether it was the disk that failed.
struct Counted {
    file: Take<Disk>,
    taken: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
}

impl Counted {
    fn new(file: Take<Disk>) -> (BufReader<Self>, Arc<AtomicU64>, Arc<AtomicBool>) {
        let (taken, failed) = (Arc::default(), Arc::default());
        let disk = Self { file, taken: Arc::clone(&taken), failed: Arc::clone(&failed) };
        (BufReader::with_capacity(1 << 16, disk), taken, failed)
    }
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.file.read(into) {
            Ok(read) => {
                self.taken.fetch_add(read as u64, Ordering::Relaxed);
                Ok(read)
            }
            Err(error) => {
                let passing = error.kind() == io::ErrorKind::Interrupted;
                self.failed.fetch_or(!passing, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}

/// What an archive says of one of its files.
struct Check {
    crc: Crc,
    wanted: u32,
    size: u64,
}

/// A decoder that yields no more than its bound, and whose failures are named.
struct Guarded {
    decoder: Box<dyn Read + Send>,
    packing: Packing,
    packed: u64,
    out: u64,
    most: u64,
    failed: Arc<AtomicBool>,
    check: Option<Check>,
}

impl Read for Guarded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let packing = self.packing;
        let damaged = |message: &str| PackedFault::Damaged { packing, message: message.into() };
        let read = match self.decoder.read(into) {
            Ok(read) => read,
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted || self.failed.load(Ordering::Relaxed) =>
            {
                return Err(error);
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(wrapped(PackedFault::CutShort { packing }));
            }
            Err(error) => return Err(wrapped(damaged(&error.to_string()))),
        };
        self.out += read as u64;
        if self.out > self.most {
            return Err(wrapped(PackedFault::TooMuch { packed: self.packed }));
        }
        if let Some(check) = &mut self.check {
            check.crc.update(&into[..read]);
            if self.out > check.size {
                return Err(wrapped(damaged("it holds more than the archive says")));
            }
            if read == 0 && !into.is_empty() {
                if self.out < check.size {
                    return Err(wrapped(PackedFault::CutShort { packing }));
                }
                if check.crc.sum() != check.wanted {
                    return Err(wrapped(damaged("its checksum is wrong")));
                }
            }
        }
        Ok(read)
    }
}

/// A fault on its way through [`Read`].
#[derive(Debug)]
struct Wrapped(PackedFault);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Wrapped {}

fn wrapped(fault: PackedFault) -> io::Error {
    io::Error::other(Wrapped(fault))
}

/// The fault that an error of reading stands for, if it is one; else the error.
pub(in crate::sources) fn fault_of(error: io::Error) -> Result<PackedFault, io::Error> {
    if !error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Wrapped>) {
        return Err(error);
    }
    let inner = error.into_inner().and_then(|inner| inner.downcast::<Wrapped>().ok());
    // It was found to be one above.
    inner.map(|wrapped| wrapped.0).ok_or_else(|| io::ErrorKind::Other.into())
}
