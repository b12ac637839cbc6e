//! `dangol quality` as a table, as JSON, as a page; the quarantine as a file.

use std::fs;
use std::path::Path;

use arrow::util::display::array_value_to_string;
use dangol_shop::sources::{ReadHints, SheetChoice, open};
use serde_json::Value;

use crate::support::{COLUMNS, HEADER, Shop, good_orders};

/// 72 good lines, three that cannot be used, a customer named by nobody, a member who never came.
fn shop() -> Shop {
    let shop = Shop::new();
    let bad = "X1,C01,2024-02-02 10:00:00,P1,1,\"much, <b>more</b>\"\nX2,C01,yesterday,P1,1,2\nX3,C01,2024-02-30,P1,1,2\n";
    shop.write("good.csv", good_orders() + bad);
    let members: String = (1..14).map(|id| format!("C{id:02},Seoul\n")).collect();
    shop.write("members.csv", format!("id,region\n{members}"));
    shop.configure(
        "path = \"../good.csv\"",
        &format!(
            "{COLUMNS}\n[sources.customers]\npath = \"../members.csv\"\n[sources.customers.columns]\n\
             customer_id = \"id\"\nregion = \"region\"\n"
        ),
    );
    shop.import().json();
    shop
}

#[test]
fn the_table_ends_with_what_stands_out() {
    let shop = shop();
    let text = shop.dangol(&["quality"]).succeeds().out;
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}`: {text}"));
    assert!(at("customers.customer_id") < at("What the data allow"), "{text}");
    assert!(
        text.contains("not_joined")
            || text.contains("name 1 values of customer_id that customers does not know: C00."),
        "{text}"
    );
    assert!(text.contains("! 3 rows (") && at("What the data allow") < at("! 3 rows ("), "{text}");
    let row = |text: &str, column: &str| {
        let of_column = text.lines().find(|line| line.trim_start().starts_with(column));
        of_column.unwrap_or_else(|| panic!("no {column}: {text}")).to_owned()
    };
    assert!(row(&text, "unit_price").contains('█'), "a distribution: {text}");
    assert!(row(&text, "region").contains("Seoul 13"), "the commonest values: {text}");
    let korean = shop.dangol(&["quality", "--language", "ko"]).succeeds().out;
    assert!(korean.contains("격리했어요") && korean.contains("모두 가능"), "{korean}");
    for english in [
        "rows",
        "read",
        "missing",
        "distinct",
        "In the store",
        "quarantine:",
        "orders of",
        "possible",
        "days",
    ] {
        assert!(!korean.contains(english), "`{english}`: {korean}");
    }
    for told in ["읽은 행(위의 합계)", "고유 값", "저장된 데이터", "격리: 1개 행", "분포"]
    {
        assert!(korean.contains(told), "{told}: {korean}");
    }
}

#[test]
fn a_quarantine_without_rows_names_its_columns() {
    let shop = Shop::with_orders();
    let path = shop.root().join("none.csv");
    shop.dangol(&["quality", "--quarantine", &path.display().to_string()]).succeeds();
    let text = fs::read_to_string(&path).expect("a file");
    assert_eq!(text.trim_start_matches('\u{feff}'), "source,file,line,column,value,reason,row\n");
}

#[test]
fn baskets_without_customers_are_orders() {
    let shop = Shop::new();
    shop.write("baskets.csv", "basket,item\n1,milk\n1,bread\n2,milk\n3,tea\n");
    let columns = "[sources.order_lines.columns]\norder_id = \"basket\"\nproduct_id = \"item\"\n";
    shop.configure("path = \"../baskets.csv\"", columns);
    let told = shop.dangol(&["import"]).succeeds().out;
    assert!(told.contains("4 order lines, 3 orders without a customer."), "{told}");
    let korean = shop.dangol(&["quality", "--language", "ko"]).succeeds().out;
    assert!(korean.contains("고객을 모르는 주문 3건"), "{korean}");
    let path = shop.root().join("report.html");
    shop.dangol(&["quality", "--out", &path.display().to_string()]).succeeds();
    let page = fs::read_to_string(&path).expect("a page");
    assert!(page.contains("<b>3</b><span class=\"muted\">orders</span>"), "{page}");
}

#[test]
fn json_is_what_the_api_says() {
    let shop = shop();
    let report = shop.dangol(&["quality", "--format", "json"]).json();
    assert_eq!(report["sources"][0]["rows_read"], 75);
    let links = report["links"].as_array().expect("links");
    assert_eq!((&links[0]["table"], &links[0]["samples"][0]), (&"order_lines".into(), &"C00".into()));
    assert_eq!(
        (&links[1]["unmatched_keys"], &links[1]["samples"]),
        (&2.into(), &serde_json::json!(["C12", "C13"]))
    );
    assert!(report["analyses"].as_array().expect("analyses").len() >= 6);
}

#[test]
fn a_file_by_its_ending() {
    let shop = shop();
    let path = |name: &str| shop.root().join(name).display().to_string();
    shop.dangol(&["quality", "--out", &path("report.html"), "--language", "ko"]).succeeds();
    let page = fs::read_to_string(path("report.html")).expect("a page");
    assert!(page.starts_with("<!doctype html>") && page.contains("lang=\"ko\""), "{page}");
    assert!(page.contains("much, &lt;b&gt;more&lt;/b&gt;") && !page.contains("<b>more"), "{page}");
    shop.dangol(&["quality", "--out", &path("report.json")]).succeeds();
    let json: Value =
        serde_json::from_str(&fs::read_to_string(path("report.json")).expect("a file")).expect("JSON");
    assert_eq!(json["findings"][0]["code"], "quarantine");
    shop.dangol(&["quality", "--out", &path("report.txt")]).succeeds();
    assert!(fs::read_to_string(path("report.txt")).expect("a file").starts_with("order_lines\n"));
    shop.dangol(&["quality", "--out", &path("report.pdf")]).refuses_with(
        2,
        &["report.pdf"],
        &[".html, .xlsx, .csv, .json or .txt"],
    );
    shop.dangol(&["quality", "--out", &path("none/report.html")]).refuses(&["none/report.html"], &["path"]);
}

/// A workbook is read by the reader that imports read them by.
fn sheet(path: &Path, name: &str) -> Vec<Vec<String>> {
    let hints = ReadHints { sheets: SheetChoice::Named(vec![name.to_owned()]), ..ReadHints::default() };
    let table = open(path, &hints).expect("a workbook").tables.pop().expect("a sheet");
    let mut rows = vec![table.headers().into_iter().map(str::to_owned).collect()];
    for batch in table.read().expect("a reader") {
        let batch = batch.expect("rows").rows;
        rows.extend((0..batch.num_rows()).map(|row| {
            let cells = batch.columns().iter();
            cells.map(|cells| array_value_to_string(cells, row).expect("text")).collect()
        }));
    }
    rows
}

#[test]
fn as_a_workbook_and_as_csv() {
    let shop = shop();
    let path = shop.root().join("report.xlsx");
    shop.dangol(&["quality", "--out", &path.display().to_string()]).succeeds();
    let rows = sheet(&path, "Rows");
    assert_eq!(rows[0], ["Table", "What became of them", "Rows", "Share of rows read"]);
    assert_eq!(rows[1], ["order_lines", "read", "75", "1"]);
    assert_eq!(rows[2], ["order_lines", "kept", "72", "0.96"]);
    assert_eq!(rows[3], ["order_lines", "in quarantine", "3", "0.04"]);
    let quarantine = sheet(&path, "Quarantine");
    let rows: u32 = quarantine[1..].iter().map(|row| row[3].parse::<u32>().expect("a count")).sum();
    assert_eq!(rows, 3);
    let money = quarantine.iter().find(|row| row[1] == "unit_price").expect("a price");
    assert_eq!(money[3..6], ["1", "much, <b>more</b>", "good.csv:74"]);
    let columns = sheet(&path, "Columns");
    let quantity = columns.iter().find(|row| row[1] == "quantity").expect("a column");
    assert_eq!(quantity[2..], ["quantity", "number", "0", "0", "0", "3", "1", "3", "2"]);
    let links = sheet(&path, "Identifiers");
    assert_eq!(links[1][..5], ["order_lines", "customer_id", "customers.customer_id", "12", "1"]);
    let korean = shop.root().join("보고서.xlsx");
    shop.dangol(&["quality", "--out", &korean.display().to_string(), "--language", "ko"]).succeeds();
    assert_eq!(sheet(&korean, "행")[3][1], "격리");

    // Each value of the workbook stands on a line, and nothing else does.
    let told = shop.dangol(&["quality", "--format", "csv"]).succeeds().out;
    assert!(told.starts_with("\u{feff}part,table,name,measure,value\n"), "{told}");
    assert!(told.contains("\nRows,order_lines,in quarantine,Rows,3\n"), "{told}");
    assert!(
        told.contains("\nQuarantine,order_lines,unit_price,First value,\"much, <b>more</b>\"\n"),
        "{told}"
    );
    shop.dangol(&["quality", "--format", "xlsx"]).refuses_with(2, &["no text"], &["--out report.xlsx"]);
}

#[test]
fn the_whole_quarantine_as_a_file() {
    let shop = Shop::new();
    let mut rows = format!("{HEADER}\n");
    for line in 0..30_000 {
        let price = if line % 3 == 0 { "much" } else { "2.5" };
        rows.push_str(&format!("O{line},C{},2024-01-05,P1,1,{price}\n", line % 50));
    }
    shop.write("good.csv", rows);
    shop.configure("path = \"../good.csv\"", COLUMNS);
    shop.import().json();
    let csv = shop.root().join("bad.csv");
    let told = shop.dangol(&["quality", "--quarantine", csv.to_str().expect("a path")]).succeeds().out;
    assert!(told.starts_with("10,000 rows in quarantine are in "), "{told}");
    let text = fs::read_to_string(&csv).expect("a file");
    assert!(text.starts_with("\u{feff}source,file,line,column,value,reason,row\norder_lines,good.csv,2,unit_price,much,not_a_number,"), "{}", &text[..200]);
    assert_eq!(text.lines().count(), 10_001);
    let parquet = shop.root().join("bad.parquet");
    shop.dangol(&["quality", "--quarantine", parquet.to_str().expect("a path")]).succeeds();
    assert!(fs::metadata(&parquet).expect("a file").len() > 1_000);
    shop.dangol(&["quality", "--quarantine", "bad.doc"]).refuses_with(2, &["bad.doc"], &[".csv or .parquet"]);
}

#[test]
fn attributes_that_cannot_be_read_are_counted() {
    let shop = Shop::new();
    shop.write("good.csv", good_orders());
    let mut members = "id,child\n".to_owned();
    for id in 0..200 {
        let born = if id == 150 { "soon".to_owned() } else { format!("2020-01-{:02}", 1 + id % 28) };
        members.push_str(&format!("C{id:02},{born}\n"));
    }
    shop.write("members.csv", members);
    shop.configure(
        "path = \"../good.csv\"",
        &format!(
            "{COLUMNS}\n[sources.customers]\npath = \"../members.csv\"\nattributes = {{ child = \"child\" }}\n\
             [sources.customers.columns]\ncustomer_id = \"id\"\n"
        ),
    );
    let report = shop.import().json();
    let customers =
        report["sources"].as_array().expect("sources").iter().find(|one| one["source"] == "customers");
    let columns = customers.expect("customers")["columns"].as_array().expect("columns");
    let child = columns.iter().find(|one| one["column"] == "child").expect("the attribute");
    assert_eq!(
        (&child["kind"], &child["unreadable"], &child["missing"]),
        (&"day".into(), &1.into(), &1.into())
    );
    assert_eq!((&child["min"], &child["max"]), (&"2020-01-01".into(), &"2020-01-28".into()));
    let told = shop.dangol(&["quality"]).succeeds().out;
    assert!(told.contains("1 values of the attribute child") && told.contains("are no day"), "{told}");
}
