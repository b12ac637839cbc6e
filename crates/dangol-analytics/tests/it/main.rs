//! The analyses on shops: published figures, a second implementation, invariance.

mod convergence;
mod exclusions;
mod explore;
mod features;
mod histories;
mod naive;
mod published;
mod quality;
mod shops;
mod simulated;
mod value;
mod value_extras;
