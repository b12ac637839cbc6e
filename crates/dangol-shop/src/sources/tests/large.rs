//! Workbooks that ask for more memory than they are worth.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::packed::{patched, zip};
use super::*;

/// A workbook of the old kind with a number in each of some cells; its only sheet is listed so many times.
fn xls(folder: &Folder, cells: &[(u16, u16)], listed: usize) -> PathBuf {
    let record =
        |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
    let begin =
        |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let end = record(0x000a, &[]);
    let entry = |start: usize, number: usize| {
        let name = format!("S{number:04}");
        let head = [&(start as u32).to_le_bytes()[..], &[0, 0, name.len() as u8, 0]].concat();
        record(0x0085, &[head, name.into_bytes()].concat())
    };
    let start = begin(5).len() + listed * entry(0, 0).len() + end.len();
    let mut stream = begin(5);
    for number in 0..listed {
        stream.extend(entry(start, number));
    }
    stream.extend(&end);
    stream.extend(begin(0x10));
    for (number, (row, column)) in cells.iter().enumerate() {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        stream.extend(record(0x0203, &[place, (number as f64).to_le_bytes().to_vec()].concat()));
    }
    stream.extend(&end);
    let path = folder.path().join("old.xls");
    let mut file = cfb::create(&path).expect("a file");
    file.create_stream("/Workbook").expect("a stream").write_all(&stream).expect("written");
    file.flush().expect("written");
    path
}

#[test]
fn old_workbooks_that_ask_for_too_much_memory() {
    let folder = Folder::new();
    let headless = ReadHints { header_row: Some(0), ..ReadHints::default() };
    let table = open(&xls(&folder, &[(0, 0), (0, 1), (1, 0), (1, 1)], 1), &headless).expect("a table");
    assert_eq!(rows(&table), [(1, texts(&["0", "1"])), (2, texts(&["2", "3"]))]);
    let corners = [(0, 0), (65_535, 255)];
    for (cells, listed) in [(corners.as_slice(), 4), (&[(0, 0), (65_535, 65_535)], 1)] {
        let error = open(&xls(&folder, cells, listed), &headless).expect_err("many cells");
        assert!(matches!(error, SourceError::ExcelTooLarge { .. }), "{error}");
    }
}

/// A workbook of `OpenDocument` with one sheet of these rows.
fn ods(rows: &str) -> Vec<u8> {
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let names = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content {names}><office:body><office:spreadsheet>\
         <table:table table:name=\"S\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = format!(
        "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/></manifest:manifest>"
    );
    zip(&[
        ("mimetype", kind.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn repeated_cells_of_open_document() {
    let folder = Folder::new();
    let cell = |text: &str, times: &str| {
        format!(
            "<table:table-cell {times} office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let columns = |times: u32| format!("table:number-columns-repeated=\"{times}\"");
    let empty = |times: u32| format!("<table:table-cell {}/>", columns(times));
    let row = |cells: &str, times: u32| {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    };
    let header = row(&(cell("id", "") + &cell("name", "")), 1);
    // As LibreOffice writes them: rows and cells to the sheet's end, empty.
    let usual = [
        header.clone(),
        row(&(cell("a", "") + &cell("b", "") + &empty(16_382)), 3),
        row(&empty(16_384), 1_048_000),
    ];
    let table = open(&folder.write("o.ods", ods(&usual.concat())), &ReadHints::default()).expect("a table");
    assert_eq!(rows(&table).into_iter().map(|(_, row)| row).collect::<Vec<_>>(), vec![texts(&["a", "b"]); 3]);
    for bomb in [
        row(&cell("x", &columns(16_384)), 1_048_000),
        row(&cell("x", ""), 90_000_000),
        row(&(empty(16_383) + &cell("x", "")), 1).repeat(4_000),
        row(&empty(1), 1_048_000) + &row(&(empty(16_000) + &cell("x", "")), 1),
    ] {
        let bomb = folder.write("o.ods", ods(&(header.clone() + &bomb)));
        let error = open(&bomb, &ReadHints::default()).expect_err("many cells");
        assert!(matches!(error, SourceError::ExcelTooLarge { .. }), "{error}");
    }
}

#[test]
fn repeated_texts_of_open_document() {
    let folder = Folder::new();
    let cell = |text: &str, times: u32| {
        format!(
            "<table:table-cell table:number-columns-repeated=\"{times}\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &str, times: u32| {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    };
    let header = row(&(cell("id", 1) + &cell("name", 1)), 1);
    let text = "x".repeat(30_000);
    let of = |rows: &str| open(&folder.write("o.ods", ods(&(header.clone() + rows))), &ReadHints::default());
    let few = of(&row(&(cell("1", 1) + &cell(&text, 1)), 20)).expect("20 long texts");
    assert_eq!(rows(&few).len(), 20);
    // 1.2 GB of text in 40,000 rows, and in 3 rows of 16,000 cells; both far from too many cells.
    for bomb in [row(&(cell("1", 1) + &cell(&text, 1)), 40_000), row(&cell(&text, 16_000), 3)] {
        let error = of(&bomb).expect_err("too much text");
        assert!(
            error.to_string().contains("texts in its cells take more than 1 GB (at sheet ‘S’)"),
            "{error}"
        );
    }
}

#[test]
fn a_look_takes_the_beginning() {
    let folder = Folder::new();
    let path = folder.path().join("long.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "id").expect("cell");
    sheet.write(0, 1, "name").expect("cell");
    for row in 1..=30_000 {
        sheet.write(row, 0, row).expect("cell");
        sheet.write(row, 1, "a").expect("cell");
    }
    book.save(&path).expect("saved");
    let look = |path: &Path| {
        look(&path.to_string_lossy(), Path::new("")).expect("found").remove(0).1.expect("opened")
    };
    let looked = look(&path).tables.remove(0);
    assert_eq!((looked.rows_hint, looked.headers()), (Some(30_000), vec!["id", "name"]));
    assert_eq!(rows(&looked).len(), 19_999, "below the header");
    let sample = looked.sample(2_000).expect("a sample");
    assert_eq!(sample.num_rows(), 6_000, "from all of what was taken");
    assert_eq!(rows(&opened(&path)).len(), 30_000, "an import reads all");

    // Keys that are first seen behind it are for the import to find.
    let record = |key: &str| format!("{{\"id\": 1, \"{key}\": \"{}\"}}", "x".repeat(900_000));
    let list = [vec![record("a"); 40], vec![record("b"); 2]].concat().join(",\n");
    let path = folder.write("long.json", format!("[{list}]"));
    let looked = look(&path).tables.remove(0);
    assert_eq!(looked.headers(), ["id", "a"]);
    let hint = looked.rows_hint.expect("an estimate");
    assert!((38..=46).contains(&hint), "{hint}");
    assert_eq!(looked.sample(10).expect("a sample").num_rows(), 30);
    assert_eq!(opened(&path).headers(), ["id", "a", "b"]);
}

/// A workbook with one of its parts changed.
fn rewritten(workbook: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(workbook)).expect("an archive");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).expect("XML");
        to.start_file(&*name, SimpleFileOptions::default()).expect("a part");
        let text = if name == part { change(text) } else { text };
        to.write_all(text.as_bytes()).expect("written");
    }
    to.finish().expect("an archive").into_inner()
}

#[test]
fn workbooks_that_ask_for_too_much_memory() {
    let folder = Folder::new();
    let path = folder.path().join("corners.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "id").expect("cell");
    sheet.write(0, 1, "name").expect("cell");
    sheet.write(1_048_575, 16_383, "far away").expect("cell");
    book.save(&path).expect("saved");
    let error = open(&path, &ReadHints::default()).expect_err("17 billion cells");
    assert!(
        matches!(error, SourceError::ExcelTooLarge { .. }) && error.to_string().contains("Sheet1"),
        "{error}"
    );
    assert!(error.hint().contains("CSV or Parquet"));

    let whole = std::fs::read(&path).expect("bytes");
    let part = "xl/sharedStrings.xml";
    let texts = rewritten(&whole, part, |xml| {
        assert!(xml.contains("uniqueCount=\"3\""), "{xml}");
        xml.replace("uniqueCount=\"3\"", "uniqueCount=\"99999999999\"")
    });
    let error = open(&folder.write("texts.xlsx", texts), &ReadHints::default()).expect_err("many texts");
    assert!(error.to_string().contains(part), "{error}");

    // One text in many cells takes little room in the file alone.
    let path = folder.path().join("one.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..40_000 {
        sheet.write(row, 0, if row == 0 { "id" } else { "a text" }).expect("cell");
        sheet.write(row, 1, if row == 0 { "name" } else { "the text" }).expect("cell");
    }
    book.save(&path).expect("saved");
    let long = rewritten(&std::fs::read(&path).expect("bytes"), part, |xml| {
        assert!(xml.contains("<t>the text</t>"), "{xml}");
        xml.replace("the text", &"x".repeat(32_000))
    });
    assert!(long.len() < 1_000_000, "{}", long.len());
    let error =
        open(&folder.write("one-text.xlsx", long), &ReadHints::default()).expect_err("1.3 GB of text");
    assert!(error.to_string().contains("texts in its cells"), "{error}");

    let huge = patched(whole.clone(), 24, None, &0xe000_0000_u32.to_le_bytes());
    let error = open(&folder.write("huge.xlsx", huge), &ReadHints::default()).expect_err("huge parts");
    assert!(matches!(error, SourceError::ExcelTooLarge { .. }), "{error}");
    let lying = patched(whole, 24, None, &40_u32.to_le_bytes());
    let error = open(&folder.write("lying.xlsx", lying), &ReadHints::default()).expect_err("a lie");
    assert!(error.to_string().contains("more than the archive says"), "{error}");
}
