//! What some customers will spend together from now on, with the interval that will hold it.
//!
//! Two things make such a total uncertain, and its interval has to hold both. People's purchases are random, even by
//! the right model: [`draw_totals`] draws futures of every customer, number and amounts. And the model's parameters are
//! estimates: they move the whole total by a relative error, which the delta method gives ([`super::intervals::delta`]).
//! [`FutureTotal::interval`] puts the two together.
//!
//! What it does not hold is that the model may be wrong: customers who all buy less from one day on, a season. That
//! only shows by looking back, at totals projected from an earlier day.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};

use super::gamma_gamma::{GammaGamma, Spend};
use super::{History, PurchaseModel};
use crate::error::{Error, Result};
use crate::parallel::map;
use crate::quantile::quantiles;

/// A customer whose future is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a, M> {
    /// By which model they buy.
    pub model: &'a M,
    /// What they did so far.
    pub history: History,
    /// What they spent so far.
    pub spend: Spend,
    /// Number of their stream of random numbers: the same customer has the same futures in whatever company.
    pub stream: u64,
}

/// Customers that one thread draws in a row; sums are made in this order, on any number of threads.
const CHUNK: usize = 32;

/// Random words set aside for one future of a customer: far more than one takes.
const WORDS: u128 = 1 << 20;

/// What customers spend together by each of some times (ascending, in the model's unit), drawn `draws` times: one list of
/// totals for each time.
///
/// Purchases follow each customer's model given their history, amounts the gamma-gamma model given what they spent.
#[must_use]
pub fn draw_totals<M: PurchaseModel + Sync>(
    people: &[Person<'_, M>],
    spending: &GammaGamma,
    times: &[f64],
    draws: usize,
    seed: u64,
) -> Vec<Vec<f64>> {
    let Some(&last) = times.last() else { return Vec::new() };
    let nothing = || vec![vec![0.0; draws]; times.len()];
    let chunks: Vec<&[Person<'_, M>]> = people.chunks(CHUNK).collect();
    let of_chunk = |chunk: usize| {
        let mut totals = nothing();
        for person in chunks[chunk] {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(person.stream);
            for draw in 0..draws {
                // Each draw begins at a place of its own, so that one of another length moves no other.
                rng.set_word_pos(draw as u128 * WORDS);
                let bought = person.model.simulate_future(&person.history, last, &mut rng);
                if bought.is_empty() {
                    continue;
                }
                let mut before = 0;
                let groups: Vec<u32> = times
                    .iter()
                    .map(|time| {
                        let until = bought.partition_point(|at| at <= time) as u32;
                        until - std::mem::replace(&mut before, until)
                    })
                    .collect();
                let mut spent = 0.0;
                let amounts = spending.simulate_future(person.spend, &groups, &mut rng);
                for (of_time, amount) in totals.iter_mut().zip(amounts) {
                    spent += amount;
                    of_time[draw] += spent;
                }
            }
        }
        totals
    };
    map(0, chunks.len(), of_chunk).into_iter().fold(nothing(), |mut all, part| {
        for (all, part) in all.iter_mut().flatten().zip(part.iter().flatten()) {
            *all += part;
        }
        all
    })
}

/// A total to come, by what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct FutureTotal<'a> {
    /// What is expected of all customers.
    pub expected: f64,
    /// How many customers there are for each whose future was drawn; 1 where all were.
    pub customers_per_drawn: f64,
    /// What is expected of those who were drawn.
    pub expected_of_drawn: f64,
    /// Their totals.
    pub drawn: &'a [f64],
    /// Standard error of the logarithm of `expected`, from the uncertainty of the parameters.
    pub relative_error: f64,
}

impl FutureTotal<'_> {
    /// The interval that holds the total with probability `level`.
    ///
    /// With n customers for each one drawn, a total strays by √n times as much as that of those drawn, since customers
    /// buy independently of each other: relative to what is expected, by 1/√n of it.
    ///
    /// # Errors
    /// [`Error::NotALevel`]; [`Error::BadParameter`] unless expectations are finite and above 0, there is at least one
    /// customer for each drawn, and the relative error is finite and not negative; [`Error::Empty`] without draws.
    pub fn interval(&self, level: f64) -> Result<(f64, f64)> {
        /// Middles of parts of equal probability: enough that the tails of the parameters' uncertainty count.
        const PARTS: usize = 200;
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::NotALevel { level });
        }
        let check = |name, value: f64, fits: bool, range| {
            if value.is_finite() && fits { Ok(()) } else { Err(Error::BadParameter { name, value, range }) }
        };
        let above = "a number above 0";
        check("an expected total", self.expected, self.expected > 0.0, above)?;
        check("an expected total", self.expected_of_drawn, self.expected_of_drawn > 0.0, above)?;
        let per_drawn = self.customers_per_drawn;
        check("customers for each drawn", per_drawn, per_drawn >= 1.0, "a number of at least 1")?;
        let error = self.relative_error;
        check("a relative error", error, error >= 0.0, "a number of at least 0")?;
        let standard = Normal::standard();
        let factors: Vec<f64> = (0..PARTS)
            .map(|part| (error * standard.inverse_cdf((part as f64 + 0.5) / PARTS as f64)).exp())
            .collect();
        let totals: Vec<f64> = self
            .drawn
            .iter()
            .flat_map(|drawn| {
                let strays = (drawn / self.expected_of_drawn - 1.0) / per_drawn.sqrt();
                let total = self.expected * (1.0 + strays).max(0.0);
                factors.iter().map(move |factor| total * factor)
            })
            .collect();
        if totals.is_empty() {
            return Err(Error::Empty { what: "an interval" });
        }
        let ends = quantiles(&totals, &[(1.0 - level) / 2.0, f64::midpoint(1.0, level)])?;
        Ok((ends[0], ends[1]))
    }
}

#[cfg(test)]
mod tests;
