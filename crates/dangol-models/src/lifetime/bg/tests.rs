use super::*;
use crate::lifetime::test_data::{cdnow, grocery};
use crate::lifetime::{History, PurchaseModel, TimeOfLastPurchase, fit};

fn near(found: f64, published: f64, digit: f64) {
    assert!((found - published).abs() <= digit / 2.0 + 1e-12, "{found}, published {published}");
}

#[test]
fn bg_nbd_of_the_cdnow_sample_is_as_published() {
    let Some(data) = cdnow() else { return };
    assert_eq!(data.customers(), 2357);
    let fitted = fit(&BgFamily::BG_NBD, &data);
    near(fitted.log_likelihood, -9582.429, 1e-3);
    for (name, published) in [("r", 0.2426), ("alpha", 4.4136), ("a", 0.7929), ("b", 2.4259)] {
        near(fitted.parameter(name).unwrap(), published, 1e-4);
    }
    for (time, published, digit) in
        [(1.0, 0.0532, 1e-4), (3.0, 0.1506, 1e-4), (32.0, 1.0437, 1e-4), (78.0, 1.858, 1e-3)]
    {
        near(fitted.model.expected_purchases(time), published, digit);
    }
    let history = History::new(2, TimeOfLastPurchase(30.43), 38.86).unwrap();
    near(fitted.model.conditional_expected_purchases(&history, 39.0), 1.226, 1e-3);
    assert!(fitted.boundaries.is_empty() && fitted.warnings.is_empty(), "{fitted:?}");
}

#[test]
fn mbg_nbd_of_the_cdnow_sample_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fitted = fit(&BgFamily::MBG_NBD, &data);
    for (name, published) in [("r", 0.525), ("alpha", 6.183), ("a", 0.891), ("b", 1.614)] {
        near(fitted.parameter(name).unwrap(), published, 1e-3);
    }
}

#[test]
fn grocery_customers_buy_regularly() {
    let Some(data) = grocery("2006-12-31") else { return };
    let likelihoods: Vec<f64> =
        BgFamily::MBG_NBD.up_to(4).unwrap().iter().map(|family| fit(family, &data).log_likelihood).collect();
    let best = (0..4).max_by(|&i, &j| likelihoods[i].total_cmp(&likelihoods[j])).unwrap();
    assert_eq!(best, 1, "k = 2 is best: {likelihoods:?}");
    assert!(likelihoods[1] > likelihoods[0] + 500.0, "{likelihoods:?}");
}
