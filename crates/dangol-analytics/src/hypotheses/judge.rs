//! One statement, tested.

use dangol_models::hypothesis::{
    Moments, Proportion, Share, Test, chi_square, cochran_armitage, jonckheere_terpstra, kruskal_wallis,
    rao_scott, two_proportions, two_shares, welch,
};

use super::measures::{Figure, Measured};
use super::params::Direction;
use super::result::VerdictFigure;
use crate::error::AnalysisError;
use crate::segment_profile::population::Population;

/// A test by its name.
pub(super) type Named = (&'static str, Test);

/// The figures of the groups, and the test; none where there is too little.
pub(super) struct Tested {
    pub(super) figures: Vec<VerdictFigure>,
    pub(super) test: Option<Named>,
}

/// Tests a statement about groups.
pub(super) fn test(
    population: &Population,
    measured: &Measured,
    direction: Direction,
) -> Result<Tested, AnalysisError> {
    let groups = population.groups.len();
    let order = population.order.as_deref();
    let (amounts, found): (Vec<(u64, Option<f64>)>, Option<Named>) = match &measured.figure {
        Figure::Flag(flags) => {
            let all = Figure::proportions(population, flags)?;
            let found = match (direction, order) {
                (Direction::Rises | Direction::Falls, Some(order)) => {
                    let in_order: Vec<Proportion> = order.iter().map(|group| all[*group]).collect();
                    let scores: Vec<f64> = (0..order.len()).map(|score| score as f64).collect();
                    cochran_armitage(&in_order, &scores)?.map(|test| ("cochran_armitage", test))
                }
                (Direction::Higher | Direction::Lower, _) => two_proportions(all[0], all[1])?.map(|found| {
                    let name = if found.exact { "fisher_exact" } else { "chi_square" };
                    let test = Test {
                        statistic: found.effect,
                        degrees_of_freedom: None,
                        p_value: found.p_value,
                        effect: found.effect,
                    };
                    (name, test)
                }),
                (Direction::Differs, _) => {
                    let table: Vec<Vec<u64>> = all[..groups]
                        .iter()
                        .map(|one| vec![one.successes, one.trials - one.successes])
                        .collect();
                    chi_square(&table)?.map(|found| ("chi_square", found.test))
                }
                _ => None,
            };
            (all.iter().map(|one| (one.trials, one.rate())).collect(), found)
        }
        Figure::Number(numbers) => {
            let all: Vec<Moments> = Figure::moments(population, numbers);
            let amounts = all.iter().map(|one| (one.count, (one.count > 0).then_some(one.mean))).collect();
            (amounts, of_numbers(population, numbers, &all, direction)?)
        }
        Figure::Share { of_kind, all } => {
            let shares = Figure::shares(population, of_kind, all);
            let found = match direction {
                Direction::Higher | Direction::Lower => {
                    two_shares(&shares[0], &shares[1]).map(|test| ("two_shares", test))
                }
                Direction::Differs => {
                    let rest: Vec<f64> = all.iter().zip(of_kind).map(|(all, own)| all - own).collect();
                    let others = Figure::shares(population, &rest, all);
                    let table: Vec<Vec<Share>> =
                        shares[..groups].iter().zip(others).map(|(own, other)| vec![*own, other]).collect();
                    rao_scott(&table)?.map(|test| ("rao_scott", test))
                }
                _ => {
                    // The trend is over customers, each with a share of their own.
                    let own: Vec<f64> = of_kind
                        .iter()
                        .zip(all)
                        .map(|(own, all)| if *all > 0.0 { own / all } else { f64::NAN })
                        .collect();
                    of_numbers(population, &own, &[], direction)?
                }
            };
            (shares.iter().map(|one| (one.customers, one.rate())).collect(), found)
        }
    };
    let figures = population
        .groups
        .iter()
        .zip(amounts)
        .map(|(group, (customers, amount))| VerdictFigure {
            group: group.key.clone(),
            name: group.name.clone(),
            customers,
            amount,
            is_share: measured.is_share,
        })
        .collect();
    Ok(Tested { figures, test: found })
}

fn of_numbers(
    population: &Population,
    numbers: &[f64],
    moments: &[Moments],
    direction: Direction,
) -> Result<Option<Named>, AnalysisError> {
    let ranks = Figure::ranks(population, numbers)?;
    Ok(match (direction, population.order.as_deref()) {
        (Direction::Rises | Direction::Falls, Some(order)) => {
            jonckheere_terpstra(&ranks.reordered(order)).map(|test| ("jonckheere_terpstra", test))
        }
        (Direction::Higher | Direction::Lower, _) => {
            welch(moments[0], moments[1]).map(|test| ("welch", test))
        }
        (Direction::Differs, _) => kruskal_wallis(&ranks).map(|test| ("kruskal_wallis", test)),
        _ => None,
    })
}
