//! What files hold beside the order lines.

mod fit;
mod names;
mod shapes;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

pub use fit::FurtherColumn;
use fit::{Fit, fit};

use super::column::{Column, decimal};
use super::files::Seen;
use super::synonyms::normalise;
use crate::config::Unpivot;
use crate::sources::SourceFormat;
use crate::tables::{TABLES, TableSpec};
use crate::values::NumberStyle;

/// What `dangol init` proposes for one of the tables beside `order_lines`.
#[derive(Debug, Clone)]
pub struct GuessedTable {
    /// The table.
    pub spec: &'static TableSpec,
    /// The files that hold it; more than one if they have the same headers.
    pub files: Vec<PathBuf>,
    /// The pattern that means just these files; none where they are named one by one.
    pub pattern: Option<PathBuf>,
    /// The worksheets of them that are used.
    pub sheets: Vec<String>,
    /// How the first of them is laid out.
    pub format: SourceFormat,
    /// The decimal mark of the numbers.
    pub decimal: NumberStyle,
    /// Which header feeds which column, in the order of the table.
    pub columns: Vec<FurtherColumn>,
    /// Columns computed from headers: column, SQL expression, reason.
    pub expressions: Vec<(&'static str, String, String)>,
    /// Columns that only this shop has, all under the header's own name.
    pub attributes: Vec<String>,
    /// Columns that become rows.
    pub unpivot: Option<Unpivot>,
    /// Words of a column and what they mean.
    pub values: Vec<(&'static str, Vec<(String, &'static str)>)>,
    /// Headers that feed nothing, each with the reason.
    pub unmapped: Vec<(String, String)>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// What the order lines say that helps to tell other files.
pub(super) struct Lines<'a> {
    /// Ids of customers in the rows looked at.
    pub(super) customers: HashSet<&'a str>,
    /// Ids of products.
    pub(super) products: HashSet<&'a str>,
    /// The year of most orders.
    pub(super) year: Option<i16>,
}

/// The further table that a file probably holds.
pub(super) fn guess_table(file: &Seen, lines: &Lines<'_>) -> Option<(f64, GuessedTable)> {
    TABLES
        .iter()
        .filter_map(|spec| {
            let (worth, table) = as_table(spec, file, lines)?;
            Some((worth + by_file_name(spec, file), table))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
}

/// The customers that a file of order lines also tells of, where each customer's rows agree.
pub(super) fn customers_within(file: &Seen, used: &HashSet<&str>) -> Option<GuessedTable> {
    let spec = &TABLES[0];
    let mut found = fit(spec, &file.columns);
    let customer = found.of("customer_id", &file.columns)?;
    let steady: HashSet<String> = file
        .columns
        .iter()
        .filter(|column| !used.contains(column.header.as_str()) && follows(customer, column))
        .map(|column| column.header.clone())
        .collect();
    found.columns.retain(|one| one.name == "customer_id" || steady.contains(&one.header));
    if found.columns.len() < 2 {
        return None;
    }
    found.unmapped.clear();
    let mut table = table_of(spec, file, found);
    table.notes.push("Each customer's rows agree on these columns: one row is made of them.".to_owned());
    Some(table)
}

/// Whether each customer has one value, over enough customers with several rows.
fn follows(customer: &Column, other: &Column) -> bool {
    let mut of: HashMap<&str, &str> = HashMap::new();
    let (mut repeated, mut same) = (0_usize, 0_usize);
    for (customer, value) in customer.values.iter().zip(&other.values) {
        let (Some(customer), Some(value)) = (customer, value) else { continue };
        match of.get(customer.as_str()) {
            None => {
                of.insert(customer, value);
            }
            Some(before) => {
                repeated += 1;
                same += usize::from(before == value);
            }
        }
    }
    let values: HashSet<&&str> = of.values().collect();
    repeated >= 20 && same * 100 >= repeated * 99 && values.len() > 1
}

fn as_table(spec: &'static TableSpec, file: &Seen, lines: &Lines<'_>) -> Option<(f64, GuessedTable)> {
    let columns = &file.columns;
    let mut found = fit(spec, columns);
    let mut unpivot = None;
    let mut expressions = Vec::new();
    if spec.name == "marketing_spend" && !found.has("channel") {
        let told = shapes::spend_by_column(columns).or_else(|| shapes::spend_by_shape(columns))?;
        let of_them = |header: &String| told.columns.contains(header);
        found.columns.retain(|one| !of_them(&one.header) && one.name != "spend");
        found.unmapped.retain(|(header, _)| !of_them(header));
        for name in ["channel", "spend"] {
            let why = "one column for each channel: they become rows".to_owned();
            found.columns.push(FurtherColumn { name, header: name.to_owned(), confidence: 0.9, why });
        }
        unpivot = Some(told);
    }
    known_ids(spec, columns, lines, &mut found);
    if spec.name == "sessions" {
        sessions_by_values(spec, columns, &mut found);
    }
    if spec.name == "products" && !found.has("name") {
        name_of_product(spec, columns, &mut found);
    }
    if spec.name == "promotions" {
        promotion_shape(columns, lines, &mut found, &mut expressions);
    }
    let overlap = |column: &str, known: &HashSet<&str>| {
        found.of(column, columns).map_or(0.0, |column| share_of(column, known))
    };
    let shared = overlap("customer_id", &lines.customers) + overlap("product_id", &lines.products);
    if !plausible(spec, &found, &expressions, columns, shared) {
        return None;
    }
    let worth = found.worth(spec) + expressions.len() as f64 * 0.5 + shared;
    let mut table = table_of(spec, file, found);
    table.unpivot = unpivot;
    table.expressions = expressions;
    Some((worth, table))
}

/// Which table a file that is none comes nearest to, and what it would need.
pub(super) fn what_lacks(file: &Seen) -> String {
    let near = |spec: &'static TableSpec| {
        let found = fit(spec, &file.columns);
        let lacks: Vec<&str> = spec
            .columns
            .iter()
            .filter(|column| column.required && !found.has(column.name))
            .map(|column| column.name)
            .collect();
        let worth = found.worth(spec) + by_file_name(spec, file) - lacks.len() as f64;
        // One column that a table may do without is no sign of it.
        let is_needed = |one: &FurtherColumn| spec.column(one.name).is_some_and(|column| column.required);
        let is_near = found.columns.len() > 1 || found.columns.iter().any(is_needed);
        is_near.then_some((worth, spec.name, lacks))
    };
    match TABLES.iter().filter_map(near).max_by(|a, b| a.0.total_cmp(&b.0)) {
        None => "its columns are those of no table".to_owned(),
        Some((_, table, lacks)) if lacks.is_empty() => format!("too little of {table}"),
        Some((_, table, lacks)) => {
            format!("no order lines, and for {table} no column says {}", lacks.join(" and "))
        }
    }
}

/// The share of a column's values that are known ids.
fn share_of(column: &Column, known: &HashSet<&str>) -> f64 {
    let of_them = column.values.iter().flatten().filter(|id| known.contains(id.as_str())).count();
    of_them as f64 / column.filled.max(1) as f64
}

/// Of several columns that never repeat, the key is the one whose values the order lines know.
fn known_ids(spec: &TableSpec, columns: &[Column], lines: &Lines<'_>, found: &mut Fit) {
    let (key, known) = match spec.name {
        "customers" => ("customer_id", &lines.customers),
        "products" => ("product_id", &lines.products),
        _ => return,
    };
    if found.of(key, columns).is_none_or(|column| share_of(column, known) > 0.1) {
        return;
    }
    let best = columns
        .iter()
        .filter(|column| column.distinct_share() > 0.999)
        .max_by(|a, b| share_of(a, known).total_cmp(&share_of(b, known)));
    if let Some(column) = best.filter(|column| share_of(column, known) > 0.2) {
        found.replace(key, &column.header, "its values are those of the order lines");
    }
}

/// A second column named like the product, of words, is its name: `Product` beside `Product Code`.
fn name_of_product(spec: &TableSpec, columns: &[Column], found: &mut Fit) {
    let names = names::names("products", "product_id");
    let named = columns.iter().find(|column| {
        let is_free = found.columns.iter().all(|one| one.header != column.header);
        is_free && column.number_share() < 0.1 && names.place(&normalise(column.name())).is_some()
    });
    if let Some(column) = named {
        found.add(spec, "name", &column.header, "named like the product, beside its code");
    }
}

/// Where no header names sessions, or only the row's own running id could be one, the column whose equal values lie
/// close together in time is the session.
fn sessions_by_values(spec: &TableSpec, columns: &[Column], found: &mut Fit) {
    let session = found.of("session_id", columns);
    if session.is_some_and(|column| normalise(column.name()) != "id") {
        return;
    }
    let Some(time) = found.of("started_at", columns) else { return };
    let is_free = |column: &&Column| found.columns.iter().all(|one| one.header != column.header);
    let best = columns
        .iter()
        .filter(is_free)
        .filter(|column| !is_customer(column) && shapes::lies_close_in_time(column, time))
        .max_by_key(|column| column.distinct)
        .map(|column| column.header.clone());
    let Some(header) = best else { return };
    let why = "by its values: rows that share one lie within hours of each other";
    if found.has("session_id") {
        found.replace("session_id", &header, why);
    } else {
        found.add(spec, "session_id", &header, why);
    }
}

/// Months by name become days of the orders' year; a header of percentages says the kind.
fn promotion_shape(
    columns: &[Column],
    lines: &Lines<'_>,
    found: &mut Fit,
    expressions: &mut Vec<(&'static str, String, String)>,
) {
    if !found.has("starts_at")
        && let Some(year) = lines.year
        && let Some((header, expression)) = shapes::months_by_name(columns, year)
    {
        found.unmapped.retain(|(other, _)| *other != header);
        let why = format!("‘{header}’ names months; most orders are of {year}");
        expressions.push(("starts_at", expression, why));
    }
    if !found.has("kind")
        && let Some(header) = found.header("value").filter(|header| shapes::says_percent(header))
    {
        let why = format!("‘{header}’ holds percentages");
        expressions.push(("kind", "'percent'".to_owned(), why));
    }
}

/// Whether there is enough to tell this table from any other; `shared` says how far its ids are those of the order
/// lines.
fn plausible(
    spec: &TableSpec,
    found: &Fit,
    expressions: &[(&'static str, String, String)],
    columns: &[Column],
    shared: f64,
) -> bool {
    let has = |name: &str| found.has(name) || expressions.iter().any(|(column, ..)| *column == name);
    if !spec.columns.iter().filter(|column| column.required).all(|column| has(column.name)) {
        return false;
    }
    let several = |names: &[&str]| names.iter().filter(|name| has(name)).count();
    let unique = |name: &str| found.of(name, columns).is_some_and(|column| column.distinct_share() > 0.98);
    match spec.name {
        // Whatever is told of the shop's customers, if only as attributes.
        "customers" => {
            let told = found.columns.len() >= 2 || (shared > 0.2 && !found.unmapped.is_empty());
            unique("customer_id") && told
        }
        "products" => unique("product_id") && found.columns.len() >= 2,
        // Ratings are few different numbers.
        "reviews" => {
            several(&["review_id", "product_id", "text"]) >= 1
                && found.of("rating", columns).is_some_and(|column| column.distinct <= 101)
        }
        "promotions" => {
            several(&["promotion_id", "coupon_code", "name"]) >= 1
                && several(&["starts_at", "ends_at", "kind", "value"]) >= 2
                && columns.iter().all(|column| !is_customer(column))
        }
        "support_contacts" => several(&["reason", "satisfaction", "resolution_hours", "repeat_contact"]) >= 1,
        "contacts" => several(&["campaign", "channel", "offer", "holdout", "opened_at", "clicked_at"]) >= 1,
        "marketing_spend" => columns.iter().all(|column| !is_customer(column)),
        _ => true,
    }
}

fn is_customer(column: &Column) -> bool {
    names::names("customers", "customer_id").place(&normalise(column.name())).is_some()
}

/// Files are often called what they hold.
fn by_file_name(spec: &TableSpec, file: &Seen) -> f64 {
    let names: &[&str] = match spec.name {
        "customers" => &["customer", "user", "member", "client", "회원", "고객"],
        "products" => &["product", "item", "catalog", "sku", "상품", "제품"],
        "reviews" => &["review", "rating", "리뷰", "후기", "상품평"],
        "promotions" => {
            &["promotion", "coupon", "discount", "promo", "event", "이벤트", "쿠폰", "프로모션", "행사"]
        }
        "marketing_spend" => &["marketing", "spend", "ads", "advert", "광고", "마케팅"],
        "support_contacts" => {
            &["support", "satisfaction", "ticket", "service", "csat", "상담", "문의", "만족도"]
        }
        "contacts" => &["campaign", "message", "mailing", "send", "contact", "발송", "캠페인", "메시지"],
        "sessions" => &["session", "event", "visit", "traffic", "세션", "방문", "로그"],
        _ => &[],
    };
    let stem = file
        .table
        .without_sheet()
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    if names.iter().any(|name| stem.contains(name)) { 1.0 } else { 0.0 }
}

fn table_of(spec: &'static TableSpec, file: &Seen, found: Fit) -> GuessedTable {
    let mut values = Vec::new();
    let mut notes = Vec::new();
    for column in ["reached", "kind"] {
        let Some((told, unknown)) = shapes::value_words(spec.name, column, &found, &file.columns) else {
            continue;
        };
        if !told.is_empty() {
            values.push((column, told));
        }
        if !unknown.is_empty() {
            notes.push(format!(
                "Words of {column} without a known meaning: {}. Say what they mean under [sources.{}.values.{column}].",
                unknown.join(", "),
                spec.name
            ));
        }
    }
    let mut table = GuessedTable {
        spec,
        files: vec![file.table.without_sheet().to_owned()],
        pattern: None,
        sheets: match &file.table.format {
            SourceFormat::Excel { sheet, .. } => vec![sheet.clone()],
            _ => Vec::new(),
        },
        format: file.table.format.clone(),
        decimal: decimal(&file.columns),
        columns: found.columns,
        expressions: Vec::new(),
        attributes: Vec::new(),
        unpivot: None,
        values,
        unmapped: found.unmapped,
        notes,
    };
    if spec.name == "customers" {
        // What nobody has a name for is still known of the customers.
        let blank =
            |header: &str| file.columns.iter().any(|column| column.header == header && column.filled == 0);
        let (kept, attributes): (Vec<_>, Vec<_>) =
            table.unmapped.drain(..).partition(|(header, _)| blank(header));
        table.unmapped = kept;
        table.attributes = attributes.into_iter().map(|(header, _)| header).collect();
    }
    table
}
