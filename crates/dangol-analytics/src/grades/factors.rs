//! What a grade is made of: R, F, M, T and lifetime value of each customer, and their scores of 1 to 4.

use std::sync::Arc;

use dangol_models::quantile::{assign, quantiles};
use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value as Json};

use super::Grades;
use super::params::GradesParams;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::value::{Fitted, ValueParams};
use crate::words::Words;

/// Scores run from 1 to this.
pub(super) const BEST: f64 = 4.0;

/// A factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Factor {
    /// Days since the last purchase; fewer are better.
    Recency,
    /// Purchase days after the first.
    Frequency,
    /// Mean revenue per purchase day.
    Monetary,
    /// Days since the first purchase.
    Tenure,
    /// Lifetime value over the horizon.
    Value,
}

impl Factor {
    pub(super) const ALL: [Self; 5] =
        [Self::Recency, Self::Frequency, Self::Monetary, Self::Tenure, Self::Value];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Recency => "r",
            Self::Frequency => "f",
            Self::Monetary => "m",
            Self::Tenure => "t",
            Self::Value => "clv",
        }
    }

    pub(super) fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.key() == key)
    }

    pub(super) fn title(self) -> Words {
        let (en, ko) = match self {
            Self::Recency => ("Days since last purchase", "마지막 구매 후 경과일"),
            Self::Frequency => ("Repeat purchase days", "재구매일 수"),
            Self::Monetary => ("Revenue per purchase day", "구매일당 금액"),
            Self::Tenure => ("Days since first purchase", "첫 구매 후 경과일"),
            Self::Value => ("Expected value", "예상 가치"),
        };
        Words::new(en, ko)
    }

    fn fewer_is_better(self) -> bool {
        self == Self::Recency
    }
}

/// One factor of all customers.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) factor: Factor,
    pub(super) values: Vec<f64>,
    /// 1 to 4; none where the factor is the same for everybody.
    pub(super) scores: Option<Vec<f64>>,
    /// Edges between scores, in the factor's unit.
    pub(super) edges: Vec<f64>,
}

impl Column {
    /// Scores by quartile, interpolated, closed on the right. Where quartiles coincide, groups merge (of customers of
    /// whom most never came back, those who did are a group of their own); what remains is stretched over 1 to 4, so
    /// that the best of each factor count alike.
    pub(super) fn of(factor: Factor, values: Vec<f64>) -> Result<Self, AnalysisError> {
        let mut edges = quantiles(&values, &[0.25, 0.5, 0.75])?;
        edges.dedup();
        let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        edges.retain(|edge| *edge < largest);
        let group = |value: f64| assign(value, &edges) as f64 - 1.0;
        let most = edges.len() as f64;
        let scores = (!edges.is_empty()).then(|| {
            let score = |value: &f64| {
                let share = group(*value) / most;
                1.0 + (BEST - 1.0) * if factor.fewer_is_better() { 1.0 - share } else { share }
            };
            values.iter().map(score).collect()
        });
        Ok(Self { factor, values, scores, edges })
    }
}

/// Everybody in scope with the factors that the shop has.
#[derive(Debug)]
pub(super) struct Factors {
    pub(super) fitted: Arc<Fitted>,
    pub(super) columns: Vec<Column>,
}

impl Factors {
    pub(super) async fn of(shop: &Shop, scope: &Scope, params: &GradesParams) -> Result<Self, AnalysisError> {
        let everybody = Scope { members: None, ..scope.clone() };
        let fitted = Fitted::of(shop, &everybody, &value_params(shop, params)?).await?;
        let valued = &fitted.valued;
        let histories = &valued.base.shop;
        let until = valued.base.until;
        let customers = 0..histories.len();
        let mut columns = Vec::new();
        for factor in Factor::ALL {
            let values: Option<Vec<f64>> = match factor {
                Factor::Recency => {
                    Some(customers.clone().map(|at| f64::from(until - histories.last_on[at])).collect())
                }
                Factor::Frequency => {
                    Some(histories.repeats.iter().map(|repeats| f64::from(*repeats)).collect())
                }
                Factor::Monetary => shop.manifest.totals.has_amounts.then(|| {
                    customers
                        .clone()
                        .map(|at| histories.revenue[at] / f64::from(histories.repeats[at] + 1))
                        .collect()
                }),
                Factor::Tenure => params
                    .tenure
                    .then(|| customers.clone().map(|at| f64::from(until - histories.first_on[at])).collect()),
                // In money; where there is none, by the purchases to expect.
                Factor::Value => fitted.has_repeated().then(|| {
                    let values: Option<Vec<f64>> = valued.values.iter().copied().collect();
                    values
                        .unwrap_or_else(|| valued.outlooks.iter().map(|outlook| outlook.purchases).collect())
                }),
            };
            if let Some(values) = values {
                columns.push(Column::of(factor, values)?);
            }
        }
        Ok(Self { fitted, columns })
    }

    pub(super) fn customer_key(&self) -> &[i32] {
        &self.fitted.valued.base.shop.customer_key
    }

    pub(super) fn revenue(&self) -> &[f64] {
        &self.fitted.valued.base.shop.revenue
    }

    /// Whether lifetime value is in money.
    pub(super) fn value_in_money(&self) -> bool {
        self.fitted.valued.values.iter().all(Option::is_some)
    }
}

/// As the shop has `[value]`, over this horizon.
fn value_params(shop: &Shop, params: &GradesParams) -> Result<ValueParams, AnalysisError> {
    let section = shop.config.analyses.get("value").cloned().unwrap_or_else(|| Json::Object(Map::new()));
    let value: ValueParams = serde_json::from_value(section).map_err(|error| {
        AnalysisError::BadParameter { analysis: Grades::NAME, detail: format!("[value]: {error}") }
    })?;
    let value = ValueParams { horizon_days: params.horizon_days, ..value };
    value.check(Grades::NAME)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::{Column, Factor};

    fn scores(factor: Factor, values: &[f64]) -> Option<Vec<f64>> {
        Column::of(factor, values.to_vec()).unwrap().scores
    }

    #[test]
    fn quartiles_and_what_is_left_of_them() {
        let eight = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        assert_eq!(scores(Factor::Monetary, &eight).unwrap(), [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]);
        assert_eq!(scores(Factor::Recency, &eight).unwrap(), [4.0, 4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0]);
        // Four in five never came back: all quartiles are 0, and who did come back has the best score.
        assert_eq!(scores(Factor::Frequency, &[0.0, 0.0, 0.0, 0.0, 3.0]).unwrap(), [1.0, 1.0, 1.0, 1.0, 4.0]);
        assert_eq!(scores(Factor::Frequency, &[0.0, 0.0, 1.0, 1.0, 5.0]).unwrap(), [1.0, 1.0, 2.5, 2.5, 4.0]);
        assert_eq!(scores(Factor::Frequency, &[2.0; 6]), None);
    }
}
