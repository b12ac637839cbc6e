use super::result::{Cell, CohortPeriodLength};
use super::*;

fn cohort(name: &str, size: u64, cells: &[(u64, f64, bool)], ages: usize) -> CohortRow {
    let mut cumulative = 0.0;
    let periods = (0..ages)
        .map(|age| {
            let cell = cells.get(age).map(|(active, revenue, incomplete)| {
                cumulative += revenue;
                Cell {
                    active: *active,
                    rate: *active as f64 / size as f64,
                    orders: *active,
                    revenue: *revenue,
                    cumulative_revenue: cumulative,
                    arpu: revenue / size as f64,
                    incomplete: *incomplete,
                    censored: false,
                }
            });
            CohortPeriod::new(age as u32, cell)
        })
        .collect();
    CohortRow { cohort: name.into(), size, periods }
}

#[test]
fn the_mean_curve_weighs_by_size_and_leaves_incomplete_periods_out() {
    let cohorts = vec![
        cohort("a", 100, &[(100, 500.0, false), (30, 90.0, false), (20, 80.0, true)], 3),
        cohort("b", 300, &[(300, 900.0, false), (30, 60.0, true)], 3),
    ];
    let curve = summary::mean_curve(&cohorts).unwrap();
    assert_eq!(curve.len(), 2, "no cohort has a whole period of age 2");
    assert_eq!((curve[0].customers, curve[0].cohorts), (400, 2));
    assert!((curve[0].weighted_arpu - 1400.0 / 400.0).abs() < 1e-12);
    assert_eq!((curve[1].customers, curve[1].weighted_rate), (100, 0.3));
    assert_eq!((curve[1].unweighted_rate, curve[1].unweighted_low), (0.3, None), "one cohort has no spread");
    assert_eq!((curve[0].unweighted_low, curve[0].unweighted_high), (Some(1.0), Some(1.0)));
    assert!(curve[1].low < 0.3 && 0.3 < curve[1].high);
    assert_eq!(summary::steepest_later_drop(&curve), None, "one point is no fall");
    let drop = summary::steepest_drop_of_curve(&curve).unwrap();
    assert_eq!((drop.from_age, drop.to_age), (0, 1));
    assert!((drop.drop - 0.7).abs() < 1e-12);
}

#[test]
fn values_wait_until_their_months_are_over() {
    let six: Vec<(u64, f64, bool)> = (0..6).map(|_| (10, 60.0, false)).collect();
    let cohorts = vec![cohort("a", 10, &six, 6), cohort("b", 10, &six[..5], 6)];
    let values = summary::values(&cohorts, CohortPeriodLength::Month);
    assert_eq!(values[0].six_month_value, Some(36.0));
    assert_eq!(values[0].twelve_month_value, None);
    assert_eq!(values[1].six_month_value, None);
}

#[test]
fn the_later_drop_is_that_after_the_first_period() {
    let cells = [(100, 1.0, false), (30, 1.0, false), (28, 1.0, false), (10, 1.0, false), (9, 1.0, false)];
    let curve = summary::mean_curve(&[cohort("a", 100, &cells, 5)]).unwrap();
    let later = summary::steepest_later_drop(&curve).unwrap();
    assert_eq!((later.from_age, later.to_age), (2, 3));
    assert!((later.drop - 0.18).abs() < 1e-12);
}
