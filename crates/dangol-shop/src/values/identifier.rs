//! Identifiers are text, whatever the file holds.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;

/// Whole numbers up to here are exact in a 64-bit float; beyond, two identifiers may have become
/// one before the file was written, and their digits are taken as they are.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An identifier from a text field: without blanks around it, and without the `.0` that a
/// spreadsheet or data frame has appended. Leading zeros stay.
#[must_use]
#[inline]
pub fn identifier(text: &str) -> Cow<'_, str> {
    let text = trimmed(text);
    // What was appended ends in a zero.
    if text.as_bytes().last() != Some(&b'0') {
        return Cow::Borrowed(text);
    }
    let Some((whole, fraction)) = text.rsplit_once('.') else {
        return Cow::Borrowed(text);
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let appended = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b == b'0');
    Cow::Borrowed(if appended { whole } else { text })
}

/// A text without blanks around it. As [`str::trim`], and quicker where there is nothing to take off, as nearly always.
#[must_use]
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Whether a text field stands for “nothing”: blank, or what databases and data frames write for
/// a missing value (`NULL`, `NaN`, `None`, `N/A`, `<NA>`, `\N`). `NA` is not among them: it is
/// Namibia's country code.
#[must_use]
#[inline]
pub fn is_missing(text: &str) -> bool {
    let text = trimmed(text);
    let Some(first) = text.as_bytes().first() else { return true };
    // Called for every cell: few begin as one of the words does.
    matches!(first, b'N' | b'n' | b'#' | b'<' | b'\\')
        && matches!(
            text,
            "NULL" | "null" | "Null" | "NaN" | "nan" | "None" | "N/A" | "#N/A" | "<NA>" | "\\N" | "NaT"
        )
}

/// A column of identifiers as text, from text, whole numbers, floats, decimals or dictionaries.
/// What [`is_missing`] becomes null, as do float NaNs.
///
/// # Errors
/// If the column's type has no text form (lists, structures).
pub fn identifier_column(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    match column.data_type() {
        DataType::Float64 => {
            Ok(column.as_primitive::<Float64Type>().iter().map(|v| v.and_then(float)).collect())
        }
        DataType::Float32 => Ok(column
            .as_primitive::<Float32Type>()
            .iter()
            .map(|v| v.and_then(|v| if v.fract() == 0.0 { float(f64::from(v)) } else { Some(v.to_string()) }))
            .collect()),
        DataType::Dictionary(_, value) => {
            let plain = cast(column, value)?;
            identifier_column(&plain)
        }
        // No blanks and no ".0" to take off.
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()),
        DataType::Utf8 => Ok(clean(column.as_string::<i32>())),
        _ => Ok(clean(cast(column, &DataType::Utf8)?.as_string::<i32>())),
    }
}

fn clean(texts: &StringArray) -> StringArray {
    let changes = |text: &str| is_missing(text) || identifier(text).len() != text.len();
    if !texts.iter().flatten().any(changes) {
        return texts.clone();
    }
    let mut out = StringBuilder::with_capacity(texts.len(), texts.values().len());
    for text in texts {
        out.append_option(text.filter(|text| !is_missing(text)).map(identifier));
    }
    out.finish()
}

/// `17850.0` becomes `17850`; other numbers keep the shortest text that reads back equal.
fn float(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    Some(if value.abs() <= EXACT && value.fract() == 0.0 {
        format!("{}", value as i64)
    } else {
        value.to_string()
    })
}
