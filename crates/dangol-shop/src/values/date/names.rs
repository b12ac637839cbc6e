//! The names of date forms: reading and showing them.

use std::fmt;
use std::str::FromStr;

use super::{DateForm, Field, Kind, Part, UnknownDateForm};

impl FromStr for DateForm {
    type Err = UnknownDateForm;

    fn from_str(name: &str) -> Result<Self, UnknownDateForm> {
        let words = name.trim().to_ascii_lowercase().replace(['-', '_'], " ");
        let kind = match words.as_str() {
            "rfc 3339" | "rfc3339" | "iso 8601" => Kind::Rfc3339,
            "excel serial" | "excel" => Kind::ExcelSerial,
            "unix seconds" | "unix" => Kind::UnixSeconds,
            "unix milliseconds" => Kind::UnixMilliseconds,
            _ => Kind::Pattern(
                pattern(name.trim()).map_err(|problem| UnknownDateForm { name: name.to_owned(), problem })?,
            ),
        };
        Ok(Self(kind))
    }
}

/// Cuts a pattern into parts.
fn pattern(name: &str) -> Result<Box<[Part]>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(letter) = rest.chars().next() {
        let run = rest.chars().take_while(|c| *c == letter).count();
        let number = |field| Part::Number { field, padded: run == 2, exact: false };
        let timed =
            parts.iter().any(|p| matches!(p, Part::Number { field: Field::Hour | Field::HalfDayHour, .. }));
        let (part, taken) = match (letter, run) {
            ('Y' | 'y', 4) => (Part::Year, run),
            ('Y' | 'y', 2) => (Part::ShortYear, run),
            // "HH:MM:SS" can only mean minutes and seconds.
            ('M', 2) if timed => (number(Field::Minute), run),
            ('S', 2) if timed && parts.last() == Some(&Part::Literal(':')) => (number(Field::Second), run),
            ('M', 1 | 2) => (number(Field::Month), run),
            ('M', 3 | 4) => (Part::MonthName, run),
            ('D' | 'd', 1 | 2) => (number(Field::Day), run),
            ('H', 1 | 2) => (number(Field::Hour), run),
            ('h', 1 | 2) => (number(Field::HalfDayHour), run),
            ('m', 1 | 2) => (number(Field::Minute), run),
            ('s', 1 | 2) => (number(Field::Second), run),
            ('S', 1..=9) => (Part::Fraction, run),
            ('A' | 'a', 1) => (Part::Meridiem, run),
            ('Z', 1) => (Part::Offset, run),
            ('Y' | 'y' | 'M' | 'D' | 'd' | 'H' | 'h' | 'm' | 's' | 'S' | 'A' | 'a' | 'Z', _) => {
                return Err("a part is repeated too often");
            }
            ('T', 1) => (Part::Literal('T'), 1),
            ('A'..='Z' | 'a'..='z', _) => return Err("an unknown letter"),
            ('0'..='9', _) => return Err("digits instead of letters"),
            (literal, _) => (Part::Literal(literal), 1),
        };
        let same = |earlier: &Part| match (*earlier, part) {
            (Part::Number { field: a, .. }, Part::Number { field: b, .. }) => a == b,
            (Part::Literal(_), _) => false,
            (a, b) => a == b,
        };
        if parts.iter().any(same) {
            return Err("a part occurs twice");
        }
        let is_digits = |p: &Part| matches!(p, Part::Number { .. } | Part::Year | Part::ShortYear);
        let mut part = part;
        if is_digits(&part) && parts.last().is_some_and(is_digits) {
            for neighbour in [parts.last_mut(), Some(&mut part)].into_iter().flatten() {
                if let Part::Number { exact, .. } = neighbour {
                    *exact = true;
                }
            }
        }
        parts.push(part);
        let bytes: usize = rest.chars().take(taken).map(char::len_utf8).sum();
        rest = &rest[bytes..];
    }
    let has = |wanted: fn(&Part) -> bool| parts.iter().any(wanted);
    if !has(|p| matches!(p, Part::Year | Part::ShortYear)) {
        return Err("the year is missing");
    }
    if !has(|p| matches!(p, Part::MonthName | Part::Number { field: Field::Month, .. })) {
        return Err("the month is missing");
    }
    Ok(parts.into())
}

impl fmt::Display for DateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = match &self.0 {
            Kind::Rfc3339 => return f.write_str("RFC 3339"),
            Kind::ExcelSerial => return f.write_str("Excel serial"),
            Kind::UnixSeconds => return f.write_str("Unix seconds"),
            Kind::UnixMilliseconds => return f.write_str("Unix milliseconds"),
            Kind::Pattern(parts) => parts,
        };
        for part in parts {
            match part {
                Part::Year => f.write_str("YYYY")?,
                Part::ShortYear => f.write_str("YY")?,
                Part::MonthName => f.write_str("MMM")?,
                Part::Fraction => f.write_str("SSS")?,
                Part::Meridiem => f.write_str("A")?,
                Part::Offset => f.write_str("Z")?,
                Part::Literal(literal) => write!(f, "{literal}")?,
                Part::Number { field, padded, .. } => {
                    let letter = match field {
                        Field::Month => "M",
                        Field::Day => "D",
                        Field::Hour => "H",
                        Field::HalfDayHour => "h",
                        Field::Minute => "m",
                        Field::Second => "s",
                    };
                    f.write_str(letter)?;
                    if *padded {
                        f.write_str(letter)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for DateForm {
    type Error = UnknownDateForm;

    fn try_from(name: String) -> Result<Self, UnknownDateForm> {
        name.parse()
    }
}

impl From<DateForm> for String {
    fn from(form: DateForm) -> Self {
        form.to_string()
    }
}
