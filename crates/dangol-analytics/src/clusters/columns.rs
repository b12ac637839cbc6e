//! From features to columns of numbers that distances can be taken of.
//!
//! - Of each number the lowest and the highest half percent of customers count as the value next to them: two bulk buyers
//!   would otherwise be a cluster of their own, whatever else customers differ in.
//! - A number is then scaled; one with a long tail (skewness above 1, nothing below 0) by its logarithm ln(1 + x) first.
//! - A day of the calendar counts as days before the as-of day.
//! - What is not known is a state of its own: the number is put at the mean, where it pulls nowhere, and a further column
//!   says that it is not known. It is never taken for zero.
//! - A flag is one column. A text is one column for each of its commonest values, and one for all others; two customers
//!   of different values are as far apart as two who differ in a flag.

use std::collections::HashMap;

use dangol_models::cluster::scaling::{Scale, Scaling};
use dangol_models::quantile::quantiles;
use dangol_shop::features::{Feature, FeatureValues, Features, KnownFeature};
use dangol_shop::{Scope, Shop};

use super::params::{ClustersParams, FeatureScaling};
use super::{Clusters, words};
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::words::Words;

/// Values of a text that have a column of their own.
const LEVELS: usize = 6;
/// The share of customers at either end whose values count as the next one.
const ENDS: f64 = 0.005;
/// Above, a number without negative values has a long tail.
const SKEWED: f64 = 1.0;
/// What most shops' customers differ in, where nothing else is asked for.
const DEFAULTS: [&str; 3] = ["recency_days", "orders", "mean_order_value"];
/// The first of these that there is joins them.
const DISCOUNTS: [&str; 2] = ["coupon_share", "discount_share"];
const JOINED: &str = "joined_in_promotion";

/// What a column says of a customer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Says {
    /// The feature's number.
    Number,
    /// Whether the flag is set.
    Flag,
    /// Whether it is this value.
    Level(String),
    /// Whether it is none of the commonest values.
    OtherLevel,
    /// Whether it is not known.
    Unknown,
}

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The feature's name.
    pub(super) feature: String,
    pub(super) title: Words,
    pub(super) says: Says,
    pub(super) logarithm: bool,
    /// As it is: a number (`None` where it is not known), or 0 and 1.
    pub(super) values: Vec<Option<f64>>,
    /// For distances.
    pub(super) scaled: Vec<f64>,
}

/// Customers and their columns.
#[expect(clippy::struct_field_names, reason = "the columns are what it is about")]
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) customer_key: Vec<i32>,
    pub(super) columns: Vec<Column>,
    /// Net revenue of each customer; none where no prices are known.
    pub(super) revenue: Option<Vec<f64>>,
    /// Features that are the same for all customers, or known of nobody, and so say nothing.
    pub(super) constant: Vec<Words>,
}

impl Columns {
    /// Asks the shop for features, of everybody in scope.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &ClustersParams,
    ) -> Result<Self, AnalysisError> {
        let known = shop.known_features();
        let chosen = chosen(&known, &params.names())?;
        let mut asked: Vec<&str> = chosen.iter().map(|feature| feature.name.as_str()).collect();
        asked.push("revenue");
        let everybody = Scope { members: None, ..scope.clone() };
        let features = shop.features_of(&everybody, &asked).await?;
        if features.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Clusters::NAME });
        }
        Ok(Self::from_features(&features, &chosen, scope.as_of.day(shop.clock()), params))
    }

    pub(super) fn from_features(
        features: &Features,
        chosen: &[&KnownFeature],
        today: i32,
        params: &ClustersParams,
    ) -> Self {
        let revenue = features.column("revenue").and_then(|column| match &column.values {
            FeatureValues::Number(values) => Some(values.iter().map(|value| value.unwrap_or(0.0)).collect()),
            _ => None,
        });
        let mut made = Self {
            customer_key: features.customer_key.clone(),
            columns: Vec::new(),
            revenue,
            constant: Vec::new(),
        };
        for known in chosen {
            let before = made.columns.len();
            if let Some(feature) = features.column(&known.name) {
                made.add(feature, known, today, params);
            }
            if made.columns.len() == before {
                made.constant.push(words::title(known));
            }
        }
        made
    }

    fn add(&mut self, feature: &Feature, known: &KnownFeature, today: i32, params: &ClustersParams) {
        let title = words::title(known);
        let gap = params.scaling.of_flags();
        let mut push = |says: Says, values: Vec<Option<f64>>, logarithm: bool, scaling: How| {
            if varies(&values)
                && let Some(scaled) = scaling.apply(&values, logarithm)
            {
                let (feature, title) = (feature.name.clone(), title.clone());
                self.columns.push(Column { feature, title, says, logarithm, values, scaled });
            }
        };
        let unknown: Vec<Option<f64>>;
        match &feature.values {
            FeatureValues::Number(values) => {
                let logarithm = params.logarithms && has_long_tail(&clamped(values));
                unknown = values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect();
                push(Says::Number, values.clone(), logarithm, How::Number(params.scaling));
            }
            FeatureValues::Date(values) => {
                let ago = |day: &Option<i32>| day.map(|day| f64::from(today - day));
                unknown = values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect();
                push(Says::Number, values.iter().map(ago).collect(), false, How::Number(params.scaling));
            }
            FeatureValues::Flag(values) => {
                let set = |value: &Option<bool>| Some(f64::from(u8::from(*value == Some(true))));
                unknown = values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect();
                push(Says::Flag, values.iter().map(set).collect(), false, How::Flag(gap));
            }
            FeatureValues::Text(values) => {
                let levels = levels(values);
                let is = |wanted: &str| -> Vec<Option<f64>> {
                    values
                        .iter()
                        .map(|value| Some(f64::from(u8::from(value.as_deref() == Some(wanted)))))
                        .collect()
                };
                // Two different values differ in two columns: √(a² + a²) is to be the gap.
                let how = How::Flag(gap / std::f64::consts::SQRT_2);
                for level in &levels {
                    push(Says::Level(level.clone()), is(level), false, how);
                }
                let other = |value: &Option<String>| {
                    let other = value.as_ref().is_some_and(|value| !levels.contains(value));
                    Some(f64::from(u8::from(other)))
                };
                push(Says::OtherLevel, values.iter().map(other).collect(), false, how);
                unknown = values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect();
                push(Says::Unknown, unknown, false, how);
                return;
            }
        }
        push(Says::Unknown, unknown, false, How::Flag(gap));
    }

    /// All rows, one after the other.
    pub(super) fn rows(&self) -> Vec<f64> {
        let row = |at: usize| self.columns.iter().map(move |column| column.scaled[at]);
        (0..self.customer_key.len()).flat_map(row).collect()
    }
}

/// The features asked for, or those that suit the shop.
fn chosen<'a>(known: &'a [KnownFeature], names: &[&str]) -> Result<Vec<&'a KnownFeature>, AnalysisError> {
    let find = |name: &str| known.iter().find(|feature| feature.name == name);
    if names.is_empty() {
        let discount = DISCOUNTS.iter().find_map(|name| find(name));
        let found = DEFAULTS.iter().filter_map(|name| find(name)).chain(discount).chain(find(JOINED));
        return Ok(found.collect());
    }
    names
        .iter()
        .map(|name| {
            find(name).ok_or_else(|| {
                let all = known.iter().map(|feature| feature.name.as_str());
                let nearest = dangol_shop::config::nearest(name, all.clone());
                let hint = nearest.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
                let all: Vec<&str> = all.collect();
                AnalysisError::BadParameter {
                    analysis: Clusters::NAME,
                    detail: format!("this shop has no feature `{name}`{hint} It has: {}", all.join(", ")),
                }
            })
        })
        .collect()
}

/// How a column is scaled.
#[derive(Clone, Copy)]
enum How {
    Number(FeatureScaling),
    /// 0 and 1, so far apart.
    Flag(f64),
}

impl How {
    fn apply(self, values: &[Option<f64>], logarithm: bool) -> Option<Vec<f64>> {
        match self {
            Self::Flag(gap) => Some(values.iter().map(|value| value.unwrap_or(0.0) * gap).collect()),
            Self::Number(scaling) => {
                let values = clamped(values);
                let known: Vec<f64> = values.iter().flatten().copied().collect();
                let scale = Scale::of(&known, scaling.of_numbers(), logarithm).ok()?;
                let mean = known.iter().map(|value| scale.apply(*value)).sum::<f64>() / known.len() as f64;
                Some(values.iter().map(|value| value.map_or(mean, |value| scale.apply(value))).collect())
            }
        }
    }
}

/// Values with both ends drawn in.
fn clamped(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    match quantiles(&known, &[ENDS, 1.0 - ENDS]).as_deref() {
        Ok([low, high]) => values.iter().map(|value| value.map(|value| value.clamp(*low, *high))).collect(),
        _ => values.to_vec(),
    }
}

/// Whether any two of the known values differ.
fn varies(values: &[Option<f64>]) -> bool {
    let mut known = values.iter().flatten();
    known.next().is_some_and(|first| known.any(|value| value != first))
}

/// No value below 0, and a skewness (third standardised moment) above [`SKEWED`].
fn has_long_tail(values: &[Option<f64>]) -> bool {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let Ok(scale) = Scale::of(&known, Scaling::Standard, false) else { return false };
    let skewness = known.iter().map(|value| scale.apply(*value).powi(3)).sum::<f64>() / known.len() as f64;
    skewness > SKEWED && known.iter().all(|value| *value >= 0.0)
}

/// The commonest values, the most frequent first, of several the first in the alphabet.
fn levels(values: &[Option<String>]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in values.iter().flatten() {
        *counts.entry(value).or_default() += 1;
    }
    let mut levels: Vec<(&str, usize)> = counts.into_iter().collect();
    levels.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    // Where one would be left over, it is a column of its own anyway.
    let own = if levels.len() == LEVELS + 1 { LEVELS + 1 } else { LEVELS };
    levels.into_iter().take(own).map(|(level, _)| level.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tails_and_levels() {
        assert!(!has_long_tail(&[Some(1.0), Some(2.0), Some(3.0), None]));
        assert!(has_long_tail(&[Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(90.0)]));
        assert!(!has_long_tail(&[Some(-1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(90.0)]));
        assert!(!has_long_tail(&[None]));
        let text = |letters: &str| letters.chars().map(|letter| Some(letter.to_string())).collect::<Vec<_>>();
        assert_eq!(levels(&text("bbbaac")), ["b", "a", "c"]);
        assert_eq!(levels(&text("abcdefg")).len(), 7);
        assert_eq!(levels(&text("abcdefgh")).len(), 6);
    }

    /// What is not known pulls nowhere, and is told apart by a column of its own.
    #[test]
    fn unknown_numbers_lie_at_the_mean() {
        let values = [Some(0.0), Some(10.0), None];
        let near = |scaling: FeatureScaling, wanted: [f64; 3]| {
            let scaled = How::Number(scaling).apply(&values, false).unwrap();
            assert!(
                scaled.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-12),
                "{scaled:?}"
            );
        };
        near(FeatureScaling::Standard, [-1.0, 1.0, 0.0]);
        near(FeatureScaling::MinMax, [0.0, 1.0, 0.5]);
    }

    /// One bulk buyer among a thousand counts as the largest of the others.
    #[test]
    fn ends_are_drawn_in() {
        let mut values: Vec<Option<f64>> = (0..1_000).map(|at| Some(f64::from(at % 100))).collect();
        values[7] = Some(1e9);
        let drawn = clamped(&values);
        assert_eq!((drawn[7], drawn[8], drawn[99]), (Some(99.0), Some(8.0), Some(99.0)));
        assert_eq!(clamped(&[None]), [None]);
    }
}
