//! Several files, and several sheets of a workbook, as one source.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::support::{COLUMNS, HEADER, Shop, good_orders, rows_of, rows_read, source};

const COUPON: &str = "coupon_code = \"coupon\"\n";

fn absent(report: &Value) -> &Value {
    &source(report)["absent"]
}

/// A shop with a folder of exports.
fn shop_of(files: &[(&str, &str)], more: &str) -> Shop {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    for (name, text) in files {
        shop.write(&format!("exports/{name}"), text);
    }
    shop.configure("path = \"../exports\"", &format!("{COLUMNS}{more}"));
    shop
}

#[test]
fn columns_in_any_order() {
    let one = "O1,C1,2024-01-05 10:00,P1,1,5\nO2,C2,2024-01-06 10:00,P1,2,5\n";
    // The first line once more, the second in another state, and a new one.
    let two = "5,P1,C1,1,O1,2024-01-05 10:00\n5,P1,C2,3,O2,2024-01-06 10:00\n7,P2,C3,1,O3,2024-02-01 09:00\n";
    let shop = shop_of(
        &[
            ("1.csv", &format!("{HEADER}\n{one}")),
            ("2.csv", &format!("price,product,customer,quantity,order,date\n{two}")),
        ],
        "",
    );
    let report = shop.import().json();
    assert_eq!(rows_read(&report), 5);
    assert_eq!(
        (rows_of(&report, "kept"), rows_of(&report, "already_present"), rows_of(&report, "replaced")),
        (3, 1, 1)
    );
    assert_eq!(absent(&report), &json!([]));
    assert_eq!(shop.value("select sum(net_revenue) from order_lines"), json!(27.0));
}

#[test]
fn a_column_that_came_later() {
    let one = format!("{HEADER}\nO1,C1,2024-01-05 10:00,P1,1,5\n");
    let two = format!(
        "coupon,{HEADER},note\nSPRING,O2,C2,2024-02-05 10:00,P1,1,5,x\n,O3,C1,2024-02-06 10:00,P1,1,5,y\n"
    );
    let shop = shop_of(&[("1.csv", &one), ("2.csv", &two)], COUPON);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (3, 3));
    assert_eq!(absent(&report), &json!([{ "column": "coupon_code", "from": "coupon", "files": ["1.csv"] }]));
    assert_eq!(shop.count("select count(*) from order_lines where coupon_code is null"), 2);
    let printed = shop.dangol(&["quality"]).succeeds().out;
    assert!(
        printed.contains("coupon_code is missing in 1 of 2 files, which lack ‘coupon’: 1.csv"),
        "{printed}"
    );

    // No file has it: a mistake.
    let before = shop.answers();
    shop.configure(
        "path = \"../exports\"",
        &format!("{COLUMNS}{}", COUPON.replace("\"coupon\"", "\"cupon\"")),
    );
    shop.import().refuses(&["1.csv", "no column `cupon`"], &["its columns are"]);
    // One file lacks what every file needs.
    shop.configure("path = \"../exports\"", COLUMNS);
    shop.write("exports/3.csv", two.replace("customer", "client"));
    shop.import().refuses(&["3.csv", "no column `customer`", "customer_id"], &["its columns are"]);
    shop.is_whole(&before);
}

#[test]
fn prices_that_some_files_lack() {
    let one = format!("{HEADER}\nO1,C1,2024-01-05 10:00,P1,2,5\n");
    let two = "order,customer,date,product\nO2,C2,2024-02-05 10:00,P1\n";
    let shop = shop_of(&[("1.csv", &one), ("2.csv", two)], "");
    let report = shop.import().json();
    let columns: Vec<&str> = absent(&report)
        .as_array()
        .expect("columns")
        .iter()
        .map(|one| one["column"].as_str().expect("a name"))
        .collect();
    assert_eq!(columns, ["quantity", "unit_price"]);
    assert_eq!(shop.value("select net_revenue from order_lines where order_id = 'O1'"), json!(10.0));
    assert_eq!(shop.count("select count(*) from order_lines where net_revenue is null"), 1);

    // The same by an expression.
    let columns = COLUMNS.replace("unit_price = \"price\"\n", "");
    let expression = "\n[sources.order_lines.expressions]\namount = \"price * quantity\"\n";
    shop.configure("path = \"../exports\"", &format!("{columns}{expression}"));
    let report = shop.import().json();
    let amount = json!({ "column": "amount", "from": "price * quantity", "files": ["2.csv"] });
    assert!(absent(&report).as_array().expect("columns").contains(&amount), "{:#}", absent(&report));
    assert_eq!(shop.value("select sum(net_revenue) from order_lines"), json!(10.0));
    shop.configure("path = \"../exports\"", &format!("{columns}{}", expression.replace("price", "prize")));
    shop.import().refuses(&["prize * quantity"], &["the file's headers"]);
}

#[test]
fn files_without_line_id_keep_their_equal_rows() {
    let one = "line,order,customer,date,product,quantity,price\n1,O1,C1,2024-01-05,P1,1,5\n1,O1,C1,2024-01-05,P1,1,5\n";
    let two = format!("{HEADER}\nO2,C1,2024-01-06,P1,1,5\nO2,C1,2024-01-06,P1,1,5\n");
    let shop = shop_of(&[("1.csv", one)], "line_id = \"line\"\n");
    assert_eq!(rows_of(&shop.import().json(), "kept"), 1, "with an id of the line, equal rows are one");
    shop.write("exports/2.csv", two);
    let report = shop.import().json();
    assert_eq!(
        (rows_read(&report), rows_of(&report, "kept")),
        (4, 4),
        "two equal purchases on one day are real"
    );
}

#[test]
fn customers_whose_attributes_came_later() {
    let shop = Shop::with_orders();
    fs::create_dir(shop.root().join("members")).expect("a folder");
    shop.write("members/1.csv", "id,name\nC00,Kim\nC01,Lee\n");
    shop.write(
        "members/2.csv",
        "child,born,region,name,id\n2,2020-01-05,Seoul,Ahn,C02\n1,2021-05-06,Busan,Park,C03\n",
    );
    shop.configure(
        "path = \"../good.csv\"",
        &format!(
            "{COLUMNS}\n[sources.customers]\npath = \"../members\"\nattributes = {{ children = \"child\", child_born_on = \"born\" }}\n\
             [sources.customers.columns]\ncustomer_id = \"id\"\nname = \"name\"\nregion = \"region\"\n"
        ),
    );
    let report = shop.import().json();
    let customers = &report["sources"][1];
    let columns: Vec<&Value> =
        customers["absent"].as_array().expect("absent").iter().map(|one| &one["column"]).collect();
    assert_eq!(columns, ["region", "child_born_on", "children"]);
    let rows =
        shop.sql("select customer_id, region, children, child_born_on from customers order by customer_id");
    assert_eq!((rows.len(), &rows[0]["region"], &rows[0]["children"]), (4, &Value::Null, &Value::Null));
    assert_eq!((&rows[2]["children"], &rows[3]["child_born_on"]), (&json!(2.0), &json!("2021-05-06")));
}

fn workbook(path: &Path, sheets: &[(&str, &str)]) {
    let mut book = Workbook::new();
    for (name, text) in sheets {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in text.lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                sheet.write(row as u32, column as u16, cell).expect("a cell");
            }
        }
    }
    book.save(path).expect("saved");
}

/// The good orders in two sheets, beside one of sums and one of notes.
fn by_year(shop: &Shop) {
    let orders = good_orders();
    let lines: Vec<&str> = orders.lines().skip(1).collect();
    let (first, second) = lines.split_at(30);
    let first = format!("{HEADER}\n{}", first.join("\n"));
    let second: Vec<String> = second
        .iter()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},{},{},{},x", cells[5], cells[0], cells[1], cells[2], cells[3], cells[4])
        })
        .collect();
    let second = format!("price,order,customer,date,product,quantity,note\n{}", second.join("\n"));
    let sums = "year,customers\n2023,5\n2024,7\n";
    workbook(
        &shop.root().join("book.xlsx"),
        &[("Sums", sums), ("2023", &first), ("2024", &second), ("About", "by hand")],
    );
}

#[test]
fn sheets_of_a_workbook() {
    let plain = Shop::with_orders().answers();
    let shop = Shop::new();
    by_year(&shop);
    for sheet in ["[\"2023\", \"2024\"]", "\"*\"", "[\"*\"]"] {
        shop.configure(&format!("path = \"../book.xlsx\"\nsheet = {sheet}"), COLUMNS);
        let report = shop.import().json();
        assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72), "{sheet}");
        let files = source(&report)["files"].as_array().expect("files");
        let read: Vec<(&Value, &Value, &Value)> =
            files.iter().map(|file| (&file["name"], &file["sheet"], &file["rows_read"])).collect();
        assert_eq!(read[0], (&json!("book.xlsx/2023"), &json!("2023"), &json!(30)));
        assert_eq!(read[1], (&json!("book.xlsx/2024"), &json!("2024"), &json!(42)));
        assert_eq!(shop.answers(), plain, "{sheet}");
        let left_out = source(&report)["left_out"].as_array().expect("left out");
        assert_eq!(left_out.len(), usize::from(sheet.contains('*')), "{left_out:?}");
        let printed = shop.dangol(&["quality"]).succeeds().out;
        assert_eq!(printed.contains("Sums (its headers are others)"), sheet.contains('*'), "{printed}");
    }
    shop.configure("path = \"../book.xlsx\"\nsheet = \"2023\"", COLUMNS);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 30);
    let before = shop.answers();
    shop.configure("path = \"../book.xlsx\"\nsheet = [\"2023\", \"Sms\"]", COLUMNS);
    shop.import().refuses(&["has no sheet ‘Sms’"], &["did you mean ‘Sums’?", "‘2024’", "‘About’"]);
    shop.configure("path = \"../book.xlsx\"\nsheet = [\"2023\", \"About\"]", COLUMNS);
    shop.import().refuses(&["no table in sheet ‘About’"], &["sheet ="]);
    shop.is_whole(&before);
    // Rows in quarantine tell the sheet.
    let bad = good_orders().replacen("2024-01-02 09:15:00", "someday", 1);
    workbook(&shop.root().join("book.xlsx"), &[("2023", &bad), ("2024", &bad)]);
    shop.configure("path = \"../book.xlsx\"\nsheet = \"*\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!(rows_of(&report, "quarantined"), 2);
    let files = shop.sql("select file from quarantine order by file");
    assert_eq!(files, [json!({ "file": "book.xlsx/2023" }), json!({ "file": "book.xlsx/2024" })]);
}

#[test]
fn init_takes_the_sheets_that_belong_together() {
    let shop = Shop::new();
    by_year(&shop);
    let printed = shop.init("book.xlsx").succeeds().out;
    let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(toml.contains("sheet = \"*\"") && printed.contains("Sums"), "{toml}\n{printed}");
    assert!(toml.contains("2 sheets now") && printed.contains("order_lines: 2 sheets"), "{toml}\n{printed}");
    let report = shop.import().json();
    assert_eq!(rows_of(&report, "kept"), 72);
    // A sheet with more rows than both would be what `*` means.
    let good = good_orders();
    let many: String = (0..200).map(|n| format!("\nstep {n},{n}")).collect();
    workbook(
        &shop.root().join("book.xlsx"),
        &[("2023", &good), ("2024", &good), ("Steps", &format!("what,how{many}"))],
    );
    shop.init("book.xlsx").succeeds();
    let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(toml.contains("\"2023\"") && toml.contains("\"2024\"") && !toml.contains("\"*\""), "{toml}");
}

#[test]
fn init_takes_the_sheets_of_any_table_together() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("all")).expect("a folder");
    shop.write("all/orders.csv", good_orders());
    let members = |from: u32, to: u32| {
        let rows: String = (from..to).map(|n| format!("\nC{n:02},2023-0{}-11,Seoul", 1 + n % 9)).collect();
        format!("customer,joined,region{rows}")
    };
    let book = shop.root().join("all/members.xlsx");
    workbook(&book, &[("2022", &members(0, 5)), ("2023", &members(5, 12)), ("About", "by hand")]);
    shop.init("all").succeeds();
    let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
    let customers = toml.split("[sources.customers]").nth(1).expect("customers");
    assert!(customers.contains("sheet = \"*\""), "{toml}");
    shop.import().json();
    assert_eq!(shop.count("select count(*) from customers"), 12);
    // One that is added is read, too.
    workbook(&book, &[("2022", &members(0, 5)), ("2023", &members(5, 12)), ("2024", &members(12, 15))]);
    shop.import().json();
    assert_eq!(shop.count("select count(*) from customers"), 15);
}

#[test]
fn init_writes_the_pattern_that_the_next_months_file_meets() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    let month = |month: u32| {
        let rows: String = (1..29)
            .map(|day| format!("O{month}-{day},C{},2024-{month:02}-{day:02} 10:00,P1,1,5\n", day % 9))
            .collect();
        shop.write(&format!("exports/orders_2024-{month:02}.csv"), format!("{HEADER}\n{rows}"));
    };
    month(1);
    month(2);
    shop.write("exports/members.csv", "customer_id,joined,gender\nC1,2020-01-05,F\nC2,2020-02-05,M\n");
    for (given, written) in [
        ("exports", "../exports/orders_*.csv"),
        ("exports/*.csv", "../exports/orders_*.csv"),
        ("exports/orders_20*.csv", "../exports/orders_20*.csv"),
    ] {
        let printed = shop.init(given).succeeds().out;
        let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
        assert!(toml.contains(&format!("path = \"{written}\"")), "{given}: {toml}");
        assert!(toml.contains("2 files now") && printed.contains("order_lines: 2 files"), "{printed}");
    }
    assert_eq!(rows_of(&shop.import().json(), "kept"), 56);
    month(3);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 84);
}
