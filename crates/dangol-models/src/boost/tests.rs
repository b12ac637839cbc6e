use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{BoostParams, boost};
use crate::Error;

/// Three classes by the first column and, in its upper half, the second; the third says nothing.
fn rows(count: usize, seed: u64) -> (Vec<f64>, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values: Vec<f64> = (0..3 * count).map(|_| rng.random::<f64>()).collect();
    let label = |row: &[f64]| if row[0] < 0.5 { 0 } else { 1 + u32::from(row[1] > 0.3) };
    let labels = values.chunks_exact(3).map(label).collect();
    (values, labels)
}

#[test]
fn classes_and_what_drives_them_are_found() {
    let (values, labels) = rows(1_500, 1);
    let found = boost(3, &values, &labels, &BoostParams::default()).unwrap();
    let (others, truth) = rows(1_500, 2);
    let right = others.chunks_exact(3).zip(&truth).filter(|(row, label)| found.predict(row) == **label);
    assert!(right.count() > 1_440);
    for importance in [found.gain(), found.shapley(&others[..300]).unwrap()] {
        assert!((importance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(importance[0] > importance[1] && importance[1] > 4.0 * importance[2], "{importance:?}");
    }
    assert_eq!(found, boost(3, &values, &labels, &BoostParams::default()).unwrap());
}

/// Contributions are all that a row's score differs from the mean by.
#[test]
fn contributions_add_up() {
    let (values, labels) = rows(400, 3);
    let found = boost(3, &values, &labels, &BoostParams { rounds: 10, ..BoostParams::default() }).unwrap();
    let scores: Vec<Vec<f64>> = values.chunks_exact(3).map(|row| found.scores(row)).collect();
    let mean = |class: usize| scores.iter().map(|scores| scores[class]).sum::<f64>() / 400.0;
    let row = &values[30..33];
    for (class, parts) in found.contributions(row).unwrap().iter().enumerate() {
        let sum: f64 = parts.iter().sum();
        assert!((sum - (scores[10][class] - mean(class))).abs() < 1e-9, "{class}");
    }
}

/// One split: by hand. Two rows of each class on either side of 0; G = ∓1, H = 0.5 each, λ = 1, rate 1.
#[test]
fn one_split_by_hand() {
    let params = BoostParams { rounds: 1, depth: 1, rate: 1.0, least: 0.1, ..BoostParams::default() };
    let found = boost(2, &[-1.0, 9.0, -2.0, 9.0, 1.0, 9.0, 2.0, 9.0], &[0, 0, 1, 1], &params).unwrap();
    let half = 0.5_f64.ln();
    let step = 1.0 / 1.5;
    assert_eq!(found.scores(&[-5.0, 0.0]), [half + step, half - step]);
    assert_eq!(found.contributions(&[-5.0, 0.0]).unwrap(), [[step, 0.0], [-step, 0.0]]);
    assert_eq!(found.gain(), [1.0, 0.0]);
}

#[test]
fn what_cannot_be_learnt_is_refused_or_says_nothing() {
    let flat = boost(2, &[1.0; 12], &[0, 1, 0, 1, 0, 1], &BoostParams::default()).unwrap();
    assert_eq!((flat.gain(), flat.predict(&[1.0, 1.0])), (vec![0.5, 0.5], 0));
    let fails =
        |values: &[f64], labels: &[u32], params: BoostParams| boost(1, values, labels, &params).unwrap_err();
    let usual = BoostParams::default();
    assert!(matches!(fails(&[1.0, 2.0], &[0, 0], usual), Error::CountOutOfRange { .. }));
    assert!(matches!(fails(&[1.0, 2.0], &[0, 2], usual), Error::CountOutOfRange { .. }));
    assert!(matches!(fails(&[1.0, 2.0], &[0], usual), Error::UnequalLengths { .. }));
    assert!(matches!(fails(&[], &[], usual), Error::Empty { .. }));
    assert!(matches!(fails(&[f64::NAN, 1.0], &[0, 1], usual), Error::NotFinite { .. }));
    assert!(matches!(
        fails(&[1.0, 2.0], &[0, 1], BoostParams { rate: 0.0, ..usual }),
        Error::BadParameter { .. }
    ));
}
