//! Why a month gets a coupon or none, and the plan in a sentence.

use super::params::CouponPlanParams;
use super::plan::Planned;
use super::result::PlanReason;
use super::rule::{Proposal, Situation};
use crate::words::{MONTHS, Words, grouped, share};

/// Coupons named in the sentence.
const NAMED: usize = 3;

/// Units as people write them.
fn units(value: f64) -> String {
    grouped(value.round().max(0.0) as u64)
}

/// The name of a month (counted from January 1970), which lies less than a year ahead.
fn month_name(month: i32) -> Words {
    let at = month.rem_euclid(12);
    Words::new(MONTHS[at as usize], format!("{}월", at + 1))
}

/// A discount as people write it: `15%`, `12.5%`.
pub(super) fn off(discount: f64) -> String {
    let percent = (1000.0 * discount).round() / 10.0;
    format!("{percent}%")
}

/// Why there is a coupon, or none.
pub(super) fn why(of: &Situation, proposal: &Proposal, params: &CouponPlanParams) -> Words {
    let against_mean = of.index.map_or(0.0, |index| index - 1.0);
    let far = share(against_mean.abs());
    let expected = units(of.units);
    let (stock, needed) = (units(of.stock.unwrap_or(0.0)), units(of.needed));
    let target = params.target_cover_months;
    match proposal.reason {
        PlanReason::WeakAndOverstocked => Words::new(
            format!(
                "A weak month ({} below the average month), and {stock} in stock where {target} months need {needed}.",
                far.en
            ),
            format!(
                "평소보다 {} 덜 팔리는 달인데 재고가 {stock}개예요. {target}개월에 필요한 양은 {needed}개예요.",
                far.ko
            ),
        ),
        PlanReason::Overstocked => Words::new(
            format!("Too much in stock: {stock}, where {target} months need {needed}."),
            format!("재고가 많아요. {target}개월에 필요한 양은 {needed}개인데 {stock}개 있어요."),
        ),
        PlanReason::Weak => Words::new(
            format!(
                "A weak month: {expected} expected, {} below the average month. The stock is not known.",
                far.en
            ),
            format!("평소보다 {} 덜 팔리는 달이에요({expected}개 예상). 재고는 몰라요.", far.ko),
        ),
        PlanReason::NotSelling => Words::new(
            format!("Nothing is expected to sell, and {stock} in stock."),
            format!("팔릴 것으로 예상되지 않는데 재고가 {stock}개 있어요."),
        ),
        PlanReason::Strong => Words::new(
            format!("Sells at full price anyway: {} above the average month.", far.en),
            format!("평소보다 {} 더 팔리는 달이라 할인하지 않아도 팔려요.", far.ko),
        ),
        PlanReason::ShortStock => Words::new(
            format!("Short: {stock} in stock for {expected} expected."),
            format!("재고가 부족해요. {expected}개 팔릴 텐데 {stock}개 남아요."),
        ),
        PlanReason::InBalance => Words::new(
            format!("The stock of {stock} is about what {target} months need ({needed})."),
            format!("재고 {stock}개가 {target}개월에 필요한 양({needed}개)과 비슷해요."),
        ),
        PlanReason::Ordinary => Words::new(
            format!("A month like others ({expected} expected); the stock is not known."),
            format!("평소와 비슷한 달이에요({expected}개 예상). 재고는 몰라요."),
        ),
        PlanReason::NoRoom => {
            let margin = share(of.margin);
            Words::new(
                format!("The margin of {} leaves no room for a coupon.", margin.en),
                format!("마진이 {}라서 쿠폰을 줄 여유가 없어요.", margin.ko),
            )
        }
        PlanReason::Outranked => outranked(),
    }
}

/// Why there is no coupon where the rule would give one.
pub(super) fn outranked() -> Words {
    Words::new(
        "There would be a reason, but coupons go where more is at stake: a coupon on everything is a lower price for all.",
        "쿠폰을 쓸 이유는 있지만 더 급한 상품이 많아요. 모두에 쿠폰을 주면 그냥 값을 내리는 셈이라 뺐어요.",
    )
}

/// What to put a coupon on, and when; `told_apart` where months differ, or the stock is known.
pub(super) fn answer(planned: &[Planned], start: i32, product: bool, told_apart: bool) -> Words {
    let with: Vec<&Planned> = planned.iter().filter(|one| one.item.deepest.is_some()).collect();
    let all = grouped(planned.len() as u64);
    let (en, ko) = if product { ("products", "상품") } else { ("categories", "카테고리") };
    if planned.is_empty() {
        return Words::new(
            format!("No {en} sell often enough to plan coupons for."),
            format!("쿠폰을 계획할 만큼 자주 팔린 {ko}이 없어요.").replace("카테고리이", "카테고리가"),
        );
    }
    if with.is_empty() && !told_apart {
        return Words::new(
            "There is nothing to plan coupons by: weak months cannot be told from strong ones, and the stock is not known.",
            "쿠폰을 계획할 근거가 없어요. 잘 팔리는 달과 덜 팔리는 달이 구분되지 않고 재고도 몰라요.",
        );
    }
    if with.is_empty() {
        return Words::new(
            format!("No coupon is due: of {all} {en}, none has a weak month or too much stock ahead."),
            format!(
                "지금은 쿠폰이 필요 없어요. {ko} {all}개 중 덜 팔리는 달이나 남는 재고가 예상되는 것이 없어요."
            ),
        );
    }
    let named: Vec<Words> = with
        .iter()
        .take(NAMED)
        .filter_map(|one| {
            let (at, cell) = one.cells.iter().enumerate().rev().max_by(|left, right| {
                left.1.discount.unwrap_or(0.0).total_cmp(&right.1.discount.unwrap_or(0.0))
            })?;
            let (month, off) = (month_name(start + at as i32), off(cell.discount?));
            Some(Words::new(
                format!("{} in {} ({off} off)", cell.name, month.en),
                format!("{} ‘{}’ {off}", month.ko, cell.name),
            ))
        })
        .collect();
    let list = |of: fn(&Words) -> &str| named.iter().map(of).collect::<Vec<_>>().join(", ");
    let count = grouped(with.len() as u64);
    Words::new(
        format!("Put coupons on {count} of {all} {en}, first on {}.", list(|words| &words.en)),
        format!("{ko} {all}개 중 {count}개에 쿠폰을 권해요. 먼저 {}부터예요.", list(|words| &words.ko)),
    )
}
