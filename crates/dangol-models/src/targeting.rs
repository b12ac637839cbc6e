//! How well an order of customers picks those who respond: judged on contacts that nobody had seen when it was made.
//!
//! Customers are ordered by a value, the highest first, and their contacts are gone through in that order. Told is the share of
//! all responses that lies in the first part of the contacts, and the chance that a contact with a response stands before
//! one without (the area under the ROC curve). Customers with equal values stand side by side: of such a group a part of
//! the contacts holds the same part of the responses. Intervals are percentiles over customers drawn anew, all orders on the
//! same draws, so that differences of orders are told as well.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::bootstrap::interval;
use crate::error::{Error, Result, check_count, check_finite};
use crate::parallel;
use crate::score_weights::{JudgeSettings, Measured};

/// What a customer was sent, and answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    /// Contacts.
    pub contacts: u32,
    /// Of these, with a response.
    pub responses: u32,
}

/// How good an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Targeting {
    /// Share of all responses among the first contacts.
    pub caught: Measured,
    /// The chance that a contact with a response stands before one without; 0.5 is no better than chance.
    pub area_under_curve: Measured,
    /// The share caught, less that of the first order.
    pub caught_more: Measured,
}

/// Judges orders by `values`, one for each customer; the first order is what the others are compared with.
///
/// # Errors
/// [`Error::UnequalLengths`] where an order has not one value for each customer; [`Error::NotFinite`];
/// [`Error::MoreSuccessesThanTrials`]; [`Error::NotAProbability`] for a share outside 0 to 1;
/// [`Error::CountOutOfRange`] for more than 100,000 draws; [`Error::NotALevel`].
///
/// ```
/// use dangol_models::score_weights::JudgeSettings;
/// use dangol_models::targeting::{Answers, judge};
/// let customers = [(4, 3), (4, 1), (4, 0), (4, 0)].map(|(contacts, responses)| Answers { contacts, responses });
/// let settings = JudgeSettings { top_share: 0.25, draws: 50, level: 0.9, seed: 1, threads: 1 };
/// let judged = judge(&customers, &[vec![0.7, 0.2, 0.1, 0.0], vec![1.0; 4]], &settings)?;
/// // The first quarter of the contacts holds three of four responses; without an order it holds a quarter.
/// assert_eq!(judged[0].caught.value, Some(0.75));
/// assert_eq!(judged[1].caught.value, Some(0.25));
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn judge(customers: &[Answers], values: &[Vec<f64>], settings: &JudgeSettings) -> Result<Vec<Targeting>> {
    check_count("draws", settings.draws, 0, 100_000)?;
    if !(settings.top_share > 0.0 && settings.top_share < 1.0) {
        return Err(Error::NotAProbability { value: settings.top_share });
    }
    if let Some(wrong) = customers.iter().find(|one| one.responses > one.contacts) {
        let (successes, trials) = (wrong.responses.into(), wrong.contacts.into());
        return Err(Error::MoreSuccessesThanTrials { successes, trials });
    }
    let orders = values.iter().map(|values| Order::of(values, customers)).collect::<Result<Vec<_>>>()?;
    let told = |times: &dyn Fn(usize) -> f64| -> Vec<[f64; 2]> {
        orders.iter().map(|order| order.told(customers, settings.top_share, times)).collect()
    };
    let own = told(&|_| 1.0);
    let drawn = parallel::map(settings.threads, settings.draws, |draw| {
        // A stream for each draw, so that answers do not depend on the number of threads.
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        random.set_stream(draw as u64);
        let mut times = vec![0_u32; customers.len()];
        for _ in 0..times.len() {
            times[random.random_range(0..customers.len())] += 1;
        }
        told(&|at| f64::from(times[at]))
    });
    let measured = |value: f64, values: &dyn Fn(&[[f64; 2]]) -> f64| -> Result<Measured> {
        let ends = interval(drawn.iter().map(|draw| values(draw)), settings.level)?;
        Ok(Measured::of(value.is_finite().then_some(value), ends))
    };
    (0..orders.len())
        .map(|at| {
            Ok(Targeting {
                caught: measured(own[at][0], &|draw| draw[at][0])?,
                area_under_curve: measured(own[at][1], &|draw| draw[at][1])?,
                caught_more: measured(own[at][0] - own[0][0], &|draw| draw[at][0] - draw[0][0])?,
            })
        })
        .collect()
}

/// Customers from the highest value to the lowest, equal ones together.
struct Order {
    places: Vec<usize>,
    /// Where each group of equal values ends.
    ends: Vec<usize>,
}

impl Order {
    fn of(values: &[f64], customers: &[Answers]) -> Result<Self> {
        if values.len() != customers.len() {
            let (left, right) = (customers.len(), values.len());
            return Err(Error::UnequalLengths { what: "values", left, right });
        }
        check_finite(values)?;
        let mut places: Vec<usize> = (0..values.len()).collect();
        places.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
        let mut ends = Vec::new();
        for group in places.chunk_by(|&a, &b| values[a] == values[b]) {
            ends.push(ends.last().copied().unwrap_or(0) + group.len());
        }
        Ok(Self { places, ends })
    }

    /// The share caught and the area under the curve; NaN without responses, or where all responded.
    fn told(&self, customers: &[Answers], top_share: f64, times: &dyn Fn(usize) -> f64) -> [f64; 2] {
        let (mut all, mut answered) = (0.0, 0.0);
        for (at, one) in customers.iter().enumerate() {
            all += times(at) * f64::from(one.contacts);
            answered += times(at) * f64::from(one.responses);
        }
        let (mut before, mut answered_before, mut caught, mut won) = (0.0, 0.0, 0.0, 0.0);
        let mut begin = 0;
        for &end in &self.ends {
            let (mut contacts, mut responses) = (0.0, 0.0);
            for &at in &self.places[begin..end] {
                contacts += times(at) * f64::from(customers[at].contacts);
                responses += times(at) * f64::from(customers[at].responses);
            }
            begin = end;
            if contacts <= 0.0 {
                continue;
            }
            caught += responses * ((top_share * all - before) / contacts).clamp(0.0, 1.0);
            won += (contacts - responses) * (answered_before + responses / 2.0);
            before += contacts;
            answered_before += responses;
        }
        [caught / answered, won / (answered * (all - answered))]
    }
}

/// Puts customers into as many groups of equally many contacts as equal values allow, at most `groups`, the lowest values
/// first: the group of each, from 0.
///
/// # Errors
/// [`Error::UnequalLengths`], [`Error::NotFinite`].
///
/// ```
/// use dangol_models::targeting::{Answers, bands};
/// let one = Answers { contacts: 1, responses: 0 };
/// assert_eq!(bands(&[one; 4], &[0.4, 0.1, 0.1, 0.2], 2)?, [1, 0, 0, 1]);
/// // Equal values are not torn apart.
/// assert_eq!(bands(&[one; 3], &[0.1; 3], 10)?, [0, 0, 0]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn bands(customers: &[Answers], values: &[f64], groups: usize) -> Result<Vec<usize>> {
    let order = Order::of(values, customers)?;
    let all: f64 = customers.iter().map(|one| f64::from(one.contacts)).sum();
    let mut band = vec![0; customers.len()];
    let (mut before, mut last, mut next) = (0.0, None, 0);
    for group in (0..order.ends.len()).rev() {
        let begin = group.checked_sub(1).map_or(0, |before| order.ends[before]);
        let places = &order.places[begin..order.ends[group]];
        let contacts: f64 = places.iter().map(|&at| f64::from(customers[at].contacts)).sum();
        // By the middle of the group.
        let place = ((before + contacts / 2.0) / all * groups as f64) as usize;
        if last.is_some_and(|last| last != place) {
            next += 1;
        }
        last = Some(place);
        for &at in places {
            band[at] = next;
        }
        before += contacts;
    }
    Ok(band)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(draws: usize, threads: usize) -> JudgeSettings {
        JudgeSettings { top_share: 0.2, draws, level: 0.9, seed: 3, threads }
    }

    /// Ten customers of one contact, of whom three responded; counted by hand, pair by pair.
    #[test]
    fn shares_and_areas_by_hand() {
        let answered = [true, false, true, false, false, true, false, false, false, false];
        let customers = answered.map(|answered| Answers { contacts: 1, responses: u32::from(answered) });
        let values: Vec<f64> = (0..10).map(|at| f64::from(10 - at)).collect();
        let judged = judge(&customers, std::slice::from_ref(&values), &settings(0, 1)).unwrap()[0];
        assert_eq!(judged.caught.value, Some(1.0 / 3.0));
        let mut won = 0.0;
        for (a, yes) in answered.iter().enumerate() {
            for (b, no) in answered.iter().enumerate() {
                won += f64::from(u8::from(*yes && !no && values[a] > values[b]));
            }
        }
        assert!((judged.area_under_curve.value.unwrap() - won / 21.0).abs() < 1e-12);
        // Turned round, the rest.
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        let other = judge(&customers, &[turned], &settings(0, 1)).unwrap()[0];
        assert!((other.area_under_curve.value.unwrap() - (1.0 - won / 21.0)).abs() < 1e-12);
        assert_eq!((judged.caught.low, judged.caught_more.value), (None, Some(0.0)));
    }

    #[test]
    fn threads_change_nothing_and_an_order_that_knows_is_seen_to_be_better() {
        let customers: Vec<Answers> = (0..500)
            .map(|at| Answers { contacts: 4, responses: if at % 5 == 0 { 3 } else { at % 2 } })
            .collect();
        let knows: Vec<f64> = (0..500).map(|at| f64::from(u8::from(at % 5 == 0))).collect();
        let values = [vec![0.0; 500], knows];
        let one = judge(&customers, &values, &settings(100, 1)).unwrap();
        assert_eq!(one, judge(&customers, &values, &settings(100, 3)).unwrap());
        assert!(
            (one[0].caught.value.unwrap() - 0.2).abs() < 1e-12 && one[0].area_under_curve.value == Some(0.5)
        );
        assert!(one[1].caught_more.low.unwrap() > 0.2, "{one:?}");
    }

    #[test]
    fn nothing_to_judge_and_nonsense() {
        let nobody = [Answers { contacts: 3, responses: 0 }];
        let judged = judge(&nobody, &[vec![1.0]], &settings(20, 1)).unwrap()[0];
        assert_eq!((judged.caught.value, judged.area_under_curve.value), (None, None));
        assert!(judge(&nobody, &[vec![]], &settings(20, 1)).is_err());
        assert!(judge(&nobody, &[vec![f64::NAN]], &settings(20, 1)).is_err());
        assert!(judge(&[Answers { contacts: 1, responses: 2 }], &[vec![1.0]], &settings(20, 1)).is_err());
        assert_eq!(judge(&[], &[vec![]], &settings(5, 1)).unwrap()[0].caught.value, None);
    }
}
