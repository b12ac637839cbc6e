//! Files, rows and paths that are not as they should be.

use std::fmt::Write as _;

use super::*;

fn reasons(table: &SourceTable) -> Vec<(u64, &'static str)> {
    malformed(table).iter().map(|row| (row.line, row.reason.code())).collect()
}

#[test]
fn no_file() {
    let folder = Folder::new();
    folder.write("orders_2024.csv", "a,b\n");
    let missing = folder.path().join("order_2024.csv");
    let error = open(&missing, &ReadHints::default()).expect_err("no file");
    assert!(matches!(error, SourceError::NoSuchFile { .. }), "{error}");
    assert!(error.to_string().contains("order_2024.csv"));
    assert!(error.hint().contains("orders_2024.csv"), "{}", error.hint());
}

#[test]
fn empty_files() {
    let folder = Folder::new();
    for bytes in ["", "\n\n  \n", "\u{feff}"] {
        let error = folder.error("empty.csv", bytes);
        assert!(matches!(error, SourceError::Empty { .. }), "{error}");
    }
}

#[test]
fn files_that_are_no_tables() {
    let folder = Folder::new();
    let prose = "Dear reader, this is a letter.\n\nIt has no columns at all\nbut some lines of \
                 words, and commas\nhere and there.\n";
    let cases: [(&str, &[u8], LooksLike); 11] = [
        ("a.csv", b"%PDF-1.7 ...", LooksLike::Pdf),
        ("a.csv", b"\x89PNG\r\n\x1a\n....", LooksLike::Image),
        ("a.csv.xz", b"\xfd7zXZ\0....", LooksLike::Packed),
        ("a.csv", b"BZh91AY....", LooksLike::Packed),
        ("a.csv", b"SQLite format 3\0....", LooksLike::Sqlite),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", LooksLike::WebPage),
        ("a.csv", b"<?xml version=\"1.0\"?><a/>", LooksLike::Xml),
        ("a.json", b"{\"orders\": [\n{\"order\": 1}\n]}", LooksLike::Json),
        ("a.json", b"{\n  \"order\": 1\n}\n", LooksLike::Json),
        ("a.txt", prose.as_bytes(), LooksLike::Prose),
        ("a.bin", b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11", LooksLike::Binary),
    ];
    for (name, bytes, wanted) in cases {
        match folder.error(name, bytes) {
            SourceError::NotATable { looks_like, .. } => assert_eq!(looks_like, wanted),
            other => panic!("{name}: {other}"),
        }
    }
    let error = open(folder.path(), &ReadHints::default()).expect_err("a folder");
    assert!(error.hint().contains("*.csv"), "{}", error.hint());
    let error = folder.error("a.xlsx", b"PK\x03\x04 broken");
    assert!(matches!(error, SourceError::ExcelCorrupt { .. }), "{error}");
}

#[test]
fn wrong_hints() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "id;name\n1;a\n2;b\n");
    let with = |hints: ReadHints| open(&path, &hints).expect_err("an error");
    let error = with(ReadHints { delimiter: Some(','), ..ReadHints::default() });
    assert!(matches!(error, SourceError::WrongDelimiter { .. }), "{error}");
    assert!(error.hint().contains("delimiter = \";\""), "{}", error.hint());
    let error = with(ReadHints { encoding: Some("klingon".to_owned()), ..ReadHints::default() });
    assert!(matches!(error, SourceError::UnknownEncoding { .. }), "{error}");
    let error = with(ReadHints { delimiter: Some('，'), ..ReadHints::default() });
    assert!(matches!(error, SourceError::UnusableDelimiter { .. }), "{error}");
    let error = with(ReadHints { header_row: Some(9), ..ReadHints::default() });
    assert!(matches!(error, SourceError::HeaderPastEnd { row: 9, last: 3, .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn files_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("secret.csv", "a,b\n1,2\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("closed");
    // The superuser may read everything.
    if std::fs::File::open(&path).is_err() {
        let error = open(&path, &ReadHints::default()).expect_err("closed");
        assert!(matches!(error, SourceError::NotReadable { .. }), "{error}");
        assert!(error.hint().contains("chmod"));
    }
}

#[test]
fn ragged_rows() {
    let folder = Folder::new();
    let table = folder.table("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,\n,,\n7,8,9\n");
    assert_eq!(reasons(&table), [(3, "too_few_fields"), (4, "too_many_fields")]);
    let lines: Vec<u64> = rows(&table).iter().map(|row| row.0).collect();
    assert_eq!(lines, [2, 5, 6, 7]);
    let first = &malformed(&table)[0];
    assert_eq!(first.raw, "4,5");
    assert_eq!(first.reason.to_string(), "2 fields where 3 are expected");
}

#[test]
fn stray_bytes() {
    let folder = Folder::new();
    let mut bytes = "주문번호,상품명\n".as_bytes().to_vec();
    for row in 0..50 {
        bytes.extend_from_slice(format!("{row},기저귀 신생아 {row}호\n").as_bytes());
    }
    bytes.extend_from_slice(b"51,a\0b\n52,\xff\xfe\n53,ok\n54,\xea\xb0,x\n");
    let table = folder.table(&bytes);
    assert_eq!(reasons(&table), [(52, "nul_byte"), (53, "bad_encoding"), (55, "bad_encoding")]);
    assert_eq!(rows(&table).len(), 51);

    // The same in CP949.
    let mut bytes = encoding_rs::EUC_KR.encode(&"가나다,라마바\n".repeat(100)).0.into_owned();
    bytes.extend_from_slice(b"x,\xb0\xff\ny,z\n");
    let table = folder.table(&bytes);
    assert_eq!(reasons(&table), [(101, "bad_encoding")]);
    assert_eq!(rows(&table).len(), 100);
}

#[test]
fn an_unbalanced_quote_costs_its_line_only() {
    let folder = Folder::new();
    let mut text = "a,b,c\n1,\"open,3\n".to_owned();
    for row in 0..5_000 {
        let _ = writeln!(text, "{row},b,c");
    }
    let table = folder.table(&text);
    assert_eq!(reasons(&table), [(2, "unbalanced_quote")]);
    assert_eq!(rows(&table).len(), 5_000);
    assert_eq!(rows(&table)[0].0, 3);

    // Closed by the quote of a later line.
    let table = folder.table("a,b,c\n1,\"open,3\n2,b,c\n3,\"x\",c\n4,b,c\n");
    assert_eq!(reasons(&table), [(2, "unbalanced_quote")]);
    assert_eq!(rows(&table).len(), 3);

    // Opened on the second line of a row; and on the last line of the file.
    let table = folder.table("a,b,c\n1,\"two\nlines\",\"open\n2,b,c\n3,b,\"end\n");
    assert_eq!(reasons(&table), [(2, "unbalanced_quote"), (5, "unbalanced_quote")]);
    assert_eq!(rows(&table), [(4, texts(&["2", "b", "c"]))]);

    // Inch marks within fields are no quotes.
    let table = folder.table("a,b,c\n1,6\" nail,3\n");
    assert_eq!(rows(&table), [(2, texts(&["1", "6\" nail", "3"]))]);
}

#[test]
fn a_line_without_end() {
    let folder = Folder::new();
    let mut bytes = b"a,b\n1,2\n3,".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 3_000_000));
    bytes.extend_from_slice(b"\n5,6\n");
    let table = folder.table(&bytes);
    assert_eq!(reasons(&table), [(3, "too_long")]);
    assert_eq!(malformed(&table)[0].raw.len(), RAW_CHARS);
    assert_eq!(rows(&table).iter().map(|row| row.0).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn paths_folders_and_patterns() {
    let folder = Folder::new();
    let base = folder.path();
    for name in ["2024-02.csv", "2024-01.csv", "notes.md", ".hidden.csv", "2023-12.parquet"] {
        folder.write(name, "a,b\n1,2\n");
    }
    std::fs::create_dir_all(base.join("more/deep")).expect("folders");
    std::fs::create_dir(base.join("empty")).expect("a folder");
    folder.write("more/deep/x.csv", "a\n");
    let names = |pattern: &str| -> Vec<String> {
        let found = expand(pattern, base).expect("files");
        let name = |p: &PathBuf| p.strip_prefix(base).expect("within").display().to_string();
        found.iter().map(name).collect()
    };
    assert_eq!(names("2024-01.csv"), ["2024-01.csv"]);
    assert_eq!(names("."), ["./2023-12.parquet", "./2024-01.csv", "./2024-02.csv"].map(|n| &n[2..]));
    assert_eq!(names("2024-*.csv"), ["2024-01.csv", "2024-02.csv"]);
    assert_eq!(names("2024-0?.csv"), ["2024-01.csv", "2024-02.csv"]);
    assert_eq!(names("m*/d*/*.csv"), ["more/deep/x.csv"]);
    assert_eq!(
        expand("*.csv", base).expect("files"),
        expand(&base.join("*.csv").to_string_lossy(), Path::new("elsewhere")).expect("files")
    );

    let error = expand("2025-01.csv", base).expect_err("nothing");
    assert!(error.hint().contains("2024-01.csv"), "{}", error.hint());
    let error = expand("*.xlsx", base).expect_err("nothing");
    assert!(matches!(error, SourceError::NoSuchFile { .. }), "{error}");
    let error = expand("empty", base).expect_err("nothing");
    assert!(matches!(error, SourceError::EmptyFolder { .. }), "{error}");
}
