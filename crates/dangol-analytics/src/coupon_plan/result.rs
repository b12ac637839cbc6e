//! What comes out. Money is in the shop's currency; intervals are at 90 %.

use serde::Serialize;
use utoipa::ToSchema;

use super::params::PlanMethod;
use crate::words::Words;

/// A plan of coupons: product × month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CouponPlanResult {
    /// What to put a coupon on, and when, in a sentence.
    pub answer: Words,
    /// `product` or `category`.
    pub by: String,
    /// Whether order lines name products.
    pub products_known: bool,
    /// Whether their categories are known.
    pub categories_known: bool,
    /// The months planned, `2020-03`, in order.
    pub months: Vec<String>,
    /// Whole months of sales that the plan rests on.
    pub months_known: u32,
    /// Products (or categories) that sell often enough to be planned for.
    pub planned: u64,
    /// Those that do not.
    pub too_few: u64,
    /// Those planned for with a reason for a coupon.
    pub due: u64,
    /// Those that get one: no more than `most_share` allows.
    pub chosen: u64,
    /// How demand is forecast.
    pub method: PlanMethod,
    /// Whether the stock is known and used.
    pub stock_used: bool,
    /// Products (or categories) shown: those with most at stake in a coupon first, then by revenue.
    pub items: Vec<PlanItem>,
    /// Each of them in each month.
    pub cells: Vec<PlanCell>,
    /// How far forecasts were from what came, out of time.
    pub judged: Vec<JudgedMethod>,
    /// What sold at a discount and at full price before.
    pub past: Vec<PastDiscount>,
}

/// A product (or category).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanItem {
    /// Its id or name in the shop.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The category of a product.
    pub category: Option<String>,
    /// Order lines in the last twelve whole months.
    pub lines: u64,
    /// Units in them.
    pub units: f64,
    /// Net revenue in them.
    pub revenue: f64,
    /// Full price of a unit: revenue and discounts by unit.
    pub price: f64,
    /// Share of the full price that remains after costs.
    pub margin: f64,
    /// Whether the margin comes from the cost of the product.
    pub cost_known: bool,
    /// Units in stock; none where not known.
    pub stock: Option<f64>,
    /// Expected units of an average month, over the twelve months ahead.
    pub month_units: f64,
    /// Share of its units sold with an offer, in the last twelve months.
    pub offer_share: f64,
    /// Units of the year by order line: a few large orders make forecasts unsure.
    pub units_per_line: f64,
    /// The deepest coupon proposed; none where there is none.
    pub deepest: Option<f64>,
}

/// A product (or category) in a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanCell {
    /// The item's key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// `2020-03`.
    pub month: String,
    /// Units expected.
    pub units: f64,
    /// Lower end of its interval: from forecasts of this size and what came.
    pub units_low: Option<f64>,
    /// Upper end.
    pub units_high: Option<f64>,
    /// How many times the item's average month.
    pub index: Option<f64>,
    /// Units left at the beginning of the month if all comes as expected.
    pub stock: Option<f64>,
    /// Months that they last.
    pub cover_months: Option<f64>,
    /// Units more than the target cover needs.
    pub excess: Option<f64>,
    /// The coupon, a share of the full price; none where none is proposed.
    pub discount: Option<f64>,
    /// Why, for programs.
    pub reason: PlanReason,
    /// Why, in words.
    pub why: Words,
    /// What the coupon costs if it sells nothing more and everybody uses it; none where nothing is expected to sell.
    pub cost: Option<f64>,
    /// Units that must be sold for the same profit as at full price.
    pub break_even_units: Option<f64>,
    /// Their growth over those expected.
    pub break_even_lift: Option<f64>,
}

/// Why there is a coupon, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanReason {
    /// A weak month, and more in stock than the target.
    WeakAndOverstocked,
    /// More in stock than the target.
    Overstocked,
    /// A weak month; the stock is not known.
    Weak,
    /// In stock, but not sold any more.
    NotSelling,
    /// None: sells at full price anyway.
    Strong,
    /// None: what is there does not last the month.
    ShortStock,
    /// None: the stock is about what is needed.
    InBalance,
    /// None: a month like others; the stock is not known.
    Ordinary,
    /// None: nothing would remain of the price.
    NoRoom,
    /// None: there would be a reason, but other products have more at stake.
    Outranked,
}

/// A way to forecast, judged on months after those it was told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JudgedMethod {
    /// The method.
    pub method: PlanMethod,
    /// What people call it.
    pub name: Words,
    /// Whether the plan uses it.
    pub used: bool,
    /// Σ |expected − sold| ÷ Σ sold, over products and months.
    pub error: Option<f64>,
    /// Σ expected ÷ Σ sold − 1.
    pub bias: Option<f64>,
    /// Products × months.
    pub cells: u64,
    /// Months from which it looked ahead.
    pub cut_offs: u32,
}

/// Units by day at a discount against those at full price, in the same quarters. No experiment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PastDiscount {
    /// The product or category.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// `product` or `category`.
    pub level: String,
    /// `promotions`: days in a dated promotion against others; `weeks`: weeks in which it was nearly only sold with an
    /// offer against weeks in which it nearly never was.
    pub from: String,
    /// Days (or weeks) at a discount.
    pub at_discount: u64,
    /// Days (or weeks) at full price in the same quarters.
    pub at_full_price: u64,
    /// Units by day at a discount.
    pub units_at_discount: f64,
    /// Units by day that full price would give there.
    pub units_at_full_price: f64,
    /// How many times as many.
    pub ratio: f64,
    /// Lower end of its interval, from how much days (or weeks) differ.
    pub ratio_low: f64,
    /// Upper end.
    pub ratio_high: f64,
    /// Mean discount then, a share of the full price; none where discounts are not known in money.
    pub discount: Option<f64>,
}
