//! The day on which each customer reached the best segment.

use dangol_shop::{CustomerDays, Profiles};

use crate::movement::sorter::{Sorted, Sorter};
use crate::rfm::CustomerTotals;
use crate::rfm::params::{Frequency, Monetary};

/// When and how a customer got there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    /// Days since the first order.
    pub(super) days: u32,
    /// Orders by then, the last one included.
    pub(super) orders: u32,
}

/// For each customer of `now` the first day after whose purchases the edges of `sorted` put them into the best
/// segment; nothing for those who never got there. Days of returns alone lower what has been spent, and nobody gets
/// there on them.
pub(super) fn reached(
    sorter: &Sorter,
    sorted: &Sorted,
    now: &Profiles,
    days: &CustomerDays,
) -> Vec<Option<Reached>> {
    let (frequency, monetary) = sorter.counts();
    let mut totals = CustomerTotals::default();
    // Place of the customer and the day's place in `days`, of each of the totals.
    let mut of: Vec<(usize, usize)> = Vec::new();
    for rows in days.by_customer() {
        let Ok(customer) = now.customer_key.binary_search(&days.customer_key[rows.start]) else { continue };
        let (mut orders, mut lines, mut bought, mut revenue) = (0_u64, 0_u64, 0_u64, 0.0_f64);
        for row in rows {
            orders += u64::from(days.orders[row]);
            lines += u64::from(days.lines[row]);
            revenue += days.revenue[row];
            if days.lines[row] == 0 {
                continue;
            }
            bought += 1;
            totals.recency_days.push(0);
            totals.frequency.push(match frequency {
                Frequency::Orders => orders,
                Frequency::Lines => lines,
                Frequency::Days => bought,
            } as f64);
            totals.monetary.push(match monetary {
                Monetary::Sum => revenue,
                Monetary::Mean => revenue / orders.max(1) as f64,
            });
            totals.orders.push(orders);
            of.push((customer, row));
        }
    }
    let then = sorter.sort_like(totals, sorted);
    let mut reached: Vec<Option<Reached>> = vec![None; now.len()];
    for (at, &(customer, row)) in of.iter().enumerate() {
        if usize::from(then.place[at]) == sorter.best && reached[customer].is_none() {
            reached[customer] = Some(Reached {
                days: (days.day[row] - now.first_on[customer]).max(0) as u32,
                orders: then.totals.orders[at] as u32,
            });
        }
    }
    reached
}
