//! A budget split over channels by what more spend has brought so far.
//!
//! Months of each channel ([`crate::channels`]) → a curve of diminishing returns and the curves that the months leave
//! open (`dangol_models::response`) → the split that brings most on average over them, and how far it moves from one to
//! the other ([`split`]).

mod findings;
mod result;
mod split;

pub use result::{
    BudgetMonth, BudgetParams, BudgetResult, ChannelBudget, CurvePoint, CurveState, NoCurve, WithoutCurve,
};

use std::collections::{BTreeMap, BTreeSet};

use dangol_models::bootstrap::resampled_means;
use dangol_models::correlation::spearman;
use dangol_models::response::{DrawnCurve, LEAST_MONTHS, ResponseCurve};
use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value};

use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::channels::people::People;
use crate::channels::spend::{Spending, same_name};
use crate::channels::{self, CHANNEL, ChannelMonth, Ltv, SPEND};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// Curves drawn of each channel.
const DRAWS: usize = 400;

/// The months that "now" is the mean of.
const MONTHS_NOW: usize = 12;

/// The analysis `budget`.
#[derive(Debug)]
pub struct Budget;

/// A channel whose months say something.
#[derive(Debug)]
pub(crate) struct Curve {
    pub(crate) channel: String,
    pub(crate) fitted: ResponseCurve,
    /// Curves that its months leave open.
    pub(crate) drawn: Vec<DrawnCurve>,
    /// Value of a customer, after margin, and how it might have come out.
    pub(crate) ltv: f64,
    pub(crate) drawn_ltv: Vec<f64>,
    pub(crate) months: Vec<BudgetMonth>,
    pub(crate) now: f64,
    pub(crate) with_others: Option<f64>,
}

impl Analysis for Budget {
    type Params = BudgetParams;
    type Output = BudgetResult;

    const NAME: &'static str = "budget";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        Need::required("order_lines", "net_revenue", "what customers are worth", "고객 가치"),
        Need::required("marketing_spend", SPEND.column, SPEND.adds.0, SPEND.adds.1),
        Need::required("customers", CHANNEL.column, CHANNEL.adds.0, CHANNEL.adds.1),
    ];

    fn about() -> About {
        let of_channels = <channels::Channels as Analysis>::about();
        let mut parameters = vec![
            Parameter::new(
                "budget",
                "Money to be split over the channels, by month; 0 for what they took on average over the last twelve months.",
                "채널에 나눌 월 예산이에요. 0이면 최근 12개월 평균 광고비를 써요.",
            ),
            Parameter::new(
                "stretch",
                "How far beyond the months seen a channel may go: between the least it took / this and the most × this.",
                "지금까지의 월 광고비 범위를 얼마나 벗어나도 되는지예요. 최솟값을 이 값으로 나눈 금액부터 최댓값에 곱한 금액까지 허용해요.",
            ),
        ];
        let own = [
            "ltv",
            "margin",
            "active_days",
            "least_active_days",
            "assumed_life_years",
            "horizon_days",
            "discount_rate",
            "seed",
        ];
        parameters.extend(of_channels.parameters.into_iter().filter(|one| own.contains(&one.name.as_str())));
        About {
            title: Words::new("Budget split", "예산 배분"),
            definition: Words::new(
                "For each channel a curve is fitted on its months: new customers = s × spend^β with β from 0 (no effect) to 1 (each further unit of money brings the same), by Poisson likelihood with a dispersion. What the months leave open of β and s is drawn 400 times (β from its posterior under an even prior), each with a value of a customer drawn from the channel's customers. The split proposed is the one with the highest profit (value of the new customers − spend) on average over these; the range of a channel's share holds 90% of the splits that would be best if one of the draws were the truth. Each channel stays between the least it took in a month / stretch and the most × stretch. The gain compares with the same budget split as over the last twelve months. Months are not an experiment: where spend followed the season or the sales, the curve holds that, too.",
                "채널마다 월별 자료로 곡선을 맞춰요: 신규 고객 수 = s × 광고비^β. β는 0(효과 없음)에서 1(돈을 더 써도 효율이 그대로)까지이고, 산포를 둔 푸아송 우도로 맞춰요. 자료가 정해 주지 못하는 β와 s는 400번 뽑고(β는 균등 사전분포의 사후분포), 고객 가치도 채널 고객에서 다시 뽑아요. 제안하는 배분은 이 모든 경우의 평균 이익(신규 고객 가치 − 광고비)이 가장 큰 배분이고, 채널별 범위는 각 경우가 사실일 때 가장 좋은 배분의 90%가 드는 구간이에요. 채널 금액은 지금까지의 월 최솟값 ÷ stretch와 최댓값 × stretch 사이로 제한해요. 늘어나는 이익은 같은 예산을 최근 12개월 비율대로 쓸 때와 비교한 값이에요. 월별 자료는 실험이 아니라서, 광고비가 시즌이나 매출을 따라갔다면 그 영향도 곡선에 들어 있어요.",
            ),
            source: "Hanssens, Parsons and Schultz (2001), Market Response Models, chapter 3; Wooldridge (2010), section 18.2."
                .into(),
            parameters,
        }
    }

    /// What is said of channels, else of value, holds here, too.
    fn inherited(shop: &Shop) -> Map<String, Value> {
        match shop.config.analyses.get(channels::Channels::NAME) {
            Some(Value::Object(section)) => section.clone(),
            _ => channels::inherited(shop),
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: BudgetParams,
    ) -> Result<(BudgetResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let people = People::of(shop, &scope, &params.channels).await?;
        let spending = Spending::read(shop, &scope).await?;
        let window = spending.as_ref().and_then(|spending| channels::window(shop, &scope, &people, spending));
        let months = channels::months(&people, spending.as_ref(), window);
        let (curves, without_curve) =
            curves(&people, &whole_months(months, spending.as_ref(), window), &params)?;
        let result = split::split(&curves, without_curve, &params)?;
        let findings = findings::find(shop, &scope, &result, &people, spending.is_some());
        Ok((result, findings))
    }
}

/// Months of which every day lies in the time: half a month of customers is no point of a curve.
fn whole_months(
    months: Vec<ChannelMonth>,
    spending: Option<&Spending>,
    window: Option<channels::spend::Window>,
) -> Vec<ChannelMonth> {
    let Some((_, window)) = spending.zip(window) else { return Vec::new() };
    let is_whole = |text: &str| {
        text.parse::<jiff::civil::Date>().is_ok_and(|date| {
            let month = channels::spend::month(dangol_shop::time::days_since_epoch(date));
            month.and(window) == Some(month)
        })
    };
    months.into_iter().filter(|month| is_whole(&month.month)).collect()
}

/// The curve of each channel that took money.
fn curves(
    people: &People,
    months: &[ChannelMonth],
    params: &BudgetParams,
) -> Result<(Vec<Curve>, Vec<WithoutCurve>), AnalysisError> {
    let mut by_channel: BTreeMap<String, Vec<&ChannelMonth>> = BTreeMap::new();
    for month in months {
        by_channel.entry(same_name(&month.channel)).or_default().push(month);
    }
    let all_months: BTreeSet<&str> = months.iter().map(|month| month.month.as_str()).collect();
    let latest: BTreeSet<&str> = all_months.iter().rev().take(MONTHS_NOW).copied().collect();
    let new_in = |month: &str, without: &str| -> f64 {
        months
            .iter()
            .filter(|one| one.month == month && same_name(&one.channel) != without)
            .map(|one| one.new_customers.unwrap_or(0) as f64)
            .sum()
    };
    let (mut curves, mut without) = (Vec::new(), Vec::new());
    for (key, rows) in by_channel {
        let spend: Vec<f64> = rows.iter().map(|row| row.spend.unwrap_or(0.0)).collect();
        if spend.iter().all(|spend| *spend <= 0.0) {
            continue;
        }
        let customers: Vec<f64> = rows.iter().map(|row| row.new_customers.unwrap_or(0) as f64).collect();
        let now = rows
            .iter()
            .zip(&spend)
            .filter(|(row, _)| latest.contains(row.month.as_str()))
            .map(|(_, spend)| spend)
            .sum::<f64>()
            / latest.len().max(1) as f64;
        let channel = rows[0].channel.clone();
        let mut leave = |reason| without.push(WithoutCurve { channel: channel.clone(), now, reason });
        let Some(fitted) = ResponseCurve::fit(&spend, &customers)? else {
            let paid: Vec<f64> = spend.iter().copied().filter(|spend| *spend > 0.0).collect();
            let enough = paid.len() >= LEAST_MONTHS && customers.iter().sum::<f64>() > 0.0;
            leave(if enough { NoCurve::NeverVaried } else { NoCurve::TooLittle });
            continue;
        };
        let seed = params.channels.seed.wrapping_mul(1_000).wrapping_add(curves.len() as u64);
        let Some((ltv, drawn_ltv)) = value_of(people, &key, params, seed)? else {
            leave(NoCurve::NoValue);
            continue;
        };
        let others: Vec<f64> = rows.iter().map(|row| new_in(&row.month, &key)).collect();
        curves.push(Curve {
            drawn: fitted.draw(&spend, &customers, DRAWS, seed)?,
            with_others: spearman(&spend, &others)?,
            months: rows
                .iter()
                .zip(spend.iter().zip(&customers))
                .map(|(row, (spend, customers))| BudgetMonth {
                    channel: channel.clone(),
                    month: row.month.clone(),
                    spend: *spend,
                    customers: *customers,
                })
                .collect(),
            channel: channel.clone(),
            fitted,
            ltv,
            drawn_ltv,
            now,
        });
    }
    Ok((curves, without))
}

/// The value of a channel's customers, after margin, with resamples.
fn value_of(
    people: &People,
    key: &str,
    params: &BudgetParams,
    seed: u64,
) -> Result<Option<(f64, Vec<f64>)>, AnalysisError> {
    let Some(at) = people.channels.iter().position(|name| same_name(name) == key) else { return Ok(None) };
    let of = &params.channels;
    let mut rows = Vec::new();
    for person in people.in_channel(Some(at)) {
        let value = match of.ltv {
            Ltv::Historical => Some(people.historical(&person, of.least_active_days)?.0),
            Ltv::Model => person.expected.map(|expected| expected + person.revenue * of.margin),
        };
        let Some(value) = value else { return Ok(None) };
        rows.push([value]);
    }
    let mean = rows.iter().map(|[value]| value).sum::<f64>() / rows.len().max(1) as f64;
    let drawn: Vec<f64> = resampled_means(&rows, DRAWS, seed)?.into_iter().map(|[mean]| mean).collect();
    Ok((mean > 0.0 && !drawn.is_empty()).then_some((mean, drawn)))
}
