//! A guess as a commented `shop.toml`.

use std::fmt::Write as _;

use super::{Guess, Suggested};
use crate::sources::SourceFormat;
use crate::values::NumberStyle;

/// Writes a guess as the text of `shop.toml`, with the reason beside each line.
///
/// `path_as_written` is what stands for the files, relative to the shop's folder; with several
/// files, one per line. It should stand for [`Guess::files`] and no others. Of a database it is the connection.
#[must_use]
pub fn render_shop_toml(guess: &Guess, shop_name: &str, path_as_written: &str) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = write(&mut text, guess, shop_name, path_as_written);
    text
}

fn write(text: &mut String, guess: &Guess, shop_name: &str, path: &str) -> std::fmt::Result {
    writeln!(text, "# Written by `dangol init` from what the files say. Correct what is wrong, then")?;
    writeln!(text, "# run `dangol import`. The comments say why each header was chosen.")?;
    if let Some(preset) = guess.preset {
        writeln!(text, "# Recognised as {preset}.")?;
    }
    for note in &guess.notes {
        comment(text, note)?;
    }
    writeln!(text, "\n[shop]\nname = {}", quote(shop_name))?;
    match &guess.currency {
        Some(currency) => writeln!(text, "currency = {}", quote(currency))?,
        None => writeln!(text, "currency = \"EUR\"  # not told by the files")?,
    }
    writeln!(text, "time_zone = {}", quote(&guess.time_zone))?;
    writeln!(text, "\n[sources.order_lines]")?;
    let paths: Vec<&str> = path.lines().filter(|line| !line.trim().is_empty()).collect();
    if let SourceFormat::Database { .. } = &guess.format {
        writeln!(text, "connection = {}", quote(path))?;
        one_or_many(text, "table", &guess.tables())?;
    } else {
        one_or_many(text, "path", &paths)?;
    }
    layout(text, guess)?;
    columns(text, guess)?;
    if !guess.expressions.is_empty() {
        writeln!(text, "\n[sources.order_lines.expressions]")?;
        for (canonical, expression, why) in &guess.expressions {
            writeln!(text, "{} = {}  # {why}", canonical.name(), quote(expression))?;
        }
    }
    if !guess.statuses.is_empty() {
        writeln!(text, "\n[sources.order_lines.values.status]")?;
        for (word, meaning) in &guess.statuses {
            writeln!(text, "{} = {}", quote(word), quote(meaning))?;
        }
    }
    cleaning(text, guess)
}

fn one_or_many(text: &mut String, key: &str, values: &[&str]) -> std::fmt::Result {
    if let [one] = values {
        return writeln!(text, "{key} = {}", quote(one));
    }
    writeln!(text, "{key} = [")?;
    for value in values {
        writeln!(text, "    {},", quote(value))?;
    }
    writeln!(text, "]")
}

/// What the file is like; only what a person might have to correct is set.
fn layout(text: &mut String, guess: &Guess) -> std::fmt::Result {
    match &guess.format {
        SourceFormat::Csv { header_line, .. } => {
            comment(text, &format!("Read as {}.", guess.format))?;
            if header_line.is_none() {
                writeln!(text, "header_row = 0  # the first row holds data")?;
            }
        }
        SourceFormat::Excel { sheet, .. } => writeln!(text, "sheet = {}", quote(sheet))?,
        SourceFormat::Parquet { .. } | SourceFormat::Database { .. } => {}
    }
    if guess.decimal == NumberStyle::Comma {
        writeln!(text, "decimal = \",\"")?;
    }
    if !guess.date_forms.is_empty() {
        let forms: Vec<String> = guess.date_forms.iter().map(|form| quote(&form.to_string())).collect();
        writeln!(text, "date_forms = [{}]", forms.join(", "))?;
    }
    Ok(())
}

fn columns(text: &mut String, guess: &Guess) -> std::fmt::Result {
    writeln!(text, "\n[sources.order_lines.columns]")?;
    let lines: Vec<String> = guess
        .columns
        .iter()
        .map(|column| format!("{} = {}", column.canonical.name(), quote(&column.header)))
        .collect();
    let width = lines.iter().map(|line| columns_of(line)).max().unwrap_or(0);
    for (line, column) in lines.iter().zip(&guess.columns) {
        let pad = " ".repeat(width - columns_of(line));
        let look = if column.confidence < 0.7 { "please check: " } else { "" };
        writeln!(text, "{line}{pad}  # {look}{}", one_line(&column.why))?;
    }
    if !guess.unmapped.is_empty() {
        writeln!(text, "# Not used:")?;
        for (header, why) in &guess.unmapped {
            comment(text, &format!("  {header}: {why}"))?;
        }
    }
    Ok(())
}

/// How many columns of a terminal a text takes; Korean and Chinese characters take two.
fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{ffdc}') { 2 } else { 1 }).sum()
}

fn cleaning(text: &mut String, guess: &Guess) -> std::fmt::Result {
    let rules = &guess.cleaning;
    writeln!(text, "\n[cleaning]")?;
    let rule = |text: &mut String, key: &str, rule: Option<&Suggested<bool>>, words: [&str; 2]| {
        rule.map_or(Ok(()), |rule| {
            let word = words[usize::from(!rule.rule)];
            writeln!(text, "{key} = {}  # {}", quote(word), one_line(&rule.why))
        })
    };
    rule(text, "duplicates", rules.drop_duplicates.as_ref(), ["drop", "flag"])?;
    rule(text, "cancellations", rules.drop_cancellations.as_ref(), ["drop", "keep"])?;
    if let Some(prefix) = &rules.cancelled_order_prefix {
        let why = one_line(&prefix.why);
        writeln!(text, "cancelled_order_prefix = {}  # {why}", quote(&prefix.rule))?;
    }
    rule(text, "zero_price", rules.drop_zero_price.as_ref(), ["drop", "keep"])?;
    writeln!(text, "# keep = [\"quantity < 80000\"]  # conditions that every kept line meets")
}

fn comment(text: &mut String, words: &str) -> std::fmt::Result {
    writeln!(text, "# {}", one_line(words))
}

/// Headers may hold line breaks; comments may not.
fn one_line(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A TOML basic string.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
