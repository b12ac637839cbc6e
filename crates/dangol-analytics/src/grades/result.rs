//! What the analysis `grades` tells.

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Words;

/// Customers by grade, and every number that the grades are made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradesResult {
    /// Customers in scope.
    pub customers: u64,
    /// Where the weights come from: `gain`, `shap`, `by_hand`, `equal`.
    pub weights_from: String,
    /// Each factor with its weight.
    pub factors: Vec<GradeFactor>,
    /// The classifier behind the weights; none where weights are given, or there are no clusters to learn.
    pub classifier: Option<GradeClassifier>,
    /// The grades, the best first.
    pub grades: Vec<GradeRow>,
    /// Customers by weighted score.
    pub scores: Vec<GradeScore>,
    /// Order lines by grade and state of the coupon; empty where the shop has none.
    pub coupons: Vec<GradeCoupons>,
    /// Each customer's grade, if asked for.
    pub assigned: Option<Vec<GradedCustomer>>,
}

/// A factor of the score.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeFactor {
    /// `r`, `f`, `m`, `t` or `clv`.
    pub factor: String,
    /// What people call it.
    pub title: Words,
    /// Its share in what tells the clusters apart.
    pub importance: Option<f64>,
    /// Its weight in the score; all sum to 1.
    pub weight: f64,
    /// Up to this value the first score, in the factor's unit; none where a lower or higher one is the same.
    pub first_edge: Option<f64>,
    /// Up to this value the second.
    pub second_edge: Option<f64>,
    /// Up to this value the third.
    pub third_edge: Option<f64>,
    /// How many different scores there are: 4, or fewer where many customers are alike.
    pub scores: usize,
}

/// The classifier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeClassifier {
    /// Clusters that it learnt.
    pub clusters: usize,
    /// Share of held-out customers whose cluster it gets right.
    pub accuracy: f64,
    /// Accuracy of always saying the largest cluster.
    pub baseline: f64,
    /// Mean F1 over clusters.
    pub f1: f64,
    /// Customers held out.
    pub held_out: usize,
    /// What that says, and what not.
    pub remark: Words,
}

/// A grade.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeRow {
    /// `vip`, `gold`, `silver`, `bronze`, `at_risk`.
    pub grade: String,
    /// Its name.
    pub name: Words,
    /// From this weighted score on.
    pub from: f64,
    /// Customers.
    pub customers: u64,
    /// Share of all customers.
    pub share: f64,
    /// Net revenue.
    pub revenue: f64,
    /// Share of all revenue.
    pub revenue_share: Option<f64>,
    /// Mean weighted score.
    pub score: Option<f64>,
    /// Mean days since the last purchase.
    pub recency_days: Option<f64>,
    /// Mean purchase days after the first.
    pub repeats: Option<f64>,
    /// Mean revenue per purchase day.
    pub mean_day_value: Option<f64>,
    /// Mean days since the first purchase.
    pub tenure_days: Option<f64>,
    /// Mean value to expect over the horizon; none without prices.
    pub expected_value: Option<f64>,
}

/// Customers of a weighted score.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeScore {
    /// From this score on, 0.1 wide.
    pub from: f64,
    /// Customers.
    pub customers: u64,
    /// The grade at its lower end.
    pub grade: String,
}

/// Order lines of a grade by state of the coupon.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeCoupons {
    /// The grade.
    pub grade: String,
    /// `used`, `clicked`, `not_used`, `unknown`.
    pub status: String,
    /// Order lines.
    pub lines: u64,
    /// Share of the grade's order lines.
    pub share: f64,
}

/// A customer's grade.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradedCustomer {
    /// The id.
    pub customer_id: String,
    /// The grade.
    pub grade: String,
    /// The weighted score, 1 to 4.
    pub score: f64,
}
