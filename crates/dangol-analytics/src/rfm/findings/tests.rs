use super::*;
use crate::rfm::params::RfmParams;
use crate::rfm::result::compute;

fn findings(totals: &CustomerTotals, params: RfmParams) -> Vec<Finding> {
    compute(totals, &params.check().unwrap()).unwrap().findings
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_ref()).collect()
}

fn equal(customers: usize) -> CustomerTotals {
    CustomerTotals {
        recency_days: vec![5; customers],
        frequency: vec![1.0; customers],
        monetary: vec![10.0; customers],
        orders: vec![1; customers],
    }
}

#[test]
fn nobody() {
    assert_eq!(codes(&findings(&CustomerTotals::default(), RfmParams::default())), ["no_customers"]);
}

#[test]
fn all_alike() {
    let found = findings(&equal(40), RfmParams::default());
    assert_eq!(found.iter().filter(|finding| finding.code == "all_equal").count(), 3);
    assert!(codes(&found).contains(&"merged_classes"));
    assert!(codes(&found).contains(&"one_order_share"));
    assert!(!codes(&found).contains(&"few_customers"));
}

#[test]
fn few() {
    let found = findings(&equal(1), RfmParams::default());
    assert!(codes(&found).contains(&"few_customers"));
    assert!(found.iter().any(|finding| finding.text.en.starts_with("1 customer only")));
    assert!(!codes(&found).contains(&"all_equal"));
}

#[test]
fn numbers_stand_in_the_text_and_beside_it() {
    let totals = CustomerTotals {
        recency_days: (0..100).collect(),
        frequency: (0..100).map(|i| if i < 20 { 5.0 - f64::from(i % 4) } else { 1.0 }).collect(),
        monetary: (0..100).map(|i| f64::from(100 - i)).chain([]).collect(),
        orders: (0..100).map(|i| if i < 20 { 5 - i % 4 } else { 1 }).collect(),
    };
    let found = findings(&totals, RfmParams::default());
    let merged = found.iter().find(|finding| finding.code == "merged_groups").unwrap();
    assert_eq!(merged.about.as_deref(), Some("frequency"));
    assert_eq!(merged.values["asked"], 5);
    assert_eq!(merged.text.en, "Many customers share the same frequency, so 5 groups became 2.");
    let once = found.iter().find(|finding| finding.code == "one_order_share").unwrap();
    assert_eq!(once.severity, Severity::Warning);
    assert!(once.text.en.starts_with("80% of customers ordered only once"), "{}", once.text.en);
    let best = found.iter().find(|finding| finding.code == "concentration").unwrap();
    assert!(best.text.en.starts_with("Platinum: "), "{}", best.text.en);
}

#[test]
fn shares_in_words() {
    assert_eq!([0.0, 0.004, 0.0994, 0.2907, 1.0].map(percent), ["0%", "0.4%", "9.9%", "29%", "100%"]);
}

#[test]
fn a_few_giants_crowd_the_rest() {
    let mut totals = equal(100);
    totals.monetary = (0..100).map(|i| if i == 0 { 1e6 } else { f64::from(i) }).collect();
    let params = RfmParams { model: ScoringModel::Interval, ..RfmParams::default() };
    let found = findings(&totals, params);
    let crowded = found.iter().find(|finding| finding.code == "crowded_group").unwrap();
    assert_eq!(crowded.about.as_deref(), Some("monetary"));
    assert_eq!(crowded.values["share"], 0.99);
}

#[test]
fn one_group_of_unequal_values_is_not_called_equal() {
    let mut totals = equal(100);
    totals.frequency[0] = 7.0;
    let found = findings(&totals, RfmParams::default());
    let merged = found.iter().find(|finding| finding.code == "merged_groups").unwrap();
    assert_eq!((merged.severity, &merged.values["groups"]), (Severity::Warning, &1.into()));
}
