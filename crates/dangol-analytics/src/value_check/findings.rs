//! What the check says of using a model.

use std::collections::BTreeSet;

use super::model_name;
use super::result::{ModelCheck, ValueCheckResult};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share};

pub(super) fn find(result: &ValueCheckResult) -> Vec<Finding> {
    [little_to_judge_by(result), against_baselines(result), total(result), limits(result)]
        .into_iter()
        .flatten()
        .collect()
}

fn little_to_judge_by(result: &ValueCheckResult) -> Option<Finding> {
    /// Below, the errors themselves are chance.
    const LEAST: u64 = 30;
    let bought = result.split.holdout_purchases;
    (bought < LEAST).then(|| {
        Finding::new(
            "little_to_judge_by",
            Severity::Serious,
            Words::new(
                format!(
                    "Only {} purchases came after the cut-off: too few to judge a model by.",
                    grouped(bought)
                ),
                format!("기준선 뒤의 구매가 {}건뿐이라 모델을 평가하기에는 너무 적어요.", grouped(bought)),
            ),
        )
        .value("purchases", bought)
        .about("split")
    })
}

fn chosen(result: &ValueCheckResult) -> Option<&ModelCheck> {
    result.models.iter().find(|model| model.chosen)
}

fn against_baselines(result: &ValueCheckResult) -> Option<Finding> {
    let model = chosen(result)?;
    let best = result
        .models
        .iter()
        .filter(|row| row.baseline)
        .min_by(|left, right| left.root_mean_squared_error.total_cmp(&right.root_mean_squared_error))?;
    let (own, other) = (model.root_mean_squared_error, best.root_mean_squared_error);
    let name = model_name(result);
    let finding = if own < other {
        let better = 1.0 - own / other;
        Finding::new(
            "beats_baselines",
            Severity::Info,
            Words::new(
                format!(
                    "{name} foretells a customer's purchases with an error {} smaller than the best baseline (“{}”): {own:.2} against {other:.2} (root of the mean squared error).",
                    share(better).en,
                    best.name.en
                ),
                format!(
                    "{name} 모델의 고객별 구매 예측 오차가 가장 나은 비교 기준(‘{}’)보다 {} 작아요: {own:.2} 대 {other:.2}(평균 제곱근 오차).",
                    best.name.ko,
                    share(better).ko
                ),
            ),
        )
    } else {
        Finding::new(
            "worse_than_baseline",
            Severity::Serious,
            Words::new(
                format!(
                    "{name} does not foretell a customer's purchases better than the baseline “{}” ({own:.2} against {other:.2}, root of the mean squared error): do not spend money on its numbers for single customers.",
                    best.name.en
                ),
                format!(
                    "{name} 모델의 고객별 예측이 비교 기준 ‘{}’보다 낫지 않아요({own:.2} 대 {other:.2}, 평균 제곱근 오차). 고객 한 명 한 명의 값에 돈을 쓰지 마세요.",
                    best.name.ko
                ),
            ),
        )
    };
    Some(finding.value("model", own).value("baseline", other).about("models"))
}

fn total(result: &ValueCheckResult) -> Option<Finding> {
    /// Off by more, a budget made with it would be wrong.
    const FAR: f64 = 0.15;
    let model = chosen(result)?;
    let error = model.total_error.filter(|error| error.abs() > FAR)?;
    let name = model_name(result);
    let (more, much) = if error > 0.0 { ("more", "많이") } else { ("fewer", "적게") };
    Some(
        Finding::new(
            "total_off",
            Severity::Warning,
            Words::new(
                format!("{name} foretold {} {more} purchases after the cut-off than there were. Something changed that it cannot know (a season, a promotion, new kinds of customers): see the weeks.", share(error.abs()).en),
                format!("{name} 모델은 기준선 뒤의 구매를 실제보다 {} {much} 예측했어요. 시즌이나 행사, 새로운 고객층처럼 모델이 알 수 없는 변화가 있었을 거예요. 주별 추이를 보세요.", share(error.abs()).ko),
            ),
        )
        .value("error", error)
        .about("tracking"),
    )
}

fn limits(result: &ValueCheckResult) -> Option<Finding> {
    // A regular model of one stage has the name of the random one.
    let at_limit: BTreeSet<&str> =
        result.models.iter().filter(|row| row.boundary.is_some()).map(|row| row.name.en.as_str()).collect();
    let names = at_limit.iter().copied().collect::<Vec<_>>().join(", ");
    (!at_limit.is_empty()).then(|| {
        Finding::new(
            "limit_of_model",
            Severity::Info,
            Words::new(
                format!("On the time before the cut-off the parameters of {names} run to a limit: the data do not support so many parameters."),
                format!("기준선 앞의 데이터에서는 {names}의 매개변수가 극한으로 가요. 데이터가 그만큼의 매개변수를 뒷받침하지 못해요."),
            ),
        )
        .about("models")
    })
}
