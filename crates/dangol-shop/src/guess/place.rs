//! The shop's currency and time zone, from signs, languages and countries.

use super::assign::{Assignment, has_word};
use super::column::Column;
use super::presets::Preset;
use crate::order_lines::Canonical;

/// Currency and time zone, and the notes that a person should read about them.
pub(super) struct Place {
    pub(super) currency: Option<String>,
    pub(super) time_zone: String,
    pub(super) notes: Vec<String>,
}

const CODES: [&str; 16] = [
    "KRW", "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "SGD", "HKD", "TWD", "INR", "SEK", "DKK",
    "PLN",
];

/// Time zones of currencies whose countries have one.
const ZONES: [(&str, &str); 11] = [
    ("KRW", "Asia/Seoul"),
    ("GBP", "Europe/London"),
    ("JPY", "Asia/Tokyo"),
    ("CNY", "Asia/Shanghai"),
    ("CHF", "Europe/Zurich"),
    ("SGD", "Asia/Singapore"),
    ("HKD", "Asia/Hong_Kong"),
    ("TWD", "Asia/Taipei"),
    ("INR", "Asia/Kolkata"),
    ("SEK", "Europe/Stockholm"),
    ("PLN", "Europe/Warsaw"),
];

/// Names of countries, with currency and time zone where there is one.
const COUNTRIES: [(&[&str], &str, Option<&str>); 9] = [
    (&["united kingdom", "uk", "gb", "great britain", "영국"], "GBP", Some("Europe/London")),
    (&["korea", "south korea", "republic of korea", "kr", "대한민국", "한국"], "KRW", Some("Asia/Seoul")),
    (&["japan", "jp", "일본"], "JPY", Some("Asia/Tokyo")),
    (&["germany", "de", "deutschland"], "EUR", Some("Europe/Berlin")),
    (&["france", "fr"], "EUR", Some("Europe/Paris")),
    (&["netherlands", "nl"], "EUR", Some("Europe/Amsterdam")),
    (&["united states", "usa", "us", "united states of america", "미국"], "USD", None),
    (&["spain", "es"], "EUR", Some("Europe/Madrid")),
    (&["italy", "it"], "EUR", Some("Europe/Rome")),
];

/// The currency is what a preset, a currency column, signs among the values or in headers, Korean
/// headers or the country of more than half of the orders say, in this order; the time zone that of
/// the preset, the country or the currency.
pub(super) fn place(columns: &[Column], found: &Assignment, preset: Option<Preset>) -> Place {
    if preset == Some(Preset::OnlineRetail) {
        // The export does not say in which zone its clock runs; published figures take its days as written.
        return Place { currency: Some("GBP".to_owned()), time_zone: "UTC".to_owned(), notes: Vec::new() };
    }
    let in_dollars = matches!(preset, Some(Preset::GaMerch | Preset::Thelook | Preset::KpiLab));
    let country = found.of(Canonical::Country, columns).and_then(home);
    let hangul = |text: &str| text.chars().any(|c| matches!(c, '가'..='힣'));
    let korean = columns.iter().filter(|column| hangul(&column.header)).count() * 2 > columns.len();
    let currency = column_of_currency(columns)
        .or_else(|| columns.iter().find_map(Column::currency).map(str::to_owned))
        .or_else(|| in_headers(columns))
        .or_else(|| (korean || preset == Some(Preset::Cafe24)).then(|| "KRW".to_owned()))
        .or_else(|| in_dollars.then(|| "USD".to_owned()))
        .or_else(|| country.map(|(currency, _)| currency.to_owned()));
    let zone = country.filter(|(of, _)| currency.as_deref() == Some(*of)).and_then(|(_, zone)| zone);
    let zone = zone.or_else(|| {
        let currency = currency.as_deref()?;
        ZONES.iter().find(|(of, _)| *of == currency).map(|(_, zone)| *zone)
    });
    let mut notes = Vec::new();
    if currency.is_none() {
        notes.push("Nothing tells the currency: set `currency` under [shop].".to_owned());
    }
    if zone.is_none() {
        notes.push(
            "Nothing tells the shop's time zone, so days are cut in UTC: set `time_zone` under \
             [shop], for example \"Asia/Seoul\"."
                .to_owned(),
        );
    }
    Place { currency, time_zone: zone.unwrap_or("UTC").to_owned(), notes }
}

/// Where more than half of the orders go.
fn home(column: &Column) -> Option<(&'static str, Option<&'static str>)> {
    let (name, count) = column.counts().first().map(|(name, count)| (name.to_lowercase(), *count))?;
    if count * 2 <= column.filled {
        return None;
    }
    let of = COUNTRIES.iter().find(|(names, ..)| names.contains(&name.as_str()))?;
    Some((of.1, of.2))
}

/// Whether a column called so says in which currency a row is.
pub(crate) fn names_a_currency(header: &str) -> bool {
    has_word(header, "currency") || header.contains("통화")
}

fn column_of_currency(columns: &[Column]) -> Option<String> {
    let column = columns.iter().find(|column| names_a_currency(&column.header))?;
    let code = column.counts().first()?.0.to_uppercase();
    CODES.contains(&code.as_str()).then_some(code)
}

/// `Price (£)`, `amount_usd`, `결제금액(원)`.
fn in_headers(columns: &[Column]) -> Option<String> {
    columns.iter().find_map(|column| {
        let header = &column.header;
        let code = CODES.iter().find(|code| has_word(header, &code.to_lowercase()));
        let sign = || match header {
            header if header.contains('£') => Some("GBP"),
            header if header.contains('€') => Some("EUR"),
            header if header.contains('₩') || header.contains("(원)") => Some("KRW"),
            header if has_word(header, "dollar") || has_word(header, "dollars") => Some("USD"),
            _ => None,
        };
        code.copied().or_else(sign).map(str::to_owned)
    })
}
