//! How well a file would do as one of the further tables.

use std::collections::HashSet;

use super::names::names;
use crate::guess::column::{Column, Native};
use crate::guess::synonyms::{fit_part, normalise, words};
use crate::order_lines::Kind;
use crate::tables::{ColumnSpec, TableSpec};
use crate::values::{parse_flag, parse_month};

/// Below this, a header is not used.
const LEAST: f64 = 0.5;

/// What a header that says only "id" is worth, where it never repeats.
const PLAIN_ID: f64 = 0.75;

/// A header and the column of a further table that it feeds.
#[derive(Debug, Clone, PartialEq)]
pub struct FurtherColumn {
    /// The column of the table.
    pub name: &'static str,
    /// The header in the file.
    pub header: String,
    /// From 0 to 1; below 0.7 a person should look.
    pub confidence: f64,
    /// The reason in words.
    pub why: String,
}

/// The columns of a table that a file's headers may feed.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    pub(super) columns: Vec<FurtherColumn>,
    /// Headers left over, with the reason.
    pub(super) unmapped: Vec<(String, String)>,
}

impl Fit {
    pub(super) fn header(&self, column: &str) -> Option<&str> {
        self.columns.iter().find(|one| one.name == column).map(|one| one.header.as_str())
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.header(column).is_some()
    }

    /// Takes a header for a column that has none.
    pub(super) fn add(&mut self, spec: &TableSpec, name: &'static str, header: &str, why: &str) {
        self.unmapped.retain(|(other, _)| other != header);
        let (header, why) = (header.to_owned(), why.to_owned());
        self.columns.push(FurtherColumn { name, header, confidence: 0.8, why });
        self.columns.sort_by_key(|found| spec.columns.iter().position(|one| one.name == found.name));
    }

    /// Takes another header for a column.
    pub(super) fn replace(&mut self, column: &str, header: &str, why: &str) {
        let Some(found) = self.columns.iter_mut().find(|one| one.name == column) else { return };
        let before = std::mem::replace(&mut found.header, header.to_owned());
        why.clone_into(&mut found.why);
        found.confidence = 0.9;
        self.unmapped.retain(|(other, _)| other != header);
        self.unmapped.push((before, format!("another column is more likely {column}")));
    }

    pub(super) fn of<'a>(&self, column: &str, columns: &'a [Column]) -> Option<&'a Column> {
        let header = self.header(column)?;
        columns.iter().find(|column| column.header == header)
    }

    /// The sum of the confidences; what the table cannot do without counts double.
    pub(super) fn worth(&self, spec: &TableSpec) -> f64 {
        self.columns
            .iter()
            .map(|one| {
                let required = spec.column(one.name).is_some_and(|column| column.required);
                one.confidence * if required { 2.0 } else { 1.0 }
            })
            .sum()
    }
}

/// Gives each header the column that its name fits best, if the values bear that out.
pub(super) fn fit(spec: &TableSpec, columns: &[Column]) -> Fit {
    let mut candidates: Vec<(f64, usize, &'static ColumnSpec, String)> = Vec::new();
    let mut refuted: Vec<(usize, String)> = Vec::new();
    for one in spec.columns {
        for (at, column) in columns.iter().enumerate() {
            let score = named(spec, one, column);
            if score < LEAST {
                continue;
            }
            match bears_out(spec, one.kind, column) {
                Ok(()) => {
                    let says = match (&column.known_as, score) {
                        (Some(name), _) => format!("its values are those that another table calls ‘{name}’"),
                        (None, PLAIN_ID) => "an id that never repeats".to_owned(),
                        (None, score) if score >= 0.9 => "by its name".to_owned(),
                        _ => "by a part of its name".to_owned(),
                    };
                    let why = format!("{says}; {}", values_of(one.kind, column));
                    candidates.push((score, at, one, why));
                }
                Err(why) => refuted.push((at, format!("named like {}, but {why}", one.name))),
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut fit = Fit::default();
    let mut used = HashSet::new();
    for (confidence, at, one, why) in candidates {
        if !used.contains(&at) && !fit.has(one.name) {
            used.insert(at);
            let header = columns[at].header.clone();
            fit.columns.push(FurtherColumn { name: one.name, header, confidence, why });
        }
    }
    if let Some((one, at)) = only_date(spec, columns, &fit, &used) {
        used.insert(at);
        let (header, why) =
            (columns[at].header.clone(), "by its values: the only column of dates".to_owned());
        fit.columns.push(FurtherColumn { name: one.name, header, confidence: 0.6, why });
    }
    fit.columns.sort_by_key(|found| spec.columns.iter().position(|one| one.name == found.name));
    for (at, column) in columns.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
        let why = refuted.iter().find(|(of, _)| *of == at).map_or_else(
            || format!("no column of {} has a name like this", spec.name),
            |(_, why)| why.clone(),
        );
        fit.unmapped.push((column.header.clone(), why));
    }
    fit
}

/// The time that a table can't do without, where no header names it and one column holds dates.
fn only_date(
    spec: &TableSpec,
    columns: &[Column],
    fit: &Fit,
    used: &HashSet<usize>,
) -> Option<(&'static ColumnSpec, usize)> {
    let one = spec
        .columns
        .iter()
        .find(|one| one.required && matches!(one.kind, Kind::Time | Kind::Date) && !fit.has(one.name))?;
    let mut dates = columns.iter().enumerate().filter(|(_, column)| column.is_written_as_dates());
    let (at, _) = dates.next().filter(|(at, _)| dates.next().is_none() && !used.contains(at))?;
    Some((one, at))
}

fn named(spec: &TableSpec, one: &ColumnSpec, column: &Column) -> f64 {
    let plain = normalise(column.name());
    let is_key = spec.key.first() == Some(&one.name) || spec.columns[0].name == one.name;
    if is_key && one.kind == Kind::Identifier && matches!(plain.as_str(), "id" | "no" | "번호") {
        return if column.distinct_share() > 0.999 { PLAIN_ID } else { 0.0 };
    }
    let of = names(spec.name, one.name);
    let turned = turned(column.name());
    if let Some(place) = of.place(&plain).or_else(|| of.place(&turned?)) {
        return 1.0 - 0.05 * place;
    }
    if (spec.name, one.name) == ("customers", "name") && !names_person(column.name()) {
        return 0.0;
    }
    let elsewhere = spec.columns.iter().any(|other| names(spec.name, other.name).place(&plain).is_some());
    if elsewhere { 0.0 } else { fit_part(column.name(), &of.all()) }
}

/// Whether what stands before "name" is a person, not a country, city or company.
fn names_person(header: &str) -> bool {
    const PEOPLE: [&str; 17] = [
        "customer", "user", "member", "client", "buyer", "shopper", "account", "contact", "person", "full",
        "first", "last", "given", "family", "display", "real", "your",
    ];
    const KOREAN: [&str; 6] = ["고객", "회원", "구매자", "주문자", "사용자", "성"];
    let plain = normalise(header);
    if !plain.is_ascii() {
        return KOREAN.iter().any(|person| plain.starts_with(person));
    }
    words(header)
        .iter()
        .all(|word| matches!(word.as_str(), "name" | "names") || PEOPLE.contains(&word.as_str()))
}

/// `Date of Registration` is a registration date.
fn turned(header: &str) -> Option<String> {
    let words = words(header);
    let [first, of, rest @ ..] = words.as_slice() else { return None };
    (of == "of" && !rest.is_empty()).then(|| format!("{}{first}", rest.concat()))
}

/// Whether the values may be of a kind, or why not.
fn bears_out(spec: &TableSpec, kind: Kind, column: &Column) -> Result<(), &'static str> {
    if column.filled == 0 {
        return Err("it is blank in all rows looked at");
    }
    let share = |is: fn(&str) -> bool| {
        column.values.iter().flatten().filter(|text| is(text)).count() as f64 / column.filled as f64
    };
    match kind {
        Kind::Identifier if column.number_share() > 0.9 && column.whole_share() < 0.9 => {
            Err("it holds numbers with fractions")
        }
        Kind::Identifier | Kind::Text if matches!(column.native, Native::Time { .. }) => {
            Err("it holds times")
        }
        // Codes and covariates are of use as numbers.
        Kind::Text if spec.name == "customers" && column.number_share() > 0.95 => Err("it holds numbers"),
        Kind::Number => column.as_numbers().map(|_| ()),
        Kind::Time if column.date_share() < 0.6 => Err("its values are not dates"),
        Kind::Date if column.date_share().max(share(|text| parse_month(text).is_some())) < 0.6 => {
            Err("its values are not dates")
        }
        Kind::Flag if share(|text| parse_flag(text).is_some()) < 0.8 => Err("its values are not yes or no"),
        _ => Ok(()),
    }
}

fn values_of(kind: Kind, column: &Column) -> String {
    match kind {
        // They were found to be numbers.
        Kind::Number => column.as_numbers().unwrap_or_default(),
        Kind::Time | Kind::Date => {
            column.dates.forms.first().map_or("dates".to_owned(), |found| format!("dates as {}", found.form))
        }
        Kind::Identifier | Kind::Text | Kind::Flag => {
            format!("{} different values in {} rows", column.distinct, column.filled)
        }
    }
}
