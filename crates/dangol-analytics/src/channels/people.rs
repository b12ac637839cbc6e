//! Customers by the channel through which they came, each with their value.

use std::collections::BTreeMap;
use std::sync::Arc;

use dangol_models::lifetime::clv::{HistoricalParams, historical_value};
use dangol_shop::{Scope, Shop};

use super::params::{ActiveDays, ChannelsParams};
use super::spend::same_name;
use crate::error::AnalysisError;
use crate::value::Fitted;

/// The customers in scope.
#[derive(Debug)]
pub(crate) struct People {
    fitted: Arc<Fitted>,
    /// Their places among those fitted.
    places: Vec<usize>,
    /// The channel of each, a place in `channels`.
    of: Vec<usize>,
    /// Names of channels as customers have them; "" are those without one. Empty where nobody has one.
    pub(crate) channels: Vec<String>,
    margin: f64,
    life_years: f64,
    active_days: ActiveDays,
}

/// One customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) key: i32,
    pub(crate) first_on: i32,
    pub(crate) last_on: i32,
    /// Net revenue so far.
    pub(crate) revenue: f64,
    /// Days that the historical value counts, before its minimum.
    pub(crate) active_days: u32,
    /// What the model expects within the horizon, after margin.
    pub(crate) expected: Option<f64>,
}

impl People {
    /// Reads and values them.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &ChannelsParams,
    ) -> Result<Self, AnalysisError> {
        // Boxed, since it holds the work of several queries.
        let fitted = Box::pin(Fitted::of(shop, scope, &params.check()?)).await?;
        let places = fitted.members(scope);
        let known = shop.customer_texts("acquisition_channel").await?;
        let keys = &fitted.valued.base.shop.customer_key;
        let name_of = |at: usize| {
            known.binary_search_by_key(&keys[at], |(key, _)| *key).map_or("", |place| known[place].1.trim())
        };
        // One name for what is written differently: the first in the alphabet.
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for &at in &places {
            let name = name_of(at);
            let first = names.entry(same_name(name)).or_insert(name);
            *first = name.min(*first);
        }
        let unknown = names.keys().all(String::is_empty);
        let index: BTreeMap<&str, usize> =
            names.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        let of = places
            .iter()
            .map(|&at| if unknown { 0 } else { index[same_name(name_of(at)).as_str()] })
            .collect();
        Ok(Self {
            of,
            channels: if unknown {
                Vec::new()
            } else {
                names.values().map(|&name| name.to_owned()).collect()
            },
            places,
            margin: params.margin,
            life_years: params.assumed_life_years,
            active_days: params.active_days,
            fitted,
        })
    }

    /// What people call the model of purchases.
    pub(crate) fn model(&self) -> &crate::words::Words {
        &self.fitted.fit.name
    }

    /// The day up to which they were seen.
    pub(crate) fn until(&self) -> i32 {
        self.fitted.valued.base.until
    }

    /// Those of a channel; everybody for none.
    pub(crate) fn in_channel(&self, channel: Option<usize>) -> impl Iterator<Item = Person> {
        let valued = &self.fitted.valued;
        let days = self.active_days;
        let repeated = self.fitted.has_repeated();
        self.places
            .iter()
            .zip(&self.of)
            .filter(move |(_, of)| channel.is_none_or(|channel| **of == channel))
            .map(move |(&at, _)| {
                let (to_last, to_as_of) = valued.base.days(at);
                Person {
                    key: valued.base.shop.customer_key[at],
                    first_on: valued.base.shop.first_on[at],
                    last_on: valued.base.shop.last_on[at],
                    revenue: valued.base.shop.revenue[at],
                    active_days: match days {
                        ActiveDays::ToAsOf => to_as_of,
                        ActiveDays::ToLastPurchase => to_last,
                    },
                    expected: valued.values[at].filter(|_| repeated),
                }
            })
    }

    /// A customer's historical value with a minimum of active days, after margin, and whether that was needed.
    pub(crate) fn historical(&self, person: &Person, least_days: u32) -> Result<(f64, bool), AnalysisError> {
        let params = HistoricalParams { least_days: f64::from(least_days), life_years: self.life_years };
        let found = historical_value(person.revenue, f64::from(person.active_days), params)?;
        Ok((found.value * self.margin, found.least_days_used))
    }

    /// The historical values of a channel under a minimum: mean, and how many customers it raises.
    pub(crate) fn mean_historical(
        &self,
        channel: usize,
        least_days: u32,
    ) -> Result<(f64, u64), AnalysisError> {
        let (mut sum, mut raised, mut count) = (dangol_models::sum::Sum::default(), 0, 0_u64);
        for person in self.in_channel(Some(channel)) {
            let (value, was_raised) = self.historical(&person, least_days)?;
            sum.add(value);
            raised += u64::from(was_raised);
            count += 1;
        }
        Ok((sum.value() / count.max(1) as f64, raised))
    }
}
