//! Totals against what simulated customers really spend. The shop is simulated here, from the models' definitions alone.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, Exp, Gamma};

use super::*;
use crate::lifetime::clv::{Discounting, Horizon, Outlook, Schedule, Timing, outlooks};
use crate::lifetime::gamma_gamma::{self, Spends};
use crate::lifetime::intervals::{Scale, delta};
use crate::lifetime::{BgFamily, BgModel, Histories, TimeOfLastPurchase, TimeUnit, fit};

/// Somebody seen for a while, and what they spend afterwards.
struct Simulated {
    history: History,
    spend: Spend,
    /// Spent after the cut, up to the horizon.
    later: f64,
}

/// A customer who buys at a rate of their own and may leave after each purchase, the first one included.
fn simulate(age: f64, ahead: f64, rng: &mut impl Rng) -> Simulated {
    let rate: f64 = Gamma::new(0.8, 1.0 / 9.0).unwrap().sample(rng);
    let leaves: f64 = Beta::new(0.7, 2.0).unwrap().sample(rng);
    let price: f64 = Gamma::new(4.0, 1.0 / 60.0).unwrap().sample(rng);
    let (mut now, mut last, mut before, mut spent, mut later) = (0.0, 0.0, 0_u32, 0.0, 0.0);
    while rng.random::<f64>() >= leaves {
        now += Exp::new(rate.max(1e-12)).unwrap().sample(rng);
        if now > age + ahead {
            break;
        }
        let amount: f64 = Gamma::new(5.0, 1.0 / price).unwrap().sample(rng);
        if now <= age {
            (last, before, spent) = (now, before + 1, spent + amount);
        } else {
            later += amount;
        }
    }
    let mean = if before == 0 { 0.0 } else { spent / f64::from(before) };
    Simulated {
        history: History::new(before, TimeOfLastPurchase(last), age).unwrap(),
        spend: Spend { purchases: before, mean },
        later,
    }
}

/// Shops with twelve cohorts, cut at a day: how many of the cohorts' totals afterwards their 90 % intervals hold, and
/// how far all of the total lies from what was expected.
fn coverage(shops: u64, customers: usize, sampled: usize) -> (usize, usize, f64) {
    const AHEAD: f64 = 26.0;
    let (mut held, mut all, mut expected_sum, mut later_sum) = (0, 0, 0.0, 0.0);
    for shop in 0..shops {
        let mut rng = ChaCha8Rng::seed_from_u64(1_000 + shop);
        let cohorts: Vec<Vec<Simulated>> = (0..12)
            .map(|cohort| {
                let age = |at: usize| f64::from(cohort) * 4.0 + 4.0 * (at as f64 + 0.5) / customers as f64;
                (0..customers).map(|at| simulate(age(at), AHEAD, &mut rng)).collect()
            })
            .collect();
        let everybody = || cohorts.iter().flatten();
        let data = Histories::new(TimeUnit::Week, everybody().map(|one| one.history)).unwrap();
        let fitted = fit(&BgFamily::MBG_NBD, &data);
        let spending = gamma_gamma::fit(&Spends::new(everybody().map(|one| one.spend)).unwrap());
        let horizon = Horizon::new(AHEAD, TimeUnit::Week).unwrap();
        let schedule =
            Schedule::new(horizon, Discounting::new(0.0, Timing::Continuous).unwrap(), TimeUnit::Week);
        for cohort in &cohorts {
            let histories: Vec<History> = cohort.iter().map(|one| one.history).collect();
            let ahead = outlooks(&fitted.model, &histories, &schedule);
            let spends = |model: &GammaGamma| -> Vec<f64> {
                cohort.iter().map(|one| model.expected_spend(one.spend).unwrap()).collect()
            };
            let worth = |ahead: &[Outlook], spends: &[f64]| -> f64 {
                ahead.iter().zip(spends).map(|(ahead, spend)| ahead.purchases * spend).sum()
            };
            let fixed = spends(&spending.model);
            let expected = worth(&ahead, &fixed);
            let by_purchases = delta(&BgFamily::MBG_NBD, &fitted, 0.9, Scale::Positive, |model: &BgModel| {
                worth(&outlooks(model, &histories, &schedule), &fixed)
            });
            let by_spend =
                gamma_gamma::delta(&spending, 0.9, Scale::Positive, |model| worth(&ahead, &spends(model)));
            let error = |found: Result<Option<crate::lifetime::intervals::Interval>>| {
                let found = found.unwrap().unwrap();
                (found.high / found.low).ln() / (2.0 * 1.644_853_626_951_472)
            };
            let step = customers.div_ceil(sampled);
            let places: Vec<usize> = (0..customers).step_by(step).collect();
            let people: Vec<Person<'_, BgModel>> = places
                .iter()
                .map(|&at| Person {
                    model: &fitted.model,
                    history: cohort[at].history,
                    spend: cohort[at].spend,
                    stream: at as u64,
                })
                .collect();
            let drawn = draw_totals(&people, &spending.model, &[AHEAD], 400, shop);
            let (low, high) = FutureTotal {
                expected,
                customers_per_drawn: customers as f64 / places.len() as f64,
                expected_of_drawn: places.iter().map(|&at| ahead[at].purchases * fixed[at]).sum(),
                drawn: &drawn[0],
                relative_error: error(by_purchases).hypot(error(by_spend)),
            }
            .interval(0.9)
            .unwrap();
            let later: f64 = cohort.iter().map(|one| one.later).sum();
            held += usize::from(low <= later && later <= high);
            all += 1;
            expected_sum += expected;
            later_sum += later;
        }
    }
    (held, all, expected_sum / later_sum - 1.0)
}

#[test]
fn intervals_hold_what_comes_after() {
    let (held, all, off) = coverage(5, 120, 120);
    println!("{held} of {all}, total off by {off:.3}");
    // 54 of 60 are expected; totals of one shop miss together. With either part of the uncertainty left out, fewer hold.
    assert!((48..60).contains(&held), "{held} of {all}");
    assert!(off.abs() < 0.1, "{off}");
}

/// Minutes without optimisation.
#[test]
#[ignore = "a study of some minutes: cargo test --release -- --ignored coverage_of_cohort_totals"]
fn coverage_of_cohort_totals() {
    for (shops, customers, sampled) in [(100, 40, 40), (100, 300, 300), (100, 300, 100)] {
        let (held, all, off) = coverage(shops, customers, sampled);
        let share = held as f64 / all as f64;
        println!("cohorts of {customers}, {sampled} drawn: {share:.3} of {all} held, totals off by {off:.3}");
        assert!((0.87..0.93).contains(&share), "{share}");
        assert!(off.abs() < 0.02, "{off}");
    }
}

/// The mean of the draws is what the formulas expect, by each of the times.
#[test]
fn draws_have_the_expected_mean() {
    let model = BgModel::new(BgFamily::MBG_NBD, 0.8, 6.0, 0.9, 2.1).unwrap();
    let spending = GammaGamma::new(6.0, 8.0, 40.0).unwrap();
    let history = |x, last, age| History::new(x, TimeOfLastPurchase(last), age).unwrap();
    let known = [
        (history(0, 0.0, 8.0), Spend { purchases: 0, mean: 0.0 }),
        (history(4, 18.0, 20.0), Spend { purchases: 4, mean: 55.0 }),
    ];
    let people: Vec<Person<'_, BgModel>> = (0..)
        .zip(&known)
        .map(|(stream, (history, spend))| Person { model: &model, history: *history, spend: *spend, stream })
        .collect();
    let times = [5.0, 20.0];
    let totals = draw_totals(&people, &spending, &times, 20_000, 3);
    for (time, totals) in times.iter().zip(&totals) {
        let expected: f64 = known
            .iter()
            .map(|(history, spend)| {
                model.conditional_expected_purchases(history, *time)
                    * spending.expected_spend(*spend).unwrap()
            })
            .sum();
        let summary = crate::summary::summarize(totals).unwrap().unwrap();
        let error = summary.std.unwrap() / (totals.len() as f64).sqrt();
        assert!((summary.mean - expected).abs() < 4.0 * error, "{} for {expected}", summary.mean);
    }
    assert!(totals[0].iter().zip(&totals[1]).all(|(soon, later)| soon <= later));
    // The same customer has the same futures alone.
    let alone = draw_totals(&people[1..], &spending, &times, 50, 3);
    let first = draw_totals(&people[..1], &spending, &times, 50, 3);
    let both = draw_totals(&people, &spending, &times, 50, 3);
    assert!((0..50).all(|draw| (both[1][draw] - alone[1][draw] - first[1][draw]).abs() < 1e-9));
}

#[test]
fn an_interval_adds_both_parts_and_shrinks_with_company() {
    // Draws from 90 to 110 in equal steps: 90 % of them lie within 91 … 109.
    let drawn: Vec<f64> = (0..=2_000).map(|step| 90.0 + f64::from(step) / 100.0).collect();
    let total = FutureTotal {
        expected: 100.0,
        customers_per_drawn: 1.0,
        expected_of_drawn: 100.0,
        drawn: &drawn,
        relative_error: 0.0,
    };
    let (low, high) = total.interval(0.9).unwrap();
    assert!((low - 91.0).abs() < 1e-9 && (high - 109.0).abs() < 1e-9, "{low} {high}");
    // Four times as many customers: half as far, relative to four times as much.
    let four = FutureTotal { expected: 400.0, customers_per_drawn: 4.0, ..total };
    let (low, high) = four.interval(0.9).unwrap();
    assert!((low - 382.0).abs() < 1e-9 && (high - 418.0).abs() < 1e-9, "{low} {high}");
    // With the parameters alone uncertain: a log-normal's ends, but for the width of its parts.
    let sure = FutureTotal { drawn: &[100.0], relative_error: 0.1, ..total };
    let (low, high) = sure.interval(0.9).unwrap();
    assert!((low.ln() - 100_f64.ln() + 0.1645).abs() < 0.006, "{low}");
    assert!((high.ln() - 100_f64.ln() - 0.1645).abs() < 0.006, "{high}");
    assert!(FutureTotal { expected: 0.0, ..total }.interval(0.9).is_err());
    assert!(FutureTotal { relative_error: f64::NAN, ..total }.interval(0.9).is_err());
    assert!(FutureTotal { drawn: &[], ..total }.interval(0.9).is_err());
    assert!(total.interval(1.0).is_err());
}
