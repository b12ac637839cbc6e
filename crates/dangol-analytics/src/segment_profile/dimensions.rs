//! What is known of each customer, by dimension.

use std::collections::{BTreeMap, HashMap};

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables::STAGES;
use dangol_shop::{AsOf, FeatureKind, FeatureValues, Features, Scope, Shop, ShopError};

use super::labels::{self, OTHER};
use super::population::Population;
use super::result::Measure;
use super::review_words::review_words;
use crate::words::Words;

/// Something by which groups are compared, with each customer's value.
#[derive(Debug, Clone)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) title: Words,
    pub(crate) measure: Measure,
    pub(crate) values: Vec<Value>,
    pub(crate) data: Data,
}

/// A value of a dimension.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) key: String,
    pub(crate) label: Words,
    /// Whether it follows from how the groups are made.
    pub(crate) by_construction: bool,
}

/// The customers' values, in the order of the population.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// Each has one of the values, or it is not known.
    Kind(Vec<Option<u16>>),
    /// By value a number of each; NaN where it is not known.
    Numbers(Vec<Vec<f64>>),
    /// By value the events of each that are of this kind, and all events of each.
    Events {
        /// By value.
        of_kind: Vec<Vec<f64>>,
        /// All.
        all: Vec<f64>,
        /// Whether the kinds add up to all.
        whole: bool,
    },
}

/// Texts that say who or what somebody is once: the more values are told apart, the less each says.
const FEATURES_BY_KIND: [&str; 8] = [
    "age_band",
    "gender",
    "region",
    "channel",
    "membership",
    "country",
    "joined_in_promotion",
    "first_category",
];

/// Numbers of customers, and whether groups made of purchases differ in them by construction.
const FIGURES: [(&str, bool); 16] = [
    ("mean_order_value", true),
    ("products", true),
    ("categories", true),
    ("mean_gap_days", true),
    ("tenure_days", true),
    ("discount_share", false),
    ("returned_share", false),
    ("weekend_share", false),
    ("evening_share", false),
    ("age", false),
    ("days_to_first_order", false),
    ("reviews", true),
    ("mean_rating", false),
    ("support_contacts", true),
    ("mean_satisfaction", false),
    ("sessions", true),
];

/// Every dimension for which the shop has the tables. `top` is how many values of a text are told apart.
pub(crate) async fn dimensions(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
    top: usize,
) -> Result<Vec<Dimension>, ShopError> {
    let made_of_purchases = population.of_purchases;
    // Both are ascending, and of everybody with a purchase in scope.
    let features = shop.features(scope).await?;
    debug_assert_eq!(features.customer_key, population.keys, "features and groups are of the same customers");
    let mut found = Vec::new();
    found.extend(categories(shop, scope, population, top).await?);
    found.extend(coupons(&features, made_of_purchases));
    found.extend(calendar(shop, scope, population).await?);
    found.extend(platforms(shop, scope, population, top).await?);
    found.extend(kinds(shop, &features, made_of_purchases, top));
    found.extend(figures(shop, &features, made_of_purchases));
    found.extend(funnel(shop, scope, population).await?);
    found.extend(review_words(shop, scope, population).await?);
    // What nobody has, or everybody alike, compares nothing.
    found.retain(|dimension| !dimension.values.is_empty());
    Ok(found)
}

/// The commonest of some texts, at most `most`, equally common ones by name.
pub(crate) fn commonest<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for text in texts {
        *counts.entry(text).or_insert(0) += 1;
    }
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.into_iter().take(most).map(|(text, _)| text.to_owned()).collect()
}

/// What each customer bought, by category: units, and the mix of units.
async fn categories(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
    top: usize,
) -> Result<Vec<Dimension>, ShopError> {
    let Some(table) = Events::by_category(shop, scope).await? else { return Ok(Vec::new()) };
    let (values, of_kind, all) = table.into_columns("category_mix", population, top);
    if values.len() < 2 {
        return Ok(Vec::new());
    }
    let named = |by_construction: bool| {
        values.iter().map(|value| Value { by_construction, ..value.clone() }).collect::<Vec<_>>()
    };
    Ok(vec![
        Dimension {
            name: "category_mix".into(),
            title: labels::dimension("category_mix"),
            measure: Measure::ShareOfUnits,
            values: named(false),
            data: Data::Events { of_kind: of_kind.clone(), all, whole: true },
        },
        Dimension {
            name: "category_units".into(),
            title: labels::dimension("category_units"),
            measure: Measure::PerCustomer,
            // Who buys more often has more of everything.
            values: named(population.of_purchases),
            data: Data::Numbers(of_kind),
        },
    ])
}

/// How dear the categories are that each customer buys: the mean price of a unit in each, weighted by the units that the
/// customer bought. NaN who bought nothing of a known category; none without categories or prices.
pub(crate) async fn category_prices(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
) -> Result<Option<Vec<f64>>, ShopError> {
    if !shop.manifest.totals.has_amounts {
        return Ok(None);
    }
    let Some(bought) = Events::by_category(shop, scope).await? else { return Ok(None) };
    // Prices of everybody, so that the same category is as dear for each group.
    let everybody = Scope { members: None, ..scope.clone() };
    let Some(spent) = Events::by_category_of(shop, &everybody, "sum(net_revenue)").await? else {
        return Ok(None);
    };
    let Some(units) = Events::by_category(shop, &everybody).await? else { return Ok(None) };
    let sum = |events: &Events| {
        let mut sums: HashMap<String, f64> = HashMap::new();
        for (kind, count) in events.kinds.iter().zip(&events.counts) {
            *sums.entry(kind.clone()).or_insert(0.0) += count;
        }
        sums
    };
    let (spent, units) = (sum(&spent), sum(&units));
    let price = |kind: &String| Some(spent.get(kind)? / units.get(kind).filter(|units| **units > 0.0)?);
    let mut sums = vec![(0.0, 0.0); population.keys.len()];
    for ((key, kind), count) in bought.keys.iter().zip(&bought.kinds).zip(&bought.counts) {
        if let (Ok(at), Some(price)) = (population.keys.binary_search(key), price(kind)) {
            sums[at].0 += price * count;
            sums[at].1 += count;
        }
    }
    let mean = |(paid, units): (f64, f64)| if units > 0.0 { paid / units } else { f64::NAN };
    Ok(Some(sums.into_iter().map(mean).collect()))
}

fn coupons(features: &Features, made_of_purchases: bool) -> Vec<Dimension> {
    let numbers = |name: &str| match features.column(name).map(|column| &column.values) {
        Some(FeatureValues::Number(values)) => {
            Some(values.iter().map(|value| value.unwrap_or(0.0)).collect::<Vec<f64>>())
        }
        _ => None,
    };
    let (Some(used), Some(orders)) = (numbers("coupon_orders"), numbers("orders")) else {
        return Vec::new();
    };
    let without: Vec<f64> = used.iter().zip(&orders).map(|(used, orders)| (orders - used).max(0.0)).collect();
    let value = |dimension: &str, key: &str, by_construction: bool| Value {
        key: key.to_owned(),
        label: labels::value(dimension, key),
        by_construction,
    };
    vec![
        Dimension {
            name: "coupon_share".into(),
            title: labels::dimension("coupon_share"),
            measure: Measure::ShareOfOrders,
            values: vec![value("coupon_share", "used", false), value("coupon_share", "not_used", false)],
            data: Data::Events { of_kind: vec![used.clone(), without], all: orders, whole: true },
        },
        Dimension {
            name: "coupon_orders".into(),
            title: labels::dimension("coupon_orders"),
            measure: Measure::PerCustomer,
            values: vec![value("coupon_orders", "coupon_orders", made_of_purchases)],
            data: Data::Numbers(vec![used]),
        },
    ]
}

/// When each customer ordered.
async fn calendar(shop: &Shop, scope: &Scope, population: &Population) -> Result<Vec<Dimension>, ShopError> {
    if !shop.manifest.totals.has_dates {
        return Ok(Vec::new());
    }
    let mut kinds = vec![
        ("month", "date_part('month', ordered_on)", 1..=12),
        // 1970-01-01 was a Thursday, 4 of 1 to 7.
        ("weekday", "(CAST(ordered_on AS INT) + 3) % 7 + 1", 1..=7),
    ];
    if shop.manifest.totals.has_clock {
        kinds.push(("hour", "local_hour(ordered_at)", 0..=23));
    }
    let mut columns =
        vec!["customer_key".to_owned(), "count(*) FILTER (WHERE first_of_order) AS orders".into()];
    for (name, expression, range) in &kinds {
        columns.extend(range.clone().map(|value| {
            format!("count(*) FILTER (WHERE first_of_order AND {expression} = {value}) AS {name}_{value}")
        }));
    }
    let lines = shop.lines(scope).with_local_hour(shop.clock());
    let having = if lines.all_purchases { "" } else { "bool_or(is_purchase)" };
    let batches = lines.per_customer(&columns.join(", "), having).await?;
    let keys = column::<Int32Type>(&batches, "customer_key", 0)?;
    let counts = |name: &str| -> Result<Vec<f64>, ShopError> {
        let counts = column::<Int64Type>(&batches, name, 0)?;
        let mut placed = vec![0.0; population.keys.len()];
        for (key, count) in keys.iter().zip(counts) {
            if let Ok(at) = population.keys.binary_search(key) {
                placed[at] = count as f64;
            }
        }
        Ok(placed)
    };
    let all = counts("orders")?;
    kinds
        .into_iter()
        .map(|(name, _, range)| {
            let of_kind = range
                .clone()
                .map(|value| counts(&format!("{name}_{value}")))
                .collect::<Result<_, ShopError>>()?;
            Ok(Dimension {
                name: name.to_owned(),
                title: labels::dimension(name),
                measure: Measure::ShareOfOrders,
                values: range
                    .map(|value| Value {
                        key: value.to_string(),
                        label: labels::value(name, &value.to_string()),
                        // Who has not come for long has no orders of late.
                        by_construction: name == "month" && population.of_purchases,
                    })
                    .collect(),
                data: Data::Events { of_kind, all: all.clone(), whole: true },
            })
        })
        .collect()
}

/// Where each customer ordered.
async fn platforms(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
    top: usize,
) -> Result<Option<Dimension>, ShopError> {
    if !shop.manifest.totals.dimensions.iter().any(|name| name == "sales_platform") {
        return Ok(None);
    }
    let query = "SELECT customer_key, sales_platform AS value, CAST(count(*) AS DOUBLE) AS events FROM lines \
                 WHERE first_of_order AND sales_platform IS NOT NULL GROUP BY 1, 2";
    let table = Events::read(&shop.lines(scope).grouped(query).await?)?;
    let (values, of_kind, all) = table.into_columns("platform", population, top);
    Ok((values.len() > 1).then(|| Dimension {
        name: "platform".into(),
        title: labels::dimension("platform"),
        measure: Measure::ShareOfOrders,
        values,
        data: Data::Events { of_kind, all, whole: true },
    }))
}

/// How far each customer's visits got: the share of visits that reached a stage or a later one.
async fn funnel(shop: &Shop, scope: &Scope, population: &Population) -> Result<Option<Dimension>, ShopError> {
    let tables = shop.tables_in_scope(scope)?;
    let has = tables.columns("sessions").await?.is_some_and(|schema| {
        ["customer_id", "reached"].iter().all(|name| schema.field_with_name(name).is_ok())
    });
    if !has {
        return Ok(None);
    }
    let rows = tables
        .ask(&format!(
            "SELECT customer_key, reached AS value, CAST(count(*) AS DOUBLE) AS events FROM sessions \
             JOIN (SELECT DISTINCT customer_key, customer_id FROM order_lines WHERE customer_key IS NOT NULL) AS buyers \
             USING (customer_id) WHERE reached IS NOT NULL AND {} GROUP BY 1, 2",
            until(shop, scope, "started_at")
        ))
        .await?;
    let visits = Events::read(&rows)?;
    // Everybody has seen a first page.
    let stages = &STAGES[1..];
    let mut of_kind = vec![vec![0.0; population.keys.len()]; stages.len()];
    let mut all = vec![0.0; population.keys.len()];
    for ((key, reached), count) in visits.keys.iter().zip(&visits.kinds).zip(&visits.counts) {
        let Ok(at) = population.keys.binary_search(key) else { continue };
        all[at] += count;
        let furthest = stages.iter().position(|stage| stage == reached).map_or(0, |place| place + 1);
        of_kind[..furthest].iter_mut().for_each(|stage| stage[at] += count);
    }
    Ok(all.iter().any(|visits| *visits > 0.0).then(|| Dimension {
        name: "funnel".into(),
        title: labels::dimension("funnel"),
        measure: Measure::ShareOfVisits,
        values: stages
            .iter()
            .map(|stage| Value {
                key: (*stage).to_owned(),
                label: labels::value("funnel", stage),
                by_construction: false,
            })
            .collect(),
        data: Data::Events { of_kind, all, whole: false },
    }))
}

/// The condition that a moment lies in the scope's time.
pub(super) fn until(shop: &Shop, scope: &Scope, moment: &str) -> String {
    let clock = shop.clock();
    let end = match scope.as_of {
        AsOf::Day(day) => clock.start_of_day(day + 1) - 1,
        AsOf::Moment(at) => at,
    };
    let from = scope.from.map_or_else(String::new, |from| {
        format!(" AND CAST({moment} AS BIGINT) >= {}", clock.start_of_day(from))
    });
    format!("CAST({moment} AS BIGINT) <= {end}{from}")
}

/// What each customer is.
fn kinds(shop: &Shop, features: &Features, made_of_purchases: bool, top: usize) -> Vec<Dimension> {
    let mut found = Vec::new();
    for known in shop.known_features() {
        if !(FEATURES_BY_KIND.contains(&known.name.as_str()) || known.own) {
            continue;
        }
        let Some(feature) = features.column(&known.name) else { continue };
        let texts: Vec<Option<&str>> = match &feature.values {
            FeatureValues::Text(values) => values.iter().map(Option::as_deref).collect(),
            FeatureValues::Flag(values) => {
                values.iter().map(|value| value.map(|yes| if yes { "yes" } else { "no" })).collect()
            }
            FeatureValues::Number(_) | FeatureValues::Date(_) => continue,
        };
        let mut keys = commonest(texts.iter().flatten().copied(), top);
        if keys.len() < 2 {
            continue;
        }
        if known.name == "age_band" {
            keys.sort();
        }
        let places: HashMap<&str, u16> =
            keys.iter().enumerate().map(|(place, key)| (key.as_str(), place as u16)).collect();
        let rest = keys.len() as u16;
        let of: Vec<Option<u16>> =
            texts.iter().map(|text| text.map(|text| places.get(text).copied().unwrap_or(rest))).collect();
        let mut values: Vec<Value> = keys
            .iter()
            .map(|key| Value {
                key: key.clone(),
                label: labels::value(&known.name, key),
                // Shops give their grades for purchases.
                by_construction: made_of_purchases && known.name == "membership",
            })
            .collect();
        if of.contains(&Some(rest)) {
            values.push(other(&known.name));
        }
        found.push(Dimension {
            name: known.name,
            title: Words::new(known.title.0, known.title.1),
            measure: Measure::ShareOfCustomers,
            values,
            data: Data::Kind(of),
        });
    }
    found
}

/// Numbers of each customer.
fn figures(shop: &Shop, features: &Features, made_of_purchases: bool) -> Option<Dimension> {
    let (mut values, mut numbers) = (Vec::new(), Vec::new());
    for known in shop.known_features() {
        let figure = FIGURES.iter().find(|(name, _)| *name == known.name);
        if known.kind != FeatureKind::Number || (figure.is_none() && !known.own) {
            continue;
        }
        let Some(FeatureValues::Number(of)) = features.column(&known.name).map(|feature| &feature.values)
        else {
            continue;
        };
        if of.iter().all(Option::is_none) {
            continue;
        }
        values.push(Value {
            key: known.name.clone(),
            label: Words::new(known.title.0, known.title.1),
            by_construction: made_of_purchases && figure.is_some_and(|(_, grows)| *grows),
        });
        numbers.push(of.iter().map(|value| value.unwrap_or(f64::NAN)).collect());
    }
    (!values.is_empty()).then(|| Dimension {
        name: "numbers".into(),
        title: labels::dimension("numbers"),
        measure: Measure::PerCustomer,
        values,
        data: Data::Numbers(numbers),
    })
}

fn other(dimension: &str) -> Value {
    Value { key: OTHER.into(), label: labels::value(dimension, OTHER), by_construction: false }
}

/// Events by customer and kind.
#[derive(Debug)]
struct Events {
    keys: Vec<i32>,
    kinds: Vec<String>,
    counts: Vec<f64>,
}

impl Events {
    fn read(batches: &[arrow::array::RecordBatch]) -> Result<Self, ShopError> {
        Ok(Self {
            keys: column::<Int32Type>(batches, "customer_key", 0)?,
            kinds: texts(batches, "value")?.into_iter().map(Option::unwrap_or_default).collect(),
            counts: column::<Float64Type>(batches, "events", 0.0)?,
        })
    }

    /// Units by category: that of the order line, else that of the product.
    async fn by_category(shop: &Shop, scope: &Scope) -> Result<Option<Self>, ShopError> {
        Self::by_category_of(shop, scope, "sum(coalesce(quantity, 1.0))").await
    }

    /// A sum over the lines of each customer and category.
    async fn by_category_of(shop: &Shop, scope: &Scope, sum: &str) -> Result<Option<Self>, ShopError> {
        let units = format!("{sum} AS events");
        if shop.manifest.totals.dimensions.iter().any(|name| name == "category") {
            let query = format!(
                "SELECT customer_key, category AS value, {units} FROM lines \
                 WHERE is_purchase AND category IS NOT NULL GROUP BY 1, 2"
            );
            return Ok(Some(Self::read(&shop.lines(scope).grouped(&query).await?)?));
        }
        let tables = shop.tables_in_scope(scope)?;
        let has = tables
            .columns("products")
            .await?
            .is_some_and(|schema| schema.field_with_name("category").is_ok());
        if !has {
            return Ok(None);
        }
        let query = format!(
            "SELECT customer_key, products.category AS value, {units} \
             FROM order_lines JOIN products ON order_lines.product_id = products.product_id \
             WHERE is_purchase AND products.category IS NOT NULL GROUP BY 1, 2"
        );
        Ok(Some(Self::read(&tables.ask(&query).await?)?))
    }

    /// By kind the events of each customer, the `top` kinds with most events first and the rest together, and all events of
    /// each.
    fn into_columns(
        self,
        dimension: &str,
        population: &Population,
        top: usize,
    ) -> (Vec<Value>, Vec<Vec<f64>>, Vec<f64>) {
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for (kind, count) in self.kinds.iter().zip(&self.counts) {
            *sums.entry(kind.as_str()).or_insert(0.0) += count;
        }
        let mut ranked: Vec<(&str, f64)> = sums.into_iter().filter(|(_, sum)| *sum > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let rest = top.min(ranked.len());
        let places: HashMap<&str, usize> =
            ranked.iter().take(top).enumerate().map(|(place, (kind, _))| (*kind, place)).collect();
        let mut values: Vec<Value> = ranked
            .iter()
            .take(top)
            .map(|(kind, _)| Value {
                key: (*kind).to_owned(),
                label: labels::value(dimension, kind),
                by_construction: false,
            })
            .collect();
        if ranked.len() > top {
            values.push(other(dimension));
        }
        let customers = population.keys.len();
        let mut of_kind = vec![vec![0.0; customers]; values.len()];
        let mut all = vec![0.0; customers];
        for ((key, kind), count) in self.keys.iter().zip(&self.kinds).zip(&self.counts) {
            let Ok(at) = population.keys.binary_search(key) else { continue };
            let place = places.get(kind.as_str()).copied().unwrap_or(rest);
            // Categories that were only taken back are no kind of their own.
            if let Some(column) = of_kind.get_mut(place) {
                column[at] += count;
                all[at] += count;
            }
        }
        (values, of_kind, all)
    }
}
