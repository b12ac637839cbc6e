//! The records of a file, one after the other.

use std::io;
use std::path::PathBuf;

use encoding_rs::Encoding;

use super::JsonFault;
use crate::sources::packing::Content;
use crate::sources::text::{LONGEST_LINE, Line, Lines};
use crate::sources::{MalformedReason, RAW_CHARS, SourceError};

/// Records, one after the other.
pub(super) struct Records {
    path: PathBuf,
    lines: Lines,
    /// Where in the list the position is; nothing where each line is a record.
    list: Option<Place>,
    /// Bytes and lines of the record handed out last; passed over when the next one is asked for.
    pending: (usize, u64),
    /// The beginning of a record that is too long.
    cut: Vec<u8>,
}

/// A place in a list of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    /// Behind `[`: a record, or the list's end.
    First,
    /// Behind a comma: a record.
    Next,
    /// Behind a record: a comma, or the list's end.
    Behind,
    After,
}

/// A record or what is wrong with it.
pub(super) struct Record<'a> {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// The record as it stands in the file (as UTF-8).
    pub(super) raw: &'a [u8],
    pub(super) content: Result<&'a str, MalformedReason>,
}

impl Records {
    pub(super) fn new(
        content: &Content,
        encoding: &'static Encoding,
        list: bool,
    ) -> Result<Self, SourceError> {
        let path = content.shown.clone();
        let lines =
            Lines::new(content, encoding, b'\n', 0).map_err(|source| SourceError::io(&path, source))?;
        Ok(Self { path, lines, list: list.then_some(Place::Before), pending: (0, 0), cut: Vec::new() })
    }

    /// Bytes of the disk that the records so far come from, about.
    pub(super) fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    /// Lines of UTF-8 in a file of another encoding, among what was read so far.
    pub(super) fn in_utf8(&self) -> u64 {
        self.lines.in_utf8()
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let (bytes, lines) = std::mem::take(&mut self.pending);
        self.lines.advance(bytes, lines);
        let found = if self.list.is_some() { self.in_list()? } else { self.on_line()? };
        let line = self.lines.number();
        Ok(match found {
            Found::End => None,
            Found::TooLong { line } => {
                Some(Record { line, raw: &self.cut, content: Err(MalformedReason::TooLong) })
            }
            Found::Record { length } => {
                let raw = &self.lines.window()[..length];
                let content = std::str::from_utf8(raw).map_err(|_| MalformedReason::BadEncoding);
                Some(Record { line, raw, content })
            }
        })
    }

    /// A line that is not blank.
    fn on_line(&mut self) -> Result<Found, SourceError> {
        let path = &self.path;
        let io = |source: io::Error| SourceError::io(path, source);
        loop {
            let (start, end, next) = match self.lines.line_at(0).map_err(io)? {
                Line::Whole { start, end, next } => (start, end, next),
                Line::End => return Ok(Found::End),
                Line::TooLong => {
                    let line = self.lines.number();
                    self.keep_beginning();
                    self.lines.skip_line().map_err(|source| SourceError::io(&self.path, source))?;
                    return Ok(Found::TooLong { line });
                }
            };
            if self.lines.window()[start..end].trim_ascii().is_empty() {
                self.lines.advance(next, 1);
                continue;
            }
            self.pending = (next, 1);
            return Ok(Found::Record { length: end });
        }
    }

    fn keep_beginning(&mut self) {
        let window = self.lines.window();
        let shown = window.len().min(4 * RAW_CHARS);
        self.cut.clear();
        self.cut.extend_from_slice(&window[..shown]);
    }

    /// The byte at the position, if there is one.
    fn peek(&mut self) -> Result<Option<u8>, SourceError> {
        self.byte_at(0)
    }

    fn byte_at(&mut self, offset: usize) -> Result<Option<u8>, SourceError> {
        loop {
            if let Some(byte) = self.lines.window().get(offset) {
                return Ok(Some(*byte));
            }
            if !self.lines.more().map_err(|source| SourceError::io(&self.path, source))? {
                return Ok(None);
            }
        }
    }

    fn broken<T>(&self, message: &'static str) -> Result<T, SourceError> {
        let fault = JsonFault::BrokenList { line: self.lines.number(), message };
        Err(SourceError::Json { path: self.path.clone(), fault })
    }

    /// The next record of a list.
    fn in_list(&mut self) -> Result<Found, SourceError> {
        loop {
            let Some(byte) = self.peek()? else {
                return if self.list == Some(Place::After) {
                    Ok(Found::End)
                } else {
                    self.broken("the file ends before its list does")
                };
            };
            if byte.is_ascii_whitespace() {
                self.lines.advance(1, u64::from(byte == b'\n'));
                continue;
            }
            let next = match (self.list.unwrap_or(Place::Before), byte) {
                (Place::Before, b'[') => Place::First,
                (Place::First | Place::Behind, b']') => Place::After,
                (Place::Behind, b',') => Place::Next,
                (Place::First | Place::Next, b',' | b']' | b'}' | b':') => {
                    return self.broken("a record is missing");
                }
                (Place::First | Place::Next, _) => {
                    self.list = Some(Place::Behind);
                    return self.record_of_list();
                }
                (Place::Behind, _) => return self.broken("a comma is missing between two records"),
                (Place::Before | Place::After, _) => {
                    return self.broken("there is something beside the list");
                }
            };
            self.list = Some(next);
            self.lines.advance(1, 0);
        }
    }

    /// The record that begins at the position: up to the end of its braces, or of a single value.
    fn record_of_list(&mut self) -> Result<Found, SourceError> {
        let line = self.lines.number();
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        // Of a record that is too long only the beginning is kept.
        let (mut length, mut breaks, mut too_long) = (0, 0, false);
        loop {
            let Some(byte) = self.byte_at(length)? else {
                return self.broken("the file ends within a record");
            };
            if in_text {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_text = false,
                    b'\n' => return self.broken("a text is not closed on its line"),
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => in_text = true,
                    b'{' | b'[' => depth += 1,
                    b',' | b']' | b'}' | b'\n' if depth == 0 => break,
                    b'}' | b']' => depth -= 1,
                    b'\n' => breaks += 1,
                    _ => {}
                }
            }
            length += 1;
            if depth == 0 && !in_text && matches!(byte, b'}' | b']' | b'"') {
                break;
            }
            if length > LONGEST_LINE {
                if !too_long {
                    self.keep_beginning();
                }
                too_long = true;
                self.lines.advance(length, std::mem::take(&mut breaks));
                length = 0;
            }
        }
        if too_long {
            self.lines.advance(length, breaks);
            return Ok(Found::TooLong { line });
        }
        self.pending = (length, breaks);
        Ok(Found::Record { length })
    }
}

/// What comes next.
enum Found {
    /// A record of so many bytes at the position.
    Record {
        length: usize,
    },
    /// One that is too long, kept in `cut`.
    TooLong {
        line: u64,
    },
    End,
}
