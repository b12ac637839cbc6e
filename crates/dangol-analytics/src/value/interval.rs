//! How sure totals and single customers' purchases are.

use dangol_models::lifetime::gamma_gamma::delta;
use dangol_models::lifetime::intervals::Scale;
use dangol_models::lifetime::{History, PurchaseModel};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::Fitted;
use super::params::ValueParams;
use super::predict::schedule;
use super::purchase::{LEVEL, Models, log_error};
use super::result::NINETY;
use crate::error::AnalysisError;

/// So many customers show as well as all how a total moves with the parameters.
const SAMPLE: usize = 4_000;

/// Futures drawn of a customer: the ends of the interval are then a purchase off at most.
const DRAWS: usize = 2_000;

/// Some of the customers, evenly.
pub(super) struct Sample {
    /// Their places.
    pub(super) places: Vec<usize>,
    pub(super) histories: Vec<History>,
}

impl Sample {
    pub(super) fn of(fitted: &Fitted, members: &[usize]) -> Self {
        let step = members.len().div_ceil(SAMPLE).max(1);
        let places: Vec<usize> = members.iter().copied().step_by(step).collect();
        let histories = places.iter().map(|&at| fitted.valued.base.histories[at]).collect();
        Self { places, histories }
    }
}

/// Intervals of totals; none where parameters are not identified.
#[derive(Debug, Default)]
pub(super) struct TotalIntervals {
    pub(super) purchases: Option<(f64, f64)>,
    pub(super) value: Option<(f64, f64)>,
}

/// Intervals of the totals of some customers, by the delta method.
pub(super) fn of_totals(
    fitted: &Fitted,
    members: &[usize],
    params: &ValueParams,
    (purchases, value): (f64, Option<f64>),
) -> Result<TotalIntervals, AnalysisError> {
    let base = &fitted.valued.base;
    let Sample { places: sample, histories } = Sample::of(fitted, members);
    let schedule = schedule(params, base.unit)?;
    let spends: Option<Vec<f64>> = sample.iter().map(|&at| fitted.valued.spends[at]).collect();

    // Purchases, and what they are worth at the spends as they are.
    let [of_purchases, by_purchases] = fitted.relative_errors(|models: &Models<'_>| {
        let outlooks = models.outlooks(&sample, &histories, &schedule);
        let spends = spends.iter().flatten();
        [
            outlooks.iter().map(|outlook| outlook.purchases).sum(),
            outlooks.iter().zip(spends).map(|(outlook, spend)| outlook.discounted * spend).sum(),
        ]
    })?;
    let mut intervals =
        TotalIntervals { purchases: of_purchases.map(|error| around(purchases, error)), value: None };
    let (Some(_), Some(value), Some(spending)) = (&spends, value, &fitted.spending) else {
        return Ok(intervals);
    };
    let discounted: Vec<f64> = sample.iter().map(|&at| fitted.valued.outlooks[at].discounted).collect();
    let by_spend = delta(&spending.fitted, LEVEL, Scale::Positive, |model| {
        let spend = |at: usize| model.expected_spend(base.spends[at]).unwrap_or(f64::NAN);
        sample.iter().zip(&discounted).map(|(&at, purchases)| purchases * spend(at)).sum()
    })?;
    let by_spend = by_spend.map(log_error);
    // The two models are fitted on different things and taken for independent, so their errors add as squares do.
    intervals.value = by_purchases.zip(by_spend).map(|(left, right)| around(value, left.hypot(right)));
    Ok(intervals)
}

fn around(value: f64, relative_error: f64) -> (f64, f64) {
    let wide = (NINETY * relative_error).exp();
    (value / wide, value * wide)
}

/// The ranges that hold a customer's number of purchases by each of some times (ascending) with 90 % probability, if
/// model and parameters are right. The customer's id is the seed: the same customer has the same ranges, also after another
/// import.
pub(crate) fn futures(fitted: &Fitted, at: usize, id: &str, times: &[f64]) -> Vec<(u32, u32)> {
    let base = &fitted.valued.base;
    let Some(last) = times.last() else { return Vec::new() };
    let models = fitted.models();
    // FNV-1a: any fixed hash will do.
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let mut rng = ChaCha8Rng::seed_from_u64(id.bytes().fold(0xcbf2_9ce4_8422_2325, fold));
    let mut counts = vec![Vec::with_capacity(DRAWS); times.len()];
    for _ in 0..DRAWS {
        let drawn = models.of(at).simulate_future(&base.histories[at], *last, &mut rng);
        for (counts, time) in counts.iter_mut().zip(times) {
            counts.push(drawn.partition_point(|purchase| purchase <= time) as u32);
        }
    }
    counts
        .iter_mut()
        .map(|counts| {
            counts.sort_unstable();
            let end = |share: f64| counts[((share * DRAWS as f64) as usize).min(DRAWS - 1)];
            (end((1.0 - LEVEL) / 2.0), end(f64::midpoint(1.0, LEVEL)))
        })
        .collect()
}
