//! The quality report as tables: a workbook with a sheet for each question, and the same in one CSV, a line for each value.

use dangol_shop::import::{ColumnProfile, SourceReport};
use dangol_shop::store::Totals;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Quality, State, told};
use crate::finding::Severity;
use crate::words::{Language, Words};

/// One value.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Nothing,
    Text(String),
    Count(u64),
    Number(f64),
    Share(f64),
}

/// A table: what each row is about, and what is said of it.
struct Sheet {
    title: String,
    /// What the rows are about; then what is said of each.
    columns: Vec<String>,
    rows: Vec<(String, String, Vec<Cell>)>,
}

/// The widest a column becomes, in characters; longer texts are wrapped.
const WIDEST: usize = 80;

/// The report as a workbook (xlsx), with one sheet for each of its parts.
///
/// # Errors
/// If the workbook can't be made, which is a fault of this program.
pub fn workbook(
    shop: &str,
    totals: &Totals,
    quality: &Quality,
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for sheet in sheets(shop, totals, quality, language) {
        write(book.add_worksheet().set_name(&sheet.title)?, &sheet)?;
    }
    book.save_to_buffer()
}

fn write(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap();
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let count = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
    let number = Format::new().set_num_format("#,##0.##").set_align(FormatAlign::Top);
    let share = Format::new().set_num_format("0.0%").set_align(FormatAlign::Top);
    let mut widths: Vec<usize> = Vec::new();
    let mut wide = |at: usize, text: &str| {
        // Korean letters take the room of two.
        let room = text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum::<usize>() + 2;
        widths.resize(widths.len().max(at + 1), 8);
        widths[at] = widths[at].max(room.min(WIDEST));
    };
    for (at, name) in sheet.columns.iter().enumerate() {
        wide(at, name);
        page.write_string_with_format(0, at as u16, name, &head)?;
    }
    for (row, (table, name, cells)) in sheet.rows.iter().enumerate() {
        let row = row as u32 + 1;
        for (at, about) in [table, name].into_iter().enumerate() {
            wide(at, about);
            page.write_string_with_format(row, at as u16, about, &text)?;
        }
        for (at, cell) in cells.iter().enumerate() {
            let column = at + 2;
            let at = column as u16;
            match cell {
                Cell::Nothing => continue,
                Cell::Text(told) => {
                    wide(column, told);
                    page.write_string_with_format(row, at, told, &text)?
                }
                Cell::Count(rows) => page.write_number_with_format(row, at, *rows as f64, &count)?,
                Cell::Number(value) => page.write_number_with_format(row, at, *value, &number)?,
                Cell::Share(part) => page.write_number_with_format(row, at, *part, &share)?,
            };
        }
    }
    for (at, width) in widths.into_iter().enumerate() {
        page.set_column_width(at as u16, width as f64)?;
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The report as CSV with a byte-order mark, by which spreadsheets know that it is UTF-8: `part`, `table`, `name`, `measure`,
/// `value`. Every value has a line, so that a program can pick out what it wants; shares are fractions of one.
#[must_use]
pub fn csv(shop: &str, totals: &Totals, quality: &Quality, language: Language) -> String {
    let mut text = "\u{feff}part,table,name,measure,value\n".to_owned();
    for sheet in sheets(shop, totals, quality, language) {
        for (table, name, cells) in &sheet.rows {
            for (cell, measure) in cells.iter().zip(&sheet.columns[2..]) {
                let value = match cell {
                    Cell::Nothing => continue,
                    Cell::Text(told) => told.clone(),
                    Cell::Count(rows) => rows.to_string(),
                    Cell::Number(value) | Cell::Share(value) => value.to_string(),
                };
                let fields = [&sheet.title, table, name, measure, &value].map(|field| quoted(field));
                text.push_str(&fields.join(","));
                text.push('\n');
            }
        }
    }
    text
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn sheets(shop: &str, totals: &Totals, quality: &Quality, language: Language) -> Vec<Sheet> {
    let sources = &quality.report.sources;
    let parts = Parts(language);
    let all = [
        parts.overview(shop, totals, quality),
        parts.findings(quality),
        parts.rows(sources),
        parts.quarantine(sources),
        parts.columns(sources),
        parts.links(quality),
        parts.analyses(quality),
        parts.files(sources),
    ];
    all.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect()
}

/// Makes the parts in a language.
struct Parts(Language);

impl Parts {
    fn say(&self, en: &str, ko: &str) -> String {
        let text = if self.0 == Language::Ko { ko } else { en };
        text.to_owned()
    }

    fn words(&self, words: &Words) -> String {
        words.of(self.0).to_owned()
    }

    fn sheet(
        &self,
        title: (&str, &str),
        columns: &[(&str, &str)],
        rows: Vec<(String, String, Vec<Cell>)>,
    ) -> Sheet {
        let columns = columns.iter().map(|(en, ko)| self.say(en, ko)).collect();
        Sheet { title: self.say(title.0, title.1), columns, rows }
    }

    fn overview(&self, shop: &str, totals: &Totals, quality: &Quality) -> Sheet {
        let text = |text: &str| Cell::Text(text.to_owned());
        let row = |en: &str, ko: &str, value: Cell| (String::new(), self.say(en, ko), vec![value]);
        let rows = vec![
            row("shop", "쇼핑몰", text(shop)),
            row("imported at", "가져온 시각", text(&quality.report.imported_at)),
            row("snapshot", "스냅샷", text(&quality.report.snapshot)),
            row("order lines", "주문 상품", Cell::Count(totals.order_lines)),
            row("orders", "주문", Cell::Count(totals.orders)),
            row("orders without customer", "고객 없는 주문", Cell::Count(totals.orders_without_customer)),
            row("customers", "고객", Cell::Count(totals.customers)),
            row("net revenue of customers", "고객 순매출", Cell::Number(totals.revenue)),
        ];
        let columns = [("Table", "표"), ("What", "항목"), ("Value", "값")];
        self.sheet(("Import", "가져오기"), &columns, rows)
    }

    fn findings(&self, quality: &Quality) -> Sheet {
        let severity = |severity| match severity {
            Severity::Info => self.say("Note", "참고"),
            Severity::Warning => self.say("Warning", "주의"),
            Severity::Serious => self.say("Serious", "심각"),
        };
        let rows = quality.findings.iter().map(|finding| {
            let text = Cell::Text(self.words(&finding.text));
            (severity(finding.severity), finding.code.to_string(), vec![text])
        });
        let columns = [("Severity", "중요도"), ("Code", "코드"), ("Finding", "내용")];
        self.sheet(("Findings", "눈여겨볼 점"), &columns, rows.collect())
    }

    /// What became of the rows that were read, and what is worth a look among those that were kept.
    fn rows(&self, sources: &[SourceReport]) -> Sheet {
        let mut rows = Vec::new();
        for source in sources {
            let of =
                |rows: u64, all: u64| vec![Cell::Count(rows), Cell::Share(rows as f64 / all.max(1) as f64)];
            let read = source.rows_read;
            rows.push((source.source.clone(), self.say("read", "읽은 행"), of(read, read)));
            for fate in &source.fates {
                let name = self.words(&told::fate(fate));
                rows.push((source.source.clone(), name, of(fate.rows, read)));
            }
            for flag in &source.flags {
                let name = self.words(&told::flag(&flag.flag));
                let name = format!("{}: {name}", self.say("of these kept", "사용한 행 중"));
                rows.push((source.source.clone(), name, of(flag.rows, read)));
            }
        }
        let columns = [
            ("Table", "표"),
            ("What became of them", "처리"),
            ("Rows", "행"),
            ("Share of rows read", "읽은 행 중 비율"),
        ];
        self.sheet(("Rows", "행"), &columns, rows)
    }

    fn quarantine(&self, sources: &[SourceReport]) -> Sheet {
        let rows =
            sources.iter().flat_map(|source| source.quarantine.iter().map(move |count| (source, count)));
        let rows = rows.map(|(source, count)| {
            let (en, ko) = count.reason.words();
            let cells = vec![
                Cell::Text(self.say(en, ko)),
                Cell::Count(count.rows),
                Cell::Text(count.sample.value.clone()),
                Cell::Text(format!("{}:{}", count.sample.file, count.sample.line)),
            ];
            (source.source.clone(), count.column.clone(), cells)
        });
        let columns = [
            ("Table", "표"),
            ("Column", "열"),
            ("Why", "이유"),
            ("Rows", "행"),
            ("First value", "첫 값"),
            ("Where", "위치"),
        ];
        self.sheet(("Quarantine", "격리된 행"), &columns, rows.collect())
    }

    fn columns(&self, sources: &[SourceReport]) -> Sheet {
        let rows =
            sources.iter().flat_map(|source| source.columns.iter().map(move |column| (source, column)));
        let rows =
            rows.map(|(source, column)| (source.source.clone(), column.column.clone(), of_column(column)));
        let columns = [
            ("Table", "표"),
            ("Column", "열"),
            ("Header", "원본 열"),
            ("Kind", "종류"),
            ("Missing", "빈 값"),
            ("Share missing", "빈 값 비율"),
            ("Not readable", "읽지 못함"),
            ("Distinct values", "서로 다른 값"),
            ("Smallest", "최솟값"),
            ("Largest", "최댓값"),
            ("Mean", "평균"),
        ];
        self.sheet(("Columns", "열"), &columns, rows.collect())
    }

    fn links(&self, quality: &Quality) -> Sheet {
        let rows = quality.links.iter().map(|link| {
            let cells = vec![
                Cell::Text(format!("{}.{}", link.to_table, link.to_column)),
                Cell::Count(link.keys),
                Cell::Count(link.unmatched_keys),
                Cell::Count(link.unmatched_rows),
                Cell::Share(link.unmatched_share),
                Cell::Text(link.samples.join(", ")),
                Cell::Text(self.words(&link.effect)),
            ];
            (link.table.clone(), link.column.clone(), cells)
        });
        let columns = [
            ("Table", "표"),
            ("Column", "열"),
            ("Looked for in", "찾는 곳"),
            ("Values", "값"),
            ("Unknown values", "없는 값"),
            ("Rows with one", "없는 값이 든 행"),
            ("Share of rows", "행 비율"),
            ("For example", "예"),
            ("What it means", "의미"),
        ];
        self.sheet(("Identifiers", "ID 연결"), &columns, rows.collect())
    }

    fn analyses(&self, quality: &Quality) -> Sheet {
        let rows = quality.analyses.iter().map(|ability| {
            let lacks = ability.needs.iter().filter(|need| !need.present && ability.state != State::Whole);
            let lacks = lacks.map(|need| {
                let place = [need.table.as_str(), need.column.as_str()].join(".");
                format!("{}: {}", place.trim_end_matches('.'), need.adds.of(self.0))
            });
            let missing = lacks.collect::<Vec<_>>().join(" · ");
            let missing = if missing.is_empty() { Cell::Nothing } else { Cell::Text(missing) };
            let cells = vec![Cell::Text(self.words(&told::state(ability.state))), missing];
            (ability.analysis.clone(), self.words(&ability.title), cells)
        });
        let columns = [
            ("Name", "이름"),
            ("Analysis", "분석"),
            ("Possible", "가능 여부"),
            ("What is missing, and what it would add", "빠진 데이터와 더할 수 있는 것"),
        ];
        self.sheet(("Analyses", "가능한 분석"), &columns, rows.collect())
    }

    fn files(&self, sources: &[SourceReport]) -> Sheet {
        let rows = sources.iter().flat_map(|source| source.files.iter().map(move |file| (source, file)));
        let rows = rows.map(|(source, file)| {
            let cells = vec![
                Cell::Text(file.format.clone()),
                Cell::Count(file.bytes),
                Cell::Count(file.rows_read),
                Cell::Count(file.rows_kept),
                Cell::Text(file.blake3.clone()),
            ];
            (source.source.clone(), file.path.clone(), cells)
        });
        let columns = [
            ("Table", "표"),
            ("File", "파일"),
            ("Form", "형식"),
            ("Bytes", "바이트"),
            ("Rows read", "읽은 행"),
            ("Rows in the table", "표에 든 행"),
            ("BLAKE3", "BLAKE3"),
        ];
        self.sheet(("Files", "파일"), &columns, rows.collect())
    }
}

fn of_column(column: &ColumnProfile) -> Vec<Cell> {
    let text = |text: &Option<String>| text.clone().map_or(Cell::Nothing, Cell::Text);
    vec![
        text(&column.source_column),
        Cell::Text(column.kind.clone()),
        Cell::Count(column.missing),
        Cell::Share(column.missing_share),
        Cell::Count(column.unreadable),
        Cell::Count(column.distinct),
        text(&column.min),
        text(&column.max),
        column.mean.filter(|mean| mean.is_finite()).map_or(Cell::Nothing, Cell::Number),
    ]
}
