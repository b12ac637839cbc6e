//! The clusters of the shop's own settings, as other analyses and filters take them.

use std::sync::Arc;

use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value};

use super::found::Found;
use super::params::ClustersParams;
use super::{Clusters, cards};
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::groups::{Grouping, NO_GROUP, Scheme, SegmentName};
use crate::words::Words;

/// The scheme's name: `clusters:c1`.
pub(crate) const SCHEME: &str = Clusters::NAME;

/// `[clusters]` as it stands in `shop.toml`.
fn parameters(shop: &Shop) -> Result<ClustersParams, AnalysisError> {
    let section = match shop.config.analyses.get(Clusters::NAME) {
        Some(Value::Object(section)) => section.clone(),
        _ => Map::new(),
    };
    let params: ClustersParams = serde_json::from_value(Value::Object(section)).map_err(|error| {
        AnalysisError::BadParameter { analysis: Clusters::NAME, detail: error.to_string() }
    })?;
    params.check()?;
    Ok(params)
}

/// Everybody's cluster.
pub(crate) struct Labels {
    found: Arc<Found>,
    /// Clusters; 1 where there is no structure.
    pub(crate) groups: usize,
}

impl Labels {
    /// The place of a customer's cluster.
    pub(crate) fn of(&self, customer_key: i32) -> Option<usize> {
        let at = self.found.columns.customer_key.binary_search(&customer_key).ok()?;
        Some(self.found.labels[at] as usize)
    }
}

/// The clusters of everybody in scope but those whom `[clusters]` leaves out.
pub(crate) async fn labels(shop: &Shop, scope: &Scope) -> Result<Labels, AnalysisError> {
    let mut everybody = Scope { members: None, population: None, ..scope.clone() };
    everybody.population =
        shop.remaining(&everybody, Clusters::NAME).await?.map(|remaining| remaining.population);
    let found = Found::of(shop, &everybody, &parameters(shop)?).await?;
    Ok(Labels { groups: found.groups(), found })
}

/// The scheme; which clusters it has is not known before they are computed.
pub(crate) fn scheme() -> Scheme {
    Scheme {
        scheme: SCHEME.to_owned(),
        title: Words::new("Clusters", "고객 군집"),
        segments: Vec::new(),
        rfm: false,
    }
}

/// The clusters of everybody.
pub(crate) async fn grouping(shop: &Shop, scope: &Scope) -> Result<Grouping, AnalysisError> {
    let labels = labels(shop, scope).await?;
    let found = &labels.found;
    let everybody = Scope { members: None, population: None, ..scope.clone() };
    let customer_key = shop.profiles(&everybody).await?.customer_key.clone();
    let profile = cards::profile(found, &shop.config.shop.currency);
    let names = cards::names(found, &profile);
    let groups = names.into_iter().enumerate().map(|(cluster, name)| SegmentName {
        key: cards::key(cluster),
        about: name.clone(),
        name,
        rule: String::new(),
    });
    let place = |key: &i32| labels.of(*key).map_or(NO_GROUP, |cluster| cluster as u16);
    Ok(Grouping {
        scheme: SCHEME.to_owned(),
        title: scheme().title,
        groups: groups.collect(),
        group: customer_key.iter().map(place).collect(),
        customer_key,
    })
}
