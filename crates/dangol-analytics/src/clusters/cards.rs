//! Cards of the clusters: how large, what they bring, what sets them apart, a name made of that.

use dangol_models::sum::Sum;

use super::columns::{Column, Says};
use super::found::Found;
use super::result::{ClusterCard, ClusterFeature};
use super::words;
use crate::words::Words;

/// Differences from which on they are worth a word: half a standard deviation, Cohen's "medium".
const WORTH_A_WORD: f64 = 0.5;
/// Phrases in a name.
const PHRASES: usize = 3;

/// A cluster's key.
pub(super) fn key(cluster: usize) -> String {
    format!("c{}", cluster + 1)
}

/// Every cluster's centre, in the order of clusters and columns.
pub(super) fn profile(found: &Found, currency: &str) -> Vec<ClusterFeature> {
    let each = (0..found.groups())
        .flat_map(|cluster| found.columns.columns.iter().map(move |column| (cluster, column)));
    each.map(|(cluster, column)| {
        let of = |inside: bool| mean(column, |at| (found.labels[at] as usize == cluster) == inside);
        let (value, others) = (of(true), of(false));
        let difference = difference(column, &found.labels, cluster as u32);
        let words = words::phrase(column, value.unwrap_or(0.0), difference > 0.0, currency);
        ClusterFeature {
            cluster: key(cluster),
            column: column_key(column),
            title: words::column_title(column),
            kind: if column.says == Says::Number { "number" } else { "share" }.into(),
            value,
            others,
            difference,
            words,
        }
    })
    .collect()
}

/// A column's name: the feature's, with the value that it says.
pub(super) fn column_key(column: &Column) -> String {
    match &column.says {
        Says::Number | Says::Flag => column.feature.clone(),
        Says::Level(level) => format!("{}={level}", column.feature),
        Says::OtherLevel => format!("{}:other", column.feature),
        Says::Unknown => format!("{}:unknown", column.feature),
    }
}

/// The mean of what is known of some customers.
pub(super) fn mean(column: &Column, of: impl Fn(usize) -> bool) -> Option<f64> {
    let known = column.values.iter().enumerate().filter_map(|(at, value)| value.filter(|_| of(at)));
    let mut count = 0_u64;
    let total: Sum = known.inspect(|_| count += 1).collect();
    (count > 0).then(|| total.value() / count as f64)
}

/// How far a cluster's mean is from that of everybody else, in standard deviations of all.
fn difference(column: &Column, labels: &[u32], cluster: u32) -> f64 {
    // Scaled values are the logarithms where those were taken; what is not known lies at the mean.
    let values = &column.scaled;
    let sums = |of: &dyn Fn(usize) -> bool| {
        let some = values.iter().enumerate().filter(|(at, _)| of(*at));
        let (count, total) = some.fold((0.0, 0.0), |(count, total), (_, value)| (count + 1.0, total + value));
        if count > 0.0 { Some((count, total / count)) } else { None }
    };
    let inside = sums(&|at| labels[at] == cluster);
    let outside = sums(&|at| labels[at] != cluster);
    let (Some((_, inside)), Some((_, outside)), Some((count, mean))) = (inside, outside, sums(&|_| true))
    else {
        return 0.0;
    };
    let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    if spread > 0.0 { (inside - outside) / spread } else { 0.0 }
}

/// A name for each cluster, no two the same.
pub(super) fn names(found: &Found, profile: &[ClusterFeature]) -> Vec<Words> {
    if found.groups() == 1 {
        return vec![Words::new("All customers", "전체 고객")];
    }
    let strongest = |cluster: usize| -> Vec<&ClusterFeature> {
        let key = key(cluster);
        let mut rows: Vec<&ClusterFeature> = profile.iter().filter(|row| row.cluster == key).collect();
        rows.sort_by(|left, right| right.difference.abs().total_cmp(&left.difference.abs()));
        let mut said: Vec<&str> = Vec::new();
        // One word for each feature: that it is not known, and that it is low, are one thing.
        rows.retain(|row| {
            let feature = row.column.split(['=', ':']).next().unwrap_or_default();
            // Who has a value less often than others, or of whom it is not known, has nothing that a name could say.
            let says = row.kind == "number" || row.difference > 0.0 || row.column == feature;
            let kept = says && row.value.is_some() && !said.contains(&feature);
            if kept {
                said.push(feature);
            }
            kept
        });
        rows
    };
    let of = |cluster: usize, phrases: usize| {
        let rows = strongest(cluster);
        let worth = rows.iter().take_while(|row| row.difference.abs() >= WORTH_A_WORD).count();
        // Where nothing stands out, what stands out most.
        let some: Vec<Words> = rows
            .iter()
            .take(phrases.min(worth.max(1 + phrases - PHRASES)))
            .map(|row| row.words.clone())
            .collect();
        words::name(&some)
    };
    let mut names: Vec<Words> = (0..found.groups()).map(|cluster| of(cluster, PHRASES)).collect();
    for cluster in 0..names.len() {
        let mut phrases = PHRASES;
        while names.iter().filter(|name| **name == names[cluster]).count() > 1 && phrases < PHRASES + 3 {
            phrases += 1;
            names[cluster] = of(cluster, phrases);
        }
        if names.iter().filter(|name| **name == names[cluster]).count() > 1 {
            let Words { en, ko } = &names[cluster];
            let number = cluster + 1;
            names[cluster] = Words::new(format!("{en} ({number})"), format!("{ko} ({number})"));
        }
    }
    names
}

/// The clusters' cards, of the customers at `members`.
pub(super) fn cards(found: &Found, names: &[Words], members: &[usize]) -> Vec<ClusterCard> {
    let revenue_of = |of: &dyn Fn(usize) -> bool| {
        let revenue = found.columns.revenue.as_ref()?;
        Some(members.iter().filter(|at| of(**at)).map(|at| revenue[*at]).collect::<Sum>().value())
    };
    let all = revenue_of(&|_| true);
    (0..found.groups())
        .map(|cluster| {
            let is_in = |at: usize| found.labels[at] as usize == cluster;
            let customers = members.iter().filter(|at| is_in(**at)).count() as u64;
            let revenue = revenue_of(&is_in);
            ClusterCard {
                key: key(cluster),
                name: names[cluster].clone(),
                customers,
                share: customers as f64 / members.len().max(1) as f64,
                revenue,
                revenue_share: revenue.zip(all).filter(|(_, all)| *all > 0.0).map(|(own, all)| own / all),
                mean_revenue: revenue.filter(|_| customers > 0).map(|revenue| revenue / customers as f64),
                silhouette: found.silhouettes.get(cluster).copied().flatten(),
                stability: found.stability.as_ref().and_then(|found| found.by_group.get(cluster).copied()),
            }
        })
        .collect()
}
