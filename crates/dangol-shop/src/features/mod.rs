//! Features: what is known of each customer at the as-of moment, for models, audiences and comparisons.
//!
//! Nothing after the as-of moment is used, and what is not known stays so: it is `None`, never a silent zero. Only
//! features that the shop's tables can give are there ([`catalogue`] lists them with their meanings). They are
//! computed in parts (order lines, customers, reviews, …), so that who asks for a few does not pay for all, in
//! streaming passes, and kept as profiles are.

pub mod catalogue;
pub mod condition;
mod customers;
mod events;
mod lines;
pub(crate) mod profile_table;

use std::sync::Arc;

pub use catalogue::{FEATURES, FeatureKind, FeatureSpec, KnownFeature, Part};
pub use condition::ConditionError;

use crate::error::ShopError;
use crate::scope::Scope;
use crate::shop::Shop;

/// Features of customers; vectors of equal length.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// The customers' keys, ascending: everybody with a purchase in scope.
    pub customer_key: Vec<i32>,
    /// One a feature, in the order of [`Shop::known_features`].
    pub columns: Vec<Arc<Feature>>,
}

/// One feature of all customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Its values, in the order of the customers.
    pub values: FeatureValues,
}

impl Feature {
    /// The kind of its values.
    #[must_use]
    pub fn kind(&self) -> FeatureKind {
        match self.values {
            FeatureValues::Number(_) => FeatureKind::Number,
            FeatureValues::Flag(_) => FeatureKind::Flag,
            FeatureValues::Text(_) => FeatureKind::Text,
            FeatureValues::Date(_) => FeatureKind::Date,
        }
    }
}

/// Values of a feature; `None` is not known.
#[derive(Debug, Clone, PartialEq)]
pub enum FeatureValues {
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Yes or no.
    Flag(Vec<Option<bool>>),
    /// Texts.
    Text(Vec<Option<String>>),
    /// Days from 1970-01-01.
    Date(Vec<Option<i32>>),
}

impl FeatureValues {
    /// The values at some places.
    fn at(&self, places: &[usize]) -> Self {
        fn pick<T: Clone>(values: &[Option<T>], places: &[usize]) -> Vec<Option<T>> {
            places.iter().map(|place| values[*place].clone()).collect()
        }
        match self {
            Self::Number(values) => Self::Number(pick(values, places)),
            Self::Flag(values) => Self::Flag(pick(values, places)),
            Self::Text(values) => Self::Text(pick(values, places)),
            Self::Date(values) => Self::Date(pick(values, places)),
        }
    }
}

impl Features {
    /// How many customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.customer_key.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.customer_key.is_empty()
    }

    /// The feature of a name, if the shop has it.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Feature> {
        self.columns.iter().find(|column| column.name == name).map(Arc::as_ref)
    }

    fn add(&mut self, name: &str, values: FeatureValues) {
        self.columns.push(Arc::new(Feature { name: name.to_owned(), values }));
    }

    /// Only the customers of a list of keys, ascending.
    fn only(&self, keys: &[i32]) -> Self {
        let places: Vec<usize> =
            keys.iter().filter_map(|key| self.customer_key.binary_search(key).ok()).collect();
        let columns = self
            .columns
            .iter()
            .map(|column| Arc::new(Feature { name: column.name.clone(), values: column.values.at(&places) }));
        Self {
            customer_key: places.iter().map(|place| self.customer_key[*place]).collect(),
            columns: columns.collect(),
        }
    }
}

impl Shop {
    /// Every feature that the shop has, of the customers with a purchase in scope. The latest are kept.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn features(&self, scope: &Scope) -> Result<Arc<Features>, ShopError> {
        let known = self.known_features();
        let names: Vec<&str> = known.iter().map(|feature| feature.name.as_str()).collect();
        self.features_of(scope, &names).await
    }

    /// Some features by name; those that the shop has not are not there. Only the parts that they need are computed.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn features_of(&self, scope: &Scope, names: &[&str]) -> Result<Arc<Features>, ShopError> {
        let everybody = Scope { members: None, population: None, ..scope.clone() };
        let wanted: Vec<KnownFeature> =
            self.known_features().into_iter().filter(|known| names.contains(&known.name.as_str())).collect();
        // Purchases say who is there at all.
        let purchases = self.part(&everybody, Part::Purchases).await?;
        let mut parts = vec![(Part::Purchases, purchases)];
        for feature in &wanted {
            if !parts.iter().any(|(part, _)| *part == feature.part) {
                parts.push((feature.part, self.part(&everybody, feature.part).await?));
            }
        }
        let column = |feature: &KnownFeature| {
            let (_, features) = parts.iter().find(|(part, _)| *part == feature.part)?;
            features.columns.iter().find(|column| column.name == feature.name).cloned()
        };
        let features = Features {
            customer_key: parts[0].1.customer_key.clone(),
            columns: wanted.iter().filter_map(column).collect(),
        };
        Ok(Arc::new(match scope.members.as_ref().or(scope.population.as_ref()) {
            Some(keys) => features.only(keys),
            None => features,
        }))
    }

    /// All features of a part, of everybody with a purchase in scope.
    async fn part(&self, everybody: &Scope, part: Part) -> Result<Arc<Features>, ShopError> {
        let kept = self.kept_features(format!("{part:?} {everybody:?}"));
        let computed = kept.get_or_try_init(|| async {
            let features = match part {
                Part::Purchases => self.purchase_features(everybody).await?,
                Part::Baskets => self.basket_features(everybody).await?,
                Part::Customers => {
                    let purchases = Box::pin(self.part(everybody, Part::Purchases)).await?;
                    self.customer_features(everybody, &purchases).await?
                }
                Part::Reviews | Part::SupportContacts | Part::Sessions => {
                    let purchases = Box::pin(self.part(everybody, Part::Purchases)).await?;
                    self.event_features(everybody, part, &purchases.customer_key).await?
                }
            };
            Ok::<_, ShopError>(Arc::new(features))
        });
        Ok(computed.await?.clone())
    }
}
