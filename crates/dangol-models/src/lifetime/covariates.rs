//! Static covariates: attributes of customers that bear on how often they buy and how soon they go.
//!
//! A covariate multiplies, as in CLVTools: with attributes z and coefficients γ,
//!
//! | model | purchases | dropout |
//! |---|---|---|
//! | BG/NBD and its kin | α_i = α exp(−γ·z_i): the mean rate times exp(γ·z_i) | a_i = a exp(γ·z_i), b_i = b exp(γ·z_i): the chance's mean stays, its spread changes |
//! | Pareto/NBD | the same | β_i = β exp(−γ·z_i): the mean rate of leaving times exp(γ·z_i) |
//!
//! Source: Fader and Hardie, "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
//! models" (2007). In the coordinates of a fit each is a sum, so that customers with equal attributes
//! are compressed and share their tables, and the gradient is that of the model without covariates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::compress::Histories;
use super::fit::{Family, Fitted, Limit, Natural, Problem, Rows, fit, fit_problem};
use super::history::{History, TimeUnit};
use super::intervals::{Interval, Scale, deltas_at};
use crate::error::{Error, Result};

/// Histories with the attributes of each customer.
#[derive(Clone, Debug, PartialEq)]
pub struct CovariateHistories {
    purchase: Vec<String>,
    dropout: Vec<String>,
    groups: Vec<Group>,
    pooled: Histories,
}

/// Customers with the same attributes.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    data: Histories,
    purchase: Vec<f64>,
    dropout: Vec<f64>,
}

/// A customer with attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The purchases.
    pub history: History,
    /// Attributes that bear on purchases, in the order of their names.
    pub purchase: Vec<f64>,
    /// Attributes that bear on dropout, in the order of their names.
    pub dropout: Vec<f64>,
}

impl CovariateHistories {
    /// Groups customers by their attributes, whose names are given.
    ///
    /// # Errors
    /// [`Error::Empty`] without customers; [`Error::UnequalLengths`] where a customer has more or fewer
    /// attributes than there are names; [`Error::NotFinite`] with the position of the customer.
    pub fn new(
        unit: TimeUnit,
        purchase: &[&str],
        dropout: &[&str],
        customers: impl IntoIterator<Item = Described>,
    ) -> Result<Self> {
        let mut groups: BTreeMap<Vec<u64>, (Described, Vec<History>)> = BTreeMap::new();
        let mut all = Vec::new();
        for (index, customer) in customers.into_iter().enumerate() {
            for (what, given, names) in [
                ("attributes of purchases", &customer.purchase, purchase),
                ("attributes of dropout", &customer.dropout, dropout),
            ] {
                if given.len() != names.len() {
                    return Err(Error::UnequalLengths { what, left: names.len(), right: given.len() });
                }
                if let Some(&value) = given.iter().find(|value| !value.is_finite()) {
                    return Err(Error::NotFinite { index, value });
                }
            }
            let key =
                customer.purchase.iter().chain(&customer.dropout).map(|z| (z + 0.0).to_bits()).collect();
            all.push(customer.history);
            let history = customer.history;
            groups.entry(key).or_insert_with(|| (customer, Vec::new())).1.push(history);
        }
        let pooled = Histories::new(unit, all)?;
        let groups: Result<Vec<Group>> = groups
            .into_values()
            .map(|(like, histories)| {
                let data = Histories::new(unit, histories)?;
                Ok(Group { data, purchase: like.purchase, dropout: like.dropout })
            })
            .collect();
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Ok(Self { purchase: owned(purchase), dropout: owned(dropout), groups: groups?, pooled })
    }

    /// The histories without the attributes.
    #[must_use]
    pub fn histories(&self) -> &Histories {
        &self.pooled
    }
}

/// Whether purchases and dropout have coefficients of their own.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coefficients {
    /// A coefficient for each attribute and each of the two processes.
    #[default]
    Separate,
    /// One coefficient for each attribute, in both; the names of both must then be the same.
    Equal,
}

/// A model with coefficients of covariates.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CovariateModel<M> {
    /// The model of a customer whose attributes are all 0.
    pub base: M,
    /// Coefficients of purchases.
    pub purchase: Vec<f64>,
    /// Coefficients of dropout.
    pub dropout: Vec<f64>,
}

impl<M> CovariateModel<M> {
    /// The model of a customer with given attributes.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless there is an attribute for each coefficient.
    pub fn for_customer<F: Family<Model = M>>(
        &self,
        family: &F,
        purchase: &[f64],
        dropout: &[f64],
    ) -> Result<M> {
        for (given, wanted) in [(purchase, &self.purchase), (dropout, &self.dropout)] {
            if given.len() != wanted.len() {
                let (left, right) = (wanted.len(), given.len());
                return Err(Error::UnequalLengths { what: "attributes", left, right });
            }
        }
        let mut theta = family.theta(&self.base);
        let places = family.covariate_places();
        theta[places[0]] += product(purchase, &self.purchase);
        theta[places[1]] += product(dropout, &self.dropout);
        Ok(family.model(&theta))
    }
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// Fits a kind of model with covariates. Coefficients are the parameters `purchase.NAME` and
/// `dropout.NAME`, or `NAME` where they are equal.
///
/// # Errors
/// [`Error::UnequalLengths`] where coefficients shall be equal and the names are not the same.
pub fn fit_covariates<F: Family>(
    family: &F,
    data: &CovariateHistories,
    coefficients: Coefficients,
) -> Result<Fitted<CovariateModel<F::Model>>> {
    if coefficients == Coefficients::Equal && data.purchase != data.dropout {
        return Err(Error::UnequalLengths {
            what: "attributes of dropout of the same names",
            left: data.purchase.len(),
            right: data.dropout.iter().filter(|name| data.purchase.contains(name)).count(),
        });
    }
    let plain = fit(family, &data.pooled);
    let problem = Covered::new(family, data, coefficients, family.theta(&plain.model));
    let start = problem.start();
    let mut fitted = fit_problem(&problem, &start, Rows::of(&data.pooled), |theta| problem.model(theta));
    problem.unscale(&mut fitted);
    Ok(fitted)
}

/// The interval of anything that a fitted model with covariates says, by the delta method; as
/// [`delta`](super::intervals::delta) for models without.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn delta_covariates<F: Family>(
    family: &F,
    fitted: &Fitted<CovariateModel<F::Model>>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&CovariateModel<F::Model>) -> f64,
) -> Result<Option<Interval>> {
    let [interval] = deltas_covariates(family, fitted, level, scale, |model| [quantity(model)])?;
    Ok(interval)
}

/// As [`delta_covariates`], of several quantities that are computed together.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn deltas_covariates<F: Family, const N: usize>(
    family: &F,
    fitted: &Fitted<CovariateModel<F::Model>>,
    level: f64,
    scale: Scale,
    quantities: impl Fn(&CovariateModel<F::Model>) -> [f64; N],
) -> Result<[Option<Interval>; N]> {
    let model = &fitted.model;
    let base = family.theta(&model.base);
    let (plain, purchase) = (base.len(), model.purchase.len());
    // Equal coefficients are one coordinate each, and stand in both lists.
    let separate = fitted.coordinates.len() == plain + purchase + model.dropout.len();
    let mut theta = [base, model.purchase.clone()].concat();
    if separate {
        theta.extend(&model.dropout);
    }
    let at = |theta: &[f64]| CovariateModel {
        base: family.model(&theta[..plain]),
        purchase: theta[plain..plain + purchase].to_vec(),
        dropout: if separate { theta[plain + purchase..].to_vec() } else { theta[plain..].to_vec() },
    };
    deltas_at(fitted, &theta, at, level, scale, quantities)
}

/// The likelihood with covariates, each divided by its standard deviation: a step of 1 in a coefficient
/// then means something.
struct Covered<'a, F> {
    family: &'a F,
    data: &'a CovariateHistories,
    coefficients: Coefficients,
    /// Coordinates without covariates to begin with.
    plain: Vec<f64>,
    names: Vec<String>,
    scales: Vec<f64>,
}

impl<'a, F: Family> Covered<'a, F> {
    fn new(family: &'a F, data: &'a CovariateHistories, coefficients: Coefficients, plain: Vec<f64>) -> Self {
        let (names, scales) = match coefficients {
            Coefficients::Equal => (data.purchase.clone(), scales(data, |group| &group.purchase)),
            Coefficients::Separate => {
                let named = |kind: &str, names: &[String]| -> Vec<String> {
                    names.iter().map(|name| format!("{kind}.{name}")).collect()
                };
                let mut all = scales(data, |group| &group.purchase);
                all.extend(scales(data, |group| &group.dropout));
                ([named("purchase", &data.purchase), named("dropout", &data.dropout)].concat(), all)
            }
        };
        Self { family, data, coefficients, plain, names, scales }
    }

    /// Coefficients of purchases and dropout in the attributes' own units.
    fn unscaled(&self, theta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let all: Vec<f64> =
            theta[self.plain.len()..].iter().zip(&self.scales).map(|(value, scale)| value / scale).collect();
        match self.coefficients {
            Coefficients::Equal => (all.clone(), all),
            Coefficients::Separate => {
                let (purchase, dropout) = all.split_at(self.data.purchase.len());
                (purchase.to_vec(), dropout.to_vec())
            }
        }
    }

    fn model(&self, theta: &[f64]) -> CovariateModel<F::Model> {
        let short = |values: Vec<f64>| values.into_iter().map(crate::math::short).collect();
        let (purchase, dropout) = self.unscaled(theta);
        let base = self.family.model(&theta[..self.plain.len()]);
        CovariateModel { base, purchase: short(purchase), dropout: short(dropout) }
    }

    /// Brings everything that is said of the coefficients to the attributes' own units.
    fn unscale<M>(&self, fitted: &mut Fitted<M>) {
        let scale = |i: usize| i.checked_sub(self.plain.len()).map_or(1.0, |place| self.scales[place]);
        for (i, value) in fitted.coordinates.iter_mut().enumerate() {
            *value = value.map(|value| crate::math::short(value / scale(i)));
        }
        for (row, &i) in fitted.covariance.matrix.iter_mut().zip(&fitted.covariance.coordinates) {
            for (entry, &j) in row.iter_mut().zip(&fitted.covariance.coordinates) {
                *entry = crate::math::short(*entry / (scale(i) * scale(j)));
            }
        }
        for (name, scale) in self.names.iter().zip(&self.scales) {
            for estimate in fitted.parameters.iter_mut().filter(|estimate| estimate.name == *name) {
                estimate.value = estimate.value.map(|value| crate::math::short(value / scale));
                estimate.standard_error = estimate.standard_error.map(|se| crate::math::short(se / scale));
            }
        }
    }
}

/// Standard deviations over customers; 1 where an attribute is the same for all, and identifies nothing.
fn scales(data: &CovariateHistories, attributes: impl Fn(&Group) -> &Vec<f64>) -> Vec<f64> {
    let count = data.groups.first().map_or(0, |group| attributes(group).len());
    (0..count)
        .map(|place| {
            let mean = |f: &dyn Fn(f64) -> f64| -> f64 {
                let weighted = |group: &Group| group.data.customers() as f64 * f(attributes(group)[place]);
                data.groups.iter().map(weighted).sum::<f64>() / data.pooled.customers() as f64
            };
            let middle = mean(&|z| z);
            let spread = mean(&|z| (z - middle) * (z - middle)).sqrt();
            if spread > 0.0 { spread } else { 1.0 }
        })
        .collect()
}

impl<F: Family> Problem for Covered<'_, F> {
    fn coordinates(&self) -> &'static [&'static str] {
        self.family.coordinates()
    }

    fn effects(&self) -> &[String] {
        &self.names
    }

    fn limits(&self) -> &'static [Limit] {
        self.family.limits()
    }

    fn start(&self) -> Vec<f64> {
        self.starts().swap_remove(0)
    }

    fn starts(&self) -> Vec<Vec<f64>> {
        let bounds = self.family.bounds(&self.data.pooled);
        // A limit without covariates need not be one with them: from inside the box.
        let inside: Vec<f64> = self
            .plain
            .iter()
            .zip(&bounds)
            .map(|(value, (low, high))| value.clamp(0.7 * low + 0.3 * high, 0.3 * low + 0.7 * high))
            .collect();
        let usual = self.family.starts(&self.data.pooled).swap_remove(0);
        let with = |start: Vec<f64>| [start, vec![0.0; self.names.len()]].concat();
        vec![with(inside), with(usual)]
    }

    fn bounds(&self) -> Vec<(f64, f64)> {
        let mut bounds = self.family.bounds(&self.data.pooled);
        bounds.resize(self.plain.len() + self.names.len(), (-10.0, 10.0));
        bounds
    }

    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        let base = self.plain.len();
        let [rate, leaving] = self.family.covariate_places();
        let (by_purchase, by_dropout) = self.unscaled(theta);
        let mut slopes = vec![0.0; base];
        gradient.fill(0.0);
        let mut total = crate::sum::Sum::default();
        for group in &self.data.groups {
            let mut shifted = theta[..base].to_vec();
            shifted[rate] += product(&group.purchase, &by_purchase);
            shifted[leaving] += product(&group.dropout, &by_dropout);
            total.add(self.family.evaluate(&group.data, &shifted, &mut slopes));
            for (sum, slope) in gradient.iter_mut().zip(&slopes) {
                *sum += slope;
            }
            let parts = [(&group.purchase, slopes[rate]), (&group.dropout, slopes[leaving])];
            let mut place = base;
            for (attributes, slope) in parts {
                if self.coefficients == Coefficients::Equal {
                    place = base;
                }
                for z in attributes {
                    gradient[place] += slope * z / self.scales[place - base];
                    place += 1;
                }
            }
        }
        total.value()
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        let mut naturals = self.family.naturals(&theta[..self.plain.len()]);
        for natural in &mut naturals {
            natural.log_slope.resize(theta.len(), 0.0);
        }
        naturals
    }

    fn without_repeats(&self) -> bool {
        self.data.pooled.total_repeats() == 0.0
    }
}

/// A likelihood-ratio test of a model within a larger one.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LikelihoodRatio {
    /// Twice the difference of the log-likelihoods.
    pub statistic: f64,
    /// Coordinates that the larger model has more.
    pub degrees: u32,
    /// The probability of such a difference if the smaller model were right, by the χ² distribution.
    pub p_value: f64,
}

/// Tests a fitted model against a larger one that contains it, both fitted to the same customers; none
/// where the larger has no more free coordinates, as where it ran to limits that the smaller did not.
#[must_use]
pub fn likelihood_ratio<M, N, U>(smaller: &Fitted<M, U>, larger: &Fitted<N, U>) -> Option<LikelihoodRatio> {
    let free = |coordinates: &[Option<f64>]| coordinates.iter().flatten().count() as u32;
    let degrees = free(&larger.coordinates).checked_sub(free(&smaller.coordinates)).filter(|&d| d > 0)?;
    // Two searches may end a rounding apart.
    let statistic = (2.0 * (larger.log_likelihood - smaller.log_likelihood)).max(0.0);
    let p_value = ChiSquared::new(f64::from(degrees)).ok()?.sf(statistic);
    Some(LikelihoodRatio { statistic, degrees, p_value })
}

#[cfg(test)]
mod tests;
