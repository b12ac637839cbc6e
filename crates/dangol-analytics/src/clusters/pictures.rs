//! What is drawn: the criteria by number of clusters, customers along the components, the tree.

use dangol_models::cluster::hierarchical::Linkage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cards::{column_key, key, mean};
use super::columns::Says;
use super::found::Found;
use super::params::ClustersParams;
use super::result::{
    ClusterComponent, ClusterJoin, ClusterLeaf, ClusterLoading, ClusterNumber, ClusterPoint, ClusterTree,
    UsedColumn,
};
use super::words;

/// Customers in the picture.
const POINTS: usize = 1_200;
/// Ends of the tree that is shown.
const LEAVES: usize = 24;

/// What each number of clusters gives.
pub(super) fn numbers(found: &Found) -> Vec<ClusterNumber> {
    let search = &found.search;
    let gap = |clusters: usize| {
        search.gap.as_ref().and_then(|gap| gap.points.iter().find(|point| point.groups == clusters))
    };
    let one = ClusterNumber {
        clusters: 1,
        inertia: search.whole,
        explained: 0.0,
        silhouette: None,
        silhouette_low: None,
        silhouette_high: None,
        gap: gap(1).map(|point| point.gap),
        gap_error: gap(1).map(|point| point.error),
    };
    let others = search.candidates.iter().map(|candidate| {
        let clusters = candidate.fit.clusters();
        let silhouette = &candidate.silhouette;
        ClusterNumber {
            clusters,
            inertia: candidate.fit.inertia,
            explained: 1.0 - candidate.fit.inertia / search.whole,
            silhouette: Some(silhouette.mean),
            silhouette_low: silhouette.interval.map(|(low, _)| low),
            silhouette_high: silhouette.interval.map(|(_, high)| high),
            gap: gap(clusters).map(|point| point.gap),
            gap_error: gap(clusters).map(|point| point.error),
        }
    });
    std::iter::once(one).chain(others).collect()
}

/// The columns that were used.
pub(super) fn features(found: &Found) -> Vec<UsedColumn> {
    let variance = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
    };
    let whole: f64 = found.columns.columns.iter().map(|column| variance(&column.scaled)).sum();
    let used = found.columns.columns.iter().map(|column| UsedColumn {
        column: column_key(column),
        feature: column.feature.clone(),
        title: words::column_title(column),
        kind: match column.says {
            Says::Number => "number",
            Says::Flag => "flag",
            Says::Level(_) => "value",
            Says::OtherLevel => "other",
            Says::Unknown => "unknown",
        }
        .into(),
        logarithm: column.logarithm,
        unknown: column.values.iter().filter(|value| value.is_none()).count() as u64,
        mean: mean(column, |_| true).unwrap_or(0.0),
        weight: variance(&column.scaled) / whole,
    });
    used.collect()
}

/// The components.
pub(super) fn components(found: &Found) -> Vec<ClusterComponent> {
    let mut cumulative = 0.0;
    let pairs = found.components.variances.iter().zip(&found.components.explained);
    pairs
        .enumerate()
        .map(|(at, (&variance, &explained))| {
            cumulative += explained;
            ClusterComponent { component: at + 1, variance, explained, cumulative }
        })
        .collect()
}

/// How much each column drives the picture.
pub(super) fn loadings(found: &Found) -> Vec<ClusterLoading> {
    let first = found.components.loadings(0);
    // One column has one component.
    let second = if first.len() > 1 { found.components.loadings(1) } else { vec![0.0] };
    let columns = found.columns.columns.iter().zip(first.into_iter().zip(second));
    columns
        .map(|(column, (first, second))| ClusterLoading {
            column: column_key(column),
            title: words::column_title(column),
            first,
            second,
        })
        .collect()
}

/// Customers at random, of those at `members`.
pub(super) fn points(found: &Found, params: &ClustersParams, members: &[usize]) -> Vec<ClusterPoint> {
    let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
    let mut drawn = rand::seq::index::sample(&mut rng, members.len(), POINTS.min(members.len())).into_vec();
    drawn.sort_unstable();
    let places = drawn.into_iter().map(|at| members[at]);
    places
        .map(|at| {
            let row: Vec<f64> = found.columns.columns.iter().map(|column| column.scaled[at]).collect();
            let along = found.components.project(&row, 2);
            ClusterPoint {
                x: along[0],
                y: along.get(1).copied().unwrap_or(0.0),
                cluster: key(found.labels[at] as usize),
            }
        })
        .collect()
}

/// The uppermost part of the tree, its ends in an order in which no lines cross.
pub(super) fn tree(found: &Found, params: &ClustersParams) -> ClusterTree {
    let width = found.columns.columns.len();
    let top = found.tree.top(LEAVES);
    let order = order(
        &top.merges.iter().map(|merge| (merge.left, merge.right)).collect::<Vec<_>>(),
        top.leaves.len(),
    );
    let leaf = |at: &usize| {
        let rows = found.tree.members(top.leaves[*at]);
        let mut counts = vec![0_usize; found.groups()];
        for row in &rows {
            counts[found.group_of(&found.tree_rows[row * width..(row + 1) * width])] += 1;
        }
        let most = (0..counts.len()).rev().max_by_key(|cluster| counts[*cluster]).unwrap_or(0);
        ClusterLeaf {
            customers: rows.len(),
            cluster: key(most),
            share: counts[most] as f64 / rows.len().max(1) as f64,
        }
    };
    let place = |at: usize| order.iter().position(|leaf| *leaf == at).unwrap_or(at);
    ClusterTree {
        method: match params.method.linkage() {
            Linkage::Ward => "ward",
            Linkage::Average => "average",
            Linkage::Complete => "complete",
        }
        .into(),
        customers: found.tree.rows,
        leaves: order.iter().map(leaf).collect(),
        merges: top
            .merges
            .iter()
            .map(|merge| ClusterJoin {
                left: place(merge.left),
                right: place(merge.right),
                height: merge.height,
                customers: merge.size,
            })
            .collect(),
    }
}

/// The ends from left to right.
fn order(merges: &[(usize, usize)], leaves: usize) -> Vec<usize> {
    let Some(last) = merges.len().checked_sub(1) else { return (0..leaves).collect() };
    let mut open = vec![leaves + last];
    let mut found = Vec::with_capacity(leaves);
    while let Some(at) = open.pop() {
        match at.checked_sub(leaves) {
            None => found.push(at),
            Some(step) => open.extend([merges[step].1, merges[step].0]),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn ends_in_an_order_without_crossings() {
        assert_eq!(super::order(&[(0, 2), (1, 3), (4, 5)], 4), [0, 2, 1, 3]);
        assert_eq!(super::order(&[], 1), [0]);
    }
}
