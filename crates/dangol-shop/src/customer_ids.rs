//! Which customers there are, and what the shop calls them.
//!
//! The store keeps keys and ids of the customers of each part in a file of their own, so that nobody looks for
//! half a million names among ten million lines.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use datafusion::datasource::MemTable;
use datafusion::functions::expr_fn::{contains, lower};
use datafusion::prelude::{Expr, SessionContext, col, lit};

use crate::engine;
use crate::error::ShopError;
use crate::frame::{column, texts};
use crate::scope::{AsOf, Scope};
use crate::shop::Shop;

/// `customer_key`, `customer_id` and `customer_first_on`, the day of the first purchase, if there is any. One row per
/// customer with a line, ascending by key.
pub(crate) fn customers_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("customer_key", DataType::Int32, true),
        Field::new("customer_id", DataType::Utf8, true),
        Field::new("customer_first_on", DataType::Date32, true),
    ]))
}

impl Shop {
    /// The customers who meet a condition, or all, as [`customers_schema`].
    async fn customer_rows(&self, condition: Option<Expr>) -> Result<Vec<RecordBatch>, ShopError> {
        let batches = if let Some(customers) = self.customers(condition.clone()) {
            customers.rows("customer_key, customer_id, customer_first_on", "customer_key IS NOT NULL").await?
        } else {
            // Snapshots from before the customers were kept.
            let mut lines = self.lines(&Scope::until(AsOf::Moment(i64::MAX)));
            if let Some(condition) = condition {
                lines = lines.only(condition);
            }
            lines
                .per_customer(
                    "customer_key, first_value(customer_id) AS customer_id, \
                     min(customer_first_on) AS customer_first_on",
                    "",
                )
                .await?
        };
        let schema = customers_schema();
        Ok(batches.into_iter().map(|batch| batch.with_schema(schema.clone())).collect::<Result<_, _>>()?)
    }

    /// All customers with a purchase as [`customers_schema`].
    pub(crate) async fn known_customers(&self) -> Result<Arc<RecordBatch>, ShopError> {
        let known = self.kept_known().get_or_try_init(|| async {
            let bought = col("customer_first_on").is_not_null();
            let batches = Box::pin(self.customer_rows(Some(bought))).await?;
            Ok::<_, ShopError>(Arc::new(concat_batches(&customers_schema(), &batches)?))
        });
        Ok(known.await?.clone())
    }

    /// A session with the table `known` of [`Shop::known_customers`] and some of the further tables.
    pub(crate) async fn session_with_known(&self, tables: &[&str]) -> Result<SessionContext, ShopError> {
        let session = engine::session(&self.config.engine, self.runtime());
        let known = self.known_customers().await?;
        let known = MemTable::try_new(known.schema(), vec![vec![known.as_ref().clone()]])?;
        session.register_table("known", Arc::new(known))?;
        for name in tables {
            if let Some(table) = self.table(name) {
                session.register_table(*name, Arc::new(table))?;
            }
        }
        Ok(session)
    }

    /// The ids of customers by their keys (ascending), in the same order; empty for a key that nobody has.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_ids(&self, keys: &[i32]) -> Result<Vec<String>, ShopError> {
        /// Beyond so many, a list of keys no longer helps to skip pages.
        const SKIPPABLE: usize = 200;
        let some = (keys.len() <= SKIPPABLE)
            .then(|| col("customer_key").in_list(keys.iter().map(|key| lit(*key)).collect(), false));
        let batches = Box::pin(self.customer_rows(some)).await?;
        let mut ids = vec![String::new(); keys.len()];
        let mut place = 0;
        for batch in &batches {
            let (found, names) =
                (batch.column(0).as_primitive::<Int32Type>(), batch.column(1).as_string::<i32>());
            for (row, key) in found.values().iter().enumerate() {
                while keys.get(place).is_some_and(|wanted| wanted < key) {
                    place += 1;
                }
                if keys.get(place) == Some(key) && names.is_valid(row) {
                    names.value(row).clone_into(&mut ids[place]);
                }
            }
        }
        Ok(ids)
    }

    /// Keys and ids of the customers whose id contains a text, in any case, ascending by key.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customers_like(&self, text: &str) -> Result<Vec<(i32, String)>, ShopError> {
        let found = contains(lower(col("customer_id")), lit(text.to_lowercase()));
        let batches = Box::pin(self.customer_rows(Some(found))).await?;
        let ids = texts(&batches, "customer_id")?.into_iter().map(Option::unwrap_or_default);
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.into_iter().zip(ids).collect())
    }

    /// The key of the customer with an id.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_key(&self, id: &str) -> Result<Option<i32>, ShopError> {
        let batches = Box::pin(self.customer_rows(Some(col("customer_id").eq(lit(id))))).await?;
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.first().copied())
    }

    /// A text of the table `customers` by customer key, ascending, of those who have bought and have one; empty without
    /// the table.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn customer_texts(&self, attribute: &str) -> Result<Vec<(i32, String)>, ShopError> {
        if self.table("customers").is_none() {
            return Ok(Vec::new());
        }
        let batches = self
            .session_with_known(&["customers"])
            .await?
            .sql(&format!(
                "SELECT customer_key, {attribute} AS value FROM known JOIN customers USING (customer_id) \
                 WHERE {attribute} IS NOT NULL ORDER BY customer_key"
            ))
            .await?
            .collect()
            .await?;
        let values = texts(&batches, "value")?.into_iter().map(Option::unwrap_or_default);
        Ok(column::<Int32Type>(&batches, "customer_key", 0)?.into_iter().zip(values).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::import::import;
    use crate::{Config, Shop};

    const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"lines.csv\"\n\
        [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n\
        amount = \"amount\"\n[sources.customers]\npath = \"customers.csv\"\n[sources.customers.columns]\n\
        customer_id = \"customer\"\nregion = \"region\"\n";

    #[tokio::test]
    async fn customers_are_the_same_whether_they_were_kept_or_not() {
        let folder = tempfile::tempdir().unwrap();
        // Ann has only sent something back.
        let lines = "order,customer,time,amount\n1,Bob,2024-01-05,10\n2,bo,2024-01-06,20\n3,Ann,2024-01-07,-5\n\
            4,Bob,2024-01-08,10\n5,,2024-01-08,3\n";
        std::fs::write(folder.path().join("lines.csv"), lines).unwrap();
        std::fs::write(folder.path().join("customers.csv"), "customer,region\nBob,east\nbo,\nAnn,west\n")
            .unwrap();
        let config = || Config::parse(folder.path(), TOML.to_owned(), &[]).unwrap();
        import(&config(), &|_| {}).unwrap();
        let kept = Shop::with_config(config()).unwrap();
        assert_eq!(kept.manifest.customers.iter().map(|part| part.rows).sum::<u64>(), 3);

        let manifest = folder.path().join("store/snapshots").join(&kept.snapshot).join("manifest.json");
        let mut text: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&manifest).unwrap()).unwrap();
        text.as_object_mut().unwrap().remove("customers").unwrap();
        std::fs::write(&manifest, text.to_string()).unwrap();
        let older = Shop::with_config(config()).unwrap();
        assert!(older.manifest.customers.is_empty());

        for shop in [&kept, &older] {
            let named = shop.customers_like("BO").await.unwrap();
            let mut names: Vec<&str> = named.iter().map(|(_, id)| id.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, ["Bob", "bo"]);
            let keys: Vec<i32> = named.iter().map(|(key, _)| *key).collect();
            assert!(keys.is_sorted());
            let ids: Vec<String> = named.into_iter().map(|(_, id)| id).collect();
            assert_eq!(shop.customer_ids(&keys).await.unwrap(), ids);
            assert_eq!(shop.customer_ids(&[keys[0], i32::MAX]).await.unwrap(), [ids[0].as_str(), ""]);
            let bob = shop.customer_key("Bob").await.unwrap().unwrap();
            assert_eq!(shop.customer_key("Nobody").await.unwrap(), None);
            assert_eq!(shop.known_customers().await.unwrap().num_rows(), 2);
            assert_eq!(shop.customer_texts("region").await.unwrap(), [(bob, "east".to_owned())]);
        }
    }
}
