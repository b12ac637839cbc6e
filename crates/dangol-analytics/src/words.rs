//! Text for people, in both languages beside each other.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Months in English, from January.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Languages that people read.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// The same text in English and in Korean.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Words {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Words {
    /// Both texts.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { en: en.into(), ko: ko.into() }
    }

    /// The text in a language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }

    /// One text for both languages, for names that people gave themselves.
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { ko: en.clone(), en }
    }
}

/// A count as people write it: `132,186`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with thousands separated; two decimals below 100 if it is not whole.
pub(crate) fn number(value: f64) -> String {
    let decimals = if value.fract() == 0.0 || value.abs() >= 100.0 { 0 } else { 2 };
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) =
        plain.split_once('.').map_or((plain.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let mut text = String::new();
    if value < 0.0 && plain.chars().any(|digit| digit.is_ascii_digit() && digit != '0') {
        text.push('-');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// An amount in a currency (ISO 4217) as people write it: `£1,234`, `1,234원`, `1,234 CHF`.
pub(crate) fn money(amount: f64, currency: &str) -> Words {
    let text = number(amount.abs());
    let sign = if text.chars().any(|digit| matches!(digit, '1'..='9')) && amount < 0.0 { "-" } else { "" };
    let symbol = match currency {
        "KRW" => return Words::new(format!("{sign}₩{text}"), format!("{sign}{text}원")),
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        "JPY" | "CNY" => "¥",
        other => return Words::same(format!("{sign}{text} {other}").trim_end()),
    };
    Words::same(format!("{sign}{symbol}{text}"))
}

/// A share as people write it: `14%`, `2.5%`, and `under 0.1%` in English and Korean.
pub(crate) fn share(share: f64) -> Words {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        Words::new("under 0.1%", "0.1% 미만")
    } else if percent < 10.0 && percent > 0.0 {
        Words::same(format!("{percent:.1}%"))
    } else {
        Words::same(format!("{percent:.0}%"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(money(1234.6, "GBP").en, "£1,235");
        assert_eq!(money(-12.5, "USD").en, "-$12.50");
        assert_eq!(money(1234.0, "KRW"), Words::new("₩1,234", "1,234원"));
        assert_eq!(money(-0.001, "CHF").en, "0.00 CHF");
        assert_eq!(money(7.0, "").en, "7");
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!(grouped(132_186), "132,186");
        assert_eq!(grouped(999), "999");
        assert_eq!(share(0.000_1).en, "under 0.1%");
        assert_eq!(share(0.025).ko, "2.5%");
        assert_eq!(share(0.141).en, "14%");
    }
}
