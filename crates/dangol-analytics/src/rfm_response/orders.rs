//! Which orders followed which contacts: one pass over a customer's contacts and orders, both in the order of time. A join
//! of the two would have contacts × orders rows of each customer.

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::ShopError;
use dangol_shop::frame::column;
use dangol_shop::tables_in_scope::TablesInScope;

/// An order of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Order {
    /// Microseconds UTC.
    pub(super) at: i64,
    pub(super) revenue: f64,
}

/// Orders by customer, ascending by key, and in the order of time; vectors of equal length.
#[derive(Debug, Default)]
pub(super) struct Orders {
    keys: Vec<i32>,
    orders: Vec<Order>,
}

/// What came after a contact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Followed {
    /// Orders within its window, with no later contact before them; none where it was held out.
    pub(super) orders: u32,
    /// Their revenue.
    pub(super) revenue: f64,
    /// Whether any order came within the window, whatever was sent in between.
    pub(super) ordered_after: bool,
}

impl Orders {
    /// Orders in scope, placed from one moment on and before another.
    pub(super) async fn between(tables: &TablesInScope, from: i64, to: i64) -> Result<Self, ShopError> {
        let found = tables
            .ask(&format!(
                "SELECT customer_key, min(CAST(ordered_at AS BIGINT)) AS at, sum(net_revenue) AS revenue \
                 FROM order_lines WHERE is_purchase AND customer_key IS NOT NULL GROUP BY customer_key, order_key \
                 HAVING min(CAST(ordered_at AS BIGINT)) >= {from} AND min(CAST(ordered_at AS BIGINT)) < {to}"
            ))
            .await?;
        let keys = column::<Int32Type>(&found, "customer_key", 0)?;
        let at = column::<Int64Type>(&found, "at", 0)?;
        let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by(|left, right| {
            let key = |row: usize| (keys[row], at[row]);
            key(*left).cmp(&key(*right)).then(revenue[*left].total_cmp(&revenue[*right]))
        });
        Ok(Self {
            keys: order.iter().map(|row| keys[*row]).collect(),
            orders: order.iter().map(|row| Order { at: at[*row], revenue: revenue[*row] }).collect(),
        })
    }

    /// The orders of a customer.
    pub(super) fn of(&self, key: i32) -> &[Order] {
        let begin = self.keys.partition_point(|one| *one < key);
        let end = begin + self.keys[begin..].partition_point(|one| *one == key);
        &self.orders[begin..end]
    }
}

/// What came after each of a customer's contacts, given when they were sent and whether they were held out; contacts and
/// orders are in the order of time.
pub(super) fn followed(contacts: &[(i64, bool)], orders: &[Order], window: i64) -> Vec<Followed> {
    let mut found = vec![Followed::default(); contacts.len()];
    for (one, (sent, _)) in found.iter_mut().zip(contacts) {
        let next = orders.partition_point(|order| order.at < *sent);
        one.ordered_after = orders.get(next).is_some_and(|order| order.at < sent + window);
    }
    let (mut next, mut last) = (0, None);
    for order in orders {
        while let Some((sent, held_out)) = contacts.get(next).filter(|(sent, _)| *sent <= order.at) {
            if !held_out {
                last = Some((next, *sent));
            }
            next += 1;
        }
        if let Some((contact, _)) = last.filter(|(_, sent)| order.at < sent + window) {
            found[contact].orders += 1;
            found[contact].revenue += order.revenue;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As a join says it: each order with each contact.
    fn joined(contacts: &[(i64, bool)], orders: &[Order], window: i64) -> Vec<Followed> {
        let within = |order: &Order, sent: i64| order.at >= sent && order.at < sent + window;
        let mut found: Vec<Followed> = contacts
            .iter()
            .map(|(sent, _)| Followed {
                ordered_after: orders.iter().any(|order| within(order, *sent)),
                ..Followed::default()
            })
            .collect();
        for order in orders {
            let of = (0..contacts.len())
                .filter(|at| !contacts[*at].1 && within(order, contacts[*at].0))
                .max_by_key(|at| contacts[*at].0);
            if let Some(of) = of {
                found[of].orders += 1;
                found[of].revenue += order.revenue;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_a_join_does(
            sent in prop::collection::btree_map(0_i64..60, any::<bool>(), 0..12),
            mut orders in prop::collection::vec((0_i64..80, 0_u32..500), 0..20),
            window in 1_i64..25,
        ) {
            orders.sort_unstable();
            let contacts: Vec<(i64, bool)> = sent.into_iter().collect();
            let orders: Vec<Order> =
                orders.into_iter().map(|(at, paid)| Order { at, revenue: f64::from(paid) / 8.0 }).collect();
            prop_assert_eq!(followed(&contacts, &orders, window), joined(&contacts, &orders, window));
        }
    }

    #[test]
    fn orders_of_a_customer_are_found_by_key() {
        let at = |at| Order { at, revenue: 1.0 };
        let orders = Orders { keys: vec![2, 2, 5], orders: vec![at(1), at(2), at(3)] };
        assert_eq!(orders.of(2), [at(1), at(2)]);
        assert_eq!(orders.of(5), [at(3)]);
        assert!(orders.of(3).is_empty() && orders.of(9).is_empty());
        assert!(Orders::default().of(1).is_empty());
    }
}
