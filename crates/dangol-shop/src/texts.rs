//! Columns of short texts, copied quickly: an import moves each several times.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// So many bytes are copied whatever a text's length: two moves in place of a call.
const BLOCK: usize = 16;

/// Appends a range of bytes.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, bytes: &[u8], range: Range<usize>) {
    let length = range.len();
    match bytes.get(range.start..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
        Some(block) if length <= BLOCK => {
            let end = out.len() + length;
            out.extend_from_slice(block);
            out.truncate(end);
        }
        _ => out.extend_from_slice(&bytes[range]),
    }
}

/// Whether two texts are the same. As `==`, which is a call for texts of any length; most here are shorter than a call.
#[inline]
pub(crate) fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>()) {
        // First and last eight bytes overlap or meet.
        (Some(a1), Some(b1), Some(a2), Some(b2)) if a.len() <= 16 => a1 == b1 && a2 == b2,
        (None, ..) => a.iter().zip(b).all(|(a, b)| a == b),
        _ => a == b,
    }
}

/// The rows of some numbers, each at most once, in their order.
pub(crate) fn take_rows(rows: &RecordBatch, picked: &UInt32Array) -> Result<RecordBatch, ArrowError> {
    let columns =
        rows.columns().iter().map(|column| take_values(column, picked)).collect::<Result<_, _>>()?;
    RecordBatch::try_new(rows.schema(), columns)
}

/// As [`take_rows`], of several groups of rows. Column by column: one fits into a processor's cache, all do not.
pub(crate) fn take_groups<'a>(
    rows: &RecordBatch,
    groups: impl Iterator<Item = &'a [u32]>,
) -> Result<Vec<RecordBatch>, ArrowError> {
    let picked: Vec<UInt32Array> = groups.map(|rows| UInt32Array::from(rows.to_vec())).collect();
    let mut columns: Vec<Vec<ArrayRef>> = vec![Vec::with_capacity(rows.num_columns()); picked.len()];
    for column in rows.columns() {
        for (columns, picked) in columns.iter_mut().zip(&picked) {
            columns.push(take_values(column, picked)?);
        }
    }
    columns.into_iter().map(|columns| RecordBatch::try_new(rows.schema(), columns)).collect()
}

fn take_values(values: &ArrayRef, picked: &UInt32Array) -> Result<ArrayRef, ArrowError> {
    match values.data_type() {
        DataType::Utf8 => Ok(Arc::new(take_texts(values.as_string(), picked.values()))),
        _ => take(values, picked, None),
    }
}

fn take_texts(texts: &StringArray, picked: &[u32]) -> StringArray {
    let (from, bytes) = (texts.value_offsets(), texts.values().as_slice());
    let mut offsets = Vec::with_capacity(picked.len() + 1);
    let expected = texts.value_data().len() / texts.len().max(1) * picked.len();
    let mut values = Vec::with_capacity(expected + expected / 8 + BLOCK);
    offsets.push(0);
    for row in picked {
        let row = *row as usize;
        append(&mut values, bytes, from[row] as usize..from[row + 1] as usize);
        // No longer than the texts that are picked from.
        offsets.push(values.len() as i32);
    }
    let present = texts.nulls().map(|nulls| {
        NullBuffer::new(BooleanBuffer::collect_bool(picked.len(), |at| nulls.is_valid(picked[at] as usize)))
    });
    StringArray::new(
        OffsetBuffer::new(offsets.into()),
        values.into(),
        present.filter(|it| it.null_count() > 0),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_same_is_equal(a in "[ab]{0,20}", b in "[ab]{0,20}", at in 0_usize..20) {
            prop_assert_eq!(same(&a, &b), a == b);
            prop_assert!(same(&a, &a.clone()));
            let mut other = a.clone().into_bytes();
            if let Some(byte) = other.get_mut(at) {
                *byte = b'c';
            }
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(same(&a, &other), a == other);
        }

        #[test]
        fn texts_are_those_that_arrow_takes(
            texts in prop::collection::vec(prop::option::of("[a가]{0,9}|.{15,18}"), 1..40),
            from in 0_usize..8,
            shuffle in any::<u64>(),
        ) {
            let whole: StringArray = texts.into_iter().collect();
            let part = whole.slice(from.min(whole.len()), whole.len() - from.min(whole.len()));
            let mut picked: Vec<u32> = (0..part.len() as u32).collect();
            picked.sort_by_key(|row| (u64::from(*row) + 1).wrapping_mul(shuffle | 1));
            picked.truncate(part.len() * 2 / 3);
            let expected = take(&part, &UInt32Array::from(picked.clone()), None).unwrap();
            prop_assert_eq!(&take_texts(&part, &picked), expected.as_string::<i32>());
        }
    }
}
