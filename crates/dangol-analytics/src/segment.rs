//! Who is in a segment: the filter `segment=nine:at_risk`.

use std::sync::Arc;

use dangol_shop::config::nearest;
use dangol_shop::scope::split_list;
use dangol_shop::{Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AnalysisError;
use crate::rfm::words::{class_about, class_name, scheme_title};
use crate::rfm::{RfmParams, RuleSet, Scored, classes::class_names, parameters, rules};
use crate::words::Words;

/// A scheme and the segments it has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Scheme {
    /// Its name, which qualifies a segment: `nine`.
    pub scheme: String,
    /// In words.
    pub title: Words,
    /// Its segments, in the order of the rules; classes from the best.
    pub segments: Vec<SegmentName>,
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

/// The schemes of a shop: those built in, the rule sets of `shop.toml`, the classes.
///
/// # Errors
/// [`AnalysisError`] where `[rfm]` is not possible.
pub fn schemes(shop: &Shop) -> Result<Vec<Scheme>, AnalysisError> {
    let params = parameters(shop)?;
    let mut schemes = Vec::new();
    for name in params.schemes() {
        if let Some(set) = rule_set(&params, &name)? {
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
            });
        }
    }
    schemes.push(Scheme {
        scheme: "class".into(),
        title: scheme_title("class").unwrap_or_else(|| Words::same("class")),
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
    });
    Ok(schemes)
}

fn rule_set(params: &RfmParams, name: &str) -> Result<Option<RuleSet>, AnalysisError> {
    Ok(match params.rules.get(name) {
        Some(specs) => Some(RuleSet::custom(name, specs)?),
        None => rules::built_in(name),
    })
}

/// Keys, ascending, of the customers in the segments that a filter names, by the shop's
/// `[rfm]` and over everybody in scope.
///
/// # Errors
/// [`AnalysisError::UnknownSegment`] for a scheme or segment that is not there.
pub async fn members(shop: &Shop, scope: &Scope, filter: &str) -> Result<Arc<Vec<i32>>, AnalysisError> {
    let mut params = parameters(shop)?;
    let unknown = |given: &str, known: Vec<String>| AnalysisError::UnknownSegment {
        given: given.to_owned(),
        nearest: nearest_segment(given, &known),
        known,
    };
    let mut scheme = String::new();
    let mut keys = Vec::new();
    for one in split_list(filter) {
        let Some((of, key)) = one.split_once(':') else {
            return Err(unknown(&one, vec!["nine:at_risk".into(), "class:gold".into()]));
        };
        if !scheme.is_empty() && scheme != of {
            return Err(unknown(filter, vec!["segments of one scheme only".into()]));
        }
        of.clone_into(&mut scheme);
        keys.push(key.to_owned());
    }
    let all = schemes(shop)?;
    let Some(found) = all.iter().find(|found| found.scheme == scheme) else {
        return Err(unknown(filter, all.into_iter().map(|found| format!("{}:…", found.scheme)).collect()));
    };
    if let Some(key) = keys.iter().find(|key| !found.segments.iter().any(|segment| segment.key == **key)) {
        return Err(unknown(
            &format!("{scheme}:{key}"),
            found.segments.iter().map(|segment| format!("{scheme}:{}", segment.key)).collect(),
        ));
    }
    if scheme != "class" {
        params.scheme.clone_from(&scheme);
    }
    let mut everybody = Scope { members: None, ..scope.clone() };
    // Segments are those of the page RFM, which may leave customers out.
    everybody.population = shop.remaining(&everybody, "rfm").await?.map(|remaining| remaining.population);
    let scored = Scored::of(shop, &everybody, &params.check()?).await?;
    let is_in = |at: usize| {
        let key =
            if scheme == "class" { scored.rfm.classes.name_of(at) } else { scored.rfm.segments.key_of(at) };
        keys.iter().any(|wanted| wanted == key)
    };
    // The analysis may leave out others than RFM does.
    let exists = |key: &i32| scope.population.as_ref().is_none_or(|all| all.binary_search(key).is_ok());
    let members = (0..scored.totals.len()).filter(|at| is_in(*at)).map(|at| scored.profiles.customer_key[at]);
    Ok(Arc::new(members.filter(exists).collect()))
}

/// The nearest of the qualified names of segments. By their keys alone: the scheme before them makes all look
/// alike.
fn nearest_segment(given: &str, known: &[String]) -> Option<String> {
    fn key(name: &str) -> &str {
        name.split_once(':').map_or(name, |(_, key)| key)
    }
    let found = nearest(key(given), known.iter().map(|name| key(name)))?;
    known.iter().find(|name| key(name) == found).cloned()
}
