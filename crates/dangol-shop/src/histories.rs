//! Purchase histories: what a lifetime model needs of a customer, in one pass over the store.
//!
//! The days are calendar days of the shop. A purchase is a day with one (several orders on one day are one
//! purchase), as in Fader, Hardie and Lee (2005). `repeats` is the papers' x; from the days come their `t_x`
//! (last purchase − first purchase) and T (as-of − first purchase). Neither is the "recency" of RFM, which
//! counts the days *since* the last purchase.

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type};

use crate::error::ShopError;
use crate::frame::column;
use crate::scope::Scope;
use crate::shop::Shop;
use crate::time::date_of;

/// Histories up to a day; vectors of equal length, ascending by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histories {
    /// The customer's key in this snapshot.
    pub customer_key: Vec<i32>,
    /// Day of the first purchase, from 1970-01-01.
    pub first_on: Vec<i32>,
    /// Day of the last purchase.
    pub last_on: Vec<i32>,
    /// Days with a purchase after the first one.
    pub repeats: Vec<u32>,
    /// Net revenue of all days.
    pub revenue: Vec<f64>,
    /// Net revenue of the days after the first.
    pub repeat_revenue: Vec<f64>,
}

impl Histories {
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

/// Histories up to a cut-off, and what the same customers did after it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SplitHistories {
    /// Customers with a purchase on the cut-off day or before, as they stood at its end.
    pub calibration: Histories,
    /// Days with a purchase after the cut-off, up to the as-of moment.
    pub holdout_purchases: Vec<u32>,
    /// Net revenue after the cut-off, up to the as-of moment.
    pub holdout_revenue: Vec<f64>,
}

/// First and repeat purchases of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseDay {
    /// The day, from 1970-01-01.
    pub day: i32,
    /// Customers who bought for the first time.
    pub first: u64,
    /// Customers who bought again.
    pub repeat: u64,
}

impl Shop {
    /// The history of every customer with a purchase in scope. With the beginning of a period, only customers
    /// acquired since: a lifetime is seen from its first purchase on.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn histories(&self, scope: &Scope) -> Result<Histories, ShopError> {
        let lines = self.lines(&scope.without_from());
        let (last_on, purchased) = if lines.all_purchases {
            ("max(ordered_on)", None)
        } else {
            ("max(ordered_on) FILTER (WHERE is_purchase)", Some("bool_or(is_purchase)".to_owned()))
        };
        let having = having(purchased, scope);
        let batches = lines
            .per_customer(
                &format!(
                    "customer_key, min(customer_first_on) AS first_on, {last_on} AS last_on, \
                     count(*) FILTER (WHERE first_of_day) AS days, sum(net_revenue) AS revenue, \
                     sum(net_revenue) FILTER (WHERE ordered_on > customer_first_on) AS repeat_revenue"
                ),
                &having,
            )
            .await?;
        Ok(Histories {
            customer_key: column::<Int32Type>(&batches, "customer_key", 0)?,
            first_on: column::<Date32Type>(&batches, "first_on", 0)?,
            last_on: column::<Date32Type>(&batches, "last_on", 0)?,
            repeats: repeats(column::<Int64Type>(&batches, "days", 0)?),
            revenue: column::<Float64Type>(&batches, "revenue", 0.0)?,
            repeat_revenue: column::<Float64Type>(&batches, "repeat_revenue", 0.0)?,
        })
    }

    /// Histories up to the end of a day, and what followed until the as-of moment.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn split_histories(&self, scope: &Scope, cutoff: i32) -> Result<SplitHistories, ShopError> {
        let lines = self.lines(&scope.without_from());
        let until = format!("ordered_on <= DATE '{}'", date_of(cutoff));
        let after = format!("ordered_on > DATE '{}'", date_of(cutoff));
        let batches = lines
            .per_customer(
                &format!(
                    "customer_key, min(customer_first_on) AS first_on, \
                     max(ordered_on) FILTER (WHERE is_purchase AND {until}) AS last_on, \
                     count(*) FILTER (WHERE first_of_day AND {until}) AS days, \
                     sum(net_revenue) FILTER (WHERE {until}) AS revenue, \
                     sum(net_revenue) FILTER (WHERE ordered_on > customer_first_on AND {until}) AS repeat_revenue, \
                     count(*) FILTER (WHERE first_of_day AND {after}) AS holdout_purchases, \
                     sum(net_revenue) FILTER (WHERE {after}) AS holdout_revenue"
                ),
                &having(Some(format!("bool_or(is_purchase AND {until})")), scope),
            )
            .await?;
        Ok(SplitHistories {
            calibration: Histories {
                customer_key: column::<Int32Type>(&batches, "customer_key", 0)?,
                first_on: column::<Date32Type>(&batches, "first_on", 0)?,
                last_on: column::<Date32Type>(&batches, "last_on", 0)?,
                repeats: repeats(column::<Int64Type>(&batches, "days", 0)?),
                revenue: column::<Float64Type>(&batches, "revenue", 0.0)?,
                repeat_revenue: column::<Float64Type>(&batches, "repeat_revenue", 0.0)?,
            },
            holdout_purchases: column::<Int64Type>(&batches, "holdout_purchases", 0)?
                .into_iter()
                .map(|days| days as u32)
                .collect(),
            holdout_revenue: column::<Float64Type>(&batches, "holdout_revenue", 0.0)?,
        })
    }

    /// Σ ln(days from one purchase to the next) of the customers who bought on several days up to the end of a
    /// day, ascending by key: what models of regular purchasing need besides the history.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn log_gaps(&self, scope: &Scope, until: Option<i32>) -> Result<Vec<(i32, f64)>, ShopError> {
        let until =
            until.map_or_else(String::new, |day| format!("AND ordered_on <= DATE '{}'", date_of(day)));
        let batches = self
            .lines(&scope.without_from())
            .grouped(&format!(
                "SELECT customer_key, sum(ln(CAST(gap AS DOUBLE))) AS log_gaps FROM ( \
                   SELECT customer_key, CAST(ordered_on AS INT) \
                     - lag(CAST(ordered_on AS INT)) OVER (PARTITION BY customer_key ORDER BY ordered_on) AS gap \
                   FROM lines WHERE first_of_day {until} \
                 ) WHERE gap IS NOT NULL GROUP BY customer_key ORDER BY customer_key"
            ))
            .await?;
        let keys = column::<Int32Type>(&batches, "customer_key", 0)?;
        Ok(keys.into_iter().zip(column::<Float64Type>(&batches, "log_gaps", 0.0)?).collect())
    }

    /// First and repeat purchases by day, ascending, of customers acquired up to the end of a day.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn purchase_days(
        &self,
        scope: &Scope,
        acquired_until: i32,
    ) -> Result<Vec<PurchaseDay>, ShopError> {
        let acquired_since = scope
            .from
            .map_or_else(String::new, |from| format!("AND customer_first_on >= DATE '{}'", date_of(from)));
        let batches = self
            .lines(&scope.without_from())
            .grouped(&format!(
                "SELECT ordered_on AS day, \
                 count(*) FILTER (WHERE first_of_day AND ordered_on = customer_first_on) AS first, \
                 count(*) FILTER (WHERE first_of_day AND ordered_on > customer_first_on) AS repeat \
                 FROM lines WHERE customer_first_on <= DATE '{}' {acquired_since} GROUP BY ordered_on ORDER BY day",
                date_of(acquired_until)
            ))
            .await?;
        let first = column::<Int64Type>(&batches, "first", 0)?;
        let repeat = column::<Int64Type>(&batches, "repeat", 0)?;
        Ok(column::<Date32Type>(&batches, "day", 0)?
            .into_iter()
            .zip(first.into_iter().zip(repeat))
            .map(|(day, (first, repeat))| PurchaseDay { day, first: first as u64, repeat: repeat as u64 })
            .collect())
    }
}

/// Which customers a history is wanted of; their first purchase is that among the lines in scope.
fn having(purchased: Option<String>, scope: &Scope) -> String {
    let acquired = scope.from.map(|from| format!("min(customer_first_on) >= DATE '{}'", date_of(from)));
    purchased.into_iter().chain(acquired).collect::<Vec<_>>().join(" AND ")
}

/// A customer who is there has a first purchase; the others repeat it.
fn repeats(days: Vec<i64>) -> Vec<u32> {
    days.into_iter().map(|days| (days - 1).max(0) as u32).collect()
}
