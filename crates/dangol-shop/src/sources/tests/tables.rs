//! Tables that can be read.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use encoding_rs::{EUC_KR, SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

fn layout(table: &SourceTable) -> (&'static encoding_rs::Encoding, Separator, Option<u64>) {
    match table.format {
        SourceFormat::Csv { encoding, separator, header_line, .. } => (encoding, separator, header_line),
        _ => panic!("not text: {}", table.format),
    }
}

#[test]
fn plain_text_with_lines_and_blank_lines() {
    let folder = Folder::new();
    let table = folder.table("a,b\n1,x\n\n  \n2,\"y, z\"\r\n3,\"l1\r\nl2\"\n4,\"q\"\"q\"");
    assert_eq!(table.headers(), ["a", "b"]);
    assert_eq!(
        rows(&table),
        [
            (2, texts(&["1", "x"])),
            (5, texts(&["2", "y, z"])),
            (6, texts(&["3", "l1\nl2"])),
            (8, texts(&["4", "q\"q"])),
        ]
    );
    assert!(malformed(&table).is_empty());
}

#[test]
fn separators_are_found() {
    let folder = Folder::new();
    for (text, separator) in [
        ("id;price;n\n1;2,5;3\n2;3,5;4\n", Separator::Character(b';')),
        ("id\tname\n1\ta, b\n2\tc, d, e\n", Separator::Character(b'\t')),
        ("id|name\n1|a\n2|b\n", Separator::Character(b'|')),
        (" id  day  n\n 01 19970101  5\n 02 19970102 15\n", Separator::Blanks),
    ] {
        let table = folder.table(text);
        assert_eq!(layout(&table).1, separator, "{text}");
        assert_eq!(rows(&table).len(), 2);
        assert!(malformed(&table).is_empty());
    }
}

#[test]
fn encodings_are_found() {
    let folder = Folder::new();
    let korean = "주문번호,상품명\n1,물티슈 신생아\n2,기저귀 대형\n";
    let japanese = "注文番号,商品名\n1,おむつ\n2,ミルク\n";
    let french = "numéro,désignation\n1,café crème\n2,thé glacé\n";
    let utf16: Vec<u8> = korean.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [b"\xff\xfe".as_slice(), &utf16].concat();
    let cases: [(Vec<u8>, _, &str); 7] = [
        (korean.into(), UTF_8, korean),
        ([b"\xef\xbb\xbf", korean.as_bytes()].concat(), UTF_8, korean),
        (EUC_KR.encode(korean).0.into(), EUC_KR, korean),
        (SHIFT_JIS.encode(japanese).0.into(), SHIFT_JIS, japanese),
        (WINDOWS_1252.encode(french).0.into(), WINDOWS_1252, french),
        (utf16, UTF_16LE, korean),
        (with_mark, UTF_16LE, korean),
    ];
    for (bytes, encoding, text) in cases {
        let table = folder.table(bytes);
        assert_eq!(layout(&table).0, encoding, "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(table.headers().join(","), lines[0]);
        let read: Vec<String> = rows(&table).into_iter().map(|(_, row)| row.join(",")).collect();
        assert_eq!(read, lines[1..]);
    }
}

/// Text whose lines are in one encoding or another.
fn in_two(lines: &str, other: impl Fn(usize) -> Option<&'static encoding_rs::Encoding>) -> Vec<u8> {
    let encoded = lines.split_inclusive('\n').enumerate().map(|(at, line)| match other(at) {
        Some(encoding) => encoding.encode(line).0.into_owned(),
        None => line.as_bytes().to_vec(),
    });
    encoded.collect::<Vec<_>>().concat()
}

#[test]
fn each_line_is_read_in_its_own_encoding() {
    let folder = Folder::new();
    let wipes = |n: u32| format!("{n},물티슈 신생아 {n}호\n");
    let coffee = |n: u32| format!("{n},café crème n° {n}\n");
    let korean = "주문번호,상품명\n".to_owned() + &(0..300).map(wipes).collect::<String>();
    let french = "numéro,désignation\n".to_owned() + &(0..300).map(coffee).collect::<String>();
    for (text, encoding) in [(&korean, EUC_KR), (&french, WINDOWS_1252)] {
        // Half of each; the second half only; the header and a few lines; some lines of a file of UTF-8.
        let mixes: [fn(usize) -> bool; 4] =
            [|at| at % 2 == 1, |at| at > 150, |at| at > 3, |at| at % 100 == 50];
        for (number, mix) in mixes.into_iter().enumerate() {
            let table = folder.table(in_two(text, |at| mix(at).then_some(encoding)));
            if number == 3 && encoding == WINDOWS_1252 {
                // Western European text reads in any encoding: a few such lines may as well be damaged.
                assert_eq!((layout(&table).0, malformed(&table).len()), (UTF_8, 3));
                continue;
            }
            assert_eq!(layout(&table).0, encoding, "{number}");
            let read: Vec<String> = rows(&table).into_iter().map(|(_, row)| row.join(",")).collect();
            assert_eq!(table.headers().join(","), text.lines().next().unwrap_or_default());
            assert_eq!(read, text.lines().skip(1).collect::<Vec<_>>(), "{number}");
            assert!(malformed(&table).is_empty());
            let utf8 = text.lines().enumerate().filter(|(at, line)| !mix(*at) && !line.is_ascii()).count();
            assert_eq!(table.lines_in_utf8(), utf8 as u64);
        }
        // Of one encoding only nothing is said.
        let table = folder.table(in_two(text, |_| Some(encoding)));
        assert_eq!((rows(&table).len(), table.lines_in_utf8()), (300, 0));
    }
    // Syllables of which some happen to be UTF-8 stay Korean: 하 is C7 CF, 쨈 is C2 B4.
    let table = folder.table(&EUC_KR.encode("번호,상품명\n1,쨈\n2,딸기 쨈\n").0);
    assert_eq!(rows(&table)[0].1[1], "쨈");
    // What is neither is malformed, with its line.
    let mut bytes = in_two(&korean, |at| (at % 2 == 1).then_some(EUC_KR));
    bytes.extend_from_slice(b"x,\xb0\xff\n");
    let table = folder.table(&bytes);
    assert_eq!(malformed(&table).iter().map(|row| row.line).collect::<Vec<_>>(), [302]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn lines_of_either_encoding_come_back(picks in prop::collection::vec(any::<bool>(), 40..400), long in 0_usize..60_000) {
        let folder = Folder::new();
        // Longer than what is read at once, so that lines are cut anywhere.
        let line = |at: usize| {
            format!("{at},주문 {at} {}\n", "가나다라마".repeat(if at == 7 { long } else { at * 9 }))
        };
        let text: String = (0..picks.len()).map(line).collect();
        let table = folder.table(in_two(&format!("번호,이름\n{text}"), |at| {
            (at == 0 || picks[at - 1]).then_some(EUC_KR)
        }));
        if layout(&table).0 == EUC_KR {
            let read: Vec<String> = rows(&table).into_iter().map(|(_, row)| row.join(",")).collect();
            let whole: Vec<&str> = text.lines().filter(|line| line.len() <= 1_000_000).collect();
            prop_assert_eq!(read, whole);
        }
    }
}

#[test]
fn headers_titles_and_neither() {
    let folder = Folder::new();
    let table = folder.table("Orders of May\nmade by the shop\n\nid,name,price\n1,a,2\n2,b,3\n");
    assert_eq!(layout(&table).2, Some(4));
    assert_eq!(rows(&table)[0], (5, texts(&["1", "a", "2"])));

    let table = folder.table("00004 19970101 29.33\n00021 19970118 29.73\n");
    assert_eq!(layout(&table).2, None);
    assert_eq!(table.headers(), ["column_1", "column_2", "column_3"]);
    assert_eq!(rows(&table).len(), 2);

    let table = folder.table("\" a \",,a\n1,2,3\n");
    assert_eq!(table.headers(), ["a", "column_2", "a_2"]);

    let path = folder.write("told.csv", "x,y\n1,2\nid,n\n3,4\n");
    let hints = ReadHints { header_row: Some(3), ..ReadHints::default() };
    let table = open(&path, &hints).expect("a table");
    assert_eq!((table.headers(), rows(&table).len()), (vec!["id", "n"], 1));
    let hints = ReadHints { header_row: Some(0), ..ReadHints::default() };
    assert_eq!(rows(&open(&path, &hints).expect("a table")).len(), 4);
}

#[test]
fn a_header_alone_has_no_rows() {
    let folder = Folder::new();
    let table = folder.table("id,name\n");
    assert_eq!(table.headers(), ["id", "name"]);
    let batches: Vec<_> = table.read().expect("rows").collect();
    assert_eq!(batches.len(), 1, "one empty batch shows the schema");
}

#[test]
fn columns_can_be_chosen() {
    let folder = Folder::new();
    let table = folder.table("a,b,c\n1,2,3\n");
    let batch = table.read_columns(&[2, 0]).expect("rows").next().expect("a batch").expect("read");
    assert_eq!(batch.rows.schema().field(0).name(), "c");
    assert_eq!(batch.rows.column(1).as_string::<i32>().value(0), "1");
}

#[test]
fn old_line_ends() {
    let folder = Folder::new();
    let table = folder.table("a,b\r1,x\r2,y\r");
    assert_eq!(rows(&table), [(2, texts(&["1", "x"])), (3, texts(&["2", "y"]))]);
}

#[test]
fn many_rows_come_in_batches_with_samples_from_all_over() {
    let folder = Folder::new();
    let mut text = "id,name\n".to_owned();
    for row in 0..150_000 {
        let _ = writeln!(text, "{row},\"name {row}\"");
    }
    let table = folder.table(&text);
    let all = rows(&table);
    assert_eq!(all.len(), 150_000);
    assert_eq!(all[149_999], (150_001, texts(&["149999", "name 149999"])));
    let sample = table.sample(100).expect("a sample");
    // How many rows there are is an estimate.
    assert!((250..=300).contains(&sample.num_rows()), "{}", sample.num_rows());
    let ids = sample.column(0).as_string::<i32>();
    assert!(ids.value(0) == "0" && ids.value(150) > "5" && ids.value(ids.len() - 1) == "149999");
}

fn parquet_file(folder: &Folder, rows: i64) -> std::path::PathBuf {
    let ids: ArrayRef = Arc::new((0..rows).collect::<Int64Array>());
    let names: ArrayRef = Arc::new((0..rows).map(|n| Some(format!("n{n}"))).collect::<StringArray>());
    let batch = RecordBatch::try_from_iter([("id", ids), ("name", names)]).expect("a batch");
    let path = folder.path().join("table.parquet");
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    path
}

#[test]
fn parquet_keeps_its_types() {
    let folder = Folder::new();
    let table = opened(&parquet_file(&folder, 70_000));
    assert_eq!(table.format.name(), "parquet");
    assert_eq!(table.rows_hint, Some(70_000));
    assert_eq!(table.columns.field(0).data_type(), &DataType::Int64);
    let all = rows(&table);
    assert_eq!((all.len(), all[69_999].0), (70_000, 70_000));
    let chosen = table.read_columns(&[1, 0]).expect("rows").next().expect("one").expect("read");
    assert_eq!(chosen.rows.schema().field(0).name(), "name");
    assert_eq!(table.sample(10).expect("a sample").num_rows(), 30);
}

#[test]
fn parquet_damaged_or_cut_short() {
    let folder = Folder::new();
    let whole = std::fs::read(parquet_file(&folder, 70_000)).expect("bytes");
    let error = folder.error("cut.parquet", &whole[..whole.len() / 2]);
    assert!(matches!(error, SourceError::ParquetTruncated { .. }), "{error}");
    assert!(error.hint().contains("again"));
    let error = folder.error("cut.parquet", b"PAR1");
    assert!(matches!(error, SourceError::ParquetTruncated { .. }), "{error}");

    let mut damaged = whole.clone();
    let end = damaged.len() - 40;
    damaged[end..].fill(0x5a);
    damaged.extend_from_slice(b"\x20\0\0\0PAR1");
    let error = folder.error("damaged.parquet", &damaged);
    assert!(error.to_string().contains("damaged.parquet"), "{error}");

    let mut damaged = whole;
    damaged[4..400].fill(0xff);
    let table = opened(&folder.write("pages.parquet", &damaged));
    let mut reader = table.read().expect("rows");
    let error = reader.find_map(Result::err).expect("an error");
    assert!(matches!(error, SourceError::ParquetCorrupt { .. }), "{error}");
    assert!(reader.next().is_none(), "after an error the reader ends");
}

#[test]
fn worksheets_with_titles_dates_and_gaps() {
    let folder = Folder::new();
    let path = folder.path().join("orders.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").expect("a name").write(0, 0, "Our shop").expect("cell");
    let sheet = book.add_worksheet().set_name("Orders").expect("a name");
    sheet.merge_range(0, 1, 0, 4, "Orders of 2024", &Format::new()).expect("merged");
    for (column, name) in ["customer", "day", "price", "note"].iter().enumerate() {
        sheet.write(2, column as u16 + 1, *name).expect("cell");
    }
    let days = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for row in 0..3_u32 {
        let at = if row == 2 { 5 } else { row };
        let day = ExcelDateTime::from_ymd(2024, 1, row as u8 + 1).expect("a day");
        let day = if row == 1 { day.and_hms(15, 4, 9).expect("a time") } else { day };
        sheet.write(3 + at, 1, 17850.0 + f64::from(row)).expect("cell");
        sheet.write_with_format(3 + at, 2, &day, &days).expect("cell");
        sheet.write(3 + at, 3, 0.1 + 0.2).expect("cell");
    }
    book.save(&path).expect("saved");
    let table = opened(&path);
    assert_eq!(table.format, SourceFormat::Excel { sheet: "Orders".to_owned(), header_row: Some(3) });
    assert_eq!(table.headers(), ["customer", "day", "price", "note"]);
    let price = "0.30000000000000004";
    assert_eq!(
        rows(&table),
        [
            (4, texts(&["17850", "2024-01-01", price, "∅"])),
            (5, texts(&["17851", "2024-01-02 15:04:09", price, "∅"])),
            (9, texts(&["17852", "2024-01-03", price, "∅"])),
        ]
    );
    assert_eq!(table.rows_hint, Some(3));

    let sheets = SheetChoice::Named(vec!["Nowhere".to_owned()]);
    let error = open(&path, &ReadHints { sheets, ..ReadHints::default() }).expect_err("no sheet");
    assert!(error.hint().contains("‘Cover’, ‘Orders’"), "{}", error.hint());
    let sheets = SheetChoice::Named(vec!["Cover".to_owned()]);
    let error = open(&path, &ReadHints { sheets, ..ReadHints::default() }).expect_err("no table");
    assert!(matches!(error, SourceError::ExcelNoTable { .. }), "{error}");
}

#[test]
fn worksheets_without_header() {
    let folder = Folder::new();
    let path = folder.path().join("bare.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..5_u32 {
        sheet.write(row, 0, 17850 + row).expect("cell");
        sheet.write(row, 1, 2.5).expect("cell");
    }
    book.save(&path).expect("saved");
    let error = open(&path, &ReadHints::default()).expect_err("no header");
    assert!(matches!(error, SourceError::NoHeader { row: 1, .. }), "{error}");
    assert!(error.to_string().contains("17850, 2.5") && error.hint().contains("header_row"));
    let hints = ReadHints { header_row: Some(0), ..ReadHints::default() };
    let table = open(&path, &hints).expect("a table");
    assert_eq!((table.headers(), rows(&table).len()), (vec!["column_1", "column_2"], 5));
}

#[test]
fn the_trial_data_are_read_whole() {
    for (file, count) in [
        ("online-retail/online_retail.parquet", 541_909),
        ("cdnow/CDNOW_master.txt", 69_659),
        ("cdnow/CDNOW_sample.txt", 6_919),
        ("grocery/grocery_elog.csv", 10_483),
        ("groceries/groceries.csv", 43_367),
        ("apparel/apparelTrans.csv", 3_187),
        ("baby-shop/주문.csv", 36_423),
        ("ga-merch/Online_Sales.xlsx", 52_924),
    ] {
        let Some(path) = dangol_trial_data::file(file) else { return };
        let table = opened(&path);
        let all: usize = table.read().expect("rows").map(|b| b.expect("read").lines.len()).sum();
        assert_eq!((all, malformed(&table)), (count, vec![]), "{file}");
    }
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_quoted_reads_back(
        cells in proptest::collection::vec(proptest::array::uniform3("[a-z0-9가-힣\",;\n ]{0,8}"), 1..30)
    ) {
        let folder = Folder::new();
        let mut text = "first,second,third\n".to_owned();
        for row in &cells {
            // A letter in front keeps a row from being blank.
            let row: Vec<String> = row.iter().map(|cell| quoted(&format!("x{cell}"))).collect();
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let path = folder.write("table.csv", &text);
        let hints = ReadHints { delimiter: Some(','), header_row: Some(1), ..ReadHints::default() };
        let table = open(&path, &hints).expect("a table");
        let read: Vec<Vec<String>> = rows(&table).into_iter().map(|(_, row)| row).collect();
        let wanted: Vec<Vec<String>> =
            cells.iter().map(|row| row.iter().map(|cell| format!("x{cell}")).collect()).collect();
        prop_assert_eq!(malformed(&table), vec![]);
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn every_line_is_a_row_or_malformed(bytes in proptest::collection::vec(
        prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(0_u8), Just(0xff_u8), b'a'..b'f'], 0..400)
    ) {
        let folder = Folder::new();
        let bytes = [b"a,b\n1,2\n".as_slice(), &bytes].concat();
        let path = folder.write("table.csv", &bytes);
        let hints = ReadHints {
            delimiter: Some(','), header_row: Some(1), encoding: Some("utf-8".to_owned()),
            format: Some(SourceKind::Csv), ..ReadHints::default()
        };
        // Too many control characters make a file binary, which is an answer, too.
        let Ok(table) = open(&path, &hints) else { return Ok(()) };
        let mut lines: Vec<u64> = rows(&table).into_iter().map(|(line, _)| line).collect();
        lines.extend(malformed(&table).iter().map(|row| row.line));
        let count = lines.len();
        lines.sort_unstable();
        lines.dedup();
        prop_assert_eq!(count, lines.len(), "a line was taken twice");
        // Without quotes each line that is not blank is exactly one of the two.
        if !bytes.contains(&b'"') {
            let wanted = bytes.split(|b| *b == b'\n').skip(1).filter(|l| !l.trim_ascii().is_empty());
            prop_assert_eq!(count, wanted.count());
        }
    }
}
