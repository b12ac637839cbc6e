//! Having left between two times, for many customers with the same number of purchases: one integral for each step between
//! neighbouring times instead of one for each customer.
//!
//! With G(t) the likelihood of having left between t and the latest time, relative to being there at t,
//! G(t) = gone(t, t′) + there(t, t′) · G(t′) for the next time t′, and of a customer with times t_x and T it is
//! G(t_x) − there(t_x, T) · G(T). All terms are relative to being there, so nothing under- or overflows. The integrand falls, so
//! the part between t_x and T is at least (T − t_x) / (latest − t_x) of the whole, and the difference of the two loses no more
//! digits than that. Steps are short, and their integrals take few nodes.

use super::waiting::Waiting;
use crate::lifetime::compress::Block;
use crate::lifetime::mixing::GammaMixing;
use crate::lifetime::tables::AtTime;

/// A step takes about half the work of a customer's own integral.
const ROWS_PER_STEP: usize = 2;

/// Where the later part is more than this of the whole, the difference would lose digits.
const MOST_LATER: f64 = 0.999;

/// G at the times of a block's customers.
pub(super) struct Tail {
    /// By place of the time; 0 at the latest.
    gone: Vec<f64>,
    /// Slopes of the logarithm, as in [`Waiting::gone_slopes`].
    slopes: Vec<[f64; 4]>,
    x: f64,
}

impl Tail {
    /// None where the customers' own integrals are less work.
    pub(super) fn of(
        block: &Block<'_>,
        rates: &GammaMixing,
        deaths: &GammaMixing,
        times: &[f64],
        tables: &[(AtTime, AtTime)],
    ) -> Option<Self> {
        let places = places(block, times.len(), block.rows.len() / ROWS_PER_STEP)?;
        let x = f64::from(block.repeats);
        let mut made = Self { gone: vec![0.0; times.len()], slopes: vec![[0.0; 4]; times.len()], x };
        for pair in places.windows(2).rev() {
            let (here, next) = (pair[0], pair[1]);
            let step = Waiting::between::<true>(rates, deaths, x, (times[here], &tables[here]), times[next]);
            let now = step.gone;
            let later = step.log_there.exp() * made.gone[next];
            made.gone[here] = now + later;
            if now + later > 0.0 {
                made.slopes[here] = std::array::from_fn(|i| {
                    (now * step.gone_slopes[i] + later * made.slopes[next][i]) / (now + later)
                });
            }
        }
        Some(made)
    }

    /// What became of a customer between two times, given by their places; none where too many digits would be lost.
    #[inline]
    pub(super) fn between(&self, last: usize, age: usize, tables: &[(AtTime, AtTime)]) -> Option<Waiting> {
        let passed = |place: usize| {
            let (buying, staying) = &tables[place];
            buying.total + self.x * buying.log + staying.total
        };
        let log_there = passed(last) - passed(age);
        let later = log_there.exp() * self.gone[age];
        if later > MOST_LATER * self.gone[last] {
            return None;
        }
        let gone = self.gone[last] - later;
        let slopes = |i: usize| {
            if gone > 0.0 {
                (self.gone[last] * self.slopes[last][i] - later * self.slopes[age][i]) / gone
            } else {
                0.0
            }
        };
        Some(Waiting { log_there, gone, gone_slopes: std::array::from_fn(slopes) })
    }
}

/// Places of the times of a block's customers, in order; none where they are more than `most`. Blocks of few rows
/// are many, so that a look at every time there is would be much of the work.
fn places(block: &Block<'_>, times: usize, most: usize) -> Option<Vec<usize>> {
    let mut used = vec![0_u64; times.div_ceil(64)];
    for place in block.rows.iter().flat_map(|row| [row.last, row.age]) {
        used[place as usize / 64] |= 1 << (place % 64);
    }
    let count: u32 = used.iter().map(|bits| bits.count_ones()).sum();
    if count as usize > most {
        return None;
    }
    let mut places = Vec::with_capacity(count as usize);
    for (word, &bits) in used.iter().enumerate() {
        let mut left = bits;
        while left != 0 {
            places.push(64 * word + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::compress::Row;

    #[test]
    fn a_tail_gives_what_each_integral_gives() {
        let times: Vec<f64> =
            (0_u32..300).map(|day| f64::from(day) / 7.0).chain([60.0, 61.0, 300.0]).collect();
        for (rate, shape, death, death_shape) in [
            (0.05, 0.55, 0.05, 0.6),
            (2.0, 8.0, 0.5, 3.0),
            (0.01, f64::INFINITY, 0.02, 0.1),
            (0.3, 0.2, 1e-6, f64::INFINITY),
            (0.3, 2.0, 40.0, 0.01),
        ] {
            let rates = GammaMixing::of_logs(f64::ln(rate), f64::ln(shape));
            let deaths = GammaMixing::of_logs(f64::ln(death), f64::ln(death_shape));
            let tables: Vec<(AtTime, AtTime)> =
                times.iter().map(|&t| (AtTime::new(&rates, t), AtTime::new(&deaths, t))).collect();
            for x in [0_u32, 1, 7, 60] {
                let rows: Vec<Row> = (0..times.len() as u32)
                    .flat_map(|age| (0..=age).step_by(37).map(move |last| Row { last, age, weight: 1.0 }))
                    .collect();
                let block = Block { repeats: x, rows: &rows };
                let tail = Tail::of(&block, &rates, &deaths, &times, &tables).unwrap();
                let mut found = 0;
                for row in &rows {
                    let (last, age) = (row.last as usize, row.age as usize);
                    let from = (times[last], &tables[last]);
                    let own = Waiting::between::<true>(&rates, &deaths, f64::from(x), from, times[age]);
                    let Some(ours) = tail.between(last, age, &tables) else { continue };
                    found += 1;
                    if own.gone < 1e-260 {
                        continue;
                    }
                    let what = format!("{rate} {shape} {death} {death_shape}: x {x}, {last} to {age}");
                    let near = |ours: f64, own: f64, by: f64| (ours - own).abs() <= by * (1.0 + own.abs());
                    assert!(near(ours.gone.ln(), own.gone.ln(), 1e-10), "{what}: {ours:?} {own:?}");
                    assert!(near(ours.log_there, own.log_there, 1e-10), "{what}: {ours:?} {own:?}");
                    for (ours, own) in ours.gone_slopes.iter().zip(own.gone_slopes) {
                        assert!(near(*ours, own, 1e-8), "{what}: {ours} {own}");
                    }
                }
                // Those with both times equal have nothing between.
                assert!(found * 10 > rows.len() * 9, "{found} of {}", rows.len());
            }
        }
    }
}
