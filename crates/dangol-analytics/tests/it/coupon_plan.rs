//! The coupon planner: planted shops, refusals, the trial shops.

use std::fmt::Write as _;

use dangol_shop::{Filters, Shop};
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of, shop_of_csv};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn close(found: &Value, expected: f64, tolerance: f64, what: &str) {
    assert!((number(found) / expected - 1.0).abs() <= tolerance, "{what}: {found}, not {expected}");
}

/// Lines a day of each product: a heater for winter, a fan for summer, two that do not change.
fn lines_on(product: &str, on: Date) -> u32 {
    match (product, on.month()) {
        ("heater", 11 | 12 | 1 | 2) | ("fan", 4..=8) => 4,
        ("heater" | "fan", _) => 1,
        _ => 2,
    }
}

const PRODUCTS: &str = "id,name,kind,cost,stock\nheater,Heater,home,60,3000\nfan,Fan,home,10,3000\n\
    flat,Flat,home,10,190\nshort,Short,home,10,20\n";

/// Three years and a quarter in which sales double, every product 100 a piece, one piece a line; up to some day. Without
/// growth, last year would be the best forecast that there can be.
fn orders(until: Date) -> String {
    let mut orders = "order,customer,at,item,price,country\n".to_owned();
    let (mut on, mut order, mut day) = (date(2021, 1, 1), 0, 0.0);
    while on <= until {
        day += 1.0;
        // Days without a sale become fewer; the golden ratio spreads them evenly.
        let closed = (day * 0.618_033_988_749_894_9_f64).fract() > 0.5 + 0.5 * day / 1186.0;
        for product in ["heater", "fan", "flat", "short"] {
            for _ in 0..if closed { 0 } else { lines_on(product, on) } {
                order += 1;
                let country = if order % 2 == 0 { "FR" } else { "DE" };
                writeln!(orders, "{order},c{},{on},{product},100,{country}", order % 97).unwrap();
            }
        }
        on = on.tomorrow().unwrap();
    }
    orders
}

const TOML: &str = "[shop]\nname = \"S\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\
    [sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\norder_id = \"order\"\n\
    customer_id = \"customer\"\nordered_at = \"at\"\nproduct_id = \"item\"\nunit_price = \"price\"\ncountry = \"country\"\n";
const TOML_PRODUCTS: &str = "[sources.products]\npath = \"products.csv\"\n[sources.products.columns]\n\
    product_id = \"id\"\nname = \"name\"\ncategory = \"kind\"\ncost = \"cost\"\nstock = \"stock\"\n";

fn planted(folder: &std::path::Path, until: Date) -> Shop {
    std::fs::write(folder.join("orders.csv"), orders(until)).unwrap();
    std::fs::write(folder.join("products.csv"), PRODUCTS).unwrap();
    shop_of(folder, &format!("{TOML}{TOML_PRODUCTS}"))
}

fn cells<'a>(found: &'a Value, key: &str) -> Vec<&'a Value> {
    found["cells"].as_array().unwrap().iter().filter(|cell| cell["key"] == key).collect()
}

fn codes(report: &dangol_analytics::Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.as_ref()).collect()
}

#[test]
fn the_seasonal_and_overstocked_is_found_and_the_flat_gets_none() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path(), date(2024, 3, 31));
    // Each product by its own season, so that what is expected can be said by hand.
    let params = [("by", "product"), ("season_weight", "1")];
    let report = analyse(&shop, "coupon-plan", &Filters::default(), &params);
    let found = result(&report);
    assert_eq!(found["months"], serde_json::json!(["2024-04", "2024-05", "2024-06"]));
    assert_eq!((&found["months_known"], &found["stock_used"]), (&39.into(), &true.into()));
    assert_eq!((&found["method"], &found["planned"]), (&"season".into(), &4.into()));

    // Winter is over and 3,000 are left where 91 days at one a day need 91.
    let heater = cells(&found, "heater");
    for cell in &heater {
        assert_eq!(cell["reason"], "weak_and_overstocked", "{cell}");
        assert_eq!(cell["discount"], 0.3, "{cell}");
    }
    close(&heater[0]["units"], 30.0, 0.08, "one a day");
    close(&heater[0]["excess"], 3000.0 - 91.0, 0.01, "beyond three months' need");
    // Margin 0.4: 30 units at 30 off; the profit of 30 at 40 takes 120 at 10.
    close(&heater[0]["cost"], number(&heater[0]["units"]) * 30.0, 1e-9, "cost");
    close(&heater[0]["break_even_units"], number(&heater[0]["units"]) * 4.0, 1e-9, "break-even");
    close(&heater[0]["break_even_lift"], 3.0, 1e-9, "three times as many more");
    assert_eq!(found["items"][0]["key"], "heater", "most at stake comes first");
    close(&found["items"][0]["margin"], 0.4, 1e-9, "from its cost");

    // The fan has as much, and its season comes.
    assert!(cells(&found, "fan").iter().all(|cell| cell["reason"] == "strong" && cell["discount"].is_null()));
    let flat = cells(&found, "flat");
    assert_eq!(flat[0]["reason"], "in_balance");
    close(&flat[0]["units"], 60.0, 0.08, "two a day");
    assert!(flat.iter().all(|cell| cell["discount"].is_null()));
    assert!(cells(&found, "short").iter().all(|cell| cell["reason"] == "short_stock"));
    assert!(
        found["answer"]["en"]
            .as_str()
            .unwrap()
            .starts_with("Put coupons on 1 of 4 products, first on Heater in April (30% off)"),
        "{}",
        found["answer"]
    );

    // The season is nearly exact, and the plain forecasts are not.
    let error = |method: &str| {
        let row = found["judged"].as_array().unwrap().iter().find(|row| row["method"] == method).unwrap();
        number(&row["error"])
    };
    for plain in ["level", "last_month", "last_year"] {
        assert!(error("season") < 0.1 && error(plain) > 0.15, "{}", found["judged"]);
    }
    let codes = codes(&report);
    assert!(codes.contains(&"forecast_error") && codes.contains(&"no_past_discounts"), "{codes:?}");
    assert!(!codes.contains(&"margin_not_set") && !codes.contains(&"stock_unknown"), "{codes:?}");
}

/// A year of forty products, all of which sell a third in the first four months: the season of the shop.
#[test]
fn where_all_is_weak_coupons_go_where_most_is_at_stake() {
    let folder = tempfile::tempdir().unwrap();
    let mut orders = "order,customer,at,item,price,country\n".to_owned();
    let (mut on, mut order) = (date(2023, 1, 1), 0);
    while on <= date(2023, 12, 31) {
        for product in 0..40 {
            for _ in 0..if on.month() <= 4 { 1 } else { 3 } {
                order += 1;
                writeln!(orders, "{order},c{},{on},p{product:02},{},DE", order % 97, 10 + product).unwrap();
            }
        }
        on = on.tomorrow().unwrap();
    }
    let shop = shop_of_csv(folder.path(), &orders, TOML);
    let plan = |params: &[(&str, &str)]| {
        let report = analyse(&shop, "coupon-plan", &Filters::default(), params);
        let text =
            report.findings.iter().find(|one| one.code == "coupons_limited").map(|one| one.text.en.clone());
        (result(&report), text)
    };
    let (found, text) = plan(&[("items", "40")]);
    assert_eq!((&found["planned"], &found["due"], &found["chosen"]), (&40.into(), &40.into(), &4.into()));
    let with: Vec<&str> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| !item["deepest"].is_null())
        .map(|item| item["key"].as_str().unwrap())
        .collect();
    assert_eq!(with, ["p39", "p38", "p37", "p36"], "the dearest have most at stake");
    assert!(cells(&found, "p39").iter().all(|cell| cell["reason"] == "weak" && !cell["cost"].is_null()));
    for cell in cells(&found, "p35") {
        assert_eq!((&cell["reason"], &cell["discount"]), (&"outranked".into(), &Value::Null));
        assert!(cell["cost"].is_null() && cell["break_even_units"].is_null(), "{cell}");
    }
    assert!(found["answer"]["en"].as_str().unwrap().starts_with("Put coupons on 4 of 40 products"));
    let text = text.unwrap();
    assert!(text.starts_with("40 of 40 products") && text.contains("the shop's own season"), "{text}");

    let (all, none) = plan(&[("most_share", "1")]);
    assert_eq!((&all["chosen"], none), (&40.into(), None), "nothing is left out, and nothing said");
    let (few, _) = plan(&[("most_share", "0.01")]);
    assert_eq!(few["chosen"], 3, "never fewer than three");
}

#[test]
fn limits_are_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path(), date(2024, 3, 31));
    let plan = |params: &[(&str, &str)]| {
        let params = [&[("season_weight", "1")], params].concat();
        result(&analyse(&shop, "coupon-plan", &Filters::default(), &params))
    };
    let by = ("by", "product");
    assert_eq!(cells(&plan(&[by, ("max_discount", "0.2")]), "heater")[0]["discount"], 0.2);
    assert_eq!(
        cells(&plan(&[by, ("least_margin", "0.25")]), "heater")[0]["discount"],
        0.15,
        "of a margin of 0.4"
    );
    assert_eq!(cells(&plan(&[by, ("least_margin", "0.4")]), "heater")[0]["reason"], "no_room");
    let year = plan(&[by, ("months", "12")]);
    assert_eq!(cells(&year, "heater").len(), 12);
    assert_eq!(cells(&year, "heater")[7]["reason"], "strong", "November");
    // Winter will need more than summer: with a year to cover, less of the stock is too much.
    let (short, long) = (plan(&[by]), plan(&[by, ("target_cover_months", "12")]));
    let excess = |found: &Value| number(&cells(found, "heater")[0]["excess"]);
    close(&Value::from(excess(&short) - excess(&long)), 120.0 * 4.0 + 154.0, 0.08, "the other nine months");
    for bad in
        [("months", "0"), ("max_discount", "0.99"), ("margin", "0"), ("step", "0"), ("strong_from", "0.5")]
    {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let params = [(bad.0.to_owned(), Value::String(bad.1.to_owned()))].into_iter().collect();
        let error = runtime
            .block_on(dangol_analytics::run(&shop, "coupon-plan", &Filters::default(), params))
            .unwrap_err();
        assert_eq!(error.code(), "bad_parameter", "{bad:?}");
    }
}

#[test]
fn nothing_after_the_as_of_date_is_used() {
    let (long, short) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let later = planted(long.path(), date(2024, 3, 31));
    let earlier = planted(short.path(), date(2023, 8, 14));
    let filters = Filters { as_of: Some("2023-08-14".into()), ..Filters::default() };
    let report = analyse(&later, "coupon-plan", &filters, &[("by", "product")]);
    assert!(codes(&report).contains(&"stock_of_later"), "the stock is of March");
    let found = result(&report);
    assert_eq!(found["months"][0], "2023-09");
    assert!(cells(&found, "heater")[0]["stock"].is_null());

    let then = result(&analyse(&earlier, "coupon-plan", &filters, &[("by", "product")]));
    assert_eq!(then["stock_used"], true);
    assert_eq!(then["judged"], found["judged"]);
    let units = |of: &Value| -> Vec<Value> {
        of["cells"].as_array().unwrap().iter().map(|cell| cell["units"].clone()).collect()
    };
    let keyed = |of: &Value| cells(of, "fan").iter().map(|cell| cell["units"].clone()).collect::<Vec<_>>();
    assert_eq!(keyed(&then), keyed(&found));
    assert_eq!(units(&then).len(), 12);
}

#[test]
fn the_stock_is_for_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path(), date(2024, 3, 31));
    let filters = Filters { country: Some("FR".into()), ..Filters::default() };
    let report = analyse(&shop, "coupon-plan", &filters, &[("by", "product")]);
    assert!(codes(&report).contains(&"stock_is_not_filtered"), "{:?}", codes(&report));
    assert_eq!(result(&report)["stock_used"], false);
    // A period is no filter of it: demand is taken from all months.
    let filters = Filters { from: Some("2024-03-01".into()), ..Filters::default() };
    let found = result(&analyse(&shop, "coupon-plan", &filters, &[("by", "product")]));
    assert_eq!((&found["stock_used"], &found["months_known"]), (&true.into(), &39.into()));
}

#[test]
fn less_than_a_year_has_no_season() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path(), date(2021, 8, 31));
    let report = analyse(&shop, "coupon-plan", &Filters::default(), &[("by", "product")]);
    let found = result(&report);
    assert_eq!(found["months_known"], 8);
    assert!(found["method"] == "level" || found["method"] == "last_month", "{}", found["method"]);
    assert!(found["cells"].as_array().unwrap().iter().all(|cell| number(&cell["index"]) > 0.999_999));
    assert!(codes(&report).contains(&"no_season_yet"), "{:?}", codes(&report));
    // The stock alone still says what there is too much of.
    assert_eq!(cells(&found, "heater")[0]["reason"], "overstocked");
}

/// Sold two or three a day at full price, and twice that in every other week, at 20 % off.
#[test]
fn past_discounts_are_compared_where_weeks_are_apart() {
    let shop_with = |folder: &std::path::Path, offer: &dyn Fn(i32, u32) -> bool| {
        let mut orders = "order,customer,at,item,amount,discount\n".to_owned();
        let mut order = 0;
        for day in 0..420 {
            let on = date(2023, 1, 2) + jiff::Span::new().days(i64::from(day));
            let pieces = [2, 4, 3, 6][day as usize / 7 % 4];
            for piece in 0..pieces {
                order += 1;
                let (amount, discount) = if offer(day, piece) { (80, 20) } else { (100, 0) };
                writeln!(orders, "{order},c{},{on},tea,{amount},{discount}", order % 50).unwrap();
            }
        }
        let toml = "[shop]\nname = \"T\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
            [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\n\
            product_id = \"item\"\namount = \"amount\"\ndiscount = \"discount\"\n";
        shop_of_csv(folder, &orders, toml)
    };
    let folder = tempfile::tempdir().unwrap();
    let report = analyse(
        &shop_with(folder.path(), &|day, _| day / 7 % 2 == 1),
        "coupon-plan",
        &Filters::default(),
        &[],
    );
    let found = result(&report);
    let past = found["past"].as_array().unwrap();
    assert_eq!(past.len(), 1, "{past:?}");
    assert_eq!((&past[0]["from"], &past[0]["level"]), (&"weeks".into(), &"product".into()));
    close(&past[0]["ratio"], 2.0, 0.05, "twice as many");
    close(&past[0]["discount"], 0.2, 1e-9, "20 of 100");
    assert!(number(&past[0]["ratio_low"]) > 1.5 && number(&past[0]["ratio_high"]) < 2.7, "{}", past[0]);
    close(&past[0]["units_at_discount"], 5.0, 0.05, "a day");
    close(&found["items"][0]["price"], 100.0, 1e-9, "full price");
    assert!(codes(&report).contains(&"past_discounts_are_no_experiment"), "{:?}", codes(&report));

    // One piece of each day with a coupon: no week is at full price, none at a discount.
    let folder = tempfile::tempdir().unwrap();
    let report =
        analyse(&shop_with(folder.path(), &|_, piece| piece == 0), "coupon-plan", &Filters::default(), &[]);
    assert_eq!(result(&report)["past"].as_array().unwrap().len(), 0);
    assert!(codes(&report).contains(&"past_discounts_not_comparable"), "{:?}", codes(&report));
}

#[test]
fn without_products_or_amounts_it_refuses() {
    let error = |columns: &str, params: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        let orders =
            "order,customer,time,item,kind,price\no1,a,2024-01-01,tea,drink,3\no2,b,2024-01-02,tea,drink,4\n";
        let toml = format!(
            "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
             order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n{columns}"
        );
        let shop = shop_of_csv(folder.path(), orders, &toml);
        let params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::String((*value).to_owned())))
            .collect();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(dangol_analytics::run(&shop, "coupon-plan", &Filters::default(), params)).err()
    };
    let code = |error: Option<dangol_analytics::AnalysisError>| error.map(|error| error.code());
    assert_eq!(code(error("product_id = \"item\"\n", &[])), Some("no_amounts"));
    assert_eq!(code(error("unit_price = \"price\"\n", &[])), Some("no_products"));
    assert!(error("unit_price = \"price\"\n", &[]).unwrap().hint().contains("product_id"));
    let by_kind = "unit_price = \"price\"\ncategory = \"kind\"\n";
    assert_eq!(code(error(by_kind, &[("by", "product")])), Some("no_products"));
    assert_eq!(code(error(by_kind, &[])), None, "categories will do, and two lines make an empty plan");
}

/// Errors of kpi-lab's categories as a short pandas script has them, and what each trial shop can do.
#[test]
fn trial_shops_plan_what_they_can() {
    for (name, by, months_known) in [
        ("kpi-lab", "category", 24),
        ("baby-shop", "product", 23),
        ("ga-merch", "product", 12),
        ("thelook-like", "category", 48),
        ("online-retail", "product", 12),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let Some(shop) = example(name, folder.path()) else { return };
        let report = analyse(&shop, "coupon-plan", &Filters::default(), &[]);
        let found = result(&report);
        assert_eq!((&found["by"], &found["months_known"]), (&by.into(), &months_known.into()), "{name}");
        let (items, cells) = (found["items"].as_array().unwrap(), found["cells"].as_array().unwrap());
        assert!(!items.is_empty() && items.len() <= 20 && cells.len() == 3 * items.len(), "{name}");
        for cell in cells {
            assert!(number(&cell["units"]) >= 0.0 && cell["stock"].is_null(), "{name} {cell}");
            if let Some(discount) = cell["discount"].as_f64() {
                let steps = discount / 0.05;
                assert!(
                    (steps - steps.round()).abs() < 1e-9 && discount <= 0.15,
                    "half as deep at most: {name} {cell}"
                );
            }
        }
        let names: std::collections::BTreeSet<&str> =
            items.iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), items.len(), "products of one name are told apart: {name}");
        let codes = codes(&report);
        assert!(codes.contains(&"stock_unknown"), "{name}: {codes:?}");
        let costs = items.iter().filter(|item| item["cost_known"] == true).count();
        assert_eq!(costs, if name == "thelook-like" { items.len() } else { 0 }, "{name}");
        // The baby shop has dated promotions; ga-merch's coupons are used all the time.
        assert_eq!(
            !found["past"].as_array().unwrap().is_empty(),
            name == "baby-shop",
            "{name} {}",
            found["past"]
        );
        if name == "kpi-lab" {
            for (method, error) in [
                ("season", 0.503_975_439_448_639_3),
                ("level", 0.146_270_877_664_954_14),
                ("last_year", 0.506_351_869_606_903_1),
                ("last_month", 0.185_112_828_458_529_55),
            ] {
                let row =
                    found["judged"].as_array().unwrap().iter().find(|row| row["method"] == method).unwrap();
                close(&row["error"], error, 1e-9, method);
                assert_eq!((&row["cells"], &row["cut_offs"]), (&165.into(), &12.into()));
            }
        }
    }
}
