//! An audience in figures: how many, how much of the revenue, whom one may write to.

use dangol_shop::{Feature, FeatureValues, Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

use super::members;
use crate::error::AnalysisError;

/// Who meets a condition, in figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Preview {
    /// Customers in it.
    pub customers: u64,
    /// Their share of all customers.
    pub customer_share: f64,
    /// Customers of whom the condition cannot be said, since something that it names is not known of them.
    pub not_known: u64,
    /// Their net revenue; null where no amounts are known.
    pub revenue: Option<f64>,
    /// Its share of all revenue.
    pub revenue_share: Option<f64>,
    /// Their orders.
    pub orders: u64,
    /// Revenue ÷ orders.
    pub mean_order_value: Option<f64>,
    /// Revenue ÷ customers.
    pub mean_revenue: Option<f64>,
    /// The same of all customers.
    pub mean_revenue_of_all: Option<f64>,
    /// Whom one may write to, by channel; only those that the shop has consents for.
    pub consent: Vec<Consent>,
}

/// Consent to be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Consent {
    /// `email` or `sms`.
    pub channel: String,
    /// Customers who gave it.
    pub given: u64,
    /// Customers who refused it.
    pub refused: u64,
    /// Customers of whom it is not known.
    pub not_known: u64,
}

/// The figures of a condition at the as-of moment of a scope.
///
/// # Errors
/// [`dangol_shop::ShopError::Condition`], [`dangol_shop::ShopError::Query`].
pub async fn preview(shop: &Shop, scope: &Scope, rule: &str) -> Result<Preview, AnalysisError> {
    let inside = members(shop, scope, rule).await?;
    // On a line of its own, whatever the condition ends with.
    let not_known = members(shop, scope, &format!("({rule}\n) IS NULL")).await?.len() as u64;
    let names = ["orders", "revenue", "email_consent", "sms_consent"];
    let all = shop.features_of(scope, &names).await?;
    let (mut orders, mut revenue, mut everything) = (0.0, 0.0, 0.0);
    let numbers = |name: &str| match all.column(name).map(|feature| &feature.values) {
        Some(FeatureValues::Number(values)) => Some(values),
        _ => None,
    };
    let (counts, amounts) = (numbers("orders"), numbers("revenue"));
    let is_in: Vec<bool> = all.customer_key.iter().map(|key| inside.binary_search(key).is_ok()).collect();
    for (at, is_in) in is_in.iter().enumerate() {
        let of = |column: Option<&Vec<Option<f64>>>| column.and_then(|values| values[at]).unwrap_or(0.0);
        everything += of(amounts);
        if *is_in {
            orders += of(counts);
            revenue += of(amounts);
        }
    }
    let over = |under: f64| (amounts.is_some() && under > 0.0).then(|| revenue / under);
    let customers = inside.len() as f64;
    let among = all.len() as f64;
    Ok(Preview {
        customers: inside.len() as u64,
        customer_share: if among > 0.0 { customers / among } else { 0.0 },
        not_known,
        revenue: amounts.map(|_| revenue),
        revenue_share: over(everything),
        orders: orders as u64,
        mean_order_value: over(orders),
        mean_revenue: over(customers),
        mean_revenue_of_all: (amounts.is_some() && among > 0.0).then(|| everything / among),
        consent: consents(all.columns.iter().map(AsRef::as_ref), &is_in),
    })
}

/// Consents of those who are in.
pub(super) fn consents<'a>(features: impl Iterator<Item = &'a Feature>, is_in: &[bool]) -> Vec<Consent> {
    features
        .filter_map(|feature| {
            let channel = feature.name.strip_suffix("_consent")?.to_owned();
            let FeatureValues::Flag(values) = &feature.values else { return None };
            let count = |wanted: Option<bool>| {
                values.iter().zip(is_in).filter(|(value, is_in)| **is_in && **value == wanted).count() as u64
            };
            let (given, refused, not_known) = (count(Some(true)), count(Some(false)), count(None));
            Some(Consent { channel, given, refused, not_known })
        })
        .collect()
}
