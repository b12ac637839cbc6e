//! Cohorts: customers by the period of their first purchase, and who of them comes back.

mod contrast;
mod findings;
mod result;
pub(crate) mod summary;
#[cfg(test)]
mod tests;

pub use contrast::{CohortSpread, Contrast, Difference, RankedCohort};
pub use result::{
    Cell, CohortPeriod, CohortPeriodLength, CohortRow, CohortValue, CohortsParams, CohortsResult, Drop,
    MeanPoint, Retention,
};

use std::collections::BTreeMap;

use arrow::datatypes::{Float64Type, Int64Type};
use dangol_models::quantile::quantiles;
use dangol_shop::engine::period_function;
use dangol_shop::frame::column;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{AsOf, Scope, Shop};

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::words::Words;

/// The analysis `cohorts`.
#[derive(Debug)]
pub struct Cohorts;

impl Analysis for Cohorts {
    type Params = CohortsParams;
    type Output = CohortsResult;

    const NAME: &'static str = "cohorts";

    fn about() -> About {
        About {
            title: Words::new("Cohorts", "코호트"),
            definition: Words::new(
                "Customers are grouped by the period of their first purchase. For each age (periods since then) the rate is the share of the cohort that buys in that period (active) or in it or later (rolling). A rolling rate may still rise where fewer days have passed since the period than nine in ten returning customers take to come back, by their own mean gap: such cells are marked (censored). ARPU is revenue in the period per customer acquired. Periods after the as-of moment are empty, not zero; the last one is incomplete. The mean curve leaves incomplete and censored periods out; its interval is Wilson's on pooled counts. Best against worst: the best third of the cohorts of at least 20 customers against the worst third, by cumulative ARPU (by rate without amounts). Whether cohorts differ by more than chance is Cochran's Q; how much best and worst differ in truth comes from a hierarchical normal model, which takes off what chance did for those picked. What sets them apart: customers' first purchases and attributes, tested by customer and adjusted for all comparisons (Benjamini and Hochberg).",
                "첫 구매 시기가 같은 고객을 코호트로 묶어요. 유지율은 첫 구매 뒤 각 기간에 구매한 고객의 비율(활동), 또는 그 기간이나 그 뒤에 구매한 고객의 비율(롤링)이에요. 롤링은 앞으로의 구매를 아직 몰라서 기준일에 가까운 칸이 낮게 나와요. 다시 산 고객 열 명 중 아홉이 돌아오는 데 걸린 날수(평균 구매 간격)가 아직 지나지 않은 칸은 더 오를 수 있다고 표시해요. ARPU는 그 기간 매출을 유입 고객 수로 나눈 값이에요. 기준일 뒤의 칸은 0이 아니라 빈칸이고, 마지막 기간은 아직 끝나지 않았어요. 평균 곡선은 끝나지 않은 기간과 더 오를 수 있는 칸을 빼고, 구간은 합산한 수의 윌슨 구간이에요. 상위·하위 비교는 고객이 20명 이상인 코호트를 누적 인당 매출(금액이 없으면 재구매율)로 줄 세워 상위 3분의 1과 하위 3분의 1을 견줘요. 코호트 차이가 우연을 넘는지는 코크런 Q로 검정하고, 실제 차이는 뽑힌 코호트의 운을 덜어내는 계층 정규 모형으로 추정해요. 무엇이 다른지는 첫 구매와 고객 속성을 고객 단위로 검정하고 모든 비교를 함께 보정해요(벤저미니-호크버그).",
            ),
            source: "Fader, P. S. and Hardie, B. G. S., on cohort analysis; intervals: Wilson, E. B. (1927); best against worst: Cochran, W. G. (1954), Rubin, D. B. (1981), Benjamini and Hochberg (1995)."
                .into(),
            parameters: vec![
                Parameter::choice(
                    "period",
                    &["month", "week", "quarter"],
                    "Length of a period.",
                    "기간의 단위예요.",
                ),
                Parameter::choice(
                    "retention",
                    &["active", "rolling"],
                    "Active in the period, or in it or later.",
                    "그 기간에 구매했는지, 그 기간이나 그 뒤에 구매했는지예요.",
                ),
                Parameter::new(
                    "contrast",
                    "Adds what sets the best cohorts apart from the worst.",
                    "가장 좋은 코호트와 나쁜 코호트의 차이를 덧붙여요.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CohortsParams,
    ) -> Result<(CohortsResult, Vec<Finding>), AnalysisError> {
        let period = params.period.period();
        let Observed { cohorts, settled_after_days, .. } =
            observed(shop, &scope, period, params.retention).await?;
        let mean_curve = summary::mean_curve(&cohorts)?;
        let steepest_drop = summary::steepest_drop_of_curve(&mean_curve);
        let steepest_later_drop = summary::steepest_later_drop(&mean_curve);
        let values = summary::values(&cohorts, params.period);
        let mut result = CohortsResult {
            cohorts,
            settled_after_days,
            mean_curve,
            steepest_drop,
            steepest_later_drop,
            values,
            contrast: None,
        };
        if params.contrast {
            result.contrast = contrast::contrast(shop, &scope, period, &result.cohorts).await?;
        }
        let findings = findings::find(&result, params, &shop.config.shop.currency);
        Ok((result, findings))
    }
}

/// The cohorts with what they did up to the as-of moment, the oldest first.
pub(crate) struct Observed {
    /// Numbers of the periods of their first purchases.
    pub(crate) indices: Vec<i32>,
    /// The cohorts themselves.
    pub(crate) cohorts: Vec<CohortRow>,
    /// See [`CohortsResult::settled_after_days`].
    pub(crate) settled_after_days: Option<u32>,
}

pub(crate) async fn observed(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    retention: Retention,
) -> Result<Observed, AnalysisError> {
    let sums = sums(shop, scope, period).await?;
    let (last_seen, settled_after_days) = match retention {
        Retention::Active => (None, None),
        Retention::Rolling => {
            (Some(last_periods(shop, scope, period).await?), settled_after(shop, scope).await?)
        }
    };
    let frame = Frame { settled_after_days, ..Frame::new(shop, scope, period, &sums) };
    let (indices, cohorts) = rows(&frame, &sums, last_seen.as_ref()).into_iter().unzip();
    Ok(Observed { indices, cohorts, settled_after_days })
}

/// What a cohort did in a period.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    active: u64,
    orders: u64,
    revenue: f64,
}

/// Sums by (cohort, period), both as numbers of periods.
type Sums = BTreeMap<(i32, i32), Sum>;

async fn sums(shop: &Shop, scope: &Scope, period: Period) -> Result<Sums, AnalysisError> {
    let index = period_function(period);
    let flag = match period {
        Period::Day => "first_of_day",
        Period::Week => "first_of_week",
        Period::Month => "first_of_month",
        Period::Quarter => "first_of_quarter",
    };
    let lines = shop.lines(scope);
    // With the beginning of a period: only customers acquired since, so that each is seen
    // from the first purchase on.
    let acquired = match scope.from {
        Some(from) => format!("WHERE customer_first_on >= DATE '{}'", date_of(from)),
        None if lines.all_purchases => String::new(),
        None => "WHERE customer_first_on IS NOT NULL".into(),
    };
    // Both numbers in one key: grouping by a single integer is much the faster. A return that is
    // dated before the first purchase belongs to its period.
    let query = format!(
        "SELECT CAST({index}(customer_first_on) AS BIGINT) * 65536 + GREATEST({index}(ordered_on) - {index}(customer_first_on), 0) AS cell, \
         count(*) FILTER (WHERE {flag}) AS active, count(*) FILTER (WHERE first_of_order) AS orders, sum(net_revenue) AS revenue \
         FROM lines {acquired} GROUP BY cell"
    );
    let batches = lines.grouped(&query).await?;
    let cells = column::<Int64Type>(&batches, "cell", 0)?;
    let active = column::<Int64Type>(&batches, "active", 0)?;
    let orders = column::<Int64Type>(&batches, "orders", 0)?;
    let revenue = column::<Float64Type>(&batches, "revenue", 0.0)?;
    Ok(cells
        .into_iter()
        .enumerate()
        .map(|(row, cell)| {
            let cohort = cell.div_euclid(65_536) as i32;
            let at = cohort + cell.rem_euclid(65_536) as i32;
            let sum = Sum { active: active[row] as u64, orders: orders[row] as u64, revenue: revenue[row] };
            ((cohort, at), sum)
        })
        .collect())
}

/// How many customers of each cohort bought for the last time in each period.
async fn last_periods(
    shop: &Shop,
    scope: &Scope,
    period: Period,
) -> Result<BTreeMap<(i32, i32), u64>, AnalysisError> {
    let profiles = shop.profiles(scope).await?;
    let mut counts = BTreeMap::new();
    for (first_on, last_at) in profiles.first_on.iter().zip(&profiles.last_at) {
        if scope.from.is_some_and(|from| *first_on < from) {
            continue;
        }
        let last = period.index_of(shop.clock().day_of(*last_at));
        *counts.entry((period.index_of(*first_on), last)).or_insert(0) += 1;
    }
    Ok(counts)
}

/// Customers who came back from whose gaps is told how long to wait for others.
const LEAST_RETURNED: usize = 30;

/// The share of them who come back in that time.
const RETURNED: f64 = 0.9;

/// Days within which nine in ten of the customers who came back do so, by their mean gap between days with a purchase.
async fn settled_after(shop: &Shop, scope: &Scope) -> Result<Option<u32>, AnalysisError> {
    let profiles = shop.profiles(scope).await?;
    let gaps: Vec<f64> = (0..profiles.len())
        .filter(|at| profiles.days[*at] > 1)
        .map(|at| {
            let last = shop.clock().day_of(profiles.last_at[at]);
            f64::from(last - profiles.first_on[at]) / (profiles.days[at] - 1) as f64
        })
        .collect();
    if gaps.len() < LEAST_RETURNED {
        return Ok(None);
    }
    Ok(quantiles(&gaps, &[RETURNED])?.first().map(|days| days.ceil() as u32))
}

/// Which periods lie before the as-of moment, and which of them wholly.
struct Frame<'a> {
    shop: &'a Shop,
    as_of: AsOf,
    period: Period,
    /// The last period to show: that of the as-of moment.
    last: i32,
    first_on: Option<i32>,
    /// Days after which a rolling rate will hardly rise any more.
    settled_after_days: Option<u32>,
}

impl<'a> Frame<'a> {
    fn new(shop: &'a Shop, scope: &Scope, period: Period, sums: &Sums) -> Self {
        let mut last = period.index_of(scope.as_of.day(shop.clock()));
        // The last order plus 24 hours may lie in the first hours of a period that nobody has seen
        // anything of: zeros there would look as if everybody had left.
        let seen = scope.as_of.has_whole_day(period.start(last), shop.clock())
            || sums.keys().any(|(_, at)| *at == last);
        if !seen {
            last -= 1;
        }
        Self { shop, as_of: scope.as_of, period, last, first_on: scope.from, settled_after_days: None }
    }

    fn is_incomplete(&self, index: i32) -> bool {
        let end = self.period.start(index + 1) - 1;
        !self.as_of.has_whole_day(end, self.shop.clock())
            || self.first_on.is_some_and(|from| self.period.start(index) < from)
    }
}

impl Frame<'_> {
    /// Whether some who will buy later may not have done so yet.
    fn is_censored(&self, index: i32) -> bool {
        let since = self.as_of.day(self.shop.clock()) - (self.period.start(index + 1) - 1);
        self.settled_after_days.is_some_and(|days| i64::from(since) < i64::from(days))
    }
}

/// Every cohort from the first to the last, each with as many ages as the first has.
fn rows(
    frame: &Frame<'_>,
    sums: &Sums,
    last_seen: Option<&BTreeMap<(i32, i32), u64>>,
) -> Vec<(i32, CohortRow)> {
    let Some(((first, _), _)) = sums.first_key_value() else { return Vec::new() };
    let ages = frame.last - first + 1;
    (*first..=frame.last)
        .filter_map(|cohort| {
            let size = sums.get(&(cohort, cohort)).map_or(0, |sum| sum.active);
            // Nobody came for the first time in this period: there is no cohort.
            (size > 0).then(|| (cohort, row(frame, sums, last_seen, cohort, size, ages)))
        })
        .collect()
}

fn row(
    frame: &Frame<'_>,
    sums: &Sums,
    last_seen: Option<&BTreeMap<(i32, i32), u64>>,
    cohort: i32,
    size: u64,
    ages: i32,
) -> CohortRow {
    let mut cumulative = 0.0;
    let periods = (0..ages)
        .map(|age| {
            let at = cohort + age;
            let cell = (at <= frame.last).then(|| {
                let sum = sums.get(&(cohort, at)).copied().unwrap_or_default();
                cumulative += sum.revenue;
                let active = match last_seen {
                    None => sum.active,
                    Some(counts) => counts.range((cohort, at)..=(cohort, i32::MAX)).map(|(_, n)| n).sum(),
                };
                Cell {
                    active,
                    rate: active as f64 / size as f64,
                    orders: sum.orders,
                    revenue: sum.revenue,
                    cumulative_revenue: cumulative,
                    arpu: sum.revenue / size as f64,
                    incomplete: frame.is_incomplete(at),
                    // Of the first period, all count whatever comes.
                    censored: age > 0 && frame.is_censored(at),
                }
            });
            CohortPeriod::new(age as u32, cell)
        })
        .collect();
    CohortRow { cohort: date_of(frame.period.start(cohort)).to_string(), size, periods }
}
