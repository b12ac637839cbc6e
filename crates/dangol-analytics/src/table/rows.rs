//! Rows of scalars, column by column.

use std::borrow::Cow;

use super::ordered::Json;

/// Rows with the same fields, in columns: half a million customers take as much room as their numbers do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    columns: Vec<Column>,
    len: usize,
}

/// One field of all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: Cow<'static, str>,
    /// A value for each row.
    pub values: Values,
}

/// Values of one kind, any of which may be absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// So many absent ones.
    Absent(usize),
    /// Yes or no.
    Bool(Vec<Option<bool>>),
    /// Whole numbers.
    Int(Vec<Option<i64>>),
    /// Numbers.
    Float(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<String>>),
    /// Values of several kinds.
    Mixed(Vec<Json>),
}

impl Values {
    /// How many there are, with those that are absent.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Absent(rows) => *rows,
            Self::Bool(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
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
            Self::Bool(values) => values[row].map_or(Json::Null, Json::Bool),
            Self::Int(values) => values[row].map_or(Json::Null, Json::Int),
            Self::Float(values) => values[row].map_or(Json::Null, Json::Float),
            Self::Text(values) => values[row].clone().map_or(Json::Null, Json::Text),
            Self::Mixed(values) => values[row].clone(),
        }
    }

    fn push(&mut self, value: Json) {
        match (&mut *self, value) {
            (Self::Absent(rows), Json::Null) => *rows += 1,
            (Self::Absent(rows), value) => {
                *self = Self::after_absent(*rows, &value);
                self.push(value);
            }
            (Self::Bool(values), Json::Bool(value)) => values.push(Some(value)),
            (Self::Int(values), Json::Int(value)) => values.push(Some(value)),
            (Self::Float(values), Json::Float(value)) => values.push(Some(value)),
            (Self::Text(values), Json::Text(value)) => values.push(Some(value)),
            (Self::Bool(values), Json::Null) => values.push(None),
            (Self::Int(values), Json::Null) => values.push(None),
            (Self::Float(values), Json::Null) => values.push(None),
            (Self::Text(values), Json::Null) => values.push(None),
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
            Json::Bool(_) => Self::Bool(vec![None; rows]),
            Json::Int(_) => Self::Int(vec![None; rows]),
            Json::Float(_) => Self::Float(vec![None; rows]),
            Json::Text(_) => Self::Text(vec![None; rows]),
            _ => Self::Mixed(vec![Json::Null; rows]),
        }
    }

    fn truncate(&mut self, rows: usize) {
        match self {
            Self::Absent(have) => *have = rows.min(*have),
            Self::Bool(values) => values.truncate(rows),
            Self::Int(values) => values.truncate(rows),
            Self::Float(values) => values.truncate(rows),
            Self::Text(values) => values.truncate(rows),
            Self::Mixed(values) => values.truncate(rows),
        }
    }
}

impl Rows {
    /// No rows yet, of columns with these names.
    pub fn named<N: Into<Cow<'static, str>>>(names: impl IntoIterator<Item = N>) -> Self {
        let column = |name: N| Column { name: name.into(), values: Values::Absent(0) };
        Self { columns: names.into_iter().map(column).collect(), len: 0 }
    }

    /// The columns, in the order of the fields.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
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
