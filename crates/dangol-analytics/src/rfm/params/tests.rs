use super::*;

#[test]
fn defaults_are_what_the_interface_promises() {
    let params: RfmParams = serde_json::from_str("{}").unwrap();
    assert_eq!(params, RfmParams::default());
    let json = serde_json::to_value(&params).unwrap();
    assert_eq!(json["model"], "quantile");
    assert_eq!(json["groups"], 5);
    assert_eq!(json["frequency"], "orders");
    assert_eq!(json["monetary"], "sum");
    assert_eq!(json["classes"], 3);
    assert_eq!(json["scheme"], "nine");
    assert_eq!(json["preset"], "fashion");
    assert_eq!(json["customers"], false);
    assert!(params.check().is_ok());
}

#[test]
fn an_unknown_parameter_is_refused() {
    let error = serde_json::from_str::<RfmParams>(r#"{"group": 5}"#).unwrap_err();
    assert!(error.to_string().contains("unknown field `group`"));
}

#[test]
fn impossible_values_are_refused() {
    let cases = [
        RfmParams { groups: 1, ..RfmParams::default() },
        RfmParams { groups: 11, ..RfmParams::default() },
        RfmParams { classes: 0, ..RfmParams::default() },
        RfmParams { weights: [0.0; 3], ..RfmParams::default() },
        RfmParams { weights: [1.0, f64::NAN, 1.0], ..RfmParams::default() },
        RfmParams { weights: [1.0, -1.0, f64::MAX], ..RfmParams::default() },
        RfmParams { model: ScoringModel::Trimmed, groups: 2, ..RfmParams::default() },
        RfmParams { scheme: "ten".to_owned(), ..RfmParams::default() },
        RfmParams { thresholds: Some(Thresholds::default()), ..RfmParams::default() },
    ];
    for params in cases {
        assert!(params.clone().check().is_err(), "{params:?}");
    }
}

#[test]
fn thresholds_must_ascend() {
    let mut thresholds = Thresholds::preset(Preset::Fashion);
    assert_eq!(thresholds.top_score(), 5);
    thresholds.recency_days = vec![90.0, 90.0];
    let params = RfmParams { thresholds: Some(thresholds), ..RfmParams::default() };
    assert!(matches!(params.check(), Err(RfmError::ThresholdList { name: "recency_days", .. })));
}
