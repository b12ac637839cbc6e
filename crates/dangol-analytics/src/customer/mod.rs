//! One customer: history, scores with percentiles, a reading in words, products.

use std::sync::Arc;

use arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};
use dangol_models::quantile::percentile_rank;
use dangol_shop::frame::{column, texts};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::rfm::{CustomerRow, Person, RfmParams, Scored, reading};
use crate::words::Words;

/// The analysis `customer`.
#[derive(Debug)]
pub struct Customer;

/// Which customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CustomerParams {
    /// The customer's id.
    pub id: String,
    /// How customers are scored.
    #[serde(flatten)]
    pub rfm: RfmParams,
}

/// What is known of one customer within the scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerProfile {
    /// The id.
    pub customer_id: String,
    /// Country of the latest order.
    pub country: Option<String>,
    /// RFC 3339.
    pub first_ordered_at: String,
    /// RFC 3339.
    pub last_ordered_at: String,
    /// Orders.
    pub orders: u64,
    /// Purchased lines.
    pub order_lines: u64,
    /// Days with a purchase.
    pub purchase_days: u64,
    /// Units.
    pub units: f64,
    /// Net revenue.
    pub revenue: f64,
    /// Revenue by order.
    pub average_order_value: Option<f64>,
    /// Median number of days between purchase days; none with a single one.
    pub median_gap_days: Option<f64>,
    /// Scores among everybody in scope.
    pub scores: CustomerScores,
    /// The customer in sentences.
    pub reading: Vec<Words>,
    /// Orders, the oldest first.
    pub history: Vec<OrderRow>,
    /// Products by revenue, 20 at most.
    pub products: Vec<ProductRow>,
}

/// Scores and where the values stand among everybody's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerScores {
    /// As in the list of customers.
    #[serde(flatten)]
    pub row: CustomerRow,
    /// Share of customers, in percent, with a lower value (half of those with the same).
    pub percentiles: Percentiles,
}

/// Percentile ranks, 0 to 100.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Percentiles {
    /// Of the days since the last order.
    pub recency_days: f64,
    /// Of the frequency.
    pub frequency: f64,
    /// Of the monetary value.
    pub monetary: f64,
}

/// An order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderRow {
    /// Its id.
    pub order_id: String,
    /// RFC 3339.
    pub ordered_at: String,
    /// Day in the shop's calendar.
    pub ordered_on: String,
    /// Lines.
    pub order_lines: u64,
    /// Units.
    pub units: f64,
    /// Net revenue.
    pub revenue: f64,
}

/// A product that the customer bought.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductRow {
    /// Its id.
    pub product_id: String,
    /// Its name, where known.
    pub product_name: Option<String>,
    /// Units.
    pub quantity: f64,
    /// Net revenue.
    pub revenue: f64,
    /// Orders with it.
    pub orders: u64,
    /// Last bought on.
    pub last_ordered_on: String,
}

impl Analysis for Customer {
    type Params = CustomerParams;
    type Output = CustomerProfile;

    const NAME: &'static str = "customer";
    const FILE_ONLY: &'static [&'static str] = &["rules", "thresholds"];

    fn about() -> About {
        let mut parameters = vec![Parameter::new("id", "The customer's id.", "고객 ID예요.")];
        parameters.extend(
            crate::rfm::parameter_list().into_iter().filter(|parameter| parameter.name != "customers"),
        );
        About {
            title: Words::new("Customer", "고객"),
            definition: Words::new(
                "Everything that one customer bought in scope, with RFM scores among all customers. A percentile of 90 means that 90% of customers have a lower value.",
                "한 고객이 범위 안에서 구매한 기록과 전체 고객 가운데의 RFM 점수예요. 백분위 90은 고객의 90%보다 값이 크다는 뜻이에요.",
            ),
            source: "As RFM.".into(),
            parameters,
        }
    }

    fn exclusions(_shop: &Shop) -> Option<&'static str> {
        None
    }

    fn inherited(shop: &Shop) -> Map<String, Value> {
        crate::rfm::inherited(shop)
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CustomerParams,
    ) -> Result<(CustomerProfile, Vec<Finding>), AnalysisError> {
        let unknown = || AnalysisError::UnknownCustomer { id: params.id.clone() };
        let key = shop.customer_key(&params.id).await?.ok_or_else(unknown)?;
        // A person's page shows that person, whatever segment the other pages are about.
        let everybody = Scope { members: None, ..scope };
        let checked = params.rfm.clone().check()?;
        let scored = Scored::of(shop, &everybody, &checked).await?;
        let at = scored.profiles.customer_key.binary_search(&key).map_err(|_| unknown())?;

        let own = Scope { members: Some(Arc::new(vec![key])), ..everybody };
        let history = history(shop, &own, key).await?;
        let products = products(shop, &own, key).await?;
        let (totals, rfm, profiles) = (&scored.totals, &scored.rfm, &scored.profiles);
        let row = scored.rows(shop, &[at]).await?.pop().ok_or_else(unknown)?;
        let person = Person {
            recency_days: totals.recency_days[at],
            frequency: totals.frequency[at],
            monetary: totals.monetary[at],
            orders: totals.orders[at],
        };
        let rank = |values: &[f64], value: f64| percentile_rank(values, value).unwrap_or_default();
        let percentiles = Percentiles {
            recency_days: rank(&totals.recency(), person.recency_days as f64),
            frequency: rank(&totals.frequency, person.frequency),
            monetary: rank(&totals.monetary, person.monetary),
        };
        let revenue = profiles.revenue[at];
        let profile = CustomerProfile {
            customer_id: params.id.clone(),
            country: history.country,
            first_ordered_at: history
                .orders
                .first()
                .map(|order| order.ordered_at.clone())
                .unwrap_or_default(),
            last_ordered_at: moment(profiles.last_at[at]),
            orders: profiles.orders[at],
            order_lines: profiles.lines[at],
            purchase_days: profiles.days[at],
            units: history.orders.iter().map(|order| order.units).sum(),
            revenue,
            average_order_value: Some(revenue / profiles.orders[at].max(1) as f64),
            median_gap_days: median_gap(&history.days),
            reading: reading(
                &person,
                &rfm.result.factors,
                checked.params().frequency,
                checked.params().monetary,
                &shop.config.shop.currency,
            ),
            scores: CustomerScores { row, percentiles },
            history: history.orders,
            products,
        };
        Ok((profile, Vec::new()))
    }
}

fn moment(at: i64) -> String {
    Timestamp::from_microsecond(at).map(|at| at.to_string()).unwrap_or_default()
}

struct History {
    orders: Vec<OrderRow>,
    /// Purchase days, ascending.
    days: Vec<i32>,
    country: Option<String>,
}

async fn history(shop: &Shop, own: &Scope, key: i32) -> Result<History, AnalysisError> {
    let batches = shop
        .lines(own)
        .purchases_of(key)
        .grouped(
            "SELECT min(order_id) AS order_id, min(ordered_at) AS ordered_at, count(*) AS order_lines, \
             sum(COALESCE(quantity, 1)) AS units, sum(net_revenue) AS revenue, min(country) AS country \
             FROM lines GROUP BY order_key ORDER BY ordered_at, order_id",
        )
        .await?;
    let ids = texts(&batches, "order_id")?;
    let at = column::<TimestampMicrosecondType>(&batches, "ordered_at", 0)?;
    let lines = column::<Int64Type>(&batches, "order_lines", 0)?;
    let units = column::<Float64Type>(&batches, "units", 0.0)?;
    let revenue = column::<Float64Type>(&batches, "revenue", 0.0)?;
    let country = texts(&batches, "country")?.pop().flatten();
    let mut days: Vec<i32> = at.iter().map(|at| shop.clock().day_of(*at)).collect();
    let orders = ids
        .into_iter()
        .enumerate()
        .map(|(row, id)| OrderRow {
            order_id: id.unwrap_or_default(),
            ordered_at: moment(at[row]),
            ordered_on: date_of(days[row]).to_string(),
            order_lines: lines[row] as u64,
            units: units[row],
            revenue: revenue[row],
        })
        .collect();
    days.dedup();
    Ok(History { orders, days, country })
}

async fn products(shop: &Shop, own: &Scope, key: i32) -> Result<Vec<ProductRow>, AnalysisError> {
    let batches = shop
        .lines(own)
        .purchases_of(key)
        .grouped(
            "SELECT product_id, max(product_name) AS product_name, sum(COALESCE(quantity, 1)) AS quantity, \
             sum(net_revenue) AS revenue, count(DISTINCT order_key) AS orders, CAST(max(ordered_on) AS VARCHAR) AS last_on \
             FROM lines WHERE product_id IS NOT NULL GROUP BY product_id \
             ORDER BY revenue DESC NULLS LAST, product_id LIMIT 20",
        )
        .await?;
    let ids = texts(&batches, "product_id")?;
    let names = texts(&batches, "product_name")?;
    let last_on = texts(&batches, "last_on")?;
    let quantity = column::<Float64Type>(&batches, "quantity", 0.0)?;
    let revenue = column::<Float64Type>(&batches, "revenue", 0.0)?;
    let orders = column::<Int64Type>(&batches, "orders", 0)?;
    Ok(ids
        .into_iter()
        .zip(names.into_iter().zip(last_on))
        .enumerate()
        .map(|(row, (id, (name, last_on)))| ProductRow {
            product_id: id.unwrap_or_default(),
            product_name: name,
            quantity: quantity[row],
            revenue: revenue[row],
            orders: orders[row] as u64,
            last_ordered_on: last_on.unwrap_or_default(),
        })
        .collect())
}

fn median_gap(days: &[i32]) -> Option<f64> {
    let mut gaps: Vec<i32> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    match gaps.len() {
        0 => None,
        n if n % 2 == 1 => Some(f64::from(gaps[middle])),
        _ => Some(f64::midpoint(f64::from(gaps[middle - 1]), f64::from(gaps[middle]))),
    }
}

#[cfg(test)]
mod tests {
    use super::median_gap;

    #[test]
    fn median_of_gaps() {
        assert_eq!(median_gap(&[3]), None);
        assert_eq!(median_gap(&[3, 10]), Some(7.0));
        assert_eq!(median_gap(&[0, 1, 5, 8]), Some(3.0));
        assert_eq!(median_gap(&[0, 1, 5]), Some(2.5));
    }
}
