//! A bucket's returns and what they take back, gathered for `netting`.

use std::collections::HashSet;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, UInt8Type};

use super::Counts;
use super::rows::{Marks, Rows, UNKNOWN, carried_at, with_values};
use crate::error::ShopError;
use crate::import::examples::Took;
use crate::import::mapping::staged;
use crate::import::netting::{Line, Netted, net, size_of};
use crate::order_lines::Canonical;

/// Takes returns and what they take back out of `order`; gives the rows with what is left of the others.
pub(super) fn net_returns(
    order: &mut Vec<u32>,
    staged_rows: &RecordBatch,
    carried: &[Canonical],
    rows: &Rows<'_>,
    counts: &mut Counts,
    marks: &mut Marks,
) -> Result<RecordBatch, ShopError> {
    let cancelled = staged_rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>().values();
    let revenue = staged_rows.column(staged::NET_REVENUE).as_primitive::<Float64Type>();
    let quantity_at = carried_at(carried, Canonical::Quantity);
    let quantity = quantity_at.map(|at| staged_rows.column(at).as_primitive::<Float64Type>());
    let revenue_of = |i: usize| revenue.is_valid(i).then(|| revenue.value(i));
    // How much it is of: one piece where nobody says.
    let amount_of = |i: usize| match quantity {
        Some(numbers) => Some(if numbers.is_valid(i) { numbers.value(i) } else { 1.0 }),
        None => revenue_of(i),
    };
    let void_by_itself = |i: usize| cancelled[i] == 2 && amount_of(i).is_none_or(|amount| amount >= 0.0);

    let mut netted = Netted::default();
    let mut lines: hashbrown::HashMap<&str, Vec<Line<'_>>> = hashbrown::HashMap::new();
    for history in order.chunk_by(|a, b| rows.rank[*a as usize] == rows.rank[*b as usize]) {
        let of_known = rows.rank[history[0] as usize] != UNKNOWN;
        let returns = |row: &u32| cancelled[*row as usize] != 0 && !void_by_itself(*row as usize);
        netted.gone.extend(history.iter().filter(|row| void_by_itself(**row as usize)));
        if !of_known || !history.iter().any(returns) {
            netted.unmatched.extend(history.iter().filter(|row| returns(row)));
            continue;
        }
        for row in history {
            let i = *row as usize;
            let is_return = returns(row);
            let product = rows.product.filter(|ids| ids.is_valid(i)).map(|ids| ids.value(i));
            if let (Some(product), Some(amount)) = (product, amount_of(i))
                && (is_return || cancelled[i] == 0 && amount > 0.0)
            {
                lines.entry(product).or_default().push(Line {
                    row: *row,
                    at: rows.at[i],
                    order: rows.order.value(i),
                    size: size_of(amount),
                    revenue: revenue_of(i),
                    is_return,
                });
            } else if is_return {
                netted.unmatched.push(*row);
            }
        }
        for (_, of_product) in lines.drain() {
            net(of_product, &mut netted);
        }
    }

    let gone: HashSet<u32> = netted.gone.into_iter().collect();
    counts.netted = gone.len() as u64;
    counts.taken.extend(gone.iter().map(|row| (Took::Netting, *row)));
    order.retain(|row| !gone.contains(row));
    marks.extend(netted.unmatched.into_iter().map(|row| (row, "unmatched_return")));
    for (row, quantity, _) in &netted.reduced {
        marks.push((*row, if *quantity > 0.0 { "partly_returned" } else { "returned_at_other_price" }));
    }
    let left: Vec<(u32, Option<f64>)> = netted.reduced.iter().map(|(row, _, left)| (*row, *left)).collect();
    let rows = with_values(staged_rows, staged::NET_REVENUE, &left)?;
    let Some(quantity_at) = quantity_at else { return Ok(rows) };
    let left: Vec<(u32, Option<f64>)> =
        netted.reduced.iter().map(|(row, left, _)| (*row, Some(*left))).collect();
    with_values(&rows, quantity_at, &left)
}
