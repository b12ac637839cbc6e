//! What the models of the analysis `value` expect of the customers of a list.

use std::sync::Arc;

use dangol_shop::{Scope, Shop};

use super::Sort;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::value::base::everybody;
use crate::value::{Fitted, LEAST_REPEATERS, Value, ValueParams};

/// Everybody's outlook.
pub(super) struct Values {
    fitted: Arc<Fitted>,
    horizon_days: u32,
}

impl Values {
    /// By the shop's section [value]; none where the data do not support a model of lifetimes, since a list has no
    /// place to say so beside each number.
    pub(super) async fn of(shop: &Shop, scope: &Scope) -> Result<Option<Self>, AnalysisError> {
        let params = ValueParams::of_shop(shop)?;
        let mut scope = everybody(scope);
        // The same customers as on the page Value, so that the same fit serves both.
        scope.population = shop.remaining(&scope, Value::NAME).await?.map(|remaining| remaining.population);
        let fitted = match Fitted::of(shop, &scope, &params).await {
            Ok(fitted) => fitted,
            Err(AnalysisError::NobodyInScope { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let repeaters = fitted.valued.base.shop.repeats.iter().filter(|repeats| **repeats > 0).count() as u64;
        Ok((repeaters >= LEAST_REPEATERS).then_some(Self { fitted, horizon_days: params.horizon_days }))
    }

    pub(super) fn horizon_days(&self) -> u32 {
        self.horizon_days
    }

    /// What is expected of a customer, unless the analysis leaves them out.
    pub(super) fn of_customer(&self, key: i32, sort: Sort) -> Option<f64> {
        let valued = &self.fitted.valued;
        let at = valued.base.shop.customer_key.binary_search(&key).ok()?;
        match sort {
            Sort::ProbabilityAlive => Some(valued.outlooks[at].alive),
            Sort::ExpectedPurchases => Some(valued.outlooks[at].purchases),
            Sort::Value => valued.values[at],
            _ => None,
        }
    }
}
