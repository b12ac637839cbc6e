//! The files that an import reads, and whether they are those of the last.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::joins::join_files;
use super::report::SourceReport;
use crate::config::{Config, DecimalMark, OneOrMany, TableSource};
use crate::error::{MappingError, ShopError};
use crate::order_lines::Canonical;
use crate::sources::database::{Projection, Told, What, open_database};
use crate::sources::remote::{Identity, is_remote};
use crate::sources::{Remote, SourceError, SourceTable, expand_anywhere, on_disk};
use crate::store::{InputFile, Manifest, Store};

/// The files that an import reads.
pub(super) struct SourceFiles<'a> {
    pub(super) order_lines: &'a TableSource<Canonical>,
    /// Those of all tables and joins, each once.
    pub(super) all: Vec<PathBuf>,
}

impl<'a> SourceFiles<'a> {
    pub(super) fn find(config: &'a Config) -> Result<Self, ShopError> {
        let source = config.sources.order_lines.as_ref().filter(|source| source.is_told());
        let order_lines = source.ok_or_else(|| MappingError::NoSource { path: config.path() })?;
        Ok(Self { order_lines, all: source_paths(config)? })
    }
}

/// The files on disk and the objects of stores that the sources of a shop name, those of the order lines first, each once, also one that is named
/// by several of the files in it.
///
/// # Errors
/// Where nothing is there or it may not be read.
pub fn source_paths(config: &Config) -> Result<Vec<PathBuf>, ShopError> {
    let mut paths = Vec::new();
    if let Some(source) = &config.sources.order_lines {
        paths.extend(source_files(config, source)?);
        paths.extend(join_files(config, source)?);
    }
    for (_, further) in config.sources.further() {
        paths.extend(source_files(config, further)?);
        paths.extend(join_files(config, further)?);
    }
    let mut all: Vec<PathBuf> = Vec::new();
    let file_of = |path: &PathBuf| config.remote.object_of(path).unwrap_or_else(|| on_disk(path));
    for (file, _) in paths.iter().map(file_of) {
        if !all.contains(&file) {
            all.push(file);
        }
    }
    Ok(all)
}

/// What tells this version of an object from another, as far as its store says; none for a file on the disk.
///
/// # Errors
/// If the store can't be asked.
pub fn object_version(config: &Config, path: &Path) -> Result<Option<String>, ShopError> {
    let Some((object, _)) = config.remote.object_of(path) else { return Ok(None) };
    Ok(Some(config.remote.identity(&object)?.to_string()))
}

/// The files that `path` names, in order, each once.
pub(crate) fn source_files<C: Ord>(
    config: &Config,
    source: &TableSource<C>,
) -> Result<Vec<PathBuf>, ShopError> {
    let files = expand_paths(config, &source.path)?;
    if files.len() > usize::from(u16::MAX) {
        return Err(MappingError::TooManyFiles { config: config.path(), found: files.len() }.into());
    }
    Ok(files)
}

/// The files that paths of `shop.toml` stand for, in order, each once.
pub(super) fn expand_paths(config: &Config, paths: &OneOrMany) -> Result<Vec<PathBuf>, ShopError> {
    let mut files = Vec::new();
    let mut missing = None;
    for path in paths.as_slice() {
        // An address is read with its variables, so that their values can be kept from sight.
        let expanded = crate::config::expand_variables(path)?;
        let path = if is_remote(path) { path } else { &expanded };
        let found = match expand_anywhere(path, &config.folder, &config.remote) {
            Err(SourceError::NoSuchFile { path, nearest }) if config.may_lack.contains(&path) => {
                missing = missing.or(Some(SourceError::NoSuchFile { path, nearest }));
                continue;
            }
            found => found?,
        };
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    // Nothing may be left out of which nothing is left.
    match missing.filter(|_| files.is_empty()) {
        Some(error) => Err(error.into()),
        None => Ok(files),
    }
}

/// The files of the last import that are not there any more; objects of stores are asked for one by one as they are read.
pub(super) fn missing_files(config: &Config, store: &Store) -> Result<Vec<PathBuf>, ShopError> {
    let Some(name) = store.current()? else { return Ok(Vec::new()) };
    let Ok(manifest) = store.manifest(&name) else { return Ok(Vec::new()) };
    if manifest.owner.as_ref().is_none_or(|owner| owner.name != config.shop.name) {
        return Ok(Vec::new());
    }
    let named =
        manifest.inputs.iter().filter(|input| !input.from_shop.is_empty() && !is_remote(&input.from_shop));
    let paths = named.map(|input| config.folder.join(&input.from_shop));
    Ok(paths.filter(|path| !path.exists()).collect())
}

/// What decides the store's content besides the files: sources, cleaning, clock, version.
pub(super) fn configuration_hash(config: &Config) -> String {
    let parts = serde_json::json!([
        config.sources,
        config.cleaning,
        config.shop.time_zone,
        env!("CARGO_PKG_VERSION"),
    ]);
    blake3::hash(parts.to_string().as_bytes()).to_hex().to_string()
}

/// The current manifest, if importing again would give the same; `shop` is its name.
pub(super) fn unchanged(
    store: &Store,
    (shop, configuration): (&str, &str),
    paths: &[PathBuf],
    remote: &Remote,
) -> Result<Option<Manifest>, ShopError> {
    let Some(name) = store.current()? else { return Ok(None) };
    // A damaged store is no reason to stop: the import replaces it.
    let Ok(manifest) = store.manifest(&name) else { return Ok(None) };
    // Under its new name a shop may change its sources, too.
    if manifest.owner.as_ref().is_some_and(|owner| owner.name != shop) {
        return Ok(None);
    }
    if manifest.configuration != configuration || manifest.inputs.len() != paths.len() {
        return Ok(None);
    }
    if paths.iter().zip(&manifest.inputs).any(|(path, input)| path.display().to_string() != input.path) {
        return Ok(None);
    }
    for (path, input) in paths.iter().zip(&manifest.inputs) {
        if remote.object_of(path).is_some() {
            if is_same_object(remote, path, input)? {
                continue;
            }
            return Ok(None);
        }
        let (bytes, modified) = size_and_time(path)?;
        if bytes != input.bytes {
            return Ok(None);
        }
        if modified != input.modified && hash_file(path)? != input.blake3 {
            return Ok(None);
        }
    }
    Ok(Some(manifest))
}

/// Whether an object is the one of the last import. Where the store does not say enough to tell, it is fetched.
fn is_same_object(remote: &Remote, path: &Path, input: &InputFile) -> Result<bool, ShopError> {
    let before = Identity {
        size: Some(input.bytes),
        etag: input.etag.clone(),
        modified: Some(input.modified).filter(|at| *at != 0),
    };
    let now = remote.identity(path)?;
    if before.is(&now) == Some(true) {
        return Ok(true);
    }
    if now.size.is_some_and(|size| size != input.bytes) {
        return Ok(false);
    }
    Ok(hash_file(&remote.fetch(path)?.file)? == input.blake3)
}

fn size_and_time(path: &Path) -> Result<(u64, i128), ShopError> {
    let metadata = fs::metadata(path).map_err(ShopError::io("reading", path))?;
    let modified = metadata.modified().ok().and_then(|time| {
        time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_nanos() as i128)
    });
    Ok((metadata.len(), modified.unwrap_or(0)))
}

pub(super) fn hash_file(path: &Path) -> Result<String, ShopError> {
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(ShopError::io("reading", path))?;
    hasher.update_reader(file).map_err(ShopError::io("reading", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Hashing needs no attention; it runs beside the import.
pub(super) fn hash_in_background(
    paths: Vec<(PathBuf, String)>,
    remote: Remote,
) -> std::thread::JoinHandle<Result<Vec<InputFile>, ShopError>> {
    std::thread::spawn(move || {
        paths
            .iter()
            .map(|(path, from_shop)| {
                if remote.object_of(path).is_some() {
                    return hash_object(&remote, path, from_shop);
                }
                let (bytes, modified) = size_and_time(path)?;
                Ok(InputFile {
                    path: path.display().to_string(),
                    from_shop: from_shop.clone(),
                    bytes,
                    modified,
                    blake3: hash_file(path)?,
                    etag: None,
                })
            })
            .collect()
    })
}

fn hash_object(remote: &Remote, path: &Path, from_shop: &str) -> Result<InputFile, ShopError> {
    let fetched = remote.fetch(path)?;
    Ok(InputFile {
        path: path.display().to_string(),
        from_shop: from_shop.to_owned(),
        bytes: fetched.identity.size.unwrap_or(0),
        modified: fetched.identity.modified.unwrap_or(0),
        blake3: hash_file(&fetched.file)?,
        etag: fetched.identity.etag,
    })
}

/// The tables of a database that feed a canonical table.
pub(super) fn open_connection<C: Ord>(
    config: &Config,
    feeds: &str,
    source: &TableSource<C>,
    connection: &str,
) -> Result<Vec<SourceTable>, ShopError> {
    let what = match &source.query {
        Some(query) => What::Query(query),
        None => What::Tables {
            names: source.table.as_slice(),
            filter: source.filter.as_deref(),
            projection: projection(source, feeds == "order_lines"),
        },
    };
    Ok(open_database(&Told {
        feeds,
        connection,
        password_file: source.password_file.as_deref(),
        folder: &config.folder,
        what,
        decimal_comma: source.decimal == Some(DecimalMark::Comma),
        patience: config.connections,
    })?)
}

/// The columns of a table that `shop.toml` mentions.
fn projection<C: Ord>(source: &TableSource<C>, tells_rows_apart: bool) -> Projection {
    let mut headers: Vec<String> =
        source.columns.values().chain(source.attributes.values()).cloned().collect();
    if let Some(told) = &source.unpivot {
        // These two are made by it, and the columns it is made of take their place.
        headers.retain(|header| *header != told.name && *header != told.value);
        headers.extend(told.columns.iter().cloned());
    }
    Projection { headers, expressions: source.expressions.values().cloned().collect(), tells_rows_apart }
}

/// What was read from databases, for the record beside the files.
pub(super) fn database_inputs(sources: &[SourceReport]) -> Vec<InputFile> {
    let read = sources.iter().flat_map(|source| &source.files).filter(|file| file.query.is_some());
    read.map(|file| InputFile {
        path: file.path.clone(),
        from_shop: String::new(),
        bytes: file.bytes,
        modified: 0,
        blake3: file.blake3.clone(),
        etag: None,
    })
    .collect()
}
