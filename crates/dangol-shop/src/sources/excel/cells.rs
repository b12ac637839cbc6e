//! Opening workbooks and taking the cells of their sheets, with a bound on the memory that they take.
//!
//! A workbook is a ZIP archive, so that a small file may unpack to any size; and a sheet is held as a
//! rectangle, so that two cells in opposite corners may ask for 17 billion. Both are looked at first.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Cell, Data, DataRef, Range, Reader, Sheets, XlsxError, open_workbook, open_workbook_auto};

use super::{biff, failed, ods};
use crate::sources::SourceError;
use crate::sources::packing::{Archive, Bytes, Content, Member, bound};

/// What all parts of a workbook may unpack to: a sheet of a million rows and 40 columns does not reach it.
const MOST_BYTES: u64 = 2 << 30;

/// How many cells the sheets that are read may have, empty ones between them included.
const MOST_CELLS: u64 = 50_000_000;

/// What the texts in the cells of the sheets that are read may take: a workbook keeps a text once, however many cells
/// show it, and each of them has its own here.
const MOST_TEXT: u64 = 1 << 30;

/// So many rows of a sheet are looked at where its beginning stands for all.
const ROWS_OF_A_LOOK: u32 = 20_000;

/// The least that a text takes among a workbook's texts: `<si/>`.
const LEAST_TEXT: u64 = 5;

/// What is too large about a workbook; [`fmt::Display`] goes on where the file's name ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SheetFault {
    /// Its parts unpack to too much.
    TooMuch {
        /// The part that goes too far.
        part: String,
    },
    /// A sheet, or all of them together, have too many cells.
    TooManyCells {
        /// The sheet that goes too far, where it is known.
        sheet: Option<String>,
    },
    /// The texts in the cells take too much.
    TooMuchText {
        /// The sheet that goes too far.
        sheet: String,
    },
}

impl fmt::Display for SheetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMuch { part } => {
                write!(f, "is too large: unpacked, it has more than {} GB (at {part})", MOST_BYTES >> 30)
            }
            Self::TooManyCells { sheet: None } => {
                write!(f, "is too large: more than {} million cells", MOST_CELLS / 1_000_000)
            }
            Self::TooManyCells { sheet: Some(sheet) } => {
                write!(
                    f,
                    "is too large: more than {} million cells (at sheet ‘{sheet}’)",
                    MOST_CELLS / 1_000_000
                )
            }
            Self::TooMuchText { sheet } => {
                write!(
                    f,
                    "is too large: the texts in its cells take more than {} GB (at sheet ‘{sheet}’)",
                    MOST_TEXT >> 30
                )
            }
        }
    }
}

/// What the decoder panics at (the name of a cell beyond all columns, found by fuzzing) is a damaged workbook like any other.
/// Nothing of the workbook is used afterwards.
fn guarded<T>(path: &Path, decode: impl FnOnce() -> Result<T, SourceError>) -> Result<T, SourceError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(SourceError::ExcelCorrupt {
            path: path.to_owned(),
            message: "its decoder stopped at something that it does not expect".to_owned(),
        })
    })
}

/// An open workbook.
pub(super) struct Workbook {
    sheets: Sheets<BufReader<File>>,
    /// How many cells may still be taken.
    left: u64,
    /// How many bytes of text.
    text_left: u64,
    /// Whether the beginning of a sheet stands for all of it.
    glance: bool,
    /// Rows of the sheet taken last that lie behind its beginning, as the sheet itself says.
    pub(super) beyond: u64,
}

impl Workbook {
    pub(super) fn open(content: &Content) -> Result<Self, SourceError> {
        guarded(&content.shown, || Self::opened(content))
    }

    fn opened(content: &Content) -> Result<Self, SourceError> {
        let shown = content.shown.as_path();
        let path = content.plain().unwrap_or(shown);
        let fail = |error: calamine::Error| failed(shown, &error);
        let too_many = || {
            let fault = SheetFault::TooManyCells { sheet: None };
            SourceError::ExcelTooLarge { path: shown.to_owned(), fault }
        };
        let sheets = match Archive::list(path, shown) {
            // Of the years before 2007, protected by a password, or damaged.
            Err(_) => {
                if biff::cells(path).is_some_and(|cells| cells > MOST_CELLS) {
                    return Err(too_many());
                }
                open_workbook_auto(path).map_err(fail)?
            }
            Ok(archive) => {
                check_parts(shown, path, &archive)?;
                if archive.has("xl/workbook.bin") {
                    Sheets::Xlsb(open_workbook(path).map_err(|error| fail(calamine::Error::Xlsb(error)))?)
                } else if let Some(part) = archive.members.iter().find(|member| member.name == "content.xml")
                {
                    let content =
                        Bytes::member(path, part).map_err(|source| SourceError::io(shown, source))?;
                    let size = ods::size(content, MOST_CELLS, MOST_TEXT);
                    if size.cells >= MOST_CELLS {
                        return Err(too_many());
                    }
                    if size.text > MOST_TEXT {
                        let fault = SheetFault::TooMuchText { sheet: size.sheet };
                        return Err(SourceError::ExcelTooLarge { path: shown.to_owned(), fault });
                    }
                    Sheets::Ods(open_workbook(path).map_err(|error| fail(calamine::Error::Ods(error)))?)
                } else {
                    Sheets::Xlsx(open_workbook(path).map_err(|error| fail(calamine::Error::Xlsx(error)))?)
                }
            }
        };
        let glance = content.is_glanced_at();
        Ok(Self { sheets, left: MOST_CELLS, text_left: MOST_TEXT, glance, beyond: 0 })
    }

    pub(super) fn sheet_names(&self) -> Vec<String> {
        self.sheets.sheet_names()
    }

    /// The cells of a sheet.
    pub(super) fn cells(&mut self, path: &Path, sheet: &str) -> Result<Range<Data>, SourceError> {
        guarded(path, || self.taken(path, sheet))
    }

    fn taken(&mut self, path: &Path, sheet: &str) -> Result<Range<Data>, SourceError> {
        let too_large = |fault| SourceError::ExcelTooLarge { path: path.to_owned(), fault };
        let too_many = || too_large(SheetFault::TooManyCells { sheet: Some(sheet.to_owned()) });
        let mut taken = Taken::at_most(self.left, self.text_left);
        taken.rows = if self.glance { ROWS_OF_A_LOOK } else { u32::MAX };
        self.beyond = 0;
        let mut last = None;
        let whole = match &mut self.sheets {
            Sheets::Xlsx(book) => match book.worksheet_cells_reader(sheet) {
                // A sheet that is a chart.
                Err(XlsxError::NotAWorksheet(_)) => Ok(true),
                Err(error) => Err(calamine::Error::Xlsx(error)),
                Ok(mut reader) => {
                    last = Some(reader.dimensions().end.0);
                    taken
                        .all(|| reader.next_cell().map(|cell| cell.as_ref().map(parts)))
                        .map_err(calamine::Error::Xlsx)
                }
            },
            Sheets::Xlsb(book) => match book.worksheet_cells_reader(sheet) {
                Err(error) => Err(calamine::Error::Xlsb(error)),
                Ok(mut reader) => {
                    last = Some(reader.dimensions().end.0);
                    taken
                        .all(|| reader.next_cell().map(|cell| cell.as_ref().map(parts)))
                        .map_err(calamine::Error::Xlsb)
                }
            },
            // These are read whole when they are opened.
            other => {
                let range = other.worksheet_range(sheet).map_err(|error| failed(path, &error))?;
                let area = range.height() as u64 * range.width() as u64;
                self.left = self.left.checked_sub(area).ok_or_else(too_many)?;
                return Ok(range);
            }
        };
        if !whole.map_err(|error| failed(path, &error))? {
            return Err(if taken.text > taken.most_text {
                too_large(SheetFault::TooMuchText { sheet: sheet.to_owned() })
            } else {
                too_many()
            });
        }
        if taken.cut {
            self.beyond = u64::from(last.unwrap_or(0).saturating_sub(taken.bottom));
        }
        self.left -= taken.area();
        self.text_left -= taken.text;
        Ok(Range::from_sparse(taken.cells))
    }
}

fn parts(cell: &Cell<DataRef<'_>>) -> ((u32, u32), Data) {
    (cell.get_position(), Data::from(cell.get_value().clone()))
}

/// The cells of a sheet so far, and the rectangle that they need.
struct Taken {
    cells: Vec<Cell<Data>>,
    top: u32,
    bottom: u32,
    first: u32,
    last: u32,
    most: u64,
    /// Bytes of text.
    text: u64,
    most_text: u64,
    /// So many rows from the first on are taken.
    rows: u32,
    /// Whether there were more.
    cut: bool,
}

impl Taken {
    fn at_most(most: u64, most_text: u64) -> Self {
        Self {
            cells: Vec::new(),
            top: u32::MAX,
            bottom: 0,
            first: u32::MAX,
            last: 0,
            most,
            text: 0,
            most_text,
            rows: u32::MAX,
            cut: false,
        }
    }

    /// Takes all cells; false if they are too many.
    fn all<E>(&mut self, mut next: impl FnMut() -> Result<Option<((u32, u32), Data)>, E>) -> Result<bool, E> {
        while let Some(((row, column), value)) = next()? {
            if value == Data::Empty {
                continue;
            }
            if row.saturating_sub(self.top.min(row)) >= self.rows {
                self.cut = true;
                // A sheet that is too large by the very next cell is told of by a look, too.
                let width = u64::from(self.last.max(column) - self.first.min(column)) + 1;
                return Ok((u64::from(row - self.top) + 1).saturating_mul(width) <= self.most);
            }
            (self.top, self.bottom) = (self.top.min(row), self.bottom.max(row));
            (self.first, self.last) = (self.first.min(column), self.last.max(column));
            if let Data::String(text) = &value {
                self.text += text.len() as u64;
            }
            if self.area().max(self.cells.len() as u64) > self.most || self.text > self.most_text {
                return Ok(false);
            }
            self.cells.push(Cell::new((row, column), value));
        }
        Ok(true)
    }

    fn area(&self) -> u64 {
        if self.top > self.bottom {
            return 0;
        }
        u64::from(self.bottom - self.top + 1) * u64::from(self.last - self.first + 1)
    }
}

/// Refuses a workbook whose parts unpack to too much, by what they say of themselves and, where their
/// packed size allows for more, by what comes out of them.
fn check_parts(shown: &Path, path: &Path, archive: &Archive) -> Result<(), SourceError> {
    // Deflate packs at most 1,032 bytes into one.
    const DEFLATE: u64 = 1_032;
    let too_much = |member: &Member| SourceError::ExcelTooLarge {
        path: shown.to_owned(),
        fault: SheetFault::TooMuch { part: member.name.clone() },
    };
    let mut left = MOST_BYTES;
    for member in &archive.members {
        if member.size > bound(member.packed) {
            return Err(too_much(member));
        }
        left = left.checked_sub(member.size).ok_or_else(|| too_much(member))?;
    }
    let packed: u64 = archive.members.iter().map(|member| member.packed).sum();
    for member in &archive.members {
        let texts = member.name.ends_with("sharedStrings.xml");
        if !texts && packed.saturating_mul(DEFLATE) <= MOST_BYTES {
            continue;
        }
        let io = |source| SourceError::io(shown, source);
        let mut bytes = Bytes::member(path, member).map_err(io)?;
        if texts {
            let mut head = Vec::new();
            bytes.by_ref().take(4096).read_to_end(&mut head).map_err(io)?;
            if announced_texts(&head).is_some_and(|count| count > member.size / LEAST_TEXT) {
                return Err(too_much(member));
            }
        }
        // More than the archive says, or a damaged part, ends in an error.
        std::io::copy(&mut bytes, &mut std::io::sink()).map_err(io)?;
    }
    Ok(())
}

/// How many texts a workbook says it has: room is made for them at once.
fn announced_texts(head: &[u8]) -> Option<u64> {
    let start = memchr::memmem::find(head, b"uniqueCount=")? + b"uniqueCount=".len() + 1;
    let digits: Vec<u8> = head.get(start..)?.iter().copied().take_while(u8::is_ascii_digit).collect();
    // A number too large for 64 bits is too large.
    Some(std::str::from_utf8(&digits).ok()?.parse().unwrap_or(u64::MAX))
}
