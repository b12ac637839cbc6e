//! Beta-binomial: who answers a mailing, from how often they answered before.
//!
//! Each customer responds to a contact with a probability of their own, which is beta-distributed over
//! customers. With the gamma-gamma model for the amount it is the stochastic RFM model.
//! Source: R. Colombo and W. Jiang, "A stochastic RFM model", Journal of Interactive Marketing 13/3
//! (1999), 2–12.

mod checks;

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF};

pub use checks::{Difference, Drift, difference, expected_customers};

use super::beta_moments::{self, BetaMoments, after};
use super::fit::{Fitted, Limit, Natural, Problem, Rows, fit_problem};
use super::intervals::{Bootstrap, Interval, Scale, delta_at, processors, replicate};
use super::mixing::BetaMixing;
use crate::error::{Error, Result, check_count};
use crate::math::ln_choose;

/// The most contacts of one customer that are computed with.
const MOST_CONTACTS: usize = 100_000;

/// A beta-binomial model of responses.
///
/// ```
/// use dangol_models::lifetime::beta_binomial::{BetaBinomial, Contacts};
/// let model = BetaBinomial::new(1.0, 9.0)?;
/// // A tenth of all respond; of somebody who did 3 times of 5, (1 + 3) / (10 + 5) is expected.
/// assert_eq!(model.response_probability(Contacts::new(0, 0)?), 0.1);
/// assert_eq!(model.response_probability(Contacts::new(3, 5)?), 4.0 / 15.0);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BetaBinomial {
    /// How the probability of a response is distributed over customers.
    pub response: BetaMixing,
}

impl BetaBinomial {
    /// The model with the distribution's two parameters.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless both are finite and above 0.
    pub fn new(alpha: f64, beta: f64) -> Result<Self> {
        Ok(Self { response: BetaMixing::new(alpha, beta)? })
    }

    /// The probability that a customer responds to the next contact, (α + x) / (α + β + n).
    #[must_use]
    pub fn response_probability(&self, customer: Contacts) -> f64 {
        self.of(customer).mean
    }

    /// An interval that holds the customer's own response probability with probability `level`.
    ///
    /// # Errors
    /// [`Error::NotALevel`] unless the level is between 0 and 1.
    pub fn response_interval(&self, customer: Contacts, level: f64) -> Result<(f64, f64)> {
        let tail = crate::proportion::upper_tail_point(level)?;
        let own = self.of(customer);
        match Beta::new(own.a(), own.b()) {
            Ok(beta) if own.correlation > 1e-9 => Ok((beta.inverse_cdf(1.0 - tail), beta.inverse_cdf(tail))),
            // At the limits: customers with a chance of 0 or 1 of whom nothing is known, or one chance for all.
            _ if own.correlation >= 1.0 => Ok((0.0, 1.0)),
            _ => Ok((own.mean, own.mean)),
        }
    }

    /// Probabilities of 0, 1, … `contacts` responses to the next `contacts`.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] for more than 10,000 contacts.
    pub fn response_probabilities(&self, customer: Contacts, contacts: usize) -> Result<Vec<f64>> {
        check_count("contacts", contacts, 0, 10_000)?;
        let moments = BetaMoments::new(&self.of(customer), contacts, contacts);
        Ok((0..=contacts)
            .map(|x| (ln_choose(contacts, x) + moments.log(x, contacts - x).value).exp())
            .collect())
    }

    /// How often a customer responds to so many `contacts`, at random.
    ///
    /// # Errors
    /// [`Error::CountOutOfRange`] for more than 100,000 contacts.
    pub fn simulate(&self, contacts: u32, rng: &mut dyn Rng) -> Result<Contacts> {
        let chance = self.response.draw(rng);
        let responses =
            (0..contacts.min(MOST_CONTACTS as u32)).filter(|_| rng.random::<f64>() < chance).count();
        Contacts::new(responses as u32, contacts)
    }

    /// The log-likelihood of the numbers of responses of all customers.
    #[must_use]
    pub fn log_likelihood(&self, table: &ContactTable) -> f64 {
        evaluate(table, &self.response, &mut [0.0; 2])
    }

    /// What is known of one customer's probability after their contacts.
    fn of(&self, customer: Contacts) -> BetaMixing {
        let Contacts { responses, contacts } = customer;
        after(&self.response, f64::from(responses), f64::from(contacts - responses))
    }
}

/// How often a customer was contacted and responded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Contacts {
    contacts: u32,
    responses: u32,
}

/// The fields before they are checked.
#[derive(Deserialize)]
struct Unchecked {
    responses: u32,
    contacts: u32,
}

impl TryFrom<Unchecked> for Contacts {
    type Error = Error;

    fn try_from(unchecked: Unchecked) -> Result<Self> {
        Self::new(unchecked.responses, unchecked.contacts)
    }
}

impl Contacts {
    /// So many `responses` to so many `contacts`.
    ///
    /// # Errors
    /// [`Error::MoreSuccessesThanTrials`], [`Error::CountOutOfRange`] for more than 100,000 contacts.
    pub fn new(responses: u32, contacts: u32) -> Result<Self> {
        check_count("contacts", contacts as usize, 0, MOST_CONTACTS)?;
        if responses > contacts {
            let (successes, trials) = (responses.into(), contacts.into());
            return Err(Error::MoreSuccessesThanTrials { successes, trials });
        }
        Ok(Self { contacts, responses })
    }

    /// Responses.
    #[must_use]
    pub fn responses(self) -> u32 {
        self.responses
    }

    /// Contacts.
    #[must_use]
    pub fn contacts(self) -> u32 {
        self.contacts
    }
}

/// Customers by their contacts and responses: distinct pairs with their number of customers, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactTable {
    rows: Vec<(Contacts, u64)>,
    customers: u64,
}

impl ContactTable {
    /// Counts customers; those never contacted say nothing and are counted all the same.
    ///
    /// # Errors
    /// [`Error::Empty`] if nobody was contacted.
    pub fn new(counts: impl IntoIterator<Item = (Contacts, u64)>) -> Result<Self> {
        let mut joined = BTreeMap::new();
        for (contacts, customers) in counts {
            *joined.entry(contacts).or_insert(0_u64) += customers;
        }
        joined.retain(|_, customers| *customers > 0);
        if joined.keys().all(|contacts| contacts.contacts == 0) {
            return Err(Error::Empty { what: "a model of responses" });
        }
        Ok(Self { customers: joined.values().sum(), rows: joined.into_iter().collect() })
    }

    /// Number of customers.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// Distinct pairs with their number of customers.
    #[must_use]
    pub fn rows(&self) -> &[(Contacts, u64)] {
        &self.rows
    }
}

/// The log-likelihood and its gradient in logit mean and ln size.
fn evaluate(table: &ContactTable, response: &BetaMixing, gradient: &mut [f64]) -> f64 {
    let most =
        |count: fn(Contacts) -> u32| table.rows.iter().map(|row| count(row.0)).max().unwrap_or(0) as usize;
    let moments = BetaMoments::new(response, most(|c| c.responses), most(|c| c.contacts - c.responses));
    gradient.fill(0.0);
    let mut total = 0.0;
    for (Contacts { contacts, responses }, customers) in &table.rows {
        let (contacts, responses) = (*contacts as usize, *responses as usize);
        let log = moments.log(responses, contacts - responses);
        let weight = *customers as f64;
        total += weight * (ln_choose(contacts, responses) + log.value);
        gradient[0] += weight * log.gradient[0];
        gradient[1] += weight * log.gradient[1];
    }
    total
}

/// Fits the model to contacts and responses.
///
/// ```
/// use dangol_models::lifetime::beta_binomial::{ContactTable, Contacts, fit};
/// let rows = [(0, 60), (1, 20), (2, 12), (3, 8)].map(|(x, customers)| (Contacts::new(x, 3).unwrap(), customers));
/// let fitted = fit(&ContactTable::new(rows)?);
/// assert!((fitted.model.response.mean - 0.227).abs() < 1e-3);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn fit(table: &ContactTable) -> Fitted<BetaBinomial, ()> {
    fit_from(table, &table.start())
}

/// Fits the model, searching from given coordinates: ln(α / β) and ln(α + β).
#[must_use]
pub fn fit_from(table: &ContactTable, start: &[f64]) -> Fitted<BetaBinomial, ()> {
    let rows = Rows { unit: (), customers: table.customers, distinct: table.rows.len() };
    fit_problem(table, start, rows, |theta| BetaBinomial {
        response: BetaMixing::of_logs(theta[0], theta[1]),
    })
}

/// The interval of anything that a fitted model says, by the delta method; none where it depends on what the
/// data do not identify.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn delta(
    fitted: &Fitted<BetaBinomial, ()>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&BetaBinomial) -> f64,
) -> Result<Option<Interval>> {
    let model = |theta: &[f64]| BetaBinomial { response: BetaMixing::of_logs(theta[0], theta[1]) };
    delta_at(fitted, &beta_moments::coordinates(&fitted.model.response), model, level, scale, quantity)
}

/// Fits `replicates` groups of as many customers as in the data, simulated from a fitted model, with the
/// same numbers of contacts.
///
/// Each replicate has a random stream of its own from `seed`: the result is the same on any number of
/// threads.
///
/// # Errors
/// [`Error::CountOutOfRange`] unless there are 2 to 100,000 replicates.
pub fn bootstrap(
    fitted: &Fitted<BetaBinomial, ()>,
    table: &ContactTable,
    replicates: usize,
    seed: u64,
) -> Result<Bootstrap<BetaBinomial>> {
    replicate(replicates, processors(), seed, |rng| {
        let mut drawn = Vec::with_capacity(table.customers as usize);
        for (Contacts { contacts, .. }, customers) in &table.rows {
            for _ in 0..*customers {
                drawn.push((fitted.model.simulate(*contacts, rng)?, 1));
            }
        }
        Ok(fit(&ContactTable::new(drawn)?).model)
    })
}

impl Problem for ContactTable {
    fn coordinates(&self) -> &'static [&'static str] {
        &["ln(alpha / beta)", "ln(alpha + beta)"]
    }

    fn limits(&self) -> &'static [Limit] {
        &beta_moments::LIMITS
    }

    fn start(&self) -> Vec<f64> {
        let sum = |count: fn(&Contacts) -> u32| -> f64 {
            self.rows.iter().map(|(contacts, customers)| f64::from(count(contacts)) * *customers as f64).sum()
        };
        beta_moments::start(sum(|row| row.responses), sum(|row| row.contacts)).to_vec()
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
