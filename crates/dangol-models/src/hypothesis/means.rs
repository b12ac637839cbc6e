//! Two means: their difference, their ratio, and whether they differ.
//!
//! B. L. Welch, "The generalization of Student's problem when several different population variances are involved",
//! Biometrika 34 (1947), 28–35; L. V. Hedges, "Distribution theory for Glass's estimator of effect size", Journal of
//! Educational Statistics 6 (1981), 107–128; merging: T. F. Chan, G. H. Golub and R. J. `LeVeque`, The American Statistician
//! 37 (1983), 242–247.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::gamma::ln_gamma;

use super::{Estimate, Test, student_p};
use crate::error::{Result, check_finite};
use crate::proportion::upper_tail_point;

/// Number, mean and spread of some values: all that a comparison of means needs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
}

impl Moments {
    /// Those of values.
    ///
    /// # Errors
    /// [`crate::Error::NotFinite`].
    ///
    /// ```
    /// use dangol_models::hypothesis::Moments;
    /// let of_buyers = Moments::of(&[1.0, 2.0, 3.0])?;
    /// assert_eq!((of_buyers.mean, of_buyers.variance()), (2.0, Some(1.0)));
    /// // Three more customers, who bought nothing.
    /// assert_eq!(of_buyers.merge(Moments::equal(3, 0.0)).mean, 1.0);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn of(values: &[f64]) -> Result<Self> {
        check_finite(values)?;
        Ok(values.iter().fold(Self::default(), |so_far, value| so_far.merge(Self::equal(1, *value))))
    }

    /// Those of `count` equal values.
    #[must_use]
    pub fn equal(count: u64, value: f64) -> Self {
        Self { count, mean: if count > 0 { value } else { 0.0 }, squares: 0.0 }
    }

    /// Those of both together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let count = self.count + other.count;
        if count == 0 {
            return Self::default();
        }
        let weight = other.count as f64 / count as f64;
        let apart = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + apart * weight,
            squares: self.squares + other.squares + apart * apart * self.count as f64 * weight,
        }
    }

    /// The variance with divisor n − 1; none of fewer than two values.
    #[must_use]
    pub fn variance(self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// The squared standard error of the mean.
    fn error(self) -> Option<f64> {
        Some(self.variance()? / self.count as f64)
    }
}

/// Whether two means differ, without taking their variances to be equal: Welch's t. The effect is Hedges' g: the
/// difference in standard deviations, corrected for small samples.
///
/// `None` where either has fewer than two values, or nothing varies in both.
///
/// ```
/// use dangol_models::hypothesis::{Moments, welch};
/// let (a, b) = (Moments::of(&[3.0, 4.0, 5.0])?, Moments::of(&[1.0, 2.0, 3.0])?);
/// let found = welch(a, b).unwrap();
/// assert!((found.statistic - 2.449_489_742_783_178).abs() < 1e-12 && found.degrees_of_freedom == Some(4.0));
/// # Ok::<(), dangol_models::Error>(())
/// ```
#[must_use]
pub fn welch(a: Moments, b: Moments) -> Option<Test> {
    let (of_a, of_b) = (a.error()?, b.error()?);
    let degrees = satterthwaite((of_a, a.count), (of_b, b.count))?;
    let statistic = (a.mean - b.mean) / (of_a + of_b).sqrt();
    let pooled_degrees = (a.count + b.count - 2) as f64;
    let pooled = ((a.squares + b.squares) / pooled_degrees).sqrt();
    let half = pooled_degrees / 2.0;
    let unbiased = (ln_gamma(half) - ln_gamma(half - 0.5)).exp() / half.sqrt();
    Some(Test {
        statistic,
        degrees_of_freedom: Some(degrees),
        p_value: student_p(statistic, degrees),
        effect: (a.mean - b.mean) / pooled * unbiased,
    })
}

/// The difference a − b with the interval that belongs to [`welch`]; `None` as there.
///
/// # Errors
/// [`crate::Error::NotALevel`].
pub fn difference_of_means(a: Moments, b: Moments, level: f64) -> Result<Option<Estimate>> {
    let point = upper_tail_point(level)?;
    Ok((|| {
        let (of_a, of_b) = (a.error()?, b.error()?);
        let half = student(point, satterthwaite((of_a, a.count), (of_b, b.count))?)? * (of_a + of_b).sqrt();
        let value = a.mean - b.mean;
        Some(Estimate { value, low: value - half, high: value + half })
    })())
}

/// The ratio a / b of two means, with the interval of its logarithm by the delta method: var ln m = s² / (n m²), and
/// Student's t with Satterthwaite's degrees of freedom.
///
/// `None` where either has fewer than two values, a mean is not positive, or nothing varies in both.
///
/// # Errors
/// [`crate::Error::NotALevel`].
///
/// ```
/// use dangol_models::hypothesis::{Moments, ratio_of_means};
/// let (a, b) = (Moments::of(&[3.0, 4.0, 5.0])?, Moments::of(&[1.0, 2.0, 3.0])?);
/// let found = ratio_of_means(a, b, 0.95)?.unwrap();
/// assert!(found.value == 2.0 && found.low < 1.0 && found.high > 4.0);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn ratio_of_means(a: Moments, b: Moments, level: f64) -> Result<Option<Estimate>> {
    let point = upper_tail_point(level)?;
    if !(a.mean > 0.0 && b.mean > 0.0) {
        return Ok(None);
    }
    Ok((|| {
        let (of_a, of_b) = (a.error()? / a.mean.powi(2), b.error()? / b.mean.powi(2));
        let half = student(point, satterthwaite((of_a, a.count), (of_b, b.count))?)? * (of_a + of_b).sqrt();
        let value = a.mean / b.mean;
        Some(Estimate { value, low: value * (-half).exp(), high: value * half.exp() })
    })())
}

/// Degrees of freedom of a sum of two estimated variances; none where nothing varies.
fn satterthwaite((a, of_a): (f64, u64), (b, of_b): (f64, u64)) -> Option<f64> {
    let both = a + b;
    // Shares of the sum: squares of tiny variances would vanish.
    let (a, b) = (a / both, b / both);
    (both > 0.0).then(|| 1.0 / (a * a / (of_a - 1) as f64 + b * b / (of_b - 1) as f64))
}

fn student(point: f64, degrees: f64) -> Option<f64> {
    Some(StudentsT::new(0.0, 1.0, degrees).ok()?.inverse_cdf(point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_the_same_as_one_after_the_other() {
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        let (left, right) = values.split_at(1);
        let merged = Moments::of(left).unwrap().merge(Moments::of(right).unwrap());
        assert!((merged.variance().unwrap() - 30.0).abs() < 1e-9);
        assert_eq!(merged.merge(Moments::default()), merged);
        assert_eq!(Moments::default().merge(merged), merged);
    }

    #[test]
    fn one_value_or_none_has_no_spread() {
        let (one, many) = (Moments::of(&[2.0]).unwrap(), Moments::of(&[1.0, 3.0]).unwrap());
        assert_eq!(welch(one, many), None);
        assert_eq!(welch(many, Moments::default()), None);
        assert_eq!(difference_of_means(one, many, 0.95).unwrap(), None);
        let still = Moments::equal(5, 1.0);
        assert_eq!(welch(still, still), None);
        assert_eq!(ratio_of_means(many, Moments::equal(3, 0.0), 0.95).unwrap(), None);
        assert!(Moments::of(&[f64::NAN]).is_err());
    }

    #[test]
    fn one_side_may_stand_still() {
        let found = welch(Moments::equal(5, 1.0), Moments::of(&[1.0, 2.0, 6.0]).unwrap()).unwrap();
        assert_eq!(found.degrees_of_freedom, Some(2.0));
    }
}
