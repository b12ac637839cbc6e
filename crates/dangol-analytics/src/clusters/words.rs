//! What sets a cluster apart, in words.

use dangol_shop::features::{FeatureKind, KnownFeature};

use super::columns::{Column, Says};
use crate::words::{Words, money, number, share};

/// What people call a feature.
pub(super) fn title(known: &KnownFeature) -> Words {
    let (en, ko) = &known.title;
    match known.kind {
        FeatureKind::Date => Words::new(format!("{en} (days ago)"), format!("{ko} (며칠 전)")),
        _ => Words::new(en, ko),
    }
}

/// What people call a column.
pub(super) fn column_title(column: &Column) -> Words {
    let Words { en, ko } = &column.title;
    match &column.says {
        Says::Number | Says::Flag => column.title.clone(),
        Says::Level(level) => Words::new(format!("{en}: {level}"), format!("{ko}: {level}")),
        Says::OtherLevel => Words::new(format!("{en}: another"), format!("{ko}: 기타")),
        Says::Unknown => Words::new(format!("{en}: not known"), format!("{ko}: 모름")),
    }
}

/// Features that are shares of something, which people write as percentages.
fn is_share(feature: &str) -> bool {
    feature.ends_with("_share")
}

/// Features in the shop's currency.
fn is_money(feature: &str) -> bool {
    matches!(feature, "revenue" | "mean_order_value" | "mean_day_value")
}

/// A value as people write it.
pub(super) fn value(column: &Column, value: f64, currency: &str) -> Words {
    match column.says {
        Says::Number if is_share(&column.feature) => share(value),
        Says::Number if is_money(&column.feature) => {
            money(if value.abs() >= 100.0 { value.round() } else { value }, currency)
        }
        Says::Number if column.feature.ends_with("_days") => {
            let days = number(value.round());
            Words::new(format!("{days} days"), format!("{days}일"))
        }
        Says::Number if value.fract() == 0.0 => Words::same(number(value)),
        Says::Number => Words::same(format!("{value:.1}")),
        _ => share(value),
    }
}

/// What a cluster's value of a column means, in a few words that can stand in a name.
///
/// `mean` is the cluster's, `more` whether the others' is less.
pub(super) fn phrase(column: &Column, mean: f64, more: bool, currency: &str) -> Words {
    let text = value(column, mean, currency);
    let pick = |high: (&str, &str), low: (&str, &str)| {
        let (en, ko) = if more { high } else { low };
        Words::new(en.replace("{}", &text.en), ko.replace("{}", &text.ko))
    };
    match (&column.says, column.feature.as_str()) {
        (Says::Number, "recency_days") => pick(
            ("last bought {} ago", "마지막 구매 {} 전"),
            ("bought recently ({} ago)", "최근 구매({} 전)"),
        ),
        (Says::Number, "orders") if mean < 1.05 => Words::new("one order", "주문 1건"),
        (Says::Number, "orders") if mean < 1.2 => Words::new("mostly one order", "대부분 주문 1건"),
        (Says::Number, "orders") => pick(
            ("many orders ({} on average)", "주문 많음(평균 {}건)"),
            ("few orders ({} on average)", "주문 적음(평균 {}건)"),
        ),
        (Says::Number, "mean_order_value") => {
            pick(("large orders ({})", "객단가 높음({})"), ("small orders ({})", "객단가 낮음({})"))
        }
        (Says::Number, "revenue") => {
            pick(("high spend ({})", "구매 금액 많음({})"), ("low spend ({})", "구매 금액 적음({})"))
        }
        (Says::Number, "tenure_days") => {
            pick(("customers for long ({})", "오래된 고객({})"), ("new customers ({})", "새 고객({})"))
        }
        (Says::Number, "coupon_share") => pick(
            ("coupon in {} of orders", "쿠폰 사용 {}"),
            ("hardly any coupons ({})", "쿠폰 거의 안 씀({})"),
        ),
        (Says::Number, "discount_share") => pick(
            ("buys at a discount ({})", "할인 구매 위주({})"),
            ("buys at full price (discount {})", "정가 구매 위주(할인 {})"),
        ),
        (Says::Number, "categories") => pick(
            ("many categories ({})", "여러 카테고리({}개)"),
            ("few categories ({})", "카테고리 적음({}개)"),
        ),
        (Says::Flag, "joined_in_promotion") => pick(
            ("joined during an event ({})", "이벤트 때 가입({})"),
            ("joined outside events", "평소에 가입"),
        ),
        _ => {
            let Words { en, ko } = column_title(column);
            let en = en
                .chars()
                .next()
                .map_or(String::new(), |first| first.to_lowercase().chain(en.chars().skip(1)).collect());
            match column.says {
                Says::Number => {
                    let (how, how_ko) = if more { ("high", "높음") } else { ("low", "낮음") };
                    Words::new(format!("{how} {en} ({})", text.en), format!("{ko} {how_ko}({})", text.ko))
                }
                _ => Words::new(format!("{en} {}", text.en), format!("{ko} {}", text.ko)),
            }
        }
    }
}

/// A name of several phrases.
pub(super) fn name(phrases: &[Words]) -> Words {
    let en = phrases.iter().map(|phrase| phrase.en.as_str()).collect::<Vec<_>>().join(", ");
    let mut letters = en.chars();
    let en = letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect());
    Words::new(en, phrases.iter().map(|phrase| phrase.ko.as_str()).collect::<Vec<_>>().join(" · "))
}
