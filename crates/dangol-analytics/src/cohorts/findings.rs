//! What is worth saying of the cohorts.

use std::fmt::Write as _;

use super::contrast::CohortSpread;
use super::result::{CohortsParams, CohortsResult, Drop, Retention};
use crate::finding::{Finding, Severity};
use crate::words::{Words, money};

pub(super) fn find(result: &CohortsResult, params: CohortsParams, currency: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(contrast) = &result.contrast
        && let Some(spread) = &contrast.spread
    {
        let amount = |value: f64| {
            if contrast.metric == "rate" {
                Words::new(format!("{:.1} points", value * 100.0), format!("{:.1}%p", value * 100.0))
            } else {
                money(value, currency)
            }
        };
        findings.push(best_and_worst(spread, contrast.age, amount));
    }
    if let Some(drop) = result.steepest_drop {
        let points = |drop: &Drop| format!("{:.0}", drop.drop * 100.0);
        let mut text = Words::new(
            format!(
                "Retention falls most from age {} to {}: by {} percentage points.",
                drop.from_age,
                drop.to_age,
                points(&drop)
            ),
            format!(
                "유지율이 가장 많이 떨어지는 구간은 {}→{}번째 기간이에요({}%p).",
                drop.from_age,
                drop.to_age,
                points(&drop)
            ),
        );
        // Everybody counts in the first period, so that nearly every shop falls most right after it.
        if let Some(later) = result.steepest_later_drop.filter(|_| drop.from_age == 0) {
            let (from, to) = (later.from_age, later.to_age);
            let _ = write!(text.en, " After that most from {from} to {to}, by {}.", points(&later));
            let _ = write!(text.ko, " 그 뒤로는 {from}→{to}번째 기간이에요({}%p).", points(&later));
        }
        findings.push(
            Finding::new("steepest_drop", Severity::Info, text)
                .value("from_age", drop.from_age)
                .value("drop", drop.drop)
                .about("mean_curve"),
        );
    }
    if params.retention == Retention::Rolling {
        findings.push(censored(result));
    }
    let small: Vec<&str> = result
        .cohorts
        .iter()
        .filter(|cohort| cohort.size < 30)
        .map(|cohort| cohort.cohort.as_str())
        .collect();
    if !small.is_empty() {
        let mut named = small.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        if small.len() > 3 {
            named.push_str(" …");
        }
        let all = result.cohorts.len();
        findings.push(
            Finding::new(
                "small_cohorts",
                Severity::Warning,
                Words::new(
                    format!("Fewer than 30 customers each in {} of {all} cohorts ({named}): their rates are mostly chance.", small.len()),
                    format!("코호트 {all}개 중 {}개는 고객이 30명보다 적어요({named}). 유지율이 우연에 크게 좌우돼요.", small.len()),
                ),
            )
            .value("cohorts", small.len())
            .about("cohorts"),
        );
    }
    findings
}

/// Rolling rates near the as-of moment will still rise.
fn censored(result: &CohortsResult) -> Finding {
    let marked = result.cohorts.iter().flat_map(|cohort| &cohort.periods);
    let marked = marked.filter(|cell| cell.censored == Some(true)).count();
    let words = match result.settled_after_days {
        Some(days) => Words::new(
            format!(
                "Nine in ten returning customers come back within {days} days (their own mean gap). {marked} cells are of periods that ended more recently than that: their rolling retention may still rise, so they are marked, and left out of the mean curve and the steepest drop."
            ),
            format!(
                "다시 산 고객 열 명 중 아홉은 {days}일 안에 돌아왔어요(평균 구매 간격 기준). 끝난 지 그만큼 지나지 않은 {marked}칸은 롤링 유지율이 더 오를 수 있어 따로 표시하고, 평균 곡선과 가장 큰 하락에서 뺐어요."
            ),
        ),
        None => Words::new(
            "Rolling retention is too low in the last periods before the as-of date: purchases that will still come are not counted. Too few customers came back to say how long that takes.",
            "롤링 유지율은 기준일 직전 기간에서 낮게 나와요. 앞으로 있을 구매가 아직 세어지지 않았어요. 다시 산 고객이 적어서 얼마나 기다려야 하는지는 알 수 없어요.",
        ),
    };
    Finding::new("rolling_is_censored", Severity::Warning, words)
        .value("settled_after_days", result.settled_after_days)
        .value("cells", marked)
        .about("cohorts")
}

/// Whether the best and the worst cohorts differ by more than chance.
fn best_and_worst(spread: &CohortSpread, age: u32, amount: impl Fn(f64) -> Words) -> Finding {
    let p_value =
        if spread.p_value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {:.2}", spread.p_value) };
    let [seen, gap, low, high] = [spread.seen_gap, spread.gap, spread.gap_low, spread.gap_high].map(amount);
    let (code, words) = if spread.differs {
        (
            "cohorts_differ",
            Words::new(
                format!(
                    "Up to period {age}, customers of the best third of cohorts bring {} more each than those of the worst. Chance taken off it is {} (95% interval {} to {}).",
                    seen.en, gap.en, low.en, high.en
                ),
                format!(
                    "{age}기까지 상위 코호트 고객이 하위보다 1인당 {} 더 썼어요. 우연을 덜어내면 {} 차이예요(95% 구간 {} ~ {}).",
                    seen.ko, gap.ko, low.ko, high.ko
                ),
            ),
        )
    } else {
        (
            "cohorts_do_not_differ",
            Words::new(
                format!(
                    "Best and worst cohorts differ by {} per customer up to period {age}, which may be chance ({p_value}; chance taken off {}, 95% interval {} to {}). Do not read a reason into it.",
                    seen.en, gap.en, low.en, high.en
                ),
                format!(
                    "{age}기까지 상위와 하위 코호트의 인당 차이 {}는 우연일 수 있어요({p_value}, 우연을 덜어내면 {}, 95% 구간 {} ~ {}). 이 차이에서 이유를 찾지는 마세요.",
                    seen.ko, gap.ko, low.ko, high.ko
                ),
            ),
        )
    };
    Finding::new(code, if spread.differs { Severity::Info } else { Severity::Warning }, words)
        .value("gap", spread.gap)
        .value("gap_low", spread.gap_low)
        .value("gap_high", spread.gap_high)
        .value("p_value", spread.p_value)
        .about("contrast")
}
