//! What is worth saying about an RFM result.

use super::classes::Classes;
use super::params::{CheckedRfmParams, Frequency, Preset, ScoringModel};
use super::result::RfmResult;
use super::rules::Segments;
use super::scoring::{CustomerTotals, Scores};
use super::words::{class_name, factor_name};
use crate::finding::{Finding, Severity};
use crate::words::Words;

/// Fewer customers than this make quantile groups of a handful.
const FEW_CUSTOMERS: usize = 30;

/// From this share of one-order customers on, frequency says little.
const MANY_ONE_ORDER: f64 = 0.5;

/// From this share of customers with one score on, a factor scored by width says little.
const CROWDED: f64 = 0.9;

/// Everything worth saying, the most serious first; `recency` are the totals' days as numbers.
pub(super) fn find(
    totals: &CustomerTotals,
    recency: &[f64],
    params: &CheckedRfmParams,
    scores: &Scores,
    classes: &Classes,
    segments: &Segments,
    result: &RfmResult,
) -> Vec<Finding> {
    let customers = totals.len();
    if customers == 0 {
        return vec![Finding::new(
            "no_customers",
            Severity::Serious,
            Words::new(
                "No customer bought anything in this selection: choose a longer period or fewer filters.",
                "선택한 조건에는 구매한 고객이 없어요. 기간을 늘리거나 필터를 줄여 보세요.",
            ),
        )];
    }
    let mut findings = Vec::new();
    if customers < FEW_CUSTOMERS {
        let text = Words::new(
            format!("{} only: too few for scores to mean much.", customers_en(customers)),
            format!("고객이 {customers}명뿐이라 점수가 큰 의미를 갖기 어려워요."),
        );
        findings.push(Finding::new("few_customers", Severity::Warning, text).value("customers", customers));
    }
    groups(totals, recency, scores, &mut findings);
    crowded(params, scores, &mut findings);
    merged_classes(classes, customers, &mut findings);
    reach(segments, &mut findings);
    preset(params, &mut findings);
    one_order(totals, &mut findings);
    negative(totals, &mut findings);
    concentration(result, &mut findings);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// Factors of which fewer groups came out than were asked for.
fn groups(totals: &CustomerTotals, recency: &[f64], scores: &Scores, findings: &mut Vec<Finding>) {
    let customers = totals.len();
    let values = [recency, &totals.frequency, &totals.monetary];
    for ((factor, cut), values) in scores.factors().into_iter().zip(values) {
        let name = factor_name(factor);
        if customers < 2 || !cut.merged() {
            continue;
        }
        if values.iter().all(|&value| value == values[0]) {
            let text = Words::new(
                format!("All customers have the same {}: it tells none of them apart.", name.en),
                format!("모든 고객의 {} 값이 같아서 고객을 구분하지 못해요.", name.ko),
            );
            findings.push(Finding::new("all_equal", Severity::Warning, text).about(factor));
            continue;
        }
        let (severity, hint_en, hint_ko) = if cut.groups == 1 {
            (
                Severity::Warning,
                " and it tells nobody apart; try the models cluster or thresholds",
                " 이 값으로는 고객을 구분하지 못하니 cluster나 thresholds 모델을 써 보세요.",
            )
        } else {
            (Severity::Info, "", "")
        };
        let text = Words::new(
            format!(
                "Many customers share the same {}, so {} groups became {}{hint_en}.",
                name.en, cut.asked, cut.groups
            ),
            format!(
                "{} 값이 같은 고객이 많아서 {}개 그룹이 {}개로 합쳐졌어요.{hint_ko}",
                name.ko, cut.asked, cut.groups
            ),
        );
        let finding = Finding::new("merged_groups", severity, text).value("asked", cut.asked);
        findings.push(finding.value("groups", cut.groups).about(factor));
    }
}

/// Groups by width of which one holds nearly everybody.
fn crowded(params: &CheckedRfmParams, scores: &Scores, findings: &mut Vec<Finding>) {
    if !matches!(params.params().model, ScoringModel::Interval | ScoringModel::Cluster)
        || scores.r.len() < FEW_CUSTOMERS
    {
        return;
    }
    for ((factor, cut), of) in scores.factors().into_iter().zip([&scores.r, &scores.f, &scores.m]) {
        let mut customers = [0_usize; 256];
        for &score in of {
            customers[usize::from(score)] += 1;
        }
        let largest = customers.into_iter().max().unwrap_or(0);
        let share = largest as f64 / of.len() as f64;
        if cut.groups > 1 && share >= CROWDED {
            let name = factor_name(factor);
            let text = Words::new(
                format!(
                    "{} of customers share one score of {}, since a few very large values stretch its range; the model quantile tells them apart.",
                    percent(share),
                    name.en
                ),
                format!(
                    "몇몇 아주 큰 값 때문에 고객의 {}가 같은 {} 점수를 받았어요. quantile 모델을 쓰면 더 잘 나뉘어요.",
                    percent(share),
                    name.ko
                ),
            );
            findings.push(
                Finding::new("crowded_group", Severity::Warning, text).value("share", share).about(factor),
            );
        }
    }
}

fn merged_classes(classes: &Classes, customers: usize, findings: &mut Vec<Finding>) {
    if classes.len() < classes.asked && customers > 1 {
        let (left, asked) = (classes.len(), classes.asked);
        let text = Words::new(
            format!("Many customers share the same score, so {asked} classes became {left}."),
            format!("점수가 같은 고객이 많아서 {asked}개 클래스가 {left}개로 합쳐졌어요."),
        );
        let finding = Finding::new("merged_classes", Severity::Warning, text).value("asked", asked);
        findings.push(finding.value("classes", left).about("classes"));
    }
}

/// What few groups do to the segment rules.
fn reach(segments: &Segments, findings: &mut Vec<Finding>) {
    for factor in &segments.stretched {
        let name = factor_name(factor);
        let text = Words::new(
            format!(
                "The segment rules speak of scores from 1 to 5, so the scores of {} were stretched to that range for them.",
                name.en
            ),
            format!(
                "세그먼트 규칙은 1~5점 기준이라, 규칙에 쓰는 {} 점수를 이 범위로 늘려서 적용했어요.",
                name.ko
            ),
        );
        findings.push(Finding::new("stretched_scores", Severity::Info, text).about(*factor));
    }
    if !segments.out_of_reach.is_empty() {
        let keys = segments.out_of_reach.join(", ");
        let text = Words::new(
            format!("With these groups no customer can be in: {keys}."),
            format!("지금 그룹 구성에서는 다음 세그먼트에 들어갈 수 있는 고객이 없어요: {keys}"),
        );
        let finding = Finding::new("segments_out_of_reach", Severity::Info, text);
        findings.push(finding.value("segments", segments.out_of_reach.clone()).about("segments"));
    }
}

fn preset(params: &CheckedRfmParams, findings: &mut Vec<Finding>) {
    let params = params.params();
    let fashion = params.model == ScoringModel::Thresholds
        && params.thresholds.is_none()
        && params.preset == Preset::Fashion;
    if fashion && params.frequency == Frequency::Lines {
        let text = Words::new(
            "The fashion thresholds for frequency (1, 2, 3 or more) are meant for orders; order lines score higher.",
            "패션 기준의 빈도 구간(1, 2, 3 이상)은 주문 수 기준이에요. 상품 주문 건수로 세면 점수가 높게 나와요.",
        );
        findings.push(Finding::new("thresholds_for_orders", Severity::Warning, text).about("frequency"));
    }
}

fn one_order(totals: &CustomerTotals, findings: &mut Vec<Finding>) {
    let once = totals.orders.iter().filter(|&&orders| orders == 1).count();
    let share = once as f64 / totals.len() as f64;
    let many = share >= MANY_ONE_ORDER && totals.len() > 1;
    let (severity, end_en, end_ko) = if many {
        (
            Severity::Warning,
            "; frequency tells few customers apart, and the second order is the lever",
            " 빈도로는 고객을 구분하기 어려우니 두 번째 주문을 이끌어 내는 데 집중해 보세요.",
        )
    } else {
        (Severity::Info, "", "")
    };
    let text = Words::new(
        format!("{} of customers ordered only once{end_en}.", percent(share)),
        format!("고객의 {}가 한 번만 주문했어요.{end_ko}", percent(share)),
    );
    findings.push(
        Finding::new("one_order_share", severity, text)
            .value("customers", once)
            .value("share", share)
            .about("frequency"),
    );
}

fn negative(totals: &CustomerTotals, findings: &mut Vec<Finding>) {
    let negative = totals.monetary.iter().filter(|&&value| value < 0.0).count();
    if negative > 0 {
        let text = Words::new(
            format!(
                "{} returned more than they bought; their monetary value is below zero.",
                customers_en(negative)
            ),
            format!("{negative}명은 산 금액보다 환불한 금액이 커서 구매 금액이 0보다 작아요."),
        );
        findings.push(
            Finding::new("negative_monetary", Severity::Info, text)
                .value("customers", negative)
                .about("monetary"),
        );
    }
}

/// "Platinum: 29 % of customers, 76 % of revenue."
fn concentration(result: &RfmResult, findings: &mut Vec<Finding>) {
    let [best, _, ..] = result.classes.as_slice() else {
        return;
    };
    let (Some(customer_share), Some(revenue_share)) = (best.stats.customer_share, best.stats.revenue_share)
    else {
        return;
    };
    let name = class_name(&best.class);
    let (customers, revenue) = (percent(customer_share), percent(revenue_share));
    let text = Words::new(
        format!("{}: {customers} of customers, {revenue} of revenue.", name.en),
        format!("{}: 고객의 {customers}, 매출의 {revenue}를 차지해요.", name.ko),
    );
    findings.push(
        Finding::new("concentration", Severity::Info, text)
            .value("class", best.class.clone())
            .value("customers", best.stats.customers)
            .value("customer_share", customer_share)
            .value("revenue_share", revenue_share)
            .about(best.class.clone()),
    );
}

/// A share in whole percent; in tenths below 10 %, so that small shares do not become 0.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 9.95 { format!("{percent:.1}%") } else { format!("{percent:.0}%") }
}

fn customers_en(customers: usize) -> String {
    if customers == 1 { "1 customer".to_owned() } else { format!("{customers} customers") }
}

#[cfg(test)]
mod tests;
