//! Delimited text: CSV, TSV and their relatives, in any encoding.

mod batches;
mod encoding;
mod rows;
mod sniff;
mod stream;

use std::path::Path;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

pub(super) use batches::{read, read_part, shown};
pub(super) use stream::{LONGEST_LINE, Line, Lines};

use self::encoding::Sample;
use self::rows::Rows;
use self::sniff::Cutting;
use super::header::{self, HeaderRow};
use super::packing::Content;
use super::{LooksLike, ReadHints, Separator, SourceError, SourceFormat, SourceTable};

/// How a text file is laid out.
#[derive(Debug, Clone, Copy)]
struct Layout {
    encoding: &'static Encoding,
    quote: u8,
    terminator: u8,
}

impl Layout {
    fn rows(self, content: &Content, separator: Separator) -> std::io::Result<Rows> {
        self.rows_after(content, separator, 0)
    }

    fn rows_after(self, content: &Content, separator: Separator, after: u64) -> std::io::Result<Rows> {
        let lines = Lines::new(content, self.encoding, self.terminator, after)?;
        Ok(Rows::new(lines, separator, self.quote))
    }
}

/// A text file's encoding, and a sample of its bytes.
pub(super) fn look(content: &Content, hints: &ReadHints) -> Result<(&'static Encoding, Sample), SourceError> {
    let path = &content.shown;
    let sample = encoding::sample(content).map_err(|source| SourceError::io(path, source))?;
    let encoding = match &hints.encoding {
        None => encoding::detect(&sample.bytes),
        Some(label) => told_encoding(path, label, &sample.bytes)?,
    };
    if is_binary(&sample.bytes, encoding) {
        return Err(SourceError::not_a_table(path, LooksLike::Binary));
    }
    Ok((encoding, sample))
}

pub(super) fn open(content: Content, hints: &ReadHints) -> Result<SourceTable, SourceError> {
    let path = content.shown.as_path();
    let io = |source| SourceError::io(path, source);
    let (encoding, Sample { bytes: sample, share }) = look(&content, hints)?;
    let layout = Layout {
        encoding,
        quote: ascii(path, hints.quote)?.unwrap_or(b'"'),
        terminator: terminator(&sample[..sample.len().min(encoding::HEAD)]),
    };
    drop(sample);
    let cut = |separator| Cutting::of(layout.rows(&content, separator)?, separator);
    let cutting = match ascii(path, hints.delimiter)? {
        None => sniff::best(cut).map_err(io)?,
        Some(b' ') => cut(Separator::Blanks).map_err(io)?,
        Some(delimiter) => {
            let asked = Separator::Character(delimiter);
            let cutting = cut(asked).map_err(io)?;
            if cutting.width == 1 {
                let better = sniff::best(cut).map_err(io)?;
                if better.is_regular() {
                    let better = better.separator;
                    return Err(SourceError::WrongDelimiter { path: path.to_owned(), asked, better });
                }
            }
            cutting
        }
    };
    if cutting.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    if hints.delimiter.is_none() && cutting.is_prose() {
        return Err(SourceError::not_a_table(path, LooksLike::Prose));
    }
    let header = match hints.header_row {
        None => cutting.header(),
        Some(0) => HeaderRow::None { width: cutting.width },
        Some(line) => told_header(&content, layout, cutting.separator, line)?,
    };
    let (header_line, columns) = match header {
        HeaderRow::At { row, names } => (Some(row), names),
        HeaderRow::None { width } => (None, vec![String::new(); width.max(1)]),
    };
    let bytes = content.bytes;
    Ok(SourceTable {
        path: path.to_owned(),
        bytes,
        format: SourceFormat::Csv {
            encoding,
            separator: cutting.separator,
            quote: layout.quote,
            header_line,
        },
        columns: Arc::new(header::text_schema(&columns)),
        rows_hint: Some((bytes as f64 / (cutting.bytes_per_row * share).max(f64::MIN_POSITIVE)) as u64),
        content,
        in_utf8: Arc::default(),
        sheet: None,
        widened: None,
        database: None,
    })
}

/// A byte order mark has the last word on which end of UTF-16 comes first.
fn told_encoding(path: &Path, label: &str, sample: &[u8]) -> Result<&'static Encoding, SourceError> {
    let told = encoding::by_label(label)
        .ok_or_else(|| SourceError::UnknownEncoding { path: path.to_owned(), encoding: label.to_owned() })?;
    Ok(match Encoding::for_bom(sample) {
        Some((marked, _)) if told == UTF_16LE || told == UTF_16BE => marked,
        _ => told,
    })
}

fn ascii(path: &Path, character: Option<char>) -> Result<Option<u8>, SourceError> {
    match character {
        None => Ok(None),
        Some(c) if c.is_ascii() && !matches!(c, '\n' | '\r' | '\0') => Ok(Some(c as u8)),
        Some(character) => Err(SourceError::UnusableDelimiter { path: path.to_owned(), character }),
    }
}

/// Old Macintosh files end their lines with a carriage return alone.
fn terminator(sample: &[u8]) -> u8 {
    let only_returns = memchr::memchr(b'\n', sample).is_none() && memchr::memchr(b'\r', sample).is_some();
    if only_returns { b'\r' } else { b'\n' }
}

/// Text has hardly any control characters; a stray NUL is damage, a twentieth is another format.
fn is_binary(sample: &[u8], encoding: &'static Encoding) -> bool {
    let head = &sample[..sample.len().min(1 << 16)];
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let (text, _) = encoding.decode_without_bom_handling(head);
        let strange = |c: char| c == '\u{fffd}' || c.is_control() && !c.is_whitespace();
        let control = text.chars().filter(|c| strange(*c)).count();
        return control * 20 > text.chars().count();
    }
    let control = head.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
    control * 20 > head.len()
}

fn told_header(
    content: &Content,
    layout: Layout,
    separator: Separator,
    line: u64,
) -> Result<HeaderRow, SourceError> {
    let path = content.shown.as_path();
    let io = |source| SourceError::io(path, source);
    let mut rows = layout.rows(content, separator).map_err(io)?;
    rows.skip_to_line(line).map_err(io)?;
    let row = rows.next().map_err(io)?;
    match row.and_then(|row| Some((row.line, row.content.ok()?))) {
        Some((row, fields)) => Ok(HeaderRow::At { row, names: fields.iter().map(str::to_owned).collect() }),
        None => Err(SourceError::HeaderPastEnd {
            path: path.to_owned(),
            row: line,
            last: rows.line().saturating_sub(1),
        }),
    }
}
