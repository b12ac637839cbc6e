//! Exploration: against pandas' numbers on a published set, and against plain arithmetic on planted ones.

use dangol_shop::Filters;
use serde_json::Value;

use crate::shops::{analyse, online_retail, result, shop_of, shop_of_csv};

fn column<'a>(found: &'a Value, table: &str, name: &str) -> &'a Value {
    let columns = found["columns"].as_array().unwrap();
    columns
        .iter()
        .find(|one| one["table"] == table && one["column"] == name)
        .unwrap_or_else(|| panic!("{name}"))
}

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\nquantity = \"quantity\"\n\
    unit_price = \"price\"\ncountry = \"country\"\n";
const CSV: &str = "order,customer,at,quantity,price,country\n1,a,2024-01-01,1,10,KR\n2,b,2024-01-02,2,20,KR\n\
    3,c,2024-01-08,3,30,JP\n4,a,2024-01-08,4,45,\n5,,2024-01-09,5,15,KR\n";

#[test]
fn columns_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), CSV, TOML);
    let report = analyse(&shop, "explore", &Filters::default(), &[]);
    let found = result(&report);
    let quantity = column(&found, "order_lines", "quantity");
    assert_eq!(
        (&quantity["values"], &quantity["missing"], &quantity["distinct"]),
        (&5.into(), &0.into(), &5.into())
    );
    assert_eq!(
        (&quantity["mean"], &quantity["median"], &quantity["q1"]),
        (&3.0.into(), &3.0.into(), &2.0.into())
    );
    assert!((quantity["sd"].as_f64().unwrap() - 2.5_f64.sqrt()).abs() < 1e-12);
    let country = column(&found, "order_lines", "country");
    assert_eq!(
        (&country["missing"], &country["kind"], &country["min"]),
        (&1.into(), &"text".into(), &"JP".into())
    );
    let at = column(&found, "order_lines", "ordered_on");
    assert_eq!(
        (&at["min"], &at["max"], &at["kind"]),
        (&"2024-01-01".into(), &"2024-01-09".into(), &"day".into())
    );
    let top = found["values"].as_array().unwrap().iter().find(|one| one["column"] == "country").unwrap();
    assert_eq!((&top["value"], &top["rows"], &top["share"]), (&"KR".into(), &3.into(), &0.75.into()));
    // What the store adds for itself is nobody's column.
    assert!(!found["columns"].as_array().unwrap().iter().any(|one| one["column"] == "order_key"));

    // Two Mondays with three orders: 1.5 a day.
    let monday = &found["weekdays"][0];
    assert_eq!(
        (&monday["weekday"], &monday["days"], &monday["orders_per_day"]),
        (&1.into(), &2.into(), &1.5.into())
    );
    assert_eq!(found["months"].as_array().unwrap().len(), 1);
    let correlations = found["correlations"].as_array().unwrap();
    let pair = correlations
        .iter()
        .find(|one| one["level"] == "order_lines" && one["a"] == "quantity" && one["b"] == "unit_price")
        .unwrap();
    // Ranks 1 2 3 4 5 and 1 3 4 5 2: 1 − 6 × 12 / (5 × 24).
    assert!((pair["spearman"].as_f64().unwrap() - 0.4).abs() < 1e-12);
    assert_eq!(pair["n"], 5);
}

#[test]
fn filters_hold_and_one_table_can_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let members = "id,age,mail,vip\na,30,a@x,true\nb,40,b@x,false\nc,50,c@x,false\n";
    std::fs::write(folder.path().join("members.csv"), members).unwrap();
    std::fs::write(folder.path().join("orders.csv"), CSV).unwrap();
    let toml = format!(
        "{TOML}[sources.customers]\npath = \"members.csv\"\nattributes = {{ \"loyal \\\"ones\\\"\" = \"vip\" }}\n\
         [sources.customers.columns]\ncustomer_id = \"id\"\nage = \"age\"\nemail = \"mail\"\n"
    );
    let shop = shop_of(folder.path(), &toml);
    let korea = Filters { country: Some("KR".into()), ..Filters::default() };
    let found = result(&analyse(&shop, "explore", &korea, &[]));
    assert_eq!(column(&found, "order_lines", "quantity")["values"], 3, "with and without customer");
    assert_eq!(column(&found, "customers", "age")["values"], 3, "further tables are whole");
    let early = Filters { as_of: Some("2024-01-05".into()), ..Filters::default() };
    let before = result(&analyse(&shop, "explore", &early, &[("correlations", "false")]));
    assert_eq!(column(&before, "order_lines", "quantity")["values"], 2);
    assert_eq!(before["correlations"].as_array().unwrap().len(), 0);

    let found =
        result(&analyse(&shop, "explore", &Filters::default(), &[("table", "customers"), ("top", "3")]));
    assert!(found["columns"].as_array().unwrap().iter().all(|one| one["table"] == "customers"));
    let mail = column(&found, "customers", "email");
    assert_eq!(
        (&mail["distinct"], &mail["min"]),
        (&3.into(), &Value::Null),
        "addresses are counted, not shown"
    );
    assert!(!found["values"].as_array().unwrap().iter().any(|one| one["column"] == "email"));
    let of_customers = found["correlations"].as_array().unwrap().iter();
    let mut of_age = of_customers.filter(|one| one["level"] == "customers" && one["b"] == "age");
    assert!(of_age.any(|one| one["a"] == "orders" && one["n"] == 3), "{:#}", found["correlations"]);
}

#[test]
fn baskets_without_customers_can_be_explored() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
        order_id = \"basket\"\nproduct_id = \"item\"\n";
    let shop = shop_of_csv(folder.path(), "basket,item\n1,milk\n1,bread\n2,milk\n", toml);
    let found = result(&analyse(&shop, "explore", &Filters::default(), &[]));
    assert_eq!(column(&found, "order_lines", "product_id")["distinct"], 2);
    assert_eq!(found["weekdays"].as_array().unwrap().len(), 0, "nobody knows the days");
    assert_eq!(found["correlations"].as_array().unwrap().len(), 0);
}

#[test]
fn days_are_those_of_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let toml = TOML.replace("name = \"T\"", "name = \"T\"\ntime_zone = \"Asia/Seoul\"");
    let shop = shop_of_csv(folder.path(), CSV, &toml);
    let found = result(&analyse(&shop, "explore", &Filters::default(), &[]));
    // Midnight in Seoul is the day before in UTC.
    let at = column(&found, "order_lines", "ordered_at");
    assert_eq!((&at["min"], &at["max"]), (&"2024-01-01".into(), &"2024-01-09".into()));
}

#[test]
fn what_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), CSV, TOML);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let params = |name: &str, value: Value| serde_json::Map::from_iter([(name.to_owned(), value)]);
    for (given, told) in [
        (params("table", "oders".into()), "the tables are order_lines"),
        (params("top", 500.into()), "at most 100"),
    ] {
        let refused = runtime.block_on(dangol_analytics::run(&shop, "explore", &Filters::default(), given));
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "bad_parameter");
        assert!(error.to_string().contains(told), "{error}");
    }
}

/// What everybody finds who looks at this set: half of the lines are of up to four pieces, and the shop is shut on
/// Saturdays.
#[test]
fn a_published_set() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = online_retail(folder.path()) else { return };
    let report = analyse(&shop, "explore", &Filters::default(), &[("table", "order_lines")]);
    let found = result(&report);
    let quantity = column(&found, "order_lines", "quantity");
    assert_eq!((&quantity["median"], &quantity["approximate"]), (&4.0.into(), &false.into()));
    // Saturdays are not in the set.
    let saturday = &found["weekdays"][5];
    assert_eq!((&saturday["weekday"], &saturday["orders"]), (&6.into(), &0.into()));
}
