//! From what a person wrote to the files it means.

use std::path::{Component, Path, PathBuf};

use super::SourceError;

/// Files with these endings are taken from folders; behind them may stand `.gz` or `.zst`.
const ENDINGS: [&str; 15] = [
    "csv", "tsv", "tab", "txt", "parquet", "pq", "xlsx", "xlsm", "xlsb", "xls", "ods", "jsonl", "ndjson",
    "json", "zip",
];

/// The files that a path or pattern means: a file itself, all tables in a folder (by their
/// endings; hidden files and folders within it are left out), or the files that match a pattern
/// with `*` and `?` in its last part or in folders; sorted by name. Relative paths count from
/// `base`.
///
/// What stands behind a file, as in `export.zip/orders-*.csv`, means files of that archive. It is kept
/// as it is written, for [`open`](super::open) to look it up.
///
/// # Errors
/// If nothing is there or matches, or it may not be read.
pub fn expand(path_or_pattern: &str, base: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let path = base.join(plain(path_or_pattern, base));
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => folder(&path),
        Ok(_) => Ok(vec![path]),
        Err(_) if is_within(&path) => Ok(vec![path]),
        Err(_) if path_or_pattern.contains(['*', '?']) => pattern(&path),
        Err(error) => Err(SourceError::io(&path, error)),
    }
}

/// The same path without detours, so that a file has one name however it is written: `s/../exp/a.csv` is `exp/a.csv`, and
/// so is `../shop/exp/a.csv` in the folder `shop`.
pub(crate) fn plain(written: &str, base: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in Path::new(written).components() {
        let back = part == Component::ParentDir
            && matches!(plain.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            // Behind a link, up is elsewhere.
            _ if back && !base.join(&plain).is_symlink() => {
                plain.pop();
            }
            _ => plain.push(part),
        }
    }
    if plain.as_os_str().is_empty() {
        return ".".into();
    }
    // From outside and back into the folder.
    let leads_out = plain.is_absolute() || plain.starts_with("..");
    if leads_out && let Ok(folder) = std::fs::canonicalize(base) {
        let mut whole = folder.clone();
        for part in plain.components() {
            match part {
                Component::ParentDir => {
                    whole.pop();
                }
                _ => whole.push(part),
            }
        }
        if let Ok(within) = whole.strip_prefix(&folder)
            && within != Path::new("")
        {
            return within.to_owned();
        }
    }
    plain
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let mut files = entries(path)?;
    files.retain(|file| file.is_file() && !is_hidden(file) && has_known_ending(file));
    if files.is_empty() {
        return Err(SourceError::EmptyFolder { path: path.to_owned() });
    }
    Ok(files)
}

pub(super) fn has_known_ending(file: &Path) -> bool {
    let ending = |file: &Path| file.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    match ending(file).as_str() {
        "gz" | "zst" => ENDINGS.contains(&ending(&file.with_extension("")).as_str()),
        other => ENDINGS.contains(&other),
    }
}

/// The file on the disk that a path leads to, and what stands behind it, if the path goes on within
/// that file. A path that leads nowhere is given back.
#[must_use]
pub fn on_disk(path: &Path) -> (PathBuf, Option<String>) {
    let whole = || (path.to_owned(), None);
    if path.exists() {
        return whole();
    }
    let Some(file) = path.ancestors().skip(1).find(|ancestor| ancestor.is_file()) else { return whole() };
    let within = path.strip_prefix(file).unwrap_or(path).components();
    let parts: Vec<_> = within.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    (file.to_owned(), Some(parts.join("/")))
}

/// Whether a path goes on within a file.
fn is_within(path: &Path) -> bool {
    on_disk(path).1.is_some()
}

fn pattern(path: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let mut found = vec![PathBuf::new()];
    for part in path.components() {
        let text = part.as_os_str().to_string_lossy();
        if !text.contains(['*', '?']) {
            for folder in &mut found {
                folder.push(part);
            }
            found.retain(|folder| folder.exists() || is_within(folder));
            continue;
        }
        let mut next = Vec::new();
        for folder in &found {
            let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            if !here.is_dir() {
                if here.is_file() || is_within(here) {
                    next.push(folder.join(part));
                }
                continue;
            }
            for entry in entries(here)? {
                let name = name_of(&entry);
                if matches(&text, &name) && (text.starts_with('.') || !is_hidden(&entry)) {
                    next.push(folder.join(&name));
                }
            }
        }
        found = next;
    }
    found.retain(|path| path.is_file() || is_within(path));
    found.sort();
    if found.is_empty() {
        return Err(SourceError::NoSuchFile { path: path.to_owned(), nearest: nearest(path) });
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let io = |source| SourceError::io(folder, source);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        entries.push(entry.map_err(io)?.path());
    }
    entries.sort();
    Ok(entries)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_hidden(path: &Path) -> bool {
    name_of(path).starts_with('.')
}

/// Whether a name matches a pattern in which `*` stands for any text and `?` for one character.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star is, and how far it reaches.
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, reach)) = star else {
                    return false;
                };
                star = Some((at, reach + 1));
                p = at + 1;
                n = reach + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Up to three existing names near to one that does not exist.
pub(super) fn nearest(path: &Path) -> Vec<PathBuf> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Ok(entries) = entries(folder) else {
        // The folder itself is missing; perhaps its name is misspelt.
        let known = folder.parent().is_some_and(Path::is_dir);
        return if known { nearest(folder) } else { Vec::new() };
    };
    let wanted = name_of(path);
    let mut names: Vec<String> =
        entries.iter().filter(|entry| !is_hidden(entry)).map(|entry| name_of(entry)).collect();
    let mut near = Vec::new();
    while near.len() < 3 {
        let Some(name) = crate::config::nearest(&wanted, names.iter().map(String::as_str)) else {
            break;
        };
        names.retain(|other| *other != name);
        near.push(path.with_file_name(name));
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let base = folder.path().canonicalize().expect("its name").join("shop");
        for inner in ["exp", "s"] {
            std::fs::create_dir_all(base.join(inner)).expect("a folder");
        }
        std::fs::write(base.join("exp/a.csv"), "a\n").expect("written");
        let whole = base.join("exp/a.csv").display().to_string();
        for written in [
            "exp/a.csv",
            "s/../exp/a.csv",
            "./exp/./a.csv",
            "../shop/exp/a.csv",
            &whole,
            "s/../exp/*.csv",
            "s/../exp",
        ] {
            assert_eq!(expand(written, &base).expect(written), [base.join("exp/a.csv")], "{written}");
        }
        // What lies elsewhere keeps its way there.
        assert_eq!(plain("../../data/a.csv", &base), Path::new("../../data/a.csv"));
        assert_eq!(plain("x/../../a.csv", &base), Path::new("../a.csv"));
        assert_eq!(plain("/data/../a.csv", &base), Path::new("/a.csv"));
        assert_eq!(plain("..", &base.join("s")), Path::new(".."));
        for here in [".", "./", "s/..", ""] {
            assert_eq!(plain(here, &base), Path::new("."), "{here}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn behind_a_link_up_is_elsewhere() {
        let folder = tempfile::TempDir::new().expect("a folder");
        std::fs::create_dir_all(folder.path().join("far/away")).expect("a folder");
        std::os::unix::fs::symlink(folder.path().join("far/away"), folder.path().join("link"))
            .expect("a link");
        std::fs::write(folder.path().join("far/a.csv"), "a\n").expect("written");
        assert_eq!(expand("link/../a.csv", folder.path()).expect("far/a.csv").len(), 1);
    }
}
