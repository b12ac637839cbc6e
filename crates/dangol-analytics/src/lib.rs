#![doc = include_str!("../README.md")]

pub mod finding;
pub mod rfm;
pub mod words;
