//! Features of reviews, support contacts and visits: how many up to the as-of moment, and how good.

use super::customers::{LATELY, Rows, end_of, start_of};
use super::{FeatureValues, Features, Part};
use crate::error::ShopError;
use crate::scope::Scope;
use crate::shop::Shop;
use arrow::datatypes::Float64Type;

impl Shop {
    /// Counts are 0 of customers who did nothing of the kind; means are not known of them.
    pub(super) async fn event_features(
        &self,
        scope: &Scope,
        part: Part,
        keys: &[i32],
    ) -> Result<Features, ShopError> {
        let mut features = Features { customer_key: keys.to_vec(), columns: Vec::new() };
        let end = end_of(scope.as_of, self);
        let (table, at, columns) = match part {
            Part::Reviews => ("reviews", "written_at", "avg(rating) AS mean".to_owned()),
            Part::SupportContacts => {
                ("support_contacts", "contacted_at", "avg(satisfaction) AS mean".to_owned())
            }
            _ => {
                let lately = format!("CAST(started_at AS BIGINT) >= {}", end.saturating_sub(LATELY));
                ("sessions", "started_at", format!("count(*) FILTER (WHERE {lately}) AS lately"))
            }
        };
        let known: Vec<_> = self.known_features().into_iter().filter(|one| one.part == part).collect();
        if known.is_empty() {
            return Ok(features);
        }
        let from = start_of(scope, self)
            .map_or_else(String::new, |from| format!("AND CAST({at} AS BIGINT) >= {from}"));
        let rows = self
            .session_with_known(&[table])
            .await?
            .sql(&format!(
                "SELECT known.customer_key, events.* FROM known JOIN ( \
                   SELECT customer_id, count(*) AS events, {columns} FROM {table} \
                   WHERE CAST({at} AS BIGINT) < {end} {from} GROUP BY customer_id \
                 ) AS events USING (customer_id)"
            ))
            .await?
            .collect()
            .await?;
        let rows = Rows::new(rows, keys)?;
        let counts = |name: &str| -> Result<FeatureValues, ShopError> {
            let found = rows.values::<Float64Type>(name)?;
            Ok(FeatureValues::Number(found.into_iter().map(|count| Some(count.unwrap_or(0.0))).collect()))
        };
        for feature in known {
            let values = match feature.name.as_str() {
                "mean_rating" | "mean_satisfaction" => {
                    FeatureValues::Number(rows.values::<Float64Type>("mean")?)
                }
                "sessions_30d" => counts("lately")?,
                _ => counts("events")?,
            };
            features.add(&feature.name, values);
        }
        Ok(features)
    }
}
