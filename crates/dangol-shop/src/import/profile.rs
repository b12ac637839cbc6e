//! What a column holds: missing and distinct values, range, the commonest values, a picture
//! of the distribution. Gathered in one pass, in parts that merge.

use std::hash::{BuildHasher, Hash};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type, TimestampMicrosecondType};
use datafusion::common::hash_utils::RandomState;
use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ShopError;
use crate::texts::same;
use crate::time::{LocalClock, date_of};

/// What one column holds, over all rows that parsed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ColumnProfile {
    /// The canonical column.
    pub column: String,
    /// The header that feeds it; none for expressions.
    pub source_column: Option<String>,
    /// `text`, `number`, `time`, `day` or `boolean`
    pub kind: String,
    /// Rows without a value.
    pub missing: u64,
    /// Their share of all rows.
    pub missing_share: f64,
    /// Values of an attribute that are there and do not read as its kind: they count as missing. A row that was merged
    /// into another counts, too.
    #[serde(default)]
    pub unreadable: u64,
    /// Distinct values: exact below about 500, else estimated to about 2 %.
    pub distinct: u64,
    /// Whether `distinct` is such an estimate, and may be off.
    #[serde(default)]
    pub distinct_is_estimate: bool,
    /// Smallest value; the earliest day for times.
    pub min: Option<String>,
    /// Largest value; the latest day for times.
    pub max: Option<String>,
    /// Mean, for numbers.
    pub mean: Option<f64>,
    /// The commonest values, where there are few distinct ones.
    pub top: Vec<TopValue>,
    /// Rows by range of value, for numbers; edges at 1, 2 and 5 times powers of ten.
    pub histogram: Vec<Bin>,
}

/// Up to so many, two different values hardly ever share a register of the sketch, and it counts them right.
const SURELY_DISTINCT: u64 = 20;

/// A value and how often it occurs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TopValue {
    /// The value.
    pub value: String,
    /// In how many rows.
    pub rows: u64,
}

/// Rows whose value `v` satisfies `from ≤ v < to`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Bin {
    /// Lower edge.
    pub from: f64,
    /// Upper edge.
    pub to: f64,
    /// How many.
    pub rows: u64,
}

impl ColumnProfile {
    /// Forgets which values there are.
    pub(super) fn hide_values(&mut self) {
        (self.min, self.max) = (None, None);
        self.top.clear();
    }
}

/// Distinct values up to which the commonest are counted.
const COUNTED_VALUES: usize = 500;
const TOP_VALUES: usize = 12;

/// A profile in the making.
#[derive(Debug, Clone)]
pub(super) struct Profiler {
    rows: u64,
    missing: u64,
    sketch: Distinct,
    /// Rows of each value, while there are few.
    values: Option<HashTable<(String, u64)>>,
    numbers: Option<Numbers>,
    times: Option<(i64, i64)>,
    text_range: Option<(String, String)>,
    /// What is counted as text without being one.
    written: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Numbers {
    sum: f64,
    min: f64,
    max: f64,
    bins: Vec<u64>,
}

impl Profiler {
    pub(super) fn new() -> Self {
        Self {
            rows: 0,
            missing: 0,
            sketch: Distinct::new(),
            values: Some(HashTable::new()),
            numbers: None,
            times: None,
            text_range: None,
            written: None,
        }
    }

    /// Whether any row had one.
    pub(super) fn has_values(&self) -> bool {
        self.missing < self.rows
    }

    pub(super) fn observe(&mut self, values: &ArrayRef) -> Result<(), ShopError> {
        self.rows += values.len() as u64;
        self.missing += values.null_count() as u64;
        match values.data_type() {
            DataType::Float64 => self.observe_numbers(values),
            DataType::Timestamp(..) => self.observe_times(values),
            DataType::Utf8 => self.observe_texts(values),
            kind => {
                // A day as text sorts as the day does.
                self.written = match kind {
                    DataType::Date32 => Some("day"),
                    DataType::Boolean => Some("boolean"),
                    _ => None,
                };
                self.observe_texts(&arrow::compute::cast(values, &DataType::Utf8)?);
            }
        }
        Ok(())
    }

    fn observe_numbers(&mut self, values: &ArrayRef) {
        self.values = None;
        let values = values.as_primitive::<Float64Type>();
        let edges = edges();
        let numbers = self.numbers.get_or_insert_with(|| Numbers {
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            bins: vec![0; edges.len() + 1],
        });
        // The value before, and its bin: most columns repeat a few.
        let mut last: Option<(f64, usize)> = None;
        for value in values.iter().flatten() {
            numbers.sum += value;
            numbers.min = numbers.min.min(value);
            numbers.max = numbers.max.max(value);
            let bin = match last {
                Some((of, bin)) if of == value => bin,
                _ => {
                    self.sketch.add(hash(&value.to_bits()));
                    edges.partition_point(|edge| *edge <= value)
                }
            };
            last = Some((value, bin));
            numbers.bins[bin] += 1;
        }
    }

    fn observe_times(&mut self, values: &ArrayRef) {
        self.values = None;
        let values = values.as_primitive::<TimestampMicrosecondType>();
        let mut last = None;
        for at in values.iter().flatten().filter(|at| last.replace(*at) != Some(*at)) {
            self.sketch.add(hash(&at));
            let (earliest, latest) = self.times.get_or_insert((at, at));
            *earliest = (*earliest).min(at);
            *latest = (*latest).max(at);
        }
    }

    fn observe_texts(&mut self, values: &ArrayRef) {
        let texts = values.as_string::<i32>();
        let mut last: Option<&str> = None;
        let mut run = 0;
        for text in texts.iter().flatten() {
            // Sorted or repeating columns come in runs; each is looked at once.
            if last.is_some_and(|last| same(last, text)) {
                run += 1;
                continue;
            }
            if let Some(last) = last {
                self.count(last, run);
            }
            (last, run) = (Some(text), 1);
        }
        if let Some(last) = last {
            self.count(last, run);
        }
    }

    fn count(&mut self, text: &str, times: u64) {
        let hash = hash(text);
        if let Some(values) = &mut self.values {
            if let Some((_, count)) = values.find_mut(hash, |(value, _)| same(value, text)) {
                // It was seen before, in range and sketch, too.
                *count += times;
                return;
            }
            if values.len() < COUNTED_VALUES {
                values.insert_unique(hash, (text.to_owned(), times), |(value, _)| self::hash(value.as_str()));
            } else {
                self.values = None;
            }
        }
        self.sketch.add(hash);
        match &mut self.text_range {
            None => self.text_range = Some((text.to_owned(), text.to_owned())),
            Some((least, _)) if text < least.as_str() => text.clone_into(least),
            Some((_, most)) if text > most.as_str() => text.clone_into(most),
            Some(_) => {}
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.missing += other.missing;
        self.sketch.merge(&other.sketch);
        self.written = self.written.or(other.written);
        self.numbers = match (self.numbers.take(), other.numbers) {
            (Some(mut a), Some(b)) => {
                a.sum += b.sum;
                a.min = a.min.min(b.min);
                a.max = a.max.max(b.max);
                for (to, from) in a.bins.iter_mut().zip(b.bins) {
                    *to += from;
                }
                Some(a)
            }
            (a, b) => a.or(b),
        };
        self.times = match (self.times, other.times) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.text_range = match (self.text_range.take(), other.text_range) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        match other.values {
            None => self.values = None,
            Some(values) => {
                for (value, count) in values {
                    self.count(&value, count);
                }
            }
        }
    }

    pub(super) fn finish(
        self,
        column: &str,
        source_column: Option<String>,
        clock: &LocalClock,
    ) -> ColumnProfile {
        let present = self.rows - self.missing;
        let (kind, min, max) = if let Some(numbers) = self.numbers.as_ref().filter(|_| present > 0) {
            ("number", Some(numbers.min.to_string()), Some(numbers.max.to_string()))
        } else if let Some((earliest, latest)) = self.times {
            let day = |at| Some(date_of(clock.day_of(at)).to_string());
            ("time", day(earliest), day(latest))
        } else if self.numbers.is_some() {
            ("number", None, None)
        } else {
            let (least, most) = self.text_range.unzip();
            (self.written.unwrap_or("text"), least, most)
        };
        let mut top: Vec<TopValue> = self
            .values
            .iter()
            .flatten()
            .map(|(value, rows)| TopValue { value: value.clone(), rows: *rows })
            .collect();
        top.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.value.cmp(&b.value)));
        let distinct = match &self.values {
            Some(values) => values.len() as u64,
            None => self.sketch.estimate().min(present),
        };
        top.truncate(TOP_VALUES);
        ColumnProfile {
            column: column.to_owned(),
            source_column,
            kind: kind.to_owned(),
            missing: self.missing,
            unreadable: 0,
            missing_share: if self.rows == 0 { 0.0 } else { self.missing as f64 / self.rows as f64 },
            distinct,
            distinct_is_estimate: self.values.is_none() && distinct > SURELY_DISTINCT,
            min,
            max,
            mean: self.numbers.as_ref().filter(|_| present > 0).map(|n| n.sum / present as f64),
            top,
            histogram: self.numbers.map(|numbers| histogram(&numbers.bins)).unwrap_or_default(),
        }
    }
}

/// …, −2, −1, 0, 1, 2, 5, 10, … up to 5 × 10⁹ on either side, and hundredths about zero.
fn edges() -> &'static [f64] {
    static EDGES: std::sync::OnceLock<Vec<f64>> = std::sync::OnceLock::new();
    EDGES.get_or_init(|| {
        let positive: Vec<f64> =
            (-2..10).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power))).collect();
        let mut edges: Vec<f64> = positive.iter().rev().map(|edge| -edge).collect();
        edges.push(0.0);
        // Zero is a value of its own: prices of zero are not small prices.
        edges.push(f64::MIN_POSITIVE);
        edges.extend(positive);
        edges
    })
}

fn histogram(bins: &[u64]) -> Vec<Bin> {
    let edges = edges();
    let (Some(first), Some(last)) =
        (bins.iter().position(|rows| *rows > 0), bins.iter().rposition(|rows| *rows > 0))
    else {
        return Vec::new();
    };
    (first..=last)
        .map(|bin| Bin {
            from: if bin == 0 { f64::MIN } else { edges[bin - 1] },
            to: edges.get(bin).copied().unwrap_or(f64::MAX),
            rows: bins[bin],
        })
        .collect()
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    RandomState::with_seed(2).hash_one(value)
}

/// Counts distinct values by `HyperLogLog` (Flajolet et al. 2007) with 4,096 registers:
/// standard error 1.04/√4096 = 1.6 %.
#[derive(Debug, Clone)]
struct Distinct {
    registers: Vec<u8>,
}

const PRECISION: u32 = 12;

impl Distinct {
    fn new() -> Self {
        Self { registers: vec![0; 1 << PRECISION] }
    }

    fn add(&mut self, hash: u64) {
        let register = (hash >> (64 - PRECISION)) as usize;
        let rank = (hash << PRECISION | 1 << (PRECISION - 1)).leading_zeros() as u8 + 1;
        self.registers[register] = self.registers[register].max(rank);
    }

    fn merge(&mut self, other: &Self) {
        for (to, from) in self.registers.iter_mut().zip(&other.registers) {
            *to = (*to).max(*from);
        }
    }

    fn estimate(&self) -> u64 {
        let m = self.registers.len() as f64;
        let raw = 0.7213 / (1.0 + 1.079 / m) * m * m
            / self.registers.iter().map(|rank| 0.5_f64.powi(i32::from(*rank))).sum::<f64>();
        let empty = self.registers.iter().map(|rank| u32::from(*rank == 0)).sum::<u32>();
        // Linear counting where many registers are still empty.
        let estimate = if raw <= 2.5 * m && empty > 0 { m * (m / f64::from(empty)).ln() } else { raw };
        estimate.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, StringArray};

    use super::*;

    fn profile(parts: &[ArrayRef]) -> ColumnProfile {
        let mut whole = Profiler::new();
        for part in parts {
            let mut profiler = Profiler::new();
            profiler.observe(part).unwrap();
            whole.merge(profiler);
        }
        whole.finish("c", None, &LocalClock::new(&jiff::tz::TimeZone::UTC))
    }

    #[test]
    fn numbers_in_parts() {
        let parts: Vec<ArrayRef> = vec![
            Arc::new(Float64Array::from(vec![Some(0.0), Some(3.0), None])),
            Arc::new(Float64Array::from(vec![Some(-4.0), Some(3.0)])),
        ];
        let found = profile(&parts);
        assert_eq!((found.missing, found.distinct, found.distinct_is_estimate), (1, 3, false));
        assert_eq!((found.min.as_deref(), found.max.as_deref()), (Some("-4"), Some("3")));
        assert_eq!(found.mean, Some(0.5));
        assert_eq!(found.histogram.iter().map(|bin| bin.rows).sum::<u64>(), 4);
        let zero = found.histogram.iter().find(|bin| bin.from == 0.0).unwrap();
        assert_eq!(zero.rows, 1);
    }

    #[test]
    fn many_distinct_values_are_estimated_within_five_percent() {
        let parts: Vec<ArrayRef> = (0..10)
            .map(|part| {
                let texts = (0..10_000).map(|i| Some(format!("id-{}", part * 5_000 + i)));
                Arc::new(texts.collect::<StringArray>()) as ArrayRef
            })
            .collect();
        let found = profile(&parts);
        assert!(found.distinct_is_estimate);
        let (distinct, truth) = (found.distinct as f64, 55_000.0);
        assert!((distinct / truth - 1.0).abs() < 0.05, "{distinct}");
        assert!(found.top.is_empty());
    }

    #[test]
    fn days_and_flags_are_called_by_their_kind() {
        let days: ArrayRef =
            Arc::new(arrow::array::Date32Array::from(vec![Some(19_723), None, Some(19_000)]));
        let found = profile(&[days]);
        assert_eq!((found.kind.as_str(), found.distinct, found.missing), ("day", 2, 1));
        assert_eq!((found.min.as_deref(), found.max.as_deref()), (Some("2022-01-08"), Some("2024-01-01")));
        let flags: ArrayRef = Arc::new(arrow::array::BooleanArray::from(vec![true, false, true]));
        let found = profile(&[flags]);
        assert_eq!((found.kind.as_str(), found.top[0].value.as_str()), ("boolean", "true"));
    }

    #[test]
    fn few_texts_are_counted() {
        let part: ArrayRef = Arc::new(StringArray::from(vec!["b", "a", "b"]));
        let found = profile(&[part]);
        assert_eq!(found.distinct, 2);
        assert_eq!((found.top[0].value.as_str(), found.top[0].rows), ("b", 2));
        assert_eq!((found.min.as_deref(), found.max.as_deref()), (Some("a"), Some("b")));
    }
}
