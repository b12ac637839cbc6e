//! What customers do with offers.

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type};
use dangol_models::bootstrap::{interval, resampled_means};
use dangol_models::proportion::wilson;
use dangol_shop::frame::column;
use dangol_shop::{Scope, Shop};

use super::result::{CameRow, ResponseRow};
use crate::channels::LEVEL;
use crate::error::AnalysisError;
use crate::words::Words;

/// Resamples of customers; the seed is fixed, since there is one answer for each question.
const DRAWS: usize = 1_000;

/// A line that was bought with an offer: a discount, a coupon that was used, or, where no state of coupons is known, any
/// coupon.
pub(crate) const OFFER: &str = "(coalesce(discount, 0) > 0 OR coalesce(coupon_status, 'used') = 'used' \
     AND (coupon_status IS NOT NULL OR coupon_code IS NOT NULL))";

/// One customer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) key: i32,
    pub(super) first_on: i32,
    first_offer: bool,
    orders: u64,
    orders_with_offer: u64,
    full_price_again: bool,
    again: bool,
    discount: f64,
    revenue: f64,
}

pub(super) async fn people(shop: &Shop, scope: &Scope) -> Result<Vec<Person>, AnalysisError> {
    let later = "ordered_on > customer_first_on";
    let found = shop
        .lines(scope)
        .per_customer(
            &format!(
                "customer_key, min(customer_first_on) AS first_on, \
                 count(*) FILTER (WHERE is_purchase AND ordered_on = customer_first_on AND {OFFER}) AS first_offer, \
                 count(*) FILTER (WHERE first_of_order) AS orders, \
                 count(DISTINCT CASE WHEN is_purchase AND {OFFER} THEN order_key END) AS orders_with_offer, \
                 count(*) FILTER (WHERE is_purchase AND {later} AND NOT {OFFER}) AS full_price_again, \
                 count(*) FILTER (WHERE first_of_day AND {later}) AS again, \
                 sum(coalesce(discount, 0)) FILTER (WHERE is_purchase) AS discount, sum(net_revenue) AS revenue"
            ),
            "bool_or(is_purchase)",
        )
        .await?;
    let keys = column::<Int32Type>(&found, "customer_key", 0)?;
    let first_on = column::<Date32Type>(&found, "first_on", 0)?;
    let count = |name: &str| column::<Int64Type>(&found, name, 0);
    let (first_offer, orders, with_offer) =
        (count("first_offer")?, count("orders")?, count("orders_with_offer")?);
    let (full_price_again, again) = (count("full_price_again")?, count("again")?);
    let discount = column::<Float64Type>(&found, "discount", 0.0)?;
    let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
    Ok((0..keys.len())
        .map(|at| Person {
            key: keys[at],
            first_on: first_on[at],
            first_offer: first_offer[at] > 0,
            orders: orders[at] as u64,
            orders_with_offer: with_offer[at] as u64,
            full_price_again: full_price_again[at] > 0,
            again: again[at] > 0,
            discount: discount[at],
            revenue: revenue[at],
        })
        .collect())
}

/// The response of some customers.
pub(super) fn response(key: &str, name: Words, people: &[Person]) -> Result<ResponseRow, AnalysisError> {
    let customers = people.len() as u64;
    let with_offer = people.iter().filter(|person| person.orders_with_offer > 0).count() as u64;
    let orders: u64 = people.iter().map(|person| person.orders).sum();
    let orders_with_offer: u64 = people.iter().map(|person| person.orders_with_offer).sum();
    let rate = wilson(with_offer, customers, LEVEL)?;
    let rows: Vec<[f64; 2]> =
        people.iter().map(|person| [person.orders_with_offer as f64, person.orders as f64]).collect();
    let drawn = if rows.len() > 1 { resampled_means(&rows, DRAWS, 1)? } else { Vec::new() };
    let ends = interval(drawn.into_iter().map(|[with_offer, orders]| with_offer / orders), LEVEL)?;
    let discount: f64 = people.iter().map(|person| person.discount).sum();
    let gross = discount + people.iter().map(|person| person.revenue).sum::<f64>();
    Ok(ResponseRow {
        key: key.to_owned(),
        name,
        customers,
        customers_with_offer: with_offer,
        customer_share: rate.map(|rate| rate.rate),
        customer_share_low: rate.map(|rate| rate.low),
        customer_share_high: rate.map(|rate| rate.high),
        orders,
        orders_with_offer,
        order_share: (orders > 0).then(|| orders_with_offer as f64 / orders as f64),
        order_share_low: ends.map(|(low, _)| low),
        order_share_high: ends.map(|(_, high)| high),
        discount,
        discount_share: (gross > 0.0).then(|| discount / gross),
    })
}

impl ResponseRow {
    /// A share of a handful of customers says nothing: their counts stay.
    pub(super) fn without_shares_of_few(self, least: u32) -> Self {
        if self.customers >= u64::from(least) {
            return self;
        }
        Self {
            customer_share: None,
            customer_share_low: None,
            customer_share_high: None,
            order_share: None,
            order_share_low: None,
            order_share_high: None,
            discount_share: None,
            ..self
        }
    }
}

/// Customers who came for an offer (the first purchase was made with one, and within an event if there are any), and the
/// others; of those whose first purchase lies long enough ago.
pub(super) fn came(
    people: &[Person],
    follow_from: i32,
    in_event: impl Fn(i32) -> bool,
    discounts_known: bool,
) -> Result<(CameRow, CameRow), AnalysisError> {
    let followed = people.iter().filter(|person| person.first_on <= follow_from);
    let (for_offer, otherwise): (Vec<&Person>, Vec<&Person>) =
        followed.partition(|person| person.first_offer && in_event(person.first_on));
    Ok((row(&for_offer, discounts_known)?, row(&otherwise, discounts_known)?))
}

fn row(people: &[&Person], discounts_known: bool) -> Result<CameRow, AnalysisError> {
    let never: Vec<&&Person> = people.iter().filter(|person| !person.full_price_again).collect();
    let customers = people.len() as u64;
    let rate = wilson(never.len() as u64, customers, LEVEL)?;
    Ok(CameRow {
        customers,
        never_at_full_price: never.len() as u64,
        share: rate.map(|rate| rate.rate),
        share_low: rate.map(|rate| rate.low),
        share_high: rate.map(|rate| rate.high),
        never_again: people.iter().filter(|person| !person.again).count() as u64,
        cost: discounts_known.then(|| never.iter().map(|person| person.discount).sum()),
        revenue_per_customer: people.iter().map(|person| person.revenue).sum::<f64>()
            / customers.max(1) as f64,
    })
}
