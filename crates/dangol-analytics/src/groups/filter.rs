//! Filters over customers: segment, channel, region, age band, gender, audience. Who meets all of them is let through.

use std::sync::Arc;

use dangol_shop::config::nearest;
use dangol_shop::scope::{CUSTOMER_FILTERS, split_list};
use dangol_shop::{FeatureValues, Filters, Scope, Shop, ShopError};

use super::grouping;
use crate::audiences;
use crate::error::AnalysisError;

/// The value of a filter that stands for customers of whom nothing is known: `region=not_known`.
pub const NOT_KNOWN: &str = "not_known";

/// Keys, ascending, of the customers whom the filters let through; `None` where they let all through. Segments are
/// those among everybody in scope; attributes and audiences are those of the as-of moment, whatever the period and
/// the category: "bought tea" says the same on every page.
///
/// # Errors
/// [`AnalysisError::UnknownSegment`], [`AnalysisError::UnknownAudience`], [`ShopError::BadScope`] for a filter that
/// this shop's customers cannot be asked for.
pub async fn members(
    shop: &Shop,
    scope: &Scope,
    filters: &Filters,
) -> Result<Option<Arc<Vec<i32>>>, AnalysisError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let mut kept: Option<Vec<i32>> = None;
    let mut narrow = |found: Vec<i32>| {
        kept = Some(match kept.take() {
            None => found,
            Some(mut kept) => {
                kept.retain(|key| found.binary_search(key).is_ok());
                kept
            }
        });
    };
    if let Some(text) = given(&filters.segment) {
        narrow(in_segments(shop, scope, &text).await?);
    }
    let at_moment = Scope::until(scope.as_of);
    for name in CUSTOMER_FILTERS {
        let Some(text) = filters.attribute(name) else { continue };
        narrow(with_attribute(shop, &at_moment, name, &split_list(text)).await?);
    }
    if let Some(text) = given(&filters.audience) {
        let mut found = Vec::new();
        for name in split_list(&text) {
            let audience = audiences::find(shop, &name).await?;
            found.extend(audiences::members(shop, &at_moment, &audience.rule).await?);
        }
        found.sort_unstable();
        found.dedup();
        narrow(found);
    }
    if let (Some(kept), Some(population)) = (&mut kept, &scope.population) {
        // The analysis may leave customers out.
        kept.retain(|key| population.binary_search(key).is_ok());
    }
    Ok(kept.map(Arc::new))
}

/// The customers in the segments that a filter names: `nine:at_risk,nine:lost`.
async fn in_segments(shop: &Shop, scope: &Scope, filter: &str) -> Result<Vec<i32>, AnalysisError> {
    let mut scheme = String::new();
    let mut keys = Vec::new();
    for one in split_list(filter) {
        let Some((of, key)) = one.rsplit_once(':') else {
            return Err(unknown(&one, vec!["nine:at_risk".into(), "class:gold".into()]));
        };
        if !scheme.is_empty() && scheme != of {
            return Err(unknown(filter, vec!["segments of one scheme only".into()]));
        }
        of.clone_into(&mut scheme);
        keys.push(key.to_owned());
    }
    let everybody = Scope { members: None, population: None, ..scope.clone() };
    let grouping = grouping(shop, &everybody, &scheme).await?;
    let mut places = Vec::new();
    for key in keys {
        let Some(place) = grouping.groups.iter().position(|group| group.key == key) else {
            let known = grouping.groups.iter().map(|group| format!("{scheme}:{}", group.key));
            return Err(unknown(&format!("{scheme}:{key}"), known.collect()));
        };
        places.push(place);
    }
    Ok(grouping.members(&places))
}

/// The customers of whom a text feature is one of some values.
async fn with_attribute(
    shop: &Shop,
    scope: &Scope,
    name: &'static str,
    values: &[String],
) -> Result<Vec<i32>, AnalysisError> {
    let features = shop.features_of(scope, &[name]).await?;
    let Some(FeatureValues::Text(texts)) = features.column(name).map(|column| &column.values) else {
        return Err(ShopError::BadScope {
            what: name,
            value: values.join(","),
            hint: format!("nothing is known of the {name} of this shop's customers: map it under [sources.customers.columns]"),
        }
        .into());
    };
    let is_wanted = |text: &Option<String>| match text {
        Some(text) => values.contains(text),
        None => values.iter().any(|value| value == NOT_KNOWN),
    };
    let both = features.customer_key.iter().zip(texts);
    Ok(both.filter(|(_, text)| is_wanted(text)).map(|(key, _)| *key).collect())
}

/// A scheme or segment that is not there, with the nearest of those that are. By their keys alone: the scheme before
/// them makes all look alike.
pub(super) fn unknown(given: &str, known: Vec<String>) -> AnalysisError {
    fn key(name: &str) -> &str {
        name.split_once(':').map_or(name, |(_, key)| key)
    }
    let found = nearest(key(given), known.iter().map(|name| key(name)));
    let found = found.and_then(|found| known.iter().find(|name| key(name) == found).cloned());
    AnalysisError::UnknownSegment { given: given.to_owned(), nearest: found, known }
}
