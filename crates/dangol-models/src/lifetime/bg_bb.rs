//! BG/BB: purchases at discrete occasions, such as yearly donations, fairs or subscriptions boxes.
//!
//! On each occasion a customer who is still one buys with a probability p of their own, and is lost
//! before it with a probability θ of their own; p and θ are beta-distributed over customers.
//! Source: P. Fader, B. Hardie and J. Shang, "Customer-base analysis in a discrete-time noncontractual
//! setting", Marketing Science 29/6 (2010), 1086–1108; equation numbers below are theirs.
//!
//! | paper | here |
//! |---|---|
//! | α, β | [`BgBb::purchase`], the distribution of p |
//! | γ, δ | [`BgBb::dropout`], the distribution of θ |
//! | x, t_x, n | [`Occasions`]: purchases, occasion of the last one, occasions |
//!
//! Sums over the occasion at which a customer was lost are taken term by term, so that nothing is
//! singular at γ = 1 and no hypergeometric function is needed.

mod data;
mod fit;
mod likelihood;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

pub use data::{OccasionTable, Occasions};
pub use fit::{bootstrap, delta, fit, fit_from};

use super::beta_moments::BetaMoments;
use super::clv::check_rate;
use super::mixing::BetaMixing;
use crate::error::{Result, check_count};
use crate::math::ln_choose;
use data::MOST_OCCASIONS;
use likelihood::log_sum;

/// A BG/BB model.
///
/// ```
/// use dangol_models::lifetime::bg_bb::{BgBb, Occasions};
/// // The donations of the paper.
/// let model = BgBb::new(1.204, 0.750, 0.657, 2.783)?;
/// let regular = Occasions::new(6, 6, 6)?;
/// assert!((model.expected_purchases(regular, 5)? - 3.75).abs() < 0.01);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BgBb {
    /// How the probability of buying on an occasion is distributed over customers (α, β).
    pub purchase: BetaMixing,
    /// How the probability of being lost before the next occasion is distributed (γ, δ).
    pub dropout: BetaMixing,
}

impl BgBb {
    /// The model with the paper's parameters.
    ///
    /// # Errors
    /// [`crate::Error::BadParameter`] unless all are finite and above 0.
    pub fn new(alpha: f64, beta: f64, gamma: f64, delta: f64) -> Result<Self> {
        Ok(Self { purchase: BetaMixing::new(alpha, beta)?, dropout: BetaMixing::new(gamma, delta)? })
    }

    /// The log-likelihood of one customer (equation 6).
    #[must_use]
    pub fn log_likelihood(&self, customer: Occasions) -> f64 {
        Moments::of(self, customer, 1).likelihood(customer)
    }

    /// The probability that the customer has not been lost before the occasion after the last one
    /// (equation 11).
    #[must_use]
    pub fn probability_alive(&self, customer: Occasions) -> f64 {
        let moments = Moments::of(self, customer, 1);
        (moments.bought(customer, 0, 0) + moments.stays(customer.periods() + 1)
            - moments.likelihood(customer))
        .exp()
        .min(1.0)
    }

    /// Purchases that the customer is expected to make on the next `occasions` (equation 13).
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] for more than 100,000 occasions.
    pub fn expected_purchases(&self, customer: Occasions, occasions: usize) -> Result<f64> {
        self.discounted_purchases(customer, occasions, 0.0)
    }

    /// The same with each purchase discounted to the last occasion known, at `rate` per period:
    /// a purchase on the k-th occasion from now counts (1 + rate)⁻ᵏ (equation 14, cut at a horizon).
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] for more than 100,000 occasions, [`crate::Error::BadParameter`] for
    /// a rate that is not finite or not above −1.
    pub fn discounted_purchases(&self, customer: Occasions, occasions: usize, rate: f64) -> Result<f64> {
        check_count("occasions", occasions, 0, MOST_OCCASIONS)?;
        check_rate(rate)?;
        // One more purchase is looked up, even if it is not counted.
        let moments = Moments::of(self, customer, occasions.max(1));
        let bought = moments.bought(customer, 1, 0) - moments.likelihood(customer);
        let factor = 1.0 / (1.0 + rate);
        let mut discount = 1.0;
        Ok((1..=occasions)
            .map(|k| {
                discount *= factor;
                discount * (bought + moments.stays(customer.periods() + k)).exp()
            })
            .sum())
    }

    /// Purchases that a new customer is expected to make on the first `occasions` after the one that
    /// made them a customer.
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] for more than 100,000 occasions.
    pub fn expected_of_new(&self, occasions: usize) -> Result<f64> {
        self.expected_purchases(Occasions::NONE, occasions)
    }

    /// What a new customer does on the first `periods` occasions, at random.
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] for more than 100,000 occasions.
    pub fn simulate(&self, periods: u32, rng: &mut dyn Rng) -> Result<Occasions> {
        check_count("occasions", periods as usize, 0, MOST_OCCASIONS)?;
        let (buys, leaves) = (self.purchase.draw(rng), self.dropout.draw(rng));
        let (mut purchases, mut last) = (0, 0);
        for occasion in 1..=periods {
            if rng.random::<f64>() < leaves {
                break;
            }
            if rng.random::<f64>() < buys {
                (purchases, last) = (purchases + 1, occasion);
            }
        }
        Occasions::new(purchases, last, periods)
    }

    /// Probabilities of 0, 1, … `occasions` purchases on the next `occasions` (equation 12); for a new
    /// customer with [`Occasions::NONE`] (equation 8).
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] for more than 10,000 occasions.
    pub fn purchase_probabilities(&self, customer: Occasions, occasions: usize) -> Result<Vec<f64>> {
        check_count("occasions", occasions, 0, 10_000)?;
        let moments = Moments::of(self, customer, occasions);
        let likelihood = moments.likelihood(customer);
        let mut probabilities: Vec<f64> = (0..=occasions)
            .map(|bought| {
                // Still there after all of them, or lost before occasion i + 1 of them.
                let stayed = ln_choose(occasions, bought)
                    + moments.bought(customer, bought, occasions - bought)
                    + moments.stays(customer.periods() + occasions);
                let lost = (bought..occasions).map(|i| {
                    ln_choose(i, bought)
                        + moments.bought(customer, bought, i - bought)
                        + moments.leaves_after(customer.periods() + i)
                });
                lost.chain([stayed]).map(|log| (log - likelihood).exp()).sum()
            })
            .collect();
        // Lost already: no purchase for certain.
        let was_there = moments.bought(customer, 0, 0) + moments.stays(customer.periods());
        probabilities[0] += -(was_there - likelihood).min(0.0).exp_m1();
        Ok(probabilities)
    }
}

/// Both tables of moments that formulas for one customer and a future need.
struct Moments {
    purchase: BetaMoments,
    dropout: BetaMoments,
}

impl Moments {
    fn of(model: &BgBb, customer: Occasions, future: usize) -> Self {
        let periods = customer.periods() + future;
        Self {
            purchase: BetaMoments::new(&model.purchase, customer.purchases() + future, periods),
            dropout: BetaMoments::new(&model.dropout, 1, periods),
        }
    }

    fn likelihood(&self, customer: Occasions) -> f64 {
        let lost = (customer.last()..customer.periods()).map(|k| {
            self.purchase.log(customer.purchases(), k - customer.purchases()).value + self.leaves_after(k)
        });
        let stayed = self.bought(customer, 0, 0) + self.stays(customer.periods());
        log_sum(lost.chain([stayed]))
    }

    /// ln of the probability of the purchases seen and of so many more and so many misses.
    fn bought(&self, customer: Occasions, more: usize, misses: usize) -> f64 {
        self.purchase
            .log(customer.purchases() + more, customer.periods() - customer.purchases() + misses)
            .value
    }

    /// ln of the probability of being there on that many occasions.
    fn stays(&self, periods: usize) -> f64 {
        self.dropout.log(0, periods).value
    }

    /// ln of the probability of being lost right after that many occasions.
    fn leaves_after(&self, periods: usize) -> f64 {
        self.dropout.log(1, periods).value
    }
}

#[cfg(test)]
mod tests;
