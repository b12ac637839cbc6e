//! Lines cut into the fields of rows.
//!
//! A row without quotes is cut where it lies. One with quotes goes through `csv-core`, line by
//! line, so that an unbalanced quote costs no more than the line on which it was opened: a quoted
//! field may go on over [`MOST_LINES`] lines and [`LONGEST_LINE`] bytes, and must end where its
//! field ends. Where it does not, that line is given up and reading goes on with the next one.

use std::io;
use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::stream::{LONGEST_LINE, Line, Lines};
use crate::sources::{MalformedReason, Separator};
use crate::texts;

/// A row may go on over so many lines.
const MOST_LINES: usize = 1_000;

/// Rows, one after the other.
pub(super) struct Rows {
    lines: Lines,
    separator: Separator,
    quote: u8,
    csv: Reader,
    /// The number of columns, once it is known.
    pub(super) expected: Option<usize>,
    /// Bytes and lines of the row handed out last; passed over when the next one is asked for.
    pending: (usize, u64),
    fields: Vec<Range<usize>>,
    /// The text of a row with quotes, without them.
    unquoted: Vec<u8>,
    ends: Vec<usize>,
}

/// A row or what is wrong with it.
pub(super) struct Row<'a> {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// The row as it stands in the file (as UTF-8).
    pub(super) raw: &'a [u8],
    pub(super) content: Result<Fields<'a>, MalformedReason>,
}

/// The fields of a row.
pub(super) struct Fields<'a> {
    text: Text<'a>,
    ranges: &'a [Range<usize>],
}

/// Valid text.
enum Text<'a> {
    /// ASCII without NUL.
    Plain(&'a [u8]),
    Utf8(&'a str),
}

impl<'a> Fields<'a> {
    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The field at an index below `len`; none if it begins or ends within a character.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let range = self.ranges[index].clone();
        match self.text {
            Text::Plain(text) => text.get(range),
            Text::Utf8(text) => text.get(range).map(str::as_bytes),
        }
    }

    /// Appends the field at an index at which there is one.
    #[inline]
    pub(super) fn append(&self, index: usize, to: &mut Vec<u8>) {
        let text = match self.text {
            Text::Plain(text) => text,
            Text::Utf8(text) => text.as_bytes(),
        };
        texts::append(to, text, self.ranges[index].clone());
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(|index| {
            let field = self.get(index).unwrap_or_default();
            std::str::from_utf8(field).unwrap_or_default()
        })
    }
}

/// Where the fields of the row at hand are.
enum Cut {
    /// In the window.
    InPlace {
        end: usize,
    },
    /// In `unquoted`.
    Unquoted {
        end: usize,
    },
    Malformed {
        end: usize,
        reason: MalformedReason,
    },
}

impl Rows {
    pub(super) fn new(lines: Lines, separator: Separator, quote: u8) -> Self {
        let delimiter = match separator {
            Separator::Character(c) => c,
            Separator::Blanks => b' ',
        };
        let csv =
            ReaderBuilder::new().delimiter(delimiter).quote(quote).terminator(Terminator::Any(b'\n')).build();
        Self {
            lines,
            separator,
            quote,
            csv,
            expected: None,
            pending: (0, 0),
            fields: Vec::new(),
            unquoted: Vec::new(),
            ends: Vec::new(),
        }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    pub(super) fn in_utf8(&self) -> u64 {
        self.lines.in_utf8()
    }

    /// The line that comes next, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.lines.number() + self.pending.1
    }

    /// Passes over the lines before line `number`.
    pub(super) fn skip_to_line(&mut self, number: u64) -> io::Result<()> {
        self.pass();
        while self.lines.number() < number {
            match self.lines.line_at(0)? {
                Line::Whole { next, .. } => self.lines.advance(next, 1),
                Line::TooLong => self.lines.skip_line()?,
                Line::End => break,
            }
        }
        Ok(())
    }

    fn pass(&mut self) {
        let (bytes, lines) = std::mem::take(&mut self.pending);
        self.lines.advance(bytes, lines);
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        self.pass();
        let cut = loop {
            let (start, end, next) = match self.lines.line_at(0)? {
                Line::Whole { start, end, next } => (start, end, next),
                Line::TooLong => return self.too_long().map(Some),
                Line::End => return Ok(None),
            };
            let line = &self.lines.window()[start..end];
            if line.trim_ascii().is_empty() {
                self.lines.advance(next, 1);
                continue;
            }
            self.fields.clear();
            let plain = match self.separator {
                Separator::Blanks => {
                    cut_at_blanks(line, &mut self.fields);
                    true
                }
                Separator::Character(delimiter) => cut_at(line, delimiter, self.quote, &mut self.fields),
            };
            if plain {
                self.pending = (next, 1);
                break Cut::InPlace { end };
            }
            break self.quoted()?;
        };
        let line = self.lines.number();
        let window = self.lines.window();
        let (raw, text) = match cut {
            Cut::InPlace { end } => (&window[..end], &window[..end]),
            Cut::Unquoted { end } => (&window[..end], self.unquoted.as_slice()),
            Cut::Malformed { end, reason } => {
                return Ok(Some(Row { line, raw: &window[..end], content: Err(reason) }));
            }
        };
        let ranges = &self.fields;
        let content = if self.lines.window_is_plain() {
            Ok(Fields { text: Text::Plain(text), ranges })
        } else {
            match std::str::from_utf8(text) {
                Ok(_) if memchr::memchr(0, text).is_some() => Err(MalformedReason::NulByte),
                Ok(text) => Ok(Fields { text: Text::Utf8(text), ranges }),
                Err(_) => Err(MalformedReason::BadEncoding),
            }
        };
        Ok(Some(Row { line, raw, content }))
    }

    /// Gives up a line that has no end in sight.
    fn too_long(&mut self) -> io::Result<Row<'_>> {
        let line = self.lines.number();
        let shown = self.lines.window().len().min(4 * crate::sources::RAW_CHARS);
        self.unquoted.clear();
        self.unquoted.extend_from_slice(&self.lines.window()[..shown]);
        self.lines.skip_line()?;
        Ok(Row { line, raw: &self.unquoted, content: Err(MalformedReason::TooLong) })
    }

    /// Cuts a row with quotes, which may go on over several lines.
    fn quoted(&mut self) -> io::Result<Cut> {
        self.csv.reset();
        self.fields.clear();
        self.unquoted.clear();
        let (mut written, mut fields, mut offset, mut lines) = (0, 0, 0, 0);
        let complete = loop {
            let Line::Whole { start, end, next } = self.lines.line_at(offset)? else {
                break false;
            };
            if lines == MOST_LINES || next > LONGEST_LINE {
                break false;
            }
            lines += 1;
            offset = next;
            // Room for whatever the line may hold, so that the reader never stops half way.
            let length = end - start;
            self.unquoted.resize(written + length + 2, 0);
            self.ends.resize(fields + length + 2, 0);
            let mut result = ReadRecordResult::InputEmpty;
            for part in [&self.lines.window()[start..end], b"\n"] {
                if part.is_empty() {
                    continue;
                }
                let (state, _, bytes, ended) =
                    self.csv.read_record(part, &mut self.unquoted[written..], &mut self.ends[fields..]);
                result = state;
                written += bytes;
                fields += ended;
            }
            if result == ReadRecordResult::Record {
                break true;
            }
        };
        let regular = complete
            && (lines == 1
                || self.expected.is_none_or(|expected| expected == fields)
                    && self.unbalanced(offset).is_none());
        if !regular {
            return self.give_up_quote(offset);
        }
        self.unquoted.truncate(written);
        let mut start = 0;
        for &end in &self.ends[..fields] {
            self.fields.push(start..end);
            start = end;
        }
        self.pending = (offset, lines as u64);
        let end = self.lines.window()[..offset].trim_ascii_end().len();
        Ok(Cut::Unquoted { end })
    }

    /// Gives up the row up to the end of the line on which its last quote was opened.
    fn give_up_quote(&mut self, length: usize) -> io::Result<Cut> {
        let opened = self.unbalanced(length).unwrap_or(0);
        let (mut offset, mut lines) = (0, 0);
        loop {
            // The lines were whole before, so they are now.
            let Line::Whole { end, next, .. } = self.lines.line_at(offset)? else {
                self.pending = (offset, lines);
                return Ok(Cut::Malformed { end: offset, reason: MalformedReason::UnbalancedQuote });
            };
            lines += 1;
            offset = next;
            if opened < next {
                self.pending = (offset, lines);
                return Ok(Cut::Malformed { end, reason: MalformedReason::UnbalancedQuote });
            }
        }
    }

    /// Where the quote was opened that is not closed within so many bytes, or that is closed before
    /// its field ends.
    fn unbalanced(&self, length: usize) -> Option<usize> {
        enum At {
            FieldStart,
            Plain,
            Quoted,
            Closing,
        }
        let Separator::Character(delimiter) = self.separator else {
            return None;
        };
        let window = self.lines.window();
        let (mut at, mut opened) = (At::FieldStart, 0);
        for (position, &byte) in window[..length.min(window.len())].iter().enumerate() {
            let ends_field = byte == delimiter || byte == b'\n' || byte == b'\r';
            at = match at {
                At::FieldStart if byte == self.quote => {
                    opened = position;
                    At::Quoted
                }
                At::Quoted if byte == self.quote => At::Closing,
                At::Quoted => At::Quoted,
                At::Closing if byte == self.quote => At::Quoted,
                At::Closing if !ends_field => return Some(opened),
                _ if ends_field => At::FieldStart,
                _ => At::Plain,
            };
        }
        matches!(at, At::Quoted).then_some(opened)
    }
}

/// Cuts a line without quoted fields; false if there is one.
///
/// Fields are short: looking at eight bytes at once takes half the time of searching for each next separator.
#[inline]
fn cut_at(line: &[u8], delimiter: u8, quote: u8, fields: &mut Vec<Range<usize>>) -> bool {
    let (delimiters, quotes) = (EACH_BYTE * u64::from(delimiter), EACH_BYTE * u64::from(quote));
    let mut start = 0;
    for (word, bytes) in line.chunks(8).enumerate() {
        let mut padded = [0; 8];
        // Neither separator nor quote is a NUL, so that the padding is not found.
        padded[..bytes.len()].copy_from_slice(bytes);
        let bytes = u64::from_le_bytes(padded);
        let mut found = zero_bytes(bytes ^ delimiters) | zero_bytes(bytes ^ quotes);
        while found != 0 {
            let position = 8 * word + found.trailing_zeros() as usize / 8;
            found &= found - 1;
            if line[position] == delimiter {
                fields.push(start..position);
                start = position + 1;
            } else if position == start {
                return false;
            }
        }
    }
    fields.push(start..line.len());
    true
}

const EACH_BYTE: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each byte that is zero.
#[inline]
fn zero_bytes(bytes: u64) -> u64 {
    const LOW: u64 = 0x7f * EACH_BYTE;
    !(((bytes & LOW) + LOW) | bytes | LOW)
}

fn cut_at_blanks(line: &[u8], fields: &mut Vec<Range<usize>>) {
    let mut start = None;
    for (position, byte) in line.iter().enumerate() {
        match (byte.is_ascii_whitespace(), start) {
            (true, Some(from)) => {
                fields.push(from..position);
                start = None;
            }
            (false, None) => start = Some(position),
            _ => {}
        }
    }
    if let Some(from) = start {
        fields.push(from..line.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cutting_by_words_is_cutting_by_bytes(line in "[a,\"é\u{80}x;]{0,40}") {
            let line = line.as_bytes();
            let mut fields = Vec::new();
            let plain = cut_at(line, b',', b'"', &mut fields);
            let expected: Vec<&[u8]> = line.split(|byte| *byte == b',').collect();
            prop_assert_eq!(plain, !expected.iter().any(|field| field.starts_with(b"\"")));
            if plain {
                let found: Vec<&[u8]> = fields.into_iter().map(|range| &line[range]).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
