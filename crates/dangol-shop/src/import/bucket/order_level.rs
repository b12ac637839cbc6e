//! Amounts of an order that stand on its lines: `order_level`.
//!
//! A file that repeats an order's shipping on each of its lines would have it counted as often as there are lines. The
//! order's amount is the first filled one among its lines as the file has them, also where a rule has
//! dropped that line. It stays on the order's first purchase (else its first line) and is 0 on the others, so that a sum over lines
//! counts it once. Where a discount is the order's, it comes off the net revenue there.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, UInt8Type};

use super::rows::{Marks, Rows, carried_at, with_values};
use crate::error::ShopError;
use crate::import::cleaning::OrderLevel;
use crate::import::mapping::staged;
use crate::order_lines::Canonical;

/// An order's amount in one column.
#[derive(Default)]
struct Amount {
    /// Where it was found first, and what it is.
    first: Option<((u16, i64), f64)>,
    differs: bool,
}

/// `all` are the lines before any rule dropped one, `kept` those that are left.
pub(super) fn once_per_order(
    order_level: &OrderLevel,
    all: &[u32],
    kept: &[u32],
    staged_rows: &RecordBatch,
    carried: &[Canonical],
    rows: &Rows<'_>,
    marks: &mut Marks,
) -> Result<RecordBatch, ShopError> {
    let key = |row: u32| (rows.rank[row as usize], rows.order.value(row as usize));
    let place = |row: u32| (rows.file[row as usize], rows.line[row as usize]);
    let cancelled = staged_rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>().values();

    // The line of each order that carries its amounts.
    let mut carrier: HashMap<(u32, &str), u32> = HashMap::new();
    let rank = |row: u32| (cancelled[row as usize] != 0, place(row));
    for row in kept {
        let found = carrier.entry(key(*row)).or_insert(*row);
        if rank(*row) < rank(*found) {
            *found = *row;
        }
    }

    let mut current = staged_rows.clone();
    for column in &order_level.columns {
        let Some(at) = carried_at(carried, *column) else { continue };
        let values = staged_rows.column(at).as_primitive::<Float64Type>();
        let mut amounts: HashMap<(u32, &str), Amount> = HashMap::new();
        for row in all.iter().filter(|row| values.is_valid(**row as usize)) {
            let value = values.value(*row as usize);
            let amount = amounts.entry(key(*row)).or_default();
            amount.differs |= amount.first.is_some_and(|(_, first)| first != value);
            if amount.first.is_none_or(|(first, _)| place(*row) < first) {
                amount.first = Some((place(*row), value));
            }
        }
        let mut changed = Vec::new();
        let mut paid = Vec::new();
        for row in kept {
            let Some(amount) = amounts.get(&key(*row)) else { continue };
            let Some((_, value)) = amount.first else { continue };
            let carries = carrier[&key(*row)] == *row;
            changed.push((*row, Some(if carries { value } else { 0.0 })));
            if carries && *column == Canonical::Discount && order_level.discount_reduces_revenue {
                let revenue = current.column(staged::NET_REVENUE).as_primitive::<Float64Type>();
                let row_at = *row as usize;
                paid.push((*row, revenue.is_valid(row_at).then(|| revenue.value(row_at) - value)));
            }
            if amount.differs {
                marks.push((*row, "order_level_differs"));
            }
        }
        current = with_values(&current, at, &changed)?;
        if !paid.is_empty() {
            current = with_values(&current, staged::NET_REVENUE, &paid)?;
        }
    }
    Ok(current)
}
