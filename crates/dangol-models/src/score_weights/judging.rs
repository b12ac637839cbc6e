//! How good scores are: against what customers did in a period that nobody had seen when the weights were fitted.

use super::solve::Line;
use super::{Cell, FACTORS, Outcomes};
use crate::bootstrap::interval;
use crate::error::{Error, Result, check_count};
use crate::parallel;

/// A number with its interval; the interval is absent where draws do not tell one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// The number; none where it is not defined.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Measured {
    pub(crate) fn of(value: Option<f64>, ends: Option<(f64, f64)>) -> Self {
        let ends = value.and(ends);
        Self { value, low: ends.map(|ends| ends.0), high: ends.map(|ends| ends.1) }
    }
}

/// A way to score customers.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidate {
    /// The weighted sum of the scores.
    Weighted([f64; FACTORS]),
    /// A value of its own for each of the distinct scores of the judged customers, in their order: an expected spend.
    Expected(Vec<f64>),
}

/// How candidates are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgeSettings {
    /// Share of the customers with the highest scores whose share of the revenue is told.
    pub top_share: f64,
    /// Customers drawn anew so many times, for intervals.
    pub draws: usize,
    /// Level of the intervals.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Threads; 0 for all.
    pub threads: usize,
}

/// How good a score is. Each is none where nothing varies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality<T = Measured> {
    /// Spearman's correlation of score and spend.
    pub rank_correlation: T,
    /// Share of the revenue that the customers with the highest scores brought; of equal scores at the edge, the part that
    /// chance would take.
    pub caught: T,
    /// The chance that one who bought had the higher score than one who did not.
    pub area_under_curve: T,
    /// 1 − Σ (spend − expected)² / Σ (spend − mean)², where the expected spend is a straight line on the score that was
    /// fitted on the earlier period; spend is capped as there. Below 0 where the mean would have been nearer.
    pub r_squared: T,
}

/// How good a candidate is, and by how much better than the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Judged {
    /// By itself.
    pub quality: Quality,
    /// Less that of the first candidate.
    pub better: Quality,
}

/// Judges candidates on `later` customers; what a score means in money is learnt from the `earlier` ones. The first candidate
/// is what the others are compared with, draw by draw.
///
/// # Errors
/// [`Error::NotAProbability`] for a top share outside 0 to 1; [`Error::UnequalLengths`] where expected values are not one for
/// each of the distinct scores; [`Error::CountOutOfRange`] for more than 100,000 draws; [`Error::NotALevel`].
pub fn judge(
    earlier: &Outcomes,
    later: &Outcomes,
    candidates: &[Candidate],
    settings: &JudgeSettings,
) -> Result<Vec<Judged>> {
    check_count("draws", settings.draws, 0, 100_000)?;
    if !(settings.top_share > 0.0 && settings.top_share < 1.0) {
        return Err(Error::NotAProbability { value: settings.top_share });
    }
    let cap = earlier.cap;
    let of_earlier = earlier.cells(|_| 1.0, cap);
    let ways = candidates
        .iter()
        .map(|candidate| Way::of(candidate, earlier, &of_earlier, later))
        .collect::<Result<Vec<Way>>>()?;
    let told = |times: &dyn Fn(usize) -> f64| -> Vec<Quality<Option<f64>>> {
        let cells = later.cells(times, cap);
        let ranks = SpendRanks::of(later, times);
        ways.iter().map(|way| way.quality(&cells, &ranks, settings.top_share)).collect()
    };
    let own = told(&|_| 1.0);
    let drawn = parallel::map(settings.threads, settings.draws, |draw| {
        let times = later.drawn(settings.seed, draw);
        told(&|at| f64::from(times[at]))
    });
    let first = own.first().copied().unwrap_or_default();
    (0..candidates.len())
        .map(|at| {
            let measured =
                |of: &dyn Fn(&Quality<Option<f64>>) -> Option<f64>| -> Result<(Measured, Measured)> {
                    let value = of(&own[at]);
                    // What is left of equal numbers after rounding is no difference.
                    let minus = |left: Option<f64>, right: Option<f64>| {
                        let difference = left? - right?;
                        Some(if difference.abs() < 1e-12 { 0.0 } else { difference })
                    };
                    let values = drawn.iter().map(|draw| of(&draw[at]).unwrap_or(f64::NAN));
                    let differences =
                        drawn.iter().map(|draw| minus(of(&draw[at]), of(&draw[0])).unwrap_or(f64::NAN));
                    Ok((
                        Measured::of(value, interval(values, settings.level)?),
                        Measured::of(minus(value, of(&first)), interval(differences, settings.level)?),
                    ))
                };
            let rank = measured(&|quality| quality.rank_correlation)?;
            let caught = measured(&|quality| quality.caught)?;
            let area = measured(&|quality| quality.area_under_curve)?;
            let r_squared = measured(&|quality| quality.r_squared)?;
            let made = |of: &dyn Fn((Measured, Measured)) -> Measured| Quality {
                rank_correlation: of(rank),
                caught: of(caught),
                area_under_curve: of(area),
                r_squared: of(r_squared),
            };
            Ok(Judged { quality: made(&|pair| pair.0), better: made(&|pair| pair.1) })
        })
        .collect()
}

/// A candidate, as it sees the cells of the later customers.
struct Way {
    /// Cells with equal values together, the highest first.
    groups: Vec<Vec<usize>>,
    /// What is expected to be spent, by cell.
    expected: Vec<f64>,
}

impl Way {
    fn of(candidate: &Candidate, earlier: &Outcomes, of_earlier: &[Cell], later: &Outcomes) -> Result<Self> {
        let (values, expected) = match candidate {
            Candidate::Weighted(weights) => {
                let weigh = |x: &[f64; FACTORS]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
                let values: Vec<f64> = later.scores.iter().map(weigh).collect();
                let line = line_on(earlier.scores.iter().map(weigh), of_earlier);
                let expected = values.iter().map(|value| line.at(&[*value, 0.0, 0.0])).collect();
                (values, expected)
            }
            Candidate::Expected(expected) => (expected.clone(), expected.clone()),
        };
        if values.len() != later.scores.len() {
            let (left, right) = (later.scores.len(), values.len());
            return Err(Error::UnequalLengths { what: "expected values", left, right });
        }
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
        // Weighted sums of the same points in another order differ in their last digits.
        let alike =
            |a: &usize, b: &usize| (values[*a] - values[*b]).abs() <= 1e-9 * values[*a].abs().max(1.0);
        Ok(Self { groups: order.chunk_by(alike).map(<[usize]>::to_vec).collect(), expected })
    }

    fn quality(&self, cells: &[Cell], ranks: &SpendRanks, top_share: f64) -> Quality<Option<f64>> {
        let all: f64 = cells.iter().map(|cell| cell.customers).sum();
        let middle = f64::midpoint(all, 1.0);
        let revenue: f64 = cells.iter().map(|cell| cell.spend).sum();
        let (mut above, mut buyers_above) = (0.0, 0.0);
        let (mut caught, mut won) = (0.0, 0.0);
        let (mut along, mut of_scores) = (0.0, 0.0);
        for group in &self.groups {
            let sum = |of: &dyn Fn(&Cell) -> f64| group.iter().map(|&at| of(&cells[at])).sum::<f64>();
            let (customers, buyers) = (sum(&|cell| cell.customers), sum(&|cell| cell.buyers));
            if customers <= 0.0 {
                continue;
            }
            let part = ((top_share * all - above) / customers).clamp(0.0, 1.0);
            caught += part * sum(&|cell| cell.spend);
            won += (customers - buyers) * (buyers_above + buyers / 2.0);
            // Ranks from below; equal values share the mean of theirs.
            let rank = all - above - customers + f64::midpoint(customers, 1.0) - middle;
            along += rank * group.iter().map(|&at| ranks.by_cell[at]).sum::<f64>();
            of_scores += customers * rank * rank;
            above += customers;
            buyers_above += buyers;
        }
        let varies = of_scores > 0.0 && ranks.squares > 0.0;
        let pairs = buyers_above * (all - buyers_above);
        Quality {
            rank_correlation: varies.then(|| along / (of_scores.sqrt() * ranks.squares.sqrt())),
            caught: (revenue > 0.0).then(|| caught / revenue),
            area_under_curve: (pairs > 0.0).then(|| won / pairs),
            r_squared: self.r_squared(cells, all),
        }
    }

    fn r_squared(&self, cells: &[Cell], all: f64) -> Option<f64> {
        let (mut squares, mut total, mut missed) = (0.0, 0.0, 0.0);
        for (cell, expected) in cells.iter().zip(&self.expected) {
            squares += cell.squares;
            total += cell.capped;
            missed += cell.squares - 2.0 * expected * cell.capped + cell.customers * expected * expected;
        }
        let around = squares - total * total / all;
        (around > 1e-12 * squares).then(|| 1.0 - missed / around)
    }
}

/// Spend as a straight line on a value of each cell.
fn line_on(values: impl Iterator<Item = f64>, cells: &[Cell]) -> Line {
    let xs: Vec<[f64; FACTORS]> = values.map(|value| [value, 0.0, 0.0]).collect();
    super::solve::spend(&xs, cells, [true, false, false])
}

/// Ranks of spend among customers who are counted several times or not at all, about their mean.
struct SpendRanks {
    /// Σ over the customers of each cell.
    by_cell: Vec<f64>,
    /// Σ of squares over all.
    squares: f64,
}

impl SpendRanks {
    fn of(outcomes: &Outcomes, times: impl Fn(usize) -> f64) -> Self {
        let mut ranks = Self { by_cell: vec![0.0; outcomes.scores.len()], squares: 0.0 };
        let all: f64 = (0..outcomes.customers()).map(&times).sum();
        let spend = |at: &u32| outcomes.spend[*at as usize];
        let mut below = 0.0;
        for equal in outcomes.by_spend.chunk_by(|a, b| spend(a) == spend(b)) {
            let count: f64 = equal.iter().map(|at| times(*at as usize)).sum();
            let rank = below + f64::midpoint(count, 1.0) - f64::midpoint(all, 1.0);
            for at in equal {
                let own = times(*at as usize);
                ranks.by_cell[outcomes.cell[*at as usize] as usize] += own * rank;
            }
            ranks.squares += count * rank * rank;
            below += count;
        }
        ranks
    }
}
