//! What the cleaning rules did that a person should know before believing a number.

use dangol_shop::import::{FateKind, SourceReport};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// The findings of one source, in the order in which its rows were cleaned.
pub(super) fn findings(source: &SourceReport) -> Vec<Finding> {
    let flag = |name: &str| source.flags.iter().find(|flag| flag.flag == name).map_or(0, |flag| flag.rows);
    let mut findings = Vec::new();
    findings.extend(returns(flag("unmatched_return"), source));
    findings
}

/// Returns that found no purchase stay and count against revenue.
fn returns(unmatched: u64, source: &SourceReport) -> Option<Finding> {
    if unmatched == 0 {
        return None;
    }
    let netted = source.rows_of(FateKind::Netted);
    // Each netted return took at most one purchase with it, so this share is no overstatement.
    let share = unmatched as f64 / (unmatched + netted) as f64;
    let finding = Finding::new(
        "unmatched_returns",
        if share > 0.2 { Severity::Warning } else { Severity::Info },
        Words::new(
            format!(
                "{} returns have no earlier purchase of the same customer and product from which they could be taken: they stay as they are, and count against revenue. Often the purchase lies before the first file.",
                grouped(unmatched)
            ),
            format!(
                "반품 {}건은 같은 고객이 같은 상품을 먼저 산 기록이 없어 상계하지 못했어요. 그대로 두었고 매출에서 빠져요. 첫 파일보다 앞서 산 경우가 많아요.",
                grouped(unmatched)
            ),
        ),
    );
    Some(finding.value("rows", unmatched).value("share", share).about("cancellations"))
}
