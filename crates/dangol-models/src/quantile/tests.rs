use proptest::prelude::*;

use super::*;

/// The definition, on sorted values.
fn by_sorting(values: &[f64], probability: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() - 1) as f64 * probability;
    let index = place.floor() as usize;
    let next = (index + 1).min(sorted.len() - 1);
    sorted[index] + (sorted[next] - sorted[index]) * (place - index as f64)
}

/// Hyndman and Fan's type 7 in R: `quantile(c(1, 3, 4, 8, 15, 16, 23, 42), c(.1, .25, .5, .9))`.
#[test]
fn type_seven() {
    let values = [42.0, 1.0, 16.0, 3.0, 4.0, 23.0, 8.0, 15.0];
    let found = quantiles(&values, &[0.1, 0.25, 0.5, 0.9]).unwrap();
    for (found, expected) in found.iter().zip([2.4, 3.75, 11.5, 28.7]) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn answers_keep_the_order_of_the_questions() {
    let values: Vec<f64> = (0..=10).map(f64::from).collect();
    assert_eq!(quantiles(&values, &[1.0, 0.0, 0.5, 0.5]).unwrap(), [10.0, 0.0, 5.0, 5.0]);
    assert_eq!(quantiles(&values, &[]).unwrap(), [0.0; 0]);
}

#[test]
fn bad_input_is_refused() {
    assert_eq!(quantiles(&[], &[0.5]), Err(Error::Empty { what: "quantiles" }));
    assert!(matches!(quantiles(&[1.0, f64::NAN], &[0.5]), Err(Error::NotFinite { index: 1, .. })));
    assert!(matches!(quantiles(&[1.0, f64::INFINITY], &[0.5]), Err(Error::NotFinite { index: 1, .. })));
    assert_eq!(quantiles(&[1.0], &[1.1]), Err(Error::NotAProbability { value: 1.1 }));
    assert!(quantiles(&[1.0], &[f64::NAN]).is_err());
    assert!(equal_count_edges(&[1.0], 0).is_err());
    assert!(equal_count_edges(&[], 5).is_err());
}

/// Counted (whole and short of range) and selected values give the same as sorting.
#[test]
fn counted_values_equal_selected_ones() {
    let whole: Vec<f64> = (0..20_000_u64).map(|i| (i * i % 3_001) as f64).collect();
    let beyond: Vec<f64> = whole.iter().map(|value| value * 1e4).collect();
    let negative: Vec<f64> = whole.iter().map(|value| value - 7.0).collect();
    let halves: Vec<f64> = whole.iter().map(|value| value / 2.0).collect();
    let probabilities = [0.0, 0.05, 0.25, 0.5, 0.999_9, 1.0];
    for (values, counted) in [(&whole, true), (&beyond, false), (&negative, false), (&halves, false)] {
        assert_eq!(count(values, &[0]).is_some(), counted);
        let found = quantiles(values, &probabilities).unwrap();
        for (found, probability) in found.iter().zip(probabilities) {
            let expected = by_sorting(values, probability);
            assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} {expected}");
        }
    }
}

#[test]
fn extremes_do_not_overflow() {
    assert_eq!(quantiles(&[f64::MIN, f64::MAX], &[0.5]).unwrap(), [0.0]);
    assert_eq!(quantiles(&[-0.0, 0.0], &[0.5]).unwrap(), [0.0]);
}

/// What `pandas.qcut(values, groups, labels=False, duplicates="drop") + 1` gives.
#[test]
fn groups_equal_those_of_pandas() {
    type Case<'a> = (&'a [f64], usize, &'a [usize]);
    let cases: [Case; 6] = [
        (&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], 5, &[1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        (&[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 8.0, 20.0], 5, &[1, 1, 1, 1, 2, 2, 3, 3, 4, 4]),
        (&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 9.0], 5, &[1, 1, 1, 1, 1, 1, 1, 1, 2, 2]),
        (&[1.0, 2.0, 9.0, 9.0, 9.0, 9.0], 3, &[1, 1, 2, 2, 2, 2]),
        (&[3.0, 3.0, 3.0], 5, &[1, 1, 1]),
        (&[5.0], 5, &[1]),
    ];
    for (values, groups, expected) in cases {
        let edges = equal_count_edges(values, groups).unwrap();
        let found: Vec<usize> = values.iter().map(|&value| assign(value, &edges)).collect();
        assert_eq!(found, expected, "{values:?} in {groups}: {edges:?}");
    }
}

#[test]
fn ranks_take_ties_by_half() {
    assert_eq!(percentile_rank(&[], 1.0), None);
    assert_eq!(percentile_rank(&[1.0], f64::NAN), None);
    assert_eq!(percentile_rank(&[1.0, 2.0, 3.0, 4.0], 4.0), Some(87.5));
    assert_eq!(percentile_rank(&[1.0, 2.0], 9.0), Some(100.0));
}

proptest! {
    #[test]
    fn selection_equals_sorting(
        values in prop::collection::vec(-1e6_f64..1e6, 1..200),
        probabilities in prop::collection::vec(0.0_f64..=1.0, 0..12),
    ) {
        let found = quantiles(&values, &probabilities).unwrap();
        for (found, &probability) in found.iter().zip(&probabilities) {
            prop_assert!((found - by_sorting(&values, probability)).abs() <= 1e-9);
        }
    }

    #[test]
    fn keys_keep_order_and_value(left in prop::num::f64::NORMAL | prop::num::f64::ZERO, right in prop::num::f64::NORMAL) {
        prop_assert_eq!(from_key(to_key(left)), left);
        prop_assert_eq!(left < right, to_key(left) < to_key(right));
    }

    #[test]
    fn groups_are_never_empty_and_never_split_ties(
        values in prop::collection::vec(-5_i32..20, 1..120),
        groups in 1_usize..12,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let edges = equal_count_edges(&values, groups).unwrap();
        prop_assert!(edges.len() < groups);
        prop_assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
        for &edge in &edges {
            prop_assert!(values.iter().any(|&value| value > edge));
        }
        prop_assert!(values.iter().any(|&value| assign(value, &edges) == 1));
    }

    #[test]
    fn order_of_rows_does_not_matter(mut values in prop::collection::vec(0.0_f64..1e3, 1..60), groups in 2_usize..8) {
        let edges = equal_count_edges(&values, groups).unwrap();
        values.reverse();
        prop_assert_eq!(equal_count_edges(&values, groups).unwrap(), edges);
    }
}
