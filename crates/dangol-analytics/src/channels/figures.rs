//! A channel in figures, with intervals from customers drawn anew.

use dangol_models::bootstrap::{interval, resampled_counts, resampled_means};
use dangol_models::proportion::wilson;

use super::params::{ChannelsParams, Ltv};
use super::people::{People, Person};
use super::result::{ChannelCost, ChannelRow};
use super::spend::Window;
use crate::error::AnalysisError;
use crate::words::Words;

/// The level of all intervals.
pub(crate) const LEVEL: f64 = 0.9;

/// Resamples of the customers.
const DRAWS: usize = 1_000;

/// Days of a month, as the twelfth of a year: two years of the historical value are then 24 of its months.
const MONTH_DAYS: f64 = 365.0 / 12.0;

/// Customers, and who of them is among the best.
pub(super) struct Figures<'a> {
    pub(super) people: &'a People,
    pub(super) params: &'a ChannelsParams,
    /// The time whose costs and new customers count; none without costs.
    pub(super) window: Option<Window>,
    /// Keys of the customers in the best segment, ascending.
    pub(super) vips: &'a [i32],
    /// Whether any amount is known; else there is no value.
    pub(super) has_amounts: bool,
}

/// Low and high end.
type Ends = Option<(f64, f64)>;

fn low(ends: Ends) -> Option<f64> {
    ends.map(|(low, _)| low)
}

fn high(ends: Ends) -> Option<f64> {
    ends.map(|(_, high)| high)
}

impl Figures<'_> {
    /// The row of a channel, or of everybody; `spend` is none where nothing is known of it.
    pub(super) fn row(
        &self,
        channel: Option<usize>,
        key: &str,
        name: Words,
        spend: Option<f64>,
    ) -> Result<ChannelRow, AnalysisError> {
        let params = self.params;
        let people: Vec<Person> = self.people.in_channel(channel).collect();
        let customers = people.len() as u64;
        let fresh = self.new_customers(&people);
        let has_model = !people.is_empty() && people.iter().all(|person| person.expected.is_some());
        let mut raised = 0;
        // What the means are of: both values, margin so far, months as a customer.
        let mut rows = Vec::with_capacity(people.len());
        for person in &people {
            let (historical, was_raised) = self.people.historical(person, params.least_active_days)?;
            raised += u64::from(was_raised);
            let so_far = person.revenue * params.margin;
            let months = f64::from(person.active_days.max(params.least_active_days)) / MONTH_DAYS;
            rows.push([historical, so_far + person.expected.unwrap_or(0.0), so_far, months]);
        }
        let chosen = match params.ltv {
            Ltv::Historical => Some(0),
            Ltv::Model => has_model.then_some(1),
        };
        let means = if self.has_amounts { means(&rows) } else { None };
        let seed =
            params.seed.wrapping_mul(1_000).wrapping_add(channel.map_or(0, |at| (at as u64).wrapping_add(2)));
        // Of one customer it is not known how much another would differ.
        let drawn = if rows.len() > 1 { resampled_means(&rows, DRAWS, seed)? } else { Vec::new() };
        let counts = resampled_counts(fresh, drawn.len(), !seed);

        let cost = match (spend, fresh) {
            (None, _) => ChannelCost::Unknown,
            (Some(spend), _) if spend <= 0.0 => ChannelCost::NoSpend,
            (Some(_), 0) => ChannelCost::NoCustomers,
            (Some(_), _) => ChannelCost::Paid,
        };
        let paid = spend.filter(|_| cost == ChannelCost::Paid);
        let cac = match cost {
            ChannelCost::NoSpend => Some(0.0),
            _ => paid.map(|spend| spend / fresh as f64),
        };
        let of_mean = |at: usize| -> Result<Ends, AnalysisError> {
            let drawn = drawn.iter().filter(|_| self.has_amounts).map(|mean| mean[at]);
            Ok(interval(drawn, LEVEL)?)
        };
        let against_cost = |value: &dyn Fn(&[f64; 4], f64) -> f64| -> Result<Ends, AnalysisError> {
            let Some(spend) = paid.filter(|_| self.has_amounts) else { return Ok(None) };
            Ok(interval(drawn.iter().zip(&counts).map(|(mean, count)| value(mean, spend / count)), LEVEL)?)
        };
        let historical = of_mean(0)?;
        let model = if has_model { of_mean(1)? } else { None };
        let of_cac = match paid {
            Some(spend) => interval(counts.iter().map(|count| spend / count), LEVEL)?,
            None => None,
        };
        let of_ratio = match chosen {
            Some(at) => against_cost(&|mean, cac| mean[at] / cac)?,
            None => None,
        };
        let of_payback = against_cost(&|mean, cac| cac * mean[3] / mean[2])?;

        let monthly = means.map(|means| means[2] / means[3]);
        let ltv = means.zip(chosen).map(|(means, at)| means[at]);
        let ratio = paid.and(cac).zip(ltv).map(|(cac, ltv)| ltv / cac);
        let active_from = self.people.until() - params.active_within_days as i32;
        let active: Vec<&Person> = people.iter().filter(|person| person.last_on > active_from).collect();
        let vips = active.iter().filter(|person| self.vips.binary_search(&person.key).is_ok()).count() as u64;
        let share = wilson(vips, active.len() as u64, LEVEL)?;
        Ok(ChannelRow {
            channel: key.to_owned(),
            name,
            cost,
            spend,
            new_customers: Some(fresh),
            cac,
            cac_low: low(of_cac),
            cac_high: high(of_cac),
            customers,
            revenue: people.iter().map(|person| person.revenue).sum(),
            ltv_historical: means.map(|means| means[0]),
            ltv_historical_low: low(historical),
            ltv_historical_high: high(historical),
            ltv_model: means.filter(|_| has_model).map(|means| means[1]),
            ltv_model_low: low(model),
            ltv_model_high: high(model),
            expected_value: means.filter(|_| has_model).map(|means| means[1] - means[2]),
            ltv_to_cac: ratio,
            ltv_to_cac_low: low(of_ratio),
            ltv_to_cac_high: high(of_ratio),
            roi: ratio.map(|ratio| ratio - 1.0),
            monthly_margin: monthly,
            payback_months: paid
                .and(cac)
                .zip(monthly)
                .filter(|(_, monthly)| *monthly > 0.0)
                .map(|(cac, monthly)| cac / monthly),
            payback_months_low: low(of_payback).filter(|low| *low >= 0.0),
            payback_months_high: high(of_payback).filter(|_| low(of_payback).is_some_and(|low| low >= 0.0)),
            active: active.len() as u64,
            vips,
            vip_share: share.map(|rate| rate.rate),
            vip_share_low: share.map(|rate| rate.low),
            vip_share_high: share.map(|rate| rate.high),
            raised,
        })
    }

    /// What was spent on a channel that no customer is known to have come by.
    pub(super) fn spend_alone(
        &self,
        key: &str,
        spend: f64,
        attributable: bool,
    ) -> Result<ChannelRow, AnalysisError> {
        // No customer is in a channel that is not there.
        let row = self.row(Some(usize::MAX), key, Words::same(key), Some(spend))?;
        if attributable {
            return Ok(row);
        }
        Ok(ChannelRow { cost: ChannelCost::NotAttributable, new_customers: None, cac: None, ..row })
    }

    fn new_customers(&self, people: &[Person]) -> u64 {
        let is_new = |person: &&Person| self.window.is_none_or(|window| window.has(person.first_on));
        people.iter().filter(is_new).count() as u64
    }
}

/// Means of each column; none without rows.
fn means(rows: &[[f64; 4]]) -> Option<[f64; 4]> {
    let count = rows.len() as f64;
    let mean =
        |at: usize| rows.iter().map(|row| row[at]).collect::<dangol_models::sum::Sum>().value() / count;
    (!rows.is_empty()).then(|| [mean(0), mean(1), mean(2), mean(3)])
}
