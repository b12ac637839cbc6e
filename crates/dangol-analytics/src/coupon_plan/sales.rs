//! What was sold in which month, of products, of categories and of the whole shop.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Scope, Shop};

use super::params::{CouponPlanParams, PlanBy};
use crate::error::AnalysisError;
use crate::promotions::OFFER;

/// Days at the beginning of the first month that may be missing for it to count as whole.
const MISSING_DAYS: i32 = 3;

/// Lines that were demand: purchases, and what customers who are not known took away and paid for.
const SOLD: &str = "(is_purchase OR customer_key IS NULL AND coalesce(quantity, 1) > 0 AND net_revenue > 0)";

/// The calendar of a plan: whole months that are known, and those ahead.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// The first whole month, counted from January 1970.
    pub(super) first: i32,
    /// Days of each whole month.
    pub(super) days: Vec<f64>,
    /// Days of the month under way that are still to come.
    pub(super) days_left: f64,
    /// The first month planned.
    pub(super) start: i32,
}

impl Calendar {
    /// From the first day with sales to the as-of moment.
    fn of(shop: &Shop, scope: &Scope, first_day: i32) -> Self {
        let today = scope.as_of.day(shop.clock());
        // The last day that is wholly over: with all of a month over, the plan begins with the next.
        let last_day = if scope.as_of.has_whole_day(today, shop.clock()) { today } else { today - 1 };
        let month = Period::Month;
        let mut first = month.index_of(first_day);
        if first_day - month.start(first) > MISSING_DAYS {
            first += 1;
        }
        let current = month.index_of(last_day);
        let last_of_month = month.start(current + 1) - 1;
        let end = if last_day == last_of_month { current + 1 } else { current };
        Self {
            first,
            days: (first..end).map(days_of).collect(),
            days_left: f64::from(last_of_month - last_day),
            start: current + 1,
        }
    }

    /// Whole months that are known.
    pub(super) fn known(&self) -> usize {
        self.days.len()
    }

    /// Months between the last whole one and the first planned.
    pub(super) fn lag(&self) -> usize {
        (self.start - self.first) as usize - self.known() + 1
    }
}

/// Days of a month.
pub(super) fn days_of(month: i32) -> f64 {
    f64::from(Period::Month.start(month + 1) - Period::Month.start(month))
}

/// What was sold of something, by whole month of the calendar.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) key: String,
    pub(super) name: String,
    /// The category of a product.
    pub(super) category: Option<String>,
    pub(super) units: Vec<f64>,
    pub(super) lines: Vec<f64>,
    /// Days in which it was on sale: 0 up to the month of its first sale.
    pub(super) days: Vec<f64>,
    pub(super) revenue: Vec<f64>,
    pub(super) discount: Vec<f64>,
    pub(super) with_offer: Vec<f64>,
    /// Cost of what was sold, where it is known, and the full price of that.
    pub(super) cost: Vec<f64>,
    pub(super) costed: Vec<f64>,
}

impl Series {
    /// The sum over the last twelve whole months.
    pub(super) fn year(values: &[f64]) -> f64 {
        values[values.len().saturating_sub(12)..].iter().sum()
    }
}

/// Tables of a shop, and where its products and categories are found in them.
pub(super) struct Goods {
    tables: TablesInScope,
    pub(super) calendar: Calendar,
    sold: String,
    pub(super) has_products: bool,
    pub(super) has_categories: bool,
}

/// Of which kind a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Product,
    Category,
    Shop,
}

impl What {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Shop => "shop",
        }
    }
}

impl Goods {
    /// None where nothing was sold in the scope.
    pub(super) async fn of(shop: &Shop, scope: &Scope) -> Result<Option<Self>, AnalysisError> {
        // The season needs all months, whatever period is looked at.
        let tables = shop.tables_in_scope(&scope.without_from())?;
        let columns = tables.columns("products").await?;
        let has = |name: &str| columns.as_ref().is_some_and(|columns| columns.index_of(name).is_ok());
        let (join, category, name, cost) = if columns.is_some() {
            let of = |name: &str, plain: &str| {
                if has(name) { format!("coalesce({plain}, p.{name})") } else { plain.to_owned() }
            };
            (
                "LEFT JOIN products p ON p.product_id = o.product_id",
                of("category", "o.category"),
                of("name", "o.product_name"),
                if has("cost") { "p.cost" } else { "CAST(NULL AS DOUBLE)" },
            )
        } else {
            ("", "o.category".to_owned(), "o.product_name".to_owned(), "CAST(NULL AS DOUBLE)")
        };
        let sold = format!(
            "SELECT o.product_id AS product, {category} AS category, coalesce({name}, o.product_id) AS name, \
             o.ordered_on AS day, coalesce(o.quantity, 1) AS units, coalesce(o.net_revenue, 0) AS revenue, \
             coalesce(o.discount, 0) AS discount, {OFFER} AS offer, {cost} AS unit_cost \
             FROM order_lines o {join} WHERE {SOLD}"
        );
        let found = tables
            .ask(&format!(
                "SELECT min(day) AS first, count(product) AS products, count(category) AS categories FROM ({sold})"
            ))
            .await?;
        let first = column::<Date32Type>(&found, "first", i32::MIN)?[0];
        if first == i32::MIN {
            return Ok(None);
        }
        Ok(Some(Self {
            calendar: Calendar::of(shop, scope, first),
            has_products: column::<Int64Type>(&found, "products", 0)?[0] > 0,
            has_categories: column::<Int64Type>(&found, "categories", 0)?[0] > 0,
            tables,
            sold,
        }))
    }

    /// What the plan is for: as asked, or products if those with enough lines make half of what is sold.
    pub(super) async fn planned(&self, params: &CouponPlanParams) -> Result<Option<What>, AnalysisError> {
        let (products, categories) = (self.has_products, self.has_categories);
        Ok(match params.by {
            PlanBy::Product => products.then_some(What::Product),
            PlanBy::Category => categories.then_some(What::Category),
            PlanBy::Auto if !categories => products.then_some(What::Product),
            PlanBy::Auto if !products => Some(What::Category),
            PlanBy::Auto => {
                let from = date_of(Period::Month.start(self.calendar.start - 12));
                let found = self
                    .tables
                    .ask(&format!(
                        "SELECT sum(units) AS units, sum(units) FILTER (WHERE lines >= {}) AS often FROM \
                         (SELECT product, count(*) AS lines, sum(units) AS units FROM ({}) \
                         WHERE day >= DATE '{from}' GROUP BY product)",
                        params.least_lines, self.sold
                    ))
                    .await?;
                let sum = |name| -> Result<f64, AnalysisError> {
                    Ok(column::<Float64Type>(&found, name, 0.0)?.first().copied().unwrap_or(0.0))
                };
                Some(if sum("often")? * 2.0 >= sum("units")? { What::Product } else { What::Category })
            }
        })
    }

    /// By whole month; of products those that have the least lines at all.
    pub(super) async fn series(&self, what: What, least_lines: u32) -> Result<Vec<Series>, AnalysisError> {
        let (key, name, category) = match what {
            What::Product => ("product", "max(name)", "max(category)"),
            What::Category => ("category", "category", "CAST(NULL AS VARCHAR)"),
            What::Shop => ("''", "''", "CAST(NULL AS VARCHAR)"),
        };
        let sold = &self.sold;
        let only = match what {
            What::Product => format!(
                "WHERE sold.product IN (SELECT often.item FROM (SELECT every.product AS item, count(*) AS lines \
                 FROM ({sold}) AS every GROUP BY every.product) AS often WHERE often.lines >= {least_lines})"
            ),
            What::Category => "WHERE category IS NOT NULL".to_owned(),
            What::Shop => String::new(),
        };
        let found = self
            .tables
            .ask(&format!(
                "SELECT {key} AS item, {name} AS name, {category} AS category, min(day) AS first, \
                 sum(units) AS units, count(*) AS lines, sum(revenue) AS revenue, sum(discount) AS discount, \
                 sum(units) FILTER (WHERE offer) AS with_offer, sum(units * unit_cost) AS cost, \
                 sum(revenue + discount) FILTER (WHERE unit_cost IS NOT NULL) AS costed \
                 FROM ({sold}) AS sold {only} GROUP BY {key}, date_trunc('month', day) ORDER BY item, first"
            ))
            .await?;
        let first = column::<Date32Type>(&found, "first", 0)?;
        let number = |name| column::<Float64Type>(&found, name, 0.0);
        let columns = [
            number("units")?,
            number("lines")?,
            number("revenue")?,
            number("discount")?,
            number("with_offer")?,
            number("cost")?,
            number("costed")?,
        ];
        let mut all: BTreeMap<String, Series> = BTreeMap::new();
        let rows = texts(&found, "item")?.into_iter().zip(texts(&found, "name")?);
        for (row, ((item, name), category)) in rows.zip(texts(&found, "category")?).enumerate() {
            let key = item.unwrap_or_default();
            let month = Period::Month.index_of(first[row]);
            let series = all.entry(key.clone()).or_insert_with(|| self.empty(&key, month, what));
            // The latest name and category stand.
            series.name = name.unwrap_or_else(|| key.clone());
            series.category = category.or_else(|| series.category.take());
            let Ok(at) = usize::try_from(month - self.calendar.first) else { continue };
            if at >= self.calendar.known() {
                continue;
            }
            let Series { units, lines, revenue, discount, with_offer, cost, costed, .. } = series;
            let fields = [units, lines, revenue, discount, with_offer, cost, costed];
            for (field, column) in fields.into_iter().zip(&columns) {
                field[at] = column[row];
            }
        }
        Ok(all.into_values().collect())
    }

    /// Nothing sold yet of what was first sold in a month.
    fn empty(&self, key: &str, first_sold: i32, what: What) -> Series {
        let Calendar { first, days, .. } = &self.calendar;
        let zeros = || vec![0.0; days.len()];
        // A product that came later was not on sale for the whole of its first month.
        let from = if what == What::Shop || first_sold <= *first { 0 } else { first_sold - first + 1 };
        let on_sale = |at: usize| if at as i32 >= from { days[at] } else { 0.0 };
        Series {
            key: key.to_owned(),
            name: key.to_owned(),
            category: None,
            days: (0..days.len()).map(on_sale).collect(),
            units: zeros(),
            lines: zeros(),
            revenue: zeros(),
            discount: zeros(),
            with_offer: zeros(),
            cost: zeros(),
            costed: zeros(),
        }
    }

    /// How many products (or categories) were ever sold.
    pub(super) async fn count(&self, what: What) -> Result<u64, AnalysisError> {
        let sold = &self.sold;
        let found = self
            .tables
            .ask(&format!("SELECT count(DISTINCT {}) AS items FROM ({sold})", what.name()))
            .await?;
        Ok(column::<Int64Type>(&found, "items", 0)?.first().copied().unwrap_or(0) as u64)
    }

    /// Units in stock by product or category; empty where no stock is known.
    pub(super) async fn stock(&self, what: What) -> Result<BTreeMap<String, f64>, AnalysisError> {
        let Some(columns) = self.tables.columns("products").await? else { return Ok(BTreeMap::new()) };
        let key = if what == What::Product { "product_id" } else { "category" };
        if columns.index_of(key).is_err() || columns.index_of("stock").is_err() {
            return Ok(BTreeMap::new());
        }
        let found = self
            .tables
            .ask(&format!(
                "SELECT {key} AS item, sum(CASE WHEN stock > 0 THEN stock ELSE 0 END) AS stock FROM products \
                 WHERE stock IS NOT NULL AND {key} IS NOT NULL GROUP BY {key}"
            ))
            .await?;
        let stock = column::<Float64Type>(&found, "stock", 0.0)?;
        Ok(texts(&found, "item")?.into_iter().flatten().zip(stock).collect())
    }

    /// Units by day of some items, those at a discount among them, with the discount and the full price of these.
    pub(super) async fn daily(&self, what: What, keys: &[String]) -> Result<Vec<Daily>, AnalysisError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let list =
            keys.iter().map(|key| format!("'{}'", key.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
        let (key, sold) = (what.name(), &self.sold);
        let found = self
            .tables
            .ask(&format!(
                "SELECT {key} AS item, max(category) AS category, day, sum(units) AS units, \
                 sum(units) FILTER (WHERE offer) AS with_offer, sum(discount) FILTER (WHERE offer) AS discount, \
                 sum(revenue + discount) FILTER (WHERE offer) AS full_price FROM ({sold}) WHERE {key} IN ({list}) \
                 GROUP BY {key}, day ORDER BY item, day"
            ))
            .await?;
        let days = column::<Date32Type>(&found, "day", 0)?;
        let number = |name| column::<Float64Type>(&found, name, 0.0);
        let (units, with_offer) = (number("units")?, number("with_offer")?);
        let (discount, full_price) = (number("discount")?, number("full_price")?);
        let mut all: Vec<Daily> = Vec::new();
        let items = texts(&found, "item")?.into_iter().zip(texts(&found, "category")?);
        for (row, (item, category)) in items.enumerate() {
            let key = item.unwrap_or_default();
            if all.last().is_none_or(|last| last.key != key) {
                all.push(Daily { key, category: None, days: BTreeMap::new() });
            }
            if let Some(last) = all.last_mut() {
                last.category = category.or_else(|| last.category.take());
                let day = Day {
                    units: units[row],
                    with_offer: with_offer[row],
                    discount: discount[row],
                    full_price: full_price[row],
                };
                last.days.insert(days[row], day);
            }
        }
        Ok(all)
    }

    /// First and last day of dated promotions with their category.
    pub(super) async fn promotions(&self) -> Result<Vec<(i32, i32, Option<String>)>, AnalysisError> {
        if self.tables.columns("promotions").await?.is_none() {
            return Ok(Vec::new());
        }
        let found = self
            .tables
            .ask("SELECT starts_at, ends_at, category FROM promotions WHERE starts_at IS NOT NULL AND ends_at >= starts_at ORDER BY 1, 2, 3")
            .await?;
        let from = column::<Date32Type>(&found, "starts_at", 0)?;
        let until = column::<Date32Type>(&found, "ends_at", 0)?;
        let categories = texts(&found, "category")?;
        Ok(from
            .into_iter()
            .zip(until)
            .zip(categories)
            .map(|((from, until), category)| (from, until, category.filter(|name| !name.is_empty())))
            .collect())
    }
}

/// A day of something.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    pub(super) units: f64,
    pub(super) with_offer: f64,
    pub(super) discount: f64,
    pub(super) full_price: f64,
}

/// What was sold of something by day.
#[derive(Debug)]
pub(super) struct Daily {
    pub(super) key: String,
    pub(super) category: Option<String>,
    pub(super) days: BTreeMap<i32, Day>,
}
