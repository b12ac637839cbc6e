//! Tests on ranks: Kruskal–Wallis, Mann–Whitney, Jonckheere–Terpstra.
//!
//! W. H. Kruskal and W. A. Wallis, Journal of the American Statistical Association 47 (1952), 583–621; H. B. Mann and D. R.
//! Whitney, Annals of Mathematical Statistics 18 (1947), 50–60; T. J. Terpstra, Indagationes Mathematicae 14 (1952),
//! 327–333, and A. R. Jonckheere, Biometrika 41 (1954), 133–145, with the variance under ties of M. Hollander, D. A.
//! Wolfe and E. Chicken, "Nonparametric Statistical Methods" (2014), (6.19). Effects: ε² of T. L. Kelley (1935), see M.
//! Tomczak and E. Tomczak, Trends in Sport Sciences 21 (2014), 19–25; rank-biserial r of E. E. Cureton (1956); `τ_b` of
//! M. G. Kendall (1945).
//!
//! All p-values are those of the limiting distributions, which hold well from about five customers in each group on.

use super::{Test, chi_square_p, normal_p};
use crate::error::{Error, Result, check_count};

/// Values by group, equal ones counted together: what the tests on ranks work on. Customers without any purchase of a
/// kind are one entry, however many they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Customers in each group.
    sizes: Vec<u64>,
    /// Value, group, count; ascending, each value and group once.
    entries: Vec<(f64, usize, u64)>,
}

impl Ranked {
    /// Collects `(group, value, count)` over `groups` groups.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; [`Error::CountOutOfRange`] for a group that is not there.
    ///
    /// ```
    /// use dangol_models::hypothesis::{Ranked, kruskal_wallis};
    /// let units = [(0, 3.0, 1), (0, 4.0, 1), (1, 0.0, 5), (1, 1.0, 2)];
    /// let found = kruskal_wallis(&Ranked::collect(2, units)?).unwrap();
    /// assert!(found.p_value < 0.05);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn collect(groups: usize, values: impl IntoIterator<Item = (usize, f64, u64)>) -> Result<Self> {
        let mut sizes = vec![0; groups];
        let mut entries = Vec::new();
        for (index, (group, value, count)) in values.into_iter().enumerate() {
            check_count("groups", group + 1, 1, groups)?;
            if !value.is_finite() {
                return Err(Error::NotFinite { index, value });
            }
            sizes[group] += count;
            if count > 0 {
                // −0 is 0.
                entries.push((value + 0.0, group, count));
            }
        }
        entries.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        entries.dedup_by(|from, into| {
            let same = from.0 == into.0 && from.1 == into.1;
            if same {
                into.2 += from.2;
            }
            same
        });
        Ok(Self { sizes, entries })
    }

    /// The same values with the groups in another order: that which was at `order[0]` comes first. Groups that the order
    /// does not name are left out.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Self {
        let place = |group: usize| order.iter().position(|one| *one == group);
        let mut entries: Vec<(f64, usize, u64)> = self
            .entries
            .iter()
            .filter_map(|(value, group, count)| Some((*value, place(*group)?, *count)))
            .collect();
        entries.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let sizes = order.iter().map(|group| self.sizes.get(*group).copied().unwrap_or(0)).collect();
        Self { sizes, entries }
    }

    /// Customers in all.
    fn total(&self) -> f64 {
        self.sizes.iter().map(|size| *size as f64).sum()
    }

    /// Equal values, ascending, with the size of each block.
    fn ties(&self) -> impl Iterator<Item = (&[(f64, usize, u64)], f64)> {
        self.entries.chunk_by(|a, b| a.0 == b.0).map(|block| {
            let size = block.iter().map(|(_, _, count)| *count as f64).sum();
            (block, size)
        })
    }

    /// Sum over groups of the size times how far the mean rank lies from the middle, and what ties take off the
    /// variance: 1 − Σ (t³ − t) / (n³ − n).
    fn rank_sums(&self) -> (Vec<f64>, f64) {
        let total = self.total();
        let middle = f64::midpoint(total, 1.0);
        let mut above = vec![0.0; self.sizes.len()];
        let (mut before, mut tied) = (0.0, 0.0);
        for (block, size) in self.ties() {
            // Measured from the middle: ranks of many customers are large, and only their differences matter.
            let rank = before + f64::midpoint(size, 1.0) - middle;
            for (_, group, count) in block {
                above[*group] += rank * *count as f64;
            }
            before += size;
            tied += (size - 1.0) * size * (size + 1.0);
        }
        (above, 1.0 - tied / ((total - 1.0) * total * (total + 1.0)))
    }
}

/// Whether a number differs between groups: H, corrected for ties, on χ² with one degree of freedom less than groups.
/// The effect is ε² = H / (n − 1): the share of the variance of ranks that lies between groups.
///
/// Empty groups are left out. `None` where fewer than two are left, or all values are equal.
#[must_use]
pub fn kruskal_wallis(ranked: &Ranked) -> Option<Test> {
    let groups = ranked.sizes.iter().filter(|size| **size > 0).count();
    let total = ranked.total();
    let (above, untied) = ranked.rank_sums();
    let varies = untied > 0.0;
    if groups < 2 || !varies {
        return None;
    }
    let between: f64 = above
        .iter()
        .zip(&ranked.sizes)
        .filter(|(_, size)| **size > 0)
        .map(|(above, size)| above * above / *size as f64)
        .sum();
    let statistic = 12.0 * between / (total * (total + 1.0)) / untied;
    let degrees = (groups - 1) as f64;
    Some(Test {
        statistic,
        degrees_of_freedom: Some(degrees),
        p_value: chi_square_p(statistic, degrees),
        effect: (statistic / (total - 1.0)).min(1.0),
    })
}

/// Whether a number is larger in one group than in all the others together: z of the rank sum, corrected for ties. The
/// effect is the rank-biserial r = P(a member has more than another) − P(less), from −1 to 1.
///
/// `None` where the group or the rest is empty, or all values are equal.
///
/// ```
/// use dangol_models::hypothesis::{Ranked, mann_whitney};
/// let all_above = Ranked::collect(2, [(0, 5.0, 1), (0, 6.0, 1), (1, 1.0, 1), (1, 2.0, 1)])?;
/// assert_eq!(mann_whitney(&all_above, 0).unwrap().effect, 1.0);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn mann_whitney(ranked: &Ranked, group: usize) -> Option<Test> {
    let own = *ranked.sizes.get(group)? as f64;
    let total = ranked.total();
    let (above, untied) = ranked.rank_sums();
    let others = total - own;
    if !(own > 0.0 && others > 0.0 && untied > 0.0) {
        return None;
    }
    let statistic = above[group] / (own * others * (total + 1.0) / 12.0 * untied).sqrt();
    Some(Test {
        statistic,
        degrees_of_freedom: None,
        p_value: normal_p(statistic),
        effect: 2.0 * above[group] / (own * others),
    })
}

/// Whether a number rises (or falls) with the order of the groups: z of the Jonckheere–Terpstra statistic, with the
/// variance under ties. The effect is Kendall's `τ_b` between the order and the number, from −1 to 1.
///
/// `None` where fewer than two groups have customers, or all values are equal.
///
/// ```
/// use dangol_models::hypothesis::{Ranked, jonckheere_terpstra};
/// let rising = Ranked::collect(3, [(0, 1.0, 4), (1, 2.0, 4), (2, 3.0, 4)])?;
/// let found = jonckheere_terpstra(&rising).unwrap();
/// assert!(found.statistic > 3.0 && (found.effect - 1.0).abs() < 1e-12);
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn jonckheere_terpstra(ranked: &Ranked) -> Option<Test> {
    let total = ranked.total();
    let mut below = vec![0.0; ranked.sizes.len()];
    // Pairs of customers of different groups: those in order less those against it.
    let mut concordant = 0.0;
    // Σ t (t − 1), Σ t (t − 1) (t − 2), Σ t (t − 1) (2t + 5): of ties, of groups, of all.
    let sums = |of: &mut dyn Iterator<Item = f64>| {
        of.fold([0.0; 3], |[two, three, five], t| {
            let pairs = t * (t - 1.0);
            [two + pairs, three + pairs * (t - 2.0), five + pairs * (2.0 * t + 5.0)]
        })
    };
    let ties = sums(&mut ranked.ties().map(|(_, size)| size));
    let groups = sums(&mut ranked.sizes.iter().map(|size| *size as f64));
    let all = sums(&mut std::iter::once(total));
    for (block, _) in ranked.ties() {
        for (_, group, count) in block {
            let smaller_before: f64 = below[..*group].iter().sum();
            let smaller_after: f64 = below[group + 1..].iter().sum();
            concordant += *count as f64 * (smaller_before - smaller_after);
        }
        for (_, group, count) in block {
            below[*group] += *count as f64;
        }
    }
    let (free_of_ties, free_of_groups) = (all[0] - ties[0], all[0] - groups[0]);
    if !(free_of_ties > 0.0 && free_of_groups > 0.0) {
        return None;
    }
    let mut variance = (all[2] - ties[2] - groups[2]) / 18.0 + ties[0] * groups[0] / (2.0 * all[0]);
    if all[1] > 0.0 {
        variance += ties[1] * groups[1] / (9.0 * all[1]);
    }
    let statistic = concordant / variance.sqrt();
    Some(Test {
        statistic,
        degrees_of_freedom: None,
        p_value: normal_p(statistic),
        effect: 2.0 * concordant / (free_of_ties.sqrt() * free_of_groups.sqrt()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_for_customers() {
        let together = Ranked::collect(2, [(0, 0.0, 3), (1, 0.0, 1), (1, 2.0, 2), (0, 2.0, 1)]).unwrap();
        let one_by_one = [(0, 0.0), (0, 2.0), (1, 2.0), (0, 0.0), (1, -0.0), (0, 0.0), (1, 2.0)];
        let singly = Ranked::collect(2, one_by_one.map(|(group, value)| (group, value, 1))).unwrap();
        assert_eq!(together, singly);
    }

    #[test]
    fn two_groups_agree_in_all_three() {
        let ranked = Ranked::collect(
            2,
            [(0, 1.0, 4), (0, 2.0, 3), (0, 7.0, 1), (1, 2.0, 5), (1, 3.0, 2), (1, 0.5, 1)],
        )
        .unwrap();
        let h = kruskal_wallis(&ranked).unwrap();
        let z = mann_whitney(&ranked, 1).unwrap();
        let j = jonckheere_terpstra(&ranked).unwrap();
        assert!((h.statistic - z.statistic.powi(2)).abs() < 1e-12);
        // Of two special functions.
        assert!((h.p_value - z.p_value).abs() < 1e-10);
        assert!((j.statistic - z.statistic).abs() < 1e-12);
        assert_eq!(mann_whitney(&ranked, 0).unwrap().statistic, -z.statistic);
    }

    #[test]
    fn where_nothing_varies_there_is_nothing_to_test() {
        let equal = Ranked::collect(2, [(0, 1.0, 4), (1, 1.0, 3)]).unwrap();
        let alone = Ranked::collect(2, [(0, 1.0, 4), (0, 2.0, 3)]).unwrap();
        let nobody = Ranked::collect(2, []).unwrap();
        for ranked in [equal, alone, nobody] {
            assert_eq!(kruskal_wallis(&ranked), None);
            assert_eq!(mann_whitney(&ranked, 0), None);
            assert_eq!(jonckheere_terpstra(&ranked), None);
        }
        assert_eq!(mann_whitney(&Ranked::collect(1, []).unwrap(), 3), None);
    }

    #[test]
    fn the_other_way_round_falls_what_rose() {
        let ranked = Ranked::collect(3, [(0, 1.0, 4), (1, 2.0, 3), (2, 2.0, 5), (2, 4.0, 1)]).unwrap();
        let (one, other) = (ranked.clone(), ranked.reordered(&[2, 1, 0]));
        let z = |ranked: &Ranked| jonckheere_terpstra(ranked).unwrap().statistic;
        assert!((z(&one) + z(&other)).abs() < 1e-12 && z(&one) > 0.0);
        assert_eq!(ranked.reordered(&[0, 2]).sizes, [4, 6]);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        assert!(Ranked::collect(2, [(0, f64::NAN, 1)]).is_err());
        assert!(Ranked::collect(2, [(2, 1.0, 1)]).is_err());
    }
}
