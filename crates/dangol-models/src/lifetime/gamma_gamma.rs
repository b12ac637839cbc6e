//! Gamma-gamma: what a customer spends per purchase, and how customers differ in it.
//!
//! The amounts of one customer's purchases are gamma-distributed with shape p and rate ν; ν is
//! gamma-distributed over customers with shape q and rate γ, and independent of how often they buy.
//! Source: P. Fader and B. Hardie, "The gamma-gamma model of monetary value" (2013,
//! brucehardie.com/notes/025), with their symbols: x purchases seen, m their mean.
//!
//! The fit is made in units of the data's own geometric mean, in ln p, ln q and ln s with s = p γ / q, so
//! that pounds and pence give the same answers, and so that the limits p → ∞ and q → ∞, at which some
//! shops end, each are the end of one variable ([`Boundary::ConstantSpend`] and [`Boundary::EqualSpend`]).

mod fit;
mod likelihood;
mod spends;

use rand::Rng;
use rand_distr::Distribution;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Gamma};

pub use fit::{bootstrap, delta, fit, fit_from, fit_mean};
pub use spends::{Spend, SpendCorrelation, Spends, SpendsLeftOut};

#[cfg(doc)]
use super::Boundary;
use super::mixing::check_positive;
use crate::error::{Error, Result};

/// A gamma-gamma model.
///
/// ```
/// use dangol_models::lifetime::gamma_gamma::{GammaGamma, Spend};
/// // As published for CDNOW, in dollars.
/// let model = GammaGamma::new(6.25, 3.74, 15.44)?;
/// assert!((model.mean_spend().unwrap() - 35.22).abs() < 0.01);
/// // Two purchases of 22.35 on average pull the expectation towards themselves.
/// let expected = model.expected_spend(Spend { purchases: 2, mean: 22.35 }).unwrap();
/// assert!((expected - 24.66).abs() < 0.01);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct GammaGamma {
    p: f64,
    q: f64,
    gamma: f64,
}

/// The parameters before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    p: f64,
    q: f64,
    gamma: f64,
}

impl TryFrom<Unchecked> for GammaGamma {
    type Error = Error;

    fn try_from(Unchecked { p, q, gamma }: Unchecked) -> Result<Self> {
        Self::new(p, q, gamma)
    }
}

impl GammaGamma {
    /// The model with the paper's parameters; γ is in the currency of the amounts.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless all are finite and above 0.
    pub fn new(p: f64, q: f64, gamma: f64) -> Result<Self> {
        check_positive("p", p)?;
        check_positive("q", q)?;
        check_positive("gamma", gamma)?;
        Ok(Self { p, q, gamma })
    }

    /// p, the shape of one customer's amounts: the larger, the less they vary.
    #[must_use]
    pub fn p(&self) -> f64 {
        self.p
    }

    /// q, the shape of the rates over customers: the larger, the more customers are alike.
    #[must_use]
    pub fn q(&self) -> f64 {
        self.q
    }

    /// γ, the rate of the rates over customers, in the currency.
    #[must_use]
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// The mean spend per purchase over all customers, p γ / (q − 1); `None` for q ≤ 1, where a few
    /// customers are so large that there is no mean.
    #[must_use]
    pub fn mean_spend(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.gamma / (self.q - 1.0))
    }

    /// What a customer is expected to spend per purchase, p (γ + m x) / (p x + q − 1): a mean of what they
    /// spent and of [`GammaGamma::mean_spend`], which weighs less the more purchases were seen.
    ///
    /// A mean that is not positive, which the model does not know, counts as no purchase seen.
    /// `None` where there is no mean: p x + q ≤ 1, so always for q ≤ 1 and a customer without purchases.
    #[must_use]
    pub fn expected_spend(&self, customer: Spend) -> Option<f64> {
        let (shape, rate) = self.rate_of(customer);
        (shape > 1.0).then(|| self.p * rate / (shape - 1.0))
    }

    /// An interval that holds the customer's own mean spend per purchase, p / ν, with probability `level`.
    ///
    /// # Errors
    /// [`Error::NotALevel`] unless the level is between 0 and 1.
    pub fn spend_interval(&self, customer: Spend, level: f64) -> Result<(f64, f64)> {
        let tail = crate::proportion::upper_tail_point(level)?;
        let (shape, rate) = self.rate_of(customer);
        // In units of its own scale; shape and rate are positive.
        let Ok(rates) = Gamma::new(shape, 1.0) else { return Ok((0.0, f64::INFINITY)) };
        let at = |probability: f64| self.p * rate / rates.inverse_cdf(probability);
        Ok((at(tail), at(1.0 - tail)))
    }

    /// What a customer spends on so many `purchases`, at random.
    pub fn simulate(&self, purchases: u32, rng: &mut dyn Rng) -> Spend {
        let x = f64::from(purchases);
        let draw = |shape: f64, rng: &mut dyn Rng| {
            // The parameters are positive, as the distribution asks.
            rand_distr::Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.sample(rng))
        };
        if purchases == 0 {
            return Spend { purchases, mean: 0.0 };
        }
        // The sum of x amounts of shape p has shape p x.
        let rate = draw(self.q, rng) / self.gamma;
        Spend { purchases, mean: draw(self.p * x, rng) / (rate * x) }
    }

    /// What a known customer spends on purchases to come, at random: the sum of each of some groups of them that follow
    /// each other, such as those of this month and those of the next. The customer's own rate is drawn given what was
    /// seen of them, so that the groups of one draw belong together.
    pub fn simulate_future(&self, customer: Spend, groups: &[u32], rng: &mut dyn Rng) -> Vec<f64> {
        let draw = |shape: f64, rng: &mut dyn Rng| {
            // Shapes are positive, as the distribution asks.
            rand_distr::Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.sample(rng))
        };
        let (shape, rate) = self.rate_of(customer);
        let rate = draw(shape, rng) / rate;
        let spent = |&purchases: &u32| match purchases {
            0 => 0.0,
            some => draw(self.p * f64::from(some), rng) / rate,
        };
        groups.iter().map(spent).collect()
    }

    /// The log-likelihood of one customer's mean; 0 without purchases.
    ///
    /// # Errors
    /// [`Error::BadParameter`] for a mean that is not finite and above 0.
    pub fn log_likelihood(&self, customer: Spend) -> Result<f64> {
        if customer.purchases == 0 {
            return Ok(0.0);
        }
        check_positive("a mean spend", customer.mean)?;
        Ok(self.total_log_likelihood(&Spends::new([customer])?))
    }

    /// The log-likelihood of all customers.
    #[must_use]
    pub fn total_log_likelihood(&self, spends: &Spends) -> f64 {
        let s = self.p * (self.gamma / spends.scale) / self.q;
        likelihood::evaluate(spends, &[s.ln(), self.p.ln(), self.q.ln()], &mut [0.0; 3])
    }

    /// Shape and rate of what is known of a customer's ν.
    fn rate_of(&self, customer: Spend) -> (f64, f64) {
        let Spend { purchases, mean } = customer;
        if purchases == 0 || !(mean.is_finite() && mean > 0.0) {
            return (self.q, self.gamma);
        }
        let x = f64::from(purchases);
        (self.p * x + self.q, self.gamma + x * mean)
    }
}

#[cfg(test)]
mod tests;
