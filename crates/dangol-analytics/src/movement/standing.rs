//! Which segments are better than others.
//!
//! Classes and score bands are ordered by what they are. The segments of *nine* and *eleven* have levels such that a
//! customer whose scores rise (in any factor, or by a second order) never comes to a lower level, and one whose scores
//! fall never to a higher one; a test goes through all scores. Several segments may share a level: at risk and
//! hibernating customers are both asleep, and which of them is worse depends on what one asks. One's own rules have no
//! order that could be known.

use crate::rfm::RfmParams;

const NINE: &[(&str, u8)] = &[
    ("vip_champions", 6),
    ("loyal", 5),
    ("potential_loyalist", 4),
    ("promising_high", 3),
    ("promising_low", 3),
    ("needs_attention", 2),
    ("at_risk", 1),
    ("hibernating", 1),
    ("lost", 0),
];

const ELEVEN: &[(&str, u8)] = &[
    ("champions", 6),
    ("loyal", 5),
    ("potential_loyalist", 4),
    ("new_customers", 3),
    ("promising", 3),
    ("needs_attention", 2),
    ("about_to_sleep", 2),
    ("at_risk", 1),
    ("cannot_lose", 1),
    ("hibernating", 1),
    ("lost", 0),
];

/// The level of each segment of a scheme, the highest best; none where the scheme has no order. `keys` are the
/// segments in the scheme's own order.
pub(super) fn levels(scheme: &str, keys: &[&str], params: &RfmParams) -> Option<Vec<u8>> {
    let table = match scheme {
        "nine" => NINE,
        "eleven" => ELEVEN,
        "bands" => return Some((0..keys.len() as u8).collect()),
        // The best class comes first.
        "class" => return Some((0..params.classes.max(keys.len() as u8)).rev().collect()),
        _ => return None,
    };
    keys.iter().map(|key| table.iter().find(|(known, _)| known == key).map(|(_, level)| *level)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rfm::CustomerTotals;
    use crate::rfm::rules::built_in;
    use crate::rfm::scoring::score;

    /// Customers of all scores from 1 to 5 with one order and with two, in a shop where the scores are their values.
    fn level_of(scheme: &str) -> impl Fn([u8; 3], u64) -> u8 {
        let params = RfmParams { scheme: scheme.into(), ..RfmParams::default() };
        let rules = built_in(scheme).unwrap();
        let keys: Vec<&str> = rules.rules.iter().map(|rule| rule.key.as_str()).collect();
        let levels = levels(scheme, &keys, &params).unwrap();
        let mut totals = CustomerTotals::default();
        for place in 0..250_u64 {
            totals.recency_days.push(5 - (place % 5) as i64);
            totals.frequency.push((place / 5 % 5) as f64);
            totals.monetary.push((place / 25 % 5) as f64);
            totals.orders.push(1 + place / 125);
        }
        let scores = score(&totals, &params).unwrap();
        assert_eq!((scores.r[4], scores.f[5], scores.m[124]), (5, 2, 5), "scores are the values");
        let segments = rules.apply(&totals, &scores, &params);
        move |[r, f, m], orders| {
            let place = (orders - 1) * 125 + u64::from(m - 1) * 25 + u64::from(f - 1) * 5 + u64::from(r - 1);
            levels[usize::from(segments.of[place as usize])]
        }
    }

    #[test]
    fn no_better_score_has_a_lower_level() {
        for scheme in ["nine", "eleven", "bands"] {
            let level = level_of(scheme);
            let mut seen = std::collections::BTreeSet::new();
            for scores in (0..125_u8).map(|at| [at % 5 + 1, at / 5 % 5 + 1, at / 25 + 1]) {
                let here = level(scores, 1);
                seen.extend([here, level(scores, 2)]);
                assert!(level(scores, 2) >= here, "{scheme} {scores:?}: a second order");
                for factor in 0..3 {
                    let mut better = scores;
                    better[factor] += 1;
                    for orders in [1, 2] {
                        if better[factor] <= 5 {
                            assert!(level(better, orders) >= level(scores, orders), "{scheme} {scores:?}");
                        }
                    }
                }
            }
            assert!(seen.len() > 3, "{scheme} {seen:?}");
        }
    }

    #[test]
    fn classes_and_own_rules() {
        let params = RfmParams::default();
        assert_eq!(levels("class", &["platinum", "gold", "silver"], &params), Some(vec![2, 1, 0]));
        assert_eq!(levels("mine", &["a", "b"], &params), None);
    }
}
