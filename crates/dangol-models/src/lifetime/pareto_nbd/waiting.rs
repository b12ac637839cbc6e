//! What became of a customer between two times without a purchase: still there, or gone.

use super::panel::Panel;
use crate::lifetime::mixing::GammaMixing;
use crate::lifetime::tables::AtTime;
use crate::math::Rule;
use crate::math::lanes::{ln_1p, widely};

/// The likelihoods, relative to being there at `from`, of no purchase between `from` and `to`:
/// of somebody still there at `to`, and of somebody who left in between.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Waiting {
    /// Logarithm, still there.
    pub(super) log_there: f64,
    /// Gone. Relative to being there it is never so small that floats end.
    pub(super) gone: f64,
    /// Slopes of the logarithm of the likelihood of being gone, in ln(r/α), ln r, ln(s/β), ln s: of A
    /// and f, not relative to `from`.
    pub(super) gone_slopes: [f64; 4],
}

impl Waiting {
    /// Of a customer with x repeat purchases, from a time with its tables of purchases and of leaving.
    ///
    /// With w = y − from, p = 1/(α + from) and q = 1/(β + from), the integrand is
    /// s q (1 + pw)^−(r + x) (1 + qw)^−(s + 1). In v = ln(1 + hw), h the larger of p and q, both
    /// factors are exponentials of functions whose singularities lie at a distance of π from the real
    /// line or on it below 0: few nodes suffice. Where the integrand has fallen by e⁻⁴⁵ it is cut off.
    #[inline]
    pub(super) fn between<const SLOPES: bool>(
        rates: &GammaMixing,
        deaths: &GammaMixing,
        x: f64,
        (from, tables): (f64, &(AtTime, AtTime)),
        to: f64,
    ) -> Self {
        let buying = Fading::new(rates, x, from, &tables.0);
        let staying = Fading::new(deaths, 0.0, from, &tables.1);
        let time = to - from;
        let (buying_log, staying_log) = (buying.log(time), staying.log(time));
        let passed = buying.total_of(buying_log, time) + staying.total_of(staying_log, time);
        let log_there = -passed;
        if time <= 0.0 || deaths.mean == 0.0 {
            return Self { log_there, gone: 0.0, gone_slopes: [0.0; 4] };
        }
        // Where hardly anything fades, the time itself is the scale, and w nearly a multiple of v.
        let scale = buying.inverse.max(staying.inverse).max(1e-3 / time);
        // ln of the integrand relative to its start, with the Jacobian, at v.
        let fallen = |v: f64| {
            let w = v.exp_m1() / scale;
            buying.total(w) + staying.total(w) + staying.log(w) - v
        };
        let mut high = if buying.inverse >= scale {
            buying_log
        } else if staying.inverse >= scale {
            staying_log
        } else {
            (scale * time).ln_1p()
        };
        let mut drop = passed + staying_log - high;
        if drop > DEEP {
            let (mut low, mut above) = (0.0, high);
            for _ in 0..60 {
                let middle = f64::midpoint(low, above);
                let depth = fallen(middle);
                let bound = if depth > DEEP { &mut above } else { &mut low };
                *bound = middle;
                if depth > DEEP && depth < 1.3 * DEEP {
                    break;
                }
            }
            high = above;
            drop = fallen(high);
        }
        // Nodes by the distance of the singularities and by how far the integrand falls; a panel of 32
        // covers e^−60.
        let steep = drop.abs();
        let (nodes, panels) = if high < 0.3 && steep < 0.3 {
            (4, 1)
        } else if high < 1.8 && steep < 3.0 {
            (8, 1)
        } else if high < 2.6 && steep < 7.0 {
            (12, 1)
        } else if high < 4.5 && steep < 14.0 {
            (20, 1)
        } else {
            (32, (high / 6.0).max(steep / 60.0).ceil() as usize)
        };
        let rule = Rule::ready(nodes);
        let width = high / panels as f64;
        let mut total = 0.0;
        let mut slopes = [0.0; 4];
        for panel in 0..panels {
            let start = width * panel as f64;
            let (sum, by_slope) =
                widely(Panel::<SLOPES> { rule, start, width, scale, buying: &buying, staying: &staying });
            total += sum;
            for (slope, sum) in slopes.iter_mut().zip(by_slope) {
                *slope += sum;
            }
        }
        if SLOPES {
            slopes = slopes.map(|slope| slope / total);
        }
        Self { log_there, gone: total * width * staying.rate / scale, gone_slopes: slopes }
    }

    /// The logarithm of either, and the share of those gone in it.
    #[inline]
    pub(super) fn either(&self) -> (f64, f64) {
        if self.gone == 0.0 {
            return (self.log_there, 0.0);
        }
        let either = self.log_there.exp() + self.gone;
        (either.ln(), self.gone / either)
    }
}

/// Depth in logarithms at which an integrand is cut off: e⁻⁴⁵ is below the last digit of a float.
const DEEP: f64 = 45.0;

/// (1 + w / (α + from))^−(r + x) as e^−total(w).
pub(super) struct Fading {
    /// 1 / (α + from).
    pub(super) inverse: f64,
    /// (r + x) / (α + from).
    rate: f64,
    /// r + x, infinite where all customers are alike.
    pub(super) shape: f64,
    /// μ, c, x and from, with 1 + cμ·from and L(from) = ln(1 + cμ·from) / c.
    mean: f64,
    c: f64,
    x: f64,
    from: f64,
    factor: f64,
    before: f64,
}

// What is not inlined is not compiled for wide registers.
#[allow(clippy::inline_always)]
impl Fading {
    #[inline]
    fn new(mixing: &GammaMixing, x: f64, from: f64, at: &AtTime) -> Self {
        let (c, mean, factor) = (mixing.inverse_shape, mixing.mean, at.factor);
        Self {
            inverse: c * mean / factor,
            rate: (1.0 + c * x) * mean / factor,
            shape: 1.0 / c + x,
            mean,
            c,
            x,
            from,
            factor,
            before: at.total,
        }
    }

    /// Whether (r + x) is no larger than can be multiplied without loss.
    #[inline(always)]
    pub(super) fn has_shape(&self) -> bool {
        self.shape < 1e9
    }

    /// (r + x) ln(1 + z) where the shape is huge: rate · w but for what z adds.
    #[inline(always)]
    pub(super) fn total_without_shape(&self, w: f64) -> f64 {
        self.rate * w * (1.0 - 0.5 * self.inverse * w)
    }

    /// (r + x) ln(1 + w / (α + from)).
    #[inline]
    fn total(&self, w: f64) -> f64 {
        self.total_of(self.log(w), w)
    }

    /// The same where ln(1 + w / (α + from)) is known.
    #[inline]
    fn total_of(&self, log: f64, w: f64) -> f64 {
        if self.has_shape() { self.shape * log } else { self.total_without_shape(w) }
    }

    /// ln(1 + w / (α + from)).
    #[inline]
    fn log(&self, w: f64) -> f64 {
        ln_1p(self.inverse * w)
    }

    /// Slopes of −(1/c + x) ln(1 + cμy) at y = from + w, whose total and logarithm are known.
    #[inline(always)]
    pub(super) fn slopes(&self, total: f64, log: f64, w: f64) -> Slopes {
        let y = self.from + w;
        let factor = self.factor + self.c * self.mean * w;
        let direct = self.mean * y / factor;
        let share = self.c * direct;
        // L(y), from what of it lies before and after `from`.
        let after = total - self.x * log;
        Slopes {
            mean: -direct - self.x * share,
            shape: direct - (self.before + after) + self.x * share,
            share,
        }
    }
}

/// Slopes of −(1/c + x) ln(1 + cμy) in ln μ and ln r, and cμy / (1 + cμy).
pub(super) struct Slopes {
    pub(super) mean: f64,
    pub(super) shape: f64,
    pub(super) share: f64,
}

impl Slopes {
    /// From the table of a time.
    #[inline]
    pub(super) fn of(table: &AtTime, x: f64) -> Self {
        Self {
            mean: -table.total_rate - x * table.log_rate,
            shape: table.total_rate - table.total + x * table.log_rate,
            share: table.log_rate,
        }
    }
}
