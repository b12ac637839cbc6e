use std::collections::BTreeMap;
use std::path::Path;

use arrow::datatypes::{Float64Type, TimestampMicrosecondType};
use proptest::prelude::*;

use super::*;
use crate::import::{FateKind, import};
use crate::{Config, Shop};

fn line(row: u32, at: i64, order: &str, quantity: f64, price: f64) -> Line<'_> {
    Line {
        row,
        at,
        order,
        size: size_of(quantity),
        revenue: Some(quantity * price),
        is_return: quantity < 0.0,
    }
}

/// (rows gone, (row, quantity, revenue) reduced, unmatched), each in order.
type Outcome = (Vec<u32>, Vec<(u32, f64, f64)>, Vec<u32>);

fn netted(lines: Vec<Line<'_>>) -> Outcome {
    let mut found = Netted::default();
    net(lines, &mut found);
    found.gone.sort_unstable();
    found.unmatched.sort_unstable();
    let mut reduced: Vec<_> =
        found.reduced.iter().map(|(row, left, revenue)| (*row, *left, revenue.unwrap())).collect();
    reduced.sort_by_key(|one| one.0);
    (found.gone, reduced, found.unmatched)
}

#[test]
fn a_full_return_takes_both_lines_away() {
    let lines = vec![line(0, 1, "a", 3.0, 2.0), line(1, 5, "c", -3.0, 2.0)];
    assert_eq!(netted(lines), (vec![0, 1], vec![], vec![]));
}

#[test]
fn a_partial_return_makes_the_purchase_smaller() {
    let lines = vec![line(0, 1, "a", 3.0, 2.0), line(1, 5, "c", -1.0, 2.0)];
    assert_eq!(netted(lines), (vec![1], vec![(0, 2.0, 4.0)], vec![]));
    // Tenths that do not add up in binary do here.
    let lines = vec![line(0, 1, "a", 0.3, 1.0), line(1, 2, "c", -0.1, 1.0), line(2, 3, "d", -0.2, 1.0)];
    assert_eq!(netted(lines), (vec![0, 1, 2], vec![], vec![]));
}

#[test]
fn own_order_then_exact_quantity_then_the_latest() {
    // The latest is row 2, the exact one row 1, that of the return's order row 0.
    let bought = || vec![line(0, 1, "a", 9.0, 1.0), line(1, 2, "b", 4.0, 1.0), line(2, 3, "c", 6.0, 1.0)];
    let with = |order| [bought(), vec![line(3, 4, order, -4.0, 1.0)]].concat();
    assert_eq!(netted(with("a")), (vec![3], vec![(0, 5.0, 5.0)], vec![]));
    assert_eq!(netted(with("x")), (vec![1, 3], vec![], vec![]));
    let five = [bought(), vec![line(3, 4, "x", -5.0, 1.0)]].concat();
    assert_eq!(netted(five), (vec![3], vec![(2, 1.0, 1.0)], vec![]));
}

#[test]
fn nothing_is_returned_before_it_is_bought_or_more_than_is_left() {
    let lines = vec![line(0, 5, "a", 3.0, 2.0), line(1, 4, "c", -1.0, 2.0), line(2, 6, "d", -4.0, 2.0)];
    assert_eq!(netted(lines), (vec![], vec![], vec![1, 2]));
    let twice = vec![line(0, 1, "a", 3.0, 2.0), line(1, 4, "c", -2.0, 2.0), line(2, 6, "d", -2.0, 2.0)];
    assert_eq!(netted(twice), (vec![1], vec![(0, 1.0, 2.0)], vec![2]));
    // In a shop that knows only days, both have the same moment; whichever stands first in the file.
    let same = vec![line(0, 1, "c", -1.0, 2.0), line(1, 1, "d", 1.0, 2.0)];
    assert_eq!(netted(same), (vec![0, 1], vec![], vec![]));
}

#[test]
fn money_that_does_not_come_back_stays() {
    let lines = vec![line(0, 1, "a", 3.0, 2.0), line(1, 5, "c", -3.0, 1.5)];
    assert_eq!(netted(lines), (vec![1], vec![(0, 0.0, 1.5)], vec![]));
    let mut unknown = vec![line(0, 1, "a", 3.0, 2.0), line(1, 5, "c", -3.0, 2.0)];
    unknown[1].revenue = None;
    assert_eq!(netted(unknown), (vec![], vec![], vec![1]), "an unknown amount is no amount of 0");
}

/// The rule once more, as plainly as it can be said.
fn naive(lines: &[Line<'_>]) -> Outcome {
    let mut left: Vec<(f64, f64)> =
        lines.iter().map(|line| (line.size as f64 / SCALE, line.revenue.unwrap())).collect();
    let mut returns: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_return).collect();
    returns.sort_by_key(|at| lines[*at].at);
    let (mut gone, mut touched, mut unmatched) = (Vec::new(), Vec::new(), Vec::new());
    for back in returns {
        let candidates: Vec<usize> = (0..lines.len())
            .filter(|at| !lines[*at].is_return && lines[*at].at <= lines[back].at)
            .filter(|at| left[back].0 > 0.0 && left[*at].0 > left[back].0 - 1e-7)
            .collect();
        let rank = |at: &&usize| {
            let same = lines[**at].order == lines[back].order;
            let exact = (left[**at].0 - left[back].0).abs() < 1e-7;
            (same, exact, lines[**at].at, **at)
        };
        let Some(best) = candidates.iter().max_by_key(rank) else {
            unmatched.push(lines[back].row);
            continue;
        };
        left[*best].0 -= left[back].0;
        left[*best].1 -= left[back].1.abs();
        gone.push(lines[back].row);
        touched.push(*best);
    }
    touched.sort_unstable();
    touched.dedup();
    let mut reduced = Vec::new();
    for at in touched {
        if left[at].0.abs() < 1e-7 && left[at].1.abs() < 1e-6 {
            gone.push(lines[at].row);
        } else {
            reduced.push((lines[at].row, left[at].0, left[at].1));
        }
    }
    gone.sort_unstable();
    unmatched.sort_unstable();
    reduced.sort_by_key(|one| one.0);
    (gone, reduced, unmatched)
}

fn agree(ours: &Outcome, theirs: &Outcome) {
    assert_eq!((&ours.0, &ours.2), (&theirs.0, &theirs.2));
    assert_eq!(ours.1.len(), theirs.1.len());
    for (a, b) in ours.1.iter().zip(&theirs.1) {
        assert_eq!(a.0, b.0);
        assert!((a.1 - b.1).abs() < 1e-6 && (a.2 - b.2).abs() < 1e-6 * b.2.abs().max(1.0), "{a:?} {b:?}");
    }
}

proptest! {
    #[test]
    fn as_the_plain_rule_says(
        lines in prop::collection::vec((0..20_i64, 0..6_usize, -4..7_i32, 1..4_u8), 0..40),
    ) {
        const ORDERS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        let mut lines: Vec<Line<'_>> = lines
            .into_iter()
            .filter(|(_, _, quantity, _)| *quantity != 0)
            .enumerate()
            .map(|(row, (at, order, quantity, price))| {
                line(row as u32, at, ORDERS[order], f64::from(quantity), f64::from(price) / 2.0)
            })
            .collect();
        lines.sort_by_key(|line| line.at);
        let sum: f64 = lines.iter().map(|line| line.revenue.unwrap()).sum();
        let ours = netted(lines.clone());
        agree(&ours, &naive(&lines));
        // Whatever leaves takes nothing of the sum with it: what stays adds up to what was there.
        let left: f64 = lines
            .iter()
            .filter(|line| !ours.0.contains(&line.row))
            .map(|line| ours.1.iter().find(|one| one.0 == line.row).map_or(line.revenue.unwrap(), |one| one.2))
            .sum();
        prop_assert!((left - sum).abs() < 1e-6, "{left} {sum}");
    }
}

const ONLINE_RETAIL: &str = "[shop]\nname = \"Online Retail\"\n[sources.order_lines]\npath = \"PATH\"\n\
    [sources.order_lines.columns]\norder_id = \"InvoiceNo\"\ncustomer_id = \"CustomerID\"\n\
    ordered_at = \"InvoiceDate\"\nproduct_id = \"StockCode\"\nquantity = \"Quantity\"\nunit_price = \"UnitPrice\"\n\
    [cleaning]\ncancelled_order_prefix = \"C\"\n";

struct Kept {
    customer: String,
    product: String,
    order: String,
    at: i64,
    quantity: f64,
    revenue: f64,
}

async fn kept(path: &Path, rule: &str) -> (crate::import::SourceReport, Vec<Kept>) {
    let folder = tempfile::tempdir().unwrap();
    let text = ONLINE_RETAIL.replace("PATH", &path.display().to_string());
    let config = Config::parse(folder.path(), format!("{text}cancellations = \"{rule}\"\n"), &[]).unwrap();
    import(&config, &|_| {}).unwrap();
    let shop = Shop::with_config(config).unwrap();
    let batches = shop
        .sql(
            "SELECT customer_id, product_id, order_id, ordered_at, quantity, net_revenue FROM order_lines \
             WHERE customer_id IS NOT NULL",
        )
        .await
        .unwrap();
    let text = |name| -> Vec<String> {
        crate::frame::texts(&batches, name).unwrap().into_iter().map(Option::unwrap).collect()
    };
    let number = |name| crate::frame::column::<Float64Type>(&batches, name, f64::NAN).unwrap();
    let at = crate::frame::column::<TimestampMicrosecondType>(&batches, "ordered_at", 0).unwrap();
    let (customer, product, order) = (text("customer_id"), text("product_id"), text("order_id"));
    let (quantity, revenue) = (number("quantity"), number("net_revenue"));
    let mut rows = Vec::new();
    for (i, (((customer, product), order), at)) in
        customer.into_iter().zip(product).zip(order).zip(at).enumerate()
    {
        rows.push(Kept { customer, product, order, at, quantity: quantity[i], revenue: revenue[i] });
    }
    (shop.manifest.report.sources[0].clone(), rows)
}

/// Customer and product → quantity and revenue of what is in the store.
fn by_product(rows: &[Kept]) -> BTreeMap<(&str, &str), (f64, f64)> {
    let mut sums: BTreeMap<(&str, &str), (f64, f64)> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry((&row.customer, &row.product)).or_default();
        sum.0 += row.quantity;
        sum.1 += row.revenue;
    }
    sums
}

#[tokio::test]
async fn online_retail_loses_no_revenue_and_agrees_with_the_plain_rule() {
    let Some(path) = dangol_trial_data::file("online-retail/online_retail.parquet") else { return };
    let (report, before) = kept(&path, "keep").await;
    let (net_report, after) = kept(&path, "net").await;

    // The plain rule on the lines that keeping leaves, which come sorted by customer and time.
    let mut groups: BTreeMap<(&str, &str), Vec<Line<'_>>> = BTreeMap::new();
    for (at, row) in before.iter().enumerate() {
        if row.quantity != 0.0 {
            let of = groups.entry((&row.customer, &row.product)).or_default();
            let price = row.revenue / row.quantity;
            of.push(line(at as u32, row.at, &row.order, row.quantity, price));
        }
    }
    let (mut gone, mut unmatched, mut matched_revenue) = (0, 0, 0.0);
    for lines in groups.values() {
        let (of_group, _, alone) = naive(lines);
        matched_revenue += lines
            .iter()
            .filter(|line| line.is_return && of_group.contains(&line.row))
            .map(|line| line.revenue.unwrap())
            .sum::<f64>();
        gone += of_group.len() as u64;
        unmatched += alone.len() as u64;
    }
    assert_eq!(net_report.rows_read, 541_909);
    assert_eq!(net_report.fates.iter().map(|fate| fate.rows).sum::<u64>(), 541_909);
    assert_eq!(net_report.rows_of(FateKind::Netted), gone);
    assert_eq!(net_report.rows_of(FateKind::Kept) + gone, report.rows_of(FateKind::Kept));
    assert_eq!(after.len() as u64 + gone, before.len() as u64);
    let flag =
        |name: &str| net_report.flags.iter().find(|flag| flag.flag == name).map_or(0, |flag| flag.rows);
    let anonymous = report.flags.iter().find(|flag| flag.flag == "cancelled").unwrap().rows
        - before.iter().filter(|row| row.quantity < 0.0).count() as u64;
    assert_eq!(flag("unmatched_return"), unmatched + anonymous);
    println!("{gone} lines netted, {unmatched} returns unmatched, {anonymous} without a customer");
    assert!(gone > 8_000, "most of 8,872 returns find their purchase: {gone}");

    // Revenue of purchases minus that of the returns that found theirs; so what is there adds up as before.
    let sum = |rows: &[Kept], of: fn(&Kept) -> bool| -> f64 {
        rows.iter().filter(|row| of(row)).map(|row| row.revenue).sum()
    };
    let purchases = sum(&before, |row| row.quantity > 0.0);
    let left = sum(&after, |row| row.quantity >= 0.0);
    assert!(
        (left - (purchases + matched_revenue)).abs() < 1e-6 * purchases,
        "{left} {purchases} {matched_revenue}"
    );
    let (all_before, all_after) = (sum(&before, |_| true), sum(&after, |_| true));
    assert!((all_before - all_after).abs() < 1e-6 * all_before, "{all_before} {all_after}");

    // Not only in sum: of each customer and product as many pieces and as much money are left as before.
    let (before, after) = (by_product(&before), by_product(&after));
    for (key, (quantity, revenue)) in before {
        let (quantity_after, revenue_after) = after.get(&key).copied().unwrap_or_default();
        assert!((quantity - quantity_after).abs() < 1e-6, "{key:?}: {quantity} {quantity_after}");
        assert!((revenue - revenue_after).abs() < 1e-6 * revenue.abs().max(1.0), "{key:?}");
    }
}
