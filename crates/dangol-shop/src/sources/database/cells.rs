//! From a database's values to Arrow columns.
//!
//! All three databases hand over values as text (PostgreSQL and MySQL in their text protocols), which
//! every type of theirs has, also those that nobody here has heard of. What a column is in Arrow is told by
//! its type in the database:
//!
//! | database | Arrow |
//! |---|---|
//! | whole numbers | `Int64`, unsigned `UInt64` |
//! | floating-point numbers | `Float64` |
//! | NUMERIC, DECIMAL | text, so that no digit is lost |
//! | boolean of PostgreSQL | `Boolean` |
//! | timestamp with time zone, TIMESTAMP of MySQL | moment in UTC |
//! | timestamp without time zone, DATETIME | local time of the shop |
//! | date | `Date32` |
//! | bytes | hexadecimal text (of PostgreSQL behind `\x`) |
//! | text, uuid, json, enum, arrays, everything else | text |
//!
//! Columns of SQLite have no types to rely on: its values are read as text, as those of a CSV file are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder, UInt64Builder,
};
use arrow::datatypes::{DataType, TimeUnit};

use crate::time::{days_since_epoch, local_micros};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Unsigned,
    Float,
    /// An exact number with decimals.
    Decimal,
    YesNo,
    /// A moment (`zoned`), or a local time.
    Time {
        zoned: bool,
    },
    Day,
    /// Bits as a number.
    Bits,
    Bytes,
    Text,
}

impl Kind {
    pub(super) fn arrow(self) -> DataType {
        match self {
            Self::Whole => DataType::Int64,
            Self::Unsigned | Self::Bits => DataType::UInt64,
            Self::Float => DataType::Float64,
            Self::YesNo => DataType::Boolean,
            Self::Time { zoned } => {
                DataType::Timestamp(TimeUnit::Microsecond, zoned.then(|| Arc::from("UTC")))
            }
            Self::Day => DataType::Date32,
            Self::Decimal | Self::Bytes | Self::Text => DataType::Utf8,
        }
    }

    /// Whether its values are any bytes, rather than text.
    pub(super) fn is_bytes(self) -> bool {
        matches!(self, Self::Bytes | Self::Bits)
    }
}

/// One value; `None` is NULL.
pub(super) struct Cell<'a> {
    pub(super) bytes: Option<Cow<'a, [u8]>>,
    /// A number with a point in it, whatever its column's type.
    pub(super) is_number: bool,
}

impl<'a> Cell<'a> {
    pub(super) fn of(bytes: Option<&'a [u8]>) -> Self {
        Self { bytes: bytes.map(Cow::Borrowed), is_number: false }
    }
}

/// A column of one batch while it is filled.
pub(super) struct Column {
    kind: Kind,
    /// Exact numbers are text, and read as the source writes numbers: `decimal = ","`.
    comma: bool,
    values: Values,
}

enum Values {
    Whole(Int64Builder),
    Unsigned(UInt64Builder),
    Float(Float64Builder),
    YesNo(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Text(StringBuilder),
}

impl Column {
    pub(super) fn new(kind: Kind, comma: bool) -> Self {
        let values = match kind {
            Kind::Whole => Values::Whole(Int64Builder::new()),
            Kind::Unsigned | Kind::Bits => Values::Unsigned(UInt64Builder::new()),
            Kind::Float => Values::Float(Float64Builder::new()),
            Kind::YesNo => Values::YesNo(BooleanBuilder::new()),
            Kind::Time { .. } => {
                Values::Time(TimestampMicrosecondBuilder::new().with_data_type(kind.arrow()))
            }
            Kind::Day => Values::Day(Date32Builder::new()),
            Kind::Decimal | Kind::Bytes | Kind::Text => Values::Text(StringBuilder::new()),
        };
        Self { kind, comma, values }
    }

    /// Appends a value; false if it does not read as the column's kind.
    pub(super) fn push(&mut self, cell: &Cell<'_>) -> bool {
        let bytes = cell.bytes.as_deref();
        let text = match bytes {
            _ if self.kind.is_bytes() => None,
            None => None,
            Some(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Some(text),
                Err(_) => return false,
            },
        };
        match &mut self.values {
            Values::Whole(values) => {
                let value = text.map(str::parse).transpose();
                value.is_ok_and(|value| {
                    values.append_option(value);
                    true
                })
            }
            Values::Unsigned(values) if self.kind == Kind::Bits => {
                values.append_option(
                    bytes.map(|bits| bits.iter().fold(0, |sum, bit| sum << 8 | u64::from(*bit))),
                );
                true
            }
            Values::Unsigned(values) => {
                let value = text.map(str::parse).transpose();
                value.is_ok_and(|value| {
                    values.append_option(value);
                    true
                })
            }
            Values::Float(values) => {
                let value = text.map(str::parse).transpose();
                value.is_ok_and(|value| {
                    values.append_option(value);
                    true
                })
            }
            Values::YesNo(values) => {
                values.append_option(text.map(|text| matches!(text, "t" | "true" | "1")));
                true
            }
            Values::Time(values) => {
                values.append_option(text.and_then(time));
                true
            }
            Values::Day(values) => {
                values.append_option(text.and_then(day));
                true
            }
            Values::Text(values) => {
                match (bytes, text) {
                    (Some(bytes), _) if self.kind == Kind::Bytes => values.append_value(hexadecimal(bytes)),
                    (_, Some(text)) if self.comma && (self.kind == Kind::Decimal || cell.is_number) => {
                        values.append_value(text.replace('.', ","));
                    }
                    (_, text) => values.append_option(text),
                }
                true
            }
        }
    }

    /// The values so far, and an empty column again.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Whole(values) => Arc::new(values.finish()),
            Values::Unsigned(values) => Arc::new(values.finish()),
            Values::Float(values) => Arc::new(values.finish()),
            Values::YesNo(values) => Arc::new(values.finish()),
            Values::Time(values) => Arc::new(values.finish()),
            Values::Day(values) => Arc::new(values.finish()),
            Values::Text(values) => Arc::new(values.finish()),
        }
    }
}

/// A day that is there but lies outside what jiff, or anybody's shop, knows: `infinity`, years before
/// Christ, a month of 0. It goes to the quarantine as an impossible date.
const IMPOSSIBLE: jiff::civil::Date = jiff::civil::Date::constant(1, 1, 1);

/// MySQL's way to write “no date” into a column that forbids NULL.
fn is_zero(text: &str) -> bool {
    text.starts_with("0000-00-00")
}

/// Microseconds; `2024-05-01 12:30:00.5`, with `+00` where the type has a zone.
fn time(text: &str) -> Option<i64> {
    if is_zero(text) {
        return None;
    }
    let utc = text.strip_suffix("+00").unwrap_or(text);
    // An offset behind the clock; as a civil time, jiff would read over it.
    let has_offset = utc.get(11..).is_some_and(|clock| clock.contains(['+', '-']));
    let micros = if has_offset {
        utc.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
    } else {
        utc.parse().ok().map(local_micros)
    };
    Some(micros.unwrap_or_else(|| local_micros(IMPOSSIBLE.at(0, 0, 0, 0))))
}

fn day(text: &str) -> Option<i32> {
    if is_zero(text) {
        return None;
    }
    Some(days_since_epoch(text.parse().unwrap_or(IMPOSSIBLE)))
}

/// Bytes as text that every database writes alike.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;

    #[test]
    fn times_are_read_whatever_the_database_writes() {
        let noon = 1_714_566_600_500_000;
        assert_eq!(time("2024-05-01 12:30:00.5"), Some(noon));
        assert_eq!(time("2024-05-01 12:30:00.5+00"), Some(noon));
        assert_eq!(time("2024-05-01 21:30:00.5+09"), Some(noon));
        assert_eq!(time("2024-05-01 18:00:00.5+05:30"), Some(noon));
        assert_eq!(time("0000-00-00 00:00:00"), None);
        for strange in ["infinity", "-infinity", "0044-03-15 12:00:00 BC", "2024-00-15 00:00:00"] {
            assert!(time(strange).is_some_and(|at| at < -60_000_000_000_000_000), "{strange}");
        }
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("0000-00-00"), None);
        assert!(day("infinity").is_some_and(|at| at < -700_000));
    }

    #[test]
    fn numbers_follow_the_decimal_mark() {
        let read = |kind, comma, is_number, text: &'static str| {
            let mut column = Column::new(kind, comma);
            assert!(column.push(&Cell { bytes: Some(Cow::Borrowed(text.as_bytes())), is_number }));
            column.finish().as_string::<i32>().value(0).to_owned()
        };
        assert_eq!(read(Kind::Decimal, false, false, "1234.50"), "1234.50");
        assert_eq!(read(Kind::Decimal, true, false, "1234.50"), "1234,50");
        assert_eq!(read(Kind::Text, true, false, "1.234,50"), "1.234,50");
        assert_eq!(read(Kind::Text, true, true, "1234.5"), "1234,5");
    }

    #[test]
    fn what_does_not_read_is_said() {
        assert!(!Column::new(Kind::Whole, false).push(&Cell::of(Some(b"many"))));
        assert!(!Column::new(Kind::Text, false).push(&Cell::of(Some(b"\xff"))));
        let mut bytes = Column::new(Kind::Bytes, false);
        assert!(bytes.push(&Cell::of(Some(b"\xff\x01"))) && bytes.push(&Cell::of(None)));
        let bytes = bytes.finish();
        assert_eq!(bytes.as_string::<i32>().value(0), "ff01");
        assert!(bytes.is_null(1));
        let mut bits = Column::new(Kind::Bits, false);
        assert!(bits.push(&Cell::of(Some(b"\x01\x02"))));
        assert_eq!(bits.finish().as_primitive::<arrow::datatypes::UInt64Type>().value(0), 258);
    }
}
