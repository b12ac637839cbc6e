//! Files, and tables of databases, as Arrow batches, with every row that could not be read named.
//!
//! [`expand`] turns what a person wrote (a file, a folder, a pattern) into files, [`open`] finds
//! out what a file is and which columns it has, and [`SourceTable::read`] streams its rows:
//!
//! ```no_run
//! use std::path::Path;
//! use dangol_shop::sources::{ReadHints, open};
//!
//! for table in open(Path::new("orders.csv"), &ReadHints::default())?.tables {
//!     for batch in table.read()? {
//!         let batch = batch?;
//!         println!("{} rows, {} malformed", batch.rows.num_rows(), batch.malformed.len());
//!     }
//! }
//! # Ok::<(), dangol_shop::sources::SourceError>(())
//! ```
//!
//! **Nothing is lost.** Every data row of a file is either in [`SourceBatch::rows`] or in
//! [`SourceBatch::malformed`]. Not rows are: blank lines, the header, and lines above the header
//! (titles). Memory is bounded for text, JSON and Parquet files of any size, packed or not; a worksheet
//! (at most 1,048,576 rows) is held whole.

pub mod database;
mod error;
mod excel;
mod expand;
mod format;
mod header;
mod json;
mod looks_like;
mod lookup;
mod open;
mod packing;
mod parquet;
mod recognise;
pub(crate) mod remote;
mod text;

#[cfg(test)]
mod tests;

pub use error::SourceError;
pub use excel::SheetFault;
pub use expand::{expand, on_disk};
pub(crate) use expand::{matches, plain};
pub use format::{
    MalformedReason, MalformedRow, ReadHints, Separator, SheetChoice, SourceBatch, SourceFormat, SourceKind,
    SourceTable,
};
pub use json::JsonFault;
pub use looks_like::LooksLike;
pub use lookup::Lookup;
pub use open::{LeftOut, Looked, Opened, WhyLeftOut, look, open};
pub(crate) use open::{expand_anywhere, open_anywhere};
pub use packing::{PackedFault, Packing};
pub use remote::{Remote, RemoteFault, address_shown, is_remote};

use format::BatchIterator;

/// The rows of a text file in batches of so many.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn text_in_batches(
    table: &SourceTable,
    rows: usize,
) -> Result<impl Iterator<Item = Result<SourceBatch, SourceError>> + use<>, SourceError> {
    let all: Vec<usize> = (0..table.columns.fields().len()).collect();
    text::read_part(table, &all, 0, rows)
}

/// Rows per batch at most.
pub const BATCH_ROWS: usize = 65_536;

/// A malformed row's text is kept up to this many characters.
pub const RAW_CHARS: usize = 1_000;

/// The rows of one file, batch by batch.
///
/// After an error the reader ends.
pub struct SourceReader {
    batches: Box<BatchIterator>,
    failed: bool,
}

impl SourceReader {
    fn new(batches: Box<BatchIterator>) -> Self {
        Self { batches, failed: false }
    }
}

impl std::fmt::Debug for SourceReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceReader").finish_non_exhaustive()
    }
}

impl Iterator for SourceReader {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.batches.next();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}
