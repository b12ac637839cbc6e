use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::lifetime::{BgFamily, BgModel, ParetoNbd, TimeOfLastPurchase};
use crate::math::integrate;

fn cdnow() -> BgModel {
    BgModel::new(BgFamily::BG_NBD, 0.2426, 4.4136, 0.7929, 2.4259).unwrap()
}

fn history(repeats: u32, last: f64, age: f64) -> History {
    History::new(repeats, TimeOfLastPurchase(last), age).unwrap()
}

fn months(length: f64) -> Horizon {
    Horizon::new(length, TimeUnit::Month).unwrap()
}

fn yearly(rate: f64, timing: Timing) -> Discounting {
    Discounting::new(rate, timing).unwrap()
}

/// Customers with times off any calendar.
fn customers(count: usize, seed: u64) -> Vec<History> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let age: f64 = rng.random_range(0.0..120.0);
            let x = (rng.random::<f64>().powi(4) * 40.0) as u32;
            history(x, if x == 0 { 0.0 } else { age * rng.random_range(0.01..1.0) }, age)
        })
        .collect()
}

#[test]
fn a_year_is_a_year_in_every_unit() {
    let year = months(12.0);
    assert_eq!(year.in_units_of(TimeUnit::Day), 365.25);
    let rate = yearly(0.1, Timing::Continuous);
    for unit in [TimeUnit::Day, TimeUnit::Week, TimeUnit::Month] {
        let factor = (-rate.force(unit) * year.in_units_of(unit)).exp();
        assert!((factor - 1.0 / 1.1).abs() < 1e-14, "{unit:?}");
        // The same customer and model in this unit.
        let weeks = |time: f64| unit.from(time, TimeUnit::Week);
        let model = BgModel::new(BgFamily::BG_NBD, 0.2426, weeks(4.4136), 0.7929, 2.4259).unwrap();
        for timing in [Timing::Continuous, Timing::EndOfPeriod(TimeUnit::Month)] {
            let schedule = Schedule::new(year, yearly(0.1, timing), unit);
            let of = |model: &BgModel, history, schedule| outlooks(model, &[history], schedule)[0];
            let found = of(&model, history(2, weeks(30.43), weeks(38.86)), &schedule);
            let in_weeks = Schedule::new(year, yearly(0.1, timing), TimeUnit::Week);
            let expected = of(&cdnow(), history(2, 30.43, 38.86), &in_weeks);
            assert!((found.discounted - expected.discounted).abs() < 1e-9, "{found:?} {expected:?}");
        }
    }
}

#[test]
fn discounting_by_hand() {
    // One purchase per month for certain, over three and a half months at 1 % a month.
    let expected = |time: f64| time;
    let by_month = Discounting::per_period(0.01, TimeUnit::Month).unwrap();
    let schedule = Schedule::new(months(3.5), by_month, TimeUnit::Month);
    let (all, discounted) = schedule.sum(expected);
    let by_hand = 1.01_f64.powi(-1) + 1.01_f64.powi(-2) + 1.01_f64.powi(-3) + 0.5 * 1.01_f64.powf(-3.5);
    assert!((all - 3.5).abs() < 1e-15 && (discounted - by_hand).abs() < 1e-14);

    let steady = Schedule::new(months(12.0), yearly(0.1, Timing::Continuous), TimeUnit::Month);
    let force = 1.1_f64.ln() / 12.0;
    let (_, discounted) = steady.sum(expected);
    assert!((discounted - (1.0 - 1.0 / 1.1) / force).abs() < 1e-10, "{discounted}");

    let free = Schedule::new(months(12.0), yearly(0.0, Timing::EndOfPeriod(TimeUnit::Day)), TimeUnit::Day);
    assert_eq!(free.sum(expected), (365.25, 365.25));
}

#[test]
fn the_gauss_sum_is_the_integral() {
    for (horizon, history) in [
        (12.0, history(0, 0.0, 0.0)),
        (120.0, history(3, 1.0, 2.0)),
        (60.0, history(20, 30.0, 38.0)),
        (1.0, history(1, 5.0, 5.0)),
    ] {
        let model = cdnow();
        let discounting = yearly(0.15, Timing::Continuous);
        let schedule = Schedule::new(months(horizon), discounting, TimeUnit::Week);
        let expected = |time: f64| model.conditional_expected_purchases(&history, time);
        let (force, end) = (discounting.force(TimeUnit::Week), schedule.horizon());
        let inner = integrate(0.0, 1.0, 40, |u| {
            let time = end * u * u * u;
            3.0 * u * u * end * (-force * time).exp() * expected(time)
        });
        let exact = (-force * end).exp() * expected(end) + force * inner;
        let (_, found) = schedule.sum(expected);
        assert!((found - exact).abs() < 1e-8 * exact, "{horizon}: {found} {exact}");
    }
}

#[test]
fn interpolated_outlooks_are_those_of_each_customer() {
    let customers = customers(20_000, 1);
    for family in [BgFamily::BG_NBD, BgFamily::MBG_NBD, BgFamily::mbg_cnbd(2).unwrap()] {
        let model = BgModel::new(family, 0.2426, 4.4136, 0.7929, 2.4259).unwrap();
        for horizon in [1.0, 12.0, 60.0] {
            let schedule = Schedule::new(months(horizon), yearly(0.1, Timing::Continuous), TimeUnit::Week);
            let found = outlooks(&model, &customers, &schedule);
            for (history, outlook) in customers.iter().zip(found).step_by(37) {
                let (purchases, discounted) =
                    schedule.sum(|time| model.conditional_expected_purchases(history, time));
                assert!(
                    (outlook.purchases - purchases).abs() < 1e-7 * (0.01 + purchases),
                    "{history:?} {outlook:?} {purchases}"
                );
                assert!(
                    (outlook.discounted - discounted).abs() < 1e-7 * (0.01 + discounted),
                    "{history:?} {outlook:?}"
                );
                assert_eq!(outlook.alive, model.probability_alive(history));
                assert!(outlook.discounted <= outlook.purchases && outlook.discounted > 0.0);
            }
        }
    }
}

#[test]
fn customers_at_the_ends_have_outlooks() {
    // All of today, all of one age, and one who bought two thousand times.
    let today = vec![history(0, 0.0, 0.0); 100];
    let same = vec![history(3, 20.0, 30.0); 100];
    let mut many = vec![history(1, 5.0, 1e4); 50];
    many.push(history(2000, 99.0, 100.0));
    for dropout in [(0.8, 2.4), (1.0, 1.0), (1e-6, 1.0), (3.0, 1e-6)] {
        for family in [BgFamily::BG_NBD, BgFamily::MBG_NBD] {
            let model = BgModel::new(family, 0.25, 4.4, dropout.0, dropout.1).unwrap();
            let schedule = Schedule::new(months(12.0), yearly(0.1, Timing::Continuous), TimeUnit::Week);
            for customers in [&today, &same, &many] {
                for (history, outlook) in customers.iter().zip(outlooks(&model, customers, &schedule)) {
                    let exact = model.conditional_expected_purchases(history, schedule.horizon());
                    assert!(
                        (outlook.purchases - exact).abs() <= 1e-7 * (0.01 + exact),
                        "{history:?} {outlook:?} {exact}"
                    );
                    assert!(outlook.discounted >= 0.0 && outlook.discounted <= outlook.purchases);
                }
            }
        }
    }
}

#[test]
fn pareto_nbd_is_interpolated_as_well() {
    let model = ParetoNbd::new(0.5532, 10.576, 0.6063, 11.67).unwrap();
    let customers = customers(3000, 4);
    let schedule =
        Schedule::new(months(12.0), yearly(0.1, Timing::EndOfPeriod(TimeUnit::Month)), TimeUnit::Week);
    for (history, outlook) in customers.iter().zip(outlooks(&model, &customers, &schedule)).step_by(7) {
        let (purchases, discounted) =
            schedule.sum(|time| model.conditional_expected_purchases(history, time));
        assert!((outlook.purchases - purchases).abs() < 1e-7 * (0.01 + purchases), "{history:?} {outlook:?}");
        assert!((outlook.discounted - discounted).abs() < 1e-7 * (0.01 + discounted));
    }
}

#[test]
fn a_customer_has_the_same_outlook_in_any_company() {
    // Alone there is nothing to interpolate; among thousands on several threads there is.
    let customers = customers(25_000, 2);
    let schedule =
        Schedule::new(months(12.0), yearly(0.1, Timing::EndOfPeriod(TimeUnit::Month)), TimeUnit::Week);
    let together = outlooks(&cdnow(), &customers, &schedule);
    for (history, outlook) in customers.iter().zip(together).step_by(501) {
        let alone = outlooks(&cdnow(), &[*history], &schedule)[0];
        assert!((alone.discounted - outlook.discounted).abs() < 1e-7 * (0.01 + alone.discounted));
    }
}

#[test]
fn value_is_purchases_times_spend_times_margin() {
    let spending = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let params =
        ValueParams { horizon: months(12.0), discounting: yearly(0.1, Timing::Continuous), margin: 0.3 };
    let valuation = params.check(TimeUnit::Week).unwrap();
    let histories = [history(2, 30.43, 38.86), history(0, 0.0, 38.86)];
    let spends = [Spend { purchases: 2, mean: 22.35 }, Spend { purchases: 0, mean: 0.0 }];
    let values = valuation.values(&cdnow(), &spending, &histories, &spends).unwrap();
    for (value, spend) in values.iter().zip([24.664, 35.219]) {
        assert!((value.spend.unwrap() - spend).abs() < 1e-3, "{value:?}");
        let product = value.outlook.discounted * value.spend.unwrap() * 0.3;
        assert!((value.value.unwrap() - product).abs() < 1e-12);
    }
    let heavy = GammaGamma::new(6.25, 0.8, 15.44).unwrap();
    let values = valuation.values(&cdnow(), &heavy, &histories, &spends).unwrap();
    assert!(values[0].value.is_some() && values[1].value.is_none());
    assert!(valuation.values(&cdnow(), &spending, &histories, &spends[..1]).is_err());
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(
        Horizon::new(0.0, TimeUnit::Week).is_err() && Horizon::new(f64::INFINITY, TimeUnit::Week).is_err()
    );
    assert!(
        Discounting::new(-1.0, Timing::Continuous).is_err()
            && Discounting::new(f64::NAN, Timing::Continuous).is_err()
    );
    let params =
        ValueParams { horizon: months(1.0), discounting: yearly(0.1, Timing::Continuous), margin: f64::NAN };
    assert!(params.check(TimeUnit::Day).is_err());
    let json = serde_json::to_string(&ValueParams { margin: 0.5, ..params }).unwrap();
    assert_eq!(serde_json::from_str::<ValueParams>(&json).unwrap().margin, 0.5);
    assert!(serde_json::from_str::<Horizon>(r#"{"length": -3.0, "unit": "week"}"#).is_err());
    assert!(historical_value(f64::NAN, 1.0, HistoricalParams::default()).is_err());
    assert!(historical_value(1.0, -1.0, HistoricalParams::default()).is_err());
}

#[test]
fn historical_value_is_a_rate_times_a_life() {
    let found = historical_value(730.0, 365.0, HistoricalParams::default()).unwrap();
    assert!((found.value - 1460.0).abs() < 1e-9 && !found.least_days_used);
    let same_day = historical_value(-10.0, 0.0, HistoricalParams::default()).unwrap();
    assert!((same_day.value + 10.0 * 365.0 / 30.0 * 2.0).abs() < 1e-9 && same_day.least_days_used);
}

/// A million customers in well under a second in a release build on an idle machine.
#[test]
#[ignore = "slow"]
fn a_million_customers_are_valued_in_a_second() {
    let customers = customers(1_000_000, 3);
    let spends = vec![Spend { purchases: 2, mean: 20.0 }; customers.len()];
    let params =
        ValueParams { horizon: months(12.0), discounting: yearly(0.1, Timing::Continuous), margin: 0.3 };
    let valuation = params.check(TimeUnit::Week).unwrap();
    let spending = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let start = std::time::Instant::now();
    let values = valuation.values(&cdnow(), &spending, &customers, &spends).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds:.3} s");
    assert!(values.len() == customers.len() && (cfg!(debug_assertions) || seconds < 5.0), "{seconds} s");
}

proptest! {
    #[test]
    fn later_purchases_never_count_more(rate in 0.0_f64..0.5, length in 0.1_f64..60.0, x in 0_u32..30, last in 0.0_f64..1.0, age in 0.1_f64..200.0) {
        let history = history(x, if x == 0 { 0.0 } else { age * last.max(1e-3) }, age);
        for timing in [Timing::Continuous, Timing::EndOfPeriod(TimeUnit::Week)] {
            let schedule = Schedule::new(months(length), yearly(rate, timing), TimeUnit::Week);
            let outlook = outlooks(&cdnow(), &[history], &schedule)[0];
            let least = outlook.purchases / (1.0 + rate).powf((length + 1.0) / 12.0);
            prop_assert!(outlook.discounted <= outlook.purchases * (1.0 + 1e-9) && outlook.discounted >= least * (1.0 - 1e-9), "{outlook:?}");
        }
    }
}
