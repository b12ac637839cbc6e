//! Workbooks of `OpenDocument`: how much room their sheets will take.
//!
//! Such a workbook says of a cell or a row how often it is repeated, so that a few bytes stand for
//! millions of cells, and its reader makes room for all sheets when it opens the file. So the tags are
//! gone through first. A cell holds something if its tag says of which kind; and each of its copies has a text of its own.

use std::io::{BufReader, Read};

use quick_xml::events::{BytesStart, Event};

const CELLS: [&str; 2] = ["table:table-cell", "table:covered-table-cell"];

/// A row has so many cells at most; its reader stops there, too.
const MOST_COLUMNS: u64 = 16_384;

/// What the sheets of a workbook take together.
#[derive(Debug, Default)]
pub(super) struct Size {
    /// Cells, empty ones between them included.
    pub(super) cells: u64,
    /// Bytes of text in them.
    pub(super) text: u64,
    /// The last sheet that was looked at.
    pub(super) sheet: String,
}

/// The size of a workbook: counted up to so many cells, and a little more than so much text. What can't be read as XML
/// ends the count: the reader says so.
pub(super) fn size(content: impl Read, most: u64, most_text: u64) -> Size {
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(content));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut sheet = Sheet::default();
    // Rectangles of the sheets before, and cells written out one by one.
    let mut sum: u64 = 0;
    let mut found = Size::default();
    while sum.saturating_add(sheet.area()) < most && found.text.saturating_add(sheet.text) <= most_text {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => match tag.name().0 {
                "table:table" => {
                    let before = std::mem::take(&mut sheet);
                    sum = sum.saturating_add(before.area());
                    found.text = found.text.saturating_add(before.text);
                    found.sheet = attribute(&tag, "table:name").unwrap_or_default();
                }
                "table:table-row" => sheet.begin_row(repeated(&tag, "table:number-rows-repeated")),
                name => sheet.take(name, &tag),
            },
            Ok(Event::Empty(tag)) => match tag.name().0 {
                "table:table-row" => {
                    sheet.begin_row(repeated(&tag, "table:number-rows-repeated"));
                    sum = sum.saturating_add(sheet.end_row());
                }
                name => {
                    sheet.take(name, &tag);
                    sheet.row.times_of_cell = 0;
                }
            },
            Ok(Event::Text(text)) => sheet.row.cell_text(text.len() as u64),
            Ok(Event::CData(text)) => sheet.row.cell_text(text.len() as u64),
            Ok(Event::End(tag)) if tag.name().0 == "table:table-row" => {
                sum = sum.saturating_add(sheet.end_row());
            }
            Ok(Event::End(tag)) if CELLS.contains(&tag.name().0) => sheet.row.times_of_cell = 0,
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found.cells = sum.saturating_add(sheet.area());
    found.text = found.text.saturating_add(sheet.text);
    found
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|found| found.value.into_owned())
}

/// How often a cell or a row is repeated.
fn repeated(tag: &BytesStart<'_>, by: &str) -> u64 {
    let times = tag.try_get_attribute(by).ok().flatten();
    times.and_then(|times| times.value.parse().ok()).unwrap_or(1)
}

/// A sheet so far.
#[derive(Debug, Default)]
struct Sheet {
    /// Rows before the one at hand.
    rows: u64,
    /// First row, last row, first column and last column that hold something.
    filled: Option<[u64; 4]>,
    /// Bytes of text.
    text: u64,
    row: Row,
}

/// The row at hand.
#[derive(Debug, Default)]
struct Row {
    times: u64,
    /// Cells so far.
    cells: u64,
    /// First and last that hold something.
    filled: Option<(u64, u64)>,
    /// How often the cell at hand is repeated; 0 between two cells.
    times_of_cell: u64,
    /// Bytes of text in one of its copies.
    text: u64,
}

impl Row {
    /// Text within the cell at hand.
    fn cell_text(&mut self, bytes: u64) {
        self.text = self.text.saturating_add(bytes.saturating_mul(self.times_of_cell));
    }
}

impl Sheet {
    fn begin_row(&mut self, times: u64) {
        self.row = Row { times, ..Row::default() };
    }

    fn take(&mut self, name: &str, tag: &BytesStart<'_>) {
        if !CELLS.contains(&name) {
            return;
        }
        let times = repeated(tag, "table:number-columns-repeated").min(MOST_COLUMNS - self.row.cells);
        let holds = |key: &str| key.starts_with("office:") || key == "table:formula";
        if times > 0 && tag.attributes().with_checks(false).flatten().any(|attribute| holds(attribute.key.0))
        {
            let first = self.row.filled.map_or(self.row.cells, |(first, _)| first);
            self.row.filled = Some((first, self.row.cells + times - 1));
        }
        self.row.cells += times;
        self.row.times_of_cell = times;
        let told = attribute(tag, "office:string-value").map_or(0, |text| text.len() as u64);
        self.row.cell_text(told);
    }

    /// How many cells of the row are written out one by one.
    fn end_row(&mut self) -> u64 {
        let row = std::mem::take(&mut self.row);
        let (above, below) = (self.rows, self.rows.saturating_add(row.times.max(1)));
        self.rows = below;
        self.text = self.text.saturating_add(row.text.saturating_mul(row.times.max(1)));
        let Some((first, last)) = row.filled else { return 0 };
        let [top, _, left, right] = self.filled.unwrap_or([above, above, first, last]);
        self.filled = Some([top, below - 1, left.min(first), right.max(last)]);
        last + 1
    }

    fn area(&self) -> u64 {
        let area = |[top, bottom, left, right]: [u64; 4]| (bottom - top + 1).saturating_mul(right - left + 1);
        self.filled.map_or(0, area)
    }
}
