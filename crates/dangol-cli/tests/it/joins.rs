//! Columns that other files add to a source's rows.

use crate::support::{COLUMNS, Shop, good_orders};

const STATUS: &str = "status = \"state\"\ncountry = \"where\"\n";

fn join(path: &str, more: &str) -> String {
    format!("[[sources.order_lines.joins]]\npath = \"../{path}\"\n{more}\n")
}

#[test]
fn a_status_and_a_rate_come_from_other_files() {
    let shop = Shop::new();
    shop.write("good.csv", good_orders());
    // Order 3 is told of twice, the second time as cancelled; orders 20 to 35 are not told of.
    let mut orders = "number,state,where,price\n".to_owned();
    for line in 0..40_u32 {
        orders.push_str(&format!("O{:03}-{},completed,KR,1\n", line / 2, line % 12));
    }
    orders.push_str("O001-3,cancelled,JP,1\n,completed,KR,1\n");
    shop.write("orders.csv", orders);
    shop.write("tax.csv", "product;GST\nP0;0.1\nP1;0.05\nP2;0\nP3;0.2\n");
    let joins = join("orders.csv", "on = { order = \"number\" }\ncolumns = [\"state\", \"where\"]")
        + &join("tax.csv", "on = { product = \"product\" }\nprefix = \"rate of \"");
    let expressions = "[sources.order_lines.expressions]\ntax = 'price * quantity * \"rate of GST\"'\n";
    shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}{STATUS}{joins}{expressions}"));
    let report = shop.import().json();

    let joins = &report["sources"][0]["joins"];
    assert_eq!(joins[0]["keys"], 40);
    assert_eq!(joins[0]["repeated"], 1);
    assert_eq!(joins[0]["unmatched"], 32);
    assert_eq!(joins[0]["on"][0], "order");
    // P4 has no rate.
    assert_eq!(joins[1]["unmatched"], shop.count("select count(*) from order_lines where product_id = 'P4'"));
    assert_eq!(joins[1]["unmatched"], shop.count("select count(*) from order_lines where tax is null"));
    assert_eq!(shop.count("select count(*) from order_lines where status is null"), 32);
    assert_eq!(
        shop.count("select count(*) from order_lines where status = 'cancelled' and country = 'JP'"),
        1
    );
    let wrong = "select count(*) from order_lines where product_id = 'P1' \
                 and abs(tax - unit_price * quantity * 0.05) > 1e-9";
    assert_eq!(shop.count(wrong), 0);
    let shown = shop.dangol(&["quality"]).succeeds().out;
    assert!(shown.contains("by order: 40 keys, 32 rows found nothing"), "{shown}");
}

#[test]
fn another_rate_means_another_import() {
    let shop = Shop::new();
    shop.write("good.csv", good_orders());
    shop.write("tax.csv", "product,GST\nP0,0.1\n");
    let joins = join("tax.csv", "on = { product = \"product\" }");
    let expressions = "[sources.order_lines.expressions]\ntax = 'GST'\n";
    shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}{joins}{expressions}"));
    shop.import().json();
    let snapshot = || std::fs::read_to_string(shop.folder().join("store/CURRENT")).expect("a store");
    let first = snapshot();
    shop.import().json();
    assert_eq!(snapshot(), first, "unchanged files change nothing");
    shop.write("tax.csv", "product,GST\nP0,0.2\n");
    shop.import().json();
    assert_ne!(snapshot(), first);
    assert_eq!(shop.value("select max(tax) from order_lines"), 0.2);
}

#[test]
fn what_cannot_be_joined_is_said() {
    let shop = Shop::new();
    shop.write("good.csv", good_orders());
    shop.write("tax.csv", "product,price\nP0,0.1\n");
    for (more, what, hint) in [
        ("on = { prodct = \"product\" }", "no column `prodct`", "did you mean `product`?"),
        ("on = { product = \"produkt\" }", "no column `produkt`", "did you mean `product`?"),
        ("on = {}", "a join needs the columns", "on = {"),
        ("on = { product = \"product\" }", "`price` would be added", "prefix"),
        ("on = { product = \"product\" }\ncolumns = [\"rate\"]", "no column `rate`", "product, price"),
        ("on = { product = \"product\" }\npreffix = \"x\"", "unknown field", "did you mean `prefix`?"),
    ] {
        shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}{}", join("tax.csv", more)));
        shop.dangol(&["import"]).refuses(&["shop.toml:", what], &[hint]);
    }
    assert!(!shop.folder().join("store/CURRENT").exists());
}
