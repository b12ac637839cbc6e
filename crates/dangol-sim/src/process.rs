//! Buy till you die: how often a customer buys, and when the customer stops.
//!
//! *Pareto/NBD* (Schmittlein, Morrison and Colombo 1987, Management Science 33): while alive, a customer
//! buys as a Poisson process of rate λ and dies after an exponential lifetime of rate μ;
//! λ ~ Gamma(shape r, rate α), μ ~ Gamma(shape s, rate β).
//! *BG/NBD* (Fader, Hardie and Lee 2005, Marketing Science 24): the customer dies with probability p
//! right after each repeat purchase; p ~ Beta(a, b).
//! The first purchase is time zero in both. Unit: days.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, Exp1, Gamma};
use serde::{Deserialize, Serialize};

use crate::{SimError, options::refused};

/// The purchase process and its parameters over all customers, in days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum Process {
    /// Death at any moment.
    ParetoNbd {
        /// Shape of the purchase rates.
        r: f64,
        /// Rate parameter of the purchase rates: their mean is `r / alpha_days` purchases a day.
        alpha_days: f64,
        /// Shape of the dropout rates.
        s: f64,
        /// Rate parameter of the dropout rates: their mean is `s / beta_days` a day.
        beta_days: f64,
    },
    /// Death only right after a repeat purchase.
    BgNbd {
        /// Shape of the purchase rates.
        r: f64,
        /// Rate parameter of the purchase rates: their mean is `r / alpha_days` purchases a day.
        alpha_days: f64,
        /// First parameter of the dropout probability, whose mean is a / (a + b).
        a: f64,
        /// Second parameter of the dropout probability.
        b: f64,
    },
}

impl Default for Process {
    /// A shop of consumables: some seven orders per customer within three years of growth.
    fn default() -> Self {
        Self::ParetoNbd { r: 0.9, alpha_days: 32.0, s: 0.8, beta_days: 160.0 }
    }
}

/// Purchases a day beyond which a shop is no shop, and a single history would not fit in memory.
const MAX_MEAN_RATE: f64 = 5.0;

impl Process {
    /// # Errors
    /// [`SimError::Option`] for a parameter that is not a positive number, or too high a mean rate.
    pub(crate) fn check(&self) -> Result<(), SimError> {
        let (r, alpha, dropout) = match *self {
            Self::ParetoNbd { r, alpha_days, s, beta_days } => {
                (r, alpha_days, [("process.s", s), ("process.beta_days", beta_days)])
            }
            Self::BgNbd { r, alpha_days, a, b } => (r, alpha_days, [("process.a", a), ("process.b", b)]),
        };
        for (option, value) in [("process.r", r), ("process.alpha_days", alpha)].into_iter().chain(dropout) {
            if !(1e-3..=1e6).contains(&value) {
                return Err(refused(option, value, "a number from 0.001 to 1,000,000"));
            }
        }
        if r / alpha > MAX_MEAN_RATE {
            return Err(refused("process.r", r, "at most 5 purchases a day on average (r / alpha_days)"));
        }
        Ok(())
    }

    /// The customers that one channel brings: rates multiplied by `rate_factor`, lifetimes by `lifetime_factor`.
    pub(crate) fn of_channel(&self, rate_factor: f64, lifetime_factor: f64) -> Self {
        let mut process = *self;
        match &mut process {
            Self::ParetoNbd { alpha_days, beta_days, .. } => {
                *alpha_days /= rate_factor;
                *beta_days *= lifetime_factor;
            }
            Self::BgNbd { alpha_days, b, .. } => {
                *alpha_days /= rate_factor;
                *b *= lifetime_factor;
            }
        }
        process
    }

    pub(crate) fn sampler(&self) -> Sampler {
        // `check` admits only finite positive parameters, which is all that Gamma and Beta ask for.
        let gamma = |shape: f64, rate: f64| Gamma::new(shape, 1.0 / rate).expect("checked");
        match *self {
            Self::ParetoNbd { r, alpha_days, s, beta_days } => {
                Sampler { rates: gamma(r, alpha_days), dropouts: Dropouts::Rate(gamma(s, beta_days)) }
            }
            Self::BgNbd { r, alpha_days, a, b } => Sampler {
                rates: gamma(r, alpha_days),
                dropouts: Dropouts::Chance(Beta::new(a, b).expect("checked")),
            },
        }
    }
}

/// Draws customers of one channel.
#[derive(Clone, Debug)]
pub(crate) struct Sampler {
    rates: Gamma<f64>,
    dropouts: Dropouts,
}

#[derive(Clone, Debug)]
enum Dropouts {
    Rate(Gamma<f64>),
    Chance(Beta<f64>),
}

/// How one customer stops buying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dropout {
    /// μ per day.
    Rate(f64),
    /// p after each repeat purchase.
    Chance(f64),
}

/// One customer's history on the process's own clock, in days since the shop's first day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    /// λ, purchases a day.
    pub(crate) lambda: f64,
    pub(crate) dropout: Dropout,
    /// The first purchase and its repeats, ascending.
    pub(crate) purchases: Vec<f64>,
    /// When the customer stopped; `None` if that lies after the span.
    pub(crate) dies_at: Option<f64>,
    /// Days from first purchase to death; `None` where the process has not decided it (BG/NBD, alive).
    pub(crate) lifetime: Option<f64>,
}

impl Sampler {
    /// One customer whose first purchase is at `joins_at`, followed until `end`.
    pub(crate) fn history(&self, joins_at: f64, end: f64, rng: &mut impl Rng) -> History {
        let lambda = self.rates.sample(rng);
        let dropout = match &self.dropouts {
            Dropouts::Rate(rates) => Dropout::Rate(rates.sample(rng)),
            Dropouts::Chance(chances) => Dropout::Chance(chances.sample(rng)),
        };
        let mut lifetime = match dropout {
            Dropout::Rate(mu) => Some(exponential(mu, rng)),
            Dropout::Chance(_) => None,
        };
        let last_moment = lifetime.map_or(end, |days| (joins_at + days).min(end));
        let mut purchases = vec![joins_at];
        let mut now = joins_at + exponential(lambda, rng);
        while now < last_moment {
            purchases.push(now);
            if let Dropout::Chance(p) = dropout
                && rng.random_bool(p.clamp(0.0, 1.0))
            {
                lifetime = Some(now - joins_at);
                break;
            }
            now += exponential(lambda, rng);
        }
        let dies_at = lifetime.map(|days| joins_at + days).filter(|&moment| moment < end);
        History { lambda, dropout, purchases, dies_at, lifetime }
    }
}

/// A waiting time of the given rate; infinite for rate 0.
fn exponential(rate: f64, rng: &mut impl Rng) -> f64 {
    let unit: f64 = Exp1.sample(rng);
    unit / rate
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const CUSTOMERS: usize = 200_000;

    fn repeats(process: Process, days: f64) -> Vec<(History, f64)> {
        let mut rng = ChaCha8Rng::seed_from_u64(20);
        let sampler = process.sampler();
        (0..CUSTOMERS)
            .map(|_| {
                let history = sampler.history(0.0, days, &mut rng);
                let count = history.purchases.len() as f64 - 1.0;
                (history, count)
            })
            .collect()
    }

    /// Asserts that the mean of the values lies within four standard errors of what is expected.
    fn assert_mean(values: impl Iterator<Item = f64> + Clone, expected: f64) {
        let count = CUSTOMERS as f64;
        let mean = values.clone().sum::<f64>() / count;
        let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let error = (variance / count).sqrt();
        assert!(
            (mean - expected).abs() < 4.0 * error,
            "mean {mean}, expected {expected}, standard error {error}"
        );
    }

    #[test]
    fn pareto_nbd_has_its_mean() {
        let (r, alpha, s, beta) = (0.5532, 74.0, 0.6063, 81.7);
        let process = Process::ParetoNbd { r, alpha_days: alpha, s, beta_days: beta };
        for days in [30.0, 273.0, 2_000.0] {
            let histories = repeats(process, days);
            // Schmittlein, Morrison and Colombo 1987, equation 17.
            let expected = r * beta / (alpha * (s - 1.0)) * (1.0 - (beta / (beta + days)).powf(s - 1.0));
            assert_mean(histories.iter().map(|(_, count)| *count), expected);
            // The chance to be alive at the end is the Laplace transform of the dropout rates.
            let alive = histories.iter().map(|(history, _)| f64::from(history.dies_at.is_none()));
            assert_mean(alive, (beta / (beta + days)).powf(s));
        }
    }

    #[test]
    fn bg_nbd_has_its_mean() {
        let process = Process::BgNbd { r: 0.2426, alpha_days: 30.9, a: 0.7929, b: 2.4259 };
        let days = 365.0;
        let histories = repeats(process, days);
        // Given λ and p: E[X(t)] = (1 − exp(−λ p t)) / p (Fader, Hardie and Lee 2005, equation 4).
        let differences = histories.iter().map(|(history, count)| {
            let Dropout::Chance(p) = history.dropout else {
                panic!("BG/NBD has chances");
            };
            let exponent = -history.lambda * p * days;
            count + exponent.exp_m1() / p
        });
        assert_mean(differences, 0.0);
        assert_mean(histories.iter().map(|(history, _)| history.lambda), 0.2426 / 30.9);
    }

    #[test]
    fn channels_multiply_rates_and_lifetimes() {
        let Process::ParetoNbd { alpha_days, beta_days, .. } = Process::default().of_channel(2.0, 3.0) else {
            panic!("the default is Pareto/NBD");
        };
        assert_eq!((alpha_days, beta_days), (16.0, 480.0));
    }

    #[test]
    fn a_customer_who_never_buys_again_has_an_end() {
        let process = Process::ParetoNbd { r: 0.001, alpha_days: 1e6, s: 0.001, beta_days: 1e6 };
        for (history, _) in repeats(process, 1e4).iter().take(1_000) {
            assert!(!history.purchases.is_empty());
        }
    }
}
