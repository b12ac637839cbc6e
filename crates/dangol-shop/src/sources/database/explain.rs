//! What is said when a database does not know what is asked for: with what it has instead.

use super::DatabaseFault;
use super::connection::Connection;
use super::session::{self, About, Session, Table, words};
use super::silence::silence_of;
use super::statement;

/// The table that a name means: as it is written, or but for upper and lower case.
pub(super) fn find<'a>(name: &str, known: &'a [Table]) -> Result<&'a Table, DatabaseFault> {
    let full = |table: &Table| format!("{}.{}", table.schema, table.name);
    let is = |table: &&Table| full(table) == name || (table.is_default && table.name == name);
    if let Some(table) = known.iter().find(is) {
        return Ok(table);
    }
    let lower = name.to_lowercase();
    let mut alike = known.iter().filter(|table| {
        full(table).to_lowercase() == lower || (table.is_default && table.name.to_lowercase() == lower)
    });
    if let (Some(table), None) = (alike.next(), alike.next()) {
        return Ok(table);
    }
    Err(unknown_table(name, known))
}

fn unknown_table(name: &str, known: &[Table]) -> DatabaseFault {
    let names: Vec<String> = known.iter().map(Table::written).collect();
    // A table of that name in a schema that has to be named is what was meant, most likely.
    let elsewhere = known.iter().find(|table| table.name == name).map(Table::written);
    let nearest = elsewhere.or_else(|| crate::config::nearest(name, names.iter().map(String::as_str)));
    DatabaseFault::UnknownTable { table: name.to_owned(), nearest, known: names }
}

pub(super) fn refused(connection: &Connection, error: &sqlx::Error) -> DatabaseFault {
    match silence_of(error) {
        Some(limit) => DatabaseFault::Silent { rows: 0, seconds: limit.as_secs() },
        None => DatabaseFault::Query { message: connection.secrets.hide(&words(error)), columns: Vec::new() },
    }
}

/// Why a statement is refused, with what the database has instead.
pub(super) async fn explained(
    session: &mut dyn Session,
    connection: &Connection,
    sql: &str,
    error: &sqlx::Error,
) -> DatabaseFault {
    let message = connection.secrets.hide(&words(error));
    let about = session.about(error);
    match about {
        About::Lost => return DatabaseFault::Lost { rows: 0, message },
        About::TooLong => return DatabaseFault::TimedOut { message },
        About::Silent(limit) => return DatabaseFault::Silent { rows: 0, seconds: limit.as_secs() },
        About::NoTable | About::NoColumn => {}
        _ => return DatabaseFault::Query { message, columns: Vec::new() },
    }
    let known = session::tables(session).await.unwrap_or_default();
    let names = statement::names(connection.dialect(), sql);
    if about == About::NoTable {
        // The servers write the name in different quotes, and some with its schema.
        let said = words(error);
        let unknown = names.iter().rev().find(|name| {
            said.contains(name.as_str())
                && !known.iter().any(|table| table.name == **name || table.schema == **name)
        });
        if let Some(unknown) = unknown {
            return match unknown_table(unknown, &known) {
                DatabaseFault::UnknownTable { table, nearest, known } => {
                    DatabaseFault::UnknownTable { table: connection.secrets.hide(&table), nearest, known }
                }
                other => other,
            };
        }
    }
    let columns = known
        .iter()
        .filter(|table| names.iter().any(|name| name.eq_ignore_ascii_case(&table.name)))
        .map(|table| format!("{}: {}", table.written(), table.columns.join(", ")))
        .collect();
    DatabaseFault::Query { message, columns }
}
