//! What can go wrong while a shop is simulated.

use std::path::PathBuf;

/// Why a shop could not be simulated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// An option lies outside its range.
    #[error("{option} = {value} is not possible: {expected}")]
    Option {
        /// Name of the option as in [`Options`](crate::Options).
        option: &'static str,
        /// The value that was given.
        value: String,
        /// What would be possible.
        expected: &'static str,
    },
    /// A file or folder could not be written or read back.
    #[error("cannot write {}: {source} (is the folder writable, and is there room on the disk?)", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A table could not be encoded as CSV or as columns.
    #[error("cannot encode {}: {source}", path.display())]
    Encode {
        /// The file that was being written.
        path: PathBuf,
        /// Arrow's reason.
        source: arrow::error::ArrowError,
    },
    /// A Parquet file could not be written.
    #[error("cannot write {}: {source} (is there room on the disk?)", path.display())]
    Parquet {
        /// The file that was being written.
        path: PathBuf,
        /// Parquet's reason.
        source: parquet::errors::ParquetError,
    },
}
