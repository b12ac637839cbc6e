//! What `dangol init` guessed, and why.

use std::fmt::Write;
use std::path::PathBuf;

use comfy_table::{ContentArrangement, Table as Grid, presets};
use dangol_shop::guess::{Guess, GuessedTable};
use dangol_shop::sources::SourceFormat;

use super::table::width;

/// Each guessed column with its reason, table by table; then what was left aside.
pub(crate) fn explain(guess: &Guess) -> String {
    let mut text = String::new();
    if let Some(preset) = &guess.preset {
        let _ = writeln!(text, "Known export: {preset}");
    }
    let _ = writeln!(text, "order_lines{}", made_of(guess.parts, &guess.files, &guess.format));
    files(&mut text, &guess.files, &guess.format);
    for join in &guess.joins {
        let _ = writeln!(text, "  with {}: {}", join.file.display(), join.why);
    }
    let mut grid = grid();
    for column in &guess.columns {
        grid.add_row([column.canonical.name(), &column.header, &column.why]);
    }
    for (canonical, expression, why) in &guess.expressions {
        grid.add_row([canonical.name(), expression, why]);
    }
    let _ = writeln!(text, "{grid}");
    for (column, why) in &guess.order_level {
        let _ = writeln!(text, "counted once per order: {} ({why})", column.name());
    }
    not_used(&mut text, &guess.unmapped);
    for table in &guess.further {
        further(&mut text, table);
    }
    for (file, why) in &guess.ignored {
        let _ = writeln!(text, "left aside: {} ({why})", file.display());
    }
    for note in &guess.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn further(text: &mut String, table: &GuessedTable) {
    let parts = table.files.len().max(table.sheets.len());
    let _ = writeln!(text, "\n{}{}", table.spec.name, made_of(parts, &table.files, &table.format));
    files(text, &table.files, &table.format);
    let mut grid = grid();
    for column in &table.columns {
        grid.add_row([column.name, &column.header, &column.why]);
    }
    for (column, expression, why) in &table.expressions {
        grid.add_row([column, expression.as_str(), why]);
    }
    for header in &table.attributes {
        grid.add_row(["attribute", header, "kept under its own name"]);
    }
    let _ = writeln!(text, "{grid}");
    not_used(text, &table.unmapped);
    for note in &table.notes {
        let _ = writeln!(text, "note: {note}");
    }
}

/// How many files, sheets or tables of a database are taken as one table, where it is more than one.
fn made_of(parts: usize, files: &[PathBuf], format: &SourceFormat) -> String {
    let what = match format {
        _ if parts < 2 => return String::new(),
        SourceFormat::Database { .. } => "tables",
        SourceFormat::Excel { .. } if parts > files.len() => "sheets",
        _ => "files",
    };
    format!(": {parts} {what}")
}

fn files(text: &mut String, files: &[PathBuf], format: &SourceFormat) {
    for file in files {
        let _ = writeln!(text, "  {}: {format}", file.display());
    }
}

fn not_used(text: &mut String, unmapped: &[(String, String)]) {
    for (header, why) in unmapped {
        let _ = writeln!(text, "not used: {header} ({why})");
    }
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width())
        .set_header(["column", "header", "why"]);
    grid
}
