//! What can be wrong with a source as a whole.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::database::DatabaseFault;
use super::excel::SheetFault;
use super::json::JsonFault;
use super::looks_like::LooksLike;
use super::packing::{PackedFault, fault_of};
use super::remote::RemoteFault;

/// Why a source can't be read. `Display` says what and where, [`SourceError::hint`] what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No file is there, or a pattern matches none.
    #[error("no such file: {}", path.display())]
    NoSuchFile {
        /// The path as looked up.
        path: PathBuf,
        /// Existing files with similar names, the most similar first.
        nearest: Vec<PathBuf>,
    },
    /// A folder without any file that can be read as a table.
    #[error("no tables in the folder {}", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The file is there, but the system does not let it be read.
    #[error("can't read {}: {source}", path.display())]
    NotReadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds nothing, or nothing but blank lines.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else than a table.
    #[error("{} is not a table: it looks like {looks_like}", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        looks_like: LooksLike,
    },
    /// Something is wrong with how the file is packed.
    #[error("{} {fault}", path.display())]
    Packed {
        /// The file; in an archive, archive and file.
        path: PathBuf,
        /// What is wrong.
        fault: PackedFault,
    },
    /// Something is wrong with the JSON as a whole.
    #[error("{} {fault}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: JsonFault,
    },
    /// A workbook that can't be held in memory.
    #[error("the workbook {} {fault}", path.display())]
    ExcelTooLarge {
        /// The file.
        path: PathBuf,
        /// What is too large.
        fault: SheetFault,
    },
    /// The file begins as Parquet and does not end as Parquet.
    #[error("the Parquet file {} is cut short after {bytes} bytes", path.display())]
    ParquetTruncated {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Something within the Parquet file can't be decoded.
    #[error("the Parquet file {} is damaged{}: {message}", path.display(), near_row(*.row))]
    ParquetCorrupt {
        /// The file.
        path: PathBuf,
        /// How many rows could be read before.
        row: u64,
        /// What the decoder says.
        message: String,
    },
    /// Columns cannot be looked up by.
    #[error("rows of {} cannot be looked up: {message}", path.display())]
    LookupFailed {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        message: String,
    },
    /// The workbook can't be opened.
    #[error("the workbook {} is damaged: {message}", path.display())]
    ExcelCorrupt {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        message: String,
    },
    /// The workbook asks for a password.
    #[error("the workbook {} is protected by a password", path.display())]
    ExcelProtected {
        /// The file.
        path: PathBuf,
    },
    /// The workbook has no sheet of that name.
    #[error("{} has no sheet ‘{sheet}’", path.display())]
    ExcelSheetMissing {
        /// The file.
        path: PathBuf,
        /// The sheet asked for.
        sheet: String,
        /// The sheets there are.
        sheets: Vec<String>,
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// No sheet (or not the one asked for) holds a table.
    #[error("no table in {}{}", sheet_of(sheet.as_deref()), path.display())]
    ExcelNoTable {
        /// The file.
        path: PathBuf,
        /// The sheet asked for.
        sheet: Option<String>,
    },
    /// Rows, but no names above them, where names are needed.
    #[error("{}{} has no header: row {row} reads {found}", sheet_of(sheet.as_deref()), path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// The worksheet, in a workbook.
        sheet: Option<String>,
        /// The row where a header was expected, counted from 1.
        row: u64,
        /// How that row reads.
        found: String,
    },
    /// The header row asked for lies past the end.
    #[error("{} has no row {row} for the header: it ends with row {last}", path.display())]
    HeaderPastEnd {
        /// The file.
        path: PathBuf,
        /// The row asked for, counted from 1.
        row: u64,
        /// The last row.
        last: u64,
    },
    /// Cut by the delimiter asked for, every line is one field, and another would cut it.
    #[error("{} has a single column when cut by {asked}", path.display())]
    WrongDelimiter {
        /// The file.
        path: PathBuf,
        /// The delimiter asked for.
        asked: super::Separator,
        /// The one that the lines contain.
        better: super::Separator,
    },
    /// A delimiter or quote which is not a single ASCII character.
    #[error("{} can't be cut by ‘{character}’", path.display())]
    UnusableDelimiter {
        /// The file.
        path: PathBuf,
        /// The character asked for.
        character: char,
    },
    /// The encoding asked for has no meaning.
    #[error("unknown encoding ‘{encoding}’ for {}", path.display())]
    UnknownEncoding {
        /// The file.
        path: PathBuf,
        /// The label asked for.
        encoding: String,
    },
    /// No column says who bought.
    #[error("no column of {} says which customer bought; its columns are {}", path.display(), headers.join(", "))]
    NoCustomerColumn {
        /// The file.
        path: PathBuf,
        /// Its headers.
        headers: Vec<String>,
    },
    /// No column says when it was bought.
    #[error("no column of {} says when it was bought; its columns are {}", path.display(), headers.join(", "))]
    NoTimeColumn {
        /// The file.
        path: PathBuf,
        /// Its headers.
        headers: Vec<String>,
    },
    /// A database, or something in it, can't be read.
    #[error("{}: {fault}", path.display())]
    Database {
        /// The connection, without password, and the table.
        path: PathBuf,
        /// What is wrong.
        fault: Box<DatabaseFault>,
    },
    /// An object of a store or a document of a web server can't be read.
    #[error("{}: {fault}", path.display())]
    Remote {
        /// Its address, without password and signature.
        path: PathBuf,
        /// What is wrong.
        fault: Box<RemoteFault>,
    },
}

fn near_row(row: u64) -> String {
    if row == 0 { String::new() } else { format!(" after row {row}") }
}

fn sheet_of(sheet: Option<&str>) -> String {
    sheet.map_or_else(String::new, |name| format!("sheet ‘{name}’ of "))
}

impl SourceError {
    /// The file or folder that the error is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NoSuchFile { path, .. }
            | Self::EmptyFolder { path }
            | Self::NotReadable { path, .. }
            | Self::Empty { path }
            | Self::NotATable { path, .. }
            | Self::Packed { path, .. }
            | Self::Json { path, .. }
            | Self::ExcelTooLarge { path, .. }
            | Self::ParquetTruncated { path, .. }
            | Self::ParquetCorrupt { path, .. }
            | Self::LookupFailed { path, .. }
            | Self::ExcelCorrupt { path, .. }
            | Self::ExcelProtected { path }
            | Self::ExcelSheetMissing { path, .. }
            | Self::ExcelNoTable { path, .. }
            | Self::NoHeader { path, .. }
            | Self::HeaderPastEnd { path, .. }
            | Self::WrongDelimiter { path, .. }
            | Self::UnusableDelimiter { path, .. }
            | Self::UnknownEncoding { path, .. }
            | Self::NoCustomerColumn { path, .. }
            | Self::NoTimeColumn { path, .. }
            | Self::Database { path, .. }
            | Self::Remote { path, .. } => path,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchFile { nearest, .. } if nearest.is_empty() => {
                "check the path; it is looked up from the folder of shop.toml, or on the command \
                 line from the current folder"
                    .to_owned()
            }
            Self::NoSuchFile { nearest, .. } => {
                let names: Vec<_> = nearest.iter().map(|p| p.display().to_string()).collect();
                format!("did you mean {}?", names.join(" or "))
            }
            Self::EmptyFolder { .. } => {
                "put CSV, Parquet, Excel or JSON lines files there, or name another folder".to_owned()
            }
            Self::NotReadable { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => {
                    "give yourself the right to read it (on Linux and macOS: chmod +r)".to_owned()
                }
                _ => "check that the disk is there and the file is not locked".to_owned(),
            },
            Self::Empty { .. } => "export the file again, or leave it out".to_owned(),
            Self::NotATable { looks_like, .. } => looks_like.hint().to_owned(),
            Self::ParquetTruncated { .. } => {
                "copy or export it again; the end of the file is missing".to_owned()
            }
            Self::ParquetCorrupt { .. } => "copy or export it again; nothing of it was imported".to_owned(),
            Self::LookupFailed { .. } => "join on columns of plain text or numbers".to_owned(),
            Self::ExcelCorrupt { .. } => "open it in Excel and save it again, as xlsx or CSV".to_owned(),
            Self::ExcelProtected { .. } => {
                "open it in Excel, remove the password and save it again".to_owned()
            }
            Self::ExcelSheetMissing { sheets, nearest: Some(word), .. } => {
                format!("did you mean ‘{word}’? Its sheets are {}", quoted(sheets))
            }
            Self::ExcelSheetMissing { sheets, .. } => {
                format!("set `sheet` to one of {}", quoted(sheets))
            }
            Self::Packed { fault, .. } => fault.hint(),
            Self::Json { fault, .. } => fault.hint(),
            Self::ExcelTooLarge { .. } => "save its sheets as CSV or Parquet and name those files".to_owned(),
            Self::ExcelNoTable { .. } => {
                "name the sheet that holds the table with `sheet = \"…\"`".to_owned()
            }
            Self::NoHeader { .. } => "write the column names into a row above the data, or say \
                where they are with `header_row = 3` (counted from 1), or `header_row = 0` for \
                columns named column_1, column_2, …"
                .to_owned(),
            Self::HeaderPastEnd { .. } => "correct `header_row`; rows are counted from 1".to_owned(),
            Self::WrongDelimiter { better, .. } => {
                let written = match better {
                    super::Separator::Character(b'\t') => "\\t".to_owned(),
                    super::Separator::Character(c) => char::from(*c).to_string(),
                    super::Separator::Blanks => " ".to_owned(),
                };
                format!("its lines contain {better}s: set `delimiter = \"{written}\"` or leave it out")
            }
            Self::UnusableDelimiter { .. } => {
                "use one ASCII character, such as `,` `;` `|` or `\\t`".to_owned()
            }
            Self::UnknownEncoding { .. } => {
                "use UTF-8, UTF-16LE, CP949, EUC-KR, Shift-JIS or Latin-1, or leave it out to \
                 have it detected"
                    .to_owned()
            }
            Self::NoCustomerColumn { .. } => "if one of them does, write it under \
                [sources.order_lines.columns] of shop.toml as customer_id = \"…\""
                .to_owned(),
            Self::NoTimeColumn { .. } => "if one of them does, write it under \
                [sources.order_lines.columns] of shop.toml as ordered_at = \"…\""
                .to_owned(),
            Self::Database { path, fault } => fault.hint_at(&path.to_string_lossy()),
            Self::Remote { fault, .. } => fault.hint(),
        }
    }

    pub(super) fn lookup(path: &Path, error: &arrow::error::ArrowError) -> Self {
        Self::LookupFailed { path: path.to_owned(), message: error.to_string() }
    }

    pub(super) fn packed(path: &Path, fault: PackedFault) -> Self {
        Self::Packed { path: path.to_owned(), fault }
    }

    pub(super) fn not_a_table(path: &Path, looks_like: LooksLike) -> Self {
        Self::NotATable { path: path.to_owned(), looks_like }
    }

    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let source = match fault_of(source) {
            Ok(fault) => return Self::packed(path, fault),
            Err(source) => source,
        };
        let source = match super::remote::fault_of(source) {
            Ok(fault) => return Self::Remote { path: path.to_owned(), fault: Box::new(fault) },
            Err(source) => source,
        };
        if source.kind() == io::ErrorKind::NotFound {
            Self::NoSuchFile { path: path.to_owned(), nearest: super::expand::nearest(path) }
        } else {
            Self::NotReadable { path: path.to_owned(), source }
        }
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("‘{name}’")).collect();
    names.join(", ")
}
