//! A known customer's purchases to come, drawn at random.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1};

use super::ParetoNbd;
use crate::lifetime::history::MOST_REPEATS;
use crate::lifetime::{History, PurchaseModel};

impl ParetoNbd {
    /// Rates of buying and of leaving are drawn given the history and that the customer is still there.
    pub(super) fn draw_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64> {
        let alive = self.probability_alive(history);
        if rng.random::<f64>() >= alive {
            return Vec::new();
        }
        let rate = self.rates.after(history.x(), history.age()).draw(rng);
        // Staying until T is no event, so that the shape stays.
        let death = self.deaths.after(0.0, history.age()).draw(rng);
        let exponential = |rng: &mut dyn Rng| -> f64 { Exp1.sample(rng) };
        let end = (exponential(rng) / death).min(time);
        let (mut times, mut now) = (Vec::new(), 0.0);
        while times.len() < MOST_REPEATS as usize {
            now += exponential(rng) / rate;
            if now.is_nan() || now > end {
                break;
            }
            times.push(now);
        }
        times
    }
}
