//! Draws of the future against what the models expect of it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::tests::history;
use super::{BgFamily, BgModel, History, ParetoNbd, PurchaseModel};

/// Mean, chance of silence and times of many draws agree with the formulas, which know nothing of drawing.
fn draws_agree(model: &impl PurchaseModel, known: &History, name: &str) {
    const DRAWS: usize = 40_000;
    const AHEAD: f64 = 26.0;
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut sum, mut squares, mut silent, mut early) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..DRAWS {
        let times = model.simulate_future(known, AHEAD, &mut rng);
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(times.iter().all(|time| *time > 0.0 && *time <= AHEAD));
        let count = times.len() as f64;
        sum += count;
        squares += count * count;
        silent += f64::from(u8::from(times.is_empty()));
        early += times.iter().filter(|time| **time <= AHEAD / 3.0).count() as f64;
    }
    let n = DRAWS as f64;
    let error = ((squares / n - (sum / n).powi(2)) / n).sqrt();
    let expected = model.conditional_expected_purchases(known, AHEAD);
    assert!((sum / n - expected).abs() < 4.5 * error + 1e-6, "{name}: {} for {expected}", sum / n);
    let soon = model.conditional_expected_purchases(known, AHEAD / 3.0);
    assert!((early / n - soon).abs() < 4.5 * error + 1e-6, "{name}: {} for {soon} soon", early / n);
    let quiet = model.probability_of_silence(known, AHEAD);
    let error = (quiet * (1.0 - quiet) / n).sqrt();
    assert!((silent / n - quiet).abs() < 4.5 * error + 1e-6, "{name}: {} for {quiet} silent", silent / n);
}

#[test]
fn draws_of_the_future_have_its_mean_and_its_silence() {
    let people =
        [history(0, 0.0, 20.0), history(1, 3.0, 40.0), history(7, 30.0, 31.0), history(12, 36.0, 39.0)];
    let families =
        [BgFamily::BG_NBD, BgFamily::MBG_NBD, BgFamily::bg_cnbd(2).unwrap(), BgFamily::mbg_cnbd(3).unwrap()];
    for known in &people {
        for family in families {
            let k = f64::from(family.stages());
            let model = BgModel::new(family, 0.8, 6.0 / k, 0.9, 2.1).unwrap();
            draws_agree(&model, known, &family.name());
        }
        draws_agree(&ParetoNbd::new(0.6, 9.0, 0.7, 11.0).unwrap(), known, "Pareto/NBD");
    }
}
