//! Counts of purchases of somebody who never drops out: a negative binomial distribution of
//! stages, of which every k-th is a purchase.

use crate::lifetime::mixing::GammaMixing;

/// The number of stages in the next `time`, of a customer who went through `stages` until `age`.
///
/// The posterior of λ is a gamma with shape r + stages and rate α + age. With μ and c:
/// P(0) = exp(−(L(age + time) − L(age))) and P(n + 1) / P(n) = ratio(n), where
/// L(t) = (1/c + stages) ln(1 + cμt); both have their Poisson limits at c = 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counting {
    c: f64,
    stages: f64,
    /// μt / (1 + cμ(age + time)).
    scale: f64,
    /// t / (α + age), or 0 where all rates are equal.
    spread: f64,
    /// E[N].
    mean: f64,
    /// ln P(0).
    pub(super) log_none: f64,
}

impl Counting {
    pub(super) fn new(rates: &GammaMixing, stages: f64, age: f64, time: f64) -> Self {
        let (c, rate) = (rates.inverse_shape, rates.mean);
        let total = 1.0 + c * rate * (age + time);
        // ln of (1 + cμ(T + t)) / (1 + cμT), without cancellation for short times.
        let spread = c * rate * time / (1.0 + c * rate * age);
        let log = spread.ln_1p();
        let homogeneous = if c > 0.0 { log / c } else { rate * time };
        let mean = (1.0 + c * stages) * rate * time / (1.0 + c * rate * age);
        Self { c, stages, scale: rate * time / total, spread, mean, log_none: -homogeneous - stages * log }
    }

    /// E[N].
    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// About how many n have a probability worth summing.
    pub(super) fn terms(&self) -> f64 {
        self.mean + 10.0 * self.mean.sqrt() + 40.0 * self.spread
    }

    /// ln E[(1 − `share`)^N].
    pub(super) fn log_void(&self, share: f64) -> f64 {
        if self.c > 0.0 {
            -(1.0 / self.c + self.stages) * (share * self.spread).ln_1p()
        } else {
            -share * self.mean
        }
    }

    /// P(n + 1) / P(n).
    #[inline]
    fn ratio(&self, n: f64) -> f64 {
        (1.0 + self.c * (self.stages + n)) * self.scale / (n + 1.0)
    }

    /// Goes through n = 0, 1, … with P(n) and P(N ≥ n) until `go_on` says to stop.
    pub(super) fn walk(&self, mut go_on: impl FnMut(Count) -> bool) {
        let (mut n, mut log, mut above) = (0.0, self.log_none, 1.0_f64);
        // While P(n) is below what a float holds, in logarithms: P(N ≥ n) is 1 there.
        while log < -600.0 {
            let ratio = self.ratio(n);
            if ratio <= 1.0 || !go_on(Count { chance: 0.0, at_least: 1.0, bound: ratio }) {
                return;
            }
            log += ratio.ln();
            n += 1.0;
        }
        let mut chance = log.exp();
        loop {
            let ratio = self.ratio(n);
            // The ratio falls or rises towards cμt / (1 + cμ(age + time)).
            if !go_on(Count { chance, at_least: above, bound: ratio.max(self.c * self.scale) }) {
                return;
            }
            above = if n == 0.0 { -self.log_none.exp_m1() } else { (above - chance).max(0.0) };
            chance *= ratio;
            n += 1.0;
        }
    }
}

/// One number of stages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    /// P(N = n).
    pub(super) chance: f64,
    /// P(N ≥ n).
    pub(super) at_least: f64,
    /// At least P(N = m + 1) / P(N = m) for every m ≥ n.
    bound: f64,
}

impl Count {
    /// A bound of Σ P(N ≥ j) over j > n; infinite before the mode.
    pub(super) fn rest(&self) -> f64 {
        if self.bound < 1.0 && self.at_least < 1.0 {
            self.chance * self.bound / ((1.0 - self.bound) * (1.0 - self.bound))
        } else {
            f64::INFINITY
        }
    }
}

impl Counting {
    /// P(n) / P(0) for n = 0 … `count` − 1.
    pub(super) fn ratios(&self, count: u32, mut each: impl FnMut(f64)) {
        let mut odds = 1.0;
        for n in 0..count {
            each(odds);
            odds *= self.ratio(f64::from(n));
        }
    }
}
