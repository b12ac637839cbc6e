//! The rule that proposes a coupon, from what is expected, what is in stock, and stated limits. It pretends to know no
//! price elasticity: depth says how much there is to move, not what a discount would sell.

use super::params::CouponPlanParams;
use super::result::PlanReason;

/// A month at this share of the average month, or below, counts as wholly weak.
pub(super) const WHOLLY_WEAK: f64 = 0.5;

/// What is known of a product in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Situation {
    /// Units expected in the month.
    pub(super) units: f64,
    /// How many times the average month; none where nothing is expected at all.
    pub(super) index: Option<f64>,
    /// Units in stock at its beginning.
    pub(super) stock: Option<f64>,
    /// Units that the target cover needs from then on.
    pub(super) needed: f64,
    /// Share of the full price that remains after costs.
    pub(super) margin: f64,
}

/// A coupon, or none, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Proposal {
    pub(super) discount: Option<f64>,
    pub(super) reason: PlanReason,
}

/// Depth = maximum × (½ × weakness of the month + ½ × excess of stock over the target), rounded to steps; without a
/// known stock only the first half. None in strong months, with too little stock, or where the margin has no room.
pub(super) fn propose(of: &Situation, params: &CouponPlanParams) -> Proposal {
    let none = |reason| Proposal { discount: None, reason };
    let excess = of.stock.map(|stock| (stock - of.needed).max(0.0));
    let Some(index) = of.index else {
        return match of.stock {
            Some(stock) if stock > 0.0 => deep(1.0, PlanReason::NotSelling, of, params),
            Some(_) => none(PlanReason::ShortStock),
            None => none(PlanReason::Ordinary),
        };
    };
    if of.stock.is_some_and(|stock| stock < of.units) {
        return none(PlanReason::ShortStock);
    }
    if index >= params.strong_from {
        return none(PlanReason::Strong);
    }
    let weak = index < params.weak_below;
    let weakness = if weak { ((1.0 - index) / (1.0 - WHOLLY_WEAK)).clamp(0.0, 1.0) } else { 0.0 };
    match excess {
        Some(excess) if excess > 0.0 => {
            let over = if of.needed > 0.0 { (excess / of.needed).min(1.0) } else { 1.0 };
            let reason = if weak { PlanReason::WeakAndOverstocked } else { PlanReason::Overstocked };
            match deep(0.5 * weakness + 0.5 * over, reason, of, params) {
                Proposal { discount: None, reason } if reason != PlanReason::NoRoom => {
                    none(PlanReason::InBalance)
                }
                proposal => proposal,
            }
        }
        Some(_) => none(PlanReason::InBalance),
        None if weak => match deep(0.5 * weakness, PlanReason::Weak, of, params) {
            Proposal { discount: None, reason } if reason != PlanReason::NoRoom => none(PlanReason::Ordinary),
            proposal => proposal,
        },
        None => none(PlanReason::Ordinary),
    }
}

/// A share of the deepest discount, rounded to steps, and never more than what the margin leaves.
fn deep(share: f64, reason: PlanReason, of: &Situation, params: &CouponPlanParams) -> Proposal {
    // The small amount keeps 0.15 / 0.05 from being 2.999….
    let steps_within = |value: f64| (value / params.step + 1e-9).floor();
    let wanted =
        (params.max_discount * share / params.step + 1e-9).round().min(steps_within(params.max_discount));
    if wanted < 1.0 {
        return Proposal { discount: None, reason };
    }
    let steps = wanted.min(steps_within(of.margin - params.least_margin));
    if steps < 1.0 {
        return Proposal { discount: None, reason: PlanReason::NoRoom };
    }
    // Divided by a whole number, so that three steps of 0.05 are 0.15 as people write it.
    let discount = (steps * params.step * 1e9).round() / 1e9;
    Proposal { discount: Some(discount), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(index: f64, stock: Option<f64>) -> Proposal {
        let of = Situation { units: 100.0 * index, index: Some(index), stock, needed: 300.0, margin: 1.0 };
        propose(&of, &CouponPlanParams::default())
    }

    #[test]
    fn weak_and_overstocked_goes_deepest() {
        let weak = at(0.5, Some(600.0));
        assert_eq!(weak, Proposal { discount: Some(0.3), reason: PlanReason::WeakAndOverstocked });
        let ordinary = at(1.0, Some(600.0));
        assert_eq!(ordinary, Proposal { discount: Some(0.15), reason: PlanReason::Overstocked });
        let unknown = at(0.5, None);
        assert_eq!(unknown, Proposal { discount: Some(0.15), reason: PlanReason::Weak });
        assert!(at(0.5, Some(450.0)).discount.unwrap() < 0.3, "less to move");
        assert_eq!(at(0.5, Some(1e6)).discount, Some(0.3), "never beyond the maximum");
    }

    #[test]
    fn strong_short_and_balanced_months_get_none() {
        for (index, stock, reason) in [
            (1.2, Some(9000.0), PlanReason::Strong),
            (1.2, None, PlanReason::Strong),
            (0.8, Some(79.0), PlanReason::ShortStock),
            (0.8, Some(300.0), PlanReason::InBalance),
            (1.0, Some(310.0), PlanReason::InBalance),
            (0.95, None, PlanReason::Ordinary),
            (0.89, None, PlanReason::Weak),
        ] {
            let found = at(index, stock);
            assert_eq!(found.reason, reason, "{index} {stock:?}");
            assert_eq!(found.discount.is_some(), reason == PlanReason::Weak);
        }
    }

    #[test]
    fn the_margin_bounds_the_discount() {
        let of = Situation { units: 50.0, index: Some(0.5), stock: Some(600.0), needed: 300.0, margin: 0.3 };
        let params = CouponPlanParams::default();
        assert_eq!(propose(&of, &params).discount, Some(0.2), "0.3 less the 0.1 that must remain");
        let none = propose(&Situation { margin: 0.12, ..of }, &params);
        assert_eq!(none, Proposal { discount: None, reason: PlanReason::NoRoom });
    }

    #[test]
    fn what_is_not_sold_any_more_is_moved_if_it_is_there() {
        let of = Situation { units: 0.0, index: None, stock: Some(40.0), needed: 0.0, margin: 1.0 };
        let params = CouponPlanParams::default();
        assert_eq!(propose(&of, &params), Proposal { discount: Some(0.3), reason: PlanReason::NotSelling });
        for (stock, reason) in [(Some(0.0), PlanReason::ShortStock), (None, PlanReason::Ordinary)] {
            assert_eq!(propose(&Situation { stock, ..of }, &params), Proposal { discount: None, reason });
        }
    }
}
