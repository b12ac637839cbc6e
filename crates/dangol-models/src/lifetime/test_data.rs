//! Published data sets as histories, where the folder of test data is at hand.

use std::collections::BTreeMap;
use std::path::Path;

use super::gamma_gamma::Spend;
use super::{Histories, History, TimeOfLastPurchase, TimeUnit};

/// Days since 1970-01-01 of a date such as 19970101 or 1997-01-01.
pub(super) fn day(date: &str) -> i64 {
    let digits: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
    let number: i64 = digits.parse().unwrap();
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    // Years begin in March, so that the leap day is the last one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 719_469
}

/// Histories of customers by their purchase days up to a date; those who came later are left out.
pub(super) fn histories(days: &BTreeMap<String, Vec<i64>>, until: i64, unit: TimeUnit) -> Vec<History> {
    days.values()
        .filter_map(|days| {
            let mut days: Vec<i64> = days.iter().copied().filter(|&day| day <= until).collect();
            days.sort_unstable();
            days.dedup();
            let (first, last) = (*days.first()?, *days.last()?);
            let time = |days: i64| days as f64 / unit.days();
            let gaps: f64 = days.windows(2).map(|pair| time(pair[1] - pair[0]).ln()).sum();
            let history = History::new(
                days.len() as u32 - 1,
                TimeOfLastPurchase(time(last - first)),
                time(until - first),
            );
            Some(history.unwrap().with_log_gaps(gaps).unwrap())
        })
        .collect()
}

/// Purchase days by customer from lines of text, by what finds customer and date in a line.
pub(super) fn days(path: &Path, find: impl Fn(&str) -> Option<(String, i64)>) -> BTreeMap<String, Vec<i64>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut days: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (customer, day) in text.lines().filter_map(find) {
        days.entry(customer).or_default().push(day);
    }
    days
}

/// The CDNOW sample (2,357 customers), calibrated until 1997-09-30, in weeks.
pub(super) fn cdnow() -> Option<Histories> {
    Some(Histories::new(TimeUnit::Week, cdnow_customers(TimeUnit::Week)?).unwrap())
}

pub(super) fn cdnow_customers(unit: TimeUnit) -> Option<Vec<History>> {
    cdnow_customers_until("1997-09-30", unit)
}

/// The CDNOW sample known until a date, in the same order of customers for any date.
pub(super) fn cdnow_customers_until(date: &str, unit: TimeUnit) -> Option<Vec<History>> {
    let path = dangol_trial_data::file("cdnow/CDNOW_sample.txt")?;
    // Identity in the master file, identity in the sample, date, CDs, dollars.
    let days = days(&path, |line| {
        let mut words = line.split_whitespace().skip(1);
        Some((words.next()?.to_owned(), day(words.next()?)))
    });
    Some(histories(&days, day(date), unit))
}

/// What the customers of the CDNOW sample spent on repeat purchase days until 1997-09-30, times `factor`.
pub(super) fn cdnow_spends(factor: f64) -> Option<Vec<Spend>> {
    let path = dangol_trial_data::file("cdnow/CDNOW_sample.txt")?;
    let mut days: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if day(words[2]) <= day("1997-09-30") {
            let revenue: f64 = words[4].parse().unwrap();
            *days.entry(words[1].to_owned()).or_default().entry(day(words[2])).or_default() +=
                revenue * factor;
        }
    }
    let spend = |days: &BTreeMap<i64, f64>| {
        let purchases = days.len() as u32 - 1;
        let total: f64 = days.values().skip(1).sum();
        Spend { purchases, mean: if purchases == 0 { 0.0 } else { total / f64::from(purchases) } }
    };
    Some(days.values().map(spend).collect())
}

/// The online grocery's customers by their orders in 2006 (the first half of the data), in weeks.
pub(super) fn grocery(until: &str) -> Option<Histories> {
    let path = dangol_trial_data::file("grocery/grocery_elog.csv")?;
    let days = days(&path, |line| {
        let (customer, date) = line.split_once(',')?;
        date.starts_with("20").then(|| (customer.to_owned(), day(date)))
    });
    Some(Histories::new(TimeUnit::Week, histories(&days, day(until), TimeUnit::Week)).unwrap())
}
