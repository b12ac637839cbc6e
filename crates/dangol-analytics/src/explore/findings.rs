//! What is worth knowing of correlations before one believes them.

use super::result::{CorrelationRow, ExploreResult, Level};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// How far the two coefficients are apart where a few values decide.
const APART: f64 = 0.4;
/// Pairs from which on that says something.
const LEAST: u64 = 100;
/// Findings of one kind.
const SHOWN: usize = 3;

pub(super) fn find(result: &ExploreResult) -> Vec<Finding> {
    let mut apart: Vec<(f64, &CorrelationRow)> = result
        .correlations
        .iter()
        .filter(|row| row.n >= LEAST)
        .filter_map(|row| Some(((row.pearson? - row.spearman?).abs(), row)))
        .filter(|(distance, _)| *distance >= APART)
        .collect();
    apart.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut findings: Vec<Finding> = apart.into_iter().take(SHOWN).map(|(_, row)| few_decide(row)).collect();
    for level in [Level::OrderLines, Level::Customers] {
        findings.extend(sampled(result, level));
    }
    findings
}

/// As in the result, so that a finding can be shown beside what it speaks of.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::OrderLines => "order_lines",
        Level::Customers => "customers",
    }
}

fn few_decide(row: &CorrelationRow) -> Finding {
    let (r, rho) = (row.pearson.unwrap_or_default(), row.spearman.unwrap_or_default());
    let (a, b) = (&row.a, &row.b);
    let text = Words::new(
        format!(
            "{a} and {b}: r = {r:.2}, but ρ = {rho:.2}. A few extreme values make the difference; look at them before believing either, and trust the ranks."
        ),
        format!(
            "{a} · {b}: r은 {r:.2}인데 ρ는 {rho:.2}예요. 몇몇 극단값 때문이니 먼저 그 값을 확인하고, 순위로 계산한 ρ를 보세요."
        ),
    );
    Finding::new("extreme_values", Severity::Info, text)
        .value("level", level_name(row.level))
        .value("a", a.as_str())
        .value("b", b.as_str())
        .value("pearson", r)
        .value("spearman", rho)
        .about("correlations")
}

fn sampled(result: &ExploreResult, level: Level) -> Option<Finding> {
    let rows = result.correlations.iter().filter(|row| row.level == level && row.sampled);
    let n = rows.map(|row| row.n).max()?;
    let count = grouped(n);
    let text = match level {
        Level::OrderLines => Words::new(
            format!("Correlations of order lines are from {count} lines, those of a part of the orders."),
            format!("주문 상품의 상관관계는 주문 일부의 상품 {count}건으로 계산했어요."),
        ),
        Level::Customers => Words::new(
            format!("Correlations of customers are from {count} of them."),
            format!("고객의 상관관계는 고객 {count}명으로 계산했어요."),
        ),
    };
    let finding = Finding::new("sampled", Severity::Info, text).value("n", n);
    Some(finding.value("level", level_name(level)).about("correlations"))
}
