//! How far two groupings of the same rows agree.
//!
//! Hubert, L. and Arabie, P. (1985), "Comparing partitions", Journal of Classification 2, 193–218.

use crate::error::{Error, Result};

/// The adjusted Rand index: 1 for the same groups under any names, 0 on average for groups drawn at random.
///
/// ARI = (Σᵢⱼ C(nᵢⱼ, 2) − E) / (½ (Σᵢ C(aᵢ, 2) + Σⱼ C(bⱼ, 2)) − E), E = Σᵢ C(aᵢ, 2) Σⱼ C(bⱼ, 2) / C(n, 2), where nᵢⱼ counts
/// the rows in group i of one and j of the other, aᵢ and bⱼ those in one group. Two groupings that both put all rows
/// together, or all apart, agree: 1.
///
/// # Errors
/// [`Error::UnequalLengths`].
///
/// ```
/// use dangol_models::cluster::agreement::adjusted_rand;
/// assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[5, 5, 2, 2])?, 1.0);
/// assert!((adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1])? - 0.571_428_571_428_571_4).abs() < 1e-15);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn adjusted_rand(left: &[u32], right: &[u32]) -> Result<f64> {
    adjusted_rand_weighted(left, right, &vec![1.0; left.len()])
}

/// As [`adjusted_rand`], of rows that occur `weights` times each.
///
/// # Errors
/// [`Error::UnequalLengths`].
pub fn adjusted_rand_weighted(left: &[u32], right: &[u32], weights: &[f64]) -> Result<f64> {
    let table = crossed(left, right, weights)?;
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let across: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    let columns = table.first().map_or(0, Vec::len);
    let down: Vec<f64> = (0..columns).map(|j| table.iter().map(|row| row[j]).sum()).collect();
    let total: f64 = across.iter().sum();
    let together: f64 = table.iter().flatten().map(|count| pairs(*count)).sum();
    let of_left: f64 = across.iter().map(|count| pairs(*count)).sum();
    let of_right: f64 = down.iter().map(|count| pairs(*count)).sum();
    let expected = if total > 1.0 { of_left * of_right / pairs(total) } else { 0.0 };
    let most = f64::midpoint(of_left, of_right);
    Ok(if most - expected == 0.0 { 1.0 } else { (together - expected) / (most - expected) })
}

/// Rows by their groups in both: `table[i][j]`.
pub(crate) fn crossed(left: &[u32], right: &[u32], weights: &[f64]) -> Result<Vec<Vec<f64>>> {
    for other in [right.len(), weights.len()] {
        if left.len() != other {
            return Err(Error::UnequalLengths { what: "groups", left: left.len(), right: other });
        }
    }
    let groups = |labels: &[u32]| labels.iter().max().map_or(0, |most| *most as usize + 1);
    let mut table = vec![vec![0.0; groups(right)]; groups(left)];
    for ((left, right), weight) in left.iter().zip(right).zip(weights) {
        table[*left as usize][*right as usize] += weight;
    }
    Ok(table)
}
