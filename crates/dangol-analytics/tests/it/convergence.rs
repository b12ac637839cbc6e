//! The same optimum from any start, on every shop of the test data that knows its customers; and an answer on any part
//! of a shop's customers, which says so where it is not sure.

use dangol_models::lifetime::gamma_gamma::{self, Spend, Spends};
use dangol_models::lifetime::{
    BgFamily, Family, Fitted, Histories, ParetoNbdFamily, TimeUnit, Warning, fit, fit_from,
};
use dangol_shop::Scope;
use rand::seq::index;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::shops::example;

/// Total log-likelihoods that are farther apart than this are of different places.
const SAME: f64 = 1e-4;

/// Coordinates anywhere in the box.
fn somewhere(bounds: &[(f64, f64)], rng: &mut ChaCha8Rng) -> Vec<f64> {
    bounds.iter().map(|(low, high)| low + (high - low) * rng.random::<f64>()).collect()
}

/// Customers of a shop: repeat purchase days, days from the first to the last and to the as-of date, and spend.
struct Customers {
    repeats: Vec<u32>,
    last: Vec<u32>,
    age: Vec<u32>,
    spends: Vec<Spend>,
}

impl Customers {
    /// All customers of an example's shop; none without the test data.
    fn of(name: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let shop = example(name, folder.path())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let scope = Scope::until(shop.default_as_of());
        let until = scope.as_of.day(shop.clock());
        let found = runtime.block_on(shop.histories(&scope)).unwrap();
        assert!(found.len() > 100, "{name} knows {} customers", found.len());
        let days = |to: &[i32]| -> Vec<u32> {
            to.iter().zip(&found.first_on).map(|(to, first)| (to - first) as u32).collect()
        };
        let spend = |(&purchases, &revenue): (&u32, &f64)| Spend {
            purchases,
            mean: if purchases == 0 { 0.0 } else { revenue / f64::from(purchases) },
        };
        Some(Self {
            last: days(&found.last_on),
            age: days(&vec![until; found.len()]),
            spends: found.repeats.iter().zip(&found.repeat_revenue).map(spend).collect(),
            repeats: found.repeats,
        })
    }

    fn histories(&self) -> Histories {
        Histories::from_days(TimeUnit::Week, &self.repeats, &self.last, &self.age).unwrap()
    }

    /// So many of the customers, each at most once.
    fn some(&self, count: usize, rng: &mut ChaCha8Rng) -> Self {
        let chosen = index::sample(rng, self.repeats.len(), count).into_vec();
        let of = |days: &[u32]| -> Vec<u32> { chosen.iter().map(|&i| days[i]).collect() };
        Self {
            repeats: of(&self.repeats),
            last: of(&self.last),
            age: of(&self.age),
            spends: chosen.iter().map(|&i| self.spends[i]).collect(),
        }
    }
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
    let Some(customers) = Customers::of(name) else { return };
    let data = customers.histories();
    purchases(name, &BgFamily::BG_NBD, &data, starts);
    purchases(name, &BgFamily::MBG_NBD, &data, starts);
    purchases(name, &ParetoNbdFamily {}, &data, starts);

    // Shops without amounts have no spend to fit.
    let Ok(spends) = Spends::new(customers.spends) else { return };
    let usual = gamma_gamma::fit(&spends);
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for _ in 0..starts {
        // Logarithms of s (in units of the typical spend), p and q: all that is searched.
        let most = 1e6_f64.ln();
        let start = somewhere(&[(-50.0, 50.0), (-7.0, most), (-7.0, most)], &mut rng);
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

/// Whether something is said against a fit: a limit, or a flat likelihood. Where nothing is, these parameters have
/// standard errors no larger than they are.
#[track_caller]
fn said<M: std::fmt::Debug, U: std::fmt::Debug>(fitted: &Fitted<M, U>, parameters: &[&str]) -> bool {
    assert!(fitted.log_likelihood.is_finite(), "{fitted:?}");
    assert!(!fitted.warnings.iter().any(|w| matches!(w, Warning::NotConverged { .. })), "{fitted:?}");
    let said = !fitted.boundaries.is_empty() || !fitted.warnings.is_empty();
    let sure = |name: &&str| {
        let estimate = fitted.parameters.iter().find(|estimate| estimate.name == *name).unwrap();
        estimate.value.zip(estimate.standard_error).is_some_and(|(value, error)| error <= value)
    };
    assert!(said || parameters.iter().all(sure), "nothing is said of {fitted:?}");
    said
}

/// Fits so many random parts of 100, 300 and 1,000 of Online Retail's customers.
fn parts_of_online_retail(times: usize) {
    let Some(all) = Customers::of("online-retail") else { return };
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    for size in [100, 300, 1000] {
        let (mut of_purchases, mut of_spend) = (0, 0);
        for _ in 0..times {
            let some = all.some(size, &mut rng);
            let purchases = fit(&BgFamily::BG_NBD, &some.histories());
            of_purchases += usize::from(said(&purchases, &["r", "alpha", "a", "b"]));
            // γ is the scale that p and q leave, and no more than what is known of both.
            let spend = gamma_gamma::fit(&Spends::new(some.spends).unwrap());
            of_spend += usize::from(said(&spend, &["p", "q"]));
        }
        println!("{times} times {size} customers: {of_purchases} BG/NBD and {of_spend} gamma-gamma say so");
        // Hardly anybody of this shop drops out: none of its parts tells how customers differ in that.
        assert_eq!(of_purchases, times, "of {size} customers");
    }
}

#[test]
fn parts_of_online_retail_are_always_fitted() {
    parts_of_online_retail(10);
}

#[test]
#[ignore = "slow: the import and ten seconds"]
fn two_hundred_parts_of_online_retail_are_always_fitted() {
    parts_of_online_retail(200);
}
