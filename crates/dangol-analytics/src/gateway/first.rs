//! First orders of customers: what they held, and what came after.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Scope, Shop};

use super::result::GatewayParams;
use crate::error::AnalysisError;

/// Bands of the size of a first order: fifths.
const BANDS: usize = 5;

/// Customers who were followed, ascending by key.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) keys: Vec<i32>,
    /// Revenue after the first purchase day.
    pub(super) later: Vec<f64>,
    /// Whether they bought again.
    pub(super) again: Vec<bool>,
    /// The stratum of each: channel, period, size of the first order.
    pub(super) strata: Vec<u32>,
    /// What the strata hold equal.
    pub(super) adjusted_for: Vec<String>,
    pub(super) too_recent: u64,
}

impl Followed {
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &GatewayParams,
    ) -> Result<Self, AnalysisError> {
        let today = scope.as_of.day(shop.clock());
        // Days from 1970-01-01, since differences of dates are intervals in SQL.
        let since = "CAST(ordered_on AS INT) - CAST(customer_first_on AS INT)";
        let within = if params.days == 0 { String::new() } else { format!("AND {since} <= {}", params.days) };
        let acquired = scope.from.map_or_else(String::new, |from| {
            format!("AND min(customer_first_on) >= DATE '{}'", date_of(from))
        });
        let found = shop
            .lines(&scope.without_from())
            .per_customer(
                &format!(
                    "customer_key, min(customer_first_on) AS first_on, \
                     sum(net_revenue) FILTER (WHERE ordered_on = customer_first_on) AS first_value, \
                     sum(net_revenue) FILTER (WHERE ordered_on > customer_first_on {within}) AS later, \
                     count(*) FILTER (WHERE first_of_day AND ordered_on > customer_first_on {within}) AS again"
                ),
                &format!("bool_or(is_purchase) {acquired}"),
            )
            .await?;
        let keys = column::<Int32Type>(&found, "customer_key", 0)?;
        let first_on = column::<Date32Type>(&found, "first_on", 0)?;
        let first_value = column::<Float64Type>(&found, "first_value", 0.0)?;
        let later = column::<Float64Type>(&found, "later", 0.0)?;
        let again = column::<Int64Type>(&found, "again", 0)?;

        let last_first = today - params.days as i32;
        let places: Vec<usize> = (0..keys.len()).filter(|at| first_on[*at] <= last_first).collect();
        let pick = |of: &dyn Fn(usize) -> f64| places.iter().map(|at| of(*at)).collect::<Vec<f64>>();
        let mut adjusted_for = Vec::new();

        let channels = shop.customer_texts("acquisition_channel").await?;
        if !channels.is_empty() {
            adjusted_for.push("channel".to_owned());
        }
        let channel = |at: usize| {
            channels.binary_search_by_key(&keys[at], |(key, _)| *key).map_or("", |place| &channels[place].1)
        };
        // Followed up to today, customers of one month differ little in the time they had; of one quarter much.
        let period = if params.days == 0 { Period::Month } else { Period::Quarter };
        adjusted_for.push("period".to_owned());
        let bands = if shop.manifest.totals.has_amounts {
            adjusted_for.push("first_order_value".to_owned());
            bands(&pick(&|at| first_value[at]))
        } else {
            vec![0; places.len()]
        };
        let mut numbers = BTreeMap::new();
        let strata = places
            .iter()
            .zip(bands)
            .map(|(&at, band)| {
                let next = numbers.len() as u32;
                *numbers.entry((channel(at), period.index_of(first_on[at]), band)).or_insert(next)
            })
            .collect();
        Ok(Self {
            later: pick(&|at| later[at]),
            again: places.iter().map(|at| again[*at] > 0).collect(),
            too_recent: (keys.len() - places.len()) as u64,
            keys: places.iter().map(|at| keys[*at]).collect(),
            strata,
            adjusted_for,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Share of some customers who bought again.
    pub(super) fn bought_again(&self, places: impl ExactSizeIterator<Item = usize>) -> f64 {
        let count = places.len().max(1) as f64;
        places.filter(|at| self.again[*at]).count() as f64 / count
    }
}

/// The band of each value among equally many: its rank's.
fn bands(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let edges: Vec<f64> =
        (1..BANDS).filter_map(|band| sorted.get(sorted.len() * band / BANDS).copied()).collect();
    values.iter().map(|value| edges.partition_point(|edge| edge <= value)).collect()
}

/// Something that first orders hold.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) name: String,
    /// Places of those who began with it among the customers followed, ascending.
    pub(super) places: Vec<usize>,
}

/// What first orders held, by category or product: the commonest that enough customers began with and enough did not.
pub(super) async fn items(
    shop: &Shop,
    scope: &Scope,
    followed: &Followed,
    what: What,
    params: &GatewayParams,
) -> Result<Vec<Item>, AnalysisError> {
    let tables = shop.tables_in_scope(&scope.without_from())?;
    let products = tables.columns("products").await?.is_some();
    let (key, name) = match (what, products) {
        (What::Category, true) => ("coalesce(o.category, p.category)", "coalesce(o.category, p.category)"),
        (What::Category, false) => ("o.category", "o.category"),
        (What::Product, true) => ("o.product_id", "coalesce(o.product_name, p.name, o.product_id)"),
        (What::Product, false) => ("o.product_id", "coalesce(o.product_name, o.product_id)"),
    };
    let join = if products { "LEFT JOIN products p ON p.product_id = o.product_id" } else { "" };
    let first = format!(
        "SELECT o.customer_key, {key} AS item, {name} AS name FROM order_lines o {join} \
         WHERE o.is_purchase AND o.customer_key IS NOT NULL AND o.ordered_on = o.customer_first_on AND {key} IS NOT NULL"
    );
    // Only what could have enough of the customers followed comes out of the store with its customers.
    let found = tables
        .ask(&format!(
            "WITH began AS ({first}), common AS (SELECT item, max(name) AS name FROM began GROUP BY item \
             HAVING count(DISTINCT customer_key) >= {}) \
             SELECT DISTINCT began.customer_key, common.item, common.name FROM began JOIN common ON began.item = common.item \
             ORDER BY common.item",
            params.least_customers
        ))
        .await?;
    let keys = column::<Int32Type>(&found, "customer_key", 0)?;
    let mut items: Vec<Item> = Vec::new();
    for ((key, item), name) in keys.iter().zip(texts(&found, "item")?).zip(texts(&found, "name")?) {
        let item = item.unwrap_or_default();
        if items.last().is_none_or(|last| last.key != item) {
            items.push(Item { name: name.unwrap_or_else(|| item.clone()), key: item, places: Vec::new() });
        }
        if let (Some(last), Ok(place)) = (items.last_mut(), followed.keys.binary_search(key)) {
            last.places.push(place);
        }
    }
    // In order here: DataFusion sorts by no more than the item, which it takes to be unique.
    for item in &mut items {
        item.places.sort_unstable();
    }
    let least = params.least_customers as usize;
    items.retain(|item| item.places.len() >= least && followed.len() - item.places.len() >= least);
    items.sort_by(|left, right| right.places.len().cmp(&left.places.len()).then(left.key.cmp(&right.key)));
    if what == What::Product {
        items.truncate(params.products);
    }
    Ok(items)
}

/// Of which kind items are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Category,
    Product,
}
