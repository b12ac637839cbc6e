//! An audience as a list of customers, with their consents where they are known.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use dangol_shop::{FeatureValues, Scope, Shop, ShopError};

use super::members;
use super::preview::{Consent, consents};
use crate::error::AnalysisError;

/// The customers of an audience.
#[derive(Debug, Clone)]
pub struct Exported {
    /// `customer_id`, and `email_consent`, `sms_consent` where the shop has them.
    pub rows: RecordBatch,
    /// How many consent, by channel.
    pub consent: Vec<Consent>,
}

/// The customers in scope of whom a condition is true, in the order of the store.
///
/// # Errors
/// [`ShopError::Condition`], [`ShopError::Query`].
pub async fn export(shop: &Shop, scope: &Scope, rule: &str) -> Result<Exported, AnalysisError> {
    let keys = Arc::new(members(shop, scope, rule).await?);
    let ids = shop.customer_ids(&keys).await?;
    let inside = Scope { members: Some(keys.clone()), ..scope.clone() };
    let features = shop.features_of(&inside, &["email_consent", "sms_consent"]).await?;
    let mut columns: Vec<(Field, ArrayRef)> = Vec::new();
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(ids));
    columns.push((Field::new("customer_id", ids.data_type().clone(), false), ids));
    for feature in &features.columns {
        if let FeatureValues::Flag(values) = &feature.values {
            let values: ArrayRef = Arc::new(values.iter().copied().collect::<BooleanArray>());
            columns.push((Field::new(&feature.name, values.data_type().clone(), true), values));
        }
    }
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(ShopError::from)?;
    let everyone = vec![true; keys.len()];
    Ok(Exported { rows, consent: consents(features.columns.iter().map(AsRef::as_ref), &everyone) })
}
