//! Packed files and archives: read as if they were not, or refused with the reason.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    // With a checksum, as the command zstd writes them.
    let mut packed = ::zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
    packed.include_checksum(true).expect("a checksum");
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("packed");
    }
    archive.finish().expect("an archive").into_inner()
}

/// An archive in whose list of files (and, where given, before each file) some bytes are others.
pub(super) fn patched(
    mut archive: Vec<u8>,
    in_list: usize,
    before_file: Option<usize>,
    bytes: &[u8],
) -> Vec<u8> {
    let places = [(b"PK\x01\x02", Some(in_list)), (b"PK\x03\x04", before_file)];
    for (mark, offset) in places {
        let Some(offset) = offset else { continue };
        let found: Vec<usize> = memchr::memmem::find_iter(&archive, mark).collect();
        for at in found {
            archive[at + offset..at + offset + bytes.len()].copy_from_slice(bytes);
        }
    }
    archive
}

fn renamed(mut archive: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let found: Vec<usize> = memchr::memmem::find_iter(&archive, from).collect();
    assert_eq!(found.len(), 2, "before the file and in the list");
    for at in found {
        archive[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    archive
}

fn fault(error: SourceError) -> (PathBuf, PackedFault) {
    match error {
        SourceError::Packed { path, fault } => (path, fault),
        other => panic!("another error: {other}"),
    }
}

/// The error of opening or of reading to the end.
fn failure(path: &Path) -> SourceError {
    match super::super::open(path, &ReadHints::default()) {
        Err(error) => error,
        Ok(opened) => {
            let mut readers = opened.tables.iter().map(|table| table.read().expect("rows"));
            readers.find_map(|mut reader| reader.find_map(Result::err)).expect("an error")
        }
    }
}

fn orders(rows: usize) -> String {
    use std::fmt::Write as _;
    let mut text = "주문번호,상품명\n".to_owned();
    for row in 0..rows {
        let _ = writeln!(text, "{row},\"기저귀, {}호\"", row * 7_919 % 100_003);
    }
    text
}

#[test]
fn packed_text_reads_like_plain_text() {
    let folder = Folder::new();
    let text = orders(3_000);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let encodings = [
        text.clone().into_bytes(),
        encoding_rs::EUC_KR.encode(&text).0.into_owned(),
        [b"\xff\xfe".as_slice(), &utf16].concat(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
    ];
    for plain in encodings {
        let wanted = rows(&folder.table(&plain));
        assert_eq!(wanted.len(), 3_000);
        // What a file is, its content says, whatever its name.
        for (packing, packed) in [
            (Packing::Gzip, gzip(&plain)),
            (Packing::Gzip, [gzip(&plain[..1_001]), gzip(&plain[1_001..])].concat()),
            (Packing::Zstd, zstd(&plain)),
            (Packing::Zip, zip(&[("orders.csv", &plain)])),
        ] {
            let table = folder.table(&packed);
            assert_eq!((table.packing(), rows(&table) == wanted), (Some(packing), true));
            assert_eq!(table.file(), folder.path().join("table.csv"));
            let guessed = table.rows_hint.expect("a guess");
            assert!((2_000..4_500).contains(&guessed), "{guessed} rows of 3,000");
            assert!(table.sample(50).expect("a sample").num_rows() >= 150);
        }
    }
}

#[test]
fn tables_of_any_kind_are_read_from_archives() {
    let folder = Folder::new();
    let path = folder.path().join("book.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, (id, name)) in [("id", "name"), ("1", "a"), ("2", "b")].into_iter().enumerate() {
        sheet.write(row as u32, 0, id).expect("cell");
        sheet.write(row as u32, 1, name).expect("cell");
    }
    book.save(&path).expect("saved");
    let workbook = std::fs::read(&path).expect("bytes");
    let ids: arrow::array::ArrayRef = std::sync::Arc::new(StringArray::from(vec!["1", "2"]));
    let names: arrow::array::ArrayRef = std::sync::Arc::new(StringArray::from(vec!["a", "b"]));
    let batch = arrow::array::RecordBatch::try_from_iter([("id", ids), ("name", names)]).expect("a batch");
    let mut parquet = Vec::new();
    let mut writer =
        ::parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let text = b"id,name\n1,a\n2,b\n".as_slice();
    let json = b"{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"b\"}\n".as_slice();

    let archive = zip(&[
        ("__MACOSX/._a.csv", b"\0\x05\x16\x07"),
        ("2024/", b""),
        ("2024/a.csv", text),
        ("2024/b.bin", &parquet),
        ("c.xlsx", &workbook),
        ("d.jsonl", json),
        ("empty.csv", b""),
        ("readme.pdf", b"%PDF-1.7"),
    ]);
    let path = folder.write("export.zip", &archive);
    let opened = super::super::open(&path, &ReadHints::default()).expect("tables");
    let names: Vec<String> = opened.tables.iter().map(SourceTable::name).collect();
    assert_eq!(
        names,
        ["2024/a.csv", "2024/b.bin", "c.xlsx", "d.jsonl"].map(|name| format!("export.zip/{name}"))
    );
    for table in &opened.tables {
        let read: Vec<Vec<String>> = rows(table).into_iter().map(|(_, row)| row).collect();
        assert_eq!(read, [texts(&["1", "a"]), texts(&["2", "b"])], "{}", table.name());
        assert_eq!(table.sample(10).expect("a sample").num_rows(), 2);
    }
    let left_out: Vec<(&Path, String)> =
        opened.left_out.iter().map(|out| (out.path.as_path(), out.why.to_string())).collect();
    assert_eq!(
        left_out,
        [
            (path.join("empty.csv").as_path(), "it is empty".to_owned()),
            (path.join("readme.pdf").as_path(), "it looks like a PDF document".to_owned()),
        ]
    );

    let within = |pattern: &str| super::super::open(&path.join(pattern), &ReadHints::default());
    assert_eq!(within("2024/*.csv").expect("a table").tables.len(), 1);
    assert_eq!(within("*").expect("tables").tables.len(), 4);
    let (_, fault) = fault(within("d.json").expect_err("no such file"));
    assert!(fault.hint().contains("did you mean ‘d.jsonl’"), "{}", fault.hint());
    let error = folder.write("plain.csv", text).join("x.csv");
    let error = super::super::open(&error, &ReadHints::default()).expect_err("no archive");
    assert!(matches!(error, SourceError::NoSuchFile { .. }), "{error}");

    // What needs to be read here and there is unpacked, and goes away again.
    let packed = opened_gone(&folder.write("t.parquet.gz", gzip(&parquet)));
    assert_eq!(packed, 2);
    assert_eq!(opened_gone(&folder.write("book.xlsx.zst", zstd(&workbook))), 2);
}

/// How many rows a packed file has; its unpacked copy must be gone afterwards.
fn opened_gone(path: &Path) -> usize {
    let table = opened(path);
    let copy = table.content.plain().expect("a copy").to_owned();
    assert!(copy.exists() && copy != path);
    let rows = rows(&table).len();
    drop(table);
    assert!(!copy.exists(), "{} is left behind", copy.display());
    rows
}

#[test]
fn names_in_the_encoding_of_korean_windows() {
    let folder = Folder::new();
    let name = encoding_rs::EUC_KR.encode("주문.csv").0.into_owned();
    let mut archive = zip(&[("12345678", b"a,b\n1,2\n3,4\n")]);
    let found: Vec<usize> = memchr::memmem::find_iter(&archive, b"12345678").collect();
    for at in found {
        archive[at..at + 8].copy_from_slice(&name);
    }
    let table = opened(&folder.write("export.zip", archive));
    assert_eq!(table.name(), "export.zip/주문.csv");
}

#[test]
fn damaged_and_cut_short() {
    let folder = Folder::new();
    let plain = orders(20_000).into_bytes();
    for (name, packed) in
        [("o.csv.gz", gzip(&plain)), ("o.csv.zst", zstd(&plain)), ("o.zip", zip(&[("o.csv", &plain)]))]
    {
        assert_eq!(rows(&opened(&folder.write(name, &packed))).len(), 20_000);
        let mut damaged = packed.clone();
        let middle = damaged.len() / 2;
        for byte in &mut damaged[middle..middle + 40] {
            *byte ^= 0x5a;
        }
        let path = folder.write(name, &damaged);
        let error = failure(&path);
        assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
        assert!(error.hint().contains("nothing of it was imported"), "{}", error.hint());
        assert!(matches!(fault(error).1, PackedFault::Damaged { .. } | PackedFault::CutShort { .. }));
        for length in [packed.len() - 1, packed.len() / 2, 20] {
            let error = failure(&folder.write(name, &packed[..length]));
            assert!(
                matches!(fault(error).1, PackedFault::CutShort { .. } | PackedFault::Damaged { .. }),
                "{name} cut to {length}"
            );
        }
    }
    // Rows that would still read well, but are not those that were packed.
    let archive = zip(&[("o.csv", b"a,b\n1,2\n")]);
    let stored = patched(archive.clone(), 16, None, &[1, 2, 3, 4]);
    let (path, found) = fault(failure(&folder.write("o.zip", stored)));
    assert!(path.ends_with("o.zip/o.csv") && found.to_string().contains("checksum"), "{found}");
    // More, or less, than the archive says.
    for size in [7_u32, 9] {
        let lying = patched(archive.clone(), 24, None, &size.to_le_bytes());
        let (_, found) = fault(failure(&folder.write("o.zip", lying)));
        assert!(matches!(found, PackedFault::Damaged { .. } | PackedFault::CutShort { .. }), "{found}");
    }
}

#[test]
fn archives_that_are_refused() {
    let folder = Folder::new();
    let good = b"a,b\n1,2\n".as_slice();
    let two = || zip(&[("a.csv", good), ("bb/x.csv", good)]);
    let refused = |archive: Vec<u8>| fault(failure(&folder.write("x.zip", archive)));
    for name in ["../x.csv", "/b/x.csv", "C:\\x.csv", "a/../x.x"] {
        let archive = renamed(two(), "bb/x.csv", name);
        let (_, found) = refused(archive);
        assert!(matches!(&found, PackedFault::UnsafeName { member } if member == name), "{found}");
        assert!(found.hint().contains("do not trust"));
    }
    let (_, found) = refused(renamed(zip(&[("a.csv", good), ("b.csv", good)]), "b.csv", "a.csv"));
    assert!(matches!(found, PackedFault::SameName), "{found}");
    let (path, found) = refused(patched(two(), 8, Some(6), &[1, 0]));
    assert!(matches!(found, PackedFault::Encrypted) && path.ends_with("x.zip/a.csv"), "{found}");
    let (_, found) = refused(patched(two(), 10, Some(8), &[12, 0]));
    assert!(found.to_string().to_lowercase().contains("bzip2"), "{found}");
    let (_, found) = refused(zip(&[("readme.pdf", b"%PDF"), ("x.png", b"\x89PNG")]));
    assert!(found.hint().contains("readme.pdf (it looks like a PDF document)"), "{}", found.hint());
    let (_, found) = refused(zip(&[]));
    assert!(matches!(found, PackedFault::NoTables { .. }), "{found}");

    let tar = [b"orders.csv".as_slice(), &[0; 247], b"ustar\0", &[0; 250]].concat();
    for nested in [gzip(good), zstd(good), zip(&[("a.csv", good)]), tar] {
        for packed in [gzip(&nested), zstd(&nested), zip(&[("inner", &nested), ("a.csv", good)])] {
            let (_, found) = fault(failure(&folder.write("nested", packed)));
            assert!(matches!(found, PackedFault::Nested { .. }), "{found}");
        }
    }
}

#[test]
fn bombs() {
    let folder = Folder::new();
    let much = std::io::Read::take(std::io::repeat(b'\n'), 300 << 20);
    let bomb = ::zstd::encode_all(much, 3).expect("packed");
    assert!(bomb.len() < 1 << 20);
    let (_, found) = fault(failure(&folder.write("orders.csv.zst", &bomb)));
    assert!(matches!(found, PackedFault::TooMuch { .. }), "{found}");
    let (_, found) = fault(failure(&folder.write("orders.csv.gz", zip(&[("x", &bomb), ("y", &bomb)]))));
    assert!(matches!(found, PackedFault::Nested { .. }), "{found}");
    let announced = patched(zip(&[("a.csv", b"a,b\n1,2\n")]), 24, None, &0xf000_0000_u32.to_le_bytes());
    let (_, found) = fault(failure(&folder.write("orders.zip", announced)));
    assert!(matches!(found, PackedFault::TooMuch { .. }), "{found}");
}
