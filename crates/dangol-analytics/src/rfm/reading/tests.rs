use super::*;

fn summary(min: f64, p25: f64, p50: f64, p75: f64, p95: f64, max: f64) -> FactorSummary {
    FactorSummary {
        count: 1000,
        mean: Some(p50),
        std: Some(1.0),
        min: Some(min),
        p5: Some(min),
        p25: Some(p25),
        p50: Some(p50),
        p75: Some(p75),
        p95: Some(p95),
        max: Some(max),
    }
}

/// Figures of Online Retail.
fn factors() -> PerFactor<FactorSummary> {
    PerFactor {
        recency_days: summary(0.0, 18.0, 51.0, 142.0, 312.0, 374.0),
        frequency: summary(1.0, 17.0, 41.0, 98.0, 310.0, 7676.0),
        monetary: summary(3.75, 306.45, 668.56, 1660.32, 5840.18, 280_206.02),
    }
}

fn read(recency_days: i64, frequency: f64, monetary: f64, orders: u64) -> Vec<Words> {
    reading(
        &Person { recency_days, frequency, monetary, orders },
        &factors(),
        Frequency::Lines,
        Monetary::Sum,
        "GBP",
    )
}

#[test]
fn a_sleeper_worth_winning_back() {
    let words = read(200, 3000.0, 9000.0, 40);
    let en: Vec<&str> = words.iter().map(|words| words.en.as_str()).collect();
    assert_eq!(
        en,
        [
            "200 days since the last order is beyond the 75th percentile (142): asleep.",
            "3,000 lines is near the maximum (7,676): formerly very heavy.",
            "£9,000 spent in total is beyond the 95th percentile (£5,840): among the most valuable.",
            "Worth winning back.",
        ]
    );
    assert_eq!(words[0].ko, "마지막 주문 후 200일: 75백분위수(142일)를 넘었어요. 휴면 상태예요.");
    assert_eq!(
        words[1].ko,
        "상품 주문 건수 3,000건: 최댓값(7,676건)에 가까워요. 예전에는 아주 자주 사는 고객이었어요."
    );
}

#[test]
fn others() {
    assert!(read(3, 5.0, 20.0, 1)[3].en.starts_with("The second order"));
    assert!(read(3, 500.0, 9000.0, 30)[3].en.starts_with("One of the best"));
    assert!(read(300, 5.0, 20.0, 1)[3].en.starts_with("Hardly worth"));
    assert!(read(50, 40.0, 600.0, 3)[3].en.starts_with("Has room"));
    assert!(read(1, 1.0, 20.0, 1)[0].en.starts_with("1 day since"));
}

#[test]
fn nobody_to_compare_with() {
    let person = Person { recency_days: 1, frequency: 1.0, monetary: 1.0, orders: 1 };
    assert!(reading(&person, &PerFactor::default(), Frequency::Orders, Monetary::Sum, "GBP").is_empty());
    let alone = summary(1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
    let alike = PerFactor { recency_days: alone, frequency: alone, monetary: alone };
    let words = reading(&person, &alike, Frequency::Orders, Monetary::Sum, "GBP");
    assert_eq!(words[1].en, "1 order is the same for every customer: no comparison possible.");
}

#[test]
fn numbers() {
    let cases = [
        (0.0, "0"),
        (999.0, "999"),
        (1_234_567.0, "1,234,567"),
        (3.456, "3.46"),
        (-1234.5, "-1,234"),
        (-0.001, "0.00"),
    ];
    for (value, expected) in cases {
        assert_eq!(number(value), expected);
    }
}
