//! A second implementation, as plain as can be, against the store under filters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use dangol_shop::Filters;
use dangol_shop::time::{Period, days_since_epoch};
use jiff::civil::DateTime;
use proptest::prelude::*;

use crate::shops::{analyse, result, shop_of_csv};

#[derive(Debug, Clone)]
pub(crate) struct Line {
    order: u16,
    pub(crate) customer: u8,
    at: DateTime,
    pub(crate) country: &'static str,
    category: &'static str,
    pub(crate) amount: i32,
}

pub(crate) const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\ncountry = \"country\"\n\
    category = \"category\"\namount = \"amount\"\n[cleaning]\nduplicates = \"flag\"\n";

pub(crate) fn lines() -> impl Strategy<Value = Vec<Line>> {
    let order = (0..12_u8, 0..180_i64, 0..1440_i64, prop::sample::select(vec!["KR", "JP"]));
    let line = (prop::sample::select(vec!["tea", "toys", "books"]), 1..100_i32);
    prop::collection::vec((order, prop::collection::vec(line, 1..4)), 1..60).prop_map(|orders| {
        let start: DateTime = "2024-01-10T00:00:00".parse().unwrap();
        orders
            .into_iter()
            .enumerate()
            .flat_map(|(order, ((customer, day, minute, country), lines))| {
                let at = start.checked_add(jiff::Span::new().days(day).minutes(minute)).unwrap();
                lines.into_iter().map(move |(category, amount)| Line {
                    order: order as u16,
                    customer,
                    at,
                    country,
                    category,
                    amount,
                })
            })
            .collect()
    })
}

pub(crate) fn csv(lines: &[Line]) -> String {
    let mut text = String::from("order,customer,at,country,category,amount\n");
    for line in lines {
        let Line { order, customer, at, country, category, amount } = line;
        writeln!(
            text,
            "o{order},c{customer},{},{country},{category},{amount}",
            at.strftime("%Y-%m-%d %H:%M")
        )
        .unwrap();
    }
    text
}

pub(crate) fn day(line: &Line) -> i32 {
    days_since_epoch(line.at.date())
}

/// (recency, orders, revenue) by customer, and (active, orders, revenue) by cohort and month.
type Customers = BTreeMap<u8, (i32, usize, i32)>;
type Months = BTreeMap<(i32, i32), (usize, usize, i32)>;

fn expected(
    lines: &[Line],
    as_of: i32,
    from: Option<i32>,
    country: Option<&str>,
    category: Option<&str>,
) -> (Customers, Months) {
    let chosen: Vec<&Line> = lines
        .iter()
        .filter(|line| day(line) <= as_of)
        .filter(|line| country.is_none_or(|country| line.country == country))
        .filter(|line| category.is_none_or(|category| line.category == category))
        .collect();
    let mut customers = Customers::new();
    let mut months = Months::new();
    for customer in chosen.iter().map(|line| line.customer).collect::<BTreeSet<_>>() {
        let own: Vec<&&Line> = chosen.iter().filter(|line| line.customer == customer).collect();
        let first = own.iter().map(|line| day(line)).min().unwrap();
        let cohort = Period::Month.index_of(first);
        let inside: Vec<&&Line> =
            own.into_iter().filter(|line| from.is_none_or(|from| day(line) >= from)).collect();
        let Some(last) = inside.iter().map(|line| day(line)).max() else { continue };
        let orders: BTreeSet<u16> = inside.iter().map(|line| line.order).collect();
        customers.insert(customer, (as_of - last, orders.len(), inside.iter().map(|line| line.amount).sum()));
        if from.is_some_and(|from| first < from) {
            continue;
        }
        for month in inside.iter().map(|line| Period::Month.index_of(day(line))).collect::<BTreeSet<_>>() {
            let of_month: Vec<&&&Line> =
                inside.iter().filter(|line| Period::Month.index_of(day(line)) == month).collect();
            let orders: BTreeSet<u16> = of_month.iter().map(|line| line.order).collect();
            let cell = months.entry((cohort, month)).or_default();
            cell.0 += 1;
            cell.1 += orders.len();
            cell.2 += of_month.iter().map(|line| line.amount).sum::<i32>();
        }
    }
    (customers, months)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn rfm_and_cohorts_agree_with_the_plain_computation(
        lines in lines(),
        as_of in 0..200_i32,
        from in prop::option::of(0..100_i32),
        country in prop::option::of(prop::sample::select(vec!["KR", "JP"])),
        category in prop::option::of(prop::sample::select(vec!["tea", "toys"])),
    ) {
        let start = days_since_epoch("2024-01-10".parse().unwrap());
        let as_of = start + as_of.max(from.unwrap_or(0));
        let from = from.map(|from| start + from);
        let text = |day: i32| dangol_shop::time::date_of(day).to_string();
        let folder = tempfile::tempdir().unwrap();
        let shop = shop_of_csv(folder.path(), &csv(&lines), TOML);
        let filters = Filters {
            as_of: Some(text(as_of)),
            from: from.map(text),
            country: country.map(str::to_owned),
            category: category.map(str::to_owned),
            ..Filters::default()
        };
        let (customers, months) = expected(&lines, as_of, from, country, category);

        let rfm = result(&analyse(&shop, "rfm", &filters, &[("customers", "true")]));
        let rows = rfm["customers"].as_array().unwrap();
        prop_assert_eq!(rows.len(), customers.len());
        for row in rows {
            let id: u8 = row["customer_id"].as_str().unwrap()[1..].parse().unwrap();
            let (recency, orders, revenue) = customers[&id];
            prop_assert_eq!(row["recency_days"].as_i64().unwrap(), i64::from(recency));
            prop_assert_eq!(row["orders"].as_u64().unwrap(), orders as u64);
            prop_assert_eq!(row["monetary"].as_f64().unwrap(), f64::from(revenue));
        }

        let cohorts = result(&analyse(&shop, "cohorts", &filters, &[]));
        let mut found = Months::new();
        for cohort in cohorts["cohorts"].as_array().unwrap() {
            let first = days_since_epoch(cohort["cohort"].as_str().unwrap().parse().unwrap());
            let first = Period::Month.index_of(first);
            for cell in cohort["periods"].as_array().unwrap() {
                let active = cell["active"].as_u64().unwrap_or(0) as usize;
                if active > 0 {
                    let month = first + cell["age"].as_i64().unwrap() as i32;
                    let orders = cell["orders"].as_u64().unwrap() as usize;
                    found.insert((first, month), (active, orders, cell["revenue"].as_f64().unwrap() as i32));
                }
            }
        }
        prop_assert_eq!(found, months);

        let overview = result(&analyse(&shop, "overview", &filters, &[("granularity", "month")]));
        let revenue: i32 = customers.values().map(|(_, _, revenue)| revenue).sum();
        prop_assert_eq!(overview["totals"]["revenue"].as_f64().unwrap(), f64::from(revenue));
        prop_assert_eq!(overview["totals"]["customers"].as_u64().unwrap(), customers.len() as u64);
        let orders: usize = customers.values().map(|(_, orders, _)| orders).sum();
        prop_assert_eq!(overview["totals"]["orders"].as_u64().unwrap(), orders as u64);
        let by_month: f64 = overview["periods"].as_array().unwrap().iter().map(|row| row["revenue"].as_f64().unwrap()).sum();
        prop_assert_eq!(by_month, f64::from(revenue));
    }
}
