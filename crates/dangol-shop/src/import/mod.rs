//! From source files to a new snapshot of the store.
//!
//! 1. `reader`: one thread reads batches, the others map them (`mapping`) and set aside
//!    rows that do not parse (`quarantine`).
//! 2. Mapped rows go to buckets by a hash of their customer (`spill`), so that memory stays
//!    bounded however many rows there are.
//! 3. Each bucket is sorted, freed of duplicates and of what `[cleaning]` drops or nets (`netting`), flagged
//!    (`bucket`) and written as one Parquet file.
//! 4. The new snapshot is put in place by one rename (`crate::store`).
//!
//! Rows read = kept + dropped by each rule + netted + quarantined + already present + replaced + merged, per
//! source: [`SourceReport::fates`]. The tables beside the order lines go their own way (`further`).

mod before;
mod bucket;
mod cleaning;
mod codes;
mod compare;
mod examples;
mod files;
mod further;
mod inputs;
mod joins;
mod mapping;
mod netting;
mod outliers;
mod owner;
mod profile;
mod quarantine;
mod reassigned;
mod report;
mod run;
mod shares;
mod spill;
mod sums;
mod test_accounts;
#[cfg(test)]
mod tests;

pub use inputs::{object_version, source_paths};
pub use profile::{Bin, ColumnProfile, TopValue};
pub use quarantine::{QUARANTINE_FILE, Reason, quarantine_schema};
pub use report::{
    AbsentColumn, Coverage, Fate, FateKind, FileReport, Flag, Gap, GoneFile, JoinReport, LeftOutPart,
    MixedCurrencies, MonthCount, OtherCustomers, OutlierLimits, QualityReport, QuarantineCount, Sample,
    Since, SourceReport,
};
pub use run::{Allowed, Outcome, Progress, dry_run, import, import_with};
