//! `dangol audience`, and audiences as filters of commands.

use std::fs;

use crate::support::Shop;

#[test]
fn saved_shown_used_exported_and_removed() {
    let shop = Shop::with_orders();
    let saved = shop
        .dangol(&["audience", "save", "big", "--where", "units >= 12", "--title", "Great eaters"])
        .succeeds();
    let customers = shop.sql("select customer_id from customer_profile where units >= 12 order by 1");
    assert!(!customers.is_empty() && customers.len() < 12);
    assert!(saved.out.starts_with(&format!("big: {} customers", customers.len())), "{}", saved.out);

    // An import leaves it where it is.
    shop.write("good.csv", crate::support::good_orders().replace("O000-0", "O999-0"));
    shop.import().json();
    let shown = shop.dangol(&["audience", "show", "big", "--format", "json"]).json();
    assert_eq!(shown[0]["customers"].as_u64(), Some(customers.len() as u64));
    assert_eq!((&shown[0]["title"], &shown[0]["origin"]), (&"Great eaters".into(), &"saved".into()));

    let listed = shop.dangol(&["audience", "list", "--format", "json"]).json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|row| row["audience"].as_str().unwrap()).collect();
    assert!(names.contains(&"big") && names.contains(&"one_time_buyers"), "{names:?}");

    let filtered = shop.dangol(&["analyze", "overview", "--audience", "big", "--format", "json"]).json();
    assert_eq!(filtered["result"]["totals"]["customers"].as_u64(), Some(customers.len() as u64));

    let out = shop.root().join("big.csv");
    let told = shop.dangol(&["audience", "export", "big", "--out", out.to_str().unwrap()]).succeeds();
    assert!(told.out.contains("check who may be written to"), "{}", told.out);
    let text = fs::read_to_string(out).unwrap();
    let mut ids: Vec<&str> = text.trim_start_matches('\u{feff}').lines().skip(1).collect();
    ids.sort_unstable();
    let wanted: Vec<&str> = customers.iter().map(|row| row["customer_id"].as_str().unwrap()).collect();
    assert_eq!(ids, wanted);

    shop.dangol(&["audience", "remove", "big"]).succeeds();
    shop.dangol(&["audience", "show", "big"]).refuses_with(
        2,
        &["there is no audience `big`"],
        &["the audiences are"],
    );
}

#[test]
fn conditions_that_cannot_be_are_told() {
    let shop = Shop::with_orders();
    for (rule, message, hint) in [
        ("unts >= 3", "there is no column `unts`", "did you mean `units`?"),
        ("units", "neither true nor false", "what is true of each customer"),
        ("units >= 3; delete from order_lines", "cannot be used", "what is true"),
    ] {
        shop.dangol(&["audience", "save", "x", "--where", rule]).refuses(&[message], &[hint]);
    }
    shop.dangol(&["audience", "save", "a,b", "--where", "units > 1"]).refuses_with(
        2,
        &["cannot be the name"],
        &[],
    );
    shop.dangol(&["analyze", "rfm", "--region", "Seoul"])
        .refuses(&["region `Seoul`"], &["[sources.customers.columns]"]);
}
