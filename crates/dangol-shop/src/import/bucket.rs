//! One bucket of rows: sorted, freed of what the rules take, flagged, in the store's form.

mod order_level;
mod orders;
mod returns;
mod rows;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, Date32Array, Float64Array, Int32Array,
    Int64Array, RecordBatch, UInt32Array, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::{Float64Type, Int32Type, UInt8Type};

use self::order_level::once_per_order;
use self::orders::Orders;
use self::returns::net_returns;
pub(super) use self::rows::sorted;
use self::rows::{Marks, Rows, UNKNOWN};
use super::cleaning::{Rules, zero_price};
use super::examples::{Examples, Took};
use super::mapping::staged;
use super::outliers::Limits;
use super::profile::Profiler;
use super::reassigned::Reassigned;
use super::report::Days;
use crate::config::Cancellations;
use crate::customer_ids::customers_schema;
use crate::error::ShopError;
use crate::order_lines::{CARRIED, Canonical, arrow_type, store_schema};
use crate::time::Period;

/// A bucket's rows in the store's schema, and the count of what did not get there.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Lines of known customers, sorted by customer and time.
    pub(super) known: RecordBatch,
    /// Lines without a customer, sorted by time.
    pub(super) unknown: RecordBatch,
    pub(super) counts: Counts,
}

/// What a bucket contributes to the report.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) kept: u64,
    pub(super) duplicates_dropped: u64,
    pub(super) already_present: u64,
    pub(super) replaced: u64,
    pub(super) netted: u64,
    /// Rows by number of the rule that dropped them.
    pub(super) dropped: Vec<u64>,
    /// Rows that lie outside by number of the rule on outliers, dropped or not.
    pub(super) outliers: Vec<u64>,
    pub(super) flags: HashMap<&'static str, u64>,
    pub(super) customers: u64,
    pub(super) orders: u64,
    pub(super) orders_without_customer: u64,
    pub(super) profiles: Vec<Profiler>,
    pub(super) days: Days,
    pub(super) first_at: Option<i64>,
    pub(super) last_at: Option<i64>,
    pub(super) customer_revenue: f64,
    pub(super) not_purchases: u64,
    /// What took which row.
    pub(super) taken: Vec<(Took, u32)>,
    pub(super) examples: Examples,
    /// Kept rows by number of the file.
    pub(super) kept_by_file: Vec<u64>,
}

/// What a bucket is cleaned by.
#[derive(Clone, Copy)]
pub(super) struct Cleaning<'a> {
    pub(super) carried: &'a [Canonical],
    pub(super) rules: &'a Rules,
    /// How many files the import reads.
    pub(super) files: usize,
    /// Lines that later files give to other customers.
    pub(super) reassigned: &'a Reassigned,
}

/// A bucket's rows once all rules but those on outliers are done.
struct Cleaned<'a> {
    rows: Rows<'a>,
    /// What is left, sorted.
    order: Vec<u32>,
    /// The rows with what netting and amounts of orders have made of them.
    staged: Cow<'a, RecordBatch>,
    marks: Marks,
}

impl Cleaning<'_> {
    /// Cleans rows that are sorted.
    fn clean<'a>(&self, staged_rows: &'a RecordBatch, counts: &mut Counts) -> Result<Cleaned<'a>, ShopError> {
        let (carried, rules) = (self.carried, self.rules);
        counts.dropped = vec![0; rules.names().len()];
        let rows = Rows::new(staged_rows, carried);
        let mut order: Vec<u32> = (0..staged_rows.num_rows() as u32).collect();

        let duplicate_count = drop_duplicates(&mut order, &rows, rules.drop_duplicates, counts);
        if rules.drop_duplicates {
            counts.duplicates_dropped = duplicate_count;
        } else if duplicate_count > 0 {
            counts.flags.insert("duplicates", duplicate_count);
        }
        if self.files > 1 {
            give_to_others(&mut order, &rows, self.reassigned, counts);
            resolve_repeated_lines(&mut order, &rows, counts);
        }
        let all = if rules.order_level.columns.is_empty() { Vec::new() } else { order.clone() };
        let rule = staged_rows.column(staged::RULE).as_primitive::<UInt8Type>().values();
        order.retain(|row| {
            let rule = usize::from(rule[*row as usize]);
            if rule > 0 {
                counts.dropped[rule] += 1;
                counts.taken.push((Took::Rule(rule), *row));
            }
            rule == 0
        });
        let mut marks = Marks::new();
        let mut staged = Cow::Borrowed(staged_rows);
        if rules.cancellations == Cancellations::Net {
            staged = Cow::Owned(net_returns(&mut order, &staged, carried, &rows, counts, &mut marks)?);
        }
        if !all.is_empty() {
            let level = &rules.order_level;
            staged = Cow::Owned(once_per_order(level, &all, &order, &staged, carried, &rows, &mut marks)?);
        }
        Ok(Cleaned { rows, order, staged, marks })
    }

    /// Keeps the values of sorted rows from which the limits of outliers are taken.
    pub(super) fn measure(
        &self,
        bucket: usize,
        staged_rows: &RecordBatch,
        folder: &Path,
    ) -> Result<(), ShopError> {
        let cleaned = self.clean(staged_rows, &mut Counts::default())?;
        self.rules.outliers.measure(folder, bucket, &cleaned.staged, &cleaned.order)
    }

    /// Cleans the sorted rows of bucket number `bucket`.
    pub(super) fn finish(
        &self,
        bucket: usize,
        staged_rows: &RecordBatch,
        limits: &[Limits],
        now: i64,
    ) -> Result<Bucket, ShopError> {
        let mut counts = Counts { profiles: profiles(staged_rows, self.carried)?, ..Counts::default() };
        let Cleaned { rows, mut order, staged, mut marks } = self.clean(staged_rows, &mut counts)?;
        self.outliers(&mut order, &staged, limits, &mut counts, &mut marks);
        counts.kept = order.len() as u64;
        counts.kept_by_file = vec![0; self.files];
        for row in &order {
            counts.kept_by_file[usize::from(rows.file[*row as usize])] += 1;
        }
        let taken = std::mem::take(&mut counts.taken);
        counts.examples = Examples::of(&taken, staged_rows, self.carried);
        count_flags(&order, &staged, &rows, &marks, now, &mut counts);

        let known = order.partition_point(|row| rows.rank[*row as usize] != UNKNOWN);
        let (known, unknown) = order.split_at(known);
        Ok(Bucket {
            known: store_rows(bucket, known, &staged, self.carried, &rows, &mut counts, true)?,
            unknown: store_rows(bucket, unknown, &staged, self.carried, &rows, &mut counts, false)?,
            counts,
        })
    }

    /// Drops or flags what lies outside.
    fn outliers(
        &self,
        order: &mut Vec<u32>,
        staged: &RecordBatch,
        limits: &[Limits],
        counts: &mut Counts,
        marks: &mut Marks,
    ) {
        let rules = &self.rules.outliers;
        if rules.is_empty() {
            return;
        }
        counts.outliers = vec![0; limits.len()];
        let found = rules.first_rule(limits, staged, order);
        let mut found = found.into_iter();
        order.retain(|row| {
            let Some((rule, dropped)) = found.next().flatten() else { return true };
            counts.outliers[rule] += 1;
            if dropped {
                let rule = self.rules.first_outlier + rule;
                counts.dropped[rule] += 1;
                counts.taken.push((Took::Rule(rule), *row));
            } else {
                marks.push((*row, "outlier"));
            }
            !dropped
        });
    }
}

fn profiles(rows: &RecordBatch, carried: &[Canonical]) -> Result<Vec<Profiler>, ShopError> {
    profiled_columns(carried)
        .into_iter()
        .map(|(_, index)| {
            let mut profiler = Profiler::new();
            profiler.observe(rows.column(index))?;
            Ok(profiler)
        })
        .collect()
}

/// The columns that the report profiles, by name and position in staged rows.
pub(super) fn profiled_columns(carried: &[Canonical]) -> Vec<(&'static str, usize)> {
    let mut columns = vec![
        ("order_id", staged::ORDER_ID),
        ("customer_id", staged::CUSTOMER_ID),
        ("ordered_at", staged::ORDERED_AT),
    ];
    columns.extend(carried.iter().enumerate().map(|(at, column)| (column.name(), staged::CARRIED_FROM + at)));
    columns.push(("net_revenue", staged::NET_REVENUE));
    columns
}

/// Counts rows that copy the row before them and, if asked, takes them out.
fn drop_duplicates(order: &mut Vec<u32>, rows: &Rows<'_>, drop: bool, counts: &mut Counts) -> u64 {
    let copies = || order.windows(2).filter(|pair| rows.duplicates(pair[0], pair[1])).map(|pair| pair[1]);
    if drop {
        counts.taken.extend(copies().map(|row| (Took::Duplicates, row)));
    }
    let copies = copies().count() as u64;
    if drop && copies > 0 {
        order.dedup_by(|next, first| rows.duplicates(*first, *next));
    }
    copies
}

/// A line that a later file gives to another customer stands there.
fn give_to_others(order: &mut Vec<u32>, rows: &Rows<'_>, reassigned: &Reassigned, counts: &mut Counts) {
    order.retain(|row| {
        let i = *row as usize;
        if !reassigned.has(rows.file[i], rows.line[i]) {
            return true;
        }
        counts.taken.push((Took::OtherCustomer, *row));
        if reassigned.replaced {
            counts.replaced += 1;
            counts.taken.push((Took::Replaced, *row));
        }
        !reassigned.replaced
    });
}

/// Files that overlap bring a line twice. Its key is its line id, or order, product and
/// occurrence within the file; the last file's state of a line stands.
fn resolve_repeated_lines(order: &mut Vec<u32>, rows: &Rows<'_>, counts: &mut Counts) {
    type Key<'a> = (u32, &'a str, &'a str, u32);
    let mut occurrences: hashbrown::HashMap<(u16, u32, &str, &str), u32> = hashbrown::HashMap::new();
    let mut standing: hashbrown::HashMap<Key<'_>, u32> = hashbrown::HashMap::new();
    let mut gone: hashbrown::HashSet<u32> = hashbrown::HashSet::new();
    // In the order of the files, so that a later file meets what an earlier one brought.
    let mut by_file = order.clone();
    by_file.sort_by_key(|row| (rows.file[*row as usize], rows.line[*row as usize]));
    for row in by_file {
        let i = row as usize;
        let order_id = rows.order.value(i);
        let item = match (rows.line_id, rows.product) {
            (Some(ids), _) | (_, Some(ids)) if ids.is_valid(i) => ids.value(i),
            _ => "",
        };
        let occurrence = occurrences.entry((rows.file[i], rows.rank[i], order_id, item)).or_insert(0);
        let key = (rows.rank[i], order_id, item, *occurrence);
        *occurrence += 1;
        match standing.get(&key) {
            None => {
                standing.insert(key, row);
            }
            Some(earlier) if rows.fingerprint[*earlier as usize] == rows.fingerprint[i] => {
                counts.already_present += 1;
                counts.taken.push((Took::AlreadyPresent, row));
                gone.insert(row);
            }
            Some(earlier) => {
                counts.replaced += 1;
                counts.taken.push((Took::Replaced, *earlier));
                gone.insert(*earlier);
                standing.insert(key, row);
            }
        }
    }
    order.retain(|row| !gone.contains(row));
}

fn count_flags(
    order: &[u32],
    staged_rows: &RecordBatch,
    rows: &Rows<'_>,
    marks: &Marks,
    now: i64,
    counts: &mut Counts,
) {
    let zero = zero_price(&staged_rows.schema(), staged_rows.columns());
    let revenue = staged_rows.column(staged::NET_REVENUE).as_primitive::<Float64Type>();
    let cancelled = staged_rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>();
    let mut flag = |name: &'static str, of: &dyn Fn(usize) -> bool| {
        let found = order.iter().filter(|row| of(**row as usize)).count() as u64;
        if found > 0 {
            counts.flags.insert(name, found);
        }
    };
    flag("missing_customer", &|i| rows.customer.is_null(i));
    flag("zero_price", &|i| zero[i]);
    flag("missing_amount", &|i| revenue.is_null(i));
    flag("cancelled", &|i| cancelled.value(i) != 0);
    flag("future", &|i| rows.at[i] > now);
    if !marks.is_empty() {
        let kept: HashSet<u32> = order.iter().copied().collect();
        // A row has a mark once, however many columns give it.
        let marks: HashSet<&(u32, &str)> = marks.iter().filter(|(row, _)| kept.contains(row)).collect();
        for (_, mark) in marks {
            *counts.flags.entry(mark).or_insert(0) += 1;
        }
    }
}

/// The customers of a bucket's lines, in the order of their keys: [`crate::customer_ids::customers_schema`].
pub(super) fn customers_of(known: &RecordBatch) -> Result<RecordBatch, ShopError> {
    let keys = known.column(0).as_primitive::<Int32Type>().values();
    let first = |row: &u32| *row == 0 || keys[*row as usize - 1] != keys[*row as usize];
    let firsts: UInt32Array = (0..keys.len() as u32).filter(first).collect::<Vec<_>>().into();
    let schema = customers_schema();
    let columns = schema
        .fields()
        .iter()
        .map(|field| take(known.column(known.schema().index_of(field.name())?), &firsts, None))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(schema, columns)?)
}

/// Bits of the customer key that number the customers of a bucket.
const CUSTOMER_BITS: u32 = 21;
/// Bits of the order key that number the orders of a bucket.
const ORDER_BITS: u32 = 40;

/// The rows of `order` in the store's schema, with keys and flags.
fn store_rows(
    bucket: usize,
    order: &[u32],
    staged_rows: &RecordBatch,
    carried: &[Canonical],
    rows: &Rows<'_>,
    counts: &mut Counts,
    known: bool,
) -> Result<RecordBatch, ShopError> {
    let cancelled = staged_rows.column(staged::IS_CANCELLED).as_primitive::<UInt8Type>().values();
    let quantity = carried
        .iter()
        .position(|column| *column == Canonical::Quantity)
        .map(|at| staged_rows.column(staged::CARRIED_FROM + at).as_primitive::<Float64Type>());
    let revenue = staged_rows.column(staged::NET_REVENUE).as_primitive::<Float64Type>();

    let length = order.len();
    let mut customer_key = Vec::with_capacity(length);
    let mut order_key = Vec::with_capacity(length);
    let mut net_revenue = Vec::with_capacity(length);
    let mut has_revenue = BooleanBufferBuilder::new(length);
    let mut is_purchase = BooleanBufferBuilder::new(length);
    let mut firsts: [_; 5] = std::array::from_fn(|_| BooleanBufferBuilder::new(length));
    let mut first_on = Vec::with_capacity(length);
    let mut has_first = BooleanBufferBuilder::new(length);

    let mut customers = 0_i32;
    let mut orders_total = 0_i64;
    // Filled and emptied for each customer.
    let mut orders = Orders::default();
    // What was computed of the day last seen.
    let (mut day, mut periods) = (i32::MIN, [0; 4]);
    let mut of_day = (0, 0, 0.0);
    let mut start = 0;
    while start < length {
        // One customer's rows; unknown customers are taken one by one as they have no history.
        let rank = rows.rank[order[start] as usize];
        let end = if known {
            start + order[start..].iter().take_while(|row| rows.rank[**row as usize] == rank).count()
        } else {
            length
        };
        let key = ((bucket as i32) << CUSTOMER_BITS) | customers;
        orders.forget();
        let mut last: [Option<i32>; 4] = [None; 4];
        let history = &order[start..end];
        let sold = |i: usize| {
            cancelled[i] == 0 && quantity.is_none_or(|numbers| numbers.is_null(i) || numbers.value(i) > 0.0)
        };
        let buys = |i: usize| known && sold(i);
        let first_purchase =
            history.iter().find(|row| buys(**row as usize)).map(|row| rows.on[*row as usize]);
        for row in history {
            let i = *row as usize;
            let on = rows.on[i];
            if on != day {
                counts.days.add(day, of_day);
                of_day = (0, 0, 0.0);
                day = on;
                periods = [Period::Day, Period::Week, Period::Month, Period::Quarter]
                    .map(|period| period.index_of(on));
            }
            let purchase = buys(i);
            let number = orders.number_of(rows.order.value(i), &mut orders_total);
            customer_key.push(key);
            order_key.push(((bucket as i64) << ORDER_BITS) | number);
            let new_order = purchase && orders.buys();
            // A basket of nobody is an order all the same, where orders are counted without customers.
            let of_nobody = !known && sold(i) && orders.buys();
            counts.orders_without_customer += u64::from(of_nobody);
            firsts[0].append(new_order);
            for ((last, index), flags) in last.iter_mut().zip(periods).zip(&mut firsts[1..]) {
                let first = purchase && *last != Some(index);
                if first {
                    *last = Some(index);
                }
                flags.append(first);
            }
            is_purchase.append(purchase);
            let (has_paid, paid) = if cancelled[i] == 2 {
                (true, 0.0)
            } else {
                (revenue.is_valid(i), if revenue.is_valid(i) { revenue.value(i) } else { 0.0 })
            };
            net_revenue.push(paid);
            has_revenue.append(has_paid);
            of_day = (of_day.0 + 1, of_day.1 + u64::from(new_order || of_nobody), of_day.2 + paid);
            if purchase {
                counts.orders += u64::from(new_order);
                counts.first_at = Some(counts.first_at.map_or(rows.at[i], |at| at.min(rows.at[i])));
                counts.last_at = Some(counts.last_at.map_or(rows.at[i], |at| at.max(rows.at[i])));
                counts.customer_revenue += paid;
            } else if known {
                counts.not_purchases += 1;
            }
        }
        first_on.resize(end, first_purchase.unwrap_or_default());
        has_first.append_n(end - start, first_purchase.is_some());
        counts.customers += u64::from(first_purchase.is_some());
        customers += 1;
        start = end;
    }
    counts.days.add(day, of_day);

    // What is left is mostly all there was, and in its order.
    let neighbours = order.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let picked = UInt32Array::from(if neighbours { Vec::new() } else { order.to_vec() });
    let column = |index: usize| match order.first() {
        Some(first) if neighbours => Ok(staged_rows.column(index).slice(*first as usize, length)),
        _ => take(staged_rows.column(index), &picked, None),
    };
    let flags =
        |mut flags: BooleanBufferBuilder| Arc::new(BooleanArray::new(flags.finish(), None)) as ArrayRef;
    let present = |mut present: BooleanBufferBuilder| {
        Some(NullBuffer::new(present.finish())).filter(|nulls| nulls.null_count() > 0)
    };
    let [of_order, of_day, of_week, of_month, of_quarter] = firsts.map(flags);
    let unknown = (!known).then(|| NullBuffer::new_null(length));
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::new(customer_key.into(), unknown)),
        column(staged::CUSTOMER_ID)?,
        Arc::new(Int64Array::from(order_key)),
        column(staged::ORDER_ID)?,
        column(staged::ORDERED_AT)?,
        column(staged::ORDERED_ON)?,
        Arc::new(Float64Array::new(net_revenue.into(), present(has_revenue))),
        flags(is_purchase),
        of_order,
        of_day,
        of_week,
        of_month,
        of_quarter,
        Arc::new(Date32Array::new(first_on.into(), present(has_first))),
    ];
    for wanted in CARRIED {
        columns.push(match carried.iter().position(|found| *found == wanted) {
            Some(at) => column(staged::CARRIED_FROM + at)?,
            None => new_null_array(&arrow_type(wanted), length),
        });
    }
    Ok(RecordBatch::try_new(store_schema(), columns)?)
}

#[cfg(test)]
mod tests;
