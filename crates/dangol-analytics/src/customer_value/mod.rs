//! What one customer will buy, by the models of the analysis `value`.

use dangol_models::lifetime::{History, PurchaseModel, TimeOfLastPurchase};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::value::base::everybody;
use crate::value::{CustomerValue, Fitted, ValueParams, futures};
use crate::words::Words;

/// Days of a step of the way ahead: a month.
const STEP: f64 = 30.4375;

/// The analysis `customer-value`.
#[derive(Debug)]
pub struct CustomerValueAnalysis;

/// Which customer, and how the value is computed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CustomerValueParams {
    /// The customer's id.
    pub id: String,
    /// As for `value`.
    #[serde(flatten)]
    pub value: ValueParams,
}

/// One customer's future.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerFuture {
    /// As in the list of the analysis `value`.
    pub customer: CustomerValue,
    /// The model of purchases, as people call it.
    pub model: Words,
    /// From now to the horizon, month by month; the last step ends at the horizon.
    pub ahead: Vec<AheadPoint>,
}

/// What is expected by a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AheadPoint {
    /// The day.
    pub until: String,
    /// Purchase days expected by its end.
    pub expected_purchases: f64,
    /// With 90 % probability at least so many, if the model is right.
    pub low: u32,
    /// With 90 % probability at most so many.
    pub high: u32,
    /// The probability of still being a customer on that day if they buy nothing until then.
    pub alive_if_silent: f64,
    /// The probability that they have bought by its end.
    pub has_bought: f64,
}

impl Analysis for CustomerValueAnalysis {
    type Params = CustomerValueParams;
    type Output = CustomerFuture;

    const NAME: &'static str = "customer-value";

    fn about() -> About {
        let of_value = <crate::value::Value as Analysis>::about();
        let mut parameters = vec![Parameter::new("id", "The customer's id.", "고객 ID예요.")];
        let own = ["model", "unit", "horizon_days", "discount_rate", "margin", "spend", "covariates"];
        parameters.extend(
            of_value.parameters.into_iter().filter(|parameter| own.contains(&parameter.name.as_str())),
        );
        About {
            title: Words::new("A customer's future", "고객의 앞날"),
            definition: Words::new(
                "By the models of the analysis `value`, fitted on everybody: how likely this customer still is one, the purchase days to expect up to each month ahead, and the range that holds them with 90% probability if the model is right (from 2,000 futures drawn for this customer). A customer who stays silent becomes less likely to be one; that curve is shown, too.",
                "모든 고객으로 적합한 ‘생애 가치’ 모델로, 이 고객이 아직 고객일 확률과 앞으로 달마다 그때까지의 예상 구매일 수를 보여줘요. 범위는 모델이 맞다면 90% 확률로 그 안에 드는 값이에요(이 고객의 앞날을 2,000번 뽑아 구해요). 구매가 없으면 아직 고객일 확률이 줄어드는 모습도 함께 보여줘요.",
            ),
            source: of_value.source,
            parameters,
        }
    }

    fn exclusions(_shop: &Shop) -> Option<&'static str> {
        None
    }

    fn inherited(shop: &Shop) -> Map<String, Value> {
        match shop.config.analyses.get("value") {
            Some(Value::Object(section)) => section.clone(),
            _ => Map::new(),
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CustomerValueParams,
    ) -> Result<(CustomerFuture, Vec<Finding>), AnalysisError> {
        params.value.check(Self::NAME)?;
        let unknown = || AnalysisError::UnknownCustomer { id: params.id.clone() };
        let key = shop.customer_key(&params.id).await?.ok_or_else(unknown)?;
        // A person's page shows that person, whatever the other pages are about.
        let fitted = Fitted::of(shop, &everybody(&scope), &params.value).await?;
        fitted.check_repeated(Self::NAME)?;
        let base = &fitted.valued.base;
        let at = base.shop.customer_key.binary_search(&key).map_err(|_| unknown())?;

        let days = months(params.value.horizon_days);
        let time = |days: u32| f64::from(days) / base.unit.days();
        let times: Vec<f64> = days.iter().map(|days| time(*days)).collect();
        let ranges = futures(&fitted, at, &params.id, &times);
        let models = fitted.models();
        let (model, history) = (models.of(at), &base.histories[at]);
        let mut ahead = Vec::with_capacity(days.len());
        for ((days, time), (low, high)) in days.into_iter().zip(times).zip(&ranges) {
            let silent =
                History::new(history.repeats(), TimeOfLastPurchase(history.last()), history.age() + time)?;
            ahead.push(AheadPoint {
                until: date_of(base.until + days as i32).to_string(),
                expected_purchases: model.conditional_expected_purchases(history, time),
                low: *low,
                high: *high,
                alive_if_silent: model.probability_alive(&silent),
                has_bought: 1.0 - model.probability_of_silence(history, time),
            });
        }
        let customer = fitted.valued.row(at, params.id.clone(), ranges.last().copied());
        Ok((CustomerFuture { customer, model: fitted.fit.name.clone(), ahead }, Vec::new()))
    }
}

/// Days from now to the end of each month within a horizon; a rest of less than half a month goes with the last.
fn months(horizon_days: u32) -> Vec<u32> {
    let count = ((f64::from(horizon_days) / STEP).round() as u32).max(1);
    let inner = (1..count).map(|month| (f64::from(month) * STEP).round() as u32);
    inner.chain([horizon_days]).collect()
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn a_horizon_by_months() {
        assert_eq!(months(365), [30, 61, 91, 122, 152, 183, 213, 244, 274, 304, 335, 365]);
        assert_eq!(months(91), [30, 61, 91]);
        assert_eq!(months(7), [7]);
        assert_eq!(months(40), [40]);
        assert_eq!(months(50), [30, 50]);
    }
}
