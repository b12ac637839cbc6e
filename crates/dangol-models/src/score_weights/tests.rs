use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::correlation::spearman;
use crate::regression::{Design, Linear, Logistic, Settings, area_under_curve};

const FIT: FitSettings = FitSettings { draws: 60, level: 0.9, seed: 3, threads: 1 };
const JUDGE: JudgeSettings = JudgeSettings { top_share: 0.2, draws: 60, level: 0.9, seed: 3, threads: 1 };

/// Customers whose spend is Σ weight × score with noise, and who buy by the same sum.
fn customers(count: usize, weights: [f64; 3], seed: u64) -> (Vec<[u8; 3]>, Vec<f64>, Vec<bool>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let scores: Vec<[u8; 3]> = (0..count)
        .map(|_| {
            let r = random.random_range(1..=5);
            let f = random.random_range(1..=5_u8);
            // Monetary value goes with frequency, as it does.
            [r, f, if random.random::<f64>() < 0.5 { f } else { random.random_range(1..=5) }]
        })
        .collect();
    let sum = |x: &[u8; 3]| weights.iter().zip(x).map(|(w, x)| w * f64::from(*x)).sum::<f64>();
    let bought: Vec<bool> =
        scores.iter().map(|x| random.random::<f64>() < crate::math::logistic(sum(x) - 3.0)).collect();
    let spend = scores
        .iter()
        .zip(&bought)
        .map(|(x, bought)| if *bought { 20.0 + 100.0 * random.random::<f64>() * sum(x) } else { 0.0 })
        .collect();
    (scores, spend, bought)
}

fn columns(scores: &[[u8; 3]]) -> Design {
    let column = |j: usize| scores.iter().map(|x| f64::from(x[j])).collect();
    Design::new(
        scores.len(),
        ["r", "f", "m"].into_iter().enumerate().map(|(j, name)| (name.to_owned(), column(j))),
    )
    .unwrap()
}

/// Cells and rows are the same regression: against this crate's own, which is held against three others.
#[test]
fn cells_give_the_coefficients_of_rows() {
    let (scores, spend, bought) = customers(3_000, [0.5, 0.2, 0.6], 1);
    let outcomes = Outcomes::new(&scores, &spend, &bought).unwrap();
    let capped: Vec<f64> = spend.iter().map(|spend| spend.min(outcomes.cap())).collect();
    assert!(capped != spend);
    let linear = Linear::fit(&columns(&scores), &capped, 0.9).unwrap();
    let logistic = Logistic::fit(&columns(&scores), &bought, Settings::default()).unwrap();
    for (form, theirs) in [(Form::Linear, &linear.coefficients), (Form::Logistic, &logistic.coefficients)] {
        let fitted = fit(&outcomes, form, &FIT).unwrap().unwrap();
        let total: f64 = theirs.iter().map(|c| c.estimate.unwrap()).sum();
        for (factor, theirs) in fitted.factors.iter().zip(theirs) {
            let estimate = theirs.estimate.unwrap();
            assert!((factor.coefficient.value.unwrap() / estimate - 1.0).abs() < 1e-8, "{form:?}");
            assert!((factor.weight.value.unwrap() - estimate / total).abs() < 1e-8);
            // Standard errors take the noise for equal, customers drawn anew do not: alike within a third.
            let width = (factor.coefficient.high.unwrap() - factor.coefficient.low.unwrap())
                / (theirs.high.unwrap() - theirs.low.unwrap());
            assert!(width > 0.66 && width < 1.5, "{form:?} {width}");
        }
        assert!((fitted.weights().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

/// Measures told from cells are those of all customers one by one.
#[test]
fn measures_are_those_of_customers_one_by_one() {
    let (scores, spend, bought) = customers(2_000, [0.5, 0.2, 0.6], 2);
    let (earlier, later) =
        (Outcomes::new(&scores, &spend, &bought).unwrap(), customers(1_500, [0.5, 0.2, 0.6], 4));
    let outcomes = Outcomes::new(&later.0, &later.1, &later.2).unwrap();
    let weights = [0.2, 0.3, 0.5];
    let judged = judge(&earlier, &outcomes, &[Candidate::Weighted(weights)], &JUDGE).unwrap()[0];
    let values: Vec<f64> = later
        .0
        .iter()
        .map(|x| (10.0 * weights.iter().zip(x).map(|(w, x)| w * f64::from(*x)).sum::<f64>()).round() / 10.0)
        .collect();
    let of = |measured: Measured| measured.value.unwrap();
    assert!(
        (of(judged.quality.rank_correlation) - spearman(&values, &later.1).unwrap().unwrap()).abs() < 1e-12
    );
    assert!(
        (of(judged.quality.area_under_curve) - area_under_curve(&values, &later.2).unwrap().unwrap()).abs()
            < 1e-12
    );
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let edge = values[order[299]];
    let sum = |chosen: &dyn Fn(f64) -> bool| -> (f64, f64) {
        let own = values.iter().zip(&later.1).filter(|(value, _)| chosen(**value));
        own.fold((0.0, 0.0), |(count, total), (_, spend)| (count + 1.0, total + spend))
    };
    let (above, at) = (sum(&|value| value > edge), sum(&|value| value == edge));
    let caught = (above.1 + at.1 * (300.0 - above.0) / at.0) / outcomes.revenue();
    assert!((of(judged.quality.caught) - caught).abs() < 1e-12);

    let line = Design::new(
        2_000,
        [(
            "score".to_owned(),
            scores
                .iter()
                .map(|x| 0.2 * f64::from(x[0]) + 0.3 * f64::from(x[1]) + 0.5 * f64::from(x[2]))
                .collect(),
        )],
    )
    .unwrap();
    let cap = |spend: &[f64]| -> Vec<f64> { spend.iter().map(|spend| spend.min(earlier.cap())).collect() };
    let line = Linear::fit(&line, &cap(&spend), 0.9).unwrap();
    let expected =
        line.expected(&Design::new(1_500, [("score".to_owned(), values.clone())]).unwrap()).unwrap();
    let actual = cap(&later.1);
    let mean = sum_of(&actual) / 1_500.0;
    let squares = |of: &dyn Fn(usize) -> f64| (0..1_500).map(|at| of(at) * of(at)).sum::<f64>();
    let r_squared = 1.0 - squares(&|at| actual[at] - expected[at]) / squares(&|at| actual[at] - mean);
    assert!((of(judged.quality.r_squared) - r_squared).abs() < 1e-9);
    assert!(judged.quality.caught.low.unwrap() < caught && caught < judged.quality.caught.high.unwrap());
    assert_eq!(judged.better.caught.value, Some(0.0));
}

fn sum_of(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// Weights that were put in are found, and beat equal ones where these are wrong.
#[test]
fn weights_are_recovered_and_judged() {
    let truth = [0.9, 0.0, 0.3];
    let (scores, spend, bought) = customers(20_000, truth, 5);
    let earlier = Outcomes::new(&scores, &spend, &bought).unwrap();
    let (scores, spend, bought) = customers(20_000, truth, 6);
    let later = Outcomes::new(&scores, &spend, &bought).unwrap();
    let mut ways = vec![Candidate::Weighted([1.0 / 3.0; 3])];
    for form in [Form::Linear, Form::Logistic, Form::Boosting] {
        let fitted = fit(&earlier, form, &FIT).unwrap().unwrap();
        let weights = fitted.weights();
        // Shares of gain lean to what matters most; coefficients are the shares themselves.
        let near = if form == Form::Boosting { 0.2 } else { 0.05 };
        assert!((weights[0] - 0.75).abs() < near && weights[1] < 0.04, "{form:?} {weights:?}");
        ways.push(Candidate::Weighted(weights));
        if form == Form::Boosting {
            ways.push(Candidate::Expected(
                later.scores().iter().map(|x| fitted.expected(x).unwrap()).collect(),
            ));
        }
    }
    let judged = judge(&earlier, &later, &ways, &JUDGE).unwrap();
    for fitted in &judged[1..] {
        assert!(fitted.better.caught.low.unwrap() > 0.0, "{fitted:?}");
        assert!(fitted.better.rank_correlation.low.unwrap() > 0.0);
        assert!(fitted.better.area_under_curve.low.unwrap() > 0.0);
        assert!(fitted.better.r_squared.low.unwrap() > 0.0);
    }
}

#[test]
fn a_negative_coefficient_is_told_and_weighs_nothing() {
    let (scores, ..) = customers(4_000, [0.0; 3], 7);
    // More frequency, less spend: the frequent have bought all they need.
    let spend: Vec<f64> = scores
        .iter()
        .map(|[r, f, m]| 100.0 + 5.0 * f64::from(*r) - 8.0 * f64::from(*f) + 9.0 * f64::from(*m))
        .collect();
    let bought: Vec<bool> =
        spend.iter().enumerate().map(|(at, spend)| (at * 37 % 100) as f64 + 40.0 < *spend).collect();
    let outcomes = Outcomes::new(&scores, &spend, &bought).unwrap();
    for form in [Form::Linear, Form::Logistic, Form::Boosting] {
        let fitted = fit(&outcomes, form, &FIT).unwrap().unwrap();
        assert!(fitted.factors[1].coefficient.high.unwrap() < 0.0, "{form:?}");
        assert_eq!(fitted.factors[1].weight.value, Some(0.0));
        assert!((fitted.weights().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
    // Without frequency, the best weights are those of a regression without it.
    let without =
        Design::new(4_000, [0, 2].map(|j| (j.to_string(), scores.iter().map(|x| f64::from(x[j])).collect())))
            .unwrap();
    let capped: Vec<f64> = spend.iter().map(|spend| spend.min(outcomes.cap())).collect();
    let theirs = Linear::fit(&without, &capped, 0.9).unwrap();
    let [r, m] = [0, 1].map(|at| theirs.coefficients[at].estimate.unwrap());
    let weights = fit(&outcomes, Form::Linear, &FIT).unwrap().unwrap().weights();
    assert!((weights[0] - r / (r + m)).abs() < 1e-9);
}

#[test]
fn what_cannot_be_told_is_none() {
    let scores: Vec<[u8; 3]> = (0..60).map(|at| [at % 5 + 1, 3, at % 2 + 1]).collect();
    let rising: Vec<f64> = scores.iter().map(|x| f64::from(x[0])).collect();
    let some: Vec<bool> = (0..60).map(|at| at % 3 == 0).collect();
    // All have the same frequency.
    let outcomes = Outcomes::new(&scores, &rising, &some).unwrap();
    let fitted = fit(&outcomes, Form::Linear, &FIT).unwrap().unwrap();
    assert_eq!(fitted.factors[1].coefficient, Measured::default());
    assert_eq!(fitted.factors[1].weight.value, Some(0.0));
    // Nobody spends more with any score: all fall.
    let falling: Vec<f64> = scores.iter().map(|x| 100.0 - f64::from(x[0]) - f64::from(x[2])).collect();
    let falls = Outcomes::new(&scores, &falling, &some).unwrap();
    for form in [Form::Linear, Form::Boosting] {
        assert_eq!(fit(&falls, form, &FIT).unwrap(), None, "{form:?}");
    }
    // The recency score tells buyers from others without exception.
    let told: Vec<bool> = scores.iter().map(|x| x[0] > 2).collect();
    let separated = Outcomes::new(&scores, &rising, &told).unwrap();
    assert_eq!(fit(&separated, Form::Logistic, &FIT).unwrap(), None);
    // Everybody spends the same, all buy: ranks, areas and R² have nothing to tell; shares have.
    let same = Outcomes::new(&scores, &[7.0; 60], &[true; 60]).unwrap();
    let judged = judge(&same, &same, &[Candidate::Weighted([1.0, 0.0, 0.0])], &JUDGE).unwrap()[0].quality;
    assert_eq!(
        (judged.rank_correlation.value, judged.area_under_curve.value, judged.r_squared.value),
        (None, None, None)
    );
    assert!((judged.caught.value.unwrap() - 0.2).abs() < 1e-12);

    assert!(matches!(Outcomes::new(&[], &[], &[]), Err(Error::Empty { .. })));
    assert!(matches!(Outcomes::new(&[[1, 1, 1]], &[1.0], &[]), Err(Error::UnequalLengths { right: 0, .. })));
    assert!(matches!(Outcomes::new(&[[1, 1, 1]], &[f64::NAN], &[true]), Err(Error::NotFinite { .. })));
    let wrong = Candidate::Expected(vec![1.0]);
    assert!(matches!(judge(&same, &same, &[wrong], &JUDGE), Err(Error::UnequalLengths { .. })));
    let nobody = JudgeSettings { top_share: 0.0, ..JUDGE };
    assert!(matches!(judge(&same, &same, &[], &nobody), Err(Error::NotAProbability { .. })));
}

#[test]
fn threads_and_the_order_of_customers_change_nothing() {
    let (scores, spend, bought) = customers(1_000, [0.5, 0.2, 0.6], 8);
    let outcomes = Outcomes::new(&scores, &spend, &bought).unwrap();
    let ways = [Candidate::Weighted([1.0, 1.0, 1.0]), Candidate::Weighted([0.1, 0.0, 0.9])];
    for form in [Form::Linear, Form::Logistic, Form::Boosting] {
        let alone = fit(&outcomes, form, &FIT).unwrap();
        assert_eq!(alone, fit(&outcomes, form, &FitSettings { threads: 4, ..FIT }).unwrap());
    }
    let alone = judge(&outcomes, &outcomes, &ways, &JUDGE).unwrap();
    assert_eq!(alone, judge(&outcomes, &outcomes, &ways, &JudgeSettings { threads: 4, ..JUDGE }).unwrap());

    let back = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
    let turned = Outcomes::new(
        &scores.iter().rev().copied().collect::<Vec<_>>(),
        &back(&spend),
        &bought.iter().rev().copied().collect::<Vec<_>>(),
    )
    .unwrap();
    assert_eq!(fit(&outcomes, Form::Boosting, &FIT).unwrap(), fit(&turned, Form::Boosting, &FIT).unwrap());
    assert_eq!(alone, judge(&turned, &turned, &ways, &JUDGE).unwrap());
}
