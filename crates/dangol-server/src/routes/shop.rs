//! `GET /api/shop` and `GET /api/catalogue`

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{Float64Type, Int64Type};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use dangol_analytics::Words;
use dangol_analytics::audiences::columns::name_of_value;
use dangol_analytics::catalogue::{self, Listed};
use dangol_analytics::groups::{self, NOT_KNOWN, Scheme};
use dangol_shop::frame::{column, texts};
use dangol_shop::scope::{CUSTOMER_FILTERS, DIMENSIONS};
use dangol_shop::time::date_of;
use dangol_shop::{FeatureValues, Scope, Shop, ShopError};
use serde::Serialize;
use utoipa::ToSchema;

use super::respond;
use crate::app::{Answer, App};
use crate::problem::Problem;

/// What the dashboard needs to know of the shop before anything else.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopInfo {
    /// Its name.
    name: String,
    /// ISO 4217 code.
    currency: String,
    /// IANA name.
    time_zone: String,
    /// The program's version.
    version: String,
    /// The current snapshot; null before the first import.
    snapshot: Option<String>,
    /// The moment analyses look from where none is given.
    default_as_of: Option<String>,
    /// What the snapshot holds; null before the first import.
    data: Option<DataInfo>,
    /// Values to filter by, per column; the largest first.
    filters: BTreeMap<String, Vec<FilterValue>>,
    /// Values to filter customers by, per feature; only features that this shop has. `not_known` is one of them.
    customer_filters: BTreeMap<String, Vec<CustomerFilterValue>>,
    /// Segment schemes.
    schemes: Vec<Scheme>,
    /// Names of the analyses.
    analyses: Vec<String>,
}

/// Sums over the snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DataInfo {
    /// First day with a purchase.
    first_on: String,
    /// Last day with a purchase.
    last_on: String,
    /// Lines, with and without customer.
    order_lines: u64,
    /// Orders of known customers.
    orders: u64,
    /// Known customers.
    customers: u64,
    /// Their net revenue.
    revenue: f64,
    /// Lines without a customer.
    order_lines_without_customer: u64,
    /// Orders of which nobody knows the customer, such as baskets of a till.
    orders_without_customer: u64,
    /// Whether any amount is known.
    has_amounts: bool,
    /// Tables with rows beside the order lines.
    tables: Vec<String>,
}

fn tables_with_rows(shop: &Shop) -> Vec<String> {
    let with_rows = shop.manifest.tables.iter().filter(|table| table.rows > 0);
    with_rows.map(|table| table.name.clone()).collect()
}

/// A value to filter by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilterValue {
    /// The value.
    value: String,
    /// Lines with it.
    order_lines: u64,
    /// Their net revenue.
    revenue: f64,
}

/// A value to filter customers by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerFilterValue {
    /// The value; `not_known` for customers of whom it is not known.
    value: String,
    /// As people read it.
    name: Words,
    /// Customers with it.
    customers: u64,
}

/// Values offered per column; further ones can still be written in the URL.
const MOST_VALUES: usize = 200;

pub(crate) async fn shop(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    const KEY: &str = "shop";
    let open = match app.shop() {
        Ok(open) => open,
        Err(ShopError::NothingImported { .. }) => return Ok(respond(&headers, &Answer::of(&empty(&app)?)?)),
        Err(error) => return Err(error.into()),
    };
    if let Some(answer) = app.kept(KEY) {
        return Ok(respond(&headers, &answer));
    }
    let answer = Answer::of(&info(&open).await?)?;
    app.keep(KEY.into(), &answer);
    Ok(respond(&headers, &answer))
}

fn analyses() -> Vec<String> {
    dangol_analytics::names().into_iter().map(str::to_owned).collect()
}

fn empty(app: &App) -> Result<ShopInfo, Problem> {
    let config = app.config()?;
    Ok(ShopInfo {
        name: config.shop.name,
        currency: config.shop.currency,
        time_zone: config.shop.time_zone,
        version: env!("CARGO_PKG_VERSION").into(),
        snapshot: None,
        default_as_of: None,
        data: None,
        filters: BTreeMap::new(),
        customer_filters: BTreeMap::new(),
        schemes: Vec::new(),
        analyses: analyses(),
    })
}

async fn info(shop: &Shop) -> Result<ShopInfo, Problem> {
    let totals = &shop.manifest.totals;
    let day = |at: Option<i64>| date_of(shop.clock().day_of(at.unwrap_or(0))).to_string();
    let mut filters = BTreeMap::new();
    for dimension in DIMENSIONS {
        let values = if totals.dimensions.iter().any(|found| found == dimension) {
            values(shop, dimension).await?
        } else {
            Vec::new()
        };
        filters.insert(dimension.to_owned(), values);
    }
    Ok(ShopInfo {
        name: shop.config.shop.name.clone(),
        currency: shop.config.shop.currency.clone(),
        time_zone: shop.config.shop.time_zone.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        snapshot: Some(shop.snapshot.clone()),
        default_as_of: Some(shop.default_as_of().to_string()),
        data: Some(DataInfo {
            first_on: day(totals.first_at),
            last_on: day(totals.last_at),
            order_lines: totals.order_lines,
            orders: totals.orders,
            orders_without_customer: totals.orders_without_customer,
            customers: totals.customers,
            revenue: totals.revenue,
            order_lines_without_customer: totals.order_lines_without_customer,
            has_amounts: totals.has_amounts,
            tables: tables_with_rows(shop),
        }),
        filters,
        customer_filters: customer_values(shop).await?,
        schemes: groups::all_schemes(shop)?,
        analyses: analyses(),
    })
}

/// The values of the features that customers are filtered by. Nothing in place of values nobody has.
async fn customer_values(shop: &Shop) -> Result<BTreeMap<String, Vec<CustomerFilterValue>>, Problem> {
    let features = shop.features_of(&Scope::until(shop.default_as_of()), &CUSTOMER_FILTERS).await?;
    let mut all = BTreeMap::new();
    for name in CUSTOMER_FILTERS {
        let Some(FeatureValues::Text(texts)) = features.column(name).map(|column| &column.values) else {
            continue;
        };
        let mut counts: BTreeMap<Option<&str>, u64> = BTreeMap::new();
        for text in texts {
            *counts.entry(text.as_deref()).or_default() += 1;
        }
        let not_known = counts.remove(&None);
        if counts.is_empty() {
            continue;
        }
        let mut values: Vec<CustomerFilterValue> = counts
            .into_iter()
            .filter_map(|(value, customers)| {
                let value = value?.to_owned();
                Some(CustomerFilterValue { name: name_of_value(name, &value), value, customers })
            })
            .collect();
        // Age bands have an order of their own.
        if name != "age_band" {
            values.sort_by_key(|value| Reverse(value.customers));
        }
        values.truncate(MOST_VALUES);
        values.extend(not_known.map(|customers| CustomerFilterValue {
            value: NOT_KNOWN.to_owned(),
            name: Words::new("Not known", "알 수 없음"),
            customers,
        }));
        all.insert(name.to_owned(), values);
    }
    Ok(all)
}

async fn values(shop: &Shop, dimension: &str) -> Result<Vec<FilterValue>, ShopError> {
    let query = format!(
        "SELECT {dimension} AS value, count(*) AS order_lines, sum(net_revenue) AS revenue FROM lines \
         WHERE {dimension} IS NOT NULL GROUP BY 1 ORDER BY order_lines DESC, value LIMIT {MOST_VALUES}"
    );
    let batches = shop.lines(&Scope::until(shop.default_as_of())).grouped(&query).await?;
    let lines = column::<Int64Type>(&batches, "order_lines", 0)?;
    let revenue = column::<Float64Type>(&batches, "revenue", 0.0)?;
    Ok(texts(&batches, "value")?
        .into_iter()
        .zip(lines.into_iter().zip(revenue))
        .map(|(value, (lines, revenue))| FilterValue {
            value: value.unwrap_or_default(),
            order_lines: lines as u64,
            revenue,
        })
        .collect())
}

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Catalogue {
    /// Every analysis.
    analyses: Vec<Listed>,
}

pub(crate) async fn catalogue(headers: HeaderMap) -> Result<Response, Problem> {
    Ok(respond(&headers, &Answer::of(&Catalogue { analyses: catalogue::list() })?))
}
