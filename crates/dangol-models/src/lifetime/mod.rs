//! Lifetime value: models of purchases and of giving up buying.
//!
//! | model | take it when |
//! |---|---|
//! | [`BgFamily::BG_NBD`] | the classic and the fastest; P(alive) is 1 for everybody who has not bought again, so it is no model of churn |
//! | [`BgFamily::MBG_NBD`] | churn and win-back matter: dropping out after the first purchase is possible |
//! | [`ParetoNbdFamily`] | customers may leave at any time, not only after a purchase; several times slower |
//! | [`BgFamily::mbg_cnbd`] | customers buy regularly (groceries, refills): k by likelihood |
//! | [`gamma_gamma`] | the amounts matter: spend per purchase; with [`clv`] it makes lifetime value |
//! | [`bg_bb`] | purchases can only be made on certain occasions, such as yearly appeals |
//! | [`sbg`] | there are contracts, so that one sees who leaves |
//! | [`beta_binomial`] | who answers a mailing, from answers to mailings before |
//!
//! [`totals`] says what some customers will spend together, and within which limits.
//! [`covariates`] lets attributes of customers bear on purchases and dropout; [`intervals`] says how sure
//! all of it is.
//! [`judging`] tells how well predictions came true, and which model to take. The module `posterior`, with the
//! crate's feature of that name, samples Bayesian posteriors.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | x | [`History::repeats`] | purchases after the first |
//! | t_x | [`History::last`] | time from the first purchase to the last; *not* the time since the last |
//! | T | [`History::age`] | time from the first purchase to the as-of moment |
//! | λ; r, α | `rates` | purchase rate; its gamma distribution over customers |
//! | μ; s, β | `deaths` | rate of leaving; its gamma distribution |
//! | p; a, b | `dropout` | chance to drop out after a purchase; its beta distribution |
//!
//! Begin with [`Histories`], then [`fit()`]:
//!
//! ```
//! use dangol_models::lifetime::{BgFamily, Histories, PurchaseModel, TimeUnit, fit};
//! // Repeat purchase days, days from the first purchase to the last, days from the first to the as-of date.
//! let (x, last, age) = ([0, 3, 1, 0, 7, 2], [0, 120, 9, 0, 241, 77], [250, 240, 150, 90, 245, 200]);
//! let data = Histories::from_days(TimeUnit::Week, &x, &last, &age)?;
//! let fitted = fit(&BgFamily::MBG_NBD, &data);
//! assert!(fitted.model.expected_purchases(52.0) > 0.0);
//! # Ok::<(), dangol_models::Error>(())
//! ```

#![allow(clippy::doc_markdown, reason = "symbols with a subscript, such as t_x, are not code")]

pub mod beta_binomial;
mod beta_moments;
mod bg;
pub mod bg_bb;
pub mod clv;
mod compress;
pub mod covariates;
mod fit;
pub mod gamma_gamma;
mod history;
pub mod intervals;
pub mod judging;
mod mixing;
mod model;
mod pareto_nbd;
#[cfg(feature = "posterior")]
pub mod posterior;
pub mod sbg;
mod tables;
pub mod totals;

pub use bg::{BgFamily, BgModel, MOST_STAGES};
pub use compress::Histories;
pub use fit::{Boundary, Covariance, Estimate, Family, Fitted, Limit, Natural, Warning, fit, fit_from};
pub use history::{History, MOST_REPEATS, TimeOfLastPurchase, TimeSinceLastPurchase, TimeUnit};
pub use mixing::{BetaMixing, GammaMixing};
pub use model::PurchaseModel;
pub use pareto_nbd::{ParetoNbd, ParetoNbdFamily};

#[cfg(test)]
mod future_tests;
#[cfg(test)]
mod test_data;
#[cfg(test)]
mod tests;
