//! How often scikit-learn's boosting is right: `fixtures/boost.json`, written by the script of that name.

use dangol_models::boost::{BoostParams, boost};
use serde_json::Value;

#[test]
fn as_often_right_about_rows_not_seen() {
    let all: Value = serde_json::from_str(include_str!("fixtures/boost.json")).unwrap();
    let seen = all["seen"].as_u64().unwrap() as usize;
    let sets = all["sets"].as_object().unwrap();
    assert_eq!(sets.len(), 3);
    for (name, set) in sets {
        let numbers = |list: &Value| -> Vec<f64> {
            list.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
        };
        let rows: Vec<Vec<f64>> = set["rows"].as_array().unwrap().iter().map(numbers).collect();
        let labels: Vec<u32> = numbers(&set["labels"]).iter().map(|label| *label as u32).collect();
        let found =
            boost(rows[0].len(), &rows[..seen].concat(), &labels[..seen], &BoostParams::default()).unwrap();
        let test = rows[seen..].iter().zip(&labels[seen..]);
        let right = test.filter(|(row, label)| found.predict(row) == **label).count();
        let ours = right as f64 / (rows.len() - seen) as f64;
        let theirs = set["accuracy"].as_f64().unwrap();
        // 400 rows not seen: one standard error of a share near 0.8 is 0.02.
        assert!((ours - theirs).abs() < 0.04, "{name}: {ours} and {theirs}");
    }
}
