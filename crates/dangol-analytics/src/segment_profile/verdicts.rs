//! What a test over all groups says, in words.

use super::compare::{Comparisons, STANDS};
use super::result::{Measure, ProfileDimension};
use crate::words::Words;

/// A p-value as people write it.
pub(crate) fn p_text(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

/// How large Cramér's V, r or a like effect is, by J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988).
pub(crate) fn strength(effect: f64) -> Words {
    let (en, ko) = match effect.abs() {
        effect if effect < 0.1 => ("hardly", "아주 조금"),
        effect if effect < 0.3 => ("a little", "조금"),
        effect if effect < 0.5 => ("clearly", "뚜렷하게"),
        _ => ("strongly", "크게"),
    };
    Words::new(en, ko)
}

/// Fills the verdicts in.
pub(super) fn add(all: &mut Comparisons) {
    let figures: Vec<(usize, usize)> = all
        .dimensions
        .iter()
        .map(|dimension| {
            let values = || all.values.iter().filter(|value| value.dimension == dimension.dimension);
            let tested = values().filter_map(|value| value.adjusted_p);
            (values().count(), tested.filter(|p| *p <= STANDS).count())
        })
        .collect();
    for (dimension, (values, differ)) in all.dimensions.iter_mut().zip(figures) {
        dimension.verdict = verdict(dimension, values, differ);
    }
}

fn verdict(dimension: &ProfileDimension, values: usize, differ: usize) -> Words {
    match (dimension.adjusted_p, dimension.effect) {
        (Some(p), Some(effect)) if p <= STANDS => {
            let (how, p) = (strength(effect), p_text(p));
            Words::new(
                format!("The groups differ {} (V = {effect:.2}, {p}).", how.en),
                format!("그룹마다 {} 달라요(V = {effect:.2}, {p}).", how.ko),
            )
        }
        (Some(p), _) => Words::new(
            format!("No difference beyond chance ({}).", p_text(p)),
            format!("그룹 간 차이가 우연을 넘지 않아요({}).", p_text(p)),
        ),
        // Each value is tested on its own.
        _ if differ > 0 || dimension.measure == Measure::PerCustomer => Words::new(
            format!("{differ} of {values} differ between groups."),
            format!("{values}개 중 {differ}개가 그룹마다 달라요."),
        ),
        _ => Words::new("There is too little to compare.", "비교할 데이터가 부족해요."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_p_values_are_not_written_as_zero() {
        assert_eq!(p_text(1e-12), "p < 0.001");
        assert_eq!(p_text(0.0301), "p = 0.030");
        assert_eq!(strength(-0.35).en, "clearly");
    }
}
