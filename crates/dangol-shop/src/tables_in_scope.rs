//! All tables of a shop, the order lines within a scope, for analyses that look at columns rather than at customers.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::prelude::SessionContext;

use crate::error::ShopError;

/// Tables that can be asked in SQL.
pub struct TablesInScope {
    session: SessionContext,
}

impl std::fmt::Debug for TablesInScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TablesInScope").finish_non_exhaustive()
    }
}

impl TablesInScope {
    pub(crate) fn new(session: SessionContext) -> Self {
        Self { session }
    }

    /// The rows of a query; `order_lines` are those within the scope.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn ask(&self, query: &str) -> Result<Vec<RecordBatch>, ShopError> {
        Ok(self.session.sql(query).await?.collect().await?)
    }

    /// The columns of a table; none where the shop does not have it.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn columns(&self, table: &str) -> Result<Option<SchemaRef>, ShopError> {
        if !self.session.table_exist(table)? {
            return Ok(None);
        }
        Ok(Some(self.session.table(table).await?.schema().inner().clone()))
    }
}
