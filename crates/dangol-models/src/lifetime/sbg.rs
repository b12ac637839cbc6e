//! Shifted beta-geometric (sBG): how many contracts are renewed, and for how long.
//!
//! At the end of each period a customer cancels with a probability θ of their own, which is
//! beta-distributed over customers. Retention rises with age not because anybody becomes more loyal but
//! because those who cancel easily have gone. For contracts only: the model needs to *see* who leaves.
//! Source: P. Fader and B. Hardie, "How to project customer retention", Journal of Interactive
//! Marketing 21/1 (2007), 76–90; residual lifetime: the same, "Customer-base valuation in a contractual
//! setting", Marketing Science 29/1 (2010), 85–93. Their α and β are [`Sbg::churn`].

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::beta_moments::{self, BetaMoments, after};
use super::fit::{Boundary, Fitted, Limit, Natural, Problem, Rows, fit_problem};
use super::intervals::{Bootstrap, Interval, Scale, delta_at, processors, replicate};
use super::mixing::BetaMixing;
use crate::error::{Error, Result, check_count};

/// The most periods that are computed with.
const MOST_PERIODS: usize = 100_000;

/// A shifted beta-geometric model.
///
/// ```
/// use dangol_models::lifetime::sbg::Sbg;
/// // "Regular" of the paper: 24 of 100 are still there after seven renewals.
/// let model = Sbg::new(0.704, 1.182)?;
/// assert!((model.survival(7)? - 0.24).abs() < 0.005);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sbg {
    /// How the probability of cancelling at the end of a period is distributed over customers.
    pub churn: BetaMixing,
}

impl Sbg {
    /// The model with the paper's α and β.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless both are finite and above 0.
    pub fn new(alpha: f64, beta: f64) -> Result<Self> {
        Ok(Self { churn: BetaMixing::new(alpha, beta)? })
    }

    /// The share of new customers who renew at least `renewals` times: S(t) = B(α, β + t) / B(α, β).
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] for more than 100,000 renewals.
    pub fn survival(&self, renewals: usize) -> Result<f64> {
        check_count("renewals", renewals, 0, MOST_PERIODS)?;
        Ok(BetaMoments::new(&self.churn, 0, renewals).log(0, renewals).value.exp())
    }

    /// The share of those there after `renewals` who renew once more: (β + t) / (α + β + t).
    #[must_use]
    pub fn retention(&self, renewals: usize) -> f64 {
        after(&self.churn, 0.0, renewals as f64).complement
    }

    /// Renewals expected within the next `periods` of somebody who has renewed `renewals` times, each
    /// discounted to now at `rate` per period: the k-th counts (1 + rate)⁻ᵏ. With a rate of 0 it is the
    /// expected number of periods that are still paid for.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] for more than 100,000 renewals or periods, [`Error::BadParameter`] for a
    /// rate that is not finite or not above −1.
    pub fn expected_renewals(&self, renewals: usize, periods: usize, rate: f64) -> Result<f64> {
        check_count("renewals", renewals, 0, MOST_PERIODS)?;
        check_count("periods", periods, 0, MOST_PERIODS)?;
        super::clv::check_rate(rate)?;
        let mut share = 1.0;
        Ok((0..periods)
            .map(|k| {
                share *= self.retention(renewals + k) / (1.0 + rate);
                share
            })
            .sum())
    }

    /// What becomes of a new customer within so many `periods`, at random.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] for more than 100,000 periods.
    pub fn simulate(&self, periods: u32, rng: &mut dyn Rng) -> Result<Contract> {
        check_count("periods", periods as usize, 0, MOST_PERIODS)?;
        let chance = self.churn.draw(rng);
        let leaves = (1..=periods).find(|_| rng.random::<f64>() < chance);
        Ok(leaves.map_or(Contract::Renewed(periods), Contract::Cancelled))
    }

    /// The log-likelihood of what is known of a customer base.
    #[must_use]
    pub fn log_likelihood(&self, table: &RenewalTable) -> f64 {
        evaluate(table, &self.churn, &mut [0.0; 2])
    }
}

/// What is known of a customer: cancelled at the end of a period, or still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// Paid for so many periods (at least 1) and did not renew then.
    Cancelled(u32),
    /// Renewed so many times and is still there.
    Renewed(u32),
}

/// Customers by what is known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewalTable {
    rows: Vec<(Contract, u64)>,
    customers: u64,
}

impl RenewalTable {
    /// Counts contracts, each with its number of customers; cohorts may have seen different numbers
    /// of periods.
    ///
    /// # Errors
    /// [`Error::Empty`] without a customer; [`Error::CountOutOfRange`] for a cancellation after 0 periods
    /// or more than 100,000 periods.
    pub fn new(counts: impl IntoIterator<Item = (Contract, u64)>) -> Result<Self> {
        let mut joined = BTreeMap::new();
        for (contract, customers) in counts {
            match contract {
                Contract::Cancelled(periods) => check_count("periods", periods as usize, 1, MOST_PERIODS)?,
                Contract::Renewed(times) => check_count("renewals", times as usize, 0, MOST_PERIODS)?,
            }
            *joined.entry(contract).or_insert(0_u64) += customers;
        }
        joined.retain(|_, customers| *customers > 0);
        let customers = joined.values().sum();
        if customers == 0 {
            return Err(Error::Empty { what: "a model of renewals" });
        }
        Ok(Self { rows: joined.into_iter().collect(), customers })
    }

    /// One cohort: customers at the start, after the first renewal, after the second and so on.
    ///
    /// # Errors
    /// [`Error::Empty`] without a customer; [`Error::MoreSurvivors`] where the numbers rise.
    ///
    /// ```
    /// use dangol_models::lifetime::sbg::{Contract, RenewalTable};
    /// let table = RenewalTable::of_cohort(&[1000, 869, 743])?;
    /// assert_eq!(table.rows()[0], (Contract::Cancelled(1), 131));
    /// assert_eq!(table.rows()[2], (Contract::Renewed(2), 743));
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn of_cohort(survivors: &[u64]) -> Result<Self> {
        let Some(&last) = survivors.last() else {
            return Err(Error::Empty { what: "a model of renewals" });
        };
        let mut counts = Vec::with_capacity(survivors.len());
        for (period, pair) in survivors.windows(2).enumerate() {
            let lost = pair[0].checked_sub(pair[1]).ok_or(Error::MoreSurvivors {
                period: period + 1,
                before: pair[0],
                after: pair[1],
            })?;
            counts.push((Contract::Cancelled(period as u32 + 1), lost));
        }
        counts.push((Contract::Renewed(survivors.len() as u32 - 1), last));
        Self::new(counts)
    }

    /// Number of customers.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// What is known, with its number of customers.
    #[must_use]
    pub fn rows(&self) -> &[(Contract, u64)] {
        &self.rows
    }
}

/// The log-likelihood and its gradient in logit mean and ln size.
fn evaluate(table: &RenewalTable, churn: &BetaMixing, gradient: &mut [f64]) -> f64 {
    let most = |contract: &Contract| match *contract {
        Contract::Cancelled(periods) | Contract::Renewed(periods) => periods as usize,
    };
    let periods = table.rows.iter().map(|(contract, _)| most(contract)).max().unwrap_or(0);
    let moments = BetaMoments::new(churn, 1, periods);
    gradient.fill(0.0);
    let mut total = 0.0;
    for (contract, customers) in &table.rows {
        let log = match *contract {
            Contract::Cancelled(periods) => moments.log(1, periods as usize - 1),
            Contract::Renewed(times) => moments.log(0, times as usize),
        };
        let weight = *customers as f64;
        total += weight * log.value;
        gradient[0] += weight * log.gradient[0];
        gradient[1] += weight * log.gradient[1];
    }
    total
}

/// Fits the model to what is known of a customer base.
///
/// ```
/// use dangol_models::lifetime::sbg::{RenewalTable, fit};
/// // "High end" of the paper, of 1,000 customers.
/// let table = RenewalTable::of_cohort(&[1000, 869, 743, 653, 593, 551, 517, 491])?;
/// let fitted = fit(&table);
/// assert!((fitted.parameter("alpha").unwrap() - 0.668).abs() < 1e-3);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn fit(table: &RenewalTable) -> Fitted<Sbg, ()> {
    fit_from(table, &table.start())
}

/// Fits the model, searching from given coordinates: ln(α / β) and ln(α + β).
#[must_use]
pub fn fit_from(table: &RenewalTable, start: &[f64]) -> Fitted<Sbg, ()> {
    let rows = Rows { unit: (), customers: table.customers, distinct: table.rows.len() };
    fit_problem(table, start, rows, |theta| Sbg { churn: BetaMixing::of_logs(theta[0], theta[1]) })
}

/// The interval of anything that a fitted model says, by the delta method; none where it depends on what the
/// data do not identify.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn delta(
    fitted: &Fitted<Sbg, ()>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&Sbg) -> f64,
) -> Result<Option<Interval>> {
    let model = |theta: &[f64]| Sbg { churn: BetaMixing::of_logs(theta[0], theta[1]) };
    delta_at(fitted, &beta_moments::coordinates(&fitted.model.churn), model, level, scale, quantity)
}

/// Fits `replicates` groups of as many customers as in the data, simulated from a fitted model, all
/// observed for `periods`.
///
/// Each replicate has a random stream of its own from `seed`: the result is the same on any number of
/// threads.
///
/// # Errors
/// [`Error::CountOutOfRange`] unless there are 2 to 100,000 replicates.
pub fn bootstrap(
    fitted: &Fitted<Sbg, ()>,
    table: &RenewalTable,
    periods: u32,
    replicates: usize,
    seed: u64,
) -> Result<Bootstrap<Sbg>> {
    replicate(replicates, processors(), seed, |rng| {
        let mut drawn = Vec::with_capacity(table.customers as usize);
        for (_, customers) in &table.rows {
            for _ in 0..*customers {
                drawn.push((fitted.model.simulate(periods, rng)?, 1));
            }
        }
        Ok(fit(&RenewalTable::new(drawn)?).model)
    })
}

impl Problem for RenewalTable {
    fn coordinates(&self) -> &'static [&'static str] {
        &["ln(alpha / beta)", "ln(alpha + beta)"]
    }

    fn limits(&self) -> &'static [Limit] {
        const LIMITS: [Limit; 4] = [
            Limit { coordinate: 0, value: f64::NEG_INFINITY, then_void: &[1], boundary: Boundary::NoDropout },
            Limit { coordinate: 0, value: f64::INFINITY, then_void: &[1], boundary: Boundary::DropoutAtOnce },
            Limit { coordinate: 1, value: f64::INFINITY, then_void: &[], boundary: Boundary::EqualDropout },
            Limit {
                coordinate: 1,
                value: f64::NEG_INFINITY,
                then_void: &[],
                boundary: Boundary::AllOrNothingDropout,
            },
        ];
        &LIMITS
    }

    fn start(&self) -> Vec<f64> {
        // Periods at whose end somebody could cancel, and did.
        let (mut cancelled, mut periods) = (0.0, 0.0);
        for (contract, customers) in &self.rows {
            let weight = *customers as f64;
            match *contract {
                Contract::Cancelled(paid) => {
                    cancelled += weight;
                    periods += weight * f64::from(paid);
                }
                Contract::Renewed(times) => periods += weight * f64::from(times),
            }
        }
        beta_moments::start(cancelled, periods).to_vec()
    }

    fn bounds(&self) -> Vec<(f64, f64)> {
        beta_moments::BOUNDS.to_vec()
    }

    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        evaluate(self, &BetaMixing::of_logs(theta[0], theta[1]), gradient)
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        beta_moments::naturals(&BetaMixing::of_logs(theta[0], theta[1]), ["alpha", "beta"], 0, 2).to_vec()
    }
}

#[cfg(test)]
mod tests;
