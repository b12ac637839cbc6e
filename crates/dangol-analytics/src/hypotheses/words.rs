//! Statements and verdicts in words.

use super::params::Direction;
use super::result::{Holds, VerdictFigure};
use crate::segment_profile::population::Population;
use crate::segment_profile::verdicts::{p_text, strength};
use crate::words::{Words, number, share};

/// A statement in words.
pub(super) fn statement(label: &Words, direction: Direction, population: &Population) -> Words {
    let (title, first) = (&population.title, population.groups.first().map(|group| &group.name));
    let none = Words::default();
    let first = first.unwrap_or(&none);
    match direction {
        Direction::Rises => Words::new(
            format!("{}: the higher the group ({}), the higher", label.en, title.en),
            format!("{}: {}의 순서가 높을수록 높다", label.ko, title.ko),
        ),
        Direction::Falls => Words::new(
            format!("{}: the higher the group ({}), the lower", label.en, title.en),
            format!("{}: {}의 순서가 높을수록 낮다", label.ko, title.ko),
        ),
        Direction::Higher => Words::new(
            format!("{}: higher for {} than for everybody else", label.en, first.en),
            format!("{}: {} 그룹이 나머지 고객보다 높다", label.ko, first.ko),
        ),
        Direction::Lower => Words::new(
            format!("{}: lower for {} than for everybody else", label.en, first.en),
            format!("{}: {} 그룹이 나머지 고객보다 낮다", label.ko, first.ko),
        ),
        Direction::Differs => Words::new(
            format!("{}: not the same in all groups ({})", label.en, title.en),
            format!("{}: {}에 따라 다르다", label.ko, title.ko),
        ),
        Direction::SameForAll => Words::new(
            format!("One season is high for all groups ({})", title.en),
            format!("모든 그룹({})에서 같은 계절의 주문이 많다", title.ko),
        ),
    }
}

/// A figure as people write it.
pub(super) fn figure(one: &VerdictFigure) -> Words {
    match one.amount {
        None => Words::same("–"),
        Some(amount) if one.is_share => share(amount),
        Some(amount) => Words::same(number(amount)),
    }
}

/// The figures of some groups: `Silver 12%, Gold 18%`.
fn listed(figures: &[VerdictFigure]) -> Words {
    /// More do not fit a sentence.
    const NAMED: usize = 4;
    let named: Vec<(Words, Words)> = figures
        .iter()
        .filter(|one| one.amount.is_some())
        .take(NAMED)
        .map(|one| (one.name.clone(), figure(one)))
        .collect();
    let text = |of: &dyn Fn(&Words) -> String| {
        named
            .iter()
            .map(|(name, figure)| format!("{} {}", of(name), of(figure)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Words::new(text(&|words| words.en.clone()), text(&|words| words.ko.clone()))
}

/// The verdict on a statement about groups.
pub(super) fn verdict(
    holds: Holds,
    figures: &[VerdictFigure],
    p: f64,
    effect: f64,
    by_construction: bool,
) -> Words {
    let (listed, how, p) = (listed(figures), strength(effect), p_text(p));
    let (en, ko) = match holds {
        Holds::Yes => (
            format!("Yes, {}: {} ({p}).", how.en, listed.en),
            format!("네, {} 그래요. {}({p})", how.ko, listed.ko),
        ),
        Holds::Opposite => (
            format!("No, the other way round, {}: {} ({p}).", how.en, listed.en),
            format!("아니요, {} 반대예요. {}({p})", how.ko, listed.ko),
        ),
        Holds::NotShown => (
            format!("Not shown: {} may be chance ({p}).", listed.en),
            format!("그렇다고 할 수 없어요. 우연일 수 있는 차이예요: {}({p})", listed.ko),
        ),
        Holds::Undecided => (
            "The data cannot say: there are too few customers of whom it is known.".to_owned(),
            "판단할 수 없어요. 값을 아는 고객이 너무 적어요.".to_owned(),
        ),
    };
    if by_construction && holds != Holds::Undecided {
        return Words::new(
            format!(
                "{en} But the groups are made of purchases, so this follows from how they are made and says little of customers."
            ),
            format!(
                "{ko} 다만 구매 실적으로 나눈 그룹이라 당연히 나오는 결과예요. 고객의 성향으로 보지 마세요."
            ),
        );
    }
    Words::new(en, ko)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Vec<VerdictFigure> {
        [("Silver", "실버", 0.12), ("Gold", "골드", 0.18)]
            .map(|(en, ko, amount)| VerdictFigure {
                group: en.to_lowercase(),
                name: Words::new(en, ko),
                customers: 100,
                amount: Some(amount),
                is_share: true,
            })
            .to_vec()
    }

    #[test]
    fn verdicts_have_their_numbers() {
        let yes = verdict(Holds::Yes, &figures(), 0.0004, 0.21, false);
        assert_eq!(yes.en, "Yes, a little: Silver 12%, Gold 18% (p < 0.001).");
        assert_eq!(yes.ko, "네, 조금 그래요. 실버 12%, 골드 18%(p < 0.001)");
        let built = verdict(Holds::Yes, &figures(), 0.0004, 0.21, true);
        assert!(built.en.contains("follows from how they are made"));
    }
}
