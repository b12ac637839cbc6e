use proptest::prelude::*;

use super::*;
use crate::lifetime::test_data::{cdnow_customers, cdnow_customers_until};
use crate::lifetime::{BgFamily, Histories, PurchaseModel, TimeOfLastPurchase, TimeUnit, fit};

fn history(repeats: u32, last: f64, age: f64) -> History {
    History::new(repeats, TimeOfLastPurchase(last), age).unwrap()
}

/// The CDNOW sample with the purchases of the 39 weeks after 1997-09-30.
fn cdnow() -> Option<(Vec<History>, Vec<History>, Holdout)> {
    let before = cdnow_customers(TimeUnit::Week)?;
    let after = cdnow_customers_until("1998-06-30", TimeUnit::Week)?;
    let bought =
        before.iter().zip(&after).map(|(before, after)| after.repeats() - before.repeats()).collect();
    let holdout = Holdout::new(before.clone(), bought, 39.0).unwrap();
    Some((before, after, holdout))
}

#[test]
fn bg_nbd_beats_the_baselines_on_cdnow() {
    let Some((before, _, holdout)) = cdnow() else { return };
    let model = fit(&BgFamily::BG_NBD, &Histories::new(TimeUnit::Week, before.clone()).unwrap()).model;
    let predicted: Vec<f64> =
        before.iter().map(|history| model.conditional_expected_purchases(history, 39.0)).collect();
    let errors = holdout.errors(&predicted).unwrap();
    let as_before = holdout.errors(&holdout.baseline(Baseline::SameAsBefore)).unwrap();
    let zero = holdout.errors(&holdout.baseline(Baseline::Zero)).unwrap();
    // 1,882 repeat purchases were made in the holdout.
    assert_eq!((errors.customers, errors.actual, zero.of_total()), (2357, 1882.0, Some(-1.0)));
    assert!(errors.of_total().unwrap().abs() < 0.13, "{errors:?}");
    assert!(
        errors.root_mean_square < as_before.root_mean_square.min(zero.root_mean_square),
        "{errors:?} {as_before:?} {zero:?}"
    );

    // Figure 4 of the paper: 1,411 customers without repeats, who bought 0.24 times on average.
    let groups = holdout.by_repeats(&predicted, 7).unwrap();
    assert_eq!(groups.iter().map(|group| group.customers).sum::<u64>(), 2357);
    assert_eq!(
        (groups[0].customers, groups.len(), groups[7].or_more, groups[6].or_more),
        (1411, 8, true, false)
    );
    assert!(
        (groups[0].actual - 0.237).abs() < 1e-3 && (groups[0].predicted - 0.225).abs() < 5e-3,
        "{groups:?}"
    );
}

#[test]
fn the_holdout_of_cdnow_chooses_a_model() {
    let Some((before, after, _)) = cdnow() else { return };
    let data = Histories::new(TimeUnit::Week, before.clone()).unwrap();
    let candidate = |family: BgFamily| {
        let model = fit(&family, &data).model;
        let held_out = held_out(&model, &before, &after).unwrap();
        Candidate { name: family.name(), parameters: 4, aic: None, held_out, exclusion: None }
    };
    let choice = choose(&[candidate(BgFamily::BG_NBD), candidate(BgFamily::MBG_NBD)]).unwrap();
    // A year's silence was foreseen by both: the two differ by less than 1 per 100 customers.
    assert!(choice.ranking.iter().all(|ranked| ranked.held_out.unwrap().behind < 23.0), "{choice:?}");
    assert!(choice.chosen.is_some() && choice.reasons.len() == 1);
    // Customers in another order are not the same customers.
    let swapped: Vec<History> = after.iter().rev().copied().collect();
    let model = fit(&BgFamily::BG_NBD, &data).model;
    assert!(matches!(held_out(&model, &before, &swapped), Err(Error::NotTheSameCustomer { .. })));
}

#[test]
fn held_out_likelihoods_are_conditional_densities() {
    // Over all that can happen in the holdout the densities add up to 1: no purchase, or the next one at t,
    // after which anything may follow.
    let model = crate::lifetime::BgModel::new(BgFamily::MBG_NBD, 0.5, 6.0, 0.9, 1.6).unwrap();
    let before = history(2, 20.0, 30.0);
    let likelihood = |after: History| held_out(&model, &[before], &[after]).unwrap()[0].exp();
    let silent = likelihood(history(2, 20.0, 50.0));
    let next = crate::math::integrate(30.0, 50.0, 4, |time| {
        // Known up to the purchase itself: its density.
        likelihood(history(3, time, time))
    });
    assert!((silent + next - 1.0).abs() < 1e-9, "{silent} {next}");
    assert!((silent - model.probability_of_silence(&before, 20.0)).abs() < 1e-12);
}

#[test]
fn errors_by_hand() {
    let histories =
        vec![history(0, 0.0, 10.0), history(2, 5.0, 10.0), history(9, 9.0, 10.0), history(0, 0.0, 0.0)];
    let holdout = Holdout::new(histories, vec![0, 2, 5, 0], 20.0).unwrap();
    assert_eq!(holdout.baseline(Baseline::SameAsBefore), [0.0, 4.0, 18.0, 0.0]);
    let errors = holdout.errors(&[1.0, 2.0, 2.0, 0.0]).unwrap();
    assert_eq!((errors.mean_absolute, errors.predicted, errors.actual), (1.0, 5.0, 7.0));
    assert!((errors.root_mean_square - 2.5_f64.sqrt()).abs() < 1e-15);
    let groups = holdout.by_repeats(&[1.0, 2.0, 2.0, 0.0], 3).unwrap();
    assert_eq!(
        groups.iter().map(|group| (group.repeats, group.or_more, group.customers)).collect::<Vec<_>>(),
        [(0, false, 2), (2, false, 1), (3, true, 1)]
    );
    assert_eq!(
        (groups[0].predicted, groups[0].standard_error, groups[1].standard_error),
        (0.5, Some(0.0), None)
    );
    assert!(holdout.errors(&[1.0]).is_err() && holdout.errors(&[f64::NAN, 0.0, 0.0, 0.0]).is_err());
    assert!(
        Holdout::new(vec![], vec![], 1.0).is_err()
            && Holdout::new(vec![history(0, 0.0, 1.0)], vec![0], 0.0).is_err()
    );
}

#[test]
fn tracking_by_hand() {
    // 4 customers at the start, 6 at 1.5; everybody buys half a time per period.
    let tracking =
        Tracking::new(&[(0.0, 4), (1.5, 6)], &[(0.2, 1), (1.0, 2), (3.9, 4), (9.0, 7)], 1.0, 4, |t| t / 2.0)
            .unwrap();
    let of = |value: fn(&Period) -> f64| tracking.periods.iter().map(value).collect::<Vec<_>>();
    assert_eq!(of(|period| period.actual), [1.0, 2.0, 0.0, 4.0]);
    assert_eq!(of(|period| period.actual_cumulative), [1.0, 3.0, 3.0, 7.0]);
    assert_eq!(of(|period| period.expected), [2.0, 3.5, 5.0, 5.0]);
    assert_eq!(of(|period| period.expected_cumulative), [2.0, 5.5, 10.5, 15.5]);
    let first = tracking.errors(0.0, 2.0);
    assert_eq!((first.per_period, first.cumulative), (Some(0.875), Some(f64::midpoint(1.0, 2.5 / 3.0))));
    assert_eq!(first.total, Some(2.5 / 3.0));
    assert_eq!(tracking.errors(2.0, 4.0).per_period, None);
    let nothing = tracking.errors(5.0, 9.0);
    assert_eq!((nothing.per_period, nothing.cumulative, nothing.total), (None, None, None));
    assert!(Tracking::new(&[(f64::NAN, 1)], &[], 1.0, 1, |t| t).is_err());
    assert!(
        Tracking::new(&[], &[], 0.0, 1, |t| t).is_err() && Tracking::new(&[], &[], 1.0, 0, |t| t).is_err()
    );
}

fn candidate(
    name: &'static str,
    parameters: usize,
    held_out: &[f64],
    exclusion: Option<Exclusion>,
) -> Candidate<&'static str> {
    Candidate { name, parameters, aic: None, held_out: held_out.to_vec(), exclusion }
}

#[test]
fn the_simpler_of_two_that_are_as_good() {
    let simple = candidate("simple", 2, &[-1.0, -2.0, -3.0, -1.5], None);
    let noisy = candidate("noisy", 4, &[-1.3, -1.6, -3.2, -1.3], None);
    let choice = choose(&[noisy.clone(), simple.clone()]).unwrap();
    assert_eq!((choice.chosen, choice.ranking[0].name), (Some("simple"), "noisy"));
    assert!(matches!(
        choice.reasons[..],
        [Reason::SimplerAndAsGood { model: "simple", likeliest: "noisy", .. }]
    ));

    let better = candidate("better", 4, &[-0.9, -1.9, -2.9, -1.41], None);
    let choice = choose(&[simple.clone(), better]).unwrap();
    assert!(matches!(choice.reasons[..], [Reason::Likeliest { model: "better", .. }]), "{choice:?}");

    // The best of all may not be taken.
    let certain = candidate("certain", 4, &[-0.1; 4], Some(Exclusion::OneTimeBuyersForeverAlive));
    let failed = candidate("failed", 4, &[], Some(Exclusion::NotFitted));
    let choice = choose(&[failed, certain, simple]).unwrap();
    assert_eq!(choice.chosen, Some("simple"));
    assert_eq!(
        choice.ranking.iter().map(|ranked| ranked.name).collect::<Vec<_>>(),
        ["simple", "certain", "failed"]
    );
    assert!(choice.ranking[1].held_out.unwrap().behind < 0.0 && choice.ranking[2].held_out.is_none());
    assert!(matches!(
        choice.reasons[..],
        [Reason::Excluded { model: "certain", .. }, Reason::Excluded { .. }, Reason::OnlyOne { .. }]
    ));
    let json = serde_json::to_string(&choice).unwrap();
    assert!(json.contains(r#""reason":"only_one","model":"simple""#), "{json}");
}

#[test]
fn a_choice_of_nothing_is_refused() {
    assert!(choose::<&str>(&[]).is_err());
    assert!(choose(&[candidate("a", 1, &[], None)]).is_err());
    assert!(choose(&[candidate("a", 1, &[-1.0], None), candidate("b", 1, &[-1.0, -2.0], None)]).is_err());
    assert!(choose(&[candidate("a", 1, &[f64::NAN], None)]).is_err());
    let none = choose(&[candidate("a", 1, &[-1.0], Some(Exclusion::AtBoundary))]).unwrap();
    assert_eq!(none.chosen, None);
}

#[test]
fn a_simpler_one_that_fits_the_past_clearly_worse_is_not_taken() {
    // Behind by 1 with a standard error of about 2: the holdout alone does not tell them apart.
    let simple = candidate("simple", 1, &[-2.0, -1.0, -2.0, -1.0], None);
    let regular = candidate("regular", 2, &[-1.0, -1.5, -1.0, -1.5], None);
    let taken = |simple_aic: Option<f64>| {
        let simple = Candidate { aic: simple_aic, ..simple.clone() };
        let regular = Candidate { aic: Some(100.0), ..regular.clone() };
        choose(&[simple, regular]).unwrap().chosen.unwrap()
    };
    assert_eq!(taken(None), "simple");
    assert_eq!(taken(Some(109.0)), "simple");
    assert_eq!(taken(Some(111.0)), "regular");
}

proptest! {
    #[test]
    fn the_likeliest_is_never_beaten_by_a_more_complex_one(
        held_out in prop::collection::vec(prop::collection::vec(-9.0_f64..0.0, 6), 1..5),
        parameters in prop::collection::vec(1_usize..5, 5),
    ) {
        let candidates: Vec<Candidate<usize>> = held_out
            .into_iter()
            .enumerate()
            .map(|(name, held_out)| Candidate {
                name,
                parameters: parameters[name],
                aic: None,
                held_out,
                exclusion: None,
            })
            .collect();
        let choice = choose(&candidates).unwrap();
        let chosen = choice.ranking.iter().find(|ranked| Some(ranked.name) == choice.chosen).unwrap();
        prop_assert!(chosen.parameters <= choice.ranking[0].parameters);
        prop_assert_eq!(choice.ranking[0].held_out.unwrap().behind, 0.0);
    }
}
