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
    orders.push_str("O001-3,cancelled,JP,1\n,completed,KR,1\nO034-4,completed\n\"O035-5,completed,KR,1\n");
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
    assert_eq!((&joins[0]["keyless"], &joins[0]["malformed"]), (&1.into(), &2.into()));
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
    assert!(
        shown.contains("1 of its rows have no key") && shown.contains("2 of its rows could not be read"),
        "{shown}"
    );
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

/// As databases export them: who bought and when stands in one file, what in another.
#[test]
fn init_joins_the_orders_to_their_lines() {
    let shop = Shop::new();
    let mut orders = "order_id,user_id,created_at,status,order_total\n".to_owned();
    let mut items = "id,order_id,sku,quantity,price,status\n".to_owned();
    for order in 0..40_u32 {
        orders.push_str(&format!(
            "{},C{:02},2024-{:02}-{:02} 10:00:00,paid,99\n",
            1000 + order,
            order % 7,
            1 + order % 12,
            1 + order % 28
        ));
        for line in 0..=order % 3 {
            items.push_str(&format!(
                "{},{},P{line},{},{}.5,picked\n",
                order * 3 + line,
                1000 + order,
                1 + line,
                5 + line
            ));
        }
    }
    std::fs::create_dir(shop.root().join("export")).expect("a folder");
    shop.write("export/orders.csv", orders);
    shop.write("export/order_items.csv", items);
    let told = shop.init("export").succeeds().out;
    assert!(told.contains("orders.csv has one row for each order, with customer and time"), "{told}");
    let text = std::fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(text.contains("customer_id = \"user_id\"") && text.contains("product_id = \"sku\""), "{text}");
    // The total of the order would be counted once for each of its lines.
    assert!(!text.contains("order_total"), "{text}");
    std::fs::write(
        shop.toml(),
        text.replace("status = \"status\"", "").replace("[sources.order_lines.values.status]", ""),
    )
    .expect("written");
    let report = shop.import().json();
    assert_eq!(report["sources"][0]["joins"][0]["unmatched"], 0);
    assert_eq!(shop.count("select count(distinct customer_id) from order_lines"), 7);
    assert_eq!(shop.count("select count(distinct order_id) from order_lines"), 40);
    let sum = "select cast(sum(net_revenue) as bigint) from order_lines where order_id = '1002'";
    assert_eq!(shop.count(sum), 41, "5.5 + 2 × 6.5 + 3 × 7.5");
}
