//! What is worth saying of the rows that an import read, from its report.

use dangol_shop::import::{
    AbsentColumn, ColumnProfile, FateKind, FileReport, JoinReport, MixedCurrencies, OtherCustomers,
    QualityReport, QuarantineCount, Reason, SourceReport,
};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// The findings of a report, source by source.
pub(super) fn findings(report: &QualityReport) -> Vec<Finding> {
    report.sources.iter().flat_map(of_source).collect()
}

/// Columns without which revenue or orders are others.
const DECISIVE: [&str; 6] = ["order_id", "unit_price", "amount", "quantity", "discount", "status"];

/// A mapped column that some files lack.
fn of_absent(absent: &AbsentColumn, all: usize) -> Finding {
    let decisive = DECISIVE.contains(&absent.column.as_str());
    let (some, files) = (absent.files.len(), some_of(&absent.files));
    let (column, from) = (&absent.column, &absent.from);
    Finding::new(
        "column_absent",
        if decisive { Severity::Warning } else { Severity::Info },
        Words::new(
            format!(
                "{some} of {all} files lack ‘{from}’, so that {column} has no value in their rows: {files}"
            ),
            format!("파일 {all}개 중 {some}개에 ‘{from}’ 열이 없어 그 행에는 {column} 값이 없어요: {files}"),
        ),
    )
    .value("files", some as u64)
    .value("column", column.as_str())
    .about("columns")
}

/// Values of an attribute that are lost though their rows are not.
fn unreadable(source: &SourceReport, column: &ColumnProfile) -> Option<Finding> {
    if column.unreadable == 0 {
        return None;
    }
    let share = column.unreadable as f64 / source.rows_read.max(1) as f64;
    let (values, share_text, name) = (grouped(column.unreadable), share_in_words(share), &column.column);
    let (what_en, what_ko) = if column.kind == "day" { ("day", "날짜") } else { ("number", "숫자") };
    let text = Words::new(
        format!(
            "{values} values of the attribute {name} ({} of the rows) are no {what_en} as the others are and count as missing; their rows stay. Write them like the others in the source.",
            share_text.en
        ),
        format!(
            "{name} 값 {values}개(전체 행의 {})는 다른 값과 달리 {what_ko}로 읽을 수 없어 빈 값으로 두었어요. 행은 그대로 남아 있으니 원본에서 같은 형식으로 고쳐 주세요.",
            share_text.ko
        ),
    );
    let severity = if share > 0.01 { Severity::Warning } else { Severity::Info };
    let finding = Finding::new("attribute_unreadable", severity, text).value("column", name.as_str());
    Some(finding.value("values", column.unreadable).value("share", share).about("columns"))
}

/// Numbers of one column in several currencies: whatever is added up from them is no sum of anything.
fn of_mixed(source: &str, mixed: &MixedCurrencies) -> Finding {
    let counts = |unit: &str| {
        let one = mixed.currencies.iter().map(|one| format!("{} {}{unit}", one.value, grouped(one.rows)));
        one.collect::<Vec<_>>().join(", ")
    };
    let column = &mixed.column;
    let told = Words::new(
        format!(
            "The rows of {source} are in several currencies by their column ‘{column}’ ({}), and their amounts are added up as if they were in one. Convert them in the source, or import each currency as a shop of its own.",
            counts("")
        ),
        format!(
            "{source}의 ‘{column}’ 열을 보면 행마다 통화가 달라요({}). 지금은 같은 통화처럼 더해지니 원본에서 환산하거나 통화별로 쇼핑몰을 나눠 가져오세요.",
            counts("개")
        ),
    );
    let written = Words::new(
        format!(
            "The values of {column} in {source} are written with several currencies ({}), and are added up as if they were one. Convert them in the source, or import each currency as a shop of its own.",
            counts("")
        ),
        format!(
            "{source}의 {column} 값에 여러 통화가 섞여 있어요({}). 지금은 같은 통화처럼 더해지니 원본에서 환산하거나 통화별로 쇼핑몰을 나눠 가져오세요.",
            counts("개")
        ),
    );
    let numbers: u64 = mixed.currencies.iter().map(|one| one.rows).sum();
    let text = if mixed.names_them { told } else { written };
    Finding::new("mixed_currencies", Severity::Serious, text)
        .value("column", column.as_str())
        .value("values", numbers)
        .about("columns")
}

/// A file with lines in two encodings.
fn of_encodings(file: &FileReport) -> Option<Finding> {
    let lines = file.lines_in_utf8;
    let (count, name) = (grouped(lines), &file.name);
    let encoding = file.encoding.as_deref().filter(|_| lines > 0)?;
    let text = Words::new(
        format!(
            "{count} lines of {name} are UTF-8 though the file is {encoding}: each line was read in its own encoding. Look at names and products in it, and export it in one encoding."
        ),
        format!(
            "{name} 파일은 {encoding}인데 {count}개 줄은 UTF-8이라 줄마다 맞는 인코딩으로 읽었어요. 이름과 상품명이 깨지지 않았는지 확인하고, 한 가지 인코딩으로 다시 내보내 주세요."
        ),
    );
    Some(Finding::new("mixed_encodings", Severity::Info, text).value("lines", lines).about("files"))
}

/// Rows in quarantine whose date is one that programs write where there is none.
fn of_placeholder(count: &QuarantineCount) -> Option<Finding> {
    const YEARS: [&str; 6] = ["0000", "0001", "1899", "1900", "2999", "9999"];
    let value = &count.sample.value;
    if count.reason != Reason::ImpossibleDate || !YEARS.iter().any(|year| value.contains(year)) {
        return None;
    }
    let (rows, column) = (grouped(count.rows), &count.column);
    let place = format!("{}:{}", count.sample.file, count.sample.line);
    let text = Words::new(
        format!(
            "{rows} rows lie in quarantine for a {column} that can't be, such as {value} ({place}). Where programs write it for ‘no date’, leave it empty in the source, and the rows come in."
        ),
        format!(
            "{column} 값이 {value}처럼 있을 수 없는 날짜라 {rows}개 행을 격리했어요({place}). 날짜가 없다는 뜻으로 넣은 값이라면 원본에서 비워 주세요. 그러면 그 행도 들어와요."
        ),
    );
    let finding = Finding::new("placeholder_dates", Severity::Warning, text).value("column", column.as_str());
    Some(finding.value("rows", count.rows).about("quarantine"))
}

/// Orders that files give to different customers.
fn of_other_customers(found: &OtherCustomers) -> Vec<Finding> {
    let example = found
        .examples
        .first()
        .map_or_else(String::new, |one| format!("{}:{} ({})", one.file, one.line, one.value));
    let (lines, orders) = (grouped(found.lines), grouped(found.orders));
    let of_orders = if found.orders == 1 { "1 order".to_owned() } else { format!("{orders} orders") };
    let mut findings = Vec::new();
    if found.lines > 0 {
        let (severity, text) = if found.replaced {
            let text = Words::new(
                format!(
                    "{lines} lines of {of_orders} belong to another customer in a later file, which stands: the earlier lines, such as {example}, were replaced."
                ),
                format!(
                    "주문 {orders}건의 상품 {lines}건은 나중 파일에서 고객이 바뀌어 나중 파일을 따랐어요. 앞 파일의 {example} 같은 행은 바뀌었어요."
                ),
            );
            (Severity::Info, text)
        } else {
            let text = Words::new(
                format!(
                    "{lines} lines of {of_orders} stand in two files with equal order, product, time and quantity under different customers, such as {example}. Numbers of orders are shared by customers in this shop, so that both were kept: revenue counts twice if a file corrects the other. Then leave the older file out."
                ),
                format!(
                    "주문 {orders}건의 상품 {lines}건이 두 파일에 주문번호, 상품, 시각, 수량까지 같은데 고객만 달라요(예: {example}). 한 주문번호를 여러 고객이 쓰는 쇼핑몰이라 둘 다 두었어요. 한 파일이 다른 파일을 고친 것이라면 매출이 두 번 들어가니 앞 파일을 빼 주세요."
                ),
            );
            (Severity::Warning, text)
        };
        let finding = Finding::new("other_customers", severity, text).value("lines", found.lines);
        findings.push(finding.value("orders", found.orders).about("customer_id"));
    }
    if found.elsewhere > 0 {
        let count = grouped(found.elsewhere);
        let text = Words::new(
            format!(
                "{count} order numbers stand for different customers in different files, with other products, times or quantities: they count as orders of each. If one file corrects the other, leave the older one out."
            ),
            format!(
                "주문번호 {count}개는 파일마다 고객이 다르고 상품이나 시각, 수량도 달라서 각 고객의 주문으로 셌어요. 한 파일이 다른 파일을 고친 것이라면 앞 파일을 빼 주세요."
            ),
        );
        let finding = Finding::new("order_numbers_reused", Severity::Info, text);
        findings.push(finding.value("orders", found.elsewhere).about("order_id"));
    }
    findings
}

/// Parts of archives and workbooks that were not read.
fn of_left_out(source: &SourceReport) -> Option<Finding> {
    if source.left_out.is_empty() {
        return None;
    }
    let parts: Vec<String> = source.left_out.iter().map(|part| part.path.clone()).collect();
    let (count, which) = (parts.len(), some_of(&parts));
    // A sheet of rows may be meant; a document or an empty file is not.
    let rows = source.left_out.iter().any(|part| ["other_headers", "no_header"].contains(&part.why.as_str()));
    Some(
        Finding::new(
            "parts_left_out",
            if rows { Severity::Warning } else { Severity::Info },
            Words::new(
                format!("{count} parts of archives or workbooks were not read: {which}"),
                format!("압축 파일이나 통합 문서에서 {count}개 부분을 읽지 않았어요: {which}"),
            ),
        )
        .value("parts", count as u64)
        .about("files"),
    )
}

/// The first few of some names, as a sentence ends.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = if names.len() > SHOWN { ", …" } else { "." };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}

fn of_source(source: &SourceReport) -> Vec<Finding> {
    let mut findings = Vec::new();
    let read = source.rows_read.max(1) as f64;
    let kept = source.rows_of(FateKind::Kept);
    let quarantined = source.rows_of(FateKind::Quarantined);
    let flag = |name: &str| source.flags.iter().find(|flag| flag.flag == name).map_or(0, |flag| flag.rows);
    if quarantined > 0 {
        let share = quarantined as f64 / read;
        let severity = match share {
            share if share > 0.2 => Severity::Serious,
            share if share > 0.01 => Severity::Warning,
            _ => Severity::Info,
        };
        findings.push(
            Finding::new(
                "quarantine",
                severity,
                Words::new(
                    format!(
                        "{} rows ({}) could not be used and lie in quarantine.",
                        grouped(quarantined),
                        share_in_words(share).en
                    ),
                    format!(
                        "{}개 행({})을 쓸 수 없어 격리했어요.",
                        grouped(quarantined),
                        share_in_words(share).ko
                    ),
                ),
            )
            .value("rows", quarantined)
            .value("share", share)
            .about("quarantine"),
        );
    }
    findings.extend(source.absent.iter().map(|absent| of_absent(absent, source.files.len())));
    findings.extend(of_left_out(source));
    findings.extend(source.columns.iter().filter_map(|column| unreadable(source, column)));
    findings.extend(source.files.iter().filter_map(of_encodings));
    findings.extend(source.quarantine.iter().filter_map(of_placeholder));
    findings.extend(source.other_customers.iter().flat_map(of_other_customers));
    findings.extend(source.mixed_currencies.iter().map(|mixed| of_mixed(&source.source, mixed)));
    let unknown = flag("missing_customer");
    if unknown > 0 {
        let share = unknown as f64 / kept.max(1) as f64;
        findings.push(
            Finding::new(
                "missing_customer",
                if share > 0.1 { Severity::Warning } else { Severity::Info },
                Words::new(
                    format!("{} order lines ({}) have no customer: they count in revenue, not in customer analyses.", grouped(unknown), share_in_words(share).en),
                    format!("주문 상품 {}건({})에 고객 정보가 없어요. 매출에는 들어가지만 고객 분석에서는 빠져요.", grouped(unknown), share_in_words(share).ko),
                ),
            )
            .value("rows", unknown)
            .value("share", share)
            .about("customer_id"),
        );
    }
    let copies = flag("duplicates");
    if copies > 0 {
        findings.push(
            Finding::new(
                "duplicates_kept",
                Severity::Info,
                Words::new(
                    format!("{copies} rows are copies of another row. Without a clock time two equal purchases on one day may be real, so they stay; set duplicates = \"drop\" if they are not."),
                    format!("다른 행과 똑같은 행이 {copies}개 있어요. 시각이 없으면 같은 날 두 번 산 것일 수 있어 그대로 두었어요. 아니라면 duplicates = \"drop\"으로 바꿔 주세요."),
                ),
            )
            .value("rows", copies),
        );
    }
    findings.extend(super::cleaning::findings(source));
    let future = flag("future");
    if future > 0 {
        findings.push(
            Finding::new(
                "future_dates",
                Severity::Warning,
                Words::new(
                    format!("{future} order lines are dated in the future: check the date form (day and month may be swapped)."),
                    format!("미래 날짜인 주문 상품이 {future}건 있어요. 날짜 형식에서 일과 월이 바뀌지 않았는지 확인해 주세요."),
                ),
            )
            .value("rows", future)
            .about("ordered_at"),
        );
    }
    if let Some(gap) =
        source.coverage.as_ref().and_then(|coverage| coverage.gaps.first()).filter(|gap| gap.days >= 7)
    {
        findings.push(
            Finding::new(
                "gap",
                Severity::Warning,
                Words::new(
                    format!(
                        "There is no order for {} days from {} to {}: is a file missing?",
                        gap.days, gap.from, gap.to
                    ),
                    format!(
                        "{}부터 {}까지 {}일 동안 주문이 없어요. 빠진 파일이 없는지 확인해 주세요.",
                        gap.from, gap.to, gap.days
                    ),
                ),
            )
            .value("days", gap.days)
            .about("coverage"),
        );
    }
    findings.extend(source.joins.iter().filter_map(|join| unmatched(source, join)));
    findings.extend(source.joins.iter().filter_map(unread));
    findings
}

fn names_of(join: &JoinReport) -> String {
    join.files.iter().filter_map(|file| file.rsplit('/').next()).collect::<Vec<_>>().join(", ")
}

/// Rows of a joined file that nobody can find.
fn unread(join: &JoinReport) -> Option<Finding> {
    if join.malformed == 0 {
        return None;
    }
    let (rows, file) = (grouped(join.malformed), names_of(join));
    let text = Words::new(
        format!("{rows} rows of {file}, which is joined to others, could not be read."),
        format!("다른 파일에 연결한 {file}에서 {rows}개 행을 읽을 수 없었어요."),
    );
    Some(Finding::new("join_malformed", Severity::Warning, text).value("rows", join.malformed).about("joins"))
}

/// Rows that found nothing in a joined file.
fn unmatched(source: &SourceReport, join: &JoinReport) -> Option<Finding> {
    if join.unmatched == 0 {
        return None;
    }
    let share = join.unmatched as f64 / source.rows_read.max(1) as f64;
    let file = names_of(join);
    let (rows, on) = (grouped(join.unmatched), join.on.join(", "));
    let text = Words::new(
        format!(
            "{rows} rows of {} ({}) found nothing in {file} by {on}: its columns are empty there.",
            source.source,
            share_in_words(share).en
        ),
        format!(
            "{}의 {rows}개 행({})은 {on} 값이 {file}에 없어서 그 파일의 값이 비어 있어요.",
            source.source,
            share_in_words(share).ko
        ),
    );
    let severity = if share > 0.01 { Severity::Warning } else { Severity::Info };
    let finding = Finding::new("join_unmatched", severity, text).value("rows", join.unmatched);
    Some(finding.value("share", share).about("joins"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(change: impl Fn(&mut Value)) -> Vec<Finding> {
        let file = |name: &str| json!({ "path": format!("/x/{name}"), "name": name, "bytes": 1, "blake3": "", "format": "csv", "rows_read": 1 });
        let mut source = json!({
            "source": "order_lines", "files": [file("1.csv"), file("2.csv")], "rows_read": 2,
            "fates": [{ "fate": "kept", "rows": 2 }], "flags": [], "quarantine": [], "columns": [],
        });
        change(&mut source);
        let report = json!({ "snapshot": "1", "imported_at": "", "seconds": 0.1, "sources": [source] });
        findings(&serde_json::from_value(report).unwrap())
    }

    #[test]
    fn a_whole_report_has_none_and_an_older_one_is_read() {
        assert!(found(|_| {}).is_empty());
    }

    #[test]
    fn columns_that_some_files_lack() {
        let lacking = |column: &str| {
            let absent = json!([{ "column": column, "from": "Header", "files": ["2.csv"] }]);
            found(move |source| source["absent"] = absent.clone())
        };
        let price = lacking("unit_price");
        assert_eq!(
            (price.len(), price[0].code.as_ref(), price[0].severity),
            (1, "column_absent", Severity::Warning)
        );
        assert_eq!(
            price[0].text.en,
            "1 of 2 files lack ‘Header’, so that unit_price has no value in their rows: 2.csv."
        );
        assert!(price[0].text.ko.contains("파일 2개 중 1개") && price[0].text.ko.contains("2.csv"));
        assert_eq!(lacking("coupon_code")[0].severity, Severity::Info);
    }

    #[test]
    fn parts_that_were_not_read() {
        let parts = |why: &str| {
            let parts: Vec<Value> =
                (1..=4).map(|n| json!({ "path": format!("b.zip/{n}"), "why": why })).collect();
            found(move |source| source["left_out"] = json!(parts))
        };
        let sheets = parts("other_headers");
        assert_eq!((sheets[0].code.as_ref(), sheets[0].severity), ("parts_left_out", Severity::Warning));
        assert!(
            sheets[0].text.en.ends_with("not read: b.zip/1, b.zip/2, b.zip/3, …"),
            "{}",
            sheets[0].text.en
        );
        assert_eq!(parts("empty")[0].severity, Severity::Info);
    }
}
