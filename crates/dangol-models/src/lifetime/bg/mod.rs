//! Beta-geometric dropout: BG/NBD, MBG/NBD, and BG/CNBD-k and MBG/CNBD-k for regular purchasing.
//!
//! A customer buys at intervals that are sums of k exponential times ("stages") of rate λ, for
//! k = 1 at random, and drops out with probability p after each repeat purchase; in the modified
//! models (M…) also after the first purchase. λ is gamma distributed with shape r and rate α, p is
//! beta distributed with a and b, independently of each other.
//!
//! | model | k | drops out after the first purchase | source |
//! |---|---|---|---|
//! | BG/NBD | 1 | no | Fader, Hardie and Lee, Marketing Science 24 (2005), 275–284 |
//! | MBG/NBD | 1 | yes | Batislam, Denizel and Filiztekin, Int. J. of Research in Marketing 24 (2007), 201–209 |
//! | BG/CNBD-k, MBG/CNBD-k | any | no, yes | Platzer and Reutterer, Marketing Science 35 (2016), 779–799 |
//!
//! One form serves all. With n chances to drop out taken by the time of the last purchase (n = x, or
//! x + 1 in the modified models) and p_n = a / (a + b + n − 1), the chance to drop out at the n-th of
//! those who stayed until then, the likelihood of a history is
//!
//! Γ(r + kx)/Γ(r) · α^r / (α + t_x)^(r + kx) · Π_{i<n} (1 − p_i) · ((1 − p_n) G + p_n)
//!
//! where G is the probability that a customer who is still there makes no purchase between t_x and T.
//! All factors are written with the mean purchase rate μ = r / α, c = 1 / r, and the mean and size
//! of the beta distribution, in which nothing overflows or cancels and the limits (r and α, or a and
//! b, to infinity) are ordinary values. Instead of the papers' hypergeometric functions, whose forms
//! are singular at a = 1, expected purchases are sums of positive terms:
//! E = Σ_j P(not dropped out before purchase j) · P(at least j purchases by somebody who never drops out).

mod counting;
mod future;
mod likelihood;
mod predict;

use serde::{Deserialize, Serialize};

use super::mixing::{BetaMixing, GammaMixing};
use crate::error::Result;

/// The largest k: beyond, gaps between purchases vary less than any customer's do.
pub const MOST_STAGES: u32 = 50;

/// Which of the models with beta-geometric dropout.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BgFamily {
    /// k, the regularity of purchases; 1 is purely random.
    stages: u32,
    /// Whether a customer may drop out after the first purchase.
    modified: bool,
}

impl BgFamily {
    /// BG/NBD.
    pub const BG_NBD: Self = Self { stages: 1, modified: false };
    /// MBG/NBD.
    pub const MBG_NBD: Self = Self { stages: 1, modified: true };

    /// BG/CNBD-k.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] unless 1 ≤ k ≤ [`MOST_STAGES`].
    pub fn bg_cnbd(k: u32) -> Result<Self> {
        crate::error::check_count("stages", k as usize, 1, MOST_STAGES as usize)?;
        Ok(Self { stages: k, modified: false })
    }

    /// MBG/CNBD-k.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] unless 1 ≤ k ≤ [`MOST_STAGES`].
    pub fn mbg_cnbd(k: u32) -> Result<Self> {
        Ok(Self { modified: true, ..Self::bg_cnbd(k)? })
    }

    /// k.
    #[must_use]
    pub fn stages(self) -> u32 {
        self.stages
    }

    /// Whether a customer may drop out after the first purchase.
    #[must_use]
    pub fn is_modified(self) -> bool {
        self.modified
    }

    /// The name in the literature.
    #[must_use]
    pub fn name(self) -> String {
        let prefix = if self.modified { "M" } else { "" };
        match self.stages {
            1 => format!("{prefix}BG/NBD"),
            k => format!("{prefix}BG/CNBD-{k}"),
        }
    }

    /// Chances to drop out that a customer with x repeat purchases has taken.
    #[inline]
    fn chances(self, repeats: u32) -> u32 {
        repeats + u32::from(self.modified)
    }

    fn k(self) -> f64 {
        f64::from(self.stages)
    }

    /// ln Γ(k) and k − 1 of the constant (k − 1) Σ ln(gap) − x ln Γ(k).
    fn constant(self, log_gaps: Option<f64>, repeats: f64) -> f64 {
        if self.stages == 1 {
            return 0.0;
        }
        // Without the gaps the constant is left out: models of one k still compare.
        log_gaps.map_or(0.0, |sum| (self.k() - 1.0) * sum - repeats * crate::math::ln_gamma(self.k()))
    }
}

/// A model with beta-geometric dropout and its parameters.
///
/// ```
/// use dangol_models::lifetime::{BgFamily, BgModel, History, PurchaseModel, TimeOfLastPurchase};
/// // As published for the CDNOW sample, in weeks.
/// let model = BgModel::new(BgFamily::BG_NBD, 0.2426, 4.4136, 0.7929, 2.4259)?;
/// let history = History::new(2, TimeOfLastPurchase(30.43), 38.86)?;
/// let expected = model.conditional_expected_purchases(&history, 39.0);
/// assert!((expected - 1.226).abs() < 5e-4);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BgModel {
    /// Which model.
    pub family: BgFamily,
    /// Purchase rates λ (of stages, for k > 1) over customers.
    pub rates: GammaMixing,
    /// Chances p to drop out over customers.
    pub dropout: BetaMixing,
}

impl BgModel {
    /// From the papers' parameters.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless all are positive and finite.
    pub fn new(family: BgFamily, r: f64, alpha: f64, a: f64, b: f64) -> Result<Self> {
        Ok(Self {
            family,
            rates: GammaMixing::new(r, alpha, ["r", "alpha"])?,
            dropout: BetaMixing::new(a, b)?,
        })
    }
}

#[cfg(test)]
mod tests;
