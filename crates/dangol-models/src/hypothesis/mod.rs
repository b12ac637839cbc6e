//! Tests of hypotheses about groups of customers, with effect sizes, and comparisons with intervals.
//!
//! Which test for which question:
//!
//! | each customer has | groups | test | effect |
//! |---|---|---|---|
//! | one of some values (gender, region) | any | [`chi_square`] | Cramér's V |
//! | yes or no, few customers | two | [`fisher_exact`] | odds ratio |
//! | yes or no | in an order | [`cochran_armitage`] | Pearson's r with the order |
//! | a number | any | [`kruskal_wallis`] | ε² |
//! | a number | two | [`mann_whitney`], [`welch`] | rank-biserial r, Hedges' g |
//! | a number | in an order | [`jonckheere_terpstra`] | Kendall's `τ_b` |
//! | several events of some kinds (orders by weekday) | any | [`rao_scott`] | Cramér's V over events |
//!
//! **The customer is the unit.** Orders of one customer are alike, so a test that takes each for an observation of its own
//! finds differences where there are none. Events are therefore summed by customer, and their shares are ratios of sums
//! ([`Share`]) whose variance comes from how customers differ.
//!
//! How large a difference is, with its interval: [`difference_of_proportions`], [`ratio_of_proportions`],
//! [`difference_of_means`], [`ratio_of_means`], [`ratio_of_shares`]. Where many tests are made together,
//! [`benjamini_hochberg`] says which of them stand. All p-values are two-sided; none is corrected for continuity, so that
//! tests of two groups agree with their general form (z² = χ²).

mod counts;
mod fisher;
mod means;
mod multiple;
mod proportions;
mod ranks;
mod shares;
mod trend;

pub use counts::{ChiSquare, chi_square};
pub use fisher::{FisherExact, fisher_exact};
pub use means::{Moments, difference_of_means, ratio_of_means, welch};
pub use multiple::benjamini_hochberg;
pub use proportions::{
    Proportion, TwoProportions, difference_of_proportions, ratio_of_proportions, two_proportions,
};
pub use ranks::{Ranked, jonckheere_terpstra, kruskal_wallis, mann_whitney};
pub use shares::{Share, interval_of_share, rao_scott, ratio_of_shares, share_against, two_shares};
pub use trend::cochran_armitage;

use serde::{Deserialize, Serialize};
use statrs::function::beta::beta_reg;
use statrs::function::erf::erfc;
use statrs::function::gamma::gamma_ur;

/// What a test says.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Test {
    /// The test's own number: χ², H, t or z.
    pub statistic: f64,
    /// Degrees of freedom; none for tests by the normal distribution.
    pub degrees_of_freedom: Option<f64>,
    /// How probable so large a difference is if there is none; two-sided.
    pub p_value: f64,
    /// How large the difference is, on the scale that the test names.
    pub effect: f64,
}

/// An estimate and its interval.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// P(|Z| ≥ |z|) of a standard normal Z.
fn normal_p(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// P(X ≥ x) of a χ² distribution.
fn chi_square_p(x: f64, degrees: f64) -> f64 {
    if x > 0.0 { gamma_ur(degrees / 2.0, x / 2.0) } else { 1.0 }
}

/// P(|T| ≥ |t|) of Student's t distribution.
fn student_p(t: f64, degrees: f64) -> f64 {
    // By the tail itself: 1 − P(T < t) would lose all digits of a small one.
    beta_reg(degrees / 2.0, 0.5, degrees / (degrees + t * t))
}

#[cfg(test)]
mod simulation;
