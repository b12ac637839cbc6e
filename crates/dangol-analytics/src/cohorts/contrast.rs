//! What sets the best cohorts apart from the worst: their first purchases compared.

use std::collections::BTreeMap;

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::engine::period_function;
use dangol_shop::frame::{column, texts};
use dangol_shop::scope::DIMENSIONS;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Scope, Shop};
use futures::future::try_join_all;
use serde::Serialize;
use utoipa::ToSchema;

use super::result::CohortRow;
use crate::error::AnalysisError;

/// The best third of the cohorts against the worst third.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contrast {
    /// By what they are ranked: `cumulative_arpu`, or `rate` where there are no amounts.
    pub metric: String,
    /// At which age: the highest that two thirds of the cohorts have reached.
    pub age: u32,
    /// The best cohorts.
    pub best: Vec<String>,
    /// The worst.
    pub worst: Vec<String>,
    /// How their first purchase days differ, the largest difference first.
    pub differences: Vec<Difference>,
}

/// One way in which first purchase days differ.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Difference {
    /// `first_order_value`, `items_per_first_order`, `discount_share`, `coupon_share`, or a
    /// column and value: `country:Germany` (share of customers).
    pub what: String,
    /// In the best cohorts.
    pub best: f64,
    /// In the worst.
    pub worst: f64,
    /// Best relative to worst, 100 where equal; null where the worst is 0.
    pub index: Option<f64>,
}

/// Cohorts of fewer customers are not ranked: their averages are mostly chance.
const LEAST_CUSTOMERS: u64 = 20;
/// Shares below this in both groups are not worth naming.
const LEAST_SHARE: f64 = 0.02;
const MOST_DIFFERENCES: usize = 12;

/// First purchase days of a cohort, summed.
#[derive(Debug, Clone, Copy, Default)]
struct First {
    customers: f64,
    orders: f64,
    lines: f64,
    revenue: f64,
    discounted: f64,
    with_coupon: f64,
}

pub(super) async fn contrast(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    cohorts: &[CohortRow],
) -> Result<Option<Contrast>, AnalysisError> {
    let has_amounts = shop.manifest.totals.has_amounts;
    let Some((age, ranked)) = rank(cohorts, has_amounts) else { return Ok(None) };
    let third = ranked.len() / 3;
    let names = |of: &[(String, f64)]| of.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let (best, worst) = (names(&ranked[..third]), names(&ranked[ranked.len() - third..]));

    let dimensions: Vec<&str> = DIMENSIONS
        .into_iter()
        .filter(|name| shop.manifest.totals.dimensions.iter().any(|found| found == name))
        .collect();
    let (firsts, by_dimension) = tokio::try_join!(
        first_purchases(shop, scope, period),
        try_join_all(dimensions.iter().map(|dimension| by_value(shop, scope, period, dimension))),
    )?;
    let sum = |of: &[String]| {
        of.iter().filter_map(|name| firsts.get(name)).fold(First::default(), |a, b| First {
            customers: a.customers + b.customers,
            orders: a.orders + b.orders,
            lines: a.lines + b.lines,
            revenue: a.revenue + b.revenue,
            discounted: a.discounted + b.discounted,
            with_coupon: a.with_coupon + b.with_coupon,
        })
    };
    let (of_best, of_worst) = (sum(&best), sum(&worst));
    let mut differences = Vec::new();
    let mut add = |what: &str, of: &dyn Fn(&First) -> f64| {
        let (best, worst) = (of(&of_best), of(&of_worst));
        if best.is_finite() && worst.is_finite() && (best > 0.0 || worst > 0.0) {
            differences.push(difference(what.to_owned(), best, worst));
        }
    };
    add("first_order_value", &|first| first.revenue / first.orders);
    add("items_per_first_order", &|first| first.lines / first.orders);
    add("discount_share", &|first| first.discounted / first.lines);
    add("coupon_share", &|first| first.with_coupon / first.lines);
    for (dimension, shares) in dimensions.iter().zip(&by_dimension) {
        let (of_best, of_worst) = (of_best.customers, of_worst.customers);
        differences.extend(shares_apart(dimension, shares, &best, &worst, of_best, of_worst));
    }
    differences.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
    differences.truncate(MOST_DIFFERENCES);
    let metric = if has_amounts { "cumulative_arpu" } else { "rate" };
    Ok(Some(Contrast { metric: metric.into(), age, best, worst, differences }))
}

fn difference(what: String, best: f64, worst: f64) -> Difference {
    Difference { what, best, worst, index: (worst > 0.0).then(|| best / worst * 100.0) }
}

/// How far the index lies from 100, upwards and downwards alike.
fn distance(difference: &Difference) -> f64 {
    match difference.index {
        Some(index) if index > 0.0 => (index / 100.0).ln().abs(),
        _ => f64::INFINITY,
    }
}

/// The cohorts that have reached a common age, the best first.
fn rank(cohorts: &[CohortRow], by_revenue: bool) -> Option<(u32, Vec<(String, f64)>)> {
    let large: Vec<&CohortRow> = cohorts.iter().filter(|cohort| cohort.size >= LEAST_CUSTOMERS).collect();
    let reached = |age: usize| {
        large
            .iter()
            .filter(|cohort| cohort.periods.get(age).is_some_and(|period| period.whole().is_some()))
            .count()
    };
    let ages = cohorts.first()?.periods.len();
    let age = (1..ages).rev().find(|age| 3 * reached(*age) >= 2 * large.len() && reached(*age) >= 3)?;
    let mut ranked: Vec<(String, f64)> = large
        .iter()
        .filter_map(|cohort| {
            let cell = cohort.periods.get(age)?.whole()?;
            let value = if by_revenue { cell.cumulative_revenue / cohort.size as f64 } else { cell.rate };
            Some((cohort.cohort.clone(), value))
        })
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some((age as u32, ranked))
}

async fn first_purchases(
    shop: &Shop,
    scope: &Scope,
    period: Period,
) -> Result<BTreeMap<String, First>, AnalysisError> {
    let index = period_function(period);
    let query = format!(
        "SELECT {index}(customer_first_on) AS cohort, count(*) FILTER (WHERE first_of_day) AS customers, \
         count(*) FILTER (WHERE first_of_order) AS orders, count(*) AS order_lines, sum(net_revenue) AS revenue, \
         count(*) FILTER (WHERE discount > 0) AS discounted, \
         count(coupon_code) AS with_coupon \
         FROM lines WHERE ordered_on = customer_first_on AND is_purchase GROUP BY 1"
    );
    let batches = shop.lines(scope).grouped(&query).await?;
    let real = |name| column::<Float64Type>(&batches, name, 0.0);
    let (customers, orders, lines) = (real("customers")?, real("orders")?, real("order_lines")?);
    let (revenue, discounted, with_coupon) = (real("revenue")?, real("discounted")?, real("with_coupon")?);
    Ok(column::<Int32Type>(&batches, "cohort", 0)?
        .into_iter()
        .enumerate()
        .map(|(row, cohort)| {
            let first = First {
                customers: customers[row],
                orders: orders[row],
                lines: lines[row],
                revenue: revenue[row],
                discounted: discounted[row],
                with_coupon: with_coupon[row],
            };
            (date_of(period.start(cohort)).to_string(), first)
        })
        .collect())
}

type ByValue = BTreeMap<String, Vec<(String, f64)>>;

/// For each cohort, how many customers bought something of each value on their first day.
async fn by_value(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    dimension: &str,
) -> Result<ByValue, AnalysisError> {
    let index = period_function(period);
    let query = format!(
        "SELECT {index}(customer_first_on) AS cohort, {dimension} AS value, count(DISTINCT customer_key) AS customers \
         FROM lines WHERE ordered_on = customer_first_on AND is_purchase AND {dimension} IS NOT NULL GROUP BY 1, 2"
    );
    let batches = shop.lines(scope).grouped(&query).await?;
    let customers = column::<Int64Type>(&batches, "customers", 0)?;
    let values = texts(&batches, "value")?;
    let mut found = ByValue::new();
    for (row, (cohort, value)) in
        column::<Int32Type>(&batches, "cohort", 0)?.into_iter().zip(values).enumerate()
    {
        let name = date_of(period.start(cohort)).to_string();
        found.entry(name).or_default().push((value.unwrap_or_default(), customers[row] as f64));
    }
    Ok(found)
}

fn shares_apart(
    dimension: &str,
    found: &ByValue,
    best: &[String],
    worst: &[String],
    best_customers: f64,
    worst_customers: f64,
) -> Vec<Difference> {
    let sum = |of: &[String]| {
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        for (value, customers) in of.iter().filter_map(|name| found.get(name)).flatten() {
            *counts.entry(value).or_insert(0.0) += customers;
        }
        counts
    };
    let (of_best, of_worst) = (sum(best), sum(worst));
    let values: std::collections::BTreeSet<&str> = of_best.keys().chain(of_worst.keys()).copied().collect();
    values
        .into_iter()
        .filter_map(|value| {
            let share = |counts: &BTreeMap<&str, f64>, of: f64| {
                counts.get(value).copied().unwrap_or(0.0) / of.max(1.0)
            };
            let (best, worst) = (share(&of_best, best_customers), share(&of_worst, worst_customers));
            (best.max(worst) >= LEAST_SHARE).then(|| difference(format!("{dimension}:{value}"), best, worst))
        })
        .collect()
}
