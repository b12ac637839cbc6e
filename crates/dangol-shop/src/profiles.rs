//! Customer profiles: one row per customer with what is known from the order lines in scope.

use std::sync::Arc;

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use datafusion::prelude::{col, lit};

use crate::error::ShopError;
use crate::frame::{column, texts};
use crate::scope::Scope;
use crate::shop::Shop;

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

    /// The ids of customers by their keys (ascending), in the same order.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_ids(&self, keys: &[i32]) -> Result<Vec<String>, ShopError> {
        /// Beyond so many, a list of keys no longer helps to skip pages.
        const SKIPPABLE: usize = 200;
        let mut scope = Scope::until(self.default_as_of());
        scope.members = Some(Arc::new(keys.to_vec()));
        let mut lines = self.lines(&scope);
        if keys.len() <= SKIPPABLE {
            let list = keys.iter().map(|key| lit(*key)).collect();
            lines = lines.only(col("customer_key").in_list(list, false));
        }
        let batches = lines.per_customer("customer_key, first_value(customer_id) AS customer_id", "").await?;
        Ok(texts(&batches, "customer_id")?.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Keys and ids of the customers whose id contains a text, ascending by key.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customers_like(&self, text: &str) -> Result<Vec<(i32, String)>, ShopError> {
        let lines = self.lines(&Scope::until(self.default_as_of()));
        let found = datafusion::functions::expr_fn::contains(
            datafusion::functions::expr_fn::lower(col("customer_id")),
            lit(text.to_lowercase()),
        );
        let batches = lines
            .only(found)
            .per_customer("customer_key, first_value(customer_id) AS customer_id", "")
            .await?;
        let ids = texts(&batches, "customer_id")?.into_iter().map(Option::unwrap_or_default);
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.into_iter().zip(ids).collect())
    }

    /// A text of the table `customers` by customer key, ascending, of those who have one; empty without the table.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_texts(&self, attribute: &str) -> Result<Vec<(i32, String)>, ShopError> {
        if self.table("customers").is_none() {
            return Ok(Vec::new());
        }
        let batches = self
            .sql_session()?
            .sql(&format!(
                "SELECT customer_key, {attribute} AS value FROM \
                   (SELECT DISTINCT customer_key, customer_id FROM order_lines WHERE customer_key IS NOT NULL) \
                   JOIN customers USING (customer_id) WHERE {attribute} IS NOT NULL ORDER BY customer_key"
            ))
            .await?
            .collect()
            .await?;
        let values = texts(&batches, "value")?.into_iter().map(Option::unwrap_or_default);
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.into_iter().zip(values).collect())
    }

    /// The key of the customer with an id.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_key(&self, id: &str) -> Result<Option<i32>, ShopError> {
        let lines = self.lines(&Scope::until(self.default_as_of()));
        let batches = lines.only(col("customer_id").eq(lit(id))).per_customer("customer_key", "").await?;
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.first().copied())
    }
}
