//! Databases behind ADBC drivers: `BigQuery`, Snowflake and others, in Arrow from the driver to the import.
//!
//! A driver is a library that speaks a C interface. It is loaded while the program runs; the crate
//! `adbc_driver_manager` does what is unsafe about that. What a driver gives is checked before it is used, since its
//! memory comes from outside.

mod batches;
mod objects;
mod options;
mod session;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use arrow::datatypes::{DataType, Field, Schema};
use arrow::row::{RowConverter, SortField};

use self::objects::Listed;
use self::session::Session;
use super::cells::Kind;
use super::connection::{Connection, Options};
use super::session::{ResultColumn, Table};
use super::statement::{Select, check_one_select};
use super::{
    DatabaseFault, Opened, Opening, SourceError, SourceFormat, SourceTable, TABLES, Told, UNKNOWN_ROWS, What,
    find, header, labelled,
};

use self::batches::is_bytes;
pub(super) use self::batches::read;
pub(super) use self::options::{Driver, holds_password, read as read_connection};

/// Connects, where the connection names a driver.
fn session_of(connection: &Connection) -> Option<Result<Session, DatabaseFault>> {
    match &connection.options {
        Options::Adbc(driver) => Some(Session::connect(connection, driver)),
        _ => None,
    }
}

/// Opens what a source names; none where the connection is no driver's.
pub(super) fn open(
    connection: &Connection,
    told: &Told<'_>,
) -> Option<Result<Vec<SourceTable>, SourceError>> {
    let session = session_of(connection)?;
    Some(
        session
            .and_then(|session| open_with(&session, connection, told))
            .map_err(|fault| of(connection, fault)),
    )
}

fn of(connection: &Connection, fault: DatabaseFault) -> SourceError {
    SourceError::Database { path: PathBuf::from(&connection.label), fault: Box::new(fault) }
}

fn open_with(
    session: &Session,
    connection: &Connection,
    told: &Told<'_>,
) -> Result<Vec<SourceTable>, DatabaseFault> {
    let dialect = connection.dialect();
    let mut selects = Vec::new();
    match &told.what {
        What::Query(query) => {
            check_one_select(dialect, query).map_err(|found| DatabaseFault::NotOneSelect { found })?;
            selects.push((format!("query:{}", told.feeds), Select::Query((*query).to_owned()), Vec::new()));
        }
        What::Tables { names, filter, projection } => {
            let listed = session.tables()?;
            let known: Vec<Table> = listed.iter().map(|listed| listed.table.clone()).collect();
            for name in *names {
                let table = find(name, &known)?;
                let at = known.iter().position(|one| std::ptr::eq(one, table)).unwrap_or_default();
                let select = Select::Table {
                    name: quoted(connection, &listed[at]),
                    filter: filter.map(str::to_owned),
                };
                selects.push((table.written(), select, projection.of(table)));
            }
        }
    }
    let describe = |(name, select, columns): (String, Select, Vec<String>)| {
        describe(session, connection, &name, select, &columns, Some(UNKNOWN_ROWS))
    };
    selects.into_iter().map(describe).collect()
}

/// Opens all tables, up to a limit; none where the connection is no driver's.
pub(super) fn open_tables(connection: &Connection) -> Option<Result<Vec<Opening>, SourceError>> {
    let session = session_of(connection)?;
    let opened = session.and_then(|session| {
        let mut listed = session.tables()?;
        if listed.iter().any(|listed| listed.table.is_default) {
            listed.retain(|listed| listed.table.is_default);
        }
        if listed.is_empty() {
            return Err(DatabaseFault::NoTables);
        }
        let mut opened = Vec::new();
        for (at, listed) in listed.iter().enumerate() {
            let path = labelled(connection, &listed.table.written());
            let table = if at < TABLES {
                let select = Select::Table { name: quoted(connection, listed), filter: None };
                let name = listed.table.written();
                describe(&session, connection, &name, select, &listed.table.columns, None)
            } else {
                Err(DatabaseFault::TooManyTables { looked_at: TABLES })
            };
            let fault = |fault| SourceError::Database { path: path.clone(), fault: Box::new(fault) };
            opened.push((path.clone(), table.map_err(fault)));
        }
        Ok(opened)
    });
    Some(opened.map_err(|fault| of(connection, fault)))
}

/// A table's name in a statement, with all that it is in.
fn quoted(connection: &Connection, listed: &Listed) -> String {
    let dialect = connection.dialect();
    let parts = [listed.catalog.as_deref(), listed.schema.as_deref(), Some(listed.table.name.as_str())];
    parts.into_iter().flatten().map(|part| dialect.quote(part)).collect::<Vec<_>>().join(".")
}

fn describe(
    session: &Session,
    connection: &Connection,
    name: &str,
    select: Select,
    columns: &[String],
    rows_hint: Option<u64>,
) -> Result<SourceTable, DatabaseFault> {
    let path = labelled(connection, name);
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let sql = select.sql(connection.dialect(), &names, None);
    let found = session.columns(&sql)?;
    // A result may have the same name twice, or none.
    let names: Vec<String> = found.fields().iter().map(|field| field.name().clone()).collect();
    let named = header::text_schema(&names);
    let fields: Vec<Field> = found
        .fields()
        .iter()
        .zip(named.fields())
        .map(|(field, named)| Field::new(named.name(), kept(field.data_type()), true))
        .collect();
    let columns = found.fields().iter().zip(&fields).map(|(field, named)| ResultColumn {
        name: named.name().clone(),
        type_name: field.data_type().to_string(),
        // The driver's own type is taken; this is for those that hand over text.
        kind: Kind::Text,
    });
    let columns = columns.collect();
    Ok(SourceTable {
        path: path.clone(),
        bytes: 0,
        format: SourceFormat::Database {
            dialect: connection.dialect(),
            connection: connection.written.clone(),
            table: matches!(select, Select::Table { .. }).then(|| name.to_owned()),
            statement: connection.secrets.hide(&sql),
        },
        columns: Arc::new(Schema::new(fields)),
        rows_hint,
        content: crate::sources::packing::Content::elsewhere(path.clone()),
        in_utf8: Arc::default(),
        sheet: None,
        widened: None,
        database: Some(Arc::new(Opened {
            connection: connection.clone(),
            label: path,
            select,
            columns,
            decimal_comma: false,
            content: Mutex::default(),
        })),
    })
}

/// The type in which a column is read: text where rows of its own type can't be told apart, and for what is no single
/// value.
fn kept(of: &DataType) -> DataType {
    let is_plain = !of.is_nested() && RowConverter::supports_fields(&[SortField::new(of.clone())]);
    let is_text = *of == DataType::Utf8View || is_bytes(of);
    if is_plain && !is_text { of.clone() } else { DataType::Utf8 }
}
