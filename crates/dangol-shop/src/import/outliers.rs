//! Which lines lie outside: `[[cleaning.outliers]]`.
//!
//! A limit in standard deviations or at a quantile hangs on all lines, and a line on its limit; so the buckets are cleaned
//! twice. The first time only the values of the columns concerned are kept, one file of numbers for each column and
//! bucket; from these files the limits are taken. The second time the lines beyond them are dropped or flagged. Each
//! limit is exact, and memory stays bounded however many lines there are:
//!
//! - mean and standard deviation (divisor n − 1) in two passes over the file with compensated sums;
//! - a quantile (type 7, see [`dangol_models::quantile`]) by selection on the digits of the numbers: four passes, each
//!   counting one sixteen-bit digit of those that share the digits found so far (radix selection: D. E. Knuth,
//!   *The Art of Computer Programming* 3, 5.2.5 and 5.3.3).
//!
//! All limits are taken from the same lines: the purchases that the other rules leave. Cancelled and returned
//! lines neither set a limit nor are held against one. A line that lies outside by several rules is counted under the
//! first.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, SchemaRef, UInt8Type};
use dangol_models::sum::Sum;

use super::mapping::staged;
use super::report::OutlierLimits;
use crate::config::{Config, OutlierAction, OutlierLimit, Outliers as Told};
use crate::error::{MappingError, ShopError};

/// The rules, with the columns that they look at.
#[derive(Debug, Default)]
pub(super) struct Outliers {
    rules: Vec<(Told, usize)>,
}

/// Lines outside are those below or above.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// The values that set them.
    pub(super) values: u64,
}

impl Limits {
    fn excludes(self, value: f64) -> bool {
        self.low.is_some_and(|low| value < low) || self.high.is_some_and(|high| value > high)
    }
}

impl Outliers {
    pub(super) fn new(config: &Config, staged: &SchemaRef) -> Result<Self, ShopError> {
        let mut rules = Vec::new();
        for (number, rule) in config.cleaning.outliers.iter().enumerate() {
            let column = rule.column.name();
            let at = staged.index_of(column).map_err(|_| MappingError::RuleNeedsColumn {
                config: config.path(),
                line: config.line_of_outliers(number),
                rule: rule.name(),
                table: "order_lines",
                column: column.to_owned(),
            })?;
            rules.push((rule.clone(), at));
        }
        Ok(Self { rules })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules' names, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.rules.iter().map(|(rule, _)| rule.name())
    }

    /// Whether there are limits that hang on the values.
    pub(super) fn must_measure(&self) -> bool {
        !self.measured().is_empty()
    }

    /// The columns whose values set a limit, each once.
    fn measured(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self
            .rules
            .iter()
            .filter(|(rule, _)| !matches!(rule.limit, OutlierLimit::Bounds { .. }))
            .map(|(_, column)| *column)
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Keeps a bucket's values for [`Outliers::limits`].
    pub(super) fn measure(
        &self,
        folder: &Path,
        bucket: usize,
        rows: &RecordBatch,
        order: &[u32],
    ) -> Result<(), ShopError> {
        let cancelled = rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>().values();
        for column in self.measured() {
            let path = values_file(folder, column, bucket);
            let values = rows.column(column).as_primitive::<Float64Type>();
            let write = || -> std::io::Result<()> {
                let mut file = BufWriter::new(File::create(&path)?);
                for row in order.iter().map(|row| *row as usize).filter(|row| cancelled[*row] == 0) {
                    if values.is_valid(row) && values.value(row).is_finite() {
                        file.write_all(&values.value(row).to_le_bytes())?;
                    }
                }
                file.flush()
            };
            write().map_err(ShopError::io("writing", &path))?;
        }
        Ok(())
    }

    /// The limits of each rule, from the values of all buckets, whose files are then gone.
    pub(super) fn limits(&self, folder: &Path, buckets: usize) -> Result<Vec<Limits>, ShopError> {
        let values_of = |column| Values {
            files: (0..buckets).map(|bucket| values_file(folder, column, bucket)).collect(),
        };
        let mut limits = Vec::new();
        for (rule, column) in &self.rules {
            let values = values_of(*column);
            limits.push(match rule.limit {
                OutlierLimit::Bounds { min, max } => Limits { low: min, high: max, values: 0 },
                OutlierLimit::Sigma { k } => values.sigma(k)?,
                OutlierLimit::Quantile { lower, upper } => values.quantiles(lower, upper)?,
            });
        }
        for column in self.measured() {
            for file in values_of(column).files {
                std::fs::remove_file(&file).map_err(ShopError::io("removing", &file))?;
            }
        }
        Ok(limits)
    }

    /// For each row of `order` the first rule that it lies outside of, as its number and whether it is dropped.
    pub(super) fn first_rule(
        &self,
        limits: &[Limits],
        rows: &RecordBatch,
        order: &[u32],
    ) -> Vec<Option<(usize, bool)>> {
        let cancelled = rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>().values();
        let outside = |row: usize| {
            self.rules.iter().zip(limits).position(|((_, column), limits)| {
                let values = rows.column(*column).as_primitive::<Float64Type>();
                values.is_valid(row) && limits.excludes(values.value(row))
            })
        };
        order
            .iter()
            .map(|row| *row as usize)
            .map(|row| {
                let rule = if cancelled[row] == 0 { outside(row) } else { None }?;
                Some((rule, self.rules[rule].0.action == OutlierAction::Drop))
            })
            .collect()
    }

    /// What the report says of them; `rows` are those outside, by rule.
    pub(super) fn report(&self, limits: &[Limits], rows: &[u64]) -> Vec<OutlierLimits> {
        self.rules
            .iter()
            .zip(limits)
            .zip(rows)
            .map(|(((rule, _), limits), rows)| OutlierLimits {
                rule: rule.name(),
                column: rule.column.name().to_owned(),
                low: limits.low,
                high: limits.high,
                values: limits.values,
                dropped: rule.action == OutlierAction::Drop,
                rows: *rows,
            })
            .collect()
    }
}

fn values_file(folder: &Path, column: usize, bucket: usize) -> PathBuf {
    folder.join(format!("values-{column}-{bucket:04}.f64"))
}

/// Finite numbers in files, to be read as often as need be.
struct Values {
    files: Vec<PathBuf>,
}

impl Values {
    fn each(&self, mut take: impl FnMut(f64)) -> Result<(), ShopError> {
        for path in &self.files {
            let mut file = BufReader::new(File::open(path).map_err(ShopError::io("reading", path))?);
            let mut bytes = [0; 8];
            let size = file.get_ref().metadata().map_err(ShopError::io("reading", path))?.len();
            for _ in 0..size / 8 {
                file.read_exact(&mut bytes).map_err(ShopError::io("reading", path))?;
                take(f64::from_le_bytes(bytes));
            }
        }
        Ok(())
    }

    /// Mean ± k standard deviations; none with fewer than two values.
    fn sigma(&self, k: f64) -> Result<Limits, ShopError> {
        let (mut count, mut sum, mut squares) = (0_u64, Sum::default(), Sum::default());
        self.each(|value| {
            count += 1;
            sum.add(value);
        })?;
        let mean = sum.value() / count as f64;
        self.each(|value| squares.add((value - mean) * (value - mean)))?;
        let deviation = (squares.value() / (count as f64 - 1.0)).sqrt();
        if count < 2 || !deviation.is_finite() {
            return Ok(Limits { values: count, ..Limits::default() });
        }
        Ok(Limits { low: Some(mean - k * deviation), high: Some(mean + k * deviation), values: count })
    }

    fn quantiles(&self, lower: Option<f64>, upper: Option<f64>) -> Result<Limits, ShopError> {
        let mut count = 0_u64;
        self.each(|_| count += 1)?;
        let at = |p: Option<f64>| p.filter(|_| count > 0).map(|p| self.quantile(count, p)).transpose();
        Ok(Limits { low: at(lower)?, high: at(upper)?, values: count })
    }

    /// Linear interpolation at position (n − 1) p of the sorted values.
    fn quantile(&self, count: u64, p: f64) -> Result<f64, ShopError> {
        let position = (count - 1) as f64 * p;
        let (place, share) = (position.floor(), position - position.floor());
        let (low, above) = self.order_statistic(place as u64)?;
        Ok(if share > 0.0 { low + share * (above - low) } else { low })
    }

    /// The value at a place of the sorted values, from 0, and the one after it (itself at the end).
    fn order_statistic(&self, place: u64) -> Result<(f64, f64), ShopError> {
        let (mut found, mut below) = (0_u64, 0_u64);
        let mut equal = 0;
        for shift in [48, 32, 16, 0] {
            let mut counts = vec![0_u64; 1 << 16];
            self.each(|value| {
                let key = ordered(value);
                if shift == 48 || key >> (shift + 16) == found >> (shift + 16) {
                    counts[(key >> shift) as usize & 0xFFFF] += 1;
                }
            })?;
            for (digit, count) in counts.iter().enumerate() {
                if below + count > place {
                    found |= (digit as u64) << shift;
                    equal = *count;
                    break;
                }
                below += count;
            }
        }
        let value = from_ordered(found);
        if place + 1 < below + equal {
            return Ok((value, value));
        }
        let mut next = f64::INFINITY;
        self.each(|other| {
            if other > value {
                next = next.min(other);
            }
        })?;
        Ok((value, if next.is_finite() { next } else { value }))
    }
}

/// Whole numbers in the order of the floats.
fn ordered(value: f64) -> u64 {
    // Adding 0 makes −0 the same as 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn from_ordered(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

#[cfg(test)]
mod tests;
