//! Files whose columns belong beside the order lines: who ordered and when, the tax rate of a category.

use std::collections::HashSet;
use std::path::PathBuf;

use super::GuessedColumn;
use super::column::Column;
use super::files::Seen;
use super::synonyms::{normalise, words};
use crate::order_lines::Canonical;
use crate::sources::SourceFormat;

/// A file to look up for each order line.
#[derive(Debug, Clone)]
pub struct GuessedJoin {
    /// The file.
    pub file: PathBuf,
    /// How it is laid out.
    pub format: SourceFormat,
    /// Header of the order lines and header of the file that make the key.
    pub on: (String, String),
    /// The file's columns to add.
    pub columns: Vec<String>,
    /// A column of the lines in which no value repeats: with the mapped ones it tells lines apart.
    pub line_key: Option<String>,
    /// What stands before their headers, where they would clash with those of the lines.
    pub prefix: String,
    /// The reason in words.
    pub why: String,
}

/// Lines of which orders say who bought and when: the file of the lines, as wide as the join makes it, and the join.
///
/// `orders` has one row for each order, with customer and time; one of `others` has the products.
pub(super) fn lines_of_orders(orders: &Seen, others: &[Seen]) -> Option<(usize, Seen, GuessedJoin)> {
    let of_orders = orders.found.of(Canonical::OrderId, &orders.columns)?;
    let products = |file: &Seen| file.has(Canonical::ProductId) || file.has(Canonical::ProductName);
    if of_orders.distinct_share() < 0.999 || products(orders) {
        return None;
    }
    let known: HashSet<&str> = of_orders.values.iter().flatten().map(String::as_str).collect();
    let is_lines = |file: &Seen| {
        // Files are looked up in files; tables are joined by their database.
        if !file.table.is_beside(&orders.table) {
            return false;
        }
        let Some(order) = file.found.of(Canonical::OrderId, &file.columns) else { return false };
        let found = order.values.iter().flatten().filter(|id| known.contains(id.as_str())).count();
        products(file)
            && (found * 5 >= order.filled || normalise(&order.header) == normalise(&of_orders.header))
    };
    // Reviews, too, may name order and product.
    let (at, lines) = others
        .iter()
        .enumerate()
        .filter(|(_, file)| is_lines(file))
        .max_by(|(a, one), (b, two)| one.found.worth().total_cmp(&two.found.worth()).then(b.cmp(a)))?;
    let key = lines.found.of(Canonical::OrderId, &lines.columns)?.header.clone();
    // Amounts of the order would be counted once for each of its lines.
    let once = [
        Canonical::OrderId,
        Canonical::Quantity,
        Canonical::UnitPrice,
        Canonical::Amount,
        Canonical::Discount,
        Canonical::Shipping,
        Canonical::Tax,
        Canonical::LineId,
    ];
    let brought: Vec<&GuessedColumn> = orders
        .found
        .columns
        .iter()
        .filter(|column| !once.contains(&column.canonical) && !lines.has(column.canonical))
        .collect();
    let clash = brought.iter().any(|column| lines.table.headers().contains(&column.header.as_str()));
    let prefix = if clash { "order_" } else { "" };
    let mut wide = lines.clone();
    for column in &brought {
        let header = format!("{prefix}{}", column.header);
        let values = orders.columns.iter().find(|one| one.header == column.header)?;
        wide.columns.push(Column { header: header.clone(), ..values.clone() });
        let why = format!("{}; from {}", column.why, orders.name());
        wide.found.columns.push(GuessedColumn { header, why, ..(*column).clone() });
    }
    wide.found.columns.sort_by_key(|column| column.canonical);
    let join = GuessedJoin {
        file: orders.table.without_sheet().to_owned(),
        format: orders.table.format.clone(),
        on: (key, of_orders.header.clone()),
        columns: brought.iter().map(|column| column.header.clone()).collect(),
        line_key: never_repeats(lines).map(|column| column.header.clone()),
        prefix: prefix.to_owned(),
        why: format!("{} has one row for each order, with customer and time", orders.name()),
    };
    Some((at, wide, join))
}

/// The first column with another value in each row, of all columns of whole numbers or of text.
fn never_repeats(lines: &Seen) -> Option<&Column> {
    let whole = |column: &Column| column.number_share() < 0.1 || column.whole_share() > 0.999;
    lines.columns.iter().find(|column| {
        column.filled > 1
            && column.distinct == column.filled
            && column.filled == column.values.len()
            && whole(column)
            && !column.is_written_as_dates()
    })
}

/// A file of tax rates by category or product: the join, and the tax of a line as an expression.
pub(super) fn tax_rates(lines: &Seen, file: &Seen) -> Option<(GuessedJoin, String)> {
    if lines.has(Canonical::Tax) || file.table.is_of_database() {
        return None;
    }
    let rate = file
        .columns
        .iter()
        .find(|column| column.filled > 0 && column.number_share() > 0.95 && says_tax(&column.header))?;
    let (ours, theirs) =
        [Canonical::Category, Canonical::ProductId, Canonical::Country].iter().find_map(|canonical| {
            let ours = lines.found.of(*canonical, &lines.columns)?;
            let distinct: HashSet<&String> = ours.values.iter().flatten().collect();
            let theirs = file.columns.iter().find(|column| {
                let keys: HashSet<&String> = column.values.iter().flatten().collect();
                column.header != rate.header
                    && column.distinct_share() > 0.999
                    && distinct.iter().filter(|value| keys.contains(*value)).count() * 10
                        >= distinct.len() * 9
            })?;
            Some((ours, theirs))
        })?;
    let prefix = if lines.table.headers().contains(&rate.header.as_str()) { "tax_" } else { "" };
    let column = |canonical| lines.found.of(canonical, &lines.columns).map(|column| quoted(&column.header));
    let money = match (column(Canonical::Amount), column(Canonical::UnitPrice), column(Canonical::Quantity)) {
        (Some(amount), ..) => amount,
        (_, Some(price), Some(quantity)) => format!("{quantity} * {price}"),
        (_, Some(price), None) => price,
        _ => return None,
    };
    let percent = rate.numbers.iter().any(|number| *number > 1.0);
    let expression = format!(
        "{money} * {}{}",
        quoted(&format!("{prefix}{}", rate.header)),
        if percent { " / 100" } else { "" }
    );
    let join = GuessedJoin {
        file: file.table.without_sheet().to_owned(),
        format: file.table.format.clone(),
        on: (ours.header.clone(), theirs.header.clone()),
        columns: vec![rate.header.clone()],
        line_key: None,
        prefix: prefix.to_owned(),
        why: format!("{} has a tax rate for each ‘{}’", file.name(), theirs.header),
    };
    Some((join, expression))
}

fn says_tax(header: &str) -> bool {
    let said = ["tax", "gst", "vat", "taxrate"];
    words(header).iter().any(|word| said.contains(&word.as_str()))
        || ["세율", "세금", "부가세"].iter().any(|part| header.contains(part))
}

fn quoted(header: &str) -> String {
    format!("\"{}\"", header.replace('"', "\"\""))
}
