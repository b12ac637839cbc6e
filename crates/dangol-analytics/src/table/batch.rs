//! A table with typed columns, for CSV and Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;

use super::Table;

impl Table {
    /// The table with a type for each column: whole numbers, numbers, yes or no, else text. Where nobody else has the
    /// rows, nothing is copied.
    ///
    /// # Errors
    /// [`ArrowError`] for a table without columns.
    pub fn into_batch(self) -> Result<RecordBatch, ArrowError> {
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for column in Arc::unwrap_or_clone(self.rows).into_columns() {
            let values = column.values.into_array();
            fields.push(Field::new(column.name.as_ref(), values.data_type().clone(), true));
            columns.push(values);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}
