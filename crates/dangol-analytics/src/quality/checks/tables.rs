//! The further tables in time: dates in the future, days that are missing, periods that the orders do not share.

use arrow::datatypes::{Date32Type, Int64Type};
use dangol_shop::frame::column;
use dangol_shop::time::{Period, date_of, days_since_epoch};
use dangol_shop::{Shop, ShopError};

use super::super::has;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// Days that cannot lie ahead.
const PAST: [(&str, &str); 8] = [
    ("customers", "joined_at"),
    ("customers", "birth_date"),
    ("customers", "membership_seen_on"),
    ("reviews", "written_at"),
    ("marketing_spend", "period"),
    ("support_contacts", "contacted_at"),
    ("contacts", "sent_at"),
    ("sessions", "started_at"),
];

/// What happens all the time, so that a time without it is missing.
const STEADY: [(&str, &str); 4] = [
    ("marketing_spend", "period"),
    ("support_contacts", "contacted_at"),
    ("contacts", "sent_at"),
    ("sessions", "started_at"),
];

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let mut findings = Vec::new();
    let imported: Option<jiff::Timestamp> = shop.manifest.report.imported_at.parse().ok();
    if let Some(imported) = imported {
        let today = date_of(shop.clock().day_of(imported.as_microsecond())).to_string();
        for (table, name) in PAST {
            if has(shop, table, name) {
                findings.extend(future(shop, (table, name), &today).await?);
            }
        }
    }
    for (table, name) in STEADY {
        if has(shop, table, name) {
            let days = days(shop, table, name).await?;
            findings.extend(gap(table, &days));
            findings.extend(partial(shop, table, &days));
        }
    }
    Ok(findings)
}

async fn future(
    shop: &Shop,
    (table, name): (&'static str, &'static str),
    today: &str,
) -> Result<Option<Finding>, ShopError> {
    let query = format!(
        "SELECT count(*) AS rows, max(CAST({name} AS DATE)) AS latest FROM {table} \
         WHERE CAST({name} AS DATE) > DATE '{today}'"
    );
    let found = shop.sql(&query).await?;
    let rows = column::<Int64Type>(&found, "rows", 0)?.first().copied().unwrap_or(0) as u64;
    let latest = column::<Date32Type>(&found, "latest", 0)?.first().copied().unwrap_or(0);
    if rows == 0 {
        return Ok(None);
    }
    let (count, latest) = (grouped(rows), date_of(latest).to_string());
    let text = Words::new(
        format!(
            "{count} rows of {table} have a {name} after the day of the import, up to {latest}: ages, intervals and sums by month are wrong for them. Check the date form (day and month may be swapped, or a two-digit year read as a later century)."
        ),
        format!(
            "{table}의 {count}개 행은 {name} 값이 가져온 날보다 뒤예요(가장 늦은 날 {latest}). 나이, 간격, 월별 합계가 틀려지니 일과 월이 바뀌었거나 두 자리 연도를 잘못 읽지 않았는지 확인해 주세요."
        ),
    );
    let finding = Finding::new("future_dates", Severity::Warning, text).value("table", table);
    Ok(Some(finding.value("rows", rows).value("latest", latest.as_str()).about(name)))
}

/// The days with a row, ascending.
async fn days(shop: &Shop, table: &str, name: &str) -> Result<Vec<i32>, ShopError> {
    let query = format!(
        "SELECT DISTINCT CAST({name} AS DATE) AS day FROM {table} WHERE {name} IS NOT NULL ORDER BY 1"
    );
    column::<Date32Type>(&shop.sql(&query).await?, "day", 0)
}

/// Whether each day stands for its month.
fn monthly(days: &[i32]) -> bool {
    days.len() > 1 && days.iter().all(|day| date_of(*day).day() == 1)
}

/// The longest stretch without a row, if it stands out: a month where months are told, else a week at least and five
/// times what is usual.
fn longest_gap(days: &[i32]) -> Option<(i32, i32)> {
    if monthly(days) {
        let month = |day: i32| Period::Month.index_of(day);
        return days
            .windows(2)
            .filter(|pair| month(pair[1]) - month(pair[0]) > 1)
            .max_by_key(|pair| pair[1] - pair[0])
            .map(|pair| (Period::Month.start(month(pair[0]) + 1), pair[1] - 1));
    }
    let mut steps: Vec<i32> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let usual = steps.get(steps.len() * 9 / 10).copied()?;
    let pair = days.windows(2).max_by_key(|pair| pair[1] - pair[0])?;
    let empty = pair[1] - pair[0] - 1;
    (empty >= 7 && empty >= 5 * usual).then_some((pair[0] + 1, pair[1] - 1))
}

fn gap(table: &'static str, days: &[i32]) -> Option<Finding> {
    let (from, to) = longest_gap(days)?;
    let length = (to - from + 1) as u64;
    let (from, to) = (date_of(from).to_string(), date_of(to).to_string());
    let text = Words::new(
        format!(
            "There is no row of {table} for {length} days from {from} to {to}: sums over that time are too low. Is a file missing?"
        ),
        format!(
            "{from}부터 {to}까지 {length}일 동안 {table} 기록이 없어 그 기간의 합계가 낮게 나와요. 빠진 파일이 없는지 확인해 주세요."
        ),
    );
    let finding = Finding::new("table_gap", Severity::Warning, text).value("table", table);
    Some(finding.value("days", length).value("from", from).value("to", to).about("coverage"))
}

/// A table that knows only a part of the time of the orders.
fn partial(shop: &Shop, table: &'static str, days: &[i32]) -> Option<Finding> {
    let orders = shop.manifest.report.sources.first()?.coverage.as_ref()?;
    let day = |text: &str| text.parse().ok().map(days_since_epoch);
    let (first, last) = (day(&orders.first_on)?, day(&orders.last_on)?);
    let (from, until) = (*days.first()?, *days.last()?);
    let until =
        if monthly(days) { Period::Month.start(Period::Month.index_of(until) + 1) - 1 } else { until };
    let share = overlap((first, last), (from, until));
    if share >= 0.9 {
        return None;
    }
    let text_of = |day: i32| date_of(day).to_string();
    let (from, until, first, last) = (text_of(from), text_of(until), text_of(first), text_of(last));
    let share_text = share_in_words(share);
    let text = Words::new(
        format!(
            "{table} runs from {from} to {until}, the orders from {first} to {last}: only {} of their days are in both. Set costs, visits or contacts against orders within that time only, or add what is missing.",
            share_text.en
        ),
        format!(
            "{table} 기록은 {from}부터 {until}까지이고 주문은 {first}부터 {last}까지라 겹치는 날이 {}뿐이에요. 겹치는 기간 안에서만 주문과 함께 보거나, 빠진 기간의 파일을 추가해 주세요.",
            share_text.ko
        ),
    );
    let severity = if share < 0.5 { Severity::Warning } else { Severity::Info };
    let finding = Finding::new("partial_table", severity, text).value("table", table);
    Some(finding.value("share", share).value("from", from).value("to", until).about("coverage"))
}

/// The share of the days of the first stretch that lie in the second, both ends included.
fn overlap(of: (i32, i32), with: (i32, i32)) -> f64 {
    let common = (of.1.min(with.1) - of.0.max(with.0) + 1).max(0);
    f64::from(common) / f64::from(of.1 - of.0 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        days_since_epoch(text.parse().unwrap())
    }

    #[test]
    fn a_missing_month_where_months_are_told() {
        let months = ["2024-01-01", "2024-02-01", "2024-05-01"].map(day);
        assert_eq!(longest_gap(&months), Some((day("2024-03-01"), day("2024-04-30"))));
        assert_eq!(longest_gap(&months[..2]), None);
    }

    #[test]
    fn missing_days_stand_out_against_what_is_usual() {
        let mut days: Vec<i32> = (0..100).collect();
        days.drain(40..46);
        assert_eq!(longest_gap(&days), None, "six days");
        days.retain(|day| *day != 46);
        assert_eq!(longest_gap(&days), Some((40, 46)));
        // Weekly letters have a gap each week.
        let weekly: Vec<i32> = (0..30).map(|week| week * 7).collect();
        assert_eq!(longest_gap(&weekly), None);
        assert_eq!(longest_gap(&[]), None);
    }

    #[test]
    fn days_in_both() {
        assert_eq!(overlap((0, 9), (5, 20)), 0.5);
        assert_eq!(overlap((0, 9), (20, 30)), 0.0);
        assert_eq!(overlap((5, 6), (0, 9)), 1.0);
    }
}
