//! The future of many customers at once.
//!
//! While somebody is a customer, models without a memory beyond x and T expect the same of all with the
//! same x and T: E(x, t_x, T; t) = P(alive) · A(x, T; t). The sums over a schedule's times, which are
//! what is dear, are therefore computed for A only. For each x they are smooth functions of T, and are
//! interpolated from a few values: a polynomial through Chebyshev points of ln(T + c), doubled until it
//! agrees with the points between to [`PRECISION`]. Where there are hardly more customers than points,
//! each is computed on its own; so they are with models that are not of that form.

use serde::{Deserialize, Serialize};

use super::schedule::Schedule;
use crate::lifetime::history::{History, TimeOfLastPurchase};
use crate::lifetime::model::PurchaseModel;
use crate::parallel;

/// Relative to the largest value of a polynomial.
const PRECISION: f64 = 1e-9;

/// The most points of a polynomial; if it takes more, customers are computed one by one.
const MOST_POINTS: usize = 129;

/// What is expected of a customer from now on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The probability of being still a customer.
    pub alive: f64,
    /// Purchases expected within the horizon.
    pub purchases: f64,
    /// The same discounted.
    pub discounted: f64,
}

/// Fewer customers are not worth another thread.
const LEAST_FOR_A_THREAD: usize = 1_000;

/// The outlook of each customer, in their order, on as many threads as there are processors; the
/// numbers do not depend on how many.
pub fn outlooks<M: PurchaseModel + Sync>(
    model: &M,
    histories: &[History],
    schedule: &Schedule,
) -> Vec<Outlook> {
    let groups = Groups::of(model, histories, schedule);
    let one = |history: &History| groups.outlook(model, history, schedule);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let chunk = histories.len().div_ceil(threads).max(LEAST_FOR_A_THREAD);
    if histories.len() <= chunk {
        return histories.iter().map(one).collect();
    }
    let mut outlooks = Vec::with_capacity(histories.len());
    std::thread::scope(|scope| {
        let workers: Vec<_> = histories
            .chunks(chunk)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
            .collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => outlooks.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    outlooks
}

/// The customers' distinct numbers of repeat purchases, with what is tabulated of each.
struct Groups {
    repeats: Vec<u32>,
    tables: Vec<Option<[Polynomial; 2]>>,
}

impl Groups {
    fn of<M: PurchaseModel + Sync>(model: &M, histories: &[History], schedule: &Schedule) -> Self {
        if !model.forgets_last_purchase() {
            return Self { repeats: Vec::new(), tables: Vec::new() };
        }
        let mut repeats: Vec<u32> = histories.iter().map(History::repeats).collect();
        repeats.sort_unstable();
        repeats.dedup();
        let mut ranges = vec![(0_usize, f64::INFINITY, 0.0_f64); repeats.len()];
        for history in histories {
            if let Ok(place) = repeats.binary_search(&history.repeats()) {
                let (customers, least, most) = &mut ranges[place];
                *customers += 1;
                *least = least.min(history.age());
                *most = most.max(history.age());
            }
        }
        let tables = parallel::map(0, repeats.len(), |place| {
            let (customers, least, most) = ranges[place];
            tabulate(|age| while_alive(model, repeats[place], age, schedule), customers, least, most)
        });
        Self { repeats, tables }
    }

    fn outlook<M: PurchaseModel>(&self, model: &M, history: &History, schedule: &Schedule) -> Outlook {
        let alive = model.probability_alive(history);
        let table = self.repeats.binary_search(&history.repeats()).ok().and_then(|p| self.tables[p].as_ref());
        let (purchases, discounted) = match table {
            Some([purchases, discounted]) => {
                (alive * purchases.at(history.age()), alive * discounted.at(history.age()))
            }
            None => schedule.sum(|time| model.conditional_expected_purchases(history, time)),
        };
        Outlook { alive, purchases, discounted }
    }
}

/// Expected and discounted purchases of somebody who is still a customer: those of one who bought just now,
/// divided by their probability of being one.
fn while_alive<M: PurchaseModel>(
    model: &M,
    repeats: u32,
    age: f64,
    schedule: &Schedule,
) -> Option<(f64, f64)> {
    let last = if repeats == 0 { 0.0 } else { age };
    let history = History::new(repeats, TimeOfLastPurchase(last), age).ok()?;
    let alive = model.probability_alive(&history);
    let (purchases, discounted) = schedule.sum(|time| model.conditional_expected_purchases(&history, time));
    (alive > 0.0).then(|| (purchases / alive, discounted / alive))
}

/// Polynomials through the values of a function of the age; `None` where it is not worth it or fails.
fn tabulate(
    function: impl Fn(f64) -> Option<(f64, f64)>,
    customers: usize,
    least: f64,
    most: f64,
) -> Option<[Polynomial; 2]> {
    let scale = Scale { offset: (most / 16.0).max(f64::MIN_POSITIVE), least, most };
    let mut points = 9;
    let mut values = at_points(&function, scale, points, None)?;
    // Twice as many points contain these; the polynomial is judged at the new ones.
    while 2 * points - 1 <= MOST_POINTS && customers > 2 * points {
        let found = [0, 1].map(|part| Polynomial::through(scale, &values, part));
        let finer = at_points(&function, scale, 2 * points - 1, Some(&values))?;
        let good = [0, 1].iter().all(|&part| {
            let largest = finer.iter().map(|value| value[part].abs()).fold(0.0, f64::max);
            let ages = (0..finer.len()).skip(1).step_by(2);
            ages.map(|k| (found[part].at(scale.age(k, finer.len())) - finer[k][part]).abs())
                .all(|error| error <= PRECISION * largest)
        });
        if good {
            return Some(found);
        }
        (points, values) = (finer.len(), finer);
    }
    None
}

/// The function's values at so many Chebyshev points, of which every second may be known.
fn at_points(
    function: impl Fn(f64) -> Option<(f64, f64)>,
    scale: Scale,
    points: usize,
    known: Option<&[[f64; 2]]>,
) -> Option<Vec<[f64; 2]>> {
    (0..points)
        .map(|k| match known {
            Some(known) if k % 2 == 0 => Some(known[k / 2]),
            _ => function(scale.age(k, points)).map(|(left, right)| [left, right]),
        })
        .collect()
}

/// Ages as positions between −1 and 1, equal steps in ln(age + offset).
#[derive(Clone, Copy, Debug)]
struct Scale {
    offset: f64,
    least: f64,
    most: f64,
}

impl Scale {
    fn ends(self) -> (f64, f64) {
        ((self.least + self.offset).ln(), (self.most + self.offset).ln())
    }

    /// The age at the k-th of so many Chebyshev points.
    fn age(self, k: usize, points: usize) -> f64 {
        let (low, high) = self.ends();
        let position = -(std::f64::consts::PI * k as f64 / (points - 1) as f64).cos();
        let age = (low + (high - low) * f64::midpoint(position, 1.0)).exp() - self.offset;
        age.clamp(self.least, self.most)
    }
}

/// A polynomial in Chebyshev's form.
struct Polynomial {
    offset: f64,
    low: f64,
    inverse_width: f64,
    coefficients: Vec<f64>,
}

impl Polynomial {
    /// Through values at Chebyshev points: the discrete cosine transform.
    fn through(scale: Scale, values: &[[f64; 2]], part: usize) -> Self {
        let last = values.len() - 1;
        let half = |k: usize| if k == 0 || k == last { 0.5 } else { 1.0 };
        let coefficient = |j: usize| -> f64 {
            let sum: f64 = (0..=last)
                // Points run from −1 upwards: T_j(−cos θ) = (−1)^j cos jθ.
                .map(|k| {
                    half(k)
                        * values[k][part]
                        * (std::f64::consts::PI * (j * k % (2 * last)) as f64 / last as f64).cos()
                })
                .sum();
            let sign = if j.is_multiple_of(2) { 1.0 } else { -1.0 };
            sign * half(j) * sum * 2.0 / last as f64
        };
        let (low, high) = scale.ends();
        let inverse_width = if high > low { 2.0 / (high - low) } else { 0.0 };
        let coefficients = (0..=last).map(coefficient).collect();
        Self { offset: scale.offset, low, inverse_width, coefficients }
    }

    /// By Clenshaw's recurrence.
    fn at(&self, age: f64) -> f64 {
        let position = ((age + self.offset).ln() - self.low) * self.inverse_width - 1.0;
        let (mut next, mut after) = (0.0, 0.0);
        for coefficient in self.coefficients[1..].iter().rev() {
            (next, after) = (2.0 * position * next - after + coefficient, next);
        }
        position * next - after + self.coefficients[0]
    }
}
