use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::test_data::{day, days, histories};
use crate::lifetime::tests::{bits, history, through_json};
use crate::lifetime::{BgFamily, BgModel, ParetoNbd, ParetoNbdFamily, PurchaseModel, TimeUnit};

fn bg() -> BgModel {
    BgModel::new(BgFamily::BG_NBD, 1.2, 2.0, 0.4, 1.0).unwrap()
}

fn pareto() -> ParetoNbd {
    ParetoNbd::new(1.2, 2.0, 1.1, 20.0).unwrap()
}

/// Customers with a yes-or-no and a numeric attribute that both bear on both.
fn shop<F: Family>(
    family: &F,
    model: &CovariateModel<F::Model>,
    customers: usize,
    seed: u64,
) -> CovariateHistories {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let described = (0..customers).map(|i| {
        let z = vec![f64::from(u8::from(i % 3 == 0)), f64::from(rng.random_range(20_u32..60)) / 10.0];
        let own = model.for_customer(family, &z, &z).unwrap();
        Described { history: own.simulate(40.0, &mut rng), purchase: z.clone(), dropout: z }
    });
    let described: Vec<Described> = described.collect();
    CovariateHistories::new(TimeUnit::Week, &["new", "age"], &["new", "age"], described).unwrap()
}

/// Parameters before the first coefficient.
fn base_parameters<F: Family>(family: &F, fitted: &Fitted<CovariateModel<F::Model>>) -> usize {
    family.naturals(&family.theta(&fitted.model.base)).len()
}

fn recovered<F: Family>(family: &F, base: F::Model) {
    let truth = CovariateModel { base, purchase: vec![0.6, -0.3], dropout: vec![-0.5, 0.2] };
    let data = shop(family, &truth, 4000, 8);
    let fitted = fit_covariates(family, &data, Coefficients::Separate).unwrap();
    for (name, value) in
        [("purchase.new", 0.6), ("purchase.age", -0.3), ("dropout.new", -0.5), ("dropout.age", 0.2)]
    {
        let estimate = fitted.parameters.iter().find(|estimate| estimate.name == name).unwrap();
        let (found, error) = (estimate.value.unwrap(), estimate.standard_error.unwrap());
        assert!((found - value).abs() < 3.5 * error && error < 0.5, "{name}: {found} ± {error}");
    }
    // A coefficient's own interval is that of the quantity it is.
    let found = delta_covariates(family, &fitted, 0.9, Scale::Positive, |model| model.purchase[0].exp());
    let (found, estimate) = (found.unwrap().unwrap(), &fitted.parameters[base_parameters(family, &fitted)]);
    let wide = 1.644_853_627 * estimate.standard_error.unwrap();
    assert!((found.high.ln() - estimate.value.unwrap() - wide).abs() < 1e-6, "{found:?} {estimate:?}");
    // One coefficient for both is wrong here, and none at all more so.
    let equal = fit_covariates(family, &data, Coefficients::Equal).unwrap();
    let none = fit(family, data.histories());
    let (by_two, by_four) =
        (likelihood_ratio(&equal, &fitted).unwrap(), likelihood_ratio(&none, &fitted).unwrap());
    assert_eq!((by_two.degrees, by_four.degrees), (2, 4));
    assert!(by_two.p_value < 1e-3 && by_four.p_value < 1e-6 && by_four.statistic > by_two.statistic);
    assert!(likelihood_ratio(&fitted, &none).is_none(), "the other way round");
}

#[test]
fn coefficients_are_found_again() {
    recovered(&BgFamily::BG_NBD, bg());
    recovered(&ParetoNbdFamily {}, pareto());
}

fn apparel<F: Family>(family: &F, log_likelihood: f64, theirs: &[(&str, f64)]) {
    let (Some(purchases), Some(attributes)) = (
        dangol_trial_data::file("apparel/apparelTrans.csv"),
        dangol_trial_data::file("apparel/apparelStaticCov.csv"),
    ) else {
        return;
    };
    let days = days(&purchases, |line| {
        let mut cells = line.split(',');
        let (customer, date) = (cells.next()?, cells.next()?);
        date.starts_with("20").then(|| (customer.to_owned(), day(date)))
    });
    let text = std::fs::read_to_string(attributes).unwrap();
    let attributes: BTreeMap<&str, Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| {
            let (customer, cells) = line.split_once(',').unwrap();
            (customer, cells.split(',').map(|cell| cell.parse().unwrap()).collect())
        })
        .collect();
    let described = days.iter().map(|(customer, days)| {
        let one = BTreeMap::from([(customer.clone(), days.clone())]);
        let history = histories(&one, day("2008-12-31"), TimeUnit::Week)[0];
        let z = attributes[customer.as_str()].clone();
        Described { history, purchase: z.clone(), dropout: z }
    });
    let names = ["Gender", "Channel"];
    let data = CovariateHistories::new(TimeUnit::Week, &names, &names, described).unwrap();
    let fitted = fit_covariates(family, &data, Coefficients::Separate).unwrap();
    assert!((fitted.log_likelihood - log_likelihood).abs() < 1e-4, "{fitted:?}");
    for (name, value) in theirs {
        let found = fitted.parameter(name).unwrap();
        assert!((found - value).abs() < 1e-3 * value.abs(), "{name}: {found}, theirs {value}");
    }
}

/// Theirs is `tests/fixtures/covariates.py`.
#[test]
fn apparel_is_as_in_a_second_implementation() {
    apparel(
        &BgFamily::BG_NBD,
        -9382.57404,
        &[
            ("r", 0.53151),
            ("alpha", 29.14385),
            ("a", 2.88539),
            ("b", 17.51347),
            ("purchase.Gender", 0.44716),
            ("purchase.Channel", 0.58423),
            ("dropout.Gender", -1.28035),
            ("dropout.Channel", -0.60946),
        ],
    );
    apparel(
        &ParetoNbdFamily {},
        -9342.28785,
        &[
            ("r", 1.71872),
            ("alpha", 87.42135),
            ("s", 0.61608),
            ("beta", 47.43985),
            ("purchase.Gender", 0.30288),
            ("purchase.Channel", 0.58799),
            ("dropout.Gender", -0.71919),
            ("dropout.Channel", 0.63306),
        ],
    );
}

#[test]
fn gradients_are_slopes() {
    let truth = CovariateModel { base: bg(), purchase: vec![0.6, -0.3], dropout: vec![-0.5, 0.2] };
    let data = shop(&BgFamily::BG_NBD, &truth, 50, 8);
    for coefficients in [Coefficients::Separate, Coefficients::Equal] {
        let problem = Covered::new(&BgFamily::BG_NBD, &data, coefficients, vec![0.0; 4]);
        let theta: Vec<f64> = (0..problem.bounds().len()).map(|i| 0.2 * i as f64 - 0.5).collect();
        let mut gradient = vec![0.0; theta.len()];
        problem.evaluate(&theta, &mut gradient);
        for (i, found) in gradient.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = theta.clone();
                moved[i] += step;
                problem.evaluate(&moved, &mut vec![0.0; theta.len()])
            };
            let h = 1e-3;
            let slope = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
            assert!((slope - found).abs() < 1e-6 * (1.0 + slope.abs()), "{i}: {found} {slope}");
        }
    }
}

#[test]
fn an_attribute_that_all_share_identifies_nothing_and_says_so() {
    let described = (0..200_u32).map(|i| {
        let x = i % 4;
        let last = if x == 0 { 0.0 } else { f64::from(1 + i % 29) };
        Described { history: history(x, last, 30.0), purchase: vec![1.0], dropout: vec![] }
    });
    let data = CovariateHistories::new(TimeUnit::Week, &["same"], &[], described).unwrap();
    let fitted = fit_covariates(&BgFamily::BG_NBD, &data, Coefficients::Separate).unwrap();
    let plain = fit(&BgFamily::BG_NBD, data.histories());
    assert!((fitted.log_likelihood - plain.log_likelihood).abs() < 1e-4);
    assert!(!fitted.warnings.is_empty(), "{fitted:?}");
    assert!(fit_covariates(&BgFamily::BG_NBD, &data, Coefficients::Equal).is_err());
}

fn json_round_trip<F: Family>(family: &F, base: F::Model)
where
    F::Model: serde::Serialize + serde::de::DeserializeOwned,
{
    let truth = CovariateModel { base, purchase: vec![0.6, -0.3], dropout: vec![-0.5, 0.2] };
    let data = shop(family, &truth, 300, 8);
    for coefficients in [Coefficients::Separate, Coefficients::Equal] {
        let fitted = fit_covariates(family, &data, coefficients).unwrap();
        let back = through_json(&fitted);
        let says = |model: &CovariateModel<F::Model>| {
            let own = model.for_customer(family, &[1.0, 3.3], &[1.0, 3.3]).unwrap();
            let customer = history(2, 5.0, 30.0);
            bits(&[own.log_likelihood(&customer), own.conditional_expected_purchases(&customer, 9.0)])
        };
        assert_eq!(says(&back.model), says(&fitted.model), "{coefficients:?}");
    }
}

#[test]
fn fitted_models_come_back_from_json_equal() {
    json_round_trip(&BgFamily::BG_NBD, bg());
    json_round_trip(&ParetoNbdFamily {}, pareto());
    // At limits: nobody buys again, and what all share.
    for repeats in [0, 3] {
        let one = |i: u32| Described {
            history: history(repeats, if repeats == 0 { 0.0 } else { 20.0 }, 30.0),
            purchase: vec![f64::from(i % 2)],
            dropout: vec![f64::from(i % 3)],
        };
        let data = CovariateHistories::new(TimeUnit::Week, &["a"], &["b"], (0..30).map(one)).unwrap();
        let fitted = fit_covariates(&BgFamily::MBG_NBD, &data, Coefficients::Separate).unwrap();
        assert!(!fitted.boundaries.is_empty(), "{fitted:?}");
        through_json(&fitted);
    }
}

/// How often intervals of 90 % hold the coefficients that shops were made with, of so many fits.
fn coverage<F: Family>(family: &F, base: F::Model, fits: u64, customers: usize) -> [f64; 4] {
    let truth = CovariateModel { base, purchase: vec![0.6, -0.3], dropout: vec![-0.5, 0.2] };
    let values = [("purchase.new", 0.6), ("purchase.age", -0.3), ("dropout.new", -0.5), ("dropout.age", 0.2)];
    let (mut held, mut known) = ([0_u32; 4], [0_u32; 4]);
    for seed in 0..fits {
        let data = shop(family, &truth, customers, 1000 + seed);
        let fitted = fit_covariates(family, &data, Coefficients::Separate).unwrap();
        for (place, (name, value)) in values.into_iter().enumerate() {
            let estimate = fitted.parameters.iter().find(|estimate| estimate.name == name).unwrap();
            let (Some(found), Some(error)) = (estimate.value, estimate.standard_error) else { continue };
            known[place] += 1;
            held[place] += u32::from((found - value).abs() < 1.644_853_627 * error);
        }
    }
    // A fit at a limit may know nothing of a coefficient: few may be.
    assert!(known.iter().all(|&known| f64::from(known) > 0.95 * fits as f64), "{known:?} of {fits}");
    let shares = [0, 1, 2, 3].map(|place| f64::from(held[place]) / f64::from(known[place]));
    println!("{shares:?} of {known:?}");
    shares
}

#[test]
fn intervals_of_coefficients_cover_the_truth() {
    // Of 30 at 90 %, fewer than 21 would be an accident of one in a thousand.
    for held in
        [coverage(&BgFamily::BG_NBD, bg(), 30, 1000), coverage(&ParetoNbdFamily {}, pareto(), 30, 1000)]
    {
        assert!(held.iter().all(|share| *share >= 0.7), "{held:?}");
    }
}

#[test]
#[ignore = "slow: minutes"]
fn intervals_of_coefficients_cover_the_truth_of_many_shops() {
    for held in
        [coverage(&BgFamily::BG_NBD, bg(), 400, 3000), coverage(&ParetoNbdFamily {}, pareto(), 400, 3000)]
    {
        assert!(held.iter().all(|share| (0.86..=0.94).contains(share)), "{held:?}");
    }
}

#[test]
fn attributes_are_checked() {
    let one = |z: Vec<f64>| {
        let described = Described { history: history(0, 0.0, 1.0), purchase: z, dropout: vec![] };
        CovariateHistories::new(TimeUnit::Week, &["a"], &[], [described])
    };
    assert!(matches!(one(vec![]), Err(Error::UnequalLengths { .. })));
    assert!(matches!(one(vec![f64::NAN]), Err(Error::NotFinite { index: 0, .. })));
    assert!(one(vec![0.5]).is_ok());
}
