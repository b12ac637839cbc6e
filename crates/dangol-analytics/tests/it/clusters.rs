//! Clusters and grades on shops: groups that add up, are filters, and do not depend on who is looked at.

use dangol_shop::Filters;
use serde_json::Value;

use crate::shops::{analyse, example, result};

fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn sum(rows: &[Value], field: &str) -> f64 {
    rows.iter().map(|row| row[field].as_f64().unwrap()).sum()
}

#[test]
fn the_baby_shop_has_clusters_with_names() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("baby-shop", folder.path()) else { return };
    let everybody = Filters::default();
    let found = result(&analyse(&shop, "clusters", &everybody, &[]));
    let clusters = rows(&found["clusters"]);
    assert!(clusters.len() > 1, "{}", found["choice"]);
    assert_eq!(sum(clusters, "customers"), found["customers"].as_f64().unwrap());
    assert!((sum(clusters, "revenue_share") - 1.0).abs() < 1e-9);
    let names: Vec<&str> = clusters.iter().map(|card| card["name"]["ko"].as_str().unwrap()).collect();
    println!("{names:#?}");
    assert!(names.iter().any(|name| name.contains("이벤트 때 가입") && name.contains("쿠폰")), "{names:?}");

    // A cluster is a filter, and the clusters stay what they are under it.
    for card in clusters {
        let key = card["key"].as_str().unwrap();
        let only = Filters { segment: Some(format!("clusters:{key}")), ..Filters::default() };
        let overview = result(&analyse(&shop, "overview", &only, &[]));
        assert_eq!(overview["totals"]["customers"], card["customers"], "{key}");
        let again = result(&analyse(&shop, "clusters", &only, &[]));
        let own = rows(&again["clusters"]).iter().find(|row| row["key"] == card["key"]).unwrap();
        assert_eq!((&own["customers"], &again["customers"]), (&card["customers"], &card["customers"]));
    }

    let assigned = result(&analyse(&shop, "clusters", &everybody, &[("customers", "true")]));
    assert_eq!(rows(&assigned["assigned"]).len() as f64, sum(clusters, "customers"));
}

#[test]
fn grades_add_up_and_are_not_classes() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("ga-merch", folder.path()) else { return };
    let everybody = Filters::default();
    let found = result(&analyse(&shop, "grades", &everybody, &[]));
    let (factors, grades) = (rows(&found["factors"]), rows(&found["grades"]));
    assert_eq!(factors.len(), 5);
    assert!((sum(factors, "weight") - 1.0).abs() < 1e-9);
    assert_eq!(grades.len(), 5);
    assert_eq!(sum(grades, "customers"), found["customers"].as_f64().unwrap());
    assert_eq!(sum(rows(&found["scores"]), "customers"), found["customers"].as_f64().unwrap());
    // Coupon states as counts and as shares of each grade's lines: all purchased lines of the file.
    let coupons = rows(&found["coupons"]);
    assert_eq!(sum(coupons, "lines"), 52_924.0);
    for grade in grades.iter().filter(|grade| grade["customers"].as_u64() > Some(0)) {
        let own: Vec<Value> = coupons.iter().filter(|row| row["grade"] == grade["grade"]).cloned().collect();
        assert!((sum(&own, "share") - 1.0).abs() < 1e-9);
    }
    let gold = grades.iter().find(|grade| grade["grade"] == "gold").unwrap();
    let only = |segment: &str| Filters { segment: Some(segment.into()), ..Filters::default() };
    let filtered = result(&analyse(&shop, "overview", &only("grade:gold"), &[]));
    assert_eq!(filtered["totals"]["customers"], gold["customers"]);

    // By hand: all weight on recency makes grades of recency.
    let by_hand = result(&analyse(&shop, "grades", &everybody, &[("weights", "r=2")]));
    assert_eq!(by_hand["weights_from"], "by_hand");
    assert!(by_hand["classifier"].is_null());
    let means: Vec<f64> =
        rows(&by_hand["grades"]).iter().filter_map(|grade| grade["recency_days"].as_f64()).collect();
    assert!(means.is_sorted() && means.len() > 2, "{means:?}");
    let shap = result(&analyse(&shop, "grades", &everybody, &[("importance", "shap")]));
    assert_eq!(shap["weights_from"], "shap");
    assert!((sum(rows(&shap["factors"]), "weight") - 1.0).abs() < 1e-9);
}
