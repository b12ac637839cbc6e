//! What the profile of groups gives.

use serde::Serialize;
use utoipa::ToSchema;

use crate::quality::NeedMet;
use crate::words::Words;

/// Groups of customers, and what sets each apart from everybody else.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SegmentProfileResult {
    /// How customers are grouped: `nine`, `by:gender`; of a single group its own name, `nine:at_risk`.
    pub scheme: String,
    /// In words.
    pub title: Words,
    /// Whether the groups have an order, so that trends are tested.
    pub ordered: bool,
    /// The groups, in the order of the scheme.
    pub groups: Vec<ProfileGroup>,
    /// What is compared.
    pub dimensions: Vec<ProfileDimension>,
    /// The values of each dimension, and the tests over all groups.
    pub values: Vec<ProfileValue>,
    /// Each value in each group against everybody else.
    pub cells: Vec<ProfileCell>,
    /// Each group in a few sentences.
    pub personas: Vec<Persona>,
    /// Tables and columns that would show more.
    pub missing: Vec<NeedMet>,
}

/// A group, and how much it brings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileGroup {
    /// Its key.
    pub group: String,
    /// Its name.
    pub name: Words,
    /// What it is.
    pub about: Words,
    /// Customers.
    pub customers: u64,
    /// Their share of all customers in scope.
    pub customer_share: f64,
    /// Their net revenue; null without amounts.
    pub revenue: Option<f64>,
    /// Its share of the revenue of all.
    pub revenue_share: Option<f64>,
    /// Share of the group's revenue that its best 20 % bring.
    pub top20_share: Option<f64>,
    /// Gini coefficient of revenue within the group.
    pub gini: Option<f64>,
}

/// What a number of a dimension is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Customers with the value ÷ customers of whom it is known.
    ShareOfCustomers,
    /// A number of each customer, on average.
    PerCustomer,
    /// Orders of the kind ÷ all orders.
    ShareOfOrders,
    /// Units of the kind ÷ all units.
    ShareOfUnits,
    /// Visits of the kind ÷ all visits.
    ShareOfVisits,
}

/// Something by which groups are compared.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileDimension {
    /// Its name: `category_mix`.
    pub dimension: String,
    /// In words.
    pub title: Words,
    /// What its numbers are.
    pub measure: Measure,
    /// The test over all groups, where the dimension has one as a whole: `chi_square`, `rao_scott`.
    pub method: Option<String>,
    /// χ² of the test.
    pub statistic: Option<f64>,
    /// Its degrees of freedom.
    pub degrees_of_freedom: Option<f64>,
    /// Its p-value.
    pub p_value: Option<f64>,
    /// The same, adjusted for all tests over groups in this answer (Benjamini–Hochberg).
    pub adjusted_p: Option<f64>,
    /// Cramér's V.
    pub effect: Option<f64>,
    /// Whether the groups differ, in words.
    pub verdict: Words,
}

/// A value of a dimension.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileValue {
    /// The dimension.
    pub dimension: String,
    /// Its key: `3`, `여아의류`.
    pub value: String,
    /// In words.
    pub label: Words,
    /// Whether it differs by the way the groups are made, and so says nothing new.
    pub by_construction: bool,
    /// The test over all groups: `kruskal_wallis` of numbers.
    pub method: Option<String>,
    /// H.
    pub statistic: Option<f64>,
    /// The p-value.
    pub p_value: Option<f64>,
    /// The same, adjusted with all tests over groups in this answer.
    pub adjusted_p: Option<f64>,
    /// ε².
    pub effect: Option<f64>,
    /// Where groups have an order, the trend: `jonckheere_terpstra` of numbers, `cochran_armitage` of shares of
    /// customers.
    pub trend_method: Option<String>,
    /// z of the trend; positive where it rises with the order.
    pub trend: Option<f64>,
    /// Its p-value.
    pub trend_p: Option<f64>,
    /// The same, adjusted with all tests over groups in this answer.
    pub trend_adjusted_p: Option<f64>,
    /// Kendall's `τ_b` or r, from −1 to 1.
    pub trend_effect: Option<f64>,
}

/// A value in a group, against all customers in scope who are not in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileCell {
    /// The dimension.
    pub dimension: String,
    /// The value's key.
    pub value: String,
    /// The group's key.
    pub group: String,
    /// Customers of the group that it counts: those of whom the value is known.
    pub customers: u64,
    /// The share or mean in the group; null where nobody counts.
    pub amount: Option<f64>,
    /// That of everybody else.
    pub others: Option<f64>,
    /// 100 × the group's over the others': 100 is the average.
    pub index: Option<f64>,
    /// Lower end of the index' 95 % interval.
    pub index_low: Option<f64>,
    /// Upper end; null where it is not bounded.
    pub index_high: Option<f64>,
    /// The p-value of the difference.
    pub p_value: Option<f64>,
    /// The same, adjusted for all cells of this answer (Benjamini–Hochberg).
    pub adjusted_p: Option<f64>,
    /// Whether it stands: the adjusted p-value is at most 0.05.
    pub differs: bool,
}

/// A group in a few sentences.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Persona {
    /// The group's key.
    pub group: String,
    /// What sets it apart most, as a sentence that can open a page.
    pub sentence: Words,
    /// What sets it apart, the most telling first.
    pub traits: Vec<Trait>,
}

/// Something that sets a group apart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Trait {
    /// The dimension.
    pub dimension: String,
    /// The value's key.
    pub value: String,
    /// 100 × the group's over the others'.
    pub index: f64,
    /// In words.
    pub text: Words,
}
