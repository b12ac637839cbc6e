use super::*;
use crate::rfm::params::{Frequency, Thresholds};

fn totals(recency_days: &[i64], frequency: &[f64], monetary: &[f64]) -> CustomerTotals {
    CustomerTotals {
        recency_days: recency_days.to_vec(),
        frequency: frequency.to_vec(),
        monetary: monetary.to_vec(),
        orders: vec![1; recency_days.len()],
    }
}

fn with(model: ScoringModel) -> RfmParams {
    RfmParams { model, ..RfmParams::default() }
}

/// `pandas.qcut` on each factor; recency is 6 − group.
#[test]
fn quantile() {
    let ten = totals(
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0],
        &[10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
    );
    let scores = score(&ten, &with(ScoringModel::Quantile)).unwrap();
    assert_eq!(scores.r, [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert_eq!(scores.f, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(scores.m, [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert_eq!(scores.score[0], 11.0);
}

#[test]
fn groups_that_merge_are_numbered_anew() {
    // qcut([1,1,1,1,2,2,3,4,8,20], 5, duplicates="drop") has four groups.
    let values = [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 8.0, 20.0];
    let days = values.map(|value| value as i64);
    let scores = score(&totals(&days, &values, &values), &with(ScoringModel::Quantile)).unwrap();
    assert_eq!(scores.f, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4]);
    assert_eq!(scores.r, [4, 4, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert_eq!((scores.frequency.groups, scores.frequency.asked), (4, 5));
    assert!(scores.frequency.merged());
}

#[test]
fn interval() {
    let values = [0.0, 20.0, 21.0, 50.0, 80.0, 81.0, 100.0];
    let days = values.map(|value| value as i64);
    let scores = score(&totals(&days, &values, &values), &with(ScoringModel::Interval)).unwrap();
    assert_eq!(scores.m, [1, 1, 2, 3, 4, 5, 5]);
    assert_eq!(scores.r, [5, 5, 4, 3, 2, 1, 1]);
    assert_eq!(scores.monetary.edges, [20.0, 40.0, 60.0, 80.0]);
}

#[test]
fn trimmed() {
    let values: Vec<f64> = (0..=100).map(f64::from).map(|x| if x == 100.0 { 10_000.0 } else { x }).collect();
    let days: Vec<i64> = values.iter().map(|&value| value as i64).collect();
    let scores = score(&totals(&days, &values, &values), &with(ScoringModel::Trimmed)).unwrap();
    assert_eq!(scores.monetary.edges, [20.0, 40.0, 60.0, 80.0]);
    assert_eq!((scores.m[20], scores.m[21], scores.m[80], scores.m[100]), (1, 2, 4, 5));
    assert_eq!((scores.r[20], scores.r[100]), (5, 1));
}

#[test]
fn cluster() {
    let values = [1.0, 2.0, 10.0, 11.0, 30.0, 31.0, 70.0, 71.0, 200.0];
    let days = values.map(|value| value as i64);
    let scores = score(&totals(&days, &values, &values), &with(ScoringModel::Cluster)).unwrap();
    assert_eq!(scores.m, [1, 1, 2, 2, 3, 3, 4, 4, 5]);
    assert_eq!(scores.r, [5, 5, 4, 4, 3, 3, 2, 2, 1]);
}

#[test]
fn preset_fashion() {
    let days = [0, 90, 91, 180, 181, 365, 366, 545, 546, 2000];
    let orders = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 50.0, 1.0, 1.0];
    let money: Vec<f64> = (1..=10).map(f64::from).collect();
    let scores = score(&totals(&days, &orders, &money), &with(ScoringModel::Thresholds)).unwrap();
    assert_eq!(scores.r, [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert_eq!(scores.f, [3, 4, 5, 5, 3, 4, 5, 5, 3, 3]);
    // P25 = 3.25, P50 = 5.5, P75 = 7.75, P95 = 9.55.
    assert_eq!(scores.m, [1, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    assert_eq!((scores.frequency.lowest, scores.frequency.highest, scores.frequency.groups), (3, 5, 3));
}

#[test]
fn own_thresholds() {
    let thresholds = Thresholds {
        recency_days: vec![30.0],
        frequency: vec![1.0, 5.0],
        monetary: vec![100.0],
        monetary_percentiles: Vec::new(),
    };
    let params = RfmParams { thresholds: Some(thresholds), ..with(ScoringModel::Thresholds) };
    let scores = score(&totals(&[30, 31], &[5.0, 6.0], &[100.0, 100.5]), &params).unwrap();
    assert_eq!((scores.r, scores.f, scores.m), (vec![3, 2], vec![2, 3], vec![2, 3]));
}

#[test]
fn percentiles_that_coincide_keep_their_scores() {
    let scores =
        score(&totals(&[1; 4], &[1.0; 4], &[5.0, 5.0, 5.0, 9.0]), &with(ScoringModel::Thresholds)).unwrap();
    assert_eq!(scores.m, [1, 1, 1, 5]);
    assert!(scores.monetary.merged());
}

#[test]
fn weights() {
    let params = RfmParams { weights: [0.5, 0.3, 0.2], ..RfmParams::default() };
    let scores = score(&totals(&[1, 9], &[1.0, 2.0], &[3.0, 1.0]), &params).unwrap();
    assert_eq!((scores.r[0], scores.f[0], scores.m[0]), (5, 1, 5));
    assert!((scores.score[0] - 3.8).abs() < 1e-12);
}

#[test]
fn edges() {
    for model in [
        ScoringModel::Quantile,
        ScoringModel::Interval,
        ScoringModel::Trimmed,
        ScoringModel::Cluster,
        ScoringModel::Thresholds,
    ] {
        let none = score(&CustomerTotals::default(), &with(model)).unwrap();
        assert!(none.score.is_empty());
        let one = score(&totals(&[3], &[1.0], &[9.0]), &with(model)).unwrap();
        assert_eq!(one.r.len(), 1);
        let equal = score(&totals(&[3; 6], &[1.0; 6], &[9.0; 6]), &with(model)).unwrap();
        assert!(equal.score.iter().all(|&score| score == equal.score[0]), "{model:?}");
        let nan = score(&totals(&[3; 2], &[1.0; 2], &[9.0, f64::NAN]), &with(model));
        assert!(matches!(nan, Err(RfmError::Numbers { factor: "monetary", .. })), "{model:?}");
    }
    let uneven = CustomerTotals { orders: vec![1], ..CustomerTotals::default() };
    assert!(matches!(score(&uneven, &RfmParams::default()), Err(RfmError::UnequalLengths { .. })));
}

#[test]
fn order_of_rows_does_not_matter() {
    let days: Vec<i64> = (0..50).map(|i| (i * 37) % 101).collect();
    let frequency: Vec<f64> = (0..50).map(|i| f64::from(1 + (i * 7) % 5)).collect();
    let monetary: Vec<f64> = (0..50).map(|i| f64::from((i * 53) % 97)).collect();
    let mut forward = totals(&days, &frequency, &monetary);
    for model in
        [ScoringModel::Quantile, ScoringModel::Interval, ScoringModel::Trimmed, ScoringModel::Cluster]
    {
        let params = RfmParams { frequency: Frequency::Lines, ..with(model) };
        let mut scores = score(&forward, &params).unwrap().score;
        forward.recency_days.reverse();
        forward.frequency.reverse();
        forward.monetary.reverse();
        let backward = score(&forward, &params).unwrap().score;
        scores.reverse();
        assert_eq!(scores, backward);
    }
}
