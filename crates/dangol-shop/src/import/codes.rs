//! Texts that repeat, as numbers while their rows are on the way.
//!
//! Between being mapped and being written, rows are moved several times. A status, a platform or a product is one of
//! not so many words: a number of two bytes instead of a dozen bytes and where they end. Whatever finds no room among
//! the words of its column goes along as text in a column of its own, so that memory stays bounded.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt16Array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt16Type};
use arrow::error::ArrowError;
use datafusion::common::hash_utils::RandomState;
use hashbrown::HashTable;

use crate::order_lines::Canonical;
use crate::texts::{append, same};

/// Columns whose texts repeat in every shop.
const REPEATING: [Canonical; 8] = [
    Canonical::ProductId,
    Canonical::ProductName,
    Canonical::Category,
    Canonical::CouponCode,
    Canonical::CouponStatus,
    Canonical::Status,
    Canonical::SalesPlatform,
    Canonical::Country,
];

/// Stands for a text that is not among the words.
const BEYOND: u16 = u16::MAX;

/// Bytes that the words of one column may have.
const ROOM: usize = 4 << 20;

/// Longer texts are no words.
const LONGEST: usize = 256;

/// The words of all columns of an import.
pub(super) struct Codes {
    plain: SchemaRef,
    coded: SchemaRef,
    /// Positions of the columns, with their words.
    columns: Vec<(usize, RwLock<Words>)>,
}

impl Codes {
    /// For rows of a schema.
    pub(super) fn new(plain: SchemaRef) -> Self {
        Self::with_room(plain, ROOM)
    }

    fn with_room(plain: SchemaRef, room: usize) -> Self {
        let repeats = |field: &Field| {
            *field.data_type() == DataType::Utf8
                && REPEATING.iter().any(|column| column.name() == field.name())
        };
        let columns: Vec<usize> = (0..plain.fields().len()).filter(|at| repeats(plain.field(*at))).collect();
        let coded = plain.fields().iter().map(|field| {
            if repeats(field) {
                Arc::new(field.as_ref().clone().with_data_type(DataType::UInt16))
            } else {
                field.clone()
            }
        });
        let beyond = Arc::new(Field::new("beyond the words", DataType::Utf8, false));
        let coded = Arc::new(Schema::new(coded.chain([beyond]).collect::<Vec<_>>()));
        let columns = columns.into_iter().map(|at| (at, RwLock::new(Words::new(room)))).collect();
        Self { plain, coded, columns }
    }

    /// The schema of coded rows: columns stand where they stood, and one more follows.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.coded
    }

    /// Rows with numbers for their repeating texts.
    pub(super) fn encode(&self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let mut columns = rows.columns().to_vec();
        let mut beyond: Vec<(usize, &str)> = Vec::new();
        for (at, words) in &self.columns {
            let texts = rows.column(*at).as_string::<i32>();
            let codes = numbers(texts, words);
            let left =
                codes.iter().enumerate().filter(|(row, code)| **code == BEYOND && texts.is_valid(*row));
            beyond.extend(left.map(|(row, _)| (row, texts.value(row))));
            columns[*at] = Arc::new(UInt16Array::new(codes.into(), texts.nulls().cloned()));
        }
        columns.push(Arc::new(together(beyond, rows.num_rows())));
        RecordBatch::try_new(self.coded.clone(), columns)
    }

    /// What [`Codes::encode`] made the rows of, in whatever order they are now.
    pub(super) fn decode(&self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let mut columns = rows.columns().to_vec();
        let beyond = columns.pop().expect("the column that encoding adds");
        let mut beyond = Apart { texts: beyond.as_string::<i32>(), taken: HashMap::new() };
        for (at, words) in &self.columns {
            columns[*at] =
                texts_of(rows.column(*at).as_primitive::<UInt16Type>(), &read(words), &mut beyond)?;
        }
        RecordBatch::try_new(self.plain.clone(), columns)
    }
}

/// The words of a column, one after the other.
struct Words {
    text: String,
    ends: Vec<u32>,
    number_of: HashTable<u16>,
    hasher: RandomState,
    room: usize,
}

impl Words {
    fn new(room: usize) -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
            number_of: HashTable::new(),
            hasher: RandomState::with_seed(3),
            room,
        }
    }

    fn range(&self, number: u16) -> Range<usize> {
        let number = usize::from(number);
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[number] as usize
    }

    fn word(&self, number: u16) -> &str {
        &self.text[self.range(number)]
    }

    fn find(&self, text: &str) -> Option<u16> {
        self.number_of.find(self.hasher.hash_one(text), |number| same(self.word(*number), text)).copied()
    }

    fn has_room_for(&self, text: &str) -> bool {
        self.ends.len() < usize::from(BEYOND)
            && text.len() <= LONGEST
            && self.text.len() + text.len() <= self.room
    }

    /// The number of a text, which becomes a word if there is room.
    fn add(&mut self, text: &str) -> u16 {
        // Another thread may have added it in the meantime.
        if let Some(number) = self.find(text) {
            return number;
        }
        if !self.has_room_for(text) {
            return BEYOND;
        }
        let number = self.ends.len() as u16;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        let Self { text: all, ends, number_of, hasher, .. } = self;
        let word = |number: &u16| {
            let number = usize::from(*number);
            let start = number.checked_sub(1).map_or(0, |before| ends[before]);
            &all[start as usize..ends[number] as usize]
        };
        number_of.insert_unique(hasher.hash_one(text), number, |number| hasher.hash_one(word(number)));
        number
    }
}

fn read(words: &RwLock<Words>) -> RwLockReadGuard<'_, Words> {
    words.read().unwrap_or_else(PoisonError::into_inner)
}

fn numbers(texts: &StringArray, lock: &RwLock<Words>) -> Vec<u16> {
    let mut words = read(lock);
    // The same stands in most rows, or in those of an order.
    let mut last: Option<(&str, u16)> = None;
    let mut numbers = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(text) = text else {
            numbers.push(0);
            continue;
        };
        let known =
            last.filter(|(of, _)| same(of, text)).map(|(_, number)| number).or_else(|| words.find(text));
        let number = match known {
            Some(number) => number,
            None if !words.has_room_for(text) => BEYOND,
            None => {
                drop(words);
                let number = lock.write().unwrap_or_else(PoisonError::into_inner).add(text);
                words = read(lock);
                number
            }
        };
        last = Some((text, number));
        numbers.push(number);
    }
    numbers
}

fn texts_of(numbers: &UInt16Array, words: &Words, beyond: &mut Apart<'_>) -> Result<ArrayRef, ArrowError> {
    let mut values = Vec::with_capacity(8 * numbers.len());
    let mut offsets = Vec::with_capacity(numbers.len() + 1);
    offsets.push(0);
    for (row, number) in numbers.values().iter().enumerate() {
        match *number {
            _ if numbers.is_null(row) => {}
            BEYOND => values.extend_from_slice(beyond.next(row).as_bytes()),
            number => append(&mut values, words.text.as_bytes(), words.range(number)),
        }
        let end = i32::try_from(values.len()).map_err(|_| ArrowError::OffsetOverflowError(values.len()))?;
        offsets.push(end);
    }
    let texts = StringArray::new(OffsetBuffer::new(offsets.into()), values.into(), numbers.nulls().cloned());
    Ok(Arc::new(texts))
}

/// One text for each of so many rows: those of its columns in their order, each after its length.
fn together(mut texts: Vec<(usize, &str)>, rows: usize) -> StringArray {
    if texts.is_empty() {
        return StringArray::new(OffsetBuffer::new_zeroed(rows), Vec::<u8>::new().into(), None);
    }
    texts.sort_by_key(|(row, _)| *row);
    let mut texts = texts.into_iter().peekable();
    (0..rows)
        .map(|row| {
            let mut all = String::new();
            while let Some((_, text)) = texts.next_if(|(of, _)| *of == row) {
                all.push_str(&text.len().to_string());
                all.push(':');
                all.push_str(text);
            }
            Some(all)
        })
        .collect()
}

/// Takes apart what [`together`] put together.
struct Apart<'a> {
    texts: &'a StringArray,
    /// Bytes taken of a row's text.
    taken: HashMap<usize, usize>,
}

impl<'a> Apart<'a> {
    /// The next text of a row.
    fn next(&mut self, row: usize) -> &'a str {
        let taken = self.taken.entry(row).or_insert(0);
        let rest = &self.texts.value(row)[*taken..];
        let (length, rest) = rest.split_once(':').expect("a length before each text");
        let text = &rest[..length.parse().expect("a length in decimals")];
        *taken += length.len() + 1 + text.len();
        text
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::UInt32Array;
    use proptest::prelude::*;

    use super::*;
    use crate::texts::take_rows;

    proptest! {
        #[test]
        fn rows_come_back_as_they_were(
            cells in prop::collection::vec(
                prop::array::uniform3(prop::option::of("[a-c]{0,2}|[0-9:가]{3,20}|.{300}")), 1..60),
            room in prop::sample::select(vec![0_usize, 20, 10_000]),
            parts in 1_usize..4,
            turn in 0_usize..60,
        ) {
            let names = ["status", "order_id", "category"];
            let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).into();
            let schema = Arc::new(Schema::new(fields));
            let codes = Codes::with_room(schema.clone(), room);
            let column = |at: usize| -> ArrayRef {
                Arc::new(cells.iter().map(|row| row[at].as_deref()).collect::<StringArray>())
            };
            let rows = RecordBatch::try_new(schema, (0..3).map(column).collect()).unwrap();
            let long = rows.num_rows().div_ceil(parts);
            let coded: Vec<RecordBatch> = (0..rows.num_rows())
                .step_by(long)
                .map(|from| codes.encode(&rows.slice(from, long.min(rows.num_rows() - from))).unwrap())
                .collect();
            let coded = arrow::compute::concat_batches(codes.schema(), &coded).unwrap();
            prop_assert_eq!(coded.column(0).data_type(), &DataType::UInt16);
            prop_assert_eq!(coded.column(1).data_type(), &DataType::Utf8);
            let order = (0..rows.num_rows()).map(|row| ((row + turn) % rows.num_rows()) as u32);
            let order = UInt32Array::from(order.collect::<Vec<_>>());
            let found = codes.decode(&take_rows(&coded, &order).unwrap()).unwrap();
            prop_assert_eq!(found, take_rows(&rows, &order).unwrap());
        }
    }

    #[test]
    fn words_are_as_many_as_there_are_numbers() {
        let schema = Arc::new(Schema::new(vec![Field::new("product_id", DataType::Utf8, true)]));
        let codes = Codes::new(schema.clone());
        let ids: StringArray = (0..70_000).map(|id| Some(format!("p{id}"))).collect();
        let rows = RecordBatch::try_new(schema, vec![Arc::new(ids)]).unwrap();
        let coded = codes.encode(&rows).unwrap();
        let beyond = coded.column(1).as_string::<i32>();
        assert_eq!((beyond.value(65_534), beyond.value(65_535)), ("", "6:p65535"));
        assert_eq!(codes.decode(&coded).unwrap(), rows);
    }
}
