use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, StandardNormal};

use super::*;
use crate::lifetime::gamma_gamma::{GammaGamma, Spend, Spends};
use crate::lifetime::test_data::{cdnow, cdnow_spends};
use crate::lifetime::tests::through_json;
use crate::lifetime::{
    BgFamily, BgModel, Histories, History, ParetoNbdFamily, PurchaseModel, TimeOfLastPurchase, TimeUnit, fit,
};

/// Mean, standard deviation, and the quantiles at 5, 50 and 95 % by another program.
type Other = (&'static str, [f64; 5]);

/// Whether two samples of one posterior differ by no more than chance.
fn agrees<M>(posterior: &Posterior<M>, (name, other): Other) {
    let own = posterior.parameter(name).unwrap();
    let [mean, deviation, low, median, high] = other;
    // Of the other program's draws at least a quarter as many are effective as of ours here.
    let error = deviation * (5.0 / own.effective_bulk.min(own.effective_tail)).sqrt();
    let middle = 4.0 * error;
    // Ends are less sure than the middle: by √(p (1 − p)) over the density there, about twice.
    let ends = 10.0 * error;
    let close = (own.mean - mean).abs() < middle
        && (own.median - median).abs() < 1.3 * middle
        && (own.low - low).abs() < ends
        && (own.high - high).abs() < ends
        && (own.standard_deviation / deviation).ln().abs() < 0.15;
    assert!(close, "{name}: {own:?} {other:?}");
    assert!(own.r_hat.is_some_and(|r_hat| r_hat < 1.02) && own.effective_bulk > 500.0, "{name}: {own:?}");
}

/// The numbers of tests/fixtures/posterior.py.
#[test]
fn bg_nbd_of_cdnow_is_as_by_pymc() {
    let Some(data) = cdnow() else { return };
    let priors = [
        ("r", Prior::Weibull { shape: 2.0, scale: 1.0 }),
        ("alpha", Prior::Weibull { shape: 2.0, scale: 10.0 }),
        ("size", Prior::Pareto { shape: 1.0, least: 1.0 }),
    ];
    let posterior = sample(&OnHistories::new(BgFamily::BG_NBD, &data), &priors, Settings::default()).unwrap();
    assert_eq!((posterior.models.len(), posterior.divergences), (4000, 0));
    for other in [
        ("r", [0.245_546, 0.012_570, 0.225_595, 0.245_058, 0.266_961]),
        ("alpha", [4.511_779, 0.379_443, 3.915_391, 4.492_256, 5.163_839]),
        ("a", [0.780_318, 0.190_710, 0.525_206, 0.752_402, 1.128_344]),
        ("b", [2.407_704, 0.743_739, 1.455_136, 2.281_470, 3.791_426]),
    ] {
        agrees(&posterior, other);
    }
    // What is asked of every model: expected purchases of the paper's customer in 39 weeks.
    let history = History::new(2, TimeOfLastPurchase(30.43), 38.86).unwrap();
    let expected = posterior.of(|model| model.conditional_expected_purchases(&history, 39.0)).unwrap();
    assert!(
        expected.low < 1.226 && expected.high > 1.226 && (expected.mean - 1.226).abs() < 0.05,
        "{expected:?}"
    );
}

#[test]
fn gamma_gamma_of_cdnow_is_as_by_a_grid() {
    let Some(customers) = cdnow_spends(1.0) else { return };
    let spends = Spends::new(customers).unwrap();
    let posterior = sample(&spends, &[], Settings::default()).unwrap();
    for other in [
        ("p", [6.506_644, 1.353_449, 4.829_573, 6.233_887, 8.846_306]),
        ("q", [3.743_570, 0.291_894, 3.270_687, 3.743_421, 4.284_483]),
        ("gamma", [15.634_565, 4.231_757, 9.403_784, 15.242_875, 23.164_297]),
        ("spend", [25.759_419, 0.725_810, 24.584_402, 25.793_233, 27.061_503]),
    ] {
        agrees(&posterior, other);
    }
}

#[test]
fn pareto_nbd_of_cdnow_is_where_its_likelihood_is() {
    let Some(data) = cdnow() else { return };
    let settings = Settings { draws: 400, warm_up: 200, ..Settings::default() };
    let posterior = sample(&OnHistories::new(ParetoNbdFamily::default(), &data), &[], settings).unwrap();
    assert!(posterior.worst_r_hat().is_some_and(|r_hat| r_hat < 1.03), "{:?}", posterior.parameters);
    assert!(posterior.divergences <= 5 && posterior.least_effective() > 100.0, "{:?}", posterior.parameters);
    // Weak priors move little: maximum likelihood 0.5532, 10.576; s and β are flat.
    let of = |name| posterior.parameter(name).unwrap();
    assert!((of("r").median - 0.5532).abs() < 0.03 && (of("alpha").median - 10.576).abs() < 0.6);
    assert!(
        of("s").low < 0.6063 && of("s").high > 0.6063 && of("beta").low < 11.67 && of("beta").high > 11.67
    );
    let year = posterior.of(|model| model.expected_purchases(52.0)).unwrap();
    assert!(
        (year.mean - fit(&ParetoNbdFamily::default(), &data).model.expected_purchases(52.0)).abs() < 0.05
    );
}

#[test]
fn cents_and_days_give_the_same_answers() {
    let (Some(dollars), Some(cents)) = (cdnow_spends(1.0), cdnow_spends(100.0)) else { return };
    let of =
        |customers: Vec<Spend>| sample(&Spends::new(customers).unwrap(), &[], Settings::default()).unwrap();
    let (dollars, cents) = (of(dollars), of(cents));
    let alike = |left: &Summary, right: &Summary, factor: f64| {
        let error = left.monte_carlo_error();
        assert!((left.mean - right.mean / factor).abs() < 6.0 * error, "{left:?} {right:?}");
    };
    alike(dollars.parameter("q").unwrap(), cents.parameter("q").unwrap(), 1.0);
    let mean = |posterior: &Posterior<_>| {
        posterior.of(|m: &crate::lifetime::gamma_gamma::GammaGamma| m.mean_spend().unwrap())
    };
    alike(&mean(&dollars).unwrap(), &mean(&cents).unwrap(), 100.0);

    let times = ([0, 3, 1, 0, 7, 2], [0, 120, 9, 0, 241, 77], [250, 240, 150, 90, 245, 200]);
    let [weeks, days] = [TimeUnit::Week, TimeUnit::Day].map(|unit| {
        let data = Histories::from_days(unit, &times.0, &times.1, &times.2).unwrap();
        sample(&OnHistories::new(BgFamily::MBG_NBD, &data), &[], Settings::default()).unwrap()
    });
    let year =
        |posterior: &Posterior<BgModel>, time| posterior.of(|model| model.expected_purchases(time)).unwrap();
    alike(&year(&weeks, 52.0), &year(&days, 364.0), 1.0);
}

#[test]
fn the_same_seed_gives_the_same_draws() {
    let data = simulated(&truth(), 200, 1);
    let settings = Settings { chains: 4, draws: 100, seed: 7, ..Settings::default() };
    let run = |settings| sample(&OnHistories::new(BgFamily::BG_NBD, &data), &[], settings).unwrap();
    let four = run(settings);
    assert_eq!(run(settings), four);
    // A chain is the same however many run beside it.
    assert_eq!(run(Settings { chains: 2, ..settings }).models, four.models[..200]);
    assert_ne!(run(Settings { seed: 8, ..settings }).models, four.models);
}

#[test]
fn posteriors_come_back_from_json_equal() {
    let data = simulated(&truth(), 200, 1);
    let settings = Settings { chains: 2, draws: 100, seed: 7, ..Settings::default() };
    let history = History::new(2, TimeOfLastPurchase(30.43), 38.86).unwrap();
    let ahead = |model: &dyn PurchaseModel| model.conditional_expected_purchases(&history, 39.0);
    let bg = sample(&OnHistories::new(BgFamily::MBG_NBD, &data), &[], settings).unwrap();
    let pareto = sample(&OnHistories::new(ParetoNbdFamily {}, &data), &[], settings).unwrap();
    let customers = [(1, 12.0), (3, 40.5), (2, 22.0), (5, 9.9), (1, 35.0), (2, 18.0)];
    let spends = Spends::new(customers.map(|(purchases, mean)| Spend { purchases, mean })).unwrap();
    let spend = sample(&spends, &[], settings).unwrap();
    let (bg_back, pareto_back, spend_back) = (through_json(&bg), through_json(&pareto), through_json(&spend));
    assert_eq!(bg_back.of(|model| ahead(model)), bg.of(|model| ahead(model)));
    assert_eq!(pareto_back.of(|model| ahead(model)), pareto.of(|model| ahead(model)));
    let next = |model: &GammaGamma| model.p() * (model.gamma() + 66.0) / (3.0 * model.p() + model.q());
    assert_eq!(spend_back.of(next), spend.of(next));
    assert_eq!((bg_back.models.len(), bg_back.settings), (200, settings));
}

#[test]
fn where_the_data_say_nothing_the_prior_stays() {
    // Customers of today: they may buy or not.
    let data = Histories::from_days(TimeUnit::Day, &[0; 5], &[0; 5], &[0; 5]).unwrap();
    let posterior = sample(&OnHistories::new(BgFamily::BG_NBD, &data), &[], Settings::default()).unwrap();
    let dropout = posterior.parameter("dropout").unwrap();
    assert!((dropout.mean - 0.5).abs() < 0.03 && (dropout.low - 0.05).abs() < 0.03, "{dropout:?}");
    let r = posterior.parameter("r").unwrap();
    assert!((r.median.ln()).abs() < 0.15 && (r.high.ln() - 1.5 * 1.645).abs() < 0.3, "{r:?}");
}

#[test]
fn flat_likelihoods_are_sampled_all_the_same() {
    for (repeats, last, age) in [
        (vec![0; 50], vec![0; 50], (1..=50).collect::<Vec<u32>>()),
        (vec![3], vec![40], vec![50]),
        (vec![2000, 1], vec![700, 3], vec![701, 4]),
        (vec![5; 30], (21..51).collect(), (21..51).collect()),
    ] {
        let data = Histories::from_days(TimeUnit::Week, &repeats, &last, &age).unwrap();
        for family in [BgFamily::BG_NBD, BgFamily::MBG_NBD] {
            let posterior =
                sample(&OnHistories::new(family, &data), &[], Settings { draws: 300, ..Settings::default() })
                    .unwrap();
            assert!(posterior.worst_r_hat().unwrap() < 1.1, "{:?}", posterior.parameters);
            assert!(posterior.divergences < 60, "{repeats:?} {}", posterior.divergences);
        }
    }
    let one = Spends::new([Spend { purchases: 3, mean: 1e6 }]).unwrap();
    let posterior = sample(&one, &[], Settings::default()).unwrap();
    assert!(posterior.parameter("spend").is_some_and(|spend| spend.low < 1e6 && spend.high > 1e6));
}

#[test]
fn bad_settings_and_priors_are_refused() {
    let data = simulated(&truth(), 10, 1);
    let run = |priors: &[(&str, Prior)], settings| {
        sample(&OnHistories::new(BgFamily::BG_NBD, &data), priors, settings).map(|_| ())
    };
    let settings = Settings::default();
    assert!(matches!(run(&[], Settings { chains: 0, ..settings }), Err(Error::CountOutOfRange { .. })));
    assert!(matches!(run(&[], Settings { level: 1.0, ..settings }), Err(Error::NotALevel { .. })));
    let prior = Prior::Gamma { shape: 1.0, rate: 1.0 };
    assert!(matches!(run(&[("beta", prior)], settings), Err(Error::UnknownParameter { .. })));
    assert!(matches!(run(&[("dropout", prior)], settings), Err(Error::BadPrior { share: true, .. })));
}

/// Chains that ArviZ was given by tests/fixtures/posterior.py: the fourth is shifted.
fn chains() -> Vec<Vec<f64>> {
    (0..4_u64)
        .map(|chain| {
            let (mut state, mut value) = (12345 + chain, 0.0);
            let shift = if chain == 3 { 0.3 } else { 0.0 };
            (0..500)
                .map(|_| {
                    state = (1_103_515_245 * state + 12345) % (1 << 31);
                    value = 0.7 * value + state as f64 / f64::from(1_u32 << 31) - 0.5;
                    value + shift
                })
                .collect()
        })
        .collect()
}

#[test]
fn diagnostics_are_those_of_arviz() {
    let chains = chains();
    let all: Vec<&[f64]> = chains.iter().map(Vec::as_slice).collect();
    for (part, r_hat, bulk, tail) in [
        (&all[..3], 1.015_234_763_372_486, 297.077_696_036_281_85, 463.476_350_192_797_04),
        (&all[..], 1.109_221_950_615_418_8, 42.813_069_509_500_24, 106.551_968_470_410_27),
    ] {
        let close = |found: f64, expected: f64| (found - expected).abs() < 1e-6 * expected;
        let found = (
            diagnostics::r_hat(part).unwrap(),
            diagnostics::effective_bulk(part),
            diagnostics::effective_tail(part),
        );
        assert!(close(found.0, r_hat) && close(found.1, bulk) && close(found.2, tail), "{found:?}");
    }
    assert_eq!(diagnostics::r_hat(&[&[1.0; 8], &[1.0; 8]]), None);
}

fn truth() -> BgModel {
    BgModel::new(BgFamily::MBG_NBD, 0.9, 8.0, 0.8, 2.5).unwrap()
}

fn simulated(model: &BgModel, customers: usize, seed: u64) -> Histories {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let histories: Vec<History> =
        (0..customers).map(|i| model.simulate(20.0 + (i % 40) as f64, &mut rng)).collect();
    Histories::new(TimeUnit::Week, histories).unwrap()
}

/// How often intervals of 90 % hold r and the expected purchases of a year, where the models are drawn from
/// the prior: over all of them the share is exactly 90 %.
fn coverage(fits: u64, customers: usize) -> [f64; 2] {
    let priors = [
        ("r", Prior::LogNormal { median: 0.9, sigma: 0.3 }),
        ("alpha", Prior::LogNormal { median: 8.0, sigma: 0.4 }),
        ("dropout", Prior::Beta { a: 6.0, b: 18.0 }),
        ("size", Prior::LogNormal { median: 3.0, sigma: 0.5 }),
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(99);
    let mut held = [0_u32; 2];
    for seed in 0..fits {
        let mut positive = |median: f64, sigma: f64| {
            let normal: f64 = StandardNormal.sample(&mut rng);
            median * (sigma * normal).exp()
        };
        let (r, alpha, size) = (positive(0.9, 0.3), positive(8.0, 0.4), positive(3.0, 0.5));
        let dropout: f64 = Beta::new(6.0, 18.0).unwrap().sample(&mut rng);
        let truth =
            BgModel::new(BgFamily::MBG_NBD, r, alpha, dropout * size, (1.0 - dropout) * size).unwrap();
        let data = simulated(&truth, customers, seed);
        let settings = Settings { chains: 2, draws: 500, seed, ..Settings::default() };
        let posterior = sample(&OnHistories::new(BgFamily::MBG_NBD, &data), &priors, settings).unwrap();
        let holds = |found: &Summary, value: f64| u32::from(found.low <= value && value <= found.high);
        let year = posterior.of(|model| model.expected_purchases(52.0)).unwrap();
        held[0] += holds(&year, truth.expected_purchases(52.0));
        held[1] += holds(posterior.parameter("r").unwrap(), r);
    }
    held.map(|held| f64::from(held) / fits as f64)
}

#[test]
fn intervals_cover_the_truth() {
    let held = coverage(30, 100);
    assert!(held.iter().all(|share| *share >= 0.75), "{held:?}");
}

#[test]
#[ignore = "slow"]
fn intervals_cover_the_truth_of_many_shops() {
    let held = coverage(500, 200);
    assert!(held.iter().all(|share| (0.86..=0.94).contains(share)), "{held:?}");
}
