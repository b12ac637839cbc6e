//! JSON lines and lists of JSON records.

use std::fs;

use crate::packed::{gzip, zip};
use crate::support::{Shop, good_orders, quarantined, rows_of, rows_read, source};

/// The mapping of [`json_orders`].
const COLUMNS: &str = r#"
[sources.order_lines.columns]
order_id = "order.id"
customer_id = "customer.id"
ordered_at = "order.at"
product_id = "product"
quantity = "quantity"
unit_price = "price"
coupon_code = "coupon"
"#;

/// The good orders as JSON records; the last one has a key that no other has.
fn json_orders() -> Vec<String> {
    let orders = good_orders();
    let lines: Vec<&str> = orders.lines().skip(1).collect();
    let last = lines.len() - 1;
    let record = |(at, line): (usize, &&str)| {
        let cells: Vec<&str> = line.split(',').collect();
        let [order, customer, date, product, quantity, price] = cells[..] else {
            panic!("six cells: {line}")
        };
        let coupon = if at == last { ",\"coupon\":\"SPRING\"" } else { "" };
        format!(
            "{{\"order\":{{\"id\":\"{order}\",\"at\":\"{date}\"}},\"customer\":{{\"id\":\"{customer}\",\"tags\":[1,2]}},\
             \"product\":\"{product}\",\"quantity\":{quantity},\"price\":{price}{coupon}}}"
        )
    };
    lines.iter().enumerate().map(record).collect()
}

#[test]
fn json_orders_are_the_orders() {
    let plain = Shop::with_orders().answers();
    let records = json_orders();
    let lines = records.join("\n");
    for (name, bytes, format) in [
        ("orders.jsonl", lines.clone().into_bytes(), "json"),
        ("orders.ndjson.gz", gzip(lines.as_bytes()), "json"),
        ("orders.zip", zip(&[("x.jsonl", lines.as_bytes())]), "json"),
        ("orders.json", format!("[\n  {}\n]\n", records.join(",\n  ")).into_bytes(), "json"),
        ("orders.json", format!("[{}]", records.join(",")).into_bytes(), "json"),
    ] {
        let shop = Shop::new();
        shop.write(name, bytes);
        shop.configure(&format!("path = \"../{name}\""), COLUMNS);
        let report = shop.import().json();
        assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72), "{name}");
        assert_eq!(source(&report)["files"][0]["format"], format);
        assert_eq!(shop.answers(), plain, "{name}");
        assert_eq!(
            shop.count("select count(*) from order_lines where coupon_code = 'SPRING'"),
            1,
            "a key that the last record alone has"
        );
    }
    let shop = Shop::new();
    shop.write("orders.jsonl", lines);
    shop.init("orders.jsonl").succeeds();
    let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(toml.contains("customer_id = \"customer.id\"") && toml.contains("JSON lines"), "{toml}");
    assert_eq!(rows_of(&shop.import().json(), "kept"), 72);
}

#[test]
fn identifiers_keep_their_digits() {
    let shop = Shop::new();
    let line = |order: &str, customer: &str| {
        format!("{{\"o\":{order},\"c\":{customer},\"t\":\"2024-01-05 10:00\",\"p\":1.5}}\n")
    };
    let lines = [line("1", "\"00123\""), line("2", "17850.0"), line("20241231000000000001", "17850")];
    shop.write("orders.jsonl", lines.concat());
    shop.configure(
        "path = \"../orders.jsonl\"",
        "[sources.order_lines.columns]\norder_id = \"o\"\ncustomer_id = \"c\"\nordered_at = \"t\"\namount = \"p\"\n",
    );
    assert_eq!(rows_of(&shop.import().json(), "kept"), 3);
    let found = shop.sql("select order_id, customer_id from order_lines order by order_id");
    let pairs: Vec<(&str, &str)> = found
        .iter()
        .map(|row| (row["order_id"].as_str().expect("a text"), row["customer_id"].as_str().expect("a text")))
        .collect();
    assert_eq!(pairs, [("1", "00123"), ("2", "17850"), ("20241231000000000001", "17850")]);
}

#[test]
fn broken_lines_go_to_the_quarantine() {
    let shop = Shop::new();
    let mut records = json_orders();
    records.insert(3, "{\"order\":{\"id\":\"X1\",".into());
    records.insert(5, "not json at all".into());
    records.insert(7, "{\"price\":1,\"price\":2}".into());
    records.insert(9, String::new());
    shop.write("orders.jsonl", records.join("\n"));
    shop.configure("path = \"../orders.jsonl\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept"), rows_of(&report, "quarantined")), (75, 72, 3));
    assert_eq!((quarantined(&report, "bad_json"), quarantined(&report, "repeated_key")), (2, 1));
    let rows = shop.sql("select line, \"row\" from quarantine order by line");
    let found: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| (row["line"].as_u64().expect("a line"), row["row"].as_str().expect("a text")))
        .collect();
    assert_eq!(found[0], (4, "{\"\":\"{\\\"order\\\":{\\\"id\\\":\\\"X1\\\",\"}"));
    assert_eq!((found[1].0, found[2].0), (6, 8));
}

#[test]
fn json_that_is_refused() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let records = json_orders();
    let cut = format!("[{}", records.join(",\n"));
    let wrapped = format!("{{\"orders\": [\n{}\n]}}", records.join(",\n"));
    for (text, what, hint) in
        [(cut.as_str(), "line 72", "export it again"), (wrapped.as_str(), "JSON without records", "jq -c")]
    {
        shop.write("orders.json", text);
        shop.configure("path = \"../orders.json\"", COLUMNS);
        shop.import().refuses(&["orders.json", what], &[hint]);
        shop.is_whole(&before);
    }
    shop.write("orders.jsonl", records.join("\n"));
    shop.configure("path = \"../orders.jsonl\"", &COLUMNS.replace("customer.id", "customer.it"));
    shop.import().refuses(&["orders.jsonl", "no column `customer.it`"], &["did you mean `customer.id`?"]);
    shop.is_whole(&before);
}
