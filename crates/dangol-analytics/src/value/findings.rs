//! What a person must know before using lifetime values.

use dangol_models::lifetime::{Boundary, Warning};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::Fitted;
use super::params::ValueParams;
use super::result::ValueResult;
use super::spend::PlainMean;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share};

pub(super) fn find(
    shop: &Shop,
    scope: &Scope,
    fitted: &Fitted,
    result: &ValueResult,
    params: &ValueParams,
) -> Vec<Finding> {
    let findings = [
        long_silence(shop, scope),
        little_history(result),
        alive_by_definition(fitted),
        limits(fitted),
        flat(fitted),
        not_converged(fitted),
        covariates(fitted),
        covariates_flat(fitted),
        not_mixed(result),
        no_spend(shop, fitted),
        plain_mean(fitted, result),
        spend_limits(fitted),
        correlated(fitted, result),
        not_positive(result),
        margin(params),
        raised(result),
        whole_lives(scope),
    ];
    findings.into_iter().flatten().collect()
}

/// With fewer customers who bought on several days, standard errors are about as large as the parameters.
pub(crate) const LEAST_REPEATERS: u64 = 50;

/// An as-of date long after the last order: nobody has bought since, as far as the models can know.
fn long_silence(shop: &Shop, scope: &Scope) -> Option<Finding> {
    /// A month without any order is a gap in the data rather than in the business.
    const LONG: i32 = 31;
    let last = shop.clock().day_of(shop.manifest.totals.last_at?);
    let days = scope.as_of.day(shop.clock()) - last;
    (days > LONG).then(|| {
        let day = date_of(last);
        Finding::new(
            "long_silence",
            Severity::Serious,
            Words::new(
                format!("The last order of the shop was on {day}, {days} days before the as-of date. The models take that for customers who left: choose an earlier as-of date, or import the orders since."),
                format!("마지막 주문이 기준일보다 {days}일 앞선 {day}이에요. 모델은 그동안 고객이 떠났다고 봐요. 기준일을 앞당기거나 그 뒤의 주문을 가져와 주세요."),
            ),
        )
        .value("days", f64::from(days))
        .about("totals")
    })
}

/// Shops in which hardly anybody has had the time, or the wish, to buy again.
fn little_history(result: &ValueResult) -> Option<Finding> {
    let repeaters = result.histories.repeaters;
    (repeaters < LEAST_REPEATERS).then(|| {
        Finding::new(
            "little_history",
            Severity::Serious,
            Words::new(
                format!("Only {} bought on more than one day: too few for a model of lifetimes. Use its numbers as a rough order only.", if repeaters == 1 { "1 customer has".to_owned() } else { format!("{} customers have", grouped(repeaters)) }),
                format!("두 날 이상 산 고객이 {}명뿐이라 생애 모델을 믿기에는 너무 적어요. 대략의 순서로만 참고하세요.", grouped(repeaters)),
            ),
        )
        .value("repeaters", repeaters)
        .about("model")
    })
}

fn alive_by_definition(fitted: &Fitted) -> Option<Finding> {
    let once = fitted.valued.base.shop.repeats.iter().filter(|repeats| **repeats == 0).count() as u64;
    (fitted.fit.keeps_one_time_buyers() && once > 0).then(|| {
        let name = &fitted.fit.name.en;
        Finding::new(
            "alive_by_definition",
            Severity::Warning,
            Words::new(
                format!("{name} gives each of the {} one-time buyers a probability of 1 of still being a customer, by its definition. Do not use it for churn or win-back: take mbg_nbd or pareto_nbd for that.", grouped(once)),
                format!("{name} 모델은 정의상 한 번만 산 고객 {}명이 모두 아직 고객이라고 봐요(확률 1). 이탈이나 되찾기에는 쓰지 말고 mbg_nbd나 pareto_nbd를 쓰세요.", grouped(once)),
            ),
        )
        .value("one_time_buyers", once)
        .about("model")
    })
}

/// Parameters that ran away: the data support a simpler model, which is what is used.
fn limits(fitted: &Fitted) -> Option<Finding> {
    let limit = fitted.fit.boundary()?;
    let name = &fitted.fit.name;
    Some(
        Finding::new(
            "limit_of_model",
            Severity::Warning,
            Words::new(
                format!("The likelihood of {} keeps rising towards a limit ({}); that limit is used, and parameters that it leaves open have no standard error.", name.en, limit.en),
                format!("{} 모델의 우도가 극한으로 갈수록 커져서({}) 그 극한을 썼어요. 정해지지 않는 매개변수에는 표준오차가 없어요.", name.ko, limit.ko),
            ),
        )
        .value("limits", fitted.fit.boundaries.len() as u64)
        .about("model"),
    )
}

fn flat(fitted: &Fitted) -> Option<Finding> {
    let coordinates = fitted.fit.warnings.iter().find_map(|warning| match warning {
        Warning::FlatLikelihood { coordinates } => Some(coordinates.join(", ")),
        _ => None,
    })?;
    Some(
        Finding::new(
            "flat_likelihood",
            Severity::Warning,
            Words::new(
                format!("The data hardly determine some parameters ({coordinates}): very different values are as likely. Totals may still be good (see the intervals and `value-check`), single parameters mean little."),
                format!("일부 매개변수({coordinates})는 데이터로 거의 정해지지 않아요. 아주 다른 값도 비슷하게 그럴듯해요. 합계는 쓸 만할 수 있지만(구간과 value-check를 보세요) 매개변수 하나하나는 큰 뜻이 없어요."),
            ),
        )
        .about("model"),
    )
}

fn not_converged(fitted: &Fitted) -> Option<Finding> {
    fitted.fit.warnings.iter().any(|warning| matches!(warning, Warning::NotConverged { .. })).then(|| {
        Finding::new(
            "not_converged",
            Severity::Serious,
            Words::new(
                "The search for the best parameters ended before it was sure of them. Try another model.",
                "가장 좋은 매개변수를 확신하기 전에 계산이 끝났어요. 다른 모델을 써 보세요.",
            ),
        )
        .about("model")
    })
}

/// Whether attributes help: by the test and, where there is one, by what came after a cut-off.
fn covariates(fitted: &Fitted) -> Option<Finding> {
    let fit = &fitted.covered.as_ref()?.fit;
    let p_value = fit.p_value.unwrap_or(1.0);
    let chance = if p_value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p_value:.3}") };
    let finding = if !fit.matters() {
        Finding::new(
            "covariates_add_nothing",
            Severity::Warning,
            Words::new(
                format!(
                    "The attributes add nothing to the model that could not be chance ({chance}): customers are valued without them."
                ),
                format!(
                    "고객 속성을 넣어도 우연 이상의 차이가 없어요({chance}). 그래서 속성 없이 계산했어요."
                ),
            ),
        )
    } else if fit.used {
        Finding::new(
            "covariates_help",
            Severity::Info,
            Words::new(
                format!(
                    "Customers' attributes bear on how they buy and leave ({chance} by the likelihood-ratio test){}.",
                    if fit.held_out.is_some() {
                        ", and with them the model foretells better what came after a cut-off"
                    } else {
                        ""
                    }
                ),
                format!(
                    "고객 속성에 따라 구매와 이탈이 달라요(우도비 검정 {chance}).{}",
                    if fit.held_out.is_some() {
                        " 속성을 넣으면 기준선 뒤의 구매도 더 잘 맞혀요."
                    } else {
                        ""
                    }
                ),
            ),
        )
    } else if fit.held_out.is_none() {
        Finding::new(
            "covariates_not_used",
            Severity::Warning,
            Words::new(
                "The data hardly determine some coefficients of the attributes, and there is too little time to try whether they foretell: customers are valued without them.",
                "일부 속성의 계수가 데이터로 거의 정해지지 않고, 예측에 도움이 되는지 확인할 기간도 부족해요. 그래서 속성 없이 계산했어요.",
            ),
        )
    } else {
        Finding::new(
            "covariates_do_not_foretell",
            Severity::Warning,
            Words::new(
                format!(
                    "The attributes fit the past better ({chance}), but with them the model foretold what came after a cut-off no better than without: customers are valued without them."
                ),
                format!(
                    "고객 속성을 넣으면 과거에는 더 잘 맞지만({chance}) 기준선 뒤의 구매는 더 잘 맞히지 못했어요. 그래서 속성 없이 계산했어요."
                ),
            ),
        )
    };
    let finding = finding.value("p_value", p_value).about("covariates");
    Some(match &fit.held_out {
        Some(held) => finding.value("held_out_gain", held.with_covariates - held.without),
        None => finding,
    })
}

fn covariates_flat(fitted: &Fitted) -> Option<Finding> {
    fitted.covered.as_ref()?.flat.then(|| {
        Finding::new(
            "covariates_not_determined",
            Severity::Info,
            Words::new(
                "The data hardly determine some coefficients of the attributes: those with a wide interval, or none, mean little.",
                "일부 속성의 계수는 데이터로 거의 정해지지 않아요. 구간이 넓거나 없는 계수는 큰 뜻이 없어요.",
            ),
        )
        .about("covariates")
    })
}

/// The usual limits: Vehtari and others (2021), "Rank-normalization, folding, and localization".
fn not_mixed(result: &ValueResult) -> Option<Finding> {
    let posterior = result.posterior.as_ref()?;
    let r_hat = posterior.worst_r_hat.unwrap_or(1.0);
    let (effective, divergences) = (posterior.least_effective_draws, posterior.divergences);
    (r_hat > 1.01 || effective < 400.0 || divergences * 100 > posterior.draws).then(|| {
        Finding::new(
            "posterior_not_mixed",
            Severity::Warning,
            Words::new(
                format!("The posterior was not explored well (worst R-hat {r_hat:.3}, least effective draws {effective:.0}, divergences {divergences}): its intervals are rough."),
                format!("사후분포를 충분히 훑지 못했어요(가장 나쁜 R-hat {r_hat:.3}, 가장 적은 유효 표본 {effective:.0}, 발산 {divergences}회). 구간은 대략으로만 보세요."),
            ),
        )
        .value("r_hat", r_hat)
        .value("effective_draws", effective)
        .value("divergences", divergences)
        .about("posterior")
    })
}

fn no_spend(shop: &Shop, fitted: &Fitted) -> Option<Finding> {
    if fitted.spending.is_some() {
        return None;
    }
    let words = if shop.manifest.totals.has_amounts {
        Words::new(
            "Nobody has a positive spend on the purchase days counted: no value in money can be given.",
            "금액이 있는 구매가 없어 가치를 돈으로 나타낼 수 없어요.",
        )
    } else {
        Words::new(
            "The order lines have no amounts: purchases are expected, but no value in money. Map an amount or a unit price to get it.",
            "주문에 금액이 없어 예상 구매 수만 알려줄 수 있어요. 금액이나 단가를 연결하면 가치도 나와요.",
        )
    };
    Some(Finding::new("no_spend", Severity::Warning, words).about("spend"))
}

/// The next simpler model of spend.
fn plain_mean(fitted: &Fitted, result: &ValueResult) -> Option<Finding> {
    let mean = result.spend.as_ref()?.mean_spend?;
    let (key, severity, words) = match fitted.spending.as_ref()?.plain? {
        PlainMean::NoMean => (
            "no_mean_spend",
            Severity::Serious,
            Words::new(
                "A few customers spend so much that the spend model has no finite mean (q ≤ 1). So everybody is expected to spend the plain mean of all purchases, which those few decide. Look for outliers (one purchase of a reseller, a wrong amount) and leave them out.",
                "몇몇 고객의 금액이 너무 커서 금액 모델의 평균이 정해지지 않아요(q가 1 이하). 그래서 모두가 전체 구매의 단순 평균만큼 쓴다고 봤는데, 이 평균도 그 몇몇이 좌우해요. 이상값(대량 구매나 잘못된 금액)을 찾아 빼 주세요.",
            ),
        ),
        PlainMean::FewCustomers => (
            "few_spenders",
            Severity::Warning,
            Words::new(
                "Fewer than ten customers have a positive spend on the purchase days counted: too few for the spend model. So everybody is expected to spend the plain mean of their purchases.",
                "금액을 알 수 있는 고객이 열 명보다 적어 금액 모델을 쓸 수 없어요. 그래서 모두가 그 구매들의 단순 평균만큼 쓴다고 봤어요.",
            ),
        ),
    };
    Some(Finding::new(key, severity, words).value("mean_spend", mean).about("spend"))
}

fn spend_limits(fitted: &Fitted) -> Option<Finding> {
    let spending = fitted.spending.as_ref().filter(|spending| spending.plain.is_none())?;
    let words = match spending.is_at_boundary() {
        Some(Boundary::ConstantSpend) => Words::new(
            "Every customer always spends the same, as far as the data show: the spend model is at its limit p → ∞.",
            "데이터로 보면 고객마다 늘 같은 금액을 써요. 금액 모델이 극한(p → ∞)에 있어요.",
        ),
        Some(Boundary::EqualSpend) => Words::new(
            "Customers do not differ in what they spend by purchase, as far as the data show: the spend model is at its limit q → ∞.",
            "데이터로 보면 구매당 금액이 고객마다 다르지 않아요. 금액 모델이 극한(q → ∞)에 있어요.",
        ),
        _ if spending.is_flat() => Words::new(
            "The data hardly determine the parameters of the spend model; expected spend may still be good.",
            "금액 모델의 매개변수는 데이터로 거의 정해지지 않아요. 예상 금액은 쓸 만할 수 있어요.",
        ),
        _ => return None,
    };
    Some(Finding::new("limit_of_spend_model", Severity::Warning, words).about("spend"))
}

fn correlated(fitted: &Fitted, result: &ValueResult) -> Option<Finding> {
    /// Weaker ones change values by less than their intervals.
    const STRONG: f64 = 0.2;
    let plain = result.spend.as_ref()?.correlation?;
    let logarithms = fitted.spending.as_ref()?.correlation_of_logarithms.unwrap_or(plain);
    let strongest = if logarithms.abs() > plain.abs() { logarithms } else { plain };
    (strongest.abs() >= STRONG).then(|| {
        let (more, less) = if strongest > 0.0 { ("more", "더 많이") } else { ("less", "더 적게") };
        Finding::new(
            "frequency_and_spend",
            Severity::Warning,
            Words::new(
                format!("Customers who buy more often spend {more} by purchase (correlation {plain:.2}, of logarithms {logarithms:.2}). The spend model takes the two for independent, so values of the most frequent buyers are {}.", if strongest > 0.0 { "too low" } else { "too high" }),
                format!("자주 사는 고객일수록 한 번에 {less} 써요(상관 {plain:.2}, 로그 상관 {logarithms:.2}). 금액 모델은 둘이 무관하다고 보므로 가장 자주 사는 고객의 가치가 실제보다 {} 나와요.", if strongest > 0.0 { "낮게" } else { "높게" }),
            ),
        )
        .value("correlation", plain)
        .value("correlation_of_logarithms", logarithms)
        .about("spend")
    })
}

fn not_positive(result: &ValueResult) -> Option<Finding> {
    let count = result.histories.without_positive_spend;
    (count > 0).then(|| {
        Finding::new(
            "without_positive_spend",
            Severity::Info,
            Words::new(
                format!("{} customers bought again for nothing, or returned as much: they do not count in the spend model and are expected to spend as the average does.", grouped(count)),
                format!("재구매 금액이 없거나 반품이 더 많은 고객 {}명은 금액 모델에서 빼고, 평균만큼 쓴다고 봤어요.", grouped(count)),
            ),
        )
        .value("customers", count)
        .about("spend")
    })
}

fn margin(params: &ValueParams) -> Option<Finding> {
    (params.margin == 1.0).then(|| {
        Finding::new(
            "margin_not_set",
            Severity::Info,
            Words::new(
                "The margin is 1: values are revenue, not profit. Set `margin` under [value] in shop.toml to what remains of a sale.",
                "마진이 1이라 가치는 이익이 아니라 매출이에요. shop.toml의 [value]에 `margin`을 적어 주세요.",
            ),
        )
        .about("totals")
    })
}

fn raised(result: &ValueResult) -> Option<Finding> {
    let raised = result.totals.raised_to_least_active_days;
    let part = raised as f64 / result.totals.customers.max(1) as f64;
    (raised > 0).then(|| {
        Finding::new(
            "least_active_days",
            if part > 0.1 { Severity::Warning } else { Severity::Info },
            Words::new(
                format!("Customers whom the historical formula counts as active for longer than they have been known: {} ({}). It can change the order of channels: compare with the model's value.", grouped(raised), share(part).en),
                format!("과거 기준 가치에서 고객 {}명({})의 활동 일수를 최솟값으로 올렸어요. 채널 순서가 달라질 수 있으니 모델의 가치와 견줘 보세요.", grouped(raised), share(part).ko),
            ),
        )
        .value("customers", raised)
        .value("share", part)
        .about("totals")
    })
}

fn whole_lives(scope: &Scope) -> Option<Finding> {
    scope.from.map(|_| {
        Finding::new(
            "acquired_since",
            Severity::Info,
            Words::new(
                "Only customers whose first purchase lies in the period are valued: a lifetime is seen from its beginning.",
                "기간 안에 처음 산 고객만 계산했어요. 생애는 첫 구매부터 봐야 하니까요.",
            ),
        )
        .about("histories")
    })
}
