//! Value by segment and by acquisition channel.

use std::collections::BTreeMap;

use dangol_shop::{Scope, Shop};

use super::base::everybody;
use super::predict::Valued;
use super::result::GroupValue;
use crate::error::AnalysisError;
use crate::groups::grouping;
use crate::words::Words;

/// The scheme that means: no table by segment, and no RFM for it.
const NO_SCHEME: &str = "none";

/// By the segments of a scheme, in the order of its rules; `chosen` are places in `valued`.
pub(super) async fn by_segment(
    shop: &Shop,
    scope: &Scope,
    scheme: &str,
    valued: &Valued,
    chosen: &[usize],
) -> Result<Vec<GroupValue>, AnalysisError> {
    if scheme == NO_SCHEME {
        return Ok(Vec::new());
    }
    let found = Box::pin(grouping(shop, &everybody(scope), scheme)).await?;
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); found.groups.len()];
    for &at in chosen {
        if let Some(group) = found.of(valued.base.shop.customer_key[at]) {
            members[group].push(at);
        }
    }
    let both = found.groups.iter().zip(members).filter(|(_, members)| !members.is_empty());
    Ok(both.map(|(group, members)| valued.group(&group.key, group.name.clone(), &members, chosen)).collect())
}

/// By acquisition channel, the most valuable first; customers without one are a group of their own. Empty where
/// nobody's is known.
pub(super) async fn by_channel(
    shop: &Shop,
    valued: &Valued,
    chosen: &[usize],
) -> Result<Vec<GroupValue>, AnalysisError> {
    let channels = shop.customer_texts("acquisition_channel").await?;
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &at in chosen {
        let key = valued.base.shop.customer_key[at];
        let channel =
            channels.binary_search_by_key(&key, |(key, _)| *key).map_or("", |place| &channels[place].1);
        groups.entry(channel).or_default().push(at);
    }
    let mut rows: Vec<GroupValue> = groups
        .iter()
        .map(|(channel, members)| {
            let name = if channel.is_empty() {
                Words::new("unknown", "알 수 없음")
            } else {
                Words::same(*channel)
            };
            valued.group(channel, name, members, chosen)
        })
        .collect();
    rows.sort_by(|left, right| {
        let key =
            |row: &GroupValue| row.mean_value.unwrap_or(row.expected_purchases / row.customers.max(1) as f64);
        key(right).total_cmp(&key(left)).then(left.key.cmp(&right.key))
    });
    Ok(rows)
}
