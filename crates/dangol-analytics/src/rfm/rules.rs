//! Segment rules: the first rule that matches a customer names the segment.
//!
//! **Built-in rules speak of scores from 1 to 5.** Where a factor has four or five groups its
//! scores are taken as they are. Where it has fewer, because groups merged, or where another number
//! of groups was chosen, its scores are stretched to 1 … 5 for the rules (and only for them): of
//! two groups, 1 and 5; of three, 1, 3 and 5. Otherwise a shop where most customers bought once
//! could not have a VIP. The bands take the score as it is with five groups and weights of 1, and
//! otherwise stretch it to 3 … 15. One's own rules always see the scores as they are.
//!
//! Rules are applied through a table: every number that a rule compares with cuts its variable
//! into regions, and within a region every rule gives the same answer. The same table serves to
//! check that every case has a rule and every rule a case.

use super::error::RfmError;
use super::language::{Condition, Variable};
use super::params::{RfmParams, RuleSpec, check_key};
use super::scoring::{CustomerTotals, Scores};
use super::words;
use crate::words::Words;

mod check;
mod table;

/// The built-in rule sets.
pub const BUILT_IN: [&str; 3] = ["nine", "eleven", "bands"];

/// The most rules in a set.
pub const MOST_RULES: usize = 100;

/// Keys and conditions in the order in which they are tried.
type Builtin = [(&'static str, &'static str)];

const NINE: &Builtin = &[
    ("vip_champions", "r >= 4 and f >= 4 and m >= 4"),
    ("loyal", "r >= 3 and f >= 4 and orders >= 2"),
    ("potential_loyalist", "r >= 4 and orders >= 2"),
    ("promising_high", "r >= 4 and orders = 1 and m >= 3"),
    ("promising_low", "r >= 4 and orders = 1 and m <= 2"),
    ("needs_attention", "r = 3"),
    ("at_risk", "r <= 2 and (f >= 4 or m >= 4)"),
    ("hibernating", "r = 2"),
    ("lost", "r = 1"),
];

const ELEVEN: &Builtin = &[
    ("champions", "r >= 4 and fm >= 4"),
    ("loyal", "r >= 3 and fm >= 3"),
    ("potential_loyalist", "r >= 4 and fm >= 2"),
    ("new_customers", "r = 5"),
    ("promising", "r = 4"),
    ("needs_attention", "r = 3 and fm > 2"),
    ("about_to_sleep", "r = 3"),
    ("at_risk", "fm >= 3 and (r = 2 or fm < 4)"),
    ("cannot_lose", "r = 1 and fm >= 4"),
    ("hibernating", "r = 2 or fm >= 2"),
    ("lost", "otherwise"),
];

const BANDS: &Builtin =
    &[("3-5", "score <= 5"), ("6-8", "score <= 8"), ("9-11", "score <= 11"), ("12-15", "otherwise")];

/// One rule, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Key of the segment.
    pub key: String,
    /// The condition as written.
    pub when: String,
    /// Name of the segment.
    pub name: Words,
    /// What the segment is.
    pub about: Words,
    condition: Condition,
}

/// An ordered set of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSet {
    /// Name of the scheme.
    pub scheme: String,
    /// Title of the scheme.
    pub title: Words,
    /// The rules in the order in which they are tried.
    pub rules: Vec<Rule>,
    /// Whether scores are stretched for the rules.
    built_in: bool,
}

/// The segment of each customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// Name of the scheme.
    pub scheme: String,
    /// Keys of the segments in rule order.
    pub keys: Vec<String>,
    /// Place in `keys` of each customer's segment.
    pub of: Vec<u8>,
    /// Segments that no customer could have had, as their factor has too few groups.
    pub out_of_reach: Vec<String>,
    /// Factors whose scores were stretched for the rules.
    pub stretched: Vec<&'static str>,
}

impl Segments {
    /// Key of a customer's segment.
    #[must_use]
    pub fn key_of(&self, customer: usize) -> &str {
        &self.keys[usize::from(self.of[customer])]
    }
}

/// A built-in rule set by name.
///
/// *nine*: the segments of the product's definition, in which VIP champions, promising high and
/// promising low are fixed and the others fill the rest. *eleven*: the common set of eleven groups
/// on recency and the mean of frequency and monetary scores, with its overlapping ranges made
/// disjoint by order. *bands*: the score cut at 5, 8 and 11.
#[must_use]
pub fn built_in(scheme: &str) -> Option<RuleSet> {
    let rules = match scheme {
        "nine" => NINE,
        "eleven" => ELEVEN,
        "bands" => BANDS,
        _ => return None,
    };
    let rules = rules.iter().filter_map(|&(key, when)| {
        let (name, about) = words::segment(scheme, key)?;
        // A test goes through every built-in rule, so that none is left out here.
        let condition = Condition::parse(when).ok()?;
        Some(Rule { key: key.to_owned(), when: when.to_owned(), name, about, condition })
    });
    let title = words::scheme_title(scheme)?;
    Some(RuleSet { scheme: scheme.to_owned(), title, rules: rules.collect(), built_in: true })
}

impl RuleSet {
    /// Understands one's own rules. [`RuleSet::check`] says whether they are complete.
    ///
    /// # Errors
    /// No rules or too many, keys that are no keys or come twice, conditions that do not parse.
    pub fn custom(scheme: &str, specs: &[RuleSpec]) -> Result<Self, RfmError> {
        if specs.is_empty() {
            return Err(RfmError::NoRules { scheme: scheme.to_owned() });
        }
        if specs.len() > MOST_RULES {
            return Err(RfmError::TooManyRules {
                scheme: scheme.to_owned(),
                rules: specs.len(),
                most: MOST_RULES,
            });
        }
        let mut rules: Vec<Rule> = Vec::with_capacity(specs.len());
        for spec in specs {
            check_key(&spec.segment)?;
            if rules.iter().any(|rule| rule.key == spec.segment) {
                return Err(RfmError::SegmentTwice {
                    scheme: scheme.to_owned(),
                    segment: spec.segment.clone(),
                });
            }
            let condition = Condition::parse(&spec.when).map_err(|source| RfmError::Condition {
                scheme: scheme.to_owned(),
                segment: spec.segment.clone(),
                source,
            })?;
            let name_en = spec.name_en.clone().unwrap_or_else(|| spec.segment.clone());
            let name_ko = spec.name_ko.clone().unwrap_or_else(|| name_en.clone());
            rules.push(Rule {
                key: spec.segment.clone(),
                when: spec.when.clone(),
                name: Words::new(name_en, name_ko),
                about: Words::new(format!("Customers with {}.", spec.when), format!("조건: {}", spec.when)),
                condition,
            });
        }
        Ok(Self { scheme: scheme.to_owned(), title: Words::same(scheme), rules, built_in: false })
    }

    /// Puts every customer into a segment.
    ///
    /// A customer whom no rule matches (which [`RuleSet::check`] rules out) gets the last segment.
    #[must_use]
    pub fn apply(&self, totals: &CustomerTotals, scores: &Scores, params: &RfmParams) -> Segments {
        table::apply(self, totals, scores, params)
    }

    /// Checks that every possible customer has a rule and every rule a possible customer.
    ///
    /// All score combinations are gone through with all regions of the raw values that the rules
    /// tell apart (orders are at least 1, and equal the frequency where that counts orders).
    ///
    /// # Errors
    /// [`RfmError::Uncovered`] with an example, [`RfmError::Shadowed`] with the earlier segments,
    /// [`RfmError::Impossible`], [`RfmError::TooManyCases`].
    pub fn check(&self, params: &RfmParams) -> Result<(), RfmError> {
        check::check(self, params)
    }

    /// Place of a rule by key.
    #[must_use]
    pub fn position(&self, key: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.key == key)
    }

    fn first_match(&self, values: &super::language::Values) -> Option<usize> {
        self.rules.iter().position(|rule| rule.condition.holds(values))
    }

    /// The numbers that the rules compare a variable with, ascending.
    fn numbers(&self, wanted: Variable) -> Vec<f64> {
        let mut numbers = Vec::new();
        for rule in &self.rules {
            rule.condition.comparisons(&mut |variable, number| {
                if variable == wanted {
                    numbers.push(number);
                }
            });
        }
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers
    }
}

#[cfg(test)]
mod tests;
