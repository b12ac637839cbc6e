//! What a file that is no table looks like.

use std::fmt;

/// What a file that is no table looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LooksLike {
    /// A folder, where a file is wanted.
    Folder,
    /// A PDF document.
    Pdf,
    /// A picture or a film.
    Image,
    /// A ZIP archive that is no workbook.
    Zip,
    /// A file packed by bzip2, xz, 7-Zip or tar.
    Packed,
    /// A database of `SQLite`.
    Sqlite,
    /// A word processor's document.
    Document,
    /// A web page (some shops name such exports `.xls`).
    WebPage,
    /// XML.
    Xml,
    /// JSON that is neither one record per line nor a list of records.
    Json,
    /// Lines of prose.
    Prose,
    /// An Arrow IPC or Feather file.
    ArrowIpc,
    /// A program.
    Program,
    /// Bytes that are neither text nor anything known.
    Binary,
}

impl LooksLike {
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Folder => "name a file in it, or a pattern such as folder/*.csv",
            Self::Pdf | Self::Image | Self::Document => {
                "export the orders from the shop as CSV, Excel or Parquet"
            }
            Self::Zip | Self::Packed => "unpack it first and name the file that was in it",
            Self::Sqlite => {
                "read it as a database: in shop.toml `connection = \"sqlite:FILE\"` and `table = \"…\"` in \
                 place of `path`, on the command line `dangol init sqlite:FILE`"
            }
            Self::WebPage => "open it in Excel or a browser and save the table as xlsx or CSV",
            Self::Xml => "convert it to CSV or Parquet first",
            Self::Json => {
                "write one record per line, or a list of records; of records under a name, for \
                 example, jq -c '.orders[]' FILE > orders.jsonl"
            }
            Self::Prose => {
                "a table has a header and the same number of fields on each line; if the fields \
                 are cut by an unusual character, set `delimiter`"
            }
            Self::ArrowIpc => "save it as Parquet",
            Self::Program | Self::Binary => "export the orders as CSV, Excel or Parquet",
        }
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::Pdf => "a PDF document",
            Self::Image => "a picture or film",
            Self::Zip => "a ZIP archive",
            Self::Packed => "a packed file (bzip2, xz, 7-Zip or tar)",
            Self::Sqlite => "a SQLite database",
            Self::Document => "a text document",
            Self::WebPage => "a web page",
            Self::Xml => "XML",
            Self::Json => "JSON without records",
            Self::Prose => "prose without columns",
            Self::ArrowIpc => "an Arrow or Feather file",
            Self::Program => "a program",
            Self::Binary => "binary data",
        })
    }
}
