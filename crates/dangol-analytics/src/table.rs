//! Results as tables: for the terminal, CSV and Parquet.

mod batch;
mod ordered;
#[cfg(test)]
mod tests;

pub use ordered::Json;

/// Rows of a result under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The part of the result: `segments`.
    pub name: String,
    /// Column names, in the order of the result's fields.
    pub columns: Vec<String>,
    /// One scalar for each column.
    pub rows: Vec<Vec<Json>>,
}

type Row = Vec<(String, Json)>;

impl Table {
    /// A table of objects; the first row names the columns, nested values are left out.
    fn new(name: &str, rows: &[Row]) -> Self {
        let columns: Vec<String> = rows.first().map_or_else(Vec::new, |row| {
            row.iter().filter(|(_, value)| value.is_scalar()).map(|(name, _)| name.clone()).collect()
        });
        let cell = |row: &Row, column: &String| {
            row.iter().find(|(name, _)| name == column).map_or(Json::Null, |(_, value)| value.clone())
        };
        let rows = rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
        Self { name: name.to_owned(), columns, rows }
    }
}

/// The tables within a result: every list of objects, and objects of objects as rows with a
/// name. A list within a list's rows is laid out flat, the outer fields before it. Scalars
/// of the result itself make the table `result`.
#[must_use]
pub fn tables_of(result: &Json) -> Vec<Table> {
    let Json::Object(fields) = result else { return Vec::new() };
    let mut tables = Vec::new();
    let mut own = Row::new();
    for (name, value) in fields {
        match value {
            Json::List(items) => tables.extend(table_of_list(name, items)),
            Json::Object(inner) if inner.iter().all(|(_, value)| matches!(value, Json::Object(_))) => {
                let rows: Vec<Row> = inner
                    .iter()
                    .map(|(key, value)| {
                        let mut row = vec![("name".to_owned(), Json::Text(key.clone()))];
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
                    if let Json::List(items) = value {
                        tables.extend(table_of_list(&format!("{name}.{key}"), items));
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
    let objects: Vec<&[(String, Json)]> =
        items.iter().map(Json::fields).filter(|fields| !fields.is_empty()).collect();
    let first = objects.first()?;
    let nested = first
        .iter()
        .find(|(_, value)| matches!(value, Json::List(list) if list.iter().any(|item| !item.is_scalar())));
    let rows: Vec<Row> = match nested {
        None => objects.into_iter().map(<[_]>::to_vec).collect(),
        Some((inner, _)) => objects
            .into_iter()
            .flat_map(|outer| {
                let own: Row = outer.iter().filter(|(key, _)| key != inner).cloned().collect();
                let list = match outer.iter().find(|(key, _)| key == inner) {
                    Some((_, Json::List(list))) => list.as_slice(),
                    _ => &[],
                };
                list.iter().map(move |item| own.iter().chain(item.fields()).cloned().collect())
            })
            .collect(),
    };
    Some(Table::new(name, &rows))
}
