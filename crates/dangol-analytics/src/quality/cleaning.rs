//! What the cleaning rules did that a person should know before believing a number.

use dangol_shop::import::{FateKind, GoneFile, OutlierLimits, SourceReport};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// The findings of one source, in the order in which its rows were cleaned.
pub(super) fn findings(source: &SourceReport) -> Vec<Finding> {
    let flag = |name: &str| source.flags.iter().find(|flag| flag.flag == name).map_or(0, |flag| flag.rows);
    let mut findings = Vec::new();
    findings.extend(returns(flag("unmatched_return"), source));
    findings.extend(source.gone_files.iter().map(gone));
    findings.extend(test_accounts(source));
    findings.extend(source.outliers.iter().filter_map(outliers));
    findings.extend(order_level(flag("order_level_differs")));
    findings
}

/// Somebody has allowed it; who looks at the numbers may be somebody else.
fn gone(file: &GoneFile) -> Finding {
    let (path, rows) = (&file.path, grouped(file.rows_kept));
    Finding::new(
        "file_gone",
        Severity::Warning,
        Words::new(
            format!("The file {path} was there at the import before and is gone; its {rows} rows have left the store, as far as no other file holds them."),
            format!("지난번에 있던 파일 {path}이(가) 없어졌어요. 다른 파일에 없는 한 그 파일의 {rows}행은 이제 쓰이지 않아요."),
        ),
    )
    .value("rows", file.rows_kept)
    .about("files")
}

/// A rule that takes a good part of the members takes customers, too.
fn test_accounts(source: &SourceReport) -> Option<Finding> {
    let ours = |rule: &Option<String>| rule.as_deref() == Some("test_accounts");
    let rows = source.fates.iter().find(|fate| ours(&fate.rule))?.rows;
    let share = rows as f64 / source.rows_read.max(1) as f64;
    let share_text = share_in_words(share);
    let finding = Finding::new(
        "test_accounts",
        if share > 0.1 { Severity::Warning } else { Severity::Info },
        Words::new(
            format!(
                "{} rows of {} ({}) are of test accounts and were left out.",
                grouped(rows),
                source.source,
                share_text.en
            ),
            format!(
                "{} 원본에서 테스트 계정의 행 {}개({})를 뺐어요.",
                source.source,
                grouped(rows),
                share_text.ko
            ),
        ),
    );
    Some(finding.value("rows", rows).value("share", share).about("test_accounts"))
}

/// Limits are said as they were found, since they hang on the data.
fn outliers(limits: &OutlierLimits) -> Option<Finding> {
    if limits.rows == 0 {
        return None;
    }
    let number = |value: f64| format!("{}", (value * 100.0).round() / 100.0);
    let (en, ko) = match (limits.low, limits.high) {
        (Some(low), Some(high)) => (
            format!("below {} or above {}", number(low), number(high)),
            format!("{} 미만이거나 {} 초과", number(low), number(high)),
        ),
        (Some(low), None) => (format!("below {}", number(low)), format!("{} 미만", number(low))),
        (None, high) => {
            let high = number(high.unwrap_or(f64::INFINITY));
            (format!("above {high}"), format!("{high} 초과"))
        }
    };
    let (column, rows) = (&limits.column, grouped(limits.rows));
    let (left_en, left_ko) = if limits.dropped {
        ("and were left out", "뺐어요")
    } else {
        ("and stay", "표시만 하고 두었어요")
    };
    let finding = Finding::new(
        "outliers",
        Severity::Info,
        Words::new(
            format!(
                "{rows} order lines have a {column} {en}: they are outliers by the shop's own rule {left_en}."
            ),
            format!("{column} 값이 {ko}인 주문 상품 {rows}건은 이상치로 보고 {left_ko}."),
        ),
    );
    let finding = finding.value("rows", limits.rows).about("outliers");
    Some(match (limits.low, limits.high) {
        (Some(low), Some(high)) => finding.value("low", low).value("high", high),
        (Some(low), None) => finding.value("low", low),
        (None, Some(high)) => finding.value("high", high),
        (None, None) => finding,
    })
}

/// The first line's amount is taken, which is a guess where the lines disagree.
fn order_level(lines: u64) -> Option<Finding> {
    (lines > 0).then(|| {
        Finding::new(
            "order_level_differs",
            Severity::Warning,
            Words::new(
                format!("{} order lines belong to orders whose lines name different amounts for the whole order; the first line's was taken. Is the amount really the order's?", grouped(lines)),
                format!("주문 단위 금액이 줄마다 다른 주문이 있어요(주문 상품 {}건). 첫 줄의 금액을 썼어요. 정말 주문 단위 금액인지 확인해 주세요.", grouped(lines)),
            ),
        )
        .value("rows", lines)
        .about("order_level")
    })
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
