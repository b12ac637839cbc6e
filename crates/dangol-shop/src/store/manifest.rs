//! What a snapshot holds and how it came to be.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::ShopError;
use crate::import::QualityReport;

/// The content of a snapshot's `manifest.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of the store's files; another number cannot be read by this version.
    pub store_version: u32,
    /// The program's version that wrote it.
    pub written_by: String,
    /// The shop that it is of; snapshots from before that was kept do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Hash of what in `shop.toml` decides the store's content.
    pub configuration: String,
    /// The files it was made from.
    pub inputs: Vec<InputFile>,
    /// Parts of `order_lines`, known customers; customers do not cross parts.
    pub parts: Vec<PartFile>,
    /// Parts of `order_lines` without a customer.
    pub unknown_parts: Vec<PartFile>,
    /// Keys and ids of the customers of each of `parts`, in `customers/`; none in snapshots from before they were kept.
    #[serde(default)]
    pub customers: Vec<PartFile>,
    /// The tables beside `order_lines`.
    #[serde(default)]
    pub tables: Vec<TableFile>,
    /// Sums over `order_lines`.
    pub totals: Totals,
    /// The import's report.
    pub report: QualityReport,
}

/// The form of the store's files that this version reads and writes.
pub const STORE_VERSION: u32 = 1;

/// The shop that a store is of, by what tells it from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// `[shop] name`
    pub name: String,
    /// The shop's folder, all links followed.
    pub folder: PathBuf,
    /// The databases of its sources, as `shop.toml` has them.
    pub connections: Vec<String>,
}

/// A source file, or a table of a database, as it was when imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path; of a database its address, without password, and the table.
    pub path: String,
    /// Its path from the shop's folder, as `shop.toml` has it: the same wherever an import is called.
    #[serde(default)]
    pub from_shop: String,
    /// Its size.
    pub bytes: u64,
    /// Time of its last change, nanoseconds since 1970; 0 of a database.
    pub modified: i128,
    /// BLAKE3 hash of its content.
    pub blake3: String,
    /// What its store tells this version by, for an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// A table beside `order_lines`: the file `tables/NAME.parquet`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// The table's name.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
}

/// One Parquet file of the snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartFile {
    /// Name within its folder.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Smallest customer key in it; 0 in parts without customers.
    pub first_key: i32,
    /// Largest customer key in it; 0 in parts without customers.
    pub last_key: i32,
}

impl PartFile {
    /// A file that is there, whose rows nobody has counted.
    ///
    /// # Errors
    /// [`ShopError::DamagedStore`] if it is not there.
    pub fn of_file(folder: &Path, name: &str) -> Result<Self, ShopError> {
        let path = folder.join(name);
        let metadata = std::fs::metadata(&path)
            .map_err(|error| ShopError::DamagedStore { path, detail: error.to_string() })?;
        Ok(Self { name: name.to_owned(), rows: 0, bytes: metadata.len(), first_key: 0, last_key: 0 })
    }
}

/// Sums over the kept order lines.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Kept lines, with and without customer.
    pub order_lines: u64,
    /// Kept lines without a customer.
    pub order_lines_without_customer: u64,
    /// Kept lines of known customers that are no purchases (cancelled, returned).
    pub not_purchases: u64,
    /// Orders of known customers.
    pub orders: u64,
    /// Orders of which nobody knows the customer.
    #[serde(default)]
    pub orders_without_customer: u64,
    /// Known customers with a purchase.
    pub customers: u64,
    /// Net revenue of known customers' purchases.
    pub revenue: f64,
    /// First purchase of a known customer, microseconds UTC.
    pub first_at: Option<i64>,
    /// Last purchase of a known customer, microseconds UTC.
    pub last_at: Option<i64>,
    /// Whether purchases carry a clock time.
    pub has_clock: bool,
    /// Whether it is known when orders were placed; otherwise all lines lie on 1970-01-01.
    #[serde(default = "yes")]
    pub has_dates: bool,
    /// Whether any amount is known; otherwise only frequency can be analysed.
    pub has_amounts: bool,
    /// Filterable columns that hold any value: of `country`, `sales_platform`, `category`.
    pub dimensions: Vec<String>,
}

/// Snapshots from before there were shops without dates.
fn yes() -> bool {
    true
}
