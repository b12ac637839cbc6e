//! One panel of the integral over the time at which a customer may have left: all nodes at once.

// What is not inlined is not compiled for wide registers; and loops over several arrays at once are what these are.
#![allow(clippy::inline_always, clippy::needless_range_loop)] // Iterators are not always inlined, either.

use pulp::NullaryFnOnce;

use super::waiting::Fading;
use crate::math::Rule;
use crate::math::lanes::{exp, ln_1p};

/// The sum over a panel, and those of the slopes, each times the integrand: as `Waiting::between` has them.
pub(super) struct Panel<'a, const SLOPES: bool> {
    pub(super) rule: &'a Rule,
    /// v at its beginning, and its width in v.
    pub(super) start: f64,
    pub(super) width: f64,
    /// h: w = (eᵛ − 1) / h.
    pub(super) scale: f64,
    pub(super) buying: &'a Fading,
    pub(super) staying: &'a Fading,
}

/// Each step over all nodes in a loop of its own, which the compiler turns into wide operations.
impl<const SLOPES: bool> NullaryFnOnce for Panel<'_, SLOPES> {
    type Output = (f64, [f64; 4]);

    #[inline(always)]
    fn call(self) -> Self::Output {
        // The rules that are kept ready.
        match self.rule.nodes.len() {
            4 => self.over::<4>(),
            8 => self.over::<8>(),
            12 => self.over::<12>(),
            20 => self.over::<20>(),
            _ => self.over::<32>(),
        }
    }
}

impl<const SLOPES: bool> Panel<'_, SLOPES> {
    #[inline(always)]
    fn over<const N: usize>(&self) -> (f64, [f64; 4]) {
        let &Self { rule, start, width, scale, buying, staying } = self;
        let (nodes, weights) = (&rule.nodes[..N], &rule.weights[..N]);
        let mut v = [0.0; N];
        let mut growth = [0.0; N];
        let mut w = [0.0; N];
        for i in 0..N {
            v[i] = start + width * nodes[i];
            growth[i] = exp(v[i]);
            w[i] = (growth[i] - 1.0) / scale;
        }
        let (left_logs, there_logs) = (logs(buying, scale, &v, &w), logs(staying, scale, &v, &w));
        let (left, there) = (totals(buying, &left_logs, &w), totals(staying, &there_logs, &w));
        let mut values = [0.0; N];
        for i in 0..N {
            values[i] = weights[i] * growth[i] * exp(-(left[i] + there[i] + there_logs[i]));
        }
        let mut slopes = [0.0; 4];
        if SLOPES {
            let mut sums = [[0.0; N]; 4];
            for i in 0..N {
                let buys = buying.slopes(left[i], left_logs[i], w[i]);
                let leaves = staying.slopes(there[i], there_logs[i], w[i]);
                sums[0][i] = values[i] * buys.mean;
                sums[1][i] = values[i] * buys.shape;
                // The density has 1/(β + y) besides, and s/β itself.
                sums[2][i] = values[i] * (leaves.mean + 1.0 - leaves.share);
                sums[3][i] = values[i] * (leaves.shape + leaves.share);
            }
            slopes = [sum(&sums[0]), sum(&sums[1]), sum(&sums[2]), sum(&sums[3])];
        }
        (sum(&values), slopes)
    }
}

/// ln(1 + w / (α + from)), which is v itself for one of the two.
#[inline(always)]
fn logs<const N: usize>(fading: &Fading, scale: f64, v: &[f64; N], w: &[f64; N]) -> [f64; N] {
    let mut logs = *v;
    if fading.inverse < scale {
        for i in 0..N {
            logs[i] = ln_1p(fading.inverse * w[i]);
        }
    }
    logs
}

/// (r + x) ln(1 + w / (α + from)).
#[inline(always)]
fn totals<const N: usize>(fading: &Fading, logs: &[f64; N], w: &[f64; N]) -> [f64; N] {
    let mut totals = [0.0; N];
    if fading.has_shape() {
        for i in 0..N {
            totals[i] = fading.shape * logs[i];
        }
    } else {
        for i in 0..N {
            totals[i] = fading.total_without_shape(w[i]);
        }
    }
    totals
}

/// In four sums side by side, since rules have a multiple of four nodes.
#[inline(always)]
fn sum<const N: usize>(values: &[f64; N]) -> f64 {
    let mut sums = [0.0; 4];
    for four in 0..N / 4 {
        for i in 0..4 {
            sums[i] += values[4 * four + i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
