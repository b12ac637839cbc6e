//! How closely numbers go together, over order lines and over customers.

use std::collections::HashMap;

use arrow::datatypes::{DataType, Float64Type, Int64Type};
use dangol_models::correlation::{pearson, spearman};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::{Scope, Shop, ShopError};

use super::result::{CorrelationRow, Level};
use crate::error::AnalysisError;
use crate::quality::SOLD;

/// Pairs that are looked at; of more, a part of the orders or customers is taken, the same at each run. Ranks need
/// all values at once, and so many say the coefficient to a hundredth.
const MOST: u64 = 200_000;

/// Numbers of order lines.
const OF_LINES: [&str; 6] = ["quantity", "unit_price", "discount", "shipping", "tax", "net_revenue"];

/// A number by its name; NaN where it is missing.
type Variable = (String, Vec<f64>);

pub(super) async fn correlations(
    shop: &Shop,
    scope: &Scope,
    tables: &TablesInScope,
) -> Result<Vec<CorrelationRow>, AnalysisError> {
    let (lines, sampled) = of_lines(tables).await?;
    let mut rows = pairs(Level::OrderLines, &lines, sampled)?;
    if shop.manifest.totals.customers > 0 {
        let (customers, sampled) = of_customers(shop, scope, tables).await?;
        rows.extend(pairs(Level::Customers, &customers, sampled)?);
    }
    Ok(rows)
}

async fn of_lines(tables: &TablesInScope) -> Result<(Vec<Variable>, bool), ShopError> {
    let counted = tables.ask(&format!("SELECT count(*) AS lines FROM order_lines WHERE {SOLD}")).await?;
    let lines = column::<Int64Type>(&counted, "lines", 0)?.first().copied().unwrap_or(0) as u64;
    let every = lines.div_ceil(MOST).max(1);
    // Whole orders, since the lines of one are alike.
    let part = if every > 1 { format!("AND text_number(order_id) % {every} = 0") } else { String::new() };
    let query = format!("SELECT {} FROM order_lines WHERE {SOLD} {part}", OF_LINES.join(", "));
    let found = tables.ask(&query).await?;
    let variables = OF_LINES
        .iter()
        .map(|name| Ok(((*name).to_owned(), column::<Float64Type>(&found, name, f64::NAN)?)))
        .collect::<Result<_, ShopError>>()?;
    Ok((variables, every > 1))
}

async fn of_customers(
    shop: &Shop,
    scope: &Scope,
    tables: &TablesInScope,
) -> Result<(Vec<Variable>, bool), ShopError> {
    let profiles = shop.profiles(scope).await?;
    let every = (profiles.len() as u64).div_ceil(MOST).max(1) as usize;
    let picked: Vec<usize> = (0..profiles.len()).step_by(every).collect();
    let clock = shop.clock();
    let of = |value: &dyn Fn(usize) -> f64| picked.iter().map(|at| value(*at)).collect::<Vec<f64>>();
    let mut variables: Vec<Variable> = vec![
        ("orders".into(), of(&|at| profiles.orders[at] as f64)),
        ("order_lines".into(), of(&|at| profiles.lines[at] as f64)),
    ];
    if shop.manifest.totals.has_amounts {
        variables.push(("revenue".into(), of(&|at| profiles.revenue[at])));
        let value = |at: usize| profiles.revenue[at] / profiles.orders[at] as f64;
        variables.push(("average_order_value".into(), of(&value)));
    }
    if shop.manifest.totals.has_dates {
        let recency = |at: usize| {
            let last = profiles.last_at[at];
            scope.as_of.days_since(last, clock.day_of(last)) as f64
        };
        variables.push(("days_since_last_order".into(), of(&recency)));
        let today = scope.as_of.day(clock);
        let tenure = |at: usize| f64::from(today - profiles.first_on[at]);
        variables.push(("days_since_first_order".into(), of(&tenure)));
    }
    variables.extend(known_of_them(shop, tables, &picked, &profiles.customer_key).await?);
    Ok((variables, every > 1))
}

/// The numbers in the table of customers, in the order of those picked.
async fn known_of_them(
    shop: &Shop,
    tables: &TablesInScope,
    picked: &[usize],
    keys: &[i32],
) -> Result<Vec<Variable>, ShopError> {
    let Some(schema) = tables.columns("customers").await? else { return Ok(Vec::new()) };
    let numbers: Vec<&str> = schema
        .fields()
        .iter()
        .filter(|field| *field.data_type() == DataType::Float64)
        .map(|field| field.name().as_str())
        .collect();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let quoted: Vec<String> =
        numbers.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let query = format!("SELECT customer_id, {} FROM customers", quoted.join(", "));
    let found = tables.ask(&query).await?;
    let rows: HashMap<String, usize> = texts(&found, "customer_id")?
        .into_iter()
        .enumerate()
        .filter_map(|(row, id)| Some((id?, row)))
        .collect();
    let keys: Vec<i32> = picked.iter().map(|at| keys[*at]).collect();
    let ids = shop.customer_ids(&keys).await?;
    numbers
        .iter()
        .map(|name| {
            let values = column::<Float64Type>(&found, name, f64::NAN)?;
            let of = ids.iter().map(|id| rows.get(id).map_or(f64::NAN, |row| values[*row]));
            Ok(((*name).to_owned(), of.collect()))
        })
        .collect()
}

/// Every pair of numbers that vary.
fn pairs(
    level: Level,
    variables: &[Variable],
    sampled: bool,
) -> Result<Vec<CorrelationRow>, dangol_models::Error> {
    let varies = |values: &[f64]| {
        let mut filled = values.iter().filter(|value| value.is_finite());
        let first = filled.next();
        filled.any(|value| Some(value) != first)
    };
    let variables: Vec<&Variable> = variables.iter().filter(|(_, values)| varies(values)).collect();
    let mut rows = Vec::new();
    for (at, (a, first)) in variables.iter().enumerate() {
        for (b, second) in &variables[at + 1..] {
            let both = first.iter().zip(second).filter(|(x, y)| x.is_finite() && y.is_finite());
            let (x, y): (Vec<f64>, Vec<f64>) = both.map(|(x, y)| (*x, *y)).unzip();
            rows.push(CorrelationRow {
                level,
                a: a.clone(),
                b: b.clone(),
                n: x.len() as u64,
                pearson: pearson(&x, &y)?,
                spearman: spearman(&x, &y)?,
                sampled,
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_take_what_has_both_values_and_what_varies() {
        let variables = vec![
            ("a".to_owned(), vec![1.0, 2.0, 3.0, f64::NAN]),
            ("b".to_owned(), vec![2.0, 4.0, f64::NAN, 9.0]),
            ("still".to_owned(), vec![5.0, 5.0, f64::NAN, 5.0]),
            ("empty".to_owned(), vec![f64::NAN; 4]),
        ];
        let rows = pairs(Level::Customers, &variables, false).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((rows[0].a.as_str(), rows[0].b.as_str(), rows[0].n), ("a", "b", 2));
        assert_eq!(rows[0].spearman, Some(1.0));
    }
}
