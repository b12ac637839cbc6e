use super::*;
use crate::rfm::params::{Frequency, RfmParams};

fn shop(customers: u32) -> CustomerTotals {
    CustomerTotals {
        recency_days: (0..customers).map(|i| i64::from((i * 7919) % 373)).collect(),
        frequency: (0..customers).map(|i| f64::from(1 + (i * 31) % 9)).collect(),
        monetary: (0..customers).map(|i| f64::from((i * 613) % 1009) / 7.0).collect(),
        orders: (0..customers).map(|i| u64::from(1 + (i * 31) % 9)).collect(),
    }
}

fn run(totals: &CustomerTotals, params: RfmParams) -> Rfm {
    compute(totals, &params.check().unwrap()).unwrap()
}

#[test]
fn every_table_adds_up_to_the_whole() {
    let totals = shop(1000);
    let revenue: f64 = totals.monetary.iter().sum();
    for scheme in ["nine", "eleven", "bands"] {
        let result = run(&totals, RfmParams { scheme: scheme.to_owned(), ..RfmParams::default() }).result;
        let tables: [Vec<GroupStats>; 3] = [
            result.scores.iter().map(|row| row.stats).collect(),
            result.classes.iter().map(|row| row.stats).collect(),
            result.segments.iter().map(|row| row.stats).collect(),
        ];
        for table in tables {
            assert_eq!(table.iter().map(|stats| stats.customers).sum::<u64>(), 1000);
            assert_eq!(
                table.iter().map(|stats| stats.orders).sum::<u64>(),
                totals.orders.iter().sum::<u64>()
            );
            assert!((table.iter().map(|stats| stats.monetary_sum).sum::<f64>() - revenue).abs() < 1e-6);
            assert!((table.iter().filter_map(|stats| stats.revenue_share).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!((table.iter().filter_map(|stats| stats.customer_share).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert_eq!(result.cells.len(), 25);
        assert_eq!(result.cells.iter().map(|cell| cell.customers).sum::<u64>(), 1000);
        assert_eq!((result.cells[0].r, result.cells[0].f), (5, 5));
        for bins in [
            &result.distributions.recency_days,
            &result.distributions.frequency,
            &result.distributions.monetary,
        ] {
            assert_eq!(bins.iter().map(|bin| bin.customers).sum::<u64>(), 1000);
        }
    }
}

#[test]
fn rows_equal_the_customers_in_them() {
    let totals = shop(500);
    let rfm = run(
        &totals,
        RfmParams { weights: [2.0, 0.5, 1.0], frequency: Frequency::Lines, ..RfmParams::default() },
    );
    for row in &rfm.result.scores {
        let members: Vec<usize> = (0..500).filter(|&i| rfm.scores.score[i] == row.score).collect();
        assert_eq!(row.stats.customers, members.len() as u64);
        let recency =
            members.iter().map(|&i| totals.recency_days[i]).sum::<i64>() as f64 / members.len() as f64;
        assert!((row.stats.recency_mean.unwrap() - recency).abs() < 1e-9);
    }
    for row in &rfm.result.classes {
        let scores: Vec<f64> =
            (0..500).filter(|&i| rfm.classes.name_of(i) == row.class).map(|i| rfm.scores.score[i]).collect();
        assert_eq!(row.stats.customers, scores.len() as u64);
        assert_eq!(row.score_max, scores.iter().copied().reduce(f64::max));
        assert_eq!(row.score_min, scores.iter().copied().reduce(f64::min));
    }
    assert!(rfm.result.scores.windows(2).all(|pair| pair[0].score < pair[1].score));
}

#[test]
fn the_shape_that_the_interface_promises() {
    let totals = shop(50);
    let rfm = run(&totals, RfmParams::default());
    let json = serde_json::to_value(&rfm.result).unwrap();
    assert_eq!(json["customers"], serde_json::Value::Null);
    assert!(json["scores"][0]["score"].is_i64());
    for name in ["customers", "orders", "recency_mean", "frequency_mean", "monetary_mean", "monetary_sum"] {
        for table in ["scores", "classes", "segments"] {
            assert!(json[table][0][name].is_number(), "{table} {name}");
        }
    }
    assert_eq!(json["classes"][0]["class"], "platinum");
    assert_eq!(json["segments"][0]["segment"], "vip_champions");
    assert_eq!(json["segments"].as_array().unwrap().len(), 9);
    assert_eq!(json["scoring"]["recency_days"]["groups"], 5);
    assert_eq!(json["factors"]["monetary"]["count"], 50);
    let row = rfm.customer_row(&totals, 0, "c-1".to_owned(), Some("2011-12-09".to_owned())).unwrap();
    let row = serde_json::to_value(&row).unwrap();
    for name in [
        "customer_id",
        "recency_days",
        "frequency",
        "monetary",
        "orders",
        "last_order_on",
        "r",
        "f",
        "m",
        "score",
        "class",
        "segment",
    ] {
        assert!(!row[name].is_null(), "{name}");
    }
    assert!(rfm.customer_row(&totals, 50, String::new(), None).is_none());
}

#[test]
fn empty_groups_have_no_means() {
    let result = run(&CustomerTotals::default(), RfmParams::default()).result;
    assert_eq!(result.factors.monetary, FactorSummary::default());
    assert!(result.scores.is_empty());
    assert_eq!(result.segments.len(), 9);
    assert!(
        result
            .segments
            .iter()
            .all(|row| row.stats.recency_mean.is_none() && row.stats.customer_share.is_none())
    );
    let json = serde_json::to_string(&result).unwrap();
    assert!(!json.contains("NaN"));
}

#[test]
fn without_positive_revenue_there_is_no_share() {
    let totals = CustomerTotals { monetary: vec![-1.0; 20], ..shop(20) };
    assert!(
        run(&totals, RfmParams::default()).result.scores.iter().all(|row| row.stats.revenue_share.is_none())
    );
}
