//! What the Pareto/NBD says of customers, known and new.

use rand::Rng;
use rand_distr::{Distribution, Exp1};

use super::ParetoNbd;
use super::waiting::Waiting;
use crate::lifetime::history::MOST_REPEATS;
use crate::lifetime::tables::AtTime;
use crate::lifetime::{History, PurchaseModel, TimeOfLastPurchase};
use crate::math::{integrate, ln_gamma, power_integral};

impl ParetoNbd {
    fn waiting(&self, x: f64, from: f64, to: f64) -> Waiting {
        let tables = (AtTime::new(&self.rates, from), AtTime::new(&self.deaths, from));
        Waiting::between::<false>(&self.rates, &self.deaths, x, (from, &tables), to)
    }

    /// E[time there in the next `time` | there at `age`].
    fn time_there(&self, age: f64, time: f64) -> f64 {
        let (d, mean) = (self.deaths.inverse_shape, self.deaths.mean);
        if d * mean == 0.0 {
            return if mean * time < 1e-12 { time } else { -(-mean * time).exp_m1() / mean };
        }
        let inverse = d * mean / (1.0 + d * mean * age);
        power_integral(1.0 / d - 1.0, inverse * time) / inverse
    }

    /// E[λ | x, there at `age`].
    fn rate_after(&self, x: f64, age: f64) -> f64 {
        let (c, mean) = (self.rates.inverse_shape, self.rates.mean);
        (1.0 + c * x) * mean / (1.0 + c * mean * age)
    }

    /// ln P(n purchases in `time`) of somebody there all the time.
    fn log_count(&self, count: u32, time: f64) -> f64 {
        let (c, mean) = (self.rates.inverse_shape, self.rates.mean);
        let n = f64::from(count);
        let log = (c * mean * time).ln_1p();
        let none = -(if c > 0.0 { log / c } else { mean * time });
        if count == 0 {
            return none;
        }
        let rising: f64 = (0..count).map(|i| (c * f64::from(i)).ln_1p()).sum();
        none + rising + n * ((mean * time).ln() - log) - ln_gamma(n + 1.0)
    }
}

impl PurchaseModel for ParetoNbd {
    fn log_likelihood(&self, history: &History) -> f64 {
        let (x, last) = (history.x(), history.last());
        let waiting = self.waiting(x, last, history.age());
        let (c, rate) = (self.rates.inverse_shape, self.rates.mean);
        let (d, death) = (self.deaths.inverse_shape, self.deaths.mean);
        let (mut log, _) = waiting.either();
        let spread = (c * rate * last).ln_1p();
        log -= if c > 0.0 { spread / c } else { rate * last };
        log -= if d > 0.0 { (d * death * last).ln_1p() / d } else { death * last };
        if history.repeats() > 0 {
            log += (0..history.repeats()).map(|i| (c * f64::from(i)).ln_1p()).sum::<f64>();
            log += x * (rate.ln() - spread);
        }
        log
    }

    fn probability_alive(&self, history: &History) -> f64 {
        let waiting = self.waiting(history.x(), history.last(), history.age());
        1.0 / (1.0 + waiting.gone * (-waiting.log_there).exp())
    }

    fn expected_purchases(&self, time: f64) -> f64 {
        self.rates.mean * self.time_there(0.0, time)
    }

    fn conditional_expected_purchases(&self, history: &History, time: f64) -> f64 {
        let rate = self.rate_after(history.x(), history.age());
        self.probability_alive(history) * rate * self.time_there(history.age(), time)
    }

    fn purchase_probability(&self, count: u32, time: f64) -> f64 {
        if time <= 0.0 {
            return f64::from(u8::from(count == 0));
        }
        if count == 0 {
            let waiting = self.waiting(0.0, 0.0, time);
            return waiting.log_there.exp() + waiting.gone;
        }
        let (d, death) = (self.deaths.inverse_shape, self.deaths.mean);
        let log_there = |y: f64| -(if d > 0.0 { (d * death * y).ln_1p() / d } else { death * y });
        let there = (log_there(time) + self.log_count(count, time)).exp();
        // Left at y: in ln(1 + hy), where both distributions are smooth.
        let scale = (self.rates.inverse_shape * self.rates.mean).max(d * death).max(1.0 / time);
        let high = (scale * time).ln_1p();
        let panels = (2.0 + high + 0.5 * f64::from(count).sqrt()).ceil() as usize;
        let gone = integrate(0.0, high, panels, |v| {
            let y = v.exp_m1() / scale;
            let density = death / (1.0 + d * death * y);
            density * (log_there(y) + self.log_count(count, y) + v).exp() / scale
        });
        there + gone
    }

    fn probability_of_silence(&self, history: &History, time: f64) -> f64 {
        let waiting = self.waiting(history.x(), history.age(), history.age() + time);
        let (silent, _) = waiting.either();
        1.0 + self.probability_alive(history) * silent.exp_m1()
    }

    fn forgets_last_purchase(&self) -> bool {
        true
    }

    fn simulate_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64> {
        self.draw_future(history, time, rng)
    }

    fn simulate(&self, age: f64, rng: &mut dyn Rng) -> History {
        let rate = self.rates.draw(rng);
        let death = self.deaths.draw(rng);
        let draw = |rng: &mut dyn Rng| -> f64 { Exp1.sample(rng) };
        let end = (draw(rng) / death).min(age);
        let (mut repeats, mut last, mut log_gaps) = (0, 0.0, 0.0);
        while repeats < MOST_REPEATS {
            let gap = draw(rng) / rate;
            // A gap too short for the clock's grain would be no repeat purchase.
            if !(last + gap <= end && last + gap > last) {
                break;
            }
            last += gap;
            log_gaps += gap.ln();
            repeats += 1;
        }
        let history =
            History::new(repeats, TimeOfLastPurchase(last), age).and_then(|h| h.with_log_gaps(log_gaps));
        history.unwrap_or_else(|_| unreachable!("0 < t_x <= T by construction"))
    }
}
