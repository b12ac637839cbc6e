//! What can be wrong with the numbers given to a model.

use thiserror::Error;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What is wrong with an input, and where.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// There are no values, and the answer is not defined without any.
    #[error("there are no values to compute {what} from")]
    Empty {
        /// What was to be computed.
        what: &'static str,
    },
    /// A value is NaN or infinite.
    #[error("value {value} at position {index} is not a finite number; leave such rows out first")]
    NotFinite {
        /// Position of the value, counted from 0.
        index: usize,
        /// The value.
        value: f64,
    },
    /// A probability outside 0 to 1.
    #[error("{value} is not a probability; use a number from 0 to 1")]
    NotAProbability {
        /// The value.
        value: f64,
    },
    /// A confidence level that is not strictly between 0 and 1.
    #[error("{level} is not a confidence level; use a number between 0 and 1, such as 0.95")]
    NotALevel {
        /// The value.
        level: f64,
    },
    /// A number of groups, clusters or bins that the method cannot make.
    #[error("{given} {what} cannot be made; use {least} to {most}")]
    CountOutOfRange {
        /// What is counted: "groups", "clusters", "bins".
        what: &'static str,
        /// The number given.
        given: usize,
        /// The smallest possible number.
        least: usize,
        /// The largest possible number.
        most: usize,
    },
    /// Two inputs that belong together have different lengths.
    #[error("{left} values were given with {right} {what}; there must be one for each")]
    UnequalLengths {
        /// What the second input holds.
        what: &'static str,
        /// Length of the first input.
        left: usize,
        /// Length of the second input.
        right: usize,
    },
    /// A weight or size that is negative or not finite.
    #[error("weight {value} at position {index} must be a finite number of at least 0")]
    BadWeight {
        /// Position, counted from 0.
        index: usize,
        /// The weight.
        value: f64,
    },
    /// A purchase history that cannot be.
    #[error(
        "{repeats} repeat purchases, the last at {last} after the first, known up to {age}: the time of the \
         last purchase must lie between 0 and the customer's age, and be 0 exactly without repeat purchases; \
         it is not the time since the last purchase"
    )]
    BadHistory {
        /// x, purchases after the first.
        repeats: u32,
        /// `t_x`, the time from the first purchase to the last.
        last: f64,
        /// T, the time from the first purchase to the as-of moment.
        age: f64,
    },
    /// A history on discrete occasions that cannot be.
    #[error(
        "{purchases} purchases, the last on occasion {last} of {periods}: there can be at most one purchase on \
         each occasion up to the last one, and the last is 0 exactly without purchases"
    )]
    BadOccasions {
        /// Purchases.
        purchases: u32,
        /// The occasion of the last one.
        last: u32,
        /// Occasions.
        periods: u32,
    },
    /// Two histories that were to be of one customer, of which the later does not go on from the earlier.
    #[error(
        "the history after the cut-off at position {index} does not go on from the one before it; give both \
         in the same order of customers and the same unit of time"
    )]
    NotTheSameCustomer {
        /// Position of the customer, counted from 0.
        index: usize,
    },
    /// A prior of a parameter that the model does not have.
    #[error("there is no parameter {name} that could have a prior; there are {known}")]
    UnknownParameter {
        /// The name given.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// A prior that does not suit its parameter.
    #[error(
        "the prior of {name} must be {} with finite numbers above 0",
        if *.share { "a beta distribution" } else { "a distribution of positive numbers (log-normal, Weibull, gamma, Pareto)" }
    )]
    BadPrior {
        /// The parameter.
        name: String,
        /// Whether the parameter is a share, between 0 and 1.
        share: bool,
    },
    /// A sampler that gave up.
    #[error("chain {chain} of the posterior cannot be sampled: {cause}; try another seed or tighter priors")]
    NotSampled {
        /// The chain, counted from 0.
        chain: u64,
        /// What the sampler said.
        cause: String,
    },
    /// A cohort that grows.
    #[error(
        "{after} customers are left after period {period}, more than the {before} before it; count each customer once"
    )]
    MoreSurvivors {
        /// The period, from 1.
        period: usize,
        /// Customers before it.
        before: u64,
        /// Customers after it.
        after: u64,
    },
    /// A parameter of a model outside its range.
    #[error("{name} = {value} is not possible; use {range}")]
    BadParameter {
        /// The parameter.
        name: &'static str,
        /// The value.
        value: f64,
        /// Where it may lie, in words.
        range: &'static str,
    },
    /// An event that happened to all rows, or to none: nothing tells it apart.
    #[error(
        "{events} of {rows} rows have the event; a chance can only be told where some have it and some have not"
    )]
    OneOutcome {
        /// Rows.
        rows: usize,
        /// Rows with the event.
        events: usize,
    },
    /// More successes than trials.
    #[error("{successes} successes in {trials} trials")]
    MoreSuccessesThanTrials {
        /// Successes.
        successes: u64,
        /// Trials.
        trials: u64,
    },
}

/// Fails on the first value that is NaN or infinite.
pub(crate) fn check_finite(values: &[f64]) -> Result<()> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Error::NotFinite { index, value: values[index] }),
    }
}

/// Fails unless `least <= given <= most`.
pub(crate) fn check_count(what: &'static str, given: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&given) {
        Ok(())
    } else {
        Err(Error::CountOutOfRange { what, given, least, most })
    }
}
