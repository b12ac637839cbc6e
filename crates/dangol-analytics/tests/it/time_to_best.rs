//! The time to the best segment: by hand, and as a condition over all customers.

use dangol_analytics::{Report, run};
use dangol_shop::{Filters, Shop};
use serde_json::{Map, Value, json};

use crate::shops::{analyse, example, result, shop_of_csv};

/// The best: not away for more than 30 days, two orders or more, more than 100 spent.
const BY_EYE: &str = "[shop]\nname = \"T\"\ncurrency = \"KRW\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n\
    [rfm]\nmodel = \"thresholds\"\nscheme = \"mine\"\n\
    [rfm.thresholds]\nrecency_days = [30]\nfrequency = [1]\nmonetary = [100]\n\
    [rfm.rules]\nmine = [\n  { segment = \"vip\", when = \"r = 2 and f = 2 and m = 2\", name_en = \"VIP\", name_ko = \"VIP\" },\n\
    { segment = \"other\", when = \"otherwise\" },\n]\n";

/// As of 2024-12-31: `quick` gets there after 10 days, `gone` after 40 (and leaves), `steady` after 100 with the fourth
/// order; the second order of `split` comes on the day of the first, so they are there at once.
/// `slow` and `sleepy` buy again but little; `once` bought once, for much; `young` came in December.
const ORDERS: &str = "order,customer,at,amount\n\
    1,quick,2024-01-01,60\n2,quick,2024-01-11,60\n3,quick,2024-12-20,10\n\
    4,gone,2024-02-01,90\n5,gone,2024-03-12,20\n\
    6,steady,2024-03-01,30\n7,steady,2024-04-01,30\n8,steady,2024-05-01,30\n9,steady,2024-06-09,30\n\
    10,split,2024-05-05 09:00,80\n11,split,2024-05-05 18:00,30\n\
    12,slow,2024-02-10,10\n13,slow,2024-11-30,15\n\
    14,sleepy,2024-02-10,10\n15,sleepy,2024-03-10,15\n\
    16,once,2024-03-03,500\n\
    17,young,2024-12-01,10\n18,young,2024-12-05,10\n";

fn best(shop: &Shop, params: &[(&str, &str)]) -> (Report, Value) {
    let filters = Filters { as_of: Some("2024-12-31".into()), ..Filters::default() };
    let report = analyse(shop, "time-to-best", &filters, params);
    let found = result(&report);
    (report, found)
}

#[test]
fn eight_customers_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let (report, found) = best(&shop, &[]);
    let count = |name: &str| found[name].as_u64().unwrap();
    // There now: quick alone, since gone, steady and split have been away for longer than 30 days.
    let counts = [count("customers"), count("reached"), count("at_once"), count("there_now")];
    assert_eq!(counts, [8, 4, 1, 1]);
    assert_eq!(found["days"], json!({"p25": 25.0, "median": 40.0, "p75": 70.0}));
    assert_eq!(found["orders"], json!({"p25": 2.0, "median": 2.0, "p75": 3.0}));
    // Of 8 one ends at 0; of 7 one at 10; young is lost sight of at 30; of 5 one at 40; of 4 one at 100.
    let shares: Vec<(u64, u64, f64)> = found["curve"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| {
            let share = point["share"].as_f64().unwrap();
            (point["days"].as_u64().unwrap(), point["at_risk"].as_u64().unwrap(), share)
        })
        .collect();
    assert!(shares.is_empty(), "fewer than ten customers draw no curve: {shares:?}");
    // 1 − 7/8 · 6/7 · 4/5 · 3/4 = 1 − 0.45
    assert_eq!(found["median_days"], 100);
    assert_eq!(found["slow_after_days"], 70);
    assert_eq!(
        found["slow_track"],
        json!([{
            "customer_id": "slow", "first_order_on": "2024-02-10", "last_order_on": "2024-11-30",
            "days_since_first": 325, "recency_days": 31, "orders": 2, "revenue": 25.0,
            "r": 1, "f": 2, "m": 1, "segment": "other"
        }])
    );
    assert_eq!(found["slow"], 1);
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!(codes, ["few_reached", "reached_at_once", "time_taken", "slow_track", "best_by_order"]);
    // Whoever is still buying within 400 days is slow, too.
    let (_, wide) = best(&shop, &[("active_days", "400")]);
    assert_eq!(wide["slow"], 2);
    let (_, late) = best(&shop, &[("percentile", "99"), ("active_days", "400")]);
    assert_eq!(late["slow_after_days"], 99);
}

#[test]
fn what_comes_later_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let (_, found) = best(&shop, &[]);
    let folder = tempfile::tempdir().unwrap();
    let later = format!("{ORDERS}19,slow,2025-01-02,900\n20,tomorrow,2025-01-01,900\n");
    let shop = shop_of_csv(folder.path(), &later, BY_EYE);
    assert_eq!(best(&shop, &[]).1, found);
}

#[test]
fn whoever_is_there_has_got_there() {
    for name in ["kpi-lab", "online-retail", "baby-shop"] {
        let folder = tempfile::tempdir().unwrap();
        let Some(shop) = example(name, folder.path()) else { return };
        for scheme in ["nine", "eleven", "bands", "class"] {
            let found = result(&analyse(
                &shop,
                "time-to-best",
                &Filters::default(),
                &[("scheme", scheme), ("limit", "10000")],
            ));
            let count = |name: &str| found[name].as_u64().unwrap();
            let key = found["best"].as_str().unwrap();
            let movement = result(&analyse(
                &shop,
                "movement",
                &Filters::default(),
                &[("scheme", scheme), ("months", "0")],
            ));
            let now =
                movement["segments"].as_array().unwrap().iter().find(|one| one["segment"] == key).unwrap();
            assert_eq!(now["after"].as_u64().unwrap(), count("there_now"), "{name} {scheme}");
            assert!(count("reached") >= count("there_now") && count("reached") >= count("at_once"));
            assert!(count("reached") <= count("customers"));
            let slow = found["slow_track"].as_array().unwrap();
            assert_eq!(slow.len() as u64, count("slow"));
            assert!(slow.iter().all(|row| row["segment"] != key && row["orders"].as_u64().unwrap() >= 2));
            let shares: Vec<f64> = found["curve"]
                .as_array()
                .unwrap()
                .iter()
                .map(|point| point["share"].as_f64().unwrap())
                .collect();
            assert!(
                shares.len() > 3 && shares.windows(2).all(|pair| pair[0] <= pair[1]),
                "{name} {scheme} {shares:?}"
            );
            // Censoring lifts the share above the plain one, which takes the young for never.
            let plain = count("reached") as f64 / count("customers") as f64;
            assert!(*shares.last().unwrap() > 0.5 * plain, "{name} {scheme}");
        }
    }
}

#[test]
fn impossible_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop_of_csv(folder.path(), ORDERS, BY_EYE);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (name, value, expected) in [
        ("percentile", "100", "time-to-best: percentile = 100 is not possible; use 50 to 99"),
        ("active_days", "0", "time-to-best: active_days = 0 is not possible; use 1 to 730"),
    ] {
        let params: Map<String, Value> = [(name.to_owned(), json!(value))].into_iter().collect();
        let error = runtime.block_on(run(&shop, "time-to-best", &Filters::default(), params)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
