//! Pieces of the page: tables, bars, and text that cannot become markup.

use std::fmt::Write;

use dangol_shop::import::{FateKind, SourceReport};

/// Text as text, whatever a file holds.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A column of a table.
pub(super) struct Column {
    name: &'static str,
    class: &'static str,
    /// Its cells are markup of ours.
    html: bool,
}

impl Column {
    pub(super) fn text(name: &'static str) -> Self {
        Self { name, class: "", html: false }
    }

    pub(super) fn number(name: &'static str) -> Self {
        Self { name, class: " class=\"number\"", html: false }
    }

    pub(super) fn html(name: &'static str) -> Self {
        Self { name, class: "", html: true }
    }
}

/// A table that scrolls sideways where it is wider than the page.
pub(super) fn table(columns: &[Column], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html = String::from("<div class=\"wide\"><table><thead><tr>");
    for column in columns {
        // Writing to a String cannot fail.
        let _ = write!(html, "<th{}>{}</th>", column.class, column.name);
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        html.push_str("<tr>");
        for (column, cell) in columns.iter().zip(row) {
            let cell = if column.html { cell } else { escape(&cell) };
            let _ = write!(html, "<td{}>{cell}</td>", column.class);
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

/// Values as bars.
pub(super) fn bars(values: &[f64], width: u32, height: u32, label: &str) -> String {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let step = f64::from(width) / values.len() as f64;
    let mut html = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" style=\"max-width:100%\" \
         preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        escape(label)
    );
    for (at, value) in values.iter().enumerate() {
        // What is there is seen, however little it is.
        let tall = if *value > 0.0 { (value / most * f64::from(height)).max(1.0) } else { 0.0 };
        let _ = write!(
            html,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{tall:.2}\"/>",
            at as f64 * step,
            f64::from(height) - tall,
            (step * 0.82).max(0.5),
        );
    }
    html + "</svg>"
}

/// What became of the rows, as one bar.
pub(super) fn fate_bar(source: &SourceReport) -> String {
    let mut html = String::from("<div class=\"bar\" aria-hidden=\"true\">");
    for fate in &source.fates {
        let colour = match fate.fate {
            FateKind::Kept => "var(--accent)",
            FateKind::Quarantined => "var(--serious)",
            FateKind::Dropped => "var(--warning)",
            _ => "var(--quiet)",
        };
        let share = fate.rows as f64 / source.rows_read.max(1) as f64 * 100.0;
        let _ = write!(html, "<i style=\"width:{share:.3}%;background:{colour}\"></i>");
    }
    html + "</div>"
}
