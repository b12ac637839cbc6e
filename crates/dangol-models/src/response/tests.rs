use rand_distr::Poisson;

use super::*;
use crate::bootstrap::interval;

/// Months of a channel whose curve is known.
fn months(power: f64, at_mean: f64, spread: f64, count: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let spend = 1_000.0 * (spread * (2.0 * random.random::<f64>() - 1.0)).exp();
            let mean = at_mean * (spend / 1_000.0).powf(power);
            (spend, Poisson::new(mean).unwrap().sample(&mut random))
        })
        .unzip()
}

fn power_interval(spend: &[f64], customers: &[f64], seed: u64) -> (f64, f64) {
    let curve = ResponseCurve::fit(spend, customers).unwrap().unwrap();
    let drawn = curve.draw(spend, customers, 1_000, seed).unwrap();
    interval(drawn.iter().map(|curve| curve.power), 0.9).unwrap().unwrap()
}

#[test]
fn the_power_comes_back_and_its_interval_holds_it() {
    for power in [0.3, 0.6, 0.9] {
        let (mut held, mut sum) = (0, 0.0);
        let channels = 200;
        for seed in 0..channels {
            let (spend, customers) = months(power, 60.0, 1.0, 36, seed);
            let curve = ResponseCurve::fit(&spend, &customers).unwrap().unwrap();
            sum += curve.power;
            let (low, high) = power_interval(&spend, &customers, seed);
            held += u64::from(low <= power && power <= high);
        }
        let mean = sum / channels as f64;
        assert!((mean - power).abs() < 0.03, "{power}: {mean} on average");
        let share = held as f64 / channels as f64;
        assert!((0.84..=0.98).contains(&share), "{power}: {share}");
    }
}

#[test]
fn expected_customers_lie_in_their_interval() {
    let (mut held, channels) = (0, 300);
    for seed in 0..channels {
        let (spend, customers) = months(0.5, 20.0, 0.8, 24, 1_000 + seed);
        let curve = ResponseCurve::fit(&spend, &customers).unwrap().unwrap();
        let drawn = curve.draw(&spend, &customers, 1_000, seed).unwrap();
        let truth = 20.0 * 1.5_f64.powf(0.5);
        let (low, high) = interval(drawn.iter().map(|curve| curve.at(1_500.0)), 0.9).unwrap().unwrap();
        held += u64::from(low <= truth && truth <= high);
    }
    let share = held as f64 / channels as f64;
    assert!((0.86..=0.95).contains(&share), "{share}");
}

#[test]
fn months_that_are_alike_leave_the_power_open() {
    let (spend, customers) = months(0.5, 20.0, 0.02, 24, 3);
    let curve = ResponseCurve::fit(&spend, &customers).unwrap().unwrap();
    assert!(!curve.saturation_seen && !curve.effect_seen, "{curve:?}");
    let (low, high) = power_interval(&spend, &customers, 1);
    assert!(low < 0.15 && high > 0.85, "{low} to {high}");
}

#[test]
fn boundaries_are_named() {
    let (spend, customers) = months(0.0, 200.0, 1.0, 48, 5);
    let flat = ResponseCurve::fit(&spend, &customers).unwrap().unwrap();
    assert!(flat.power < 0.1 && !flat.effect_seen && flat.saturation_seen, "{flat:?}");
    let (spend, customers) = months(1.0, 200.0, 1.0, 48, 5);
    let straight = ResponseCurve::fit(&spend, &customers).unwrap().unwrap();
    assert!(straight.power > 0.93 && straight.effect_seen && !straight.saturation_seen, "{straight:?}");
    // Customers who become fewer with spend: the nearest curve is flat.
    let falling = ResponseCurve::fit(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[60.0, 50.0, 40.0, 30.0, 20.0, 10.0]);
    assert_eq!(falling.unwrap().unwrap().power, 0.0);
}

#[test]
fn too_little_gives_nothing() {
    let fit = |spend: &[f64], customers: &[f64]| ResponseCurve::fit(spend, customers).unwrap();
    assert_eq!(fit(&[1.0; 5], &[1.0; 5]), None);
    assert_eq!(fit(&[7.0; 24], &[3.0; 24]), None, "all the same");
    assert_eq!(fit(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[9.0; 6]), None, "five months of spend");
    assert_eq!(fit(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[0.0; 6]), None, "nobody came");
    assert!(ResponseCurve::fit(&[1.0], &[]).is_err() && ResponseCurve::fit(&[-1.0], &[1.0]).is_err());
}

/// Two power curves have a split in closed form: equal powers, spend in the ratio of s^(1 / (1 − β)).
#[test]
fn a_budget_is_split_where_marginal_returns_are_equal() {
    let value = |at: usize, spend: f64| [30.0, 10.0][at] * spend.sqrt();
    let split = best_split(1_000.0, &[(0.0, 1e9), (0.0, 1e9)], value);
    assert!((split.spend[0] - 900.0).abs() <= 2.5 && (split.spend[1] - 100.0).abs() <= 2.5, "{split:?}");
    assert!((split.spend.iter().sum::<f64>() - 1_000.0).abs() < 1e-6 && split.left < 1e-6);
    let bounded = best_split(1_000.0, &[(0.0, 500.0), (0.0, 300.0)], value);
    assert_eq!(
        (bounded.spend[0].round(), bounded.spend[1].round(), bounded.left.round()),
        (500.0, 300.0, 200.0)
    );
    let scarce = best_split(100.0, &[(100.0, 500.0), (300.0, 400.0)], value);
    assert_eq!((scarce.spend, scarce.left), (vec![25.0, 75.0], 0.0));
    assert_eq!(best_split(100.0, &[], value).left, 100.0);
}
