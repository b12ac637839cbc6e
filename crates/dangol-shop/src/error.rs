//! What can go wrong with a shop's data: what, where, and what to do about it.

use std::path::{Path, PathBuf};

use crate::config::nearest;
use crate::features::ConditionError;
use crate::sources::SourceError;

/// Any failure of this crate.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// `shop.toml` cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A source file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// Nothing has been imported yet.
    #[error("{} holds no imported data yet", folder.display())]
    NothingImported {
        /// The shop's folder.
        folder: PathBuf,
    },
    /// Another process is importing into the same store.
    #[error("another import into {} is running", store.display())]
    Busy {
        /// The store.
        store: PathBuf,
    },
    /// The store was filled by a shop with another name and other sources.
    #[error("{} holds the shop ‘{holds}’ ({}), and {} is of ‘{shop}’, which has none of its sources",
        store.display(), shortly(sources), config.display())]
    OtherShop {
        /// The store.
        store: PathBuf,
        /// The name of the shop that it holds.
        holds: String,
        /// That shop's files and databases.
        sources: Vec<String>,
        /// `shop.toml`
        config: PathBuf,
        /// The name of the shop that was to be imported.
        shop: String,
    },
    /// Files of the last import are not there any more.
    #[error("{}", gone_in_words(files))]
    FilesGone {
        /// Each file as `shop.toml` has it, and its rows in the store.
        files: Vec<(String, u64)>,
    },
    /// The file system refused.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried, for example `writing`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The store's files do not hold what they should.
    #[error("the store file {} is damaged: {detail}", path.display())]
    DamagedStore {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// No row of the sources could be used.
    #[error("none of the {rows_read} rows of {what} could be used: {reason}")]
    NothingUsable {
        /// Rows read.
        rows_read: u64,
        /// Which source.
        what: String,
        /// The commonest reason.
        reason: String,
    },
    /// A query failed.
    #[error("the query failed: {0}")]
    Query(#[from] datafusion::error::DataFusionError),
    /// Columnar data failed to convert.
    #[error("converting columns failed: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The database of runs and saved audiences failed.
    #[error("the database {}: {source}", path.display())]
    Runs {
        /// The database file.
        path: PathBuf,
        /// The database's word.
        source: sqlx::Error,
    },
    /// A condition on customers that cannot be used.
    #[error(transparent)]
    Condition(#[from] ConditionError),
    /// A filter or moment that cannot be understood.
    #[error("{what} `{value}` is not understood")]
    BadScope {
        /// Which filter.
        what: &'static str,
        /// What was given.
        value: String,
        /// What is expected.
        hint: String,
    },
}

/// The first of some names, and how many more there are.
fn shortly(names: &[String]) -> String {
    /// So many are named.
    const NAMED: usize = 3;
    let text = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{text} and {} more", names.len() - NAMED) } else { text }
}

fn gone_in_words(files: &[(String, u64)]) -> String {
    /// So many are named.
    const NAMED: usize = 5;
    let named =
        files.iter().take(NAMED).map(|(path, rows)| format!("{path} (its rows in the store: {rows})"));
    let mut text = named.collect::<Vec<_>>().join(", ");
    if files.len() > NAMED {
        let more = &files[NAMED..];
        let rows: u64 = more.iter().map(|(_, rows)| rows).sum();
        text = format!("{text} and {} more ({rows})", more.len());
    }
    format!("not there any more since the last import: {text}")
}

impl ShopError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// What to do about it, in one sentence; empty where nothing general can be said.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Config(error) => error.hint(),
            Self::Source(error) => error.hint(),
            Self::Mapping(error) => error.hint(),
            Self::NothingImported { folder } => {
                format!("run `dangol import --shop {}` first", folder.display())
            }
            Self::Busy { .. } => "wait until it has finished, then try again".into(),
            Self::OtherShop { holds, shop, .. } => format!(
                "give ‘{shop}’ a folder of its own (--shop FOLDER); if it is ‘{holds}’ under a new name, import it once \
                 under the new name with its sources as they were, then change them; or import with --replace-shop, \
                 which puts ‘{shop}’ in the place of ‘{holds}’"
            ),
            Self::FilesGone { .. } => {
                "put it back; or import with --allow-missing, which takes its rows out of the store".into()
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "free some space on this disk and import again; the store is as it was before".into()
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "check who owns the file and its folder".into()
            }
            Self::Io { .. } => "check the path and the disk".into(),
            Self::DamagedStore { .. } => {
                "run `dangol import` again: it writes a new store beside the damaged one".into()
            }
            Self::NothingUsable { .. } => {
                "correct the file, or the mapping and cleaning in shop.toml; the store is as it was before"
                    .into()
            }
            Self::Runs { .. } => {
                "delete the file if it is damaged; it holds the history and the saved audiences".into()
            }
            Self::BadScope { hint, .. } => hint.clone(),
            Self::Condition(error) => error.hint(),
            Self::Query(_) | Self::Arrow(_) => String::new(),
        }
    }

    /// A short stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "bad_configuration",
            Self::Source(_) => "bad_source",
            Self::Mapping(_) => "bad_mapping",
            Self::NothingImported { .. } => "nothing_imported",
            Self::Busy { .. } => "import_running",
            Self::OtherShop { .. } => "other_shop",
            Self::FilesGone { .. } => "files_gone",
            Self::Io { .. } => "io",
            Self::DamagedStore { .. } => "damaged_store",
            Self::NothingUsable { .. } => "nothing_usable",
            Self::Query(_) => "query_failed",
            Self::Arrow(_) => "conversion_failed",
            Self::Runs { .. } => "runs_failed",
            Self::BadScope { .. } => "bad_filter",
            Self::Condition(_) => "bad_condition",
        }
    }
}

/// `shop.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is missing or may not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The file is no TOML, or a key or value is wrong.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// The valid word that was probably meant.
        nearest: Option<String>,
    },
    /// A section that is neither known nor an analysis.
    #[error("{}:{line}: unknown section `[{section}]`", path.display())]
    UnknownSection {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The section's name.
        section: String,
        /// The valid name that was probably meant.
        nearest: Option<String>,
    },
    /// A time zone the time-zone database does not have.
    #[error("{}:{line}: unknown time zone `{zone}`", path.display())]
    UnknownTimeZone {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The name given.
        zone: String,
    },
    /// `${NAME}` without a value.
    #[error("the variable ${{{name}}} in `{text}` is not set")]
    MissingVariable {
        /// The variable.
        name: String,
        /// The path in which it stands.
        text: String,
    },
}

impl ConfigError {
    pub(crate) fn from_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let before = &text[..start];
        let message = error.message().to_owned();
        Self::Invalid {
            path: path.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            nearest: nearest_expected(&message),
            message,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(path).display();
                format!(
                    "name a folder that holds a shop.toml, or write one with `dangol init FILES --shop {folder}`"
                )
            }
            Self::Unreadable { .. } => "check who may read the file".into(),
            Self::Invalid { nearest, .. } | Self::UnknownSection { nearest, .. } => {
                nearest.as_ref().map_or_else(String::new, |word| format!("did you mean `{word}`?"))
            }
            Self::UnknownTimeZone { .. } => "use a name such as `Asia/Seoul` or `Europe/London`".into(),
            Self::MissingVariable { name, .. } => {
                format!("set it, or write a default: ${{{name}:-path}}")
            }
        }
    }
}

/// From "unknown field `x`, expected one of `a`, `b`" the nearest of the expected words.
fn nearest_expected(message: &str) -> Option<String> {
    let (head, tail) = message.split_once("expected")?;
    let word = head.split('`').nth(1)?;
    nearest(word, tail.split('`').skip(1).step_by(2))
}

/// The mapping in `shop.toml` does not fit the file.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// `[sources.order_lines]` is absent or names no file.
    #[error("{}: no source for order_lines", path.display())]
    NoSource {
        /// `shop.toml`
        path: PathBuf,
    },
    /// A mapped header is not in the file.
    #[error("{}:{line}: {file} has no column `{header}` (for {column})", config.display(), file = file.display())]
    MissingHeader {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// The data file.
        file: PathBuf,
        /// The header asked for.
        header: String,
        /// The canonical column it should feed.
        column: &'static str,
        /// The header that was probably meant.
        nearest: Option<String>,
        /// The headers that are there.
        headers: Vec<String>,
    },
    /// More files than an import can tell apart.
    #[error("{}: {found} files feed order_lines, at most 65,535 can", config.display())]
    TooManyFiles {
        /// `shop.toml`
        config: PathBuf,
        /// How many there are.
        found: usize,
    },
    /// A required canonical column has no source.
    #[error("{}: {table} needs a column for {column}", config.display())]
    MissingColumn {
        /// `shop.toml`
        config: PathBuf,
        /// The canonical table.
        table: &'static str,
        /// The canonical column.
        column: &'static str,
    },
    /// An expression or a condition does not parse or names an unknown column.
    #[error("{}:{line}: the expression `{text}` cannot be used: {detail}", config.display())]
    BadExpression {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// The expression.
        text: String,
        /// The parser's word.
        detail: String,
    },
    /// A date form that is not known.
    #[error("{}:{line}: unknown date form `{form}`", config.display())]
    UnknownDateForm {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// The form.
        form: String,
    },
    /// No known date form fits a column's values.
    #[error("{}: the values of `{header}` are no dates in a known form (for example `{sample}`)", file.display())]
    NoDates {
        /// The data file.
        file: PathBuf,
        /// The header.
        header: String,
        /// One of the values.
        sample: String,
    },
    /// A join that cannot be made.
    #[error("{}:{line}: {message}", config.display())]
    BadJoin {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// What stands in the way.
        message: String,
        /// What to write.
        hint: &'static str,
    },
    /// A rule of `[cleaning]` works on a column that nothing feeds.
    #[error("{}:{line}: {rule} needs the column {column} of {table}, which no header feeds", config.display())]
    RuleNeedsColumn {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// The rule.
        rule: String,
        /// The canonical table.
        table: &'static str,
        /// The canonical column.
        column: String,
    },
    /// A rule of `[cleaning]` looks into a table that has no source.
    #[error("{}:{line}: {rule} needs the table {table}, which has no source", config.display())]
    RuleNeedsTable {
        /// `shop.toml`
        config: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// The rule.
        rule: String,
        /// The canonical table.
        table: &'static str,
    },
    /// A value map for a column that takes none, or onto an unknown word.
    #[error("{}: `{word}` is no status", config.display())]
    UnknownStatus {
        /// `shop.toml`
        config: PathBuf,
        /// The canonical word given.
        word: String,
    },
}

impl MappingError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoSource { .. } => {
                "write [sources.order_lines] with a path, or run `dangol init FILES`".into()
            }
            Self::MissingHeader { nearest: Some(word), .. } => format!("did you mean `{word}`?"),
            Self::MissingHeader { headers, file, .. } => {
                let columns = format!("its columns are: {}", headers.join(", "));
                match crate::sources::on_disk(file) {
                    (archive, Some(_))
                        if archive.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) =>
                    {
                        let archive = archive.file_name().unwrap_or_default().to_string_lossy();
                        format!(
                            "{columns}; if it is not meant, name those that are: `path = \"{archive}/…\"`"
                        )
                    }
                    _ => columns,
                }
            }
            Self::TooManyFiles { .. } => "join the files first, or import part of them".into(),
            Self::MissingColumn { table, column, .. } => {
                format!("add `{column} = \"…\"` to [sources.{table}.columns]")
            }
            Self::BadExpression { .. } => {
                "write SQL over the file's headers; a header with blanks stands in double quotes".into()
            }
            Self::UnknownDateForm { .. } => {
                "write it like `YYYY-MM-DD HH:mm:ss`, `DD/MM/YYYY` or `YYYY.MM.DD`".into()
            }
            Self::NoDates { .. } => {
                "map another column to ordered_at, or set date_forms in [sources.order_lines]".into()
            }
            Self::BadJoin { hint, .. } => (*hint).into(),
            Self::RuleNeedsTable { table, .. } => format!("add [sources.{table}], or take the rule out"),
            Self::RuleNeedsColumn { table, column, .. } => {
                format!("map it in [sources.{table}.columns], as `{column} = \"…\"`, or take the rule out")
            }
            Self::UnknownStatus { .. } => "use completed, pending, cancelled or returned".into(),
        }
    }
}
