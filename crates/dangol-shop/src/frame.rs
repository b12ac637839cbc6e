//! Columns of query results as plain vectors.

use arrow::array::{Array, ArrowPrimitiveType, AsArray, RecordBatch};
use arrow::compute::cast;

use crate::error::ShopError;

/// A primitive column over all batches, cast to the type wanted; nulls become `null`.
///
/// # Errors
/// [`ShopError::Arrow`] if there is no such column or it cannot be cast.
pub fn column<T: ArrowPrimitiveType>(
    batches: &[RecordBatch],
    name: &str,
    null: T::Native,
) -> Result<Vec<T::Native>, ShopError> {
    let mut values = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let column = cast(batch.column(batch.schema().index_of(name)?), &T::DATA_TYPE)?;
        let column = column.as_primitive::<T>();
        if column.null_count() == 0 {
            values.extend_from_slice(column.values());
        } else {
            values.extend(column.iter().map(|value| value.unwrap_or(null)));
        }
    }
    Ok(values)
}

/// A text column over all batches.
///
/// # Errors
/// As [`column`].
pub fn texts(batches: &[RecordBatch], name: &str) -> Result<Vec<Option<String>>, ShopError> {
    let mut values = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let column = cast(batch.column(batch.schema().index_of(name)?), &arrow::datatypes::DataType::Utf8)?;
        values.extend(column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)));
    }
    Ok(values)
}
