//! Movement between segments: who was in which at an earlier date, who is in which now, and how large the segments
//! were at the ends of the months.
//!
//! Each date is seen with what was known then: order lines up to it, scores and edges among the customers of it. Filters
//! over customers (segment, audience, channel …) and `exclude` are those of the later date, so that the same people are
//! followed; filters over order lines hold at all dates, and a period begins on the same day for all.

mod drift;
mod findings;
mod matrix;
pub mod params;
pub mod result;
pub(crate) mod sorter;
mod standing;

pub use params::{Edges, MovementParams};
pub use result::{
    BACK, Flow, FlowDirection, MovementResult, Mover, Moves, NEW, SegmentMovement, SegmentSize,
};

use std::sync::Arc;

use dangol_shop::time::date_of;
use dangol_shop::{AsOf, Profiles, Scope, Shop};
use serde_json::{Map, Value};

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::words::Words;
use matrix::{Matrix, Start, Step};
use sorter::{Sorted, Sorter};

/// The analysis `movement`.
#[derive(Debug)]
pub struct Movement;

impl Analysis for Movement {
    type Params = MovementParams;
    type Output = MovementResult;

    const NAME: &'static str = "movement";

    fn about() -> About {
        About {
            title: Words::new("Movement between segments", "세그먼트 이동"),
            definition: Words::new(
                "Everybody who has bought by the as-of date is put into a segment twice: as RFM put them at the earlier date, with nothing known but what had happened by then, and as it puts them now. Whoever had not bought yet comes from “new”, so that the rows and columns add up to all customers. Segments have levels where the scheme has an order: up is to a higher level, down to a lower one. Scores by quantile are relative: a customer can move because others did. With the edges of the earlier date kept, customers move only by what they do. The sizes over time are computed in the same way at each end of a month; months with less than 90 days since the first order, or with fewer than 30 customers, are left out.",
                "기준일까지 구매한 고객을 두 번 나눠요. 한 번은 비교 시점까지 알려진 것만으로, 한 번은 지금 기준으로요. 비교 시점에 아직 구매가 없던 고객은 ‘신규’에서 오기 때문에 행과 열의 합이 전체 고객 수와 같아요. 순서가 있는 세그먼트 구성에서는 더 높은 단계로 가면 상승, 낮은 단계로 가면 하락이에요. 분위수로 매긴 점수는 상대적이라서 다른 고객이 움직여도 세그먼트가 바뀔 수 있어요. 비교 시점의 구간을 그대로 쓰면 고객 스스로의 변화만 보여요. 월말 규모도 같은 방법으로 계산하고, 첫 주문부터 90일이 안 됐거나 고객이 30명보다 적은 달은 뺐어요.",
            ),
            source: "Transition matrices of customer states: Pfeifer, P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of Interactive Marketing 14(2); segments as in RFM.".into(),
            parameters: vec![
                Parameter::new(
                    "scheme",
                    "Segments: class, nine, eleven, bands, or a rule set of shop.toml; empty as [rfm] has it.",
                    "세그먼트 구성이에요: class, nine, eleven, bands 또는 shop.toml에 적은 규칙. 비우면 [rfm] 설정을 따라요.",
                ),
                Parameter::new(
                    "since",
                    "The earlier date or moment; empty for three months before the as-of moment.",
                    "비교 시점이에요. 비우면 기준일의 석 달 전이에요.",
                ),
                Parameter::choice(
                    "edges",
                    &["own", "since"],
                    "Edges of the scores at the later date: its own, or those of the earlier date.",
                    "지금 점수를 나누는 구간이에요: 지금 고객 기준(own) 또는 비교 시점의 구간 그대로(since).",
                ),
                Parameter::new(
                    "months",
                    "Ends of months at which sizes are shown, 0 to 36.",
                    "규모를 보여 줄 월말 수예요(0~36).",
                ),
                Parameter::new(
                    "best",
                    "Key of the best segment; empty as the scheme has it, of one's own rules the first.",
                    "가장 좋은 세그먼트의 키예요. 비우면 구성의 최상위, 직접 적은 규칙이면 첫 번째예요.",
                ),
                Parameter::new(
                    "flow",
                    "Lists the customers of one flow: vip_champions:at_risk, or NEW:loyal.",
                    "이동 하나에 속한 고객을 나열해요: vip_champions:at_risk 또는 NEW:loyal.",
                ),
                Parameter::new("limit", "Customers of that list at most.", "나열할 최대 고객 수예요."),
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
        params: MovementParams,
    ) -> Result<(MovementResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let sorter = Sorter::of(shop, &params.scheme, &params.best)?;
        let flow = flow_of(&sorter, &params.flow)?;
        let everybody = scored_among(shop, &scope).await?;
        let now = shop.profiles(&everybody).await?;
        let Some(first_on) = now.first_on.iter().copied().min() else {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        };
        let (since, is_young) = params::resolve_since(shop, &scope, &params, first_on)?;
        let clock = shop.clock();
        let (since_on, until_on) = (since.day(clock), scope.as_of.day(clock));

        let begun = scope.from.map_or(first_on, |from| from.max(first_on));
        let ends = drift::month_ends(shop, scope.as_of, params.months);
        let mut left_out: Vec<i32> = Vec::new();
        let mut shown: Vec<i32> = Vec::new();
        for end in ends {
            // The as-of date is shown anyhow.
            if scope.as_of != AsOf::Day(end) {
                let known = end - begun >= drift::LEAST_HISTORY;
                if known { &mut shown } else { &mut left_out }.push(end);
            }
        }
        let moments: Vec<AsOf> = std::iter::once(since).chain(shown.iter().copied().map(AsOf::Day)).collect();
        let mut earlier = shop.profiles_at(&everybody, &moments).await?.into_iter();
        let before = earlier.next().unwrap_or_default();

        let sorted_before = sorter.sort(sorter.totals(shop, since, &before))?;
        let totals_now = sorter.totals(shop, scope.as_of, &now);
        let own = sorter.sort(totals_now.clone())?;
        let like_before = sorter.sort_like(totals_now, &sorted_before);
        let kept = kept(&scope, &now);
        let steps_to = |after: &Sorted| {
            matrix::steps((&before, &sorted_before.place), (&now, &after.place), &kept, scope.from)
        };
        let (steps, others) = match params.edges {
            Edges::Own => (steps_to(&own), steps_to(&like_before)),
            Edges::Since => (steps_to(&like_before), steps_to(&own)),
        };

        let mut sizes = Vec::new();
        for (end, profiles) in shown.iter().zip(earlier) {
            let kept = self::kept(&scope, &profiles);
            if profiles.len() < drift::LEAST_CUSTOMERS {
                left_out.push(*end);
                continue;
            }
            let sorted = sorter.sort(sorter.totals(shop, AsOf::Day(*end), &profiles))?;
            sizes.extend(drift::sizes(&sorter, &sorted.place, &kept, *end, true));
        }
        if params.months > 0 {
            let is_month_end = matches!(scope.as_of, AsOf::Day(_))
                && drift::month_ends(shop, scope.as_of, 1).contains(&until_on);
            sizes.extend(drift::sizes(&sorter, &own.place, &kept, until_on, is_month_end));
        }

        let movers = match flow {
            Some(flow) => movers(shop, &now, scope.as_of, &steps, &kept, flow, params.limit).await?,
            None => Vec::new(),
        };
        let matrix = Matrix::of(&sorter, &steps);
        left_out.sort_unstable();
        let result = MovementResult {
            scheme: sorter.scheme.clone(),
            since: since.to_string(),
            since_on: date_of(since_on).to_string(),
            until_on: date_of(until_on).to_string(),
            edges: params.edges,
            customers: kept.len() as u64,
            known: matrix.count(|from, _| matches!(from, Start::Segment(_))),
            new: matrix.count(|from, _| from == Start::New),
            back: matrix.count(|from, _| from == Start::Back),
            best: sorter.segments[sorter.best].key.clone(),
            moves: matrix.moves(),
            moves_with_other_edges: Matrix::of(&sorter, &others).moves(),
            segments: matrix.segments(),
            flows: matrix.flows(),
            sizes,
            months_left_out: left_out.into_iter().map(|end| date_of(end).to_string()).collect(),
            movers,
        };
        let seen = findings::Seen {
            sorter: &sorter,
            before: &sorted_before,
            after: &own,
            known_days: since_on - begun,
            is_young,
            has_period: scope.from.is_some(),
            currency: shop.config.shop.currency.as_str(),
        };
        let findings = findings::find(&result, &seen);
        Ok((result, findings))
    }
}

/// Whose `exclude` says who is left out: an analysis' own, else that of `[rfm]`, whose segments these are.
pub(crate) fn exclusion_section(shop: &Shop, own: &'static str) -> &'static str {
    if shop.config.exclusions.contains_key(own) { own } else { "rfm" }
}

/// The scope of everybody among whom customers are scored: those whom the page of segments does not leave out.
pub(crate) async fn scored_among(shop: &Shop, scope: &Scope) -> Result<Scope, AnalysisError> {
    let mut everybody = Scope { members: None, population: None, ..scope.clone() };
    everybody.population = shop.remaining(&everybody, "rfm").await?.map(|remaining| remaining.population);
    Ok(everybody)
}

/// Places of the customers whom the filters let through.
pub(crate) fn kept(scope: &Scope, profiles: &Profiles) -> Vec<usize> {
    let keys: Option<&Arc<Vec<i32>>> = scope.members.as_ref().or(scope.population.as_ref());
    let is_kept =
        |at: &usize| keys.is_none_or(|keys| keys.binary_search(&profiles.customer_key[*at]).is_ok());
    (0..profiles.len()).filter(is_kept).collect()
}

/// The flow that a person names: `vip_champions:at_risk`.
fn flow_of(sorter: &Sorter, text: &str) -> Result<Option<(Start, u16)>, AnalysisError> {
    if text.is_empty() {
        return Ok(None);
    }
    let place = |key: &str| sorter.segments.iter().position(|one| one.key == key).map(|at| at as u16);
    let found = text.split_once(':').and_then(|(from, to)| {
        let from = match from {
            NEW => Start::New,
            BACK => Start::Back,
            key => Start::Segment(place(key)?),
        };
        Some((from, place(to)?))
    });
    found.map(Some).ok_or_else(|| {
        let keys: Vec<&str> = sorter.segments.iter().map(|segment| segment.key.as_str()).collect();
        params::bad(format!(
            "flow = `{text}` is not understood; write two segments of {} with a colon between them, of {} (or {NEW} for the first)",
            sorter.scheme,
            keys.join(", ")
        ))
    })
}

/// The customers of a flow, those of the highest revenue first.
async fn movers(
    shop: &Shop,
    now: &Profiles,
    as_of: AsOf,
    steps: &[Step],
    kept: &[usize],
    (from, to): (Start, u16),
    limit: usize,
) -> Result<Vec<Mover>, AnalysisError> {
    let mut chosen: Vec<(usize, &Step)> =
        kept.iter().copied().zip(steps).filter(|(_, step)| step.from == from && step.to == to).collect();
    chosen.sort_by(|(left, _), (right, _)| {
        let order = now.revenue[*right].total_cmp(&now.revenue[*left]);
        // Keys are those of this import; equal amounts are not rare.
        let order = order.then(now.last_at[*right].cmp(&now.last_at[*left]));
        order.then(now.customer_key[*left].cmp(&now.customer_key[*right]))
    });
    chosen.truncate(limit);
    let mut keys: Vec<i32> = chosen.iter().map(|(at, _)| now.customer_key[*at]).collect();
    keys.sort_unstable();
    let ids = shop.customer_ids(&keys).await?;
    let clock = shop.clock();
    Ok(chosen
        .into_iter()
        .filter_map(|(at, step)| {
            let id = ids.get(keys.binary_search(&now.customer_key[at]).ok()?)?;
            let last_on = clock.day_of(now.last_at[at]);
            Some(Mover {
                customer_id: id.clone(),
                orders: now.orders[at],
                revenue_before: step.revenue_before,
                revenue_between: step.revenue_between,
                last_order_on: date_of(last_on).to_string(),
                recency_days: as_of.days_since(now.last_at[at], last_on),
            })
        })
        .collect())
}
