//! Who went from where to where.

use std::collections::BTreeMap;

use dangol_models::sum::Sum;
use dangol_shop::Profiles;

use super::result::{BACK, Flow, FlowDirection, Moves, NEW, SegmentMovement};
use super::sorter::Sorter;

/// Where a customer was at the earlier date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// In a segment, by its place in the scheme.
    Segment(u16),
    /// Had not bought yet.
    New,
    /// Had bought, but not in the period.
    Back,
}

/// One customer at both dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) from: Start,
    pub(super) to: u16,
    pub(super) revenue_before: f64,
    pub(super) revenue_between: f64,
}

/// Each customer of the later date (places in `after`, those let through) with where they came from. Whoever bought
/// by the earlier date has bought by the later one, so that nobody is left over.
pub(super) fn steps(
    (before, before_place): (&Profiles, &[u16]),
    (after, after_place): (&Profiles, &[u16]),
    kept: &[usize],
    period_from: Option<i32>,
) -> Vec<Step> {
    kept.iter()
        .map(|&at| {
            let earlier = before.customer_key.binary_search(&after.customer_key[at]).ok();
            let from = match earlier {
                Some(place) => Start::Segment(before_place[place]),
                None if period_from.is_some_and(|from| after.first_on[at] < from) => Start::Back,
                None => Start::New,
            };
            let revenue_before = earlier.map_or(0.0, |place| before.revenue[place]);
            Step {
                from,
                to: after_place[at],
                revenue_before,
                revenue_between: after.revenue[at] - revenue_before,
            }
        })
        .collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    customers: u64,
    before: Sum,
    between: Sum,
}

/// Steps summed by where they lead from and to.
pub(super) struct Matrix<'a> {
    sorter: &'a Sorter,
    cells: BTreeMap<(Start, u16), Tally>,
}

impl<'a> Matrix<'a> {
    pub(super) fn of(sorter: &'a Sorter, steps: &[Step]) -> Self {
        let mut cells: BTreeMap<(Start, u16), Tally> = BTreeMap::new();
        for step in steps {
            let tally = cells.entry((step.from, step.to)).or_default();
            tally.customers += 1;
            tally.before.add(step.revenue_before);
            tally.between.add(step.revenue_between);
        }
        Self { sorter, cells }
    }

    /// Customers of the cells that meet a condition.
    pub(super) fn count(&self, meets: impl Fn(Start, u16) -> bool) -> u64 {
        let found = self.cells.iter().filter(|((from, to), _)| meets(*from, *to));
        found.map(|(_, tally)| tally.customers).sum()
    }

    fn direction(&self, from: Start, to: u16) -> FlowDirection {
        let from = match from {
            Start::New => return FlowDirection::New,
            Start::Back => return FlowDirection::Back,
            Start::Segment(from) if from == to => return FlowDirection::Stayed,
            Start::Segment(from) => usize::from(from),
        };
        let Some(levels) = &self.sorter.levels else { return FlowDirection::Moved };
        match levels[usize::from(to)].cmp(&levels[from]) {
            std::cmp::Ordering::Greater => FlowDirection::Up,
            std::cmp::Ordering::Less => FlowDirection::Down,
            std::cmp::Ordering::Equal => FlowDirection::Across,
        }
    }

    pub(super) fn moves(&self) -> Moves {
        let of = |wanted: FlowDirection| self.count(|from, to| self.direction(from, to) == wanted);
        let ordered = |wanted| self.sorter.levels.as_ref().map(|_| of(wanted));
        Moves {
            stayed: of(FlowDirection::Stayed),
            moved: self.count(|from, to| matches!(from, Start::Segment(from) if from != to)),
            up: ordered(FlowDirection::Up),
            down: ordered(FlowDirection::Down),
            across: ordered(FlowDirection::Across),
        }
    }

    pub(super) fn flows(&self) -> Vec<Flow> {
        let key = |place: u16| self.sorter.segments[usize::from(place)].key.clone();
        self.cells
            .iter()
            .map(|(&(from, to), tally)| Flow {
                from: match from {
                    Start::Segment(place) => key(place),
                    Start::New => NEW.to_owned(),
                    Start::Back => BACK.to_owned(),
                },
                to: key(to),
                customers: tally.customers,
                row_share: tally.customers as f64 / self.count(|start, _| start == from) as f64,
                direction: self.direction(from, to),
                revenue_before: tally.before.value(),
                revenue_between: tally.between.value(),
            })
            .collect()
    }

    pub(super) fn segments(&self) -> Vec<SegmentMovement> {
        let known = self.count(|from, _| matches!(from, Start::Segment(_)));
        let customers = self.count(|_, _| true);
        let share = |part: u64, all: u64| (all > 0).then(|| part as f64 / all as f64);
        let revenue = |meets: &dyn Fn(Start, u16) -> bool| {
            let mut sum = Sum::default();
            for (_, tally) in self.cells.iter().filter(|((from, to), _)| meets(*from, *to)) {
                sum.merge(tally.before);
            }
            sum.value()
        };
        let named = self.sorter.segments.iter().zip(0_u16..);
        named
            .map(|(segment, place)| {
                let here = Start::Segment(place);
                let other = |start: Start| matches!(start, Start::Segment(other) if other != place);
                let before = self.count(|from, _| from == here);
                let after = self.count(|_, to| to == place);
                let stayed = self.count(|from, to| from == here && to == place);
                SegmentMovement {
                    segment: segment.key.clone(),
                    name: segment.name.clone(),
                    level: self.sorter.levels.as_ref().map(|levels| levels[usize::from(place)]),
                    before,
                    after,
                    stayed,
                    gained: self.count(|from, to| other(from) && to == place),
                    lost: before - stayed,
                    new: self.count(|from, to| to == place && !matches!(from, Start::Segment(_))),
                    net: after as i64 - before as i64,
                    share_before: share(before, known),
                    share_after: share(after, customers),
                    revenue_lost: revenue(&|from, to| from == here && to != place),
                    revenue_gained: revenue(&|from, to| other(from) && to == place),
                }
            })
            .collect()
    }
}
