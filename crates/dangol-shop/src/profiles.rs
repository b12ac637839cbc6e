//! Customer profiles: one row per customer with what is known from the order lines in scope.

use std::sync::Arc;

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};

use crate::error::ShopError;
use crate::frame::column;
use crate::scope::Scope;
use crate::shop::Shop;

mod at;

/// What the order lines in scope say of each customer; vectors of equal length, ascending
/// by key.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    /// The customer's key in this snapshot.
    pub customer_key: Vec<i32>,
    /// Last purchase, microseconds UTC.
    pub last_at: Vec<i64>,
    /// Day of the first purchase, from 1970-01-01.
    pub first_on: Vec<i32>,
    /// Orders.
    pub orders: Vec<u64>,
    /// Purchased order lines.
    pub lines: Vec<u64>,
    /// Days with a purchase.
    pub days: Vec<u64>,
    /// Net revenue, cancelled lines subtracted.
    pub revenue: Vec<f64>,
}

impl Profiles {
    /// How many customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.customer_key.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.customer_key.is_empty()
    }
}

impl Shop {
    /// The profiles of all customers with a purchase in scope. The latest few are kept, since
    /// several analyses ask for the same.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn profiles(&self, scope: &Scope) -> Result<Arc<Profiles>, ShopError> {
        let kept = self.kept_profiles(format!("{scope:?}"));
        Ok(kept.get_or_try_init(|| self.compute_profiles(scope)).await?.clone())
    }

    async fn compute_profiles(&self, scope: &Scope) -> Result<Arc<Profiles>, ShopError> {
        let lines = self.lines(scope);
        let (last_at, count, having) = if lines.all_purchases {
            ("max(ordered_at)", "count(*)", "")
        } else {
            (
                "max(ordered_at) FILTER (WHERE is_purchase)",
                "count(*) FILTER (WHERE is_purchase)",
                "bool_or(is_purchase)",
            )
        };
        let batches = lines
            .per_customer(
                &format!(
                    "customer_key, {last_at} AS last_at, min(customer_first_on) AS first_on, \
                     count(*) FILTER (WHERE first_of_order) AS orders, {count} AS lines, \
                     count(*) FILTER (WHERE first_of_day) AS days, sum(net_revenue) AS revenue"
                ),
                having,
            )
            .await?;
        let counts = |name| -> Result<Vec<u64>, ShopError> {
            Ok(column::<Int64Type>(&batches, name, 0)?.into_iter().map(|n| n as u64).collect())
        };
        Ok(Arc::new(Profiles {
            customer_key: column::<Int32Type>(&batches, "customer_key", 0)?,
            last_at: column::<TimestampMicrosecondType>(&batches, "last_at", 0)?,
            first_on: column::<Date32Type>(&batches, "first_on", 0)?,
            orders: counts("orders")?,
            lines: counts("lines")?,
            days: counts("days")?,
            revenue: column::<Float64Type>(&batches, "revenue", 0.0)?,
        }))
    }
}
