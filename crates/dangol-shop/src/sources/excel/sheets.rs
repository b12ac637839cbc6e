//! Which sheets of a workbook are meant.

use std::collections::BTreeSet;
use std::path::Path;

use crate::sources::{LeftOut, SourceError, SourceTable, WhyLeftOut};

/// The sheets of these names.
pub(super) fn named(path: &Path, wanted: &[String], names: &[String]) -> Result<Vec<String>, SourceError> {
    let mut found: Vec<String> = Vec::new();
    for sheet in wanted {
        let Some(name) = names.iter().find(|name| name.trim() == sheet.trim()) else {
            return Err(SourceError::ExcelSheetMissing {
                path: path.to_owned(),
                sheet: sheet.clone(),
                nearest: crate::config::nearest(sheet, names.iter().map(String::as_str)),
                sheets: names.to_vec(),
            });
        };
        // A sheet that is named twice is read once.
        if !found.contains(name) {
            found.push(name.clone());
        }
    }
    Ok(found)
}

/// The tables whose headers are those of most rows; the others are left out.
pub(super) fn alike(tables: Vec<SourceTable>, left_out: &mut Vec<LeftOut>) -> Vec<SourceTable> {
    let headers: Vec<BTreeSet<String>> =
        tables.iter().map(|table| table.headers().into_iter().map(str::to_owned).collect()).collect();
    let of_group = |at: usize, other: usize| {
        headers[at].is_subset(&headers[other]) || headers[other].is_subset(&headers[at])
    };
    let rows = |at: usize| -> u64 {
        (0..tables.len())
            .filter(|other| of_group(at, *other))
            .filter_map(|other| tables[other].rows_hint)
            .sum()
    };
    // The first of equals.
    let best = (0..tables.len()).max_by_key(|at| (rows(*at), std::cmp::Reverse(*at))).unwrap_or(0);
    let chosen: Vec<bool> = (0..tables.len()).map(|at| of_group(best, at)).collect();
    let mut kept = Vec::new();
    for (table, chosen) in tables.into_iter().zip(chosen) {
        if chosen {
            kept.push(table);
        } else {
            left_out.push(LeftOut { path: table.path, why: WhyLeftOut::OtherHeaders });
        }
    }
    kept
}
