//! Weights of scores, from what customers did in a later period.
//!
//! A customer carries three whole scores (recency, frequency, monetary value). What they spend in a later period, or whether
//! they buy in it, is regressed on the scores ([`fit`]): by least squares, by logistic regression, or by boosted trees. The
//! coefficients, brought to the sum 1, are the weights of a score. How good such a score is, is told on another, later
//! period ([`judge`]), against scores whose weights nobody fitted.
//!
//! Customers of equal scores are one cell, and everything is computed from cells: five groups a factor make 125 of them,
//! however many customers there are. Intervals come from customers drawn anew (Efron and Tibshirani 1993, chapters 6 and 13).
//!
//! Bult, J. R. and Wansbeek, T. (1995), "Optimal selection for direct mail", Marketing Science 14, 378–394, weigh R, F and M
//! by the response to a mailing; weights below 0 are kept out as in Lawson, C. L. and Hanson, R. J. (1974), "Solving least
//! squares problems", chapter 23.

mod fit;
mod judging;
mod solve;

pub use fit::{FitSettings, Fitted, FittedFactor, Form, fit};
pub use judging::{Candidate, JudgeSettings, Judged, Measured, Quality, judge};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result, check_finite};
use crate::quantile::quantiles;
use crate::sum::sum;

/// Scores of a customer: recency, frequency, monetary value.
pub const FACTORS: usize = 3;

/// Spend above this share of the buyers' counts as theirs when a line is fitted or its R² is told: one wholesaler does not
/// set the weights of all. Ranks and shares of revenue take what was really spent.
const CAP: f64 = 0.99;

/// Customers with their scores at a cut-off, and what they did in the period after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// Distinct scores, ascending.
    scores: Vec<[f64; FACTORS]>,
    /// Place in `scores` of each customer's.
    cell: Vec<u32>,
    spend: Vec<f64>,
    bought: Vec<bool>,
    /// Customers by spend, ascending.
    by_spend: Vec<u32>,
    cap: f64,
}

/// What is known of the customers of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cell {
    customers: f64,
    buyers: f64,
    /// Σ spend.
    spend: f64,
    /// Σ of spend up to the cap.
    capped: f64,
    /// Σ of its squares.
    squares: f64,
}

impl Outcomes {
    /// Customers in any order: scores, net spend in the later period (less than 0 where more came back than was bought),
    /// and whether they bought in it.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`], [`Error::NotFinite`], [`Error::Empty`] without customers.
    pub fn new(scores: &[[u8; FACTORS]], spend: &[f64], bought: &[bool]) -> Result<Self> {
        if spend.len() != scores.len() || bought.len() != scores.len() {
            let right = if spend.len() == scores.len() { bought.len() } else { spend.len() };
            return Err(Error::UnequalLengths { what: "outcomes", left: scores.len(), right });
        }
        check_finite(spend)?;
        if scores.is_empty() {
            return Err(Error::Empty { what: "weights" });
        }
        let mut distinct = scores.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let place = |own: &[u8; FACTORS]| distinct.partition_point(|one| one < own) as u32;
        let cells: Vec<u32> = scores.iter().map(place).collect();
        // Draws take customers by their place: sorted, the same customers in another order give the same draws.
        let mut order: Vec<usize> = (0..spend.len()).collect();
        order.sort_by(|&a, &b| {
            cells[a].cmp(&cells[b]).then(spend[a].total_cmp(&spend[b])).then(bought[a].cmp(&bought[b]))
        });
        let cell: Vec<u32> = order.iter().map(|&at| cells[at]).collect();
        let bought: Vec<bool> = order.iter().map(|&at| bought[at]).collect();
        let spend: Vec<f64> = order.into_iter().map(|at| spend[at]).collect();
        let mut by_spend: Vec<u32> = (0..spend.len() as u32).collect();
        by_spend.sort_by(|&a, &b| spend[a as usize].total_cmp(&spend[b as usize]));
        let of_buyers: Vec<f64> =
            spend.iter().zip(&bought).filter(|(_, bought)| **bought).map(|(spend, _)| *spend).collect();
        let cap = quantiles(&of_buyers, &[CAP]).map_or(f64::INFINITY, |caps| caps[0]);
        Ok(Self {
            scores: distinct.into_iter().map(|scores| scores.map(f64::from)).collect(),
            cell,
            spend,
            bought,
            by_spend,
            cap,
        })
    }

    /// Customers.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.cell.len()
    }

    /// Of them, who bought in the later period.
    #[must_use]
    pub fn buyers(&self) -> usize {
        self.bought.iter().filter(|bought| **bought).count()
    }

    /// What all spent in the later period.
    #[must_use]
    pub fn revenue(&self) -> f64 {
        sum(&self.spend)
    }

    /// Distinct scores, ascending.
    #[must_use]
    pub fn scores(&self) -> &[[f64; FACTORS]] {
        &self.scores
    }

    /// Spend above this counts as this when a line is fitted.
    #[must_use]
    pub fn cap(&self) -> f64 {
        self.cap
    }

    /// The cells, each customer counted so many times.
    fn cells(&self, times: impl Fn(usize) -> f64, cap: f64) -> Vec<Cell> {
        let mut cells = vec![Cell::default(); self.scores.len()];
        for (at, cell) in self.cell.iter().enumerate() {
            let (cell, times) = (&mut cells[*cell as usize], times(at));
            let capped = self.spend[at].min(cap);
            cell.customers += times;
            cell.buyers += if self.bought[at] { times } else { 0.0 };
            cell.spend += times * self.spend[at];
            cell.capped += times * capped;
            cell.squares += times * capped * capped;
        }
        cells
    }

    /// How often each customer is drawn in one of the draws; each draw has a random stream of its own, so that
    /// answers do not depend on the number of threads.
    fn drawn(&self, seed: u64, draw: usize) -> Vec<u32> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(draw as u64);
        let mut times = vec![0_u32; self.customers()];
        for _ in 0..times.len() {
            times[random.random_range(0..self.cell.len())] += 1;
        }
        times
    }
}

#[cfg(test)]
mod tests;
