//! A day, an hour or a month with ten times the usual orders.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use dangol_shop::frame::column;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Shop, ShopError};

use super::{median, times};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// How many times the usual.
const TIMES: f64 = 10.0;

/// Stretches of time of one length.
struct Grain {
    name: (&'static str, &'static str),
    /// Neighbours on either side, in stretches, that say what is usual; only those with orders count.
    around: i64,
    /// Neighbours with orders that it takes.
    least_around: usize,
    /// Fewer orders are no surprise.
    least: u64,
}

const DAY: Grain = Grain { name: ("day", "하루"), around: 28, least_around: 5, least: 20 };
const HOUR: Grain = Grain { name: ("hour", "한 시간"), around: 28 * 24, least_around: 20, least: 50 };
const MONTH: Grain = Grain { name: ("month", "한 달"), around: 3, least_around: 3, least: 100 };

/// A stretch with far more orders than usual.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Burst {
    at: i64,
    orders: u64,
    usual: f64,
}

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let totals = &shop.manifest.totals;
    if !totals.has_dates {
        return Ok(Vec::new());
    }
    // Baskets without customers have no first line of an order; there, lines stand for orders.
    let (counted, what) = if totals.customers > 0 {
        ("count(*) FILTER (WHERE first_of_order)", ("orders", "주문"))
    } else {
        ("count(*)", ("order lines", "주문 상품"))
    };
    let hour = if totals.has_clock { "date_trunc('hour', ordered_at)" } else { "min(ordered_at)" };
    let by = if totals.has_clock { "1, 2" } else { "1" };
    let found = shop
        .sql(&format!(
            "SELECT ordered_on, {hour} AS hour, {counted} AS orders FROM order_lines GROUP BY {by}"
        ))
        .await?;
    let on = column::<Date32Type>(&found, "ordered_on", 0)?;
    let orders = column::<Int64Type>(&found, "orders", 0)?;
    let mut days: BTreeMap<i64, u64> = BTreeMap::new();
    let mut months: BTreeMap<i64, u64> = BTreeMap::new();
    for (on, orders) in on.iter().zip(&orders) {
        *days.entry(i64::from(*on)).or_default() += *orders as u64;
        *months.entry(i64::from(Period::Month.index_of(*on))).or_default() += *orders as u64;
    }
    let in_days = bursts(&days, &DAY);
    let is_told = |day: i32| in_days.iter().any(|burst| burst.at == i64::from(day));
    let mut findings = Vec::new();
    findings.extend(finding(&in_days, &DAY, what, |at| date_of(at as i32).to_string()));
    if totals.has_clock {
        let clock = shop.clock();
        let at = column::<TimestampMicrosecondType>(&found, "hour", 0)?;
        let hour_of = |at: i64| clock.to_local(at).div_euclid(MICROS_OF_HOUR);
        let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
        for (at, orders) in at.iter().zip(&orders) {
            *hours.entry(hour_of(*at)).or_default() += *orders as u64;
        }
        let mut in_hours = bursts(&hours, &HOUR);
        in_hours.retain(|burst| !is_told((burst.at.div_euclid(24)) as i32));
        let name = |at: i64| format!("{} {:02}:00", date_of(at.div_euclid(24) as i32), at.rem_euclid(24));
        findings.extend(finding(&in_hours, &HOUR, what, name));
    }
    let mut in_months = bursts(&months, &MONTH);
    in_months.retain(|burst| {
        !in_days.iter().any(|day| i64::from(Period::Month.index_of(day.at as i32)) == burst.at)
    });
    let name = |at: i64| date_of(Period::Month.start(at as i32)).to_string()[..7].to_owned();
    findings.extend(finding(&in_months, &MONTH, what, name));
    Ok(findings)
}

const MICROS_OF_HOUR: i64 = 3_600_000_000;

/// Stretches with at least ten times the median of their neighbours.
fn bursts(counts: &BTreeMap<i64, u64>, grain: &Grain) -> Vec<Burst> {
    let mut found = Vec::new();
    for (at, orders) in counts.iter().filter(|(_, orders)| **orders >= grain.least) {
        let around = counts.range(at - grain.around..=at + grain.around);
        let mut others: Vec<f64> = around
            .filter(|(other, orders)| *other != at && **orders > 0)
            .map(|(_, orders)| *orders as f64)
            .collect();
        if others.len() < grain.least_around {
            continue;
        }
        if let Some(usual) = median(&mut others)
            && *orders as f64 >= TIMES * usual
        {
            found.push(Burst { at: *at, orders: *orders, usual });
        }
    }
    found
}

fn finding(
    bursts: &[Burst],
    grain: &Grain,
    what: (&'static str, &'static str),
    name: impl Fn(i64) -> String,
) -> Option<Finding> {
    let most = bursts.iter().max_by(|a, b| {
        (a.orders as f64 / a.usual).total_cmp(&(b.orders as f64 / b.usual)).then(b.at.cmp(&a.at))
    })?;
    let all: u64 = bursts.iter().map(|burst| burst.orders).sum();
    let (orders, usual, ratio) =
        (grouped(most.orders), grouped(most.usual as u64), times(most.orders as f64 / most.usual));
    let at = name(most.at);
    let more = bursts.len() - 1;
    let (length, what_en, what_ko) = (grain.name, what.0, what.1);
    let (more_en, more_ko) = match more {
        0 => (String::new(), String::new()),
        more => (format!(" ({more} more like it)"), format!(" (이런 경우가 {more}번 더 있어요)")),
    };
    let text = Words::new(
        format!(
            "{orders} {what_en} stand in one {} ({at}), {ratio} times the usual {usual}{more_en}. A campaign does not do that often: is it the day of a transfer from an older system, the first day of all customers of a sample, a test, or a bot? Trends, seasons and recency follow it; leave it out with keep under [cleaning] if it is not real.",
            length.0
        ),
        format!(
            "{at} {}에 {what_ko}이 {orders}건 몰려 있어요. 평소 {usual}건의 {ratio}배예요{more_ko}. 이전 시스템의 주문을 옮긴 날이거나, 첫 구매일로 뽑은 표본, 테스트, 봇일 수 있어요. 추세와 계절성, 최근성이 흔들리니 실제 주문이 아니면 [cleaning]의 keep으로 빼 주세요.",
            length.1
        ),
    );
    let finding = Finding::new("burst", Severity::Warning, text).value("grain", length.0);
    let finding = finding.value("at", at).value("orders", most.orders).value("usual", most.usual);
    Some(finding.value("count", bursts.len() as u64).value("all", all).about("coverage"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_the_neighbours_and_not_a_growing_shop() {
        // Two years in which a shop grows a hundredfold.
        let growing: BTreeMap<i64, u64> =
            (0..730).map(|day| (day, (10.0 * 100_f64.powf(day as f64 / 730.0)) as u64)).collect();
        assert!(bursts(&growing, &DAY).is_empty());
        let mut burst = growing.clone();
        burst.insert(100, 10 * growing[&120]);
        let found = bursts(&burst, &DAY);
        assert_eq!((found.len(), found[0].at, found[0].orders), (1, 100, 10 * growing[&120]));
        // Nine times is a campaign.
        burst.insert(100, 9 * growing[&90]);
        assert!(bursts(&burst, &DAY).is_empty());
    }

    #[test]
    fn a_small_shop_has_no_bursts() {
        let mut days: BTreeMap<i64, u64> = (0..60).map(|day| (day, 1)).collect();
        days.insert(30, 19);
        assert!(bursts(&days, &DAY).is_empty());
        days.insert(30, 20);
        assert_eq!(bursts(&days, &DAY).len(), 1);
    }
}
