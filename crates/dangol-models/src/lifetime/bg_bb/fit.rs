//! The maximum-likelihood fit of BG/BB.

use super::BgBb;
use super::data::OccasionTable;
use super::likelihood::evaluate;
use crate::error::Result;
use crate::lifetime::beta_moments;
use crate::lifetime::fit::{Boundary, Fitted, Limit, Natural, Problem, Rows, fit_problem};
use crate::lifetime::intervals::{Bootstrap, Interval, Scale, delta_at, processors, replicate};
use crate::lifetime::mixing::BetaMixing;

/// Fits the model to histories on discrete occasions.
///
/// ```
/// use dangol_models::lifetime::bg_bb::{OccasionTable, Occasions, fit};
/// let rows = [(0, 0, 60), (1, 1, 20), (1, 3, 9), (2, 2, 12), (2, 4, 9), (3, 4, 8), (4, 4, 15)];
/// let rows = rows.map(|(x, last, customers)| (Occasions::new(x, last, 4).unwrap(), customers));
/// let fitted = fit(&OccasionTable::new(rows)?);
/// assert!(fitted.log_likelihood < 0.0 && fitted.model.purchase.mean > 0.3);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn fit(table: &OccasionTable) -> Fitted<BgBb, ()> {
    fit_from(table, &table.start())
}

/// Fits the model, searching from given coordinates: ln(α / β), ln(α + β), ln(γ / δ), ln(γ + δ).
#[must_use]
pub fn fit_from(table: &OccasionTable, start: &[f64]) -> Fitted<BgBb, ()> {
    let rows = Rows { unit: (), customers: table.customers(), distinct: table.rows.len() };
    fit_problem(table, start, rows, model)
}

/// The interval of anything that a fitted model says, by the delta method; none where it depends on what the
/// data do not identify.
///
/// # Errors
/// [`crate::Error::NotALevel`] unless 0 < `level` < 1.
pub fn delta(
    fitted: &Fitted<BgBb, ()>,
    level: f64,
    scale: Scale,
    quantity: impl Fn(&BgBb) -> f64,
) -> Result<Option<Interval>> {
    let theta = [fitted.model.purchase, fitted.model.dropout]
        .map(|mixing| beta_moments::coordinates(&mixing))
        .concat();
    delta_at(fitted, &theta, model, level, scale, quantity)
}

/// Fits `replicates` groups of as many customers as in the data, simulated from a fitted model, over
/// the same numbers of occasions.
///
/// Each replicate has a random stream of its own from `seed`: the result is the same on any number of
/// threads.
///
/// # Errors
/// [`crate::Error::CountOutOfRange`] unless there are 2 to 100,000 replicates.
pub fn bootstrap(
    fitted: &Fitted<BgBb, ()>,
    table: &OccasionTable,
    replicates: usize,
    seed: u64,
) -> Result<Bootstrap<BgBb>> {
    replicate(replicates, processors(), seed, |rng| {
        let mut drawn = Vec::with_capacity(table.customers() as usize);
        for (history, customers) in table.rows() {
            for _ in 0..*customers {
                drawn.push((fitted.model.simulate(history.periods() as u32, rng)?, 1));
            }
        }
        Ok(fit(&OccasionTable::new(drawn)?).model)
    })
}

fn model(theta: &[f64]) -> BgBb {
    BgBb {
        purchase: BetaMixing::of_logs(theta[0], theta[1]),
        dropout: BetaMixing::of_logs(theta[2], theta[3]),
    }
}

impl Problem for OccasionTable {
    fn coordinates(&self) -> &'static [&'static str] {
        &["ln(alpha / beta)", "ln(alpha + beta)", "ln(gamma / delta)", "ln(gamma + delta)"]
    }

    fn limits(&self) -> &'static [Limit] {
        const LOW: f64 = f64::NEG_INFINITY;
        const HIGH: f64 = f64::INFINITY;
        &[
            // Of people who never buy nobody can say when they were lost.
            Limit { coordinate: 0, value: LOW, then_void: &[1, 2, 3], boundary: Boundary::Never },
            Limit { coordinate: 0, value: HIGH, then_void: &[1], boundary: Boundary::Always },
            Limit { coordinate: 1, value: HIGH, then_void: &[], boundary: Boundary::EqualChances },
            Limit { coordinate: 1, value: LOW, then_void: &[], boundary: Boundary::AllOrNothing },
            Limit { coordinate: 2, value: LOW, then_void: &[3], boundary: Boundary::NoDropout },
            Limit { coordinate: 3, value: HIGH, then_void: &[], boundary: Boundary::EqualDropout },
            Limit { coordinate: 3, value: LOW, then_void: &[], boundary: Boundary::AllOrNothingDropout },
        ]
    }

    fn start(&self) -> Vec<f64> {
        let sum = |count: fn(&super::Occasions) -> usize| -> f64 {
            self.rows.iter().map(|(history, customers)| count(history) as f64 * *customers as f64).sum()
        };
        // Occasions up to the last purchase, on which they were certainly there, count in full.
        let purchase = beta_moments::start(
            sum(|row| row.purchases()),
            sum(|row| usize::midpoint(row.periods(), row.last())),
        );
        vec![purchase[0], purchase[1], -2.0, std::f64::consts::LN_2]
    }

    fn bounds(&self) -> Vec<(f64, f64)> {
        [beta_moments::BOUNDS, beta_moments::BOUNDS].concat()
    }

    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        evaluate(self, &model(theta), gradient)
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        let model = model(theta);
        let purchase = beta_moments::naturals(&model.purchase, ["alpha", "beta"], 0, 4);
        let dropout = beta_moments::naturals(&model.dropout, ["gamma", "delta"], 2, 4);
        [purchase, dropout].concat()
    }
}
