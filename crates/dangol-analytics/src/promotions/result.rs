//! Parameters, and what comes out. Money is in the shop's currency; intervals are at 90 %.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Promotions;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::words::Words;

/// Parameters of the analysis `promotions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PromotionsParams {
    /// The segment scheme of the response by segment.
    pub scheme: String,
    /// Days before a promotion that its sales are set against, and as many after it.
    pub compare_days: u32,
    /// Days that must have passed since a customer's first purchase before it is said that they did not come back.
    pub follow_days: u32,
    /// Customers of a segment or an age band behind a share; of fewer, counts are shown and no share.
    pub least_customers: u32,
}

impl Default for PromotionsParams {
    fn default() -> Self {
        Self { scheme: "class".into(), compare_days: 28, follow_days: 90, least_customers: 30 }
    }
}

impl PromotionsParams {
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let bad =
            |detail: &str| AnalysisError::BadParameter { analysis: Promotions::NAME, detail: detail.into() };
        if !(7..=365).contains(&self.compare_days) {
            return Err(bad("compare_days takes 7 to 365: each weekday must be there"));
        }
        if self.follow_days == 0 || self.follow_days > 3653 {
            return Err(bad("follow_days takes 1 to 3653"));
        }
        if self.least_customers == 0 {
            return Err(bad("least_customers starts at 1"));
        }
        Ok(())
    }
}

/// Coupons and discounts, by whom they are used and what they bring.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromotionsResult {
    /// Whether any order line carries a coupon or a discount.
    pub offers_known: bool,
    /// Whether discounts are known in money.
    pub discounts_known: bool,
    /// Whether it is known what was bought and for how much: coupons can be planned by product or category.
    pub goods_known: bool,
    /// Everybody.
    pub total: ResponseRow,
    /// By segment of the scheme, in its order.
    pub segments: Vec<ResponseRow>,
    /// By age band, the youngest first; empty where no age is known.
    pub ages: Vec<AgeOfferRow>,
    /// Order lines by the state of their coupon.
    pub states: Vec<CouponState>,
    /// Promotions with a beginning and an end, the latest first.
    pub promotions: Vec<PromotionRow>,
    /// Promotions that cannot be compared with a time without them.
    pub not_compared: Vec<NotCompared>,
    /// Who came for an offer, and whether they ever bought again at full price; none without offers.
    pub came_for_offer: Option<CameRow>,
    /// The others, for comparison.
    pub came_otherwise: Option<CameRow>,
    /// Sales by day, or by week in a long time.
    pub sales: Vec<SalesPoint>,
    /// `day` or `week`.
    pub sales_by: String,
}

/// How a group of customers responds to offers: counts and shares.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseRow {
    /// The segment's key; `total` for everybody.
    pub key: String,
    /// What people call it.
    pub name: Words,
    /// Customers.
    pub customers: u64,
    /// Those who ever bought with an offer.
    pub customers_with_offer: u64,
    /// Their share; none of a segment with fewer than `least_customers`, as all its shares.
    pub customer_share: Option<f64>,
    /// Lower end of its interval (Wilson).
    pub customer_share_low: Option<f64>,
    /// Upper end.
    pub customer_share_high: Option<f64>,
    /// Orders.
    pub orders: u64,
    /// Orders with an offer.
    pub orders_with_offer: u64,
    /// Their share.
    pub order_share: Option<f64>,
    /// Lower end of its interval: customers drawn anew, since one customer's orders are alike.
    pub order_share_low: Option<f64>,
    /// Upper end.
    pub order_share_high: Option<f64>,
    /// Discounts given.
    pub discount: f64,
    /// Their share of what the goods would have cost.
    pub discount_share: Option<f64>,
}

/// Customers of an age and offers: how they respond, and how many came for one and left.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgeOfferRow {
    /// `20s`, `50+`, or `not_known`.
    pub age_band: String,
    /// What people call it.
    pub name: Words,
    /// Customers.
    pub customers: u64,
    /// Those who ever bought with an offer.
    pub customers_with_offer: u64,
    /// Orders.
    pub orders: u64,
    /// Orders with an offer.
    pub orders_with_offer: u64,
    /// Their share; none with fewer than `least_customers`.
    pub order_share: Option<f64>,
    /// Lower end of its interval: customers drawn anew.
    pub order_share_low: Option<f64>,
    /// Upper end.
    pub order_share_high: Option<f64>,
    /// Customers who came for an offer, of those whose first purchase lies long enough ago.
    pub came_for_offer: u64,
    /// Those of them who never bought again at full price.
    pub never_at_full_price: u64,
    /// Their share; none where fewer than `least_customers` came.
    pub left_share: Option<f64>,
    /// Lower end of its interval (Wilson).
    pub left_share_low: Option<f64>,
    /// Upper end.
    pub left_share_high: Option<f64>,
}

/// Order lines whose coupon is in a state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CouponState {
    /// `used`, `clicked`, `not used` as the shop has it; `with` and `without` where only codes are known.
    pub state: String,
    /// Order lines.
    pub order_lines: u64,
    /// Their share.
    pub share: f64,
    /// Net revenue of them.
    pub revenue: f64,
}

/// A promotion and the sales around it. Ratios hold the weekday equal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromotionRow {
    /// Its name; else its coupon.
    pub name: String,
    /// First day.
    pub from: String,
    /// Last day, at most the as-of date.
    pub until: String,
    /// The category it is for; sales are then those of the category.
    pub category: Option<String>,
    /// Days of it.
    pub days: u32,
    /// Revenue a day before.
    pub before: f64,
    /// During.
    pub during: f64,
    /// After; none where fewer than seven days are known.
    pub after: Option<f64>,
    /// How many times the sales before, during it.
    pub lift: Option<f64>,
    /// Lower end of its interval, from how much days differ.
    pub lift_low: Option<f64>,
    /// Upper end.
    pub lift_high: Option<f64>,
    /// How many times the sales before, after it: below 1 is demand brought forward.
    pub after_ratio: Option<f64>,
    /// Lower end of its interval.
    pub after_low: Option<f64>,
    /// Upper end.
    pub after_high: Option<f64>,
    /// Customers who bought during it.
    pub buyers: u64,
    /// Of them, those who bought for the first time.
    pub new_customers: u64,
    /// Other promotions at the same time, or in the time it is compared with.
    pub at_the_same_time: Vec<String>,
}

/// A promotion without a time to compare it with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotCompared {
    /// Its name; else its coupon.
    pub name: String,
    /// Why.
    pub reason: WhyNot,
}

/// Why a promotion is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// Its beginning or end is not known.
    NoDates,
    /// It lies outside of the sales that are known.
    OutsideOfSales,
    /// No days without it are known before.
    NothingBefore,
}

/// Customers by how they came, and what they did after.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CameRow {
    /// Customers whose first purchase lies long enough ago.
    pub customers: u64,
    /// Those who never bought again at full price.
    pub never_at_full_price: u64,
    /// Their share.
    pub share: Option<f64>,
    /// Lower end of its interval (Wilson).
    pub share_low: Option<f64>,
    /// Upper end.
    pub share_high: Option<f64>,
    /// Those who never bought again at all.
    pub never_again: u64,
    /// Discounts given to those who never bought again at full price; none where discounts are not known in money.
    pub cost: Option<f64>,
    /// Revenue from all of them so far, by customer.
    pub revenue_per_customer: f64,
}

/// Sales of a day or week.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SalesPoint {
    /// Its first day.
    pub from: String,
    /// Net revenue.
    pub revenue: f64,
    /// Of order lines with an offer.
    pub revenue_with_offer: f64,
    /// Names of the promotions in it.
    pub promotions: Vec<String>,
}
