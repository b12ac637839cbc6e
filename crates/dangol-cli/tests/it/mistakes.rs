//! Words that are not known, in `shop.toml` and on the command line: told with the place and the
//! nearest known one.

use std::fs;

use crate::support::{COLUMNS, Shop};

const PATH: &str = "path = \"../good.csv\"";

#[test]
fn keys_in_the_configuration() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let line_of = |needle: &str| {
        let text = fs::read_to_string(shop.toml()).expect("shop.toml");
        let line = text.lines().position(|line| line.contains(needle)).expect("the line") + 1;
        format!("shop.toml:{line}")
    };
    let cases = [
        ("[cleaning]\nduplicate = \"drop\"\n", "duplicate =", "duplicates"),
        ("[cleaning]\nzero_prices = \"drop\"\n", "zero_prices", "zero_price"),
        ("[cleaning]\nduplicates = \"dorp\"\n", "dorp", "drop"),
        ("[engine]\nthread = 2\n", "thread", "threads"),
        ("[rmf]\nfrequency = \"lines\"\n", "[rmf]", "rfm"),
        ("[clening]\nduplicates = \"drop\"\n", "[clening]", "cleaning"),
    ];
    for (section, needle, nearest) in cases {
        shop.configure(PATH, &format!("{COLUMNS}\n{section}"));
        let line = line_of(needle);
        for command in [&["import"][..], &["analyze", "rfm"]] {
            shop.dangol(command).refuses(&[&line], &[&format!("did you mean `{nearest}`?")]);
        }
    }
    for (columns, needle, nearest) in [
        (COLUMNS.replace("customer_id =", "custmer_id ="), "custmer_id", "customer_id"),
        (COLUMNS.replace("order_lines.columns]", "order_lines.colums]"), "colums]", "columns"),
        (
            COLUMNS.replace("sources.order_lines.columns]", "sources.orderlines.columns]"),
            "orderlines",
            "order_lines",
        ),
    ] {
        shop.configure(PATH, &columns);
        shop.import().refuses(&[&line_of(needle)], &[&format!("did you mean `{nearest}`?")]);
    }
    shop.configure(PATH, COLUMNS);
    shop.is_whole(&before);
}

/// A gap names a combination without a rule, an overlap the rule that never matches and those before it; both the line.
#[test]
fn rules_of_segments_are_checked_and_the_line_is_told() {
    let shop = Shop::with_orders();
    let rules = |rules: &[(&str, &str)]| {
        let rule = |(segment, when): &(&str, &str)| {
            format!("[[rfm.rules.mine]]\nsegment = \"{segment}\"\nwhen = \"{when}\"\n")
        };
        shop.configure(PATH, &format!("{COLUMNS}\n{}", rules.iter().map(rule).collect::<String>()));
    };
    let line_of = |needle: &str| {
        let text = fs::read_to_string(shop.toml()).expect("shop.toml");
        let line = text.lines().position(|line| line.contains(needle)).expect("the line") + 1;
        format!("shop.toml:{line}: rules.mine")
    };
    rules(&[("vip", "r >= 4 and m >= 4"), ("low", "r <= 3")]);
    let gap = ["no rule covers a customer with r = 4, f = 1, m = 1"];
    shop.dangol(&["analyze", "rfm"]).refuses_with(2, &[&line_of("[[rfm"), gap[0]], &[]);
    rules(&[("good", "r >= 3"), ("vip", "r >= 4 and f >= 4"), ("rest", "otherwise")]);
    let idle = "segment \"vip\" can never occur, since good always matches first";
    for command in [&["analyze", "rfm"][..], &["analyze", "movement"], &["analyze", "customers"]] {
        shop.dangol(command).refuses_with(2, &[&line_of("\"vip\""), idle], &[]);
    }
    rules(&[("best", "r >= 6"), ("rest", "otherwise")]);
    let never = "no customer fulfils \"r >= 6\" (scores go from 1 to 5)";
    shop.dangol(&["analyze", "rfm"]).refuses_with(2, &[&line_of("\"best\""), never], &[]);
    rules(&[("best", "r >== 4"), ("rest", "otherwise")]);
    shop.dangol(&["analyze", "rfm"]).refuses_with(2, &[&line_of("\"best\""), "column 5"], &[]);
}

#[test]
fn a_section_that_begins_like_a_known_one() {
    let shop = Shop::with_orders();
    shop.configure(PATH, &format!("{COLUMNS}\n[source]\npath = \"x\"\n"));
    let text = fs::read_to_string(shop.toml()).expect("shop.toml");
    let line = text.lines().position(|line| line == "[source]").expect("the line") + 1;
    let place = format!("shop.toml:{line}:");
    shop.import().refuses(&[&place, "unknown section `[source]`"], &["did you mean `sources`?"]);
}

#[test]
fn values_in_the_configuration() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    fs::write(shop.toml(), "[shop]\nname = \"Test\"\ntime_zone = \"Asia/Soul\"\n").expect("written");
    shop.import().refuses(&["shop.toml:3", "unknown time zone `Asia/Soul`"], &["Asia/Seoul"]);
    fs::write(shop.toml(), "[shop]\nname = \"Test\"\ncurrency EUR\n").expect("written");
    let answer = shop.import();
    assert!(answer.code == 1 && answer.err.contains("shop.toml:3:"), "no TOML, with its place: {answer}");
    shop.configure("path = \"${DANGOL_NO_SUCH_VARIABLE}/good.csv\"", COLUMNS);
    shop.import().refuses(&["DANGOL_NO_SUCH_VARIABLE", "not set"], &["default"]);
    shop.configure(PATH, &format!("{COLUMNS}\n[cleaning]\nkeep = [\"quantty < 5\"]\n"));
    shop.import().refuses(&["shop.toml:16", "quantty < 5"], &["write"]);
    shop.configure(PATH, COLUMNS);
    shop.is_whole(&before);
}

#[test]
fn headers_that_are_not_in_the_file() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.configure(PATH, &COLUMNS.replace("\"customer\"", "\"costumer\""));
    let what = ["shop.toml:9", "good.csv", "no column `costumer`", "customer_id"];
    shop.import().refuses(&what, &["did you mean `customer`?"]);
    shop.configure(PATH, &COLUMNS.replace("\"customer\"", "\"who, please\""));
    shop.import().refuses(&["no column `who, please`"], &["order, customer, date, product, quantity, price"]);
    shop.configure(PATH, COLUMNS);
    shop.is_whole(&before);
}

#[test]
fn expressions_over_headers_that_are_not_in_the_file() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let expressions =
        format!("{COLUMNS}\n[sources.order_lines.expressions]\namount = \"prize * quantity\"\n");
    shop.configure(PATH, &expressions);
    shop.import().refuses(&["shop.toml:16", "prize * quantity"], &["the file's headers"]);
    shop.configure(PATH, COLUMNS);
    shop.is_whole(&before);
}

#[test]
fn analyses_and_their_parameters() {
    let shop = Shop::with_orders();
    shop.dangol(&["analyze", "rfn"]).refuses_with(2, &["no analysis `rfn`"], &["did you mean `rfm`?"]);
    shop.dangol(&["analyze", "xyzzyplugh"]).refuses_with(2, &["xyzzyplugh"], &["overview", "rfm", "cohorts"]);
    let set = |set: &str| shop.dangol(&["analyze", "rfm", "--set", set]);
    set("frequncy=lines").refuses_with(
        2,
        &["rfm", "no parameter `frequncy`"],
        &["did you mean `frequency`?"],
    );
    set("frequency").refuses_with(2, &["--set frequency", "`=`"], &["NAME=VALUE"]);
    let answer = set("frequency=linse");
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.err.contains("linse") && answer.err.contains("lines"), "{answer}");
}

#[test]
fn parameters_in_the_configuration() {
    let shop = Shop::with_orders();
    shop.configure(PATH, &format!("{COLUMNS}\n[rfm]\nfrequncy = \"lines\"\n"));
    let answer = shop.dangol(&["analyze", "rfm"]);
    answer.refuses_with(2, &["rfm", "`frequncy`"], &["did you mean `frequency`?"]);
}

#[test]
fn segments_customers_and_dates() {
    let shop = Shop::with_orders();
    let segment = |text: &str| shop.dangol(&["analyze", "overview", "--segment", text]);
    segment("nine:at_rsk").refuses_with(2, &["segment `nine:at_rsk`"], &["nine:at_risk"]);
    segment("nyne:at_risk").refuses_with(2, &["segment `nyne`"], &["did you mean `nine`?"]);
    segment("at_risk").refuses_with(2, &["segment `at_risk`"], &["nine:at_risk"]);
    let customer = |id: &str| shop.dangol(&["analyze", "customer", "--set", &format!("id={id}")]);
    customer("C99").refuses(&["no customer `C99`"], &["check the id"]);
    assert_eq!(customer("C03").code, 0);
    for option in ["--as-of", "--from"] {
        let answer = shop.dangol(&["analyze", "rfm", option, "2024-13-01"]);
        assert_ne!(answer.code, 0, "{answer}");
        assert!(answer.err.contains("2024-13-01") && answer.err.contains(" hint: "), "{answer}");
    }
}

#[test]
fn queries_that_are_none() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let sql = |query: &str| shop.dangol(&["sql", query]);
    sql("select count(*) from order_line").refuses_with(
        2,
        &["order_line"],
        &["order_lines, customer_profile and quarantine"],
    );
    sql("select custmer_id from order_lines").refuses_with(2, &["custmer_id"], &["describe order_lines"]);
    for query in [
        "drop table order_lines",
        "delete from order_lines",
        "insert into order_lines select * from order_lines",
    ] {
        let answer = sql(query);
        assert_ne!(answer.code, 0, "the store is read only: {answer}");
    }
    let copy = shop.root().join("copy.csv");
    let answer = sql(&format!("copy order_lines to '{}'", copy.display()));
    assert!(answer.code != 0 && !copy.exists(), "a query writes no file: {answer}");
    shop.is_whole(&before);
}

#[test]
fn queries_that_sort() {
    let shop = Shop::with_orders();
    assert_eq!(shop.count("select count(*) from order_lines where customer_id is null"), 0);
    let sorted = |query: &str| -> Vec<f64> {
        shop.sql(query).iter().map(|row| row["net_revenue"].as_f64().expect("a number")).collect()
    };
    for query in [
        "select net_revenue from order_lines order by net_revenue",
        "select net_revenue from order_lines where quantity > 0 order by net_revenue",
        "select * from order_lines order by net_revenue, ordered_at",
    ] {
        let found = sorted(query);
        assert!(found.len() == 72 && found.is_sorted(), "{query}: {found:?}");
    }
    assert_eq!(shop.sql("select * from quarantine order by line").len(), 0);
}

#[test]
fn init_does_not_overwrite() {
    let shop = Shop::with_orders();
    let text = fs::read_to_string(shop.toml()).expect("shop.toml");
    shop.dangol(&["init", "good.csv"]).refuses(&["shop.toml", "there already"], &["--force"]);
    assert_eq!(fs::read_to_string(shop.toml()).expect("shop.toml"), text);
    shop.init("good.csv").succeeds();
    assert_ne!(fs::read_to_string(shop.toml()).expect("shop.toml"), text);
}
