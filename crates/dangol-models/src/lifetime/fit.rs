//! Maximum-likelihood fits: from any start, to whatever the data support, and told as it is.
//!
//! Parameters are fitted as logarithms of means and sizes ("coordinates"), in which likelihoods
//! are nearly quadratic and a flat direction is one coordinate. On many shops a coordinate runs to
//! infinity: a model whose customers do not differ in one respect is then as likely. After the
//! search each such limit model is tried; one that is as likely as the best is taken in its place,
//! by name, and has no standard errors for what it lacks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::compress::Histories;
use super::history::TimeUnit;
use super::model::PurchaseModel;
use crate::math::{short, solve_symmetric};
use crate::optimise::{Maximum, Options, hessian, hessian_beside, maximise_with};
use crate::parallel;

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

    /// Distinct histories that a search for the right one of several hills looks at.
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

    /// The same with part of the data, enough to tell one maximum from another; none where that is
    /// not worth while.
    fn part(&self) -> Option<Box<dyn Problem + '_>> {
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

    fn part(&self) -> Option<Box<dyn Problem + '_>> {
        let data = Cow::Owned(self.data.thinned(self.family.enough())?);
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
    search(&problem, |search| search.climb(start), Rows::of(data), |theta| family.model(theta))
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
    search(problem, climb, rows, model)
}

fn search<P: Problem, M, U>(
    problem: &P,
    climb: impl FnOnce(&mut Search<'_, P>),
    rows: Rows<U>,
    model: impl FnOnce(&[f64]) -> M,
) -> Fitted<M, U> {
    let mut search = Search::new(problem);
    if problem.without_repeats() {
        search.without_repeats();
    } else {
        climb(&mut search);
        while search.take_limit() {}
        search.make_sure();
    }
    let model = model(&search.best.theta);
    search.finish(model, rows)
}

/// A limit is as good as the best where it lacks no more than this of the total log-likelihood.
const AS_GOOD: f64 = 1e-5;

/// A limit is not searched where it lacks more than this with the other coordinates as they are.
const FAR: f64 = 5.0;

/// Hills are different where their heights differ by more than this.
const SAME_HILL: f64 = 1e-5;

/// A hill is not climbed on the whole data where it is lower by more than this on part of them.
const LOWER: f64 = 10.0;

/// A search is not over where more than this may be gained.
const PROMISING: f64 = 1e-6;

/// The maximum within bounds over the coordinates not fixed, the others as in `start`; with a Hessian to begin with,
/// where one is known.
fn maximum(
    problem: &dyn Problem,
    bounds: &[(f64, f64)],
    start: &[f64],
    fixed: &[bool],
    options: Options,
    known: Option<Vec<Vec<f64>>>,
) -> Maximum {
    let free: Vec<usize> = (0..start.len()).filter(|&i| !fixed[i]).collect();
    let objective = |some: &[f64], slopes: &mut [f64]| {
        let mut theta = start.to_vec();
        let mut gradient = vec![0.0; theta.len()];
        for (&i, value) in free.iter().zip(some) {
            theta[i] = *value;
        }
        let value = problem.evaluate(&theta, &mut gradient);
        for (&i, slope) in free.iter().zip(slopes) {
            *slope = gradient[i];
        }
        value
    };
    let some: Vec<f64> = free.iter().map(|&i| start[i]).collect();
    let bounds: Vec<(f64, f64)> = free.iter().map(|&i| bounds[i]).collect();
    let mut found = maximise_with(&objective, &some, &bounds, options, known);
    let (mut theta, mut gradient) = (start.to_vec(), vec![0.0; start.len()]);
    for (place, &i) in free.iter().enumerate() {
        theta[i] = found.theta[place];
        gradient[i] = found.gradient[place];
    }
    (found.theta, found.gradient) = (theta, gradient);
    found
}

struct Search<'a, P> {
    problem: &'a P,
    bounds: Vec<(f64, f64)>,
    best: Maximum,
    /// Coordinates at a limit, or void because of one.
    fixed: Vec<bool>,
    void: Vec<bool>,
    taken: Vec<Limit>,
    /// Whether the end of the search rests on a Hessian that was not taken there.
    unsure: bool,
    /// The observed information at the end, where it is known already.
    information: Option<Vec<Vec<f64>>>,
    iterations: usize,
    evaluations: usize,
}

impl<'a, P: Problem> Search<'a, P> {
    fn new(problem: &'a P) -> Self {
        let theta = problem.start();
        let count = theta.len();
        Self {
            problem,
            bounds: problem.bounds(),
            best: Maximum {
                gradient: vec![0.0; count],
                theta,
                value: f64::NEG_INFINITY,
                iterations: 0,
                evaluations: 0,
                converged: false,
            },
            fixed: vec![false; count],
            void: vec![false; count],
            taken: Vec::new(),
            unsure: false,
            information: None,
            iterations: 0,
            evaluations: 0,
        }
    }

    /// The maximum over the coordinates not fixed, the others as in `start`.
    fn maximum(
        &mut self,
        problem: &dyn Problem,
        start: &[f64],
        fixed: &[bool],
        options: Options,
        known: Option<Vec<Vec<f64>>>,
    ) -> Maximum {
        let found = maximum(problem, &self.bounds, start, fixed, options, known);
        self.count(&found);
        found
    }

    fn count(&mut self, found: &Maximum) {
        self.iterations += found.iterations;
        self.evaluations += found.evaluations;
    }

    /// Climbs from a start; keeps what it finds where it is better.
    fn climb(&mut self, start: &[f64]) {
        let found = self.maximum(self.problem, start, &vec![false; start.len()], Options::default(), None);
        if found.value > self.best.value {
            self.best = found;
        }
    }

    /// Climbs on the whole data from the top of a hill seen on part of them, with its Hessian times as
    /// much as the whole is larger; the Hessian of the whole is looked at in the end.
    fn climb_hill(&mut self, hill: &Maximum, part: &dyn Problem) {
        let objective = |theta: &[f64], gradient: &mut [f64]| part.evaluate(theta, gradient);
        let all: Vec<usize> = (0..hill.theta.len()).collect();
        let mut known = hessian_beside(&objective, &hill.theta, &hill.gradient, &all, 1e-5);
        self.evaluations += all.len();
        let larger = self.problem.size() / part.size();
        known.iter_mut().flatten().for_each(|entry| *entry *= larger);
        let free = vec![false; hill.theta.len()];
        let options = Options { trusts_updates: true, ..Options::default() };
        let found = self.maximum(self.problem, &hill.theta, &free, options, Some(known));
        if found.value > self.best.value {
            (self.best, self.unsure) = (found, true);
        }
    }

    /// Climbs from the usual starts: all of them on part of the data, where that is enough to tell
    /// one hill from another, then on the whole from the top of each hill.
    fn climb_all(&mut self, starts: &[Vec<f64>]) {
        let part = self.problem.part();
        let problem: &dyn Problem = part.as_deref().unwrap_or(self.problem);
        // A hill on part of the data is where the climb on the whole begins, and need not be quite the top.
        let options = Options { trusts_updates: part.is_some(), ..Options::default() };
        let bounds = &self.bounds;
        let tops = parallel::map(0, starts.len(), |at| {
            let start = &starts[at];
            maximum(problem, bounds, start, &vec![false; start.len()], options, None)
        });
        let mut hills: Vec<Maximum> = Vec::new();
        for found in tops {
            self.count(&found);
            let same = |hill: &Maximum| (hill.value - found.value).abs() < SAME_HILL;
            if found.value.is_finite() && !hills.iter().any(same) {
                hills.push(found);
            }
        }
        hills.sort_by(|left, right| right.value.total_cmp(&left.value));
        let highest = hills.first().map_or(f64::NEG_INFINITY, |hill| hill.value);
        for hill in hills.into_iter().filter(|hill| hill.value > highest - LOWER) {
            if let Some(part) = &part {
                self.climb_hill(&hill, part.as_ref());
            } else if hill.value > self.best.value {
                self.best = hill;
            }
        }
    }

    fn value(&mut self, theta: &[f64]) -> f64 {
        self.evaluations += 1;
        self.problem.evaluate(theta, &mut vec![0.0; theta.len()])
    }

    /// Takes the best limit that is as good as what there is; whether there was one.
    fn take_limit(&mut self) -> bool {
        let mut taken: Option<(Maximum, Limit, Vec<bool>)> = None;
        let part = self.problem.part();
        let theta = self.best.theta.clone();
        let partly = part.as_ref().map(|part| part.evaluate(&theta, &mut vec![0.0; theta.len()]));
        for limit in self.problem.limits() {
            if self.fixed[limit.coordinate] {
                continue;
            }
            let mut theta = self.best.theta.clone();
            theta[limit.coordinate] = limit.value;
            // What part of the data rule out, the rest of the same kind cannot bring back.
            if let (Some(part), Some(best)) = (&part, partly)
                && part.evaluate(&theta, &mut vec![0.0; theta.len()]) < best - FAR
            {
                continue;
            }
            let value = self.value(&theta);
            if !(value.is_finite() && value > self.best.value - FAR) {
                continue;
            }
            let mut fixed = self.fixed.clone();
            fixed[limit.coordinate] = true;
            limit.then_void.iter().for_each(|&i| fixed[i] = true);
            let found = self.maximum(self.problem, &theta, &fixed, Options::default(), None);
            let least = taken.as_ref().map_or(self.best.value - AS_GOOD, |(best, ..)| best.value);
            if found.value >= least {
                taken = Some((found, *limit, fixed));
            }
        }
        let Some((found, limit, fixed)) = taken else { return false };
        (self.best, self.unsure) = (found, false);
        self.fixed = fixed;
        for &i in limit.then_void {
            self.void[i] = true;
            // What the coordinate ran to before means nothing now.
            self.taken.retain(|earlier| earlier.coordinate != i);
        }
        self.taken.push(limit);
        true
    }

    /// Where x = 0 for all, a rate of zero makes the data certain.
    fn without_repeats(&mut self) {
        let mut theta = self.problem.start();
        // The first coordinate of every family is the logarithm of the mean purchase rate.
        theta[0] = f64::NEG_INFINITY;
        self.best.value = self.value(&theta);
        self.best.theta = theta;
        self.best.converged = true;
        self.fixed.fill(true);
        self.void[1..].fill(true);
        let limit =
            Limit { coordinate: 0, value: f64::NEG_INFINITY, then_void: &[], boundary: Boundary::NoRepeats };
        self.taken.push(limit);
    }

    /// The observed information of the free coordinates.
    fn information(&mut self, free: &[usize]) -> Vec<Vec<f64>> {
        let objective = |theta: &[f64], gradient: &mut [f64]| self.problem.evaluate(theta, gradient);
        let theta = &self.best.theta;
        // Of much data, differences to one side are exact enough, and half the work.
        let (curvature, evaluations) = if self.problem.part().is_some() {
            (hessian_beside(&objective, theta, &self.best.gradient, free, 1e-5), free.len())
        } else {
            (hessian(&objective, theta, free, 1e-4), 2 * free.len())
        };
        self.evaluations += evaluations;
        curvature.into_iter().map(|row| row.into_iter().map(|entry| -entry).collect()).collect()
    }

    /// Where the end rests on a Hessian kept up to date only: looks at the real one, which is wanted
    /// anyway, and goes on if it promises more.
    fn make_sure(&mut self) {
        if !self.unsure {
            return;
        }
        let free: Vec<usize> = (0..self.fixed.len()).filter(|&i| !self.fixed[i]).collect();
        let information = self.information(&free);
        let slope: Vec<f64> = free.iter().map(|&i| self.best.gradient[i]).collect();
        let gain = solve_symmetric(&information).map_or(f64::INFINITY, |inverse| {
            let along =
                |row: &Vec<f64>| row.iter().zip(&slope).map(|(entry, slope)| entry * slope).sum::<f64>();
            0.5 * inverse.iter().zip(&slope).map(|(row, slope)| along(row) * slope).sum::<f64>()
        });
        if gain < PROMISING {
            self.information = Some(information);
        } else {
            let fixed = self.fixed.clone();
            let theta = self.best.theta.clone();
            self.best = self.maximum(self.problem, &theta, &fixed, Options::default(), None);
        }
    }

    fn finish<M, U>(mut self, model: M, rows: Rows<U>) -> Fitted<M, U> {
        let theta = self.best.theta.clone();
        let mut free: Vec<usize> = (0..theta.len()).filter(|&i| !self.fixed[i]).collect();
        let information = match self.information.take() {
            Some(known) => known,
            None => self.information(&free),
        };
        let mut places: Vec<usize> = (0..free.len()).collect();
        let mut flat = Vec::new();
        let matrix = loop {
            let part: Vec<Vec<f64>> =
                places.iter().map(|&i| places.iter().map(|&j| information[i][j]).collect()).collect();
            if let Some(inverse) = solve_symmetric(&part) {
                break inverse;
            }
            // The coordinate with the least information is the one that is not identified.
            let least = (0..places.len()).min_by(|&i, &j| part[i][i].total_cmp(&part[j][j])).unwrap_or(0);
            flat.push(free[places[least]]);
            places.remove(least);
        };
        free = places.iter().map(|&place| free[place]).collect();
        flat.extend(
            free.iter().enumerate().filter(|&(place, _)| matrix[place][place] > 1.0).map(|(_, &i)| i),
        );
        flat.sort_unstable();
        let matrix: Vec<Vec<f64>> =
            matrix.iter().map(|row| row.iter().map(|&entry| short(entry)).collect()).collect();
        let gradient_norm = self.best.gradient.iter().map(|g| g.abs()).fold(0.0, f64::max);
        let gradient_norm = short(gradient_norm);
        let mut warnings = Vec::new();
        if !flat.is_empty() {
            let names = self.problem.coordinates();
            let effects = self.problem.effects();
            let name =
                |i: usize| names.get(i).map_or_else(|| effects[i - names.len()].clone(), |n| (*n).to_owned());
            let coordinates = flat.iter().map(|&i| name(i)).collect();
            warnings.push(Warning::FlatLikelihood { coordinates });
        }
        if !self.best.converged {
            warnings.push(Warning::NotConverged { gradient: gradient_norm });
        }
        let covariance = Covariance { coordinates: free, matrix };
        Fitted {
            model,
            unit: rows.unit,
            parameters: self.estimates(&covariance),
            log_likelihood: short(self.best.value),
            customers: rows.customers,
            distinct: rows.distinct,
            coordinates: (0..theta.len())
                .map(|i| (theta[i].is_finite() && !self.void[i]).then(|| short(theta[i])))
                .collect(),
            covariance,
            boundaries: self.taken.iter().map(|limit| limit.boundary).collect(),
            warnings,
            iterations: self.iterations,
            evaluations: self.evaluations,
            gradient_norm,
        }
    }

    fn estimates(&self, covariance: &Covariance) -> Vec<Estimate> {
        let estimate = |natural: Natural| {
            let uses = |i: usize| natural.log_slope[i] != 0.0;
            let known = (0..natural.log_slope.len()).all(|i| !uses(i) || !self.void[i]);
            let value =
                (known && natural.value.is_finite() && natural.value > 0.0).then(|| short(natural.value));
            let identified =
                (0..natural.log_slope.len()).all(|i| !uses(i) || covariance.coordinates.contains(&i));
            let variance: f64 = covariance
                .coordinates
                .iter()
                .enumerate()
                .flat_map(|(row, &i)| {
                    let slopes = &natural.log_slope;
                    let places = covariance.coordinates.iter().enumerate();
                    places.map(move |(column, &j)| slopes[i] * slopes[j] * covariance.matrix[row][column])
                })
                .sum();
            Estimate {
                name: natural.name.to_owned(),
                value,
                standard_error: value
                    .filter(|_| identified)
                    .map(|value| short(value * variance.max(0.0).sqrt())),
            }
        };
        let mut estimates: Vec<Estimate> =
            self.problem.naturals(&self.best.theta).into_iter().map(estimate).collect();
        let before = self.problem.coordinates().len();
        for (place, name) in (before..).zip(self.problem.effects()) {
            let known = covariance.coordinates.iter().position(|&i| i == place);
            estimates.push(Estimate {
                name: name.clone(),
                value: (!self.void[place]).then(|| short(self.best.theta[place])),
                standard_error: known.map(|row| short(covariance.matrix[row][row].max(0.0).sqrt())),
            });
        }
        estimates
    }
}
