use super::findings::find;
use super::*;

fn row(pearson: f64, spearman: f64, n: u64) -> CorrelationRow {
    CorrelationRow {
        level: Level::OrderLines,
        a: "quantity".into(),
        b: "net_revenue".into(),
        n,
        pearson: Some(pearson),
        spearman: Some(spearman),
        sampled: false,
    }
}

fn of(correlations: Vec<CorrelationRow>) -> Vec<Finding> {
    find(&ExploreResult {
        columns: Vec::new(),
        values: Vec::new(),
        weekdays: Vec::new(),
        months: Vec::new(),
        calendar: Vec::new(),
        correlations,
    })
}

#[test]
fn where_a_few_values_decide_it_is_said() {
    assert!(of(vec![row(0.5, 0.45, 1_000), row(0.9, 0.1, 99)]).is_empty());
    let findings = of(vec![row(0.91, 0.12, 1_000)]);
    assert_eq!(findings[0].code, "extreme_values");
    assert!(findings[0].text.en.starts_with("quantity and net_revenue: r = 0.91, but ρ = 0.12."));
}

#[test]
fn a_part_of_the_lines_is_said() {
    let findings = of(vec![CorrelationRow { sampled: true, ..row(0.5, 0.5, 150_000) }]);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].text.en.contains("150,000 lines"), "{}", findings[0].text.en);
}
