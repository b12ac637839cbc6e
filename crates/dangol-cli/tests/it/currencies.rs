//! Amounts in several currencies in one column.

use serde_json::json;

use crate::support::{COLUMNS, HEADER, Shop, rows_of, source};

fn import(prices: &[&str]) -> (Shop, serde_json::Value) {
    let shop = Shop::new();
    let line = |(at, price): (usize, &&str)| format!("O{at},C{at},2024-01-02 10:00:00,P1,1,\"{price}\"\n");
    let lines: String = prices.iter().enumerate().map(line).collect();
    shop.write("orders.csv", format!("{HEADER}\n{lines}"));
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    let report = shop.import().json();
    (shop, report)
}

#[test]
fn are_said_with_their_counts() {
    let (shop, report) = import(&["₩12,000", "$12.50", "12,000원", "￦3,000", "-$2", "7000"]);
    assert_eq!(rows_of(&report, "kept"), 5);
    assert_eq!(
        source(&report)["mixed_currencies"],
        json!([{
            "column": "unit_price",
            "names_them": false,
            "currencies": [{ "value": "KRW", "rows": 3 }, { "value": "$", "rows": 2 }],
        }])
    );
    let quality = shop.dangol(&["quality", "--format", "json"]).json();
    let found = quality["findings"].as_array().expect("findings").iter();
    let found = found.clone().find(|finding| finding["code"] == "mixed_currencies").expect("it is said");
    assert_eq!(found["severity"], "serious");
    let text = found["text"]["en"].as_str().expect("text");
    assert!(text.contains("unit_price in order_lines") && text.contains("(KRW 3, $ 2)"), "{text}");
    let korean = shop.dangol(&["quality", "--language", "ko"]).succeeds().out;
    assert!(korean.contains("여러 통화가 섞여") && korean.contains("KRW 3개, $ 2개"), "{korean}");
}

#[test]
fn of_one_currency_nothing_is_said() {
    for prices in [
        &["₩12,000", "12,000원", "KRW 5,000", "100"][..],
        // What a sign may stand for is no other currency than the one that is named.
        &["US$5", "$6", "USD 7"],
        &["¥100", "200円"],
        &["¥100", "200元"],
        &["10", "-20", "(30)"],
    ] {
        let (_, report) = import(prices);
        assert_eq!(source(&report)["mixed_currencies"], json!([]), "{prices:?}");
    }
    let (_, report) = import(&["100円", "200元"]);
    assert_eq!(source(&report)["mixed_currencies"][0]["currencies"][0]["value"], "CNY");
    // An expression reads its numbers, too.
    let shop = Shop::new();
    shop.write("orders.csv", format!("{HEADER}\nO1,C1,2024-01-02,P1,2,€5\nO2,C1,2024-01-02,P1,2,£5\n"));
    let columns = COLUMNS.replace("unit_price = \"price\"", "");
    shop.configure(
        "path = \"../orders.csv\"",
        &format!("{columns}\n[sources.order_lines.expressions]\namount = \"price * quantity\"\n"),
    );
    let report = shop.import().json();
    assert_eq!(source(&report)["mixed_currencies"][0]["column"], "amount");
}

#[test]
fn a_column_that_names_several_is_said() {
    let shop = Shop::new();
    let line = |n: usize| {
        let (currency, price) = if n.is_multiple_of(3) { ("usd", 12) } else { ("KRW", 15_000) };
        format!("O{n},C{n},2024-01-02,P1,1,{price},{currency}\n")
    };
    let lines: String = (0..9).map(line).collect();
    let file = format!("{HEADER},Currency\n{lines}O9,C9,2024-01-03,P1,1,100,\n");
    shop.write("orders.csv", &file);
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!(
        source(&report)["mixed_currencies"],
        json!([{
            "column": "Currency",
            "names_them": true,
            "currencies": [{ "value": "KRW", "rows": 6 }, { "value": "USD", "rows": 3 }],
        }])
    );
    let quality = shop.dangol(&["quality"]).succeeds().out;
    assert!(quality.contains("by their column ‘Currency’ (KRW 6, USD 3)"), "{quality}");
    // One currency throughout, and a rate beside it.
    shop.write("orders.csv", file.replace("usd", "KRW").replace("Currency", "통화"));
    assert_eq!(source(&shop.import().json())["mixed_currencies"], json!([]));
    let rates = file.replace("Currency", "Currency rate").replace("usd", "1.2").replace("KRW", "1.3");
    shop.write("orders.csv", rates);
    assert_eq!(source(&shop.import().json())["mixed_currencies"], json!([]));
}
