//! The two models: who responds, and what a response is worth.

use dangol_models::lifetime::Fitted;
use dangol_models::lifetime::beta_binomial::{
    self, BetaBinomial, ContactTable, Contacts as Counts, Difference, difference,
};
use dangol_models::lifetime::gamma_gamma::{self, GammaGamma, Spend, Spends};
use dangol_shop::{Scope, Shop};

use super::contacts::{Contacts, Known};
use super::params::RfmResponseParams;
use super::result::SpendBasis;
use crate::error::AnalysisError;

/// Fewer customers with a purchase on a response make no model of spend.
pub(super) const LEAST_SPENDERS: u64 = 50;

/// From here on customers are taken to differ.
const SURE: f64 = 0.05;

/// Who responds.
#[derive(Debug)]
pub(super) struct Responses {
    pub(super) fitted: Fitted<BetaBinomial, ()>,
    pub(super) table: ContactTable,
    pub(super) difference: Difference,
}

impl Responses {
    /// Fits customers with contacts; none where nobody has any.
    pub(super) fn of(known: &[Known]) -> Result<Option<Self>, AnalysisError> {
        let mut rows = Vec::with_capacity(known.len());
        for one in known.iter().filter(|one| one.contacts > 0) {
            rows.push((Counts::new(one.responses, one.contacts)?, 1));
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let table = ContactTable::new(rows)?;
        let fitted = beta_binomial::fit(&table);
        let difference = difference(&fitted, &table);
        Ok(Some(Self { fitted, table, difference }))
    }

    /// Whether the contacts show that customers differ.
    pub(super) fn differ(&self) -> bool {
        self.difference.p_value < SURE
    }

    /// The probability that a customer responds to the next contact.
    pub(super) fn probability(&self, known: &Known) -> Result<f64, AnalysisError> {
        Ok(self.fitted.model.response_probability(Counts::new(known.responses, known.contacts)?))
    }

    /// An interval that holds it.
    pub(super) fn interval(&self, known: &Known, level: f64) -> Result<(f64, f64), AnalysisError> {
        let counts = Counts::new(known.responses, known.contacts)?;
        Ok(self.fitted.model.response_interval(counts, level)?)
    }
}

/// What a response is worth.
#[derive(Debug)]
pub(super) struct Worth {
    pub(super) basis: SpendBasis,
    pub(super) fitted: Option<Fitted<GammaGamma, ()>>,
    /// Customers that the spend model was fitted on.
    pub(super) customers: u64,
    /// Share of the responses on which something was bought; none where ordinary orders stand for them.
    pub(super) conversion: Option<f64>,
    /// Correlation of the logarithms of the number of purchases and their mean.
    pub(super) correlation: Option<f64>,
    /// By customer: what was spent, as the model takes it.
    spends: Vec<Spend>,
}

impl Worth {
    /// The spend of some customers, each with what is known of them: on responses, or where too few bought on one, by order.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        contacts: &Contacts,
        known: &[Known],
    ) -> Result<Self, AnalysisError> {
        let nothing = |basis| Self {
            basis,
            fitted: None,
            customers: 0,
            conversion: None,
            correlation: None,
            spends: Vec::new(),
        };
        if !shop.manifest.totals.has_amounts {
            return Ok(nothing(SpendBasis::NoAmounts));
        }
        let spenders = known.iter().filter(|one| one.bought > 0).count() as u64;
        let (basis, spends, conversion) = if spenders >= LEAST_SPENDERS {
            let sum = |of: fn(&Known) -> u32| known.iter().map(|one| f64::from(of(one))).sum::<f64>();
            let conversion = sum(|one| one.bought) / sum(|one| one.responses);
            (SpendBasis::Responses, known.iter().map(Known::spend).collect(), Some(conversion))
        } else {
            (SpendBasis::Orders, orders(shop, scope, contacts).await?, None)
        };
        let positive =
            spends.iter().filter(|one: &&Spend| one.purchases > 0 && one.mean > 0.0).count() as u64;
        if positive < LEAST_SPENDERS {
            return Ok(nothing(SpendBasis::TooFew));
        }
        let of_all = Spends::new(spends.iter().copied())?;
        Ok(Self {
            basis,
            fitted: Some(gamma_gamma::fit(&of_all)),
            customers: of_all.customers(),
            conversion,
            correlation: of_all.correlation().map(|found| found.of_logarithms),
            spends,
        })
    }

    /// What a response of a customer is expected to bring; none where the spend has no mean.
    pub(super) fn of_customer(&self, at: usize) -> Option<f64> {
        let spend = self.fitted.as_ref()?.model.expected_spend(self.spends[at])?;
        Some(spend * self.conversion.unwrap_or(1.0))
    }

    /// The same of somebody of whom nothing is known.
    pub(super) fn mean(&self) -> Option<f64> {
        Some(self.fitted.as_ref()?.model.mean_spend()? * self.conversion.unwrap_or(1.0))
    }
}

/// All orders of the customers with contacts.
async fn orders(shop: &Shop, scope: &Scope, contacts: &Contacts) -> Result<Vec<Spend>, AnalysisError> {
    let profiles = shop.profiles(scope).await?;
    let none = Spend { purchases: 0, mean: 0.0 };
    Ok(contacts
        .customers
        .iter()
        .map(|key| match profiles.customer_key.binary_search(key) {
            Ok(at) if profiles.orders[at] > 0 => {
                let purchases = u32::try_from(profiles.orders[at]).unwrap_or(u32::MAX);
                Spend { purchases, mean: profiles.revenue[at] / f64::from(purchases) }
            }
            _ => none,
        })
        .collect())
}

/// p × what a response is worth × margin − cost.
pub(super) fn expected_value(probability: f64, worth: f64, params: &RfmResponseParams) -> f64 {
    probability * worth * params.margin - params.cost
}
