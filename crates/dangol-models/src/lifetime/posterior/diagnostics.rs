//! Whether a sample can be relied on: R-hat and effective numbers of draws.
//!
//! Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, "Rank-normalization, folding,
//! and localization: an improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16/2 (2021),
//! 667–718. Each chain is split into halves, and values are replaced by normal scores of their ranks.

use statrs::distribution::{ContinuousCDF, Normal};

/// The larger of R-hat of the values and of their distances from the median; `None` where all are equal.
pub(super) fn r_hat(chains: &[&[f64]]) -> Option<f64> {
    let halves = split(chains);
    let mut sorted: Vec<f64> = halves.concat();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let median = f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]);
    let folded: Vec<Vec<f64>> =
        halves.iter().map(|half| half.iter().map(|value| (value - median).abs()).collect()).collect();
    let bulk = plain_r_hat(&normal_scores(&halves))?;
    Some(plain_r_hat(&normal_scores(&folded)).map_or(bulk, |folded| bulk.max(folded)))
}

/// The effective number of draws for the middle of the distribution.
pub(super) fn effective_bulk(chains: &[&[f64]]) -> f64 {
    effective(&normal_scores(&split(chains)))
}

/// The smaller of the effective numbers of draws for the 5 % and the 95 % quantile.
pub(super) fn effective_tail(chains: &[&[f64]]) -> f64 {
    let halves = split(chains);
    let mut sorted: Vec<f64> = halves.concat();
    sorted.sort_unstable_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let (low, rest) = (place as usize, place.fract());
        sorted[low] + rest * (sorted[(low + 1).min(sorted.len() - 1)] - sorted[low])
    };
    [0.05, 0.95]
        .map(|share| {
            let edge = quantile(share);
            let below = |value: &f64| f64::from(u8::from(*value <= edge));
            effective(&halves.iter().map(|half| half.iter().map(below).collect()).collect::<Vec<_>>())
        })
        .into_iter()
        .fold(f64::INFINITY, f64::min)
}

fn split(chains: &[&[f64]]) -> Vec<Vec<f64>> {
    chains
        .iter()
        .flat_map(|chain| {
            let half = chain.len() / 2;
            // Of an odd number of draws the middle one is left out.
            [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()]
        })
        .collect()
}

/// Φ⁻¹((rank − 3/8) / (n + 1/4)), equal values sharing their mean rank.
fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<(f64, usize, usize)> = chains
        .iter()
        .enumerate()
        .flat_map(|(chain, values)| values.iter().enumerate().map(move |(draw, value)| (*value, chain, draw)))
        .collect();
    order.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    let normal = Normal::standard();
    let n = order.len() as f64;
    let mut scores: Vec<Vec<f64>> = chains.iter().map(|chain| vec![0.0; chain.len()]).collect();
    let mut before = 0;
    for equal in order.chunk_by(|left, right| left.0 == right.0) {
        let rank = before as f64 + f64::midpoint(equal.len() as f64, 1.0);
        let score = normal.inverse_cdf((rank - 0.375) / (n + 0.25));
        for &(_, chain, draw) in equal {
            scores[chain][draw] = score;
        }
        before += equal.len();
    }
    scores
}

/// Means and variances of the chains.
fn moments(chains: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let variances = chains.iter().zip(&means).map(|(chain, mean)| variance(chain, *mean)).collect();
    (means, variances)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64], mean: f64) -> f64 {
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn plain_r_hat(chains: &[Vec<f64>]) -> Option<f64> {
    let n = chains[0].len() as f64;
    let (means, variances) = moments(chains);
    let within = mean(&variances);
    let between = n * variance(&means, mean(&means));
    (within > 0.0).then(|| ((between / within + n - 1.0) / n).sqrt())
}

/// Draws divided by the integrated autocorrelation time, by Geyer's initial monotone sequence.
fn effective(chains: &[Vec<f64>]) -> f64 {
    let draws = chains[0].len();
    let (n, total) = (draws as f64, (chains.len() * draws) as f64);
    let (means, variances) = moments(chains);
    let within = mean(&variances);
    let mut all = within * (n - 1.0) / n;
    if chains.len() > 1 {
        all += variance(&means, mean(&means));
    }
    if all <= 0.0 || draws < 4 {
        // Equal draws tell their value exactly.
        return total;
    }
    let correlation = |lag: usize| {
        let covariances = chains.iter().zip(&means).map(|(chain, mean)| {
            chain.iter().zip(&chain[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / n
        });
        1.0 - (within - covariances.sum::<f64>() / chains.len() as f64) / all
    };
    let mut pairs = vec![1.0 + correlation(1)];
    // Of the pair at which the sequence ends, by a negative sum or for want of draws, the first half counts once.
    let (mut last, mut lag, mut ended) = (0.0, 2, false);
    while lag + 1 < draws - 1 && !ended {
        let (even, odd) = (correlation(lag), correlation(lag + 1));
        last = even.max(0.0);
        ended = even + odd < 0.0;
        if !ended {
            // Sums of pairs do not rise.
            pairs.push((even + odd).min(pairs[pairs.len() - 1]));
            lag += 2;
        }
    }
    if !ended && pairs.len() > 1 {
        pairs.pop();
    }
    let time = -1.0 + 2.0 * pairs.iter().sum::<f64>() + last;
    total / time.max(1.0 / total.log10())
}
