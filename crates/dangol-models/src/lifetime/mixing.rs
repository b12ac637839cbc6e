//! How customers differ: purchase rates by a gamma, chances of dropping out by a beta
//! distribution, both in forms that hold their limits as ordinary values.

use rand::Rng;
use rand_distr::{Beta, Distribution, Gamma};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::math::{logistic, short};

/// A gamma distribution by its mean μ and the reciprocal c of its shape; c = 0 is one rate for all.
///
/// In the papers' symbols: shape r = 1 / c, rate α = r / μ.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GammaMixing {
    /// μ.
    pub mean: f64,
    /// c.
    pub inverse_shape: f64,
}

impl GammaMixing {
    /// From shape r and rate α.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless both are positive and finite.
    pub fn new(shape: f64, rate: f64, names: [&'static str; 2]) -> Result<Self> {
        check_positive(names[0], shape)?;
        check_positive(names[1], rate)?;
        Ok(Self { mean: shape / rate, inverse_shape: 1.0 / shape })
    }

    /// From ln μ and ln r, either possibly infinite.
    pub(crate) fn of_logs(mean: f64, shape: f64) -> Self {
        Self { mean: mean.exp(), inverse_shape: (-shape).exp() }
    }

    /// ln μ and ln r.
    pub(crate) fn logs(&self) -> [f64; 2] {
        [self.mean.ln(), -self.inverse_shape.ln()]
    }

    /// To the digits that JSON keeps.
    pub(crate) fn shortened(self) -> Self {
        Self { mean: short(self.mean), inverse_shape: short(self.inverse_shape) }
    }

    /// r; infinite where all rates are equal.
    #[must_use]
    pub fn shape(&self) -> f64 {
        1.0 / self.inverse_shape
    }

    /// α; infinite where all rates are equal.
    #[must_use]
    pub fn rate(&self) -> f64 {
        1.0 / (self.inverse_shape * self.mean)
    }

    /// The rates of those who had `events` events within `time`: shape r + events, rate α + time.
    pub(crate) fn after(&self, events: f64, time: f64) -> Self {
        let c = self.inverse_shape;
        let seen = 1.0 + c * events;
        Self { mean: self.mean * seen / (1.0 + c * self.mean * time), inverse_shape: c / seen }
    }

    pub(crate) fn draw(&self, rng: &mut dyn Rng) -> f64 {
        match Gamma::new(self.shape(), self.mean * self.inverse_shape) {
            Ok(gamma) if self.shape().is_finite() => gamma.sample(rng),
            _ => self.mean,
        }
    }
}

/// A beta distribution by its mean m and its size s = a + b, the latter as ρ = 1 / (1 + s), the
/// correlation of two chances of the same customer: ρ = 0 is one chance for all, at ρ = 1 each
/// customer has a chance of 0 or 1.
///
/// In the papers' symbols: a = m s, b = (1 − m) s.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BetaMixing {
    /// m.
    pub mean: f64,
    /// 1 − m, kept apart so that an m near 1 loses no digits.
    pub complement: f64,
    /// ρ.
    pub correlation: f64,
}

impl BetaMixing {
    /// From a and b.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless both are positive and finite.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        check_positive("a", a)?;
        check_positive("b", b)?;
        let size = a + b;
        Ok(Self { mean: a / size, complement: b / size, correlation: 1.0 / (1.0 + size) })
    }

    /// From logit m and ln s, either possibly infinite.
    pub(crate) fn of_logs(mean: f64, size: f64) -> Self {
        Self { mean: logistic(mean), complement: logistic(-mean), correlation: logistic(-size) }
    }

    /// logit m and ln s.
    pub(crate) fn logs(&self) -> [f64; 2] {
        [self.mean.ln() - self.complement.ln(), self.size().ln()]
    }

    /// To the digits that JSON keeps.
    pub(crate) fn shortened(self) -> Self {
        Self {
            mean: short(self.mean),
            complement: short(self.complement),
            correlation: short(self.correlation),
        }
    }

    /// s.
    #[must_use]
    pub fn size(&self) -> f64 {
        (1.0 - self.correlation) / self.correlation
    }

    /// a = m s.
    #[must_use]
    pub fn a(&self) -> f64 {
        self.mean * self.size()
    }

    /// b = (1 − m) s.
    #[must_use]
    pub fn b(&self) -> f64 {
        self.complement * self.size()
    }

    /// Of those who took `before` chances to drop out and stayed, the share that drops out at the
    /// next, a / (s + `before`), and the share that stays.
    #[inline]
    #[must_use]
    pub fn hazard(&self, before: f64) -> (f64, f64) {
        if before == 0.0 {
            return (self.mean, self.complement);
        }
        // 1 / (1 + before / s), without dividing by an s that may be 0 or infinite.
        let (fresh, seen) = (1.0 - self.correlation, before * self.correlation);
        let total = fresh + seen;
        (self.mean * fresh / total, (self.complement * fresh + seen) / total)
    }

    /// The chances of those who took `before` chances to drop out and stayed: a, b + `before`.
    pub(crate) fn after(&self, before: f64) -> Self {
        let (mean, complement) = self.hazard(before);
        Self { mean, complement, correlation: self.correlation / (1.0 + before * self.correlation) }
    }

    pub(crate) fn draw(&self, rng: &mut dyn Rng) -> f64 {
        match Beta::new(self.a(), self.b()) {
            Ok(beta) if self.correlation > 0.0 && self.correlation < 1.0 => beta.sample(rng),
            _ if self.correlation == 0.0 => self.mean,
            _ => f64::from(u8::from(rand::RngExt::random::<f64>(rng) < self.mean)),
        }
    }
}

pub(crate) fn check_positive(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(Error::BadParameter { name, value, range: "a finite number above 0" })
    }
}
