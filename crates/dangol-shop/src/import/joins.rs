//! A source's files as they are read: opened, with the columns that its joins add.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::{Files, open_files};
use super::inputs::expand_paths;
use super::report::JoinReport;
use crate::config::{Config, Join, TableSource, nearest};
use crate::error::{MappingError, ShopError};
use crate::sources::{Lookup, ReadHints, SheetChoice, SourceTable, open_anywhere};

/// What a join reads, and what became of it.
pub(super) struct Joined {
    files: Vec<PathBuf>,
    lookup: Arc<Lookup>,
}

/// The files of a source's joins.
pub(super) fn join_files<C: Ord>(
    config: &Config,
    source: &TableSource<C>,
) -> Result<Vec<PathBuf>, ShopError> {
    let mut files = Vec::new();
    for join in &source.joins {
        files.extend(expand_paths(config, &join.path)?);
    }
    Ok(files)
}

/// Opens the files of a source; its joins are read whole.
pub(super) fn open_source<C: Ord>(
    config: &Config,
    name: &'static str,
    source: &TableSource<C>,
) -> Result<(Files, Vec<Joined>), ShopError> {
    let Files { mut tables, left_out } = open_files(config, name, source)?;
    let mut joined: Vec<Joined> = Vec::new();
    for join in &source.joins {
        // Each file as wide as it is by now: a join may go by what an earlier one has brought.
        let one = Reading { config, of: name, join }.read(&tables)?;
        let lookup = one.lookup.clone();
        tables = tables.into_iter().map(|table| table.widened(vec![lookup.clone()])).collect();
        joined.push(one);
    }
    Ok((Files { tables, left_out }, joined))
}

impl Joined {
    pub(super) fn report(&self) -> JoinReport {
        JoinReport {
            files: self.files.iter().map(|file| file.display().to_string()).collect(),
            on: self.lookup.on().to_vec(),
            keys: self.lookup.keys(),
            repeated: self.lookup.repeated(),
            keyless: self.lookup.keyless(),
            malformed: self.lookup.malformed(),
            unmatched: self.lookup.unmatched(),
        }
    }
}

/// One join of one source.
struct Reading<'a> {
    config: &'a Config,
    of: &'static str,
    join: &'a Join,
}

impl Reading<'_> {
    fn read(&self, sources: &[SourceTable]) -> Result<Joined, ShopError> {
        let files = expand_paths(self.config, &self.join.path)?;
        let sheets =
            self.join.sheet.clone().map_or(SheetChoice::First, |sheet| SheetChoice::Named(vec![sheet]));
        let hints = ReadHints { sheets, header_row: self.join.header_row, ..ReadHints::default() };
        let mut found = Vec::new();
        for file in &files {
            found.extend(open_anywhere(file, &hints, &self.config.remote)?.tables);
        }
        let [table] = found.as_slice() else {
            let message = format!("a join reads one table, not {}", found.len());
            return Err(self.bad(message, "write one join for each file, or put the files together"));
        };
        if self.join.on.is_empty() {
            let hint = "write the header of the source and that of this file: on = { order_id = \"id\" }";
            return Err(self.bad("a join needs the columns of its key in `on`".to_owned(), hint));
        }
        let mut on = Vec::new();
        for (ours, theirs) in &self.join.on {
            for source in sources {
                self.place_in(source, ours)?;
            }
            on.push((ours.clone(), self.place_in(table, theirs)?));
        }
        let wanted: Vec<String> = if self.join.columns.is_empty() {
            let keys: Vec<&String> = self.join.on.values().collect();
            let all = table.headers().into_iter().map(str::to_owned);
            all.filter(|header| !keys.contains(&header)).collect()
        } else {
            self.join.columns.clone()
        };
        let mut brings = Vec::new();
        for header in wanted {
            let name = format!("{}{header}", self.join.prefix);
            if let Some(source) = sources.iter().find(|source| source.headers().contains(&name.as_str())) {
                let file = source.path.display();
                let message = format!("`{name}` would be added, but is a column of {file} already");
                return Err(self.bad(message, "set a `prefix`, or name only the `columns` that are needed"));
            }
            brings.push((self.place_in(table, &header)?, name));
        }
        Ok(Joined { files, lookup: Arc::new(Lookup::read(table, &on, &brings)?) })
    }

    fn place_in(&self, table: &SourceTable, header: &str) -> Result<usize, ShopError> {
        let headers = table.headers();
        headers.iter().position(|found| *found == header).ok_or_else(|| {
            MappingError::MissingHeader {
                config: self.config.path(),
                line: self.line(),
                file: table.path.clone(),
                header: header.to_owned(),
                column: "joins",
                nearest: nearest(header, headers.iter().copied()),
                headers: headers.iter().map(|&header| header.to_owned()).collect(),
            }
            .into()
        })
    }

    fn line(&self) -> usize {
        self.config.line_in_source(self.of, "joins")
    }

    fn bad(&self, message: String, hint: &'static str) -> ShopError {
        MappingError::BadJoin { config: self.config.path(), line: self.line(), message, hint }.into()
    }
}
