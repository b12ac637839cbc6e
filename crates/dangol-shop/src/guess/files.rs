//! From files to a guess: which hold the order lines, and what they say.

use std::path::{Path, PathBuf};

use super::assign::{Assignment, assign};
use super::column::{Column, decimal};
use super::{Guess, Preset, cleaning, place};
use crate::order_lines::Canonical;
use crate::sources::{SourceError, SourceTable, look};

/// Rows looked at, at the beginning, in the middle and at the end of a file.
const ROWS: usize = 2_000;

/// A file that was looked at.
struct Seen {
    table: SourceTable,
    columns: Vec<Column>,
    preset: Option<Preset>,
    found: Assignment,
}

impl Seen {
    fn new(table: SourceTable) -> Result<Self, SourceError> {
        let columns = Column::all(&table.sample(ROWS)?);
        let preset = Preset::recognise(&columns);
        let found = assign(&columns, preset);
        Ok(Self { table, columns, preset, found })
    }

    fn has(&self, canonical: Canonical) -> bool {
        self.found.of(canonical, &self.columns).is_some()
    }

    /// What an order line can't do without.
    fn lacks(&self) -> Option<SourceError> {
        let path = self.table.path.clone();
        let headers = || self.table.headers().into_iter().map(str::to_owned).collect();
        if !self.has(Canonical::CustomerId) {
            Some(SourceError::NoCustomerColumn { path, headers: headers() })
        } else if !self.has(Canonical::OrderedAt) {
            Some(SourceError::NoTimeColumn { path, headers: headers() })
        } else {
            None
        }
    }

    /// One row per customer and no sign of orders: a list of customers.
    fn why_not(&self) -> String {
        let what = [Canonical::OrderId, Canonical::ProductId, Canonical::UnitPrice, Canonical::Amount]
            .iter()
            .filter(|canonical| self.has(**canonical))
            .count();
        let customer = self.found.of(Canonical::CustomerId, &self.columns);
        match self.lacks() {
            _ if what < 2 && customer.is_some_and(|c| c.filled > 1 && c.distinct_share() > 0.999) => {
                "one row per customer: not orders".to_owned()
            }
            Some(SourceError::NoCustomerColumn { .. }) => "no column says who bought".to_owned(),
            Some(_) => "no column says when it was bought".to_owned(),
            None => "another file holds more of what makes an order line".to_owned(),
        }
    }
}

/// Looks at files (or folders, or patterns, or all tables of a database) and proposes how to read the order lines in them.
///
/// Files with the same headers as the one that holds most of an order line are taken together.
/// Reads samples only (of worksheets: everything).
///
/// # Errors
/// If no file can be read as a table, or none has a column of customers and one of times.
pub fn guess(files: &[PathBuf]) -> Result<Guess, SourceError> {
    let mut seen = Vec::new();
    let mut ignored = Vec::new();
    let mut failed = None;
    for written in files {
        for (path, opened) in look(&written.to_string_lossy(), Path::new(""))? {
            match opened.and_then(Seen::new) {
                Ok(file) => seen.push(file),
                Err(error) => {
                    ignored.push((path, error.to_string()));
                    failed = failed.or(Some(error));
                }
            }
        }
    }
    let worth = |file: &Seen| {
        let complete = if file.lacks().is_none() { 100.0 } else { 0.0 };
        complete + file.found.worth()
    };
    let best = (0..seen.len()).max_by(|a, b| {
        // The first of equals.
        worth(&seen[*a]).total_cmp(&worth(&seen[*b])).then(b.cmp(a))
    });
    let Some(best) = best else {
        return Err(
            failed.unwrap_or_else(|| SourceError::NoSuchFile { path: PathBuf::new(), nearest: Vec::new() })
        );
    };
    let best = seen.swap_remove(best);
    if let Some(error) = best.lacks() {
        return Err(error);
    }
    let mut files = vec![best.table.path.clone()];
    for other in seen {
        if other.table.goes_with(&best.table) {
            files.push(other.table.path);
        } else {
            let why = other.why_not();
            ignored.push((other.table.path, why));
        }
    }
    files.sort();
    ignored.sort();
    Ok(conclude(best, files, ignored))
}

fn conclude(best: Seen, files: Vec<PathBuf>, ignored: Vec<(PathBuf, String)>) -> Guess {
    let Seen { table, columns, preset, found } = best;
    let place = place::place(&columns, &found, preset);
    let cleaning = cleaning::suggest(&columns, &found, preset);
    let (statuses, unknown) = cleaning::statuses(&columns, &found);
    let mut notes = place.notes;
    if !unknown.is_empty() {
        notes.push(format!(
            "Status words without a known meaning: {}. Say what they mean under \
             [sources.order_lines.values.status].",
            unknown.join(", ")
        ));
    }
    let has = |canonical| found.of(canonical, &columns).is_some();
    if !has(Canonical::OrderId) {
        notes.push("No order id: a customer's lines at one moment make an order.".to_owned());
    }
    if !has(Canonical::Amount) && !has(Canonical::UnitPrice) {
        notes.push("No amount and no price: analyses of frequency only.".to_owned());
    }
    for canonical in [Canonical::CustomerId, Canonical::OrderedAt] {
        if let Some(column) = found.of(canonical, &columns).filter(|column| column.filled == 0) {
            notes.push(format!("‘{}’ is blank in all rows looked at.", column.header));
        }
    }
    let time = found.of(Canonical::OrderedAt, &columns);
    if let Some(time) = time {
        notes.extend(notes_on_dates(time));
    }
    Guess {
        files,
        format: table.format,
        ignored,
        preset,
        date_forms: time.map(Column::forms).unwrap_or_default(),
        decimal: decimal(&columns),
        time_has_clock: time.is_some_and(Column::has_clock),
        currency: place.currency,
        time_zone: place.time_zone,
        cleaning,
        statuses,
        notes,
        expressions: Vec::new(),
        columns: found.columns,
        unmapped: found.unmapped,
    }
}

fn notes_on_dates(time: &Column) -> Vec<String> {
    let header = &time.header;
    let mut notes = Vec::new();
    if let Some((form, or)) =
        time.dates.forms.iter().find_map(|found| Some((&found.form, found.or.as_ref()?)))
    {
        notes.push(format!(
            "The dates in ‘{header}’ read both as {form} and as {or}; {form} was taken. Correct \
             `date_forms` if it is the other."
        ));
    }
    let forms = time.forms();
    if forms.len() > 1 {
        let names: Vec<String> = forms.iter().map(ToString::to_string).collect();
        notes
            .push(format!("‘{header}’ mixes dates as {}; each is tried in this order.", names.join(" and ")));
    }
    notes
}
