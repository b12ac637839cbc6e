//! The maximum-likelihood fit of the gamma-gamma model.

use super::GammaGamma;
use super::likelihood::evaluate;
use super::spends::{Spend, Spends};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::lifetime::fit::{
    Boundary, Covariance, Fitted, Limit, Natural, Problem, Rows, Warning, fit_problem,
};
use crate::lifetime::intervals::{Bootstrap, Interval, Scale, delta_at, processors, replicate};
use crate::math::{short, solve_symmetric};
use crate::sum::Sum;

/// What stands for an infinite p or q in a fitted model: it makes no difference to any prediction.
const LARGEST: f64 = 1e8;

/// Beyond, p or q are as good as infinite, and the likelihood loses digits.
const LARGEST_SEARCHED: f64 = 1e6;

/// Fits the gamma-gamma model.
///
/// Where each customer always spends the same, or all customers are alike, the limit model is taken and
/// named; its p or q is then a very large number, good for all practical purposes. A q of at most 1, with
/// which there is no mean spend, is a warning.
///
/// ```
/// use dangol_models::lifetime::gamma_gamma::{Spend, Spends, fit};
/// let customers = [(1, 12.0), (3, 40.5), (2, 22.0), (5, 9.9), (1, 35.0), (2, 18.0)];
/// let spends = Spends::new(customers.map(|(purchases, mean)| Spend { purchases, mean }))?;
/// let fitted = fit(&spends);
/// assert!(fitted.model.mean_spend().is_some_and(|mean| mean > 15.0 && mean < 30.0));
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn fit(spends: &Spends) -> Fitted<GammaGamma, ()> {
    fit_from(spends, &spends.start())
}

/// Fits the gamma-gamma model, searching from given coordinates: the logarithms of s = p γ / q in units
/// of the geometric mean of the data, of p and of q.
#[must_use]
pub fn fit_from(spends: &Spends, start: &[f64]) -> Fitted<GammaGamma, ()> {
    let rows = Rows { unit: (), customers: spends.customers(), distinct: spends.scaled.len() };
    let mut fitted = fit_problem(spends, start, rows, |theta| spends.model_at(theta));
    for (place, boundary) in [(1, Boundary::ConstantSpend), (2, Boundary::EqualSpend)] {
        if fitted.coordinates[place].is_some_and(|at| at > LARGEST_SEARCHED.ln() - 1e-3) {
            name_end(&mut fitted, place, boundary);
        }
    }
    let q = fitted.model.q;
    if q <= 1.0 {
        fitted.warnings.push(Warning::NoMeanSpend { q });
    }
    fitted
}

/// Names the end of the box of p or q as the limit that it stands for: where the likelihood rises for ever, as with
/// amounts that are all the same, there is no limit model whose likelihood could be compared.
fn name_end(fitted: &mut Fitted<GammaGamma, ()>, place: usize, boundary: Boundary) {
    fitted.coordinates[place] = None;
    fitted.boundaries.push(boundary);
    for estimate in &mut fitted.parameters {
        if estimate.name == "gamma" || estimate.name == ["s", "p", "q"][place] {
            (estimate.value, estimate.standard_error) = (None, None);
        }
    }
    // The others' covariance with this one known.
    let Covariance { coordinates, matrix } = &mut fitted.covariance;
    if let Some(row) = coordinates.iter().position(|&coordinate| coordinate == place) {
        coordinates.remove(row);
        let rest = solve_symmetric(matrix).and_then(|mut information| {
            information.remove(row);
            for entries in &mut information {
                entries.remove(row);
            }
            solve_symmetric(&information)
        });
        if let Some(inverse) = rest {
            *matrix = inverse;
        } else {
            (*coordinates, *matrix) = (Vec::new(), Vec::new());
        }
    }
    let name = ["ln s", "ln p", "ln q"][place];
    fitted.warnings.retain_mut(|warning| match warning {
        Warning::FlatLikelihood { coordinates } => {
            coordinates.retain(|coordinate| coordinate != name);
            !coordinates.is_empty()
        }
        _ => true,
    });
}

/// The simplest model: everybody is expected to spend by purchase what all purchases brought on average, whatever they
/// spent themselves.
///
/// For where the gamma-gamma model has no mean (q ≤ 1) or too few customers. It is the gamma-gamma model at
/// [`Boundary::EqualSpend`] with the mean of the data, Σ x m / Σ x, and with p such that amounts vary as they did;
/// the mean's standard error is that of a ratio over customers, and unknown of a single one.
///
/// ```
/// use dangol_models::lifetime::gamma_gamma::{Spend, Spends, fit_mean};
/// let spends = Spends::new([(1, 10.0), (3, 30.0)].map(|(purchases, mean)| Spend { purchases, mean }))?;
/// let expected = fit_mean(&spends).model.expected_spend(Spend { purchases: 3, mean: 30.0 });
/// assert!((expected.unwrap() - 25.0).abs() < 1e-5);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn fit_mean(spends: &Spends) -> Fitted<GammaGamma, ()> {
    let customers: Vec<(f64, f64)> = spends
        .by_purchases()
        .flat_map(|(group, scaled)| scaled.iter().map(move |mean| (group.purchases, *mean)))
        .collect();
    let sum = |term: &dyn Fn(f64, f64) -> f64| -> f64 {
        customers.iter().map(|&(purchases, mean)| term(purchases, mean)).collect::<Sum>().value()
    };
    let count = customers.len() as f64;
    let revenue = sum(&|purchases, mean| purchases * mean);
    let overall = revenue / sum(&|purchases, _| purchases);
    let variation = sum(&|purchases, mean| purchases * (mean / overall - 1.0).powi(2)) / count;
    let p = (1.0 / variation).clamp(1e-3, LARGEST_SEARCHED);
    let theta = [overall.ln(), p.ln(), f64::INFINITY];
    let squares = sum(&|purchases, mean| (purchases * (mean - overall)).powi(2));
    let variance = squares / revenue.powi(2) * count / (count - 1.0);
    let known = customers.len() > 1;
    Fitted {
        model: spends.model_at(&theta),
        unit: (),
        parameters: Vec::new(),
        log_likelihood: short(evaluate(spends, &theta, &mut [0.0; 3])),
        customers: spends.customers(),
        distinct: customers.len(),
        coordinates: vec![Some(short(theta[0])), None, None],
        covariance: Covariance {
            coordinates: if known { vec![0] } else { Vec::new() },
            matrix: if known { vec![vec![short(variance)]] } else { Vec::new() },
        },
        boundaries: vec![Boundary::EqualSpend],
        warnings: Vec::new(),
        iterations: 0,
        evaluations: 1,
        gradient_norm: 0.0,
    }
}

impl Spends {
    /// The model at coordinates of the search.
    pub(crate) fn model_at(&self, theta: &[f64]) -> GammaGamma {
        let [s, p, q] =
            [theta[0].exp() * self.scale, theta[1].exp().min(LARGEST), theta[2].exp().min(LARGEST)];
        GammaGamma { p, q, gamma: s * (q / p) }
    }
}

/// The interval of anything that a fitted model says, by the delta method; none where it depends on what the
/// data do not identify.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn delta(
    fitted: &Fitted<GammaGamma, ()>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&GammaGamma) -> f64,
) -> Result<Option<Interval>> {
    // In the currency itself: a scale of s moves with the model.
    let GammaGamma { p, q, gamma } = fitted.model;
    let theta = [(p * (gamma / q)).ln(), p.ln(), q.ln()];
    let model = |theta: &[f64]| {
        let [s, p, q] = [theta[0].exp(), theta[1].exp(), theta[2].exp()];
        GammaGamma { p, q, gamma: s * (q / p) }
    };
    delta_at(fitted, &theta, model, level, scale, quantity)
}

/// Fits `replicates` groups of as many customers as in the data, simulated from a fitted model, with the
/// same numbers of purchases.
///
/// Each replicate has a random stream of its own from `seed`: the result is the same on any number of
/// threads.
///
/// # Errors
/// [`Error::CountOutOfRange`] unless there are 2 to 100,000 replicates.
pub fn bootstrap(
    fitted: &Fitted<GammaGamma, ()>,
    spends: &Spends,
    replicates: usize,
    seed: u64,
) -> Result<Bootstrap<GammaGamma>> {
    replicate(replicates, processors(), seed, |rng| {
        let drawn: Vec<Spend> = spends
            .by_purchases()
            .flat_map(|(group, scaled)| std::iter::repeat_n(group.purchases as u32, scaled.len()))
            .map(|purchases| fitted.model.simulate(purchases, rng))
            .collect();
        Ok(fit(&Spends::new(drawn)?).model)
    })
}

impl Problem for Spends {
    fn coordinates(&self) -> &'static [&'static str] {
        &["ln s", "ln p", "ln q"]
    }

    fn limits(&self) -> &'static [Limit] {
        &[
            Limit { coordinate: 1, value: f64::INFINITY, then_void: &[], boundary: Boundary::ConstantSpend },
            Limit { coordinate: 2, value: f64::INFINITY, then_void: &[], boundary: Boundary::EqualSpend },
        ]
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0, 4_f64.ln(), 4_f64.ln()]
    }

    fn bounds(&self) -> Vec<(f64, f64)> {
        let most = LARGEST_SEARCHED.ln();
        // Amounts of one customer that differ by hundreds of orders of magnitude are still within.
        vec![(-50.0, 50.0), (-7.0, most), (-7.0, most)]
    }

    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        evaluate(self, theta, gradient)
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        let [s, p, q] = [theta[0].exp() * self.scale, theta[1].exp(), theta[2].exp()];
        vec![
            Natural { name: "p", value: p, log_slope: vec![0.0, 1.0, 0.0] },
            Natural { name: "q", value: q, log_slope: vec![0.0, 0.0, 1.0] },
            Natural { name: "gamma", value: s * q / p, log_slope: vec![1.0, -1.0, 1.0] },
        ]
    }
}
