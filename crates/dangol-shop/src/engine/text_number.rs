//! `text_number(text)`: a number that a text always has, for taking a part of the orders or customers.
//!
//! The keys of the store will not do: they hang on how many parts an import made, and so on the threads it had.

use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::datatypes::DataType;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// The function; its numbers are not below 0 and spread evenly.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TextNumber {
    signature: Signature,
}

impl TextNumber {
    pub(super) fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TextNumber {
    fn name(&self) -> &'static str {
        "text_number"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = args
            .args
            .first()
            .ok_or_else(|| DataFusionError::Plan("text_number takes a text".into()))?
            .to_array(args.number_rows)?;
        let mut hashes = vec![0; texts.len()];
        create_hashes([&texts], &RandomState::with_seed(2), &mut hashes)?;
        let numbers: Vec<i64> = hashes.into_iter().map(|hash| (hash >> 1) as i64).collect();
        Ok(ColumnarValue::Array(Arc::new(Int64Array::new(numbers.into(), texts.nulls().cloned()))))
    }
}
