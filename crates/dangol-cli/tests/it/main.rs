//! The `dangol` command from outside: what it does with files as shops have them, and with
//! files as shops should not have them.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "short texts, read more often than built"
)]

mod audiences;
mod columns;
mod currencies;
mod databases;
mod fates;
mod files;
mod interrupted;
mod joins;
mod json;
mod mistakes;
mod owners;
mod packed;
mod permissions;
mod quality;
mod remote;
mod repeated;
mod several;
mod shapes;
mod shared_data;
mod simulated;
mod support;
mod tables;
mod watched;
