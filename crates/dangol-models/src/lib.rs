#![doc = include_str!("../README.md")]

pub mod boost;
pub mod bootstrap;
pub mod cluster;
pub mod concentration;
pub mod correlation;
mod error;
pub mod heterogeneity;
pub mod histogram;
pub mod hypothesis;
pub mod interval;
pub mod kmeans1d;
pub mod lifetime;
pub mod math;
pub mod optimise;
mod parallel;
pub mod proportion;
pub mod quantile;
pub mod regression;
pub mod response;
pub mod score_weights;
pub mod season;
pub mod stratified;
pub mod sum;
pub mod summary;
pub mod survival;
pub mod targeting;

pub use error::{Error, Result};
