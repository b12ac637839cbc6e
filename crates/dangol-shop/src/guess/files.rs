//! From files to a guess: which hold the order lines, which the other tables, and what they say.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::assign::{Assignment, assign};
use super::column::{Column, decimal};
use super::joins;
use super::keys::name_own_ids;
use super::order_level::amounts_of_order;
use super::patterns::pattern_of;
use super::tables::{self, GuessedTable, Lines, customers_within, guess_table};
use super::{Guess, Preset, cleaning, place};
use crate::order_lines::Canonical;
use crate::sources::{Opened, SourceError, SourceFormat, SourceTable, look};

/// Rows looked at, at the beginning, in the middle and at the end of a file.
const ROWS: usize = 2_000;

/// A file, or a part of an archive or workbook, that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) table: SourceTable,
    /// The file as it was found.
    path: PathBuf,
    pub(super) columns: Vec<Column>,
    pub(super) preset: Option<Preset>,
    /// What it holds of order lines.
    pub(super) found: Assignment,
}

impl Seen {
    fn new(path: &Path, table: SourceTable) -> Result<Self, SourceError> {
        let columns = Column::all(&table.sample(ROWS)?);
        let preset = Preset::recognise(&columns);
        let found = assign(&columns, preset);
        Ok(Self { path: path.to_owned(), table, columns, preset, found })
    }

    /// All tables of a file or a database.
    fn all(
        path: &Path,
        opened: Opened,
        ignored: &mut Vec<(PathBuf, String)>,
    ) -> Result<Vec<Self>, SourceError> {
        ignored.extend(opened.left_out.into_iter().map(|out| (out.path, out.why.to_string())));
        opened.tables.into_iter().map(|table| Self::new(path, table)).collect()
    }

    /// Whether both have the same headers, or one has all of the other's and some more.
    fn is_like(&self, other: &Self) -> bool {
        let headers = |seen: &Self| -> BTreeSet<String> {
            seen.table.headers().into_iter().map(str::to_owned).collect()
        };
        let (one, two) = (headers(self), headers(other));
        (one.is_subset(&two) || two.is_subset(&one))
            && self.table.is_beside(&other.table)
            && self.lacks().is_none()
    }

    pub(super) fn has(&self, canonical: Canonical) -> bool {
        self.found.of(canonical, &self.columns).is_some()
    }

    /// The file's name without its folders.
    pub(super) fn name(&self) -> String {
        self.table.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What the table is called: by its database, its sheet or its file.
    pub(super) fn own_names(&self) -> Vec<String> {
        let stem = self.table.without_sheet().file_stem().map(|stem| stem.to_string_lossy().into_owned());
        match &self.table.format {
            SourceFormat::Database { table, .. } => {
                // A table of another schema is named with it.
                table.iter().filter_map(|table| table.rsplit('.').next()).map(str::to_owned).collect()
            }
            SourceFormat::Excel { sheet, .. } => stem.into_iter().chain([sheet.clone()]).collect(),
            _ => stem.into_iter().collect(),
        }
    }

    /// Orders and what was in them, without customers: enough for what is bought together.
    fn is_baskets(&self) -> bool {
        let products = self.has(Canonical::ProductId) || self.has(Canonical::ProductName);
        let orders = self.found.of(Canonical::OrderId, &self.columns);
        products
            && !self.has(Canonical::CustomerId)
            && orders.is_some_and(|orders| orders.distinct_share() < 0.9)
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
            // Plainly no order lines: what another table would need.
            Some(_) if what < 2 => tables::what_lacks(self),
            Some(SourceError::NoCustomerColumn { .. }) => "no column says who bought".to_owned(),
            Some(_) => "no column says when it was bought".to_owned(),
            None => "another file holds more of what makes an order line".to_owned(),
        }
    }
}

/// Looks at files (or folders, or patterns, or all tables of a database) and proposes how to read the order lines in them.
///
/// Files and sheets with the same headers as the one that holds most of an order line are taken
/// together; the headers may stand in another order, and some may be there in one of them only.
/// Reads samples only; of worksheets and JSON the beginning.
///
/// # Errors
/// If no file can be read as a table, or none has a column of customers and one of times.
pub fn guess(written: &[PathBuf]) -> Result<Guess, SourceError> {
    let mut seen = Vec::new();
    let mut ignored = Vec::new();
    let mut failed = None;
    let mut known = BTreeSet::new();
    for one in written {
        for (path, opened) in look(&one.to_string_lossy(), Path::new(""))? {
            known.insert(path.clone());
            match opened.and_then(|opened| Seen::all(&path, opened, &mut ignored)) {
                Ok(tables) => seen.extend(tables),
                Err(error) => {
                    ignored.push((path, error.to_string()));
                    failed = failed.or(Some(error));
                }
            }
        }
    }
    name_own_ids(&mut seen);
    let worth = |file: &Seen| {
        let complete = match file.lacks() {
            None => 100.0,
            Some(_) if file.is_baskets() => 50.0,
            Some(_) => 0.0,
        };
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
    let mut best = seen.remove(best);
    if let Some(error) = best.lacks().filter(|_| !best.is_baskets()) {
        return Err(error);
    }
    let mut joins = Vec::new();
    if let Some((at, lines, join)) = joins::lines_of_orders(&best, &seen) {
        seen.remove(at);
        best = lines;
        joins.push(join);
    }
    let mut used: Vec<SourceTable> = vec![best.table.clone()];
    let mut in_part: BTreeSet<PathBuf> = BTreeSet::new();
    let mut others = Vec::new();
    for other in seen {
        // A query that joins is of these two tables.
        let is_joined = best.table.is_of_database() && !joins.is_empty();
        if other.is_like(&best) && !is_joined {
            used.push(other.table);
        } else {
            in_part.insert(other.path.clone());
            others.push(other);
        }
    }
    let mut sheets = sheets_of(&used);
    let all: Vec<SourceTable> = used.iter().chain(others.iter().map(|other| &other.table)).cloned().collect();
    if sheets.len() > 1 && have_most_rows(&used, &all) {
        sheets = vec!["*".to_owned()];
    }
    // What is used of an archive in part only is named one by one.
    let mut files: Vec<PathBuf> = used
        .iter()
        .map(|table| {
            if in_part.contains(table.file()) { table.without_sheet() } else { table.file() }.to_owned()
        })
        .collect();
    files.sort();
    files.dedup();
    let mut guess = conclude(&best, files, sheets);
    guess.parts = used.len();
    guess.joins = joins;
    beside(&best, others, &all, &mut guess, &mut ignored);
    guess.pattern = pattern_of(&guess.files, written, &known);
    for table in &mut guess.further {
        table.pattern = pattern_of(&table.files, written, &known);
    }
    ignored.sort();
    guess.ignored = ignored;
    Ok(guess)
}

/// What the other files hold: further tables, rates to look up, or nothing of use.
fn beside(
    best: &Seen,
    others: Vec<Seen>,
    all: &[SourceTable],
    guess: &mut Guess,
    ignored: &mut Vec<(PathBuf, String)>,
) {
    let lines = Lines::of(best);
    let mut tables: HashMap<&str, Vec<SourceTable>> = HashMap::new();
    // The worthier file of two that could be one table.
    let mut found: Vec<(f64, GuessedTable, SourceTable)> = Vec::new();
    for other in others {
        // A list of products that also has a rate is a list of products.
        if let Some((worth, table)) = guess_table(&other, &lines) {
            found.push((worth, table, other.table));
        } else if let Some((join, expression)) = joins::tax_rates(best, &other) {
            guess.expressions.push((Canonical::Tax, expression, join.why.clone()));
            guess.joins.push(join);
        } else {
            ignored.push((other.table.path.clone(), other.why_not()));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.files.cmp(&b.1.files)));
    let mut with_headers: Vec<Vec<String>> = Vec::new();
    for (_, table, source) in found {
        let headers: Vec<String> = source.headers().into_iter().map(str::to_owned).collect();
        let same = guess.further.iter().position(|other| other.spec.name == table.spec.name);
        match same {
            Some(at) if with_headers[at] == headers && guess.further[at].format.is_beside(&table.format) => {
                let one = &mut guess.further[at];
                one.files.extend(table.files);
                one.files.sort();
                one.files.dedup();
                one.sheets.extend(table.sheets);
                one.sheets.sort();
                one.sheets.dedup();
                tables.entry(one.spec.name).or_default().push(source);
            }
            Some(_) => {
                let why = format!("another file holds more of {}", table.spec.name);
                ignored.extend(table.files.into_iter().map(|file| (file, why.clone())));
            }
            None => {
                tables.entry(table.spec.name).or_default().push(source);
                guess.further.push(table);
                with_headers.push(headers);
            }
        }
    }
    for table in &mut guess.further {
        let theirs = &tables[table.spec.name];
        let sheets = sheets_of(theirs);
        table.sheets =
            if sheets.len() > 1 && have_most_rows(theirs, all) { vec!["*".to_owned()] } else { sheets };
    }
    if !guess.further.iter().any(|table| table.spec.name == "customers") {
        let used: HashSet<&str> = guess
            .columns
            .iter()
            .filter(|column| column.canonical != Canonical::CustomerId)
            .map(|column| column.header.as_str())
            .collect();
        if let Some(mut table) = customers_within(best, &used) {
            table.files.clone_from(&guess.files);
            table.sheets.clone_from(&guess.sheets);
            let mapped = |header: &String| table.columns.iter().any(|column| column.header == *header);
            guess.unmapped.retain(|(header, _)| !mapped(header));
            guess.further.push(table);
        }
    }
    let order =
        |table: &GuessedTable| crate::tables::TABLES.iter().position(|spec| spec.name == table.spec.name);
    guess.further.sort_by_key(order);
}

impl<'a> Lines<'a> {
    fn of(lines: &'a Seen) -> Self {
        let ids = |canonical| {
            let values = lines.found.of(canonical, &lines.columns).map_or(&[][..], |column| &column.values);
            values.iter().flatten().map(String::as_str).collect()
        };
        let mut years: HashMap<i16, usize> = HashMap::new();
        let time = lines.found.of(Canonical::OrderedAt, &lines.columns);
        for year in time.into_iter().flat_map(Column::years) {
            *years.entry(year).or_default() += 1;
        }
        let year = years.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year);
        Lines { customers: ids(Canonical::CustomerId), products: ids(Canonical::ProductId), year }
    }
}

/// The sheets to be named: those of each workbook, if all have the same, else `*`.
fn sheets_of(tables: &[SourceTable]) -> Vec<String> {
    let mut by_workbook: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for table in tables {
        if let SourceFormat::Excel { sheet, .. } = &table.format {
            by_workbook.entry(table.without_sheet()).or_default().push(sheet.clone());
        }
    }
    for sheets in by_workbook.values_mut() {
        sheets.sort();
    }
    let mut all: Vec<Vec<String>> = by_workbook.into_values().collect();
    all.dedup();
    match all.as_slice() {
        [] => Vec::new(),
        [one] => one.clone(),
        _ => vec!["*".to_owned()],
    }
}

/// Whether `*` means just these sheets: in each workbook they have more rows than the others of `all` together.
fn have_most_rows(used: &[SourceTable], all: &[SourceTable]) -> bool {
    let rows = |tables: &[SourceTable], workbook: &Path| -> u64 {
        let theirs = tables.iter().filter(|table| table.without_sheet() == workbook);
        theirs.filter_map(|table| table.rows_hint).sum()
    };
    used.iter().map(SourceTable::without_sheet).all(|workbook| 2 * rows(used, workbook) > rows(all, workbook))
}

fn conclude(best: &Seen, files: Vec<PathBuf>, sheets: Vec<String>) -> Guess {
    let Seen { table, columns, preset, found, .. } = best;
    let place = place::place(columns, found, *preset);
    let cleaning = cleaning::suggest(columns, found, *preset);
    let (statuses, unknown) = cleaning::statuses(columns, found);
    let mut notes = place.notes;
    if !unknown.is_empty() {
        notes.push(format!(
            "Status words without a known meaning: {}. Say what they mean under \
             [sources.order_lines.values.status].",
            unknown.join(", ")
        ));
    }
    let has = |canonical| found.of(canonical, columns).is_some();
    if !has(Canonical::CustomerId) {
        notes.push("No column says who bought: only what is bought together can be analysed.".to_owned());
    }
    if !has(Canonical::OrderedAt) {
        notes.push("No column says when it was bought.".to_owned());
    }
    if !has(Canonical::OrderId) {
        notes.push("No order id: a customer's lines at one moment make an order.".to_owned());
    }
    if !has(Canonical::Amount) && !has(Canonical::UnitPrice) {
        notes.push("No amount and no price: analyses of frequency only.".to_owned());
    }
    for canonical in [Canonical::CustomerId, Canonical::OrderedAt] {
        if let Some(column) = found.of(canonical, columns).filter(|column| column.filled == 0) {
            notes.push(format!("‘{}’ is blank in all rows looked at.", column.header));
        }
    }
    let time = found.of(Canonical::OrderedAt, columns);
    if let Some(time) = time {
        notes.extend(notes_on_dates(time));
    }
    Guess {
        files,
        pattern: None,
        parts: 1,
        sheets,
        format: table.format.clone(),
        joins: Vec::new(),
        further: Vec::new(),
        ignored: Vec::new(),
        preset: *preset,
        date_forms: time.map(Column::forms).unwrap_or_default(),
        decimal: decimal(columns),
        order_level: amounts_of_order(columns, found),
        time_has_clock: time.is_some_and(Column::has_clock),
        currency: place.currency,
        time_zone: place.time_zone,
        cleaning,
        statuses,
        coupon_statuses: cleaning::coupon_statuses(columns, found),
        notes,
        expressions: Vec::new(),
        columns: found.columns.clone(),
        unmapped: found.unmapped.clone(),
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
