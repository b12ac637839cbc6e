//! What analyses need of a shop's data, said where it is shared by several.

use crate::catalogue::Need;

/// Who bought.
pub const CUSTOMER: Need = Need::required(
    "order_lines",
    "customer_id",
    "who bought: customers can be told apart and followed",
    "누가 샀는지: 고객을 구분하고 따라갈 수 있어요",
);

/// When.
pub const WHEN: Need = Need::required(
    "order_lines",
    "ordered_at",
    "when it was bought: development over time, recency, retention",
    "언제 샀는지: 기간별 변화, 최근성, 재구매율을 볼 수 있어요",
);

/// For how much.
pub const AMOUNT: Need = Need::optional(
    "order_lines",
    "net_revenue",
    "revenue and order values, from an amount or a unit price",
    "매출과 객단가 (금액 또는 단가)",
);

/// What an analysis of purchases by customers needs.
pub const PURCHASES: &[Need] = &[CUSTOMER, WHEN, AMOUNT];
