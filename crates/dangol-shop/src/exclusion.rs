//! Customers left out of one analysis: `exclude` in its section of `shop.toml`.
//!
//! A condition names columns of `order_lines`, of `customers` where there is that table, and features of
//! `customer_profile` (a name that several have means the one named first here). A customer of whom it is true on any
//! line in scope is left out with all lines. The store stays as it is.

use std::sync::Arc;

use arrow::datatypes::Int32Type;
use datafusion::catalog::TableProvider;
use datafusion::execution::context::SQLOptions;

use crate::engine;
use crate::error::{MappingError, ShopError};
use crate::features::Features;
use crate::features::profile_table::CUSTOMER_PROFILE;
use crate::frame::column;
use crate::order_lines::store_schema;
use crate::scope::Scope;
use crate::shop::Shop;
use crate::tables::TABLES;

/// Who is left, and how many are not.
#[derive(Debug, Clone)]
pub struct Remaining {
    /// Keys of the customers that are left, ascending.
    pub population: Arc<Vec<i32>>,
    /// How many customers in scope are left out.
    pub excluded: usize,
}

impl Shop {
    /// The customers in scope without those that the conditions of an analysis leave out; nothing where it has no
    /// conditions.
    ///
    /// # Errors
    /// [`ShopError::Mapping`] for a condition that cannot be understood, [`ShopError::Query`].
    pub async fn remaining(&self, scope: &Scope, analysis: &str) -> Result<Option<Remaining>, ShopError> {
        let Some(conditions) = self.config.exclusions.get(analysis).filter(|list| !list.is_empty()) else {
            return Ok(None);
        };
        let excluded = self.keys(scope, Some((analysis, conditions))).await?;
        let all = self.keys(scope, None).await?;
        let is_left = |key: &i32| excluded.binary_search(key).is_err();
        let population: Vec<i32> = all.iter().copied().filter(is_left).collect();
        Ok(Some(Remaining { excluded: all.len() - population.len(), population: Arc::new(population) }))
    }

    /// Keys, ascending, of the customers in scope for whom any of the conditions is true on a line; of all without
    /// conditions.
    async fn keys(
        &self,
        scope: &Scope,
        conditions: Option<(&str, &[String])>,
    ) -> Result<Vec<i32>, ShopError> {
        let session = engine::session(&self.config.engine, self.runtime());
        session.register_table("order_lines", Arc::new(self.scoped_lines(scope)))?;
        let mut query = "SELECT DISTINCT customer_key FROM order_lines".to_owned();
        if let Some((_, conditions)) = conditions {
            let known = self.known_features();
            let mut features = Features::mentioned(&known, &conditions.join(" "));
            let lines = store_schema();
            features.retain(|name| lines.field_with_name(name).is_err());
            if let Some(customers) = self.table("customers") {
                // A column that no header feeds is there, and empty: a feature of its name says more.
                let schema = customers.schema();
                let canonical = TABLES.iter().find(|table| table.name == "customers");
                let fed = |name: &str| {
                    self.has("customers", name) || canonical.is_none_or(|table| table.column(name).is_none())
                };
                let is_there = |name: &str| schema.field_with_name(name).is_ok();
                let empty: Vec<&str> =
                    features.iter().copied().filter(|name| is_there(name) && !fed(name)).collect();
                features.retain(|name| !is_there(name) || empty.contains(name));
                let customers = session.read_table(Arc::new(customers))?.drop_columns(&empty)?;
                session.register_table("customers", customers.into_view())?;
                query += " LEFT JOIN customers USING (customer_id)";
            }
            if !features.is_empty() {
                let everybody = Scope { members: None, population: None, ..scope.clone() };
                let profiles = self.profile_table(&everybody, &features, &[]).await?;
                session.register_table(CUSTOMER_PROFILE, Arc::new(profiles))?;
                query += " LEFT JOIN customer_profile USING (customer_key)";
            }
            let any: Vec<String> = conditions.iter().map(|condition| format!("({condition})")).collect();
            query = format!("{query} WHERE {}", any.join(" OR "));
        }
        let options =
            SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let frame = session.sql_with_options(&format!("{query} ORDER BY 1"), options).await;
        let frame = frame.map_err(|error| MappingError::BadExpression {
            config: self.config.path(),
            line: conditions.map_or(1, |(analysis, _)| self.config.line_of_exclude(analysis)),
            text: conditions.map_or_else(String::new, |(_, conditions)| conditions.join("`, `")),
            detail: error.to_string().lines().next().unwrap_or_default().to_owned(),
        })?;
        column::<Int32Type>(&frame.collect().await?, "customer_key", 0)
    }
}
