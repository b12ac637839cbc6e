//! A file of any encoding as lines of UTF-8.
//!
//! Exports of several programs that were put together have lines in several encodings. In a file that is not UTF-8 a line
//! that can be nothing but UTF-8 is therefore read as such; in one that is UTF-8, any other line is malformed.

use std::io::{self, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::sources::packing::{Bytes, Content};

/// Longer lines are given up.
pub(in crate::sources) const LONGEST_LINE: usize = 1_000_000;

/// How much is read from the disk at once.
const CHUNK: usize = 1 << 18;

/// Stands for a sequence that means nothing in the file's encoding. It never occurs in UTF-8, so
/// that such a line fails as UTF-8, just as a damaged line of a UTF-8 file does.
const INVALID: u8 = 0xff;

/// A file's bytes as UTF-8.
struct Utf8Stream {
    file: Chain<Cursor<Vec<u8>>, Bytes>,
    /// How much of a packed file was taken.
    packed: Option<Arc<AtomicU64>>,
    decoder: Option<Decoder>,
    /// What ends a line, where lines of the file may be told apart before they are decoded.
    by_line: Option<u8>,
    /// What was read and is not decoded yet: the beginning of a line.
    raw: Vec<u8>,
    /// Whether what was decoded ends within a line.
    within: bool,
    /// Lines of UTF-8 in a file of another encoding.
    in_utf8: u64,
    taken: u64,
    ended: bool,
}

impl Utf8Stream {
    /// Appends some of the file to `out`; nothing at its end.
    fn fill(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        if self.decoder.is_none() {
            let before = out.len();
            out.resize(before + CHUNK, 0);
            let read = read_some(&mut self.file, &mut out[before..]);
            out.truncate(before + *read.as_ref().unwrap_or(&0));
            let read = read?;
            self.taken += read as u64;
            self.ended = read == 0;
            return Ok(());
        }
        let kept = self.raw.len();
        self.raw.resize(kept + CHUNK, 0);
        let read = read_some(&mut self.file, &mut self.raw[kept..]);
        self.raw.truncate(kept + *read.as_ref().unwrap_or(&0));
        let read = read?;
        self.taken += read as u64;
        self.ended = read == 0;
        let mut raw = std::mem::take(&mut self.raw);
        let whole = match self.by_line {
            Some(terminator) if !self.ended => match memchr::memrchr(terminator, &raw[kept..]) {
                Some(at) => kept + at + 1,
                None if raw.len() > LONGEST_LINE => raw.len(),
                None => 0,
            },
            _ => raw.len(),
        };
        match self.by_line {
            Some(terminator) if !raw[..whole].is_ascii() => self.decode_lines(&raw[..whole], terminator, out),
            _ => self.decode(&raw[..whole], self.ended, out),
        }
        if let (Some(terminator), Some(last)) = (self.by_line, raw[..whole].last()) {
            self.within = *last != terminator;
        }
        raw.drain(..whole);
        self.raw = raw;
        Ok(())
    }

    /// Decodes lines, each in the encoding that it is in.
    fn decode_lines(&mut self, raw: &[u8], terminator: u8, out: &mut Vec<u8>) {
        let encoding = self.decoder.as_ref().map_or(UTF_8, Decoder::encoding);
        let (mut decoded, mut at, mut within) = (0, 0, self.within);
        while at < raw.len() {
            let end = memchr::memchr(terminator, &raw[at..]).map_or(raw.len(), |found| at + found + 1);
            let whole = !within && (self.ended || raw[end - 1] == terminator);
            if whole && is_utf8(&raw[at..end], encoding) {
                // Behind the end of a line the decoder waits for nothing.
                self.decode(&raw[decoded..at], false, out);
                out.extend_from_slice(&raw[at..end]);
                decoded = end;
                self.in_utf8 += 1;
            }
            (at, within) = (end, false);
        }
        self.decode(&raw[decoded..], self.ended, out);
    }

    fn decode(&mut self, raw: &[u8], last: bool, out: &mut Vec<u8>) {
        let Some(decoder) = &mut self.decoder else { return };
        let mut rest = raw;
        loop {
            let before = out.len();
            // Every encoding here needs at most three bytes of UTF-8 for one of its own.
            out.resize(before + rest.len() * 3 + 16, 0);
            let (result, used, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut out[before..], last);
            out.truncate(before + written);
            rest = &rest[used..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => out.push(INVALID),
            }
        }
    }
}

/// Whether a line can be nothing but UTF-8, though its file is in another encoding.
///
/// Two bytes of Korean, Japanese or Chinese now and then make a letter of UTF-8; a character of three bytes, as theirs are
/// there, hardly ever. Of letters of two bytes one is enough in Western European text, where they look like `Ã©`, and
/// several in other alphabets.
fn is_utf8(line: &[u8], encoding: &'static Encoding) -> bool {
    if line.is_ascii() || std::str::from_utf8(line).is_err() {
        return false;
    }
    let letters = || line.iter().filter(|byte| **byte >= 0xc0).count();
    line.iter().any(|byte| *byte >= 0xe0)
        || encoding == WINDOWS_1252
        || encoding.is_single_byte() && letters() >= 3
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memchr(0, bytes).is_none()
}

fn read_some(file: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// The lines of a file, in a window that moves over it.
pub(in crate::sources) struct Lines {
    stream: Utf8Stream,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    position: usize,
    terminator: u8,
    /// The number of the next line, counted from 1.
    number: u64,
    /// Whether all of the buffer is ASCII without NUL.
    plain: bool,
}

/// Where a line lies.
#[derive(Debug, Clone, Copy)]
pub(in crate::sources) enum Line {
    /// From the window's position plus these offsets, without its terminator; `next` is where the
    /// line after it begins.
    Whole { start: usize, end: usize, next: usize },
    /// Longer than [`LONGEST_LINE`].
    TooLong,
    /// There is none.
    End,
}

impl Lines {
    /// The lines of a file; or from the first line on that begins after so many bytes, counted as
    /// line 1.
    pub(in crate::sources) fn new(
        content: &Content,
        encoding: &'static Encoding,
        terminator: u8,
        after: u64,
    ) -> io::Result<Self> {
        // Both halves of a UTF-16 unit, or neither.
        let start = after & !1;
        let mut bytes = content.read_from(start)?;
        let mut head = Vec::new();
        if start == 0 {
            bytes.by_ref().take(3).read_to_end(&mut head)?;
        }
        let mark = Encoding::for_bom(&head).map_or(0, |(of, length)| if of == encoding { length } else { 0 });
        head.drain(..mark);
        let (start, packed) = (start + mark as u64, bytes.progress());
        let file = Cursor::new(head).chain(bytes);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        // In these a byte that ends lines elsewhere may be half a character.
        let by_line = (![UTF_16LE, UTF_16BE, ISO_2022_JP].contains(&encoding)).then_some(terminator);
        let mut lines = Self {
            stream: Utf8Stream {
                file,
                packed,
                decoder,
                by_line,
                raw: Vec::new(),
                within: false,
                in_utf8: 0,
                taken: start,
                ended: false,
            },
            buffer: Vec::with_capacity(2 * CHUNK),
            position: 0,
            terminator,
            number: 1,
            plain: true,
        };
        if after > 0 {
            lines.skip_line()?;
            lines.number = 1;
        }
        Ok(lines)
    }

    /// The number of the next line.
    pub(in crate::sources) fn number(&self) -> u64 {
        self.number
    }

    /// Bytes of the file that the lines taken so far come from, about.
    pub(in crate::sources) fn bytes_read(&self) -> u64 {
        if let Some(packed) = &self.stream.packed {
            return packed.load(Ordering::Relaxed);
        }
        match self.stream.decoder {
            None => self.stream.taken - (self.buffer.len() - self.position) as u64,
            Some(_) => self.stream.taken,
        }
    }

    /// Lines of UTF-8 in a file of another encoding, among what was read so far.
    pub(in crate::sources) fn in_utf8(&self) -> u64 {
        self.stream.in_utf8
    }

    /// What the window holds from its position on.
    #[inline]
    pub(in crate::sources) fn window(&self) -> &[u8] {
        &self.buffer[self.position..]
    }

    /// Whether all that the window holds is ASCII without NUL, so that no line need be looked at for that.
    #[inline]
    pub(in crate::sources) fn window_is_plain(&self) -> bool {
        self.plain
    }

    /// The line that begins `offset` bytes past the position. Reading on may move the window, but
    /// offsets from the position hold.
    pub(in crate::sources) fn line_at(&mut self, offset: usize) -> io::Result<Line> {
        let mut searched = offset;
        loop {
            if let Some(found) = memchr::memchr(self.terminator, &self.window()[searched..]) {
                let end = searched + found;
                return Ok(if end - offset > LONGEST_LINE {
                    Line::TooLong
                } else {
                    Line::Whole { start: offset, end: self.without_return(offset, end), next: end + 1 }
                });
            }
            searched = self.window().len();
            if searched - offset > LONGEST_LINE {
                return Ok(Line::TooLong);
            }
            if !self.more()? {
                let end = self.window().len();
                return Ok(if end == offset {
                    Line::End
                } else {
                    Line::Whole { start: offset, end: self.without_return(offset, end), next: end }
                });
            }
        }
    }

    fn without_return(&self, start: usize, end: usize) -> usize {
        if end > start && self.window()[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// Reads on; false at the end of the file.
    pub(in crate::sources) fn more(&mut self) -> io::Result<bool> {
        if self.position > 0 {
            self.buffer.drain(..self.position);
            self.position = 0;
        }
        let before = self.buffer.len();
        while self.buffer.len() == before && !self.stream.ended {
            self.stream.fill(&mut self.buffer)?;
        }
        let (rest, added) = self.buffer.split_at(before);
        self.plain = (self.plain || is_plain(rest)) && is_plain(added);
        Ok(!added.is_empty())
    }

    /// Moves the position by so many bytes and lines.
    #[inline]
    pub(in crate::sources) fn advance(&mut self, bytes: usize, lines: u64) {
        self.position += bytes;
        self.number += lines;
    }

    /// Passes over a line that is too long.
    pub(in crate::sources) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(found) = memchr::memchr(self.terminator, self.window()) {
                self.advance(found + 1, 1);
                return Ok(());
            }
            self.position = self.buffer.len();
            if !self.more()? {
                self.number += 1;
                return Ok(());
            }
        }
    }
}
