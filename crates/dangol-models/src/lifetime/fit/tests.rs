//! Shops whose customers hardly ever drop out: what is fitted must not depend on where a search happens to look.

use super::*;
use crate::lifetime::tests::simulated;
use crate::lifetime::{BgFamily, BgModel, ParetoNbdFamily};

fn shop(family: BgFamily, [a, b]: [f64; 2], customers: usize, seed: u64) -> Histories {
    let model = BgModel::new(family, 0.8, 10.0, a, b).unwrap();
    Histories::new(TimeUnit::Week, simulated(&model, customers, seed)).unwrap()
}

fn as_high_from_elsewhere<F: Family>(family: &F, data: &Histories) {
    assert!(data.distinct() > family.enough(), "there is no part to look at first");
    let usual = fit(family, data);
    let start = [family.starts(data)[0][0], 0.0, -2.0, -4.0];
    let other = fit_from(family, data, &start);
    let more = other.log_likelihood - usual.log_likelihood;
    assert!(more.abs() < 1e-4, "{more} more: {usual:?} {other:?}");
    assert_eq!(usual.boundaries, other.boundaries);
}

#[test]
fn a_hill_that_part_of_the_data_do_not_show_is_found() {
    let (few, fewer) = ([0.02, 3.0], [0.01, 1.0]);
    // Part of these shops' histories say that nobody drops out, or show the lower of two hills only; the whole
    // are likelier by 0.01, 0.13 and 0.04 elsewhere.
    as_high_from_elsewhere(&BgFamily::BG_NBD, &shop(BgFamily::BG_NBD, few, 4000, 26));
    as_high_from_elsewhere(&BgFamily::MBG_NBD, &shop(BgFamily::MBG_NBD, fewer, 4000, 32));
    as_high_from_elsewhere(&ParetoNbdFamily {}, &shop(BgFamily::MBG_NBD, fewer, 1000, 58));
}

#[test]
fn a_limit_is_left_where_the_likelihood_rises_beside_it() {
    let data = shop(BgFamily::BG_NBD, [0.02, 3.0], 4000, 50);
    let family = BgFamily::BG_NBD;
    let usual = fit(&family, &data);
    // Hardly a slope: the chance of dropping out is as good as 0, and only differs much or not at all.
    let start = [family.starts(&data)[0][0], 0.0, -24.0, -17.0];
    let near = refit(&family, &data, &start);
    let more = usual.log_likelihood - near.log_likelihood;
    assert!(more.abs() < 1e-4, "{more} more: {usual:?} {near:?}");
    assert!(usual.boundaries.is_empty() && near.boundaries.is_empty(), "{usual:?} {near:?}");
}
