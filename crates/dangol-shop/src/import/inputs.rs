//! Where a source's rows come from: files or a database.

use std::path::PathBuf;

use super::report::SourceReport;
use super::run::read_hints;
use crate::config::{Config, DecimalMark, TableSource};
use crate::error::ShopError;
use crate::sources::database::{Projection, Told, What, open_database};
use crate::sources::{SourceTable, open};
use crate::store::InputFile;

/// Opens the files, or the tables of a database, that feed a canonical table.
pub(super) fn open_source<C: Ord>(
    config: &Config,
    feeds: &str,
    source: &TableSource<C>,
    files: &[PathBuf],
) -> Result<Vec<SourceTable>, ShopError> {
    let Some(connection) = &source.connection else {
        let hints = read_hints(source);
        return Ok(files.iter().map(|path| open(path, &hints)).collect::<Result<_, _>>()?);
    };
    let what = match &source.query {
        Some(query) => What::Query(query),
        None => What::Tables {
            names: source.table.as_slice(),
            filter: source.filter.as_deref(),
            projection: projection(source, feeds == "order_lines"),
        },
    };
    Ok(open_database(&Told {
        feeds,
        connection,
        password_file: source.password_file.as_deref(),
        folder: &config.folder,
        what,
        decimal_comma: source.decimal == Some(DecimalMark::Comma),
    })?)
}

/// The columns of a table that `shop.toml` mentions.
fn projection<C: Ord>(source: &TableSource<C>, tells_rows_apart: bool) -> Projection {
    let mut headers: Vec<String> =
        source.columns.values().chain(source.attributes.values()).cloned().collect();
    if let Some(told) = &source.unpivot {
        // These two are made by it, and the columns it is made of take their place.
        headers.retain(|header| *header != told.name && *header != told.value);
        headers.extend(told.columns.iter().cloned());
    }
    Projection { headers, expressions: source.expressions.values().cloned().collect(), tells_rows_apart }
}

/// What was read from databases, for the record beside the files.
pub(super) fn database_inputs(sources: &[SourceReport]) -> Vec<InputFile> {
    let read = sources.iter().flat_map(|source| &source.files).filter(|file| file.query.is_some());
    read.map(|file| InputFile {
        path: file.path.clone(),
        bytes: file.bytes,
        modified: 0,
        blake3: file.blake3.clone(),
    })
    .collect()
}
