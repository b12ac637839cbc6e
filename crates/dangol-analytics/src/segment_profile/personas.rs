//! Each group in words, from what sets it apart.

use super::compare::Comparisons;
use super::labels::OTHER;
use super::population::Population;
use super::result::{Measure, Persona, ProfileCell, ProfileDimension, ProfileValue, Trait};
use crate::words::{Words, number, share};

/// Traits of a persona.
const TRAITS: usize = 5;
/// Of one dimension.
const OF_A_DIMENSION: usize = 2;
/// Traits that the sentence names.
const IN_SENTENCE: usize = 2;
/// What fewer do, or less is bought of, is no trait, however often more than elsewhere.
const LEAST_SHARE: f64 = 0.03;

/// Something that sets a group apart, with all that its words need.
struct Candidate<'a> {
    dimension: &'a ProfileDimension,
    value: &'a ProfileValue,
    cell: &'a ProfileCell,
    index: f64,
    /// How far the nearer end of the interval is from 100, on a scale on which twice and half are alike.
    distance: f64,
}

/// One persona for each group.
pub(super) fn personas(population: &Population, found: &Comparisons) -> Vec<Persona> {
    population
        .groups
        .iter()
        .map(|group| {
            let chosen = chosen(&group.key, found);
            Persona {
                group: group.key.clone(),
                sentence: sentence(&group.name, &chosen),
                traits: chosen
                    .iter()
                    .map(|one| Trait {
                        dimension: one.cell.dimension.clone(),
                        value: one.cell.value.clone(),
                        index: one.index,
                        text: text(one),
                    })
                    .collect(),
            }
        })
        .collect()
}

fn chosen<'a>(group: &str, found: &'a Comparisons) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = found
        .cells
        .iter()
        .filter(|cell| cell.group == group)
        .filter_map(|cell| candidate(cell, found))
        .collect();
    candidates.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    let mut chosen: Vec<Candidate<'a>> = Vec::new();
    for one in candidates {
        let same = chosen.iter().filter(|other| other.cell.dimension == one.cell.dimension).count();
        // Of two values one says it all.
        let values = found.values.iter().filter(|value| value.dimension == one.cell.dimension).count();
        let most = if values <= 2 && one.cell.dimension != "numbers" { 1 } else { OF_A_DIMENSION };
        if same < most && chosen.len() < TRAITS {
            chosen.push(one);
        }
    }
    chosen
}

fn candidate<'a>(cell: &'a ProfileCell, found: &'a Comparisons) -> Option<Candidate<'a>> {
    let dimension = found.dimensions.iter().find(|one| one.dimension == cell.dimension)?;
    let value = found.values.iter().find(|one| one.dimension == cell.dimension && one.value == cell.value)?;
    // Shares without a coupon mirror those with one.
    if !cell.differs || value.by_construction || cell.value == OTHER || cell.value == "not_used" {
        return None;
    }
    let (amount, others, index) = (cell.amount?, cell.others?, cell.index?);
    if dimension.measure != Measure::PerCustomer && amount.max(others) < LEAST_SHARE {
        return None;
    }
    let nearer = if index > 100.0 { cell.index_low? } else { cell.index_high? };
    let distance = if nearer > 0.0 { (nearer / 100.0).ln().abs() } else { 0.0 };
    Some(Candidate { dimension, value, cell, index, distance })
}

/// `1.8` times.
fn times(index: f64) -> String {
    let ratio = index / 100.0;
    if ratio >= 9.95 { format!("{ratio:.0}") } else { format!("{ratio:.1}") }
}

/// Both amounts, as shares or as numbers.
fn amounts(one: &Candidate<'_>) -> (Words, Words) {
    let [own, others] = [one.cell.amount, one.cell.others].map(Option::unwrap_or_default);
    let is_share = one.dimension.measure != Measure::PerCustomer || one.value.value.ends_with("_share");
    let of = |value: f64| if is_share { share(value) } else { Words::same(number(round(value))) };
    (of(own), of(others))
}

/// To three significant digits: means of many customers have no meaningful more.
fn round(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(2 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// What a value is, where its label does not say it: `Region: Seoul`.
fn named(one: &Candidate<'_>) -> Words {
    let label = &one.value.label;
    match one.cell.dimension.as_str() {
        "gender" | "age_band" | "category_mix" | "month" | "weekday" | "hour" => label.clone(),
        _ => Words::new(
            format!("{} {}", one.dimension.title.en, label.en),
            format!("{} {}", one.dimension.title.ko, label.ko),
        ),
    }
}

/// A trait as a line of a card.
fn text(one: &Candidate<'_>) -> Words {
    let (own, others) = amounts(one);
    let label = &one.value.label;
    let times = times(one.index);
    match (one.cell.dimension.as_str(), one.dimension.measure) {
        ("coupon_share", _) => Words::new(
            format!("Uses a coupon on {} of orders, others on {}", own.en, others.en),
            format!("주문의 {}에 쿠폰을 써요(나머지 {})", own.ko, others.ko),
        ),
        (_, Measure::ShareOfUnits) => Words::new(
            format!(
                "{} makes {} of the units bought, {times}× that of others ({})",
                label.en, own.en, others.en
            ),
            format!("구매 수량의 {}가 {} 상품으로, 나머지({})의 {times}배예요", own.ko, label.ko, others.ko),
        ),
        (_, Measure::ShareOfOrders) => {
            let named = named(one);
            Words::new(
                format!("{}: {} of orders, {times}× that of others ({})", named.en, own.en, others.en),
                format!("{} 주문이 {}로, 나머지({})의 {times}배예요", named.ko, own.ko, others.ko),
            )
        }
        (_, Measure::ShareOfVisits) => Words::new(
            format!("{}: {} of visits, others {}", label.en, own.en, others.en),
            format!("방문의 {}가 {} 단계까지 가요(나머지 {})", own.ko, label.ko, others.ko),
        ),
        (_, Measure::ShareOfCustomers) => {
            let named = named(one);
            Words::new(
                format!("{}: {} of the customers, others {}", named.en, own.en, others.en),
                format!("{} 고객이 {}예요(나머지 {})", named.ko, own.ko, others.ko),
            )
        }
        (_, Measure::PerCustomer) => Words::new(
            format!("{}: {} on average, others {}", label.en, own.en, others.en),
            format!("{} 평균 {}(나머지 {})", label.ko, own.ko, others.ko),
        ),
    }
}

/// The first traits in one sentence.
fn sentence(name: &Words, chosen: &[Candidate<'_>]) -> Words {
    if chosen.is_empty() {
        return Words::new(
            format!("{}: nothing sets them apart from everybody else beyond chance.", name.en),
            format!("{} 그룹은 나머지 고객과 뚜렷하게 다른 점이 없어요.", name.ko),
        );
    }
    let said = &chosen[..chosen.len().min(IN_SENTENCE)];
    let english: Vec<String> = said.iter().map(in_english).collect();
    let korean: Vec<String> =
        said.iter().enumerate().map(|(place, one)| in_korean(one, place + 1 == said.len())).collect();
    Words::new(
        format!("{}, against everybody else: {}.", name.en, english.join(", and ")),
        format!("{} 그룹은 {}.", name.ko, korean.join(", ")),
    )
}

fn in_english(one: &Candidate<'_>) -> String {
    let (own, others) = amounts(one);
    let (label, times) = (&one.value.label.en, times(one.index));
    match (one.cell.dimension.as_str(), one.dimension.measure) {
        ("coupon_share", _) => format!("a coupon on {} of orders instead of {}", own.en, others.en),
        (_, Measure::ShareOfUnits) => format!("{times}× the share of {label} in what they buy"),
        (_, Measure::ShareOfOrders) => format!("{times}× the share of orders in {}", named(one).en),
        (_, Measure::ShareOfVisits) => {
            format!("{} of visits with {} instead of {}", own.en, lower(label), others.en)
        }
        (_, Measure::ShareOfCustomers) => {
            format!("{} {} instead of {}", own.en, named(one).en, others.en)
        }
        (_, Measure::PerCustomer) => format!("{} of {} instead of {}", lower(label), own.en, others.en),
    }
}

fn lower(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn in_korean(one: &Candidate<'_>, last: bool) -> String {
    let (own, others) = amounts(one);
    let (label, times) = (&one.value.label.ko, times(one.index));
    let is = if last { "예요" } else { "이고" };
    let compared = match (one.index > 100.0, last) {
        (true, true) => "높아요",
        (true, false) => "높고",
        (false, true) => "낮아요",
        (false, false) => "낮고",
    };
    match (one.cell.dimension.as_str(), one.dimension.measure) {
        ("coupon_share", _) => {
            format!("쿠폰 사용 주문 비율이 {}로 나머지({})보다 {compared}", own.ko, others.ko)
        }
        (_, Measure::ShareOfUnits) => format!("구매 상품 중 {label} 비중이 나머지의 {times}배{is}"),
        (_, Measure::ShareOfOrders) => format!("{} 주문 비중이 나머지의 {times}배{is}", named(one).ko),
        (_, Measure::ShareOfVisits) => {
            format!("방문 중 {label} 도달률이 {}로 나머지({})보다 {compared}", own.ko, others.ko)
        }
        (_, Measure::ShareOfCustomers) => {
            format!("{} 비율이 {}로 나머지({})보다 {compared}", named(one).ko, own.ko, others.ko)
        }
        (_, Measure::PerCustomer) => {
            format!("{label} 평균값이 {}로 나머지({})보다 {compared}", own.ko, others.ko)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment_profile::labels;

    fn dimension(name: &str, measure: Measure) -> ProfileDimension {
        ProfileDimension {
            dimension: name.into(),
            title: labels::dimension(name),
            measure,
            method: None,
            statistic: None,
            degrees_of_freedom: None,
            p_value: None,
            adjusted_p: None,
            effect: None,
            verdict: Words::default(),
        }
    }

    fn value(dimension: &str, key: &str, by_construction: bool) -> ProfileValue {
        ProfileValue {
            dimension: dimension.into(),
            value: key.into(),
            label: labels::value(dimension, key),
            by_construction,
            method: None,
            statistic: None,
            p_value: None,
            adjusted_p: None,
            effect: None,
            trend_method: None,
            trend: None,
            trend_p: None,
            trend_adjusted_p: None,
            trend_effect: None,
        }
    }

    fn cell(dimension: &str, key: &str, amount: f64, others: f64, half: f64) -> ProfileCell {
        let index = 100.0 * amount / others;
        ProfileCell {
            dimension: dimension.into(),
            value: key.into(),
            group: "at_risk".into(),
            customers: 200,
            amount: Some(amount),
            others: Some(others),
            index: Some(index),
            index_low: Some(index / half),
            index_high: Some(index * half),
            p_value: Some(0.001),
            adjusted_p: Some(0.01),
            differs: true,
        }
    }

    fn compared() -> Comparisons {
        Comparisons {
            dimensions: vec![
                dimension("category_mix", Measure::ShareOfUnits),
                dimension("coupon_share", Measure::ShareOfOrders),
                dimension("month", Measure::ShareOfOrders),
                dimension("gender", Measure::ShareOfCustomers),
            ],
            values: vec![
                value("category_mix", "toys", false),
                value("coupon_share", "used", false),
                value("coupon_share", "not_used", false),
                value("month", "1", true),
                value("gender", "female", false),
                value("gender", "male", false),
            ],
            cells: vec![
                cell("category_mix", "toys", 0.27, 0.15, 1.1),
                cell("coupon_share", "used", 0.34, 0.2, 1.1),
                cell("coupon_share", "not_used", 0.66, 0.8, 1.01),
                cell("month", "1", 0.4, 0.1, 1.1),
                cell("gender", "female", 0.6, 0.5, 1.05),
                cell("gender", "male", 0.4, 0.5, 1.05),
            ],
            unsound: Vec::new(),
        }
    }

    fn names(of: &[Candidate<'_>]) -> Vec<String> {
        of.iter().map(|one| format!("{}:{}", one.cell.dimension, one.cell.value)).collect()
    }

    #[test]
    fn what_is_surest_to_differ_comes_first_and_nothing_twice() {
        let found = compared();
        // Not the months, which follow from the group; of the two genders the one that says more.
        assert_eq!(
            names(&chosen("at_risk", &found)),
            ["category_mix:toys", "coupon_share:used", "gender:male"]
        );
        assert!(chosen("loyal", &found).is_empty());
    }

    #[test]
    fn sentences_in_both_languages() {
        let found = compared();
        let name = Words::new("At risk", "이탈 위험");
        let said = sentence(&name, &chosen("at_risk", &found));
        assert_eq!(
            said.en,
            "At risk, against everybody else: 1.8× the share of toys in what they buy, and a coupon on 34% of orders instead of 20%."
        );
        assert_eq!(
            said.ko,
            "이탈 위험 그룹은 구매 상품 중 toys 비중이 나머지의 1.8배이고, 쿠폰 사용 주문 비율이 34%로 나머지(20%)보다 높아요."
        );
        assert!(sentence(&name, &[]).en.contains("nothing sets them apart"));
    }

    #[test]
    fn means_have_three_digits() {
        assert_eq!([1234.5, 3.161_59, 0.012_345, 0.0].map(round), [1230.0, 3.16, 0.0123, 0.0]);
    }
}
