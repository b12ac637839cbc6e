//! Staged rows as sorting and cleaning read them.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{
    Date32Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt16Type, UInt64Type,
};

use crate::error::ShopError;
use crate::import::mapping::staged;
use crate::import::spill::places;
use crate::order_lines::Canonical;
use crate::texts::{same, take_rows};

/// Flags that steps put on rows.
pub(super) type Marks = Vec<(u32, &'static str)>;

/// The staged columns that cleaning and counting read, row by row, of rows that are sorted.
pub(super) struct Rows<'a> {
    pub(super) customer: &'a StringArray,
    pub(super) order: &'a StringArray,
    pub(super) product: Option<&'a StringArray>,
    pub(super) line_id: Option<&'a StringArray>,
    pub(super) at: &'a [i64],
    pub(super) on: &'a [i32],
    pub(super) file: &'a [u16],
    pub(super) line: &'a [i64],
    pub(super) fingerprint: &'a [u64],
    /// Number of the customer within the bucket; unknown customers come last.
    pub(super) rank: Vec<u32>,
}

pub(super) const UNKNOWN: u32 = u32::MAX;

impl<'a> Rows<'a> {
    /// Of rows as [`sorted`] gives them.
    pub(super) fn new(rows: &'a RecordBatch, carried: &[Canonical]) -> Self {
        let text = |column| {
            carried
                .iter()
                .position(|found| *found == column)
                .map(|at| rows.column(staged::CARRIED_FROM + at).as_string::<i32>())
        };
        let customer = rows.column(staged::CUSTOMER_ID).as_string::<i32>();
        Self {
            customer,
            order: rows.column(staged::ORDER_ID).as_string::<i32>(),
            product: text(Canonical::ProductId),
            line_id: text(Canonical::LineId),
            at: rows.column(staged::ORDERED_AT).as_primitive::<TimestampMicrosecondType>().values(),
            on: rows.column(staged::ORDERED_ON).as_primitive::<Date32Type>().values(),
            file: rows.column(staged::FILE).as_primitive::<UInt16Type>().values(),
            line: rows.column(staged::LINE).as_primitive::<Int64Type>().values(),
            fingerprint: rows.column(staged::FINGERPRINT).as_primitive::<UInt64Type>().values(),
            rank: ranks_of_sorted(customer),
        }
    }

    /// Whether two rows are copies of each other within one file.
    pub(super) fn duplicates(&self, a: u32, b: u32) -> bool {
        let (i, j) = (a as usize, b as usize);
        self.fingerprint[i] == self.fingerprint[j]
            && self.file[i] == self.file[j]
            && self.rank[i] == self.rank[j]
            && self.at[i] == self.at[j]
            && self.order.value(i) == self.order.value(j)
    }
}

/// The rows by customer, time and order; then equal rows together, in the order of the files. Unknown customers come last.
/// Customers stand alphabetically, `by_place` within the [`places`] that the buckets share out.
///
/// Rows go to their customers by counting, so that only the lines of one customer are compared, and those mostly come in
/// the order of time already.
pub(in crate::import) fn sorted(rows: &RecordBatch, by_place: bool) -> Result<RecordBatch, ShopError> {
    let customers = rows.column(staged::CUSTOMER_ID);
    let places = if by_place { places(customers)? } else { Vec::new() };
    let (rank, known) = ranks(customers.as_string::<i32>(), &places);
    // Where the rows of each customer begin; those of unknown ones follow.
    let mut begin = vec![0_u32; known + 2];
    let slot = |rank: u32| (rank as usize).min(known);
    for rank in &rank {
        begin[slot(*rank) + 1] += 1;
    }
    for at in 1..begin.len() {
        begin[at] += begin[at - 1];
    }
    let mut next = begin.clone();
    let mut order = vec![0_u32; rank.len()];
    for (row, rank) in rank.iter().enumerate() {
        let place = &mut next[slot(*rank)];
        order[*place as usize] = row as u32;
        *place += 1;
    }

    let at = rows.column(staged::ORDERED_AT).as_primitive::<TimestampMicrosecondType>().values();
    let order_id = rows.column(staged::ORDER_ID).as_string::<i32>();
    let fingerprint = rows.column(staged::FINGERPRINT).as_primitive::<UInt64Type>().values();
    let file = rows.column(staged::FILE).as_primitive::<UInt16Type>().values();
    let line = rows.column(staged::LINE).as_primitive::<Int64Type>().values();
    let compare = |a: &u32, b: &u32| -> Ordering {
        let (i, j) = (*a as usize, *b as usize);
        at[i]
            .cmp(&at[j])
            .then_with(|| match (order_id.value(i), order_id.value(j)) {
                (a, b) if same(a, b) => Ordering::Equal,
                (a, b) => a.cmp(b),
            })
            .then_with(|| fingerprint[i].cmp(&fingerprint[j]))
            .then_with(|| file[i].cmp(&file[j]))
            .then_with(|| line[i].cmp(&line[j]))
    };
    for ends in begin.windows(2) {
        order[ends[0] as usize..ends[1] as usize].sort_by(compare);
    }
    Ok(take_rows(rows, &UInt32Array::from(order))?)
}

/// Ranks of customers by place, if there are places, and id; [`UNKNOWN`] for none; and how many there are.
fn ranks(ids: &StringArray, places: &[u16]) -> (Vec<u32>, usize) {
    let mut number_of: hashbrown::HashMap<&str, u32> = hashbrown::HashMap::new();
    let mut distinct: Vec<(u16, &str)> = Vec::new();
    let mut numbers = Vec::with_capacity(ids.len());
    let mut last: Option<&str> = None;
    for (row, id) in ids.iter().enumerate() {
        // The lines of an order stand together.
        if id.zip(last).is_some_and(|(id, last)| same(id, last)) {
            numbers.push(numbers[numbers.len() - 1]);
            continue;
        }
        last = id;
        numbers.push(match id {
            None => UNKNOWN,
            Some(id) => *number_of.entry(id).or_insert_with(|| {
                distinct.push((places.get(row).copied().unwrap_or(0), id));
                distinct.len() as u32 - 1
            }),
        });
    }
    let mut in_order: Vec<u32> = (0..distinct.len() as u32).collect();
    in_order.sort_unstable_by_key(|number| distinct[*number as usize]);
    let mut rank = vec![0; distinct.len()];
    for (place, number) in in_order.into_iter().enumerate() {
        rank[number as usize] = place as u32;
    }
    for number in &mut numbers {
        if *number != UNKNOWN {
            *number = rank[*number as usize];
        }
    }
    (numbers, distinct.len())
}

fn ranks_of_sorted(ids: &StringArray) -> Vec<u32> {
    let (mut rank, mut last) = (0, None::<&str>);
    ids.iter()
        .map(|id| match id {
            None => UNKNOWN,
            Some(id) => {
                rank += u32::from(last.is_some_and(|last| !same(last, id)));
                last = Some(id);
                rank
            }
        })
        .collect()
}

/// Where a carried column stands in staged rows.
pub(super) fn carried_at(carried: &[Canonical], column: Canonical) -> Option<usize> {
    carried.iter().position(|found| *found == column).map(|at| staged::CARRIED_FROM + at)
}

/// The rows with other numbers in some places of a column.
pub(super) fn with_values(
    rows: &RecordBatch,
    column: usize,
    values: &[(u32, Option<f64>)],
) -> Result<RecordBatch, ShopError> {
    let mut numbers: Vec<Option<f64>> = rows.column(column).as_primitive::<Float64Type>().iter().collect();
    for (row, value) in values {
        numbers[*row as usize] = *value;
    }
    let mut columns = rows.columns().to_vec();
    columns[column] = Arc::new(Float64Array::from(numbers));
    Ok(RecordBatch::try_new(rows.schema(), columns)?)
}
