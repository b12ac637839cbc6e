//! What can be wrong with a packed file or an archive.

use std::fmt;
use std::path::PathBuf;

use super::read::{FREE, RATIO};

/// What is wrong with a packed file; [`fmt::Display`] goes on where the file's name ends.
#[derive(Debug)]
#[non_exhaustive]
pub enum PackedFault {
    /// It can't be unpacked to its end.
    Damaged {
        /// How it is packed.
        packing: Packing,
        /// What the decoder says.
        message: String,
    },
    /// Its end is missing.
    CutShort {
        /// How it is packed.
        packing: Packing,
    },
    /// It unpacks to far more than any table of its size would.
    TooMuch {
        /// Its packed size.
        packed: u64,
    },
    /// Packed twice, or an archive in an archive.
    Nested {
        /// What was found inside.
        inner: Packing,
    },
    /// It asks for a password.
    Encrypted,
    /// Packed by a method that is not read.
    Method {
        /// Its name.
        method: String,
    },
    /// A name in the archive leads out of it.
    UnsafeName {
        /// The name.
        member: String,
    },
    /// Two files of the archive have the same name.
    SameName,
    /// Nothing in the archive is a table.
    NoTables {
        /// What is in it, and why it is no table.
        members: Vec<String>,
    },
    /// The archive holds no file of that name.
    NoMember {
        /// The name or pattern asked for.
        member: String,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// Some of those that are there.
        members: Vec<String>,
    },
    /// There is no room to unpack it.
    NoRoom {
        /// Where it was to be unpacked.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Packing {
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
    /// As a file of a ZIP archive.
    Zip,
    /// In another way, which is not read: bzip2, xz, 7-Zip, tar.
    Other,
}

impl Packing {
    /// Its name in the quality report: `gzip`, `zstd`, `zip`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Zip => "zip",
            Self::Other => "archive",
        }
    }
}

impl fmt::Display for PackedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { packing, message } => write!(f, "is damaged ({}): {message}", packing.name()),
            Self::CutShort { packing } => write!(f, "is cut short: its end is missing ({})", packing.name()),
            Self::TooMuch { packed } => {
                write!(
                    f,
                    "unpacks to more than {} MB and {RATIO} times its {packed} bytes, as no table does",
                    FREE >> 20
                )
            }
            Self::Nested { inner } => write!(f, "is packed within a packed file ({})", inner.name()),
            Self::Encrypted => f.write_str("is protected by a password"),
            Self::Method { method } => write!(f, "is packed by a method that is not read ({method})"),
            Self::UnsafeName { member } => write!(f, "holds a file whose name leads out of it: ‘{member}’"),
            Self::SameName => f.write_str("holds two files of the same name"),
            Self::NoTables { .. } => f.write_str("holds no table"),
            Self::NoMember { member, .. } => write!(f, "holds no file ‘{member}’"),
            Self::NoRoom { folder, source } => {
                write!(f, "can't be unpacked into {}: {source}", folder.display())
            }
        }
    }
}

impl PackedFault {
    pub(in crate::sources) fn hint(&self) -> String {
        match self {
            Self::Damaged { .. } | Self::CutShort { .. } => {
                "copy or download it again; nothing of it was imported".into()
            }
            Self::TooMuch { .. } => "if it is no mistake, unpack it yourself and name what was in it".into(),
            Self::Nested { .. } => "unpack the outer one first and name what was in it".into(),
            Self::Encrypted => "unpack it with its password first and name what was in it".into(),
            Self::Method { .. } => "unpack it first, or pack it again as an ordinary ZIP (deflate)".into(),
            Self::UnsafeName { .. } => {
                "do not trust this archive; if it is yours, pack it again from within its folder".into()
            }
            Self::SameName => "unpack it first, so that you see which of them is meant".into(),
            Self::NoTables { members } if members.is_empty() => "it is empty; make it again".into(),
            Self::NoTables { members } => format!("what is in it: {}", members.join("; ")),
            Self::NoMember { nearest: Some(word), .. } => format!("did you mean ‘{word}’?"),
            Self::NoMember { members, .. } => format!("what is in it: {}", members.join(", ")),
            Self::NoRoom { .. } => "free some space there, or unpack the file yourself".into(),
        }
    }
}
