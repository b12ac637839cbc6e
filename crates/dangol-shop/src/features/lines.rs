//! Features of the order lines: one streaming pass for numbers, one for texts.

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, TimestampMicrosecondType};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use std::sync::Arc;

use super::{FeatureValues, Features};
use crate::engine::tally;
use crate::error::ShopError;
use crate::frame::column;
use crate::order_lines::{Canonical, moment_type};
use crate::scope::{AsOf, Scope};
use crate::shop::{Lines, Shop};
use crate::time::{DAY_MICROS, LocalClock};

/// The hour at which an evening begins.
const EVENING: i64 = 18;
const HOUR_MICROS: i64 = 3_600_000_000;

impl Shop {
    pub(super) async fn purchase_features(&self, scope: &Scope) -> Result<Features, ShopError> {
        let lines = self.lines(scope).with_local_hour(self.clock());
        let coupon = if self.feeds(Canonical::CouponStatus) {
            "lower(coupon_status) = 'used' OR (coupon_status IS NULL AND coupon_code IS NOT NULL)"
        } else {
            "coupon_code IS NOT NULL"
        };
        let known = self.known_features();
        let has = |name: &str| known.iter().any(|feature| feature.name == name);
        let mut columns = vec![
            "customer_key".to_owned(),
            "max(ordered_at) FILTER (WHERE is_purchase) AS last_at".to_owned(),
            "min(customer_first_on) AS first_on".to_owned(),
            "min(ordered_on) FILTER (WHERE is_purchase) AS from_on".to_owned(),
            "max(ordered_on) FILTER (WHERE is_purchase) AS last_on".to_owned(),
            "count(*) FILTER (WHERE first_of_order) AS orders".to_owned(),
            "count(*) FILTER (WHERE first_of_day) AS days".to_owned(),
            "count(*) FILTER (WHERE is_purchase) AS lines".to_owned(),
            "sum(net_revenue) AS revenue".to_owned(),
        ];
        columns.push(if self.feeds(Canonical::Quantity) {
            "sum(coalesce(quantity, 1.0)) FILTER (WHERE is_purchase) AS units".to_owned()
        } else {
            "CAST(count(*) FILTER (WHERE is_purchase) AS DOUBLE) AS units".to_owned()
        });
        if has("discount_share") {
            columns.push("sum(discount) FILTER (WHERE is_purchase) AS discount".to_owned());
            columns.push("sum(net_revenue) FILTER (WHERE is_purchase) AS bought".to_owned());
        }
        if has("coupon_orders") {
            columns.push(format!(
                "count(DISTINCT order_key) FILTER (WHERE is_purchase AND ({coupon})) AS coupon_orders"
            ));
        }
        if has("returned_share") {
            let until = match scope.as_of {
                AsOf::Day(day) => self.clock().start_of_day(day + 1) - 1,
                AsOf::Moment(at) => at,
            };
            let back = format!(
                "status = 'returned' AND (returned_at IS NULL OR CAST(returned_at AS BIGINT) <= {until})"
            );
            columns.push(format!("count(*) FILTER (WHERE ({back}) OR quantity < 0) AS returned"));
            columns
                .push("count(*) FILTER (WHERE is_purchase OR (status = 'returned' AND (quantity IS NULL OR quantity > 0))) AS ever_bought".to_owned());
        }
        if has("weekend_share") {
            // 1970-01-01 was a Thursday; with three days added Monday is 0.
            let weekend = "first_of_order AND (CAST(ordered_on AS INT) + 3) % 7 >= 5";
            columns.push(format!("count(*) FILTER (WHERE {weekend}) AS weekend"));
        }
        if has("evening_share") {
            let evening = format!("first_of_order AND local_hour(ordered_at) >= {EVENING}");
            columns.push(format!("count(*) FILTER (WHERE {evening}) AS evening"));
        }
        let having = if lines.all_purchases { "" } else { "bool_or(is_purchase)" };
        let batches = lines.per_customer(&columns.join(", "), having).await?;

        let numbers = |name: &str| optional_numbers(&batches, name);
        let mut features =
            Features { customer_key: column::<Int32Type>(&batches, "customer_key", 0)?, columns: Vec::new() };
        let (orders, days) = (numbers("orders")?, numbers("days")?);
        let revenue = numbers("revenue")?;
        let first_on = column::<Date32Type>(&batches, "first_on", 0)?;
        let from_on = column::<Date32Type>(&batches, "from_on", 0)?;
        let last_on = column::<Date32Type>(&batches, "last_on", 0)?;
        let last_at = column::<TimestampMicrosecondType>(&batches, "last_at", 0)?;
        let today = scope.as_of.day(self.clock());
        let share =
            |part: &str| -> Result<Vec<Option<f64>>, ShopError> { Ok(ratio(&numbers(part)?, &orders)) };
        for feature in known.iter().filter(|feature| feature.part == super::Part::Purchases) {
            let customers = 0..features.len();
            let values = match feature.name.as_str() {
                "recency_days" => customers
                    .map(|at| Some(scope.as_of.days_since(last_at[at], last_on[at]) as f64))
                    .collect(),
                "orders" => orders.clone(),
                "purchase_days" => days.clone(),
                "order_lines" => numbers("lines")?,
                "units" => numbers("units")?,
                "revenue" => revenue.clone(),
                "mean_order_value" => ratio(&revenue, &orders),
                "mean_day_value" => ratio(&revenue, &days),
                "tenure_days" => first_on.iter().map(|first| Some(f64::from(today - first))).collect(),
                "mean_gap_days" => customers
                    .map(|at| {
                        let gaps = days[at].filter(|days| *days > 1.0)? - 1.0;
                        Some(f64::from(last_on[at] - from_on[at]) / gaps)
                    })
                    .collect(),
                "first_order_on" => {
                    let values = first_on.iter().map(|day| Some(*day)).collect();
                    features.add(&feature.name, FeatureValues::Date(values));
                    continue;
                }
                "last_order_on" => {
                    let values = last_on.iter().map(|day| Some(*day)).collect();
                    features.add(&feature.name, FeatureValues::Date(values));
                    continue;
                }
                "discount_share" => {
                    let bought = numbers("bought")?;
                    let discount: Vec<Option<f64>> = numbers("discount")?
                        .into_iter()
                        .map(|discount| Some(discount.unwrap_or(0.0)))
                        .collect();
                    let gross: Vec<Option<f64>> =
                        discount.iter().zip(&bought).map(|(off, paid)| Some((*off)? + (*paid)?)).collect();
                    ratio(&discount, &gross)
                }
                "coupon_orders" => numbers("coupon_orders")?,
                "coupon_share" => share("coupon_orders")?,
                "returned_share" => ratio(&numbers("returned")?, &numbers("ever_bought")?)
                    .into_iter()
                    .map(|share| share.map(|share| share.min(1.0)))
                    .collect(),
                "weekend_share" => share("weekend")?,
                "evening_share" => share("evening")?,
                _ => continue,
            };
            features.add(&feature.name, FeatureValues::Number(values));
        }
        Ok(features)
    }

    pub(super) async fn basket_features(&self, scope: &Scope) -> Result<Features, ShopError> {
        let lines = self.lines(scope).with_tally(tally());
        let texts = [
            (Canonical::ProductId, "is_purchase"),
            (Canonical::Category, "is_purchase"),
            (Canonical::SalesPlatform, "first_of_order"),
            (Canonical::Country, "first_of_order"),
        ];
        let mut columns = vec!["customer_key".to_owned()];
        for (text, which) in texts.iter().filter(|(text, _)| self.feeds(*text)) {
            let name = text.name();
            columns.push(format!("tally({name}) FILTER (WHERE {which}) AS {name}"));
        }
        let having = if lines.all_purchases { "" } else { "bool_or(is_purchase)" };
        let batches = lines.per_customer(&columns.join(", "), having).await?;
        let mut features =
            Features { customer_key: column::<Int32Type>(&batches, "customer_key", 0)?, columns: Vec::new() };
        for feature in self.known_features().iter().filter(|feature| feature.part == super::Part::Baskets) {
            let (text, field) = match feature.name.as_str() {
                "products" => ("product_id", 0),
                "categories" => ("category", 0),
                "first_product" => ("product_id", 1),
                "first_category" => ("category", 1),
                "top_category" => ("category", 2),
                name => (name, 2),
            };
            let fields = fields_of(&batches, text, field)?;
            let values = if field == 0 {
                let mut values = Vec::with_capacity(features.len());
                for array in fields {
                    values.extend(cast(&array, &DataType::Float64)?.as_primitive::<Float64Type>().iter());
                }
                FeatureValues::Number(values)
            } else {
                let mut values = Vec::with_capacity(features.len());
                for array in fields {
                    values.extend(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)));
                }
                FeatureValues::Text(values)
            };
            features.add(&feature.name, values);
        }
        Ok(features)
    }
}

/// One field of a column of structs, batch by batch.
fn fields_of(batches: &[RecordBatch], name: &str, field: usize) -> Result<Vec<ArrayRef>, ShopError> {
    batches
        .iter()
        .map(|batch| {
            let column = batch.column(batch.schema().index_of(name)?);
            Ok(column.as_struct().column(field).clone())
        })
        .collect()
}

/// A numeric column; nulls stay.
fn optional_numbers(batches: &[RecordBatch], name: &str) -> Result<Vec<Option<f64>>, ShopError> {
    let mut values = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let array = cast(batch.column(batch.schema().index_of(name)?), &DataType::Float64)?;
        values.extend(array.as_primitive::<Float64Type>().iter());
    }
    Ok(values)
}

/// One over the other, where both are known and the other is above zero.
fn ratio(over: &[Option<f64>], under: &[Option<f64>]) -> Vec<Option<f64>> {
    let ratio = |(over, under): (&Option<f64>, &Option<f64>)| {
        let under = (*under)?;
        (under > 0.0).then(|| Some((*over)? / under)).flatten()
    };
    over.iter().zip(under).map(ratio).collect()
}

impl Lines {
    /// The same lines for queries that call `local_hour(moment)`: the hour of the day, 0 to 23, by a clock.
    #[must_use]
    pub fn with_local_hour(self, clock: &LocalClock) -> Self {
        self.with_function(local_hour(clock.clone()))
    }
}

/// `local_hour(moment)`: the hour of the day, 0 to 23, by the shop's clock.
fn local_hour(clock: LocalClock) -> ScalarUDF {
    let hour = move |arguments: &[ColumnarValue]| {
        let moments = ColumnarValue::values_to_arrays(arguments)?.remove(0);
        let moments = moments.as_primitive::<TimestampMicrosecondType>();
        let hours: arrow::array::Int64Array =
            moments.unary(|at| clock.to_local(at).rem_euclid(DAY_MICROS) / HOUR_MICROS);
        Ok(ColumnarValue::Array(Arc::new(hours)))
    };
    create_udf("local_hour", vec![moment_type()], DataType::Int64, Volatility::Immutable, Arc::new(hour))
}
