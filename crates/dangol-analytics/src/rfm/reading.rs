//! One customer read in words: where the numbers stand among everybody's, and what follows.

use super::params::{Frequency, Monetary};
use super::result::{FactorSummary, PerFactor};
use crate::words::{Words, money, number};

/// A value of at least this share of the maximum, and in the top 5 %, is near the maximum.
const NEAR_MAXIMUM: f64 = 1.0 / 3.0;

/// The customer to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Person {
    /// Days since the last order.
    pub recency_days: i64,
    /// Orders, order lines or purchase days.
    pub frequency: f64,
    /// Sum or mean of net revenue.
    pub monetary: f64,
    /// Orders.
    pub orders: u64,
}

/// Where a value stands among those of all customers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Standing {
    NearMaximum,
    Top5,
    TopQuarter,
    Middle,
    BottomQuarter,
    /// Nobody differs.
    AllAlike,
}

impl Standing {
    fn of(value: f64, summary: &FactorSummary) -> Option<Self> {
        let (min, p25, p75, p95, max) =
            (summary.min?, summary.p25?, summary.p75?, summary.p95?, summary.max?);
        Some(if min == max {
            Self::AllAlike
        } else if value > p95 && value >= NEAR_MAXIMUM * max {
            Self::NearMaximum
        } else if value > p95 {
            Self::Top5
        } else if value > p75 {
            Self::TopQuarter
        } else if value < p25 || (value == p25 && value == min) {
            Self::BottomQuarter
        } else {
            Self::Middle
        })
    }

    fn high(self) -> bool {
        matches!(self, Self::NearMaximum | Self::Top5 | Self::TopQuarter)
    }

    fn very_high(self) -> bool {
        matches!(self, Self::NearMaximum | Self::Top5)
    }
}

/// Reads one customer: a sentence each on recency, frequency and monetary value, and one on what
/// follows. Empty if the summaries are of nobody.
///
/// `factors` are the summaries of everybody in the analysis; `frequency` and `monetary` say what the
/// values count, `currency` (ISO 4217) in which money is.
///
/// ```
/// use dangol_analytics::rfm::{CustomerTotals, Person, RfmParams, compute, reading};
/// # use dangol_analytics::rfm::params::{Frequency, Monetary};
/// let totals = CustomerTotals {
///     recency_days: (0..100).collect(),
///     frequency: (0..100).map(|i| f64::from(100 - i)).collect(),
///     monetary: (0..100).map(|i| f64::from(100 - i) * 20.0).collect(),
///     orders: (0..100).map(|i| 100 - i).collect(),
/// };
/// let rfm = compute(&totals, &RfmParams::default().check()?)?;
/// let person = Person { recency_days: 90, frequency: 99.0, monetary: 1980.0, orders: 99 };
/// let words = reading(&person, &rfm.result.factors, Frequency::Orders, Monetary::Sum, "GBP");
/// assert_eq!(words[0].en, "90 days since the last order is beyond the 75th percentile (74): asleep.");
/// assert_eq!(words[1].en, "99 orders is near the maximum (100): formerly very heavy.");
/// assert_eq!(words[3].en, "Worth winning back.");
/// # Ok::<(), dangol_analytics::rfm::RfmError>(())
/// ```
#[must_use]
pub fn reading(
    person: &Person,
    factors: &PerFactor<FactorSummary>,
    frequency: Frequency,
    monetary: Monetary,
    currency: &str,
) -> Vec<Words> {
    let standings = (
        Standing::of(person.recency_days as f64, &factors.recency_days),
        Standing::of(person.frequency, &factors.frequency),
        Standing::of(person.monetary, &factors.monetary),
    );
    let (Some(recency), Some(often), Some(worth)) = standings else {
        return Vec::new();
    };
    vec![
        recency_words(person.recency_days, recency, &factors.recency_days),
        frequency_words(person.frequency, frequency, often, recency.high(), &factors.frequency),
        monetary_words(person.monetary, monetary, currency, worth, &factors.monetary),
        conclusion(person, recency, often, worth),
    ]
}

fn recency_words(days: i64, standing: Standing, summary: &FactorSummary) -> Words {
    let edge = |value: Option<f64>| number(value.unwrap_or_default().round());
    let (place, state, place_ko, state_ko) = match standing {
        Standing::NearMaximum | Standing::Top5 => (
            format!("beyond the 95th percentile ({})", edge(summary.p95)),
            "long asleep",
            format!("95백분위수({}일)를 넘었어요", edge(summary.p95)),
            "오래된 휴면 상태예요",
        ),
        Standing::TopQuarter => (
            format!("beyond the 75th percentile ({})", edge(summary.p75)),
            "asleep",
            format!("75백분위수({}일)를 넘었어요", edge(summary.p75)),
            "휴면 상태예요",
        ),
        Standing::Middle => (
            format!("near the middle (median {})", edge(summary.p50)),
            "neither fresh nor asleep",
            format!("중간 수준(중앙값 {}일)이에요", edge(summary.p50)),
            "아직 휴면은 아니에요",
        ),
        Standing::BottomQuarter => (
            format!("within the most recent quarter (up to {})", edge(summary.p25)),
            "active",
            format!("최근 구매 상위 25%({}일 이내)에 들어요", edge(summary.p25)),
            "활동 중이에요",
        ),
        Standing::AllAlike => (
            "the same for every customer".to_owned(),
            "no comparison possible",
            "모든 고객이 같아요".to_owned(),
            "비교할 수 없어요",
        ),
    };
    let unit = if days == 1 { "day" } else { "days" };
    Words::new(
        format!("{} {unit} since the last order is {place}: {state}.", number(days as f64)),
        format!("마지막 주문 후 {}일: {place_ko}. {state_ko}.", number(days as f64)),
    )
}

fn frequency_words(
    value: f64,
    kind: Frequency,
    standing: Standing,
    asleep: bool,
    summary: &FactorSummary,
) -> Words {
    let one = value == 1.0;
    let unit = match kind {
        Frequency::Orders if one => "order",
        Frequency::Orders => "orders",
        Frequency::Lines if one => "line",
        Frequency::Lines => "lines",
        Frequency::Days if one => "purchase day",
        Frequency::Days => "purchase days",
    };
    let label_ko = match kind {
        Frequency::Orders => "주문 횟수",
        Frequency::Lines => "상품 주문 건수",
        Frequency::Days => "구매일 수",
    };
    let unit_ko = match kind {
        Frequency::Orders => "회",
        Frequency::Lines => "건",
        Frequency::Days => "일",
    };
    let (formerly, formerly_ko) = if asleep { ("formerly ", "예전에는 ") } else { ("", "") };
    let past_ko = if asleep { "고객이었어요" } else { "고객이에요" };
    let place = place(standing, summary, |value| {
        let text = number(value);
        Words::new(text.as_str(), format!("{text}{unit_ko}"))
    });
    let (state, state_ko) = match standing {
        _ if standing.very_high() => {
            (format!("{formerly}very heavy"), format!("{formerly_ko}아주 자주 사는 {past_ko}"))
        }
        Standing::TopQuarter => (format!("{formerly}frequent"), format!("{formerly_ko}자주 사는 {past_ko}")),
        Standing::Middle => ("as often as most".to_owned(), "대부분의 고객과 비슷해요".to_owned()),
        Standing::BottomQuarter => ("seldom".to_owned(), "드물게 샀어요".to_owned()),
        _ => ("no comparison possible".to_owned(), "비교할 수 없어요".to_owned()),
    };
    Words::new(
        format!("{} {unit} is {}: {state}.", number(value), place.en),
        format!("{label_ko} {}{unit_ko}: {}. {state_ko}.", number(value), place.ko),
    )
}

fn monetary_words(
    value: f64,
    kind: Monetary,
    currency: &str,
    standing: Standing,
    summary: &FactorSummary,
) -> Words {
    let (label, label_ko) = match kind {
        Monetary::Sum => ("spent in total", "총 구매 금액"),
        Monetary::Mean => ("per order", "주문당 금액"),
    };
    let place = place(standing, summary, |value| money(value, currency));
    let value = money(value, currency);
    let (state, state_ko) = match standing {
        _ if standing.very_high() => ("among the most valuable", "가장 가치가 큰 고객에 들어요"),
        Standing::TopQuarter => ("valuable", "가치가 큰 고객이에요"),
        Standing::Middle => ("as much as most", "대부분의 고객과 비슷해요"),
        Standing::BottomQuarter => ("little so far", "아직 구매 금액이 적어요"),
        _ => ("no comparison possible", "비교할 수 없어요"),
    };
    Words::new(
        format!("{} {label} is {}: {state}.", value.en, place.en),
        format!("{label_ko} {}: {}. {state_ko}.", value.ko, place.ko),
    )
}

/// Where a value stands, beside the edge that it was held against.
fn place(standing: Standing, summary: &FactorSummary, write: impl Fn(f64) -> Words) -> Words {
    let (edge, en, ko) = match standing {
        Standing::NearMaximum => (summary.max, "near the maximum (#)", "최댓값(#)에 가까워요"),
        Standing::Top5 => (summary.p95, "beyond the 95th percentile (#)", "95백분위수(#)를 넘어요"),
        Standing::TopQuarter => (summary.p75, "beyond the 75th percentile (#)", "75백분위수(#)를 넘어요"),
        Standing::Middle => (summary.p50, "near the middle (median #)", "중간 수준(중앙값 #)이에요"),
        Standing::BottomQuarter => {
            (summary.p25, "in the lowest quarter (up to #)", "하위 25%(# 이하)에 들어요")
        }
        Standing::AllAlike => (None, "the same for every customer", "모든 고객이 같아요"),
    };
    let edge = write(edge.unwrap_or_default());
    Words::new(en.replace('#', &edge.en), ko.replace('#', &edge.ko))
}

fn conclusion(person: &Person, recency: Standing, often: Standing, worth: Standing) -> Words {
    let strong = often.high() || worth.high();
    if recency.high() && strong {
        Words::new("Worth winning back.", "다시 데려올 가치가 큰 고객이에요.")
    } else if recency.high() {
        Words::new(
            "Hardly worth a costly offer: include in cheap win-back mails only.",
            "비용이 큰 혜택보다는 부담 없는 재방문 안내가 어울려요.",
        )
    } else if person.orders == 1 {
        Words::new(
            "The second order is the next step: invite it soon.",
            "두 번째 주문이 다음 목표예요. 지금 제안해 보세요.",
        )
    } else if often.high() && worth.high() {
        Words::new(
            "One of the best: keep with service rather than discounts.",
            "최우수 고객이에요. 할인보다 서비스로 지켜 주세요.",
        )
    } else if strong {
        Words::new(
            "A good customer: offer what fits what they bought.",
            "좋은 고객이에요. 구매한 상품과 어울리는 상품을 추천해 보세요.",
        )
    } else {
        Words::new(
            "Has room to grow: give a reason to come more often.",
            "더 성장할 수 있는 고객이에요. 더 자주 올 이유를 만들어 주세요.",
        )
    }
}

#[cfg(test)]
mod tests;
