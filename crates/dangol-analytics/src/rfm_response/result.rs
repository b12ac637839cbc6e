//! What the analysis `rfm-response` gives.

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Words;

/// Who responds to contacts, what that is worth, and how well it is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RfmResponseResult {
    /// What was sent, and answered.
    pub contacts: ContactTotals,
    /// How customers differ in their probability of a response.
    pub model: ResponseModel,
    /// What a response is worth.
    pub spend: ResponseSpend,
    /// What it would bring to contact everybody once more, and only those who are worth it.
    pub worth: Option<ContactWorth>,
    /// Customers by number of responses, and how many the model expects.
    pub distribution: Vec<ResponseCount>,
    /// Customers by expected value, in fifths, the best first; by probability where nothing is known of spend. Empty where
    /// customers are not seen to differ.
    pub groups: Vec<ResponseGroup>,
    /// How good the ranking was after a cut-off; null where too little was sent or answered.
    pub check: Option<ResponseCheck>,
    /// By campaign, the latest first, at most 24.
    pub campaigns: Vec<CampaignRow>,
    /// The customers of the highest expected value. Empty where customers are not seen to differ.
    pub customers: Vec<ResponseCustomer>,
}

/// Contacts in numbers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactTotals {
    /// What a response is: `responded`, `clicked`, `ordered`.
    pub response: String,
    /// Days after sending within which a response counts.
    pub window_days: u32,
    /// Customers with a contact that counts.
    pub customers: u64,
    /// Of these, who can still be contacted: they have not unsubscribed.
    pub reachable: u64,
    /// Contacts that count: sent, and their window is over.
    pub contacts: u64,
    /// Responses to them.
    pub responses: u64,
    /// Responses by contact.
    pub rate: f64,
    /// Contacts whose window is not over yet; they do not count.
    pub open: u64,
    /// Contacts that were held out, so not sent; they do not count.
    pub held_out: u64,
    /// Customers who have unsubscribed; they are left out of the ranking.
    pub unsubscribed: u64,
    /// Customers in scope without a contact that counts; nothing is said of them.
    pub never_contacted: u64,
    /// Contacts with people who have bought nothing in scope; they do not count.
    pub of_others: u64,
}

/// The beta-binomial model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseModel {
    /// α of the beta distribution of probabilities over customers; null at a limit.
    pub alpha: Option<f64>,
    /// Lower end of its 90 % interval.
    pub alpha_low: Option<f64>,
    /// Upper end.
    pub alpha_high: Option<f64>,
    /// β.
    pub beta: Option<f64>,
    /// Lower end of its 90 % interval.
    pub beta_low: Option<f64>,
    /// Upper end.
    pub beta_high: Option<f64>,
    /// The mean probability, α / (α + β).
    pub mean: f64,
    /// Lower end of its 90 % interval.
    pub mean_low: Option<f64>,
    /// Upper end.
    pub mean_high: Option<f64>,
    /// A tenth of the customers have a lower probability.
    pub p10: f64,
    /// A tenth have a higher one.
    pub p90: f64,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// How probable differences as large as these are where all customers have the same probability.
    pub p_value: f64,
    /// Whether customers are seen to differ (a p-value below 0.05).
    pub differ: bool,
    /// Response rate in the first halves of the customers' contacts.
    pub earlier_rate: Option<f64>,
    /// In the second halves.
    pub later_rate: Option<f64>,
    /// How probable such a drift is where each customer has one probability for all contacts.
    pub drift_p_value: Option<f64>,
}

/// What spend is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpendBasis {
    /// Orders within the window of a contact that was responded to, the last one before them.
    Responses,
    /// Any orders, since too few customers bought on a response.
    Orders,
    /// Too few customers have spent anything.
    TooFew,
    /// The order lines have no amounts.
    NoAmounts,
}

/// The gamma-gamma model of what a response brings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseSpend {
    /// `responses`, `orders`, `too_few`, `no_amounts`.
    pub basis: SpendBasis,
    /// Customers that it was fitted on.
    pub customers: u64,
    /// p, the shape of one customer's spend; null at a limit.
    pub p: Option<f64>,
    /// q, the shape over customers.
    pub q: Option<f64>,
    /// γ, in the currency.
    pub gamma: Option<f64>,
    /// Share of the responses on which something was bought; null where ordinary orders stand for them.
    pub conversion: Option<f64>,
    /// What a response of somebody of whom nothing is known is worth: conversion × mean spend.
    pub value_of_response: Option<f64>,
    /// The probability from which on a contact with such a person pays: cost / (value × margin).
    pub break_even: Option<f64>,
}

/// What it would bring to contact the ranked customers once more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactWorth {
    /// Customers ranked.
    pub customers: u64,
    /// Expected value of one contact with each of them.
    pub everybody: f64,
    /// Customers whose contact is worth more than it costs.
    pub worth_contacting: u64,
    /// Expected value of one contact with each of these.
    pub only_worth: f64,
}

/// Customers by number of responses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseCount {
    /// Responses; the last row holds this number and more.
    pub responses: u32,
    /// Whether more responses are counted here as well.
    pub and_more: bool,
    /// Customers with so many.
    pub customers: u64,
    /// How many the model expects.
    pub expected: f64,
}

/// A fifth of the customers by expected value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseGroup {
    /// 1 is the best.
    pub group: u32,
    /// Customers.
    pub customers: u64,
    /// Contacts so far.
    pub contacts: u64,
    /// Responses so far.
    pub responses: u64,
    /// Mean probability of a response to the next contact.
    pub probability: f64,
    /// Mean expected value of the next contact; null where nothing is known of spend.
    pub expected_value: Option<f64>,
    /// Customers whose contact is worth more than it costs.
    pub worth_contacting: Option<u64>,
}

/// How the model did after a cut-off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseCheck {
    /// Last day of what the model knew.
    pub cutoff: String,
    /// Contacts that were over by then.
    pub fitted_contacts: u64,
    /// Responses to them.
    pub fitted_responses: u64,
    /// Customers who had bought by then and were sent something afterwards.
    pub judged_customers: u64,
    /// Contacts with them after the cut-off that are over by the as-of moment.
    pub judged_contacts: u64,
    /// Responses to these.
    pub judged_responses: u64,
    /// How many the model expected.
    pub expected_responses: f64,
    /// Actual by expected responses.
    pub actual_to_expected: f64,
    /// Lower end of its 90 % interval.
    pub actual_to_expected_low: Option<f64>,
    /// Upper end.
    pub actual_to_expected_high: Option<f64>,
    /// The model's ranking and others.
    pub rankings: Vec<RankingQuality>,
    /// Expected and actual rates by tenth of the judged contacts, the least probable first; fewer where many are equal.
    pub tenths: Vec<ResponseTenth>,
}

/// How well a ranking picked the responses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RankingQuality {
    /// `model`, `rate` (responses by contact so far), `rfm` (the RFM score), `chance`.
    pub ranking: String,
    /// What people call it.
    pub name: Words,
    /// Share of the responses among the contacts with the customers ranked highest.
    pub caught: Option<f64>,
    /// Lower end of its 90 % interval.
    pub caught_low: Option<f64>,
    /// Upper end.
    pub caught_high: Option<f64>,
    /// By how much more the model catches.
    pub model_catches_more: Option<f64>,
    /// Lower end of its 90 % interval.
    pub model_catches_more_low: Option<f64>,
    /// Upper end.
    pub model_catches_more_high: Option<f64>,
    /// The chance that a contact with a response was ranked higher than one without.
    pub area_under_curve: Option<f64>,
}

/// A tenth of the judged contacts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseTenth {
    /// 1 is the least probable.
    pub tenth: u32,
    /// Customers.
    pub customers: u64,
    /// Contacts.
    pub contacts: u64,
    /// Responses.
    pub responses: u64,
    /// Share of contacts expected to be answered.
    pub expected_rate: f64,
    /// Share that was.
    pub actual_rate: f64,
    /// Lower end of its 90 % interval, over customers.
    pub actual_low: Option<f64>,
    /// Upper end.
    pub actual_high: Option<f64>,
}

/// A campaign.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CampaignRow {
    /// Its name; empty where there is none.
    pub campaign: String,
    /// Day of its first contact that counts.
    pub sent_on: String,
    /// Contacts that count.
    pub contacts: u64,
    /// Responses.
    pub responses: u64,
    /// Responses by contact.
    pub rate: f64,
    /// Lower end of its 95 % interval (Wilson).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A customer with what the next contact is expected to bring.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseCustomer {
    /// Who.
    pub customer_id: String,
    /// Contacts that count.
    pub contacts: u32,
    /// Responses to them.
    pub responses: u32,
    /// Probability of a response to the next contact.
    pub probability: f64,
    /// Lower end of the 90 % interval of the customer's own probability.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What a response is expected to bring; null where nothing is known of spend.
    pub value_of_response: Option<f64>,
    /// Probability × that × margin − cost.
    pub expected_value: Option<f64>,
    /// Fifth by expected value, 1 being the best.
    pub group: u32,
    /// Whether the next contact is worth more than it costs; null where nothing is known of spend.
    pub worth_contacting: Option<bool>,
}
