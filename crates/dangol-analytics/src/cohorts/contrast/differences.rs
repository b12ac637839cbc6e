//! How customers of the best cohorts differ from those of the worst: tests and intervals that count customers.

use std::collections::BTreeMap;

use arrow::datatypes::{Int32Type, Int64Type};
use dangol_models::hypothesis::{
    Estimate, Moments, Proportion, Share, benjamini_hochberg, ratio_of_means, ratio_of_proportions,
    ratio_of_shares, two_proportions, two_shares, welch,
};
use dangol_models::proportion::LEVEL;
use dangol_shop::engine::period_function;
use dangol_shop::features::FeatureValues;
use dangol_shop::frame::{column, texts};
use dangol_shop::scope::{CUSTOMER_FILTERS, DIMENSIONS};
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Scope, Shop};
use futures::future::try_join_all;

use super::Difference;
use super::newcomers::{Newcomer, Newcomers};
use crate::error::AnalysisError;
use crate::segment_profile::labels;

/// Shares below this in both groups are not worth naming.
const LEAST_SHARE: f64 = 0.02;
const MOST_DIFFERENCES: usize = 12;

/// A comparison before it is adjusted for the others.
struct Compared {
    what: String,
    best: f64,
    worst: f64,
    ratio: Option<Estimate>,
    p_value: Option<f64>,
}

/// All differences between the best cohorts and the worst.
pub(super) async fn differences(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    newcomers: &Newcomers,
    (best, worst): (&[String], &[String]),
) -> Result<Vec<Difference>, AnalysisError> {
    let groups = [best, worst].map(|names| newcomers.among(names).collect::<Vec<_>>());
    let mut compared = first_days(&groups)?;
    let dimensions: Vec<&str> = DIMENSIONS
        .into_iter()
        .filter(|name| shop.manifest.totals.dimensions.iter().any(|found| found == name))
        .collect();
    let found =
        try_join_all(dimensions.iter().map(|dimension| by_value(shop, scope, period, dimension))).await?;
    let sizes = groups.each_ref().map(|people| people.len() as u64);
    for (dimension, values) in dimensions.iter().zip(&found) {
        let counts = [best, worst].map(|names| {
            let mut counts = BTreeMap::<String, u64>::new();
            for (value, customers) in names.iter().filter_map(|name| values.get(name)).flatten() {
                *counts.entry(value.clone()).or_default() += customers;
            }
            counts
        });
        compared.extend(shares(dimension, &counts, sizes)?);
    }
    compared.extend(attributes(shop, scope, &groups).await?);
    adjusted(compared)
}

/// Order values, items, discounts and coupons of the first purchase days.
fn first_days(groups: &[Vec<&Newcomer>; 2]) -> Result<Vec<Compared>, AnalysisError> {
    let mut compared = Vec::new();
    for (what, of) in [
        ("first_order_value", (|person| person.revenue) as fn(&Newcomer) -> f64),
        ("items_per_first_order", |person| person.order_lines),
    ] {
        let [a, b] = groups.each_ref().map(|people| {
            people
                .iter()
                .fold(Moments::default(), |so_far, person| so_far.merge(Moments::equal(1, of(person))))
        });
        if a.mean > 0.0 || b.mean > 0.0 {
            compared.push(Compared {
                what: what.into(),
                best: a.mean,
                worst: b.mean,
                ratio: ratio_of_means(a, b, LEVEL)?,
                p_value: welch(a, b).map(|test| test.p_value),
            });
        }
    }
    let [a, b] = groups.each_ref().map(|people| {
        let mut share = Share::default();
        for person in people {
            share.add(person.discount, person.discount + person.revenue);
        }
        share
    });
    if let (Some(best), Some(worst)) = (a.rate(), b.rate())
        && (best > 0.0 || worst > 0.0)
    {
        compared.push(Compared {
            what: "discount_share".into(),
            best,
            worst,
            ratio: ratio_of_shares(&a, &b, LEVEL)?,
            p_value: two_shares(&a, &b).map(|test| test.p_value),
        });
    }
    let coupons =
        groups.each_ref().map(|people| people.iter().filter(|person| person.with_coupon).count() as u64);
    let sizes = groups.each_ref().map(|people| people.len() as u64);
    if coupons.iter().any(|count| *count > 0) {
        compared.extend(proportions("coupon_share".into(), coupons, sizes)?);
    }
    Ok(compared)
}

/// Shares of customers who have each value.
fn shares(
    attribute: &str,
    counts: &[BTreeMap<String, u64>; 2],
    sizes: [u64; 2],
) -> Result<Vec<Compared>, AnalysisError> {
    let values: std::collections::BTreeSet<&String> = counts.iter().flat_map(BTreeMap::keys).collect();
    let mut compared = Vec::new();
    for value in values {
        let of_value = counts.each_ref().map(|counts| counts.get(value).copied().unwrap_or(0));
        compared.extend(
            proportions(format!("{attribute}:{value}"), of_value, sizes)?
                .filter(|found| found.best.max(found.worst) >= LEAST_SHARE),
        );
    }
    Ok(compared)
}

fn proportions(
    what: String,
    [a, b]: [u64; 2],
    [of_a, of_b]: [u64; 2],
) -> Result<Option<Compared>, AnalysisError> {
    let (a, b) = (Proportion::new(a, of_a)?, Proportion::new(b, of_b)?);
    let (Some(best), Some(worst)) = (a.rate(), b.rate()) else { return Ok(None) };
    Ok(Some(Compared {
        what,
        best,
        worst,
        ratio: ratio_of_proportions(a, b, LEVEL)?,
        p_value: two_proportions(a, b)?.map(|found| found.p_value),
    }))
}

/// Channel, region, age band and gender, of those of whom they are known.
async fn attributes(
    shop: &Shop,
    scope: &Scope,
    groups: &[Vec<&Newcomer>; 2],
) -> Result<Vec<Compared>, AnalysisError> {
    let features = shop.features_of(scope, &CUSTOMER_FILTERS).await?;
    let mut compared = Vec::new();
    for column in &features.columns {
        let FeatureValues::Text(values) = &column.values else { continue };
        let value_of =
            |person: &Newcomer| values.get(features.customer_key.binary_search(&person.key).ok()?)?.clone();
        let (mut counts, mut sizes) = ([BTreeMap::new(), BTreeMap::new()], [0, 0]);
        for (at, people) in groups.iter().enumerate() {
            for value in people.iter().filter_map(|person| value_of(person)) {
                *counts[at].entry(value).or_default() += 1;
                sizes[at] += 1;
            }
        }
        compared.extend(shares(&column.name, &counts, sizes)?);
    }
    Ok(compared)
}

/// Adjusts for all comparisons; what differs by more than chance comes first.
fn adjusted(compared: Vec<Compared>) -> Result<Vec<Difference>, AnalysisError> {
    let plain: Vec<f64> = compared.iter().filter_map(|one| one.p_value).collect();
    let mut adjusted = benjamini_hochberg(&plain)?.into_iter();
    let mut differences: Vec<Difference> = compared
        .into_iter()
        .map(|one| {
            let p_value = one.p_value.and_then(|_| adjusted.next());
            let percent = |end: fn(&Estimate) -> f64| {
                one.ratio.as_ref().map(|ratio| end(ratio) * 100.0).filter(|end| end.is_finite())
            };
            Difference {
                index: (one.worst > 0.0).then(|| one.best / one.worst * 100.0),
                index_low: percent(|ratio| ratio.low),
                index_high: percent(|ratio| ratio.high),
                p_value,
                differs: p_value.is_some_and(|p_value| p_value <= 1.0 - LEVEL),
                value: one.what.split_once(':').map(|(attribute, value)| labels::value(attribute, value)),
                what: one.what,
                best: one.best,
                worst: one.worst,
            }
        })
        .collect();
    differences.sort_by(|a, b| {
        b.differs.cmp(&a.differs).then(distance(b).total_cmp(&distance(a))).then(a.what.cmp(&b.what))
    });
    differences.truncate(MOST_DIFFERENCES);
    Ok(differences)
}

/// How far the index lies from 100, upwards and downwards alike.
fn distance(difference: &Difference) -> f64 {
    match difference.index {
        Some(index) if index > 0.0 => (index / 100.0).ln().abs(),
        _ => f64::INFINITY,
    }
}

type ByValue = BTreeMap<String, Vec<(String, u64)>>;

/// For each cohort, how many customers bought something of each value on their first day.
async fn by_value(
    shop: &Shop,
    scope: &Scope,
    period: Period,
    dimension: &str,
) -> Result<ByValue, AnalysisError> {
    let index = period_function(period);
    let query = format!(
        "SELECT {index}(customer_first_on) AS cohort, {dimension} AS value, count(DISTINCT customer_key) AS customers \
         FROM lines WHERE ordered_on = customer_first_on AND is_purchase AND {dimension} IS NOT NULL GROUP BY 1, 2"
    );
    let batches = shop.lines(scope).grouped(&query).await?;
    let customers = column::<Int64Type>(&batches, "customers", 0)?;
    let values = texts(&batches, "value")?;
    let mut found = ByValue::new();
    for (row, (cohort, value)) in
        column::<Int32Type>(&batches, "cohort", 0)?.into_iter().zip(values).enumerate()
    {
        let name = date_of(period.start(cohort)).to_string();
        found.entry(name).or_default().push((value.unwrap_or_default(), customers[row] as u64));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_more_than_chance_comes_first() {
        let counts = [
            BTreeMap::from([("ads".to_owned(), 300), ("mail".to_owned(), 700)]),
            BTreeMap::from([("ads".to_owned(), 500), ("mail".to_owned(), 500)]),
        ];
        let mut compared = shares("channel", &counts, [1_000, 1_000]).unwrap();
        // Twice as many, of hardly anybody: that is chance.
        compared.extend(proportions("country:Malta".into(), [2, 1], [50, 50]).unwrap());
        let found = adjusted(compared).unwrap();
        let names: Vec<&str> = found.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(names, ["channel:ads", "channel:mail", "country:Malta"]);
        assert_eq!(found.iter().map(|one| one.differs).collect::<Vec<_>>(), [true, true, false]);
        assert!((found[0].index.unwrap() - 60.0).abs() < 1e-9);
        assert!(found[0].index_low.unwrap() > 50.0 && found[0].index_high.unwrap() < 70.0, "{found:?}");
        // p of the two shares is far below 0.05 and the same, so it is as after adjusting for two of three.
        assert!(found[0].p_value.unwrap() < 1e-15 && found[2].p_value.unwrap() > 0.5);
    }
}
