//! From customer totals to scores.
//!
//! Each factor is cut into groups by one of five models (see [`ScoringModel`]); the groups are
//! numbered from 1, and the best is the highest: recency is reversed, as few days are good.
//! Source of the idea: J. R. Bult and T. Wansbeek, "Optimal selection for direct mail",
//! Marketing Science 14 (1995), 378–394; A. M. Hughes, "Strategic Database Marketing" (1994).

use dangol_models::interval::{interval_edges, trimmed_edges};
use dangol_models::kmeans1d::kmeans_1d;
use dangol_models::quantile::{equal_count_edges, quantiles};

use super::error::RfmError;
use super::params::{RfmParams, ScoringModel};

/// Share of customers that model `trimmed` takes off at each end.
pub const TRIMMED_SHARE: f64 = 0.2;

/// What RFM knows of each customer; the vectors run parallel, one entry per customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerTotals {
    /// Whole days from the last order to the as-of moment, rounded down.
    pub recency_days: Vec<i64>,
    /// Orders, order lines or purchase days.
    pub frequency: Vec<f64>,
    /// Sum or mean of net revenue.
    pub monetary: Vec<f64>,
    /// Orders, whatever the frequency counts.
    pub orders: Vec<u64>,
}

impl CustomerTotals {
    /// Number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recency_days.len()
    }

    /// Whether there is no customer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recency_days.is_empty()
    }

    /// Recency as numbers.
    #[must_use]
    pub fn recency(&self) -> Vec<f64> {
        self.recency_days.iter().map(|&days| days as f64).collect()
    }

    fn check(&self) -> Result<(), RfmError> {
        let customers = self.len();
        if [self.frequency.len(), self.monetary.len(), self.orders.len()].iter().any(|&len| len != customers)
        {
            return Err(RfmError::UnequalLengths {
                recency: customers,
                frequency: self.frequency.len(),
                monetary: self.monetary.len(),
                orders: self.orders.len(),
            });
        }
        Ok(())
    }
}

/// How one factor was cut into groups.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorScoring {
    /// Groups that exist.
    pub groups: u8,
    /// Groups that were asked for.
    pub asked: u8,
    /// Edges between the groups in the factor's unit, ascending; a value on an edge belongs to the
    /// group below it.
    pub edges: Vec<f64>,
    /// Score of the worst group; 1 but for thresholds, whose best groups share the top score.
    pub lowest: u8,
    /// Score of the best group.
    pub highest: u8,
    descending: bool,
}

impl FactorScoring {
    /// The score of a value of this factor.
    ///
    /// ```
    /// # use dangol_analytics::rfm::{CustomerTotals, RfmParams, scoring::score};
    /// # let totals = CustomerTotals { recency_days: vec![1, 100], frequency: vec![1.0, 2.0],
    /// #     monetary: vec![5.0, 6.0], orders: vec![1, 2] };
    /// let scores = score(&totals, &RfmParams::default())?;
    /// assert!(scores.recency.score_of(1.0) > scores.recency.score_of(100.0));
    /// # Ok::<(), dangol_analytics::rfm::RfmError>(())
    /// ```
    #[must_use]
    pub fn score_of(&self, value: f64) -> u8 {
        // There are at most nine edges.
        let below = self.edges.iter().map(|&edge| u8::from(edge < value)).sum::<u8>();
        if self.descending { self.highest - below } else { self.lowest + below }
    }

    /// Whether fewer groups came out than were asked for.
    #[must_use]
    pub fn merged(&self) -> bool {
        self.groups < self.asked
    }
}

/// The scores of all customers, parallel to the totals.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Recency score, the most recent highest.
    pub r: Vec<u8>,
    /// Frequency score.
    pub f: Vec<u8>,
    /// Monetary score.
    pub m: Vec<u8>,
    /// Weighted sum of the three scores; with weights of 1, their sum.
    pub score: Vec<f64>,
    /// How recency was cut.
    pub recency: FactorScoring,
    /// How frequency was cut.
    pub frequency: FactorScoring,
    /// How the monetary value was cut.
    pub monetary: FactorScoring,
    /// The weights of the score.
    pub weights: [f64; 3],
}

impl Scores {
    /// The factors by name, in the order R, F, M.
    #[must_use]
    pub fn factors(&self) -> [(&'static str, &FactorScoring); 3] {
        [("recency_days", &self.recency), ("frequency", &self.frequency), ("monetary", &self.monetary)]
    }
}

/// The weighted sum of three scores.
#[must_use]
pub fn weighted(weights: [f64; 3], r: u8, f: u8, m: u8) -> f64 {
    weights[0] * f64::from(r) + weights[1] * f64::from(f) + weights[2] * f64::from(m)
}

/// Scores every customer. `params` must have passed [`RfmParams::check`].
///
/// # Errors
/// [`RfmError::UnequalLengths`]; [`RfmError::Numbers`] if a value is not finite.
pub fn score(totals: &CustomerTotals, params: &RfmParams) -> Result<Scores, RfmError> {
    totals.check()?;
    let recency_days = totals.recency();
    let recency = cut(Factor::Recency, &recency_days, params)?;
    let frequency = cut(Factor::Frequency, &totals.frequency, params)?;
    let monetary = cut(Factor::Monetary, &totals.monetary, params)?;

    let r: Vec<u8> = recency_days.iter().map(|&value| recency.score_of(value)).collect();
    let f: Vec<u8> = totals.frequency.iter().map(|&value| frequency.score_of(value)).collect();
    let m: Vec<u8> = totals.monetary.iter().map(|&value| monetary.score_of(value)).collect();
    let weights = params.weights;
    let score = (0..totals.len()).map(|i| weighted(weights, r[i], f[i], m[i])).collect();
    Ok(Scores { r, f, m, score, recency, frequency, monetary, weights })
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Factor {
    Recency,
    Frequency,
    Monetary,
}

impl Factor {
    fn name(self) -> &'static str {
        match self {
            Self::Recency => "recency_days",
            Self::Frequency => "frequency",
            Self::Monetary => "monetary",
        }
    }
}

fn cut(factor: Factor, values: &[f64], params: &RfmParams) -> Result<FactorScoring, RfmError> {
    let descending = factor == Factor::Recency;
    if params.model == ScoringModel::Thresholds {
        return fixed(factor, values, params);
    }
    let groups = usize::from(params.groups);
    let edges = if values.is_empty() {
        Ok(Vec::new())
    } else {
        match params.model {
            ScoringModel::Interval => interval_edges(values, groups),
            ScoringModel::Trimmed => trimmed_edges(values, groups, TRIMMED_SHARE),
            ScoringModel::Cluster => kmeans_1d(values, groups).map(|clusters| clusters.edges),
            ScoringModel::Quantile | ScoringModel::Thresholds => equal_count_edges(values, groups),
        }
    }
    .map_err(|source| RfmError::Numbers { factor: factor.name(), source })?;
    // There are at most `params.groups` groups.
    let remaining = edges.len() as u8 + 1;
    Ok(FactorScoring {
        groups: remaining,
        asked: params.groups,
        edges,
        lowest: 1,
        highest: remaining,
        descending,
    })
}

/// Fixed edges: the best group has the top score even where a factor has fewer groups than
/// another, so that three or more orders are a 5 and one order a 3. Percentiles that coincide
/// leave scores between them without customers instead of renumbering them.
fn fixed(factor: Factor, values: &[f64], params: &RfmParams) -> Result<FactorScoring, RfmError> {
    let thresholds = params.thresholds_in_force();
    let edges = match factor {
        Factor::Recency => thresholds.recency_days.clone(),
        Factor::Frequency => thresholds.frequency.clone(),
        Factor::Monetary if thresholds.monetary_percentiles.is_empty() => thresholds.monetary.clone(),
        Factor::Monetary if values.is_empty() => Vec::new(),
        Factor::Monetary => {
            let shares: Vec<f64> = thresholds.monetary_percentiles.iter().map(|p| p / 100.0).collect();
            quantiles(values, &shares)
                .map_err(|source| RfmError::Numbers { factor: factor.name(), source })?
        }
    };
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        let source = dangol_models::Error::NotFinite { index, value: values[index] };
        return Err(RfmError::Numbers { factor: factor.name(), source });
    }
    let asked = edges.len() as u8 + 1;
    let coinciding = edges.windows(2).filter(|pair| pair[0] == pair[1]).count() as u8;
    let highest = thresholds.top_score();
    Ok(FactorScoring {
        groups: asked - coinciding,
        asked,
        lowest: highest + 1 - asked,
        highest,
        edges,
        descending: factor == Factor::Recency,
    })
}

#[cfg(test)]
mod tests;
