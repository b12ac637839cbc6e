//! What attributes add to a model of purchases.

use serde::Serialize;
use utoipa::ToSchema;

use crate::value::result::ParameterEstimate;
use crate::words::Words;

/// A model with attributes, beside the same model without.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CovariateFit {
    /// Whether customers are valued by it: only if the test says that attributes matter and the model with them foretells
    /// better; where that cannot be tried, only if the data determine all coefficients.
    pub used: bool,
    /// Log-likelihood with them.
    pub log_likelihood: f64,
    /// Log-likelihood without.
    pub log_likelihood_without: f64,
    /// Twice the difference; none where a parameter runs to a limit in one of the two and they cannot be compared so.
    pub statistic: Option<f64>,
    /// Coefficients more.
    pub degrees: Option<u32>,
    /// The probability of such a difference if the attributes did not matter.
    pub p_value: Option<f64>,
    /// How well both foretold what came after a cut-off; none where there is too little time or too few customers.
    pub held_out: Option<HeldOutCovariates>,
    /// A coefficient for each level of each attribute, first of purchases, then of dropout.
    pub coefficients: Vec<CovariateCoefficient>,
}

impl CovariateFit {
    /// Whether the difference to the model without could hardly be chance.
    pub(crate) fn matters(&self) -> bool {
        const USUAL_LEVEL: f64 = 0.05;
        self.p_value.is_some_and(|p_value| p_value < USUAL_LEVEL)
    }

    /// Whether what came after a cut-off was foretold better than without; none where that could not be tried.
    pub(crate) fn foretells(&self) -> Option<bool> {
        self.held_out.as_ref().map(|held| held.with_covariates > held.without)
    }
}

/// Models fitted up to a cut-off, judged after it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldOutCovariates {
    /// Last day of the time they were fitted on.
    pub cutoff: String,
    /// Customers they were fitted on.
    pub customers: u64,
    /// Log-likelihood by customer of what came after, with attributes.
    pub with_covariates: f64,
    /// The same without.
    pub without: f64,
}

/// What a level of an attribute does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CovariateCoefficient {
    /// `purchases`: the mean purchase rate is exp(value) times as large. `dropout`: in Pareto/NBD the mean rate of
    /// leaving is; in the others a and b both are, so that customers differ less in it.
    pub part: String,
    /// The attribute's name.
    pub attribute: String,
    /// What people call it.
    pub title: Words,
    /// The level.
    pub level: Words,
    /// The level it is compared with, the most frequent one.
    pub compared_with: Words,
    /// Customers of the level.
    pub customers: u64,
    /// The coefficient.
    #[serde(flatten)]
    pub estimate: ParameterEstimate,
}
