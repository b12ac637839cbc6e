//! When purchases count, and how much.

use serde::{Deserialize, Serialize};

use super::check_rate;
use crate::error::{Error, Result};
use crate::lifetime::history::TimeUnit;
use crate::math::Rule;

/// Nodes of the Gauss sum for continuous discounting.
const NODES: usize = 16;

const DAYS_OF_A_YEAR: f64 = 365.25;

/// A stretch of future time with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedHorizon")]
pub struct Horizon {
    length: f64,
    unit: TimeUnit,
}

/// The fields before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedHorizon {
    length: f64,
    unit: TimeUnit,
}

impl TryFrom<UncheckedHorizon> for Horizon {
    type Error = Error;

    fn try_from(UncheckedHorizon { length, unit }: UncheckedHorizon) -> Result<Self> {
        Self::new(length, unit)
    }
}

impl Horizon {
    /// So many days, weeks or months.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless the length is finite and above 0.
    ///
    /// ```
    /// use dangol_models::lifetime::{TimeUnit, clv::Horizon};
    /// let year = Horizon::new(12.0, TimeUnit::Month)?;
    /// assert_eq!(year.in_units_of(TimeUnit::Week), 365.25 / 7.0);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn new(length: f64, unit: TimeUnit) -> Result<Self> {
        if length.is_finite() && length > 0.0 {
            Ok(Self { length, unit })
        } else {
            Err(Error::BadParameter { name: "the horizon", value: length, range: "a number above 0" })
        }
    }

    /// Its length in another unit.
    #[must_use]
    pub fn in_units_of(self, unit: TimeUnit) -> f64 {
        unit.from(self.length, self.unit)
    }
}

/// How much less a later purchase counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedDiscounting")]
pub struct Discounting {
    yearly: f64,
    timing: Timing,
}

/// The fields before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedDiscounting {
    yearly: f64,
    timing: Timing,
}

impl TryFrom<UncheckedDiscounting> for Discounting {
    type Error = Error;

    fn try_from(UncheckedDiscounting { yearly, timing }: UncheckedDiscounting) -> Result<Self> {
        Self::new(yearly, timing)
    }
}

/// From when on a purchase is discounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// From the moment at which it is made: after t years it counts (1 + yearly)^−t = e^(−δ t) with
    /// δ = ln(1 + yearly). The exact definition, and the default of Dangol.
    Continuous,
    /// As though it was made at the end of its day, week or month, as in spreadsheets and in the Python
    /// package `lifetimes`. Purchases are discounted for a little longer than by [`Timing::Continuous`].
    EndOfPeriod(TimeUnit),
}

impl Discounting {
    /// Discounts by `yearly`, an effective rate: a purchase in a year counts 1 / (1 + yearly).
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless the rate is finite and above −1.
    pub fn new(yearly: f64, timing: Timing) -> Result<Self> {
        check_rate(yearly)?;
        Ok(Self { yearly, timing })
    }

    /// Discounts by `rate` per day, week or month, at the end of each.
    ///
    /// # Errors
    /// [`Error::BadParameter`] unless the rate is finite and above −1.
    pub fn per_period(rate: f64, unit: TimeUnit) -> Result<Self> {
        check_rate(rate)?;
        let yearly = (rate.ln_1p() * DAYS_OF_A_YEAR / unit.days()).exp_m1();
        Self::new(yearly, Timing::EndOfPeriod(unit))
    }

    /// The effective rate per year.
    #[must_use]
    pub fn yearly(self) -> f64 {
        self.yearly
    }

    /// δ, the rate of continuous discounting per unit of time: e^(−δ) per unit is 1 / (1 + yearly) per year.
    #[must_use]
    pub fn force(self, unit: TimeUnit) -> f64 {
        self.yearly.ln_1p() * unit.days() / DAYS_OF_A_YEAR
    }
}

/// Discounted purchases as a weighted sum of expected purchases, Σ w E(t).
///
/// Both ways of discounting are of that form. With discount factors v at the ends of periods,
/// Σ (E(t_k) − E(t_k−1)) v_k = Σ E(t_k) (v_k − v_k+1). Continuously,
/// ∫ e^(−δt) dE(t) = e^(−δH) E(H) + δ ∫ e^(−δt) E(t) dt, and the smooth integral is a Gauss sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    horizon: f64,
    /// Times with their weights, the horizon last.
    nodes: Vec<(f64, f64)>,
}

impl Schedule {
    /// Times and weights in the given unit.
    #[must_use]
    pub fn new(horizon: Horizon, discounting: Discounting, unit: TimeUnit) -> Self {
        let horizon = horizon.in_units_of(unit);
        let force = discounting.force(unit);
        let nodes = match discounting.timing {
            // Not discounted at all, it does not matter when.
            _ if force == 0.0 => vec![(horizon, 1.0)],
            Timing::Continuous => continuous(horizon, force),
            Timing::EndOfPeriod(period) => periodic(horizon, force, unit.from(1.0, period)),
        };
        Self { horizon, nodes }
    }

    /// How far ahead purchases count.
    #[must_use]
    pub fn horizon(&self) -> f64 {
        self.horizon
    }

    /// Expected and discounted purchases, from the purchases expected within a time.
    pub(super) fn sum(&self, expected: impl Fn(f64) -> f64) -> (f64, f64) {
        let (mut last, mut discounted) = (0.0, 0.0);
        for &(time, weight) in &self.nodes {
            last = expected(time);
            discounted += weight * last;
        }
        (last, discounted)
    }
}

fn periodic(horizon: f64, force: f64, period: f64) -> Vec<(f64, f64)> {
    let factor = |time: f64| (-force * time).exp();
    // A last period that rounding would add is none; one that is cut by the horizon ends there.
    let periods = ((horizon / period) * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let end = |k: usize| if k >= periods { horizon } else { k as f64 * period };
    (1..=periods)
        .map(|k| {
            let next = if k == periods { 0.0 } else { factor(end(k + 1)) };
            (end(k), factor(end(k)) - next)
        })
        .collect()
}

fn continuous(horizon: f64, force: f64) -> Vec<(f64, f64)> {
    // Expected purchases bend most at the beginning: t = H u² puts the nodes there.
    let rule = Rule::ready(NODES);
    let mut nodes: Vec<(f64, f64)> = rule
        .nodes
        .iter()
        .zip(&rule.weights)
        .map(|(u, weight)| {
            let time = horizon * u * u;
            (time, force * (-force * time).exp() * weight * 2.0 * horizon * u)
        })
        .collect();
    nodes.push((horizon, (-force * horizon).exp()));
    nodes
}
