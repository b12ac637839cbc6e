//! What to simulate, and the check that it can be.

use std::num::NonZeroUsize;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Mailings, Process, SimError};

/// The largest shop: 4 billion order lines (customers are numbered in 32 bits).
pub const MAX_LINES: u64 = 4_000_000_000;
/// The longest simulated span: 20 years.
pub const MAX_DAYS: u32 = 7_305;

/// Form of the exported tables. The truth is always Parquet and JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated UTF-8 text with a header; the only form that can hold unparsable values.
    #[default]
    Csv,
    /// Typed columns: text as Utf8, money as Float64, `ordered_at` as Timestamp(µs) without zone.
    Parquet,
}

impl Format {
    /// The ending of file names, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Language of the names of products, categories, promotions and regions.
/// Codes (status, sales platform, country, channel) are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// What to simulate. [`Options::check`] turns it into [`Checked`], which [`simulate`](crate::simulate) takes.
///
/// ```
/// let options = dangol_sim::Options { lines: 1_000, seed: 7, ..Default::default() };
/// assert!(options.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Rows of the order-line table, met exactly (dirty rows included). Customers follow from it,
    /// about one for every 20 lines. Default 30,000.
    pub lines: u64,
    /// Equal seeds and options give equal bytes. Default 1.
    pub seed: u64,
    /// First day of the shop, in its own time zone. Default 2023-01-01.
    pub starts_on: Date,
    /// Length of the simulated span in days. Default 1,096 (to the end of 2025).
    pub days: u32,
    /// How often customers buy, and when they stop.
    pub process: Process,
    /// How much acquisition channels differ in purchase rate, lifetime and spend: their factors are
    /// raised to this power. 0 makes them all alike. Default 1.
    pub channel_effect: f64,
    /// How many times as much customers spend on later orders if their first order holds the gateway category
    /// (`gateway.category` in the truth). Default 1: what one begins with says nothing.
    pub gateway_effect: f64,
    /// Share of dirty rows, each of which comes on top of the clean ones. Default 0.01.
    pub dirt: f64,
    /// Cancelled attempts per purchase (the order is placed, cancelled, and placed again). Default 0.03.
    pub cancelled: f64,
    /// Returned orders per purchase, on top of the purchases. Default 0.02.
    pub returned: f64,
    /// Campaigns sent to customers, as a further table `contacts`. Default none; they change nothing in the other tables.
    pub mailings: Option<Mailings>,
    /// Language of names. Default English.
    pub language: Language,
    /// Worker threads; `None` takes what the machine has. Without influence on the result.
    pub threads: Option<NonZeroUsize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lines: 30_000,
            seed: 1,
            starts_on: Date::constant(2023, 1, 1),
            days: 1_096,
            process: Process::default(),
            channel_effect: 1.0,
            gateway_effect: 1.0,
            dirt: 0.01,
            cancelled: 0.03,
            returned: 0.02,
            mailings: None,
            language: Language::default(),
            threads: None,
        }
    }
}

/// Options that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked(Options);

impl Checked {
    /// The options as they were checked.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0
    }
}

impl Options {
    /// Checks each option against its range.
    ///
    /// # Errors
    /// [`SimError::Option`] names the first option outside its range, and the range.
    pub fn check(self) -> Result<Checked, SimError> {
        if !(1..=MAX_LINES).contains(&self.lines) {
            return Err(refused("lines", self.lines, "a number from 1 to 4,000,000,000"));
        }
        if !(1..=MAX_DAYS).contains(&self.days) {
            return Err(refused("days", self.days, "a number from 1 to 7,305"));
        }
        if !(1900..=2200).contains(&self.starts_on.year()) {
            return Err(refused("starts_on", self.starts_on, "a date from 1900 to 2200"));
        }
        if !(0.0..=3.0).contains(&self.channel_effect) {
            return Err(refused("channel_effect", self.channel_effect, "a number from 0 to 3"));
        }
        if !(0.1..=10.0).contains(&self.gateway_effect) {
            return Err(refused("gateway_effect", self.gateway_effect, "a number from 0.1 to 10"));
        }
        for (option, share) in
            [("dirt", self.dirt), ("cancelled", self.cancelled), ("returned", self.returned)]
        {
            if !(0.0..=0.5).contains(&share) {
                return Err(refused(option, share, "a share from 0 to 0.5"));
            }
        }
        if let Some(mailings) = &self.mailings {
            mailings.check()?;
        }
        self.process.check()?;
        Ok(Checked(self))
    }
}

pub(crate) fn refused(
    option: &'static str,
    value: impl std::fmt::Display,
    expected: &'static str,
) -> SimError {
    SimError::Option { option, value: value.to_string(), expected }
}
