//! Identifiers that one table has from another: how many find nothing there.

use arrow::datatypes::Int64Type;
use dangol_shop::frame::{column, texts};
use dangol_shop::{Shop, ShopError};
use serde::Serialize;
use utoipa::ToSchema;

use super::has;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// Identifiers of a column, and how many of them another table does not know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Link {
    /// The table that names something.
    pub table: String,
    /// The column that names it.
    pub column: String,
    /// The table that should know it.
    pub to_table: String,
    /// The column there.
    pub to_column: String,
    /// Different identifiers.
    pub keys: u64,
    /// Rows with one.
    pub rows: u64,
    /// Identifiers that the other table does not know.
    pub unmatched_keys: u64,
    /// Rows with such an identifier.
    pub unmatched_rows: u64,
    /// Their share of the rows with an identifier.
    pub unmatched_share: f64,
    /// How many of the unmatched identifiers would be known if upper and lower case, leading zeros and separators
    /// did not count.
    pub alike: u64,
    /// Some of the unmatched identifiers, those with the most rows first.
    pub samples: Vec<String>,
    /// Whether every one of them should be known: a customer need not have bought, but who bought should be a customer.
    pub expected: bool,
    /// What it means for the numbers, and what can be done.
    pub effect: Words,
}

/// A pair of columns that hold the same identifiers.
struct Pair {
    from: (&'static str, &'static str),
    to: (&'static str, &'static str),
    /// Whether the other table should know every identifier.
    expected: bool,
    /// What it means that it does not.
    effect: (&'static str, &'static str),
    /// The same for the other direction, where it is worth a look.
    back: Option<(&'static str, &'static str)>,
}

const NOT_A_MEMBER: (&str, &str) = (
    "Nobody knows who they are: whatever goes by age, region, grade or sign-up leaves them out. Export all members, also those who left.",
    "누구인지 알 수 없어 나이, 지역, 등급, 가입일로 나눈 분석에서 빠져요. 탈퇴 회원까지 모두 내보내 주세요.",
);
const NOT_A_BUYER: (&str, &str) = (
    "They stand beside no purchases, so they explain nothing of what customers buy. Are the orders of another period or shop?",
    "구매 기록이 없어 구매와 함께 볼 수 없어요. 주문 파일의 기간이나 매장이 다른지 확인해 주세요.",
);
const NOT_A_PRODUCT: (&str, &str) = (
    "Their lines have no brand, cost or list price: margins and sums by brand leave them out. Export discontinued products, too.",
    "브랜드, 원가, 정가가 없어 마진이나 브랜드별 합계에서 빠져요. 판매 종료 상품까지 내보내 주세요.",
);
const NO_PROMOTION: (&str, &str) = (
    "Nobody knows what these coupons gave and when they ran: they count as discounts, not under a promotion. Add them to the list of promotions.",
    "쿠폰의 할인 내용과 기간을 알 수 없어요. 할인으로는 세지만 프로모션별로는 나눌 수 없으니 프로모션 목록에 추가해 주세요.",
);

/// Everything that may be joined, in the order in which it is told.
fn pairs(shop: &Shop) -> Vec<Pair> {
    let customers = has(shop, "customers", "customer_id");
    let members = if customers { ("customers", "customer_id") } else { ("order_lines", "customer_id") };
    let catalogue = if has(shop, "products", "product_id") {
        ("products", "product_id")
    } else {
        ("order_lines", "product_id")
    };
    // Some shops know their promotions by name only.
    let coupon = if has(shop, "promotions", "coupon_code") { "coupon_code" } else { "name" };
    let pair = |from, to, effect, back| Pair { from, to, expected: true, effect, back };
    let who = |table: &'static str| {
        let effect = if customers { NOT_A_MEMBER } else { NOT_A_BUYER };
        pair((table, "customer_id"), members, effect, None)
    };
    let mut pairs = vec![
        pair(
            ("order_lines", "customer_id"),
            ("customers", "customer_id"),
            NOT_A_MEMBER,
            Some((
                "They have signed up and bought nothing in these orders: no analysis of purchases knows them, and a first order is what to win them for.",
                "가입만 하고 이 주문 기록에는 구매가 없는 고객이에요. 구매 분석에는 나오지 않으니 첫 구매 혜택 대상으로 볼 수 있어요.",
            )),
        ),
        pair(
            ("order_lines", "product_id"),
            ("products", "product_id"),
            NOT_A_PRODUCT,
            Some((
                "Nobody bought them in the period of these orders: new, sold out, or under another identifier.",
                "이 기간에 팔린 적이 없는 상품이에요. 신상품이거나 품절이거나 상품 코드가 달라졌을 수 있어요.",
            )),
        ),
        pair(
            ("order_lines", "coupon_code"),
            ("promotions", coupon),
            NO_PROMOTION,
            Some((
                "No order names them: never redeemed, or written in another way in the orders.",
                "주문에 쓰인 적이 없어요. 아무도 쓰지 않았거나 주문에는 다른 이름으로 적혀 있을 수 있어요.",
            )),
        ),
        who("reviews"),
        pair(("reviews", "product_id"), catalogue, NOT_A_PRODUCT, None),
        who("support_contacts"),
        who("contacts"),
        who("sessions"),
    ];
    if customers {
        let buyers = ("order_lines", "customer_id");
        for table in ["reviews", "support_contacts"] {
            // A member may write or complain before the first order.
            pairs.push(Pair { expected: false, ..pair((table, "customer_id"), buyers, NOT_A_BUYER, None) });
        }
    }
    pairs.retain(|pair| {
        has(shop, pair.from.0, pair.from.1) && has(shop, pair.to.0, pair.to.1) && pair.from.0 != pair.to.0
    });
    pairs
}

/// What becomes of the identifiers of every pair of columns that the shop has.
pub(super) async fn links(shop: &Shop) -> Result<Vec<Link>, ShopError> {
    let mut links = Vec::new();
    for pair in pairs(shop) {
        links.extend(both(shop, &pair).await?);
    }
    Ok(links)
}

/// Each identifier with the number of rows on either side. One grouping serves both directions, and it can spill
/// where a join could not.
fn keys(pair: &Pair) -> String {
    let ((table, column), (to_table, to_column)) = (pair.from, pair.to);
    format!(
        "SELECT key, sum(here) AS here, sum(there) AS there FROM \
         (SELECT {column} AS key, 1 AS here, 0 AS there FROM {table} WHERE {column} IS NOT NULL \
         UNION ALL SELECT {to_column}, 0, 1 FROM {to_table} WHERE {to_column} IS NOT NULL) AS sides GROUP BY key"
    )
}

/// `C-001` as `c1`: what a person would take for the same.
const ALIKE: &str = r"regexp_replace(regexp_replace(lower(key), '[-_ ./]+', '', 'g'), '^([a-z]*)0+', '\1')";

async fn both(shop: &Shop, pair: &Pair) -> Result<Vec<Link>, ShopError> {
    let keys = keys(pair);
    let side = |a: &str, b: &str, name: &str| {
        format!(
            "count(*) FILTER (WHERE {a} > 0) AS {name}_keys, sum({a}) AS {name}_rows, \
             count(*) FILTER (WHERE {a} > 0 AND {b} = 0) AS {name}_lost_keys, \
             sum({a}) FILTER (WHERE {b} = 0) AS {name}_lost_rows"
        )
    };
    let query = format!(
        "SELECT {}, {} FROM ({keys}) AS keys",
        side("here", "there", "here"),
        side("there", "here", "there")
    );
    let counted = shop.sql(&query).await?;
    let count = |name: &str| -> Result<u64, ShopError> {
        Ok(column::<Int64Type>(&counted, name, 0)?.first().copied().unwrap_or(0) as u64)
    };
    let mut links = Vec::new();
    let forth = Some((("here", pair.from), ("there", pair.to), pair.effect, pair.expected));
    let back = pair.back.map(|effect| (("there", pair.to), ("here", pair.from), effect, false));
    for ((here, from), (there, to), effect, expected) in forth.into_iter().chain(back) {
        let (rows, unmatched_rows) = (count(&format!("{here}_rows"))?, count(&format!("{here}_lost_rows"))?);
        let unmatched_keys = count(&format!("{here}_lost_keys"))?;
        let (alike, samples) = if unmatched_keys == 0 {
            (0, Vec::new())
        } else {
            (alike(shop, &keys, here, there).await?, samples(shop, &keys, here, there).await?)
        };
        links.push(Link {
            table: from.0.to_owned(),
            column: from.1.to_owned(),
            to_table: to.0.to_owned(),
            to_column: to.1.to_owned(),
            keys: count(&format!("{here}_keys"))?,
            rows,
            unmatched_keys,
            unmatched_rows,
            unmatched_share: unmatched_rows as f64 / rows.max(1) as f64,
            alike,
            samples,
            expected,
            effect: Words::new(effect.0, effect.1),
        });
    }
    Ok(links)
}

async fn alike(shop: &Shop, keys: &str, here: &str, there: &str) -> Result<u64, ShopError> {
    let query = format!(
        "SELECT sum(lost) AS alike FROM (SELECT {ALIKE} AS form, \
         count(*) FILTER (WHERE {here} > 0 AND {there} = 0) AS lost, count(*) FILTER (WHERE {there} > 0) AS known \
         FROM ({keys}) AS keys GROUP BY 1) AS groups WHERE known > 0"
    );
    let found = shop.sql(&query).await?;
    Ok(column::<Int64Type>(&found, "alike", 0)?.first().copied().unwrap_or(0) as u64)
}

async fn samples(shop: &Shop, keys: &str, here: &str, there: &str) -> Result<Vec<String>, ShopError> {
    const SAMPLES: usize = 5;
    let query = format!(
        "SELECT key FROM ({keys}) AS keys WHERE {here} > 0 AND {there} = 0 ORDER BY {here} DESC, key LIMIT {SAMPLES}"
    );
    Ok(texts(&shop.sql(&query).await?, "key")?.into_iter().flatten().collect())
}

impl Link {
    /// What is to be said of identifiers that should be known and are not.
    pub(super) fn finding(&self) -> Option<Finding> {
        if !self.expected || self.unmatched_keys == 0 {
            return None;
        }
        let share = self.unmatched_share;
        let severity = match share {
            share if share > 0.5 => Severity::Serious,
            share if share > 0.01 => Severity::Warning,
            _ => Severity::Info,
        };
        let Self { table, column, to_table, .. } = self;
        let (rows, keys) = (grouped(self.unmatched_rows), grouped(self.unmatched_keys));
        let (samples, share_text) = (self.samples.join(", "), share_in_words(share));
        let (alike_en, alike_ko) = match self.alike {
            0 => (String::new(), String::new()),
            alike => (
                format!(
                    " {} of them differ only in case, leading zeros or separators from one that is there: write them alike in the source.",
                    grouped(alike)
                ),
                format!(
                    " 그중 {}개는 대소문자, 앞자리 0, 구분 기호만 다르니 원본에서 같은 형식으로 맞춰 주세요.",
                    grouped(alike)
                ),
            ),
        };
        let text = Words::new(
            format!(
                "{rows} rows of {table} ({}) name {keys} values of {column} that {to_table} does not know: {samples}. {}{alike_en}",
                share_text.en, self.effect.en
            ),
            format!(
                "{table}의 {rows}개 행({})에 {to_table}에 없는 {column} 값이 {keys}가지 있어요: {samples}. {}{alike_ko}",
                share_text.ko, self.effect.ko
            ),
        );
        let finding = Finding::new("not_joined", severity, text)
            .value("table", table.as_str())
            .value("to_table", to_table.as_str())
            .value("rows", self.unmatched_rows)
            .value("keys", self.unmatched_keys)
            .value("share", share)
            .value("alike", self.alike);
        Some(finding.about("links"))
    }
}
