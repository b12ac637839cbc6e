//! What can be stated.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Hypotheses;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;

/// What is stated of a measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It rises with the order of the groups.
    Rises,
    /// It falls with the order of the groups.
    Falls,
    /// It is higher in one group than in everybody else; of weekends: than their share of the days.
    Higher,
    /// It is lower in one group than in everybody else.
    Lower,
    /// It is not the same in all groups.
    #[default]
    Differs,
    /// One season is the highest in all groups.
    SameForAll,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Rises, Self::Falls, Self::Higher, Self::Lower, Self::Differs, Self::SameForAll];

    /// The word in a statement.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rises => "rises",
            Self::Falls => "falls",
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Differs => "differs",
            Self::SameForAll => "same_for_all",
        }
    }
}

/// A statement to be tested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hypothesis {
    /// What is measured: `coupon_share`, `category_price`, `gender:female`, `category_mix:NAME`, `month:12`, …
    pub measure: String,
    /// What is stated of it.
    pub direction: Direction,
    /// Among whom: a scheme (`class`), or one group (`nine:at_risk`) for higher and lower. Empty: the scheme of the
    /// analysis.
    pub groups: String,
}

/// What is stated.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HypothesesParams {
    /// Statements of the form `MEASURE DIRECTION [GROUPS]`, separated by semicolons.
    pub stated: String,
    /// How customers are grouped where a statement does not say it.
    pub scheme: String,
    /// The statements of `shop.toml`: `[[hypotheses]]`.
    pub list: Vec<Hypothesis>,
}

/// What shops ask most, where nothing is stated.
const USUAL: &str = "category_price rises; coupon_share rises; season same_for_all; weekend_orders higher";
/// More are not read by anybody.
const MOST: usize = 40;

impl HypothesesParams {
    /// Whether nobody has stated anything, so that the usual ones are tested as far as the shop has what they need.
    pub(super) fn is_usual(&self) -> bool {
        self.list.is_empty() && self.stated.trim().is_empty()
    }

    /// The statements: those of the file and those written, or the usual ones.
    pub(super) fn statements(&self) -> Result<Vec<Hypothesis>, AnalysisError> {
        let mut all = self.list.clone();
        all.extend(read(&self.stated)?);
        if self.is_usual() {
            all = read(USUAL)?;
        }
        if all.len() > MOST {
            return Err(bad(format!("{} statements are too many; state at most {MOST}", all.len())));
        }
        if let Some(nameless) = all.iter().position(|one| one.measure.trim().is_empty()) {
            return Err(bad(format!("statement {} has no measure", nameless + 1)));
        }
        Ok(all)
    }
}

pub(super) fn bad(detail: String) -> AnalysisError {
    AnalysisError::BadParameter { analysis: Hypotheses::NAME, detail }
}

/// Reads statements; names of categories may hold blanks.
fn read(text: &str) -> Result<Vec<Hypothesis>, AnalysisError> {
    text.split(';')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(|one| {
            let words: Vec<&str> = one.split_whitespace().collect();
            let found = words.iter().enumerate().rev().find_map(|(place, word)| {
                Some((place, Direction::ALL.into_iter().find(|direction| direction.word() == *word)?))
            });
            let Some((place, direction)) = found.filter(|(place, _)| *place > 0) else {
                let words: Vec<&str> = Direction::ALL.map(Direction::word).to_vec();
                return Err(bad(format!(
                    "`{one}` is not understood; write a measure and one of {}, such as `coupon_share rises class`",
                    words.join(", ")
                )));
            };
            Ok(Hypothesis {
                measure: words[..place].join(" "),
                direction,
                groups: words[place + 1..].join(" "),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_word_by_word() {
        let found =
            read("coupon_share rises class; category_mix:Home & garden higher nine:at_risk;").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].measure, "category_mix:Home & garden");
        assert_eq!((found[1].direction, found[1].groups.as_str()), (Direction::Higher, "nine:at_risk"));
        assert!(read("coupon_share").is_err());
        assert!(read("rises class").is_err());
    }

    #[test]
    fn without_any_the_usual_ones_are_tested() {
        assert_eq!(HypothesesParams::default().statements().unwrap().len(), 4);
        let own = HypothesesParams { stated: "age rises".into(), ..HypothesesParams::default() };
        assert_eq!(own.statements().unwrap().len(), 1);
    }
}
