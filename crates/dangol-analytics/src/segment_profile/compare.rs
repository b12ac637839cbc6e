//! Each group against everybody else, and all groups with each other.

use dangol_models::hypothesis::{
    Estimate, Moments, Proportion, Ranked, Share, Test, benjamini_hochberg, chi_square, cochran_armitage,
    jonckheere_terpstra, kruskal_wallis, rao_scott, ratio_of_means, ratio_of_proportions, ratio_of_shares,
    two_proportions, two_shares, welch,
};
use dangol_models::proportion::LEVEL;

use super::dimensions::{Data, Dimension};
use super::population::Population;
use super::result::{ProfileCell, ProfileDimension, ProfileValue};
use crate::error::AnalysisError;
use crate::words::Words;

/// Differences are said to stand up to this share of false ones among them.
pub(crate) const STANDS: f64 = 0.05;

/// All comparisons of an answer.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    pub(super) dimensions: Vec<ProfileDimension>,
    pub(super) values: Vec<ProfileValue>,
    pub(super) cells: Vec<ProfileCell>,
    /// Dimensions whose expected counts are too small for χ².
    pub(super) unsound: Vec<String>,
}

/// A group's figure beside that of the others.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    customers: u64,
    amount: Option<f64>,
    others: Option<f64>,
    ratio: Option<Estimate>,
    p_value: Option<f64>,
}

impl Pair {
    /// 100 times the ratio; nothing of something is 0, without an interval.
    fn index(self) -> Option<f64> {
        let none = self.amount == Some(0.0) && self.others.is_some_and(|others| others > 0.0);
        self.ratio.map(|ratio| 100.0 * ratio.value).or_else(|| none.then_some(0.0))
    }
}

/// Compares all dimensions, and adjusts all cells together and all tests over groups together.
pub(super) fn compare(population: &Population, found: &[Dimension]) -> Result<Comparisons, AnalysisError> {
    let mut all = Comparisons::default();
    for dimension in found {
        let table = Table::of(population, dimension)?;
        let (test, sound) = table.whole(population)?;
        if !sound {
            all.unsound.push(dimension.name.clone());
        }
        all.dimensions.push(ProfileDimension {
            dimension: dimension.name.clone(),
            title: dimension.title.clone(),
            measure: dimension.measure,
            method: test.map(|(method, _)| method.to_owned()),
            statistic: test.map(|(_, test)| test.statistic),
            degrees_of_freedom: test.and_then(|(_, test)| test.degrees_of_freedom),
            p_value: test.map(|(_, test)| test.p_value),
            adjusted_p: None,
            effect: test.map(|(_, test)| test.effect),
            verdict: Words::default(),
        });
        for (place, value) in dimension.values.iter().enumerate() {
            let (over, trend) = table.of_value(population, place)?;
            all.values.push(ProfileValue {
                dimension: dimension.name.clone(),
                value: value.key.clone(),
                label: value.label.clone(),
                by_construction: value.by_construction,
                method: over.map(|_| "kruskal_wallis".to_owned()),
                statistic: over.map(|test| test.statistic),
                p_value: over.map(|test| test.p_value),
                adjusted_p: None,
                effect: over.map(|test| test.effect),
                trend_method: trend.map(|(method, _)| method.to_owned()),
                trend: trend.map(|(_, test)| test.statistic),
                trend_p: trend.map(|(_, test)| test.p_value),
                trend_adjusted_p: None,
                trend_effect: trend.map(|(_, test)| test.effect),
            });
            for (group, named) in population.groups.iter().enumerate() {
                let pair = table.pair(place, group)?;
                all.cells.push(ProfileCell {
                    dimension: dimension.name.clone(),
                    value: value.key.clone(),
                    group: named.key.clone(),
                    customers: pair.customers,
                    amount: pair.amount,
                    others: pair.others,
                    index: pair.index(),
                    index_low: pair.ratio.map(|ratio| 100.0 * ratio.low),
                    index_high: pair.ratio.map(|ratio| 100.0 * ratio.high).filter(|high| high.is_finite()),
                    p_value: pair.p_value,
                    adjusted_p: None,
                    differs: false,
                });
            }
        }
    }
    adjust(&mut all)?;
    Ok(all)
}

/// Benjamini–Hochberg over the cells, and over the tests of all groups together.
fn adjust(all: &mut Comparisons) -> Result<(), AnalysisError> {
    let mut cells: Vec<&mut ProfileCell> =
        all.cells.iter_mut().filter(|cell| cell.p_value.is_some()).collect();
    let p_values: Vec<f64> = cells.iter().filter_map(|cell| cell.p_value).collect();
    for (cell, adjusted) in cells.iter_mut().zip(benjamini_hochberg(&p_values)?) {
        cell.adjusted_p = Some(adjusted);
        cell.differs = adjusted <= STANDS;
    }
    let mut tests: Vec<(f64, &mut Option<f64>)> = Vec::new();
    for one in &mut all.dimensions {
        if let Some(p) = one.p_value {
            tests.push((p, &mut one.adjusted_p));
        }
    }
    for one in &mut all.values {
        if let Some(p) = one.p_value {
            tests.push((p, &mut one.adjusted_p));
        }
        if let Some(p) = one.trend_p {
            tests.push((p, &mut one.trend_adjusted_p));
        }
    }
    let p_values: Vec<f64> = tests.iter().map(|(p, _)| *p).collect();
    for ((_, place), adjusted) in tests.into_iter().zip(benjamini_hochberg(&p_values)?) {
        *place = Some(adjusted);
    }
    Ok(())
}

/// A test with its name.
pub(crate) type Named = (&'static str, Test);

/// A dimension summed by group; who is in no group comes last.
pub(crate) enum Table {
    /// By group and value how many customers, and by group of how many it is known.
    Kinds {
        /// By group and value.
        counts: Vec<Vec<u64>>,
    },
    /// By value the moments of each group, and the ranks of those in groups.
    Numbers {
        /// By value and group.
        moments: Vec<Vec<Moments>>,
        /// By value.
        ranks: Vec<Ranked>,
    },
    /// By group and value.
    Events {
        /// Shares of events.
        shares: Vec<Vec<Share>>,
        /// Whether the kinds add up to all.
        whole: bool,
    },
}

impl Table {
    /// Sums a dimension up by group.
    pub(crate) fn of(population: &Population, dimension: &Dimension) -> Result<Self, AnalysisError> {
        let nobody = population.groups.len();
        let group_of = |at: usize| population.group[at].map_or(nobody, usize::from);
        let width = dimension.values.len();
        Ok(match &dimension.data {
            Data::Kind(of) => {
                let mut counts = vec![vec![0; width]; nobody + 1];
                for (at, value) in of.iter().enumerate() {
                    if let Some(value) = value {
                        counts[group_of(at)][usize::from(*value)] += 1;
                    }
                }
                Self::Kinds { counts }
            }
            Data::Numbers(columns) => {
                let (mut moments, mut ranks) = (Vec::new(), Vec::new());
                for column in columns {
                    let mut sums = vec![Moments::default(); nobody + 1];
                    // Zeros are most of all values; they are counted, not sorted.
                    let mut zeros = vec![0_u64; nobody + 1];
                    let mut others = Vec::new();
                    for (at, value) in column.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                        let group = group_of(at);
                        if *value == 0.0 {
                            zeros[group] += 1;
                        } else {
                            sums[group] = sums[group].merge(Moments::equal(1, *value));
                            if group < nobody {
                                others.push((group, *value, 1));
                            }
                        }
                    }
                    for (sum, zeros) in sums.iter_mut().zip(&zeros) {
                        *sum = sum.merge(Moments::equal(*zeros, 0.0));
                    }
                    let none = zeros[..nobody].iter().enumerate().map(|(group, count)| (group, 0.0, *count));
                    others.extend(none);
                    ranks.push(Ranked::collect(nobody, others)?);
                    moments.push(sums);
                }
                Self::Numbers { moments, ranks }
            }
            Data::Events { of_kind, all, whole } => {
                let mut shares = vec![vec![Share::default(); width]; nobody + 1];
                for (value, column) in of_kind.iter().enumerate() {
                    for (at, events) in column.iter().enumerate().filter(|(at, _)| all[*at] > 0.0) {
                        shares[group_of(at)][value].add(*events, all[at]);
                    }
                }
                Self::Events { shares, whole: *whole }
            }
        })
    }

    /// The test of the dimension as a whole, and whether counts are large enough for it.
    pub(crate) fn whole(&self, population: &Population) -> Result<(Option<Named>, bool), AnalysisError> {
        let groups = population.groups.len();
        Ok(match self {
            Self::Kinds { counts } => match chi_square(&counts[..groups])? {
                Some(found) => (Some(("chi_square", found.test)), found.is_sound()),
                None => (None, true),
            },
            Self::Events { shares, whole: true } => {
                (rao_scott(&shares[..groups])?.map(|test| ("rao_scott", test)), true)
            }
            Self::Numbers { .. } | Self::Events { .. } => (None, true),
        })
    }

    /// The tests of one value over all groups: whether it differs, and whether it rises with their order.
    pub(crate) fn of_value(
        &self,
        population: &Population,
        value: usize,
    ) -> Result<(Option<Test>, Option<Named>), AnalysisError> {
        let order = population.order.as_ref();
        Ok(match self {
            Self::Numbers { ranks, .. } => {
                let over = kruskal_wallis(&ranks[value]);
                let trend = order.and_then(|order| jonckheere_terpstra(&ranks[value].reordered(order)));
                (over, trend.map(|test| ("jonckheere_terpstra", test)))
            }
            Self::Kinds { counts } => {
                let Some(order) = order else { return Ok((None, None)) };
                let in_order: Vec<Proportion> = order
                    .iter()
                    .map(|group| Proportion::new(counts[*group][value], counts[*group].iter().sum()))
                    .collect::<Result<_, _>>()?;
                let scores: Vec<f64> = (0..order.len()).map(|score| score as f64).collect();
                let trend = cochran_armitage(&in_order, &scores)?;
                (None, trend.map(|test| ("cochran_armitage", test)))
            }
            Self::Events { .. } => (None, None),
        })
    }

    /// One value in one group against everybody else.
    fn pair(&self, value: usize, group: usize) -> Result<Pair, AnalysisError> {
        Ok(match self {
            Self::Kinds { counts } => {
                let known: Vec<u64> = counts.iter().map(|row| row.iter().sum()).collect();
                let own = Proportion::new(counts[group][value], known[group])?;
                let (mut yes, mut all) = (0, 0);
                for (other, row) in counts.iter().enumerate().filter(|(other, _)| *other != group) {
                    yes += row[value];
                    all += known[other];
                }
                let others = Proportion::new(yes, all)?;
                Pair {
                    customers: known[group],
                    amount: own.rate(),
                    others: others.rate(),
                    ratio: enough(known[group], all, ratio_of_proportions(own, others, LEVEL)?),
                    p_value: two_proportions(own, others)?.map(|found| found.p_value),
                }
            }
            Self::Numbers { moments, .. } => {
                let own = moments[value][group];
                let others = others_of(&moments[value], group, Moments::default(), Moments::merge);
                Pair {
                    customers: own.count,
                    amount: (own.count > 0).then_some(own.mean),
                    others: (others.count > 0).then_some(others.mean),
                    ratio: ratio_of_means(own, others, LEVEL)?,
                    p_value: welch(own, others).map(|test| test.p_value),
                }
            }
            Self::Events { shares, .. } => {
                let own = shares[group][value];
                let column: Vec<Share> = shares.iter().map(|row| row[value]).collect();
                let others = others_of(&column, group, Share::default(), Share::merge);
                Pair {
                    customers: own.customers,
                    amount: own.rate(),
                    others: others.rate(),
                    ratio: ratio_of_shares(&own, &others, LEVEL)?,
                    p_value: two_shares(&own, &others).map(|test| test.p_value),
                }
            }
        })
    }
}

/// The sum over all groups but one.
fn others_of<T: Copy>(groups: &[T], but: usize, none: T, add: impl Fn(T, T) -> T) -> T {
    groups.iter().enumerate().filter(|(group, _)| *group != but).fold(none, |sum, (_, one)| add(sum, *one))
}

/// A ratio of a single customer says nothing, however exact its interval.
fn enough(own: u64, others: u64, ratio: Option<Estimate>) -> Option<Estimate> {
    ratio.filter(|_| own > 1 && others > 1)
}
