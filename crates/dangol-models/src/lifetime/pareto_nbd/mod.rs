//! Pareto/NBD: customers buy at random at a rate λ until they leave, at a time that is exponential
//! with rate μ. λ is gamma distributed over customers with shape r and rate α, μ with s and β.
//!
//! Source: Schmittlein, Morrison and Colombo, Management Science 33 (1987), 1–24; in the form of
//! Fader and Hardie, "A note on deriving the Pareto/NBD model and related expressions" (2005).
//!
//! The likelihood of a history is
//!
//! A(T) S(T) + ∫ A(y) f(y) dy over t_x ≤ y ≤ T
//!
//! where A(y) = Γ(r + x)/Γ(r) · α^r / (α + y)^(r + x) is the likelihood of the purchases of somebody
//! who left at y, S(y) = (β / (β + y))^s the probability to be there still, and f its density. The
//! papers write the integral with hypergeometric functions, whose series loses all digits in parts
//! of the parameters' range and whose derivatives in r and s are no known functions. Here it is
//! Gauss–Legendre quadrature in a variable in which the integrand is analytic far around the real
//! line (see `waiting`): as exact, of positive terms only, and with an exact gradient.

mod future;
mod likelihood;
mod panel;
mod predict;
mod tail;
mod waiting;

use serde::{Deserialize, Serialize};

use super::mixing::GammaMixing;
use crate::error::Result;

/// The Pareto/NBD, to be fitted.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ParetoNbdFamily {}

/// A Pareto/NBD with its parameters.
///
/// ```
/// use dangol_models::lifetime::{History, ParetoNbd, PurchaseModel, TimeOfLastPurchase};
/// // As published for the CDNOW sample, in weeks.
/// let model = ParetoNbd::new(0.5532, 10.576, 0.6063, 11.67)?;
/// let silent = History::new(2, TimeOfLastPurchase(5.0), 38.86)?;
/// let recent = History::new(2, TimeOfLastPurchase(35.0), 38.86)?;
/// assert!(model.probability_alive(&silent) < model.probability_alive(&recent));
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ParetoNbd {
    /// Purchase rates λ over customers.
    pub rates: GammaMixing,
    /// Rates of leaving μ over customers.
    pub deaths: GammaMixing,
}

impl ParetoNbd {
    /// From the papers' parameters.
    ///
    /// # Errors
    /// [`crate::Error::BadParameter`] unless all are positive and finite.
    pub fn new(r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self> {
        Ok(Self {
            rates: GammaMixing::new(r, alpha, ["r", "alpha"])?,
            deaths: GammaMixing::new(s, beta, ["s", "beta"])?,
        })
    }
}

#[cfg(test)]
mod tests;
