//! Every case that a rule set can tell apart, in one table.

use super::RuleSet;
use crate::rfm::language::{Values, Variable};
use crate::rfm::params::{Frequency, RfmParams};
use crate::rfm::rules::Segments;
use crate::rfm::scoring::{CustomerTotals, Scores, weighted};

/// Raw variables, in the order of the table's dimensions.
const RAW: [Variable; 4] = [Variable::Orders, Variable::RecencyDays, Variable::Frequency, Variable::Monetary];

/// The factors' names, in the order R, F, M.
const FACTORS: [&str; 3] = ["recency_days", "frequency", "monetary"];

/// Tables larger than this are not built; customers are looked at one by one instead.
const MOST_CELLS: u128 = 1 << 20;

/// Beyond so many cases it is not worth telling which segments are out of reach.
const MOST_REACH_CELLS: u128 = 1 << 14;

/// Lowest and highest score of each factor.
pub(super) type Ranges = [(u8, u8); 3];

/// How scores look to the rules.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    /// Per factor, by score.
    factors: [Vec<f64>; 3],
    /// Lowest score and width of the score's range, where it is stretched to 3 … 15.
    score: Option<(f64, f64)>,
    weights: [f64; 3],
}

impl Scale {
    pub(super) fn new(rules: &RuleSet, ranges: Ranges, params: &RfmParams) -> Self {
        let total: f64 = params.weights.iter().sum();
        let top = params.top_score();
        let as_it_is = !rules.built_in || (top == 5 && params.weights == [1.0; 3]);
        Self {
            factors: ranges.map(|(_, highest)| {
                (0..=highest)
                    .map(|score| if rules.built_in { stretched(score, highest) } else { f64::from(score) })
                    .collect()
            }),
            score: (!as_it_is).then_some((total, total * f64::from(top.max(2) - 1))),
            weights: params.weights,
        }
    }

    /// Sets the variables that follow from the scores.
    #[inline]
    pub(super) fn set_scores(&self, values: &mut Values, r: u8, f: u8, m: u8) {
        let [rs, fs, ms] = &self.factors;
        let (r_seen, f_seen, m_seen) = (rs[usize::from(r)], fs[usize::from(f)], ms[usize::from(m)]);
        let mut score = weighted(self.weights, r, f, m);
        if let Some((lowest, width)) = self.score {
            // Rounding keeps a whole score whole after the stretch.
            score = ((3.0 + 12.0 * (score - lowest) / width) * 1e9).round() / 1e9;
        }
        values.set(Variable::R, r_seen);
        values.set(Variable::F, f_seen);
        values.set(Variable::M, m_seen);
        values.set(Variable::Fm, f64::midpoint(f_seen, m_seen));
        values.set(Variable::Score, score);
    }

    fn stretched_factors(&self) -> Vec<&'static str> {
        let changed =
            |scores: &[f64]| scores.iter().enumerate().skip(1).any(|(score, &seen)| score as f64 != seen);
        FACTORS
            .into_iter()
            .zip(&self.factors)
            .filter(|(_, scores)| changed(scores))
            .map(|(name, _)| name)
            .collect()
    }
}

/// A score as built-in rules see it: as it is if the best is a 4 or a 5, else stretched to 1 … 5.
fn stretched(score: u8, highest: u8) -> f64 {
    match highest {
        4 | 5 => f64::from(score),
        0 | 1 => 3.0,
        _ => 1.0 + (4.0 * (f64::from(score) - 1.0) / f64::from(highest - 1) + 0.5).floor(),
    }
}

/// The regions into which the rules' numbers cut a raw variable: below the first, at it, between
/// it and the second, and so on.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    numbers: Vec<f64>,
    /// A value of each region; `None` where a region holds no possible value.
    pub(super) examples: Vec<Option<f64>>,
}

impl Axis {
    fn new(variable: Variable, numbers: Vec<f64>) -> Self {
        let regions = 2 * numbers.len() + 1;
        let examples = (0..regions).map(|region| example(variable, &numbers, region)).collect();
        Self { numbers, examples }
    }

    #[inline]
    fn region(&self, value: f64) -> usize {
        self.numbers.iter().map(|&number| usize::from(number < value) + usize::from(number <= value)).sum()
    }
}

fn example(variable: Variable, numbers: &[f64], region: usize) -> Option<f64> {
    let least = variable.least();
    if region % 2 == 1 {
        let number = numbers[region / 2];
        return (number >= least && (!variable.is_whole() || number.fract() == 0.0)).then_some(number);
    }
    let above = (region > 0).then(|| numbers[region / 2 - 1]);
    let below = numbers.get(region / 2).copied().unwrap_or(f64::INFINITY);
    let found = if variable.is_whole() {
        above.map_or(least, |number| (number.floor() + 1.0).max(least))
    } else {
        match (above, below.is_finite()) {
            (None, false) => 0.0,
            (None, true) => (below - 1.0).min(below.next_down()),
            (Some(above), false) => (above + 1.0).max(above.next_up()),
            (Some(above), true) => f64::midpoint(above, below).max(above.next_up()),
        }
    };
    (found < below).then_some(found)
}

/// The regions of all raw variables.
#[derive(Clone, Debug)]
pub(super) struct Axes {
    axes: [Axis; 4],
    /// Frequency counts orders: it has the value of orders, and no axis of its own.
    linked: bool,
}

impl Axes {
    /// The regions that a customer's values fall into.
    fn of_values(rules: &RuleSet) -> Self {
        Self { axes: RAW.map(|variable| Axis::new(variable, rules.numbers(variable))), linked: false }
    }

    /// The regions in which customers are possible.
    pub(super) fn of_possible(rules: &RuleSet, params: &RfmParams) -> Self {
        let mut axes = Self::of_values(rules);
        if params.frequency == Frequency::Orders {
            let mut numbers = rules.numbers(Variable::Orders);
            numbers.extend(rules.numbers(Variable::Frequency));
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            axes.axes[0] = Axis::new(Variable::Orders, numbers);
            axes.axes[2] = Axis::new(Variable::Frequency, Vec::new());
            axes.linked = true;
        }
        axes
    }

    /// Combinations of regions.
    pub(super) fn combinations(&self) -> u128 {
        self.axes.iter().map(|axis| axis.examples.len() as u128).product()
    }

    /// Sets the raw values of one combination; `false` if no customer can have them.
    fn set_raw(&self, values: &mut Values, mut combination: usize) -> bool {
        for (axis, variable) in self.axes.iter().zip(RAW) {
            let region = combination % axis.examples.len();
            combination /= axis.examples.len();
            let Some(example) = axis.examples[region] else {
                return false;
            };
            values.set(variable, example);
        }
        if self.linked {
            values.set(Variable::Frequency, values.get(Variable::Orders));
        }
        true
    }

    #[inline]
    fn combination(&self, raw: [f64; 4]) -> usize {
        let mut combination = 0;
        for (axis, value) in self.axes.iter().zip(raw).rev() {
            combination = combination * axis.examples.len() + axis.region(value);
        }
        combination
    }
}

/// Cases: score combinations times combinations of regions.
pub(super) fn cases(axes: &Axes, ranges: Ranges) -> u128 {
    ranges.iter().map(|(low, high)| u128::from(high - low + 1)).product::<u128>() * axes.combinations()
}

/// Calls `visit` with every possible case.
pub(super) fn every_case(
    axes: &Axes,
    scale: &Scale,
    ranges: Ranges,
    mut visit: impl FnMut([u8; 3], usize, &Values),
) {
    let [(r_low, r_high), (f_low, f_high), (m_low, m_high)] = ranges;
    let mut values = Values::zero();
    for r in r_low..=r_high {
        for f in f_low..=f_high {
            for m in m_low..=m_high {
                scale.set_scores(&mut values, r, f, m);
                for combination in 0..axes.combinations() as usize {
                    if axes.set_raw(&mut values, combination) {
                        visit([r, f, m], combination, &values);
                    }
                }
            }
        }
    }
}

pub(super) fn apply(
    rules: &RuleSet,
    totals: &CustomerTotals,
    scores: &Scores,
    params: &RfmParams,
) -> Segments {
    let ranges = scores.factors().map(|(_, factor)| (factor.lowest, factor.highest));
    let scale = Scale::new(rules, ranges, params);
    let axes = Axes::of_values(rules);
    let cells = cases(&axes, ranges);
    let table = (cells <= MOST_CELLS && cells <= totals.len() as u128)
        .then(|| Table::new(rules, &axes, &scale, ranges));
    // The last rule takes whom no other takes; checked rule sets leave nobody over.
    let last = rules.rules.len() - 1;

    let of = (0..totals.len())
        .map(|customer| {
            let raw = [
                totals.orders[customer] as f64,
                totals.recency_days[customer] as f64,
                totals.frequency[customer],
                totals.monetary[customer],
            ];
            let of_scores = [scores.r[customer], scores.f[customer], scores.m[customer]];
            let known = table.as_ref().and_then(|table| table.segment(of_scores, axes.combination(raw)));
            known.unwrap_or_else(|| {
                let mut values = Values::zero();
                scale.set_scores(&mut values, of_scores[0], of_scores[1], of_scores[2]);
                for (variable, value) in RAW.into_iter().zip(raw) {
                    values.set(variable, value);
                }
                rules.first_match(&values).unwrap_or(last) as u8
            })
        })
        .collect();
    Segments {
        scheme: rules.scheme.clone(),
        keys: rules.rules.iter().map(|rule| rule.key.clone()).collect(),
        of,
        out_of_reach: if totals.is_empty() {
            Vec::new()
        } else {
            out_of_reach(rules, &scale, ranges, params)
        },
        stretched: if totals.is_empty() { Vec::new() } else { scale.stretched_factors() },
    }
}

fn out_of_reach(rules: &RuleSet, scale: &Scale, ranges: Ranges, params: &RfmParams) -> Vec<String> {
    let axes = Axes::of_possible(rules, params);
    if cases(&axes, ranges) > MOST_REACH_CELLS {
        return Vec::new();
    }
    let mut reached = vec![false; rules.rules.len()];
    every_case(&axes, scale, ranges, |_, _, values| {
        if let Some(rule) = rules.first_match(values) {
            reached[rule] = true;
        }
    });
    rules
        .rules
        .iter()
        .zip(reached)
        .filter(|(_, reached)| !reached)
        .map(|(rule, _)| rule.key.clone())
        .collect()
}

/// The segment of every case.
struct Table {
    ranges: Ranges,
    combinations: usize,
    segments: Vec<u8>,
}

/// No customer was thought possible here.
const NOBODY: u8 = u8::MAX;

impl Table {
    fn new(rules: &RuleSet, axes: &Axes, scale: &Scale, ranges: Ranges) -> Self {
        let cells = cases(axes, ranges) as usize;
        let mut table =
            Self { ranges, combinations: axes.combinations() as usize, segments: vec![NOBODY; cells] };
        every_case(axes, scale, ranges, |scores, combination, values| {
            let place = table.place(scores, combination);
            table.segments[place] = rules.first_match(values).map_or(NOBODY, |rule| rule as u8);
        });
        table
    }

    #[inline]
    fn place(&self, scores: [u8; 3], combination: usize) -> usize {
        let mut place = 0;
        for (score, (low, high)) in scores.into_iter().zip(self.ranges) {
            place = place * usize::from(high - low + 1) + usize::from(score - low);
        }
        place * self.combinations + combination
    }

    #[inline]
    fn segment(&self, scores: [u8; 3], combination: usize) -> Option<u8> {
        Some(self.segments[self.place(scores, combination)]).filter(|&segment| segment != NOBODY)
    }
}
