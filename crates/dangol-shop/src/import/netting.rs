//! Returns netted against the purchases that they take back: `cancellations = "net"`.
//!
//! A return is a line of its own: its quantity is negative (without a quantity column: its amount), or its order's id
//! has the prefix of cancellations. It is netted against one purchase of the same customer and product that was
//! bought at the same time or earlier and of which at least as much is left. Among several,
//!
//! 1. a purchase of the return's own order comes first, since some exports write a refund into the order;
//! 2. then one of which exactly as much is left as comes back: people send back what they bought in one go;
//! 3. then the latest: what is returned was usually bought last.
//!
//! The purchase loses the quantity and the amount of the return. Where nothing is left of it, both lines leave the
//! table; where money is left though no quantity is (it came back at another price), it stays as a line of quantity
//! 0, so that no revenue is lost. A return without such a purchase stays as it is. A line that is cancelled by its
//! *status* and whose quantity is not negative is purchase and cancellation in one, and leaves by itself.
//!
//! Why so, and what else could be done: docs/decisions/0017.

use std::collections::{BTreeSet, HashMap};

/// A line as netting sees it; all lines given to [`net`] at once are of one customer and product.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub(super) row: u32,
    pub(super) at: i64,
    pub(super) order: &'a str,
    /// How much: millionths of a piece, or of the currency where there is no quantity. Never negative.
    pub(super) size: i128,
    pub(super) revenue: Option<f64>,
    pub(super) is_return: bool,
}

/// How sizes are compared: whole millionths, so that 0.1 + 0.2 is 0.3.
pub(super) fn size_of(amount: f64) -> i128 {
    (amount.abs() * SCALE).round() as i128
}

const SCALE: f64 = 1e6;

/// What became of the lines.
#[derive(Debug, Default)]
pub(super) struct Netted {
    /// Rows that leave: returns that found their purchase, and purchases of which nothing is left.
    pub(super) gone: Vec<u32>,
    /// Purchases that stay with less: row, quantity left, revenue left.
    pub(super) reduced: Vec<(u32, f64, Option<f64>)>,
    /// Returns that found no purchase.
    pub(super) unmatched: Vec<u32>,
}

/// A purchase and what is left of it.
struct Open {
    row: u32,
    left: i128,
    paid: Option<f64>,
    revenue: Option<f64>,
    touched: bool,
}

/// Nets the lines of one customer and product; adds what comes of it to `to`.
pub(super) fn net(mut lines: Vec<Line<'_>>, to: &mut Netted) {
    // What is bought at the moment of a return may be what is returned: shops that know only days have many such.
    lines.sort_by_key(|line| (line.at, line.is_return));
    let mut open: Vec<Open> = Vec::new();
    let mut by_left: HashMap<i128, BTreeSet<usize>> = HashMap::new();
    let mut by_order: HashMap<&str, Vec<usize>> = HashMap::new();
    for line in lines {
        if !line.is_return {
            by_left.entry(line.size).or_default().insert(open.len());
            by_order.entry(line.order).or_default().push(open.len());
            open.push(Open {
                row: line.row,
                left: line.size,
                paid: line.revenue,
                revenue: line.revenue,
                touched: false,
            });
            continue;
        }
        // An amount cannot be taken from an unknown one, nor the other way round.
        let fits = |at: usize| {
            line.size > 0
                && open[at].left >= line.size
                && open[at].revenue.is_some() == line.revenue.is_some()
        };
        let exact = |at: &usize| open[*at].left == line.size && fits(*at);
        let own = by_order.get(line.order).map_or(&[][..], Vec::as_slice);
        let found = (own.iter().rev().copied().find(exact))
            .or_else(|| own.iter().rev().copied().find(|at| fits(*at)))
            .or_else(|| by_left.get(&line.size)?.iter().rev().copied().find(exact))
            .or_else(|| (0..open.len()).rev().find(|at| fits(*at)));
        let Some(found) = found else {
            to.unmatched.push(line.row);
            continue;
        };
        let purchase = &mut open[found];
        if let Some(same) = by_left.get_mut(&purchase.left) {
            same.remove(&found);
        }
        purchase.left -= line.size;
        purchase.touched = true;
        // Whatever its sign in the file, what a return gives back comes off.
        purchase.revenue = purchase.revenue.zip(line.revenue).map(|(paid, back)| paid - back.abs());
        by_left.entry(purchase.left).or_default().insert(found);
        to.gone.push(line.row);
    }
    for purchase in open.into_iter().filter(|purchase| purchase.touched) {
        let rounding = 1e-9 * purchase.paid.unwrap_or(0.0).abs().max(1.0);
        if purchase.left == 0 && purchase.revenue.is_none_or(|left| left.abs() <= rounding) {
            to.gone.push(purchase.row);
        } else {
            to.reduced.push((purchase.row, purchase.left as f64 / SCALE, purchase.revenue));
        }
    }
}

#[cfg(test)]
mod tests;
