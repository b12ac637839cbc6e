//! What comes out of stated hypotheses.

use serde::Serialize;
use utoipa::ToSchema;

use super::params::Direction;
use crate::words::Words;

/// Stated hypotheses with their verdicts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HypothesesResult {
    /// How customers are grouped where a statement does not say it.
    pub scheme: String,
    /// One for each statement, in their order.
    pub verdicts: Vec<HypothesisVerdict>,
    /// What can be stated of this shop.
    pub measures: Vec<MeasureChoice>,
}

/// Whether a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// The data bear it out.
    Yes,
    /// The data show the opposite.
    Opposite,
    /// The data do not bear it out.
    NotShown,
    /// The data cannot say.
    Undecided,
}

/// A statement and what the data say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HypothesisVerdict {
    /// What is measured.
    pub measure: String,
    /// What is stated of it.
    pub direction: Direction,
    /// Among whom.
    pub groups: String,
    /// The statement in words.
    pub statement: Words,
    /// Whether it holds.
    pub holds: Holds,
    /// The verdict in words, with its numbers.
    pub sentence: Words,
    /// Whether it is true (or not) by the way the groups are made, whatever customers do.
    pub by_construction: bool,
    /// The test.
    pub method: Option<String>,
    /// Its statistic.
    pub statistic: Option<f64>,
    /// Its p-value.
    pub p_value: Option<f64>,
    /// The same, adjusted for all statements together (Benjamini–Hochberg).
    pub adjusted_p: Option<f64>,
    /// How large the effect is, on the scale of the test.
    pub effect: Option<f64>,
    /// The figure of each group.
    pub figures: Vec<VerdictFigure>,
}

/// A group's figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerdictFigure {
    /// The group's key.
    pub group: String,
    /// Its name.
    pub name: Words,
    /// Customers that it counts.
    pub customers: u64,
    /// The mean or share.
    pub amount: Option<f64>,
    /// Whether it is a share.
    pub is_share: bool,
}

/// Something that can be stated of this shop.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeasureChoice {
    /// Its name in a statement.
    pub measure: String,
    /// In words.
    pub label: Words,
}
