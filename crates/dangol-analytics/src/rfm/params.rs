//! What one can choose about an RFM analysis.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::RfmError;
use super::rules::{RuleSet, built_in};

/// How values become scores.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoringModel {
    /// Groups of about equal count.
    #[default]
    Quantile,
    /// Groups of equal width over the range.
    Interval,
    /// The bottom and the top 20 % are groups of their own, the middle is cut in equal widths.
    Trimmed,
    /// One-dimensional k-means.
    Cluster,
    /// Fixed edges: a preset, or one's own.
    Thresholds,
}

/// What counts as one purchase.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Orders.
    #[default]
    Orders,
    /// Order lines.
    Lines,
    /// Days on which the customer bought at least once.
    Days,
}

/// How a customer's revenue becomes the monetary value.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Monetary {
    /// Net revenue in total.
    #[default]
    Sum,
    /// Net revenue per order.
    Mean,
}

/// Ready-made thresholds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Recency up to 90, 180, 365, 545 days or more: 5, 4, 3, 2, 1. Frequency of 3 and more, 2, 1:
    /// 5, 4, 3. Monetary above the 95th, 75th, 50th, 25th percentile or not: 5, 4, 3, 2, 1.
    #[default]
    Fashion,
}

/// Own thresholds, in ascending order. A value on an edge belongs to the group below the edge.
/// The best group of every factor has the same score: one more than the longest list of edges.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Edges in days since the last order.
    pub recency_days: Vec<f64>,
    /// Edges in orders, order lines or purchase days, as `frequency` says.
    pub frequency: Vec<f64>,
    /// Edges in money. Either these or `monetary_percentiles`.
    pub monetary: Vec<f64>,
    /// Edges at percentiles of the monetary value, from 0 to 100.
    pub monetary_percentiles: Vec<f64>,
}

impl Thresholds {
    /// The thresholds of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        match preset {
            Preset::Fashion => Self {
                recency_days: vec![90.0, 180.0, 365.0, 545.0],
                frequency: vec![1.0, 2.0],
                monetary: Vec::new(),
                monetary_percentiles: vec![25.0, 50.0, 75.0, 95.0],
            },
        }
    }

    /// The highest score: that of the best group of every factor.
    #[must_use]
    pub fn top_score(&self) -> u8 {
        let most = [&self.recency_days, &self.frequency, &self.monetary, &self.monetary_percentiles]
            .iter()
            .map(|edges| edges.len())
            .max()
            .unwrap_or(0);
        u8::try_from(most + 1).unwrap_or(u8::MAX)
    }
}

/// One segment rule.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Key of the segment: lower-case letters, digits, `_` and `-`.
    pub segment: String,
    /// Condition, such as `r >= 4 and orders = 1`. The first rule that matches wins;
    /// `otherwise` always matches.
    pub when: String,
    /// Name in English; the key if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Name in Korean; the English name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_ko: Option<String>,
}

/// The scheme of segments used if none is chosen.
pub const DEFAULT_SCHEME: &str = "nine";
/// The least and the most groups per factor.
pub const GROUPS: std::ops::RangeInclusive<u8> = 2..=10;
/// The least and the most classes.
pub const CLASSES: std::ops::RangeInclusive<u8> = 1..=10;

/// The greatest weight.
pub const MOST_WEIGHT: f64 = 1e6;

/// Parameters of the RFM analysis, as a person writes them.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RfmParams {
    /// How values become scores.
    pub model: ScoringModel,
    /// Groups per factor, 2 to 10. `thresholds` has as many as its edges make.
    pub groups: u8,
    /// What counts as one purchase.
    pub frequency: Frequency,
    /// Sum or mean of net revenue.
    pub monetary: Monetary,
    /// Number of classes of the score, 1 to 10.
    pub classes: u8,
    /// Segment rules: `nine`, `eleven`, `bands` or the name of a rule set under `rules`.
    pub scheme: String,
    /// Weights of recency, frequency and monetary value in the score.
    pub weights: [f64; 3],
    /// Which thresholds `model = "thresholds"` uses.
    pub preset: Preset,
    /// Own thresholds, in place of the preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Thresholds>,
    /// Own rule sets by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, Vec<RuleSpec>>,
    /// Adds one row per customer to the result.
    pub customers: bool,
}

impl Default for RfmParams {
    fn default() -> Self {
        Self {
            model: ScoringModel::default(),
            groups: 5,
            frequency: Frequency::default(),
            monetary: Monetary::default(),
            classes: 3,
            scheme: DEFAULT_SCHEME.to_owned(),
            weights: [1.0; 3],
            preset: Preset::default(),
            thresholds: None,
            rules: BTreeMap::new(),
            customers: false,
        }
    }
}

/// Parameters that have been found possible, with their rule set compiled.
#[derive(Clone, Debug)]
pub struct CheckedRfmParams {
    params: RfmParams,
    rule_set: RuleSet,
}

impl RfmParams {
    /// Checks every parameter, and compiles and checks the rule set of `scheme`.
    ///
    /// # Errors
    /// The first thing that is wrong, with what would be right. The other rule sets under
    /// `rules` are compiled and checked too, so that a slip shows up before it is used.
    pub fn check(self) -> Result<CheckedRfmParams, RfmError> {
        if !GROUPS.contains(&self.groups) {
            return Err(RfmError::OutOfRange {
                parameter: "groups",
                given: self.groups,
                least: *GROUPS.start(),
                most: *GROUPS.end(),
            });
        }
        if !CLASSES.contains(&self.classes) {
            return Err(RfmError::OutOfRange {
                parameter: "classes",
                given: self.classes,
                least: *CLASSES.start(),
                most: *CLASSES.end(),
            });
        }
        if self.model == ScoringModel::Trimmed && self.groups < 3 {
            return Err(RfmError::TooFewGroupsToTrim { groups: self.groups });
        }
        let possible = |weight: &f64| weight.is_finite() && (0.0..=MOST_WEIGHT).contains(weight);
        if !self.weights.iter().all(possible) || self.weights == [0.0; 3] {
            return Err(RfmError::Weights { weights: self.weights });
        }
        if let Some(thresholds) = &self.thresholds {
            check_thresholds(thresholds)?;
        }
        let mut rule_set = None;
        for (name, specs) in &self.rules {
            if built_in(name).is_some() || name == "class" {
                return Err(RfmError::SchemeNameTaken { name: name.clone() });
            }
            check_key(name)?;
            let compiled = RuleSet::custom(name, specs)?;
            compiled.check(&self)?;
            if *name == self.scheme {
                rule_set = Some(compiled);
            }
        }
        let Some(rule_set) = rule_set.or_else(|| built_in(&self.scheme)) else {
            return Err(RfmError::UnknownScheme { given: self.scheme.clone(), known: self.schemes() });
        };
        Ok(CheckedRfmParams { params: self, rule_set })
    }

    /// Every scheme that `scheme` may name: the built-in ones, then one's own.
    #[must_use]
    pub fn schemes(&self) -> Vec<String> {
        super::rules::BUILT_IN
            .iter()
            .map(|name| (*name).to_owned())
            .chain(self.rules.keys().cloned())
            .collect()
    }

    /// The thresholds in force: one's own, or those of the preset.
    #[must_use]
    pub fn thresholds_in_force(&self) -> Thresholds {
        self.thresholds.clone().unwrap_or_else(|| Thresholds::preset(self.preset))
    }

    /// The highest score that a factor can have.
    #[must_use]
    pub fn top_score(&self) -> u8 {
        match self.model {
            ScoringModel::Thresholds => self.thresholds_in_force().top_score(),
            _ => self.groups,
        }
    }
}

impl CheckedRfmParams {
    /// The parameters as they were given.
    #[must_use]
    pub fn params(&self) -> &RfmParams {
        &self.params
    }

    /// The rule set of the chosen scheme.
    #[must_use]
    pub fn rule_set(&self) -> &RuleSet {
        &self.rule_set
    }
}

/// A key is what one writes in a filter: `nine:at_risk`.
pub(super) fn check_key(key: &str) -> Result<(), RfmError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if !key.is_empty() && key.len() <= 64 && key.chars().all(allowed) {
        Ok(())
    } else {
        Err(RfmError::Key { key: key.to_owned() })
    }
}

fn check_thresholds(thresholds: &Thresholds) -> Result<(), RfmError> {
    let most = usize::from(*GROUPS.end()) - 1;
    let lists = [
        ("recency_days", &thresholds.recency_days),
        ("frequency", &thresholds.frequency),
        ("monetary", &thresholds.monetary),
        ("monetary_percentiles", &thresholds.monetary_percentiles),
    ];
    for (name, edges) in lists {
        let ascending = edges.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || !edges.iter().all(|edge| edge.is_finite()) || edges.len() > most {
            return Err(RfmError::ThresholdList { name, edges: edges.clone(), most });
        }
    }
    if thresholds.recency_days.is_empty() || thresholds.frequency.is_empty() {
        return Err(RfmError::MissingThresholds);
    }
    if thresholds.monetary.is_empty() == thresholds.monetary_percentiles.is_empty() {
        return Err(RfmError::MissingThresholds);
    }
    if let Some(&percentile) = thresholds.monetary_percentiles.iter().find(|p| !(0.0..=100.0).contains(*p)) {
        return Err(RfmError::Percentile { percentile });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
