//! Single values: numbers, times and identifiers as shops write them.
//!
//! Everything here is pure, panics on nothing and says `None` to what it does not understand.
//!
//! ```
//! use dangol_shop::values::{DateForm, NumberStyle, identifier, parse_number};
//!
//! assert_eq!(parse_number("1,234원", NumberStyle::Point), Some(1234.0));
//! assert_eq!(parse_number("(12.50)", NumberStyle::Point), Some(-12.5));
//! assert_eq!(identifier("17850.0"), "17850");
//! let form: DateForm = "D/M/YYYY HH:mm".parse()?;
//! assert!(form.parse("24/12/2024 18:30").is_some());
//! # Ok::<(), dangol_shop::values::UnknownDateForm>(())
//! ```

mod date;
mod detect;
mod flag;
mod identifier;
mod number;

#[cfg(test)]
mod tests;

pub(crate) use date::is_month_name;
pub use date::{DateForm, ParsedTime, UnknownDateForm};
pub use detect::{DateDetection, DetectedForm, detect_date_forms};
pub use flag::{parse_flag, parse_month};
pub(crate) use identifier::trimmed;
pub use identifier::{identifier, identifier_column, is_missing};
pub use number::{CURRENCY_SIGNS, NumberStyle, currency_of, parse_number};
