//! The shop at a cut-off and at the as-of moment: what models are fitted on and judged by.

use dangol_models::lifetime::{Histories, History, PurchaseModel, TimeUnit};
use dangol_shop::{Scope, Shop};

use super::base::{Base, everybody};
use super::params::{ModelChoice, Spend};
use super::purchase::PurchaseFit;
use crate::error::AnalysisError;

/// Customers who are known at the cut-off.
#[derive(Debug)]
pub(crate) struct SplitShop {
    /// As they stood at its end.
    pub(crate) before: Base,
    /// Their histories up to the as-of moment, in the same order.
    pub(crate) after: Vec<History>,
    /// Purchase days after the cut-off.
    pub(crate) bought: Vec<u32>,
    /// Net revenue after the cut-off.
    pub(crate) revenue: Vec<f64>,
    /// The last day.
    pub(crate) until: i32,
}

impl SplitShop {
    /// Reads both times from the store, with the gaps between purchases.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        cutoff: i32,
        unit: TimeUnit,
        spend: Spend,
    ) -> Result<Self, AnalysisError> {
        let scope = everybody(scope);
        let split = shop.split_histories(&scope, cutoff).await?;
        let mut before = Base::from_store(split.calibration, cutoff, unit, spend)?;
        before.add_gaps(&shop.log_gaps(&scope, Some(cutoff)).await?)?;
        let mut all = Base::of(shop, &scope, unit, spend).await?;
        all.add_gaps(&shop.log_gaps(&scope, None).await?)?;
        let after = before
            .shop
            .customer_key
            .iter()
            // Who had bought by the cut-off has bought by the as-of moment.
            .filter_map(|key| Some(all.histories[all.shop.customer_key.binary_search(key).ok()?]))
            .collect();
        Ok(Self {
            before,
            after,
            bought: split.holdout_purchases,
            revenue: split.holdout_revenue,
            until: all.until,
        })
    }

    /// Every so many-th customer, so that there are at most `most`: enough to tell models apart.
    pub(crate) fn sampled(&self, most: usize) -> (Vec<History>, Vec<History>) {
        let step = self.after.len().div_ceil(most).max(1);
        let pick = |histories: &[History]| histories.iter().copied().step_by(step).collect();
        (pick(&self.before.histories), pick(&self.after))
    }
}

/// A model fitted on the histories before, with the log-likelihood of what each customer did after.
pub(crate) fn fit_and_foretell(
    choice: ModelChoice,
    unit: TimeUnit,
    before: &[History],
    after: &[History],
) -> Result<(PurchaseFit, Vec<f64>), AnalysisError> {
    let fitted = PurchaseFit::of(choice, &Histories::new(unit, before.iter().copied())?);
    // ln f(all) − ln f(before) is the density of what came after, given what was known.
    let held_out = before
        .iter()
        .zip(after)
        .map(|(before, after)| fitted.model.log_likelihood(after) - fitted.model.log_likelihood(before))
        .collect();
    Ok((fitted, held_out))
}

/// The last day of the first two thirds, if both parts are long enough to say something.
pub(crate) fn default_cutoff(first_on: i32, until: i32) -> Option<i32> {
    /// Shorter times say nothing of who has left.
    const LEAST_DAYS: i32 = 28;
    let days = until - first_on + 1;
    (days >= 3 * LEAST_DAYS).then(|| first_on + days * 2 / 3 - 1)
}
