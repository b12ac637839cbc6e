//! `tally(text)`: of the rows of each group, how many different texts, the first and the commonest.
//!
//! `count(distinct …)` makes a hash table for every group; there is none here, since the groups are customers, whose
//! different products and categories are few. All texts are numbered once, and a group holds numbers. It is for one
//! pass over rows that come sorted by customer (see [`crate::shop::Lines::per_customer`]), whose plan aggregates in
//! one step: partial results cannot be merged, since of two of them nobody knows which came first.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, StringBuilder, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use hashbrown::{DefaultHashBuilder, HashTable};

/// The function, for sessions that go through lines customer by customer.
pub(crate) fn tally() -> AggregateUDF {
    AggregateUDF::from(Tally { signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable) })
}

/// Its result: `distinct`, `first` (nothing where the first row has no text) and `commonest` (of equally common ones
/// that which came first).
fn fields() -> Fields {
    Fields::from(vec![
        Field::new("distinct", DataType::Int64, false),
        Field::new("first", DataType::Utf8, true),
        Field::new("commonest", DataType::Utf8, true),
    ])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tally {
    signature: Signature,
}

impl AggregateUDFImpl for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        not_impl_err!("tally is for groups")
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<Arc<Field>>> {
        Ok(vec![Arc::new(Field::new(arguments.name, DataType::Struct(fields()), true))])
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Tallies::default()))
    }
}

/// What is known of one group.
#[derive(Default)]
struct Group {
    seen: bool,
    first: Option<u32>,
    /// Texts by number and how often each came, in the order in which they came first.
    counts: Vec<(u32, u32)>,
    /// Where in `counts` a text stands; only where a group has many.
    places: HashTable<u32>,
}

/// So many different texts of a group are looked through one by one.
const FEW: usize = 24;

#[derive(Default)]
struct Tallies {
    texts: Texts,
    groups: Vec<Group>,
}

impl Group {
    fn add(&mut self, text: u32, hasher: &DefaultHashBuilder) {
        if self.counts.len() <= FEW {
            match self.counts.iter_mut().find(|(found, _)| *found == text) {
                Some((_, count)) => *count += 1,
                None => self.counts.push((text, 1)),
            }
            return;
        }
        let Self { counts, places, .. } = self;
        if places.is_empty() {
            for place in 0..counts.len() as u32 {
                let hash = |place: &u32| hasher.hash_one(counts[*place as usize].0);
                places.insert_unique(hash(&place), place, hash);
            }
        }
        let found = places.find(hasher.hash_one(text), |place| counts[*place as usize].0 == text).copied();
        if let Some(place) = found {
            counts[place as usize].1 += 1;
        } else {
            let place = counts.len() as u32;
            counts.push((text, 1));
            places.insert_unique(hasher.hash_one(text), place, |place| {
                hasher.hash_one(counts[*place as usize].0)
            });
        }
    }

    fn commonest(&self) -> Option<u32> {
        // The last of equal ones is taken by `max_by_key`: look from the end.
        self.counts.iter().rev().max_by_key(|(_, count)| *count).map(|(text, _)| *text)
    }
}

impl GroupsAccumulator for Tallies {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let texts = values[0].as_string::<i32>();
        self.groups.resize_with(total_num_groups, Group::default);
        for (row, index) in group_indices.iter().enumerate() {
            if filter.is_some_and(|filter| filter.is_null(row) || !filter.value(row)) {
                continue;
            }
            let text = texts.is_valid(row).then(|| self.texts.number(texts.value(row)));
            let group = &mut self.groups[*index];
            if !group.seen {
                group.seen = true;
                group.first = text;
            }
            if let Some(text) = text {
                group.add(text, &self.texts.hasher);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = emit_to.take_needed(&mut self.groups);
        let distinct: Int64Array = groups.iter().map(|group| Some(group.counts.len() as i64)).collect();
        let texts = |number: fn(&Group) -> Option<u32>| -> StringArray {
            let mut texts = StringBuilder::with_capacity(groups.len(), groups.len() * 8);
            for group in &groups {
                texts.append_option(number(group).map(|number| self.texts.text(number)));
            }
            texts.finish()
        };
        let (first, commonest) = (texts(|group| group.first), texts(Group::commonest));
        let columns: Vec<ArrayRef> = vec![Arc::new(distinct), Arc::new(first), Arc::new(commonest)];
        Ok(Arc::new(StructArray::try_new(fields(), columns, None)?))
    }

    fn state(&mut self, _emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        not_impl_err!("tally is taken in one step")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef], _groups: &[usize], _total: usize) -> Result<()> {
        not_impl_err!("tally is taken in one step")
    }

    fn convert_to_state(
        &self,
        _values: &[ArrayRef],
        _filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        not_impl_err!("tally is taken in one step")
    }

    fn size(&self) -> usize {
        self.texts.bytes + self.groups.capacity() * (size_of::<Group>() + 64)
    }
}

/// Texts by number.
#[derive(Default)]
struct Texts {
    by_number: Vec<Box<str>>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    last: Option<u32>,
    bytes: usize,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        // A customer's rows often repeat what the last one had.
        if let Some(last) = self.last.filter(|last| &*self.by_number[*last as usize] == text) {
            return last;
        }
        let Self { by_number, numbers, hasher, bytes, .. } = self;
        let hash = hasher.hash_one(text);
        let known = numbers.find(hash, |number| &*by_number[*number as usize] == text).copied();
        let number = known.unwrap_or_else(|| {
            let number = by_number.len() as u32;
            by_number.push(text.into());
            *bytes += text.len() + 32;
            numbers.insert_unique(hash, number, |number| hasher.hash_one(&*by_number[*number as usize]));
            number
        });
        self.last = Some(number);
        number
    }

    fn text(&self, number: u32) -> &str {
        &self.by_number[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_and_few_are_counted_alike() {
        let words: Vec<String> = (0..400_usize).map(|n| format!("t{}", n * n % 61)).collect();
        let texts: StringArray = words.iter().map(|word| Some(word.as_str())).collect();
        let groups: Vec<usize> = (0..400).map(|n| n / 300).collect();
        let mut tallies = Tallies::default();
        let filter: BooleanArray = (0..400).map(|n| Some(n != 0 && n != 300)).collect();
        tallies.update_batch(&[Arc::new(texts)], &groups, Some(&filter), 2).unwrap();
        let result = tallies.evaluate(EmitTo::First(1)).unwrap();
        let plain = |range: std::ops::Range<usize>| {
            let mut counts: Vec<(&str, usize)> = Vec::new();
            for word in &words[range] {
                match counts.iter_mut().find(|(found, _)| found == word) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((word, 1)),
                }
            }
            let most = counts.iter().map(|(_, count)| *count).max().unwrap();
            let commonest = counts.iter().find(|(_, count)| *count == most).unwrap().0.to_owned();
            (counts.len() as i64, counts[0].0.to_owned(), commonest)
        };
        let read = |result: &ArrayRef| {
            let result = result.as_struct();
            let text = |at: usize| result.column(at).as_string::<i32>().value(0).to_owned();
            let distinct = result.column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0);
            (distinct, text(1), text(2))
        };
        assert!(plain(1..300).0 > FEW as i64, "the group has many");
        assert_eq!(read(&result), plain(1..300));
        // What is left moved up.
        assert_eq!(read(&tallies.evaluate(EmitTo::All).unwrap()), plain(301..400));
    }

    #[test]
    fn a_first_row_without_a_text_has_no_first() {
        let texts: StringArray = [None, Some("a"), None].into_iter().collect();
        let mut tallies = Tallies::default();
        tallies.update_batch(&[Arc::new(texts)], &[0, 0, 1], None, 2).unwrap();
        let result = tallies.evaluate(EmitTo::All).unwrap();
        let result = result.as_struct();
        assert!(result.column(1).is_null(0) && result.column(2).is_valid(0));
        assert!(result.column(1).is_null(1) && result.column(2).is_null(1));
    }
}
