//! Another currency, or another unit, from some day on or in some country: not one price, but most prices together.

use std::collections::BTreeMap;

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Shop, ShopError};

use super::super::{SOLD, has};
use super::prices::{PRICE, PRODUCT};
use super::{median, times};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

/// Products compared, the most sold ones: enough to tell, and a bound on what is held in memory.
const PRODUCTS: usize = 500;
/// Products that must be there on both sides.
const LEAST_PRODUCTS: usize = 5;
/// Share of them that must have moved together.
const TOGETHER: f64 = 0.6;
/// How far they must have moved.
const MOVED: f64 = 3.0;
/// Months looked at on either side of a change.
const MONTHS: i32 = 3;
/// Without products: how far the level of all amounts must move.
const MOVED_LEVEL: f64 = 5.0;
/// Without products: lines that make a month's level.
const LEAST_LINES: i64 = 20;

pub(super) async fn findings(shop: &Shop) -> Result<Vec<Finding>, ShopError> {
    let totals = &shop.manifest.totals;
    if !totals.has_amounts {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    let products = has(shop, "order_lines", "product_id") || has(shop, "order_lines", "product_name");
    if totals.has_dates {
        let change = if products {
            over_time(&prices(shop, "month_index(ordered_on)").await?)
        } else {
            of_levels(&levels(shop).await?)
        };
        findings.extend(change.map(|change| from_month(&change)));
    }
    if products {
        for dimension in ["country", "sales_platform"] {
            if totals.dimensions.iter().any(|known| known == dimension) {
                let values = prices(shop, dimension).await?;
                findings.extend(elsewhere(&values).map(|change| in_place(dimension, &change)));
            }
        }
    }
    Ok(findings)
}

/// Median prices of the most sold products by some group of their lines: product → group → price.
type Prices = BTreeMap<String, BTreeMap<String, f64>>;

async fn prices(shop: &Shop, group: &str) -> Result<Prices, ShopError> {
    let sold = format!("{SOLD} AND {PRICE} > 0");
    let query = format!(
        "SELECT {PRODUCT} AS product, CAST({group} AS VARCHAR) AS place, approx_median({PRICE}) AS price \
         FROM order_lines JOIN (SELECT {PRODUCT} AS top FROM order_lines WHERE {sold} AND {PRODUCT} IS NOT NULL \
         GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {PRODUCTS}) AS most ON {PRODUCT} = top \
         WHERE {sold} AND {group} IS NOT NULL GROUP BY 1, 2"
    );
    let found = shop.sql(&query).await?;
    let price = column::<Float64Type>(&found, "price", 0.0)?;
    let mut prices = Prices::new();
    for (row, (product, place)) in
        texts(&found, "product")?.into_iter().zip(texts(&found, "place")?).enumerate()
    {
        let product = prices.entry(product.unwrap_or_default()).or_default();
        product.insert(place.unwrap_or_default(), price[row]);
    }
    Ok(prices)
}

/// Prices that moved together.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    /// The first month with the new prices by its number, or the country.
    place: String,
    /// By how much, above or below 1.
    ratio: f64,
    /// Products that moved, of those that could be compared; 0 of 0 where there are no products.
    moved: u64,
    products: u64,
}

/// How far every one of some prices lies above, or below, every one of the others; 1 where they overlap.
fn ratio<'a, K: 'a>(
    before: impl Iterator<Item = (K, &'a f64)>,
    after: impl Iterator<Item = (K, &'a f64)>,
) -> Option<f64> {
    let ends = |prices: &mut dyn Iterator<Item = f64>| {
        prices.fold(None, |ends: Option<(f64, f64)>, price| {
            let (least, most) = ends.unwrap_or((price, price));
            Some((least.min(price), most.max(price)))
        })
    };
    let (least_before, most_before) = ends(&mut before.map(|(_, price)| *price))?;
    let (least_after, most_after) = ends(&mut after.map(|(_, price)| *price))?;
    if least_after > most_before {
        Some(least_after / most_before)
    } else if most_after < least_before {
        Some(most_after / least_before)
    } else {
        Some(1.0)
    }
}

/// What most of some ratios say together.
fn together(place: &str, ratios: &[f64]) -> Option<(f64, Change)> {
    let up: Vec<f64> = ratios.iter().copied().filter(|ratio| *ratio >= MOVED).collect();
    let down: Vec<f64> = ratios.iter().copied().filter(|ratio| *ratio <= 1.0 / MOVED).collect();
    let mut moved = if up.len() >= down.len() { up } else { down };
    let share = moved.len() as f64 / ratios.len().max(1) as f64;
    if ratios.len() < LEAST_PRODUCTS || share < TOGETHER {
        return None;
    }
    let products = ratios.len() as u64;
    let change =
        Change { place: place.to_owned(), moved: moved.len() as u64, products, ratio: median(&mut moved)? };
    Some((share, change))
}

/// The month from which on most products cost another price than in the months before.
fn over_time(prices: &Prices) -> Option<Change> {
    let months = |of: &BTreeMap<String, f64>| -> BTreeMap<i32, f64> {
        of.iter().filter_map(|(month, price)| Some((month.parse().ok()?, *price))).collect()
    };
    let prices: Vec<BTreeMap<i32, f64>> = prices.values().map(months).collect();
    let first = prices.iter().filter_map(|of| of.keys().next()).min()?;
    let last = prices.iter().filter_map(|of| of.keys().next_back()).max()?;
    let mut best: Option<(f64, f64, Change)> = None;
    for month in first + 1..=*last {
        let ratios: Vec<f64> = prices
            .iter()
            .filter_map(|of| ratio(of.range(month - MONTHS..month), of.range(month..month + MONTHS)))
            .collect();
        let Some((share, change)) = together(&month.to_string(), &ratios) else { continue };
        let far = change.ratio.ln().abs();
        if best.as_ref().is_none_or(|(best, distance, _)| (share, far) > (*best, *distance)) {
            best = Some((share, far, change));
        }
    }
    best.map(|(_, _, change)| change)
}

/// The country or platform in which most products cost another price than elsewhere.
fn elsewhere(prices: &Prices) -> Option<Change> {
    let places: std::collections::BTreeSet<&String> = prices.values().flat_map(BTreeMap::keys).collect();
    let mut best: Option<(f64, Change)> = None;
    for place in places {
        let ratios: Vec<f64> = prices
            .values()
            .filter_map(|of| {
                let others = of.iter().filter(|(other, _)| *other != place);
                ratio(others, of.iter().filter(|(other, _)| *other == place))
            })
            .collect();
        let Some((share, change)) = together(place, &ratios) else { continue };
        if best.as_ref().is_none_or(|(best, _)| share > *best) {
            best = Some((share, change));
        }
    }
    best.map(|(_, change)| change)
}

/// The typical amount of a line by month, where no products can be compared.
async fn levels(shop: &Shop) -> Result<Vec<(i32, f64)>, ShopError> {
    let query = format!(
        "SELECT month_index(ordered_on) AS month, count(*) AS lines, approx_median(net_revenue) AS level \
         FROM order_lines WHERE {SOLD} AND net_revenue > 0 GROUP BY 1 ORDER BY 1"
    );
    let found = shop.sql(&query).await?;
    let lines = column::<Int64Type>(&found, "lines", 0)?;
    let months = column::<Int32Type>(&found, "month", 0)?;
    let level = column::<Float64Type>(&found, "level", 0.0)?;
    let enough = (0..months.len()).filter(|row| lines[*row] >= LEAST_LINES);
    Ok(enough.map(|row| (months[row], level[row])).collect())
}

/// The month from which on every level is far from every level before.
fn of_levels(levels: &[(i32, f64)]) -> Option<Change> {
    let span = MONTHS as usize;
    let mut best: Option<Change> = None;
    for at in 2..levels.len().saturating_sub(1) {
        let side = |part: &[(i32, f64)]| {
            let values = part.iter().map(|(_, level)| *level);
            (values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max))
        };
        let (least_before, most_before) = side(&levels[at.saturating_sub(span)..at]);
        let (least_after, most_after) = side(&levels[at..levels.len().min(at + span)]);
        let ratio = if least_after >= MOVED_LEVEL * most_before {
            least_after / most_before
        } else if most_after * MOVED_LEVEL <= least_before {
            most_after / least_before
        } else {
            continue;
        };
        if best.as_ref().is_none_or(|best| ratio.ln().abs() > best.ratio.ln().abs()) {
            best = Some(Change { place: levels[at].0.to_string(), ratio, moved: 0, products: 0 });
        }
    }
    best
}

/// `100 times as high`, and the same in Korean.
fn in_words(ratio: f64) -> Words {
    if ratio >= 1.0 {
        let times = times(ratio);
        Words::new(format!("{times} times as high"), format!("{times}배 높아요"))
    } else {
        let part = times(1.0 / ratio);
        Words::new(format!("a {part}th as high"), format!("{part}분의 1이에요"))
    }
}

fn counted(change: &Change) -> Words {
    let (moved, products) = (grouped(change.moved), grouped(change.products));
    let share = share_in_words(change.moved as f64 / change.products.max(1) as f64);
    match change.products {
        0 => Words::new("order lines are typically", "주문 금액이 보통"),
        _ => Words::new(
            format!("{moved} of {products} products compared ({}) cost prices", share.en),
            format!("비교한 상품 {products}개 중 {moved}개({})의 가격이", share.ko),
        ),
    }
}

fn found(code: &'static str, change: &Change, text: Words) -> Finding {
    Finding::new(code, Severity::Serious, text)
        .value("ratio", change.ratio)
        .value("products", change.products)
        .value("moved", change.moved)
        .about("prices")
}

fn from_month(change: &Change) -> Finding {
    let month = change.place.parse().map_or(0, |month| Period::Month.start(month));
    let day = date_of(month).to_string();
    let (what, by) = (counted(change), in_words(change.ratio));
    let month = &day[..7];
    let text = Words::new(
        format!(
            "From {month} on, {} {} as before: another currency or unit. Revenue before and after cannot be added up or compared, and scores by amount rank customers by when they bought. Convert one of them in the source, or by an expression for the amount.",
            what.en, by.en
        ),
        format!(
            "{month}부터 {} 그전의 {}. 통화나 단위가 바뀐 것 같아요. 앞뒤 매출을 더하거나 비교할 수 없고, 금액 점수는 산 시기에 따라 갈려요. 원본이나 금액 표현식에서 한쪽을 환산해 주세요.",
            what.ko, by.ko
        ),
    );
    found("currency_change", change, text).value("from", day.as_str())
}

fn in_place(dimension: &'static str, change: &Change) -> Finding {
    let (what, by, place) = (counted(change), in_words(change.ratio), &change.place);
    let text = Words::new(
        format!(
            "Where {dimension} is {place}, {} {} as elsewhere: another currency or unit. Its revenue cannot be added to the rest. Convert it in the source, or by an expression for the amount.",
            what.en, by.en
        ),
        format!(
            "{dimension} 값이 {place}인 주문은 {} 다른 곳의 {}. 통화나 단위가 다른 것 같아 다른 매출과 더할 수 없어요. 원본이나 금액 표현식에서 환산해 주세요.",
            what.ko, by.ko
        ),
    );
    found("currency_differs", change, text).value("place", place.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(price: impl Fn(usize, i32) -> Option<f64>) -> Prices {
        (0..20)
            .map(|product| {
                let months = (640..652).filter_map(|month| Some((month.to_string(), price(product, month)?)));
                (product.to_string(), months.collect())
            })
            .collect()
    }

    #[test]
    fn most_prices_moving_together_are_another_currency() {
        let base = |product: usize| 5.0 + product as f64;
        let won = |product, month| Some(base(product) * if month >= 646 { 1_330.0 } else { 1.0 });
        let change = over_time(&shop(won)).unwrap();
        assert_eq!((change.place.as_str(), change.moved, change.products), ("646", 20, 20));
        assert!((change.ratio / 1_330.0 - 1.0).abs() < 1e-9);
        // A third of the products alone, or a raise by half, are prices.
        let some =
            |product, month| Some(base(product) * if month >= 646 && product < 7 { 100.0 } else { 1.0 });
        assert_eq!(over_time(&shop(some)), None);
        let raise = |product, month| Some(base(product) * if month >= 646 { 1.5 } else { 1.0 });
        assert_eq!(over_time(&shop(raise)), None);
        // What is sold on one side only says nothing.
        let new = |product, month: i32| {
            ((month >= 646) == (product % 2 == 0))
                .then(|| base(product) * if month >= 646 { 100.0 } else { 1.0 })
        };
        assert_eq!(over_time(&shop(new)), None);
    }

    #[test]
    fn one_country_in_another_currency() {
        let prices: Prices = (0..10)
            .map(|product| {
                let base = 3.0 + f64::from(product);
                let places = [("DE", base), ("FR", base * 1.1), ("JP", base * 160.0)];
                (product.to_string(), places.map(|(place, price)| (place.to_owned(), price)).into())
            })
            .collect();
        let change = elsewhere(&prices).unwrap();
        assert_eq!((change.place.as_str(), change.moved), ("JP", 10));
    }

    #[test]
    fn a_level_that_stays_is_another_currency_and_a_peak_is_not() {
        let level = |values: &[f64]| {
            let months: Vec<(i32, f64)> =
                values.iter().enumerate().map(|(at, level)| (at as i32, *level)).collect();
            of_levels(&months)
        };
        let change = level(&[20.0, 21.0, 19.0, 2_000.0, 2_100.0, 1_950.0]).unwrap();
        assert_eq!((change.place.as_str(), change.products), ("3", 0));
        assert!(level(&[20.0, 21.0, 19.0, 200.0, 21.0, 20.0]).is_none());
        assert!(level(&[20.0, 40.0, 80.0, 90.0]).is_none());
        assert!(level(&[20.0, 2_000.0]).is_none());
    }

    #[test]
    fn words() {
        assert_eq!(in_words(100.0).en, "100 times as high");
        assert_eq!(in_words(0.01).ko, "100분의 1이에요");
    }
}
