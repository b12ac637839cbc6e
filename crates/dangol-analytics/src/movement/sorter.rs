//! Customers sorted into the segments of a scheme at any date, by the shop's `[rfm]`.

use dangol_shop::config::nearest;
use dangol_shop::{AsOf, Profiles, Scope, Shop};

use super::standing;
use crate::error::AnalysisError;
use crate::groups::{SegmentName, schemes};
use crate::rfm::params::{Frequency, Monetary};
use crate::rfm::scoring::{score, weighted};
use crate::rfm::{CheckedRfmParams, Classes, CustomerTotals, Scores, parameters, totals_of};

/// A scheme whose segments come from RFM scores.
pub(crate) struct Sorter {
    params: CheckedRfmParams,
    /// Its name.
    pub(crate) scheme: String,
    /// Its segments, in its own order.
    pub(crate) segments: Vec<SegmentName>,
    /// The level of each segment, the highest best; none for one's own rules.
    pub(crate) levels: Option<Vec<u8>>,
    /// Place of the best segment.
    pub(crate) best: usize,
    /// Whether the best segment is only the first of the rules, since nobody said which it is.
    pub(crate) best_by_order: bool,
}

/// Customers with their segments at one date.
pub(crate) struct Sorted {
    /// Their totals at that date.
    pub(crate) totals: CustomerTotals,
    /// Their scores.
    pub(crate) scores: Scores,
    /// Their classes.
    classes: Classes,
    /// Place of each customer's segment in [`Sorter::segments`].
    pub(crate) place: Vec<u16>,
}

impl Sorter {
    /// The sorter of a scheme; empty names mean those of `[rfm]`.
    ///
    /// # Errors
    /// [`AnalysisError::UnknownSegment`] for a scheme or a best segment that is not there.
    pub(crate) fn of(shop: &Shop, scheme: &str, best: &str) -> Result<Self, AnalysisError> {
        let mut params = parameters(shop)?;
        let scheme = if scheme.is_empty() { params.scheme.clone() } else { scheme.to_owned() };
        let all = schemes(shop)?;
        let Some(found) = all.iter().find(|found| found.scheme == scheme) else {
            return Err(unknown(&scheme, all.into_iter().map(|found| found.scheme).collect()));
        };
        if scheme != "class" {
            scheme.clone_into(&mut params.scheme);
        }
        let keys: Vec<&str> = found.segments.iter().map(|segment| segment.key.as_str()).collect();
        let levels = standing::levels(&scheme, &keys, &params);
        let highest = levels.as_ref().and_then(|levels| {
            let top = levels.iter().max()?;
            levels.iter().position(|level| level == top)
        });
        let place = if best.is_empty() {
            highest.unwrap_or(0)
        } else {
            let Some(place) = keys.iter().position(|key| *key == best) else {
                return Err(unknown(best, keys.into_iter().map(str::to_owned).collect()));
            };
            place
        };
        Ok(Self {
            best: place,
            best_by_order: best.is_empty() && highest.is_none(),
            levels,
            segments: found.segments.clone(),
            params: params.check()?,
            scheme,
        })
    }

    /// The totals of customers at a date.
    pub(crate) fn totals(&self, shop: &Shop, as_of: AsOf, profiles: &Profiles) -> CustomerTotals {
        totals_of(shop, &Scope::until(as_of), profiles, self.params.params())
    }

    /// What counts as frequency and as monetary value.
    pub(crate) fn counts(&self) -> (Frequency, Monetary) {
        (self.params.params().frequency, self.params.params().monetary)
    }

    /// Sorts customers by edges found among them.
    ///
    /// # Errors
    /// As [`score`].
    pub(crate) fn sort(&self, totals: CustomerTotals) -> Result<Sorted, AnalysisError> {
        let scores = score(&totals, self.params.params())?;
        let classes = Classes::of_scores(&scores, self.params.params().classes);
        Ok(self.sorted(totals, scores, classes))
    }

    /// Sorts customers by the edges of others.
    pub(crate) fn sort_like(&self, totals: CustomerTotals, like: &Sorted) -> Sorted {
        let weights = like.scores.weights;
        let (mut r, mut f, mut m, mut sum) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in 0..totals.len() {
            r.push(like.scores.recency.score_of(totals.recency_days[at] as f64));
            f.push(like.scores.frequency.score_of(totals.frequency[at]));
            m.push(like.scores.monetary.score_of(totals.monetary[at]));
            sum.push(weighted(weights, r[at], f[at], m[at]));
        }
        let of = sum.iter().map(|score| like.classes.class_of(*score) as u8).collect();
        let classes = Classes {
            of,
            names: like.classes.names.clone(),
            edges: like.classes.edges.clone(),
            asked: like.classes.asked,
        };
        let scores = Scores {
            r,
            f,
            m,
            score: sum,
            recency: like.scores.recency.clone(),
            frequency: like.scores.frequency.clone(),
            monetary: like.scores.monetary.clone(),
            weights,
        };
        self.sorted(totals, scores, classes)
    }

    fn sorted(&self, totals: CustomerTotals, scores: Scores, classes: Classes) -> Sorted {
        let place = if self.scheme == "class" {
            let places: Vec<u16> = classes
                .names
                .iter()
                .map(|name| self.segments.iter().position(|one| one.key == *name).unwrap_or(0) as u16)
                .collect();
            classes.of.iter().map(|class| places[usize::from(*class) - 1]).collect()
        } else {
            // The scheme lists its segments in the order of the rules.
            let segments = self.params.rule_set().apply(&totals, &scores, self.params.params());
            segments.of.iter().map(|place| u16::from(*place)).collect()
        };
        Sorted { totals, scores, classes, place }
    }
}

fn unknown(given: &str, known: Vec<String>) -> AnalysisError {
    let nearest = nearest(given, known.iter().map(String::as_str));
    AnalysisError::UnknownSegment { given: given.to_owned(), nearest, known }
}
