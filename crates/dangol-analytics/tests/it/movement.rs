//! Movement between segments: by hand, against RFM at both dates, and what it refuses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dangol_analytics::{AnalysisError, Report, run};
use dangol_shop::time::{date_of, days_since_epoch};
use dangol_shop::{AsOf, Filters, Scope, Shop};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::naive::{TOML, csv, lines};
use crate::shops::{analyse, example, result, shop_of_csv};

/// Thresholds that can be looked up by eye: not away for longer than 30 days, more than one order.
const BY_EYE: &str = "[shop]\nname = \"T\"\ncurrency = \"KRW\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n\
    [rfm]\nmodel = \"thresholds\"\nscheme = \"mine\"\n\
    [rfm.thresholds]\nrecency_days = [30]\nfrequency = [1]\nmonetary = [100]\n\
    [rfm.rules]\nmine = [\n  { segment = \"regular\", when = \"r = 2 and f = 2\", name_en = \"Regular\", name_ko = \"단골\" },\n\
    { segment = \"fresh\", when = \"r = 2\" },\n  { segment = \"asleep\", when = \"otherwise\" },\n]\n";

/// Seven customers, seen on 2024-03-31 and on 2024-06-30.
const ORDERS: &str = "order,customer,at,amount\n\
    1,left,2024-01-10,50\n2,left,2024-03-20,70\n\
    3,grew,2024-03-25,40\n4,grew,2024-06-20,60\n\
    5,slept,2024-01-15,30\n\
    6,new,2024-06-01,90\n\
    7,woke,2024-02-01,20\n8,woke,2024-06-29,25\n\
    9,passed,2024-04-10,10\n\
    10,kept,2024-03-05,15\n11,kept,2024-03-06,15\n12,kept,2024-06-15,5\n";

fn on(as_of: &str) -> Filters {
    Filters { as_of: Some(as_of.into()), ..Filters::default() }
}

fn rows<'a>(found: &'a Value, table: &str) -> &'a [Value] {
    found[table].as_array().unwrap()
}

fn refused(shop: &Shop, filters: &Filters, params: &[(&str, &str)]) -> AnalysisError {
    let params: Map<String, Value> =
        params.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run(shop, "movement", filters, params)).unwrap_err()
}

fn codes(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.as_ref()).collect()
}

#[test]
fn seven_customers_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let params = [("since", "2024-03-31"), ("flow", "NEW:asleep")];
    let report = analyse(&shop, "movement", &on("2024-06-30"), &params);
    let found = result(&report);
    let flows: Vec<(&str, &str, u64, f64, f64, f64)> = rows(&found, "flows")
        .iter()
        .map(|flow| {
            let number = |name: &str| flow[name].as_f64().unwrap();
            (
                flow["from"].as_str().unwrap(),
                flow["to"].as_str().unwrap(),
                flow["customers"].as_u64().unwrap(),
                number("row_share"),
                number("revenue_before"),
                number("revenue_between"),
            )
        })
        .collect();
    assert_eq!(
        flows,
        [
            ("regular", "regular", 1, 0.5, 30.0, 5.0),
            ("regular", "asleep", 1, 0.5, 120.0, 0.0),
            ("fresh", "regular", 1, 1.0, 40.0, 60.0),
            ("asleep", "regular", 1, 0.5, 20.0, 25.0),
            ("asleep", "asleep", 1, 0.5, 30.0, 0.0),
            ("NEW", "fresh", 1, 0.5, 0.0, 90.0),
            ("NEW", "asleep", 1, 0.5, 0.0, 10.0),
        ]
    );
    let counts = |name: &str| found[name].as_u64().unwrap();
    assert_eq!((counts("customers"), counts("known"), counts("new"), counts("back")), (7, 5, 2, 0));
    assert_eq!(found["best"], "regular");
    assert_eq!(found["moves"], json!({"stayed": 2, "moved": 3, "up": null, "down": null, "across": null}));
    assert_eq!(found["moves"], found["moves_with_other_edges"], "thresholds are the same at both dates");
    let regular = &rows(&found, "segments")[0];
    assert_eq!(
        *regular,
        json!({
            "segment": "regular", "name": {"en": "Regular", "ko": "단골"}, "level": null,
            "before": 2, "after": 3, "stayed": 1, "gained": 2, "lost": 1, "new": 0, "net": 1,
            "share_before": 0.4, "share_after": 3.0 / 7.0, "revenue_lost": 120.0, "revenue_gained": 60.0
        })
    );
    assert_eq!(
        rows(&found, "movers"),
        [json!({
            "customer_id": "passed", "orders": 1, "revenue_before": 0.0, "revenue_between": 10.0,
            "last_order_on": "2024-04-10", "recency_days": 81
        })]
    );
    let left = report.findings.iter().find(|finding| finding.code == "out_of_best").unwrap();
    assert_eq!(
        left.text.en,
        "1 of the 2 customers who were Regular on 2024-03-31 no longer are (50%); all of them are now asleep. They had brought ₩120 by the earlier date."
    );
    assert_eq!(
        left.text.ko,
        "2024-03-31에 ‘단골’이던 고객 2명 중 1명(50%)이 빠져나갔고, 모두 지금 ‘asleep’에 있어요. 이들이 비교 시점까지 올린 매출은 120원이에요."
    );
    // Five customers, 81 days of orders.
    assert!(codes(&report).contains(&"little_known"), "{:?}", codes(&report));
    assert!(codes(&report).contains(&"no_order"));
    // Only the as-of date itself: every earlier month is too small.
    assert_eq!(rows(&found, "sizes").len(), 3);
    assert_eq!(rows(&found, "months_left_out").len(), 11);
}

#[test]
fn three_months_unless_it_is_said_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let since = |filters: &Filters| result(&analyse(&shop, "movement", filters, &[]))["since"].clone();
    assert_eq!(since(&on("2024-06-30")), "2024-03-30");
    assert_eq!(since(&on("2024-05-31")), "2024-02-29", "February is shorter");
    assert_eq!(since(&on("2024-06-30T12:00:00Z")), "2024-03-30T12:00:00Z");
    // 2024-01-10 to 2024-03-10 are 60 days.
    let report = analyse(&shop, "movement", &on("2024-03-10"), &[]);
    assert_eq!(result(&report)["since"], "2024-02-09");
    assert!(codes(&report).contains(&"short_history"));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let as_of = on("2024-06-30");
    for (params, expected) in [
        (("since", "2024-06-30"), "movement: since = 2024-06-30 must lie before the as-of date 2024-06-30"),
        (("since", "2025-01-01"), "movement: since = 2025-01-01 must lie before the as-of date 2024-06-30"),
        (
            ("since", "2024-01-09"),
            "movement: since = 2024-01-09 lies before the first order in this scope; choose a date from 2024-01-10 on",
        ),
        (("months", "37"), "movement: months = 37 is not possible; use 0 to 36"),
        (("limit", "0"), "movement: limit = 0 is not possible; use 1 to 1000"),
    ] {
        assert_eq!(refused(&shop, &as_of, &[params]).to_string(), expected);
    }
    assert!(
        refused(&shop, &as_of, &[("since", "spring")]).to_string().contains("`spring` is not understood")
    );
    assert!(refused(&shop, &as_of, &[("flow", "regular")]).to_string().contains("regular, fresh, asleep"));
    assert_eq!(refused(&shop, &as_of, &[("scheme", "grade")]).code(), "unknown_segment");
    assert_eq!(refused(&shop, &as_of, &[("best", "regulars")]).hint(), "did you mean `regular`?");
    assert_eq!(refused(&shop, &on("2023-01-01"), &[]).code(), "nobody_in_scope");
    let all_on = refused(&shop, &on("2024-01-10"), &[]).to_string();
    assert!(all_on.contains("all orders in this scope lie on 2024-01-10"), "{all_on}");
    let late = Filters { from: Some("2024-05-01".into()), ..as_of };
    assert!(refused(&shop, &late, &[("since", "2024-04-01")]).to_string().contains("from 2024-05-01 on"));
}

#[test]
fn a_period_tells_those_who_are_back_from_those_who_are_new() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let filters = Filters { from: Some("2024-03-01".into()), ..on("2024-06-30") };
    let report = analyse(&shop, "movement", &filters, &[("since", "2024-03-31")]);
    let found = result(&report);
    // Within the period: left, grew and kept before; woke (first in February) is back; new and passed are new.
    assert_eq!(
        (found["known"].as_u64(), found["new"].as_u64(), found["back"].as_u64()),
        (Some(3), Some(2), Some(1))
    );
    let back = rows(&found, "flows").iter().find(|flow| flow["from"] == "BACK").unwrap();
    // One order since March: fresh, not regular.
    assert_eq!((back["to"].as_str(), back["direction"].as_str()), (Some("fresh"), Some("back")));
    assert!(codes(&report).contains(&"shorter_period"));
}

/// Customers by segment as RFM has them.
fn by_rfm(shop: &Shop, filters: &Filters, scheme: &str) -> BTreeMap<String, u64> {
    let (rule_set, list, key) =
        if scheme == "class" { ("nine", "classes", "class") } else { (scheme, "segments", "segment") };
    let found = result(&analyse(shop, "rfm", filters, &[("scheme", rule_set)]));
    rows(&found, list)
        .iter()
        .map(|row| (row[key].as_str().unwrap().to_owned(), row["customers"].as_u64().unwrap()))
        .filter(|(_, customers)| *customers > 0)
        .collect()
}

/// Customers by the end of the flows that `side` names.
fn by_side(found: &Value, side: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for flow in rows(found, "flows") {
        *sums.entry(flow[side].as_str().unwrap().to_owned()).or_default() +=
            flow["customers"].as_u64().unwrap();
    }
    sums
}

/// What must hold of any result.
fn adds_up(shop: &Shop, filters: &Filters, found: &Value) {
    let scheme = found["scheme"].as_str().unwrap();
    let mut starts = by_side(found, "from");
    let number = |name: &str| found[name].as_u64().unwrap();
    assert_eq!(starts.remove("NEW").unwrap_or(0), number("new"));
    assert_eq!(starts.remove("BACK").unwrap_or(0), number("back"));
    let earlier = Filters { as_of: Some(found["since"].as_str().unwrap().into()), ..filters.clone() };
    assert_eq!(starts, by_rfm(shop, &earlier, scheme), "rows are RFM at the earlier date");
    assert_eq!(by_side(found, "to"), by_rfm(shop, filters, scheme), "columns are RFM at the later date");
    assert_eq!(number("customers"), number("known") + number("new") + number("back"));
    let (mut up, mut down, mut stayed) = (0, 0, 0);
    let level: BTreeMap<&str, Option<u64>> = rows(found, "segments")
        .iter()
        .map(|segment| (segment["segment"].as_str().unwrap(), segment["level"].as_u64()))
        .collect();
    for flow in rows(found, "flows") {
        let (from, to) = (flow["from"].as_str().unwrap(), flow["to"].as_str().unwrap());
        let customers = flow["customers"].as_u64().unwrap();
        if let Some(before) = level.get(from) {
            stayed += customers * u64::from(from == to);
            up += customers * u64::from(level[to] > *before);
            down += customers * u64::from(level[to] < *before);
        }
    }
    let moves = &found["moves"];
    assert_eq!(
        (moves["stayed"].as_u64(), moves["moved"].as_u64()),
        (Some(stayed), Some(number("known") - stayed))
    );
    if level.values().all(Option::is_some) {
        assert_eq!((moves["up"].as_u64(), moves["down"].as_u64()), (Some(up), Some(down)));
    }
    for segment in rows(found, "segments") {
        let of = |name: &str| segment[name].as_i64().unwrap();
        assert_eq!(of("after"), of("stayed") + of("gained") + of("new"));
        assert_eq!(of("before"), of("stayed") + of("lost"));
        assert_eq!(of("net"), of("after") - of("before"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, ..ProptestConfig::default() })]

    #[test]
    fn rows_and_columns_are_rfm_at_both_dates(
        lines in lines(),
        as_of in 30..200_i32,
        ago in 1..60_i32,
        from in prop::option::of(0..25_i32),
        country in prop::option::of(prop::sample::select(vec!["KR", "JP"])),
        category in prop::option::of(prop::sample::select(vec!["tea", "toys"])),
        scheme in prop::sample::select(vec!["class", "nine", "eleven", "bands"]),
    ) {
        let start = days_since_epoch("2024-01-10".parse().unwrap());
        let text = |day: i32| date_of(start + day).to_string();
        let folder = tempfile::tempdir().unwrap();
        let shop = shop_of_csv(folder.path(), &csv(&lines), TOML);
        let filters = Filters {
            from: from.map(text),
            country: country.map(str::to_owned),
            category: category.map(str::to_owned),
            ..on(&text(as_of))
        };
        let since = text(as_of - ago);
        let params: Map<String, Value> = [("since", since.as_str()), ("scheme", scheme)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        match runtime.block_on(run(&shop, "movement", &filters, params)) {
            Ok(report) => adds_up(&shop, &filters, &result(&report)),
            // Nobody, or nothing before the earlier date.
            Err(AnalysisError::NobodyInScope { .. } | AnalysisError::BadParameter { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn profiles_of_several_moments_are_those_of_each(
        lines in lines(),
        moments in prop::collection::vec((0..200_i32, 0..86_400_000_i64, any::<bool>()), 1..5),
        from in prop::option::of(0..60_i32),
        country in prop::option::of(prop::sample::select(vec!["KR", "JP"])),
    ) {
        let start = days_since_epoch("2024-01-10".parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let shop = shop_of_csv(folder.path(), &csv(&lines), TOML);
        let filters = Filters {
            from: from.map(|day| date_of(start + day).to_string()),
            country: country.map(str::to_owned),
            ..on("2024-12-31")
        };
        let scope = Scope::parse(&filters, shop.default_as_of(), shop.clock()).unwrap();
        let moments: Vec<AsOf> = moments
            .into_iter()
            .map(|(day, millis, whole)| if whole {
                AsOf::Day(start + day)
            } else {
                AsOf::Moment(shop.clock().start_of_day(start + day) + millis * 1_000)
            })
            .collect();
        same_profiles(&shop, &scope, &moments);
    }
}

fn same_profiles(shop: &Shop, scope: &Scope, moments: &[AsOf]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let together = runtime.block_on(shop.profiles_at(scope, moments)).unwrap();
    for (moment, found) in moments.iter().zip(together) {
        let alone = runtime.block_on(shop.profiles(&Scope { as_of: *moment, ..scope.clone() })).unwrap();
        // Equal to the last bit: a sum that differs in it can fall on the other side of an edge.
        assert_eq!(format!("{found:?}"), format!("{alone:?}"), "{moment}");
    }
}

#[test]
fn returns_and_cancellations_are_taken_off_when_they_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("thelook-like", folder.path()) else { return };
    assert!(shop.manifest.totals.not_purchases > 0, "or this proves nothing");
    let scope = Scope::until(shop.default_as_of());
    let last = shop.default_as_of().day(shop.clock());
    let moments: Vec<AsOf> = [400, 200, 91, 1].map(|ago| AsOf::Day(last - ago)).into();
    same_profiles(&shop, &scope, &moments);
}

#[test]
fn real_shops_add_up_and_sizes_are_those_of_rfm() {
    for (name, schemes) in
        [("kpi-lab", &["nine", "eleven", "bands", "class"][..]), ("online-retail", &["nine"])]
    {
        let folder = tempfile::tempdir().unwrap();
        let Some(shop) = example(name, folder.path()) else { return };
        for scheme in schemes {
            let with = |edges: &str| {
                let params = [("scheme", *scheme), ("edges", edges), ("months", "3")];
                analyse(&shop, "movement", &Filters::default(), &params)
            };
            let (own, kept) = (with("own"), with("since"));
            assert!(codes(&own).contains(&"relative_scores") && codes(&kept).contains(&"accumulating"));
            let (own, kept) = (result(&own), result(&kept));
            adds_up(&shop, &Filters::default(), &own);
            assert_ne!(own["moves"], kept["moves"]);
            assert_eq!(own["moves"], kept["moves_with_other_edges"]);
            assert_eq!(own["moves_with_other_edges"], kept["moves"]);
            let sizes = rows(&own, "sizes");
            let mut dates: Vec<&str> = sizes.iter().map(|size| size["on"].as_str().unwrap()).collect();
            dates.dedup();
            assert_eq!(dates.len(), 4, "{dates:?}");
            for date in &dates[..3] {
                let of_date: BTreeMap<String, u64> = sizes
                    .iter()
                    .filter(|size| size["on"] == *date)
                    .map(|size| {
                        (size["segment"].as_str().unwrap().to_owned(), size["customers"].as_u64().unwrap())
                    })
                    .filter(|(_, customers)| *customers > 0)
                    .collect();
                assert_eq!(of_date, by_rfm(&shop, &on(date), scheme), "{name} {date}");
            }
        }
    }
}

fn by_own(shop: &Shop, scheme: &str) -> Value {
    result(&analyse(shop, "movement", &Filters::default(), &[("scheme", scheme), ("months", "0")]))
}

/// Nine customers by what they spent, in three classes; then nine come who spend little, and nobody else buys.
#[test]
fn with_edges_kept_nobody_moves_because_others_came() {
    let toml = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
        customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n\
        [rfm]\nweights = [0.0, 0.0, 1.0]\ngroups = 9\n";
    let mut orders = "customer,at,amount\n".to_owned();
    for number in 1..=9 {
        let _ = writeln!(orders, "old{number},2024-01-10,{number}00\nnew{number},2024-05-10,{number}");
    }
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), &orders, toml);
    let with = |edges: &str| {
        let params = [("scheme", "class"), ("since", "2024-03-31"), ("edges", edges)];
        analyse(&shop, "movement", &on("2024-06-30"), &params)
    };
    let (own, kept) = (with("own"), with("since"));
    // Among eighteen the first three are gold and the next three platinum.
    let own_moves = json!({"stayed": 3, "moved": 6, "up": 6, "down": 0, "across": 0});
    let kept_moves = json!({"stayed": 9, "moved": 0, "up": 0, "down": 0, "across": 0});
    assert_eq!((&result(&own)["moves"], &result(&kept)["moves"]), (&own_moves, &kept_moves));
    let said = own.findings.iter().find(|finding| finding.code == "relative_scores").unwrap();
    assert_eq!(
        said.text.en,
        "Scores compare customers with each other, so one can move because others did. With the edges of 2024-03-31 kept, 0 slid down (here 0) and 0 rose (here 6)."
    );
}

#[test]
fn filters_over_customers_follow_the_same_people() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let found = by_own(&shop, "nine");
    let filters = Filters { segment: Some("nine:at_risk".into()), ..Filters::default() };
    let some = result(&analyse(&shop, "movement", &filters, &[("scheme", "nine"), ("months", "0")]));
    let column = |found: &Value| -> Vec<(String, u64)> {
        rows(found, "flows")
            .iter()
            .filter(|flow| flow["to"] == "at_risk")
            .map(|flow| (flow["from"].as_str().unwrap().to_owned(), flow["customers"].as_u64().unwrap()))
            .collect()
    };
    assert!(!column(&some).is_empty());
    assert_eq!(column(&some), column(&found));
    assert_eq!(rows(&some, "flows").len(), column(&some).len(), "and nobody else");
}
