//! Features as columns of numbers, coded as they were learned on the customers that a score is fitted on.

use dangol_models::quantile::quantiles;
use dangol_models::regression::{Design, Level, Levels};
use dangol_shop::features::{FeatureKind, FeatureValues, Features, KnownFeature};
use dangol_shop::{Scope, Shop};

use super::result::Fact;
use crate::error::AnalysisError;
use crate::words::Words;

/// A level, or a value that is not known, has a column of its own from so many customers on.
const LEAST_CUSTOMERS: usize = 30;

/// Levels of a feature.
const MOST_LEVELS: usize = 8;

/// Numbers beyond these shares of the customers count as those there: one wholesaler does not bend a line for all.
const ENDS: [f64; 2] = [0.01, 0.99];

/// A column of the regressions.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) feature: String,
    pub(super) title: Words,
    pub(super) fact: Fact,
    pub(super) level: Words,
}

/// How a feature becomes columns.
enum Coding {
    /// Within the ends; what is not known counts as the mean, and may have a column that says so.
    Amount { low: f64, high: f64, mean: f64, not_known: bool },
    /// 1 for yes, 0 for no and for not known, which may have a column that says so.
    Flag { not_known: bool },
    /// A column for each level but the most frequent.
    Words(Levels),
}

/// Features of some customers as columns.
pub(super) struct Matrix {
    pub(super) columns: Vec<Column>,
    pub(super) design: Design,
    codings: Vec<(String, Coding)>,
}

impl Matrix {
    /// Learns the coding of features on the customers of given keys, at the as-of day of a scope.
    pub(super) async fn learn(
        shop: &Shop,
        scope: &Scope,
        names: &[String],
        keys: &[i32],
    ) -> Result<Self, AnalysisError> {
        let possible: Vec<KnownFeature> =
            shop.known_features().into_iter().filter(|known| known.kind != FeatureKind::Date).collect();
        if let Some(name) = names.iter().find(|name| !possible.iter().any(|known| known.name == **name)) {
            let known: Vec<&str> = possible.iter().map(|known| known.name.as_str()).collect();
            let detail = format!("features takes {}, not `{name}`", known.join(", "));
            return Err(AnalysisError::BadParameter { analysis: "value-score", detail });
        }
        let wanted: Vec<&KnownFeature> =
            possible.iter().filter(|known| names.is_empty() || names.contains(&known.name)).collect();
        let asked: Vec<&str> = wanted.iter().map(|known| known.name.as_str()).collect();
        let features = shop.features_of(scope, &asked).await?;
        let places = places(&features, keys);
        let mut matrix = Self { columns: Vec::new(), design: Design::default(), codings: Vec::new() };
        for known in wanted {
            let Some(feature) = features.column(&known.name) else { continue };
            if let Some(coding) = Coding::learn(&feature.values, &places) {
                let title = Words::new(known.title.0.as_str(), known.title.1.as_str());
                matrix.columns.extend(coding.columns(&known.name, &title));
                matrix.codings.push((known.name.clone(), coding));
            }
        }
        matrix.design = matrix.coded(&features, keys)?;
        Ok(matrix)
    }

    /// The same columns of other customers, or at another day.
    pub(super) async fn apply(
        &self,
        shop: &Shop,
        scope: &Scope,
        keys: &[i32],
    ) -> Result<Design, AnalysisError> {
        let names: Vec<&str> = self.codings.iter().map(|(name, _)| name.as_str()).collect();
        let features = shop.features_of(scope, &names).await?;
        self.coded(&features, keys)
    }

    fn coded(&self, features: &Features, keys: &[i32]) -> Result<Design, AnalysisError> {
        let places = places(features, keys);
        let mut columns = Vec::new();
        for (name, coding) in &self.codings {
            columns.extend(coding.values(features.column(name).map(|feature| &feature.values), &places));
        }
        let named = self.columns.iter().zip(columns);
        Ok(Design::new(keys.len(), named.map(|(column, values)| (column.key(), values)))?)
    }
}

impl Column {
    /// Its name in a regression.
    pub(super) fn key(&self) -> String {
        match self.fact {
            Fact::Amount => self.feature.clone(),
            Fact::Level | Fact::NotKnown => format!("{}:{}", self.feature, self.level.en),
        }
    }
}

/// The place of each key among the customers of features.
fn places(features: &Features, keys: &[i32]) -> Vec<Option<usize>> {
    keys.iter().map(|key| features.customer_key.binary_search(key).ok()).collect()
}

/// Values at places; not known where there is no place or no value.
fn at<T: Clone>(values: &[Option<T>], places: &[Option<usize>]) -> Vec<Option<T>> {
    places.iter().map(|place| values[(*place)?].clone()).collect()
}

impl Coding {
    /// None where all customers are alike.
    fn learn(values: &FeatureValues, places: &[Option<usize>]) -> Option<Self> {
        let enough = |unknown: usize| unknown >= LEAST_CUSTOMERS && places.len() - unknown >= LEAST_CUSTOMERS;
        match values {
            FeatureValues::Number(values) => {
                let values = at(values, places);
                let known: Vec<f64> = values.iter().flatten().copied().filter(|x| x.is_finite()).collect();
                let ends = quantiles(&known, &ENDS).ok()?;
                let inside: Vec<f64> = known.iter().map(|x| x.clamp(ends[0], ends[1])).collect();
                let mean = dangol_models::sum::sum(&inside) / inside.len() as f64;
                let not_known = enough(values.len() - known.len());
                (ends[0] < ends[1] || not_known).then_some(Self::Amount {
                    low: ends[0],
                    high: ends[1],
                    mean,
                    not_known,
                })
            }
            FeatureValues::Flag(values) => {
                let values = at(values, places);
                let yes = values.iter().filter(|value| **value == Some(true)).count();
                let unknown = values.iter().filter(|value| value.is_none()).count();
                let differs = yes >= LEAST_CUSTOMERS && places.len() - yes >= LEAST_CUSTOMERS;
                (differs || enough(unknown)).then_some(Self::Flag { not_known: enough(unknown) })
            }
            FeatureValues::Text(values) => {
                let values = at(values, places);
                let levels = Levels::of(values.iter().map(Option::as_deref), LEAST_CUSTOMERS, MOST_LEVELS);
                (levels.levels().len() > 1).then_some(Self::Words(levels))
            }
            FeatureValues::Date(_) => None,
        }
    }

    fn columns(&self, feature: &str, title: &Words) -> Vec<Column> {
        let column = |fact: Fact, level: Words| Column {
            feature: feature.to_owned(),
            title: title.clone(),
            fact,
            level,
        };
        let not_known = || column(Fact::NotKnown, Words::new("not known", "알 수 없음"));
        match self {
            Self::Amount { not_known: too, .. } | Self::Flag { not_known: too } => {
                let amount = column(Fact::Amount, Words::default());
                if *too { vec![amount, not_known()] } else { vec![amount] }
            }
            Self::Words(levels) => levels.levels()[1..]
                .iter()
                .map(|level| match level {
                    Level::Named(name) => column(Fact::Level, Words::same(name)),
                    Level::Other => column(Fact::Level, Words::new("other", "그 밖")),
                    Level::Missing => not_known(),
                })
                .collect(),
        }
    }

    fn values(&self, values: Option<&FeatureValues>, places: &[Option<usize>]) -> Vec<Vec<f64>> {
        let one = |yes: bool| f64::from(u8::from(yes));
        match (self, values) {
            (Self::Amount { low, high, mean, not_known }, values) => {
                let own: Vec<Option<f64>> = match values {
                    Some(FeatureValues::Number(values)) => {
                        at(values, places).into_iter().map(|x| x.filter(|x| x.is_finite())).collect()
                    }
                    _ => vec![None; places.len()],
                };
                let mut columns =
                    vec![own.iter().map(|x| x.map_or(*mean, |x| x.clamp(*low, *high))).collect()];
                if *not_known {
                    columns.push(own.iter().map(|x| one(x.is_none())).collect());
                }
                columns
            }
            (Self::Flag { not_known }, values) => {
                let own: Vec<Option<bool>> = match values {
                    Some(FeatureValues::Flag(values)) => at(values, places),
                    _ => vec![None; places.len()],
                };
                let mut columns = vec![own.iter().map(|x| one(*x == Some(true))).collect()];
                if *not_known {
                    columns.push(own.iter().map(|x| one(x.is_none())).collect());
                }
                columns
            }
            (Self::Words(levels), values) => {
                let own: Vec<Option<String>> = match values {
                    Some(FeatureValues::Text(values)) => at(values, places),
                    _ => vec![None; places.len()],
                };
                let of: Vec<usize> = own.iter().map(|value| levels.place(value.as_deref())).collect();
                (1..levels.levels().len())
                    .map(|level| of.iter().map(|own| one(*own == level)).collect())
                    .collect()
            }
        }
    }
}
