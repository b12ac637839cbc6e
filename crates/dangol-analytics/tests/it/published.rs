//! Figures that others have published.

use dangol_shop::Filters;
use dangol_shop::import::FateKind;
use serde_json::Value;

use crate::shops::{analyse, online_retail, result};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn online_retail_gives_the_reference_figures() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = online_retail(folder.path()) else { return };
    let source = &shop.manifest.report.sources[0];
    assert_eq!(source.rows_read, 541_909);
    assert_eq!(source.fates.iter().map(|fate| fate.rows).sum::<u64>(), 541_909);
    let duplicates = source.fates.iter().find(|fate| fate.rule.as_deref() == Some("duplicates")).unwrap();
    assert_eq!(duplicates.rows, 5_268);
    assert_eq!(source.rows_of(FateKind::Quarantined), 2, "two corrections of the books have negative prices");

    let rfm = result(&analyse(&shop, "rfm", &Filters::default(), &[]));
    let factor = |name: &str, what: &str| number(&rfm["factors"][name][what]);
    assert_eq!(factor("recency_days", "count"), 4_338.0);
    // All digits of an independent computation in pandas.
    assert!((factor("recency_days", "mean") - 92.583_679).abs() < 1e-6);
    assert_eq!(factor("recency_days", "p50"), 51.0);
    assert_eq!(factor("recency_days", "p75"), 142.75);
    assert!((factor("recency_days", "std") - 100.019_339).abs() < 1e-6);
    assert!((factor("frequency", "mean") - 90.523_513).abs() < 1e-6);
    assert_eq!(factor("frequency", "max"), 7_676.0);
    assert!((factor("monetary", "mean") - 2_009.852_304).abs() < 1e-6);
    assert!((factor("monetary", "p25") - 306.4525).abs() < 1e-9);
    assert!((factor("monetary", "max") - 280_206.02).abs() < 1e-6);
    let classes: Vec<(String, u64)> = rfm["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| (class["class"].as_str().unwrap().to_owned(), class["customers"].as_u64().unwrap()))
        .collect();
    assert_eq!(classes, [("platinum".into(), 1_261), ("gold".into(), 1_409), ("silver".into(), 1_668)]);
    let scores: Vec<u64> =
        rfm["scores"].as_array().unwrap().iter().map(|row| row["customers"].as_u64().unwrap()).collect();
    assert_eq!(scores, [271, 261, 368, 383, 385, 362, 361, 349, 337, 330, 316, 306, 309]);
}

#[test]
fn online_retail_cohorts_agree_with_an_independent_computation() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = online_retail(folder.path()) else { return };
    let cohorts = result(&analyse(&shop, "cohorts", &Filters::default(), &[]));
    let first = &cohorts["cohorts"][0];
    assert_eq!(first["cohort"], "2010-12-01");
    assert_eq!(first["size"], 885);
    // Active customers by age of the December cohort, as published analyses of this set give
    // them after dropping cancellations and missing customers.
    let active: Vec<u64> =
        first["periods"].as_array().unwrap().iter().map(|cell| cell["active"].as_u64().unwrap()).collect();
    assert_eq!(active, [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]);
    let last = cohorts["cohorts"].as_array().unwrap().last().unwrap();
    assert_eq!(last["cohort"], "2011-12-01");
    assert_eq!(last["periods"][0]["incomplete"], true);
    assert_eq!(last["periods"][1]["active"], Value::Null);
    let customers: u64 =
        cohorts["cohorts"].as_array().unwrap().iter().map(|row| row["size"].as_u64().unwrap()).sum();
    assert_eq!(customers, 4_338);
}
