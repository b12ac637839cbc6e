//! Response to offers, and who came for one and left, by age band.

use std::collections::BTreeMap;

use dangol_shop::features::FeatureValues;
use dangol_shop::{Scope, Shop};

use super::people::{Person, came, response};
use super::result::{AgeOfferRow, PromotionsParams};
use crate::error::AnalysisError;
use crate::groups::NOT_KNOWN;
use crate::segment_profile::labels;
use crate::words::Words;

/// One row for each age band that holds somebody, the youngest first, those of unknown age last; none where no age is
/// known.
pub(super) async fn by_age(
    shop: &Shop,
    scope: &Scope,
    everybody: &[Person],
    params: &PromotionsParams,
    follow_from: i32,
    in_event: impl Fn(i32) -> bool,
) -> Result<Vec<AgeOfferRow>, AnalysisError> {
    let features = shop.features_of(scope, &["age_band"]).await?;
    let Some(FeatureValues::Text(bands)) = features.column("age_band").map(|column| &column.values) else {
        return Ok(Vec::new());
    };
    // `None` comes first in its order, and is told last.
    let mut members: BTreeMap<Option<&str>, Vec<Person>> = BTreeMap::new();
    for person in everybody {
        let place = features.customer_key.binary_search(&person.key).ok();
        let band = place.and_then(|place| bands[place].as_deref());
        members.entry(band).or_default().push(*person);
    }
    let unknown = members.remove(&None);
    if members.is_empty() {
        return Ok(Vec::new());
    }
    members
        .into_iter()
        .chain(unknown.map(|people| (None, people)))
        .map(|(band, people)| {
            let key = band.unwrap_or(NOT_KNOWN);
            let name = match band {
                Some(band) => labels::value("age_band", band),
                None => Words::new("Age unknown", "나이 모름"),
            };
            let (for_offer, _) = came(&people, follow_from, &in_event, false)?;
            let row = response(key, name, &people)?.without_shares_of_few(params.least_customers);
            let enough = for_offer.customers >= u64::from(params.least_customers);
            let shown = |share: Option<f64>| share.filter(|_| enough);
            Ok(AgeOfferRow {
                age_band: row.key,
                name: row.name,
                customers: row.customers,
                customers_with_offer: row.customers_with_offer,
                orders: row.orders,
                orders_with_offer: row.orders_with_offer,
                order_share: row.order_share,
                order_share_low: row.order_share_low,
                order_share_high: row.order_share_high,
                came_for_offer: for_offer.customers,
                never_at_full_price: for_offer.never_at_full_price,
                left_share: shown(for_offer.share),
                left_share_low: shown(for_offer.share_low),
                left_share_high: shown(for_offer.share_high),
            })
        })
        .collect()
}
