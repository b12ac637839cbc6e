//! The BG/BB log-likelihood of a table of customers, with its gradient.

use super::BgBb;
use super::data::OccasionTable;
use crate::lifetime::beta_moments::{BetaMoments, LogMoment};

/// The log-likelihood and its gradient in logit mean and ln size of purchase, then of dropout.
///
/// The likelihood of a history is a sum over the occasion after which the customer was lost.
pub(super) fn evaluate(table: &OccasionTable, model: &BgBb, gradient: &mut [f64]) -> f64 {
    let periods = table.rows.iter().map(|(history, _)| history.periods()).max().unwrap_or(0);
    let purchases = table.rows.iter().map(|(history, _)| history.purchases()).max().unwrap_or(0);
    let purchase = BetaMoments::new(&model.purchase, purchases, periods);
    let dropout = BetaMoments::new(&model.dropout, 1, periods);

    gradient.fill(0.0);
    let mut total = 0.0;
    let mut terms: Vec<[LogMoment; 2]> = Vec::new();
    for (history, customers) in &table.rows {
        let (x, n) = (history.purchases(), history.periods());
        terms.clear();
        terms.extend((history.last()..n).map(|k| [purchase.log(x, k - x), dropout.log(1, k)]));
        terms.push([purchase.log(x, n - x), dropout.log(0, n)]);
        let value = log_sum(terms.iter().map(|[p, theta]| p.value + theta.value));
        let weight = *customers as f64;
        total += weight * value;
        for [p, theta] in &terms {
            // The probability that this is how it was, given the history.
            let share = weight * (p.value + theta.value - value).exp();
            for i in 0..2 {
                gradient[i] += share * p.gradient[i];
                gradient[i + 2] += share * theta.gradient[i];
            }
        }
    }
    total
}

/// ln Σ eˣ without overflow.
pub(super) fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + logs.map(|log| (log - largest).exp()).sum::<f64>().ln()
}
