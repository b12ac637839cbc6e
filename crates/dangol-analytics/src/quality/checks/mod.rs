//! What looks wrong in the data themselves: values that parse, and that nobody would believe.
//!
//! Each check asks the store for a few grouped rows; what it makes of them is plain arithmetic beside it. A finding
//! says how much it is about, what it does to the numbers, and what can be done.

mod customers;
mod days;
mod ids;
mod names;
mod placeholders;
mod prices;
mod tables;
mod units;

use dangol_shop::Shop;

use crate::error::AnalysisError;
use crate::finding::Finding;

/// What all checks found.
pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, AnalysisError> {
    let mut findings = prices::findings(shop).await?;
    findings.extend(units::findings(shop).await?);
    findings.extend(ids::findings(shop).await?);
    findings.extend(days::findings(shop).await?);
    findings.extend(customers::findings(shop).await?);
    findings.extend(names::findings(shop).await?);
    findings.extend(placeholders::findings(shop).await?);
    findings.extend(tables::findings(shop).await?);
    Ok(findings)
}

/// The middle of some values; the upper one of two.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A rounded multiple as people say it: `10`, `1,330`.
fn times(ratio: f64) -> String {
    crate::words::grouped(ratio.round() as u64)
}

#[cfg(test)]
mod tests;
