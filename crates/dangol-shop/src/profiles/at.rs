//! Customer profiles at several moments from one pass over the order lines.

use std::fmt::Write;

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};

use super::Profiles;
use crate::error::ShopError;
use crate::frame::column;
use crate::scope::{AsOf, Scope};
use crate::shop::Shop;
use crate::time::date_of;

impl Shop {
    /// For each of some moments the profiles that [`Shop::profiles`] gives of the same scope as of that moment, to the
    /// last bit: sums are taken in the same order. Moments after the scope's own see no more than it does.
    ///
    /// The lines are read once, whatever the number of moments; every moment holds its profiles in memory (48 bytes a
    /// customer), so ask for a year of months rather than for all days.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn profiles_at(&self, scope: &Scope, moments: &[AsOf]) -> Result<Vec<Profiles>, ShopError> {
        if moments.is_empty() {
            return Ok(Vec::new());
        }
        let lines = self.lines(scope);
        let bought = if lines.all_purchases { "" } else { "is_purchase AND " };
        let mut columns = "customer_key, min(customer_first_on) AS first_on".to_owned();
        for (at, moment) in moments.iter().enumerate() {
            let until = until(*moment);
            // Writing to a string cannot fail.
            let _ = write!(
                columns,
                ", max(ordered_at) FILTER (WHERE {bought}{until}) AS last_{at}, \
                 count(*) FILTER (WHERE first_of_order AND {until}) AS orders_{at}, \
                 count(*) FILTER (WHERE {bought}{until}) AS lines_{at}, \
                 count(*) FILTER (WHERE first_of_day AND {until}) AS days_{at}, \
                 sum(net_revenue) FILTER (WHERE {until}) AS revenue_{at}"
            );
        }
        let batches = lines.per_customer(&columns, "").await?;
        let keys = column::<Int32Type>(&batches, "customer_key", 0)?;
        let first_on = column::<Date32Type>(&batches, "first_on", 0)?;
        (0..moments.len())
            .map(|at| {
                let counts = |name: &str| column::<Int64Type>(&batches, &format!("{name}_{at}"), 0);
                let lines = counts("lines")?;
                let bought: Vec<usize> = (0..keys.len()).filter(|row| lines[*row] > 0).collect();
                let picked =
                    |counts: &[i64]| -> Vec<u64> { bought.iter().map(|row| counts[*row] as u64).collect() };
                let last_at = column::<TimestampMicrosecondType>(&batches, &format!("last_{at}"), 0)?;
                let revenue = column::<Float64Type>(&batches, &format!("revenue_{at}"), 0.0)?;
                Ok(Profiles {
                    customer_key: bought.iter().map(|row| keys[*row]).collect(),
                    last_at: bought.iter().map(|row| last_at[*row]).collect(),
                    first_on: bought.iter().map(|row| first_on[*row]).collect(),
                    orders: picked(&counts("orders")?),
                    lines: picked(&lines),
                    days: picked(&counts("days")?),
                    revenue: bought.iter().map(|row| revenue[*row]).collect(),
                })
            })
            .collect()
    }
}

/// The condition on order lines that a moment is, in SQL.
fn until(moment: AsOf) -> String {
    match moment {
        AsOf::Day(day) => format!("ordered_on <= DATE '{}'", date_of(day)),
        AsOf::Moment(at) => format!("CAST(ordered_at AS BIGINT) <= {at}"),
    }
}
