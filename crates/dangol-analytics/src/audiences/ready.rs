//! Audiences that Dangol brings along, as far as a shop's data allow them.

use dangol_shop::Shop;

use super::{Audience, Origin, check};
use crate::error::AnalysisError;
use crate::groups::schemes;
use crate::words::Words;

/// Name, what people call it, condition. `BEST` stands for the best class of the score.
const READY: [(&str, &str, &str, &str); 6] = [
    (
        "women_20s_30s",
        "Women in their twenties and thirties",
        "20·30대 여성",
        "gender = 'female' AND age BETWEEN 20 AND 39",
    ),
    ("best_customers", "Best customers", "우수 고객", "segment_class = 'BEST'"),
    ("one_time_buyers", "One-time buyers", "한 번만 구매한 고객", "orders = 1"),
    ("about_to_leave", "About to leave", "이탈이 걱정되는 고객", "segment_nine = 'at_risk'"),
    ("new_customers", "New in the last 30 days", "최근 30일 신규 고객", "tenure_days <= 30"),
    ("coupon_buyers", "Mostly with coupons", "쿠폰 위주로 사는 고객", "orders >= 2 AND coupon_share >= 0.8"),
];

/// Those of some names whose columns the shop has.
pub(super) fn ready_made(shop: &Shop, wanted: impl Fn(&str) -> bool) -> Result<Vec<Audience>, AnalysisError> {
    let all = schemes(shop)?;
    let best = all.iter().find(|scheme| scheme.scheme == "class").and_then(|scheme| scheme.segments.first());
    Ok(READY
        .iter()
        .filter(|(name, ..)| wanted(name))
        .map(|(name, en, ko, rule)| Audience {
            name: (*name).to_owned(),
            title: Words::new(*en, *ko),
            rule: rule.replace("BEST", best.map_or("", |segment| &segment.key)),
            origin: Origin::Ready,
        })
        .filter(|audience| check(shop, &audience.rule).is_ok())
        .collect())
}
