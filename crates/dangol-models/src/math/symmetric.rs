//! Small symmetric matrices: eigenvalues by Jacobi rotations, which find small eigenvalues of a
//! nearly singular matrix reliably. The models have at most a handful of parameters.

/// Eigenvalues and eigenvectors of a symmetric matrix.
#[derive(Clone, Debug)]
pub(crate) struct Symmetric {
    /// Eigenvalues, in no order.
    pub(crate) values: Vec<f64>,
    /// `vectors[j]` belongs to `values[j]`.
    pub(crate) vectors: Vec<Vec<f64>>,
}

impl Symmetric {
    /// Decomposes; only the mean of the matrix and its transpose counts.
    pub(crate) fn of(matrix: &[Vec<f64>]) -> Self {
        let n = matrix.len();
        let mut a: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::midpoint(matrix[i][j], matrix[j][i])).collect()).collect();
        let mut v: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for _ in 0..60 {
            let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j].abs()).sum();
            let diagonal: f64 = (0..n).map(|i| a[i][i].abs()).sum();
            if off <= 1e-17 * diagonal || !off.is_finite() {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    if a[p][q] == 0.0 {
                        continue;
                    }
                    let half = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                    let t = half.signum() / (half.abs() + half.hypot(1.0));
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    let s = t * c;
                    let turn = |x: &mut f64, y: &mut f64| (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                    for row in a.iter_mut().chain(&mut v) {
                        let (left, right) = row.split_at_mut(q);
                        turn(&mut left[p], &mut right[0]);
                    }
                    let (above, below) = a.split_at_mut(q);
                    above[p].iter_mut().zip(&mut below[0]).for_each(|(x, y)| turn(x, y));
                }
            }
        }
        let values = (0..n).map(|i| a[i][i]).collect();
        let vectors = (0..n).map(|j| (0..n).map(|i| v[i][j]).collect()).collect();
        Self { values, vectors }
    }
}

/// The inverse of a positive definite matrix; `None` where it is not, or nearly not.
pub(crate) fn solve_symmetric(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    // Scaled to a unit diagonal, so that "nearly" does not depend on the parameters' units.
    let scale: Vec<f64> = (0..n).map(|i| matrix[i][i].sqrt()).collect();
    if !scale.iter().all(|&s| s.is_finite() && s > 0.0) {
        return None;
    }
    let scaled: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| matrix[i][j] / (scale[i] * scale[j])).collect()).collect();
    let found = Symmetric::of(&scaled);
    if !found.values.iter().all(|&value| value > 1e-9) {
        return None;
    }
    let entry = |i: usize, j: usize| -> f64 {
        found.values.iter().zip(&found.vectors).map(|(value, vector)| vector[i] * vector[j] / value).sum()
    };
    Some((0..n).map(|i| (0..n).map(|j| entry(i, j) / (scale[i] * scale[j])).collect()).collect())
}
