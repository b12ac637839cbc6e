//! Forms in which dates and times are written.

mod names;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A moment as a text gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedTime {
    /// By the shop's own clock; the time zone is said elsewhere.
    Local {
        /// Date and time; midnight where no time is given.
        at: DateTime,
        /// Whether a time of day was given.
        has_clock: bool,
    },
    /// With its offset from UTC.
    Absolute(Timestamp),
}

/// How a column writes its dates.
///
/// Made from a name by `parse()`, shown by that name. A name is a pattern of
///
/// | part | stands for |
/// |---|---|
/// | `YYYY`, `YY` | year; two digits: 00–68 are 2000–2068, 69–99 are 1969–1999 |
/// | `MM`, `M`, `MMM` | month: one or two digits, or an English name (`Jan`, `January`) |
/// | `DD`, `D` | day |
/// | `HH`, `H`, `hh`, `h` | hour; counted to 12 where `A` is present |
/// | `A` | AM, PM, 오전, 오후 |
/// | `mm`, `ss`, `SSS` | minute; second; fraction of a second, one to nine digits |
/// | `Z` | offset from UTC: `Z`, `UTC`, `+09:00`, `+0900`, `+09` |
///
/// and everything else as it stands (a blank: one or more). Whether a field is written with two
/// letters or one, it may have one digit or two, unless another field stands right beside it
/// (`YYYYMMDD`). Other names are `RFC 3339`
/// (`2024-12-24T18:30:00+09:00`), `Excel serial` (days since 1899-12-30), `Unix seconds`
/// and `Unix milliseconds`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateForm(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Pattern(Box<[Part]>),
    Rfc3339,
    ExcelSerial,
    UnixSeconds,
    UnixMilliseconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// Four digits.
    Year,
    /// Two digits.
    ShortYear,
    /// A field of one or two digits. `padded`: its name has two letters; `exact`: digits stand
    /// right beside it, so that it must have two.
    Number {
        field: Field,
        padded: bool,
        exact: bool,
    },
    MonthName,
    Fraction,
    Meridiem,
    Offset,
    Literal(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Month,
    Day,
    Hour,
    HalfDayHour,
    Minute,
    Second,
}

/// A name that is no date form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "‘{name}’ is no date form: {problem}. Write a pattern such as YYYY-MM-DD HH:mm:ss, D/M/YYYY \
     or YYYY년 M월 D일, or one of RFC 3339, Excel serial, Unix seconds, Unix milliseconds"
)]
pub struct UnknownDateForm {
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl DateForm {
    /// `2024-12-24T18:30:00+09:00`; the `T` may be a blank, fractions of seconds are read.
    #[must_use]
    pub fn rfc3339() -> Self {
        Self(Kind::Rfc3339)
    }

    /// Days since 1899-12-30, as Excel counts them (1900-03-01 and later), with the time of day as
    /// fraction, rounded to milliseconds.
    #[must_use]
    pub fn excel_serial() -> Self {
        Self(Kind::ExcelSerial)
    }

    /// Seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix_seconds() -> Self {
        Self(Kind::UnixSeconds)
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix_milliseconds() -> Self {
        Self(Kind::UnixMilliseconds)
    }

    /// Whether a text is laid out in this form, digits for digits, even if there is no such day: `2024-02-30`
    /// in `YYYY-MM-DD`.
    #[must_use]
    pub fn is_layout_of(&self, text: &str) -> bool {
        let layout = |text: &str, is_number: fn(char) -> bool| -> String {
            let mut layout: Vec<char> = text.chars().map(|c| if is_number(c) { '0' } else { c }).collect();
            layout.dedup_by(|a, b| *a == '0' && *b == '0');
            layout.into_iter().collect()
        };
        matches!(self.0, Kind::Pattern(_))
            && layout(text, |c| c.is_ascii_digit()) == layout(&self.to_string(), |c| c.is_ascii_alphabetic())
    }

    /// Whether the form gives a time of day.
    #[must_use]
    pub fn has_clock(&self) -> bool {
        match &self.0 {
            Kind::Pattern(parts) => parts
                .iter()
                .any(|part| matches!(part, Part::Number { field: Field::Hour | Field::HalfDayHour, .. })),
            Kind::Rfc3339 | Kind::ExcelSerial | Kind::UnixSeconds | Kind::UnixMilliseconds => true,
        }
    }

    /// Reads a text written in this form; blanks around it do not count.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<ParsedTime> {
        let text = text.trim();
        match &self.0 {
            Kind::Pattern(parts) => parse_parts(parts, text),
            Kind::Rfc3339 => parse_rfc3339(text),
            Kind::ExcelSerial => parse_excel(text),
            Kind::UnixSeconds => parse_unix(text, 1_000.0),
            Kind::UnixMilliseconds => parse_unix(text, 1.0),
        }
    }
}

/// Fields gathered while a pattern is read.
struct Fields {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    has_clock: bool,
    afternoon: Option<bool>,
    offset_seconds: Option<i32>,
}

impl Fields {
    const NONE: Self = Self {
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        has_clock: false,
        afternoon: None,
        offset_seconds: None,
    };

    #[inline]
    fn set(&mut self, field: Field, value: i8) {
        match field {
            Field::Month => self.month = value,
            Field::Day => self.day = value,
            Field::Hour | Field::HalfDayHour => {
                self.hour = value;
                self.has_clock = true;
            }
            Field::Minute => self.minute = value,
            Field::Second => self.second = value,
        }
    }

    fn time(self) -> Option<ParsedTime> {
        let hour = match self.afternoon {
            // Some exports write "PM 15:20".
            Some(_) if self.hour > 12 => self.hour,
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let at =
            DateTime::new(self.year, self.month, self.day, hour, self.minute, self.second, self.nanosecond)
                .ok()?;
        match self.offset_seconds {
            None => Some(ParsedTime::Local { at, has_clock: self.has_clock }),
            Some(seconds) => {
                let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
                offset.to_timestamp(at).ok().map(ParsedTime::Absolute)
            }
        }
    }
}

fn parse_parts(parts: &[Part], text: &str) -> Option<ParsedTime> {
    let mut rest = text;
    let mut fields = Fields::NONE;
    for part in parts {
        match *part {
            Part::Literal(char) if char.is_ascii() && char != ' ' => {
                if rest.as_bytes().first() != Some(&(char as u8)) {
                    return None;
                }
                rest = &rest[1..];
            }
            Part::Literal(' ') => {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() {
                    return None;
                }
                rest = trimmed;
            }
            Part::Literal(char) => rest = rest.strip_prefix(char)?,
            Part::Year => {
                let [a, b, c, d, ..] = *rest.as_bytes() else {
                    return None;
                };
                fields.year = i16::from(two(a, b)?) * 100 + i16::from(two(c, d)?);
                rest = &rest[4..];
            }
            Part::ShortYear => {
                let [a, b, ..] = *rest.as_bytes() else {
                    return None;
                };
                let year = i16::from(two(a, b)?);
                fields.year = year + if year <= 68 { 2000 } else { 1900 };
                rest = &rest[2..];
            }
            Part::Number { field, exact, .. } => {
                let bytes = rest.as_bytes();
                let (value, length) = match *bytes {
                    [a, b, ..] if exact || b.is_ascii_digit() => (two(a, b)?, 2),
                    [a, ..] if !exact => (digit(a)?, 1),
                    _ => return None,
                };
                fields.set(field, value);
                rest = &rest[length..];
            }
            Part::MonthName => {
                let (month, after) = month_name(rest)?;
                fields.month = month;
                rest = after;
            }
            Part::Fraction => {
                let (nanosecond, after) = fraction(rest)?;
                fields.nanosecond = nanosecond;
                rest = after;
            }
            Part::Meridiem => {
                let (afternoon, after) = meridiem(rest)?;
                fields.afternoon = Some(afternoon);
                rest = after;
            }
            Part::Offset => {
                let (seconds, after) = offset(rest)?;
                fields.offset_seconds = Some(seconds);
                rest = after;
            }
        }
    }
    if rest.is_empty() { fields.time() } else { None }
}

#[inline]
fn digit(byte: u8) -> Option<i8> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit as i8)
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<i8> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// English months, as dates name them.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a text is the English name of a month, or its beginning of three letters or more.
pub(crate) fn is_month_name(text: &str) -> bool {
    month_name(text.trim()).is_some_and(|(_, rest)| rest.is_empty())
}

fn month_name(text: &str) -> Option<(i8, &str)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = text[..letters].to_ascii_lowercase();
    if letters < 3 {
        return None;
    }
    let month = MONTHS.iter().position(|full| full.starts_with(&name))?;
    let after = &text[letters..];
    Some((month as i8 + 1, after.strip_prefix('.').unwrap_or(after)))
}

fn fraction(text: &str) -> Option<(i32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=9).contains(&length) {
        return None;
    }
    let value: i32 = text[..length].parse().ok()?;
    Some((value * 10_i32.pow(9 - length as u32), &text[length..]))
}

fn meridiem(text: &str) -> Option<(bool, &str)> {
    const WORDS: [(&str, bool); 10] = [
        ("오전", false),
        ("오후", true),
        ("AM", false),
        ("PM", true),
        ("am", false),
        ("pm", true),
        ("a.m.", false),
        ("p.m.", true),
        ("Am", false),
        ("Pm", true),
    ];
    WORDS.iter().find_map(|(word, afternoon)| Some((*afternoon, text.strip_prefix(word)?)))
}

fn offset(text: &str) -> Option<(i32, &str)> {
    for zero in ["Z", "z", "UTC", "GMT"] {
        if let Some(after) = text.strip_prefix(zero) {
            return Some((0, after));
        }
    }
    let (sign, after) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes, length) = match *after.as_bytes() {
        [a, b, b':', c, d, ..] => (two(a, b)?, two(c, d)?, 5),
        [a, b, c, d, ..] if c.is_ascii_digit() => (two(a, b)?, two(c, d)?, 4),
        [a, b, ..] => (two(a, b)?, 0, 2),
        _ => return None,
    };
    Some((sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60), &after[length..]))
}

fn parse_rfc3339(text: &str) -> Option<ParsedTime> {
    if !text.is_ascii() || text.len() < 17 {
        return None;
    }
    let bytes = text.as_bytes();
    let two_at = |at: usize| two(bytes[at], bytes[at + 1]);
    let fixed =
        bytes[4] == b'-' && bytes[7] == b'-' && matches!(bytes[10], b'T' | b't' | b' ') && bytes[13] == b':';
    if !fixed {
        return None;
    }
    let mut fields = Fields {
        year: i16::from(two_at(0)?) * 100 + i16::from(two_at(2)?),
        month: two_at(5)?,
        day: two_at(8)?,
        hour: two_at(11)?,
        minute: two_at(14)?,
        has_clock: true,
        ..Fields::NONE
    };
    let mut rest = &text[16..];
    if let [b':', a, b, ..] = *rest.as_bytes() {
        fields.second = two(a, b)?;
        rest = &rest[3..];
        if let Some(digits) = rest.strip_prefix('.') {
            let (nanosecond, after) = fraction(digits)?;
            fields.nanosecond = nanosecond;
            rest = after;
        }
    }
    let (seconds, after) = offset(rest.trim_start())?;
    fields.offset_seconds = Some(seconds);
    if after.is_empty() { fields.time() } else { None }
}

fn parse_excel(text: &str) -> Option<ParsedTime> {
    /// Milliseconds from 1899-12-30 to 1970-01-01.
    const EPOCH: i64 = 25_569 * 86_400_000;
    let serial: f64 = decimal(text)?;
    // Day 60 is 1900-02-29, which there never was; before it Excel's count is off by one.
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let milliseconds = (serial * 86_400_000.0).round() as i64 - EPOCH;
    let at = Timestamp::from_millisecond(milliseconds).ok()?;
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    Some(ParsedTime::Local { at, has_clock: serial.fract() != 0.0 })
}

fn parse_unix(text: &str, milliseconds: f64) -> Option<ParsedTime> {
    let value = decimal(text)? * milliseconds;
    if value.abs() > 1e14 {
        return None;
    }
    Timestamp::from_millisecond(value.round() as i64).ok().map(ParsedTime::Absolute)
}

/// Digits with a point perhaps; neither exponents nor names such as `inf`.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    if plain { text.parse().ok() } else { None }
}
