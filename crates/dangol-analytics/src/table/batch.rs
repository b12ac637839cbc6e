//! A table with typed columns, for CSV and Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;

use super::{Json, Table};

impl Table {
    /// The table with a type for each column: whole numbers, numbers, yes or no, else text.
    ///
    /// # Errors
    /// [`ArrowError`] for a table without columns.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for (at, name) in self.columns.iter().enumerate() {
            let column = self.column(at);
            fields.push(Field::new(name, column.data_type().clone(), true));
            columns.push(column);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    fn column(&self, at: usize) -> ArrayRef {
        let cells = || self.rows.iter().map(move |row| &row[at]);
        let all = |fits: fn(&Json) -> bool| cells().all(|cell| *cell == Json::Null || fits(cell));
        if all(|cell| matches!(cell, Json::Int(_))) {
            let whole = |cell: &Json| if let Json::Int(n) = cell { Some(*n) } else { None };
            Arc::new(cells().map(whole).collect::<Int64Array>())
        } else if all(|cell| matches!(cell, Json::Int(_) | Json::Float(_))) {
            let number = |cell: &Json| match cell {
                Json::Int(n) => Some(*n as f64),
                Json::Float(x) => Some(*x),
                _ => None,
            };
            Arc::new(cells().map(number).collect::<Float64Array>())
        } else if all(|cell| matches!(cell, Json::Bool(_))) {
            let flag = |cell: &Json| if let Json::Bool(b) = cell { Some(*b) } else { None };
            Arc::new(cells().map(flag).collect::<BooleanArray>())
        } else {
            let text = |cell: &Json| match cell {
                Json::Null => None,
                Json::Text(text) => Some(text.clone()),
                other => serde_json::to_string(other).ok(),
            };
            Arc::new(cells().map(text).collect::<StringArray>())
        }
    }
}
