//! What the analysis `value` gives. Money is in the shop's currency.

use std::sync::Arc;

use dangol_models::concentration::Point;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use super::Fitted;
use super::covariates::CovariateFit;
use super::params::Unit;
use crate::available::AvailableFeature;
use crate::words::Words;

/// What customers are worth, now and over the horizon.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueResult {
    /// Whose histories were used.
    pub histories: HistoryCounts,
    /// The model of purchases.
    pub model: ModelFit,
    /// What attributes of customers add to it; only if `covariates` names some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covariates: Option<CovariateFit>,
    /// Attributes that `covariates` can name.
    pub available: Vec<AvailableFeature>,
    /// The model of spend; none where too few customers bought again or nothing is known of amounts.
    pub spend: Option<SpendFit>,
    /// The Bayesian posterior; only if intervals come from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posterior: Option<PosteriorFit>,
    /// Over all customers.
    pub totals: ValueTotals,
    /// Customers by predicted value; empty without a model of spend.
    pub distribution: Vec<ValueBin>,
    /// How much of the predicted value comes from how few customers.
    pub concentration: Option<ValueConcentration>,
    /// Probability alive and expected purchases over frequency and time since the last purchase.
    pub surface: Surface,
    /// By segment of the scheme.
    pub segments: Vec<GroupValue>,
    /// By acquisition channel; empty where the shop does not know it.
    pub channels: Vec<GroupValue>,
    /// The most valuable customers.
    pub top: Vec<CustomerValue>,
    /// Everybody; only if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<CustomerValue>>)]
    pub customers: Option<AllCustomers>,
}

/// A row for each customer, made when it is written: half a million of them are never there at once.
#[derive(Debug, Clone)]
pub struct AllCustomers {
    pub(super) fitted: Arc<Fitted>,
    /// Places of the customers and their ids.
    pub(super) customers: Arc<Vec<(usize, String)>>,
}

impl Serialize for AllCustomers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.customers.len()))?;
        for (at, id) in self.customers.iter() {
            rows.serialize_element(&self.fitted.valued.row(*at, id.clone(), None))?;
        }
        rows.end()
    }
}

/// Counts of the histories.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryCounts {
    /// Customers with a purchase in scope.
    pub customers: u64,
    /// Of them, with purchases on more than one day.
    pub repeaters: u64,
    /// Purchase days after the first, of all customers.
    pub repeat_purchases: u64,
    /// First day on which anybody bought.
    pub first_on: Option<String>,
    /// The day up to which histories go.
    pub until: String,
    /// Repeaters whose mean spend is zero or less, whom the spend model leaves out.
    pub without_positive_spend: u64,
}

/// A fitted model of purchases.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelFit {
    /// `bg_nbd`, `mbg_nbd`, `pareto_nbd`, `bg_cnbd`, `mbg_cnbd`.
    pub model: String,
    /// What people call it.
    pub name: Words,
    /// Why this one.
    pub reason: Words,
    /// The unit of its time.
    pub unit: Unit,
    /// Its parameters; with attributes in use, those of a customer with the most frequent ones.
    pub parameters: Vec<ParameterEstimate>,
    /// At the optimum.
    pub log_likelihood: f64,
    /// The limit that the optimum lies on, in words; none inside.
    pub boundary: Option<Words>,
    /// Models compared, if the choice was automatic.
    pub compared: Vec<ComparedModel>,
}

/// A model in the automatic choice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedModel {
    /// Its name as in [`ModelFit::model`].
    pub model: String,
    /// Log-likelihood by customer of the purchases after the cut-off, given those before.
    pub held_out_log_likelihood: f64,
    /// Whether it was taken.
    pub chosen: bool,
}

/// A parameter with its uncertainty.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParameterEstimate {
    /// Its name in the paper: `r`.
    pub name: String,
    /// The estimate; none where it runs to infinity.
    pub value: Option<f64>,
    /// Its standard error; none where the data do not identify it.
    pub standard_error: Option<f64>,
    /// Lower end of the 90 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Half the width of a 90 % interval in standard errors.
pub(crate) const NINETY: f64 = 1.644_853_626_951_472_7;

impl ParameterEstimate {
    /// With the 90 % interval of its logarithm, since parameters are positive and their likelihood is lopsided.
    pub(crate) fn new(name: &str, value: Option<f64>, standard_error: Option<f64>) -> Self {
        let end = |sign: f64| Some(value? * (sign * NINETY * standard_error? / value?).exp());
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self { name: name.to_owned(), value, standard_error, low: finite(end(-1.0)), high: finite(end(1.0)) }
    }
}

impl ParameterEstimate {
    /// With the 90 % interval of the value itself: for coefficients, which may be negative.
    pub(crate) fn linear(name: &str, value: Option<f64>, standard_error: Option<f64>) -> Self {
        let end = |sign: f64| Some(value? + sign * NINETY * standard_error?);
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self { name: name.to_owned(), value, standard_error, low: finite(end(-1.0)), high: finite(end(1.0)) }
    }
}

/// A fitted model of spend.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpendFit {
    /// `gamma_gamma`; or `mean` where the data do not support it: everybody is expected to spend what all purchases
    /// brought on average.
    pub model: String,
    /// Customers it saw.
    pub customers: u64,
    /// p, q and γ; none of the mean.
    pub parameters: Vec<ParameterEstimate>,
    /// At the optimum.
    pub log_likelihood: f64,
    /// Expected spend by purchase of somebody of whom nothing is known.
    pub mean_spend: Option<f64>,
    /// Correlation of frequency and mean spend among the customers it saw (the model assumes none).
    pub correlation: Option<f64>,
}

/// A Bayesian posterior of both models, and whether it can be trusted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PosteriorFit {
    /// Chains of the sampler (NUTS).
    pub chains: u64,
    /// Draws of all chains.
    pub draws: u64,
    /// Draws at which the sampler lost its way.
    pub divergences: u64,
    /// The worst R-hat of a parameter: above 1.01 the chains have not mixed.
    pub worst_r_hat: Option<f64>,
    /// The least effective number of draws of a parameter.
    pub least_effective_draws: f64,
    /// The parameters.
    pub parameters: Vec<PosteriorParameter>,
}

/// The posterior of a parameter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PosteriorParameter {
    /// `purchases` or `spend`.
    pub part: String,
    /// Its name.
    pub name: String,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub standard_deviation: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// R-hat.
    pub r_hat: Option<f64>,
    /// How many independent draws would say as much.
    pub effective_draws: f64,
}

/// Sums over all customers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueTotals {
    /// Customers.
    pub customers: u64,
    /// Sum of the probabilities of being alive.
    pub alive: f64,
    /// Expected purchase days within the horizon.
    pub expected_purchases: f64,
    /// Lower end of its 90 % interval, from the uncertainty of the model's parameters; none where that is not known.
    pub expected_purchases_low: Option<f64>,
    /// Upper end.
    pub expected_purchases_high: Option<f64>,
    /// Expected value within the horizon: discounted, after margin.
    pub value: Option<f64>,
    /// Lower end of its 90 % interval, from the uncertainty of both models' parameters.
    pub value_low: Option<f64>,
    /// Upper end.
    pub value_high: Option<f64>,
    /// Value by customer.
    pub mean_value: Option<f64>,
    /// Median over customers.
    pub median_value: Option<f64>,
    /// Net revenue so far.
    pub revenue: f64,
    /// Historical formula: revenue × 365 / active days × assumed life, × margin, summed.
    pub historical_value: f64,
    /// Of them, those whose active days are fewer than the minimum of the historical formula.
    pub raised_to_least_active_days: u64,
}

/// Customers whose predicted value lies in a range.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct ValueBin {
    /// Lower edge, in the bin.
    pub from: f64,
    /// Upper edge, not in it.
    pub to: f64,
    /// Customers.
    pub customers: u64,
    /// Sum of their values.
    pub value: f64,
}

/// How predicted value is spread over customers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ValueConcentration {
    /// Share of value by share of customers, the best first.
    pub points: Vec<ValuePoint>,
    /// Share of value of the best 20 %.
    pub top20_share: f64,
    /// 0: all are worth the same; 1: one is worth all.
    pub gini: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ValuePoint {
    /// Share of customers.
    pub customer_share: f64,
    /// Share of the value that they bring.
    pub value_share: f64,
}

impl From<Point> for ValuePoint {
    fn from(point: Point) -> Self {
        Self { customer_share: point.customer_share, value_share: point.revenue_share }
    }
}

/// The model's view of customers of one age, and where the real ones stand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Surface {
    /// Days since the first purchase for which it is drawn: that of the customers' third quartile.
    pub age_days: u32,
    /// Purchases after the first, ascending.
    pub repeats: Vec<u32>,
    /// Days since the last purchase, ascending.
    pub days_since_last: Vec<u32>,
    /// Each place: probability alive, expected purchases within the horizon.
    pub cells: Vec<SurfaceCell>,
    /// Real customers, of any age, by the nearest place.
    pub people: Vec<PeopleCell>,
}

/// A place on the surface.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SurfaceCell {
    /// Purchases after the first.
    pub repeats: u32,
    /// Days since the last purchase.
    pub days_since_last: u32,
    /// Probability of still being a customer.
    pub probability_alive: f64,
    /// Expected purchase days within the horizon.
    pub expected_purchases: f64,
}

/// Real customers near a place.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PeopleCell {
    /// Purchases after the first (the last value stands for it and more).
    pub repeats: u32,
    /// Days since the last purchase.
    pub days_since_last: u32,
    /// Customers.
    pub customers: u64,
}

/// Customers of a segment or a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupValue {
    /// Its key: `at_risk`, or the channel's own name.
    pub key: String,
    /// What people call it.
    pub name: Words,
    /// Customers.
    pub customers: u64,
    /// Share of all customers.
    pub share: f64,
    /// Mean probability of being alive.
    pub probability_alive: f64,
    /// Expected purchase days within the horizon.
    pub expected_purchases: f64,
    /// Sum of the values.
    pub value: Option<f64>,
    /// Share of all value.
    pub value_share: Option<f64>,
    /// Value by customer.
    pub mean_value: Option<f64>,
    /// Net revenue so far.
    pub revenue: f64,
    /// Historical value by customer.
    pub mean_historical_value: f64,
}

/// One customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerValue {
    /// The id.
    pub customer_id: String,
    /// Purchase days after the first (x).
    pub repeats: u32,
    /// Days from the first purchase to the last (the papers' tₓ).
    pub first_to_last_days: u32,
    /// Days from the first purchase to the as-of day (T).
    pub age_days: u32,
    /// Mean spend by purchase day, of the days that the spend model sees.
    pub mean_spend: Option<f64>,
    /// Probability of still being a customer.
    pub probability_alive: f64,
    /// Expected purchase days within the horizon.
    pub expected_purchases: f64,
    /// With 90 % probability they buy on at least so many days within the horizon, if the model is right.
    pub purchases_low: Option<u32>,
    /// With 90 % probability on at most so many.
    pub purchases_high: Option<u32>,
    /// Expected spend by purchase.
    pub expected_spend: Option<f64>,
    /// Expected value within the horizon: discounted, after margin.
    pub value: Option<f64>,
    /// Net revenue so far.
    pub revenue: f64,
    /// Historical formula: revenue × 365 / active days × assumed life, × margin.
    pub historical_value: f64,
}
