//! From a shop's order lines to scored customers.

use std::sync::Arc;

use dangol_shop::time::date_of;
use dangol_shop::{Profiles, Scope, Shop};
use serde_json::{Map, Value};

use super::params::{Frequency, Monetary};
use super::{CheckedRfmParams, CustomerRow, CustomerTotals, Rfm, RfmParams, RfmResult, compute, restrict};
use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::{Finding, Severity};
use crate::words::Words;

/// The analysis `rfm`.
#[derive(Debug)]
pub struct RfmAnalysis;

/// Customers with their totals, scores, classes and segments. Under a segment filter these
/// are the segment's customers, with the scores they have among everybody in scope.
#[derive(Debug)]
pub struct Scored {
    /// What the scores were computed from.
    pub profiles: Arc<Profiles>,
    /// Places in `profiles` of the customers in `totals`; `None` where they are the same.
    positions: Option<Vec<usize>>,
    /// Recency, frequency and monetary value of each.
    pub totals: CustomerTotals,
    /// Scores, classes, segments, tables.
    pub rfm: Rfm,
}

impl Scored {
    /// Scores the customers of a scope.
    ///
    /// # Errors
    /// [`AnalysisError`].
    pub async fn of(shop: &Shop, scope: &Scope, params: &CheckedRfmParams) -> Result<Self, AnalysisError> {
        let everybody = Scope { members: None, ..scope.clone() };
        let profiles = shop.profiles(&everybody).await?;
        let totals = totals_of(shop, scope, &profiles, params.params());
        let rfm = compute(&totals, params)?;
        let Some(members) = &scope.members else {
            return Ok(Self { positions: None, profiles, totals, rfm });
        };
        let positions: Vec<usize> =
            members.iter().filter_map(|key| profiles.customer_key.binary_search(key).ok()).collect();
        let (totals, rfm) = restrict(&totals, &rfm, &positions, params)?;
        Ok(Self { profiles, positions: Some(positions), totals, rfm })
    }

    /// Where a customer stands in `profiles`, by the place in `totals`.
    #[must_use]
    pub fn position(&self, customer: usize) -> usize {
        self.positions.as_ref().map_or(customer, |positions| positions[customer])
    }

    /// Rows of some customers, by their places in `totals`.
    ///
    /// # Errors
    /// [`AnalysisError`].
    pub async fn rows(&self, shop: &Shop, customers: &[usize]) -> Result<Vec<CustomerRow>, AnalysisError> {
        let key_of = |at: usize| self.profiles.customer_key[self.position(at)];
        let mut keys: Vec<i32> = customers.iter().map(|at| key_of(*at)).collect();
        keys.sort_unstable();
        let ids = shop.customer_ids(&keys).await?;
        Ok(customers
            .iter()
            .filter_map(|at| {
                let place = keys.binary_search(&key_of(*at)).ok()?;
                let last_at = self.profiles.last_at[self.position(*at)];
                let last_on = date_of(shop.clock().day_of(last_at)).to_string();
                self.rfm.customer_row(&self.totals, *at, ids.get(place)?.clone(), Some(last_on))
            })
            .collect())
    }
}

/// Recency, frequency and monetary value of each customer as of the moment of a scope.
pub(crate) fn totals_of(
    shop: &Shop,
    scope: &Scope,
    profiles: &Profiles,
    params: &RfmParams,
) -> CustomerTotals {
    let clock = shop.clock();
    let recency_days =
        profiles.last_at.iter().map(|at| scope.as_of.days_since(*at, clock.day_of(*at))).collect();
    let counts = match params.frequency {
        Frequency::Orders => &profiles.orders,
        Frequency::Lines => &profiles.lines,
        Frequency::Days => &profiles.days,
    };
    let monetary = match params.monetary {
        Monetary::Sum => profiles.revenue.clone(),
        Monetary::Mean => profiles
            .revenue
            .iter()
            .zip(&profiles.orders)
            .map(|(revenue, orders)| revenue / (*orders).max(1) as f64)
            .collect(),
    };
    CustomerTotals {
        recency_days,
        frequency: counts.iter().map(|count| *count as f64).collect(),
        monetary,
        orders: profiles.orders.clone(),
    }
}

/// The parameters of `[rfm]` in `shop.toml`, checked.
///
/// # Errors
/// [`AnalysisError::BadParameter`], [`AnalysisError::Rfm`].
pub fn parameters(shop: &Shop) -> Result<RfmParams, AnalysisError> {
    serde_json::from_value(Value::Object(inherited(shop)))
        .map_err(|error| AnalysisError::BadParameter { analysis: "rfm", detail: error.to_string() })
}

/// `[rfm]` as it stands in `shop.toml`.
pub(crate) fn inherited(shop: &Shop) -> Map<String, Value> {
    match shop.config.analyses.get("rfm") {
        Some(Value::Object(section)) => section.clone(),
        _ => Map::new(),
    }
}

/// The parameters that a person may set, without the rule sets of `shop.toml`.
pub(crate) fn parameter_list() -> Vec<Parameter> {
    vec![
        Parameter::choice(
            "model",
            &["quantile", "interval", "trimmed", "cluster", "thresholds"],
            "How values become scores: groups of equal count, equal width, equal width between the trimmed ends, one-dimensional k-means, or fixed edges.",
            "값을 점수로 바꾸는 방법이에요: 같은 인원, 같은 간격, 양 끝을 뺀 같은 간격, 1차원 k-평균, 고정 기준.",
        ),
        Parameter::new("groups", "Groups per factor, 2 to 10.", "지표마다 나누는 그룹 수예요(2~10)."),
        Parameter::choice(
            "frequency",
            &["orders", "lines", "days"],
            "What counts as one purchase.",
            "구매 빈도를 무엇으로 셀지 정해요: 주문, 주문 상품, 구매일.",
        ),
        Parameter::choice(
            "monetary",
            &["sum", "mean"],
            "Net revenue in total, or per order.",
            "구매 금액의 합계 또는 주문당 평균이에요.",
        ),
        Parameter::new(
            "classes",
            "Number of classes of the score, 1 to 10.",
            "점수로 나누는 클래스 수예요(1~10).",
        ),
        Parameter::new(
            "scheme",
            "Segment rules: nine, eleven, bands, or a rule set of shop.toml.",
            "세그먼트 규칙이에요: nine, eleven, bands 또는 shop.toml에 적은 규칙.",
        ),
        Parameter::new("weights", "Weights of R, F and M in the score.", "점수에서 R, F, M의 가중치예요."),
        Parameter::choice(
            "preset",
            &["fashion"],
            "Which thresholds the model `thresholds` uses.",
            "고정 기준 모델에서 쓰는 기준이에요.",
        ),
        Parameter::new("customers", "Adds one row per customer.", "고객별 행을 덧붙여요."),
    ]
}

impl Analysis for RfmAnalysis {
    type Params = RfmParams;
    type Output = RfmResult;

    const NAME: &'static str = "rfm";
    const FILE_ONLY: &'static [&'static str] = &["rules", "thresholds"];

    fn about() -> About {
        About {
            title: Words::new("RFM segments", "RFM 세그먼트"),
            definition: Words::new(
                "Recency is the number of whole days from a customer's last order to the as-of moment, frequency the number of orders, monetary value their net revenue. Each is cut into groups and scored, the highest number being best; the score is the weighted sum. Classes cut the score into groups of about equal count; segments come from rules over scores and values, of which the first that matches wins.",
                "최근성(R)은 마지막 주문부터 기준 시점까지 지난 날수, 빈도(F)는 주문 수, 금액(M)은 순매출이에요. 각 지표를 그룹으로 나눠 점수를 매기고(높을수록 좋아요) 가중치를 곱해 더한 값이 RFM 점수예요. 클래스는 점수를 비슷한 인원으로 나눈 것이고, 세그먼트는 점수와 값에 대한 규칙 가운데 처음 맞는 것으로 정해요.",
            ),
            source: "Hughes, A. M. (1994), Strategic Database Marketing; edges by quantiles of type 7 of Hyndman and Fan (1996); k-means in one dimension after Wang and Song (2011).".into(),
            parameters: parameter_list(),
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: RfmParams,
    ) -> Result<(RfmResult, Vec<Finding>), AnalysisError> {
        let params = params.check()?;
        let mut scored = Scored::of(shop, &scope, &params).await?;
        if params.params().customers {
            let all: Vec<usize> = (0..scored.totals.len()).collect();
            scored.rfm.result.customers = Some(scored.rows(shop, &all).await?);
        }
        let mut findings = std::mem::take(&mut scored.rfm.findings);
        if !shop.manifest.totals.has_amounts {
            findings.push(
                Finding::new(
                    "no_amounts",
                    Severity::Warning,
                    Words::new(
                        "No price or amount is mapped: monetary values are 0, and only recency and frequency mean something.",
                        "가격이나 금액이 연결되지 않아 구매 금액이 모두 0이에요. 최근성과 빈도만 의미가 있어요.",
                    ),
                )
                .about("monetary"),
            );
        }
        Ok((scored.rfm.result, findings))
    }
}
