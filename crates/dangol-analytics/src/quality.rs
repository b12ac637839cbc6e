//! What is worth saying of the data, from the quality report.

mod cleaning;

use std::cmp::Reverse;

use dangol_shop::import::{FateKind, QualityReport, SourceReport};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// The findings of a report, the gravest first.
#[must_use]
pub fn findings(report: &QualityReport) -> Vec<Finding> {
    let mut findings: Vec<Finding> = report.sources.iter().flat_map(of_source).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

fn of_source(source: &SourceReport) -> Vec<Finding> {
    let mut findings = Vec::new();
    let read = source.rows_read.max(1) as f64;
    let kept = source.rows_of(FateKind::Kept);
    let quarantined = source.rows_of(FateKind::Quarantined);
    let flag = |name: &str| source.flags.iter().find(|flag| flag.flag == name).map_or(0, |flag| flag.rows);
    if quarantined > 0 {
        let share = quarantined as f64 / read;
        let severity = match share {
            share if share > 0.2 => Severity::Serious,
            share if share > 0.01 => Severity::Warning,
            _ => Severity::Info,
        };
        findings.push(
            Finding::new(
                "quarantine",
                severity,
                Words::new(
                    format!(
                        "{} rows ({}) could not be used and lie in quarantine.",
                        grouped(quarantined),
                        share_in_words(share).en
                    ),
                    format!(
                        "{}개 행({})을 쓸 수 없어 격리했어요.",
                        grouped(quarantined),
                        share_in_words(share).ko
                    ),
                ),
            )
            .value("rows", quarantined)
            .value("share", share)
            .about("quarantine"),
        );
    }
    let unknown = flag("missing_customer");
    if unknown > 0 {
        let share = unknown as f64 / kept.max(1) as f64;
        findings.push(
            Finding::new(
                "missing_customer",
                if share > 0.1 { Severity::Warning } else { Severity::Info },
                Words::new(
                    format!("{} order lines ({}) have no customer: they count in revenue, not in customer analyses.", grouped(unknown), share_in_words(share).en),
                    format!("주문 상품 {}건({})에 고객 정보가 없어요. 매출에는 들어가지만 고객 분석에서는 빠져요.", grouped(unknown), share_in_words(share).ko),
                ),
            )
            .value("rows", unknown)
            .value("share", share)
            .about("customer_id"),
        );
    }
    let copies = flag("duplicates");
    if copies > 0 {
        findings.push(
            Finding::new(
                "duplicates_kept",
                Severity::Info,
                Words::new(
                    format!("{copies} rows are copies of another row. Without a clock time two equal purchases on one day may be real, so they stay; set duplicates = \"drop\" if they are not."),
                    format!("다른 행과 똑같은 행이 {copies}개 있어요. 시각이 없으면 같은 날 두 번 산 것일 수 있어 그대로 두었어요. 아니라면 duplicates = \"drop\"으로 바꿔 주세요."),
                ),
            )
            .value("rows", copies),
        );
    }
    findings.extend(cleaning::findings(source));
    let future = flag("future");
    if future > 0 {
        findings.push(
            Finding::new(
                "future_dates",
                Severity::Warning,
                Words::new(
                    format!("{future} order lines are dated in the future: check the date form (day and month may be swapped)."),
                    format!("미래 날짜인 주문 상품이 {future}건 있어요. 날짜 형식에서 일과 월이 바뀌지 않았는지 확인해 주세요."),
                ),
            )
            .value("rows", future)
            .about("ordered_at"),
        );
    }
    if let Some(gap) =
        source.coverage.as_ref().and_then(|coverage| coverage.gaps.first()).filter(|gap| gap.days >= 7)
    {
        findings.push(
            Finding::new(
                "gap",
                Severity::Warning,
                Words::new(
                    format!(
                        "There is no order for {} days from {} to {}: is a file missing?",
                        gap.days, gap.from, gap.to
                    ),
                    format!(
                        "{}부터 {}까지 {}일 동안 주문이 없어요. 빠진 파일이 없는지 확인해 주세요.",
                        gap.from, gap.to, gap.days
                    ),
                ),
            )
            .value("days", gap.days)
            .about("coverage"),
        );
    }
    findings
}
