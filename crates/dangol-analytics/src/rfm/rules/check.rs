//! Whether a rule set is complete and has no idle rule.

use std::collections::BTreeSet;

use super::RuleSet;
use super::table::{Axes, Ranges, Scale, cases, every_case};
use crate::rfm::error::RfmError;
use crate::rfm::language::{Values, Variable};
use crate::rfm::params::{RfmParams, ScoringModel};

/// The most cases that are gone through.
const MOST_CASES: u128 = 500_000;

pub(super) fn check(rules: &RuleSet, params: &RfmParams) -> Result<(), RfmError> {
    let ranges = ranges(params);
    let axes = Axes::of_possible(rules, params);
    let combinations = cases(&axes, ranges);
    if combinations > MOST_CASES {
        return Err(RfmError::TooManyCases { scheme: rules.scheme.clone(), combinations, most: MOST_CASES });
    }

    let mut matched = vec![false; rules.rules.len()];
    let mut taken_by: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rules.rules.len()];
    let mut uncovered: Option<String> = None;
    every_case(&axes, &Scale::new(rules, ranges, params), ranges, |[r, f, m], _, values| {
        let Some(first) = rules.first_match(values) else {
            if uncovered.is_none() {
                uncovered = Some(example(rules, [r, f, m], values));
            }
            return;
        };
        matched[first] = true;
        for (place, rule) in rules.rules.iter().enumerate().skip(first + 1) {
            if !matched[place] && rule.condition.holds(values) {
                taken_by[place].insert(first);
            }
        }
    });

    // An idle rule first: it is the more certain slip, and mending it may cover the rest.
    if let Some(idle) = matched.iter().position(|matched| !matched) {
        let rule = &rules.rules[idle];
        let (scheme, segment) = (rules.scheme.clone(), rule.key.clone());
        let by: Vec<&str> = taken_by[idle].iter().map(|&earlier| rules.rules[earlier].key.as_str()).collect();
        return Err(if by.is_empty() {
            let (lowest, top) = (ranges.map(|(low, _)| low), ranges.map(|(_, high)| high));
            RfmError::Impossible {
                scheme,
                segment,
                when: rule.when.clone(),
                lowest: lowest.into_iter().min().unwrap_or(1),
                top: top.into_iter().max().unwrap_or(1),
            }
        } else {
            RfmError::Shadowed { scheme, segment, by: by.join(" or ") }
        });
    }
    match uncovered {
        Some(example) => Err(RfmError::Uncovered { scheme: rules.scheme.clone(), example }),
        None => Ok(()),
    }
}

/// Scores that are possible before one has seen the data.
fn ranges(params: &RfmParams) -> Ranges {
    let top = params.top_score();
    if params.model != ScoringModel::Thresholds {
        return [(1, top); 3];
    }
    let thresholds = params.thresholds_in_force();
    let monetary = thresholds.monetary.len().max(thresholds.monetary_percentiles.len());
    // Checked thresholds have at most nine edges.
    [thresholds.recency_days.len(), thresholds.frequency.len(), monetary]
        .map(|edges| (top - edges as u8, top))
}

/// A customer in words: the scores, and the raw values that the rules look at.
fn example(rules: &RuleSet, [r, f, m]: [u8; 3], values: &Values) -> String {
    let raw = [Variable::Orders, Variable::RecencyDays, Variable::Frequency, Variable::Monetary];
    let used = raw.into_iter().filter(|&variable| !rules.numbers(variable).is_empty());
    let parts = used.map(|variable| format!(", {variable} = {}", values.get(variable)));
    format!("r = {r}, f = {f}, m = {m}{}", parts.collect::<Vec<_>>().concat())
}
