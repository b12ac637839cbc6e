use super::*;

#[test]
fn nested_lists_are_laid_out_flat_in_the_order_of_the_fields() {
    let text = r#"{"cohorts":[{"size":2,"cohort":"a","periods":[{"age":0,"rate":1.0},{"age":1,"rate":null}]}],
        "factors":{"frequency":{"mean":1.5}},"total":3}"#;
    let result: Json = serde_json::from_str(text).unwrap();
    let tables = tables_of(&result);
    let named = |name: &str| tables.iter().find(|table| table.name == name).unwrap();
    assert_eq!(named("cohorts").columns, ["size", "cohort", "age", "rate"]);
    assert_eq!(named("cohorts").rows.len(), 2);
    assert_eq!(named("cohorts").rows[1][3], Json::Null);
    assert_eq!(named("factors").rows[0][0], Json::Text("frequency".into()));
    assert_eq!(named("result").rows, vec![vec![Json::Int(3)]]);
}

#[test]
fn json_comes_back_as_it_was_written() {
    let text = r#"{"b":[1,2.5,"x",null,true],"a":{"z":1,"y":-2}}"#;
    let value: Json = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}
