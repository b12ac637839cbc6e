//! By simulation: tests call 5 % of what is no difference one, intervals hold what they say.

use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, LogNormal, Poisson, StandardNormal};

use super::*;

/// Simulated sets; a rate of 5 % then has a standard error of 0.4 %.
const SETS: usize = 3_000;
/// Four standard errors.
const NOISE: f64 = 0.016;

/// How often something is true of a simulated set.
fn share_of(seed: u64, mut is_true: impl FnMut(&mut ChaCha8Rng) -> bool) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..SETS).filter(|_| is_true(&mut rng)).count() as f64 / SETS as f64
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < NOISE, "{found}, not {expected}");
}

fn binomial(rng: &mut ChaCha8Rng, trials: u64, rate: f64) -> Proportion {
    Proportion::new(Binomial::new(trials, rate).unwrap().sample(rng), trials).unwrap()
}

/// Units of a category: most customers have none, a few many.
fn units(rng: &mut ChaCha8Rng) -> f64 {
    if rng.random::<f64>() < 0.6 { 0.0 } else { 1.0 + Poisson::new(1.5).unwrap().sample(rng) }
}

fn units_of(rng: &mut ChaCha8Rng, sizes: &[usize]) -> Ranked {
    let values: Vec<(usize, f64, u64)> = sizes
        .iter()
        .enumerate()
        .flat_map(|(group, size)| std::iter::repeat_n(group, *size))
        .map(|group| (group, units(rng), 1))
        .collect();
    Ranked::collect(sizes.len(), values).unwrap()
}

#[test]
fn chi_square_of_the_same_values() {
    let wrong = share_of(1, |rng| {
        let mut table = vec![vec![0_u64; 3]; 2];
        for (row, size) in [(0, 80), (1, 200)] {
            (0..size).for_each(|_| table[row][[0, 0, 1, 1, 2][rng.random_range(0..5)]] += 1);
        }
        chi_square(&table).unwrap().unwrap().test.p_value < 0.05
    });
    near(wrong, 0.05);
}

#[test]
fn an_exact_test_is_never_too_bold() {
    let wrong = share_of(2, |rng| {
        let [a, b] = [12, 18].map(|size| binomial(rng, size, 0.4));
        let table = [a, b].map(|one| [one.successes, one.trials - one.successes]);
        fisher_exact(table).is_some_and(|found| found.p_value < 0.05)
    });
    assert!(wrong > 0.005 && wrong < 0.05, "{wrong}");
}

#[test]
fn ranks_of_the_same_distribution() {
    near(share_of(3, |rng| kruskal_wallis(&units_of(rng, &[30, 60, 45])).unwrap().p_value < 0.05), 0.05);
    near(share_of(4, |rng| mann_whitney(&units_of(rng, &[30, 60]), 0).unwrap().p_value < 0.05), 0.05);
    near(share_of(5, |rng| jonckheere_terpstra(&units_of(rng, &[30, 60, 45])).unwrap().p_value < 0.05), 0.05);
}

#[test]
fn means_and_trends_without_a_difference() {
    let skewed = LogNormal::new(3.0, 0.7).unwrap();
    let sample = |rng: &mut ChaCha8Rng, size: usize| {
        Moments::of(&(0..size).map(|_| skewed.sample(rng)).collect::<Vec<f64>>()).unwrap()
    };
    near(share_of(6, |rng| welch(sample(rng, 120), sample(rng, 200)).unwrap().p_value < 0.05), 0.05);
    let trend = share_of(7, |rng| {
        let groups = [80, 150, 60, 90].map(|size| binomial(rng, size, 0.3));
        cochran_armitage(&groups, &[0.0, 1.0, 2.0, 3.0]).unwrap().unwrap().p_value < 0.05
    });
    near(trend, 0.05);
}

/// Kinds of a customer's orders: each has likes of its own, so that the orders are not independent.
fn orders(rng: &mut ChaCha8Rng) -> [f64; 4] {
    let count = 1 + Poisson::new(3.0).unwrap().sample(rng) as usize;
    let favourite = rng.random_range(0..4_usize);
    let mut kinds = [0.0; 4];
    for _ in 0..count {
        let kind = if rng.random::<f64>() < 0.5 { favourite } else { rng.random_range(0..4_usize) };
        kinds[kind] += 1.0;
    }
    kinds
}

fn shares_of(rng: &mut ChaCha8Rng, customers: usize) -> Vec<Share> {
    let mut shares = vec![Share::default(); 4];
    for _ in 0..customers {
        let kinds = orders(rng);
        let all: f64 = kinds.iter().sum();
        shares.iter_mut().zip(kinds).for_each(|(share, of_kind)| share.add(of_kind, all));
    }
    shares
}

#[test]
fn orders_of_the_same_customers_do_not_pass_for_many() {
    let (mut wrong, mut wrong_of_two, mut wrong_of_one, mut held, mut naive) = (0, 0, 0, 0, 0);
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    for _ in 0..SETS {
        let table = [shares_of(&mut rng, 100), shares_of(&mut rng, 160), shares_of(&mut rng, 60)];
        wrong += usize::from(rao_scott(&table).unwrap().unwrap().p_value < 0.05);
        wrong_of_two += usize::from(two_shares(&table[0][0], &table[1][0]).unwrap().p_value < 0.05);
        // Each kind is a quarter of all.
        wrong_of_one += usize::from(share_against(&table[0][2], 0.25).unwrap().unwrap().p_value < 0.05);
        let interval = interval_of_share(&table[1][3], 0.95).unwrap().unwrap();
        held += usize::from((interval.low..=interval.high).contains(&0.25));
        let counts: Vec<Vec<u64>> =
            table.iter().map(|row| row.iter().map(|share| share.of_kind as u64).collect()).collect();
        naive += usize::from(chi_square(&counts).unwrap().unwrap().test.p_value < 0.05);
    }
    let rate = |count: usize| count as f64 / SETS as f64;
    near(rate(wrong), 0.05);
    near(rate(wrong_of_two), 0.05);
    near(rate(wrong_of_one), 0.05);
    near(rate(held), 0.95);
    assert!(rate(naive) > 0.2, "a test over orders would have found much that is not there: {}", rate(naive));
}

#[test]
fn intervals_hold_what_they_say() {
    for (seed, sizes, rates) in [(9, [60, 200], [0.2, 0.1]), (10, [400, 90], [0.03, 0.06])] {
        let pair =
            |rng: &mut ChaCha8Rng| (binomial(rng, sizes[0], rates[0]), binomial(rng, sizes[1], rates[1]));
        let differences = share_of(seed, |rng| {
            let (a, b) = pair(rng);
            let found = difference_of_proportions(a, b, 0.95).unwrap().unwrap();
            (found.low..=found.high).contains(&(rates[0] - rates[1]))
        });
        // Counts are whole numbers: the interval can hold a little more or less than it says.
        assert!((0.935..0.975).contains(&differences), "{differences}");
        let ratios = share_of(seed + 10, |rng| {
            let (a, b) = pair(rng);
            // Where b is 0 there is no interval, and none that could be wrong.
            let found = ratio_of_proportions(a, b, 0.95).unwrap();
            found.is_none_or(|found| (found.low..=found.high).contains(&(rates[0] / rates[1])))
        });
        assert!((0.935..0.975).contains(&ratios), "{ratios}");
    }
}

#[test]
fn intervals_of_means_and_shares_hold_what_they_say() {
    let mean = 0.4 * 2.5;
    let sample = |rng: &mut ChaCha8Rng, size: usize, times: f64| {
        Moments::of(&(0..size).map(|_| times * units(rng)).collect::<Vec<f64>>()).unwrap()
    };
    let differences = share_of(30, |rng| {
        let (a, b) = (sample(rng, 150, 2.0), sample(rng, 300, 1.0));
        let found = difference_of_means(a, b, 0.95).unwrap().unwrap();
        (found.low..=found.high).contains(&mean)
    });
    near(differences, 0.95);
    let ratios = share_of(31, |rng| {
        let (a, b) = (sample(rng, 150, 2.0), sample(rng, 300, 1.0));
        let found = ratio_of_means(a, b, 0.95).unwrap().unwrap();
        (found.low..=found.high).contains(&2.0)
    });
    near(ratios, 0.95);
    let shares = share_of(32, |rng| {
        let (a, b) = (shares_of(rng, 120), shares_of(rng, 200));
        let found = ratio_of_shares(&a[0], &b[1], 0.95).unwrap().unwrap();
        (found.low..=found.high).contains(&1.0)
    });
    near(shares, 0.95);
}

#[test]
fn of_what_stands_after_adjusting_few_are_false() {
    // Half of 40 tests have something to find.
    let mut rng = ChaCha8Rng::seed_from_u64(40);
    let mut false_share = 0.0;
    for _ in 0..1_000 {
        let p_values: Vec<f64> = (0..40)
            .map(|at| {
                let shift = if at < 20 { 3.0 } else { 0.0 };
                let noise: f64 = StandardNormal.sample(&mut rng);
                normal_p(shift + noise)
            })
            .collect();
        let adjusted = benjamini_hochberg(&p_values).unwrap();
        let stand: Vec<usize> = (0..40).filter(|at| adjusted[*at] <= 0.05).collect();
        let wrong = stand.iter().filter(|at| **at >= 20).count();
        false_share += wrong as f64 / stand.len().max(1) as f64 / 1_000.0;
    }
    // The share is α × 20 / 40.
    assert!((false_share - 0.025).abs() < 0.006, "{false_share}");
}
