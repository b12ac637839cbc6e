//! What one can choose of the analysis `clusters`.

use dangol_models::cluster::hierarchical::Linkage;
use dangol_models::cluster::scaling::Scaling;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Clusters;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// The most clusters that can be asked for: each has a card and a colour.
const MOST: usize = 12;

/// Parameters of the analysis `clusters`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClustersParams {
    /// Names of features, separated by commas; empty for those that suit the shop.
    pub features: String,
    /// How features are made comparable.
    pub scaling: FeatureScaling,
    /// Takes logarithms of features with a long tail.
    pub logarithms: bool,
    /// How clusters are found.
    pub method: Method,
    /// How many; 0 for as many as the criteria say.
    pub clusters: usize,
    /// The most that are tried.
    pub most: usize,
    /// Restarts of k-means for each number.
    pub restarts: usize,
    /// Where random draws come from.
    pub seed: u64,
    /// Adds one row per customer.
    pub customers: bool,
}

impl Default for ClustersParams {
    fn default() -> Self {
        Self {
            features: String::new(),
            scaling: FeatureScaling::Standard,
            logarithms: true,
            method: Method::KMeans,
            clusters: 0,
            most: 10,
            restarts: 10,
            seed: 1,
            customers: false,
        }
    }
}

impl ClustersParams {
    /// Refuses what no computation can use.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub fn check(&self) -> Result<(), AnalysisError> {
        let bad = |detail: String| AnalysisError::BadParameter { analysis: Clusters::NAME, detail };
        if self.clusters > MOST {
            return Err(bad(format!("clusters takes 0 (as many as the criteria say) to {MOST}")));
        }
        if !(3..=MOST).contains(&self.most) {
            return Err(bad(format!("most takes 3 to {MOST}")));
        }
        if !(1..=100).contains(&self.restarts) {
            return Err(bad("restarts takes 1 to 100".into()));
        }
        Ok(())
    }

    /// The names given.
    pub(super) fn names(&self) -> Vec<&str> {
        self.features.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
    }
}

/// How features are made comparable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureScaling {
    /// By mean and standard deviation.
    #[default]
    Standard,
    /// From 0 to 1.
    MinMax,
    /// By median and the width of the middle half.
    Robust,
}

impl FeatureScaling {
    pub(super) fn of_numbers(self) -> Scaling {
        match self {
            Self::Standard => Scaling::Standard,
            Self::MinMax => Scaling::MinMax,
            Self::Robust => Scaling::Robust,
        }
    }

    /// How far apart yes and no are: as far as in a flag that half of the customers have, were it scaled like a number.
    /// By its own standard deviation a rare flag would outweigh everything.
    pub(super) fn of_flags(self) -> f64 {
        match self {
            Self::Standard | Self::Robust => 2.0,
            Self::MinMax => 1.0,
        }
    }
}

/// How clusters are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// k-means.
    #[default]
    #[serde(rename = "kmeans")]
    KMeans,
    /// A tree by Ward's method, cut.
    Ward,
    /// A tree by average distances, cut.
    Average,
    /// A tree by largest distances, cut.
    Complete,
}

impl Method {
    /// The tree that is shown: beside k-means that of Ward's method, which looks for the same kind of groups.
    pub(super) fn linkage(self) -> Linkage {
        match self {
            Self::KMeans | Self::Ward => Linkage::Ward,
            Self::Average => Linkage::Average,
            Self::Complete => Linkage::Complete,
        }
    }
}
