//! The analyses on shops: published figures, a second implementation, invariance.

mod exclusions;
mod histories;
mod naive;
mod published;
mod shops;
mod simulated;
mod value;
