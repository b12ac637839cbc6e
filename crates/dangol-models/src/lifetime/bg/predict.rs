//! What the models with beta-geometric dropout say of customers, known and new.

use rand::Rng;
use rand_distr::{Distribution, Exp1};

use super::counting::Counting;
use super::{BgFamily, BgModel};
use crate::lifetime::history::MOST_REPEATS;
use crate::lifetime::{History, PurchaseModel, TimeOfLastPurchase};
use crate::math::{integrate, ln_beta, logistic};

impl BgModel {
    /// The chance that the customer, if still there at the last purchase, makes none until T (its
    /// logarithm), and what stages of the next purchase may have passed since, with their odds
    /// relative to none: [(r + kx)]_j / j! · ((T − t_x) / (α + T))^j for j = 0 … k − 1.
    pub(super) fn silence(&self, history: &History) -> (f64, Vec<f64>) {
        let k = self.family.k();
        let stages = k * history.x();
        let gap = history.age() - history.last();
        let counting = Counting::new(&self.rates, stages, history.last(), gap);
        let mut odds = Vec::with_capacity(self.family.stages as usize);
        counting.ratios(self.family.stages, |odd| odds.push(odd));
        let total: f64 = odds.iter().sum();
        (counting.log_none + total.ln(), odds)
    }

    /// Σ_j Π_{i<j} (1 − p_(n+i)) P(at least j purchases in `time`), of a customer still there who
    /// has taken `before` chances to drop out, passed `stages` stages until `age`, and needs `first`
    /// more of them for the next purchase.
    pub(super) fn expected_of_the_living(
        &self,
        before: f64,
        stages: f64,
        age: f64,
        first: u32,
        time: f64,
    ) -> f64 {
        let counting = Counting::new(&self.rates, stages, age, time);
        if counting.terms() > MANY {
            return self.expected_of_many(before, &counting);
        }
        let (mut left, mut chances, mut staying, mut sum) = (first, before, 1.0, 0.0);
        // P(N ≥ 0) is no purchase yet.
        let mut at_start = true;
        counting.walk(|count| {
            if !at_start {
                left -= 1;
                if left == 0 {
                    sum += staying * count.at_least;
                    staying *= self.dropout.hazard(chances).1;
                    chances += 1.0;
                    left = self.family.stages;
                }
            }
            at_start = false;
            staying * count.rest() > 1e-15 * sum
        });
        sum
    }

    /// The same where purchases are too many to be counted one by one: with N stages and q = (1 − p)^(1/k),
    /// E[(1 − q^N) / p] over N and p, exact for k = 1; else but for the last, unfinished purchase.
    pub(super) fn expected_of_many(&self, before: f64, counting: &Counting) -> f64 {
        let k = self.family.k();
        let given = |p: f64| {
            let step = -((-p).ln_1p() / k).exp_m1();
            -counting.log_void(step).exp_m1() / p
        };
        let mean = counting.mean() / k;
        let (share, _) = self.dropout.hazard(before);
        if share < 1e-12 {
            return mean;
        }
        let (a, b) = (self.dropout.a(), self.dropout.b() + before);
        if a + b > 1e7 {
            return given(share);
        }
        if a + b < 1e-9 {
            // All or nothing, and no chance taken yet.
            return self.dropout.mean * given(1.0 - 1e-16) + self.dropout.complement * mean;
        }
        // In v = logit p. Below `low` a customer stays for all there is to come.
        let small = 1e-9 / (mean.max(1.0) * k).max(b).max(a).max(1.0);
        let (low, high) = (small.ln(), (40.0 / b).min(700.0) + 5.0);
        let below = (a * low - ln_beta(a, b)).exp() / a * mean;
        let width = (1.0 / a + 1.0 / b).sqrt().min(2.0);
        let panels = ((high - low) / width).ceil().min(1e5) as usize;
        below
            + integrate(low, high, panels, |v| {
                let (p, stays) = (logistic(v), logistic(-v));
                (a * p.ln() + b * stays.ln() - ln_beta(a, b)).exp() * given(p)
            })
    }
}

/// More terms of the sum than this are not summed one by one.
const MANY: f64 = 3e5;

impl PurchaseModel for BgModel {
    fn log_likelihood(&self, history: &History) -> f64 {
        let family = self.family;
        let (k, x) = (family.k(), history.x());
        let (c, rate) = (self.rates.inverse_shape, self.rates.mean);
        let mut log = family.constant(history.log_gaps(), x);
        if history.repeats() > 0 {
            let stages = family.stages * history.repeats();
            log += (0..stages).map(|i| (c * f64::from(i)).ln_1p()).sum::<f64>();
            log += k * x * (rate.ln() - (c * rate * history.last()).ln_1p());
        }
        log -= if c > 0.0 { (c * rate * history.last()).ln_1p() / c } else { rate * history.last() };
        let (silent, _) = self.silence(history);
        let chances = family.chances(history.repeats());
        if chances == 0 {
            return log + silent;
        }
        log += (0..chances - 1).map(|n| self.dropout.hazard(f64::from(n)).1.ln()).sum::<f64>();
        let (gone, there) = self.dropout.hazard(f64::from(chances - 1));
        log + crate::math::ln_add_exp(there.ln() + silent, gone.ln())
    }

    fn probability_alive(&self, history: &History) -> f64 {
        let chances = self.family.chances(history.repeats());
        if chances == 0 {
            return 1.0;
        }
        let (gone, there) = self.dropout.hazard(f64::from(chances - 1));
        if there == 0.0 {
            return 0.0;
        }
        let (silent, _) = self.silence(history);
        // there·G / (there·G + gone), where G may be below what a float holds.
        1.0 / (1.0 + (gone.ln() - there.ln() - silent).exp())
    }

    fn expected_purchases(&self, time: f64) -> f64 {
        let modified = self.family.modified;
        let staying = if modified { self.dropout.hazard(0.0).1 } else { 1.0 };
        staying
            * self.expected_of_the_living(f64::from(u8::from(modified)), 0.0, 0.0, self.family.stages, time)
    }

    fn forgets_last_purchase(&self) -> bool {
        // With more stages than one, a purchase is the nearer the longer the last one is ago.
        self.family.stages == 1
    }

    fn conditional_expected_purchases(&self, history: &History, time: f64) -> f64 {
        let alive = self.probability_alive(history);
        if alive == 0.0 {
            return 0.0;
        }
        let before = f64::from(self.family.chances(history.repeats()));
        let stages = self.family.k() * history.x();
        let given_passed = |passed: u32| {
            let all = stages + f64::from(passed);
            self.expected_of_the_living(before, all, history.age(), self.family.stages - passed, time)
        };
        if self.family.stages == 1 {
            return alive * given_passed(0);
        }
        let (_, odds) = self.silence(history);
        let total: f64 = odds.iter().sum();
        alive * (0_u32..).zip(&odds).map(|(passed, odd)| odd / total * given_passed(passed)).sum::<f64>()
    }

    fn purchase_probability(&self, count: u32, time: f64) -> f64 {
        let chances = self.family.chances(count);
        let mut staying = 1.0;
        for before in 1..chances {
            staying *= self.dropout.hazard(f64::from(before - 1)).1;
        }
        let (gone, there) =
            if chances == 0 { (0.0, 1.0) } else { self.dropout.hazard(f64::from(chances - 1)) };
        let (from, to) = (self.family.stages * count, self.family.stages * (count + 1));
        let (mut n, mut exactly, mut at_least) = (0, 0.0, 0.0);
        Counting::new(&self.rates, 0.0, 0.0, time).walk(|count| {
            if n == from {
                at_least = count.at_least;
            }
            if n >= from {
                exactly += count.chance;
            }
            n += 1;
            n < to
        });
        staying * (there * exactly + gone * at_least)
    }

    fn probability_of_silence(&self, history: &History, time: f64) -> f64 {
        let alive = self.probability_alive(history);
        let (_, odds) = self.silence(history);
        let total: f64 = odds.iter().sum();
        let stages = self.family.k() * history.x();
        let mut buys = 0.0;
        for (passed, odd) in (0_u32..).zip(&odds) {
            let counting = Counting::new(&self.rates, stages + f64::from(passed), history.age(), time);
            let (mut left, mut at_least) = (self.family.stages - passed, 0.0);
            counting.walk(|count| {
                at_least = count.at_least;
                left -= u32::from(left > 0);
                // P(N ≥ 0) comes first, so one more is needed.
                if left == 0 {
                    at_least = (count.at_least - count.chance).max(0.0);
                }
                left > 0
            });
            if self.family.stages - passed == 1 {
                at_least = -counting.log_none.exp_m1();
            }
            buys += odd / total * at_least;
        }
        1.0 - alive * buys
    }

    fn simulate_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64> {
        self.draw_future(history, time, rng)
    }

    fn simulate(&self, age: f64, rng: &mut dyn Rng) -> History {
        let times = self.purchase_times(age, rng);
        let last = times.last().copied().unwrap_or(0.0);
        let gaps: f64 =
            times.iter().scan(0.0, |before, &time| Some((time - std::mem::replace(before, time)).ln())).sum();
        let history = History::new(times.len() as u32, TimeOfLastPurchase(last), age);
        let history = history.and_then(|history| history.with_log_gaps(gaps));
        history.unwrap_or_else(|_| unreachable!("0 < t_x <= T by construction"))
    }
}

impl BgModel {
    /// Times of the repeat purchases of a customer drawn at random, up to `age`.
    pub(super) fn purchase_times(&self, age: f64, rng: &mut dyn Rng) -> Vec<f64> {
        let rate = self.rates.draw(rng);
        let chance = self.dropout.draw(rng);
        let drops_out = |rng: &mut dyn Rng| rand::RngExt::random::<f64>(rng) < chance;
        let (mut times, mut last) = (Vec::new(), 0.0);
        let mut there = !(self.family.modified && drops_out(rng));
        while there && times.len() < MOST_REPEATS as usize {
            let stages: f64 = (0..self.family.stages).map(|_| -> f64 { Exp1.sample(rng) }).sum();
            let next = last + stages / rate;
            // A gap too short for the clock's grain would be no repeat purchase.
            if !(next <= age && next > last) {
                break;
            }
            last = next;
            times.push(last);
            there = !drops_out(rng);
        }
        times
    }
}

impl BgFamily {
    /// The models of this kind with k = 1 … `most`, to choose k by likelihood from.
    ///
    /// # Errors
    /// [`crate::Error::CountOutOfRange`] unless 1 ≤ `most` ≤ [`super::MOST_STAGES`].
    pub fn up_to(self, most: u32) -> crate::Result<Vec<Self>> {
        Self::bg_cnbd(most)?;
        Ok((1..=most).map(|stages| Self { stages, ..self }).collect())
    }
}
