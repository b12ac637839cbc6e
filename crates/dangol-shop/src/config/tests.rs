use std::path::Path;

use super::*;

fn parse(text: &str) -> Result<Config, ShopError> {
    Config::parse(Path::new("shop"), text.to_owned(), &["rfm", "cohorts"])
}

#[test]
fn sections_of_analyses_are_handed_through() {
    let config = parse("[shop]\nname = \"A\"\n[rfm]\nfrequency = \"lines\"\nweights = [1, 2, 3]\n").unwrap();
    assert_eq!(config.shop.currency, "EUR");
    assert_eq!(config.analyses["rfm"], serde_json::json!({ "frequency": "lines", "weights": [1, 2, 3] }));
    assert_eq!(config.cleaning.cancellations, Cancellations::Keep);
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_word() {
    let error = parse("[shop]\nname = \"A\"\n\n[cleaning]\nduplicate = \"drop\"\n").unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("shop/shop.toml:5:1: unknown field `duplicate`"), "{text}");
    assert_eq!(error.hint(), "did you mean `duplicates`?");
}

#[test]
fn an_unknown_section_names_its_line_and_the_nearest_word() {
    let error = parse("[shop]\nname = \"A\"\n[cohort]\nperiod = \"week\"\n").unwrap_err();
    assert_eq!(error.to_string(), "shop/shop.toml:3: unknown section `[cohort]`");
    assert_eq!(error.hint(), "did you mean `cohorts`?");
}

#[test]
fn a_wrong_type_and_a_wrong_zone_are_refused() {
    let error = parse("[shop]\nname = 3\n").unwrap_err().to_string();
    assert!(error.starts_with("shop/shop.toml:2:8:"), "{error}");
    let error = parse("[shop]\nname = \"A\"\ntime_zone = \"Asia/Soul\"\n").unwrap_err().to_string();
    assert_eq!(error, "shop/shop.toml:3: unknown time zone `Asia/Soul`");
}

#[test]
fn a_delimiter_is_one_character() {
    let of = |written: &str| {
        let text =
            format!("[shop]\nname = \"A\"\n[sources.order_lines]\npath = \"a.csv\"\ndelimiter = {written}\n");
        parse(&text).map(|config| config.sources.order_lines.unwrap().delimiter)
    };
    assert_eq!(of("';'").unwrap(), Some(';'));
    assert_eq!(of("'tab'").unwrap(), Some('\t'));
    assert_eq!(of(r"'\t'").unwrap(), Some('\t'));
    let error = of("'||'").unwrap_err().to_string();
    assert!(error.starts_with("shop/shop.toml:5:13: a delimiter is one character"), "{error}");
}

#[test]
fn nearest_words() {
    assert_eq!(nearest("frequncy", ["frequency", "monetary"].into_iter()).as_deref(), Some("frequency"));
    assert_eq!(nearest("best", ["lost", "new"].into_iter()), None, "half of it differs");
    assert_eq!(nearest("xyz", ["frequency", "monetary"].into_iter()), None);
}
