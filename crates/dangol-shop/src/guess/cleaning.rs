//! Cleaning rules that a sample asks for.

use std::collections::HashMap;

use super::assign::Assignment;
use super::column::Column;
use super::presets::Preset;
use super::synonyms::normalise;
use super::{Suggested, SuggestedCleaning};
use crate::order_lines::{Canonical, Status};

/// The rules that a preset needs, or that the values show.
pub(super) fn suggest(columns: &[Column], found: &Assignment, preset: Option<Preset>) -> SuggestedCleaning {
    if preset == Some(Preset::OnlineRetail) {
        let why = |why: &str| why.to_owned();
        return SuggestedCleaning {
            drop_duplicates: Some(Suggested {
                rule: true,
                why: why("Online Retail repeats 5,268 rows exactly"),
            }),
            drop_cancellations: Some(Suggested {
                rule: true,
                why: why("cancelled orders of Online Retail are lines of their own"),
            }),
            cancelled_order_prefix: Some(Suggested {
                rule: "C".to_owned(),
                why: why("cancelled orders begin with C"),
            }),
            drop_zero_price: Some(Suggested {
                rule: true,
                why: why("lines at price zero are stock corrections"),
            }),
        };
    }
    let line = found.columns.iter().any(|column| column.canonical == Canonical::LineId);
    let clock = found.of(Canonical::OrderedAt, columns).is_some_and(Column::has_clock);
    let why = match (line, clock) {
        (true, _) => "rows carry an id, so that equal rows are one row written twice",
        (_, true) => "rows carry a time of day, so that equal rows are one row written twice",
        _ => "without a time of day, two equal purchases on one day may both be real",
    };
    let mut rules = SuggestedCleaning {
        drop_duplicates: Some(Suggested { rule: line || clock, why: why.to_owned() }),
        ..SuggestedCleaning::default()
    };
    if let Some((prefix, count)) = cancelled_prefix(columns, found) {
        rules.drop_cancellations =
            Some(Suggested { rule: true, why: "cancelled orders are lines of their own".to_owned() });
        let why = format!(
            "{count} of the lines looked at have an order id that begins so and a negative \
             quantity or amount"
        );
        rules.cancelled_order_prefix = Some(Suggested { rule: prefix, why });
    }
    rules
}

/// A letter in front of the ids of some orders, all with negative figures, where the others are
/// digits.
fn cancelled_prefix(columns: &[Column], found: &Assignment) -> Option<(String, usize)> {
    let orders = found.of(Canonical::OrderId, columns)?;
    let figures = found.of(Canonical::Quantity, columns).or_else(|| found.of(Canonical::Amount, columns))?;
    let mut prefixes: HashMap<String, (usize, usize)> = HashMap::new();
    let mut plain = 0_usize;
    for (order, figure) in orders.values.iter().zip(&figures.values) {
        let Some(order) = order else { continue };
        let prefix: String = order.chars().take_while(|c| c.is_alphabetic()).collect();
        if prefix.is_empty() {
            plain += 1;
            continue;
        }
        let negative = figure.as_ref().is_some_and(|f| f.starts_with(['-', '(', '−', '△']));
        let count = prefixes.entry(prefix).or_default();
        count.0 += 1;
        count.1 += usize::from(negative);
    }
    let (prefix, (all, negative)) = prefixes.into_iter().max_by_key(|(_, count)| count.1)?;
    let certain = negative >= 3 && negative * 10 >= all * 9 && plain > 4 * all;
    certain.then_some((prefix, all))
}

/// What the words of the status column mean; and the words that no one knows.
pub(super) fn statuses(columns: &[Column], found: &Assignment) -> (Vec<(String, &'static str)>, Vec<String>) {
    let Some(column) = found.of(Canonical::Status, columns) else {
        return (Vec::new(), Vec::new());
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (word, _) in column.counts() {
        match Status::read(word).or_else(|| by_part(word)) {
            Some(status) => known.push((word.to_owned(), status.word())),
            None => unknown.push(word.to_owned()),
        }
    }
    (known, unknown)
}

/// What a word says became of a coupon, and whether it says so without a header that names coupons.
fn coupon_word(word: &str) -> Option<(&'static str, bool)> {
    const WORDS: [(&str, bool, &[&str]); 5] = [
        ("not used", true, &["notused", "unused", "미사용", "사용안함"]),
        ("used", true, &["used", "redeemed", "사용", "사용완료", "사용함"]),
        ("clicked", true, &["clicked", "click", "클릭"]),
        ("not used", false, &["no", "n", "false", "0"]),
        ("used", false, &["applied", "yes", "y", "true", "1"]),
    ];
    let plain = normalise(word);
    let found = WORDS.iter().find(|(.., words)| words.contains(&plain.as_str()));
    found.map(|(canonical, telling, _)| (*canonical, *telling))
}

/// Whether a column's words say what became of a coupon: `Used`, `Not Used`, `Clicked` under any name, yes and no
/// where the header names coupons.
pub(super) fn tells_coupon_use(column: &Column, names_coupons: bool) -> bool {
    if column.filled == 0 || !(2..=6).contains(&column.distinct) {
        return false;
    }
    column
        .values
        .iter()
        .flatten()
        .all(|word| coupon_word(word).is_some_and(|(_, telling)| telling || names_coupons))
}

/// What the words of the column about coupons mean, where they are written otherwise than ours.
pub(super) fn coupon_statuses(columns: &[Column], found: &Assignment) -> Vec<(String, &'static str)> {
    let counts = found.of(Canonical::CouponStatus, columns).map(Column::counts).unwrap_or_default();
    counts
        .into_iter()
        .filter_map(|(word, _)| {
            let (canonical, _) = coupon_word(word)?;
            (canonical != word).then(|| (word.to_owned(), canonical))
        })
        .collect()
}

/// Words that hold a telling part: `취소요청`, `wc-refunded`, `Order cancelled`.
fn by_part(word: &str) -> Option<Status> {
    const PARTS: [(Status, &[&str]); 4] = [
        (Status::Cancelled, &["취소", "cancel", "void", "미입금", "결제실패"]),
        (Status::Returned, &["반품", "환불", "교환", "return", "refund"]),
        (
            Status::Pending,
            &[
                "준비",
                "대기",
                "배송중",
                "예정",
                "출고",
                "발송",
                "pending",
                "processing",
                "shipped",
                "transit",
                "hold",
            ],
        ),
        (
            Status::Completed,
            &["완료", "확정", "complete", "deliver", "paid", "fulfilled", "정상", "구매", "주문", "결제"],
        ),
    ];
    let word = word.to_lowercase();
    PARTS.iter().find(|(_, parts)| parts.iter().any(|p| word.contains(p))).map(|(status, _)| *status)
}
