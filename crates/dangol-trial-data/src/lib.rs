//! Where tests find the trial shops' exports, which are not part of the repository, and the repository's own files.
//!
//! The exports lie in `DANGOL_TEST_DATA`, else in `shared/data` beside the checkout. Where they are absent, tests that
//! need them say so and pass; under `CI` they must be there.

use std::path::{Path, PathBuf};

/// The root of the checkout whose tests run: as the test runner says it, since binaries in a shared target directory
/// may have been compiled in another checkout of the same files.
///
/// # Panics
///
/// Outside `cargo test` and `cargo nextest`, which name the package's folder.
#[must_use]
pub fn repository() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("the package's folder, from the test runner");
    Path::new(&package).join("../..")
}

/// The folder of the exports; none, with a word, where it is absent.
///
/// # Panics
///
/// Under `CI` where it is absent.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    found(&place())
}

/// A file of the exports, such as `cdnow/CDNOW_sample.txt`; none, with a word, where it is absent.
///
/// # Panics
///
/// Under `CI` where it is absent.
#[must_use]
pub fn file(name: &str) -> Option<PathBuf> {
    found(&place().join(name))
}

fn place() -> PathBuf {
    std::env::var_os("DANGOL_TEST_DATA").map_or_else(|| repository().join("../shared/data"), PathBuf::from)
}

fn found(path: &Path) -> Option<PathBuf> {
    if let Ok(path) = std::fs::canonicalize(path) {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "no test data at {}", path.display());
    println!("skipped: no test data at {}", path.display());
    None
}
