//! A guess as a commented `shop.toml`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Guess, GuessedJoin, GuessedTable, Suggested, names_a_currency};
use crate::sources::SourceFormat;
use crate::values::NumberStyle;

/// How paths are to be written: relative to the shop's folder.
type Written<'a> = &'a dyn Fn(&Path) -> String;

/// Writes a guess as the text of `shop.toml`, with the reason beside each line. `written` gives each file's path as
/// it is to stand there, relative to the shop's folder.
#[must_use]
pub fn render_shop_toml(guess: &Guess, shop_name: &str, written: Written<'_>) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = write(&mut text, guess, shop_name, written);
    text
}

fn write(text: &mut String, guess: &Guess, shop_name: &str, written: Written<'_>) -> std::fmt::Result {
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
    let in_database = guess.joins.iter().find_map(|join| Some((join, query(guess, join)?)));
    match &in_database {
        Some((join, (connection, query))) => {
            comment(text, &format!("{}.", join.why))?;
            writeln!(text, "connection = {}", quote(&written(Path::new(connection))))?;
            writeln!(text, "query = {}", quote_lines(query))?;
        }
        None => place(text, &guess.files, guess.pattern.as_deref(), &guess.format, written)?,
    }
    if guess.sheets == ["*"] && guess.parts > 1 {
        comment(
            text,
            &format!("{} sheets now; one that is added with these headers is read, too.", guess.parts),
        )?;
    }
    layout(text, &guess.format, &guess.sheets, guess.decimal)?;
    if !guess.date_forms.is_empty() {
        let forms: Vec<String> = guess.date_forms.iter().map(|form| quote(&form.to_string())).collect();
        writeln!(text, "date_forms = [{}]", forms.join(", "))?;
    }
    if !guess.order_level.is_empty() {
        for (_, why) in &guess.order_level {
            comment(text, &format!("{why}."))?;
        }
        let names: Vec<String> = guess.order_level.iter().map(|(column, _)| quote(column.name())).collect();
        writeln!(text, "order_level = [{}]", names.join(", "))?;
    }
    for join in guess.joins.iter().filter(|_| in_database.is_none()) {
        write_join(text, join, written)?;
    }
    writeln!(text, "\n[sources.order_lines.columns]")?;
    let lines = guess.columns.iter().map(|one| (one.canonical.name(), &one.header, one.confidence, &one.why));
    columns(text, lines)?;
    not_used(text, &guess.unmapped)?;
    if !guess.expressions.is_empty() {
        writeln!(text, "\n[sources.order_lines.expressions]")?;
        for (canonical, expression, why) in &guess.expressions {
            writeln!(text, "{} = {}  # {}", canonical.name(), quote(expression), one_line(why))?;
        }
    }
    words(text, "order_lines", "status", &guess.statuses)?;
    words(text, "order_lines", "coupon_status", &guess.coupon_statuses)?;
    for table in &guess.further {
        write_table(text, table, written)?;
    }
    cleaning(text, guess)
}

/// The connection, and the statement in which a database joins two of its tables; none where they are files.
fn query(guess: &Guess, join: &GuessedJoin) -> Option<(String, String)> {
    let SourceFormat::Database { dialect, connection, table: Some(lines), .. } = &guess.format else {
        return None;
    };
    let SourceFormat::Database { table: Some(orders), .. } = &join.format else { return None };
    let quoted = |name: &str| dialect.quote(name);
    // A table of another schema is written with it.
    let named = |table: &str| table.split('.').map(quoted).collect::<Vec<_>>().join(".");
    let mut columns = of_lines(guess, join).map_or_else(
        || vec!["l.*".to_owned()],
        |headers| headers.into_iter().map(|header| format!("l.{}", quoted(header))).collect(),
    );
    for header in &join.columns {
        let alias = if join.prefix.is_empty() {
            String::new()
        } else {
            format!(" AS {}", quoted(&format!("{}{header}", join.prefix)))
        };
        columns.push(format!("o.{}{alias}", quoted(header)));
    }
    let on = format!("o.{} = l.{}", quoted(&join.on.1), quoted(&join.on.0));
    let columns = columns.join(", ");
    let query = format!("SELECT {columns}\nFROM {} l LEFT JOIN {} o ON {on}", named(lines), named(orders));
    Some((connection.clone(), query))
}

/// The columns of the lines that are of use, and one that tells them apart; none where no column does: lines that differ
/// in a column that nobody maps are two lines.
fn of_lines<'a>(guess: &'a Guess, join: &'a GuessedJoin) -> Option<Vec<&'a str>> {
    let joined: Vec<String> = join.columns.iter().map(|header| format!("{}{header}", join.prefix)).collect();
    let key = join.line_key.as_deref()?;
    let mapped = guess.columns.iter().map(|column| column.header.as_str());
    let in_expressions = |header: &str| guess.expressions.iter().any(|(_, sql, _)| sql.contains(header));
    let unmapped = guess.unmapped.iter().map(|(header, _)| header.as_str());
    let useful = unmapped.filter(|header| names_a_currency(header) || in_expressions(header));
    let mut headers: Vec<&str> = Vec::new();
    for header in [key].into_iter().chain(mapped).chain(useful) {
        if !joined.iter().any(|other| other == header) && !headers.contains(&header) {
            headers.push(header);
        }
    }
    Some(headers)
}

fn write_join(text: &mut String, join: &GuessedJoin, written: Written<'_>) -> std::fmt::Result {
    writeln!(text)?;
    comment(text, &format!("{}.", join.why))?;
    writeln!(text, "[[sources.order_lines.joins]]")?;
    paths(text, std::slice::from_ref(&join.file), written)?;
    if let SourceFormat::Excel { sheet, .. } = &join.format {
        writeln!(text, "sheet = {}", quote(sheet))?;
    }
    writeln!(text, "on = {{ {} = {} }}", quote(&join.on.0), quote(&join.on.1))?;
    let columns: Vec<String> = join.columns.iter().map(|column| quote(column)).collect();
    writeln!(text, "columns = [{}]", columns.join(", "))?;
    if !join.prefix.is_empty() {
        writeln!(text, "prefix = {}", quote(&join.prefix))?;
    }
    Ok(())
}

fn write_table(text: &mut String, table: &GuessedTable, written: Written<'_>) -> std::fmt::Result {
    let name = table.spec.name;
    writeln!(text)?;
    for note in &table.notes {
        comment(text, note)?;
    }
    writeln!(text, "[sources.{name}]")?;
    place(text, &table.files, table.pattern.as_deref(), &table.format, written)?;
    layout(text, &table.format, &table.sheets, table.decimal)?;
    if !table.attributes.is_empty() {
        let told: Vec<String> = attribute_names(table)
            .into_iter()
            .map(|(name, header)| format!("{} = {}", key(&name), quote(header)))
            .collect();
        writeln!(text, "attributes = {{ {} }}", told.join(", "))?;
    }
    if let Some(told) = &table.unpivot {
        let list = |texts: &[String]| texts.iter().map(|one| quote(one)).collect::<Vec<_>>().join(", ");
        writeln!(
            text,
            "unpivot = {{ columns = [{}], names = [{}], name = {}, value = {} }}",
            list(&told.columns),
            list(&told.names),
            quote(&told.name),
            quote(&told.value)
        )?;
    }
    writeln!(text, "\n[sources.{name}.columns]")?;
    columns(text, table.columns.iter().map(|one| (one.name, &one.header, one.confidence, &one.why)))?;
    not_used(text, &table.unmapped)?;
    if !table.expressions.is_empty() {
        writeln!(text, "\n[sources.{name}.expressions]")?;
        for (column, expression, why) in &table.expressions {
            writeln!(text, "{column} = {}  # {}", quote(expression), one_line(why))?;
        }
    }
    for (column, told) in &table.values {
        words(text, name, column, told)?;
    }
    Ok(())
}

/// Names for attributes, from their headers: `Tenure_Months` is `tenure_months`.
fn attribute_names(table: &GuessedTable) -> Vec<(String, &str)> {
    let mut names: Vec<(String, &str)> = Vec::new();
    for header in &table.attributes {
        let mut name = super::synonyms::words(header).join("_");
        while name.is_empty()
            || table.spec.column(&name).is_some()
            || names.iter().any(|(other, _)| *other == name)
        {
            name.push_str("_code");
        }
        names.push((name, header));
    }
    names
}

/// Where the rows lie: files, or tables of a database.
fn place(
    text: &mut String,
    files: &[PathBuf],
    pattern: Option<&Path>,
    format: &SourceFormat,
    written: Written<'_>,
) -> std::fmt::Result {
    let SourceFormat::Database { connection, .. } = format else {
        let Some(pattern) = pattern else { return paths(text, files, written) };
        let now = if let [_] = files { "1 file".to_owned() } else { format!("{} files", files.len()) };
        comment(text, &format!("{now} now; one that comes later under such a name is read, too."))?;
        return writeln!(text, "path = {}", quote(&written(pattern)));
    };
    writeln!(text, "connection = {}", quote(&written(Path::new(connection))))?;
    let tables: Vec<String> =
        super::tables_of_database(files, format).into_iter().map(str::to_owned).collect();
    one_or_many(text, "table", &tables)
}

fn paths(text: &mut String, files: &[PathBuf], written: Written<'_>) -> std::fmt::Result {
    one_or_many(text, "path", &files.iter().map(|file| written(file)).collect::<Vec<_>>())
}

fn one_or_many(text: &mut String, key: &str, values: &[String]) -> std::fmt::Result {
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
fn layout(
    text: &mut String,
    format: &SourceFormat,
    sheets: &[String],
    decimal: NumberStyle,
) -> std::fmt::Result {
    match format {
        SourceFormat::Csv { header_line, .. } => {
            comment(text, &format!("Read as {format}."))?;
            if header_line.is_none() {
                writeln!(text, "header_row = 0  # the first row holds data")?;
            }
        }
        SourceFormat::Json { .. } => comment(text, &format!("Read as {format}."))?,
        SourceFormat::Excel { .. } | SourceFormat::Parquet { .. } | SourceFormat::Database { .. } => {}
    }
    match sheets {
        [] => {}
        [one] => writeln!(text, "sheet = {}", quote(one))?,
        many => {
            let sheets: Vec<String> = many.iter().map(|sheet| quote(sheet)).collect();
            writeln!(text, "sheet = [{}]", sheets.join(", "))?;
        }
    }
    if decimal == NumberStyle::Comma {
        writeln!(text, "decimal = \",\"")?;
    }
    Ok(())
}

/// Column, header, confidence and reason of each.
fn columns<'a>(
    text: &mut String,
    columns: impl Iterator<Item = (&'a str, &'a String, f64, &'a String)> + Clone,
) -> std::fmt::Result {
    let line = |name: &str, header: &str| format!("{name} = {}", quote(header));
    let width = columns.clone().map(|(name, header, ..)| columns_of(&line(name, header))).max().unwrap_or(0);
    for (name, header, confidence, why) in columns {
        let line = line(name, header);
        let pad = " ".repeat(width - columns_of(&line));
        let look = if confidence < 0.7 { "please check: " } else { "" };
        writeln!(text, "{line}{pad}  # {look}{}", one_line(why))?;
    }
    Ok(())
}

fn not_used(text: &mut String, unmapped: &[(String, String)]) -> std::fmt::Result {
    if !unmapped.is_empty() {
        writeln!(text, "# Not used:")?;
        for (header, why) in unmapped {
            comment(text, &format!("  {header}: {why}"))?;
        }
    }
    Ok(())
}

/// Words of a file and what they stand for.
fn words(text: &mut String, table: &str, column: &str, words: &[(String, &'static str)]) -> std::fmt::Result {
    if !words.is_empty() {
        writeln!(text, "\n[sources.{table}.values.{column}]")?;
        for (word, meaning) in words {
            writeln!(text, "{} = {}", quote(word), quote(meaning))?;
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

/// A key, in quotes where it has to be.
fn key(name: &str) -> String {
    let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { quote(name) }
}

/// A TOML string of several lines.
fn quote_lines(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"");
    format!("\"\"\"\n{escaped}\n\"\"\"")
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
