//! Names of schemes, classes and segments, and what each segment is, in both languages.

use crate::words::Words;

/// Title of a built-in scheme.
#[must_use]
pub fn scheme_title(scheme: &str) -> Option<Words> {
    let (en, ko) = match scheme {
        "class" => ("RFM class", "RFM 클래스"),
        "nine" => ("Nine segments", "9개 세그먼트"),
        "eleven" => ("Eleven segments", "11개 세그먼트"),
        "bands" => ("Score bands", "점수 구간"),
        _ => return None,
    };
    Some(Words::new(en, ko))
}

/// Name of a class. `class_1` and so on are numbered.
#[must_use]
pub fn class_name(class: &str) -> Words {
    match class {
        "silver" => Words::new("Silver", "실버"),
        "gold" => Words::new("Gold", "골드"),
        "platinum" => Words::new("Platinum", "플래티넘"),
        _ => match class.strip_prefix("class_") {
            Some(number) => Words::new(format!("Class {number}"), format!("클래스 {number}")),
            None => Words::same(class),
        },
    }
}

/// What a class is.
#[must_use]
pub fn class_about(class: &str) -> Words {
    match class {
        "silver" => Words::new(
            "The lowest third of the RFM score: bought long ago, seldom or little.",
            "RFM 점수 하위 3분의 1이에요. 오래전에 샀거나, 드물게 또는 적게 산 고객이에요.",
        ),
        "gold" => Words::new(
            "The middle third of the RFM score.",
            "RFM 점수 중간 3분의 1이에요. 구매 주기를 앞당기면 플래티넘이 될 수 있어요.",
        ),
        "platinum" => Words::new(
            "The highest third of the RFM score: recent, frequent and valuable.",
            "RFM 점수 상위 3분의 1이에요. 최근에, 자주, 많이 산 고객이에요.",
        ),
        _ => Words::new(
            "A class by quantiles of the RFM score; class 1 is the lowest.",
            "RFM 점수를 분위수로 나눈 클래스예요. 클래스 1이 가장 낮아요.",
        ),
    }
}

/// Name and description of a segment of a built-in scheme.
#[must_use]
pub(super) fn segment(scheme: &str, key: &str) -> Option<(Words, Words)> {
    let (name_en, name_ko, about_en, about_ko) = match (scheme, key) {
        ("nine", "vip_champions") => (
            "VIP champions",
            "VIP 챔피언",
            "Recent, frequent and valuable: keep them.",
            "최근에, 자주, 많이 산 고객이에요. 꼭 지켜야 해요.",
        ),
        ("nine", "loyal") => (
            "Loyal",
            "충성 고객",
            "Buy often and have been here not long ago, if for less money than VIPs.",
            "자주 사고 최근에도 다녀간 고객이에요. VIP보다 구매 금액이 조금 낮아요.",
        ),
        ("nine", "potential_loyalist") => (
            "Potential loyalist",
            "잠재 충성 고객",
            "Bought recently and more than once, but not often yet.",
            "최근에 두 번 이상 샀지만 아직 자주 사지는 않아요.",
        ),
        ("nine", "promising_high") => (
            "Promising, high value",
            "유망 고객(고액)",
            "One recent order, and a large one.",
            "최근 첫 주문 금액이 큰 고객이에요. 두 번째 주문을 이끌어 내세요.",
        ),
        ("nine", "promising_low") => (
            "Promising, low value",
            "유망 고객(소액)",
            "One recent order, and a small one.",
            "최근에 첫 주문을 적은 금액으로 한 고객이에요.",
        ),
        ("nine", "needs_attention") => (
            "Needs attention",
            "관심 필요",
            "The last order is some time ago, and they never bought often.",
            "마지막 주문이 조금 지났고 자주 사지는 않았어요. 지금 말을 걸 때예요.",
        ),
        ("nine", "at_risk") => (
            "At risk",
            "이탈 위험",
            "Used to buy often or for much, and have not come back for long.",
            "예전에 자주 또는 많이 샀는데 오랫동안 오지 않았어요. 되찾을 가치가 커요.",
        ),
        ("nine", "hibernating") => (
            "Hibernating",
            "휴면 고객",
            "Not here for long, seldom and for little before that.",
            "오랫동안 오지 않았고 그전에도 드물게, 적게 샀어요.",
        ),
        ("nine", "lost") => (
            "Lost",
            "이탈 고객",
            "The longest away, seldom and for little before that.",
            "가장 오래 오지 않았고 그전에도 드물게, 적게 샀어요.",
        ),
        ("eleven", "champions") => (
            "Champions",
            "챔피언",
            "Bought recently, buy often and spend the most.",
            "최근에 샀고, 자주 사고, 가장 많이 써요.",
        ),
        ("eleven", "loyal") => (
            "Loyal",
            "충성 고객",
            "Buy often or for much, and were here not long ago.",
            "자주 또는 많이 사고, 최근에도 다녀갔어요.",
        ),
        ("eleven", "potential_loyalist") => (
            "Potential loyalist",
            "잠재 충성 고객",
            "Recent buyers on their way up.",
            "최근에 산 고객으로, 구매가 늘어날 수 있어요.",
        ),
        ("eleven", "new_customers") => (
            "New customers",
            "신규 고객",
            "Bought very recently, seldom and little so far.",
            "아주 최근에 샀고 아직 구매가 적어요. 좋은 첫 경험이 중요해요.",
        ),
        ("eleven", "promising") => (
            "Promising",
            "유망 고객",
            "Bought recently, seldom and little so far.",
            "최근에 샀지만 아직 구매가 적어요. 두 번째 주문을 이끌어 내세요.",
        ),
        ("eleven", "needs_attention") => (
            "Needs attention",
            "관심 필요",
            "Middling in everything; the last order is some time ago.",
            "모든 지표가 중간이고 마지막 주문이 조금 지났어요.",
        ),
        ("eleven", "about_to_sleep") => (
            "About to sleep",
            "휴면 예정",
            "Seldom and little, and the last order is some time ago.",
            "드물게, 적게 샀고 마지막 주문이 조금 지났어요. 곧 휴면이 될 수 있어요.",
        ),
        ("eleven", "at_risk") => (
            "At risk",
            "이탈 위험",
            "Used to buy often or for much, long ago.",
            "예전에 자주 또는 많이 샀는데 오랫동안 오지 않았어요.",
        ),
        ("eleven", "cannot_lose") => (
            "Cannot lose them",
            "놓치면 안 되는 고객",
            "Were among the best, and have been away the longest.",
            "최고의 고객이었는데 가장 오래 오지 않았어요. 직접 연락해 보세요.",
        ),
        ("eleven", "hibernating") => (
            "Hibernating",
            "휴면 고객",
            "Long away, few and small orders before that.",
            "오랫동안 오지 않았고 그전에도 구매가 적었어요.",
        ),
        ("eleven", "lost") => (
            "Lost",
            "이탈 고객",
            "The longest away and the least before that.",
            "가장 오래 오지 않았고 구매도 가장 적었어요.",
        ),
        ("bands", "3-5") => ("3–5 points", "3–5점", "Score of 3 to 5 of 15.", "15점 만점에 3–5점이에요."),
        ("bands", "6-8") => ("6–8 points", "6–8점", "Score of 6 to 8 of 15.", "15점 만점에 6–8점이에요."),
        ("bands", "9-11") => {
            ("9–11 points", "9–11점", "Score of 9 to 11 of 15.", "15점 만점에 9–11점이에요.")
        }
        ("bands", "12-15") => {
            ("12–15 points", "12–15점", "Score of 12 to 15 of 15.", "15점 만점에 12–15점이에요.")
        }
        _ => return None,
    };
    Some((Words::new(name_en, name_ko), Words::new(about_en, about_ko)))
}

/// Name of a factor, as it stands in a sentence.
#[must_use]
pub fn factor_name(factor: &str) -> Words {
    match factor {
        "recency_days" => Words::new("recency", "최근성(R)"),
        "frequency" => Words::new("frequency", "구매 빈도(F)"),
        "monetary" => Words::new("monetary value", "구매 금액(M)"),
        _ => Words::same(factor),
    }
}
