//! Features of the table `customers`: who somebody is, as far as it was known at the as-of moment.

use std::collections::HashMap;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Float64Type, Int32Type, TimestampMicrosecondType,
};
use datafusion::prelude::SessionContext;
use jiff::civil::Date;

use super::{FeatureKind, FeatureValues, Features, Part};
use crate::error::ShopError;
use crate::frame::column;
use crate::scope::{AsOf, Scope};
use crate::shop::Shop;
use crate::time::{DAY_MICROS, date_of};

/// Nobody is older.
const OLDEST: f64 = 120.0;

impl Shop {
    pub(super) async fn customer_features(
        &self,
        scope: &Scope,
        purchases: &Features,
    ) -> Result<Features, ShopError> {
        let keys = &purchases.customer_key;
        let mut features = Features { customer_key: keys.clone(), columns: Vec::new() };
        let known: Vec<_> =
            self.known_features().into_iter().filter(|feature| feature.part == Part::Customers).collect();
        if known.is_empty() {
            return Ok(features);
        }
        let session = self.session_with_known(&["customers", "promotions"]).await?;
        let rows = session
            .sql("SELECT known.customer_key, customers.* FROM known JOIN customers USING (customer_id) ORDER BY 1")
            .await?
            .collect()
            .await?;
        let rows = Rows::new(rows, keys)?;
        let today = scope.as_of.day(self.clock());
        let joined_on: Vec<Option<i32>> = rows
            .values::<TimestampMicrosecondType>("joined_at")?
            .into_iter()
            .map(|at| at.map(|at| self.clock().day_of(at)).filter(|day| *day <= today))
            .collect();
        let age = ages(&rows, today)?;
        let attributes = self.attributes();
        for feature in &known {
            let values = match feature.name.as_str() {
                "age" => FeatureValues::Number(age.clone()),
                "age_band" => FeatureValues::Text(age.iter().map(|age| age_band((*age)?)).collect()),
                "gender" => FeatureValues::Text(
                    rows.texts("gender")?.into_iter().map(|text| text.map(gender)).collect(),
                ),
                "region" => FeatureValues::Text(rows.texts("region")?),
                "channel" => FeatureValues::Text(rows.texts("acquisition_channel")?),
                "membership" => {
                    let seen = rows.values::<Date32Type>("membership_seen_on")?;
                    let texts = rows.texts("membership")?;
                    let then = texts
                        .into_iter()
                        .zip(seen)
                        .map(|(text, seen)| text.filter(|_| seen.is_none_or(|day| day <= today)));
                    FeatureValues::Text(then.collect())
                }
                "joined_on" => FeatureValues::Date(joined_on.clone()),
                "days_to_first_order" => FeatureValues::Number(since_joining(&joined_on, purchases)),
                "joined_in_promotion" => FeatureValues::Flag(in_promotion(&session, &joined_on).await?),
                "email_consent" | "sms_consent" => FeatureValues::Flag(rows.flags(&feature.name)?),
                name => {
                    let Some(attribute) = attributes.iter().find(|one| one.feature.name == name) else {
                        continue;
                    };
                    rows.attribute(&attribute.column, feature.kind, today)?
                }
            };
            features.add(&feature.name, values);
        }
        Ok(features)
    }
}

/// Rows of a query by customer key, and where in them each customer of a list stands.
pub(super) struct Rows {
    batches: Vec<RecordBatch>,
    places: Vec<Option<usize>>,
}

impl Rows {
    pub(super) fn new(batches: Vec<RecordBatch>, keys: &[i32]) -> Result<Self, ShopError> {
        let found: HashMap<i32, usize> = if batches.is_empty() {
            HashMap::new()
        } else {
            let keys = column::<Int32Type>(&batches, "customer_key", 0)?;
            keys.into_iter().enumerate().map(|(at, key)| (key, at)).collect()
        };
        Ok(Self { batches, places: keys.iter().map(|key| found.get(key).copied()).collect() })
    }

    /// The column, batch by batch, cast to a type; none where the table has no such column.
    fn cast(&self, name: &str, kind: &DataType) -> Result<Option<Vec<ArrayRef>>, ShopError> {
        let Some(first) = self.batches.first() else { return Ok(None) };
        let Ok(at) = first.schema().index_of(name) else { return Ok(None) };
        let arrays = self.batches.iter().map(|batch| Ok(cast(batch.column(at), kind)?));
        Ok(Some(arrays.collect::<Result<_, ShopError>>()?))
    }

    pub(super) fn values<T: ArrowPrimitiveType>(
        &self,
        name: &str,
    ) -> Result<Vec<Option<T::Native>>, ShopError> {
        let kind = match &T::DATA_TYPE {
            DataType::Timestamp(unit, _) => DataType::Timestamp(*unit, Some("UTC".into())),
            kind => kind.clone(),
        };
        let all: Vec<Option<T::Native>> = self
            .cast(name, &kind)?
            .into_iter()
            .flatten()
            .flat_map(|array| array.as_primitive::<T>().iter().collect::<Vec<_>>())
            .collect();
        Ok(self.placed(&all))
    }

    fn texts(&self, name: &str) -> Result<Vec<Option<String>>, ShopError> {
        let mut all = Vec::new();
        for array in self.cast(name, &DataType::Utf8)?.into_iter().flatten() {
            all.extend(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)));
        }
        Ok(self.placed(&all))
    }

    fn flags(&self, name: &str) -> Result<Vec<Option<bool>>, ShopError> {
        let arrays = self.cast(name, &DataType::Boolean)?;
        let all: Vec<Option<bool>> = arrays
            .into_iter()
            .flatten()
            .flat_map(|array| array.as_boolean().iter().collect::<Vec<_>>())
            .collect();
        Ok(self.placed(&all))
    }

    fn placed<T: Clone>(&self, all: &[Option<T>]) -> Vec<Option<T>> {
        self.places.iter().map(|place| all.get((*place)?).cloned().flatten()).collect()
    }

    fn attribute(&self, column: &str, kind: FeatureKind, today: i32) -> Result<FeatureValues, ShopError> {
        let is_day = self.batches.first().is_some_and(|batch| {
            batch.schema().field_with_name(column).is_ok_and(|field| field.data_type().is_temporal())
        });
        Ok(match kind {
            FeatureKind::Flag => FeatureValues::Flag(self.flags(column)?),
            FeatureKind::Text => FeatureValues::Text(self.texts(column)?),
            FeatureKind::Number if is_day => FeatureValues::Number(
                self.values::<Date32Type>(column)?
                    .into_iter()
                    .map(|day| day.filter(|day| *day <= today).map(|day| months_between(day, today)))
                    .collect(),
            ),
            FeatureKind::Number | FeatureKind::Date => {
                FeatureValues::Number(self.values::<Float64Type>(column)?)
            }
        })
    }
}

/// Full months from one day to another.
fn months_between(from: i32, to: i32) -> f64 {
    let (from, to) = (date_of(from), date_of(to));
    let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    f64::from(month(to) - month(from) - i32::from(to.day() < from.day()))
}

fn ages(rows: &Rows, today: i32) -> Result<Vec<Option<f64>>, ShopError> {
    let born = rows.values::<Date32Type>("birth_date")?;
    let told = rows.values::<Float64Type>("age")?;
    let age = |(born, told): (Option<i32>, Option<f64>)| {
        let age = match born {
            Some(born) => (months_between(born, today) / 12.0).floor(),
            None => told?,
        };
        (0.0..=OLDEST).contains(&age).then_some(age)
    };
    Ok(born.into_iter().zip(told).map(age).collect())
}

/// The bands in which shops think of their customers.
fn age_band(age: f64) -> Option<String> {
    let band = match age {
        ..10.0 => return None,
        ..20.0 => "10s",
        ..30.0 => "20s",
        ..40.0 => "30s",
        ..50.0 => "40s",
        _ => "50+",
    };
    Some(band.to_owned())
}

/// One word for what files write in many ways.
fn gender(text: String) -> String {
    match text.trim().to_lowercase().as_str() {
        "f" | "female" | "woman" | "w" | "여" | "여자" | "여성" => "female".to_owned(),
        "m" | "male" | "man" | "남" | "남자" | "남성" => "male".to_owned(),
        _ => text,
    }
}

fn since_joining(joined_on: &[Option<i32>], purchases: &Features) -> Vec<Option<f64>> {
    let Some(FeatureValues::Date(first)) = purchases.column("first_order_on").map(|feature| &feature.values)
    else {
        return vec![None; joined_on.len()];
    };
    let days = |(joined, first): (&Option<i32>, &Option<i32>)| Some(f64::from((*first)? - (*joined)?));
    joined_on.iter().zip(first).map(days).collect()
}

async fn in_promotion(
    session: &SessionContext,
    joined_on: &[Option<i32>],
) -> Result<Vec<Option<bool>>, ShopError> {
    let spans = session
        .sql("SELECT starts_at, coalesce(ends_at, starts_at) AS ends_at FROM promotions WHERE starts_at IS NOT NULL")
        .await?
        .collect()
        .await?;
    let starts = column::<Date32Type>(&spans, "starts_at", 0)?;
    let ends = column::<Date32Type>(&spans, "ends_at", 0)?;
    let within = |day: i32| starts.iter().zip(&ends).any(|(start, end)| *start <= day && day <= *end);
    // Many join on one day.
    let mut known: HashMap<i32, bool> = HashMap::new();
    Ok(joined_on.iter().map(|day| day.map(|day| *known.entry(day).or_insert_with(|| within(day)))).collect())
}

/// The first microsecond after the as-of moment.
pub(super) fn end_of(as_of: AsOf, shop: &Shop) -> i64 {
    match as_of {
        AsOf::Day(day) => shop.clock().start_of_day(day + 1),
        AsOf::Moment(at) => at.saturating_add(1),
    }
}

/// The first microsecond of a period, if it has a beginning.
pub(super) fn start_of(scope: &Scope, shop: &Shop) -> Option<i64> {
    scope.from.map(|day| shop.clock().start_of_day(day))
}

/// Thirty days, for what happened lately.
pub(super) const LATELY: i64 = 30 * DAY_MICROS;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::days_since_epoch;

    #[test]
    fn full_months_and_years() {
        let months = |from: &str, to: &str| {
            let day = |text: &str| days_since_epoch(text.parse().unwrap());
            months_between(day(from), day(to))
        };
        assert_eq!(months("2020-01-31", "2020-02-29"), 0.0);
        assert_eq!(months("2020-01-31", "2020-03-31"), 2.0);
        assert_eq!(months("2000-03-10", "2020-03-09"), 239.0);
        assert_eq!(months("2000-03-10", "2020-03-10"), 240.0);
    }

    #[test]
    fn bands_begin_at_ten() {
        let bands = [9.0, 10.0, 29.0, 30.0, 49.9, 50.0, 99.0].map(|age| age_band(age).unwrap_or_default());
        assert_eq!(bands, ["", "10s", "20s", "30s", "40s", "50+", "50+"]);
    }
}
