//! The shop at a glance: totals, development, weekdays, concentration of revenue.

mod findings;
mod result;

pub use result::{
    Granularity, OverviewParams, OverviewResult, Pareto, ParetoPoint, PeriodRow, Totals, WeekdayRow,
};

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use dangol_models::concentration::concentrate;
use dangol_shop::engine::period_function;
use dangol_shop::frame::column;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Profiles, Scope, Shop};

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::words::Words;

/// The analysis `overview`.
#[derive(Debug)]
pub struct Overview;

/// Steps of the Pareto curve.
const PARETO_STEPS: usize = 100;

impl Analysis for Overview {
    type Params = OverviewParams;
    type Output = OverviewResult;

    const NAME: &'static str = "overview";

    fn about() -> About {
        About {
            title: Words::new("Overview", "한눈에 보기"),
            definition: Words::new(
                "Revenue is net revenue: what customers pay for goods after discounts, without shipping; cancelled lines do not count. Orders and customers are those of known customers. A customer is new in the period of their first purchase, returning afterwards. The Pareto curve orders customers by revenue and shows which share of all revenue the best of them bring; Gini is 0 if all bring the same and 1 if one brings everything.",
                "매출은 배송비를 빼고 할인을 반영한 순매출이에요. 취소된 상품은 세지 않아요. 주문과 고객은 고객 정보가 있는 주문만 세요. 첫 구매가 있는 기간에는 신규, 그 뒤에는 재구매 고객으로 봐요. 파레토 곡선은 매출이 큰 고객부터 줄 세워 매출 비중을 보여주고, 지니 계수는 모두 같으면 0, 한 명이 다 사면 1이에요.",
            ),
            source: "Lorenz, M. O. (1905); Gini, C. (1912).".into(),
            parameters: vec![Parameter::choice(
                "granularity",
                &["day", "week", "month", "quarter"],
                "Length of the periods.",
                "기간의 단위예요.",
            )],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: OverviewParams,
    ) -> Result<(OverviewResult, Vec<Finding>), AnalysisError> {
        let (days, profiles, unknown) = tokio::try_join!(
            by_day(shop, &scope, params.granularity),
            async { Ok(shop.profiles(&scope).await?) },
            unknown_by_day(shop, &scope),
        )?;
        let period = params.granularity.period();
        let result = OverviewResult {
            totals: totals(&scope, &days, &unknown, &profiles),
            periods: periods(shop, &scope, period, &days, &unknown),
            weekdays: weekdays(&days, &unknown),
            pareto: pareto(&profiles)?,
        };
        let findings = findings::find(shop, &result);
        Ok((result, findings))
    }
}

/// What one day brought.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    lines: u64,
    orders: u64,
    units: f64,
    revenue: f64,
    /// Revenue of customers whose first purchase lies in the same period.
    new_revenue: f64,
    /// Customers whose first purchase line of the period lies on this day.
    active: u64,
    /// Those of them whose first purchase ever lies in the period.
    new: u64,
}

/// Sums by day; customers are counted on the day on which they first bought in the period, so
/// that the days of a period add up to it.
async fn by_day(
    shop: &Shop,
    scope: &Scope,
    granularity: Granularity,
) -> Result<BTreeMap<i32, Day>, AnalysisError> {
    let period = granularity.period();
    let lines = shop.lines(scope);
    let index = period_function(period);
    let flag = granularity.first_flag();
    let count = if lines.all_purchases { "count(*)" } else { "count(*) FILTER (WHERE is_purchase)" };
    let is_new = format!("{index}(customer_first_on) = {index}(ordered_on)");
    let query = format!(
        "SELECT ordered_on, {count} AS order_lines, count(*) FILTER (WHERE first_of_order) AS orders, \
         sum(COALESCE(quantity, 1)) AS units, sum(net_revenue) AS revenue, \
         sum(net_revenue) FILTER (WHERE {is_new}) AS new_revenue, \
         count(*) FILTER (WHERE {flag}) AS active, \
         count(*) FILTER (WHERE {flag} AND {is_new}) AS new \
         FROM lines GROUP BY ordered_on ORDER BY ordered_on"
    );
    let batches = lines.grouped(&query).await?;
    let on = column::<Date32Type>(&batches, "ordered_on", 0)?;
    let whole = |name| column::<Int64Type>(&batches, name, 0);
    let real = |name| column::<Float64Type>(&batches, name, 0.0);
    let (line_counts, orders, active, new) =
        (whole("order_lines")?, whole("orders")?, whole("active")?, whole("new")?);
    let (units, revenue, new_revenue) = (real("units")?, real("revenue")?, real("new_revenue")?);
    Ok(on
        .into_iter()
        .enumerate()
        .map(|(row, on)| {
            let day = Day {
                lines: line_counts[row] as u64,
                orders: orders[row] as u64,
                units: units[row],
                revenue: revenue[row],
                new_revenue: new_revenue[row],
                active: active[row] as u64,
                new: new[row] as u64,
            };
            (on, day)
        })
        .collect())
}

/// Lines and revenue without customer, by day.
async fn unknown_by_day(shop: &Shop, scope: &Scope) -> Result<BTreeMap<i32, (u64, f64)>, AnalysisError> {
    let batches = shop.unknown_by_day(scope).await?;
    if batches.is_empty() {
        return Ok(BTreeMap::new());
    }
    let on = column::<Date32Type>(&batches, "ordered_on", 0)?;
    let lines = column::<Int64Type>(&batches, "order_lines", 0)?;
    let revenue = column::<Float64Type>(&batches, "revenue", 0.0)?;
    Ok(on
        .into_iter()
        .zip(lines.into_iter().zip(revenue).map(|(lines, revenue)| (lines as u64, revenue)))
        .collect())
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// What is left of a sum, without the dust of rounding (and so never −0).
fn rest(whole: f64, part: f64) -> f64 {
    let rest = whole - part;
    if rest.abs() <= 1e-9 * whole.abs() { 0.0 } else { rest }
}

fn totals(
    scope: &Scope,
    days: &BTreeMap<i32, Day>,
    unknown: &BTreeMap<i32, (u64, f64)>,
    profiles: &Profiles,
) -> Totals {
    let sum = |of: fn(&Day) -> f64| days.values().map(of).sum::<f64>();
    let count = |of: fn(&Day) -> u64| days.values().map(of).sum::<u64>();
    let known_revenue = sum(|day| day.revenue);
    let unknown_revenue: f64 = unknown.values().map(|(_, revenue)| revenue).sum();
    let unknown_lines: u64 = unknown.values().map(|(lines, _)| lines).sum();
    let first_inside = |on: &i32| scope.from.is_none_or(|from| *on >= from);
    let customers = profiles.len() as u64;
    let new_customers = profiles.first_on.iter().filter(|on| first_inside(on)).count() as u64;
    let new_revenue: f64 = profiles
        .first_on
        .iter()
        .zip(&profiles.revenue)
        .filter(|(on, _)| first_inside(on))
        .map(|(_, revenue)| revenue)
        .sum();
    let repeaters = profiles.orders.iter().filter(|orders| **orders > 1).count();
    let orders = count(|day| day.orders);
    Totals {
        revenue: known_revenue + unknown_revenue,
        orders,
        order_lines: count(|day| day.lines),
        units: sum(|day| day.units),
        customers,
        average_order_value: ratio(known_revenue, orders as f64),
        new_customers,
        returning_customers: customers - new_customers,
        new_revenue,
        returning_revenue: rest(known_revenue, new_revenue),
        revenue_without_customer: unknown_revenue,
        order_lines_without_customer: unknown_lines,
        repeat_rate: ratio(repeaters as f64, customers as f64),
    }
}

/// Every period from the first to the last, empty ones as zeros.
fn periods(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    days: &BTreeMap<i32, Day>,
    unknown: &BTreeMap<i32, (u64, f64)>,
) -> Vec<PeriodRow> {
    let all = days.keys().chain(unknown.keys());
    let (Some(first), Some(last)) = (all.clone().min(), all.max()) else { return Vec::new() };
    let mut rows: Vec<(Day, f64)> = Vec::new();
    let (first_index, last_index) = (period.index_of(*first), period.index_of(*last));
    rows.resize((last_index - first_index + 1) as usize, (Day::default(), 0.0));
    for (on, day) in days {
        let (row, _) = &mut rows[(period.index_of(*on) - first_index) as usize];
        row.lines += day.lines;
        row.orders += day.orders;
        row.units += day.units;
        row.revenue += day.revenue;
        row.new_revenue += day.new_revenue;
        row.active += day.active;
        row.new += day.new;
    }
    for (on, (_, revenue)) in unknown {
        rows[(period.index_of(*on) - first_index) as usize].1 += revenue;
    }
    // A first period that the data enter in its middle is as incomplete as the last.
    let data_begin = scope.from.unwrap_or(*first);
    rows.into_iter()
        .zip(first_index..)
        .map(|((day, unknown_revenue), index)| {
            let (start, end) = (period.start(index), period.start(index + 1) - 1);
            PeriodRow {
                period: date_of(start).to_string(),
                revenue: day.revenue + unknown_revenue,
                orders: day.orders,
                order_lines: day.lines,
                units: day.units,
                customers: day.active,
                average_order_value: ratio(day.revenue, day.orders as f64),
                new_customers: day.new,
                returning_customers: day.active - day.new,
                new_revenue: day.new_revenue,
                returning_revenue: rest(day.revenue, day.new_revenue),
                revenue_without_customer: unknown_revenue,
                incomplete: !scope.as_of.has_whole_day(end, shop.clock())
                    || (scope.from.is_some() && start < data_begin),
            }
        })
        .collect()
}

fn weekdays(days: &BTreeMap<i32, Day>, unknown: &BTreeMap<i32, (u64, f64)>) -> Vec<WeekdayRow> {
    let all = days.keys().chain(unknown.keys());
    let (Some(first), Some(last)) = (all.clone().min(), all.max()) else { return Vec::new() };
    // 1970-01-01 was a Thursday; Monday is 0.
    let weekday = |on: i32| (on + 3).rem_euclid(7) as usize;
    let mut rows = [(0_u64, 0.0, 0.0, 0_u64); 7];
    for on in *first..=*last {
        rows[weekday(on)].3 += 1;
    }
    for (on, day) in days {
        let row = &mut rows[weekday(*on)];
        row.0 += day.orders;
        row.1 += day.revenue;
        row.2 += day.revenue;
    }
    for (on, (_, revenue)) in unknown {
        rows[weekday(*on)].2 += revenue;
    }
    rows.into_iter()
        .zip(1..)
        .map(|((orders, known, revenue, days), weekday)| WeekdayRow {
            weekday,
            revenue,
            orders,
            average_order_value: ratio(known, orders as f64),
            days,
        })
        .collect()
}

fn pareto(profiles: &Profiles) -> Result<Option<Pareto>, AnalysisError> {
    Ok(concentrate(&profiles.revenue, PARETO_STEPS)?.map(|found| Pareto {
        customers: found.customers,
        points: found
            .points
            .into_iter()
            .map(|point| ParetoPoint {
                customer_share: point.customer_share,
                revenue_share: point.revenue_share,
            })
            .collect(),
        top20_revenue_share: found.top20_share,
        gini: found.gini,
    }))
}
