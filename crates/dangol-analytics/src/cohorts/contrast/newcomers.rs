//! Customers with their first purchase day, by cohort.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Int64Type};
use dangol_models::hypothesis::Moments;
use dangol_shop::engine::period_function;
use dangol_shop::frame::column;
use dangol_shop::time::{Period, date_of};
use dangol_shop::{Scope, Shop};

use crate::error::AnalysisError;

/// A customer's first purchase day, and what they brought since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newcomer {
    pub(super) key: i32,
    /// Net revenue of the day.
    pub(super) revenue: f64,
    pub(super) order_lines: f64,
    /// Discounts of the day.
    pub(super) discount: f64,
    pub(super) with_coupon: bool,
    /// Net revenue up to the age at which cohorts are compared.
    value: f64,
}

/// All of them, by cohort, ascending by key.
#[derive(Debug)]
pub(super) struct Newcomers {
    pub(super) by_cohort: BTreeMap<String, Vec<Newcomer>>,
}

impl Newcomers {
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        period: Period,
        age: u32,
    ) -> Result<Self, AnalysisError> {
        let index = period_function(period);
        let first = "is_purchase AND ordered_on = customer_first_on";
        let found = shop
            .lines(scope)
            .per_customer(
                &format!(
                    "customer_key, min(customer_first_on) AS first_on, \
                     sum(net_revenue) FILTER (WHERE {first}) AS revenue, \
                     count(*) FILTER (WHERE {first}) AS order_lines, \
                     sum(coalesce(discount, 0)) FILTER (WHERE {first}) AS discount, \
                     count(coupon_code) FILTER (WHERE {first}) AS with_coupon, \
                     sum(net_revenue) FILTER (WHERE {index}(ordered_on) - {index}(customer_first_on) <= {age}) AS value"
                ),
                "bool_or(is_purchase)",
            )
            .await?;
        let keys = column::<Int32Type>(&found, "customer_key", 0)?;
        let first_on = column::<Date32Type>(&found, "first_on", 0)?;
        let real = |name: &str| column::<Float64Type>(&found, name, 0.0);
        let count = |name: &str| column::<Int64Type>(&found, name, 0);
        let (revenue, discount, value) = (real("revenue")?, real("discount")?, real("value")?);
        let (order_lines, with_coupon) = (count("order_lines")?, count("with_coupon")?);
        let mut by_cohort = BTreeMap::<String, Vec<Newcomer>>::new();
        for at in 0..keys.len() {
            if scope.from.is_some_and(|from| first_on[at] < from) {
                continue;
            }
            let cohort = date_of(period.start(period.index_of(first_on[at]))).to_string();
            by_cohort.entry(cohort).or_default().push(Newcomer {
                key: keys[at],
                revenue: revenue[at],
                order_lines: order_lines[at] as f64,
                discount: discount[at],
                with_coupon: with_coupon[at] > 0,
                value: value[at],
            });
        }
        Ok(Self { by_cohort })
    }

    /// Those of some cohorts.
    pub(super) fn among<'a>(&'a self, cohorts: &'a [String]) -> impl Iterator<Item = &'a Newcomer> {
        cohorts.iter().filter_map(|cohort| self.by_cohort.get(cohort)).flatten()
    }

    /// Mean and squared standard error of what a customer of each cohort brought.
    pub(super) fn values(&self) -> BTreeMap<String, (f64, f64)> {
        self.by_cohort
            .iter()
            .filter_map(|(cohort, people)| {
                let moments = people
                    .iter()
                    .fold(Moments::default(), |so_far, person| so_far.merge(Moments::equal(1, person.value)));
                Some((cohort.clone(), (moments.mean, moments.variance()? / moments.count as f64)))
            })
            .collect()
    }
}
