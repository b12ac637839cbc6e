//! Judged out of time: fitted on the contacts that were over by a cut-off, ranked, and laid beside the answers to the contacts
//! that were sent after it.

use dangol_models::bootstrap::{interval, resampled_means};
use dangol_models::score_weights::JudgeSettings;
use dangol_models::targeting::{Answers, bands, judge};
use dangol_shop::scope::AsOf;
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::LEVEL;
use super::contacts::{Contacts, Known};
use super::model::Responses;
use super::params::RfmResponseParams;
use super::result::{RankingQuality, ResponseCheck, ResponseTenth};
use crate::error::AnalysisError;
use crate::rfm::{self, Scored};
use crate::words::Words;

/// With fewer responses on either side of the cut-off nothing is judged.
const LEAST_RESPONSES: u32 = 50;

/// Groups of the calibration.
const TENTHS: usize = 10;

/// A customer who had bought by the cut-off and was sent something after it.
struct Judged {
    known: Known,
    probability: f64,
    /// The RFM score at the cut-off.
    score: f64,
    later: Answers,
}

/// The check, and by how many times more contacts those got afterwards who had responded before.
pub(super) struct Checked {
    pub(super) check: ResponseCheck,
    pub(super) contacts_follow: Option<(f64, f64, f64)>,
}

/// None where there is too little on either side of the cut-off.
pub(super) async fn check(
    shop: &Shop,
    scope: &Scope,
    contacts: &Contacts,
    params: &RfmResponseParams,
) -> Result<Option<Checked>, AnalysisError> {
    let mut sent: Vec<i64> = contacts.counted().map(|row| contacts.sent[row]).collect();
    sent.sort_unstable();
    let place = ((1.0 - params.judged_share) * sent.len() as f64) as usize;
    let Some(first_judged) = sent.get(place.min(sent.len().saturating_sub(1))) else { return Ok(None) };
    // The cut-off is the end of the day before the first of the judged share.
    let cutoff = shop.clock().day_of(*first_judged) - 1;
    let cut = shop.clock().start_of_day(cutoff + 1);
    let known: Vec<Known> = (0..contacts.customers.len()).map(|at| contacts.known(at, cut)).collect();
    let Some(responses) = Responses::of(&known)? else { return Ok(None) };
    let before: u32 = known.iter().map(|one| one.responses).sum();

    let scoring = rfm::parameters(shop)?.check()?;
    let at_cutoff = Scope { as_of: AsOf::Day(cutoff), ..scope.without_from() };
    let scored = Scored::of(shop, &at_cutoff, &scoring).await?;
    let mut judged = Vec::new();
    for place in 0..scored.totals.len() {
        let key = scored.profiles.customer_key[scored.position(place)];
        let Ok(at) = contacts.customers.binary_search(&key) else { continue };
        let later = contacts.later(at, cut);
        if contacts.has_left(at, cut) {
            continue;
        }
        judged.push(Judged {
            known: known[at],
            probability: responses.probability(&known[at])?,
            score: scored.rfm.scores.score[place],
            later,
        });
    }
    // Customers are drawn by their place: in an order that no import gives otherwise.
    judged.sort_unstable_by_key(|one| {
        let Known { contacts, responses, .. } = one.known;
        (contacts, responses, one.score.to_bits(), one.later.contacts, one.later.responses)
    });
    let contacts_follow = contacts_follow(&judged, params)?;
    judged.retain(|one| one.later.contacts > 0);
    let answered: u32 = judged.iter().map(|one| one.later.responses).sum();
    if before < LEAST_RESPONSES || answered < LEAST_RESPONSES {
        return Ok(None);
    }
    let later: Vec<Answers> = judged.iter().map(|one| one.later).collect();
    let sum = |of: &dyn Fn(&Judged) -> f64| judged.iter().map(of).sum::<f64>();
    let judged_contacts = sum(&|one| f64::from(one.later.contacts));
    let expected = sum(&|one| f64::from(one.later.contacts) * one.probability);
    let pairs: Vec<[f64; 2]> = judged
        .iter()
        .map(|one| [f64::from(one.later.responses), f64::from(one.later.contacts) * one.probability])
        .collect();
    let drawn = resampled_means(&pairs, params.draws, params.seed)?;
    let ratio = interval(drawn.into_iter().map(|[answered, expected]| answered / expected), LEVEL)?;
    let check = ResponseCheck {
        cutoff: date_of(cutoff).to_string(),
        fitted_contacts: known.iter().map(|one| u64::from(one.contacts)).sum(),
        fitted_responses: u64::from(before),
        judged_customers: judged.len() as u64,
        judged_contacts: judged_contacts as u64,
        judged_responses: u64::from(answered),
        expected_responses: expected,
        actual_to_expected: f64::from(answered) / expected,
        actual_to_expected_low: ratio.map(|ends| ends.0),
        actual_to_expected_high: ratio.map(|ends| ends.1),
        rankings: rankings(&judged, &later, params)?,
        tenths: tenths(&judged, &later, params)?,
    };
    Ok(Some(Checked { check, contacts_follow }))
}

/// The model beside what one would do without it; on the same draws of customers.
fn rankings(
    judged: &[Judged],
    later: &[Answers],
    params: &RfmResponseParams,
) -> Result<Vec<RankingQuality>, AnalysisError> {
    let sum = |of: fn(&Known) -> u32| judged.iter().map(|one| f64::from(of(&one.known))).sum::<f64>();
    let (responses, contacts) = (sum(|known| known.responses), sum(|known| known.contacts));
    let mean = if contacts > 0.0 { responses / contacts } else { 0.0 };
    // Who was never contacted has no rate of their own, and is taken for one of the average.
    let rate = |known: &Known| match known.contacts {
        0 => mean,
        some => f64::from(known.responses) / f64::from(some),
    };
    let ways = [
        ("model", Words::new("Response model", "반응 모델"), values(judged, |one| one.probability)),
        ("rate", Words::new("Past response rate", "지난 반응률"), values(judged, |one| rate(&one.known))),
        ("rfm", Words::new("RFM score", "RFM 점수"), values(judged, |one| one.score)),
        ("chance", Words::new("By chance", "무작위"), values(judged, |_| 0.0)),
    ];
    let settings = JudgeSettings {
        top_share: params.top_share,
        draws: params.draws,
        level: LEVEL,
        seed: params.seed,
        threads: 0,
    };
    let orders: Vec<Vec<f64>> = ways.iter().map(|way| way.2.clone()).collect();
    let told = judge(later, &orders, &settings)?;
    Ok(ways
        .into_iter()
        .zip(told)
        .map(|((ranking, name, _), told)| {
            let is_model = ranking == "model";
            // How much more the model catches is how much less the other does.
            let turned = |value: Option<f64>| value.filter(|_| !is_model).map(|value| -value);
            RankingQuality {
                ranking: ranking.to_owned(),
                name,
                caught: told.caught.value,
                caught_low: told.caught.low,
                caught_high: told.caught.high,
                model_catches_more: turned(told.caught_more.value),
                model_catches_more_low: turned(told.caught_more.high),
                model_catches_more_high: turned(told.caught_more.low),
                area_under_curve: told.area_under_curve.value,
            }
        })
        .collect())
}

fn values(judged: &[Judged], of: impl Fn(&Judged) -> f64) -> Vec<f64> {
    judged.iter().map(of).collect()
}

/// Expected and actual rates of responses by tenth of the contacts, the least probable first.
fn tenths(
    judged: &[Judged],
    later: &[Answers],
    params: &RfmResponseParams,
) -> Result<Vec<ResponseTenth>, AnalysisError> {
    let band = bands(later, &values(judged, |one| one.probability), TENTHS)?;
    let count = band.iter().max().map_or(0, |last| last + 1);
    (0..count)
        .map(|tenth| {
            let members: Vec<&Judged> =
                judged.iter().zip(&band).filter(|(_, band)| **band == tenth).map(|(one, _)| one).collect();
            let rows: Vec<[f64; 2]> = members
                .iter()
                .map(|one| [f64::from(one.later.responses), f64::from(one.later.contacts)])
                .collect();
            let [responses, contacts] =
                rows.iter().fold([0.0, 0.0], |sum, row| [sum[0] + row[0], sum[1] + row[1]]);
            let expected: f64 =
                members.iter().map(|one| f64::from(one.later.contacts) * one.probability).sum();
            let drawn =
                if rows.len() > 1 { resampled_means(&rows, params.draws, params.seed)? } else { Vec::new() };
            let ends = interval(drawn.into_iter().map(|[answered, sent]| answered / sent), LEVEL)?;
            Ok(ResponseTenth {
                tenth: tenth as u32 + 1,
                customers: members.len() as u64,
                contacts: contacts as u64,
                responses: responses as u64,
                expected_rate: expected / contacts,
                actual_rate: responses / contacts,
                actual_low: ends.map(|ends| ends.0),
                actual_high: ends.map(|ends| ends.1),
            })
        })
        .collect()
}

/// How many times as many contacts customers got after the cut-off who had responded by then as those who had not, of
/// customers with contacts on both sides of it possible; with its interval.
fn contacts_follow(
    judged: &[Judged],
    params: &RfmResponseParams,
) -> Result<Option<(f64, f64, f64)>, AnalysisError> {
    let rows: Vec<[f64; 4]> = judged
        .iter()
        .filter(|one| one.known.contacts > 0)
        .map(|one| {
            let later = f64::from(one.later.contacts);
            if one.known.responses > 0 { [later, 1.0, 0.0, 0.0] } else { [0.0, 0.0, later, 1.0] }
        })
        .collect();
    let ratio = |row: &[f64; 4]| row[0] / row[1] / (row[2] / row[3]);
    let sums = rows.iter().fold([0.0; 4], |sums, row| std::array::from_fn(|at| sums[at] + row[at]));
    let value = ratio(&sums);
    if !value.is_finite() {
        return Ok(None);
    }
    let drawn = resampled_means(&rows, params.draws, params.seed)?;
    let ends = interval(drawn.iter().map(ratio), LEVEL)?;
    Ok(ends.map(|(low, high)| (value, low, high)))
}
