//! The nested list in which drivers tell their tables.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::super::session::Table;

/// Schemas of the systems themselves.
const SYSTEM: [&str; 4] = ["information_schema", "pg_catalog", "pg_toast", "performance_schema"];

/// A table with the catalogue and the schema that it is in, where there are such.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) table: Table,
    pub(super) catalog: Option<String>,
    pub(super) schema: Option<String>,
}

/// Catalogues, their schemas, their tables, their columns.
pub(super) fn listed(batch: &RecordBatch) -> Vec<Listed> {
    let top = StructArray::from(batch.clone());
    let mut tables = Vec::new();
    for row in 0..top.len() {
        let catalog = text(&top, "catalog_name", row);
        each(&top, "catalog_db_schemas", row, &mut |schemas, at| {
            let schema = text(schemas, "db_schema_name", at);
            if schema.as_ref().is_some_and(|name| SYSTEM.contains(&name.to_lowercase().as_str())) {
                return;
            }
            each(schemas, "db_schema_tables", at, &mut |found, at| {
                let Some(name) = text(found, "table_name", at) else { return };
                let kind = text(found, "table_type", at).unwrap_or_default().to_lowercase();
                let is_read = kind.is_empty() || kind.contains("table") || kind.contains("view");
                if !is_read || kind.contains("system") || name.starts_with("sqlite_") {
                    return;
                }
                let mut columns = Vec::new();
                each(found, "table_columns", at, &mut |parts, at| {
                    columns.extend(text(parts, "column_name", at));
                });
                let within = schema.clone().or_else(|| catalog.clone()).unwrap_or_default();
                let table = Table { schema: within, name, is_default: true, columns, key: Vec::new() };
                tables.push(Listed { table, catalog: catalog.clone(), schema: schema.clone() });
            });
        });
    }
    tables
}

/// A text, unless it is null or empty.
fn text(rows: &StructArray, column: &str, row: usize) -> Option<String> {
    let values = cast(rows.column_by_name(column)?, &DataType::Utf8).ok()?;
    let values = values.as_string::<i32>();
    (values.is_valid(row) && !values.value(row).is_empty()).then(|| values.value(row).to_owned())
}

/// The rows of a list within a row.
fn each(rows: &StructArray, column: &str, row: usize, work: &mut dyn FnMut(&StructArray, usize)) {
    let Some(lists) = rows.column_by_name(column) else { return };
    let inner: Option<ArrayRef> = match lists.data_type() {
        DataType::List(_) if lists.is_valid(row) => Some(lists.as_list::<i32>().value(row)),
        DataType::LargeList(_) if lists.is_valid(row) => Some(lists.as_list::<i64>().value(row)),
        _ => None,
    };
    let Some(inner) = inner.as_ref().and_then(|inner| inner.as_struct_opt()) else { return };
    for at in 0..inner.len() {
        work(inner, at);
    }
}
