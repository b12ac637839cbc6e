//! What demand to expect: season and level fitted up to a month, several ways to forecast, judged out of time.

use std::collections::BTreeMap;
use std::ops::Range;

use dangol_models::quantile::quantiles;
use dangol_models::season::{ForecastErrors, Monthly, YEAR};

use super::params::{CouponPlanParams, PlanMethod};
use super::result::JudgedMethod;
use super::sales::{Calendar, Series, days_of};
use crate::channels::LEVEL;
use crate::error::AnalysisError;
use crate::words::Words;

/// The ways that are judged, from the one with most structure to the plainest.
pub(super) const METHODS: [PlanMethod; 4] =
    [PlanMethod::Season, PlanMethod::Level, PlanMethod::LastYear, PlanMethod::LastMonth];

/// Cut-offs that must be there for one way to be preferred over another.
pub(super) const LEAST_CUT_OFFS: u32 = 3;

/// Another way must have this share of the seasonal one's error, or less, to be preferred.
const CLEARLY_NEARER: f64 = 0.95;

/// Forecasts of a size that an interval is drawn from.
const LEAST_FORECASTS: usize = 40;

/// With two years growth can be told from season: a trend is taken out.
pub(super) const TWO_YEARS: usize = 2 * YEAR;

const FLAT: [f64; YEAR] = [1.0; YEAR];

/// Everything that was sold.
#[derive(Debug)]
pub(super) struct Sales {
    pub(super) calendar: Calendar,
    /// The whole shop.
    pub(super) shop: Series,
    /// Categories by name.
    pub(super) categories: BTreeMap<String, Series>,
    /// What is planned for.
    pub(super) items: Vec<Series>,
}

/// Seasons and growth as they are known at the end of a month.
pub(super) struct Known<'a> {
    sales: &'a Sales,
    params: &'a CouponPlanParams,
    /// Whole months known.
    months: usize,
    /// The months that the season is taken from.
    seasonal: Range<usize>,
    /// The trend of the shop in them.
    trend: Vec<f64>,
    shop: [f64; YEAR],
    categories: BTreeMap<&'a str, [f64; YEAR]>,
}

impl<'a> Known<'a> {
    /// From the first so many whole months.
    pub(super) fn at(sales: &'a Sales, params: &'a CouponPlanParams, months: usize) -> Self {
        let mut known = Self {
            sales,
            params,
            months,
            seasonal: 0..months,
            trend: vec![1.0; months],
            shop: FLAT,
            categories: BTreeMap::new(),
        };
        if months < YEAR {
            return known;
        }
        if months >= TWO_YEARS {
            let days = &sales.shop.days[..months];
            known.trend =
                Monthly { first: sales.calendar.first, sold: &sales.shop.lines[..months], days }.trend();
            known.seasonal = YEAR / 2..months - YEAR / 2;
        }
        known.shop = known.index(&sales.shop, &FLAT, 0.0);
        known.categories = sales
            .categories
            .iter()
            .map(|(name, series)| (name.as_str(), known.index(series, &known.shop, params.season_weight)))
            .collect();
        known
    }

    /// The season of something. Order lines are counted, not units, so that one large order is no season.
    fn index(&self, series: &Series, prior: &[f64; YEAR], weight: f64) -> [f64; YEAR] {
        let days: Vec<f64> = series.days[self.seasonal.clone()]
            .iter()
            .zip(&self.trend)
            .map(|(days, trend)| days * trend)
            .collect();
        let first = self.sales.calendar.first + self.seasonal.start as i32;
        Monthly { first, sold: &series.lines[self.seasonal.clone()], days: &days }.index(prior, weight)
    }

    /// The season of something that is planned for; flat with less than a year.
    pub(super) fn season(&self, item: &Series) -> [f64; YEAR] {
        if self.months < YEAR {
            return FLAT;
        }
        let category = item.category.as_deref().and_then(|name| self.categories.get(name));
        self.index(item, category.unwrap_or(&self.shop), self.params.season_weight)
    }

    /// Whether it sold often enough in the twelve months before.
    pub(super) fn often(&self, item: &Series) -> bool {
        Series::year(&item.lines[..self.months]) >= f64::from(self.params.least_lines)
    }

    /// Units by day expected in a month (counted from January 1970), in each way asked for.
    pub(super) fn forecast(
        &self,
        item: &Series,
        method: PlanMethod,
        month: i32,
        season: &[f64; YEAR],
    ) -> Option<f64> {
        let (sold, days) = (&item.units[..self.months], &item.days[..self.months]);
        let of = Monthly { first: self.sales.calendar.first, sold, days };
        match method {
            PlanMethod::Auto | PlanMethod::Season => {
                let level = of.level(season, self.params.level_months)?;
                Some(level * season[month.rem_euclid(YEAR as i32) as usize])
            }
            PlanMethod::Level => of.level(&FLAT, self.params.level_months),
            PlanMethod::LastYear => of.same_month(month),
            PlanMethod::LastMonth => of.level(&FLAT, 1),
        }
    }
}

/// How far each way was from what came, and which is used.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) used: PlanMethod,
    pub(super) methods: Vec<JudgedMethod>,
    /// Upper edges of the sizes of forecasts, and what came as a multiple of those: 5 % and 95 % quantile.
    spread: Vec<(f64, f64, f64)>,
}

impl Judged {
    /// Looks ahead from the ends of past months as the plan does from the last one.
    pub(super) fn of(sales: &Sales, params: &CouponPlanParams) -> Result<Self, AnalysisError> {
        let known = sales.calendar.known();
        let lag = sales.calendar.lag();
        let end = known.saturating_sub(lag - 1);
        // From as much history as the plan has, where enough months are left to look at; a season needs a year.
        let from = [TWO_YEARS, YEAR].into_iter().find(|from| from + LEAST_CUT_OFFS as usize <= end);
        let from = from.unwrap_or(if end > YEAR { YEAR } else { params.level_months });
        let ways: Vec<PlanMethod> =
            if from >= YEAR { METHODS.to_vec() } else { vec![PlanMethod::Level, PlanMethod::LastMonth] };
        let cut_offs: Vec<usize> = (from..end).collect();
        let mut errors = vec![ForecastErrors::default(); ways.len()];
        let mut pairs: Vec<Vec<(f64, f64)>> = vec![Vec::new(); ways.len()];
        for &months in &cut_offs {
            let known_then = Known::at(sales, params, months);
            for item in sales.items.iter().filter(|item| known_then.often(item)) {
                let season = known_then.season(item);
                for at in (months + lag - 1..known).take(params.months) {
                    let month = sales.calendar.first + at as i32;
                    let all: Option<Vec<f64>> = ways
                        .iter()
                        .map(|way| Some(known_then.forecast(item, *way, month, &season)? * days_of(month)))
                        .collect();
                    for ((expected, errors), pairs) in
                        all.into_iter().flatten().zip(&mut errors).zip(&mut pairs)
                    {
                        errors.add(expected, item.units[at]);
                        pairs.push((expected, item.units[at]));
                    }
                }
            }
        }
        let cut_offs = if errors.iter().any(|errors| errors.count > 0) { cut_offs.len() as u32 } else { 0 };
        let used = used(params.method, known, cut_offs, &ways, &errors);
        let spread = match ways.iter().position(|way| *way == used) {
            Some(at) if cut_offs >= LEAST_CUT_OFFS => spread(&mut pairs[at])?,
            _ => Vec::new(),
        };
        let methods = ways
            .iter()
            .zip(&errors)
            .filter(|(_, errors)| errors.count > 0)
            .map(|(way, errors)| JudgedMethod {
                method: *way,
                name: name(*way),
                used: *way == used,
                error: errors.error(),
                bias: errors.bias(),
                cells: errors.count,
                cut_offs,
            })
            .collect();
        Ok(Self { used, methods, spread })
    }

    /// The interval of a forecast.
    pub(super) fn interval(&self, units: f64) -> Option<(f64, f64)> {
        let (_, low, high) = self.spread.iter().find(|(edge, ..)| units <= *edge).or(self.spread.last())?;
        Some((units * low, units * high))
    }
}

/// What people call a way to forecast.
pub(super) fn name(method: PlanMethod) -> Words {
    match method {
        PlanMethod::Auto | PlanMethod::Season => Words::new("recent level × season", "최근 수준 × 계절 지수"),
        PlanMethod::Level => Words::new("recent level", "최근 수준"),
        PlanMethod::LastYear => Words::new("same month last year", "작년 같은 달"),
        PlanMethod::LastMonth => Words::new("last month", "지난달"),
    }
}

/// The way asked for; else the seasonal one where a year is known, unless another was clearly nearer.
fn used(
    asked: PlanMethod,
    known: usize,
    cut_offs: u32,
    ways: &[PlanMethod],
    errors: &[ForecastErrors],
) -> PlanMethod {
    if asked != PlanMethod::Auto {
        return asked;
    }
    let preferred = if known >= YEAR { PlanMethod::Season } else { PlanMethod::Level };
    if cut_offs < LEAST_CUT_OFFS {
        return preferred;
    }
    let of = |method: PlanMethod| {
        let at = ways.iter().position(|way| *way == method)?;
        errors[at].error()
    };
    let Some(own) = of(preferred) else { return preferred };
    let nearest = ways
        .iter()
        .filter_map(|way| Some((*way, of(*way)?)))
        .min_by(|left, right| left.1.total_cmp(&right.1));
    nearest.filter(|(_, error)| *error <= CLEARLY_NEARER * own).map_or(preferred, |(way, _)| way)
}

/// Quantiles of what came ÷ what was expected, by thirds of the size of the forecast.
fn spread(pairs: &mut Vec<(f64, f64)>) -> Result<Vec<(f64, f64, f64)>, AnalysisError> {
    pairs.retain(|(expected, _)| *expected > 0.0);
    pairs.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let parts = (pairs.len() / LEAST_FORECASTS).min(3);
    if parts == 0 {
        return Ok(Vec::new());
    }
    let tail = (1.0 - LEVEL) / 2.0;
    pairs
        .chunks(pairs.len().div_ceil(parts))
        .map(|part| {
            let ratios: Vec<f64> = part.iter().map(|(expected, came)| came / expected).collect();
            let ends = quantiles(&ratios, &[tail, 1.0 - tail])?;
            Ok((part[part.len() - 1].0, ends[0], ends[1]))
        })
        .collect()
}
