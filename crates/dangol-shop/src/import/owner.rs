//! Whose store it is: another shop does not take its place unless told to.
//!
//! A store is built anew from what `shop.toml` names, so a `shop.toml` that was replaced by another shop's, or two shops
//! whose folders lead to one store, would put one shop's data in the place of the other's without a word. A shop may be
//! called something else from one day on, and its sources may change; not both at once
//! (docs/decisions/0029).

use std::fs;
use std::path::{Path, PathBuf};

use super::before::from_shop;
use super::inputs::hash_file;
use crate::config::{Config, TableSource};
use crate::error::ShopError;
use crate::sources::database::sqlite_file;
use crate::sources::remote::is_remote;
use crate::store::{InputFile, Manifest, Owner, Store};

/// The shop of a configuration.
pub(super) fn owner(config: &Config) -> Owner {
    Owner {
        name: config.shop.name.clone(),
        folder: fs::canonicalize(&config.folder).unwrap_or_else(|_| config.folder.clone()),
        connections: connections(config),
    }
}

/// The databases that the sources name, as they are written: a password is no part of that.
fn connections(config: &Config) -> Vec<String> {
    fn of<C: Ord>(source: &TableSource<C>) -> Option<String> {
        source.connection.clone()
    }
    let sources = config.sources.further().filter_map(|(_, source)| of(source));
    let mut all: Vec<String> = config.sources.order_lines.as_ref().and_then(of).into_iter().collect();
    all.extend(sources);
    all.sort();
    all.dedup();
    all
}

/// Refuses if the store is that of a shop with another name, of whose sources none is among the new ones.
///
/// # Errors
/// [`ShopError::OtherShop`]; [`ShopError::Io`] if a file can't be read.
pub(super) fn check_owner(
    config: &Config,
    store: &Store,
    manifest: &Manifest,
    paths: &[PathBuf],
) -> Result<(), ShopError> {
    let Some(before) = &manifest.owner else { return Ok(()) };
    let now = owner(config);
    if before.name == now.name {
        return Ok(());
    }
    // Two shops in two folders may both call a file `orders.csv`.
    let same_folder = before.folder == now.folder;
    let is_shared = |connection: &String| {
        before.connections.contains(connection) && (same_folder || sqlite_file(connection).is_none())
    };
    if now.connections.iter().any(is_shared) {
        return Ok(());
    }
    let files = || manifest.inputs.iter().filter(|input| !input.from_shop.is_empty());
    for path in paths {
        let named = from_shop(config, path);
        let is_named = |input: &InputFile| {
            input.from_shop == named
                && (same_folder || is_remote(&input.from_shop) || Path::new(&input.from_shop).is_absolute())
        };
        if files().any(is_named) || has_content_of(config, path, files())? {
            return Ok(());
        }
    }
    Err(ShopError::OtherShop {
        store: store.folder().to_owned(),
        holds: before.name.clone(),
        sources: files().map(|input| input.from_shop.clone()).chain(before.connections.clone()).collect(),
        config: config.path(),
        shop: now.name,
    })
}

/// Whether a file or an object is one of the last import under another name.
fn has_content_of<'a>(
    config: &Config,
    path: &Path,
    mut inputs: impl Iterator<Item = &'a InputFile>,
) -> Result<bool, ShopError> {
    if config.remote.object_of(path).is_some() {
        let there = config.remote.identity(path)?;
        return Ok(inputs.any(|input| {
            there.etag.is_some() && there.etag == input.etag && there.size == Some(input.bytes)
        }));
    }
    let bytes = fs::metadata(path).map_err(ShopError::io("reading", path))?.len();
    let alike: Vec<&InputFile> = inputs.filter(|input| input.bytes == bytes).collect();
    if alike.is_empty() {
        return Ok(false);
    }
    let hash = hash_file(path)?;
    Ok(alike.iter().any(|input| input.blake3 == hash))
}
