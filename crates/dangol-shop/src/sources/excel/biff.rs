//! Workbooks of the years before 2007 (xls): how much room their sheets will take.
//!
//! Their reader makes room for all sheets when it opens the file, each as a rectangle. So the records
//! are gone through first; of each only the place of its cell is looked at (MS-XLS 2.3.2).

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

const BOUND_SHEET: u16 = 0x0085;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;
/// Records of one cell: number, text (three kinds), truth or error, short number.
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x00d6, 0x00fd, 0x0205, 0x027e];

/// How many cells the sheets of a workbook take together, empty ones between them included. `None`
/// where it can't be read as such a workbook, which its reader then says.
pub(super) fn cells(path: &Path) -> Option<u64> {
    let mut file = cfb::open(path).ok()?;
    let name = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    file.open_stream(name).ok()?.read_to_end(&mut stream).ok()?;
    let globals = Records(&stream).take_while(|(kind, _)| *kind != END);
    let sheets: Vec<u32> =
        globals.filter(|(kind, _)| *kind == BOUND_SHEET).filter_map(|(_, data)| u32_at(data, 0)).collect();
    // A sheet that is listed a thousand times takes its room a thousand times.
    let mut sizes: HashMap<u32, u64> = HashMap::new();
    let size = |start: u32| {
        *sizes.entry(start).or_insert_with(|| stream.get(start as usize..).map_or(0, sheet_cells))
    };
    Some(sheets.into_iter().map(size).fold(0, u64::saturating_add))
}

/// What a sheet of this kind has at most: room for what it announces is made, but not filled.
const MOST_OF_A_SHEET: u64 = 65_536 * 256;

/// The rectangles of a sheet's values and of its formulas; without end where it announces more cells
/// than there can be.
fn sheet_cells(stream: &[u8]) -> u64 {
    let (mut values, mut formulas, mut announced) = (Rectangle::default(), Rectangle::default(), 0);
    // Charts within a sheet have records of their own.
    let mut depth = 0_usize;
    for (kind, data) in Records(stream) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if depth > 1 => {}
            DIMENSIONS => announced = announced.max(dimensions(data)),
            SEVERAL_NUMBERS => {
                values.take(data, 2);
                values.take(data, data.len().saturating_sub(2));
            }
            FORMULA => {
                values.take(data, 2);
                formulas.take(data, 2);
            }
            kind if CELLS.contains(&kind) => values.take(data, 2),
            _ => {}
        }
    }
    if announced > MOST_OF_A_SHEET { u64::MAX } else { values.area() + formulas.area() }
}

/// What a sheet says of its size.
fn dimensions(data: &[u8]) -> u64 {
    let (rows, columns) = if data.len() >= 14 {
        (u32_at(data, 4).zip(u32_at(data, 0)), u16_at(data, 10).zip(u16_at(data, 8)))
    } else {
        let rows = u16_at(data, 2).zip(u16_at(data, 0));
        (rows.map(|(last, first)| (u32::from(last), u32::from(first))), u16_at(data, 6).zip(u16_at(data, 4)))
    };
    let rows = rows.map_or(0, |(last, first)| u64::from(last.saturating_sub(first)));
    // A first column that makes no sense counts as none.
    let columns =
        columns.map_or(0, |(last, first)| if first > last || first > 255 { last } else { last - first });
    rows * u64::from(columns)
}

/// The rectangle around some cells.
#[derive(Debug, Default)]
struct Rectangle(Option<[u16; 4]>);

impl Rectangle {
    /// Takes the cell in the row at a record's beginning and the column `at` some place.
    fn take(&mut self, data: &[u8], at: usize) {
        let Some((row, column)) = u16_at(data, 0).zip(u16_at(data, at)) else { return };
        let [top, bottom, first, last] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([top.min(row), bottom.max(row), first.min(column), last.max(column)]);
    }

    fn area(&self) -> u64 {
        self.0.map_or(0, |[top, bottom, first, last]| {
            (u64::from(bottom - top) + 1) * (u64::from(last - first) + 1)
        })
    }
}

/// The records of a stream: kind and content.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = u16_at(self.0, 0).zip(u16_at(self.0, 2))?;
        let data = self.0.get(4..4 + usize::from(length))?;
        self.0 = &self.0[4 + data.len()..];
        Some((kind, data))
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
}
