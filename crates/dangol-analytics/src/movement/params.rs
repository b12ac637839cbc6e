//! What one can choose about the movement between segments.

use dangol_shop::time::{date_of, days_since_epoch};
use dangol_shop::{AsOf, Scope, Shop};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Movement;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// Where the edges between scores, and between classes, come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edges {
    /// Each date has its own, found among the customers of that date: the segments that the page of segments showed
    /// then. Scores by quantile are relative, so that customers also move because others did.
    #[default]
    Own,
    /// Those of the earlier date hold at both: customers move only by what they do. Orders and amounts add up over
    /// the years, so that they rise more easily than they fall.
    Since,
}

/// Which segments are compared, between which dates.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MovementParams {
    /// The scheme: `class`, `nine`, `eleven`, `bands` or a rule set of `shop.toml`; empty as `[rfm]` has it.
    pub scheme: String,
    /// The earlier date (that whole day) or moment; empty for three months before the as-of moment.
    pub since: String,
    /// Where the edges of the later date come from.
    pub edges: Edges,
    /// At how many ends of months the sizes of segments are shown, 0 to 36.
    pub months: usize,
    /// The best segment of the scheme; empty as the scheme has it, of one's own rules the first.
    pub best: String,
    /// Lists the customers of one flow: `vip_champions:at_risk`, `NEW:loyal`.
    pub flow: String,
    /// Customers of that list at most, 1 to 1,000.
    pub limit: usize,
}

impl Default for MovementParams {
    fn default() -> Self {
        Self {
            scheme: String::new(),
            since: String::new(),
            edges: Edges::default(),
            months: 12,
            best: String::new(),
            flow: String::new(),
            limit: 50,
        }
    }
}

/// The most ends of months: each is held in memory.
const MOST_MONTHS: usize = 36;
/// The most customers of a list.
const MOST_LISTED: usize = 1_000;

pub(super) fn bad(detail: String) -> AnalysisError {
    AnalysisError::BadParameter { analysis: Movement::NAME, detail }
}

impl MovementParams {
    /// Checks what does not need the shop.
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        if self.months > MOST_MONTHS {
            return Err(bad(format!("months = {} is not possible; use 0 to {MOST_MONTHS}", self.months)));
        }
        if !(1..=MOST_LISTED).contains(&self.limit) {
            return Err(bad(format!("limit = {} is not possible; use 1 to {MOST_LISTED}", self.limit)));
        }
        Ok(())
    }

    /// The earlier moment, where it is given.
    pub(super) fn given_since(&self) -> Result<Option<AsOf>, AnalysisError> {
        if self.since.is_empty() {
            return Ok(None);
        }
        AsOf::parse(&self.since).map(Some).map_err(|_| {
            bad(format!(
                "since = `{}` is not understood; write a date such as 2011-09-09, or a moment such as 2011-09-09T12:50:00Z",
                self.since
            ))
        })
    }
}

/// Three calendar months before a moment, at the same time of the day: long enough for the customers of most shops to
/// buy again (within a month mostly the days since the last order change), short enough to do something about it.
pub(super) fn three_months_before(shop: &Shop, as_of: AsOf) -> AsOf {
    let clock = shop.clock();
    let back = |day: i32| date_of(day).checked_sub(3.months()).map_or(day, days_since_epoch);
    match as_of {
        AsOf::Day(day) => AsOf::Day(back(day)),
        AsOf::Moment(at) => {
            let day = clock.day_of(at);
            AsOf::Moment(clock.start_of_day(back(day)) + (at - clock.start_of_day(day)))
        }
    }
}

/// The earlier moment of a scope whose first order is on `first_on`, and whether it is nearer than three months since
/// the shop is younger.
pub(super) fn resolve_since(
    shop: &Shop,
    scope: &Scope,
    params: &MovementParams,
    first_on: i32,
) -> Result<(AsOf, bool), AnalysisError> {
    let clock = shop.clock();
    let (last, first) = (scope.as_of.day(clock), scope.from.map_or(first_on, |from| from.max(first_on)));
    if let Some(since) = params.given_since()? {
        let is_before = match (since, scope.as_of) {
            (AsOf::Moment(since), AsOf::Moment(as_of)) => since < as_of,
            _ => since.day(clock) < last,
        };
        if !is_before {
            return Err(bad(format!(
                "since = {} must lie before the as-of date {}",
                params.since,
                date_of(last)
            )));
        }
        if since.day(clock) < first {
            return Err(bad(format!(
                "since = {} lies before the first order in this scope; choose a date from {} on",
                params.since,
                date_of(first)
            )));
        }
        return Ok((since, false));
    }
    let usual = three_months_before(shop, scope.as_of);
    if usual.day(clock) >= first {
        return Ok((usual, false));
    }
    let half = i32::midpoint(first, last);
    if half >= last {
        return Err(bad(format!(
            "all orders in this scope lie on {}, so there is nothing to compare with",
            date_of(first)
        )));
    }
    Ok((AsOf::Day(half), true))
}
