//! What is worth saying about the time to the best segment.

use super::result::{TimeToBestParams, TimeToBestResult};
use crate::finding::{Finding, Severity};
use crate::movement::sorter::Sorter;
use crate::words::{Words, grouped, number, share};

/// Fewer who got there make quartiles of a handful.
const FEW: u64 = 20;

pub(super) fn find(result: &TimeToBestResult, params: &TimeToBestParams, sorter: &Sorter) -> Vec<Finding> {
    let found = [
        nobody(result),
        few(result),
        at_once(result),
        took(result),
        slow(result, params),
        first_rule(sorter),
    ];
    found.into_iter().flatten().collect()
}

fn nobody(result: &TimeToBestResult) -> Option<Finding> {
    let best = &result.best_name;
    (result.reached == 0).then(|| {
        let text = Words::new(
            format!(
                "Nobody has reached “{}” by the rules of the as-of date, so there is no time to tell.",
                best.en
            ),
            format!("기준일의 규칙으로 ‘{}’에 도달한 고객이 없어서 걸린 시간을 알 수 없어요.", best.ko),
        );
        Finding::new("nobody_reached", Severity::Warning, text).about("curve")
    })
}

fn few(result: &TimeToBestResult) -> Option<Finding> {
    let later = result.reached - result.at_once;
    (result.reached > 0 && later < FEW).then(|| {
        let text = Words::new(
            format!("Only {later} customers got there after their first day: the times and the slow track rest on few."),
            format!("첫날 이후에 도달한 고객이 {later}명뿐이라 걸린 시간과 느린 고객 목록은 참고만 하세요."),
        );
        Finding::new("few_reached", Severity::Warning, text).value("customers", later).about("days")
    })
}

/// Where the first order alone is enough for many, time says little.
fn at_once(result: &TimeToBestResult) -> Option<Finding> {
    let part = result.at_once as f64 / result.reached.max(1) as f64;
    (part >= 0.25).then(|| {
        let (part_words, best) = (share(part), &result.best_name);
        let text = Words::new(
            format!(
                "{} of those who reached “{}” did so with their first order: it takes little to be there on the day of a purchase.",
                part_words.en, best.en
            ),
            format!(
                "‘{}’에 도달한 고객의 {}가 첫 주문만으로 도달했어요. 구매한 날에는 들어가기 쉬운 세그먼트예요.",
                best.ko, part_words.ko
            ),
        );
        Finding::new("reached_at_once", Severity::Info, text).value("share", part).about("curve")
    })
}

fn took(result: &TimeToBestResult) -> Option<Finding> {
    let (days, orders) = (result.days?, result.orders?);
    let (best, later) = (&result.best_name, grouped(result.reached - result.at_once));
    let [low, middle, high] = [days.p25, days.median, days.p75].map(|days| number(days.round()));
    let orders = number(orders.median);
    let text = Words::new(
        format!(
            "The {later} customers who became “{}” after their first day took {middle} days at the median (half of them {low} to {high}) and {orders} orders.",
            best.en
        ),
        format!(
            "첫날 이후 ‘{}’에 도달한 고객 {later}명은 중앙값으로 {middle}일(가운데 절반은 {low}~{high}일), 주문 {orders}건이 걸렸어요.",
            best.ko
        ),
    );
    Some(Finding::new("time_taken", Severity::Info, text).value("median_days", days.median).about("days"))
}

fn slow(result: &TimeToBestResult, params: &TimeToBestParams) -> Option<Finding> {
    let after = result.slow_after_days.filter(|_| result.slow > 0)?;
    let (count, active, best) = (grouped(result.slow), params.active_days, &result.best_name);
    let after = grouped(u64::from(after));
    let percent = params.percentile;
    let text = Words::new(
        format!(
            "{count} customers bought again within the last {active} days, have been here for more than {after} days, and are not “{}” yet; {percent}% of those who got there needed no longer. A nudge to the next order is worth trying here first.",
            best.en
        ),
        format!(
            "최근 {active}일 안에 다시 샀고 첫 주문 뒤 {after}일이 넘었는데 아직 ‘{}’에 못 든 고객이 {count}명이에요. 도달한 고객의 {percent}%는 그 안에 도달했어요. 다음 주문을 권할 첫 번째 대상이에요.",
            best.ko
        ),
    );
    Some(Finding::new("slow_track", Severity::Info, text).value("customers", result.slow).about("slow_track"))
}

fn first_rule(sorter: &Sorter) -> Option<Finding> {
    sorter.best_by_order.then(|| {
        let best = &sorter.segments[sorter.best].name;
        let text = Words::new(
            format!(
                "“{}” is taken as the best segment, since its rule comes first; `best` names another.",
                best.en
            ),
            format!("가장 좋은 세그먼트는 첫 번째 규칙인 ‘{}’로 봤어요. `best`로 바꿀 수 있어요.", best.ko),
        );
        Finding::new("best_by_order", Severity::Info, text).about("best")
    })
}
