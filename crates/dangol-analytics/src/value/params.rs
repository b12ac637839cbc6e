//! What one can choose of the analysis `value`.

use dangol_models::lifetime::TimeUnit;
use dangol_shop::Shop;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::error::AnalysisError;

/// Parameters of the analysis `value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ValueParams {
    /// The model of purchases.
    pub model: ModelChoice,
    /// The unit in which the model counts time.
    pub unit: Unit,
    /// Days ahead over which value is summed.
    pub horizon_days: u32,
    /// Discount by year: 0.1 makes money a year from now worth 1/1.1.
    pub discount_rate: f64,
    /// Share of revenue that remains after costs.
    pub margin: f64,
    /// Which purchase days tell what a customer spends.
    pub spend: Spend,
    /// Where intervals of totals come from.
    pub intervals: Intervals,
    /// Attributes of customers that bear on purchases and dropout.
    pub covariates: Names,
    /// The segment scheme of the table by segment; `none` leaves the table out.
    pub scheme: String,
    /// Years of life that the historical formula assumes.
    pub assumed_life_years: f64,
    /// Days of activity that it counts at least.
    pub least_active_days: u32,
    /// Rows in the list of the most valuable customers.
    pub top: usize,
    /// Adds one row per customer.
    pub customers: bool,
}

impl Default for ValueParams {
    fn default() -> Self {
        Self {
            model: ModelChoice::Auto,
            unit: Unit::Week,
            horizon_days: 365,
            discount_rate: 0.1,
            margin: 1.0,
            spend: Spend::RepeatDays,
            intervals: Intervals::Likelihood,
            covariates: Names::default(),
            scheme: "nine".into(),
            assumed_life_years: 2.0,
            least_active_days: 30,
            top: 20,
            customers: false,
        }
    }
}

impl ValueParams {
    /// As the section `[value]` of the shop's `shop.toml` has them, for analyses that show values beside their own.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`] where the section cannot be read.
    pub(crate) fn of_shop(shop: &Shop) -> Result<Self, AnalysisError> {
        let Some(section) = shop.config.analyses.get("value") else { return Ok(Self::default()) };
        let bad = |detail: String| AnalysisError::BadParameter { analysis: "value", detail };
        let params: Self = serde_json::from_value(section.clone()).map_err(|error| bad(error.to_string()))?;
        params.check("value")?;
        Ok(params)
    }

    /// Refuses what no computation can use.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub fn check(&self, analysis: &'static str) -> Result<(), AnalysisError> {
        let bad = |detail: &str| AnalysisError::BadParameter { analysis, detail: detail.to_owned() };
        if !(1..=3653).contains(&self.horizon_days) {
            return Err(bad("horizon_days takes 1 to 3653 (ten years)"));
        }
        if !(self.discount_rate >= 0.0 && self.discount_rate <= 10.0) {
            return Err(bad("discount_rate takes a yearly rate from 0 to 10, such as 0.1 for 10 %"));
        }
        if !(self.margin > 0.0 && self.margin <= 1.0) {
            return Err(bad("margin takes a share of revenue above 0 and up to 1, such as 0.35"));
        }
        if !(self.assumed_life_years > 0.0 && self.assumed_life_years <= 50.0) {
            return Err(bad("assumed_life_years takes a number of years above 0 and up to 50"));
        }
        if !self.covariates.is_empty() && self.intervals == Intervals::Posterior {
            return Err(bad("intervals takes likelihood with covariates: the posterior knows none"));
        }
        if self.least_active_days == 0 {
            return Err(bad("least_active_days starts at 1"));
        }
        Ok(())
    }
}

/// Names, as `channel, gender` or as a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = String)]
pub struct Names(String);

impl Names {
    /// Each of them.
    #[must_use]
    pub fn list(&self) -> Vec<String> {
        let names = self.0.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            List(Vec<String>),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Text(text) => Self(text),
            Form::List(names) => Self(names.join(", ")),
        })
    }
}

/// A model of purchases, or the one that predicts best.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelChoice {
    /// The one with the best likelihood of what came after a cut-off.
    #[default]
    Auto,
    /// BG/NBD (Fader, Hardie and Lee 2005).
    BgNbd,
    /// MBG/NBD (Batislam, Denizel and Filiztekin 2007): may leave after the first purchase, too.
    MbgNbd,
    /// Pareto/NBD (Schmittlein, Morrison and Colombo 1987).
    ParetoNbd,
    /// BG/CNBD-k (Platzer and Reutterer 2016): regular purchase times.
    BgCnbd,
    /// MBG/CNBD-k (Platzer and Reutterer 2016).
    MbgCnbd,
}

impl ModelChoice {
    /// As it is written in parameters and results.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::BgNbd => "bg_nbd",
            Self::MbgNbd => "mbg_nbd",
            Self::ParetoNbd => "pareto_nbd",
            Self::BgCnbd => "bg_cnbd",
            Self::MbgCnbd => "mbg_cnbd",
        }
    }
}

/// The unit of the model's time. It changes no result: rates are by this unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days.
    Day,
    /// Weeks of 7 days.
    #[default]
    Week,
    /// Months of 30.4375 days.
    Month,
}

impl Unit {
    /// As the models know it.
    #[must_use]
    pub fn time(self) -> TimeUnit {
        match self {
            Self::Day => TimeUnit::Day,
            Self::Week => TimeUnit::Week,
            Self::Month => TimeUnit::Month,
        }
    }
}

/// Where intervals of totals come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intervals {
    /// From the curvature of the likelihood (delta method): at once.
    #[default]
    Likelihood,
    /// From a Bayesian posterior by NUTS, 4 chains of 1,000 draws: slower, and right where the likelihood is flat.
    Posterior,
}

/// Which purchase days the spend model sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spend {
    /// Those after the first, x of each customer; who bought once is expected to spend as the average does.
    #[default]
    RepeatDays,
    /// All, x + 1 of each customer.
    AllDays,
}
