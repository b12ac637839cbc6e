//! What a file is, by its content.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::packing::Archive;
use super::{LooksLike, SourceKind};

/// What a file is by how it begins; its name decides only between kinds of OLE documents. ZIP archives
/// are looked into instead ([`of_archive`]).
pub(super) fn recognise(path: &Path, head: &[u8]) -> Result<SourceKind, LooksLike> {
    const MAGIC: [(&[u8], Result<SourceKind, LooksLike>); 16] = [
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
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let document = matches!(extension.as_str(), "doc" | "ppt" | "hwp" | "msg");
        return if document { Err(LooksLike::Document) } else { Ok(SourceKind::Xlsx) };
    }
    let utf16 = Encoding::for_bom(head).filter(|(encoding, _)| *encoding != UTF_8);
    let decoded = utf16.map(|(encoding, _)| encoding.decode(head).0);
    let text = decoded.as_ref().map_or(head, |text| text.as_bytes());
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
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
        Some(b'{') if memchr::memchr(b'"', &starts).is_some() => Ok(SourceKind::Json),
        Some(b'[') if matches!(text[1..].trim_ascii_start().first(), Some(b'{' | b'[')) => {
            Ok(SourceKind::Json)
        }
        _ => Ok(SourceKind::Csv),
    }
}

/// What a ZIP archive is by the files in it: a workbook, another document, or files packed together.
pub(super) fn of_archive(path: &Path, archive: &Archive) -> Result<SourceKind, LooksLike> {
    let spreadsheet = ["xlsx", "xlsm", "xlsb", "ods"];
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    let workbook = archive.has("xl/workbook.xml") || archive.has("xl/workbook.bin");
    let open_document = archive.has("content.xml") && archive.has("mimetype");
    let other =
        ["word/document.xml", "ppt/presentation.xml", "Contents/section0.xml"].iter().any(|n| archive.has(n))
            || open_document && ["odt", "odp"].contains(&ending.as_str());
    // What a workbook by its name lacks, the workbook's reader says.
    if workbook || !other && (open_document || spreadsheet.contains(&ending.as_str())) {
        Ok(SourceKind::Xlsx)
    } else if other {
        Err(LooksLike::Document)
    } else {
        Err(LooksLike::Zip)
    }
}
