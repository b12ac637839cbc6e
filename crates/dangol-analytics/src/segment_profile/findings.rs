//! What to know before believing a profile.

use super::compare::Comparisons;
use super::population::Population;
use super::result::SegmentProfileResult;
use crate::finding::{Finding, Severity};
use crate::words::Words;

/// A group of fewer customers is mostly chance.
const FEW: u64 = 30;

pub(super) fn find(
    population: &Population,
    compared: &Comparisons,
    result: &SegmentProfileResult,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let filled = result.groups.iter().filter(|group| group.customers > 0).count();
    let ungrouped = population.group.iter().any(Option::is_none);
    if filled < 2 && !(filled == 1 && ungrouped) {
        findings.push(Finding::new(
            "one_group",
            Severity::Warning,
            Words::new(
                "All customers in scope are in one group, so there is nobody to compare it with. Take the filter off, or choose another grouping.",
                "조건에 맞는 고객이 모두 한 그룹이라 비교할 대상이 없어요. 필터를 해제하거나 다른 기준을 골라 보세요.",
            ),
        ));
    }
    findings.extend(small(result));
    findings.extend(made_of_purchases(population, result));
    findings.extend(small_expected(compared));
    findings
}

fn small(result: &SegmentProfileResult) -> Option<Finding> {
    let few: Vec<_> = result.groups.iter().filter(|group| (1..FEW).contains(&group.customers)).collect();
    let first = few.first()?;
    let words = |of: &dyn Fn(&Words) -> String| {
        few.iter().take(3).map(|group| of(&group.name)).collect::<Vec<_>>().join(", ")
    };
    let finding = Finding::new(
        "small_groups",
        Severity::Warning,
        Words::new(
            format!(
                "Fewer than {FEW} customers: {} ({}). Most of what looks particular there is chance.",
                words(&|name| name.en.clone()),
                first.customers
            ),
            format!(
                "고객이 {FEW}명보다 적은 그룹이 있어요: {}({}명). 특이해 보여도 우연일 때가 많아요.",
                words(&|name| name.ko.clone()),
                first.customers
            ),
        ),
    );
    Some(finding.value("groups", few.len()))
}

fn made_of_purchases(population: &Population, result: &SegmentProfileResult) -> Option<Finding> {
    let values = result.values.iter().filter(|value| value.by_construction).count();
    (population.of_purchases && values > 0).then(|| {
        Finding::new(
            "by_construction",
            Severity::Info,
            Words::new(
                "These groups are made of when, how often and for how much customers bought. Units per customer, months and the like differ for that alone; shares (category mix, coupon share, weekdays) are the fair comparison.",
                "구매 시점, 횟수, 금액으로 나눈 그룹이라 1인당 수량이나 주문 월은 당연히 달라요. 카테고리 구성비, 쿠폰 사용 비율, 요일 같은 비중으로 비교하세요.",
            ),
        )
        .value("values", values)
    })
}

/// Where counts are too small for χ².
fn small_expected(compared: &Comparisons) -> Option<Finding> {
    let unsound: Vec<_> =
        compared.dimensions.iter().filter(|one| compared.unsound.contains(&one.dimension)).collect();
    if unsound.is_empty() {
        return None;
    }
    let names = |of: &dyn Fn(&Words) -> String| {
        unsound.iter().map(|one| of(&one.title)).collect::<Vec<_>>().join(", ")
    };
    Some(
        Finding::new(
            "small_expected_counts",
            Severity::Warning,
            Words::new(
                format!(
                    "In {} more than a fifth of the expected counts are below five: take its χ² test as a hint, not as proof.",
                    names(&|title| title.en.clone())
                ),
                format!(
                    "{} 항목은 기대 빈도가 5보다 작은 칸이 20%를 넘어요. 카이제곱 검정 결과는 참고만 하세요.",
                    names(&|title| title.ko.clone())
                ),
            ),
        )
        .value("dimensions", unsound.len()),
    )
}
