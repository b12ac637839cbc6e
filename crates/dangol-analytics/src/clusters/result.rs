//! What the analysis `clusters` tells.

use dangol_models::cluster::search::Reason;
use serde::Serialize;
use utoipa::ToSchema;

use crate::available::AvailableFeature;
use crate::words::Words;

/// Clusters of customers, why so many, and how far they can be trusted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClustersResult {
    /// Customers in scope.
    pub customers: u64,
    /// How many clusters there are; 1 where there is no structure.
    pub groups: usize,
    /// How many the criteria propose.
    pub proposed: usize,
    /// Why.
    pub choice: Words,
    /// The criteria behind it.
    pub criteria: ClusterCriteria,
    /// Each number of clusters that was tried.
    pub numbers: Vec<ClusterNumber>,
    /// The clusters, the largest first.
    pub clusters: Vec<ClusterCard>,
    /// Each cluster's centre in original units, and what sets it apart.
    pub profile: Vec<ClusterFeature>,
    /// The columns that were used.
    pub features: Vec<UsedColumn>,
    /// All features that this shop has.
    pub available: Vec<AvailableFeature>,
    /// Principal components, the strongest first.
    pub components: Vec<ClusterComponent>,
    /// How much each column drives the first two components.
    pub loadings: Vec<ClusterLoading>,
    /// Customers at random, along the first two components.
    pub points: Vec<ClusterPoint>,
    /// The tree of a sample of customers.
    pub dendrogram: ClusterTree,
    /// Whether other customers of this shop would have given the same clusters.
    pub stability: Option<StabilityOfClusters>,
    /// Each customer's cluster, if asked for.
    pub assigned: Option<Vec<AssignedCustomer>>,
}

/// What the criteria say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterCriteria {
    /// Which one decided.
    #[schema(value_type = String)]
    pub decided: Reason,
    /// Clusters at the elbow of the inertia.
    pub elbow: Option<usize>,
    /// Clusters with the largest silhouette.
    pub silhouette: usize,
    /// Clusters by the gap statistic; 1 says that there is no structure, none that the gap still grows at the last.
    pub gap: Option<usize>,
    /// Customers behind the silhouettes.
    pub silhouette_customers: usize,
    /// Customers behind the gap statistic.
    pub gap_customers: usize,
}

/// One number of clusters.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterNumber {
    /// Clusters.
    pub clusters: usize,
    /// Sum of squared distances to the centres, of scaled features.
    pub inertia: f64,
    /// Share of the sum of squares that the clusters explain.
    pub explained: f64,
    /// Mean silhouette, −1 to 1; none for one cluster.
    pub silhouette: Option<f64>,
    /// Lower end of its 95 % interval, where it was sampled.
    pub silhouette_low: Option<f64>,
    /// Upper end.
    pub silhouette_high: Option<f64>,
    /// Gap statistic.
    pub gap: Option<f64>,
    /// Its standard error, with that of the simulation.
    pub gap_error: Option<f64>,
}

/// One cluster.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterCard {
    /// Its key: `c1`.
    pub key: String,
    /// Its name, of what sets it apart.
    pub name: Words,
    /// Customers.
    pub customers: u64,
    /// Share of all customers.
    pub share: f64,
    /// Net revenue.
    pub revenue: Option<f64>,
    /// Share of all revenue.
    pub revenue_share: Option<f64>,
    /// Net revenue by customer.
    pub mean_revenue: Option<f64>,
    /// Mean silhouette of its customers.
    pub silhouette: Option<f64>,
    /// How much of it is found again when customers are drawn anew (mean Jaccard similarity): below 0.6 not to be
    /// trusted, from 0.85 on highly stable.
    pub stability: Option<f64>,
}

/// A column in a cluster.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterFeature {
    /// The cluster.
    pub cluster: String,
    /// The column.
    pub column: String,
    /// What people call it.
    pub title: Words,
    /// `number`, or `share` of the customers of whom it is true.
    pub kind: String,
    /// Mean of those known, or the share.
    pub value: Option<f64>,
    /// The same of everybody else.
    pub others: Option<f64>,
    /// Difference in standard deviations (of the logarithm, where that was taken; of a share, √(p (1 − p))).
    pub difference: f64,
    /// The difference in words.
    pub words: Words,
}

/// A column that was used.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UsedColumn {
    /// Its name.
    pub column: String,
    /// The feature it comes of.
    pub feature: String,
    /// What people call it.
    pub title: Words,
    /// `number`, `flag`, `value` (of a text), `other` (any other value), `unknown`.
    pub kind: String,
    /// Whether its logarithm was taken.
    pub logarithm: bool,
    /// Customers of whom it is not known.
    pub unknown: u64,
    /// Mean of those known, or the share.
    pub mean: f64,
    /// Share of the squared distances between customers that it makes.
    pub weight: f64,
}

/// A principal component.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterComponent {
    /// From 1.
    pub component: usize,
    /// Variance along it.
    pub variance: f64,
    /// Share of the whole variance.
    pub explained: f64,
    /// With those before it.
    pub cumulative: f64,
}

/// How much a column drives the picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterLoading {
    /// The column.
    pub column: String,
    /// What people call it.
    pub title: Words,
    /// Correlation with the first component.
    pub first: f64,
    /// Correlation with the second.
    pub second: f64,
}

/// A customer in the picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterPoint {
    /// Along the first component.
    pub x: f64,
    /// Along the second.
    pub y: f64,
    /// The cluster.
    pub cluster: String,
}

/// The uppermost part of a tree.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterTree {
    /// `ward`, `average` or `complete`.
    pub method: String,
    /// Customers of the sample.
    pub customers: usize,
    /// Its ends, in the order in which they are drawn.
    pub leaves: Vec<ClusterLeaf>,
    /// The steps that join them, from the lowest.
    pub merges: Vec<ClusterJoin>,
}

/// An end of the tree: customers that are joined below.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterLeaf {
    /// Customers of the sample.
    pub customers: usize,
    /// The cluster that most of them belong to.
    pub cluster: String,
    /// The share that does.
    pub share: f64,
}

/// Two parts of the tree become one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterJoin {
    /// The one part: an end, or from the number of ends on, an earlier step.
    pub left: usize,
    /// The other.
    pub right: usize,
    /// How far apart they were.
    pub height: f64,
    /// Customers of the sample.
    pub customers: usize,
}

/// How stable the clusters are when customers are drawn anew.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StabilityOfClusters {
    /// Mean adjusted Rand index: 1 for the same clusters, 0 for chance.
    pub mean: f64,
    /// Its 5 % quantile.
    pub low: f64,
    /// Its 95 % quantile.
    pub high: f64,
    /// How often customers were drawn anew.
    pub replicates: usize,
}

/// A customer's cluster.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssignedCustomer {
    /// The id.
    pub customer_id: String,
    /// The cluster.
    pub cluster: String,
}
