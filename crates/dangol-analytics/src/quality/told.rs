//! What becomes of rows, in words for people.

use dangol_shop::import::{ColumnProfile, Fate, FateKind};

use crate::words::{Words, grouped};

/// What a fate means.
#[must_use]
pub fn fate(fate: &Fate) -> Words {
    let (en, ko) = match (fate.fate, &fate.rule) {
        (FateKind::Kept, _) => ("kept", "사용"),
        (FateKind::Dropped, Some(rule)) => {
            let ko = match rule.as_str() {
                "duplicates" => "중복",
                "test_accounts" => "테스트 계정",
                "cancellations" => "취소",
                "zero_price" => "0원 상품",
                other => other,
            };
            return Words::new(format!("dropped: {rule}"), format!("제외: {ko}"));
        }
        (FateKind::Dropped, None) => ("dropped", "제외"),
        (FateKind::Netted, _) => {
            ("netted: returns and what was returned in full", "상계: 반품과 모두 반품된 구매")
        }
        (FateKind::Quarantined, _) => ("in quarantine", "격리"),
        (FateKind::AlreadyPresent, _) => ("already present in an earlier file", "앞선 파일에 이미 있는 행"),
        (FateKind::Replaced, _) => ("replaced by a later file", "나중 파일로 바뀐 행"),
        (FateKind::Merged, _) => ("merged with another row of the same key", "키가 같은 행과 합침"),
    };
    Words::new(en, ko)
}

/// What a flag of kept rows means.
#[must_use]
pub fn flag(name: &str) -> Words {
    let (en, ko) = match name {
        "missing_customer" => {
            ("without customer, count in revenue only", "고객 정보가 없어 매출로만 세는 행")
        }
        "zero_price" => ("with a price of zero", "0원 상품"),
        "missing_amount" => ("without an amount", "금액이 없는 행"),
        "cancelled" => ("cancelled or returned, no purchases", "취소·반품되어 구매가 아닌 행"),
        "duplicates" => ("copies of another row", "다른 행과 똑같은 행"),
        "outlier" => ("outliers", "이상치"),
        "order_level_differs" => (
            "of orders whose lines name different amounts of the order",
            "주문 단위 금액이 줄마다 다른 주문의 행",
        ),
        "future" => ("dated in the future", "미래 날짜인 행"),
        "unmatched_return" => ("returns without a purchase to be netted against", "상계할 구매가 없는 반품"),
        "partly_returned" => ("purchases that returns have made smaller", "일부 반품된 구매"),
        "returned_at_other_price" => {
            ("returned in full at another price, no purchases", "다른 가격으로 모두 반품되어 구매가 아닌 행")
        }
        other => return Words::same(other),
    };
    Words::new(en, ko)
}

/// Why a part of an archive or a workbook was not read.
#[must_use]
pub fn left_out(why: &str) -> Words {
    let (en, ko) = match why {
        "not_a_table" => ("it is no table", "표가 아님"),
        "empty" => ("it is empty", "비어 있음"),
        "other_headers" => ("its headers are others", "머리글이 다름"),
        "no_header" => ("it has no header", "머리글이 없음"),
        "link" => ("it is a link", "링크임"),
        other => return Words::same(other),
    };
    Words::new(en, ko)
}

/// The commonest values of a column with how many rows have them, as far as the report knows them.
#[must_use]
pub fn commonest(column: &ColumnProfile) -> String {
    const SHOWN: usize = 3;
    const LONGEST: usize = 24;
    let value = |text: &str| {
        let short: String = text.chars().take(LONGEST).collect();
        if short.len() < text.len() { short + "…" } else { short }
    };
    let shown =
        column.top.iter().take(SHOWN).map(|top| format!("{} {}", value(&top.value), grouped(top.rows)));
    let mut shown: Vec<String> = shown.collect();
    if column.top.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(" · ")
}

/// Rows by range of value, from the lowest to the highest, as bars of text; of ranges without rows between others, too.
#[must_use]
pub fn sketch(column: &ColumnProfile) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const WIDEST: usize = 24;
    if column.histogram.len() < 2 {
        return String::new();
    }
    // Neighbours together, where there are more than one can take in.
    let together = column.histogram.len().div_ceil(WIDEST);
    let rows: Vec<u64> =
        column.histogram.chunks(together).map(|bins| bins.iter().map(|bin| bin.rows).sum()).collect();
    let most = rows.iter().copied().max().unwrap_or(0).max(1);
    let bar = |rows: &u64| match rows {
        0 => ' ',
        // What is there is seen, however little it is.
        rows => {
            BARS[((*rows as f64 / most as f64 * BARS.len() as f64).ceil() as usize).clamp(1, BARS.len()) - 1]
        }
    };
    rows.iter().map(bar).collect()
}

/// How much of an analysis the data allow.
#[must_use]
pub fn state(state: super::State) -> Words {
    match state {
        super::State::Whole => Words::new("whole", "모두 가능"),
        super::State::Partly => Words::new("in part", "일부 가능"),
        super::State::No => Words::new("not possible", "불가능"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(top: &[(&str, u64)], bins: &[u64]) -> ColumnProfile {
        let top: Vec<_> = top.iter().map(|(value, rows)| json!({ "value": value, "rows": rows })).collect();
        let histogram: Vec<_> =
            bins.iter().map(|rows| json!({ "from": 0.0, "to": 1.0, "rows": rows })).collect();
        let profile = json!({
            "column": "c", "source_column": null, "kind": "number", "missing": 0, "missing_share": 0.0, "distinct": 1,
            "min": null, "max": null, "mean": null, "top": top, "histogram": histogram,
        });
        serde_json::from_value(profile).unwrap()
    }

    #[test]
    fn bars_are_as_high_as_their_share_of_the_highest() {
        assert_eq!(sketch(&column(&[], &[1, 0, 400, 800, 100])), "▁ ▄█▁");
        assert_eq!(sketch(&column(&[], &[5])), "");
        // 48 ranges are two to a bar.
        assert_eq!(sketch(&column(&[], &[1; 48])), "█".repeat(24));
    }

    #[test]
    fn the_commonest_values_with_their_rows() {
        let found = column(&[("KR", 1_200), ("JP", 30), ("US", 2), ("DE", 1)], &[]);
        assert_eq!(commonest(&found), "KR 1,200 · JP 30 · US 2 · …");
        let long = "가".repeat(30);
        assert_eq!(commonest(&column(&[(&long, 1)], &[])), format!("{}… 1", "가".repeat(24)));
        assert_eq!(commonest(&column(&[], &[1, 2])), "");
    }
}
