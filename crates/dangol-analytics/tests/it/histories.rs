//! Purchase histories against a plain computation, and of CDNOW against the published counts.

use std::collections::{BTreeMap, BTreeSet};

use dangol_shop::time::{date_of, days_since_epoch};
use dangol_shop::{Filters, PurchaseDay, Scope, Shop, SplitHistories};
use proptest::prelude::*;

use crate::naive::{Line, TOML, csv, day, lines};
use crate::shops::{example, shop_of_csv};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

fn scope(shop: &Shop, filters: &Filters) -> Scope {
    Scope::parse(filters, shop.default_as_of(), shop.clock()).unwrap()
}

/// (first day, last day, repeats, revenue, repeat revenue) of a customer up to a day.
fn expected(lines: &[&Line], until: i32) -> Option<(i32, i32, u32, f64, f64)> {
    let known: Vec<&&Line> = lines.iter().filter(|line| day(line) <= until).collect();
    let days: BTreeSet<i32> = known.iter().map(|line| day(line)).collect();
    let (first, last) = (*days.first()?, *days.last()?);
    let sum = |wanted: &dyn Fn(i32) -> bool| -> f64 {
        known.iter().filter(|line| wanted(day(line))).map(|line| f64::from(line.amount)).sum()
    };
    Some((first, last, days.len() as u32 - 1, sum(&|_| true), sum(&|day| day > first)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn histories_agree_with_the_plain_computation(
        lines in lines(),
        cutoff in 0..150_i32,
        holdout in 0..60_i32,
        from in prop::option::of(0..100_i32),
        country in prop::option::of(prop::sample::select(vec!["KR", "JP"])),
    ) {
        let start = days_since_epoch("2024-01-10".parse().unwrap());
        let cutoff = start + cutoff.max(from.unwrap_or(0));
        let as_of = cutoff + holdout;
        let from = from.map(|from| start + from);
        let folder = tempfile::tempdir().unwrap();
        let shop = shop_of_csv(folder.path(), &csv(&lines), TOML);
        let scope = scope(&shop, &Filters {
            as_of: Some(date_of(as_of).to_string()),
            from: from.map(|day| date_of(day).to_string()),
            country: country.map(str::to_owned),
            ..Filters::default()
        });
        let mut customers: BTreeMap<u8, Vec<&Line>> = BTreeMap::new();
        for line in lines.iter().filter(|line| country.is_none_or(|country| line.country == country)) {
            customers.entry(line.customer).or_default().push(line);
        }
        customers.retain(|_, own| {
            let first = own.iter().map(|line| day(line)).min().unwrap();
            from.is_none_or(|from| first >= from)
        });

        let found = wait(shop.histories(&scope)).unwrap();
        let ids = wait(shop.customer_ids(&found.customer_key)).unwrap();
        let mut wanted: BTreeMap<String, _> =
            customers.iter().filter_map(|(id, own)| Some((format!("c{id}"), expected(own, as_of)?))).collect();
        prop_assert_eq!(found.len(), wanted.len());
        for (at, id) in ids.iter().enumerate() {
            let row = (found.first_on[at], found.last_on[at], found.repeats[at], found.revenue[at], found.repeat_revenue[at]);
            prop_assert_eq!(Some(row), wanted.remove(id));
        }

        let SplitHistories { calibration, holdout_purchases, holdout_revenue } =
            wait(shop.split_histories(&scope, cutoff)).unwrap();
        let ids = wait(shop.customer_ids(&calibration.customer_key)).unwrap();
        let mut wanted: BTreeMap<String, _> = customers
            .iter()
            .filter_map(|(id, own)| {
                let later: Vec<&&Line> =
                    own.iter().filter(|line| day(line) > cutoff && day(line) <= as_of).collect();
                let days: BTreeSet<i32> = later.iter().map(|line| day(line)).collect();
                let revenue: f64 = later.iter().map(|line| f64::from(line.amount)).sum();
                Some((format!("c{id}"), (expected(own, cutoff)?, days.len() as u32, revenue)))
            })
            .collect();
        prop_assert_eq!(calibration.len(), wanted.len());
        for (at, id) in ids.iter().enumerate() {
            let row = (
                calibration.first_on[at], calibration.last_on[at], calibration.repeats[at],
                calibration.revenue[at], calibration.repeat_revenue[at],
            );
            prop_assert_eq!(Some((row, holdout_purchases[at], holdout_revenue[at])), wanted.remove(id));
        }

        let gaps = wait(shop.log_gaps(&scope, Some(cutoff))).unwrap();
        let keys: Vec<i32> = gaps.iter().map(|(key, _)| *key).collect();
        let ids = wait(shop.customer_ids(&keys)).unwrap();
        let found: BTreeMap<&String, f64> = ids.iter().zip(gaps.iter().map(|(_, sum)| *sum)).collect();
        for (at, id) in wait(shop.customer_ids(&calibration.customer_key)).unwrap().iter().enumerate() {
            let own = &customers[&id[1..].parse::<u8>().unwrap()];
            let days: Vec<i32> =
                own.iter().map(|line| day(line)).filter(|day| *day <= cutoff).collect::<BTreeSet<_>>().into_iter().collect();
            let wanted: f64 = days.windows(2).map(|pair| f64::from(pair[1] - pair[0]).ln()).sum();
            prop_assert_eq!(found.contains_key(id), calibration.repeats[at] > 0);
            prop_assert!((found.get(id).copied().unwrap_or(0.0) - wanted).abs() < 1e-9);
        }

        let by_day = wait(shop.purchase_days(&scope, cutoff)).unwrap();
        let mut wanted: BTreeMap<i32, (u64, u64)> = BTreeMap::new();
        for own in customers.values() {
            let days: BTreeSet<i32> = own.iter().map(|line| day(line)).filter(|day| *day <= as_of).collect();
            let Some(first) = days.first().copied().filter(|first| *first <= cutoff) else { continue };
            for day in days {
                let counts = wanted.entry(day).or_default();
                if day == first { counts.0 += 1 } else { counts.1 += 1 }
            }
        }
        let found: BTreeMap<i32, (u64, u64)> =
            by_day.iter().map(|PurchaseDay { day, first, repeat }| (*day, (*first, *repeat))).collect();
        prop_assert_eq!(found, wanted);
    }
}

#[test]
fn cdnow_has_the_published_histories() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("cdnow", folder.path()) else { return };
    let scope = scope(&shop, &Filters { as_of: Some("1997-09-30".into()), ..Filters::default() });
    let histories = wait(shop.histories(&scope)).unwrap();
    // Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, section 4.
    assert_eq!(histories.len(), 2_357);
    assert_eq!(histories.repeats.iter().filter(|repeats| **repeats > 0).count(), 946);
    assert_eq!(histories.repeats.iter().sum::<u32>(), 2_457);
}
