//! A column in which each row names its currency.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};

use crate::error::ShopError;
use crate::guess::names_a_currency;
use crate::sources::SourceBatch;
use crate::values::{is_missing, trimmed};

/// A column with more different values is no column of currencies.
const MOST: usize = 20;
/// A longer text names no currency.
const LONGEST: usize = 12;

/// How many rows of a file name which currency, whether `shop.toml` maps the column or not.
#[derive(Debug, Default)]
pub(in crate::import) struct ToldCurrencies {
    column: Option<(usize, String)>,
    rows: Mutex<BTreeMap<String, u64>>,
}

impl ToldCurrencies {
    /// Of a file with these columns.
    pub(super) fn of(columns: &Schema) -> Self {
        let named = || columns.fields().iter().enumerate();
        // Beside it there may be the currency of the customer, in which no amount is.
        let plain =
            named().find(|(_, field)| ["currency", "통화"].contains(&field.name().to_lowercase().trim()));
        let column = plain.or_else(|| named().find(|(_, field)| names_a_currency(field.name())));
        Self { column: column.map(|(at, field)| (at, field.name().clone())), rows: Mutex::default() }
    }

    /// Counts those of a batch.
    pub(super) fn note(&self, batch: &SourceBatch) -> Result<(), ShopError> {
        let Some((at, _)) = &self.column else { return Ok(()) };
        let values = cast(batch.rows.column(*at), &DataType::Utf8)?;
        let mut found: BTreeMap<&str, u64> = BTreeMap::new();
        for value in values.as_string::<i32>().iter().flatten().map(trimmed) {
            if value.len() <= LONGEST
                && !value.bytes().any(|byte| byte.is_ascii_digit())
                && !is_missing(value)
            {
                *found.entry(value).or_default() += 1;
            }
        }
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for (value, count) in found {
            // One more than the most tells that they are no currencies.
            if rows.len() <= MOST {
                *rows.entry(value.to_uppercase()).or_default() += count;
            }
        }
        Ok(())
    }

    /// The header, and how many rows stand for which currency.
    pub(in crate::import) fn found(&self) -> Option<(String, BTreeMap<String, u64>)> {
        let (_, header) = self.column.as_ref()?;
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        (rows.len() <= MOST).then(|| (header.clone(), rows.clone()))
    }
}
