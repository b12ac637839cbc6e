//! `customer_profile`: features as a table for SQL, one row a customer with a purchase.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use datafusion::datasource::MemTable;

use super::{Feature, FeatureKind, FeatureValues, Features, KnownFeature};
use crate::error::ShopError;
use crate::scope::Scope;
use crate::shop::Shop;

/// The table's name in SQL.
pub(crate) const CUSTOMER_PROFILE: &str = "customer_profile";

impl Shop {
    /// The table with the features of some names, and the customers' ids where they are asked for as `customer_id`.
    /// Everybody with a purchase in scope is in it. `further` are columns in the same order of customers.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub(crate) async fn profile_table(
        &self,
        scope: &Scope,
        names: &[&str],
        further: &[Feature],
    ) -> Result<MemTable, ShopError> {
        let features = self.features_of(scope, names).await?;
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(features.customer_key.clone()))];
        let mut fields = vec![Field::new("customer_key", DataType::Int32, false)];
        if names.contains(&"customer_id") {
            fields.push(Field::new("customer_id", DataType::Utf8, true));
            columns.push(Arc::new(self.ids_of(&features.customer_key).await?));
        }
        for feature in features.columns.iter().map(Arc::as_ref).chain(further) {
            let column = array_of(feature);
            fields.push(Field::new(&feature.name, column.data_type().clone(), true));
            columns.push(column);
        }
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(schema.clone(), columns)?;
        Ok(MemTable::try_new(schema, vec![vec![batch]])?)
    }

    /// The ids of customers by their keys, ascending.
    async fn ids_of(&self, keys: &[i32]) -> Result<StringArray, ShopError> {
        let known = self.known_customers().await?;
        let (known_keys, ids) = (known.column(0).as_primitive::<Int32Type>(), known.column(1));
        let ids = ids.as_string::<i32>();
        let id = |key: &i32| {
            let at = known_keys.values().binary_search(key).ok()?;
            ids.is_valid(at).then(|| ids.value(at))
        };
        Ok(keys.iter().map(id).collect())
    }
}

/// The columns of the whole table, for messages and for conditions before anything is computed.
pub(crate) fn profile_schema(known: &[KnownFeature], further: &[(&str, FeatureKind)]) -> Schema {
    let mut fields = vec![
        Field::new("customer_key", DataType::Int32, false),
        Field::new("customer_id", DataType::Utf8, true),
    ];
    let known = known.iter().map(|feature| (feature.name.as_str(), feature.kind));
    fields.extend(
        known.chain(further.iter().copied()).map(|(name, kind)| Field::new(name, type_of(kind), true)),
    );
    Schema::new(fields)
}

fn type_of(kind: FeatureKind) -> DataType {
    match kind {
        FeatureKind::Number => DataType::Float64,
        FeatureKind::Flag => DataType::Boolean,
        FeatureKind::Text => DataType::Utf8,
        FeatureKind::Date => DataType::Date32,
    }
}

fn array_of(feature: &Feature) -> ArrayRef {
    match &feature.values {
        FeatureValues::Number(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
        FeatureValues::Flag(values) => Arc::new(values.iter().copied().collect::<BooleanArray>()),
        FeatureValues::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
        FeatureValues::Date(values) => Arc::new(values.iter().copied().collect::<Date32Array>()),
    }
}

/// The words of an SQL text that may be names of columns, in lower case where they are not quoted.
pub(crate) fn words_of(sql: &str) -> Vec<String> {
    sql.split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| !word.is_empty())
        .flat_map(|word| [word.to_owned(), word.to_lowercase()])
        .collect()
}

impl Features {
    /// The names of a shop's features that an SQL text mentions.
    pub(crate) fn mentioned<'a>(known: &'a [KnownFeature], sql: &str) -> Vec<&'a str> {
        let words = words_of(sql);
        let names = known.iter().map(|feature| feature.name.as_str());
        names.chain(["customer_id"]).filter(|name| words.iter().any(|word| word == name)).collect()
    }
}
