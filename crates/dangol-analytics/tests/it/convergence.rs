//! The same optimum from any start, on every shop of the test data that knows its customers.

use dangol_models::lifetime::gamma_gamma::{self, Spend, Spends};
use dangol_models::lifetime::{
    BgFamily, Family, Fitted, Histories, ParetoNbdFamily, TimeUnit, fit, fit_from,
};
use dangol_shop::Scope;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::shops::example;

/// Total log-likelihoods that are farther apart than this are of different places.
const SAME: f64 = 1e-4;

/// Coordinates within the middle half of the box.
fn somewhere(bounds: &[(f64, f64)], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let inside = |(low, high): &(f64, f64)| {
        f64::midpoint(*low, *high) + (high - low) / 4.0 * (2.0 * rng.random::<f64>() - 1.0)
    };
    bounds.iter().map(inside).collect()
}

#[track_caller]
fn same<M: std::fmt::Debug, U: std::fmt::Debug>(
    shop: &str,
    usual: &Fitted<M, U>,
    other: &Fitted<M, U>,
    start: &[f64],
) {
    let difference = other.log_likelihood - usual.log_likelihood;
    assert!(difference.abs() < SAME, "{shop} from {start:?}: {difference} off, {other:?} and {usual:?}");
    assert_eq!(other.boundaries, usual.boundaries, "{shop} from {start:?}");
}

fn purchases<F: Family>(shop: &str, family: &F, data: &Histories, starts: usize) {
    let usual = fit(family, data);
    let bounds = family.bounds(data);
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..starts {
        let start = somewhere(&bounds, &mut rng);
        same(shop, &usual, &fit_from(family, data, &start), &start);
    }
}

/// Fits every model from so many random places besides the usual ones.
fn from_anywhere(name: &str, starts: usize) {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example(name, folder.path()) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let scope = Scope::until(shop.default_as_of());
    let until = scope.as_of.day(shop.clock());
    let found = runtime.block_on(shop.histories(&scope)).unwrap();
    assert!(found.len() > 100, "{name} knows {} customers", found.len());
    let days = |to: &[i32]| -> Vec<u32> {
        to.iter().zip(&found.first_on).map(|(to, first)| (to - first) as u32).collect()
    };
    let (last, age) = (days(&found.last_on), days(&vec![until; found.len()]));
    let data = Histories::from_days(TimeUnit::Week, &found.repeats, &last, &age).unwrap();
    purchases(name, &BgFamily::BG_NBD, &data, starts);
    purchases(name, &BgFamily::MBG_NBD, &data, starts);
    purchases(name, &ParetoNbdFamily {}, &data, starts);

    let spends = found.repeats.iter().zip(&found.repeat_revenue).map(|(&purchases, revenue)| Spend {
        purchases,
        mean: if purchases == 0 { 0.0 } else { revenue / f64::from(purchases) },
    });
    // Shops without amounts have no spend to fit.
    let Ok(spends) = Spends::new(spends) else { return };
    let usual = gamma_gamma::fit(&spends);
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for _ in 0..starts {
        // Logarithms of s (in units of the typical spend), p and q.
        let start = somewhere(&[(-4.0, 4.0), (-4.0, 8.0), (-4.0, 8.0)], &mut rng);
        same(name, &usual, &gamma_gamma::fit_from(&spends, &start), &start);
    }
}

#[test]
fn a_few_starts_lead_to_the_same_optimum() {
    for shop in ["apparel", "baby-shop", "cdnow", "ga-merch", "grocery", "kpi-lab"] {
        from_anywhere(shop, 2);
    }
}

/// Two hundred starts on a shop.
macro_rules! two_hundred_starts {
    ($($test:ident $shop:literal)*) => {
        $(
            #[test]
            #[ignore = "slow: up to some minutes"]
            fn $test() {
                from_anywhere($shop, 200);
            }
        )*
    };
}

two_hundred_starts! {
    two_hundred_starts_on_apparel "apparel"
    two_hundred_starts_on_baby_shop "baby-shop"
    two_hundred_starts_on_cdnow "cdnow"
    two_hundred_starts_on_cdnow_master "cdnow-master"
    two_hundred_starts_on_ga_merch "ga-merch"
    two_hundred_starts_on_grocery "grocery"
    two_hundred_starts_on_kpi_lab "kpi-lab"
    two_hundred_starts_on_online_retail "online-retail"
    two_hundred_starts_on_thelook_like "thelook-like"
}
