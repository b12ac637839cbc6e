use super::*;
use crate::rfm::params::{Frequency, Monetary, ScoringModel};
use crate::rfm::scoring::score;

fn spec(segment: &str, when: &str) -> RuleSpec {
    RuleSpec { segment: segment.to_owned(), when: when.to_owned(), name_en: None, name_ko: None }
}

fn check(rules: &[(&str, &str)]) -> Result<(), RfmError> {
    let specs: Vec<RuleSpec> = rules.iter().map(|(segment, when)| spec(segment, when)).collect();
    RuleSet::custom("mine", &specs)?.check(&RfmParams::default())
}

#[test]
fn built_in_rules_are_complete_and_none_is_idle() {
    for (scheme, rules) in [("nine", NINE), ("eleven", ELEVEN), ("bands", BANDS)] {
        let set = built_in(scheme).unwrap();
        assert_eq!(
            set.rules.iter().map(|rule| rule.key.as_str()).collect::<Vec<_>>(),
            rules.iter().map(|rule| rule.0).collect::<Vec<_>>()
        );
        for frequency in [Frequency::Orders, Frequency::Lines, Frequency::Days] {
            for groups in [5, 6, 7, 8, 9, 10] {
                let params = RfmParams { groups, frequency, monetary: Monetary::Sum, ..RfmParams::default() };
                assert_eq!(set.check(&params), Ok(()), "{scheme} {groups}");
            }
        }
    }
}

#[test]
fn few_groups_leave_idle_rules_but_nobody_without_a_segment() {
    for scheme in BUILT_IN {
        for groups in 2..=4 {
            let params = RfmParams { groups, ..RfmParams::default() };
            let found = built_in(scheme).unwrap().check(&params);
            assert!(!matches!(found, Err(RfmError::Uncovered { .. })), "{scheme} {groups}");
        }
    }
}

#[test]
fn a_gap_is_found() {
    let error = check(&[("best", "r >= 4"), ("worst", "r <= 2")]).unwrap_err();
    assert!(error.to_string().contains("no rule covers a customer with r = 3, f = 1, m = 1"), "{error}");
    let error = check(&[("once", "orders = 1"), ("many", "orders >= 3")]).unwrap_err();
    assert!(error.to_string().contains("orders = 2"), "{error}");
    let error = check(&[("near", "recency_days <= 365"), ("far", "recency_days > 366")]).unwrap_err();
    assert!(error.to_string().contains("recency_days = 366"), "{error}");
    let error = check(&[("plus", "monetary > 0"), ("minus", "monetary < 0")]).unwrap_err();
    assert!(error.to_string().contains("monetary = 0"), "{error}");
}

#[test]
fn whole_numbers_leave_no_gap_between() {
    assert_eq!(check(&[("near", "recency_days <= 365"), ("far", "recency_days >= 366")]), Ok(()));
    assert_eq!(check(&[("once", "orders = 1"), ("many", "orders > 1")]), Ok(()));
    assert_eq!(check(&[("low", "score <= 8"), ("high", "score >= 9")]), Ok(()));
}

#[test]
fn an_idle_rule_is_found_with_what_shadows_it() {
    let error =
        check(&[("best", "r >= 4"), ("good", "r >= 5 and m = 5"), ("rest", "otherwise")]).unwrap_err();
    assert_eq!(
        error,
        RfmError::Shadowed { scheme: "mine".to_owned(), segment: "good".to_owned(), by: "best".to_owned() }
    );
    let error = check(&[("a", "r = 5"), ("b", "r = 4"), ("c", "r >= 4"), ("rest", "otherwise")]).unwrap_err();
    assert!(error.to_string().contains("since a or b always matches first"), "{error}");
    assert!(matches!(check(&[("six", "r = 6"), ("rest", "otherwise")]), Err(RfmError::Impossible { .. })));
    assert!(matches!(
        check(&[("none", "orders < 1"), ("rest", "otherwise")]),
        Err(RfmError::Impossible { .. })
    ));
    assert!(matches!(
        check(&[("half", "orders = 1.5"), ("rest", "otherwise")]),
        Err(RfmError::Impossible { .. })
    ));
    // With frequency = orders they are the same number.
    assert!(matches!(
        check(&[("odd", "orders = 1 and frequency = 2"), ("rest", "otherwise")]),
        Err(RfmError::Impossible { .. })
    ));
}

#[test]
fn slips_in_writing_are_named() {
    assert!(matches!(check(&[]), Err(RfmError::NoRules { .. })));
    assert!(matches!(check(&[("a", "r = 1"), ("a", "otherwise")]), Err(RfmError::SegmentTwice { .. })));
    assert!(matches!(check(&[("A b", "otherwise")]), Err(RfmError::Key { .. })));
    let error = check(&[("a", "r >== 3")]).unwrap_err();
    assert_eq!(error.to_string(), "rules.mine, segment \"a\", column 5: expected a number, found \"=\"");
}

#[test]
fn too_many_numbers_are_refused_instead_of_running_for_ever() {
    let many = |variable: &str| (0..60).map(|n| format!("{variable} = {n}")).collect::<Vec<_>>().join(" or ");
    let when = format!("{} or {} or {}", many("monetary"), many("recency_days"), many("orders"));
    assert!(matches!(check(&[("a", &when), ("b", "otherwise")]), Err(RfmError::TooManyCases { .. })));
}

fn segments(totals: &CustomerTotals, params: &RfmParams) -> Segments {
    let rules = params.clone().check().unwrap().rule_set().clone();
    rules.apply(totals, &score(totals, params).unwrap(), params)
}

/// 125 customers, one for each combination of scores, all with two orders or, if `once`, one.
fn one_of_each(once: bool) -> CustomerTotals {
    let mut totals = CustomerTotals::default();
    for r in 0..5_i32 {
        for f in 0..5_i32 {
            for m in 0..5_i32 {
                totals.recency_days.push(i64::from(100 - 10 * r));
                totals.frequency.push(f64::from(1 + f));
                totals.monetary.push(f64::from(10 * m));
                totals.orders.push(if once { 1 } else { 2 });
            }
        }
    }
    totals
}

#[test]
fn nine_as_defined() {
    let params = RfmParams { frequency: Frequency::Lines, ..RfmParams::default() };
    for once in [false, true] {
        let totals = one_of_each(once);
        let scores = score(&totals, &params).unwrap();
        let segments = segments(&totals, &params);
        assert!(segments.out_of_reach.is_empty() && segments.stretched.is_empty());
        for i in 0..totals.len() {
            let (r, f, m) = (scores.r[i], scores.f[i], scores.m[i]);
            let expected = if r >= 4 && f >= 4 && m >= 4 {
                "vip_champions"
            } else if r >= 4 && once {
                if m >= 3 { "promising_high" } else { "promising_low" }
            } else if r >= 3 && f >= 4 && !once {
                "loyal"
            } else if r >= 4 {
                "potential_loyalist"
            } else if r == 3 {
                "needs_attention"
            } else if f >= 4 || m >= 4 {
                "at_risk"
            } else if r == 2 {
                "hibernating"
            } else {
                "lost"
            };
            assert_eq!(segments.key_of(i), expected, "r {r} f {f} m {m} once {once}");
        }
    }
}

#[test]
fn bands_cut_the_sum() {
    let params =
        RfmParams { scheme: "bands".to_owned(), frequency: Frequency::Lines, ..RfmParams::default() };
    let totals = one_of_each(false);
    let scores = score(&totals, &params).unwrap();
    let found = segments(&totals, &params);
    for i in 0..totals.len() {
        let expected = match scores.score[i] as u8 {
            3..=5 => "3-5",
            6..=8 => "6-8",
            9..=11 => "9-11",
            _ => "12-15",
        };
        assert_eq!(found.key_of(i), expected);
    }
    // Weights of another size do not move anybody.
    let tenths = RfmParams { weights: [0.1; 3], ..params };
    assert_eq!(segments(&totals, &tenths).of, found.of);
}

#[test]
fn the_table_and_the_rules_agree() {
    let specs = [
        spec("gone", "recency_days > 95 or monetary < 5"),
        spec("once", "orders = 1 and not (score between 6 and 9)"),
        spec("some", "fm >= 2.5 and frequency <= 4"),
        spec("rest", "otherwise"),
    ];
    let params = RfmParams {
        frequency: Frequency::Lines,
        scheme: "mine".to_owned(),
        rules: [("mine".to_owned(), specs.to_vec())].into(),
        ..RfmParams::default()
    };
    let few = one_of_each(true);
    // Many times the same customers, so that a table pays.
    let mut many = CustomerTotals::default();
    for _ in 0..200 {
        many.recency_days.extend(&few.recency_days);
        many.frequency.extend(&few.frequency);
        many.monetary.extend(&few.monetary);
        many.orders.extend(&few.orders);
    }
    let of_few = segments(&few, &params).of;
    let of_many = segments(&many, &params).of;
    assert!(of_many.chunks(few.len()).all(|chunk| chunk == of_few));
    assert!((0..4).all(|segment| of_few.contains(&segment)));
}

#[test]
fn merged_groups_leave_vips_possible() {
    // Most bought once: two groups of frequency are left.
    let mut totals = CustomerTotals::default();
    for i in 0..100_i32 {
        totals.recency_days.push(i64::from(100 - i));
        totals.frequency.push(if i >= 70 { f64::from(i / 10 - 5) } else { 1.0 });
        totals.monetary.push(f64::from(i));
        totals.orders.push(if i >= 70 { 3 } else { 1 });
    }
    for scheme in ["nine", "eleven"] {
        let params = RfmParams { scheme: scheme.to_owned(), ..RfmParams::default() };
        let found = segments(&totals, &params);
        assert_eq!(found.stretched, ["frequency"]);
        assert_eq!(found.key_of(99), built_in(scheme).unwrap().rules[0].key);
        assert_ne!(found.key_of(0), found.key_of(99));
    }
}

#[test]
fn thresholds_start_at_three_for_one_order() {
    let params =
        RfmParams { model: ScoringModel::Thresholds, scheme: "eleven".to_owned(), ..RfmParams::default() };
    let totals = CustomerTotals {
        recency_days: vec![1, 200, 900],
        frequency: vec![1.0, 2.0, 3.0],
        monetary: vec![1.0, 2.0, 3.0],
        orders: vec![1, 2, 3],
    };
    let found = segments(&totals, &params);
    assert!(found.stretched.is_empty());
    assert_eq!(found.out_of_reach, ["new_customers", "promising", "lost"]);
}
