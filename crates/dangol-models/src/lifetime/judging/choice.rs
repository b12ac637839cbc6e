//! Which of several models to take, by how likely each held what happened after the cut-off.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_finite};
use crate::lifetime::history::History;
use crate::lifetime::model::PurchaseModel;
use crate::sum::{Sum, sum};

/// Differences smaller than this many standard errors do not tell models apart.
const STANDARD_ERRORS: f64 = 2.0;

/// An information criterion worse by more than this says that a model has next to no support beside the better one:
/// Burnham and Anderson (2002), "Model selection and multimodel inference", section 2.6.
const NO_SUPPORT: f64 = 10.0;

/// A fitted model with its held-out log-likelihood.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<N> {
    /// What the model is called.
    pub name: N,
    /// Number of parameters fitted: of models that the holdout does not tell apart, the one with the
    /// fewest is taken.
    pub parameters: usize,
    /// Akaike's information criterion of the fit to what came before the cut-off; `None` if that is not to be looked at.
    pub aic: Option<f64>,
    /// The log-likelihood of each customer's holdout given what was known before it; empty if the model could
    /// not be fitted.
    pub held_out: Vec<f64>,
    /// Why it may not be taken, whatever its likelihood.
    pub exclusion: Option<Exclusion>,
}

/// Why a model may not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Its fit did not come to an end.
    NotFitted,
    /// Its parameters ran to a limit: the data do not support it, and a simpler model is the same.
    AtBoundary,
    /// It takes every one-time buyer for alive with certainty, which the purpose rules out.
    OneTimeBuyersForeverAlive,
}

/// The model taken, with the reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice<N> {
    /// The model to take; `None` if all are excluded.
    pub chosen: Option<N>,
    /// All candidates, the likeliest first; excluded ones last.
    pub ranking: Vec<Ranked<N>>,
    /// Why, in the order of the decision.
    pub reasons: Vec<Reason<N>>,
}

/// A candidate among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked<N> {
    /// The model.
    pub name: N,
    /// Number of parameters.
    pub parameters: usize,
    /// Akaike's information criterion of the fit, if it was given.
    pub aic: Option<f64>,
    /// Why it may not be taken.
    pub exclusion: Option<Exclusion>,
    /// How likely the holdout was; `None` if the model could not be fitted.
    pub held_out: Option<HeldOut>,
}

/// How likely a model held what happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Total log-likelihood.
    pub log_likelihood: f64,
    /// By how much less likely than the best model that is not excluded (negative: likelier).
    pub behind: f64,
    /// Standard error of that difference, from its variation over customers; `None` for one customer.
    pub standard_error: Option<f64>,
}

/// A step of the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason<N> {
    /// The model was left out of the decision.
    Excluded {
        /// The model.
        model: N,
        /// Why.
        exclusion: Exclusion,
    },
    /// It is the only one left.
    OnlyOne {
        /// The model.
        model: N,
    },
    /// It foresaw the holdout best, by more than chance explains or with the fewest parameters.
    Likeliest {
        /// The model.
        model: N,
        /// Its total held-out log-likelihood.
        log_likelihood: f64,
    },
    /// It is simpler than the likeliest, and the difference may be chance.
    SimplerAndAsGood {
        /// The model taken.
        model: N,
        /// The likeliest model.
        likeliest: N,
        /// By how much less likely.
        behind: f64,
        /// Standard error of the difference.
        standard_error: Option<f64>,
    },
}

/// Takes the simplest of the models that the holdout does not tell from the likeliest: those less than
/// two standard errors of the difference behind (Vuong's comparison, customer by customer). A simpler one that fits
/// what came before the cut-off clearly worse than the likeliest is told from it all the same.
///
/// Of equally simple ones the likelier is taken.
///
/// # Errors
/// [`Error::Empty`] without candidates, or if one that is not excluded was judged on no customers;
/// [`Error::UnequalLengths`] if candidates were judged on different numbers of customers;
/// [`Error::NotFinite`] for a log-likelihood that is not finite.
pub fn choose<N: Clone>(candidates: &[Candidate<N>]) -> Result<Choice<N>> {
    let customers = candidates.iter().map(|candidate| candidate.held_out.len()).max().unwrap_or(0);
    if candidates.is_empty() {
        return Err(Error::Empty { what: "a choice of models" });
    }
    for Candidate { held_out, exclusion, .. } in candidates {
        if held_out.is_empty() && exclusion.is_none() {
            return Err(Error::Empty { what: "a held-out log-likelihood" });
        }
        if !held_out.is_empty() {
            super::check_lengths("held-out log-likelihoods", customers, held_out.len())?;
            check_finite(held_out)?;
        }
    }
    let best = candidates
        .iter()
        .filter(|candidate| candidate.exclusion.is_none())
        .max_by(|left, right| sum(&left.held_out).total_cmp(&sum(&right.held_out)));
    let mut ranking: Vec<Ranked<N>> = candidates.iter().map(|candidate| ranked(candidate, best)).collect();
    // The likeliest first; without a likelihood, or excluded, last.
    ranking.sort_by(|left, right| {
        let likelihood = |ranked: &Ranked<N>| ranked.held_out.map_or(f64::NEG_INFINITY, |h| h.log_likelihood);
        let excluded = left.exclusion.is_some().cmp(&right.exclusion.is_some());
        excluded.then(likelihood(right).total_cmp(&likelihood(left)))
    });

    let mut reasons: Vec<Reason<N>> = ranking
        .iter()
        .filter_map(|ranked| {
            ranked.exclusion.map(|exclusion| Reason::Excluded { model: ranked.name.clone(), exclusion })
        })
        .collect();
    let open: Vec<(&Ranked<N>, HeldOut)> = ranking
        .iter()
        .filter(|ranked| ranked.exclusion.is_none())
        .filter_map(|ranked| Some((ranked, ranked.held_out?)))
        .collect();
    // One customer does not tell models apart.
    let as_good =
        |held: HeldOut| held.standard_error.is_none_or(|error| held.behind <= STANDARD_ERRORS * error);
    // Of several with the fewest parameters the first is the likeliest.
    let best_aic = open.first().and_then(|(likeliest, _)| likeliest.aic);
    let supported =
        |ranked: &Ranked<N>| ranked.aic.zip(best_aic).is_none_or(|(own, best)| own - best <= NO_SUPPORT);
    let taken = open
        .iter()
        .filter(|(ranked, held)| as_good(*held) && supported(ranked))
        .min_by_key(|(ranked, _)| ranked.parameters);
    if let (Some((taken, held)), Some((likeliest, _))) = (taken, open.first()) {
        let model = taken.name.clone();
        reasons.push(if open.len() == 1 {
            Reason::OnlyOne { model }
        } else if held.behind == 0.0 {
            Reason::Likeliest { model, log_likelihood: held.log_likelihood }
        } else {
            let HeldOut { behind, standard_error, .. } = *held;
            Reason::SimplerAndAsGood { model, likeliest: likeliest.name.clone(), behind, standard_error }
        });
    }
    Ok(Choice { chosen: taken.map(|(taken, _)| taken.name.clone()), ranking, reasons })
}

/// The log-likelihood of each customer's purchases after a cut-off given those before it, ln L(x, t_x, T) of
/// the whole history less that of the history up to the cut-off.
///
/// The model is fitted to the histories `before` the cut-off; those `after` it are of the same customers, known
/// up to the end of the holdout.
///
/// # Errors
/// [`Error::UnequalLengths`]; [`Error::NotTheSameCustomer`] where a history after the cut-off does not go on
/// from the one before it.
pub fn held_out<M: PurchaseModel>(model: &M, before: &[History], after: &[History]) -> Result<Vec<f64>> {
    super::check_lengths("histories after the cut-off", before.len(), after.len())?;
    let one = |(index, (before, after)): (usize, (&History, &History))| {
        let goes_on = after.age() >= before.age()
            && after.repeats() >= before.repeats()
            && (after.repeats() > before.repeats()) == (after.last() > before.age());
        if goes_on || after == before {
            Ok(model.log_likelihood(after) - model.log_likelihood(before))
        } else {
            Err(Error::NotTheSameCustomer { index })
        }
    };
    before.iter().zip(after).enumerate().map(one).collect()
}

fn ranked<N: Clone>(candidate: &Candidate<N>, best: Option<&Candidate<N>>) -> Ranked<N> {
    let Candidate { name, parameters, aic, held_out, exclusion } = candidate;
    let described = (!held_out.is_empty()).then(|| {
        let (behind, standard_error) = best.map_or((0.0, None), |best| difference(&best.held_out, held_out));
        HeldOut { log_likelihood: sum(held_out), behind, standard_error }
    });
    Ranked {
        name: name.clone(),
        parameters: *parameters,
        aic: *aic,
        exclusion: *exclusion,
        held_out: described,
    }
}

/// Σ (left − right) over customers with its standard error.
fn difference(left: &[f64], right: &[f64]) -> (f64, Option<f64>) {
    let n = left.len() as f64;
    let differences = || left.iter().zip(right).map(|(left, right)| left - right);
    let total = differences().collect::<Sum>().value();
    let squares: Sum = differences().map(|difference| (difference - total / n).powi(2)).collect();
    (total, (n > 1.0).then(|| (squares.value() * n / (n - 1.0)).sqrt()))
}
