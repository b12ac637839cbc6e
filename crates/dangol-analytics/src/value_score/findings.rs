//! What the score is good for.

use super::fit::Score;
use super::result::{ScoreCheck, ValueScoreResult};
use crate::finding::{Finding, Severity};
use crate::words::{Words, number, share};

pub(super) fn find(result: &ValueScoreResult, score: &Score) -> Vec<Finding> {
    [against_baselines(result), total(result), churn(result), separated(score)]
        .into_iter()
        .flatten()
        .collect()
}

/// By the squared error, which money lost on single customers follows.
fn against_baselines(result: &ValueScoreResult) -> Option<Finding> {
    let error = |check: &&ScoreCheck| check.root_mean_squared_error;
    let own = result.checks.iter().find(|check| !check.baseline)?;
    let best = result
        .checks
        .iter()
        .filter(|check| check.baseline)
        .min_by(|left, right| error(left).total_cmp(&error(right)))?;
    let (mine, theirs) = (error(&own), error(&best));
    let (mine_text, theirs_text) = (number(mine), number(theirs));
    let finding = if mine < theirs {
        let better = share(1.0 - mine / theirs);
        Finding::new(
            "beats_baselines",
            Severity::Info,
            Words::new(
                format!(
                    "In the last period the score foretold a customer's revenue with an error {} smaller than the best baseline (“{}”): {mine_text} against {theirs_text} (root of the mean squared error).",
                    better.en, best.name.en
                ),
                format!(
                    "마지막 기간에 이 점수의 고객별 매출 예측 오차는 가장 나은 비교 기준(‘{}’)보다 {} 작았어요: {mine_text} 대 {theirs_text}(평균 제곱근 오차).",
                    best.name.ko, better.ko
                ),
            ),
        )
    } else {
        Finding::new(
            "worse_than_baseline",
            Severity::Serious,
            Words::new(
                format!(
                    "In the last period the score foretold a customer's revenue no better than the baseline “{}” ({mine_text} against {theirs_text}, root of the mean squared error): do not spend money on its numbers for single customers.",
                    best.name.en
                ),
                format!(
                    "마지막 기간에 이 점수의 고객별 예측은 비교 기준 ‘{}’보다 낫지 않았어요({mine_text} 대 {theirs_text}, 평균 제곱근 오차). 고객 한 명 한 명의 값에 돈을 쓰지 마세요.",
                    best.name.ko
                ),
            ),
        )
    };
    Some(finding.value("score", mine).value("baseline", theirs).about("checks"))
}

fn total(result: &ValueScoreResult) -> Option<Finding> {
    /// Off by more, a budget made with it would be wrong.
    const FAR: f64 = 0.15;
    let own = result.checks.iter().find(|check| !check.baseline)?;
    let error = own.total_error.filter(|error| error.abs() > FAR)?;
    let (more, much) = if error > 0.0 { ("more", "많이") } else { ("less", "적게") };
    Some(
        Finding::new(
            "total_off",
            Severity::Warning,
            Words::new(
                format!("In all the score foretold {} {more} than was spent in the last period: what customers do changes from one period to the next (a season, a promotion), and the score only knows the one before.", share(error.abs()).en),
                format!("전체로 보면 마지막 기간의 실제 매출보다 {} {much} 예측했어요. 시즌이나 행사처럼 기간마다 달라지는 것은 이 점수가 알 수 없어요.", share(error.abs()).ko),
            ),
        )
        .value("error", error)
        .about("checks"),
    )
}

fn churn(result: &ValueScoreResult) -> Option<Finding> {
    let check = &result.churn;
    (check.brier >= check.same_for_all_brier).then(|| {
        Finding::new(
            "chance_of_buying_useless",
            Severity::Serious,
            Words::new(
                "The chance of buying was no nearer to what happened than the same chance for all.",
                "살 확률이 모두에게 같은 확률을 준 것보다 실제에 더 가깝지 않았어요.",
            ),
        )
        .value("brier", check.brier)
        .value("same_for_all", check.same_for_all_brier)
        .about("churn")
    })
}

fn separated(score: &Score) -> Option<Finding> {
    (!score.separated_by.is_empty()).then(|| {
        let columns = score.separated_by.join(", ");
        Finding::new(
            "separated",
            Severity::Info,
            Words::new(
                format!("Some features tell buyers from others without exception ({columns}): the chance of not buying was fitted with a small penalty, without which their coefficients would run to infinity."),
                format!("일부 특성({columns})이 산 고객과 사지 않은 고객을 예외 없이 가려요. 계수가 무한히 커지지 않도록 작은 벌점(ridge)을 두고 적합했어요."),
            ),
        )
        .about("leaving")
    })
}
