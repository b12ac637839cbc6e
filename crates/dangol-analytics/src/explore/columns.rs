//! Columns in numbers: one query for each, so that the memory is that of one column.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables::PERSONAL;
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::time::{LocalClock, date_of};
use dangol_shop::{Shop, ShopError};

use super::ExploreParams;
use super::result::{ColumnRow, TopRow};
use crate::words::Words;

/// Values up to which quartiles and distinct values are exact.
const EXACT: u64 = 1_000_000;

/// Columns of the store that are ours, not the shop's.
const OURS: [&str; 9] = [
    "customer_key",
    "order_key",
    "is_purchase",
    "first_of_order",
    "first_of_day",
    "first_of_week",
    "first_of_month",
    "first_of_quarter",
    "customer_first_on",
];

pub(super) async fn columns(
    shop: &Shop,
    tables: &TablesInScope,
    params: &ExploreParams,
) -> Result<(Vec<ColumnRow>, Vec<TopRow>), ShopError> {
    let names = std::iter::once("order_lines")
        .chain(shop.manifest.tables.iter().map(|table| table.name.as_str()))
        .filter(|table| params.table.is_empty() || params.table == *table);
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for table in names {
        let Some(schema) = tables.columns(table).await? else { continue };
        for field in schema.fields() {
            if table == "order_lines" && is_not_told(shop, field.name()) {
                continue;
            }
            let place = Place { table, name: field.name(), kind: field.data_type() };
            let mut row = describe(tables, &place, shop.clock()).await?;
            row.label = label(shop, &place);
            // A canonical column that nothing feeds is no column of the shop.
            if row.values == 0 {
                continue;
            }
            if place.may_be_listed() && params.top > 0 && row.distinct < row.values {
                values.extend(commonest(tables, &place, row.values, params.top).await?);
            }
            rows.push(row);
        }
    }
    Ok((rows, values))
}

fn is_not_told(shop: &Shop, name: &str) -> bool {
    OURS.contains(&name) || (!shop.manifest.totals.has_dates && ["ordered_at", "ordered_on"].contains(&name))
}

/// Canonical columns are called the same in every shop.
fn label(shop: &Shop, place: &Place<'_>) -> Option<Words> {
    let source = shop.config.sources.customers.as_ref().filter(|_| place.table == "customers")?;
    let (en, ko) = source.attributes.contains_key(place.name).then(|| shop.config.label_of(place.name))?;
    Some(Words::new(en, ko))
}

struct Place<'a> {
    table: &'a str,
    name: &'a str,
    kind: &'a DataType,
}

impl Place<'_> {
    /// As it stands in a query, whatever its name.
    fn quoted(&self) -> String {
        format!("\"{}\"", self.name.replace('"', "\"\""))
    }

    fn is_personal(&self) -> bool {
        self.table == "customers" && PERSONAL.contains(&self.name)
    }

    /// What a person wrote in words says too much, and nothing twice.
    fn may_be_listed(&self) -> bool {
        matches!(self.kind, DataType::Utf8 | DataType::Boolean)
            && !self.is_personal()
            && (self.table, self.name) != ("reviews", "text")
    }

    fn kind(&self) -> &'static str {
        match self.kind {
            DataType::Boolean => "boolean",
            DataType::Date32 => "day",
            DataType::Timestamp(..) => "time",
            kind if kind.is_numeric() => "number",
            _ => "text",
        }
    }
}

async fn describe(
    tables: &TablesInScope,
    place: &Place<'_>,
    clock: &LocalClock,
) -> Result<ColumnRow, ShopError> {
    let (table, name, kind) = (place.table, place.quoted(), place.kind());
    let counted =
        tables.ask(&format!("SELECT count(*) AS rows, count({name}) AS filled FROM {table}")).await?;
    let count = |found: &[RecordBatch], name: &str| -> Result<u64, ShopError> {
        Ok(column::<Int64Type>(found, name, 0)?.first().copied().unwrap_or(0) as u64)
    };
    let (rows, values) = (count(&counted, "rows")?, count(&counted, "filled")?);
    let approximate = values > EXACT;
    let distinct =
        if approximate { format!("approx_distinct({name})") } else { format!("count(DISTINCT {name})") };
    let range = match kind {
        _ if place.is_personal() => "CAST(NULL AS VARCHAR) AS low, CAST(NULL AS VARCHAR) AS high".to_owned(),
        // The shop's calendar says which day a moment is.
        "time" => format!(
            "CAST(CAST(min({name}) AS BIGINT) AS VARCHAR) AS low, CAST(CAST(max({name}) AS BIGINT) AS VARCHAR) AS high"
        ),
        "boolean" => "CAST(NULL AS VARCHAR) AS low, CAST(NULL AS VARCHAR) AS high".to_owned(),
        _ => format!("CAST(min({name}) AS VARCHAR) AS low, CAST(max({name}) AS VARCHAR) AS high"),
    };
    let moments = match kind {
        "number" => {
            let quantile = if approximate { "approx_percentile_cont" } else { "percentile_cont" };
            let quantiles = [("q1", 0.25), ("q2", 0.5), ("q3", 0.75)]
                .map(|(as_name, at)| format!("{quantile}({at}) WITHIN GROUP (ORDER BY {name}) AS {as_name}"));
            format!(", avg({name}) AS mean, stddev({name}) AS sd, {}", quantiles.join(", "))
        }
        "boolean" => format!(", avg(CASE WHEN {name} THEN 1.0 WHEN NOT {name} THEN 0.0 END) AS mean"),
        _ => String::new(),
    };
    let found = tables
        .ask(&format!(
            "SELECT {distinct} AS distinct_values, {range}{moments} FROM {table} WHERE {name} IS NOT NULL"
        ))
        .await?;
    let number = |name: &str| -> Result<Option<f64>, ShopError> {
        let has = found.first().is_some_and(|batch| batch.column_by_name(name).is_some());
        let value = if has { column::<Float64Type>(&found, name, f64::NAN)?.first().copied() } else { None };
        Ok(value.filter(|value| value.is_finite()))
    };
    let text = |name: &str| -> Result<Option<String>, ShopError> {
        let text = texts(&found, name)?.into_iter().next().flatten();
        let day = |at: i64| date_of(clock.day_of(at)).to_string();
        Ok(if kind == "time" { text.and_then(|text| text.parse().ok()).map(day) } else { text })
    };
    Ok(ColumnRow {
        table: table.to_owned(),
        column: place.name.to_owned(),
        label: None,
        kind: kind.to_owned(),
        values,
        missing: rows - values,
        distinct: count(&found, "distinct_values")?,
        mean: number("mean")?,
        sd: number("sd")?,
        min: text("low")?,
        q1: number("q1")?,
        median: number("q2")?,
        q3: number("q3")?,
        max: text("high")?,
        approximate,
    })
}

async fn commonest(
    tables: &TablesInScope,
    place: &Place<'_>,
    values: u64,
    top: usize,
) -> Result<Vec<TopRow>, ShopError> {
    let (table, name) = (place.table, place.quoted());
    let found = tables
        .ask(&format!(
            "SELECT CAST({name} AS VARCHAR) AS value, count(*) AS rows FROM {table} WHERE {name} IS NOT NULL \
             GROUP BY 1 ORDER BY rows DESC, value LIMIT {top}"
        ))
        .await?;
    let rows = column::<Int64Type>(&found, "rows", 0)?;
    Ok(texts(&found, "value")?
        .into_iter()
        .zip(rows)
        .map(|(value, rows)| TopRow {
            table: table.to_owned(),
            column: place.name.to_owned(),
            value: value.unwrap_or_default(),
            rows: rows as u64,
            share: rows as f64 / values.max(1) as f64,
        })
        .collect())
}
