//! From the store's histories to what the models take.

use dangol_models::lifetime::gamma_gamma::Spend;
use dangol_models::lifetime::{Histories, History, TimeOfLastPurchase, TimeUnit};
use dangol_shop::{Scope, Shop};

use super::params;
use crate::error::AnalysisError;

/// Customers with their histories in the shop's numbers and in the models'.
#[derive(Debug)]
pub(crate) struct Base {
    /// As the store has them.
    pub(crate) shop: dangol_shop::Histories,
    /// The same in the unit of the models, in the same order.
    pub(crate) histories: Vec<History>,
    /// What each spent by purchase.
    pub(crate) spends: Vec<Spend>,
    /// The day up to which they go, from 1970-01-01.
    pub(crate) until: i32,
    pub(crate) unit: TimeUnit,
}

impl Base {
    /// The customers of a scope, whatever its segment.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        unit: TimeUnit,
        spend: params::Spend,
    ) -> Result<Self, AnalysisError> {
        let histories = shop.histories(&everybody(scope)).await?;
        Self::from_store(histories, scope.as_of.day(shop.clock()), unit, spend)
    }

    pub(crate) fn from_store(
        shop: dangol_shop::Histories,
        until: i32,
        unit: TimeUnit,
        spend: params::Spend,
    ) -> Result<Self, AnalysisError> {
        let histories = (0..shop.len())
            .map(|at| {
                let last = f64::from(shop.last_on[at] - shop.first_on[at]) / unit.days();
                let age = f64::from(until - shop.first_on[at]) / unit.days();
                History::new(shop.repeats[at], TimeOfLastPurchase(last), age)
            })
            .collect::<Result<_, _>>()?;
        let spends = (0..shop.len())
            .map(|at| {
                let (purchases, revenue) = match spend {
                    params::Spend::RepeatDays => (shop.repeats[at], shop.repeat_revenue[at]),
                    params::Spend::AllDays => (shop.repeats[at] + 1, shop.revenue[at]),
                };
                Spend { purchases, mean: if purchases == 0 { 0.0 } else { revenue / f64::from(purchases) } }
            })
            .collect();
        Ok(Self { shop, histories, spends, until, unit })
    }

    pub(crate) fn len(&self) -> usize {
        self.histories.len()
    }

    /// Days from the first purchase to the last and to the end, of a customer.
    pub(crate) fn days(&self, at: usize) -> (u32, u32) {
        let first = self.shop.first_on[at];
        ((self.shop.last_on[at] - first) as u32, (self.until - first) as u32)
    }

    /// Ready for a fit.
    pub(crate) fn compressed(&self) -> Result<Histories, AnalysisError> {
        if self.histories.iter().any(|history| history.log_gaps().is_some()) {
            return Ok(Histories::new(self.unit, self.histories.iter().copied())?);
        }
        let (last, age): (Vec<u32>, Vec<u32>) = (0..self.len()).map(|at| self.days(at)).unzip();
        Ok(Histories::from_days(self.unit, &self.shop.repeats, &last, &age)?)
    }

    /// Adds what models of regular purchasing need: Σ ln(gap) by customer key, ascending, in days.
    pub(crate) fn add_gaps(&mut self, gaps: &[(i32, f64)]) -> Result<(), AnalysisError> {
        let in_days = self.unit.days().ln();
        for (key, history) in self.shop.customer_key.iter().zip(&mut self.histories) {
            let sum = match gaps.binary_search_by_key(key, |(key, _)| *key) {
                Ok(place) => gaps[place].1 - f64::from(history.repeats()) * in_days,
                Err(_) => 0.0,
            };
            *history = history.with_log_gaps(sum)?;
        }
        Ok(())
    }
}

/// Models are fitted on everybody in scope, so that a customer's numbers do not depend on which segment is looked at.
pub(crate) fn everybody(scope: &Scope) -> Scope {
    Scope { members: None, ..scope.clone() }
}
