//! Grades: VIP, Gold, Silver, Bronze, At risk, by a weighted score of R, F, M, T and lifetime value.
//!
//! Factors ([`factors`]) and clusters → a classifier says what tells the clusters apart ([`classifier`]) → weights →
//! scores by quartile, weighted → grades ([`graded`]). Not the classes of the RFM score: `grade:gold` and `class:gold` are
//! different customers.

mod classifier;
mod coupons;
mod factors;
mod findings;
mod graded;
mod params;
mod result;
mod shop;

pub use params::{GradesParams, Importance};
pub use result::{
    GradeClassifier, GradeCoupons, GradeFactor, GradeRow, GradeScore, GradedCustomer, GradesResult,
};

pub(crate) use shop::{SCHEME, grouping, scheme};

use dangol_models::sum::Sum;
use dangol_shop::{Scope, Shop};

use self::factors::{BEST, Column, Factor};
use self::graded::{GRADES, Graded, edges, grade_name};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `grades`.
#[derive(Debug)]
pub struct Grades;

impl Analysis for Grades {
    type Params = GradesParams;
    type Output = GradesResult;

    const NAME: &'static str = "grades";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        needs::AMOUNT,
        Need::optional("order_lines", "coupon_status", "coupon use by grade", "등급별 쿠폰 사용"),
    ];

    fn about() -> About {
        About {
            title: Words::new("Grades", "고객 등급"),
            definition: Words::new(
                "Five factors: days since the last purchase (fewer are better), purchase days after the first, revenue per purchase day, days since the first purchase (longer is better; can be left out) and the lifetime value of the next days. A gradient-boosted classifier learns from them which cluster each customer is in; how much each factor helps it (gain, or Shapley values) is its weight, and all weights sum to 1. Each factor is scored 1 to 4 by quartile (where quartiles coincide, what remains is spread from 1 to 4), the scores are weighted and summed: VIP from 3.2, Gold from 2.8, Silver from 2.4, Bronze from 2.0, At risk below. Weights can be given by hand. The classifier only relearns a grouping that was made of the data: its accuracy says whether the factors carry the clusters, not whether anything is foretold.",
                "요소는 다섯 가지예요: 마지막 구매 후 경과일(짧을수록 좋음), 재구매일 수, 구매일당 금액, 첫 구매 후 경과일(길수록 좋음, 뺄 수 있음), 앞으로 며칠의 예상 가치. 그래디언트 부스팅 분류기가 이 요소로 고객이 어느 군집인지를 배우고, 각 요소가 도움이 된 정도(이득 또는 샤플리 값)를 합이 1인 가중치로 써요. 요소마다 사분위수로 1~4점을 매기고(사분위수가 겹치면 남은 구간을 1~4점에 고르게 벌려요) 가중 합계를 내요. 3.2점부터 VIP, 2.8점부터 골드, 2.4점부터 실버, 2.0점부터 브론즈, 그 아래는 이탈 위험이에요. 가중치는 직접 정할 수도 있어요. 분류기는 데이터로 만든 군집을 다시 배울 뿐이라, 정확도는 요소가 군집을 얼마나 담는지를 말할 뿐 예측력이 아니에요.",
            ),
            source: "Friedman (2001), Greedy function approximation; Chen and Guestrin (2016), XGBoost; Lundberg and others (2020), Shapley values of trees."
                .into(),
            parameters: vec![
                Parameter::new(
                    "weights",
                    "Weights by hand, such as r=0.2, f=0.3, m=0.3, clv=0.2 (brought to the sum 1); empty for those of the classifier.",
                    "직접 정한 가중치예요(예: r=0.2, f=0.3, m=0.3, clv=0.2, 합은 1로 맞춰요). 비우면 분류기의 가중치를 써요.",
                ),
                Parameter::choice(
                    "importance",
                    &["gain", "shap"],
                    "How the classifier says what matters: by how much splits lower its loss, or by mean absolute Shapley values.",
                    "분류기가 중요도를 말하는 방법이에요: 분기가 손실을 줄인 정도(gain), 또는 샤플리 값의 절댓값 평균(shap).",
                ),
                Parameter::new("tenure", "Counts days since the first purchase, too (longer is better).", "첫 구매 후 경과일도 세요(길수록 좋음)."),
                Parameter::new("horizon_days", "Days ahead over which lifetime value is summed.", "앞으로 며칠의 가치를 더할지예요."),
                Parameter::new("vip", "From this score on: VIP.", "이 점수부터 VIP예요."),
                Parameter::new("gold", "From this score on: Gold.", "이 점수부터 골드예요."),
                Parameter::new("silver", "From this score on: Silver.", "이 점수부터 실버예요."),
                Parameter::new("bronze", "From this score on: Bronze; below, At risk.", "이 점수부터 브론즈, 아래는 이탈 위험이에요."),
                Parameter::new("customers", "Adds one row per customer.", "고객별 행을 덧붙여요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: GradesParams,
    ) -> Result<(GradesResult, Vec<Finding>), AnalysisError> {
        let graded = Graded::of(shop, &scope, &params).await?;
        let members = graded.members(&scope);
        if members.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let result = GradesResult {
            customers: members.len() as u64,
            weights_from: graded.weights_from.to_owned(),
            factors: factor_rows(&graded),
            classifier: classifier(&graded),
            grades: grade_rows(&graded, &params, &members),
            scores: score_rows(&graded, &params, &members),
            coupons: coupons::by_grade(shop, &scope, &graded, &members).await?,
            assigned: if params.customers { Some(assigned(shop, &graded, &members).await?) } else { None },
        };
        let findings = findings::find(&graded, &result);
        Ok((result, findings))
    }
}

fn factor_rows(graded: &Graded) -> Vec<GradeFactor> {
    let columns = graded.factors.columns.iter().zip(&graded.weights).enumerate();
    columns
        .map(|(at, (column, weight))| {
            let edge = |place: usize| column.edges.get(place).copied();
            GradeFactor {
                factor: column.factor.key().to_owned(),
                title: column.factor.title(),
                importance: graded.learnt.as_ref().map(|learnt| learnt.importance[at]),
                weight: *weight,
                first_edge: edge(0),
                second_edge: edge(1),
                third_edge: edge(2),
                scores: column.edges.len() + 1,
            }
        })
        .collect()
}

fn classifier(graded: &Graded) -> Option<GradeClassifier> {
    let learnt = graded.learnt.as_ref()?;
    Some(GradeClassifier {
        clusters: graded.clusters,
        accuracy: learnt.accuracy,
        baseline: learnt.baseline,
        f1: learnt.f1,
        held_out: learnt.held_out,
        remark: Words::new(
            "The classifier only relearns the clusters, which were made of the same customers: its accuracy says how much of them these factors carry. It foretells nothing.",
            "분류기는 같은 고객으로 만든 군집을 다시 배울 뿐이에요. 정확도는 이 요소들이 군집을 얼마나 담는지를 말하고, 앞날을 맞힌다는 뜻이 아니에요.",
        ),
    })
}

fn grade_rows(graded: &Graded, params: &GradesParams, members: &[usize]) -> Vec<GradeRow> {
    let all: f64 = members.iter().map(|&at| graded.factors.revenue()[at]).collect::<Sum>().value();
    let rows = GRADES.iter().zip(edges(params)).enumerate();
    rows.map(|(place, (grade, from))| {
        let own: Vec<usize> = members.iter().copied().filter(|at| graded.grades[*at] == place).collect();
        let mean = |values: &[f64]| {
            let total = own.iter().map(|at| values[*at]).collect::<Sum>().value();
            (!own.is_empty()).then(|| total / own.len() as f64)
        };
        let of = |factor: Factor| {
            let column = graded.factors.columns.iter().find(|column: &&Column| column.factor == factor)?;
            mean(&column.values)
        };
        let revenue = own.iter().map(|&at| graded.factors.revenue()[at]).collect::<Sum>().value();
        GradeRow {
            grade: (*grade).to_owned(),
            name: grade_name(grade),
            from,
            customers: own.len() as u64,
            share: own.len() as f64 / members.len().max(1) as f64,
            revenue,
            revenue_share: (all > 0.0).then(|| revenue / all),
            score: mean(&graded.scores),
            recency_days: of(Factor::Recency),
            repeats: of(Factor::Frequency),
            mean_day_value: of(Factor::Monetary),
            tenure_days: of(Factor::Tenure),
            expected_value: of(Factor::Value).filter(|_| graded.factors.value_in_money()),
        }
    })
    .collect()
}

/// Customers by score, in steps of a tenth.
fn score_rows(graded: &Graded, params: &GradesParams, members: &[usize]) -> Vec<GradeScore> {
    const STEPS: usize = 30;
    let mut counts = [0_u64; STEPS];
    for &at in members {
        // A score on an edge but for rounding has reached it, as for grades.
        let step = ((graded.scores[at] - 1.0) * 10.0 + 1e-8).floor();
        counts[(step.max(0.0) as usize).min(STEPS - 1)] += 1;
    }
    let edges = edges(params);
    let rows = counts.iter().enumerate().map(|(step, customers)| {
        let from = 1.0 + (BEST - 1.0) * step as f64 / STEPS as f64;
        let grade = edges.iter().position(|edge| from >= edge - 1e-9).unwrap_or(GRADES.len() - 1);
        GradeScore { from, customers: *customers, grade: GRADES[grade].to_owned() }
    });
    rows.collect()
}

async fn assigned(
    shop: &Shop,
    graded: &Graded,
    members: &[usize],
) -> Result<Vec<GradedCustomer>, AnalysisError> {
    let keys: Vec<i32> = members.iter().map(|&at| graded.factors.customer_key()[at]).collect();
    let ids = shop.customer_ids(&keys).await?;
    let rows = ids.into_iter().zip(members).map(|(customer_id, &at)| GradedCustomer {
        customer_id,
        grade: GRADES[graded.grades[at]].to_owned(),
        score: graded.scores[at],
    });
    Ok(rows.collect())
}
