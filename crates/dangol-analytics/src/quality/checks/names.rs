//! Names and identifiers that people give when they try a shop out.

use arrow::datatypes::Int64Type;
use dangol_shop::frame::{column, texts};
use dangol_shop::{Shop, ShopError};

use super::super::has;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// What people write when they try a shop out.
const TRIED: &str = r"(test|tester|testing|dummy|asdf+|qwer(ty)?|테스트|테스터|더미)";
/// What they write beside it: `Test Customer`, `qa test 2`, `테스트 계정`.
const BESIDE: &str = r"(customer|client|buyer|guest|user|member|account|person|name|order|shop|store|qa|dev|admin|first|last|용|계정|고객|회원|유저|사용자|아이디|주문|구매자|관리자|개발)";
/// What stands between and behind them.
const BETWEEN: &str = r"[-_ .@#+()0-9]";
/// An identifier that begins so.
const BEGINS: &str = r"^(test|tester|dummy|asdf|qwerty|테스트|더미)([-_ .@#0-9]|$)";

/// A name of which every word is one of a test, in lower case. A person may be called Tester: a name that holds another
/// word, too, is left alone.
fn name() -> String {
    // Korean words need nothing between them; `testuser` is common enough.
    format!("^({BESIDE}{BETWEEN}*)*{TRIED}({BETWEEN}*({BESIDE}|{BETWEEN}{TRIED}))*{BETWEEN}*$")
}

/// An address whose part before the `@`, or what is behind a `+` in it, is such a name.
fn address() -> String {
    format!(r"^([^@]*\+)?({BESIDE}{BETWEEN}*)*{TRIED}([-_.0-9]*({BESIDE}|[-_.]{TRIED}))*[-_.0-9]*(\+[^@]*)?@")
}

/// A product of which the shop says so itself. A pregnancy test is for sale.
const PRODUCT: &str = r"(^(test|dummy|테스트|더미)[-_ .#0-9]*$|(^|[^a-z])(test|dummy) ?(product|item|order|sku)|(테스트|더미) ?(상품|주문|결제|용))";

/// Where such values may stand: table, column, what is taken for one, whether the value says who somebody is.
fn places() -> [(&'static str, &'static str, String, bool); 8] {
    [
        ("customers", "customer_id", BEGINS.to_owned(), false),
        ("customers", "name", format!("({}|{})", name(), address()), true),
        ("customers", "email", address(), true),
        ("order_lines", "customer_id", BEGINS.to_owned(), false),
        ("order_lines", "product_id", PRODUCT.to_owned(), false),
        ("order_lines", "product_name", PRODUCT.to_owned(), false),
        ("order_lines", "coupon_code", BEGINS.to_owned(), false),
        ("products", "name", PRODUCT.to_owned(), false),
    ]
}

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let mut findings = Vec::new();
    for (table, name, pattern, personal) in places() {
        if !has(shop, table, name) {
            continue;
        }
        let query = format!(
            "SELECT {name} AS value, count(*) AS rows FROM {table} WHERE {name} IS NOT NULL GROUP BY {name} \
             HAVING regexp_like(trim(lower({name})), '{pattern}') ORDER BY rows DESC, value"
        );
        let found = shop.sql(&query).await?;
        let values: Vec<String> = texts(&found, "value")?.into_iter().flatten().collect();
        let rows: i64 = column::<Int64Type>(&found, "rows", 0)?.into_iter().sum();
        if values.is_empty() {
            continue;
        }
        let buyers = if table == "customers" { Some(lines(shop, name, &pattern).await?) } else { None };
        findings.push(finding((table, name), &values, rows as u64, buyers, personal));
    }
    Ok(findings)
}

/// Order lines of the members found.
async fn lines(shop: &Shop, name: &str, pattern: &str) -> Result<u64, ShopError> {
    let query = format!(
        "SELECT count(*) AS lines FROM order_lines WHERE customer_id IN (SELECT customer_id FROM customers \
         WHERE regexp_like(trim(lower({name})), '{pattern}'))"
    );
    Ok(column::<Int64Type>(&shop.sql(&query).await?, "lines", 0)?.first().copied().unwrap_or(0) as u64)
}

fn finding(
    (table, name): (&'static str, &'static str),
    values: &[String],
    rows: u64,
    buyers: Option<u64>,
    personal: bool,
) -> Finding {
    const SHOWN: usize = 3;
    // What says who somebody is stays in the table.
    let shown = if personal {
        String::new()
    } else {
        format!(": {}", values.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
    };
    let (count, rows_text) = (grouped(values.len() as u64), grouped(rows));
    let (bought_en, bought_ko) = match buyers {
        Some(0) => (" None of them has ordered.".to_owned(), " 주문한 적은 없어요.".to_owned()),
        Some(lines) => (
            format!(" They have {} order lines.", grouped(lines)),
            format!(" 주문 상품은 {}건이에요.", grouped(lines)),
        ),
        None => (String::new(), String::new()),
    };
    let what_to_do = match (table, name) {
        ("customers", _) | (_, "customer_id") => (
            "They count as customers who come and do not come back. Name them under [cleaning.test_accounts] to leave them and their orders out.",
            "한 번 오고 다시 오지 않는 고객으로 세어져요. [cleaning.test_accounts]에 적으면 주문까지 함께 빠져요.",
        ),
        (_, "coupon_code") => (
            "Their discounts are nobody's. Leave the lines out with keep under [cleaning].",
            "실제 할인이 아니에요. [cleaning]의 keep으로 이 주문을 빼 주세요.",
        ),
        _ => (
            "What is sold in tests counts as revenue and units. Leave the lines out with keep under [cleaning].",
            "테스트로 판매한 금액과 수량이 매출에 들어가요. [cleaning]의 keep으로 이 주문을 빼 주세요.",
        ),
    };
    let text = Words::new(
        format!(
            "{rows_text} rows of {table} have {count} values of {name} that look like tests{shown}.{bought_en} {}",
            what_to_do.0
        ),
        format!(
            "{table}의 {rows_text}개 행에 테스트처럼 보이는 {name} 값이 {count}가지 있어요{shown}.{bought_ko} {}",
            what_to_do.1
        ),
    );
    let lines = if table == "order_lines" { rows } else { buyers.unwrap_or(0) };
    let severity = if lines > 0 { Severity::Warning } else { Severity::Info };
    Finding::new("test_like", severity, text)
        .value("table", table)
        .value("column", name)
        .value("values", values.len() as u64)
        .value("rows", rows)
        .about(name)
}
