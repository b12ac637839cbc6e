//! Audiences and filters over customers: who is in, on every page the same; what is no condition is refused.

use std::fmt::Write as _;
use std::path::Path;

use dangol_analytics::audiences::columns::columns;
use dangol_analytics::audiences::{self, Origin};
use dangol_analytics::groups::{NO_GROUP, grouping, schemes};
use dangol_analytics::{AnalysisError, run};
use dangol_shop::{Filters, Scope, Shop};
use serde_json::Map;

use crate::shops::{analyse, example, result, shop_of_csv};

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n\
    amount = \"paid\"\ncategory = \"category\"\n[sources.customers]\npath = \"members.csv\"\n\
    attributes = { Points = \"points\" }\n\
    [sources.customers.columns]\ncustomer_id = \"customer\"\ngender = \"gender\"\nbirth_date = \"born\"\n\
    region = \"region\"\nacquisition_channel = \"channel\"\nemail_consent = \"mail\"\n\
    [audiences.two_orders]\ntitle = \"Zweimal\"\nwhere = \"orders >= 2\"\n\
    [audiences.broken]\nwhere = \"colour = 'red'\"\n";

/// Of 60 customers each third has a row without values, each fifth none. Customer n has 1 + n % 4 orders.
fn shop(folder: &Path) -> Shop {
    let mut orders = String::from("order,customer,time,paid,category\n");
    for n in 0..60 {
        for order in 0..=n % 4 {
            let (month, day) = (1 + order * 2, 1 + n % 28);
            let category = if (n + order) % 2 == 0 { "tea" } else { "toys" };
            writeln!(orders, "o{n}-{order},c{n},2024-{month:02}-{day:02} 10:00,{},{category}", 10 + n)
                .unwrap();
        }
    }
    let mut members = String::from("customer,gender,born,region,channel,mail,points\n");
    for n in (0..60).filter(|n| n % 5 > 0) {
        if n % 3 == 0 {
            writeln!(members, "c{n},,,,,,").unwrap();
            continue;
        }
        let (gender, region) =
            (if n % 2 == 0 { "F" } else { "M" }, if n % 4 == 0 { "Seoul" } else { "Busan, city" });
        let (channel, mail) =
            (if n % 7 == 0 { "ad" } else { "search" }, if n % 8 == 0 { "no" } else { "yes" });
        writeln!(members, "c{n},{gender},{}-05-05,\"{region}\",{channel},{mail},{n}", 1960 + n).unwrap();
    }
    std::fs::write(folder.join("members.csv"), members).unwrap();
    shop_of_csv(folder, &orders, TOML)
}

fn knows(n: usize) -> bool {
    !n.is_multiple_of(5) && !n.is_multiple_of(3)
}

fn everything(shop: &Shop) -> Scope {
    Scope::until(shop.default_as_of())
}

async fn ids(shop: &Shop, rule: &str) -> Vec<usize> {
    let keys = audiences::members(shop, &everything(shop), rule).await.unwrap();
    let ids = shop.customer_ids(&keys).await.unwrap();
    let mut ids: Vec<usize> = ids.iter().map(|id| id[1..].parse().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn wanted(is_in: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..60).filter(|n| is_in(*n)).collect()
}

#[tokio::test]
async fn a_condition_catches_those_of_whom_it_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let women = |n: usize| knows(n) && n.is_multiple_of(2);
    assert_eq!(ids(&shop, "gender = 'female'").await, wanted(women));
    // Of the others it cannot be said that they are no women.
    assert_eq!(ids(&shop, "NOT (gender = 'female')").await, wanted(|n| knows(n) && n % 2 == 1));
    assert_eq!(ids(&shop, "gender IS NULL").await, wanted(|n| !knows(n)));
    assert_eq!(
        ids(&shop, "orders >= 3 or region like 'Busan%'").await,
        wanted(|n| n % 4 >= 2 || knows(n) && n % 4 > 0)
    );
    assert_eq!(
        ids(&shop, "\"Points\" between 10 and 20").await,
        wanted(|n| knows(n) && (10..=20).contains(&n))
    );
    assert_eq!(ids(&shop, "customer_id in ('c7', 'c8', 'nobody')").await, [7, 8]);
    // All that was bought counts, and what somebody is among all.
    let lost = ids(&shop, "segment_nine = 'lost' and r_score = 1").await;
    let by_scheme = grouping(&shop, &everything(&shop), "nine").await.unwrap();
    let place = by_scheme.groups.iter().position(|group| group.key == "lost").unwrap();
    assert_eq!(lost.len(), by_scheme.members(&[place]).len());
    assert!(!lost.is_empty());
}

#[tokio::test]
async fn what_is_no_condition_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    for (rule, message, hint) in [
        ("", "the condition is empty", "gender = 'female'"),
        ("gendr = 'female'", "there is no column `gendr`", "did you mean `gender`?"),
        ("segment_nin = 'lost'", "no column `segment_nin`", "did you mean `segment_nine`?"),
        ("orders", "neither true nor false", ""),
        ("orders >= ", "cannot be used", ""),
        ("orders = 1; drop table customers", "cannot be used", ""),
        ("orders = 1) union select 1 from customers where (true", "cannot be used", ""),
        ("orders > (select avg(orders) from customer_profile)", "cannot be used", ""),
        ("orders > avg(orders)", "one customer at a time", ""),
        ("orders >= 'many'", "cannot be used", ""),
        ("cast(region as int) = 1", "cannot be used", ""),
        ("random() > 0.5", "no clock, no chance", ""),
        ("first_order_on > current_date - 30", "cannot be used", ""),
        ("customer_profile.orders = 1", "no column `customer_profile.orders`", "its columns are"),
        ("exists (select 1)", "cannot be used", ""),
        ("delete from customers", "cannot be used", ""),
    ] {
        let error = audiences::members(&shop, &everything(&shop), rule).await.unwrap_err();
        assert!(error.to_string().contains(message), "{rule}: {error}");
        assert!(error.hint().contains(hint), "{rule}: {}", error.hint());
        assert_eq!(error.code(), "bad_condition", "{rule}");
        // What only the values show is found when it is counted, which commands and routes do before they save.
        let only_values = rule.contains("many") || rule.contains("cast");
        assert!(only_values || audiences::save(&shop, "x", "", rule).await.is_err(), "{rule}");
    }
}

#[tokio::test]
async fn filters_over_customers_hold_on_every_page_and_together() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let customers = |filters: Filters| {
        let shop = &shop;
        async move {
            let report = run(shop, "overview", &filters, Map::new()).await.unwrap();
            result(&report)["totals"]["customers"].as_u64().unwrap() as usize
        }
    };
    let given = |text: &str| Some(text.to_owned());
    let gender = Filters { gender: given("female"), ..Filters::default() };
    assert_eq!(customers(gender.clone()).await, wanted(|n| knows(n) && n % 2 == 0).len());
    let not_known = Filters { gender: given("male,not_known"), ..Filters::default() };
    assert_eq!(customers(not_known).await, wanted(|n| !knows(n) || n % 2 == 1).len());
    let region = Filters { region: given("Busan\\, city"), channel: given("search"), ..gender.clone() };
    let both = wanted(|n| knows(n) && n % 2 == 0 && n % 4 > 0 && n % 7 > 0);
    assert_eq!(customers(region).await, both.len());
    // Born 1960 + n, on 5 May; looked at in July 2024.
    let band = Filters { age_band: given("20s,30s"), ..Filters::default() };
    assert_eq!(customers(band).await, wanted(|n| knows(n) && (25..=44).contains(&n)).len());
    // An audience is the same whatever category is looked at; two of them are either.
    let tea = Filters { audience: given("two_orders"), category: given("tea"), ..Filters::default() };
    assert_eq!(customers(tea).await, wanted(|n| n % 4 >= 1).len());
    let one_time = Filters { audience: given("one_time_buyers"), ..Filters::default() };
    assert_eq!(customers(one_time).await, wanted(|n| n % 4 == 0).len());
    let either = Filters { audience: given("one_time_buyers,two_orders"), ..Filters::default() };
    assert_eq!(customers(either.clone()).await, 60);
    let with_gender = Filters { gender: given("female"), ..either };
    assert_eq!(customers(with_gender).await, customers(gender).await);
    // Segments stay those of everybody in scope.
    let segment = Filters { segment: given("class:platinum"), ..Filters::default() };
    let platinum = customers(segment.clone()).await;
    let women = Filters { gender: given("female"), ..segment };
    assert!((1..platinum).contains(&customers(women).await));

    for (filters, code) in [
        (Filters { audience: given("two_order"), ..Filters::default() }, "unknown_audience"),
        (Filters { segment: given("nin:lost"), ..Filters::default() }, "unknown_segment"),
    ] {
        let error: AnalysisError = run(&shop, "overview", &filters, Map::new()).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.hint().starts_with("did you mean"), "{}", error.hint());
    }
}

#[test]
fn a_filter_that_this_shop_cannot_be_asked_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let orders = "order,customer,time,paid,category\no1,a,2024-01-01,5,tea\n";
    let toml = &TOML[..TOML.find("[sources.customers]").unwrap()];
    let shop = shop_of_csv(folder.path(), orders, toml);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let filters = Filters { region: Some("Seoul".into()), ..Filters::default() };
    let error = runtime.block_on(run(&shop, "overview", &filters, Map::new())).unwrap_err();
    assert_eq!(error.code(), "bad_filter");
    assert!(error.hint().contains("[sources.customers.columns]"), "{}", error.hint());
    let ready = runtime.block_on(audiences::list(&shop)).unwrap();
    assert!(ready.iter().any(|audience| audience.name == "one_time_buyers"));
    assert!(!ready.iter().any(|audience| audience.name == "women_20s_30s"), "nobody's gender is known");
}

#[tokio::test]
async fn saved_audiences_survive_an_import_and_keep_their_figures() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    audiences::save(&shop, "여성 단골", "", "gender = 'female' AND orders >= 2").await.unwrap();
    dangol_shop::import::import(&shop.config, &|_| {}).unwrap();
    let shop = Shop::with_config(shop.config.clone()).unwrap();
    let found = audiences::find(&shop, "여성 단골").await.unwrap();
    assert_eq!(found.origin, Origin::Saved);
    let figures = audiences::preview(&shop, &everything(&shop), &found.rule).await.unwrap();
    let inside = wanted(|n| knows(n) && n % 2 == 0 && n % 4 >= 1);
    let paid = |n: usize| ((1 + n % 4) * (10 + n)) as f64;
    let revenue: f64 = inside.iter().map(|n| paid(*n)).sum();
    let all: f64 = (0..60).map(paid).sum();
    assert_eq!(figures.customers, inside.len() as u64);
    assert!((figures.customer_share - inside.len() as f64 / 60.0).abs() < 1e-12);
    assert_eq!(figures.revenue, Some(revenue));
    assert!((figures.revenue_share.unwrap() - revenue / all).abs() < 1e-12);
    assert_eq!(figures.orders, inside.iter().map(|n| 1 + n % 4).sum::<usize>() as u64);
    // Of one-time buyers it can be said that they are not in it, whatever their gender.
    assert_eq!(figures.not_known, wanted(|n| !knows(n) && n % 4 >= 1).len() as u64);
    let refused = inside.iter().filter(|n| **n % 8 == 0).count() as u64;
    assert_eq!(figures.consent[0].refused, refused);
    assert_eq!(figures.consent[0].given, inside.len() as u64 - refused);

    let exported = audiences::export(&shop, &everything(&shop), &found.rule).await.unwrap();
    assert_eq!(exported.rows.num_rows(), inside.len());
    assert_eq!(exported.rows.schema().field(0).name(), "customer_id");
    assert_eq!(exported.consent, figures.consent);

    for name in ["", "a,b", "nine:lost", "two_orders", "one_time_buyers"] {
        let error = audiences::save(&shop, name, "", "orders = 1").await.unwrap_err();
        assert_eq!(error.code(), "bad_audience_name", "{name}");
    }
    let listed = audiences::list(&shop).await.unwrap();
    assert_eq!(listed.iter().filter(|audience| audience.origin == Origin::File).count(), 2);
    let broken = listed.iter().find(|audience| audience.name == "broken").unwrap();
    assert!(audiences::preview(&shop, &everything(&shop), &broken.rule).await.is_err());
    audiences::remove(&shop, "여성 단골").await.unwrap();
    assert_eq!(audiences::remove(&shop, "여성 단골").await.unwrap_err().code(), "unknown_audience");
    assert_eq!(audiences::remove(&shop, "two_orders").await.unwrap_err().code(), "bad_audience_name");
}

#[tokio::test]
async fn every_scheme_groups_everybody_in_scope() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let all = everything(&shop);
    let names: Vec<String> = schemes(&shop).unwrap().into_iter().map(|scheme| scheme.scheme).collect();
    for scheme in names.iter().map(String::as_str).chain(["audience:two_orders"]) {
        let found = grouping(&shop, &all, scheme).await.unwrap();
        assert_eq!(found.customer_key.len(), 60, "{scheme}");
        assert!(found.customer_key.is_sorted());
        assert!(found.group.iter().all(|group| usize::from(*group) < found.groups.len()), "{scheme}");
        // Under a filter its customers keep their groups.
        let some: Vec<i32> = found.customer_key.iter().copied().step_by(7).collect();
        let members = Scope { members: Some(some.clone().into()), ..all.clone() };
        let fewer = grouping(&shop, &members, scheme).await.unwrap();
        assert_eq!(fewer.customer_key, some);
        assert!(some.iter().all(|key| fewer.of(*key) == found.of(*key) && fewer.of(*key).is_some()));
    }
    let audience = grouping(&shop, &all, "audience:two_orders").await.unwrap();
    assert_eq!(audience.members(&[0]).len(), wanted(|n| n % 4 >= 1).len());
    assert_eq!(audience.members(&[1]).len(), wanted(|n| n % 4 == 0).len());
    assert_eq!(audience.of(-1), None);
    assert!(!audience.group.contains(&NO_GROUP));
    let by_filter = Filters { segment: Some("audience:two_orders:out".into()), ..Filters::default() };
    let report = run(&shop, "overview", &by_filter, Map::new()).await.unwrap();
    assert_eq!(result(&report)["totals"]["customers"], 15);
}

#[tokio::test]
async fn columns_say_how_they_are_spread() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let all = columns(&shop, &everything(&shop)).await.unwrap();
    let column = |name: &str| all.iter().find(|column| column.name == name).unwrap();
    let gender = column("gender");
    assert_eq!(gender.known, wanted(knows).len() as u64);
    let counts: Vec<(&str, u64)> =
        gender.values.iter().map(|value| (value.name.ko.as_str(), value.customers.unwrap())).collect();
    assert_eq!(counts, [("여성", 16), ("남성", 16)]);
    let orders = column("orders");
    assert_eq!(orders.bins.iter().map(|bin| bin.customers).sum::<u64>(), 60);
    assert_eq!(column("first_order_on").first.as_deref(), Some("2024-01-01"));
    assert_eq!(column("segment_class").values.iter().filter_map(|value| value.customers).sum::<u64>(), 60);
    assert_eq!(column("Points").topic, "customer");
}

#[test]
fn exclusions_may_name_features() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path());
    let toml = format!(
        "{TOML}[overview]\nexclude = [\"orders = 1\", \"age_band = '60s' or age > 50\", \"region = 'Seoul'\"]\n"
    );
    let config = dangol_shop::Config::parse(&shop.config.folder, toml, &dangol_analytics::names()).unwrap();
    let shop = Shop::with_config(config).unwrap();
    let report = analyse(&shop, "overview", &Filters::default(), &[]);
    // Born 1960 + n: above fifty in July 2024 until n = 13.
    let left = wanted(|n| n % 4 > 0 && !(knows(n) && n <= 13));
    assert_eq!(result(&report)["totals"]["customers"].as_u64(), Some(left.len() as u64));
}

#[tokio::test]
async fn a_shop_that_knows_no_customers_has_none_in_any_audience() {
    let folder = tempfile::tempdir().unwrap();
    let orders = "order,customer,time,paid,category\no1,,2024-01-01,5,tea\no2,,2024-01-02,5,tea\n";
    let toml = TOML[..TOML.find("[sources.customers]").unwrap()].replace("customer_id = \"customer\"\n", "");
    let shop = shop_of_csv(folder.path(), orders, &toml);
    assert!(shop.features(&everything(&shop)).await.unwrap().is_empty());
    for audience in audiences::list(&shop).await.unwrap() {
        let figures = audiences::preview(&shop, &everything(&shop), &audience.rule).await.unwrap();
        assert_eq!((figures.customers, figures.customer_share), (0, 0.0));
    }
    let error = columns(&shop, &everything(&shop)).await.unwrap_err();
    assert_eq!(error.code(), "no_customers");
    let rows = shop.sql("SELECT * FROM customer_profile").await.unwrap();
    assert_eq!(rows.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 0);
}

/// A grade is a condition like any other: who meets it are those whom the filter by grade lets through.
#[test]
fn grades_are_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("ga-merch", folder.path()) else { return };
    let graded = result(&analyse(&shop, "grades", &Filters::default(), &[]));
    let vip = graded["grades"].as_array().unwrap().iter().find(|grade| grade["grade"] == "vip").unwrap();
    let scope = Scope::until(shop.default_as_of());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let figures = runtime.block_on(audiences::preview(&shop, &scope, "segment_grade = 'vip'")).unwrap();
    assert_eq!(serde_json::to_value(&figures).unwrap()["customers"], vip["customers"]);
    let columns = runtime.block_on(columns(&shop, &scope)).unwrap();
    let grade = columns.iter().find(|column| column.name == "segment_grade").unwrap();
    assert_eq!(grade.values.iter().map(|value| value.customers).collect::<Vec<_>>(), [None; 5]);
    // Value can be told by grade, as by any scheme.
    let value = result(&analyse(&shop, "value", &Filters::default(), &[("scheme", "grade")]));
    let rows = value["segments"].as_array().unwrap();
    let sum: f64 = rows.iter().map(|row| row["customers"].as_f64().unwrap()).sum();
    assert_eq!(sum, graded["customers"].as_f64().unwrap());
    assert!(rows.iter().any(|row| row["key"] == "vip"), "{rows:?}");
}
