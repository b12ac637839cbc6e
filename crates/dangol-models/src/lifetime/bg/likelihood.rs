//! The log-likelihood of all customers with its gradient, by tables: what depends on x alone, on a
//! time alone, or on the number of chances to drop out alone, is computed once for each; a distinct
//! history then costs one exponential and one logarithm.

use super::{BgFamily, BgModel};
use crate::lifetime::compress::{Block, Histories};
use crate::lifetime::fit::{Boundary, Family, Limit, Natural};
use crate::lifetime::mixing::{BetaMixing, GammaMixing};
use crate::lifetime::tables::{AtTime, StageTable};
use crate::sum::Sum;

/// Places of the coordinates ln μ, ln r, logit m, ln s.
const RATE: usize = 0;
const SHAPE: usize = 1;
const DROPOUT: usize = 2;
const SIZE: usize = 3;

impl Family for BgFamily {
    type Model = BgModel;

    fn coordinates(&self) -> &'static [&'static str] {
        &["ln(r / alpha)", "ln(r)", "ln(a / b)", "ln(a + b)"]
    }

    fn limits(&self) -> &'static [Limit] {
        const LOW: f64 = f64::NEG_INFINITY;
        const HIGH: f64 = f64::INFINITY;
        &[
            Limit { coordinate: DROPOUT, value: LOW, then_void: &[SIZE], boundary: Boundary::NoDropout },
            Limit { coordinate: DROPOUT, value: HIGH, then_void: &[SIZE], boundary: Boundary::DropoutAtOnce },
            Limit { coordinate: SIZE, value: HIGH, then_void: &[], boundary: Boundary::EqualDropout },
            Limit { coordinate: SIZE, value: LOW, then_void: &[], boundary: Boundary::AllOrNothingDropout },
            Limit { coordinate: SHAPE, value: HIGH, then_void: &[], boundary: Boundary::EqualRates },
        ]
    }

    fn starts(&self, data: &Histories) -> Vec<Vec<f64>> {
        let rate = self.usual_rate(data).ln();
        // Many or few drop out; they differ in it a little, much, or hardly.
        let dropout = [(-1.0, 1.0), (-4.0, 1.0), (-8.0, 1.0), (-1.0, 5.0), (-5.0, -2.0), (-1.0, -2.0)];
        dropout.map(|(mean, size)| vec![rate, 0.0, mean, size]).to_vec()
    }

    fn bounds(&self, data: &Histories) -> Vec<(f64, f64)> {
        let rate = self.usual_rate(data).ln();
        vec![(rate - 15.0, rate + 15.0), (-12.0, 18.0), (-25.0, 25.0), (-18.0, 18.0)]
    }

    fn evaluate(&self, data: &Histories, theta: &[f64], gradient: &mut [f64]) -> f64 {
        let rates = GammaMixing::of_logs(theta[RATE], theta[SHAPE]);
        let dropout = BetaMixing::of_logs(theta[DROPOUT], theta[SIZE]);
        let times: Vec<AtTime> = data.times().iter().map(|&time| AtTime::new(&rates, time)).collect();
        let stages = StageTable::new(&rates, self.stages * data.most_repeats());
        let chances = ChanceTable::new(&dropout, self.chances(data.most_repeats()));

        let mut total = Sum::default();
        let mut slopes = [Sum::default(); 4];
        for group in data.groups() {
            let kx = self.k() * group.x();
            let (weight, place) = (group.weight, (self.stages * group.repeats) as usize);
            let chance = chances.at(self.chances(group.repeats));
            let log_rate = if kx > 0.0 { kx * theta[RATE] } else { 0.0 };
            total.add(weight * (stages.logs[place] + log_rate + chance.log_before));
            slopes[RATE].add(weight * kx);
            slopes[SHAPE].add(weight * stages.slopes[place]);
            slopes[DROPOUT].add(weight * chance.before_mean);
            slopes[SIZE].add(weight * chance.before_size);
        }
        let sums = data.map_blocks(FEW, |block| {
            let chance = chances.at(self.chances(block.repeats));
            self.block(data, block, &rates, &times, chance)
        });
        for (block, sums) in sums {
            let chance = chances.at(self.chances(block.repeats));
            total.add(sums.log);
            slopes[RATE].add(sums.rate);
            slopes[SHAPE].add(sums.shape);
            slopes[DROPOUT].add(sums.chance * chance.gone_mean);
            slopes[SIZE].add(sums.chance * chance.gone_size);
        }
        total.add(self.constant(data.log_gaps(), data.total_repeats()));
        for (slope, sum) in gradient.iter_mut().zip(slopes) {
            *slope = sum.value();
        }
        total.value()
    }

    fn model(&self, theta: &[f64]) -> BgModel {
        BgModel {
            family: *self,
            rates: GammaMixing::of_logs(theta[RATE], theta[SHAPE]).shortened(),
            dropout: BetaMixing::of_logs(theta[DROPOUT], theta[SIZE]).shortened(),
        }
    }

    fn theta(&self, model: &BgModel) -> Vec<f64> {
        let [rate, shape] = model.rates.logs();
        let [mean, size] = model.dropout.logs();
        vec![rate, shape, mean, size]
    }

    fn covariate_places(&self) -> [usize; 2] {
        [RATE, SIZE]
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        let model = self.model(theta);
        let (mean, complement) = (model.dropout.mean, model.dropout.complement);
        vec![
            Natural { name: "r", value: model.rates.shape(), log_slope: vec![0.0, 1.0, 0.0, 0.0] },
            Natural { name: "alpha", value: model.rates.rate(), log_slope: vec![-1.0, 1.0, 0.0, 0.0] },
            Natural { name: "a", value: model.dropout.a(), log_slope: vec![0.0, 0.0, complement, 1.0] },
            Natural { name: "b", value: model.dropout.b(), log_slope: vec![0.0, 0.0, -mean, 1.0] },
            // Known where the others run to infinity.
            Natural { name: "r / alpha", value: model.rates.mean, log_slope: vec![1.0, 0.0, 0.0, 0.0] },
            Natural { name: "a / (a + b)", value: mean, log_slope: vec![0.0, 0.0, complement, 0.0] },
        ]
    }
}

/// Blocks of histories below which another thread costs more than it brings.
const FEW: usize = 8;

/// Sums over some customers with one x.
#[derive(Default)]
struct Sums {
    log: f64,
    rate: f64,
    shape: f64,
    /// Σ (1 − G) / V: times the slope of p, the slope of ln V.
    chance: f64,
}

impl BgFamily {
    /// A rate to begin with: somewhat above the observed one, since some are gone.
    fn usual_rate(self, data: &Histories) -> f64 {
        1.5 * self.k() * data.total_repeats().max(0.5) / data.total_age().max(1e-9)
    }

    fn block(
        self,
        data: &Histories,
        block: &Block,
        rates: &GammaMixing,
        times: &[AtTime],
        chance: &Chance,
    ) -> Sums {
        let kx = self.k() * f64::from(block.repeats);
        let mut sums = Sums::default();
        for row in block.rows {
            let (last, age) = (&times[row.last as usize], &times[row.age as usize]);
            // ln G with its slopes.
            let mut silent = last.total - age.total + kx * (last.log - age.log);
            let mut silent_rate = last.total_rate - age.total_rate + kx * (last.log_rate - age.log_rate);
            let mut silent_shape = (last.total - last.total_rate)
                - (age.total - age.total_rate)
                - kx * (last.log_rate - age.log_rate);
            if self.stages > 1 {
                let gap = data.times()[row.age as usize] - data.times()[row.last as usize];
                let more = self.passed(rates, kx, gap, age);
                silent += more[0];
                silent_rate += more[1];
                silent_shape += more[2];
            }
            let none = silent.exp();
            let either = chance.there * none + chance.gone;
            let (log, share, rest) = if either > 1e-290 {
                (either.ln(), chance.there * none / either, (1.0 - none) / either)
            } else {
                // G is below what a float holds and nobody drops out.
                (chance.there.ln() + silent, 1.0, 0.0)
            };
            let share = row.weight * share;
            sums.log += row.weight * (log - last.total - kx * last.log);
            sums.rate += share * silent_rate - row.weight * (last.total_rate + kx * last.log_rate);
            sums.shape +=
                share * silent_shape - row.weight * (last.total - last.total_rate - kx * last.log_rate);
            sums.chance += row.weight * rest;
        }
        sums
    }

    /// ln Σ_j (r + kx)_j / j! · (gap / (α + T))^j over j < k with its slopes: the stages that may
    /// have passed since the last purchase.
    fn passed(self, rates: &GammaMixing, kx: f64, gap: f64, age: &AtTime) -> [f64; 3] {
        let c = rates.inverse_shape;
        // gap / (α + T) = c · step; with d ln(step) of 1 − e and, from the c that it lacks, e.
        let step = rates.mean * gap / age.factor;
        let (mut term, mut shape) = (1.0, 0.0);
        let (mut total, mut by_rate, mut by_shape) = (1.0, 0.0, 0.0);
        for j in 1..self.stages {
            let i = kx + f64::from(j - 1);
            term *= (1.0 + c * i) * step / f64::from(j);
            shape += age.log_rate - c * i / (1.0 + c * i);
            total += term;
            by_rate += term * f64::from(j) * (1.0 - age.log_rate);
            by_shape += term * shape;
        }
        [total.ln(), by_rate / total, by_shape / total]
    }
}

/// For each n: the customers who have taken n chances to drop out.
struct ChanceTable(Vec<Chance>);

#[derive(Clone, Copy, Debug)]
struct Chance {
    /// p_n and 1 − p_n; 0 and 1 where no chance was taken.
    gone: f64,
    there: f64,
    /// Slopes of p_n in logit m and ln s.
    gone_mean: f64,
    gone_size: f64,
    /// ln Π_{i<n} (1 − p_i) with its slopes.
    log_before: f64,
    before_mean: f64,
    before_size: f64,
}

impl ChanceTable {
    fn new(dropout: &BetaMixing, most: u32) -> Self {
        let none = Chance {
            gone: 0.0,
            there: 1.0,
            gone_mean: 0.0,
            gone_size: 0.0,
            log_before: 0.0,
            before_mean: 0.0,
            before_size: 0.0,
        };
        let mut made = vec![none];
        let (mut log, mut mean, mut size) = (Sum::default(), Sum::default(), Sum::default());
        for before in 0..most {
            let before = f64::from(before);
            let (gone, there) = dropout.hazard(before);
            let seen = before * dropout.correlation;
            // i / (s + i), of which 0 is 0 even for s = 0.
            let learnt = if before == 0.0 { 0.0 } else { seen / (1.0 - dropout.correlation + seen) };
            let (gone_mean, gone_size) = (gone * dropout.complement, gone * learnt);
            made.push(Chance {
                gone,
                there,
                gone_mean,
                gone_size,
                log_before: log.value(),
                before_mean: mean.value(),
                before_size: size.value(),
            });
            log.add(there.ln());
            // Where nobody can have stayed, the slope says nothing.
            if there > 0.0 {
                mean.add(-gone_mean / there);
                size.add(-gone_size / there);
            }
        }
        Self(made)
    }

    fn at(&self, chances: u32) -> &Chance {
        &self.0[chances as usize]
    }
}
