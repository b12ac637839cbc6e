//! What dimensions and their values are called.

use crate::words::{MONTHS, Words};

/// A dimension's title; of an attribute of the shop's own its name.
pub(crate) fn dimension(name: &str) -> Words {
    let (en, ko) = match name {
        "category_units" => ("Units per customer by category", "카테고리별 1인당 구매 수량"),
        "category_mix" => ("Category mix", "카테고리 구성비"),
        "coupon_orders" => ("Coupon orders per customer", "1인당 쿠폰 주문 수"),
        "coupon_share" => ("Orders with a coupon", "쿠폰 사용 주문 비율"),
        "month" => ("Month of the order", "주문 월"),
        "weekday" => ("Weekday of the order", "주문 요일"),
        "hour" => ("Hour of the order", "주문 시간대"),
        "platform" => ("Sales platform of the order", "판매처별 주문 비중"),
        "funnel" => ("Visits that got so far", "방문 단계별 도달률"),
        "review_words_good" => ("Words in reviews of 4 stars and more", "별점 4점 이상 리뷰의 단어"),
        "review_words_bad" => ("Words in reviews below 4 stars", "별점 4점 미만 리뷰의 단어"),
        "numbers" => ("Other figures", "그 밖의 수치"),
        _ => return Words::same(name),
    };
    Words::new(en, ko)
}

const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "월요일"),
    ("Tuesday", "화요일"),
    ("Wednesday", "수요일"),
    ("Thursday", "목요일"),
    ("Friday", "금요일"),
    ("Saturday", "토요일"),
    ("Sunday", "일요일"),
];

/// A value's label.
pub(crate) fn value(dimension: &str, value: &str) -> Words {
    let number = || value.parse::<usize>().unwrap_or_default();
    match (dimension, value) {
        (_, OTHER) => Words::new("Other", "기타"),
        ("month", _) => Words::new(MONTHS[(number() + 11) % 12], format!("{value}월")),
        ("weekday", _) => {
            let (en, ko) = WEEKDAYS[(number() + 6) % 7];
            Words::new(en, ko)
        }
        ("hour", _) => Words::new(format!("{:02}:00", number()), format!("{value}시")),
        ("age_band", "50+") => Words::new("50+", "50대 이상"),
        ("age_band", _) => Words::new(value, value.replace('s', "대")),
        ("gender", "female") => Words::new("Female", "여성"),
        ("gender", "male") => Words::new("Male", "남성"),
        (_, "yes") => Words::new("Yes", "예"),
        (_, "no") => Words::new("No", "아니요"),
        ("funnel", "product") => Words::new("Product seen", "상품 조회"),
        ("funnel", "cart") => Words::new("Put into the cart", "장바구니"),
        ("funnel", "purchase") => Words::new("Bought", "구매"),
        ("coupon_share", "used") => Words::new("With a coupon", "쿠폰 사용"),
        ("coupon_share", "not_used") => Words::new("Without a coupon", "쿠폰 미사용"),
        ("coupon_orders", _) => Words::new("Coupon orders", "쿠폰 주문 수"),
        _ => Words::same(value),
    }
}

/// The key of all values that are not listed on their own.
pub(crate) const OTHER: &str = "…";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendars_begin_in_january_and_on_monday() {
        assert_eq!(value("month", "1").en, "January");
        assert_eq!(value("month", "12").ko, "12월");
        assert_eq!(value("weekday", "1").ko, "월요일");
        assert_eq!(value("weekday", "7").en, "Sunday");
        assert_eq!(value("hour", "9").en, "09:00");
        assert_eq!(value("age_band", "20s").ko, "20대");
    }
}
