//! Files that are not there, hold nothing, or hold something else than a table.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::Workbook;

use crate::support::{COLUMNS, Shop, good_orders, rows_of, rows_read};

/// A shop whose next import meets `file`; whatever that gets, the store must be as before.
fn meets(file: &str, bytes: &[u8], source: &str, what: &[&str], hint: &[&str]) {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write(file, bytes);
    shop.configure(&format!("path = \"../{file}\"\n{source}"), COLUMNS);
    let what: Vec<&str> = what.iter().copied().chain([file]).collect();
    shop.import().refuses(&what, hint);
    shop.is_whole(&before);
}

/// `dangol init` on a file: the message, and no `shop.toml`.
fn init_refuses(file: &str, bytes: &[u8], what: &[&str], hint: &[&str]) {
    let shop = Shop::new();
    shop.write(file, bytes);
    let what: Vec<&str> = what.iter().copied().chain([file]).collect();
    shop.dangol(&["init", file]).refuses(&what, hint);
    assert!(!shop.toml().exists(), "no shop.toml is written");
}

#[test]
fn no_file() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.configure("path = \"../goood.csv\"", COLUMNS);
    shop.import().refuses(&["no such file", "goood.csv"], &["did you mean", "good.csv"]);
    shop.is_whole(&before);
    shop.configure("path = \"../exports-*/orders.xlsx\"", COLUMNS);
    shop.import().refuses(&["no such file", "exports-*"], &["check the path"]);
    shop.is_whole(&before);

    let fresh = Shop::new();
    fresh.write("orders.csv", good_orders());
    fresh
        .dangol(&["init", "order.csv"])
        .refuses(&["no such file", "order.csv"], &["did you mean", "orders.csv"]);
    assert!(!fresh.toml().exists());
}

#[test]
fn no_shop() {
    let shop = Shop::new();
    shop.import().refuses(&["cannot read", "shop.toml"], &["dangol init"]);
    assert!(!shop.folder().join("store").exists(), "nothing is written without a shop.toml");
    shop.write("orders.csv", good_orders());
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    for command in [&["analyze", "rfm"][..], &["quality"], &["sql", "select 1"]] {
        let answer = shop.dangol(command);
        assert_ne!(answer.code, 0, "{answer}");
        assert!(answer.err.contains("no imported data"), "{answer}");
    }
    shop.dangol(&["analyze", "rfm"]).refuses(&["no imported data"], &["dangol import"]);
}

#[test]
fn a_path_is_missing_from_the_configuration() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    fs::write(shop.toml(), "[shop]\nname = \"Test\"\n").expect("written");
    shop.import().refuses(&["no source for order_lines", "shop.toml"], &["[sources.order_lines]"]);
    shop.is_whole(&before);
}

#[test]
fn an_empty_file() {
    for bytes in [&b""[..], b"\n\n  \n", b"\xef\xbb\xbf"] {
        meets("orders.csv", bytes, "", &["is empty"], &["export the file again"]);
        init_refuses("orders.csv", bytes, &["is empty"], &["export the file again"]);
    }
}

#[test]
fn a_header_without_rows() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("orders.csv", "order,customer,date,product,quantity,price\n");
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    shop.import()
        .refuses(&["none of the 0 rows", "orders.csv", "no rows"], &["the store is as it was before"]);
    shop.is_whole(&before);
}

#[test]
fn files_that_are_no_tables() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
    let cases: [(&str, &[u8], &str, &str); 4] = [
        ("orders.csv", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "PDF", "export the orders"),
        ("orders.png", png, "picture", "export the orders"),
        (
            "orders.csv",
            b"\x01\x02\xff\xfe\x04\0\x06\x07\x80\x81\x0e\x0f\x10\x11\0\0",
            "binary",
            "CSV, Excel or Parquet",
        ),
        ("orders.xls", b"<html><table><tr><td>order</td></tr></table></html>", "web page", "save the table"),
    ];
    for (file, bytes, looks_like, hint) in cases {
        meets(file, bytes, "", &["is not a table", looks_like], &[hint]);
        init_refuses(file, bytes, &["is not a table", looks_like], &[hint]);
    }
}

#[test]
fn a_folder_without_tables() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.configure("path = \"../exports\"", COLUMNS);
    shop.import().refuses(&["no tables in the folder", "exports"], &["CSV, Parquet, Excel or JSON lines"]);
    shop.is_whole(&before);
}

#[test]
fn a_wrong_delimiter() {
    let orders = good_orders();
    meets("orders.csv", orders.as_bytes(), "delimiter = \";\"", &["a single column"], &["delimiter = \",\""]);
    let tabbed = orders.replace(',', "\t");
    meets(
        "orders.tsv",
        tabbed.as_bytes(),
        "delimiter = \",\"",
        &["a single column"],
        &["delimiter = \"\\t\""],
    );
    // What the hint says helps.
    let shop = Shop::new();
    shop.write("orders.tsv", tabbed);
    shop.configure("path = \"../orders.tsv\"\ndelimiter = \"\\t\"", COLUMNS);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 72);
}

#[test]
fn a_wrong_format_or_encoding() {
    let orders = good_orders();
    meets(
        "orders.csv",
        orders.as_bytes(),
        "encoding = \"klingon\"",
        &["unknown encoding", "klingon"],
        &["CP949"],
    );
    meets("orders.csv", orders.as_bytes(), "format = \"parquet\"", &["Parquet"], &["again"]);
}

/// The good orders as Parquet.
fn parquet_orders() -> Vec<u8> {
    let rows = 5_000;
    let text =
        |of: &dyn Fn(usize) -> String| Arc::new((0..rows).map(|row| Some(of(row))).collect::<StringArray>());
    let moments: TimestampMicrosecondArray =
        (0..rows).map(|row| Some(1_704_067_200_000_000 + row as i64 * 3_600_000_000)).collect();
    let numbers =
        |of: &dyn Fn(usize) -> f64| Arc::new((0..rows).map(|row| Some(of(row))).collect::<Float64Array>());
    let batch = RecordBatch::try_from_iter([
        ("order", text(&|row| format!("O{row}")) as _),
        ("customer", text(&|row| format!("C{}", row * 7 % 400)) as _),
        ("date", Arc::new(moments) as _),
        ("product", text(&|row| format!("P{}", row % 9)) as _),
        ("quantity", numbers(&|_| 1.0) as _),
        ("price", numbers(&|row| (row % 31) as f64 + 0.5) as _),
    ])
    .expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

#[test]
fn a_parquet_file_cut_short() {
    let whole = parquet_orders();
    let shop = Shop::new();
    shop.write("orders.parquet", &whole);
    shop.configure("path = \"../orders.parquet\"", COLUMNS);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 5_000, "the whole file is good");
    for length in [whole.len() / 2, whole.len() - 1, whole.len() - 9, 4, 11] {
        let cut = &whole[..length];
        meets(
            "orders.parquet",
            cut,
            "",
            &["cut short", &length.to_string()],
            &["the end of the file is missing"],
        );
        init_refuses("orders.parquet", cut, &["cut short"], &["again"]);
    }
}

#[test]
fn a_parquet_file_with_a_piece_missing() {
    let whole = parquet_orders();
    // The end is there, what lies before it is not where the end says.
    let mut holed = whole[..whole.len() / 4].to_vec();
    holed.extend(&whole[whole.len() / 2..]);
    let mut overwritten = whole.clone();
    overwritten[whole.len() / 3..whole.len() / 2].fill(0xa5);
    for bytes in [holed, overwritten] {
        meets("orders.parquet", &bytes, "", &["Parquet file", "damaged"], &["copy or export it again"]);
    }
}

fn workbook(path: &Path, header: bool) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in good_orders().lines().skip(usize::from(!header)).enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (row as u32, column as u16);
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number),
                Err(_) => sheet.write_string(row, column, cell),
            }
            .expect("a cell");
        }
    }
    book.save(path).expect("saved");
}

#[test]
fn an_excel_sheet_without_header() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let path = shop.root().join("orders.xlsx");
    workbook(&path, true);
    shop.configure("path = \"../orders.xlsx\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72));
    assert_eq!(shop.answers(), before, "from Excel as from CSV");
    workbook(&path, false);
    shop.import().refuses(&["orders.xlsx", "Sheet1", "has no header", "row 1", "O000-0"], &["header_row"]);
    shop.is_whole(&before);
    shop.dangol(&["init", "orders.xlsx", "--force"])
        .refuses(&["orders.xlsx", "has no header"], &["header_row"]);

    // What the hint says helps.
    let names = ["order", "customer", "date", "product", "quantity", "price"];
    let mut columns = COLUMNS.to_owned();
    for (number, name) in names.iter().enumerate() {
        columns = columns.replace(&format!("\"{name}\""), &format!("\"column_{}\"", number + 1));
    }
    shop.configure("path = \"../orders.xlsx\"\nheader_row = 0", &columns);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 72);
    assert_eq!(shop.answers(), before);
}

#[test]
fn a_damaged_workbook_and_a_missing_sheet() {
    meets("orders.xlsx", b"PK\x03\x04 broken", "", &["the workbook", "damaged"], &["save it again"]);
    let shop = Shop::with_orders();
    let before = shop.answers();
    workbook(&shop.root().join("orders.xlsx"), true);
    shop.configure("path = \"../orders.xlsx\"\nsheet = \"Orders\"", COLUMNS);
    shop.import().refuses(&["has no sheet", "Orders"], &["Sheet1"]);
    shop.is_whole(&before);
}

#[test]
fn one_bad_file_among_good_ones() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.write("exports/2024-01.csv", good_orders());
    shop.write("exports/2024-02.csv", "%PDF-1.7");
    shop.configure("path = \"../exports\"", COLUMNS);
    shop.import().refuses(&["2024-02.csv", "is not a table"], &["export the orders"]);
    shop.is_whole(&before);
}
