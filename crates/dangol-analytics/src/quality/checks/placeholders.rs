//! Days that programs write where they know none: 1900-01-01, 1970-01-01.

use arrow::datatypes::{Date32Type, Int64Type};
use dangol_shop::frame::column;
use dangol_shop::time::date_of;
use dangol_shop::{Shop, ShopError};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// A day, and whether it may be a real one, which then is about as common as others.
const DAYS: [(&str, bool); 2] = [("1900-01-01", false), ("1970-01-01", true)];

/// A day that may be real stands out from so many times the rows that days have on average.
const STANDS_OUT: f64 = 5.0;
/// Fewer rows are chance.
const LEAST: u64 = 3;

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let mut findings = Vec::new();
    for source in &shop.manifest.report.sources {
        for one in source.columns.iter().filter(|one| ["time", "day"].contains(&one.kind.as_str())) {
            let whole_days = one.kind == "day";
            findings.extend(placeholders(shop, &source.source, &one.column, whole_days).await?);
        }
    }
    Ok(findings)
}

async fn placeholders(
    shop: &Shop,
    table: &str,
    name: &str,
    whole_days: bool,
) -> Result<Vec<Finding>, ShopError> {
    let quoted = name.replace('"', "\"\"");
    let query = format!(
        "SELECT CAST(\"{quoted}\" AS DATE) AS day, count(*) AS rows FROM {table} WHERE \"{quoted}\" IS NOT NULL \
         GROUP BY 1"
    );
    let found = shop.sql(&query).await?;
    let days = column::<Date32Type>(&found, "day", 0)?;
    let rows: Vec<u64> =
        column::<Int64Type>(&found, "rows", 0)?.into_iter().map(|rows| rows as u64).collect();
    let all: u64 = rows.iter().sum();
    let mut findings = Vec::new();
    for (day, may_be_real) in DAYS {
        // In UTC, the midnight of a zone may be on the eve.
        let is_it =
            |at: i32| date_of(at).to_string() == day || !whole_days && date_of(at + 1).to_string() == day;
        let (mut theirs, mut other_days) = (0, 0_u64);
        for (at, rows) in days.iter().zip(&rows) {
            if is_it(*at) {
                theirs += rows;
            } else {
                other_days += 1;
            }
        }
        let usual = (all - theirs) as f64 / other_days.max(1) as f64;
        if theirs >= LEAST && (!may_be_real || theirs as f64 >= STANDS_OUT * usual) {
            findings.push(finding((table, name), day, theirs, theirs as f64 / all as f64));
        }
    }
    Ok(findings)
}

fn finding((table, name): (&str, &str), day: &str, rows: u64, share: f64) -> Finding {
    let (count, part) = (grouped(rows), share_in_words(share));
    let (or_en, or_ko) = if table == "customers" {
        (
            " If they are test accounts, name them under [cleaning.test_accounts].",
            " 테스트 계정이라면 [cleaning.test_accounts]에 적어 주세요.",
        )
    } else {
        ("", "")
    };
    let text = Words::new(
        format!(
            "{count} values of {name} in {table} ({}) are {day}, which programs write where a date is not known: ages and times that hang on it are wrong. Leave them empty in the source.{or_en}",
            part.en
        ),
        format!(
            "{table}의 {name} 값 {count}개({})가 {day}이에요. 날짜를 모를 때 프로그램이 넣는 값이라 나이나 기간이 잘못 계산돼요. 원본에서 비워 주세요.{or_ko}",
            part.ko
        ),
    );
    let severity = if share > 0.01 { Severity::Warning } else { Severity::Info };
    Finding::new("placeholder_dates", severity, text)
        .value("table", table)
        .value("column", name)
        .value("day", day)
        .value("rows", rows)
        .value("share", share)
        .about("columns")
}
