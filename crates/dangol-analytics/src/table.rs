//! Results as tables: for the terminal, CSV and Parquet.

mod batch;
mod making;
mod ordered;
mod rows;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::sync::Arc;

pub use ordered::Json;
pub use rows::{Column, Rows};
pub use values::Values;

use crate::words::Language;

/// Rows of a result under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The part of the result: `segments`.
    pub name: String,
    /// Its rows, in the columns of the result's fields.
    pub rows: Arc<Rows>,
}

type Row = Vec<(Cow<'static, str>, Json)>;

impl Table {
    /// A table of objects; the first row names the columns, nested values are left out.
    fn new(name: &str, rows: &[Row]) -> Self {
        let names: Vec<Cow<'static, str>> = rows.first().map_or_else(Vec::new, |row| {
            row.iter().filter(|(_, value)| value.is_scalar()).map(|(name, _)| name.clone()).collect()
        });
        let mut table = Rows::named(names.clone());
        for row in rows {
            table.push(names.iter().map(|column| {
                row.iter().find(|(name, _)| name == column).map_or(Json::Null, |(_, value)| value.clone())
            }));
        }
        Self { name: name.to_owned(), rows: Arc::new(table) }
    }
}

/// The tables within a result: every list of objects, and objects of objects as rows with a
/// name. A list within a list's rows is laid out flat, the outer fields before it. Scalars
/// of the result itself make the table `result`. Texts in both languages are told in one.
#[must_use]
pub fn tables_of(result: &Json, language: Language) -> Vec<Table> {
    let Json::Object(fields) = &result.told(language) else { return Vec::new() };
    let mut tables = Vec::new();
    let mut own = Row::new();
    for (name, value) in fields {
        match value {
            Json::List(items) => tables.extend(table_of_list(name, items)),
            Json::Rows(rows) => tables.push(Table { name: name.to_string(), rows: rows.clone() }),
            Json::Object(inner) if inner.iter().all(|(_, value)| matches!(value, Json::Object(_))) => {
                let rows: Vec<Row> = inner
                    .iter()
                    .map(|(key, value)| {
                        let mut row = vec![("name".into(), Json::Text(key.to_string()))];
                        row.extend(value.fields().iter().cloned());
                        row
                    })
                    .collect();
                tables.push(Table::new(name, &rows));
            }
            Json::Object(inner) => {
                if inner.iter().any(|(_, value)| value.is_scalar()) {
                    tables.push(Table::new(name, std::slice::from_ref(inner)));
                }
                for (key, value) in inner {
                    let name = format!("{name}.{key}");
                    match value {
                        Json::List(items) => tables.extend(table_of_list(&name, items)),
                        Json::Rows(rows) => tables.push(Table { name, rows: rows.clone() }),
                        _ => {}
                    }
                }
            }
            scalar => own.push((name.clone(), scalar.clone())),
        }
    }
    if own.iter().any(|(_, value)| *value != Json::Null) {
        tables.insert(0, Table::new("result", &[own]));
    }
    tables
}

fn table_of_list(name: &str, items: &[Json]) -> Option<Table> {
    let objects: Vec<&[(Cow<'static, str>, Json)]> =
        items.iter().map(Json::fields).filter(|fields| !fields.is_empty()).collect();
    let is_nested = |value: &Json| match value {
        Json::Rows(_) => true,
        Json::List(list) => list.iter().any(|item| !item.is_scalar()),
        _ => false,
    };
    let nested = objects.first()?.iter().find(|(_, value)| is_nested(value));
    let rows: Vec<Row> = match nested {
        None => objects.into_iter().map(<[_]>::to_vec).collect(),
        Some((inner, _)) => objects
            .into_iter()
            .flat_map(|outer| {
                let own: Row = outer.iter().filter(|(key, _)| key != inner).cloned().collect();
                let list: Vec<Row> = match outer.iter().find(|(key, _)| key == inner) {
                    Some((_, Json::List(list))) => list.iter().map(|item| item.fields().to_vec()).collect(),
                    Some((_, Json::Rows(rows))) => {
                        (0..rows.len()).map(|row| rows.object(row).fields().to_vec()).collect()
                    }
                    _ => Vec::new(),
                };
                list.into_iter().map(move |item| own.iter().cloned().chain(item).collect())
            })
            .collect(),
    };
    Some(Table::new(name, &rows))
}
