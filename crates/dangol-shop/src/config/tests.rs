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

#[test]
fn a_source_is_files_or_a_database() {
    let of = |source: &str| parse(&format!("[shop]\nname = \"A\"\n\n[sources.customers]\n{source}\n"));
    let mysql = "connection = \"mysql://shop@db/shop\"\n";
    for fine in [
        "path = \"a.csv\"".to_owned(),
        format!("{mysql}table = \"orders\"\nwhere = \"total > 0\"\npassword_file = \"pw\"\ndecimal = \",\""),
        format!("{mysql}query = \"select * from orders\""),
        "connection = \"${DB}\"\ntable = [\"a\", \"b\"]".to_owned(),
        "connection = \"postgres://shop:${PW}@db/shop\"\ntable = \"a\"".to_owned(),
        "connection = \"sqlite:shop.db\"\ntable = \"a\"".to_owned(),
    ] {
        of(&fine).unwrap_or_else(|error| panic!("{fine}: {error}"));
    }
    for (source, line, message) in [
        ("encoding = \"CP949\"".to_owned(), 4, "a source needs a `path`, or a `connection` to a database"),
        (
            "path = \"a.csv\"\ntable = \"a\"".to_owned(),
            6,
            "`table` is about a database: it goes with `connection`",
        ),
        (
            "path = \"a.csv\"\nquery = \"select 1\"".to_owned(),
            6,
            "`query` is about a database: it goes with `connection`",
        ),
        (
            format!("path = \"a.csv\"\n{mysql}table = \"a\""),
            6,
            "a source has a `path` or a `connection`, not both",
        ),
        (
            format!("{mysql}table = \"a\"\nsheet = \"1\""),
            7,
            "`sheet` is about files, not about a `connection`",
        ),
        (
            format!("{mysql}table = \"a\"\nquery = \"select 1\""),
            7,
            "a `connection` has a `table` or a `query`, not both",
        ),
        (mysql.to_owned(), 5, "a `connection` needs a `table` or a `query`"),
        (
            format!("{mysql}query = \"select 1\"\nwhere = \"a > 1\""),
            7,
            "`where` goes with `table`; write the condition into the `query`",
        ),
        (format!("{mysql}query = \"drop table a\""), 6, "`query` takes a single select: it begins with DROP"),
        (
            format!("{mysql}table = \"a\"\nwhere = \"1=1; drop table a\""),
            7,
            "`where` takes a condition: there is a second statement after `;`",
        ),
        (
            "connection = \"sqlite:a.db\"\ntable = \"a\"\npassword_file = \"pw\"".to_owned(),
            7,
            "a SQLite file has no password",
        ),
        (
            "connection = \"oracle://db\"\ntable = \"a\"".to_owned(),
            5,
            "a connection begins with `postgres://`, `mysql://`, `sqlite:` or `adbc:`",
        ),
    ] {
        let error = of(&source).unwrap_err().to_string();
        assert_eq!(error, format!("shop/shop.toml:{line}:1: {message}"), "{source}");
    }
    let error = of("connection = \"postgre://db\"\ntable = \"a\"").unwrap_err();
    assert_eq!(error.hint(), "did you mean `postgres`?");
}

#[test]
fn a_password_in_the_text_is_refused_and_not_repeated() {
    let text = "[shop]\nname = \"A\"\n[sources.order_lines]\n\
        connection = \"postgres://shop:geheim@db/shop\"\ntable = \"a\"\n";
    let error = parse(text).unwrap_err();
    let told = format!("{error} {} {error:?}", error.hint());
    assert!(
        told.contains("shop.toml:4:1: the connection holds a password: write `${SHOP_DB_PASSWORD}`"),
        "{told}"
    );
    assert!(!told.contains("geheim"), "{told}");
}

#[test]
fn attributes_are_called_by_their_label_else_by_a_korean_header_else_by_their_name() {
    let of = |labels: &str| {
        parse(&format!(
            "[shop]\nname = \"A\"\n[sources.customers]\npath = \"c.csv\"\n\
             attributes = {{ child_born_on = \"아이_생년월일\", tenure_months = \"Tenure_Months\" }}\n[labels]\n{labels}\n"
        ))
    };
    let words = |labels: &str, attribute: &str| of(labels).unwrap().label_of(attribute);
    let own = |en: &str, ko: &str| (en.to_owned(), ko.to_owned());
    assert_eq!(words("", "child_born_on"), own("Child born on", "아이 생년월일"));
    assert_eq!(words("", "tenure_months"), own("Tenure months", "Tenure months"));
    assert_eq!(words("tenure_months = \"가입 개월\"", "tenure_months"), own("가입 개월", "가입 개월"));
    let each = "child_born_on = { en = \"Birth of the child\" }";
    assert_eq!(words(each, "child_born_on"), own("Birth of the child", "아이 생년월일"));
    let error = of("child_born = \"x\"").unwrap_err();
    assert!(
        error.to_string().starts_with("shop/shop.toml:7:1: `child_born` is none of the `attributes`"),
        "{error}"
    );
    assert_eq!(error.hint(), "did you mean `child_born_on`?");
    let error = of("child_born_on = { fr = \"x\" }").unwrap_err().to_string();
    assert!(error.contains("a label is a text, or one for each language"), "{error}");
}
