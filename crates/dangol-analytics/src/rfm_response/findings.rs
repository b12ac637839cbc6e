//! What a person must know before writing to the customers that the response model ranks highest.

use dangol_models::lifetime::{Boundary, Warning};
use dangol_shop::Shop;

use super::Study;
use super::holdout::HeldOut;
use super::model::LEAST_SPENDERS;
use super::params::{ResponseKind, RfmResponseParams};
use super::result::{
    ContactTotals, RankingQuality, ResponseCheck, ResponseModel, RfmResponseResult, SpendBasis,
};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, money, share};

/// Below, a drift is not taken for chance.
const SURE: f64 = 0.01;
/// Correlations of frequency and spend from here on break the spend model.
const CORRELATED: f64 = 0.3;

pub(super) fn find(
    shop: &Shop,
    study: &Study<'_>,
    result: &RfmResponseResult,
    held_out: Option<HeldOut>,
    contacts_follow: Option<(f64, f64, f64)>,
) -> Vec<Finding> {
    let params = study.params;
    let mut found = vec![differ(study, result)];
    match &result.check {
        Some(check) => {
            found.extend(against_others(check, params, result.model.differ));
            found.extend(level_moved(check));
        }
        None => found.push(not_checked()),
    }
    found.extend(drift(&result.model));
    found.extend(follow(contacts_follow));
    found.extend(same_number(study));
    found.extend(not_an_uplift(&result.contacts, params, held_out));
    found.extend(left_out(&result.contacts));
    found.extend(spend(study, result));
    found.extend(worth(shop, result, params));
    found
}

/// Without differences there is nobody to prefer.
fn differ(study: &Study<'_>, result: &RfmResponseResult) -> Finding {
    let (model, totals) = (&result.model, &result.contacts);
    let rate = share(totals.rate);
    let boundaries = &study.responses.fitted.boundaries;
    if boundaries.contains(&Boundary::Never) || boundaries.contains(&Boundary::Always) {
        let (code, en, ko) = if totals.responses == 0 {
            ("nobody_responds", "Nobody has responded to any contact", "아직 발송에 반응한 고객이 없어요")
        } else {
            ("everybody_responds", "Every contact was responded to", "모든 발송에 반응이 있었어요")
        };
        return Finding::new(
            code,
            Severity::Serious,
            Words::new(
                format!("{en}, so there is nothing to rank customers by. Check how responses are mapped."),
                format!("{ko}. 순위를 매길 근거가 없으니 반응 데이터가 제대로 연결됐는지 확인해 보세요."),
            ),
        )
        .value("responses", totals.responses)
        .about("model");
    }
    let most = study.known.iter().map(|one| one.contacts).max().unwrap_or(0);
    if most < 2 {
        return Finding::new(
            "one_contact_each",
            Severity::Serious,
            Words::new(
                format!("Nobody was contacted more than once: {} of the contacts were responded to, but whether customers differ cannot be told from one contact each, and nobody is ranked.", rate.en),
                format!("고객마다 발송이 한 번뿐이에요. 반응률은 {}지만 한 번으로는 고객별 차이를 알 수 없어서 순위를 매기지 않았어요.", rate.ko),
            ),
        )
        .value("rate", totals.rate)
        .about("model");
    }
    if !model.differ {
        return Finding::new(
            "customers_do_not_differ",
            Severity::Serious,
            Words::new(
                format!("Customers are not seen to differ in how they respond: {} of all contacts were responded to, and who responded more often may have done so by chance (p = {:.2}). Nobody is ranked; contact everybody or nobody.", rate.en, model.p_value),
                format!("고객마다 반응이 다르다고 볼 근거가 없어요. 전체 반응률은 {}이고, 더 자주 반응한 고객도 우연일 수 있어요(p = {:.2}). 그래서 순위를 매기지 않았어요.", rate.ko, model.p_value),
            ),
        )
        .value("rate", totals.rate)
        .value("p_value", model.p_value)
        .about("model");
    }
    let (low, high) = (share(model.p10), share(model.p90));
    Finding::new(
        "customers_differ",
        Severity::Info,
        Words::new(
            format!("Customers respond to {} of contacts, and differ: a tenth of them respond to {} or more, a tenth to {} or less.", rate.en, high.en, low.en),
            format!("반응률은 평균 {}이고 고객마다 달라요. 상위 10% 고객은 {} 이상, 하위 10% 고객은 {} 이하로 반응해요.", rate.ko, high.ko, low.ko),
        ),
    )
    .value("rate", totals.rate)
    .value("p10", model.p10)
    .value("p90", model.p90)
    .about("model")
}

/// The model beside the others, out of time.
fn against_others(check: &ResponseCheck, params: &RfmResponseParams, differ: bool) -> Vec<Finding> {
    let find = |key: &str| check.rankings.iter().find(|one| one.ranking == key);
    let Some(caught) = find("model").and_then(|model| model.caught) else { return Vec::new() };
    let top = share(params.top_share);
    let surely = |other: &RankingQuality| other.model_catches_more_low.is_some_and(|low| low > 0.0);
    let Some(chance) = find("chance") else { return Vec::new() };
    if !surely(chance) {
        let text = Words::new(
            format!(
                "After {} the ranking was no better than chance: the {} of contacts ranked highest held {} of the responses.",
                check.cutoff,
                top.en,
                percent(caught)
            ),
            format!(
                "{} 이후 발송으로 확인해 보니 순위가 무작위보다 낫지 않았어요. 순위 상위 {} 발송에 반응의 {}가 들어 있었어요.",
                check.cutoff,
                top.ko,
                percent(caught)
            ),
        );
        // Where customers do not differ that is as it should be.
        let severity = if differ { Severity::Serious } else { Severity::Info };
        let finding = Finding::new("no_better_than_chance", severity, text).value("caught", caught);
        return vec![finding.about("check")];
    }
    let mut found = vec![
        Finding::new(
            "ranking_held",
            Severity::Info,
            Words::new(
                format!(
                    "After {} the {} of contacts ranked highest held {} of the responses (by chance: {}).",
                    check.cutoff,
                    top.en,
                    percent(caught),
                    top.en
                ),
                format!(
                    "{} 이후 발송으로 확인해 보니 순위 상위 {} 발송이 반응의 {}를 차지했어요(무작위라면 {}).",
                    check.cutoff,
                    top.ko,
                    percent(caught),
                    top.ko
                ),
            ),
        )
        .value("caught", caught)
        .about("check"),
    ];
    for (key, code, en, ko) in [
        ("rate", "no_better_than_rate", "the plain past response rate", "지난 반응률로만 매긴 순위"),
        ("rfm", "no_better_than_rfm", "the RFM score", "RFM 점수 순위"),
    ] {
        let Some(other) = find(key).filter(|other| !surely(other)) else { continue };
        let Some(theirs) = other.caught else { continue };
        found.push(
            Finding::new(
                code,
                if key == "rfm" { Severity::Warning } else { Severity::Info },
                Words::new(
                    format!("The model is not seen to rank better than {en}, which would have caught {} of the responses (model {}).", percent(theirs), percent(caught)),
                    format!("모델 순위가 {ko}보다 낫다고 할 수 없어요. 반응 가운데 {}를 찾았을 거예요(모델은 {}).", percent(theirs), percent(caught)),
                ),
            )
            .value("caught", caught)
            .value(key, theirs)
            .about("check"),
        );
    }
    found
}

/// The ranking may hold while the level has moved.
fn level_moved(check: &ResponseCheck) -> Option<Finding> {
    let (ratio, low, high) =
        (check.actual_to_expected, check.actual_to_expected_low?, check.actual_to_expected_high?);
    let moved = (low > 1.0 || high < 1.0) && (ratio - 1.0).abs() > 0.15;
    moved.then(|| {
        let (en, ko) = if ratio > 1.0 { ("more", "많았어요") } else { ("fewer", "적었어요") };
        let off = share((ratio - 1.0).abs());
        Finding::new(
            "level_moved",
            Severity::Warning,
            Words::new(
                format!("After {} there were {} {en} responses than expected ({} instead of {:.0}). The order of customers can still hold, but probabilities and expected values are those of earlier campaigns.", check.cutoff, off.en, grouped(check.judged_responses), check.expected_responses),
                format!("{} 이후 반응이 예상보다 {} {ko}(예상 {:.0}건, 실제 {}건). 고객 순서는 맞을 수 있지만, 확률과 기대 가치는 이전 캠페인을 기준으로 한 값이에요.", check.cutoff, off.ko, check.expected_responses, grouped(check.judged_responses)),
            ),
        )
        .value("ratio", ratio)
        .about("check")
    })
}

fn not_checked() -> Finding {
    Finding::new(
        "not_checked",
        Severity::Warning,
        Words::new(
            "Too few responses lie before or after a cut-off to judge the ranking out of time: nobody knows how good it is for this shop.",
            "기준일 앞뒤의 반응이 너무 적어 순위를 검증하지 못했어요. 이 쇼핑몰에서 얼마나 맞는지는 아직 알 수 없어요.",
        ),
    )
    .about("check")
}

fn drift(model: &ResponseModel) -> Option<Finding> {
    let (earlier, later) = (model.earlier_rate?, model.later_rate?);
    let apart = (later / earlier - 1.0).abs() > 0.15;
    (model.drift_p_value? < SURE && apart).then(|| {
        let (en, ko) = if later < earlier { ("less", "덜") } else { ("more", "더") };
        let (earlier_text, later_text) = (share(earlier), share(later));
        Finding::new(
            "response_drifts",
            Severity::Warning,
            Words::new(
                format!("Customers respond {en} to their later contacts: {} in the second half of them, {} in the first. The model takes each customer's probability to stay the same; customers tire, or campaigns were not alike.", later_text.en, earlier_text.en),
                format!("고객들이 뒤에 받은 발송에 {ko} 반응해요(앞 절반 {}, 뒤 절반 {}). 모델은 고객의 반응 확률이 그대로라고 보는데, 피로가 쌓였거나 캠페인마다 힘이 달랐을 수 있어요.", earlier_text.ko, later_text.ko),
            ),
        )
        .value("earlier", earlier)
        .value("later", later)
        .about("model")
    })
}

/// Who is contacted because they responded says little of those who are not.
fn follow(contacts_follow: Option<(f64, f64, f64)>) -> Option<Finding> {
    let (ratio, low, _) = contacts_follow.filter(|(ratio, low, _)| *low > 1.0 && *ratio > 1.1)?;
    Some(
        Finding::new(
            "contacts_follow_responses",
            Severity::Warning,
            Words::new(
                format!("Contacts were chosen by earlier responses: who had responded got {ratio:.1} times as many contacts afterwards as who had not. Of customers who are rarely contacted little is known, and the check is of those who were still contacted."),
                format!("발송 대상을 이전 반응에 따라 고른 것으로 보여요. 반응한 적이 있는 고객이 그 뒤 {ratio:.1}배 더 받았어요. 드물게 받은 고객은 알려진 것이 적고, 검증도 계속 받은 고객에 대한 결과예요."),
            ),
        )
        .value("ratio", ratio)
        .value("low", low)
        .about("contacts"),
    )
}

/// With as many contacts for everybody the model's order is that of the plain rate.
fn same_number(study: &Study<'_>) -> Option<Finding> {
    let mut numbers = study.known.iter().map(|one| one.contacts).filter(|contacts| *contacts > 0);
    let first = numbers.next()?;
    (first > 1 && numbers.all(|contacts| contacts == first)).then(|| {
        Finding::new(
            "same_number_of_contacts",
            Severity::Info,
            Words::new(
                format!("Everybody got {first} contacts, so customers stand in the order of their past response rate. What the model adds are probabilities that are not too good or too bad to be true."),
                format!("모든 고객이 {first}번씩 받아서 고객 순서가 지난 반응률 순서와 같아요. 모델은 순서 대신 지나치게 높거나 낮지 않은 확률을 알려줘요."),
            ),
        )
        .value("contacts", first)
        .about("model")
    })
}

/// Said always where orders stand for responses or somebody was held out: a response is not an effect.
fn not_an_uplift(
    totals: &ContactTotals,
    params: &RfmResponseParams,
    held_out: Option<HeldOut>,
) -> Option<Finding> {
    let days = totals.window_days;
    if let Some(held) = held_out {
        let (rate, sent) = (share(held.rate), share(held.sent_rate));
        return Some(
            Finding::new(
                "response_is_not_uplift",
                Severity::Warning,
                Words::new(
                    format!("A response is not an uplift: of {} contacts that were held out, {} were followed by an order within {days} days all the same, of those sent in the same campaigns {}. Only the difference is the campaign's doing, and those most likely to respond may be those who buy anyway.", grouped(held.contacts), rate.en, sent.en),
                    format!("반응은 발송의 순수 효과가 아니에요. 보내지 않은 대조군 {}건에서도 {days}일 안에 {}가 주문했고, 같은 캠페인에서 보낸 고객은 {}였어요. 캠페인의 효과는 그 차이만큼이에요. 반응 확률이 높은 고객은 보내지 않아도 살 고객일 수 있어요.", grouped(held.contacts), rate.ko, sent.ko),
                ),
            )
            .value("held_out", held.contacts)
            .value("held_out_rate", held.rate)
            .value("sent_rate", held.sent_rate)
            .about("contacts"),
        );
    }
    (params.response == ResponseKind::Ordered).then(|| {
        Finding::new(
            "orders_taken_for_responses",
            Severity::Warning,
            Words::new(
                format!("Orders within {days} days after a contact are taken for responses. Some would have come without it, and nobody was held out to tell how many: the model finds who buys soon, with or without a contact."),
                format!("발송 뒤 {days}일 안의 주문을 반응으로 봤어요. 보내지 않았어도 들어왔을 주문이 섞여 있고, 대조군이 없어 얼마나 되는지 알 수 없어요. 그래서 발송과 상관없이 곧 살 고객을 찾는 모델에 가까워요."),
            ),
        )
        .about("contacts")
    })
}

/// Who is not in the ranking, in one sentence.
fn left_out(totals: &ContactTotals) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |count: u64, code: &'static str, text: Words| {
        if count > 0 {
            found.push(Finding::new(code, Severity::Info, text).value("count", count).about("contacts"));
        }
    };
    let text = grouped(totals.unsubscribed);
    say(
        totals.unsubscribed,
        "unsubscribed",
        Words::new(
            format!(
                "{text} customers have unsubscribed and are not ranked; their answers still count in the model."
            ),
            format!("수신을 거부한 고객 {text}명은 순위에서 뺐어요. 이들의 지난 반응은 모델에 남아 있어요."),
        ),
    );
    let text = grouped(totals.never_contacted);
    say(
        totals.never_contacted,
        "never_contacted",
        Words::new(
            format!(
                "{text} customers have no contact that counts; nothing is said of them, since they may have been left out for a reason."
            ),
            format!(
                "아직 집계할 발송이 없는 고객 {text}명은 빼고 봤어요. 이유가 있어 보내지 않은 고객일 수 있어서 추정하지 않아요."
            ),
        ),
    );
    let (text, days) = (grouped(totals.open), totals.window_days);
    say(
        totals.open,
        "windows_open",
        Words::new(
            format!(
                "{text} contacts are younger than {days} days and do not count yet: their answers may still come."
            ),
            format!("보낸 지 {days}일이 안 된 발송 {text}건은 아직 반응이 올 수 있어 세지 않았어요."),
        ),
    );
    let text = grouped(totals.of_others);
    say(
        totals.of_others,
        "contacts_of_others",
        Words::new(
            format!(
                "{text} contacts are with people who have bought nothing in this scope, and do not count."
            ),
            format!("이 범위에서 구매한 적이 없는 사람에게 간 발송 {text}건은 세지 않았어요."),
        ),
    );
    found
}

/// What the value of a response rests on.
fn spend(study: &Study<'_>, result: &RfmResponseResult) -> Vec<Finding> {
    let finding = |code, severity, text| Finding::new(code, severity, text).about("spend");
    let mut found = Vec::new();
    match result.spend.basis {
        SpendBasis::Responses => {}
        SpendBasis::Orders => found.push(finding(
            "ordinary_orders",
            Severity::Warning,
            Words::new(
                format!("Fewer than {LEAST_SPENDERS} customers have ordered on a response, so a response is taken to bring what an ordinary order of the customer does. Whether it does, nobody has seen yet."),
                format!("반응해서 주문한 고객이 {LEAST_SPENDERS}명보다 적어, 반응 한 번의 가치를 그 고객의 일반 주문 금액으로 봤어요. 실제로 그런지는 아직 확인되지 않았어요."),
            ),
        )),
        SpendBasis::TooFew | SpendBasis::NoAmounts => found.push(finding(
            "no_value_of_response",
            Severity::Warning,
            Words::new(
                "There are too few amounts to say what a response brings: customers are ranked by their probability alone.",
                "금액이 부족해 반응 한 번의 가치를 알 수 없어요. 반응 확률만으로 순위를 매겼어요.",
            ),
        )),
    }
    let Some(fitted) = &study.worth.fitted else { return found };
    if fitted.warnings.iter().any(|warning| matches!(warning, Warning::NoMeanSpend { .. })) {
        found.push(finding(
            "no_mean_spend",
            Severity::Warning,
            Words::new(
                "A few customers spend so much that the spend of others has no mean (q ≤ 1), so customers are ranked by their probability alone. Look for outliers.",
                "몇몇 고객의 금액이 너무 커서 평균을 정할 수 없어요(q ≤ 1). 반응 확률만으로 순위를 매겼으니 이상값이 있는지 확인해 보세요.",
            ),
        ));
    }
    if let Some(correlation) = study.worth.correlation.filter(|found| found.abs() > CORRELATED) {
        let (en, ko) = if correlation > 0.0 { ("more", "더 많이") } else { ("less", "더 적게") };
        found.push(
            finding(
                "spend_goes_with_frequency",
                Severity::Warning,
                Words::new(
                    format!("Who buys more often spends {en} each time (correlation of logarithms {correlation:.2}); the spend model takes the two for independent, so expected values at the ends are off."),
                    format!("자주 사는 고객일수록 한 번에 {ko} 써요(로그 상관 {correlation:.2}). 금액 모델은 둘이 무관하다고 보기 때문에 양 끝 고객의 기대 가치는 어긋날 수 있어요."),
                ),
            )
            .value("correlation", correlation),
        );
    }
    found
}

/// Whom to leave out, and what the figures still lack.
fn worth(shop: &Shop, result: &RfmResponseResult, params: &RfmResponseParams) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(worth) = result.worth.as_ref().filter(|_| result.model.differ) else { return found };
    let currency = &shop.config.shop.currency;
    let not_worth = worth.customers - worth.worth_contacting;
    if not_worth > 0 {
        let saved = money(worth.only_worth - worth.everybody, currency);
        let cost = money(params.cost, currency);
        found.push(
            Finding::new(
                "not_worth_contacting",
                Severity::Info,
                Words::new(
                    format!("For {} of {} customers the next contact is expected to bring less than it costs ({}). Leaving them out saves {} each time.", grouped(not_worth), grouped(worth.customers), cost.en, saved.en),
                    format!("고객 {}명 가운데 {}명은 다음 발송의 기대 가치가 비용({})보다 낮아요. 빼고 보내면 한 번에 {} 아낄 수 있어요.", grouped(worth.customers), grouped(not_worth), cost.ko, saved.ko),
                ),
            )
            .value("customers", not_worth)
            .value("saved", worth.only_worth - worth.everybody)
            .about("worth"),
        );
    }
    if params.cost == 0.0 {
        found.push(
            Finding::new(
                "cost_not_set",
                Severity::Info,
                Words::new(
                    "A contact costs nothing here, so everybody is worth contacting. Set `cost` under [rfm-response] in shop.toml.",
                    "발송 비용이 0이라 모든 고객이 보낼 만한 것으로 나와요. shop.toml의 [rfm-response]에 `cost`를 적어 주세요.",
                ),
            )
            .about("worth"),
        );
    }
    if params.margin == 1.0 {
        found.push(
            Finding::new(
                "margin_not_set",
                Severity::Info,
                Words::new(
                    "The margin is 1: expected values are revenue, not profit. Set `margin` under [rfm-response] in shop.toml to what remains of a sale.",
                    "마진이 1이라 기대 가치는 이익이 아니라 매출이에요. shop.toml의 [rfm-response]에 `margin`을 적어 주세요.",
                ),
            )
            .about("worth"),
        );
    }
    found
}

/// A share with a decimal: differences of a point matter here.
fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}
