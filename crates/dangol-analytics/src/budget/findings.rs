//! What a split cannot know.

use dangol_shop::{Scope, Shop};

use super::result::{BudgetResult, ChannelBudget, CurveState, NoCurve};
use crate::channels::people::People;
use crate::finding::{Finding, Severity};
use crate::words::{Words, money};

/// A rank correlation from here on is worth a word.
const GOES_WITH: f64 = 0.4;

pub(super) fn find(
    shop: &Shop,
    scope: &Scope,
    result: &BudgetResult,
    people: &People,
    has_spend: bool,
) -> Vec<Finding> {
    let currency = &shop.config.shop.currency;
    if result.channels.is_empty() {
        return vec![nothing(result, people, has_spend)];
    }
    let mut findings: Vec<Finding> = [
        Some(no_experiment()),
        form(result, CurveState::NoEffectSeen),
        form(result, CurveState::NoSaturationSeen),
        season(result),
        not_better(result, currency),
        left_over(result, currency),
        beyond(result),
        filtered(scope),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(result.without_curve.iter().map(|channel| {
        let amount = money(channel.now, currency);
        let why = match channel.reason {
            NoCurve::TooLittle => Words::new(
                "it has too few months of spend or customers",
                "광고비나 신규 고객이 있는 달이 너무 적어서",
            ),
            NoCurve::NeverVaried => Words::new("it took the same every month", "매달 같은 금액을 써서"),
            NoCurve::NoValue => {
                Words::new("what its customers are worth is not known", "고객 가치를 알 수 없어서")
            }
        };
        Finding::new(
            "no_curve",
            Severity::Warning,
            Words::new(
                format!(
                    "{} has no curve, since {}: it keeps its {} a month, outside this budget.",
                    channel.channel, why.en, amount.en
                ),
                format!(
                    "{} 채널은 {} 곡선을 맞추지 못했어요. 지금의 월 {}은 그대로 두고 이 예산에서 뺐어요.",
                    channel.channel, why.ko, amount.ko
                ),
            ),
        )
        .value("channel", channel.channel.as_str())
        .about("split")
    }));
    findings
}

fn nothing(result: &BudgetResult, people: &People, has_spend: bool) -> Finding {
    let text = if !has_spend {
        Words::new("Nothing is known of what was spent on channels.", "채널별 광고비를 알 수 없어요.")
    } else if people.channels.is_empty() {
        Words::new(
            "Spend is known by channel, but not which customers it brought: there is nothing to split a budget by.",
            "채널별 광고비는 있지만 어떤 고객을 데려왔는지 몰라서 예산을 나눌 근거가 없어요.",
        )
    } else if result.without_curve.is_empty() {
        Words::new("No channel took any money in this period.", "이 기간에 광고비를 쓴 채널이 없어요.")
    } else {
        Words::new(
            "No channel has six months of different spend with new customers: what more money brings cannot be told from them.",
            "광고비가 서로 다르고 신규 고객이 있는 달이 6개월 이상인 채널이 없어요. 돈을 더 쓰면 어떻게 될지 알 수 없어요.",
        )
    };
    Finding::new("no_split", Severity::Warning, text).about("split")
}

fn no_experiment() -> Finding {
    Finding::new(
        "no_experiment",
        Severity::Warning,
        Words::new(
            "These curves are read from past months, not from an experiment: if spend followed the season, the sales or the number of customers (as when one pays for each), they show that and not what more money would do. Move the budget in steps, in one channel at a time, and compare.",
            "이 곡선은 실험이 아니라 지난 달들의 자료에서 나왔어요. 광고비가 시즌이나 매출, 고객 수를 따라 움직였다면(고객당 과금 등) 돈을 더 썼을 때의 효과가 아니라 그 관계를 보여줘요. 한 번에 한 채널씩, 조금씩 옮기면서 비교해 보세요.",
        ),
    )
    .about("split")
}

fn names(channels: &[&ChannelBudget]) -> String {
    channels.iter().map(|channel| channel.channel.as_str()).collect::<Vec<_>>().join(", ")
}

fn form(result: &BudgetResult, state: CurveState) -> Option<Finding> {
    let such: Vec<&ChannelBudget> = result.channels.iter().filter(|channel| channel.state == state).collect();
    let listed = names(&such);
    (!such.is_empty()).then(|| match state {
        CurveState::NoEffectSeen => Finding::new(
            "no_effect_seen",
            Severity::Serious,
            Words::new(
                format!("Months with more spend did not clearly bring more customers: {listed}. For these channels the split is a guess."),
                format!("광고비를 더 쓴 달에 신규 고객이 뚜렷하게 늘지 않았어요: {listed}. 이 채널의 배분은 추측에 가까워요."),
            ),
        )
        .about("split"),
        _ => Finding::new(
            "no_saturation_seen",
            Severity::Warning,
            Words::new(
                format!("That further customers become dearer is not seen in these months: {listed}. It will happen beyond them; where, they do not say."),
                format!("광고비를 늘려도 신규 고객이 더 비싸지는 모습이 아직 보이지 않아요: {listed}. 더 늘리면 비싸지겠지만 어디서부터인지는 알 수 없어요."),
            ),
        )
        .about("split"),
    })
}

fn season(result: &BudgetResult) -> Option<Finding> {
    let such: Vec<&ChannelBudget> = result
        .channels
        .iter()
        .filter(|channel| channel.with_others.is_some_and(|rho| rho >= GOES_WITH))
        .collect();
    let listed = names(&such);
    (!such.is_empty()).then(|| {
        Finding::new(
            "spend_goes_with_season",
            Severity::Warning,
            Words::new(
                format!("Spend was higher in months in which other channels brought more customers, too: {listed}. A part of what the curve shows is the season."),
                format!("다른 채널의 신규 고객도 많은 달에 광고비를 더 썼어요: {listed}. 곡선의 일부는 광고가 아니라 시즌의 영향이에요."),
            ),
        )
        .about("split")
    })
}

fn not_better(result: &BudgetResult, currency: &str) -> Option<Finding> {
    let (low, high) = (result.gain_low?, result.gain_high?);
    (low <= 0.0).then(|| {
        let (low, high) = (money(low, currency), money(high, currency));
        Finding::new(
            "gain_not_certain",
            Severity::Warning,
            Words::new(
                format!("Whether this split is better than the present one is not certain: a month's gain lies between {} and {}.", low.en, high.en),
                format!("지금 배분보다 낫다고 확신할 수는 없어요. 월 이익 변화는 {}에서 {} 사이예요.", low.ko, high.ko),
            ),
        )
        .about("split")
    })
}

fn left_over(result: &BudgetResult, currency: &str) -> Option<Finding> {
    (result.left > 0.005 * result.budget).then(|| {
        let left = money(result.left, currency);
        Finding::new(
            "budget_left_over",
            Severity::Warning,
            Words::new(
                format!("{} a month is left over: every channel is at the most that its past months allow to say anything about.", left.en),
                format!("월 {}이 남아요. 모든 채널이 지난 자료로 말할 수 있는 최대 금액에 닿았어요.", left.ko),
            ),
        )
        .value("left", result.left)
        .about("split")
    })
}

/// Proposals beyond any month seen.
fn beyond(result: &BudgetResult) -> Option<Finding> {
    let such: Vec<&ChannelBudget> = result
        .channels
        .iter()
        .filter(|channel| {
            channel.proposed > 1.001 * channel.seen_most || channel.proposed < 0.999 * channel.seen_least
        })
        .collect();
    let listed = names(&such);
    (!such.is_empty()).then(|| {
        Finding::new(
            "beyond_what_was_seen",
            Severity::Warning,
            Words::new(
                format!("The proposal lies outside of what these channels have ever taken in a month: {listed}. There the curve is drawn on, not seen."),
                format!("제안 금액이 지금까지 한 달에 써 본 범위를 벗어나요: {listed}. 이 부분의 곡선은 관찰이 아니라 연장이에요."),
            ),
        )
        .about("split")
    })
}

fn filtered(scope: &Scope) -> Option<Finding> {
    (scope.members.is_some() || !scope.dimensions.is_empty()).then(|| {
        Finding::new(
            "spend_is_not_filtered",
            Severity::Serious,
            Words::new(
                "Filters leave customers or order lines out, but the spend is that for everybody. Clear the filters before splitting a budget.",
                "필터 때문에 일부 고객이나 주문이 빠졌지만 광고비는 전체 금액이에요. 필터를 지우고 예산을 나누세요.",
            ),
        )
        .about("split")
    })
}
