//! The snapshot before: what its rows are beside the new ones, and which of its files are gone.
//!
//! The store is built anew from the files that are there (docs/decisions/0008), so the rows of a file that is
//! gone would leave it. That is right where a person took the file away, and a loss where a disk was not mounted or a
//! folder tidied; which of the two it is cannot be told, so it must be said (docs/decisions/0020).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::compare::{Comparison, Side, each_batch};
use super::inputs::{SourceFiles, hash_file};
use super::report::GoneFile;
use crate::config::Config;
use crate::error::ShopError;
use crate::sources::remote::is_remote;
use crate::store::{InputFile, Manifest, PartFile, Store, TABLES_FOLDER};

/// The snapshot that is current while the next is built.
pub(super) struct Before {
    pub(super) manifest: Manifest,
    pub(super) folder: PathBuf,
    /// Files that it was made from and that are not there any more, by source.
    pub(super) gone: Vec<(String, GoneFile)>,
}

impl Before {
    /// Nothing, if nothing has been imported or the store is damaged: then the import mends it.
    pub(super) fn of_store(
        config: &Config,
        store: &Store,
        sources: &SourceFiles<'_>,
    ) -> Result<Option<Self>, ShopError> {
        let Some(name) = store.current()? else { return Ok(None) };
        let Ok(manifest) = store.manifest(&name) else { return Ok(None) };
        let gone = gone_files(config, &manifest, &sources.all)?;
        Ok(Some(Self { manifest, folder: store.snapshot_folder(&name), gone }))
    }

    pub(super) fn gone_of(&self, source: &str) -> Vec<GoneFile> {
        let ours = |(of, _): &&(String, GoneFile)| of == source;
        self.gone.iter().filter(ours).map(|(_, file)| file.clone()).collect()
    }

    /// Its file of a further table, if it has one.
    pub(super) fn table(&self, name: &str) -> Option<PathBuf> {
        self.manifest.tables.iter().find(|table| table.name == name)?;
        Some(self.folder.join(TABLES_FOLDER).join(format!("{name}.parquet")))
    }

    /// Puts its order lines beside the new ones; `false` if a part of it cannot be read.
    pub(super) fn add_lines(&self, comparison: &Comparison, threads: usize) -> bool {
        let parts: Vec<&PartFile> = self.manifest.parts.iter().chain(&self.manifest.unknown_parts).collect();
        let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..threads.min(parts.len()) {
                scope.spawn(|| {
                    while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let path = self.folder.join("order_lines").join(&part.name);
                        if each_batch(&path, |rows| comparison.add_lines(Side::Before, rows)).is_err() {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        failed.into_inner() == 0
    }
}

/// A path as it stands in `shop.toml`: the same from whatever folder the command is called.
pub(super) fn from_shop(config: &Config, path: &Path) -> String {
    path.strip_prefix(&config.folder).unwrap_or(path).display().to_string()
}

fn is_there(config: &Config, known: &str) -> Result<bool, ShopError> {
    if is_remote(known) { Ok(config.remote.is_there(known)?) } else { Ok(config.folder.join(known).exists()) }
}

/// The files that the last import read and that are neither among those of this one, nor elsewhere on the disk where
/// they were, nor under another name. By source.
fn gone_files(
    config: &Config,
    before: &Manifest,
    paths: &[PathBuf],
) -> Result<Vec<(String, GoneFile)>, ShopError> {
    let named: Vec<String> = paths.iter().map(|path| from_shop(config, path)).collect();
    let mut gone = Vec::new();
    for source in &before.report.sources {
        // A database does not go as files do: the import that cannot reach it fails.
        for file in source.files.iter().filter(|file| file.query.is_none()) {
            // Of an archive or a workbook the report names the parts.
            let part_of = |input: &&InputFile| Path::new(&file.path).starts_with(&input.path);
            let Some(input) = before.inputs.iter().find(part_of) else { continue };
            // Stores that were written before paths were kept this way know only how they were called.
            let known = if input.from_shop.is_empty() { &input.path } else { &input.from_shop };
            if named.contains(known) || is_there(config, known)? {
                continue;
            }
            let mut renamed = false;
            for path in paths {
                if config.remote.object_of(path).is_some() {
                    let there = config.remote.identity(path)?;
                    renamed = renamed || there.size == Some(input.bytes) && there.etag == input.etag;
                    continue;
                }
                let same_size = std::fs::metadata(path).is_ok_and(|found| found.len() == input.bytes);
                renamed = renamed || same_size && hash_file(path)? == input.blake3;
            }
            if !renamed {
                let file = GoneFile { path: known.clone(), rows_kept: file.rows_kept };
                gone.push((source.source.clone(), file));
            }
        }
    }
    Ok(gone)
}
