//! Customers in groups: segments by a scheme, audiences. Each customer is in one group of a scheme or in none.
//!
//! Every scheme is a filter (`segment=nine:at_risk`) and something to compare by.

mod filter;

pub use filter::{NOT_KNOWN, members};

use std::collections::HashMap;

use dangol_shop::{Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AnalysisError;
use crate::rfm::words::{class_about, class_name, scheme_title};
use crate::rfm::{RfmParams, RuleSet, Scored, classes::class_names, parameters, rules};
use crate::words::Words;
use crate::{audiences, clusters, grades};

/// The scheme of classes of the score.
const CLASS: &str = "class";

/// A scheme and the segments it has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Scheme {
    /// Its name, which qualifies a segment: `nine`.
    pub scheme: String,
    /// In words.
    pub title: Words,
    /// Its segments, in the order of the rules; classes and grades from the best. None of clusters, whose number is
    /// not known before they are computed.
    pub segments: Vec<SegmentName>,
    /// Whether RFM makes it, of scores and rules; else an analysis of its own does.
    pub rfm: bool,
}

/// A segment's key and what people call it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SegmentName {
    /// Its key: `at_risk`.
    pub key: String,
    /// Its name.
    pub name: Words,
    /// The rule that defines it; empty for classes.
    pub rule: String,
    /// What it is.
    pub about: Words,
}

/// Every scheme that customers can be compared and filtered by: those of [`schemes`], grades, clusters.
///
/// # Errors
/// As [`schemes`].
pub fn all_schemes(shop: &Shop) -> Result<Vec<Scheme>, AnalysisError> {
    let mut all = schemes(shop)?;
    all.push(grades::scheme());
    all.push(clusters::scheme());
    Ok(all)
}

/// The schemes that RFM makes: those built in, the rule sets of `shop.toml`, the classes.
///
/// # Errors
/// [`AnalysisError`] where `[rfm]` is not possible.
pub fn schemes(shop: &Shop) -> Result<Vec<Scheme>, AnalysisError> {
    let params = parameters(shop)?;
    let mut schemes = Vec::new();
    for name in params.schemes() {
        if let Some(set) = rule_set(&params, &name).map_err(|error| error.in_config(&shop.config))? {
            schemes.push(Scheme {
                scheme: name,
                title: set.title.clone(),
                segments: set
                    .rules
                    .iter()
                    .map(|rule| SegmentName {
                        key: rule.key.clone(),
                        name: rule.name.clone(),
                        rule: rule.when.clone(),
                        about: rule.about.clone(),
                    })
                    .collect(),
                rfm: true,
            });
        }
    }
    schemes.push(Scheme {
        scheme: CLASS.into(),
        title: scheme_title(CLASS).unwrap_or_else(|| Words::same(CLASS)),
        segments: class_names(params.classes, params.classes)
            .into_iter()
            .rev()
            .map(|key| SegmentName {
                name: class_name(&key),
                about: class_about(&key),
                rule: String::new(),
                key,
            })
            .collect(),
        rfm: true,
    });
    Ok(schemes)
}

fn rule_set(params: &RfmParams, name: &str) -> Result<Option<RuleSet>, AnalysisError> {
    Ok(match params.rules.get(name) {
        Some(specs) => Some(RuleSet::custom(name, specs)?),
        None => rules::built_in(name),
    })
}

/// Customers by the groups of a scheme.
#[derive(Debug, Clone)]
pub struct Grouping {
    /// The scheme.
    pub scheme: String,
    /// In words.
    pub title: Words,
    /// The groups, in the order of the scheme.
    pub groups: Vec<SegmentName>,
    /// Everybody in scope with a purchase, ascending.
    pub customer_key: Vec<i32>,
    /// Place of each customer's group in `groups`; [`NO_GROUP`] who is in none.
    pub group: Vec<u16>,
}

/// The place of customers who are in no group.
pub const NO_GROUP: u16 = u16::MAX;

impl Grouping {
    /// Place in `groups` of a customer's group.
    #[must_use]
    pub fn of(&self, customer_key: i32) -> Option<usize> {
        let at = self.customer_key.binary_search(&customer_key).ok()?;
        Some(self.group[at]).filter(|group| *group != NO_GROUP).map(usize::from)
    }

    /// Keys, ascending, of the customers in some groups.
    #[must_use]
    pub fn members(&self, groups: &[usize]) -> Vec<i32> {
        let is_in = |group: u16| group != NO_GROUP && groups.contains(&usize::from(group));
        let both = self.customer_key.iter().zip(&self.group);
        both.filter(|(_, group)| is_in(**group)).map(|(key, _)| *key).collect()
    }
}

/// The scheme that an audience makes: who is in it, and everybody else.
pub const AUDIENCE: &str = "audience";

/// The groups of a scheme: `class`, `nine`, `eleven`, `bands`, a rule set of `shop.toml`, `clusters`, `grade`, or `audience:NAME`. Groups
/// are made among everybody in scope; under a filter its customers keep theirs.
///
/// # Errors
/// [`AnalysisError::UnknownSegment`] for a scheme that is not there.
pub async fn grouping(shop: &Shop, scope: &Scope, scheme: &str) -> Result<Grouping, AnalysisError> {
    let found = match scheme.split_once(':') {
        Some((AUDIENCE, name)) => audiences::grouping(shop, scope, name).await?,
        // Boxed, since they hold the work of several queries.
        None if scheme == clusters::SCHEME => Box::pin(clusters::grouping(shop, scope)).await?,
        None if scheme == grades::SCHEME => Box::pin(grades::grouping(shop, scope)).await?,
        _ => by_segment(shop, scope, scheme).await?,
    };
    Ok(match scope.members.as_ref().or(scope.population.as_ref()) {
        Some(keys) => found.only(keys),
        None => found,
    })
}

impl Grouping {
    fn only(self, keys: &[i32]) -> Self {
        let both = self.customer_key.into_iter().zip(self.group);
        let (customer_key, group) = both.filter(|(key, _)| keys.binary_search(key).is_ok()).unzip();
        Self { customer_key, group, ..self }
    }
}

/// Segments and classes by the shop's `[rfm]`.
pub(crate) async fn by_segment(shop: &Shop, scope: &Scope, scheme: &str) -> Result<Grouping, AnalysisError> {
    let all = schemes(shop)?;
    let Some(found) = all.iter().find(|found| found.scheme == scheme) else {
        return Err(filter::unknown(scheme, all.into_iter().map(|found| found.scheme).collect()));
    };
    let mut params = parameters(shop)?;
    if scheme != CLASS {
        scheme.clone_into(&mut params.scheme);
    }
    let mut everybody = Scope { members: None, population: None, ..scope.clone() };
    let profiles = shop.profiles(&everybody).await?;
    // Segments are those of the page RFM, which may leave customers out.
    everybody.population = shop.remaining(&everybody, "rfm").await?.map(|remaining| remaining.population);
    let scored = Scored::of(shop, &everybody, &params.check()?).await?;
    let places: HashMap<&str, u16> =
        found.segments.iter().zip(0..).map(|(segment, place)| (segment.key.as_str(), place)).collect();
    let mut group = vec![NO_GROUP; profiles.len()];
    for at in 0..scored.totals.len() {
        let key =
            if scheme == CLASS { scored.rfm.classes.name_of(at) } else { scored.rfm.segments.key_of(at) };
        let customer = scored.profiles.customer_key[scored.position(at)];
        if let (Ok(place), Some(found)) = (profiles.customer_key.binary_search(&customer), places.get(key)) {
            group[place] = *found;
        }
    }
    Ok(Grouping {
        scheme: scheme.to_owned(),
        title: found.title.clone(),
        groups: found.segments.clone(),
        customer_key: profiles.customer_key.clone(),
        group,
    })
}
