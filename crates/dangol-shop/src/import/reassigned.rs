//! Order lines that an earlier file gives to one customer and a later one to another.
//!
//! What two files tell of an order is compared in the bucket of its customer, and so never meets if the customer
//! differs. The numbers of orders are therefore noted while files are read; of those that files give to different
//! customers, and only of those, the lines are looked at in a further pass over the buckets.
//!
//! The number of an order alone tells little: it may begin anew each year, or be that of two shops in one import. A
//! line is taken for the same only if product, time and quantity are equal, too, and the later file no longer
//! has it under the customer before. Such a line takes the place of the earlier one, unless most orders that have several customers
//! are of another kind: then a number does not belong to one customer in this shop, and the lines stay and are told of.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::is_not_null;
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::{Int64Type, UInt16Type};
use datafusion::common::hash_utils::{RandomState, create_hashes};

use super::mapping::staged;
use super::report::{OtherCustomers, Sample};
use super::shares::Shares;
use crate::error::ShopError;
use crate::order_lines::Canonical;

/// An order of more lines is a number that means something else, such as 0 for all sales of a till.
const MOST_LINES: usize = 10_000;

/// Order, customer, file.
const NOTED: usize = 18;
/// Order; what else makes a line; file; row of the file; customer.
const LINE: usize = 34;

/// Where a row stands: file and line.
type Place = (u16, i64);

/// Which file gives which order to whom.
pub(super) struct Noted {
    orders: Shares<NOTED>,
    /// The staged column that names the order, or the line where nothing names the order.
    named_by: usize,
}

/// Orders that files give to different customers.
pub(super) struct Disputed {
    /// Their hashes, in order.
    orders: Vec<u64>,
    /// How many orders one file gives to several customers.
    shared: u64,
    named_by: usize,
    lines: Shares<LINE>,
}

/// Lines of earlier files that later ones give to other customers.
#[derive(Debug, Default)]
pub(super) struct Reassigned {
    places: HashSet<Place>,
    orders: u64,
    elsewhere: u64,
    pub(super) replaced: bool,
}

/// Equal texts have equal hashes in every batch; nothing has 0.
fn hashes(column: &ArrayRef, seed: u64) -> Result<Vec<u64>, ShopError> {
    let mut hashes = vec![0; column.len()];
    create_hashes([column], &RandomState::with_seed(seed), &mut hashes)?;
    Ok(hashes)
}

const OF_NAME: u64 = 4;
const OF_CUSTOMER: u64 = 5;

impl Noted {
    /// For about so many rows; nothing where no staged column names orders or their lines.
    pub(super) fn new(folder: &Path, rows: u64, named_by: usize) -> Self {
        Self { orders: Shares::new(folder, "orders", rows), named_by }
    }

    /// Notes the orders of staged rows.
    pub(super) fn add(&self, rows: &RecordBatch) -> Result<(), ShopError> {
        let names = rows.column(self.named_by);
        let (orders, customers) =
            (hashes(names, OF_NAME)?, hashes(rows.column(staged::CUSTOMER_ID), OF_CUSTOMER)?);
        let file = rows.column(staged::FILE).as_primitive::<UInt16Type>();
        // The lines of an order stand together.
        let again =
            |row: usize| row > 0 && orders[row] == orders[row - 1] && customers[row] == customers[row - 1];
        let firsts = (0..rows.num_rows()).filter(|row| !again(*row) && names.is_valid(*row));
        self.orders.add(firsts.map(|row| {
            let mut record = [0; NOTED];
            record[..8].copy_from_slice(&orders[row].to_be_bytes());
            record[8..10].copy_from_slice(&file.value(row).to_be_bytes());
            record[10..].copy_from_slice(&customers[row].to_be_bytes());
            (orders[row], record)
        }))
    }

    /// The orders in dispute; there are none in most imports. What is noted is then gone.
    pub(super) fn disputed(self, folder: &Path, threads: usize) -> Result<Option<Disputed>, ShopError> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<(Vec<u64>, u64), ShopError> {
            let (mut orders, mut shared) = (Vec::new(), 0);
            loop {
                let share = next.fetch_add(1, Ordering::Relaxed);
                if share >= self.orders.len() {
                    return Ok((orders, shared));
                }
                look_at_orders(&self.orders.take(share)?, &mut orders, &mut shared);
            }
        };
        let parts = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.min(self.orders.len())).map(|_| scope.spawn(work)).collect();
            let done = threads.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic)));
            done.collect::<Result<Vec<_>, _>>()
        })?;
        let shared = parts.iter().map(|(_, shared)| shared).sum();
        let mut orders: Vec<u64> = parts.into_iter().flat_map(|(orders, _)| orders).collect();
        orders.sort_unstable();
        let lines = Shares::new(folder, "disputed", 4 * orders.len() as u64);
        Ok((!orders.is_empty()).then_some(Disputed { orders, shared, named_by: self.named_by, lines }))
    }
}

/// Adds the orders that files give to different customers, and counts those that one file gives to several.
fn look_at_orders(records: &[[u8; NOTED]], disputed: &mut Vec<u64>, shared: &mut u64) {
    for order in records.chunk_by(|a, b| a[..8] == b[..8]) {
        let [first, .., last] = order else { continue };
        // Whoever noted the same twice, in two batches, is one.
        let several = |file: &[[u8; NOTED]]| file.windows(2).any(|pair| pair[0] != pair[1]);
        let files = || order.chunk_by(|a, b| a[8..10] == b[8..10]);
        *shared += u64::from(files().any(several));
        if first[8..10] == last[8..10] {
            continue;
        }
        // Sorted, so that files with equal customers are equal.
        let customers = |file: &[[u8; NOTED]]| -> Vec<[u8; 8]> {
            let mut all: Vec<[u8; 8]> =
                file.iter().filter_map(|record| record[10..].try_into().ok()).collect();
            all.dedup();
            all
        };
        let of_first = files().next().map(customers);
        if files().any(|file| Some(customers(file)) != of_first) {
            disputed.extend(first[..8].try_into().map(u64::from_be_bytes));
        }
    }
}

impl Disputed {
    /// Adds the lines in dispute among the rows of a bucket.
    pub(super) fn add(&self, rows: &RecordBatch, carried: &[Canonical]) -> Result<(), ShopError> {
        let names = rows.column(self.named_by);
        let (orders, customers) =
            (hashes(names, OF_NAME)?, hashes(rows.column(staged::CUSTOMER_ID), OF_CUSTOMER)?);
        let carried = |column| {
            let at = carried.iter().position(|found| *found == column)?;
            Some(rows.column(staged::CARRIED_FROM + at).clone())
        };
        let item = match (carried(Canonical::LineId), carried(Canonical::ProductId)) {
            (Some(line), Some(product)) => Some(zip(&is_not_null(&line)?, &line, &product)?),
            (line, product) => line.or(product),
        };
        let mut content = vec![rows.column(staged::ORDERED_AT).clone()];
        content.extend(item.into_iter().chain(carried(Canonical::Quantity)));
        let mut keys = vec![0; rows.num_rows()];
        create_hashes(&content, &RandomState::with_seed(6), &mut keys)?;
        let file = rows.column(staged::FILE).as_primitive::<UInt16Type>();
        let line = rows.column(staged::LINE).as_primitive::<Int64Type>();
        let ours = (0..rows.num_rows())
            .filter(|row| names.is_valid(*row) && self.orders.binary_search(&orders[*row]).is_ok());
        self.lines.add(ours.map(|row| {
            let mut record = [0; LINE];
            record[..8].copy_from_slice(&orders[row].to_be_bytes());
            record[8..16].copy_from_slice(&keys[row].to_be_bytes());
            record[16..18].copy_from_slice(&file.value(row).to_be_bytes());
            record[18..26].copy_from_slice(&line.value(row).to_be_bytes());
            record[26..].copy_from_slice(&customers[row].to_be_bytes());
            (orders[row], record)
        }))
    }

    /// Which of the lines later files give to others.
    pub(super) fn settle(self) -> Result<Reassigned, ShopError> {
        let mut found = Reassigned::default();
        for share in 0..self.lines.len() {
            for order in self.lines.take(share)?.chunk_by(|a, b| a[..8] == b[..8]) {
                let before = found.places.len();
                if order.len() <= MOST_LINES {
                    order
                        .chunk_by(|a, b| a[8..16] == b[8..16])
                        .for_each(|lines| superseded(lines, &mut found.places));
                }
                let some = found.places.len() > before;
                *if some { &mut found.orders } else { &mut found.elsewhere } += 1;
            }
        }
        found.replaced = found.orders > self.shared + found.elsewhere;
        Ok(found)
    }
}

/// A line as the files so far have it.
struct Standing {
    customer: [u8; 8],
    places: Vec<Place>,
    /// Whether the file at hand has it, too.
    met: bool,
}

/// Of lines that are equal but for the customer, in the order of the files: those of a customer under whom a later file
/// no longer has them, where it has as many under another.
fn superseded(lines: &[[u8; LINE]], found: &mut HashSet<Place>) {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let place = |line: &[u8; LINE]| (number(&line[16..18]) as u16, number(&line[18..26]) as i64);
    let customer = |line: &[u8; LINE]| number(&line[26..]).to_be_bytes();
    let mut standing: Vec<Standing> = Vec::new();
    for file in lines.chunk_by(|a, b| a[16..18] == b[16..18]) {
        let known = standing.len();
        let mut others = Vec::new();
        for line in file {
            let same = |one: &&mut Standing| !one.met && one.customer == customer(line);
            match standing.iter_mut().find(same) {
                Some(one) => {
                    one.met = true;
                    one.places.push(place(line));
                }
                None => others.push(line),
            }
        }
        // With fewer, which of them it is would be a guess.
        let may_replace = standing.iter().filter(|one| !one.met).count() <= others.len();
        let mut left = standing[..known].iter_mut().filter(|one| !one.met && may_replace);
        let mut fresh = Vec::new();
        for line in others {
            let now = Standing { customer: customer(line), places: vec![place(line)], met: false };
            match left.next() {
                Some(one) => found.extend(std::mem::replace(one, now).places),
                None => fresh.push(now),
            }
        }
        standing.extend(fresh);
        for one in &mut standing {
            one.met = false;
        }
    }
}

impl Reassigned {
    /// Finds them among buckets; `each` gives the rows of all to what it is told.
    pub(super) fn find(
        noted: Noted,
        (folder, threads): (&Path, usize),
        each: impl FnOnce(&Disputed) -> Result<(), ShopError>,
    ) -> Result<Self, ShopError> {
        let Some(disputed) = noted.disputed(folder, threads)? else { return Ok(Self::default()) };
        each(&disputed)?;
        disputed.settle()
    }

    pub(super) fn has(&self, file: u16, line: i64) -> bool {
        !self.places.is_empty() && self.places.contains(&(file, line))
    }

    /// For the report, with the first of them.
    pub(super) fn report(&self, examples: Vec<Sample>) -> Option<OtherCustomers> {
        let any = self.orders + self.elsewhere > 0;
        any.then_some(OtherCustomers {
            lines: self.places.len() as u64,
            orders: self.orders,
            replaced: self.replaced,
            elsewhere: self.elsewhere,
            examples,
        })
    }
}

#[cfg(test)]
mod tests;
