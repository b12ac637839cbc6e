//! Attributes of customers as columns of 0 and 1.

use std::collections::{BTreeMap, BTreeSet};

use dangol_models::quantile::quantiles;
use dangol_models::regression::{Level, Levels};
use dangol_shop::features::{FeatureKind, FeatureValues, KnownFeature, Part};
use dangol_shop::{Scope, Shop};

use crate::error::AnalysisError;
use crate::value::base::everybody;
use crate::words::{Words, number};

/// A level with fewer customers goes with the other rare ones.
const LEAST_CUSTOMERS: usize = 30;

/// Levels of an attribute, and numbers that are taken one by one.
const MOST_LEVELS: usize = 12;

/// Attributes together: each takes two coefficients a level.
const MOST_ATTRIBUTES: usize = 6;

/// Features that are no attributes of the table `customers` but were there with the first purchase.
const OF_FIRST_PURCHASE: [&str; 1] = ["first_category"];

/// A level that is told apart.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) attribute: String,
    pub(super) title: Words,
    pub(super) level: Words,
    pub(super) compared_with: Words,
    pub(super) customers: u64,
}

impl Column {
    /// Its name in a fit.
    pub(super) fn key(&self) -> String {
        format!("{}:{}", self.attribute, self.level.en)
    }
}

/// Attributes of some customers, coded.
#[derive(Debug)]
pub(super) struct Attributes {
    pub(super) columns: Vec<Column>,
    /// Distinct rows of the columns.
    pub(super) vectors: Vec<Vec<f64>>,
    /// The place of each customer's among them.
    pub(super) of: Vec<u32>,
}

impl Attributes {
    /// Reads and codes attributes of the customers of given keys.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        names: &[String],
        keys: &[i32],
    ) -> Result<Self, AnalysisError> {
        let possible = possible(shop);
        check(names, &possible)?;
        let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
        let features = shop.features_of(&everybody(scope), &wanted).await?;
        let places: Vec<Option<usize>> =
            keys.iter().map(|key| features.customer_key.binary_search(key).ok()).collect();
        let mut columns = Vec::new();
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); keys.len()];
        for name in names {
            let Some(feature) = features.column(name) else { continue };
            let texts = texts(&feature.values);
            let own: Vec<Option<&str>> = places.iter().map(|place| texts[(*place)?].as_deref()).collect();
            let title = possible.iter().find(|known| known.name == *name).map_or_else(
                || Words::same(name),
                |known| Words::new(known.title.0.as_str(), known.title.1.as_str()),
            );
            let levels = Levels::of(own.iter().copied(), LEAST_CUSTOMERS, MOST_LEVELS);
            let of: Vec<usize> = own.iter().map(|value| levels.place(*value)).collect();
            for place in 1..levels.levels().len() {
                columns.push(Column {
                    attribute: name.clone(),
                    title: title.clone(),
                    level: words(&levels.levels()[place]),
                    compared_with: words(&levels.levels()[0]),
                    customers: of.iter().filter(|own| **own == place).count() as u64,
                });
                for (row, own) in rows.iter_mut().zip(&of) {
                    row.push(f64::from(u8::from(*own == place)));
                }
            }
        }
        if columns.is_empty() {
            return Err(bad(format!(
                "covariates: the customers do not differ in {} (a level takes {LEAST_CUSTOMERS} customers)",
                names.join(", ")
            )));
        }
        let mut known: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
        let mut vectors = Vec::new();
        let of = rows
            .into_iter()
            .map(|row| {
                let bits = row.iter().map(|value| value.to_bits()).collect();
                *known.entry(bits).or_insert_with(|| {
                    vectors.push(row);
                    vectors.len() as u32 - 1
                })
            })
            .collect();
        Ok(Self { columns, vectors, of })
    }
}

fn bad(detail: String) -> AnalysisError {
    AnalysisError::BadParameter { analysis: "value", detail }
}

/// The attributes of a shop that may be named.
pub(in crate::value) fn possible(shop: &Shop) -> Vec<KnownFeature> {
    shop.known_features().into_iter().filter(is_possible).collect()
}

/// Attributes must not follow from what was bought: a model of purchases would explain itself.
fn is_possible(feature: &KnownFeature) -> bool {
    feature.kind != FeatureKind::Date
        && (feature.part == Part::Customers || OF_FIRST_PURCHASE.contains(&feature.name.as_str()))
}

fn check(names: &[String], possible: &[KnownFeature]) -> Result<(), AnalysisError> {
    let known: Vec<&str> = possible.iter().map(|feature| feature.name.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(bad(if known.is_empty() {
            "covariates takes attributes of the table `customers`, and this shop has none".to_owned()
        } else {
            format!("covariates takes attributes of customers ({}), not `{name}`", known.join(", "))
        }));
    }
    if names.len() > MOST_ATTRIBUTES {
        return Err(bad(format!("covariates takes at most {MOST_ATTRIBUTES} attributes")));
    }
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        return Err(bad("covariates names an attribute twice".to_owned()));
    }
    Ok(())
}

/// Values as words; many different numbers as quarters of the customers.
fn texts(values: &FeatureValues) -> Vec<Option<String>> {
    match values {
        FeatureValues::Text(values) => values.clone(),
        FeatureValues::Flag(values) => {
            values.iter().map(|value| value.map(|yes| if yes { "yes" } else { "no" }.to_owned())).collect()
        }
        FeatureValues::Number(values) => numbers(values),
        FeatureValues::Date(values) => vec![None; values.len()],
    }
}

fn numbers(values: &[Option<f64>]) -> Vec<Option<String>> {
    let mut known: Vec<f64> = values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    known.sort_unstable_by(f64::total_cmp);
    let mut distinct = known.clone();
    distinct.dedup();
    if distinct.len() <= MOST_LEVELS {
        return values.iter().map(|value| value.map(number)).collect();
    }
    let Ok(mut edges) = quantiles(&known, &[0.25, 0.5, 0.75]) else { return vec![None; values.len()] };
    edges.dedup();
    let band = |value: f64| {
        let place = edges.partition_point(|edge| *edge < value);
        match (place.checked_sub(1).map(|below| edges[below]), edges.get(place)) {
            (None, Some(high)) => format!("≤ {}", number(*high)),
            (Some(low), Some(high)) => format!("{} – {}", number(low), number(*high)),
            (Some(low), None) => format!("> {}", number(low)),
            (None, None) => number(value),
        }
    };
    values.iter().map(|value| value.map(band)).collect()
}

fn words(level: &Level) -> Words {
    match level {
        Level::Named(name) if name == "yes" => Words::new("yes", "예"),
        Level::Named(name) if name == "no" => Words::new("no", "아니요"),
        Level::Named(name) => Words::same(name),
        Level::Other => Words::new("other", "그 밖"),
        Level::Missing => Words::new("not known", "알 수 없음"),
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn many_numbers_become_quarters() {
        let values: Vec<Option<f64>> = (1..=100).map(|value| Some(f64::from(value))).chain([None]).collect();
        let found = numbers(&values);
        assert_eq!(found[0].as_deref(), Some("≤ 25.75"));
        assert_eq!(found[30].as_deref(), Some("25.75 – 50.50"));
        assert_eq!(found[99].as_deref(), Some("> 75.25"));
        assert_eq!(found[100], None);
        assert_eq!(numbers(&[Some(2.0), None, Some(1.5)])[2].as_deref(), Some("1.50"));
    }
}
