//! Two groups compared within strata: how many times as much one brings as the other, with everything else that the
//! strata hold being equal.
//!
//! In each stratum (a channel, a quarter and a size of the first order, say) the mean of the exposed is set against
//! that of the others, and the strata are weighted as Mantel and Haenszel do for rates:
//! θ = Σ A·N₀/N ÷ Σ B·N₁/N, with A and B the sums of both groups' values, N₁ and N₀ their sizes and N = N₁ + N₀.
//! Values may have any distribution with a mean (amounts with many zeros and a long tail); the variance is that of the
//! estimating equation, from the values' own distances to their fitted means, as in a sandwich estimator.
//!
//! Sources: K. J. Rothman, S. Greenland and T. L. Lash, "Modern Epidemiology" (2008), chapter 15; S. Greenland and
//! J. M. Robins, "Estimation of a common effect parameter from sparse follow-up data", Biometrics 41 (1985), 55–68.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::error::{Error, Result, check_finite};
use crate::proportion::upper_tail_point;

/// Values in strata, ready for any number of comparisons.
#[derive(Clone, Debug)]
pub struct Strata {
    of: Vec<u32>,
    values: Vec<f64>,
    totals: Vec<Moments>,
}

/// Count, sum and sum of squares.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn without(self, other: Self) -> Self {
        Self {
            count: self.count - other.count,
            sum: self.sum - other.sum,
            squares: (self.squares - other.squares).max(0.0),
        }
    }

    /// Σ (value − mean)² about a given mean.
    fn about(self, mean: f64) -> f64 {
        (self.squares - 2.0 * mean * self.sum + self.count * mean * mean).max(0.0)
    }
}

/// A ratio of means, all else being equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StratifiedRatio {
    /// θ: the exposed bring so many times as much.
    pub ratio: f64,
    /// Its interval; none where the exposed bring nothing, or nothing varies.
    pub interval: Option<(f64, f64)>,
    /// Two-sided p-value of θ = 1, by the score test; 1 where nothing varies.
    pub p_value: f64,
    /// Exposed in strata that hold both groups: those that were compared.
    pub exposed: u64,
    /// The others there.
    pub others: u64,
    /// What one of the exposed brings on average, there.
    pub mean: f64,
    /// What they would bring if θ were 1: the difference is what the exposure goes with.
    pub expected: f64,
}

impl Strata {
    /// Values with the stratum of each, counted from 0.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::UnequalLengths`].
    pub fn new(of: &[u32], values: &[f64]) -> Result<Self> {
        if of.len() != values.len() {
            return Err(Error::UnequalLengths { what: "strata", left: values.len(), right: of.len() });
        }
        check_finite(values)?;
        let mut totals = vec![Moments::default(); of.iter().max().map_or(0, |most| *most as usize + 1)];
        for (&stratum, &value) in of.iter().zip(values) {
            totals[stratum as usize].add(value);
        }
        Ok(Self { of: of.to_vec(), values: values.to_vec(), totals })
    }

    /// Compares those at some places (each named once) with all others; none where no stratum holds both, or the
    /// others bring nothing there.
    ///
    /// # Errors
    /// [`Error::NotALevel`].
    ///
    /// ```
    /// use dangol_models::stratified::Strata;
    /// // In both strata the first two bring twice as much as the others.
    /// let strata = Strata::new(&[0, 0, 0, 1, 1, 1], &[2.0, 4.0, 1.5, 20.0, 40.0, 15.0])?;
    /// let found = strata.compare(&[0, 1, 3, 4], 0.9)?.unwrap();
    /// assert!((found.ratio - 2.0).abs() < 1e-12);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn compare(&self, exposed: &[usize], level: f64) -> Result<Option<StratifiedRatio>> {
        let point = upper_tail_point(level)?;
        let mut of_exposed = vec![Moments::default(); self.totals.len()];
        for &place in exposed {
            of_exposed[self.of[place] as usize].add(self.values[place]);
        }
        // Strata with one group only say nothing of the other.
        let cells: Vec<(Moments, Moments)> = of_exposed
            .into_iter()
            .zip(&self.totals)
            .map(|(one, total)| (one, total.without(one)))
            .filter(|(one, other)| one.count > 0.0 && other.count > 0.0)
            .collect();
        let (mut above, mut below) = (0.0, 0.0);
        for (one, other) in &cells {
            let all = one.count + other.count;
            above += one.sum * other.count / all;
            below += other.sum * one.count / all;
        }
        if !(below > 0.0 && above >= 0.0) {
            return Ok(None);
        }
        let ratio = above / below;
        let normal = Normal::standard();
        let spread = variance(&cells, ratio).sqrt() / below;
        let interval = (ratio > 0.0 && spread > 0.0).then(|| {
            let wide = (normal.inverse_cdf(point) * spread / ratio).exp();
            (ratio / wide, ratio * wide)
        });
        let under_null = variance(&cells, 1.0).sqrt();
        let p_value =
            if under_null > 0.0 { 2.0 * normal.cdf(-((above - below) / under_null).abs()) } else { 1.0 };
        let count: f64 = cells.iter().map(|(one, _)| one.count).sum();
        let sum: f64 = cells.iter().map(|(one, _)| one.sum).sum();
        Ok(Some(StratifiedRatio {
            ratio,
            interval,
            p_value,
            exposed: count as u64,
            others: cells.iter().map(|(_, other)| other.count).sum::<f64>() as u64,
            mean: sum / count,
            expected: cells.iter().map(|(one, other)| one.count * fitted(one, other, ratio)).sum::<f64>()
                / count,
        }))
    }
}

/// The mean of the others in a stratum, from both groups, where the exposed bring θ times as much.
fn fitted(one: &Moments, other: &Moments, ratio: f64) -> f64 {
    (one.sum + other.sum) / (ratio * one.count + other.count)
}

/// The variance of Σ (A·N₀ − θ·B·N₁)/N.
fn variance(cells: &[(Moments, Moments)], ratio: f64) -> f64 {
    cells
        .iter()
        .map(|(one, other)| {
            let all = one.count + other.count;
            let mean = fitted(one, other, ratio);
            let of_one = (other.count / all).powi(2) * one.about(ratio * mean);
            let of_other = (ratio * one.count / all).powi(2) * other.about(mean);
            // One mean was fitted to the values of the stratum.
            (of_one + of_other) * all / (all - 1.0)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, LogNormal};

    /// Customers whose exposure depends on a stratum that moves their value, too: compared as they stand, the exposed
    /// would seem to bring more.
    fn simulated(seed: u64, ratio: f64, customers: usize) -> (Vec<u32>, Vec<f64>, Vec<usize>) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let amounts = LogNormal::new(0.0, 1.0).unwrap();
        let (mut strata, mut values, mut exposed) = (Vec::new(), Vec::new(), Vec::new());
        for place in 0..customers {
            let stratum: u32 = random.random_range(0..40);
            let share = f64::from(stratum) / 50.0;
            let is_exposed = random.random_bool(0.05 + share / 2.0);
            let buys = random.random_bool(0.3 + share / 2.0);
            let mean = 100.0 * (1.0 + 3.0 * share) * if is_exposed { ratio } else { 1.0 };
            strata.push(stratum);
            values.push(if buys { mean * amounts.sample(&mut random) } else { 0.0 });
            if is_exposed {
                exposed.push(place);
            }
        }
        (strata, values, exposed)
    }

    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        for (ratio, least, most) in [(1.0, 0.85, 0.945), (1.5, 0.85, 0.945)] {
            let (mut held, mut found) = (0, 0);
            let shops = 600;
            for seed in 0..shops {
                let (strata, values, exposed) = simulated(seed, ratio, 1_500);
                let of = Strata::new(&strata, &values).unwrap().compare(&exposed, 0.9).unwrap().unwrap();
                let (low, high) = of.interval.unwrap();
                held += u64::from(low <= ratio && ratio <= high);
                found += u64::from(of.p_value < 0.05);
            }
            let share = held as f64 / shops as f64;
            assert!((least..=most).contains(&share), "{ratio}: {share}");
            let share = found as f64 / shops as f64;
            if ratio == 1.0 {
                assert!((0.025..=0.08).contains(&share), "{share} found where there is nothing");
            } else {
                assert!(share > 0.8, "{share} found of 1.5");
            }
        }
    }

    #[test]
    fn strata_take_the_confounding_away() {
        let (strata, values, exposed) = simulated(1, 1.0, 60_000);
        let within = Strata::new(&strata, &values).unwrap().compare(&exposed, 0.9).unwrap().unwrap();
        let crude =
            Strata::new(&vec![0; values.len()], &values).unwrap().compare(&exposed, 0.9).unwrap().unwrap();
        assert!((within.ratio - 1.0).abs() < 0.05, "{within:?}");
        assert!(crude.ratio > 1.25, "{crude:?}");
    }

    #[test]
    fn nothing_to_compare() {
        let strata = Strata::new(&[0, 0, 1], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!(strata.compare(&[], 0.9).unwrap(), None);
        assert_eq!(strata.compare(&[2], 0.9).unwrap(), None, "a stratum of its own");
        assert_eq!(strata.compare(&[0, 1, 2], 0.9).unwrap(), None);
        let nothing = Strata::new(&[0, 0], &[5.0, 0.0]).unwrap();
        assert_eq!(nothing.compare(&[0], 0.9).unwrap(), None, "others bring nothing");
        let none = nothing.compare(&[1], 0.9).unwrap().unwrap();
        assert_eq!((none.ratio, none.interval), (0.0, None));
        let equal = Strata::new(&[0; 4], &[2.0; 4]).unwrap().compare(&[0, 1], 0.9).unwrap().unwrap();
        assert_eq!((equal.ratio, equal.interval, equal.p_value), (1.0, None, 1.0));
        assert!(Strata::new(&[0], &[f64::NAN]).is_err() && Strata::new(&[], &[1.0]).is_err());
    }
}
