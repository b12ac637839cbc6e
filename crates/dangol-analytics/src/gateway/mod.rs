//! Gateway products: what customers who began with a category or product bring later.
//!
//! First orders and what followed ([`first`]) → customers who began with an item against those who began otherwise,
//! within strata of channel, period and size of the first order (`dangol_models::stratified`) → what is more than chance.

mod findings;
mod first;
mod result;

pub use result::{GatewayParams, GatewayResult, GatewayRow, GatewayVerdict};

use dangol_models::hypothesis::benjamini_hochberg;
use dangol_models::stratified::Strata;
use dangol_shop::{Scope, Shop};

use self::first::{Followed, Item, What, items};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::channels::LEVEL;
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `gateway`.
#[derive(Debug)]
pub struct Gateway;

impl Analysis for Gateway {
    type Params = GatewayParams;
    type Output = GatewayResult;

    const NAME: &'static str = "gateway";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        Need::required(
            "order_lines",
            "net_revenue",
            "what customers bring after their first order",
            "첫 주문 뒤 고객이 쓰는 금액",
        ),
        Need::optional(
            "order_lines",
            "category",
            "categories that good customers begin with",
            "좋은 고객이 처음 사는 카테고리",
        ),
        Need::optional(
            "order_lines",
            "product_id",
            "products that good customers begin with",
            "좋은 고객이 처음 사는 상품",
        ),
        Need::optional(
            "customers",
            "acquisition_channel",
            "compared within channels",
            "같은 유입 채널 안에서 비교",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Gateway products", "첫 구매 상품"),
            definition: Words::new(
                "The first order is all that a customer bought on the day of their first purchase; later value is their net revenue after it, over the days given or up to the as-of date. Customers whose first order holds a category (or product) are set against those whose first order does not, within the same channel, the same quarter of the first purchase (month, if followed up to the as-of date) and the same fifth of first-order value. The ratio says how many times as much they bring (Mantel-Haenszel weights); its 90% interval takes amounts as they are, with many zeros and a long tail. What is called more or less has an adjusted p-value (Benjamini-Hochberg over all categories, or all products) below the level. It is a comparison, not an experiment: what someone buys first also tells who they are.",
                "첫 주문은 고객이 첫 구매일에 산 것 전부이고, 이후 가치는 그 뒤 정한 날수 동안(또는 기준일까지)의 순매출이에요. 첫 주문에 그 카테고리(또는 상품)가 있는 고객을 없는 고객과 비교하되, 유입 채널, 첫 구매 분기(기준일까지 볼 때는 월), 첫 주문 금액 구간(5등분)이 같은 고객끼리 비교해요. 배율은 몇 배를 더 쓰는지이고(맨텔-헨젤 가중), 90% 구간은 0이 많고 꼬리가 긴 금액을 그대로 반영해요. 여러 항목을 함께 보므로 벤저미니-호흐베르크로 조정한 p값이 기준보다 작을 때만 많다·적다고 해요. 실험이 아니라 비교예요. 무엇을 먼저 사는지는 어떤 고객인지도 말해 주니까요.",
            ),
            source: "Rothman, Greenland and Lash (2008), Modern Epidemiology, chapter 15; Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57."
                .into(),
            parameters: vec![
                Parameter::new(
                    "days",
                    "Days after the first purchase over which later value is summed, for customers known for as long; 0 for up to the as-of date, everybody.",
                    "첫 구매 뒤 며칠 동안의 금액을 볼지예요. 그만큼 지난 고객만 세요. 0이면 모든 고객을 기준일까지 봐요.",
                ),
                Parameter::new(
                    "least_customers",
                    "Customers that must have begun with a category or product, and must not, for it to be looked at.",
                    "첫 주문에 그 항목이 있는 고객과 없는 고객이 각각 최소 몇 명이어야 비교할지예요.",
                ),
                Parameter::new("products", "How many products are looked at, those most began with.", "첫 주문에 많은 순으로 상품을 몇 개까지 볼지예요."),
                Parameter::new("level", "The share of false discoveries that is put up with.", "잘못 찾은 항목의 비율을 얼마까지 허용할지예요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: GatewayParams,
    ) -> Result<(GatewayResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let followed = Followed::of(shop, &scope, &params).await?;
        if followed.len() == 0 && followed.too_recent == 0 {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let categories = items(shop, &scope, &followed, What::Category, &params).await?;
        let products = items(shop, &scope, &followed, What::Product, &params).await?;
        let strata = Strata::new(&followed.strata, &followed.later)?;
        let everybody = followed.len().max(1) as f64;
        let result = GatewayResult {
            customers: followed.len() as u64,
            too_recent: followed.too_recent,
            days: params.days,
            adjusted_for: followed.adjusted_for.clone(),
            mean_later_value: dangol_models::sum::sum(&followed.later) / everybody,
            bought_again: followed.bought_again(0..followed.len()),
            categories: rows(&followed, &strata, &categories, params.level)?,
            products: rows(&followed, &strata, &products, params.level)?,
        };
        let findings = findings::find(shop, &result, &params);
        Ok((result, findings))
    }
}

/// Compares each item's customers with the others.
fn rows(
    followed: &Followed,
    strata: &Strata,
    items: &[Item],
    level: f64,
) -> Result<Vec<GatewayRow>, AnalysisError> {
    let mut rows = Vec::new();
    for item in items {
        let Some(found) = strata.compare(&item.places, LEVEL)? else { continue };
        let customers = item.places.len();
        rows.push(GatewayRow {
            key: item.key.clone(),
            name: item.name.clone(),
            customers: customers as u64,
            share: customers as f64 / followed.len() as f64,
            bought_again: followed.bought_again(item.places.iter().copied()),
            later_value: found.mean,
            expected_value: found.expected,
            ratio: found.ratio,
            ratio_low: found.interval.map(|(low, _)| low),
            ratio_high: found.interval.map(|(_, high)| high),
            p_value: found.p_value,
            verdict: GatewayVerdict::NotSeen,
        });
    }
    let raw: Vec<f64> = rows.iter().map(|row| row.p_value).collect();
    for (row, p_value) in rows.iter_mut().zip(benjamini_hochberg(&raw)?) {
        row.p_value = p_value;
        row.verdict = if p_value >= level {
            GatewayVerdict::NotSeen
        } else if row.ratio > 1.0 {
            GatewayVerdict::More
        } else {
            GatewayVerdict::Less
        };
    }
    rows.sort_by(|left, right| right.ratio.total_cmp(&left.ratio).then(left.key.cmp(&right.key)));
    Ok(rows)
}
