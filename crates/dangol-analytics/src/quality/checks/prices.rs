//! Prices of zero, and single prices in another unit than the product's others.

use std::collections::BTreeMap;

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::{Shop, ShopError};

use super::super::{SOLD, has};
use super::times;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, number, share as share_in_words};

/// The price of one, where need be from the amount of the line.
pub(super) const PRICE: &str = "COALESCE(unit_price, net_revenue / NULLIF(COALESCE(quantity, 1), 0))";
/// What is sold, by its identifier, else by its name.
pub(super) const PRODUCT: &str = "COALESCE(product_id, product_name)";

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let mut findings: Vec<Finding> = zeros(shop).await?.into_iter().collect();
    if shop.manifest.totals.has_amounts
        && (has(shop, "order_lines", "product_id") || has(shop, "order_lines", "product_name"))
    {
        findings.extend(jumps(shop).await?);
    }
    Ok(findings)
}

/// Zeros in place of prices: a few are gifts, many are a column that was not filled.
async fn zeros(shop: &Shop) -> Result<Option<Finding>, ShopError> {
    if !shop.manifest.totals.has_amounts {
        return Ok(None);
    }
    let query = format!(
        "SELECT count(net_revenue) AS sold, count(*) FILTER (WHERE net_revenue = 0) AS zero FROM order_lines WHERE {SOLD}"
    );
    let found = shop.sql(&query).await?;
    let count = |name: &str| -> Result<u64, ShopError> {
        Ok(column::<Int64Type>(&found, name, 0)?.first().copied().unwrap_or(0) as u64)
    };
    let (sold, zero) = (count("sold")?, count("zero")?);
    Ok(of_zeros(sold, zero))
}

/// A twentieth of the lines without a price is more than gifts.
fn of_zeros(sold: u64, zero: u64) -> Option<Finding> {
    let share = zero as f64 / sold.max(1) as f64;
    if share <= 0.05 {
        return None;
    }
    let (rows, text) = (grouped(zero), share_in_words(share));
    let (code, severity, words) = if zero == sold {
        (
            "prices_all_zero",
            Severity::Serious,
            Words::new(
                format!(
                    "All {rows} order lines are sold at 0: revenue, order values and monetary scores say nothing. Check which column is mapped to unit_price or amount."
                ),
                format!(
                    "주문 상품 {rows}건의 금액이 모두 0이에요. 매출, 객단가, 구매 금액 점수를 믿을 수 없으니 unit_price나 amount에 연결한 열을 확인해 주세요."
                ),
            ),
        )
    } else {
        (
            "prices_zero",
            Severity::Warning,
            Words::new(
                format!(
                    "{rows} order lines ({}) are sold at 0: they count as orders without revenue and pull averages down. Gifts and samples can be left out with zero_price = \"drop\" under [cleaning].",
                    text.en
                ),
                format!(
                    "주문 상품 {rows}건({})의 금액이 0이에요. 매출 없는 주문으로 세어 평균이 낮아져요. 사은품이라면 [cleaning]의 zero_price = \"drop\"으로 뺄 수 있어요.",
                    text.ko
                ),
            ),
        )
    };
    Some(Finding::new(code, severity, words).value("rows", zero).value("share", share).about("prices"))
}

/// Quarters of a power of ten away from a product's usual price: a hundred or a thousand times, and what is near.
const JUMP: std::ops::RangeInclusive<i32> = 7..=14;
/// How many times another price is at least.
const TIMES: f64 = 50.0;
/// Prices in between are those of a product without one price, such as postage or entries by hand.
const SPREAD: std::ops::RangeInclusive<i32> = 3..=6;
/// Lines from which on a product has a usual price.
const LEAST_LINES: u64 = 5;

/// Lines of a product at prices of one order of magnitude.
struct Level {
    magnitude: i32,
    lines: u64,
    revenue: f64,
    price: f64,
}

/// A product some of whose prices are in another unit.
struct Jump {
    product: String,
    usual: f64,
    other: f64,
    lines: u64,
    revenue: f64,
}

async fn jumps(shop: &Shop) -> Result<Option<Finding>, ShopError> {
    // Only products whose prices lie that far apart come as groups.
    let query = format!(
        "SELECT {PRODUCT} AS product, magnitude_index({PRICE}) AS magnitude, count(*) AS lines, \
         sum(net_revenue) AS revenue, avg({PRICE}) AS price \
         FROM order_lines JOIN (SELECT {PRODUCT} AS wide FROM order_lines WHERE {SOLD} AND {PRICE} > 0 GROUP BY 1 \
         HAVING max({PRICE}) >= {TIMES} * min({PRICE})) AS products ON {PRODUCT} = wide \
         WHERE {SOLD} AND {PRICE} > 0 GROUP BY 1, 2 ORDER BY 1, 2"
    );
    let found = shop.sql(&query).await?;
    let magnitude = column::<Int32Type>(&found, "magnitude", 0)?;
    let lines = column::<Int64Type>(&found, "lines", 0)?;
    let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
    let price = column::<Float64Type>(&found, "price", 0.0)?;
    let mut products: BTreeMap<String, Vec<Level>> = BTreeMap::new();
    for (row, product) in texts(&found, "product")?.into_iter().enumerate() {
        let level = Level {
            magnitude: magnitude[row],
            lines: lines[row] as u64,
            revenue: revenue[row],
            price: price[row],
        };
        products.entry(product.unwrap_or_default()).or_default().push(level);
    }
    let mut jumps: Vec<Jump> =
        products.into_iter().filter_map(|(product, levels)| jump(product, &levels)).collect();
    jumps.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.product.cmp(&b.product)));
    let revenue = shop.manifest.totals.revenue;
    Ok(of_jumps(&jumps, revenue))
}

/// Whether a product has a usual price, some prices far from it, and little in between.
fn jump(product: String, levels: &[Level]) -> Option<Jump> {
    let all: u64 = levels.iter().map(|level| level.lines).sum();
    let mut before = 0;
    let usual = levels.iter().find(|level| {
        before += level.lines;
        before * 2 >= all
    })?;
    let apart = |level: &&Level, range: std::ops::RangeInclusive<i32>| {
        range.contains(&(level.magnitude - usual.magnitude).abs())
    };
    let ratio = |level: &Level| (level.price / usual.price).max(usual.price / level.price);
    let far = levels.iter().filter(|level| apart(level, JUMP) && ratio(level) >= TIMES);
    let far: Vec<&Level> = far.collect();
    let lines: u64 = far.iter().map(|level| level.lines).sum();
    let spread: u64 = levels.iter().filter(|level| apart(level, SPREAD)).map(|level| level.lines).sum();
    let most = far.iter().max_by_key(|level| level.lines)?;
    (all >= LEAST_LINES && lines > 2 * spread).then(|| Jump {
        product,
        usual: usual.price,
        other: most.price,
        lines,
        revenue: far.iter().map(|level| level.revenue).sum(),
    })
}

fn of_jumps(jumps: &[Jump], all_revenue: f64) -> Option<Finding> {
    let first = jumps.first()?;
    let (products, lines) = (jumps.len() as u64, jumps.iter().map(|jump| jump.lines).sum::<u64>());
    let revenue: f64 = jumps.iter().map(|jump| jump.revenue).sum();
    let share = if all_revenue > 0.0 { revenue / all_revenue } else { 0.0 };
    let ratio = (first.other / first.usual).max(first.usual / first.other);
    let (usual, other) = (number(first.usual), number(first.other));
    let (count, rows, apart) = (grouped(products), grouped(lines), times(ratio));
    let (product, share_text) = (&first.product, share_in_words(share.clamp(0.0, 1.0)));
    let text = Words::new(
        format!(
            "{rows} order lines of {count} products are about {apart} times as dear or as cheap as the product usually is ({product}: {other} instead of {usual}); they make {} of revenue. If they are in another unit, such as cents or a price per pack, mend them in the source or by an expression for unit_price; if they are errors, leave them out with keep under [cleaning].",
            share_text.en
        ),
        format!(
            "상품 {count}개의 주문 {rows}건은 평소 가격과 약 {apart}배 차이가 나요({product}: 평소 {usual}, 이 주문은 {other}). 매출의 {}를 차지해요. 단위가 다르면 원본이나 unit_price 표현식에서 고치고, 오류라면 [cleaning]의 keep으로 빼 주세요.",
            share_text.ko
        ),
    );
    let severity = if share > 0.01 { Severity::Warning } else { Severity::Info };
    Some(
        Finding::new("price_jump", severity, text)
            .value("products", products)
            .value("rows", lines)
            .value("share", share)
            .value("product", first.product.as_str())
            .value("usual", first.usual)
            .value("other", first.other)
            .about("prices"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(prices: &[(f64, u64)]) -> Option<Jump> {
        let mut levels: BTreeMap<i32, Level> = BTreeMap::new();
        for (price, lines) in prices {
            let magnitude = (price.log10() * 4.0).floor() as i32;
            let level =
                levels.entry(magnitude).or_insert(Level { magnitude, lines: 0, revenue: 0.0, price: *price });
            level.lines += lines;
            level.revenue += price * *lines as f64;
        }
        jump("P".into(), &levels.into_values().collect::<Vec<_>>())
    }

    #[test]
    fn a_price_in_cents_among_euros() {
        let found = product(&[(12.5, 30), (13.0, 10), (1250.0, 2)]).unwrap();
        assert_eq!((found.lines, found.usual, found.other), (2, 12.5, 1250.0));
        let found = product(&[(1250.0, 30), (12.5, 2)]).unwrap();
        assert_eq!((found.usual, found.other), (1250.0, 12.5));
    }

    #[test]
    fn what_has_no_price_of_its_own_does_not_jump() {
        // Postage, and corrections by hand, cost anything.
        assert!(product(&[(1.0, 9), (5.0, 20), (18.0, 40), (90.0, 12), (400.0, 3), (2000.0, 2)]).is_none());
        // A sale of nine tenths off is no other unit.
        assert!(product(&[(30.0, 40), (3.0, 10)]).is_none());
        assert!(product(&[(10.0, 3), (1000.0, 1)]).is_none(), "too few lines to know what is usual");
    }

    #[test]
    fn zeros() {
        assert!(of_zeros(1_000, 50).is_none());
        assert_eq!(of_zeros(1_000, 51).unwrap().code, "prices_zero");
        assert_eq!(of_zeros(10, 10).unwrap().severity, Severity::Serious);
        assert!(of_zeros(0, 0).is_none());
    }
}
