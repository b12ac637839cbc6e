//! Values of cohorts as of a moment: what was, and what is expected of those whose months are not over.

use std::collections::BTreeMap;
use std::sync::Arc;

use dangol_models::lifetime::clv::{Discounting, Horizon, Schedule, Timing};
use dangol_models::lifetime::gamma_gamma::delta;
use dangol_models::lifetime::intervals::Scale;
use dangol_models::lifetime::totals::{FutureTotal, Person, draw_totals};
use dangol_models::lifetime::{History, TimeUnit, Warning};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::CohortValueParams;
use super::result::{CohortOutlook, ValueState};
use crate::cohorts::summary::mean_curve;
use crate::cohorts::{CohortPeriod, CohortRow, MeanPoint, Retention, observed};
use crate::error::AnalysisError;
use crate::value::purchase::{LEVEL, log_error};
use crate::value::{Fitted, LEAST_REPEATERS, ValueParams};
use crate::words::Words;

/// Customers of a cohort whose futures are drawn; those of a larger one stand for the others.
const MOST_DRAWN: usize = 400;

/// Futures drawn of each: the ends of an interval then stray by a percentage point of probability.
const DRAWS: usize = 500;

/// Why nothing is projected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhyNot {
    NoAmounts,
    LittleHistory { repeaters: u64 },
    NotConverged,
    NoMeanSpend,
    NoInterval,
}

/// Cohorts with their values as of a moment.
pub(super) struct Projection {
    pub(super) cohorts: Vec<CohortOutlook>,
    /// Why nothing is projected, although there are cohorts whose months are not over.
    pub(super) why_not: Option<WhyNot>,
    fitted: Option<Arc<Fitted>>,
}

impl Projection {
    /// What people call the model of purchases.
    pub(super) fn model(&self) -> Option<Words> {
        self.fitted.as_ref().map(|fitted| fitted.fit.name.clone())
    }

    /// Takes back what was projected.
    pub(super) fn withhold(&mut self) {
        for outlook in self.cohorts.iter_mut().filter(|outlook| outlook.state == ValueState::Projected) {
            outlook.state = ValueState::Open;
            (outlook.value, outlook.low, outlook.high) = (None, None, None);
        }
        self.fitted = None;
    }
}

/// A value that is not known yet.
struct Ahead {
    /// Its place among the values.
    place: usize,
    /// The period of the cohort.
    index: i32,
    /// Days from the as-of day to the end.
    days: i32,
}

/// Values of all cohorts of a scope.
pub(super) async fn project(
    shop: &Shop,
    scope: &Scope,
    params: CohortValueParams,
) -> Result<Projection, AnalysisError> {
    let none = |why_not| Projection { cohorts: Vec::new(), why_not, fitted: None };
    if !shop.manifest.totals.has_amounts {
        return Ok(none(Some(WhyNot::NoAmounts)));
    }
    let period = params.period.period();
    let found = observed(shop, scope, period, Retention::Active).await?;
    let Some(&first) = found.indices.first() else { return Ok(none(None)) };
    let curve = mean_curve(&found.cohorts)?;
    let today = scope.as_of.day(shop.clock());
    let (mut cohorts, mut ahead) = (Vec::new(), Vec::new());
    for (&index, cohort) in found.indices.iter().zip(&found.cohorts) {
        for (months, periods) in [(6, params.period.in_six_months()), (12, 2 * params.period.in_six_months())]
        {
            let until = period.start(index + periods as i32) - 1;
            let outlook = so_far(cohort, months, periods, until, &curve);
            // Nothing is said of a time longer than the one that was seen.
            let days = (until - today).max(1);
            if outlook.state == ValueState::Open && days <= today - period.start(first) {
                ahead.push(Ahead { place: cohorts.len(), index, days });
            }
            cohorts.push(outlook);
        }
    }
    if ahead.is_empty() {
        return Ok(Projection { cohorts, why_not: None, fitted: None });
    }
    let fitted = Box::pin(Fitted::of(shop, scope, &ValueParams::of_shop(shop)?)).await?;
    if let Some(why_not) = unsupported(&fitted) {
        return Ok(Projection { cohorts, why_not: Some(why_not), fitted: None });
    }
    let mut members: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for at in fitted.members(scope) {
        members.entry(period.index_of(fitted.valued.base.shop.first_on[at])).or_default().push(at);
    }
    let mut why_not = None;
    for ahead in ahead {
        let people = members.get(&ahead.index).map_or(&[][..], Vec::as_slice);
        let outlook = &mut cohorts[ahead.place];
        match future(&fitted, people, ahead.days, params.seed)? {
            Ok(Future { expected, low, high }) => {
                let value = |rest: f64| Some(outlook.so_far + rest / outlook.size as f64);
                (outlook.value, outlook.low, outlook.high) = (value(expected), value(low), value(high));
                outlook.state = ValueState::Projected;
            }
            Err(why) => why_not = Some(why),
        }
    }
    let fitted = cohorts.iter().any(|one| one.state == ValueState::Projected).then_some(fitted);
    Ok(Projection { cohorts, why_not, fitted })
}

/// A cohort's value as far as it is known.
fn so_far(cohort: &CohortRow, months: u32, periods: usize, until: i32, curve: &[MeanPoint]) -> CohortOutlook {
    let size = cohort.size as f64;
    let within = &cohort.periods[..cohort.periods.len().min(periods)];
    let sum = within.iter().filter_map(|cell| cell.cumulative_revenue).next_back().unwrap_or(0.0) / size;
    let known = cohort.periods.get(periods - 1).and_then(CohortPeriod::whole);
    // From the first period that is not over, as cohorts before did on average.
    let whole = within.iter().take_while(|cell| cell.whole().is_some()).count();
    let at_whole = whole.checked_sub(1).and_then(|last| within[last].whole());
    let further: Option<f64> =
        (whole..periods).map(|age| curve.get(age).map(|point| point.weighted_arpu)).sum();
    CohortOutlook {
        cohort: cohort.cohort.clone(),
        size: cohort.size,
        months,
        until: date_of(until).to_string(),
        state: if known.is_some() { ValueState::Observed } else { ValueState::Open },
        so_far: sum,
        value: known.map(|cell| cell.cumulative_revenue / size),
        low: None,
        high: None,
        as_older_cohorts: further
            .filter(|_| known.is_none())
            .map(|further| at_whole.map_or(0.0, |cell| cell.cumulative_revenue / size) + further),
        growing: whole == 0,
    }
}

/// Why a fit is no ground for a projection.
fn unsupported(fitted: &Fitted) -> Option<WhyNot> {
    let repeaters = fitted.valued.base.shop.repeats.iter().filter(|repeats| **repeats > 0).count() as u64;
    if repeaters < LEAST_REPEATERS {
        Some(WhyNot::LittleHistory { repeaters })
    } else if fitted.fit.warnings.iter().any(|warning| matches!(warning, Warning::NotConverged { .. })) {
        Some(WhyNot::NotConverged)
    } else if fitted.spending.as_ref().is_none_or(|spending| spending.plain.is_some())
        || fitted.valued.spends.iter().any(Option::is_none)
    {
        Some(WhyNot::NoMeanSpend)
    } else {
        None
    }
}

/// What some customers will spend together.
struct Future {
    expected: f64,
    low: f64,
    high: f64,
}

/// What customers, by their places, will spend in the coming days; or why that cannot be said.
fn future(
    fitted: &Fitted,
    people: &[usize],
    days: i32,
    seed: u64,
) -> Result<Result<Future, WhyNot>, AnalysisError> {
    let (base, valued) = (&fitted.valued.base, &fitted.valued);
    let Some(spending) = &fitted.spending else { return Ok(Err(WhyNot::NoMeanSpend)) };
    let models = fitted.models();
    let schedule = Schedule::new(
        Horizon::new(f64::from(days), TimeUnit::Day)?,
        Discounting::new(0.0, Timing::Continuous)?,
        base.unit,
    );
    let spend = |at: usize| valued.spends[at].unwrap_or(f64::NAN);
    let histories =
        |places: &[usize]| -> Vec<History> { places.iter().map(|&at| base.histories[at]).collect() };
    let outlooks = models.outlooks(people, &histories(people), &schedule);
    let expected: f64 =
        people.iter().zip(&outlooks).map(|(&at, outlook)| outlook.purchases * spend(at)).sum();

    let step = people.len().div_ceil(MOST_DRAWN).max(1);
    let drawn: Vec<usize> = people.iter().copied().step_by(step).collect();
    let purchases: Vec<f64> = outlooks.iter().step_by(step).map(|outlook| outlook.purchases).collect();
    let expected_of_drawn: f64 =
        drawn.iter().zip(&purchases).map(|(&at, purchases)| purchases * spend(at)).sum();
    if !(expected > 0.0 && expected_of_drawn > 0.0 && expected.is_finite()) {
        return Ok(Err(WhyNot::NoInterval));
    }
    let of_drawn = histories(&drawn);
    let [by_purchases] = fitted.relative_errors(|models| {
        let outlooks = models.outlooks(&drawn, &of_drawn, &schedule);
        [outlooks.iter().zip(&drawn).map(|(outlook, &at)| outlook.purchases * spend(at)).sum()]
    })?;
    let by_spend = delta(&spending.fitted, LEVEL, Scale::Positive, |model| {
        let spend = |at: usize| model.expected_spend(base.spends[at]).unwrap_or(f64::NAN);
        drawn.iter().zip(&purchases).map(|(&at, purchases)| purchases * spend(at)).sum()
    })?;
    let (Some(by_purchases), Some(by_spend)) = (by_purchases, by_spend) else {
        return Ok(Err(WhyNot::NoInterval));
    };
    let persons: Vec<_> = drawn
        .iter()
        .map(|&at| Person {
            model: models.of(at),
            history: base.histories[at],
            spend: base.spends[at],
            // By the place in the order of customers, not by their key: keys hang on how many parts the store has.
            stream: at as u64,
        })
        .collect();
    let times = [f64::from(days) / base.unit.days()];
    let totals = draw_totals(&persons, &spending.fitted.model, &times, DRAWS, seed);
    let (low, high) = FutureTotal {
        expected,
        customers_per_drawn: people.len() as f64 / drawn.len() as f64,
        expected_of_drawn,
        drawn: &totals[0],
        // The two models are fitted on different things and taken for independent.
        relative_error: by_purchases.hypot(log_error(by_spend)),
    }
    .interval(LEVEL)?;
    Ok(Ok(Future { expected, low, high }))
}
