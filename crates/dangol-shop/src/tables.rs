//! The canonical tables beside `order_lines`: their columns, what makes a row, how rows of one key become one.
//!
//! Each is optional and switches on what needs it. They are stored as `tables/NAME.parquet`, sorted by their key,
//! and can be queried with `dangol sql`.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::order_lines::{Kind, arrow_type_of};

/// A canonical table.
#[derive(Debug)]
pub struct TableSpec {
    /// Its name in `shop.toml` and in SQL.
    pub name: &'static str,
    /// Its columns, in the order of the store.
    pub columns: &'static [ColumnSpec],
    /// The columns that tell rows apart; without any, only rows equal in every column are one.
    pub key: &'static [&'static str],
    /// What becomes of several rows with one key.
    pub merge: Merge,
}

/// A column of a canonical table.
#[derive(Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// A row without it is of no use.
    pub required: bool,
}

/// What becomes of several rows with one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The last one read stands; where it is empty, an earlier value stays.
    Last,
    /// They are events of one session: its start is the earliest, its pages are added up, `reached` is the furthest.
    Session,
}

impl TableSpec {
    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The schema of the stored table with these further attributes.
    #[must_use]
    pub fn schema(&self, attributes: &[(String, DataType)]) -> SchemaRef {
        let mut fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| Field::new(column.name, arrow_type_of(column.kind), !column.required))
            .collect();
        fields.extend(attributes.iter().map(|(name, kind)| Field::new(name, kind.clone(), true)));
        Schema::new(fields).into()
    }
}

const fn required(name: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec { name, kind, required: true }
}

const fn optional(name: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec { name, kind, required: false }
}

/// Columns of `customers` whose values say who somebody is: reports show how many there are, not which.
pub const PERSONAL: [&str; 3] = ["name", "email", "phone"];

/// How far a session got, from the first stage to the last.
pub const STAGES: [&str; 4] = ["home", "product", "cart", "purchase"];

/// The tables beside `order_lines`.
pub const TABLES: [TableSpec; 8] = [
    TableSpec {
        name: "customers",
        columns: &[
            required("customer_id", Kind::Identifier),
            optional("joined_at", Kind::Time),
            optional("birth_date", Kind::Date),
            optional("age", Kind::Number),
            optional("gender", Kind::Text),
            optional("region", Kind::Text),
            optional("acquisition_channel", Kind::Text),
            optional("membership", Kind::Text),
            optional("membership_seen_on", Kind::Date),
            optional("name", Kind::Text),
            optional("email", Kind::Text),
            optional("phone", Kind::Text),
            optional("email_consent", Kind::Flag),
            optional("sms_consent", Kind::Flag),
        ],
        key: &["customer_id"],
        merge: Merge::Last,
    },
    TableSpec {
        name: "products",
        columns: &[
            required("product_id", Kind::Identifier),
            optional("name", Kind::Text),
            optional("category", Kind::Text),
            optional("subcategory", Kind::Text),
            optional("brand", Kind::Text),
            optional("list_price", Kind::Number),
            optional("cost", Kind::Number),
            optional("stock", Kind::Number),
        ],
        key: &["product_id"],
        merge: Merge::Last,
    },
    TableSpec {
        name: "reviews",
        columns: &[
            optional("review_id", Kind::Identifier),
            required("customer_id", Kind::Identifier),
            optional("product_id", Kind::Identifier),
            required("rating", Kind::Number),
            optional("written_at", Kind::Time),
            optional("text", Kind::Text),
        ],
        key: &["review_id"],
        merge: Merge::Last,
    },
    TableSpec {
        name: "promotions",
        columns: &[
            optional("promotion_id", Kind::Identifier),
            optional("coupon_code", Kind::Identifier),
            optional("name", Kind::Text),
            optional("starts_at", Kind::Date),
            optional("ends_at", Kind::Date),
            optional("kind", Kind::Text),
            optional("value", Kind::Number),
            optional("category", Kind::Text),
        ],
        key: &[],
        merge: Merge::Last,
    },
    TableSpec {
        name: "marketing_spend",
        columns: &[
            required("period", Kind::Date),
            required("channel", Kind::Text),
            required("spend", Kind::Number),
            optional("impressions", Kind::Number),
            optional("clicks", Kind::Number),
            optional("conversions", Kind::Number),
        ],
        key: &["period", "channel"],
        merge: Merge::Last,
    },
    TableSpec {
        name: "support_contacts",
        columns: &[
            required("customer_id", Kind::Identifier),
            required("contacted_at", Kind::Time),
            optional("reason", Kind::Text),
            optional("satisfaction", Kind::Number),
            optional("resolution_hours", Kind::Number),
            optional("repeat_contact", Kind::Flag),
        ],
        key: &[],
        merge: Merge::Last,
    },
    TableSpec {
        name: "contacts",
        columns: &[
            required("customer_id", Kind::Identifier),
            required("sent_at", Kind::Time),
            optional("campaign", Kind::Text),
            optional("channel", Kind::Text),
            optional("offer", Kind::Text),
            optional("holdout", Kind::Flag),
            optional("opened_at", Kind::Time),
            optional("clicked_at", Kind::Time),
            optional("responded_at", Kind::Time),
            optional("unsubscribed_at", Kind::Time),
        ],
        key: &["customer_id", "sent_at", "campaign", "channel"],
        merge: Merge::Last,
    },
    TableSpec {
        name: "sessions",
        columns: &[
            required("session_id", Kind::Identifier),
            optional("customer_id", Kind::Identifier),
            required("started_at", Kind::Time),
            optional("source", Kind::Text),
            optional("medium", Kind::Text),
            optional("page_views", Kind::Number),
            optional("reached", Kind::Text),
        ],
        key: &["session_id"],
        merge: Merge::Session,
    },
];
