//! The truth about the shop as a whole: parameters and counts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    ContactCounts, Language, Mailings, Options, Process,
    line::{Dirt, Line, Status},
    shop::{SPEND_P, SPEND_Q, Shop},
    words::{CATEGORIES, CHANNELS, GATEWAY},
};

/// The shop's time zone, in which its naive timestamps are meant.
pub(crate) const TIME_ZONE: &str = "Asia/Seoul";

/// Order lines by what is wrong with them. Each dirty row is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirtCounts {
    /// Rows that repeat the row before them.
    pub exact_duplicate: u64,
    /// Rows of orders without a customer.
    pub missing_customer: u64,
    /// Rows of orders by the shop's test accounts (`TEST0001` and so on).
    pub test_account: u64,
    /// Rows whose unit price is no number (CSV only).
    pub unparsable_amount: u64,
    /// Rows whose `ordered_at` is no moment (CSV only).
    pub unparsable_date: u64,
    /// Rows with a unit price below zero.
    pub negative_price: u64,
    /// Rows with a unit price of zero.
    pub zero_price: u64,
}

/// What was written. `clean_lines + cancelled_lines + returned_lines +` all of `dirt` `= lines`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of the order-line table.
    pub lines: u64,
    /// Different order ids, of any status, dirty or not.
    pub orders: u64,
    /// Customers with at least one clean purchase: the rows of the truth table.
    pub customers: u64,
    /// Completed lines that are not dirty: what is left after cleaning.
    pub clean_lines: u64,
    /// Their orders: the purchases of the process.
    pub clean_orders: u64,
    /// Their sum of quantity × unit price − discount, in won.
    pub clean_revenue: i64,
    /// Lines of cancelled orders.
    pub cancelled_lines: u64,
    /// Lines of returned orders.
    pub returned_lines: u64,
    /// Dirty lines by kind.
    pub dirt: DirtCounts,
}

impl Counts {
    pub(crate) fn add(&mut self, line: &Line) {
        self.lines += 1;
        self.orders += u64::from(line.opens_order());
        let kind = match (line.dirt, line.status) {
            (Dirt::Clean, Status::Completed) => {
                self.clean_orders += u64::from(line.opens_order());
                self.clean_revenue += line.net_revenue();
                &mut self.clean_lines
            }
            (Dirt::Clean, Status::Cancelled) => &mut self.cancelled_lines,
            (Dirt::Clean, Status::Returned) => &mut self.returned_lines,
            (Dirt::ExactDuplicate, _) => &mut self.dirt.exact_duplicate,
            (Dirt::MissingCustomer, _) => &mut self.dirt.missing_customer,
            (Dirt::TestAccount, _) => &mut self.dirt.test_account,
            (Dirt::UnparsableAmount, _) => &mut self.dirt.unparsable_amount,
            (Dirt::UnparsableDate, _) => &mut self.dirt.unparsable_date,
            (Dirt::NegativePrice, _) => &mut self.dirt.negative_price,
            (Dirt::ZeroPrice, _) => &mut self.dirt.zero_price,
        };
        *kind += 1;
    }
}

/// What [`simulate`](crate::simulate) wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Counts over the whole shop; the same stand in `truth.json`.
    pub counts: Counts,
    /// The same of contacts, in a shop that has them.
    pub contacts: Option<ContactCounts>,
    /// The files, the order-line table first.
    pub files: Vec<PathBuf>,
}

/// The content of `truth.json`.
#[derive(Serialize)]
pub(crate) struct Truth<'a> {
    seed: u64,
    starts_on: String,
    days: u32,
    time_zone: &'static str,
    language: Language,
    dirt: f64,
    cancelled: f64,
    returned: f64,
    channel_effect: f64,
    gateway: GatewayTruth,
    process: Process,
    channels: Vec<ChannelTruth>,
    /// In the order of `affinities` in `truth.parquet`.
    categories: Vec<CategoryTruth>,
    promotions: Vec<PromotionTruth<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailings: Option<MailingsTruth>,
    counts: &'a Counts,
}

/// How contacts were sent and answered, and how many there are.
#[derive(Serialize)]
struct MailingsTruth {
    #[serde(flatten)]
    mailings: Mailings,
    counts: ContactCounts,
}

/// Customers whose first order holds the category spend so many times as much on each later one.
#[derive(Serialize)]
struct GatewayTruth {
    category: &'static str,
    factor: f64,
}

#[derive(Serialize)]
struct ChannelTruth {
    channel: &'static str,
    share: f64,
    coupon_driven: f64,
    process: Process,
    /// Gamma-Gamma: spend per order is Gamma(p, ν), ν ~ Gamma(q, γ), in won.
    spend_p: f64,
    spend_q: f64,
    spend_gamma: f64,
}

#[derive(Serialize)]
struct CategoryTruth {
    category: &'static str,
    share: f64,
    median_price: f64,
    price_spread: f64,
    season: [f64; 12],
}

#[derive(Serialize)]
struct PromotionTruth<'a> {
    code: &'a str,
    percent: i32,
    category: Option<&'static str>,
}

impl<'a> Truth<'a> {
    pub(crate) fn new(shop: &'a Shop, counts: &'a Counts, contacts: Option<ContactCounts>) -> Self {
        let Options {
            seed,
            starts_on,
            days,
            language,
            dirt,
            cancelled,
            returned,
            channel_effect,
            gateway_effect,
            process,
            ..
        } = shop.options;
        Self {
            seed,
            starts_on: starts_on.to_string(),
            days,
            time_zone: TIME_ZONE,
            language,
            dirt,
            cancelled,
            returned,
            channel_effect,
            gateway: GatewayTruth {
                category: CATEGORIES[GATEWAY].name.in_language(language),
                factor: gateway_effect,
            },
            process,
            channels: CHANNELS
                .iter()
                .zip(&shop.channels)
                .map(|(channel, model)| ChannelTruth {
                    channel: channel.code,
                    share: channel.share,
                    coupon_driven: channel.coupon_driven,
                    process: model.process,
                    spend_p: SPEND_P,
                    spend_q: SPEND_Q,
                    spend_gamma: model.spend_gamma,
                })
                .collect(),
            categories: CATEGORIES
                .iter()
                .map(|category| CategoryTruth {
                    category: category.name.in_language(language),
                    share: category.share,
                    median_price: category.median_price,
                    price_spread: category.price_spread,
                    season: category.season,
                })
                .collect(),
            promotions: shop
                .promotions
                .iter()
                .map(|promotion| PromotionTruth {
                    code: &promotion.code,
                    percent: promotion.percent,
                    category: promotion.category.map(|index| CATEGORIES[index].name.in_language(language)),
                })
                .collect(),
            mailings: shop
                .options
                .mailings
                .zip(contacts)
                .map(|(mailings, counts)| MailingsTruth { mailings, counts }),
            counts,
        }
    }
}
