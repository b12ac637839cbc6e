//! Six- and twelve-month value of each cohort: observed where it is old enough, else projected by the shop's lifetime
//! model, with an interval, and tried out on the past.
//!
//! The cohorts as they stand ([`crate::cohorts`]) and the fitted models ([`crate::value`]) → values ([`project`]) → the
//! same from an earlier day, against what came after it ([`check`]).

mod check;
mod findings;
mod project;
mod result;

pub use result::{CheckedValue, CohortOutlook, CohortValueResult, ProjectionCheck, ValueState};

use dangol_shop::{Scope, Shop};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Parameter};
use crate::cohorts::CohortPeriodLength;
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::words::Words;

/// The analysis `cohort-value`.
#[derive(Debug)]
pub struct CohortValues;

/// Parameters of the analysis `cohort-value`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CohortValueParams {
    /// Length of a period.
    pub period: CohortPeriodLength,
    /// Whether the projection is tried out on the past.
    pub check: bool,
    /// Seed of the futures that intervals come from.
    pub seed: u64,
}

impl Default for CohortValueParams {
    fn default() -> Self {
        Self { period: CohortPeriodLength::Month, check: true, seed: 1 }
    }
}

impl Analysis for CohortValues {
    type Params = CohortValueParams;
    type Output = CohortValueResult;

    const NAME: &'static str = "cohort-value";

    fn about() -> About {
        About {
            title: Words::new("Cohort value", "코호트 가치"),
            definition: Words::new(
                "Value of a cohort after 6 (12) months: net revenue in its first 6 (12) calendar months (26 and 52 weeks, 2 and 4 quarters), the one of the first purchase included, per customer who belongs to it, without margin or discount. Where these months are over it is what was observed, as in the cohort table. Else it is what was observed so far plus what the models of the analysis `value` (the same choice of model, the same parameters) expect of the cohort's customers until they are over. The 90% interval holds both how random purchases and amounts are (futures of customers are drawn from the models) and how sure the models' parameters are (delta method); it does not hold a season or a change in the market. Nothing is projected further ahead than the shop has been observed. Trial: the same is projected from a day half a year earlier, with what was known then, and compared with what came; the baseline adds to each cohort what older ones brought per customer at the same ages. Where the intervals of the trial hold fewer than half of what came, nothing is projected.",
                "코호트의 6개월(12개월) 가치는 첫 구매가 있는 달을 포함한 첫 6개월(12개월) 동안의 순매출을 코호트 고객 수로 나눈 값이에요(주 단위는 26·52주, 분기 단위는 2·4분기). 마진과 할인율은 적용하지 않아요. 기간이 다 찼으면 코호트 표에 있는 실제 값이고, 아직이면 지금까지의 매출에 ‘생애 가치’ 분석과 같은 모델이 그 고객들에게서 남은 기간에 예상하는 매출을 더해요. 90% 구간에는 구매와 금액의 우연(모델에서 고객별 미래를 뽑아 계산)과 모델 매개변수의 불확실성(델타 방법)이 모두 들어 있어요. 계절이나 시장의 변화는 들어 있지 않아요. 관측한 기간보다 먼 앞날은 예측하지 않아요. 검증은 반년 전까지의 데이터만으로 같은 예측을 해서 실제와 비교한 것이고, 비교 기준은 먼저 온 코호트가 같은 시기에 쓴 인당 매출을 더하는 방법이에요. 검증에서 구간이 실제의 절반도 담지 못하면 예측을 보여주지 않아요.",
            ),
            source: "Fader, Hardie and Lee (2005), Marketing Science 24; Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value; intervals: Efron and Tibshirani (1993), chapters 5 and 6."
                .into(),
            parameters: vec![
                Parameter::choice(
                    "period",
                    &["month", "week", "quarter"],
                    "Length of a period.",
                    "기간의 단위예요.",
                ),
                Parameter::new(
                    "check",
                    "Tries the projection out on the past half year, and withholds it where it was wrong.",
                    "지난 반년으로 예측을 검증하고, 맞지 않으면 예측을 보여주지 않아요.",
                ),
                Parameter::new(
                    "seed",
                    "Seed of the futures that intervals come from.",
                    "구간을 구할 때 쓰는 난수 시드예요.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CohortValueParams,
    ) -> Result<(CohortValueResult, Vec<Finding>), AnalysisError> {
        let mut projection = Box::pin(project::project(shop, &scope, params)).await?;
        let check = if params.check && projection.why_not.is_none() {
            Box::pin(check::check(shop, &scope, params)).await?
        } else {
            None
        };
        if check.as_ref().is_some_and(ProjectionCheck::failed) {
            projection.withhold();
        }
        let findings = findings::find(shop, &projection, check.as_ref(), params);
        let result = CohortValueResult { model: projection.model(), cohorts: projection.cohorts, check };
        Ok((result, findings))
    }
}
