//! Finding out what a file is.

use std::fs::File;
use std::path::Path;

use super::{ReadHints, SourceError, SourceTable, parquet};

/// Opens a file: detects its format (where the hints leave it open) and its columns. Reads samples
/// only, except for worksheets.
///
/// # Errors
/// If the file can't be read, is empty, or is no table.
pub fn open(path: &Path, hints: &ReadHints) -> Result<SourceTable, SourceError> {
    let _ = hints;
    let file = File::open(path).map_err(|source| SourceError::io(path, source))?;
    parquet::open(path, file)
}
