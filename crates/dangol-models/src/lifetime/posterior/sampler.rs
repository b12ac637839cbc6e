//! The no-U-turn sampler on a posterior.

use std::collections::HashMap;

use nuts_rs::{
    Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings as _,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use super::prior::Checked;
use super::{Problem, Settings};
use crate::error::{Error, Result};
use crate::math::Symmetric;
use crate::optimise::{Options, hessian, maximise};

/// Beyond, free variables mean nothing: e to it, or e to less it, is none of any shop's parameters.
const FARTHEST: f64 = 40.0;

/// The least curvature at the mode that a direction is scaled by: a standard deviation of 3.
const LEAST_CURVATURE: f64 = 0.1;

/// Chains start this many times as widely scattered as the posterior.
const SCATTER: f64 = 1.5;

/// Draws of all chains, in the sampler's coordinates.
pub(super) struct Drawn {
    frame: Frame,
    pub(super) draws: Vec<Box<[f64]>>,
    pub(super) divergences: usize,
    pub(super) evaluations: u64,
}

impl Drawn {
    /// The likelihood's coordinates at a draw.
    pub(super) fn coordinates<P: Problem>(&self, problem: &P, priors: &[Checked], draw: &[f64]) -> Vec<f64> {
        let free = self.frame.outwards(draw);
        let transformed: Vec<f64> =
            priors.iter().zip(&free).map(|(prior, &z)| prior.at(z).transformed).collect();
        coordinates(&problem.coordinates(), &transformed)
    }
}

/// Draws from the posterior, chain after chain.
pub(super) fn run<P: Problem>(problem: &P, priors: &[Checked], settings: Settings) -> Result<Drawn> {
    let density = Density { problem, priors, map: problem.coordinates() };
    let frame = Frame::at_mode(&density);
    let parts: Vec<Result<Part>> = std::thread::scope(|scope| {
        let chains: Vec<_> = (0..settings.chains as u64)
            .map(|chain| {
                let target = Target { density: &density, frame: &frame };
                scope.spawn(move || one_chain(target, settings, chain))
            })
            .collect();
        let joined = chains.into_iter().map(|chain| match chain.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    let mut drawn = Drawn { frame, draws: Vec::new(), divergences: 0, evaluations: 0 };
    for part in parts {
        let part = part?;
        drawn.draws.extend(part.draws);
        drawn.divergences += part.divergences;
        drawn.evaluations += part.evaluations;
    }
    Ok(drawn)
}

/// What one chain gave.
struct Part {
    draws: Vec<Box<[f64]>>,
    divergences: usize,
    evaluations: u64,
}

fn one_chain<P: Problem>(target: Target<'_, P>, settings: Settings, chain: u64) -> Result<Part> {
    let failed = |cause: &dyn std::fmt::Display| Error::NotSampled { chain, cause: cause.to_string() };
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    rng.set_stream(chain);
    let start: Vec<f64> =
        (0..target.dim()).map(|_| SCATTER * Distribution::<f64>::sample(&StandardNormal, &mut rng)).collect();
    let nuts = DiagNutsSettings {
        num_tune: settings.warm_up as u64,
        num_draws: settings.draws as u64,
        ..DiagNutsSettings::default()
    };
    let mut sampler =
        nuts.new_chain(chain, CpuMath::new(target), &mut rng).map_err(|cause| failed(&cause))?;
    sampler.set_position(&start).map_err(|cause| failed(&cause))?;
    let mut part = Part { draws: Vec::with_capacity(settings.draws), divergences: 0, evaluations: 0 };
    for place in 0..settings.warm_up + settings.draws {
        let (draw, progress) = sampler.draw().map_err(|cause| failed(&cause))?;
        part.evaluations += progress.num_gradients;
        if place >= settings.warm_up {
            part.divergences += usize::from(progress.diverging);
            part.draws.push(draw);
        }
    }
    Ok(part)
}

/// The posterior density of the free variables.
struct Density<'a, P> {
    problem: &'a P,
    priors: &'a [Checked],
    map: Vec<(Vec<f64>, f64)>,
}

impl<P: Problem> Density<'_, P> {
    /// Its logarithm up to a constant, and the gradient.
    fn evaluate(&self, free: &[f64], gradient: &mut [f64]) -> f64 {
        let at: Vec<_> = self.priors.iter().zip(free).map(|(prior, &z)| prior.at(z)).collect();
        let transformed: Vec<f64> = at.iter().map(|at| at.transformed).collect();
        let mut slopes = vec![0.0; self.map.len()];
        let likelihood = self.problem.log_likelihood(&coordinates(&self.map, &transformed), &mut slopes);
        for (place, at) in at.iter().enumerate() {
            let slope: f64 =
                self.map.iter().zip(&slopes).map(|((signs, _), slope)| signs[place] * slope).sum();
            gradient[place] = slope * at.slope + at.log_density_slope;
        }
        likelihood + at.iter().map(|at| at.log_density).sum::<f64>()
    }
}

fn coordinates(map: &[(Vec<f64>, f64)], transformed: &[f64]) -> Vec<f64> {
    let sum = |signs: &[f64]| signs.iter().zip(transformed).map(|(sign, t)| sign * t).sum::<f64>();
    map.iter().map(|(signs, constant)| sum(signs) + constant).collect()
}

/// Coordinates in which the posterior is about a standard normal distribution.
struct Frame {
    mode: Vec<f64>,
    /// One per direction: its step in the free variables.
    axes: Vec<Vec<f64>>,
}

impl Frame {
    fn at_mode<P: Problem>(density: &Density<'_, P>) -> Self {
        let start: Vec<f64> = density.priors.iter().map(|prior| prior.start()).collect();
        let bounds: Vec<(f64, f64)> = start.iter().map(|z| (z - FARTHEST, z + FARTHEST)).collect();
        let objective = |free: &[f64], gradient: &mut [f64]| density.evaluate(free, gradient);
        let mode = maximise(&objective, &start, &bounds, Options::default()).theta;
        let all: Vec<usize> = (0..mode.len()).collect();
        let curvature: Vec<Vec<f64>> = hessian(&objective, &mode, &all, 1e-4)
            .iter()
            .map(|row| row.iter().map(|h| -h).collect())
            .collect();
        let found = Symmetric::of(&curvature);
        let axes = found
            .values
            .iter()
            .zip(&found.vectors)
            .map(|(value, vector)| {
                let length = 1.0 / value.max(LEAST_CURVATURE).sqrt();
                vector.iter().map(|part| part * length).collect()
            })
            .collect();
        Self { mode, axes }
    }

    /// The free variables at a place in the frame.
    fn outwards(&self, place: &[f64]) -> Vec<f64> {
        let mut free = self.mode.clone();
        for (step, axis) in place.iter().zip(&self.axes) {
            for (z, part) in free.iter_mut().zip(axis) {
                *z += step * part;
            }
        }
        free
    }
}

/// The posterior density in the frame, as the sampler calls it.
struct Target<'a, P> {
    density: &'a Density<'a, P>,
    frame: &'a Frame,
}

/// The density is not a number here; the sampler takes it for a step too far.
#[derive(Debug, Error)]
#[error("the density is not finite")]
struct NotFinite;

impl LogpError for NotFinite {
    fn is_recoverable(&self) -> bool {
        true
    }
}

impl<P> HasDims for Target<'_, P> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_owned(), self.frame.mode.len() as u64)])
    }
}

impl<P: Problem> CpuLogpFunc for Target<'_, P> {
    type LogpError = NotFinite;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        self.frame.mode.len()
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> std::result::Result<f64, NotFinite> {
        let free = self.frame.outwards(position);
        let mut slopes = vec![0.0; free.len()];
        let value = self.density.evaluate(&free, &mut slopes);
        for (slope, axis) in gradient.iter_mut().zip(&self.frame.axes) {
            *slope = axis.iter().zip(&slopes).map(|(part, slope)| part * slope).sum();
        }
        if value.is_finite() && gradient.iter().all(|slope| slope.is_finite()) {
            Ok(value)
        } else {
            Err(NotFinite)
        }
    }

    fn expand_vector<R: rand::Rng + ?Sized>(
        &mut self,
        _: &mut R,
        position: &[f64],
    ) -> std::result::Result<Vec<f64>, CpuMathError> {
        Ok(position.to_vec())
    }
}
