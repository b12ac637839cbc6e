//! Do groups differ by more than chance, and by how much do the best differ from the worst?
//!
//! Each group's mean strays from what its customers are worth in truth, the more the smaller it is. Cochran's Q says
//! whether the means differ by more than that. How far the truths themselves lie apart (τ) is estimated with all its
//! uncertainty, by the hierarchical normal model with a flat prior on the mean and on τ: each group's truth then lies
//! between its own mean and the mean of all, the nearer to that the less is known of it. Groups picked as the best are
//! partly those that chance was kind to, so the difference of their plain means is too large; that of the truths is not.
//!
//! W. G. Cochran, "The combination of estimates from different experiments", Biometrics 10 (1954), 101–129; D. B. Rubin,
//! "Estimation in parallel randomized experiments", Journal of Educational Statistics 6 (1981), 377–401; A. Gelman and
//! others, "Bayesian Data Analysis" (2013), section 5.4.

use crate::error::{Error, Result};
use crate::hypothesis::Estimate;
use crate::proportion::upper_tail_point;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::gamma_ur;

/// With fewer groups a flat prior leaves τ open.
const LEAST_GROUPS: usize = 3;

/// Values of τ that stand for all.
const STEPS: usize = 200;

/// A group's mean, and the variance of that mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupMean {
    /// The mean over the group.
    pub mean: f64,
    /// Its squared standard error.
    pub variance: f64,
}

/// How groups differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Heterogeneity {
    groups: Vec<GroupMean>,
    /// Cochran's Q, Σ (m − m̄)² / v.
    pub q: f64,
    /// How probable so large a Q is where all groups are the same.
    pub p_value: f64,
    /// τ, the standard deviation of the groups' true means: its expectation.
    pub between: f64,
    /// What may be τ.
    spreads: Vec<Spread>,
}

/// One value of τ.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    /// τ².
    between: f64,
    /// How probable it is.
    probability: f64,
    /// The mean of the true means, given it.
    mean: f64,
    /// The variance of that mean.
    variance: f64,
}

/// Compares groups; `None` with fewer than three.
///
/// # Errors
/// [`Error::BadParameter`] for a mean that is not finite or a variance that is not above 0.
///
/// ```
/// use dangol_models::heterogeneity::{GroupMean, compare};
/// let group = |mean| GroupMean { mean, variance: 1.0 };
/// let same = compare(&[group(10.0), group(10.5), group(9.6)])?.unwrap();
/// assert!(same.p_value > 0.5);
/// let apart = compare(&[group(10.0), group(20.0), group(30.0)])?.unwrap();
/// assert!(apart.p_value < 1e-9 && apart.between > 9.0);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn compare(groups: &[GroupMean]) -> Result<Option<Heterogeneity>> {
    for group in groups {
        if !group.mean.is_finite() {
            return Err(Error::BadParameter { name: "a mean", value: group.mean, range: "a finite number" });
        }
        if !(group.variance.is_finite() && group.variance > 0.0) {
            let value = group.variance;
            return Err(Error::BadParameter { name: "a variance", value, range: "a number above 0" });
        }
    }
    if groups.len() < LEAST_GROUPS {
        return Ok(None);
    }
    let weighted = |between: f64| {
        let all: f64 = groups.iter().map(|group| 1.0 / (group.variance + between)).sum();
        let mean = groups.iter().map(|group| group.mean / (group.variance + between)).sum::<f64>() / all;
        (mean, 1.0 / all)
    };
    let (fixed, _) = weighted(0.0);
    let q: f64 = groups.iter().map(|group| (group.mean - fixed).powi(2) / group.variance).sum();
    let degrees = (groups.len() - 1) as f64;
    let spreads = spreads(groups, weighted);
    Ok(Some(Heterogeneity {
        groups: groups.to_vec(),
        q,
        p_value: if q > 0.0 { gamma_ur(degrees / 2.0, q / 2.0) } else { 1.0 },
        between: spreads.iter().map(|spread| spread.probability * spread.between.sqrt()).sum(),
        spreads,
    }))
}

/// The posterior of τ on a grid (Bayesian Data Analysis, equation 5.21).
fn spreads(groups: &[GroupMean], weighted: impl Fn(f64) -> (f64, f64)) -> Vec<Spread> {
    let count = groups.len() as f64;
    let plain = groups.iter().map(|group| group.mean).sum::<f64>() / count;
    let apart = groups.iter().map(|group| (group.mean - plain).powi(2)).sum::<f64>() / (count - 1.0);
    let largest_error = groups.iter().map(|group| group.variance).fold(0.0, f64::max);
    // Steps are finest at zero, where the likelihood of groups that hardly differ lies.
    let furthest = 5.0 * (apart + largest_error).sqrt();
    let edge = |step: usize| furthest * (step as f64 / STEPS as f64).powi(2);
    let mut found: Vec<(Spread, f64)> = (0..STEPS)
        .map(|step| {
            let (low, high) = (edge(step), edge(step + 1));
            let between = f64::midpoint(low, high).powi(2);
            let (mean, variance) = weighted(between);
            let log: f64 = groups
                .iter()
                .map(|group| {
                    let all = group.variance + between;
                    -0.5 * (all.ln() + (group.mean - mean).powi(2) / all)
                })
                .sum();
            (
                Spread { between, probability: 0.0, mean, variance },
                log + 0.5 * variance.ln() + (high - low).ln(),
            )
        })
        .collect();
    let highest = found.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = found.iter().map(|(_, log)| (log - highest).exp()).sum();
    for (spread, log) in &mut found {
        spread.probability = (*log - highest).exp() / all;
    }
    found.into_iter().map(|(spread, _)| spread).collect()
}

impl Heterogeneity {
    /// What a group's customers are worth in truth: expected, with the interval that holds it with probability `level`;
    /// `None` for a group that is not there.
    ///
    /// # Errors
    /// [`Error::NotALevel`].
    pub fn truth(&self, group: usize, level: f64) -> Result<Option<Estimate>> {
        if group >= self.groups.len() {
            return Ok(None);
        }
        let weights: Vec<f64> = (0..self.groups.len()).map(|at| f64::from(u8::from(at == group))).collect();
        self.combined(&weights, level).map(Some)
    }

    /// A weighted sum of the groups' true means, such as +1 for the best and −1 for the worst; groups without a weight
    /// count nothing.
    ///
    /// # Errors
    /// [`Error::NotALevel`].
    ///
    /// ```
    /// use dangol_models::heterogeneity::{GroupMean, compare};
    /// let means = [30.0, 20.0, 10.0].map(|mean| GroupMean { mean, variance: 1.0 });
    /// let found = compare(&means)?.unwrap().combined(&[1.0, 0.0, -1.0], 0.95)?;
    /// // Each mean is pulled a little towards 20.
    /// assert!(found.value > 19.5 && found.value < 20.0 && found.low > 16.9 && found.high < 22.8);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn combined(&self, weights: &[f64], level: f64) -> Result<Estimate> {
        let upper = upper_tail_point(level)?;
        let parts: Vec<(f64, f64, f64)> = self
            .spreads
            .iter()
            .map(|spread| {
                let (value, variance) = self.given(spread, weights);
                (spread.probability, value, variance.sqrt())
            })
            .collect();
        let value = parts.iter().map(|(probability, value, _)| probability * value).sum();
        Ok(Estimate { value, low: quantile(&parts, 1.0 - upper), high: quantile(&parts, upper) })
    }

    /// Mean and variance of a weighted sum of true means, given τ.
    fn given(&self, spread: &Spread, weights: &[f64]) -> (f64, f64) {
        let (mut value, mut variance, mut on_mean) = (0.0, 0.0, 0.0);
        for (group, weight) in self.groups.iter().zip(weights) {
            // How far the group's mean is drawn towards the mean of all: 1 where groups do not differ.
            let pull = group.variance / (group.variance + spread.between);
            value += weight * ((1.0 - pull) * group.mean + pull * spread.mean);
            variance += weight * weight * (1.0 - pull) * group.variance;
            // The mean of all is an estimate, too, and the same one for all groups.
            on_mean += weight * pull;
        }
        (value, variance + on_mean * on_mean * spread.variance)
    }
}

/// The point below which a mixture of normal distributions (probability, mean, deviation) lies with a probability.
fn quantile(parts: &[(f64, f64, f64)], probability: f64) -> f64 {
    let standard = Normal::standard();
    let reach = |sign: f64| {
        parts
            .iter()
            .map(|(_, mean, deviation)| mean + sign * 10.0 * deviation)
            .fold(f64::NAN, |a, b| if sign > 0.0 { a.max(b) } else { a.min(b) })
    };
    let (mut low, mut high) = (reach(-1.0), reach(1.0));
    // Halved until hardly a digit is left to decide.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let below: f64 = parts
            .iter()
            .map(|(share, mean, deviation)| {
                // A part without spread is a step.
                let z = if *deviation > 0.0 {
                    (middle - mean) / deviation
                } else {
                    (middle - mean) * f64::INFINITY
                };
                if z.is_nan() { *share } else { share * standard.cdf(z) }
            })
            .sum();
        if below < probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Normal as Drawn};

    use super::*;

    /// Groups picked because they look best and worst: the interval of the expected truths holds their true difference
    /// as often as it says, the plain difference is too large.
    #[test]
    fn the_best_and_the_worst_are_not_taken_for_better_than_they_are() {
        const SHOPS: usize = 400;
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (mut held, mut plain_off, mut off) = (0, 0.0, 0.0);
        for _ in 0..SHOPS {
            let truths: Vec<f64> = (0..18).map(|_| Drawn::new(50.0, 4.0).unwrap().sample(&mut rng)).collect();
            let groups: Vec<GroupMean> = truths
                .iter()
                .enumerate()
                .map(|(at, truth)| {
                    let error = 2.0 + (at % 3) as f64 * 3.0;
                    let mean = Drawn::new(*truth, error).unwrap().sample(&mut rng);
                    GroupMean { mean, variance: error * error }
                })
                .collect();
            let found = compare(&groups).unwrap().unwrap();
            let mut order: Vec<usize> = (0..groups.len()).collect();
            order.sort_by(|a, b| groups[*b].mean.total_cmp(&groups[*a].mean));
            let mut weights = vec![0.0; groups.len()];
            for place in 0..6 {
                weights[order[place]] = 1.0 / 6.0;
                weights[order[17 - place]] = -1.0 / 6.0;
            }
            let sum = |of: &dyn Fn(usize) -> f64| -> f64 { (0..18).map(|at| weights[at] * of(at)).sum() };
            let (truth, plain) = (sum(&|at| truths[at]), sum(&|at| groups[at].mean));
            let estimate = found.combined(&weights, 0.95).unwrap();
            held += usize::from(estimate.low <= truth && truth <= estimate.high);
            plain_off += (plain - truth) / SHOPS as f64;
            off += (estimate.value - truth) / SHOPS as f64;
        }
        let held = held as f64 / SHOPS as f64;
        assert!((0.92..0.985).contains(&held), "{held}");
        assert!(plain_off > 2.5, "{plain_off}");
        assert!(off.abs() < 0.5, "{off}");
    }

    #[test]
    fn the_test_holds_its_level() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let called = (0..2_000)
            .filter(|_| {
                let group = |at: usize, rng: &mut ChaCha8Rng| {
                    let error = 1.0 + at as f64;
                    GroupMean { mean: Drawn::new(7.0, error).unwrap().sample(rng), variance: error * error }
                };
                let groups: Vec<GroupMean> = (0..8).map(|at| group(at, &mut rng)).collect();
                compare(&groups).unwrap().unwrap().p_value < 0.05
            })
            .count();
        assert!((75..125).contains(&called), "{called} of 2000");
    }

    #[test]
    fn one_group_is_no_comparison_and_equal_groups_have_one_truth() {
        let group = GroupMean { mean: 3.0, variance: 0.5 };
        assert_eq!(compare(&[group, group]).unwrap(), None);
        assert!(compare(&[group, GroupMean { variance: 0.0, ..group }]).is_err());
        assert!(compare(&[group, GroupMean { mean: f64::NAN, ..group }]).is_err());
        let same = compare(&[group, group, group]).unwrap().unwrap();
        assert_eq!(same.p_value, 1.0);
        let truth = same.truth(0, 0.95).unwrap().unwrap();
        assert!((truth.value - 3.0).abs() < 1e-9, "{truth:?}");
        // Surer than by the group alone.
        assert!(truth.high - truth.low < 2.0 * 1.96 * 0.5_f64.sqrt(), "{truth:?}");
        let apart = same.combined(&[1.0, -1.0, 0.0], 0.95).unwrap();
        assert!(apart.value.abs() < 1e-9 && apart.low < 0.0 && apart.high > 0.0, "{apart:?}");
        assert_eq!(same.truth(3, 0.95).unwrap(), None);
    }

    /// The eight schools of Rubin (1981): effects shrink to those of Bayesian Data Analysis, table 5.3.
    #[test]
    fn eight_schools() {
        let schools = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
        let errors = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0_f64];
        let groups: Vec<GroupMean> = schools
            .iter()
            .zip(errors)
            .map(|(mean, error)| GroupMean { mean: *mean, variance: error * error })
            .collect();
        let found = compare(&groups).unwrap().unwrap();
        let first = found.truth(0, 0.95).unwrap().unwrap();
        // Posterior quantiles of school A: 2.5 % at −2, 97.5 % at 31; its mean is 11.4.
        assert!((first.value - 11.4).abs() < 0.4, "{first:?}");
        assert!((first.low + 2.0).abs() < 1.0 && (first.high - 31.0).abs() < 1.5, "{first:?}");
        let fifth = found.truth(4, 0.95).unwrap().unwrap();
        // School E: −9 to 16, mean 5.
        assert!((fifth.low + 9.0).abs() < 1.0 && (fifth.high - 16.0).abs() < 1.0, "{fifth:?}");
    }
}
