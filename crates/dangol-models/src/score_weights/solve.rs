//! Least squares and logistic regression of cells on their scores.

use super::{Cell, FACTORS};
use crate::math::logistic;

/// A line through scores; a factor that is left out, constant or explained by the others has no slope.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) intercept: f64,
    pub(super) slopes: [Option<f64>; FACTORS],
    /// What is to be as large as possible: the explained sum of squares, or the log-likelihood.
    pub(super) height: f64,
}

impl Line {
    pub(super) fn at(&self, scores: &[f64; FACTORS]) -> f64 {
        self.intercept
            + self.slopes.iter().zip(scores).map(|(slope, x)| slope.unwrap_or(0.0) * x).sum::<f64>()
    }
}

/// A factor is explained by those before it where less of its variance than this remains.
const EXPLAINED: f64 = 1e-9;

/// Weighted least squares of one target for each cell, on the factors that are `used`.
pub(super) fn least_squares(
    scores: &[[f64; FACTORS]],
    weights: &[f64],
    targets: &[f64],
    used: [bool; FACTORS],
) -> Line {
    let total: f64 = weights.iter().sum();
    if total.is_nan() || total <= 0.0 {
        return Line::default();
    }
    let mut mean_x = [0.0; FACTORS];
    let mut mean_y = 0.0;
    for ((x, w), y) in scores.iter().zip(weights).zip(targets) {
        mean_y += w * y / total;
        mean_x.iter_mut().zip(x).for_each(|(mean, x)| *mean += w * x / total);
    }
    // Products of the centred factors, and with the target in the last column.
    let mut rows = [[0.0; FACTORS + 1]; FACTORS];
    for ((x, w), y) in scores.iter().zip(weights).zip(targets) {
        for j in 0..FACTORS {
            let own = w * (x[j] - mean_x[j]);
            for k in 0..FACTORS {
                rows[j][k] += own * (x[k] - mean_x[k]);
            }
            rows[j][FACTORS] += own * (y - mean_y);
        }
    }
    let variances = [0, 1, 2].map(|j| rows[j][j]);
    let along = rows.map(|row| row[FACTORS]);
    // Gauss and Jordan on the factors in use: three equations at most.
    let mut solved = [false; FACTORS];
    for j in 0..FACTORS {
        let pivot = rows[j][j];
        if !used[j]
            || pivot.is_nan()
            || pivot <= EXPLAINED * variances[j]
            || variances[j] <= EXPLAINED * total
        {
            continue;
        }
        solved[j] = true;
        rows[j].iter_mut().for_each(|value| *value /= pivot);
        let own = rows[j];
        for (k, row) in rows.iter_mut().enumerate() {
            if k != j {
                let factor = row[j];
                row.iter_mut().zip(&own).for_each(|(value, own)| *value -= factor * own);
            }
        }
    }
    let slopes = [0, 1, 2].map(|j| solved[j].then_some(rows[j][FACTORS]));
    let of = |values: &[f64; FACTORS]| -> f64 {
        slopes.iter().zip(values).map(|(slope, value)| slope.unwrap_or(0.0) * value).sum()
    };
    Line { intercept: mean_y - of(&mean_x), slopes, height: of(&along) }
}

/// Spend of the cells on their scores.
pub(super) fn spend(scores: &[[f64; FACTORS]], cells: &[Cell], used: [bool; FACTORS]) -> Line {
    let weights: Vec<f64> = cells.iter().map(|cell| cell.customers).collect();
    let means: Vec<f64> = cells
        .iter()
        .map(|cell| if cell.customers > 0.0 { cell.capped / cell.customers } else { 0.0 })
        .collect();
    least_squares(scores, &weights, &means, used)
}

/// The log odds of buying, by Newton's method; none where the scores tell buyers from others (almost) without exception, so
/// that there is no maximum.
pub(super) fn buying(scores: &[[f64; FACTORS]], cells: &[Cell], used: [bool; FACTORS]) -> Option<Line> {
    /// A step that moves no cell's log odds by more is the last.
    const STILL: f64 = 1e-10;
    const MOST_STEPS: usize = 60;
    /// Log odds that no customer has: the search is running away.
    const AWAY: f64 = 30.0;
    let (all, buyers) =
        cells.iter().fold((0.0, 0.0), |(all, buyers), cell| (all + cell.customers, buyers + cell.buyers));
    let share: f64 = buyers / all;
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let mut line = Line { intercept: (share / (1.0 - share)).ln(), ..Line::default() };
    line.height = log_likelihood(scores, cells, &line);
    for _ in 0..MOST_STEPS {
        let (weights, targets): (Vec<f64>, Vec<f64>) = scores
            .iter()
            .zip(cells)
            .map(|(x, cell)| {
                let odds = line.at(x);
                let p = logistic(odds);
                let weight = (p * logistic(-odds)).max(1e-12);
                // Newton's step is least squares of the working response.
                let missing = if cell.customers > 0.0 { cell.buyers / cell.customers - p } else { 0.0 };
                (cell.customers * weight, odds + missing / weight)
            })
            .unzip();
        let mut next = least_squares(scores, &weights, &targets, used);
        next.height = log_likelihood(scores, cells, &next);
        let mut halvings = 0;
        while next.height < line.height - 1e-12 * line.height.abs() && halvings < 30 {
            next.intercept = f64::midpoint(next.intercept, line.intercept);
            for (next, line) in next.slopes.iter_mut().zip(&line.slopes) {
                *next = next.map(|next| f64::midpoint(next, line.unwrap_or(0.0)));
            }
            next.height = log_likelihood(scores, cells, &next);
            halvings += 1;
        }
        let moved = scores.iter().map(|x| (next.at(x) - line.at(x)).abs()).fold(0.0, f64::max);
        line = next;
        if scores.iter().any(|x| line.at(x).abs() > AWAY) {
            return None;
        }
        if moved <= STILL {
            return Some(line);
        }
    }
    None
}

fn log_likelihood(scores: &[[f64; FACTORS]], cells: &[Cell], line: &Line) -> f64 {
    // ln p = −ln(1 + exp(−odds)), stable at both ends.
    let log = |odds: f64| if odds > 0.0 { -(-odds).exp().ln_1p() } else { odds - odds.exp().ln_1p() };
    let of = |(x, cell): (&[f64; FACTORS], &Cell)| {
        let odds = line.at(x);
        cell.buyers * log(odds) + (cell.customers - cell.buyers) * log(-odds)
    };
    scores.iter().zip(cells).map(of).sum()
}

/// The best line without a slope below 0: of all sets of factors whose own best line has none, the highest. The likelihood
/// and the sum of squares have one hill, so that the best lies on the face where the remaining slopes are 0.
pub(super) fn without_negatives(line: impl Fn([bool; FACTORS]) -> Option<Line>) -> Option<Line> {
    let sets = (0..1_u8 << FACTORS).map(|set| [0, 1, 2].map(|j| set & (1 << j) != 0));
    sets.filter_map(line)
        .filter(|line| line.slopes.iter().flatten().all(|slope| *slope >= 0.0))
        .max_by(|left, right| left.height.total_cmp(&right.height))
}
