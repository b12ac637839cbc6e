//! Whether lifetime models foretell what customers do: fitted before a cut-off, judged after it, beside baselines.

mod findings;
mod result;

pub use result::{
    Chosen, ModelCheck, ModelParameter, RepeatsRow, RevenueCheck, Split, TrackingPoint, ValueCheckParams,
    ValueCheckResult,
};

use dangol_models::lifetime::clv::{Discounting, Horizon, Schedule, Timing, outlooks};
use dangol_models::lifetime::judging::{Baseline, Holdout, Tracking};
use dangol_models::lifetime::{PurchaseModel, TimeUnit};
use dangol_shop::time::{date_of, days_since_epoch};
use dangol_shop::{Scope, Shop};

use crate::catalogue::{About, Analysis, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::value::ModelChoice;
use crate::value::base::{Base, everybody};
use crate::value::choice::{compare, reason_words, title};
use crate::value::purchase::PurchaseFit;
use crate::value::spend::spending;
use crate::value::split::{SplitShop, default_cutoff, fit_and_foretell};
use crate::words::Words;

/// The models judged, the simplest first.
const MODELS: [ModelChoice; 4] =
    [ModelChoice::BgNbd, ModelChoice::MbgNbd, ModelChoice::ParetoNbd, ModelChoice::MbgCnbd];

/// Customers with so many repeat purchases or more share a row.
const MOST_REPEATS: u32 = 10;

/// The analysis `value-check`.
#[derive(Debug)]
pub struct ValueCheck;

impl Analysis for ValueCheck {
    type Params = ValueCheckParams;
    type Output = ValueCheckResult;

    const NAME: &'static str = "value-check";

    fn about() -> About {
        About {
            title: Words::new("Check of lifetime value", "생애 가치 검증"),
            definition: Words::new(
                "Models are fitted on what customers did up to a cut-off and judged by what the same customers did after it: by the likelihood of their purchases, by the error for each customer and in total, week by week, and by revenue. The baselines say that everybody goes on as before (purchases / time so far), or that nobody buys again. A model that does not beat them is not worth using. Sums over customers are foretold from what each had done by the cut-off. The curve by week is what the model says of all customers from their first purchase on, whatever they did since, and it counts whole weeks: its sum after the cut-off is therefore not that of the customers.",
                "기준선(cut-off)까지의 구매로 모델을 적합하고, 같은 고객이 그 뒤에 한 구매로 평가해요. 구매의 우도, 고객별 오차와 전체 오차, 주별 추이, 매출을 봐요. 비교 기준은 모두가 지금까지처럼 산다는 것과 아무도 다시 사지 않는다는 것이에요. 이 기준을 이기지 못하는 모델은 쓸 이유가 없어요. 고객별 합계는 기준선까지 각 고객이 한 구매를 보고 예측해요. 주별 곡선은 그 뒤의 행동과 상관없이 첫 구매부터 모델이 기대하는 값이고 온전한 주만 세요. 그래서 기준선 뒤의 합이 고객별 합계와 다를 수 있어요.",
            ),
            source: "Fader, Hardie and Lee (2005), Marketing Science 24, figures 2 to 4; Vuong, Q. H. (1989), Econometrica 57, for telling models apart."
                .into(),
            parameters: vec![
                Parameter::new(
                    "cutoff",
                    "Last day of the time that models are fitted on, such as 2011-06-30; empty for two thirds of the time.",
                    "모델을 적합할 마지막 날이에요(예: 2011-06-30). 비우면 기간의 3분의 2예요.",
                ),
                Parameter::choice("unit", &["day", "week", "month"], "The unit in which models count time.", "모델의 시간 단위예요."),
                Parameter::choice(
                    "spend",
                    &["repeat_days", "all_days"],
                    "Which purchase days tell what a customer spends: those after the first, or all.",
                    "구매당 금액을 어느 구매일로 볼지예요: 첫 구매 뒤만, 또는 모두.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ValueCheckParams,
    ) -> Result<(ValueCheckResult, Vec<Finding>), AnalysisError> {
        let unit = params.unit.time();
        let (first_on, cutoff) = cutoff(shop, &scope, &params).await?;
        let split = SplitShop::of(shop, &scope, cutoff, unit, params.spend).await?;
        if split.after.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }

        let mut fits = Vec::new();
        for choice in MODELS {
            fits.push(fit_and_foretell(choice, unit, &split.before.histories, &split.after)?);
        }
        let customers = split.after.len();
        let checked: Vec<(PurchaseFit, f64)> = fits
            .iter()
            .map(|(fit, held_out)| (fit.clone(), dangol_models::sum::sum(held_out) / customers as f64))
            .collect();
        let (choice, _) = compare(fits)?;
        let taken = choice.chosen.unwrap_or(ModelChoice::MbgNbd);

        let judged = Judged::new(&split, first_on)?;
        let best = checked.iter().find(|(fit, _)| fit.choice == taken).map_or(&checked[0].0, |(fit, _)| fit);
        let foretold = judged.foretold(best)?;
        let same_as_before = judged.holdout.baseline(Baseline::SameAsBefore);
        let mut models = Vec::new();
        for (fit, held_out) in &checked {
            models.push(judged.check(fit, *held_out, fit.choice == taken)?);
        }
        models.push(judged.baseline("same_as_before", Baseline::SameAsBefore)?);
        models.push(judged.baseline("zero", Baseline::Zero)?);

        let result = ValueCheckResult {
            split: judged.described(),
            chosen: Chosen {
                model: taken.key().to_owned(),
                name: best.name.clone(),
                reason: reason_words(&choice, cutoff, customers),
            },
            models,
            parameters: parameters(&checked),
            tracking: judged.tracking(shop, &scope, best).await?,
            by_repeats: judged.by_repeats(&foretold, &same_as_before)?,
            revenue: judged.revenue(&foretold)?,
        };
        let findings = findings::find(&result);
        Ok((result, findings))
    }
}

fn parameters(checked: &[(PurchaseFit, f64)]) -> Vec<ModelParameter> {
    let of = |fit: &PurchaseFit| {
        let model = fit.key().to_owned();
        fit.parameters
            .iter()
            .map(|estimate| ModelParameter { model: model.clone(), estimate: estimate.clone() })
            .collect::<Vec<_>>()
    };
    checked.iter().flat_map(|(fit, _)| of(fit)).collect()
}

/// The first day on which anybody bought, and the last of the time that models are fitted on.
async fn cutoff(shop: &Shop, scope: &Scope, params: &ValueCheckParams) -> Result<(i32, i32), AnalysisError> {
    let bad = |detail: String| AnalysisError::BadParameter { analysis: ValueCheck::NAME, detail };
    let histories = shop.histories(&everybody(scope)).await?;
    let until = scope.as_of.day(shop.clock());
    let Some(first_on) = histories.first_on.iter().min().copied() else {
        return Err(AnalysisError::NobodyInScope { analysis: ValueCheck::NAME });
    };
    if params.cutoff.is_empty() {
        let days = until - first_on + 1;
        return default_cutoff(first_on, until).map(|cutoff| (first_on, cutoff)).ok_or_else(|| {
            bad(format!("there are {days} days from the first purchase to the as-of date, and a check takes at least 84; give a cutoff to try anyway"))
        });
    }
    let given: jiff::civil::Date = params
        .cutoff
        .parse()
        .map_err(|_| bad(format!("cutoff takes a date such as 2011-06-30, not `{}`", params.cutoff)))?;
    let given = days_since_epoch(given);
    if given < first_on || given >= until {
        let (first, last) = (date_of(first_on), date_of(until - 1));
        return Err(bad(format!(
            "cutoff must lie between {first} (the first purchase) and {last} (the day before the as-of date)"
        )));
    }
    Ok((first_on, given))
}

/// The split with what it takes to judge by it.
struct Judged<'a> {
    split: &'a SplitShop,
    holdout: Holdout,
    first_on: i32,
    unit: TimeUnit,
}

impl<'a> Judged<'a> {
    fn new(split: &'a SplitShop, first_on: i32) -> Result<Self, AnalysisError> {
        let unit = split.before.unit;
        let length = f64::from(split.until - split.before.until) / unit.days();
        let holdout = Holdout::new(split.before.histories.clone(), split.bought.clone(), length)?;
        Ok(Self { split, holdout, first_on, unit })
    }

    fn base(&self) -> &Base {
        &self.split.before
    }

    /// Purchases after the cut-off that a model expects of each customer.
    fn foretold(&self, fit: &PurchaseFit) -> Result<Vec<f64>, AnalysisError> {
        let horizon = Horizon::new(self.holdout.length(), self.unit)?;
        let schedule = Schedule::new(horizon, Discounting::new(0.0, Timing::Continuous)?, self.unit);
        let outlooks = outlooks(&fit.model, &self.base().histories, &schedule);
        Ok(outlooks.into_iter().map(|outlook| outlook.purchases).collect())
    }

    fn check(&self, fit: &PurchaseFit, held_out: f64, chosen: bool) -> Result<ModelCheck, AnalysisError> {
        let errors = self.holdout.errors(&self.foretold(fit)?)?;
        Ok(ModelCheck {
            model: fit.key().to_owned(),
            name: fit.name.clone(),
            baseline: false,
            chosen,
            log_likelihood: Some(fit.log_likelihood),
            held_out_log_likelihood: Some(held_out).filter(|value| value.is_finite()),
            mean_absolute_error: errors.mean_absolute,
            root_mean_squared_error: errors.root_mean_square,
            expected_purchases: errors.predicted,
            total_error: errors.of_total(),
            boundary: fit.boundary(),
        })
    }

    fn baseline(&self, key: &str, baseline: Baseline) -> Result<ModelCheck, AnalysisError> {
        let errors = self.holdout.errors(&self.holdout.baseline(baseline))?;
        let name = match baseline {
            Baseline::SameAsBefore => Words::new("Same as before", "지금까지처럼"),
            Baseline::Zero => Words::new("Nobody buys again", "아무도 다시 안 삼"),
        };
        Ok(ModelCheck {
            model: key.to_owned(),
            name,
            baseline: true,
            chosen: false,
            log_likelihood: None,
            held_out_log_likelihood: None,
            mean_absolute_error: errors.mean_absolute,
            root_mean_squared_error: errors.root_mean_square,
            expected_purchases: errors.predicted,
            total_error: errors.of_total(),
            boundary: None,
        })
    }

    fn described(&self) -> Split {
        let (base, split) = (self.base(), self.split);
        Split {
            first_on: date_of(self.first_on).to_string(),
            cutoff: date_of(base.until).to_string(),
            until: date_of(split.until).to_string(),
            calibration_days: (base.until - self.first_on + 1) as u32,
            holdout_days: (split.until - base.until) as u32,
            customers: base.len() as u64,
            repeaters: base.shop.repeats.iter().filter(|repeats| **repeats > 0).count() as u64,
            holdout_purchases: split.bought.iter().map(|bought| u64::from(*bought)).sum(),
        }
    }

    async fn tracking(
        &self,
        shop: &Shop,
        scope: &Scope,
        fit: &PurchaseFit,
    ) -> Result<Vec<TrackingPoint>, AnalysisError> {
        let days = shop.purchase_days(&everybody(scope), self.base().until).await?;
        let time = |days: i32| f64::from(days) / self.unit.days();
        // A customer's clock starts on the day of the first purchase and has run for D − day at the end of day D,
        // which is the beginning of the next.
        let firsts: Vec<(f64, u64)> = days
            .iter()
            .filter(|day| day.first > 0)
            .map(|day| (time(day.day + 1 - self.first_on), day.first))
            .collect();
        let repeats: Vec<(f64, u64)> = days
            .iter()
            .filter(|day| day.repeat > 0)
            // The middle of the day, so that rounding does not move it into another week.
            .map(|day| (time(day.day - self.first_on) + 0.5 / self.unit.days(), day.repeat))
            .collect();
        let weeks = (self.split.until - self.first_on + 1) / 7;
        if weeks == 0 {
            return Ok(Vec::new());
        }
        let expected = |time: f64| fit.model.expected_purchases(time);
        let tracking = Tracking::new(&firsts, &repeats, time(7), weeks as usize, expected)?;
        Ok(tracking
            .periods
            .iter()
            .zip(1..)
            .map(|(period, week)| {
                let until = self.first_on + 7 * week - 1;
                TrackingPoint {
                    until: date_of(until).to_string(),
                    actual: period.actual as u64,
                    expected: period.expected,
                    cumulative_actual: period.actual_cumulative as u64,
                    cumulative_expected: period.expected_cumulative,
                    held_out: until > self.base().until,
                }
            })
            .collect())
    }

    fn by_repeats(&self, foretold: &[f64], same: &[f64]) -> Result<Vec<RepeatsRow>, AnalysisError> {
        let model = self.holdout.by_repeats(foretold, MOST_REPEATS)?;
        let same = self.holdout.by_repeats(same, MOST_REPEATS)?;
        Ok(model
            .iter()
            .zip(&same)
            .map(|(model, same)| RepeatsRow {
                repeats: model.repeats,
                or_more: model.or_more,
                customers: model.customers,
                actual: model.actual,
                expected: model.predicted,
                same_as_before: same.predicted,
            })
            .collect())
    }

    fn revenue(&self, foretold: &[f64]) -> Result<Option<RevenueCheck>, AnalysisError> {
        let Some(spending) = spending(self.base())? else { return Ok(None) };
        let model = &spending.fitted.model;
        let spends: Option<Vec<f64>> =
            self.base().spends.iter().map(|spend| model.expected_spend(*spend)).collect();
        let Some(spends) = spends else { return Ok(None) };
        let expected: Vec<f64> = foretold.iter().zip(&spends).map(|(count, spend)| count * spend).collect();
        let actual = &self.split.revenue;
        let length = f64::from(self.split.until - self.base().until);
        let same: Vec<f64> = (0..self.base().len())
            .map(|at| match self.base().days(at).1 {
                // Known since the day of the cut-off: there is no rate yet.
                0 => 0.0,
                days => self.base().shop.revenue[at] / f64::from(days) * length,
            })
            .collect();
        let error = |foretold: &[f64]| {
            let errors: Vec<f64> =
                foretold.iter().zip(actual).map(|(left, right)| (left - right).abs()).collect();
            dangol_models::sum::sum(&errors) / errors.len().max(1) as f64
        };
        let (foretold_total, total) = (dangol_models::sum::sum(&expected), dangol_models::sum::sum(actual));
        Ok(Some(RevenueCheck {
            expected: foretold_total,
            actual: total,
            error: (total > 0.0).then(|| foretold_total / total - 1.0),
            mean_absolute_error: error(&expected),
            same_as_before_mean_absolute_error: error(&same),
            best_tenth_found: best_tenth_found(&expected, actual),
        }))
    }
}

/// Of the tenth of customers with the most foretold, the share who are among the tenth with the most.
pub(crate) fn best_tenth_found(foretold: &[f64], actual: &[f64]) -> f64 {
    let tenth = foretold.len().div_ceil(10);
    let best = |values: &[f64]| {
        let mut places: Vec<usize> = (0..values.len()).collect();
        places.sort_by(|&left, &right| values[right].total_cmp(&values[left]).then(left.cmp(&right)));
        places.truncate(tenth);
        places.sort_unstable();
        places
    };
    let (foretold, actual) = (best(foretold), best(actual));
    let found = foretold.iter().filter(|place| actual.binary_search(place).is_ok()).count();
    found as f64 / tenth.max(1) as f64
}

/// The name of the chosen model for findings.
fn model_name(result: &ValueCheckResult) -> &str {
    MODELS.iter().find(|model| model.key() == result.chosen.model).map_or("", |model| title(*model))
}

#[cfg(test)]
mod tests {
    use super::best_tenth_found;

    #[test]
    fn the_best_tenth() {
        let foretold: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(best_tenth_found(&foretold, &foretold), 1.0);
        let mut actual = foretold.clone();
        actual.swap(0, 19);
        assert_eq!(best_tenth_found(&foretold, &actual), 0.5);
        assert_eq!(best_tenth_found(&[], &[]), 0.0);
    }
}
