use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

use super::agreement::adjusted_rand;
use super::gap::{GapParams, gap};
use super::hierarchical::{Linkage, link};
use super::pca::pca;
use super::scaling::{Scale, Scaling};
use super::search::{Reason, SearchParams, search};
use super::silhouette::{silhouette, silhouettes};
use super::stability::{StabilityParams, stability};
use super::{KMeans, KMeansParams, Rows, kmeans};
use crate::Error;

/// Groups around centres, and which row belongs to which.
fn planted(centers: &[[f64; 3]], sizes: &[usize], deviation: f64, seed: u64) -> (Vec<f64>, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let noise = Normal::new(0.0, deviation).unwrap();
    let (mut values, mut truth) = (Vec::new(), Vec::new());
    for (group, (center, &size)) in centers.iter().zip(sizes).enumerate() {
        for _ in 0..size {
            values.extend(center.map(|at| at + noise.sample(&mut rng)));
            truth.push(group as u32);
        }
    }
    (values, truth)
}

const FOUR: [[f64; 3]; 4] = [[0.0, 0.0, 0.0], [7.0, 1.0, 0.0], [1.0, 8.0, 2.0], [6.0, 6.0, 9.0]];

fn quick() -> SearchParams {
    let gap = GapParams { most: 8, references: 20, rows: 700, ..GapParams::default() };
    SearchParams { most: 8, restarts: 5, silhouette_rows: 500, gap: Some(gap), ..SearchParams::default() }
}

#[test]
fn planted_groups_are_found_again() {
    let (values, truth) = planted(&FOUR, &[400, 150, 80, 40], 1.0, 1);
    let rows = Rows::new(3, &values).unwrap();
    let found = search(&rows, &quick()).unwrap();
    assert_eq!((found.groups, found.by_silhouette), (4, 4));
    assert_eq!(found.gap.as_ref().unwrap().groups, Some(4));
    let fit = &found.candidate(4).unwrap().fit;
    assert_eq!(fit.sizes.iter().sum::<f64>(), 670.0);
    assert!(fit.sizes.is_sorted_by(|left, right| left >= right));
    let labels = rows.spread(&fit.labels(&rows));
    assert!(adjusted_rand(&labels, &truth).unwrap() > 0.95);
    // So they are in a tree.
    for linkage in [Linkage::Ward, Linkage::Average, Linkage::Complete] {
        let cut = link(3, &values, linkage).unwrap().cut(4);
        assert!(adjusted_rand(&cut, &truth).unwrap() > 0.9, "{linkage:?}");
    }
    let stable = stability(&rows, fit, &StabilityParams { replicates: 10, ..StabilityParams::default() });
    let stable = stable.unwrap();
    assert!(stable.mean > 0.95 && stable.by_group.iter().all(|similar| *similar > 0.9), "{stable:?}");
}

#[test]
fn noise_has_no_structure() {
    for seed in 0..3 {
        let (values, _) = planted(&[[0.0; 3]], &[500], 1.0, seed);
        let found = search(&Rows::new(3, &values).unwrap(), &quick()).unwrap();
        assert_eq!((found.groups, found.reason), (1, Reason::NoStructure), "{seed}");
    }
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let even: Vec<f64> = (0..900).map(|_| rng.random::<f64>()).collect();
    let found = gap(&Rows::new(3, &even).unwrap(), &GapParams { rows: 300, ..GapParams::default() }).unwrap();
    assert_eq!(found.groups, Some(1));
    // And clusters of it are not those of other customers.
    let (values, _) = planted(&[[0.0; 3]], &[500], 1.0, 4);
    let rows = Rows::new(3, &values).unwrap();
    let fit = kmeans(&rows, &KMeansParams { clusters: 5, ..KMeansParams::default() }).unwrap();
    assert!(stability(&rows, &fit, &StabilityParams::default()).unwrap().mean < 0.6);
}

/// Threads and the order of rows change nothing, to the last bit.
#[test]
fn threads_and_order_change_nothing() {
    let (values, _) = planted(&FOUR, &[150, 100, 80, 40], 2.0, 2);
    let rows = Rows::new(3, &values).unwrap();
    let on = |threads: usize| {
        let found = search(&rows, &SearchParams { threads, ..quick() }).unwrap();
        let fit = &found.candidates[3].fit;
        let settings = StabilityParams { replicates: 5, threads, ..StabilityParams::default() };
        (stability(&rows, fit, &settings).unwrap(), found)
    };
    assert_eq!(on(1), on(8));

    let mut order: Vec<usize> = (0..rows.given()).collect();
    order.sort_by_key(|at| at.wrapping_mul(7919) % 1009);
    let mixed: Vec<f64> = order.iter().flat_map(|at| values[at * 3..at * 3 + 3].to_vec()).collect();
    let mixed = Rows::new(3, &mixed).unwrap();
    let found = search(&mixed, &quick()).unwrap();
    assert_eq!(found, on(1).1);
    let (there, here) = (found.candidates[2].fit.labels(&mixed), found.candidates[2].fit.labels(&rows));
    let (there, here) = (mixed.spread(&there), rows.spread(&here));
    assert!(order.iter().zip(there).all(|(at, label)| here[*at] == label));
}

/// Bounds spare distances and change nothing: a run ends where plain steps end.
#[test]
fn no_row_is_nearer_to_another_centre_and_centres_are_means() {
    let (values, _) = planted(&FOUR, &[150, 100, 80, 40], 2.5, 3);
    let rows = Rows::new(3, &values).unwrap();
    for clusters in [1, 2, 5, 12] {
        let found =
            kmeans(&rows, &KMeansParams { clusters, tolerance: 0.0, ..KMeansParams::default() }).unwrap();
        assert!(found.converged);
        let labels = found.labels(&rows);
        let again = KMeans::of_labels(&rows, &labels).unwrap();
        for cluster in 0..clusters {
            for (center, mean) in found.center(cluster).iter().zip(again.center(cluster)) {
                assert!((center - mean).abs() < 1e-12, "{clusters}");
            }
        }
        assert!((found.inertia - again.inertia).abs() < 1e-9 * found.inertia.max(1.0));
        assert_eq!(found.sizes, again.sizes);
    }
}

/// More rows than restarts run on at first.
#[test]
fn a_sample_first_ends_as_well() {
    let (values, truth) = planted(&FOUR, &[40_000, 15_000, 8_000, 4_000], 1.2, 5);
    let rows = Rows::new(3, &values).unwrap();
    assert!(rows.distinct() > 3 * 20_000);
    let found = kmeans(&rows, &KMeansParams { restarts: 5, ..KMeansParams::default() }).unwrap();
    assert_eq!(found.finished, 3);
    let labels = rows.spread(&found.labels(&rows));
    assert!(adjusted_rand(&labels, &truth).unwrap() > 0.95);
    let exact = KMeans::of_labels(&rows, &found.labels(&rows)).unwrap();
    assert!((found.inertia / exact.inertia - 1.0).abs() < 1e-4);
}

#[test]
fn equal_rows_count_as_often_as_they_occur() {
    let rows = Rows::new(1, &[0.0, 0.0, 0.0, 1.0, 9.0, -0.0]).unwrap();
    assert_eq!((rows.given(), rows.distinct()), (6, 3));
    let found = kmeans(&rows, &KMeansParams { clusters: 2, ..KMeansParams::default() }).unwrap();
    assert_eq!((found.sizes.clone(), found.center(0)), (vec![5.0, 1.0], &[0.2][..]));
    // As many as distinct rows: each is its own; more cannot be.
    let each = kmeans(&rows, &KMeansParams { clusters: 3, ..KMeansParams::default() }).unwrap();
    assert_eq!((each.inertia, each.sizes), (0.0, vec![4.0, 1.0, 1.0]));
    assert_eq!(
        kmeans(&rows, &KMeansParams { clusters: 4, ..KMeansParams::default() }),
        Err(Error::CountOutOfRange { what: "clusters", given: 4, least: 1, most: 3 })
    );
    assert_eq!(rows.sample(4, 1).given(), 4);
    assert_eq!(rows.sample(9, 1), rows);
}

/// A cluster that loses its last row gets another one, and none is ever empty.
#[test]
fn no_cluster_is_empty() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    for seed in 0..40 {
        let values: Vec<f64> = (0..30).map(|_| f64::from(rng.random_range(0..6_u32)).powi(3)).collect();
        let rows = Rows::new(1, &values).unwrap();
        for clusters in 1..=rows.distinct() {
            let params = KMeansParams { clusters, restarts: 1, seed, ..KMeansParams::default() };
            let found = kmeans(&rows, &params).unwrap();
            assert!(found.sizes.iter().all(|size| *size > 0.0), "{clusters} {:?}", found.sizes);
            assert!(found.inertia.is_finite());
        }
    }
}

#[test]
fn a_sampled_silhouette_has_the_exact_one_in_its_interval() {
    let (values, _) = planted(&FOUR, &[900, 700, 500, 300], 2.0, 7);
    let rows = Rows::new(3, &values).unwrap();
    let fit = kmeans(&rows, &KMeansParams::default()).unwrap();
    let of = |rows: &Rows, most: usize, seed: u64| {
        silhouette(rows, |row| fit.nearest(row).0 as u32, 4, most, seed, 0).unwrap()
    };
    let exact = of(&rows, usize::MAX, 0).mean;
    let inside = (0..40).filter(|seed| {
        let sampled = of(&rows, 400, *seed);
        let (low, high) = sampled.interval.unwrap();
        assert_eq!(sampled.rows, 400);
        low <= exact && exact <= high
    });
    // 95 % of 40 is 38; fewer than 33 has a probability below 0.2 %.
    assert!(inside.count() >= 33);
}

#[test]
fn silhouettes_at_the_edges() {
    // One row of a thousand is a group of its own, and not in the sample.
    let many: Vec<f64> = (0..1_000).map(|at| if at == 7 { 900.0 } else { f64::from(at % 10) }).collect();
    let rows = Rows::new(1, &many).unwrap();
    let seen = silhouette(&rows, |row| u32::from(row[0] > 100.0), 2, 5, 1, 1).unwrap();
    assert_eq!((seen.mean, seen.by_group), (0.0, vec![Some(0.0), None]));
    let rows = Rows::new(1, &[0.0, 0.0, 1.0, 5.0]).unwrap();
    // Alone: 0. The two zeros: a = (0 + 1) / 2, b = 5.
    assert_eq!(silhouettes(&rows, &[0, 0, 1], 1).unwrap(), [0.9, 0.75, 0.0]);
    assert!(matches!(silhouettes(&rows, &[0, 0, 0], 1), Err(Error::CountOutOfRange { given: 1, .. })));
    assert!(matches!(silhouettes(&rows, &[0, 0], 1), Err(Error::UnequalLengths { .. })));
}

#[test]
fn trees_cut_and_topped() {
    let tree = link(1, &[0.0, 1.0, 10.0, 12.0, 30.0], Linkage::Ward).unwrap();
    assert_eq!(tree.cut(1), [0; 5]);
    assert_eq!(tree.cut(3), [0, 0, 1, 1, 2]);
    assert_eq!(tree.cut(99), [0, 1, 2, 3, 4]);
    let top = tree.top(3);
    assert_eq!(top.merges.len(), 2);
    let members: Vec<Vec<usize>> = top.leaves.iter().map(|leaf| tree.members(*leaf)).collect();
    assert_eq!(members.concat().len(), 5);
    assert_eq!(top.merges[1].size, 5);
    assert_eq!(top.merges[0].height, tree.merges[2].height);
    assert_eq!(tree.top(1).leaves.len(), 1);
    assert_eq!(tree.members(tree.top(1).leaves[0]).len(), 5);
    let one = link(2, &[1.0, 2.0], Linkage::Average).unwrap();
    assert_eq!((one.merges.len(), one.cut(1), one.top(5).leaves), (0, vec![0], vec![0]));
    assert!(link(1, &[1.0, f64::NAN], Linkage::Ward).is_err());
}

#[test]
fn what_does_not_vary_has_no_scale_and_no_component() {
    for scaling in [Scaling::Standard, Scaling::MinMax, Scaling::Robust, Scaling::None] {
        let scale = Scale::of(&[0.1; 7], scaling, true).unwrap();
        assert!(scaling == Scaling::None || scale.apply(0.1) == 0.0, "{scaling:?}");
        let scale = Scale::of(&[1.0, 1.0, 1.0, 1.0, 50.0], scaling, true).unwrap();
        for value in [-3.0, 0.0, 1.0, 50.0, 1e6] {
            assert!((scale.invert(scale.apply(value)) - value).abs() <= 1e-9 * value.abs().max(1.0));
        }
        assert!(scale.apply(50.0).is_finite());
    }
    assert!(Scale::of(&[], Scaling::Standard, false).is_err());
    let flat = pca(&Rows::new(2, &[1.0, 3.0, 1.0, 5.0, 1.0, 7.0]).unwrap()).unwrap();
    assert_eq!((flat.explained.clone(), flat.loadings(0)), (vec![1.0, 0.0], vec![0.0, 1.0]));
    assert!(pca(&Rows::new(2, &[1.0, 3.0]).unwrap()).is_err());
    let none = pca(&Rows::new(1, &[2.0, 2.0]).unwrap()).unwrap();
    assert_eq!(none.explained, [0.0]);
}

#[test]
fn what_is_no_table_is_refused() {
    assert!(matches!(Rows::new(2, &[1.0, 2.0, 3.0]), Err(Error::UnequalLengths { .. })));
    assert!(matches!(Rows::new(0, &[]), Err(Error::Empty { .. })));
    assert!(matches!(Rows::new(1, &[f64::INFINITY]), Err(Error::NotFinite { .. })));
    let rows = Rows::new(1, &[1.0, 2.0]).unwrap();
    assert!(matches!(search(&rows, &quick()), Err(Error::CountOutOfRange { .. })));
    assert!(adjusted_rand(&[0], &[]).is_err());
    assert_eq!(adjusted_rand(&[0, 0, 0], &[1, 1, 1]), Ok(1.0));
}
