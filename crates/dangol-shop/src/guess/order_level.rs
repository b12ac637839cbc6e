//! Amounts of the order that its lines repeat.

use std::collections::{HashMap, HashSet};

use super::assign::Assignment;
use super::column::{Column, decimal};
use crate::order_lines::Canonical;
use crate::values::parse_number;

/// Fewer orders with several lines and such an amount decide nothing.
const LEAST_ORDERS: usize = 10;

/// The rows of each order that has several.
pub(super) fn orders_of_several_lines(order: &Column) -> Vec<Vec<usize>> {
    let mut lines: HashMap<&str, Vec<usize>> = HashMap::new();
    for (row, id) in order.values.iter().enumerate() {
        if let Some(id) = id {
            lines.entry(id).or_default().push(row);
        }
    }
    let mut several: Vec<_> = lines.into_values().filter(|rows| rows.len() > 1).collect();
    several.sort();
    several
}

/// Whether a column has one value on all of these rows.
pub(super) fn is_one(column: &Column, rows: &[usize]) -> bool {
    rows.windows(2).all(|pair| column.values[pair[0]] == column.values[pair[1]])
}

/// Delivery charges and discounts that are the same on all lines of an order, and other ones in other orders, with
/// the reason: they are the order's, and would be counted once for each line.
///
/// A discount is believed to be so only where the lines themselves cost differently: equal lines have equal discounts anyway.
pub(super) fn amounts_of_order(columns: &[Column], found: &Assignment) -> Vec<(Canonical, String)> {
    let of = |canonical| found.of(canonical, columns);
    let Some(order) = of(Canonical::OrderId) else { return Vec::new() };
    let style = decimal(columns);
    let several = orders_of_several_lines(order);
    let price = of(Canonical::UnitPrice).or_else(|| of(Canonical::Amount));
    let told = |canonical: Canonical| {
        let column = of(canonical)?;
        let number = |row: &usize| column.values[*row].as_deref().and_then(|text| parse_number(text, style));
        let costs_differ = |rows: &[usize]| price.is_some_and(|price| !is_one(price, rows));
        let charged: Vec<&Vec<usize>> = several
            .iter()
            .filter(|rows| rows.iter().any(|row| number(row).is_some_and(|amount| amount != 0.0)))
            .filter(|rows| canonical != Canonical::Discount || costs_differ(rows))
            .collect();
        let same: Vec<_> = charged.iter().filter(|rows| is_one(column, rows)).collect();
        let amounts: HashSet<_> = same.iter().filter_map(|rows| column.values[rows[0]].as_deref()).collect();
        let certain =
            charged.len() >= LEAST_ORDERS && same.len() * 100 >= charged.len() * 98 && amounts.len() > 1;
        certain.then(|| {
            let why = format!(
                "‘{}’ is the order's: it is the same on all lines of {} of {} orders with several lines, and differs \
                 between orders",
                column.header,
                same.len(),
                charged.len()
            );
            (canonical, why)
        })
    };
    [Canonical::Shipping, Canonical::Discount].into_iter().filter_map(told).collect()
}
