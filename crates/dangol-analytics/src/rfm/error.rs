//! What can be wrong with an RFM analysis.

use thiserror::Error;

use super::language::SyntaxError;

/// What is wrong with the parameters, the rules or the numbers, and what would be right.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum RfmError {
    /// A count outside what is possible.
    #[error("{parameter} = {given} is not possible; use {least} to {most}")]
    OutOfRange {
        /// The parameter.
        parameter: &'static str,
        /// The value given.
        given: u8,
        /// The least possible value.
        least: u8,
        /// The greatest possible value.
        most: u8,
    },
    /// Two groups leave no middle.
    #[error(
        "model trimmed needs a group below, a group above and a middle: use at least 3 groups, not {groups}"
    )]
    TooFewGroupsToTrim {
        /// The number given.
        groups: u8,
    },
    /// Weights that cannot weigh.
    #[error("weights {weights:?} must be three numbers from 0 to 1,000,000, not all 0")]
    Weights {
        /// The weights given.
        weights: [f64; 3],
    },
    /// Edges that are not an ascending list.
    #[error("thresholds.{name} = {edges:?} must be at most {most} finite numbers in ascending order")]
    ThresholdList {
        /// Which list.
        name: &'static str,
        /// The edges given.
        edges: Vec<f64>,
        /// The most edges possible.
        most: usize,
    },
    /// A factor without edges, or with two sets of them.
    #[error(
        "thresholds need recency_days, frequency, and one of monetary and monetary_percentiles; leave thresholds out to use the preset"
    )]
    MissingThresholds,
    /// A percentile outside 0 to 100.
    #[error("{percentile} in thresholds.monetary_percentiles is not a percentile; use numbers from 0 to 100")]
    Percentile {
        /// The number given.
        percentile: f64,
    },
    /// A scheme that nobody defined.
    #[error("there is no segment scheme {given:?}; use one of {}", .known.join(", "))]
    UnknownScheme {
        /// The name given.
        given: String,
        /// The names that are known.
        known: Vec<String>,
    },
    /// A rule set that has the name of a built-in scheme.
    #[error("rules.{name}: {name} is built in; give your rule set another name")]
    SchemeNameTaken {
        /// The name.
        name: String,
    },
    /// A key that could not be written in a filter.
    #[error("{key:?} is not a key; use lower-case letters, digits, _ and -, at most 64 of them")]
    Key {
        /// The key.
        key: String,
    },
    /// A rule set without rules.
    #[error(
        "rules.{scheme} has no rules; write at least one, such as {{ segment = \"all\", when = \"otherwise\" }}"
    )]
    NoRules {
        /// The rule set.
        scheme: String,
    },
    /// More rules than a rule set can hold.
    #[error("rules.{scheme} has {rules} rules; at most {most} are possible")]
    TooManyRules {
        /// The rule set.
        scheme: String,
        /// Its rules.
        rules: usize,
        /// The most possible.
        most: usize,
    },
    /// Two rules for one segment.
    #[error("rules.{scheme}: segment {segment:?} has two rules; join their conditions with or")]
    SegmentTwice {
        /// The rule set.
        scheme: String,
        /// The segment.
        segment: String,
    },
    /// A condition that does not parse.
    #[error("rules.{scheme}, segment {segment:?}, {source}")]
    Condition {
        /// The rule set.
        scheme: String,
        /// The segment.
        segment: String,
        /// What is wrong, and in which column.
        source: SyntaxError,
    },
    /// Some customers would get no segment.
    #[error(
        "rules.{scheme}: no rule covers a customer with {example}; add a last rule with when = \"otherwise\""
    )]
    Uncovered {
        /// The rule set.
        scheme: String,
        /// Such a customer.
        example: String,
    },
    /// A rule that comes too late.
    #[error(
        "rules.{scheme}: segment {segment:?} can never occur, since {by} always matches first; move it up or narrow the earlier rule"
    )]
    Shadowed {
        /// The rule set.
        scheme: String,
        /// The segment of the rule that never matches.
        segment: String,
        /// The earlier segments that take its customers.
        by: String,
    },
    /// A rule that no customer can fulfil.
    #[error(
        "rules.{scheme}: segment {segment:?} can never occur, since no customer fulfils {when:?} (scores go from {lowest} to {top})"
    )]
    Impossible {
        /// The rule set.
        scheme: String,
        /// The segment.
        segment: String,
        /// Its condition.
        when: String,
        /// The lowest score.
        lowest: u8,
        /// The highest score.
        top: u8,
    },
    /// Rules with so many different numbers that they cannot be checked.
    #[error(
        "rules.{scheme} compare raw values with so many numbers that {combinations} cases arise; at most {most} can be checked: use fewer different numbers"
    )]
    TooManyCases {
        /// The rule set.
        scheme: String,
        /// Cases.
        combinations: u128,
        /// The most possible.
        most: u128,
    },
    /// Columns of customer totals that differ in length.
    #[error(
        "customer totals disagree: {recency} recencies, {frequency} frequencies, {monetary} monetary values, {orders} order counts"
    )]
    UnequalLengths {
        /// Length of `recency_days`.
        recency: usize,
        /// Length of `frequency`.
        frequency: usize,
        /// Length of `monetary`.
        monetary: usize,
        /// Length of `orders`.
        orders: usize,
    },
    /// A factor that cannot be cut into groups.
    #[error("{factor}: {source}")]
    Numbers {
        /// The factor.
        factor: &'static str,
        /// What is wrong with its numbers.
        source: dangol_models::Error,
    },
}

impl RfmError {
    /// The rule set that it speaks of, and the segment of the rule, where there is one.
    #[must_use]
    pub fn rule(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::SegmentTwice { scheme, segment }
            | Self::Condition { scheme, segment, .. }
            | Self::Shadowed { scheme, segment, .. }
            | Self::Impossible { scheme, segment, .. } => Some((scheme, Some(segment))),
            Self::NoRules { scheme }
            | Self::TooManyRules { scheme, .. }
            | Self::Uncovered { scheme, .. }
            | Self::TooManyCases { scheme, .. } => Some((scheme, None)),
            _ => None,
        }
    }
}
