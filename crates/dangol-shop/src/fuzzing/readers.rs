//! Files of any content: read whole, with every row accounted for, or refused with a reason.

use std::collections::HashSet;
use std::io::{Cursor, Write as _};
use std::path::Path;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;

use crate::sources::{ReadHints, SheetChoice, SourceError, SourceFormat, SourceTable, open, text_in_batches};

/// CSV and its relatives.
pub(super) fn text(bytes: &[u8]) -> u64 {
    file("table.csv", bytes)
}

/// JSON, and JSON lines.
pub(super) fn json(bytes: &[u8]) -> u64 {
    file("table.json", bytes)
}

/// Workbooks of any kind, byte by byte.
pub(super) fn workbook(bytes: &[u8]) -> u64 {
    file("book.xlsx", bytes)
}

/// What stands in a worksheet, with a whole workbook around it: bytes changed in an archive are found by its checksums.
pub(super) fn sheet(bytes: &[u8]) -> u64 {
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="lines" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let parts = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/worksheets/sheet1.xml", bytes),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(bytes).expect("written");
    }
    file("book.xlsx", &archive.finish().expect("an archive").into_inner())
}

/// ZIP, gzip and Zstandard.
pub(super) fn packed(bytes: &[u8]) -> u64 {
    file("packed.zip", bytes)
}

fn file(name: &str, bytes: &[u8]) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let read =
        tables(&path).map(|tables| tables.into_iter().map(|table| rows(&table, bytes.len())).collect());
    let read: Vec<Result<u64, SourceError>> = read.unwrap_or_else(|error| vec![Err(error)]);
    read.into_iter().map(|rows| rows.map_err(|error| told(&error)).unwrap_or_default()).sum()
}

fn tables(path: &Path) -> Result<Vec<SourceTable>, SourceError> {
    let hints = ReadHints { sheets: SheetChoice::Each, ..ReadHints::default() };
    Ok(open(path, &hints)?.tables)
}

/// An error is one that a person can do something with.
fn told(error: &SourceError) {
    assert!(!error.to_string().is_empty() && !error.hint().is_empty(), "{error:?}");
}

/// Reads all of a table. How many rows it has.
fn rows(table: &SourceTable, bytes: usize) -> Result<u64, SourceError> {
    let is_text = matches!(table.format, SourceFormat::Csv { .. });
    let (mut parts, mut lines, mut malformed) = (Vec::new(), Vec::new(), Vec::new());
    let mut taken = 0;
    for batch in table.read()? {
        let batch = batch?;
        assert_eq!(batch.rows.num_rows(), batch.lines.len(), "each row has a line");
        assert!(taken <= batch.bytes_read && batch.bytes_read <= table.bytes, "progress goes forward");
        taken = batch.bytes_read;
        lines.extend_from_slice(&batch.lines);
        malformed.extend(batch.malformed.iter().map(|row| row.line));
        parts.push(batch.rows);
    }
    assert!(lines.is_sorted() && malformed.is_sorted(), "rows come in the order of the file");
    let whole = concat_batches(&table.columns, &parts).expect("batches of one schema");
    if is_text {
        let distinct: HashSet<u64> = lines.iter().chain(&malformed).copied().collect();
        assert_eq!(distinct.len(), lines.len() + malformed.len(), "a row begins on a line of its own");
        if table.bytes == bytes as u64 {
            // No character takes more than three times its bytes as UTF-8.
            assert!(size(&whole) <= 3 * bytes, "{} bytes of text out of {bytes}", size(&whole));
        }
        let small: Vec<RecordBatch> = text_in_batches(table, 3)?
            .map(|batch| batch.map(|batch| batch.rows))
            .collect::<Result<_, _>>()?;
        assert_eq!(concat_batches(&table.columns, &small).expect("batches of one schema"), whole);
    }
    let sampled = table.sample(5)?;
    assert_eq!(sampled.schema().fields(), table.columns.fields());
    Ok(lines.len() as u64)
}

fn size(rows: &RecordBatch) -> usize {
    rows.columns().iter().map(|column| column.as_string::<i32>().value_data().len()).sum()
}
