//! Parts of likelihoods with gamma distributed purchase rates that many histories share.

use super::mixing::GammaMixing;
use crate::sum::Sum;

/// What depends on a time t alone.
pub(super) struct AtTime {
    /// 1 + cμt.
    pub(super) factor: f64,
    /// ln(1 + cμt).
    pub(super) log: f64,
    /// Its slope in ln μ, which is minus that in ln r.
    pub(super) log_rate: f64,
    /// ln(1 + cμt) / c.
    pub(super) total: f64,
    /// Its slope in ln μ; that in ln r is `total` minus this.
    pub(super) total_rate: f64,
}

impl AtTime {
    #[inline]
    pub(super) fn new(rates: &GammaMixing, time: f64) -> Self {
        let (c, rate) = (rates.inverse_shape, rates.mean);
        let z = c * rate * time;
        let (factor, log) = (1.0 + z, z.ln_1p());
        let total = if c > 0.0 { log / c } else { rate * time };
        Self { factor, log, log_rate: z / factor, total, total_rate: rate * time / factor }
    }
}

/// Σ_{i<n} ln(1 + ci) = ln Γ(r + n) − ln Γ(r) − n ln r, and its slope in ln r.
pub(super) struct StageTable {
    pub(super) logs: Vec<f64>,
    pub(super) slopes: Vec<f64>,
}

impl StageTable {
    pub(super) fn new(rates: &GammaMixing, most: u32) -> Self {
        let (mut log, mut slope) = (Sum::default(), Sum::default());
        let mut made = Self { logs: vec![0.0], slopes: vec![0.0] };
        for i in 0..most {
            let z = rates.inverse_shape * f64::from(i);
            log.add(z.ln_1p());
            slope.add(-z / (1.0 + z));
            made.logs.push(log.value());
            made.slopes.push(slope.value());
        }
        made
    }
}
