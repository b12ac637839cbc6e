//! The first rows that met a fate, so that a person can look whether a rule takes what it should.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type};

use super::mapping::staged;
use super::report::Sample;
use crate::order_lines::Canonical;

/// So many are shown.
pub(super) const EXAMPLES: usize = 3;

/// What took an order line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Took {
    Duplicates,
    AlreadyPresent,
    Replaced,
    /// A later file gives the line to another customer. It takes nothing by itself.
    OtherCustomer,
    Netting,
    /// The rule of a number.
    Rule(usize),
}

/// The first lines that something took, in the order of the files, and what they are.
#[derive(Debug, Default)]
pub(super) struct Examples {
    lines: BTreeMap<Took, Vec<(u16, i64, String)>>,
}

impl Examples {
    /// Of the staged rows that were taken.
    pub(super) fn of(taken: &[(Took, u32)], rows: &RecordBatch, carried: &[Canonical]) -> Self {
        let mut first: BTreeMap<Took, Vec<(u16, i64, u32)>> = BTreeMap::new();
        let file = rows.column(staged::FILE).as_primitive::<arrow::datatypes::UInt16Type>();
        let line = rows.column(staged::LINE).as_primitive::<arrow::datatypes::Int64Type>();
        for (took, row) in taken {
            let place = (file.value(*row as usize), line.value(*row as usize), *row);
            keep_first(first.entry(*took).or_default(), place);
        }
        let described =
            |(file, line, row): (u16, i64, u32)| (file, line, describe(rows, carried, row as usize));
        let lines = first.into_iter().map(|(took, found)| (took, found.into_iter().map(described).collect()));
        Self { lines: lines.collect() }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (took, lines) in other.lines {
            let ours = self.lines.entry(took).or_default();
            for line in lines {
                keep_first(ours, line);
            }
        }
    }

    /// With the names of the files.
    pub(super) fn samples(&self, took: Took, files: &[String]) -> Vec<Sample> {
        self.lines
            .get(&took)
            .into_iter()
            .flatten()
            .map(|(file, line, value)| Sample {
                file: files[usize::from(*file)].clone(),
                line: *line as u64,
                value: value.clone(),
            })
            .collect()
    }
}

/// The smallest few, in order.
fn keep_first<T: Ord>(kept: &mut Vec<T>, one: T) {
    let at = kept.partition_point(|other| *other <= one);
    if at < EXAMPLES {
        kept.insert(at, one);
        kept.truncate(EXAMPLES);
    }
}

/// Order, customer, day, product, quantity and net revenue, as far as they are known.
fn describe(rows: &RecordBatch, carried: &[Canonical], row: usize) -> String {
    let text = |at: usize| {
        let values = rows.column(at).as_string::<i32>();
        values.is_valid(row).then(|| values.value(row).to_owned())
    };
    let number = |at: usize| {
        let values = rows.column(at).as_primitive::<Float64Type>();
        values.is_valid(row).then(|| values.value(row))
    };
    let carried_at =
        |column| carried.iter().position(|found| *found == column).map(|at| staged::CARRIED_FROM + at);
    let on = rows.column(staged::ORDERED_ON).as_primitive::<Date32Type>().value(row);
    let quantity = carried_at(Canonical::Quantity).and_then(number).map(|quantity| format!("× {quantity}"));
    let parts = [
        text(staged::ORDER_ID),
        text(staged::CUSTOMER_ID),
        Some(crate::time::date_of(on).to_string()),
        carried_at(Canonical::ProductId).or_else(|| carried_at(Canonical::ProductName)).and_then(text),
        quantity,
        number(staged::NET_REVENUE).map(|revenue| format!("= {}", (revenue * 100.0).round() / 100.0)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
