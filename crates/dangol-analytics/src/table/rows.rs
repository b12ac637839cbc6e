//! Rows of scalars, column by column.

use std::borrow::Cow;

use super::ordered::Json;
use super::values::Values;

/// Rows with the same fields, in columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    columns: Vec<Column>,
    len: usize,
    /// How many there will be, as far as that is known.
    expected: usize,
}

/// One field of all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: Cow<'static, str>,
    /// A value for each row.
    pub values: Values,
}

impl Rows {
    /// No rows yet, of columns with these names.
    pub fn named<N: Into<Cow<'static, str>>>(names: impl IntoIterator<Item = N>) -> Self {
        let column = |name: N| Column { name: name.into(), values: Values::Absent(0) };
        Self { columns: names.into_iter().map(column).collect(), ..Self::default() }
    }

    /// No rows yet, of so many.
    pub(super) fn expecting(rows: usize) -> Self {
        Self { expected: rows, ..Self::default() }
    }

    /// No more are expected.
    pub(super) fn complete(self) -> Self {
        Self { expected: 0, ..self }
    }

    /// The columns, in the order of the fields.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// The place of a column.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One cell.
    ///
    /// # Panics
    /// Where there is no such row or column.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Json {
        self.columns[column].values.get(row)
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Json> + '_ {
        self.columns.iter().map(move |column| column.values.get(row))
    }

    /// A row as an object.
    pub(super) fn object(&self, row: usize) -> Json {
        let fields = self.columns.iter().map(|column| (column.name.clone(), column.values.get(row)));
        Json::Object(fields.collect())
    }

    /// Adds a row; cells that are left out are absent.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Json>) {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            column.values.push(cells.next().unwrap_or_default());
        }
        self.len += 1;
    }

    /// Adds the next cell of the row that is being written. False where the row is not like those before it.
    pub(super) fn put(&mut self, place: usize, name: Cow<'static, str>, value: Json) -> bool {
        if place == self.columns.len() && self.len == 0 {
            let mut column = Column { name, values: Values::Absent(0) };
            column.values.push(value);
            self.columns.push(column);
            return true;
        }
        match self.columns.get_mut(place) {
            Some(column) if column.values.len() == self.len && column.name == name => {
                // As soon as its kind is known; or columns are copied each time that they outgrow their place.
                if self.len == 1 {
                    column.values.reserve(self.expected);
                }
                column.values.push(value);
                true
            }
            _ => false,
        }
    }

    /// The row that is being written is complete. False where cells are missing.
    pub(super) fn finish(&mut self) -> bool {
        let complete = self.columns.iter().all(|column| column.values.len() == self.len + 1);
        self.len += usize::from(complete);
        complete
    }

    /// Forgets the row that is being written.
    pub(super) fn forget(&mut self) {
        for column in &mut self.columns {
            column.values.truncate(self.len);
        }
    }
}
