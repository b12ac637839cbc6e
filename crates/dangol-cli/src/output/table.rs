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

/// Any table; on its side where its columns do not fit beside each other.
pub(crate) fn plain(table: &Table) -> String {
    let names: Vec<&str> = table.rows.columns().iter().map(|column| &*column.name).collect();
    let rows: Vec<Vec<Json>> =
        (0..table.rows.len().min(MOST_ROWS)).map(|row| table.rows.row(row).collect()).collect();
    let mut text = laid_out(&names, &rows, usize::from(width()));
    if table.rows.len() > MOST_ROWS {
        let _ = writeln!(text, "… and {} more rows (all with --format csv)", table.rows.len() - MOST_ROWS);
    }
    text
}

/// Narrower than this no text is cut into lines, and no name of a column.
const NARROW: usize = 12;
/// Texts on their side are cut into lines of about so many letters.
const SIDE: usize = 24;

fn laid_out(names: &[&str], rows: &[Vec<Json>], width: usize) -> String {
    // Numbers are not to be cut at all.
    let need = |value: &Json| match value {
        Json::Int(_) | Json::Float(_) => cell(value).content().chars().count(),
        other => cell(other).content().chars().count().min(NARROW),
    };
    let of_column = |at: usize| {
        rows.iter().map(|row| need(&row[at])).fold(names[at].chars().count().min(NARROW), usize::max)
    };
    let upright: usize = (0..names.len()).map(|at| of_column(at) + PADDING).sum();
    if upright <= width {
        let mut grid = grid();
        grid.set_header(names.iter().map(Cell::new));
        for row in rows {
            grid.add_row(row.iter().map(cell));
        }
        return format!("{grid}\n");
    }
    let first = names.iter().map(|name| name.chars().count()).fold(0, usize::max) + PADDING;
    let of_row = |row: &Vec<Json>| {
        let longest = row.iter().map(|value| cell(value).content().chars().count()).fold(0, usize::max);
        longest.min(SIDE) + PADDING
    };
    let widest = rows.iter().map(of_row).fold(1, usize::max);
    let beside = (width.saturating_sub(first) / widest).max(1);
    let mut text = String::new();
    for some in rows.chunks(beside) {
        let mut grid = grid();
        for (at, name) in names.iter().enumerate() {
            grid.add_row(std::iter::once(Cell::new(name)).chain(some.iter().map(|row| cell(&row[at]))));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{grid}");
    }
    text
}

/// Blanks and line around a cell.
const PADDING: usize = 3;

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
    fn what_does_not_fit_lies_on_its_side() {
        let names: Vec<String> = (0..12).map(|at| format!("measure_{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let row =
            |by: f64| (0..12).map(|at| Json::Float(by * 1_000_000.5 + f64::from(at))).collect::<Vec<Json>>();
        let rows = [row(1.0), row(2.0), row(3.0)];
        let upright = laid_out(&names, &rows, 400);
        assert!(upright.lines().nth(1).unwrap().contains("measure_0") && upright.contains("measure_11"));
        assert!(upright.lines().nth(1).unwrap().contains("measure_11"), "{upright}");
        let side = laid_out(&names, &rows, 60);
        let of =
            |name: &str| side.lines().filter(|line| line.trim_start().starts_with(name)).collect::<Vec<_>>();
        // Three numbers of twelve letters beside a name fit into sixty.
        assert_eq!(of("measure_3 ").len(), 1, "{side}");
        for number in ["1,000,003.50", "2,000,004", "3,000,004.50"] {
            assert!(of("measure_3 ")[0].contains(number), "{side}");
        }
        let narrow = laid_out(&names, &rows, 40);
        let lines = narrow.lines().filter(|line| line.trim_start().starts_with("measure_3 ")).count();
        assert_eq!(lines, 3, "one row after the other: {narrow}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped("1234567"), "1,234,567");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("-84944.9601"), "-84,944.9601");
        assert_eq!(number(1234.5), "1,234.50");
        assert_eq!(number(0.12345), "0.1235");
    }
}
