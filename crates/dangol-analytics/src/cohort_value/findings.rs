//! What a person must know before using the values of cohorts.

use dangol_shop::Shop;

use super::CohortValueParams;
use super::project::{Projection, WhyNot};
use super::result::{ProjectionCheck, ValueState};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, money, share};

pub(super) fn find(
    shop: &Shop,
    projection: &Projection,
    check: Option<&ProjectionCheck>,
    params: CohortValueParams,
) -> Vec<Finding> {
    let count = |state| projection.cohorts.iter().filter(|one| one.state == state).count() as u64;
    let (open, projected) = (count(ValueState::Open), count(ValueState::Projected));
    let mut findings = Vec::new();
    if let Some(why) = projection.why_not {
        findings.push(not_projected(why));
    } else if open > 0 && !check.is_some_and(ProjectionCheck::failed) {
        findings.push(too_far(open));
    }
    match check {
        Some(check) => findings.push(checked(check, &shop.config.shop.currency)),
        None if params.check && projected > 0 => findings.push(not_checked()),
        None => {}
    }
    findings.extend(growing(projection));
    findings
}

fn not_projected(why: WhyNot) -> Finding {
    let words = match why {
        WhyNot::NoAmounts => Words::new(
            "The order lines have no amounts, so cohorts have no value in money. Map an amount or a unit price to get it.",
            "주문에 금액이 없어 코호트 가치를 계산할 수 없어요. 금액이나 단가를 연결하면 나와요.",
        ),
        WhyNot::LittleHistory { repeaters } => Words::new(
            format!(
                "Only {} customers have bought on more than one day: too few to project what young cohorts will bring. Their values stay open.",
                grouped(repeaters)
            ),
            format!(
                "두 날 이상 산 고객이 {}명뿐이라 최근 코호트의 가치를 예측하지 않았어요. 기간이 찰 때까지 비워 둘게요.",
                grouped(repeaters)
            ),
        ),
        WhyNot::NotConverged => Words::new(
            "The search for the model's parameters ended before it was sure of them, so nothing is projected. Choose another model under [value] in shop.toml.",
            "모델의 매개변수를 확신할 수 없어 예측하지 않았어요. shop.toml의 [value]에서 다른 모델을 골라 보세요.",
        ),
        WhyNot::NoMeanSpend => Words::new(
            "The spend model gives no expected spend (too few purchases with a positive amount, or a few customers so large that there is no mean), so nothing is projected. Look for outliers.",
            "구매당 예상 금액을 정할 수 없어(금액이 있는 구매가 적거나 몇몇 고객의 금액이 너무 커서) 예측하지 않았어요. 이상값이 있는지 확인해 보세요.",
        ),
        WhyNot::NoInterval => Words::new(
            "The data do not determine the model well enough to say how sure a projection is, so none is given for some cohorts.",
            "데이터만으로는 예측의 불확실성을 정할 수 없어 일부 코호트는 예측하지 않았어요.",
        ),
    };
    Finding::new("not_projected", Severity::Warning, words).about("cohorts")
}

fn too_far(open: u64) -> Finding {
    Finding::new(
        "too_far_ahead",
        Severity::Info,
        Words::new(
            format!("{open} values lie further ahead than the shop has been observed and stay open."),
            format!("관측한 기간보다 먼 앞날이라 예측하지 않은 값이 {open}개 있어요."),
        ),
    )
    .value("values", open)
    .about("cohorts")
}

/// How the projection did on the past: good, no better than adding what older cohorts brought, or wrong.
fn checked(check: &ProjectionCheck, currency: &str) -> Finding {
    let (held, all) = (check.held, check.values.len() as u64);
    let part = held as f64 / all.max(1) as f64;
    let worse =
        check.baseline_error.zip(check.error_beside_baseline).filter(|(baseline, model)| model > baseline);
    let wrong = check.failed();
    let (code, severity) = if wrong {
        ("projection_was_wrong", Severity::Serious)
    } else if part < 0.75 || worse.is_some() {
        ("projection_needs_care", Severity::Warning)
    } else {
        ("projection_held", Severity::Info)
    };
    let basis = Words::new(
        format!(
            "Tried out from {} on: {held} of {all} values came out within their 90% interval",
            check.cutoff
        ),
        format!("{}까지의 데이터로 예측해 보니 {all}개 중 {held}개가 90% 구간 안에 들었어요", check.cutoff),
    );
    let off = check.revenue_error.map_or_else(
        || Words::same("."),
        |off| {
            let size = share(off.abs());
            let (en, ko) = if off >= 0.0 { ("more", "많았어요") } else { ("less", "적었어요") };
            Words::new(
                format!(", and {} {en} revenue was projected than came.", size.en),
                format!(". 예측한 매출이 실제보다 {} {ko}.", size.ko),
            )
        },
    );
    let beside = worse.map_or_else(
        || Words::same(""),
        |(baseline, model)| {
            let (model, baseline) = (money(model, currency), money(baseline, currency));
            Words::new(
                format!(" Adding what older cohorts brought at the same ages came closer ({} off per customer instead of {}).", baseline.en, model.en),
                format!(" 먼저 온 코호트의 흐름을 그대로 더하는 방법이 더 잘 맞았어요(인당 오차 {}, 모델은 {}).", baseline.ko, model.ko),
            )
        },
    );
    let then = if wrong {
        Words::new(
            " Something moves this shop's customers that the model does not know (a season, a change in the shop), so nothing is projected.",
            " 모델이 모르는 계절이나 변화가 있어서 예측한 값은 보여주지 않아요.",
        )
    } else {
        Words::same("")
    };
    let finding = Finding::new(
        code,
        severity,
        Words::new(
            format!("{}{}{}{}", basis.en, off.en, beside.en, then.en),
            format!("{}{}{}{}", basis.ko, off.ko, beside.ko, then.ko),
        ),
    )
    .value("held", held)
    .value("values", all)
    .about("check");
    match check.revenue_error {
        Some(off) => finding.value("revenue_error", off),
        None => finding,
    }
}

fn not_checked() -> Finding {
    Finding::new(
        "projection_not_checked",
        Severity::Warning,
        Words::new(
            "Half a year ago too little was known to try the projection out: nobody knows how good it is for this shop.",
            "반년 전에는 데이터가 부족해 예측을 검증하지 못했어요. 이 쇼핑몰에서 얼마나 맞는지는 아직 알 수 없어요.",
        ),
    )
    .about("check")
}

fn growing(projection: &Projection) -> Option<Finding> {
    let last = projection.cohorts.iter().find(|one| one.growing && one.state == ValueState::Projected)?;
    Some(
        Finding::new(
            "cohort_still_growing",
            Severity::Info,
            Words::new(
                format!("The cohort of {} is not complete: its value is that of the {} customers who are in it already.", last.cohort, grouped(last.size)),
                format!("{} 코호트는 아직 모이는 중이라 지금까지 들어온 고객 {}명의 가치예요.", last.cohort, grouped(last.size)),
            ),
        )
        .value("customers", last.size)
        .about("cohorts"),
    )
}
