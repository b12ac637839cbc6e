//! Features against a plain second computation, and as of a moment: what comes later changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use dangol_shop::time::{date_of, days_since_epoch};
use dangol_shop::{AsOf, FeatureValues, Features, Filters, Scope, Shop};
use dangol_sim::{Format, Options, simulate};
use jiff::civil::DateTime;
use proptest::prelude::*;

use crate::shops::{shop_of, shop_of_csv};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

#[derive(Debug, Clone)]
struct Line {
    order: usize,
    customer: u8,
    at: DateTime,
    platform: &'static str,
    product: u8,
    category: Option<&'static str>,
    quantity: i32,
    price: i32,
    discount: i32,
    coupon: bool,
    status: &'static str,
}

const TOML: &str = "[shop]\nname = \"T\"\ntime_zone = \"Asia/Seoul\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\n\
    sales_platform = \"platform\"\nproduct_id = \"product\"\ncategory = \"category\"\nquantity = \"quantity\"\n\
    unit_price = \"price\"\ndiscount = \"discount\"\ncoupon_code = \"coupon\"\nstatus = \"status\"\n\
    [cleaning]\nduplicates = \"flag\"\n\
    [sources.customers]\npath = \"customers.csv\"\nattributes = { child_born_on = \"child\", points = \"points\" }\n\
    [sources.customers.columns]\ncustomer_id = \"customer\"\njoined_at = \"joined\"\nbirth_date = \"born\"\n\
    gender = \"gender\"\nregion = \"region\"\nemail_consent = \"consent\"\n\
    [sources.reviews]\npath = \"reviews.csv\"\n[sources.reviews.columns]\nreview_id = \"review\"\n\
    customer_id = \"customer\"\nrating = \"rating\"\nwritten_at = \"written\"\n\
    [sources.promotions]\npath = \"promotions.csv\"\n[sources.promotions.columns]\nname = \"name\"\n\
    starts_at = \"from\"\nends_at = \"to\"\n";

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let order = (
        0..8_u8,
        0..120_i64,
        (0..288_i64).prop_map(|n| 5 * n),
        prop::sample::select(vec!["own", "market", "app"]),
        any::<bool>(),
    );
    let line = (
        0..40_u8,
        prop::option::weighted(0.8, prop::sample::select(vec!["tea", "toys", "books"])),
        1..4_i32,
        1..50_i32,
        0..20_i32,
        prop::sample::select(vec!["completed", "completed", "completed", "returned"]),
    );
    prop::collection::vec((order, prop::collection::vec(line, 1..5)), 1..50).prop_map(|orders| {
        let start: DateTime = "2024-01-10T00:00:00".parse().unwrap();
        let orders = orders.into_iter().enumerate();
        let lines = orders.flat_map(|(order, ((customer, day, minute, platform, coupon), lines))| {
            let at = start.checked_add(jiff::Span::new().days(day).minutes(minute)).unwrap();
            lines.into_iter().map(move |(product, category, quantity, price, discount, status)| Line {
                order,
                customer,
                at,
                platform,
                product,
                category,
                quantity,
                price,
                discount: discount.min(price * quantity),
                coupon,
                status,
            })
        });
        lines.collect()
    })
}

/// No two lines of one moment: their order in the store is nobody's business. Orders begin at whole five minutes.
fn apart(mut lines: Vec<Line>) -> Vec<Line> {
    for (place, line) in lines.iter_mut().enumerate() {
        line.at = line.at.checked_add(jiff::Span::new().seconds(place as i64)).unwrap();
    }
    lines
}

fn write(folder: &Path, lines: &[Line]) -> Shop {
    let mut text =
        String::from("order,customer,at,platform,product,category,quantity,price,discount,coupon,status\n");
    for line in lines {
        let Line { order, customer, at, platform, product, quantity, price, discount, status, .. } = line;
        let (category, coupon) = (line.category.unwrap_or(""), if line.coupon { "TENOFF" } else { "" });
        let at = at.strftime("%Y-%m-%d %H:%M:%S");
        writeln!(
            text,
            "o{order:03},c{customer},{at},{platform},p{product},{category},{quantity},{price},{discount},{coupon},{status}"
        )
        .unwrap();
    }
    // c0 has no row, c3 no values; c1 joins within the promotion, c2 in the middle of the span.
    let customers = "customer,joined,born,gender,region,consent,child,points\n\
        c1,2024-01-05 09:00,1990-03-15,F,Seoul,yes,2023-12-20,12.5\n\
        c2,2024-02-20 23:30,2017-01-01,남,Busan,no,2024-03-10,\n\
        c3,,,,,,,\nc4,2023-11-30 00:10,1961-06-30,other,,yes,2019-02-28,7\n";
    let mut reviews = String::from("review,customer,rating,written\n");
    for n in 0..40 {
        let day = date_of(days_since_epoch("2024-01-01".parse().unwrap()) + n * 4);
        writeln!(reviews, "r{n},c{},{},{day} 12:00", n % 5, 1 + n % 5).unwrap();
    }
    std::fs::write(folder.join("customers.csv"), customers).unwrap();
    std::fs::write(folder.join("reviews.csv"), reviews).unwrap();
    std::fs::write(folder.join("promotions.csv"), "name,from,to\nNew year,2024-01-01,2024-01-06\n").unwrap();
    shop_of_csv(folder, &text, TOML)
}

/// By customer the value of each feature, as text.
type Table = BTreeMap<String, BTreeMap<String, String>>;

fn table(shop: &Shop, features: &Features) -> Table {
    let ids = wait(shop.customer_ids(&features.customer_key)).unwrap();
    let mut table = Table::new();
    for (at, id) in ids.iter().enumerate() {
        let row = table.entry(id.clone()).or_default();
        for column in &features.columns {
            let text = match &column.values {
                FeatureValues::Number(values) => values[at].map(number),
                FeatureValues::Flag(values) => values[at].map(|value| value.to_string()),
                FeatureValues::Text(values) => values[at].clone(),
                FeatureValues::Date(values) => values[at].map(|day| date_of(day).to_string()),
            };
            row.insert(column.name.clone(), text.unwrap_or_else(|| "-".to_owned()));
        }
    }
    table
}

fn number(value: f64) -> String {
    format!("{value:.9}")
}

fn day(line: &Line) -> i32 {
    days_since_epoch(line.at.date())
}

/// The value that comes most often; of equal ones the first.
fn commonest<'a>(values: &[&'a str]) -> Option<&'a str> {
    let count = |value: &str| values.iter().filter(|other| **other == value).count();
    let most = values.iter().map(|value| count(value)).max()?;
    values.iter().find(|value| count(value) == most).copied()
}

fn expected(lines: &[Line], as_of: i32) -> Table {
    let mut table = Table::new();
    for customer in 0..8_u8 {
        let mut own: Vec<&Line> =
            lines.iter().filter(|line| line.customer == customer && day(line) <= as_of).collect();
        own.sort_by_key(|line| line.at);
        let bought: Vec<&Line> = own.iter().copied().filter(|line| line.status == "completed").collect();
        if bought.is_empty() {
            continue;
        }
        let mut row = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            row.insert(name.to_owned(), value.unwrap_or_else(|| "-".to_owned()));
        };
        let mut days: Vec<i32> = bought.iter().map(|line| day(line)).collect();
        days.dedup();
        // The first purchased line of each order says when and where it was.
        let mut orders: Vec<&Line> = Vec::new();
        for line in &bought {
            if !orders.iter().any(|order| order.order == line.order) {
                orders.push(line);
            }
        }
        let count = orders.len() as f64;
        let (first, last) = (days[0], days[days.len() - 1]);
        let revenue: i32 = bought.iter().map(|line| line.price * line.quantity - line.discount).sum();
        let discount: i32 = bought.iter().map(|line| line.discount).sum();
        put("recency_days", Some(number(f64::from(as_of - last))));
        put("orders", Some(number(count)));
        put("purchase_days", Some(number(days.len() as f64)));
        put("order_lines", Some(number(bought.len() as f64)));
        put("units", Some(number(f64::from(bought.iter().map(|line| line.quantity).sum::<i32>()))));
        put("tenure_days", Some(number(f64::from(as_of - first))));
        put("first_order_on", Some(date_of(first).to_string()));
        put("last_order_on", Some(date_of(last).to_string()));
        let gaps = days.len() as f64 - 1.0;
        put("mean_gap_days", (gaps > 0.0).then(|| number(f64::from(last - first) / gaps)));
        put("revenue", Some(number(f64::from(revenue))));
        put("mean_order_value", Some(number(f64::from(revenue) / count)));
        put("mean_day_value", Some(number(f64::from(revenue) / days.len() as f64)));
        let gross = revenue + discount;
        put("discount_share", (gross > 0).then(|| number(f64::from(discount) / f64::from(gross))));
        let coupons = orders.iter().filter(|order| order.coupon).count() as f64;
        put("coupon_orders", Some(number(coupons)));
        put("coupon_share", Some(number(coupons / count)));
        put("returned_share", Some(number((own.len() - bought.len()) as f64 / own.len() as f64)));
        let share = |matches: &dyn Fn(&Line) -> bool| {
            number(orders.iter().filter(|order| matches(order)).count() as f64 / count)
        };
        let weekend = |line: &Line| line.at.date().weekday().to_monday_zero_offset() >= 5;
        put("weekend_share", Some(share(&weekend)));
        put("evening_share", Some(share(&|line| line.at.hour() >= 18)));
        let distinct = |mut values: Vec<String>| {
            values.sort();
            values.dedup();
            number(values.len() as f64)
        };
        let products: Vec<String> = bought.iter().map(|line| format!("p{}", line.product)).collect();
        let categories: Vec<&str> = bought.iter().filter_map(|line| line.category).collect();
        put("first_product", products.first().cloned());
        put("products", Some(distinct(products)));
        put("categories", Some(distinct(categories.iter().map(|&text| text.to_owned()).collect())));
        put("first_category", bought[0].category.map(str::to_owned));
        put("top_category", commonest(&categories).map(str::to_owned));
        let platforms: Vec<&str> = orders.iter().map(|order| order.platform).collect();
        put("sales_platform", commonest(&platforms).map(str::to_owned));
        table.insert(format!("c{customer}"), row);
    }
    table
}

fn scope(shop: &Shop, as_of: i32) -> Scope {
    let filters = Filters { as_of: Some(date_of(as_of).to_string()), ..Filters::default() };
    Scope::parse(&filters, shop.default_as_of(), shop.clock()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn they_agree_with_the_plain_computation(lines in lines(), as_of in 0..130_i32) {
        let as_of = days_since_epoch("2024-01-10".parse().unwrap()) + as_of;
        let lines = apart(lines);
        let folder = tempfile::tempdir().unwrap();
        let shop = write(folder.path(), &lines);
        let wanted = expected(&lines, as_of);
        let names: Vec<&str> = wanted.values().flat_map(BTreeMap::keys).map(String::as_str).collect();
        let found = wait(shop.features_of(&scope(&shop, as_of), &names)).unwrap();
        prop_assert!(found.customer_key.is_sorted());
        let mut found = table(&shop, &found);
        // What no purchase of this shop could be is not there at all.
        for row in found.values_mut() {
            row.retain(|name, _| names.contains(&name.as_str()));
        }
        let mut wanted = wanted;
        for row in wanted.values_mut() {
            let known = shop.known_features();
            row.retain(|name, _| known.iter().any(|feature| feature.name == *name));
        }
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn what_comes_later_changes_nothing(lines in lines(), as_of in 0..130_i32) {
        let as_of = days_since_epoch("2024-01-10".parse().unwrap()) + as_of;
        let lines = apart(lines);
        let until: Vec<Line> = lines.iter().filter(|line| day(line) <= as_of).cloned().collect();
        prop_assume!(until.iter().any(|line| line.status == "completed"));
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (all, until) = (write(one.path(), &lines), write(two.path(), &until));
        let features = |shop: &Shop| {
            let features = wait(shop.features(&scope(shop, as_of))).unwrap();
            let mut table = table(shop, &features);
            // A shop that never had a return says nothing of returns.
            for row in table.values_mut() {
                row.remove("returned_share");
            }
            table
        };
        prop_assert_eq!(features(&all), features(&until));
    }
}

#[test]
fn of_members_and_reviews_only_what_was_known_then() {
    let folder = tempfile::tempdir().unwrap();
    let line = |customer: u8, day: &str| Line {
        order: usize::from(customer),
        customer,
        at: format!("{day}T10:00:00").parse().unwrap(),
        platform: "own",
        product: 1,
        category: None,
        quantity: 1,
        price: 10,
        discount: 0,
        coupon: false,
        status: "completed",
    };
    let lines: Vec<Line> = (0..5).map(|customer| line(customer, "2024-02-10")).collect();
    let shop = write(folder.path(), &lines);
    let day = |text: &str| days_since_epoch(text.parse().unwrap());
    let at = |text: &str| table(&shop, &wait(shop.features(&scope(&shop, day(text)))).unwrap());

    let early = at("2024-02-15");
    let row = |id: &str, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| early[id][*name].clone()).collect()
    };
    let known = ["gender", "region", "age_band", "email_consent", "joined_in_promotion", "points"];
    assert_eq!(row("c1", &known), ["female", "Seoul", "30s", "true", "true", "12.500000000"]);
    assert_eq!(row("c2", &known), ["male", "Busan", "-", "false", "-", "-"]);
    assert_eq!(row("c3", &known), ["-"; 6]);
    assert_eq!(row("c0", &known), ["-"; 6]);
    assert_eq!(row("c4", &known), ["other", "-", "50+", "true", "false", "7.000000000"]);
    let days = ["age", "joined_on", "days_to_first_order", "child_born_on_age_months"];
    assert_eq!(row("c1", &days), ["33.000000000", "2024-01-05", "36.000000000", "1.000000000"]);
    // c2 joins five days later, and the child is born after that.
    assert_eq!(row("c2", &days), ["7.000000000", "-", "-", "-"]);
    assert_eq!(row("c4", &days)[3], "59.000000000");
    // Twelve reviews were written by then, of c1 those of 5 and 25 January and of 14 February.
    assert_eq!(row("c1", &["reviews", "mean_rating"]), ["3.000000000", "2.000000000"]);
    assert_eq!(row("c0", &["reviews"]), ["3.000000000"]);

    let late = at("2024-03-15");
    assert_eq!(late["c2"]["joined_on"], "2024-02-20");
    assert_eq!(late["c2"]["days_to_first_order"], "-10.000000000");
    assert_eq!(late["c2"]["child_born_on_age_months"], "0.000000000");
    assert_eq!(late["c1"]["age"], "34.000000000");
}

#[test]
fn filters_restrict_lines_and_members_restrict_customers() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { lines: 20_000, seed: 5, ..Options::default() }.check().unwrap();
    simulate(&options, folder.path(), Format::Csv, &mut |_, _| {}).unwrap();
    let toml = "[shop]\nname = \"Sim\"\ntime_zone = \"Asia/Seoul\"\n[sources.order_lines]\npath = \"order_lines.csv\"\n\
        [sources.order_lines.columns]\norder_id = \"order_id\"\ncustomer_id = \"customer_id\"\n\
        ordered_at = \"ordered_at\"\nproduct_id = \"product_id\"\ncategory = \"category\"\nquantity = \"quantity\"\n\
        unit_price = \"unit_price\"\ndiscount = \"discount\"\nstatus = \"status\"\nsales_platform = \"sales_platform\"\n\
        country = \"country\"\n[engine]\nthreads = THREADS\n";
    let shop = shop_of(folder.path(), &toml.replace("THREADS", "2"));
    let everything = Scope::until(shop.default_as_of());
    let all = wait(shop.features(&everything)).unwrap();
    let profiles = wait(shop.profiles(&everything)).unwrap();
    assert_eq!(all.customer_key, profiles.customer_key);
    let FeatureValues::Number(orders) = &all.column("orders").unwrap().values else { panic!() };
    assert!(orders.iter().zip(&profiles.orders).all(|(found, wanted)| *found == Some(*wanted as f64)));
    let FeatureValues::Number(recency) = &all.column("recency_days").unwrap().values else { panic!() };
    let clock = shop.clock();
    let wanted = profiles.last_at.iter().map(|at| everything.as_of.days_since(*at, clock.day_of(*at)));
    assert!(recency.iter().zip(wanted).all(|(found, wanted)| *found == Some(wanted as f64)));

    let korea = Scope { dimensions: vec![("country", vec!["KR".into()])], ..everything.clone() };
    let some = wait(shop.features(&korea)).unwrap();
    assert!(some.len() < all.len());
    let FeatureValues::Text(countries) = &some.column("country").unwrap().values else { panic!() };
    assert!(countries.iter().all(|country| country.as_deref() == Some("KR")));

    let keys: Vec<i32> = all.customer_key.iter().copied().step_by(3).collect();
    let members = Scope { members: Some(keys.clone().into()), ..everything.clone() };
    let third = wait(shop.features(&members)).unwrap();
    assert_eq!(third.customer_key, keys);
    let FeatureValues::Number(of_third) = &third.column("orders").unwrap().values else { panic!() };
    assert!(of_third.iter().zip(orders.iter().step_by(3)).all(|(found, wanted)| found == wanted));

    // One thread or two: the same in the same order.
    let other = shop_of(folder.path(), &toml.replace("THREADS", "1"));
    let again =
        wait(other.features(&Scope::until(AsOf::after(shop.manifest.totals.last_at.unwrap())))).unwrap();
    assert_eq!(all.columns, again.columns);
    let rows =
        wait(shop.sql("SELECT count(*), sum(orders) FROM customer_profile WHERE customer_id IS NOT NULL"));
    let rows = dangol_shop::frame::column::<arrow::datatypes::Float64Type>(
        &rows.unwrap(),
        "sum(customer_profile.orders)",
        0.0,
    );
    assert_eq!(rows.unwrap(), [orders.iter().flatten().sum::<f64>()]);
}
