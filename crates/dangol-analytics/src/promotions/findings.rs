//! What to know before the next coupon is sent.

use dangol_shop::Shop;

use super::result::{
    AgeOfferRow, CameRow, PromotionRow, PromotionsParams, PromotionsResult, ResponseRow, WhyNot,
};
use crate::finding::{Finding, Severity};
use crate::groups::NOT_KNOWN;
use crate::words::{Words, grouped, money, share};

pub(super) fn find(shop: &Shop, result: &PromotionsResult, params: &PromotionsParams) -> Vec<Finding> {
    let currency = &shop.config.shop.currency;
    let mut findings: Vec<Finding> = [
        no_offers(result),
        no_cost(result),
        unlike_segments(result),
        unlike_ages(result),
        few_of_an_age(result, params),
        left(result, params, currency),
        not_compared(result),
        no_experiment(result),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(result.promotions.iter().filter_map(borrowed));
    findings
}

fn no_offers(result: &PromotionsResult) -> Option<Finding> {
    (!result.offers_known).then(|| {
        Finding::new(
            "no_offers",
            Severity::Warning,
            Words::new(
                "No order line carries a discount or a used coupon, so nothing can be said of who responds to offers. Map discount, coupon_code or coupon_status.",
                "할인이나 쿠폰이 있는 주문이 없어서 혜택 반응을 알 수 없어요. discount, coupon_code, coupon_status 중 하나를 연결해 주세요.",
            ),
        )
        .about("response")
    })
}

fn no_cost(result: &PromotionsResult) -> Option<Finding> {
    (result.offers_known && !result.discounts_known).then(|| {
        Finding::new(
            "discounts_unknown",
            Severity::Info,
            Words::new(
                "Coupons are known, but not what they took off the price: costs of offers are not shown.",
                "쿠폰 사용 여부는 알지만 할인 금액을 몰라서 비용은 보여드리지 못해요.",
            ),
        )
        .about("response")
    })
}

/// Segments whose shares of orders with an offer are more apart than chance.
fn unlike_segments(result: &PromotionsResult) -> Option<Finding> {
    let known: Vec<&ResponseRow> = result.segments.iter().filter(|row| row.order_share.is_some()).collect();
    let by = |a: &&&ResponseRow, b: &&&ResponseRow| {
        a.order_share.unwrap_or(0.0).total_cmp(&b.order_share.unwrap_or(0.0))
    };
    let (most, least) = (known.iter().max_by(by)?, known.iter().min_by(by)?);
    let apart = most.order_share_low? > least.order_share_high?;
    apart.then(|| {
        let (high, low) = (share(most.order_share.unwrap_or(0.0)), share(least.order_share.unwrap_or(0.0)));
        Finding::new(
            "segments_respond_differently",
            Severity::Info,
            Words::new(
                format!(
                    "{} buy with an offer in {} of their orders, {} in {}.",
                    most.name.en, high.en, least.name.en, low.en
                ),
                format!(
                    "{} 고객은 주문의 {}, {} 고객은 {}에 혜택을 써요.",
                    most.name.ko, high.ko, least.name.ko, low.ko
                ),
            ),
        )
        .about("response")
    })
}

/// Age bands that leave after an offer more often than others by more than chance.
fn unlike_ages(result: &PromotionsResult) -> Option<Finding> {
    let known: Vec<&AgeOfferRow> =
        result.ages.iter().filter(|row| row.age_band != NOT_KNOWN && row.left_share.is_some()).collect();
    let by = |a: &&&AgeOfferRow, b: &&&AgeOfferRow| {
        a.left_share.unwrap_or(0.0).total_cmp(&b.left_share.unwrap_or(0.0))
    };
    let (most, least) = (known.iter().max_by(by)?, known.iter().min_by(by)?);
    let apart = most.left_share_low? > least.left_share_high?;
    apart.then(|| {
        let (high, low) = (share(most.left_share.unwrap_or(0.0)), share(least.left_share.unwrap_or(0.0)));
        Finding::new(
            "ages_leave_differently",
            Severity::Info,
            Words::new(
                format!(
                    "Customers who came for an offer and have not bought at full price since, by age: {} {} ({} of {}), {} {} ({} of {}).",
                    most.name.en,
                    high.en,
                    grouped(most.never_at_full_price),
                    grouped(most.came_for_offer),
                    least.name.en,
                    low.en,
                    grouped(least.never_at_full_price),
                    grouped(least.came_for_offer)
                ),
                format!(
                    "혜택으로 들어온 고객 중 정가로 다시 사지 않은 비율은 {} {}({}명 중 {}명), {} {}({}명 중 {}명)예요.",
                    most.name.ko,
                    high.ko,
                    grouped(most.came_for_offer),
                    grouped(most.never_at_full_price),
                    least.name.ko,
                    low.ko,
                    grouped(least.came_for_offer),
                    grouped(least.never_at_full_price)
                ),
            ),
        )
        .about("ages")
    })
}

/// Age bands of which too few came for an offer.
fn few_of_an_age(result: &PromotionsResult, params: &PromotionsParams) -> Option<Finding> {
    let few: Vec<&AgeOfferRow> =
        result.ages.iter().filter(|row| row.age_band != NOT_KNOWN && row.left_share.is_none()).collect();
    let least = params.least_customers;
    let list = |of: fn(&AgeOfferRow) -> String| few.iter().map(|row| of(row)).collect::<Vec<_>>().join(", ");
    (!few.is_empty()).then(|| {
        let en = list(|row| format!("{} ({})", row.name.en, grouped(row.came_for_offer)));
        let ko = list(|row| format!("{} {}명", row.name.ko, grouped(row.came_for_offer)));
        Finding::new(
            "few_of_an_age",
            Severity::Info,
            Words::new(
                format!("Fewer than {least} customers came for an offer aged {en}: their shares would be chance and are not shown."),
                format!("혜택으로 들어온 고객이 {least}명보다 적은 연령대({ko})는 비율이 우연일 수 있어서 보여주지 않아요."),
            ),
        )
        .about("ages")
    })
}

/// Who came for an offer and never bought at full price.
fn left(result: &PromotionsResult, params: &PromotionsParams, currency: &str) -> Option<Finding> {
    let came: &CameRow = result.came_for_offer.as_ref().filter(|came| came.never_at_full_price > 0)?;
    let others = result.came_otherwise.as_ref();
    let (count, part) = (grouped(came.never_at_full_price), share(came.share.unwrap_or(0.0)));
    let all = grouped(came.customers);
    let days = params.follow_days;
    let cost = came.cost.map(|cost| money(cost, currency));
    let other = others.and_then(|row| row.share).map(share);
    let worse =
        others.is_some_and(|row| came.share_low.zip(row.share_high).is_some_and(|(low, high)| low > high));
    let cost = cost.map_or_else(Words::default, |cost| {
        Words::new(
            format!("; the discounts given to them come to {}", cost.en),
            format!(". 이 고객들에게 준 할인은 {}이에요", cost.ko),
        )
    });
    let other = other.map_or_else(Words::default, |other| {
        Words::new(
            format!(" Of the others it is {}.", other.en),
            format!(" 그 밖의 고객은 {}예요.", other.ko),
        )
    });
    let en = format!(
        "{count} of {all} customers who came for an offer ({}) have not bought at full price in the {days} days or more since{}.{}",
        part.en, cost.en, other.en
    );
    let ko = format!(
        "혜택으로 들어온 고객 {all}명 중 {count}명({})이 {days}일 넘게 정가로 다시 사지 않았어요{}.{}",
        part.ko, cost.ko, other.ko
    );
    Some(
        Finding::new(
            "came_for_offer_and_left",
            if worse { Severity::Warning } else { Severity::Info },
            Words::new(en, ko),
        )
        .value("customers", came.never_at_full_price)
        .value("share", came.share.unwrap_or(0.0))
        .about("came"),
    )
}

fn not_compared(result: &PromotionsResult) -> Option<Finding> {
    let count = result.not_compared.len();
    let of = |reason| result.not_compared.iter().filter(|one| one.reason == reason).count();
    let (no_dates, always) = (of(WhyNot::NoDates), of(WhyNot::NothingBefore));
    let reasons = [
        (no_dates, "without a beginning or an end", "시작일이나 종료일 없음"),
        (always, "without a day free of it before", "직전에 프로모션 없는 날이 없음"),
        (count - no_dates - always, "outside of the sales", "매출 기간 밖"),
    ];
    let there = || reasons.iter().filter(|(count, ..)| *count > 0);
    let en = there().map(|(count, en, _)| format!("{count} {en}")).collect::<Vec<_>>().join(", ");
    let ko = there().map(|(count, _, ko)| format!("{ko} {count}개")).collect::<Vec<_>>().join(", ");
    (count > 0).then(|| {
        Finding::new(
            "promotions_not_compared",
            Severity::Warning,
            Words::new(
                format!("Promotions that cannot be compared with a time without them: {en}."),
                format!("프로모션 {count}개는 비교할 기간이 없어요: {ko}."),
            ),
        )
        .value("promotions", count)
        .about("promotions")
    })
}

fn no_experiment(result: &PromotionsResult) -> Option<Finding> {
    (!result.promotions.is_empty()).then(|| {
        Finding::new(
            "promotions_fall_on_seasons",
            Severity::Info,
            Words::new(
                "Promotions are set on days that sell well anyway (holidays, sales weeks): a part of each lift is the season. Only a group without the offer tells them apart.",
                "프로모션은 원래 잘 팔리는 때(명절, 세일 기간)에 하는 일이 많아서 매출 증가의 일부는 시즌 효과예요. 혜택을 주지 않은 비교 그룹이 있어야 구분할 수 있어요.",
            ),
        )
        .about("promotions")
    })
}

/// Sales that were only brought forward.
fn borrowed(row: &PromotionRow) -> Option<Finding> {
    let (lift_low, after_high) = (row.lift_low?, row.after_high?);
    let (lift, after) = (row.lift?, row.after_ratio?);
    (lift_low > 1.0 && after_high < 1.0).then(|| {
        Finding::new(
            "sales_brought_forward",
            Severity::Warning,
            Words::new(
                format!("{}: sales rose to {lift:.2} times during it and fell to {after:.2} times after it; a part was brought forward.", row.name),
                format!("{}: 기간 중 매출이 {lift:.2}배로 늘었지만 끝난 뒤 {after:.2}배로 줄었어요. 일부는 앞당겨 산 거예요.", row.name),
            ),
        )
        .value("promotion", row.name.as_str())
        .about("promotions")
    })
}
