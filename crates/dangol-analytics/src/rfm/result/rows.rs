//! From totals and scores to the rows of the result.

use std::collections::BTreeMap;

use dangol_models::histogram::histogram;
use dangol_models::sum::Sum;
use dangol_models::summary::summarize;

use super::{
    Cell, ClassRow, DistributionBin, FactorGroups, FactorSummary, GroupStats, PerFactor, Rfm, RfmResult,
    ScoreRow, SegmentRow,
};
use crate::rfm::classes::Classes;
use crate::rfm::error::RfmError;
use crate::rfm::findings::find;
use crate::rfm::params::CheckedRfmParams;
use crate::rfm::rules::Segments;
use crate::rfm::scoring::{CustomerTotals, FactorScoring, Scores, score, weighted};

/// The most bins in a picture of a factor.
const MOST_BINS: usize = 30;

/// Scores customers, sorts them into classes and segments, and describes the outcome.
/// `customers` of the result is left empty: identifiers are not known here, so the caller fills it
/// with [`Rfm::customer_row`].
///
/// # Errors
/// As [`score`]; no customers at all is not an error.
///
/// ```
/// use dangol_analytics::rfm::{CustomerTotals, RfmParams, compute};
/// let totals = CustomerTotals {
///     recency_days: vec![3, 40, 200],
///     frequency: vec![9.0, 2.0, 1.0],
///     monetary: vec![900.0, 80.0, 20.0],
///     orders: vec![9, 2, 1],
/// };
/// let rfm = compute(&totals, &RfmParams::default().check()?)?;
/// assert_eq!(rfm.result.classes[0].class, "platinum");
/// assert_eq!(rfm.classes.name_of(0), "platinum");
/// # Ok::<(), dangol_analytics::rfm::RfmError>(())
/// ```
pub fn compute(totals: &CustomerTotals, params: &CheckedRfmParams) -> Result<Rfm, RfmError> {
    let scores = score(totals, params.params())?;
    let classes = Classes::of_scores(&scores, params.params().classes);
    let segments = params.rule_set().apply(totals, &scores, params.params());
    tabulate(totals, params, scores, classes, segments)
}

/// The rows and findings of some customers with the scores they have among everybody.
/// `positions` are theirs in `totals`, ascending.
///
/// # Errors
/// As [`compute`].
pub fn restrict(
    totals: &CustomerTotals,
    rfm: &Rfm,
    positions: &[usize],
    params: &CheckedRfmParams,
) -> Result<(CustomerTotals, Rfm), RfmError> {
    fn pick<T: Copy>(values: &[T], positions: &[usize]) -> Vec<T> {
        positions.iter().map(|at| values[*at]).collect()
    }
    let some = CustomerTotals {
        recency_days: pick(&totals.recency_days, positions),
        frequency: pick(&totals.frequency, positions),
        monetary: pick(&totals.monetary, positions),
        orders: pick(&totals.orders, positions),
    };
    let scores = Scores {
        r: pick(&rfm.scores.r, positions),
        f: pick(&rfm.scores.f, positions),
        m: pick(&rfm.scores.m, positions),
        score: pick(&rfm.scores.score, positions),
        ..rfm.scores.clone()
    };
    let classes = Classes { of: pick(&rfm.classes.of, positions), ..rfm.classes.clone() };
    let segments = Segments { of: pick(&rfm.segments.of, positions), ..rfm.segments.clone() };
    let restricted = tabulate(&some, params, scores, classes, segments)?;
    Ok((some, restricted))
}

fn tabulate(
    totals: &CustomerTotals,
    params: &CheckedRfmParams,
    scores: Scores,
    classes: Classes,
    segments: Segments,
) -> Result<Rfm, RfmError> {
    let cube = cube(totals, &scores);
    let mut all = Tally::default();
    for tally in cube.values() {
        all.merge(tally);
    }
    let recency = totals.recency();
    let result = RfmResult {
        factors: PerFactor {
            recency_days: summary("recency_days", &recency)?,
            frequency: summary("frequency", &totals.frequency)?,
            monetary: summary("monetary", &totals.monetary)?,
        },
        scoring: PerFactor {
            recency_days: groups(&scores.recency),
            frequency: groups(&scores.frequency),
            monetary: groups(&scores.monetary),
        },
        scores: score_rows(&cube, &scores, &all),
        classes: class_rows(&cube, &scores, &classes, &all),
        segments: segment_rows(totals, &segments, &all),
        cells: cells(&cube, &scores),
        distributions: PerFactor {
            recency_days: distribution("recency_days", &recency)?,
            frequency: distribution("frequency", &totals.frequency)?,
            monetary: distribution("monetary", &totals.monetary)?,
        },
        customers: None,
    };
    let findings = find(totals, &recency, params, &scores, &classes, &segments, &result);
    Ok(Rfm { scores, classes, segments, result, findings })
}

/// Sums over a group of customers.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    customers: u64,
    orders: u64,
    recency: i128,
    frequency: Sum,
    monetary: Sum,
}

impl Tally {
    fn add(&mut self, totals: &CustomerTotals, customer: usize) {
        self.customers += 1;
        self.orders += totals.orders[customer];
        self.recency += i128::from(totals.recency_days[customer]);
        self.frequency.add(totals.frequency[customer]);
        self.monetary.add(totals.monetary[customer]);
    }

    fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        self.orders += other.orders;
        self.recency += other.recency;
        self.frequency.merge(other.frequency);
        self.monetary.merge(other.monetary);
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.customers > 0).then(|| sum / self.customers as f64)
    }

    fn stats(&self, all: &Self) -> GroupStats {
        let revenue = all.monetary.value();
        GroupStats {
            customers: self.customers,
            orders: self.orders,
            recency_mean: self.mean(self.recency as f64),
            frequency_mean: self.mean(self.frequency.value()),
            monetary_mean: self.mean(self.monetary.value()),
            monetary_sum: self.monetary.value(),
            customer_share: (all.customers > 0).then(|| self.customers as f64 / all.customers as f64),
            revenue_share: (revenue > 0.0).then(|| self.monetary.value() / revenue),
        }
    }
}

/// Tallies by the three scores, from which scores, classes and cells are all sums.
type Cube = BTreeMap<(u8, u8, u8), Tally>;

fn cube(totals: &CustomerTotals, scores: &Scores) -> Cube {
    let sides =
        [&scores.recency, &scores.frequency, &scores.monetary].map(|factor| usize::from(factor.highest) + 1);
    let mut tallies = vec![Tally::default(); sides[0] * sides[1] * sides[2]];
    for customer in 0..totals.len() {
        let (r, f, m) = (scores.r[customer], scores.f[customer], scores.m[customer]);
        let place = (usize::from(r) * sides[1] + usize::from(f)) * sides[2] + usize::from(m);
        tallies[place].add(totals, customer);
    }
    let at = |place: usize| {
        ((place / sides[2] / sides[1]) as u8, (place / sides[2] % sides[1]) as u8, (place % sides[2]) as u8)
    };
    tallies
        .into_iter()
        .enumerate()
        .filter(|(_, tally)| tally.customers > 0)
        .map(|(place, tally)| (at(place), tally))
        .collect()
}

fn score_rows(cube: &Cube, scores: &Scores, all: &Tally) -> Vec<ScoreRow> {
    let mut rows: Vec<(f64, Tally)> =
        cube.iter().map(|(&(r, f, m), &tally)| (weighted(scores.weights, r, f, m), tally)).collect();
    rows.sort_by(|left, right| left.0.total_cmp(&right.0));
    rows.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1.merge(&later.1);
        }
        same
    });
    rows.into_iter().map(|(score, tally)| ScoreRow { score, stats: tally.stats(all) }).collect()
}

fn class_rows(cube: &Cube, scores: &Scores, classes: &Classes, all: &Tally) -> Vec<ClassRow> {
    let mut tallies = vec![(Tally::default(), None::<(f64, f64)>); usize::from(classes.len())];
    for (&(r, f, m), tally) in cube {
        let score = weighted(scores.weights, r, f, m);
        let (sum, range) = &mut tallies[classes.class_of(score) - 1];
        sum.merge(tally);
        *range = Some(range.map_or((score, score), |(low, high)| (low.min(score), high.max(score))));
    }
    let named = classes.names.iter().zip(tallies).rev();
    named
        .map(|(class, (tally, range))| ClassRow {
            class: class.clone(),
            stats: tally.stats(all),
            score_min: range.map(|(low, _)| low),
            score_max: range.map(|(_, high)| high),
        })
        .collect()
}

fn segment_rows(totals: &CustomerTotals, segments: &Segments, all: &Tally) -> Vec<SegmentRow> {
    let mut tallies = vec![Tally::default(); segments.keys.len()];
    for (customer, &segment) in segments.of.iter().enumerate() {
        tallies[usize::from(segment)].add(totals, customer);
    }
    let keyed = segments.keys.iter().zip(&tallies);
    keyed.map(|(key, tally)| SegmentRow { segment: key.clone(), stats: tally.stats(all) }).collect()
}

fn cells(cube: &Cube, scores: &Scores) -> Vec<Cell> {
    let mut cells = Vec::new();
    for r in (scores.recency.lowest..=scores.recency.highest).rev() {
        for f in (scores.frequency.lowest..=scores.frequency.highest).rev() {
            let mut tally = Tally::default();
            for (_, part) in cube.range((r, f, 0)..=(r, f, u8::MAX)) {
                tally.merge(part);
            }
            cells.push(Cell {
                r,
                f,
                customers: tally.customers,
                monetary_sum: tally.monetary.value(),
                monetary_mean: tally.mean(tally.monetary.value()),
                recency_mean: tally.mean(tally.recency as f64),
            });
        }
    }
    cells
}

fn groups(factor: &FactorScoring) -> FactorGroups {
    FactorGroups { groups: factor.groups, edges: factor.edges.clone() }
}

fn summary(factor: &'static str, values: &[f64]) -> Result<FactorSummary, RfmError> {
    let summary = summarize(values).map_err(|source| RfmError::Numbers { factor, source })?;
    Ok(summary.map_or_else(FactorSummary::default, |s| FactorSummary {
        count: s.count,
        mean: Some(s.mean),
        std: s.std,
        min: Some(s.min),
        p5: Some(s.p5),
        p25: Some(s.p25),
        p50: Some(s.p50),
        p75: Some(s.p75),
        p95: Some(s.p95),
        max: Some(s.max),
    }))
}

fn distribution(factor: &'static str, values: &[f64]) -> Result<Vec<DistributionBin>, RfmError> {
    let bins = histogram(values, MOST_BINS).map_err(|source| RfmError::Numbers { factor, source })?;
    Ok(bins
        .into_iter()
        .map(|bin| DistributionBin { from: bin.from, to: bin.to, customers: bin.count })
        .collect())
}
