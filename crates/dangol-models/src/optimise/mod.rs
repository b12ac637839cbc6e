//! Maximum of a smooth function of a few variables from its gradient: what the fits rest on.
//!
//! A trust-region Newton method. The Hessian comes from differences of the gradient and is kept
//! up to date in between by the symmetric rank-one formula, which, unlike BFGS, also learns
//! directions in which the function curves upwards; the step is the exact maximum of the
//! quadratic model in the region, by its eigenvalues. On the ridges of flat likelihoods, where
//! line searches stall, the step is as long as the region and the region grows.
//! Source: J. Nocedal and S. J. Wright, "Numerical Optimization" (2006), chapters 4 and 6.2.
//!
//! Variables are expected on scales on which a change of 1 means something (logarithms, logits).
//! Each lies in a box; one at its end with the slope pointing outwards rests there.

use crate::math::Symmetric;

/// A function to be made as large as possible.
pub trait Objective {
    /// The value at `theta`; writes the gradient.
    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64;
}

impl<F: Fn(&[f64], &mut [f64]) -> f64> Objective for F {
    fn evaluate(&self, theta: &[f64], gradient: &mut [f64]) -> f64 {
        self(theta, gradient)
    }
}

/// The end of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Maximum {
    /// Where.
    pub theta: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The gradient there.
    pub gradient: Vec<f64>,
    /// Steps taken or tried.
    pub iterations: usize,
    /// Evaluations of the function with its gradient.
    pub evaluations: usize,
    /// Whether no more than the tolerance was to be gained, by a Hessian taken at the end, or by an
    /// updated one where that was allowed.
    pub converged: bool,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Ends when the quadratic model promises less than this gain; of a total log-likelihood,
    /// where a difference of 1e-4 is nothing.
    pub tolerance: f64,
    /// The most steps.
    pub most_iterations: usize,
    /// Length of the first step.
    pub radius: f64,
    /// Whether a Hessian that has only been kept up to date may say that this is the end: saves as many
    /// evaluations as there are variables, where somebody else looks at the Hessian afterwards.
    pub trusts_updates: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8, most_iterations: 300, radius: 1.0, trusts_updates: false }
    }
}

/// The longest step; e⁶ in a parameter fitted in logarithms.
const LONGEST: f64 = 6.0;

/// Searches from `start`, each variable within its `bounds`.
///
/// Where the function is not finite at the start, the start is returned as it is.
pub fn maximise(
    objective: &impl Objective,
    start: &[f64],
    bounds: &[(f64, f64)],
    options: Options,
) -> Maximum {
    maximise_with(objective, start, bounds, options, None)
}

/// The same with a Hessian to begin with, such as that of a similar function.
pub fn maximise_with(
    objective: &impl Objective,
    start: &[f64],
    bounds: &[(f64, f64)],
    options: Options,
    known: Option<Vec<Vec<f64>>>,
) -> Maximum {
    let mut search = Search { objective, bounds, evaluations: 0 };
    let theta: Vec<f64> = start.iter().zip(bounds).map(|(t, &(low, high))| t.clamp(low, high)).collect();
    let mut at = search.at(theta);
    let mut radius = options.radius;
    let mut hessian = known;
    let (mut iterations, mut converged, mut rescued) = (0, false, false);
    while at.value.is_finite() && iterations < options.most_iterations {
        iterations += 1;
        let (matrix, fresh) = match hessian.take() {
            Some(matrix) => (matrix, false),
            None => (search.hessian(&at), true),
        };
        let step = search.step(&at, &matrix, radius);
        if step.gain < options.tolerance {
            if options.trusts_updates && step.inside && !fresh {
                converged = true;
                break;
            }
            if fresh {
                // Not even a long step is worth anything: the end. Else the region was too small:
                // once more with a larger one.
                converged = radius >= 1e-3 || step.inside;
                if converged || rescued {
                    break;
                }
                (radius, rescued, hessian) = (options.radius, true, Some(matrix));
                continue;
            }
            // Only an old Hessian says so.
            continue;
        }
        let next = search.at(step.theta);
        // Rounding in sums of many terms; a gain below it cannot be seen.
        let noise = 1e-14 * at.value.abs();
        let ratio = (next.value - at.value + noise) / (step.gain + noise);
        let good = next.value.is_finite() && next.gradient.iter().all(|g| g.is_finite());
        if !good || ratio < 0.25 {
            radius = 0.25 * step.length.min(radius);
        } else if ratio > 0.75 && !step.inside {
            radius = (2.0 * radius).min(LONGEST);
        }
        if good && ratio > 1e-4 {
            // A step that went as foreseen leaves the Hessian worth updating.
            hessian = (ratio > 0.1).then(|| updated(matrix, &at, &next));
            at = next;
        } else if fresh {
            hessian = Some(matrix);
            if radius < 1e-10 {
                break;
            }
        }
    }
    Maximum {
        theta: at.theta,
        value: at.value,
        gradient: at.gradient,
        iterations,
        evaluations: search.evaluations,
        converged,
    }
}

/// The Hessian by central differences of the gradient, for the variables listed.
pub fn hessian(objective: &impl Objective, theta: &[f64], variables: &[usize], width: f64) -> Vec<Vec<f64>> {
    let n = theta.len();
    let slopes: Vec<Vec<f64>> = variables
        .iter()
        .map(|&i| {
            let side = |sign: f64| {
                let (mut moved, mut gradient) = (theta.to_vec(), vec![0.0; n]);
                moved[i] += sign * width;
                objective.evaluate(&moved, &mut gradient);
                gradient
            };
            let (up, down) = (side(1.0), side(-1.0));
            variables.iter().map(|&j| (up[j] - down[j]) / (2.0 * width)).collect()
        })
        .collect();
    (0..variables.len())
        .map(|i| (0..variables.len()).map(|j| f64::midpoint(slopes[i][j], slopes[j][i])).collect())
        .collect()
}

/// The Hessian by forward differences from the gradient at `theta`.
pub fn hessian_beside(
    objective: &impl Objective,
    theta: &[f64],
    gradient: &[f64],
    variables: &[usize],
    width: f64,
) -> Vec<Vec<f64>> {
    let slopes: Vec<Vec<f64>> = variables
        .iter()
        .map(|&i| {
            let (mut moved, mut beside) = (theta.to_vec(), vec![0.0; theta.len()]);
            moved[i] += width;
            objective.evaluate(&moved, &mut beside);
            variables.iter().map(|&j| (beside[j] - gradient[j]) / width).collect()
        })
        .collect();
    (0..variables.len())
        .map(|i| (0..variables.len()).map(|j| f64::midpoint(slopes[i][j], slopes[j][i])).collect())
        .collect()
}

/// A point with what is known there.
struct Point {
    theta: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

struct Step {
    theta: Vec<f64>,
    length: f64,
    /// What the quadratic model promises.
    gain: f64,
    /// Whether the region did not cut it short.
    inside: bool,
}

struct Search<'a, F> {
    objective: &'a F,
    bounds: &'a [(f64, f64)],
    evaluations: usize,
}

impl<F: Objective> Search<'_, F> {
    fn at(&mut self, theta: Vec<f64>) -> Point {
        self.evaluations += 1;
        let mut gradient = vec![0.0; theta.len()];
        let value = self.objective.evaluate(&theta, &mut gradient);
        Point { theta, value, gradient }
    }

    /// By forward differences, stepping into the box.
    fn hessian(&mut self, at: &Point) -> Vec<Vec<f64>> {
        const WIDTH: f64 = 1e-5;
        let n = at.theta.len();
        let mut rows = vec![vec![0.0; n]; n];
        for i in 0..n {
            let width = if at.theta[i] + WIDTH > self.bounds[i].1 { -WIDTH } else { WIDTH };
            let mut moved = at.theta.clone();
            moved[i] += width;
            let side = self.at(moved);
            for (entry, (there, here)) in rows[i].iter_mut().zip(side.gradient.iter().zip(&at.gradient)) {
                *entry = (there - here) / width;
            }
        }
        (0..n).map(|i| (0..n).map(|j| f64::midpoint(rows[i][j], rows[j][i])).collect()).collect()
    }

    /// Variables at an end of their box with the slope pointing outwards.
    fn resting(&self, at: &Point) -> Vec<bool> {
        (0..at.theta.len())
            .map(|i| {
                let (low, high) = self.bounds[i];
                (at.theta[i] <= low && at.gradient[i] <= 0.0)
                    || (at.theta[i] >= high && at.gradient[i] >= 0.0)
            })
            .collect()
    }

    /// The best step of at most `radius` by the quadratic model, variables that would leave the
    /// box stopped at its end.
    fn step(&self, at: &Point, hessian: &[Vec<f64>], radius: f64) -> Step {
        let free: Vec<usize> =
            self.resting(at).iter().enumerate().filter(|(_, rests)| !**rests).map(|(i, _)| i).collect();
        let matrix: Vec<Vec<f64>> =
            free.iter().map(|&i| free.iter().map(|&j| -hessian[i][j]).collect()).collect();
        let slope: Vec<f64> = free.iter().map(|&i| at.gradient[i]).collect();
        let (step, inside) = regional(&matrix, &slope, radius);
        let mut theta = at.theta.clone();
        let (mut cut, mut moved) = (false, vec![0.0; theta.len()]);
        for (&i, step) in free.iter().zip(&step) {
            let (low, high) = self.bounds[i];
            let wanted = theta[i] + step;
            let got = wanted.clamp(low, high);
            cut |= got != wanted;
            moved[i] = got - theta[i];
            theta[i] = got;
        }
        let mut gain: f64 = moved.iter().zip(&at.gradient).map(|(step, slope)| step * slope).sum();
        for (i, row) in hessian.iter().enumerate() {
            gain += 0.5 * moved[i] * row.iter().zip(&moved).map(|(h, step)| h * step).sum::<f64>();
        }
        if cut && gain <= 0.0 {
            // Stopping one variable has spoilt the direction: up the slope instead, shortly.
            return self.up_the_slope(at, &free, radius);
        }
        let length = moved.iter().map(|step| step * step).sum::<f64>().sqrt();
        Step { theta, length, gain, inside }
    }

    fn up_the_slope(&self, at: &Point, free: &[usize], radius: f64) -> Step {
        let steepest = free.iter().map(|&i| at.gradient[i].abs()).fold(0.0, f64::max);
        let mut theta = at.theta.clone();
        let (mut gain, mut length) = (0.0, 0.0_f64);
        for &i in free {
            let step = at.gradient[i] / steepest * radius.min(0.1);
            theta[i] = (theta[i] + step).clamp(self.bounds[i].0, self.bounds[i].1);
            let moved = theta[i] - at.theta[i];
            gain += moved * at.gradient[i];
            length = length.hypot(moved);
        }
        // Half of what the slope promises: no curvature is known along it.
        Step { theta, length, gain: 0.5 * gain, inside: false }
    }
}

/// The maximum of slope·d − d·matrix·d / 2 over |d| ≤ radius, and whether it lies inside.
fn regional(matrix: &[Vec<f64>], slope: &[f64], radius: f64) -> (Vec<f64>, bool) {
    let n = slope.len();
    if n == 0 {
        return (Vec::new(), true);
    }
    let found = Symmetric::of(matrix);
    let along: Vec<f64> =
        found.vectors.iter().map(|v| v.iter().zip(slope).map(|(v, g)| v * g).sum()).collect();
    let least = found.values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = found.values.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let step = |shift: f64| {
        let pairs = along.iter().zip(&found.values);
        pairs.map(move |(g, value)| if *g == 0.0 { 0.0 } else { g / (value + shift) })
    };
    let steps = |shift: f64| step(shift).collect::<Vec<f64>>();
    let length_of = |shift: f64| step(shift).map(|s| s * s).sum::<f64>().sqrt();
    let length = |steps: &[f64]| steps.iter().map(|s| s * s).sum::<f64>().sqrt();
    let back = |steps: &[f64]| -> Vec<f64> {
        (0..n).map(|i| steps.iter().zip(&found.vectors).map(|(s, v)| s * v[i]).sum()).collect()
    };
    if least > 1e-12 * most {
        let newton = steps(0.0);
        if length(&newton) <= radius {
            return (back(&newton), true);
        }
    }
    // The shift at which the step is as long as the region, by bisection of its logarithm: the
    // length falls as the shift grows.
    let floor = (-least).max(0.0);
    let gradient = length(&along);
    let (mut low, mut high) = (1e-14 * most.max(gradient) + 1e-300, gradient / radius + 2.0 * most + 1e-300);
    if length_of(floor + low) < radius {
        // No slope along the flattest direction: the model is flat there, and nothing to gain by it,
        // unless it curves upwards.
        let mut step = steps(floor + low);
        if least < -1e-12 * most {
            let flattest = found.values.iter().position(|value| *value == least).unwrap_or(0);
            let rest = (radius * radius - length(&step).powi(2)).max(0.0).sqrt();
            step[flattest] += if along[flattest] < 0.0 { -rest } else { rest };
        }
        return (back(&step), false);
    }
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        let bound = if length_of(floor + middle) > radius { &mut low } else { &mut high };
        *bound = middle;
        if high / low < 1.0 + 1e-3 {
            break;
        }
    }
    (back(&steps(floor + high)), false)
}

/// The symmetric rank-one update, left out where its denominator is too small to trust.
fn updated(mut hessian: Vec<Vec<f64>>, from: &Point, to: &Point) -> Vec<Vec<f64>> {
    let step: Vec<f64> = to.theta.iter().zip(&from.theta).map(|(a, b)| a - b).collect();
    let residual: Vec<f64> = (0..step.len())
        .map(|i| {
            let foreseen: f64 = hessian[i].iter().zip(&step).map(|(h, s)| h * s).sum();
            to.gradient[i] - from.gradient[i] - foreseen
        })
        .collect();
    let size = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let along: f64 = residual.iter().zip(&step).map(|(r, s)| r * s).sum();
    if along.abs() > 1e-8 * size(&residual) * size(&step) {
        for (i, row) in hessian.iter_mut().enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                *entry += residual[i] * residual[j] / along;
            }
        }
    }
    hessian
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: (f64, f64) = (-20.0, 20.0);

    #[test]
    fn the_banana_is_climbed() {
        let banana = |x: &[f64], g: &mut [f64]| {
            g[0] = 2.0 * (1.0 - x[0]) + 400.0 * x[0] * (x[1] - x[0] * x[0]);
            g[1] = -200.0 * (x[1] - x[0] * x[0]);
            -(1.0 - x[0]).powi(2) - 100.0 * (x[1] - x[0] * x[0]).powi(2)
        };
        let found = maximise(&banana, &[-1.2, 1.0], &[WIDE; 2], Options::default());
        assert!(found.converged && found.theta.iter().all(|x| (x - 1.0).abs() < 1e-3), "{found:?}");
        assert!(found.evaluations < 150, "{found:?}");
        let curvature = hessian(&banana, &[1.0, 1.0], &[0, 1], 1e-4);
        assert!((curvature[0][0] + 802.0).abs() < 1e-3 && (curvature[0][1] - 400.0).abs() < 1e-3);
        let beside = hessian_beside(&banana, &[1.0, 1.0], &[0.0, 0.0], &[0, 1], 1e-5);
        assert!((beside[0][0] + 802.0).abs() < 0.1 && (beside[0][1] - 400.0).abs() < 0.1);
    }

    #[test]
    fn a_ridge_to_infinity_is_walked_to_the_end_of_the_box() {
        // Rises ever more slowly with x[0]; x[1] has its best place.
        let ridge = |x: &[f64], g: &mut [f64]| {
            let fade = (-x[0]).exp();
            g[0] = fade;
            g[1] = -2.0 * (x[1] - 3.0);
            -fade - (x[1] - 3.0).powi(2)
        };
        let found = maximise(&ridge, &[-5.0, 0.0], &[WIDE; 2], Options::default());
        assert!(found.converged && found.value > -1e-7 && found.theta[0] > 15.0, "{found:?}");
        assert!(found.evaluations < 100, "{found:?}");
    }

    #[test]
    fn a_saddle_is_left() {
        let saddle = |x: &[f64], g: &mut [f64]| {
            g[0] = 2.0 * x[0] - 4.0 * x[0].powi(3);
            g[1] = -2.0 * x[1];
            x[0] * x[0] - x[0].powi(4) - x[1] * x[1]
        };
        let found = maximise(&saddle, &[0.0, 1.0], &[WIDE; 2], Options::default());
        assert!((found.value - 0.25).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn the_best_corner_of_a_box() {
        let plane = |x: &[f64], g: &mut [f64]| {
            (g[0], g[1]) = (1.0, -2.0);
            x[0] - 2.0 * x[1]
        };
        let found = maximise(&plane, &[0.5, 0.5], &[(0.0, 1.0); 2], Options::default());
        assert_eq!((found.theta, found.converged), (vec![1.0, 0.0], true));
    }

    #[test]
    fn nothing_finite_is_said_and_not_searched() {
        let none = |_: &[f64], _: &mut [f64]| f64::NAN;
        let found = maximise(&none, &[0.0], &[WIDE], Options::default());
        assert!(!found.converged && found.iterations == 0);
    }
}
