//! What one can choose of the analysis `rfm-weights`.

use dangol_models::score_weights::Form;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RfmWeights;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::rfm::RfmParams;
use crate::words::Words;

/// Parameters of the analysis `rfm-weights`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RfmWeightsParams {
    /// Whose weights make the score and its classes; all of them are fitted and judged.
    pub method: WeightMethod,
    /// Days of a period: what customers do in it is what their scores before it are weighed by. 0 takes the fewest of 90,
    /// 180 and 365 in which enough customers bought.
    pub period_days: u32,
    /// Share of the customers with the highest scores whose share of the later revenue is told.
    pub top_share: f64,
    /// Customers drawn anew so many times, for intervals of 90 %.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// How customers are scored. The weights given here are judged beside the fitted ones.
    #[serde(flatten)]
    pub rfm: RfmParams,
}

impl Default for RfmWeightsParams {
    fn default() -> Self {
        Self {
            method: WeightMethod::Linear,
            period_days: 0,
            top_share: 0.2,
            draws: 200,
            seed: 1,
            rfm: RfmParams::default(),
        }
    }
}

/// How weights are fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeightMethod {
    /// Linear regression of spend.
    #[default]
    Linear,
    /// Logistic regression of buying again.
    Logistic,
    /// Boosted trees of spend.
    Boosting,
}

impl WeightMethod {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Linear, Self::Logistic, Self::Boosting];

    /// Its key.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Logistic => "logistic",
            Self::Boosting => "boosting",
        }
    }

    /// What people call it.
    pub(super) fn name(self) -> Words {
        match self {
            Self::Linear => Words::new("Linear regression of spend", "구매 금액의 선형 회귀"),
            Self::Logistic => {
                Words::new("Logistic regression of buying again", "재구매 여부의 로지스틱 회귀")
            }
            Self::Boosting => Words::new("Boosted trees of spend", "구매 금액의 그래디언트 부스팅"),
        }
    }

    pub(super) fn form(self) -> Form {
        match self {
            Self::Linear => Form::Linear,
            Self::Logistic => Form::Logistic,
            Self::Boosting => Form::Boosting,
        }
    }
}

impl RfmWeightsParams {
    /// Refuses what no computation can use.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub fn check(&self) -> Result<(), AnalysisError> {
        let bad = |detail: &str| {
            Err(AnalysisError::BadParameter { analysis: RfmWeights::NAME, detail: detail.into() })
        };
        if self.period_days != 0 && !(7..=731).contains(&self.period_days) {
            return bad("period_days takes 7 to 731 (two years), or 0 for one that suits the shop");
        }
        if !(self.top_share >= 0.01 && self.top_share <= 0.9) {
            return bad("top_share takes 0.01 to 0.9");
        }
        if !(20..=5_000).contains(&self.draws) {
            return bad("draws takes 20 to 5000");
        }
        Ok(())
    }
}
