//! A known customer's purchases to come, drawn at random.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1};

use super::BgModel;
use crate::lifetime::history::MOST_REPEATS;
use crate::lifetime::{History, PurchaseModel};

impl BgModel {
    /// Rate, stages passed since the last purchase and chance to drop out are drawn given the history; from then on
    /// the customer buys as any other does.
    pub(super) fn draw_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64> {
        let alive = self.probability_alive(history);
        if rng.random::<f64>() >= alive {
            return Vec::new();
        }
        let passed = self.draw_passed(history, rng);
        let stages = self.family.k() * history.x() + f64::from(passed);
        let rate = self.rates.after(stages, history.age()).draw(rng);
        let chance = self.dropout.after(f64::from(self.family.chances(history.repeats()))).draw(rng);

        let (mut times, mut now, mut left) = (Vec::new(), 0.0, self.family.stages - passed);
        while times.len() < MOST_REPEATS as usize {
            let waiting: f64 = (0..left).map(|_| -> f64 { Exp1.sample(rng) }).sum();
            now += waiting / rate;
            if now.is_nan() || now > time {
                break;
            }
            times.push(now);
            if rng.random::<f64>() < chance {
                break;
            }
            left = self.family.stages;
        }
        times
    }

    /// How many of the k stages of the next purchase lie behind a customer who is still there.
    fn draw_passed(&self, history: &History, rng: &mut dyn Rng) -> u32 {
        if self.family.stages == 1 {
            return 0;
        }
        let (_, odds) = self.silence(history);
        let mut left = rng.random::<f64>() * odds.iter().sum::<f64>();
        let mut passed = 0;
        for odd in &odds {
            left -= odd;
            if left <= 0.0 {
                break;
            }
            passed += 1;
        }
        passed.min(self.family.stages - 1)
    }
}
