//! Maximum-likelihood fits: from any start, to whatever the data support, and told as it is.
//!
//! Parameters are fitted as logarithms of means and sizes ("coordinates"), in which likelihoods
//! are nearly quadratic and a flat direction is one coordinate. On many shops a coordinate runs to
//! infinity: a model whose customers do not differ in one respect is then as likely. After the
//! search each such limit model is tried; one that is as likely as the best is taken in its place,
//! by name, and has no standard errors for what it lacks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::search::Search;
use super::compress::Histories;
use super::history::TimeUnit;
use super::model::PurchaseModel;

mod finish;
mod search;
#[cfg(test)]
mod tests;

/// A kind of model that can be fitted to histories.
pub trait Family: Sync {
    /// The model with its parameters.
    type Model: PurchaseModel + Clone + std::fmt::Debug + PartialEq;

    /// Names of the coordinates.
    fn coordinates(&self) -> &'static [&'static str];

    /// What becomes of the model where a coordinate runs to infinity.
    fn limits(&self) -> &'static [Limit];

    /// Where to begin searches, the likeliest place first: some likelihoods have several maxima,
    /// such as one where nobody drops out and one where few do.
    fn starts(&self, data: &Histories) -> Vec<Vec<f64>>;

    /// Distinct histories that a search for the right one of several hills looks at first.
    fn enough(&self) -> usize {
        2000
    }

    /// Where to search; the limits lie at the ends, for all practical purposes.
    fn bounds(&self, data: &Histories) -> Vec<(f64, f64)>;

    /// The total log-likelihood and its gradient at coordinates that may be infinite.
    fn evaluate(&self, data: &Histories, theta: &[f64], gradient: &mut [f64]) -> f64;

    /// The model at these coordinates.
    fn model(&self, theta: &[f64]) -> Self::Model;

    /// The coordinates of a model, infinite at a limit.
    fn theta(&self, model: &Self::Model) -> Vec<f64>;

    /// The literature's parameters at these coordinates.
    fn naturals(&self, theta: &[f64]) -> Vec<Natural>;

    /// The coordinates that covariates of purchases and of dropout are added to.
    fn covariate_places(&self) -> [usize; 2];
}

/// A likelihood with all that a search for its maximum needs to know; [`Family`] with its data, and the
/// models of other data than histories.
pub(crate) trait Problem: Sync {
    /// Names of the coordinates.
    fn coordinates(&self) -> &'static [&'static str];

    /// What becomes of the model where a coordinate runs to infinity.
    fn limits(&self) -> &'static [Limit];

    /// Where to begin a search.
    fn start(&self) -> Vec<f64>;

    /// Where to begin, if there may be several maxima; the usual start first.
    fn starts(&self) -> Vec<Vec<f64>> {
        vec![self.start()]
    }

    /// Customers, or what there is of the kind.
    fn size(&self) -> f64 {
        1.0
    }

    /// The same with part of the data, `times` as much as is mostly enough to tell one maximum from
    /// another; none where there is no more.
    fn part(&self, _times: usize) -> Option<Box<dyn Problem + '_>> {
        None
    }

    /// Where to search; the limits lie at the ends, for all practical purposes.
    fn bounds(&self) -> Vec<(f64, f64)>;

    /// The total log-likelihood and its gradient at coordinates that may be infinite.
    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64;

    /// The literature's parameters at these coordinates.
    fn naturals(&self, theta: &[f64]) -> Vec<Natural>;

    /// Names of coordinates that follow the named ones and are parameters as they are.
    fn effects(&self) -> &[String] {
        &[]
    }

    /// Whether nothing happened at all, which the first coordinate at −∞ makes certain.
    fn without_repeats(&self) -> bool {
        false
    }
}

/// A family of purchase models with histories.
struct OnHistories<'a, F> {
    family: &'a F,
    data: Cow<'a, Histories>,
}

impl<F: Family> Problem for OnHistories<'_, F> {
    fn coordinates(&self) -> &'static [&'static str] {
        self.family.coordinates()
    }

    fn limits(&self) -> &'static [Limit] {
        self.family.limits()
    }

    fn start(&self) -> Vec<f64> {
        self.starts().swap_remove(0)
    }

    fn starts(&self) -> Vec<Vec<f64>> {
        self.family.starts(&self.data)
    }

    fn size(&self) -> f64 {
        self.data.customers() as f64
    }

    fn part(&self, times: usize) -> Option<Box<dyn Problem + '_>> {
        let data = Cow::Owned(self.data.thinned(times.saturating_mul(self.family.enough()))?);
        Some(Box::new(OnHistories { family: self.family, data }))
    }

    fn bounds(&self) -> Vec<(f64, f64)> {
        self.family.bounds(&self.data)
    }

    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        self.family.evaluate(&self.data, theta, gradient)
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        self.family.naturals(theta)
    }

    fn without_repeats(&self) -> bool {
        self.data.total_repeats() == 0.0
    }
}

/// A coordinate at infinity.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Which coordinate.
    pub coordinate: usize,
    /// −∞ or +∞.
    pub value: f64,
    /// Coordinates that mean nothing there.
    pub then_void: &'static [usize],
    /// What it is.
    pub boundary: Boundary,
}

impl Limit {
    /// Coordinates at the limit, the others as they are, and which are fixed there besides those that were.
    fn at(&self, theta: &[f64], fixed: &[bool]) -> (Vec<f64>, Vec<bool>) {
        let (mut theta, mut fixed) = (theta.to_vec(), fixed.to_vec());
        theta[self.coordinate] = self.value;
        fixed.resize(theta.len(), false);
        fixed[self.coordinate] = true;
        self.then_void.iter().for_each(|&i| fixed[i] = true);
        (theta, fixed)
    }
}

/// A limit of a model, which the data support as well as any model of the kind.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Boundary {
    /// Nobody has bought again: a purchase rate of zero; nothing is known of dropout.
    NoRepeats,
    /// Every customer buys at the same rate: r and α run to infinity together.
    EqualRates,
    /// Nobody drops out; how customers would differ in it is not identified.
    NoDropout,
    /// Everybody drops out at the first chance; how customers differ in it is not identified.
    DropoutAtOnce,
    /// Every customer has the same chance or rate of dropping out: a and b (s and β) run to infinity together.
    EqualDropout,
    /// Customers drop out at the first chance or never: a and b run to zero together.
    AllOrNothingDropout,
    /// Nobody ever does it: the chance to buy on an occasion, or to respond, is zero.
    Never,
    /// Everybody always does it.
    Always,
    /// Every customer has the same chance: its distribution's a and b run to infinity together.
    EqualChances,
    /// Each customer does it always or never: the distribution's a and b run to zero together.
    AllOrNothing,
    /// Each customer spends the same on every purchase: p runs to infinity.
    ConstantSpend,
    /// Customers do not differ in what they spend: q and γ run to infinity together.
    EqualSpend,
}

/// A parameter as the literature has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Natural {
    /// Its symbol.
    pub name: &'static str,
    /// Its value; 0 or infinite at a limit.
    pub value: f64,
    /// Slope of its logarithm in each coordinate.
    pub log_slope: Vec<f64>,
}

/// What there is to say against a fit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum Warning {
    /// The likelihood hardly changes with these coordinates: their standard errors are above 1 (the
    /// parameter may be several times as large or as small), or they are not identified at all.
    FlatLikelihood {
        /// Their names.
        coordinates: Vec<String>,
    },
    /// Spend per purchase has no mean over customers, since q ≤ 1: a few spend so much that the mean of more
    /// customers is ever larger. Customers with purchases of their own still have an expected spend.
    NoMeanSpend {
        /// q.
        q: f64,
    },
    /// The search ended before it was sure of the maximum.
    NotConverged {
        /// The largest slope left.
        gradient: f64,
    },
}

/// A parameter with its standard error.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// Its symbol.
    pub name: String,
    /// Its value; none where it ran to infinity, zero or is not identified.
    pub value: Option<f64>,
    /// By the delta method; none where the parameter is not identified.
    pub standard_error: Option<f64>,
}

/// The covariance of the coordinates that the data identify.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Covariance {
    /// Places of the coordinates.
    pub coordinates: Vec<usize>,
    /// Their covariances: the inverse of the observed information.
    pub matrix: Vec<Vec<f64>>,
}

/// A fitted model, and how it was found.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted<M, U = TimeUnit> {
    /// The model.
    pub model: M,
    /// The unit of its times; nothing, `()`, where the model has no times or counts occasions.
    pub unit: U,
    /// The literature's parameters.
    pub parameters: Vec<Estimate>,
    /// The total log-likelihood.
    pub log_likelihood: f64,
    /// Customers.
    pub customers: u64,
    /// Distinct histories.
    pub distinct: usize,
    /// The coordinates of the search; none where infinite or void.
    pub coordinates: Vec<Option<f64>>,
    /// Their covariance, of those that are identified.
    pub covariance: Covariance,
    /// Limits the parameters ran to.
    pub boundaries: Vec<Boundary>,
    /// What there is to say against it.
    pub warnings: Vec<Warning>,
    /// Steps of the search.
    pub iterations: usize,
    /// Evaluations of the likelihood.
    pub evaluations: usize,
    /// The largest slope left in a coordinate.
    pub gradient_norm: f64,
}

impl<M, U> Fitted<M, U> {
    /// Akaike's information criterion, −2 LL + 2 · free coordinates.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.free() - 2.0 * self.log_likelihood
    }

    /// The Bayesian information criterion, −2 LL + free coordinates · ln(customers).
    #[must_use]
    pub fn bic(&self) -> f64 {
        self.free() * (self.customers as f64).ln() - 2.0 * self.log_likelihood
    }

    /// The value of a parameter by its symbol.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<f64> {
        self.parameters.iter().find(|estimate| estimate.name == name)?.value
    }

    fn free(&self) -> f64 {
        self.coordinates.iter().flatten().count() as f64
    }
}

/// Fits a kind of model.
#[must_use]
pub fn fit<F: Family>(family: &F, data: &Histories) -> Fitted<F::Model> {
    fit_from(family, data, &family.starts(data).swap_remove(0))
}

/// Fits a kind of model, searching from given coordinates as well as from the usual places.
#[must_use]
pub fn fit_from<F: Family>(family: &F, data: &Histories, start: &[f64]) -> Fitted<F::Model> {
    let problem = OnHistories { family, data: Cow::Borrowed(data) };
    fit_problem(&problem, start, Rows::of(data), |theta| family.model(theta))
}

/// Fits a kind of model near coordinates known to be good, such as those of a fit to similar data:
/// quicker, and blind to other maxima.
pub(crate) fn refit<F: Family>(family: &F, data: &Histories, start: &[f64]) -> Fitted<F::Model> {
    let problem = OnHistories { family, data: Cow::Borrowed(data) };
    search::search(&problem, |search| search.climb_near(start), Rows::of(data), |theta| family.model(theta))
}

/// What a fit says of its data.
pub(crate) struct Rows<U> {
    pub(crate) unit: U,
    pub(crate) customers: u64,
    pub(crate) distinct: usize,
}

impl Rows<TimeUnit> {
    pub(crate) fn of(data: &Histories) -> Self {
        Self { unit: data.unit(), customers: data.customers(), distinct: data.distinct() }
    }
}

/// Searches the maximum of a likelihood from given coordinates and from the usual ones, and makes the
/// model there.
pub(crate) fn fit_problem<P: Problem, M, U>(
    problem: &P,
    start: &[f64],
    rows: Rows<U>,
    model: impl FnOnce(&[f64]) -> M,
) -> Fitted<M, U> {
    let climb = |search: &mut Search<'_, P>| {
        let usual = problem.starts();
        if !usual.iter().any(|usual| usual == start) {
            search.climb(start);
        }
        search.climb_all(&usual);
    };
    search::search(problem, climb, rows, model)
}
