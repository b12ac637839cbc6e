//! Revenue × survival: what customers will spend in the next period, by two regressions on what is known of them.
//!
//! A linear regression of revenue in a period, fitted on those who bought in it, times one minus the chance that they do not
//! buy at all, by a logistic regression. Features are those of the moment before the period ([`matrix`]), and the score is
//! judged on the last period, which it was not fitted on, beside baselines.

mod findings;
mod fit;
mod matrix;
mod result;

pub use result::{
    ChurnCheck, Fact, RegressionSummary, ScoreCheck, ScoreCoefficient, ScoreSplit, ScoreTotals,
    ScoredCustomer, ValueScoreParams, ValueScoreResult,
};

use dangol_models::regression::{area_under_curve, brier};
use dangol_models::sum::sum;
use dangol_shop::scope::AsOf;
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop, SplitHistories};

use self::fit::Score;
use self::matrix::Matrix;
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::value::base::everybody;
use crate::value_check::best_tenth_found;
use crate::words::Words;

/// Customers who buy in a period, and who do not, that a regression takes at least.
const LEAST_EITHER: usize = 50;

/// The analysis `value-score`.
#[derive(Debug)]
pub struct ValueScore;

impl Analysis for ValueScore {
    type Params = ValueScoreParams;
    type Output = ValueScoreResult;

    const NAME: &'static str = "value-score";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        Need::required(
            "order_lines",
            "net_revenue",
            "what was spent, from an amount or a unit price",
            "얼마를 썼는지 (금액 또는 단가)",
        ),
        Need::optional(
            "customers",
            "",
            "attributes of customers among the features",
            "고객 속성을 예측에 함께 쓰기",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Revenue × survival score", "매출 × 유지 점수"),
            definition: Words::new(
                "What a customer will spend in the next period = expected revenue of those who buy, by a linear regression, × (1 − chance of not buying at all), by a logistic regression. Both see only what is known of the customer when the period begins: recency, frequency, spend, habits, attributes. For the check they are fitted on the period before the last and foretell the last one, beside two baselines: everybody goes on as before (revenue per day so far), and everybody spends the mean. For the list they are fitted on the last period and foretell the next. An amount foretold below zero counts as zero.",
                "다음 기간에 고객이 쓸 금액 = 사는 고객의 예상 매출(선형 회귀) × (1 − 한 번도 사지 않을 확률(로지스틱 회귀))이에요. 두 회귀는 기간이 시작될 때 아는 것만 봐요: 최근성, 빈도, 금액, 구매 습관, 고객 속성. 검증할 때는 마지막 기간의 바로 앞 기간으로 적합해 마지막 기간을 예측하고, 지금까지처럼 쓴다는 기준과 모두 평균만큼 쓴다는 기준에 견줘요. 목록은 마지막 기간으로 적합해 다음 기간을 예측한 값이에요. 0보다 작은 예측은 0으로 봐요.",
            ),
            source: "Two-part (hurdle) model: Cragg, J. G. (1971), Econometrica 39; Mullahy, J. (1986), Journal of Econometrics 33."
                .into(),
            parameters: vec![
                Parameter::new("period_days", "Days of a period.", "한 기간의 날수예요."),
                Parameter::new(
                    "features",
                    "Features to use, such as `recency_days, orders, channel`; empty for all that the shop has.",
                    "사용할 특성이에요(예: `recency_days, orders, channel`). 비우면 모두 써요.",
                ),
                Parameter::new("top", "Rows in the list of the best.", "점수가 높은 고객 목록의 행 수예요."),
                Parameter::new("customers", "Adds one row per customer.", "고객별 행을 덧붙여요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ValueScoreParams,
    ) -> Result<(ValueScoreResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let (all, until) = (everybody(&scope), scope.as_of.day(shop.clock()));
        let period = params.period_days as i32;
        let at = |day: i32| Scope { as_of: AsOf::Day(day), ..all.clone() };
        let (before, last) = (until - 2 * period, until - period);

        let earlier = Period::of(shop, &at(last), before).await?;
        let later = Period::of(shop, &all, last).await?;
        earlier.check(before, last)?;
        later.check(last, until)?;

        // Judged: fitted on the period before the last, held against the last.
        let names = params.features.list();
        let train = Matrix::learn(shop, &at(before), &names, earlier.keys()).await?;
        let tried = Score::fit(&train.design, &earlier)?;
        let known = train.apply(shop, &at(last), later.keys()).await?;
        let foretold = tried.foretell(&known)?;

        // Used: fitted on the last period, for the next.
        let latest = Matrix::learn(shop, &at(last), &names, later.keys()).await?;
        let score = Score::fit(&latest.design, &later)?;
        let histories = shop.histories(&all).await?;
        let now = latest.apply(shop, &all, &histories.customer_key).await?;
        let next = score.foretell(&now)?;

        let members: Vec<usize> = match &scope.members {
            None => (0..histories.len()).collect(),
            Some(members) => {
                members.iter().filter_map(|key| histories.customer_key.binary_search(key).ok()).collect()
            }
        };
        let mut best = members.clone();
        best.sort_by(|&a, &b| next.value[b].total_cmp(&next.value[a]).then(a.cmp(&b)));
        best.truncate(params.top);
        let list =
            |places: Vec<usize>| rows(shop, places, &histories.customer_key, &histories.revenue, &next);

        let result = ValueScoreResult {
            split: ScoreSplit {
                fitted_from: date_of(before + 1).to_string(),
                judged_from: date_of(last + 1).to_string(),
                until: date_of(until).to_string(),
                customers: later.len() as u64,
                bought: later.buyers() as u64,
            },
            checks: checks(&later, &earlier, &foretold, last, period),
            churn: churn(&later, &earlier, &foretold)?,
            spend: score.spend_summary(),
            leaving: score.leaving_summary(),
            coefficients: score.coefficients(&latest),
            totals: ScoreTotals {
                customers: members.len() as u64,
                value: sum(&members.iter().map(|&at| next.value[at]).collect::<Vec<_>>()),
                buyers: sum(&members.iter().map(|&at| 1.0 - next.silence[at]).collect::<Vec<_>>()),
            },
            top: list(best).await?,
            customers: if params.customers { Some(list(members.clone()).await?) } else { None },
        };
        let findings = findings::find(&result, &score);
        Ok((result, findings))
    }
}

/// Customers known at the beginning of a period, and what they did in it.
struct Period {
    split: SplitHistories,
}

impl Period {
    /// From the day after the cut-off to the end of the scope.
    async fn of(shop: &Shop, scope: &Scope, cutoff: i32) -> Result<Self, AnalysisError> {
        Ok(Self { split: shop.split_histories(scope, cutoff).await? })
    }

    fn keys(&self) -> &[i32] {
        &self.split.calibration.customer_key
    }

    fn len(&self) -> usize {
        self.keys().len()
    }

    fn bought(&self) -> Vec<bool> {
        self.split.holdout_purchases.iter().map(|days| *days > 0).collect()
    }

    fn buyers(&self) -> usize {
        self.split.holdout_purchases.iter().filter(|days| **days > 0).count()
    }

    fn revenue(&self) -> &[f64] {
        &self.split.holdout_revenue
    }

    /// Fails where there are too few on either side to tell them apart.
    fn check(&self, from: i32, until: i32) -> Result<(), AnalysisError> {
        let (buyers, others) = (self.buyers(), self.len() - self.buyers());
        if buyers >= LEAST_EITHER && others >= LEAST_EITHER {
            return Ok(());
        }
        Err(AnalysisError::BadParameter {
            analysis: ValueScore::NAME,
            detail: format!(
                "of the customers known on {}, {buyers} bought up to {} and {others} did not; a regression takes {LEAST_EITHER} of each: try another period_days",
                date_of(from),
                date_of(until)
            ),
        })
    }
}

/// What is foretold of each customer.
struct Foretold {
    /// Chance of no purchase in the period.
    silence: Vec<f64>,
    /// Revenue if they buy.
    revenue: Vec<f64>,
    /// Revenue × (1 − silence).
    value: Vec<f64>,
}

/// The score and the baselines against what was spent.
fn checks(
    later: &Period,
    earlier: &Period,
    foretold: &Foretold,
    cutoff: i32,
    period: i32,
) -> Vec<ScoreCheck> {
    let known = &later.split.calibration;
    let same: Vec<f64> = (0..known.len())
        .map(|at| match cutoff - known.first_on[at] {
            // Known since the day of the cut-off: there is no rate yet.
            days if days <= 0 => 0.0,
            days => known.revenue[at] / f64::from(days) * f64::from(period),
        })
        .collect();
    let mean = sum(earlier.revenue()) / earlier.len().max(1) as f64;
    let rows = [
        ("score", Words::new("Revenue × survival", "매출 × 유지"), false, foretold.value.clone()),
        ("same_as_before", Words::new("Same as before", "지금까지처럼"), true, same),
        ("mean", Words::new("Mean of the period before", "앞 기간의 평균"), true, vec![mean; known.len()]),
    ];
    let actual = later.revenue();
    let total = sum(actual);
    rows.into_iter()
        .map(|(key, name, baseline, values)| {
            let count = actual.len().max(1) as f64;
            let errors = || values.iter().zip(actual).map(|(left, right)| left - right);
            let expected = sum(&values);
            ScoreCheck {
                method: key.to_owned(),
                name,
                baseline,
                mean_absolute_error: sum(&errors().map(f64::abs).collect::<Vec<_>>()) / count,
                root_mean_squared_error: (sum(&errors().map(|e| e * e).collect::<Vec<_>>()) / count).sqrt(),
                expected_revenue: expected,
                actual_revenue: total,
                total_error: (total > 0.0).then(|| expected / total - 1.0),
                // All alike have no best tenth.
                best_tenth_found: (key != "mean").then(|| best_tenth_found(&values, actual)),
            }
        })
        .collect()
}

fn churn(later: &Period, earlier: &Period, foretold: &Foretold) -> Result<ChurnCheck, AnalysisError> {
    let silent: Vec<bool> = later.bought().into_iter().map(|bought| !bought).collect();
    let share = 1.0 - earlier.buyers() as f64 / earlier.len().max(1) as f64;
    Ok(ChurnCheck {
        silent_share: silent.iter().filter(|silent| **silent).count() as f64 / silent.len().max(1) as f64,
        area_under_curve: area_under_curve(&foretold.silence, &silent)?,
        brier: brier(&foretold.silence, &silent)?,
        same_for_all_brier: brier(&vec![share; silent.len()], &silent)?,
    })
}

async fn rows(
    shop: &Shop,
    places: Vec<usize>,
    keys: &[i32],
    revenue: &[f64],
    next: &Foretold,
) -> Result<Vec<ScoredCustomer>, AnalysisError> {
    let mut wanted: Vec<i32> = places.iter().map(|&at| keys[at]).collect();
    wanted.sort_unstable();
    let ids = shop.customer_ids(&wanted).await?;
    Ok(places
        .into_iter()
        .filter_map(|at| {
            Some(ScoredCustomer {
                customer_id: ids.get(wanted.binary_search(&keys[at]).ok()?)?.clone(),
                value: next.value[at],
                revenue_if_buying: next.revenue[at],
                chance_of_buying: 1.0 - next.silence[at],
                revenue: revenue[at],
            })
        })
        .collect())
}
