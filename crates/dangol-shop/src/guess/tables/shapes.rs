//! What has to be done to a file before its columns are those of a table: columns to rows, month names to days,
//! words to canonical words.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::fit::Fit;
use super::names::names;
use crate::config::Unpivot;
use crate::guess::assign::is_mute;
use crate::guess::column::Column;
use crate::guess::synonyms::{fit as fit_order, fit_part, normalise, words};
use crate::order_lines::Canonical;
use crate::tables::STAGES;
use crate::values::{is_month_name, parse_month};

/// Parts of the names of columns that hold money spent on marketing.
const SPENT: [&str; 14] = [
    "spend",
    "spent",
    "cost",
    "costs",
    "budget",
    "expense",
    "광고비",
    "비용",
    "집행액",
    "집행금액",
    "지출액",
    "지출",
    "마케팅비",
    "금액",
];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A column of money for each channel, and none that names channels: `Offline_Spend`, `Online_Spend`.
pub(super) fn spend_by_column(columns: &[Column]) -> Option<Unpivot> {
    let mut headers = Vec::new();
    let mut names = Vec::new();
    for column in columns.iter().filter(|column| column.filled > 0 && column.number_share() > 0.9) {
        let Some(channel) = channel_in(&column.header) else { continue };
        headers.push(column.header.clone());
        names.push(channel);
    }
    names.dedup();
    (headers.len() >= 2 && names.len() == headers.len()).then(|| Unpivot {
        columns: headers,
        names,
        name: "channel".to_owned(),
        value: "spend".to_owned(),
    })
}

/// One column of dates or months, and beside it nothing but amounts whose headers name nothing else that a shop counts:
/// `Date, TV, Google Ads`.
pub(super) fn spend_by_shape(columns: &[Column]) -> Option<Unpivot> {
    let is_month = |column: &Column| column.values.iter().flatten().all(|text| parse_month(text).is_some());
    let is_time = |column: &&Column| column.filled > 0 && (column.is_written_as_dates() || is_month(column));
    let (times, media): (Vec<&Column>, Vec<&Column>) = columns.iter().partition(is_time);
    let known = |column: &Column| {
        let figures = [
            Canonical::OrderId,
            Canonical::CustomerId,
            Canonical::ProductId,
            Canonical::Quantity,
            Canonical::UnitPrice,
            Canonical::Amount,
            Canonical::Discount,
            Canonical::Shipping,
            Canonical::Tax,
        ];
        let counted = ["impressions", "clicks", "conversions"];
        figures.iter().any(|canonical| fit_order(&column.header, *canonical) > 0.0)
            || counted
                .iter()
                .any(|name| fit_part(&column.header, &names("marketing_spend", name).all()) > 0.0)
            || ["sessions", "visits", "visitors", "users", "customers", "members", "orders", "id"]
                .iter()
                .any(|word| words(&column.header).iter().any(|one| one == word))
            || ["방문", "세션", "회원", "고객", "건수", "주문"]
                .iter()
                .any(|part| column.header.contains(part))
    };
    let is_running = |column: &Column| {
        column.whole_share() > 0.999
            && column.numbers.windows(2).all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9)
    };
    let is_amount = |column: &&Column| {
        column.filled > 0
            && column.number_share() > 0.999
            && column.numbers.iter().all(|amount| *amount >= 0.0)
            && !is_mute(&column.header)
            && !is_running(column)
            && !known(column)
    };
    let names: Vec<String> = media.iter().map(|column| words(&column.header).join(" ")).collect();
    let different: HashSet<&String> = names.iter().collect();
    let fits = times.len() == 1
        && times[0].distinct_share() > 0.999
        && media.len() >= 2
        && media.iter().all(is_amount)
        && different.len() == names.len();
    fits.then(|| Unpivot {
        columns: media.iter().map(|column| column.header.clone()).collect(),
        names,
        name: "channel".to_owned(),
        value: "spend".to_owned(),
    })
}

/// Whether rows with one value lie within hours of each other, as those of a visit do, where many values have several rows.
pub(super) fn lies_close_in_time(column: &Column, time: &Column) -> bool {
    const HOURS: i64 = 12;
    let mut spans: HashMap<&str, (usize, DateTime, DateTime)> = HashMap::new();
    for (value, at) in column.values.iter().zip(time.times()) {
        let (Some(value), Some(at)) = (value, at) else { continue };
        let span = spans.entry(value).or_insert((0, at, at));
        *span = (span.0 + 1, span.1.min(at), span.2.max(at));
    }
    let several: Vec<_> = spans.values().filter(|(rows, ..)| *rows > 1).collect();
    let rows: usize = several.iter().map(|(rows, ..)| rows).sum();
    let close = several
        .iter()
        .filter(|(_, first, last)| last.duration_since(*first) <= SignedDuration::from_hours(HOURS))
        .count();
    several.len() >= 20 && rows * 3 >= column.filled && close * 100 >= several.len() * 95
}

/// What is left of a header without the word for money spent.
fn channel_in(header: &str) -> Option<String> {
    if header.is_ascii() {
        let words = words(header);
        let rest: Vec<String> =
            words.iter().filter(|word| !SPENT.contains(&word.as_str())).cloned().collect();
        return (rest.len() < words.len() && !rest.is_empty()).then(|| rest.join(" "));
    }
    let plain = normalise(header);
    let part = SPENT.iter().find(|part| !part.is_ascii() && plain.contains(*part))?;
    let rest = plain.replacen(part, "", 1);
    (!rest.is_empty()).then_some(rest)
}

/// A column that names months without a year, as an expression for the first day of each in a given year.
pub(super) fn months_by_name(columns: &[Column], year: i16) -> Option<(String, String)> {
    let column = columns.iter().find(|column| {
        let mut values = column.values.iter().flatten().peekable();
        values.peek().is_some() && values.all(|value| names_month(value))
    })?;
    let header = format!("\"{}\"", column.header.replace('"', "\"\""));
    let korean = column.values.iter().flatten().any(|value| value.contains('월'));
    let month = if korean {
        format!("CAST(replace(trim({header}), '월', '') AS INT)")
    } else {
        format!("(strpos('{}', lower(substr(trim({header}), 1, 3))) + 2) / 3", MONTHS.concat())
    };
    Some((column.header.clone(), format!("make_date({year}, {month}, 1)")))
}

/// `Jan`, `January`, `1월`
fn names_month(text: &str) -> bool {
    let of_year = |number: &str| number.trim().parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
    text.trim().strip_suffix('월').map_or_else(|| is_month_name(text), of_year)
}

/// Whether a header says that its numbers are percentages.
pub(super) fn says_percent(header: &str) -> bool {
    let said = ["pct", "percent", "percentage", "rate"];
    header.contains('%')
        || header.contains('율')
        || words(header).iter().any(|word| said.contains(&word.as_str()))
}

/// Words of a column with the canonical words that they stand for, and the words that nobody knows.
pub(super) type ToldWords = (Vec<(String, &'static str)>, Vec<String>);

/// The words of a column that takes only some.
pub(super) fn value_words(
    table: &str,
    column: &'static str,
    fit: &Fit,
    columns: &[Column],
) -> Option<ToldWords> {
    type Known = &'static [(&'static str, &'static [&'static str])];
    const STAGE_WORDS: Known = &[
        (
            "purchase",
            &[
                "purchase",
                "order",
                "checkoutcomplete",
                "transaction",
                "paid",
                "buy",
                "구매",
                "주문",
                "결제",
                "주문완료",
            ],
        ),
        (
            "cart",
            &["cart", "addtocart", "basket", "begincheckout", "checkout", "장바구니", "담기", "장바구니담기"],
        ),
        (
            "product",
            &[
                "product",
                "viewitem",
                "productview",
                "detail",
                "view",
                "item",
                "상품",
                "상품조회",
                "상품상세",
                "조회",
            ],
        ),
        (
            "home",
            &[
                "home",
                "main",
                "landing",
                "index",
                "pageview",
                "sessionstart",
                "department",
                "category",
                "홈",
                "메인",
                "첫화면",
            ],
        ),
    ];
    const KIND_WORDS: Known = &[
        ("percent", &["percent", "percentage", "pct", "rate", "정률", "율", "퍼센트", "비율", "정률할인"]),
        ("amount", &["amount", "fixed", "fixedamount", "fix", "money", "정액", "금액", "정액할인", "원"]),
    ];
    let known: Known = match (table, column) {
        ("sessions", "reached") => STAGE_WORDS,
        ("promotions", "kind") => KIND_WORDS,
        _ => return None,
    };
    let counts = fit.of(column, columns)?.counts();
    let (mut told, mut unknown) = (Vec::new(), Vec::new());
    for (word, _) in counts {
        let plain = normalise(word);
        let sign = (word.trim() == "%").then_some("percent");
        let found =
            known.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(canonical, _)| *canonical);
        match sign.or(found) {
            Some(canonical) if canonical == word => {}
            Some(canonical) => told.push((word.to_owned(), canonical)),
            None if STAGES.contains(&word) => {}
            None => unknown.push(word.to_owned()),
        }
    }
    Some((told, unknown))
}
