//! Columns that are missing, blank, of the wrong type or written in many ways.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::Value;

use crate::support::{COLUMNS, HEADER, Shop, flagged, good_orders, quarantined, rows_of, rows_read, source};

#[test]
fn no_customer_column() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("items.csv", "batch,day,item\n1,2024-01-02,milk\n2,2024-01-03,bread\n2,2024-01-03,milk\n");
    let answer = shop.init("items.csv");
    answer.refuses(&["items.csv", "which customer bought", "batch, day, item"], &["customer_id = "]);
    // With an order id they would be baskets.
    let unmapped = COLUMNS.replace("customer_id = \"customer\"\n", "").replace("order_id = \"order\"\n", "");
    shop.configure("path = \"../good.csv\"", &unmapped);
    shop.import()
        .refuses(&["shop.toml", "needs a column for customer_id"], &["[sources.order_lines.columns]"]);
    shop.is_whole(&before);
}

#[test]
fn no_date_column() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("timeless.csv", "order_id,customer_id,product,price\nO1,C1,milk,3\nO2,C2,bread,2\n");
    shop.init("timeless.csv").refuses(&["timeless.csv", "when it was bought"], &["ordered_at = "]);
    shop.configure("path = \"../good.csv\"", &COLUMNS.replace("\"date\"", "\"product\""));
    shop.import().refuses(&["good.csv", "`product`", "no dates"], &["date_forms"]);
    shop.is_whole(&before);
}

#[test]
fn dates_in_two_forms() {
    let shop = Shop::new();
    let mut text = format!("{HEADER}\n");
    for day in 1..=28 {
        text += &format!("A{day},C{},2024-03-{day:02},P,1,5\n", day % 4);
        text += &format!("B{day},C{},{day:02}.04.2024,P,1,5\n", day % 4);
    }
    shop.write("orders.csv", &text);
    let told = shop.init("orders.csv").succeeds().out;
    assert!(
        told.contains("mixes dates") && told.contains("YYYY-MM-DD") && told.contains("DD.MM.YYYY"),
        "{told}"
    );
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (56, 56), "{report:#}");
    let months = shop.sql(
        "select date_part('month', ordered_on) as month, count(*) as lines, count(distinct ordered_on) as days \
         from order_lines group by 1 order by 1",
    );
    let months: Vec<(f64, u64, u64)> = months
        .iter()
        .map(|row| {
            (row["month"].as_f64().unwrap(), row["lines"].as_u64().unwrap(), row["days"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(months, [(3.0, 28, 28), (4.0, 28, 28)]);

    // With one form told, the rows in the other are in quarantine, each with its place.
    shop.configure("path = \"../orders.csv\"\ndate_forms = [\"YYYY-MM-DD\"]", COLUMNS);
    let report = shop.import().json();
    assert_eq!(
        (rows_read(&report), rows_of(&report, "kept"), quarantined(&report, "not_a_date")),
        (56, 28, 28)
    );
    let sample = &source(&report)["quarantine"][0];
    assert_eq!(sample["column"], "ordered_at");
    assert_eq!(
        sample["sample"],
        serde_json::json!({ "file": "orders.csv", "line": 3, "value": "01.04.2024" })
    );
    let table = shop.dangol(&["quality"]).succeeds().out;
    assert!(table.contains("orders.csv:3") && table.contains("date_forms"), "{table}");
    let first = &shop.sql("select file, line, value, reason, row from quarantine order by line limit 1")[0];
    assert_eq!((first["line"].as_u64(), &first["value"]), (Some(3), &Value::from("01.04.2024")));
    assert!(first["row"].as_str().expect("the row").contains("\"B1\""), "{first}");
}

#[test]
fn a_date_form_that_is_none() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.configure("path = \"../good.csv\"\ndate_forms = [\"yesterday\"]", COLUMNS);
    shop.import().refuses(&["shop.toml:6", "unknown date form `yesterday`"], &["YYYY-MM-DD"]);
    shop.is_whole(&before);
}

#[test]
fn customers_all_blank() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let blank: String = good_orders()
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if cells[1] != "customer" {
                cells[1] = "";
            }
            cells.join(",") + "\n"
        })
        .collect();
    shop.write("orders.csv", blank);
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    shop.import()
        .refuses(&["none of the 72 rows", "orders.csv", "customer"], &["the store is as it was before"]);
    shop.is_whole(&before);
}

#[test]
fn prices_all_blank() {
    let shop = Shop::new();
    let blank: String = good_orders()
        .lines()
        .map(|line| match line.rsplit_once(',') {
            Some((rest, price)) if price != "price" => format!("{rest},\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    shop.write("orders.csv", blank);
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!(
        (rows_read(&report), rows_of(&report, "kept"), flagged(&report, "missing_amount")),
        (72, 72, 72)
    );
    let price = source(&report)["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .find(|one| one["column"] == "unit_price");
    assert_eq!(price.expect("the column")["missing"].as_u64(), Some(72));
    // Frequency can be analysed all the same; no amount is made up.
    let reports = shop.dangol(&["analyze", "overview", "rfm", "cohorts", "--format", "json"]).json();
    assert_eq!(reports[0]["result"]["totals"]["customers"].as_u64(), Some(12), "{reports:#}");
    let findings =
        reports.as_array().expect("reports").iter().flat_map(|report| report["findings"].as_array().unwrap());
    let about_amounts = findings.filter(|one| one["text"].to_string().contains("amount")).count();
    assert!(about_amounts > 0, "a finding says that amounts are missing: {reports:#}");
    assert_eq!(shop.value("select sum(net_revenue) from order_lines"), Value::Null);
}

#[test]
fn dates_all_blank() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("orders.csv", format!("{HEADER}\n{}", "O1,C1,,P1,1,5\nO2,C2,,P1,1,6\n".repeat(20)));
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    shop.import().refuses(&["none of the 40 rows", "ordered_at", "is empty", "orders.csv:2"], &["shop.toml"]);
    shop.is_whole(&before);
}

#[test]
fn amounts_as_people_write_them() {
    let shop = Shop::new();
    let cells = [
        ("\"1,234원\"", 1234.0),
        ("\"₩12,000\"", 12_000.0),
        ("(12.50)", -12.5),
        ("\"(1,000)\"", -1000.0),
        ("△300", -300.0),
        ("250-", -250.0),
        ("£19.99", 19.99),
        ("１２３", 123.0),
        ("1.5E+3", 1500.0),
        (" 42 ", 42.0),
    ];
    let mut text = String::from("order,customer,date,amount\n");
    for (number, (cell, _)) in cells.iter().enumerate() {
        text += &format!("O{number},C{number},2024-01-{:02},{cell}\n", number + 1);
    }
    text += "O90,C90,2024-01-20,many\nO91,C91,2024-01-21,12%\nO92,C92,2024-01-22,\n";
    shop.write("orders.csv", text);
    let columns = "[sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\n\
                   ordered_at = \"date\"\namount = \"amount\"\n";
    shop.configure("path = \"../orders.csv\"", columns);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), quarantined(&report, "not_a_number")), (13, 2), "{report:#}");
    assert_eq!((flagged(&report, "missing_amount"), flagged(&report, "cancelled")), (1, 4));
    let found = shop
        .sql("select order_id, net_revenue from order_lines where net_revenue is not null order by order_id");
    assert_eq!(found.len(), cells.len());
    for (row, (cell, wanted)) in found.iter().zip(cells) {
        assert_eq!(row["net_revenue"].as_f64(), Some(wanted), "{cell}: {row}");
    }
}

#[test]
fn a_decimal_comma() {
    let shop = Shop::new();
    let text = "order;customer;date;amount\nO1;C1;05.01.2024;1.234,56\nO2;C2;25.01.2024;7,50\n";
    shop.write("orders.csv", text);
    shop.init("orders.csv").succeeds();
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (2, 2), "{report:#}");
    assert_eq!(shop.value("select sum(net_revenue) from order_lines").as_f64(), Some(1242.06));
}

#[test]
fn customer_ids_as_floats() {
    let wanted = ["00042", "17850", "9007199254740991"];
    // CSV, where a spreadsheet has appended `.0`.
    let shop = Shop::new();
    let mut text = format!("{HEADER}\n");
    for (row, id) in
        ["17850.0", "17850", "00042.0", "00042", "9007199254740991.0", "17850.00"].iter().enumerate()
    {
        text += &format!("O{row},{id},2024-01-0{} 10:00,P,1,5\n", row + 1);
    }
    shop.write("orders.csv", text);
    shop.init("orders.csv").succeeds();
    assert_eq!(rows_read(&shop.import().json()), 6);
    let ids = |shop: &Shop| -> Vec<String> {
        let rows =
            shop.sql("select distinct customer_id from order_lines where customer_id is not null order by 1");
        rows.iter().map(|row| row["customer_id"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(ids(&shop), wanted);

    // Parquet, where a column with a gap has become floats.
    let customers: Float64Array =
        [Some(17850.0), Some(42.0), None, Some(9_007_199_254_740_991.0), Some(f64::NAN)]
            .into_iter()
            .collect();
    let rows = 5;
    let text = |of: &str| -> ArrayRef {
        Arc::new((0..rows).map(|row| Some(format!("{of}{row}"))).collect::<StringArray>())
    };
    let dates: StringArray = (1..=rows).map(|day| Some(format!("2024-01-{day:02} 12:00"))).collect();
    let batch = RecordBatch::try_from_iter([
        ("order", text("O")),
        ("customer", Arc::new(customers) as ArrayRef),
        ("date", Arc::new(dates) as ArrayRef),
        ("product", text("P")),
        ("quantity", Arc::new(Float64Array::from(vec![1.0; rows])) as ArrayRef),
        ("price", Arc::new(Float64Array::from(vec![2.0; rows])) as ArrayRef),
    ])
    .expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    shop.write("orders.parquet", bytes);
    shop.configure("path = \"../orders.parquet\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), flagged(&report, "missing_customer")), (5, 2), "{report:#}");
    assert_eq!(ids(&shop), ["17850", "42", "9007199254740991"]);
    // The same customer by name in the analyses.
    let answer = shop.dangol(&["analyze", "customer", "--set", "id=17850", "--format", "json"]).json();
    assert!(answer["result"].to_string().contains("17850"), "{answer:#}");
}
