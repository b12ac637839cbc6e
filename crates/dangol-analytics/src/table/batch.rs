//! A table with typed columns, for CSV and Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;

use super::Table;

impl Table {
    /// The table with a type for each column: whole numbers, numbers, yes or no, else text.
    ///
    /// # Errors
    /// [`ArrowError`] for a table without columns.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for column in self.rows.columns() {
            let values = column.values.array();
            fields.push(Field::new(column.name.as_ref(), values.data_type().clone(), true));
            columns.push(values);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}
