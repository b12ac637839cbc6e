//! The matrix: each product (or category) in each month ahead, with what is expected, what is in stock, and a coupon.

use std::collections::BTreeMap;

use dangol_models::season::YEAR;
use dangol_shop::time::{Period, date_of};

use super::demand::{Judged, Known, Sales};
use super::params::CouponPlanParams;
use super::result::{PlanCell, PlanItem, PlanReason};
use super::rule::{Situation, propose};
use super::sales::{Series, days_of};
use super::words::{outranked, why};

/// A product with its months.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) item: PlanItem,
    pub(super) cells: Vec<PlanCell>,
    /// Money in the units that a coupon is to move: those beyond the target, or those that a weak month lacks.
    pub(super) at_stake: f64,
}

/// `2020-03` of a month counted from January 1970.
pub(super) fn text_of(month: i32) -> String {
    let date = date_of(Period::Month.start(month));
    format!("{}-{:02}", date.year(), date.month())
}

/// Products with a coupon at least, however few there are.
const LEAST_CHOSEN: usize = 3;

/// Takes the coupons from all but the products with most at stake, which come first: how many the rule would give one.
///
/// The months in which a whole shop sells less are weak months of nearly all its products. Coupons on all of them would go
/// to people who buy anyway.
pub(super) fn choose(planned: &mut [Planned], params: &CouponPlanParams) -> u64 {
    let most = ((planned.len() as f64 * params.most_share).ceil() as usize).max(LEAST_CHOSEN);
    let due = planned.iter_mut().filter(|one| one.item.deepest.is_some());
    let mut found = 0;
    for one in due {
        found += 1;
        if found > most {
            one.item.deepest = None;
            for cell in one.cells.iter_mut().filter(|cell| cell.discount.is_some()) {
                (cell.discount, cell.reason, cell.why) = (None, PlanReason::Outranked, outranked());
                (cell.cost, cell.break_even_units, cell.break_even_lift) = (None, None, None);
            }
        }
    }
    found as u64
}

/// All that sell often enough, those with most at stake first, then by revenue.
pub(super) fn plan(
    sales: &Sales,
    judged: &Judged,
    stock: &BTreeMap<String, f64>,
    params: &CouponPlanParams,
) -> Vec<Planned> {
    let known = Known::at(sales, params, sales.calendar.known());
    let mut all: Vec<Planned> = sales
        .items
        .iter()
        .filter(|item| known.often(item))
        .map(|item| planned(item, &known, sales, judged, stock.get(&item.key).copied(), params))
        .collect();
    all.sort_by(|left, right| {
        right
            .at_stake
            .total_cmp(&left.at_stake)
            .then(right.item.revenue.total_cmp(&left.item.revenue))
            .then(left.item.key.cmp(&right.item.key))
    });
    all
}

fn planned(
    of: &Series,
    known: &Known<'_>,
    sales: &Sales,
    judged: &Judged,
    stock: Option<f64>,
    params: &CouponPlanParams,
) -> Planned {
    let item = item(of, stock, params);
    let start = sales.calendar.start;
    let season = known.season(of);
    let by_day = |month: i32| known.forecast(of, judged.used, month, &season).unwrap_or(0.0);
    let expected = |month: i32| by_day(month) * days_of(month);
    let year: f64 = (0..YEAR as i32).map(|ahead| expected(start + ahead)).sum();
    let year_days: f64 = (0..YEAR as i32).map(|ahead| days_of(start + ahead)).sum();

    // What the rest of the month under way takes is not there any more when the plan begins.
    let mut left = stock.map(|stock| (stock - by_day(start - 1) * sales.calendar.days_left).max(0.0));
    let (mut cells, mut at_stake) = (Vec::with_capacity(params.months), 0.0_f64);
    for month in start..start + params.months as i32 {
        let units = expected(month);
        let needed: f64 = (0..params.target_cover_months as i32).map(|ahead| expected(month + ahead)).sum();
        let index = (year > 0.0).then(|| by_day(month) / (year / year_days));
        let situation = Situation { units, index, stock: left, needed, margin: item.margin };
        let proposal = propose(&situation, params);
        let interval = judged.interval(units);
        let excess = left.map(|stock| (stock - needed).max(0.0));
        if proposal.discount.is_some() {
            let lacking = year / YEAR as f64 - units;
            at_stake = at_stake.max(item.price * excess.unwrap_or(lacking).max(0.0));
        }
        // A coupon on what does not sell costs nothing, and there is nothing that it could lift.
        let selling = proposal.discount.filter(|_| units > 0.0);
        cells.push(PlanCell {
            key: item.key.clone(),
            name: item.name.clone(),
            month: text_of(month),
            units,
            units_low: interval.map(|(low, _)| low),
            units_high: interval.map(|(_, high)| high),
            index,
            stock: left,
            cover_months: left.and_then(|stock| cover(stock, month, expected)),
            excess,
            discount: proposal.discount,
            reason: proposal.reason,
            why: why(&situation, &proposal, params),
            cost: selling.map(|discount| units * item.price * discount),
            break_even_units: selling.map(|discount| units * item.margin / (item.margin - discount)),
            break_even_lift: selling.map(|discount| discount / (item.margin - discount)),
        });
        left = left.map(|stock| (stock - units).max(0.0));
    }
    let deepest = cells.iter().filter_map(|cell| cell.discount).max_by(f64::total_cmp);
    Planned { item: PlanItem { month_units: year / YEAR as f64, deepest, ..item }, cells, at_stake }
}

/// Products of one name are told apart by their ids.
pub(super) fn tell_apart(planned: &mut [Planned]) {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for one in planned.iter() {
        *counts.entry(one.item.name.clone()).or_default() += 1;
    }
    for one in planned.iter_mut().filter(|one| counts[&one.item.name] > 1) {
        one.item.name = format!("{} ({})", one.item.name, one.item.key);
        for cell in &mut one.cells {
            cell.name.clone_from(&one.item.name);
        }
    }
}

/// Months that a stock lasts from the beginning of a month on; none beyond two years.
fn cover(stock: f64, from: i32, expected: impl Fn(i32) -> f64) -> Option<f64> {
    let mut left = stock;
    for ahead in 0..2 * YEAR as i32 {
        let units = expected(from + ahead);
        if units > left {
            return Some(f64::from(ahead) + left / units);
        }
        left -= units;
    }
    None
}

fn item(of: &Series, stock: Option<f64>, params: &CouponPlanParams) -> PlanItem {
    let [units, lines, revenue, discount, with_offer, cost, costed] =
        [&of.units, &of.lines, &of.revenue, &of.discount, &of.with_offer, &of.cost, &of.costed]
            .map(|values| Series::year(values));
    let from_cost = (costed > 0.0).then(|| (1.0 - cost / costed).max(0.0));
    PlanItem {
        key: of.key.clone(),
        name: of.name.clone(),
        category: of.category.clone(),
        lines: lines as u64,
        units,
        revenue,
        price: if units > 0.0 { (revenue + discount) / units } else { 0.0 },
        margin: from_cost.unwrap_or(params.margin),
        cost_known: from_cost.is_some(),
        stock,
        month_units: 0.0,
        offer_share: if units > 0.0 { with_offer / units } else { 0.0 },
        units_per_line: if lines > 0.0 { units / lines } else { 0.0 },
        deepest: None,
    }
}
