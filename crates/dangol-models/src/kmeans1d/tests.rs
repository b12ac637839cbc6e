use proptest::prelude::*;

use super::*;
use crate::quantile::assign;

/// The least sum of squares over every way to cut the sorted values.
fn brute_force(values: &[f64], clusters: usize) -> f64 {
    fn cost(run: &[f64]) -> f64 {
        let mean = run.iter().sum::<f64>() / run.len() as f64;
        run.iter().map(|value| (value - mean) * (value - mean)).sum()
    }
    fn least(sorted: &[f64], clusters: usize) -> f64 {
        if clusters == 1 || sorted.len() <= 1 {
            return if sorted.is_empty() { 0.0 } else { cost(sorted) };
        }
        (1..=sorted.len())
            .map(|first| cost(&sorted[..first]) + least(&sorted[first..], clusters - 1))
            .fold(f64::INFINITY, f64::min)
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    least(&sorted, clusters)
}

/// The example of the Ckmeans.1d.dp manual: three clusters of
/// `c(4, 2, 4, 5, 6, 8, 2, 20, 22, 21, 65, 70, 67)`-like data fall apart at the gaps.
#[test]
fn clusters_fall_apart_at_the_gaps() {
    let values = [65.0, 4.0, 21.0, 2.0, 4.0, 5.0, 70.0, 6.0, 8.0, 2.0, 20.0, 22.0, 67.0];
    let found = kmeans_1d(&values, 3).unwrap();
    assert_eq!(found.sizes, [7, 3, 3]);
    assert_eq!(found.edges, [14.0, 43.5]);
    assert!((found.centers[0] - 31.0 / 7.0).abs() < 1e-12);
    assert!((found.total_within() - brute_force(&values, 3)).abs() < 1e-9);
}

/// Wang and Song (2011), introduction of the vignette: x = c(-1, 2, -1, 2, 4, 5, 6, -1, 2, -1), k = 3
/// gives centres -1, 2, 5 and withinss 0, 0, 2.
#[test]
fn the_published_example() {
    let found = kmeans_1d(&[-1.0, 2.0, -1.0, 2.0, 4.0, 5.0, 6.0, -1.0, 2.0, -1.0], 3).unwrap();
    assert_eq!(found.centers, [-1.0, 2.0, 5.0]);
    assert_eq!(found.sizes, [4, 3, 3]);
    assert_eq!(found.within, [0.0, 0.0, 2.0]);
}

#[test]
fn fewer_distinct_values_than_clusters() {
    let found = kmeans_1d(&[3.0, 1.0, 3.0, 1.0], 5).unwrap();
    assert_eq!((found.centers, found.sizes, found.edges), (vec![1.0, 3.0], vec![2, 2], vec![2.0]));
    let found = kmeans_1d(&[7.0; 4], 5).unwrap();
    assert_eq!((found.centers, found.edges), (vec![7.0], vec![]));
}

#[test]
fn far_from_zero_and_close_together() {
    // Uncentred prefix sums of squares have no correct digit here.
    let values: Vec<f64> = [0.0, 1.0, 2.0, 10.0, 11.0, 12.0].iter().map(|x| 1e9 + x).collect();
    let found = kmeans_1d(&values, 2).unwrap();
    assert_eq!(found.centers, [1e9 + 1.0, 1e9 + 11.0]);
    assert_eq!(found.total_within(), 4.0);
}

#[test]
fn neighbouring_floats_are_parted() {
    let values = [1.0, 1.0_f64.next_up()];
    let found = kmeans_1d(&values, 2).unwrap();
    assert_eq!(values.map(|value| assign(value, &found.edges)), [1, 2]);
}

#[test]
fn bad_input_is_refused() {
    assert_eq!(kmeans_1d(&[], 2), Err(Error::Empty { what: "clusters" }));
    assert!(matches!(kmeans_1d(&[f64::NAN], 2), Err(Error::NotFinite { .. })));
    assert!(matches!(kmeans_1d(&[1.0], 0), Err(Error::CountOutOfRange { .. })));
    assert!(kmeans_1d(&[f64::MIN, 0.0, f64::MAX], 2).is_ok());
}

proptest! {
    #[test]
    fn nothing_is_better(values in prop::collection::vec(-1e3_f64..1e3, 1..12), clusters in 1_usize..5) {
        let found = kmeans_1d(&values, clusters).unwrap();
        let least = brute_force(&values, clusters);
        prop_assert!((found.total_within() - least).abs() <= 1e-9 * (1.0 + least), "{} {}", found.total_within(), least);
    }

    #[test]
    fn nothing_is_better_with_ties(values in prop::collection::vec(0_i32..8, 1..13), clusters in 1_usize..5) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let found = kmeans_1d(&values, clusters).unwrap();
        let least = brute_force(&values, clusters);
        prop_assert!((found.total_within() - least).abs() <= 1e-9 * (1.0 + least));
        prop_assert_eq!(found.sizes.iter().sum::<u64>(), values.len() as u64);
        for (cluster, &size) in found.sizes.iter().enumerate() {
            let assigned = values.iter().filter(|&&value| assign(value, &found.edges) == cluster + 1).count() as u64;
            prop_assert_eq!(assigned, size);
        }
    }

    #[test]
    fn unit_and_order_do_not_matter(mut values in prop::collection::vec(0.0_f64..1e3, 2..60), clusters in 1_usize..6) {
        let found = kmeans_1d(&values, clusters).unwrap();
        values.reverse();
        prop_assert_eq!(&kmeans_1d(&values, clusters).unwrap(), &found);
        let scaled: Vec<f64> = values.iter().map(|value| value * 1024.0).collect();
        prop_assert_eq!(kmeans_1d(&scaled, clusters).unwrap().sizes, found.sizes);
    }
}
