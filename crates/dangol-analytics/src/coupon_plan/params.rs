//! What one can choose of the coupon planner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CouponPlan;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// Parameters of the analysis `coupon-plan`. Shares are of the full price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CouponPlanParams {
    /// What coupons are planned for.
    pub by: PlanBy,
    /// Calendar months ahead.
    pub months: usize,
    /// Products (or categories) that are shown.
    pub items: usize,
    /// Order lines in the last twelve months that a product must have.
    pub least_lines: u32,
    /// How demand is forecast.
    pub method: PlanMethod,
    /// Whole months that the recent level is taken from.
    pub level_months: usize,
    /// How many order lines in each calendar month the season of the category (or shop) weighs in that of a product.
    pub season_weight: f64,
    /// The deepest discount.
    pub max_discount: f64,
    /// Discounts are multiples of this.
    pub step: f64,
    /// Share of revenue that remains after costs, for products whose cost is not known.
    pub margin: f64,
    /// What must remain of the full price after coupon and cost.
    pub least_margin: f64,
    /// Share of the products that get a coupon at most, those with most at stake; never fewer than three.
    pub most_share: f64,
    /// Months of demand that the stock should cover.
    pub target_cover_months: usize,
    /// A month with this many times the product's average month, or more, sells at full price anyway.
    pub strong_from: f64,
    /// A month with less than this many times the average month is weak.
    pub weak_below: f64,
}

impl Default for CouponPlanParams {
    fn default() -> Self {
        Self {
            by: PlanBy::default(),
            months: 3,
            items: 20,
            least_lines: 12,
            method: PlanMethod::default(),
            level_months: 3,
            season_weight: 20.0,
            max_discount: 0.3,
            step: 0.05,
            margin: 1.0,
            least_margin: 0.1,
            most_share: 0.1,
            target_cover_months: 3,
            strong_from: 1.1,
            weak_below: 0.9,
        }
    }
}

/// What coupons are planned for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanBy {
    /// Products, if those that sell often enough make half of what is sold; else categories.
    #[default]
    Auto,
    /// Products.
    Product,
    /// Categories.
    Category,
}

/// A way to forecast demand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanMethod {
    /// Season, unless another was clearly nearer out of time.
    #[default]
    Auto,
    /// Recent level × index of the calendar month.
    Season,
    /// Recent level, all months alike.
    Level,
    /// As in the same month of the year before.
    LastYear,
    /// As in the last whole month.
    LastMonth,
}

impl CouponPlanParams {
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let bad =
            |detail: &str| AnalysisError::BadParameter { analysis: CouponPlan::NAME, detail: detail.into() };
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if !(1..=12).contains(&self.months) {
            return Err(bad("months takes 1 to 12"));
        }
        if !(1..=200).contains(&self.items) {
            return Err(bad("items takes 1 to 200"));
        }
        if self.least_lines == 0 {
            return Err(bad("least_lines starts at 1"));
        }
        if !(1..=12).contains(&self.level_months) {
            return Err(bad("level_months takes 1 to 12"));
        }
        if !(self.season_weight.is_finite() && self.season_weight >= 0.0) {
            return Err(bad("season_weight is a number of order lines, 0 or more"));
        }
        if !(self.step >= 0.01 && self.step <= 0.5) {
            return Err(bad("step takes 0.01 to 0.5 (a share of the price)"));
        }
        if !(self.max_discount >= self.step && self.max_discount <= 0.9) {
            return Err(bad("max_discount takes a share from one step up to 0.9, such as 0.3"));
        }
        if !(share(self.margin) && self.margin > 0.0) {
            return Err(bad("margin takes a share above 0, up to 1"));
        }
        if !(share(self.least_margin) && self.least_margin < 1.0) {
            return Err(bad("least_margin takes a share from 0, below 1"));
        }
        if !(share(self.most_share) && self.most_share > 0.0) {
            return Err(bad("most_share takes a share above 0, up to 1"));
        }
        if !(1..=12).contains(&self.target_cover_months) {
            return Err(bad("target_cover_months takes 1 to 12"));
        }
        if !(self.weak_below > 0.0 && self.weak_below <= 1.0) {
            return Err(bad("weak_below takes a number above 0, up to 1"));
        }
        if !(self.strong_from.is_finite() && self.strong_from >= 1.0) {
            return Err(bad("strong_from takes a number of 1 or more"));
        }
        Ok(())
    }
}
