//! What `[sources.*]` may say about a database.

use super::{Sources, TableSource, nearest};
use crate::sources::database::{
    Dialect, PASSWORD_ADVICE, SCHEMES, also_for, check_query, has_plain_password,
};
use crate::sources::remote::{SECRET_ADVICE, holds_secret, is_remote};

/// The key, what is wrong with it, and the word that was probably meant.
type Fault = (&'static str, String, Option<String>);

/// Files or a database, and of that a table or a query.
pub(super) fn check<C: Ord>(source: &TableSource<C>) -> Result<(), Fault> {
    let fault = |key, message: &str| Err((key, message.to_owned(), None));
    let has_table = !source.table.as_slice().is_empty();
    let of_database = [
        ("password_file", source.password_file.is_some()),
        ("table", has_table),
        ("where", source.filter.is_some()),
        ("query", source.query.is_some()),
    ];
    let Some(connection) = &source.connection else {
        if let Some((key, _)) = of_database.into_iter().find(|(_, told)| *told) {
            return fault(key, &format!("`{key}` is about a database: it goes with `connection`"));
        }
        let paths = source.joins.iter().map(|join| &join.path).chain([&source.path]);
        if paths.flat_map(super::OneOrMany::as_slice).any(|path| holds_secret(path)) {
            return fault("path", &format!("the address holds a password or a signature: {SECRET_ADVICE}"));
        }
        return match source.path.as_slice() {
            [] => fault("path", "a source needs a `path`, or a `connection` to a database"),
            _ => Ok(()),
        };
    };
    if !source.path.as_slice().is_empty() {
        return fault("connection", "a source has a `path` or a `connection`, not both");
    }
    let of_files = [
        ("format", source.format.is_some()),
        ("encoding", source.encoding.is_some()),
        ("delimiter", source.delimiter.is_some()),
        ("sheet", source.sheet.is_some()),
        ("header_row", source.header_row.is_some()),
    ];
    if let Some((key, _)) = of_files.into_iter().find(|(_, told)| *told) {
        return fault(key, &format!("`{key}` is about files, not about a `connection`"));
    }
    if !source.joins.is_empty() {
        return fault("joins", "a `connection` has no `joins`: join the tables in its `query`");
    }
    match (has_table, &source.query) {
        (true, Some(_)) => return fault("query", "a `connection` has a `table` or a `query`, not both"),
        (false, None) => return fault("connection", "a `connection` needs a `table` or a `query`"),
        (false, Some(_)) if source.filter.is_some() => {
            return fault("where", "`where` goes with `table`; write the condition into the `query`");
        }
        _ => {}
    }
    if has_plain_password(connection) {
        let also = also_for(connection);
        return fault("connection", &format!("the connection holds a password: {PASSWORD_ADVICE}{also}"));
    }
    // A variable may hold the scheme, too; then it is looked at when it is known.
    if connection.starts_with("${") {
        return Ok(());
    }
    let Some(dialect) = Dialect::of(connection) else {
        let scheme = connection.split(':').next().unwrap_or_default();
        let near = nearest(scheme, SCHEMES.into_iter());
        let message = "a connection begins with `postgres://`, `mysql://`, `sqlite:` or `adbc:`".to_owned();
        return Err(("connection", message, near));
    };
    if dialect == Dialect::Sqlite && source.password_file.is_some() {
        return fault("password_file", "a SQLite file has no password");
    }
    if let Some(query) = &source.query
        && let Err(found) = check_query(dialect, query)
    {
        return fault("query", &format!("`query` takes a single select: {found}"));
    }
    if let Some(filter) = &source.filter
        && let Err(found) = check_query(dialect, &format!("SELECT 1 WHERE (\n{filter}\n)"))
    {
        return fault("where", &format!("`where` takes a condition: {found}"));
    }
    Ok(())
}

impl<C: Ord> TableSource<C> {
    /// Whether it says where its rows come from.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.connection.is_some() || !self.path.as_slice().is_empty()
    }
}

impl Sources {
    /// Whether any source or join is in an object store or on a web server.
    #[must_use]
    pub fn name_objects(&self) -> bool {
        fn names<C: Ord>(source: &TableSource<C>) -> bool {
            let joins = source.joins.iter().map(|join| &join.path);
            joins.chain([&source.path]).flat_map(super::OneOrMany::as_slice).any(|path| is_remote(path))
        }
        self.order_lines.as_ref().is_some_and(names) || self.further().any(|(_, source)| names(source))
    }

    /// Whether any source is in a database.
    #[must_use]
    pub fn name_databases(&self) -> bool {
        let lines = self.order_lines.as_ref().is_some_and(|source| source.connection.is_some());
        lines || self.further().any(|(_, source)| source.connection.is_some())
    }
}
