//! From a key, a prefix or a pattern to the objects that it means.

use object_store::path::Path as Key;
use object_store::{ListResult, ObjectMeta, ObjectStoreExt};

use super::fetch::{Identity, tried};
use super::stores::Bucket;
use super::{RemoteFault, fault};
use crate::config::nearest;
use crate::sources::expand::{has_known_ending, matches};

/// An object that was found.
pub(super) struct Found {
    pub(super) key: String,
    pub(super) identity: Identity,
}

impl From<ObjectMeta> for Found {
    fn from(meta: ObjectMeta) -> Self {
        Self { key: meta.location.to_string(), identity: Identity::of(&meta) }
    }
}

/// The objects that a key means: itself; those that lie directly in the folder of that name, if they are tables by
/// their endings; or those that match its pattern, part by part. In the order of their keys.
pub(super) async fn objects(bucket: &Bucket, key: &str) -> Result<Vec<Found>, RemoteFault> {
    let mut found = if key.contains(['*', '?']) {
        pattern(bucket, key).await?
    } else if key.is_empty() || key.ends_with('/') {
        folder(bucket, key).await?
    } else {
        match head(bucket, key).await {
            Ok(identity) => vec![Found { key: key.to_owned(), identity }],
            Err(RemoteFault::Missing { .. }) => match folder(bucket, key).await {
                Err(RemoteFault::Nothing { objects: 0 }) => {
                    return Err(RemoteFault::Missing { nearest: near(bucket, key).await });
                }
                other => other?,
            },
            Err(fault) => return Err(fault),
        }
    };
    found.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}

/// What the store knows of an object.
pub(super) async fn head(bucket: &Bucket, key: &str) -> Result<Identity, RemoteFault> {
    let path = parsed(key)?;
    let meta = tried(async || bucket.asking.head(&path).await.map_err(|error| said(bucket, &error))).await?;
    Ok(Identity::of(&meta))
}

/// The store's word as a fault, without secrets.
pub(super) fn said(bucket: &Bucket, error: &object_store::Error) -> RemoteFault {
    match fault::hidden(RemoteFault::of_store(error), &bucket.secrets) {
        RemoteFault::Silent { tries, .. } => {
            RemoteFault::Silent { tries, seconds: bucket.patience.as_secs() }
        }
        other => other,
    }
}

pub(super) fn parsed(key: &str) -> Result<Key, RemoteFault> {
    Key::parse(key).map_err(|error| RemoteFault::Address { message: error.to_string() })
}

/// What lies directly in a folder.
async fn inside(bucket: &Bucket, prefix: &str) -> Result<ListResult, RemoteFault> {
    let prefix = parsed(prefix)?;
    tried(async || {
        let listed = bucket.asking.list_with_delimiter(Some(&prefix)).await;
        listed.map_err(|error| said(bucket, &error))
    })
    .await
}

async fn folder(bucket: &Bucket, prefix: &str) -> Result<Vec<Found>, RemoteFault> {
    let mut objects = inside(bucket, prefix).await?.objects;
    let seen = objects.len();
    objects.retain(|object| {
        let name = object.location.filename().unwrap_or_default();
        !name.starts_with('.') && has_known_ending(std::path::Path::new(name))
    });
    if objects.is_empty() {
        return Err(RemoteFault::Nothing { objects: seen });
    }
    Ok(objects.into_iter().map(Found::from).collect())
}

async fn pattern(bucket: &Bucket, key: &str) -> Result<Vec<Found>, RemoteFault> {
    let parts: Vec<&str> = key.trim_end_matches('/').split('/').collect();
    let mut folders = vec![String::new()];
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        let mut next = Vec::new();
        for folder in folders {
            let below = |name: &str| {
                if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
            };
            if !part.contains(['*', '?']) {
                let path = below(part);
                if is_last {
                    match head(bucket, &path).await {
                        Ok(identity) => found.push(Found { key: path, identity }),
                        // It is in some of the folders only.
                        Err(RemoteFault::Missing { .. }) => {}
                        Err(fault) => return Err(fault),
                    }
                } else {
                    next.push(path);
                }
                continue;
            }
            let fits = |name: &str| matches(part, name) && (part.starts_with('.') || !name.starts_with('.'));
            let here = inside(bucket, &folder).await?;
            if is_last {
                let fitting = |object: &ObjectMeta| object.location.filename().is_some_and(fits);
                found.extend(here.objects.into_iter().filter(fitting).map(Found::from));
            } else {
                let folders = here.common_prefixes.iter().filter_map(Key::filename);
                next.extend(folders.filter(|name| fits(name)).map(below));
            }
        }
        folders = next;
    }
    if found.is_empty() {
        return Err(RemoteFault::Missing { nearest: Vec::new() });
    }
    Ok(found)
}

/// Up to three objects beside a missing one that are called nearly so. Only help: a store that does not answer gives none.
async fn near(bucket: &Bucket, key: &str) -> Vec<String> {
    let (folder, name) = key.rsplit_once('/').unwrap_or(("", key));
    let Ok(here) = inside(bucket, folder).await else { return Vec::new() };
    let mut names: Vec<String> =
        here.objects.iter().filter_map(|object| object.location.filename()).map(str::to_owned).collect();
    let mut near = Vec::new();
    while near.len() < 3
        && let Some(found) = nearest(name, names.iter().map(String::as_str))
    {
        names.retain(|other| *other != found);
        near.push(found);
    }
    near
}
