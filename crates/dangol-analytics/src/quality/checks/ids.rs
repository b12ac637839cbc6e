//! Identifiers that have another form from some day on: digits before, letters afterwards.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::time::date_of;
use dangol_shop::{Shop, ShopError};

use super::super::has;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// Share of the identifiers before and after that must have one form.
const PURE: f64 = 0.95;
/// Identifiers on either side.
const LEAST: u64 = 20;
/// Days on either side.
const LEAST_DAYS: usize = 2;
/// Forms looked at.
const FORMS: usize = 6;

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    if !shop.manifest.totals.has_dates {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    for column in ["order_id", "customer_id", "product_id"] {
        if has(shop, "order_lines", column) {
            let change = change(&days(shop, column).await?);
            findings.extend(change.map(|change| finding(column, &change)));
        }
    }
    Ok(findings)
}

/// New identifiers of a form on a day, and one of them.
#[derive(Debug, Clone)]
struct Form {
    shape: String,
    ids: u64,
    sample: String,
}

/// Identifiers count on the day on which they first came: where only what is new has another form, old ones go on.
async fn days(shop: &Shop, id: &str) -> Result<BTreeMap<i32, Vec<Form>>, ShopError> {
    let query = format!(
        "SELECT first_on, id_shape(id) AS shape, count(*) AS ids, min(id) AS sample FROM \
         (SELECT {id} AS id, min(ordered_on) AS first_on FROM order_lines WHERE {id} IS NOT NULL GROUP BY 1) AS firsts \
         GROUP BY 1, 2"
    );
    let found = shop.sql(&query).await?;
    let on = column::<Date32Type>(&found, "first_on", 0)?;
    let ids = column::<Int64Type>(&found, "ids", 0)?;
    let forms = texts(&found, "shape")?.into_iter().zip(texts(&found, "sample")?);
    let mut days: BTreeMap<i32, Vec<Form>> = BTreeMap::new();
    for (row, (shape, sample)) in forms.enumerate() {
        days.entry(on[row]).or_default().push(Form {
            shape: shape.unwrap_or_default(),
            ids: ids[row] as u64,
            sample: sample.unwrap_or_default(),
        });
    }
    Ok(days)
}

/// A form that gives way to another.
#[derive(Debug, PartialEq)]
struct Change {
    from: i32,
    before: (String, u64),
    after: (String, u64),
}

/// A counter that grows by a digit keeps its form.
fn differ(a: &str, b: &str) -> bool {
    let digits = |shape: &str| shape.strip_prefix("9x").and_then(|count| count.parse::<i32>().ok());
    match (digits(a), digits(b)) {
        (Some(a), Some(b)) => (a - b).abs() >= 2,
        _ => a != b,
    }
}

/// The day that parts two forms best, if one does.
fn change(days: &BTreeMap<i32, Vec<Form>>) -> Option<Change> {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for form in days.values().flatten() {
        *totals.entry(&form.shape).or_default() += form.ids;
    }
    let all: u64 = totals.values().sum();
    let mut common: Vec<(&str, u64)> = totals.iter().map(|(shape, ids)| (*shape, *ids)).collect();
    common.sort_by_key(|(_, ids)| std::cmp::Reverse(*ids));
    common.truncate(FORMS);
    // Identifiers of each form, and of all, before a day.
    let mut before: BTreeMap<&str, u64> = BTreeMap::new();
    let mut passed = 0;
    let mut best: Option<(u64, i32, &str, &str)> = None;
    for (at, (day, forms)) in days.iter().enumerate() {
        let left = all - passed;
        if at >= LEAST_DAYS && days.len() - at >= LEAST_DAYS && passed >= LEAST && left >= LEAST {
            let count = |shape: &str| before.get(shape).copied().unwrap_or(0);
            let old = common.iter().find(|(shape, _)| count(shape) as f64 >= PURE * passed as f64);
            let new = common.iter().find(|(shape, ids)| (ids - count(shape)) as f64 >= PURE * left as f64);
            if let (Some((old, _)), Some((new, ids))) = (old, new)
                && differ(old, new)
            {
                let told = count(old) + (ids - count(new));
                if best.is_none_or(|(most, ..)| told > most) {
                    best = Some((told, *day, old, new));
                }
            }
        }
        for form in forms {
            *before.entry(&form.shape).or_default() += form.ids;
            passed += form.ids;
        }
    }
    let (_, from, old, new) = best?;
    let side = |shape: &str, later: bool| {
        let forms = days.iter().filter(|(day, _)| (**day >= from) == later).flat_map(|(_, forms)| forms);
        let of_shape: Vec<&Form> = forms.filter(|form| form.shape == shape).collect();
        let sample = of_shape.first().map_or_else(String::new, |form| form.sample.clone());
        (sample, of_shape.iter().map(|form| form.ids).sum())
    };
    Some(Change { from, before: side(old, false), after: side(new, true) })
}

fn finding(id: &'static str, change: &Change) -> Finding {
    let day = date_of(change.from).to_string();
    let ((old, before), (new, after)) = (&change.before, &change.after);
    let (before_text, after_text) = (grouped(*before), grouped(*after));
    let (severity, en, ko) = match id {
        "customer_id" => (
            Severity::Serious,
            "Whoever was there before counts as a new customer: retention breaks on that day, and new customers, frequency and lifetime are wrong. Join a table of old and new identifiers.",
            "기존 고객도 새 고객으로 세어져 이날부터 재구매율이 끊기고 신규 고객 수, 구매 횟수, 고객 생애가 틀려져요. 옛 ID와 새 ID를 이어 주는 표를 연결해 주세요.",
        ),
        "product_id" => (
            Severity::Warning,
            "A product sold before and after counts as two: its sales and repeat purchases are split. Join a table of old and new identifiers.",
            "같은 상품이 둘로 세어져 판매량과 재구매가 나뉘어요. 옛 코드와 새 코드를 이어 주는 표를 연결해 주세요.",
        ),
        _ => (
            Severity::Info,
            "Orders are told apart all the same. It shows that the shop's system has changed on that day: look whether prices, times and customers go on as before.",
            "주문을 구분하는 데는 문제가 없어요. 이날 쇼핑몰 시스템이 바뀐 것으로 보이니 가격, 시각, 고객 ID가 그대로 이어지는지 확인해 주세요.",
        ),
    };
    let text = Words::new(
        format!(
            "The form of {id} changes on {day}: {before_text} before it are like {old}, {after_text} from then on like {new}. {en}"
        ),
        format!(
            "{day}부터 {id} 형식이 달라져요. 그전 {before_text}개는 {old}, 그 뒤 {after_text}개는 {new} 같은 형식이에요. {ko}"
        ),
    );
    Finding::new("id_form_changed", severity, text)
        .value("column", id)
        .value("from", day.as_str())
        .value("before", *before)
        .value("after", *after)
        .about(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(shape: impl Fn(i32, u64) -> &'static str) -> BTreeMap<i32, Vec<Form>> {
        (0..40)
            .map(|day| {
                let mut forms: BTreeMap<&str, u64> = BTreeMap::new();
                for id in 0..10 {
                    *forms.entry(shape(day, id)).or_default() += 1;
                }
                let form =
                    |(shape, ids): (&str, u64)| Form { shape: shape.into(), ids, sample: shape.into() };
                (day, forms.into_iter().map(form).collect())
            })
            .collect()
    }

    #[test]
    fn a_form_gives_way_to_another() {
        let found = change(&shop(|day, _| if day < 25 { "9x5" } else { "A9" })).unwrap();
        assert_eq!(found, Change { from: 25, before: ("9x5".into(), 250), after: ("A9".into(), 150) });
    }

    #[test]
    fn forms_side_by_side_and_counters_that_grow_are_no_change() {
        assert_eq!(change(&shop(|_, id| if id < 8 { "9x5" } else { "A9" })), None);
        assert_eq!(change(&shop(|day, _| if day < 25 { "9x4" } else { "9x5" })), None);
        assert!(change(&shop(|day, _| if day < 25 { "9x4" } else { "9x8" })).is_some());
        // One strange day is not a new form.
        assert_eq!(change(&shop(|day, _| if day == 39 { "A9" } else { "9x5" })), None);
    }
}
