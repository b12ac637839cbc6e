//! How closely two variables go together: Pearson's r and Spearman's ρ.
//!
//! Pearson's coefficient measures a straight line and follows extreme values; Spearman's is Pearson's on ranks, so it
//! measures any monotone relation and hardly follows them. Where the two are far apart, a few values decide.
//!
//! Pearson, K. (1895), Proc. R. Soc. Lond. 58; Spearman, C. (1904), Am. J. Psychol. 15.

use crate::error::{Error, Result, check_finite};
use crate::sum::{Sum, sum};

/// Pearson's r = Σ (xᵢ − x̄)(yᵢ − ȳ) / √(Σ (xᵢ − x̄)² Σ (yᵢ − ȳ)²); `None` where fewer than two pairs are given or one
/// of the variables is constant.
///
/// # Errors
/// [`Error::UnequalLengths`], [`Error::NotFinite`].
///
/// ```
/// use dangol_models::correlation::pearson;
/// let r = pearson(&[1.0, 2.0, 3.0, 4.0], &[2.0, 4.0, 5.0, 9.0])?.unwrap();
/// assert!((r - 0.964_763_821_237_732_4).abs() < 1e-15);
/// assert_eq!(pearson(&[1.0, 1.0], &[2.0, 4.0])?, None);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn pearson(x: &[f64], y: &[f64]) -> Result<Option<f64>> {
    if x.len() != y.len() {
        return Err(Error::UnequalLengths {
            what: "values of the other variable",
            left: x.len(),
            right: y.len(),
        });
    }
    check_finite(x)?;
    check_finite(y)?;
    if x.len() < 2 {
        return Ok(None);
    }
    let count = x.len() as f64;
    let (mean_x, mean_y) = (sum(x) / count, sum(y) / count);
    let pairs = || x.iter().zip(y).map(|(x, y)| (x - mean_x, y - mean_y));
    let along: Sum = pairs().map(|(x, y)| x * y).collect();
    let of_x: Sum = pairs().map(|(x, _)| x * x).collect();
    let of_y: Sum = pairs().map(|(_, y)| y * y).collect();
    let product = of_x.value() * of_y.value();
    // Two roots where the product of the sums overflows or vanishes; else one, which is exact for x and x.
    let scale = if product.is_normal() { product.sqrt() } else { of_x.value().sqrt() * of_y.value().sqrt() };
    // Equal values leave the dust of their mean behind.
    let constant = |values: &[f64]| values.windows(2).all(|pair| pair[0] == pair[1]);
    if !(scale.is_finite() && scale > 0.0) || constant(x) || constant(y) {
        return Ok(None);
    }
    Ok(Some((along.value() / scale).clamp(-1.0, 1.0)))
}

/// Spearman's ρ: Pearson's r of the ranks, equal values sharing the mean of theirs.
///
/// # Errors
/// As [`pearson`].
///
/// ```
/// use dangol_models::correlation::spearman;
/// // Any rising curve is a perfect relation of ranks.
/// let rho = spearman(&[1.0, 2.0, 3.0, 4.0], &[1.0, 8.0, 27.0, 64.0])?;
/// assert_eq!(rho, Some(1.0));
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn spearman(x: &[f64], y: &[f64]) -> Result<Option<f64>> {
    check_finite(x)?;
    check_finite(y)?;
    pearson(&ranks(x), &ranks(y))
}

/// Ranks from 1; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        // before + 1 to before + n
        let rank = before as f64 + (equal.len() + 1) as f64 / 2.0;
        for at in equal {
            ranks[*at] = rank;
        }
        before += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anscombe, F. J. (1973): four sets with r = 0.816 each, and very different pictures.
    #[test]
    fn anscombes_quartet() {
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y1 = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let y3 = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73];
        let x4 = [8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 19.0, 8.0, 8.0, 8.0];
        let y4 = [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89];
        // r to three digits is in the paper; all digits from a second implementation with exact sums.
        for (x, y, r, rho) in [
            (&x, &y1, 0.816_420_516_344_84, 0.818_181_818_181_818_2),
            (&x, &y3, 0.816_286_739_489_598_2, 0.990_909_090_909_090_9),
            (&x4, &y4, 0.816_521_436_888_502_9, 0.5),
        ] {
            assert!((pearson(x, y).unwrap().unwrap() - r).abs() < 1e-12);
            assert!((spearman(x, y).unwrap().unwrap() - rho).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_values_share_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0, 3.0]), [4.0, 1.0, 4.0, 2.0, 4.0]);
        assert_eq!(ranks(&[]), Vec::<f64>::new());
        // Zero has one rank, whatever its sign.
        assert_eq!(ranks(&[0.0, -0.0, 1.0]), [1.5, 1.5, 3.0]);
    }

    #[test]
    fn what_does_not_vary_has_none() {
        assert_eq!(pearson(&[0.1; 7], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).unwrap(), None);
        assert_eq!(spearman(&[5.0, 5.0], &[1.0, 2.0]).unwrap(), None);
        assert_eq!(pearson(&[1.0], &[1.0]).unwrap(), None);
        assert_eq!(pearson(&[], &[]).unwrap(), None);
    }

    #[test]
    fn units_do_not_matter_and_huge_values_hold() {
        let (x, y) = ([1.0, 5.0, 2.0, 9.0], [3.0, 2.0, 8.0, 9.0]);
        let r = pearson(&x, &y).unwrap().unwrap();
        let scaled = pearson(&x.map(|x| x * 1e150 + 1e150), &y.map(|y| y * 1e-150)).unwrap().unwrap();
        assert!((r - scaled).abs() < 1e-12, "{r} {scaled}");
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert!(matches!(pearson(&[1.0], &[]), Err(Error::UnequalLengths { .. })));
        assert!(matches!(spearman(&[1.0, f64::NAN], &[1.0, 2.0]), Err(Error::NotFinite { index: 1, .. })));
    }
}
