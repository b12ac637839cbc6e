//! The result of an RFM analysis, and how it is put together from totals and scores.

use std::collections::BTreeMap;

use dangol_models::histogram::histogram;
use dangol_models::sum::Sum;
use dangol_models::summary::summarize;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use super::classes::Classes;
use super::error::RfmError;
use super::findings::find;
use super::params::CheckedRfmParams;
use super::rules::Segments;
use super::scoring::{CustomerTotals, FactorScoring, Scores, score, weighted};
use crate::finding::Finding;

/// The most bins in a picture of a factor.
const MOST_BINS: usize = 30;

/// Something known of each of the three factors.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct PerFactor<T> {
    /// Of the days since the last order.
    pub recency_days: T,
    /// Of the frequency.
    pub frequency: T,
    /// Of the monetary value.
    pub monetary: T,
}

/// Count, moments and percentiles of one factor; null where there are too few customers.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct FactorSummary {
    /// Customers.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Sample standard deviation (divisor n − 1).
    pub std: Option<f64>,
    /// Smallest value.
    pub min: Option<f64>,
    /// 5th percentile.
    pub p5: Option<f64>,
    /// First quartile.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// Third quartile.
    pub p75: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
}

/// How one factor was cut into groups.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct FactorGroups {
    /// Groups that exist.
    pub groups: u8,
    /// Edges between the groups in the factor's unit, ascending. A value on an edge belongs to the
    /// group below it.
    pub edges: Vec<f64>,
}

/// Customers of one group in numbers; means are null in an empty group.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct GroupStats {
    /// Customers.
    pub customers: u64,
    /// Their orders.
    pub orders: u64,
    /// Mean days since the last order.
    pub recency_mean: Option<f64>,
    /// Mean frequency.
    pub frequency_mean: Option<f64>,
    /// Mean monetary value.
    pub monetary_mean: Option<f64>,
    /// Sum of the monetary values.
    pub monetary_sum: f64,
    /// Share of all customers, 0 to 1; null without customers.
    pub customer_share: Option<f64>,
    /// Share of the sum of all monetary values; null where that sum is not positive.
    pub revenue_share: Option<f64>,
}

/// Customers with one score.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ScoreRow {
    /// The score.
    #[serde(serialize_with = "whole_if_whole")]
    pub score: f64,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
}

/// Customers of one class.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ClassRow {
    /// Key of the class.
    pub class: String,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
    /// Lowest score in the class; null without customers.
    #[serde(serialize_with = "whole_if_whole_option")]
    pub score_min: Option<f64>,
    /// Highest score in the class.
    #[serde(serialize_with = "whole_if_whole_option")]
    pub score_max: Option<f64>,
}

/// Customers of one segment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct SegmentRow {
    /// Key of the segment.
    pub segment: String,
    /// The customers in numbers.
    #[serde(flatten)]
    pub stats: GroupStats,
}

/// Customers with one pair of recency and frequency scores.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct Cell {
    /// Recency score.
    pub r: u8,
    /// Frequency score.
    pub f: u8,
    /// Customers.
    pub customers: u64,
    /// Sum of their monetary values.
    pub monetary_sum: f64,
    /// Mean monetary value; null in an empty cell.
    pub monetary_mean: Option<f64>,
    /// Mean days since the last order; null in an empty cell.
    pub recency_mean: Option<f64>,
}

/// Customers whose value lies in `from <= value < to`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DistributionBin {
    /// Lower edge, in the bin.
    pub from: f64,
    /// Upper edge, not in the bin.
    pub to: f64,
    /// Customers.
    pub customers: u64,
}

/// One customer with totals, scores, class and segment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct CustomerRow {
    /// Who.
    pub customer_id: String,
    /// Days since the last order.
    pub recency_days: i64,
    /// Orders, order lines or purchase days.
    #[serde(serialize_with = "whole_if_whole")]
    pub frequency: f64,
    /// Sum or mean of net revenue.
    pub monetary: f64,
    /// Orders.
    pub orders: u64,
    /// Date of the last order (`YYYY-MM-DD`), where known.
    pub last_order_on: Option<String>,
    /// Recency score.
    pub r: u8,
    /// Frequency score.
    pub f: u8,
    /// Monetary score.
    pub m: u8,
    /// Score of the three together.
    #[serde(serialize_with = "whole_if_whole")]
    pub score: f64,
    /// Key of the class.
    pub class: String,
    /// Key of the segment.
    pub segment: String,
}

/// The `result` of an RFM analysis.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct RfmResult {
    /// The three factors in numbers.
    pub factors: PerFactor<FactorSummary>,
    /// How each factor was cut.
    pub scoring: PerFactor<FactorGroups>,
    /// Customers by score, lowest first; scores that nobody has are left out.
    pub scores: Vec<ScoreRow>,
    /// Customers by class, best first.
    pub classes: Vec<ClassRow>,
    /// Customers by segment in the order of the rules, empty segments included.
    pub segments: Vec<SegmentRow>,
    /// Customers by recency and frequency score, empty cells included; highest scores first.
    pub cells: Vec<Cell>,
    /// Pictures of the factors.
    pub distributions: PerFactor<Vec<DistributionBin>>,
    /// One row per customer, if asked for.
    pub customers: Option<Vec<CustomerRow>>,
}

/// Everything that came out: per customer (parallel to the totals) and in rows.
#[derive(Clone, Debug)]
pub struct Rfm {
    /// Scores of each customer.
    pub scores: Scores,
    /// Class of each customer.
    pub classes: Classes,
    /// Segment of each customer in the chosen scheme.
    pub segments: Segments,
    /// The rows.
    pub result: RfmResult,
    /// What is worth saying about them.
    pub findings: Vec<Finding>,
}

impl Rfm {
    /// The row of one customer, by position in the totals; `None` beyond their end.
    #[must_use]
    pub fn customer_row(
        &self,
        totals: &CustomerTotals,
        customer: usize,
        customer_id: String,
        last_order_on: Option<String>,
    ) -> Option<CustomerRow> {
        Some(CustomerRow {
            customer_id,
            recency_days: *totals.recency_days.get(customer)?,
            frequency: *totals.frequency.get(customer)?,
            monetary: *totals.monetary.get(customer)?,
            orders: *totals.orders.get(customer)?,
            last_order_on,
            r: *self.scores.r.get(customer)?,
            f: *self.scores.f.get(customer)?,
            m: *self.scores.m.get(customer)?,
            score: *self.scores.score.get(customer)?,
            class: self.classes.name_of(customer).to_owned(),
            segment: self.segments.key_of(customer).to_owned(),
        })
    }
}

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

    let all = whole(totals);
    let cube = cube(totals, &scores);
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
    let findings = find(totals, params, &scores, &classes, &segments, &result);
    Ok(Rfm {
        scores,
        classes,
        segments,
        result,
        findings,
    })
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
            customer_share: (all.customers > 0)
                .then(|| self.customers as f64 / all.customers as f64),
            revenue_share: (revenue > 0.0).then(|| self.monetary.value() / revenue),
        }
    }
}

fn whole(totals: &CustomerTotals) -> Tally {
    let mut all = Tally::default();
    for customer in 0..totals.len() {
        all.add(totals, customer);
    }
    all
}

/// Tallies by the three scores, from which scores, classes and cells are all sums.
type Cube = BTreeMap<(u8, u8, u8), Tally>;

fn cube(totals: &CustomerTotals, scores: &Scores) -> Cube {
    let sides = [&scores.recency, &scores.frequency, &scores.monetary]
        .map(|factor| usize::from(factor.highest) + 1);
    let mut tallies = vec![Tally::default(); sides[0] * sides[1] * sides[2]];
    for customer in 0..totals.len() {
        let (r, f, m) = (scores.r[customer], scores.f[customer], scores.m[customer]);
        let place = (usize::from(r) * sides[1] + usize::from(f)) * sides[2] + usize::from(m);
        tallies[place].add(totals, customer);
    }
    let at = |place: usize| {
        (
            (place / sides[2] / sides[1]) as u8,
            (place / sides[2] % sides[1]) as u8,
            (place % sides[2]) as u8,
        )
    };
    tallies
        .into_iter()
        .enumerate()
        .filter(|(_, tally)| tally.customers > 0)
        .map(|(place, tally)| (at(place), tally))
        .collect()
}

fn score_rows(cube: &Cube, scores: &Scores, all: &Tally) -> Vec<ScoreRow> {
    let mut rows: Vec<(f64, Tally)> = cube
        .iter()
        .map(|(&(r, f, m), &tally)| (weighted(scores.weights, r, f, m), tally))
        .collect();
    rows.sort_by(|left, right| left.0.total_cmp(&right.0));
    rows.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1.merge(&later.1);
        }
        same
    });
    rows.into_iter()
        .map(|(score, tally)| ScoreRow {
            score,
            stats: tally.stats(all),
        })
        .collect()
}

fn class_rows(cube: &Cube, scores: &Scores, classes: &Classes, all: &Tally) -> Vec<ClassRow> {
    let mut tallies = vec![(Tally::default(), None::<(f64, f64)>); usize::from(classes.len())];
    for (&(r, f, m), tally) in cube {
        let score = weighted(scores.weights, r, f, m);
        let (sum, range) = &mut tallies[classes.class_of(score) - 1];
        sum.merge(tally);
        *range = Some(range.map_or((score, score), |(low, high)| {
            (low.min(score), high.max(score))
        }));
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
    keyed
        .map(|(key, tally)| SegmentRow {
            segment: key.clone(),
            stats: tally.stats(all),
        })
        .collect()
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
    FactorGroups {
        groups: factor.groups,
        edges: factor.edges.clone(),
    }
}

fn summary(factor: &'static str, values: &[f64]) -> Result<FactorSummary, RfmError> {
    let summary = summarize(values).map_err(|source| RfmError::Numbers { factor, source })?;
    Ok(
        summary.map_or_else(FactorSummary::default, |s| FactorSummary {
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
        }),
    )
}

fn distribution(factor: &'static str, values: &[f64]) -> Result<Vec<DistributionBin>, RfmError> {
    let bins =
        histogram(values, MOST_BINS).map_err(|source| RfmError::Numbers { factor, source })?;
    Ok(bins
        .into_iter()
        .map(|bin| DistributionBin {
            from: bin.from,
            to: bin.to,
            customers: bin.count,
        })
        .collect())
}

/// Whole numbers without a decimal point: a score of 3 is 3 and not 3.0.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn whole_if_whole<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn whole_if_whole_option<S: Serializer>(
    value: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => whole_if_whole(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests;
