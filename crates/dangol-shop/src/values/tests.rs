//! Values as shops write them, and as they do not.

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Option<f64> {
    parse_number(text, NumberStyle::Point)
}

fn comma(text: &str) -> Option<f64> {
    parse_number(text, NumberStyle::Comma)
}

#[test]
fn numbers_with_signs_and_separators() {
    let cases = [
        ("0", 0.0),
        ("12.5", 12.5),
        ("-12.5", -12.5),
        ("12.5-", -12.5),
        ("+12.5", 12.5),
        (".5", 0.5),
        ("5.", 5.0),
        (" 7 ", 7.0),
        ("1,234원", 1234.0),
        ("₩1,234", 1234.0),
        ("\\1,234", 1234.0),
        ("￦1,234", 1234.0),
        ("-₩1,234", -1234.0),
        ("₩-1,234", -1234.0),
        ("△1,234", -1234.0),
        ("£12.50", 12.5),
        ("(12.50)", -12.5),
        ("(£1,212.50)", -1212.5),
        ("$(3.00)", -3.0),
        ("US$ 12", 12.0),
        ("KRW 12,000", 12000.0),
        ("12 EUR", 12.0),
        ("1 234.5", 1234.5),
        ("1\u{a0}234", 1234.0),
        ("1'234'567.25", 1_234_567.25),
        ("１２，３４５", 12345.0),
        ("1.5E+3", 1500.0),
        ("2.5e-1", 0.25),
        ("17850.0", 17850.0),
        ("9007199254740993.5", 9_007_199_254_740_993.5),
        ("0.1234567890123456789", 0.123_456_789_012_345_68),
    ];
    for (text, value) in cases {
        assert_eq!(number(text), Some(value), "{text}");
    }
    for (text, value) in
        [("1.234,56", 1234.56), ("1 234,56", 1234.56), ("12,5", 12.5), ("1.234.567", 1_234_567.0)]
    {
        assert_eq!(comma(text), Some(value), "{text}");
    }
}

#[test]
fn currencies_that_numbers_are_written_with() {
    for (number, currency) in [
        ("₩1,234", Some("KRW")),
        ("1,234원", Some("KRW")),
        ("(US$ 5)", Some("USD")),
        ("-$5", Some("$")),
        ("＄5", Some("$")),
        ("￥5", Some("¥")),
        ("5円", Some("JPY")),
        ("-5.00", None),
        ("△5", None),
    ] {
        assert_eq!(currency_of(number), currency, "{number}");
    }
}

#[test]
fn what_is_no_number() {
    let texts = [
        "",
        " ",
        "-",
        ".",
        "12abc",
        "abc",
        "1,2,3",
        "1,23",
        "12,34,567",
        "1234,567",
        ",123",
        "1,234,",
        "1.2.3",
        "1,234 567",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "1e",
        "1e999",
        "e5",
        "5%",
        "(-5)",
        "--5",
        "((5))",
        "0x10",
        "1_000",
        "2019-01-01",
        "C536379",
        "원",
        "()",
    ];
    for text in texts {
        assert_eq!(number(text), None, "{text}");
    }
    assert_eq!(comma("12.50"), None);
}

fn local(text: &str, form: &str) -> Option<(DateTime, bool)> {
    match form.parse::<DateForm>().expect("a form").parse(text)? {
        ParsedTime::Local { at, has_clock } => Some((at, has_clock)),
        ParsedTime::Absolute(_) => None,
    }
}

#[test]
fn dates_in_many_forms() {
    let day = date(2024, 12, 5).at(0, 0, 0, 0);
    for (form, text) in [
        ("YYYY-MM-DD", "2024-12-05"),
        ("YYYY-MM-DD", "2024-12-5"),
        ("yyyy-MM-dd", " 2024-12-05 "),
        ("DD/MM/YYYY", "05/12/2024"),
        ("M/D/YYYY", "12/5/2024"),
        ("YYYY.MM.DD", "2024.12.05"),
        ("YYYY. M. D.", "2024. 12. 5."),
        ("YYYYMMDD", "20241205"),
        ("YY.MM.DD", "24.12.05"),
        ("YYYY년 M월 D일", "2024년 12월 5일"),
        ("D MMM YYYY", "5 December 2024"),
        ("MMM D, YYYY", "Dec 5, 2024"),
        ("Excel serial", "45631"),
    ] {
        assert_eq!(local(text, form), Some((day, false)), "{form}");
    }
    let moment = date(2024, 12, 5).at(15, 4, 9, 0);
    for (form, text) in [
        ("YYYY-MM-DD HH:mm:ss", "2024-12-05 15:04:09"),
        ("YYYY-MM-DDTHH:mm:ss", "2024-12-05T15:04:09"),
        ("YYYY-MM-DD A hh:mm:ss", "2024-12-05 오후 03:04:09"),
        ("M/D/YYYY h:mm:ss A", "12/5/2024 3:04:09 PM"),
        ("YYYYMMDDHHmmss", "20241205150409"),
        ("YYYY-MM-DD HH:MM:SS", "2024-12-05 15:04:09"),
    ] {
        assert_eq!(local(text, form), Some((moment, true)), "{form}");
    }
    let fraction = local("2024-12-05 15:04:09.25", "YYYY-MM-DD HH:mm:ss.SSS");
    assert_eq!(fraction, Some((date(2024, 12, 5).at(15, 4, 9, 250_000_000), true)));
    assert_eq!(local("45631.5", "Excel serial"), Some((date(2024, 12, 5).at(12, 0, 0, 0), true)));
    assert_eq!(local("69-01-01", "YY-MM-DD"), Some((date(1969, 1, 1).at(0, 0, 0, 0), false)));
    assert_eq!(local("68-01-01", "YY-MM-DD"), Some((date(2068, 1, 1).at(0, 0, 0, 0), false)));
}

#[test]
fn moments_with_an_offset() {
    let at: jiff::Timestamp = "2024-12-05T06:04:09Z".parse().expect("a time");
    for (form, text) in [
        ("RFC 3339", "2024-12-05T15:04:09+09:00"),
        ("RFC 3339", "2024-12-05 15:04:09 +0900"),
        ("RFC 3339", "2024-12-05 06:04:09 UTC"),
        ("RFC 3339", "2024-12-05T06:04:09.000Z"),
        ("YYYY/MM/DD HH:mm:ss Z", "2024/12/05 15:04:09 +09:00"),
        ("Unix seconds", "1733378649"),
        ("Unix milliseconds", "1733378649000"),
    ] {
        let parsed = form.parse::<DateForm>().expect("a form").parse(text);
        assert_eq!(parsed, Some(ParsedTime::Absolute(at)), "{form} {text}");
    }
}

#[test]
fn layouts_of_days_that_are_none() {
    for (form, text, is_layout) in [
        ("YYYY-MM-DD", "2024-02-30", true),
        ("YYYY-MM-DD HH:mm:ss", "0000-00-00 00:00:00", true),
        ("YYYY-MM-DD HH:mm:ss", "2024-02-30", false),
        ("D/M/YYYY", "31/2/2024", true),
        ("YYYY-MM-DD", "yesterday", false),
        ("RFC 3339", "2024-02-30", false),
    ] {
        assert_eq!(form.parse::<DateForm>().expect("a form").is_layout_of(text), is_layout, "{form} {text}");
    }
}

#[test]
fn what_is_no_date() {
    for (form, text) in [
        ("YYYY-MM-DD", "2024-02-30"),
        ("YYYY-MM-DD", "2024-13-01"),
        ("YYYY-MM-DD", "24-12-05"),
        ("YYYY-MM-DD", "2024-12-05 10:00"),
        ("YYYY-MM-DD HH:mm", "2024-12-05"),
        ("YYYY-MM-DD HH:mm", "2024-12-05 25:00"),
        ("YYYYMMDD", "2024121"),
        ("DD/MM/YYYY", "12/31/2024"),
        ("RFC 3339", "2024-12-05T15:04:09"),
        ("Excel serial", "nan"),
        ("Excel serial", "-1"),
        ("YYYY년 M월 D일", "2024년 12월"),
    ] {
        assert_eq!(form.parse::<DateForm>().expect("a form").parse(text), None, "{form} {text}");
    }
    for name in ["", "hello", "YYYYY-MM-DD", "YYYY", "DD.MM", "2024-01-01", "YYYY-MM-DD YYYY"] {
        assert!(name.parse::<DateForm>().is_err(), "{name}");
    }
}

fn detected(samples: &[&str]) -> Vec<(String, usize, Option<String>)> {
    detect_date_forms(samples)
        .forms
        .into_iter()
        .map(|f| (f.form.to_string(), f.matches, f.or.map(|or| or.to_string())))
        .collect()
}

#[test]
fn day_and_month_are_told_apart_over_the_whole_column() {
    let one = |form: &str, count| vec![(form.to_owned(), count, None)];
    assert_eq!(detected(&["01/02/2024", "13/02/2024"]), one("DD/MM/YYYY", 2));
    assert_eq!(detected(&["1/2/2024 8:26", "2/13/2024 10:00"]), one("M/D/YYYY H:mm", 2));
    assert_eq!(detected(&["12/1/10 8:26", "12/31/10 8:26"]), one("M/D/YY H:mm", 2));
    assert_eq!(detected(&["2024년 1월 5일", "2024년 12월 15일"]), one("YYYY년 M월 D일", 2));
    assert_eq!(
        detected(&["2024. 1. 5. 오후 3:04:05", "2024. 12. 15. 오전 11:04:05"]),
        one("YYYY. M. D. A h:mm:ss", 2)
    );
    assert_eq!(detected(&["20240105", "20241231", "", "NULL"]), one("YYYYMMDD", 2));
    assert_eq!(detected(&["2024-12-05T06:04:09Z"]), one("RFC 3339", 1));
}

#[test]
fn an_open_question_is_reported() {
    let found = detected(&["24.12.05", "24.12.31"]);
    assert_eq!(found, [("YY.MM.DD".to_owned(), 2, Some("DD.MM.YY".to_owned()))]);
    // In order as days of one month, out of order as months.
    let samples = ["01/03/2024", "02/03/2024", "05/03/2024", "01/04/2024"];
    let found = detected(&samples);
    assert_eq!(found, [("DD/MM/YYYY".to_owned(), 4, Some("MM/DD/YYYY".to_owned()))]);
}

#[test]
fn a_column_with_two_forms_shows_both() {
    let found = detected(&["2024-01-05", "2024-01-06", "07/31/2024"]);
    assert_eq!(found, [("YYYY-MM-DD".to_owned(), 2, None), ("MM/DD/YYYY".to_owned(), 1, None)]);
    // Days and months mixed up within one shape.
    let found = detected(&["31/01/2024", "30/01/2024", "01/31/2024"]);
    assert_eq!(found, [("DD/MM/YYYY".to_owned(), 2, None), ("MM/DD/YYYY".to_owned(), 1, None)]);
}

#[test]
fn names_and_amounts_are_not_dates() {
    let texts = ["1576.38", "hello", "2018-11 sale", "C536379", "12", "85123A", "가2018-11-05"];
    let found = detect_date_forms(&texts);
    assert_eq!((found.samples, found.unmatched), (7, 7), "{:?}", found.forms);
}

#[test]
fn identifiers_are_text() {
    for (text, id) in [
        ("17850.0", "17850"),
        (" 17850 ", "17850"),
        ("00042", "00042"),
        ("00042.00", "00042"),
        ("-3.0", "-3"),
        ("17850.5", "17850.5"),
        ("C536379", "C536379"),
        ("a.0", "a.0"),
        (".0", ".0"),
        ("1.", "1."),
        ("", ""),
    ] {
        assert_eq!(identifier(text), id);
    }
    assert!(is_missing(" ") && is_missing("NaN") && is_missing("\\N") && !is_missing("NA"));
}

#[test]
fn identifier_columns_of_any_type() {
    use arrow::array::{ArrayRef, Float32Array, Float64Array, Int64Array, LargeStringArray, StringArray};
    use std::sync::Arc;
    let texts = |column: ArrayRef| -> Vec<Option<String>> {
        let texts = identifier_column(&column).expect("text");
        texts.iter().map(|t| t.map(str::to_owned)).collect()
    };
    let some = |t: &str| Some(t.to_owned());
    let floats = Float64Array::from(vec![
        Some(17850.0),
        None,
        Some(f64::NAN),
        Some(0.5),
        Some(9_007_199_254_740_992.0),
        Some(-0.0),
    ]);
    assert_eq!(
        texts(Arc::new(floats)),
        [some("17850"), None, None, some("0.5"), some("9007199254740992"), some("0")]
    );
    assert_eq!(texts(Arc::new(Float32Array::from(vec![17850.0, 0.1]))), [some("17850"), some("0.1")]);
    assert_eq!(
        texts(Arc::new(Int64Array::from(vec![7, i64::MIN]))),
        [some("7"), some("-9223372036854775808")]
    );
    let large = LargeStringArray::from(vec![Some(" 1.0"), Some("NULL"), Some("007")]);
    assert_eq!(texts(Arc::new(large)), [some("1"), None, some("007")]);
    let words: arrow::array::DictionaryArray<arrow::datatypes::Int32Type> =
        vec![Some("x"), None, Some("2.0")].into_iter().collect();
    assert_eq!(texts(Arc::new(words)), [some("x"), None, some("2")]);
    assert_eq!(texts(Arc::new(StringArray::from(vec!["a"]))), [some("a")]);
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,40}", name in "[YMDHhmsSAZT/:. 년월일-]{0,20}") {
        let _ = parse_number(&text, NumberStyle::Point);
        let _ = parse_number(&text, NumberStyle::Comma);
        let _ = identifier(&text);
        let _ = detect_date_forms(&[&text, &name]);
        for form in [DateForm::rfc3339(), DateForm::excel_serial(), DateForm::unix_seconds()] {
            let _ = form.parse(&text);
        }
        if let Ok(form) = name.parse::<DateForm>() {
            let _ = form.parse(&text);
        }
    }

    #[test]
    fn date_like_texts_do_not_panic(text in "[0-9년월일 :./+TZ-]{0,30}") {
        let found = detect_date_forms(&[&text]);
        for detected in found.forms {
            prop_assert!(detected.form.parse(&text).is_some());
        }
    }

    #[test]
    fn plain_numbers_read_as_the_standard_library_reads_them(text in "-?[0-9]{1,17}(\\.[0-9]{0,12})?") {
        prop_assert_eq!(number(&text), text.parse().ok());
    }

    #[test]
    fn grouped_numbers_read_back(whole in 0_u64..1_000_000_000_000, cents in 0_u32..100) {
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let value: f64 = format!("{whole}.{cents:02}").parse().expect("a number");
        prop_assert_eq!(number(&format!("{grouped}.{cents:02}원")), Some(value));
        prop_assert_eq!(number(&format!("({grouped}.{cents:02})")), Some(-value));
    }

    #[test]
    fn form_names_read_back(name in "(YYYY-MM-DD|D/M/YY|MMM D, YYYY|YYYYMMDD)( HH:mm(:ss)?( Z)?)?") {
        let form: DateForm = name.parse().expect("a form");
        prop_assert_eq!(form.to_string(), name.clone());
        prop_assert_eq!(form.to_string().parse::<DateForm>(), Ok(form));
    }
}
