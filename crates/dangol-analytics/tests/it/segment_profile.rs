//! The profile of groups: against plain arithmetic on planted customers, and against SQL on a set with everything.

use std::fmt::Write as _;
use std::path::Path;

use arrow::datatypes::Float64Type;
use dangol_analytics::Report;
use dangol_shop::frame::{column, texts};
use dangol_shop::{Filters, Shop};
use serde_json::{Map, Value};

use crate::shops::{analyse, example, result, shop_of};

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\ncategory = \"category\"\n\
    quantity = \"quantity\"\nunit_price = \"price\"\ncoupon_code = \"coupon\"\n\
    [sources.customers]\npath = \"members.csv\"\nattributes = { shoe = \"shoe\" }\n[sources.customers.columns]\n\
    customer_id = \"id\"\ngender = \"gender\"\nregion = \"region\"\n";

/// 100 women and 100 men. Women buy two toys and a book, men a book; of the women's orders half have a coupon, of
/// the men's a fifth. Women order on Saturdays, men on Mondays; shoes grow with the number of the customer.
fn planted(folder: &Path) -> Shop {
    let mut orders = "order,customer,at,category,quantity,price,coupon\n".to_owned();
    let mut members = "id,gender,region,shoe\n".to_owned();
    for number in 0..200 {
        let woman = number < 100;
        let (gender, day) = if woman { ("F", 6) } else { ("M", 8) };
        let _ = writeln!(
            members,
            "c{number:03},{gender},{},{}",
            ["Seoul", "Busan"][number % 2],
            30 + number / 20
        );
        for order in 0..2 {
            let coupon = if number % 100 < if woman { 50 } else { 20 } { "SALE" } else { "" };
            let id = number * 2 + order;
            let at = format!("2024-01-{:02}", day + order * 7);
            let _ = writeln!(orders, "{id},c{number:03},{at},book,1,10,{coupon}");
            if woman {
                let _ = writeln!(orders, "{id},c{number:03},{at},toy,2,5,{coupon}");
            }
        }
    }
    std::fs::write(folder.join("orders.csv"), orders).unwrap();
    std::fs::write(folder.join("members.csv"), members).unwrap();
    shop_of(folder, TOML)
}

fn rows<'a>(found: &'a Value, table: &str) -> &'a [Value] {
    found[table].as_array().unwrap()
}

fn cell<'a>(found: &'a Value, dimension: &str, value: &str, group: &str) -> &'a Value {
    rows(found, "cells")
        .iter()
        .find(|one| one["dimension"] == dimension && one["value"] == value && one["group"] == group)
        .unwrap_or_else(|| panic!("{dimension} {value} {group}"))
}

fn profile(shop: &Shop, params: &[(&str, &str)]) -> (Report, Value) {
    let report = analyse(shop, "segment-profile", &Filters::default(), params);
    let found = result(&report);
    (report, found)
}

#[track_caller]
fn near(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found}, not {expected}");
}

#[test]
fn women_and_men_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path());
    let (report, found) = profile(&shop, &[("scheme", "by:gender")]);
    let groups = rows(&found, "groups");
    assert_eq!(groups.iter().map(|one| &one["customers"]).collect::<Vec<_>>(), [100, 100]);
    // 2 × (10 + 2 × 5) of each woman, 2 × 10 of each man.
    near(&groups[0]["revenue_share"], 4.0 / 6.0);
    near(&groups[0]["top20_share"], 0.2);

    // Two thirds of the women's units are toys; a man has none, so there is nothing to compare with.
    let toys = cell(&found, "category_mix", "toy", "female");
    near(&toys["amount"], 2.0 / 3.0);
    near(&toys["others"], 0.0);
    assert_eq!(toys["index"], Value::Null);
    near(&cell(&found, "category_mix", "toy", "male")["index"], 0.0);
    let books = cell(&found, "category_mix", "book", "female");
    near(&books["index"], 100.0 / 3.0);
    assert_eq!(books["differs"], true);
    near(&cell(&found, "category_units", "toy", "female")["amount"], 4.0);

    // 100 of 200 orders against 40 of 200; both orders of a customer are alike, so customers count: p of 50 of 100
    // against 20 of 100 is 9e-6, that of orders would be 3e-10.
    let coupons = cell(&found, "coupon_share", "used", "female");
    near(&coupons["amount"], 0.5);
    near(&coupons["index"], 250.0);
    let p = coupons["p_value"].as_f64().unwrap();
    assert!((5e-6..2e-5).contains(&p), "{p}");
    let low = coupons["index_low"].as_f64().unwrap();
    assert!((150.0..180.0).contains(&low), "{low}");

    near(&cell(&found, "weekday", "6", "female")["amount"], 1.0);
    near(&cell(&found, "weekday", "1", "female")["amount"], 0.0);
    let region = cell(&found, "region", "Seoul", "female");
    near(&region["index"], 100.0);
    assert_eq!(region["differs"], false);
    assert!(region["index_low"].as_f64().unwrap() < 80.0);
    let test = rows(&found, "dimensions").iter().find(|one| one["dimension"] == "region").unwrap();
    near(&test["statistic"], 0.0);
    assert_eq!(test["method"], "chi_square");
    let shoes = rows(&found, "values").iter().find(|one| one["value"] == "shoe").unwrap();
    assert_eq!(shoes["method"], "kruskal_wallis");
    assert!(!rows(&found, "personas")[0]["traits"].as_array().unwrap().is_empty());
    assert!(!report.findings.iter().any(|one| one.code == "by_construction"));
    // What the shop does not have is said.
    let missing: Vec<&Value> = rows(&found, "missing").iter().map(|one| &one["table"]).collect();
    assert!(missing.contains(&&"reviews".into()) && missing.contains(&&"sessions".into()));
}

#[test]
fn bands_of_a_number_have_a_trend() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path());
    let (_, found) = profile(&shop, &[("scheme", "by:shoe:33,36")]);
    let names: Vec<&str> = rows(&found, "groups").iter().map(|one| one["group"].as_str().unwrap()).collect();
    assert_eq!(names, ["under_33", "33_to_36", "from_36"]);
    assert_eq!(found["ordered"], true);
    let toys = rows(&found, "values")
        .iter()
        .find(|one| one["dimension"] == "category_units" && one["value"] == "toy");
    // Women have the small numbers.
    assert!(toys.unwrap()["trend"].as_f64().unwrap() < -5.0);
    let women =
        rows(&found, "values").iter().find(|one| one["dimension"] == "gender" && one["value"] == "female");
    assert_eq!(women.unwrap()["trend_method"], "cochran_armitage");
}

#[test]
fn one_group_against_everybody_else() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path());
    let (_, all) = profile(&shop, &[("scheme", "by:region")]);
    let (_, one) = profile(&shop, &[("group", "by:region:Busan")]);
    assert_eq!(one["groups"][1]["group"], "others");
    let (mine, theirs) =
        (cell(&one, "coupon_share", "used", "Busan"), cell(&all, "coupon_share", "used", "Busan"));
    assert_eq!((&mine["amount"], &mine["others"]), (&theirs["amount"], &theirs["others"]));

    let (report, rfm) = profile(&shop, &[("scheme", "class")]);
    assert!(report.findings.iter().any(|one| one.code == "by_construction"));
    let units = rows(&rfm, "values").iter().find(|one| one["dimension"] == "category_units").unwrap();
    assert_eq!(units["by_construction"], true);
    let filters = Filters { segment: Some("class:gold".into()), ..Filters::default() };
    let alone = analyse(&shop, "segment-profile", &filters, &[("scheme", "class")]);
    assert!(alone.findings.iter().any(|one| one.code == "one_group"), "{:#?}", alone.findings);
}

#[test]
fn what_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (analysis, given, code, told) in [
        (
            "segment-profile",
            vec![("group", "class:gold"), ("scheme", "class")],
            "bad_parameter",
            "either a group",
        ),
        ("segment-profile", vec![("scheme", "by:shoesize")], "bad_parameter", "shoe"),
        ("segment-profile", vec![("scheme", "by:shoe:36,33")], "bad_parameter", "rising numbers"),
        ("segment-profile", vec![("group", "by:gender:divers")], "unknown_segment", "by:gender:divers"),
        ("segment-profile", vec![("top", "1")], "bad_parameter", "2 to 50"),
        (
            "hypotheses",
            vec![("stated", "coupon_shares rises class")],
            "bad_parameter",
            "did you mean `coupon_share`",
        ),
        ("hypotheses", vec![("stated", "coupon_share rises by:gender")], "bad_parameter", "no order"),
        ("hypotheses", vec![("stated", "coupon_share grows")], "bad_parameter", "rises, falls"),
    ] {
        let given: Map<String, Value> =
            given.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let refused = runtime.block_on(dangol_analytics::run(&shop, analysis, &Filters::default(), given));
        let error = refused.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn of_the_usual_hypotheses_those_are_tested_that_can_be() {
    let folder = tempfile::tempdir().unwrap();
    planted(folder.path());
    let plain = TOML.replace("category = \"category\"\n", "").replace("coupon_code = \"coupon\"\n", "");
    let shop = shop_of(folder.path(), &plain);
    let measures: Vec<Value> = verdicts(&shop, "").into_iter().map(|one| one["measure"].clone()).collect();
    assert_eq!(measures, ["season", "weekend_orders"]);
}

fn verdicts(shop: &Shop, stated: &str) -> Vec<Value> {
    let report = analyse(shop, "hypotheses", &Filters::default(), &[("stated", stated)]);
    rows(&result(&report), "verdicts").to_vec()
}

#[test]
fn planted_hypotheses() {
    let folder = tempfile::tempdir().unwrap();
    let shop = planted(folder.path());
    let found = verdicts(
        &shop,
        "coupon_share higher by:gender:female; coupon_share lower by:gender:female; gender:female falls by:shoe:33,36; \
         region:Seoul differs by:gender; weekend_orders higher; season same_for_all; category_price rises by:shoe:33,36",
    );
    let holds: Vec<&str> = found.iter().map(|one| one["holds"].as_str().unwrap()).collect();
    // Half of the orders fall on the one Saturday in seven days; a book is dearer than a toy, and men have the large
    // shoes; four weeks have no seasons.
    assert_eq!(holds, ["yes", "opposite", "yes", "not_shown", "yes", "undecided", "yes"], "{found:#?}");
    assert_eq!(found[0]["method"], "two_shares");
    near(&found[0]["figures"][0]["amount"], 0.5);
    assert_eq!(found[6]["by_construction"], false);
    assert!(
        found[4]["sentence"]["en"].as_str().unwrap().starts_with("Yes: 50% of the orders"),
        "{}",
        found[4]
    );
    // p-values are adjusted together.
    let (p, adjusted) = (found[3]["p_value"].as_f64().unwrap(), found[3]["adjusted_p"].as_f64().unwrap());
    assert!(adjusted >= p);
    let built = &verdicts(&shop, "category_price rises class")[0];
    assert_eq!(built["by_construction"], true);
}

#[test]
fn statements_of_the_file_come_first() {
    let folder = tempfile::tempdir().unwrap();
    planted(folder.path());
    let toml = format!(
        "{TOML}[[hypotheses]]\nmeasure = \"region:Busan\"\ndirection = \"higher\"\ngroups = \"by:gender:male\"\n"
    );
    let shop = shop_of(folder.path(), &toml);
    let found = verdicts(&shop, "weekend_orders higher");
    let measures: Vec<&str> = found.iter().map(|one| one["measure"].as_str().unwrap()).collect();
    assert_eq!(measures, ["region:Busan", "weekend_orders"]);
}

/// Average units per customer by category and gender, in SQL.
#[test]
fn a_shop_with_everything_against_sql() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("baby-shop", folder.path()) else { return };
    let (_, found) = profile(&shop, &[("scheme", "by:gender"), ("top", "50")]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let query = "WITH buyers AS (SELECT customer_id, max(CASE WHEN is_purchase THEN 1 ELSE 0 END) AS bought \
                   FROM order_lines WHERE customer_key IS NOT NULL GROUP BY 1), \
                 people AS (SELECT buyers.customer_id AS id, lower(customers.gender) AS sex FROM buyers \
                   JOIN customers ON buyers.customer_id = customers.customer_id WHERE bought = 1), \
                 sizes AS (SELECT sex AS of_sex, CAST(count(*) AS DOUBLE) AS size FROM people GROUP BY 1) \
                 SELECT category, sex AS gender, sum(quantity) / max(size) AS mean FROM order_lines \
                 JOIN people ON customer_id = id JOIN sizes ON sex = of_sex \
                 WHERE is_purchase AND category IS NOT NULL GROUP BY 1, 2";
    let batches = runtime.block_on(shop.sql(query)).unwrap();
    let (categories, genders) = (texts(&batches, "category").unwrap(), texts(&batches, "gender").unwrap());
    let means = column::<Float64Type>(&batches, "mean", f64::NAN).unwrap();
    assert!(means.len() > 10, "{}", means.len());
    for ((category, gender), mean) in categories.iter().zip(&genders).zip(means) {
        let group = if gender.as_deref() == Some("f") { "female" } else { "male" };
        near(&cell(&found, "category_units", category.as_deref().unwrap(), group)["amount"], mean);
    }
    // The mix of each group is whole.
    for group in ["female", "male"] {
        let mix = rows(&found, "cells").iter();
        let mix = mix.filter(|one| one["dimension"] == "category_mix" && one["group"] == group);
        let whole: f64 = mix.map(|one| one["amount"].as_f64().unwrap()).sum();
        assert!((whole - 1.0).abs() < 1e-12, "{whole}");
    }
}

#[test]
fn threads_and_the_future_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("baby-shop", folder.path()) else { return };
    let all = |shop: &Shop, as_of: Option<&str>| {
        let filters = Filters { as_of: as_of.map(str::to_owned), ..Filters::default() };
        result(&analyse(shop, "segment-profile", &filters, &[("scheme", "nine")]))
    };
    let one = tempfile::tempdir().unwrap();
    let single = {
        let text = shop
            .config
            .text
            .replace("[cleaning.test_accounts]", "[engine]\nthreads = 1\n[cleaning.test_accounts]");
        shop_of(one.path(), &text)
    };
    assert_eq!(all(&shop, None), all(&single, None));
    let early = all(&shop, Some("2019-06-30"));
    let customers = |found: &Value| -> u64 {
        rows(found, "groups").iter().map(|group| group["customers"].as_u64().unwrap()).sum()
    };
    assert!(customers(&early) < customers(&all(&shop, None)) / 2);
}
