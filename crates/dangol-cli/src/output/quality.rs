//! The quality report on the terminal.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};
use dangol_analytics::quality::{Quality, State, told};
use dangol_analytics::{Finding, Language, Severity};
use dangol_shop::import::{ColumnProfile, SourceReport};
use dangol_shop::store::{Manifest, Totals};

use super::table::{grouped, width};

/// What was read, what became of it, how it looks.
pub(crate) fn report(manifest: &Manifest) -> String {
    Text::new(Language::En).written(manifest, Depth::Import)
}

/// The report, with the first rows that each rule took.
pub(crate) fn with_examples(manifest: &Manifest) -> String {
    Text::new(Language::En).written(manifest, Depth::Examples)
}

/// The report, and what a look at the store found.
pub(crate) fn whole(manifest: &Manifest, quality: &Quality, language: Language) -> String {
    let words = Text::new(language);
    let mut text = words.written(manifest, Depth::Distributions);
    words.links(&mut text, quality);
    words.abilities(&mut text, quality);
    text.push('\n');
    for finding in &quality.findings {
        let _ = writeln!(text, "{} {}", mark(finding), finding.text.of(language));
    }
    text
}

/// How much a finding matters, at the beginning of its line.
pub(crate) fn mark(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Info => "·",
        Severity::Warning => "!",
        Severity::Serious => "!!",
    }
}

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// What an import did.
    Import,
    /// With the first rows that each rule took.
    Examples,
    /// With what each column holds.
    Distributions,
}

/// A table, or a column of it.
fn place(table: &str, column: &str) -> String {
    if column.is_empty() { table.to_owned() } else { format!("{table}.{column}") }
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width());
    grid
}

fn count(rows: u64) -> String {
    grouped(&rows.to_string())
}

fn right(rows: u64) -> Cell {
    Cell::new(count(rows)).set_alignment(CellAlignment::Right)
}

fn percent(share: f64) -> Cell {
    Cell::new(format!("{:.1}%", share * 100.0)).set_alignment(CellAlignment::Right)
}

/// Of many values, how many differ is estimated.
fn distinct(column: &ColumnProfile) -> Cell {
    let about = if column.distinct_is_estimate { "≈ " } else { "" };
    Cell::new(format!("{about}{}", count(column.distinct))).set_alignment(CellAlignment::Right)
}

/// The words of the report in a language.
#[derive(Clone, Copy)]
struct Text {
    language: Language,
}

impl Text {
    fn new(language: Language) -> Self {
        Self { language }
    }

    /// A text in this language.
    fn say<T>(self, en: T, ko: T) -> T {
        match self.language {
            Language::En => en,
            Language::Ko => ko,
        }
    }

    fn written(self, manifest: &Manifest, depth: Depth) -> String {
        let mut text = String::new();
        for source in &manifest.report.sources {
            let _ = writeln!(text, "{}", source.source);
            self.files(&mut text, source);
            self.joins(&mut text, source);
            self.lacking(&mut text, source);
            self.fates(&mut text, source);
            self.since(&mut text, source);
            if depth == Depth::Examples {
                self.examples(&mut text, source);
            }
            self.outliers(&mut text, source);
            self.quarantine(&mut text, source);
            self.columns(&mut text, source, depth == Depth::Distributions);
            self.coverage(&mut text, source);
        }
        let in_store = self.say("In the store", "저장된 데이터");
        for table in &manifest.tables {
            let rows = count(table.rows);
            let one = self.say(format!("{rows} {}.", table.name), format!("{} {rows}행", table.name));
            let _ = writeln!(text, "{in_store}: {one}");
        }
        let _ = writeln!(text, "{in_store}: {}", self.totals(&manifest.totals));
        text
    }

    fn totals(self, totals: &Totals) -> String {
        let lines = count(totals.order_lines);
        let (orders, customers) = (count(totals.orders), count(totals.customers));
        let without = count(totals.orders_without_customer);
        match (totals.customers, totals.orders_without_customer) {
            (_, 0) => self.say(
                format!("{lines} order lines, {orders} orders of {customers} customers."),
                format!("주문 상품 {lines}건, 고객 {customers}명의 주문 {orders}건"),
            ),
            (0, _) => self.say(
                format!("{lines} order lines, {without} orders without a customer."),
                format!("주문 상품 {lines}건, 고객을 모르는 주문 {without}건"),
            ),
            _ => self.say(
                format!("{lines} order lines, {orders} orders of {customers} customers, {without} without a customer."),
                format!("주문 상품 {lines}건, 고객 {customers}명의 주문 {orders}건, 고객을 모르는 주문 {without}건"),
            ),
        }
    }

    fn links(self, text: &mut String, quality: &Quality) {
        if quality.links.is_empty() {
            return;
        }
        let mut grid = grid();
        grid.set_header(self.say(
            ["identifiers of", "in", "values", "unknown", "rows with them", "", "for example"],
            ["ID", "찾는 곳", "값", "없는 값", "그 값이 든 행", "", "예"],
        ));
        for link in &quality.links {
            grid.add_row([
                Cell::new(place(&link.table, &link.column)),
                Cell::new(place(&link.to_table, &link.to_column)),
                right(link.keys),
                right(link.unmatched_keys),
                right(link.unmatched_rows),
                percent(link.unmatched_share),
                Cell::new(link.samples.join(", ")),
            ]);
        }
        let title = self.say("Identifiers that another table should know", "다른 표에 있어야 하는 ID");
        let _ = writeln!(text, "\n{title}\n{grid}");
    }

    fn abilities(self, text: &mut String, quality: &Quality) {
        let mut grid = grid();
        grid.set_header(
            self.say(["analysis", "possible", "would add"], ["분석", "가능 여부", "더하면 좋은 데이터"]),
        );
        for ability in &quality.analyses {
            let missing = ability.needs.iter().filter(|need| !need.present);
            let missing = missing
                .map(|need| format!("{}: {}", place(&need.table, &need.column), need.adds.of(self.language)));
            grid.add_row([
                Cell::new(&ability.analysis),
                Cell::new(told::state(ability.state).of(self.language)),
                Cell::new(if ability.state == State::Whole {
                    String::new()
                } else {
                    missing.collect::<Vec<_>>().join("\n")
                }),
            ]);
        }
        let title = self.say("What the data allow", "이 데이터로 할 수 있는 분석");
        let _ = writeln!(text, "\n{title}\n{grid}");
    }

    fn files(self, text: &mut String, source: &SourceReport) {
        for file in &source.files {
            let how: Vec<&str> = [
                Some(file.format.as_str()),
                file.packing.as_deref(),
                file.encoding.as_deref(),
                file.delimiter.as_deref(),
                file.sheet.as_deref(),
            ]
            .into_iter()
            .flatten()
            .collect();
            let (path, rows, how) = (&file.path, count(file.rows_read), how.join(", "));
            let line = self.say(format!("{path}: {rows} rows ({how})"), format!("{path}: {rows}행 ({how})"));
            let _ = writeln!(text, "  {line}");
        }
    }

    fn joins(self, text: &mut String, source: &SourceReport) {
        for join in &source.joins {
            let (files, on) = (join.files.join(", "), join.on.join(", "));
            let (keys, unmatched) = (count(join.keys), count(join.unmatched));
            let line = self.say(
                format!("with {files} by {on}: {keys} keys, {unmatched} rows found nothing"),
                format!("{files} 연결({on} 기준): 키 {keys}개, 찾지 못한 행 {unmatched}개"),
            );
            let _ = writeln!(text, "  {line}");
            let of_its_rows = [
                (join.repeated, ("repeat a key; of each the last stands", "키가 겹쳐 마지막 행만 사용")),
                (join.keyless, ("have no key", "키 없음")),
                (join.malformed, ("could not be read", "읽지 못함")),
            ];
            for (rows, (en, ko)) in of_its_rows.into_iter().filter(|(rows, _)| *rows > 0) {
                let rows = count(rows);
                let line = self.say(format!("{rows} of its rows {en}"), format!("{rows}개 행: {ko}"));
                let _ = writeln!(text, "    {line}");
            }
        }
    }

    /// Beside the snapshot before.
    fn since(self, text: &mut String, source: &SourceReport) {
        if let Some(since) = &source.since {
            let (new, changed) = (count(since.new), count(since.changed));
            let (unchanged, gone) = (count(since.unchanged), count(since.gone));
            let line = self.say(
                format!("since the last import: {new} new, {changed} changed, {unchanged} unchanged, {gone} gone"),
                format!("지난번과 비교: 새 행 {new}개, 바뀐 행 {changed}개, 그대로 {unchanged}개, 사라진 행 {gone}개"),
            );
            let _ = writeln!(text, "  {line}");
        }
        for file in &source.gone_files {
            let (path, rows) = (&file.path, count(file.rows_kept));
            let line = self.say(
                format!("gone: {path}, of which {rows} rows were in the store"),
                format!("없어진 파일: {path} (저장되어 있던 행 {rows}개)"),
            );
            let _ = writeln!(text, "  {line}");
        }
    }

    fn examples(self, text: &mut String, source: &SourceReport) {
        for fate in source.fates.iter().filter(|fate| !fate.examples.is_empty()) {
            let what = told::fate(fate);
            let what = what.of(self.language);
            let _ = writeln!(text, "  {}", self.say(format!("{what}, for example"), format!("{what}의 예")));
            for example in &fate.examples {
                let _ = writeln!(text, "    {}:{}  {}", example.file, example.line, example.value);
            }
        }
    }

    /// What was not read, and what only some of the files have.
    fn lacking(self, text: &mut String, source: &SourceReport) {
        for part in &source.left_out {
            let why = told::left_out(&part.why);
            let not_read = self.say("not read", "읽지 않음");
            let _ = writeln!(text, "  {not_read}: {} ({})", part.path, why.of(self.language));
        }
        for absent in &source.absent {
            let (some, all, files) = (absent.files.len(), source.files.len(), absent.files.join(", "));
            let (column, from) = (&absent.column, &absent.from);
            let line = self.say(
                format!("{column} is missing in {some} of {all} files, which lack ‘{from}’: {files}"),
                format!("{column}: 파일 {all}개 중 {some}개에 ‘{from}’ 열이 없어요: {files}"),
            );
            let _ = writeln!(text, "  {line}");
        }
    }

    fn fates(self, text: &mut String, source: &SourceReport) {
        let mut grid = grid();
        grid.set_header([self.say("rows", "행"), ""]);
        for fate in &source.fates {
            grid.add_row([right(fate.rows), Cell::new(told::fate(fate).of(self.language))]);
        }
        let sum = self.say("read, the sum of these", "읽은 행(위의 합계)");
        grid.add_row([right(source.rows_read), Cell::new(sum)]);
        for flag in &source.flags {
            let what = told::flag(&flag.flag);
            let of_kept = self.say("of those kept", "사용한 행 가운데");
            grid.add_row([right(flag.rows), Cell::new(format!("{of_kept}: {}", what.of(self.language)))]);
        }
        let _ = writeln!(text, "{grid}");
    }

    fn outliers(self, text: &mut String, source: &SourceReport) {
        let number = |value: f64| grouped(format!("{value:.4}").trim_end_matches('0').trim_end_matches('.'));
        for limits in &source.outliers {
            let below = |low| self.say(format!("below {}", number(low)), format!("{} 미만", number(low)));
            let above = |high| self.say(format!("above {}", number(high)), format!("{} 초과", number(high)));
            let ends: Vec<String> =
                [limits.low.map(below), limits.high.map(above)].into_iter().flatten().collect();
            let ends = if ends.is_empty() {
                self.say("no limit, too few values", "값이 적어 한계 없음").to_owned()
            } else {
                ends.join(self.say(" or ", " 또는 "))
            };
            let (rule, rows) = (&limits.rule, count(limits.rows));
            let what =
                if limits.dropped { self.say("dropped", "제외") } else { self.say("flagged", "표시") };
            let line = self.say(
                format!("{rule}: {ends}: {rows} lines {what}"),
                format!("{rule}: {ends}: {rows}건 {what}"),
            );
            let _ = writeln!(text, "  {line}");
        }
    }

    fn quarantine(self, text: &mut String, source: &SourceReport) {
        for one in &source.quarantine {
            let (rows, sample) = (count(one.rows), &one.sample);
            let column = if one.column.is_empty() { String::new() } else { format!("{} ", one.column) };
            let (en, ko) = one.reason.words();
            let (value, file, at) = (&sample.value, &sample.file, sample.line);
            let line = self.say(
                format!("quarantine: {rows} × {column}`{value}` {en} (first: {file}:{at})"),
                format!("격리: {rows}개 행, {column}`{value}` {ko} (처음: {file}:{at})"),
            );
            let _ = writeln!(text, "  {line}");
        }
    }

    fn columns(self, text: &mut String, source: &SourceReport, distributions: bool) {
        let mut grid = grid();
        let mut header = self.say(
            vec!["column", "from", "missing", "distinct", "from", "to"],
            vec!["열", "파일의 열", "빈 값", "고유 값", "최솟값", "최댓값"],
        );
        if distributions {
            header.push(self.say("distribution", "분포"));
        }
        grid.set_header(header);
        for column in &source.columns {
            let mut cells = vec![
                Cell::new(&column.column),
                Cell::new(column.source_column.as_deref().unwrap_or("")),
                if column.missing == 0 { Cell::new("") } else { percent(column.missing_share) },
                distinct(column),
                Cell::new(column.min.as_deref().unwrap_or("")),
                Cell::new(column.max.as_deref().unwrap_or("")),
            ];
            if distributions {
                let sketch = told::sketch(column);
                cells.push(Cell::new(if sketch.is_empty() { told::commonest(column) } else { sketch }));
            }
            grid.add_row(cells);
        }
        let _ = writeln!(text, "{grid}");
    }

    fn coverage(self, text: &mut String, source: &SourceReport) {
        let Some(coverage) = &source.coverage else { return };
        let (first, last) = (&coverage.first_on, &coverage.last_on);
        let (days, some) = (coverage.days, coverage.days_with_orders);
        let line = self.say(
            format!("from {first} to {last}: {days} days, {some} of them with orders"),
            format!("{first} ~ {last}: {days}일 중 {some}일에 주문이 있어요"),
        );
        let _ = writeln!(text, "  {line}");
        for gap in coverage.gaps.iter().take(3) {
            let (from, to, days) = (&gap.from, &gap.to, gap.days);
            let line = self.say(
                format!("no orders from {from} to {to} ({days} days)"),
                format!("{from} ~ {to}: 주문 없음({days}일)"),
            );
            let _ = writeln!(text, "  {line}");
        }
    }
}
