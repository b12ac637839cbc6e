//! The clusters themselves: columns → rows → several numbers tried → one taken → everybody assigned.

use std::sync::Arc;

use dangol_models::cluster::gap::GapParams;
use dangol_models::cluster::hierarchical::{Dendrogram, link};
use dangol_models::cluster::pca::{Pca, pca};
use dangol_models::cluster::search::{Search, SearchParams, search};
use dangol_models::cluster::stability::{Stability, StabilityParams, stability};
use dangol_models::cluster::{KMeans, KMeansParams, Rows, kmeans};
use dangol_shop::{Scope, Shop};

use super::Clusters;
use super::columns::Columns;
use super::params::{ClustersParams, Method};
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// Customers of whom silhouettes are computed: the standard error of the mean is below 0.01.
const SILHOUETTES: usize = 2_000;
/// Customers of the gap statistic, and sets of as many that have no structure.
const GAP_ROWS: usize = 500;
const GAP_REFERENCES: usize = 20;
/// Customers of the tree.
const TREE_ROWS: usize = 1_000;
/// How often customers are drawn anew, and how many.
const REPLICATES: usize = 25;
const REPLICATE_ROWS: usize = 2_000;

/// Everybody in scope, in clusters.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) columns: Columns,
    pub(super) search: Search,
    /// The clusters taken; none where there is no structure.
    pub(super) fit: Option<KMeans>,
    /// The cluster of each customer, from 0.
    pub(super) labels: Vec<u32>,
    pub(super) components: Pca,
    pub(super) tree: Dendrogram,
    /// The rows of the tree, one after the other.
    pub(super) tree_rows: Vec<f64>,
    pub(super) stability: Option<Stability>,
    /// Silhouette of each cluster.
    pub(super) silhouettes: Vec<Option<f64>>,
}

impl Found {
    /// Finds clusters, or gives what was kept of that.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &ClustersParams,
    ) -> Result<Arc<Self>, AnalysisError> {
        let everybody = Scope { members: None, ..scope.clone() };
        let of_fit = ClustersParams { customers: false, ..params.clone() };
        let key = format!("clusters {everybody:?} {of_fit:?}");
        match shop.kept_fit(key, Box::pin(Self::anew(shop, &everybody, params))).await? {
            Some(found) => Ok(found),
            None => Ok(Arc::new(Box::pin(Self::anew(shop, &everybody, params)).await?)),
        }
    }

    async fn anew(shop: &Shop, scope: &Scope, params: &ClustersParams) -> Result<Self, AnalysisError> {
        let columns = Columns::of(shop, scope, params).await?;
        let params = params.clone();
        // Computing for seconds is not for the threads that answer requests.
        let task = tokio::task::spawn_blocking(move || Self::compute(columns, &params));
        match task.await {
            Ok(found) => found,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    pub(super) fn compute(columns: Columns, params: &ClustersParams) -> Result<Self, AnalysisError> {
        let bad = |detail: String| AnalysisError::BadParameter { analysis: Clusters::NAME, detail };
        if columns.columns.is_empty() {
            return Err(bad("none of these features differs between customers; choose others".into()));
        }
        let rows = Rows::new(columns.columns.len(), &columns.rows())?;
        if rows.distinct() < 4 || params.clusters >= rows.distinct() {
            return Err(bad(format!(
                "there are only {} different customers by these features; choose more features or fewer clusters",
                rows.distinct()
            )));
        }
        let most = params.most.max(params.clusters);
        let search = search(
            &rows,
            &SearchParams {
                most,
                restarts: params.restarts,
                silhouette_rows: SILHOUETTES,
                gap: Some(GapParams {
                    most,
                    references: GAP_REFERENCES,
                    rows: GAP_ROWS,
                    seed: params.seed,
                    ..GapParams::default()
                })
                .filter(|_| enough_for_gap(&rows, most, params.seed)),
                seed: params.seed,
                ..SearchParams::default()
            },
        )?;
        let sample = rows.sample(TREE_ROWS, params.seed);
        let tree_rows = sample.spread_rows();
        let tree = link(rows.width(), &tree_rows, params.method.linkage())?;
        let groups = if params.clusters == 0 { search.groups } else { params.clusters };
        let fit = match params.method {
            _ if groups == 1 => None,
            Method::KMeans => match search.candidate(groups) {
                Some(candidate) => Some(candidate.fit.clone()),
                None => Some(kmeans(
                    &rows,
                    &KMeansParams {
                        clusters: groups,
                        restarts: params.restarts,
                        seed: params.seed,
                        ..KMeansParams::default()
                    },
                )?),
            },
            _ => Some(cut(&rows, &sample, &tree, groups)?),
        };
        let labels = match &fit {
            Some(fit) => rows.spread(&fit.labels(&rows)),
            None => vec![0; rows.given()],
        };
        let stability = match &fit {
            Some(fit) if params.method == Method::KMeans => Some(stability(
                &rows,
                fit,
                &StabilityParams {
                    replicates: REPLICATES,
                    rows: REPLICATE_ROWS,
                    seed: params.seed,
                    ..StabilityParams::default()
                },
            )?),
            _ => None,
        };
        let silhouettes = match (&fit, search.candidate(groups)) {
            (Some(fit), Some(candidate)) if *fit == candidate.fit => candidate.silhouette.by_group.clone(),
            _ => Vec::new(),
        };
        let components = pca(&rows)?;
        Ok(Self { columns, search, fit, labels, components, tree, tree_rows, stability, silhouettes })
    }

    /// How many clusters there are.
    pub(super) fn groups(&self) -> usize {
        self.fit.as_ref().map_or(1, KMeans::clusters)
    }

    /// The cluster of a scaled row.
    pub(super) fn group_of(&self, row: &[f64]) -> usize {
        self.fit.as_ref().map_or(0, |fit| fit.nearest(row).0)
    }
}

/// The gap statistic needs more distinct rows in its sample than clusters.
fn enough_for_gap(rows: &Rows, most: usize, seed: u64) -> bool {
    rows.sample(GAP_ROWS, seed).distinct() > most + 1
}

/// Groups of a tree's sample as clusters: everybody belongs to the nearest mean. The largest first.
fn cut(rows: &Rows, sample: &Rows, tree: &Dendrogram, groups: usize) -> Result<KMeans, AnalysisError> {
    let of_rows = tree.cut(groups);
    // Equal rows are joined at height 0, before any others: the first stands for all.
    let mut labels = vec![u32::MAX; sample.distinct()];
    for (place, label) in sample.places().iter().zip(of_rows) {
        let of_distinct = &mut labels[*place as usize];
        *of_distinct = (*of_distinct).min(label);
    }
    Ok(KMeans::of_labels(sample, &labels)?.measured(rows))
}
