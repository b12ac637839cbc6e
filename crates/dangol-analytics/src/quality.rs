//! How far the data can be trusted: what the import found, what the store shows when one looks at it, which
//! identifiers find nothing in another table, and which analyses the data allow.
//!
//! What hangs on rows that did not come into the store was counted by the import. Everything else is asked of the
//! store when somebody wants to know: an import is not slower for it, and a new check sees old snapshots.

mod abilities;
mod checks;
mod cleaning;
mod links;
pub mod page;
mod report;
pub mod sheets;
pub mod told;

pub(crate) use abilities::unmet;
pub use abilities::{Ability, NeedMet, State, Switch};
pub use links::Link;

use std::cmp::Reverse;

use dangol_shop::Shop;
use dangol_shop::import::QualityReport;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AnalysisError;
use crate::finding::Finding;

/// Lines that somebody meant to sell: neither taken back nor called off.
pub(crate) const SOLD: &str =
    "(quantity IS NULL OR quantity > 0) AND (status IS NULL OR status NOT IN ('cancelled', 'returned'))";

/// The quality report, what is worth saying of it, and what can be done with the data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Quality {
    /// What the import found.
    #[serde(flatten)]
    pub report: QualityReport,
    /// Warnings and insights, the gravest first.
    pub findings: Vec<Finding>,
    /// Identifiers of one table that another table should know, in both directions where that says something.
    pub links: Vec<Link>,
    /// Which analyses the data allow.
    pub analyses: Vec<Ability>,
    /// What a table or column that is not there would add.
    pub switches: Vec<Switch>,
}

/// Looks at the data of a shop.
///
/// # Errors
/// [`AnalysisError::Shop`] where the store cannot be read.
pub async fn quality(shop: &Shop) -> Result<Quality, AnalysisError> {
    let report = shop.manifest.report.clone();
    let mut findings = report::findings(&report);
    let links = links::links(shop).await?;
    findings.extend(links.iter().filter_map(Link::finding));
    findings.extend(checks::findings(shop).await?);
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let analyses = abilities::abilities(shop);
    let switches = abilities::switches(&analyses);
    Ok(Quality { report, findings, links, analyses, switches })
}

/// Whether the import found any value in a column of a table.
pub(crate) fn has(shop: &Shop, table: &str, column: &str) -> bool {
    // Where no column names the order, customer and moment make it.
    let sources = &shop.config.sources;
    if (table, column) == ("order_lines", "order_id")
        && !sources
            .order_lines
            .as_ref()
            .is_some_and(|source| source.feeds(&dangol_shop::order_lines::Canonical::OrderId))
    {
        return false;
    }
    let report = shop.manifest.report.sources.iter().find(|source| source.source == table);
    report.is_some_and(|source| source.columns.iter().any(|one| one.column == column && one.distinct > 0))
}
