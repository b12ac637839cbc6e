//! How sure a parameter or a prediction is: by the delta method from the covariance of a fit, and
//! by the parametric bootstrap.
//!
//! The delta method is immediate and good where the likelihood is nearly quadratic in the
//! coordinates of the fit; the bootstrap simulates customers of the same ages from the fitted model,
//! fits them anew, and holds where the delta method has nothing to say: at limits and on flat ridges.
//! Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::compress::Histories;
use super::fit::{Family, Fitted, fit, refit};
use super::model::PurchaseModel;
use crate::error::{Error, Result, check_count};
use crate::proportion::upper_tail_point;
use crate::quantile::quantiles;

/// As many threads as there are processors.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A value with its interval.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// On which scale an estimate is nearly normal, so that its interval stays where it can lie.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Any number.
    Linear,
    /// Positive numbers, by their logarithm: parameters, expected purchases.
    Positive,
    /// Probabilities, by their logit.
    Probability,
}

impl Scale {
    fn to(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Positive => value.ln(),
            Self::Probability => value.ln() - (-value).ln_1p(),
        }
    }

    fn back(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Positive => value.exp(),
            Self::Probability => crate::math::logistic(value),
        }
    }
}

impl<M, U> Fitted<M, U> {
    /// The interval of a positive parameter by its symbol; none where the fit has no standard error for it.
    ///
    /// # Errors
    /// [`Error::NotALevel`] unless 0 < `level` < 1.
    pub fn interval(&self, name: &str, level: f64) -> Result<Option<Interval>> {
        let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
        let found = self.parameters.iter().find(|estimate| estimate.name == name);
        Ok(found.and_then(|estimate| Some((estimate.value?, estimate.standard_error?))).map(
            |(value, error)| {
                let wide = (z * error / value).exp();
                Interval { value, low: value / wide, high: value * wide }
            },
        ))
    }
}

/// The interval of anything that a fitted model says, by the delta method.
///
/// None where it depends on a coordinate that the data do not identify, or is at the end of its scale
/// (a probability of 1 of a limit model, for example).
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
///
/// ```
/// use dangol_models::lifetime::intervals::{Scale, delta};
/// use dangol_models::lifetime::{BgFamily, Histories, PurchaseModel, TimeUnit, fit};
/// let (x, last, age) = ([0, 3, 1, 0, 7, 2], [0, 120, 9, 0, 241, 77], [250, 240, 150, 90, 245, 200]);
/// let data = Histories::from_days(TimeUnit::Week, &x, &last, &age)?;
/// let fitted = fit(&BgFamily::BG_NBD, &data);
/// let year = |model: &dangol_models::lifetime::BgModel| model.expected_purchases(52.0);
/// if let Some(found) = delta(&BgFamily::BG_NBD, &fitted, 0.9, Scale::Positive, year)? {
///     assert!(found.low < found.value && found.value < found.high);
/// }
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn delta<F: Family>(
    family: &F,
    fitted: &Fitted<F::Model>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&F::Model) -> f64,
) -> Result<Option<Interval>> {
    let [interval] = deltas(family, fitted, level, scale, |model| [quantity(model)])?;
    Ok(interval)
}

/// As [`delta`], of several quantities that are computed together.
///
/// # Errors
/// [`Error::NotALevel`] unless 0 < `level` < 1.
pub fn deltas<F: Family, const N: usize>(
    family: &F,
    fitted: &Fitted<F::Model>,
    level: f64,
    scale: Scale,
    quantities: impl Fn(&F::Model) -> [f64; N],
) -> Result<[Option<Interval>; N]> {
    deltas_at(fitted, &family.theta(&fitted.model), |theta| family.model(theta), level, scale, quantities)
}

/// The interval of anything that a fitted model says, from its coordinates and the model at others.
pub(crate) fn delta_at<M, U>(
    fitted: &Fitted<M, U>,
    theta: &[f64],
    model: impl Fn(&[f64]) -> M,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&M) -> f64,
) -> Result<Option<Interval>> {
    let [interval] = deltas_at(fitted, theta, model, level, scale, |model| [quantity(model)])?;
    Ok(interval)
}

/// As [`delta_at`], of several quantities.
pub(crate) fn deltas_at<M, U, const N: usize>(
    fitted: &Fitted<M, U>,
    theta: &[f64],
    model: impl Fn(&[f64]) -> M,
    level: f64,
    scale: Scale,
    quantities: impl Fn(&M) -> [f64; N],
) -> Result<[Option<Interval>; N]> {
    const WIDTH: f64 = 1e-4;
    let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
    let values = quantities(&fitted.model);
    let slope = |i: usize| -> [f64; N] {
        let at = |step: f64| {
            let mut moved = theta.to_vec();
            moved[i] += step;
            quantities(&model(&moved)).map(|value| scale.to(value))
        };
        let (above, below) = (at(WIDTH), at(-WIDTH));
        std::array::from_fn(|of| (above[of] - below[of]) / (2.0 * WIDTH))
    };
    let slopes: Vec<[f64; N]> =
        (0..theta.len()).map(|i| if fitted.coordinates[i].is_some() { slope(i) } else { [0.0; N] }).collect();
    let covariance = &fitted.covariance;
    let known = |i: usize| covariance.coordinates.contains(&i);
    let interval = |of: usize| {
        let value = values[of];
        if !scale.to(value).is_finite() || (0..theta.len()).any(|i| !known(i) && slopes[i][of].abs() > 1e-6) {
            return None;
        }
        let mut variance = 0.0;
        for (row, &i) in covariance.matrix.iter().zip(&covariance.coordinates) {
            for (entry, &j) in row.iter().zip(&covariance.coordinates) {
                variance += slopes[i][of] * slopes[j][of] * entry;
            }
        }
        let wide = z * variance.max(0.0).sqrt();
        wide.is_finite().then(|| Interval {
            value,
            low: scale.back(scale.to(value) - wide),
            high: scale.back(scale.to(value) + wide),
        })
    };
    Ok(std::array::from_fn(interval))
}

/// Models fitted to customers simulated from a fitted model.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap<M> {
    /// One for each replicate.
    pub models: Vec<M>,
}

/// Fits `replicates` groups of customers simulated from a fitted model, of the same ages as the data's.
///
/// Each replicate has a random stream of its own from `seed`: the result is the same on any number of
/// threads.
///
/// # Errors
/// [`Error::CountOutOfRange`] unless there are 2 to 100,000 replicates.
pub fn bootstrap<F>(
    family: &F,
    fitted: &Fitted<F::Model>,
    data: &Histories,
    replicates: usize,
    seed: u64,
) -> Result<Bootstrap<F::Model>>
where
    F: Family,
    F::Model: Send + Sync,
{
    // At a limit there is no near place to begin: then every replicate looks at all hills.
    let start: Option<Vec<f64>> = fitted.coordinates.iter().copied().collect();
    replicate(replicates, data.threads(), seed, |rng| {
        let mut customers = Vec::with_capacity(data.customers() as usize);
        for (history, weight) in data.iter() {
            for _ in 0..weight as u64 {
                customers.push(fitted.model.simulate(history.age(), rng));
            }
        }
        let drawn = Histories::new(data.unit(), customers)?.with_threads(1);
        Ok(match &start {
            Some(start) => refit(family, &drawn, start),
            None => fit(family, &drawn),
        }
        .model)
    })
}

/// Makes `replicates` models, each with a random stream of its own from `seed`, on several threads.
///
/// # Errors
/// [`Error::CountOutOfRange`] unless there are 2 to 100,000 replicates, and those of making a model.
pub(crate) fn replicate<M: Send>(
    replicates: usize,
    threads: usize,
    seed: u64,
    make: impl Fn(&mut ChaCha8Rng) -> Result<M> + Sync,
) -> Result<Bootstrap<M>> {
    check_count("replicates", replicates, 2, 100_000)?;
    let one = |replicate: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(replicate as u64);
        make(&mut rng)
    };
    let threads = threads.clamp(1, replicates);
    let mut models: Vec<(usize, Result<M>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let one = &one;
                scope.spawn(move || {
                    (first..replicates).step_by(threads).map(|place| (place, one(place))).collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = workers.into_iter().map(|worker| match worker.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    });
    models.sort_unstable_by_key(|(place, _)| *place);
    Ok(Bootstrap { models: models.into_iter().map(|(_, model)| model).collect::<Result<_>>()? })
}

impl<M> Bootstrap<M> {
    /// The percentile interval of anything that the models say, about what the fitted one says.
    ///
    /// # Errors
    /// [`Error::NotALevel`] unless 0 < `level` < 1; [`Error::NotFinite`] where the quantity is not.
    pub fn interval(&self, fitted: &M, level: f64, quantity: impl Fn(&M) -> f64) -> Result<Interval> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::NotALevel { level });
        }
        let values: Vec<f64> = self.models.iter().map(&quantity).collect();
        let ends = quantiles(&values, &[(1.0 - level) / 2.0, f64::midpoint(1.0, level)])?;
        Ok(Interval { value: quantity(fitted), low: ends[0], high: ends[1] })
    }
}

#[cfg(test)]
mod tests;
