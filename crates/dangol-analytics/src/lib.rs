#![doc = include_str!("../README.md")]

pub mod audiences;
pub mod available;
pub mod budget;
pub mod catalogue;
pub mod channels;
pub mod clusters;
pub mod cohort_value;
pub mod cohorts;
pub mod customer;
pub mod customer_value;
pub mod customers;
pub mod error;
pub mod explore;
pub mod finding;
pub mod gateway;
pub mod grades;
pub mod groups;
pub mod hypotheses;
pub mod movement;
pub mod needs;
pub mod overview;
pub mod promotions;
pub mod quality;
pub mod rfm;
pub mod rfm_weights;
pub mod segment_profile;
pub mod table;
pub mod time_to_best;
pub mod value;
pub mod value_check;
pub mod value_score;
pub mod words;

pub use catalogue::{CATALOGUE, Entry, Report, names, run};
pub use error::AnalysisError;
pub use finding::{Finding, Severity};
pub use words::{Language, Words};
