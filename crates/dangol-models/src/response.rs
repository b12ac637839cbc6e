//! What more spend brings: a curve of diminishing returns by channel, and the best split of a budget over channels.
//!
//! In a month with spend x a channel brings μ(x) = s·x^β on average, 0 ≤ β ≤ 1: β = 0 is no effect at all, β = 1 brings
//! the same for each further unit of money. Counts vary around it like Poisson counts, or more by the dispersion φ.
//! Given β, s has a closed form, and the likelihood of β is concave, so that there is one best β and it is found
//! exactly; between 0 and 1 it is drawn from its posterior under an even prior. Months that hardly differ in spend
//! leave β where it was, anywhere between 0 and 1, and that is what the intervals then say.
//!
//! Months in which nothing was spent are left out: the curve begins at nothing.
//!
//! Sources: J. M. Wooldridge, "Econometric Analysis of Cross Section and Panel Data" (2010), section 18.2 (Poisson
//! quasi-likelihood); P. M. Guadagni and J. D. C. Little's power form as in Hanssens, Parsons and Schultz, "Market
//! Response Models" (2001), chapter 3.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_finite};

/// With fewer months of spend nothing is fitted.
pub const LEAST_MONTHS: usize = 6;

/// The point of χ² with one degree of freedom above which a boundary is left with 95 % (one-sided, since the truth
/// cannot lie beyond it: Self and Liang 1987).
const BOUNDARY_POINT: f64 = 2.705_543;

/// Places of β at which its posterior is taken.
const GRID: usize = 400;

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseCurve {
    /// s: customers of a month in which as much was spent as on average.
    pub at_mean: f64,
    /// The mean spend of the months.
    pub mean_spend: f64,
    /// β.
    pub power: f64,
    /// φ: how many times the variance of Poisson counts; at least 1.
    pub dispersion: f64,
    /// Months that were fitted.
    pub months: usize,
    /// The smallest spend among them.
    pub least_spend: f64,
    /// The largest.
    pub most_spend: f64,
    /// Whether no effect (β = 0) can be ruled out with 95 %.
    pub effect_seen: bool,
    /// Whether a straight line (β = 1) can be ruled out with 95 %.
    pub saturation_seen: bool,
}

/// One curve that could be the true one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnCurve {
    at_mean: f64,
    mean_spend: f64,
    power: f64,
}

impl DrawnCurve {
    /// β.
    #[must_use]
    pub fn power(&self) -> f64 {
        self.power
    }

    /// Customers to expect of a spend.
    #[must_use]
    pub fn at(&self, spend: f64) -> f64 {
        power_of(self.at_mean, self.power, spend / self.mean_spend)
    }
}

/// 0^0 is 1, and without spend the curve is at nothing all the same.
fn power_of(scale: f64, power: f64, share: f64) -> f64 {
    if share > 0.0 { scale * share.powf(power) } else { 0.0 }
}

impl ResponseCurve {
    /// Fits a channel's months; none with fewer than [`LEAST_MONTHS`] months of spend, or where they all took the same
    /// or brought nobody.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`], [`Error::NotFinite`], [`Error::BadWeight`] for a negative number.
    ///
    /// ```
    /// use dangol_models::response::ResponseCurve;
    /// let spend = [100.0, 400.0, 900.0, 100.0, 400.0, 900.0];
    /// let customers = [10.0, 20.0, 30.0, 10.0, 20.0, 30.0];
    /// let curve = ResponseCurve::fit(&spend, &customers)?.unwrap();
    /// assert!((curve.power - 0.5).abs() < 1e-9 && (curve.at(1_600.0) - 40.0).abs() < 1e-6);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn fit(spend: &[f64], customers: &[f64]) -> Result<Option<Self>> {
        let Some(months) = Months::of(spend, customers)? else { return Ok(None) };
        let power = months.best_power();
        let at_mean = months.scale(power);
        let degrees = months.shares.len() as f64 - 2.0;
        let distance: f64 = months
            .pairs()
            .map(|(share, count)| {
                let mean = at_mean * share.powf(power);
                (count - mean).powi(2) / mean
            })
            .sum();
        let dispersion = (distance / degrees).max(1.0);
        let lost = |at: f64| 2.0 * (months.log_likelihood(power) - months.log_likelihood(at)) / dispersion;
        let spent = months.shares.iter().map(|share| share * months.mean_spend);
        Ok(Some(Self {
            at_mean,
            mean_spend: months.mean_spend,
            power,
            dispersion,
            months: months.shares.len(),
            least_spend: spent.clone().fold(f64::INFINITY, f64::min),
            most_spend: spent.fold(0.0, f64::max),
            effect_seen: lost(0.0) > BOUNDARY_POINT,
            saturation_seen: lost(1.0) > BOUNDARY_POINT,
        }))
    }

    /// Customers to expect of a spend.
    #[must_use]
    pub fn at(&self, spend: f64) -> f64 {
        power_of(self.at_mean, self.power, spend / self.mean_spend)
    }

    /// Curves drawn from what the months leave open: β from its posterior under an even prior on 0…1, then s given β.
    ///
    /// # Errors
    /// As [`ResponseCurve::fit`]; the months are those that it was fitted on.
    pub fn draw(&self, spend: &[f64], customers: &[f64], draws: usize, seed: u64) -> Result<Vec<DrawnCurve>> {
        let Some(months) = Months::of(spend, customers)? else { return Ok(Vec::new()) };
        let best = months.log_likelihood(self.power);
        let mut cumulative = Vec::with_capacity(GRID);
        let mut total = 0.0;
        for place in 0..GRID {
            let power = (place as f64 + 0.5) / GRID as f64;
            total += ((months.log_likelihood(power) - best) / self.dispersion).exp();
            cumulative.push(total);
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // Y counts with the variance φ·Y are known as well as Y/φ Poisson counts.
        let known = Gamma::new(months.customers() / self.dispersion, 1.0).map_err(|_| {
            Error::BadParameter { name: "customers", value: months.customers(), range: "a number above 0" }
        })?;
        Ok((0..draws)
            .map(|_| {
                let place = total * random.random::<f64>();
                let at = cumulative.partition_point(|sum| *sum < place).min(GRID - 1);
                let power = (at as f64 + random.random::<f64>()) / GRID as f64;
                let chance = known.sample(&mut random) * self.dispersion / months.customers();
                DrawnCurve { at_mean: months.scale(power) * chance, mean_spend: self.mean_spend, power }
            })
            .collect())
    }
}

/// Months with spend, which is counted in its mean.
struct Months {
    mean_spend: f64,
    shares: Vec<f64>,
    counts: Vec<f64>,
}

impl Months {
    fn of(spend: &[f64], customers: &[f64]) -> Result<Option<Self>> {
        if spend.len() != customers.len() {
            return Err(Error::UnequalLengths { what: "months", left: spend.len(), right: customers.len() });
        }
        for values in [spend, customers] {
            check_finite(values)?;
            if let Some(index) = values.iter().position(|value| *value < 0.0) {
                return Err(Error::BadWeight { index, value: values[index] });
            }
        }
        let (shares, counts): (Vec<f64>, Vec<f64>) =
            spend.iter().zip(customers).filter(|(spend, _)| **spend > 0.0).unzip();
        let mean_spend = shares.iter().sum::<f64>() / shares.len() as f64;
        let shares: Vec<f64> = shares.into_iter().map(|spend| spend / mean_spend).collect();
        let varies = shares.iter().any(|share| (share / shares[0] - 1.0).abs() > 1e-9);
        let enough = shares.len() >= LEAST_MONTHS && varies && counts.iter().sum::<f64>() > 0.0;
        Ok(enough.then_some(Self { mean_spend, shares, counts }))
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.shares.iter().copied().zip(self.counts.iter().copied())
    }

    fn customers(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// The best s for a β.
    fn scale(&self, power: f64) -> f64 {
        self.customers() / self.shares.iter().map(|share| share.powf(power)).sum::<f64>()
    }

    /// With the best s, but for a constant. The sum of the means is then that of the counts, whatever β.
    fn log_likelihood(&self, power: f64) -> f64 {
        let logs: f64 = self.pairs().map(|(share, count)| count * share.ln()).sum();
        power * logs - self.customers() * self.shares.iter().map(|share| share.powf(power)).sum::<f64>().ln()
    }

    /// The slope of the likelihood falls in β, so that halving finds where it is nothing.
    fn best_power(&self) -> f64 {
        let logs: f64 = self.pairs().map(|(share, count)| count * share.ln()).sum();
        let slope = |power: f64| {
            let (sum, with_log) = self.shares.iter().fold((0.0, 0.0), |(sum, with_log), share| {
                let value = share.powf(power);
                (sum + value, with_log + value * share.ln())
            });
            logs - self.customers() * with_log / sum
        };
        if slope(0.0) <= 0.0 {
            return 0.0;
        }
        if slope(1.0) >= 0.0 {
            return 1.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if slope(middle) > 0.0 { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }
}

/// How much each of several channels gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// By channel.
    pub spend: Vec<f64>,
    /// What of the budget no channel may take.
    pub left: f64,
}

/// Steps in which a budget is given out.
const STEPS: usize = 400;

/// The split of a budget that brings most, where each channel takes an amount between its bounds and further money
/// brings less and less: step by step to the channel in which the next step brings most.
///
/// `value(channel, spend)` must be concave in spend. A budget below the sum of the lower bounds is split in their
/// proportion.
#[must_use]
pub fn best_split(budget: f64, bounds: &[(f64, f64)], value: impl Fn(usize, f64) -> f64) -> Split {
    let least: f64 = bounds.iter().map(|bound| bound.0).sum();
    if budget <= least {
        let share = if least > 0.0 { budget / least } else { 0.0 };
        return Split { spend: bounds.iter().map(|bound| bound.0 * share).collect(), left: 0.0 };
    }
    let step = (budget - least) / STEPS as f64;
    let mut spend: Vec<f64> = bounds.iter().map(|bound| bound.0).collect();
    let mut now: Vec<f64> = spend.iter().enumerate().map(|(at, spend)| value(at, *spend)).collect();
    let next_of = |at: usize, spend: f64| (spend + step).min(bounds[at].1);
    let mut next: Vec<f64> = (0..bounds.len()).map(|at| value(at, next_of(at, spend[at]))).collect();
    let mut left = budget - least;
    while left > step * 1e-6 {
        // What a step brings for each unit of money: the last one up to a bound may be a short one.
        let gain = |at: usize| {
            let size = next_of(at, spend[at]) - spend[at];
            if size > step * 1e-9 { (next[at] - now[at]) / size } else { f64::NEG_INFINITY }
        };
        let best = (0..bounds.len()).max_by(|a, b| gain(*a).total_cmp(&gain(*b)).then(b.cmp(a)));
        let Some(best) = best.filter(|best| gain(*best) > f64::NEG_INFINITY) else { break };
        let reached = next_of(best, spend[best]).min(spend[best] + left);
        left -= reached - spend[best];
        spend[best] = reached;
        now[best] = value(best, reached);
        next[best] = value(best, next_of(best, reached));
    }
    Split { spend, left: left.max(0.0) }
}

#[cfg(test)]
mod tests;
