//! A table with typed columns, for CSV and Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;

use super::{Json, Table, Values};

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

impl Values {
    fn array(&self) -> ArrayRef {
        match self {
            // Nothing says of what kind they are; whole numbers can be cast to any.
            Self::Absent(rows) => Arc::new(Int64Array::new_null(*rows)),
            Self::Bool(values) => Arc::new(BooleanArray::from(values.clone())),
            Self::Int(values) => Arc::new(Int64Array::from(values.clone())),
            Self::Float(values) => Arc::new(Float64Array::from(values.clone())),
            Self::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
            Self::Mixed(values) => mixed(values),
        }
    }
}

/// Numbers of both kinds as numbers, anything else as text.
fn mixed(values: &[Json]) -> ArrayRef {
    let number = |cell: &Json| match cell {
        Json::Int(n) => Some(*n as f64),
        Json::Float(x) => Some(*x),
        _ => None,
    };
    if values.iter().all(|cell| *cell == Json::Null || number(cell).is_some()) {
        return Arc::new(values.iter().map(number).collect::<Float64Array>());
    }
    let text = |cell: &Json| match cell {
        Json::Null => None,
        Json::Text(text) => Some(text.clone()),
        other => serde_json::to_string(other).ok(),
    };
    Arc::new(values.iter().map(text).collect::<StringArray>())
}
