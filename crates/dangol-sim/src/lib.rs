#![doc = include_str!("../README.md")]

mod calendar;
mod customer;
mod error;
mod line;
mod mailings;
mod options;
mod output;
mod pipeline;
mod process;
mod shop;
mod simulate;
mod slices;
mod tables;
mod truth;
mod words;

#[cfg(test)]
mod tests;

pub use error::SimError;
pub use mailings::{ContactCounts, Mailings, Response};
pub use options::{Checked, Format, Language, MAX_DAYS, MAX_LINES, Options};
pub use process::Process;
pub use simulate::simulate;
pub use truth::{Counts, DirtCounts, Summary};
