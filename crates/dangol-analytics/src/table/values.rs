//! Values of one kind, close together: half a million of them take as much room as their numbers do.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};

use super::ordered::Json;

/// Values of one kind, any of which may be absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// So many absent ones.
    Absent(usize),
    /// Yes or no.
    Bool(Cells<bool>),
    /// Whole numbers.
    Int(Cells<i64>),
    /// Numbers.
    Float(Cells<f64>),
    /// Texts.
    Text(Texts),
    /// Values of several kinds.
    Mixed(Vec<Json>),
}

/// Cells of one type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells<T> {
    /// Anything in the place of an absent one.
    values: Vec<T>,
    present: Present,
}

/// Texts, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Texts {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    present: Present,
}

/// Which cells there are; nothing as long as that is all of them.
#[derive(Debug, Clone, PartialEq, Default)]
struct Present(Vec<bool>);

impl Present {
    fn has(&self, row: usize) -> bool {
        self.0.get(row).is_none_or(|present| *present)
    }

    /// The next cell, after so many.
    fn push(&mut self, before: usize, present: bool) {
        if !present && self.0.is_empty() {
            self.0 = vec![true; before];
        }
        if !present || !self.0.is_empty() {
            self.0.push(present);
        }
    }

    fn nulls(&self) -> Option<NullBuffer> {
        (!self.0.is_empty()).then(|| NullBuffer::new(BooleanBuffer::from(self.0.as_slice())))
    }
}

impl<T: Copy + Default> Cells<T> {
    /// So many absent ones.
    fn absent(rows: usize) -> Self {
        Self { values: vec![T::default(); rows], present: Present(vec![false; rows]) }
    }

    fn get(&self, row: usize) -> Option<T> {
        let value = self.values[row];
        self.present.has(row).then_some(value)
    }

    fn push(&mut self, value: Option<T>) {
        self.present.push(self.values.len(), value.is_some());
        self.values.push(value.unwrap_or_default());
    }

    fn truncate(&mut self, rows: usize) {
        self.values.truncate(rows);
        self.present.0.truncate(rows);
    }
}

impl Texts {
    fn absent(rows: usize) -> Self {
        Self { text: String::new(), ends: vec![0; rows], present: Present(vec![false; rows]) }
    }

    fn get(&self, row: usize) -> Option<&str> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        let text = &self.text[start..self.ends[row]];
        self.present.has(row).then_some(text)
    }

    fn push(&mut self, value: Option<&str>) {
        self.present.push(self.ends.len(), value.is_some());
        self.text.push_str(value.unwrap_or_default());
        self.ends.push(self.text.len());
    }

    fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.present.0.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn into_array(self) -> StringArray {
        // An array of texts holds less than 2³¹ bytes; more are gathered one by one, which says so.
        if i32::try_from(self.text.len()).is_err() {
            return (0..self.ends.len()).map(|row| self.get(row)).collect();
        }
        let offsets = std::iter::once(0).chain(self.ends.iter().map(|end| *end as i32)).collect::<Vec<_>>();
        let nulls = self.present.nulls();
        StringArray::new(OffsetBuffer::new(offsets.into()), self.text.into_bytes().into(), nulls)
    }
}

impl Values {
    /// How many there are, with those that are absent.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Absent(rows) => *rows,
            Self::Bool(cells) => cells.values.len(),
            Self::Int(cells) => cells.values.len(),
            Self::Float(cells) => cells.values.len(),
            Self::Text(texts) => texts.ends.len(),
            Self::Mixed(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    ///
    /// # Panics
    /// Beyond the last row.
    #[must_use]
    pub fn get(&self, row: usize) -> Json {
        match self {
            Self::Absent(_) => Json::Null,
            Self::Bool(cells) => cells.get(row).map_or(Json::Null, Json::Bool),
            Self::Int(cells) => cells.get(row).map_or(Json::Null, Json::Int),
            Self::Float(cells) => cells.get(row).map_or(Json::Null, Json::Float),
            Self::Text(texts) => texts.get(row).map_or(Json::Null, |text| Json::Text(text.to_owned())),
            Self::Mixed(values) => values[row].clone(),
        }
    }

    pub(super) fn push(&mut self, value: Json) {
        match (&mut *self, value) {
            (Self::Absent(rows), Json::Null) => *rows += 1,
            (Self::Absent(rows), value) => {
                *self = Self::after_absent(*rows, &value);
                self.push(value);
            }
            (Self::Bool(cells), Json::Bool(value)) => cells.push(Some(value)),
            (Self::Int(cells), Json::Int(value)) => cells.push(Some(value)),
            (Self::Float(cells), Json::Float(value)) => cells.push(Some(value)),
            (Self::Text(texts), Json::Text(value)) => texts.push(Some(&value)),
            (Self::Bool(cells), Json::Null) => cells.push(None),
            (Self::Int(cells), Json::Null) => cells.push(None),
            (Self::Float(cells), Json::Null) => cells.push(None),
            (Self::Text(texts), Json::Null) => texts.push(None),
            (Self::Mixed(values), value) => values.push(value),
            (_, value) => {
                let mut values: Vec<Json> = (0..self.len()).map(|row| self.get(row)).collect();
                values.push(value);
                *self = Self::Mixed(values);
            }
        }
    }

    /// Room for values of a kind after some that are absent.
    fn after_absent(rows: usize, value: &Json) -> Self {
        match value {
            Json::Bool(_) => Self::Bool(Cells::absent(rows)),
            Json::Int(_) => Self::Int(Cells::absent(rows)),
            Json::Float(_) => Self::Float(Cells::absent(rows)),
            Json::Text(_) => Self::Text(Texts::absent(rows)),
            _ => Self::Mixed(vec![Json::Null; rows]),
        }
    }

    /// Makes room for as many values in all.
    pub(super) fn reserve(&mut self, rows: usize) {
        match self {
            Self::Absent(_) => {}
            Self::Bool(cells) => cells.values.reserve(rows.saturating_sub(cells.values.len())),
            Self::Int(cells) => cells.values.reserve(rows.saturating_sub(cells.values.len())),
            Self::Float(cells) => cells.values.reserve(rows.saturating_sub(cells.values.len())),
            Self::Text(texts) => texts.ends.reserve(rows.saturating_sub(texts.ends.len())),
            Self::Mixed(values) => values.reserve(rows.saturating_sub(values.len())),
        }
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        match self {
            Self::Absent(have) => *have = rows.min(*have),
            Self::Bool(cells) => cells.truncate(rows),
            Self::Int(cells) => cells.truncate(rows),
            Self::Float(cells) => cells.truncate(rows),
            Self::Text(texts) => texts.truncate(rows),
            Self::Mixed(values) => values.truncate(rows),
        }
    }

    /// As a column of Arrow.
    pub(super) fn into_array(self) -> ArrayRef {
        match self {
            // Nothing says of what kind they are; whole numbers can be cast to any.
            Self::Absent(rows) => Arc::new(Int64Array::new_null(rows)),
            Self::Bool(cells) => {
                let values = BooleanBuffer::from(cells.values.as_slice());
                Arc::new(BooleanArray::new(values, cells.present.nulls()))
            }
            Self::Int(cells) => Arc::new(Int64Array::new(cells.values.into(), cells.present.nulls())),
            Self::Float(cells) => Arc::new(Float64Array::new(cells.values.into(), cells.present.nulls())),
            Self::Text(texts) => Arc::new(texts.into_array()),
            Self::Mixed(values) => mixed(&values),
        }
    }
}

/// Numbers of both kinds as numbers, anything else as text.
fn mixed(values: &[Json]) -> ArrayRef {
    let number = |cell: &Json| match cell {
        Json::Int(n) => Some(*n as f64),
        Json::Float(x) => Some(*x),
        _ => None,
    };
    if values.iter().all(|cell| *cell == Json::Null || number(cell).is_some()) {
        return Arc::new(values.iter().map(number).collect::<Float64Array>());
    }
    let text = |cell: &Json| match cell {
        Json::Null => None,
        Json::Text(text) => Some(text.clone()),
        other => serde_json::to_string(other).ok(),
    };
    Arc::new(values.iter().map(text).collect::<StringArray>())
}
