//! Customers as a list: searched, sorted, page by page.

use std::cmp::Ordering;

use dangol_shop::{Scope, Shop};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::rfm::{CustomerRow, RfmParams, Scored};
use crate::words::Words;

mod values;

use values::Values;

/// The analysis `customers`.
#[derive(Debug)]
pub struct Customers;

/// Which customers, in which order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CustomersParams {
    /// Part of a customer id; empty for everybody.
    pub search: String,
    /// Column to sort by.
    pub sort: Sort,
    /// Largest, latest or best first.
    pub descending: bool,
    /// Rows at most.
    pub limit: usize,
    /// Rows to pass over.
    pub offset: usize,
    /// Adds what each customer is expected to bring, by the analysis `value`.
    pub value: bool,
    /// How customers are scored.
    #[serde(flatten)]
    pub rfm: RfmParams,
}

impl Default for CustomersParams {
    fn default() -> Self {
        Self {
            search: String::new(),
            sort: Sort::Monetary,
            descending: true,
            limit: 50,
            offset: 0,
            value: false,
            rfm: RfmParams::default(),
        }
    }
}

/// What customers can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Monetary value.
    Monetary,
    /// Frequency.
    Frequency,
    /// Days since the last order.
    RecencyDays,
    /// RFM score.
    Score,
    /// Day of the last order.
    LastOrderOn,
    /// The id.
    CustomerId,
    /// Probability of still being a customer.
    ProbabilityAlive,
    /// Purchase days expected within the horizon of the analysis `value`.
    ExpectedPurchases,
    /// Value within that horizon.
    Value,
}

impl Sort {
    /// Whether it takes the models of the analysis `value`.
    fn by_value(self) -> bool {
        matches!(self, Self::ProbabilityAlive | Self::ExpectedPurchases | Self::Value)
    }
}

/// A customer of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListedCustomer {
    /// As in RFM.
    #[serde(flatten)]
    pub customer: CustomerRow,
    /// Probability of still being a customer. This and what follows are there if asked for and if the shop's data
    /// support a model of lifetimes, of everybody whom the analysis `value` does not leave out.
    pub probability_alive: Option<f64>,
    /// Purchase days expected within the horizon.
    pub expected_purchases: Option<f64>,
    /// Expected value within the horizon: discounted, after margin.
    pub value: Option<f64>,
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomersPage {
    /// How many customers there are in all.
    pub total: usize,
    /// Days over which purchases and value are expected; none without them.
    pub horizon_days: Option<u32>,
    /// The page.
    pub customers: Vec<ListedCustomer>,
}

impl Analysis for Customers {
    type Params = CustomersParams;
    type Output = CustomersPage;

    const NAME: &'static str = "customers";
    const FILE_ONLY: &'static [&'static str] = &["rules", "thresholds"];

    fn about() -> About {
        let mut parameters = vec![
            Parameter::new("search", "Part of a customer id.", "고객 ID의 일부예요."),
            Parameter::choice(
                "sort",
                &[
                    "monetary",
                    "frequency",
                    "recency_days",
                    "score",
                    "last_order_on",
                    "customer_id",
                    "probability_alive",
                    "expected_purchases",
                    "value",
                ],
                "Column to sort by; the last three take the models of the analysis `value`.",
                "정렬 기준이에요. 마지막 셋은 ‘생애 가치’ 모델로 계산해요.",
            ),
            Parameter::new("descending", "Largest, latest or best first.", "큰 값부터 보여줘요."),
            Parameter::new("limit", "Rows at most.", "최대 행 수예요."),
            Parameter::new("offset", "Rows to pass over.", "건너뛸 행 수예요."),
            Parameter::new(
                "value",
                "Adds the probability of still being a customer, expected purchases and value, as the analysis `value` computes them by [value] in shop.toml.",
                "아직 고객일 확률, 예상 구매 수, 가치를 덧붙여요. shop.toml의 [value]대로 ‘생애 가치’에서 계산한 값이에요.",
            ),
        ];
        parameters.extend(
            crate::rfm::parameter_list().into_iter().filter(|parameter| parameter.name != "customers"),
        );
        About {
            title: Words::new("Customers", "고객 목록"),
            definition: Words::new(
                "Everybody with a purchase in scope, with recency, frequency, monetary value, scores, class and segment as in RFM; if asked for, with what the models of lifetime value expect, where at least 50 customers have bought on more than one day.",
                "범위 안에서 구매한 고객 모두의 최근성·빈도·금액과 RFM 점수, 클래스, 세그먼트예요. 두 날 이상 산 고객이 50명 이상이면 생애 가치 모델의 예상도 덧붙일 수 있어요.",
            ),
            source: "As RFM and lifetime value.".into(),
            parameters,
        }
    }

    fn exclusions(shop: &Shop) -> Option<&'static str> {
        Some(if shop.config.analyses.contains_key(Self::NAME) { Self::NAME } else { "rfm" })
    }

    fn inherited(shop: &Shop) -> Map<String, Value> {
        crate::rfm::inherited(shop)
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CustomersParams,
    ) -> Result<(CustomersPage, Vec<Finding>), AnalysisError> {
        let rfm = params.rfm.clone().check()?;
        let scored = Scored::of(shop, &scope, &rfm).await?;
        let mut chosen: Vec<usize> = (0..scored.totals.len()).collect();
        let key_of = |at: usize| scored.profiles.customer_key[scored.position(at)];
        if !params.search.trim().is_empty() {
            let found = shop.customers_like(params.search.trim()).await?;
            chosen.retain(|at| found.binary_search_by_key(&key_of(*at), |(key, _)| *key).is_ok());
        }
        let total = chosen.len();
        let values =
            if params.value || params.sort.by_value() { Values::of(shop, &scope).await? } else { None };
        if params.sort == Sort::CustomerId {
            let mut ids: Vec<(String, usize)> = scored
                .rows(shop, &chosen)
                .await?
                .into_iter()
                .map(|row| row.customer_id)
                .zip(chosen)
                .collect();
            ids.sort();
            chosen = ids.into_iter().map(|(_, at)| at).collect();
            if params.descending {
                chosen.reverse();
            }
        } else if params.sort.by_value() {
            let worth =
                |at: usize| values.as_ref().and_then(|values| values.of_customer(key_of(at), params.sort));
            let mut keyed: Vec<(Option<f64>, usize)> = chosen.into_iter().map(|at| (worth(at), at)).collect();
            keyed.sort_by(|(left, a), (right, b)| {
                // Nobody of whom nothing is expected stands before one of whom something is.
                let known = right.is_some().cmp(&left.is_some());
                let order = left.unwrap_or(0.0).total_cmp(&right.unwrap_or(0.0));
                let order = if params.descending { order.reverse() } else { order };
                known.then(order).then_with(|| key_of(*a).cmp(&key_of(*b)))
            });
            chosen = keyed.into_iter().map(|(_, at)| at).collect();
        } else {
            let by = |a: &usize, b: &usize| compare(&scored, params.sort, *a, *b);
            chosen.sort_by(|a, b| {
                let order = if params.descending { by(b, a) } else { by(a, b) };
                order.then_with(|| key_of(*a).cmp(&key_of(*b)))
            });
        }
        let page: Vec<usize> = chosen.into_iter().skip(params.offset).take(params.limit).collect();
        let rows = scored.rows(shop, &page).await?;
        let customers = rows.into_iter().zip(&page).map(|(customer, &at)| {
            let of = |sort| values.as_ref()?.of_customer(key_of(at), sort);
            ListedCustomer {
                customer,
                probability_alive: of(Sort::ProbabilityAlive),
                expected_purchases: of(Sort::ExpectedPurchases),
                value: of(Sort::Value),
            }
        });
        let horizon_days = values.as_ref().map(Values::horizon_days);
        Ok((CustomersPage { total, horizon_days, customers: customers.collect() }, Vec::new()))
    }
}

fn compare(scored: &Scored, sort: Sort, a: usize, b: usize) -> Ordering {
    let (totals, rfm) = (&scored.totals, &scored.rfm);
    let last_at = |at: usize| scored.profiles.last_at[scored.position(at)];
    match sort {
        Sort::Monetary => totals.monetary[a].total_cmp(&totals.monetary[b]),
        Sort::Frequency => totals.frequency[a].total_cmp(&totals.frequency[b]),
        Sort::RecencyDays => totals.recency_days[a].cmp(&totals.recency_days[b]),
        Sort::Score => rfm.scores.score[a].total_cmp(&rfm.scores.score[b]),
        Sort::LastOrderOn => last_at(a).cmp(&last_at(b)),
        // These three are not of the profile: whoever sorts by them has them at hand.
        Sort::CustomerId | Sort::ProbabilityAlive | Sort::ExpectedPurchases | Sort::Value => a.cmp(&b),
    }
}
