//! What fitted weights are good for.

use dangol_models::score_weights::{Fitted, Measured};

use super::params::{RfmWeightsParams, WeightMethod};
use super::result::{FACTORS, factor_name};
use super::{Study, place};
use crate::finding::{Finding, Severity};
use crate::words::{Words, number, share};

pub(super) fn find(study: &Study, params: &RfmWeightsParams) -> Vec<Finding> {
    let method = params.method;
    let mut found = Vec::new();
    match (&study.tried[place(method)], &study.latest[place(method)]) {
        (Some(tried), Some(latest)) => {
            found.extend(against_equal(study, params));
            found.extend(against_money(study, params));
            found.extend(signs(latest, method));
            found.extend(moved(tried, latest));
        }
        _ => found.push(no_answer(method)),
    }
    found
}

/// By the share of the revenue that the best customers brought: what a shop that writes to its best customers lives on.
fn against_equal(study: &Study, params: &RfmWeightsParams) -> Option<Finding> {
    let key = params.method.key();
    let (fitted, equal) = (study.judged(key)?, study.judged("equal")?);
    let (own, theirs) = (fitted.quality.caught.value?, equal.quality.caught.value?);
    let Measured { value: Some(more), low: Some(low), high: Some(high) } = fitted.better.caught else {
        return None;
    };
    let top = share(params.top_share);
    let (own_text, theirs_text) = (percent(own), percent(theirs));
    let range = format!("{} to {}", points(low), points(high));
    let range_ko = format!("{}~{}", points(low), points(high));
    let finding = if low > 0.0 {
        Finding::new(
            "beats_equal_weights",
            Severity::Info,
            Words::new(
                format!(
                    "In the last period the {} of customers with the highest fitted scores brought {} of the revenue; with equal weights it would have been {} (difference {} percentage points, 90% interval {range}).",
                    top.en,
                    own_text,
                    theirs_text,
                    points(more)
                ),
                format!(
                    "마지막 기간에 회귀 가중치 점수 상위 {} 고객이 매출의 {}를 가져왔어요. 같은 가중치였다면 {}였어요(차이 {}%p, 90% 구간 {range_ko}).",
                    top.ko,
                    own_text,
                    theirs_text,
                    points(more)
                ),
            ),
        )
    } else if high < 0.0 {
        Finding::new(
            "worse_than_equal_weights",
            Severity::Serious,
            Words::new(
                format!(
                    "In the last period fitted weights did worse than equal ones: the {} of customers with the highest scores brought {} of the revenue against {} (difference {} percentage points, 90% interval {range}). Keep equal weights.",
                    top.en,
                    own_text,
                    theirs_text,
                    points(more)
                ),
                format!(
                    "마지막 기간에는 회귀 가중치가 같은 가중치보다 못했어요. 점수 상위 {} 고객의 매출 비중이 {}로, 같은 가중치의 {}보다 낮아요(차이 {}%p, 90% 구간 {range_ko}). 같은 가중치를 그대로 쓰세요.",
                    top.ko,
                    own_text,
                    theirs_text,
                    points(more)
                ),
            ),
        )
    } else {
        Finding::new(
            "no_better_than_equal_weights",
            Severity::Warning,
            Words::new(
                format!(
                    "Fitted weights do not beat equal ones: in the last period the {} of customers with the highest scores brought {} of the revenue, with equal weights {} (difference {} percentage points, 90% interval {range}, which holds 0). Equal weights are as good and simpler.",
                    top.en,
                    own_text,
                    theirs_text,
                    points(more)
                ),
                format!(
                    "회귀 가중치가 같은 가중치보다 낫다고 할 수 없어요. 마지막 기간에 점수 상위 {} 고객이 매출의 {}를, 같은 가중치로는 {}를 가져왔어요(차이 {}%p, 90% 구간 {range_ko}, 0을 포함해요). 같은 가중치가 더 단순하고 결과도 비슷해요.",
                    top.ko,
                    own_text,
                    theirs_text,
                    points(more)
                ),
            ),
        )
    };
    Some(
        finding
            .value("caught", own)
            .value("equal", theirs)
            .value("low", low)
            .value("high", high)
            .about("quality"),
    )
}

/// The plainest rule of all may be as good.
fn against_money(study: &Study, params: &RfmWeightsParams) -> Option<Finding> {
    let (fitted, alone) = (study.judged(params.method.key())?, study.judged("monetary")?);
    let (own, theirs) = (fitted.quality.caught.value?, alone.quality.caught.value?);
    (theirs >= own).then(|| {
        Finding::new(
            "money_alone_as_good",
            Severity::Warning,
            Words::new(
                format!("The monetary score alone did as well: its highest {} brought {} of the last period's revenue, those of the fitted weights {}.", share(params.top_share).en, percent(theirs), percent(own)),
                format!("금액 점수만 써도 결과가 뒤지지 않아요. 마지막 기간 매출에서 M만 쓴 상위 {} 고객의 비중은 {}, 회귀 가중치는 {}였어요.", share(params.top_share).ko, percent(theirs), percent(own)),
            ),
        )
        .value("caught", own)
        .value("monetary", theirs)
        .about("quality")
    })
}

/// A score that goes with less spend, or with nothing.
fn signs(latest: &Fitted, method: WeightMethod) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, factor) in latest.factors.iter().enumerate() {
        let name = factor_name(at);
        let Some(value) = factor.coefficient.value else {
            found.push(
                Finding::new(
                    "no_weight",
                    Severity::Warning,
                    Words::new(
                        format!("The {} score has no weight of its own: it is the same for all customers, or the other scores say the same.", name.en),
                        format!("{} 점수는 모두 같거나 다른 점수와 겹쳐서 가중치를 정할 수 없어요. 0으로 뒀어요.", name.ko),
                    ),
                )
                .value("factor", FACTORS[at])
                .about("weights"),
            );
            continue;
        };
        if value >= 0.0 {
            continue;
        }
        let sure = factor.coefficient.high.is_some_and(|high| high < 0.0);
        let (size, of, of_ko) = match method {
            WeightMethod::Logistic => (decimals(value), "log odds of buying", "살 로그 오즈"),
            _ => (number(value), "spend in the period", "기간 구매 금액"),
        };
        let (en, ko) = if sure {
            ("its 90% interval lies below 0", "90% 구간이 모두 0보다 작아요")
        } else {
            ("its 90% interval holds 0, so this may be chance", "90% 구간이 0을 포함해 우연일 수 있어요")
        };
        found.push(
            Finding::new(
                "negative_weight",
                Severity::Warning,
                Words::new(
                    format!("The {} score has the wrong sign: with the other two scores equal, one point more changes the {of} by {size} ({en}). Its weight is set to 0; the other two carry the score.", name.en),
                    format!("{} 점수의 부호가 반대예요. 나머지 두 점수가 같을 때 1점 높으면 {of_ko}이 {size}만큼 달라져요({ko}). 이 가중치는 0으로 두고 나머지 두 점수로 계산했어요.", name.ko),
                ),
            )
            .value("factor", FACTORS[at])
            .value("coefficient", value)
            .about("weights"),
        );
    }
    found
}

/// Weights that are others in each period foretell nothing.
fn moved(tried: &Fitted, latest: &Fitted) -> Option<Finding> {
    /// A weight that moves by more is another weight.
    const FAR: f64 = 0.2;
    let far = |at: &usize| {
        let (before, now) = (tried.factors[*at].weight, latest.factors[*at].weight);
        let apart = matches!((before.low, before.high, now.low, now.high),
            (Some(low), Some(high), Some(from), Some(to)) if high < from || to < low);
        apart && before.value.zip(now.value).is_some_and(|(before, now)| (before - now).abs() > FAR)
    };
    let at = (0..FACTORS.len()).find(far)?;
    let (before, now) = (tried.factors[at].weight.value?, latest.factors[at].weight.value?);
    let name = factor_name(at);
    Some(
        Finding::new(
            "weights_move",
            Severity::Warning,
            Words::new(
                format!("The weights are not the same from one period to the next: {} counted {} in the one before and {} in the last. Seasons and promotions change what scores are worth.", name.en, share(before).en, share(now).en),
                format!("기간이 바뀌면 가중치도 크게 달라져요. {}의 가중치가 앞 기간에는 {}, 마지막 기간에는 {}였어요. 시즌이나 행사에 따라 점수의 가치가 달라진다는 뜻이에요.", name.ko, share(before).ko, share(now).ko),
            ),
        )
        .value("factor", FACTORS[at])
        .value("before", before)
        .value("now", now)
        .about("weights"),
    )
}

fn no_answer(method: WeightMethod) -> Finding {
    let name = method.name();
    Finding::new(
        "no_weights",
        Severity::Serious,
        Words::new(
            format!("“{}” has no answer here: no score goes with more, or the scores tell buyers from others without exception. The score uses equal weights.", name.en),
            format!("‘{}’로는 가중치를 정할 수 없어요. 구매를 늘리는 점수가 없거나, 점수만으로 산 고객과 사지 않은 고객이 예외 없이 갈려요. 점수에는 같은 가중치를 썼어요.", name.ko),
        ),
    )
    .about("weights")
}

/// A share with a decimal: differences of a point matter here.
fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// A difference of shares in percentage points.
fn points(difference: f64) -> String {
    format!("{:+.1}", difference * 100.0)
}

fn decimals(value: f64) -> String {
    format!("{value:.3}")
}
