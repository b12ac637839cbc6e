//! How long customers take from their first order to the best segment, and who is slower than those who got there.
//!
//! The yardstick is fixed: the edges and rules of the as-of date. A customer has reached the best segment on the first
//! day after whose purchases they would be in it, with the orders and the revenue they had by then and zero days since
//! the last order. So all customers are measured alike, whenever they came, and it can only be reached by buying.
//! Those who have not reached it yet are censored at the as-of date (see [`dangol_models::survival`]).

mod findings;
mod reach;
mod result;

pub use result::{Milestone, ReachPoint, SlowCustomer, Spread, TimeToBestParams, TimeToBestResult};

use dangol_models::proportion::LEVEL;
use dangol_models::quantile::quantiles;
use dangol_models::survival::{Life, at, kaplan_meier, time_at};
use dangol_shop::time::date_of;
use dangol_shop::{Profiles, Scope, Shop};
use serde_json::{Map, Value};

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::movement::sorter::{Sorted, Sorter};
use crate::movement::{exclusion_section, kept, scored_among};
use crate::words::Words;
use reach::Reached;

/// The analysis `time-to-best`.
#[derive(Debug)]
pub struct TimeToBest;

/// Days between the points of the curve.
const STRIDE: usize = 30;
/// The curve ends where fewer customers have been seen for so long.
const LEAST_AT_RISK: u64 = 10;
/// The days at which the share that got there is told.
const MILESTONES: [u32; 5] = [30, 90, 180, 365, 730];

impl Analysis for TimeToBest {
    type Params = TimeToBestParams;
    type Output = TimeToBestResult;

    const NAME: &'static str = "time-to-best";

    fn about() -> About {
        About {
            title: Words::new("Time to the best segment", "최상위 세그먼트까지 걸린 시간"),
            definition: Words::new(
                "For each customer the days from the first order to the first purchase after which they would be in the best segment, measured with the edges and rules of the as-of date for everybody: with the orders and revenue they had by then, and no days since the last order. Who has not got there by the as-of date is censored: the share that gets there within a time is one minus the Kaplan–Meier curve, with Greenwood's interval. Slow are customers who bought again and within the last months, are not there, and have been customers for longer than three quarters of those who got there after their first day had taken (the share can be set). The times of those who got there say nothing of those who still will; these will have taken longer.",
                "첫 주문부터, 그 구매로 최상위 세그먼트에 들어갈 만해진 날까지 걸린 날수예요. 모든 고객을 기준일의 점수 구간과 규칙으로 똑같이 재요. 그때까지의 주문 수와 매출을 쓰고, 마지막 주문 뒤 지난 날은 0일로 봐요. 기준일까지 아직 도달하지 않은 고객은 중도절단으로 보고, 도달 비율은 1에서 카플란–마이어 곡선을 뺀 값이에요(구간은 그린우드). ‘느린 고객’은 최근 몇 달 안에 다시 샀지만 아직 도달하지 못했고, 첫날 이후에 도달한 고객 4분의 3이 걸린 시간보다 오래된 고객이에요(비율은 바꿀 수 있어요). 걸린 시간은 이미 도달한 고객만의 값이라, 앞으로 도달할 고객은 더 오래 걸려요.",
            ),
            source: "Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, JASA 53; Greenwood, M. (1926).".into(),
            parameters: vec![
                Parameter::new(
                    "scheme",
                    "Segments: class, nine, eleven, bands, or a rule set of shop.toml; empty as [rfm] has it.",
                    "세그먼트 구성이에요: class, nine, eleven, bands 또는 shop.toml에 적은 규칙. 비우면 [rfm] 설정을 따라요.",
                ),
                Parameter::new(
                    "best",
                    "Key of the best segment; empty as the scheme has it, of one's own rules the first.",
                    "가장 좋은 세그먼트의 키예요. 비우면 구성의 최상위, 직접 적은 규칙이면 첫 번째예요.",
                ),
                Parameter::new(
                    "percentile",
                    "Slow is who takes longer than this percentage of those who got there, 50 to 99.",
                    "도달한 고객의 몇 %보다 오래 걸리면 느린 고객으로 볼지예요(50~99).",
                ),
                Parameter::new(
                    "active_days",
                    "Still buying is who bought within so many days before the as-of date, 1 to 730.",
                    "기준일 전 며칠 안에 샀으면 아직 구매 중으로 볼지예요(1~730).",
                ),
                Parameter::new("limit", "Slow customers listed at most, 1 to 10,000.", "나열할 느린 고객의 최대 수예요(1~10,000)."),
            ],
        }
    }

    fn exclusions(shop: &Shop) -> Option<&'static str> {
        Some(exclusion_section(shop, Self::NAME))
    }

    fn inherited(_shop: &Shop) -> Map<String, Value> {
        Map::new()
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: TimeToBestParams,
    ) -> Result<(TimeToBestResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let sorter = Sorter::of(shop, &params.scheme, &params.best)?;
        let everybody = scored_among(shop, &scope).await?;
        let now = shop.profiles(&everybody).await?;
        let sorted = sorter.sort(sorter.totals(shop, scope.as_of, &now))?;
        // With the beginning of a period: only customers acquired since, so that each is seen from the first order on.
        let mut kept = kept(&scope, &now);
        kept.retain(|at| scope.from.is_none_or(|from| now.first_on[*at] >= from));
        if kept.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let days = shop.customer_days(&everybody).await?;
        let reached = reach::reached(&sorter, &sorted, &now, &days);

        let until = scope.as_of.day(shop.clock());
        let of_kept: Vec<Option<Reached>> = kept.iter().map(|at| reached[*at]).collect();
        let age = |at: usize| (until - now.first_on[at]).max(0) as u32;
        let lives: Vec<Life> = kept
            .iter()
            .zip(&of_kept)
            .map(|(at, reached)| Life {
                time: reached.map_or_else(|| age(*at), |r| r.days),
                ended: reached.is_some(),
            })
            .collect();
        let curve = kaplan_meier(&lives, LEVEL)?;

        let later: Vec<Reached> =
            of_kept.iter().flatten().copied().filter(|reached| reached.days > 0).collect();
        let spread = |values: Vec<f64>| -> Result<Option<Spread>, AnalysisError> {
            if values.is_empty() {
                return Ok(None);
            }
            let found = quantiles(&values, &[0.25, 0.5, 0.75])?;
            Ok(Some(Spread { p25: found[0], median: found[1], p75: found[2] }))
        };
        let took: Vec<f64> = later.iter().map(|reached| f64::from(reached.days)).collect();
        let slow_after = match took.as_slice() {
            [] => None,
            took => Some(quantiles(took, &[f64::from(params.percentile) / 100.0])?[0].ceil() as u32),
        };
        let slow = slow_customers(shop, &scope, &params, &now, (&kept, &of_kept), slow_after, &age);
        let total = slow.len();
        let slow_track = list(shop, &scope, &sorter, (&now, &sorted), slow, params.limit, &age).await?;

        let seen = |days: u32| lives.iter().filter(|life| life.time >= days).count() as u64;
        let longest = lives.iter().map(|life| life.time).max().unwrap_or(0);
        let best = &sorter.segments[sorter.best];
        let point = |days: u32| {
            let step = at(&curve, days);
            ReachPoint {
                days,
                at_risk: seen(days),
                share: step.map_or(0.0, |step| 1.0 - step.survival),
                low: step.map_or(0.0, |step| 1.0 - step.high),
                high: step.map_or(0.0, |step| 1.0 - step.low),
            }
        };
        let result = TimeToBestResult {
            scheme: sorter.scheme.clone(),
            best: best.key.clone(),
            best_name: best.name.clone(),
            customers: kept.len() as u64,
            reached: of_kept.iter().flatten().count() as u64,
            at_once: of_kept.iter().flatten().filter(|reached| reached.days == 0).count() as u64,
            there_now: kept.iter().filter(|at| usize::from(sorted.place[**at]) == sorter.best).count() as u64,
            median_days: time_at(&curve, 0.5),
            days: spread(took)?,
            orders: spread(later.iter().map(|reached| f64::from(reached.orders)).collect())?,
            milestones: MILESTONES
                .into_iter()
                .filter(|days| seen(*days) >= LEAST_AT_RISK)
                .map(|days| {
                    let ReachPoint { days, share, low, high, .. } = point(days);
                    Milestone { days, share, low, high }
                })
                .collect(),
            curve: (0..=longest)
                .step_by(STRIDE)
                .take_while(|days| seen(*days) >= LEAST_AT_RISK)
                .map(point)
                .collect(),
            slow_after_days: slow_after,
            slow: total as u64,
            slow_track,
        };
        let findings = findings::find(&result, &params, &sorter);
        Ok((result, findings))
    }
}

/// Places of the customers on the slow track.
fn slow_customers(
    shop: &Shop,
    scope: &Scope,
    params: &TimeToBestParams,
    now: &Profiles,
    (kept, reached): (&[usize], &[Option<Reached>]),
    slow_after: Option<u32>,
    age: &impl Fn(usize) -> u32,
) -> Vec<usize> {
    let Some(slow_after) = slow_after else { return Vec::new() };
    let clock = shop.clock();
    let is_slow = |at: usize| {
        let quiet = scope.as_of.days_since(now.last_at[at], clock.day_of(now.last_at[at]));
        age(at) > slow_after && now.orders[at] >= 2 && quiet <= i64::from(params.active_days)
    };
    let open = kept.iter().zip(reached).filter(|(_, reached)| reached.is_none());
    open.map(|(at, _)| *at).filter(|at| is_slow(*at)).collect()
}

/// The rows of slow customers, those of the highest revenue first.
async fn list(
    shop: &Shop,
    scope: &Scope,
    sorter: &Sorter,
    (now, sorted): (&Profiles, &Sorted),
    mut slow: Vec<usize>,
    limit: usize,
    age: &impl Fn(usize) -> u32,
) -> Result<Vec<SlowCustomer>, AnalysisError> {
    slow.sort_by(|left, right| {
        let order = now.revenue[*right].total_cmp(&now.revenue[*left]);
        // Keys are those of this import; equal amounts are not rare.
        let order = order.then(now.last_at[*right].cmp(&now.last_at[*left]));
        order.then(now.customer_key[*left].cmp(&now.customer_key[*right]))
    });
    slow.truncate(limit);
    let mut keys: Vec<i32> = slow.iter().map(|at| now.customer_key[*at]).collect();
    keys.sort_unstable();
    let ids = shop.customer_ids(&keys).await?;
    let clock = shop.clock();
    let row = |at: usize| {
        let id = ids.get(keys.binary_search(&now.customer_key[at]).ok()?)?;
        let last_on = clock.day_of(now.last_at[at]);
        Some(SlowCustomer {
            customer_id: id.clone(),
            first_order_on: date_of(now.first_on[at]).to_string(),
            last_order_on: date_of(last_on).to_string(),
            days_since_first: age(at),
            recency_days: scope.as_of.days_since(now.last_at[at], last_on),
            orders: now.orders[at],
            revenue: now.revenue[at],
            r: sorted.scores.r[at],
            f: sorted.scores.f[at],
            m: sorted.scores.m[at],
            segment: sorter.segments[usize::from(sorted.place[at])].key.clone(),
        })
    };
    Ok(slow.into_iter().filter_map(row).collect())
}
