//! What a customer is expected to spend by purchase: the gamma-gamma model.

use dangol_models::lifetime::gamma_gamma::{GammaGamma, Spends, fit, fit_mean};
use dangol_models::lifetime::{Boundary, Fitted, Warning};

use super::base::Base;
use super::result::{ParameterEstimate, SpendFit};
use crate::error::AnalysisError;

/// With fewer customers who spent something, how they differ is chance.
const LEAST_CUSTOMERS: usize = 10;

/// Why everybody is expected to spend the plain mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PlainMean {
    /// Too few customers for a model.
    FewCustomers,
    /// The gamma-gamma model has q ≤ 1.
    NoMean,
}

/// The fitted model with what there is to say of it.
#[derive(Debug)]
pub(crate) struct Spending {
    pub(crate) fitted: Fitted<GammaGamma, ()>,
    pub(crate) fit: SpendFit,
    /// Why it is the plain mean, if it is.
    pub(crate) plain: Option<PlainMean>,
    /// Customers with purchases whose mean is zero or less.
    pub(crate) not_positive: u64,
    /// Correlation of the logarithms of frequency and mean spend.
    pub(crate) correlation_of_logarithms: Option<f64>,
}

/// Fits the model, or the plain mean where the data do not support it; none where nobody has spent anything.
pub(crate) fn spending(base: &Base) -> Result<Option<Spending>, AnalysisError> {
    let positive = base.spends.iter().filter(|spend| spend.purchases > 0 && spend.mean > 0.0).count();
    if positive == 0 {
        return Ok(None);
    }
    let spends = Spends::new(base.spends.iter().copied())?;
    let (fitted, plain) = if positive < LEAST_CUSTOMERS {
        (fit_mean(&spends), Some(PlainMean::FewCustomers))
    } else {
        let fitted = fit(&spends);
        if fitted.model.mean_spend().is_some() {
            (fitted, None)
        } else {
            (fit_mean(&spends), Some(PlainMean::NoMean))
        }
    };
    let correlation = spends.correlation();
    let fit = SpendFit {
        model: if plain.is_some() { "mean" } else { "gamma_gamma" }.to_owned(),
        customers: spends.customers(),
        parameters: fitted
            .parameters
            .iter()
            .map(|estimate| ParameterEstimate::new(&estimate.name, estimate.value, estimate.standard_error))
            .collect(),
        log_likelihood: fitted.log_likelihood,
        mean_spend: fitted.model.mean_spend(),
        correlation: correlation.map(|found| found.plain),
    };
    Ok(Some(Spending {
        fitted,
        fit,
        plain,
        not_positive: spends.left_out().not_positive,
        correlation_of_logarithms: correlation.map(|found| found.of_logarithms),
    }))
}

impl Spending {
    /// Whether all that was seen of it lies inside the model.
    pub(crate) fn is_at_boundary(&self) -> Option<Boundary> {
        // Amounts that are all the same are at both.
        let boundaries = &self.fitted.boundaries;
        [Boundary::ConstantSpend, Boundary::EqualSpend].into_iter().find(|one| boundaries.contains(one))
    }

    /// Whether the parameters of the model can be explored.
    pub(crate) fn has_posterior(&self) -> bool {
        self.plain.is_none() && !self.fitted.boundaries.contains(&Boundary::ConstantSpend)
    }

    pub(crate) fn is_flat(&self) -> bool {
        self.fitted.warnings.iter().any(|warning| matches!(warning, Warning::FlatLikelihood { .. }))
    }
}
