//! Finding out what a file is.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::database::{Opening, is_connection, open_tables};
use super::{LooksLike, ReadHints, SourceError, SourceKind, SourceTable, excel, expand, parquet, text};

/// Opens all that a person named: a file, a folder, a pattern, or all tables of a database (a connection).
/// Each comes with its path, or with the reason why it can't be read.
///
/// # Errors
/// If nothing is there or matches, or the database can't be reached.
pub fn look(written: &str, base: &Path) -> Result<Vec<Opening>, SourceError> {
    if is_connection(written) {
        return open_tables(written, base);
    }
    let files = expand(written, base)?.into_iter();
    Ok(files.map(|path| (path.clone(), open(&path, &ReadHints::default()))).collect())
}

/// Opens a file: detects its format (where the hints leave it open) and its columns. Reads samples
/// only, except for worksheets.
///
/// # Errors
/// If the file can't be read, is empty, or is no table.
pub fn open(path: &Path, hints: &ReadHints) -> Result<SourceTable, SourceError> {
    let io = |source| SourceError::io(path, source);
    let metadata = std::fs::metadata(path).map_err(io)?;
    if metadata.is_dir() {
        return Err(not_a_table(path, LooksLike::Folder));
    }
    let mut file = File::open(path).map_err(io)?;
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    if head.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    match hints.format.map_or_else(|| recognise(path, &head), Ok) {
        Ok(SourceKind::Parquet) => parquet::open(path, file),
        Ok(SourceKind::Xlsx) => excel::open(path, metadata.len(), hints),
        Ok(SourceKind::Csv) => text::open(path, file, hints),
        Err(looks_like) => Err(not_a_table(path, looks_like)),
    }
}

fn not_a_table(path: &Path, looks_like: LooksLike) -> SourceError {
    SourceError::NotATable { path: path.to_owned(), looks_like }
}

/// What a file is by how it begins; its name decides only between kinds of ZIP and OLE archives.
fn recognise(path: &Path, head: &[u8]) -> Result<SourceKind, LooksLike> {
    const MAGIC: [(&[u8], Result<SourceKind, LooksLike>); 21] = [
        (b"PAR1", Ok(SourceKind::Parquet)),
        (b"%PDF", Err(LooksLike::Pdf)),
        (b"\x89PNG", Err(LooksLike::Image)),
        (b"\xff\xd8\xff", Err(LooksLike::Image)),
        (b"GIF8", Err(LooksLike::Image)),
        (b"II*\0", Err(LooksLike::Image)),
        (b"MM\0*", Err(LooksLike::Image)),
        (b"RIFF", Err(LooksLike::Image)),
        (b"\0\0\0\x18ftyp", Err(LooksLike::Image)),
        (b"\0\0\0\x20ftyp", Err(LooksLike::Image)),
        (b"\x1f\x8b", Err(LooksLike::Packed)),
        (b"\x28\xb5\x2f\xfd", Err(LooksLike::Packed)),
        (b"BZh", Err(LooksLike::Packed)),
        (b"\xfd7zXZ\0", Err(LooksLike::Packed)),
        (b"7z\xbc\xaf\x27\x1c", Err(LooksLike::Packed)),
        (b"SQLite format 3\0", Err(LooksLike::Sqlite)),
        (b"ARROW1", Err(LooksLike::ArrowIpc)),
        (b"{\\rtf", Err(LooksLike::Document)),
        (b"\x7fELF", Err(LooksLike::Program)),
        (b"MZ\x90\0", Err(LooksLike::Program)),
        (b"\xca\xfe\xba\xbe", Err(LooksLike::Program)),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *found;
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let has = |name: &[u8]| memchr::memmem::find(head, name).is_some();
        let workbook = matches!(extension.as_str(), "xlsx" | "xlsm" | "xlsb" | "ods")
            || has(b"xl/")
            || has(b"opendocument.spreadsheet");
        let document = matches!(extension.as_str(), "docx" | "pptx" | "odt" | "odp" | "hwpx");
        return match (workbook, document) {
            (true, _) => Ok(SourceKind::Xlsx),
            (_, true) => Err(LooksLike::Document),
            _ => Err(LooksLike::Zip),
        };
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let document = matches!(extension.as_str(), "doc" | "ppt" | "hwp" | "msg");
        return if document { Err(LooksLike::Document) } else { Ok(SourceKind::Xlsx) };
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let starts = text[..text.len().min(64)].to_ascii_lowercase();
    let markup = |tag: &[u8]| memchr::memmem::find(&starts, tag).is_some();
    match text.first() {
        Some(b'<')
            if [b"<html".as_slice(), b"<!doctype html", b"<table", b"<meta", b"<head"]
                .iter()
                .any(|tag| markup(tag)) =>
        {
            Err(LooksLike::WebPage)
        }
        Some(b'<') if starts.starts_with(b"<?xml") => Err(LooksLike::Xml),
        Some(b'{') if memchr::memchr(b'"', &starts).is_some() => Err(LooksLike::Json),
        Some(b'[') if matches!(text[1..].trim_ascii_start().first(), Some(b'{' | b'[')) => {
            Err(LooksLike::Json)
        }
        _ => Ok(SourceKind::Csv),
    }
}
