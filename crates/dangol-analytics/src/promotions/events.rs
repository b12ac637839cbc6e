//! Promotions, and the sales around them.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use dangol_models::stratified::{Strata, StratifiedRatio};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::time::{Period, date_of};

use super::people::OFFER;
use super::result::{NotCompared, PromotionRow, SalesPoint, WhyNot};
use crate::channels::LEVEL;
use crate::error::AnalysisError;

/// A promotion that runs for a larger part of the time is no event: there is no time without it.
const EVENT_SHARE: f64 = 0.5;

/// Beyond so many days sales are shown by week.
const MOST_DAYS: i32 = 400;

/// Fewer days after a promotion are not compared.
const LEAST_AFTER: usize = 7;

/// A promotion of the table.
#[derive(Debug, Clone)]
pub(super) struct Event {
    name: String,
    from: Option<i32>,
    until: Option<i32>,
    category: Option<String>,
}

/// Sales by day and category; "" holds lines without one.
#[derive(Debug, Default)]
pub(super) struct Sales {
    days: BTreeMap<i32, BTreeMap<String, (f64, f64)>>,
    first: i32,
    last: i32,
}

pub(super) async fn events(tables: &TablesInScope) -> Result<Vec<Event>, AnalysisError> {
    if tables.columns("promotions").await?.is_none() {
        return Ok(Vec::new());
    }
    let found = tables
        .ask("SELECT coalesce(name, coupon_code, promotion_id) AS name, starts_at, ends_at, category FROM promotions ORDER BY starts_at, name")
        .await?;
    let from = column::<Date32Type>(&found, "starts_at", i32::MIN)?;
    let until = column::<Date32Type>(&found, "ends_at", i32::MIN)?;
    let known = |day: i32| (day != i32::MIN).then_some(day);
    Ok(texts(&found, "name")?
        .into_iter()
        .zip(texts(&found, "category")?)
        .enumerate()
        .map(|(row, (name, category))| Event {
            name: name.unwrap_or_default(),
            from: known(from[row]),
            until: known(until[row]),
            category: category.filter(|category| !category.is_empty()),
        })
        .collect())
}

pub(super) async fn sales(tables: &TablesInScope, today: i32) -> Result<Sales, AnalysisError> {
    let found = tables
        .ask(&format!(
            "SELECT ordered_on AS day, category, sum(net_revenue) AS revenue, \
             sum(net_revenue) FILTER (WHERE {OFFER}) AS with_offer FROM order_lines GROUP BY 1, 2"
        ))
        .await?;
    let days = column::<Date32Type>(&found, "day", 0)?;
    let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
    let with_offer = column::<Float64Type>(&found, "with_offer", 0.0)?;
    let mut sales = Sales::default();
    for ((day, category), sums) in
        days.iter().zip(texts(&found, "category")?).zip(revenue.into_iter().zip(with_offer))
    {
        sales.days.entry(*day).or_default().insert(category.unwrap_or_default(), sums);
    }
    sales.first = days.iter().min().copied().unwrap_or(0);
    // The as-of moment may lie in a day after the last order, which then has none.
    sales.last = days.iter().max().copied().unwrap_or(-1).min(today);
    Ok(sales)
}

impl Sales {
    fn on(&self, day: i32, category: Option<&str>) -> f64 {
        self.days.get(&day).map_or(0.0, |sums| {
            sums.iter()
                .filter(|(name, _)| category.is_none_or(|wanted| wanted == name.as_str()))
                .map(|(_, (revenue, _))| revenue)
                .sum()
        })
    }

    /// By day or, in a long time, by week.
    pub(super) fn points(&self, events: &[Event]) -> (Vec<SalesPoint>, &'static str) {
        let (period, by) =
            if self.last - self.first > MOST_DAYS { (Period::Week, "week") } else { (Period::Day, "day") };
        if self.days.is_empty() {
            return (Vec::new(), by);
        }
        let (from, to) = (period.index_of(self.first), period.index_of(self.last));
        let points = (from..=to)
            .map(|index| {
                let (start, end) = (period.start(index), period.start(index + 1) - 1);
                let sums = self.days.range(start..=end).flat_map(|(_, sums)| sums.values());
                let (revenue, with_offer) = sums.fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
                let names = events
                    .iter()
                    .filter(|event| self.is_event(event) && event.overlaps(start, end))
                    .map(|event| event.name.clone());
                SalesPoint {
                    from: date_of(start).to_string(),
                    revenue,
                    revenue_with_offer: with_offer,
                    promotions: names.collect(),
                }
            })
            .collect();
        (points, by)
    }

    /// Whether a promotion is one of a time, not of always.
    pub(super) fn is_event(&self, event: &Event) -> bool {
        event.from.zip(event.until).is_some_and(|(from, until)| {
            f64::from(until - from + 1) < EVENT_SHARE * f64::from(self.last - self.first + 1)
        })
    }

    /// How many times the sales of one time those of another are, weekday by weekday.
    fn ratio(
        &self,
        days: std::ops::RangeInclusive<i32>,
        against: std::ops::RangeInclusive<i32>,
        category: Option<&str>,
    ) -> Result<Option<StratifiedRatio>, AnalysisError> {
        let all: Vec<i32> = days.clone().chain(against).collect();
        let weekdays: Vec<u32> = all.iter().map(|day| day.rem_euclid(7) as u32).collect();
        let values: Vec<f64> = all.iter().map(|day| self.on(*day, category)).collect();
        let compared: Vec<usize> = (0..days.count()).collect();
        Ok(Strata::new(&weekdays, &values)?.compare(&compared, LEVEL)?)
    }

    fn mean(&self, days: std::ops::RangeInclusive<i32>, category: Option<&str>) -> f64 {
        let count = f64::from(days.end() - days.start() + 1);
        days.map(|day| self.on(day, category)).sum::<f64>() / count
    }
}

impl Event {
    pub(super) fn overlaps(&self, from: i32, until: i32) -> bool {
        self.from.zip(self.until).is_some_and(|(start, end)| start <= until && end >= from)
    }
}

/// Compares each promotion with the days before it.
pub(super) async fn compare(
    tables: &TablesInScope,
    sales: &Sales,
    events: &[Event],
    compare_days: u32,
) -> Result<(Vec<PromotionRow>, Vec<NotCompared>), AnalysisError> {
    let (mut rows, mut without) = (Vec::new(), Vec::new());
    for event in events {
        let not = |reason| NotCompared { name: event.name.clone(), reason };
        let Some((from, until)) = event.from.zip(event.until) else {
            without.push(not(WhyNot::NoDates));
            continue;
        };
        if until < sales.first || from > sales.last {
            without.push(not(WhyNot::OutsideOfSales));
            continue;
        }
        let length = compare_days as i32;
        let before = (from - length).max(sales.first)..=from - 1;
        if from <= sales.first || before.clone().count() < 7 || !sales.is_event(event) {
            without.push(not(WhyNot::NothingBefore));
            continue;
        }
        let until = until.min(sales.last);
        let after = until + 1..=(until + length).min(sales.last);
        let category = event.category.as_deref();
        let lift = sales.ratio(from..=until, before.clone(), category)?;
        let has_after = after.clone().count() >= LEAST_AFTER;
        let later = if has_after { sales.ratio(after.clone(), before.clone(), category)? } else { None };
        let (buyers, new_customers) = buyers(tables, from, until, category).await?;
        let others = events.iter().filter(|other| {
            let same =
                category.is_none() || other.category.is_none() || other.category.as_deref() == category;
            other.name != event.name
                && same
                && sales.is_event(other)
                && other.overlaps(*before.start(), until)
        });
        rows.push(PromotionRow {
            name: event.name.clone(),
            from: date_of(from).to_string(),
            until: date_of(until).to_string(),
            category: event.category.clone(),
            days: (until - from + 1) as u32,
            before: sales.mean(before.clone(), category),
            during: sales.mean(from..=until, category),
            after: has_after.then(|| sales.mean(after, category)),
            lift: lift.map(|found| found.ratio),
            lift_low: lift.and_then(|found| found.interval).map(|(low, _)| low),
            lift_high: lift.and_then(|found| found.interval).map(|(_, high)| high),
            after_ratio: later.map(|found| found.ratio),
            after_low: later.and_then(|found| found.interval).map(|(low, _)| low),
            after_high: later.and_then(|found| found.interval).map(|(_, high)| high),
            buyers,
            new_customers,
            at_the_same_time: others.map(|other| other.name.clone()).collect(),
        });
    }
    rows.sort_by(|left, right| right.from.cmp(&left.from).then(left.name.cmp(&right.name)));
    Ok((rows, without))
}

async fn buyers(
    tables: &TablesInScope,
    from: i32,
    until: i32,
    category: Option<&str>,
) -> Result<(u64, u64), AnalysisError> {
    let of_category =
        category.map_or_else(String::new, |name| format!("AND category = '{}'", name.replace('\'', "''")));
    let (from, until) = (date_of(from), date_of(until));
    let found = tables
        .ask(&format!(
            "SELECT count(DISTINCT customer_key) AS buyers, \
             count(DISTINCT CASE WHEN customer_first_on >= DATE '{from}' THEN customer_key END) AS fresh \
             FROM order_lines WHERE is_purchase AND ordered_on BETWEEN DATE '{from}' AND DATE '{until}' {of_category}"
        ))
        .await?;
    let one = |name| -> Result<u64, AnalysisError> {
        Ok(column::<Int64Type>(&found, name, 0)?.first().copied().unwrap_or(0) as u64)
    };
    Ok((one("buyers")?, one("fresh")?))
}
