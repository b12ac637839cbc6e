//! What each customer is worth, by the fitted models and by the historical formula.

use dangol_models::lifetime::TimeUnit;
use dangol_models::lifetime::clv::{
    Discounting, HistoricalParams, Horizon, Outlook, Schedule, Timing, historical_value,
};
use dangol_models::sum::Sum;

use super::base::Base;
use super::params::ValueParams;
use super::purchase::Models;
use super::result::{CustomerValue, GroupValue};
use super::spend::Spending;
use crate::error::AnalysisError;
use crate::words::Words;

/// All customers with what is expected of them.
#[derive(Debug)]
pub(crate) struct Valued {
    pub(crate) base: Base,
    pub(crate) outlooks: Vec<Outlook>,
    /// Expected spend by purchase; none without a model of spend, or where it has no mean.
    pub(crate) spends: Vec<Option<f64>>,
    /// Discounted purchases × spend × margin.
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) historical: Vec<f64>,
    /// Whether the customer's active days were raised to the least.
    pub(crate) raised: Vec<bool>,
}

/// When purchases count, and how much.
pub(crate) fn schedule(params: &ValueParams, unit: TimeUnit) -> Result<Schedule, AnalysisError> {
    let horizon = Horizon::new(f64::from(params.horizon_days), TimeUnit::Day)?;
    let discounting = Discounting::new(params.discount_rate, Timing::Continuous)?;
    Ok(Schedule::new(horizon, discounting, unit))
}

/// Values everybody.
pub(crate) fn value(
    base: Base,
    models: &Models<'_>,
    spending: Option<&Spending>,
    params: &ValueParams,
) -> Result<Valued, AnalysisError> {
    let places: Vec<usize> = (0..base.len()).collect();
    let outlooks = models.outlooks(&places, &base.histories, &schedule(params, base.unit)?);
    let spends: Vec<Option<f64>> = base
        .spends
        .iter()
        .map(|spend| spending.and_then(|spending| spending.fitted.model.expected_spend(*spend)))
        .collect();
    let values = outlooks
        .iter()
        .zip(&spends)
        .map(|(outlook, spend)| Some(outlook.discounted * (*spend)? * params.margin))
        .collect();
    let formula = HistoricalParams {
        least_days: f64::from(params.least_active_days),
        life_years: params.assumed_life_years,
    };
    let mut raised = Vec::with_capacity(base.len());
    let historical = (0..base.len())
        .map(|at| {
            let found = historical_value(base.shop.revenue[at], f64::from(base.days(at).1), formula)?;
            raised.push(found.least_days_used);
            Ok(found.value * params.margin)
        })
        .collect::<Result<_, AnalysisError>>()?;
    Ok(Valued { base, outlooks, spends, values, historical, raised })
}

impl Valued {
    /// Sums over some customers, by their places; shares are of those in `all`.
    pub(super) fn group(&self, key: &str, name: Words, members: &[usize], all: &[usize]) -> GroupValue {
        let customers = members.len() as u64;
        let mean = |total: f64| total / customers.max(1) as f64;
        let value = self.total_value(members);
        GroupValue {
            key: key.to_owned(),
            name,
            customers,
            share: customers as f64 / all.len().max(1) as f64,
            probability_alive: mean(sum_over(members, |at| self.outlooks[at].alive)),
            expected_purchases: sum_over(members, |at| self.outlooks[at].purchases),
            value,
            value_share: value
                .zip(self.total_value(all))
                .filter(|(_, all)| *all > 0.0)
                .map(|(own, all)| own / all),
            mean_value: value.map(mean),
            revenue: sum_over(members, |at| self.base.shop.revenue[at]),
            mean_historical_value: mean(sum_over(members, |at| self.historical[at])),
        }
    }

    /// The value of some customers; none unless everybody's is known.
    pub(super) fn total_value(&self, members: &[usize]) -> Option<f64> {
        let values: Option<Vec<f64>> = members.iter().map(|&at| self.values[at]).collect();
        values.map(|values| dangol_models::sum::sum(&values))
    }

    pub(crate) fn row(&self, at: usize, customer_id: String, range: Option<(u32, u32)>) -> CustomerValue {
        let (first_to_last_days, age_days) = self.base.days(at);
        let spend = self.base.spends[at];
        CustomerValue {
            customer_id,
            repeats: self.base.shop.repeats[at],
            first_to_last_days,
            age_days,
            mean_spend: (spend.purchases > 0).then_some(spend.mean),
            probability_alive: self.outlooks[at].alive,
            expected_purchases: self.outlooks[at].purchases,
            purchases_low: range.map(|(low, _)| low),
            purchases_high: range.map(|(_, high)| high),
            expected_spend: self.spends[at],
            value: self.values[at],
            revenue: self.base.shop.revenue[at],
            historical_value: self.historical[at],
        }
    }
}

/// A sum over some customers, by their places.
pub(super) fn sum_over(members: &[usize], of: impl Fn(usize) -> f64) -> f64 {
    members.iter().map(|&at| of(at)).collect::<Sum>().value()
}
