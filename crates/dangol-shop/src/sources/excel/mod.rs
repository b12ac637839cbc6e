//! Worksheets.

mod biff;
mod cells;
mod ods;
mod sheets;

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{Schema, SchemaRef};
use calamine::{Data, ExcelDateTime, Range};

pub use self::cells::SheetFault;
use self::cells::Workbook;
use super::header::{self, HeaderRow};
use super::packing::Content;
use super::{
    BATCH_ROWS, LeftOut, Opened, ReadHints, SheetChoice, SourceBatch, SourceError, SourceFormat, SourceTable,
    WhyLeftOut,
};

/// How many rows are looked at to find the header.
const LOOK: usize = 200;

/// Text of a batch; a cell may hold 32,767 characters.
const BATCH_BYTES: usize = 32 << 20;

/// A worksheet held in memory.
#[derive(Debug)]
pub(super) struct Sheet {
    cells: Range<Data>,
    /// For each column of the table, its place in the sheet's range.
    places: Vec<usize>,
    /// The first row of data within the range.
    first: usize,
}

impl Sheet {
    /// Rows of data that are held, blank ones included.
    pub(super) fn rows(&self) -> u64 {
        self.cells.height().saturating_sub(self.first) as u64
    }
}

pub(super) fn open(content: &Content, hints: &ReadHints, opened: &mut Opened) -> Result<(), SourceError> {
    let path = content.shown.as_path();
    let mut workbook = Workbook::open(content)?;
    let names = workbook.sheet_names();
    let candidates = match &hints.sheets {
        SheetChoice::Named(wanted) => sheets::named(path, wanted, &names)?,
        SheetChoice::First | SheetChoice::Alike | SheetChoice::Each => names,
    };
    let several = !matches!(hints.sheets, SheetChoice::First) && candidates.len() > 1;
    let mut found = Vec::new();
    let mut headless = None;
    for sheet in &candidates {
        let cells = workbook.cells(path, sheet)?;
        let beyond = workbook.beyond;
        match table(content, sheet, cells, hints) {
            Ok(Some(mut table)) => {
                table.rows_hint = table.rows_hint.map(|rows| rows + beyond);
                if several {
                    table.path.push(sheet);
                }
                found.push(table);
                if hints.sheets == SheetChoice::First {
                    break;
                }
            }
            Ok(None) if matches!(hints.sheets, SheetChoice::Named(_)) => {
                return Err(SourceError::ExcelNoTable { path: path.to_owned(), sheet: Some(sheet.clone()) });
            }
            Ok(None) => {}
            Err(error) if matches!(hints.sheets, SheetChoice::Named(_)) => return Err(error),
            Err(error) => {
                if several {
                    opened.left_out.push(LeftOut { path: path.join(sheet), why: WhyLeftOut::NoHeader });
                }
                headless = headless.or(Some(error));
            }
        }
    }
    if found.is_empty() {
        let none = || SourceError::ExcelNoTable { path: path.to_owned(), sheet: None };
        return Err(headless.unwrap_or_else(none));
    }
    if hints.sheets == SheetChoice::Alike {
        found = sheets::alike(found, &mut opened.left_out);
    }
    opened.tables.extend(found);
    Ok(())
}

fn failed(path: &Path, error: &calamine::Error) -> SourceError {
    let message = error.to_string();
    let path = path.to_owned();
    match error {
        calamine::Error::Io(source) if source.kind() == std::io::ErrorKind::PermissionDenied => {
            SourceError::NotReadable { path, source: std::io::ErrorKind::PermissionDenied.into() }
        }
        calamine::Error::Xlsx(calamine::XlsxError::Password)
        | calamine::Error::Xls(calamine::XlsError::Password) => SourceError::ExcelProtected { path },
        _ => SourceError::ExcelCorrupt { path, message },
    }
}

/// The table of a sheet; `None` if the sheet holds none.
fn table(
    content: &Content,
    sheet: &str,
    cells: Range<Data>,
    hints: &ReadHints,
) -> Result<Option<SourceTable>, SourceError> {
    let path = content.shown.as_path();
    let Some((top, _)) = cells.start() else {
        return Ok(None);
    };
    let top = u64::from(top) + 1;
    let width = cells.width();
    let head: Vec<(u64, Vec<String>)> = cells
        .rows()
        .zip(top..)
        .take(LOOK)
        .map(|(row, number)| (number, row.iter().map(text_of).collect()))
        .collect();
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let header = match hints.header_row {
        Some(0) => HeaderRow::None { width },
        Some(row) => {
            let Some(cells) = row.checked_sub(top).and_then(|at| cells.rows().nth(at as usize)) else {
                let last = top + cells.height() as u64 - 1;
                return Err(SourceError::HeaderPastEnd { path: path.to_owned(), row, last });
            };
            HeaderRow::At { row, names: cells.iter().map(text_of).collect() }
        }
        None => {
            // A note or a cover sheet is no table.
            if head.iter().filter(|(_, row)| filled(row) > 1).count() < 2 {
                return Ok(None);
            }
            header::find(&head, width)
        }
    };
    let (header_row, first, names) = match header {
        HeaderRow::At { row, names } => (Some(row), (row - top) as usize + 1, names),
        HeaderRow::None { .. } if hints.header_row.is_none() => {
            let (row, found) = head.iter().find(|(_, row)| filled(row) > 1).cloned().unwrap_or_default();
            return Err(SourceError::NoHeader {
                path: path.to_owned(),
                sheet: Some(sheet.to_owned()),
                row,
                found: found.iter().filter(|c| !c.is_empty()).take(5).cloned().collect::<Vec<_>>().join(", "),
            });
        }
        HeaderRow::None { .. } => (None, 0, vec![String::new(); width]),
    };
    // Columns without a name and without a value are leftovers of formatting.
    let places: Vec<usize> = (0..width)
        .filter(|&place| {
            !names.get(place).is_none_or(|name| name.trim().is_empty())
                || cells.rows().skip(first).any(|row| row.get(place).is_some_and(|c| !is_blank(c)))
        })
        .collect();
    if places.is_empty() {
        return Ok(None);
    }
    let schema = header::text_schema(&names);
    let columns =
        Arc::new(Schema::new(places.iter().map(|place| schema.field(*place).clone()).collect::<Vec<_>>()));
    let rows = cells.rows().skip(first).filter(|row| !row.iter().all(is_blank)).count();
    Ok(Some(SourceTable {
        path: path.to_owned(),
        bytes: content.bytes,
        in_utf8: Arc::default(),
        format: SourceFormat::Excel { sheet: sheet.to_owned(), header_row },
        columns,
        rows_hint: Some(rows as u64),
        content: content.clone(),
        sheet: Some(Arc::new(Sheet { cells, places, first })),
        widened: None,
        database: None,
    }))
}

fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// A cell as text, without loss.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(value) => date_text(value),
        Data::Error(error) => error.to_string(),
    }
}

/// `YYYY-MM-DD`, with ` HH:mm:ss` where there is a time of day, with `.SSS` where it has
/// milliseconds. Durations stay numbers of days.
fn date_text(value: &ExcelDateTime) -> String {
    if value.is_duration() {
        return value.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (.., 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

pub(super) fn read(table: &SourceTable, columns: &[usize]) -> Batches {
    let fields: Vec<_> = columns.iter().map(|c| table.columns.field(*c).clone()).collect();
    Batches {
        batch_rows: BATCH_ROWS,
        sheet: table.sheet.clone(),
        columns: columns.to_vec(),
        schema: Arc::new(Schema::new(fields)),
        next: table.sheet.as_ref().map_or(0, |sheet| sheet.first),
        bytes: table.bytes,
    }
}

/// Some rows, from the row `first` (counted from 0) of the data on, with all columns.
pub(super) fn read_part(
    table: &SourceTable,
    first: u64,
    rows: usize,
) -> Option<Result<SourceBatch, SourceError>> {
    let all: Vec<usize> = (0..table.columns.fields().len()).collect();
    let mut batches = read(table, &all);
    batches.next += first as usize;
    batches.batch_rows = rows;
    batches.next()
}

/// The rows of a worksheet.
pub(super) struct Batches {
    batch_rows: usize,
    sheet: Option<Arc<Sheet>>,
    columns: Vec<usize>,
    schema: SchemaRef,
    /// The next row within the range.
    next: usize,
    bytes: u64,
}

impl Iterator for Batches {
    type Item = Result<SourceBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let sheet = self.sheet.clone()?;
        let height = sheet.cells.height();
        let top = u64::from(sheet.cells.start().map_or(0, |(row, _)| row)) + 1;
        let mut builders: Vec<StringBuilder> = self.columns.iter().map(|_| StringBuilder::new()).collect();
        let mut lines = Vec::new();
        let mut taken = 0;
        while self.next < height && lines.len() < self.batch_rows && taken < BATCH_BYTES {
            let row = &sheet.cells[self.next];
            let number = top + self.next as u64;
            self.next += 1;
            if row.iter().all(is_blank) {
                continue;
            }
            lines.push(number);
            for (builder, column) in builders.iter_mut().zip(&self.columns) {
                match &row[sheet.places[*column]] {
                    Data::Empty => builder.append_null(),
                    Data::String(text) => {
                        taken += text.len();
                        builder.append_value(text);
                    }
                    other => builder.append_value(text_of(other)),
                }
            }
        }
        if self.next >= height {
            // Nothing is left: the next call ends.
            self.sheet = None;
        }
        let columns = builders.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            // One builder per field of the schema, and one value in each per row.
            .expect("columns of equal length that fit the schema");
        let bytes_read = self.bytes * self.next as u64 / height.max(1) as u64;
        Some(Ok(SourceBatch { rows, lines, malformed: Vec::new(), bytes_read }))
    }
}
