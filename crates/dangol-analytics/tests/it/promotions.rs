//! Promotions: counts by hand, the published example of coupon states, shops with and without events.

use std::fmt::Write as _;

use dangol_shop::{Filters, Shop};
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn close(found: &Value, expected: f64, what: &str) {
    assert!(
        (number(found) - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{what}: {found}, not {expected}"
    );
}

/// Ten weeks of 100 a day, twice that in the sale of 2024-02-12 to 02-18 and half of it in the week after.
/// `hunter` comes in the sale with a coupon and only ever buys with one; `stayer` comes with one and buys at full price
/// later; `late` comes in another week with one.
fn shop(folder: &std::path::Path) -> Shop {
    let mut orders = "order,customer,at,amount,discount,coupon,status\n".to_owned();
    let mut number = 0;
    let mut add = |customer: &str, on: &str, amount: f64, discount: f64, coupon: &str, status: &str| {
        number += 1;
        writeln!(orders, "{number},{customer},{on},{amount},{discount},{coupon},{status}").unwrap();
    };
    for day in 0..70_i16 {
        let date = jiff::civil::date(2024, 1, 15) + jiff::Span::new().days(day);
        let amount = match day {
            28..35 => 200.0,
            35..42 => 50.0,
            _ => 100.0,
        };
        add("daily", &date.to_string(), amount, 0.0, "", "");
    }
    add("hunter", "2024-02-12", 0.01, 5.0, "SALE", "used");
    add("hunter", "2024-03-01", 0.01, 7.0, "SALE", "used");
    add("stayer", "2024-02-13", 0.01, 5.0, "SALE", "used");
    add("stayer", "2024-03-02", 0.01, 0.0, "SALE", "not used");
    add("late", "2024-02-28", 0.01, 5.0, "SALE", "used");
    std::fs::write(folder.join("orders.csv"), orders).unwrap();
    let promotions =
        "name,from,until\nSale,2024-02-12,2024-02-18\nAlways,2024-01-01,2024-12-31\nOpen,2024-03-01,\n";
    std::fs::write(folder.join("promotions.csv"), promotions).unwrap();
    let toml = "[shop]\nname = \"Sale\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\
        [sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\norder_id = \"order\"\n\
        customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\ndiscount = \"discount\"\n\
        coupon_code = \"coupon\"\ncoupon_status = \"status\"\n\
        [sources.promotions]\npath = \"promotions.csv\"\n[sources.promotions.columns]\nname = \"name\"\n\
        starts_at = \"from\"\nends_at = \"until\"\n";
    shop_of(folder, toml)
}

#[test]
fn counts_and_ratios_are_those_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let report = analyse(&shop, "promotions", &Filters::default(), &[("follow_days", "14")]);
    let found = result(&report);
    let total = &found["total"];
    assert_eq!((&total["customers"], &total["customers_with_offer"]), (&4.into(), &3.into()));
    assert_eq!((&total["orders"], &total["orders_with_offer"]), (&75.into(), &4.into()));
    close(&total["discount"], 22.0, "discounts");
    let promotions = found["promotions"].as_array().unwrap();
    assert_eq!(promotions.len(), 1, "one has no end, one runs all the time");
    let sale = &promotions[0];
    close(&sale["lift"], (1_400.0 + 0.02) / 700.0, "lift");
    // Half in the first week after it, as before in the three others.
    let after = (350.0 + 3.0 * 700.0 + 0.03) / 2_800.0;
    assert!((number(&sale["after_ratio"]) / after - 1.0).abs() < 1e-3, "{sale}");
    assert_eq!((&sale["buyers"], &sale["new_customers"]), (&3.into(), &2.into()));
    assert_eq!(found["not_compared"].as_array().unwrap().len(), 2);
    // Came within the sale with a coupon: hunter and stayer; late came in another week.
    let came = &found["came_for_offer"];
    assert_eq!((&came["customers"], &came["never_at_full_price"]), (&2.into(), &1.into()));
    close(&came["cost"], 12.0, "both of the hunter's discounts");
    assert_eq!(found["came_otherwise"]["customers"], 2);
    let states: Vec<(&str, u64)> = found["states"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["state"].as_str().unwrap(), row["order_lines"].as_u64().unwrap()))
        .collect();
    assert_eq!(states, [("without", 70), ("used", 4), ("not used", 1)]);
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert!(
        codes.contains(&"came_for_offer_and_left") && codes.contains(&"promotions_not_compared"),
        "{codes:?}"
    );
}

#[test]
fn nothing_after_the_as_of_date_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let filters = Filters { as_of: Some("2024-02-14".into()), ..Filters::default() };
    let found = result(&analyse(&shop, "promotions", &filters, &[]));
    let sale = &found["promotions"][0];
    assert_eq!((&sale["until"], &sale["days"]), (&"2024-02-14".into(), &3.into()));
    assert!(sale["after"].is_null());
    close(&sale["during"], (600.0 + 0.02) / 3.0, "three days of it");
}

#[test]
fn example_shops_have_their_offers() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("baby-shop", folder.path()) else { return };
    let found = result(&analyse(&shop, "promotions", &Filters::default(), &[("scheme", "nine")]));
    let names: Vec<&str> =
        found["promotions"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(found["segments"].as_array().unwrap().len() >= 5);
    assert!(number(&found["came_for_offer"]["cost"]) > 0.0);

    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("ga-merch", folder.path()) else { return };
    let report = analyse(&shop, "promotions", &Filters::default(), &[]);
    let found = result(&report);
    // The file says of each line whether its coupon was used, clicked or neither; it has no discounts in money.
    let states: Vec<&str> =
        found["states"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["clicked", "used", "not used"]);
    assert_eq!((&found["discounts_known"], &found["offers_known"]), (&false.into(), &true.into()));
    assert!(found["came_for_offer"]["cost"].is_null());
    assert_eq!(found["promotions"].as_array().unwrap().len(), 0, "coupons of all months have no end");

    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("cdnow", folder.path()) else { return };
    let report = analyse(&shop, "promotions", &Filters::default(), &[]);
    assert_eq!(result(&report)["offers_known"], false);
    assert!(report.findings.iter().any(|finding| finding.code == "no_offers"));
}

/// Ten in their twenties come with a coupon and buy again at full price, ten in their forties come with one and do not;
/// of one customer the age is not known.
#[test]
fn ages_are_counted_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut orders = "order,customer,at,amount,discount\n".to_owned();
    let mut customers = "customer,born\n".to_owned();
    for at in 0..10 {
        writeln!(
            orders,
            "y{at}a,young{at},2024-01-0{},10,2\ny{at}b,young{at},2024-02-0{},10,0",
            at % 9 + 1,
            at % 9 + 1
        )
        .unwrap();
        writeln!(orders, "o{at}a,old{at},2024-01-0{},10,2", at % 9 + 1).unwrap();
        writeln!(customers, "young{at},1999-05-05\nold{at},1980-05-05").unwrap();
    }
    writeln!(orders, "z,nobody,2024-01-03,10,0\nlast,nobody,2024-06-30,10,0").unwrap();
    std::fs::write(folder.path().join("orders.csv"), orders).unwrap();
    std::fs::write(folder.path().join("customers.csv"), customers).unwrap();
    let toml = "[shop]\nname = \"Ages\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\
        [sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\norder_id = \"order\"\n\
        customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\ndiscount = \"discount\"\n\
        [sources.customers]\npath = \"customers.csv\"\n[sources.customers.columns]\ncustomer_id = \"customer\"\n\
        birth_date = \"born\"\n";
    let shop = shop_of(folder.path(), toml);
    let report = analyse(&shop, "promotions", &Filters::default(), &[("least_customers", "10")]);
    let found = result(&report);
    let ages = found["ages"].as_array().unwrap();
    let keys: Vec<&str> = ages.iter().map(|row| row["age_band"].as_str().unwrap()).collect();
    assert_eq!(keys, ["20s", "40s", "not_known"]);
    let of = |field: &str| -> Vec<Value> { ages.iter().map(|row| row[field].clone()).collect() };
    assert_eq!(of("customers"), [10, 10, 1]);
    assert_eq!(of("orders"), [20, 10, 2]);
    assert_eq!(of("orders_with_offer"), [10, 10, 0]);
    assert_eq!(of("came_for_offer"), [10, 10, 0]);
    assert_eq!(of("never_at_full_price"), [0, 10, 0]);
    assert_eq!(of("left_share"), [Value::from(0.0), Value::from(1.0), Value::Null]);
    let total: u64 = of("customers").iter().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(Value::from(total), found["total"]["customers"]);
    let finding = report.findings.iter().find(|finding| finding.code == "ages_leave_differently").unwrap();
    assert!(finding.text.en.contains("40s 100% (10 of 10), 20s 0% (0 of 10)"), "{}", finding.text.en);
    assert!(!report.findings.iter().any(|finding| finding.code == "few_of_an_age"));

    // Of eleven or more wanted, ten are too few to say a share of, in segments as well.
    let report = analyse(&shop, "promotions", &Filters::default(), &[("least_customers", "11")]);
    let found = result(&report);
    for row in found["ages"].as_array().unwrap() {
        assert!(
            row["left_share"].is_null() && row["order_share"].is_null() && !row["customers"].is_null(),
            "{row}"
        );
    }
    for row in found["segments"].as_array().unwrap() {
        assert_eq!(row["order_share"].is_null(), number(&row["customers"]) < 11.0, "{row}");
    }
    assert!(!found["total"]["order_share"].is_null());
    assert!(!report.findings.iter().any(|finding| finding.code == "ages_leave_differently"));
    let few = report.findings.iter().find(|finding| finding.code == "few_of_an_age").unwrap();
    assert!(
        few.text.en.contains("20s (10), 40s (10)") && few.text.ko.contains("20대 10명"),
        "{:?}",
        few.text
    );
}
