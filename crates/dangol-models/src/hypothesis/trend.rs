//! Whether a share rises with the order of the groups.
//!
//! W. G. Cochran, Biometrics 10 (1954), 417–451; P. Armitage, "Tests for linear trends in proportions and frequencies",
//! Biometrics 11 (1955), 375–386.

use super::{Proportion, Test, normal_p};
use crate::error::{Error, Result, check_finite};

/// The Cochran–Armitage test: z = r √n, where r is Pearson's correlation over customers of yes (1) and no (0) with the
/// score of their group; r is the effect, and its sign the direction.
///
/// Equal steps (0, 1, 2, …) are the usual scores. `None` where all say the same, or no two groups with customers have
/// different scores.
///
/// # Errors
/// [`Error::UnequalLengths`], [`Error::NotFinite`].
///
/// ```
/// use dangol_models::hypothesis::{Proportion, cochran_armitage};
/// let coupons = [(10, 100), (20, 100), (30, 100)].map(|(yes, all)| Proportion::new(yes, all).unwrap());
/// let found = cochran_armitage(&coupons, &[0.0, 1.0, 2.0])?.unwrap();
/// assert!((found.statistic - 3.535_533_905_932_738).abs() < 1e-12);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn cochran_armitage(groups: &[Proportion], scores: &[f64]) -> Result<Option<Test>> {
    if groups.len() != scores.len() {
        return Err(Error::UnequalLengths { what: "scores", left: groups.len(), right: scores.len() });
    }
    check_finite(scores)?;
    let sum = |of: &dyn Fn(&Proportion, f64) -> f64| -> f64 {
        groups.iter().zip(scores).map(|(group, score)| of(group, *score)).sum()
    };
    let total = sum(&|group, _| group.trials as f64);
    let successes = sum(&|group, _| group.successes as f64);
    if total == 0.0 {
        return Ok(None);
    }
    let rate = successes / total;
    let mean = sum(&|group, score| group.trials as f64 * score) / total;
    let together =
        sum(&|group, score| (group.successes as f64 - group.trials as f64 * rate) * (score - mean));
    let spread = sum(&|group, score| group.trials as f64 * (score - mean).powi(2));
    let varies = total * rate * (1.0 - rate);
    if !(spread > 0.0 && varies > 0.0) {
        return Ok(None);
    }
    let effect = (together / (spread.sqrt() * varies.sqrt())).clamp(-1.0, 1.0);
    let statistic = effect * total.sqrt();
    Ok(Some(Test { statistic, degrees_of_freedom: None, p_value: normal_p(statistic), effect }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hypothesis::chi_square;

    fn of(counts: &[(u64, u64)]) -> Vec<Proportion> {
        counts.iter().map(|(yes, all)| Proportion::new(*yes, *all).unwrap()).collect()
    }

    #[test]
    fn two_groups_are_the_table_of_four() {
        let found = cochran_armitage(&of(&[(30, 100), (50, 100)]), &[0.0, 1.0]).unwrap().unwrap();
        let table = chi_square(&[vec![30, 70], vec![50, 50]]).unwrap().unwrap();
        assert!((found.statistic.powi(2) - table.test.statistic).abs() < 1e-12);
        assert!(found.statistic > 0.0);
    }

    #[test]
    fn scores_may_be_moved_and_stretched() {
        let groups = of(&[(3, 40), (9, 50), (20, 60)]);
        let one = cochran_armitage(&groups, &[0.0, 1.0, 2.0]).unwrap().unwrap();
        let other = cochran_armitage(&groups, &[10.0, 15.0, 20.0]).unwrap().unwrap();
        assert!((one.statistic - other.statistic).abs() < 1e-12);
    }

    #[test]
    fn no_trend_without_difference() {
        assert_eq!(cochran_armitage(&of(&[(0, 10), (0, 20)]), &[0.0, 1.0]).unwrap(), None);
        assert_eq!(cochran_armitage(&of(&[(1, 10), (3, 20)]), &[2.0, 2.0]).unwrap(), None);
        assert_eq!(cochran_armitage(&[], &[]).unwrap(), None);
        assert!(cochran_armitage(&of(&[(1, 2)]), &[]).is_err());
    }
}
