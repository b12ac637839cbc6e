//! What became of coupons, by grade: order lines with a used, a clicked and an unused coupon.

use arrow::datatypes::{Int32Type, Int64Type};
use dangol_shop::frame::column;
use dangol_shop::{Scope, Shop};

use super::graded::{GRADES, Graded};
use super::result::GradeCoupons;
use crate::error::AnalysisError;

/// States of a coupon, and the conditions they are told by.
const STATES: [(&str, &str); 4] = [
    ("used", "lower(coupon_status) = 'used'"),
    ("clicked", "lower(coupon_status) = 'clicked'"),
    ("not_used", "lower(coupon_status) = 'not used'"),
    ("unknown", "coupon_status IS NULL OR lower(coupon_status) NOT IN ('used', 'clicked', 'not used')"),
];

/// Purchased order lines by grade and state; none where no line has a state.
pub(super) async fn by_grade(
    shop: &Shop,
    scope: &Scope,
    graded: &Graded,
    members: &[usize],
) -> Result<Vec<GradeCoupons>, AnalysisError> {
    let counts: Vec<String> = STATES
        .iter()
        .map(|(name, condition)| format!("count(*) FILTER (WHERE is_purchase AND ({condition})) AS {name}"))
        .collect();
    let lines = shop.lines(&Scope { members: None, ..scope.clone() });
    let batches = lines.per_customer(&format!("customer_key, {}", counts.join(", ")), "").await?;
    let keys = column::<Int32Type>(&batches, "customer_key", 0)?;
    let mut grade_of = vec![None; graded.factors.customer_key().len()];
    for &at in members {
        grade_of[at] = Some(graded.grades[at]);
    }
    let mut table = [[0_u64; STATES.len()]; GRADES.len()];
    for (state, (name, _)) in STATES.iter().enumerate() {
        for (key, lines) in keys.iter().zip(column::<Int64Type>(&batches, name, 0)?) {
            let place = graded.factors.customer_key().binary_search(key).ok();
            if let Some(grade) = place.and_then(|at| grade_of[at]) {
                table[grade][state] += lines as u64;
            }
        }
    }
    // All unknown: the shop has no such column.
    if table.iter().all(|row| row[..STATES.len() - 1].iter().all(|lines| *lines == 0)) {
        return Ok(Vec::new());
    }
    let rows = GRADES.iter().zip(table).flat_map(|(grade, row)| {
        let all: u64 = row.iter().sum();
        STATES.iter().zip(row).map(move |((status, _), lines)| GradeCoupons {
            grade: (*grade).to_owned(),
            status: (*status).to_owned(),
            lines,
            share: if all > 0 { lines as f64 / all as f64 } else { 0.0 },
        })
    });
    // Most shops know the state of every line, or say "not used" by saying nothing.
    Ok(rows.filter(|row| row.status != "unknown" || row.lines > 0).collect())
}
