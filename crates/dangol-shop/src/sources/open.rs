//! Finding out what a file is, and which tables are in it.

use std::path::{Path, PathBuf};

use super::database::{is_connection, open_tables};
use super::expand::{expand, matches, on_disk};
use super::packing::{self, Archive, Content, PackedFault, Packing};
use super::recognise::{of_archive, recognise};
use super::remote::{Remote, is_remote};
use super::{
    LooksLike, ReadHints, SheetChoice, SourceError, SourceFormat, SourceKind, SourceTable, excel, json,
    parquet, text,
};

/// How much of a file's beginning shows what it is.
const HEAD: usize = 4096;

/// What was found at a place: its tables, or the reason why it can't be read.
pub type Looked = (PathBuf, Result<Opened, SourceError>);

/// Opens all that a person named: a file, a folder, a pattern, or all tables of a database (a connection); of
/// workbooks every sheet.
///
/// # Errors
/// If nothing is there or matches, or the database can't be reached.
pub fn look(written: &str, base: &Path) -> Result<Vec<Looked>, SourceError> {
    let remote = Remote::default();
    if is_connection(written) {
        let found = open_tables(written, base)?.into_iter();
        let one = |table| Opened { tables: vec![table], left_out: Vec::new() };
        return Ok(found.map(|(path, table)| (path, table.map(one))).collect());
    }
    let hints = ReadHints { sheets: SheetChoice::Each, ..ReadHints::default() };
    let found = expand_anywhere(written, base, &remote)?.into_iter();
    Ok(found.map(|path| (path.clone(), look_at(&path, &hints, &remote))).collect())
}

/// The files that a path or pattern means, on the disk or in an object store.
///
/// # Errors
/// As [`expand`], or if the store can't be asked.
pub(crate) fn expand_anywhere(
    written: &str,
    base: &Path,
    remote: &Remote,
) -> Result<Vec<PathBuf>, SourceError> {
    if is_remote(written) { remote.expand(written) } else { expand(written, base) }
}

/// Opens a file on the disk, or an object that was found by its address.
///
/// # Errors
/// As [`open`], or if the object can't be fetched.
pub(crate) fn open_anywhere(path: &Path, hints: &ReadHints, remote: &Remote) -> Result<Opened, SourceError> {
    let Some((object, within)) = remote.object_of(path) else { return open_file(path, hints, Some(remote)) };
    let content = Content::of_object(&object, remote.fetch(&object)?).of_run(remote);
    open_content(content, path, within.as_deref(), hints)
}

/// The same for a look: of a file whose format must be read from its beginning, only that; of an object only the parts are fetched that are looked at, as far as its format allows.
fn look_at(path: &Path, hints: &ReadHints, remote: &Remote) -> Result<Opened, SourceError> {
    let Some((object, within)) = remote.object_of(path) else {
        let (content, within) = content_of(path)?;
        return open_content(content.for_a_look(), path, within.as_deref(), hints);
    };
    let content = match remote.ranges(&object)? {
        Some(ranges) => Content::of_ranges(&object, ranges),
        None => Content::of_object(&object, remote.fetch(&object)?).for_a_look(),
    };
    open_content(content.of_run(remote), path, within.as_deref(), hints)
}

/// What was found in a file.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// Its tables: one, or those of an archive or a workbook.
    pub tables: Vec<SourceTable>,
    /// What else is in it and is not read.
    pub left_out: Vec<LeftOut>,
}

/// A part of a file that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The part: archive and file, or workbook and sheet.
    pub path: PathBuf,
    /// Why it is left out.
    pub why: WhyLeftOut,
}

/// Why a part of a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyLeftOut {
    /// It is no table.
    NotATable(LooksLike),
    /// It is empty.
    Empty,
    /// A sheet whose headers are not those of the others.
    OtherHeaders,
    /// A sheet without a header.
    NoHeader,
    /// A link to another file.
    Link,
}

impl std::fmt::Display for WhyLeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotATable(looks_like) => write!(f, "it looks like {looks_like}"),
            Self::Empty => f.write_str("it is empty"),
            Self::OtherHeaders => f.write_str("its headers are others"),
            Self::NoHeader => f.write_str("it has no header"),
            Self::Link => f.write_str("it is a link"),
        }
    }
}

/// Opens a file: detects its format (where the hints leave it open), its tables and their columns.
/// Reads samples only, except for worksheets and JSON, whose columns are known at their end.
///
/// A path may go on within an archive: `export.zip/orders-*.csv`.
///
/// # Errors
/// If the file can't be read, is empty, or holds no table.
pub fn open(path: &Path, hints: &ReadHints) -> Result<Opened, SourceError> {
    open_file(path, hints, None)
}

/// A file on the disk, and what is meant within it.
fn content_of(path: &Path) -> Result<(Content, Option<String>), SourceError> {
    let (file, within) = on_disk(path);
    let metadata = std::fs::metadata(&file).map_err(|source| SourceError::io(path, source))?;
    if metadata.is_dir() {
        return Err(SourceError::not_a_table(path, LooksLike::Folder));
    }
    Ok((Content::of_file(&file)?, within))
}

fn open_file(path: &Path, hints: &ReadHints, run: Option<&Remote>) -> Result<Opened, SourceError> {
    let (content, within) = content_of(path)?;
    let content = match run {
        Some(run) => content.of_run(run),
        None => content,
    };
    open_content(content, path, within.as_deref(), hints)
}

/// `path` is that of the file, or of what is within it.
fn open_content(
    content: Content,
    path: &Path,
    within: Option<&str>,
    hints: &ReadHints,
) -> Result<Opened, SourceError> {
    let mut opened = Opened::default();
    let head = content.head(HEAD)?;
    match packing::recognise(&head) {
        Some(Packing::Zip) => zip(&content.here()?, within, hints, &mut opened)?,
        _ if within.is_some() => return Err(SourceError::io(path, std::io::ErrorKind::NotFound.into())),
        Some(Packing::Other) => return Err(SourceError::not_a_table(path, LooksLike::Packed)),
        Some(packing) => one(content.packed(packing), hints, &mut opened)?,
        None => one(content, hints, &mut opened)?,
    }
    Ok(opened)
}

/// The tables of a ZIP archive, or of the workbook that it is.
fn zip(
    content: &Content,
    within: Option<&str>,
    hints: &ReadHints,
    opened: &mut Opened,
) -> Result<(), SourceError> {
    let path = content.shown.clone();
    let no_such_file =
        || SourceError::io(&path.join(within.unwrap_or("")), std::io::ErrorKind::NotFound.into());
    let archive = match Archive::list(content.on_disk(), &path) {
        Ok(archive) => archive,
        // A damaged workbook is told as one.
        Err(_) if is_named_workbook(&path) && within.is_none() => {
            return excel::open(content, hints, opened);
        }
        Err(error) => return Err(error),
    };
    match of_archive(&path, &archive) {
        // A sheet is named by `sheet`, not by the path.
        Ok(_) if within.is_some() => return Err(no_such_file()),
        Ok(_) => return excel::open(content, hints, opened),
        Err(LooksLike::Zip) => {}
        Err(looks_like) => return Err(SourceError::not_a_table(&path, looks_like)),
    }
    archive.check().map_err(|fault| SourceError::packed(&path, fault))?;
    let mut members = archive.members;
    members.retain(|member| !member.is_by_product());
    members.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(wanted) = within {
        let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
        members.retain(|member| matches(wanted, &member.name));
        if members.is_empty() {
            let fault = PackedFault::NoMember {
                member: wanted.to_owned(),
                nearest: crate::config::nearest(wanted, names.iter().map(String::as_str)),
                members: names.into_iter().take(10).collect(),
            };
            return Err(SourceError::packed(&path, fault));
        }
    }
    let alone = members.len() == 1;
    for member in members {
        if member.is_link {
            opened.left_out.push(LeftOut { path: path.join(&member.name), why: WhyLeftOut::Link });
            continue;
        }
        let checked = member.check();
        let member = content.member(member);
        checked.map_err(|fault| SourceError::packed(&member.shown, fault))?;
        let shown = member.shown.clone();
        match one(member, hints, opened) {
            // Lines without columns, such as a note to the files beside it.
            Ok(()) if !alone && is_single_column(opened.tables.last()) => {
                opened.tables.pop();
                let why = WhyLeftOut::NotATable(LooksLike::Prose);
                opened.left_out.push(LeftOut { path: shown, why });
            }
            Ok(()) => {}
            Err(error) if alone => return Err(error),
            Err(SourceError::NotATable { looks_like, .. }) => {
                opened.left_out.push(LeftOut { path: shown, why: WhyLeftOut::NotATable(looks_like) });
            }
            Err(SourceError::Empty { .. }) => {
                opened.left_out.push(LeftOut { path: shown, why: WhyLeftOut::Empty });
            }
            Err(error) => return Err(error),
        }
    }
    if opened.tables.is_empty() {
        let said = |out: &LeftOut| format!("{} ({})", within_archive(&path, &out.path), out.why);
        let members = opened.left_out.iter().take(10).map(said).collect();
        return Err(SourceError::packed(&path, PackedFault::NoTables { members }));
    }
    Ok(())
}

fn is_single_column(table: Option<&SourceTable>) -> bool {
    table.is_some_and(|table| {
        matches!(table.format, SourceFormat::Csv { .. }) && table.columns.fields().len() == 1
    })
}

fn within_archive(archive: &Path, member: &Path) -> String {
    member.strip_prefix(archive).unwrap_or(member).display().to_string()
}

fn is_named_workbook(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    ["xlsx", "xlsm", "xlsb", "ods"].contains(&ending.as_str())
}

/// The tables of what is no archive, or of one file of an archive.
fn one(content: Content, hints: &ReadHints, opened: &mut Opened) -> Result<(), SourceError> {
    let path = content.shown.clone();
    let head = content.head(HEAD)?;
    if head.is_empty() {
        return Err(SourceError::Empty { path });
    }
    let kind = match packing::recognise(&head) {
        // A packed workbook is a ZIP archive, too.
        Some(Packing::Zip) => {
            let content = content.here()?.unpacked()?;
            let copy = content.plain().unwrap_or(&path);
            return match Archive::list(copy, &path).map(|archive| of_archive(copy, &archive)) {
                Ok(Ok(_)) => excel::open(&content, hints, opened),
                Err(_) if is_named_workbook(copy) => excel::open(&content, hints, opened),
                Ok(Err(looks_like)) if looks_like != LooksLike::Zip => {
                    Err(SourceError::not_a_table(&path, looks_like))
                }
                _ => Err(SourceError::packed(&path, PackedFault::Nested { inner: Packing::Zip })),
            };
        }
        Some(inner) if content.packing().is_some() => {
            return Err(SourceError::packed(&path, PackedFault::Nested { inner }));
        }
        _ => hints.format.map_or_else(|| recognise(&path, &head), Ok),
    };
    match kind {
        Ok(SourceKind::Parquet) => opened.tables.push(parquet::open(parquet_anywhere(content)?)?),
        Ok(SourceKind::Xlsx) => excel::open(&content.here()?.unpacked()?, hints, opened)?,
        Ok(SourceKind::Csv) => opened.tables.push(text::open(content, hints)?),
        Ok(SourceKind::Json) => opened.tables.push(json::open(content, hints)?),
        Err(looks_like) => return Err(SourceError::not_a_table(&path, looks_like)),
    }
    Ok(())
}

/// Parquet is read here and there: an object as it is, what is packed from an unpacked copy.
fn parquet_anywhere(content: Content) -> Result<Content, SourceError> {
    if content.packing().is_none() { Ok(content) } else { content.here()?.unpacked() }
}
