//! Least squares by Householder reflections (Golub and Van Loan, "Matrix Computations", 5.2), one column after the
//! other, passing over those that the earlier ones explain.

use super::{Coefficient, Design};
use crate::sum::sum;

/// A column is explained by those before it where less of its length than this remains.
const EXPLAINED: f64 = 1e-7;

/// Columns centred and divided by their standard deviations; one that is constant is all zeros.
pub(super) struct Scaled {
    pub(super) columns: Vec<Vec<f64>>,
    means: Vec<f64>,
    scales: Vec<f64>,
    rows: usize,
}

impl Scaled {
    pub(super) fn of(design: &Design) -> Self {
        let count = design.rows() as f64;
        let mut scaled =
            Self { columns: Vec::new(), means: Vec::new(), scales: Vec::new(), rows: design.rows() };
        for column in design.columns() {
            let mean = sum(column) / count;
            let centred: Vec<f64> = column.iter().map(|x| x - mean).collect();
            let spread = (sum(&centred.iter().map(|x| x * x).collect::<Vec<_>>()) / count).sqrt();
            // What remains of equal values is the dust of their mean.
            let constant = column.windows(2).all(|pair| pair[0] == pair[1]) || !spread.is_normal();
            let scale = if constant { 1.0 } else { spread };
            let part = if constant { 0.0 } else { 1.0 };
            scaled.columns.push(centred.into_iter().map(|x| part * x / scale).collect());
            scaled.means.push(mean);
            scaled.scales.push(scale);
        }
        scaled
    }

    /// Solves for rows with weights, and rows of a ridge below them; `target` is in units of √weight.
    pub(super) fn solve(
        &self,
        root_weights: Option<&[f64]>,
        target: &[f64],
        ridge: &[f64],
        ridge_target: &[f64],
    ) -> Solved {
        let rows = self.rows + ridge.len();
        let weighted = |column: &[f64]| -> Vec<f64> {
            let mut values = match root_weights {
                None => column.to_vec(),
                Some(weights) => column.iter().zip(weights).map(|(x, w)| x * w).collect(),
            };
            values.resize(rows, 0.0);
            values
        };
        let mut columns = vec![weighted(&vec![1.0; self.rows])];
        for (place, column) in self.columns.iter().enumerate() {
            let mut values = weighted(column);
            if let Some(penalty) = ridge.get(place) {
                values[self.rows + place] = *penalty;
            }
            columns.push(values);
        }
        let mut target = target.to_vec();
        target.extend_from_slice(ridge_target);
        Solved::of(columns, target)
    }

    /// Intercept and coefficients in the columns' own units, by a solution for the scaled ones; each with its variance,
    /// which is `factor` times the inverse of the solution.
    pub(super) fn unscaled(
        &self,
        solution: &[Option<f64>],
        solved: &Solved,
        factor: Option<f64>,
    ) -> Vec<(Option<f64>, Option<f64>)> {
        // The intercept is that of the scaled columns minus Σ coefficient × mean / scale.
        let shift = |place: usize| -self.means[place] / self.scales[place];
        let weights: Vec<f64> =
            solved.kept.iter().map(|&j| if j == 0 { 1.0 } else { shift(j - 1) }).collect();
        let intercept = solution[0].map(|start| {
            let moved = (1..solution.len()).filter_map(|j| Some(solution[j]? * shift(j - 1)));
            start + moved.sum::<f64>()
        });
        let mut variance = 0.0;
        for (row, left) in solved.inverse.iter().zip(&weights) {
            for (entry, right) in row.iter().zip(&weights) {
                variance += left * entry * right;
            }
        }
        let mut all = vec![(intercept, factor.map(|factor| factor * variance))];
        for (place, scale) in self.scales.iter().enumerate() {
            let known = solved.kept.iter().position(|&j| j == place + 1);
            let variance =
                known.zip(factor).map(|(k, factor)| factor * solved.inverse[k][k] / (scale * scale));
            all.push((known.and(solution[place + 1]).map(|value| value / scale), variance));
        }
        all
    }

    /// Named coefficients of what [`Scaled::unscaled`] gives.
    pub(super) fn named(
        design: &Design,
        values: &[(Option<f64>, Option<f64>)],
        half_width: f64,
        tail: impl Fn(f64) -> f64,
    ) -> (Coefficient, Vec<Coefficient>) {
        let make = |name: &str, (estimate, variance): (Option<f64>, Option<f64>)| {
            Coefficient::new(name, estimate, variance, half_width, &tail)
        };
        let rest = design.names().iter().zip(&values[1..]).map(|(name, pair)| make(name, *pair)).collect();
        (make("intercept", values[0]), rest)
    }
}

/// The answer of least squares.
pub(super) struct Solved {
    /// By column, the intercept first; none where the earlier ones explain the column.
    pub(super) coefficients: Vec<Option<f64>>,
    /// Places of the columns that have one.
    pub(super) kept: Vec<usize>,
    /// The inverse of the products of these columns with each other.
    pub(super) inverse: Vec<Vec<f64>>,
    /// The sum of squares that is left.
    pub(super) residual_squares: f64,
}

impl Solved {
    fn of(mut columns: Vec<Vec<f64>>, mut target: Vec<f64>) -> Self {
        let rows = target.len();
        let count = columns.len();
        let squares = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
        let lengths: Vec<f64> = columns.iter().map(|column| squares(column).sqrt()).collect();
        let mut kept: Vec<usize> = Vec::new();
        for j in 0..count {
            let k = kept.len();
            if k == rows {
                break;
            }
            let (done, rest) = columns.split_at_mut(j + 1);
            let column = &mut done[j];
            let length = squares(&column[k..]).sqrt();
            if length.is_nan() || length <= EXPLAINED * lengths[j] {
                continue;
            }
            let diagonal = if column[k] > 0.0 { -length } else { length };
            let mut mirror = column[k..].to_vec();
            mirror[0] -= diagonal;
            let norm = squares(&mirror);
            for values in rest.iter_mut().chain(std::iter::once(&mut target)) {
                let along: f64 = mirror.iter().zip(&values[k..]).map(|(v, x)| v * x).sum();
                let twice = 2.0 * along / norm;
                for (x, v) in values[k..].iter_mut().zip(&mirror) {
                    *x -= twice * v;
                }
            }
            column[k] = diagonal;
            kept.push(j);
        }
        // R of the kept columns lies in their first rows.
        let r = |i: usize, j: usize| columns[kept[j]][i];
        let n = kept.len();
        // From the last row up: R⁻¹ is triangular, too.
        let mut inverse_of_r = vec![vec![0.0; n]; n];
        for i in (0..n).rev() {
            let row = (0..n).map(|j| {
                let unit = f64::from(u8::from(i == j));
                let known: f64 = (i + 1..=j).map(|k| r(i, k) * inverse_of_r[k][j]).sum();
                if j < i { 0.0 } else { (unit - known) / r(i, i) }
            });
            inverse_of_r[i] = row.collect();
        }
        let mut coefficients = vec![None; count];
        for (i, row) in inverse_of_r.iter().enumerate() {
            coefficients[kept[i]] = Some(row.iter().zip(&target).map(|(entry, y)| entry * y).sum());
        }
        let product = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(l, r)| l * r).sum();
        let inverse = inverse_of_r
            .iter()
            .map(|left| inverse_of_r.iter().map(|right| product(left, right)).collect())
            .collect();
        Self { coefficients, kept, inverse, residual_squares: squares(&target[n..]) }
    }
}
