//! What each customer bought on each day: the rows from which a customer's standing at any earlier day can be told.

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type};

use crate::error::ShopError;
use crate::frame::column;
use crate::scope::Scope;
use crate::shop::Shop;

/// Days with order lines; vectors of equal length, by customer, then by day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerDays {
    /// The customer's key in this snapshot.
    pub customer_key: Vec<i32>,
    /// The day, from 1970-01-01.
    pub day: Vec<i32>,
    /// Orders begun on it; none on a day of returns alone.
    pub orders: Vec<u32>,
    /// Purchased order lines.
    pub lines: Vec<u32>,
    /// Net revenue.
    pub revenue: Vec<f64>,
}

impl CustomerDays {
    /// Places of each customer's rows, in the order of the keys.
    pub fn by_customer(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut begin = 0;
        self.customer_key.chunk_by(|left, right| left == right).map(move |rows| {
            let range = begin..begin + rows.len();
            begin = range.end;
            range
        })
    }
}

impl Shop {
    /// Every day on which a customer has order lines in scope.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_days(&self, scope: &Scope) -> Result<CustomerDays, ShopError> {
        let lines = self.lines(scope);
        let bought = if lines.all_purchases { "" } else { " FILTER (WHERE is_purchase)" };
        let batches = lines
            .per_customer_day(&format!(
                "customer_key, ordered_on, count(*) FILTER (WHERE first_of_order) AS orders, \
                 count(*){bought} AS lines, sum(net_revenue) AS revenue"
            ))
            .await?;
        let counts = |name| -> Result<Vec<u32>, ShopError> {
            Ok(column::<Int64Type>(&batches, name, 0)?.into_iter().map(|count| count as u32).collect())
        };
        let mut days = CustomerDays {
            customer_key: column::<Int32Type>(&batches, "customer_key", 0)?,
            day: column::<Date32Type>(&batches, "ordered_on", 0)?,
            orders: counts("orders")?,
            lines: counts("lines")?,
            revenue: column::<Float64Type>(&batches, "revenue", 0.0)?,
        };
        days.sort();
        Ok(days)
    }
}

impl CustomerDays {
    /// The rows come by customer; within one, a plan may give the days in another order.
    fn sort(&mut self) {
        let key = |at: usize| (self.customer_key[at], self.day[at]);
        if (1..self.day.len()).all(|at| key(at - 1) < key(at)) {
            return;
        }
        let mut order: Vec<usize> = (0..self.day.len()).collect();
        order.sort_unstable_by_key(|at| key(*at));
        *self = Self {
            customer_key: order.iter().map(|at| self.customer_key[*at]).collect(),
            day: order.iter().map(|at| self.day[*at]).collect(),
            orders: order.iter().map(|at| self.orders[*at]).collect(),
            lines: order.iter().map(|at| self.lines[*at]).collect(),
            revenue: order.iter().map(|at| self.revenue[*at]).collect(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_customer_come_in_their_order() {
        let mut days = CustomerDays {
            customer_key: vec![1, 1, 2],
            day: vec![9, 3, 5],
            orders: vec![2, 1, 0],
            lines: vec![4, 1, 0],
            revenue: vec![20.0, 10.0, -5.0],
        };
        days.sort();
        assert_eq!(days.day, [3, 9, 5]);
        assert_eq!(days.orders, [1, 2, 0]);
        assert_eq!(days.revenue, [10.0, 20.0, -5.0]);
        assert_eq!(days.by_customer().collect::<Vec<_>>(), [0..2, 2..3]);
    }
}
