//! What `dangol init` guessed, and why.

use std::fmt::Write;

use comfy_table::{Cell, ContentArrangement, Table as Grid, presets};
use dangol_shop::guess::Guess;

use super::table::width;

/// Each guessed column with its reason; then what was left aside.
pub(crate) fn explain(guess: &Guess) -> String {
    let mut text = String::new();
    for file in &guess.files {
        let _ = writeln!(text, "{}: {}", file.display(), guess.format);
    }
    if let Some(preset) = &guess.preset {
        let _ = writeln!(text, "Known export: {preset}");
    }
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width());
    grid.set_header(["column", "header", "why"]);
    for column in &guess.columns {
        grid.add_row([Cell::new(column.canonical.name()), Cell::new(&column.header), Cell::new(&column.why)]);
    }
    for (canonical, expression, why) in &guess.expressions {
        grid.add_row([Cell::new(canonical.name()), Cell::new(expression), Cell::new(why)]);
    }
    let _ = writeln!(text, "{grid}");
    for (header, why) in &guess.unmapped {
        let _ = writeln!(text, "not used: {header} ({why})");
    }
    for (file, why) in &guess.ignored {
        let _ = writeln!(text, "left aside: {} ({why})", file.display());
    }
    for note in &guess.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}
