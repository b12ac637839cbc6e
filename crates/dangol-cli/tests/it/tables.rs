//! The canonical tables beside `order_lines`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{COLUMNS, Shop, good_orders};

/// The report of one source of the last import.
fn source<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["sources"].as_array().expect("sources").iter().find(|one| one["source"] == name).expect(name)
}

fn fate(source: &Value, fate: &str) -> u64 {
    let fates = source["fates"].as_array().expect("fates").iter();
    fates.filter(|one| one["fate"] == fate).map(|one| one["rows"].as_u64().expect("rows")).sum()
}

/// In every source, the fates add up to the rows read.
fn adds_up(report: &Value) {
    for source in report["sources"].as_array().expect("sources") {
        let fates = source["fates"].as_array().expect("fates").iter();
        let sum: u64 = fates.map(|one| one["rows"].as_u64().expect("rows")).sum();
        assert_eq!(Some(sum), source["rows_read"].as_u64(), "{}", source["source"]);
    }
}

fn shop_with(file: &str, rows: &str, section: &str) -> Shop {
    let shop = Shop::new();
    shop.write("good.csv", good_orders());
    shop.write(file, rows);
    shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}\n{section}"));
    shop
}

const CUSTOMERS: &str = "[sources.customers]\npath = \"../members.csv\"\n\
    attributes = { child = \"child\", shoe = \"shoe\" }\n[sources.customers.columns]\n\
    customer_id = \"id\"\njoined_at = \"joined\"\nbirth_date = \"born\"\ngender = \"sex\"\nemail = \"mail\"\n\
    email_consent = \"ok\"\n[sources.customers.values.gender]\n\"1\" = \"male\"\n\"2\" = \"female\"\n";

#[test]
fn customers_are_one_row_each() {
    let shop = shop_with(
        "members.csv",
        "id,joined,born,sex,mail,ok,child,shoe\n\
         C01,2023-01-05,1990-04,1,a@x.kr,Y,2020-02-03,41\n\
         C02,2023-01-06,1991-12,2,,N,,\n\
         C01,2023-01-05,,1,b@x.kr,,,42.5\n\
         C03,yesterday,1992-01,2,,Y,,\n\
         ,2023-01-07,1992-01,2,,Y,,\n\
         C04,2023-01-08,1993-07,2,,perhaps,,\n",
        CUSTOMERS,
    );
    let report = shop.import().json();
    adds_up(&report);
    let customers = source(&report, "customers");
    assert_eq!(customers["rows_read"], 6);
    assert_eq!(
        (fate(customers, "kept"), fate(customers, "merged"), fate(customers, "quarantined")),
        (2, 1, 3)
    );
    let reasons: Vec<(&str, &str)> = customers["quarantine"]
        .as_array()
        .expect("counts")
        .iter()
        .map(|count| {
            (count["reason"].as_str().expect("a reason"), count["column"].as_str().expect("a column"))
        })
        .collect();
    for wanted in
        [("not_a_date", "joined_at"), ("missing", "customer_id"), ("not_yes_or_no", "email_consent")]
    {
        assert!(reasons.contains(&wanted), "{reasons:?}");
    }
    // The last row stands; where it is empty, the earlier one does.
    assert_eq!(
        shop.sql("select customer_id, birth_date, gender, email, email_consent, child, shoe from customers"),
        [
            json!({ "customer_id": "C01", "birth_date": "1990-04-01", "gender": "male", "email": "b@x.kr",
                "email_consent": true, "child": "2020-02-03", "shoe": 42.5 }),
            json!({ "customer_id": "C02", "birth_date": "1991-12-01", "gender": "female", "email": null,
                "email_consent": false, "child": null, "shoe": null }),
        ]
    );
    assert_eq!(shop.count("select count(*) from quarantine where source = 'customers'"), 3);
    // Who they are is nobody's business in a report.
    let email = customers["columns"].as_array().expect("columns").iter().find(|one| one["column"] == "email");
    assert_eq!((&email.expect("email")["top"], &email.expect("email")["min"]), (&json!([]), &Value::Null));
    shop.is_tidy();
    assert_eq!(shop.import().json(), report, "nothing has changed, so nothing is imported anew");
    shop.write("members.csv", "id,joined,born,sex,mail,ok,child,shoe\nC09,2023-01-05,,1,,,,\n");
    shop.import().succeeds();
    assert_eq!(shop.value("select max(customer_id) from customers"), "C09", "a changed member list is");
}

#[test]
fn events_become_sessions_and_columns_become_rows() {
    let shop = shop_with(
        "events.csv",
        "session,who,at,what\n\
         s2,C01,2024-01-02 10:05:00,product\n\
         s1,,2024-01-01 09:00:00,home\n\
         s2,,2024-01-02 10:00:00,home\n\
         s2,C01,2024-01-02 10:09:00,cart\n\
         s2,C01,2024-01-02 10:11:00,product\n",
        "[sources.sessions]\npath = \"../events.csv\"\n[sources.sessions.columns]\nsession_id = \"session\"\n\
         customer_id = \"who\"\nstarted_at = \"at\"\nreached = \"what\"\n\
         [sources.marketing_spend]\npath = \"../spend.csv\"\n\
         unpivot = { columns = [\"TV\", \"Web\"], names = [\"tv\", \"web\"], name = \"where\", value = \"money\" }\n\
         [sources.marketing_spend.columns]\nperiod = \"month\"\nchannel = \"where\"\nspend = \"money\"\n",
    );
    shop.write("spend.csv", "month,TV,Web\n2024-01,\"1,000\",250.5\n2024-02,-,x\n");
    let report = shop.import().json();
    adds_up(&report);
    assert_eq!(
        shop.sql("select session_id, customer_id, started_at, page_views, reached from sessions"),
        [
            json!({ "session_id": "s1", "customer_id": null, "started_at": "2024-01-01T09:00:00Z",
                "page_views": 1.0, "reached": "home" }),
            json!({ "session_id": "s2", "customer_id": "C01", "started_at": "2024-01-02T10:00:00Z",
                "page_views": 4.0, "reached": "cart" }),
        ]
    );
    let spend = source(&report, "marketing_spend");
    assert_eq!(
        (spend["rows_read"].as_u64(), fate(spend, "kept"), fate(spend, "quarantined")),
        (Some(4), 2, 2)
    );
    assert_eq!(
        shop.sql("select period, channel, spend from marketing_spend"),
        [
            json!({ "period": "2024-01-01", "channel": "tv", "spend": 1000.0 }),
            json!({ "period": "2024-01-01", "channel": "web", "spend": 250.5 }),
        ]
    );
}

#[test]
fn mistakes_name_the_place_and_what_to_do() {
    let rows = "id,joined\nC01,2023-01-05\n";
    let section = |columns: &str| format!("[sources.customers]\npath = \"../members.csv\"\n{columns}");
    for (columns, what, hint) in [
        ("columns = { customer_id = \"id\", joined = \"joined\" }", "has no column `joined`", "joined_at"),
        ("columns = { customer_id = \"idd\" }", "has no column `idd`", "did you mean `id`?"),
        (
            "columns = { joined_at = \"joined\" }",
            "customers needs a column for customer_id",
            "[sources.customers.",
        ),
        ("columns = { customer_id = \"joined\", joined_at = \"id\" }", "C01", ""),
    ] {
        let shop = shop_with("members.csv", rows, &section(columns));
        let answer = shop.import();
        assert_ne!(answer.code, 0, "{columns}");
        assert!(answer.err.contains(what) && answer.err.contains(hint), "{columns}: {answer}");
    }
}

/// The example of this name with the trial data of the same.
fn example(name: &str) -> Option<(Shop, Value)> {
    example_on(name, name)
}

fn example_on(data: &str, name: &str) -> Option<(Shop, Value)> {
    let data = dangol_trial_data::file(data)?;
    let shop = Shop::new();
    let text = fs::read_to_string(dangol_trial_data::repository().join(format!("examples/{name}/shop.toml")))
        .expect("the example");
    let folder = data.parent().expect("a folder").to_str().expect("UTF-8");
    fs::write(shop.toml(), text.replace("${DANGOL_TEST_DATA:-../../../shared/data}", folder))
        .expect("written");
    let report = shop.import().json();
    adds_up(&report);
    shop.is_tidy();
    Some((shop, report))
}

#[test]
fn kpi_lab() {
    let Some((shop, report)) = example("kpi-lab") else { return };
    let customers = source(&report, "customers");
    assert_eq!(fate(customers, "kept"), shop.count("select count(distinct customer_id) from order_lines"));
    assert_eq!(shop.count("select count(*) from customers where acquisition_channel is null"), 0);
    assert_eq!(fate(source(&report, "marketing_spend"), "quarantined"), 0);
    assert_eq!(shop.count("select count(*) from marketing_spend where channel = 'organic' and spend > 0"), 0);
    assert!(fate(source(&report, "support_contacts"), "kept") > 900);
}

#[test]
fn baby_shop() {
    let Some((shop, report)) = example("baby-shop") else { return };
    assert!(fate(source(&report, "customers"), "kept") >= 6_000);
    assert_eq!(fate(source(&report, "customers"), "quarantined"), 0);
    test_accounts_are_out(&shop, &report);
    assert!(shop.count("select count(*) from customers where child_born_on >= date '2015-01-01'") > 1_000);
    assert_eq!(shop.count("select count(*) from promotions where kind in ('percent', 'amount')"), 4);
    assert_eq!(shop.count("select count(*) from reviews where rating < 1 or rating > 5"), 0);
    assert_eq!(shop.count("select count(*) from products where list_price is null"), 0);
}

/// Against the bytes of the files: fields stand between commas in this encoding, too.
fn test_accounts_are_out(shop: &Shop, report: &Value) {
    let lines = |file: &str| -> Vec<Vec<u8>> {
        let bytes = fs::read(dangol_trial_data::file(file).expect("it is there")).expect("read");
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let field = |line: &[u8], at: usize| -> String {
        let field = line.split(|byte| *byte == b',').nth(at).unwrap_or_default();
        String::from_utf8_lossy(field).into_owned()
    };
    let mut accounts: Vec<String> = lines("baby-shop/회원.csv")
        .iter()
        .filter(|line| field(line, 2) == "1900-01")
        .map(|line| field(line, 0))
        .collect();
    assert_eq!(accounts.len(), 180);
    let dropped = |name: &str| {
        let fates = source(report, name)["fates"].as_array().expect("fates").iter();
        fates
            .filter(|one| one["rule"] == "test_accounts")
            .map(|one| one["rows"].as_u64().expect("rows"))
            .sum::<u64>()
    };
    for (table, file, at) in
        [("customers", "baby-shop/회원.csv", 0), ("order_lines", "baby-shop/주문.csv", 1)]
    {
        let theirs: Vec<Vec<u8>> =
            lines(file).into_iter().filter(|line| accounts.contains(&field(line, at))).collect();
        // A copy of an order line is dropped as a duplicate before it is looked at.
        let distinct: std::collections::BTreeSet<&Vec<u8>> = theirs.iter().collect();
        assert!(!theirs.is_empty(), "{table}");
        assert_eq!(dropped(table), distinct.len() as u64, "{table}");
        let left =
            shop.sql(&format!("select distinct customer_id from {table} where customer_id is not null"));
        assert!(left.len() > 100, "{table}");
        accounts.sort_unstable();
        let is_one = |id: &Value| accounts.binary_search(&id.as_str().expect("text").to_owned()).is_ok();
        assert!(!left.iter().any(|row| is_one(&row["customer_id"])), "{table}");
    }
}

#[test]
fn thelook_like() {
    let Some((shop, report)) = example("thelook-like") else { return };
    assert_eq!(fate(source(&report, "customers"), "kept"), 20_000);
    let sessions = source(&report, "sessions");
    assert_eq!(sessions["rows_read"], 222_054);
    assert_eq!(shop.count("select count(*) from sessions"), fate(sessions, "kept"));
    assert_eq!(shop.count("select cast(sum(page_views) as bigint) from sessions"), 222_054);
    assert_eq!(shop.count("select count(*) from sessions where reached = 'purchase'"), 42_165);
}

#[test]
fn ga_merch() {
    let Some((shop, report)) = example("ga-merch") else { return };
    assert_eq!(
        fate(source(&report, "order_lines"), "kept") + fate(source(&report, "order_lines"), "dropped"),
        52_924
    );
    assert_eq!(shop.count("select count(*) from promotions where starts_at = date '2019-12-01'"), 17);
    assert_eq!(shop.count("select count(*) from marketing_spend"), 730);
    assert_eq!(
        shop.count("select cast(sum(spend) as bigint) from marketing_spend where channel = 'offline'"),
        1_037_900
    );
    // Each order's delivery is counted once; over lines it would be 556,635.07. Ids that two customers share are two
    // orders, as everywhere: with those as one it would be 220,502.14.
    let charged = shop.value("select sum(shipping) from order_lines").as_f64().expect("a number");
    assert!((charged - 238_987.60).abs() < 0.01, "{charged}");
}

#[test]
fn tax_rates_of_ga_merch_are_joined() {
    let Some((shop, report)) = example("ga-merch") else { return };
    let join = &source(&report, "order_lines")["joins"][0];
    assert_eq!((join["keys"].as_u64(), join["unmatched"].as_u64()), (Some(20), Some(0)));
    assert_eq!(shop.count("select count(*) from order_lines where tax is null"), 0);
    let office = "select count(*) from order_lines where category = 'Office' \
                  and abs(tax - 0.1 * quantity * unit_price) > 1e-9";
    assert_eq!(shop.count(office), 0);
}

#[test]
fn cdnow_the_sample_is_a_part_of_the_master() {
    let Some((sample, report)) = example("cdnow") else { return };
    assert_eq!(fate(source(&report, "order_lines"), "kept"), 6_919);
    assert_eq!(sample.count("select count(distinct customer_id) from order_lines"), 2_357);
    let Some((master, report)) = example_on("cdnow", "cdnow-master") else { return };
    assert_eq!(fate(source(&report, "order_lines"), "kept"), 69_659);
    assert_eq!(master.count("select count(distinct customer_id) from order_lines"), 23_570);
    let of = |shop: &Shop| {
        shop.sql("select ordered_on, quantity, net_revenue from order_lines where customer_id = '00004' order by ordered_on")
    };
    assert_eq!(of(&sample), of(&master));
    assert_eq!(of(&sample).len(), 4);
}

#[test]
fn apparel_and_grocery() {
    let Some((shop, report)) = example("apparel") else { return };
    assert_eq!(fate(source(&report, "order_lines"), "kept"), 3_187);
    let joined = "select count(*) from order_lines l join customers c on l.customer_id = c.customer_id \
                  where c.gender_code in (0.0, 1.0)";
    assert_eq!(shop.count(joined), 3_187);
    let Some((shop, report)) = example("grocery") else { return };
    assert_eq!(fate(source(&report, "order_lines"), "kept"), 10_483);
    assert_eq!(shop.count("select count(distinct customer_id) from order_lines"), 1_525);
}

/// Baskets: no customers, no days, no prices.
#[test]
fn groceries() {
    let Some((shop, report)) = example("groceries") else { return };
    let lines = source(&report, "order_lines");
    assert_eq!(fate(lines, "kept"), 43_367);
    assert!(lines["coverage"].is_null());
    assert_eq!(shop.count("select count(distinct order_id) from order_lines"), 9_835);
    assert_eq!(shop.count("select count(distinct product_id) from order_lines"), 169);
    assert_eq!(shop.count("select count(*) from order_lines where customer_id is not null"), 0);
    shop.dangol(&["analyze", "rfm"]).refuses_with(2, &["name no customers"], &["customer_id"]);
    shop.dangol(&["quality"]).succeeds();

    let shop = Shop::new();
    let data = dangol_trial_data::file("groceries").expect("there, as before");
    let told = shop.init(data.to_str().expect("UTF-8")).succeeds().out;
    assert!(told.contains("No column says who bought") && told.contains("item"), "{told}");
    shop.import().json();
    assert_eq!(shop.count("select count(distinct order_id) from order_lines"), 9_835);
}

#[test]
fn baskets_need_their_order() {
    let shop = Shop::new();
    shop.write("baskets.csv", "basket,item\n1,milk\n,bread\n1,tea\n2,milk\n");
    let columns = "[sources.order_lines.columns]\norder_id = \"basket\"\nproduct_id = \"item\"\n";
    shop.configure("path = \"../baskets.csv\"", columns);
    let report = shop.import().json();
    assert_eq!(fate(source(&report, "order_lines"), "quarantined"), 1);
    assert_eq!(shop.count("select count(distinct order_id) from order_lines"), 2);
    let columns = "[sources.order_lines.columns]\nproduct_id = \"item\"\n";
    shop.configure("path = \"../baskets.csv\"", columns);
    shop.dangol(&["import"]).refuses(&["needs a column for customer_id"], &["customer_id"]);
}
