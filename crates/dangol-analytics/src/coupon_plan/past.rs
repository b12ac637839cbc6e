//! What sold at a discount and at full price before. Who was offered a discount, and when, was no matter of chance: this
//! is shown beside the plan, and the plan does not use it.
//!
//! A shop with dated promotions is compared by day, within them and without. Without such dates the discount of a day
//! is only known from what was sold in it, so that days with a coupon are always days with a sale; whole weeks are
//! compared instead, and only of what sells in nearly every week.

use std::collections::BTreeMap;

use dangol_models::stratified::Strata;
use dangol_shop::time::Period;

use super::result::PastDiscount;
use super::sales::{Calendar, Daily, Day, Goods, Series, What};
use crate::channels::LEVEL;
use crate::error::AnalysisError;

/// Days in promotions, or weeks at a discount, and as many at full price, that must be there.
const LEAST_DAYS: usize = 10;
const LEAST_WEEKS: usize = 4;

/// Units at a discount that must have been sold.
const LEAST_UNITS: f64 = 30.0;

/// A week is at a discount from the first share of units with an offer on, at full price up to the second.
const AT_DISCOUNT: f64 = 0.8;
const AT_FULL_PRICE: f64 = 0.2;

/// A promotion that runs for a larger part of the time leaves nothing to compare with.
const EVENT_SHARE: f64 = 0.5;

/// Weeks with sales, of those between first and last.
const SOLD_WEEKS: f64 = 0.9;

/// Weeks with sales that are at a discount or at full price: where coupons come and go by customer rather than by time,
/// a week is only "at a discount" by chance, for the want of sales or for one large order.
const TOLD_APART: f64 = 0.8;

/// Comparisons of the items shown and of the categories, those with most days first.
pub(super) async fn past(
    goods: &Goods,
    what: What,
    shown: &[Series],
    categories: &BTreeMap<String, Series>,
) -> Result<Vec<PastDiscount>, AnalysisError> {
    let windows = goods.promotions().await?;
    let mut rows = Vec::new();
    let of_products: Vec<&Series> = if what == What::Product { shown.iter().collect() } else { Vec::new() };
    for (what, series) in [(What::Product, of_products), (What::Category, categories.values().collect())] {
        let with_offers: Vec<&Series> =
            series.into_iter().filter(|one| one.with_offer.iter().sum::<f64>() >= LEAST_UNITS).collect();
        let keys: Vec<String> = with_offers.iter().map(|one| one.key.clone()).collect();
        for daily in goods.daily(what, &keys).await? {
            let name =
                with_offers.iter().find(|one| one.key == daily.key).map_or("", |one| one.name.as_str());
            let category =
                if what == What::Category { Some(daily.key.as_str()) } else { daily.category.as_deref() };
            rows.extend(compare(&daily, name, what, category, &windows, &goods.calendar)?);
        }
    }
    rows.sort_by(|left, right| {
        let what = |row: &PastDiscount| row.level != "product";
        what(left)
            .cmp(&what(right))
            .then(right.ratio_low.total_cmp(&left.ratio_low))
            .then(left.key.cmp(&right.key))
    });
    Ok(rows)
}

fn compare(
    daily: &Daily,
    name: &str,
    what: What,
    category: Option<&str>,
    windows: &[(i32, i32, Option<String>)],
    calendar: &Calendar,
) -> Result<Option<PastDiscount>, AnalysisError> {
    let (Some((&first, _)), Some((&last, _))) = (daily.days.first_key_value(), daily.days.last_key_value())
    else {
        return Ok(None);
    };
    let last = last.max(Period::Month.start(calendar.first + calendar.known() as i32) - 1);
    let length = f64::from(last - first + 1);
    let events: Vec<(i32, i32)> = windows
        .iter()
        .filter(|(from, until, of)| {
            let ours = of.is_none() || of.as_deref() == category;
            ours && f64::from(until - from + 1) < EVENT_SHARE * length && *from <= last && *until >= first
        })
        .map(|(from, until, _)| (*from, *until))
        .collect();
    let cells = if events.is_empty() {
        by_week(daily, first, last)
    } else {
        Some(by_day(daily, first, last, &events))
    };
    let Some(cells) = cells else { return Ok(None) };
    let least = if events.is_empty() { LEAST_WEEKS } else { LEAST_DAYS };

    let strata: Vec<u32> = cells.iter().map(|cell| cell.stratum).collect();
    let values: Vec<f64> = cells.iter().map(|cell| cell.units_by_day).collect();
    let places: Vec<usize> = (0..cells.len()).filter(|&at| cells[at].at_discount).collect();
    let Some(found) = Strata::new(&strata, &values)?.compare(&places, LEVEL)? else { return Ok(None) };
    let sums = cells.iter().filter(|cell| cell.at_discount).fold(Day::default(), |sum, cell| Day {
        units: sum.units + cell.sold.units,
        with_offer: sum.with_offer + cell.sold.with_offer,
        discount: sum.discount + cell.sold.discount,
        full_price: sum.full_price + cell.sold.full_price,
    });
    let enough =
        found.exposed as usize >= least && found.others as usize >= least && sums.with_offer >= LEAST_UNITS;
    let Some((low, high)) = found.interval.filter(|_| enough) else { return Ok(None) };
    Ok(Some(PastDiscount {
        key: daily.key.clone(),
        name: name.to_owned(),
        level: what.name().to_owned(),
        from: if events.is_empty() { "weeks" } else { "promotions" }.to_owned(),
        at_discount: found.exposed,
        at_full_price: found.others,
        units_at_discount: found.mean,
        units_at_full_price: found.expected,
        ratio: found.ratio,
        ratio_low: low,
        ratio_high: high,
        discount: (sums.discount > 0.0 && sums.full_price > 0.0).then(|| sums.discount / sums.full_price),
    }))
}

/// A day or week that can be compared.
struct Cell {
    at_discount: bool,
    stratum: u32,
    units_by_day: f64,
    sold: Day,
}

/// Days within promotions and without, held equal by quarter and weekend.
fn by_day(daily: &Daily, first: i32, last: i32, events: &[(i32, i32)]) -> Vec<Cell> {
    let begin = Period::Quarter.index_of(first);
    (first..=last)
        .map(|day| {
            let sold = daily.days.get(&day).copied().unwrap_or_default();
            // 1970-01-01 was a Thursday: 2 and 3 are Saturday and Sunday.
            let weekend = u32::from(matches!(day.rem_euclid(7), 2 | 3));
            Cell {
                at_discount: events.iter().any(|(from, until)| (*from..=*until).contains(&day)),
                stratum: (Period::Quarter.index_of(day) - begin) as u32 * 2 + weekend,
                units_by_day: sold.units,
                sold,
            }
        })
        .collect()
}

/// Weeks in which nearly all, or nearly nothing, was sold with an offer; none where too many weeks have no sale.
fn by_week(daily: &Daily, first: i32, last: i32) -> Option<Vec<Cell>> {
    let begin = Period::Quarter.index_of(first);
    let mut weeks: BTreeMap<i32, Day> = BTreeMap::new();
    for (&day, sold) in &daily.days {
        let week = weeks.entry(Period::Week.index_of(day)).or_default();
        week.units += sold.units;
        week.with_offer += sold.with_offer;
        week.discount += sold.discount;
        week.full_price += sold.full_price;
    }
    // Weeks at both ends may be cut.
    let (from, until) = (Period::Week.index_of(first) + 1, Period::Week.index_of(last) - 1);
    let sold = weeks.range(from..=until.max(from)).count() as f64;
    if until < from || sold < SOLD_WEEKS * f64::from(until - from + 1) {
        return None;
    }
    let cells: Vec<Cell> = weeks
        .range(from..=until)
        .filter_map(|(&week, sold)| {
            let share = sold.with_offer / sold.units;
            let at_discount = share >= AT_DISCOUNT;
            (at_discount || share <= AT_FULL_PRICE).then(|| Cell {
                at_discount,
                stratum: (Period::Quarter.index_of(Period::Week.start(week)) - begin).max(0) as u32,
                units_by_day: sold.units / 7.0,
                sold: *sold,
            })
        })
        .collect();
    (cells.len() as f64 >= TOLD_APART * sold).then_some(cells)
}
