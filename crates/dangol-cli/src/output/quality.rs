//! The quality report on the terminal.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};
use dangol_analytics::quality::{Quality, State, told};
use dangol_analytics::{Finding, Language, Severity};
use dangol_shop::import::{ColumnProfile, SourceReport};
use dangol_shop::store::Manifest;

use super::table::{grouped, width};

/// What was read, what became of it, how it looks.
pub(crate) fn report(manifest: &Manifest) -> String {
    written(manifest, false)
}

/// The report, with the first rows that each rule took.
pub(crate) fn with_examples(manifest: &Manifest) -> String {
    written(manifest, true)
}

/// The report, and what a look at the store found.
pub(crate) fn whole(manifest: &Manifest, quality: &Quality, language: Language) -> String {
    let mut text = report(manifest);
    links(&mut text, quality);
    abilities(&mut text, quality, language);
    text.push('\n');
    for finding in &quality.findings {
        let _ = writeln!(text, "{} {}", mark(finding), finding.text.of(language));
    }
    text
}

/// How much a finding matters, at the beginning of its line.
pub(crate) fn mark(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Info => "·",
        Severity::Warning => "!",
        Severity::Serious => "!!",
    }
}

fn links(text: &mut String, quality: &Quality) {
    if quality.links.is_empty() {
        return;
    }
    let mut grid = grid();
    grid.set_header(["identifiers of", "in", "values", "unknown", "rows with them", "", "for example"]);
    for link in &quality.links {
        let share = format!("{:.1}%", link.unmatched_share * 100.0);
        grid.add_row([
            Cell::new(format!("{}.{}", link.table, link.column)),
            Cell::new(format!("{}.{}", link.to_table, link.to_column)),
            right(link.keys),
            right(link.unmatched_keys),
            right(link.unmatched_rows),
            Cell::new(share).set_alignment(CellAlignment::Right),
            Cell::new(link.samples.join(", ")),
        ]);
    }
    let _ = writeln!(text, "\nIdentifiers that another table should know\n{grid}");
}

fn abilities(text: &mut String, quality: &Quality, language: Language) {
    let mut grid = grid();
    grid.set_header(["analysis", "possible", "would add"]);
    for ability in &quality.analyses {
        let missing = ability.needs.iter().filter(|need| !need.present);
        let missing =
            missing.map(|need| format!("{}: {}", place(&need.table, &need.column), need.adds.of(language)));
        grid.add_row([
            Cell::new(&ability.analysis),
            Cell::new(told::state(ability.state).of(language)),
            Cell::new(if ability.state == State::Whole {
                String::new()
            } else {
                missing.collect::<Vec<_>>().join("\n")
            }),
        ]);
    }
    let _ = writeln!(text, "\nWhat the data allow\n{grid}");
}

/// A table, or a column of it.
fn place(table: &str, column: &str) -> String {
    if column.is_empty() { table.to_owned() } else { format!("{table}.{column}") }
}

fn written(manifest: &Manifest, with_examples: bool) -> String {
    let mut text = String::new();
    for source in &manifest.report.sources {
        let _ = writeln!(text, "{}", source.source);
        files(&mut text, source);
        joins(&mut text, source);
        lacking(&mut text, source);
        fates(&mut text, source);
        since(&mut text, source);
        if with_examples {
            examples(&mut text, source);
        }
        outliers(&mut text, source);
        quarantine(&mut text, source);
        columns(&mut text, source);
        coverage(&mut text, source);
    }
    for table in &manifest.tables {
        let _ = writeln!(text, "In the store: {} {}.", grouped(&table.rows.to_string()), table.name);
    }
    let totals = &manifest.totals;
    let count = |count: u64| grouped(&count.to_string());
    let lines = count(totals.order_lines);
    let (orders, customers) = (count(totals.orders), count(totals.customers));
    let without = count(totals.orders_without_customer);
    let whole = match (totals.customers, totals.orders_without_customer) {
        (_, 0) => format!("{lines} order lines, {orders} orders of {customers} customers."),
        (0, _) => format!("{lines} order lines, {without} orders without a customer."),
        _ => format!(
            "{lines} order lines, {orders} orders of {customers} customers, {without} without a customer."
        ),
    };
    let _ = writeln!(text, "In the store: {whole}");
    text
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width());
    grid
}

fn right(rows: u64) -> Cell {
    Cell::new(grouped(&rows.to_string())).set_alignment(CellAlignment::Right)
}

fn files(text: &mut String, source: &SourceReport) {
    for file in &source.files {
        let how: Vec<&str> = [
            Some(file.format.as_str()),
            file.packing.as_deref(),
            file.encoding.as_deref(),
            file.delimiter.as_deref(),
            file.sheet.as_deref(),
        ]
        .into_iter()
        .flatten()
        .collect();
        let _ = writeln!(
            text,
            "  {}: {} rows ({})",
            file.path,
            grouped(&file.rows_read.to_string()),
            how.join(", ")
        );
    }
}

fn joins(text: &mut String, source: &SourceReport) {
    for join in &source.joins {
        let _ = writeln!(
            text,
            "  with {} by {}: {} keys, {} rows found nothing",
            join.files.join(", "),
            join.on.join(", "),
            grouped(&join.keys.to_string()),
            grouped(&join.unmatched.to_string()),
        );
        let of_its_rows = [
            (join.repeated, "repeat a key; of each the last stands"),
            (join.keyless, "have no key"),
            (join.malformed, "could not be read"),
        ];
        for (rows, what) in of_its_rows.into_iter().filter(|(rows, _)| *rows > 0) {
            let _ = writeln!(text, "    {} of its rows {what}", grouped(&rows.to_string()));
        }
    }
}

/// Beside the snapshot before.
fn since(text: &mut String, source: &SourceReport) {
    let rows = |rows: u64| grouped(&rows.to_string());
    if let Some(since) = &source.since {
        let _ = writeln!(
            text,
            "  since the last import: {} new, {} changed, {} unchanged, {} gone",
            rows(since.new),
            rows(since.changed),
            rows(since.unchanged),
            rows(since.gone)
        );
    }
    for file in &source.gone_files {
        let _ =
            writeln!(text, "  gone: {}, of which {} rows were in the store", file.path, rows(file.rows_kept));
    }
}

fn examples(text: &mut String, source: &SourceReport) {
    for fate in source.fates.iter().filter(|fate| !fate.examples.is_empty()) {
        let _ = writeln!(text, "  {}, for example", told::fate(fate).en);
        for example in &fate.examples {
            let _ = writeln!(text, "    {}:{}  {}", example.file, example.line, example.value);
        }
    }
}

/// What was not read, and what only some of the files have.
fn lacking(text: &mut String, source: &SourceReport) {
    for part in &source.left_out {
        let why = told::left_out(&part.why).en;
        let _ = writeln!(text, "  not read: {} ({why})", part.path);
    }
    for absent in &source.absent {
        let (some, all) = (absent.files.len(), source.files.len());
        let _ = writeln!(
            text,
            "  {} is missing in {some} of {all} files, which lack ‘{}’: {}",
            absent.column,
            absent.from,
            absent.files.join(", ")
        );
    }
}

fn fates(text: &mut String, source: &SourceReport) {
    let mut grid = grid();
    grid.set_header(["rows", ""]);
    for fate in &source.fates {
        grid.add_row([right(fate.rows), Cell::new(told::fate(fate).en)]);
    }
    grid.add_row([right(source.rows_read), Cell::new("read, the sum of these")]);
    for flag in &source.flags {
        let what = format!("of those kept: {}", told::flag(&flag.flag).en);
        grid.add_row([right(flag.rows), Cell::new(what)]);
    }
    let _ = writeln!(text, "{grid}");
}

fn outliers(text: &mut String, source: &SourceReport) {
    let number = |value: f64| grouped(format!("{value:.4}").trim_end_matches('0').trim_end_matches('.'));
    for limits in &source.outliers {
        let ends = [
            limits.low.map(|low| format!("below {}", number(low))),
            limits.high.map(|high| format!("above {}", number(high))),
        ];
        let ends: Vec<String> = ends.into_iter().flatten().collect();
        let ends = if ends.is_empty() { "no limit, too few values".to_owned() } else { ends.join(" or ") };
        let what = if limits.dropped { "dropped" } else { "flagged" };
        let _ =
            writeln!(text, "  {}: {ends}: {} lines {what}", limits.rule, grouped(&limits.rows.to_string()));
    }
}

fn quarantine(text: &mut String, source: &SourceReport) {
    for count in &source.quarantine {
        let (rows, column) = (grouped(&count.rows.to_string()), &count.column);
        let sample = &count.sample;
        let column = if column.is_empty() { String::new() } else { format!("{column} ") };
        let _ = writeln!(
            text,
            "  quarantine: {rows} × {column}`{}` {} (first: {}:{})",
            sample.value,
            count.reason.words().0,
            sample.file,
            sample.line
        );
    }
}

fn columns(text: &mut String, source: &SourceReport) {
    let mut grid = grid();
    grid.set_header(["column", "from", "missing", "distinct", "from", "to"]);
    for column in &source.columns {
        grid.add_row([
            Cell::new(&column.column),
            Cell::new(column.source_column.as_deref().unwrap_or("")),
            Cell::new(if column.missing == 0 {
                String::new()
            } else {
                format!("{:.1}%", column.missing_share * 100.0)
            })
            .set_alignment(CellAlignment::Right),
            distinct(column),
            Cell::new(column.min.as_deref().unwrap_or("")),
            Cell::new(column.max.as_deref().unwrap_or("")),
        ]);
    }
    let _ = writeln!(text, "{grid}");
}

/// Of many values, how many differ is estimated.
fn distinct(column: &ColumnProfile) -> Cell {
    let about = if column.distinct_is_estimate { "≈ " } else { "" };
    let text = format!("{about}{}", grouped(&column.distinct.to_string()));
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn coverage(text: &mut String, source: &SourceReport) {
    let Some(coverage) = &source.coverage else { return };
    let _ = writeln!(
        text,
        "  from {} to {}: {} days, {} of them with orders",
        coverage.first_on, coverage.last_on, coverage.days, coverage.days_with_orders
    );
    for gap in coverage.gaps.iter().take(3) {
        let _ = writeln!(text, "  no orders from {} to {} ({} days)", gap.from, gap.to, gap.days);
    }
}
