//! What a statement can be about, and each customer's figure of it.

use dangol_models::hypothesis::{Moments, Proportion, Ranked, Share};
use dangol_shop::{Scope, Shop};

use super::result::MeasureChoice;
use crate::error::AnalysisError;
use crate::segment_profile::dimensions::{Data, Dimension, category_prices, dimensions};
use crate::segment_profile::labels::OTHER;
use crate::segment_profile::population::Population;
use crate::words::Words;

/// How many values of a text can be named in a statement.
const VALUES: usize = 50;
/// The measure of how dear the categories are that one buys.
pub(super) const CATEGORY_PRICE: &str = "category_price";
/// The measure of orders on Saturdays and Sundays against the days.
pub(super) const WEEKEND: &str = "weekend_orders";
/// The measure of orders by season against the days.
pub(super) const SEASON: &str = "season";

/// A figure of each customer, in the order of the population.
#[derive(Debug, Clone)]
pub(super) enum Figure {
    /// Yes or no, where it is known.
    Flag(Vec<Option<bool>>),
    /// A number; NaN where it is not known.
    Number(Vec<f64>),
    /// Some of all events.
    Share {
        /// Events of the kind.
        of_kind: Vec<f64>,
        /// All events.
        all: Vec<f64>,
    },
}

/// A measure with its words.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) label: Words,
    pub(super) figure: Figure,
    pub(super) by_construction: bool,
    /// Whether the figure is written as a share.
    pub(super) is_share: bool,
}

/// Everything that can be measured of the customers of a population.
pub(super) struct Measures {
    pub(super) dimensions: Vec<Dimension>,
    prices: Option<Vec<f64>>,
    of_purchases: bool,
}

impl Measures {
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        population: &Population,
    ) -> Result<Self, AnalysisError> {
        Ok(Self {
            dimensions: dimensions(shop, scope, population, VALUES).await?,
            prices: category_prices(shop, scope, population).await?,
            of_purchases: population.of_purchases,
        })
    }

    /// The measure of a name; none where the shop does not have it.
    pub(super) fn find(&self, name: &str) -> Option<Measured> {
        if name == CATEGORY_PRICE {
            return Some(Measured {
                label: category_price_label(),
                figure: Figure::Number(self.prices.clone()?),
                // Who spends more has bought what is dearer.
                by_construction: self.of_purchases,
                is_share: false,
            });
        }
        let (dimension, value) = name.split_once(':').unwrap_or((name, ""));
        let (found, place) = self
            .dimensions
            .iter()
            .find(|one| one.name == dimension)
            .and_then(|one| {
                let wanted = match (dimension, value) {
                    ("coupon_share", "") => "used",
                    ("coupon_orders", "") => "coupon_orders",
                    _ => value,
                };
                Some((one, one.values.iter().position(|value| value.key == wanted)?))
            })
            // Figures stand by their own names.
            .or_else(|| {
                let numbers = self.dimensions.iter().find(|one| one.name == "numbers")?;
                Some((numbers, numbers.values.iter().position(|value| value.key == name)?))
            })?;
        let value = &found.values[place];
        let figure = match &found.data {
            Data::Kind(of) => {
                Figure::Flag(of.iter().map(|one| one.map(|one| usize::from(one) == place)).collect())
            }
            Data::Numbers(columns) => Figure::Number(columns[place].clone()),
            Data::Events { of_kind, all, .. } => {
                Figure::Share { of_kind: of_kind[place].clone(), all: all.clone() }
            }
        };
        let is_share = !matches!(figure, Figure::Number(_)) || value.key.ends_with("_share");
        Some(Measured {
            label: label(found, place),
            figure,
            by_construction: value.by_construction,
            is_share,
        })
    }

    /// Whether the shop has what a measure needs.
    pub(super) fn has(&self, name: &str) -> bool {
        match name {
            WEEKEND => self.dimensions.iter().any(|one| one.name == "weekday"),
            SEASON => self.dimensions.iter().any(|one| one.name == "month"),
            _ => self.find(name).is_some(),
        }
    }

    /// What can be stated of the shop.
    pub(super) fn choices(&self) -> Vec<MeasureChoice> {
        let mut choices = Vec::new();
        let mut add = |measure: String, label: Words| choices.push(MeasureChoice { measure, label });
        if self.prices.is_some() {
            add(CATEGORY_PRICE.into(), category_price_label());
        }
        if self.dimensions.iter().any(|one| one.name == "weekday") {
            add(WEEKEND.into(), weekend_label());
            add(SEASON.into(), season_label());
        }
        for one in &self.dimensions {
            for (place, value) in one.values.iter().enumerate() {
                if value.key == OTHER || value.key == "not_used" {
                    continue;
                }
                let measure = match one.name.as_str() {
                    "numbers" => value.key.clone(),
                    "coupon_share" | "coupon_orders" => one.name.clone(),
                    name => format!("{name}:{}", value.key),
                };
                add(measure, label(one, place));
            }
        }
        choices
    }
}

fn label(dimension: &Dimension, place: usize) -> Words {
    let value = &dimension.values[place];
    match dimension.name.as_str() {
        "numbers" => value.label.clone(),
        "coupon_share" | "coupon_orders" => dimension.title.clone(),
        _ => Words::new(
            format!("{}: {}", dimension.title.en, value.label.en),
            format!("{}: {}", dimension.title.ko, value.label.ko),
        ),
    }
}

fn category_price_label() -> Words {
    Words::new("Price of the categories bought", "구매 카테고리의 가격대")
}

pub(super) fn weekend_label() -> Words {
    Words::new("Orders on weekends", "주말 주문 비중")
}

pub(super) fn season_label() -> Words {
    Words::new("Orders by season", "계절별 주문 비중")
}

/// A figure by group: who is in no group comes last.
impl Figure {
    fn by_group<T: Clone>(population: &Population, none: T, mut add: impl FnMut(&mut T, usize)) -> Vec<T> {
        let mut groups = vec![none; population.groups.len() + 1];
        for (at, group) in population.group.iter().enumerate() {
            let place = group.map_or(population.groups.len(), usize::from);
            add(&mut groups[place], at);
        }
        groups
    }

    /// Of a flag.
    pub(super) fn proportions(
        population: &Population,
        flags: &[Option<bool>],
    ) -> Result<Vec<Proportion>, AnalysisError> {
        let counts = Self::by_group(population, (0, 0), |(yes, all), at| {
            if let Some(flag) = flags[at] {
                *yes += u64::from(flag);
                *all += 1;
            }
        });
        Ok(counts.into_iter().map(|(yes, all)| Proportion::new(yes, all)).collect::<Result<_, _>>()?)
    }

    /// Of a number.
    pub(super) fn moments(population: &Population, numbers: &[f64]) -> Vec<Moments> {
        Self::by_group(population, Moments::default(), |sum, at| {
            if numbers[at].is_finite() {
                *sum = sum.merge(Moments::equal(1, numbers[at]));
            }
        })
    }

    /// Of events.
    pub(super) fn shares(population: &Population, of_kind: &[f64], all: &[f64]) -> Vec<Share> {
        Self::by_group(population, Share::default(), |share: &mut Share, at| {
            if all[at] > 0.0 {
                share.add(of_kind[at], all[at]);
            }
        })
    }

    /// Each customer's own number or share, ranked over the groups.
    pub(super) fn ranks(population: &Population, numbers: &[f64]) -> Result<Ranked, AnalysisError> {
        let values = population.group.iter().zip(numbers);
        let values = values
            .filter_map(|(group, value)| value.is_finite().then_some((usize::from((*group)?), *value, 1)));
        Ok(Ranked::collect(population.groups.len(), values)?)
    }
}
