use super::*;
use crate::lifetime::test_data::cdnow;
use crate::lifetime::tests::{history, simulated};
use crate::lifetime::{BgFamily, BgModel, ParetoNbd, ParetoNbdFamily, TimeUnit};

fn weeks(histories: Vec<crate::lifetime::History>) -> Histories {
    Histories::new(TimeUnit::Week, histories).unwrap()
}

#[test]
fn bootstrap_and_delta_method_agree_on_cdnow() {
    let Some(data) = cdnow() else { return };
    let family = BgFamily::BG_NBD;
    let fitted = fit(&family, &data);
    let drawn = bootstrap(&family, &fitted, &data, 100, 1).unwrap();
    let year = |model: &BgModel| model.expected_purchases(52.0);
    let quick = delta(&family, &fitted, 0.9, Scale::Positive, year).unwrap().unwrap();
    let slow = drawn.interval(&fitted.model, 0.9, year).unwrap();
    assert_eq!(quick.value, slow.value);
    let (width, other) = (quick.high - quick.low, slow.high - slow.low);
    assert!((width / other - 1.0).abs() < 0.3, "{quick:?} {slow:?}");
    let r = fitted.interval("r", 0.9).unwrap().unwrap();
    let again = drawn.interval(&fitted.model, 0.9, |model| model.rates.shape()).unwrap();
    assert!(((r.high - r.low) / (again.high - again.low) - 1.0).abs() < 0.3, "{r:?} {again:?}");
}

#[test]
fn replicates_do_not_depend_on_threads() {
    let data = weeks(simulated(&BgModel::new(BgFamily::MBG_NBD, 0.5, 6.0, 0.9, 1.6).unwrap(), 200, 3));
    let fitted = fit(&BgFamily::MBG_NBD, &data);
    let drawn = |threads: usize| {
        bootstrap(&BgFamily::MBG_NBD, &fitted, &data.clone().with_threads(threads), 7, 9).unwrap()
    };
    assert_eq!(drawn(1), drawn(8));
    assert_ne!(drawn(1).models[0], drawn(1).models[1]);
}

#[test]
fn what_is_not_identified_has_no_interval() {
    let family = BgFamily::MBG_NBD;
    let fitted = fit(&family, &weeks(vec![history(0, 0.0, 3.0), history(0, 0.0, 5.0)]));
    let year = |model: &BgModel| model.expected_purchases(52.0);
    assert_eq!(delta(&family, &fitted, 0.9, Scale::Positive, year), Ok(None));
    assert_eq!(fitted.interval("r", 0.9), Ok(None));
    assert!(matches!(fitted.interval("r", 1.0), Err(Error::NotALevel { .. })));
    assert!(matches!(delta(&family, &fitted, 0.0, Scale::Positive, year), Err(Error::NotALevel { .. })));
    assert!(matches!(
        bootstrap(&family, &fitted, &weeks(vec![history(0, 0.0, 3.0)]), 1, 1),
        Err(Error::CountOutOfRange { .. })
    ));
}

/// How often 90 % intervals hold what shops were made with: the expected purchases of a new customer,
/// and each parameter.
fn coverage<F: Family>(family: &F, truth: &F::Model, fits: u64, customers: usize) -> Vec<(String, f64)> {
    let theta = family.theta(truth);
    let true_values = family.naturals(&theta);
    let year = |model: &F::Model| model.expected_purchases(52.0);
    let mut names: Vec<String> = true_values.iter().map(|natural| natural.name.to_owned()).collect();
    names.push("expected".to_owned());
    let (mut held, mut known) = (vec![0.0; names.len()], vec![0.0; names.len()]);
    for seed in 0..fits {
        let data = weeks(simulated(truth, customers, 1000 + seed));
        let fitted = fit(family, &data);
        let mut count = |place: usize, interval: Option<Interval>, value: f64| {
            if let Some(found) = interval {
                known[place] += 1.0;
                held[place] += f64::from(u8::from(found.low <= value && value <= found.high));
            }
        };
        for (place, natural) in true_values.iter().enumerate() {
            count(place, fitted.interval(natural.name, 0.9).unwrap(), natural.value);
        }
        let found = delta(family, &fitted, 0.9, Scale::Positive, year).unwrap();
        count(true_values.len(), found, year(truth));
    }
    // A fit at a limit has no interval: few may be.
    for (name, known) in names.iter().zip(&known) {
        assert!(*known > 0.9 * fits as f64, "{name}: only {known} of {fits} intervals");
    }
    names.into_iter().zip(held.iter().zip(&known).map(|(held, known)| held / known)).collect()
}

fn covers<F: Family>(family: &F, truth: &F::Model, fits: u64, customers: usize, low: f64, high: f64) {
    for (name, share) in coverage(family, truth, fits, customers) {
        println!("{name}: {share}");
        assert!(share >= low && share <= high, "{name}: 90 % intervals held the truth in {share}");
    }
}

fn bg(family: BgFamily) -> BgModel {
    BgModel::new(family, 0.8, 2.0, 0.8, 2.0).unwrap()
}

#[test]
fn intervals_hold_what_was_put_in() {
    // Of 30 at 90 %, fewer than 21 would be an accident of one in a thousand.
    covers(&BgFamily::MBG_NBD, &bg(BgFamily::MBG_NBD), 30, 1500, 0.7, 1.0);
}

#[test]
#[ignore = "slow: minutes"]
fn intervals_of_every_model_cover_as_they_say() {
    for family in
        [BgFamily::BG_NBD, BgFamily::MBG_NBD, BgFamily::bg_cnbd(2).unwrap(), BgFamily::mbg_cnbd(2).unwrap()]
    {
        println!("{}", family.name());
        covers(&family, &bg(family), 400, 3000, 0.86, 0.94);
    }
    let truth = ParetoNbd::new(0.8, 2.0, 0.8, 8.0).unwrap();
    covers(&ParetoNbdFamily {}, &truth, 400, 3000, 0.86, 0.94);
}
