//! RFM: customers scored by recency, frequency and monetary value, and sorted into classes and
//! segments.

pub mod classes;
pub mod error;
pub mod findings;
pub mod language;
pub mod params;
pub mod reading;
pub mod result;
pub mod rules;
mod run;
pub mod scoring;
pub mod words;

pub use classes::Classes;
pub use error::RfmError;
pub use params::{CheckedRfmParams, RfmParams};
pub use reading::{Person, reading};
pub use result::{CustomerRow, Rfm, RfmResult, compute, restrict};
pub use rules::{RuleSet, Segments};
pub use run::{RfmAnalysis, Scored, parameters};
pub(crate) use run::{inherited, parameter_list, totals_of};
pub use scoring::{CustomerTotals, Scores};
