//! The store on disk: immutable snapshots, of which one is current.
//!
//! ```text
//! my-shop/store/
//!   CURRENT                     the current snapshot's name, replaced by rename
//!   snapshots/000002/
//!     manifest.json             what the snapshot holds and how it came to be
//!     order_lines/part-0000.parquet …      known customers, sorted by customer and time
//!     order_lines/unknown-0000.parquet …   lines without a customer
//!     customers/part-0000.parquet …        keys and ids of the customers of each part
//!     tables/customers.parquet …           the other canonical tables
//!     quarantine.parquet
//!   dangol.sqlite               runs
//!   lock                        held by an import
//! ```
//!
//! A reader opens the snapshot that CURRENT names and is not disturbed by an import, which
//! builds the next one beside it. Killed at any moment, an import leaves the old or the new.

mod manifest;
mod reflag;
mod snapshot;
mod syncing;
mod table;

pub use manifest::{InputFile, Manifest, Owner, PartFile, STORE_VERSION, TableFile, Totals};
pub use reflag::Reflag;
pub use snapshot::{Incoming, Store};
pub(crate) use syncing::Syncing;
pub use table::PartsTable;

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::error::ShopError;

/// The folder of a snapshot that holds the order lines.
pub(crate) const LINES_FOLDER: &str = "order_lines";

/// The folder of a snapshot that holds keys and ids of customers.
pub(crate) const CUSTOMERS_FOLDER: &str = "customers";

/// The folder of a snapshot that holds the tables beside `order_lines`.
pub(crate) const TABLES_FOLDER: &str = "tables";

/// Columns that every analysis reads, and that compression after their encoding makes a tenth smaller at
/// most: they are left as they are, for reading them is then the quicker.
const UNCOMPRESSED: [&str; 10] = [
    "customer_key",
    "ordered_on",
    "net_revenue",
    "is_purchase",
    "first_of_order",
    "first_of_day",
    "first_of_week",
    "first_of_month",
    "first_of_quarter",
    "customer_first_on",
];

/// Texts of order lines that are in no order where customers are: each page has nearly the whole range of them, so
/// that knowing it lets no reader skip one, and finding it takes two comparisons a value.
const WITHOUT_STATISTICS: [&str; 10] = [
    "order_id",
    "product_id",
    "product_name",
    "category",
    "coupon_code",
    "coupon_status",
    "status",
    "sales_platform",
    "country",
    "line_id",
];

/// How the store's Parquet files are written: zstd at its fastest, sorted numbers as deltas.
pub(crate) fn writer_properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page);
    for name in UNCOMPRESSED {
        properties = properties.set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
    }
    for name in WITHOUT_STATISTICS {
        properties =
            properties.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::None);
    }
    for name in ["ordered_at", "order_key"] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED);
    }
    // Nearly each order is another: a dictionary of them is given up, after the work of making it.
    properties
        .set_column_dictionary_enabled(ColumnPath::from("order_id"), false)
        .set_column_encoding(ColumnPath::from("order_id"), Encoding::DELTA_BYTE_ARRAY)
        .build()
}

/// Writes rows as one file of the store and gives its size. It is on the disk once `syncing` is finished.
pub(crate) fn write_parquet(path: &Path, rows: &RecordBatch, syncing: &Syncing) -> Result<u64, ShopError> {
    let file = File::create(path).map_err(ShopError::io("writing", path))?;
    let mut writer =
        ArrowWriter::try_new(file, rows.schema(), Some(writer_properties())).map_err(parquet_error(path))?;
    writer.write(rows).map_err(parquet_error(path))?;
    let file = writer.into_inner().map_err(parquet_error(path))?;
    let bytes = file.metadata().map_err(ShopError::io("writing", path))?.len();
    syncing.add(path.to_path_buf(), file);
    Ok(bytes)
}

/// A Parquet failure as ours: a full disk stays a full disk.
pub(crate) fn parquet_error(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> ShopError {
    let path = path.to_path_buf();
    move |error| {
        let text = error.to_string();
        if let parquet::errors::ParquetError::External(source) = error
            && let Ok(source) = source.downcast::<std::io::Error>()
        {
            return ShopError::Io { action: "writing", path, source: *source };
        }
        ShopError::DamagedStore { path, detail: text }
    }
}
