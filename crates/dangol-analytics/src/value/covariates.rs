//! Attributes of customers that bear on how often they buy and how soon they go.
//!
//! Attributes become columns of 0 and 1, the model is fitted with a coefficient for each in purchases and in dropout
//! (`dangol_models::lifetime::covariates`), and is held against the model without them: by a likelihood-ratio test, and by
//! what came after a cut-off.

mod attributes;
mod result;

pub use result::{CovariateCoefficient, CovariateFit, HeldOutCovariates};

use dangol_models::lifetime::covariates::{
    Coefficients, CovariateHistories, CovariateModel, Described, deltas_covariates, fit_covariates,
    likelihood_ratio,
};
use dangol_models::lifetime::intervals::Scale;
use dangol_models::lifetime::{
    BgFamily, BgModel, Family, Fitted, History, ParetoNbd, ParetoNbdFamily, PurchaseModel, TimeUnit, Warning,
};
use dangol_models::sum::Sum;
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use self::attributes::Attributes;
pub(super) use self::attributes::possible;
use super::base::Base;
use super::params::{ModelChoice, ValueParams};
use super::purchase::{LEVEL, Model, Models, PurchaseFit, Source, log_error};
use super::result::ParameterEstimate;
use super::split::{SplitShop, default_cutoff};
use crate::error::AnalysisError;

/// So many customers show as well as all whether attributes help to foretell.
const SAMPLE: usize = 20_000;

/// A model of purchases with attributes.
#[derive(Debug)]
pub(crate) struct Covered {
    source: CoveredSource,
    /// By group of equal attributes.
    models: Vec<Model>,
    /// The group of each customer, by place.
    of: Vec<u32>,
    vectors: Vec<Vec<f64>>,
    pub(crate) fit: CovariateFit,
    /// Parameters of a customer with the most frequent attributes.
    pub(crate) base: Vec<ParameterEstimate>,
    /// Coefficients that the data do not determine.
    pub(crate) flat: bool,
}

#[derive(Debug)]
enum CoveredSource {
    Bg(BgFamily, Fitted<CovariateModel<BgModel>>),
    Pareto(Fitted<CovariateModel<ParetoNbd>>),
}

impl Covered {
    /// Fits the model that was chosen without attributes anew with them.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &ValueParams,
        base: &Base,
        plain: &PurchaseFit,
    ) -> Result<Self, AnalysisError> {
        let attributes =
            Attributes::of(shop, scope, &params.covariates.list(), &base.shop.customer_key).await?;
        let (source, models, (mut fit, base_parameters, flat)) = match plain.source() {
            Source::Bg(family, without) => {
                let (fitted, found) = cover(family, base.unit, &base.histories, &attributes, without)?;
                let models =
                    models(family, &fitted, &attributes.vectors)?.into_iter().map(Model::Bg).collect();
                (CoveredSource::Bg(*family, fitted), models, found)
            }
            Source::Pareto(without) => {
                let family = ParetoNbdFamily::default();
                let (fitted, found) = cover(&family, base.unit, &base.histories, &attributes, without)?;
                let models =
                    models(&family, &fitted, &attributes.vectors)?.into_iter().map(Model::Pareto).collect();
                (CoveredSource::Pareto(fitted), models, found)
            }
        };
        let first_on = base.shop.first_on.iter().min().copied();
        if let Some(cutoff) = first_on.and_then(|first_on| default_cutoff(first_on, base.until)) {
            let split = SplitShop::of(shop, scope, cutoff, base.unit, params.spend).await?;
            fit.held_out = held_out(&split, &attributes, base, plain)?;
        }
        fit.used = fit.matters() && fit.foretells().unwrap_or(!flat);
        let (of, vectors) = (attributes.of, attributes.vectors);
        Ok(Self { source, models, of, vectors, fit, base: base_parameters, flat })
    }

    /// The models of all customers.
    pub(crate) fn models(&self) -> Models<'_> {
        Models::grouped(self.models.clone(), &self.of)
    }

    /// As [`PurchaseFit::relative_errors`], of what the models of all customers give together.
    pub(crate) fn relative_errors<const N: usize>(
        &self,
        quantities: impl Fn(&Models<'_>) -> [f64; N],
    ) -> Result<[Option<f64>; N], AnalysisError> {
        let intervals = match &self.source {
            CoveredSource::Bg(family, fitted) => {
                deltas_covariates(family, fitted, LEVEL, Scale::Positive, |model| {
                    self.quantities_of(family, model, Model::Bg, &quantities)
                })?
            }
            CoveredSource::Pareto(fitted) => {
                let family = ParetoNbdFamily::default();
                deltas_covariates(&family, fitted, LEVEL, Scale::Positive, |model| {
                    self.quantities_of(&family, model, Model::Pareto, &quantities)
                })?
            }
        };
        Ok(intervals.map(|interval| interval.map(log_error)))
    }

    /// The quantities at another place of the likelihood; not numbers where the place is none.
    fn quantities_of<F: Family, const N: usize>(
        &self,
        family: &F,
        model: &CovariateModel<F::Model>,
        wrap: fn(F::Model) -> Model,
        quantities: &impl Fn(&Models<'_>) -> [f64; N],
    ) -> [f64; N] {
        let own = |vector: &Vec<f64>| model.for_customer(family, vector, vector).map(wrap);
        match self.vectors.iter().map(own).collect::<Result<Vec<_>, _>>() {
            Ok(models) => quantities(&Models::grouped(models, &self.of)),
            Err(_) => [f64::NAN; N],
        }
    }
}

/// The fit; what it says, its parameters, and whether some coefficients are not determined.
type Cover<M> = (Fitted<CovariateModel<M>>, (CovariateFit, Vec<ParameterEstimate>, bool));

fn cover<F: Family>(
    family: &F,
    unit: TimeUnit,
    histories: &[History],
    attributes: &Attributes,
    without: &Fitted<F::Model>,
) -> Result<Cover<F::Model>, AnalysisError> {
    let fitted = fit(family, unit, histories, attributes, &attributes.of)?;
    let test = likelihood_ratio(without, &fitted);
    let coefficients = ["purchases", "dropout"].iter().enumerate().flat_map(|(part, name)| {
        let estimates = &fitted.parameters[fitted.parameters.len() - 2 * attributes.columns.len()..];
        attributes.columns.iter().enumerate().map(move |(place, column)| {
            let estimate = &estimates[part * attributes.columns.len() + place];
            CovariateCoefficient {
                part: (*name).to_owned(),
                attribute: column.attribute.clone(),
                title: column.title.clone(),
                level: column.level.clone(),
                compared_with: column.compared_with.clone(),
                customers: column.customers,
                estimate: ParameterEstimate::linear(&estimate.name, estimate.value, estimate.standard_error),
            }
        })
    });
    let described = CovariateFit {
        used: false,
        log_likelihood: fitted.log_likelihood,
        log_likelihood_without: without.log_likelihood,
        statistic: test.map(|test| test.statistic),
        degrees: test.map(|test| test.degrees),
        p_value: test.map(|test| test.p_value),
        held_out: None,
        coefficients: coefficients.collect(),
    };
    let flat = fitted.warnings.iter().any(|warning| matches!(warning, Warning::FlatLikelihood { .. }));
    let own = fitted.parameters.len() - 2 * attributes.columns.len();
    let base = fitted.parameters[..own]
        .iter()
        .map(|estimate| ParameterEstimate::new(&estimate.name, estimate.value, estimate.standard_error))
        .collect();
    Ok((fitted, (described, base, flat)))
}

/// Fits customers with the attributes of their groups.
fn fit<F: Family>(
    family: &F,
    unit: TimeUnit,
    histories: &[History],
    attributes: &Attributes,
    of: &[u32],
) -> Result<Fitted<CovariateModel<F::Model>>, AnalysisError> {
    let keys: Vec<String> = attributes.columns.iter().map(attributes::Column::key).collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let described = histories.iter().zip(of).map(|(history, group)| {
        let vector = &attributes.vectors[*group as usize];
        Described { history: *history, purchase: vector.clone(), dropout: vector.clone() }
    });
    let data = CovariateHistories::new(unit, &names, &names, described)?;
    Ok(fit_covariates(family, &data, Coefficients::Separate)?)
}

fn models<F: Family>(
    family: &F,
    fitted: &Fitted<CovariateModel<F::Model>>,
    vectors: &[Vec<f64>],
) -> Result<Vec<F::Model>, AnalysisError> {
    vectors.iter().map(|vector| Ok(fitted.model.for_customer(family, vector, vector)?)).collect()
}

/// How likely the models with and without attributes, fitted up to a cut-off, held what came after; none with too few
/// customers.
fn held_out(
    split: &SplitShop,
    attributes: &Attributes,
    base: &Base,
    plain: &PurchaseFit,
) -> Result<Option<HeldOutCovariates>, AnalysisError> {
    /// With fewer a comparison is chance.
    const LEAST_CUSTOMERS: usize = 100;
    if split.after.len() < LEAST_CUSTOMERS {
        return Ok(None);
    }
    let step = split.after.len().div_ceil(SAMPLE).max(1);
    let places: Vec<usize> = (0..split.after.len()).step_by(step).collect();
    let pick = |histories: &[History]| -> Vec<History> { places.iter().map(|&at| histories[at]).collect() };
    let (before, after) = (pick(&split.before.histories), pick(&split.after));
    let group = |at: &usize| {
        let key = split.before.shop.customer_key[*at];
        // Who had bought by the cut-off has bought by the as-of moment.
        base.shop.customer_key.binary_search(&key).map_or(0, |place| attributes.of[place])
    };
    let of: Vec<u32> = places.iter().map(group).collect();
    let unit = base.unit;
    let (with, without) = match plain.source() {
        Source::Bg(family, _) => {
            foretold(family, unit, &before, &after, attributes, &of, plain.choice, Model::Bg)?
        }
        Source::Pareto(_) => {
            let family = ParetoNbdFamily::default();
            foretold(&family, unit, &before, &after, attributes, &of, plain.choice, Model::Pareto)?
        }
    };
    let finite = with.is_finite() && without.is_finite();
    Ok(finite.then(|| HeldOutCovariates {
        cutoff: date_of(split.before.until).to_string(),
        customers: after.len() as u64,
        with_covariates: with,
        without,
    }))
}

/// Log-likelihood by customer of what came after, with attributes and without.
#[allow(clippy::too_many_arguments, reason = "two models on the same customers")]
fn foretold<F: Family>(
    family: &F,
    unit: TimeUnit,
    before: &[History],
    after: &[History],
    attributes: &Attributes,
    of: &[u32],
    choice: ModelChoice,
    wrap: fn(F::Model) -> Model,
) -> Result<(f64, f64), AnalysisError> {
    let fitted = fit(family, unit, before, attributes, of)?;
    let own: Vec<Model> = models(family, &fitted, &attributes.vectors)?.into_iter().map(wrap).collect();
    let data = dangol_models::lifetime::Histories::new(unit, before.iter().copied())?;
    let plain = PurchaseFit::of(choice, &data);
    let mean = |model: &dyn Fn(usize) -> Model| {
        let each = before.iter().zip(after).enumerate().map(|(at, (before, after))| {
            let model = model(at);
            model.log_likelihood(after) - model.log_likelihood(before)
        });
        each.collect::<Sum>().value() / before.len() as f64
    };
    Ok((mean(&|at| own[of[at] as usize].clone()), mean(&|_| plain.model.clone())))
}
