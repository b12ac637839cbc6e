//! The canonical table `order_lines`: its columns, where they come from, how they are stored.
//!
//! | column in the store | type | meaning |
//! |---|---|---|
//! | `customer_key` | Int32, null: unknown customer | number of the customer within this snapshot |
//! | `customer_id`, `order_id`, `product_id` | text | as in the shop, `17850.0` read as `17850` |
//! | `order_key` | Int64 | number of the order within this snapshot |
//! | `ordered_at` | microseconds UTC | moment of the line |
//! | `ordered_on` | date | the shop's calendar day of it |
//! | `quantity`, `unit_price`, `discount`, `shipping`, `tax` | Float64 | shop's currency |
//! | `net_revenue` | Float64 | what the customer pays for the line's goods, after its discount, without shipping; 0 where cancelled by status |
//! | `is_purchase` | Boolean | known customer, positive quantity, not cancelled or returned |
//! | `first_of_order`, `…_day`, `…_week`, `…_month`, `…_quarter` | Boolean | the customer's first purchase line in it |
//! | `customer_first_on` | date | day of the customer's first purchase |
//!
//! Rows are sorted by customer, then time. With the flags, counting orders or active
//! customers is a sum over one pass.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

/// A column that a source can feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Canonical {
    /// The order; without it, customer and moment make the order.
    OrderId,
    /// Who bought.
    CustomerId,
    /// When.
    OrderedAt,
    /// What.
    ProductId,
    /// What, in words.
    ProductName,
    /// The product's category.
    Category,
    /// How many; 1 where absent.
    Quantity,
    /// Price of one, before discount.
    UnitPrice,
    /// What the customer pays for the line, after discount; quantity × price − discount where absent.
    Amount,
    /// Discount on the line.
    Discount,
    /// Coupon on the line.
    CouponCode,
    /// used, clicked, not used.
    CouponStatus,
    /// Shipping fee.
    Shipping,
    /// Tax.
    Tax,
    /// completed, pending, cancelled, returned.
    Status,
    /// When it was cancelled.
    CancelledAt,
    /// When it was returned.
    ReturnedAt,
    /// Place of sale: own site, marketplace.
    SalesPlatform,
    /// Country of the order.
    Country,
    /// The source's own id of the line.
    LineId,
}

/// What kind of values a canonical column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier: text, `17850.0` becomes `17850`.
    Identifier,
    /// Text.
    Text,
    /// A number.
    Number,
    /// A moment or a day.
    Time,
    /// A day of the calendar; a month stands for its first.
    Date,
    /// Yes or no.
    Flag,
}

impl Canonical {
    /// All columns, in the order in which they are listed to people.
    pub const ALL: [Self; 20] = [
        Self::OrderId,
        Self::CustomerId,
        Self::OrderedAt,
        Self::ProductId,
        Self::ProductName,
        Self::Category,
        Self::Quantity,
        Self::UnitPrice,
        Self::Amount,
        Self::Discount,
        Self::CouponCode,
        Self::CouponStatus,
        Self::Shipping,
        Self::Tax,
        Self::Status,
        Self::CancelledAt,
        Self::ReturnedAt,
        Self::SalesPlatform,
        Self::Country,
        Self::LineId,
    ];

    /// The name in `shop.toml` and in SQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderId => "order_id",
            Self::CustomerId => "customer_id",
            Self::OrderedAt => "ordered_at",
            Self::ProductId => "product_id",
            Self::ProductName => "product_name",
            Self::Category => "category",
            Self::Quantity => "quantity",
            Self::UnitPrice => "unit_price",
            Self::Amount => "amount",
            Self::Discount => "discount",
            Self::CouponCode => "coupon_code",
            Self::CouponStatus => "coupon_status",
            Self::Shipping => "shipping",
            Self::Tax => "tax",
            Self::Status => "status",
            Self::CancelledAt => "cancelled_at",
            Self::ReturnedAt => "returned_at",
            Self::SalesPlatform => "sales_platform",
            Self::Country => "country",
            Self::LineId => "line_id",
        }
    }

    /// The kind of its values.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::OrderId | Self::CustomerId | Self::ProductId | Self::LineId => Kind::Identifier,
            Self::ProductName
            | Self::Category
            | Self::CouponCode
            | Self::CouponStatus
            | Self::Status
            | Self::SalesPlatform
            | Self::Country => Kind::Text,
            Self::Quantity | Self::UnitPrice | Self::Amount | Self::Discount | Self::Shipping | Self::Tax => {
                Kind::Number
            }
            Self::OrderedAt | Self::CancelledAt | Self::ReturnedAt => Kind::Time,
        }
    }
}

/// A moment in the store: microseconds since 1970, UTC.
#[must_use]
pub fn moment_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The flags that mark the first purchase line of a customer within something.
pub const FIRST_FLAGS: [&str; 5] =
    ["first_of_order", "first_of_day", "first_of_week", "first_of_month", "first_of_quarter"];

/// The schema of the stored table.
#[must_use]
pub fn store_schema() -> SchemaRef {
    let mut fields = vec![
        Field::new("customer_key", DataType::Int32, true),
        Field::new("customer_id", DataType::Utf8, true),
        Field::new("order_key", DataType::Int64, false),
        Field::new("order_id", DataType::Utf8, false),
        Field::new("ordered_at", moment_type(), false),
        Field::new("ordered_on", DataType::Date32, false),
        Field::new("net_revenue", DataType::Float64, true),
        Field::new("is_purchase", DataType::Boolean, false),
    ];
    for flag in FIRST_FLAGS {
        fields.push(Field::new(flag, DataType::Boolean, false));
    }
    fields.push(Field::new("customer_first_on", DataType::Date32, true));
    for column in CARRIED {
        fields.push(Field::new(column.name(), arrow_type(column), true));
    }
    Arc::new(Schema::new(fields))
}

/// Columns that go from the source into the store as they are.
pub const CARRIED: [Canonical; 16] = [
    Canonical::ProductId,
    Canonical::ProductName,
    Canonical::Category,
    Canonical::Quantity,
    Canonical::UnitPrice,
    Canonical::Discount,
    Canonical::CouponCode,
    Canonical::CouponStatus,
    Canonical::Shipping,
    Canonical::Tax,
    Canonical::Status,
    Canonical::CancelledAt,
    Canonical::ReturnedAt,
    Canonical::SalesPlatform,
    Canonical::Country,
    Canonical::LineId,
];

/// The Arrow type of a canonical column once it is parsed.
#[must_use]
pub fn arrow_type(column: Canonical) -> DataType {
    arrow_type_of(column.kind())
}

/// The Arrow type of values of a kind once they are parsed.
#[must_use]
pub fn arrow_type_of(kind: Kind) -> DataType {
    match kind {
        Kind::Identifier | Kind::Text => DataType::Utf8,
        Kind::Number => DataType::Float64,
        Kind::Time => moment_type(),
        Kind::Date => DataType::Date32,
        Kind::Flag => DataType::Boolean,
    }
}

/// What a status word means for an order line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Bought and kept.
    Completed,
    /// Bought, not yet delivered.
    Pending,
    /// Called off.
    Cancelled,
    /// Sent back.
    Returned,
}

impl Status {
    /// The canonical word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }

    /// Reads a canonical word or a common one in English or Korean.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        Some(match word.as_str() {
            "completed" | "complete" | "delivered" | "fulfilled" | "paid" | "success" | "done"
            | "배송완료" | "구매확정" | "결제완료" | "완료" | "주문완료" => Self::Completed,
            "pending" | "processing" | "shipped" | "on-hold" | "open" | "partial" | "authorized"
            | "배송중" | "배송준비" | "배송준비중" | "상품준비중" | "입금대기" | "처리중" => {
                Self::Pending
            }
            "cancelled" | "canceled" | "voided" | "failed" | "취소" | "취소완료" | "주문취소" => {
                Self::Cancelled
            }
            "returned" | "refunded" | "partially_refunded" | "반품" | "반품완료" | "환불" | "환불완료"
            | "교환" | "교환완료" => Self::Returned,
            _ => return None,
        })
    }
}
