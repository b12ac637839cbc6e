//! The split itself.

use dangol_models::bootstrap::interval;
use dangol_models::response::{DrawnCurve, best_split};

use super::result::{BudgetParams, BudgetResult, ChannelBudget, CurvePoint, CurveState, WithoutCurve};
use super::{Curve, DRAWS};
use crate::channels::LEVEL;
use crate::error::AnalysisError;

/// Places of each curve in the picture.
const PLACES: usize = 40;

impl Curve {
    /// What it may get.
    fn bounds(&self, stretch: f64) -> (f64, f64) {
        (self.fitted.least_spend / stretch, self.fitted.most_spend * stretch)
    }

    /// Customers on average over the curves drawn.
    fn mean_customers(&self, spend: f64) -> f64 {
        self.drawn.iter().map(|curve| curve.at(spend)).sum::<f64>() / self.drawn.len() as f64
    }

    /// Their value, on average.
    fn mean_value(&self, spend: f64) -> f64 {
        let values = self.drawn.iter().zip(&self.drawn_ltv).map(|(curve, ltv)| curve.at(spend) * ltv);
        values.sum::<f64>() / self.drawn.len() as f64
    }

    fn drawn_value(&self, draw: usize, spend: f64) -> f64 {
        self.drawn[draw].at(spend) * self.drawn_ltv[draw]
    }
}

pub(super) fn split(
    curves: &[Curve],
    without_curve: Vec<WithoutCurve>,
    params: &BudgetParams,
) -> Result<BudgetResult, AnalysisError> {
    let now: f64 = curves.iter().map(|curve| curve.now).sum();
    let budget = if params.budget > 0.0 { params.budget } else { now };
    let bounds: Vec<(f64, f64)> = curves.iter().map(|curve| curve.bounds(params.stretch)).collect();
    let proposed = best_split(budget, &bounds, |at, spend| curves[at].mean_value(spend));
    let given = budget - proposed.left;
    let as_now: Vec<f64> =
        curves.iter().map(|curve| if now > 0.0 { given * curve.now / now } else { 0.0 }).collect();

    // The best split if one of the draws were the truth; and what the proposal would gain then.
    let (mut best, mut gains) = (vec![Vec::with_capacity(DRAWS); curves.len()], Vec::with_capacity(DRAWS));
    if !curves.is_empty() {
        for draw in 0..DRAWS {
            let split = best_split(budget, &bounds, |at, spend| curves[at].drawn_value(draw, spend));
            for (best, spend) in best.iter_mut().zip(split.spend) {
                best.push(spend);
            }
            // Both splits cost the same, so that the gain in profit is that in value.
            let value = |spend: &[f64]| -> f64 {
                curves.iter().zip(spend).map(|(curve, spend)| curve.drawn_value(draw, *spend)).sum()
            };
            gains.push(value(&proposed.spend) - value(&as_now));
        }
    }
    let gain = gains.iter().sum::<f64>() / gains.len().max(1) as f64;
    let of_gain = interval(gains, LEVEL)?;
    let mut channels = Vec::new();
    for (at, curve) in curves.iter().enumerate() {
        channels.push(channel(curve, proposed.spend[at], as_now[at], bounds[at], &best[at])?);
    }
    channels.sort_by(|left, right| {
        right.proposed.total_cmp(&left.proposed).then(left.channel.cmp(&right.channel))
    });
    Ok(BudgetResult {
        budget,
        now,
        left: proposed.left,
        customers: channels.iter().map(|channel| channel.customers).sum(),
        customers_as_now: curves.iter().zip(&as_now).map(|(curve, spend)| curve.mean_customers(*spend)).sum(),
        gain,
        gain_low: of_gain.map(|(low, _)| low),
        gain_high: of_gain.map(|(_, high)| high),
        channels,
        without_curve,
        curves: points(curves, &bounds)?,
        months: curves.iter().flat_map(|curve| curve.months.iter().cloned()).collect(),
    })
}

fn channel(
    curve: &Curve,
    proposed: f64,
    as_now: f64,
    (least, most): (f64, f64),
    best: &[f64],
) -> Result<ChannelBudget, AnalysisError> {
    let of_best = interval(best.iter().copied(), LEVEL)?.unwrap_or((proposed, proposed));
    let customers = interval(curve.drawn.iter().map(|drawn| drawn.at(proposed)), LEVEL)?;
    let power = power_interval(curve)?;
    let step = 0.01 * proposed;
    let more = curve.mean_customers(proposed + step) - curve.mean_customers(proposed);
    Ok(ChannelBudget {
        channel: curve.channel.clone(),
        now: curve.now,
        as_now,
        proposed,
        proposed_low: of_best.0,
        proposed_high: of_best.1,
        least,
        most,
        customers: curve.mean_customers(proposed),
        customers_low: customers.map(|(low, _)| low),
        customers_high: customers.map(|(_, high)| high),
        customers_now: curve.mean_customers(curve.now),
        next_customer_cost: (more > 0.0).then(|| step / more),
        ltv: curve.ltv,
        power: curve.fitted.power,
        power_low: power.0,
        power_high: power.1,
        state: match (curve.fitted.effect_seen, curve.fitted.saturation_seen) {
            (false, _) => CurveState::NoEffectSeen,
            (true, false) => CurveState::NoSaturationSeen,
            (true, true) => CurveState::Diminishing,
        },
        dispersion: curve.fitted.dispersion,
        months: curve.fitted.months,
        seen_least: curve.fitted.least_spend,
        seen_most: curve.fitted.most_spend,
        with_others: curve.with_others,
    })
}

fn power_interval(curve: &Curve) -> Result<(f64, f64), AnalysisError> {
    let ends = interval(curve.drawn.iter().map(DrawnCurve::power), LEVEL)?;
    Ok(ends.unwrap_or((curve.fitted.power, curve.fitted.power)))
}

fn points(curves: &[Curve], bounds: &[(f64, f64)]) -> Result<Vec<CurvePoint>, AnalysisError> {
    let mut points = Vec::new();
    for (curve, (_, most)) in curves.iter().zip(bounds) {
        for place in 0..=PLACES {
            let spend = most * place as f64 / PLACES as f64;
            let ends =
                interval(curve.drawn.iter().map(|drawn| drawn.at(spend)), LEVEL)?.unwrap_or((0.0, 0.0));
            points.push(CurvePoint {
                channel: curve.channel.clone(),
                spend,
                customers: curve.mean_customers(spend),
                low: ends.0,
                high: ends.1,
            });
        }
    }
    Ok(points)
}
