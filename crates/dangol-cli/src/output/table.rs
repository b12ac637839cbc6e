//! Results as tables on the terminal.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};
use dangol_analytics::table::{Json, Table, tables_of};
use dangol_analytics::{Language, Report};

use crate::failure::Failure;

/// Rows shown of a long table; all of them are in CSV, JSON and Parquet.
const MOST_ROWS: usize = 40;
/// Ages shown side by side of a cohort table.
const MOST_AGES: i64 = 12;

/// One report: its tables, then its findings.
pub(crate) fn report(report: &Report, only: Option<&str>, language: Language) -> Result<String, Failure> {
    let mut tables = tables_of(&report.result, language);
    let mut text = format!("{} as of {}\n", report.analysis, report.as_of);
    match only {
        Some(name) => tables = vec![super::pick(tables, name)?],
        None => tables.retain(is_for_reading),
    }
    for table in &tables {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{}", table.name);
        if report.analysis == "cohorts" && table.name == "cohorts" && only.is_none() {
            text += &retention(table);
        } else {
            text += &plain(table);
        }
    }
    if !report.findings.is_empty() {
        text.push('\n');
    }
    for finding in &report.findings {
        let _ = writeln!(text, "{} {}", super::quality::mark(finding), finding.text.of(language));
    }
    text.push('\n');
    Ok(text)
}

/// Pictures as numbers are not for reading: points of curves, bins, cells of a grid.
fn is_for_reading(table: &Table) -> bool {
    let picture = table.name.starts_with("distributions")
        || table.name.ends_with(".points")
        || ["cells", "calendar"].contains(&table.name.as_str());
    !picture && !table.rows.is_empty()
}

/// The terminal's width; wide enough for any table where there is no terminal.
pub(crate) fn width() -> u16 {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| width.0);
    told.or_else(seen).unwrap_or(200).max(60)
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width());
    grid
}

/// Any table.
pub(crate) fn plain(table: &Table) -> String {
    let mut grid = grid();
    grid.set_header(table.rows.columns().iter().map(|column| Cell::new(&column.name)));
    for row in 0..table.rows.len().min(MOST_ROWS) {
        grid.add_row(table.rows.row(row).map(|value| cell(&value)));
    }
    let mut text = format!("{grid}\n");
    if table.rows.len() > MOST_ROWS {
        let _ = writeln!(text, "… and {} more rows (all with --format csv)", table.rows.len() - MOST_ROWS);
    }
    text
}

/// Cohorts side by side: rates by age.
fn retention(table: &Table) -> String {
    let at = |name: &str| table.rows.place(name);
    let (Some(cohort), Some(size), Some(age), Some(rate), Some(incomplete)) =
        (at("cohort"), at("size"), at("age"), at("rate"), at("incomplete"))
    else {
        return plain(table);
    };
    let mut grid = grid();
    let rows = table.rows.as_ref();
    let age_of = |row: usize| if let Json::Int(age) = rows.cell(row, age) { Some(age) } else { None };
    let ages = (0..rows.len()).filter_map(age_of);
    let last = ages.max().unwrap_or(0).min(MOST_AGES);
    grid.set_header(
        ["cohort".to_owned(), "size".to_owned()].into_iter().chain((0..=last).map(|age| age.to_string())),
    );
    let mut line: Vec<Cell> = Vec::new();
    for row in 0..rows.len() {
        let Some(age) = age_of(row) else { continue };
        let value = |column: usize| rows.cell(row, column);
        if age == 0 {
            if !line.is_empty() {
                grid.add_row(std::mem::take(&mut line));
            }
            line = vec![cell(&value(cohort)), cell(&value(size))];
        }
        if age <= last {
            let text = match (value(rate), value(incomplete)) {
                (Json::Float(rate), Json::Bool(true)) => format!("{:.1}%*", rate * 100.0),
                (Json::Float(rate), _) => format!("{:.1}%", rate * 100.0),
                _ => String::new(),
            };
            line.push(Cell::new(text).set_alignment(CellAlignment::Right));
        }
    }
    grid.add_row(line);
    format!("{grid}\n* the period is not over\n")
}

fn cell(value: &Json) -> Cell {
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    match value {
        Json::Null => Cell::new(""),
        Json::Bool(value) => Cell::new(value),
        Json::Int(value) => right(grouped(&value.to_string())),
        Json::Float(value) => right(number(*value)),
        Json::Text(value) => Cell::new(value),
        Json::List(_) | Json::Rows(_) | Json::Object(_) => Cell::new("…"),
    }
}

/// Two decimals for amounts, more for shares.
fn number(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e15 {
        grouped(&format!("{value:.0}"))
    } else if value.abs() < 1.0 {
        format!("{value:.4}")
    } else {
        let text = format!("{value:.2}");
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        format!("{}.{decimals}", grouped(whole))
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (digits, decimals) = number.find('.').map_or((number, ""), |point| number.split_at(point));
    let mut text = String::with_capacity(number.len() + digits.len() / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped("1234567"), "1,234,567");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("-84944.9601"), "-84,944.9601");
        assert_eq!(number(1234.5), "1,234.50");
        assert_eq!(number(0.12345), "0.1235");
    }
}
