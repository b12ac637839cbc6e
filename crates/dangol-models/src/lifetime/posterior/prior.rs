//! Priors, and the free variables that the sampler moves in their place.

use serde::{Deserialize, Serialize};

use super::problems::{Kind, Quantity};
use crate::error::{Error, Result};
use crate::math::logistic;

/// What is known of a parameter before the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "distribution", deny_unknown_fields)]
pub enum Prior {
    /// Of a positive parameter: its logarithm is normal.
    LogNormal {
        /// The median of the parameter.
        median: f64,
        /// σ, the standard deviation of its logarithm.
        sigma: f64,
    },
    /// Of a positive parameter: Weibull.
    Weibull {
        /// k.
        shape: f64,
        /// λ.
        scale: f64,
    },
    /// Of a positive parameter: gamma.
    Gamma {
        /// k.
        shape: f64,
        /// β.
        rate: f64,
    },
    /// Of a positive parameter: Pareto, with none below `least`.
    Pareto {
        /// α.
        shape: f64,
        /// The least value.
        least: f64,
    },
    /// Of a share: beta, uniform for a = b = 1.
    Beta {
        /// a.
        a: f64,
        /// b.
        b: f64,
    },
}

/// A prior of a known parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checked(Prior);

/// A free variable z at some place: what it stands for, and the prior there.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    /// The logarithm of a positive parameter, the logit of a share.
    pub(super) transformed: f64,
    /// Its slope in z.
    pub(super) slope: f64,
    /// The logarithm of the prior density of z, up to a constant.
    pub(super) log_density: f64,
    /// The slope of that in z.
    pub(super) log_density_slope: f64,
}

impl Checked {
    pub(super) fn new(quantity: &Quantity, prior: Prior) -> Result<Self> {
        let numbers = match prior {
            Prior::LogNormal { median: a, sigma: b }
            | Prior::Weibull { shape: a, scale: b }
            | Prior::Gamma { shape: a, rate: b }
            | Prior::Pareto { shape: a, least: b }
            | Prior::Beta { a, b } => [a, b],
        };
        let share = matches!(prior, Prior::Beta { .. });
        let positive = numbers.iter().all(|number| number.is_finite() && *number > 0.0);
        if positive && share == (quantity.kind == Kind::Share) {
            Ok(Self(prior))
        } else {
            Err(Error::BadPrior { name: quantity.name.to_owned(), share: quantity.kind == Kind::Share })
        }
    }

    /// Where to begin a search.
    pub(super) fn start(self) -> f64 {
        match self.0 {
            Prior::LogNormal { median, .. } => median.ln(),
            Prior::Weibull { scale, .. } => scale.ln(),
            Prior::Gamma { shape, rate } => (shape / rate).ln(),
            Prior::Pareto { least, .. } => least.ln(),
            Prior::Beta { a, b } => (a / b).ln(),
        }
    }

    /// The free variable at z. It is the transformed parameter itself, except where the parameter has a least
    /// value: then it is the logarithm of what is above that.
    pub(super) fn at(self, z: f64) -> At {
        let itself = |log_density, log_density_slope| At {
            transformed: z,
            slope: 1.0,
            log_density,
            log_density_slope,
        };
        match self.0 {
            Prior::LogNormal { median, sigma } => {
                let distance = (z - median.ln()) / sigma;
                itself(-0.5 * distance * distance, -distance / sigma)
            }
            Prior::Weibull { shape, scale } => {
                let power = (shape * (z - scale.ln())).exp();
                itself(shape * z - power, shape - shape * power)
            }
            Prior::Gamma { shape, rate } => itself(shape * z - rate * z.exp(), shape - rate * z.exp()),
            Prior::Pareto { shape, least } => {
                let value = least + z.exp();
                let slope = z.exp() / value;
                At {
                    transformed: value.ln(),
                    slope,
                    log_density: z - (shape + 1.0) * value.ln(),
                    log_density_slope: 1.0 - (shape + 1.0) * slope,
                }
            }
            // ln logistic(z) without overflow.
            Prior::Beta { a, b } => itself(
                -a * crate::math::ln_add_exp(0.0, -z) - b * crate::math::ln_add_exp(0.0, z),
                a * logistic(-z) - b * logistic(z),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::integrate;

    fn checked(prior: Prior) -> Checked {
        let kind = if matches!(prior, Prior::Beta { .. }) { Kind::Share } else { Kind::Positive };
        Checked::new(&Quantity { name: "it", kind, prior }, prior).unwrap()
    }

    const ALL: [Prior; 5] = [
        Prior::LogNormal { median: 3.0, sigma: 0.7 },
        Prior::Weibull { shape: 2.0, scale: 10.0 },
        Prior::Gamma { shape: 3.0, rate: 0.5 },
        Prior::Pareto { shape: 4.0, least: 1.0 },
        Prior::Beta { a: 2.0, b: 5.0 },
    ];

    #[test]
    fn slopes_match_differences() {
        for prior in ALL {
            let prior = checked(prior);
            for z in [-3.0, -0.5, 0.4, 2.0] {
                let (low, here, high) = (prior.at(z - 1e-5), prior.at(z), prior.at(z + 1e-5));
                assert!(((high.transformed - low.transformed) / 2e-5 - here.slope).abs() < 1e-8);
                let slope = (high.log_density - low.log_density) / 2e-5;
                assert!((slope - here.log_density_slope).abs() < 1e-6 * (1.0 + slope.abs()), "{prior:?} {z}");
            }
        }
    }

    /// With the density of z the parameter has the mean of its distribution.
    #[test]
    fn densities_have_their_means() {
        let means = [
            3.0 * (0.5_f64 * 0.49).exp(),
            10.0 * crate::math::ln_gamma(1.5).exp(),
            6.0,
            4.0 / 3.0,
            2.0 / 7.0,
        ];
        for (prior, mean) in ALL.into_iter().zip(means) {
            let checked = checked(prior);
            let value = |z: f64| {
                let transformed = checked.at(z).transformed;
                if matches!(prior, Prior::Beta { .. }) { logistic(transformed) } else { transformed.exp() }
            };
            let mass = integrate(-30.0, 30.0, 60, |z| checked.at(z).log_density.exp());
            let found = integrate(-30.0, 30.0, 60, |z| value(z) * checked.at(z).log_density.exp()) / mass;
            assert!((found - mean).abs() < 1e-6 * mean, "{prior:?}: {found} {mean}");
        }
    }

    #[test]
    fn priors_of_the_wrong_kind_are_refused() {
        let share = Quantity { name: "dropout", kind: Kind::Share, prior: ALL[4] };
        assert!(matches!(Checked::new(&share, ALL[0]), Err(Error::BadPrior { share: true, .. })));
        let positive = Quantity { name: "r", kind: Kind::Positive, prior: ALL[0] };
        assert!(Checked::new(&positive, ALL[4]).is_err());
        assert!(Checked::new(&positive, Prior::Weibull { shape: f64::NAN, scale: 1.0 }).is_err());
    }
}
