//! Weights of R, F and M: what was put into a shop is found again, and nothing after the as-of date goes into it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use dangol_analytics::Report;
use dangol_shop::{Filters, Shop};
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of_csv};

const TOML: &str = "[shop]\nname = \"Mix\"\ncurrency = \"KRW\"\ntime_zone = \"UTC\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    columns = { order_id = \"order\", customer_id = \"who\", ordered_at = \"day\", amount = \"paid\" }\n";

fn until(day: &str) -> Filters {
    Filters { as_of: Some(day.into()), ..Filters::default() }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Small random numbers, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

const CUSTOMERS: u64 = 3_000;
/// The day before the first period, before the second, and the last.
const DAYS: [&str; 3] = ["2023-06-29", "2023-09-27", "2023-12-26"];

/// Customers by their scores when a period begins, in an order of their own: keys of a store may come in any.
type Scores = BTreeMap<String, [f64; 3]>;

/// A purchase: who, how many days after the beginning of the period, for how much.
type Purchase = (String, u64, f64);

/// Half of the customers, whoever they are, spend `spend` of their scores.
fn half(
    spend: impl Fn([f64; 3], &mut Random) -> f64,
) -> impl Fn(usize, &Scores, &mut Random) -> Vec<Purchase> {
    move |_, scores, random| {
        let mut bought = Vec::new();
        for (who, scores) in scores {
            if random.below(2) == 0 {
                let day = random.below(90);
                bought.push((who.clone(), day, spend(*scores, random)));
            }
        }
        bought
    }
}

/// Half a year of orders by chance; then two periods of 90 days, of which `buys` says by number and scores who spends
/// how much.
fn mixed(folder: &Path, buys: impl Fn(usize, &Scores, &mut Random) -> Vec<Purchase>) -> (String, Shop) {
    let mut random = Random(11);
    let start: jiff::civil::Date = "2023-01-01".parse().unwrap();
    let mut csv = "order,who,day,paid\n".to_owned();
    let mut orders = 0;
    let mut add = |csv: &mut String, who: &str, day: jiff::civil::Date, paid: f64| {
        orders += 1;
        writeln!(csv, "o{orders},{who},{day},{paid:.2}").unwrap();
    };
    for who in 0..CUSTOMERS {
        for _ in 0..=random.below(5) {
            let day = start + jiff::Span::new().days(random.below(179) as i64);
            add(&mut csv, &format!("c{who}"), day, 5.0 + random.below(20_000) as f64 / 100.0);
        }
    }
    let mut shop = shop_of_csv(folder, &csv, TOML);
    for (period, cutoff) in DAYS[..2].iter().enumerate() {
        let scored = result(&analyse(&shop, "rfm", &until(cutoff), &[("customers", "true")]));
        let scores: Scores = scored["customers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let scores = ["r", "f", "m"].map(|score| number(&row[score]));
                (row["customer_id"].as_str().unwrap().to_owned(), scores)
            })
            .collect();
        let cutoff: jiff::civil::Date = cutoff.parse().unwrap();
        for (who, day, paid) in buys(period, &scores, &mut random) {
            let day = cutoff + jiff::Span::new().days(1 + day as i64);
            add(&mut csv, &who, day, paid);
        }
        shop = shop_of_csv(folder, &csv, TOML);
    }
    (csv, shop)
}

fn weights<'a>(found: &'a Value, method: &str) -> Vec<&'a Value> {
    found["weights"].as_array().unwrap().iter().filter(|row| row["method"] == method).collect()
}

fn quality<'a>(found: &'a Value, score: &str) -> &'a Value {
    found["quality"].as_array().unwrap().iter().find(|row| row["score"] == score).unwrap()
}

/// By how much more of the revenue is caught than with equal weights, at the least.
fn caught_more_low(found: &Value, score: &str) -> f64 {
    let rows = found["intervals"].as_array().unwrap();
    number(&rows.iter().find(|row| row["score"] == score && row["measure"] == "caught").unwrap()["more_low"])
}

fn codes(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.as_ref()).collect()
}

/// Spend rises with recency and three times as much with monetary value, and falls with frequency.
#[test]
fn a_mix_that_was_put_in_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let spend = |[r, f, m]: [f64; 3], random: &mut Random| {
        120.0 + 10.0 * r - 20.0 * f + 30.0 * m + random.below(20) as f64
    };
    let (csv, shop) = mixed(folder.path(), half(spend));
    let report = analyse(&shop, "rfm-weights", &until(DAYS[2]), &[("customers", "true")]);
    let found = result(&report);
    assert_eq!(found["split"]["fitted_from"], "2023-06-30");
    assert_eq!(found["split"]["judged_from"], "2023-09-28");
    assert_eq!(found["split"]["judged_customers"], CUSTOMERS);

    // Half of all buy: one point of a score is worth half of what it adds to a purchase.
    for (row, put_in) in weights(&found, "linear").iter().zip([5.0, -10.0, 15.0]) {
        let (low, high) = (number(&row["coefficient_low"]), number(&row["coefficient_high"]));
        assert!(low < put_in && put_in < high && high - low < 8.0, "{row}");
    }
    let used = &found["used"];
    let of = |factor: &str| number(&used[factor]);
    assert_eq!((of("frequency"), used["method"].as_str()), (0.0, Some("linear")));
    assert!(((of("recency") + of("monetary")) - 1.0).abs() < 1e-12 && of("monetary") > 0.6, "{used}");
    assert!(codes(&report).contains(&"negative_weight"));
    // Equal weights count frequency as good, which it is not here.
    assert!(codes(&report).contains(&"beats_equal_weights"), "{:?}", report.findings);
    let more = quality(&found, "linear");
    assert!(caught_more_low(&found, "linear") > 0.0);
    assert!(number(&more["r_squared"]) > number(&quality(&found, "equal")["r_squared"]));
    // Trees see it, too. Who buys has nothing to do with the scores here: AUC is that of chance.
    assert!(number(&quality(&found, "trees")["caught_more"]) > 0.0);
    assert!((number(&more["area_under_curve"]) - 0.5).abs() < 0.03);

    // The score is the weighted sum, and classes add up.
    let customers = found["customers"].as_array().unwrap();
    for row in customers.iter().take(200) {
        let sum = of("recency") * number(&row["r"])
            + of("frequency") * number(&row["f"])
            + of("monetary") * number(&row["m"]);
        assert!((sum - number(&row["score"])).abs() < 1e-9, "{row}");
    }
    let classes = found["classes"].as_array().unwrap();
    assert_eq!(classes.iter().map(|class| number(&class["customers"])).sum::<f64>(), CUSTOMERS as f64);
    // RFM with these weights is the same score.
    let own = format!("{},{},{}", of("recency"), of("frequency"), of("monetary"));
    let rfm = result(&analyse(&shop, "rfm", &until(DAYS[2]), &[("weights", &own)]));
    assert_eq!(&rfm["classes"], &found["classes"]);

    // A file that ends at the as-of date gives the same as one that goes on.
    let early = result(&analyse(&shop, "rfm-weights", &until("2023-11-30"), &[("period_days", "60")]));
    let header = csv.lines().next().unwrap();
    let known = csv.lines().skip(1).filter(|line| line.split(',').nth(2).unwrap() <= "2023-11-30");
    let cut = std::iter::once(header).chain(known).collect::<Vec<_>>().join("\n");
    let folder = tempfile::tempdir().unwrap();
    let cut = shop_of_csv(folder.path(), &cut, TOML);
    assert_eq!(early, result(&analyse(&cut, "rfm-weights", &until("2023-11-30"), &[("period_days", "60")])));
}

/// Of each combination of scores every second customer buys, for 20 by point, and of an odd number the last one for 10: the
/// means lie on a plane without noise. The fitted weights are equal ones, and the difference to these is nothing in each draw.
#[test]
fn weights_that_are_no_better_than_equal_ones_are_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let (_, shop) = mixed(folder.path(), |_, scores, random| {
        let mut cells: BTreeMap<[u64; 3], Vec<&str>> = BTreeMap::new();
        for (who, scores) in scores {
            cells.entry(scores.map(|score| score as u64)).or_default().push(who);
        }
        let mut bought = Vec::new();
        for (points, members) in cells {
            let points = points.iter().sum::<u64>() as f64;
            for pair in members.chunks(2) {
                let paid = if pair.len() == 2 { 20.0 } else { 10.0 };
                bought.push((pair[0].to_owned(), random.below(90), paid * points));
            }
        }
        bought
    });
    let report = analyse(&shop, "rfm-weights", &until(DAYS[2]), &[]);
    assert!(codes(&report).contains(&"no_better_than_equal_weights"), "{:?}", report.findings);
    let found = result(&report);
    let used = ["recency", "frequency", "monetary"].map(|factor| number(&found["used"][factor]));
    assert!(used.iter().all(|weight| (weight - 1.0 / 3.0).abs() < 0.001), "{used:?}");
    for row in weights(&found, "linear") {
        assert!((number(&row["weight_before"]) - 1.0 / 3.0).abs() < 1e-9, "{row}");
        assert!(number(&row["low"]) <= 1.0 / 3.0 && number(&row["high"]) >= 1.0 / 3.0 - 1e-9, "{row}");
    }
    assert_eq!(
        (&quality(&found, "linear")["caught_more"], caught_more_low(&found, "linear")),
        (&0.0.into(), 0.0)
    );
}

/// In the first period money tells who spends, in the last recency alone: what was learnt is wrong by then.
#[test]
fn weights_that_are_worse_than_equal_ones_are_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let (_, shop) = mixed(folder.path(), |period, scores, random| {
        half(move |[r, _, m], _| if period == 0 { 100.0 * m } else { 100.0 * r })(period, scores, random)
    });
    let report = analyse(&shop, "rfm-weights", &until(DAYS[2]), &[]);
    assert!(codes(&report).contains(&"worse_than_equal_weights"), "{:?}", report.findings);
}

#[test]
fn real_shops_are_weighed_out_of_time() {
    for name in ["online-retail", "thelook-like", "apparel", "cdnow"] {
        let folder = tempfile::tempdir().unwrap();
        let Some(shop) = example(name, folder.path()) else { return };
        for method in ["linear", "boosting"] {
            let report =
                analyse(&shop, "rfm-weights", &Filters::default(), &[("method", method), ("draws", "20")]);
            let found = result(&report);
            println!("{name} {method}: {} {:?}", found["used"], codes(&report));
            for row in found["quality"].as_array().unwrap() {
                let three =
                    ["caught", "rank_correlation", "area_under_curve"].map(|measure| number(&row[measure]));
                println!("  {}: {three:.3?} R² {}", row["score"], row["r_squared"]);
                assert!(three[0] > 0.2 && three[2] > 0.5, "{name}: {row}");
            }
            let sum: f64 =
                ["recency", "frequency", "monetary"].iter().map(|f| number(&found["used"][f])).sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
