//! Bayesian posteriors: what the data and prior knowledge together say of a model's parameters.
//!
//! A maximum-likelihood fit names one model; a posterior is a sample of models, each as likely as it is
//! often. An interval of anything (a parameter, a customer's expected purchases) is found by asking each of
//! them ([`Posterior::of`]), and where the likelihood is flat the interval is as wide as it should be.
//!
//! The sample is drawn by the no-U-turn sampler of the library `nuts-rs` on the likelihood of the distinct
//! histories: M. Hoffman and A. Gelman, "The no-U-turn sampler", Journal of Machine Learning Research 15
//! (2014), 1593–1623. It runs in coordinates in which the posterior looks like a standard normal distribution
//! at its mode, so that few steps per draw are needed. Each chain has its own stream of random numbers: the
//! same seed gives the same draws on any number of threads.
//!
//! Priors ([`Prior`]) are on the parameters in the table. Those by default are weak, and scaled by the data
//! wherever a parameter has a unit, so that days and weeks, or pounds and pence, give the same answers:
//!
//! | model | parameter | default prior |
//! |---|---|---|
//! | BG/NBD and its kin | `r` | log-normal, median 1, σ 1.5 |
//! | | `alpha` | log-normal, median k times the mean age T of the customers, σ 1.5 |
//! | | `dropout` = a / (a + b) | uniform |
//! | | `size` = a + b | log-normal, median 2, σ 1.5 |
//! | Pareto/NBD | `r`, `s` | log-normal, median 1, σ 1.5 |
//! | | `alpha`, `beta` | log-normal, median the mean age, σ 1.5 |
//! | gamma-gamma | `p`, `q` | log-normal, median 4, σ 1.5 |
//! | | `spend` = p γ / q | log-normal, median the geometric mean of the customers' means, σ 1 |
//!
//! ```
//! use dangol_models::lifetime::posterior::{OnHistories, Settings, sample};
//! use dangol_models::lifetime::{BgFamily, Histories, TimeUnit};
//! let (x, last, age) = ([0, 3, 1, 0, 7, 2], [0, 120, 9, 0, 241, 77], [250, 240, 150, 90, 245, 200]);
//! let data = Histories::from_days(TimeUnit::Week, &x, &last, &age)?;
//! let problem = OnHistories::new(BgFamily::MBG_NBD, &data);
//! let posterior = sample(&problem, &[], Settings { draws: 200, ..Settings::default() })?;
//! let r = posterior.parameter("r").unwrap();
//! // Six customers leave much open.
//! assert!(r.low < 0.7 * r.high);
//! # Ok::<(), dangol_models::Error>(())
//! ```

mod diagnostics;
mod prior;
mod problems;
mod sampler;

use serde::{Deserialize, Serialize};

pub use prior::Prior;
pub use problems::{Kind, OnHistories, Problem, Quantity};

use crate::error::{Error, Result, check_count};
use prior::Checked;

/// How to sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Chains, each from a start of its own (default 4).
    pub chains: usize,
    /// Draws of each chain that are kept (default 1,000).
    pub draws: usize,
    /// Draws of each chain before, while the sampler adapts (default 300).
    pub warm_up: usize,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Of intervals, the probability that they hold (default 0.9).
    pub level: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chains: 4, draws: 1000, warm_up: 300, seed: 0, level: 0.9 }
    }
}

/// A sample of models from a posterior.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posterior<M> {
    /// The models, chain after chain.
    pub models: Vec<M>,
    /// The settings they were drawn with.
    pub settings: Settings,
    /// The parameters.
    pub parameters: Vec<Named>,
    /// Draws at which the sampler's path went astray, as it does where the posterior bends sharply: a few are
    /// harmless, many mean that a part of the posterior was not reached.
    pub divergences: usize,
    /// Evaluations of the likelihood.
    pub evaluations: u64,
}

/// A parameter with its posterior.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Its symbol.
    pub name: String,
    /// Its posterior.
    #[serde(flatten)]
    pub summary: Summary,
}

/// The posterior of a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub standard_deviation: f64,
    /// Lower end of the interval with equal probability on both sides of it.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// R-hat: how much wider all chains together are than each, by ranks; 1 where they agree. Above 1.01
    /// the chains have not mixed. `None` where all draws are equal.
    pub r_hat: Option<f64>,
    /// How many independent draws would tell the middle of the posterior as exactly.
    pub effective_bulk: f64,
    /// How many independent draws would tell its ends (5 % and 95 %) as exactly.
    pub effective_tail: f64,
}

impl Summary {
    /// The standard error of the mean that comes of the finite number of draws.
    #[must_use]
    pub fn monte_carlo_error(&self) -> f64 {
        self.standard_deviation / self.effective_bulk.sqrt()
    }
}

impl<M> Posterior<M> {
    /// The posterior of any number that a model gives.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a model gives none.
    pub fn of(&self, number: impl Fn(&M) -> f64) -> Result<Summary> {
        let values: Vec<f64> = self.models.iter().map(number).collect();
        summary(&values, self.settings.chains, self.settings.level)
    }

    /// The posterior of a parameter by its symbol.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Summary> {
        self.parameters.iter().find(|named| named.name == name).map(|named| &named.summary)
    }

    /// The largest R-hat of the parameters.
    #[must_use]
    pub fn worst_r_hat(&self) -> Option<f64> {
        self.parameters.iter().filter_map(|named| named.summary.r_hat).reduce(f64::max)
    }

    /// The smallest effective number of draws of a parameter.
    #[must_use]
    pub fn least_effective(&self) -> f64 {
        let least = |summary: &Summary| summary.effective_bulk.min(summary.effective_tail);
        self.parameters.iter().map(|named| least(&named.summary)).fold(f64::INFINITY, f64::min)
    }
}

/// Draws models from the posterior. `priors` replace those by default, by the parameters' names.
///
/// # Errors
/// [`Error::CountOutOfRange`] for settings out of range, [`Error::NotALevel`], [`Error::UnknownParameter`] and
/// [`Error::BadPrior`] for priors, [`Error::NotSampled`] where the sampler gives up.
pub fn sample<P: Problem>(
    problem: &P,
    priors: &[(&str, Prior)],
    settings: Settings,
) -> Result<Posterior<P::Model>> {
    check_count("chains", settings.chains, 1, 100)?;
    check_count("draws", settings.draws, 4, 1_000_000)?;
    check_count("draws of warm-up", settings.warm_up, 50, 1_000_000)?;
    crate::proportion::upper_tail_point(settings.level)?;

    let quantities = problem.quantities();
    let mut checked = Vec::with_capacity(quantities.len());
    for quantity in &quantities {
        let own = priors.iter().find(|(name, _)| *name == quantity.name);
        checked.push(Checked::new(quantity, own.map_or(quantity.prior, |(_, prior)| *prior))?);
    }
    if let Some((name, _)) = priors.iter().find(|(name, _)| quantities.iter().all(|q| q.name != *name)) {
        let known = quantities.iter().map(|quantity| quantity.name).collect::<Vec<_>>().join(", ");
        return Err(Error::UnknownParameter { name: (*name).to_owned(), known });
    }

    let drawn = sampler::run(problem, &checked, settings)?;
    let models: Vec<P::Model> =
        drawn.draws.iter().map(|draw| problem.model(&drawn.coordinates(problem, &checked, draw))).collect();
    let names = P::parameters(&models[0]).into_iter().map(|(name, _)| name);
    let mut parameters = Vec::new();
    for (place, name) in names.enumerate() {
        let values: Vec<f64> = models.iter().map(|model| P::parameters(model)[place].1).collect();
        let summary = summary(&values, settings.chains, settings.level)?;
        parameters.push(Named { name: name.to_owned(), summary });
    }
    Ok(Posterior {
        models,
        settings,
        parameters,
        divergences: drawn.divergences,
        evaluations: drawn.evaluations,
    })
}

fn summary(values: &[f64], chains: usize, level: f64) -> Result<Summary> {
    let tail = 1.0 - crate::proportion::upper_tail_point(level)?;
    let quantiles = crate::quantile::quantiles(values, &[tail, 0.5, 1.0 - tail])?;
    let described = crate::summary::summarize(values)?.ok_or(Error::Empty { what: "a posterior" })?;
    let chains: Vec<&[f64]> = values.chunks(values.len() / chains).collect();
    Ok(Summary {
        mean: described.mean,
        standard_deviation: described.std.unwrap_or(0.0),
        low: quantiles[0],
        median: quantiles[1],
        high: quantiles[2],
        r_hat: diagnostics::r_hat(&chains),
        effective_bulk: diagnostics::effective_bulk(&chains),
        effective_tail: diagnostics::effective_tail(&chains),
    })
}

#[cfg(test)]
mod tests;
