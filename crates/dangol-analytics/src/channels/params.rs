//! What one can choose of the analysis `channels`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Channels;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::value::ValueParams;

/// Parameters of the analysis `channels`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelsParams {
    /// Which lifetime value is set against the cost.
    pub ltv: Ltv,
    /// Share of revenue that remains after costs.
    pub margin: f64,
    /// Up to when the historical formula counts active days.
    pub active_days: ActiveDays,
    /// Days of activity that it counts at least.
    pub least_active_days: u32,
    /// Years of life that it assumes.
    pub assumed_life_years: f64,
    /// Days ahead over which the model looks.
    pub horizon_days: u32,
    /// Discount by year: 0.1 makes money a year from now worth 1/1.1.
    pub discount_rate: f64,
    /// Whom the maturity of a channel counts: segments as in the filter, `class:platinum`; empty for the best class.
    pub vip: String,
    /// Customers with a purchase within so many days are active.
    pub active_within_days: u32,
    /// Seed of the resamples that intervals come from.
    pub seed: u64,
}

impl Default for ChannelsParams {
    fn default() -> Self {
        let ValueParams {
            margin, least_active_days, assumed_life_years, horizon_days, discount_rate, ..
        } = ValueParams::default();
        Self {
            ltv: Ltv::default(),
            margin,
            active_days: ActiveDays::default(),
            least_active_days,
            assumed_life_years,
            horizon_days,
            discount_rate,
            vip: String::new(),
            active_within_days: 365,
            seed: 1,
        }
    }
}

/// A lifetime value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ltv {
    /// Revenue × 365 / active days × assumed life.
    #[default]
    Historical,
    /// What they have spent so far, and what the models of the analysis `value` expect within the horizon.
    Model,
}

/// Up to when the historical formula counts active days, from the first purchase on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActiveDays {
    /// To the as-of date.
    #[default]
    ToAsOf,
    /// To the last purchase.
    ToLastPurchase,
}

impl ChannelsParams {
    /// The parameters of the models behind it.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`] for what no computation can use.
    pub(crate) fn check(&self) -> Result<ValueParams, AnalysisError> {
        if self.active_within_days == 0 {
            let detail = "active_within_days starts at 1".to_owned();
            return Err(AnalysisError::BadParameter { analysis: Channels::NAME, detail });
        }
        let of_value = ValueParams {
            margin: self.margin,
            least_active_days: self.least_active_days,
            assumed_life_years: self.assumed_life_years,
            horizon_days: self.horizon_days,
            discount_rate: self.discount_rate,
            ..ValueParams::default()
        };
        of_value.check(Channels::NAME)?;
        Ok(of_value)
    }
}
