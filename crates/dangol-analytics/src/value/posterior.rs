//! Intervals from a Bayesian posterior instead of the likelihood's curvature.

use dangol_models::lifetime::clv::outlooks;
use dangol_models::lifetime::gamma_gamma::{GammaGamma, Spends};
use dangol_models::lifetime::posterior::{OnHistories, Posterior, Settings, sample};
use dangol_models::lifetime::{Histories, ParetoNbdFamily};
use dangol_models::quantile::quantiles;

use super::Fitted;
use super::interval::{Sample, TotalIntervals};
use super::params::ValueParams;
use super::predict::schedule;
use super::purchase::{LEVEL, Model, PurchaseFit, Source};
use super::result::{PosteriorFit, PosteriorParameter};
use super::spend::Spending;
use crate::error::AnalysisError;

/// Draws by which totals are computed anew: their ends are then as exact as anybody reads them.
const MOST_DRAWS: usize = 400;

/// The posteriors of both models.
pub(super) struct Posteriors {
    models: Vec<Model>,
    spends: Vec<GammaGamma>,
    pub(super) fit: PosteriorFit,
}

/// Draws the posteriors with the default priors, which do not depend on units, and always the same seed.
pub(super) fn draw(fitted: &Fitted) -> Result<Posteriors, AnalysisError> {
    let base = &fitted.valued.base;
    let data = base.compressed()?;
    let (models, mut fit) = of_purchases(&fitted.fit, &data)?;
    let mut spends = Vec::new();
    // A spend that is the plain mean, or always the same, has no posterior worth the name.
    if fitted.spending.as_ref().is_some_and(Spending::has_posterior) {
        let posterior = sample(&Spends::new(base.spends.iter().copied())?, &[], Settings::default())?;
        described(&mut fit, "spend", &posterior);
        spends = thinned(posterior.models);
    }
    Ok(Posteriors { models, spends, fit })
}

fn of_purchases(fit: &PurchaseFit, data: &Histories) -> Result<(Vec<Model>, PosteriorFit), AnalysisError> {
    let settings = Settings::default();
    let mut described_fit = PosteriorFit {
        chains: settings.chains as u64,
        draws: (settings.chains * settings.draws) as u64,
        divergences: 0,
        worst_r_hat: None,
        least_effective_draws: f64::INFINITY,
        parameters: Vec::new(),
    };
    let models = match fit.source() {
        Source::Bg(family, _) => {
            let posterior = sample(&OnHistories::new(*family, data), &[], settings)?;
            described(&mut described_fit, "purchases", &posterior);
            thinned(posterior.models).into_iter().map(Model::Bg).collect()
        }
        Source::Pareto(_) => {
            let posterior = sample(&OnHistories::new(ParetoNbdFamily::default(), data), &[], settings)?;
            described(&mut described_fit, "purchases", &posterior);
            thinned(posterior.models).into_iter().map(Model::Pareto).collect()
        }
    };
    Ok((models, described_fit))
}

fn thinned<M>(models: Vec<M>) -> Vec<M> {
    let step = models.len().div_ceil(MOST_DRAWS).max(1);
    models.into_iter().step_by(step).collect()
}

fn described<M>(fit: &mut PosteriorFit, part: &str, posterior: &Posterior<M>) {
    fit.divergences += posterior.divergences as u64;
    fit.least_effective_draws = fit.least_effective_draws.min(posterior.least_effective());
    let worst = [fit.worst_r_hat, posterior.worst_r_hat()].into_iter().flatten().fold(f64::NAN, f64::max);
    fit.worst_r_hat = Some(worst).filter(|worst| worst.is_finite());
    fit.parameters.extend(posterior.parameters.iter().map(|named| PosteriorParameter {
        part: part.to_owned(),
        name: named.name.clone(),
        mean: named.summary.mean,
        standard_deviation: named.summary.standard_deviation,
        low: named.summary.low,
        high: named.summary.high,
        r_hat: named.summary.r_hat,
        effective_draws: named.summary.effective_bulk.min(named.summary.effective_tail),
    }));
}

/// Intervals of the totals of some customers: each total is computed by each of the models drawn.
pub(super) fn of_totals(
    fitted: &Fitted,
    posteriors: &Posteriors,
    members: &[usize],
    params: &ValueParams,
    (purchases, value): (f64, Option<f64>),
) -> Result<TotalIntervals, AnalysisError> {
    let base = &fitted.valued.base;
    let schedule = schedule(params, base.unit)?;
    let Sample { places, histories } = Sample::of(fitted, members);
    let (mut of_purchases, mut of_value) = (Vec::new(), Vec::new());
    for (draw, model) in posteriors.models.iter().enumerate() {
        let outlooks = outlooks(model, &histories, &schedule);
        of_purchases.push(outlooks.iter().map(|outlook| outlook.purchases).sum::<f64>());
        // The two posteriors are of different data and independent: any draw of one goes with any of the other.
        if let Some(spend) = posteriors.spends.get(draw) {
            let worth = outlooks.iter().zip(&places).map(|(outlook, &at)| {
                outlook.discounted * spend.expected_spend(base.spends[at]).unwrap_or(f64::NAN)
            });
            of_value.push(worth.sum::<f64>());
        }
    }
    // From the sample's total to that of all.
    let ends = |draws: &[f64], of_sample: f64, total: f64| -> Result<Option<(f64, f64)>, AnalysisError> {
        if draws.is_empty()
            || draws.iter().any(|draw| !draw.is_finite())
            || of_sample.is_nan()
            || of_sample <= 0.0
        {
            return Ok(None);
        }
        let ends = quantiles(draws, &[(1.0 - LEVEL) / 2.0, f64::midpoint(1.0, LEVEL)])?;
        Ok(Some((ends[0] / of_sample * total, ends[1] / of_sample * total)))
    };
    let sum = |of: &dyn Fn(usize) -> f64| places.iter().map(|&at| of(at)).sum::<f64>();
    let sampled_purchases = sum(&|at| fitted.valued.outlooks[at].purchases);
    let sampled_value = sum(&|at| fitted.valued.values[at].unwrap_or(f64::NAN) / params.margin);
    Ok(TotalIntervals {
        purchases: ends(&of_purchases, sampled_purchases, purchases)?,
        value: match value {
            Some(value) => ends(&of_value, sampled_value, value)?,
            None => None,
        },
    })
}
