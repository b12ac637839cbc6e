//! The way to the maximum: over part of the data to the right hill, up the hill, and to limits that are as good.

use super::{Boundary, Fitted, Limit, Problem, Rows};
use crate::math::solve_symmetric;
use crate::optimise::{Maximum, Options, hessian, hessian_beside, maximise_with};
use crate::parallel;

/// Climbs, then takes limits until none is as good, and makes the model there.
pub(super) fn search<P: Problem, M, U>(
    problem: &P,
    climb: impl FnOnce(&mut Search<'_, P>),
    rows: Rows<U>,
    model: impl FnOnce(&[f64]) -> M,
) -> Fitted<M, U> {
    let mut search = Search::new(problem);
    if problem.without_repeats() {
        search.without_repeats();
    } else {
        climb(&mut search);
        while search.take_limit() {}
        search.make_sure();
    }
    let model = model(&search.best.theta);
    search.finish(model, rows)
}

/// A limit is as good as the best where it lacks no more than this of the total log-likelihood.
const AS_GOOD: f64 = 1e-5;

/// A limit is not searched where it lacks more than this with the other coordinates as they are.
const FAR: f64 = 5.0;

/// Hills are different where their heights differ by more than this.
const SAME_HILL: f64 = 1e-5;

/// A hill is not climbed on the whole data where it is lower by more than this on part of them.
const LOWER: f64 = 10.0;

/// Part of the data tell the right hill where they rule out by this much every limit at which a coordinate means
/// nothing.
const CLEAR: f64 = 10.0;

/// A limit is ruled out without searching it where it lacks this with the other coordinates as they are.
const CLEAR_AT_ONCE: f64 = 200.0;

/// How many times as much is looked at where part of the data does not tell.
const MORE: usize = 8;

/// Steps in which ways out of a limit are looked for: of a coordinate that means nothing there, over its box; and
/// of the coordinate of the limit.
const WAYS: usize = 12;
const STRIDE: f64 = 2.0;

/// A search is not over where more than this may be gained.
const PROMISING: f64 = 1e-6;

/// The maximum within bounds over the coordinates not fixed, the others as in `start`; with a Hessian to begin with,
/// where one is known.
fn maximum(
    problem: &dyn Problem,
    bounds: &[(f64, f64)],
    start: &[f64],
    fixed: &[bool],
    options: Options,
    known: Option<Vec<Vec<f64>>>,
) -> Maximum {
    let free: Vec<usize> = (0..start.len()).filter(|&i| !fixed[i]).collect();
    let objective = |some: &[f64], slopes: &mut [f64]| {
        let mut theta = start.to_vec();
        let mut gradient = vec![0.0; theta.len()];
        for (&i, value) in free.iter().zip(some) {
            theta[i] = *value;
        }
        let value = problem.evaluate(&theta, &mut gradient);
        for (&i, slope) in free.iter().zip(slopes) {
            *slope = gradient[i];
        }
        value
    };
    let some: Vec<f64> = free.iter().map(|&i| start[i]).collect();
    let bounds: Vec<(f64, f64)> = free.iter().map(|&i| bounds[i]).collect();
    let mut found = maximise_with(&objective, &some, &bounds, options, known);
    let (mut theta, mut gradient) = (start.to_vec(), vec![0.0; start.len()]);
    for (place, &i) in free.iter().enumerate() {
        theta[i] = found.theta[place];
        gradient[i] = found.gradient[place];
    }
    (found.theta, found.gradient) = (theta, gradient);
    found
}

pub(super) struct Search<'a, P> {
    pub(super) problem: &'a P,
    bounds: Vec<(f64, f64)>,
    pub(super) best: Maximum,
    /// Coordinates at a limit, or void because of one.
    pub(super) fixed: Vec<bool>,
    pub(super) void: Vec<bool>,
    pub(super) taken: Vec<Limit>,
    /// Whether the end of the search rests on a Hessian that was not taken there.
    unsure: bool,
    /// The observed information at the end, where it is known already.
    pub(super) information: Option<Vec<Vec<f64>>>,
    /// Part of the data that tell the right hill; none where only the whole do.
    part: Option<Box<dyn Problem + 'a>>,
    pub(super) iterations: usize,
    pub(super) evaluations: usize,
}

impl<'a, P: Problem> Search<'a, P> {
    fn new(problem: &'a P) -> Self {
        let theta = problem.start();
        let count = theta.len();
        Self {
            problem,
            bounds: problem.bounds(),
            best: Maximum {
                gradient: vec![0.0; count],
                theta,
                value: f64::NEG_INFINITY,
                iterations: 0,
                evaluations: 0,
                converged: false,
            },
            fixed: vec![false; count],
            void: vec![false; count],
            taken: Vec::new(),
            unsure: false,
            information: None,
            part: None,
            iterations: 0,
            evaluations: 0,
        }
    }

    /// The maximum over the coordinates not fixed, the others as in `start`.
    fn maximum(
        &mut self,
        problem: &dyn Problem,
        start: &[f64],
        fixed: &[bool],
        options: Options,
        known: Option<Vec<Vec<f64>>>,
    ) -> Maximum {
        let found = maximum(problem, &self.bounds, start, fixed, options, known);
        self.count(&found);
        found
    }

    fn count(&mut self, found: &Maximum) {
        self.iterations += found.iterations;
        self.evaluations += found.evaluations;
    }

    /// Climbs from coordinates known to be good.
    pub(super) fn climb_near(&mut self, start: &[f64]) {
        self.part = self.problem.part(1);
        self.climb(start);
    }

    /// Climbs from a start; keeps what it finds where it is better.
    pub(super) fn climb(&mut self, start: &[f64]) {
        let found = self.maximum(self.problem, start, &vec![false; start.len()], Options::default(), None);
        if found.value > self.best.value {
            self.best = found;
        }
    }

    /// Climbs on the whole data from the top of a hill seen on part of them, with its Hessian times as
    /// much as the whole is larger; the Hessian of the whole is looked at in the end.
    fn climb_hill(&mut self, hill: &Maximum, part: &dyn Problem) {
        let objective = |theta: &[f64], gradient: &mut [f64]| part.evaluate(theta, gradient);
        let all: Vec<usize> = (0..hill.theta.len()).collect();
        let mut known = hessian_beside(&objective, &hill.theta, &hill.gradient, &all, 1e-5);
        self.evaluations += all.len();
        let larger = self.problem.size() / part.size();
        known.iter_mut().flatten().for_each(|entry| *entry *= larger);
        let free = vec![false; hill.theta.len()];
        let options = Options { trusts_updates: true, ..Options::default() };
        let found = self.maximum(self.problem, &hill.theta, &free, options, Some(known));
        if found.value > self.best.value {
            (self.best, self.unsure) = (found, true);
        }
    }

    /// Climbs from the usual starts: all of them on part of the data, if that is enough to tell one
    /// hill from another, then on the whole from the top of each hill.
    pub(super) fn climb_all(&mut self, starts: &[Vec<f64>]) {
        let mut times = 1;
        while let Some(part) = self.problem.part(times) {
            let hills = self.hills(part.as_ref(), true, starts);
            if hills.first().is_some_and(|highest| self.is_clear(part.as_ref(), highest)) {
                for hill in hills {
                    self.climb_hill(&hill, part.as_ref());
                }
                self.part = Some(part);
                return;
            }
            times *= MORE;
        }
        if let Some(highest) = self.hills(self.problem, false, starts).into_iter().next()
            && highest.value > self.best.value
        {
            self.best = highest;
        }
    }

    /// The tops of the hills that the starts lead to, highest first, without those that are much lower.
    fn hills(&mut self, problem: &dyn Problem, partly: bool, starts: &[Vec<f64>]) -> Vec<Maximum> {
        // A hill on part of the data is where the climb on the whole begins, and need not be quite the top.
        let options = Options { trusts_updates: partly, ..Options::default() };
        let bounds = &self.bounds;
        let tops = parallel::map(0, starts.len(), |at| {
            let start = &starts[at];
            maximum(problem, bounds, start, &vec![false; start.len()], options, None)
        });
        let mut hills: Vec<Maximum> = Vec::new();
        for found in tops {
            self.count(&found);
            let same = |hill: &Maximum| (hill.value - found.value).abs() < SAME_HILL;
            if found.value.is_finite() && !hills.iter().any(same) {
                hills.push(found);
            }
        }
        hills.sort_by(|left, right| right.value.total_cmp(&left.value));
        let highest = hills.first().map_or(f64::NEG_INFINITY, |hill| hill.value);
        hills.retain(|hill| hill.value > highest - LOWER);
        hills
    }

    /// Whether part of the data rule out each limit at which a coordinate means nothing, such as that nobody drops
    /// out. If not, what they say of that coordinate is little more than chance: the whole may have a hill where
    /// they are flat, and a climb that begins on the flat does not find it.
    fn is_clear(&mut self, part: &dyn Problem, highest: &Maximum) -> bool {
        self.problem.limits().iter().filter(|limit| !limit.then_void.is_empty()).all(|limit| {
            let (theta, fixed) = limit.at(&highest.theta, &[]);
            self.evaluations += 1;
            let value = part.evaluate(&theta, &mut vec![0.0; theta.len()]);
            if !value.is_finite() || value < highest.value - CLEAR_AT_ONCE {
                return true;
            }
            let roughly = Options { tolerance: 0.01 * CLEAR, trusts_updates: true, ..Options::default() };
            self.maximum(part, &theta, &fixed, roughly, None).value < highest.value - CLEAR
        })
    }

    fn value(&mut self, theta: &[f64]) -> f64 {
        self.evaluations += 1;
        self.problem.evaluate(theta, &mut vec![0.0; theta.len()])
    }

    /// Takes the best limit that is as good as what there is, or what is better beside it; whether there was one.
    fn take_limit(&mut self) -> bool {
        let mut taken: Option<(Maximum, Limit, Vec<bool>)> = None;
        let value = |part: &dyn Problem, theta: &[f64]| part.evaluate(theta, &mut vec![0.0; theta.len()]);
        let partly = self.part.as_deref().map(|part| value(part, &self.best.theta));
        for limit in self.problem.limits() {
            if self.fixed[limit.coordinate] {
                continue;
            }
            let (theta, fixed) = limit.at(&self.best.theta, &self.fixed);
            // What part of the data rule out, the rest of the same kind cannot bring back.
            if let (Some(part), Some(best)) = (self.part.as_deref(), partly)
                && value(part, &theta) < best - FAR
            {
                continue;
            }
            let value = self.value(&theta);
            if !(value.is_finite() && value > self.best.value - FAR) {
                continue;
            }
            let found = self.maximum(self.problem, &theta, &fixed, Options::default(), None);
            let least = taken.as_ref().map_or(self.best.value - AS_GOOD, |(best, ..)| best.value);
            if found.value >= least {
                taken = Some((found, *limit, fixed));
            }
        }
        let Some((found, limit, fixed)) = taken else { return false };
        if self.leave_limit(&found, limit) {
            return true;
        }
        (self.best, self.unsure) = (found, false);
        self.fixed = fixed;
        for &i in limit.then_void {
            self.void[i] = true;
            // What the coordinate ran to before means nothing now.
            self.taken.retain(|earlier| earlier.coordinate != i);
        }
        self.taken.push(limit);
        true
    }

    /// Climbs from beside a limit, if the likelihood rises there, and keeps what is better than the limit; whether
    /// it was.
    fn leave_limit(&mut self, at: &Maximum, limit: Limit) -> bool {
        let Some(beside) = self.beside(at, limit) else { return false };
        let mut fixed = self.fixed.clone();
        limit.then_void.iter().for_each(|&i| fixed[i] = false);
        let found = self.maximum(self.problem, &beside, &fixed, Options::default(), None);
        let better = found.value > at.value + AS_GOOD;
        if better {
            (self.best, self.unsure, self.fixed) = (found, false, fixed);
            self.taken.retain(|earlier| !limit.then_void.contains(&earlier.coordinate));
        }
        better
    }

    /// The likeliest place seen on ways out of a limit on which the likelihood rises from the start. Near the
    /// limit a search has no slope to go by; and which way leads up depends on coordinates that mean nothing at
    /// the limit itself, so that each of their values is a way.
    fn beside(&mut self, at: &Maximum, limit: Limit) -> Option<Vec<f64>> {
        let (low, high) = self.bounds[limit.coordinate];
        let quarter = 0.25 * (high - low);
        let (begin, step) =
            if limit.value < 0.0 { (low + quarter, STRIDE) } else { (high - quarter, -STRIDE) };
        let along = |&void: &usize| {
            let (low, high) = self.bounds[void];
            (0..=WAYS).map(move |way| {
                let mut theta = at.theta.clone();
                theta[void] = low + (high - low) * way as f64 / WAYS as f64;
                theta
            })
        };
        let mut ways: Vec<Vec<f64>> = limit.then_void.iter().flat_map(along).collect();
        if ways.is_empty() {
            ways.push(at.theta.clone());
        }
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut gradient = vec![0.0; at.theta.len()];
        for mut theta in ways {
            theta[limit.coordinate] = begin;
            while theta[limit.coordinate] > low && theta[limit.coordinate] < high {
                self.evaluations += 1;
                let value = self.problem.evaluate(&theta, &mut gradient);
                let rises = gradient[limit.coordinate] * step > 0.0;
                if !rises {
                    break;
                }
                if value > best.as_ref().map_or(at.value, |(highest, _)| *highest) {
                    best = Some((value, theta.clone()));
                }
                theta[limit.coordinate] += step;
            }
        }
        best.map(|(_, theta)| theta)
    }

    /// Where x = 0 for all, a rate of zero makes the data certain.
    fn without_repeats(&mut self) {
        let mut theta = self.problem.start();
        // The first coordinate of every family is the logarithm of the mean purchase rate.
        theta[0] = f64::NEG_INFINITY;
        self.best.value = self.value(&theta);
        self.best.theta = theta;
        self.best.converged = true;
        self.fixed.fill(true);
        self.void[1..].fill(true);
        let limit =
            Limit { coordinate: 0, value: f64::NEG_INFINITY, then_void: &[], boundary: Boundary::NoRepeats };
        self.taken.push(limit);
    }

    /// The observed information of the free coordinates.
    pub(super) fn information(&mut self, free: &[usize]) -> Vec<Vec<f64>> {
        let objective = |theta: &[f64], gradient: &mut [f64]| self.problem.evaluate(theta, gradient);
        let theta = &self.best.theta;
        // Of much data, differences to one side are exact enough, and half the work.
        let (curvature, evaluations) = if self.problem.part(1).is_some() {
            (hessian_beside(&objective, theta, &self.best.gradient, free, 1e-5), free.len())
        } else {
            (hessian(&objective, theta, free, 1e-4), 2 * free.len())
        };
        self.evaluations += evaluations;
        curvature.into_iter().map(|row| row.into_iter().map(|entry| -entry).collect()).collect()
    }

    /// Where the end rests on a Hessian kept up to date only: looks at the real one, which is wanted
    /// anyway, and goes on if it promises more.
    fn make_sure(&mut self) {
        if !self.unsure {
            return;
        }
        let free: Vec<usize> = (0..self.fixed.len()).filter(|&i| !self.fixed[i]).collect();
        let information = self.information(&free);
        let slope: Vec<f64> = free.iter().map(|&i| self.best.gradient[i]).collect();
        let gain = solve_symmetric(&information).map_or(f64::INFINITY, |inverse| {
            let along =
                |row: &Vec<f64>| row.iter().zip(&slope).map(|(entry, slope)| entry * slope).sum::<f64>();
            0.5 * inverse.iter().zip(&slope).map(|(row, slope)| along(row) * slope).sum::<f64>()
        });
        if gain < PROMISING {
            self.information = Some(information);
        } else {
            let fixed = self.fixed.clone();
            let theta = self.best.theta.clone();
            self.best = self.maximum(self.problem, &theta, &fixed, Options::default(), None);
        }
    }
}
