//! A table's own `id`, and the columns of other tables that point to it.
//!
//! Where `orders` has an `id` and `order_items` an `order_id`, the two are one. The names say which columns may
//! point to which table; whether they do, the values say.

use std::collections::HashSet;

use super::assign::assign;
use super::column::Column;
use super::files::Seen;
use super::synonyms::{normalise, words};
use crate::order_lines::Canonical;

/// A table with fewer rows than this was looked at whole.
const PART: usize = 2_000;

/// Lets the `id` of each table go by the name that the tables around it use for it.
pub(super) fn name_own_ids(seen: &mut [Seen]) {
    let named: Vec<_> = (0..seen.len()).map(|at| own_id(at, seen)).collect();
    for (file, named) in seen.iter_mut().zip(named) {
        if let Some((column, name)) = named {
            file.columns[column].known_as = Some(name);
            file.found = assign(&file.columns, file.preset);
        }
    }
}

/// Where a file's own id stands, and the header that points to it from another table.
fn own_id(at: usize, seen: &[Seen]) -> Option<(usize, String)> {
    let file = &seen[at];
    // A known export says what its id is.
    if file.preset.is_some() {
        return None;
    }
    let (place, id) = file.columns.iter().enumerate().find(|(_, column)| {
        let plain = normalise(&column.header);
        matches!(plain.as_str(), "id" | "no" | "번호") && column.filled > 0 && column.distinct_share() > 0.999
    })?;
    let keys: HashSet<&str> = id.values.iter().flatten().map(String::as_str).collect();
    let names: Vec<String> = file.own_names().iter().flat_map(|name| singulars(name)).collect();
    let mut others = seen.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
    others.find_map(|other| {
        let points = other.columns.iter().find(|column| {
            (names_table(&column.header, &names) || holds_lines_of(other, file, column))
                && points_to(column, &keys)
        })?;
        file.table.is_beside(&other.table).then(|| (place, points.header.clone()))
    })
}

/// Whether a header is a table's name with the word for an id: `order_id`, `주문번호`.
fn names_table(header: &str, names: &[String]) -> bool {
    let plain = normalise(header);
    ["id", "no", "key", "번호", "아이디", "코드"]
        .iter()
        .filter_map(|end| plain.strip_suffix(end))
        .any(|table| names.iter().any(|name| name == table))
}

/// Whether a column is the order id of lines that don't say who ordered or when, where the other file says only that: then
/// the file's name may say nothing.
fn holds_lines_of(lines: &Seen, orders: &Seen, column: &Column) -> bool {
    let says_who_and_when = |file: &Seen| file.has(Canonical::CustomerId) && file.has(Canonical::OrderedAt);
    let products = |file: &Seen| file.has(Canonical::ProductId) || file.has(Canonical::ProductName);
    let order = lines.found.of(Canonical::OrderId, &lines.columns);
    order.is_some_and(|order| order.header == column.header)
        && products(lines)
        && !says_who_and_when(lines)
        && says_who_and_when(orders)
        && !products(orders)
        && !orders.has(Canonical::OrderId)
}

/// Whether a column's values are among these keys: most of them where all keys are known, and as many as samples of two
/// tables may be expected to share where only a part is.
fn points_to(column: &Column, keys: &HashSet<&str>) -> bool {
    let found = column.values.iter().flatten().filter(|id| keys.contains(id.as_str())).count();
    let least = if keys.len() < PART { 0.5 } else { 0.2 };
    column.filled > 0 && found as f64 >= least * column.filled as f64
}

/// What one row of a table may be called: `shop_orders` are shop orders or orders.
fn singulars(table: &str) -> Vec<String> {
    let words: Vec<String> =
        words(table).into_iter().filter(|word| !word.chars().all(|c| c.is_ascii_digit())).collect();
    let mut names = vec![words.concat()];
    names.extend(words.last().cloned());
    let singular = |name: &String| {
        let ends: [(&str, &str); 4] = [("ies", "y"), ("es", ""), ("s", ""), ("목록", "")];
        ends.iter()
            .filter_map(|(end, instead)| Some(format!("{}{instead}", name.strip_suffix(end)?)))
            .collect::<Vec<_>>()
    };
    let more: Vec<String> = names.iter().flat_map(singular).collect();
    names.extend(more);
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_a_table_of_many() {
        let names = |header: &str, table: &str| names_table(header, &singulars(table));
        for (header, table) in [
            ("order_id", "orders"),
            ("orderId", "shop_orders_2024"),
            ("category_id", "categories"),
            ("box id", "Boxes"),
            ("customer_id", "customer"),
            ("주문번호", "주문"),
            ("회원_id", "회원목록"),
        ] {
            assert!(names(header, table), "{header} {table}");
        }
        assert!(!names("order_id", "order_items") && !names("orders", "orders") && !names("id", "orders"));
    }
}
