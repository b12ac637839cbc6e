use std::sync::Arc;

use dangol_models::cluster::agreement::adjusted_rand;
use dangol_shop::features::{Feature, FeatureKind, FeatureValues, Features, KnownFeature, Part};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::columns::Columns;
use super::found::Found;
use super::params::{ClustersParams, Method};
use super::result::ClustersResult;
use super::{described, findings};

/// Features of made-up customers, with the group of each.
struct Shop {
    features: Features,
    known: Vec<KnownFeature>,
    truth: Vec<u32>,
}

impl Shop {
    fn new(truth: Vec<u32>) -> Self {
        let customer_key = (0..truth.len() as i32).collect();
        Self { features: Features { customer_key, columns: Vec::new() }, known: Vec::new(), truth }
    }

    fn with(mut self, name: &str, kind: FeatureKind, values: FeatureValues) -> Self {
        self.known.push(KnownFeature {
            name: name.into(),
            part: Part::Purchases,
            kind,
            title: (name.to_uppercase(), name.into()),
            meaning: (String::new(), String::new()),
            own: false,
        });
        self.features.columns.push(Arc::new(Feature { name: name.into(), values }));
        self
    }

    fn number(self, name: &str, of: impl FnMut(u32) -> Option<f64>) -> Self {
        let values = self.truth.iter().copied().map(of).collect();
        self.with(name, FeatureKind::Number, FeatureValues::Number(values))
    }

    fn found(&self, params: &ClustersParams) -> (Found, ClustersResult) {
        let chosen: Vec<&KnownFeature> = self.known.iter().collect();
        let columns = Columns::from_features(&self.features, &chosen, 20_000, params);
        let found = Found::compute(columns, params).unwrap();
        let members: Vec<usize> = (0..self.truth.len()).collect();
        let result = described(&found, params, &members, "KRW");
        (found, result)
    }
}

/// Regulars, coupon hunters who joined during an event and bought once, and those who left.
fn three_kinds() -> Shop {
    let truth: Vec<u32> = (0..600).map(|at| if at < 300 { 0 } else { 1 + u32::from(at >= 480) }).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut near = move |mean: f64, spread: f64| mean + spread * (rng.random::<f64>() - 0.5);
    let mut draws: Vec<Box<dyn FnMut(u32) -> Option<f64>>> = Vec::new();
    let mut other = ChaCha8Rng::seed_from_u64(2);
    draws.push(Box::new(move |group| Some(near([20.0, 60.0, 400.0][group as usize], 20.0).round())));
    draws.push(Box::new(move |group| {
        Some([f64::from(other.random_range(6..14_u32)), 1.0, 2.0][group as usize])
    }));
    let coupon = |group: u32| Some([0.2, 0.97, 0.1][group as usize]);
    let joined: Vec<Option<bool>> = truth.iter().map(|group| Some(*group == 1)).collect();
    let mut draws = draws.into_iter();
    Shop::new(truth)
        .number("recency_days", draws.next().unwrap())
        .number("orders", draws.next().unwrap())
        .number("coupon_share", coupon)
        .with("joined_in_promotion", FeatureKind::Flag, FeatureValues::Flag(joined))
        .number("revenue", |group| Some([90_000.0, 10_000.0, 20_000.0][group as usize]))
}

/// Without revenue as a feature; it is still told of each cluster.
fn by_behaviour() -> Shop {
    let mut shop = three_kinds();
    shop.known.retain(|known| known.name != "revenue");
    shop
}

#[test]
fn groups_get_names_of_what_sets_them_apart() {
    let shop = by_behaviour();
    let (found, result) = shop.found(&ClustersParams::default());
    assert_eq!((result.groups, result.proposed, result.clusters.len()), (3, 3, 3));
    assert_eq!(adjusted_rand(&found.labels, &shop.truth).unwrap(), 1.0);
    let names: Vec<&str> = result.clusters.iter().map(|card| card.name.en.as_str()).collect();
    let hunters = &result.clusters[1];
    assert_eq!(hunters.customers, 180, "{names:?}");
    for part in ["oined during an event (100%)", "one order", "oupon in 97% of orders"] {
        assert!(hunters.name.en.contains(part), "{names:?}");
    }
    for part in ["이벤트 때 가입(100%)", "주문 1건", "쿠폰 사용 97%"] {
        assert!(hunters.name.ko.contains(part), "{}", hunters.name.ko);
    }
    assert!(names[0].contains("any orders") && names[2].contains("ast bought"), "{names:?}");
    // Centres stand in the features' own units, revenue is shared out.
    let coupon =
        result.profile.iter().find(|row| row.cluster == "c2" && row.column == "coupon_share").unwrap();
    assert!((coupon.value.unwrap() - 0.97).abs() < 1e-12 && coupon.difference > 1.0);
    let revenue: f64 = result.clusters.iter().map(|card| card.revenue_share.unwrap()).sum();
    assert!((revenue - 1.0).abs() < 1e-12);
    assert!(result.stability.unwrap().mean > 0.95);
    assert!((result.features.iter().map(|column| column.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(
        result.points.len() <= 1_200 && result.dendrogram.merges.len() + 1 == result.dendrogram.leaves.len()
    );
}

#[test]
fn trees_find_the_same_groups_and_numbers_can_be_asked_for() {
    let shop = by_behaviour();
    for method in [Method::Ward, Method::Average, Method::Complete] {
        let (found, result) = shop.found(&ClustersParams { method, ..ClustersParams::default() });
        assert!(adjusted_rand(&found.labels, &shop.truth).unwrap() > 0.9, "{method:?}");
        assert!(result.stability.is_none());
    }
    let (_, result) = shop.found(&ClustersParams { clusters: 5, ..ClustersParams::default() });
    assert_eq!((result.groups, result.proposed), (5, 3));
    let mut names: Vec<&str> = result.clusters.iter().map(|card| card.name.ko.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 5, "no two clusters have one name");
}

#[test]
fn noise_is_one_group_and_says_so() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut normal = move |_| Some((0..12).map(|_| rng.random::<f64>()).sum::<f64>());
    let mut shop = Shop::new(vec![0; 400]);
    for name in ["a", "b", "c"] {
        shop = shop.number(name, &mut normal);
    }
    let params = ClustersParams::default();
    let (found, result) = shop.found(&params);
    assert_eq!((result.groups, result.clusters.len()), (1, 1));
    assert_eq!(result.clusters[0].customers, 400);
    let said = findings::find(&found, &result, &params);
    assert_eq!(said.iter().map(|finding| finding.code.as_ref()).collect::<Vec<_>>(), ["no_structure"]);
    // Asked for, they are cut all the same, and more is said against them.
    let params = ClustersParams { clusters: 6, ..params };
    let (found, result) = shop.found(&params);
    let said = findings::find(&found, &result, &params);
    let codes: Vec<&str> = said.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!(result.groups, 6);
    assert!(codes.contains(&"no_structure") && codes.contains(&"unstable"), "{codes:?}");
}

/// Half of the customers have no child's age: neither newborn nor forgotten, but a state of their own.
#[test]
fn what_is_not_known_is_a_state_of_its_own() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let truth: Vec<u32> = (0..400).map(|at| at % 2).collect();
    let shop = Shop::new(truth)
        .number("child_age_months", |group| (group == 1).then(|| rng.random_range(0.0..48.0)))
        .number("orders", |_| Some(2.0));
    let params = ClustersParams { clusters: 2, ..ClustersParams::default() };
    let (found, result) = shop.found(&params);
    assert_eq!(adjusted_rand(&found.labels, &shop.truth).unwrap(), 1.0);
    let unknown = result.features.iter().find(|column| column.kind == "unknown").unwrap();
    assert_eq!((unknown.column.as_str(), unknown.mean), ("child_age_months:unknown", 0.5));
    let age = result.profile.iter().find(|row| row.column == "child_age_months" && row.value.is_none());
    assert!(age.is_some(), "of those without a child's age no mean is made up");
    assert!(result.clusters.iter().all(|card| !card.name.en.contains("0.0")), "{:?}", result.clusters);
    let said = findings::find(&found, &result, &params);
    for code in ["unknown_values", "constant_feature"] {
        assert!(said.iter().any(|finding| finding.code == code), "{code}");
    }
}

#[test]
fn what_counts_twice_is_said() {
    let mut shop = by_behaviour();
    let FeatureValues::Number(orders) = &shop.features.column("orders").unwrap().values else { panic!() };
    let days = orders.iter().map(|orders| orders.map(|orders| 2.0 * orders)).collect();
    shop = shop.with("purchase_days", FeatureKind::Number, FeatureValues::Number(days));
    let params = ClustersParams::default();
    let (found, result) = shop.found(&params);
    let said = findings::find(&found, &result, &params);
    let twice = said.iter().find(|finding| finding.code == "collinear").unwrap();
    assert!(twice.text.en.contains("ORDERS") && twice.text.en.contains("PURCHASE_DAYS"), "{}", twice.text.en);
}

#[test]
fn texts_and_dates_are_columns() {
    let truth: Vec<u32> = (0..300).map(|at| at % 3).collect();
    let regions = truth.iter().map(|group| ["Seoul", "Busan", ""][*group as usize]);
    let regions = regions.map(|region| (!region.is_empty()).then(|| region.to_owned())).collect();
    let days = truth.iter().map(|group| Some(20_000 - 100 * *group as i32)).collect();
    let shop = Shop::new(truth).with("region", FeatureKind::Text, FeatureValues::Text(regions)).with(
        "joined_on",
        FeatureKind::Date,
        FeatureValues::Date(days),
    );
    let columns = Columns::from_features(
        &shop.features,
        &shop.known.iter().collect::<Vec<_>>(),
        20_000,
        &ClustersParams::default(),
    );
    let keys: Vec<String> = columns.columns.iter().map(super::cards::column_key).collect();
    assert_eq!(keys, ["region=Busan", "region=Seoul", "region:unknown", "joined_on"]);
    // Days before the as-of day.
    assert_eq!(columns.columns[3].values[..3], [Some(0.0), Some(100.0), Some(200.0)]);
    // Two customers of different regions are 2 apart, whichever.
    let apart = |a: usize, b: usize| {
        let squares = columns.columns[..3].iter().map(|column| (column.scaled[a] - column.scaled[b]).powi(2));
        squares.sum::<f64>().sqrt()
    };
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        assert!((apart(a, b) - 2.0).abs() < 1e-12);
    }
}
