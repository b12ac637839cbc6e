//! The analyses on shops: published figures, a second implementation, invariance.

mod audiences;
mod budget;
mod channels;
mod clusters;
mod cohorts;
mod convergence;
mod coupon_plan;
mod exclusions;
mod explore;
mod features;
mod gateway;
mod histories;
mod movement;
mod naive;
mod promotions;
mod published;
mod quality;
mod rfm_response;
mod rfm_weights;
mod segment_profile;
mod shops;
mod simulated;
mod time_to_best;
mod value;
mod value_extras;
mod value_limits;
