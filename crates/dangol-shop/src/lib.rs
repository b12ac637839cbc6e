#![doc = include_str!("../README.md")]

pub mod audiences;
pub mod config;
pub mod customer_days;
mod customer_ids;
pub mod engine;
pub mod error;
pub mod exclusion;
pub mod features;
pub mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod guess;
pub mod histories;
pub mod import;
pub mod order_lines;
pub mod profiles;
pub mod runs;
pub mod scope;
pub mod shop;
pub mod sources;
pub mod store;
pub mod tables;
pub mod tables_in_scope;
mod texts;
pub mod time;
pub mod values;

pub use config::Config;
pub use customer_days::CustomerDays;
pub use error::ShopError;
pub use features::{Feature, FeatureKind, FeatureValues, Features};
pub use histories::{Histories, PurchaseDay, SplitHistories};
pub use profiles::Profiles;
pub use scope::{AsOf, Filters, Scope};
pub use shop::Shop;
