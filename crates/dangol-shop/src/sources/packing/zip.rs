//! What is in a ZIP archive, and which of it may be read.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use encoding_rs::EUC_KR;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::fault::{PackedFault, Packing};
use super::read::bound;
use crate::sources::SourceError;

/// A file of an archive.
#[derive(Debug, Clone)]
pub(in crate::sources) struct Member {
    /// Its name, with folders.
    pub(in crate::sources) name: String,
    /// Where its bytes begin in the archive.
    pub(super) start: u64,
    /// How many bytes it has there.
    pub(in crate::sources) packed: u64,
    /// How many it has when unpacked, as the archive says.
    pub(in crate::sources) size: u64,
    pub(super) crc: u32,
    pub(super) deflated: bool,
    /// Whether it is a link, which holds a path and no data.
    pub(in crate::sources) is_link: bool,
    encrypted: bool,
    method: CompressionMethod,
}

/// An archive's files, without folders and without what systems put beside them.
#[derive(Debug)]
pub(in crate::sources) struct Archive {
    pub(in crate::sources) members: Vec<Member>,
    pub(in crate::sources) same_name: bool,
}

impl Archive {
    /// Reads the list of files; `shown` is what people call the archive.
    pub(in crate::sources) fn list(path: &Path, shown: &Path) -> Result<Self, SourceError> {
        let io = |source| SourceError::io(shown, source);
        let damaged = |error: ZipError| match error {
            ZipError::Io(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => io(source),
            other => {
                let message = other.to_string();
                SourceError::packed(shown, PackedFault::Damaged { packing: Packing::Zip, message })
            }
        };
        let file = File::open(path).map_err(io)?;
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
        let same_name = archive.has_duplicate_names();
        let mut members = Vec::new();
        for at in 0..archive.len() {
            let file = archive.by_index_raw(at).map_err(damaged)?;
            if file.is_dir() {
                continue;
            }
            members.push(Member {
                name: name_of(file.name_raw(), &file.name().unwrap_or_default()),
                // Known since the entry was opened.
                start: file.data_start().unwrap_or(0),
                packed: file.compressed_size(),
                size: file.size(),
                crc: file.crc32(),
                deflated: file.compression() == CompressionMethod::Deflated,
                is_link: file.is_symlink(),
                encrypted: file.encrypted(),
                method: file.compression(),
            });
        }
        Ok(Self { members, same_name })
    }

    /// Whether it holds a file of this name.
    pub(in crate::sources) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.name == name)
    }

    /// Refuses an archive that may not be what it seems.
    pub(in crate::sources) fn check(&self) -> Result<(), PackedFault> {
        if let Some(member) = self.members.iter().find(|member| leads_out(&member.name)) {
            return Err(PackedFault::UnsafeName { member: member.name.clone() });
        }
        if self.same_name { Err(PackedFault::SameName) } else { Ok(()) }
    }
}

impl Member {
    /// Refuses what can't or should not be unpacked.
    pub(in crate::sources) fn check(&self) -> Result<(), PackedFault> {
        if self.encrypted {
            Err(PackedFault::Encrypted)
        } else if !self.deflated && self.method != CompressionMethod::Stored {
            Err(PackedFault::Method { method: self.method.to_string() })
        } else if self.size > bound(self.packed) {
            Err(PackedFault::TooMuch { packed: self.packed })
        } else {
            Ok(())
        }
    }

    /// Whether a system put it there beside the files: `__MACOSX/…`, `.DS_Store`, `Thumbs.db`.
    pub(in crate::sources) fn is_by_product(&self) -> bool {
        let mut parts = self.name.split(['/', '\\']);
        let last = parts.clone().next_back().unwrap_or_default();
        parts.any(|part| part == "__MACOSX")
            || last.starts_with('.')
            || ["thumbs.db", "desktop.ini"].contains(&last.to_lowercase().as_str())
    }
}

/// Archives of Windows write names in the system's own encoding and do not say so.
fn name_of(raw: &[u8], otherwise: &str) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    match EUC_KR.decode_without_bom_handling(raw) {
        (name, false) => name.into_owned(),
        _ => otherwise.to_owned(),
    }
}

/// Whether a name is absolute or climbs out of the archive's folder.
fn leads_out(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\'])
        || drive
        || name.contains('\0')
        || name.split(['/', '\\']).any(|p| p == "..")
}
