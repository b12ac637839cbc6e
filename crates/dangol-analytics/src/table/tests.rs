use serde::Serialize;
use serde_json::{Value, json};

use super::*;

#[derive(Serialize)]
struct Period {
    age: u32,
    rate: Option<f64>,
}

#[derive(Serialize)]
struct Group {
    size: u64,
    cohort: &'static str,
    periods: Vec<Period>,
}

#[derive(Serialize)]
struct Result {
    cohorts: Vec<Group>,
    factors: Factors,
    total: i64,
}

#[derive(Serialize)]
struct Factors {
    frequency: Factor,
}

#[derive(Serialize)]
struct Factor {
    mean: f64,
}

#[test]
fn nested_lists_are_laid_out_flat_in_the_order_of_the_fields() {
    let periods = vec![Period { age: 0, rate: Some(1.0) }, Period { age: 1, rate: None }];
    let result = Result {
        cohorts: vec![Group { size: 2, cohort: "a", periods }],
        factors: Factors { frequency: Factor { mean: 1.5 } },
        total: 3,
    };
    let tables = tables_of(&Json::of(&result).unwrap(), Language::En);
    let named = |name: &str| &tables.iter().find(|table| table.name == name).unwrap().rows;
    let names: Vec<&str> = named("cohorts").columns().iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["size", "cohort", "age", "rate"]);
    assert_eq!(named("cohorts").len(), 2);
    assert_eq!(named("cohorts").cell(1, 3), Json::Null);
    assert_eq!(named("factors").cell(0, 0), Json::Text("frequency".into()));
    assert_eq!(named("result").row(0).collect::<Vec<_>>(), [Json::Int(3)]);
}

#[test]
fn texts_in_both_languages_are_told_in_one() {
    #[derive(Serialize)]
    struct Card {
        key: &'static str,
        name: crate::Words,
        points: Vec<Period>,
    }
    #[derive(Serialize)]
    struct Cards {
        title: crate::Words,
        cards: Vec<Card>,
    }
    let card = |key, points| Card {
        key,
        name: crate::Words::new(format!("Card {key}"), format!("카드 {key}")),
        points,
    };
    let points = vec![Period { age: 1, rate: None }, Period { age: 2, rate: None }];
    let result = Cards {
        title: crate::Words::new("Cards", "카드들"),
        cards: vec![card("c1", points), card("c2", Vec::new())],
    };
    let tables = tables_of(&Json::of(&result).unwrap(), Language::Ko);
    assert_eq!(tables[0].rows.cell(0, 0), Json::Text("카드들".into()));
    let names: Vec<&str> = tables[1].rows.columns().iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["key", "name", "age", "rate"]);
    assert_eq!((tables[1].rows.len(), tables[1].rows.cell(1, 1)), (2, Json::Text("카드 c1".into())));
}

/// Everything that results are made of.
#[derive(Serialize)]
enum Kind {
    Plain,
    Holding(u8),
    Pair(u8, f32),
    Named { of: &'static str },
}

#[derive(Serialize)]
struct Flattened {
    id: &'static str,
    #[serde(flatten)]
    more: Factor,
    #[serde(skip_serializing_if = "Option::is_none")]
    seldom: Option<bool>,
}

#[test]
fn what_is_made_is_what_serde_json_makes() {
    let flattened = |id, seldom| Flattened { id, more: Factor { mean: 0.1 }, seldom };
    let value = (
        (1_u8, -2_i64, u64::from(u32::MAX), 0.1_f32, f64::NAN, 'x', "y", ()),
        [Kind::Plain, Kind::Holding(1), Kind::Pair(2, 0.3), Kind::Named { of: "z" }],
        vec![flattened("all", None), flattened("alike", None)],
        vec![flattened("not", None), flattened("alike", Some(true)), flattened("again", None)],
        std::collections::BTreeMap::from([(1, vec![1.5, 2.5]), (2, Vec::new())]),
        vec![Some(Factor { mean: 1.0 }), None],
        Vec::<Factor>::new(),
    );
    let made = Json::of(&value).unwrap();
    assert_eq!(serde_json::to_string(&made).unwrap(), serde_json::to_string(&value).unwrap());
}

#[test]
fn lists_of_like_objects_are_kept_by_column_and_others_are_not() {
    let of = |rows: Vec<Period>| Json::of(&rows).unwrap();
    let Json::Rows(rows) = of(vec![Period { age: 1, rate: None }, Period { age: 2, rate: Some(0.5) }]) else {
        panic!("like objects are rows")
    };
    let rates = &rows.columns()[1].values;
    assert!(matches!(rates, Values::Float(_)));
    assert_eq!([rates.get(0), rates.get(1)], [Json::Null, Json::Float(0.5)]);
    assert_eq!(of(Vec::new()), Json::List(Vec::new()));

    // The third is another, after two had become rows.
    let text = json!([{"a": 1, "b": "x"}, {"a": null, "b": "y"}, {"a": [2], "b": "z"}]);
    let made = Json::of(&text).unwrap();
    assert!(matches!(made, Json::List(_)));
    assert_eq!(serde_json::to_value(&made).unwrap(), text);

    // Kinds may change from row to row; nothing is rounded or lost.
    let text = json!([{"a": null}, {"a": 1}, {"a": 2.5}, {"a": "x"}, {"a": true}]);
    let made = Json::of(&text).unwrap();
    assert!(matches!(made, Json::Rows(_)));
    assert_eq!(serde_json::to_value(&made).unwrap(), text);

    assert_eq!(Json::of(&Value::Null).unwrap(), Json::Null);
}
