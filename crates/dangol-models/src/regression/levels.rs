//! Words as columns: one column of 0 and 1 for each level but the most frequent.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value of a variable that is told in words.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A word.
    Named(String),
    /// Words that are too rare to stand alone.
    Other,
    /// Not known.
    Missing,
}

/// The levels of a variable; the first is what the others are compared with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Levels(Vec<Level>);

impl Levels {
    /// Learns the levels of some values: words with at least `least` rows stand alone, the `most` most frequent at
    /// most; the rest are "other". Not known is a level of its own under the same conditions. What remains of "other"
    /// with fewer than `least` rows counts with the most frequent level, since nothing can be said of it.
    #[must_use]
    pub fn of<'a>(values: impl IntoIterator<Item = Option<&'a str>>, least: usize, most: usize) -> Self {
        let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for value in values {
            *counts.entry(value.map(str::trim).filter(|text| !text.is_empty())).or_default() += 1;
        }
        let missing = counts.remove(&None).unwrap_or(0);
        let mut named: Vec<(&str, usize)> =
            counts.iter().filter_map(|(name, count)| Some(((*name)?, *count))).collect();
        named.sort_by_key(|(name, count)| (Reverse(*count), *name));
        let kept = named.iter().take(most.max(1)).take_while(|(_, count)| *count >= least).count();
        let mut rest: usize = named[kept..].iter().map(|(_, count)| count).sum();
        let mut levels: Vec<Level> =
            named[..kept].iter().map(|(name, _)| Level::Named((*name).to_owned())).collect();
        let own_missing = missing >= least && missing > 0;
        if !own_missing {
            rest += missing;
        }
        if rest >= least && rest > 0 {
            levels.push(Level::Other);
        }
        if own_missing {
            levels.push(Level::Missing);
        }
        Self(levels)
    }

    /// The levels, the one of comparison first.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.0
    }

    /// The place of a value's level.
    #[must_use]
    pub fn place(&self, value: Option<&str>) -> usize {
        let find = |wanted: &Level| self.0.iter().position(|level| level == wanted);
        let own = match value.map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => find(&Level::Named(text.to_owned())),
            None => find(&Level::Missing),
        };
        own.or_else(|| find(&Level::Other)).unwrap_or(0)
    }
}
