//! Packed files: gzip, zstd, and the files of ZIP archives.
//!
//! What is read from its beginning to its end (text, JSON) is unpacked as a stream. What is read here
//! and there (Parquet, workbooks) is unpacked into a temporary file that goes away with its table.

mod fault;
mod read;
mod zip;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{TempDir, TempPath};

pub use fault::{PackedFault, Packing};
pub(super) use read::{Bytes, bound, fault_of};
pub(super) use zip::{Archive, Member};

use super::SourceError;
use super::remote::{Fetched, RangeReader, Ranges, Remote};

/// Where a table's bytes lie and how they are packed.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The file on the disk; of an object its address, by which people know it.
    pub(super) file: PathBuf,
    /// As people name it: the file, or archive and file within.
    pub(super) shown: PathBuf,
    /// How many bytes of the disk it takes.
    pub(super) bytes: u64,
    packed: Option<Packed>,
    /// Where an object lies on the disk.
    fetched: Option<Arc<Fetched>>,
    /// An object of which only parts are on the disk.
    ranges: Option<Arc<Ranges>>,
    /// The run that looks after unpacked copies; else they lie among the system's temporary files.
    run: Option<Remote>,
    /// Whether it is only looked at, and the beginning may stand for all.
    glance: bool,
}

#[derive(Debug, Clone)]
enum Packed {
    Whole(Packing),
    Member(Box<Member>),
    /// Unpacked by now; the folder goes after the file.
    Copy(Packing, Arc<TempPath>, #[expect(dead_code, reason = "held, not looked at")] Option<Arc<TempDir>>),
}

impl Content {
    /// A file as it lies on the disk.
    pub(super) fn of_file(file: &Path) -> Result<Self, SourceError> {
        let bytes = std::fs::metadata(file).map_err(|source| SourceError::io(file, source))?.len();
        Ok(Self {
            file: file.to_owned(),
            shown: file.to_owned(),
            bytes,
            packed: None,
            fetched: None,
            ranges: None,
            run: None,
            glance: false,
        })
    }

    /// An object that was fetched.
    pub(super) fn of_object(address: &Path, fetched: Fetched) -> Self {
        Self {
            file: address.to_owned(),
            shown: address.to_owned(),
            bytes: fetched.identity.size.unwrap_or(0),
            packed: None,
            fetched: Some(Arc::new(fetched)),
            ranges: None,
            run: None,
            glance: false,
        }
    }

    /// An object whose parts are fetched when they are looked at.
    pub(super) fn of_ranges(address: &Path, ranges: Arc<Ranges>) -> Self {
        Self {
            file: address.to_owned(),
            shown: address.to_owned(),
            bytes: ranges.size,
            packed: None,
            fetched: None,
            ranges: Some(ranges),
            run: None,
            glance: false,
        }
    }

    /// The same as a part of a run.
    pub(super) fn of_run(self, run: &Remote) -> Self {
        Self { run: Some(run.clone()), ..self }
    }

    /// The same for a look: where a format has to be read from its beginning, the beginning stands for all.
    pub(super) fn for_a_look(self) -> Self {
        Self { glance: true, ..self }
    }

    /// Whether its beginning stands for all.
    pub(super) fn is_glanced_at(&self) -> bool {
        self.glance || self.is_far()
    }

    /// Whether only parts of it should be looked at, since the others are far away.
    pub(super) fn is_far(&self) -> bool {
        self.ranges.is_some()
    }

    /// The same with all of its bytes on the disk.
    pub(super) fn here(&self) -> Result<Self, SourceError> {
        let Some(ranges) = &self.ranges else { return Ok(self.clone()) };
        let fetched = Some(Arc::new(ranges.whole()?));
        Ok(Self { fetched, ranges: None, ..self.clone() })
    }

    /// What does not lie on the disk: a table of a database.
    pub(super) fn elsewhere(shown: PathBuf) -> Self {
        Self {
            file: shown.clone(),
            shown,
            bytes: 0,
            packed: None,
            fetched: None,
            ranges: None,
            run: None,
            glance: false,
        }
    }

    /// Where its bytes are.
    pub(super) fn on_disk(&self) -> &Path {
        match (&self.fetched, &self.ranges) {
            (Some(fetched), _) => &fetched.file,
            (None, Some(ranges)) => &ranges.file,
            (None, None) => &self.file,
        }
    }

    /// The same file, known to be packed as a whole.
    pub(super) fn packed(self, packing: Packing) -> Self {
        Self { packed: Some(Packed::Whole(packing)), ..self }
    }

    /// A file of an archive.
    pub(super) fn member(&self, member: Member) -> Self {
        Self {
            file: self.file.clone(),
            shown: self.file.join(&member.name),
            bytes: member.packed,
            packed: Some(Packed::Member(Box::new(member))),
            fetched: self.fetched.clone(),
            ranges: self.ranges.clone(),
            run: self.run.clone(),
            glance: self.glance,
        }
    }

    /// How it is packed.
    pub(super) fn packing(&self) -> Option<Packing> {
        self.packed.as_ref().map(|packed| match packed {
            Packed::Whole(packing) | Packed::Copy(packing, ..) => *packing,
            Packed::Member(_) => Packing::Zip,
        })
    }

    /// The file that holds it unpacked, where there is one.
    pub(super) fn plain(&self) -> Option<&Path> {
        match &self.packed {
            None => Some(self.on_disk()),
            Some(Packed::Copy(_, copy, _)) => Some(copy),
            Some(_) => None,
        }
    }

    /// Its bytes from the beginning.
    pub(super) fn read(&self) -> io::Result<Bytes> {
        match &self.packed {
            Some(Packed::Whole(packing)) => Bytes::packed(self.open_packed()?, *packing),
            Some(Packed::Member(member)) => Bytes::member(self.on_disk(), member),
            None | Some(Packed::Copy(..)) => self.open().map(Bytes::plain),
        }
    }

    /// Its bytes from some place on; of packed ones always from the beginning.
    pub(super) fn read_from(&self, offset: u64) -> io::Result<Bytes> {
        match self.plain() {
            Some(_) if offset > 0 => {
                let mut file = self.open()?;
                file.seek(SeekFrom::Start(offset))?;
                Ok(Bytes::plain(file))
            }
            _ => self.read(),
        }
    }

    /// The unpacked file; only where [`Content::plain`] is one.
    pub(super) fn open(&self) -> io::Result<Disk> {
        match &self.packed {
            Some(Packed::Copy(_, copy, _)) => {
                let copy: &Path = copy;
                Ok(Disk::Here(File::open(copy)?))
            }
            _ => self.open_packed(),
        }
    }

    /// The file as it is, packed or not.
    fn open_packed(&self) -> io::Result<Disk> {
        match &self.ranges {
            Some(ranges) => Ok(Disk::Far(RangeReader::new(ranges)?)),
            None => Ok(Disk::Here(File::open(self.on_disk())?)),
        }
    }

    /// Its first bytes.
    pub(super) fn head(&self, bytes: usize) -> Result<Vec<u8>, SourceError> {
        let mut head = Vec::new();
        let read = self.read().and_then(|read| read.take(bytes as u64).read_to_end(&mut head));
        read.map_err(|source| SourceError::io(&self.shown, source))?;
        Ok(head)
    }

    /// The same bytes in a file that can be read anywhere.
    pub(super) fn unpacked(self) -> Result<Self, SourceError> {
        let Some(packing) = self.packing() else { return Ok(self) };
        if self.plain().is_some() {
            return Ok(self);
        }
        // An import that is killed can't tidy up; the next one clears the folder of its run.
        let kept = self.run.as_ref().map(|run| run.folder(&self.shown)).transpose()?;
        let folder = kept.as_ref().map_or_else(std::env::temp_dir, |kept| kept.path().to_owned());
        let no_room =
            |source| SourceError::packed(&self.shown, PackedFault::NoRoom { folder: folder.clone(), source });
        // Workbooks are told apart by their ending, among other things.
        let ending = self.shown.file_stem().filter(|_| packing != Packing::Zip).map(Path::new);
        let ending =
            ending.unwrap_or(&self.shown).extension().unwrap_or_default().to_string_lossy().into_owned();
        let copy = tempfile::Builder::new()
            .prefix("dangol-")
            .suffix(&format!(".{ending}"))
            .tempfile_in(&folder)
            .map_err(no_room)?;
        let (mut file, copy) = copy.into_parts();
        let mut bytes = self.read().map_err(|source| SourceError::io(&self.shown, source))?;
        let mut chunk = vec![0; 1 << 18];
        loop {
            match bytes.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => io::Write::write_all(&mut file, &chunk[..read]).map_err(no_room)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(SourceError::io(&self.shown, source)),
            }
        }
        Ok(Self { packed: Some(Packed::Copy(packing, Arc::new(copy), kept)), ..self })
    }
}

/// A file that can be read anywhere.
#[derive(Debug)]
pub(super) enum Disk {
    /// All of it is on the disk.
    Here(File),
    /// Parts of it come when they are read.
    Far(RangeReader),
}

impl Disk {
    /// How long it is.
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            Self::Here(file) => Ok(file.metadata()?.len()),
            Self::Far(reader) => Ok(reader.size()),
        }
    }

    /// The same file once more; where one of both stands, the other stands, too.
    pub(super) fn again(&self) -> io::Result<Self> {
        match self {
            Self::Here(file) => Ok(Self::Here(file.try_clone()?)),
            Self::Far(reader) => Ok(Self::Far(reader.again()?)),
        }
    }
}

impl Read for Disk {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Here(file) => file.read(into),
            Self::Far(reader) => reader.read(into),
        }
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Here(file) => file.seek(to),
            Self::Far(reader) => reader.seek(to),
        }
    }
}

/// How a file that begins so is packed.
pub(super) fn recognise(head: &[u8]) -> Option<Packing> {
    const MAGIC: [(&[u8], Packing); 7] = [
        (b"\x1f\x8b", Packing::Gzip),
        (b"\x28\xb5\x2f\xfd", Packing::Zstd),
        (b"PK\x03\x04", Packing::Zip),
        (b"PK\x05\x06", Packing::Zip),
        (b"BZh", Packing::Other),
        (b"\xfd7zXZ\0", Packing::Other),
        (b"7z\xbc\xaf\x27\x1c", Packing::Other),
    ];
    if head.get(257..262) == Some(b"ustar") {
        return Some(Packing::Other);
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, packing)| *packing)
}
