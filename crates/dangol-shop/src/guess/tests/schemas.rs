//! Tables that point to each other by their ids, and amounts that are the order's.

use std::fmt::Write as _;

use super::*;

/// Sixty orders of one to three lines, as two tables: `id` of the orders begins at 1001.
fn orders_and_items(folder: &tempfile::TempDir, first: usize) -> PathBuf {
    let mut orders = "id,customer_id,created_at,status\n".to_owned();
    let mut items = "order_id,sku,quantity,price\n".to_owned();
    for n in 0..60 {
        let _ = writeln!(orders, "{},C{:02},2024-03-{:02} 10:00:00,paid", 1001 + n, n % 17, n % 28 + 1);
        for line in 0..=n % 3 {
            let _ = writeln!(items, "{},P{},1,{}.5", first + n, (n + line) % 9, line + 3);
        }
    }
    std::fs::write(folder.path().join("orders.csv"), orders).expect("written");
    std::fs::write(folder.path().join("order_items.csv"), items).expect("written");
    folder.path().to_owned()
}

#[test]
fn the_id_of_orders_is_the_order_id_of_their_items() {
    let folder = folder();
    let path = orders_and_items(&folder, 1001);
    let found = guess(std::slice::from_ref(&path)).expect("a guess");
    assert!(found.files[0].ends_with("order_items.csv"), "{:?}", found.files);
    assert_eq!(
        mapping(&found),
        [
            ("order_id", "order_id"),
            ("customer_id", "customer_id"),
            ("ordered_at", "created_at"),
            ("product_id", "sku"),
            ("quantity", "quantity"),
            ("unit_price", "price"),
            ("status", "status"),
        ]
    );
    assert_eq!(found.joins[0].on, ("order_id".to_owned(), "id".to_owned()));
    assert!(found.ignored.is_empty(), "{:?}", found.ignored);
    // A name of no help: that both lack what the other has, and the values, tell it.
    std::fs::rename(path.join("orders.csv"), path.join("a.csv")).expect("renamed");
    std::fs::rename(path.join("order_items.csv"), path.join("b.csv")).expect("renamed");
    let found = guess(&[path]).expect("a guess");
    assert_eq!((found.columns.len(), found.joins.len()), (7, 1), "{:?}", found.columns);
}

#[test]
fn names_alone_join_nothing() {
    let folder = folder();
    let found = guess(&[orders_and_items(&folder, 5001)]).expect("a guess");
    assert!(found.joins.is_empty() && found.files[0].ends_with("orders.csv"), "{:?}", found.joins);
}

#[test]
fn a_schema_of_four_tables() {
    let folder = folder();
    let path = orders_and_items(&folder, 1001);
    let mut customers = "id,name,email,city,created_at\n".to_owned();
    let mut orders = "id,customer_id,created_at,total,status\n".to_owned();
    let mut items = "id,order_id,product_id,quantity,unit_price\n".to_owned();
    for n in 0..60 {
        let _ = writeln!(customers, "{},Kim {n},k{n}@example.com,Seoul,2023-01-05 09:00:00", 200 + n);
        let _ = writeln!(orders, "{},{},2024-03-05 10:00:00,19.5,paid", 1001 + n, 200 + n % 40);
        for line in 0..=n % 3 {
            let _ = writeln!(items, "{},{},{},1,{}.5", 9000 + 3 * n + line, 1001 + n, 70 + line, line + 3);
        }
    }
    for (name, text) in [("customers", customers), ("orders", orders), ("order_items", items)] {
        std::fs::write(path.join(name).with_extension("csv"), text).expect("written");
    }
    let products = "id,name,category,price\n70,Cup,Kitchen,3.5\n71,Pan,Kitchen,4.5\n72,Jar,Bath,5.5\n";
    std::fs::write(path.join("products.csv"), products).expect("written");
    let found = guess(&[path]).expect("a guess");
    assert!(found.files[0].ends_with("order_items.csv"), "{:?}", found.files);
    assert_eq!(found.header(Canonical::LineId), Some("id"));
    assert_eq!(found.header(Canonical::CustomerId), Some("customer_id"));
    assert_eq!(found.joins[0].on, ("order_id".to_owned(), "id".to_owned()));
    let of = |table: &str, column: &str| {
        let table = found.further.iter().find(|one| one.spec.name == table).expect("a table");
        table.columns.iter().find(|one| one.name == column).map(|one| one.header.clone())
    };
    assert_eq!(of("customers", "customer_id").as_deref(), Some("id"));
    assert_eq!(of("products", "product_id").as_deref(), Some("id"));
}

#[test]
fn a_rows_own_running_id_is_no_session() {
    for visit in ["visit", "v", "session_token"] {
        let folder = folder();
        let lines = orders("order_id,customer_id,date,amount", "O{n},{c},2024-01-{d} 10:00:00,9.5");
        std::fs::write(folder.path().join("orders.csv"), lines).expect("written");
        let mut events = format!("id,{visit},customer_id,event_type,created_at\n");
        for n in 0..200 {
            let (visit, minute) = (n / 4, n % 4);
            let day = visit % 28 + 1;
            let customer = visit * 7 % 13;
            let _ =
                writeln!(events, "{n},v{visit:03},{customer:03},product,2024-01-{day:02} 10:{minute:02}:00");
        }
        std::fs::write(folder.path().join("events.csv"), events).expect("written");
        let found = guess(&[folder.path().to_owned()]).expect("a guess");
        let sessions = found.further.iter().find(|table| table.spec.name == "sessions").expect("sessions");
        let session = sessions.columns.iter().find(|one| one.name == "session_id").expect("a session");
        assert_eq!(session.header, visit, "{}", session.why);
    }
}

/// Forty orders of three lines, with this charge and this discount on each.
fn lines_with(charge: impl Fn(usize, usize) -> usize, discount: impl Fn(usize, usize) -> usize) -> String {
    let mut text = "order_id,customer_id,date,sku,quantity,price,shipping,discount\n".to_owned();
    for order in 0..40 {
        for line in 0..3 {
            let (charge, discount) = (charge(order, line), discount(order, line));
            let customer = order % 7;
            let _ = writeln!(
                text,
                "O{order},C{customer},2024-01-05,P{line},1,{}.5,{charge},{discount}",
                line + 9
            );
        }
    }
    text
}

#[test]
fn charges_that_every_line_repeats_are_the_orders() {
    let folder = folder();
    let of = |text: &str| {
        let found = guessed(&folder, "orders.csv", text).expect("a guess");
        let written = render_shop_toml(&found, "shop", &|_| "a.csv".to_owned());
        crate::config::Config::parse(std::path::Path::new("/nowhere"), written.clone(), &[])
            .unwrap_or_else(|error| panic!("{error}\n{written}"));
        let names: Vec<&str> = found.order_level.iter().map(|(column, _)| column.name()).collect();
        assert_eq!(written.contains("order_level = ["), !names.is_empty(), "{written}");
        names
    };
    let by_order = |order: usize, _: usize| order % 4 * 5;
    let by_line = |order: usize, line: usize| (order + line) % 5;
    assert_eq!(of(&lines_with(by_order, by_line)), ["shipping"]);
    assert_eq!(of(&lines_with(by_order, by_order)), ["shipping", "discount"]);
    assert!(of(&lines_with(by_line, by_line)).is_empty());
    assert!(of(&lines_with(|_, _| 0, |_, _| 0)).is_empty(), "nothing is said by zeros");
    assert!(
        of(&lines_with(|_, _| 3, |_, _| 2)).is_empty(),
        "a fee that is always the same may be each line's"
    );
    assert!(of(&lines_with(|order, line| if line == 0 { order % 4 } else { 0 }, by_line)).is_empty());
}

#[test]
fn charges_of_the_trial_shops() {
    for (name, wanted) in [("ga-merch", &["shipping"][..]), ("baby-shop", &[])] {
        let Some(folder) = dangol_trial_data::file(name) else { return };
        let found = guess(&[folder]).expect(name);
        let names: Vec<&str> = found.order_level.iter().map(|(column, _)| column.name()).collect();
        assert_eq!(names, wanted, "{name}: {:?}", found.order_level);
    }
}
