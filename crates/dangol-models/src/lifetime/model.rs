//! What every purchase model answers.

use rand::Rng;

use super::History;
use crate::math::integrate;

/// A model of purchases and of giving up buying, with its parameters.
///
/// Times are in the unit of the model's parameters, that is of the histories it was fitted to.
pub trait PurchaseModel {
    /// The logarithm of the density of a customer's history.
    fn log_likelihood(&self, history: &History) -> f64;

    /// P(alive): whether the customer will ever buy again, were there time enough.
    fn probability_alive(&self, history: &History) -> f64;

    /// E[X(t)]: purchases that a new customer makes within `time` of the first one.
    fn expected_purchases(&self, time: f64) -> f64;

    /// E[X(T, T + t) | x, t_x, T]: purchases in the next `time`.
    fn conditional_expected_purchases(&self, history: &History, time: f64) -> f64;

    /// P(X(t) = n): that a new customer makes `count` further purchases within `time`.
    fn purchase_probability(&self, count: u32, time: f64) -> f64;

    /// P(X(T, T + t) = 0 | x, t_x, T): no purchase in the next `time`.
    fn probability_of_silence(&self, history: &History, time: f64) -> f64;

    /// Whether all customers with the same x and T have the same future while they are customers, whenever
    /// their last purchase was: then expected purchases are P(alive) times a function of x, T and t.
    fn forgets_last_purchase(&self) -> bool;

    /// Purchases in the next `horizon`, each discounted by e^(−`rate` · time until it).
    ///
    /// The horizon may be infinite where the rate is positive. In both, the unit of time is the model's.
    fn discounted_residual_purchases(&self, history: &History, horizon: f64, rate: f64) -> f64 {
        discounted(|time| self.conditional_expected_purchases(history, time), history.age(), horizon, rate)
    }

    /// Times, from T on, of a known customer's purchases in the next `time`, drawn at random: none if they have left.
    ///
    /// Many such draws are the distribution of what this customer will do, of which
    /// [`PurchaseModel::conditional_expected_purchases`] is the mean. They do not hold the uncertainty of the model's
    /// parameters.
    fn simulate_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64>;

    /// A customer's purchases at random, up to `age` after the first one.
    fn simulate(&self, age: f64, rng: &mut dyn Rng) -> History;
}

/// ∫ e^(−δt) dE(t) over 0..H = e^(−δH) E(H) + δ ∫ e^(−δt) E(t) dt.
fn discounted(expected: impl Fn(f64) -> f64, age: f64, horizon: f64, rate: f64) -> f64 {
    if rate <= 0.0 {
        return expected(horizon);
    }
    // Beyond, less than 1e-17 of what there is.
    let horizon = horizon.min(40.0 / rate);
    // E(t) bends on the scale of the customer's age: equal steps in ln(age + t).
    let scale = age.max(1.0 / rate).min(horizon);
    let high = (horizon / scale).ln_1p();
    let inner = integrate(0.0, high, 2, |y| {
        let time = scale * y.exp_m1();
        (-rate * time).exp() * expected(time) * scale * y.exp()
    });
    (-rate * horizon).exp() * expected(horizon) + rate * inner
}
