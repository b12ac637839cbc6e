//! Scores at a cut-off, and what the same customers did afterwards.

use dangol_models::score_weights::Outcomes;
use dangol_shop::scope::AsOf;
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::RfmWeights;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::rfm::{CheckedRfmParams, Scored};

/// Customers who buy in a period, and who do not, that weights take at least.
const LEAST_EITHER: usize = 50;

/// Periods that are tried where none is given: a quarter, half a year, a year.
const PERIODS: [u32; 3] = [90, 180, 365];

/// Two periods, one after the other, up to the as-of moment.
pub(super) struct Periods {
    pub(super) days: u32,
    /// The last day before the first of them, and before the second.
    pub(super) before: i32,
    pub(super) last: i32,
    pub(super) earlier: Outcomes,
    pub(super) later: Outcomes,
}

impl Periods {
    /// Of so many days; with 0, of the fewest of 90, 180 and 365 in which enough customers bought and enough did not.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        days: u32,
        params: &CheckedRfmParams,
    ) -> Result<Self, AnalysisError> {
        let until = scope.as_of.day(shop.clock());
        let mut refused = None;
        for days in if days == 0 { PERIODS.to_vec() } else { vec![days] } {
            let (before, last) = (until - 2 * days as i32, until - days as i32);
            let up_to_last = Scope { as_of: AsOf::Day(last), ..scope.clone() };
            let earlier = outcomes(shop, &up_to_last, before, params).await?;
            let later = outcomes(shop, scope, last, params).await?;
            match (earlier, later) {
                (Ok(earlier), Ok(later)) => return Ok(Self { days, before, last, earlier, later }),
                (Err(few), _) | (_, Err(few)) => refused = refused.or(Some(few)),
            }
        }
        Err(AnalysisError::BadParameter { analysis: RfmWeights::NAME, detail: refused.unwrap_or_default() })
    }
}

/// What customers known at the end of a day did until the as-of moment of the scope; a sentence where too few did one thing
/// or the other. Scores are those of that day: nothing after it goes into them.
async fn outcomes(
    shop: &Shop,
    scope: &Scope,
    cutoff: i32,
    params: &CheckedRfmParams,
) -> Result<Result<Outcomes, String>, AnalysisError> {
    let until = date_of(scope.as_of.day(shop.clock()));
    let at_cutoff = Scope { as_of: AsOf::Day(cutoff), ..scope.clone() };
    let scored = Scored::of(shop, &at_cutoff, params).await?;
    let split = shop.split_histories(scope, cutoff).await?;
    let scores = &scored.rfm.scores;
    let customers = scored.totals.len();
    let (mut points, mut spend, mut bought) =
        (Vec::with_capacity(customers), Vec::with_capacity(customers), Vec::with_capacity(customers));
    for at in 0..customers {
        let key = scored.profiles.customer_key[scored.position(at)];
        let place = split.calibration.customer_key.binary_search(&key).ok();
        points.push([scores.r[at], scores.f[at], scores.m[at]]);
        spend.push(place.map_or(0.0, |place| split.holdout_revenue[place]));
        bought.push(place.is_some_and(|place| split.holdout_purchases[place] > 0));
    }
    let buyers = bought.iter().filter(|bought| **bought).count();
    if buyers < LEAST_EITHER || customers - buyers < LEAST_EITHER {
        return Ok(Err(format!(
            "of the customers known on {}, {buyers} bought up to {until} and {} did not; weights take {LEAST_EITHER} of each: try another period_days",
            date_of(cutoff),
            customers - buyers
        )));
    }
    Ok(Ok(Outcomes::new(&points, &spend, &bought)?))
}
