//! The quality report as one page of HTML that needs nothing but itself: no script, no font, no picture from
//! elsewhere, so that it can be sent, printed and kept beside the numbers it explains.

mod parts;

use std::fmt::Write;

use dangol_shop::import::{FateKind, SourceReport};
use dangol_shop::store::Totals;

use self::parts::{Column, bars, escape, fate_bar, table};
use super::{Link, Quality, State, told};
use crate::finding::Severity;
use crate::words::{Language, Words, grouped, number, share};

const STYLE: &str = include_str!("page/style.css");

/// Words and form of one page.
struct Page {
    language: Language,
    html: String,
}

/// The page of a shop's report.
#[must_use]
pub fn page(shop: &str, totals: &Totals, quality: &Quality, language: Language) -> String {
    let mut page = Page { language, html: String::new() };
    let title = page.say("Data quality", "데이터 품질");
    let code = if language == Language::Ko { "ko" } else { "en" };
    page.put(&format!(
        "<!doctype html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} · {title}</title><style>{STYLE}</style></head><body>\n",
        escape(shop)
    ));
    page.head(shop, title, totals, quality);
    page.findings(quality);
    page.abilities(quality);
    page.links(&quality.links);
    for source in &quality.report.sources {
        page.source(source);
    }
    page.put("</body></html>\n");
    page.html
}

impl Page {
    fn say(&self, en: &'static str, ko: &'static str) -> &'static str {
        match self.language {
            Language::En => en,
            Language::Ko => ko,
        }
    }

    fn put(&mut self, text: &str) {
        self.html.push_str(text);
    }

    fn heading(&mut self, en: &'static str, ko: &'static str) {
        let text = self.say(en, ko);
        // Writing to a String cannot fail.
        let _ = writeln!(self.html, "<h2>{text}</h2>");
    }

    fn head(&mut self, shop: &str, title: &str, totals: &Totals, quality: &Quality) {
        let report = &quality.report;
        let (imported, snapshot) = (self.say("imported at", "가져온 시각"), self.say("snapshot", "스냅샷"));
        let at = report.imported_at.get(..16).unwrap_or(&report.imported_at).replace('T', " ");
        self.put(&format!(
            "<h1>{} · {title}</h1><p class=\"muted\">{imported} {} UTC · {snapshot} {}</p>\n<ul class=\"figures\">",
            escape(shop),
            escape(&at),
            escape(&report.snapshot)
        ));
        let sum = |fate| report.sources.iter().map(|source| source.rows_of(fate)).sum::<u64>();
        let read: u64 = report.sources.iter().map(|source| source.rows_read).sum();
        let figures = [
            (self.say("rows read", "읽은 행"), read),
            (self.say("rows kept", "사용한 행"), sum(FateKind::Kept)),
            (self.say("rows in quarantine", "격리된 행"), sum(FateKind::Quarantined)),
            (
                self.say("orders", "주문"),
                if totals.customers > 0 { totals.orders } else { totals.orders_without_customer },
            ),
            (self.say("customers", "고객"), totals.customers),
        ];
        for (name, count) in figures {
            let _ =
                write!(self.html, "<li><b>{}</b><span class=\"muted\">{name}</span></li>", grouped(count));
        }
        self.put("</ul>\n");
    }

    fn findings(&mut self, quality: &Quality) {
        self.heading("Findings", "눈여겨볼 점");
        if quality.findings.is_empty() {
            let none = self.say("Nothing stands out.", "눈에 띄는 문제가 없어요.");
            self.put(&format!("<p>{none}</p>"));
            return;
        }
        self.put("<div class=\"card\"><ul class=\"findings\">");
        for finding in &quality.findings {
            let (class, name) = match finding.severity {
                Severity::Info => ("info", self.say("Note", "참고")),
                Severity::Warning => ("warning", self.say("Warning", "주의")),
                Severity::Serious => ("serious", self.say("Serious", "심각")),
            };
            let text = escape(finding.text.of(self.language));
            let _ = write!(self.html, "<li class=\"{class}\"><b>{name}</b>{text}</li>");
        }
        self.put("</ul></div>\n");
    }

    fn abilities(&mut self, quality: &Quality) {
        self.heading("What the data allow", "이 데이터로 할 수 있는 분석");
        let columns = [
            Column::text(self.say("Analysis", "분석")),
            Column::text(self.say("Possible", "가능 여부")),
            Column::text(self.say("What is missing, and what it would add", "빠진 데이터와 더할 수 있는 것")),
        ];
        let rows = quality.analyses.iter().map(|ability| {
            let missing = ability.needs.iter().filter(|need| !need.present).map(|need| {
                let place = if need.column.is_empty() {
                    need.table.clone()
                } else {
                    format!("{}.{}", need.table, need.column)
                };
                format!("{place}: {}", need.adds.of(self.language))
            });
            let missing = if ability.state == State::Whole {
                String::new()
            } else {
                missing.collect::<Vec<_>>().join(" · ")
            };
            vec![
                ability.title.of(self.language).to_owned(),
                told::state(ability.state).of(self.language).to_owned(),
                missing,
            ]
        });
        let text = table(&columns, rows);
        self.put(&text);
    }

    fn links(&mut self, links: &[Link]) {
        if links.is_empty() {
            return;
        }
        self.heading("Identifiers that another table should know", "다른 표와 이어지지 않는 ID");
        let columns = [
            Column::text(self.say("Identifiers of", "ID가 있는 곳")),
            Column::text(self.say("In", "찾는 곳")),
            Column::number(self.say("Values", "값")),
            Column::number(self.say("Unknown", "없는 값")),
            Column::number(self.say("Rows", "행")),
            Column::number(self.say("Share", "비율")),
            Column::text(self.say("For example", "예")),
        ];
        let rows = links.iter().map(|link| {
            vec![
                format!("{}.{}", link.table, link.column),
                format!("{}.{}", link.to_table, link.to_column),
                grouped(link.keys),
                grouped(link.unmatched_keys),
                grouped(link.unmatched_rows),
                share(link.unmatched_share).of(self.language).to_owned(),
                link.samples.join(", "),
            ]
        });
        let text = table(&columns, rows);
        self.put(&text);
    }

    fn source(&mut self, source: &SourceReport) {
        let _ = writeln!(self.html, "<h2>{}</h2><div class=\"card\">", escape(&source.source));
        for file in &source.files {
            let name = if file.name.is_empty() { &file.path } else { &file.name };
            let rows = self.say("rows", "행");
            let _ = write!(
                self.html,
                "<p class=\"muted\">{} · {} · {} {rows}</p>",
                escape(name),
                escape(&file.format),
                grouped(file.rows_read)
            );
        }
        self.put(&fate_bar(source));
        let columns = [
            Column::number(self.say("Rows", "행")),
            Column::number(self.say("Share", "비율")),
            Column::text(self.say("What became of them", "처리")),
        ];
        let of_read = |rows: u64| share(rows as f64 / source.rows_read.max(1) as f64);
        let row = |rows: u64, words: &Words| {
            vec![
                grouped(rows),
                of_read(rows).of(self.language).to_owned(),
                words.of(self.language).to_owned(),
            ]
        };
        let mut rows: Vec<Vec<String>> =
            source.fates.iter().map(|fate| row(fate.rows, &told::fate(fate))).collect();
        rows.push(row(source.rows_read, &Words::new("read, the sum of these", "읽은 행, 위의 합계")));
        rows.extend(source.flags.iter().map(|flag| {
            let words = told::flag(&flag.flag);
            row(
                flag.rows,
                &Words::new(format!("of those kept: {}", words.en), format!("사용한 행 중: {}", words.ko)),
            )
        }));
        let text = table(&columns, rows.into_iter());
        self.put(&text);
        self.joins(source);
        self.quarantine(source);
        self.coverage(source);
        self.columns(source);
        self.put("</div>\n");
    }

    fn joins(&mut self, source: &SourceReport) {
        if source.joins.is_empty() {
            return;
        }
        let title = self.say("Joined files", "연결한 파일");
        let _ = write!(self.html, "<h3>{title}</h3>");
        let columns = [
            Column::text(self.say("File", "파일")),
            Column::text(self.say("By", "기준 열")),
            Column::number(self.say("Keys", "키")),
            Column::number(self.say("Rows that found nothing", "찾지 못한 행")),
            Column::number(self.say("Repeated keys", "겹치는 키")),
            Column::number(self.say("Without a key", "키 없음")),
            Column::number(self.say("Not readable", "읽지 못함")),
        ];
        let rows = source.joins.iter().map(|join| {
            vec![
                join.files.iter().filter_map(|file| file.rsplit('/').next()).collect::<Vec<_>>().join(", "),
                join.on.join(", "),
                grouped(join.keys),
                grouped(join.unmatched),
                grouped(join.repeated),
                grouped(join.keyless),
                grouped(join.malformed),
            ]
        });
        let text = table(&columns, rows);
        self.put(&text);
    }

    fn quarantine(&mut self, source: &SourceReport) {
        if source.quarantine.is_empty() {
            return;
        }
        let title = self.say("Quarantine", "격리된 행");
        let _ = write!(self.html, "<h3>{title}</h3>");
        let columns = [
            Column::number(self.say("Rows", "행")),
            Column::text(self.say("Column", "열")),
            Column::text(self.say("First value", "첫 값")),
            Column::text(self.say("Why", "이유")),
            Column::text(self.say("Where", "위치")),
        ];
        let rows = source.quarantine.iter().map(|count| {
            let (en, ko) = count.reason.words();
            vec![
                grouped(count.rows),
                count.column.clone(),
                count.sample.value.clone(),
                Words::new(en, ko).of(self.language).to_owned(),
                format!("{}:{}", count.sample.file, count.sample.line),
            ]
        });
        let text = table(&columns, rows);
        self.put(&text);
    }

    fn coverage(&mut self, source: &SourceReport) {
        let Some(coverage) = &source.coverage else { return };
        let title = self.say("Coverage by month", "월별 데이터");
        let gaps = coverage.gaps.iter().take(5).map(|gap| match self.language {
            Language::En => format!("{} – {} ({} days)", gap.from, gap.to, gap.days),
            Language::Ko => format!("{} ~ {} ({}일)", gap.from, gap.to, gap.days),
        });
        let gaps = gaps.collect::<Vec<_>>().join(", ");
        let (first, last) = (&coverage.first_on, &coverage.last_on);
        let (some, all) = (coverage.days_with_orders, coverage.days);
        let whole = match self.language {
            Language::En => format!("{first} to {last}: {some} of {all} days have orders."),
            Language::Ko => format!("{first} ~ {last}: {all}일 중 {some}일에 주문이 있어요."),
        };
        let without = if gaps.is_empty() {
            String::new()
        } else {
            format!(" {}: {gaps}", self.say("Longest gaps", "긴 공백"))
        };
        let values: Vec<f64> = coverage.by_month.iter().map(|month| month.order_lines as f64).collect();
        self.put(&format!(
            "<h3>{title}</h3><p>{}{}</p>{}",
            escape(&whole),
            escape(&without),
            bars(&values, 1080, 90, &whole)
        ));
    }

    fn columns(&mut self, source: &SourceReport) {
        let title = self.say("Columns", "열별 상태");
        let _ = write!(self.html, "<h3>{title}</h3>");
        let columns = [
            Column::text(self.say("Column", "열")),
            Column::text(self.say("Header in the file", "파일의 열 이름")),
            Column::number(self.say("Missing", "빈 값")),
            Column::number(self.say("Distinct", "고유 값")),
            Column::text(self.say("From", "최솟값")),
            Column::text(self.say("To", "최댓값")),
            Column::number(self.say("Mean", "평균")),
            Column::html(self.say("Distribution", "분포")),
            Column::text(self.say("Commonest values", "많이 나온 값")),
        ];
        let rows = source.columns.iter().map(|column| {
            let heights: Vec<f64> = if column.histogram.is_empty() {
                column.top.iter().map(|one| one.rows as f64).collect()
            } else {
                column.histogram.iter().map(|bin| bin.rows as f64).collect()
            };
            let missing = if column.missing == 0 {
                String::new()
            } else {
                format!("{} ({})", grouped(column.missing), share(column.missing_share).of(self.language))
            };
            vec![
                column.column.clone(),
                column.source_column.clone().unwrap_or_default(),
                missing,
                if column.distinct_is_estimate { "≈ " } else { "" }.to_owned() + &grouped(column.distinct),
                column.min.clone().unwrap_or_default(),
                column.max.clone().unwrap_or_default(),
                column.mean.map(number).unwrap_or_default(),
                if heights.len() > 1 { bars(&heights, 120, 26, &column.column) } else { String::new() },
                told::commonest(column),
            ]
        });
        let text = table(&columns, rows);
        self.put(&text);
    }
}
