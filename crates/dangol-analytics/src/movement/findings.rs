//! What is worth saying about movement between segments.

use super::drift::{LEAST_CUSTOMERS, LEAST_HISTORY};
use super::params::Edges;
use super::result::{Flow, FlowDirection, MovementResult};
use super::sorter::{Sorted, Sorter};
use crate::finding::{Finding, Severity};
use crate::rfm::words::factor_name;
use crate::words::{Words, grouped, money, share};

/// What the result does not say.
pub(super) struct Seen<'a> {
    pub(super) sorter: &'a Sorter,
    pub(super) before: &'a Sorted,
    pub(super) after: &'a Sorted,
    /// Days from the first order in scope to the earlier date.
    pub(super) known_days: i32,
    /// Whether the earlier date is nearer than three months since the shop is younger.
    pub(super) is_young: bool,
    /// Whether the filters name the beginning of a period.
    pub(super) has_period: bool,
    pub(super) currency: &'a str,
}

/// A change of a segment's share, in points, that is worth a sentence.
const DRIFT_POINTS: f64 = 0.03;

/// Everything worth saying.
pub(super) fn find(result: &MovementResult, seen: &Seen<'_>) -> Vec<Finding> {
    let found = [
        little_known(result, seen),
        young(result, seen),
        groups_differ(seen),
        out_of_best(result, seen),
        slid(result, seen),
        relative(result),
        accumulating(result),
        no_order(seen),
        period(seen),
        drift(result, seen),
        months_left_out(result),
    ];
    found.into_iter().flatten().collect()
}

fn little_known(result: &MovementResult, seen: &Seen<'_>) -> Option<Finding> {
    let customers = seen.before.place.len();
    if customers >= LEAST_CUSTOMERS && seen.known_days >= LEAST_HISTORY {
        return None;
    }
    let (days, date) = (seen.known_days, &result.since_on);
    let rows = grouped(customers as u64);
    let text = Words::new(
        format!(
            "On {date} there were {rows} customers and {days} days of orders: too little to tell segments apart, so much of this movement is only the shop's beginning. Choose a later date to compare with."
        ),
        format!(
            "{date}에는 고객 {rows}명, 주문 기록 {days}일뿐이라 세그먼트를 나누기에 부족했어요. 지금 보이는 이동의 상당 부분은 쇼핑몰 초기의 변화예요. 더 늦은 비교 시점을 골라 보세요."
        ),
    );
    let finding = Finding::new("little_known", Severity::Warning, text).about("since");
    Some(finding.value("customers", customers as u64).value("days", days))
}

fn young(result: &MovementResult, seen: &Seen<'_>) -> Option<Finding> {
    seen.is_young.then(|| {
        let date = &result.since_on;
        let text = Words::new(
            format!("The orders in scope do not go back three months, so the comparison is with {date}, half way to their beginning."),
            format!("주문 기록이 석 달이 안 돼서 그 절반 지점인 {date}과 비교했어요."),
        );
        Finding::new("short_history", Severity::Warning, text).about("since")
    })
}

/// Factors that fall into another number of groups than at the earlier date.
fn groups_differ(seen: &Seen<'_>) -> Option<Finding> {
    let pairs = seen.before.scores.factors().into_iter().zip(seen.after.scores.factors());
    let differ: Vec<(Words, u8, u8)> = pairs
        .filter(|((_, before), (_, after))| before.groups != after.groups)
        .map(|((factor, before), (_, after))| (factor_name(factor), before.groups, after.groups))
        .collect();
    if differ.is_empty() || seen.before.place.is_empty() {
        return None;
    }
    let en: Vec<String> =
        differ.iter().map(|(name, before, after)| format!("{} ({before}, now {after})", name.en)).collect();
    let ko: Vec<String> =
        differ.iter().map(|(name, before, after)| format!("{}({before}개에서 {after}개)", name.ko)).collect();
    let text = Words::new(
        format!(
            "The number of score groups is not the same at both dates: {}. Part of the movement comes from that; compare with the edges kept.",
            en.join(", ")
        ),
        format!(
            "두 시점의 점수 그룹 수가 달라요: {}. 이동의 일부는 이 때문이니 ‘비교 시점의 구간 그대로’와 비교해 보세요.",
            ko.join(", ")
        ),
    );
    Some(Finding::new("groups_differ", Severity::Warning, text).about("edges"))
}

/// Who left the best segment, where most of them went, and what they had brought.
fn out_of_best(result: &MovementResult, seen: &Seen<'_>) -> Option<Finding> {
    let best = result.segments.get(seen.sorter.best)?;
    let lost: Vec<&Flow> =
        result.flows.iter().filter(|flow| flow.from == best.segment && flow.to != best.segment).collect();
    let most = lost.iter().max_by_key(|flow| flow.customers)?;
    let to = result.segments.iter().find(|segment| segment.segment == most.to)?;
    let (count, before) = (grouped(best.lost), grouped(best.before));
    let (main, date) = (grouped(most.customers), &result.since_on);
    let (part_en, part_ko) = if most.customers == best.lost {
        ("all of them are".to_owned(), format!("모두 지금 ‘{}’에", to.name.ko))
    } else {
        let part_ko = format!("그중 가장 많은 {main}명이 지금 ‘{}’에", to.name.ko);
        (format!("the largest part, {main}, are"), part_ko)
    };
    let part = share(best.lost as f64 / best.before as f64);
    let worth = worth(&Words::new("They", "이들이"), best.revenue_lost, seen.currency);
    let text = Words::new(
        format!(
            "{count} of the {before} customers who were {} on {date} no longer are ({}); {part_en} now {}.{}",
            best.name.en, part.en, to.name.en, worth.en
        ),
        format!(
            "{date}에 ‘{}’이던 고객 {before}명 중 {count}명({})이 빠져나갔고, {part_ko} 있어요.{}",
            best.name.ko, part.ko, worth.ko
        ),
    );
    Some(
        Finding::new("out_of_best", Severity::Info, text)
            .value("customers", best.lost)
            .value("of", best.before)
            .value("revenue", best.revenue_lost)
            .about("flows"),
    )
}

/// What customers had brought, as a sentence; nothing in a shop without amounts.
fn worth(who: &Words, revenue: f64, currency: &str) -> Words {
    if revenue <= 0.0 {
        return Words::default();
    }
    let amount = money(revenue, currency);
    Words::new(
        format!(" {} had brought {} by the earlier date.", who.en, amount.en),
        format!(" {} 비교 시점까지 올린 매출은 {}이에요.", who.ko, amount.ko),
    )
}

fn slid(result: &MovementResult, seen: &Seen<'_>) -> Option<Finding> {
    let (up, down) = (result.moves.up?, result.moves.down?);
    if result.known == 0 || up + down == 0 {
        return None;
    }
    let flows = result.flows.iter().filter(|flow| flow.direction == FlowDirection::Down);
    let revenue: f64 = flows.map(|flow| flow.revenue_before).sum();
    let part = |count: u64| share(count as f64 / result.known as f64);
    let (fallen, risen) = (part(down), part(up));
    let worth = worth(&Words::new("Those who slid", "내려간 고객이"), revenue, seen.currency);
    let text = Words::new(
        format!(
            "{} customers rose to a higher level ({} of those known before), {} slid to a lower one ({}).{}",
            grouped(up),
            risen.en,
            grouped(down),
            fallen.en,
            worth.en
        ),
        format!(
            "기존 고객 중 {}명({})이 더 높은 단계로 올라갔고 {}명({})이 내려갔어요.{}",
            grouped(up),
            risen.ko,
            grouped(down),
            fallen.ko,
            worth.ko
        ),
    );
    let finding = Finding::new("slid_down", Severity::Info, text).value("down", down).value("up", up);
    Some(finding.value("revenue", revenue).about("moves"))
}

/// What the other edges would say.
fn relative(result: &MovementResult) -> Option<Finding> {
    let (here, there) = (result.moves, result.moves_with_other_edges);
    if here == there {
        return None;
    }
    let kept_en = format!("With the edges of {} kept", result.since_on);
    let kept_ko = format!("{}의 구간을 그대로 쓰면", result.since_on);
    let (lead, other) = match result.edges {
        Edges::Own => (
            Words::new(
                "Scores compare customers with each other, so one can move because others did.",
                "점수는 고객끼리 견준 값이라 다른 고객이 움직여도 세그먼트가 바뀔 수 있어요.",
            ),
            Words::new(kept_en, kept_ko),
        ),
        Edges::Since => (
            Words::new(
                "Here the edges of the earlier date are kept.",
                "지금은 비교 시점의 구간을 그대로 쓰고 있어요.",
            ),
            Words::new("With the edges of each date", "시점마다 구간을 새로 정하면"),
        ),
    };
    let text = match (here.up.zip(here.down), there.up.zip(there.down)) {
        (Some((up, down)), Some((other_up, other_down))) => Words::new(
            format!(
                "{} {}, {} slid down (here {}) and {} rose (here {}).",
                lead.en,
                other.en,
                grouped(other_down),
                grouped(down),
                grouped(other_up),
                grouped(up)
            ),
            format!(
                "{} {} 하락은 {}명(지금 {}명), 상승은 {}명(지금 {}명)이에요.",
                lead.ko,
                other.ko,
                grouped(other_down),
                grouped(down),
                grouped(other_up),
                grouped(up)
            ),
        ),
        _ => Words::new(
            format!(
                "{} {}, {} changed their segment (here {}).",
                lead.en,
                other.en,
                grouped(there.moved),
                grouped(here.moved)
            ),
            format!(
                "{} {} 세그먼트를 옮긴 고객은 {}명(지금 {}명)이에요.",
                lead.ko,
                other.ko,
                grouped(there.moved),
                grouped(here.moved)
            ),
        ),
    };
    Some(Finding::new("relative_scores", Severity::Info, text).about("edges"))
}

fn accumulating(result: &MovementResult) -> Option<Finding> {
    (result.edges == Edges::Since).then(|| {
        let text = Words::new(
            "With edges kept, orders and amounts can only add up: customers rise by buying and fall only by staying away.",
            "구간을 그대로 두면 주문 수와 금액은 쌓이기만 해요. 그래서 구매하면 올라가고, 오지 않을 때만 내려가요.",
        );
        Finding::new("accumulating", Severity::Info, text).about("edges")
    })
}

fn no_order(seen: &Seen<'_>) -> Option<Finding> {
    if seen.sorter.levels.is_some() {
        return None;
    }
    let best = &seen.sorter.segments[seen.sorter.best].name;
    let (en, ko) = if seen.sorter.best_by_order {
        (
            format!(" “{}” is taken as the best, since its rule comes first; `best` names another.", best.en),
            format!(" 가장 좋은 세그먼트는 첫 번째 규칙인 ‘{}’로 봤어요. `best`로 바꿀 수 있어요.", best.ko),
        )
    } else {
        (String::new(), String::new())
    };
    let text = Words::new(
        format!("Rules of one's own have no order, so nobody is said to move up or down.{en}"),
        format!("직접 적은 규칙에는 순서가 없어서 상승과 하락을 나누지 않았어요.{ko}"),
    );
    Some(Finding::new("no_order", Severity::Info, text).about("moves"))
}

fn period(seen: &Seen<'_>) -> Option<Finding> {
    seen.has_period.then(|| {
        let text = Words::new(
            "The period begins on the same day for both dates, so that the earlier one sees a shorter stretch of orders.",
            "두 시점 모두 기간의 시작일이 같아서, 비교 시점은 더 짧은 기간의 주문만 보고 나눈 결과예요.",
        );
        Finding::new("shorter_period", Severity::Info, text).about("since")
    })
}

/// The segment whose share changed most between the first date shown and the last.
fn drift(result: &MovementResult, seen: &Seen<'_>) -> Option<Finding> {
    let (first, last) = (result.sizes.first()?.on.as_str(), result.sizes.last()?.on.as_str());
    if first == last {
        return None;
    }
    let share_on = |on: &str, segment: &str| {
        result.sizes.iter().find(|size| size.on == on && size.segment == segment).and_then(|size| size.share)
    };
    let changes = seen.sorter.segments.iter().filter_map(|segment| {
        let (before, after) = (share_on(first, &segment.key)?, share_on(last, &segment.key)?);
        Some((segment, before, after))
    });
    let (segment, before, after) =
        changes.max_by(|left, right| (left.2 - left.1).abs().total_cmp(&(right.2 - right.1).abs()))?;
    if (after - before).abs() < DRIFT_POINTS {
        return None;
    }
    let (was, is) = (share(before), share(after));
    let text = Words::new(
        format!(
            "“{}” changed most: from {} of customers on {first} to {} on {last}.",
            segment.name.en, was.en, is.en
        ),
        format!(
            "비중이 가장 많이 달라진 세그먼트: ‘{}’. 고객 비중이 {first} {}에서 {last} {}로 바뀌었어요.",
            segment.name.ko, was.ko, is.ko
        ),
    );
    let finding = Finding::new("drift", Severity::Info, text).value("segment", segment.key.clone());
    Some(finding.value("from", before).value("to", after).about("sizes"))
}

fn months_left_out(result: &MovementResult) -> Option<Finding> {
    let (first, last) = (result.months_left_out.first()?, result.months_left_out.last()?);
    let count = result.months_left_out.len();
    let text = Words::new(
        format!(
            "{count} ends of months ({first} to {last}) are left out of the sizes: less than {LEAST_HISTORY} days since the first order, or fewer than {LEAST_CUSTOMERS} customers."
        ),
        format!(
            "월말 {count}개({first}~{last})는 첫 주문부터 {LEAST_HISTORY}일이 안 됐거나 고객이 {LEAST_CUSTOMERS}명보다 적어서 규모에서 뺐어요."
        ),
    );
    let finding = Finding::new("months_left_out", Severity::Info, text).value("months", count as u64);
    Some(finding.about("sizes"))
}
