//! Numbers and dates: what is printed reads back, and what is read is what was printed.

use jiff::Timestamp;
use jiff::fmt::strtime;

use crate::time::LocalClock;
use crate::values::{
    DateForm, NumberStyle, ParsedTime, detect_date_forms, identifier, is_missing, parse_flag, parse_month,
    parse_number,
};

/// Any text as a number, and any number as text.
pub(super) fn number(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let mut read = 0;
    for style in [NumberStyle::Point, NumberStyle::Comma] {
        if let Some(number) = parse_number(&text, style) {
            assert!(number.is_finite(), "{text}");
            reads_back(number, style);
            read += 1;
            assert_eq!(parse_number(&format!(" {text}\t"), style), Some(number), "blanks around {text}");
        }
    }
    let mut bits = [0; 8];
    for (to, from) in bits.iter_mut().zip(bytes) {
        *to = *from;
    }
    let number = f64::from_le_bytes(bits);
    if number.is_finite() {
        reads_back(number, NumberStyle::Point);
    }
    identifiers(&text);
    read + u64::from(parse_flag(&text).is_some())
}

fn reads_back(number: f64, style: NumberStyle) {
    let mark = style.decimal().to_string();
    let shortest = format!("{number:e}").replace('.', &mark);
    assert_eq!(parse_number(&shortest, style), Some(number), "{shortest}");
    if number.abs() >= 1e15 {
        return;
    }
    // As people write it: with groups of three and two places.
    let places = format!("{:.2}", number.abs());
    let (whole, cents) = places.split_once('.').unwrap_or((&places, "00"));
    let rounded: f64 = places.parse().expect("a number");
    let separator = if style == NumberStyle::Point { ',' } else { '.' };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    let written = format!("{grouped}{mark}{cents}");
    for (text, value) in [
        (written.clone(), rounded),
        (format!("₩{written}"), rounded),
        (format!("{written} 원"), rounded),
        (format!("-{written}"), -rounded),
        (format!("({written})"), -rounded),
    ] {
        assert_eq!(parse_number(&text, style), Some(value), "{text}");
    }
}

fn identifiers(text: &str) {
    let once = identifier(text);
    assert_eq!(identifier(&once), once, "an identifier is one already");
    assert_eq!(is_missing(text), is_missing(text.trim()));
}

/// Any text as a date, in any form; and any moment in the forms that people use.
pub(super) fn date(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let (name, rest) = text.split_once('\n').unwrap_or((&text, &text));
    let mut read = 0;
    if let Ok(form) = name.parse::<DateForm>() {
        let _ = (form.has_clock(), form.is_layout_of(rest));
        read += u64::from(form.parse(rest).is_some());
        assert_eq!(form.to_string().parse().as_ref(), Ok(&form), "the name of a form is its name");
    }
    for detected in detect_date_forms(&[rest]).forms {
        assert!(detected.form.parse(rest).is_some(), "{} is no {}", rest, detected.form);
    }
    read += u64::from(parse_month(rest).is_some());

    let mut bits = [0; 8];
    for (to, from) in bits.iter_mut().zip(bytes) {
        *to = *from;
    }
    // 1970 to 2068, so that two digits tell the year.
    let second = i64::from_le_bytes(bits).rem_euclid(3_092_515_200);
    printed(second);
    read
}

fn printed(second: i64) {
    const FORMS: [(&str, &str, i64); 8] = [
        ("YYYY-MM-DD HH:mm:ss", "%Y-%m-%d %H:%M:%S", 1),
        ("YYYY-MM-DD", "%Y-%m-%d", 86_400),
        ("D/M/YY", "%-d/%-m/%y", 86_400),
        ("M/D/YYYY h:mm A", "%-m/%-d/%Y %-I:%M %p", 60),
        ("YYYYMMDD", "%Y%m%d", 86_400),
        ("YYYY년 M월 D일 H:mm", "%Y년 %-m월 %-d일 %-H:%M", 60),
        ("MMM D, YYYY", "%b %-d, %Y", 86_400),
        ("DD.MM.YYYY HH:mm", "%d.%m.%Y %H:%M", 60),
    ];
    let zone = jiff::tz::TimeZone::UTC;
    let moment = |second| Timestamp::from_second(second).expect("a moment").to_zoned(zone.clone());
    for (name, print, unit) in FORMS {
        let form: DateForm = name.parse().expect("a form");
        let text = strtime::format(print, &moment(second)).expect("printed");
        let expected = moment(second - second.rem_euclid(unit)).datetime();
        match form.parse(&text) {
            Some(ParsedTime::Local { at, has_clock }) => {
                assert_eq!((at, has_clock), (expected, unit < 86_400), "{text} as {name}");
            }
            other => panic!("{text} as {name}: {other:?}"),
        }
        let found = detect_date_forms(&[text.as_str()]);
        assert!(!found.forms.is_empty(), "{text} is a date");
    }
    let text = moment(second).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let read = DateForm::rfc3339().parse(&text);
    assert_eq!(read, Some(ParsedTime::Absolute(moment(second).timestamp())), "{text}");

    let clock = LocalClock::new(&jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    assert_eq!(clock.to_utc(clock.to_local(second * 1_000_000)), second * 1_000_000);
}
