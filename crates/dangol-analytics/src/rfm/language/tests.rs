use super::*;

fn holds(text: &str, set: &[(Variable, f64)]) -> bool {
    let mut values = Values::zero();
    for &(variable, value) in set {
        values.set(variable, value);
    }
    Condition::parse(text).unwrap().holds(&values)
}

#[test]
fn and_binds_closer_than_or() {
    let r5 = [(Variable::R, 5.0)];
    assert!(holds("r = 5 or f = 1 and m = 1", &r5));
    assert!(!holds("(r = 5 or f = 1) and m = 1", &r5));
    assert!(holds("not f = 1 and r = 5", &r5));
}

#[test]
fn every_comparison() {
    let m3 = [(Variable::M, 3.0)];
    for text in
        ["m = 3", "m == 3", "m != 2", "m <> 2", "m < 4", "m <= 3", "m > 2", "m >= 3", "m ≤ 3", "m≥3", "m ≠ 4"]
    {
        assert!(holds(text, &m3), "{text}");
        assert!(!holds(&format!("not {text}"), &m3), "{text}");
    }
    assert!(holds("M BETWEEN 3 AND 4 and otherwise", &m3));
    assert!(holds("m between 1.5 and 3", &m3));
    assert!(!holds("m between 4 and 5", &m3));
    assert!(holds("monetary > -12.5", &m3));
}

#[test]
fn errors_say_where_and_what() {
    for (text, expected) in [
        ("", "column 1: expected a variable such as r, orders or recency_days, found the end"),
        ("r >= ", "column 6: expected a number, found the end"),
        ("r >= 4 und f = 1", "column 8: expected and, or, or the end, found \"und\""),
        ("(r >= 4", "column 8: expected and, or, or \")\", found the end"),
        ("recency_day > 3", "column 1: \"recency_day\" is not known; did you mean recency_days?"),
        (
            "r >= 4 and q = 1",
            "column 12: \"q\" is not known; use one of r, f, m, fm, score, orders, recency_days, frequency, monetary",
        ),
        ("r >= 4 && f = 1", "column 8: '&' means nothing here; write and"),
        ("r >= 1,000", "column 6: \"1,000\" is not a number"),
        (
            "score between 11 and 9",
            "column 22: between 11 and 9 holds for nothing; write the smaller number first",
        ),
        ("r 4", "column 3: expected a comparison such as >= or between, found \"4\""),
        (
            "점수 >= 4",
            "column 1: \"점수\" is not known; use one of r, f, m, fm, score, orders, recency_days, frequency, monetary",
        ),
        ("r >= 4 그리고", "column 8: expected and, or, or the end, found \"그리고\""),
        ("r = nan", "column 5: expected a number, found \"nan\""),
        ("r = 1e999", "column 5: \"1e999\" is not a number"),
    ] {
        assert_eq!(Condition::parse(text).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn nesting_has_an_end() {
    let text = format!("{}r = 1{}", "(".repeat(400), ")".repeat(400));
    assert_eq!(Condition::parse(&text).unwrap_err().problem, Problem::TooDeep);
    assert!(Condition::parse(&"not ".repeat(900)).is_err());
    assert_eq!(Condition::parse(&"r = 1 or ".repeat(10_000)).unwrap_err().problem, Problem::TooLong);
}
