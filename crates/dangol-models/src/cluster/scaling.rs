//! Columns of different units beside each other: days, money and shares count alike in a distance only once each is
//! measured by its own spread.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_finite};
use crate::quantile::quantiles;
use crate::sum::sum;

/// By what a column is measured.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// (x − mean) / standard deviation, with divisor n.
    #[default]
    Standard,
    /// (x − least) / (most − least): 0 to 1.
    MinMax,
    /// (x − median) / (third quartile − first quartile): extreme values do not stretch it. Where the middle half of the
    /// values are all the same, by the standard deviation.
    Robust,
    /// As it is.
    None,
}

/// How one column is scaled, and back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Scale {
    log: bool,
    center: f64,
    spread: f64,
}

impl Scale {
    /// Measures a column. With `log`, of sign(x) · ln(1 + |x|): for amounts and counts with a long tail.
    ///
    /// A column that does not vary is only moved: its scaled values are 0.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::NotFinite`].
    ///
    /// ```
    /// use dangol_models::cluster::scaling::{Scale, Scaling};
    /// let scale = Scale::of(&[2.0, 4.0, 6.0], Scaling::MinMax, false)?;
    /// assert_eq!(scale.apply(5.0), 0.75);
    /// assert_eq!(scale.invert(0.75), 5.0);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn of(values: &[f64], scaling: Scaling, log: bool) -> Result<Self> {
        check_finite(values)?;
        if values.is_empty() {
            return Err(Error::Empty { what: "the scale of a column" });
        }
        let flat = Self { log, center: 0.0, spread: 1.0 };
        let values: Vec<f64> = values.iter().map(|value| flat.apply(*value)).collect();
        let (center, spread) = match scaling {
            Scaling::None => (0.0, 1.0),
            Scaling::Standard => standard(&values),
            Scaling::MinMax => {
                let least = values.iter().copied().fold(f64::INFINITY, f64::min);
                (least, values.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least)
            }
            Scaling::Robust => {
                let quartiles = quantiles(&values, &[0.25, 0.5, 0.75])?;
                let middle = quartiles[2] - quartiles[0];
                (quartiles[1], if middle > 0.0 { middle } else { standard(&values).1 })
            }
        };
        Ok(Self { log, center, spread: if spread.is_finite() && spread > 0.0 { spread } else { 1.0 } })
    }

    /// A value, scaled.
    #[must_use]
    pub fn apply(&self, value: f64) -> f64 {
        let value = if self.log { value.signum() * value.abs().ln_1p() } else { value };
        (value - self.center) / self.spread
    }

    /// A scaled value, in the column's own unit.
    #[must_use]
    pub fn invert(&self, scaled: f64) -> f64 {
        let value = self.center + scaled * self.spread;
        if self.log { value.signum() * value.abs().exp_m1() } else { value }
    }
}

/// Mean and standard deviation with divisor n; the dust of the mean of equal values is no spread.
fn standard(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = sum(values) / count;
    if values.windows(2).all(|pair| pair[0] == pair[1]) {
        return (values[0], 0.0);
    }
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    (mean, (sum(&squares) / count).sqrt())
}
