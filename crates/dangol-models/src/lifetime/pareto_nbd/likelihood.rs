//! The log-likelihood of all customers with its gradient.

use super::tail::Tail;
use super::waiting::{Slopes, Waiting};
use super::{ParetoNbd, ParetoNbdFamily};
use crate::lifetime::compress::Histories;
use crate::lifetime::fit::{Boundary, Family, Limit, Natural};
use crate::lifetime::mixing::GammaMixing;
use crate::lifetime::tables::{AtTime, StageTable};
use crate::sum::Sum;

/// Places of the coordinates ln(r/α), ln r, ln(s/β), ln s.
const RATE: usize = 0;
const SHAPE: usize = 1;
const DEATH: usize = 2;
const DEATH_SHAPE: usize = 3;

impl Family for ParetoNbdFamily {
    type Model = ParetoNbd;

    fn coordinates(&self) -> &'static [&'static str] {
        &["ln(r / alpha)", "ln(r)", "ln(s / beta)", "ln(s)"]
    }

    fn limits(&self) -> &'static [Limit] {
        const LOW: f64 = f64::NEG_INFINITY;
        const HIGH: f64 = f64::INFINITY;
        &[
            Limit { coordinate: DEATH, value: LOW, then_void: &[DEATH_SHAPE], boundary: Boundary::NoDropout },
            Limit { coordinate: DEATH_SHAPE, value: HIGH, then_void: &[], boundary: Boundary::EqualDropout },
            Limit { coordinate: SHAPE, value: HIGH, then_void: &[], boundary: Boundary::EqualRates },
        ]
    }

    fn starts(&self, data: &Histories) -> Vec<Vec<f64>> {
        let age = data.total_age().max(1e-9);
        let (rate, life) = (data.total_repeats().max(0.5) / age, data.customers() as f64 / age);
        // Lives are shorter or longer than what has been seen; they differ much or hardly.
        let deaths = [(1.0, 0.0), (0.01, 0.0), (1.0, 3.0), (100.0, -2.0), (0.01, -5.0)];
        deaths.map(|(times, shape)| vec![(1.5 * rate).ln(), 0.0, (times * life).ln(), shape]).to_vec()
    }

    fn enough(&self) -> usize {
        250
    }

    fn bounds(&self, data: &Histories) -> Vec<(f64, f64)> {
        let start = self.starts(data).swap_remove(0);
        vec![
            (start[RATE] - 15.0, start[RATE] + 15.0),
            (-12.0, 18.0),
            (start[DEATH] - 25.0, start[DEATH] + 25.0),
            (-12.0, 18.0),
        ]
    }

    fn evaluate(&self, data: &Histories, theta: &[f64], gradient: &mut [f64]) -> f64 {
        let rates = GammaMixing::of_logs(theta[RATE], theta[SHAPE]);
        let deaths = GammaMixing::of_logs(theta[DEATH], theta[DEATH_SHAPE]);
        let times: Vec<(AtTime, AtTime)> = data
            .times()
            .iter()
            .map(|&time| (AtTime::new(&rates, time), AtTime::new(&deaths, time)))
            .collect();
        let stages = StageTable::new(&rates, data.most_repeats());
        let sums = data.map_blocks(0, |block| {
            let x = f64::from(block.repeats);
            let tail = Tail::of(block, &rates, &deaths, data.times(), &times);
            let mut sums = [0.0; 5];
            for row in block.rows {
                let (last, age) = (row.last as usize, row.age as usize);
                let shared = tail.as_ref().and_then(|tail| tail.between(last, age, &times));
                let waiting = shared.unwrap_or_else(|| {
                    let (from, to) = (data.times()[last], data.times()[age]);
                    Waiting::between::<true>(&rates, &deaths, x, (from, &times[last]), to)
                });
                let (buying, staying) = &times[last];
                let there = -(buying.total + x * buying.log) - staying.total;
                let (log, share) = waiting.either();
                sums[4] += row.weight * (there + log);
                let share = row.weight * share;
                let rest = row.weight - share;
                let (buys, stays) = (Slopes::of(&times[age].0, x), Slopes::of(&times[age].1, 0.0));
                let there = [buys.mean, buys.shape, stays.mean, stays.shape];
                for ((sum, gone), there) in sums.iter_mut().zip(waiting.gone_slopes).zip(there) {
                    *sum += share * gone + rest * there;
                }
            }
            sums
        });
        let mut total = Sum::default();
        let mut slopes = [Sum::default(); 4];
        for group in data.groups() {
            let place = group.repeats as usize;
            let log_rate = if place > 0 { group.x() * theta[RATE] } else { 0.0 };
            total.add(group.weight * (stages.logs[place] + log_rate));
            slopes[RATE].add(group.weight * group.x());
            slopes[SHAPE].add(group.weight * stages.slopes[place]);
        }
        for (_, sums) in sums {
            total.add(sums[4]);
            for (slope, sum) in slopes.iter_mut().zip(sums) {
                slope.add(sum);
            }
        }
        for (slope, sum) in gradient.iter_mut().zip(slopes) {
            *slope = sum.value();
        }
        total.value()
    }

    fn model(&self, theta: &[f64]) -> ParetoNbd {
        ParetoNbd {
            rates: GammaMixing::of_logs(theta[RATE], theta[SHAPE]).shortened(),
            deaths: GammaMixing::of_logs(theta[DEATH], theta[DEATH_SHAPE]).shortened(),
        }
    }

    fn theta(&self, model: &ParetoNbd) -> Vec<f64> {
        [model.rates.logs(), model.deaths.logs()].concat()
    }

    fn covariate_places(&self) -> [usize; 2] {
        [RATE, DEATH]
    }

    fn naturals(&self, theta: &[f64]) -> Vec<Natural> {
        let model = self.model(theta);
        vec![
            Natural { name: "r", value: model.rates.shape(), log_slope: vec![0.0, 1.0, 0.0, 0.0] },
            Natural { name: "alpha", value: model.rates.rate(), log_slope: vec![-1.0, 1.0, 0.0, 0.0] },
            Natural { name: "s", value: model.deaths.shape(), log_slope: vec![0.0, 0.0, 0.0, 1.0] },
            Natural { name: "beta", value: model.deaths.rate(), log_slope: vec![0.0, 0.0, -1.0, 1.0] },
            // Known where the others run to infinity.
            Natural { name: "r / alpha", value: model.rates.mean, log_slope: vec![1.0, 0.0, 0.0, 0.0] },
            Natural { name: "s / beta", value: model.deaths.mean, log_slope: vec![0.0, 0.0, 1.0, 0.0] },
        ]
    }
}
